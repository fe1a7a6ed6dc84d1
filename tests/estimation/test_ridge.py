"""Paths drawn towards 0: the closed form of one regression, limits, units, collinear drivers."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    chain_survey,
    model_of,
    modifier,
    shared_data,
    survey_of,
)
from scipy.optimize import brentq

from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.optimum import find_optimum, ridge_penalty
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.catalogue import read_model
from csi_model.survey.moments import sample_of
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

REGRESSION = model_of({"a": "a1", "b": "b1", "c": "c1", "y": "y1"}, {"y": "a b c"})
"""One question a construct: what is fitted is a regression of answers on answers."""


def solved(made: Fit) -> Solution:
    assert made.pooled.solution is not None
    return made.pooled.solution


def paths_of(table: ParameterTable) -> list[int]:
    return [row.free for row in table.rows if row.matrix == "beta"]


def regression_answers(n: int = 150) -> Floats:
    """Three drivers of unequal spread, the first two close to each other, and what they drive."""
    random = np.random.default_rng(31)
    common = random.normal(size=n)
    drivers = np.stack([common + 0.3 * random.normal(size=n) for _ in range(2)] + [random.normal(size=n)])
    drivers *= np.array([1.0, 3.0, 0.5])[:, None]
    outcome = 0.4 * drivers[0] + 0.2 * drivers[1] - 0.7 * drivers[2] + 1.5 * random.normal(size=n)
    return np.vstack([drivers, outcome]).T + 5


def ridge_regression(correlation: Floats, strength: float) -> tuple[Floats, float]:
    """Standardised slopes and residual variance, drivers before the outcome in ``correlation``.

    The part of F that slopes b and residual variance v have a say in is ``ln v + (1 - 2 b'r + b'Rb) / v``.
    With ``strength * b'b`` added its derivatives are 0 where ``v = 1 - 2 b'r + b'Rb`` and
    ``(R + strength v I) b = r``: ridge regression (Hoerl & Kennard 1970, eq. 2.1) with constant
    ``strength * v``, one equation in v.
    """
    between, along = correlation[:-1, :-1], correlation[:-1, -1]

    def slopes(v: float) -> Floats:
        made: Floats = np.linalg.solve(between + strength * v * np.eye(len(along)), along)
        return made

    def gap(v: float) -> float:
        b = slopes(v)
        return float(1 - 2 * b @ along + b @ between @ b - v)

    v = float(brentq(gap, 1e-6, 1.0, xtol=1e-15))
    return slopes(v), v


@pytest.mark.parametrize("strength", [0.0, 0.001, 0.02, 0.3, 1.0])
def test_one_regression_is_ridge_regression(strength: float) -> None:
    """To 1e-5: standard deviations of the start values have a relative error of 1e-6."""
    answers = regression_answers()
    made = fit(REGRESSION, survey_of(REGRESSION, answers), ridge=strength)
    slopes, residual = ridge_regression(np.corrcoef(answers.T), strength)
    sd, values = answers.std(axis=0), solved(made).values
    standardised = values[paths_of(solved(made).table)] * sd[:3] / sd[3]
    np.testing.assert_allclose(standardised, slopes, rtol=1e-5)
    table = solved(made).table
    (place,) = (row.free for row in table.rows if (row.lhs, row.op, row.rhs) == ("y", "~~", "y"))
    assert values[place] / sd[3] ** 2 == pytest.approx(residual, rel=1e-5)
    implied = matrices(table, values).sigma
    np.testing.assert_allclose(implied[:3, :3], np.cov(answers.T, ddof=0)[:3, :3], rtol=1e-7)


def test_a_ridge_of_zero_is_maximum_likelihood() -> None:
    """Ordinary least squares where there is one regression, semopy beside it; nothing is said of a ridge."""
    answers = regression_answers()
    made = fit(REGRESSION, survey_of(REGRESSION, answers), ridge=0.0)
    design = np.column_stack([np.ones(len(answers)), answers[:, :3]])
    wanted = np.linalg.lstsq(design, answers[:, 3], rcond=None)[0][1:]
    np.testing.assert_allclose(solved(made).values[paths_of(solved(made).table)], wanted, rtol=1e-7)
    assert np.isfinite(solved(made).engine_f)
    assert not any(finding.code == "ridge" for finding in made.pooled.findings)
    assert np.isnan(solved(fit(REGRESSION, survey_of(REGRESSION, answers), ridge=0.1)).engine_f)


def test_a_small_ridge_tends_to_maximum_likelihood() -> None:
    """The distance shrinks in proportion to the strength: first order in it."""
    plain = solved(fit(CHAIN, chain_survey())).values
    distances = [
        np.abs(solved(fit(CHAIN, chain_survey(), ridge=strength)).values - plain).max()
        for strength in (1e-2, 1e-4, 1e-6)
    ]
    assert distances[0] > 1e-3
    assert distances[1] == pytest.approx(distances[0] / 100, rel=0.1)
    assert distances[2] == pytest.approx(distances[1] / 100, rel=0.1)


def test_paths_fall_and_discrepancy_rises_with_the_strength() -> None:
    """What a penalised minimum must do: the penalised sum of squares falls, F without it rises."""
    sample, table = sample_of(chain_survey()), parameter_table(CHAIN)
    unit = ridge_penalty(table, sample.cov, 1.0)
    squares, misfit = [], []
    for strength in (0.0, 0.01, 0.1, 0.5, 1.0):
        made = solved(fit(CHAIN, chain_survey(), ridge=strength))
        squares.append(float(made.values**2 @ unit))
        misfit.append(made.f - strength * squares[-1])
    assert (np.diff(squares) < -1e-3).all()
    assert (np.diff(misfit) > 1e-6).all()


def penalised(table: ParameterTable, values: Floats, cov: Floats, penalty: Floats) -> float:
    """F and penalty from the implied covariances alone (Bollen 1989, eq. 4.68)."""
    sigma = matrices(table, values).sigma
    difference = np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(cov)[1]
    return float(difference + np.trace(np.linalg.solve(sigma, cov)) - len(cov) + values**2 @ penalty)


@pytest.mark.parametrize("strength", [0.02, 0.5])
def test_the_slope_is_zero_at_the_estimates(strength: float) -> None:
    """By central differences, whose error is 1e-7 here; without the penalty the slope of paths is not 0."""
    made, sample = solved(fit(CHAIN, chain_survey(), ridge=strength)), sample_of(chain_survey())
    penalty = ridge_penalty(made.table, sample.cov, strength)

    def slope(weights: Floats) -> Floats:
        steps = 1e-5 * np.eye(made.values.size)
        ends = [
            [penalised(made.table, made.values + sign * step, sample.cov, weights) for sign in (1, -1)]
            for step in steps
        ]
        return np.array([(up - down) / 2e-5 for up, down in ends])

    np.testing.assert_allclose(slope(penalty), 0, atol=1e-6)
    paths = paths_of(made.table)
    np.testing.assert_allclose(
        slope(np.zeros(made.values.size))[paths], -2 * penalty[paths] * made.values[paths], atol=1e-6
    )
    assert np.abs(slope(np.zeros(made.values.size))[paths]).max() > strength / 20
    assert made.f == pytest.approx(penalised(made.table, made.values, sample.cov, penalty), abs=1e-12)


def test_weights_are_of_paths_alone_and_in_standard_deviations() -> None:
    """One question a construct: variance of the driver over that of the outcome, to the start's 1e-6."""
    answers = regression_answers()
    table, variance = parameter_table(REGRESSION), answers.var(axis=0)
    weights = ridge_penalty(table, np.cov(answers.T, ddof=0), 0.3)
    np.testing.assert_allclose(weights[paths_of(table)], 0.3 * variance[:3] / variance[3], rtol=1e-5)
    assert np.count_nonzero(weights) == 3
    assert not ridge_penalty(table, np.cov(answers.T, ddof=0), 0.0).any()


