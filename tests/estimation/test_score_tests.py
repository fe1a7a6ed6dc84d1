"""Score tests against the quadratic of the model that has the parameter free, and against refits."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from fit_builders import Floats, model_of, modifier, survey_of
from scipy import stats

from csi_model.estimation.group_fitting import JointFit, _problem, fit_jointly, group_evidence
from csi_model.estimation.joint import JointTable, Key, LikelihoodProblem
from csi_model.estimation.score_tests import ScoreTest, score_tests
from csi_model.survey.moments import sample_of

PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
LABELLED = model_of(
    {"a": "a1 a2 a3", "b": "b1 b2 b3"},
    {"b": "a"},
    modifiers=[modifier("a =~ k*a2"), modifier("a =~ k*a3")],
    name="labelled",
)
SCALAR = ("loadings", "intercepts")
SAME = 1e-8
"""Two ways to solve one quadratic, whose matrices have condition numbers near 1e3."""


def answers(n: int, seed: int, *, loading: float = 1.2, intercept: float = 5.0) -> Floats:
    """Answers (n, 6); loading of a2 and intercept of b3 as given."""
    random = np.random.default_rng(seed)
    a = random.normal(size=n)
    b = 0.6 * a + 0.8 * random.normal(size=n)
    made: Floats = np.hstack(
        [np.outer(a, [1.0, loading, 0.8]), np.outer(b, [1.0, 1.1, 0.9])]
    ) + 0.8 * random.normal(size=(n, 6)) + [5, 5, 5, 5, 5, intercept]  # fmt: skip
    return made


@cache
def fitted(
    *,
    labels: bool = False,
    equal: tuple[str, ...] = SCALAR,
    released: tuple[Key, ...] = (),
    groups: int = 3,
    gaps: bool = False,
    planted: float = 0.0,
) -> JointFit:
    samples, model = [], LABELLED if labels else PAIR
    for g in range(groups):
        made = answers(
            (150 + 60 * g) * (4 if planted else 1),
            50 + g,
            loading=1.2 + planted * (g == 1),
            intercept=5 + planted * (g == 2),
        )
        if gaps:
            made[np.random.default_rng(g).random(made.shape) < 0.1] = np.nan
        samples.append(sample_of(survey_of(model, made), None, "available" if gaps else "complete"))
    names = [f"group {g}" for g in range(groups)]
    return fit_jointly(group_evidence(model, names, samples), equal=equal, released=released)


def freed(fit: JointFit, key: Key, groups: list[int]) -> tuple[JointTable, Floats]:
    """The joint table with own copies of a parameter in ``groups``, and the fit's values in it."""
    places, values, count = list(fit.joint.places), list(fit.values), fit.joint.n_free
    for g in groups:
        row = next(r for r in fit.joint.tables[g].free_rows if (r.lhs, r.op, r.rhs) == key)
        place = places[g].copy()
        values.append(fit.values[place[row.free]])
        place[row.free] = count
        places[g], count = place, count + 1
    return replace(fit.joint, places=tuple(places), n_free=count), np.array(values)


def newton(fit: JointFit, key: Key, groups: list[int]) -> tuple[float, Floats]:
    """``(N / 2) g' H^-1 g`` and ``-H^-1 g`` of the larger model, where the restricted one stands."""
    table, at = freed(fit, key, groups)
    old = _problem(fit.evidence, fit.joint)
    problem = LikelihoodProblem(joint=table, data=old.data, shares=old.shares, saturated=old.saturated)
    slope, hessian = problem.derivatives(at[None], np.zeros(1, dtype=np.int64))
    step = np.linalg.solve(hessian[0], slope[0])
    return fit.evidence.n / 2 * float(slope[0] @ step), -step


def own_place(fit: JointFit, group: int, key: Key) -> int:
    """Where a parameter stands in its group's table."""
    return next(r.free for r in fit.joint.tables[group].free_rows if (r.lhs, r.op, r.rhs) == key)


def place(fit: JointFit, key: Key) -> int:
    """Where a shared parameter stands in the joint vector."""
    return int(fit.joint.places[0][own_place(fit, 0, key)])


VARIANTS: dict[str, dict[str, Any]] = {
    "scalar": {},
    "metric": {"equal": ("loadings",)},
    "two groups": {"groups": 2},
    "paths": {"equal": ("loadings", "paths", "variances")},
    "gaps": {"gaps": True},
    "partly released": {"released": (("a", "=~", "a3"), ("a3", "~1", ""))},
    "labels": {"labels": True},
}
every_variant = pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS.keys())


@every_variant
def test_one_group_released(options: dict[str, Any]) -> None:
    """``epc`` is how far the group moves away from where the others go."""
    fit = fitted(**options)
    singles = [test for test in score_tests(fit) if test.group]
    assert singles
    for test in singles:
        chisq, step = newton(fit, test.key, [fit.evidence.names.index(test.group)])
        assert test.chisq == pytest.approx(chisq, rel=SAME, abs=SAME)
        assert test.epc == pytest.approx(step[-1] - step[place(fit, test.key)], rel=1e-6, abs=1e-9)
        assert test.df == 1
        assert test.pvalue == stats.chi2.sf(test.chisq, 1)


