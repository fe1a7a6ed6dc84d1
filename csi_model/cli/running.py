"""What the heavy commands do, and what they print."""

from __future__ import annotations

import itertools
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csi_model.cli.checking import refuse_study
from csi_model.cli.headlines import headline
from csi_model.cli.options import default_folder
from csi_model.cli.output import (
    findings_of,
    progress_bar,
    records,
    report_lines,
    show_findings,
    show_json,
)
from csi_model.cli.resuming import resumable
from csi_model.errors import UsageError
from csi_model.estimation.crew import Dask
from csi_model.evaluation.results import Results
from csi_model.model.catalogue import read_model
from csi_model.reporting.look import look_notes
from csi_model.reporting.writers import check_formats
from csi_model.storage import check_target, load
from csi_model.study.beyond import beyond_options
from csi_model.study.delivering import deliver
from csi_model.study.files import read_study
from csi_model.study.running import analyse, run_study


def fit_survey(
    model: str,
    survey: Path,
    output: Path | None,
    index: str | None,
    reading: Mapping[str, Any],
    fitting: Mapping[str, Any],
    league: Mapping[str, Any],
    language: str,
    formats: Sequence[str],
    *,
    stream: bool,
    workers: int,
    dask: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """``csi fit``; returns the exit code."""
    refuse_study(model)
    spec = read_model(model, index=index)
    folder = output or default_folder(model, survey)
    check_target(folder, force=force)
    check_formats(formats, language)
    delivery: dict[str, Any] = {"language": language, "formats": formats, "force": force}
    if stream:
        from csi_model.study.streaming import analyse_streamed

        with progress_bar() as progress:
            results = analyse_streamed(
                spec, survey, survey=reading, options=fitting, league=league, progress=progress
            )
        deliver(results, folder, **delivery, command=command_line())
        return _tell(results, folder, as_json=as_json)
    beyond = beyond_options(reading["by"], **league)
    reading = {**reading, "wave": league["wave"]}
    with resumable(folder, fitting) as checkpoint:
        with progress_bar() as progress:
            results = analyse(
                spec,
                survey,
                survey=reading,
                options=fitting,
                beyond=beyond,
                workers=workers,
                backend=_cluster(dask),
                checkpoint=checkpoint,
                progress=progress,
            )
        deliver(results, folder, **delivery, command=command_line())
    return _tell(results, folder, as_json=as_json)


def run_study_file(
    path: Path,
    output: Path | None,
    language: str | None,
    formats: Sequence[str] | None = None,
    *,
    workers: int,
    dask: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """``csi run`` and ``csi demo``; returns the exit code."""
    study = read_study(path)
    folder = output or Path("reports") / study.name
    language = language or study.report.language
    check_target(folder, force=force)
    formats = formats or study.report.formats
    check_formats(formats, language)
    show_findings(look_notes(study.report.look, formats))
    with resumable(folder, study.fit) as checkpoint:
        with progress_bar() as progress:
            results = run_study(
                study, workers=workers, backend=_cluster(dask), checkpoint=checkpoint, progress=progress
            )
        deliver(
            results,
            folder,
            language=language,
            formats=formats,
            force=force,
            command=command_line(),
            study_text=study.text,
        )
    return _tell(results, folder, as_json=as_json)


def _cluster(address: str | None) -> Dask | None:
    return None if address is None else Dask(address=address)


def compare_folders(
    folders: Sequence[Path],
    output: Path,
    level: float | None,
    language: str,
    formats: Sequence[str],
    *,
    force: bool,
    as_json: bool,
) -> int:
    """``csi compare``; returns the exit code."""
    from csi_model.comparison.differences import compare
    from csi_model.study.comparing import deliver_comparison

    check_target(output, force=force)
    check_formats(formats, language)
    _refuse_overwriting(folders, output)
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        raise UsageError.at(
            "compare",
            f"two folders have the same name ({', '.join(names)}).",
            "Rename one: the names stand in the tables.",
            code="same-names",
        )
    results = {name: load(folder) for name, folder in zip(names, folders, strict=True)}
    comparison = compare(results, level=level)
    delivery: dict[str, Any] = {"language": language, "formats": formats, "force": force}
    deliver_comparison(comparison, output, **delivery, command=command_line())
    if as_json:
        show_json({"folder": output.as_posix(), "differences": records(comparison.differences)})
    else:
        print(comparison.summary())
        print("\n".join(report_lines(output)))
    findings = findings_of(comparison.findings)
    show_findings(findings)
    return int(any(finding.severity == "error" for finding in findings))


def _refuse_overwriting(folders: Sequence[Path], output: Path) -> None:
    """Raise UsageError where the comparison would replace results that it compares."""
    for folder in folders:
        inside = output.resolve()
        if folder.resolve() in (inside, *inside.parents):
            raise UsageError.at(
                "-o",
                f"the comparison would be written into {folder}, which it compares.",
                "Choose a folder of its own.",
                code="overwrites-input",
            )


def simulate_survey(
    model: str, n: int, seed: int, truth: Path | None, output: Path, *, force: bool
) -> tuple[Path, ...]:
    """``csi simulate``; returns the files written."""
    refuse_study(model)
    from csi_model.study.simulating import write_simulation

    return write_simulation(read_model(model), n, seed, truth, output, force=force)


_NAMED_COLUMNS = {"--column", "--columns", "--by", "--weight", "--strata", "--cluster", "--pairs", "--scale"}
"""Options of columns, whose names are no paths."""
_UNQUOTED = re.compile(r"""[\s"'<>|&;$()*?!`]""")
"""What a shell would take for something else."""


def command_line() -> str:
    """The command as typed, file names without folders; a column name keeps its slashes."""
    shown = ["csi"]
    for before, part in itertools.pairwise(sys.argv):
        folders = ("/" in part or "\\" in part) and before not in _NAMED_COLUMNS
        shown.append(Path(part).name if folders else part)
    return " ".join(shlex.quote(part) if _UNQUOTED.search(part) else part for part in shown)


def _tell(results: Results, folder: Path, *, as_json: bool) -> int:
    """Print what came out; findings go to standard error."""
    findings = findings_of(results.pooled["findings"])
    if results.by:
        findings += findings_of(results.tables["findings"])
    if "measure_findings" in results.across:
        findings += findings_of(results.across["measure_findings"])
    if as_json:
        show_json(
            {
                "trustworthy": results.trustworthy,
                "folder": folder.as_posix(),
                "manifest": dict(results.manifest),
                "tables": {name: records(frame) for name, frame in results.tables.items()},
                "across": {name: records(frame) for name, frame in results.across.items()},
            }
        )
    else:
        print(headline(results))
        print(f"Results: {folder}")
        print("\n".join(report_lines(folder)))
    show_findings(findings)
    return 0 if results.trustworthy else 1
