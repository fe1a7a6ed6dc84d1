"""Tables, columns and words of the family ``ahp``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "hierarchy": ("text", _term("hierarchy", "层次结构")),
    "node": ("text", _term("criterion or factor", "准则或因素")),
    "node_1": ("text", _term("first", "前者")),
    "node_2": ("text", _term("second", "后者")),
    "depth": ("integer", _term("level", "层次")),
    "global_weight": ("number", _term("global weight", "总权重")),
    "judge": ("text", _term("judge", "评判者")),
    "ranking": ("text", _term("ranking", "排序类型")),
    "elements": ("integer", _term("elements", "元素个数")),
    "lambda_max": ("number", _term("lambda max", "最大特征值 λmax")),
    "consistency_index": ("number", _term("CI", "一致性指标 CI")),
    "random_index": ("number", _term("RI", "随机一致性指标 RI")),
    "consistency_ratio": ("number", _term("CR", "一致性比率 CR")),
    "gci": ("number", _term("GCI", "几何一致性指数 GCI")),
    "gci_limit": ("number", _term("limit of the GCI", "GCI 界限")),
    "counted_in": ("flag", _term("counted in", "是否计入")),
    "judgement": ("number", _term("judgement", "原判断值")),
    "implied": ("number", _term("implied by the weights", "权重隐含值")),
    "suggested": ("number", _term("nearest on the scale", "最接近的标度值")),
    "deviation": ("number", _term("deviation (log)", "偏差（对数）")),
    "consistency_ratio_then": ("number", _term("CR then", "调整后的 CR")),
    "others_imply": ("number", _term("implied by the other judgements", "其余判断隐含值")),
    "others_suggested": ("number", _term("nearest to that", "与其最接近的标度值")),
    "others_ratio_then": ("number", _term("CR with that", "取该值时的 CR")),
    "factor_value": ("number", _term("factor value DC", "因素值 DC")),
    "room": ("number", _term("points to be gained", "可提升空间", "index points")),
    "quantile_10": ("number", _term("10 % below", "第 10 百分位")),
    "quantile_25": ("number", _term("25 % below", "第 25 百分位")),
    "median": ("number", _term("median", "中位数")),
    "quantile_75": ("number", _term("75 % below", "第 75 百分位")),
    "quantile_90": ("number", _term("90 % below", "第 90 百分位")),
    "score_from": ("number", _term("score from", "得分下限", "index points")),
    "score_to": ("number", _term("score to", "得分上限", "index points")),
}

WORDS: dict[str, Term] = {
    # measures
    "ahp": _term("analytic hierarchy process (AHP): weights", "层次分析法（AHP）权重"),
    "ahp_satisfaction": _term("AHP satisfaction", "AHP 满意度"),
    "ahp_criterion": _term("AHP satisfaction by criterion", "AHP 各准则满意度"),
    "ahp_factor": _term("AHP factor values", "AHP 因素值"),
    "ahp_loyalty": _term("AHP loyalty", "AHP 忠诚度"),
    # what counts
    "answer / highest answer": _term("answer / highest answer", "答案 ÷ 最高分"),
    "(answer - lowest) / (highest - lowest)": _term(
        "(answer - lowest) / (highest - lowest)", "（答案 − 最低分）÷（最高分 − 最低分）"
    ),
    "code / highest code": _term("code / highest code", "编码值 ÷ 最高编码值"),
    # consistency
    "all judges": _term("all judges", "全体评判者"),
    "single_ranking": _term("single ranking", "层次单排序"),
    "total_ranking": _term("total ranking", "层次总排序"),
    "consistent": _term("consistent", "一致性可接受"),
    "inconsistent": _term("to be revisited", "一致性不足，需调整"),
    "not_known": _term("not known", "无法判断"),
}

_STATED = "mean sd quantile_10 quantile_25 median quantile_75 quantile_90"

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "ahp_weights",
        "Weights of the hierarchy (AHP)",
        "层次分析法（AHP）权重",
        "hierarchy node parent depth weight global_weight rank",
    ),
    (
        "ahp_judge_weights",
        "Weights of each judge",
        "各评判者的权重",
        "hierarchy judge node parent weight counted_in",
    ),
    (
        "ahp_consistency",
        "Consistency of the judgements",
        "判断矩阵一致性检验",
        "hierarchy ranking node depth judge elements lambda_max consistency_index random_index "
        "consistency_ratio gci gci_limit verdict counted_in why",
    ),
    (
        "ahp_judgements",
        "Judgements to revisit first",
        "建议优先复核的判断",
        "hierarchy node judge rank node_1 node_2 judgement deviation consistency_ratio implied suggested "
        "consistency_ratio_then others_imply others_suggested others_ratio_then",
    ),
    (
        "ahp_factors",
        "Factors: weight, value, contribution",
        "各因素的权重、因素值与贡献",
        "measure hierarchy unit node parent global_weight mean high factor_value contribution room quadrant "
        "n why",
    ),
    (
        "ahp_loyalty",
        "AHP loyalty of the customers",
        "顾客的 AHP 忠诚度",
        f"hierarchy unit n {_STATED} why",
    ),
    (
        "ahp_loyalty_distribution",
        "Customers by their AHP loyalty",
        "AHP 忠诚度的分布",
        "hierarchy unit score_from score_to n share why",
    ),
)
