"""What column titles and measures mean, a sentence or two each, both languages side by side.

``define_`` and the name of a column (``vocabulary.COLUMN_TERMS``) or the key of a phrase.
"""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_INDEX = {
    "define_index": _t(
        "The score of a construct from 0 (everybody gave the worst answer) to 100 (everybody gave the best).",
        "潜变量的得分：0 分表示所有人都选最差答案，100 分表示所有人都选最好答案。",
    ),
    "define_interval": _t(
        "The range that would hold the true value in so many of a hundred such samples.",
        "若重复抽取同样的样本，有相应比例的区间会包含真实值。",
    ),
    "define_se": _t(
        "How much the value would vary from sample to sample; the interval is built from it.",
        "该数值在不同样本之间的波动程度；置信区间由此得出。",
    ),
    "define_n": _t("Respondents whose answers were used.", "所使用的受访者人数。"),
    "define_n_eff": _t(
        "Respondents that would give the same precision if all counted equally.",
        "在每人权重相等时，能达到同样精度的样本量。",
    ),
    "define_own_weights": _t(
        "The score if the group's own question weights are used instead of those of all respondents.",
        "用本组自己的题项权重（而非全体受访者的权重）计算的得分。",
    ),
    "define_weight_rule": _t(
        "How much each question counts in the score of its construct.", "各题项在潜变量得分中所占权重的定法。"
    ),
    "define_construct": _t(
        "Something that is not asked directly but measured by several questions, such as satisfaction.",
        "不直接提问、而由若干题项测量的概念，例如满意度。",
    ),
    "define_indicator": _t("A question that measures a construct.", "测量潜变量的题目。"),
}

_DRIVERS = {
    "define_driver": _t(
        "A construct that stands before the target in the model; an association, not proof of a cause.",
        "模型中位于目标变量之前的潜变量；表示相关，不证明因果。",
    ),
    "define_importance": _t(
        "By how many index points the target is higher where the driver is one index point higher, "
        "over all paths.",
        "驱动因素高 1 分时，目标变量经由所有路径相应高出的分数。",
    ),
    "define_performance": _t("The index of the driver itself, 0 to 100.", "驱动因素自身的指数（0–100 分）。"),
    "define_impact_5": _t(
        "Five times the importance: what five index points of the driver go with in the target.",
        "重要性的五倍：驱动因素提升 5 分时，目标变量相应变化的分数。",
    ),
    "define_quadrant": _t(
        "Where a driver stands on the map of importance and performance; the lines cross at the means.",
        "驱动因素在重要性与表现图中的位置；交叉线为均值。",
    ),
    "define_priority": _t(
        "Impact of five points, times the room left to 100. The higher, the more there is to gain.",
        "提升 5 分的影响乘以距满分的余地；数值越大，改进空间越大。",
    ),
    "define_std_effect": _t(
        "The effect in standard deviations, so that constructs of unequal spread can be compared.",
        "以标准差表示的效应，便于比较离散程度不同的潜变量。",
    ),
    "define_r2": _t(
        "The share of the differences between respondents that the drivers account for.",
        "驱动因素所能解释的受访者差异的比例。",
    ),
    "define_r2_adjusted": _t(
        "R² made smaller for the number of drivers.", "按驱动因素个数调整（降低）后的 R²。"
    ),
    "define_f2": _t(
        "How much R² falls if the driver is left out; about 0.02 is small, 0.15 medium, 0.35 large.",
        "去掉该驱动因素后 R² 下降的程度；约 0.02 为小，0.15 为中，0.35 为大。",
    ),
}