@every_variant
def test_all_groups_released(options: dict[str, Any]) -> None:
    fit = fitted(**options)
    together = [test for test in score_tests(fit) if not test.group]
    assert together
    for test in together:
        groups = list(range(1, len(fit.evidence.names)))
        chisq, _ = newton(fit, test.key, groups)
        assert test.chisq == pytest.approx(chisq, rel=SAME, abs=SAME)
        assert test.df == len(groups)
        assert test.pvalue == stats.chi2.sf(test.chisq, test.df)
        assert np.isnan(test.epc)


def told(tests: tuple[ScoreTest, ...]) -> set[tuple[Key, str]]:
    return {(test.key, test.group) for test in tests}


def test_every_shared_parameter_is_tested_once_in_all_and_in_each_group() -> None:
    fit = fitted()
    loadings = {(c, "=~", f"{c}{k}") for c in "ab" for k in (2, 3)}
    intercepts = {(f"{c}{k}", "~1", "") for c in "ab" for k in (1, 2, 3)}
    wanted = {(key, group) for key in loadings | intercepts for group in ("", *fit.evidence.names)}
    found = score_tests(fit)
    assert told(found) == wanted
    assert len(found) == len(wanted)


def test_released_parameters_are_not_tested() -> None:
    released = (("a", "=~", "a3"), ("a3", "~1", ""))
    keys = {test.key for test in score_tests(fitted(released=released))}
    assert not keys & set(released)
    assert len(keys) == 8


def test_all_groups_come_first_and_the_largest_of_them_first() -> None:
    found = score_tests(fitted())
    together = [test.chisq for test in found if not test.group]
    assert [bool(test.group) for test in found] == sorted(bool(test.group) for test in found)
    assert together == sorted(together, reverse=True)
    single = [test.chisq for test in found if test.group]
    assert single == sorted(single, reverse=True)


def test_two_groups_are_two_sides_of_one_test() -> None:
    """Releasing one of two groups is releasing both; they would move apart."""
    for key in {test.key for test in score_tests(fitted(groups=2))}:
        together, first, second = sorted(
            (test for test in score_tests(fitted(groups=2)) if test.key == key), key=lambda test: test.group
        )
        assert first.chisq == pytest.approx(second.chisq, rel=SAME, abs=SAME)
        assert together.chisq == pytest.approx(first.chisq, rel=SAME, abs=SAME)
        assert np.sign(first.epc) == -np.sign(second.epc)


@pytest.mark.parametrize(
    ("key", "group"), [(("a", "=~", "a2"), "group 1"), (("b3", "~1", ""), "group 2")], ids=str
)
def test_a_planted_difference_is_on_top_and_the_change_is_foreseen(key: Key, group: str) -> None:
    """0.3 more in one group: the test lies near the chi-square that a refit gains, ``epc`` near its move.

    Score and likelihood-ratio tests are equal to first order; a tenth is left for the misfit.
    """
    fit = fitted(planted=0.3)
    together = [test for test in score_tests(fit) if not test.group and test.op == key[1]]
    assert together[0].key == key
    single = {(test.key, test.group): test for test in score_tests(fit)}
    largest = max(
        (test for test in single.values() if test.key == key and test.group), key=lambda test: test.chisq
    )
    assert largest.group == group
    refit = fit_jointly(fit.evidence, equal=SCALAR, released=[key], start=fit)
    gain = fit.test.chisq - refit.test.chisq
    assert together[0].chisq == pytest.approx(gain, rel=0.1)
    apart = {
        name: refit.of_group(g)[1][own_place(refit, g, key)] for g, name in enumerate(refit.evidence.names)
    }
    others = np.mean([value for name, value in apart.items() if name != group])
    assert largest.epc == pytest.approx(apart[group] - others, rel=0.1)
    assert apart[group] - others > 0.2


@pytest.mark.parametrize(("equal", "op"), [(("loadings",), "=~"), (SCALAR, "~1")])
def test_the_order_of_groups_does_not_matter(equal: tuple[str, ...], op: str) -> None:
    """Loadings beside equal intercepts are left out: there the zero point of the means counts."""
    fit = fitted(equal=equal)
    parts = [fit.evidence.parts[g].sample for g in (2, 0, 1)]
    names = [fit.evidence.names[g] for g in (2, 0, 1)]
    turned = fit_jointly(group_evidence(PAIR, names, parts), equal=equal)
    found = {(test.key, test.group): test.chisq for test in score_tests(turned)}
    for test in score_tests(fit):
        if test.op == op:
            assert found[test.key, test.group] == pytest.approx(test.chisq, rel=1e-6, abs=1e-7)