def test_two_paths_of_one_label_are_penalised_twice() -> None:
    tied = model_of(
        {"a": "a1", "b": "b1", "c": "c1", "y": "y1"},
        {"y": "a b c"},
        modifiers=[modifier("y ~ k*a"), modifier("y ~ k*b")],
    )
    answers = regression_answers()
    weights = ridge_penalty(parameter_table(tied), np.cov(answers.T, ddof=0), 0.2)
    assert np.count_nonzero(weights) == 2
    both, _, single = weights[paths_of(parameter_table(tied))]
    variance = answers.var(axis=0)
    assert both / single == pytest.approx((variance[0] + variance[1]) / variance[2], rel=1e-5)


@pytest.mark.parametrize("strength", [0.02, 0.5])
def test_units_of_answers_do_not_matter(strength: float) -> None:
    """Markers and others in other units: standardised numbers and the discrepancy stay.

    To 1e-6, since the start values, whose standard deviations count, are unit-free to 1e-7 here.
    """
    units = np.array([4.0, 1, 1, 1, 7, 1, 0.2, 1, 1, 10, 1])
    one = fit(CHAIN, chain_survey(), ridge=strength)
    two = fit(CHAIN, survey_of(CHAIN, chain_answers() * units), ridge=strength)
    assert solved(two).f == pytest.approx(solved(one).f, rel=1e-6)
    ours, theirs = (evaluate(made).tables["standardised"] for made in (one, two))
    np.testing.assert_allclose(theirs["est"], ours["est"], rtol=1e-6)
    np.testing.assert_allclose(theirs["se"], ours["se"], rtol=1e-6, atol=1e-12)


