"""Leagues, waves, what-ifs and precision on the page: sentences, tables, and what many units become."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import league_samples as leagues
import numpy as np
import pandas as pd
import pytest
import report_samples as samples
import wave_samples as waves
from page_outline import Outline, lines
from report_pages import page

from csi_model.reporting import (
    difference_sections,
    gain_sections,
    league_rows,
    league_sections,
    small_multiples,
    wave_sections,
)
from csi_model.reporting.content import Content
from csi_model.reporting.league_phrases import LEAGUE
from csi_model.reporting.outline import differing
from csi_model.reporting.wave_phrases import WAVES

SECTIONS = {"league", "waves", "whatif", "precision"}


def top(content: Content, language: str = "en") -> list[str]:
    found = league_rows.blocks(content, language)
    return list(league_sections.top_sentences(content, found, language))


def ranked(*units: tuple[str, float, bool, int, int]) -> Content:
    """Firms with their index, whether they may lead, and rank interval."""
    rows = [
        {"construct": "satisfaction", "level": "firm", "within": "all", "unit": name, "index": index,
         "rank": place + 1, "rank_lower": low, "rank_upper": high, "may_lead": lead, "units": len(units)}
        for place, (name, index, lead, low, high) in enumerate(units)
    ]  # fmt: skip
    return replace(samples.acsi(), by=("firm",), across={"ranks": leagues.across("ranks", rows)})


def test_the_units_that_cannot_be_told_apart_at_the_top_are_named_together() -> None:
    content = ranked(("A", 78.0, True, 1, 2), ("B", 77.0, True, 1, 2), ("C", 70.0, False, 3, 3))
    assert top(content) == ["A and B cannot be told apart at the top."]
    assert top(content, "zh") == ["位居前列的A和B之间无法区分。"]


def test_a_leader_is_named_alone_only_where_its_rank_is_certain() -> None:
    sure = ranked(("A", 78.0, True, 1, 1), ("B", 70.0, False, 2, 2))
    assert top(sure) == ["A leads: every other unit stands clearly below."]
    unsure = ranked(("A", 78.0, True, 1, 2), ("B", 77.0, False, 1, 2))
    assert top(unsure) == ["A has the highest index, 78.0 index points."]


def test_no_ranking_is_told_where_all_may_lead() -> None:
    content = ranked(("A", 78.0, True, 1, 2), ("B", 77.0, True, 1, 2))
    assert top(content) == [
        "None of the 2 units can be told apart from the leader: the scores give no ground for a ranking."
    ]
    assert top(ranked(("A", 78.0, True, 1, 1))) == []


def test_suppressed_units_are_named_without_numbers() -> None:
    found = top(leagues.four())
    assert "Suppressed for fewer than 30 respondents: Dogwood." in found
    rows = {row[0]: row[1:] for row in lines(league_sections.league_view(
        leagues.four(), league_rows.blocks(leagues.four(), "en"), "en"))}  # fmt: skip
    assert rows["Dogwood"] == ["–", "–", "12", "–", "", "", "", ""]
    assert rows["Cedar"][4:6] == ["3", "b"]
    assert list(rows)[-1] == "Dogwood"


def test_leaders_of_each_block_and_how_many_of_all_may_lead() -> None:
    content = leagues.thirty()
    found = top(content)
    assert found[0] == "Services · Banks: Bank B and Bank A cannot be told apart at the top."
    every = content.across["ranks"].query("within == 'all'")
    assert (
        f"Of all 28 units together, {every['may_lead'].sum()} cannot be told apart from the leader." in found
    )
    many = top(leagues.many(80))
    assert "marked ●" in many[0]
    assert not any("at the top" in text for text in many)


def test_aggregates_stand_under_what_they_belong_to_the_total_first() -> None:
    (piece,) = [p for p in league_sections.league_pieces(leagues.thirty(), "en") if "sectors" in p.title]
    heads = [row[0] for row in lines(piece.view)]
    one, two = "\u2003", "\u2003\u2003"
    assert heads == [
        "Total", one + "Services", two + "Banks", two + "Insurers", two + "Airlines", two + "Hotels",
        one + "Goods", two + "Bakers",
    ]  # fmt: skip
    stored = leagues.thirty().across["aggregates"].query("construct == 'satisfaction' and unit == 'total'")
    assert lines(piece.view)[0][1] == f"{stored['index'].iloc[0]:.1f}"


def test_aggregates_show_pooled_weights_with_own_ones_and_ranks_of_their_level_beside() -> None:
    content = leagues.thirty()
    pooled = content.across["aggregates"]
    own = pooled.assign(weights_from="group", index=pooled["index"] + 0.5)
    ranks = content.across["ranks"]
    row = {"construct": "satisfaction", "level": "sector", "within": "all", "unit": "Goods", "index": 71.9,
           "rank": 1, "rank_lower": 1, "rank_upper": 2}  # fmt: skip
    across = {
        **content.across,
        "aggregates": pd.concat([own, pooled]),
        "ranks": pd.concat([ranks, leagues.across("ranks", [row])]),
    }
    content = replace(content, across=across)
    (piece,) = [p for p in league_sections.league_pieces(content, "en") if "sectors" in p.title]
    cells = {row[0].strip(): row[1:5] for row in lines(piece.view)}
    value = pooled.query("construct == 'satisfaction' and unit == 'Goods'")["index"].iloc[0]
    assert cells["Goods"][0] == f"{value:.1f}"
    assert cells["Goods"][2:] == [f"{value + 0.5:.1f}", "1 to 2"]
    assert len(cells) == 8
    assert [block.name for block in league_rows.blocks(content, "en")] == [
        block.name for block in league_rows.blocks(leagues.thirty(), "en")
    ]


def test_scores_of_a_study_with_waves_are_those_of_the_last_one() -> None:
    content = leagues.four()
    index = content.tables["index"]
    both = pd.concat(
        [
            index.assign(year=year, index=index["index"] + shift)
            for year, shift in (("2024", 9.0), ("2023", 0.0))
        ]
    )
    rows = waves.trend_rows("Alder", ("2023", "2024"), [1.0, 2.0])
    content = replace(
        content,
        by=("year", "firm"),
        tables={**content.tables, "index": both},
        across={**content.across, "trend": leagues.across("trend", rows)},
        group_labels={"firm": {"Alder": "Alder Bank"}, "year": {"Alder": "no"}},
    )
    assert league_rows.wave_column(content) == "year"
    (block,) = league_rows.blocks(content, "en")
    ranked = leagues.four().across["ranks"].set_index("unit")["index"]
    assert {unit.label: round(unit.index - 9, 9) for unit in block.units if unit.known} == {
        "Birch": round(ranked["Birch"], 9), "Alder Bank": round(ranked["Alder"], 9),
        "Cedar": round(ranked["Cedar"], 9),
    }  # fmt: skip


def test_the_top_has_the_name_that_the_study_gives_it() -> None:
    content = replace(leagues.four(), manifest={"report": {"top": {"en": "Nation", "zh": "全国"}}})
    names = [league_rows.unit_label(content, "total", language) for language in ("en", "zh")]
    assert names == ["Nation", "全国"]
    assert league_rows.unit_label(leagues.four(), "total", "zh") == "总体"


def test_of_many_differences_the_clear_ones_come_first_the_largest_before_others() -> None:
    frame = leagues.many(80).across["differences"].query("kind == 'pair'")
    shown = difference_sections.largest(frame)
    assert len(shown) == difference_sections.MOST
    assert set(shown["verdict"]) <= {"higher", "lower"}
    sizes = shown["difference"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)
    rest = frame.drop(shown.index)
    clear = rest[rest["verdict"].isin(["higher", "lower"])]
    assert clear["difference"].abs().max() <= sizes[-1]
    few = frame.iloc[:10]
    assert difference_sections.largest(few) is few


def test_counts_of_differences_and_where_the_rest_stands() -> None:
    content = leagues.many(80)
    frame = content.across["differences"].query("kind == 'pair'")
    clear = frame["verdict"].isin(["higher", "lower"]).sum()
    (pairs,) = [
        p for p in difference_sections.difference_pieces(content, "en") if p.title == "Pairs of units"
    ]
    assert pairs.folded
    assert f"Of {len(frame)} differences tested, {clear} are clear." in pairs.says[0]
    assert "tables/differences.csv" in pairs.says[0]
    assert len(lines(pairs.view)) == difference_sections.MOST


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("yes", "may be read as differences"),
        ("partly", "comparable only in part"),
        ("no", "are not comparable"),
        ("not tested", "was not tested"),
    ],
)
def test_the_verdict_on_comparability_stands_with_the_differences(answer: str, words: str) -> None:
    content = leagues.four()
    frame = content.across["differences"].assign(comparable=answer)
    content = replace(content, across={**content.across, "differences": frame})
    found = list(difference_sections.difference_pieces(content, "en"))
    assert words in " ".join(found[0].says)
    cells = {row[-1] for row in lines(found[1].view)}
    assert cells == {{"yes": "✓ yes", "partly": "! partly", "no": "✕ no"}.get(answer, "not tested")}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("yes", "one footing for the groups that it compared"),
        ("partly", "only in part"),
        ("no", "not comparable"),
    ],
)
def test_groups_that_were_left_out_are_not_covered_by_the_verdict(answer: str, words: str) -> None:
    content = leagues.four()
    frame = content.across["differences"]
    left = (frame["unit_1"] == "Alder") | (frame["unit_2"] == "Alder")
    frame = frame.assign(comparable=np.where(left, "not tested", answer))
    content = replace(content, across={**content.across, "differences": frame})
    text = " ".join(next(difference_sections.difference_pieces(content, "en")).says)
    assert words in text
    assert "Where it says “not tested”, the check did not compare the groups" in text
    assert "all groups" not in text
    caution = differing.caution(content, "en")
    assert caution.startswith("Whether all of the units") == (answer == "yes")


def test_levels_with_different_verdicts_on_comparability_are_told_apart() -> None:
    content = leagues.thirty()
    industry = leagues.difference("rest", "all others", "Services / Banks", 71.0, 72.0, 1.0,
                                  comparable="not tested")  # fmt: skip
    frame = pd.concat([content.across["differences"], leagues.across("differences", [industry])])
    content = replace(content, across={**content.across, "differences": frame})
    told = next(difference_sections.difference_pieces(content, "en")).says
    assert [text.split(":")[0] for text in told] == ["firm", "industry"]
    assert "may be read as differences" in told[0]
    assert "was not tested" in told[1]


def test_a_difference_that_was_not_tested_has_its_reason() -> None:
    row = leagues.difference("rest", "all others", "Alder", 70.0, math.nan, 1.0)
    content = leagues.four()
    content = replace(content, across={**content.across, "differences": leagues.across("differences", [row])})
    (piece,) = list(difference_sections.difference_pieces(content, "en"))[1:]
    assert lines(piece.view)[0][3] == "–"
    assert piece.view is not None
    assert piece.view.notes == (leagues.HIDDEN,)


def test_there_are_only_the_sections_that_the_tables_fill() -> None:
    content = samples.grouped()
    for pieces in (
        league_sections.league_pieces,
        wave_sections.wave_pieces,
        gain_sections.what_if_pieces,
        gain_sections.precision_pieces,
        small_multiples.unit_driver_pieces,
    ):
        assert pieces(content, "en") == []


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.slow), "zh"])
def test_a_page_of_a_league(language: str) -> None:
    content = waves.with_what_if(waves.with_waves(leagues.four(leagues.CHINESE), alike=False))
    text = page(content, language)
    outline = Outline(text)
    ids = [found["id"] for _, found in outline.attributes if "id" in found]
    assert len(ids) == len(set(ids))
    links = {str(found["href"]).removeprefix("#") for tag, found in outline.attributes if tag == "a"}
    assert links & set(ids) >= SECTIONS
    figures = set(re.findall(r'<title id="(\w+)-title">', text))
    assert {"league", "ranks", "gap", "heatmap", "trend", "waterfall", "driver_maps"} <= figures
    assert "groups" not in figures  # the league takes its place
    if language == "zh":
        start, end = text.index('id="league"'), text.index('id="drivers"')
        headings = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", text[start:end])
        assert len(headings) > 8
        assert all(re.search(r"[\u4e00-\u9fff]", heading) for heading in headings)


def test_tables_and_tall_charts_are_printed_whole() -> None:
    style = Path(str(files("csi_model.reporting") / "templates" / "page.css")).read_text(encoding="utf-8")
    printed = style[style.index("@media print {\n") :]
    assert re.search(r"\.scroll[^{]*\.tall\b[^{]*{\s*overflow: visible; max-height: none;", printed)
    assert "clip-path" not in printed


@pytest.mark.parametrize("words", [LEAGUE, WAVES])
def test_both_languages_fill_in_the_same_values(words: dict[str, object]) -> None:
    for key, text in words.items():
        one, other = (set(re.findall(r"{(\w+)}", getattr(text, language))) for language in ("en", "zh"))
        assert one == other, key


@pytest.mark.slow
@pytest.mark.parametrize("make", [leagues.many, leagues.flat])
def test_a_page_of_four_hundred_units_stays_below_five_megabytes(make: object) -> None:
    assert callable(make)
    content = make()
    units = [unit for unit in content.across["aggregates"]["unit"].unique() if unit != "total"]
    content = waves.with_what_if(waves.with_waves(content, units))
    text = page(content)
    assert len(text.encode()) < 5_000_000
    Outline(text)
    assert "suppressed" in text
