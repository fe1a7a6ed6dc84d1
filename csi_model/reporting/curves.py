"""Curves on a panel: lines with marked points, levels across them, and a legend of words at their right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, theme
from csi_model.reporting.drawing import Box, Margins

_LIGHT = theme.LIGHT
_HEIGHT = 400.0
_LEGEND = 178.0
_LEFT = 58.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One curve: its points in order, the marked ones among them, and its words in the legend."""

    words: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    marked: tuple[tuple[float, float], ...]
    colour: str
    context: bool = False


def panel(ax: Axes | None, title: str) -> Axes:
    """The plotting area under a title of its own, since such a chart is often shown by itself."""
    axes = drawing.canvas(
        ax,
        width=theme.CHART_WIDTH,
        height=_HEIGHT,
        margins=Margins(left=_LEFT, right=_LEGEND, top=60, bottom=46),
    )
    drawing.write(
        axes, 0, 1, title, ha="left", dx=-_LEFT + 10, dy=41, size=theme.SIZE_LARGE, weight="bold",
        xycoords="axes fraction",
    )  # fmt: skip
    drawing.plain(axes, sides=("bottom", "left"))
    axes.grid(color=_LIGHT.rule, linewidth=0.6)
    return axes


def share_axis(ax: Axes) -> None:
    """Let the vertical axis show shares, 0 to 100 %."""
    ax.set_ylim(0, 1.02)
    steps = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    ax.set_yticks(steps, [formats.percent(step, 0) for step in steps])


def curves(ax: Axes, lines: Sequence[Line]) -> None:
    """Draw every line; context is thinner and lies below."""
    for line in lines:
        width = 1.3 if line.context else 2.2
        ax.plot(line.x, line.y, color=line.colour, linewidth=width, zorder=2 if line.context else 3)


def level_line(ax: Axes, y: float, text: str) -> None:
    """Draw a level across the panel, with its words at the right end."""
    ax.axhline(y, color=_LIGHT.muted, linewidth=1.0, linestyle=(0, (4, 3)), zorder=2)
    (bottom, top), (wide, high) = ax.get_ylim(), drawing.size_of(ax)
    width = fonts.width(text, theme.SIZE_SMALL)
    at = (y - bottom) / (top - bottom) * high
    _clear(ax, Box.around(wide - 4 - width / 2, at + 8, width, 10))
    drawing.write(
        ax, 1, y, text, ha="right", dx=-4, dy=8, size=theme.SIZE_SMALL, color=_LIGHT.muted,
        xycoords=("axes fraction", "data"),
    )  # fmt: skip


def _clear(ax: Axes, box: Box) -> None:
    """Paper behind words, so that curves do not cross them; ``box`` in points from the panel's corner."""
    wide, high = drawing.size_of(ax)
    paper = Rectangle(
        (box.left / wide, box.bottom / high), (box.right - box.left) / wide, (box.top - box.bottom) / high,
        facecolor=_LIGHT.paper, linewidth=0, alpha=0.85, transform=ax.transAxes, clip_on=False, zorder=4,
    )  # fmt: skip
    ax.add_patch(paper)


RISING = ((-1, 1), (1, -1), (-1, -1), (1, 1))
FALLING = ((1, 1), (-1, -1), (1, -1), (-1, 1))
"""Places of a label beside its point (right 1, left -1; above 1, below -1), those off the curve first."""


def mark_points(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    places: Sequence[tuple[int, int]],
    colours: Sequence[str] = (),
) -> None:
    """Mark points, each with its text at the first place where it covers no other."""
    wide, high = drawing.size_of(ax)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    at = [((x - left) / (right - left) * wide, (y - bottom) / (top - bottom) * high) for x, y in points]
    taken = [Box.around(x, y, 9, 9) for x, y in at]
    seen: set[tuple[float, float, str]] = set()
    for k, ((x, y), (px, py), text) in enumerate(zip(points, at, texts, strict=True)):
        ax.plot(
            [x], [y], marker="o", markersize=7.5, color=colours[k] if colours else _LIGHT.ink,
            markeredgecolor=_LIGHT.paper, markeredgewidth=1.0, linestyle="none", zorder=5,
        )  # fmt: skip
        if (round(px), round(py), text) in seen:
            continue
        seen.add((round(px), round(py), text))
        width = fonts.width(text, theme.SIZE_TEXT, "bold")
        boxes = [Box.around(px + side * (7 + width / 2), py + up * 9, width, 11) for side, up in places]
        free = [not any(box.overlaps(other, 1.0) for j, other in enumerate(taken) if j != k) for box in boxes]
        inside = [box.left > 0 and box.right < wide and box.bottom > 0 and box.top < high for box in boxes]
        best = max(range(len(places)), key=lambda n: (free[n], inside[n], -n))
        taken.append(boxes[best])
        side, up = places[best]
        _clear(ax, boxes[best])
        drawing.write(
            ax, x, y, text, ha="left" if side > 0 else "right", dx=7 * side, dy=9 * up, weight="bold"
        )


def axis_titles(ax: Axes, horizontal: str, vertical: str) -> None:
    """What the axes show; the vertical one is named above its end, so that it can be read upright."""
    drawing.write(
        ax, 0.5, 0, horizontal, dy=-32, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords="axes fraction"
    )
    drawing.write(
        ax, 0, 1, vertical, ha="left", dx=-_LEFT + 10, dy=18, size=theme.SIZE_SMALL, color=_LIGHT.muted,
        xycoords="axes fraction",
    )  # fmt: skip


def legend(ax: Axes, lines: Sequence[Line], notes: tuple[str, ...] = ()) -> None:
    """Each curve with its words, right of the panel, from the top down."""
    down = -6.0
    for line in lines:
        x, y = 14.0, down
        _sample(ax, x, y, line)
        for number, words in enumerate(line.words):
            for text in fonts.wrap(words, theme.SIZE_SMALL, _LEGEND - 50, lines=2):
                drawing.write(
                    ax, 1, 1, text, ha="left", dx=x + 26, dy=down, size=theme.SIZE_SMALL,
                    color=_LIGHT.ink if number == 0 and not line.context else _LIGHT.muted,
                    xycoords="axes fraction",
                )  # fmt: skip
                down -= 12.5
        down -= 8
    for note in notes:
        for text in fonts.wrap(note, theme.SIZE_SMALL, _LEGEND - 24, lines=2):
            drawing.write(
                ax, 1, 1, text, ha="left", dx=14, dy=down, size=theme.SIZE_SMALL, color=_LIGHT.muted,
                xycoords="axes fraction",
            )  # fmt: skip
            down -= 12.5


def _sample(ax: Axes, x: float, y: float, line: Line) -> None:
    """A piece of a curve in the legend, ``x, y`` points right of and above the panel's upper right corner."""
    wide, high = drawing.size_of(ax)
    ax.plot(
        [1 + x / wide, 1 + (x + 18) / wide],
        [1 + y / high] * 2,
        color=line.colour,
        linewidth=1.3 if line.context else 2.2,
        transform=ax.transAxes,
        clip_on=False,
        solid_capstyle="butt",
    )
