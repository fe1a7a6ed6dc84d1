"""Judgement matrices: weights, consistency, joint judgements, what to revisit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.measures.ahp_matrix import (
    RANDOM_INDEX,
    SCALE,
    consistency_of,
    geometric_consistency,
    joint_matrix,
    joint_weights,
    nearest_on_scale,
    revisions_of,
    weights_of,
)

METHODS: tuple[Any, ...] = ("eigenvector", "geometric", "sum")
THREE = np.array([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
FOUR = np.array([[1, 2, 4, 7], [0.5, 1, 3, 5], [0.25, 1 / 3, 1, 2], [1 / 7, 0.2, 0.5, 1]])
CYCLE = np.array([[1, 3, 1 / 5], [1 / 3, 1, 3], [5, 1 / 3, 1]])
"""Everybody beats somebody: 1 over 2 over 3 over 1."""


def reciprocal(upper: list[float], n: int) -> Any:
    made = np.ones((n, n))
    for (i, j), value in zip(zip(*np.triu_indices(n, 1), strict=True), upper, strict=True):
        made[i, j], made[j, i] = value, 1 / value
    return made


def matrices(lowest: int = 2, highest: int = 7) -> st.SearchStrategy[Any]:
    """Any judgements on Saaty's scale, however contradictory."""
    return st.integers(lowest, highest).flatmap(
        lambda n: st.lists(st.sampled_from(SCALE), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2).map(
            lambda upper: reciprocal(upper, n)
        )
    )


# Worked checks of the methodology sheet, section 7.8, computed there from other code.
@pytest.mark.parametrize(
    ("matrix", "method", "weights"),
    [
        (THREE, "eigenvector", [0.636986, 0.258285, 0.104729]),
        (THREE, "geometric", [0.636986, 0.258285, 0.104729]),
        (THREE, "sum", [0.633346, 0.260498, 0.106156]),
        (FOUR, "eigenvector", [0.50932, 0.308044, 0.118548, 0.064089]),
        (FOUR, "geometric", [0.508932, 0.307878, 0.118871, 0.064319]),
    ],
)
def test_worked_weights(matrix: Any, method: Any, weights: list[float]) -> None:
    assert weights_of(matrix, method) == pytest.approx(weights, abs=6e-7)


@pytest.mark.parametrize(
    ("matrix", "lambda_max", "ci", "ri", "cr"),
    [(THREE, 3.038511, 0.019256, 0.58, 0.033199), (FOUR, 4.021476, 0.007159, 0.90, 0.007954)],
)
def test_worked_consistency(matrix: Any, lambda_max: float, ci: float, ri: float, cr: float) -> None:
    found = consistency_of(matrix)
    assert (found.lambda_max, found.ci, found.ri, found.cr) == pytest.approx(
        (lambda_max, ci, ri, cr), abs=6e-7
    )


def test_the_eigenvalue_of_three_elements_in_closed_form() -> None:
    """c = a12 a23 a31 has lambda = 1 + c^(1/3) + c^(-1/3); here 3 * 3 * 5 = 45."""
    c = 45 ** (1 / 3)
    found = consistency_of(CYCLE)
    assert found.lambda_max == pytest.approx(1 + c + 1 / c, rel=1e-12)
    assert found.cr == pytest.approx((c + 1 / c - 2) / 2 / 0.58, rel=1e-12)


@given(matrices())
@settings(max_examples=40)
def test_the_eigenvector_is_numpys(matrix: Any) -> None:
    values, vectors = np.linalg.eig(matrix)
    place = int(np.argmax(values.real))
    vector = np.abs(vectors[:, place].real)
    assert weights_of(matrix) == pytest.approx(vector / vector.sum(), rel=1e-9)
    assert consistency_of(matrix).lambda_max == pytest.approx(values[place].real, rel=1e-9)


