"""Every term, unit, table and column, once, with labels in English and Chinese.

``TABLES`` is the contract of the results folder: the column names are a promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Kind = Literal["text", "number", "integer", "flag"]


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of the field in both languages, with its unit where it is a number."""

    en: str
    zh: str
    unit: str = ""

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column of a stored table: its name, kind and term."""

    name: str
    kind: Kind
    term: Term


@dataclass(frozen=True, kw_only=True)
class Table:
    """A stored table: its name (file ``tables/NAME.csv``), title and columns after group columns."""

    name: str
    title: Term
    columns: tuple[TableColumn, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _term(en: str, zh: str, unit: str = "") -> Term:
    return Term(en=en, zh=zh, unit=unit)


_POINTS = "index points"

_COLUMN_TERMS: dict[str, tuple[Kind, Term]] = {
    "lhs": ("text", _term("left", "左侧")),
    "op": ("text", _term("operator", "算符")),
    "rhs": ("text", _term("right", "右侧")),
    "est": ("number", _term("estimate", "估计值")),
    "se": ("number", _term("standard error", "标准误")),
    "z": ("number", _term("z", "z 值")),
    "pvalue": ("number", _term("p", "p 值")),
    "ci_lower": ("number", _term("interval from", "区间下限")),
    "ci_upper": ("number", _term("interval to", "区间上限")),
    "std_all": ("number", _term("standardised", "标准化")),
    "free": ("flag", _term("free", "自由参数")),
    "why": ("text", _term("why empty", "缺失原因")),
    "measure": ("text", _term("measure", "指标")),
    "value": ("number", _term("value", "数值")),
    "construct": ("text", _term("construct", "潜变量")),
    "index": ("number", _term("index", "指数", _POINTS)),
    "ci_method": ("text", _term("interval by", "区间方法")),
    "n": ("integer", _term("n", "样本量", "respondents")),
    "n_eff": ("number", _term("effective n", "有效样本量", "respondents")),
    "weight_rule": ("text", _term("weight rule", "权重规则")),
    "weights_from": ("text", _term("weights from", "权重来源")),
    "indicator": ("text", _term("question", "题项")),
    "weight": ("number", _term("weight", "权重")),
    "loading": ("number", _term("loading", "载荷")),
    "label": ("text", _term("label", "标签")),
    "low": ("number", _term("scale from", "量表下限", "answer units")),
    "high": ("number", _term("scale to", "量表上限", "answer units")),
    "skipped": ("integer", _term("not asked", "跳答", "respondents")),
    "dont_know": ("integer", _term("don't know", "不知道", "respondents")),
    "refused": ("integer", _term("refused", "拒答", "respondents")),
    "other_missing": ("integer", _term("other missing", "其他缺失", "respondents")),
    "mean": ("number", _term("mean", "均值", "answer units")),
    "sd": ("number", _term("standard deviation", "标准差", "answer units")),
    "skewness": ("number", _term("skewness", "偏度")),
    "top2": ("number", _term("top two", "前两档占比", "share")),
    "bottom2": ("number", _term("bottom two", "末两档占比", "share")),
    "source": ("text", _term("from", "来源变量")),
    "target": ("text", _term("to", "目标变量")),
    "kind": ("text", _term("kind", "类型")),
    "effect": ("number", _term("effect", "效应", "index points per index point")),
    "std_effect": ("number", _term("standardised effect", "标准化效应")),
    "driver": ("text", _term("driver", "驱动因素")),
    "importance": ("number", _term("importance", "重要性", "index points per index point")),
    "importance_ci_lower": ("number", _term("importance from", "重要性下限")),
    "importance_ci_upper": ("number", _term("importance to", "重要性上限")),
    "performance": ("number", _term("performance", "表现", _POINTS)),
    "performance_ci_lower": ("number", _term("performance from", "表现下限")),
    "performance_ci_upper": ("number", _term("performance to", "表现上限")),
    "impact_5": ("number", _term("impact of 5 points", "提升5分的影响", _POINTS)),
    "quadrant": ("text", _term("quadrant", "象限")),
    "priority": ("number", _term("priority", "优先度")),
    "alpha": ("number", _term("Cronbach's alpha", "克朗巴赫 α")),
    "rho_a": ("number", _term("rho A", "rho_A")),
    "rho_c": ("number", _term("composite reliability (rho C)", "组合信度 (rho_C)")),
    "ave": ("number", _term("average variance extracted", "平均方差提取量 (AVE)")),
    "construct_1": ("text", _term("construct 1", "潜变量 1")),
    "construct_2": ("text", _term("construct 2", "潜变量 2")),
    "correlation": ("number", _term("correlation", "相关系数")),
    "htmt": ("number", _term("HTMT", "HTMT")),
    "htmt2": ("number", _term("HTMT2", "HTMT2")),
    "r2": ("number", _term("R²", "R²")),
    "r2_adjusted": ("number", _term("adjusted R²", "调整 R²")),
    "reason": ("text", _term("reason", "原因")),
    "rows": ("integer", _term("rows", "行数", "respondents")),
    "code": ("text", _term("code", "代码")),
    "severity": ("text", _term("severity", "严重程度")),
    "where": ("text", _term("where", "位置")),
    "what": ("text", _term("what", "内容")),
    "fix": ("text", _term("what to do", "处理办法")),
    "unit_1": ("text", _term("first", "第一方")),
    "unit_2": ("text", _term("second", "第二方")),
    "index_1": ("number", _term("first index", "第一方指数", _POINTS)),
    "index_2": ("number", _term("second index", "第二方指数", _POINTS)),
    "difference": ("number", _term("difference", "差值", _POINTS)),
    "pvalue_holm": ("number", _term("p (Holm)", "p 值 (Holm)")),
    "verdict": ("text", _term("verdict", "判定")),
}


def _table(name: str, en: str, zh: str, columns: str) -> Table:
    made = []
    for column in columns.split():
        kind, term = _COLUMN_TERMS[column]
        made.append(TableColumn(name=column, kind=kind, term=term))
    return Table(name=name, title=_term(en, zh), columns=tuple(made))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "parameters",
            "Parameters",
            "参数估计",
            "lhs op rhs est se z pvalue ci_lower ci_upper std_all free why",
        ),
        _table("fit", "Fit measures", "拟合指标", "measure value why"),
        _table(
            "index",
            "Index scores",
            "指数得分",
            "construct index se ci_lower ci_upper ci_method n n_eff weight_rule weights_from why",
        ),
        _table("weights", "Index weights", "指数权重", "construct indicator weight loading weight_rule why"),
        _table(
            "indicators",
            "Questions",
            "题项描述",
            "indicator construct label low high n skipped dont_know refused other_missing "
            "mean sd skewness top2 bottom2 why",
        ),
        _table(
            "effects",
            "Effects",
            "效应",
            "source target kind effect se ci_lower ci_upper ci_method std_effect why",
        ),
        _table(
            "drivers",
            "Drivers",
            "驱动因素",
            "target driver importance importance_ci_lower importance_ci_upper performance "
            "performance_ci_lower performance_ci_upper impact_5 quadrant priority ci_method why",
        ),
        _table("reliability", "Reliability", "信度", "construct alpha rho_a rho_c ave why"),
        _table(
            "validity",
            "Discriminant validity",
            "区分效度",
            "construct_1 construct_2 correlation htmt htmt2 ci_lower ci_upper why",
        ),
        _table("r2", "Explained variance", "解释方差", "construct r2 r2_adjusted se why"),
        _table("rows", "Rows", "样本行数", "reason rows"),
        _table("findings", "Findings", "提示", "code severity where what fix"),
    )
}
"""The tables of a results folder by name, in the order in which they are written."""

DIFFERENCES = _table(
    "differences",
    "Differences",
    "差异",
    "construct unit_1 unit_2 index_1 index_2 difference se ci_lower ci_upper z pvalue pvalue_holm "
    "verdict why",
)
"""The table that a comparison adds."""

RESERVED_COLUMNS: frozenset[str] = frozenset(_COLUMN_TERMS)
"""Names that a group column may not have."""

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
    "given": _term("given", "给定"),
    "pooled": _term("pooled weights", "合并样本权重"),
    "group": _term("own weights", "本组权重"),
    # interval methods
    "delta": _term("delta method", "delta 法"),
    "bootstrap": _term("bootstrap percentile", "自助法百分位"),
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

FIT_MEASURES: tuple[str, ...] = (
    "npar", "n", "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper",
    "srmr", "gfi", "agfi", "logl", "aic", "bic",
)  # fmt: skip
"""Rows of ``fit.csv``, lavaan's names with ``_`` for ``.``."""


def term(name: str, language: str) -> str:
    """Return the word for a table value in ``language``; values without an entry stay as they are."""
    entry = TERMS.get(name)
    return entry[language] if entry is not None else name
