"""Words of the sections and charts of the family ``importance``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "imp_h": _t("What goes with {target}", "{target}的驱动因素重要性"),
    "imp_all": _t("All measures of importance", "全部重要性指标"),
    "imp_groups": _t("Importance by group", "各组的驱动因素重要性"),
    "imp_beside": _t("Beside the path model: {target}", "与路径模型对照：{target}"),
    "imp_stated": _t("What customers say, and what goes with {target}", "顾客自述与{target}的实际关联"),
    "imp_how": _t(
        "Drivers that overlap share part of R² with each other. LMG averages what a driver adds over all "
        "orders of entering, Johnson's weights go by way of uncorrelated stand-ins; both add up to R². A "
        "driver is above noise where it beats a random driver in the bootstrap. Importance is association, "
        "not proof of cause.",
        "驱动因素相互重叠时会共同解释一部分 R²。LMG 对所有进入次序下的增量求平均，Johnson 权重借助不相关的"
        "替代变量分解，两者之和均等于 R²。若自助抽样中某因素稳定优于随机变量，则称其高于噪声。"
        "重要性反映关联，不等于因果。",
    ),
    "imp_r2": _t(
        "All drivers together explain {r2} of the variance of {target} ({n} respondents).",
        "全部驱动因素合计解释{target}方差的 {r2}（{n} 名受访者）。",
    ),
    "imp_first": _t(
        "By LMG the most important is {driver} with {share} of that, {place}.",
        "按 LMG，最重要的是{driver}，占其中的 {share}，{place}。",
    ),
    "imp_johnson_agrees": _t("as by Johnson's weights", "与 Johnson 权重一致"),
    "imp_johnson_differs": _t("while by Johnson's weights it is {driver}", "而按 Johnson 权重是{driver}"),
    "imp_weak": _t(
        "Not above the noise of a random driver by LMG: {names}.", "按 LMG 未高于随机变量噪声的有：{names}。"
    ),
    "imp_clear": _t(
        "All drivers are above the noise of a random driver.", "所有驱动因素均高于随机变量的噪声。"
    ),
    "imp_axis": _t(
        "Part of the variance of the target; lines are {level} intervals; dashed: a random driver",
        "占目标方差的比例；横线为 {level} 置信区间；虚线为随机变量的水平",
    ),
    "imp_axis_groups": _t(
        "LMG: part of the variance of {target}; lines are {level} intervals",
        "LMG：占{target}方差的比例；横线为 {level} 置信区间",
    ),
    "imp_chart": _t("Importance of the drivers by method", "各方法下驱动因素的重要性"),
    "imp_chart_groups": _t("Importance of the drivers by group (LMG)", "各组驱动因素的重要性（LMG）"),
    "imp_chart_beside": _t("Total effects and relative weights", "总效应与相对权重"),
    "imp_chart_stated": _t("Stated and derived importance", "自述重要性与推导重要性"),
    "imp_differences_how": _t(
        "Differences of LMG with bootstrap intervals, which are not adjusted for the number of comparisons.",
        "LMG 的差异及其自助法区间，未作多重比较校正。",
    ),
    "imp_beside_how": _t(
        "The total effect counts what runs through other constructs, in index points per index point; "
        "relative weights divide the R² of one regression on all drivers together. They answer different "
        "questions, so ranks need not agree.",
        "总效应包含经由其他潜变量的间接部分，单位为每提升 1 分所带来的分数；相对权重则分解以全部驱动因素"
        "作回归的 R²。两者回答的问题不同，排名不必一致。",
    ),
    "imp_beside_same": _t(
        "Total effects and LMG agree on the most important driver: {driver}.",
        "总效应与 LMG 给出的最重要驱动因素一致：{driver}。",
    ),
    "imp_beside_other": _t(
        "By total effects the most important driver is {effect}, by LMG it is {lmg}.",
        "按总效应，最重要的驱动因素是{effect}；按 LMG 则是{lmg}。",
    ),
    "imp_total_effect": _t("Total effect", "总效应"),
    "imp_lmg_share": _t("LMG share", "LMG 占比"),
    "imp_johnson_share": _t("Johnson share", "Johnson 占比"),
    "imp_rank": _t("rank {rank}", "第 {rank} 位"),
    "imp_beside_axis": _t(
        "Each column has its own scale; the line is the {level} interval of the total effect",
        "各列刻度不同；横线为总效应的 {level} 置信区间",
    ),
    "imp_field": _t("{field}: {names}.", "{field}：{names}。"),
    "imp_borderline": _t(
        "Not sure, as an interval holds the cut: {names}.", "因区间跨越分界而不能确定的有：{names}。"
    ),
    "imp_axis_stated": _t("Stated importance, 0 to 100", "自述重要性（0–100）"),
    "imp_axis_derived": _t("Derived importance: {method}", "推导重要性：{method}"),
    "imp_map_note": _t(
        "Hollow points: an interval holds the cut; whiskers are {level} intervals",
        "空心点表示区间跨越分界；误差线为 {level} 置信区间",
    ),
    "imp_point": _t(
        "{driver}: stated {stated}, derived {derived}, {field}",
        "{driver}：自述 {stated}，推导 {derived}，{field}",
    ),
}
REASONS: dict[str, str] = {
    "no fields: the stated importance of a driver is not known": "无法划分象限：有驱动因素的陈述重要性未知",
    "no share: it does not add up to R²": "没有占比：该指标之和不等于 R²",
    "no bootstrap draws were asked for": "未要求自助抽样",
    "exact, without Monte Carlo error": "精确计算，没有蒙特卡洛误差",
    "the model has no effect of this driver on the target": "模型中该驱动因素对目标没有效应",
    "Leave questions out that few were asked, if the loss is large.": (
        "若损失较大，请去掉只问了少数人的题项。"
    ),
    "Do not read single betas; LMG and Johnson's weights divide what is shared.": (
        "不要单独解读回归系数；LMG 与 Johnson 权重会分配共同解释的部分。"
    ),
    "With overlapping drivers this is common; read LMG or Johnson's weights, not beta or Pratt's measure.": (
        "驱动因素相互重叠时常见此现象；请解读 LMG 或 Johnson 权重，而非回归系数或 Pratt 指标。"
    ),
    "Ask for more with --orders.": "可用 --orders 增加次数。",
    "the model was fitted to another file.": "模型是用另一个文件拟合的。",
    "the model was fitted by other weights.": "模型是用另外的权重拟合的。",
    "Compare total effects and relative weights of the same answers only.": (
        "只能对照同一批答案的总效应与相对权重。"
    ),
    "too many groups to compare the importance of drivers in all pairs.": (
        "组数过多，不再两两比较驱动因素的重要性。"
    ),
    "Compare fewer groups.": "请减少比较的组数。",
}
"""What findings and empty numbers say > its Chinese words."""
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"only (\d+) of (\d+) bootstrap draws can be used", "{1} 次自助抽样中只有 {0} 次可用"),
    (
        r"(\d+) respondents are too few for a regression on (\d+) drivers",
        "{0} 名受访者不足以对 {1} 个驱动因素作回归",
    ),
    (r"everybody has the same value of (.+)", "所有人的{0}取值相同"),
    (r"the drivers (.+) determine each other exactly", "驱动因素 {0} 之间完全线性相关"),
    (
        r"(\d+) of (\d+) respondents are left out, as they did not answer every question of the "
        r"drivers and the "
        r"target; most gaps: (.+)\.",
        "{1} 名受访者中有 {0} 名未回答驱动因素与目标的全部题项，予以剔除；缺答最多的题项：{2}。",
    ),
    (
        r"(\d+) respondents are few for (\d+) drivers: R² is too high, and so are the importances\.",
        "{0} 名受访者对 {1} 个驱动因素而言偏少：R² 与各重要性均偏高。",
    ),
    (
        r"Have (\d+) respondents for each driver at the least, or join drivers: NAME=A\+B\.",
        "每个驱动因素至少需要 {0} 名受访者，或合并驱动因素：NAME=A+B。",
    ),
    (
        r"the other drivers nearly determine some \(variance inflation\): (.+)\.",
        "部分驱动因素几乎可由其他因素推出（方差膨胀因子）：{0}。",
    ),
    (r"beta and correlation have different signs: (.+)\.", "回归系数与相关系数符号相反：{0}。"),
    (
        r"LMG is the mean over (\d+) random orders of the drivers; its largest Monte Carlo error is (.+)\.",
        "LMG 为 {0} 个随机进入次序的均值，最大蒙特卡洛误差为 {1}。",
    ),
    (
        r"(\d+) of (\d+) bootstrap draws are left out: a driver had no spread in them, or was determined "
        r"by the "
        r"others\.",
        "{1} 次自助抽样中有 {0} 次被剔除：其中某驱动因素没有差异，或可由其他因素完全推出。",
    ),
    (
        r"(\d+) of (\d+) respondents gave a rank twice; such drivers share their mean place\.",
        "{1} 名受访者中有 {0} 名给出了重复的排名，这些因素取其名次的均值。",
    ),
    (
        r"(\d+) of (\d+) respondents ranked only some drivers; the others share the places left\.",
        "{1} 名受访者中有 {0} 名只对部分因素排了名，其余因素取剩余名次的均值。",
    ),
    (
        r"the points of (\d+) of (\d+) respondents do not sum to (.+); all count as shares\.",
        "{1} 名受访者中有 {0} 名的分数合计不等于 {2}；一律折算为占比。",
    ),
    (
        r"(\d+) of (\d+) respondents gave no points at all; they are left out\.",
        "{1} 名受访者中有 {0} 名没有分配任何分数，予以剔除。",
    ),
)
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
