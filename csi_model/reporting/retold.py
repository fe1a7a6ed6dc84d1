"""Findings in the reader's words: names become labels, and Chinese where there are words for it.

Findings are stored as English sentences with the names of the model file. A text whose every sentence
is known (``retold_phrases``) is told anew; any other text is shown as it was stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from csi_model.reporting import naming
from csi_model.reporting.content import Content
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold_phrases import SENTENCES, STEPS
from csi_model.reporting.sentences import joined, together
from csi_model.reporting.wording import say
from csi_model.vocabulary import TERMS, Term

_VERDICT = re.compile(
    r"May groups be compared\? Paths: (?P<paths>yes|partly|no), (?P<paths_why>.+?) "
    r"Latent means: (?P<means>yes|partly|no), (?P<means_why>.+?) "
    r"Indices: (?P<indices>yes|partly|no), (?P<indices_why>.+)"
)


def retold(content: Content, text: str, language: str) -> str:
    """Return a stored text with labels for names, in ``language`` if every sentence of it is known."""
    verdict = comparability(text)
    if verdict:
        return together([_verdict(content, *one, language) for one in verdict], language)
    made, place = [], 0
    while place < len(text):
        found, template = _first([(p.match(text, place), told) for p, told in SENTENCES])
        sentence = _filled(content, found, template, language)
        if found is None or not sentence:
            return text
        made.append(sentence)
        place = found.end() + 1
    return together(made, language)


def _first(hits: Sequence[tuple[re.Match[str] | None, Term]]) -> tuple[re.Match[str] | None, Term]:
    """The first pattern that fits, or the last one's words with no match."""
    return next((hit for hit in hits if hit[0]), hits[-1])


def _filled(content: Content, found: re.Match[str] | None, template: Term, language: str) -> str:
    """A template with what the groups of a match hold; empty where one holds something else."""
    if found is None:
        return ""
    values = {key: _shown(content, key, value or "", language) for key, value in found.groupdict().items()}
    return "" if None in values.values() else template[language].format(**values)


def comparability(text: str) -> list[tuple[str, str, str]]:
    """Return ``(what, answer, reason)`` of a stored verdict on groups, nothing for any other text."""
    found = _VERDICT.fullmatch(text)
    if found is None:
        return []
    return [(what, found[what], found[f"{what}_why"]) for what in ("paths", "means", "indices")]


def _verdict(content: Content, what: str, answer: str, why: str, language: str) -> str:
    return say(
        "may_sentence",
        language,
        what=say(f"may_{what}", language),
        answer=say(f"may_{answer}", language),
        why=sentence(retold(content, why, language)),
    )


def sentence(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def _shown(content: Content, key: str, value: str, language: str) -> str | None:
    """What a group of a pattern holds, for reading; None where it is not what it should be."""
    kind = key.rstrip("_0123456789")
    return _KINDS[kind](content, value, language)


def _split(text: str) -> list[str]:
    """A list as sentences write it: ``a, b and c``."""
    return [part for half in text.split(" and ") for part in half.split(", ") if part]


def _names(content: Content, value: str, language: str) -> str:
    return joined([content.label(name, language) for name in _split(value)], language)


def _item(content: Content, name: str, language: str) -> str:
    label = content.label(name, language)
    return name if label == name else say("quoted_item", language, label=label, name=name)


def _items(content: Content, value: str, language: str) -> str:
    return joined([_item(content, name, language) for name in _split(value)], language)


def _told(content: Content, value: str, language: str) -> str:
    """Questions in brackets, nothing where none are named."""
    return say("in_brackets", language, text=_items(content, value, language)) if value else ""


def _parameters(content: Content, value: str, language: str) -> str:
    words = [naming.written(content, part, language) for part in value.split(", ")]
    return say("list_break", language).join(words)


def _paths(content: Content, value: str, language: str) -> str | None:
    made = []
    for part in value.split(" and "):
        found = re.fullmatch(r"(\S+) > (\S+) (\S+)", part)
        if found is None:
            return None
        made.append(f"{naming.way(content, [found[1], found[2]], language)} {_value(content, found[3], '')}")
    return say("comma", language).join(made)


def _factors(content: Content, value: str, language: str) -> str | None:
    made = []
    for part in value.split(", "):
        found = re.fullmatch(r"(.+) \((VIF \S+)\)", part)
        if found is None:
            return None
        made.append(content.label(found[1], language) + say("in_brackets", language, text=found[2]))
    return joined(made, language)


def _pairs(content: Content, value: str, language: str) -> str | None:
    made = []
    for part in re.findall(r"[^()]+\([^()]+\)", value):
        found = re.fullmatch(r"(?:, )?(\S+) and (\S+) \(correlation ([-\d.]+)(?:, HTMT ([-\d.]+))?\)", part)
        if found is None:
            return None
        names = joined([content.label(found[1], language), content.label(found[2], language)], language)
        texts = [say("pair_correlation", language, value=_value(content, found[3], language))]
        texts += [f"HTMT {_value(content, found[4], language)}"] if found[4] else []
        listed = say("list_comma", language).join(texts)
        made.append(names + say("in_brackets", language, text=listed))
    return say("list_break", language).join(made)


def _value(_: Content, value: str, __: str) -> str:
    return value.replace("-", "\u2212")


def _treatment(_: Content, value: str, language: str) -> str:
    return next((term[language] for term in TERMS.values() if term.en == value), value)


def _left_out(content: Content, value: str, language: str) -> str:
    made = []
    for name, why in re.findall(r"(.+?) \(([^()]+)\)(?:, |$)", value):
        words = say("in_brackets", language, text=reason_in(why, language))
        made.append(content.group_name(name) + words)
    return joined(made, language)


def _steps(content: Content, value: str, language: str) -> str | None:
    made = []
    for step in value.split("; or "):
        found, template = _first([(p.fullmatch(step), told) for p, told in STEPS])
        words = _filled(content, found, template, language)
        if not words:
            return None
        made.append(words)
    return say("or_else", language).join(made)


_KINDS: dict[str, Callable[[Content, str, str], str | None]] = {
    "name": _names,
    "names": _names,
    "item": _item,
    "item_list": _items,
    "items": _told,
    "parameters": _parameters,
    "paths": _paths,
    "factors": _factors,
    "pairs": _pairs,
    "value": _value,
    "treatment": _treatment,
    "left_out": _left_out,
    "steps": _steps,
}
