"""Words that stand as values in stored tables, and words of the field, in English and Chinese."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _term
from csi_model.measure_words import MEASURE_WORDS

TERMS: dict[str, Term] = {
    # quadrants of the driver map
    "improve_first": _term("improve first", "优先改进"),
    "keep": _term("keep up", "保持优势"),
    "possible_overkill": _term("possible overkill", "可能过度投入"),
    "low_priority": _term("low priority", "次要改进"),
    # kinds of effect
    "direct": _term("direct", "直接"),
    "indirect": _term("indirect", "间接"),
    "total": _term("total", "总"),
    # weight rules
    "loadings": _term("loadings, normalised", "载荷归一化"),
    "equal": _term("equal", "等权"),
    "regression": _term("regression scores", "回归得分"),
    "pls": _term("PLS outer weights / standard deviation", "PLS 外部权重/标准差"),
    "outer": _term("PLS outer weights as they are", "PLS 外部权重（未除以标准差）"),
    "standardised": _term("standardised loadings / standard deviation", "标准化载荷/标准差"),
    "given": _term("given", "给定"),
    "pooled": _term("pooled weights", "合并样本权重"),
    "group": _term("own weights", "本组权重"),
    # interval methods
    "delta": _term("delta method", "delta 法"),
    "bootstrap": _term("bootstrap percentile", "自助法百分位"),
    "bootstrap_bc": _term("bootstrap, bias-corrected", "偏差校正自助法"),
    "bootstrap_bca": _term("bootstrap BCa", "BCa 自助法"),
    "jackknife": _term("jackknife", "刀切法"),
    "monte_carlo": _term("Monte Carlo", "蒙特卡洛法"),
    "aggregated": _term("from the errors of the units", "由下级单位误差汇总"),
    # shares in the level above
    "revenue": _term("revenue", "营业收入"),
    "market_share": _term("market share", "市场份额"),
    "gdp": _term("contribution to GDP", "对 GDP 的贡献"),
    "cpi": _term("consumer price basket", "居民消费价格篮子"),
    "sample_size": _term("number of respondents", "受访者数"),
    "others_unit": _term("surveyed as one unit", "作为一个单位调查"),
    "others_renormalised": _term("left out", "不计入"),
    "others_mean": _term("counted with the mean of the measured", "按已测均值计入"),
    "respondents": _term("respondents", "受访者数"),
    "residual_share": _term("what the others leave", "其余单位之外的份额"),
    "declared_equal": _term("equal, as asked for", "按指定等分"),
    "default_equal": _term("equal, as no shares were given", "未给定权重，等分"),
    # steps of invariance
    "configural": _term("configural", "构型等值"),
    "thresholds": _term("thresholds", "阈值等值"),
    "metric": _term("metric (loadings)", "度量等值（载荷）"),
    "scalar": _term("scalar (intercepts)", "尺度等值（截距）"),
    "strict": _term("strict (error variances)", "严格等值（误差方差）"),
    "yes": _term("holds", "成立"),
    "partial": _term("holds in part", "部分成立"),
    "no": _term("does not hold", "不成立"),
    # treatments of missing answers
    "complete": _term("complete cases", "完整个案"),
    "mean": _term("mean substitution", "均值替代"),
    "pairwise": _term("pairwise covariances", "成对协方差"),
    "available": _term("all answers there are", "全部可用数据"),
    # verdicts
    "converged": _term("converged", "已收敛"),
    "not_converged": _term("not converged", "未收敛"),
    "admissible": _term("admissible", "解可接受"),
    "not_admissible": _term("not admissible", "解不可接受"),
    "identified": _term("identified", "可识别"),
    "weakly_identified": _term("weakly identified", "弱识别"),
    "not_identified": _term("not identified", "不可识别"),
    # what if
    "reached": _term("reached", "可以达到"),
    "reached_already": _term("reached already", "已经达到"),
    "not_reachable": _term("out of reach", "无法达到"),
    "pushed": _term("pushed", "采用"),
    "at_most": _term("pushed as far as allowed", "已到允许上限"),
    "at_scale_end": _term("at the end of its scale", "已到量表端点"),
    "not_pushed": _term("not pushed", "不采用"),
    "driver_5": _term("driver improved by 5 points", "驱动因素改善 5 分"),
    "cheapest_plan": _term("the cheapest plan", "最低成本方案"),
    "index_score": _term("index", "指数"),
    "complaint_rate": _term("complaint rate, %", "抱怨率 (%)"),
    "customers_kept": _term("customers kept", "保留客户数"),
    "revenue_kept": _term("revenue from customers kept", "保留客户带来的收入"),
    "complaint_cost": _term("cost of complaints", "抱怨处理成本"),
    # differences between units
    "pair": _term("two units", "两两比较"),
    "rest": _term("against all others", "与其他合计比较"),
    "parent": _term("against the mean of all", "与整体均值比较"),
    "best": _term("against the best other one", "与其余最优者比较"),
    "all others": _term("all others", "其他合计"),
    "higher": _term("higher", "较高"),
    "lower": _term("lower", "较低"),
    "no clear difference": _term("no clear difference", "无明显差异"),
    "not tested": _term("not tested", "未检验"),
    "equivalent": _term("equivalent within the margin", "在界限内等效"),
    "clear but small": _term("a clear difference, within the margin", "差异明显，但在界限内"),
    "not shown": _term("equivalence not shown", "未证实等效"),
    "partly": _term("holds in part", "部分成立"),
    "all": _term("all units", "全部单位"),
    # waves
    "held": _term("weights held at the base wave", "固定为基期权重"),
    "own": _term("each wave's own weights", "各期自身权重"),
    "chained": _term("chained, by the mean weights of both waves", "链式（两期权重均值）"),
    "linearised": _term("linearised, weights as given", "线性化（权重视为已知）"),
    "independent": _term("independent samples", "独立样本"),
    "panel": _term("panel", "固定样本"),
    "level": _term("level of the driver", "驱动因素水平"),
    "effect": _term("changed effect of the driver", "驱动因素效应变化"),
    "unexplained": _term("unexplained", "未解释部分"),
    "effect_and_unexplained": _term("effects and unexplained together", "效应与未解释部分合计"),
    "model": _term("model", "模型"),
    "questions": _term("questions of each construct", "各潜变量的题项"),
    "scales": _term("scales", "量表"),
    "direction": _term("direction of questions", "题项方向"),
    "derived": _term("derived items", "派生题项"),
    "wording": _term("texts of questions", "题项文字"),
    "codes": _term("missing codes, recodes and routing", "缺失码、重编码与跳答"),
    "estimator": _term("estimator", "估计方法"),
    "weights": _term("weight rule", "权重规则"),
    "missing_answers": _term("treatment of missing answers", "缺失值处理"),
    "sampling_weights": _term("sampling weights", "抽样权重"),
    "options": _term("options of the fit", "估计选项"),
    "answered": _term("questions that were answered", "有作答的题项"),
    "answer_range": _term("range of the answers", "作答范围"),
    "gaps": _term("shares of missing answers", "缺失比例"),
    # severities
    "error": _term("error", "错误"),
    "warning": _term("warning", "警告"),
    "note": _term("note", "说明"),
    # rows
    "read": _term("read from the file", "文件读入"),
    "used": _term("used", "用于分析"),
    "blank_group": _term("left out: no group value", "剔除：分组值为空"),
    "zero_weight": _term("left out: weight of zero", "剔除：权重为零"),
    "no_answer": _term("left out: no question answered", "剔除：所有题项均未作答"),
    "incomplete_skipped": _term("left out: a question was not asked (routing)", "剔除：因跳答缺少题项"),
    "incomplete_dont_know": _term("left out: a question answered “don't know”", "剔除：有题项答“不知道”"),
    "incomplete_refused": _term("left out: a question refused", "剔除：有题项拒答"),
    "incomplete_other": _term("left out: an answer is missing", "剔除：有题项缺失"),
    # plans
    "one_unit": _term("index of one firm", "单个企业的指数"),
    "each_unit": _term("index of every firm at once", "各企业的指数（同时成立）"),
    "one_difference": _term("difference between two firms or waves", "两个企业（或两期）之差"),
    "several_differences": _term("several differences at once", "多个差异（同时成立）"),
    "all_differences": _term("differences of all pairs of firms", "所有企业两两之差（同时成立）"),
    "one_change": _term("change in a panel", "固定样本的前后变化"),
    "several_changes": _term("several changes in panels at once", "多个固定样本变化（同时成立）"),
    "difference_margin": _term(
        "margin of a difference: found half the time", "差异的误差范围（检出概率约一半）"
    ),
    "detectable": _term("smallest difference found with this power", "以该功效可检出的最小差异"),
    "power_at": _term("power for this difference", "对该差异的检验功效"),
    "to_detect": _term("interviews to find this difference", "检出该差异所需样本量"),
    "single": _term("by itself", "单独成立"),
    "bonferroni": _term("Bonferroni", "Bonferroni 校正"),
    "tukey": _term("Tukey", "Tukey 校正"),
    "normal_distribution": _term("normal distribution", "正态分布"),
    "t_distribution": _term("t distribution", "t 分布"),
    **MEASURE_WORDS,
}
"""Values that stand in tables, and words of the field, in both languages."""


def term(name: str, language: str) -> str:
    """Return the word for a table value in ``language``; values without an entry stay as they are."""
    entry = TERMS.get(name)
    return entry[language] if entry is not None else name
