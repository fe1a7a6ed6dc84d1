"""What a league of many firms costs as a whole command: seconds, seconds a firm, memory of all processes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest
from ledger import Ledger
from surveys import write_league

DRAWS = 1000
NOTE = """\
  csi fit with --nested on firms of 250 simulated interviews (24 questions, 7 constructs) in industries and
  sectors: PLS of the whole and of each firm by pooled and own weights, 1,000 draws each, effects, drivers,
  pairs, ranks, aggregates, charts and report, on two workers. Memory is that of all processes together."""


@pytest.mark.parametrize("firms", [40, 100, 400])
def test_cost_of_a_league(firms: int, tmp_path: Path, ledger: Ledger) -> None:
    survey = write_league(tmp_path / "league.parquet", firms)
    command = [
        sys.executable, "-c", "from csi_model.cli import main; main()", "fit", "ecsi-complaints", survey.name,
        "--by", "sector", "--by", "industry", "--by", "firm", "--nested", "--estimator", "pls",
        "--bootstrap", str(DRAWS), "--detail", "units", "--workers", "2", "-o", "r",
    ]  # fmt: skip
    began, peak = time.perf_counter(), 0
    running = psutil.Popen(command, cwd=tmp_path)
    while running.poll() is None:
        peak = max(peak, _resident(running))
        time.sleep(0.1)
    taken = time.perf_counter() - began
    assert running.returncode == 0
    row: dict[str, str | float | int | None] = {
        "firms": firms,
        "seconds": taken,
        "seconds a firm": taken / firms,
        "MiB, all processes": peak / 2**20,
    }
    ledger.add("A league of many firms", row, NOTE)


def _resident(running: psutil.Process) -> int:
    """Bytes in memory of a process and all that it started; one that has just ended counts for nothing."""
    total = 0
    for one in (running, *_children(running)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _children(running: psutil.Process) -> list[psutil.Process]:
    try:
        return list(running.children(recursive=True))
    except psutil.NoSuchProcess:
        return []
