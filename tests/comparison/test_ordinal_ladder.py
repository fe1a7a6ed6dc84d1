"""The ladder of ordered answers: what was planted is found, and tests keep their level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fit_builders import Floats, model_of, survey_of
from ordinal_group_builders import FIRST, ITEMS, OTHER, drawn, exact, groups_of
from ordinal_ladder_builders import MOVED, chinese, ladder, populations

from csi_model.comparison import ordinal_invariance as ladders
from csi_model.comparison.ordinal_comparability import ordinal_ladder_frames
from csi_model.comparison.ordinal_invariance import STEPS, ordinal_invariance, try_ordinal_invariance
from csi_model.comparison.ordinal_tables import ordinal_group_tables
from csi_model.errors import UsageError
from csi_model.estimation.covariance import matrices
from csi_model.estimation.ordinal.group_tests import ordinal_score_tests
from csi_model.estimation.ordinal.groups import fit_ordinal_groups
from csi_model.model.spec import Scale

EXACT = 1e-6


class TestWhatIsFound:
    @pytest.mark.parametrize(
        ("case", "wanted"),
        [
            ("equal", "yes yes yes yes yes"),
            ("thresholds", "yes partial partial partial partial"),
            ("thresholds of a marker", "yes partial partial partial partial"),
            ("loading", "yes yes partial partial partial"),
            ("loading of a marker", "yes yes partial partial partial"),
            ("intercept", "yes yes yes partial partial"),
            ("thresholds and intercept", "yes partial partial partial partial"),
            ("thresholds of two", "yes no"),
            ("errors", "yes yes yes yes no"),
        ],
    )
    def test_how_far_the_ladder_goes(self, case: str, wanted: str) -> None:
        names = [name for name, _ in STEPS]
        held = dict(zip(names, wanted.split(), strict=False))
        assert {step.name: step.holds for step in ladder(case).steps} == held
        for name in names:
            assert ladder(case).holds(name) == held.get(name, "no")

    @pytest.mark.parametrize(
        ("case", "step", "released"),
        [
            ("equal", "strict", []),
            ("thresholds", "thresholds", ["a2 |"]),
            ("thresholds", "metric", ["a2 |", "a =~ a2"]),
            ("thresholds of a marker", "scalar", ["a1 |", "a =~ a1", "a1 ~1"]),
            ("loading", "metric", ["b =~ b2"]),
            ("loading of a marker", "metric", ["b =~ b1"]),
            ("intercept", "metric", []),
            ("intercept", "strict", ["b3 ~1", "b3 ~~ b3"]),
            ("thresholds and intercept", "scalar", ["a2 |", "a =~ a2", "a2 ~1", "b3 ~1"]),
        ],
    )
    def test_exactly_what_was_planted_is_released(self, case: str, step: str, released: list[str]) -> None:
        """And what goes with it: an item with free thresholds has no unit in common with other groups."""
        found = ladder(case).step(step)
        assert found is not None
        assert [" ".join(key).rstrip() for key in found.released] == released
        assert found.fit.test.chisq == pytest.approx(0, abs=EXACT)
        assert found.measures["srmr"] == pytest.approx(0, abs=EXACT)

    @pytest.mark.parametrize("case", ["equal", "thresholds", "loading", "intercept", "errors"])
    def test_latent_means_are_those_planted(self, case: str) -> None:
        frame = ordinal_ladder_frames(ladder(case), 0.95)["latent_means"]
        west = frame[frame["group"] == "west"].set_index("construct")
        assert list(west["mean"]) == pytest.approx([0.8 * 0.4, 0.8 * -0.3], abs=1e-5)
        assert list(west["std_mean"]) == pytest.approx([0.4 / np.sqrt(1.3), -0.3 / np.sqrt(0.8)], abs=1e-5)
        np.testing.assert_allclose(west["z"], west["mean"] / west["se"])
        east = frame[frame["group"] == "east"]
        assert set(east["mean"]) == {0.0}
        assert set(east["why"]) == {"the first group is the zero point"}

    def test_two_items_stay_equal(self) -> None:
        step = ladder("thresholds of two").steps[-1]
        assert (step.name, step.holds, step.released) == ("thresholds", "no", ())
        assert step.why.startswith("the fit drops too far: ")
        assert len([test for test in step.tests if not test.group]) == len(ITEMS)

    def test_a_significant_chi_square_alone_is_not_enough_to_fail(self) -> None:
        """0.06 of a response in 40,000 respondents."""
        groups = exact(populations(intercepts={"b3": 0.06}))
        large = replace(
            groups,
            parts=tuple(replace(part, n=part.n * 50) for part in groups.parts),
            blocks=tuple(replace(block, cov=block.cov / 50) for block in groups.blocks),
            variances=tuple(one / 50 for one in groups.variances),
        )
        step = next(step for step in ladders._climb(large) if step.name == "scalar")
        assert (step.holds, step.released, step.pvalue < 0.01) == ("yes", (), True)

    def test_a_search_that_did_not_end(self) -> None:
        below, step = ladder("equal").steps[:2]
        made = ladders._judged("thresholds", replace(step.fit, gradient=1e-3), below, ())
        assert (made.holds, made.why) == ("no", "the search for the optimum did not end")
        assert np.isnan(made.pvalue)


class TestSurveys:
    def test_an_answer_of_one_group_only_is_joined_and_said(self) -> None:
        survey = drawn(populations())
        answers = survey.answers.copy()
        east = np.array(survey.groups[0]) == "east"
        answers[east & (answers[:, 0] == 5), 0] = 4
        made = ordinal_invariance(survey.model, replace(survey, answers=answers))
        told = next(finding for finding in made.findings if finding.code == "categories-joined")
        assert told.what == (
            "some groups never gave certain answers, which are joined with a neighbour: a1 4 with 5."
        )
        assert "a1：4和5" in chinese(told.what)
        chinese(told.fix)
        assert made.steps[0].fit.groups.categories["a1"] == 4

    def test_several_joined_answers_in_words(self) -> None:
        text = (
            "some groups never gave certain answers, which are joined with a neighbour: a1 4 with 5; "
            "b2 1 with 2 with 3."
        )
        assert chinese(text).endswith("a1：4和5；b2：1、2和3。")

    def test_two_answers_are_said(self) -> None:
        survey = drawn(populations(), categories=(5, 5, 2, 5, 5, 5), n=300)
        made = ordinal_invariance(survey.model, survey)
        told = next(finding for finding in made.findings if finding.code == "two-answers")
        assert told.what.endswith("one by one: a3.")
        chinese(told.what)
        chinese(told.fix)

    def test_no_ladder_says_why(self) -> None:
        survey = drawn(populations())
        answers = survey.answers.copy()
        east = np.array(survey.groups[0]) == "east"
        answers[:, 0] = np.where(east, np.minimum(answers[:, 0], 2), np.maximum(answers[:, 0], 4))
        survey = replace(survey, answers=answers)
        made, told = try_ordinal_invariance(survey.model, survey, min_base=30)
        assert made is None
        assert [(finding.code, finding.severity) for finding in told] == [("no-invariance", "note")]
        assert told[0].what == "the groups share no two answers to a1."
        assert ordinal_group_tables(survey.model, survey, level=0.95, min_base=30) == ({}, list(told))

    def test_small_groups_are_left_out(self) -> None:
        survey = drawn({**populations(), "zone": FIRST}, n=200)
        fewer = survey_of(survey.model, survey.answers[:420], groups={"g": list(survey.groups[0])[:420]})
        made = ordinal_invariance(fewer.model, fewer)
        assert made.groups == ("east", "west")
        assert made.left_out == (("zone", "20 respondents"),)
        with pytest.raises(UsageError, match="no two groups to compare"):
            ordinal_invariance(fewer.model, fewer, min_base=500)

    def test_nothing_to_measure(self) -> None:
        scales = {name: Scale(low=1, high=5) for name in ITEMS}
        survey = drawn(populations())
        for blocks, columns, message in (
            ({"a": "a1", "b": "b1"}, [0, 3], "no construct has two questions"),
            ({"a": "a1 a2"}, [0, 1], "too few to tell what they measure"),
        ):
            model = model_of(blocks, {}, scales=scales)
            fewer = survey_of(model, survey.answers[:, columns], groups={"g": list(survey.groups[0])})
            with pytest.raises(UsageError, match=message):
                ordinal_invariance(model, fewer)


def rejected(planted: Mapping[str, Any], replications: int, n: int) -> dict[str, Floats]:
    """P values of every step over replications, nothing released, and score tests of the thresholds of a2."""
    found: dict[str, list[float]] = {name: [] for name, _ in STEPS[1:]} | {"score": []}
    for seed in range(replications):
        survey = drawn(populations(**planted), n=n, seed=100 + seed)
        groups = groups_of(survey)
        below = None
        for name, equal in STEPS:
            start = None if below is None else below.fit
            step = ladders._judged(name, fit_ordinal_groups(groups, equal=equal, start=start), below, ())
            if below is not None:
                found[name].append(step.pvalue)
            if name == "thresholds":
                tests = ordinal_score_tests(step.fit, "thresholds")
                found["score"] += [test.chisq for test in tests if test.key[0] == "a2" and not test.group]
            below = step
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.slow
def test_tests_keep_their_level() -> None:
    """Equal groups, 200 replications: 5 % within four standard errors (1.5 %); score tests have mean df."""
    found = rejected({}, 200, 300)
    score = found.pop("score")
    for name, values in found.items():
        assert np.mean(values < 0.05) <= 0.05 + 4 * 0.0154, name
        assert np.mean(values < 0.5) == pytest.approx(0.5, abs=4 * 0.0354), name
    assert np.mean(score) == pytest.approx(2, abs=4 * 2 / np.sqrt(200))


@pytest.mark.slow
def test_thresholds_that_differ_are_found() -> None:
    """Two of four thresholds moved by a quarter of a standard deviation, 500 respondents a group."""
    found = rejected({"steps": {"a2": MOVED}}, 40, 500)
    assert np.mean(found["thresholds"] < 0.05) > 0.9


@pytest.mark.slow
def test_intervals_of_latent_means_cover() -> None:
    """150 replications of 300 respondents: 95 % within 3.5 standard errors."""
    inside = []
    for seed in range(150):
        survey = drawn(populations(), n=300, seed=500 + seed)
        groups = groups_of(survey)
        made = fit_ordinal_groups(groups, equal=dict(STEPS)["scalar"])
        table, values, covariance = made.of_group(1)
        centre = matrices(made.layout.cores[1], values).centre
        for row in table.free_rows:
            if row.matrix == "alpha":
                away = centre[row.i] - 0.8 * OTHER["means"][row.i]
                inside.append(abs(away) < 1.96 * np.sqrt(covariance[row.free, row.free]))
    assert np.mean(inside) == pytest.approx(0.95, abs=3.5 * np.sqrt(0.95 * 0.05 / 300) + 0.01)
