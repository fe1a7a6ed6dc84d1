"""The path diagram of native shapes: boxes with their index, connectors that stay glued to them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.enum.shapes import MSO_CONNECTOR

from csi_model.reporting import fonts
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Box
from csi_model.reporting.path_diagram import Arrow, Node, plan
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.lettering import Said
from csi_model.reporting.slides.names import child, qn
from csi_model.reporting.slides.shapes import box, describe
from csi_model.reporting.slides.style import Style
from csi_model.reporting.wording import say

_LARGEST = 1.45
_LABEL, _VALUE, _EDGE = 9.0, 12.0, 9.0
_PLACES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8)
_TOP, _LEFT, _BOTTOM, _RIGHT = 0, 1, 2, 3
"""Where connectors can be glued to a box, as PowerPoint counts them."""


def draw_diagram(slide: Any, area: Area, content: Content, style: Style) -> Any:
    """Add the model as one group: boxes with label and index, arrows with direct effects.

    The width of an arrow grows with its effect; it is dashed where the interval includes 0 or is missing.
    """
    made = plan(content, style.language)
    scale = min(area.width / made.width, area.height / made.height, _LARGEST)
    left = area.left + (area.width - made.width * scale) / 2
    top = area.top + (area.height - made.height * scale) / 2

    def place(held: Box) -> Area:
        return Area(
            left=left + held.left * scale,
            top=top + (made.height - held.top) * scale,
            width=(held.right - held.left) * scale,
            height=(held.top - held.bottom) * scale,
        )

    group = slide.shapes.add_group_shape()
    areas = {node.name: place(node.box) for node in made.nodes}
    boxes = {
        node.name: _node(group, node, areas[node.name], style, scale, chosen=node.name == content.index)
        for node in made.nodes
    }
    strongest = max((abs(a.effect) for a in made.arrows if not math.isnan(a.effect)), default=1.0) or 1.0
    lines = [_line(areas[arrow.source], areas[arrow.target]) for arrow in made.arrows]
    for arrow, line in zip(made.arrows, lines, strict=True):
        _connector(group, arrow, line, boxes, style, strongest, scale)
    taken = _boxes(areas.values())
    for number in sorted(range(len(lines)), key=lambda k: math.dist(lines[k][0], lines[k][1])):
        others = [lines[k] for k in range(len(lines)) if k != number]
        _label(group, made.arrows[number], lines[number], others, taken, style, scale)
    describe(group, say("chart_paths", style.language), _told(content, made.arrows, style.language))
    return group


def _told(content: Content, arrows: Sequence[Arrow], language: str) -> str:
    parts = [
        say("path_item", language, source=content.label(one.source, language),
            target=content.label(one.target, language), effect=one.text or say("no_value", language))
        for one in arrows
    ]  # fmt: skip
    return say("desc_paths", language) + say("list_break", language).join(parts)


def _node(group: Any, node: Node, area: Area, style: Style, scale: float, *, chosen: bool) -> Any:
    role = "on_accent" if chosen else "ink"
    lines = [Said(text=line, size=_LABEL * scale, role=role, align="ctr", after=0.0) for line in node.lines]
    lines.append(Said(text=node.value, size=_VALUE * scale, role=role, align="ctr", after=0.0, bold=True))
    return box(
        group.shapes, area, lines, style, name=node.name, fill="accent" if chosen else "panel",
        edge="accent" if chosen else "rule", anchor="ctr", form="roundRect", inset=2.0,
    )  # fmt: skip


Line = tuple[tuple[float, float], tuple[float, float], int, int]
"""Start, end, and the places on the boxes where both are glued."""


def _line(source: Area, target: Area) -> Line:
    """From side to side where the boxes stand beside each other, else from edge to edge."""
    middle = source.top + source.height / 2, target.top + target.height / 2
    if target.left >= source.right:
        return (source.right, middle[0]), (target.left, middle[1]), _RIGHT, _LEFT
    if target.right <= source.left:
        return (source.left, middle[0]), (target.right, middle[1]), _LEFT, _RIGHT
    x0, x1 = source.left + source.width / 2, target.left + target.width / 2
    if target.top >= source.bottom:
        return (x0, source.bottom), (x1, target.top), _BOTTOM, _TOP
    return (x0, source.top), (x1, target.bottom), _TOP, _BOTTOM


def _connector(
    group: Any, arrow: Arrow, line: Line, boxes: dict[str, Any], style: Style, strongest: float, scale: float
) -> None:
    (x0, y0), (x1, y1), start, end = line
    ends = [round(value * 12700) for value in (x0, y0, x1, y1)]
    made = group.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    made.begin_connect(boxes[arrow.source], start)
    made.end_connect(boxes[arrow.target], end)
    made.name = fonts.clean(f"{arrow.source} → {arrow.target}")
    share = 0.0 if math.isnan(arrow.effect) else abs(arrow.effect) / strongest
    role = "bad" if arrow.effect < 0 and not arrow.uncertain else "faint" if arrow.uncertain else "muted"
    for old in made._element.findall(qn("p:style")):
        made._element.remove(old)
    drawn = style.line(
        made._element.spPr, role, (0.9 + 2.2 * share) * scale, dash="dash" if arrow.uncertain else ""
    )
    child(drawn, "a:round")
    child(drawn, "a:tailEnd", type="triangle", w="med", len="med")


def _boxes(areas: Any) -> list[Box]:
    return [Box(left=one.left, bottom=one.top, right=one.right, top=one.bottom) for one in areas]


def _label(
    group: Any, arrow: Arrow, line: Line, others: Sequence[Line], taken: list[Box], style: Style, scale: float
) -> None:
    """The effect on its arrow, where it touches no box, no other label and the fewest other arrows."""
    if not arrow.text:
        return
    size = _EDGE * scale
    wide, high = fonts.width(arrow.text, size, "bold") + 5.0, size * style.leading + 1.0
    (x0, y0), (x1, y1), *_ = line
    choices = [Box.around(x0 + share * (x1 - x0), y0 + share * (y1 - y0), wide, high) for share in _PLACES]

    def faults(number: int) -> tuple[int, int, int]:
        held = choices[number]
        hits = sum(held.overlaps(one, 1.0) for one in taken)
        crossed = sum(crosses(other, held) for other in others)
        return hits, crossed, number

    held = choices[min(range(len(choices)), key=faults)]
    taken.append(held)
    weak = arrow.uncertain
    role = "muted" if weak else "bad" if arrow.effect < 0 else "ink"
    area = Area(left=held.left, top=held.bottom, width=held.right - held.left, height=held.top - held.bottom)
    said = Said(text=arrow.text, size=size, role=role, bold=not weak, align="ctr")
    name = f"{arrow.source} → {arrow.target}: {arrow.text}"
    box(group.shapes, area, [said], style, name=name, fill="paper", anchor="ctr")


def crosses(line: Line, held: Box) -> bool:
    """Say whether a line runs through a box, by looking at points along it."""
    (x0, y0), (x1, y1), *_ = line
    for step in range(41):
        x, y = x0 + (x1 - x0) * step / 40, y0 + (y1 - y0) * step / 40
        if held.left <= x <= held.right and held.bottom <= y <= held.top:
            return True
    return False
