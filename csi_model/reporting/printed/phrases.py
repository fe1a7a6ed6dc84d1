"""The words of the printed report, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


PRINTED: dict[str, Term] = {
    "pdf_figure": _t("Figure ", "图 "),
    "pdf_table": _t("Table ", "表 "),
    "pdf_number_end": _t(". ", "　"),
    "pdf_page": _t("Page ", "第 "),
    "pdf_page_of": _t(" of ", " 页，共 "),
    "pdf_page_end": _t("", " 页"),
    "pdf_more_rows": _t(
        "The first {shown} of {rows} rows are printed here. All of them are in the folder tables of these "
        "results (CSV files) and in the Excel workbook report.xlsx, where one was made.",
        "此处仅列出前 {shown} 行，共 {rows} 行。完整数据见结果文件夹中的 tables 目录（CSV 文件），"
        "若已生成 Excel 工作簿，亦见 report.xlsx。",
    ),
    "pdf_chart_elsewhere": _t(
        "This chart is too long for paper. It is in the results folder as charts/{chart}.svg.",
        "该图过长，不便印刷，请见结果文件夹中的 charts/{chart}.svg。",
    ),
    "pdf_unshown": _t(
        "A question mark stands in this file for signs that no font of the machine has on which it was made: "
        "{signs}.",
        "本文件中以问号代替生成文件的计算机上没有字体可显示的符号：{signs}。",
    ),
}
