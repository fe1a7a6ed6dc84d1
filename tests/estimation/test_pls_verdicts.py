"""Verdicts of PLS: every way in which an estimate cannot be used, provoked and named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    chain_survey,
    exact_answers,
    factor_covariance,
    model_of,
    survey_of,
)

from csi_model.errors import EstimationError, Finding, UsageError
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.fits import CompositeSolution, Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.pls_verdicts import judge_composites
from csi_model.estimation.verdicts import Verdicts
from csi_model.model.spec import ModelSpec

PAIR = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
THREE = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"})
SINGLES = model_of({"a": "a1", "b": "b1", "c": "c1"}, {"c": "a b"})


def estimated(model: ModelSpec, answers: Floats, **options: Any) -> Fit:
    return fit(model, survey_of(model, answers), **({"estimator": "plsc", "bootstrap": 0} | options))


def solution(made: Fit) -> CompositeSolution:
    assert isinstance(made.pooled.solution, CompositeSolution)
    return made.pooled.solution


def verdicts(made: Fit) -> Verdicts:
    return solution(made).verdicts


def only(made: Fit, code: str) -> list[Finding]:
    return [finding for finding in verdicts(made).findings if finding.code == code]


def pair_covariance(a: float, b: float, between: list[list[float]]) -> Floats:
    """Correlations of two questions each: within a, within b, and between them."""
    cov = np.eye(4)
    cov[0, 1] = cov[1, 0] = a
    cov[2, 3] = cov[3, 2] = b
    cov[:2, 2:] = between
    cov[2:, :2] = cov[:2, 2:].T
    return cov


def factor_answers(phi: Any, loading: float = 0.7) -> Floats:
    """Answers that are a population with common factors, two questions each."""
    size = len(phi)
    lam = np.kron(np.eye(size), np.ones((2, 1))) * loading
    return exact_answers(factor_covariance(lam, phi, [1 - loading**2] * 2 * size))


def test_a_sound_estimate_has_no_findings() -> None:
    for estimator in ("pls", "plsc"):
        made = estimated(CHAIN, chain_answers(200), estimator=estimator)
        found = verdicts(made)
        assert (found.converged, found.admissible, found.identified) == (True, True, True)
        assert not found.weakly_identified
        assert found.findings == ()
        assert made.trustworthy
        assert found.gradient == solution(made).change < 1e-11


# ---- consistent estimates that cannot be


def test_a_reliability_below_zero() -> None:
    made = estimated(PAIR, exact_answers(pair_covariance(-0.5, 0.5, [[0.1, 0.1], [0.3, 0.3]])))
    assert not verdicts(made).admissible
    assert not made.trustworthy
    (finding,) = only(made, "reliability")
    assert (finding.severity, finding.where) == ("error", "a")
    # w proportional to (1, 3): (w'w)^2 2 w1 w2 r / (2 w1^2 w2^2) / (w'S w)
    rho = (1 + 9) ** 2 * (2 * 3 * -0.5) / (2 * 9) / (1 + 9 - 3)
    assert f"the reliability (rho A) of a is {rho:.3f}, which cannot be" in finding.what
    assert "mode: B" in finding.fix
    assert "--estimator pls" in finding.fix


def test_a_reliability_above_one() -> None:
    """One question does all the work: weights (9, 1) make more of r = .5 than there can be."""
    made = estimated(PAIR, exact_answers(pair_covariance(0.5, 0.6, [[0.45, 0.45], [0.05, 0.05]])))
    (finding,) = only(made, "reliability")
    rho = (81 + 1) ** 2 * (2 * 9 * 0.5) / (2 * 81) / (81 + 1 + 9)
    assert rho > 1
    assert f"of a is {rho:.3f}" in finding.what


def test_a_loading_above_one_with_a_reliability_that_can_be() -> None:
    """Weights (2, 1): rho A = .77, loadings 1.047 and .523."""
    made = estimated(PAIR, exact_answers(pair_covariance(0.55, 0.6, [[0.5, 0.5], [0.25, 0.25]])))
    assert only(made, "reliability") == []
    (finding,) = only(made, "loading")
    assert finding.where == "a =~ a1"
    loading = 2 * np.sqrt(0.55 / 2)  # l1 l2 = r with l1 = 2 l2
    assert loading > 1
    assert f"the loading of a1 on a is {loading:.3f}: its error variance is negative" in finding.what
    assert not verdicts(made).admissible


def test_a_correlation_beyond_one() -> None:
    """Questions of two constructs go together more closely (.6) than those of one (.5)."""
    made = estimated(PAIR, exact_answers(pair_covariance(0.5, 0.5, [[0.6, 0.6], [0.6, 0.6]])))
    (finding,) = only(made, "inadmissible-correlation")
    assert finding.where == "a - b"
    assert "correlate 1.200 after the correction" in finding.what  # .6 / .5
    assert "Merge them" in finding.fix
    (explained,) = only(made, "explained-variance")
    assert "the drivers explain 1.440 of the variance of b" in explained.what
    assert not verdicts(made).admissible


def test_constructs_that_no_answers_could_have() -> None:
    """Every pair may be, not all three: .9, .9 and .5."""
    phi = np.array([[1, 0.5, 0.9], [0.5, 1, 0.9], [0.9, 0.9, 1]])
    assert np.linalg.eigvalsh(phi)[0] < 0
    made = estimated(THREE, factor_answers(phi))
    assert only(made, "inadmissible-correlation") == []
    assert len(only(made, "latent-covariance")) == 1
    (finding,) = only(made, "explained-variance")
    r2 = phi[:2, 2] @ np.linalg.solve(phi[:2, :2], phi[:2, 2])
    assert f"explain {r2:.3f} of the variance of c" in finding.what
    assert "--estimator pls" in finding.fix


@pytest.mark.parametrize(
    "answers",
    [
        exact_answers(pair_covariance(-0.5, 0.5, [[0.1, 0.1], [0.3, 0.3]])),
        exact_answers(pair_covariance(0.5, 0.5, [[0.6, 0.6], [0.6, 0.6]])),
    ],
)
def test_composites_are_always_admissible(answers: Floats) -> None:
    for model in (PAIR, replace(PAIR, constructs=tuple(replace(c, mode="B") for c in PAIR.constructs))):
        assert verdicts(estimated(model, answers, estimator="pls")).admissible


def test_what_is_not_corrected_is_not_judged() -> None:
    """A declared composite has no error to correct, so that its questions may go their own ways."""
    answers = exact_answers(pair_covariance(-0.5, 0.5, [[0.1, 0.1], [0.3, 0.3]]))
    for mode in ("B", "sum"):
        constructs = tuple(replace(c, mode=mode if c.name == "a" else "A") for c in PAIR.constructs)
        made = estimated(replace(PAIR, constructs=constructs), answers)  # type: ignore[arg-type]
        assert verdicts(made).admissible, mode


@pytest.mark.parametrize("seed", range(5))
def test_a_whole_of_composites_is_their_sum_and_no_impossible_construct(seed: int) -> None:
    """Its R2 is 1 and its correlations with its parts are singular, up to rounding of either sign."""
    model = model_of(
        {"x": "x1 x2 x3", "q": "q1 q2 q3", "w": "", "s": "s1 s2 s3"},
        {"w": "x q", "s": "w"},
        repeats={"w": "x q"},
    )
    constructs = tuple(replace(c, mode="B") if c.name in ("x", "q") else c for c in model.constructs)
    made = estimated(
        replace(model, constructs=constructs), chain_answers(150, seed)[:, :9], higher_order="two_stage"
    )
    assert made.trustworthy, [finding.what for finding in verdicts(made).findings]
    # its parts corrected and itself not, it could not be (R2 beyond 1): refused
    with pytest.raises(UsageError, match=r"plsc cannot correct w.*mode: sum"):
        estimated(model, chain_answers(150, seed)[:, :9], higher_order="two_stage")


def test_single_questions_make_no_draw_inadmissible() -> None:
    model = model_of({"a": "a1", "b": "b1", "c": "c1 c2"}, {"c": "a b"})
    made = estimated(model, chain_answers(300)[:, [0, 3, 6, 7]], bootstrap=200)
    draws = solution(made).draws
    assert draws is not None
    estimates = composite_estimates(solution(made).table, draws.means, draws.values)
    assert np.abs(estimates.loadings).max() < 1 + 1e-12
    assert draws.flagged == 0


def test_draws_that_cannot_be_are_counted() -> None:
    """A correlation of .97 in the sample: in many resamples it is above 1."""
    made = estimated(PAIR, factor_answers([[1, 0.97], [0.97, 1]]), bootstrap=200)
    draws = solution(made).draws
    assert draws is not None
    assert verdicts(made).admissible
    estimates = composite_estimates(solution(made).table, draws.means, draws.values)
    beyond = int((~(np.abs(estimates.correlation[:, 0, 1]) < 1)).sum())
    assert 20 < beyond < 180
    assert draws.inadmissible["two constructs correlate 1 or more"] == beyond


# ---- warnings


@pytest.mark.parametrize(("correlation", "named"), [(0.94, False), (0.96, True)])
def test_constructs_that_are_hardly_told_apart(correlation: float, named: bool) -> None:
    made = estimated(PAIR, factor_answers([[1, correlation], [correlation, 1]]))
    found = only(made, "high-correlation")
    assert [finding.where for finding in found] == (["a - b"] if named else [])
    for finding in found:
        assert finding.severity == "warning"
        assert f"correlate {correlation:.3f}" in finding.what
    assert made.trustworthy


def test_a_whole_and_its_parts_are_close_by_nature() -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "w": "", "c": "c1 c2"}, {"w": "a b", "c": "w"}, repeats={"w": "a b"}
    )
    answers = factor_answers([[1, 0.95, 0.5], [0.95, 1, 0.5], [0.5, 0.5, 1]], loading=0.99)
    places = [f.where for f in only(estimated(model, answers, estimator="pls"), "high-correlation")]
    assert "a - w" not in places
    assert "b - w" not in places


def test_a_question_against_the_others() -> None:
    answers = chain_answers(150)
    answers[:, 8] = 11 - answers[:, 8]
    made = estimated(CHAIN, answers, estimator="pls")
    (finding,) = only(made, "negative-loading")
    assert (finding.severity, finding.where) == ("warning", "satisfaction =~ s3")
    assert "runs against the other questions of satisfaction (loading -0." in finding.what
    for remedy in ("reversed", "drop", "sign"):
        assert remedy in finding.fix


# ---- drivers that determine each other


def near_twins(apart: float) -> Floats:
    """Answers to ``SINGLES`` where a and b correlate 1 - ``apart``."""
    cov = np.array([[1, 1 - apart, 0.5], [1 - apart, 1, 0.5], [0.5, 0.5, 1]])
    return exact_answers(cov)


def test_drivers_that_almost_determine_each_other() -> None:
    made = estimated(SINGLES, near_twins(1e-6), estimator="pls")
    found = verdicts(made)
    assert (found.identified, found.weakly_identified) == (True, True)
    assert found.eigenvalue == pytest.approx(1e-6, rel=1e-6)
    (finding,) = only(made, "weakly-identified")
    assert finding.severity == "error"
    assert "the drivers of c determine each other almost exactly" in finding.what
    assert "merge them" in finding.fix
    assert not made.trustworthy


def test_drivers_that_determine_each_other_to_the_ninth_digit() -> None:
    made = estimated(SINGLES, near_twins(1e-9), estimator="pls")
    found = verdicts(made)
    assert (found.identified, found.weakly_identified) == (False, False)
    (finding,) = only(made, "not-identified")
    assert "determine each other exactly" in finding.what


def test_a_driver_and_its_copy() -> None:
    """The path scheme regresses c on its drivers and has no answer; other schemes have no paths to c."""
    model = model_of({"a": "a1", "b": "b1", "c": "c1 c2"}, {"c": "a b"})
    answers = chain_answers(150)[:, [0, 0, 6, 7]]
    with pytest.raises(EstimationError) as error:
        estimated(model, answers, estimator="pls")
    (finding,) = error.value.findings
    assert finding.code == "linear-dependence"
    assert "the scores of some drivers determine each other exactly" in finding.what
    assert "--scheme centroid" in finding.fix
    for scheme in ("centroid", "factorial"):
        made = estimated(model, answers, estimator="pls", scheme=scheme)
        assert not verdicts(made).identified
        found = solution(made)
        assert np.isnan(composite_estimates(found.table, found.means, found.values).beta[2, :2]).all()


def test_mode_b_with_a_copied_question() -> None:
    answers = chain_answers(150)
    answers[:, 2] = answers[:, 1]
    constructs = tuple(replace(c, mode="B" if c.name == "expectations" else "A") for c in CHAIN.constructs)
    model = replace(CHAIN, constructs=constructs)  # type: ignore[arg-type]
    with pytest.raises(EstimationError) as error:
        estimated(model, answers, estimator="pls")
    (finding,) = error.value.findings
    assert (finding.code, finding.where) == ("linear-dependence", "survey.csv")
    assert "mode B cannot weigh the questions of expectations (x1, x2, x3)" in finding.what
    assert "`mode: A`" in finding.fix
    # mode A takes the copy: it counts twice
    assert estimated(CHAIN, answers, estimator="pls").trustworthy


def test_a_group_with_a_copied_question_does_not_stop_the_others() -> None:
    answers = chain_answers(160)
    answers[:80, 2] = answers[:80, 1]
    constructs = tuple(replace(c, mode="B" if c.name == "expectations" else "A") for c in CHAIN.constructs)
    model = replace(CHAIN, constructs=constructs)  # type: ignore[arg-type]
    survey = survey_of(model, answers, groups={"firm": ["copy"] * 80 + ["sound"] * 80})
    made = fit(model, survey, estimator="pls", bootstrap=0)
    first, second = made.groups
    assert first.solution is None
    assert "mode B cannot weigh" in first.why
    assert [(f.code, f.where) for f in first.findings] == [("group-failed", "copy")]
    assert second.solution is not None
    assert not made.trustworthy


@pytest.mark.parametrize(
    "paths",
    [{"b": "a", "a": "b"}, {"b": "a", "c": "b", "a": "c"}, {"b": "a b"}],
    ids=["two", "three", "self"],
)
def test_a_loop_has_no_order(paths: dict[str, str]) -> None:
    model = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, paths)
    with pytest.raises(EstimationError) as error:
        estimated(model, factor_answers(np.eye(3) * 0.5 + 0.5))
    (finding,) = error.value.findings
    assert finding.code == "loop"
    assert "lead back to where they start" in finding.what
    assert "--estimator ml" in finding.fix


def test_a_constant_question_is_named() -> None:
    answers = chain_answers(60)
    answers[:, 4] = 7.0
    with pytest.raises(EstimationError, match="everybody gave the same answer to q2"):
        estimated(CHAIN, answers)


# ---- convergence


def test_weights_that_still_move() -> None:
    found = solution(fit(CHAIN, chain_survey(100), estimator="pls", bootstrap=0))
    made = composite_estimates(found.table, found.means, found.values)
    judged = judge_composites(found.table, made, 3e-4, 1e-11)
    assert not judged.converged
    assert not judged.trustworthy
    assert judged.gradient == 3e-4
    first = judged.findings[0]
    assert (first.code, first.severity) == ("not-converged", "error")
    assert "still moved by 3.0e-04" in first.what
    assert "--scheme centroid" in first.fix
    assert judge_composites(found.table, made, 1e-11, 1e-11).converged
    # a step that is no number at all is no convergence either
    assert not judge_composites(found.table, made, float("nan"), 1e-11).converged


def test_groups_are_judged_one_by_one_and_named() -> None:
    answers = np.vstack([
        factor_answers([[1, 0.4], [0.4, 1]]),
        exact_answers(pair_covariance(0.5, 0.5, [[0.6, 0.6], [0.6, 0.6]]), seed=3),
    ])  # fmt: skip
    survey = survey_of(PAIR, answers, groups={"firm": ["sound"] * 200 + ["odd"] * 200})
    made = fit(PAIR, survey, estimator="plsc", bootstrap=0)
    by_name = {part.key[0]: part for part in made.groups}
    assert by_name["sound"].findings == ()
    assert "odd: a - b" in [finding.where for finding in by_name["odd"].findings]
    assert not made.trustworthy
