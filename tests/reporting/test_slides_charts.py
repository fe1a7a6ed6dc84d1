"""Native charts on slides: their numbers are the stored ones, in the chart and in the workbook inside."""

from __future__ import annotations

import math

import pytest
import slides_reading as reading
from pptx import Presentation

from csi_model.reporting import theme
from csi_model.reporting.native.chart import NativeChart, Series
from csi_model.reporting.native.charts import native_charts
from csi_model.reporting.outline.blocks import Figure
from csi_model.reporting.outline.whole import outline
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.charts import draw_chart
from csi_model.reporting.slides.drawn_rows import MOST_ROWS, drawn_rows, in_parts, limits, rounded, steps
from csi_model.reporting.slides.style import Style

AREA = Area(left=40, top=100, width=600, height=340)
STYLE = Style(language="en", palette=theme.LIGHT)
NUMBERS = [("waves", "zh"), ("suppressed", "en"), pytest.param("plain", "en", marks=pytest.mark.slow)]
HEAD = ["idx", "order", "tx", "spPr"]
LABELS = ["dPt", "dLbls", "trendline", "errBars"]
ORDER = {
    "bar": [*HEAD, "invertIfNegative", *LABELS, "cat", "val"],
    "line": [*HEAD, "marker", *LABELS, "cat", "val", "smooth"],
    "scatter": [*HEAD, "marker", *LABELS, "xVal", "yVal", "smooth"],
}
"""Children of a series as the schema orders them."""


def bars(**changed: object) -> NativeChart:
    series = Series(
        name="Index", values=(71.25, 20.5, None), lower=(70.0, 19.0, None), upper=(72.0, 22.5, None)
    )
    given: dict[str, object] = {
        "key": "index", "title": "Index", "kind": "bar", "categories": ("Quality", "Value", "Hidden"),
        "series": (series,), "low": 0.0, "high": 100.0, "table": "index",
    }  # fmt: skip
    return NativeChart(**(given | changed))  # type: ignore[arg-type]


def drawn(chart: NativeChart) -> object:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    return draw_chart(slide, AREA, chart, STYLE).chart


def of_chart(chart: NativeChart) -> dict[str, dict[str, list[float]]]:
    """Every number of a chart as data: series > place > numbers that are there."""
    made = {}
    for one in chart.series:
        made[one.name] = {
            name: [value for value in getattr(one, name) if value is not None]
            for name in ("values", "lower", "upper", "across", "across_lower", "across_upper")
        }
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), NUMBERS)
def test_every_number_of_the_deck_is_a_number_of_the_chart_as_data(name: str, language: str) -> None:
    natives = native_charts(reading.content(name), language)
    found = reading.charts(name, language)
    shown_ones = {b.chart for b in outline(reading.content(name), language).blocks() if isinstance(b, Figure)}
    assert shown_ones >= {"index", "drivers", "impacts"}
    for key in shown_ones & natives.keys():
        assert natives[key].title in found, key
    for chart in natives.values():
        if chart.title not in found:
            continue
        allowed = {v for one in of_chart(chart).values() for values in one.values() for v in values}
        shown: set[float] = set()
        for made in found[chart.title]:
            for series in reading.elements(made):
                axis = ("c:xVal",) if chart.kind == "dots" else ("c:val", "c:yVal", "c:xVal")
                numbers = {v for one in axis for v in reading.points(series, one).values()}
                names = series.find("c:tx", reading.SPACES).xpath("string()")
                if "Names" not in names and "名称" not in names:
                    assert numbers <= allowed, (chart.key, names)
                    shown |= numbers
        values = {v for one in of_chart(chart).values() for v in one["values"]}
        assert values <= shown, chart.key


def test_error_bars_reach_both_ends_of_the_interval() -> None:
    series = reading.elements(drawn(bars()))[0]
    holder = series.find("c:errBars", reading.SPACES)
    minus, plus = (reading.points(holder, f"c:{name}") for name in ("minus", "plus"))
    assert minus == {0: pytest.approx(1.25), 1: pytest.approx(1.5)}
    assert plus == {0: pytest.approx(0.75), 1: pytest.approx(2.0)}


def test_the_workbook_holds_the_stored_cells_and_formulas_for_the_lengths() -> None:
    sheet = reading.book(drawn(bars()))
    assert [cell.value for cell in sheet["A"]][1:3] == ["Quality", "Value"]
    assert [cell.value for cell in sheet["B"]][1:3] == [71.25, 20.5]
    assert [cell.value for cell in sheet["D"]][1:3] == [70.0, 19.0]
    assert [cell.value for cell in sheet["E"]][1:3] == [72.0, 22.5]
    assert sheet["F2"].value == "=B2-D2"
    assert sheet["G2"].value == "=E2-B2"


@pytest.mark.parametrize("kind", ["bar", "dots", "stacked"])
def test_a_row_without_a_number_is_in_neither_chart_nor_workbook(kind: str) -> None:
    chart = drawn(bars(kind=kind))
    xml = chart.part._element.xpath("string()")  # type: ignore[attr-defined]
    assert "Quality" in xml
    assert "Hidden" not in xml
    cells = [cell.value for row in reading.book(chart).iter_rows() for cell in row]
    assert "Hidden" not in cells


def test_suppressed_firms_are_in_no_chart_and_no_workbook() -> None:
    labels = reading.content("suppressed").group_labels["firm"]
    for found in reading.charts("suppressed").values():
        for chart in found:
            words = " ".join(e.text or "" for e in chart._chartSpace.iter())
            cells = " ".join(str(c.value) for row in reading.book(chart).iter_rows() for c in row)
            for hidden in ("Alder", "Cedar", "Dogwood"):
                assert labels.get(hidden, hidden) not in words + cells


