"""Which unit a name in a list of shares means: its own value, its full path, or enough of the path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations

from csi_model.comparison.unit_scores import unit_name

Key = tuple[str, ...]

SHOWN = 12
"""Names listed in one message before ``and 7 more``."""


def names_of(key: Key) -> tuple[str, ...]:
    """Every name that a unit may be given by, the full path last.

    The value itself, after any of the values above it: ``A-Bank``, ``Banks / A-Bank``,
    ``Services / A-Bank``, ``Services / Banks / A-Bank``.
    """
    above, own = key[:-1], key[-1]
    chosen = (rest for size in range(len(above) + 1) for rest in combinations(above, size))
    return tuple(dict.fromkeys(unit_name((*rest, own)) for rest in chosen))


def units_by_name(keys: Sequence[Key]) -> dict[str, tuple[int, ...]]:
    """Name > the units that it fits; the full path of a unit fits that one alone."""
    found: dict[str, list[int]] = {}
    for k, key in enumerate(keys):
        for name in names_of(key):
            found.setdefault(name, []).append(k)
    whole = {unit_name(key): (k,) for k, key in enumerate(keys)}
    return {name: tuple(fits) for name, fits in found.items()} | whole


def likely(name: str, known: Mapping[str, tuple[int, ...]], keys: Sequence[Key]) -> str:
    """A remedy for a name that fits no unit: the closest name, or all units."""
    choices = list(known)
    folded = {choice.lower(): choice for choice in choices}
    close = get_close_matches(name, choices, n=1, cutoff=0.6)
    if name.lower() in folded:
        close = [folded[name.lower()]]
    if close:
        return f"Did you mean {close[0]!r}? Give amounts for surveyed units only."
    return f"Give amounts for surveyed units only: {listed(unit_name(key) for key in keys)}."


def listed(names: Iterable[str]) -> str:
    """Names in a row: ``A, B and 7 more``."""
    every = list(names)
    if len(every) <= SHOWN:
        return ", ".join(every)
    return f"{', '.join(every[:SHOWN])} and {len(every) - SHOWN} more"
