"""Words on PLS path modelling: verdicts, method, measurement, structure, fit; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_VERDICTS = {
    "pls_converged_good": _t("The weights came to rest.", "权重已稳定。"),
    "pls_converged_bad": _t("The weights still moved in the last step.", "最后一步权重仍在变动。"),
    "pls_admissible_good": _t(
        "Scores are weighted sums of the answers, so that every correlation and variance is a possible one.",
        "得分是答案的加权和，各相关系数与方差均为可能的数值。",
    ),
    "plsc_admissible_good": _t(
        "After the correction for measurement error, every loading and correlation is a possible one.",
        "校正测量误差之后，各载荷与相关系数均为可能的数值。",
    ),
    "pls_admissible_caution": _t(
        "Every value is possible, but some constructs can hardly be told apart: see the findings.",
        "各数值均可能成立，但部分潜变量难以区分，详见提示。",
    ),
    "pls_admissible_bad": _t(
        "The correction for measurement error leads to values that cannot exist.",
        "对测量误差的校正得出了不可能的数值。",
    ),
    "pls_identified_good": _t(
        "The drivers of every construct can be told apart.", "各潜变量的驱动因素均可区分。"
    ),
    "pls_identified_caution": _t(
        "The drivers of a construct determine each other almost exactly.",
        "某潜变量的驱动因素之间几乎完全相关。",
    ),
    "pls_identified_bad": _t(
        "The drivers of a construct determine each other exactly.", "某潜变量的驱动因素之间完全相关。"
    ),
    "plsc_box_index": _t(
        "The index scores rest on the weights and the answers, which the correction does not touch: they "
        "hold.",
        "指数由权重和答案得出，不受该校正影响，仍可使用。",
    ),
}

_METHOD = {
    "pls_method": _t(
        "Every question is put on 0 to 100 by its declared scale; the index of a construct is the weighted "
        "mean of its questions, with weights that sum to 1 ({rule}). The model was estimated by {estimator}: "
        "{scheme}, {metric}. {intervals}Missing answers: {missing}. An effect is in index points per index "
        "point; importance is the total effect on the target, performance the driver's own index, and the "
        "impact of 5 points is five times the importance.",
        "每道题先按其声明的量表换算为 0–100 分；潜变量的指数是其题项的加权平均，权重之和为 1（{rule}）。"
        "模型采用{estimator}估计：{scheme}，{metric}。{intervals}缺失值处理：{missing}。效应的单位为每提升 "
        "1 分所变化的分数；重要性是对目标变量的总效应，表现是驱动因素自身的指数，“提升 5 分的影响”为重要性"
        "的 5 倍。",
    ),
    "pls_consistent": _t(
        "Loadings, correlations of constructs and paths are corrected for the measurement error of "
        "reflective "
        "constructs (Dijkstra & Henseler, 2015); weights and scores are not.",
        "载荷、潜变量相关系数和路径已按反映型潜变量的测量误差校正（Dijkstra & Henseler, 2015），"
        "权重与得分未作校正。",
    ),
    "pls_scheme_path": _t("inner weights by the path scheme", "内部权重采用路径加权方案"),
    "pls_scheme_centroid": _t("inner weights by the centroid scheme", "内部权重采用重心加权方案"),
    "pls_scheme_factorial": _t("inner weights by the factorial scheme", "内部权重采用因子加权方案"),
    "pls_metric_standardised": _t("standardised questions", "题项经标准化"),
    "pls_metric_common": _t("questions on their common scale, not standardised", "题项用共同量表，不标准化"),
    "pls_intervals_bootstrap": _t(
        "Intervals are {level} intervals from {draws} resamples of the respondents ({interval}): intervals "
        "made in this way hold the value sought in about {level} of surveys like this one.",
        "区间为 {level} 置信区间，由对受访者的 {draws} 次重抽样得出（{interval}）：在同类调查中，"
        "这样得出的区间"
        "约有 {level} 会包含所求的数值。",
    ),
    "pls_intervals_jackknife": _t(
        "Intervals are {level} intervals from fits that leave out some respondents in turn (jackknife).",
        "区间为 {level} 置信区间，由逐次剔除部分受访者的拟合得出（刀切法）。",
    ),
    "pls_intervals_none": _t(
        "There are no intervals, since no resamples were asked for.", "未要求重抽样，因此没有置信区间。"
    ),
    "pls_missing_available": _t(
        "every answer given is used (regressions on the answers there are)",
        "使用全部已有答案（对已有答案作回归）",
    ),
}

_MEASUREMENT = {
    "h_pls_loadings": _t("Loadings and weights", "载荷与权重"),
    "pls_loadings_text": _t(
        "A loading is the correlation of a question with its construct: .708 and more means that the "
        "construct holds half of its variance (Hair et al., 2019); ▼ marks a smaller one. Outer weights make "
        "the standardised scores; index weights are for answers on 0 to 100 and sum to 1.",
        "载荷是题项与其潜变量的相关系数：不低于 0.708 表示潜变量解释了题项一半的方差（Hair et al., 2019），"
        "▼ 表示低于此值。外部权重用于标准化得分；指数权重用于 0–100 分的答案，总和为 1。",
    ),
    "pls_loading": _t("loading", "载荷"),
    "pls_outer": _t("outer weight", "外部权重"),
    "pls_index_weight": _t("index weight", "指数权重"),
    "pls_mode_A": _t("mode A", "模式 A"),
    "pls_mode_B": _t("mode B", "模式 B"),
    "pls_mode_sum": _t("equal weights", "等权"),
    "pls_mode_given": _t("given weights", "给定权重"),
    "pls_mode_single": _t("single question", "单一题项"),
    "h_pls_communalities": _t("Communality, redundancy and Q²", "共同度、冗余度与 Q²"),
    "pls_communalities_text": _t(
        "Communality is the share of a question's variance that its construct holds; redundancy the share "
        "that the drivers of the construct explain. Q² tells how well left-out answers are predicted "
        "(blindfolding): above 0 the drivers help. ▲ marks a variance inflation of {limit} or more.",
        "共同度是潜变量所解释的题项方差比例，冗余度是该潜变量的驱动因素所解释的比例。Q² 表示对被删去的答案"
        "的预测能力（盲解法），大于 0 表示驱动因素有预测作用。▲ 表示方差膨胀因子不低于 {limit}。",
    ),
    "h_pls_shares": _t("The same question by question", "逐题列出"),
    "about_pls_shares": _t(
        "communality, redundancy, Q², variance inflation", "共同度、冗余度、Q²、方差膨胀因子"
    ),
    "pls_cross_about": _t("every question with every construct", "每个题项与每个潜变量"),
    "pls_cross_text": _t(
        "A question belongs where it loads highest; its own construct is printed bold in brackets, and ▲ "
        "marks a question that loads higher on another. Columns have the numbers of the constructs.",
        "题项应归于载荷最高的潜变量；所属潜变量以粗体方括号标出，▲ 表示在其他潜变量上的载荷更高。列号为"
        "潜变量的编号。",
    ),
    "pls_reliability_limits": _t(
        "For constructs whose weights are not those of mode A, reliability is not defined in every sense.",
        "权重不属于模式 A 的潜变量，部分信度指标没有定义。",
    ),
    "pls_discriminant_text": _t(
        "Fornell-Larcker asks that a construct shares more with its own questions (root of the average "
        "variance extracted) than with another construct. HTMT compares correlations between and within "
        "constructs: two constructs are distinct where even the upper bound (one-sided, {level}) is below "
        ".90, doubtful where only the estimate is, not distinct where neither is (Henseler, Ringle & "
        "Sarstedt, 2015).",
        "Fornell-Larcker 准则要求潜变量与自身题项的共享程度（AVE 平方根）高于与其他潜变量的相关。HTMT 比较"
        "潜变量之间与之内的题项相关：单侧上限（{level}）也低于 0.90 为可区分，仅估计值低于 0.90 为存疑，"
        "均不低于 0.90 为不可区分（Henseler, Ringle & Sarstedt, 2015）。",
    ),
    "pls_not_distinct": _t(
        "Respondents hardly tell apart: {pairs}.", "受访者难以区分：{pairs}。"
    ),
    "pls_all_distinct": _t("All pairs with such a test are distinct.", "凡可检验的各对潜变量均可区分。"),
    "v_distinct": _t("✓ distinct", "✓ 可区分"),
    "v_doubtful": _t("! doubtful", "! 存疑"),
    "v_not_distinct": _t("✕ not distinct", "✕ 不可区分"),
    "v_held": _t("✓ yes", "✓ 是"),
    "v_not_held": _t("✕ no", "✕ 否"),
    "pls_tetrads_about": _t(
        "whether the questions of a construct can all be reflections of one thing",
        "同一潜变量的题项是否可能都反映同一内容",
    ),
    "pls_tetrads_text": _t(
        "If one thing stands behind four questions and more, certain products of their covariances are equal "
        "and their differences, the tetrads, vanish (Gudergan et al., 2008). Intervals and p values are "
        "adjusted for the number of tetrads of a construct (Bonferroni).",
        "若四个及以上题项都反映同一内容，其协方差的某些乘积相等，两者之差（四分差）为零（Gudergan et al., "
        "2008）。区间与 p 值按该潜变量的四分差个数作 Bonferroni 校正。",
    ),
    "pls_tetrads_contradicted": _t(
        "The questions contradict a reflection of one thing: {names}. Composites do not need it.",
        "题项与“反映同一内容”相矛盾：{names}。复合变量不要求这一点。",
    ),
    "pls_tetrads_upheld": _t(
        "Nothing speaks against it (which is no proof): {names}.", "没有相反证据（但不构成证明）：{names}。"
    ),
}  # fmt: skip

_STRUCTURE = {
    "h_pls_paths": _t("Standardised paths", "标准化路径"),
    "pls_paths_text": _t(
        "A path is what one standard deviation of the driver does to the outcome, the other drivers held "
        "still. f² says what the explained variance loses without the driver: .02 is small, .15 medium, .35 "
        "large (Cohen, 1988). VIF says by how much the other drivers raise the variance of a path; ▲ marks "
        "{limit} or more.",
        "路径系数表示其他驱动因素不变时，驱动因素变化一个标准差对结果变量的作用。f² 表示去掉该驱动因素时"
        "解释方差的损失：0.02 为小，0.15 为中，0.35 为大（Cohen, 1988）。VIF 表示其他驱动因素使路径方差增大"
        "多少倍，▲ 表示不低于 {limit}。",
    ),
    "pls_path": _t("path", "路径系数"),
    "pls_size": _t("size", "大小"),
    "v_negligible": _t("negligible", "可忽略"),
    "v_small": _t("small", "小"),
    "v_medium": _t("medium", "中"),
    "v_large": _t("large", "大"),
    "h_pls_moderation": _t("Effects at levels of a moderator", "调节变量不同取值下的效应"),
    "pls_moderation_text": _t(
        "Standardised effects where the moderator is one standard deviation below its mean, at its mean, and "
        "one above. An interval without 0 says that the driver counts at that level.",
        "调节变量分别取低于均值一个标准差、均值和高于均值一个标准差时的标准化效应。区间不含 0 表示在该取值下"
        "驱动因素有作用。",
    ),
    "pls_moderated": _t(
        "{way}, moderated by {moderator}", "{way}，受{moderator}调节"
    ),
    "v_low": _t("low (−1 SD)", "低（−1 个标准差）"),
    "v_average": _t("average", "平均"),
    "v_high_level": _t("high (+1 SD)", "高（+1 个标准差）"),
    "chart_moderation": _t("Effects at levels of a moderator", "调节变量不同取值下的效应"),
    "axis_moderation": _t(
        "Standardised effect; the line is the {level} interval", "标准化效应，横线为 {level} 置信区间"
    ),
    "pls_fit_text": _t(
        "The distance between the correlations of the questions and those that the model implies: within the "
        "bounds it may be chance, beyond them it is not (bootstrap of data in which the model holds; "
        "Dijkstra "
        "& Henseler, 2015). An SRMR up to .08 is usual for an acceptable model (Hu & Bentler, 1999). The "
        "saturated form leaves the constructs free and shows the measurement alone.",
        "题项相关与模型隐含相关之间的距离：在界限之内可能出于偶然，超出则不是（对模型成立的数据作自助抽样；"
        "Dijkstra & Henseler, 2015）。SRMR 不超过 0.08 通常视为可接受（Hu & Bentler, 1999）。饱和形式不限制"
        "潜变量之间的关系，只反映测量部分。",
    ),
    "pls_fits": _t(
        "The model fits: every distance could be chance.", "模型拟合：各距离均可能出于偶然。"
    ),
    "pls_does_not_fit": _t(
        "The model does not fit exactly: {names} beyond chance. The index does not rest on it, but paths "
        "read one by one do.",
        "模型不完全拟合：{names}超出偶然范围。指数不依赖于此，但逐条解读路径时须注意。",
    ),
    "pls_misfit_small": _t(
        "By its SRMR of {value}, not above .08, the misfit is small, as it often is in large samples.",
        "SRMR 为 {value}，不超过 0.08，失拟较小；大样本中这很常见。",
    ),
    "pls_misfit_large": _t(
        "Its SRMR of {value} is above .08, so that the misfit is not small: look for missing paths and for "
        "questions that belong elsewhere.",
        "SRMR 为 {value}，高于 0.08，失拟不小：请检查是否遗漏路径，或有题项归属不当。",
    ),
    "pls_fit_untested": _t("Whether the model fits was not tested: {why}.", "未检验模型是否拟合：{why}。"),
    "pls_gof": _t(
        "GoF is {value}: the geometric mean of communality and explained variance. It is no measure of fit, "
        "for it does not tell right models from wrong ones (Henseler & Sarstedt, 2013).",
        "GoF 为 {value}，即共同度与解释方差的几何平均。它不是拟合指标，不能区分正确与错误的模型（Henseler & "
        "Sarstedt, 2013）。",
    ),
    "pls_form_estimated": _t("Model with its paths", "含路径的模型"),
    "pls_form_saturated": _t("Saturated form (measurement alone)", "饱和形式（仅测量部分）"),
    "v_fits": _t("✓ fits", "✓ 拟合"),
    "v_does_not_fit": _t("✕ does not fit", "✕ 不拟合"),
    "pls_fit_other": _t("Sizes and verdicts behind the fit", "规模与判定依据"),
    "pls_fit_other_about": _t("sample, free numbers, convergence", "样本量、参数个数、收敛情况"),
    "fit_d_uls": _t("squared Euclidean distance (d_ULS)", "欧氏距离平方（d_ULS）"),
    "fit_d_g": _t("geodesic distance (d_G)", "测地距离（d_G）"),
    "fit_pls_npar": _t("weights and paths", "权重与路径个数"),
    "fit_pls_n": _t("respondents", "样本量"),
    "fit_pls_iterations": _t("steps to convergence", "收敛步数"),
    "fit_pls_gradient": _t("largest change of a weight in the last step", "最后一步权重的最大变化"),
    "fit_pls_information_eigenvalue": _t(
        "smallest eigenvalue of the drivers' correlations", "驱动因素相关矩阵的最小特征值"
    ),
}  # fmt: skip

_INDICATORS = {
    "h_indicators": _t("Questions by importance and performance", "题项的重要性与表现"),
    "chart_indicators": _t("Question map for {construct}", "{construct}的题项图"),
    "indicators_text": _t(
        "The same for single questions: importance is what one point (of 100) more on a question goes with, "
        "that is its index weight times the total effect of its construct (Ringle & Sarstedt, 2016). "
        "Questions to the lower right matter most and do worst.",
        "对单个题项作同样分析：重要性是题项每提升 1 分（满分 100）所对应的变化，等于其指数权重乘以所属潜变量"
        "的总效应（Ringle & Sarstedt, 2016）。右下方的题项最重要而表现最差。",
    ),
    "axis_item_importance": _t(
        "Importance: index points of {construct} per point (0 to 100) of the question",
        "重要性：题项每提升 1 分（0–100），{construct}变化的分数",
    ),
    "axis_item_performance": _t("Performance: mean answer on 0 to 100", "表现：0–100 分的平均得分"),
    "indicator_item": _t(
        "{number} {question}: importance {importance}, performance {performance}",
        "{number} {question}：重要性 {importance}，表现 {performance}",
    ),
    "numbered": _t("{number}  {text}", "{number}  {text}"),
}

COMPOSITE: dict[str, Term] = {**_VERDICTS, **_METHOD, **_MEASUREMENT, **_STRUCTURE, **_INDICATORS}
"""Every text of this file by key."""
