"""Words on fit, its inspection, comparability of groups, missing answers and draws, both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_FIT = {
    "fit_kind_plain": _t("plain", "普通"),
    "fit_kind_scaled": _t("scaled", "校正"),
    "fit_kind_robust": _t("robust", "稳健"),
    "fit_limits": _t(
        "The usual cut-offs are for orientation: none of them makes a model true or false.",
        "常用标准仅供参考，不能据此断定模型的对错。",
    ),
    "fit_about_scaled": _t(
        "Scaled measures rest on a chi-square that is corrected for answers that are not normally "
        "distributed, or not a simple random sample.",
        "校正指标依据经校正的卡方，适用于答案非正态分布或非简单随机样本的情形。",
    ),
    "fit_about_robust": _t(
        "Robust measures estimate what CFI, TLI and RMSEA would be with complete, normally distributed "
        "answers; where they are shown, read these.",
        "稳健指标估计的是答案完整且服从正态分布时的 CFI、TLI 和 RMSEA；凡有稳健指标时，以其为准。",
    ),
    "h_fit_other": _t("Sizes, likelihood and verdicts behind the fit", "规模、似然与判定依据"),
}

_INSPECTION = {
    "h_inspection": _t("Looking into the fit", "细看模型拟合"),
    "about_modification": _t("modification indices", "修正指数"),
    "about_residuals": _t("residual correlations", "残差相关"),
    "about_block_fit": _t("SRMR by block", "分块 SRMR"),
    "about_collinearity": _t("overlap of drivers", "驱动因素共线性"),
    "about_ways": _t("each indirect effect, way by way", "逐条列出各间接效应"),
    "about_equality": _t("which equal parameters cost most", "哪些相等约束代价最大"),
    "inspect_modification": _t(
        "A modification index says by how much chi-square would fall if this one parameter were freed "
        "(3.84 is significant at 5%, but in large samples nearly all are). Change a model only where the "
        "change makes sense without these data.",
        "修正指数表示单独释放该参数时卡方将下降多少（3.84 为 5% 显著水平，但大样本中几乎全部显著）。"
        "只有在不看这批数据也说得通时，才应修改模型。",
    ),
    "inspect_residuals": _t(
        "A residual correlation is what the model leaves of a correlation of two questions: positive where "
        "they go together more than the model says. Beyond 0.10 in size it is worth a look; a z beyond 2.58 "
        "is rare where the model holds.",
        "残差相关是两个题项的相关中模型未能解释的部分，为正表示两者的关联强于模型所示。绝对值超过 0.10 "
        "时值得注意；模型成立时 z 很少超过 2.58。",
    ),
    "inspect_block_fit": _t(
        "SRMR of the questions of one construct (on the diagonal) and between those of two: where it is "
        "largest, the model fits worst. A column has the number of its construct.",
        "对角线为同一潜变量题项的 SRMR，其余为两个潜变量题项之间的 SRMR；数值最大之处拟合最差。"
        "列号为潜变量的编号。",
    ),
    "inspect_collinearity": _t(
        "The variance inflation factor says by how much the other drivers of an outcome raise the variance "
        "of a path; ▲ marks {limit} or more (Hair et al., 2019).",
        "方差膨胀因子表示同一目标变量的其他驱动因素使该路径的方差增大多少倍；▲ 表示不低于 {limit}"
        "（Hair et al., 2019）。",
    ),
    "inspect_none": _t("Nothing can be shown: {why}.", "无法显示：{why}。"),
    "inspect_files": _t(
        "Here stand the largest; all rows are in {files} in {folder} of the results folder.",
        "此处只列最大者；全部各行见结果文件夹 {folder} 中的 {files}。",
    ),
    "cap_modification": _t("The {count} largest modification indices", "最大的 {count} 个修正指数"),
    "cap_residuals": _t("The {count} largest residual correlations", "最大的 {count} 个残差相关"),
    "cap_drivers_of": _t("Drivers of {construct}", "{construct}的驱动因素"),
    "cap_ways_to": _t("To {construct}", "对{construct}"),
    "col_parameter": _t("parameter", "参数"),
    "col_pair": _t("questions", "题项"),
    "par_path": _t("path {way}", "路径 {way}"),
    "par_loading": _t("loading of {item} on {construct}", "{item}在{construct}上的载荷"),
    "par_intercept": _t("intercept of {name}", "{name}的截距"),
    "par_thresholds": _t("thresholds of {name}", "{name}的阈值"),
    "par_error_covariance": _t("error covariance of {first} and {second}", "{first}与{second}的误差协方差"),
    "par_error_variance": _t("error variance of {name}", "{name}的误差方差"),
    "par_residual_covariance": _t(
        "covariance, beyond the paths, of {first} and {second}", "{first}与{second}在路径之外的协方差"
    ),
    "par_residual_variance": _t("unexplained variance of {name}", "{name}的未解释方差"),
    "quoted_item": _t("“{label}” ({name})", "“{label}”（{name}）"),
    "in_brackets": _t(" ({text})", "（{text}）"),
    "pair_correlation": _t("correlation {value}", "相关系数 {value}"),
    "list_comma": _t(", ", "，"),
    "or_else": _t("; or ", "；或"),
    "box_symptoms": _t("What was found, one by one", "逐项列出的问题"),
    "box_why": _t("Why", "原因"),
    "box_do": _t("What to do", "如何处理"),
    "box_more_groups": _t("{count} more groups: see the findings.", "另有 {count} 个组，详见提示。"),
}

_COMPARABILITY = {
    "h_comparability": _t("May the groups be compared?", "各组可以比较吗？"),
    "may_paths": _t("Paths", "路径"),
    "may_means": _t("Latent means", "潜变量均值"),
    "may_indices": _t("Indices", "指数"),
    "may_yes": _t("yes", "可以比较"),
    "may_partly": _t("in part", "部分可比"),
    "may_no": _t("no", "不可比较"),
    "may_sentence": _t("{what}: {answer}. {why}", "{what}：{answer}。{why}"),
    "h_ladder": _t("The ladder of measurement invariance", "测量等值性的各级"),
    "ladder_text": _t(
        "Each step holds more of the measurement equal across the groups than the one above. A step holds "
        "if the fit hardly drops: CFI by no more than 0.010 (Cheung & Rensvold, 2002), RMSEA up by no more "
        "than 0.015, SRMR by no more than 0.030 for loadings and 0.010 after (Chen, 2007); for 300 "
        "respondents or fewer 0.005, 0.010, 0.025 and 0.005.",
        "每一级比上一级要求更多的测量参数在各组间相等。拟合几乎不下降即视为成立：CFI 下降不超过 0.010（"
        "Cheung & Rensvold, 2002），RMSEA 上升不超过 0.015，SRMR 上升不超过 0.030（载荷）或 0.010（其后"
        "各级）（Chen, 2007）；受访者不超过 300 名时分别为 0.005、0.010、0.025 和 0.005。",
    ),
    "ladder_text_ordinal": _t(
        "Each step holds more of the measurement equal across the groups than the one above; for ordered "
        "answers thresholds come first, since they carry the unit of the responses behind the answers (Wu & "
        "Estabrook, 2016). A step holds if the fit hardly drops: scaled CFI by no more than 0.004, scaled "
        "RMSEA up by no more than 0.010 (Rutkowski & Svetina, 2017), or if chi-square does not rise "
        "significantly. With two or three answers equal thresholds cannot be tested.",
        "每一级比上一级要求更多的测量参数在各组间相等；对有序答案，阈值在先，因为答案背后潜在反应的单位由阈值"
        "确定（Wu & Estabrook, 2016）。拟合几乎不下降即视为成立：校正 CFI 下降不超过 0.004，校正 RMSEA 上升"
        "不超过 0.010（Rutkowski & Svetina, 2017），或卡方没有显著上升。只有两三个答案时无法检验阈值相等。",
    ),
    "ladder_released": _t("Left free, {step}: {names}.", "{step}中释放的参数：{names}。"),
    "ladder_method": _t("Test of the change of chi-square: {method}.", "卡方变化的检验：{method}。"),
    "test_likelihood ratio": _t("likelihood ratio", "似然比检验"),
    "test_Satorra-Bentler 2001": _t(
        "scaled difference (Satorra & Bentler, 2001)", "校正差异检验（Satorra & Bentler, 2001）"
    ),
    "test_Satorra-Bentler 2010": _t(
        "scaled difference (Satorra & Bentler, 2010)", "校正差异检验（Satorra & Bentler, 2010）"
    ),
    "test_Satorra 2000": _t(
        "difference adjusted in mean and variance (Satorra, 2000)",
        "均值与方差校正的差异检验（Satorra, 2000）",
    ),
    "finding_categories-joined": _t("answers joined for the comparison", "为比较而合并的答案"),
    "finding_two-answers": _t("questions with two answers", "只有两个答案的题项"),
    "cap_means": _t("Means against {group}", "与{group}相比的均值"),
    "cap_path_tests": _t("Tests of equal paths", "路径相等的检验"),
    "col_df": _t("df", "自由度"),
    "col_chisq_df": _t("chi-square (df)", "卡方（自由度）"),
    "col_chisq_change": _t("change of chi-square (df)", "卡方变化（自由度）"),
    "h_equality": _t("What equality costs", "相等约束的代价"),
    "equality_text": _t(
        "Score tests of parameters held equal, the largest of each step: where groups answer a question "
        "differently. The whole table, group by group, is in tables/equality_tests.csv.",
        "相等约束的得分检验，各级只列最大者，显示各组在哪些题项上作答不同。逐组的完整结果见 "
        "tables/equality_tests.csv。",
    ),
    "h_means": _t("Latent means", "潜变量均值"),
    "means_text": _t(
        "Means are free of error of measurement and of questions that groups answer differently. {group} is "
        "the zero point; a mean counts in the units of its construct, beside it in standard deviations of "
        "the group. The interval is that of the mean.",
        "潜变量均值不含测量误差，也不受各组作答方式不同的题项影响。以{group}为零点；均值以潜变量的单位计，"
        "并以该组的标准差计。置信区间为均值的区间。",
    ),
    "h_path_tests": _t("Do paths differ?", "路径是否不同？"),
    "all_paths": _t("all paths together", "全部路径"),
    "col_path": _t("path", "路径"),
    "path_differs": _t("differs", "存在差异"),
    "path_no_clear_difference": _t("no clear difference", "无明显差异"),
    "path_not_tested": _t("not tested", "未检验"),
    "paths_differs": _t(
        "Taken together, the paths differ between the groups (p {p}).",
        "总体而言，各组的路径存在差异（p {p}）。",
    ),
    "paths_no_clear_difference": _t(
        "Taken together, the paths do not clearly differ between the groups (p {p}).",
        "总体而言，各组的路径无明显差异（p {p}）。",
    ),
    "paths_which": _t("Different for at least one group: {names}.", "至少一组不同的路径：{names}。"),
    "paths_none": _t("No single path clearly differs.", "没有任何单条路径存在明显差异。"),
    "paths_how": _t(
        "Loadings are held equal where the ladder found them so, and paths have one unit; p values are "
        "adjusted by Holm over the paths.",
        "等值性检验成立的载荷设为各组相等，使路径单位一致；p 值按 Holm 法对各路径作校正。",
    ),
}

_MISSING = {
    "h_treatments": _t("What missing answers do", "缺失答案的影响"),
    "treatments_same": _t(
        "The index of {construct} is {index} with the treatment used here ({used}); every other treatment "
        "gives the same to a tenth of a point.",
        "按本报告的处理方法（{used}），{construct}指数为 {index} 分；其他处理方法的结果相差不到 0.1 分。",
    ),
    "treatments_above": _t(
        "The index of {construct} is {index} with the treatment used here ({used}). The treatment furthest "
        "from it, {other}, gives {difference} index points more.",
        "按本报告的处理方法（{used}），{construct}指数为 {index} 分；相差最大的处理方法（{other}）高 "
        "{difference} 分。",
    ),
    "treatments_below": _t(
        "The index of {construct} is {index} with the treatment used here ({used}). The treatment furthest "
        "from it, {other}, gives {difference} index points fewer.",
        "按本报告的处理方法（{used}），{construct}指数为 {index} 分；相差最大的处理方法（{other}）低 "
        "{difference} 分。",
    ),
    "treatments_files": _t(
        "All constructs are in tables/treatments.csv.", "全部潜变量见 tables/treatments.csv。"
    ),
    "h_draws": _t("Bootstrap", "自助法"),
    "cap_draws": _t("Draws of the bootstrap", "自助法抽样"),
    "draws_text": _t(
        "{asked} bootstrap draws were asked for; {used} gave an estimate that can be used.",
        "共抽取 {asked} 个自助样本，其中 {used} 个得到可用的估计。",
    ),
    "draws_used": _t("usable", "可用"),
    "draws_left_out": _t("Left out", "剔除"),
    "draws_flagged": _t("Used, though not admissible", "已使用，但解不可接受"),
    "method_ridge": _t(
        "Paths were steadied by a ridge of strength {ridge}.",
        "路径系数经岭估计稳定化，岭强度为 {ridge}。",
    ),
    "method_bounded": _t("Variances were kept at or above zero.", "方差被限制为不小于零。"),
}

INSPECTION: dict[str, Term] = {**_FIT, **_INSPECTION, **_COMPARABILITY, **_MISSING}
"""Every text of this file by key."""