@given(st.lists(st.floats(0.2, 1.0), min_size=2, max_size=8))
@settings(max_examples=15)
def test_consistent_judgements_give_their_weights_back(raw: list[float]) -> None:
    w = np.array(raw) / sum(raw)
    matrix = w[:, None] / w[None, :]
    for method in METHODS:
        assert weights_of(matrix, method) == pytest.approx(w, rel=1e-12)
        found = consistency_of(matrix, method=method)
        assert found.cr == 0
        assert found.gci == pytest.approx(0, abs=1e-20)
    assert revisions_of(matrix) == ()


@given(matrices(3, 6), st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_the_elements_does_not_matter(matrix: Any, random: Any) -> None:
    order = list(range(len(matrix)))
    random.shuffle(order)
    turned = matrix[np.ix_(order, order)]
    for method in METHODS:
        assert weights_of(turned, method) == pytest.approx(weights_of(matrix, method)[order], rel=1e-9)
    assert consistency_of(turned).cr == pytest.approx(consistency_of(matrix).cr, rel=1e-8, abs=1e-12)


@given(matrices())
@settings(max_examples=15)
def test_nothing_is_more_than_consistent(matrix: Any) -> None:
    for method in METHODS:
        found = consistency_of(matrix, method=method)
        assert found.ci >= 0
        assert weights_of(matrix, method).sum() == pytest.approx(1)


@pytest.mark.parametrize("table", ["A", "B"])
def test_random_indices(table: Any) -> None:
    """Both tables as the sheet prints them; they part at 11 elements."""
    first = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
    rest = {"A": (1.51, 1.48, 1.56, 1.57, 1.59), "B": (1.52, 1.54, 1.56, 1.58, 1.59)}
    assert RANDOM_INDEX[table] == (*first, *rest[table])


def test_which_table_is_taken() -> None:
    matrix = reciprocal([2.0] * 66, 12)
    a, b = (consistency_of(matrix, ri_table=table) for table in ("A", "B"))
    assert (a.ri, b.ri) == (1.48, 1.54)
    assert a.cr * 1.48 == pytest.approx(b.cr * 1.54)
    assert a.ci == b.ci > 0


@pytest.mark.parametrize(("n", "why"), [(1, "always consistent"), (2, "always consistent")])
def test_two_elements_are_consistent(n: int, why: str) -> None:
    found = consistency_of(reciprocal([7.0][: n - 1], n))
    assert (found.cr, found.ci, found.gci) == (0, 0, 0)
    assert math.isnan(found.gci_limit)
    assert why in found.why


def test_sixteen_elements_have_no_ratio() -> None:
    found = consistency_of(reciprocal([2.0] * 120, 16))
    assert math.isnan(found.cr)
    assert found.ci > 0
    assert "more than 15" in found.why


def test_gci_by_hand_and_its_cuts() -> None:
    """Of three elements each error is |ln c| / 3, c = 3 * 3 / 5: 2 / (2 * 1) * 3 * (ln 1.8 / 3)^2."""
    assert geometric_consistency(THREE) == pytest.approx(math.log(1.8) ** 2 / 3, rel=1e-12)
    cuts = [consistency_of(np.ones((n, n))).gci_limit for n in (3, 4, 5, 9)]
    assert cuts == [0.31, 0.35, 0.37, 0.37]


@given(st.lists(matrices(4, 4), min_size=1, max_size=4), st.data())
@settings(max_examples=15)
def test_joint_judgements_stay_reciprocal(judges: list[Any], data: Any) -> None:
    shares = data.draw(
        st.lists(st.floats(0.1, 5), min_size=len(judges), max_size=len(judges)), label="shares"
    )
    joint = joint_matrix(judges, shares)
    assert joint * joint.T == pytest.approx(np.ones((4, 4)), rel=1e-12)
    assert joint_matrix(judges[:1], [3.0]) == pytest.approx(judges[0])
    # lambda max of the joint matrix is at most the weighted geometric mean of theirs
    logs = [math.log(consistency_of(one).lambda_max) for one in judges]
    assert math.log(consistency_of(joint).lambda_max) <= np.average(logs, weights=shares) + 1e-9
    # of geometric weights, joining judgements and joining weights is the same
    weights = [weights_of(one, "geometric") for one in judges]
    assert weights_of(joint, "geometric") == pytest.approx(joint_weights(weights, shares), rel=1e-9)


def test_joint_judgements_by_hand() -> None:
    """Shares 2 and 1: 8^(2/3) * 1^(1/3) = 4; equal shares of 2 and 8: 4."""
    two = [reciprocal([8.0], 2), reciprocal([1.0], 2)]
    assert joint_matrix(two, [2, 1])[0, 1] == pytest.approx(4)
    assert joint_matrix([reciprocal([2.0], 2), reciprocal([8.0], 2)], [1, 1])[0, 1] == pytest.approx(4)


def test_joint_weights_by_hand() -> None:
    """(.8, .2) and (.5, .5): arithmetic .65; geometric sqrt(.4) : sqrt(.1) = 2 : 1."""
    weights = [np.array([0.8, 0.2]), np.array([0.5, 0.5])]
    assert joint_weights(weights, [1, 1], "arithmetic") == pytest.approx([0.65, 0.35])
    assert joint_weights(weights, [1, 1]) == pytest.approx([2 / 3, 1 / 3])
    assert joint_weights(weights, [3, 1], "arithmetic") == pytest.approx([0.725, 0.275])


def test_what_to_revisit_among_three() -> None:
    """All three deviate by ln 45 / 3. With 5 to 1, c = 9 and CR (9^(1/3) + 9^(-1/3) - 2) / 2 / .58."""
    found = revisions_of(CYCLE)
    assert [(one.row, one.column, one.judgement) for one in found] == [(2, 0, 5), (0, 1, 3), (1, 2, 3)]
    assert [one.deviation for one in found] == pytest.approx([math.log(45) / 3] * 3)
    # what the weights imply is the judgement over 45^(1/3)
    assert [one.implied for one in found] == pytest.approx([5 / 45 ** (1 / 3)] + [3 / 45 ** (1 / 3)] * 2)
    assert [one.suggested for one in found] == [1, 1, 1]
    ratios = [(c ** (1 / 3) + c ** (-1 / 3) - 2) / 2 / 0.58 for c in (9, 15, 15)]
    assert [one.cr for one in found] == pytest.approx(ratios)
    # without 3 over 1 the others say a31 = 1 / (3 * 3), without 1 over 2 a12 = 1 / (3 * 5)
    assert [one.others for one in found] == pytest.approx([1 / 9, 1 / 15, 1 / 15])
    assert [one.others_suggested for one in found] == [1 / 9] * 3
    assert found[0].others_cr == 0


def test_a_judgement_the_wrong_way_round_is_found() -> None:
    """Weights 8 : 4 : 2 : 1, but the first over the last written 1/8: it comes first, and is turned."""
    w = np.array([8.0, 4, 2, 1])
    matrix = w[:, None] / w[None, :]
    matrix[0, 3], matrix[3, 0] = 1 / 8, 8
    before = consistency_of(matrix).cr
    worst = revisions_of(matrix)[0]
    assert (worst.row, worst.column, worst.judgement) == (3, 0, 8)
    assert before > worst.cr > 0.10
    # all others are consistent: they imply what was meant
    assert worst.others == pytest.approx(1 / 8)
    assert worst.others_suggested == 1 / 8
    assert worst.others_cr == 0


@given(matrices(3, 6))
@settings(max_examples=15)
def test_the_first_has_the_largest_deviation(matrix: Any) -> None:
    w = weights_of(matrix)
    errors = np.abs(np.log(matrix * w[None, :] / w[:, None]))
    found = revisions_of(matrix)
    if not found:
        assert errors.max() < 1e-8
        return
    assert found[0].deviation == pytest.approx(errors.max(), abs=1e-8)
    assert all(one.judgement >= 1 for one in found)
    assert len(found) <= 3


@pytest.mark.parametrize(
    ("ratio", "nearest"),
    [(1.41, 1), (1.42, 2), (0.5, 0.5), (20, 9), (0.01, 1 / 9), (math.sqrt(6) + 0.01, 3)],
)
def test_the_nearest_value_by_logarithms(ratio: float, nearest: float) -> None:
    assert nearest_on_scale(ratio) == nearest
