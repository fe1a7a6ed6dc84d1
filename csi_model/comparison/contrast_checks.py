"""What is asked of a table of differences: kinds, shares, verdicts and pairs that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.compared_units import ComparedUnits, mistake, unknown_constructs
from csi_model.comparison.difference_columns import NOT_TESTED
from csi_model.errors import Finding, UsageError, suggest

Array = NDArray[Any]

KINDS = ("pair", "rest", "parent", "best")
"""Kinds of difference, in the order of the table."""

COMPARABLE = ("yes", "partly", "no", NOT_TESTED)
"""Verdicts on whether a comparison is allowed."""


def verdict_of(comparable: str | Mapping[str, str], construct: str) -> str:
    """The verdict on comparing a construct."""
    return comparable if isinstance(comparable, str) else comparable.get(construct, NOT_TESTED)


def check_differences(
    compared: ComparedUnits,
    kinds: Sequence[str],
    constructs: Sequence[str],
    margin: float,
    comparable: str | Mapping[str, str],
    shares: Array | None,
) -> None:
    """Raise UsageError with everything that is wrong in what is asked of ``difference_table``."""
    wrong = [
        mistake("kinds", f"there is no kind of difference {kind!r}.", suggest(kind, KINDS))
        for kind in kinds
        if kind not in KINDS
    ]
    wrong += [*_of_tests(compared, constructs, margin, comparable), *_of_shares(compared, shares)]
    if wrong:
        raise UsageError(wrong)


def check_pairs(
    compared: ComparedUnits,
    pairs: Sequence[tuple[int, int]],
    constructs: Sequence[str],
    margin: float,
    comparable: str | Mapping[str, str],
) -> None:
    """Raise UsageError with everything that is wrong in what is asked of ``pair_table``."""
    count = len(compared.names)
    wrong = [
        mistake("pairs", f"({a}, {b}) is no pair of different units.", f"Write rows from 0 to {count - 1}.")
        for a, b in pairs
        if not (0 <= a < count and 0 <= b < count and a != b)
    ]
    wrong += _of_tests(compared, constructs, margin, comparable)
    if wrong:
        raise UsageError(wrong)


def _of_tests(
    compared: ComparedUnits, constructs: Sequence[str], margin: float, comparable: str | Mapping[str, str]
) -> Iterator[Finding]:
    yield from unknown_constructs(compared.scores, constructs, "constructs")
    if not (np.isfinite(margin) and margin > 0):
        yield mistake("margin", f"{margin:g} is no margin.", "Write index points above 0, such as 2.")
    verdicts = [comparable] if isinstance(comparable, str) else list(comparable.values())
    for verdict in dict.fromkeys(verdicts):
        if verdict not in COMPARABLE:
            yield mistake("comparable", f"{verdict!r} is no verdict.", suggest(verdict, COMPARABLE))


def _of_shares(compared: ComparedUnits, shares: Array | None) -> Iterator[Finding]:
    if shares is None:
        return
    amounts = np.asarray(shares, dtype=float)
    if amounts.shape != (len(compared.names),):
        what = f"there are {amounts.size} shares for {len(compared.names)} units."
        yield mistake("shares", what, "Give one share a unit.")
        return
    for k in np.flatnonzero(~(np.isfinite(amounts) & (amounts >= 0))):
        what = f"its share is {amounts[k]:g}."
        yield mistake(f"share of {compared.names[k]}", what, "Give a number of 0 or more.")
    for parent, rows in compared.families().items():
        if np.all(amounts[rows] == 0):
            what = "the shares of its units are all 0."
            yield mistake(f"shares in {parent}", what, "Give at least one unit a share.")
