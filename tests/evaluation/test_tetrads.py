"""Vanishing tetrads: how many are free, what they say, and when they contradict one common cause."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import UsageError
from csi_model.evaluation.tetrads import Tetrad, tetrad_tests, tetrads, vanishing

Array = NDArray[Any]

loadings = hnp.arrays(np.float64, st.integers(4, 8), elements=st.floats(0.3, 0.95))


def one_factor(lam: Array) -> Array:
    cov = np.outer(lam, lam)
    np.fill_diagonal(cov, 1.0)
    return cov


def every_tetrad(cov: Array) -> Array:
    """All three of every foursome."""
    found = []
    for a, b, c, d in combinations(range(len(cov)), 4):
        first, second, third = cov[a, b] * cov[c, d], cov[a, c] * cov[b, d], cov[a, d] * cov[b, c]
        found += [first - second, second - third, third - first]
    return np.array(found)


def resampled(data: Array, count: int = 400) -> Array:
    """Correlation matrices of bootstrap samples."""
    random = np.random.default_rng(5)
    drawn = (data[random.integers(len(data), size=len(data))] for _ in range(count))
    return np.array([np.corrcoef(rows.T) for rows in drawn])


def two_things(n: int = 600) -> Array:
    """Items 0-3 reflect one thing, items 4-7 two things that correlate .2."""
    random = np.random.default_rng(17)
    f = random.normal(size=(n, 3))
    f[:, 2] = 0.2 * f[:, 1] + np.sqrt(0.96) * f[:, 2]
    return f[:, [0, 0, 0, 0, 1, 1, 2, 2]] * 0.8 + 0.6 * random.normal(size=(n, 8))


def test_four_items_by_hand() -> None:
    """s13 s24 - s14 s23 = .3 x .5 - .4 x .2, and s12 s34 - s13 s24 = .6 x .1 - .3 x .5."""
    cov = np.array([[1, 0.6, 0.3, 0.4], [0.6, 1, 0.2, 0.5], [0.3, 0.2, 1, 0.1], [0.4, 0.5, 0.1, 1]])
    assert vanishing((0, 1, 2, 3)) == ((0, 2, 3, 1), (0, 1, 2, 3))
    assert tetrads(cov, (0, 1, 2, 3)) == pytest.approx([0.07, -0.09])
    assert tetrads(np.stack([cov, 2 * cov]), (0, 1, 2, 3)) == pytest.approx(
        np.array([[0.07, -0.09], [0.28, -0.36]])
    )


@pytest.mark.parametrize("p", range(9))
def test_their_number(p: int) -> None:
    """p (p - 3) / 2 from four items on, each of four different items (Bollen & Ting 2000)."""
    chosen = vanishing(tuple(range(10, 10 + p)))
    assert len(chosen) == (p * (p - 3) // 2 if p >= 4 else 0)
    assert len(set(chosen)) == len(chosen)
    assert all(len(set(four)) == 4 and set(four) <= set(range(10, 10 + p)) for four in chosen)
    assert tetrads(np.eye(20), range(10, 10 + p)).shape == (len(chosen),)


@given(loadings)
def test_one_cause_makes_all_vanish(lam: Array) -> None:
    assert np.abs(tetrads(one_factor(lam), range(len(lam)))).max() < 1e-14


@given(loadings)
def test_none_follows_from_the_others(lam: Array) -> None:
    """Rank of their derivatives by the covariances, by central differences (exact for products)."""
    p = len(lam)
    cov = one_factor(lam)
    columns = []
    for a, b in combinations(range(p), 2):
        ends = []
        for step in (0.5, -0.5):
            moved = cov.copy()
            moved[a, b] = moved[b, a] = cov[a, b] + step
            ends.append(tetrads(moved, range(p)))
        columns.append(ends[0] - ends[1])
    assert np.linalg.matrix_rank(np.array(columns)) == p * (p - 3) // 2


@given(
    hnp.arrays(np.float64, st.integers(3, 7), elements=st.floats(0.2, 0.9)),
    st.floats(0.2, 0.9),
)
def test_all_the_others_follow(row: Array, s23: float) -> None:
    """Solve the chosen tetrads for the covariances that they bring in; then every tetrad vanishes."""
    p = len(row) + 1
    cov = np.eye(p)
    cov[0, 1:] = cov[1:, 0] = row
    cov[1, 2] = cov[2, 1] = s23
    for g, h, i, j in vanishing(range(p)):
        # s_gh s_ij - s_gi s_hj = 0 for the one covariance not yet there
        if cov[i, j] == 0:
            cov[i, j] = cov[j, i] = cov[g, i] * cov[h, j] / cov[g, h]
        else:
            pytest.fail("the covariance was there before")
    assert np.abs(every_tetrad(cov)).max(initial=0.0) < 1e-10 * np.abs(cov).max() ** 2


@given(loadings, hnp.arrays(np.float64, 8, elements=st.floats(0.1, 10)))
def test_units_change_no_zero(lam: Array, scale: Array) -> None:
    """A tetrad is multiplied by the product of its four items' scales."""
    p = len(lam)
    cov = one_factor(lam) + 0.1 * np.add.outer(np.arange(p), np.arange(p)) / p
    scaled = cov * np.outer(scale[:p], scale[:p])
    factor = [np.prod(scale[list(four)]) for four in vanishing(range(p))]
    # products of the order of the scales' fourth power, of which little may be left
    allowed = 1e-13 * np.abs(cov).max() ** 2 * np.array(factor)
    assert np.all(np.abs(tetrads(scaled, range(p)) - tetrads(cov, range(p)) * factor) <= allowed)


