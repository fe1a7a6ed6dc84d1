"""Parts of charts that python-pptx has no call for: error bars, axes, labels, both scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from csi_model.reporting import fonts
from csi_model.reporting.slides.chart_book import Bars
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.style import Style

_AFTER_BARS = ("c:cat", "c:val", "c:xVal", "c:yVal", "c:smooth", "c:shape", "c:extLst")
_AFTER_LABELS = ("c:trendline", "c:errBars", *_AFTER_BARS)
_AFTER_MARKER = ("c:dPt", "c:dLbls", *_AFTER_LABELS)


def before(parent: Any, made: Any, names: Sequence[str]) -> None:
    """Move an element before the first child with one of these names, as the schema orders them."""
    tags = {qn(name) for name in names}
    place = next((one for one in parent if one.tag in tags and one is not made), None)
    if place is not None:
        place.addprevious(made)


def error_bars(series: Any, bars: Bars, number_format: str, style: Style, *, role: str, width: float) -> None:
    """Give a series the intervals of its values; where none is known, nothing is added."""
    if not any(one is not None for one in bars.plus):
        return
    made = child(series, "c:errBars")
    if bars.direction:
        child(made, "c:errDir", val=bars.direction)
    child(made, "c:errBarType", val="both")
    child(made, "c:errValType", val="cust")
    child(made, "c:noEndCap", val="0")
    for name, values, ref in (("c:plus", bars.plus, bars.plus_ref), ("c:minus", bars.minus, bars.minus_ref)):
        _numbers(child(made, name), values, ref, number_format)
    style.line(child(made, "c:spPr"), role, width)
    before(series, made, _AFTER_BARS)


def _numbers(parent: Any, values: Sequence[float | None], ref: str, number_format: str) -> None:
    holder = child(parent, "c:numRef")
    child(holder, "c:f").text = ref
    cache = child(holder, "c:numCache")
    child(cache, "c:formatCode").text = number_format
    child(cache, "c:ptCount", val=str(len(values)))
    for place, value in enumerate(values):
        if value is not None:
            child(child(cache, "c:pt", idx=str(place)), "c:v").text = repr(float(value))


def shape(
    parent: Any, style: Style, *, fill: str = "", tint: float = 0.0, edge: str = "", width: float = 0.75,
    dash: str = "",
) -> Any:  # fmt: skip
    """Replace the look of a part of a chart; without roles it is invisible."""
    for old in parent.findall(qn("c:spPr")):
        parent.remove(old)
    made = child(parent, "c:spPr")
    if fill:
        style.fill(made, fill, tint)
    else:
        child(made, "a:noFill")
    style.line(made, edge, width, tint=tint if edge == fill else 0.0, dash=dash)
    return made


def series_look(series: Any, style: Style, **look: Any) -> None:
    """Give a series its colours; they stand behind its name."""
    made = shape(series, style, **look)
    series.remove(made)
    series.find(qn("c:tx")).addnext(made)


def marker(series: Any, style: Style, *, symbol: str, size: int, role: str, tint: float = 0.0) -> None:
    """Give the points of a series their sign."""
    for old in series.findall(qn("c:marker")):
        series.remove(old)
    made = child(series, "c:marker")
    child(made, "c:symbol", val=symbol)
    if symbol != "none":
        child(made, "c:size", val=str(size))
        shape(made, style, fill=role, tint=tint, edge="paper", width=0.5)
    before(series, made, _AFTER_MARKER)


def text_look(parent: Any, style: Style, *, size: float, role: str, bold: bool = False, wrap: bool = True,
              rotation: int | None = None) -> Any:  # fmt: skip
    """Set the letters of a part of a chart."""
    for old in parent.findall(qn("c:txPr")):
        parent.remove(old)
    made = child(parent, "c:txPr")
    body = child(made, "a:bodyPr")
    if not wrap:
        body.set("wrap", "none")
    if rotation is not None:
        body.set("rot", str(rotation))
        body.set("vert", "horz")
    child(made, "a:lstStyle")
    style.letters(child(child(made, "a:p"), "a:pPr"), "a:defRPr", size=size, role=role, bold=bold)
    return made


def rich(parent: Any, lines: Sequence[str], style: Style, *, size: float, role: str, bold: bool = False,
         rotation: int | None = None, align: str = "") -> Any:  # fmt: skip
    """Add text that is written out: the title of an axis, the name of a point."""
    made = child(child(parent, "c:tx"), "c:rich")
    body = child(made, "a:bodyPr")
    body.set("wrap", "none" if rotation is None else "square")
    if rotation is not None:
        body.set("rot", str(rotation))
        body.set("vert", "horz")
    child(made, "a:lstStyle")
    for line in lines:
        paragraph = child(made, "a:p")
        looks = child(paragraph, "a:pPr")
        if align:
            looks.set("algn", align)
        style.letters(looks, "a:defRPr", size=size, role=role, bold=bold)
        run = child(paragraph, "a:r")
        style.letters(run, "a:rPr", size=size, role=role, bold=bold)
        child(run, "a:t").text = fonts.clean(line) or " "
    return made


def value_labels(
    series: Any,
    style: Style,
    *,
    number_format: str,
    size: float,
    role: str,
    place: str,
    bold: bool = False,
    without: Sequence[int] = (),
    others: Mapping[int, tuple[str, str]] | None = None,
) -> None:
    """Write the values at the points of a series.

    Parameters
    ----------
    series
        The element of the series.
    style
        Colours and fonts.
    number_format, size, role, bold
        Of the labels.
    place
        ``inBase``, ``outEnd``, ``ctr``, ``t``, ``r`` ...; empty for the program's own choice.
    without
        Points without a label.
    others
        Point > another place and role.
    """
    made = child(series, "c:dLbls")
    for point in sorted({*without, *(others or {})}):
        one = child(made, "c:dLbl")
        child(one, "c:idx", val=str(point))
        if point in without:
            child(one, "c:delete", val="1")
            continue
        where, colour = (others or {})[point]
        _label_look(one, style, number_format, size, colour, where, bold)
    _label_look(made, style, number_format, size, role, place, bold)
    before(series, made, _AFTER_LABELS)


def _label_look(
    made: Any, style: Style, number_format: str, size: float, role: str, place: str, bold: bool
) -> None:
    child(made, "c:numFmt", formatCode=number_format, sourceLinked="0")
    shape(made, style)
    text_look(made, style, size=size, role=role, bold=bold)
    if place:
        child(made, "c:dLblPos", val=place)
    _show(made, value=True)


def _show(made: Any, *, value: bool) -> None:
    for name in ("c:showLegendKey", "c:showVal", "c:showCatName", "c:showSerName", "c:showPercent",
                 "c:showBubbleSize"):  # fmt: skip
        child(made, name, val="1" if value and name == "c:showVal" else "0")


def point_labels(
    series: Any, style: Style, labels: Mapping[int, tuple[Sequence[str], str, str]], *, size: float,
    bold: bool = False,
) -> None:  # fmt: skip
    """Write words at points of a series: point > lines, place (``l``, ``r``, ``t``, ``b``), role."""
    made = child(series, "c:dLbls")
    for point, (lines, place, role) in sorted(labels.items()):
        one = child(made, "c:dLbl")
        child(one, "c:idx", val=str(point))
        align = {"l": "r", "r": "l"}.get(place, "ctr")
        rich(one, lines, style, size=size, role=role, bold=bold, align=align)
        shape(one, style)
        child(one, "c:dLblPos", val=place)
        _show(one, value=True)
    shape(made, style)
    text_look(made, style, size=size, role="ink", wrap=False)
    _show(made, value=False)
    before(series, made, _AFTER_LABELS)


def axis_title(axis: Any, text: str, style: Style, *, size: float, rotation: int | None = None) -> None:
    """Write what an axis shows beside it."""
    for old in axis.findall(qn("c:title")):
        axis.remove(old)
    made = child(axis, "c:title")
    rich(made, [text], style, size=size, role="muted", rotation=rotation)
    child(made, "c:overlay", val="0")
    order = (
        "c:numFmt",
        "c:majorTickMark",
        "c:minorTickMark",
        "c:tickLblPos",
        "c:spPr",
        "c:txPr",
        "c:crossAx",
    )
    before(axis, made, order)


def plot_place(chart: Any, left: float, top: float, width: float, height: float) -> None:
    """Fix the inner plotting area, as shares of the chart, so that labels can be placed beside it."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    made = child(area, "c:layout")
    manual = child(made, "c:manualLayout")
    child(manual, "c:layoutTarget", val="inner")
    for name in ("c:xMode", "c:yMode"):
        child(manual, name, val="edge")
    for name, value in (("c:x", left), ("c:y", top), ("c:w", width), ("c:h", height)):
        child(manual, name, val=f"{value:.5f}")
    area.insert(0, made)


def blank_gaps(chart: Any) -> None:
    """Leave a gap where a value is missing, and write nothing over the chart by itself."""
    root = chart._chartSpace.chart
    for old in root.findall(qn("c:dispBlanksAs")):
        root.remove(old)
    made = child(root, "c:dispBlanksAs", val="gap")
    before(root, made, ("c:extLst",))
    for old in root.findall(qn("c:autoTitleDeleted")):
        old.set("val", "1")


def hide_in_legend(chart: Any, place: int) -> None:
    """Take a series out of the legend."""
    legend = chart._chartSpace.chart.find(qn("c:legend"))
    if legend is None:
        return
    made = child(legend, "c:legendEntry")
    child(made, "c:idx", val=str(place))
    child(made, "c:delete", val="1")
    legend.find(qn("c:legendPos")).addnext(made)
