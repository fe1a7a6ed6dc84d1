"""Every term, unit, table and column, once, with labels in English and Chinese.

``TABLES`` is the contract of the results folder: the column names are a promise.
"""

from __future__ import annotations

from csi_model.columns import COLUMN_TERMS, LANGUAGES, Language, Table, TableColumn, Term
from csi_model.columns import make_term as _term
from csi_model.measure_words import MEASURES
from csi_model.terms import TERMS, term

__all__ = [
    "DIFFERENCES",
    "FIT_MEASURES",
    "LANGUAGES",
    "MEASURES",
    "PLANS",
    "RESERVED_COLUMNS",
    "SURVEY_TABLES",
    "TABLES",
    "TERMS",
    "Language",
    "Table",
    "TableColumn",
    "Term",
    "term",
]


def _table(name: str, en: str, zh: str, columns: str) -> Table:
    made = []
    for column in columns.split():
        kind, term = COLUMN_TERMS[column]
        made.append(TableColumn(name=column, kind=kind, term=term))
    return Table(name=name, title=_term(en, zh), columns=tuple(made))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "parameters",
            "Parameters",
            "参数估计",
            "lhs op rhs est se z pvalue ci_lower ci_upper std_all free why",
        ),
        _table("fit", "Fit measures", "拟合指标", "measure value why"),
        _table(
            "index",
            "Index scores",
            "指数得分",
            "construct index se ci_lower ci_upper ci_method n n_eff weight_rule weights_from why",
        ),
        _table("weights", "Index weights", "指数权重", "construct indicator weight loading weight_rule why"),
        _table(
            "indicators",
            "Questions",
            "题项描述",
            "indicator construct label low high n skipped dont_know refused other_missing "
            "mean sd skewness top2 bottom2 why",
        ),
        _table(
            "effects",
            "Effects",
            "效应",
            "source target kind effect se ci_lower ci_upper ci_method std_effect why",
        ),
        _table(
            "drivers",
            "Drivers",
            "驱动因素",
            "target driver importance importance_ci_lower importance_ci_upper performance "
            "performance_ci_lower performance_ci_upper impact_5 quadrant priority ci_method why",
        ),
        _table("reliability", "Reliability", "信度", "construct alpha rho_a rho_c ave why"),
        _table(
            "ordinal_reliability",
            "Reliability of ordered answers",
            "有序答案的信度",
            "construct alpha ordinal_alpha ordinal_omega categorical_omega index_omega why",
        ),
        _table(
            "validity",
            "Discriminant validity",
            "区分效度",
            "construct_1 construct_2 correlation htmt htmt2 ci_lower ci_upper why",
        ),
        _table("r2", "Explained variance", "解释方差", "construct r2 r2_adjusted se why"),
        _table(
            "standardised",
            "Standardised parameters",
            "标准化参数",
            "lhs op rhs est se z pvalue ci_lower ci_upper ci_method why",
        ),
        _table(
            "standardised_effects",
            "Standardised effects",
            "标准化效应",
            "source target kind effect se ci_lower ci_upper ci_method why",
        ),
        _table(
            "specific_effects",
            "Effects by way",
            "分路径效应",
            "source target path effect se ci_lower ci_upper ci_method std_effect why",
        ),
        _table("modification", "Modification indices", "修正指数", "lhs op rhs mi pvalue epc sepc_all why"),
        _table("residuals", "Residual correlations", "残差相关", "indicator_1 indicator_2 residual z why"),
        _table("block_fit", "SRMR by block", "分块 SRMR", "construct_1 construct_2 srmr why"),
        _table("collinearity", "Collinearity of drivers", "驱动因素共线性", "target driver vif why"),
        _table(
            "cross_loadings", "Cross-loadings", "交叉载荷", "indicator construct loading own_construct why"
        ),
        _table(
            "communalities",
            "Communality and redundancy",
            "共同度与冗余度",
            "construct indicator weighting weight loading communality redundancy q2 vif why",
        ),
        _table(
            "redundancies",
            "Communality, redundancy and Q² of constructs",
            "潜变量的共同度、冗余度与 Q²",
            "construct weighting communality redundancy q2 why",
        ),
        _table(
            "discriminant",
            "Fornell-Larcker and HTMT",
            "Fornell-Larcker 与 HTMT",
            "construct_1 construct_2 correlation sqrt_ave_1 sqrt_ave_2 fornell_larcker htmt htmt_upper htmt2 "
            "htmt2_upper verdict why",
        ),
        _table("effect_sizes", "Effect sizes", "效应量", "target driver f2 ci_lower ci_upper verdict why"),
        _table(
            "indicator_drivers",
            "Questions as drivers",
            "题项层面的驱动因素",
            "target driver indicator importance importance_ci_lower importance_ci_upper performance "
            "performance_ci_lower performance_ci_upper impact_5 ci_method why",
        ),
        _table(
            "moderation",
            "Effects at levels of a moderator",
            "调节效应（简单斜率）",
            "source target moderator moderator_at effect se ci_lower ci_upper ci_method why",
        ),
        _table(
            "composite_fit",
            "Overall fit of the composite model",
            "复合模型整体拟合",
            "measure model_form value bound_95 bound_99 pvalue draws verdict why",
        ),
        _table(
            "prediction",
            "Out-of-sample prediction (PLSpredict)",
            "样本外预测（PLSpredict）",
            "construct indicator q2_predict rmse_pls rmse_lm rmse_mean mae_pls mae_lm mae_mean verdict why",
        ),
        _table(
            "cvpat",
            "Predictive ability test (CVPAT)",
            "预测能力检验（CVPAT）",
            "target benchmark loss_pls loss_benchmark difference se z pvalue ci_lower ci_upper verdict why",
        ),
        _table(
            "tetrads",
            "Confirmatory tetrads",
            "验证性四分差",
            "construct tetrad value se ci_lower ci_upper pvalue verdict why",
        ),
        _table(
            "necessity",
            "Necessary conditions",
            "必要条件分析",
            "target driver ceiling effect_size pvalue accuracy verdict why",
        ),
        _table("bottlenecks", "Bottlenecks", "瓶颈表", "target target_level driver required why"),
        _table("resampling", "Resampling", "重抽样", "reason draws share used"),
        _table(
            "gains",
            "What an improvement of a driver goes with",
            "驱动因素提升的预期收益",
            "target driver points gain ci_lower ci_upper ci_method level_from level_to why",
        ),
        _table(
            "effect_correlations",
            "Correlations of estimated effects",
            "效应估计的相关",
            "target source_1 source_2 correlation why",
        ),
        _table("rows", "Rows", "样本行数", "reason rows"),
        _table("findings", "Findings", "提示", "code severity where what fix"),
    )
}
"""The tables of a results folder by name, in the order in which they are written."""

