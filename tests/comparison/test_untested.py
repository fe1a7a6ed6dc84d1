"""Differences that involve a group which the check of comparability left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from contrast_builders import compared, scores_of

from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.contrasts import difference_table
from csi_model.comparison.untested import untested_parts, without_untested

KEYS = [("Banks", "a"), ("Banks", "b"), ("Food", "d"), ("Food", "e"), ("Food", "f")]


def units(*, hidden: bool = False) -> ComparedUnits:
    """Five firms of two industries; the last one may be without a number."""
    last = np.nan if hidden else 74.0
    return compared([70, 75, 72, 71, last], [1, 1, 1, 1, np.nan if hidden else 1], keys=KEYS)


def verdicts(frame: pd.DataFrame, kind: str) -> dict[tuple[str, str], str]:
    rows = frame[frame["kind"] == kind]
    return dict(zip(zip(rows["unit_1"], rows["unit_2"], strict=True), rows["comparable"], strict=True))


def told(left_out: str, *, hidden: bool = False) -> pd.DataFrame:
    chosen = units(hidden=hidden)
    return without_untested(difference_table(chosen, comparable="yes"), chosen, {left_out})


def test_pairs_with_it_are_not_tested_and_all_others_keep_their_verdict() -> None:
    found = verdicts(told("Food / f"), "pair")
    assert len(found) == 10
    for names, verdict in found.items():
        assert verdict == ("not tested" if "Food / f" in names else "yes")


@pytest.mark.parametrize("kind", ["rest", "parent"])
def test_means_that_it_is_part_of_are_not_tested(kind: str) -> None:
    found = {two: verdict for (_, two), verdict in verdicts(told("Food / f"), kind).items()}
    assert found == {
        "Banks / a": "yes", "Banks / b": "yes",
        "Food / d": "not tested", "Food / e": "not tested", "Food / f": "not tested",
    }  # fmt: skip


def test_the_best_of_all_others_involves_all_of_them() -> None:
    assert set(verdicts(told("Food / f"), "best").values()) == {"not tested"}


def test_without_a_number_it_is_part_of_no_mean() -> None:
    frame = told("Food / f", hidden=True)
    for kind in ("rest", "parent", "best"):
        for (_, two), verdict in verdicts(frame, kind).items():
            assert verdict == ("not tested" if two == "Food / f" else "yes")


def test_nothing_left_out_changes_nothing() -> None:
    frame = difference_table(units(), comparable="partly")
    assert without_untested(frame, units(), frozenset()) is frame


def test_a_level_above_is_untested_where_a_part_with_a_number_is() -> None:
    firms = scores_of([70, 75, 72, 71, np.nan], [1, 1, 1, 1, np.nan], keys=KEYS)
    above = scores_of([72, 72], [1, 1], keys=[("Banks",), ("Food",)])
    assert untested_parts(firms, {"Banks / a"}, above) == {"Banks"}
    assert untested_parts(firms, {"Food / f"}, above) == frozenset()
