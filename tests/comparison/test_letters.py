"""Compact letters: units share one if and only if they are not clearly different."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from csi_model.comparison.letters import letter_groups, letter_name, letters

Array = NDArray[Any]


def differing(count: int, pairs: list[tuple[int, int]]) -> Array:
    made = np.zeros((count, count), dtype=bool)
    for a, b in pairs:
        made[a, b] = made[b, a] = True
    return made


def shared(marks: tuple[str, ...], several: bool = False) -> Array:
    """Which units share a letter."""
    sets = [set(mark.split()) if several else set(mark) for mark in marks]
    return np.array([[bool(one & other) for other in sets] for one in sets])


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], ("a", "a", "a")),
        ([(0, 2)], ("a", "ab", "b")),
        ([(0, 1), (0, 2)], ("a", "b", "b")),
        ([(0, 1), (0, 2), (1, 2)], ("a", "b", "c")),
        # the middle one differs from the first, the last from neither: no order among the differences
        ([(0, 1)], ("a", "b", "ab")),
    ],
)
def test_three_units(pairs: list[tuple[int, int]], expected: tuple[str, ...]) -> None:
    assert letters(differing(3, pairs)) == expected


def test_four_units_each_different_from_the_next_but_one() -> None:
    """Groups 01, 12, 23 share; 0-2, 0-3, 1-3 differ."""
    assert letters(differing(4, [(0, 2), (0, 3), (1, 3)])) == ("a", "ab", "bc", "c")


def test_no_unit_and_one_unit() -> None:
    assert letters(np.zeros((0, 0), dtype=bool)) == ()
    assert letters(np.zeros((1, 1), dtype=bool)) == ("a",)


graphs = st.integers(1, 11).flatmap(
    lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
)


@pytest.mark.parametrize("most", [1000, 0])
@given(graph=graphs)
def test_units_share_a_letter_if_and_only_if_they_do_not_differ(
    most: int, graph: tuple[int, set[tuple[int, int]]]
) -> None:
    count, pairs = graph
    different = differing(count, [(a, b) for a, b in pairs if a != b])
    marks = letters(different, most=most)
    assert all(marks)
    several = any(" " in mark for mark in marks) or max(map(len, marks)) > 26
    np.testing.assert_array_equal(shared(marks, several), ~different)


@given(graph=graphs)
def test_no_group_lies_in_another_one(graph: tuple[int, set[tuple[int, int]]]) -> None:
    count, pairs = graph
    groups = letter_groups(differing(count, [(a, b) for a, b in pairs if a != b])).astype(int)
    inside = groups @ groups.T == groups.sum(axis=1)[:, None]
    assert inside.sum() == len(groups)


def test_groups_that_would_be_thousands_are_made_one_by_one() -> None:
    """12 pairs that differ and nothing else: 4,096 largest groups, but 12 cover."""
    different = differing(24, [(2 * k, 2 * k + 1) for k in range(12)])
    groups = letter_groups(different)
    assert len(groups) == 12
    np.testing.assert_array_equal(groups.T.astype(int) @ groups > 0, ~different)


def test_letters_go_on_after_z() -> None:
    assert [letter_name(place) for place in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        "a", "z", "aa", "ab", "az", "ba", "zz", "aaa",
    ]  # fmt: skip


def test_more_than_26_letters_are_parted_by_spaces() -> None:
    """40 units, each like the next one only."""
    places = np.arange(40)
    marks = letters(np.abs(places - places[:, None]) > 1)
    assert marks[0] == "a"
    assert marks[26] == "z aa"
    np.testing.assert_array_equal(shared(marks, several=True), np.abs(places - places[:, None]) <= 1)
    assert all(set(one.split()) & set(other.split()) for one, other in pairwise(marks))


def test_four_hundred_units() -> None:
    """Scores 0.1 apart, with errors of .7 and 1.4 by turns: thousands of differences in no order."""
    index = np.arange(400) * 0.1
    se = np.where(np.arange(400) % 2, 0.7, 1.4)
    different = np.abs(index - index[:, None]) > 4.8 * np.hypot(se, se[:, None])
    groups = letter_groups(different)
    np.testing.assert_array_equal(groups.T.astype(np.float32) @ groups > 0, ~different)
    assert len(groups) < 400
