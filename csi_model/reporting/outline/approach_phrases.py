"""The words of the method sheet; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_NAMES = {
    "sheet_mode": _t("Mode", "调查方式"),
    "sheet_population": _t("Population", "调查总体"),
    "sheet_sampling": _t("Sampling", "抽样方法"),
    "sheet_fieldwork": _t("Fieldwork", "执行时间与地点"),
    "sheet_response": _t("Response", "应答率"),
    "sheet_sample": _t("Sample", "样本"),
    "sheet_weighting": _t("Weighting and design", "加权与设计"),
    "sheet_scales": _t("Scales", "量表"),
    "sheet_model": _t("Model", "模型"),
    "sheet_estimator": _t("Estimator", "估计方法"),
    "sheet_intervals": _t("Intervals", "置信区间"),
    "sheet_index": _t("Index", "指数的计算"),
    "sheet_missing": _t("Missing answers", "缺失值处理"),
    "sheet_groups": _t("Groups", "分组"),
    "sheet_margin": _t("Margin of error", "误差范围"),
    "h_duties": _t("How the numbers may be worded", "数字的表述"),
    "outline_stop": _t(".", "。"),
    "outline_clause": _t(", ", "，"),
}

_LINES = {
    "sheet_absent": _t("The study file does not say: {names}.", "研究文件未说明：{names}。"),
    "sheet_left_out": _t("Left out: {reasons}.", "剔除：{reasons}。"),
    "sheet_weight": _t("Respondents are weighted by the column {weight}.", "受访者按 {weight} 列加权。"),
    "sheet_unweighted": _t(
        "No sampling weights: every respondent counts the same.", "未使用抽样权重：每名受访者权重相同。"
    ),
    "sheet_margins": _t(
        "The weights meet known margins of the population: {names}.", "权重已校准至总体的已知边际：{names}。"
    ),
    "sheet_design": _t("Standard errors allow for the design of the sample.", "标准误已考虑抽样设计。"),
    "sheet_effective": _t(
        "After weighting, {n} respondents count as {n_eff}.", "{n} 名受访者加权后的有效样本量为 {n_eff}。"
    ),
    "sheet_deff": _t("The design effect of the index is {deff}.", "指数的设计效应为 {deff}。"),
    "sheet_scale": _t("{low} to {high}: {names}", "{low}–{high}：{names}"),
    "sheet_source": _t("Source: {source}.", "来源：{source}。"),
    "sheet_interval": _t("{level} intervals, {method}.", "{level} 置信区间，{method}。"),
    "intervals_simulated": _t(
        "Intervals of effects, importance and gains come from simulating the estimates (Monte Carlo: "
        "MacKinnon et al., 2004), since products of paths are skewed.",
        "效应、重要性与收益的区间由模拟估计值得出（蒙特卡洛法：MacKinnon et al., 2004），因为路径之积呈偏态"
        "分布。",
    ),
    "intervals_of_effects": _t("effects: {method}", "效应：{method}"),
    "intervals_effects": _t("Intervals of effects: {method}.", "效应的区间：{method}。"),
    "intervals_left_out": _t(
        "Up to 2,000 respondents, intervals of standardised values and effects rest on the covariance of a "
        "jackknife (Efron & Stein, 1981), as robust errors are a few percent too small there.",
        "受访者不超过 2,000 名时，标准化值与效应的区间采用刀切法协方差（Efron & Stein, 1981），因为稳健标准误"
        "此时略偏小。",
    ),
    "sheet_no_intervals": _t("None were computed.", "未计算。"),
    "sheet_draws": _t("{draws} bootstrap draws.", "自助抽样 {draws} 次。"),
    "sheet_seed": _t("Seed {seed}.", "随机种子 {seed}。"),
    "sheet_index_how": _t(
        "Every question is put on 0 to 100 by the ends of its scale; the index of a construct is the "
        "weighted mean of its questions, with weights that sum to 1. Weights: {rule}.",
        "每道题按其量表两端换算为 0–100 分；潜变量的指数为其题项的加权平均，权重之和为 1。权重：{rule}。",
    ),
    "sheet_by": _t("By {names}.", "按{names}分组。"),
    "sheet_waves": _t("Waves: column {name}.", "期次：{name} 列。"),
    "sheet_base": _t(
        "Groups with fewer than {base} respondents are suppressed.", "受访者少于 {base} 名的组不予公布。"
    ),
    "sheet_half": _t(
        "±{margin} index points for the index of all respondents ({level}).",
        "全体受访者的指数为 ±{margin} 分（{level}）。",
    ),
    "sheet_half_interval": _t(
        "The {level} interval of the index runs from {interval} index points.",
        "指数的 {level} 置信区间为 {interval} 分。",
    ),
}

_DUTIES = {
    "duty_points": _t(
        "An index is a score from 0 to 100. It is not a percentage of satisfied customers, and differences "
        "are index points.",
        "指数是 0–100 分的分数，不是满意顾客的百分比；指数之差以“分”表示。",
    ),
    "duty_margin": _t(
        "Units whose difference lies inside the margin are not ranked against each other.",
        "差异在误差范围之内的单位之间不作排名。",
    ),
    "duty_association": _t(
        "Impacts and gains are associations under the model. They do not prove what a measure would achieve.",
        "影响值与预期收益是模型下的关联，不能证明某项措施的效果。",
    ),
    "duty_scale": _t("{low} to {high}", "{low}–{high}"),
    "duty_named": _t(
        "Another index may be compared with this one only if it shares what was done here: scale ({scale}), "
        "weights of the questions ({rule}), estimator ({estimator}) and missing answers ({missing}).",
        "其他指数只有在以下各点均相同时才能与本指数比较：量表（{scale}）、题项权重（{rule}）、估计方法"
        "（{estimator}）、缺失值处理（{missing}）。",
    ),
}

APPROACH: dict[str, Term] = {**_NAMES, **_LINES, **_DUTIES}
"""Every text of the method sheet by key."""
