"""What the benchmarks found: tables of a run, printed at its end and written as JSON on request."""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

Cell = str | float | int | None

RATIOS = "Against other programs: median milliseconds a unit, and the median ratio of the rounds"
RATIOS_NOTE = """\
  A refit of ours is a 1,000th of the whole call fit(..., bootstrap=1000), its first fit included;
  semopy's a new Model fitted to a resampled frame at its own tolerance; lavaan's one of bootstrapLavaan,
  without the first fit. A fit is everything: fit and evaluate; semopy's fit, inspect and calc_stats;
  lavaan's sem, fitMeasures and parameterEstimates. Ours and semopy's run in this process, which has
  imported both; lavaan's time is without R's start and reading. All on one core, in turn."""

PACKAGES = ("csi_model", "numpy", "scipy", "pandas", "semopy", "pytest-benchmark")


@dataclass
class Ledger:
    """Tables by title, each a list of rows (column > cell), in the order in which they were found."""

    tables: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    began: tuple[float, float, float] = field(default_factory=os.getloadavg)
    lavaan: str = ""

    def add(self, title: str, row: Mapping[str, Cell], note: str = "") -> None:
        """Add a row, with what the machine was doing; ``note`` stands under the table."""
        self.tables.setdefault(title, []).append({**row, "load": os.getloadavg()[0]})
        if note:
            self.notes[title] = note

    def compare(self, what: str, unit: str, data: str, turns: Turns) -> None:
        """Add a row for each program that ``turns`` compares with."""
        for name, taken in turns.others.items():
            row: dict[str, Cell] = {
                "what": what,
                "data": data,
                "unit": unit,
                "ours": 1000 * turns.each,
                "other": name,
                "other's": 1000 * turns.other_each(name),
                "other / ours": turns.ratio(name),
                "rounds": min(len(taken), len(turns.ours)),
            }
            self.add(RATIOS, row, RATIOS_NOTE)

    def text(self) -> str:
        """Everything as plain text."""
        parts = [machine(self.began, self.lavaan)]
        for title, rows in self.tables.items():
            parts += [f"{title}\n{_table(rows)}"]
            if title in self.notes:
                parts[-1] += f"\n{self.notes[title]}"
        return "\n\n".join(parts)

    def write(self, path: Path) -> None:
        """Everything as JSON."""
        found = {"machine": machine(self.began, self.lavaan), "tables": self.tables, "notes": self.notes}
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def machine(began: Sequence[float], lavaan: str) -> str:
    """What ran, where, and how busy the machine was at the beginning and at the end."""
    programs = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").is_file():
        named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
        processor = named[0].partition(":")[2].strip() if named else processor
    load = " ".join(f"{one:.2f}" for one in began)
    now = " ".join(f"{one:.2f}" for one in os.getloadavg())
    if lavaan:
        programs += f", lavaan {lavaan}"
    return (
        f"Python {platform.python_version()}, {programs}\n"
        f"{processor}, {os.cpu_count()} cores, one BLAS thread\n"
        f"load over 1, 5 and 15 minutes: {load} at the beginning, {now} at the end"
    )


def _table(rows: Sequence[Mapping[str, Cell]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_shown(row.get(name)) for name in columns] for row in rows]
    wide = [max(len(name), *(len(line[k]) for line in cells)) for k, name in enumerate(columns)]
    numbers = [all(not isinstance(row.get(name), str) for row in rows) for name in columns]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, wide, numbers, strict=True)
        ).rstrip()
        for line in (columns, *cells)
    )


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    return f"{cell:.0f}" if abs(cell) >= 1000 else f"{cell:.3g}"


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass(frozen=True, kw_only=True)
class Other:
    """What is compared with: ``run`` gives its seconds for ``units`` of work; ``rounds`` at most."""

    run: Callable[[], float]
    units: int = 1
    rounds: int = 1000


@dataclass(frozen=True, kw_only=True)
class Turns:
    """Seconds of ours and of each other, taken in turn, and the units of work that they are for."""

    ours: list[float]
    units: int
    others: Mapping[str, list[float]]
    other_units: Mapping[str, int]

    @property
    def each(self) -> float:
        """Median seconds a unit of ours."""
        return statistics.median(self.ours) / self.units

    def other_each(self, name: str) -> float:
        """Median seconds a unit of the other."""
        return statistics.median(self.others[name]) / self.other_units[name]

    def ratio(self, name: str) -> float:
        """Median over the rounds of the other's seconds a unit, over ours in the same round."""
        share = self.units / self.other_units[name]
        pairs = zip(self.others[name], self.ours, strict=False)
        return statistics.median(share * other / own for other, own in pairs)


def in_turn(
    benchmark: Any,
    ours: Callable[[], object],
    others: Mapping[str, Other],
    *,
    units: int = 1,
    rounds: int = 3,
) -> Turns:
    """Run the others and ours in turn, B C A B C A ..., so that a slow minute slows all of them.

    Each runs once before, unmeasured, if it is to run more than once. Ours is what the table of
    pytest-benchmark shows; the others stand beside it in its JSON as ``extra_info``.
    """
    taken: dict[str, list[float]] = {name: [] for name in others}
    for other in others.values():
        if min(other.rounds, rounds) > 1:
            other.run()

    def run_others() -> None:
        for name, other in others.items():
            if len(taken[name]) < other.rounds:
                taken[name].append(other.run())

    ours()
    benchmark.pedantic(ours, setup=run_others, rounds=rounds, iterations=1)
    benchmark.extra_info |= {name: {"seconds": found} for name, found in taken.items()}
    return Turns(
        ours=list(benchmark.stats.stats.data),
        units=units,
        others=taken,
        other_units={name: other.units for name, other in others.items()},
    )


def in_r(script: str, *arguments: str | Path) -> dict[str, float]:
    """Run an R script of this folder; it prints ``name value`` lines, one of them ``seconds``."""
    command = ["Rscript", "--vanilla", str(Path(__file__).with_name(script)), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    pairs = (line.split() for line in done.stdout.splitlines() if line.strip())
    return {name: float(value) for name, value in pairs}


def lavaan_version() -> str:
    """The version of lavaan that R has; empty without R or without lavaan."""
    if shutil.which("Rscript") is None:
        return ""
    asked = ["Rscript", "--vanilla", "-e", "cat(as.character(packageVersion('lavaan')))"]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""
