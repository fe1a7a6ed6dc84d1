"""Tables, columns and words of the family ``importance``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "above_noise": ("text", _term("against noise", "与噪声比较")),
    "rows_left_out": ("integer", _term("left out (gaps)", "因缺答剔除", "respondents")),
    "lmg_by": ("text", _term("LMG by", "LMG 算法")),
    "orders": ("integer", _term("random orders", "随机次序数")),
    "orders_error": ("number", _term("Monte Carlo error", "蒙特卡洛误差")),
    "noise_lmg": ("number", _term("noise, LMG", "噪声变量 LMG")),
    "noise_johnson": ("number", _term("noise, Johnson", "噪声变量 Johnson 权重")),
    "scored_by": ("text", _term("drivers scored by", "驱动因素得分依据")),
    "stated": ("number", _term("stated importance", "自述重要性", "points")),
    "stated_ci_lower": ("number", _term("stated from", "自述重要性下限")),
    "stated_ci_upper": ("number", _term("stated to", "自述重要性上限")),
    "stated_cut": ("number", _term("cut of stated", "自述重要性分界")),
    "derived": ("number", _term("derived importance", "推导重要性")),
    "derived_ci_lower": ("number", _term("derived from", "推导重要性下限")),
    "derived_ci_upper": ("number", _term("derived to", "推导重要性上限")),
    "derived_cut": ("number", _term("cut of derived", "推导重要性分界")),
    "field": ("text", _term("field", "所在区域")),
    "borderline": ("text", _term("interval holds the cut", "区间跨越分界")),
    "lmg_share": ("number", _term("LMG, share of R²", "LMG 占 R² 比例")),
    "johnson_share": ("number", _term("Johnson, share of R²", "Johnson 权重占 R² 比例")),
    "rank_importance": ("integer", _term("rank, total effect", "总效应排名")),
    "rank_lmg": ("integer", _term("rank, LMG", "LMG 排名")),
    "rank_johnson": ("integer", _term("rank, Johnson", "Johnson 排名")),
    "rank_correlation": ("integer", _term("rank, correlation", "相关系数排名")),
}
WORDS: dict[str, Term] = {
    "importance": _term("driver importance", "驱动因素重要性"),
    "stated_importance": _term("stated importance", "自述重要性"),
    # methods
    "lmg": _term("Shapley (LMG)", "Shapley 值（LMG）"),
    "johnson": _term("Johnson's relative weights", "Johnson 相对权重"),
    "correlation": _term("correlation", "相关系数"),
    "beta": _term("standardised beta", "标准化回归系数"),
    "squared_correlation": _term("squared correlation", "相关系数平方"),
    "pratt": _term("beta × correlation (Pratt)", "回归系数×相关系数（Pratt）"),
    # against a noise driver
    "above_noise": _term("above noise", "高于噪声"),
    "within_noise": _term("not above noise", "未高于噪声"),
    "exact_subsets": _term("all subsets", "全部子集"),
    "sampled_orders": _term("random orders", "随机次序"),
    # how constructs are scored
    "single_questions": _term("single questions", "单个题项"),
    "equal_weights": _term("equal-weighted means", "等权均值"),
    "index_weights": _term("index weights of the fitted model", "拟合模型的指数权重"),
    # fields of stated and derived importance
    "key_driver": _term("key driver", "关键驱动因素"),
    "hidden_driver": _term("hidden driver", "隐性驱动因素"),
    "cost_of_entry": _term("basic (cost of entry)", "基本要求（入场条件）"),
    "stated_only": _term("stated", "自述"),
    "derived_only": _term("derived", "推导"),
    "stated_and_derived": _term("both", "两者"),
}
TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "relative_importance",
        "Importance of the drivers",
        "驱动因素的重要性",
        "unit target driver method importance ci_lower ci_upper share above_noise rank performance why",
    ),
    (
        "importance_regression",
        "Regressions behind the importance",
        "重要性所依据的回归",
        "unit target n rows_left_out n_eff r2 r2_adjusted lmg_by orders orders_error draws noise_lmg "
        "noise_johnson scored_by why",
    ),
    (
        "importance_differences",
        "Differences of importance between groups",
        "各组重要性的差异",
        "target driver method unit_1 unit_2 value_1 value_2 difference ci_lower ci_upper verdict why",
    ),
    (
        "importance_beside",
        "Importance beside the path model",
        "与路径模型对照的重要性",
        "target driver importance importance_ci_lower importance_ci_upper rank_importance lmg_share rank_lmg "
        "johnson_share rank_johnson correlation rank_correlation why",
    ),
    (
        "stated_derived",
        "Stated and derived importance",
        "自述重要性与推导重要性",
        "unit target driver method stated stated_ci_lower stated_ci_upper stated_cut derived "
        "derived_ci_lower derived_ci_upper derived_cut field borderline why",
    ),
)
