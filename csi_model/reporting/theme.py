"""One look for charts and pages: colours, type scale, font families.

Series colours are those of Okabe and Ito (2008), which readers with a colour vision deficiency can
tell apart. Charts are drawn in the light palette; on a page every colour is replaced by its CSS
variable, so that charts follow the reader's light or dark setting.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final


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


LIGHT: Final = Palette(
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

DARK: Final = Palette(
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

SIZE_SMALL: Final = 8.5
SIZE_TEXT: Final = 10.0
SIZE_LARGE: Final = 12.0
"""Type scale of the charts, in points."""

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
