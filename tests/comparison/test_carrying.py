"""Rolling updates: earlier scores stand in where a survey has nothing new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from unit_builders import BY, GDP, A, B, C, D, all_shares, four_firms, index_of, units

from csi_model.comparison.aggregate_tables import CARRIED, aggregate_frame, share_frame
from csi_model.comparison.aggregation import roll_up
from csi_model.comparison.score_frames import scores_of_aggregates, scores_of_index
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.standing import Standing
from csi_model.comparison.unit_scores import UnitScores
from csi_model.errors import UsageError
from csi_model.vocabulary import TABLES

NAN = float("nan")

NEW = {A: (80.0, 1.0), B: (70.0, 2.0), C: (60.0, 1.5)}
"""This quarter's survey: Services alone."""


def goods(index: float = 88.0, se: float = 0.5) -> UnitScores:
    return units({("Goods",): (index, se)}, "sector", n=900)


def shares(**changed: dict[str, float]) -> list[LevelShares]:
    """Shares of this quarter: firms and industries of Services, both sectors."""
    amounts: dict[str, dict[str, float]] = {
        "firm": {"A-Bank": 30, "B-Bank": 10, "C-Air": 7},
        "industry": {"Banks": 2, "Airlines": 3},
        "sector": GDP,
    }
    return [
        LevelShares(level=level, kind="revenue", amounts=one) for level, one in (amounts | changed).items()
    ]


def test_a_whole_sector_is_carried_over_as_the_number_it_was() -> None:
    rolled = roll_up(units(NEW), shares(), BY, previous=[goods()])
    sectors = rolled.at("sector")
    assert sectors.scores.names == ("Services", "Goods")
    assert sectors.scores.index[:, 0] == pytest.approx([67, 88])
    assert sectors.carried[:, 0].tolist() == [0, 1]
    assert sectors.came.tolist() == [False, True]
    # independent of what is new: .64 .94 + .04 .25
    assert index_of(rolled, "total") == pytest.approx(0.8 * 67 + 0.2 * 88)
    assert rolled.total.se[0, 0] ** 2 == pytest.approx(0.6116)
    assert rolled.at("total").carried[0, 0] == 1
    assert rolled.at("total").n[0, 0] == 300 + 900
    (note,) = rolled.findings
    assert (note.code, note.severity) == ("carried-over", "note")
    assert note.what.endswith("Goods.")
    frame = aggregate_frame(rolled).set_index("unit")
    assert frame.loc["Goods", "why"] == CARRIED
    assert frame.loc["Goods", "carried"] == 1
    assert frame.loc[["Services", "Goods"], "share_kind"].tolist() == ["revenue", ""]
    assert frame["units"].isna().tolist() == [False, False, False, True, False]
    assert share_frame(rolled)["unit"].tolist()[-2:] == ["Services", "Goods"]


def test_an_industry_is_carried_over_into_a_sector_that_is_new() -> None:
    earlier = units({("Services", "Insurance"): (75.0, 1.0)}, "industry", n=500)
    amounts = {"Banks": 2.0, "Airlines": 3.0, "Insurance": 5.0}
    rolled = roll_up(units(NEW), shares(industry=amounts, sector={"Services": 1}), BY, previous=[earlier])
    assert index_of(rolled, "sector", "Services") == pytest.approx(0.2 * 77.5 + 0.3 * 60 + 0.5 * 75)
    assert rolled.at("sector").carried[0, 0] == 1
    assert rolled.at("sector").units[0, 0] == 3
    assert rolled.at("total").carried[0, 0] == 1


def test_an_industry_comes_though_its_sector_has_an_earlier_number_too() -> None:
    earlier = [
        units({("Services", "Insurance"): (75.0, 1.0)}, "industry"),
        units({("Services",): (50.0, 1.0)}, "sector"),
    ]
    given = shares(industry={"Banks": 2, "Airlines": 3, "Insurance": 5}, sector={"Services": 1})
    rolled = roll_up(units(NEW), given, BY, previous=earlier)
    assert index_of(rolled, "total") == pytest.approx(0.2 * 77.5 + 0.3 * 60 + 0.5 * 75)


def test_an_empty_earlier_industry_is_made_of_its_earlier_firms() -> None:
    earlier = [units({("Goods", "Food"): (NAN, NAN)}, "industry"), units({D: (90.0, 0.5)})]
    rolled = roll_up(units(NEW), all_shares(), BY, previous=earlier)
    assert rolled.at("industry").scores.keys.count(("Goods", "Food")) == 1
    assert index_of(rolled, "total") == pytest.approx(71.6)


