"""Fonts for charts: which family can show a text, how wide it is, how it breaks into lines.

Widths are taken from DejaVu Sans, which matplotlib carries; a character that it lacks (every Chinese
one) counts as one em, the width of an ideograph in every Chinese font. So a chart has the same layout
on every machine, whether or not a Chinese font is installed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

from csi_model.reporting.theme import CJK_FAMILIES

BASE_FAMILY = "DejaVu Sans"
"""The family that every matplotlib has."""

_BOLD = 700
_FILE_HINTS = ("cjk", "sourcehansans", "msyh", "pingfang", "simhei", "wqy-microhei")


@lru_cache(maxsize=1)
def cjk_family() -> str | None:
    """Return the first installed family of ``CJK_FAMILIES``, or None where the machine has none.

    A font that was installed after matplotlib wrote its list of fonts is found, too.
    """
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    if not known.intersection(CJK_FAMILIES):
        for path in sorted(font_manager.findSystemFonts()):
            if any(hint in Path(path).name.lower() for hint in _FILE_HINTS):
                font_manager.fontManager.addfont(path)
        known = {entry.name for entry in font_manager.fontManager.ttflist}
    found = next((name for name in CJK_FAMILIES if name in known), None)
    if found is not None:
        _serve_as_bold(found)
    return found


def _serve_as_bold(family: str) -> None:
    """Let the regular face stand for bold where a family has no bold one (WenQuanYi)."""
    faces = [entry for entry in font_manager.fontManager.ttflist if entry.name == family]
    if not any(_is_bold(entry.weight) for entry in faces):
        font_manager.fontManager.ttflist.append(replace(faces[0], weight=_BOLD))


def _is_bold(weight: int | str) -> bool:
    return font_manager.weight_dict.get(weight, _BOLD) >= _BOLD if isinstance(weight, str) else weight >= 600


def families() -> list[str]:
    """Return the families to give to matplotlib on this machine; all of them are installed."""
    chinese = cjk_family()
    return [BASE_FAMILY, chinese] if chinese else [BASE_FAMILY]


@lru_cache(maxsize=8)
def _font(family: str, weight: str) -> FT2Font:
    found = font_manager.findfont(
        font_manager.FontProperties(family=family, weight=weight), fallback_to_default=False
    )
    return font_manager.get_font(found)


@lru_cache(maxsize=8)
def _characters(family: str) -> frozenset[int]:
    return frozenset(_font(family, "normal").get_charmap())


def can_show(text: str) -> bool:
    """Say whether the families of this machine have a glyph for every character of ``text``."""
    return all(any(ord(sign) in _characters(name) for name in families()) for sign in text)


def clean(text: str) -> str:
    """Return ``text`` on one line, without control characters (which XML does not allow)."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_printable(sign))
    return " ".join("".join(kept).split())


def _is_printable(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cs", "Cn"}


@lru_cache(maxsize=4096)
def _advance(sign: str, weight: str) -> float:
    """Advance of one character in em."""
    if ord(sign) not in _characters(BASE_FAMILY):
        return 0.0 if unicodedata.combining(sign) else 1.0
    font = _font(BASE_FAMILY, weight)
    font.set_size(100.0, 72.0)
    glyph = font.load_char(ord(sign), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / 100.0


def width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of ``text`` at ``size``, in points."""
    return size * sum(_advance(sign, weight) for sign in text)


def _pieces(text: str) -> list[str]:
    """Break ``text`` where a line may end: after spaces, hyphens and slashes, around ideographs."""
    pieces = [""]
    for before, sign in zip(" " + text, text, strict=False):
        if pieces[-1] and _may_break(before, sign):
            pieces.append("")
        pieces[-1] += sign
    return [piece for piece in pieces if piece]


def _may_break(before: str, sign: str) -> bool:
    if sign == " " or unicodedata.category(sign) in {"Pe", "Pf", "Po"}:
        return False
    if unicodedata.category(before) in {"Ps", "Pi"}:
        return False
    wide = any(unicodedata.east_asian_width(each) in "WF" for each in (before, sign))
    return wide or before in " -/"


def wrap(text: str, size: float, limit: float, *, weight: str = "normal", lines: int = 4) -> list[str]:
    """Break ``text`` into at most ``lines`` lines no wider than ``limit`` points.

    What does not fit ends in an ellipsis; a word wider than a line is broken.
    """
    made = [""]
    for piece in _pieces(clean(text)):
        if width((made[-1] + piece).rstrip(), size, weight) <= limit:
            made[-1] += piece
            continue
        if made[-1]:
            made.append("")
        for sign in piece:
            if made[-1] and width((made[-1] + sign).rstrip(), size, weight) > limit:
                made.append("")
            made[-1] += sign
    made = [line.strip() for line in made if line.strip()] or [""]
    if len(made) <= lines:
        return made
    return [*made[: lines - 1], shorten(made[lines - 1] + "…", size, limit, weight=weight, force=True)]


def shorten(text: str, size: float, limit: float, *, weight: str = "normal", force: bool = False) -> str:
    """Return ``text`` cut to ``limit`` points, with an ellipsis where something was cut."""
    text = clean(text)
    body = text.rstrip("…") if force else text
    if width(text, size, weight) <= limit:
        return text
    while body and width(body.rstrip() + "…", size, weight) > limit:
        body = body[:-1]
    return body.rstrip() + "…"
