"""Drawing on matplotlib axes: a canvas of known size, single-line texts, boxes that may not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from csi_model.reporting import fonts, theme


@dataclass(frozen=True, kw_only=True)
class Box:
    """An upright rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Say whether the two rectangles come closer than ``gap``."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.bottom < other.top + gap
            and other.bottom < self.top + gap
        )

    def inside(self, other: Box) -> bool:
        """Say whether this rectangle lies within ``other``."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """Return the rectangle of that size with its centre at ``(x, y)``."""
        return cls(left=x - width / 2, right=x + width / 2, bottom=y - height / 2, top=y + height / 2)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the look of the theme; the reader's own matplotlib settings come back afterwards."""
    with matplotlib.rc_context(theme.settings()):
        yield


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Space around the plotting area, in points."""

    left: float
    right: float
    top: float
    bottom: float


def canvas(ax: Axes | None, *, width: float, height: float, margins: Margins) -> Axes:
    """Return ``ax``, or axes in a new figure of ``width`` by ``height`` points with these margins."""
    if ax is not None:
        return ax
    figure = Figure(figsize=(width / 72, height / 72))
    return figure.add_axes(
        (
            margins.left / width,
            margins.bottom / height,
            (width - margins.left - margins.right) / width,
            (height - margins.top - margins.bottom) / height,
        )
    )


def size_of(ax: Axes) -> tuple[float, float]:
    """Return width and height of the plotting area, in points."""
    place = ax.get_position()
    figure = ax.get_figure(root=True)
    if figure is None:  # pragma: no cover - axes always have a figure
        return theme.CHART_WIDTH, theme.CHART_WIDTH
    wide, high = figure.get_size_inches()
    return float(place.width * wide * 72), float(place.height * high * 72)


def describe(ax: Axes, *, name: str, title: str, description: str) -> None:
    """Note name, title and description of a chart on its axes, where ``svg`` finds them."""
    ax.set_label(fonts.clean(description))
    figure = ax.get_figure(root=True)
    if figure is not None and not figure.get_label():
        figure.set_label(fonts.clean(title))
        figure.set_gid(name)


def plain(ax: Axes, *, sides: Iterable[str] = ("bottom",)) -> None:
    """Leave only the named spines, in the colour of rules."""
    kept = set(sides)
    for side, spine in ax.spines.items():
        spine.set_visible(side in kept)
        spine.set_color(theme.LIGHT.rule)
    ax.tick_params(
        colors=theme.LIGHT.muted,
        labelsize=theme.SIZE_SMALL,
        length=3,
        color=theme.LIGHT.rule,
        labelfontfamily=fonts.BASE_FAMILY,
    )
    ax.set_axisbelow(True)


def write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = theme.SIZE_TEXT,
    color: str | None = None,
    weight: str = "normal",
    ha: str = "center",
    dx: float = 0.0,
    dy: float = 0.0,
    xycoords: Any = "data",
    rotation: float = 0.0,
) -> Annotation:
    """Write one line, centred on the height of its capitals at ``(x, y)`` moved by points ``dx, dy``.

    Text is shown as it is: no mathematics, no markup.
    """
    return ax.annotate(
        fonts.clean(text),
        (x, y),
        xytext=(dx - (-0.36 * size if rotation else 0.0), dy - (0.0 if rotation else 0.36 * size)),
        xycoords=xycoords,
        textcoords="offset points",
        ha=ha,
        va="baseline",
        rotation=rotation,
        rotation_mode="anchor",
        fontfamily=fonts.families(),
        fontsize=size,
        fontweight=weight,
        color=color or theme.LIGHT.ink,
        annotation_clip=False,
        parse_math=False,
        usetex=False,
        zorder=5,
    )


def write_lines(
    ax: Axes,
    x: float,
    y: float,
    lines: list[str],
    *,
    size: float = theme.SIZE_TEXT,
    leading: float = 1.25,
    **options: Any,
) -> None:
    """Write lines under each other, the block centred on ``(x, y)``; each is a text of its own."""
    dy = options.pop("dy", 0.0)
    for number, line in enumerate(lines):
        shift = ((len(lines) - 1) / 2 - number) * size * leading
        write(ax, x, y, line, size=size, dy=dy + shift, **options)


def key(ax: Axes, items: Sequence[tuple[str, str]], more: str = "", *, dy: float) -> None:
    """Write what colours stand for on one line, centred ``dy`` points above the foot of the axes.

    Parameters
    ----------
    ax
        The axes.
    items
        Colour and words of each.
    more
        What else the line says, after the colours.
    dy
        Place of the line; negative ones lie below the axes.
    """
    size, square, gap = theme.SIZE_SMALL, 13.0, 20.0
    wide, high = size_of(ax)
    whole = sum(square + fonts.width(words, size) + gap for _, words in items)
    whole += fonts.width(more, size) if more else -gap
    x = (wide - whole) / 2
    options: dict[str, Any] = {"size": size, "color": theme.LIGHT.muted, "xycoords": "axes fraction"}
    for colour, words in items:
        ax.plot(
            [(x + 4) / wide], [dy / high], marker="s", markersize=7, color=colour, linestyle="none",
            transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
        write(ax, 0, 0, words, ha="left", dx=x + square, dy=dy, **options)
        x += square + fonts.width(words, size) + gap
    if more:
        write(ax, 0, 0, more, ha="left", dx=x, dy=dy, **options)
