"""The commands. Each imports what it needs when it runs, so that the light ones stay quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from csi_model.cli import estimation_options as how
from csi_model.cli import league_options as groups
from csi_model.cli import options as given
from csi_model.cli.output import show_findings, show_json
from csi_model.cli.planning import plan

app = typer.Typer(
    name="csi",
    help="Customer satisfaction indices: declare a model, fit it to a survey, read index scores (0-100), "
    "path coefficients, drivers, charts and a report.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Model = Annotated[str, typer.Argument(metavar="MODEL", help="Catalogue name, .yaml, .lav or .txt file")]
SurveyFile = Annotated[
    Path, typer.Argument(metavar="SURVEY", help="CSV, TSV, XLSX, SAV, DTA or Parquet file")
]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="Results folder")]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing results folder")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON")]
Lang = Annotated[str, typer.Option("--lang", metavar="en|zh", help="Language of the report")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format", metavar="html,docx,pptx,xlsx,pdf", help="Formats of the report, or all [default: html]"
    ),
]
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook")]
By = Annotated[list[str] | None, typer.Option("--by", metavar="COLUMN", help="Group column; several cross")]
Scales = Annotated[
    list[str] | None,
    typer.Option("--scale", metavar="[INDICATOR=]LOW:HIGH", help="Answer scale of all or one question"),
]
Missing = Annotated[
    list[str] | None, typer.Option("--missing", metavar="98,99", help="Missing codes, also 98=dont_know")
]
Index = Annotated[
    str | None, typer.Option("--index", metavar="CONSTRUCT", help="Construct of the headline index")
]
Weight = Annotated[str | None, typer.Option("--weight", metavar="COLUMN", help="Sampling weight")]
Strata = Annotated[str | None, typer.Option("--strata", metavar="COLUMN", help="Strata of the design")]
Cluster = Annotated[str | None, typer.Option("--cluster", metavar="COLUMN", help="Clusters of the design")]
_LEVEL = typer.Option(
    "--level", metavar="0.95", help="Confidence level", parser=given.decimal_number("--level", "0.95")
)
Level = Annotated[float, _LEVEL]
Workers = Annotated[
    int,
    typer.Option(
        "--workers",
        metavar="N",
        help="Processes that resample; the numbers are the same for any",
        parser=given.whole_number("--workers"),
    ),
]
DaskCluster = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Resample on this Dask cluster: tcp://HOST:8786"),
]


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        print(f"csi_model {version_of('csi_model')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(2)


@app.command()
def demo(output: Output = None, formats: Formats = None, lang: Lang = "en", force: Force = False) -> int:
    """Fit the shipped demo survey and write its full report."""
    from csi_model.cli.running import run_study_file
    from csi_model.model.shipped import shipped

    return run_study_file(
        shipped("data") / "demo-study.yaml",
        output or Path("reports") / "demo",
        given.check_language(lang),
        given.parse_formats(formats),
        workers=1,
        dask=None,
        force=force,
        as_json=False,
    )


@app.command()
def models(
    name: Annotated[str | None, typer.Argument(help="Show one model")] = None,
    as_: Annotated[str, typer.Option("--as", metavar="yaml|lavaan", help="Print it in this form")] = "",
    schema: Annotated[
        str, typer.Option("--schema", metavar="model|study", help="Print the JSON Schema of a file")
    ] = "",
    lang: Lang = "en",
) -> None:
    """List the catalogue, or show one model."""
    from csi_model.cli import catalogue_pages as pages

    language = given.check_language(lang)
    if schema:
        show_json(pages.schema(schema))
    elif name is None:
        print(pages.listing(language))
    else:
        print(pages.model_page(name, as_, language))


@app.command()
def init(
    survey: SurveyFile,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="STUDY", help="Study file")] = Path(
        "study.yaml"
    ),
    sheet: Sheet = None,
    force: Force = False,
) -> None:
    """Draft a model and a study file from a survey."""
    from csi_model.study.drafting import draft, write_draft

    made = write_draft(draft(survey, sheet=sheet), output, force=force)
    print("\n".join(str(path) for path in made))
    print(f"Read them, edit them, then: csi check {output}", flush=True)


@app.command()
def check(
    source: Annotated[str, typer.Argument(metavar="MODEL|STUDY", help="What to check")],
    survey: Annotated[Path | None, typer.Argument(metavar="SURVEY", help="Check its answers too")] = None,
    by: By = None,
    scale: Scales = None,
    missing: Missing = None,
    index: Index = None,
    weight: Weight = None,
    strata: Strata = None,
    cluster: Cluster = None,
    sheet: Sheet = None,
    json: Json = False,
) -> None:
    """Find every mistake in a model, study or survey; fit nothing."""
    from csi_model.cli.checking import check_source

    reading = _reading(by, scale, missing, weight=weight, strata=strata, cluster=cluster, sheet=sheet)
    said, findings = check_source(source, survey, index, reading)
    if json:
        show_json({"checked": said, "findings": [vars(finding) for finding in findings]})
    else:
        print("\n".join(said))
    show_findings(findings)


@app.command()
def fit(
    model: Model,
    survey: SurveyFile,
    output: Output = None,
    estimator: how.Estimator = "ml",
    scheme: how.Scheme = "path",
    metric: how.Metric = "standardised",
    higher_order: how.HigherOrder = "repeated",
    correlations: how.Correlations = "plain",
    by: By = None,
    bootstrap: how.Bootstrap = None,
    interval: how.Interval = "percentile",
    jackknife: how.Jackknife = False,
    seed: how.Seed = None,
    level: Level = 0.95,
    index: Index = None,
    scale: Scales = None,
    missing: Missing = None,
    missing_data: how.MissingData = "automatic",
    weight: Weight = None,
    strata: Strata = None,
    cluster: Cluster = None,
    weight_rule: how.WeightRule = "automatic",
    information: how.Information = "automatic",
    permutations: how.Permutations = 0,
    variances: how.Variances = "free",
    ridge: how.Ridge = 0.0,
    parameterisation: how.Parameterisation = "delta",
    folds: how.Folds = 10,
    repeats: how.Repeats = 10,
    necessity: how.Necessity = 0,
    segments: how.Segments = 0,
    beside: how.Beside = True,
    scores: how.Scores = False,
    nested: groups.Nested = False,
    shares: groups.Shares = None,
    wave: groups.Wave = None,
    wave_weights: groups.WaveWeights = "held",
    equivalence: groups.Equivalence = 2.0,
    detail: groups.Detail = "automatic",
    min_base: how.MinBase = 30,
    stream: how.Stream = False,
    sheet: Sheet = None,
    formats: Formats = None,
    lang: Lang = "en",
    workers: Workers = 1,
    dask: DaskCluster = None,
    force: Force = False,
    json: Json = False,
) -> int:
    """Read a survey, fit a model, evaluate, store, report."""
    from csi_model.cli.running import fit_survey

    fitting: dict[str, Any] = {
        "estimator": estimator,
        "scheme": scheme,
        "metric": metric,
        "higher_order": higher_order,
        "correlations": correlations,
        "bootstrap": bootstrap,
        "interval": interval,
        "jackknife": jackknife,
        "level": level,
        "missing_data": missing_data,
        "variances": variances,
        "ridge": ridge,
        "parameterisation": parameterisation,
        "permutations": permutations,
        "information": information,
        "weight_rule": weight_rule,
        "folds": folds,
        "repeats": repeats,
        "necessity": necessity,
        "segments": segments,
        "beside": beside,
        "scores": scores,
        "detail": detail,
        "min_base": min_base,
    }
    if seed is not None:
        fitting["seed"] = seed
    reading = _reading(by, scale, missing, weight=weight, strata=strata, cluster=cluster, sheet=sheet)
    reading["min_base"] = min_base
    league: dict[str, Any] = {
        "nested": nested,
        "shares": tuple(shares or ()),
        "wave": wave,
        "wave_weights": wave_weights,
        "equivalence": equivalence,
    }
    return fit_survey(
        model,
        survey,
        output,
        index,
        reading,
        fitting,
        league,
        given.check_language(lang),
        given.parse_formats(formats),
        stream=stream,
        workers=workers,
        dask=dask,
        force=force,
        as_json=json,
    )


@app.command()
def run(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="Study file (YAML)")],
    output: Output = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="html,docx,pptx,xlsx,pdf", help="Formats, in place of the study's"),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="en|zh", help="Language of the report")
    ] = None,
    workers: Workers = 1,
    dask: DaskCluster = None,
    force: Force = False,
    json: Json = False,
) -> int:
    """Carry out a whole study from its file."""
    from csi_model.cli.running import run_study_file

    language = given.check_language(lang) if lang is not None else None
    names = given.parse_formats(formats) if formats else None
    return run_study_file(
        study, output, language, names, workers=workers, dask=dask, force=force, as_json=json
    )


@app.command()
def compare(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="Results folders")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where to write")],
    level: Annotated[float | None, _LEVEL] = None,
    formats: Formats = None,
    lang: Lang = "en",
    force: Force = False,
    json: Json = False,
) -> int:
    """Compare stored results: waves, firms, or groups."""
    from csi_model.cli.running import compare_folders

    language, names = given.check_language(lang), given.parse_formats(formats)
    return compare_folders(folders, output, level, language, names, force=force, as_json=json)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Results folder")],
    formats: Formats = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="Language")] = None,
) -> None:
    """Write the reports of a stored folder again, without a fit."""
    from csi_model.study.delivering import report as write

    language = given.check_language(lang) if lang is not None else None
    names = given.parse_formats(formats)
    write(folder, formats=names, language=language)
    for name in names:
        print(folder / f"report.{name}")


@app.command()
def simulate(
    model: Model,
    n: Annotated[int, typer.Option("-n", metavar="N", help="Respondents", parser=given.whole_number("-n"))],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help=".csv, .tsv, .xlsx or .parquet")
    ],
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Seed", parser=given.whole_number("--seed"))
    ] = 1,
    truth: Annotated[
        Path | None,
        typer.Option("--truth", metavar="FILE", help="Truth to draw from (YAML); default: plausible"),
    ] = None,
    force: Force = False,
) -> None:
    """Draw a survey from a known truth, which is stored beside it."""
    from csi_model.cli.running import simulate_survey

    for path in simulate_survey(model, n, seed, truth, output, force=force):
        print(path)


app.command()(plan)


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
def measure(context: typer.Context) -> int:
    """The field's other measures: rates, NPS, national indices, AHP, Kano, loyalty, drivers, value."""
    from csi_model.cli.measuring import run_measure

    return run_measure(context.args)


def _reading(
    by: list[str] | None, scale: list[str] | None, missing: list[str] | None, **columns: str | None
) -> dict[str, Any]:
    """Keyword arguments of ``read_survey`` from options."""
    return {
        "by": tuple(by or ()),
        "scales": given.parse_scales(scale or ()) or None,
        "missing": given.parse_missing(missing or ()),
        **columns,
    }
