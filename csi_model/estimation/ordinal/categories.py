"""Answers that some group never gave: joined with their neighbours, so that thresholds can be equal.

A threshold lies between two answers, and can be the same in every group only where every group gives both.
The rule: as long as a group has nobody with some answer, that answer is joined with its neighbour on the
scale, in all groups; with the one that fewer respondents of all groups chose, the lower one if both are
chosen as often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Answers of an item that count as one: ``answers`` in rising order."""

    item: str
    answers: tuple[float, ...]


def join_categories(
    answers: Sequence[Array], ordered: Array, names: Sequence[str]
) -> tuple[tuple[Array, ...], tuple[Joined, ...]]:
    """Return the answers of groups in which every group gives every answer, and what was joined for that.

    Parameters
    ----------
    answers : (n_g, p) each
        Of the groups. Joined answers become the lowest of them.
    ordered : (p,) bool
        Which items are ordered; the others stay as they are.
    names
        Of the items.

    Raises
    ------
    EstimationError
        No two answers to an item are left.
    """
    made = [np.array(group, dtype=float) for group in answers]
    told: list[Joined] = []
    for place in np.flatnonzero(ordered).tolist():
        blocks = _blocks([group[:, place] for group in made])
        if len(blocks) < 2:
            raise EstimationError.at(
                "invariance",
                f"the groups share no two answers to {names[place]}.",
                "Compare groups that use the same part of the scale, or leave the question out.",
                code="no-shared-answers",
            )
        for block in blocks:
            if len(block) > 1:
                told.append(Joined(item=names[place], answers=tuple(float(level) for level in block)))
                for group in made:
                    group[np.isin(group[:, place], block), place] = block[0]
    return tuple(made), tuple(told)


def _blocks(columns: Sequence[Array]) -> list[list[float]]:
    """Blocks of answers (rising) such that every group has somebody in each."""
    levels = np.unique(np.concatenate(columns))
    counts = np.array([[np.count_nonzero(column == level) for level in levels] for column in columns])
    blocks = [[float(level)] for level in levels]
    while len(blocks) > 1:
        lacking = np.flatnonzero((counts == 0).any(axis=0))
        if not lacking.size:
            break
        at, total = int(lacking[0]), counts.sum(axis=0)
        neighbours = [k for k in (at - 1, at + 1) if 0 <= k < len(blocks)]
        low = min(at, min(neighbours, key=lambda k: int(total[k])))
        blocks[low : low + 2] = [blocks[low] + blocks[low + 1]]
        counts[:, low] += counts[:, low + 1]
        counts = np.delete(counts, low + 1, axis=1)
    return blocks
