"""Other PLS programs, run as programs in environments of their own: the Python packages, and R's if there.

They are under the GPL; nothing of them is part of this project, which only measures them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from csi_model.model.spec import ModelSpec

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, kw_only=True)
class Rival:
    """A program: what pip installs for it (nothing: it is R's), the script that runs it, draws a round."""

    name: str
    script: str
    draws: int
    requirements: tuple[str, ...] = ()


PLSPM = Rival(
    name="plspm 0.5.7", script="plspm_refits.py", draws=100, requirements=("plspm==0.5.7", "pandas<3")
)
SEMINR = Rival(name="seminr 0.2.1", script="seminr_refits.py", draws=200, requirements=("seminr==0.2.1",))
R_PLSPM = Rival(name="plspm in R", script="plspm", draws=100)
R_SEMINR = Rival(name="seminr in R", script="seminr", draws=100)
RIVALS = (PLSPM, SEMINR, R_PLSPM, R_SEMINR)


def interpreter(rival: Rival, folder: Path) -> str:
    """The program that runs the rival's script; skips the benchmark where there is none.

    A Python package gets a virtual environment in ``folder``, which stays there for the next run.
    """
    if not rival.requirements:
        return _in_r(rival)
    home = folder / rival.name.replace(" ", "-")
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if (home / ".installed").is_file():
        return str(python)
    shutil.rmtree(home, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", *rival.requirements],
    ):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
            pytest.skip(f"{rival.name} cannot be installed: {said}")
    (home / ".installed").touch()
    return str(python)


def _in_r(rival: Rival) -> str:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("there is no R here")
    asked = [
        program,
        "--vanilla",
        "-e",
        f"quit(status = !requireNamespace('{rival.script}', quietly = TRUE))",
    ]
    if subprocess.run(asked, check=False, capture_output=True).returncode != 0:
        pytest.skip(f"R has no package {rival.script}")
    return program


def refits(rival: Rival, program: str, model: ModelSpec, frame: pd.DataFrame) -> dict[str, float]:
    """``seconds`` of the rival's bootstrap, and ``DRIVER>TARGET`` for the paths of the whole sample."""
    with _task(rival, model, frame) as task:
        here = Path(__file__).parent
        if rival.requirements:
            command = [program, str(here / rival.script), str(task / "task.json")]
        else:
            words = [rival.script, str(task / "task.txt"), str(task / "answers.csv"), str(rival.draws)]
            command = [program, "--vanilla", str(here / "pls.R"), *words]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD}
        )
    pairs = (line.split() for line in done.stdout.splitlines() if line.strip())
    return {name: float(value) for name, value in pairs}


@contextmanager
def _task(rival: Rival, model: ModelSpec, frame: pd.DataFrame) -> Iterator[Path]:
    """A folder with the answers, and the model as the scripts read it."""
    blocks: Mapping[str, list[str]] = {
        name: [item.name for item in model.items_of(name)] for name in model.construct_names
    }
    paths = [[path.source, path.target] for path in model.paths]
    with TemporaryDirectory() as name:
        folder = Path(name)
        frame.to_csv(folder / "answers.csv", index=False)
        told = {
            "answers": str(folder / "answers.csv"),
            "blocks": blocks,
            "paths": paths,
            "draws": rival.draws,
        }
        (folder / "task.json").write_text(json.dumps(told), encoding="utf-8")
        lines = [" ".join(["block", construct, *items]) for construct, items in blocks.items()]
        lines += [" ".join(["path", *path]) for path in paths]
        (folder / "task.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield folder
