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
    "path": ("text", _term("way", "路径")),
    "mi": ("number", _term("modification index", "修正指数")),
    "epc": ("number", _term("expected change", "预期改变量")),
    "sepc_all": ("number", _term("expected change, standardised", "标准化预期改变量")),
    "indicator_1": ("text", _term("question 1", "题项 1")),
    "indicator_2": ("text", _term("question 2", "题项 2")),
    "residual": ("number", _term("residual correlation", "残差相关")),
    "srmr": ("number", _term("SRMR", "SRMR")),
    "vif": ("number", _term("variance inflation (VIF)", "方差膨胀因子 (VIF)")),
    "draws": ("integer", _term("draws", "抽样次数")),
    "share": ("number", _term("share", "占比")),
    "used": ("flag", _term("used in the intervals", "用于区间")),
    "step": ("text", _term("step", "层级")),
    "holds": ("text", _term("holds", "是否成立")),
    "chisq": ("number", _term("chi-square", "卡方")),
    "df": ("integer", _term("degrees of freedom", "自由度")),
    "npar": ("integer", _term("free parameters", "自由参数个数")),
    "cfi": ("number", _term("CFI", "CFI")),
    "tli": ("number", _term("TLI", "TLI")),
    "rmsea": ("number", _term("RMSEA", "RMSEA")),
    "chisq_difference": ("number", _term("change of chi-square", "卡方变化")),
    "df_difference": ("number", _term("change of degrees of freedom", "自由度变化")),
    "cfi_difference": ("number", _term("change of CFI", "CFI 变化")),
    "rmsea_difference": ("number", _term("change of RMSEA", "RMSEA 变化")),
    "srmr_difference": ("number", _term("change of SRMR", "SRMR 变化")),
    "released": ("text", _term("left free", "释放的参数")),
    "method": ("text", _term("method", "方法")),
    "group": ("text", _term("group", "组")),
    "group_1": ("text", _term("first group", "第一组")),
    "group_2": ("text", _term("second group", "第二组")),
    "std_mean": ("number", _term("mean in standard deviations", "标准化均值")),
    "wald": ("number", _term("Wald", "Wald 统计量")),
    "treatment": ("text", _term("treatment", "缺失值处理")),
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
        _table(
            "standardised",
            "Standardised parameters",
            "标准化参数",
            "lhs op rhs est se z pvalue ci_lower ci_upper why",
        ),
        _table(
            "standardised_effects",
            "Standardised effects",
            "标准化效应",
            "source target kind effect se ci_lower ci_upper ci_method why",
        ),
        _table(
            "specific_effects",
            "Effects by way",
            "分路径效应",
            "source target path effect se ci_lower ci_upper ci_method std_effect why",
        ),
        _table("modification", "Modification indices", "修正指数", "lhs op rhs mi pvalue epc sepc_all why"),
        _table("residuals", "Residual correlations", "残差相关", "indicator_1 indicator_2 residual z why"),
        _table("block_fit", "SRMR by block", "分块 SRMR", "construct_1 construct_2 srmr why"),
        _table("collinearity", "Collinearity of drivers", "驱动因素共线性", "target driver vif why"),
        _table("resampling", "Resampling", "重抽样", "reason draws share used"),
        _table("rows", "Rows", "样本行数", "reason rows"),
        _table("findings", "Findings", "提示", "code severity where what fix"),
    )
}
"""The tables of a results folder by name, in the order in which they are written."""

SURVEY_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "treatments",
            "What the treatment of missing answers does to the index",
            "缺失值处理对指数的影响",
            "treatment construct index se ci_lower ci_upper n difference why",
        ),
        _table(
            "invariance",
            "Measurement invariance of the groups",
            "各组测量等值性",
            "step holds chisq df npar cfi tli rmsea srmr chisq_difference df_difference pvalue "
            "cfi_difference rmsea_difference srmr_difference released method why",
        ),
        _table(
            "equality_tests",
            "What equality across groups costs",
            "跨组相等约束的检验",
            "step lhs op rhs group mi df pvalue epc why",
        ),
        _table(
            "latent_means",
            "Latent means",
            "潜变量均值",
            "group construct mean se z pvalue ci_lower ci_upper std_mean why",
        ),
        _table(
            "path_tests",
            "Do paths differ between groups?",
            "各组路径差异检验",
            "source target chisq wald df pvalue pvalue_holm method verdict why",
        ),
        _table(
            "permutation_tests",
            "Permutation tests between groups",
            "组间置换检验",
            "kind source target group_1 group_2 difference pvalue pvalue_holm draws why",
        ),
    )
}
"""Tables about the survey as a whole, without group columns; each only where there is something to say."""

DIFFERENCES = _table(
    "differences",
    "Differences",
    "差异",
    "construct unit_1 unit_2 index_1 index_2 difference se ci_lower ci_upper z pvalue pvalue_holm "
    "verdict why",
)
"""The table that a comparison adds."""

RESERVED_COLUMNS: frozenset[str] = frozenset(
    name for table in (*TABLES.values(), DIFFERENCES) for name in table.column_names
)
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
    "available": _term("full information", "全息极大似然"),
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
