"""A mistake: the files that hold it, the command that meets it, and what must be said about it."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shop import MODEL, STUDY, shop_survey, write_shop

Build = Callable[[Path], object]
Csi = Callable[..., Any]
"""The fixture ``csi``."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """``build`` spoils the sound files in a folder; ``says`` must stand on standard error, in order."""

    name: str
    command: str
    build: Build = lambda folder: None
    says: tuple[str, ...]
    errors: int = 1


def as_parameters(mistakes: tuple[Mistake, ...]) -> list[object]:
    return [pytest.param(one, id=one.name.replace(" ", "-")) for one in mistakes]


def check_mistake(mistake: Mistake, folder: Path, csi: Csi) -> None:
    """Run it and judge the whole answer: code, outputs, places, remedies, nothing written."""
    write_shop(folder)
    mistake.build(folder)
    before = contents(folder)
    ran = csi(*shlex.split(mistake.command))
    told = ran.err
    assert ran.code == 2, told
    assert ran.out == ""
    assert "Traceback" not in told
    assert str(folder) not in told
    rest = told
    for said in mistake.says:
        assert said in rest, f"{said!r} is missing, or not in this order:\n{told}"
        rest = rest[rest.index(said) + len(said) :]
    lines = told.splitlines()
    assert sum(line.startswith("error: ") for line in lines) == mistake.errors, told
    for number, line in enumerate(lines):
        if line.startswith("error: "):
            assert lines[number + 1].startswith("  -> "), f"no remedy:\n{told}"
    assert contents(folder) == before


def contents(folder: Path) -> dict[str, str]:
    """Every file and folder below ``folder``, hidden ones too, with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


def model(*changes: tuple[str, str]) -> Build:
    """``shop.yaml`` with texts replaced."""
    return lambda folder: (folder / "shop.yaml").write_text(_changed(MODEL, changes), encoding="utf-8")


def study(*changes: tuple[str, str], more: str = "") -> Build:
    """``study.yaml`` with texts replaced and lines added."""
    text = _changed(STUDY, changes) + more
    return lambda folder: (folder / "study.yaml").write_text(text, encoding="utf-8")


def survey(change: Callable[[pd.DataFrame], pd.DataFrame], file: str = "shop.csv") -> Build:
    """The survey changed, as CSV or as a workbook."""

    def build(folder: Path) -> None:
        frame = change(shop_survey())
        if file.endswith(".xlsx"):
            frame.to_excel(folder / file, index=False, sheet_name="Answers")
        else:
            frame.to_csv(folder / file, index=False)

    return build


def cells(column: str, rows: tuple[int, ...], value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Put ``value`` into a column, in rows numbered as a spreadsheet shows them (header: 1)."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.astype({column: object})
        for row in rows:
            changed.loc[row - 2, column] = value
        return changed

    return change


def file(name: str, text: str | bytes = "") -> Build:
    """A file of that text."""

    def build(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8") if isinstance(text, str) else text)

    return build


def both(*builds: Build) -> Build:
    """One after the other."""

    def build(folder: Path) -> None:
        for one in builds:
            one(folder)

    return build


def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text
