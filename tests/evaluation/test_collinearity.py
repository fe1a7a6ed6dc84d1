"""Variance inflation and discriminant validity on matrices small enough for a pencil."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import Floats, factor_covariance, model_of, modifier

from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.solver import CovarianceProblem, fisher_scoring, polish
from csi_model.estimation.starts import start_values
from csi_model.evaluation.collinearity import (
    ClosePair,
    close_pairs,
    collinearity_findings,
    correlation_text,
    drivers_of,
    inflation,
)

TRIPLE = parameter_table(model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"}))
CHAIN = parameter_table(model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"b": "a", "c": "b"}))
BLOCKS = np.kron(np.eye(3), np.array([[1.0], [0.9], [0.8]]))


def correlated(value: float) -> Floats:
    return np.array([[1, value, 0.6], [value, 1, 0.6], [0.6, 0.6, 1]])


@pytest.mark.parametrize(
    ("correlation", "vif"), [(0.0, 1.0), (0.6, 1.5625), (-0.8, 2.7777778), (0.9, 5.2631579)]
)
def test_two_drivers_by_hand(correlation: float, vif: float) -> None:
    """1 / (1 - r^2), the same for both."""
    rows = inflation(TRIPLE, correlated(correlation))
    assert [(row.outcome, row.driver) for row in rows] == [("c", "a"), ("c", "b")]
    assert [row.vif for row in rows] == pytest.approx([vif, vif])
    assert [row.own for row in rows] == pytest.approx([1 - correlation**2] * 2)
    assert not any(row.why for row in rows)


def test_three_drivers_against_their_regressions() -> None:
    """1 / (1 - R2) of each driver on the others, from its definition."""
    table = parameter_table(model_of({"a": "a1", "b": "b1", "c": "c1", "d": "d1"}, {"d": "a b c", "c": "a"}))
    random = np.random.default_rng(3)
    raw = random.normal(size=(50, 4)) @ np.array(
        [[1, 0.5, 0.8, 0.2], [0, 1, 0.7, 0.1], [0, 0, 0.4, 0.3], [0, 0, 0, 1]]
    )
    correlations = np.corrcoef(raw.T)
    standard = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    rows = {(row.outcome, row.driver): row for row in inflation(table, correlations)}
    for k, name in enumerate("abc"):
        others = standard[:, [j for j in range(3) if j != k]]
        fitted = others @ np.linalg.lstsq(others, standard[:, k])[0]
        assert rows["d", name].vif == pytest.approx(1 / (1 - fitted.var()))
    assert rows["c", "a"].vif == 1  # a single driver


def test_a_single_driver_is_told_apart() -> None:
    assert [row.vif for row in inflation(CHAIN, correlated(0.99))] == [1, 1]


def test_paths_fixed_at_zero_are_no_drivers() -> None:
    table = parameter_table(
        model_of(
            {"a": "a1", "b": "b1", "c": "c1"},
            {"c": "a b"},
            modifiers=[modifier("c ~ 0*a"), modifier("b ~ 0.5*a")],
        )
    )
    assert drivers_of(table) == {"c": ("b",), "b": ("a",)}


@pytest.mark.parametrize(
    ("correlations", "why"),
    [
        (correlated(1.2), "not admissible"),
        (correlated(1.0), "determine each other"),
        (np.where(np.eye(3) * [1, 0, 0] > 0, np.nan, correlated(0.5)), "the variance of a"),
    ],
)
def test_where_there_is_no_inflation_it_says_why(correlations: Floats, why: str) -> None:
    rows = inflation(TRIPLE, correlations)
    assert len(rows) == 2
    for row in rows:
        assert np.isnan(row.vif)
        assert np.isnan(row.own)
        assert why in row.why
    assert not collinearity_findings(rows)


@pytest.mark.parametrize(
    ("correlation", "code"), [(0.89, None), (0.895, "collinearity"), (0.96, "severe-collinearity")]
)
def test_findings(correlation: float, code: str | None) -> None:
    """VIF 4.8, 5.03, 12.8."""
    found = collinearity_findings(inflation(TRIPLE, correlated(correlation)))
    assert [finding.code for finding in found] == ([code] if code else [])
    for finding in found:
        assert finding.severity == "warning"
        assert finding.where == "c"
        assert f"a (VIF {1 / (1 - correlation**2):.1f})" in finding.what
        assert "b (VIF" in finding.what


def test_a_finding_in_words() -> None:
    """r = .96: own share 1 - .9216 = 7.8 %, standard error times 1 / sqrt(.0784) = 3.6."""
    (finding,) = collinearity_findings(inflation(TRIPLE, correlated(0.96)))
    assert "Only 7.8% of what" in finding.what
    assert "3.6 times as uncertain" in finding.what


def pairs_at(correlation: float) -> dict[tuple[str, str], ClosePair]:
    cov = factor_covariance(BLOCKS, correlated(correlation), [0.5] * 9)
    found = polish(
        CovarianceProblem(table=TRIPLE, sample=cov[None]),
        fisher_scoring(TRIPLE, cov[None], start_values(TRIPLE, cov)[None]),
    )
    return {(one.construct_1, one.construct_2): one for one in close_pairs(TRIPLE, found.values[0], cov)}


AVE = np.mean([1 / 1.5, 0.81 / 1.31, 0.64 / 1.14])  # loadings 1, .9, .8, errors .5: .6155


def test_no_pair_where_constructs_are_distinct() -> None:
    assert not pairs_at(0.7)


def test_fornell_and_larcker_by_hand() -> None:
    """.79^2 = .6241 is above the AVE of .6155, and nothing else is wrong."""
    (pair,) = pairs_at(0.79).values()
    assert (pair.construct_1, pair.construct_2) == ("a", "b")
    assert pair.correlation == pytest.approx(0.79)
    assert (pair.ave_1, pair.ave_2) == pytest.approx((AVE, AVE))
    assert len(pair.reasons) == 2
    assert all("(0.624)" in reason and "AVE 0.615" in reason for reason in pair.reasons)


@pytest.mark.parametrize(
    ("correlation", "words"),
    [(0.87, ["strict"]), (0.91, ["(close)", "lenient"]), (0.96, ["hardly told apart", "lenient"])],
)
def test_the_limits(correlation: float, words: list[str]) -> None:
    pair = pairs_at(correlation)["a", "b"]
    *first, one, other = pair.reasons
    assert [word in reason for word, reason in zip(words, first, strict=True)] == [True] * len(words)
    assert one.startswith("a shares")
    assert other.startswith("b shares")
    # the items' loadings differ little within a block, so that HTMT is near the correlation
    assert pair.htmt == pytest.approx(correlation, abs=0.01)


def test_single_items_have_no_ave() -> None:
    table = parameter_table(model_of({"a": "a1", "b": "b1"}, {}))
    cov = np.array([[1.0, 0.92], [0.92, 1.0]])
    values = start_values(table, cov)
    found = polish(
        CovarianceProblem(table=table, sample=cov[None]), fisher_scoring(table, cov[None], values[None])
    )
    (pair,) = close_pairs(table, found.values[0], cov)
    assert np.isnan([pair.ave_1, pair.ave_2, pair.htmt]).all()
    assert pair.reasons == ("they correlate 0.920 (close)",)


def test_a_correlation_is_never_shown_as_one() -> None:
    assert correlation_text(0.99) == "0.990"
    assert correlation_text(0.9999) == "0.999900"
    assert correlation_text(1.167) == "1.167"