@pytest.mark.parametrize("kind", ["bar", "stacked", "line"])
def test_children_of_a_series_stand_in_the_order_of_the_schema(kind: str) -> None:
    order = ORDER["line" if kind == "line" else "bar"]
    for series in reading.elements(drawn(bars(kind=kind))):
        places = [order.index(one.tag.rpartition("}")[2]) for one in series]
        assert places == sorted(places)


def test_children_of_points_stand_in_the_order_of_the_schema() -> None:
    for found in reading.charts("waves", "zh").values():
        for chart in found:
            if chart._chartSpace.find(".//c:scatterChart", reading.SPACES) is None:
                continue
            for series in reading.elements(chart):
                places = [ORDER["scatter"].index(one.tag.rpartition("}")[2]) for one in series]
                assert places == sorted(places)


def test_the_first_bar_stands_at_the_top_and_the_axis_at_the_bottom() -> None:
    chart = drawn(bars())
    assert chart.category_axis.reverse_order  # type: ignore[attr-defined]
    crossing = chart.value_axis._element.find("c:crosses", reading.SPACES)  # type: ignore[attr-defined]
    assert crossing.get("val") == "max"


def test_the_first_dot_stands_at_the_top_with_its_name_and_interval() -> None:
    chart = drawn(bars(kind="dots"))
    lines, dots, names = reading.elements(chart)
    assert reading.points(dots, "c:xVal") == {0: 71.25, 1: 20.5}
    assert reading.points(dots, "c:yVal") == {0: 2.0, 1: 1.0}
    assert reading.points(lines, "c:xVal") == {0: 70.0, 1: 72.0, 3: 19.0, 4: 22.5}
    assert "Quality" in "".join(names.find("c:dLbls", reading.SPACES).itertext())


def test_the_lines_of_the_quadrants_cross_where_the_data_say() -> None:
    series = Series(name="keep up", values=(75.0, 70.0), across=(0.7, 0.3), points=("Quality", "Value"))
    chart = drawn(
        bars(kind="scatter", categories=(), series=(series,), cross_x=0.5, cross_y=72.5, low=60.0, high=80.0)
    )
    across, upward = chart._chartSpace.findall(".//c:valAx", reading.SPACES)  # type: ignore[attr-defined]
    assert float(across.find("c:crossesAt", reading.SPACES).get("val")) == 72.5
    assert float(upward.find("c:crossesAt", reading.SPACES).get("val")) == 0.5


def test_names_of_near_points_do_not_cover_each_other() -> None:
    series = Series(
        name="keep up", values=(75.0, 75.0), across=(0.5, 0.52), points=("Quality of all", "Value")
    )
    far = Series(name="low", values=(61.0,), across=(0.1,), points=("Image",))
    chart = drawn(bars(kind="scatter", categories=(), series=(series, far), low=60.0, high=80.0))
    sides = [
        one.get("val")
        for one in chart._chartSpace.iterfind(".//c:dLbl/c:dLblPos", reading.SPACES)  # type: ignore[attr-defined]
    ]
    assert len(sides) == 3
    assert sides[0] != sides[1]


def test_a_formula_stays_text_in_the_workbook() -> None:
    evil = '=HYPERLINK("http://x")'
    sheet = reading.book(drawn(bars(categories=(evil, "b\x07ell", "Hidden"))))
    assert sheet["A2"].value == evil
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].value == "bell"


def test_many_rows_stand_on_several_slides_on_one_scale() -> None:
    count = 2 * MOST_ROWS
    series = Series(name="Index", values=tuple(50.0 + k / 2 for k in range(count)))
    chart = bars(
        kind="dots",
        categories=tuple(f"Firm {k}" for k in range(count)),
        series=(series,),
        low=None,
        high=None,
    )
    made = in_parts(chart)
    assert len(made) > 1
    assert [name for one in made for name in one.categories] == list(chart.categories)
    assert [v for one in made for v in one.series[0].values] == list(series.values)
    assert len({limits(one, one.series, whole=False) for one in made}) == 1


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (66.9, 78.4), (-21.3, 4.2), (5.0, 5.0), (1e-4, 3e-4)])
def test_axes_end_on_their_steps(low: float, high: float) -> None:
    first, last = rounded(low, high)
    step = steps(first, last)
    assert first <= low <= high <= last
    for end in (first, last):
        assert math.isclose(end / step, round(end / step), abs_tol=1e-6)
    assert 2 <= round((last - first) / step) <= 13


def test_the_series_take_the_colours_of_their_roles() -> None:
    series = reading.elements(drawn(bars()))[0]
    fill = series.find("c:spPr/a:solidFill", reading.SPACES)
    assert fill[0].get("val") == "accent1"
    tinted = bars(series=(Series(name="Index", values=(1.0, 2.0, 3.0), role="accent", tint=0.5),))
    fill = reading.elements(drawn(tinted))[0].find("c:spPr/a:solidFill", reading.SPACES)
    assert fill[0].get("val") == "80B8D8"


def test_rows_keep_the_mark_of_a_gap() -> None:
    series = Series(name="Index", values=(1.0, None, 2.0))
    rows = drawn_rows(bars(categories=("first", "⋯", "last"), series=(series,)))
    assert rows.categories == ("first", "⋯", "last")
