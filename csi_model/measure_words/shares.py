"""Tables, columns and words of shares and means, and those that all measures have in common."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "item": ("text", _term("question or part", "题项或部分")),
    "counted": ("text", _term("what counts", "计入的答案")),
    "metric": ("text", _term("in", "计量单位")),
    "band": ("text", _term("grade", "等级")),
    "answer": ("text", _term("answer", "答案")),
    "zone": ("text", _term("zone", "区间")),
    "stage": ("text", _term("stage", "阶段")),
    "share_of_all": ("number", _term("share of all", "占全体比例")),
    "share_of_previous": ("number", _term("share of the stage before", "占上一阶段比例")),
}

WORDS: dict[str, Term] = {
    # measures
    "nps": _term("net promoter score (NPS)", "净推荐值（NPS）"),
    "nps_adjusted": _term("NPS, interval for small samples", "净推荐值（小样本区间）"),
    # intervals
    "wilson": _term("Wilson", "Wilson 法"),
    "newcombe": _term("Newcombe", "Newcombe 法"),
    "normal": _term("normal approximation", "正态近似"),
    "adjusted": _term("adjusted Wald (small samples)", "校正 Wald 法（小样本）"),
    "t": _term("t distribution", "t 分布"),
    "welch": _term("Welch", "Welch 法"),
    "all respondents": _term("all respondents", "全体受访者"),
    # what a value is in
    "percent": _term("percent", "百分比"),
    "score": _term("points", "分"),
    "answer_units": _term("answer units", "答案单位"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "measures",
        "Other measures",
        "其他指标",
        "measure item counted unit metric value se ci_lower ci_upper ci_method n n_eff band why",
    ),
    (
        "measure_differences",
        "Differences of the other measures",
        "其他指标的差异",
        "measure item counted kind unit_1 unit_2 value_1 value_2 difference se ci_lower ci_upper ci_method "
        "z pvalue pvalue_holm verdict why",
    ),
    (
        "measure_findings",
        "What to know about the other measures",
        "其他指标的提示",
        "measure code severity where what fix",
    ),
)
