"""Findings in the reader's words: names become labels, and Chinese where there are words for it.

Findings are stored as English sentences with the names of the model file. A text whose every sentence
is known (``retold_phrases``) is told anew; any other text is shown as it was stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from csi_model.reporting import naming, records, retold_league, retold_waves
from csi_model.reporting.content import Content
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold_composites import CHOICES
from csi_model.reporting.retold_league_phrases import BINDING
from csi_model.reporting.retold_patterns import Pattern
from csi_model.reporting.retold_phrases import SENTENCES, STEPS
from csi_model.reporting.retold_wave_phrases import RULERS
from csi_model.reporting.sentences import joined, reason, together
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import TERMS, Term

_COMPOSITE = re.compile(
    r"May groups be compared\? Questions, treatment of answers and algorithm are the same in every group\. "
    r"Paths: (?P<paths>yes|partly|no|not tested), (?P<paths_why>.+?) "
    r"Index levels: (?P<levels>yes|partly|no|not tested), (?P<levels_why>.+?) "
    r"One model for all: (?P<pooling>yes|partly|no|not tested), (?P<pooling_why>.+)"
)
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
        told = _first(content, [(p.match(text, place), template) for p, template in SENTENCES], language)
        if told is None:
            return text
        made.append(told[0])
        place = told[1] + 1
    return together(made, language)


def _first(
    content: Content, hits: Sequence[tuple[re.Match[str] | None, Term]], language: str
) -> tuple[str, int] | None:
    """The words of the first pattern that fits and can be told, and where its match ends."""
    for found, template in hits:
        if found is not None and (words := _filled(content, found, template, language)):
            return words, found.end()
    return None


def _filled(content: Content, found: re.Match[str], template: Term, language: str) -> str:
    """A template with what the groups of a match hold; empty where one holds something else."""
    values = {key: _shown(content, key, value or "", language) for key, value in found.groupdict().items()}
    return "" if None in values.values() else template[language].format(**values)


def comparability(text: str) -> list[tuple[str, str, str]]:
    """Return ``(what, answer, reason)`` of a stored verdict on groups, nothing for any other text."""
    for expression in (_VERDICT, _COMPOSITE):
        found = expression.fullmatch(text)
        if found is not None:
            whats = [name for name in found.groupdict() if not name.endswith("_why")]
            return [(what, found[what], found[f"{what}_why"]) for what in whats]
    return []


def _verdict(content: Content, what: str, answer: str, why: str, language: str) -> str:
    return say(
        "may_sentence",
        language,
        what=say(f"may_{what}", language),
        answer=answer_words(what, answer, language),
        why=sentence(retold(content, why, language)),
    )


def answer_words(what: str, answer: str, language: str) -> str:
    """Return an answer to whether groups may be compared in words, its own where ``what`` has such."""
    key = answer.replace(" ", "_")
    return say(f"may_{what}_{key}" if has(f"may_{what}_{key}") else f"may_{key}", language)


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


def _both(content: Content, value: str, language: str) -> str:
    """Pairs of questions: ``a and b, c and d and others``."""
    pairs = value.removesuffix(" and others")
    names = say("comma", language).join(_items(content, pair, language) for pair in pairs.split(", "))
    return names if pairs == value else say("and_others", language, names=names)


def _merged(content: Content, value: str, language: str) -> str | None:
    """Answers that count as one: ``A1 1 with 2; B3 9 with 10``."""
    made = []
    for part in value.split("; "):
        found = re.fullmatch(r"(.+?) ([-\d.]+(?: with [-\d.]+)+)", part)
        if found is None:
            return None
        listed = joined(found[2].split(" with "), language)
        made.append(_item(content, found[1], language) + say("colon", language) + listed)
    return say("list_break", language).join(made)


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


_PARAMETERS = (
    (re.compile(r"the path (.+) > (.+)"), "~"),
    (re.compile(r"the loading of (.+) on (.+)"), "=~"),
    (re.compile(r"the covariance of (.+) and (.+)"), "~~"),
    (re.compile(r"the variance of (.+)"), "~~"),
)


def _parameter(content: Content, value: str, language: str) -> str | None:
    """A parameter as verdicts write it, such as ``the loading of B on A``."""
    for expression, op in _PARAMETERS:
        found = expression.fullmatch(value)
        if found is not None:
            first, last = found[1], found[found.re.groups]
            lhs, rhs = (first, last) if op == "~~" else (last, first)
            return naming.parameter(content, lhs, op, rhs, language)
    return None


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


def _ways(content: Content, value: str, language: str) -> str | None:
    pairs = [part.split(" > ") for part in value.split(", ")]
    if any(len(pair) != 2 for pair in pairs):
        return None
    return say("list_break", language).join(naming.way(content, pair, language) for pair in pairs)


def _ratios(content: Content, value: str, language: str) -> str | None:
    """Pairs with their HTMT: ``a and b (HTMT 0.929), ...``."""
    made = []
    for part in value.split("), "):
        found = re.fullmatch(r"(\S+) and (\S+) \((HTMT \S+?)\)?", part)
        if found is None:
            return None
        names = joined([content.label(found[1], language), content.label(found[2], language)], language)
        made.append(names + say("in_brackets", language, text=found[3]))
    return say("list_break", language).join(made)


def _distances(_: Content, value: str, language: str) -> str | None:
    """Measures beyond their bounds: ``srmr 0.123 > 0.057; ...``."""
    made = []
    for part in value.split("; "):
        found = re.fullmatch(r"(\w+) (\S+) > (\S+)", part)
        if found is None:
            return None
        made.append(f"{_MEASURES.get(found[1], found[1])} {found[2]} > {found[3]}")
    return say("list_break", language).join(made)


_MEASURES = {"srmr": "SRMR", "d_uls": "d_ULS", "d_g": "d_G"}


def _counts(_: Content, value: str, language: str) -> str:
    """Counted reasons: ``91: a variance is negative; ...``."""
    made = []
    for part in value.split("; "):
        count, colon, words = part.partition(": ")
        made.append(count + say("colon", language) * bool(colon) + reason_in(words, language))
    return say("list_break", language).join(made)


def _sides(content: Content, value: str, language: str) -> str | None:
    """Constructs with pairs of groups: ``quality (1001 - 3003 and 2 more; lowest c 0.99), ...``."""
    made = []
    for part in value.split("), "):
        found = re.fullmatch(r"(\S+) \((.+?)(?: and (\d+) more)?(?:; lowest c ([\d.]+))?\)?", part)
        if found is None:
            return None
        pairs = found[2].split(", ")
        told = [" – ".join(_side(content, one, language) for one in pair.split(" - ")) for pair in pairs]
        if found[3]:
            told = [say("counted_pairs", language, count=len(pairs) + int(found[3]))]
        if found[4]:
            told.append(say("lowest_c", language, value=found[4]))
        listed = say("list_comma", language).join(told)
        made.append(content.label(found[1], language) + say("in_brackets", language, text=listed))
    return say("list_break", language).join(made)


def _side(content: Content, name: str, language: str) -> str:
    return say("all_others", language) if name == "all others" else content.group_name(name)


def _estimator(content: Content, value: str, language: str) -> str:
    if records.is_ordinal(content):
        return say("side_wlsmv" if value == "wlsmv" else "side_numbers", language)
    return say(f"side_{value}" if value in {"pls", "plsc"} else "side_other", language)


def _treatment(_: Content, value: str, language: str) -> str:
    return next((term[language] for term in TERMS.values() if term.en == value), value)


def _left_out(content: Content, value: str, language: str) -> str:
    made = []
    for name, why in re.findall(r"(.+?) \(([^()]+)\)(?:, |$)", value):
        words = say("in_brackets", language, text=reason_in(why, language))
        made.append(content.group_name(name) + words)
    return joined(made, language)


def _steps(content: Content, value: str, language: str) -> str | None:
    return _clauses(content, value.split("; or "), STEPS, say("or_else", language), language)


def _choice(content: Content, value: str, language: str) -> str | None:
    clauses = re.sub(r" \((more than \d+ were not tried)\)", r"; \1", value).split("; ")
    return _clauses(content, clauses, CHOICES, say("list_break", language), language)


def _clauses(
    content: Content, clauses: list[str], patterns: Sequence[Pattern], joint: str, language: str
) -> str | None:
    made = []
    for clause in clauses:
        told = _first(content, [(p.fullmatch(clause), template) for p, template in patterns], language)
        if told is None:
            return None
        made.append(told[0])
    return joint.join(made)


def _binding(content: Content, value: str, language: str) -> str | None:
    return _clauses(content, value.split("; "), BINDING, say("list_break", language), language)


def _ruler(content: Content, value: str, language: str) -> str | None:
    return _clauses(content, [value], RULERS, "", language)


def _parted(content: Content, value: str, language: str) -> str | None:
    """Which weights a decomposition rests on, where they are not those of the trend."""
    ruler = _ruler(content, value, language) if value else ""
    return say("trend_parted", language, ruler=ruler) if ruler else ruler


def _why(_: Content, value: str, language: str) -> str | None:
    return _known(value, reason(value, language), language)


def _nested(content: Content, value: str, language: str) -> str | None:
    return _known(value, retold(content, value, language), language)


def _known(value: str, told: str, language: str) -> str | None:
    """Words, or None where a text has none in the language."""
    return None if language != "en" and told == value else told


def _segments(_: Content, value: str, language: str) -> str:
    count = value.split(" ")[0]
    return value if language == "en" else f"{1 if count == 'one' else count} 个细分"


_KINDS: dict[str, Callable[[Content, str, str], str | None]] = {
    "name": _names,
    "names": _names,
    "item": _item,
    "item_list": _items,
    "items": _told,
    "both": _both,
    "parameters": _parameters,
    "parameter": _parameter,
    "paths": _paths,
    "factors": _factors,
    "pairs": _pairs,
    "value": _value,
    "treatment": _treatment,
    "left_out": _left_out,
    "ways": _ways,
    "ratios": _ratios,
    "distances": _distances,
    "counts": _counts,
    "sides": _sides,
    "estimator": _estimator,
    "steps": _steps,
    "choice": _choice,
    "segments": _segments,
    "binding": _binding,
    "ruler": _ruler,
    "parted": _parted,
    "why": _why,
    "nested": _nested,
    "amount": retold_league.amount,
    "rows": retold_league.rows,
    "text": retold_league.text,
    "quoted": retold_league.quoted,
    "percent": retold_league.percent,
    "codes": retold_league.codes,
    "unit": retold_league.unit,
    "units": retold_league.units,
    "lost": retold_league.lost,
    "counted": retold_league.counted,
    "panels": retold_league.panels,
    "turned": retold_league.turned,
    "weighting": retold_league.weighting,
    "categories": retold_league.categories,
    "category": retold_league.category,
    "subject": retold_waves.subject,
    "differing": retold_waves.differing,
    "merged": _merged,
}
