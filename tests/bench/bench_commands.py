"""Whole commands against what an import of pandas alone costs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from ledger import Ledger, Other, in_turn, seconds

RUN = "import sys; from csi_model.cli import main; sys.argv = ['csi', *{}]; main()"


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


@pytest.mark.parametrize("words", [["models"], ["check", "acsi"]], ids=" ".join)
def test_command(words: list[str], benchmark: Any, ledger: Ledger) -> None:
    others = {"import pandas": Other(run=lambda: seconds(lambda: run("import pandas")))}
    turns = in_turn(benchmark, lambda: run(RUN.format(words)), others, rounds=9)
    ledger.add(
        "Whole commands, seconds",
        {
            "command": f"csi {' '.join(words)}",
            "seconds": turns.each,
            "import pandas": turns.other_each("import pandas"),
            "command / import": 1 / turns.ratio("import pandas"),
        },
    )
