"""A client's own look: colours, logo, slide template, and what a report has to say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from csi_model.errors import Finding
from csi_model.reporting.colours import contrast
from csi_model.reporting.palette import MARK_CONTRAST, OWN_LIGHT, TEXT_CONTRAST, client_palettes

OFFICE: Final = {"docx": "Word", "pptx": "PowerPoint", "xlsx": "Excel"}
"""Formats whose files hold pictures of points only, and their programs."""


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


def raster(look: Look) -> bytes | None:
    """Return the logo as PNG or JPEG; None where there is none, or one that Office programs do not show.

    Nothing here turns SVG into points; ``look_notes`` says that a logo is left out for it.
    """
    return look.logo if look.logo and look.logo_type in {"png", "jpeg"} else None


def look_notes(look: Look, formats: Iterable[str] = ()) -> list[Finding]:
    """Return what was changed for the sake of readers, and what a format leaves out.

    Parameters
    ----------
    look
        The client's look.
    formats
        Formats that are asked for, see ``writers.FORMATS``.
    """
    return [*_colour_notes(look), *_logo_notes(look, formats)]


def _colour_notes(look: Look) -> Iterator[Finding]:
    palettes = client_palettes(look.accent, look.second)
    light = palettes.light
    for change in palettes.changes:
        if change == "accent":
            yield _pale("accent", look.accent, light.accent, TEXT_CONTRAST)
        elif change == "second":
            yield _pale("second", look.second, light.series_2, MARK_CONTRAST)
        elif change == "alike":
            yield _note(
                "colours-alike",
                "second",
                f"{look.second} is too near to the accent {light.accent}, at least for colour-blind readers; "
                f"charts take {light.series_2} for a second series.",
                "Give a colour that is clearly lighter, darker or of another hue.",
            )
        elif change == "bad":
            yield _note(
                "accent-like-warnings",
                "accent",
                f"{light.accent} is near to the colour of warnings and negative numbers, at least for "
                f"colour-blind readers; in this report they have {light.bad}.",
            )
        else:
            yield _note(
                "grey-accent",
                "accent",
                f"{look.accent} is nearly grey, as are texts and axes; what it marks does not stand out.",
                "Give a colour with a hue.",
            )


def _pale(key: str, given: str, taken: str, needed: float) -> Finding:
    ratio = contrast(given, OWN_LIGHT.panel)
    return _note(
        "colour-darkened",
        key,
        f"{given} is too pale on light ground: its contrast with light grey is {ratio:.2f} to 1, readers "
        f"need {needed:g} to 1. Charts and texts take {taken} there.",
        "Give a darker colour if you would rather choose it.",
    )


def _logo_notes(look: Look, formats: Iterable[str]) -> Iterator[Finding]:
    without = [OFFICE[name] for name in dict.fromkeys(formats) if name in OFFICE]
    if look.logo and raster(look) is None and without:
        *most, last = without
        names = f"{', '.join(most)} and {last}" if most else last
        yield Finding(
            code="svg-logo",
            severity="note",
            where="report.logo",
            what=f"The logo is an SVG file: {names} will show no logo.",
            fix="Give it as PNG to have it in every format.",
        )


def _note(code: str, key: str, what: str, fix: str = "") -> Finding:
    return Finding(code=code, severity="note", where=f"report.colours.{key}", what=what, fix=fix)
