"""The words around the questionnaire, the list of tables and the lavaan text; both languages."""

from __future__ import annotations

from csi_model.vocabulary import Term


def _t(en: str, zh: str) -> Term:
    return Term(en=en, zh=zh)


LOOKUP: dict[str, Term] = {
    "asked_how": _t(
        "Every question that the numbers rest on, by what it measures. Labels are those of the model file; "
        "the full wording stands in the questionnaire of the survey.",
        "本报告所依据的全部题项，按所测潜变量排列。题项文字取自模型文件，完整问法见调查问卷原文。",
    ),
    "asked_column": _t("column", "列名"),
    "asked_direction": _t("good is", "方向"),
    "asked_codes": _t("codes and routing", "编码与跳答"),
    "asked_low": _t("low", "越低越好"),
    "asked_high": _t("high", "越高越好"),
    "asked_derived": _t("derived from other answers", "由其他答案派生"),
    "asked_for_measures": _t("Asked for other measures", "用于其他指标的题项"),
    "asked_for_derived": _t("Asked for derived items", "用于派生题项"),
    "coded_dont_know": _t("{code} = don't know", "{code} = 不知道"),
    "coded_refused": _t("{code} = refused", "{code} = 拒答"),
    "coded_skipped": _t("{code} = not asked", "{code} = 跳过"),
    "coded_other": _t("{code} = missing", "{code} = 缺失"),
    "coded_recode": _t("{code} counts as {value}", "{code} 计为 {value}"),
    "coded_routing": _t("asked where {column} is {low} to {high}", "{column} 为 {low} 至 {high} 时提问"),
    "coded_file": _t("{code} declared missing in the file", "{code} 在数据文件中声明为缺失"),
    "files_how": _t(
        "Every number of this report is a cell of one of these files (UTF-8 text, comma-separated, full "
        "precision). An empty number has its reason in the column “why” of its row.",
        "本报告的每个数字均为下列文件中的一个单元格（UTF-8 文本，逗号分隔，保留全部精度）。数字为空时，原因"
        "见该行的“why”列。",
    ),
    "files_file": _t("file", "文件"),
    "files_title": _t("title", "名称"),
    "files_holds": _t("holds", "内容"),
    "files_more": _t(" …", "……"),
    "files_groups": _t("By group ({names})", "分组结果（{names}）"),
    "files_whole": _t("All respondents together", "全体受访者"),
    "files_survey": _t("The survey as a whole", "整个调查"),
    "lavaan_how": _t(
        "The model as it was specified, to be run in R with lavaan's sem(). Scales, missing answers and "
        "index weights stand in the model file and above.",
        "以下为模型设定，可在 R 中用 lavaan 的 sem() 运行。量表、缺失值处理与指数权重见模型文件及上文。",
    ),
}
"""Every text by key."""
