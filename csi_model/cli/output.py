"""Printing: findings to standard error, results to standard output, progress only to a terminal."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csi_model.errors import Finding
from csi_model.reporting.writers import FORMATS

if TYPE_CHECKING:
    import pandas as pd

    from csi_model.estimation.fitting import Progress


_ORDER = ("error", "warning", "note")


def report_lines(folder: Path, word: str = "Report") -> list[str]:
    """A line for each report of a folder that was just written."""
    return [
        f"{word}:  {folder / f'report.{name}'}" for name in FORMATS if (folder / f"report.{name}").is_file()
    ]


def unfailing_streams() -> None:
    """Let a terminal that lacks a character show its code, rather than end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show_findings(findings: Iterable[Finding]) -> None:
    """One finding a line (its remedy on the next), to standard error; errors first, notes last."""
    for finding in sorted(findings, key=lambda one: _ORDER.index(one.severity)):
        place = f"{finding.where}: " if finding.where else ""
        print(f"{finding.severity}: {place}{finding.what}", file=sys.stderr)
        if finding.fix:
            print(f"  -> {finding.fix}", file=sys.stderr)


def findings_of(frame: pd.DataFrame) -> list[Finding]:
    """Findings of a stored table."""
    columns = ("code", "severity", "where", "what", "fix")
    return [
        Finding(**{name: str(row[name]) for name in columns})  # type: ignore[arg-type]
        for row in frame.to_dict("records")
    ]


def show_json(value: Any) -> None:
    """Print as JSON: UTF-8 whatever the terminal's encoding, empty and infinite numbers as null."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(_clean(value), ensure_ascii=False, indent=2))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as a list of rows."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    if type(value).__name__ == "NAType":
        return None
    plain = value.item() if hasattr(value, "item") else value
    # JSON has no infinity: degrees of freedom of what counts as known are left open
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A bar on standard error while resampling, or nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn
    from rich.progress import Progress as Bar

    columns = (*Bar.get_default_columns(), MofNCompleteColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        yield tell
