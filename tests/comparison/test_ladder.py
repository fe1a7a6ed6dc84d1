"""The ladder of invariance on groups whose differences are known.

Most groups have sample moments that are exactly those of a model, so that the true step fits with
chi-square 0 and what was planted comes back to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from fit_builders import Floats, exact_answers, model_of, modifier, survey_of

from csi_model.comparison.invariance import (
    STEPS,
    Invariance,
    _judged,
    cuts,
    group_samples,
    invariance,
    joint_measures,
    measurement_model,
    restricted_sample,
    try_invariance,
)
from csi_model.comparison.rungs import Cuts
from csi_model.errors import UsageError
from csi_model.estimation.covariance import matrices
from csi_model.estimation.group_fitting import fit_jointly
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import sample_of
from csi_model.survey.survey import Survey

EXACT = 1e-6
"""Data are exact to 1e-14; the search ends at a gradient of 1e-8 or less."""

LOADINGS = ((1.0, 0.9, 1.1), (1.0, 1.2, 0.8))
COVARIANCE = np.array([[1.0, 0.5], [0.5, 1.2]])
ERRORS = np.array([0.5, 0.6, 0.7, 0.5, 0.6, 0.7])
MEANS = {"east": (0.0, 0.0), "south": (0.4, 0.2), "west": (-0.3, 0.1)}
PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
ITEMS = tuple(item.name for item in PAIR.indicators)
Planted = Mapping[str, Mapping[str, float]]


def population(
    group: str, intercepts: Planted, loadings: Planted, errors: Planted
) -> tuple[Floats, Floats, Floats]:
    """Item means (6,), loadings (6, 2) and error variances (6,) of a group; items by name as planted."""
    lam = np.zeros((6, 2))
    lam[:3, 0], lam[3:, 1] = LOADINGS
    mean, theta = np.full(6, 5.0), ERRORS.copy()
    for item, value in loadings.get(group, {}).items():
        lam[ITEMS.index(item), "ab".index(item[0])] = value
    for item, shift in intercepts.get(group, {}).items():
        mean[ITEMS.index(item)] += shift
    for item, value in errors.get(group, {}).items():
        theta[ITEMS.index(item)] = value
    return mean + lam @ np.array(MEANS[group]), lam, theta


def exact_groups(
    *,
    intercepts: Planted | None = None,
    loadings: Planted | None = None,
    errors: Planted | None = None,
    sizes: Sequence[int] = (300, 400, 500),
) -> tuple[Floats, list[str]]:
    """Answers and labels of three groups with exactly the moments of their populations."""
    answers, labels = [], []
    for seed, (group, n) in enumerate(zip(MEANS, sizes, strict=True)):
        mean, lam, theta = population(group, intercepts or {}, loadings or {}, errors or {})
        answers.append(exact_answers(lam @ COVARIANCE @ lam.T + np.diag(theta), n, 0.0, seed) + mean)
        labels += [group] * n
    return np.concatenate(answers), labels


def exact_survey(model: ModelSpec = PAIR, **planted: Any) -> Survey:
    answers, labels = exact_groups(**planted)
    columns = [ITEMS.index(item.name) for item in model.indicators]
    return survey_of(model, answers[:, columns], groups={"g": labels})


SHIFTED: Planted = {"south": {"b2": 0.8}}
STEEPER: Planted = {"south": {"b2": 0.6}}


@cache
def ladder(case: str) -> Invariance:
    planted: dict[str, dict[str, Any]] = {
        "equal": {},
        "one intercept": {"intercepts": SHIFTED},
        "one loading": {"loadings": STEEPER},
        "loading and intercept": {"loadings": STEEPER, "intercepts": {"west": {"a3": 0.8}}},
        "two intercepts of three": {"intercepts": {"south": {"b1": 0.9, "b2": -0.9}}},
        "two loadings of three": {"loadings": {"south": {"b2": 2.2, "b3": 0.2}}},
        "errors": {"errors": {"west": {"a1": 2.5, "b3": 2.5}}},
    }
    return invariance(PAIR, exact_survey(**planted[case]))


def held(made: Invariance) -> dict[str, str]:
    return {step.name: step.holds for step in made.steps}


def means_of(made: Invariance) -> dict[str, Floats]:
    step = made.step("scalar")
    assert step is not None
    return {
        group: np.array(matrices(*step.fit.of_group(g)[:2]).centre) for g, group in enumerate(made.groups)
    }


class TestWhatIsFound:
    @pytest.mark.parametrize(
        ("case", "wanted"),
        [
            ("equal", "yes yes yes yes"),
            ("one intercept", "yes yes partial partial"),
            ("one loading", "yes partial partial partial"),
            ("loading and intercept", "yes partial partial partial"),
            ("two intercepts of three", "yes yes no"),
            ("two loadings of three", "yes no"),
            ("errors", "yes yes yes no"),
        ],
    )
    def test_how_far_the_ladder_goes(self, case: str, wanted: str) -> None:
        steps = dict(zip((name for name, _ in STEPS), wanted.split(), strict=False))
        assert held(ladder(case)) == steps
        for name, _ in STEPS:
            assert ladder(case).holds(name) == steps.get(name, "no")
        assert (ladder(case).step("strict") is None) == ("strict" not in steps)

    @pytest.mark.parametrize(
        ("case", "step", "released"),
        [
            ("equal", "strict", []),
            ("one intercept", "metric", []),
            ("one intercept", "scalar", [("b2", "~1", "")]),
            ("one intercept", "strict", [("b2", "~1", ""), ("b2", "~~", "b2")]),
            ("one loading", "metric", [("b", "=~", "b2")]),
            ("one loading", "scalar", [("b", "=~", "b2"), ("b2", "~1", "")]),
            ("loading and intercept", "metric", [("b", "=~", "b2")]),
            ("loading and intercept", "scalar", [("a3", "~1", ""), ("b", "=~", "b2"), ("b2", "~1", "")]),
        ],
    )
    def test_exactly_what_was_planted_is_released(
        self, case: str, step: str, released: list[tuple[str, str, str]]
    ) -> None:
        """And what goes with it: the intercept of a free loading, the error of a free intercept."""
        found = ladder(case).step(step)
        assert found is not None
        assert sorted(found.released) == released
        # a true model fits exactly
        assert found.fit.test.chisq == pytest.approx(0, abs=EXACT)
        assert found.measures["srmr"] == pytest.approx(0, abs=EXACT)

    @pytest.mark.parametrize("case", ["equal", "one intercept", "one loading", "loading and intercept"])
    def test_latent_means_are_those_planted(self, case: str) -> None:
        for group, found in means_of(ladder(case)).items():
            np.testing.assert_allclose(found, MEANS[group], atol=EXACT)

    def test_without_the_release_they_would_be_others(self) -> None:
        """A third of the shift goes into the mean where all intercepts of b are held equal."""
        evidence = ladder("one intercept").steps[0].fit.evidence
        forced = fit_jointly(evidence, equal=("loadings", "intercepts"))
        assert matrices(*forced.of_group(1)[:2]).centre[1] > 0.2 + 0.1

    def test_two_items_stay_equal(self) -> None:
        """With two of three shifted apart nothing may be released that would make it right."""
        step = ladder("two intercepts of three").step("scalar")
        assert step is not None
        assert (step.holds, step.released) == ("no", ())
        assert step.why.startswith("the fit drops too far: CFI -")
        assert len([test for test in step.tests if not test.group]) == 4 + 6

    def test_of_a_construct_with_two_items_none_is_released(self) -> None:
        model = model_of({"a": "a1 a2 a3", "b": "b1 b2"}, {})
        made = invariance(model, exact_survey(model, intercepts={"south": {"b2": 0.9}}))
        assert held(made) == {"configural": "yes", "metric": "yes", "scalar": "no"}

    def test_errors_are_never_released_by_themselves(self) -> None:
        step = ladder("errors").steps[-1]
        assert (step.name, step.released, step.tests) == ("strict", (), ())

    def test_drops_are_differences_of_measures(self) -> None:
        made = ladder("two intercepts of three")
        metric, scalar = made.steps[1:]
        assert scalar.drop == {k: scalar.measures[k] - metric.measures[k] for k in ("cfi", "rmsea", "srmr")}
        assert scalar.difference is not None
        assert scalar.difference.df == 2 * 6 - 2 * 2
        assert scalar.pvalue < 1e-10
        assert np.isnan(made.steps[0].pvalue)

    def test_robust(self) -> None:
        made = invariance(PAIR, exact_survey(intercepts=SHIFTED), robust=True)
        assert held(made) == held(ladder("one intercept"))
        for step in made.steps:
            assert step.fit.test.robust is not None
            assert step.measures == joint_measures(step.fit)
        assert {step.difference.method for step in made.steps[1:] if step.difference} == {
            "Satorra-Bentler 2001"
        }

    def test_with_gaps(self) -> None:
        """Full information: the planted item is found with every tenth answer missing at random."""
        survey = exact_survey(intercepts=SHIFTED, sizes=(600, 600, 600))
        answers = survey.answers.copy()
        answers[np.random.default_rng(2).random(answers.shape) < 0.1] = np.nan
        gappy = survey_of(PAIR, answers, groups={"g": list(survey.groups[0])})
        made = invariance(PAIR, gappy, missing_data="available")
        assert made.steps[0].fit.evidence.n == 1800
        step = made.step("scalar")
        assert step is not None
        assert step.released == (("b2", "~1", ""),)
        assert invariance(PAIR, gappy).steps[0].fit.evidence.n < 1100


def test_groups_drawn_at_random() -> None:
    """600 respondents a group: what is planted is found, means within 3.5 standard errors (12 of them)."""
    random = np.random.default_rng(11)
    answers, labels = [], []
    for group in MEANS:
        mean, lam, theta = population(group, SHIFTED, {}, {})
        scores = random.multivariate_normal(np.zeros(2), COVARIANCE, size=600)
        answers.append(mean + scores @ lam.T + np.sqrt(theta) * random.normal(size=(600, 6)))
        labels += [group] * 600
    made = invariance(PAIR, survey_of(PAIR, np.concatenate(answers), groups={"g": labels}))
    step = made.step("scalar")
    assert step is not None
    assert held(made) == {"configural": "yes", "metric": "yes", "scalar": "partial", "strict": "partial"}
    assert step.released == (("b2", "~1", ""),)
    for g, group in enumerate(made.groups):
        table, values, covariance = step.fit.of_group(g)
        for row in table.free_rows:
            if row.matrix == "alpha":
                away = values[row.free] - MEANS[group]["ab".index(row.lhs)]
                assert abs(away) < 3.5 * np.sqrt(covariance[row.free, row.free])


class TestCuts:
    """Cheung & Rensvold (2002), Chen (2007, p. 501)."""

    @pytest.mark.parametrize(
        ("step", "n", "wanted"),
        [
            ("metric", 301, (0.010, 0.015, 0.030)),
            ("scalar", 301, (0.010, 0.015, 0.010)),
            ("strict", 5000, (0.010, 0.015, 0.010)),
            ("metric", 300, (0.005, 0.010, 0.025)),
            ("scalar", 300, (0.005, 0.010, 0.005)),
            ("strict", 90, (0.005, 0.010, 0.005)),
        ],
    )
    def test_by_sample_size(self, step: str, n: int, wanted: tuple[float, float, float]) -> None:
        assert cuts(step, n) == Cuts(cfi=wanted[0], rmsea=wanted[1], srmr=wanted[2])

    @pytest.mark.parametrize(("sizes", "holds"), [((100, 100, 100), "no"), ((100, 100, 101), "yes")])
    def test_the_size_is_that_of_all_groups(self, sizes: tuple[int, ...], holds: str) -> None:
        """Drops between the two sets of cut-offs, with a significant chi-square."""
        planted = {"south": {"b1": 0.9, "b2": -0.9}}
        _, metric, scalar = invariance(PAIR, exact_survey(intercepts=planted, sizes=sizes)).steps
        shift = {"cfi": 0.008, "tli": 0.0, "rmsea": -0.012, "srmr": -0.007}
        near = replace(metric, measures={k: v + shift[k] for k, v in scalar.measures.items()})
        made = _judged("scalar", scalar.fit, near, ())
        assert (made.holds, made.pvalue < 0.001) == (holds, True)

    def test_chi_square_that_does_not_rise_is_enough(self) -> None:
        """A drop beyond the cut-off holds where the test does not see it."""
        below, step = ladder("equal").steps[1:3]
        worse = replace(below, measures={**below.measures, "cfi": 1.05})
        kept = _judged("scalar", step.fit, worse, ())
        assert (kept.holds, kept.pvalue > 0.05) == ("yes", True)
        failed = ladder("two intercepts of three").steps
        assert _judged("scalar", failed[2].fit, failed[1], ()).holds == "no"

    def test_a_significant_chi_square_alone_is_not_enough_to_fail(self) -> None:
        """0.1 of an item in 5,000 respondents a group: highly significant, and nothing to see."""
        made = invariance(PAIR, exact_survey(intercepts={"south": {"b2": 0.12}}, sizes=(5000, 5000, 5000)))
        step = made.step("scalar")
        assert step is not None
        assert (step.holds, step.pvalue < 1e-4) == ("yes", True)


def test_a_search_that_did_not_end() -> None:
    below, step = ladder("equal").steps[:2]
    made = _judged("metric", replace(step.fit, gradient=1e-3), below, ())
    assert (made.holds, made.why) == ("no", "the search for the optimum did not end")
    assert np.isnan(made.pvalue)


class TestGroups:
    def test_sorted_the_first_is_the_zero_point(self) -> None:
        answers, labels = exact_groups()
        turned = survey_of(PAIR, answers[::-1], groups={"g": labels[::-1]})
        made = invariance(PAIR, turned)
        assert made.groups == ("east", "south", "west")
        assert not means_of(made)["east"].any()

    def test_small_and_constant_groups_are_left_out(self) -> None:
        answers, labels = exact_groups()
        few, flat = answers[:20], answers[:60].copy()
        flat[:, [1, 4]] = 7.0
        survey = survey_of(
            PAIR, np.concatenate([answers, few, flat]), groups={"g": labels + ["few"] * 20 + ["flat"] * 60}
        )
        made = invariance(PAIR, survey)
        assert made.groups == ("east", "south", "west")
        assert made.left_out == (("few", "20 respondents"), ("flat", "no variation in a2, b2"))
        assert [len(part.sample.answers) for part in made.steps[0].fit.evidence.parts] == [300, 400, 500]
        with_few = invariance(PAIR, survey, min_base=20)
        assert with_few.groups == ("east", "few", "south", "west")

    def test_more_respondents_than_items_whatever_the_minimum(self) -> None:
        answers, labels = exact_groups()
        survey = survey_of(PAIR, np.concatenate([answers, answers[:6]]), groups={"g": labels + ["x"] * 6})
        assert invariance(PAIR, survey, min_base=2).left_out == (("x", "6 respondents"),)

    def test_crossed_groups(self) -> None:
        answers, labels = exact_groups(sizes=(240, 240, 240))
        wave = ["1", "2"] * 360
        survey = survey_of(PAIR, answers, groups={"g": labels, "wave": wave})
        names, samples, left_out = group_samples(PAIR, survey, "complete", 30)
        assert names == ["east / 1", "east / 2", "south / 1", "south / 2", "west / 1", "west / 2"]
        assert [sample.n for sample in samples] == [120] * 6
        assert not left_out

    @pytest.mark.parametrize("groups", [None, {"g": ["one"] * 60}, {"g": ["a"] * 50 + ["b"] * 10}])
    def test_fewer_than_two(self, groups: Mapping[str, Sequence[str]] | None) -> None:
        survey = survey_of(PAIR, exact_groups()[0][:60], groups=groups)
        with pytest.raises(UsageError, match="there are no two groups to compare") as raised:
            invariance(PAIR, survey)
        assert raised.value.findings[0].code == "nothing-to-compare"
        assert ("b: 10 respondents" in str(raised.value)) == (groups is not None and "b" in groups["g"])

    def test_only_single_items(self) -> None:
        model = model_of({"a": "a1", "b": "b1"}, {"b": "a"})
        survey = exact_survey(model)
        with pytest.raises(UsageError, match="no construct has two questions of its own") as raised:
            invariance(model, survey)
        assert raised.value.findings[0].code == "no-measurement"
        made, told = try_invariance(model, survey, robust=False, missing_data="complete", min_base=30)
        assert made is None
        assert [(finding.code, finding.severity) for finding in told] == [("no-invariance", "note")]

    def test_two_questions_alone_do_not_identify_a_construct(self) -> None:
        """Three moments for four parameters: no step says anything, so that there is no ladder."""
        model = model_of({"a": "a1 a2", "b": "b1"}, {"b": "a"})
        with pytest.raises(UsageError):
            invariance(model, exact_survey(model))


class TestMeasurementModel:
    def test_constructs_with_several_items_without_paths(self) -> None:
        model = model_of({"a": "a1 a2", "c": "c1", "b": "b1 b2 b3"}, {"b": "a c"}, name="whole")
        made = measurement_model(model)
        assert made.construct_names == ("a", "b")
        assert made.paths == ()
        assert [item.name for item in made.indicators] == ["a1", "a2", "b1", "b2", "b3"]

    def test_second_order_constructs_have_no_items_of_their_own(self) -> None:
        model = model_of({"a": "a1 a2", "b": "b1 b2", "all": ""}, {"a": "all", "b": "all"},
                         repeats={"all": "a b"})  # fmt: skip
        assert measurement_model(model).construct_names == ("a", "b")

    def test_modifiers_of_what_is_kept_stay(self) -> None:
        told = ["a =~ k*a2", "a2 ~~ b2", "b ~ p*a", "a1 ~~ c1"]
        model = model_of({"a": "a1 a2", "c": "c1", "b": "b1 b2"}, {"b": "a c"},
                         modifiers=[modifier(text) for text in told])  # fmt: skip
        assert list(measurement_model(model).modifiers) == [modifier(text) for text in told[:2]]

    def test_respondents_are_those_of_the_whole_model(self) -> None:
        """A gap in the single item takes the respondent out of the ladder, as out of the index."""
        model = model_of({"a": "a1 a2 a3", "c": "b1", "b": "b2 b3"}, {"b": "a c"})
        survey = exact_survey(model)
        answers = survey.answers.copy()
        answers[:7, 3] = np.nan
        gappy = survey_of(model, answers, groups={"g": list(survey.groups[0])})
        made = invariance(model, gappy)
        assert made.constructs == ("a", "b")
        assert made.steps[0].fit.evidence.parts[0].sample.n == 293

    def test_restricted_sample(self) -> None:
        sample = sample_of(exact_survey())
        made = restricted_sample(sample, [4, 0])
        np.testing.assert_array_equal(made.answers, sample.answers[:, [4, 0]])
        np.testing.assert_allclose(made.mean, made.answers.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(made.cov, np.cov(made.answers.T, ddof=0), atol=1e-12)


@pytest.mark.parametrize(("joined", "warned"), [(0.0, False), (0.55, True)])
def test_a_poor_configural_fit_is_said(joined: float, warned: bool) -> None:
    """An error covariance that the model has not."""
    answers, labels = [], []
    for seed, group in enumerate(MEANS):
        mean, lam, theta = population(group, {}, {}, {})
        cov = lam @ COVARIANCE @ lam.T + np.diag(theta)
        cov[1, 4] = cov[4, 1] = cov[1, 4] + joined
        answers.append(exact_answers(cov, 300, 0.0, seed) + mean)
        labels += [group] * 300
    made = invariance(PAIR, survey_of(PAIR, np.concatenate(answers), groups={"g": labels}))
    assert [finding.code for finding in made.findings] == ["poor-configural-fit"] * warned
    for finding in made.findings:
        assert f"{made.steps[0].measures['rmsea']:.3f}" in finding.what
