"""Tables about a survey as a whole: when each is made, what is told of it, stored and read again."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of

from csi_model.comparison.differences import compare
from csi_model.comparison.invariance import invariance
from csi_model.comparison.league import LeagueOptions
from csi_model.comparison.permutation_tests import permutation_tests
from csi_model.comparison.treatments import treatments
from csi_model.comparison.wave_samples import WaveOptions
from csi_model.errors import Finding
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.storage import load, save
from csi_model.study import survey_tables
from csi_model.study.beyond import Beyond
from csi_model.study.survey_tables import MANY, with_survey_tables
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

GROUPS = ["invariance", "equality_tests", "latent_means", "path_tests"]
LEAGUE = {"answers", "estimators", "differences", "ranks", "rank_probabilities", "precision"}
SMALL = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"}, index="b")


def made(survey: Survey, **options: Any) -> tuple[Fit, Results]:
    """A fit and its results with the survey's tables."""
    fitted = fit(survey.model, survey, **options)
    return fitted, with_survey_tables(evaluate(fitted), fitted, survey, Beyond())


def with_gaps(answers: Floats) -> Floats:
    """Who expects little leaves the third question of satisfaction out, mostly."""
    left = answers.copy()
    shy = answers[:, 0] < np.median(answers[:, 0])
    left[shy & (np.random.default_rng(3).random(len(answers)) < 0.8), 8] = np.nan
    return left


