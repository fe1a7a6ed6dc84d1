"""``csi measure``: a command for every measure, its options made from what the measure can be asked."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic.fields import FieldInfo

from csi_model.cli import options as given
from csi_model.cli.measure_pages import listing, page
from csi_model.cli.output import progress_bar, records, show_findings, show_json
from csi_model.cli.running import command_line
from csi_model.errors import Finding, UsageError
from csi_model.study.measures.entry import Entry
from csi_model.study.measures.families import ENTRIES


def run_measure(arguments: Sequence[str]) -> int:
    """Run ``csi measure`` with what stands after it; returns the exit code."""
    if not arguments or arguments[0] == "--help":
        print("\n".join(listing()), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    app = typer.Typer(
        name="measure",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_measures)
    for name, entry in _wanted(arguments).items():
        add = app.command(name.replace("_", "-"), help=_help(entry))
        add(_command(name, entry))
    code = app(args=list(arguments), prog_name="csi measure", standalone_mode=False)
    return code if isinstance(code, int) else 0


def _wanted(arguments: Sequence[str]) -> dict[str, type[Entry]]:
    """The one measure that is named first, since commands take time to make; all where none is."""
    name = arguments[0].replace("-", "_") if arguments else ""
    return {name: ENTRIES[name]} if name in ENTRIES else dict(ENTRIES)


def _measures() -> None:
    """The field's other measures, straight from answers."""


def _help(entry: type[Entry]) -> str:
    return inspect.cleandoc(entry.__doc__ or "").replace("``", "")


def _command(name: str, entry: type[Entry]) -> Callable[..., int]:
    """A function whose parameters are the fields of the entry and what all measures have in common."""

    def command(**values: Any) -> int:
        asked = {field: values.pop(field) for field in _fields(entry)}
        return _run(name, entry, asked, **values)

    parameters = [_parameter(field, info, entry) for field, info in _fields(entry).items()]
    own = {one.name for one in parameters}  # a questionnaire has formats of its own
    common = [one for one in _COMMON if one.name not in own]
    parameters += [one for one in common if entry.reads_survey or one.name not in _OF_SURVEYS]
    if entry.reads_survey:
        parameters.append(_SURVEY)
    order = sorted(parameters, key=lambda one: 0 if one.default is inspect.Parameter.empty else 1)
    command.__signature__ = inspect.Signature(order)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in order} | {"return": int}
    command.__name__ = name
    return command


def _fields(entry: type[Entry]) -> dict[str, FieldInfo]:
    return {name: info for name, info in entry.model_fields.items() if name != "measure"}


def _parameter(name: str, info: FieldInfo, entry: type[Entry]) -> inspect.Parameter:
    told = info.description or ""
    if name in entry.arguments:
        argument = typer.Argument(metavar=name.upper(), help=told, show_default=False)
        annotation: Any = Annotated[str, argument]
        if not info.is_required():
            annotation = Annotated[str | None, argument]
            return _keyword(name, annotation, None)
        return _keyword(name, annotation)
    option = f"--{name.replace('_', '-')}"
    if info.annotation is bool:
        return _keyword(name, Annotated[bool, typer.Option(option, help=told)], bool(info.default))
    text = str(info.annotation)
    many = text.startswith(("list", "dict", "tuple[str", "typing.Annotated[list"))
    metavar = (info.examples or [name.upper()])[0]
    kind: Any = list[str] | None if many else str | None
    shown = typer.Option(option, metavar=str(metavar), help=told, show_default=False)
    return _keyword(name, Annotated[kind, shown], None)


