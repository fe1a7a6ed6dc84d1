"""Properties that hold for every survey: rows add up, order does not matter, reversing is an involution."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_builders import small_model

from csi_model.survey.codebook import Codebook, Column
from csi_model.survey.moments import group_samples, item_statistics, sample_of
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

NAMES = ["Q1", "Q2", "S1", "S2"]
MISSING = {97: "skipped", 98: "dont_know", 99: "refused"}

cell = st.one_of(st.integers(1, 10), st.integers(1, 10), st.sampled_from([97, 98, 99, None]))
row = st.tuples(
    cell, cell, cell, cell, st.sampled_from([0, 0.5, 1, 3]), st.sampled_from(["a", "b", "", None])
)
CERTAIN = [(1, 2, 3, 4, 1, "a"), (5, 6, 7, 8, 1, "b")]
"""Rows that every drawn survey holds, so that no question is constant and no group column empty."""
surveys = st.lists(row, max_size=30).map(
    lambda rows: pd.DataFrame([*rows, *CERTAIN], columns=[*NAMES, "w", "firm"], dtype=object)
)
some = settings(max_examples=60)


def read(frame: pd.DataFrame, **options: object) -> Survey:
    return read_survey(frame, small_model(), missing=MISSING, min_base=1, **options)


@some
@given(surveys)
def test_every_row_is_accounted_for(frame):
    survey = read(frame, by=["firm"], weight="w")
    assert survey.read_rows == len(frame) == len(survey) + sum(survey.dropped.values())
    assert np.isnan(survey.answers).tolist() == (survey.reasons != 0).tolist()
    assert "" not in survey.groups[0]
    assert (survey.weights > 0).all()
    for rule in ("complete", "mean"):
        samples = [sample_of(survey, None, rule), *(sample for _, sample in group_samples(survey, rule))]
        for sample in samples:
            assert sample.rows["read"] == sum(sample.rows.values()) - sample.rows["read"]
            assert sample.rows["used"] == sample.n == len(sample.answers)
        assert samples[0].n == sum(sample.n for sample in samples[1:])
    for item in item_statistics(survey):
        assert item.n + item.skipped + item.dont_know + item.refused + item.other_missing == len(survey)


@some
@given(surveys, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame, random):
    survey = read(frame, by=["firm"], weight="w")
    order = list(range(len(frame)))
    random.shuffle(order)
    other = read(frame.iloc[order], by=["firm"], weight="w")
    assert other.dropped == survey.dropped
    pairs = zip(group_samples(survey, "mean"), group_samples(other, "mean"), strict=True)
    for (key, one), (other_key, two) in pairs:
        assert key == other_key
        assert one.rows == two.rows
        # sums of at most 30 numbers below 100 in another order
        np.testing.assert_allclose(one.mean, two.mean, rtol=1e-12)
        np.testing.assert_allclose(one.cov, two.cov, rtol=1e-10, atol=1e-10)


@some
@given(surveys)
def test_reversing_twice_is_the_identity(frame):
    book = Codebook(columns={name: Column(name=name, reversed=True) for name in NAMES})
    once = read(frame, codebook=book)
    plain = read(frame)
    back = pd.DataFrame(once.answers, columns=NAMES)
    twice = read_survey(back, small_model(), codebook=book, min_base=1)
    assert np.array_equal(twice.answers, plain.answers, equal_nan=True)
    assert np.array_equal(
        once.answers + plain.answers, np.where(once.reasons == 0, 11, np.nan), equal_nan=True
    )


@some
@given(surveys)
def test_text_and_numbers_read_alike(frame):
    as_text = frame.map(lambda value: "" if value is None else str(value))
    one, two = read(frame, by=["firm"], weight="w"), read(as_text, by=["firm"], weight="w")
    assert np.array_equal(one.answers, two.answers, equal_nan=True)
    assert np.array_equal(one.reasons, two.reasons)
    assert one.groups == two.groups
    assert np.array_equal(one.weights, two.weights)
