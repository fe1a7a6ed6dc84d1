"""A plan: tables from a question, and the files that are written of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from csi_model.comparison.plan_assumptions import SINGLE
from csi_model.comparison.planning import interviews_needed
from csi_model.errors import CsiError, Finding, StorageError, UsageError
from csi_model.model.catalogue import read_model
from csi_model.model.spec import ModelSpec
from csi_model.storage import SCHEMA, check_target, csv_bytes, versions, write_folder
from csi_model.study.plan_asks import INTERVIEWS, PlanAsk, ask_findings, check_ask, path_of
from csi_model.study.plan_sources import Spread, spreads_of
from csi_model.study.plan_tables import (
    interviews_curve,
    interviews_table,
    margin_curve,
    path_table,
    power_curve,
    power_table,
)
from csi_model.study.writing import check_files, write_files

if TYPE_CHECKING:
    from csi_model.estimation.crew import Dask
    from csi_model.estimation.fitting import Progress

MODEL = "acsi"
"""The model that a path is taken from unless told otherwise."""
DRAWS = 500
ENDINGS: tuple[str, ...] = (".svg", ".png", ".csv")
"""Single files that a plan is written as; anything else is a folder."""
_OTHER_ENDINGS = (".pdf", ".html", ".xlsx", ".docx", ".pptx", ".jpg", ".jpeg", ".json", ".txt", ".tsv")
FALSE_ALARMS = 2.0
"""How many times its level a test may go wrong before it is said."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An answer: ``tables`` by name as in ``vocabulary.PLANS``, with notes.

    ``spreads`` are the standard deviations and design effects behind it, none for a path; ``labels`` the
    names of constructs by language, and ``model`` that of the model, for a path.
    """

    ask: PlanAsk
    tables: Mapping[str, pd.DataFrame]
    spreads: tuple[Spread, ...] = ()
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    model: str = ""

    @property
    def main(self) -> str:
        """The table that answers the question."""
        return {"path": "path_power", "difference": "power"}.get(self.ask.kind, "interviews")


def plan(
    ask: PlanAsk, *, workers: int = 1, backend: Dask | None = None, progress: Progress | None = None
) -> Plan:
    """Answer a question about the size of a survey.

    Parameters
    ----------
    ask
        The question.
    workers, backend, progress
        Who simulates, where a path is asked for, and who is told; see ``path_power``.

    Raises
    ------
    UsageError
        With every mistake of the question.
    CsiError
        A model, truth or results folder that cannot be used.
    """
    if ask.kind == "path":
        return _path_plan(ask, workers, backend, progress)
    check_ask(ask)
    spreads, notes = spreads_of(ask)
    tables: dict[str, pd.DataFrame] = {}
    if ask.difference is None:
        tables["interviews"] = interviews_table(ask, spreads)
    if ask.margin is None:
        tables["power"] = power_table(ask, spreads)
    if ask.difference is None:
        tables["margin_curve"] = margin_curve(ask, spreads)
    if ask.difference is not None:
        tables["interviews_curve"] = interviews_curve(ask, tables["power"])
    if ask.margin is None:
        tables["power_curve"] = power_curve(ask, tables["power"])
    notes = (*notes, *_notes(ask, spreads, tables))
    return Plan(ask=ask, tables=MappingProxyType(tables), spreads=spreads, findings=notes)


def _notes(
    ask: PlanAsk, spreads: Sequence[Spread], tables: Mapping[str, pd.DataFrame]
) -> tuple[Finding, ...]:
    notes = []
    if ask.population is not None and "power" in tables:
        what = "it makes margins smaller; tests ask about what lies behind the customers and are without it."
        notes.append(_note("population", "--population", what))
    if ask.deff is not None and ask.deff < 1:
        what = f"a design effect of {ask.deff:g} says that the design is better than a simple random sample."
        notes.append(
            _note("small-deff", "--deff", what, "Only a good stratification is; else give 1 or more.")
        )
    few = []
    for spread in spreads if ask.margin is not None and ask.distribution == "automatic" else ():
        made = ask.assumptions(spread.sd, spread.deff, SINGLE)
        n = interviews_needed(ask.margin or 0.0, made)
        if n / spread.deff < 50:
            few.append((n, spread))
    if few:
        n, spread = min(few, key=lambda one: one[0])
        what = f"for as few interviews as {n} the normal distribution promises a little too much."
        notes.append(_note("few-interviews", "--margin", what, "Use --distribution t."))
    return tuple(notes)


def _note(code: str, where: str, what: str, fix: str = "", severity: Any = "note") -> Finding:
    return Finding(code=code, severity=severity, where=where, what=what, fix=fix)


def mistakes(ask: PlanAsk) -> tuple[Finding, ...]:
    """Return everything that is wrong with a question; for a path also with its model, truth and options."""
    wrong = list(ask_findings(ask))
    if ask.kind != "path" or any(one.where == "--path" for one in wrong):
        return tuple(wrong)
    from csi_model.comparison.path_power import checked_options
    from csi_model.survey.simulation import read_truth

    checks: tuple[Callable[[], object], ...] = (
        lambda: None if ask.truth is None else read_truth(ask.truth),
        lambda: checked_options(_model(ask), *path_of(ask), **_settings(ask)),
    )
    for check in checks:
        try:
            check()
        except CsiError as error:
            told = {one.where for one in wrong}
            wrong += [one for one in error.findings if one.where not in told]
    return tuple(wrong)


def _model(ask: PlanAsk) -> ModelSpec:
    return read_model(ask.model or MODEL)


def _settings(ask: PlanAsk) -> dict[str, Any]:
    """What ``checked_options`` and ``path_power`` are both told."""
    from csi_model.estimation.options import FitOptions

    return {
        "interviews": ask.interviews or (INTERVIEWS,),
        "estimator": ask.estimator or "pls",
        "level": ask.level,
        "draws": DRAWS if ask.draws is None else ask.draws,
        "bootstrap": None,
        "seed": FitOptions.seed if ask.seed is None else ask.seed,
    }


def _path_plan(ask: PlanAsk, workers: int, backend: Dask | None, progress: Progress | None) -> Plan:
    # what only a simulation needs takes longer to load than any other plan takes
    from csi_model.comparison.path_power import path_power
    from csi_model.estimation.crew import check_workers
    from csi_model.survey.simulation import default_truth, read_truth

    wrong = mistakes(ask)
    try:
        check_workers(workers)
    except UsageError as error:
        wrong += error.findings
    if wrong:
        raise UsageError(wrong)
    model = _model(ask)
    source, target = path_of(ask)
    settings = {
        **_settings(ask),
        "truth": default_truth(model) if ask.truth is None else read_truth(ask.truth),
        "workers": workers,
        "backend": backend,
        "progress": progress,
    }
    found = path_power(model, source, target, effects=ask.effects, **settings)
    if not any(abs(one.effect) < 1e-9 for one in found):  # without false alarms no power means anything
        found += path_power(model, source, target, effects=(0.0,), **settings)
    table = path_table(found)
    return Plan(
        ask=ask,
        tables=MappingProxyType({"path_power": table}),
        findings=_path_notes(ask, table),
        labels=MappingProxyType({one.name: dict(one.label) for one in model.constructs}),
        model=model.name,
    )


def _path_notes(ask: PlanAsk, table: pd.DataFrame) -> tuple[Finding, ...]:
    """Warnings where the power cannot be taken at its word."""
    notes = []
    alarms = table[np.isclose(table["std_effect"], 0.0)]
    worst = alarms[alarms["ci_lower"] > FALSE_ALARMS * (1 - ask.level)]
    if len(worst):
        row = worst.to_dict("records")[-1]
        what = (
            f"with no such path at all, {100 * row['power']:.0f} % of surveys of {row['interviews']} still "
            f"find it (level: {100 * (1 - ask.level):.3g} %): measurement error of the other drivers leaks "
            "into it, so that part of its power is not its own."
        )
        fix = "Compare with --estimator plsc or ml, which allow for measurement error."
        notes.append(_note("false-alarms", "--path", what, fix, severity="warning"))
    lost = table[table["unusable"] > 0.05 * table["draws"]]
    if len(lost):
        row = lost.sort_values("unusable").to_dict("records")[-1]
        what = (
            f"{row['unusable']} of {row['draws']} simulated surveys of {row['interviews']} gave no fit that "
            "may be used; they count as not having found the path."
        )
        notes.append(
            _note("unusable-fits", "--interviews", what, "Plan for more interviews, or a smaller model.")
        )
    return tuple(notes)


def check_output(output: Path, *, force: bool = False) -> None:
    """Raise where a plan may not be written, before any work is done.

    Raises
    ------
    StorageError
        The folder holds something else, or results without ``force``; a file is there, or of a kind that a
        plan cannot be written as.
    """
    if output.suffix.lower() in _OTHER_ENDINGS:
        what = f"a plan cannot be written as {output.suffix.lower()}."
        fix = f"Give a folder, or a file with one of the endings {', '.join(ENDINGS)}."
        raise StorageError.at(output.name, what, fix, code="unknown-format")
    if output.suffix.lower() in ENDINGS:
        check_files(_both(output), force=force)
    else:
        check_target(output, force=force)


def _both(output: Path) -> tuple[Path, Path]:
    """The picture and the table of a plan that is written as files."""
    if output.suffix.lower() == ".csv":
        return output.with_suffix(".svg"), output
    return output, output.with_suffix(".csv")


def deliver_plan(
    made: Plan, output: Path, *, language: str = "en", force: bool = False, command: str = ""
) -> tuple[Path, ...]:
    """Write a plan, all or nothing.

    Parameters
    ----------
    made
        The plan.
    output
        A folder for everything (``tables/``, ``charts/`` as SVG and PNG, ``manifest.json``); or a file:
        ``.svg`` or ``.png`` for the chart with its table as ``.csv`` beside it, ``.csv`` for the table with
        the chart as ``.svg`` beside it.
    language
        Of the charts.
    force
        Replace what is there.
    command
        The command, for the manifest.

    Returns
    -------
    tuple of Path
        The folder, or the files.

    Raises
    ------
    StorageError
        It cannot be written; nothing was changed.
    ReportError
        This machine has no font for a PNG in Chinese.
    """
    from csi_model.reporting.plan_chart import can_picture, plan_charts, plan_pictures

    tables = made.tables
    wanted = made.ask.power_wanted
    ending = output.suffix.lower()
    if ending in ENDINGS:
        picture, table = _both(output)
        if ending == ".png":
            chart = next(iter(plan_pictures(tables, wanted, language, made.labels).values()))
        else:
            texts = plan_charts(tables, wanted, language, made.labels)
            chart = next(iter(texts.values())).encode("utf-8")
        return write_files({picture: chart, table: csv_bytes(tables[made.main])}, force=force)
    contents = {f"tables/{name}.csv": csv_bytes(frame) for name, frame in tables.items()}
    manifest = {
        "schema": SCHEMA,
        "kind": "plan",
        "ask": said(made.ask),
        "findings": [vars(one) for one in made.findings],
        "command": command,
        "versions": versions(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())},
    }
    for name, text in plan_charts(tables, wanted, language, made.labels).items():
        contents[f"charts/{name}.svg"] = text.encode("utf-8")
    pictures = {}
    if can_picture(language):
        pictures = plan_pictures(tables, wanted, language, made.labels)
    contents |= {f"charts/{name}.png": picture for name, picture in pictures.items()}
    contents["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    return (write_folder(output, contents, force=force),)


def said(ask: PlanAsk) -> dict[str, Any]:
    """What a question says, by the names of its fields, file names without folders."""
    given = {one.name: getattr(ask, one.name) for one in fields(ask)}
    return {
        name: value.name if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
        for name, value in given.items()
        if value is not None and value not in ("", ())
    }
