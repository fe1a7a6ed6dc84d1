"""One look for charts and pages: colours, type scale, font families.

Series colours are those of Okabe and Ito (2008), which readers with a colour vision deficiency can
tell apart; within ``look`` a client's colours take their place. Charts are drawn in the light palette; on
a page every colour is replaced by its CSS variable, so that charts follow the reader's light or dark
setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from csi_model.reporting.colours import contrast
from csi_model.reporting.look import Look
from csi_model.reporting.palette import OWN_DARK, OWN_LIGHT, Palette, Palettes, client_palettes

__all__ = [
    "CHART_WIDTH",
    "CJK_FAMILIES",
    "DARK",
    "LATIN_FAMILIES",
    "LIGHT",
    "PAPER",
    "SIZE_LARGE",
    "SIZE_SMALL",
    "SIZE_TEXT",
    "SLIDES",
    "Palette",
    "Sizes",
    "colour",
    "colour_variables",
    "css_name",
    "css_variables",
    "font_stack",
    "look",
    "on",
    "settings",
]


_OWN: Final = Palettes(light=OWN_LIGHT, dark=OWN_DARK)
_LOOK: ContextVar[Palettes] = ContextVar("palettes", default=_OWN)


class _Current(Palette):
    """The palette of the report that is being made: every role is looked up when it is asked for."""

    def __init__(self, kind: Literal["light", "dark"]) -> None:
        object.__setattr__(self, "_kind", kind)

    @property  # type: ignore[misc]
    def __class__(self) -> type[Palette]:  # type: ignore[override]
        """A palette for all who ask: so copies of it with changes are palettes by themselves."""
        return Palette

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in self.__dataclass_fields__:
            raise AttributeError(name)
        value: str = getattr(getattr(_LOOK.get(), self._kind), name)
        return value


LIGHT: Final[Palette] = _Current("light")
DARK: Final[Palette] = _Current("dark")
"""The palettes of this package, within ``look`` those of the client; so read a role when it is needed, in a
function, and keep none in a constant. A new thread begins with those of this package."""


@contextmanager
def look(chosen: Look) -> Iterator[None]:
    """Draw and write in a client's colours; the ones before come back afterwards."""
    token = _LOOK.set(client_palettes(chosen.accent, chosen.second))
    try:
        yield
    finally:
        _LOOK.reset(token)


def colour(role: str) -> str:
    """Return the light colour of a role, such as ``series_2``, as it is now."""
    value: str = getattr(LIGHT, role)
    return value


def on(ground: str) -> str:
    """Return the colour of texts on a light ground of any role: of ink and paper the more legible one."""
    return max((LIGHT.ink, LIGHT.on_accent), key=lambda ink: contrast(ink, ground))


SIZE_SMALL: Final = 8.5
SIZE_TEXT: Final = 10.0
SIZE_LARGE: Final = 12.0
"""Type scale of the charts, in points."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Sizes of type in points, from the title on the cover to captions, and of the space around them.

    ``line`` is the height of a line of the body as a multiple of its size; ``gap`` is the space between
    two paragraphs, ``rest`` that above a chapter's heading, both in points.
    """

    title: float
    subtitle: float
    h1: float
    h2: float
    h3: float
    h4: float
    body: float
    table: float
    small: float
    caption: float
    number: float
    line: float
    gap: float
    rest: float


PAPER: Final = Sizes(
    title=28, subtitle=14, h1=20, h2=14.5, h3=12, h4=10.5, body=10.5, table=9, small=9, caption=9, number=44,
    line=1.35, gap=6, rest=18,
)  # fmt: skip
"""Pages of paper: Word and PDF."""

SLIDES: Final = Sizes(
    title=36, subtitle=18, h1=26, h2=20, h3=18, h4=14, body=16, table=12, small=11, caption=11, number=80,
    line=1.2, gap=8, rest=12,
)  # fmt: skip
"""Slides of 13.33 by 7.5 inches."""

CHART_WIDTH: Final = 680.0
"""Width of a chart, in points; pages show it at the width of the text."""

CJK_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
)
"""Families with Chinese glyphs, the first that a machine has is used."""

LATIN_FAMILIES: Final = ("Segoe UI", "Helvetica Neue", "Arial", "Noto Sans", "DejaVu Sans")


def font_stack() -> str:
    """Return the CSS list of font families, Latin first, then Chinese, then the generic one."""
    names = ", ".join(f"'{name}'" for name in (*LATIN_FAMILIES, *CJK_FAMILIES))
    return f"{names}, sans-serif"


def css_name(role: str) -> str:
    """Return the CSS variable of a colour role, for example ``--accent-soft``."""
    return "--" + role.replace("_", "-")


def css_variables(palette: Palette) -> str:
    """Return the declarations of all colours of ``palette`` as CSS custom properties."""
    return " ".join(f"{css_name(f.name)}: {getattr(palette, f.name)};" for f in fields(palette))


def colour_variables() -> dict[str, str]:
    """Return a map from each light colour to its CSS variable with that colour as fallback."""
    return {
        getattr(LIGHT, f.name): f"var({css_name(f.name)}, {getattr(LIGHT, f.name)})" for f in fields(LIGHT)
    }


def settings() -> Any:
    """Return the matplotlib settings under which charts are drawn and written, by their names."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "csi_model",
        "text.usetex": False,
        "text.parse_math": False,
        "axes.unicode_minus": True,
        "font.family": ["DejaVu Sans"],
        "font.size": SIZE_TEXT,
        "figure.facecolor": LIGHT.paper,
        "axes.facecolor": LIGHT.paper,
        "axes.edgecolor": LIGHT.rule,
        "axes.labelcolor": LIGHT.muted,
        "axes.linewidth": 0.8,
        "xtick.color": LIGHT.muted,
        "ytick.color": LIGHT.muted,
        "text.color": LIGHT.ink,
        "path.simplify": False,
    }
