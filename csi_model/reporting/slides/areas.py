"""Places on a slide, in points from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass

EMU = 12700
"""English metric units of a point."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """An upright rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """Left, top, width and height as PowerPoint counts them."""
        return (
            round(self.left * EMU), round(self.top * EMU), round(self.width * EMU), round(self.height * EMU)
        )  # fmt: skip

    def below(self, used: float) -> Area:
        """What is left under a strip of that height."""
        return Area(
            left=self.left, top=self.top + used, width=self.width, height=max(self.height - used, 0.0)
        )

    def upper(self, height: float) -> Area:
        """The strip of that height at the top."""
        return Area(left=self.left, top=self.top, width=self.width, height=min(height, self.height))

    def columns(self, share: float, gap: float) -> tuple[Area, Area]:
        """Two columns, the left one with that share of the width."""
        first = (self.width - gap) * share
        return (
            Area(left=self.left, top=self.top, width=first, height=self.height),
            Area(
                left=self.left + first + gap,
                top=self.top,
                width=self.width - gap - first,
                height=self.height,
            ),
        )

    def side_by_side(self, count: int, gap: float) -> list[Area]:
        """As many columns of one width."""
        width = (self.width - gap * (count - 1)) / count
        return [
            Area(left=self.left + place * (width + gap), top=self.top, width=width, height=self.height)
            for place in range(count)
        ]

    def inset(self, by: float) -> Area:
        """The area without a margin on each side."""
        return Area(
            left=self.left + by,
            top=self.top + by,
            width=max(self.width - 2 * by, 1.0),
            height=max(self.height - 2 * by, 1.0),
        )


def in_points(left: int, top: int, width: int, height: int) -> Area:
    """Return the area of English metric units."""
    return Area(left=left / EMU, top=top / EMU, width=width / EMU, height=height / EMU)
