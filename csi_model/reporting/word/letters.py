"""How wide texts are in the report's fonts, and in how many lines they break.

Arial has the widths of Helvetica, whose table every matplotlib carries; Chinese signs are one em wide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import matplotlib

from csi_model.reporting import fonts

_OTHERS = {"endash": "–", "emdash": "—", "minus": "−", "quoteright": "’", "quoteleft": "‘", "ellipsis": "…",
           "quotedblleft": "“", "quotedblright": "”", "bullet": "•", "periodcentered": "·"}  # fmt: skip
_MONO = 0.6
_OTHER_LATIN = 0.9
"""Other signs in Arial against DejaVu Sans."""


@lru_cache(maxsize=2)
def _widths(bold: bool) -> Mapping[str, float]:
    name = "Helvetica-Bold.afm" if bold else "Helvetica.afm"
    text = (Path(matplotlib.get_data_path()) / "fonts" / "pdfcorefonts" / name).read_text("ascii")
    made = {}
    for code, wide, sign in re.findall(r"^C (-?\d+) ; WX (\d+) ; N (\w+)", text, re.MULTILINE):
        if sign in _OTHERS:
            made[_OTHERS[sign]] = int(wide) / 1000
        elif 32 <= int(code) < 127:
            made[chr(int(code))] = int(wide) / 1000
    made["'"], made["`"] = (0.238, 0.333) if bold else (0.191, 0.333)
    made["\u00a0"] = made[" "]
    return made


def wide(sign: str) -> bool:
    """Whether a sign is as wide as it is high."""
    return unicodedata.east_asian_width(sign) in "WF"


@lru_cache(maxsize=4096)
def _advance(sign: str, bold: bool) -> float:
    if wide(sign):
        return 1.0
    known = _widths(bold).get(sign)
    return known if known is not None else _OTHER_LATIN * fonts.width(sign, 1.0, "bold" if bold else "normal")


def measured(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Return the width of a text on one line, in points."""
    if mono:
        return size * sum(1.0 if wide(sign) else _MONO for sign in text)
    return size * sum(_advance(sign, bold) for sign in text)


_WORD = re.compile(r"[^ \-/\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+[\-/]?|[^ ]")
_PIECE = re.compile(r"[^ \-/\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+[\-/]?|.")


def words(text: str) -> list[str]:
    """Return the parts of a text that do not break: words, and every Chinese sign."""
    return _WORD.findall(text)


def lines(text: str, size: float, limit: float, *, bold: bool = False, mono: bool = False) -> int:
    """Return the number of lines that a text takes in a column of ``limit`` points."""
    count, used = 1, 0.0
    for piece in _PIECE.findall(text):
        width = measured(piece, size, bold=bold, mono=mono)
        if used + width <= limit or (piece == " " and used):
            used += width
        elif width <= limit:
            count, used = count + 1, width
        else:
            whole, rest = divmod(width + (used if used < limit else limit), max(limit, 1.0))
            count, used = count + int(whole), rest
    return count
