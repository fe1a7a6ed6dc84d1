"""Fonts for charts: which family can show a text, how wide it is, how it breaks into lines.

A letter that no font of a machine has is a mistake to be told, as the text could not be read:
``unreadable`` finds it. Another sign that none has (an emoji, a private one) is drawn as a question mark, so
that a sign in one label does not stop a report; ``replaced`` does that, and ``unshown`` tells which. A box is
never drawn.

Widths are taken from DejaVu Sans, which matplotlib carries; a character that it lacks (every Chinese
one) counts as one em, the width of an ideograph in every Chinese font. So a chart has the same layout
on every machine, whether or not a Chinese font is installed.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

from csi_model.reporting.theme import CJK_FAMILIES

BASE_FAMILY = "DejaVu Sans"
"""The family that every matplotlib has."""

_BOLD = 700
_REGULAR = (400, "normal", "regular", "book")
_NO_LETTERS = ("Emoji", "Color", "Last Resort")
"""Parts of the names of families whose signs are pictures, or boxes."""

_FILE_HINTS = ("cjk", "sourcehansans", "msyh", "pingfang", "simhei", "wqy-microhei")


@lru_cache(maxsize=1)
def cjk_family() -> str | None:
    """Return the first installed family of ``CJK_FAMILIES``, or None where the machine has none.

    A font that was installed after matplotlib wrote its list of fonts is found, too.
    """
    found = _first_known()
    if found is None:
        for path in sorted(font_manager.findSystemFonts()):
            if any(hint in Path(path).name.lower() for hint in _FILE_HINTS):
                font_manager.fontManager.addfont(path)
        found = _first_known()
    if found is not None:
        _serve_as_bold(found)
    return found


def _first_known() -> str | None:
    """The first of the families in matplotlib's list, without those whose files are gone."""
    entries = [entry for entry in font_manager.fontManager.ttflist if entry.name in CJK_FAMILIES]
    known = {entry.name for entry in entries if Path(entry.fname).is_file()}
    return next((name for name in CJK_FAMILIES if name in known), None)


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


@lru_cache(maxsize=1024)
def other_family(sign: str) -> str | None:
    """Return another installed family that has a sign, in one colour; None where there is none."""
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda entry: (entry.name, str(entry.fname))):
        if _is_usable(entry) and ord(sign) in _signs_of(entry):
            _serve_as_bold(entry.name)
            return entry.name
    return None


def _is_usable(entry: font_manager.FontEntry) -> bool:
    """Whether a face is an upright one for text that was installed, not one that came with matplotlib."""
    upright = entry.style == "normal" and entry.weight in _REGULAR and entry.stretch == "normal"
    installed = not Path(entry.fname).is_relative_to(matplotlib.get_data_path())
    return upright and installed and not any(word in entry.name for word in _NO_LETTERS)


def _signs_of(entry: font_manager.FontEntry) -> frozenset[int]:
    return _signs_in(str(entry.fname), int(getattr(entry, "index", 0)))


@lru_cache(maxsize=512)
def _signs_in(path: str, face: int) -> frozenset[int]:
    try:
        return frozenset(FT2Font(path, face_index=face).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _lacks(sign: str) -> bool:
    """Whether no font of this machine has a glyph for a sign that needs one."""
    kind = unicodedata.category(sign)
    if sign.isspace() or kind == "Cc" or can_show(sign):
        return False
    return kind == "Co" or other_family(sign) is None


def _is_selector(sign: str) -> bool:
    """Whether a sign only says how its neighbours are shown."""
    return unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f" or sign >= "\U000e0000"


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" and not _is_selector(sign)


def unreadable(text: str) -> str:
    """Return the letters and digits of ``text`` that no font of this machine has, each once."""
    return "".join(sign for sign in dict.fromkeys(text) if _is_letter(sign) and _lacks(sign))


def unshown(text: str) -> str:
    """Return the signs of ``text`` in whose place ``replaced`` puts a question mark, each once."""
    found = (sign for sign in dict.fromkeys(text) if not _is_letter(sign) and not _is_selector(sign))
    return "".join(sign for sign in found if _lacks(sign))


def replaced(text: str) -> str:
    """Return ``text`` without signs that no font of this machine has: ``?`` in their place."""
    gone = {ord(sign): "" for sign in set(text) if _is_selector(sign) and not can_show(sign)}
    return text.translate(gone | {ord(sign): "?" for sign in unshown(text)})


def families_for(text: str) -> list[str]:
    """Return the families to give to matplotlib for a text that has signs of other scripts."""
    others = (other_family(sign) for sign in dict.fromkeys(text) if not sign.isspace() and not can_show(sign))
    return list(dict.fromkeys([*families(), *filter(None, others)]))


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


def pieces(text: str) -> list[str]:
    """Break ``text`` where a line may end: after spaces, hyphens and slashes, around ideographs."""
    found = [""]
    for before, sign in zip(" " + text, text, strict=False):
        if found[-1] and _may_break(before, sign):
            found.append("")
        found[-1] += sign
    return [piece for piece in found if piece]


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
    for piece in pieces(clean(text)):
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
