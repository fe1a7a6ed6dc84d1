"""Charts of leagues: what stands in them, what must not, and what is drawn of hundreds of units."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import league_samples as leagues
import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
import report_samples as samples
import wave_samples as waves
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from csi_model.reporting import charts as charts_module
from csi_model.reporting import fonts, heat_map, league_charts, league_rows, rank_charts, small_multiples
from csi_model.reporting.charts import (
    CHARTS,
    charts,
    driver_maps,
    gap_chart,
    league_chart,
    rank_chart,
    svg,
    trend_chart,
    waterfall_chart,
)
from csi_model.reporting.content import Content
from csi_model.reporting.theme import LIGHT

NAN = math.nan
NAMES = {"league", "ranks", "gap", "heatmap", "driver_maps", "trend", "waterfall"}
ALL = [league_chart, gap_chart, rank_chart, heat_map.heat_map, driver_maps, trend_chart, waterfall_chart]


def figure_of(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def texts(axes: Axes) -> list[str]:
    """All texts, those of panels within the axes included, in the order of drawing."""
    return [text.get_text() for one in (axes, *axes.child_axes) for text in one.texts]


def points(axes: Axes, marker: str = "o") -> list[tuple[float, bool]]:
    """Place across of every marker and whether it is filled, in the order of drawing."""
    return [
        (float(np.asarray(line.get_xdata())[0]), line.get_color() != LIGHT.paper)
        for line in axes.lines
        if line.get_marker() == marker
    ]


def changed(content: Content, table: str, **cells: object) -> Content:
    """The same study with some columns of a table about the survey as a whole set to one value."""
    return replace(content, across={**content.across, table: content.across[table].assign(**cells)})


def test_units_stand_by_their_index_and_suppressed_ones_last() -> None:
    found = texts(league_chart(leagues.four()))
    names = [text for text in found if text in {"Alder", "Birch", "Cedar", "Dogwood"}]
    assert names == ["Birch", "Alder", "Cedar", "Dogwood"]
    assert found.count("suppressed") == 1


def test_a_rank_stands_as_its_interval_and_alone_only_where_it_is_certain() -> None:
    found = texts(league_chart(leagues.four()))
    assert found.count("1 to 2") == 2
    assert "3" in found  # below both others: an interval of one rank
    assert not {"1", "2"} & set(found)


def test_filled_markers_are_the_units_that_may_lead() -> None:
    content = leagues.four()
    ranks = content.across["ranks"].set_index("unit")
    drawn = points(league_chart(content))
    assert drawn == [
        (ranks.loc[name, "index"], bool(ranks.loc[name, "may_lead"])) for name in ("Birch", "Alder", "Cedar")
    ]
    assert [filled for _, filled in drawn] == [True, True, False]


def test_a_number_of_a_suppressed_unit_is_shown_nowhere_even_if_it_is_stored() -> None:
    content = leagues.four()
    frame = content.tables["index"].copy()
    hidden = frame["firm"] == "Dogwood"
    frame.loc[hidden, ["index", "ci_lower", "ci_upper"]] = 98.7
    ranks = content.across["ranks"].copy()
    ranks.loc[ranks["unit"] == "Dogwood", ["index", "rank", "rank_lower", "rank_upper"]] = [98.7, 1, 1, 1]
    content = replace(
        content,
        tables={**content.tables, "index": frame},
        across={**content.across, "ranks": ranks},
    )
    for draw in (league_chart, heat_map.heat_map):
        axes = draw(content)
        assert "98.7" not in svg(figure_of(axes))
        assert axes.get_xlim()[1] < 90
    names = [text for text in texts(league_chart(content)) if text in {"Birch", "Dogwood"}]
    assert names == ["Birch", "Dogwood"]


def test_blocks_are_those_of_the_ranks_each_with_its_own_score() -> None:
    content = leagues.thirty()
    found = league_rows.blocks(content, "en")
    assert [block.label for block in found] == [
        "Services · Banks", "Services · Insurers", "Services · Airlines", "Services · Hotels",
        "Goods · Bakers",
    ]  # fmt: skip
    for block in found:
        known = [unit.index for unit in block.units if unit.known]
        assert known == sorted(known, reverse=True)
        assert [unit.known for unit in block.units] == sorted(
            (unit.known for unit in block.units), reverse=True
        )
        assert all(unit.rank["within"] == block.name for unit in block.units if unit.known)
        mean = np.mean([unit.index for unit in block.units if unit.known])
        assert block.score["index"] == pytest.approx(mean)
    written = texts(league_chart(content))
    assert written.index("Services · Hotels") < written.index("Hotel B") < written.index("Goods · Bakers")
    assert len(points(league_chart(content), "D")) == 5


def test_where_low_is_good_the_lowest_comes_first() -> None:
    content = replace(leagues.four(), low_is_good=frozenset({"satisfaction"}))
    (block,) = league_rows.blocks(content, "en")
    assert [unit.label for unit in block.units] == ["Cedar", "Alder", "Birch", "Dogwood"]


def test_targets_and_the_total_are_lines_with_names() -> None:
    content = leagues.four()
    axes = league_chart(content)
    upright = [line.get_xdata()[0] for line in axes.lines if list(line.get_ydata()) == [0, 1]]
    total = content.across["aggregates"].query("construct == 'satisfaction'")["index"].iloc[0]
    assert upright == pytest.approx([total, 75.0])
    assert {"Target 2026 75.0", f"total {total:.1f}"} <= set(texts(axes))
    assert "2026年目标 75.0" in texts(league_chart(content, language="zh"))
    none = replace(content, manifest={**content.manifest, "report": {"benchmarks": [{"construct": "value"}]}})
    assert not any("Target" in text for text in texts(league_chart(none)))


def test_names_of_lines_close_together_stand_above_each_other() -> None:
    marks = [{"construct": "satisfaction", "value": 75 + k / 10, "label": f"Target {k}"} for k in range(3)]
    content = replace(leagues.four(), manifest={"report": {"benchmarks": marks}})
    heights = [text.xyann[1] for text in league_chart(content).texts if "Target" in text.get_text()]
    assert len(set(heights)) == 3


def test_gaps_begin_with_the_leader_and_are_filled_where_clear() -> None:
    content = leagues.four()
    frame = content.across["differences"].query("kind == 'best'").set_index("unit_2")
    axes = gap_chart(content)
    assert points(axes) == [
        (frame.loc[name, "difference"], frame.loc[name, "verdict"] == "lower")
        for name in ("Birch", "Alder", "Cedar")
    ]
    spans = [tuple(line.get_xdata()) for line in axes.lines if len(set(line.get_ydata())) == 1][:6]
    ends = (frame.loc["Cedar", "simultaneous_lower"], frame.loc["Cedar", "simultaneous_upper"])
    assert ends in spans
    assert {"+2.6", "\u22122.6"} <= set(texts(axes))


def test_of_many_units_the_nearest_gaps_are_drawn() -> None:
    content = leagues.flat(42)
    assert len(league_charts.gap_rows(content)) == 41  # one is suppressed
    assert len(points(gap_chart(content))) == league_charts.NEAREST
    drawn = [place for place, _ in points(gap_chart(content))]
    assert drawn == sorted(drawn, reverse=True)


def test_a_gap_within_the_block_is_preferred_to_one_among_all() -> None:
    content = leagues.thirty()
    name = "Services / Banks / Bank A"
    inside = leagues.difference("best", "Services / Banks / Bank B", name, 76.0, 73.5, 1.0)
    frame = content.across["differences"]
    extra = leagues.across("differences", [inside])
    both = (frame, extra), (extra, frame)
    for order in both:
        joined = pd.concat(order, ignore_index=True)
        rows = league_charts.gap_rows(replace(content, across={**content.across, "differences": joined}))
        found = {row["unit_2"]: row["unit_1"] for row in rows}
        assert found[name] == "Services / Banks / Bank B"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "<1%"),
        (0.004, "<1%"),
        (0.0149, "1%"),
        (0.5, "50%"),
        (0.996, ">99%"),
        (1.0, ">99%"),
        (math.nan, ""),
    ],
)
def test_a_probability_near_the_ends_is_not_told_as_certain(share: float, words: str) -> None:
    assert rank_charts.chance_words(share) == words


def test_probabilities_of_ranks_with_the_frame_of_the_rank_interval() -> None:
    content = leagues.four()
    found = rank_charts.chances(content, "en")
    assert [unit.label for unit in found] == ["Birch", "Alder", "Cedar"]
    stored = content.across["rank_probabilities"].query("unit == 'Alder'")
    assert found[1].by_rank == dict(zip(stored["rank"], stored["probability"], strict=True))
    patches = [patch for patch in rank_chart(content).patches if isinstance(patch, Rectangle)]
    frames = [patch for patch in patches if patch.get_edgecolor() == matplotlib.colors.to_rgba(LIGHT.ink)]
    spans = [(frame.get_x() + 0.5, frame.get_x() + frame.get_width() - 0.5) for frame in frames]
    assert spans == [(1, 2), (1, 2), (3, 3)]


def test_of_many_units_those_most_likely_first_are_drawn() -> None:
    content = leagues.thirty()
    ranks = content.across["ranks"].query("within == 'all'").sort_values("p_first", ascending=False)
    found = rank_charts.chances(content, "en")
    assert {unit.rank["unit"] for unit in found} == set(ranks["unit"].iloc[: rank_charts.MOST_UNITS])
    values = [unit.rank["index"] for unit in found]
    assert values == sorted(values, reverse=True)


def test_cells_are_coloured_only_where_a_difference_is_clear_and_by_what_is_good() -> None:
    content = leagues.four()
    rest = [
        leagues.difference("rest", "all others", unit, 70.0, 70.0 + gap, 1.0, construct=of, verdict=verdict)
        for unit, of, gap, verdict in (
            ("Alder", "satisfaction", 3.0, "higher"), ("Birch", "satisfaction", 3.0, "no clear difference"),
            ("Alder", "complaints", 3.0, "higher"), ("Birch", "complaints", -3.0, "lower"),
        )
    ]  # fmt: skip
    content = replace(content, across={**content.across, "differences": leagues.across("differences", rest)})
    axes = heat_map.heat_map(content)
    cells = {
        (round(p.get_x() + 0.48), round(p.get_y() + 0.44)): matplotlib.colors.to_hex(p.get_facecolor())
        for p in axes.patches
        if isinstance(p, Rectangle) and p.get_width() == pytest.approx(0.96)
    }
    satisfaction, complaints = (samples.CONSTRUCTS.index(name) for name in ("satisfaction", "complaints"))
    birch, alder = 0, 1
    assert cells == {
        (satisfaction, alder): LIGHT.accent,
        (complaints, alder): LIGHT.series_2,
        (complaints, birch): LIGHT.accent,
    }
    stored = content.tables["index"].query("firm == 'Cedar' and weights_from == 'pooled'")["index"]
    assert {f"{value:.1f}" for value in stored} <= set(texts(axes))


def test_without_tests_no_cell_is_coloured_and_the_map_says_so() -> None:
    content = replace(leagues.four(), across={"ranks": leagues.four().across["ranks"]})
    axes = heat_map.heat_map(content)
    assert not axes.patches
    assert any("not tested" in text for text in texts(axes))


def test_of_many_units_the_map_shows_the_level_above_or_both_ends() -> None:
    shown = heat_map.heat(leagues.many(52), "en")
    assert (shown.part, shown.level) == ("level", "industry")
    assert [row.label for row in shown.rows] == [f"Sector {k // 4 + 1} · Industry {k + 1}" for k in range(6)]
    flat = heat_map.heat(leagues.flat(52), "en")
    values = [row.values["satisfaction"] for row in flat.rows if row.values]
    assert (flat.part, len(values)) == ("ends", heat_map.MOST_ROWS)
    assert values == sorted(values, reverse=True)
    (block,) = league_rows.blocks(leagues.flat(52), "en")
    known = [unit.index for unit in block.units if unit.known]
    assert (values[0], values[-1]) == (known[0], known[-1])


@pytest.mark.parametrize(
    "matrix",
    [
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    ],
)
def test_the_two_colours_of_the_map_stay_apart_for_the_colour_blind(
    matrix: tuple[tuple[float, ...], ...],
) -> None:
    # Machado, Oliveira & Fernandes (2009), IEEE TVCG 15(6), table 1, severity 1.0
    better, worse = (np.array(matplotlib.colors.to_rgb(c)) for c in (LIGHT.accent, LIGHT.series_2))
    seen = [np.clip(np.array(matrix) @ (0.46 * colour + 0.54), 0, 1) for colour in (better, worse)]
    assert np.linalg.norm(seen[0] - seen[1]) > 0.25


def test_driver_maps_show_the_largest_usable_units_with_one_number_a_driver() -> None:
    content = leagues.thirty()
    axes = driver_maps(content)
    assert len(axes.child_axes) == small_multiples.MOST_PANELS
    for panel in axes.child_axes:
        assert {"1", "2", "3"} <= {text.get_text() for text in panel.texts}
    assert "1 Customer expectations · 2 Perceived quality · 3 Perceived value" in texts(axes)
    sizes = {group.label: group.index["n"] for group, _ in small_multiples.usable_groups(content)}
    shown = [panel.label for panel in small_multiples.panels(content)]
    assert min(sizes[label] for label in shown) >= max(n for label, n in sizes.items() if label not in shown)


def test_numbers_of_drivers_keep_clear_of_points_and_of_each_other() -> None:
    axes = Figure(figsize=(3, 2)).add_subplot()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 100)
    size = (200.0, 100.0)
    crowded = [(0.50, 50.0), (0.55, 52.0), (0.48, 49.0), (0.52, 60.0)]
    moves = small_multiples.number_places(axes, crowded, size)
    spots = [(x * size[0], y / 100 * size[1]) for x, y in crowded]
    numbers = [(x + dx, y + dy) for (x, y), (dx, dy) in zip(spots, moves, strict=True)]
    for place, number in enumerate(numbers):
        others = [spot for k, spot in enumerate(spots) if k != place]
        assert min(math.dist(number, other) for other in (*others, *numbers[:place])) > 5.0


def test_driver_maps_leave_out_units_whose_effects_may_not_be_used() -> None:
    content = leagues.four()
    bad = samples.table("fit", [{"firm": "Birch"} | row for row in samples.fit_rows(admissible=0)], ("firm",))
    content = replace(content, tables={**content.tables, "fit": bad})
    assert [panel.label for panel in small_multiples.panels(content)] == ["Alder", "Cedar"]


@pytest.mark.parametrize("draw", ALL)
def test_charts_draw_into_given_axes(draw: Callable[..., Axes]) -> None:
    axes = Figure(figsize=(6, 4)).add_subplot()
    assert draw(waves.with_waves(leagues.four()), ax=axes) is axes


@pytest.fixture
def only_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the charts of units and waves alone."""
    chosen = {name: chart for name, chart in CHARTS.items() if name in NAMES}
    monkeypatch.setattr(charts_module, "CHARTS", chosen)


