"""Charts: what stands in them, the same bytes, text that is text, labels that do not collide."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import matplotlib
import pytest
import report_samples as samples
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from csi_model.model.catalogue import catalogue, read_catalogue
from csi_model.reporting import driver_charts, fonts, layout, path_diagram
from csi_model.reporting.charts import (
    charts,
    driver_bars,
    driver_map,
    group_chart,
    index_chart,
    reliability_chart,
    svg,
)
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Box
from csi_model.reporting.svg import for_page

SVG = "{http://www.w3.org/2000/svg}"
EVIL = """<b>&"'x'</b> <script>alert(1)</script> $\\frac{1}{2}$"""


def texts(document: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(document).iter(f"{SVG}text")]


def figure_of(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def named(content: Content, label: str) -> Content:
    return replace(content, labels={name: {"en": label, "zh": label} for name in content.constructs})


def test_the_charts_that_the_tables_support() -> None:
    assert list(charts(samples.acsi())) == ["index", "drivers", "impacts", "paths", "reliability"]
    assert "groups" in charts(samples.grouped())
    assert list(charts(samples.acsi(tables={"drivers": samples.table("drivers", [])}))) == [
        "index", "paths", "reliability",
    ]  # fmt: skip


def test_index_chart_writes_every_label_number_and_interval() -> None:
    found = texts(charts(samples.acsi())["index"])
    for label, score in zip(("Customer expectations", "Perceived value"), ("79.5", "72.7"), strict=True):
        assert label in found
        assert score in found
    assert "70.4 to 71.5" in found
    assert "Complaints (low is good)" in found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_content_gives_the_same_bytes(language: str) -> None:
    assert charts(samples.grouped(), language) == charts(samples.grouped(), language)


def test_chinese_text_is_text_and_the_fonts_of_the_machine_do_not_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_font = charts(samples.grouped(), "zh")
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    without_font = charts(samples.grouped(), "zh")
    assert with_font == without_font
    assert "顾客满意度" in texts(without_font["index"])
    assert "感知质量" in texts(without_font["drivers"])
    assert "样本不足，不公布" in texts(without_font["groups"])
    assert all("—" not in text for text in texts(without_font["paths"]))
    assert "'Noto Sans CJK SC'" in without_font["index"]


def test_a_figure_is_unchanged_by_writing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    axes = index_chart(samples.acsi(), language="zh")
    svg(figure_of(axes), language="zh")
    assert "顾客满意度" in {text.get_text() for text in axes.texts}


def test_ids_of_all_charts_differ_so_that_one_page_can_hold_them() -> None:
    made = charts(samples.grouped())
    ids = [found for document in made.values() for found in re.findall(r'<[^<>]*\bid="([^"]+)"', document)]
    assert len(ids) == len(set(ids))
    for name, document in made.items():
        wanted = re.findall(r'url\(#([^)]+)\)|xlink:href="#([^"]+)"', document)
        assert {a or b for a, b in wanted} <= set(ids)
        assert all((a or b).startswith(f"{name}-") for a, b in wanted)


def test_a_chart_says_what_it_is_and_loads_nothing() -> None:
    document = charts(samples.acsi())["index"]
    root = ElementTree.fromstring(document)
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "Index of every construct"
    assert description is not None
    assert "Customer satisfaction 71.0" in str(description.text)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "date" not in document.lower()
    links = re.findall(r"https?://[^\"' ]+", document)
    assert set(links) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_markup_and_formulas_in_labels_are_only_text() -> None:
    for document in charts(named(samples.acsi(), EVIL)).values():
        ElementTree.fromstring(document)
        assert "<script" not in document
    assert any("<b>&\"'x'</b>" in text for text in texts(charts(named(samples.acsi(), EVIL))["index"]))


def test_inlined_charts_take_the_colours_of_the_page() -> None:
    inlined = for_page(charts(samples.acsi())["index"])
    assert "var(--accent, #0072b2)" in inlined
    assert not re.search(r'style="[^"]*(?<!, )#[0-9a-f]{6}', inlined)
    assert ' width="' not in inlined.split(">", 1)[0]


def test_settings_of_the_reader_are_left_alone() -> None:
    before = dict(matplotlib.rcParams)
    charts(samples.acsi(), "zh")
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "draw", [index_chart, group_chart, driver_map, driver_bars, reliability_chart, path_diagram.path_diagram]
)
def test_charts_draw_into_given_axes(draw: Callable[..., Axes]) -> None:
    axes = Figure(figsize=(5, 3)).add_subplot()
    assert draw(samples.grouped(), ax=axes) is axes
    assert axes.texts


