"""The driver of batches: the same numbers for any workers, resumed runs, interrupts, mistakes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, chain_survey
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits

from csi_model.errors import StorageError, UsageError
from csi_model.estimation.batches import run_batches
from csi_model.estimation.checkpoints import fingerprint
from csi_model.estimation.covariance_refit import CovarianceRefit, covariance_refit
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.replicates import Outcome, Replicates
from csi_model.estimation.resamples import BootstrapPlan, batch_seed, batch_size, bootstrap_plan
from csi_model.estimation.solver import fisher_scoring
from csi_model.estimation.starts import start_values
from csi_model.survey.moments import sample_of

DESIGN = {"strata": np.repeat([0, 1, 2], 100), "cluster": np.repeat(np.arange(30), 10)}
FIELDS = ("means", "values", "reason", "flags")


def prepared(**design: Any) -> tuple[CovarianceRefit, BootstrapPlan]:
    """A refit of 300 respondents, and a plan with small batches."""
    weights = np.random.default_rng(6).uniform(0.5, 2, size=300)
    sample = sample_of(chain_survey(weights=weights, **design))
    table = parameter_table(CHAIN)
    start = fisher_scoring(table, sample.cov[None], start_values(table, sample.cov)[None]).values[0]
    plan = bootstrap_plan(sample.n, sample.strata, sample.cluster)
    return covariance_refit(table, sample, start), replace(plan, batch=40)


def same(first: Replicates, second: Replicates) -> None:
    """To the last bit."""
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)


@dataclass(frozen=True, kw_only=True)
class Echo:
    """Hands back what was drawn, and how many BLAS threads there were."""

    def __call__(self, drawn: NDArray[Any], /) -> Outcome:
        threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
        size = len(drawn)
        return Outcome(
            means=np.full((size, 1), float(max(threads))),
            values=drawn,
            reason=np.zeros(size, np.int8),
            flags=np.zeros(size, np.uint8),
        )


@pytest.mark.parametrize("design", [{}, DESIGN], ids=["simple", "strata and clusters"])
def test_any_number_of_workers_gives_the_same_numbers(design: dict[str, Any]) -> None:
    refit, plan = prepared(**design)
    alone, two, three = (
        run_batches(refit, plan, draws=190, seed=7, stream=2, workers=workers) for workers in (1, 2, 3)
    )
    same(alone, two)
    same(alone, three)
    assert alone.asked == alone.used.sum() == 190


def test_no_two_workers_draw_the_same_resample() -> None:
    plan = replace(bootstrap_plan(300), batch=40)
    alone, two, three = (
        run_batches(Echo(), plan, draws=400, seed=7, workers=workers) for workers in (1, 2, 3)
    )
    same(alone, two)
    same(alone, three)
    assert len(np.unique(alone.values, axis=0)) == 400
    other = run_batches(Echo(), plan, draws=400, seed=7, stream=1)
    assert len(np.unique(np.vstack([alone.values, other.values]), axis=0)) == 800


def test_one_blas_thread_here_and_in_workers() -> None:
    plan = replace(bootstrap_plan(50), batch=10)
    with threadpool_limits(2, user_api="blas"):
        for workers in (1, 2):
            made = run_batches(Echo(), plan, draws=30, seed=1, workers=workers)
            assert set(made.means.ravel()) == {1.0}


@dataclass(frozen=True, kw_only=True)
class Held:
    """Says whether its answers are mapped from a file."""

    answers: NDArray[Any]

    def __call__(self, drawn: NDArray[Any], /) -> Outcome:
        size = len(drawn)
        return Outcome(
            means=np.full((size, 1), float(isinstance(self.answers, np.memmap))),
            values=np.full((size, 1), float(self.answers.sum())),
            reason=np.zeros(size, np.int8),
            flags=np.zeros(size, np.uint8),
        )


def test_workers_share_large_answers() -> None:
    """Two million bytes of answers are mapped into the workers, not sent with every batch."""
    held = Held(answers=np.ones((250, 1000)))
    made = run_batches(held, replace(bootstrap_plan(50), batch=10), draws=40, seed=1, workers=2)
    assert set(made.means.ravel()) == {1.0}
    assert set(made.values.ravel()) == {250_000.0}


def test_each_batch_has_its_own_child_seed() -> None:
    parent = np.random.SeedSequence([7, 2])
    for k, child in enumerate(parent.spawn(5)):
        np.testing.assert_array_equal(child.generate_state(4), batch_seed(7, 2, k).generate_state(4))


def test_batches_of_large_surveys_are_smaller() -> None:
    sizes = [batch_size(n) for n in (10, 7341, 100_000, 10**8)]
    assert sizes[0] == sizes[1] == 256
    assert all(larger >= smaller for larger, smaller in pairwise(sizes))
    assert sizes[-1] == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_draws(workers: int) -> None:
    told: list[tuple[int, int]] = []
    plan = replace(bootstrap_plan(50), batch=10)
    run_batches(Echo(), plan, draws=35, seed=1, workers=workers, progress=lambda *words: told.append(words))
    assert len(told) == 4
    assert told[-1] == (35, 35)
    assert all(earlier[0] < later[0] for earlier, later in pairwise(told))


@pytest.mark.parametrize(("option", "value"), [("draws", 0), ("workers", 0), ("workers", -1)])
def test_numbers_below_one_are_refused(option: str, value: int) -> None:
    with pytest.raises(UsageError, match="Give 1 or more"):
        run_batches(Echo(), bootstrap_plan(50), **{"draws": 5, "seed": 1, option: value})


# --- checkpoints


def test_finished_batches_are_taken_up(tmp_path: Path) -> None:
    refit, plan = prepared()
    whole = run_batches(refit, plan, draws=190, seed=7)
    same(run_batches(refit, plan, draws=190, seed=7, checkpoint=tmp_path), whole)
    files = sorted(tmp_path.iterdir())
    assert [path.name.split("-", 1)[1] for path in files] == [
        *(f"00000{k}-40.npz" for k in range(4)),
        "000004-30.npz",
    ]
    files[1].unlink()
    before = {path: path.stat().st_mtime_ns for path in files if path != files[1]}
    told: list[tuple[int, int]] = []
    again = run_batches(
        refit, plan, draws=190, seed=7, checkpoint=tmp_path, progress=lambda *words: told.append(words)
    )
    same(again, whole)
    assert told == [(150, 190), (190, 190)]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    # more draws: the whole batches serve again
    told.clear()
    run_batches(refit, plan, draws=240, seed=7, checkpoint=tmp_path, progress=lambda *w: told.append(w))
    assert told[0] == (160, 240)


def test_other_definitions_have_other_batches(tmp_path: Path) -> None:
    refit, plan = prepared()
    first = run_batches(refit, plan, draws=40, seed=7, checkpoint=tmp_path)
    changed = [
        (refit, plan, {"seed": 8}),
        (refit, plan, {"stream": 1}),
        (refit, replace(plan, batch=39), {}),
        (replace(refit, weights=refit.weights + 1e-9), plan, {}),
        (replace(refit, start=refit.start * 1.001), plan, {}),
    ]
    for count, (other, its_plan, options) in enumerate(changed, start=1):
        wanted = {"draws": its_plan.batch, "seed": 7, **options}
        same(
            run_batches(other, its_plan, checkpoint=tmp_path, **wanted),
            run_batches(other, its_plan, **wanted),
        )
        assert len(list(tmp_path.iterdir())) == 1 + count
    same(run_batches(refit, plan, draws=40, seed=7, checkpoint=tmp_path), first)


def spoil(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "empty":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif how == "text":
        path.write_text("not a batch")
    elif how == "an array":
        with path.open("wb") as file:
            np.save(file, np.zeros(40))
    elif how == "flipped":
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    else:
        with np.load(path) as stored:
            arrays = dict(stored)
        if how == "foreign":
            arrays["key"] = np.array("0" * 64)
        elif how == "short":
            arrays["values"] = arrays["values"][1:]
        elif how == "kind":
            arrays["reason"] = arrays["reason"].astype(float)
        else:
            del arrays["means"]
        np.savez(path, **arrays)


@pytest.mark.parametrize(
    "how", ["empty", "cut", "text", "an array", "flipped", "foreign", "short", "kind", "without means"]
)
def test_a_file_that_cannot_be_trusted_is_written_again(how: str, tmp_path: Path) -> None:
    refit, plan = prepared()
    whole = run_batches(refit, plan, draws=80, seed=7, checkpoint=tmp_path)
    path = sorted(tmp_path.iterdir())[0]
    spoil(path, how)
    told: list[tuple[int, int]] = []
    again = run_batches(
        refit, plan, draws=80, seed=7, checkpoint=tmp_path, progress=lambda *words: told.append(words)
    )
    same(again, whole)
    assert told == [(40, 80), (80, 80)]
    with np.load(path) as stored:
        np.testing.assert_array_equal(stored["values"], whole.values[:40])


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("mine")
    with pytest.raises(StorageError, match="finished batches cannot be kept here"):
        run_batches(Echo(), bootstrap_plan(50), draws=5, seed=1, checkpoint=taken)
    assert taken.read_text() == "mine"


def test_fingerprints_tell_values_apart() -> None:
    values: list[object] = [
        1, 1.0, True, "1", None, (1,), (1, 1), [1], {"a": 1}, {"a": 2}, ("ab", "c"), ("a", "bc"),
        np.array([1.0, 2.0]), np.array([1, 2]), np.array([[1.0, 2.0]]), np.array([2.0, 1.0]), np.float64(1),
        bootstrap_plan(5), replace(bootstrap_plan(5), batch=3), Echo(),
    ]  # fmt: skip
    assert len({fingerprint(value) for value in values}) == len(values)
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint(np.arange(6.0)[::2]) == fingerprint(np.array([0.0, 2.0, 4.0]))
    with pytest.raises(TypeError, match="no fingerprint"):
        fingerprint(object())


# --- interrupts


SCRIPT = """
import sys, time
sys.path[:0] = {path!r}
from csi_model.errors import CsiError
from test_batches import prepared
from csi_model.estimation.batches import run_batches