SURVEY_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "treatments",
            "What the treatment of missing answers does to the index",
            "缺失值处理对指数的影响",
            "treatment construct index se ci_lower ci_upper n difference why",
        ),
        _table(
            "invariance",
            "Measurement invariance of the groups",
            "各组测量等值性",
            "step holds chisq df npar cfi tli rmsea srmr chisq_difference df_difference pvalue "
            "cfi_difference rmsea_difference srmr_difference released method why",
        ),
        _table(
            "equality_tests",
            "What equality across groups costs",
            "跨组相等约束的检验",
            "step lhs op rhs group mi df pvalue epc why",
        ),
        _table(
            "latent_means",
            "Latent means",
            "潜变量均值",
            "group construct mean se z pvalue ci_lower ci_upper std_mean why",
        ),
        _table(
            "path_tests",
            "Do paths differ between groups?",
            "各组路径差异检验",
            "source target chisq wald df pvalue pvalue_holm method verdict why",
        ),
        _table(
            "permutation_tests",
            "Permutation tests between groups",
            "组间置换检验",
            "kind source target group_1 group_2 difference pvalue pvalue_holm draws why",
        ),
        _table(
            "micom",
            "Measurement invariance of composites (MICOM)",
            "复合变量测量等值性（MICOM）",
            "construct group_1 group_2 compositional bound pvalue_compositional mean_difference pvalue_mean "
            "variance_difference pvalue_variance verdict draws why",
        ),
        _table(
            "group_tests",
            "Do PLS estimates differ between groups?",
            "各组 PLS 估计差异检验",
            "kind source target group_1 group_2 value_1 value_2 difference pvalue_permutation "
            "pvalue_parametric pvalue_welch pvalue_henseler pvalue_holm verdict why",
        ),
        _table(
            "omnibus_tests",
            "One test of all differences between groups",
            "组间差异总体检验",
            "measure value bound_95 pvalue draws verdict why",
        ),
        _table(
            "segments",
            "How many unobserved segments?",
            "潜在细分数的选择",
            "segments logl aic aic3 aic4 bic caic mdl5 en smallest chosen why",
        ),
        _table(
            "segment_paths",
            "Paths by unobserved segment",
            "各潜在细分的路径",
            "segment share source target std_effect r2 why",
        ),
        _table(
            "estimators",
            "Two estimators side by side",
            "两种估计方法对照",
            "kind element target estimator_1 estimator_2 value_1 value_2 difference verdict why",
        ),
        _table(
            "aggregates",
            "Index scores of industries, sectors and the whole",
            "行业、部门与总体指数",
            "level unit parent construct index se ci_lower ci_upper n units share_kind measured carried "
            "others weights_from why",
        ),
        _table(
            "shares",
            "Shares in the level above",
            "在上一级中的权重",
            "level unit parent share_kind amount share share_from why",
        ),
        _table(
            "differences",
            "Differences",
            "差异",
            "kind construct unit_1 unit_2 index_1 index_2 difference se df_welch ci_lower ci_upper "
            "simultaneous_lower simultaneous_upper z pvalue pvalue_holm pvalue_bh pvalue_simultaneous "
            "pvalue_equivalence equivalence comparable verdict why",
        ),
        _table(
            "ranks",
            "Ranks with intervals",
            "排名与区间",
            "construct level within unit index rank rank_lower rank_upper simultaneous_rank_lower "
            "simultaneous_rank_upper p_first may_lead letters units why",
        ),
        _table(
            "rank_probabilities",
            "Probability of each rank",
            "各名次的概率",
            "construct level within unit rank probability",
        ),
        _table(
            "trend",
            "Trend over waves",
            "各期趋势",
            "unit construct wave weights_from index se ci_lower ci_upper ci_method n n_eff change change_se "
            "change_ci_lower change_ci_upper z pvalue pvalue_holm method verdict why",
        ),
        _table(
            "decomposition",
            "Where a change comes from",
            "指数变化的分解",
            "unit target wave_1 wave_2 part driver contribution se ci_lower ci_upper ci_method why",
        ),
        _table(
            "wave_checks",
            "Are the waves of one study?",
            "各期研究是否一致",
            "wave_1 wave_2 subject same what",
        ),
        _table(
            "target_plan",
            "The cheapest way to a target",
            "实现目标的最低成本方案",
            "unit target driver push level_from level_to gain ci_lower ci_upper ci_method cost marginal_cost "
            "verdict why",
        ),
        _table(
            "consequences",
            "What goes with it",
            "相应的业务影响",
            "unit scenario driver measure construct value_from value_to difference ci_lower ci_upper "
            "ci_method why",
        ),
        _table(
            "answers", "Answers to every question", "各题答案分布", "indicator answer respondents share why"
        ),
        _table(
            "weighting",
            "Weighting to known margins",
            "按已知边际加权",
            "unit variable category target_share sample_share weighted_share respondents why",
        ),
        _table(
            "precision",
            "Precision of the index",
            "指数精度",
            "unit construct index half_width n n_eff deff_weights deff why",
        ),
        *MEASURES.values(),
    )
}
"""Tables about the survey as a whole, without group columns; each only where there is something to say."""

