"""Text as a workbook can hold it: no illegal characters, no more than fits, and how wide it is."""

from __future__ import annotations

import math
import re
import unicodedata

MOST = 32_767
"""Characters that a cell holds, counted in UTF-16 units."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CUT = "…"
_RUNS = ("<r>", "</r>")


def clean(text: str) -> str:
    """Return text that XML may hold and a cell has room for.

    Text in the form of the runs of a formatted string gets a blank at its end, as the library would write
    it without escaping its markup.
    """
    text = _ILLEGAL.sub("", text)
    if len(text) > MOST // 2 and len(text.encode("utf-16-le")) // 2 > MOST:
        text = text.encode("utf-16-le")[: 2 * (MOST - 1)].decode("utf-16-le", errors="ignore") + _CUT
    return text + " " if text.startswith(_RUNS[0]) and text.endswith(_RUNS[1]) else text


def one_line(text: str) -> str:
    """Return text without line breaks."""
    return " ".join(clean(text).split())


def width(text: str) -> float:
    """Return how many columns of digits the widest line of a text takes; Chinese characters take two."""
    return max((_line_width(line) for line in text.splitlines()), default=0.0)


def _line_width(line: str) -> float:
    return float(len(line)) if line.isascii() else sum(map(_sign_width, line))


def _sign_width(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    return 2.0 if unicodedata.east_asian_width(sign) in "WF" else 1.0


def shorten(text: str, most: float) -> str:
    """Return text in one line, cut with an ellipsis where it is wider than ``most`` columns."""
    text = one_line(text)
    if width(text) <= most:
        return text
    kept, used = [], 1.0
    for sign in text:
        used += _sign_width(sign)
        if used > most:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + _CUT


def lines(text: str, columns: float) -> int:
    """Return how many lines a text takes in a cell that is so many columns wide, with a little reserve.

    Letters are narrower than digits.
    """
    room = max(columns * 0.96, 1.0)
    return sum(max(1, math.ceil(_set_width(line) / room)) for line in text.splitlines() or [""])


def _set_width(line: str) -> float:
    return sum(0.84 if sign.isascii() else _sign_width(sign) for sign in line)
