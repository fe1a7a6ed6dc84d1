"""Colours by role: those of this package, and those that follow from a client's colours.

A client gives one or two colours. Texts and marks must be legible in them, on light and on dark paper, and
readers with a colour vision deficiency must tell the series of a chart apart. So a colour that is too pale
is darkened just as far as needed (on dark paper: lightened), hue kept, and a colour that comes too close
to another gives way to one of Okabe and Ito (2008). ``Palettes.changes`` says what was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import permutations
from typing import Final, Literal

from csi_model.reporting import colours


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours by role, as ``#rrggbb``; no two roles of the light palette share a value."""

    paper: str
    panel: str
    ink: str
    muted: str
    faint: str
    rule: str
    accent: str
    accent_soft: str
    on_accent: str
    good: str
    caution: str
    caution_soft: str
    bad: str
    bad_soft: str
    band: str
    series_2: str
    series_3: str
    series_4: str


OWN_LIGHT: Final = Palette(
    paper="#ffffff",
    panel="#f5f7f9",
    ink="#1b242d",
    muted="#56616d",
    faint="#8b95a1",
    rule="#d3d9e0",
    accent="#0072b2",
    accent_soft="#dcecf6",
    on_accent="#fefefe",
    good="#00704f",
    caution="#8a5a00",
    caution_soft="#fdf4e0",
    bad="#b5420a",
    bad_soft="#fdeee6",
    band="#eaf0f5",
    series_2="#e69f00",
    series_3="#009e73",
    series_4="#cc79a7",
)

OWN_DARK: Final = Palette(
    paper="#13181d",
    panel="#1b2229",
    ink="#e7ebef",
    muted="#a8b2bd",
    faint="#7d8894",
    rule="#37414b",
    accent="#5cb8ea",
    accent_soft="#17384c",
    on_accent="#0b1014",
    good="#4fc79c",
    caution="#efbb55",
    caution_soft="#33290f",
    bad="#f5986a",
    bad_soft="#3a2017",
    band="#1f2a33",
    series_2="#f0b43c",
    series_3="#35c79b",
    series_4="#e3a0c6",
)

TEXT_CONTRAST: Final = 4.5
MARK_CONTRAST: Final = 3.0
"""Least contrast of text and of marks with what they stand on (WCAG 2.1, 1.4.3 and 1.4.11)."""

APART: Final = 0.075
APART_DARK: Final = 0.05
"""Least distance of two series, see ``colours.distance``: about that of this package's closest two."""
APART_ALL_CONES: Final = 0.12
"""The same for readers with all cones, so that no two series are of one hue: ``colours.straight``."""

Change = Literal["accent", "second", "alike", "bad", "grey"]
"""What became of a client's colours: accent or second made darker for light paper; the second is not used,
since it is like the accent; what is bad took another colour; the accent looks like the grey of texts."""


@dataclass(frozen=True, kw_only=True)
class Palettes:
    """The light and the dark palette of a report, and what had to be changed for a client's colours."""

    light: Palette
    dark: Palette
    changes: tuple[Change, ...] = ()


_Pair = tuple[str, str]

_SERIES: Final[tuple[_Pair, ...]] = (
    *((getattr(OWN_LIGHT, role), getattr(OWN_DARK, role)) for role in ("series_2", "series_3", "series_4")),
    ("#0072b3", "#5cb8eb"),
    ("#d55e00", "#f08a4b"),
    ("#56b4e9", "#8fd0f5"),
    ("#5b3a8c", "#b79be0"),
)
"""Series on light and on dark paper, in the order in which they are taken."""

_BAD: Final = (
    (OWN_LIGHT.bad, OWN_LIGHT.bad_soft, OWN_DARK.bad, OWN_DARK.bad_soft),
    ("#7b2f8e", "#f6ebf9", "#d6a2e6", "#33203a"),
    ("#8f1d3f", "#fbeaee", "#f28fa8", "#3c1a24"),
)
"""What is bad and its soft ground, on light and on dark paper, in the order in which they are taken."""

_SOFT: Final = ((0.934, 0.022), (0.326, 0.052))
_BAND: Final = ((0.952, 0.009), (0.279, 0.014))
"""Lightness and greatest chroma of soft grounds, on light and on dark paper: those of this package."""

_GREY: Final = 0.035
"""Chroma below which a colour looks like the grey of texts."""


