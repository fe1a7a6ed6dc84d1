"""Colours and fonts of a deck: slots of its theme where they have one, for both scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from csi_model.reporting.slides.names import child
from csi_model.reporting.theme import Palette

LATIN, CHINESE = "Arial", "Microsoft YaHei"
"""Fonts by script; a machine without them takes its own."""

OWN_SLOTS: Mapping[str, str] = MappingProxyType(
    {
        "ink": "tx1",
        "paper": "bg1",
        "muted": "tx2",
        "panel": "bg2",
        "accent": "accent1",
        "series_2": "accent2",
        "series_3": "accent3",
        "series_4": "accent4",
        "good": "accent5",
        "bad": "accent6",
    }
)
"""Roles of the palette that are slots of the deck's own theme: who changes the theme changes them all."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """How texts and shapes look.

    Attributes
    ----------
    language
        ``en`` or ``zh``.
    palette
        Colours by role, for those that are no slot of the theme.
    slots
        Role > slot of the theme.
    latin, east
        Fonts of the two scripts.
    """

    language: str
    palette: Palette
    slots: Mapping[str, str] = field(default_factory=lambda: OWN_SLOTS)
    latin: str = LATIN
    east: str = CHINESE

    @property
    def tag(self) -> str:
        """The language as PowerPoint names it."""
        return "zh-CN" if self.language == "zh" else "en-US"

    @property
    def leading(self) -> float:
        """Height of a line as a multiple of the size: Chinese needs more air."""
        return 1.36 if self.language == "zh" else 1.2

    def rgb(self, role: str, tint: float = 0.0) -> str:
        """Return a colour as six digits, with a share of white in it."""
        digits = str(getattr(self.palette, role)).removeprefix("#")
        parts = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
        return "".join(f"{round(part + (255 - part) * tint):02X}" for part in parts)

    def fill(self, parent: Any, role: str, tint: float = 0.0) -> Any:
        """Add a solid fill to an element."""
        made = child(parent, "a:solidFill")
        self.colour(made, role, tint)
        return made

    def colour(self, parent: Any, role: str, tint: float = 0.0) -> None:
        """Add a colour to an element that holds one."""
        if role in self.slots and not tint:
            child(parent, "a:schemeClr").set("val", self.slots[role])
        else:
            child(parent, "a:srgbClr").set("val", self.rgb(role, tint))

    def line(self, parent: Any, role: str, width: float, *, tint: float = 0.0, dash: str = "") -> Any:
        """Add a line of that width, in points; without a role, no line."""
        made = child(parent, "a:ln")
        if not role:
            child(made, "a:noFill")
            return made
        made.set("w", str(round(width * 12700)))
        self.fill(made, role, tint)
        if dash:
            child(made, "a:prstDash").set("val", dash)
        return made

    def letters(
        self, parent: Any, name: str, *, size: float = 0.0, role: str = "", bold: bool | None = None
    ) -> Any:
        """Add the properties of a run (``a:rPr``, ``a:defRPr``, ``a:endParaRPr``) to an element."""
        made = child(parent, name)
        made.set("lang", self.tag)
        if self.language == "zh":
            made.set("altLang", "en-US")
        if size:
            made.set("sz", str(round(size * 100)))
        if bold is not None:
            made.set("b", "1" if bold else "0")
        if role:
            self.fill(made, role)
        child(made, "a:latin").set("typeface", self.latin)
        child(made, "a:ea").set("typeface", self.east)
        return made


def luminance(rgb: str) -> float:
    """Return how light a colour of six digits is, 0 to 1 (relative luminance of WCAG 2)."""
    digits = rgb.removeprefix("#")
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
