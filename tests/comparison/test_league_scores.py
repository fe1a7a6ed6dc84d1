"""The joint error of groups' scores: against draws, the delta method and plain sums over clusters."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, survey_of
from scipy import stats

from csi_model.comparison.league import LeagueOptions, league
from csi_model.comparison.league_scores import league_scores, unit_means
from csi_model.comparison.unit_scores import UnitScores
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.fits import CompositeSolution, Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.evaluation.composite_quantities import composite_index_weights
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.intervals import How, intervals
from csi_model.evaluation.quantities import index_scores, metric_of
from csi_model.survey.survey import Survey

FIRMS = np.repeat(["A", "B", "C"], [80, 90, 70])
J = CHAIN.construct_names.index("satisfaction")


def made(survey: Survey, weights_from: str = "pooled", **options: Any) -> tuple[UnitScores, Fit]:
    fitted = fit(CHAIN, survey, **options)
    results = evaluate(fitted)
    means = unit_means(results.moments["keys"], results.moments)
    return league_scores(fitted, survey, results.tables["index"], means, weights_from), fitted


def grouped(answers: Floats, firms: Any = FIRMS, **changes: Any) -> Survey:
    return survey_of(CHAIN, answers, groups={"firm": list(firms)}, **changes)


def spread_answers() -> Floats:
    """Firms far apart, where an error of weights is felt."""
    answers = chain_answers(240, 4)
    answers[FIRMS == "B", 6:9] += [0.5, 1.5, -0.5]
    answers[FIRMS == "C", 6:9] -= [1.5, 0.0, 0.5]
    return answers


def test_units_are_those_of_the_index_table() -> None:
    scores, fitted = made(grouped(chain_answers(240, 4)))
    index = evaluate(fitted).tables["index"].query("weights_from == 'pooled'")
    assert scores.level == "firm"
    assert scores.keys == (("A",), ("B",), ("C",))
    assert scores.names == ("A", "B", "C")
    assert scores.parents == ("", "", "")
    assert scores.index.ravel().tolist() == index["index"].tolist()
    assert scores.se.ravel() == pytest.approx(index["se"].to_numpy(), rel=1e-12)
    assert scores.n.tolist() == [80, 90, 70]
    assert scores.df.tolist() == [79.0, 89.0, 69.0]


def test_common_weights_are_shared_by_the_draws_of_pls() -> None:
    """Cov(I_u, I_v) is that of pooled weights drawn, times the units' means."""
    survey = grouped(spread_answers())
    scores, fitted = made(survey, estimator="pls", bootstrap=400, seed=1)
    pooled = fitted.pooled.solution
    assert isinstance(pooled, CompositeSolution)
    assert pooled.draws is not None
    metric = metric_of(CHAIN, fitted.options.weight_rule, MappingProxyType({}))
    drawn = composite_index_weights(
        pooled.table, metric, composite_estimates(pooled.table, pooled.draws.means, pooled.draws.values)
    )
    of_unit = [index_scores(metric, part.sample.mean, drawn)[:, J] for part in fitted.groups]
    expected = np.cov(np.array(of_unit))
    got = scores.covariance[J]
    off = ~np.eye(3, dtype=bool)
    assert got[off] == pytest.approx(expected[off], rel=1e-9)
    assert abs(expected[1, 2]) > 1e-4


def test_common_weights_are_shared_by_the_delta_method() -> None:
    """The variance of a sum of two units: the delta method on both at once."""
    scores, fitted = made(grouped(spread_answers()))
    metric = metric_of(CHAIN, fitted.options.weight_rule, MappingProxyType({}))
    how = How(level=0.95)
    a, b = fitted.groups[0], fitted.groups[1]
    assert isinstance(fitted.pooled.solution, Solution)
    step, both = 1e-5, []
    values = fitted.pooled.solution.values
    p = len(fitted.pooled.sample.mean)
    for q in range(len(values)):
        moved = []
        for sign in (1, -1):
            at = values.copy()
            at[q] += sign * step
            moved.append(_scores_at(fitted, metric, at, (a, b)))
        both.append((moved[0] - moved[1]) / (2 * step))
    slopes = np.array(both).T
    shared = slopes @ fitted.pooled.solution.covariance[p:, p:] @ slopes.T
    assert scores.covariance[J, 0, 1] == pytest.approx(shared[0, 1], rel=1e-5)
    assert scores.se[0, J] == pytest.approx(intervals(a, metric, how, fitted.pooled)[1]["index"].se[J])


def _scores_at(fitted: Fit, metric: Any, values: Floats, parts: Any) -> Floats:
    from csi_model.estimation.covariance import matrices
    from csi_model.evaluation.quantities import index_weights

    table = fitted.pooled.solution.table  # type: ignore[union-attr]
    weights = index_weights(table, metric, matrices(table, values))
    return np.array([index_scores(metric, part.sample.mean, weights)[J] for part in parts])


def test_own_weights_are_not_shared() -> None:
    scores, _ = made(grouped(spread_answers()), "group", estimator="pls", bootstrap=100)
    assert scores.covariance[J][~np.eye(3, dtype=bool)] == pytest.approx(0.0)


