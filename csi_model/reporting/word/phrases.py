"""The words of the Word document, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


WORD: dict[str, Term] = {
    "docx_table": _t("Table", "表"),
    "docx_figure": _t("Figure", "图"),
    "docx_caption": _t(". {caption}", "　{caption}"),
    "docx_page": _t("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "docx_rows_shown": _t(
        "Shown are the first {shown} of {rows} rows; all of them stand in the CSV files of the results "
        "folder (tables/).",
        "此处仅列出前 {shown} 行，共 {rows} 行；完整数据见结果文件夹中的 CSV 文件（tables/）。",
    ),
    "docx_chart_elsewhere": _t(
        "The chart “{caption}” is too tall for a page. It stands in the results folder as "
        "charts/{chart}.svg, and its numbers stand in the tables.",
        "图“{caption}”过长，无法在一页内清晰呈现；原图见结果文件夹中的 charts/{chart}.svg，"
        "相应数字见各数据表。",
    ),
    "docx_chart_part": _t("{caption} ({part} of {parts})", "{caption}（{part}/{parts}）"),
    "docx_found": _t("What was found", "主要发现"),
    "docx_logo": _t("Logo of the client or the preparer", "委托方或编制方标志"),
    "docx_state_good": _t("✓ good", "✓ 良好"),
    "docx_state_caution": _t("! with caution", "! 需谨慎"),
    "docx_state_bad": _t("✕ problem", "✕ 有问题"),
    "docx_state_unknown": _t("? not known", "? 未知"),
}
