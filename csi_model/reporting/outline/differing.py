"""Who differs: only as far as rank intervals, tests or intervals that lie apart allow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records, retold
from csi_model.reporting.content import Content
from csi_model.reporting.league_rows import Unit
from csi_model.reporting.outline import rules
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import NAMED, some, together
from csi_model.reporting.wording import say

DETAILED = 3
"""Units that cannot be told apart which a sentence shows with their numbers; of more it gives the names."""

_GRAVE = ("no", "partly", "not tested")
"""Verdicts on comparability that a statement on differences has to mention, the gravest first."""


def who(content: Content, language: str) -> str:
    """Return the finding on who differs, empty where there is nothing to compare or no index to be used."""
    if rules.index_state(content) == "unusable":
        return ""
    return units(content, language) or groups(content, language) or constructs(content, language)


def ranked(content: Content, language: str) -> list[Unit]:
    """Return all units of the lowest ranked level that have a number, the best first."""
    found = [unit for block in league_rows.blocks(content, language) for unit in block.units if unit.known]
    return sorted(found, key=lambda unit: league_rows.best_first(content, content.index, unit.index))


def units(content: Content, language: str) -> str:
    """Say who can be told apart at the top and at the bottom of a ranking, empty where nothing is ranked."""
    found = [unit for unit in ranked(content, language) if _ends(unit.overall)]
    if len(found) < 2:
        return ""
    short = league_rows.short_labels(content, [unit.name for unit in found], language)
    top = [
        unit for unit in found if league_rows.flag(unit.overall, "may_lead") or _ends(unit.overall)[0] == 1
    ]
    last = max(_ends(unit.overall)[1] for unit in found)
    bottom = [unit for unit in found if _ends(unit.overall)[1] == last]
    texts = [_top(top, found, short, language)]
    if 2 < len(found) != len(top) and not {unit.name for unit in top} & {unit.name for unit in bottom}:
        texts.append(_bottom(bottom, found, short, language))
    return together([*texts, caution(content, language)], language)


def _ends(rank: Row) -> tuple[int, ...]:
    lower, upper = records.number(rank, "rank_lower"), records.number(rank, "rank_upper")
    return () if math.isnan(lower) or math.isnan(upper) else (int(lower), int(upper))


def _top(top: Sequence[Unit], found: Sequence[Unit], short: dict[str, str], language: str) -> str:
    if len(top) == len(found):
        return say("top_all", language, count=len(found))
    if len(top) == 1:
        key = "differ_leads" if _ends(top[0].overall) == (1, 1) else "differ_highest"
        return say(key, language, name=_with_rank(top[0], short, language), count=len(found))
    if len(top) > NAMED:
        return say("differ_many_top", language, count=len(found), lead=len(top))
    return say("differ_top", language, names=_listed(top, short, language), count=len(found))


def _bottom(bottom: Sequence[Unit], found: Sequence[Unit], short: dict[str, str], language: str) -> str:
    if len(bottom) == 1:
        sure = _ends(bottom[0].overall) == (len(found), len(found))
        key = "differ_last" if sure else "differ_lowest"
        return say(key, language, name=_with_rank(bottom[0], short, language))
    if len(bottom) > NAMED:
        return say("differ_many_bottom", language, last=len(bottom))
    return say("differ_bottom", language, names=_listed(bottom, short, language))


def _listed(members: Sequence[Unit], short: dict[str, str], language: str) -> str:
    if len(members) > DETAILED:
        return some([short[unit.name] for unit in members], language)
    return some([_with_rank(unit, short, language) for unit in members], language)


def _with_rank(unit: Unit, short: dict[str, str], language: str) -> str:
    """A unit with its index, the ranks that its interval allows, and a word on a small base."""
    lower, upper = _ends(unit.overall)
    rank = say("differ_rank" if lower == upper else "differ_ranks", language, lower=lower, upper=upper)
    detail = [formats.number(unit.index) + say("differ_points", language), rank]
    detail += [words] if (words := rules.base_words(unit.score, language)) else []
    text = say("differ_break", language).join(detail)
    return short[unit.name] + say("in_brackets", language, text=text)


def caution(content: Content, language: str) -> str:
    """Say what the check of comparability holds against reading differences, empty where it found none."""
    found = set(league_rows.values_of(content, "differences", "comparable"))
    if not found:
        row = records.finding(content, "comparability") or records.finding(content, "composite-comparability")
        answers = retold.comparability(records.word(row, "what"))
        found = {answer for what, answer, _ in answers if what in {"indices", "levels"}}
        found |= {"not tested"} if records.finding(content, "groups-left-out") else set()
    if {"yes", "not tested"} == found:
        return say("differ_not_all_tested", language)
    answer = next((one for one in _GRAVE if one in found), "")
    return say(f"differ_{answer.replace(' ', '_')}", language) if answer else ""


def groups(content: Content, language: str) -> str:
    """Say whether the interval of any group lies above that of another, empty with fewer than two groups."""
    if not league_rows.unit_columns(content):
        return ""
    found = [
        group for group in records.groups(content) if group.state != "suppressed" and rules.known(group.index)
    ]
    if len(found) < 2:
        return ""
    high = max(found, key=lambda group: records.number(group.index, "ci_lower"))
    low = min(found, key=lambda group: records.number(group.index, "ci_upper"))
    if rules.overlap(high.index, low.index, "ci_lower", "ci_upper"):
        return together(
            [say("differ_groups_together", language, count=len(found)), caution(content, language)], language
        )
    names = {
        f"{key}_{part}": text
        for key, group in (("high", high), ("low", low))
        for part, text in _scored(group.label, group.index, language).items()
    }
    level = formats.level(records.confidence(content))
    apart = say("differ_groups_apart", language, count=len(found), level=level, **names)
    return together([apart, caution(content, language)], language)


def _scored(label: str, row: Row, language: str) -> dict[str, str]:
    interval = formats.interval(row["ci_lower"], row["ci_upper"], 1, language)
    words = rules.base_words(row, language)
    return {
        "name": label,
        "index": formats.number(row["index"]),
        "interval": interval + (say("differ_break", language) + words if words else ""),
    }


def constructs(content: Content, language: str) -> str:
    """Name the construct that stands above or below all others by its interval; those of which less is
    better are left out.
    """
    rows = [
        row
        for row in records.index_rows(content)
        if rules.known(row) and records.word(row, "construct") not in content.low_is_good
    ]
    if len(rows) < 2:
        return ""
    texts = list(_apart(content, rows, language))
    return together(texts, language) or say("differ_constructs_together", language)


def _apart(content: Content, rows: Sequence[Row], language: str) -> Iterator[str]:
    level = formats.level(records.confidence(content))
    for key, sign, start, end in (
        ("strongest", 1, "ci_lower", "ci_upper"),
        ("weakest", -1, "ci_upper", "ci_lower"),
    ):
        row = max(rows, key=lambda one: sign * records.number(one, start))
        others = [one for one in rows if one is not row]
        if all(sign * records.number(row, start) > sign * records.number(one, end) for one in others):
            said = _scored(content.label(records.word(row, "construct"), language), row, language)
            yield say(f"differ_{key}", language, level=level, **said)
