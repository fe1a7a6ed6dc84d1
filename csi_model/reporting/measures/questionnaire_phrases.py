"""Words of questionnaires, and of the sections of the family ``questionnaire``."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

PHRASES: dict[str, Term] = {
    # document
    "qn_title": _t("Customer survey: {brand}", "{brand}顾客调查问卷"),
    "qn_for": _t("Questionnaire for the model “{title}” ({model})", "用于模型“{title}”（{model}）的问卷"),
    "qn_number": _t("Interview number (respondent)", "问卷编号（respondent）"),
    "qn_date": _t("Date", "日期"),
    "qn_interviewer": _t("Interviewer", "访问员"),
    "qn_hello_interview": _t(
        "Good day. My name is [name], of [institute]. We are asking people about their experience with "
        "{about}. The interview takes about {minutes} minutes. Your answers are treated in confidence "
        "and reported only together with those of others. You may leave out any question. May we begin?",
        "您好！我是［调查机构］的访问员［姓名］。我们正在就{about}的体验征求大家的意见，"
        "访问大约需要 {minutes} 分钟。您的回答将严格保密，只与其他人的回答一起汇总使用；"
        "任何问题您都可以不回答。现在可以开始吗？",
    ),
    "qn_hello_self": _t(
        "Thank you for taking part in this survey on your experience with {about}. It takes about {minutes} "
        "minutes. Your answers are treated in confidence and reported only together with those of others. "
        "You may leave out any question.",
        "感谢您参加本次关于{about}体验的调查，填写大约需要 {minutes} 分钟。您的回答将严格保密，"
        "只与其他人的回答一起汇总使用；任何问题您都可以不回答。",
    ),
    "qn_notes_interview": _t("Notes for the interviewer", "访问员须知"),
    "qn_notes_self": _t("How to fill it in", "填写说明"),
    "qn_note_read": _t(
        "Read every question out as it stands, in the order given; do not explain or suggest answers.",
        "请按原文和既定顺序逐题念出，不作解释，也不作提示。",
    ),
    "qn_note_scale": _t(
        "On scales, read out the words at both ends, then record one number.",
        "量表题请念出两端的含义，然后记录一个数字。",
    ),
    "qn_note_codes": _t(
        "Do not read out {codes}: use these only where the person says so.",
        "不要念出 {codes}，只在受访者自己表示时使用。",
    ),
    "qn_note_route": _t(
        "Arrows (→) tell which question comes next; where there is none, go on with the next one.",
        "箭头（→）表示接下来的题目；没有箭头时依次继续。",
    ),
    "qn_note_one": _t(
        "One company per person: all questions are about the one that was named first.",
        "每位受访者只评价一家公司：所有题目均针对最初提到的公司。",
    ),
    "qn_note_tick": _t(
        "Please tick one box for every question, or write your answer on the line.",
        "请每题选择一个答案打勾，或在横线上填写。",
    ),
    "qn_note_skip": _t(
        "If you cannot or do not want to answer, tick the box for it rather than leaving a blank.",
        "如果无法或不愿回答，请勾选相应的选项，不要留空。",
    ),
    "qn_only": _t(
        "Ask only if {number} ({name}) is {answers}.", "仅当 {number}（{name}）为 {answers} 时提问。"
    ),
    "qn_only_self": _t(
        "Only if your answer to {number} was {answers}.", "仅当您对 {number} 的回答为 {answers} 时填写。"
    ),
    "qn_lead_all": _t("→ go to {target}", "→ 转至 {target}"),
    "qn_lead_if": _t("If {answers} → go to {target}", "若为 {answers} → 转至 {target}"),
    "qn_lead_none": _t("If no answer ({codes}) → go to {target}", "若未作答（{codes}）→ 转至 {target}"),
    "qn_close": _t("the close", "结束语"),
    "qn_ends": _t("the end: thank the person and close", "终止访问并致谢"),
    "qn_ends_self": _t(
        "the end: this survey is not about you, thank you", "结束：您不属于本次调查的对象，谢谢"
    ),
    "qn_dont_know": _t("don't know", "不知道"),
    "qn_refused": _t("refused", "拒答"),
    "qn_refused_self": _t("prefer not to say", "不愿回答"),
    "qn_range": _t("{low} to {high}", "{low} 至 {high}"),
    "qn_percent": _t("percent", "%"),
    "qn_over": _t("more than {high}: write {over}", "超过 {high} 请填 {over}"),
    "qn_answer": _t("Answer", "答案"),
    "qn_code": _t("Code", "编码"),
    "qn_next": _t("Go to", "转至"),
    "qn_question": _t("Question", "题目"),
    "qn_scale": _t("Scale", "量表"),
    "qn_thanks": _t(
        "That was the last question. Thank you very much for your time and your answers.",
        "问卷到此结束，非常感谢您的时间和回答！",
    ),
    "qn_thanks_title": _t("Close", "结束语"),
    "qn_suggested": _t(
        "* The source of the model does not publish this topic; it is a suggestion of csi_model.",
        "* 模型来源未公布该题目，此处为 csi_model 的建议。",
    ),
    "qn_own_words": _t(
        "Wording: csi_model, in its own words; not the licensed questionnaire of any index. "
        "Model: {source}. The small codes are the columns of the survey file (codebook.yaml).",
        "措辞由 csi_model 自行拟定，并非任何指数的授权问卷原文。模型来源：{source}。"
        "灰色小字为数据文件中的列名（见 codebook.yaml）。",
    ),
    "qn_own_words_bare": _t(
        "Wording: csi_model, in its own words. The small codes are the columns of the survey file "
        "(codebook.yaml).",
        "措辞由 csi_model 自行拟定。灰色小字为数据文件中的列名（见 codebook.yaml）。",
    ),
    "qn_page": _t("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    # said before a part, by its stage
    "qn_before_screening": _t(
        "First, let us see whether this survey concerns you.", "首先，请确认您是否属于本次调查的对象。"
    ),
    "qn_before_image_first": _t(
        "What follows is about the impression that {brand} makes on you.", "以下问题关于您对{brand}的印象。"
    ),
    "qn_before_image": _t(
        "What follows is about the impression that {brand} makes on you.", "以下问题关于您对{brand}的印象。"
    ),
    "qn_before_expectations": _t(
        "Please think back to the time before you had any experience with {brand}.",
        "请回想您接触{brand}之前的情况。",
    ),
    "qn_before_quality": _t(
        "Now please think of your own experience with {brand}.", "现在请根据您对{brand}的实际体验回答。"
    ),
    "qn_before_value": _t("The next questions are about price and quality.", "以下问题关于价格与质量。"),
    "qn_before_satisfaction": _t(
        "Now please think of all your experience with {brand} together.",
        "现在请综合您对{brand}的全部体验来回答。",
    ),
    "qn_before_commitment": _t(
        "What follows is about you and {brand}.", "以下问题关于您与{brand}之间的关系。"
    ),
    "qn_before_complaints": _t("The next question is about complaints.", "以下问题关于抱怨与投诉。"),
    "qn_before_loyalty": _t("Now about the future.", "以下问题关于今后的打算。"),
    "qn_before_characteristics": _t(
        "Finally, some questions about yourself. They serve only to group the answers.",
        "最后是几个关于您个人的问题，仅用于对回答进行分组。",
    ),
    # sections
    "qn_h_questions": _t("The questionnaire", "调查问卷"),
    "qn_written": _t(
        "The questionnaire has {count} questions; its documents and the codebook of its answers stand beside "
        "this page.",
        "问卷共 {count} 题；问卷文件及答案编码表与本页在同一文件夹中。",
    ),
    "qn_h_check": _t("Does the survey follow its questionnaire?", "调查数据是否符合问卷"),
    "qn_h_gaps": _t("Answers and missing answers", "作答与缺失"),
    "qn_how_gaps": _t(
        "The share missing is that of don't know, refused and blank among those to whom the question was to "
        "be put; who was routed past it is not in it.",
        "缺失比例为“不知道”、拒答和空白在应作答者中的占比，不含按跳转规则未被提问者。",
    ),
}
REASONS: dict[str, str] = {
    "there is nothing that it would be a share of": "没有可计算占比的基数",
    "the answers are codes without a scale": "答案为编码，没有量表",
    "nobody was to be asked": "没有应作答者",
    "the answer is written in words": "以文字作答",
    "The question has no column in the file.": "数据文件中没有该题对应的列。",
    "Add the column.": "请补上该列。",
    "Nothing is checked in them; add those that matter to the codebook.": (
        "未对这些列作任何检查；如有需要，请将其加入编码表。"
    ),
    "No column tells respondents apart, so repeated interviews cannot be found by it.": (
        "没有区分受访者的编号列，无法据此查出重复的问卷。"
    ),
    "Name it with --id COLUMN.": "请用 --id 指定该列。",
    "There is no such column of identifiers.": "没有这一编号列。",
    "Find out which interview is right, and leave the other out.": "请查明哪份问卷正确，并剔除另一份。",
    "Give every interview its own.": "请为每份问卷设定编号。",
    "Correct them, or declare the scale that was used.": "请更正，或声明实际使用的量表。",
    "If they are missing codes, declare them in the codebook under `missing`; else correct them.": (
        "如为缺失码，请在编码表的 `missing` 中声明，否则请更正。"
    ),
    "The scale has whole numbers only: correct them.": "量表只有整数档，请更正。",
    "Give the numbers, or the label of each code under `values` in the codebook.": (
        "请给出数字，或在编码表的 `values` 中给出各编码的标签。"
    ),
    "Check the routing of the questionnaire program, or blank these cells.": (
        "请检查问卷程序的跳转设置，或清空这些单元格。"
    ),
    "Check the routing of the questionnaire program, or give the code of don't know or refused.": (
        "请检查问卷程序的跳转设置，或填入“不知道”、拒答的编码。"
    ),
    "Nobody answered this question.": "该题无人作答。",
    "Check its column and codes.": "请检查该列及其编码。",
    "Look at the wording and the place of the question.": "请检查该题的措辞和位置。",
    "Check the interviews if the share is high.": "如比例较高，请核查问卷。",
    "Chance makes far fewer: check that no interview was entered twice, and that respondents told the "
    "questions apart.": "重复数远多于偶然情形：请确认没有重复录入，且受访者区分了各题。",
    "Mend what follows, or declare it in the codebook.": "请更正以下各项，或在编码表中声明。",
}
"""What findings and empty numbers say > its Chinese words."""

_WHERE = r" \((.+)\)\."
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        r"The survey follows the questionnaire \((\d+) rows, (\d+) of (\d+) questions\)\.",
        "调查数据符合问卷（{0} 行，{2} 题中的 {1} 题）。",
    ),
    (
        r"The survey follows the questionnaire \((\d+) rows, (\d+) of (\d+) questions; "
        r"(\d+) things? to look at\)\.",
        "调查数据符合问卷（{0} 行，{2} 题中的 {1} 题；另有 {3} 项需要留意）。",
    ),
    (
        r"The survey does not follow the questionnaire: (\d+) errors? "
        r"\((\d+) rows, (\d+) of (\d+) questions\)\.",
        "调查数据不符合问卷：{0} 处错误（{1} 行，{3} 题中的 {2} 题）。",
    ),
    (r"Questions that may be left out, and are: (.+)\.", "可省略且未包含的题目：{0}。"),
    (r"Columns that the questionnaire does not have: (.+)\.", "问卷中没有的列：{0}。"),
    (r"rows? ([\d, ]+)", "第 {0} 行"),
    (r"rows ([\d, ]+) and (\d+) more", "第 {0} 行，另有 {1} 行"),
    (r"([^;:]+) and (\d+) more", "{0} 等，另有 {1} 个"),
    (r"There is '(.+)': capital and small letters differ\.", "有一列为“{0}”：大小写不同。"),
    (r"Did you mean '(.+)'\?", "是否应为“{0}”？"),
    (r"Choose one of: (.+)\.", "可选：{0}。"),
    (r"(\d+) rows? with an identifier of an earlier row" + _WHERE, "{0} 行的编号与前面的行相同（{1}）。"),
    (r"(\d+) rows? without an identifier" + _WHERE, "{0} 行没有编号（{1}）。"),
    (r"(\d+) answers? outside the scale (\S+): (.+?)" + _WHERE, "{0} 个答案超出量表 {1}：{2}（{3}）。"),
    (
        r"(\d+) answers? with an undeclared code beside the scale (\S+): (.+?)" + _WHERE,
        "{0} 个答案为量表 {1} 以外未声明的编码：{2}（{3}）。",
    ),
    (
        r"(\d+) answers? with an undeclared code beside the codes (.+?): (.+?)" + _WHERE,
        "{0} 个答案为编码 {1} 以外未声明的编码：{2}（{3}）。",
    ),
    (
        r"(\d+) answers? between two steps of the scale (\S+): (.+?)" + _WHERE,
        "{0} 个答案介于量表 {1} 的两档之间：{2}（{3}）。",
    ),
    (
        r"(\d+) answers? with text instead of a number: (.+?)" + _WHERE,
        "{0} 个答案是文字而非数字：{1}（{2}）。",
    ),
    (
        r"It is asked by the answer to (.+), which is not in the file: its routing cannot be checked\.",
        "该题是否提问取决于 {0}，而数据文件中没有该列，无法检查跳转。",
    ),
    (
        r"(\d+) answers? although the question is asked only when (.+) is (\S+)" + _WHERE,
        "{0} 个答案不应出现：仅当 {1} 为 {2} 时提问该题（{3}）。",
    ),
    (
        r"(\d+) cells? without an answer although the question is asked when (.+) is (\S+)" + _WHERE,
        "{0} 个单元格没有答案，而 {1} 为 {2} 时应提问该题（{3}）。",
    ),
    (r"([\d.]+) % of those asked gave no answer\.", "应作答者中有 {0}% 未作答。"),
    (
        r"([\d.]+) % of the respondents gave one answer to all ratings" + _WHERE,
        "{0}% 的受访者对所有评分题给出同一答案（{1}）。",
    ),
    (
        r"(\d+) rows? with the same answers as an earlier row" + _WHERE,
        "{0} 行的答案与前面的行完全相同（{1}）。",
    ),
)  # fmt: skip
"""The same with parts that differ: a regular expression, and Chinese words with {0}, {1} for its groups."""
