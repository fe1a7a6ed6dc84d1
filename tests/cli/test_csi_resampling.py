"""Long runs of the command: workers, a Dask cluster, Ctrl-C and going on, what is left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mistakes import contents
from shop import STUDY, shop_survey, write_shop

from csi_model.estimation.crew import Dask
from csi_model.estimation.fitting import fit
from csi_model.model.catalogue import read_model
from csi_model.survey.reading import read_survey

Csi = Callable[..., Any]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of a process group and terminals of POSIX")
BOOTSTRAP = ("--bootstrap", "1200", "--seed", "5", "--interval", "bca", "--by", "branch")
"""Five batches and a jackknife for each of four samples."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_shop(tmp_path)
    return tmp_path


def numbers(folder: Path) -> dict[str, bytes]:
    """Tables and draws of a results folder, byte for byte."""
    files = [*(folder / "tables").rglob("*.csv"), folder / "moments.npz"]
    assert len(files) > 20
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an uninterrupted run in one process gives."""
    home = tmp_path_factory.mktemp("whole")
    write_shop(home)
    ran = child(home, "fit", "shop.yaml", "shop.csv", "-o", "r", *BOOTSTRAP)
    out, complaints = ended(ran)
    assert ran.returncode in (0, 1), complaints
    assert b"Report:" in out
    assert not (home / "r.unfinished").exists()
    return numbers(home / "r")


def child(folder: Path, *words: str, **more: Any) -> subprocess.Popen[bytes]:
    """``csi`` as a process group of its own."""
    command = [sys.executable, "-c", "from csi_model.cli import main; main()", *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.Popen(command, cwd=folder, start_new_session=True, **streams)


def ended(running: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What it said; one that does not end is ended, with its workers."""
    try:
        return running.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(running.pid, signal.SIGKILL)
        running.kill()
        raise


