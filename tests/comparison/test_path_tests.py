"""Do paths differ? Against what was planted, by hand, and under a true null hypothesis."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from fit_builders import Floats, exact_answers, model_of, modifier, survey_of
from scipy import stats

from csi_model.comparison.invariance import group_samples
from csi_model.comparison.path_tests import SEVERAL, PathTest, path_tests
from csi_model.errors import UsageError
from csi_model.estimation.fitting import fit
from csi_model.estimation.group_fitting import JointFit, fit_jointly, group_evidence
from csi_model.survey.survey import Survey

EXACT = 1e-6
"""Sample moments are exact to 1e-14; the searches end at a gradient of 1e-8 or less."""

CHAIN = model_of(
    {"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2", "d": "d1"}, {"b": "a", "c": "a b", "d": "c"}
)
PATHS = (("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"))
LOADINGS = np.zeros((9, 4))
for construct, own in enumerate(([1, 0.9, 1.1], [1, 1.2, 0.8], [1, 0.9], [1])):
    LOADINGS[3 * construct - (construct == 3) :][: len(own), construct] = own
ERRORS = np.array([0.5, 0.6, 0.7, 0.5, 0.6, 0.7, 0.5, 0.6, 0.0])
SIZES = {"east": 300, "south": 350, "west": 400}


def moments(*, b_to_c: float = 0.4, variance: float = 1.0, b2: float = 1.2) -> Floats:
    """Covariances (9, 9) of the items; paths .6, .2, ``b_to_c``, .7; loading ``b2`` of the item b2."""
    beta = np.zeros((4, 4))
    beta[1, 0], beta[2, 0], beta[2, 1], beta[3, 2] = 0.6, 0.2, b_to_c, 0.7
    total = np.linalg.inv(np.eye(4) - beta)
    phi = total @ np.diag([variance, 0.6, 0.7, 0.8]) @ total.T
    loadings = LOADINGS.copy()
    loadings[4, 1] = b2
    made: Floats = loadings @ phi @ loadings.T + np.diag(ERRORS)
    return made


@cache
def regions(planted: float = 0.0) -> Survey:
    """Three regions of different variances; the path b to c is steeper in the south."""
    answers, labels = [], []
    for seed, (name, n) in enumerate(SIZES.items()):
        here = moments(b_to_c=0.4 + planted * (name == "south"), variance=1.0 + 0.3 * seed)
        answers.append(exact_answers(here, n, 5.0 + seed, seed))
        labels += [name] * n
    return survey_of(CHAIN, np.concatenate(answers), groups={"g": labels})


def test_loadings_that_differ_are_not_held_equal() -> None:
    """Equal paths, but an item of b means more in the south: held equal, its loading bends the paths."""
    answers, labels = [], []
    for seed, (name, n) in enumerate(SIZES.items()):
        answers.append(exact_answers(moments(b2=1.2 + 0.5 * (name == "south")), n, 5.0, seed))
        labels += [name] * n
    survey = survey_of(CHAIN, np.concatenate(answers), groups={"g": labels})
    bent = path_tests(CHAIN, survey)
    assert max(test.chisq for test in bent) > 0.5
    for test in path_tests(CHAIN, survey, released=[("b", "=~", "b2")]):
        assert test.chisq == pytest.approx(0, abs=EXACT)
        assert test.wald == pytest.approx(0, abs=EXACT)
        assert test.pvalue == pytest.approx(1, abs=EXACT)


@cache
def results(planted: float = 0.0, *, robust: bool = False) -> dict[tuple[str, str], PathTest]:
    found = path_tests(CHAIN, regions(planted), robust=robust)
    return {(test.source, test.target): test for test in found}


@cache
def joint(planted: float, equal: tuple[str, ...], released: tuple[Any, ...] = ()) -> JointFit:
    names, samples, _ = group_samples(CHAIN, regions(planted), "complete", 30)
    return fit_jointly(group_evidence(CHAIN, names, samples), equal=equal, released=released)


@pytest.mark.parametrize("robust", [False, True])
def test_equal_paths_are_not_told_apart(robust: bool) -> None:
    """Equal to rounding, though means and variances differ."""
    for test in results(robust=robust).values():
        assert test.chisq == pytest.approx(0, abs=EXACT)
        assert test.wald == pytest.approx(0, abs=EXACT)
        assert test.pvalue == pytest.approx(1, abs=EXACT)


@pytest.mark.parametrize("robust", [False, True])
def test_the_planted_path_alone_is_found(robust: bool) -> None:
    """Only where b to c is held equal does anything not fit, and so in the test of all together."""
    found = results(0.5, robust=robust)
    for key in PATHS:
        test = found[key]
        if key == ("b", "c"):
            assert test.pvalue_holm < 0.001
            assert test.wald > 15
            assert test.chisq > 15
        else:
            assert test.chisq == pytest.approx(0, abs=EXACT)
            assert test.wald == pytest.approx(0, abs=EXACT)
    assert found["", ""].chisq >= found["b", "c"].chisq
    assert found["", ""].pvalue < 0.01


def test_all_together_first_then_in_model_order() -> None:
    assert tuple(results()) == (("", ""), *PATHS)
    assert [test.df for test in results().values()] == [2 * 4, 2, 2, 2, 2]
    assert {test.method for test in results().values()} == {"likelihood ratio"}
    assert {test.method for test in results(robust=True).values()} == {"Satorra-Bentler 2001"}
    assert not any(test.why for test in results().values())


def test_difference_by_hand() -> None:
    """Chi-square of all paths free, loadings equal, from that with one path equal."""
    free = joint(0.5, ("loadings",)).test
    released = tuple((target, "~", source) for source, target in PATHS if (source, target) != ("a", "c"))
    for key, held in {
        ("", ""): joint(0.5, ("loadings", "paths")),
        ("a", "c"): joint(0.5, ("loadings", "paths"), released),
    }.items():
        assert results(0.5)[key].chisq == pytest.approx(held.test.chisq - free.chisq, abs=1e-7)
        assert results(0.5)[key].df == held.test.df - free.df
        assert results(0.5)[key].pvalue == pytest.approx(
            stats.chi2.sf(held.test.chisq - free.chisq, held.test.df - free.df), rel=1e-6
        )


def test_wald_by_hand_in_two_groups() -> None:
    """``(b1 - b2)^2 / (v11 + v22 - 2 v12)``; equal loadings make the two estimates correlated."""
    labels = regions(0.5).groups[0]
    two = np.array([label != "west" for label in labels])
    answers = regions(0.5).answers[two]
    survey = survey_of(CHAIN, answers, groups={"g": [label for label in labels if label != "west"]})
    found = {(test.source, test.target): test for test in path_tests(CHAIN, survey)}
    names, samples, _ = group_samples(CHAIN, survey, "complete", 30)
    free = fit_jointly(group_evidence(CHAIN, names, samples), equal=("loadings",))
    places = []
    for group in (0, 1):
        rows = free.joint.tables[group].free_rows
        row = next(row for row in rows if (row.lhs, row.op, row.rhs) == ("c", "~", "b"))
        places.append(free.joint.places[group][row.free])
    (v11, v12), (_, v22) = free.covariance[np.ix_(places, places)]
    gap = free.values[places[0]] - free.values[places[1]]
    assert gap == pytest.approx(-0.5, abs=EXACT)
    assert v12 != 0
    assert found["b", "c"].wald == pytest.approx(gap**2 / (v11 + v22 - 2 * v12), rel=1e-9)
    assert found["b", "c"].df == 1


def test_holm_by_hand() -> None:
    """Smallest times four, next times three, ... and never falling (Holm 1979)."""
    found = results(0.15)
    values = {key: found[key].pvalue for key in PATHS}
    worst = 0.0
    for rank, key in enumerate(sorted(PATHS, key=lambda key: values[key])):
        worst = max(worst, min(1.0, (len(PATHS) - rank) * values[key]))
        assert found[key].pvalue_holm == pytest.approx(worst, rel=1e-12)
    assert np.isnan(found["", ""].pvalue_holm)


def test_with_many_groups_only_wald() -> None:
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
    answers = np.concatenate(
        [exact_answers(moments(), 60, 5.0, seed)[:, :6] + 0.1 * seed for seed in range(SEVERAL + 1)]
    )
    labels = [str(k) for k in range(SEVERAL + 1) for _ in range(60)]
    together, single = path_tests(model, survey_of(model, answers, groups={"g": labels}))
    for test in (together, single):
        assert np.isnan(test.chisq)
        assert (test.method, test.df) == ("Wald", SEVERAL)
        assert test.wald == pytest.approx(0, abs=EXACT)
        assert test.pvalue == pytest.approx(1)
    several = np.array([label != str(SEVERAL) for label in labels])
    fewer = survey_of(
        model, answers[several], groups={"g": [k for k, kept in zip(labels, several, strict=True) if kept]}
    )
    assert {test.method for test in path_tests(model, fewer)} == {"likelihood ratio"}


def test_paths_that_share_a_label() -> None:
    """One parameter for two paths: equal in a group already, so that it is tested once."""
    told = [modifier("c ~ k*a"), modifier("c ~ k*b")]
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2"}, {"b": "a", "c": "a b"}, modifiers=told)
    answers = regions(0.5).answers[:, :8]
    found = path_tests(model, survey_of(model, answers, groups={"g": list(regions().groups[0])}))
    together = found[0]
    assert together.df == 2 * 2
    assert np.isfinite(together.wald)
    assert together.pvalue == pytest.approx(stats.chi2.sf(together.chisq, 4))


def test_full_information() -> None:
    """With gaps, everybody is used; what was planted is found."""
    answers = regions(0.5).answers.copy()
    answers[np.random.default_rng(1).random(answers.shape) < 0.08] = np.nan
    survey = survey_of(CHAIN, answers, groups={"g": list(regions().groups[0])})
    found = path_tests(CHAIN, survey, missing_data="available")
    smallest = min(found[1:], key=lambda test: test.pvalue)
    assert (smallest.source, smallest.target) == ("b", "c")
    assert smallest.pvalue_holm < 0.01


def test_a_group_that_cannot_be_fitted_is_left_out() -> None:
    """d1 is constant in the west: the others are compared."""
    answers = regions(0.5).answers.copy()
    answers[np.array(regions().groups[0]) == "west", 8] = 3.0
    survey = survey_of(CHAIN, answers, groups={"g": list(regions().groups[0])})
    assert [test.df for test in path_tests(CHAIN, survey)] == [4, 1, 1, 1, 1]


@pytest.mark.parametrize("case", ["no groups", "one group", "no path"])
def test_nothing_to_compare(case: str) -> None:
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {}) if case == "no path" else CHAIN
    answers = regions().answers[:, : len(model.indicators)]
    labels = ["one"] * len(answers) if case == "one group" else list(regions().groups[0])
    survey = survey_of(model, answers, groups=None if case == "no groups" else {"g": labels})
    with pytest.raises(UsageError, match="there are no two groups with paths to compare") as raised:
        path_tests(model, survey)
    assert raised.value.findings[0].code == "nothing-to-compare"


@pytest.mark.slow
def test_equal_paths_keep_their_level() -> None:
    """P-values of 200 surveys whose paths are equal are uniform (Kolmogorov-Smirnov beyond .001).

    Each survey has two groups of 150 with other means, variances and error variances.
    """
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
    random = np.random.default_rng(2024)
    pvalues, walds = [], []
    for _ in range(200):
        answers = []
        for spread, mean in ((1.0, 5.0), (1.4, 6.0)):
            a = spread * random.normal(size=150)
            b = 0.5 * a + 0.8 * random.normal(size=150)
            scores = np.stack([a, b], axis=1) @ LOADINGS[:6, :2].T
            answers.append(mean + scores + spread * random.normal(size=(150, 6)) * 0.8)
        labels = ["one"] * 150 + ["two"] * 150
        test = path_tests(model, survey_of(model, np.concatenate(answers), groups={"g": labels}))[1]
        pvalues.append(test.pvalue)
        walds.append(stats.chi2.sf(test.wald, 1))
    for found in (pvalues, walds):
        assert stats.kstest(found, "uniform").pvalue > 0.001


def test_the_free_model_is_that_of_the_groups_but_for_loadings() -> None:
    """Where loadings are the same in truth, paths of the joint fit are those of the groups alone."""
    alone = fit(CHAIN, regions(0.5)).groups
    free = joint(0.5, ("loadings",))
    for g, group in enumerate(alone):
        assert group.solution is not None
        table, values, _ = free.of_group(g)
        single = {(r.lhs, r.rhs): group.solution.values[r.free] for r in group.solution.table.free_rows}
        for row in table.free_rows:
            if row.matrix == "beta":
                assert values[row.free] == pytest.approx(single[row.lhs, row.rhs], abs=EXACT)
