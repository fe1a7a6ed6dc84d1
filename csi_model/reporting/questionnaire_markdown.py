"""A questionnaire as Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from csi_model.reporting import questionnaire_texts as texts
from csi_model.reporting.questionnaire_content import Answer, Item, QuestionnaireContent, together
from csi_model.reporting.wording import say

BOX = "☐"
_SIGNS = re.compile(r"([\\`*_\[\]<>|#~])")


def questionnaire_markdown(content: QuestionnaireContent) -> str:
    """Return a questionnaire as Markdown, with tables as most programs read them.

    Parameters
    ----------
    content
        The questionnaire in one language.
    """
    return "\n".join(_lines(content)).rstrip("\n") + "\n"


def _lines(content: QuestionnaireContent) -> Iterator[str]:
    language = content.language
    yield f"# {_plain(texts.title(content))}"
    yield ""
    yield _plain(texts.purpose(content))
    yield ""
    keys = ("qn_number", "qn_date") + (("qn_interviewer",) if content.mode == "interview" else ())
    yield "  \n".join(f"{say(key, language)}{say('colon', language)}\\_\\_\\_\\_\\_\\_" for key in keys)
    yield ""
    yield _plain(texts.hello(content))
    yield ""
    yield f"**{say(f'qn_notes_{content.mode}', language)}**"
    yield ""
    yield from (f"- {_plain(note)}" for note in texts.notes(content))
    yield ""
    previous = None
    for part in content.parts:
        yield f"## {_plain(part.title)}"
        yield ""
        lead = texts.before(content, part, previous)
        if lead:
            yield from (f"*{_plain(lead)}*", "")
        for items in together(part):
            yield from _grid(content, items) if len(items) > 1 else _single(content, items[0])
        previous = part
    yield f"## {say('qn_thanks_title', language)}"
    yield ""
    yield _plain(say("qn_thanks", language))
    yield ""
    yield "---"
    yield ""
    yield from (f"<small>{_plain(line)}</small>  " for line in texts.last_words(content))


def _grid(content: QuestionnaireContent, items: Sequence[Item]) -> Iterator[str]:
    """Questions of one battery in one table."""
    yield f"**{_plain(items[0].stem)}**"
    yield ""
    boxes = items[0].boxes
    yield _row([say("qn_question", content.language), *(_head(one) for one in boxes)])
    yield _row(["---", *(":-:" for _ in boxes)])
    for item in items:
        said = f"**{item.number}.** {_plain(item.text)}{_mark(item)} {_code(item)}"
        yield _row([said, *(BOX for _ in boxes)])
    yield ""


def _single(content: QuestionnaireContent, item: Item) -> Iterator[str]:
    """A question by itself."""
    only = texts.only(content, item)
    if only:
        yield from (f"*{_plain(only)}*", "")
    said = " ".join(part for part in (_plain(item.stem), _plain(item.text)) if part)
    yield f"**{item.number}.** {said}{_mark(item)} {_code(item)}"
    yield ""
    if item.kind in ("scale", "steps"):
        yield _row([_head(one) for one in item.boxes])
        yield _row([":-:" for _ in item.boxes])
        yield _row([BOX for _ in item.boxes])
    elif item.kind == "options":
        for one in item.boxes:
            leads = texts.leads_of(content, item, one.code)
            yield f"- {BOX} {one.code} {_plain(one.label)}" + (f" **{_plain(leads)}**" if leads else "")
    else:
        line = "________________" if item.kind == "text" else texts.number_line(content, item)
        yield _plain(line)
        yield from (f"- {BOX} {one.code} {_plain(one.label)}" for one in item.missing)
    yield ""
    if item.kind != "options":
        for route in texts.routes(content, item):
            yield f"- **{_plain(route)}**"
        if item.leads:
            yield ""


def _head(answer: Answer) -> str:
    return f"{answer.code}<br>{_plain(answer.label)}" if answer.label else answer.code


def _code(item: Item) -> str:
    return f"<sub>{_plain(item.name)}</sub>"


def _mark(item: Item) -> str:
    return "\\*" if item.suggested else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _plain(text: str) -> str:
    """Text with the signs of Markdown made harmless, on one line."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
