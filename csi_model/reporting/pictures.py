"""The charts of one report, each drawn once and given as often, and in as many forms, as writers ask."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text

from csi_model.errors import ReportError
from csi_model.reporting import drawing, fonts
from csi_model.reporting.requirements import no_letters
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
        """Return a chart as PNG with ``DOTS`` per inch; signs other than letters that no font has are ``?``.

        Raises
        ------
        ReportError
            No font of this machine has a letter of a text in it.
        """
        if name not in self._png:
            self._png[name] = _saved(self.figures[name], "png", dpi=DOTS, metadata={"Software": None})
        return self._png[name]

    def size(self, name: str) -> tuple[float, float]:
        """Return width and height of a chart, in inches."""
        wide, high = self.figures[name].get_size_inches()
        return float(wide), float(high)

    def described(self, name: str) -> tuple[str, str]:
        """Return title and description of a chart, for readers who cannot see it."""
        figure = self.figures[name]
        texts = [label for ax in figure.axes if (label := str(ax.get_label())) and label[0] != "<"]
        return str(figure.get_label() or ""), " ".join(texts)


def _saved(figure: Figure, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    with drawing.style(), _readable(figure):
        figure.savefig(buffer, format=kind, **how)
    return buffer.getvalue()


@contextmanager
def _readable(figure: Figure) -> Iterator[None]:
    """Give texts with signs that the usual families lack another family, or a question mark for the sign."""
    texts = [
        one for one in figure.findobj(Text) if isinstance(one, Text) and not fonts.can_show(one.get_text())
    ]
    missing = fonts.unreadable("".join(one.get_text() for one in texts))
    if missing:
        raise ReportError(no_letters(missing, f"chart {figure.get_gid() or ''}".strip()))
    before = [(one, one.get_text(), one.get_fontproperties().copy()) for one in texts]
    try:
        for one in texts:
            one.set_text(fonts.replaced(one.get_text()))
            one.set_fontfamily(fonts.families_for(one.get_text()))
        yield
    finally:
        for one, text, properties in before:
            one.set_text(text)
            one.set_fontproperties(properties)
