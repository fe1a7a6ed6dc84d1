"""Running batches of refits: on this core, on several, or on a Dask cluster, with the same numbers.

The driver knows neither the estimator nor the design. A *plan* says what batch ``k`` is (counts, units
left out, labels) from the batch's own seed; a *refit* turns that into estimates. Both are frozen values
that can be pickled. Since batches have a fixed size and a seed each, the result is the same to the last
bit for any number of workers, and no two batches can draw the same numbers.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from csi_model.errors import CsiError, StoppedError, UsageError
from csi_model.estimation.checkpoints import Checkpoint, checkpoint_of
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


@dataclass(frozen=True, kw_only=True)
class Dask:
    """The Dask cluster that does the work: the address of its scheduler, as ``tcp://host:8786``.

    Its workers need the same version of this package.
    """

    address: str
    timeout: float = 10.0


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
        with _outcomes(refit, plan, (seed, stream), todo, workers, backend) as outcomes:
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


@contextmanager
def _outcomes(
    refit: Refit,
    plan: Plan,
    seeds: tuple[int, int],
    todo: Sequence[tuple[int, int]],
    workers: int,
    backend: Dask | None,
) -> Iterator[Iterator[tuple[int, Outcome]]]:
    """Finished batches with their numbers, as they come; whatever still runs is stopped on leaving."""
    if not todo:
        yield iter(())
        return
    if workers == 1 and backend is None:
        yield (_run_batch(refit, plan, seeds, k, size) for k, size in todo)
        return
    joblib = import_module("joblib")
    with ExitStack() as opened:
        if backend is None:
            # one BLAS thread in every worker from its start
            settings: dict[str, Any] = {"backend": "loky", "inner_max_num_threads": 1, "n_jobs": workers}
        else:
            client = opened.enter_context(_client(backend))
            # what every batch needs goes to each worker once
            settings = {"backend": "dask", "client": client, "scatter": [refit, plan], "n_jobs": -1}
        opened.enter_context(joblib.parallel_config(**settings))
        tasks = (joblib.delayed(_run_batch)(refit, plan, seeds, k, size) for k, size in todo)
        with _interrupts_kept_from_workers():
            running = joblib.Parallel(batch_size=1, return_as="generator_unordered")(tasks)
        opened.callback(running.close)
        yield running


@contextmanager
def _interrupts_kept_from_workers() -> Iterator[None]:
    """Processes that start meanwhile leave Ctrl-C, which a terminal sends to them too, to this one.

    A worker that ends while it hands over a batch would leave this process waiting for the rest for ever.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # started in between, these would take the mask away again
    for tracker in ("multiprocessing", "joblib.externals.loky.backend"):
        import_module(f"{tracker}.resource_tracker").ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_batch(refit: Refit, plan: Plan, seeds: tuple[int, int], k: int, size: int) -> tuple[int, Outcome]:
    # more threads would only wait for each other, and could move last digits
    with _threads().limit(limits=1, user_api="blas"):
        return k, refit(plan.draw(k, size, batch_seed(*seeds, k)))


@cache
def _threads() -> Any:
    """The thread pools of this process; finding them takes longer than limiting them."""
    return ThreadpoolController()


@contextmanager
def _client(backend: Dask) -> Iterator[Any]:
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise UsageError.at(
            "--dask",
            "working on a Dask cluster needs the package distributed, which is not installed.",
            "Install it: pip install 'csi_model[dask]'.",
            code="missing-extra",
        ) from None
    try:
        _knock(backend)
        client = distributed.Client(backend.address, timeout=backend.timeout, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError.at(
            "--dask",
            f"no Dask scheduler answers at {backend.address} ({error}).",
            "Start one with `dask scheduler` and give the address that it prints, as tcp://host:8786; "
            "without --dask the work is done on this machine (--workers N).",
            code="no-cluster",
        ) from None
    with client:
        yield client


def _knock(backend: Dask) -> None:
    """See whether anybody listens at the address: OSError or ValueError where nobody does.

    A client that fails half-way leaves a loop behind, which can hold up the next client of the process.
    """
    where = urlsplit(backend.address if "://" in backend.address else f"tcp://{backend.address}")
    if where.scheme not in ("tcp", "tls") or not where.hostname or where.port is None:
        raise ValueError("not an address of the form tcp://host:port")
    socket.create_connection((where.hostname, where.port), timeout=backend.timeout).close()