def firms(n: int = 400, **changes: Any) -> Survey:
    return survey_of(CHAIN, chain_answers(n), groups={"firm": ["a", "b"] * (n // 2)}, **changes)


@cache
def grouped() -> tuple[Fit, Results]:
    return made(firms())


def told(results: Results, code: str) -> list[Finding]:
    rows = results.pooled["findings"].query("code == @code")
    return [Finding(**cells) for cells in rows.to_dict("records")]


def small_groups(count: int, size: int = 40) -> Survey:
    random = np.random.default_rng(count)
    n = count * size
    a = random.normal(size=n)
    b = 0.6 * a + 0.6 * random.normal(size=n)
    answers = np.stack([6 + x + 0.5 * random.normal(size=n) for x in (a, b) for _ in range(3)], axis=1)
    return survey_of(SMALL, answers, groups={"shop": [f"s{k % count:02d}" for k in range(n)]})


# --- which tables there are


def test_an_ungrouped_survey_without_gaps_has_its_precision_alone() -> None:
    """The other tables come back as they were."""
    survey = chain_survey()
    fitted = fit(CHAIN, survey, beside=False)
    results = evaluate(fitted)
    made = with_survey_tables(results, fitted, survey, Beyond())
    assert list(made.across) == ["answers", "precision"]
    assert replace(made, across=results.across) == results


def test_gaps_bring_the_treatments() -> None:
    answers = with_gaps(chain_answers(400))
    fitted, results = made(survey_of(CHAIN, answers))
    assert list(results.across) == ["treatments", "estimators", "answers", "precision"]
    pd.testing.assert_frame_equal(results.across["treatments"], treatments(fitted, survey_of(CHAIN, answers)))
    (finding,) = told(results, "missing-data-matters")
    assert finding.severity == "warning"
    # without groups the pooled tables are the tables
    assert results.tables is results.pooled
    assert results.trustworthy


def test_groups_bring_invariance_and_tests_of_paths() -> None:
    results = grouped()[1]
    assert list(results.across) == [name for name in SURVEY_TABLES if name in results.across]
    assert {"invariance", "latent_means", "path_tests"} <= set(results.across) <= {*GROUPS, *LEAGUE}
    for name, frame in results.across.items():
        assert list(frame.columns) == list(SURVEY_TABLES[name].column_names)
        assert len(frame), name
    ladder = results.across["invariance"].set_index("step")
    own = invariance(CHAIN, firms())
    for step in own.steps:
        assert ladder.loc[step.name, "df"] == step.fit.test.df
        assert ladder.loc[step.name, "chisq"] == pytest.approx(step.fit.test.chisq)
    assert set(results.across["latent_means"]["group"]) == {"a", "b"}
    assert len(results.across["path_tests"]) == 1 + len(CHAIN.paths)


def test_comparability_stands_among_the_findings_of_the_whole() -> None:
    """Every other respondent of one sample: the groups answer alike."""
    fitted, results = grouped()
    (finding,) = told(results, "comparability")
    assert finding.severity == "note"
    assert finding.what.startswith("May groups be compared? Paths: yes")
    before = evaluate(fitted)
    pd.testing.assert_frame_equal(
        results.pooled["findings"].iloc[: len(before.pooled["findings"])], before.pooled["findings"]
    )
    for name in before.tables:
        pd.testing.assert_frame_equal(results.tables[name], before.tables[name])
        if name != "findings":
            pd.testing.assert_frame_equal(results.pooled[name], before.pooled[name])


def test_groups_that_answer_otherwise_are_a_warning() -> None:
    """In one firm the second question of quality is answered two points higher, whatever the quality."""
    answers = chain_answers(400)
    answers[1::2, 4] += 2
    results = made(survey_of(CHAIN, answers, groups={"firm": ["a", "b"] * 200}))[1]
    (finding,) = told(results, "comparability")
    assert finding.severity == "warning"
    assert "(q2)" in finding.what
    assert "name the questions" in finding.fix
    released = results.across["invariance"].set_index("step").loc["scalar", "released"]
    assert "q2" in released


@cache
def with_a_constant_firm() -> Results:
    """Three firms of one sample; in one of them everybody gives the same answer to a question."""
    answers = chain_answers(600)
    answers[2::3, 4] = 7.0
    return made(survey_of(CHAIN, answers, groups={"firm": ["a", "b", "c"] * 200}))[1]


def test_a_group_that_the_ladder_left_out_is_not_certified() -> None:
    results = with_a_constant_firm()
    (left_out,) = told(results, "groups-left-out")
    assert left_out.what == "not compared: c (no variation in q2)."
    assert "in the groups that were compared (a, b)" in told(results, "comparability")[0].what
    table = results.across["differences"].query("construct == 'satisfaction'")
    pairs = table[table["kind"] == "pair"]
    assert dict(zip(pairs["unit_1"] + pairs["unit_2"], pairs["comparable"], strict=True)) == {
        "ab": "yes", "ac": "not tested", "bc": "not tested",
    }  # fmt: skip
    assert set(table[table["kind"] != "pair"]["comparable"]) == {"not tested"}


def nested_or_followed(upper: str, options: Beyond) -> dict[str, str]:
    """Firms in sectors or waves, c without variation: pairs of all levels with their verdict."""
    answers = chain_answers(1200)
    firm = np.array(["a", "b", "c", "d"] * 300)
    answers[firm == "c", 4] = 7.0
    over = {"sector": np.where(np.isin(firm, ["a", "b"]), "goods", "services"), "wave": _waves(1200)}[upper]
    survey = survey_of(CHAIN, answers, groups={upper: over.tolist(), "firm": firm.tolist()})
    fitted = fit(CHAIN, survey, beside=False)
    table = with_survey_tables(evaluate(fitted), fitted, survey, options).across["differences"]
    table = table.query("construct == 'satisfaction' and kind == 'pair'")
    return dict(zip(table["unit_1"] + " - " + table["unit_2"], table["comparable"], strict=True))


def _waves(n: int) -> np.ndarray[Any, Any]:
    return np.repeat(["2024", "2025"], n // 2)


def test_levels_above_a_group_that_was_left_out_are_not_certified() -> None:
    found = nested_or_followed("sector", Beyond(league=LeagueOptions(nested=True)))
    assert found["goods / a - goods / b"] == "yes"
    assert found["goods / a - services / d"] == "yes"
    assert found["goods / a - services / c"] == found["goods - services"] == "not tested"


def test_units_of_the_last_wave_are_known_by_their_groups() -> None:
    found = nested_or_followed("wave", Beyond(waves=WaveOptions(column="wave")))
    assert {pair for pair, verdict in found.items() if verdict == "yes"} == {"a - b", "a - d", "b - d"}
    assert {verdict for pair, verdict in found.items() if "c" in pair} == {"not tested"}


def test_comparing_stored_groups_knows_who_was_left_out(tmp_path: Path) -> None:
    save(with_a_constant_firm(), tmp_path / "r")
    table = compare({"r": load(tmp_path / "r")}).differences.query("construct == 'satisfaction'")
    assert list(table["comparable"]) == ["yes", "not tested", "not tested"]


@pytest.mark.slow
def test_permutation_tests_only_where_asked_for() -> None:
    assert "permutation_tests" not in grouped()[1].across
    survey = firms()
    fitted, results = made(survey, permutations=100)
    pd.testing.assert_frame_equal(
        results.across["permutation_tests"], permutation_tests(fitted, survey, draws=100)
    )
    assert (results.across["permutation_tests"]["draws"] == 100).all()


@pytest.mark.slow
def test_workers_and_progress_reach_the_permutations() -> None:
    seen: list[tuple[str, int, int]] = []
    survey = firms()
    fitted = fit(CHAIN, survey, permutations=100)
    results = with_survey_tables(
        evaluate(fitted), fitted, survey, Beyond(), workers=2, progress=lambda *words: seen.append(words)
    )
    assert seen[-1] == ("a - b", 100, 100)
    pd.testing.assert_frame_equal(
        results.across["permutation_tests"], permutation_tests(fitted, survey, draws=100)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{"estimator": "mlr"}, {"estimator": "mlm"}, {"estimator": "fiml"}, {"missing_data": "mean"},
     {"missing_data": "pairwise"}, {"ridge": 0.02}, {"variances": "bounded"}],
    ids=str,
)  # fmt: skip
def test_every_estimator_has_its_tables(options: dict[str, Any]) -> None:
    survey = survey_of(CHAIN, with_gaps(chain_answers(400)), groups={"firm": ["a", "b"] * 200})
    results = made(survey, **options)[1]
    assert {"treatments", "invariance", "latent_means", "path_tests"} <= set(results.across)
    base = options.get("missing_data") or ("available" if options.get("estimator") == "fiml" else "complete")
    rows = results.across["treatments"].set_index("treatment")
    assert (rows.loc[base, "difference"] == 0).all()
    methods = set(results.across["path_tests"]["method"])
    scaled = options.get("estimator") in ("mlr", "mlm")
    assert any("satorra" in method.lower() for method in methods) == scaled, methods


# --- where there is no ladder


def test_too_many_groups_are_not_tested_together() -> None:
    survey = small_groups(MANY + 1)
    fitted, results = made(survey)
    assert sum(part.solution is not None for part in fitted.groups) == MANY + 1
    assert not set(GROUPS) & set(results.across)
    (finding,) = told(results, "no-invariance")
    assert (finding.severity, finding.where) == ("note", "groups")
    assert finding.what.startswith("41 groups are too many")
    assert finding.fix


@pytest.mark.slow
def test_as_many_groups_as_may_be_are_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit itself, at four groups; suppressed ones do not count."""
    monkeypatch.setattr(survey_tables, "MANY", 4)
    random, survey = np.random.default_rng(1), small_groups(4, 60)
    more = np.vstack([survey.answers, random.normal(6, 1, size=(5, 6))])
    groups = {"shop": [*survey.groups[0], *["tiny"] * 5]}
    results = made(survey_of(SMALL, more, groups=groups))[1]
    assert {"invariance", "path_tests"} <= set(results.across)
    assert told(results, "no-invariance") == []
    monkeypatch.setattr(survey_tables, "MANY", 3)
    assert not set(GROUPS) & set(made(small_groups(4, 60))[1].across)


def test_a_single_group_says_why_there_is_no_ladder() -> None:
    survey = survey_of(CHAIN, chain_answers(320), groups={"firm": ["a"] * 300 + ["b"] * 20})
    results = made(survey)[1]
    assert set(results.across) == LEAGUE
    (finding,) = told(results, "no-invariance")
    assert finding.severity == "note"
    assert finding.what
    assert finding.fix
    assert results.trustworthy


def test_a_model_without_paths_has_no_tests_of_paths() -> None:
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {}, index="b")
    answers = small_groups(2, 150).answers
    results = made(survey_of(model, answers, groups={"shop": ["x", "y"] * 150}))[1]
    assert "invariance" in results.across
    assert "path_tests" not in results.across
    (finding,) = told(results, "no-path-tests")
    assert finding.severity == "note"


# --- stored


def test_stored_and_read_again(tmp_path: Path) -> None:
    """Every cell, the findings and the order of the tables; a comparison ignores them, a re-read does not."""
    survey = survey_of(CHAIN, with_gaps(chain_answers(400)), groups={"firm": ["a", "b"] * 200})
    results = made(survey, permutations=100)[1]
    assert set(results.across) == {"treatments", "permutation_tests", *results.across}
    save(results, tmp_path / "r")
    read = load(tmp_path / "r")
    assert read == results
    assert list(read.across) == [name for name in SURVEY_TABLES if name in results.across]
    for name, frame in results.across.items():
        pd.testing.assert_frame_equal(read.across[name], frame)
        assert (tmp_path / "r" / "tables" / f"{name}.csv").is_file()
    save(read, tmp_path / "again")
    for path in (tmp_path / "r" / "tables").rglob("*.csv"):
        twin = tmp_path / "again" / path.relative_to(tmp_path / "r")
        assert path.read_bytes() == twin.read_bytes()


def test_other_tables_are_other_results() -> None:
    fitted, results = grouped()
    assert results != evaluate(fitted)
    assert results == made(firms())[1]


def test_an_ungrouped_run_with_treatments_is_stored(tmp_path: Path) -> None:
    results = made(survey_of(CHAIN, with_gaps(chain_answers(400))))[1]
    save(results, tmp_path / "r")
    read = load(tmp_path / "r")
    assert read == results
    assert list(read.across) == ["treatments", "estimators", "answers", "precision"]
    assert read.tables is read.pooled