@lru_cache(maxsize=64)
def client_palettes(accent: str = "", second: str = "") -> Palettes:
    """Return the palettes for a client's colours as ``#rrggbb``; empty ones are those of this package."""
    if not accent and not second:
        return Palettes(light=OWN_LIGHT, dark=OWN_DARK)
    changes: list[Change] = []
    light, dark = OWN_LIGHT, OWN_DARK
    if accent and accent != OWN_LIGHT.accent:
        light, dark = _accented(light, accent, 0), _accented(dark, accent, 1)
        changes += ["accent"] if light.accent != accent else []
        changes += ["grey"] if colours.oklch(light.accent)[1] < _GREY else []
        light, dark = _with_bad(light, dark, changes)
    light, dark = _with_series(light, dark, second, changes)
    return Palettes(light=_distinct(light), dark=dark, changes=tuple(changes))


def _accented(palette: Palette, accent: str, dark: int) -> Palette:
    """The palette with another accent, and its soft grounds in the same hue."""
    grounds = (palette.paper, palette.panel)
    _, chroma, hue = colours.oklch(accent)
    soft, band = (
        colours.from_oklch(light, min(most, chroma * most / 0.12), hue)
        for light, most in (_SOFT[dark], _BAND[dark])
    )
    legible = colours.legible(accent, grounds, TEXT_CONTRAST, darker=not dark)
    return replace(palette, accent=legible, accent_soft=soft, band=band)


def _with_bad(light: Palette, dark: Palette, changes: list[Change]) -> tuple[Palette, Palette]:
    """The palettes with a colour of what is bad that cannot be taken for the accent."""

    def margin(pair: Sequence[str]) -> float:
        bright = colours.distance(light.accent, pair[0]) / APART
        return min(bright, colours.distance(dark.accent, pair[2]) / APART_DARK)

    chosen = next((one for one in _BAD if margin(one) >= 1), max(_BAD, key=margin))
    if chosen != _BAD[0]:
        changes.append("bad")
    return replace(light, bad=chosen[0], bad_soft=chosen[1]), replace(dark, bad=chosen[2], bad_soft=chosen[3])


def _with_series(
    light: Palette, dark: Palette, second: str, changes: list[Change]
) -> tuple[Palette, Palette]:
    """The palettes with three series that can be told from the accent and from each other."""
    pool = list(_SERIES)
    if second:
        pair = tuple(
            colours.legible(second, (one.paper, one.panel), MARK_CONTRAST, darker=one is light)
            for one in (light, dark)
        )
        pool.insert(0, (pair[0], pair[1]))
        changes += ["second"] if pair[0] != second else []
    chosen = _apart((light.accent, dark.accent), pool)
    if second and pool[0] not in chosen:
        changes[:] = [one for one in changes if one != "second"] + ["alike"]
    names = ("series_2", "series_3", "series_4")
    return (
        replace(light, **{name: pair[0] for name, pair in zip(names, chosen, strict=True)}),
        replace(dark, **{name: pair[1] for name, pair in zip(names, chosen, strict=True)}),
    )


def _apart(accent: _Pair, pool: Sequence[_Pair]) -> tuple[_Pair, ...]:
    """The first three of ``pool`` that lie apart from ``accent`` and each other, else the best three."""
    best, found = -1.0, tuple(pool[:3])
    for three in permutations(pool, 3):
        light, dark = zip(accent, *three, strict=True)
        margin = min(
            colours.nearest(light) / APART,
            colours.nearest(dark) / APART_DARK,
            colours.nearest(light, colours.straight) / APART_ALL_CONES,
        )
        if margin >= 1:
            return three
        if margin > best:
            best, found = margin, three
    return found


def _distinct(palette: Palette) -> Palette:
    """The palette without two roles of the same value: the later ones move by the least step."""
    taken: set[str] = set()
    moved: dict[str, str] = {}
    first = [name for name in _names() if name not in _MOVABLE]
    for name in (*first, *_MOVABLE):
        value = next(one for one in _steps(getattr(palette, name)) if one not in taken)
        taken.add(value)
        moved[name] = value
    return replace(palette, **moved)


_MOVABLE: Final = ("accent", "accent_soft", "band", "series_2", "series_3", "series_4")


def _names() -> Iterable[str]:
    return (one.name for one in fields(Palette))


def _steps(colour: str) -> Iterator[str]:
    """The colour and its neighbours that are a little darker, so that no contrast is lost on white."""
    parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    yield colour
    for step in range(1, 256):
        for place in (2, 0, 1):
            near = list(parts)
            near[place] = max(0, near[place] - step)
            yield "#" + "".join(f"{one:02x}" for one in near)
