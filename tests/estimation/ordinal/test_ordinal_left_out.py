"""Statistics without one respondent, against estimating anew without him."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.left_out import left_out_influences
from csi_model.estimation.ordinal.moments import moments_of

Floats = NDArray[np.float64]


def answers_of(n: int, seed: int, cuts: list[list[float]]) -> Floats:
    random = np.random.default_rng(seed)
    y = 0.7 * random.normal(size=(n, 1)) + 0.7 * random.normal(size=(n, len(cuts)))
    return np.stack([np.searchsorted(one, y[:, i]) for i, one in enumerate(cuts)], axis=1).astype(float)


def values_of(answers: Floats) -> Floats:
    ordered = np.ones(answers.shape[1], dtype=bool)
    return moments_of(items_of(answers, np.ones(len(answers)), ordered)).values


def pseudo_values(answers: Floats, last: int | None = None) -> Floats:
    """``-(n - 1) (statistics without a respondent - statistics)`` less their mean, of the ``last`` ones."""
    first = None if last is None else -last
    n, whole = len(answers), values_of(answers)[first:]
    made = np.array([-(n - 1) * (values_of(np.delete(answers, r, axis=0))[first:] - whole) for r in range(n)])
    return made - made.mean(axis=0)


def test_as_estimated_anew() -> None:
    answers = answers_of(90, 2, [[-1.2, -0.4, 0.3, 1.0], [-0.9, 0.2, 0.8], [0.9]])
    ordered = np.ones(3, dtype=bool)
    found = left_out_influences(moments_of(items_of(answers, np.ones(90), ordered)))
    np.testing.assert_allclose(found, pseudo_values(answers), atol=2e-3)


def test_two_binary_items_that_lose_a_cell() -> None:
    """Without the only respondent of a cell the table is filled as any table with an empty cell."""
    cells = {(0, 0): 40, (0, 1): 1, (1, 0): 9, (1, 1): 30}
    answers = np.array([cell for cell, count in cells.items() for _ in range(count)], dtype=float)
    ordered = np.ones(2, dtype=bool)
    found = left_out_influences(moments_of(items_of(answers, np.ones(80), ordered)))
    np.testing.assert_allclose(found, pseudo_values(answers), atol=2e-3)


def test_continuous_items_keep_their_influences() -> None:
    random = np.random.default_rng(3)
    answers = np.column_stack([answers_of(80, 3, [[-0.5, 0.5]]), random.normal(size=(80, 2))])
    moments = moments_of(items_of(answers, np.ones(80), np.array([True, False, False])))
    found = left_out_influences(moments)
    np.testing.assert_allclose(found[:, 2:], moments.influences[:, 2:], atol=1e-6)
    assert np.abs(found[:, :2] - moments.influences[:, :2]).max() > 1e-3


def test_an_answer_that_nobody_else_gave() -> None:
    """Its threshold does not exist without it, and keeps its influence; the others are as without it."""
    answers = answers_of(60, 5, [[-0.8, 0.1, 0.9], [-0.5, 0.6]])
    answers[answers[:, 0] == 0, 0] = 1
    answers[0, 0] = 0
    moments = moments_of(items_of(answers, np.ones(60), np.ones(2, dtype=bool)))
    found = left_out_influences(moments)
    np.testing.assert_allclose(found[:, -1:], pseudo_values(answers, last=1), atol=2e-3)
    assert found[0, 0] == pytest.approx(moments.influences[0, 0], rel=1e-3)


@pytest.mark.parametrize("weight", [0.5, 3.0])
def test_equal_weights_are_none(weight: float) -> None:
    """All weights alike are none."""
    answers = answers_of(120, 7, [[-0.7, 0.2], [-0.2, 0.9]])
    ordered = np.ones(2, dtype=bool)
    plain = left_out_influences(moments_of(items_of(answers, np.ones(120), ordered)))
    alike = left_out_influences(moments_of(items_of(answers, np.full(120, weight), ordered)))
    np.testing.assert_allclose(alike, plain, atol=1e-8)


def test_two_respondents_or_one_of_twice_the_weight() -> None:
    """A respondent of weight 2 moves a threshold as two alike that are left out together."""
    answers = answers_of(100, 9, [[-0.6, 0.4], [0.0, 0.9]])
    weights = np.ones(100)
    weights[answers[:, 0] == 0] = 2.0
    doubled = np.vstack([answers, answers[answers[:, 0] == 0]])
    ordered = np.ones(2, dtype=bool)
    moments = moments_of(items_of(answers, weights, ordered))
    found = left_out_influences(moments)
    n = len(doubled)
    whole = moments_of(items_of(doubled, np.ones(n), ordered)).values
    heavy = int(np.flatnonzero(answers[:, 0] == 0)[0])
    twin = int(np.flatnonzero((answers == answers[heavy]).all(axis=1) & (np.arange(100) != heavy))[0])
    kept = np.delete(doubled, [heavy, twin], axis=0)
    lost = moments_of(items_of(kept, np.ones(n - 2), ordered)).values - whole
    light = int(np.flatnonzero(answers[:, 0] == 2)[0])
    without = moments_of(items_of(np.delete(doubled, light, axis=0), np.ones(n - 1), ordered)).values - whole
    scale = 100 / n
    apart = found[heavy] * 2 * scale / (100 - 2 * scale) - found[light] * scale / (100 - scale)
    np.testing.assert_allclose(apart, without - lost, atol=0.02 * np.abs(lost).max())
