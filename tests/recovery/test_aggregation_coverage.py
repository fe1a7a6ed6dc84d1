"""Intervals of industries, sectors and the whole hold the truth as often as they say.

Firms with 30 to 400 interviews, shares from 2 to 80 percent, three questions from 1 to 10 with most answers
near the top. Every replication is a construct of its own, so that one roll-up does them all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from csi_model.comparison.aggregation import RollUp, intervals_of, roll_up
from csi_model.comparison.shares import LevelShares
from csi_model.comparison.standing import Standing
from csi_model.comparison.unit_scores import UnitScores, independent_scores

Array = Any

pytestmark = pytest.mark.slow

REPLICATIONS = 4000
TYPES = 300
BY = ("sector", "industry", "firm")

ECONOMY: dict[str, dict[str, tuple[tuple[int, float], ...]]] = {
    "Services": {
        "Banks": ((250, 40.0), (60, 35.0), (400, 25.0)),
        "Airlines": ((30, 80.0), (400, 20.0)),
        "Hotels": ((45, 10.0), (35, 30.0), (120, 60.0)),
    },
    "Goods": {
        "Food": ((400, 2.0), (30, 98.0)),
        "Cars": ((90, 50.0), (90, 50.0)),
        "Phones": ((30, 25.0), (31, 25.0), (32, 25.0), (400, 25.0)),
    },
    "Public": {"Tax": ((33, 100.0),)},
}
"""Sector > industry > firms: interviews, percent of the market."""

INDUSTRIES = {
    "Banks": 5.0,
    "Airlines": 1.0,
    "Hotels": 0.5,
    "Food": 6.0,
    "Cars": 2.0,
    "Phones": 1.0,
    "Tax": 1.0,
}
GDP = {"Services": 65.0, "Goods": 25.0, "Public": 10.0}


@cache
def firms() -> tuple[tuple[tuple[str, str, str], int, float], ...]:
    """Key, interviews and market share of every firm."""
    return tuple(
        ((sector, industry, f"{industry} {k}"), n, share)
        for sector, industries in ECONOMY.items()
        for industry, rows in industries.items()
        for k, (n, share) in enumerate(rows)
    )


@cache
def populations() -> Array:
    """Index of each type of customer of each firm, (firms, types): skewed, heaped at the ends."""
    random = np.random.default_rng(11)
    level = random.normal(8.2, 0.9, (len(firms()), 1, 1))
    spread = random.uniform(1.2, 2.6, (len(firms()), 1, 1))
    person = random.normal(size=(len(firms()), TYPES, 1)) - random.exponential(0.7, (len(firms()), TYPES, 1))
    answers = level + spread * person + random.normal(size=(len(firms()), TYPES, 3))
    items = (np.clip(np.rint(answers), 1, 10) - 1) / 9 * 100
    return items @ np.array([0.4, 0.3, 0.3])


def surveyed(seed: int) -> UnitScores:
    """Mean scores of simple random samples, (firms, replications), with the standard errors of means."""
    random = np.random.default_rng(seed)
    index, variance = [], []
    for scores, (_, n, _) in zip(populations(), firms(), strict=True):
        counts = random.multinomial(n, np.full(TYPES, 1 / TYPES), size=REPLICATIONS)
        mean = counts @ scores / n
        index.append(mean)
        variance.append((counts @ scores**2 - n * mean**2) / (n - 1) / n)
    sizes = np.array([n for _, n, _ in firms()])
    return independent_scores(
        level="firm",
        keys=[key for key, _, _ in firms()],
        constructs=[f"r{k}" for k in range(REPLICATIONS)],
        index=np.array(index),
        se=np.sqrt(variance),
        df=sizes - 1,
        n=sizes,
        n_eff=sizes.astype(float),
    )


def shares() -> list[LevelShares]:
    amounts = {key[-1]: share for key, _, share in firms()}
    return [
        LevelShares(level="firm", kind="market_share", amounts=amounts),
        LevelShares(level="industry", kind="revenue", amounts=INDUSTRIES),
        LevelShares(level="sector", kind="gdp", amounts=GDP),
    ]


@cache
def rolled() -> RollUp:
    return roll_up(surveyed(1), shares(), BY)


def truth() -> dict[tuple[str, ...], float]:
    """True scores of everything, by plain sums."""
    made: dict[tuple[str, ...], float] = {}
    for (key, _, share), scores in zip(firms(), populations(), strict=True):
        made[key[:2]] = made.get(key[:2], 0.0) + share / 100 * float(scores.mean())
    for sector, industries in ECONOMY.items():
        whole = sum(INDUSTRIES[name] for name in industries)
        made[(sector,)] = sum(INDUSTRIES[name] / whole * made[sector, name] for name in industries)
    made[()] = sum(share / 100 * made[(sector,)] for sector, share in GDP.items())
    return made


def coverage(one: Standing) -> dict[tuple[str, ...], float]:
    lower, upper = intervals_of(one, 0.95)
    known = truth()
    return {
        key: float(np.mean((lower[k] <= known[key]) & (known[key] <= upper[k])))
        for k, key in enumerate(one.scores.keys)
    }


@pytest.mark.parametrize("level", ["industry", "sector", "total"])
def test_intervals_of_aggregates_cover(level: str) -> None:
    found = coverage(rolled().at(level))
    print(level, {"/".join(key) or "total": round(100 * value, 2) for key, value in found.items()})
    assert all(0.93 <= value <= 0.97 for value in found.values()), found


def test_standard_errors_are_the_spread_of_the_scores() -> None:
    for level in ("industry", "sector", "total"):
        scores = rolled().at(level).scores
        mean_variance = (scores.se**2).mean(axis=1)
        # the spread of 4,000 scores is known to about 1 / sqrt(2 x 4,000) = 1.1 %
        assert np.sqrt(mean_variance) == pytest.approx(scores.index.std(axis=1), rel=0.04)


def test_degrees_of_freedom_are_those_of_the_estimated_variance() -> None:
    """2 mean^2 / variance of the estimated variance, what Satterthwaite's formula stands for.

    Normal answers, for which it was made; the formula errs low for unequal parts by its nature, hence the
    tolerance of a tenth on the mean of the estimated degrees of freedom.
    """
    random = np.random.default_rng(5)
    sd, sizes = np.array([10.0, 22.0, 16.0]), np.array([30, 60, 200])
    variance = sd[:, None] ** 2 * random.chisquare(sizes - 1, (20_000, 3)).T / (sizes - 1)[:, None]
    scores = independent_scores(
        level="firm",
        keys=[("a",), ("b",), ("c",)],
        constructs=[f"r{k}" for k in range(20_000)],
        index=np.zeros((3, 20_000)),
        se=np.sqrt(variance / sizes[:, None]),
        df=sizes - 1.0,
    )
    given = LevelShares(level="firm", kind="revenue", amounts={"a": 5.0, "b": 3.0, "c": 2.0})
    total = roll_up(scores, [given], ("firm",)).at("total")
    estimated = total.scores.se[0] ** 2
    true_df = 2 * estimated.mean() ** 2 / estimated.var()
    assert total.df[0].mean() == pytest.approx(true_df, rel=0.1)


def test_a_sector_carried_over_covers_like_a_new_one() -> None:
    """Public comes from an earlier survey of the same population; the whole still holds the truth."""
    new = surveyed(2)
    rows = [k for k, key in enumerate(new.keys) if key[0] != "Public"]
    own = shares()
    firm = {name: share for name, share in own[0].amounts.items() if not name.startswith("Tax")}
    industry = {name: size for name, size in INDUSTRIES.items() if name != "Tax"}
    given = [
        LevelShares(level="firm", kind="market_share", amounts=firm),
        LevelShares(level="industry", kind="revenue", amounts=industry),
        own[2],
    ]
    updated = roll_up(new.chosen(rows), given, BY, previous=rolled())
    assert (updated.at("total").carried == 1).all()
    found = coverage(updated.at("total"))[()]
    print("total with a sector carried over", round(100 * found, 2))
    assert 0.93 <= found <= 0.97
