"""The words of the slides, both languages side by side."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


SLIDES: dict[str, Term] = {
    "pptx_executive": _t("Executive summary", "核心结论"),
    "pptx_continued": _t("{title} (continued)", "{title}（续）"),
    "pptx_source": _t("Source: {files}", "数据来源：{files}"),
    "pptx_notes_source": _t(
        "Where the numbers come from: {files} in the results folder.",
        "数据出处：结果文件夹中的 {files}。",
    ),
    "pptx_notes_chart": _t(
        "The chart is native: right-click it and choose “Edit data” to see the stored numbers with both ends "
        "of their intervals.",
        "图表为原生图表：右键选择“编辑数据”，即可查看原始数值及置信区间上下限。",
    ),
    "pptx_notes_folded": _t(
        "Not on a slide, but in the report as a page or document: {names}.",
        "未列入幻灯片、但见于网页版或文档版报告：{names}。",
    ),
    "pptx_notes_text": _t("In full: {text}", "全文：{text}"),
    "pptx_notes_made": _t(
        "Made by csi_model from a results folder; the deck can be written again without a new fit.",
        "由 csi_model 根据结果文件夹生成；无需重新拟合即可再次输出。",
    ),
    "pptx_how_bar": _t(
        "How to read: the longer the bar, the larger the value; the thin line at its end is its interval.",
        "读图方法：条形越长数值越大，末端细线为置信区间。",
    ),
    "pptx_how_dots": _t(
        "How to read: the dot is the estimate, the line through it is its interval. A difference in order "
        "within the intervals may be chance.",
        "读图方法：圆点为估计值，横线为置信区间；区间内的先后次序可能只是抽样误差所致。",
    ),
    "pptx_how_line": _t(
        "How to read: from left to right; upright lines are intervals, a gap in a line is a missing value.",
        "读图方法：从左至右阅读；竖线为置信区间，折线中断表示无数值。",
    ),
    "pptx_how_scatter": _t(
        "How to read: to the right stands what matters more, above what performs better. What lies to the "
        "right and low is to be improved first.",
        "读图方法：越靠右越重要，越靠上表现越好；位于右下方的因素应优先改进。",
    ),
    "pptx_how_stacked": _t(
        "How to read: each bar is all answers to a question or of a group; its parts are shares of the "
        "answers and add up to 100%.",
        "读图方法：每个条形代表一道题或一个组的全部回答，各段为回答占比，合计 100%。",
    ),
    "pptx_how_paths": _t(
        "How to read: a box is a construct with its index, an arrow an effect in index points per index "
        "point. A dashed arrow has an interval that includes 0 or has none.",
        "读图方法：方框为潜变量及其指数，箭头为效应（每提升 1 分对应的分数变化）；"
        "虚线箭头的置信区间包含 0 或缺失。",
    ),
    "pptx_how_heat": _t(
        "How to read: ▲ marks what is clearly better than all others together, ▼ what is clearly worse, by "
        "the stored test.",
        "读图方法：▲ 表示明显优于其余全部单位，▼ 表示明显较差（依据已存储的检验结果）。",
    ),
    "pptx_care_interval": _t(
        "Caution: do not rank within the margin. Where two intervals overlap, the order may be chance.",
        "注意：误差范围之内不宜排名；置信区间重叠时，次序可能只是抽样误差所致。",
    ),
    "pptx_care_cause": _t(
        "Caution: effects are associations under the model, not proof of cause; they are index points, "
        "not percentages.",
        "注意：效应是模型假定下的关联，并非因果证明；单位为指数分，而非百分比。",
    ),
    "pptx_care_suppressed": _t(
        "Caution: groups with too few respondents are suppressed; no file of the report has their numbers.",
        "注意：样本不足的组不予公布，报告的任何文件中均无其数值。",
    ),
    "pptx_care_alarm": _t(
        "Caution: the fit may not be used as it stands; see the warning at the beginning of the deck.",
        "注意：该拟合结果不可直接使用，见本文件开头的警示。",
    ),
    "pptx_care_level": _t(
        "An interval says which values the data allow at a level of {level}; it holds no error of coverage "
        "or of wording.",
        "置信区间表示在 {level} 置信水平下数据所允许的取值范围，不含覆盖误差与问卷措辞误差。",
    ),
    "pptx_more_rows": _t(
        "{count} more rows: see report.xlsx or {file}", "另有 {count} 行：见 report.xlsx 或 {file}"
    ),
    "pptx_alarm_cover": _t(
        "Some of these numbers may not be used: see the next slide.", "部分数字不可使用：见下一页。"
    ),
    "pptx_alarm_why": _t("Why", "原因"),
    "pptx_alarm_named": _t("What was found", "发现的问题"),
    "pptx_alarm_remedy": _t("What to do", "处理建议"),
    "pptx_hero_stop": _t(
        "Read the warning at the beginning before you use this number.",
        "使用该数字之前，请先阅读开头的警示。",
    ),
    "pptx_weights": _t("Weights: {rule}", "权重：{rule}"),
    "pptx_base": _t("n = {n}", "样本量 {n}"),
    "pptx_more_title": _t("What the other files hold", "其他文件中的内容"),
    "pptx_more_about": _t(
        "This deck shows what matters. The full report as page, document or workbook also holds:",
        "本演示文稿仅列要点。网页版、文档版与工作簿版报告中还包括：",
    ),
    "pptx_remark_severity": _t("severity", "程度"),
    "pptx_remark_about": _t("about", "事项"),
    "pptx_remark_what": _t("what was found", "发现"),
    "pptx_remark_fix": _t("what to do", "处理建议"),
    "pptx_heat_unit": _t("unit", "单位"),
    "pptx_kind_bar": _t("Bars", "条形图"),
    "pptx_kind_dots": _t("Dots with their intervals", "带置信区间的点图"),
    "pptx_kind_line": _t("Lines", "折线图"),
    "pptx_kind_scatter": _t("Map of points", "散点图"),
    "pptx_kind_stacked": _t("Stacked bars of shares", "百分比堆积条形图"),
    "pptx_table_about": _t("Table with {rows} rows; columns: {columns}", "表格，共 {rows} 行；列：{columns}"),
    "pptx_logo": _t("Logo of the client", "委托方标识"),
    "pptx_book_names": _t("Names", "名称"),
    "pptx_book_interval": _t("{name}: interval", "{name}：置信区间"),
    "pptx_book_x": _t("across", "横轴"),
    "pptx_book_y": _t("upward", "纵轴"),
    "pptx_book_lower": _t("interval from", "区间下限"),
    "pptx_book_upper": _t("interval to", "区间上限"),
    "pptx_book_minus": _t("length below", "下侧长度"),
    "pptx_book_plus": _t("length above", "上侧长度"),
}