def test_an_interval_by_hand() -> None:
    """Draws made so that every step can be followed: sd, bias, Bonferroni over two tetrads."""
    cov = np.array([[1, 0.6, 0.3, 0.4], [0.6, 1, 0.2, 0.5], [0.3, 0.2, 1, 0.1], [0.4, 0.5, 0.1, 1]])
    draws = np.repeat(cov[None], 200, axis=0)
    shift = np.where(np.arange(200) % 2 == 0, 0.1, -0.06)
    draws[:, 2, 3] += shift
    draws[:, 3, 2] += shift
    moving = tetrad_tests(cov, draws, {"a": (0, 1, 2, 3)}, level=0.9)
    still, row = moving.rows
    assert still.why == "it never varies among the bootstrap replicates"
    # s34 enters the second tetrad times s12 = .6: bias .6 x .02, sd .6 x .08 sqrt(200 / 199)
    se = 0.048 * np.sqrt(200 / 199)
    assert (row.value, row.bias, row.se) == pytest.approx((-0.09, 0.012, se))
    assert row.t == pytest.approx(-0.102 / se)
    assert row.pvalue == pytest.approx(2 * stats.norm.cdf(-0.102 / se))
    assert row.pvalue_bonferroni == pytest.approx(2 * row.pvalue)
    z = 1.959964  # at 1 - .10 / (2 x 2)
    assert (row.lower, row.upper) == pytest.approx((-0.102 - z * se, -0.102 + z * se))
    assert moving.verdicts[0].contradicted is True


def test_one_thing_and_two_things() -> None:
    data = two_things()
    found = tetrad_tests(
        np.corrcoef(data.T), resampled(data), {"one": (0, 1, 2, 3), "two": (4, 5, 6, 7), "few": (0, 1, 2)}
    )
    one, two, few = found.verdicts
    assert (one.contradicted, one.tetrads) == (False, 2)
    assert (two.contradicted, two.tetrads) == (True, 2)
    # s12 s34 = .64^2 = .41 against s13 s24 = (.2 x .64)^2 = .016
    assert found.rows[3].value == pytest.approx(0.41 - 0.016, abs=0.06)
    assert (few.contradicted, few.tetrads) == (None, 0)
    assert few.why == "it has 3 questions, a tetrad needs 4"
    assert [row.construct for row in found.rows] == ["one", "one", "two", "two"]


def test_standard_errors_as_by_the_delta_method() -> None:
    """The bootstrap's against Bollen's normal-theory covariances of covariances:
    acov(s_ab, s_cd) = (s_ac s_bd + s_ad s_bc) / n.
    """
    n = 2000
    data = np.random.default_rng(2).normal(size=(n, 1)) * 0.7 + np.random.default_rng(3).normal(size=(n, 4))
    random = np.random.default_rng(4)
    draws = np.array([np.cov(data[random.integers(n, size=n)].T) for _ in range(1000)])
    s = np.cov(data.T)
    for row in tetrad_tests(s, draws, {"a": range(4)}).rows:
        g, h, i, j = row.items
        pairs = [(g, h), (i, j), (g, i), (h, j)]
        slope = np.array([s[i, j], s[g, h], -s[h, j], -s[g, i]])
        acov = np.array([[s[a, c] * s[b, d] + s[a, d] * s[b, c] for c, d in pairs] for a, b in pairs]) / n
        # the draws' own noise is 1 / sqrt(2 x 1000) = 2.2 %
        assert row.se == pytest.approx(np.sqrt(slope @ acov @ slope), rel=0.1)


