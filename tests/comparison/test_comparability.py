"""What is said about comparing groups: a verdict for every way the ladder can end, and its tables."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import Floats, exact_answers, model_of, survey_of
from ordinal_ladder_builders import chinese
from scipy import stats

from csi_model.comparison.comparability import (
    Verdict,
    comparability_finding,
    compared_groups,
    ladder_frames,
    path_frame,
    verdicts,
)
from csi_model.comparison.invariance import Invariance, invariance
from csi_model.comparison.path_tests import PathTest, path_tests
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
ALONE = model_of({"a": "a1 a2 a3"}, {})
COVARIANCE = np.array([[1.0, 0.5], [0.5, 1.2]])
ERRORS = np.diag([0.5, 0.6, 0.7, 0.5, 0.6, 0.7])
LOADINGS = np.array([[1, 0.9, 1.1, 0, 0, 0], [0, 0, 0, 1, 1.2, 0.8]]).T


def answers_of(seed: int, loadings: Floats, mean: Floats, centre: Floats) -> Floats:
    """300 answers (6 items) with exactly these moments."""
    cov = loadings @ COVARIANCE @ loadings.T + ERRORS
    return exact_answers(cov, 300, 0.0, seed) + mean + loadings @ centre


CASES: dict[str, dict[str, dict[int, float]]] = {
    "equal": {},
    "one intercept": {"intercepts": {4: 0.8}},
    "one loading": {"loadings": {4: 2.2}},
    "one loading, another intercept": {"loadings": {4: 2.2}, "intercepts": {2: 0.9}},
    "intercepts": {"intercepts": {3: 0.9, 4: -0.9}},
    "loadings": {"loadings": {4: 2.5, 5: 0.1}},
}
"""What differs in the second group: items by number, loadings as they are, intercepts by how much."""


@cache
def survey(case: str, *, alone: bool = False) -> Survey:
    lam, mean = LOADINGS.copy(), np.full(6, 5.0)
    for item, value in CASES[case].get("loadings", {}).items():
        lam[item, item // 3] = value
    for item, shift in CASES[case].get("intercepts", {}).items():
        mean[item] += shift
    both = [
        answers_of(1, LOADINGS, np.full(6, 5.0), np.zeros(2)),
        answers_of(2, lam, mean, np.array([0.4, -0.3])),
    ]
    model = ALONE if alone else PAIR
    columns = len(model.indicators)
    return survey_of(
        model, np.concatenate(both)[:, :columns], groups={"g": ["north"] * 300 + ["south"] * 300}
    )


@cache
def ladder(case: str, *, robust: bool = False) -> Invariance:
    return invariance(PAIR, survey(case), robust=robust)


@cache
def saturated_ladder() -> Invariance:
    """One construct of three items: the first step has no degrees of freedom."""
    return invariance(ALONE, survey("equal", alone=True))


def said(case: str) -> dict[str, Verdict]:
    return {verdict.what: verdict for verdict in verdicts(ladder(case))}


class TestVerdicts:
    @pytest.mark.parametrize(
        ("case", "paths", "means"),
        [
            ("equal", "yes", "yes"),
            ("one intercept", "yes", "partly"),
            ("one loading", "partly", "partly"),
            ("one loading, another intercept", "partly", "partly"),
            ("intercepts", "yes", "no"),
            ("loadings", "no", "no"),
        ],
    )
    def test_answers(self, case: str, paths: str, means: str) -> None:
        found = said(case)
        assert list(found) == ["paths", "latent means", "indices"]
        assert [verdict.answer for verdict in found.values()] == [paths, means, means]
        assert all(verdict.reason.endswith(".") for verdict in found.values())

    def test_the_questions_are_named(self) -> None:
        found = said("one intercept")
        assert "(b2)" in found["latent means"].reason
        assert "(b2)" in found["indices"].reason
        assert "b2" not in found["paths"].reason
        assert "(b2)" in said("one loading")["paths"].reason

    def test_the_reason_of_paths_names_loadings_only(self) -> None:
        """The loading of b2 differs and the intercept of a3: means rest on the other questions of both."""
        found = said("one loading, another intercept")
        assert "(b2)" in found["paths"].reason
        assert "(a3, b2)" in found["latent means"].reason
        assert "(a3, b2)" in found["indices"].reason

    def test_a_search_that_did_not_end_allows_nothing(self) -> None:
        first = replace(ladder("equal").steps[0], holds="no", why="the search for the optimum did not end")
        found = verdicts(replace(ladder("equal"), steps=(first,)))
        assert [verdict.answer for verdict in found] == ["no", "no", "no"]
        assert {verdict.reason for verdict in found} == {"the groups could not be fitted together."}

    def test_every_answer_has_its_sentence(self) -> None:
        """Of all three questions, all three answers occur above; one sentence each but for the names.

        Latent means fail for want of equal intercepts, or already of equal loadings.
        """
        found = {(v.what, v.answer, v.reason) for case in CASES for v in verdicts(ladder(case))}
        reasons: dict[tuple[str, str], set[str]] = {}
        for what, answer, reason in found:
            reasons.setdefault((what, answer), set()).add(reason.partition(" (")[0])
        assert {key: len(texts) for key, texts in reasons.items()} == {
            (what, answer): 2 if (what, answer) == ("latent means", "no") else 1
            for what in ("paths", "latent means", "indices")
            for answer in ("yes", "partly", "no")
        }


class TestFinding:
    @pytest.mark.parametrize("case", CASES)
    def test_it_holds_every_verdict(self, case: str) -> None:
        found = comparability_finding(ladder(case))
        for verdict in verdicts(ladder(case)):
            assert f"{verdict.what.capitalize()}: {verdict.answer}, {verdict.reason}" in found.what
        assert (found.code, found.where) == ("comparability", "groups")
        assert found.what.startswith("May groups be compared?")

    def test_a_warning_with_advice_where_something_is_not_comparable(self) -> None:
        for case in CASES:
            found = comparability_finding(ladder(case))
            assert found.severity == ("note" if case == "equal" else "warning")
            assert bool(found.fix) == (case != "equal")


class TestLeftOut:
    def test_the_words_name_the_groups_that_were_compared(self) -> None:
        made = replace(ladder("equal"), groups=("A", "C"), left_out=(("few", "20 respondents"),))
        where = "in the groups that were compared (A, C)"
        for verdict in verdicts(made):
            assert where in verdict.reason
        assert "every group" not in comparability_finding(made).what
        assert where not in comparability_finding(ladder("equal")).what
        chinese(comparability_finding(made).what)

    def test_of_many_groups_the_first_are_named(self) -> None:
        names = tuple(f"g{k}" for k in range(10))
        made = replace(ladder("equal"), groups=names, left_out=(("few", "20 respondents"),))
        assert "(g0, g1, g2, g3, g4, g5 and 4 more)" in verdicts(made)[0].reason
        chinese(comparability_finding(made).what)

    @pytest.mark.parametrize("case", CASES)
    def test_the_tables_say_which_groups_were_compared(self, case: str) -> None:
        """Also where nothing may be compared: then from the tests of what each group would release."""
        made = frames(case)
        filled = {name: frame for name, frame in made.items() if len(frame)}
        assert compared_groups(filled) == {"north", "south"}

    def test_without_tables_nobody_knows(self) -> None:
        assert compared_groups({}) is None
        assert compared_groups({"invariance": frame("equal", "invariance")}) is None


@cache
def frames(case: str) -> dict[str, pd.DataFrame]:
    if case == "robust":
        return ladder_frames(ladder("one intercept", robust=True), 0.95)
    if case == "saturated first step":
        return ladder_frames(saturated_ladder(), 0.95)
    made = ladder_frames(ladder(case), 0.95)
    return {**made, "path_tests": path_frame(path_tests(PAIR, survey(case)), 0.95)}


def frame(case: str, name: str) -> pd.DataFrame:
    return frames(case)[name]


LADDER_TABLES = ("invariance", "equality_tests", "latent_means")
every_table = pytest.mark.parametrize(
    ("case", "name"),
    [
        *((case, name) for case in CASES for name in (*LADDER_TABLES, "path_tests")),
        *((case, name) for case in ("robust", "saturated first step") for name in LADDER_TABLES),
    ],
)


@every_table
class TestTables:
    def test_columns_are_those_of_the_vocabulary(self, case: str, name: str) -> None:
        assert tuple(frame(case, name).columns) == SURVEY_TABLES[name].column_names

    def test_an_empty_number_has_a_reason(self, case: str, name: str) -> None:
        made = frame(case, name)
        numbers = made.select_dtypes("number")
        empty = numbers.isna().any(axis=1)
        assert (made.loc[empty, "why"] != "").all(), made[empty]
        assert not np.isinf(numbers.to_numpy(dtype=float, na_value=0.0)).any()


class TestSteps:
    def test_numbers_are_those_of_the_ladder(self) -> None:
        made, told = ladder("intercepts"), frame("intercepts", "invariance")
        assert list(told["step"]) == ["configural", "metric", "scalar"]
        assert list(told["holds"]) == ["yes", "yes", "no"]
        assert list(told["df"]) == [16, 20, 24]
        for row, step in zip(told.itertuples(), made.steps, strict=True):
            assert (row.chisq, row.npar) == (step.fit.test.chisq, step.fit.n_free)
            assert [row.cfi, row.tli, row.rmsea, row.srmr] == [
                step.measures[name] for name in ("cfi", "tli", "rmsea", "srmr")
            ]
        last = told.iloc[2]
        assert last["chisq_difference"] == pytest.approx(last["chisq"] - told["chisq"][1])
        assert last["df_difference"] == 4
        assert last["pvalue"] == pytest.approx(stats.chi2.sf(last["chisq_difference"], 4))
        assert last["cfi_difference"] == pytest.approx(last["cfi"] - told["cfi"][1])
        assert last["method"] == "likelihood ratio"
        assert last["why"].startswith("the fit drops too far")

    def test_chi_square_is_scaled_under_robust(self) -> None:
        for row, step in zip(
            frame("robust", "invariance").itertuples(),
            ladder("one intercept", robust=True).steps,
            strict=True,
        ):
            assert step.fit.test.scaling is not None
            assert row.chisq == pytest.approx(step.fit.test.chisq / step.fit.test.scaling.factor)

    def test_without_degrees_of_freedom_there_is_no_rmsea(self) -> None:
        told = frame("saturated first step", "invariance")
        assert list(told["df"]) == [0, 2, 4, 7]
        assert told[["tli", "rmsea"]].iloc[0].isna().all()
        assert np.isnan(told["rmsea_difference"][1])
        assert all("degrees of freedom" in why for why in told["why"][:2])
        assert list(told["holds"]) == ["yes"] * 4

    def test_what_was_released(self) -> None:
        told = frame("one loading", "invariance").set_index("step")["released"]
        assert dict(told) == {
            "configural": "", "metric": "b =~ b2", "scalar": "b =~ b2, b2 ~1",
            "strict": "b =~ b2, b2 ~1, b2 ~~ b2",
        }  # fmt: skip

    def test_a_search_that_did_not_end_is_not_called_the_first_step(self) -> None:
        first, second = ladder("equal").steps[:2]
        ended = replace(
            second, difference=None, drop={}, holds="no", why="the search for the optimum did not end"
        )
        told = ladder_frames(replace(ladder("equal"), steps=(first, ended)), 0.95)["invariance"]["why"]
        assert "the search for the optimum did not end" in told[1]
        assert "first step" in told[0]
        assert "first step" not in told[1]


class TestEqualityTests:
    def test_those_of_a_step_in_trouble(self) -> None:
        made = frame("one intercept", "equality_tests")
        assert set(made["step"]) == {"scalar"}
        top = made.iloc[0]
        assert (top["lhs"], top["op"], top["group"]) == ("b2", "~1", "")
        assert set(made["group"]) == {"", "north", "south"}
        assert (made["why"] == "").eq(made["group"] != "").all()
        np.testing.assert_allclose(made["pvalue"], stats.chi2.sf(made["mi"], made["df"]))

    def test_none_where_everything_holds(self) -> None:
        assert frame("equal", "equality_tests").empty


class TestLatentMeans:
    @pytest.mark.parametrize("case", ["equal", "one intercept", "one loading"])
    def test_by_hand(self, case: str) -> None:
        """Planted means in units of the first items; standardised by the south's own deviation."""
        made = frame(case, "latent_means").set_index(["group", "construct"])
        south = made.loc["south"]
        np.testing.assert_allclose(south["mean"], [0.4, -0.3], atol=1e-6)
        np.testing.assert_allclose(south["std_mean"], [0.4, -0.3 / np.sqrt(1.2)], atol=1e-6)
        np.testing.assert_allclose(south["z"], south["mean"] / south["se"])
        np.testing.assert_allclose(south["pvalue"], 2 * stats.norm.sf(abs(south["z"])))
        np.testing.assert_allclose(south["ci_upper"] - south["mean"], 1.959963985 * south["se"])
        np.testing.assert_allclose(south["mean"] - south["ci_lower"], 1.959963985 * south["se"])
        assert (made.loc["north", "mean"] == 0).all()
        assert (made.loc["north", "why"] == "the first group is the zero point").all()

    def test_the_level_moves_the_interval(self) -> None:
        wide, narrow = (
            ladder_frames(ladder("equal"), level)["latent_means"].iloc[2:] for level in (0.99, 0.8)
        )
        ratio = (wide["ci_upper"] - wide["mean"]) / (narrow["ci_upper"] - narrow["mean"])
        np.testing.assert_allclose(ratio, 2.575829304 / 1.281551566)

    @pytest.mark.parametrize("case", ["intercepts", "loadings"])
    def test_none_where_they_may_not_be_compared(self, case: str) -> None:
        assert frame(case, "latent_means").empty


