"""Charts of waves: the trend with its marks, and the waterfall of a change."""

from __future__ import annotations

import math
from dataclasses import replace

import league_samples as leagues
import matplotlib.colors
import numpy as np
import pytest
import report_samples as samples
import wave_samples as waves
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import wave_charts
from csi_model.reporting.content import Content
from csi_model.reporting.theme import LIGHT
from csi_model.reporting.wave_charts import trend_chart, waterfall_chart

RISE = [70.0, 71.0, 75.0, 74.5]


def followed(rows: list[dict[str, object]], **tables: list[dict[str, object]]) -> Content:
    """A study without groups and with this trend; the target of all studies here is 75."""
    across = {"trend": leagues.across("trend", rows)}
    across |= {name: leagues.across(name, made) for name, made in tables.items()}
    marks = [{"construct": "satisfaction", "value": 75, "label": "Target"}]
    return replace(samples.acsi(), across=across, manifest={"report": {"benchmarks": marks}})


def markers(panel: Axes) -> list[tuple[float, float, bool]]:
    """Place, height and whether it is filled, of every wave."""
    found = [line for line in panel.lines if line.get_marker() == "o"]
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]), line.get_color() != LIGHT.paper)
        for line in found
    ]


def test_a_wave_is_filled_where_its_change_is_clear() -> None:
    (panel,) = trend_chart(followed(waves.trend_rows("total", waves.QUARTERS, RISE))).child_axes
    assert markers(panel) == [(0, 70.0, False), (1, 71.0, False), (2, 75.0, True), (3, 74.5, False)]
    written = [text.get_text() for text in panel.texts]
    assert [text for text in written if text in {"70.0", "71.0", "75.0", "74.5"}] == [
        "70.0",
        "71.0",
        "75.0",
        "74.5",
    ]
    assert [text for text in written if text in waves.QUARTERS] == list(waves.QUARTERS)
    assert "Target 75.0" in written


def test_intervals_are_those_of_the_table() -> None:
    rows = waves.trend_rows("total", waves.QUARTERS, RISE)
    (panel,) = trend_chart(followed(rows)).child_axes
    upright = [tuple(line.get_ydata()) for line in panel.lines if len(set(line.get_xdata())) == 1]
    for row in rows:
        assert (row["ci_lower"], row["ci_upper"]) in upright


def test_only_the_weights_stored_first_are_drawn_and_they_are_named() -> None:
    rows = [
        *waves.trend_rows("total", waves.QUARTERS, RISE, weights="chained"),
        *waves.trend_rows("total", waves.QUARTERS, [60.0] * 4, weights="held"),
    ]
    axes = trend_chart(followed(rows))
    assert [y for _, y, _ in markers(axes.child_axes[0])] == RISE
    assert any("chain-linked" in text.get_text() for text in axes.texts)


def test_a_missing_wave_is_bridged_by_a_dashed_line() -> None:
    rows = waves.trend_rows("total", waves.QUARTERS, [70.0, math.nan, 72.0, 73.0])
    (panel,) = trend_chart(followed(rows)).child_axes
    assert [x for x, _, _ in markers(panel)] == [0, 2, 3]
    sloped = {
        tuple(line.get_xdata()): line.get_linestyle()
        for line in panel.lines
        if len(line.get_xdata()) == 2
        and line.get_xdata()[0] != line.get_xdata()[1]
        and line.get_xdata()[1] > 1
    }
    assert sloped == {(0, 2): "--", (2, 3): "-"}


def test_waves_that_are_not_alike_are_parted_by_a_line() -> None:
    rows = waves.trend_rows("total", waves.QUARTERS, RISE)
    axes = trend_chart(followed(rows, wave_checks=waves.check_rows(alike=False)))
    (panel,) = axes.child_axes
    places = [line.get_xdata()[0] for line in panel.lines if line.get_color() == LIGHT.bad]
    assert places == [1.5]
    assert any("≠" in text.get_text() for text in axes.texts)
    alike = trend_chart(followed(rows, wave_checks=waves.check_rows()))
    assert not any("≠" in text.get_text() for text in (*alike.texts, *alike.child_axes[0].texts))


