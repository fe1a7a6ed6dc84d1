"""Tables, columns and words of the family ``loyalty``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "scored": ("text", _term("scored", "计分方式")),
    "part_score": ("number", _term("mean score", "平均得分", "0-100")),
    "asked_of": ("integer", _term("asked", "被询问人数", "respondents")),
    "answered": ("integer", _term("named a percent", "给出百分比", "respondents")),
    "beyond_end": ("integer", _term("beyond the end", "超出上限", "respondents")),
    "satisfaction": ("number", _term("satisfaction", "满意度答案", "answer units")),
    "loyalty": ("number", _term("mean loyalty", "平均忠诚度", "0-100")),
    "loyalty_ci_lower": ("number", _term("loyalty from", "忠诚度区间下限")),
    "loyalty_ci_upper": ("number", _term("loyalty to", "忠诚度区间上限")),
    "fitted": ("number", _term("curve", "拟合曲线", "0-100")),
    "fitted_ci_lower": ("number", _term("curve from", "曲线区间下限")),
    "fitted_ci_upper": ("number", _term("curve to", "曲线区间上限")),
    "from_answer": ("number", _term("answers from", "答案下限", "answer units")),
    "to_answer": ("number", _term("answers to", "答案上限", "answer units")),
    "share_ci_lower": ("number", _term("share from", "占比区间下限")),
    "share_ci_upper": ("number", _term("share to", "占比区间上限")),
    "slope": ("number", _term("slope", "斜率", "points per point")),
    "slope_ci_lower": ("number", _term("slope from", "斜率区间下限")),
    "slope_ci_upper": ("number", _term("slope to", "斜率区间上限")),
    "f_statistic": ("number", _term("F", "F 值")),
    "df_error": ("number", _term("degrees of freedom of the error", "误差自由度")),
    "pattern": ("text", _term("pattern", "形态")),
}

WORDS: dict[str, Term] = {
    # names of the measures
    "loyalty_index": _term("loyalty index", "忠诚度指数"),
    "loyalty_part": _term("loyalty index, one question", "忠诚度指数（单题）"),
    "price_tolerance": _term("price tolerance", "价格容忍度"),
    "reservation_price": _term("reservation price, mean", "保留价格均值"),
    "reservation_q1": _term("reservation price, lower quartile", "保留价格下四分位数"),
    "reservation_median": _term("reservation price, median", "保留价格中位数"),
    "reservation_q3": _term("reservation price, upper quartile", "保留价格上四分位数"),
    "price_rise": _term("price rise accepted, mean", "可接受涨价幅度均值"),
    "price_cut": _term("price cut needed, mean", "所需降价幅度均值"),
    "loyalty_curve": _term("satisfaction-loyalty curve", "满意度—忠诚度曲线"),
    "loyalty_score": _term("loyalty, mean of 0-100", "忠诚度均值（0–100）"),
    "share_defection": _term("customers in the zone of defection", "背离区顾客占比"),
    "share_indifference": _term("customers in the zone of indifference", "无差异区顾客占比"),
    "share_affection": _term("customers in the zone of affection", "情感区顾客占比"),
    # what values are in, and how they are made
    "today_100": _term("today's price = 100", "现价 = 100"),
    "rise_or_cut": _term("price rise or price cut", "涨价或降价幅度"),
    "woodruff": _term("Woodruff", "Woodruff 法"),
    "linear": _term("scale ends 0 and 100", "量表两端为 0 与 100"),
    "bins": _term("bins of percent: 0, 50, 100", "百分比分档：0、50、100"),
    # zones
    "defection": _term("defection", "背离区"),
    "indifference": _term("indifference", "无差异区"),
    "affection": _term("affection", "情感区"),
    # comparisons of slopes
    "lower_middle": _term("defection against indifference", "背离区与无差异区"),
    "upper_middle": _term("affection against indifference", "情感区与无差异区"),
    "steeper": _term("steeper", "更陡"),
    "flatter": _term("flatter", "更平"),
    "bent": _term("not a straight line", "非直线"),
    "no_clear_bend": _term("no clear bend", "无明显弯曲"),
    # patterns
    "trap": _term("flat middle between steep ends", "两端陡、中间平"),
    "steep_ends": _term("ends steeper than the middle", "两端比中间陡"),
    "levels_off": _term("steeper below than above", "先陡后缓"),
    "takes_off": _term("steeper above than below", "先缓后陡"),
    "steep_middle": _term("middle steeper than the ends", "中间比两端陡"),
    "bent_otherwise": _term("bent, but no zone stands out", "有弯曲，但无突出区间"),
    "straight": _term("no clear bend", "无明显弯曲"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "loyalty_index_parts",
        "Loyalty index: questions and their weights",
        "忠诚度指数：题项与权重",
        "unit item scored weight n part_score contribution why",
    ),
    (
        "price_tolerance",
        "Share still buying by price change",
        "价格变动后仍购买的比例",
        "unit change share ci_lower ci_upper ci_method n n_eff why",
    ),
    (
        "price_tolerance_answers",
        "Answers to the questions on price tolerance",
        "价格容忍度题项的作答情况",
        "unit item asked_of answered beyond_end dont_know refused other_missing why",
    ),
    (
        "loyalty_curve",
        "Loyalty by satisfaction",
        "各满意度水平的忠诚度",
        "unit satisfaction zone n loyalty ci_lower ci_upper fitted fitted_ci_lower fitted_ci_upper why",
    ),
    (
        "loyalty_zones",
        "Zones of defection, indifference and affection",
        "背离区、无差异区与情感区",
        "unit zone from_answer to_answer n share share_ci_lower share_ci_upper loyalty loyalty_ci_lower "
        "loyalty_ci_upper slope slope_ci_lower slope_ci_upper why",
    ),
    (
        "loyalty_slopes",
        "Do the slopes of the zones differ?",
        "各区间斜率的比较",
        "unit kind value_1 value_2 difference se ci_lower ci_upper pvalue pvalue_holm verdict why",
    ),
    (
        "loyalty_curve_tests",
        "Is loyalty a straight line of satisfaction?",
        "忠诚度与满意度是否为直线关系",
        "unit f_statistic df df_error pvalue pvalue_holm verdict pattern why",
    ),
)
