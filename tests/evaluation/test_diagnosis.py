"""The diagnosis names the one cause behind many findings, and is silent about a sound fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    exact_answers,
    factor_covariance,
    model_of,
    modifier,
    shared_data,
    survey_of,
)

from csi_model.errors import Finding
from csi_model.estimation.covariance import gradient_and_information
from csi_model.estimation.fits import Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.solver import fisher_scoring
from csi_model.estimation.starts import start_values
from csi_model.estimation.verdicts import judge
from csi_model.evaluation.diagnosis import Diagnosis, diagnose
from csi_model.model.catalogue import read_model
from csi_model.model.spec import ModelSpec
from csi_model.survey.reading import read_survey

BLOCKS = np.kron(np.eye(3), np.array([[1.0], [0.9], [0.8]]))
TRIPLE = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})
PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})


def solved(model: ModelSpec, cov: Floats, n: int = 200) -> Solution:
    solution = fit(model, survey_of(model, exact_answers(cov, n=n))).pooled.solution
    assert solution is not None
    return solution


def diagnosed(model: ModelSpec, cov: Floats, n: int = 200) -> Diagnosis:
    return checked(diagnose(solved(model, cov, n), np.asarray(cov)))


def checked(made: Diagnosis) -> Diagnosis:
    """What holds for every diagnosis of an unusable fit."""
    assert made.cause
    assert 1 <= len(made.lines) <= 3
    text = " ".join(made.lines)
    for line in made.lines:
        assert line.endswith(".")
        assert "nan" not in line.split()
    assert made.lines[-1].startswith("In this order: ")
    assert "PLS path modelling" in made.lines[-1]
    for name in (*made.constructs, *made.indicators):
        assert name in text, f"{name} is listed but not spoken of"
    return made


def triple(correlation: float) -> Floats:
    """a and b correlate as given; c follows both."""
    phi = np.array([[1, correlation, 0.6], [correlation, 1, 0.6], [0.6, 0.6, 1]])
    return factor_covariance(BLOCKS, phi, [0.5] * 9)


def test_a_sound_fit_has_no_diagnosis() -> None:
    part = fit(CHAIN, survey_of(CHAIN, chain_answers())).pooled
    assert part.solution is not None
    assert diagnose(part.solution, part.sample.cov) == Diagnosis()


def test_a_high_correlation_alone_is_no_failure() -> None:
    """It has its own warning; the fit may be used."""
    solution = solved(TRIPLE, triple(0.96), n=5000)
    assert [finding.code for finding in solution.verdicts.findings] == ["high-correlation"]
    assert diagnose(solution, triple(0.96)) == Diagnosis()


@pytest.mark.parametrize(("correlation", "shown"), [(0.999, "0.999"), (0.9999, "0.999900")])
def test_constructs_that_are_one(correlation: float, shown: str) -> None:
    """Standard errors explode, or the model is weakly identified: the cause is the same."""
    made = diagnosed(TRIPLE, triple(correlation))
    assert made.cause == "indistinct-constructs"
    assert made.constructs == ("a", "b")
    assert made.lines[0] == f"Respondents do not tell a from b: the two constructs correlate {shown}."
    assert "a > c 0.30 and b > c 0.30" in made.lines[1]  # .6 / 1.999, each
    assert made.lines[2].startswith(
        "In this order: merge a and b into one construct; or fit with `--ridge 0.02`, which steadies "
    )


def test_constructs_so_close_that_nothing_tells_them_apart() -> None:
    """Their paths are not identified, because they are one: that is the cause to name."""
    cov = triple(1 - 1e-8)
    solution = solved(TRIPLE, cov)
    assert not solution.verdicts.identified
    made = checked(diagnose(solution, cov))
    assert made.cause == "indistinct-constructs"
    assert made.constructs == ("a", "b")


def test_a_mirror_image_is_called_one() -> None:
    turn = np.diag([1.0, 1, 1, -1, -1, -1, 1, 1, 1])
    made = diagnosed(TRIPLE, turn @ triple(0.999) @ turn)
    assert "Respondents answer b as the opposite of a" in made.lines[0]
    assert "correlate -0.999." in made.lines[0]


def test_a_correlation_beyond_one() -> None:
    """Items of different constructs correlate .7, of the same one .6: .7 / .6 = 1.167."""
    cov = np.full((6, 6), 0.7)
    for block in (slice(0, 3), slice(3, 6)):
        cov[block, block] = 0.6
    np.fill_diagonal(cov, 1.0)
    made = diagnosed(model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {}), cov)
    assert made.cause == "indistinct-constructs"
    assert "correlate 1.167, more than any answers can." in made.lines[0]


def test_an_item_that_belongs_to_the_other_construct_is_named() -> None:
    """a3 loads on b as strongly as b's own items, on a not at all."""
    loadings = np.array([[1.0, 0], [0.9, 0], [0, 0.9], [0, 1], [0, 0.9], [0, 0.8]])
    cov = factor_covariance(loadings, [[1, 0.97], [0.97, 1]], [0.5] * 6)
    cov[2, 3:] += 0.15
    cov[3:, 2] += 0.15
    made = diagnosed(PAIR, cov, n=60)
    assert made.cause == "indistinct-constructs"
    assert made.indicators == ("a3",)
    assert "or drop a3, which goes with the questions of b more than with those of a;" in made.lines[2]


