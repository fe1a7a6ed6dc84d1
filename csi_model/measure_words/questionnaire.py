"""Tables, columns and words of the family ``questionnaire``."""

from __future__ import annotations

from csi_model.columns import Kind, Term
from csi_model.columns import make_term as _term

COLUMNS: dict[str, tuple[Kind, Term]] = {
    "question_no": ("text", _term("number", "题号")),
    "question_block": ("text", _term("part", "部分")),
    "question_en": ("text", _term("question (English)", "题目（英文）")),
    "question_zh": ("text", _term("question (Chinese)", "题目（中文）")),
    "asked_if": ("text", _term("asked if", "提问条件")),
    "leads_to": ("text", _term("routing", "跳转")),
    "answer_codes": ("text", _term("codes", "编码")),
    "check": ("text", _term("check", "检查项")),
    "found_cells": ("integer", _term("found", "发现数")),
    "contradicting": ("integer", _term("contradicting", "不符合者", "respondents")),
    "share_of_asked": ("number", _term("missing, of those asked", "应作答者中缺失")),
}

WORDS: dict[str, Term] = {
    # measures
    "questionnaire": _term("questionnaire", "调查问卷"),
    "follows": _term("follows the questionnaire", "符合问卷"),
    # checks
    "does_not_follow": _term("does not follow the questionnaire", "不符合问卷"),
    "column_missing": _term("column missing", "缺少列"),
    "column_left_out": _term("column left out", "可省略的列未包含"),
    "column_extra": _term("columns beyond the questionnaire", "问卷以外的列"),
    "no_identifier": _term("no identifier", "没有编号列"),
    "identifier_twice": _term("identifier repeated", "编号重复"),
    "identifier_blank": _term("identifier blank", "编号为空"),
    "outside_scale": _term("answers outside the scale", "答案超出量表"),
    "undeclared_code": _term("undeclared codes", "未声明的编码"),
    "between_steps": _term("answers between steps", "答案不是整数档"),
    "no_number": _term("text instead of a number", "文字而非数字"),
    "routing_unknown": _term("routing cannot be checked", "无法检查跳转"),
    "answered_not_asked": _term("answered, but not to be asked", "应跳过却有作答"),
    "asked_not_answered": _term("to be asked, but not answered", "应作答却为空"),
    "no_answers": _term("nobody answered", "无人作答"),
    "many_missing": _term("many answers missing", "缺失较多"),
    "straight_lining": _term("straight-lining", "直线作答"),
    "repeated_answers": _term("repeated answers", "答案重复"),
    # parts of a questionnaire
    "screening": _term("screening", "甄别"),
    "about_person": _term("about the person", "个人情况"),
    "recommendation_extra": _term("recommendation", "推荐意愿"),
}

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "questionnaire",
        "Questions of the questionnaire",
        "问卷题目",
        "question_no indicator question_block low high answer_codes asked_if leads_to question_en "
        "question_zh why",
    ),
    (
        "survey_check",
        "Does the survey follow its questionnaire?",
        "调查数据是否符合问卷",
        "check severity indicator found_cells share what why",
    ),
    (
        "survey_questions",
        "Answers and missing answers by question",
        "各题作答与缺失情况",
        "indicator label low high n skipped dont_know refused other_missing contradicting share_of_asked why",
    ),
)
