"""Segments of a PLS fit as tables: rows, a known truth found again, and when there are none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of

from csi_model.comparison.segment_tables import segment_tables
from csi_model.errors import Finding
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.vocabulary import SURVEY_TABLES

MODEL = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"})


def fitted(model: ModelSpec, answers: Floats, **options: Any) -> Fit:
    common = {"estimator": "pls", "bootstrap": 0, "folds": 0, "segments": 3}
    return fit(model, survey_of(model, answers), **(common | options))


@cache
def two_kinds() -> tuple[Floats, Any]:
    """Answers to ``MODEL``; for three fifths c follows a alone, for the others b alone."""
    random, n = np.random.default_rng(6), 500
    a, b = random.normal(size=(2, n))
    second = np.arange(n) % 5 >= 3
    c = np.where(second, b, a) + 0.3 * random.normal(size=n)
    answers = np.array([6 + one + 0.25 * random.normal(size=n) for one in (a, a, b, b, c, c)]).T
    return answers, second


@cache
def found() -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    return segment_tables(fitted(MODEL, two_kinds()[0]))


def test_tables_have_the_columns_of_the_contract_and_no_silent_gap() -> None:
    tables, _ = found()
    assert list(tables) == ["segments", "segment_paths"]
    for name, frame in tables.items():
        contract = SURVEY_TABLES[name]
        assert list(frame.columns) == list(contract.column_names)
        numbers = [c.name for c in contract.columns if c.kind in ("number", "integer")]
        assert not frame[numbers].isna().any(axis=1)[frame["why"] == ""].any(), name
    one = tables["segments"].iloc[0]
    assert np.isnan(one["en"])
    assert one["why"] == "en: one segment has nothing to be separated from"


def test_two_kinds_of_respondents_are_found() -> None:
    tables, told = found()
    criteria = tables["segments"]
    assert list(criteria["segments"]) == [1, 2, 3]
    assert list(criteria[criteria["chosen"]]["segments"]) == [2]
    assert criteria["logl"].is_monotonic_increasing
    paths = tables["segment_paths"]
    assert list(paths["segment"]) == [1, 1, 2, 2]
    assert list(paths["source"]) == ["a", "b"] * 2
    assert set(paths["target"]) == {"c"}
    # three fifths and two fifths; who is between the two kinds by chance moves a share by a little
    assert paths["share"].to_numpy() == pytest.approx([0.6, 0.6, 0.4, 0.4], abs=0.05)
    effect = paths["std_effect"].to_numpy()
    assert effect[[1, 2]] == pytest.approx([0, 0], abs=0.1)
    assert (effect[[0, 3]] > 0.8).all()
    (finding,) = told
    assert (finding.code, finding.severity) == ("segments", "warning")
    assert "2 segments" in finding.what
    assert "look for a question" in finding.fix


def test_one_segment_has_the_paths_of_the_fit() -> None:
    survey = chain_survey(200)
    made = fit(CHAIN, survey, estimator="pls", bootstrap=0, folds=0, segments=2)
    tables, (finding,) = segment_tables(made)
    assert list(tables["segments"]["chosen"]) == [True, False]
    assert (finding.severity, finding.fix) == ("note", "")
    paths = tables["segment_paths"].set_index(["source", "target"])
    effects = evaluate(made).tables["effects"].query("kind == 'direct'").set_index(["source", "target"])
    assert (paths["share"] == 1).all()
    for place in effects.index:
        assert paths.loc[place, "std_effect"] == pytest.approx(effects.loc[place, "std_effect"], abs=1e-8)
    r2 = evaluate(made).tables["r2"].set_index("construct")["r2"]
    for (_, target), row in paths.iterrows():
        assert row["r2"] == pytest.approx(r2[target], abs=1e-8)


def test_respondents_count_by_their_weights() -> None:
    """Three fifths weighted with 2, two fifths with 3: both kinds count alike."""
    answers, second = two_kinds()
    survey = survey_of(MODEL, answers, weights=np.where(second, 3.0, 2.0))
    made = fit(MODEL, survey, estimator="pls", bootstrap=0, folds=0, segments=2)
    shares = segment_tables(made)[0]["segment_paths"]["share"]
    assert shares.to_numpy() == pytest.approx(np.full(4, 0.5), abs=0.05)


def test_a_preferred_number_that_is_not_used_says_why() -> None:
    tables, (finding,) = segment_tables(fitted(MODEL, two_kinds()[0], segments=2, min_base=260))
    rows = tables["segments"].set_index("segments")
    assert rows["chosen"].to_dict() == {1: True, 2: False}
    assert "below the minimum base of 260" in rows.loc[2, "why"]
    assert "below the minimum base of 260" in finding.what
    assert len(tables["segment_paths"]) == 2


def test_the_seed_repeats() -> None:
    first, second = (segment_tables(fitted(MODEL, two_kinds()[0], seed=4, segments=2))[0] for _ in range(2))
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name])


def test_there_are_none_with_gaps_or_interactions() -> None:
    answers = chain_answers(150)
    product = replace(
        CHAIN,
        constructs=(*CHAIN.constructs, Construct(name="both", product=("expectations", "quality"))),
        paths=(*CHAIN.paths, Path(source="both", target="satisfaction")),
    )
    gaps = answers.copy()
    gaps[::9, 3] = np.nan
    for made in (fitted(product, answers), fitted(CHAIN, gaps, missing_data="available")):
        tables, (finding,) = segment_tables(made)
        assert tables == {}
        assert (finding.code, finding.severity) == ("no-segments", "note")
        assert "complete answers and models without interactions" in finding.what


def test_a_model_without_paths_says_so() -> None:
    model = model_of({"s": "s1 s2 s3"}, {})
    tables, (finding,) = segment_tables(fitted(model, chain_answers(100)[:, 6:9]))
    assert tables == {}
    assert (finding.code, finding.severity, finding.where) == ("no-segments", "note", "--segments")
    assert finding.what == "segments differ in their paths, and the model has none."


def test_twelve_people_are_one_segment() -> None:
    tables, _ = segment_tables(fitted(MODEL, two_kinds()[0][:12], segments=4))
    assert list(tables["segments"]["chosen"]) == [True, False, False, False]
    assert (tables["segment_paths"]["share"] == 1).all()


def test_a_fit_by_maximum_likelihood_has_no_segments() -> None:
    made = fit(CHAIN, chain_survey(100))
    with pytest.raises(ValueError, match="PLS"):
        segment_tables(made)
