"""Definitions of the glossary for ordered answers and simulated intervals; both languages."""

from __future__ import annotations

ORDINAL_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "monte_carlo": (
        "Monte Carlo intervals",
        "蒙特卡洛区间",
        "Intervals of effects from simulating the estimates with their standard errors and correlations, "
        "since products of paths are skewed (MacKinnon, Lockwood & Williams, 2004).",
        "按估计值的标准误与相关模拟估计值，由此得到效应的区间，因为路径之积呈偏态分布（MacKinnon, Lockwood & "
        "Williams, 2004）。",
    ),
    "ordinal_alpha": (
        "Ordinal alpha",
        "序次 α",
        "Alpha of the responses behind ordered answers, from their polychoric correlations (Zumbo, Gadermann "
        "& Zeisser, 2007): what a scale without steps would reach. It is mostly above the alpha of the "
        "answers themselves; .70 and more is usual.",
        "由多分格相关得到的、答案背后潜在反应的 α（Zumbo, Gadermann & Zeisser, 2007），即量表不分级时"
        "所能达到的信度；多高于答案本身的 α，通常要求不低于 0.70。",
    ),
    "categorical_omega": (
        "Omega of the sum of the answers",
        "答案总分的 ω",
        "Reliability of the plain sum, or mean, of ordered answers as they were given (Green & Yang, 2009).",
        "按实际给出的有序答案求和（或求平均）所得分数的信度（Green & Yang, 2009）。",
    ),
    "index_omega": (
        "Omega of the index",
        "指数的 ω",
        "The same reliability of the index, which weights the answers (after Green & Yang, 2009).",
        "对答案加权所得指数的信度，算法同上（依据 Green & Yang, 2009）。",
    ),
    "ordinal_invariance": (
        "Measurement invariance",
        "测量等值性",
        "Whether questions with ordered answers measure the same in every group: same structure "
        "(configural), same thresholds between answers, same loadings (metric), same intercepts (scalar), "
        "same error variances (strict).",
        "采用有序答案的题项在各组中的测量含义是否相同：结构相同（构型等值）、答案之间的阈值相同（阈值等值）、"
        "载荷相同（度量等值）、截距相同（尺度等值）、误差方差相同（严格等值）。",
    ),
}
"""Key > name and definition, each in English and Chinese."""
