"""The words of charts and pages, both languages side by side.

Here are names and headings and the look-up of every text; whole sentences are in ``phrases``.
"""

from __future__ import annotations

from typing import Any

from csi_model.reporting.composite_more_phrases import COMPOSITE_MORE
from csi_model.reporting.composite_phrases import COMPOSITE
from csi_model.reporting.finding_phrases import FINDINGS
from csi_model.reporting.inspection_phrases import INSPECTION
from csi_model.reporting.interactive.phrases import INTERACTIVE
from csi_model.reporting.league_phrases import LEAGUE
from csi_model.reporting.measures.words import MEASURE_PHRASES
from csi_model.reporting.native.phrases import NATIVE
from csi_model.reporting.outline.phrases import OUTLINE
from csi_model.reporting.phrases import PHRASES
from csi_model.reporting.plan_phrases import PLANNING
from csi_model.reporting.printed.phrases import PRINTED
from csi_model.reporting.slides.phrases import SLIDES
from csi_model.reporting.wave_phrases import WAVES
from csi_model.reporting.word.phrases import WORD
from csi_model.reporting.workbook.phrases import WORKBOOK
from csi_model.vocabulary import Term


def say(key: str, language: str, **values: Any) -> str:
    """Return the text of ``key`` in ``language`` with ``values`` filled in.

    Raises
    ------
    KeyError
        There is no such text.
    """
    return WORDS[key][language].format(**values)


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


_CHARTS = {
    "list_break": _t("; ", "；"),
    "comma": _t(", ", "、"),
    "then": _t(", then ", "，其次是"),
    "and": _t(" and ", "和"),
    "space": _t(" ", ""),
    "colon": _t(": ", "："),
    "no_value": _t("no value", "无数值"),
    "low_is_good_mark": _t(" (low is good)", "（越低越好）"),
    "chart_index": _t("Index of every construct", "各潜变量的指数"),
    "chart_groups": _t("Index of {construct} by group", "{construct}：各组指数"),
    "chart_drivers": _t("Driver map for {construct}", "{construct}的驱动因素图"),
    "chart_impacts": _t("Impact of five points on {construct}", "各驱动因素提升 5 分对{construct}的影响"),
    "chart_paths": _t("Path diagram", "路径图"),
    "chart_reliability": _t("Reliability of every construct", "各潜变量的信度"),
    "desc_paths": _t("Direct effects, index points per index point: ", "直接效应（每提升 1 分）："),
    "path_item": _t("{source} to {target} {effect}", "{source}→{target} {effect}"),
    "driver_item": _t(
        "{driver}: importance {importance}, performance {performance}, {quadrant}",
        "{driver}：重要性 {importance}，表现 {performance}，{quadrant}",
    ),
    "axis_index": _t(
        "Index points, 0 to 100; the line is the {level} interval",
        "指数（0–100 分），横线为 {level} 置信区间",
    ),
    "axis_groups": _t(
        "Index points, pooled weights; the line is the {level} interval",
        "指数（分，合并样本权重），横线为 {level} 置信区间",
    ),
    "axis_importance": _t(
        "Importance: index points of {construct} per index point of the driver",
        "重要性：驱动因素每提升 1 分，{construct}变化的分数",
    ),
    "axis_performance": _t("Performance: index points", "表现：指数（分）"),
    "axis_impact": _t(
        "Index points of {construct} for five index points of the driver",
        "驱动因素提升 5 分，{construct}变化的分数",
    ),
    "map_note": _t(
        "The lines cross at the means; whiskers are {level} intervals",
        "交叉线为均值；误差线为 {level} 置信区间",
    ),
    "ave_limit": _t("{limit} (variance extracted)", "{limit}（AVE）"),
    "reliability_limit": _t("{limit} (reliability)", "{limit}（信度）"),
    "group_suppressed": _t("suppressed", "样本不足，不公布"),
    "group_failed": _t("could not be fitted", "无法拟合"),
    "group_empty": _t("no value", "无数值"),
    "group_unusable": _t("index only", "仅指数可用"),
    "group_ok": _t("usable", "可使用"),
    "group_failed_index": _t("index only, not fitted", "未能拟合，仅指数可用"),
    "all_respondents": _t("all {value}", "总体 {value}"),
}

