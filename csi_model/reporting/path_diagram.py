"""The path diagram: constructs with their index, arrows with their effects."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from csi_model.reporting import drawing, fonts, formats, layout, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Box
from csi_model.reporting.wording import say

_LABEL = 9.0
_VALUE = 12.0
_EDGE = 9.0
_PAD = 10.0
_PLACES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86, 0.1)
_GROWTH = 1.12
_STRETCH = 1.03
_TRIES = 14
_SEEN = 26.0
_HEAD = 13.0


@dataclass(frozen=True, kw_only=True)
class Node:
    """A box of the diagram: its construct, wrapped label, index as text and place in points."""

    name: str
    lines: tuple[str, ...]
    value: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """An arrow: its path, effect as text, ends in points and the place of its label."""

    source: str
    target: str
    effect: float
    text: str
    uncertain: bool
    start: tuple[float, float]
    end: tuple[float, float]
    label: Box | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A diagram before it is drawn, in points."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def plan(content: Content, language: str = "en") -> Plan:
    """Lay out the diagram so that labels touch neither boxes nor each other.

    Where the first arrangement leaves no room for every label, the distances grow until it does.
    """
    names = content.constructs
    place = {name: number for number, name in enumerate(names)}
    edges = [(place[a], place[b]) for a, b in content.paths if a in place and b in place and a != b]
    column = layout.columns(len(names), edges)
    wide = max(column, default=0) + 1
    width = 118.0 if wide <= 5 else 100.0
    wrapped = [fonts.wrap(content.label(name, language), _LABEL, width - 14) for name in names]
    height = max((len(lines) for lines in wrapped), default=1) * _LABEL * 1.25 + _VALUE * 1.35 + 16
    pitch = max(width + 6.0, min(width + 78.0, (theme.CHART_WIDTH + 60 - width) / max(wide - 1, 1)))
    frame = layout.Frame(width=width, height=height, pitch=pitch, step=(height + 18.0) / 2)
    row = layout.rows(column, edges, frame)
    made = _placed(content, wrapped, edges, column, row, frame, language)
    for _ in range(_TRIES):
        if all(arrow.label is not None or not arrow.text for arrow in made.arrows):
            break
        frame = layout.Frame(
            width=width,
            height=height,
            pitch=frame.pitch * (_GROWTH if frame.sides else _STRETCH),
            step=frame.step * (_STRETCH if frame.sides else _GROWTH),
        )
        made = _placed(content, wrapped, edges, column, row, frame, language)
    return made


def _placed(
    content: Content,
    wrapped: list[list[str]],
    edges: list[layout.Edge],
    column: list[int],
    row: list[int],
    frame: layout.Frame,
    language: str,
) -> Plan:
    top = max(row, default=0) * frame.step + frame.height / 2 + _PAD
    boxes = [
        Box.around(
            _PAD + frame.width / 2 + col * frame.pitch, top - slot * frame.step, frame.width, frame.height
        )
        for col, slot in zip(column, row, strict=True)
    ]
    scores = {records.word(r, "construct"): r for r in records.index_rows(content)}
    nodes = tuple(
        Node(name=name, lines=tuple(lines), value=formats.number(scores.get(name, {}).get("index")), box=box)
        for name, lines, box in zip(content.constructs, wrapped, boxes, strict=True)
    )
    return Plan(
        width=max((box.right for box in boxes), default=100.0) + _PAD,
        height=top + frame.height / 2 + _PAD - min(0.0, min((b.bottom for b in boxes), default=0.0)),
        nodes=nodes,
        arrows=tuple(_arrows(content, nodes, edges, frame.sides)),
    )


def _arrows(content: Content, nodes: tuple[Node, ...], edges: list[layout.Edge], sides: bool) -> list[Arrow]:
    effects = records.direct_effects(content)
    boxes = [node.box for node in nodes]
    ends = _side_ends(boxes, edges) if sides else [_ends(boxes[a], boxes[b]) for a, b in edges]
    order = sorted(range(len(edges)), key=lambda i: math.dist(*ends[i]))
    taken: list[Box] = [node.box for node in nodes]
    made: dict[int, Arrow] = {}
    for number in order:
        a, b = edges[number]
        row = effects.get((nodes[a].name, nodes[b].name), {})
        effect = records.number(row, "effect")
        text = "" if math.isnan(effect) else formats.number(effect, 2)
        others = [ends[i] for i in range(len(ends)) if i != number]
        box = _free_place(text, ends[number], taken, others) if text else None
        if box is not None:
            taken.append(box)
        made[number] = Arrow(
            source=nodes[a].name, target=nodes[b].name, effect=effect, text=text,
            uncertain=math.isnan(effect) or records.covers_zero(row, "ci_lower", "ci_upper"),
            start=ends[number][0], end=ends[number][1], label=box,
        )  # fmt: skip
    return [made[number] for number in range(len(edges))]


Line = tuple[tuple[float, float], tuple[float, float]]


def _ends(tail: Box, head: Box) -> Line:
    """Where the line between two centres leaves one box and enters the other."""
    x0, y0 = _middle(tail)
    x1, y1 = _middle(head)
    dx, dy = x1 - x0, y1 - y0
    half_x, half_y = (tail.right - tail.left) / 2 + 1.5, (tail.top - tail.bottom) / 2 + 1.5
    share = min(half_x / max(abs(dx), 1e-9), half_y / max(abs(dy), 1e-9), 0.49)
    return (x0 + share * dx, y0 + share * dy), (x1 - share * dx, y1 - share * dy)


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.bottom + box.top) / 2


def _side_ends(boxes: list[Box], edges: list[layout.Edge]) -> list[Line]:
    """Lines from right sides to left sides; those at one side are spread in the order of their slopes."""

    def port(node: int, number: int, mine: int, other: int) -> float:
        here = [edge for edge in edges if edge[mine] == node]
        box, far = boxes[node], edges[number][other]
        here.sort(key=lambda edge: (_slope(boxes[node], boxes[edge[other]]), edge[other]))
        place = [edge[other] for edge in here].index(far)
        gap = min(14.0, 0.72 * (box.top - box.bottom) / max(len(here), 1))
        return _middle(box)[1] + (place - (len(here) - 1) / 2) * gap

    return [
        ((boxes[a].right + 1.5, port(a, n, 0, 1)), (boxes[b].left - 1.5, port(b, n, 1, 0)))
        for n, (a, b) in enumerate(edges)
    ]


def _slope(box: Box, other: Box) -> float:
    rise = (other.bottom + other.top - box.bottom - box.top) / 2
    return rise / max(abs(other.left - box.left), 1.0)


def _free_place(text: str, line: Line, taken: list[Box], others: list[Line]) -> Box | None:
    """The place on the arrow that is free and lies on the fewest other arrows; None if none is free."""
    (x0, y0), (x1, y1) = line
    size = fonts.width(text, _EDGE, "bold") + 6.0, _EDGE + 5.0
    length = math.dist(*line)
    hidden = min(
        length * half / max(abs(part), 1e-9) for half, part in zip(size, (x1 - x0, y1 - y0), strict=True)
    )
    if length - hidden < _SEEN:
        return None
    best: tuple[int, Box] | None = None
    for share in _PLACES:
        box = Box.around(x0 + share * (x1 - x0), y0 + share * (y1 - y0), *size)
        if any(box.overlaps(other, 1.5) for other in taken):
            continue
        if (min(share, 1 - share) * length) - hidden / 2 < (4.0 if share < 0.5 else _HEAD):
            continue
        wider = Box.around(*_middle(box), size[0] + 6, size[1] + 6)
        hits = sum(_touches(other, wider) for other in others)
        if best is None or hits < best[0]:
            best = (hits, box)
    return best[1] if best is not None else None


def _touches(line: Line, box: Box) -> bool:
    """Say whether a line runs through a box."""
    (x0, y0), (x1, y1) = line
    low, high = 0.0, 1.0
    for start, end, least, most in ((x0, x1, box.left, box.right), (y0, y1, box.bottom, box.top)):
        span = end - start
        if abs(span) < 1e-9:
            if not least <= start <= most:
                return False
            continue
        one, two = (least - start) / span, (most - start) / span
        low, high = max(low, min(one, two)), min(high, max(one, two))
    return low < high


def path_diagram(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the model: boxes with label and index, arrows with direct effects.

    Parameters
    ----------
    content
        Tables ``index`` and ``effects`` (direct) are read.
    ax
        Axes to draw in; a new figure of fitting size by default.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Axes
        One unit is one point of the natural size. The width of an arrow grows with its effect (index
        points per index point); it is dashed and muted where the interval includes 0 or is missing.
    """
    made = plan(content, language)
    with drawing.style():
        none = drawing.Margins(left=0, right=0, top=0, bottom=0)
        target = drawing.canvas(ax, width=made.width, height=made.height, margins=none)
        wide, high = drawing.size_of(target)
        scale = min(wide / made.width, high / made.height, 1.0)
        target.set_xlim(0, made.width)
        target.set_ylim(0, made.height)
        target.set_aspect("equal")
        target.axis("off")
        strongest = max((abs(a.effect) for a in made.arrows if not math.isnan(a.effect)), default=1.0)
        for arrow in made.arrows:
            _draw_arrow(target, arrow, strongest or 1.0, scale)
        for node in made.nodes:
            _draw_node(target, node, node.name == content.index, scale)
        drawing.describe(
            target,
            name="paths",
            title=say("chart_paths", language),
            description=_description(content, made, language),
        )
    return target


