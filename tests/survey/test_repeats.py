"""Rows that repeat others: told where they are more than chance makes, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from csi_model.survey.repeats import expected_pairs, repeated_rows

Floats = NDArray[np.float64]


def survey(n: int, questions: int, steps: int, seed: int) -> Floats:
    """Answers that hang together by one thing in mind and are skewed to the good end."""
    random = np.random.default_rng(seed)
    mind = random.normal(size=(n, 1))
    latent = 0.8 * mind + 0.6 * random.normal(size=(n, questions))
    cuts = np.linspace(-1.9, 0.4, steps - 1)
    return 1.0 + np.searchsorted(cuts, latent)


def pairs(answers: Floats) -> float:
    sizes = np.unique(answers, axis=0, return_counts=True)[1]
    return float((sizes * (sizes - 1) / 2).sum())


@pytest.mark.parametrize(("n", "questions", "steps"), [(4000, 8, 5), (4000, 8, 7), (8000, 9, 5)])
def test_chance_is_as_large_as_it_is(n: int, questions: int, steps: int) -> None:
    answers = survey(n, questions, steps, 1)
    sums = answers.sum(axis=1).astype(np.int64)
    found = pairs(answers)
    assert found > 200
    assert expected_pairs(answers.astype(np.int64), sums).sum() == pytest.approx(found, rel=0.4)


def test_two_classes_by_hand() -> None:
    """3 pairs, of which 1 agrees on the first and all on the second question; 1 pair that agrees on one."""
    table = np.array([[0, 5], [0, 5], [1, 5], [0, 4], [1, 4]])
    found = expected_pairs(table, np.array([0, 0, 0, 1, 1]))
    np.testing.assert_allclose(found, [3 * (1 / 3) * 1, 1 * 0 * 1])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("steps", [5, 7, 10])
def test_chance_is_not_told(seed: int, steps: int) -> None:
    assert not repeated_rows(survey(700, 8, steps, seed)).any()


@pytest.mark.parametrize("steps", [5, 7, 10])
def test_interviews_that_were_entered_twice(steps: int) -> None:
    answers = survey(700, 8, steps, 2)
    assert repeated_rows(np.vstack([answers, answers[:70]]))[700:].all()


def test_few_steps_repeat_by_chance() -> None:
    answers = survey(600, 8, 5, 2)
    assert pairs(answers) > 50
    assert not repeated_rows(answers).any()


def test_a_file_that_was_read_twice() -> None:
    answers = survey(600, 8, 5, 2)
    assert repeated_rows(np.vstack([answers, answers]))[600:].all()


def test_one_interview_entered_twice_among_many_steps() -> None:
    answers = np.round(10 * np.random.default_rng(3).beta(4, 2, size=(250, 14)))
    found = repeated_rows(np.vstack([answers, answers[7]]))
    assert list(np.flatnonzero(found)) == [250]


def test_missing_answers_are_answers_alike() -> None:
    answers = np.round(10 * np.random.default_rng(4).beta(4, 2, size=(60, 12)))
    answers[5, 2] = np.nan
    assert list(np.flatnonzero(repeated_rows(np.vstack([answers, answers[5]])))) == [60]


def test_units_are_told_apart() -> None:
    answers = np.round(10 * np.random.default_rng(5).beta(4, 2, size=(60, 12)))
    twice = np.vstack([answers, answers[5]])
    units = np.array([0] * 60 + [1])
    assert not repeated_rows(twice, units).any()
    assert repeated_rows(twice, np.zeros(61)).sum() == 1


def test_answers_that_are_never_the_same_take_no_memory() -> None:
    """40,000 amounts beside ratings: as many codes as rows."""
    random = np.random.default_rng(6)
    answers = np.column_stack([random.integers(1, 11, (40_000, 9)), random.normal(size=40_000)])
    assert not repeated_rows(answers).any()
    twice = repeated_rows(np.vstack([answers, answers[:3]]))
    assert list(np.flatnonzero(twice)) == [40_000, 40_001, 40_002]
