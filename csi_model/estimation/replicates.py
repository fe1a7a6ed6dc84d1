"""What resampling hands back: one row for every draw, used or not, and why not.

The words for the reasons stand here and nowhere else, so that tables, findings and reports say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Reason(IntEnum):
    """Why a draw is left out; ``USED`` if it is not."""

    USED = 0
    NO_WEIGHT = 1
    CONSTANT_ITEM = 2
    SINGULAR = 3
    NOT_CONVERGED = 4


class Flag(IntFlag):
    """What is inadmissible in a draw that is used; several may hold at once."""

    NEGATIVE_VARIANCE = 1
    CORRELATION = 2
    LATENT_COVARIANCE = 4


REASON_WORDS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_WEIGHT: "nobody with a weight was drawn",
        Reason.CONSTANT_ITEM: "a question had the same answer from everybody drawn",
        Reason.SINGULAR: "the answers drawn determine each other exactly",
        Reason.NOT_CONVERGED: "the search for the optimum did not end",
    }
)

FLAG_WORDS: Mapping[Flag, str] = MappingProxyType(
    {
        Flag.NEGATIVE_VARIANCE: "a variance is negative",
        Flag.CORRELATION: "two constructs correlate 1 or more",
        Flag.LATENT_COVARIANCE: "the covariance matrix of the constructs is not positive definite",
    }
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Estimates of a batch of draws.

    ``means`` (b, p) and ``values`` (b, q), NaN in the rows that are not used; ``reason`` (b,) int8 of
    ``Reason``; ``flags`` (b,) uint8 of ``Flag``, 0 in the rows that are not used.
    """

    means: Array
    values: Array
    reason: Array
    flags: Array


@dataclass(frozen=True, kw_only=True)
class Replicates:
    """All draws in their order, whatever became of them; shapes as in ``Outcome``."""

    means: Array
    values: Array
    reason: Array
    flags: Array

    @property
    def asked(self) -> int:
        """Draws made."""
        return len(self.reason)

    @property
    def used(self) -> Array:
        """Draws with an estimate, (b,) bool."""
        return np.asarray(self.reason == Reason.USED)

    @property
    def failed(self) -> Mapping[str, int]:
        """How many draws are left out, by reason; reasons that did not occur are not listed."""
        counts = {words: int((self.reason == reason).sum()) for reason, words in REASON_WORDS.items()}
        return MappingProxyType({words: count for words, count in counts.items() if count})

    @property
    def inadmissible(self) -> Mapping[str, int]:
        """How many used draws have which defect; a draw may have several."""
        counts = {words: int(((self.flags & flag) != 0).sum()) for flag, words in FLAG_WORDS.items()}
        return MappingProxyType({words: count for words, count in counts.items() if count})


def gathered(outcomes: Sequence[Outcome]) -> Replicates:
    """Batches one below the other."""
    return Replicates(
        means=np.vstack([one.means for one in outcomes]),
        values=np.vstack([one.values for one in outcomes]),
        reason=np.concatenate([one.reason for one in outcomes]),
        flags=np.concatenate([one.flags for one in outcomes]),
    )
