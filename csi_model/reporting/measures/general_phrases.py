"""Words that the pages and charts of all measures have in common."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    "h_measures": _t("Other measures", "其他指标"),
    "ms_kicker": _t("Measures of customer satisfaction", "顾客满意度相关指标"),
    "ms_page_title": _t("Customer satisfaction: {names}", "顾客满意度：{names}"),
    "ms_h_results": _t("Results", "结果"),
    "ms_h_findings": _t("What to know about these measures", "关于这些指标的提示"),
    "ms_method": _t(
        "Every number stands in a table of this folder (tables/). Intervals hold at the {level} level; "
        "the column of methods says how each was made. Groups are compared with each other where there are "
        "few, and each with all others together; p values are adjusted for their number after Holm.",
        "每个数字都可在本文件夹的表格（tables/）中查到。置信区间的水平为 {level}，计算方法见相应列。"
        "组数较少时各组两两比较，并将每组与其余各组合计比较；p 值按 Holm 法作多重比较校正。",
    ),
    "m_measures": _t("Measures", "指标"),
}
REASONS: dict[str, str] = {
    "it is the only suppressed group: its numbers follow from those of all respondents and of the other "
    "groups.": "这是唯一未公布的组：由总体与其余各组的数字可以推算出该组的数字。",
    "Join it with another group before you pass the tables on.": "在对外提供表格之前，请将其与其他组合并。",
    "the answers of both are all the same: there is nothing to test": "双方的答案全都相同，无从检验",
}
PATTERNS: tuple[tuple[str, str], ...] = ()
