"""The charts of one report, each drawn once and given as often, and in as many forms, as writers ask."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import matplotlib
from matplotlib.figure import Figure

from csi_model.reporting import drawing
from csi_model.reporting.svg import svg

DOTS = 200
"""Dots per inch of charts as PNG: sharp in print, and a page of them stays below half a megabyte."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Charts by name, drawn in ``language``.

    Attributes
    ----------
    figures
        Name of the chart > its matplotlib figure; its label is its title.
    language
        ``en`` or ``zh``.
    """

    figures: Mapping[str, Figure]
    language: str
    _png: dict[str, bytes] = field(default_factory=dict, repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self.figures

    def __iter__(self) -> Iterator[str]:
        return iter(self.figures)

    @cached_property
    def svgs(self) -> Mapping[str, str]:
        """Every chart as an SVG document whose texts are texts; see ``svg.svg``."""
        return {name: svg(one, name=name, language=self.language) for name, one in self.figures.items()}

    def png(self, name: str) -> bytes:
        """Return a chart as PNG with ``DOTS`` per inch; needs a font for every sign in it."""
        if name not in self._png:
            self._png[name] = _saved(self.figures[name], "png", dpi=DOTS, metadata={"Software": None})
        return self._png[name]

    def outlines(self, name: str) -> str:
        """Return a chart as an SVG document whose texts are drawn as shapes; needs a font, too."""
        nameless = {"Date": None, "Creator": None}
        return _saved(self.figures[name], "svg", metadata=nameless, fonttype="path").decode("utf-8")

    def size(self, name: str) -> tuple[float, float]:
        """Return width and height of a chart, in inches."""
        wide, high = self.figures[name].get_size_inches()
        return float(wide), float(high)

    def described(self, name: str) -> tuple[str, str]:
        """Return title and description of a chart, for readers who cannot see it."""
        figure = self.figures[name]
        texts = [label for ax in figure.axes if (label := str(ax.get_label())) and label[0] != "<"]
        return str(figure.get_label() or ""), " ".join(texts)


def _saved(figure: Figure, kind: str, *, fonttype: str = "none", **how: object) -> bytes:
    buffer = io.BytesIO()
    with drawing.style(), matplotlib.rc_context({"svg.fonttype": fonttype}):
        figure.savefig(buffer, format=kind, **how)  # type: ignore[arg-type]
    return buffer.getvalue()