def tell(done, asked):
    print(done, flush=True)
    time.sleep(0.4)

if __name__ == "__main__":
    refit, plan = prepared()
    try:
        run_batches(refit, plan, draws=400, seed=7, workers={workers}, checkpoint={folder!r}, progress=tell)
    except CsiError as error:
        print(error, flush=True)
        sys.exit(error.exit_code)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="an interrupt of a process group is another thing on Windows")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_goes_on(workers: int, tmp_path: Path) -> None:
    """Ctrl-C of a terminal goes to the whole process group: the run and its workers."""
    folder = tmp_path / "kept"
    script = tmp_path / "run.py"
    script.write_text(SCRIPT.format(path=sys.path, workers=workers, folder=str(folder)))
    child = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout is not None
    told = [child.stdout.readline(), child.stdout.readline()]
    os.killpg(child.pid, signal.SIGINT)
    out, complaints = child.communicate(timeout=60)
    assert child.returncode == 130, complaints
    assert int(told[1]) >= 80
    said = out.splitlines()[-1]
    kept = sum(int(path.stem.split("-")[-1]) for path in folder.glob("*.npz"))
    assert 80 <= kept < 400
    assert f"{kept} of 400 draws are done and kept. The same command goes on from there." in said
    assert not list(folder.glob("*.part"))
    refit, plan = prepared()
    first: list[int] = []
    resumed = run_batches(
        refit, plan, draws=400, seed=7, checkpoint=folder, progress=lambda done, asked: first.append(done)
    )
    assert first[0] == kept
    same(resumed, run_batches(refit, plan, draws=400, seed=7))


def test_without_a_folder_an_interrupt_is_an_interrupt() -> None:
    def stop(done: int, asked: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batches(Echo(), bootstrap_plan(50), draws=5, seed=1, progress=stop)


def test_a_mistake_in_a_worker_arrives() -> None:
    refit, plan = prepared()
    broken = replace(refit, weights=refit.weights[:-1])
    for workers in (1, 2):
        with pytest.raises(ValueError, match="broadcast"):
            run_batches(broken, plan, draws=80, seed=1, workers=workers)
