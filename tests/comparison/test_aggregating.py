"""Aggregation of a plain frame: the ways to say shares, and what is wrong with a frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from unit_builders import BY, GDP, INDUSTRIES, REVENUE, A, B, C, D

from csi_model.comparison.aggregating import aggregate
from csi_model.comparison.shares import LevelShares
from csi_model.errors import UsageError

FIRMS = pd.DataFrame({"unit": ["A", "B", "C"], "index": [76, 70, 81], "revenue": [30, 50, 20]})


def economy(**more: Any) -> pd.DataFrame:
    """Four firms in three industries in two sectors, with amounts of every level beside them."""
    frame = pd.DataFrame([dict(zip(BY, key, strict=True)) for key in (A, B, C, D)])
    return frame.assign(
        **{"index": [80.0, 70, 60, 90]},
        se=[1.0, 2, 1.5, 0.5],
        revenue=[30.0, 10, 7, 9],
        turnover=[2.0, 2, 3, 5],
        gdp=[80.0, 80, 80, 20],
        **more,
    )


@pytest.mark.parametrize(
    "shares",
    [
        "revenue",
        {"A": 30, "B": 50, "C": 20},
        pd.Series({"A": 3.0, "B": 5, "C": 2}),
        {"unit": "revenue"},
        {"unit": {"A": 30, "B": 50, "C": 20}},
        LevelShares(level="unit", kind="revenue", amounts={"A": 30, "B": 50, "C": 20}),
        [LevelShares(level="unit", kind="market_share", amounts={"A": 30, "B": 50, "C": 20})],
    ],
    ids=["column", "mapping", "series", "column of a level", "mapping of a level", "one value", "values"],
)
def test_the_worked_check_in_every_way_of_saying_it(shares: Any) -> None:
    found = aggregate(FIRMS, shares)
    assert found.total == pytest.approx(74.0)
    assert found.index["unit"].tolist() == ["total"]
    assert not found.findings
    assert list(FIRMS.columns) == ["unit", "index", "revenue"], "the frame is left as it was"


@pytest.mark.parametrize(
    "shares",
    [
        {"firm": "revenue", "industry": "turnover", "sector": "gdp"},
        {"firm": REVENUE, "industry": INDUSTRIES, "sector": GDP},
    ],
)
def test_three_levels_by_hand(shares: Any) -> None:
    found = aggregate(economy(), shares, by=BY)
    assert found.total == pytest.approx(71.6)
    assert found.index["se"].iloc[-1] ** 2 == pytest.approx(0.6116)
    assert found.index["level"].tolist() == ["industry"] * 3 + ["sector"] * 2 + ["total"]
    assert found.shares["share"].tolist() == pytest.approx([0.75, 0.25, 1, 1, 0.4, 0.6, 1, 0.8, 0.2])


def test_a_column_that_is_named_like_a_kind_is_of_that_kind() -> None:
    found = aggregate(economy(), {"firm": "turnover", "sector": "gdp"}, by=BY, kind="cpi")
    kinds = found.shares.drop_duplicates("level").set_index("level")["share_kind"]
    assert kinds.to_dict() == {"firm": "cpi", "industry": "equal", "sector": "gdp"}


def test_a_column_called_parent_makes_two_levels() -> None:
    found = aggregate(FIRMS.assign(parent=["X", "X", "Y"]), "equal")
    assert found.index["index"].tolist() == pytest.approx([73, 81, 77])


def test_sample_size_takes_the_respondents_of_the_frame() -> None:
    found = aggregate(FIRMS.assign(n=[100, 300, 100]), "sample_size")
    assert found.total == pytest.approx((76 + 3 * 70 + 81) / 5)
    assert found.index["n"].tolist() == [500]


def test_intervals_use_the_respondents_for_their_degrees_of_freedom() -> None:
    one = pd.DataFrame({"unit": ["A"], "index": [70.0], "se": [2.0]})
    ends = {
        "known": (aggregate(one, level=0.9), stats.norm.ppf(0.95)),
        "n": (aggregate(one.assign(n=30), level=0.9), stats.t.ppf(0.95, 29)),
        "n_eff": (aggregate(one.assign(n=30, n_eff=21.0), level=0.9), stats.t.ppf(0.95, 20)),
        "df": (aggregate(one.assign(n=30, df=5.0), level=0.9), stats.t.ppf(0.95, 5)),
    }
    for name, (found, quantile) in ends.items():
        assert found.index["ci_upper"].iloc[0] == pytest.approx(70 + 2 * quantile), name


def test_an_index_table_of_results_will_do() -> None:
    both = pd.concat(
        [
            FIRMS.assign(weights_from=weights, construct=construct, index=FIRMS["index"] + more)
            for weights, more in (("pooled", 0), ("group", 5))
            for construct in ("quality", "satisfaction")
        ]
    )
    assert aggregate(both, "revenue").total == pytest.approx(74)
    own = aggregate(both, "revenue", weights_from="group")
    assert own.index["index"].tolist() == pytest.approx([79, 79])
    assert set(own.index["weights_from"]) == {"group"}


def test_a_unit_without_a_number_loses_its_share() -> None:
    found = aggregate(FIRMS.assign(index=[76, np.nan, 81]), "revenue")
    assert found.total == pytest.approx((76 * 3 + 81 * 2) / 5)
    assert found.index["measured"].tolist() == pytest.approx([0.5])
    assert [finding.code for finding in found.findings] == ["share-lost"]
    assert found.rolled.levels[0].scores.why[1] == "no number is given"


def test_earlier_results_stand_in() -> None:
    earlier = aggregate(economy(), {"firm": "revenue", "industry": "turnover"}, by=BY)
    new = economy().query("sector == 'Services'")
    found = aggregate(
        new, {"firm": "revenue", "industry": "turnover", "sector": GDP}, by=BY, previous=earlier
    )
    assert found.total == pytest.approx(71.6)
    assert found.index["carried"].tolist()[-2:] == [1, 1]


MISTAKES: dict[str, tuple[pd.DataFrame, dict[str, Any], str]] = {
    "no unit": (FIRMS.rename(columns={"unit": "firm"}), {}, "no column 'unit'.*`by`"),
    "no index": (FIRMS.rename(columns={"index": "indx"}), {}, "no column 'index'.*Did you mean 'indx'"),
    "level": (FIRMS, {"level": 95}, "95 is not a confidence level"),
    "by twice": (FIRMS, {"by": ("unit", "unit")}, "named twice: unit"),
    "no by": (FIRMS, {"by": ()}, "No group column is named"),
    "unit twice": (pd.concat([FIRMS, FIRMS.head(1)]), {}, "Units stand twice: A"),
    "blank unit": (FIRMS.assign(unit=["A", None, "C"]), {}, "blank in row 2"),
    "text": (FIRMS.assign(index=["76", "about 70", "81"]), {}, "'index' holds what cannot be one for B"),
    "negative error": (FIRMS.assign(se=[1, -1, 1]), {}, "'se' holds what cannot be one for B"),
    "endless": (FIRMS.assign(index=[1, np.inf, 1]), {}, "'index' holds what cannot be one for B"),
    "no shares": (FIRMS, {"shares": "revenu"}, "no column 'revenu'.*Did you mean 'revenue'"),
    "list": (FIRMS, {"shares": [30, 50, 20]}, "can only hold LevelShares"),
    "table": (FIRMS, {"shares": pd.DataFrame({"unit": ["A"], "amount": [1]})}, "DataFrame is no shares"),
    "no rows": (FIRMS.head(0), {}, "There are no units to roll up"),
    "amounts": (FIRMS, {"shares": {"A": 1, "B": 2}}, "No amount is given for C"),
    "text amounts": (
        FIRMS.assign(revenue=["1", "x", "2"]),
        {"shares": "revenue"},
        "'revenue' holds no number for B",
    ),
    "blank amounts": (
        FIRMS.assign(revenue=[1, np.nan, 2]),
        {"shares": "revenue"},
        "No amount is given for B",
    ),
    "unlike amounts": (
        economy(gdp_too=[80.0, 70, 80, 20]),
        {"shares": {"sector": "gdp_too"}, "by": BY},
        "'gdp_too' holds several amounts for Services",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_every_mistake_in_a_frame_is_told(case: str) -> None:
    frame, options, words = MISTAKES[case]
    with pytest.raises(UsageError, match=f"(?s){words}"):
        aggregate(frame, **options)


def test_a_kind_that_there_is_not_is_an_error() -> None:
    with pytest.raises(UsageError, match="no shares by 'turnover'"):
        aggregate(FIRMS, {"A": 1, "B": 2, "C": 3}, kind="turnover")
