"""Units that are compared with each other, and how: what tables of differences and ranks start from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.pair_tests import PairTests, pair_tests
from csi_model.comparison.simultaneous import SEED
from csi_model.comparison.unit_scores import UnitScores
from csi_model.errors import Finding, UsageError, suggest

Array = NDArray[Any]

ALL = "all"
"""The scope of all units."""

TOTAL = "total"
"""What units belong to that belong to nothing narrower."""


@dataclass(frozen=True, kw_only=True)
class ComparedUnits:
    """Units and the settings of all their tests.

    Tests of all pairs of a scope are made once and kept, for differences and ranks alike.

    Attributes
    ----------
    scores
        Units and their joint error.
    level
        Confidence level of all intervals; 1 - level is the size of all tests.
    low_is_good
        Constructs whose best unit is the lowest.
    draws, seed
        Of critical values; default: as many draws as ``simultaneous.draws_for`` says.

    Raises
    ------
    UsageError
        ``level``, ``draws`` or a construct that there is none of, or two units of one name.
    """

    scores: UnitScores
    level: float = 0.95
    low_is_good: tuple[str, ...] = ()
    draws: int | None = None
    seed: int = SEED
    _made: dict[tuple[str, str], PairTests] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = [*unknown_constructs(self.scores, self.low_is_good, "low_is_good")]
        if not 0.5 <= self.level < 1:
            what = f"{self.level:g} is not a confidence level."
            found.append(mistake("level", what, "Write 0.95 for 95 %."))
        if self.draws is not None and self.draws < 100:
            found.append(
                mistake("draws", f"{self.draws} draws give no critical values.", "Write 100 or more.")
            )
        twice = sorted(name for name, count in Counter(self.names).items() if count > 1)
        found += [
            mistake(f"unit {name!r}", "two units have this name.", "Give each unit its own name.")
            for name in twice
        ]
        if ALL in self.parents:
            found.append(
                mistake(f"{ALL!r}", "a group has the name that all units have.", "Rename the group.")
            )
        free = self.scores.df > 0
        found += [
            mistake(
                f"unit {self.names[k]!r}", f"{self.scores.df[k]:g} degrees of freedom.", "Give more than 0."
            )
            for k in np.flatnonzero(~free & np.isfinite(self.scores.se).any(axis=1))
        ]
        if found:
            raise UsageError(found)

    @property
    def names(self) -> tuple[str, ...]:
        """Units as they stand in tables."""
        return tuple(name or TOTAL for name in self.scores.names)

    @property
    def parents(self) -> tuple[str, ...]:
        """What each unit belongs to, as it stands in tables."""
        return tuple(name or TOTAL for name in self.scores.parents)

    def families(self) -> dict[str, Array]:
        """Rows of the units of each parent, parents in the order of their first units."""
        parents = np.array(self.parents, dtype=object)
        return {str(name): np.flatnonzero(parents == name) for name in dict.fromkeys(self.parents)}

    def scopes(self) -> dict[str, Array]:
        """Rows of all units, and of those of each parent where there are several parents."""
        families = self.families()
        everything = {ALL: np.arange(len(self.names))}
        return everything | families if len(families) > 1 else everything

    def tests(self, construct: str, scope: str = ALL) -> PairTests:
        """Tests of all pairs of a scope: ``all``, or a parent's name."""
        if (construct, scope) not in self._made:
            rows = np.arange(len(self.names)) if scope == ALL else self.families()[scope]
            self._made[construct, scope] = pair_tests(
                self.scores,
                construct,
                rows,
                level=self.level,
                high_is_good=construct not in self.low_is_good,
                draws=self.draws,
                seed=self.seed,
            )
        return self._made[construct, scope]

    def reasons(self, construct: str) -> Array:
        """Of each unit why it cannot be tested, with its name, or "" where it can be: (U,) of text."""
        index, covariance = self.scores.of(construct)
        variance, names = np.diag(covariance), self.names
        made = np.full(len(index), "", dtype=object)
        for k in np.flatnonzero(~self.scores.known(construct)):
            if not np.isfinite(index[k]):
                reason = self.scores.why[k] or "no number"
            elif np.isfinite(variance[k]):
                reason = "the standard error is zero"
            else:
                reason = self.scores.why[k] or "no standard error"
            made[k] = f"{names[k]}: {reason}"
        return made


def unknown_constructs(scores: UnitScores, names: Sequence[str], where: str) -> list[Finding]:
    """Mistakes: constructs that the scores do not have."""
    return [
        mistake(where, f"there is no construct {name!r}.", suggest(name, scores.constructs))
        for name in names
        if name not in scores.constructs
    ]


def mistake(where: str, what: str, fix: str) -> Finding:
    """A wrong argument of a comparison."""
    return Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)


def listed(texts: Sequence[str] | Array, most: int = 3) -> str:
    """Several reasons as one text: the first few, and how many more."""
    shown = "; ".join(str(text) for text in texts[:most])
    return shown if len(texts) <= most else f"{shown}; and {len(texts) - most} more"
