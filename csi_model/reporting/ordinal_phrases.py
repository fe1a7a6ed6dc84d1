"""Words on answers that are taken for ordered steps; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


ORDINAL_PHRASES: dict[str, Term] = {
    "pls_polychoric": Term(
        en="Weights, loadings and paths are those of the responses behind ordered answers (polychoric "
        "correlations).",
        zh="权重、载荷与路径针对有序答案背后的潜在反应（多分格相关系数）。",
    ),
    "estimator_wlsmv": _t(
        "robust weighted least squares for ordered answers (WLSMV)", "有序答案的稳健加权最小二乘法（WLSMV）"
    ),
    "method_ordinal": _t(
        "Answers in steps were taken for ordered: behind each stands a response without steps, normally "
        "distributed and cut at thresholds, and loadings, correlations and standardised effects are those "
        "of these responses. The model was fitted to their polychoric correlations, with robust standard "
        "errors and a test that is adjusted in mean and variance. The index is that of the answers "
        "themselves: the expected answer to each question on 0 to 100, weighted by how far it moves with its "
        "construct; effects in index points are told likewise.",
        "分级答案按有序等级处理：每个答案背后是一个服从正态分布的连续潜在反应，由阈值切分为各级；载荷、相关"
        "系数和标准化效应均就潜在反应而言。模型按潜在反应的多分格相关拟合，采用稳健标准误以及均值与方差校正"
        "的检验。指数仍就答案本身而言：各题在 0–100 分上的期望答案，按其随潜变量变动的幅度加权；以分表示的效"
        "应亦然。",
    ),
    "fit_limits_ordinal": _t(
        "There are no cut-offs here: the usual ones (Hu & Bentler, 1999) were made for maximum likelihood "
        "and answers without steps. From ordered answers the same misfit looks better: CFI and TLI come out "
        "higher and RMSEA lower (Xia & Yang, 2019). Use the measures to compare models of these answers.",
        "此处不列常用标准：这些标准（Hu & Bentler, 1999）是针对极大似然法和连续答案得出的。用于有序答案时，"
        "同样程度的失拟会显得较好：CFI 和 TLI 偏高，RMSEA 偏低（Xia & Yang, 2019）。这些指标宜用于比较同一批"
        "答案的不同模型。",
    ),
    "fit_about_scaled_ordinal": _t(
        "Scaled measures rest on the chi-square that is adjusted in mean and variance (Asparouhov & Muthén, "
        "2010). The plain one does not follow a chi-square distribution: read the scaled measures.",
        "校正指标依据均值与方差校正的卡方（Asparouhov & Muthén, 2010）。普通卡方不服从卡方分布，请以校正指标"
        "为准。",
    ),
    "reliability_limits_ordinal": _t(
        "Of ordered answers all four are those of the responses behind the answers (alpha is the ordinal "
        "one), and the limits are read on these responses; how reliable the answers themselves are stands in "
        "the table below.",
        "对有序答案，四项指标均针对答案背后的潜在反应（α 为序次 α），上述标准也就潜在反应而言；答案本身的信度"
        "见下表。",
    ),
    "ordinal_reliability_text": _t(
        "The reliability above is that of the responses behind the answers: what a scale without steps would "
        "reach (ordinal alpha: Zumbo, Gadermann & Zeisser, 2007). How reliable scores are that are made of "
        "the answers as they were given, says omega (Green & Yang, 2009): of their plain sum or mean, and in "
        "the last column of the index, which weights them.",
        "上表的信度针对答案背后的潜在反应，即量表不分级时所能达到的信度（序次 α：Zumbo, Gadermann & Zeisser, "
        "2007）。由实际答案构成的得分的信度见 ω（Green & Yang, 2009）：一列针对答案的简单总分或均值，最后一列"
        "针对加权的指数。",
    ),
    "side_wlsmv": _t("ordered answers (WLSMV)", "有序答案（WLSMV）"),
    "side_numbers": _t("answers as numbers (MLR)", "答案作为数值（MLR）"),
    "estimators_text_ordinal": _t(
        "Answers in steps can be taken for ordered, or for numbers. Taken for numbers they understate how "
        "strongly questions go together, the more so the fewer the steps and the more skewed the answers. "
        "The index hardly depends on it; loadings and paths may. Where both agree, a conclusion does not "
        "hang on the choice; where they differ, say which was used; where signs are opposite, do not act on "
        "that effect.",
        "分级答案可按有序等级处理，也可当作数值。当作数值会低估题项之间的关联，级数越少、分布越偏，低估越多。"
        "指数几乎不受影响，载荷与路径可能不同。两者一致时，结论不取决于方法；不同时，请说明所用的方法；符号"
        "相反时，请勿依据该效应采取行动。",
    ),
    "finding_answer-treatment": _t("ordered steps or numbers", "有序等级还是数值"),
    "finding_categories-joined": _t("answers joined", "答案等级已合并"),
    "finding_two-answers": _t("questions of two answers", "两级题项"),
    "finding_nothing-ordered": _t("no ordered answers", "没有有序答案"),
    "finding_between-steps": _t("answers between the steps", "介于各级之间的答案"),
    "finding_not-in-steps": _t("questions without steps", "没有等级的题项"),
    "finding_few-for-ordered": _t("few interviews for ordered answers", "有序答案的样本偏少"),
    "finding_polychoric": _t("polychoric correlations", "多分格相关"),
    "finding_indefinite-polychoric": _t("correlations that contradict each other", "相关系数相互矛盾"),
    "finding_correlation-not-found": _t("a correlation was not found", "未能得到相关系数"),
    "finding_linear-dependence": _t("questions that are one", "题项重复"),
    "finding_no-shared-answers": _t("no shared answers", "没有共同的答案"),
    "place_answers": _t("answers", "答案"),
}
"""Every text of this file by key."""