def _keyword(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _option(name: str, metavar: str, text: str) -> Any:
    return typer.Option(f"--{name}", metavar=metavar, help=text, show_default=False)


def _survey(entry: type[Entry]) -> inspect.Parameter:
    told = typer.Argument(
        metavar="SURVEY", help="CSV, TSV, XLSX, SAV, DTA or Parquet file", show_default=False
    )
    annotation: Any = Annotated[Path | None, told]
    return _keyword("survey", annotation, None)


_SURVEY = _keyword(
    "survey",
    Annotated[
        Path | None,
        typer.Argument(metavar="SURVEY", help="CSV, TSV, XLSX, SAV, DTA or Parquet", show_default=False),
    ],
    None,
)
_TEXTS = {
    "weight": _option("weight", "COLUMN", "Sampling weight"),
    "strata": _option("strata", "COLUMN", "Strata of the design"),
    "cluster": _option("cluster", "COLUMN", "Clusters of the design"),
    "model": _option("model", "MODEL", "Take scales, labels and missing codes from it"),
    "codebook": _option("codebook", "FILE", "What the columns mean (YAML)"),
    "sheet": _option("sheet", "NAME", "Sheet of a workbook"),
    "min_base": _option("min-base", "N", "Smaller groups are suppressed [default: 30]"),
    "level": _option("level", "0.95", "Confidence level [default: 0.95]"),
    "seed": _option("seed", "N", "Seed of resampling"),
}
_LISTS = {
    "by": _option("by", "COLUMN", "Group column; several cross"),
    "scale": _option("scale", "[COLUMN=]LOW:HIGH", "Answer scale of all or one question"),
    "missing": _option("missing", "98,99", "Missing codes, also 98=dont_know"),
}
_WRITTEN = typer.Option("-o", "--output", metavar="FOLDER", help="Tables, charts and a report")
_COMMON = [
    *(_keyword(name, Annotated[list[str] | None, told], None) for name, told in _LISTS.items()),
    *(_keyword(name, Annotated[str | None, told], None) for name, told in _TEXTS.items()),
    _keyword("output", Annotated[Path | None, _WRITTEN], None),
    _keyword("force", Annotated[bool, typer.Option("--force", help="Replace what is there")], False),
    _keyword(
        "format",
        Annotated[list[str] | None, _option("format", "html,docx,pptx,xlsx,pdf", "Formats, or all")],
        None,
    ),
    _keyword("lang", Annotated[str, _option("lang", "en|zh", "Language [default: en]")], "en"),
    _keyword("json", Annotated[bool, typer.Option("--json", help="Print the result as JSON")], False),
]
_OF_SURVEYS = {
    "by", "weight", "strata", "cluster", "scale", "missing", "model", "codebook", "sheet", "min_base",
}  # fmt: skip
"""Options of measures that read the answers of a survey."""


def _run(name: str, entry: type[Entry], asked: dict[str, Any], **values: Any) -> int:
    """Carry out one measure; all mistakes of all options are told at once."""
    from csi_model.reporting.writers import check_formats
    from csi_model.storage import check_target
    from csi_model.study.measures.delivering import deliver_measures
    from csi_model.study.measures.running import check_numbers, entry_of, measure

    wrong: list[Finding] = []

    def read(call: Callable[[], Any], instead: Any = None) -> Any:
        try:
            return call()
        except UsageError as error:
            wrong.extend(error.findings)
            return instead

    language = read(lambda: given.check_language(values["lang"]), "en")
    formats = read(lambda: given.parse_formats(values.get("format")), ("html",))
    level = read(lambda: given.decimal_number("--level", "0.95")(values["level"] or 0.95), 0.95)
    seed = read(lambda: given.whole_number("--seed")(values["seed"] or 20_100), 1)
    min_base = read(lambda: given.whole_number("--min-base")(values.get("min_base") or 30), 30)
    reading = read(lambda: _reading(values), {}) if entry.reads_survey else {}
    asked = {key: one for key, one in asked.items() if one not in (None, [])}
    made = read(lambda: entry_of(name, asked))
    read(lambda: check_numbers(level, min_base))
    source = values.get("survey")
    if made is not None and made.questions() and source is None:
        what, fix = "No survey is named.", f"Write: csi measure {name.replace('_', '-')} ... SURVEY."
        wrong.append(Finding(code="no-survey", severity="error", where="SURVEY", what=what, fix=fix))
    if wrong or made is None:
        raise UsageError(wrong)
    if values["output"] is not None:
        check_target(values["output"], force=values["force"])
        check_formats(formats, language)
    with progress_bar() as progress:
        common = {"level": level, "min_base": min_base, "seed": seed, "progress": progress}
        outcome = measure(name, source, **{"model": _model(values), **reading, **common, **asked})
    folder = values["output"]
    if folder is not None:
        delivery: dict[str, Any] = {"language": language, "formats": formats, "force": values["force"]}
        deliver_measures(outcome, folder, **delivery, command=command_line())
    if values["json"]:
        tables = {key: records(frame) for key, frame in outcome.tables.items()}
        where = folder.as_posix() if folder is not None else None
        show_json({"measure": name, "asked": outcome.asked[0], "tables": tables, "folder": where})
    else:
        print("\n".join(page(outcome, language, folder)))
    show_findings(outcome.findings)
    return 1 if any(one.severity == "error" for one in outcome.findings) else 0


def _model(values: dict[str, Any]) -> Any:
    if not values.get("model"):
        return None
    from csi_model.model.catalogue import read_model

    return read_model(values["model"])


def _reading(values: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments of ``read_answers``."""
    made: dict[str, Any] = {
        "by": tuple(values["by"] or ()),
        "scales": given.parse_scales(values["scale"] or ()) or None,
        "missing": given.parse_missing(values["missing"] or ()),
        **{name: values[name] for name in ("weight", "strata", "cluster", "sheet")},
    }
    if values["codebook"]:
        from csi_model.survey.codebooks import read_codebook

        made["codebook"] = read_codebook(values["codebook"])
    return made
