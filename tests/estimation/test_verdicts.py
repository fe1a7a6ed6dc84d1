"""What a fit says about itself: the right code, and the names of the variables."""

from __future__ import annotations

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
    modifier,
    survey_of,
)

from csi_model.errors import EstimationError, Finding
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.verdicts import Verdicts, weakest_direction
from csi_model.model.spec import ModelSpec

BLOCKS = np.kron(np.eye(3), np.array([[1.0], [0.9], [0.8]]))  # three constructs, three items each
TRIPLE = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})


def fitted(model: ModelSpec, answers: Floats) -> Fit:
    return fit(model, survey_of(model, answers))


def verdicts(made: Fit) -> Verdicts:
    assert made.pooled.solution is not None
    return made.pooled.solution.verdicts


def only(made: Fit, code: str) -> list[Finding]:
    return [finding for finding in made.pooled.findings if finding.code == code]


def refused(model: ModelSpec, answers: Floats) -> Finding:
    with pytest.raises(EstimationError) as caught:
        fitted(model, answers)
    (finding,) = caught.value.findings
    return finding


def triple_with(correlation: float) -> Fit:
    """a and b correlate as given; c follows both."""
    phi = np.array([[1, correlation, 0.6], [correlation, 1, 0.6], [0.6, 0.6, 1]])
    return fitted(TRIPLE, exact_answers(factor_covariance(BLOCKS, phi, [0.5] * 9), n=400))


def test_a_good_fit_says_so() -> None:
    made = fitted(CHAIN, chain_answers())
    found = verdicts(made)
    assert (found.converged, found.admissible, found.identified, found.weakly_identified) == (
        True, True, True, False,
    )  # fmt: skip
    assert found.trustworthy
    assert made.trustworthy
    assert not [finding for finding in made.pooled.findings if finding.severity == "error"]
    assert found.gradient < 1e-10


def test_not_identified() -> None:
    """One item cannot tell the variance of its construct from its own error variance."""
    model = model_of({"a": "a1", "b": "b1 b2 b3"}, {"b": "a"}, modifiers=[modifier("a1 ~~ a1")])
    loadings = [[1, 0], [0, 1], [0, 0.9], [0, 0.8]]
    answers = exact_answers(factor_covariance(loadings, [[1, 0.5], [0.5, 1]], [0.5] * 4))
    made = fitted(model, answers)
    found = verdicts(made)
    assert not found.identified
    assert not found.trustworthy
    assert found.eigenvalue < 1e-8
    (finding,) = only(made, "not-identified")
    assert finding.severity == "error"
    for name in ("a ~~ a", "a1 ~~ a1", "b ~ a"):
        assert name in finding.what
    assert "Do not use these parameters." in finding.fix


def test_weakly_identified() -> None:
    made = triple_with(0.9999)
    found = verdicts(made)
    assert found.identified
    assert found.weakly_identified
    assert not found.trustworthy
    (finding,) = only(made, "weakly-identified")
    assert "c ~ a" in finding.what
    assert "c ~ b" in finding.what


@pytest.mark.parametrize(("correlation", "named"), [(0.94, False), (0.95, True), (0.97, True)])
def test_high_correlation_is_named(correlation: float, named: bool) -> None:
    made = triple_with(correlation + 1e-9)
    findings = only(made, "high-correlation")
    assert [finding.where for finding in findings] == (["a - b"] if named else [])
    for finding in findings:
        assert f"{correlation:.3f}" in finding.what
        assert finding.severity == "warning"


def test_negative_variance() -> None:
    """Item a1 shares more with b than a's variance can hold (a Heywood case)."""
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    made = fitted(model, exact_answers(cov))
    assert not verdicts(made).admissible
    (finding,) = only(made, "negative-variance")
    assert finding.where == "a1 ~~ a1"
    assert "Heywood" in finding.what
    assert "a1" in finding.what


def test_correlation_beyond_one() -> None:
    """Items of different constructs correlate more than items of the same one."""
    cov = np.full((6, 6), 0.7)
    for block in (slice(0, 3), slice(3, 6)):
        cov[block, block] = 0.6
    np.fill_diagonal(cov, 1.0)
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {})
    made = fitted(model, exact_answers(cov))
    assert not verdicts(made).admissible
    (finding,) = only(made, "inadmissible-correlation")
    assert finding.where == "a - b"
    assert "1.167" in finding.what  # .7 / .6
    assert only(made, "latent-covariance")


