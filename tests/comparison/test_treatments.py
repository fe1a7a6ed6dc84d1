"""One survey treated in four ways: rows, differences, reasons, and when a reader is warned."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, survey_of

from csi_model.comparison.treatments import treatment_findings, treatments
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

RULES = ["complete", "mean", "pairwise", "available"]
NAMES = list(CHAIN.construct_names)


@cache
def selective() -> Floats:
    """400 answers; those who expect little leave the third question of satisfaction out, mostly."""
    answers = chain_answers(400)
    shy = answers[:, 0] < np.median(answers[:, 0])
    answers[shy & (np.random.default_rng(3).random(400) < 0.8), 8] = np.nan
    return answers


def selective_survey() -> Survey:
    return survey_of(CHAIN, selective())


@cache
def by_rule(
    estimator: str = "ml", missing_data: str = "automatic", weight_rule: str = "loadings"
) -> pd.DataFrame:
    options = {"estimator": estimator, "missing_data": missing_data, "weight_rule": weight_rule}
    survey = selective_survey()
    return treatments(fit(CHAIN, survey, **options), survey).set_index(["treatment", "construct"])  # type: ignore[arg-type]


def test_every_treatment_of_every_construct() -> None:
    frame = treatments(fit(CHAIN, selective_survey()), selective_survey())
    assert list(frame.columns) == list(SURVEY_TABLES["treatments"].column_names)
    assert list(zip(frame["treatment"], frame["construct"], strict=True)) == [
        (rule, name) for rule in RULES for name in NAMES
    ]
    assert frame[["index", "se", "ci_lower", "ci_upper", "difference"]].notna().all(axis=None)
    assert (frame["why"] == "").all()
    complete = int((~np.isnan(selective()).any(axis=1)).sum())
    assert frame.groupby("treatment")["n"].unique().explode().to_dict() == {
        "complete": complete, "mean": 400, "pairwise": 400, "available": 400
    }  # fmt: skip


@pytest.mark.parametrize(
    ("estimator", "missing_data", "base"),
    [("ml", "automatic", "complete"), ("mlr", "mean", "mean"), ("ml", "pairwise", "pairwise"),
     ("fiml", "automatic", "available"), ("mlm", "automatic", "complete")],
)  # fmt: skip
def test_differences_are_from_the_fit_itself(estimator: str, missing_data: str, base: str) -> None:
    frame = by_rule(estimator, missing_data)
    assert (frame.loc[base, "difference"] == 0).all()
    for rule in RULES:
        np.testing.assert_allclose(
            frame.loc[rule, "difference"], frame.loc[rule, "index"] - frame.loc[base, "index"], atol=1e-12
        )
    survey = selective_survey()
    own = evaluate(fit(CHAIN, survey, estimator=estimator, missing_data=missing_data)).tables["index"]
    for column in ("index", "se", "ci_lower", "ci_upper"):
        np.testing.assert_array_equal(frame.loc[base, column], own[column])


def test_equal_weights_by_hand() -> None:
    """Means of complete rows, means of the answers there are (twice), and one index of all rows: a
    construct that everybody answered has the same mean under every rule but the first.
    """
    frame = by_rule(weight_rule="equal")
    answers = selective()
    whole = answers[~np.isnan(answers).any(axis=1)]
    for name, items in (
        ("expectations", slice(0, 3)),
        ("satisfaction", slice(6, 9)),
        ("loyalty", slice(9, 11)),
    ):
        points = [100 * (np.nanmean(rows[:, items], axis=0) - 1).mean() / 9 for rows in (whole, answers)]
        for rule, wanted in zip(RULES, (points[0], points[1], points[1], points[1]), strict=True):
            close = 2.0 if (rule, name) == ("available", "satisfaction") else 1e-9
            assert frame.loc[(rule, name), "index"] == pytest.approx(wanted, abs=close), (rule, name)
    # who leaves it out is less satisfied: full information corrects the mean that substitution keeps
    full, filled = (frame.loc[(rule, "satisfaction"), "index"] for rule in ("available", "mean"))
    assert full < filled < frame.loc[("complete", "satisfaction"), "index"]
    # s / sqrt(n) with divisor n - 1
    scores = 100 * (whole[:, :3].mean(axis=1) - 1) / 9
    error = scores.std(ddof=1) / np.sqrt(len(whole))
    assert frame.loc[("complete", "expectations"), "se"] == pytest.approx(error, rel=1e-9)


def test_full_information_recovers_what_was_taken_away() -> None:
    """Whether an answer is missing depends on one that is there: unbiased, unlike complete cases.

    What is left is the noise of some 160 answers to one of three questions, a few tenths of a point.
    """
    true = 100 * (chain_answers(400)[:, 6:9].mean() - 1) / 9
    frame = by_rule(weight_rule="equal")
    assert frame.loc[("available", "satisfaction"), "index"] == pytest.approx(true, abs=0.5)
    assert frame.loc[("complete", "satisfaction"), "index"] > true + 2


def test_nothing_without_gaps() -> None:
    survey = chain_survey()
    frame = treatments(fit(CHAIN, survey), survey)
    assert len(frame) == 0
    assert list(frame.columns) == list(SURVEY_TABLES["treatments"].column_names)
    assert list(treatment_findings(frame, "satisfaction")) == []


def test_groups_do_not_matter() -> None:
    """The table is about the survey as a whole."""
    survey = survey_of(CHAIN, selective(), groups={"firm": ["a", "b"] * 200})
    frame = treatments(fit(CHAIN, survey), survey).set_index(["treatment", "construct"])
    pd.testing.assert_frame_equal(frame, by_rule())


def test_a_treatment_that_fails_says_why() -> None:
    """Nobody answered everything: two halves of the sample got one question each."""
    answers = selective().copy()
    answers[:200, 1] = np.nan
    answers[200:, 2] = np.nan
    survey = survey_of(CHAIN, answers)
    frame = treatments(fit(CHAIN, survey, missing_data="mean"), survey).set_index(["treatment", "construct"])
    assert frame.loc["mean", "index"].notna().all()
    for rule, words in (("complete", "0 respondents"), ("pairwise", "x2 and x3"), ("available", "x2 and x3")):
        rows = frame.loc[rule]
        assert rows[["index", "se", "ci_lower", "ci_upper", "difference"]].isna().all(axis=None)
        assert (rows["n"] == 0).all()
        assert rows["why"].str.contains(words, case=False).all(), (rule, rows["why"].iloc[0])


def test_a_design_has_no_pairwise_covariances() -> None:
    weights = np.random.default_rng(1).uniform(0.5, 1.5, 400)
    survey = survey_of(CHAIN, selective(), weights=weights)
    frame = treatments(fit(CHAIN, survey), survey).set_index("treatment")
    assert frame.loc["pairwise", "index"].isna().all()
    assert frame.loc["pairwise", "why"].str.contains("no design-based errors").all()
    for rule in ("complete", "mean", "available"):
        assert frame.loc[rule, "se"].notna().all()


def shown(*values: float) -> pd.DataFrame:
    rows = [
        {"treatment": rule, "construct": name, "index": value + (50 if name == "loyalty" else 0)}
        for rule, value in zip(RULES, values, strict=False)
        for name in ("satisfaction", "loyalty")
    ]
    return pd.DataFrame(rows)


def test_a_point_between_treatments_is_told() -> None:
    (finding,) = treatment_findings(shown(71.0, 70.5, np.nan, 70.0), "satisfaction")
    assert (finding.code, finding.severity, finding.where) == (
        "missing-data-matters", "warning", "satisfaction"
    )  # fmt: skip
    assert finding.what.startswith(
        "the index is 70.0 with full information and 71.0 with complete cases: those who left questions out"
    )
    assert "--estimator fiml" in finding.fix


@pytest.mark.parametrize("values", [(70.99, 70.5, 70.2, 70.0), (70.0, np.nan, np.nan, np.nan), (np.nan,) * 4])
def test_less_than_a_point_is_not(values: tuple[float, ...]) -> None:
    assert list(treatment_findings(shown(*values), "satisfaction")) == []


def test_the_selective_survey_is_told() -> None:
    """3.3 points between complete cases and full information in the headline index; no other counts."""
    (finding,) = treatment_findings(by_rule().reset_index(), "satisfaction")
    low, high = (by_rule().loc[(rule, "satisfaction"), "index"] for rule in ("available", "complete"))
    assert f"{low:.1f} with full information and {high:.1f} with complete cases" in finding.what