def test_newer_always_wins() -> None:
    earlier = [units({A: (10.0, 9.0)}), units({("Services", "Banks"): (10.0, 9.0)}, "industry"), goods()]
    rolled = roll_up(units(NEW), shares(), BY, previous=earlier)
    assert index_of(rolled, "sector", "Services") == pytest.approx(67)
    assert rolled.at("industry").carried.sum() == 0


def test_the_highest_level_that_lacks_is_carried_alone() -> None:
    """All levels of an earlier roll-up: of Goods only the sector comes, not its industry and firm."""
    earlier = roll_up(four_firms(), all_shares(), BY)
    rolled = roll_up(units(NEW), shares(), BY, previous=earlier)
    assert rolled.at("firm").scores.keys == (A, B, C)
    assert [one.carried.sum() for one in rolled.levels] == [0, 0, 1, 1]
    assert index_of(rolled, "total") == pytest.approx(71.6)
    goods_then = earlier.at("sector").df[1, 0]
    assert rolled.at("sector").df[1, 0] == goods_then


def test_firms_are_carried_where_nothing_above_them_was_stored() -> None:
    rolled = roll_up(units(NEW), all_shares(), BY, previous=[units({D: (90.0, 0.5)})])
    assert rolled.at("firm").carried[:, 0].tolist() == [0, 0, 0, 1]
    assert index_of(rolled, "total") == pytest.approx(71.6)
    assert rolled.at("total").carried[0, 0] == 1


def test_what_was_carried_before_counts_once() -> None:
    first = roll_up(units(NEW), shares(), BY, previous=[goods()])
    amounts = {"Health": 1.0, "Services": 1.0, "Goods": 2.0}
    later = units({("Health", "Clinics", "E"): (50.0, 1.0)})
    given = [LevelShares(level="sector", kind="gdp", amounts=amounts)]
    rolled = roll_up(later, given, BY, previous=first)
    assert index_of(rolled, "total") == pytest.approx(0.25 * 50 + 0.25 * 67 + 0.5 * 88)
    assert rolled.at("total").carried[0, 0] == 2


def test_errors_that_earlier_units_share_are_kept() -> None:
    earlier = units({("Goods",): (88.0, 1.0), ("Health",): (70.0, 1.0)}, "sector")
    earlier = replace(earlier, covariance=np.array([[[1.0, 0.8], [0.8, 1.0]]]))
    rolled = roll_up(
        units(NEW), shares(sector={"Services": 2, "Goods": 1, "Health": 1}), BY, previous=[earlier]
    )
    # .25 .94 + .0625 (1 + 1 + 2 .8)
    assert rolled.total.se[0, 0] ** 2 == pytest.approx(0.25 * 0.94 + 0.0625 * 3.6)


def test_shares_must_cover_what_is_carried_over() -> None:
    with pytest.raises(UsageError, match="No amount is given for Goods"):
        roll_up(units(NEW), shares(sector={"Services": 80}), BY, previous=[goods()])


def test_a_unit_of_this_survey_without_a_number_is_not_replaced() -> None:
    rows = NEW | {B: (NAN, NAN)}
    rolled = roll_up(units(rows), shares(sector={"Services": 1}), BY, previous=[units({B: (50.0, 1.0)})])
    assert index_of(rolled, "industry", "Services / Banks") == 80
    assert {finding.code for finding in rolled.findings} == {"not-carried-over", "share-lost"}


def test_a_unit_that_had_no_number_then_loses_its_share() -> None:
    rolled = roll_up(units(NEW), shares(), BY, previous=[goods(NAN, NAN)])
    assert index_of(rolled, "total") == pytest.approx(67)
    assert rolled.at("total").measured[0, 0] == pytest.approx(0.8)
    assert rolled.at("total").carried[0, 0] == 0
    assert [finding.code for finding in rolled.findings] == ["share-lost"]


