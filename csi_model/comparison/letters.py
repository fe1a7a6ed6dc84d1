"""Compact letters: units that share a letter are not clearly different, units that share none are.

Insert and absorb (Piepho 2004, Journal of Computational and Graphical Statistics 13, 456-466), which needs
no order among the differences: with unequal standard errors a and b may differ where b and the farther c
do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"

MOST_GROUPS = 100
"""Groups beyond which they are no longer all listed, see ``letter_groups``."""


def letters(different: Array, *, most: int = MOST_GROUPS) -> tuple[str, ...]:
    """Letters of each of the units.

    Parameters
    ----------
    different : (n, n)
        Whether two units are clearly different, bool and symmetric; units in the order of their index.
    most
        See ``letter_groups``.

    Returns
    -------
    tuple of str
        ``a``, ``ab`` ...; the first unit has an ``a``. After ``z`` come ``aa``, ``ab`` and so on, and where
        there are such, the letters of a unit are parted by spaces.
    """
    groups = letter_groups(different, most=most)
    names = [letter_name(place) for place in range(len(groups))]
    between = "" if len(names) <= len(_ALPHABET) else " "
    return tuple(
        between.join(names[g] for g in np.flatnonzero(groups[:, unit])) for unit in range(len(different))
    )


def letter_name(place: int) -> str:
    """The letter of the group with this number, from 0: ``a`` to ``z``, ``aa`` to ``zz``, ``aaa`` ..."""
    text = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, len(_ALPHABET))
        text = _ALPHABET[digit] + text
    return text


def letter_groups(different: Array, *, most: int = MOST_GROUPS) -> Array:
    """Groups of units that share a letter, (L, n) bool, ordered by their first units.

    These are the largest groups without a clear difference. There can be very many of them where the
    differences follow no order at all (2 to the power k for k pairs that differ and nothing else); once
    there are more than ``most`` on the way, groups are made one by one instead, each around a unit that
    shares no letter yet with one like it, and as large as it gets (a greedy cover): fewer letters, and as
    true.
    """
    groups = _insert_and_absorb(np.asarray(different, dtype=bool), most)
    if groups is None:
        groups = _cover(~np.asarray(different, dtype=bool))
    order = sorted(range(len(groups)), key=lambda g: tuple(np.flatnonzero(groups[g])))
    return groups[order]


def _insert_and_absorb(different: Array, most: int) -> Array | None:
    """All largest groups, or None beyond ``most``; the differences of one unit are inserted at a time."""
    count = len(different)
    groups = np.ones((1, count), dtype=bool)
    for unit in range(count):
        others = different[unit] & (np.arange(count) > unit)
        split = groups[:, unit] & (groups & others).any(axis=1)
        if not split.any():
            continue
        without, alone = groups[split].copy(), groups[split] & ~others
        without[:, unit] = False
        groups = _absorb(groups[~split], np.concatenate([without, alone]))
        if len(groups) > most:
            return None
    return groups


def _absorb(kept: Array, new: Array) -> Array:
    """Groups that lie in no other one; those of ``kept`` lie in none of ``kept`` or ``new``."""
    new = np.unique(new, axis=0)
    size = new.sum(axis=1)
    shared = new.astype(np.float32) @ np.concatenate([kept, new]).astype(np.float32).T
    inside = shared == size[:, None]
    np.fill_diagonal(inside[:, len(kept) :], val=False)
    return np.concatenate([kept, new[~inside.any(axis=1)]])


def _cover(alike: Array) -> Array:
    """Groups of units that are all alike, so that each two that are alike are in one of them."""
    count = len(alike)
    waiting = alike & ~np.eye(count, dtype=bool)
    made = []
    for unit in range(count):
        while waiting[unit].any():
            group = _grown(alike, waiting, unit)
            waiting[np.ix_(group, group)] = False
            made.append(group)
        if not any(group[unit] for group in made):
            made.append(np.arange(count) == unit)
    return np.array(made).reshape(-1, count)


def _grown(alike: Array, waiting: Array, first: int) -> Array:
    """A group around a unit, (n,) bool: next joins who is alike with all in it and waits for most of them."""
    group = np.arange(len(alike)) == first
    fits, gain = alike[first] & ~group, waiting[first].astype(np.int64)
    while fits.any():
        chosen = int(np.argmax(np.where(fits, gain, -1)))
        group[chosen] = True
        fits &= alike[chosen]
        fits[chosen] = False
        gain += waiting[chosen]
    return np.asarray(group)
