"""Questions around those of the model: who is asked, complaint handling, recommendation, the person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from csi_model.columns import Term
from csi_model.columns import make_term as _t
from csi_model.measures.answer_scales import NO_YES, ends
from csi_model.measures.question_wording import wording
from csi_model.measures.questionnaire import Choice, Question
from csi_model.model.spec import Scale
from csi_model.survey.codebook import Routing

_AGES = (
    _t("15 to 24 years", "15–24 岁"),
    _t("25 to 34 years", "25–34 岁"),
    _t("35 to 44 years", "35–44 岁"),
    _t("45 to 54 years", "45–54 岁"),
    _t("55 to 64 years", "55–64 岁"),
    _t("65 years or more", "65 岁及以上"),
)
_EDUCATION = (
    _t("primary school or less", "小学及以下"),
    _t("lower secondary school", "初中"),
    _t("upper secondary or vocational school", "高中或中专"),
    _t("college without a degree", "大专"),
    _t("university degree or more", "大学本科及以上"),
)
_INCOMES = tuple(_t(f"[income group {k}]", f"［收入组 {k}］") for k in range(1, 7))
_USAGE = (
    _t("less than once a quarter", "每季度不到一次"),
    _t("about once a quarter", "每季度约一次"),
    _t("about once a month", "每月约一次"),
    _t("about once a week", "每周约一次"),
    _t("daily or almost daily", "每天或几乎每天"),
)

PERSON: dict[str, tuple[str, str, str, str, tuple[Term, ...]]] = {
    "USAGE": (
        "Frequency of use", "使用频率", "How often do you use {brand}?", "您使用{brand}的频率是？", _USAGE),
    "GENDER": (
        "Gender", "性别", "Are you ...?", "您的性别是？",
        (_t("a man", "男"), _t("a woman", "女"), _t("other", "其他"))),
    "AGE": ("Age group", "年龄组", "How old are you?", "您的年龄是？", _AGES),
    "EDUCATION": (
        "Education", "受教育程度", "What is the highest level of education that you have completed?",
        "您的最高学历是？", _EDUCATION),
    "INCOME": (
        "Household income", "家庭收入",
        "Which of these groups does the monthly income of your household fall in?",
        "您的家庭月收入属于以下哪一组？", _INCOMES),
    "REGION": ("Region", "地区", "In which region do you live?", "您居住在哪个地区？", ()),
}  # fmt: skip
"""What is asked about the person: weights are made by use, gender, age and region (sheet, section 6)."""


def about_person(name: str, scale: Scale | None) -> tuple[Term, tuple[Choice, ...]] | None:
    """Words and answers of a question about the person, where its scale has one step for each answer."""
    if name not in PERSON:
        return None
    _, _, english, chinese, labels = PERSON[name]
    if scale is not None and (scale.low != 1 or scale.high != len(labels)):
        return None
    choices = tuple(Choice(code=float(k), label=label) for k, label in enumerate(labels, start=1))
    return _t(english, chinese), choices


def person_questions(taken: Collection[str], *, block: str) -> Iterator[Question]:
    """Questions about the person that the model does not ask itself."""
    for name, (english, chinese, *_) in PERSON.items():
        found = about_person(name, None)
        if name in taken or f"{name}GROUP" in taken or found is None:
            continue
        text, choices = found
        yield Question(
            name=name,
            block=block,
            label={"en": english, "zh": chinese},
            text=text,
            kind="options" if choices else "text",
            choices=choices,
            dont_know=98.0 if choices else None,
            refused=99.0 if choices else None,
            model=False,
        )


def screening_questions(
    taken: Collection[str], *, months: int, named: bool, agency: bool, block: str
) -> Iterator[Question]:
    """Recent purchase or use inside a window, then the company, if the survey is not about a named one.

    Van Amburg (ACSI): the interview is then coded to that company, one company per respondent.
    """
    span = "month" if months == 1 else f"{months} months"
    what, zh_what = ("{brand}", "{brand}") if named else ("{product}", "{product}")
    did, zh_did = ("used", "使用过") if agency else ("bought or used", "购买或使用过")
    if "SCREEN" not in taken:
        yield Question(
            name="SCREEN",
            block=block,
            label={"en": f"Use within {span}", "zh": f"{months}个月内使用过"},
            text=_t(
                f"Have you yourself {did} {what} in the past {span}?",
                f"在过去{months}个月内，您本人是否{zh_did}{zh_what}？",
            ),
            kind="options",
            choices=tuple(Choice(code=float(k), label=label) for k, label in enumerate(NO_YES)),
            dont_know=None,
            refused=None,
            ends_when=(0.0, 0.0),
            model=False,
        )
    if not named and "BRAND" not in taken:
        yield Question(
            name="BRAND",
            block=block,
            label={"en": "Company", "zh": "公司"},
            text=_t(
                "Which company did you deal with most recently? The questions that follow are about it "
                "alone.",
                "您最近一次接触的是哪家公司？以下问题只针对这家公司。",
            ),
            kind="text",
            dont_know=None,
            refused=None,
            model=False,
        )


def handling_question(control: str, *, block: str, name: str = "HANDLE") -> Question:
    """How the complaint was handled, asked of those who complained."""
    label = {"en": "Quality of complaint handling", "zh": "抱怨处理的质量"}
    low, high = ends("handled")
    return Question(
        name=name,
        block=block,
        label=label,
        text=wording(name, label, "complaints").text,
        kind="scale",
        scale=Scale(low=1.0, high=10.0),
        low_label=low,
        high_label=high,
        asked_when=Routing(column=control, low=1.0, high=1.0),
        model=False,
    )


def complaint_question(*, block: str, name: str = "COMP") -> Question:
    """Whether the person has complained, for a model that asks only how complaints were handled."""
    label = {
        "en": "Complained, formally or informally (1 = yes)",
        "zh": "是否有过正式或非正式的抱怨（1 = 有）",
    }
    return Question(
        name=name,
        block=block,
        label=label,
        text=wording(name, label, "complaints", yes_no=True).text,
        kind="options",
        scale=Scale(low=0.0, high=1.0),
        choices=tuple(Choice(code=float(k), label=one) for k, one in enumerate(NO_YES)),
        model=False,
    )


def recommending_question(*, block: str, name: str = "RECOMMEND") -> Question:
    """The question of the net promoter score (Reichheld 2003), for a model without one on recommending."""
    label = {"en": "Likelihood to recommend, 0 to 10", "zh": "推荐可能性（0–10）"}
    low, high = ends("likely")
    return Question(
        name=name,
        block=block,
        label=label,
        text=wording(name, label, "loyalty").text,
        kind="scale",
        scale=Scale(low=0.0, high=10.0),
        low_label=low,
        high_label=high,
        model=False,
    )


def recommends(questions: Sequence[Question]) -> bool:
    """Whether any question is about recommending."""
    return any("recommend" in f"{one.text.en} {one.name}".lower() for one in questions)
