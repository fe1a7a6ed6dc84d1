"""A Dask cluster does the same work with the same numbers, and says what is missing where it cannot."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_batches import DESIGN, Echo, prepared, same

from csi_model.errors import UsageError
from csi_model.estimation.batches import run_batches
from csi_model.estimation.crew import Dask
from csi_model.estimation.resamples import bootstrap_plan


def free_address() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{chosen.getsockname()[1]}"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("design", [{}, DESIGN], ids=["simple", "strata and clusters"])
def test_a_cluster_gives_the_same_numbers(address: str, design: dict[str, np.ndarray]) -> None:
    refit, plan = prepared(**design)
    told: list[tuple[int, int]] = []
    there = run_batches(
        refit,
        plan,
        draws=190,
        seed=7,
        stream=2,
        backend=Dask(address=address),
        progress=lambda *words: told.append(words),
    )
    same(there, run_batches(refit, plan, draws=190, seed=7, stream=2))
    assert len(told) == 5
    assert told[-1] == (190, 190)


def test_one_blas_thread_on_the_cluster(address: str) -> None:
    made = run_batches(Echo(), bootstrap_plan(50), draws=300, seed=1, backend=Dask(address=address))
    assert set(made.means.ravel()) == {1.0}


def test_batches_of_a_cluster_serve_this_machine(address: str, tmp_path: Path) -> None:
    refit, plan = prepared()
    there = run_batches(refit, plan, draws=120, seed=7, backend=Dask(address=address), checkpoint=tmp_path)
    told: list[tuple[int, int]] = []
    here = run_batches(
        refit, plan, draws=120, seed=7, checkpoint=tmp_path, progress=lambda *words: told.append(words)
    )
    same(there, here)
    assert told == [(120, 120)]


def test_a_mistake_on_the_cluster_arrives(address: str) -> None:
    refit, _ = prepared()
    with pytest.raises(ValueError, match="mismatch"):
        run_batches(refit, bootstrap_plan(299), draws=10, seed=1, backend=Dask(address=address))


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'csi_model\[dask\]'"):
        run_batches(Echo(), bootstrap_plan(50), draws=10, seed=1, backend=Dask(address=free_address()))


@pytest.mark.parametrize("where", ["free", "127.0.0.1", "tcp://", "tcp://localhost:x", "nowhere://x:1"])
def test_an_address_where_nobody_answers(where: str) -> None:
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    address = free_address() if where == "free" else where
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at .*dask scheduler"):
        run_batches(Echo(), bootstrap_plan(50), draws=10, seed=1, backend=Dask(address=address, timeout=1))
