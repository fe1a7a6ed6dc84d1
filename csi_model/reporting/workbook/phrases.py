"""The words of the workbook, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


WORKBOOK: dict[str, Term] = {
    "xlsx_cover": _t("Cover", "封面"),
    "xlsx_dashboard": _t("Dashboard", "图表总览"),
    "xlsx_data": _t("Chart data", "图表数据"),
    "xlsx_names": _t("Names", "名称对照"),
    "xlsx_sheets": _t("What this workbook holds", "本工作簿的内容"),
    "xlsx_col_rows": _t("rows", "行数"),
    "xlsx_scope_groups": _t("Tables by group", "分组数据表"),
    "xlsx_scope_pooled": _t("Tables of all respondents", "全体受访者数据表"),
    "xlsx_scope_across": _t("Tables on the survey as a whole", "整体调查数据表"),
    "xlsx_scope_charts": _t("Charts", "图表"),
    "xlsx_about_dashboard": _t(
        "Charts that can be edited, copied and restyled", "可编辑、复制和调整样式的图表"
    ),
    "xlsx_about_data": _t("The numbers behind the charts", "图表所用的数据"),
    "xlsx_about_names": _t(
        "Labels of constructs, questions and groups by the names in the tables",
        "数据表中名称对应的潜变量、题项与分组标签",
    ),
    "xlsx_of_groups": _t("{title}, by group", "{title}（分组）"),
    "xlsx_of_pooled": _t("{title}, all respondents", "{title}（全体受访者）"),
    "xlsx_of_across": _t("{title}", "{title}"),
    "xlsx_back": _t("← Cover", "← 返回封面"),
    "xlsx_rows": _t("{count} rows", "共 {count} 行"),
    "xlsx_cut": _t(
        "The first {shown} of {count} rows; all of them are in the file tables/{name}.csv.",
        "仅列前 {shown} 行（共 {count} 行）；完整数据见文件 tables/{name}.csv。",
    ),
    "xlsx_how": _t(
        "Numbers are stored in full and shown rounded. An empty cell has no value; column `why` says why. "
        "The grey line below the titles holds the column names of the files in tables/.",
        "数值按完整精度保存，显示时四舍五入。空单元格表示无数值，原因见 why 列。"
        "标题下方的灰色行为 tables/ 文件夹中文件的列名。",
    ),
    "xlsx_made": _t("How this was made", "编制说明"),
    "xlsx_verdict": _t("Can the numbers be used?", "这些数字可以使用吗？"),
    "xlsx_label_of": _t("{title}, label", "{title}（标签）"),
    "xlsx_words_of": _t("{title}, in words", "{title}（说明）"),
    "xlsx_category": _t("category", "类别"),
    "xlsx_place": _t("place", "位置"),
    "xlsx_lower": _t("{name}, from", "{name}，下限"),
    "xlsx_upper": _t("{name}, to", "{name}，上限"),
    "xlsx_minus": _t("{name}, line down", "{name}，误差线负向"),
    "xlsx_plus": _t("{name}, line up", "{name}，误差线正向"),
    "xlsx_across": _t("{name}, across", "{name}，横轴"),
    "xlsx_crossing": _t("Crossing lines", "交叉线"),
    "xlsx_label_at": _t("labels at", "标签位置"),
    "xlsx_data_how": _t(
        "Each chart on the dashboard takes its numbers and words from the cells here: change a cell and the "
        "chart follows. The lengths of the interval lines (down, up) are the distances from the value to the "
        "ends of its interval.",
        "图表页中的每张图都取用本页单元格的数值与文字：修改单元格，图表随之变化。"
        "误差线的负向、正向长度为数值到区间两端的距离。",
    ),
    "xlsx_from_table": _t("Table: {sheet}", "数据表：{sheet}"),
    "xlsx_no_charts": _t("The tables support no chart.", "现有数据表不足以绘制图表。"),
    "xlsx_name": _t("name in the tables", "表中名称"),
    "xlsx_kind": _t("kind", "类型"),
    "xlsx_label_en": _t("label, English", "标签（英文）"),
    "xlsx_label_zh": _t("label, Chinese", "标签（中文）"),
    "xlsx_kind_construct": _t("construct", "潜变量"),
    "xlsx_kind_question": _t("question", "题项"),
    "xlsx_page": _t("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
}
