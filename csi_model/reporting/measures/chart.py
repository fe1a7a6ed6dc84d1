"""What a chart of the other measures is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from matplotlib.axes import Axes

from csi_model.reporting.content import Content


class Draw(Protocol):
    """A function that draws one chart."""

    def __call__(self, content: Content, ax: Axes | None = None, language: str = "en") -> Axes: ...


@dataclass(frozen=True, kw_only=True)
class MeasureChart:
    """How a chart is drawn, and whether the tables support it."""

    draw: Draw
    supported: Callable[[Content], bool]