def path_test(**changes: Any) -> PathTest:
    given: dict[str, Any] = {
        "source": "a", "target": "b", "chisq": 4.0, "wald": 3.9, "df": 1, "pvalue": 0.0455,
        "pvalue_holm": 0.0455, "method": "likelihood ratio",
    }  # fmt: skip
    return PathTest(**{**given, **changes})


class TestPaths:
    @pytest.mark.parametrize(
        ("changes", "level", "verdict"),
        [
            ({}, 0.95, "differs"),
            ({}, 0.99, "no clear difference"),
            ({"pvalue_holm": 0.06}, 0.95, "no clear difference"),
            ({"source": "", "target": "", "pvalue_holm": np.nan}, 0.95, "differs"),
            ({"pvalue": np.nan, "pvalue_holm": np.nan, "chisq": np.nan, "wald": np.nan, "why": "no fit"},
             0.95, "not tested"),
        ],
    )  # fmt: skip
    def test_verdict(self, changes: dict[str, Any], level: float, verdict: str) -> None:
        assert path_frame([path_test(**changes)], level)["verdict"][0] == verdict

    def test_reasons(self) -> None:
        made = path_frame(
            [
                path_test(source="", target="", pvalue_holm=np.nan),
                path_test(),
                path_test(chisq=np.nan, method="Wald"),
                path_test(chisq=np.nan, method="Wald", why="the search for the optimum did not end"),
            ],
            0.95,
        )
        assert list(made["why"]) == [
            "all paths together: nothing to adjust for",
            "",
            "with many groups only Wald's test is made",
            "the search for the optimum did not end",
        ]

    def test_rows_of_a_survey(self) -> None:
        made = frame("equal", "path_tests")
        assert list(zip(made["source"], made["target"], strict=True)) == [("", ""), ("a", "b")]
        assert list(made["verdict"]) == ["no clear difference"] * 2
