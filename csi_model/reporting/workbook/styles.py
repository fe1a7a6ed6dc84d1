"""Fonts, colours and cell formats of a workbook."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from csi_model.reporting.look import Look
from csi_model.reporting.palette import Palette, client_palettes
from csi_model.reporting.workbook.exact_sheet import Format, Workbook

FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
"""A family that Office has for each language; others take what they have for it."""


@dataclass(frozen=True, kw_only=True)
class Styles:
    """Makes the formats of a workbook, each once."""

    book: Workbook
    language: str
    palette: Palette
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    @property
    def font(self) -> str:
        """The family of all cells."""
        return FONTS.get(self.language, FONTS["en"])

    def of(self, **properties: Any) -> Format:
        """Return a format with these properties of the library, in the workbook's font and ink."""
        every = {"font_name": self.font, "font_size": 10, "font_color": self.palette.ink, **properties}
        key = tuple(sorted(every.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(every)
        return self.made[key]

    def colour(self, role: str, tint: float = 0.0) -> str:
        """Return the colour of a role, mixed with so much white."""
        known = {one.name for one in fields(self.palette)}
        return mixed(asdict(self.palette)[role if role in known else "accent"], tint)


def styles(book: Workbook, look: Look, language: str) -> Styles:
    """Return the styles of a workbook in the client's colours."""
    return Styles(book=book, language=language, palette=client_palettes(look.accent, look.second).light)


def mixed(colour: str, tint: float) -> str:
    """Return ``#rrggbb`` mixed with a share of white."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * tint):02x}" for part in parts)
