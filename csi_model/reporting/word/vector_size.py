"""The size of a drawing of lines (SVG), as its first element gives it."""

from __future__ import annotations

import re

from docx.oxml import parse_xml

from csi_model.errors import CsiError, ReportError


def vector_size(data: bytes) -> tuple[float, float]:
    """Return width and height of an SVG picture; only their ratio means something.

    Raises
    ------
    ReportError
        The bytes are no SVG.
    """
    try:
        root = parse_xml(data)
    except SyntaxError as error:
        raise _not_svg() from error
    if str(root.tag).rpartition("}")[2] != "svg":
        raise _not_svg()
    box = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    if len(box) == 4 and min(box[2:]) > 0:
        return box[2], box[3]
    sides = [re.match(r"\d+(?:\.\d+)?", root.get(name, "")) for name in ("width", "height")]
    wide, high = (float(side.group()) if side else 0.0 for side in sides)
    return (wide, high) if wide > 0 and high > 0 else (3.0, 1.0)


def _not_svg() -> CsiError:
    return ReportError.at(
        "report.logo",
        "The logo is no SVG picture.",
        "Save it as SVG or PNG in a graphics program and name that file.",
        code="no-picture",
    )
