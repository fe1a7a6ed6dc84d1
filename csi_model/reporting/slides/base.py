"""What slides stand on: the presentation with its layouts, the places on them, colours and fonts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.style import Style

WIDE, HIGH = 960.0, 540.0
"""Size of a slide without a client's template, in points (16:9)."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """A presentation without slides.

    Attributes
    ----------
    presentation
        As python-pptx opened it.
    cover, page
        Layouts of the title slide and of all others.
    size
        The whole slide.
    title
        Where the title stands; it may be no placeholder's place.
    kicker
        The line above the title.
    body
        What is free for the content.
    source
        The line under the content.
    style
        Colours and fonts.
    title_size
        Size of a title, in points.
    own
        Whether this is the design of the package, not a client's.
    """

    presentation: Any
    cover: Any
    page: Any
    size: Area
    title: Area
    kicker: Area
    body: Area
    source: Area
    style: Style
    title_size: float
    own: bool = True