def _draw_arrow(ax: Axes, arrow: Arrow, strongest: float, scale: float) -> None:
    share = 0.0 if math.isnan(arrow.effect) else abs(arrow.effect) / strongest
    colour = theme.LIGHT.faint if arrow.uncertain else theme.LIGHT.muted
    if arrow.effect < 0 and not arrow.uncertain:
        colour = theme.LIGHT.bad
    thick = (0.9 + 2.6 * share) * scale
    ax.add_patch(
        FancyArrowPatch(
            arrow.start,
            arrow.end,
            arrowstyle="-|>",
            mutation_scale=(8.0 + 4.0 * share) * scale,
            linewidth=thick,
            linestyle=(0, (4.0, 2.5)) if arrow.uncertain else "-",
            color=colour,
            shrinkA=0,
            shrinkB=0,
            zorder=1,
        )
    )
    if arrow.label is None:
        return
    box = arrow.label
    ax.add_patch(
        FancyBboxPatch(
            (box.left, box.bottom),
            box.right - box.left,
            box.top - box.bottom,
            boxstyle="round,pad=0,rounding_size=3",
            facecolor=theme.LIGHT.paper,
            edgecolor="none",
            zorder=2,
        )
    )
    drawing.write(
        ax, (box.left + box.right) / 2, (box.bottom + box.top) / 2, arrow.text, size=_EDGE * scale,
        weight="normal" if arrow.uncertain else "bold",
        color=theme.LIGHT.bad if arrow.effect < 0 and not arrow.uncertain
        else theme.LIGHT.muted if arrow.uncertain else theme.LIGHT.ink,
    )  # fmt: skip