def empty(content: Content) -> Content:
    """The same tables with every number empty."""
    tables = {}
    for name, frame in content.pooled.items():
        blank = frame.copy()
        for column in blank.select_dtypes("number").columns:
            blank[column] = math.nan
        tables[name] = blank
    return replace(content, tables=tables, pooled=tables)


def one_construct() -> Content:
    tables = {"index": samples.table("index", samples.index_rows(["satisfaction"], [70.0]))}
    return replace(samples.acsi(), constructs=("satisfaction",), paths=(), tables=tables, pooled=tables)


def forty_groups() -> Content:
    return samples.grouped({str(number): 60.0 + number / 4 for number in range(40)})


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda: empty(samples.acsi()),
        one_construct,
        forty_groups,
        lambda: samples.grouped({"1001": 77.2}),
        lambda: samples.grouped({"1001": math.nan}),
        samples.twelve,
        samples.ecsi,
        samples.inadmissible,
        lambda: named(samples.acsi(), "A very long label that never seems to come to its end " * 4),
        lambda: named(samples.acsi(), "总体质量" * 30),
        lambda: named(samples.acsi(), "x" * 300),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_shape_of_content_gives_readable_charts(make: Callable[[], Content], language: str) -> None:
    made = charts(make(), language)
    assert "index" in made
    for document in made.values():
        assert "nan" not in " ".join(texts(document)).lower().split()
        root = ElementTree.fromstring(document)
        width, height = (float(part) for part in str(root.get("viewBox")).split()[2:])
        assert 0 < width < 2500
        assert 0 < height < 2500


def test_an_empty_number_is_named_not_drawn() -> None:
    made = charts(empty(samples.acsi()))
    assert texts(made["index"]).count("no value") == 6
    assert "no value" in texts(made["impacts"])


def test_groups_that_cannot_be_shown_are_named_in_the_chart() -> None:
    found = texts(charts(samples.grouped())["groups"])
    assert "suppressed" in found
    assert "68.3" in found  # not fitted well, but its index needs no fit of its own
    assert "all 71.0" in found
    assert [text for text in found if text in samples.GROUPS.values()] == list(samples.GROUPS.values())


def test_impacts_are_sorted_and_negative_ones_drawn_to_the_left() -> None:
    rows = [
        samples.driver("satisfaction", "value", -0.4, 72.0, "low_priority"),
        samples.driver("satisfaction", "quality", 0.9, 78.0, "keep"),
    ]
    content = samples.acsi(tables={"drivers": samples.table("drivers", rows)})
    axes = driver_bars(content)
    widths = [patch.get_width() for patch in axes.patches if hasattr(patch, "get_width")]
    assert widths == pytest.approx([4.5, -2.0])
    assert axes.get_xlim()[0] < -2.0


@pytest.mark.parametrize("make", [samples.acsi, samples.twelve])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_of_the_driver_map_keep_clear(make: Callable[[], Content], language: str) -> None:
    content = make()
    axes = driver_map(content, language=language)
    placed = driver_charts.place_labels(axes, driver_charts._points(content, language))
    assert placed
    for one, two in combinations(placed, 2):
        assert not one.box.overlaps(two.box)
    markers = [Box.around(*label.anchor, 10, 10) for label in placed]
    assert not any(label.box.overlaps(marker) for label in placed for marker in markers)