def test_a_heywood_case_of_an_item_that_strays() -> None:
    """a1 correlates .6 with b's items and .5 with a2: its error variance is -.5."""
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    made = diagnosed(model, cov)
    assert made.cause == "negative-variance"
    assert (made.constructs, made.indicators) == (("a", "b"), ("a1",))
    assert "-50.0% of its variance" in made.lines[0]
    assert "a1 goes with the questions of b more than with the others of a." in made.lines[1]
    assert made.lines[2].startswith(
        "In this order: move a1 to b, or drop it; or keep variances at or above zero"
    )
    assert "`--variances bounded`" in made.lines[2]


def test_a_heywood_case_of_one_item_of_three() -> None:
    """a1 a2, a1 a3 correlate .8, a2 a3 only .5: a loading of .8 x .8 / .5 = 1.28, an error of -28 %."""
    cov = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    made = diagnosed(model_of({"a": "a1 a2 a3"}, {}), cov)
    assert (made.constructs, made.indicators) == (("a",), ("a1",))
    assert "-28.0% of its variance" in made.lines[0]
    assert made.lines[2].startswith("In this order: drop a1; or keep variances")


def test_a_close_pair_elsewhere_is_not_blamed() -> None:
    """b and c correlate .96 and may be used; a1 has a Heywood case of its own."""
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {})
    phi = np.array([[1, 0.2, 0.2], [0.2, 1, 0.96], [0.2, 0.96, 1]])
    cov = factor_covariance(BLOCKS, phi, [0.5] * 9)
    block = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    cov[:3, :3] = block
    solution = solved(model, cov, n=5000)
    assert "high-correlation" in {finding.code for finding in solution.verdicts.findings}
    made = checked(diagnose(solution, cov))
    assert made.cause == "negative-variance"
    assert made.indicators == ("a1",)


def test_drivers_that_explain_more_than_all() -> None:
    """c's correlations with a and b, .9 and .9, fit no c where a and b correlate .3: R2 = 1.62 / 1.3."""
    phi = np.array([[1, 0.3, 0.9], [0.3, 1, 0.9], [0.9, 0.9, 1]])
    made = diagnosed(TRIPLE, factor_covariance(BLOCKS, phi, [0.9] * 9))
    assert made.cause == "negative-variance"
    assert made.lines[0] == "The unexplained variance of c is negative (-24.6% of the whole)."
    assert made.constructs[0] == "c"
    assert "merge c and " in made.lines[2]


def test_questions_that_do_not_go_together() -> None:
    """Three items that correlate -.2: the variance of what they share is negative."""
    cov = np.eye(3) * 1.2 - 0.2
    made = diagnosed(model_of({"a": "a1 a2 a3"}, {}), cov)
    assert made.cause == "negative-variance"
    assert made.lines[0] == "The variance of a is negative."
    assert made.indicators == ("a1", "a2", "a3")
    assert "`reversed`" in made.lines[2]


def test_drivers_that_overlap_together() -> None:
    """d is all but the sum of a, b and c; no two of them correlate .95."""
    blocks = np.kron(np.eye(5), np.array([[1.0], [0.9], [0.8]]))
    mix = np.eye(5)
    mix[3] = [0.57, 0.57, 0.57, 0.06, 0]
    mix[4] = [0.3, 0.1, 0.1, 0.2, 0.7]
    cov = factor_covariance(blocks, mix @ mix.T, [0.4] * 15)
    model = model_of({name: " ".join(f"{name}{k}" for k in "123") for name in "abcde"}, {"e": "a b c d"})
    made = diagnosed(model, cov, n=100)
    assert made.cause == "overlapping-drivers"
    assert set(made.constructs) == set("abcde")
    assert "The drivers of e overlap: what d says, a, b and c say together" in made.lines[0]
    assert "d > e" in made.lines[1]
    assert "merge " in made.lines[2]


