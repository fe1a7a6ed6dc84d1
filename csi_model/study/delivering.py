"""Results and what is made of them: the folder, and its reports in every format, written again at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from csi_model.errors import ModelError, ReportError, suggest
from csi_model.evaluation.results import Results
from csi_model.model.lavaan_writing import write_lavaan
from csi_model.model.spec import ModelSpec
from csi_model.reporting.content import Content
from csi_model.reporting.kinds import report_files
from csi_model.reporting.writers import check_formats
from csi_model.storage import (
    check_target,
    folder_kind,
    load,
    read_files,
    read_manifest,
    save,
    versions,
    write_folder,
)
from csi_model.study.comparing import stored_comparison
from csi_model.study.measures.delivering import stored_measures
from csi_model.study.report_options import look_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def deliver(
    results: Results,
    folder: str | Path,
    *,
    language: str = "en",
    formats: Sequence[str] = ("html",),
    force: bool = False,
    command: str = "",
    study_text: str = "",
) -> Path:
    """Store results with charts and reports, all or nothing.

    Raises
    ------
    StorageError
        The folder cannot be written; nothing was changed.
    ReportError
        A format cannot be written on this machine; nothing was changed.
    """
    check_target(Path(folder), force=force)
    check_formats(formats, language)
    manifest = {**results.manifest, "command": command, "versions": versions()}
    content = content_of(results, manifest, results.files)
    files: dict[str, str | bytes] = dict(report_files("results", content, language, formats))
    if study_text:
        files["study.yaml"] = study_text
    return save(results, folder, force=force, files=files, command=command)


def report(folder: str | Path, *, formats: Sequence[str] = ("html",), language: str | None = None) -> Path:
    """Write reports of a stored folder again, without a new fit.

    Parameters
    ----------
    folder
        A folder of results, of a comparison or of measures.
    formats
        Any of ``writers.FORMATS``; reports in other formats stay as they are.
    language
        ``en`` or ``zh``; default: that of the study.

    Returns
    -------
    Path
        The report in the first of the formats.

    Raises
    ------
    StorageError, ReportError
        The folder holds no sound results; a format does not exist or cannot be written here.
    """
    folder = Path(folder)
    check_formats(formats, language or "en")
    kind = folder_kind(folder)
    kind = kind if kind in _STORED else "results"
    content = _STORED[kind](folder)
    language = language or str(content.said.get("language", "en"))
    check_formats(formats, language)
    made = report_files(kind, content, language, formats)
    kept = {name: data for name, data in read_files(folder).items() if not name.startswith("charts/")}
    write_folder(folder, kept | made, force=True)
    return folder / f"report.{next(iter(formats))}"


def _stored_results(folder: Path) -> Content:
    manifest = read_manifest(folder)
    return content_of(load(folder), manifest, read_files(folder))


_STORED: Mapping[str, Callable[[Path], Content]] = MappingProxyType(
    {"results": _stored_results, "comparison": stored_comparison, "measures": stored_measures}
)
"""Kind of a folder > what reads it back."""


def chart(results: Results, name: str, *, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw one chart of the report and return its matplotlib axes.

    Parameters
    ----------
    results
        What ``evaluate`` or ``load`` returned.
    name
        ``index``, ``groups``, ``drivers``, ``impacts``, ``indicators``, ``moderation``, ``paths`` or
        ``reliability``.
    ax
        Axes to draw into; default: a new figure.
    language
        ``en`` or ``zh``.

    Raises
    ------
    ReportError
        There is no such chart, or the tables do not support it.
    """
    from csi_model.reporting.charts import CHARTS

    content = content_of(results, results.manifest)
    if name not in CHARTS or not CHARTS[name][1](content):
        there = [other for other, (_, supported) in CHARTS.items() if supported(content)]
        raise ReportError.at(
            "chart", f"{name!r} cannot be drawn.", suggest(name, there), code="unknown-chart"
        )
    return CHARTS[name][0](content, ax, language)


def _lavaan(model: ModelSpec) -> str:
    """The model as lavaan text, nothing where lavaan has no such model (products)."""
    try:
        return write_lavaan(model)
    except ModelError:
        return ""


def content_of(
    results: Results, manifest: Mapping[str, Any], files: Mapping[str, bytes] = _NO_FILES
) -> Content:
    """What the reporting room is handed: tables, words and structure, the client's look from ``files``."""
    model = results.model
    labels = {construct.name: dict(construct.label) for construct in model.constructs}
    labels |= {item.name: dict(item.label) for item in model.indicators}
    labels = {**manifest.get("measure_labels", {}), **labels}
    said = manifest.get("report", {})
    return Content(
        tables=results.tables,
        pooled=results.pooled,
        across=results.across,
        by=results.by,
        constructs=model.construct_names,
        paths=tuple((path.source, path.target) for path in model.paths),
        index=model.index,
        low_is_good=frozenset(c.name for c in model.constructs if not c.high_is_good),
        labels=MappingProxyType(labels),
        group_labels=results.group_labels,
        title=said.get("title") or model.title or {"en": model.name},
        source=model.source,
        structure=model.structure,
        caveat=model.caveat,
        manifest=manifest,
        model_title=model.title,
        lavaan=_lavaan(model),
        look=look_of(said, files),
    )