DIFFERENCES = SURVEY_TABLES["differences"]
"""The table of differences, also the one that a comparison of stored results adds."""

PLANS: dict[str, Table] = {
    name: _table(name, en, zh, columns)
    for name, en, zh, columns in (
        ("interviews", "Interviews and margins", "样本量与误差范围",
         "unit purpose allowance comparisons index_sd confidence deff correlation distribution margin "
         "interviews unrounded response invited units total why"),
        ("power", "Interviews, differences and power", "样本量、差异与检验功效",
         "unit kind purpose allowance comparisons index_sd confidence deff correlation distribution "
         "difference power interviews unrounded response invited units total why"),
        ("path_power", "Power of a path, by simulation", "路径的检验功效（模拟）",
         "source target estimator interviews std_effect effect confidence draws unusable found power "
         "ci_lower ci_upper mean_estimate sd_estimate why"),
        ("margin_curve", "Margin against interviews", "误差范围与样本量的关系",
         "unit index_sd interviews margin asked"),
        ("power_curve", "Power against the difference", "检验功效与差异的关系",
         "unit allowance comparisons index_sd interviews difference power asked"),
        ("interviews_curve", "Power against interviews", "检验功效与样本量的关系",
         "unit allowance comparisons index_sd difference interviews power asked"),
    )
}  # fmt: skip
"""Tables of ``csi plan``."""

RESERVED_COLUMNS: frozenset[str] = frozenset(
    name for table in (*TABLES.values(), DIFFERENCES) for name in table.column_names
)
"""Names that a group column may not have."""

FIT_MEASURES: tuple[str, ...] = (
    "npar", "n", "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper",
    "srmr", "gfi", "agfi", "logl", "aic", "bic",
)  # fmt: skip
"""Rows of ``fit.csv``, lavaan's names with ``_`` for ``.``."""