_COMPARING = {
    "define_difference": _t("Second minus first, in index points.", "后者减前者，单位为指数分。"),
    "define_pvalue": _t(
        "How often chance alone would give a result at least as far from no difference.",
        "若实际无差异，仅由偶然得到同样或更极端结果的概率。",
    ),
    "define_pvalue_holm": _t(
        "The p value made larger for the number of comparisons (Holm's method).",
        "按比较次数校正（增大）后的 p 值（Holm 法）。",
    ),
    "define_league_col_rank": _t(
        "The ranks that the sample does not rule out; units whose ranks overlap should not be ordered.",
        "样本无法排除的名次范围；名次范围重叠的单位不宜排序。",
    ),
    "define_league_col_letters": _t(
        "Units that share a letter cannot be told apart.", "带有相同字母的单位之间无法区分。"
    ),
    "define_comparable": _t(
        "Whether the questions work alike in both groups, so that their scores may be compared.",
        "题项在两组中的测量是否等价，从而得分可以比较。",
    ),
    "define_equivalence": _t(
        "Whether a difference that matters can be ruled out; no clear difference alone does not show that.",
        "是否可以排除有实际意义的差异；仅“无明显差异”并不能说明这一点。",
    ),
    "define_half_width": _t("Half the width of the interval.", "置信区间宽度的一半。"),
    "define_deff": _t(
        "How many times larger the sampling variance is than in a simple random sample of the same size.",
        "抽样方差与同样大小的简单随机样本相比的倍数。",
    ),
}

_MEASUREMENT = {
    "define_alpha": _t(
        "How closely the questions of a construct go together; 0.7 or more is usual.",
        "同一潜变量各题项的一致程度；通常要求 0.7 以上。",
    ),
    "define_rho_a": _t(
        "Reliability of PLS scores; 0.7 or more is usual.", "PLS 得分的信度；通常要求 0.7 以上。"
    ),
    "define_rho_c": _t(
        "Reliability that takes the unequal loadings of the questions into account; 0.7 or more is usual.",
        "考虑各题项载荷不等的信度；通常要求 0.7 以上。",
    ),
    "define_ave": _t(
        "The share of the questions' variance that their construct accounts for; 0.5 or more is usual.",
        "潜变量所解释的题项方差的平均比例；通常要求 0.5 以上。",
    ),
    "define_htmt": _t(
        "How alike two constructs are as measured; above 0.85 or 0.90 they can hardly be told apart.",
        "两个潜变量在测量上的相似程度；高于 0.85 或 0.90 时难以区分。",
    ),
    "define_loading": _t("How strongly a question reflects its construct.", "题项反映其潜变量的强度。"),
    "define_weight": _t(
        "The share of a question in the score of its construct; the weights of a construct sum to 1.",
        "题项在潜变量得分中的份额；同一潜变量的权重之和为 1。",
    ),
    "define_vif": _t(
        "How far drivers overlap; above 5 their effects can hardly be told apart.",
        "驱动因素相互重叠的程度；高于 5 时其效应难以区分。",
    ),
    "define_top2": _t("The share of answers in the two best categories.", "选择最好两档答案的比例。"),
    "define_bottom2": _t("The share of answers in the two worst categories.", "选择最差两档答案的比例。"),
    "define_sd": _t("How far answers lie from their mean.", "答案偏离均值的程度。"),
    "define_skewness": _t(
        "How lopsided the answers are; negative where most are good and a few are bad.",
        "答案分布的偏斜程度；多数较好、少数较差时为负。",
    ),
    "define_fit_cfi": _t(
        "How much better the model fits than one without relations; 0.95 or more is usual.",
        "模型相对于无关联模型的改善程度；通常要求 0.95 以上。",
    ),
    "define_fit_tli": _t(
        "Like the comparative fit index, with a price on parameters; 0.95 or more is usual.",
        "与 CFI 类似，但对参数个数有惩罚；通常要求 0.95 以上。",
    ),
    "define_fit_rmsea": _t(
        "The misfit per degree of freedom; 0.06 or less is usual.",
        "每个自由度的拟合误差；通常要求 0.06 以下。",
    ),
    "define_fit_srmr": _t(
        "The mean difference of observed and implied correlations; 0.08 or less is usual.",
        "观测相关与模型隐含相关的平均差异；通常要求 0.08 以下。",
    ),
    "define_fit_chisq": _t(
        "The distance between data and model; in large samples even small misfit is significant.",
        "数据与模型之间的距离；样本较大时，很小的偏差也会显著。",
    ),
}

DEFINITIONS: dict[str, Term] = {**_INDEX, **_DRIVERS, **_COMPARING, **_MEASUREMENT}
