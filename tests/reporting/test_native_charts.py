"""Charts as data: their numbers are cells of stored tables, whatever the tables hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
import report_samples as samples
from gallery import CONTENTS, GALLERY
from league_samples import across

from csi_model.reporting.content import Content
from csi_model.reporting.native.chart import NativeChart
from csi_model.reporting.native.charts import BUILDERS, native_charts
from csi_model.reporting.native.phrases import NATIVE

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def content_of(name: str) -> Content:
    return GALLERY[name]()


@cache
def charts_of(name: str, language: str) -> dict[str, NativeChart]:
    return native_charts(content_of(name), language)


def cells_of(content: Content, table: str) -> set[float]:
    """Every number that a table holds, by group, of all respondents, or across."""
    found: set[float] = set()
    for tables in (content.tables, content.pooled, content.across):
        frame = tables.get(table)
        for name in frame.columns if frame is not None else ():
            found |= set(pd.to_numeric(frame[name], errors="coerce").dropna().astype(float))
    return found


def numbers_of(chart: NativeChart) -> Iterable[float]:
    for one in chart.series:
        for values in (
            one.values, one.lower, one.upper, one.across, one.across_lower, one.across_upper,
        ):  # fmt: skip
            yield from (value for value in values if value is not None)


@pytest.mark.parametrize("name", CONTENTS)
def test_every_number_is_a_cell_of_its_table(name: str) -> None:
    content, charts = content_of(name), charts_of(name, "en")
    for key, chart in charts.items():
        assert chart.key == key
        tables = (chart.table, "index", "trend", "aggregates") if key == "league" else (chart.table,)
        known = set().union(*(cells_of(content, table) for table in tables))
        if key == "impacts":
            known |= {5 * value for value in known}
        assert all(value in known for value in numbers_of(chart)), key
        assert all(math.isfinite(value) for value in numbers_of(chart))
    if name not in {"empty", "one_item"}:
        assert {"index", "drivers", "impacts"} <= set(charts)
    assert bool(charts) == (name != "empty")


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_series_fit_their_categories(name: str, language: str) -> None:
    for chart in charts_of(name, language).values():
        assert chart.title
        assert chart.series
        for one in chart.series:
            count = len(one.values) if chart.kind == "scatter" else len(chart.categories)
            sizes = {len(v) for v in (one.values, one.lower, one.upper, one.across, one.points)}
            assert sizes <= {0, count}
            assert len(one.values) == count > 0
            assert bool(one.across) is bool(one.points) is (chart.kind == "scatter")
        assert chart.low is None or chart.high is None or chart.low < chart.high


def test_suppressed_groups_have_no_number_and_stand_in_the_note() -> None:
    content = samples.grouped()
    for language, words in (("en", "Suppressed"), ("zh", "样本不足，不公布")):
        chart = native_charts(content, language)["groups"]
        assert chart.categories == ("Processed food", "Airlines", "Internet providers", "Banks")
        series = chart.series[0]
        assert [series.values[2], series.lower[2], series.upper[2]] == [None] * 3
        assert series.values[0] == 77.243
        assert f"{words}" in chart.note
        assert "Internet providers" in chart.note


def test_a_number_that_a_suppressed_group_should_not_have_is_not_shown() -> None:
    content = samples.grouped()
    index = content.tables["index"].copy()
    index.loc[index["INDUSTRY"] == "3013", ["index", "ci_lower", "ci_upper"]] = 61.0625
    leaking = replace(content, tables={**content.tables, "index": index})
    assert 61.0625 not in set(numbers_of(native_charts(leaking, "en")["groups"]))


def test_of_many_units_the_best_and_the_worst_are_shown() -> None:
    content, chart = content_of("four_hundred"), charts_of("four_hundred", "en")["league"]
    merged = [
        next((value for value in values if value is not None), None)
        for values in zip(*(one.values for one in chart.series), strict=True)
    ]
    assert len(merged) == 36
    assert merged[25] is None
    shown = [value for value in merged if value is not None]
    assert shown == sorted(shown, reverse=True)
    ranks = content.across["ranks"]
    every = sorted(
        ranks.loc[(ranks["construct"] == "satisfaction") & (ranks["within"] == "all"), "index"].dropna(),
        reverse=True,
    )
    assert shown == [*every[:25], *every[-10:]]
    assert f"Of {len(every)} units" in chart.note
    assert "Suppressed" in chart.note


def test_the_driver_map_crosses_at_the_means() -> None:
    chart = native_charts(samples.acsi(), "en")["drivers"]
    assert chart.cross_x == pytest.approx((0.743 + 0.978 + 0.463) / 3)
    assert chart.cross_y == pytest.approx((79.512 + 76.043 + 72.734) / 3)
    assert {one.name: one.role for one in chart.series} == {
        "improve first": "bad", "keep up": "accent", "low priority": "muted",
    }  # fmt: skip
    assert [one.points for one in chart.series] == [
        ("Perceived quality",), ("Customer expectations",), ("Perceived value",),
    ]  # fmt: skip
    quality = chart.series[0]
    assert (quality.across, quality.values) == ((0.978,), (76.043,))
    assert (quality.across_lower, quality.across_upper) == ((0.978 - 0.07,), (0.978 + 0.07,))


def test_drivers_of_an_unsound_fit_are_marked() -> None:
    for language, words in (("en", "must not be used"), ("zh", "不可使用")):
        charts = native_charts(samples.inadmissible(), language)
        assert words in charts["drivers"].note
        assert words in charts["impacts"].note
        assert words not in native_charts(samples.acsi(), language)["drivers"].note


def test_impacts_come_largest_first_with_five_times_the_interval() -> None:
    chart = native_charts(samples.acsi(), "en")["impacts"]
    assert chart.categories == ("Perceived quality", "Customer expectations", "Perceived value")
    assert chart.series[0].values == (5 * 0.978, 5 * 0.743, 5 * 0.463)
    assert chart.series[0].lower == tuple(5 * (value - 0.07) for value in (0.978, 0.743, 0.463))


def test_waves_stand_in_stored_order_and_the_total_comes_last() -> None:
    content, charts = content_of("waves"), charts_of("waves", "en")
    assert charts["trend"].categories == tuple(dict.fromkeys(content.across["trend"]["wave"]))
    assert charts["trend"].series[0].name == "Total"
    assert charts["trend"].kind == "line"
    assert charts["waterfall"].categories[-1] == "total change"
    assert "not the same" in charts["trend"].note


def with_answers() -> Content:
    rows = [
        {"indicator": name, "answer": str(step), "respondents": 10 * step, "share": step / 55}
        for name in ("OVERALLX", "CUSTOMX")
        for step in range(1, 11)
    ]
    rows += [{"indicator": "COMP", "answer": str(k), "respondents": 5, "share": 0.5} for k in (0, 1)]
    rows.append({"indicator": "REPUR", "answer": "", "share": None, "why": "nobody answered"})
    return samples.acsi(across={"answers": across("answers", rows)})


def test_answers_are_stacked_for_the_questions_of_the_usual_scale() -> None:
    chart = native_charts(with_answers(), "en")["answers"]
    assert chart.kind == "stacked"
    assert chart.categories == ("Expected overall quality", "CUSTOMX")
    assert [one.name for one in chart.series] == [str(step) for step in range(1, 11)]
    for place in range(2):
        assert sum(one.values[place] or 0 for one in chart.series) == pytest.approx(1)
    assert chart.series[9].values == (10 / 55, 10 / 55)
    assert "COMP" in chart.note
    tints = [one.tint for one in chart.series]
    assert tints == sorted(tints, reverse=True)
    assert "answers" not in native_charts(samples.acsi(), "en")


def net_promoters() -> Content:
    cells = {"item": "R", "counted": "0-6", "n": 100, "metric": "percent"}
    values = {"nps_detractors": 20.0, "nps_passives": 30.0, "nps_promoters": 50.0}
    rows = [
        {"measure": name, "unit": "all respondents", "value": value, **cells}
        for name, value in values.items()
    ]
    rows += [
        {"measure": name, "unit": "north", **cells, "value": None,
         "why": "suppressed: 12 respondents are fewer than the minimum base of 30"}
        for name in values
    ]  # fmt: skip
    rows.append({"measure": "nps", "unit": "all respondents", "value": 30.0, **cells, "metric": "score"})
    shares = [
        {"measure": "nps", "item": "R", "unit": "all respondents", "answer": str(step), "zone": "detractors",
         "share": 1 / 11}
        for step in range(11)
    ]  # fmt: skip
    tables = {"measures": across("measures", rows), "answer_shares": across("answer_shares", shares)}
    return samples.acsi(across=tables, by=("region",))


def test_the_zones_of_a_net_promoter_score_add_up() -> None:
    chart = native_charts(net_promoters(), "en")["answers_nps"]
    assert [(one.role, one.values) for one in chart.series] == [
        ("bad", (0.2, None)), ("faint", (0.3, None)), ("accent", (0.5, None)),
    ]  # fmt: skip
    assert "30.0" in chart.note
    assert "Suppressed" in chart.note


def test_rows_with_the_same_words_stay_rows_of_their_own() -> None:
    rows = [
        {"measure": "complaint_rate", "item": "C", "unit": unit, "metric": "percent", "value": value}
        for unit, value in (("all respondents", 10.0), ("1", 8.0), ("2", 12.0))
    ]
    content = samples.acsi(
        across={"measures": across("measures", rows)},
        by=("region",),
        group_labels={"region": {"1": "Other", "2": "Other"}},
    )
    chart = native_charts(content, "en")["complaint_rate"]
    assert chart.categories == ("All respondents", "Other", "Other")
    assert chart.series[0].values == (10.0, 8.0, 12.0)
    assert (chart.kind, chart.low, chart.high) == ("bar", 0.0, 100.0)


def test_builders_go_by_the_names_of_pictures() -> None:
    from csi_model.reporting.charts import CHARTS

    assert set(BUILDERS) - set(CHARTS) == {"differences"}


def test_phrases_are_in_both_languages() -> None:
    for key, one in NATIVE.items():
        assert key.startswith("native_")
        places = [sorted(re.findall(r"{(\w+)}", text)) for text in (one.en, one.zh)]
        assert places[0] == places[1], key
        assert not CHINESE.search(one.en), key
        assert CHINESE.search(one.zh) or not re.search("[a-z]{3}", re.sub(r"{\w+}", "", one.zh)), key
