"""The words of plans: how many interviews, what they give, how often something is found; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_CHARTS = {
    "plan_chart_margin": _t("Margin of the index against interviews", "指数的误差范围与样本量"),
    "plan_chart_power": _t("Power against the true difference", "检验功效与真实差异"),
    "plan_chart_interviews": _t(
        "Power for a difference of {difference} points against interviews",
        "对 {difference} 分差异的检验功效与样本量",
    ),
    "plan_chart_path": _t(
        "Power of the path {source} → {target}, by simulation", "路径 {source} → {target} 的检验功效（模拟）"
    ),
    "plan_axis_interviews": _t("Interviews of one firm or wave", "每个企业（或每期）的样本量"),
    "plan_axis_path_interviews": _t(
        "Interviews; the lines are 95% intervals for the number of simulated surveys",
        "样本量；竖线为模拟次数所致的 95% 区间",
    ),
    "plan_axis_effect": _t(
        "Standardised path in the population; the lines are 95% intervals for the number of surveys",
        "总体中的标准化路径系数；竖线为模拟次数所致的 95% 区间",
    ),
    "plan_axis_margin": _t(
        "Margin either way in index points ({level} confidence)", "误差范围 ±（分，置信水平 {level}）"
    ),
    "plan_axis_difference": _t("True difference in index points", "真实差异（分）"),
    "plan_axis_power": _t("Power: share of such studies that find it", "检验功效：能检出的调查所占比例"),
    "plan_line_sd": _t("standard deviation {sd}", "标准差 {sd}"),
    "plan_line_unit": _t("{unit} (sd {sd})", "{unit}（标准差 {sd}）"),
    "plan_line_interviews": _t("{n} interviews", "样本量 {n}"),
    "plan_line_margin": _t("{n} interviews: ±{margin}", "样本量 {n}：±{margin}"),
    "plan_line_single": _t("one difference", "单个差异"),
    "plan_line_allowance": _t("{count} at once ({allowance})", "{allowance}，{count} 个比较"),
    "plan_line_effect": _t("path {effect}", "路径 {effect}"),
    "plan_line_no_path": _t("no path: false alarms", "无此路径：误报"),
    "plan_usual": _t("grey: range seen in ACSI 2015", "灰线：ACSI 2015 中的范围"),
    "plan_target_margin": _t("±{margin}", "±{margin}"),
    "plan_target_power": _t("{power} power", "功效 {power}"),
    "plan_target_level": _t("{level} level", "显著性水平 {level}"),
}

_TEXT = {
    "plan_title_margin": _t(
        "Interviews for a margin of ±{margin} index points ({level} confidence)",
        "误差范围 ±{margin} 分所需的样本量（置信水平 {level}）",
    ),
    "plan_title_interviews": _t(
        "What {n} interviews give ({level} confidence)", "样本量 {n} 可达到的精度（置信水平 {level}）"
    ),
    "plan_title_power": _t(
        "Differences that are found (two-sided test at {alpha})",
        "可检出的差异（双侧检验，显著性水平 {alpha}）",
    ),
    "plan_title_detect": _t(
        "Interviews to find a difference of {difference} index points with {power} power (two-sided test at "
        "{alpha})",
        "以 {power} 的功效检出 {difference} 分差异所需的样本量（双侧检验，显著性水平 {alpha}）",
    ),
    "plan_title_power_at": _t(
        "Power for a difference of {difference} index points (two-sided test at {alpha})",
        "对 {difference} 分差异的检验功效（双侧检验，显著性水平 {alpha}）",
    ),
    "plan_title_path": _t(
        "Power of the path {source} → {target} in {model}, by {estimator} (test at {alpha}, {draws} "
        "simulated surveys each)",
        "{model} 中路径 {source} → {target} 的检验功效（{estimator}，显著性水平 {alpha}，各模拟 {draws} 次）",
    ),
    "plan_deff": _t("design effect {deff}", "设计效应 {deff}"),
    "plan_population": _t("{population} customers of a firm in all", "每个企业的顾客总数 {population}"),
    "plan_response": _t("response rate {response}", "应答率 {response}"),
    "plan_panel": _t(
        "the same respondents in both waves, correlation {correlation}",
        "两期为同一批受访者，相关系数 {correlation}",
    ),
    "plan_margin_column": _t("margin ±", "误差范围 ±"),
    "plan_note_pairs": _t(
        "Two firms that each have the margin do not have it for their difference: that takes twice as many "
        "interviews.",
        "两个企业各自达到该误差范围，并不意味着两者之差也能达到：后者需要两倍的样本量。",
    ),
    "plan_note_half": _t(
        "A margin of a difference is what a result must exceed to be significant; a true difference of just "
        "that size is found only half the time. The smallest difference found with {power} power is larger.",
        "差异的误差范围是结果达到显著所须超过的数值；真实差异恰好如此大时，只有约一半的机会被检出。"
        "以 {power} 的功效可检出的最小差异更大。",
    ),
    "plan_note_allowance": _t(
        "All pairs at once: Bonferroni divides the error among the pairs and holds for any comparisons; "
        "Tukey is made for all pairs of independent firms of equal size and needs fewer interviews.",
        "两两之差同时成立：Bonferroni 校正将误差平均分给各对比较，适用于任何比较；Tukey 校正专用于样本量"
        "相等的独立企业的两两比较，所需样本量较少。",
    ),
    "plan_note_bonferroni": _t(
        "At once: the error is divided among the statements (Bonferroni), so that all hold together with "
        "the confidence named.",
        "同时成立：将误差平均分给各项结论（Bonferroni 校正），使其在所示置信水平下全部成立。",
    ),
    "plan_note_path": _t(
        "Where there is no path, the share found is the rate of false alarms; what is found beyond it is the "
        "path's own.",
        "无此路径时的检出比例即误报率；只有超出误报率的部分才归因于该路径。",
    ),
    "plan_interval": _t("95% interval (simulation)", "95% 区间（模拟）"),
    "plan_files": _t("Written:", "已写入："),
}

PLANNING: dict[str, Term] = {**_CHARTS, **_TEXT}
"""Every text of plans by key."""