def test_tables_of_a_ridge_fit() -> None:
    """No chi-square and no index of modification, with the reason; measures of residuals stay."""
    made = fit(CHAIN, chain_survey(), ridge=0.1)
    tables, plain = evaluate(made).tables, evaluate(fit(CHAIN, chain_survey())).tables
    names = ["lhs", "op", "rhs"]
    pd.testing.assert_frame_equal(tables["parameters"][names], plain["parameters"][names])
    shown = tables["fit"].set_index("measure")
    for measure in ("chisq", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "logl", "aic", "bic"):
        assert np.isnan(shown.loc[measure, "value"]), measure
        assert shown.loc[measure, "why"] == "a ridge fit has no chi-square"
    assert 0 < shown.loc["srmr", "value"] < 0.15
    assert shown.loc["srmr", "value"] > plain["fit"].set_index("measure").loc["srmr", "value"]
    told = tables["findings"].set_index("code").loc["ridge"]
    assert told["severity"] == "warning"
    assert "towards 0 by a ridge of strength 0.1" in told["what"]


TWINS = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})


def twins(random: np.random.Generator, n: int = 250) -> Survey:
    """Two drivers that correlate .94, each with an effect of .4."""
    common = random.normal(size=n)
    a, b = (common + 0.25 * random.normal(size=n) for _ in range(2))
    c = 0.4 * a + 0.4 * b + 0.5 * random.normal(size=n)
    answers = [6 + x + 0.6 * random.normal(size=n) for x in (a, b, c) for _ in range(3)]
    return survey_of(TWINS, np.stack(answers, axis=1))


@cache
def repeated() -> dict[float, tuple[Floats, Floats]]:
    """Estimates and standard errors (150, 2) of both paths, without and with a ridge."""
    random = np.random.default_rng(21)
    places = paths_of(parameter_table(TWINS))
    made: dict[float, list[list[Floats]]] = {0.0: [], 0.05: []}
    for _ in range(150):
        survey = twins(random)
        for strength, found in made.items():
            one = solved(fit(TWINS, survey, ridge=strength))
            errors = np.sqrt(np.diag(one.covariance))[9:]
            found.append([one.values[places], errors[places]])
    return {strength: (np.array(found)[:, 0], np.array(found)[:, 1]) for strength, found in made.items()}


@pytest.mark.slow
def test_collinear_drivers_share_their_effect() -> None:
    """The spread of both paths falls to less than half; their sum, which is known well, hardly moves."""
    plain, ridge = (repeated()[strength][0] for strength in (0.0, 0.05))
    assert (ridge.std(axis=0) < plain.std(axis=0) / 2).all()
    assert np.abs(ridge - 0.4).mean() < np.abs(plain - 0.4).mean() / 2
    assert ridge.sum(axis=1).mean() == pytest.approx(0.8, abs=0.05)
    assert (ridge < ridge.sum(axis=1).mean()).all()


@pytest.mark.slow
def test_ridge_errors_are_the_spread_of_the_estimates() -> None:
    """Sandwich errors, since what is minimised is no likelihood: over 150 surveys, to 15 % (2.5 of 6 %)."""
    estimates, errors = repeated()[0.05]
    np.testing.assert_allclose(errors.mean(axis=0), estimates.std(axis=0, ddof=1), rtol=0.15)


@cache
def phones(strength: float) -> Results:
    model = read_model("ecsi-complaints")
    return evaluate(fit(model, read_survey(shared_data("data", "mobi.csv"), model), ridge=strength))


def verdicts(made: Results) -> tuple[float, ...]:
    shown = made.tables["fit"].set_index("measure")["value"]
    return tuple(float(shown[name]) for name in ("converged", "admissible", "identified"))


def test_mobile_phone_customers() -> None:
    """Maximum likelihood cannot be used on these 250 answers (Tenenhaus et al. 2005); a ridge of .02 can.

    Drivers that respondents do not tell apart share their effects: all paths lie between 0 and 1, but for
    that of image on loyalty, whose error is more than twice its size.
    """
    assert verdicts(phones(0.0)) == (1, 0, 1)
    assert verdicts(phones(0.02)) == (1, 1, 1)
    codes = [set(phones(strength).tables["findings"]["code"]) for strength in (0.0, 0.02)]
    assert "weakly-identified" in codes[0] - codes[1]
    assert (phones(0.0).trustworthy, phones(0.02).trustworthy) == (False, True)
    shown = phones(0.02).tables["standardised"].query("op == '~'").set_index(["rhs", "lhs"])
    assert len(shown) == 12
    assert shown["est"].drop(index=("image", "loyalty")).between(0, 1).all()
    assert shown.loc[("image", "loyalty"), "se"] > 2 * abs(shown.loc[("image", "loyalty"), "est"])
    wild = phones(0.0).tables["standardised"].query("op == '~'")["est"]
    assert ((wild < 0) | (wild > 1)).sum() > 3


def test_the_ridge_goes_alone() -> None:
    """semopy knows no penalty: its answer is not asked for, and the search starts as without a ridge."""
    sample, table = sample_of(chain_survey()), parameter_table(CHAIN)
    penalty = ridge_penalty(table, sample.cov, 0.1)
    found, engine = find_optimum(table, sample.cov, sample.n, penalty=penalty)
    assert found.converged.all()
    assert np.isnan(engine)