def test_exploding_standard_error() -> None:
    made = triple_with(0.999)
    places = {finding.where for finding in only(made, "exploding-standard-error")}
    assert {"c ~ a", "c ~ b"} <= places
    assert not verdicts(made).admissible


def test_weakest_direction() -> None:
    """Scaled to a unit diagonal, [[4, 1.8], [1.8, 1]] is [[1, .9], [.9, 1]]: eigenvalue .1 along (1, -1)."""
    value, vector = weakest_direction(np.array([[4.0, 1.8], [1.8, 1.0]]))
    assert value == pytest.approx(0.1)
    np.testing.assert_allclose(np.abs(vector), np.sqrt([0.5, 0.5]))
    assert weakest_direction(np.diag([2.0, 0.0]))[0] == 0
    np.testing.assert_array_equal(weakest_direction(np.diag([2.0, 0.0]))[1], [0, 1])
    assert weakest_direction(np.full((2, 2), np.nan))[0] == 0


def test_too_few_rows() -> None:
    finding = refused(CHAIN, chain_answers(11))
    assert finding.code == "too-few-rows"
    assert "11 respondents answered all 11 questions" in finding.what
    assert fitted(CHAIN, chain_answers(40)).pooled.solution is not None


def test_thin_sample_is_a_warning() -> None:
    made = fitted(CHAIN, chain_answers(100))
    (finding,) = only(made, "small-sample")
    assert finding.severity == "warning"
    assert "100 respondents for 26 free parameters" in finding.what
    assert not only(fitted(CHAIN, chain_answers(130)), "small-sample")


def test_constant_columns_are_named_together() -> None:
    answers = chain_answers()
    answers[:, [1, 4]] = 7.0
    finding = refused(CHAIN, answers)
    assert finding.code == "constant-column"
    assert "x2, q2" in finding.what


def test_duplicated_items_are_named() -> None:
    answers = chain_answers()
    answers[:, 4] = answers[:, 3]
    finding = refused(CHAIN, answers)
    assert finding.code == "linear-dependence"
    assert "q1, q2 determine" in finding.what


def test_two_duplicated_pairs_are_both_named() -> None:
    answers = chain_answers()
    answers[:, 4] = answers[:, 3]
    answers[:, 10] = 11 - answers[:, 9]
    finding = refused(CHAIN, answers)
    for name in ("q1", "q2", "l1", "l2"):
        assert name in finding.what


def test_linear_dependence_is_named() -> None:
    answers = chain_answers()
    answers[:, 8] = (answers[:, 6] + answers[:, 7]) / 2
    finding = refused(CHAIN, answers)
    assert finding.code == "linear-dependence"
    assert "s1, s2, s3 determine" in finding.what


def test_an_unanswered_question_is_named() -> None:
    answers = chain_answers()
    answers[:, 2] = np.nan
    with pytest.raises(EstimationError) as caught:
        fit(CHAIN, survey_of(CHAIN, answers), missing_data="mean")
    (finding,) = caught.value.findings
    assert finding.code == "no-answers"
    assert "x3" in finding.what


def test_too_many_parameters() -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1"}, {"b": "a"}, modifiers=[modifier("a1 ~~ b1"), modifier("a2 ~~ b1")]
    )
    finding = refused(model, chain_answers()[:, :3])
    assert finding.code == "too-many-parameters"
    assert "8 free parameters" in finding.what
    assert "6 entries" in finding.what


def test_not_converged_is_an_error() -> None:
    """A search that is cut off says so, whatever its last point looks like."""
    from csi_model.estimation.covariance import gradient_and_information
    from csi_model.estimation.parameters import parameter_table
    from csi_model.estimation.solver import fisher_scoring
    from csi_model.estimation.starts import start_values
    from csi_model.estimation.verdicts import judge
    from csi_model.survey.moments import sample_of

    sample, table = sample_of(chain_survey()), parameter_table(CHAIN)
    start = start_values(table, sample.cov)
    stopped = fisher_scoring(table, sample.cov[None], start[None], max_iterations=1)
    values = stopped.values[0]
    hessian = gradient_and_information(table, values, sample.cov)[1]
    found = judge(table, values, hessian, np.linalg.inv(hessian) * 2 / 300, float(stopped.gradient[0]))
    assert not found.converged
    assert found.findings[0].code == "not-converged"
    assert not found.trustworthy
