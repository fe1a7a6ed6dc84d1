"""Charts of plans: what stands in them, marks where the tables have them, labels that do not collide."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from csi_model.comparison.path_power import PathPower
from csi_model.errors import ReportError
from csi_model.reporting import fonts, theme
from csi_model.reporting.drawing import Box, size_of
from csi_model.reporting.plan_chart import (
    margin_chart,
    path_power_chart,
    plan_charts,
    plan_pictures,
    power_chart,
)
from csi_model.study.plan_asks import PlanAsk
from csi_model.study.plan_tables import path_table
from csi_model.study.planning import Plan, plan

SVG = "{http://www.w3.org/2000/svg}"
ASKS: dict[str, dict[str, Any]] = {
    "margin": {"margin": 2.0, "sds": (16.7, 21.0, 27.2), "level": 0.9},
    "alone": {"margin": 2.0, "sds": (21.0,), "population": 3000.0},
    "interviews": {"interviews": (100, 250, 400), "sds": (21.0,), "firms": 12},
    "difference": {"difference": 4.0, "sds": (21.0,), "firms": 12},
    "spreads": {"difference": 4.0, "sds": (16.7, 21.0, 27.2), "power": 0.9},
    "given": {"difference": 4.0, "interviews": (100, 250), "sds": (21.0,)},
    "everybody": {"interviews": (90,), "sds": (21.0,), "population": 90.0},
}


@cache
def made(name: str) -> Plan:
    return plan(PlanAsk(**ASKS[name]))


def one_path(effect: float, interviews: int, found: int) -> PathPower:
    return PathPower(
        source="quality", target="satisfaction", estimator="pls", interviews=interviews, effect=effect,
        points=effect, level=0.95, draws=200, unusable=0, found=found, mean=effect, sd=0.1,
    )  # fmt: skip


def texts(document: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(document).iter(f"{SVG}text")]


def marks(axes: Axes) -> list[tuple[float, float]]:
    """Points drawn by themselves."""
    found = [line for line in axes.get_lines() if line.get_marker() == "o" and len(line.get_xdata()) == 1]  # type: ignore[arg-type]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in found]  # type: ignore[index]


def curves(axes: Axes) -> list[Line2D]:
    return [line for line in axes.get_lines() if len(line.get_xdata()) > 10]  # type: ignore[arg-type]


def test_the_charts_that_a_plan_has() -> None:
    wanted = {"margin": ["margin"], "interviews": ["margin", "power"], "given": ["interviews", "power"]}
    assert {name: list(plan_charts(made(name).tables, 0.8)) for name in wanted} == wanted


def test_the_margin_chart_marks_the_interviews_of_every_standard_deviation() -> None:
    plan_made = made("margin")
    axes = margin_chart(plan_made.tables)
    asked = plan_made.tables["margin_curve"].query("asked")
    assert marks(axes) == [
        (float(n), margin) for n, margin in zip(asked["interviews"], asked["margin"], strict=True)
    ]
    assert [n for n, _ in marks(axes)] == [189, 299, 501]
    assert len(curves(axes)) == 3
    found = texts(plan_charts(plan_made.tables, 0.8)["margin"])
    assert {"189", "299", "501", "±2", "standard deviation 16.7", "189 interviews: ±2.00"} <= set(found)
    assert "Margin either way in index points (90% confidence)" in found


def test_a_lone_standard_deviation_stands_among_the_usual_ones_in_grey() -> None:
    axes = margin_chart(made("alone").tables)
    colours = [line.get_color() for line in curves(axes)]
    assert colours == [theme.LIGHT.accent, theme.LIGHT.faint, theme.LIGHT.faint]
    assert len(marks(axes)) == 1
    assert "grey: range seen in ACSI 2015" in texts(plan_charts(made("alone").tables, 0.8)["margin"])


def test_the_power_charts_mark_what_was_asked() -> None:
    tables = made("difference").tables
    by_size = power_chart(tables, 0.8, against="interviews")
    needed = tables["power"]["interviews"].tolist()
    assert [x for x, _ in marks(by_size)] == needed
    assert all(0.8 <= y < 0.803 for _, y in marks(by_size))
    against = power_chart(tables, 0.8)
    assert {x for x, _ in marks(against)} == {4.0}
    found = texts(plan_charts(tables, 0.8)["interviews"])
    assert "Power for a difference of 4 points against interviews" in found
    assert {"one difference", "66 at once (Bonferroni)", "66 at once (Tukey)", "80% power"} <= set(found)


def test_curves_of_several_standard_deviations_are_drawn_for_one_number_of_interviews() -> None:
    """With the interviews that each needs they would all be the same curve."""
    tables = made("spreads").tables
    curve = tables["power_curve"]
    middle = tables["power"].set_index("index_sd").loc[21.0, "interviews"]
    assert set(curve["interviews"]) == {middle}
    at_four = curve[curve["asked"]].set_index("index_sd")["power"]
    assert at_four[16.7] > at_four[21.0] > at_four[27.2]
    assert at_four[21.0] == pytest.approx(0.9, abs=0.002)


def test_the_power_of_a_path_stands_with_its_interval_and_its_false_alarms() -> None:
    rows = [one_path(0.3, 100, 120), one_path(0.3, 250, 180), one_path(0.0, 100, 9), one_path(0.0, 250, 13)]
    tables = {"path_power": path_table(rows)}
    axes = path_power_chart(tables, 0.8)
    assert marks(axes) == [(100, 0.6), (250, 0.9), (100, 0.045), (250, 0.065)]
    upright = [
        line for line in axes.get_lines() if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2
    ]  # type: ignore[arg-type]
    ends = [tuple(line.get_ydata()) for line in upright]  # type: ignore[arg-type]
    for row in rows:
        assert row.interval in ends
    labels = {"quality": {"zh": "感知质量"}, "satisfaction": {"zh": "顾客满意度"}}
    found = texts(plan_charts(tables, 0.8, "zh", labels)["path_power"])
    assert "路径 感知质量 → 顾客满意度 的检验功效（模拟）" in found
    assert {"无此路径：误报", "显著性水平 5%", "60%"} <= set(found)


def test_one_sample_size_is_drawn_against_the_effect() -> None:
    rows = [one_path(0.3, 200, 150), one_path(0.0, 200, 10), one_path(0.15, 200, 80)]
    axes = path_power_chart({"path_power": path_table(rows)}, 0.8)
    assert marks(axes) == [(0.0, 0.05), (0.15, 0.4), (0.3, 0.75)]


@pytest.mark.parametrize("name", list(ASKS))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_beside_points_do_not_cover_each_other(name: str, language: str) -> None:
    tables = made(name).tables
    drawn = []
    if "margin_curve" in tables:
        drawn.append(margin_chart(tables, language=language))
    if "power_curve" in tables:
        drawn.append(power_chart(tables, 0.8, language=language))
    if "interviews_curve" in tables:
        drawn.append(power_chart(tables, 0.8, language=language, against="interviews"))
    for axes in drawn:
        for first, second in combinations(label_boxes(axes), 2):
            assert not first.overlaps(second), name


def label_boxes(axes: Axes) -> list[Box]:
    """Boxes of the bold words beside points, in points from the corner of the panel."""
    wide, high = size_of(axes)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    boxes = []
    for child in axes.get_children():
        if not isinstance(child, Annotation) or child.xycoords != "data":
            continue
        dx, dy = child.xyann
        width = fonts.width(child.get_text(), theme.SIZE_TEXT, "bold")
        x = (child.xy[0] - left) / (right - left) * wide + dx
        y = (child.xy[1] - bottom) / (top - bottom) * high + dy + 0.36 * theme.SIZE_TEXT
        boxes.append(Box.around(x + (width / 2 if child.get_ha() == "left" else -width / 2), y, width, 9))
    return boxes


def test_the_same_plan_gives_the_same_bytes_whatever_the_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = made("interviews").tables
    first = plan_charts(tables, 0.8, "zh")
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    assert first == plan_charts(tables, 0.8, "zh")
    for document in first.values():
        root = ElementTree.fromstring(document)
        assert root.find(f"{SVG}title") is not None
        assert (root.findtext(f"{SVG}desc") or "").strip()


def test_pictures_are_png_and_need_a_font_for_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = made("alone").tables
    picture = plan_pictures(tables, 0.8)["margin"]
    assert picture.startswith(b"\x89PNG")
    assert picture == plan_pictures(tables, 0.8)["margin"]
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    with pytest.raises(ReportError, match="no font with Chinese characters"):
        plan_pictures(tables, 0.8, "zh")
    assert list(plan_pictures(tables, 0.8, "en")) == ["margin"]
