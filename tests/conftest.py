"""Fixtures that several rooms share: the command in this process, and what it left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from csi_model.cli import main

# how long a test takes is no matter of right or wrong, least of all on a busy machine
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@dataclass(frozen=True, kw_only=True)
class Ran:
    """Exit code and the two outputs of a ``csi`` command."""

    code: int
    out: str
    err: str


@pytest.fixture
def csi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Run ``csi`` inside ``tmp_path``."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        words = [str(argument) for argument in arguments]
        monkeypatch.setattr("sys.argv", ["csi", *words])
        with pytest.raises(SystemExit) as left:
            main(words)
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Ran(code=left.value.code, out=said.out, err=said.err)

    return run
