"""Bounded variances, ridge, and the optimum under full information."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    chain_survey,
    exact_answers,
    factor_covariance,
    model_of,
    modifier,
    survey_of,
)

from csi_model.estimation.covariance import gradient, matrices
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.optimum import (
    evidence_of,
    find_full_optimum,
    find_optimum,
    ridged,
    variance_bounds,
    with_ridge,
)
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


TRUTH = {"a ~~ b": 0.6, "loading": 0.8}


def exact_survey(n: int = 200) -> Floats:
    """Two constructs of variance 1 that correlate .6, loadings 1, .8, .8, errors .5, to rounding."""
    lam = np.zeros((6, 2))
    lam[:3, 0] = lam[3:, 1] = (1, TRUTH["loading"], TRUTH["loading"])
    return exact_answers(factor_covariance(lam, [[1, 0.6], [0.6, 1]], np.full(6, 0.5)), n)


RIDGE = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {})


@pytest.mark.parametrize("share", [0.001, 0.1, 0.9])
def test_ridge_recovers_the_truth(share: float) -> None:
    """Where the model holds exactly, what is added on both sides falls out."""
    made = fit(RIDGE, survey_of(RIDGE, exact_survey()), ridge=share)
    table = evaluate(made).tables["parameters"].set_index(["lhs", "op", "rhs"])
    wanted = {("a", "=~", "a2"): 0.8, ("b", "=~", "b3"): 0.8, ("a", "~~", "b"): 0.6, ("a", "~~", "a"): 1.0,
              ("a1", "~~", "a1"): 0.5, ("b3", "~~", "b3"): 0.5}  # fmt: skip
    for key, value in wanted.items():
        assert table.loc[key, "est"] == pytest.approx(value, abs=1e-7), key
    assert solved(made).f == pytest.approx(0, abs=1e-10)


def test_a_small_ridge_tends_to_maximum_likelihood() -> None:
    """The distance shrinks in proportion to the share: first order in it."""
    plain = solved(fit(CHAIN, chain_survey())).values
    distances = [
        np.abs(solved(fit(CHAIN, chain_survey(), ridge=share)).values - plain).max()
        for share in (1e-2, 1e-4, 1e-6)
    ]
    assert distances[0] > 1e-4
    assert distances[1] == pytest.approx(distances[0] / 100, rel=0.1)
    assert distances[2] == pytest.approx(distances[1] / 100, rel=0.1)


def test_ridge_is_a_share_of_each_variance() -> None:
    """So that the unit of an item does not matter, and sample and model are lifted alike."""
    sample = sample_of(chain_survey())
    table = parameter_table(CHAIN)
    ridge = 0.2 * np.diag(sample.cov)
    values = find_optimum(table, sample.cov, sample.n)[0].values[0]
    lifted = ridged(table, ridge)
    np.testing.assert_allclose(
        matrices(lifted, values).sigma, matrices(table, values).sigma + np.diag(ridge), rtol=1e-13
    )
    assert (lifted.n_free, lifted.degrees_of_freedom()) == (table.n_free, table.degrees_of_freedom())
    one = solved(fit(CHAIN, chain_survey(), ridge=0.2))
    units = np.ones(11)
    units[4] = 7.0
    two = solved(fit(CHAIN, survey_of(CHAIN, chain_answers() * units), ridge=0.2))
    kept = [row.free for row in table.free_rows if "q2" not in (row.lhs, row.rhs)]
    np.testing.assert_allclose(two.values[kept], one.values[kept], rtol=1e-7)
    place = place_of(table, "quality", "=~", "q2")
    assert two.values[place] == pytest.approx(7 * one.values[place], rel=1e-7)


def test_no_ridge_leaves_the_evidence_alone() -> None:
    evidence = evidence_of(parameter_table(CHAIN, means=True), sample_of(chain_survey(), None, "available"))
    assert with_ridge(evidence, 0.0) is evidence


def test_ridge_tables_speak_of_the_model_alone() -> None:
    """No row of the ridge, no chi-square, the sample's own moments in the residual measures."""
    made = fit(CHAIN, chain_survey(), ridge=0.1)
    tables, plain = evaluate(made).tables, evaluate(fit(CHAIN, chain_survey())).tables
    names = ["lhs", "op", "rhs"]
    pd.testing.assert_frame_equal(tables["parameters"][names], plain["parameters"][names])
    shown = tables["fit"].set_index("measure")
    for measure in ("chisq", "pvalue", "cfi", "tli", "rmsea", "aic", "bic"):
        assert np.isnan(shown.loc[measure, "value"])
        assert shown.loc[measure, "why"] == "a ridge fit has no chi-square"
    np.testing.assert_array_equal(made.pooled.sample.cov, sample_of(chain_survey()).cov)
    assert 0 < shown.loc["srmr", "value"] < 0.05
    assert "ridge" in set(tables["findings"]["code"])


def structured(random: np.random.Generator, n: int) -> Floats:
    """Nine questions of a > b > c, paths .6, .3 and .5."""
    a = random.normal(size=n)
    b = 0.6 * a + 0.6 * random.normal(size=n)
    c = 0.3 * a + 0.5 * b + 0.5 * random.normal(size=n)
    return np.stack([6 + x + 0.6 * random.normal(size=n) for x in (a, b, c) for _ in range(3)], axis=1)


def test_ridge_steadies_a_nearly_singular_covariance_matrix() -> None:
    """Twelve respondents, nine questions (the case of Yuan & Chan 2008), 40 times.

    Maximum likelihood often ends nowhere or outside the admissible region; with a ridge of .3 the search
    ends, in fewer steps, more often inside, and the paths lie nearer to the truth.
    """
    random = np.random.default_rng(5)
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"b": "a", "c": "a b"})
    table = parameter_table(model)
    paths = [row.free for row in table.rows if row.op == "~"]
    verdicts: dict[float, list[tuple[bool, bool, int]]] = {0.0: [], 0.3: []}
    errors: dict[float, list[Floats]] = {0.0: [], 0.3: []}
    for _ in range(40):
        survey = survey_of(model, structured(random, 12))
        for share, found in verdicts.items():
            made = solved(fit(model, survey, ridge=share))
            found.append((made.verdicts.converged, made.verdicts.admissible, made.iterations))
            errors[share].append(np.abs(made.values[paths] - [0.6, 0.3, 0.5]))
    plain, ridge = (np.sum(found, axis=0) for found in verdicts.values())
    assert ridge[0] == 40 > plain[0]
    assert ridge[1] > plain[1]
    assert ridge[2] < plain[2] / 2
    assert (np.median(errors[0.3], axis=0) < np.median(errors[0.0], axis=0)).all()


def test_ridge_errors_are_the_spread_of_the_estimates() -> None:
    """Sandwich errors, since the likelihood is not that of the answers: over 150 surveys, to 15 %."""
    random = np.random.default_rng(21)
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
    place = place_of(parameter_table(model), "b", "~", "a")
    estimates, errors = [], []
    for _ in range(150):
        made = solved(fit(model, survey_of(model, structured(random, 250)[:, :6]), ridge=0.3))
        estimates.append(made.values[place])
        errors.append(np.sqrt(made.covariance[6 + place, 6 + place]))
    assert np.mean(errors) == pytest.approx(np.std(estimates, ddof=1), rel=0.15)
