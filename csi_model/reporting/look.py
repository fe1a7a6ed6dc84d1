"""A client's own look: colours, logo, slide template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a study file gives of the client's look; empty parts are those of this package.

    Attributes
    ----------
    accent, second
        Colours as ``#rrggbb``: of headings and the headline series, and of a second series.
    logo, logo_type
        Bytes of an image and ``png``, ``jpeg`` or ``svg``.
    template
        Bytes of a PowerPoint file whose slide master and layouts the slides take.
    """

    accent: str = ""
    second: str = ""
    logo: bytes = b""
    logo_type: str = ""
    template: bytes = b""