def test_given_weights_are_known() -> None:
    scores, _ = made(grouped(spread_answers()), weight_rule="equal")
    assert np.abs(scores.covariance[J][~np.eye(3, dtype=bool)]).max() < 1e-12


def test_clusters_that_reach_into_two_firms_tie_them() -> None:
    """With equal weights known the covariance is that of cluster sums, summed plainly."""
    random = np.random.default_rng(3)
    answers = chain_answers(240, 4)
    cluster = np.tile(np.arange(30), 8)
    answers += random.normal(size=30)[cluster][:, None]
    scores, _ = made(grouped(answers, cluster=cluster), weight_rule="equal")
    points = 100 * (answers[:, 6:9] - 1) / 9
    own = points.mean(axis=1)
    sums = np.zeros((30, 3))
    for k, firm in enumerate("ABC"):
        rows = firm == FIRMS
        for i in np.flatnonzero(rows):
            sums[cluster[i], k] += (own[i] - own[rows].mean()) / rows.sum()
    expected = 30 / 29 * (sums - sums.mean(axis=0)).T @ (sums - sums.mean(axis=0))
    assert scores.covariance[J] == pytest.approx(expected, rel=1e-9)
    assert expected[0, 1] > 1
    assert scores.df.tolist() == [29.0, 29.0, 29.0]


def test_strata_without_clusters_tie_firms_by_their_totals() -> None:
    strata = np.tile([0, 1, 2], 80)
    answers = chain_answers(240, 4)
    answers += np.array([-1.0, 0.0, 1.0])[strata][:, None]
    scores, _ = made(grouped(answers, strata=strata), weight_rule="equal")
    own = (100 * (answers[:, 6:9] - 1) / 9).mean(axis=1)
    moved = np.zeros((240, 3))
    for k, firm in enumerate("ABC"):
        rows = firm == FIRMS
        moved[rows, k] = (own[rows] - own[rows].mean()) / rows.sum()
    expected = np.zeros((3, 3))
    for stratum in range(3):
        block = moved[strata == stratum]
        m = len(block)
        apart = block - block.sum(axis=0) / m
        expected += m / (m - 1) * apart.T @ apart
    assert scores.covariance[J] == pytest.approx(expected, rel=1e-9)


def test_a_suppressed_unit_has_no_number_and_says_why() -> None:
    firms = np.where(np.arange(240) < 10, "Small", FIRMS)
    scores, _ = made(grouped(chain_answers(240, 4), firms))
    small = scores.names.index("Small")
    assert np.isnan(scores.index[small]).all()
    assert np.isnan(scores.covariance[:, small]).all()
    assert np.isnan(scores.covariance[:, :, small]).all()
    assert "10 respondents" in scores.why[small]
    assert np.isnan(scores.df[small])
    others = [k for k in range(4) if k != small]
    assert np.isfinite(scores.covariance[:, others][:, :, others]).all()


def test_a_firm_of_one_answer_has_no_error_and_takes_part_in_no_other() -> None:
    """What rounding leaves of its standard error is none, so that it is never told apart by it."""
    answers = chain_answers(240, 4)
    answers[FIRMS == "B"] = 7.0
    scores, _ = made(grouped(answers))
    assert scores.index[1] == pytest.approx(np.full(scores.index.shape[1], 100 * 6 / 9))
    assert np.all(scores.covariance[:, 1] == 0)
    assert np.all(scores.covariance[:, :, 1] == 0)
    assert not scores.known("satisfaction")[1]
    assert scores.known("satisfaction")[[0, 2]].all()


def test_a_level_has_no_more_freedom_than_its_clusters_allow() -> None:
    """Three firms in the same twelve cities: 11 degrees of freedom, not the sum of the firms'."""
    cities = np.tile(np.arange(12), 20)
    answers = chain_answers(240, 4) + np.random.default_rng(3).normal(size=12)[cities][:, None]
    survey = grouped(answers, cluster=cities)
    fitted = fit(CHAIN, survey, weight_rule="equal")
    rows = league(evaluate(fitted), fitted, survey, LeagueOptions(nested=True)).tables["aggregates"]
    row = rows[(rows["construct"] == "satisfaction") & (rows["weights_from"] == "pooled")].iloc[0]
    half = (row["ci_upper"] - row["ci_lower"]) / 2
    assert half / row["se"] == pytest.approx(stats.t.ppf(0.975, 11), rel=1e-9)


def test_a_single_suppressed_group_is_warned_of() -> None:
    """The others and all respondents give its number away; two suppressed groups hide each other."""
    answers = chain_answers(240, 4)
    for few, warned in ((10, ["Small"]), (0, [])):
        firms = np.where(np.arange(240) < few, "Small", FIRMS)
        survey = grouped(answers, firms)
        fitted = fit(CHAIN, survey, weight_rule="equal")
        found = league(evaluate(fitted), fitted, survey, LeagueOptions()).findings
        assert [one.where for one in found if one.code == "one-suppressed"] == warned
    two = np.where(np.arange(240) < 10, "Small", np.where(np.arange(240) < 25, "Few", FIRMS))
    survey = grouped(answers, two)
    fitted = fit(CHAIN, survey, weight_rule="equal")
    found = league(evaluate(fitted), fitted, survey, LeagueOptions()).findings
    assert not [one for one in found if one.code == "one-suppressed"]