def test_the_total_comes_first_and_of_many_units_the_upper_levels() -> None:
    content = leagues.thirty()
    paths = [name for name in content.across["ranks"]["unit"].unique() if name.count(" / ") == 2]
    rows = [row for path in paths for row in waves.trend_rows(path, waves.QUARTERS, RISE)]
    rows += waves.trend_rows("Services / Banks", waves.QUARTERS, RISE)
    rows += waves.trend_rows("Services", waves.QUARTERS, RISE)
    rows += waves.trend_rows("total", waves.QUARTERS, RISE)
    content = replace(content, across={"trend": leagues.across("trend", rows)})
    found = [line.label for line in wave_charts.lines(content, "en")]
    assert found[:4] == ["Total", "Services", "Services · Banks", "Services · Banks · Bank A"]
    axes = trend_chart(content)
    assert len(axes.child_axes) == wave_charts.MOST_PANELS
    limits = {panel.get_ylim() for panel in axes.child_axes}
    assert len(limits) == 1  # one scale for all


def bars(axes: Axes) -> list[tuple[float, float, str]]:
    """Start, length and colour of every bar."""
    return [
        (patch.get_x(), patch.get_width(), matplotlib.colors.to_hex(patch.get_facecolor()))
        for patch in axes.patches
        if isinstance(patch, Rectangle)
    ]


def test_every_part_begins_where_the_one_before_ends_and_all_end_at_the_total() -> None:
    axes = waterfall_chart(waves.with_waves(samples.acsi()))
    *parts, total = bars(axes)
    assert [colour for *_, colour in parts] == [LIGHT.accent, LIGHT.accent, LIGHT.series_2]
    assert [start for start, *_ in parts] == pytest.approx([0.0, 1.2, 0.8])
    assert sum(length for _, length, _ in parts) == pytest.approx(1.4)
    assert total[:2] == (0.0, pytest.approx(1.4))
    spans = [tuple(line.get_xdata()) for line in axes.lines if len(set(line.get_ydata())) == 1]
    assert any(np.allclose(span, (0.8 - 0.4 - 0.6 + 0.4, 1.2 - 0.4 + 0.6)) for span in spans)
    assert {"+1.2", "\u22120.4", "+0.6", "+1.4"} <= {text.get_text() for text in axes.texts}


def test_effects_and_rest_are_drawn_one_by_one_where_no_sum_is_stored() -> None:
    rows = [
        row
        for row in waves.decomposition_rows("total", ("a", "b"))
        if row["part"] != "effect_and_unexplained"
    ]
    content = followed([], decomposition=rows)
    *parts, _ = bars(waterfall_chart(content))
    assert [length for _, length, _ in parts] == pytest.approx([1.2, -0.4, 0.9, 0.2, -0.5])
    assert parts[-1][0] + parts[-1][1] == pytest.approx(1.4)


def test_the_last_change_of_the_total_is_drawn_and_never_the_whole_span() -> None:
    pairs = [("w1", "w2"), ("w2", "w3"), ("w1", "w3")]
    rows = [row for unit in ("A", "total") for pair in pairs for row in waves.decomposition_rows(unit, pair)]
    found = wave_charts.changes(followed([], decomposition=rows))
    assert [(change.unit, change.wave_1, change.wave_2) for change in found][:3] == [
        ("total", "w2", "w3"), ("total", "w1", "w2"), ("total", "w1", "w3"),
    ]  # fmt: skip
    axes = waterfall_chart(followed([], decomposition=rows))
    assert any("w2 to w3" in text.get_text() for text in axes.texts)


def test_without_a_total_the_largest_change_is_drawn() -> None:
    rows = [
        row | {"contribution": factor * row["contribution"]}
        for unit, factor in (("A", 1.0), ("B", -3.0), ("C", 2.0))
        for row in waves.decomposition_rows(unit, ("w1", "w2"))
    ]
    assert [change.unit for change in wave_charts.changes(followed([], decomposition=rows))] == [
        "B",
        "C",
        "A",
    ]


def test_a_change_without_numbers_is_named_not_drawn() -> None:
    rows = [
        row | {"contribution": math.nan, "ci_lower": math.nan, "ci_upper": math.nan, "why": "w1: suppressed"}
        for row in waves.decomposition_rows("total", ("w1", "w2"))
    ]
    axes = waterfall_chart(followed([], decomposition=rows))
    assert not bars(axes)
    assert [text.get_text() for text in axes.texts].count("no value") == 4