def wait_for(found: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not found():
        assert running.poll() is None, "the run ended before it could be stopped"
        assert time.monotonic() < until
        time.sleep(0.002)


def batches(folder: Path) -> int:
    return len(list(folder.glob("*.npz")))


@POSIX
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.slow
def test_a_stopped_run_goes_on(workers: str, shop: Path, csi: Csi, whole: dict[str, bytes]) -> None:
    """Ctrl-C goes to the whole process group; the second run is stopped again, in another sample."""
    words = ("fit", "shop.yaml", "shop.csv", "-o", "r", *BOOTSTRAP, "--workers", workers)
    kept = shop / "r.unfinished"
    before = contents(shop)
    for wanted in (1, 8):
        running = child(shop, *words)
        wait_for(lambda wanted=wanted: batches(kept) >= wanted, running)  # type: ignore[misc]
        os.killpg(running.pid, signal.SIGINT)
        out, complaints = ended(running)
        told = complaints.decode()
        assert running.returncode == 130, told
        assert out == b""
        assert told.count("\n") == 2, told
        first, second = told.splitlines()
        assert re.fullmatch(r"error: r\.unfinished: stopped; \d+ finished draws are kept\.", first)
        assert second == "  -> The same command goes on from there."
        assert batches(kept) >= wanted
        after = contents(shop)
        assert {name: after[name] for name in before} == before
        assert {name.split("/")[0] for name in set(after) - set(before)} == {"r.unfinished"}
        assert not list(kept.glob(".*"))
    ran = csi(*words)
    assert ran.code in (0, 1), ran.err
    assert numbers(shop / "r") == whole
    assert not kept.exists()


UNITS = ("--estimator", "pls", "--bootstrap", "200", "--by", "shop", "--detail", "units", "--folds", "0")
"""Twenty shops in three chunks."""


def write_shops(folder: Path) -> None:
    """Twenty shops of 60 customers."""
    write_shop(folder)
    shop_survey(1200).assign(shop=[f"shop {k % 20}" for k in range(1200)]).to_csv(
        folder / "shop.csv", index=False
    )


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stopped_league_goes_on(workers: str, tmp_path: Path, csi: Csi) -> None:
    """Units that are done are kept, and the second run has the bytes of one that was never stopped."""
    write_shops(tmp_path)
    words = ("fit", "shop.yaml", "shop.csv", *UNITS, "--workers", workers)
    assert csi(*words, "-o", "whole").code in (0, 1)
    kept = tmp_path / "r.unfinished"
    running = child(tmp_path, *words, "-o", "r")
    wait_for(lambda: bool(list(kept.glob("*-units.npz"))), running)
    os.killpg(running.pid, signal.SIGINT)
    _, complaints = ended(running)
    assert running.returncode == 130, complaints
    assert re.search(rb"stopped; 200 finished draws and (8|16|12|20) finished units are kept", complaints)
    assert not (tmp_path / "r").exists()
    assert csi(*words, "-o", "r").code in (0, 1)
    assert numbers(tmp_path / "r") == numbers(tmp_path / "whole")
    assert not kept.exists()


@pytest.mark.slow
def test_a_dask_cluster_measures_the_same_league(tmp_path: Path, csi: Csi) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    write_shops(tmp_path)
    words = ("fit", "shop.yaml", "shop.csv", *UNITS)
    assert csi(*words, "-o", "here").code in (0, 1)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        ran = csi(*words, "-o", "there", "--dask", cluster.scheduler_address)
    assert ran.code in (0, 1), ran.err
    assert numbers(tmp_path / "there") == numbers(tmp_path / "here")


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(shop: Path, csi: Csi, whole: dict[str, bytes]) -> None:
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", *BOOTSTRAP, "--workers", "2").code in (0, 1)
    assert numbers(shop / "r") == whole


@pytest.mark.slow
def test_a_study_takes_workers(shop: Path, csi: Csi, whole: dict[str, bytes]) -> None:
    (shop / "study.yaml").write_text(
        STUDY + "groups: branch\nestimator: {bootstrap: 1200, seed: 5, interval: bca}\n", encoding="utf-8"
    )
    assert csi("run", "study.yaml", "-o", "r", "--workers", "3").code in (0, 1)
    assert numbers(shop / "r") == whole
    assert not (shop / "r.unfinished").exists()


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_bytes(shop: Path, csi: Csi, whole: dict[str, bytes]) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", *BOOTSTRAP, "--dask", cluster.scheduler_address)
    assert ran.code in (0, 1), ran.err
    assert numbers(shop / "r") == whole


@pytest.fixture
def silent() -> Iterator[str]:
    """An address of this machine where something listens that never answers."""
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("command", ["fit shop.yaml shop.csv --bootstrap 100", "run study.yaml"])
@pytest.mark.parametrize("where", ["silent", "127.0.0.1", "nowhere://x:1"])
def test_a_cluster_that_is_not_there(
    command: str, where: str, shop: Path, csi: Csi, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "study.yaml").write_text(STUDY + "estimator: {bootstrap: 100}\n", encoding="utf-8")
    before = contents(shop)
    monkeypatch.setattr("csi_model.cli.running.Dask", lambda address: Dask(address=address, timeout=1))
    address = silent if where == "silent" else where
    ran = csi(*command.split(), "-o", "r", "--dask", address)
    assert (ran.code, ran.out) == (2, "")
    assert f"error: --dask: no Dask scheduler answers at {address}" in ran.err
    assert "dask scheduler" in ran.err
    assert contents(shop) == before


@pytest.mark.slow
def test_draws_of_another_run_are_not_taken(shop: Path, csi: Csi, whole: dict[str, bytes]) -> None:
    """Batches of another seed and of another survey lie there, and one that was spoiled."""
    kept = shop / "r.unfinished"
    model = read_model(shop / "shop.yaml")
    for frame, seed in ((shop_survey(), 6), (shop_survey(seed=12), 5)):
        fit(model, read_survey(frame, model), bootstrap=1200, seed=seed, checkpoint=kept)
    old = sorted(kept.iterdir())
    assert len(old) == 10
    old[0].write_bytes(b"")
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", *BOOTSTRAP).code in (0, 1)
    assert numbers(shop / "r") == whole
    assert not kept.exists()


def test_other_files_stay_where_they_are(shop: Path, csi: Csi) -> None:
    kept = shop / "r.unfinished"
    kept.mkdir()
    (kept / "thesis.npz").write_bytes(b"mine")
    (kept / ".0000000000000000-000000-256-x.part").write_bytes(b"left by a run that was killed")
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--bootstrap", "100").code == 0
    assert [path.name for path in kept.iterdir()] == ["thesis.npz"]


def test_a_file_in_the_way_is_told_before_the_work(
    shop: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "r.unfinished").write_text("mine")
    before = contents(shop)
    monkeypatch.setattr("csi_model.cli.running.analyse", lambda *_, **__: pytest.fail("was fitted"))
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--jackknife")
    assert (ran.code, ran.out) == (2, "")
    assert "error: r.unfinished: this is a file" in ran.err
    assert "  -> Move it away" in ran.err
    assert contents(shop) == before


def test_only_resampling_keeps_anything(shop: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "r.unfinished").write_text("mine")
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--workers", "2").code == 0
    assert (shop / "r.unfinished").read_text() == "mine"


@pytest.mark.slow
def test_draws_outlive_a_disk_that_was_full(shop: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "moments.npz":
            raise OSError(28, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--bootstrap", "100")
    assert ran.code == 2
    assert batches(shop / "r.unfinished") == 1
    assert csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--bootstrap", "100").code == 0
    assert not (shop / "r.unfinished").exists()


def test_stopped_before_anything_was_drawn(shop: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("csi_model.study.running.read_survey", stop)
    before = contents(shop)
    ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--bootstrap", "100")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.strip() == "error: stopped; no results were written."
    assert contents(shop) == before


def test_stopped_while_the_report_is_written(shop: Path, csi: Csi, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("csi_model.study.delivering.save", stop)
        ran = csi("fit", "shop.yaml", "shop.csv", "-o", "r", "--bootstrap", "100")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.splitlines() == [
        "error: r.unfinished: stopped; 100 finished draws are kept.",
        "  -> The same command goes on from there.",
    ]
    assert not (shop / "r").exists()
    assert batches(shop / "r.unfinished") == 1


@pytest.mark.slow
@POSIX
def test_progress_is_shown_on_a_terminal(shop: Path) -> None:
    """A bar with the draws done of all; the tests of pipes elsewhere see nothing of it."""
    import pty

    ours, theirs = pty.openpty()
    running = child(shop, "fit", "shop.yaml", "shop.csv", "-o", "r", "--bootstrap", "600", stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 65536):
            shown += more
    except OSError:  # how a terminal ends on Linux
        assert shown
    finally:
        os.close(ours)
    out, _ = ended(running)
    assert running.returncode == 0
    assert b"600/600" in shown
    assert b"600/600" not in out
