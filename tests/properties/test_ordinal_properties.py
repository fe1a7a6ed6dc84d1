"""What holds for the correlation of any crossed table of two questions."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from csi_model.estimation.ordinal.items import Items, items_of
from csi_model.estimation.ordinal.moments import moments_of
from csi_model.estimation.ordinal.polychoric import LARGEST, Cells, correlate

Counts = NDArray[np.int64]
BOTH = np.ones(2, dtype=bool)


@st.composite
def tables(draw: Any) -> Counts:
    shape = draw(st.tuples(st.integers(2, 5), st.integers(2, 5)))
    counts: Counts = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 25)))
    assume(np.all(counts.sum(axis=0) > 0) and np.all(counts.sum(axis=1) > 0))
    return counts


def items_from(counts: Counts) -> Items:
    answers = np.repeat(np.argwhere(counts > 0).astype(float), counts[counts > 0], axis=0)
    return items_of(answers, np.ones(len(answers)), BOTH)


def rho_of(counts: Counts) -> float:
    pairs = correlate(items_from(counts))
    assert pairs.converged.all()
    return float(pairs.rho[0])


@given(tables())
@settings(max_examples=60)
def test_symmetry(counts: Counts) -> None:
    rho = rho_of(counts)
    assert -LARGEST <= rho <= LARGEST
    np.testing.assert_allclose(
        [rho_of(counts.T), -rho_of(counts[::-1]), rho_of(counts[::-1, ::-1])], rho, atol=2e-5
    )


@given(tables(), st.integers(2, 5))
@settings(max_examples=30)
def test_more_of_the_same(counts: Counts, times: int) -> None:
    """The half respondent of a 2 x 2 table with an empty cell weighs less among more."""
    assume(counts.shape != (2, 2) or np.all(counts > 0))
    np.testing.assert_allclose(rho_of(times * counts), rho_of(counts), atol=2e-5)


@given(tables())
@settings(max_examples=40)
def test_no_other_correlation_is_likelier(counts: Counts) -> None:
    items = items_from(counts)
    rho = rho_of(counts)
    assume(abs(rho) < LARGEST)
    cells = Cells.of(items, np.array([0]), np.array([1]))
    nearby = np.clip(rho + np.array([-0.05, -0.01, 0.01, 0.05]), -LARGEST, LARGEST)
    assert cells.likelihood(rho) >= max(cells.likelihood(at) for at in nearby) - 1e-6


@given(tables())
@settings(max_examples=40)
def test_influences_are_finite_and_add_up_to_nothing(counts: Counts) -> None:
    made = moments_of(items_from(counts))
    assert np.all(np.isfinite(made.influences))
    np.testing.assert_allclose(made.influences[:, : made.first_pair].mean(axis=0), 0, atol=1e-9)
