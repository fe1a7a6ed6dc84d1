"""Tables, columns and words of the family ``value``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

_MONEY = "money"

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "form": ("text", _term("form", "公式")),
    # growth
    "start_customers": ("number", _term("customers at the start", "期初顾客数")),
    "new_customers": ("number", _term("new", "新增顾客数")),
    "lost_customers": ("number", _term("lost", "流失顾客数")),
    "end_customers": ("number", _term("customers at the end", "期末顾客数")),
    "growth": ("number", _term("growth, %", "增长率 (%)")),
    "churn": ("number", _term("churn, %", "流失率 (%)")),
    "retention": ("number", _term("retention, %", "保持率 (%)")),
    # lifetime value
    "customer_number": ("number", _term("customers", "顾客数")),
    "yearly_margin": ("number", _term("margin of a year", "年毛利", _MONEY)),
    "lifetime_value": ("number", _term("lifetime value", "顾客生命周期价值", _MONEY)),
    "total_value": ("number", _term("value of all", "价值合计", _MONEY)),
    "input": ("text", _term("made of", "计算依据")),
    "mean_value": ("number", _term("mean value", "均值")),
    "year": ("integer", _term("year", "年")),
    "year_value": ("number", _term("value of the year", "当年价值", _MONEY)),
    "cumulative_value": ("number", _term("value so far", "累计价值", _MONEY)),
    "cumulative_share": ("number", _term("share so far", "累计占比")),
    # tiers
    "customers": ("integer", _term("customers", "顾客数")),
    "tier": ("text", _term("tier", "顾客等级")),
    "customer_share": ("number", _term("share of the customers", "占顾客比例")),
    "contribution_total": ("number", _term("contribution", "贡献合计", _MONEY)),
    "contribution_share": ("number", _term("share of the contribution", "占贡献比例")),
    "contribution_mean": ("number", _term("mean contribution", "平均贡献", _MONEY)),
    "loyalty_mean": ("number", _term("mean loyalty", "平均忠诚度")),
    "risk_mean": ("number", _term("mean risk", "平均风险")),
    "contribution_level": ("text", _term("contribution", "贡献")),
    "loyalty_level": ("text", _term("loyalty", "忠诚度")),
    "risk_level": ("text", _term("risk", "风险")),
    "criterion": ("text", _term("criterion", "标准")),
    "threshold": ("text", _term("high from", "高的起点")),
    "high_from": ("number", _term("that is", "对应数值")),
    "high_customers": ("integer", _term("customers on the high side", "高侧顾客数")),
    "high_share": ("number", _term("their share", "高侧占比")),
}

WORDS: dict[str, Term] = {
    "growth": _term("Growth of the customer base", "顾客增长"),
    "lifetime_value": _term("Customer lifetime value", "顾客生命周期价值"),
    "delivered_value": _term("Customer delivered value", "顾客让渡价值"),
    "delivered_value_total": _term("Total value and total cost", "总价值与总成本"),
    "delivered_value_part": _term("Parts of value and cost", "价值与成本的组成部分"),
    "customer_tiers": _term("Customer tiers", "顾客分级"),
    # growth
    "all customers": _term("all customers", "全部顾客"),
    "usual form": _term("(new − lost) / customers at the start", "（新增 − 流失）/ 期初顾客数"),
    "source form": _term("(new − lost) / lost", "（新增 − 流失）/ 流失顾客数"),
    # lifetime value
    "one customer": _term("one customer", "单个顾客"),
    "by retention time": _term("margin of a year × retention time", "年毛利 × 保持年限"),
    "by retention rate": _term("sum over years by retention and discount", "按保持率与折现率逐年求和"),
    "lifetime_amount": _term("mean transaction amount", "平均交易金额"),
    "lifetime_frequency": _term("transactions per year", "年交易次数"),
    "lifetime_margin": _term("margin, as a share of the amount", "毛利率（占金额比例）"),
    "lifetime_years": _term("retention time, years", "保持年限（年）"),
    "lifetime_retention": _term("retention rate of a year", "年保持率"),
    "lifetime_discount": _term("discount rate of a year", "年折现率"),
    "lifetime_horizon": _term("years counted", "计入年数"),
    "lifetime_first_year": _term("first year of the sum, t", "求和起始年 t"),
    # delivered value
    "value_delivered": _term("delivered value", "让渡价值"),
    "value_less_cost": _term("total value − total cost, −100 to 100", "总价值 − 总成本，范围 −100 至 100"),
    "value_total_value": _term("total value", "总价值"),
    "value_total_cost": _term("total cost", "总成本"),
    "value_product": _term("product value", "产品价值"),
    "value_service": _term("service value", "服务价值"),
    "value_people": _term("people value", "人员价值"),
    "value_image": _term("image value", "形象价值"),
    "value_money": _term("money cost", "货币成本"),
    "value_time": _term("time cost", "时间成本"),
    "value_effort": _term("effort cost", "体力成本"),
    "value_mental": _term("mental cost", "精神成本"),
    # tiers
    "key customers": _term("key customers", "重点顾客"),
    "customers to keep": _term("customers to keep", "挽留顾客"),
    "customers to grow": _term("customers to grow", "成长顾客"),
    "customers to watch": _term("customers to watch", "观察顾客"),
    "tier_contribution": _term("contribution", "贡献"),
    "tier_loyalty": _term("loyalty", "忠诚度"),
    "tier_risk": _term("risk", "风险"),
    "high": _term("high", "高"),
    "low": _term("low", "低"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "customer_growth",
        "Growth of the customer base",
        "顾客增长",
        "unit form start_customers new_customers lost_customers end_customers growth churn retention why",
    ),
    (
        "lifetime_values",
        "Lifetime value",
        "顾客生命周期价值",
        "unit form customer_number yearly_margin lifetime_value total_value why",
    ),
    (
        "lifetime_inputs",
        "What the lifetime value is made of",
        "生命周期价值的计算依据",
        "unit input mean_value",
    ),
    (
        "lifetime_years",
        "Lifetime value by year",
        "各年的生命周期价值",
        "unit year year_value cumulative_value cumulative_share why",
    ),
    (
        "customer_tiers",
        "Customer tiers",
        "顾客分级",
        "tier customers customer_share contribution_total contribution_share contribution_mean loyalty_mean "
        "risk_mean why",
    ),
    (
        "tier_rules",
        "Rules of the tiers and their customers",
        "分级规则与顾客数",
        "contribution_level loyalty_level risk_level tier customers customer_share contribution_total "
        "contribution_share contribution_mean loyalty_mean risk_mean why",
    ),
    (
        "tier_thresholds",
        "Where each criterion is high",
        "各标准的高低分界",
        "criterion threshold high_from high_customers high_share",
    ),
)