@pytest.mark.usefixtures("only_new")
def test_all_charts_of_a_league_are_described_and_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    content = waves.with_waves(leagues.four(leagues.CHINESE), alike=False)
    made = charts(content, "zh")
    assert set(made) == NAMES
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    assert charts(content, "zh") == made
    ids = [found for document in made.values() for found in re.findall(r'<[^<>]*\bid="([^"]+)"', document)]
    assert len(ids) == len(set(ids))
    for name in NAMES:
        root = ElementTree.fromstring(made[name])
        title, description = list(root)[:2]
        assert title.text
        assert len(str(description.text)) > 20
        assert "nan" not in "".join(root.itertext()).lower().split()
    assert "山茱萸银行" in made["league"]


@pytest.mark.parametrize("hidden", [[0, 1, 2, 3], [1, 2, 3]])
def test_a_league_of_suppressed_units_has_no_numbers(hidden: list[int]) -> None:
    content = leagues.league([(name,) for name in "ABCD"], ("firm",), hidden=hidden)
    written = texts(league_chart(content))
    assert written.count("suppressed") == len(hidden)
    assert "nan" not in " ".join(written)


def test_markup_in_names_of_units_is_only_text() -> None:
    evil = "<script>alert('x')</script> & $\\frac{1}{2}$"
    content = waves.with_waves(leagues.league([(evil,), ("B",), ("C",)], ("firm",)), [evil])
    for name in ("league", "heatmap", "trend"):
        document = svg(figure_of(CHARTS[name][0](content)), name=name)
        ElementTree.fromstring(document)
        assert "<script" not in document, name


def test_many_rows_are_thin() -> None:
    few, many = league_charts.look(league_charts.THIN), league_charts.look(league_charts.THIN + 1)
    assert many.step < few.step
    assert many.size < few.size
    assert many.step > many.size  # rows do not run into each other


@pytest.mark.slow
def test_four_hundred_units_make_a_tall_chart_of_all_of_them() -> None:
    axes = league_chart(leagues.many())
    assert len(points(axes)) == 398
    assert texts(axes).count("suppressed") == 2
    heights = sorted({round(float(line.get_ydata()[0])) for line in axes.lines if line.get_marker() == "o"})
    assert all(second > first for first, second in pairwise(heights))