def test_a_model_that_is_not_identified() -> None:
    """One item cannot tell the variance of its construct from its own error variance."""
    model = model_of({"a": "a1", "b": "b1 b2 b3"}, {"b": "a"}, modifiers=[modifier("a1 ~~ a1")])
    loadings = [[1, 0], [0, 1], [0, 0.9], [0, 0.8]]
    made = diagnosed(model, factor_covariance(loadings, [[1, 0.5], [0.5, 1]], [0.5] * 4))
    assert made.cause == "not-identified"
    assert made.indicators == ("a1",)
    assert "a ~~ a" in made.lines[0]
    assert "exactly as well" in made.lines[1]
    assert made.lines[2].startswith("In this order: ask a second question about a; or fix or remove")


def test_a_weakly_identified_model_without_a_close_pair() -> None:
    """Two items and hardly any correlation with the rest: nothing fixes a's loadings."""
    model = model_of({"a": "a1 a2", "b": "b1 b2 b3"}, {"b": "a"})
    loadings = [[1, 0], [0.9, 0], [0, 1], [0, 0.9], [0, 0.8]]
    made = diagnosed(model, factor_covariance(loadings, [[1, 0.002], [0.002, 1]], [0.5] * 5))
    assert made.cause == "not-identified"
    assert "almost as well" in made.lines[1]
    assert "a =~ a2" in made.lines[0]


def test_a_parameter_that_the_sample_hardly_holds() -> None:
    """The same with a little more correlation and few respondents: only standard errors explode."""
    model = model_of({"a": "a1 a2", "b": "b1 b2 b3"}, {"b": "a"})
    loadings = [[1, 0], [0.9, 0], [0, 1], [0, 0.9], [0, 0.8]]
    solution = solved(model, factor_covariance(loadings, [[1, 0.1], [0.1, 1]], [0.5] * 5), n=40)
    assert {one.code for one in solution.verdicts.findings} == {"exploding-standard-error"}
    cov = factor_covariance(loadings, [[1, 0.1], [0.1, 1]], [0.5] * 5)
    made = checked(diagnose(solution, cov))
    assert made.cause == "unstable"
    assert made.lines[0] == "This sample says almost nothing about a1 ~~ a1, a2 ~~ a2."
    assert made.indicators == ("a1", "a2")


def test_a_search_that_did_not_end_says_so_first() -> None:
    cov = triple(0.999)
    table = parameter_table(TRIPLE)
    stopped = fisher_scoring(table, cov[None], start_values(table, cov)[None], max_iterations=2)
    values = stopped.values[0]
    hessian = gradient_and_information(table, values, cov)[1]
    covariance = 2 / 200 * np.linalg.inv(hessian)
    verdicts = judge(table, values, hessian, covariance, float(stopped.gradient[0]))
    assert not verdicts.converged
    solution = replace(solved(TRIPLE, cov), values=values, verdicts=verdicts)
    made = checked(diagnose(solution, cov))
    assert made.lines[0].startswith("The search for the best values did not end; no number holds. Where it")
    assert made.cause == "indistinct-constructs"


def test_covariances_that_contradict_each_other() -> None:
    """Nothing else is wrong: the constructs' matrix has a negative eigenvalue."""
    solution = solved(TRIPLE, triple(0.5), n=400)
    finding = Finding(code="latent-covariance", severity="error", where="constructs", what="not definite.")
    verdicts = replace(solution.verdicts, admissible=False, findings=(finding,))
    made = checked(diagnose(replace(solution, verdicts=verdicts), triple(0.5)))
    assert made.cause == "unstable"
    assert "contradict each other" in made.lines[0]


def test_mobile_phone_customers() -> None:
    """250 customers, ECSI with complaints: expectations and quality correlate .995 (lavaan: the same)."""
    model = read_model("ecsi-complaints")
    survey = read_survey(shared_data("data", "mobi.csv"), model)
    part = fit(survey.model, survey).pooled
    assert part.solution is not None
    made = checked(diagnose(part.solution, part.sample.cov))
    assert made.cause == "indistinct-constructs"
    assert made.constructs[:2] == ("expectations", "quality")
    assert made.lines[0].startswith(
        "Respondents do not tell expectations from quality: the two constructs correlate 0.995."
    )
    assert "expectations > value 2.19 and quality > value -1.51" in made.lines[1]
    assert "merge expectations and quality into one construct" in made.lines[2]
    assert made.indicators == ("CUEX3",)
