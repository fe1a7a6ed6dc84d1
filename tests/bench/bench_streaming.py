"""Surveys of any size: drawn, summed up and fitted some rows at a time, each step in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ledger import Ledger

FIRMS = 200
ASKED = "One pass over a Parquet file, 200 firms (asked: 5,000,000 interviews below 1,024 MiB)"
NOTE = """\
  simulate: csi simulate acsi into Parquet. moments: of every firm and 256 random groups of it. pls, ml:
  moments, fit and tables of the whole and of every firm, without a report. memory: the same moments from the
  survey as a whole; at 5,000,000 it would need 6 GiB and is left out. Each in a process of its own."""


@pytest.mark.parametrize("n", [200_000, 1_000_000, 5_000_000])
def test_time_and_memory(n: int, tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "survey.parquet"
    steps = ["simulate", "moments", "pls", "ml", *(["memory"] if n < 5_000_000 else [])]
    for step in steps:
        script = Path(__file__).with_name("streaming_memory.py")
        words = [sys.executable, str(script), step, str(path), str(n), str(FIRMS)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        taken, peak = map(float, done.stdout.split())
        ledger.add(
            ASKED,
            {
                "interviews": n,
                "step": step,
                "seconds": taken,
                "microseconds an interview": 1e6 * taken / n,
                "peak, MiB": peak,
            },
            NOTE,
        )
    path.unlink()