def test_the_quadrant_column_decides_the_class() -> None:
    rows = [
        samples.driver("satisfaction", "quality", 0.9, 90.0, "improve_first"),
        samples.driver("satisfaction", "value", 0.4, 60.0, "keep"),
    ]
    axes = driver_map(samples.acsi(tables={"drivers": samples.table("drivers", rows)}))
    markers = [line.get_marker() for line in axes.lines if line.get_marker() not in {"None", ""}]
    assert markers == ["o", "D"]  # value has the higher priority and comes first


MODELS = [samples.acsi, samples.ecsi, samples.twelve]


@pytest.mark.parametrize("make", MODELS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_path_diagram_has_no_collisions(make: Callable[[], Content], language: str) -> None:
    content = make()
    plan = path_diagram.plan(content, language)
    boxes = [node.box for node in plan.nodes]
    labels = [arrow.label for arrow in plan.arrows]
    assert len(boxes) == len(content.constructs)
    assert len(labels) == len(content.paths)
    assert all(label is not None for label in labels)
    for one, two in combinations([*boxes, *(label for label in labels if label is not None)], 2):
        assert not one.overlaps(two)
    page = Box(left=0, bottom=0, right=plan.width, top=plan.height)
    assert all(box.inside(page) for box in boxes)


@pytest.mark.parametrize("make", MODELS)
def test_no_arrow_runs_through_another_box(make: Callable[[], Content]) -> None:
    plan = path_diagram.plan(make())
    for arrow in plan.arrows:
        for node in plan.nodes:
            if node.name not in {arrow.source, arrow.target}:
                assert not path_diagram._touches((arrow.start, arrow.end), node.box), (arrow, node)


def from_catalogue(name: str) -> Content:
    model = read_catalogue(name)
    names, paths = model.construct_names, tuple((path.source, path.target) for path in model.paths)
    tables = {
        "index": samples.table("index", samples.index_rows(names, [70.0] * len(names))),
        "effects": samples.table("effects", samples.effect_rows(paths, [-0.25] * len(paths))),
    }
    labels = {construct.name: dict(construct.label) for construct in model.constructs}
    return samples.acsi(constructs=names, paths=paths, labels=labels, tables={}, pooled=tables)


@pytest.mark.parametrize("name", catalogue())
def test_every_shipped_model_has_a_clear_diagram(name: str) -> None:
    for language in ("en", "zh"):
        plan = path_diagram.plan(from_catalogue(name), language)
        taken = [node.box for node in plan.nodes]
        taken += [arrow.label for arrow in plan.arrows if arrow.label is not None]
        assert len(taken) == len(plan.nodes) + len(plan.arrows)
        assert not any(one.overlaps(two) for one, two in combinations(taken, 2))
        for arrow in plan.arrows:
            others = [node.box for node in plan.nodes if node.name not in {arrow.source, arrow.target}]
            assert not any(path_diagram._touches((arrow.start, arrow.end), box) for box in others)


def test_arrows_tell_strength_sign_and_doubt() -> None:
    arrows = {(arrow.source, arrow.target): arrow for arrow in path_diagram.plan(samples.acsi()).arrows}
    assert arrows["quality", "value"].text == "0.91"
    assert arrows["satisfaction", "complaints"].text == "\u22120.61"
    assert arrows["complaints", "loyalty"].uncertain
    assert not arrows["satisfaction", "loyalty"].uncertain


def test_every_path_points_to_a_later_column() -> None:
    edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (0, 4), (5, 4)]
    column = layout.columns(6, edges)
    assert all(column[a] < column[b] for a, b in edges)
    assert column[5] == column[4] - 1


def test_a_small_arrangement_has_no_crossing() -> None:
    frame = layout.Frame(width=100, height=50, pitch=180, step=40)
    column = [0, 0, 1, 1]
    rows = layout.rows(column, [(0, 3), (1, 2)], frame)
    assert (rows[0] - rows[1]) * (rows[3] - rows[2]) > 0
