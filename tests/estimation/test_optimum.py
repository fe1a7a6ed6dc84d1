"""Bounded variances, and the optimum under full information."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, modifier, survey_of

from csi_model.estimation.covariance import gradient
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.optimum import evidence_of, find_full_optimum, variance_bounds
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.moments import sample_of

HEYWOOD = {"q": "q1 q2", "s": "s1 s2 s3"}
FREE = model_of(HEYWOOD, {"s": "q"})
FIXED = model_of(HEYWOOD, {"s": "q"}, modifiers=[modifier("q1 ~~ 0*q1")])
SAME = 1e-8
"""Two searches for one optimum, each to a scaled gradient of 1e-8 at least."""


@cache
def heywood() -> Floats:
    """The survey of ``make_data.py`` whose free optimum has a negative error variance of q1 (lavaan too)."""
    frame = pd.read_csv(Path(__file__).parents[1] / "parity" / "reference" / "heywood.csv")
    return frame[[item.name for item in FREE.indicators]].to_numpy(dtype=float)


def solved(made: Fit) -> Solution:
    assert made.pooled.solution is not None
    return made.pooled.solution


def place_of(table: ParameterTable, lhs: str, op: str, rhs: str) -> int:
    return next(row.free for row in table.rows if (row.lhs, row.op, row.rhs) == (lhs, op, rhs))


def bounded(estimator: str = "ml") -> Fit:
    return fit(FREE, survey_of(FREE, heywood()), variances="bounded", estimator=estimator)


def test_bounds_are_for_variances_only() -> None:
    table = parameter_table(model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"}), means=True)
    bounds = variance_bounds(table)
    at_zero = {(row.lhs, row.rhs) for row in table.free_rows if bounds[row.free] == 0}
    assert at_zero == {(name, name) for name in (*table.indicators, "a", "b", "c")}
    rest = {(row.op, row.lhs, row.rhs) for row in table.free_rows if bounds[row.free] == -np.inf}
    assert ("~~", "a", "b") in rest
    assert len(at_zero) + len(rest) == table.n_free


def test_the_bound_holds_and_the_slope_points_inside() -> None:
    """Kuhn and Tucker: zero slope of every loose parameter, F would only fall below the bound."""
    made = solved(bounded())
    place = place_of(made.table, "q1", "~~", "q1")
    assert made.values[place] == 0
    loose = np.arange(made.values.size) != place
    slope = gradient(made.table, made.values, sample_of(survey_of(FREE, heywood())).cov)
    np.testing.assert_allclose(slope[loose], 0, atol=1e-8)
    assert slope[place] > 1e-3
    free = solved(fit(FREE, survey_of(FREE, heywood())))
    assert free.values[place] < 0
    assert made.test.chisq > free.test.chisq + 0.01
    assert made.test.df == free.test.df


@pytest.mark.parametrize("estimator", ["ml", "mlr", "mlm", "fiml"])
def test_a_bounded_fit_is_the_fit_with_that_variance_at_zero(estimator: str) -> None:
    """Estimates, chi-square and errors of the others; the model with the fixed 0 has one more df."""
    one = bounded(estimator)
    two = fit(FIXED, survey_of(FIXED, heywood()), estimator=estimator)
    ours, fixed = (evaluate(made).tables["parameters"].set_index(["lhs", "op", "rhs"]) for made in (one, two))
    np.testing.assert_allclose(ours["est"], fixed["est"], rtol=1e-7, atol=1e-9)
    held = ("q1", "~~", "q1")
    np.testing.assert_allclose(
        ours["se"].drop(index=held).astype(float), fixed["se"].drop(index=held).astype(float), rtol=1e-6
    )
    assert np.isnan(ours.loc[held, "se"])
    assert solved(one).test.chisq == pytest.approx(solved(two).test.chisq, rel=SAME)
    assert solved(two).test.df == solved(one).test.df + 1
    assert solved(one).values.size == solved(two).values.size + 1
    # the factors share their numerator, so that factor times df is the same
    if (scaling := solved(one).test.scaling) is not None:
        other = solved(two).test.scaling
        assert other is not None
        assert scaling.factor * solved(one).test.df == pytest.approx(other.factor * solved(two).test.df)


def test_a_bounded_fit_says_what_it_holds() -> None:
    made = bounded()
    assert made.trustworthy
    (finding,) = [finding for finding in made.pooled.findings if finding.code == "variance-on-bound"]
    assert "the variance of q1 would be negative and is held at 0" in finding.what
    assert not any(finding.code == "negative-variance" for finding in made.pooled.findings)


def test_bounds_that_do_not_bite_change_nothing() -> None:
    one, two = (fit(CHAIN, chain_survey(), variances=rule) for rule in ("free", "bounded"))
    np.testing.assert_allclose(solved(two).values, solved(one).values, rtol=SAME)
    np.testing.assert_allclose(solved(two).covariance, solved(one).covariance, rtol=1e-7, atol=1e-13)
    assert [f.code for f in two.pooled.findings] == [f.code for f in one.pooled.findings]


def test_bounded_full_information_with_gaps() -> None:
    """The held variance is 0, the rest has no slope; free, the variance would be negative."""
    answers = heywood().copy()
    answers[::7, 1] = answers[3::9, 4] = np.nan
    survey = survey_of(FREE, answers)
    free, held = (solved(fit(FREE, survey, estimator="fiml", variances=rule)) for rule in ("free", "bounded"))
    place = place_of(free.table, "q1", "~~", "q1")
    assert free.values[place] < 0
    assert held.values[place] == 0
    assert held.test.chisq > free.test.chisq
    assert held.verdicts.gradient < 1e-8
    p = len(FREE.indicators)
    assert not held.covariance[p + place].any()


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_full_information_ends_where_the_likelihood_is_flat(share: float) -> None:
    answers = chain_answers(250)
    answers[np.random.default_rng(6).random(answers.shape) < share] = np.nan
    evidence = evidence_of(
        parameter_table(CHAIN, means=True), sample_of(survey_of(CHAIN, answers), None, "available")
    )
    found = find_full_optimum(evidence, parameter_table(CHAIN), None)
    assert found.converged.all()
    slopes = evidence.scores(found.values[0])
    total = 2 * np.abs(slopes.sum(axis=0)) / 250
    assert (total / np.sqrt(np.diag(evidence.expected(found.values[0])))).max() < 1e-8