def test_a_true_construct_is_rarely_contradicted() -> None:
    """At 95 % at most one in twenty: 100 samples, 5 items, so 10 or more have a chance of 3 %."""
    lam = np.array([0.8, 0.7, 0.75, 0.6, 0.7])
    random = np.random.default_rng(11)
    wrong = 0
    for _ in range(100):
        data = np.outer(random.normal(size=200), lam) + random.normal(size=(200, 5)) * np.sqrt(1 - lam**2)
        counts = random.multinomial(200, np.full(200, 1 / 200), size=150) / 200
        second = np.einsum("bn,ni,nj->bij", counts, data, data, optimize=True)
        mean = counts @ data
        draws = second - mean[:, :, None] * mean[:, None, :]
        wrong += bool(tetrad_tests(np.cov(data.T), draws, {"a": range(5)}).verdicts[0].contradicted)
    assert wrong < 10


@given(st.floats(0.5, 0.99), st.floats(-0.2, 0.2))
def test_interval_and_p_value_agree(level: float, extra: float) -> None:
    """An interval leaves out zero when its adjusted p-value is below 1 - level, and only then."""
    lam = np.array([0.8, 0.7, 0.75, 0.6, 0.7])
    cov = one_factor(lam)
    cov[3, 4] = cov[4, 3] = cov[3, 4] + extra
    noise = np.random.default_rng(1).normal(scale=0.05, size=(150, 5, 5))
    found = tetrad_tests(cov, cov + noise + noise.transpose(0, 2, 1), {"a": range(5)}, level=level)

    def outside(row: Tetrad) -> bool:
        return row.lower > 0 or row.upper < 0

    for row in found.rows:
        assert outside(row) == (row.pvalue_bonferroni < 1 - level)
        assert row.lower < row.value - row.bias < row.upper
    assert found.verdicts[0].contradicted == any(map(outside, found.rows))


def test_too_few_draws_say_so() -> None:
    cov = one_factor(np.full(4, 0.7))
    found = tetrad_tests(cov, np.repeat(cov[None], 99, axis=0), {"a": range(4)})
    assert {row.why for row in found.rows} == {"only 99 bootstrap replicates converged"}
    assert found.verdicts[0].contradicted is None
    assert found.verdicts[0].why == (
        "2 of 2 tetrads cannot be tested: only 99 bootstrap replicates converged"
    )
    assert np.isnan(found.rows[0].lower)
    assert np.isnan(found.verdicts[0].pvalue)


def test_missing_numbers_say_so() -> None:
    """A tenth of the draws or more; fewer are left out, and the rest counts."""
    data = two_things()
    cov, draws = np.corrcoef(data.T), resampled(data, 200)
    fewer = draws.copy()
    fewer[:19, 3, :] = fewer[:19, :, 3] = np.nan
    found = tetrad_tests(cov, fewer, {"one": range(4)})
    assert found == tetrad_tests(cov, draws[19:], {"one": range(4)})
    assert not any(row.why for row in found.rows)
    fewer[19, 3, :] = fewer[19, :, 3] = np.nan
    gone = tetrad_tests(cov, fewer, {"one": range(4)})
    assert {row.why for row in gone.rows} == {"it does not exist in 20 of 200 bootstrap replicates"}
    cov[3, :] = cov[:, 3] = np.nan
    gone = tetrad_tests(cov, draws, {"one": range(4)})
    assert {row.why for row in gone.rows} == {"it does not exist in the sample"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level": 95}, "95 is not a confidence level"),
        ({"blocks": {"a": (0, 1, 2, 9)}}, "do not fit 4 columns"),
        ({"blocks": {"a": (0, 1, 2, 2)}}, "do not fit 4 columns"),
        ({"draws": np.zeros((5, 3, 3))}, r"draws of the shape \(5, 3, 3\)"),
        ({"estimate": np.zeros((4, 3))}, r"covariances of the shape \(4, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    asked: dict[str, Any] = {
        "estimate": np.eye(4), "draws": np.zeros((5, 4, 4)), "blocks": {"a": range(4)}, "level": 0.95,
    } | change  # fmt: skip
    with pytest.raises(UsageError, match=message):
        tetrad_tests(asked["estimate"], asked["draws"], asked["blocks"], level=asked["level"])
