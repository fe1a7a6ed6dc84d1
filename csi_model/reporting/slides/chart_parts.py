"""What all native charts have in common: letters, legend, axes of values."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_LEGEND_POSITION

from csi_model.reporting.slides import chart_xml
from csi_model.reporting.slides.names import qn
from csi_model.reporting.slides.style import Style

SMALL, TEXT = 9.0, 10.5
"""Sizes of letters in charts, in points."""


def finish(made: Any, style: Style, *, legend: bool) -> None:
    """Letters of the whole chart, its legend, gaps."""
    space = made._chartSpace
    looks = chart_xml.text_look(space, style, size=TEXT, role="ink")
    chart_xml.before(space, looks, ("c:externalData", "c:printSettings", "c:userShapes", "c:extLst"))
    made.has_title = False
    chart_xml.blank_gaps(made)
    made.has_legend = legend
    if legend:
        made.legend.position = XL_LEGEND_POSITION.TOP
        made.legend.include_in_layout = False
        chart_xml.text_look(made.legend._element, style, size=TEXT, role="ink")


def value_axis_look(axis: Any, style: Style, number_format: str, step: float, *, lines: bool = True) -> None:
    """Letters, gridlines and number format of an axis of values."""
    element = axis._element
    axis.has_major_gridlines = lines
    if lines:
        chart_xml.shape(element.find(qn("c:majorGridlines")), style, edge="rule", width=0.5)
    axis.tick_labels.number_format = axis_format(number_format, step)
    axis.tick_labels.number_format_is_linked = False
    looks = chart_xml.text_look(element, style, size=SMALL, role="muted")
    chart_xml.before(element, looks, ("c:crossAx",))
    line = chart_xml.shape(element, style)
    chart_xml.before(element, line, ("c:txPr", "c:crossAx"))
    for name in ("c:majorTickMark", "c:minorTickMark"):
        for mark in element.findall(qn(name)):
            mark.set("val", "none")


def axis_format(number_format: str, step: float) -> str:
    """Return the format of the numbers at an axis: as many decimals as its steps have."""
    if "%" in number_format:
        return "0%"
    text = f"{step:.6f}".rstrip("0").partition(".")[2]
    plain = "0" + ("." + "0" * len(text) if text else "")
    return f"+{plain};\u2212{plain};0" if number_format.startswith("+") else f"{plain};\u2212{plain}"
