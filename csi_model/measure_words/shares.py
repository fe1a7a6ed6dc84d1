"""Tables, columns and words of shares and means, and those that all measures have in common."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "item": ("text", _term("question or part", "题项或部分")),
    "counted": ("text", _term("what counts", "计入的答案")),
    "metric": ("text", _term("in", "计量单位")),
    "band": ("text", _term("grade", "等级")),
    "zone": ("text", _term("zone", "区间")),
    "stage": ("text", _term("stage", "阶段")),
    "share_of_all": ("number", _term("share of all", "占全体比例")),
    "share_of_previous": ("number", _term("share of the stage before", "占上一阶段比例")),
    "share_of_all_ci_lower": ("number", _term("share of all from", "占全体比例区间下限")),
    "share_of_all_ci_upper": ("number", _term("share of all to", "占全体比例区间上限")),
    "share_of_previous_ci_lower": ("number", _term("share of the stage before from", "占上一阶段区间下限")),
    "share_of_previous_ci_upper": ("number", _term("share of the stage before to", "占上一阶段区间上限")),
    "stage_base": ("integer", _term("of so many", "本阶段基数", "respondents")),
    "orientation": ("text", _term("orientation", "方向")),
}

WORDS: dict[str, Term] = {
    # measures
    "nps": _term("net promoter score (NPS)", "净推荐值（NPS）"),
    "nps_adjusted": _term("NPS, interval for small samples", "净推荐值（小样本区间）"),
    "nps_promoters": _term("promoters", "推荐者占比"),
    "nps_passives": _term("passives", "被动者占比"),
    "nps_detractors": _term("detractors", "贬损者占比"),
    "satisfaction_rate": _term("satisfaction rate (a share)", "满意率（比例）"),
    "satisfaction_rate_of_all": _term(
        "satisfaction rate, “don't know” in the base", "满意率（“不知道”计入基数）"
    ),
    "satisfaction_degree": _term("satisfaction degree (a score, 0-100)", "满意度（0–100 分）"),
    "boxes": _term("box scores", "高低分占比"),
    "top_box": _term("top boxes", "高分占比"),
    "bottom_box": _term("bottom boxes", "低分占比"),
    "net_box": _term("top less bottom boxes", "高分占比减低分占比"),
    "mean_score": _term("mean score", "平均分"),
    "percent_of_max": _term("mean in percent of the highest answer", "平均分占最高分的百分比"),
    "percent_of_range": _term("mean in percent of the range", "平均分占量程的百分比"),
    "csat": _term("customer satisfaction score (CSAT)", "顾客满意得分（CSAT）"),
    "csat_mean": _term("CSAT as a mean", "CSAT 平均分"),
    "ces": _term("customer effort score (CES)", "顾客费力度（CES）"),
    "ces_v2": _term("CES 2.0: made it easy (high is good)", "CES 2.0：认为轻松的占比（越高越好）"),
    "ces_v2_mean": _term("CES 2.0 as a mean (high is good)", "CES 2.0 平均分（越高越好）"),
    "ces_v1": _term("CES 1.0: little effort (share, high is good)", "CES 1.0：认为省力的占比（越高越好）"),
    "ces_v1_mean": _term("CES 1.0: mean effort (low is good)", "CES 1.0：平均费力程度（越低越好）"),
    "retention": _term("retention rate", "顾客保持率"),
    "churn": _term("churn rate (low is good)", "顾客流失率（越低越好）"),
    "expected_lifetime": _term("expected lifetime at constant churn", "预期存续期（流失率不变时）"),
    "repurchase_rate": _term("repurchase rate", "再次购买率"),
    "recommendation_rate": _term("recommendation rate", "推荐率"),
    "complaint_funnel": _term("complaint funnel", "抱怨漏斗"),
    "recovery_gap": _term("stayed: handled well less not handled well", "处理良好者与处理不佳者的留存率之差"),
    "recovery_gain": _term("stayed: handled well less no complaint", "处理良好者与未抱怨者的留存率之差"),
    "customers": _term("customers", "顾客"),
    # zones of answers
    "promoters": _term("promoters", "推荐者"),
    "passives": _term("passives", "被动者"),
    "detractors": _term("detractors", "贬损者"),
    "satisfied": _term("satisfied", "满意"),
    "not_satisfied": _term("not satisfied", "未达满意"),
    "top": _term("top", "高分"),
    "middle": _term("middle", "中间"),
    "bottom": _term("bottom", "低分"),
    "easy": _term("easy", "轻松"),
    "not_easy": _term("not easy", "不轻松"),
    "counts": _term("counts", "计入"),
    "counts_not": _term("does not count", "不计入"),
    "no_opinion": _term("don't know", "不知道"),
    # orientation of a scale
    "high_is_good": _term("high answers are good", "分数越高越好"),
    "low_is_good": _term("low answers are good", "分数越低越好"),
    # the complaint funnel
    "funnel": _term("stages", "阶段"),
    "recovery": _term("who stayed", "留存情况"),
    "asked": _term("respondents", "受访者"),
    "problem": _term("had a problem", "遇到问题"),
    "complained": _term("complained", "提出抱怨"),
    "handled_well": _term("complaint handled well", "抱怨处理良好"),
    "stayed": _term("stayed", "继续购买"),
    "stayed_handled_well": _term("stayed, handled well", "留存（抱怨处理良好者）"),
    "stayed_handled_badly": _term("stayed, not handled well", "留存（抱怨处理不佳者）"),
    "stayed_complained": _term("stayed, all complaints", "留存（全部抱怨者）"),
    "stayed_silent": _term("stayed, no complaint", "留存（未抱怨者）"),
    "stayed_no_problem": _term("stayed, no problem", "留存（未遇问题者）"),
    # intervals
    "wilson": _term("Wilson", "Wilson 法"),
    "newcombe": _term("Newcombe", "Newcombe 法"),
    "normal": _term("normal approximation", "正态近似"),
    "adjusted": _term("adjusted Wald (small samples)", "校正 Wald 法（小样本）"),
    "t": _term("t distribution", "t 分布"),
    "welch": _term("Welch", "Welch 法"),
    "all respondents": _term("all respondents", "全体受访者"),
    # what a value is in
    "percent": _term("percent", "百分比"),
    "score": _term("points", "分"),
    "answer_units": _term("answer units", "答案单位"),
    "percentage_points": _term("percentage points", "百分点"),
    "periods": _term("periods", "期"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "measures",
        "Measures",
        "各项指标",
        "measure item counted unit metric value se ci_lower ci_upper ci_method n n_eff band why",
    ),
    (
        "measure_differences",
        "Differences between units",
        "单位之间的差异",
        "measure item counted kind unit_1 unit_2 value_1 value_2 difference se ci_lower ci_upper ci_method "
        "z pvalue pvalue_holm verdict why",
    ),
    (
        "measure_findings",
        "What to know about the other measures",
        "其他指标的提示",
        "measure code severity where what fix",
    ),
    (
        "answer_scales",
        "Scales and answers of the questions",
        "题项量表与作答情况",
        "measure item low high orientation counted n dont_know",
    ),
    (
        "answer_shares",
        "Distribution of the answers",
        "答案分布",
        "measure item unit answer zone respondents share ci_lower ci_upper ci_method n why",
    ),
    (
        "complaint_funnel",
        "Complaint funnel",
        "抱怨漏斗",
        "unit kind stage respondents stage_base share_of_all share_of_all_ci_lower share_of_all_ci_upper "
        "share_of_previous share_of_previous_ci_lower share_of_previous_ci_upper ci_method n_eff why",
    ),
)
