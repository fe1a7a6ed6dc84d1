"""Words that stand as values in stored tables, and words of the field, in English and Chinese."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _term

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
    # steps of invariance
    "configural": _term("configural", "构型等值"),
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
}
"""Values that stand in tables, and words of the field, in both languages."""


def term(name: str, language: str) -> str:
    """Return the word for a table value in ``language``; values without an entry stay as they are."""
    entry = TERMS.get(name)
    return entry[language] if entry is not None else name
