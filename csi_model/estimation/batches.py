"""Running batches of refits: on this core, on several, or on a Dask cluster, with the same numbers.

The driver knows neither the estimator nor the design. A *plan* says what batch ``k`` is (counts, units
left out, labels) from the batch's own seed; a *refit* turns that into estimates. Both are frozen values
that can be pickled. Since batches have a fixed size and a seed each, the result is the same to the last
bit for any number of workers, and no two batches can draw the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import CsiError, StoppedError, UsageError
from csi_model.estimation.checkpoints import Checkpoint, checkpoint_of
from csi_model.estimation.crew import Dask, at_work
from csi_model.estimation.replicates import Outcome, Replicates, gathered
from csi_model.estimation.resamples import batch_seed

Array = NDArray[Any]
Progress = Callable[[int, int], None]


class Refit(Protocol):
    """An estimator that is repeated: a frozen dataclass that can be pickled."""

    def __call__(self, drawn: Array, /) -> Outcome:
        """Estimate a batch; ``drawn`` has one row a draw.

        For the bootstrap: how often each respondent counts, (b, n), the design's rescaling included,
        sampling weights not (they are the refit's own).
        """


class Plan(Protocol):
    """What is drawn: a frozen dataclass that can be pickled."""

    @property
    def batch(self) -> int:
        """Draws in a batch."""

    def draw(self, k: int, size: int, seed: np.random.SeedSequence) -> Array:
        """The first ``size`` draws of batch ``k``."""


def run_batches(
    refit: Refit,
    plan: Plan,
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    workers: int = 1,
    backend: Dask | None = None,
    checkpoint: str | Path | None = None,
    progress: Progress | None = None,
) -> Replicates:
    """Repeat an estimate ``draws`` times.

    Parameters
    ----------
    refit, plan
        The estimator, and what it is given.
    draws
        How many; the last batch may be smaller.
    seed, stream
        ``stream`` makes groups independent under one seed.
    workers
        Processes on this machine; 1 works in this one. Without effect with a cluster.
    backend
        A Dask cluster, or None for this machine.
    checkpoint
        The folder where finished batches are kept, and taken up again by the next run of the same definition.
    progress
        Told ``(done, all)`` draws as batches finish, in whatever order.

    Raises
    ------
    UsageError
        Numbers below 1, or a cluster that cannot be reached.
    StorageError
        The folder cannot be written.
    StoppedError
        Stopped by the user; the finished batches are in the folder. Without a folder it is the
        ``KeyboardInterrupt`` itself.
    """
    _check(draws, workers)
    sizes = [min(plan.batch, draws - first) for first in range(0, draws, plan.batch)]
    store = None
    found: list[Outcome | None] = [None] * len(sizes)
    if checkpoint is not None:
        store = checkpoint_of(checkpoint, refit, plan, seed, stream)
        found = [store.read(k, size) for k, size in enumerate(sizes)]
    tell = progress or (lambda done, asked: None)
    done = sum(len(one.reason) for one in found if one is not None)
    if done:
        tell(done, draws)
    todo = [(k, size) for k, size in enumerate(sizes) if found[k] is None]
    try:
        shared = (refit, plan, (seed, stream))
        with at_work(_run_batch, shared, todo, workers=workers, backend=backend) as outcomes:
            for k, outcome in outcomes:
                if store is not None:
                    store.write(k, outcome)
                found[k] = outcome
                done += sizes[k]
                tell(done, draws)
    except KeyboardInterrupt:
        if store is None:
            raise
        raise _interrupted(store, sizes, draws) from None
    return gathered([one for one in found if one is not None])


def _check(draws: int, workers: int) -> None:
    for option, value in (("--bootstrap", draws), ("--workers", workers)):
        if value < 1:
            raise UsageError.at(option, f"{value} is too few.", "Give 1 or more.", code="bad-option")


def _interrupted(store: Checkpoint, sizes: Sequence[int], draws: int) -> CsiError:
    # what is on disk counts: a batch may have been stored while the interrupt came
    kept = sum(size for k, size in enumerate(sizes) if store.read(k, size) is not None)
    return StoppedError.at(
        str(store.folder),
        f"stopped; {kept} of {draws} draws are done and kept.",
        "The same command goes on from there.",
        code="interrupted",
    )


def _run_batch(refit: Refit, plan: Plan, seeds: tuple[int, int], k: int, size: int) -> tuple[int, Outcome]:
    return k, refit(plan.draw(k, size, batch_seed(*seeds, k)))
