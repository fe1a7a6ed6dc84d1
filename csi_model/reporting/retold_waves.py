"""What differs between two waves, as tables and findings say it, in Chinese words."""

from __future__ import annotations

import re

from csi_model.reporting import naming
from csi_model.reporting.content import Content
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import term

SUBJECTS = {
    "the models": "model",
    "the questions": "questions",
    "the scales": "scales",
    "the directions of questions": "direction",
    "derived items": "derived",
    "the texts of questions": "wording",
    "missing codes, recodes or routing": "codes",
    "the estimators": "estimator",
    "the weight rules": "weights",
    "the treatments of missing answers": "missing_answers",
    "the sampling weights": "sampling_weights",
    "options of the fit": "options",
    "the questions that were answered": "answered",
    "the ranges of the answers": "answer_range",
    "the shares of missing answers": "gaps",
}
"""Subjects as findings write them > as the table of checks names them."""

_WHOLE = re.compile(r"and \d+ more|not stored with one of the waves")
_ANSWERED = re.compile(r"(?P<name>.+): answered in the (?P<which>first|second) of them only")
_CHANGED = re.compile(r"(?P<name>[^:]+): (?P<before>.+?) > (?P<after>.+)", re.DOTALL)


def subject(_: Content, value: str, language: str) -> str | None:
    """The subject of a check as a finding writes it."""
    if value not in SUBJECTS:
        return None
    return value if language == "en" else say(f"wave_subject_{SUBJECTS[value]}", language)


def differing(content: Content, value: str, language: str) -> str:
    """What differs, ``name: before > after; name: ...``; in English as it is stored."""
    if language == "en":
        return value
    return say("list_break", language).join(_one(content, part, language) for part in _parts(value))


def _parts(value: str) -> list[str]:
    """Single differences; what stands before and after may itself hold semicolons."""
    made: list[str] = []
    for token in value.split("; "):
        if made and not (_begins(token) and _ends(made[-1])):
            made[-1] += f"; {token}"
        else:
            made.append(token)
    return made


def _begins(token: str) -> bool:
    return bool(_WHOLE.fullmatch(token)) or ": " in token


def _ends(part: str) -> bool:
    return any(one.fullmatch(part) for one in (_WHOLE, _ANSWERED, _CHANGED))


def _one(content: Content, part: str, language: str) -> str:
    if part.startswith("and ") and _WHOLE.fullmatch(part):
        return say("waves_more", language, count=part.split(" ")[1])
    if _WHOLE.fullmatch(part):
        return say("waves_not_stored", language)
    found = _ANSWERED.fullmatch(part)
    if found is not None:
        told = say(f"waves_answered_{found['which']}", language)
        return _name(content, found["name"], language) + say("colon", language) + told
    found = _CHANGED.fullmatch(part)
    if found is None:
        return part
    before, after = (
        _said(content, side, language) for side in _in_language(found["before"], found["after"], language)
    )
    name = _name(content, found["name"], language)
    return say("waves_changed", language, name=name, before=before, after=after)


def _name(content: Content, name: str, language: str) -> str:
    key = f"waves_name_{name.replace(' ', '_')}"
    if has(key):
        return say(key, language)
    if name.startswith(_GIVEN):
        item = naming.named(content, name.removeprefix(_GIVEN), language)
        return say("waves_name_given_weight", language, item=item)
    target, arrow, source = name.partition(" <- ")
    if arrow:
        return naming.way(content, [source, target], language)
    return naming.written(content, name, language) if " " in name else naming.named(content, name, language)


_GIVEN = "given weight of "


_WORDS = {
    "nothing": "waves_nothing",
    "none": "waves_nothing",
    "None": "waves_nothing",
    "path": "waves_path",
    "weighted": "waves_weighted",
    "not weighted": "waves_unweighted",
    "reversed": "waves_reversed",
    "as asked": "waves_as_asked",
    "True": "on",
    "False": "off",
}

_STATEMENTS = (
    (re.compile(r"(?P<low>\S+) to (?P<high>\S+)"), "waves_range"),
    (re.compile(r"(?P<share>\d+) % missing"), "waves_missing"),
    (re.compile(r"(?P<share>\d+) %"), "waves_share"),
    (re.compile(r"(?P<code>\S+) counts as (?P<value>\S+)"), "waves_recoded"),
    (re.compile(r"(?P<code>.+) is declared missing in the file"), "waves_declared"),
    (re.compile(r"asked where (?P<column>.+) is (?P<low>\S+) to (?P<high>\S+)"), "waves_asked"),
)


def _in_language(before: str, after: str, language: str) -> tuple[str, str]:
    """Texts of a question, ``en: Overall / zh: ...``: those of the reader's language, if these differ."""
    sides = [dict(part.split(": ", 1) for part in side.split(" / ") if ": " in part)
             for side in (before, after)]  # fmt: skip
    told = [side.get(language, "") for side in sides]
    return (told[0], told[1]) if all(told) and told[0] != told[1] else (before, after)


def _said(content: Content, value: str, language: str) -> str:
    """One side of a difference; statements of a codebook stand in a row."""
    return say("comma", language).join(_statement(content, one, language) for one in value.split("; "))


def _statement(content: Content, value: str, language: str) -> str:
    if value in _WORDS:
        return say(_WORDS[value], language)
    if value in content.constructs:
        return content.label(value, language)
    for pattern, key in _STATEMENTS:
        found = pattern.fullmatch(value)
        if found is not None:
            return say(key, language, **found.groupdict())
    code, verb, reason = value.partition(" is ")
    key = f"waves_reason_{reason}"
    if verb and has(key):
        return say("waves_code", language, code=code, reason=say(key, language))
    return term(value, language)