def _draw_node(ax: Axes, node: Node, chosen: bool, scale: float) -> None:
    box = node.box
    ax.add_patch(
        FancyBboxPatch(
            (box.left, box.bottom),
            box.right - box.left,
            box.top - box.bottom,
            boxstyle="round,pad=0,rounding_size=6",
            facecolor=theme.LIGHT.accent if chosen else theme.LIGHT.panel,
            edgecolor=theme.LIGHT.accent if chosen else theme.LIGHT.rule,
            linewidth=1.0 * scale,
            zorder=3,
        )
    )
    centre = (box.left + box.right) / 2
    label_height = len(node.lines) * _LABEL * 1.25
    block = label_height + _VALUE * 1.35
    top = (box.bottom + box.top) / 2 + block / 2
    colour = theme.LIGHT.on_accent if chosen else theme.LIGHT.ink
    drawing.write_lines(
        ax, centre, top - label_height / 2, list(node.lines), size=_LABEL * scale, color=colour
    )
    drawing.write(
        ax, centre, top - label_height - _VALUE * 0.72, node.value, size=_VALUE * scale, weight="bold",
        color=colour,
    )  # fmt: skip


def _description(content: Content, made: Plan, language: str) -> str:
    parts = [
        say(
            "path_item",
            language,
            source=content.label(arrow.source, language),
            target=content.label(arrow.target, language),
            effect=arrow.text or formats.EMPTY,
        )
        for arrow in made.arrows
    ]
    return say("desc_paths", language) + say("list_break", language).join(parts)
