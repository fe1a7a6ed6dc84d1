"""What the ladder of ordered answers allows: verdicts and tables, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ordinal_group_builders import drawn
from ordinal_ladder_builders import CASES, UNKNOWN, chinese, ladder, populations

from csi_model.comparison.comparability import compared_groups, index_comparable
from csi_model.comparison.ordinal_comparability import (
    ordinal_comparability_finding,
    ordinal_ladder_frames,
    ordinal_verdicts,
)
from csi_model.comparison.ordinal_invariance import ordinal_invariance
from csi_model.reporting import naming
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold import comparability
from csi_model.vocabulary import SURVEY_TABLES, term


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

    @pytest.mark.parametrize("case", ["equal", "errors"])
    def test_the_words_name_the_groups_that_were_compared(self, case: str) -> None:
        made = replace(ladder(case), groups=("A", "C"), left_out=(("zone", "no variation in b2"),))
        where = "in the groups that were compared (A, C)"
        for verdict in ordinal_verdicts(made):
            assert (where in verdict.reason) == (verdict.answer == "yes")
        assert "every group" not in ordinal_comparability_finding(made).what
        chinese(ordinal_comparability_finding(made).what)

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

    @pytest.mark.parametrize("case", list(CASES))
    def test_the_tables_say_which_groups_were_compared(self, case: str) -> None:
        made = ordinal_ladder_frames(ladder(case), 0.95)
        filled = {name: frame for name, frame in made.items() if len(frame)}
        assert compared_groups(filled) == {"east", "west"}

    def test_the_league_reads_the_ladder(self) -> None:
        def answer(case: str) -> object:
            return index_comparable({"invariance": ordinal_ladder_frames(ladder(case), 0.95)["invariance"]})

        assert answer("intercept") == "partly"
        assert answer("thresholds of two") in ("no", "not tested")
