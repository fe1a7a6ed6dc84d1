"""Where findings are, in the reader's words; places that are names or keys of files stay as they are."""

from __future__ import annotations

import re

from csi_model.reporting import league_rows
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row, word
from csi_model.reporting.wording import has, say

_SHARES = re.compile(r"shares of (?P<level>.+?)(?:: (?P<unit>.+))?")
_EARLIER = re.compile(r"earlier scores of (?P<level>.+)")
_WAVE = re.compile(r"wave (?P<wave>.+)")
_TWO_WAVES = re.compile(r"(?P<wave_1>.+?) and (?P<wave_2>.+)")
_MARGIN = re.compile(r"margin (?P<margin>.+?)(?: in (?P<unit>.+))?")


def place_words(content: Content, row: Row, language: str) -> str:
    """Return the place of a finding: units by their labels, words that are no names in ``language``."""
    code, where = word(row, "code"), word(row, "where")
    if code == "left-out-of-mean":
        return league_rows.unit_label(content, where, language)
    for codes, pattern, key in _PATTERNS:
        found = pattern.fullmatch(where) if code in codes else None
        if found is not None:
            return _filled(content, found, key, language)
    group, colon, own = where.rpartition(": ")
    told = say(f"place_{own}", language) if has(f"place_{own}") and "_" not in own else own
    return content.group_name(group) + say("colon", language) + told if colon else told


_PATTERNS = (
    (
        {"shares-default", "share-lost", "market-left-out", "others-nothing-left", "market-share-rounded"},
        _SHARES,
        "place_shares",
    ),
    ({"carried-over", "not-carried-over"}, _EARLIER, "place_earlier"),
    ({"no-level-trend"}, _WAVE, "place_wave"),
    ({"waves-differ", "other-units"}, _TWO_WAVES, "place_two_waves"),
    ({"margin-thin", "margin-trimmed"}, _MARGIN, "place_margin"),
)


def _filled(content: Content, found: re.Match[str], key: str, language: str) -> str:
    named = {name: value or "" for name, value in found.groupdict().items()}
    unit = named.pop("unit", "")
    if key == "place_margin" and unit:
        return say("place_margin_in", language, unit=unit, **named)
    words = say(key, language, **named)
    return f"{words} · {league_rows.unit_label(content, unit, language)}" if unit else words
