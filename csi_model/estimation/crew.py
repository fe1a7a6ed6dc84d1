"""Who does the work: this process, several on this machine, or a Dask cluster; with the same numbers.

A task is a function of values that can be pickled, and its result depends on nothing else, so that it does
not matter where it is carried out, or when.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import urlsplit

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from csi_model.errors import UsageError

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Dask:
    """The Dask cluster that does the work: the address of its scheduler, as ``tcp://host:8786``.

    Its workers need the same version of this package.
    """

    address: str
    timeout: float = 10.0


def check_workers(workers: int) -> None:
    """Raise UsageError for a number of workers below 1."""
    if workers < 1:
        raise UsageError.at(
            "--workers",
            f"{workers} workers do no work.",
            "Give 1 or more; the numbers are the same for any.",
            code="bad-option",
        )


@contextmanager
def at_work(
    task: Callable[..., Result],
    shared: Sequence[Any],
    todo: Iterable[tuple[Any, ...]],
    *,
    workers: int = 1,
    backend: Dask | None = None,
) -> Iterator[Iterator[Result]]:
    """Results of ``task(*shared, *own)`` for each ``own`` of ``todo``, as they come, in whatever order.

    Whatever still runs is stopped on leaving.

    Parameters
    ----------
    task
        A function of a module; it runs with one BLAS thread.
    shared
        What every task is given; it goes to each worker of a cluster once.
    todo
        The arguments of each task's own; made as they are needed, where that is how they come.
    workers, backend
        Processes on this machine (1 works in this one), without effect with a cluster.

    Raises
    ------
    UsageError
        The cluster cannot be reached.
    """
    if isinstance(todo, Sequence) and not todo:
        yield iter(())
        return
    if workers == 1 and backend is None:
        yield (_alone(task, *shared, *own) for own in todo)
        return
    joblib = import_module("joblib")
    with ExitStack() as opened:
        if backend is None:
            # one BLAS thread in every worker from its start
            settings: dict[str, Any] = {"backend": "loky", "inner_max_num_threads": 1, "n_jobs": workers}
        else:
            client = opened.enter_context(_client(backend))
            settings = {"backend": "dask", "client": client, "scatter": list(shared), "n_jobs": -1}
        opened.enter_context(joblib.parallel_config(**settings))
        tasks = (joblib.delayed(_alone)(task, *shared, *own) for own in todo)
        with _interrupts_kept_from_workers():
            running = joblib.Parallel(batch_size=1, return_as="generator_unordered")(tasks)
        opened.callback(running.close)
        yield running


def _alone(task: Callable[..., Result], *arguments: Any) -> Result:
    # more threads would only wait for each other, and could move last digits
    with _threads().limit(limits=1, user_api="blas"):
        return task(*arguments)


@cache
def _threads() -> Any:
    """The thread pools of this process; finding them takes longer than limiting them."""
    return ThreadpoolController()


@contextmanager
def _interrupts_kept_from_workers() -> Iterator[None]:
    """Processes that start meanwhile leave Ctrl-C, which a terminal sends to them too, to this one.

    A worker that ends while it hands over a result would leave this process waiting for the rest for ever.
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