_HEADINGS = {
    "kicker": _t("Customer satisfaction index report", "顾客满意度指数报告"),
    "skip": _t("Skip to the results", "跳到结果"),
    "contents": _t("Contents", "目录"),
    "h_verdict": _t("Can the numbers be used?", "这些数字可以使用吗？"),
    "h_headline": _t("The index", "顾客满意度指数"),
    "h_index": _t("Index of every construct", "各潜变量的指数"),
    "h_answers": _t("How the questions were answered", "各题答案分布"),
    "about_answers": _t("how many gave each answer", "每个答案的人数与占比"),
    "answers_how": _t(
        "Shares of those who answered each question, weighted where there are weights; low answers stand on "
        "the left. n is the number of answers.",
        "占回答该题者的比例（有权重时为加权比例），低分在左；n 为回答人数。",
    ),
    "h_groups": _t("Groups", "分组结果"),
    "h_drivers": _t("What drives the index", "驱动因素"),
    "h_model": _t("The model", "模型"),
    "h_measurement": _t("Measurement", "测量质量"),
    "h_rows": _t("Rows used and left out", "样本的使用与剔除"),
    "h_findings": _t("Findings", "提示"),
    "h_method": _t("How this was made", "编制说明"),
    "h_effects": _t("Effects", "效应"),
    "h_r2": _t("Explained variance", "解释方差"),
    "h_questions": _t("Questions", "题项"),
    "h_weights": _t("Weights and loadings", "权重与载荷"),
    "h_reliability": _t("Reliability", "信度"),
    "h_validity": _t("Discriminant validity", "区分效度"),
    "h_fit": _t("Fit of the model", "模型拟合"),
    "h_map": _t("Importance and performance", "重要性与表现"),
    "h_impacts": _t("Impact of five points", "提升 5 分的影响"),
    "h_other_drivers": _t("Drivers of the other constructs", "其他潜变量的驱动因素"),
    "h_provenance": _t("Versions, options and files", "版本、选项与文件"),
    "back": _t("Back to the top", "返回顶部"),
    "page_title": _t("{title}: customer satisfaction index report", "{title}：顾客满意度指数报告"),
    "points_of_100": _t("index points, of 100", "分（满分 100 分）"),
    "interval": _t("{level} interval", "{level} 置信区间"),
    "own_weights": _t("own weights", "本组权重"),
    "state": _t("state", "状态"),
    "usual_limit": _t("usual cut-off", "常用标准"),
    "yes": _t("✓ yes", "✓ 是"),
    "no": _t("✕ no", "✕ 否"),
    "weights_title": _t("weights", "权重"),
    "headline_stop": _t(
        "Read the box above before you use this number.", "使用该数字之前，请先阅读上方说明。"
    ),
    "kind_direct": _t("Direct effects", "直接效应"),
    "kind_indirect": _t("Indirect effects", "间接效应"),
    "kind_total": _t("Total effects", "总效应"),
    "effect_unit": _t("effect (index points per index point)", "效应（每提升 1 分）"),
    "scale": _t("scale", "量表"),
    "no_reason": _t("no reason was stored", "未记录原因"),
    "no_rows": _t("The results folder holds no such table.", "结果文件夹中没有此表。"),
    "no_findings": _t("Nothing was found that needs attention.", "没有需要注意的事项。"),
    "notes": _t("Notes", "注"),
}

_COMPARISON = {
    "cmp_kicker": _t("Comparison of customer satisfaction indices", "顾客满意度指数比较"),
    "cmp_page_title": _t("{title}: comparison", "{title}：指数比较"),
    "cmp_h_headline": _t("The index compared", "指数比较"),
    "cmp_h_differences": _t("Differences", "差异"),
    "cmp_h_others": _t("The other constructs", "其他潜变量"),
    "cmp_h_findings": _t("Findings", "提示"),
    "cmp_h_method": _t("How this was made", "编制说明"),
    "cmp_box_title": _t("Some of these results should not be used", "部分结果不可使用"),
    "cmp_pair": _t("compared", "比较"),
    "chart_units": _t("Index of {construct}", "{construct}指数"),
    "chart_differences": _t("Differences in {construct}", "{construct}指数的差异"),
    "axis_differences": _t(
        "Difference in index points; the line is the {level} interval",
        "指数之差（分），横线为 {level} 置信区间",
    ),
    "cmp_verdict_higher": _t("▲ higher", "▲ 较高"),
    "cmp_verdict_lower": _t("▼ lower", "▼ 较低"),
    "cmp_verdict_no clear difference": _t("no clear difference", "无明显差异"),
    "cmp_verdict_not tested": _t("not tested", "未检验"),
}

