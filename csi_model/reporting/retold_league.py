"""What findings on units, shares, waves, weights and rows hold, for reading: units by label, lists, clauses.

Every function here takes the labels, what a group of a pattern holds and the language, and returns words, or
None where the text is not what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from csi_model.reporting import league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.sentences import joined
from csi_model.reporting.wording import say

_MORE = re.compile(r"(?P<names>.+?);? and (?P<count>\d+) more")


def text(_: Content, value: str, __: str) -> str:
    """A name that has no label, such as that of a level, a wave or a column."""
    return value


def quoted(_: Content, value: str, language: str) -> str:
    """A name in quotation marks as messages write it."""
    return say("in_quotes", language, text=value[1:-1])


def percent(_: Content, value: str, language: str) -> str:
    """A number that may be in percent."""
    return value.replace(" %", "%") if language == "zh" else value


def codes(_: Content, value: str, language: str) -> str:
    """Words of a study file in a row: ``revenue, gdp``."""
    return say("comma", language).join(f"`{one}`" for one in value.split(", "))


def columns(_: Content, value: str, language: str) -> str:
    """Column names in a row."""
    return say("comma", language).join(value.split(", "))


def amount(_: Content, value: str, language: str) -> str:
    """So many respondents or rows: ``1 row``, ``12 rows``."""
    count, noun = value.split(" ")
    return value if language == "en" else say(f"amount_{noun.rstrip('s')}", language, count=count)


def rows(_: Content, value: str, language: str) -> str:
    """Rows of a file, ``rows 4, 9 and 30 more``; those of several files stand with the names of these."""
    found = re.fullmatch(r"(?P<lead>rows? )?(?P<names>.+?)(?: and (?P<count>\d+) more)?", value)
    if found is None:
        return value
    names = say("comma", language).join(found["names"].split(", "))
    if found["lead"]:
        names = say("rows_one" if found["lead"] == "row " else "rows_many", language, names=names)
    if not found["count"]:
        return names
    return say("and_more", language, names=names, count=found["count"])


def unit(content: Content, value: str, language: str) -> str:
    """A unit by the labels of its values."""
    return league_rows.unit_label(content, value, language)


def units(content: Content, value: str, language: str) -> str:
    """Units in a row: ``A / B, C / D and 7 more``, ``A; B; and 7 more``, or ``A, B ...``."""
    cut = value.endswith(" ...")
    found = _MORE.fullmatch(value)
    names = found["names"] if found else value.removesuffix(" ...")
    labels = [unit(content, name, language) for name in in_row(content, names)]
    if found:
        listed = say("comma", language).join(labels)
        return say("and_more", language, names=listed, count=found["count"])
    if cut:
        return say("and_others", language, names=say("comma", language).join(labels))
    return joined(labels, language)


def in_row(content: Content, value: str) -> list[str]:
    """Take names apart that stand in a row; a name may hold what separates them, if it is that of a unit."""
    tokens = re.split(r"(, |; )", value)
    known, made, place = known_units(content), [], 0
    while place < len(tokens):
        ends = range(len(tokens), place, -2)
        end = next((end for end in ends if "".join(tokens[place:end]) in known), _end(tokens, place))
        made.append("".join(tokens[place:end]))
        place = end + 1
    return made


def _end(tokens: list[str], place: int) -> int:
    """Where a name ends that no table holds; one below another holds what separates the two."""
    end = place + 1
    if league_rows.SEPARATOR in tokens[place]:
        while end < len(tokens) and league_rows.SEPARATOR not in tokens[end + 1]:
            end += 2
    return end


def known_units(content: Content) -> frozenset[str]:
    """Return the names of all units of all levels that the tables hold."""
    found = {
        name for table in ("shares", "aggregates") for name in league_rows.values_of(content, table, "unit")
    }
    frame = content.tables.get("index")
    if content.by and frame is not None and set(content.by) <= set(frame.columns):
        rows = records.records(frame[list(content.by)].drop_duplicates())
        for columns_ in (content.by, league_rows.unit_columns(content)):
            for row in rows:
                values = records.values_in(row, columns_)
                found |= {league_rows.SEPARATOR.join(values[:depth]) for depth in range(1, len(values) + 1)}
    return frozenset(found)


def _each(
    value: str, part: re.Pattern[str], tell: Callable[[re.Match[str]], str], language: str
) -> str | None:
    """Things in a row, ``a (1), b (2) and 7 more``, each told from its match; None where one has no match."""
    found = re.fullmatch(r"(?P<names>.+\)) and (?P<count>\d+) more", value)
    rest, made, place = found["names"] if found else value, [], 0
    while place < len(rest):
        one = part.match(rest, place)
        if one is None:
            return None
        made.append(tell(one))
        place = one.end()
    if found is None:
        return joined(made, language)
    names = say("comma", language).join(made)
    return say("and_more", language, names=names, count=found["count"])


_COUNTED = re.compile(r"(?P<unit>.+?) \((?P<count>\d+)\)(?:, |$)")


def counted(content: Content, value: str, language: str) -> str | None:
    """Groups with so many respondents: ``A / B (12), C (9) and 7 more``."""

    def tell(one: re.Match[str]) -> str:
        return unit(content, one["unit"], language) + say("in_brackets", language, text=one["count"])

    return _each(value, _COUNTED, tell, language)


_LOST = re.compile(
    r"(?P<unit>.+?) \((?P<share>[\d.e+-]+ %|share not given)(?:, on (?P<names>[^()]+))?\)(?:, |$)"
)


def lost(content: Content, value: str, language: str) -> str | None:
    """Units without a number with their shares: ``A / B (25 %, on quality, value), C and 7 more``."""

    def tell(one: re.Match[str]) -> str:
        told = percent(content, one["share"], language)
        if one["share"] == "share not given":
            told = say("share_not_given", language)
        if one["names"]:
            names = [content.label(name, language) for name in one["names"].split(", ")]
            told = say("share_on", language, share=told, constructs=joined(names, language))
        return unit(content, one["unit"], language) + say("in_brackets", language, text=told)

    return _each(value, _LOST, tell, language)


def panels(_: Content, value: str, language: str) -> str | None:
    """How many respondents two waves share: ``525 in 2024 and 2025, 9 in 2024 and 2026``."""
    made = []
    for part in re.split(r", (?=\d+ in .+ and )", value):
        found = re.fullmatch(r"(\d+) in (.+?) and (.+)", part)
        if found is None:
            return None
        count, one, other = found.groups()
        made.append(say("panel_of", language, count=count, wave_1=one, wave_2=other))
    return say("list_break" if language == "zh" else "comma", language).join(made)


def turned(_: Content, value: str, language: str) -> str:
    """Choices of weights that turn a verdict: ``own, chained``, or none."""
    words = [league_rows.worded("weights_of", one, language) for one in value.split(", ")]
    return say("trend_turned", language, kinds=joined(words, language)) if value else ""


_WEIGHTED = re.compile(
    r"(?:(?P<base>.+?), )??"
    r"(?:(?P<how>raked|post-stratified) to (?P<margins>.+?)(?: within (?P<within>.+?))?)?"
    r"(?:(?:, )?trimmed to (?P<trim>\S+) times the mean)?"
)


def weighting(_: Content, value: str, language: str) -> str | None:
    """What weights are: ``weight, raked to age, sex within region, trimmed to 5 times the mean``."""
    found = _WEIGHTED.fullmatch(value)
    if found is None or not (found["how"] or found["trim"]):
        return None
    made = []
    if found["base"]:
        made.append(say("weighted_base", language, column=found["base"]))
    if found["how"]:
        listed = say("comma", language).join(found["margins"].split(", "))
        told = say(f"weighted_{found['how']}", language, margins=listed)
        if found["within"]:
            told += say("weighted_within", language, columns=found["within"])
        made.append(told)
    if found["trim"]:
        made.append(say("weighted_trim", language, trim=found["trim"]))
    return say("list_comma", language).join(made)


_CATEGORY = re.compile(r"(?P<name>'[^']*'|\"[^\"]*\")(?: in (?P<unit>.+?))? \((?P<count>\d+)\)(?:, |$)")


def categories(content: Content, value: str, language: str) -> str | None:
    """Thin categories: ``'18-34' in North (3), '55+' (4) and 2 more``."""

    def tell(one: re.Match[str]) -> str:
        told = quoted(content, one["name"], language)
        if one["unit"]:
            told = say("category_in", language, unit=one["unit"], category=told)
        return told + say("in_brackets", language, text=one["count"])

    return _each(value, _CATEGORY, tell, language)


def category(_: Content, value: str, language: str) -> str:
    """One category of a margin; those without an answer are ``blanks``."""
    return say("weighting_blank" if value == "blanks" else "in_quotes", language, text=value)
