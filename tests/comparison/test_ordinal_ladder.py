"""The ladder of ordered answers: what was planted is found, and said, in tables and in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from fit_builders import Floats, model_of, survey_of
from ordinal_group_builders import FIRST, ITEMS, OTHER, Population, drawn, exact, groups_of, ordinal_model

from csi_model.comparison import ordinal_invariance as ladders
from csi_model.comparison.comparability import index_comparable
from csi_model.comparison.ordinal_comparability import (
    ordinal_comparability_finding,
    ordinal_ladder_frames,
    ordinal_verdicts,
)
from csi_model.comparison.ordinal_invariance import (
    STEPS,
    OrdinalLadder,
    ordinal_invariance,
    try_ordinal_invariance,
)
from csi_model.comparison.ordinal_paths import ordinal_path_tests
from csi_model.comparison.ordinal_tables import ordinal_group_tables
from csi_model.errors import UsageError
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fitting import fit
from csi_model.estimation.ordinal.group_tests import ordinal_score_tests
from csi_model.estimation.ordinal.groups import fit_ordinal_groups
from csi_model.model.spec import Scale
from csi_model.reporting import naming
from csi_model.reporting.content import Content
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold import comparability, retold
from csi_model.study.survey_tables import _groups
from csi_model.vocabulary import SURVEY_TABLES, term

EXACT = 1e-6
UNKNOWN = Content(tables={}, pooled={}, constructs=("a", "b"), paths=(), index="b", title={})
MOVED = (0.0, 0.25, -0.25, 0.0)
"""Thresholds that no other origin and unit of a group can stand for."""


def populations(**planted: Any) -> dict[str, Population]:
    return {"east": FIRST, "west": Population(**OTHER, **planted)}


CASES: dict[str, dict[str, Any]] = {
    "equal": {},
    "thresholds": {"steps": {"a2": MOVED}},
    "thresholds of a marker": {"steps": {"a1": MOVED}},
    "loading": {"loadings": {"b2": 0.5}},
    "loading of a marker": {"loadings": {"b1": 0.5}},
    "intercept": {"intercepts": {"b3": 0.5}},
    "thresholds and intercept": {"steps": {"a2": MOVED}, "intercepts": {"b3": 0.5}},
    "thresholds of two": {"steps": {"a2": MOVED, "a3": (0.0, -0.3, 0.3, 0.0)}},
    "errors": {"errors": {"a1": 2.0, "b3": 2.0}},
}


@cache
def ladder(case: str) -> OrdinalLadder:
    """The ladder of two groups with exactly the statistics of their populations."""
    groups = exact(populations(**CASES[case]), n=800)
    steps = tuple(ladders._climb(groups))
    findings = tuple(ladders._findings(groups, steps, ()))
    return OrdinalLadder(
        groups=groups.names, left_out=(), constructs=("a", "b"), steps=steps, findings=findings
    )


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


class TestVerdicts:
    @pytest.mark.parametrize(
        ("case", "wanted"),
        [
            ("equal", "yes yes yes"),
            ("thresholds", "partly partly partly"),
            ("loading", "partly partly partly"),
            ("intercept", "yes partly partly"),
            ("thresholds of two", "no no no"),
            ("errors", "yes yes partly"),
        ],
    )
    def test_what_may_be_compared(self, case: str, wanted: str) -> None:
        """An expected answer depends on the error variance, so that indices need the strict step."""
        assert " ".join(verdict.answer for verdict in ordinal_verdicts(ladder(case))) == wanted

    @pytest.mark.parametrize("case", list(CASES))
    def test_in_both_languages(self, case: str) -> None:
        finding = ordinal_comparability_finding(ladder(case))
        assert finding.code == "comparability"
        assert finding.severity == ("note" if case == "equal" else "warning")
        assert [what for what, _, _ in comparability(finding.what)] == ["paths", "means", "indices"]
        chinese(finding.what)
        if finding.fix:
            chinese(finding.fix)

    def test_items_are_named(self) -> None:
        text = ordinal_comparability_finding(ladder("thresholds and intercept")).what
        assert "thresholds or loadings differ for some questions (a2), at least two" in text
        assert "at the same level of the construct (a2, b3); the means rest" in text

    def test_groups_that_could_not_be_fitted(self) -> None:
        first = replace(ladder("equal").steps[0], holds="no")
        made = ordinal_verdicts(replace(ladder("equal"), steps=(first,)))
        assert {verdict.answer for verdict in made} == {"no"}
        assert {verdict.reason for verdict in made} == {"the groups could not be fitted together."}

    def test_constructs_of_two_answers_have_no_unit_without_intercepts(self) -> None:
        survey = drawn(populations(), categories=(2, 2, 2, 5, 5, 5), n=600)
        made = ordinal_invariance(survey.model, survey)
        assert made.holds("metric") == "yes"
        paths = ordinal_verdicts(made)[0]
        assert paths.answer == "partly"
        assert "questions of two answers (a) have a unit of their own" in paths.reason
        chinese(ordinal_comparability_finding(made).what)


def chinese(text: str) -> str:
    """The Chinese words of a stored text, which must be known whole; English words are known, too."""
    made = retold(UNKNOWN, text, "zh")
    assert made != text, text
    assert not re.search(r"[A-Za-z]{3,}", re.sub(r"CFI|RMSEA", "", made)), made
    english = retold(UNKNOWN, text, "en")
    assert re.sub(r"[^a-z0-9]", "", english.lower())[-40:-2]
    return made


class TestTables:
    def test_columns_and_steps(self) -> None:
        for case in CASES:
            frames = ordinal_ladder_frames(ladder(case), 0.95)
            for name, frame in frames.items():
                assert tuple(frame.columns) == SURVEY_TABLES[name].column_names
            table = frames["invariance"]
            assert list(table["step"]) == [step.name for step in ladder(case).steps]
            for step in table["step"]:
                assert term(step, "zh") != step

    def test_the_finished_ladder(self) -> None:
        table = ordinal_ladder_frames(ladder("intercept"), 0.95)["invariance"].set_index("step")
        assert list(table["method"]) == ["", *["Satorra 2000"] * 4]
        assert table.loc["scalar", "released"] == "b3 ~1"
        # 6 intercepts less 2 means and one released
        assert table.loc["scalar", "df_difference"] == 6 - 2 - 1
        assert table.loc["thresholds", "df_difference"] == 6 * (4 - 2)
        assert table.loc["configural", "why"] == "the first step: nothing to compare it with"

    def test_an_empty_number_has_a_reason_in_both_languages(self) -> None:
        for case in CASES:
            for name, frame in ordinal_ladder_frames(ladder(case), 0.95).items():
                numeric = frame.select_dtypes("number")
                empty = numeric.isna().any(axis=1)
                assert (frame.loc[empty, "why"] != "").all(), name
                for why in set(frame["why"]) - {""}:
                    for part in why.split("; "):
                        assert reason_in(part, "zh") != part

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_released_thresholds_in_words(self, language: str) -> None:
        words = naming.written(UNKNOWN, "a2 |", language)
        assert words == {"en": "thresholds of a2", "zh": "a2的阈值"}[language]
        assert naming.parameter(UNKNOWN, "a2", "|", "", language) == words

    def test_the_league_reads_the_ladder(self) -> None:
        def answer(case: str) -> object:
            return index_comparable({"invariance": ordinal_ladder_frames(ladder(case), 0.95)["invariance"]})

        assert answer("intercept") == "partly"
        assert answer("thresholds of two") in ("no", "not tested")


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

    def test_tables_of_a_fit(self) -> None:
        """What a study makes of groups under wlsmv, path tests with the released item free."""
        model = ordinal_model(paths={"b": "a"})
        survey = drawn(populations(steps={"a2": MOVED}), n=600, model=model)
        frames, findings = _groups(fit(model, survey, estimator="wlsmv"), survey)
        assert list(frames) == ["invariance", "equality_tests", "latent_means", "path_tests"]
        assert list(frames["invariance"]["step"]) == [name for name, _ in STEPS]
        assert frames["invariance"]["released"].iloc[1] == "a2 |"
        assert [finding.code for finding in findings] == ["comparability"]
        plain = ordinal_path_tests(model, survey)
        freed = ordinal_path_tests(model, survey, released=[("a2", "|", ""), ("a", "=~", "a2")])
        assert frames["path_tests"]["chisq"].iloc[1] == pytest.approx(freed[1].chisq)
        assert freed[1].chisq != pytest.approx(plain[1].chisq, rel=1e-4)

    def test_without_paths_nothing_is_tested(self) -> None:
        survey = drawn(populations())
        with pytest.raises(UsageError, match="no two groups with paths"):
            ordinal_path_tests(survey.model, survey)
        _, findings = ordinal_group_tables(survey.model, survey, level=0.95, min_base=30)
        assert [finding.code for finding in findings] == ["comparability", "no-path-tests"]


def test_a_path_that_differs() -> None:
    """A slope of .4 / 1.3 beside one of .5, and one of .9: the difference test and Wald's say the same."""
    model = ordinal_model(paths={"b": "a"})
    same = ordinal_path_tests(model, drawn({"one": FIRST, "two": FIRST}, n=800, model=model))
    other = Population(covariance=((1.0, 0.9), (0.9, 1.2)))
    apart = ordinal_path_tests(model, drawn({"one": FIRST, "two": other}, n=800, model=model))
    for tests in (same, apart):
        together, single = tests
        assert (together.df, single.source, single.target, single.method) == (1, "a", "b", "Satorra 2000")
        assert single.chisq == pytest.approx(together.chisq, rel=1e-6)
        assert single.wald == pytest.approx(single.chisq, rel=0.25, abs=0.1)
    assert same[1].pvalue > 0.05
    assert apart[1].pvalue_holm < 1e-6


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
