"""What column titles mean that are no terms of the glossary, a sentence or two each, in both languages.

``define_`` and the name of a column (``columns.COLUMN_TERMS``) or the key of a phrase.
"""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


DEFINITIONS: dict[str, Term] = {
    "define_se": _t(
        "How much the value would vary from sample to sample; the interval is built from it.",
        "该数值在不同样本之间的波动程度；置信区间由此得出。",
    ),
    "define_n": _t("Respondents whose answers were used.", "所使用的受访者人数。"),
    "define_own_weights": _t(
        "The score if the group's own question weights are used instead of those of all respondents.",
        "用本组自己的题项权重（而非全体受访者的权重）计算的得分。",
    ),
    "define_weight_rule": _t(
        "How much each question counts in the score of its construct.", "各题项在潜变量得分中所占权重的定法。"
    ),
    "define_driver": _t(
        "A construct that stands before the target in the model; an association, not proof of a cause.",
        "模型中位于目标变量之前的潜变量；表示相关，不证明因果。",
    ),
    "define_std_effect": _t(
        "The effect in standard deviations, so that constructs of unequal spread can be compared.",
        "以标准差表示的效应，便于比较离散程度不同的潜变量。",
    ),
    "define_r2_adjusted": _t(
        "R² made smaller for the number of drivers.", "按驱动因素个数调整（降低）后的 R²。"
    ),
    "define_difference": _t("Second minus first, in index points.", "后者减前者，单位为指数分。"),
    "define_pvalue": _t(
        "How often chance alone would give a result at least as far from no difference.",
        "若实际无差异，仅由偶然得到同样或更极端结果的概率。",
    ),
    "define_comparable": _t(
        "Whether the questions work alike in both groups, so that their scores may be compared.",
        "题项在两组中的测量是否等价，从而得分可以比较。",
    ),
    "define_equivalence": _t(
        "Whether a difference that matters can be ruled out; no clear difference alone does not show that.",
        "是否可以排除有实际意义的差异；仅“无明显差异”并不能说明这一点。",
    ),
    "define_top2": _t("The share of answers in the two best categories.", "选择最好两档答案的比例。"),
    "define_bottom2": _t("The share of answers in the two worst categories.", "选择最差两档答案的比例。"),
    "define_sd": _t("How far answers lie from their mean.", "答案偏离均值的程度。"),
    "define_skewness": _t(
        "How lopsided the answers are; negative where most are good and a few are bad.",
        "答案分布的偏斜程度；多数较好、少数较差时为负。",
    ),
}