def test_constructs_are_matched_by_name() -> None:
    earlier = replace(
        units({("Goods",): (0.0, 1.0)}, "sector"),
        constructs=("loyalty", "satisfaction"),
        index=np.array([[11.0, 88.0]]),
        covariance=np.ones((2, 1, 1)),
    )
    rolled = roll_up(units(NEW), shares(), BY, previous=[earlier])
    assert index_of(rolled, "sector", "Goods") == 88
    two = replace(
        units(NEW),
        constructs=("satisfaction", "quality"),
        index=np.array([[80.0, 1], [70, 1], [60, 1]]),
        covariance=np.array([np.eye(3)] * 2),
    )
    both = roll_up(two, shares(), BY, previous=[goods()])
    assert np.isnan(both.at("sector").scores.index[1]).tolist() == [False, True]
    assert both.at("total").measured[0] == pytest.approx([1, 0.8])
    assert both.at("total").scores.index[0, 1] == pytest.approx(1)


MISTAKES: dict[str, tuple[list[Any], str]] = {
    "level": ([units({("X",): (70.0, 1.0)}, "region")], "'region', which is no level here"),
    "keys": ([units({("Goods", "Food"): (70.0, 1.0)}, "sector")], "other group columns: Goods / Food"),
    "twice": ([goods(), goods()], "sector are given twice"),
    "constructs": ([replace(goods(), constructs=("loyalty",))], "of other constructs"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_earlier_scores_that_do_not_fit_are_errors(case: str) -> None:
    earlier, words = MISTAKES[case]
    with pytest.raises(UsageError, match=words):
        roll_up(units(NEW), shares(), BY, previous=earlier)


def test_what_was_measured_in_part_then_is_so_now() -> None:
    amounts = {"A-Bank": 0.3, "B-Bank": 0.1, "C-Air": 1, "D-Food": 1}
    market = LevelShares(level="firm", kind="market_share", amounts=amounts, others="renormalise")
    again = stored(roll_up(four_firms(), [market], BY))
    assert again[1].measured[:, 0] == pytest.approx([0.4, 1, 1])


def stored(rolled: Any) -> tuple[Standing, ...]:
    """A roll-up as its own table of aggregates tells it."""
    return scores_of_aggregates(aggregate_frame(rolled), BY)


def test_stored_tables_are_earlier_scores_again() -> None:
    earlier = roll_up(four_firms(), all_shares(), BY)
    again = stored(earlier)
    assert [one.scores.level for one in again] == ["sector", "industry"]
    for one in again:
        original = earlier.at(one.scores.level)
        assert one.scores.keys == original.scores.keys
        assert one.scores.index == pytest.approx(original.scores.index)
        assert one.scores.se == pytest.approx(original.scores.se)
        assert one.n.tolist() == original.n.tolist()
        assert one.measured == pytest.approx(original.measured)
    rolled = roll_up(units(NEW), shares(), BY, previous=again)
    assert index_of(rolled, "total") == pytest.approx(71.6)
    assert rolled.total.se[0, 0] ** 2 == pytest.approx(0.6116)


def test_a_value_with_a_slash_keeps_its_path() -> None:
    rows = {("Food / Drinks", "Beer / Wine", "f"): (70.0, 1.0), ("Goods", "Toys", "g"): (60.0, 1.0)}
    again = stored(roll_up(units(rows), [], BY))
    assert again[1].scores.keys == (("Food / Drinks", "Beer / Wine"), ("Goods", "Toys"))


def test_a_table_of_aggregates_without_its_parents_is_an_error() -> None:
    frame = aggregate_frame(roll_up(four_firms(), all_shares(), BY))
    with pytest.raises(UsageError, match="industry belong to Goods, which has no row"):
        scores_of_aggregates(frame[frame["unit"] != "Goods"], BY)


def test_an_index_table_gives_the_firms() -> None:
    import pandas as pd

    rows = [
        {"sector": "S", "industry": "I", "firm": firm, "construct": construct, "index": index, "se": 1.5,
         "n": 40, "n_eff": 31.0, "weights_from": weights, "why": ""}
        for firm, base in (("a", 60.0), ("b", 70.0))
        for weights, more in (("pooled", 0.0), ("group", 5.0))
        for construct, index in (("quality", base + more), ("satisfaction", base + 1 + more))
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=[*BY, *TABLES["index"].column_names])
    found = scores_of_index(frame, BY)
    assert found.scores.keys == (("S", "I", "a"), ("S", "I", "b"))
    assert found.scores.index.tolist() == [[60, 61], [70, 71]]
    assert found.scores.se == pytest.approx(np.full((2, 2), 1.5))
    assert (found.df == 30).all()
    own = scores_of_index(frame, BY, weights_from="group")
    assert own.scores.index.tolist() == [[65, 66], [75, 76]]
    with pytest.raises(UsageError, match="no column region"):
        scores_of_index(frame, ("region", "firm"))
