"""Sentences of a questionnaire beside its questions: introduction, notes, routing, close."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting.questionnaire_content import Item, Leads, Part, QuestionnaireContent
from csi_model.reporting.wording import has, say


def title(content: QuestionnaireContent) -> str:
    """Heading of the document."""
    return say("qn_title", content.language, brand=content.brand)


def purpose(content: QuestionnaireContent) -> str:
    """Which model it serves."""
    return say("qn_for", content.language, title=content.title, model=content.model)


def hello(content: QuestionnaireContent) -> str:
    """What is said first: who asks, what about, how long it takes, what is done with the answers."""
    about = content.brand if not _asks_company(content) else content.product
    return say(f"qn_hello_{content.mode}", content.language, about=about, minutes=content.minutes)


def notes(content: QuestionnaireContent) -> Iterator[str]:
    """How the questionnaire is read out, or filled in."""
    language = content.language
    if content.mode == "self":
        yield from (say(key, language) for key in ("qn_note_tick", "qn_note_skip", "qn_note_route"))
        return
    codes = dict.fromkeys(f"{one.code} ({one.label})" for item in content.items for one in item.missing)
    yield say("qn_note_read", language)
    yield say("qn_note_scale", language)
    if codes:
        yield say("qn_note_codes", language, codes=say("comma", language).join(codes))
    yield say("qn_note_route", language)
    if _asks_company(content):
        yield say("qn_note_one", language)


def _asks_company(content: QuestionnaireContent) -> bool:
    return any(item.name == "BRAND" for item in content.items)


def before(content: QuestionnaireContent, part: Part, previous: Part | None) -> str:
    """What is said before a part; nothing where the one before it had the same."""
    key = f"qn_before_{part.stage}"
    if not has(key) or (previous is not None and previous.stage == part.stage):
        return ""
    return say(key, content.language, brand=content.brand)


def only(content: QuestionnaireContent, item: Item) -> str:
    """When a question is asked, if not always."""
    if item.only is None:
        return ""
    key = "qn_only_self" if content.mode == "self" else "qn_only"
    one = item.only
    return say(key, content.language, number=one.number, name=one.name, answers=one.answers)


def target(content: QuestionnaireContent, leads: Leads) -> str:
    """The question that comes next, the close, or the end."""
    if leads.ends:
        return say("qn_ends_self" if content.mode == "self" else "qn_ends", content.language)
    return leads.number or say("qn_close", content.language)


def routes(content: QuestionnaireContent, item: Item) -> Iterator[str]:
    """Where the answers lead, a line each."""
    language = content.language
    codes = say("comma", language).join(one.code for one in item.missing)
    for leads in item.leads:
        where = target(content, leads)
        if leads.none:
            yield say("qn_lead_none", language, codes=codes, target=where)
        elif leads.answers:
            yield say("qn_lead_if", language, answers=leads.answers, target=where)
        else:
            yield say("qn_lead_all", language, target=where)


def leads_of(content: QuestionnaireContent, item: Item, code: str) -> str:
    """Where one answer of a list leads; empty for the next question."""
    missing = {one.code for one in item.missing}
    for leads in item.leads:
        everyone = not leads.answers and not leads.none
        if everyone or (leads.none and code in missing) or code in leads.codes:
            return f"→ {target(content, leads)}"
    return ""


def number_line(content: QuestionnaireContent, item: Item) -> str:
    """The line on which a number is written, with its range."""
    language = content.language
    unit = say("qn_percent", language) if item.percent else ""
    about = say("qn_range", language, low=item.low, high=item.high)
    if item.over:
        about += say("list_break", language) + say("qn_over", language, high=item.high, over=item.over)
    line = f"________ {unit}".rstrip()
    return f"{line}（{about}）" if language == "zh" else f"{line} ({about})"


def last_words(content: QuestionnaireContent) -> Iterator[str]:
    """What stands at the foot: whose words these are, what is only suggested."""
    if content.source:
        yield say("qn_own_words", content.language, source=content.source.rstrip("."))
    else:
        yield say("qn_own_words_bare", content.language)
    if any(item.suggested for item in content.items):
        yield say("qn_suggested", content.language)
