"""Words of the sections and charts of the family ``value``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    # growth
    "value_growth_says": _t("Growth of {unit}: {growth}%.", "{unit}的增长率：{growth}%。"),
    "value_churn_says": _t(
        "{churn}% of the customers at the start were lost, {retention}% stayed.",
        "期初顾客中流失 {churn}%，保留 {retention}%。",
    ),
    "value_growth_how_usual": _t(
        "Growth is (new − lost) / customers at the start; churn is lost / customers at the start. These are "
        "counts of the whole base, so that there is no sampling error.",
        "增长率 =（新增 − 流失）/ 期初顾客数；流失率 = 流失 / 期初顾客数。这些是全部顾客的计数，"
        "没有抽样误差。",
    ),
    "value_growth_how_source": _t(
        "Growth is (new − lost) / lost, the form of the source text: it is unusual, not defined where nobody "
        "was lost, and no growth of the base.",
        "增长率 =（新增 − 流失）/ 流失，即原始文献的公式：它不常用，无人流失时没有定义，"
        "也不是顾客总数的增长。",
    ),
    "value_axis_growth": _t("Growth, in percent", "增长率（%）"),
    # lifetime value
    "value_lifetime_says": _t(
        "The lifetime value of a customer ({unit}) is {value}; the margin of a year is {margin}.",
        "每位顾客的生命周期价值（{unit}）为 {value}，年毛利为 {margin}。",
    ),
    "value_lifetime_total": _t(
        "All {count} customers together are worth {total}.", "全部 {count} 名顾客合计价值 {total}。"
    ),
    "value_lifetime_how_time": _t(
        "Mean transaction amount × transactions per year × margin × retention time, without discount.",
        "平均交易金额 × 年交易次数 × 毛利率 × 保持年限，不折现。",
    ),
    "value_lifetime_how_rate_0": _t(
        "Sum over years t = 0, 1, 2 … of margin × retention^t / (1 + discount)^t: the first year counts in "
        "full.",
        "对 t = 0、1、2……各年求和：毛利 × 保持率^t /（1 + 折现率）^t；首年全额计入。",
    ),
    "value_lifetime_how_rate_1": _t(
        "Sum over years t = 1, 2 … of margin × retention^t / (1 + discount)^t: the current year is not "
        "counted.",
        "对 t = 1、2……各年求和：毛利 × 保持率^t /（1 + 折现率）^t；当年不计入。",
    ),
    "value_years_how": _t(
        "At most 30 years are shown, and of a sum without end only those until 99% of it is reached.",
        "最多列出 30 年；无限期求和时，只列出累计达到 99% 之前的年份。",
    ),
    "value_axis_lifetime": _t(
        "Lifetime value of a customer, in money of the file", "每位顾客的生命周期价值（货币单位）"
    ),
    "value_years_title": _t("How the lifetime value adds up", "生命周期价值的逐年累计"),
    "value_axis_year": _t("Year", "年"),
    "value_axis_cumulative": _t("Value so far, in money", "累计价值（货币单位）"),
    "value_years_bars": _t("Bars: what a year adds", "柱：当年价值"),
    "value_years_more": _t("{count} more segments are in the table", "另有 {count} 个细分见表格"),
    "value_years_sum": _t("{value} up to year {year}", "到第 {year} 年为 {value}"),
    # delivered value
    "value_delivered_says": _t(
        "Total value {value} less total cost {cost} is a delivered value of {delivered} points ({level} "
        "interval {interval}).",
        "总价值 {value} 减去总成本 {cost}，让渡价值为 {delivered} 分（{level} 置信区间 {interval}）。",
    ),
    "value_delivered_how": _t(
        "Every question is put on 0-100 by its scale; each total is the weighted mean of its parts. The "
        "scale and the weights are conventions of this program: the source texts give none.",
        "各题项按量表换算为 0–100 分；总价值与总成本为各部分的加权平均。计分与权重是本程序的约定，"
        "原始文献未予规定。",
    ),
    # tiers
    "value_tiers_says": _t(
        "{tier}: {count} customers ({share}) with {part} of the contribution.",
        "{tier}：{count} 名（{share}），占贡献的 {part}。",
    ),
    "value_tiers_says_plain": _t("{tier}: {count} customers ({share}).", "{tier}：{count} 名（{share}）。"),
    "value_tiers_how": _t(
        "Each criterion is high from its threshold on; the rules turn the levels into tiers. Customers stand "
        "in no table of this report.",
        "各标准自分界值起为高；按规则将高低组合划为等级。本报告不列出任何单个顾客。",
    ),
    "value_tier_customers": _t("{count} customers ({share})", "{count} 名（{share}）"),
    "value_tier_contribution": _t("{share} of contribution", "占贡献 {share}"),
    "value_tier_told": _t("{tier} {count}", "{tier} {count}"),
    "value_contribution_high": _t("high contribution", "高贡献"),
    "value_contribution_low": _t("low contribution", "低贡献"),
    "value_loyalty_high": _t("high loyalty", "高忠诚"),
    "value_loyalty_low": _t("low loyalty", "低忠诚"),
    "value_risk_high": _t("High risk", "高风险"),
    "value_risk_low": _t("Low risk", "低风险"),
}
REASONS: dict[str, str] = {
    "nobody was lost: growth by the lost is not defined": "无人流失：以流失数为分母的增长率没有定义",
    "there was nobody at the start": "期初没有顾客",
    "the number at the start is not known": "期初顾客数未知",
    "more were lost than there were at the start, so that some of the new ones are among them": (
        "流失数多于期初顾客数，其中包含部分新增顾客"
    ),
    "growth is (new - lost) / lost, the form of the source text: it is no growth of the base.": (
        "增长率按原始文献的公式（新增 − 流失）/ 流失计算，并非顾客总数的增长。"
    ),
    "The usual form divides by the customers at the start.": "通行公式以期初顾客数为分母。",
    "the number of customers is not given": "未给出顾客数",
    "the lifetime value is zero": "生命周期价值为零",
    "no margin is given: the lifetime value counts sales, not profit.": (
        "未给出毛利率：生命周期价值按销售额而非利润计算。"
    ),
    "Give the profit as a share of the amount: --margin 0.3.": "请给出毛利占金额的比例，如 --margin 0.3。",
    "each customer stands in this file of the results folder, and in no table or report.": (
        "每位顾客只列在结果文件夹的此文件中，不出现在任何表格或报告中。"
    ),
    "It holds personal data. It is written with -o FOLDER only.": (
        "其中含个人数据；仅在指定 -o 文件夹时写出。"
    ),
    "there is no such customer": "没有此类顾客",
    "all contributions together are not above zero": "贡献合计不大于零",
    "Choose another threshold.": "请另选分界值。",
}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"all customers are on the low side of (\S+), so that this criterion parts nobody\.",
        "全部顾客都低于分界值 {0}，该标准无法区分顾客。",
    ),
    (
        r"all customers are on the high side of (\S+), so that this criterion parts nobody\.",
        "全部顾客都不低于分界值 {0}，该标准无法区分顾客。",
    ),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