_FINDINGS = {
    "finding_not-converged": _t("not converged", "未收敛"),
    "finding_inadmissible-correlation": _t("impossible correlation", "相关系数超出范围"),
    "finding_high-correlation": _t("constructs hardly distinct", "潜变量高度相关"),
    "finding_weakly-identified": _t("weakly identified", "弱识别"),
    "finding_not-identified": _t("not identified", "不可识别"),
    "finding_exploding-standard-error": _t("exploding standard error", "标准误异常增大"),
    "finding_negative-variance": _t("negative variance", "负方差"),
    "finding_negative-weight": _t("negative weight", "权重为负"),
    "finding_latent-covariance": _t("impossible covariance matrix", "协方差矩阵非正定"),
    "finding_bootstrap-failures": _t("failed bootstrap replicates", "自助抽样失败"),
    "finding_small-sample": _t("small sample", "样本量偏小"),
    "finding_mean-substitution": _t("means for missing answers", "以均值替代缺失值"),
    "finding_duplicate-answers": _t("repeated answers", "答案重复"),
    "finding_unused-end": _t("an end of the scale unused", "量表一端无人选择"),
    "finding_straight-lining": _t("one answer to all questions", "全部题项答案相同"),
    "finding_group-suppressed": _t("group suppressed", "分组不公布"),
    "finding_group-failed": _t("group not fitted", "分组无法拟合"),
    "finding_diagnosis": _t("why the fit cannot be used", "拟合不可使用的原因"),
    "finding_comparability": _t("may the groups be compared?", "各组是否可比"),
    "finding_collinearity": _t("overlapping drivers", "驱动因素重叠"),
    "finding_severe-collinearity": _t("drivers that can hardly be told apart", "驱动因素难以区分"),
    "finding_discriminant-validity": _t("constructs hardly told apart", "潜变量难以区分"),
    "finding_poor-configural-fit": _t("poor fit in the groups", "各组拟合欠佳"),
    "finding_groups-left-out": _t("groups not compared", "未参与比较的组"),
    "finding_missing-data-matters": _t("missing answers matter", "缺失值处理影响结果"),
    "finding_no-invariance": _t("comparability not tested", "未检验各组可比性"),
    "finding_no-path-tests": _t("paths not tested", "未检验路径差异"),
}

_FIT = {
    "fit_npar": _t("free parameters", "自由参数个数"),
    "fit_n": _t("respondents", "样本量"),
    "fit_chisq": _t("chi-square", "卡方"),
    "fit_df": _t("degrees of freedom", "自由度"),
    "fit_pvalue": _t("p value of chi-square", "卡方检验 p 值"),
    "fit_cfi": _t("comparative fit index (CFI)", "比较拟合指数（CFI）"),
    "fit_tli": _t("Tucker-Lewis index (TLI)", "Tucker-Lewis 指数（TLI）"),
    "fit_rmsea": _t("root mean square error of approximation (RMSEA)", "近似误差均方根（RMSEA）"),
    "fit_rmsea_ci_lower": _t("RMSEA, interval from", "RMSEA 区间下限"),
    "fit_rmsea_ci_upper": _t("RMSEA, interval to", "RMSEA 区间上限"),
    "fit_srmr": _t("standardised root mean square residual (SRMR)", "标准化残差均方根（SRMR）"),
    "fit_gfi": _t("goodness of fit index (GFI)", "拟合优度指数（GFI）"),
    "fit_agfi": _t("adjusted GFI", "调整 GFI（AGFI）"),
    "fit_logl": _t("log-likelihood", "对数似然"),
    "fit_aic": _t("AIC", "AIC"),
    "fit_bic": _t("BIC", "BIC"),
    "fit_converged": _t("converged", "是否收敛"),
    "fit_gradient": _t("largest element of the gradient", "梯度最大值"),
    "fit_admissible": _t("admissible", "解是否可接受"),
    "fit_identified": _t("identified", "是否可识别"),
    "fit_information_eigenvalue": _t("smallest eigenvalue of the information", "信息矩阵最小特征值"),
    "fit_chisq_scaling_factor": _t("scaling factor of chi-square", "卡方校正因子"),
    "fit_rmsea_ci": _t("RMSEA, 90% interval", "RMSEA 90% 置信区间"),
    "fit_scaled": _t("{name}, scaled", "{name}（校正）"),
    "fit_robust": _t("{name}, robust", "{name}（稳健）"),
}

WORDS: dict[str, Term] = {
    **_CHARTS,
    **_HEADINGS,
    **_FINDINGS,
    **_COMPARISON,
    **_FIT,
    **PHRASES,
    **INSPECTION,
    **COMPOSITE,
    **COMPOSITE_MORE,
    **PLANNING,
    **LEAGUE,
    **WAVES,
    **FINDINGS,
    **MEASURE_PHRASES,
    **OUTLINE,
    **INTERACTIVE,
    **NATIVE,
    **WORD,
    **SLIDES,
    **WORKBOOK,
    **PRINTED,
}
"""Every text by key."""


def has(key: str) -> bool:
    """Say whether there is a text of that key."""
    return key in WORDS


def fit_name(measure: str, language: str) -> str:
    """Return the name of a fit measure, ``_scaled`` and ``_robust`` in words; else the measure itself."""
    for suffix in ("scaled", "robust"):
        base = measure.removesuffix(f"_{suffix}")
        if base != measure and has(f"fit_{base}"):
            return say(f"fit_{suffix}", language, name=say(f"fit_{base}", language))
    return say(f"fit_{measure}", language) if has(f"fit_{measure}") else measure
