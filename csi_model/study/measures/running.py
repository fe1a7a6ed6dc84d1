"""Carry out measures: read every question that they need once, and make their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import ValidationError

from csi_model.errors import Finding, UsageError, suggest
from csi_model.frames import typed_frame
from csi_model.model.document import parse_document
from csi_model.model.messages import schema_mistakes
from csi_model.model.spec import ModelSpec, Scale
from csi_model.study.measures.entry import Entry, Given, Measured, Progress, shown
from csi_model.study.measures.families import ENTRIES
from csi_model.survey.asked import read_answers
from csi_model.survey.codebook import Codebook
from csi_model.survey.linearised import ONE_CLUSTER, one_cluster
from csi_model.survey.moments import sample_of
from csi_model.vocabulary import MEASURES

if TYPE_CHECKING:
    from csi_model.survey.survey import Survey


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What measures came to.

    Attributes
    ----------
    tables
        By name, as in ``vocabulary.MEASURES``; only those that hold something.
    findings
        What is to be known of the survey and of the measures.
    files
        More files for the folder, such as scores of customers.
    by, labels, group_labels
        Group columns; question > language > label; group column > value > label.
    asked
        The measures as they were asked for.
    survey
        Names and hash of the survey, and the rows that were read; empty where none was.
    level
        Confidence level.
    """

    tables: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    by: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    group_labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    asked: tuple[Mapping[str, Any], ...] = ()
    survey: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    level: float = 0.95
    seed: int = 0


def measure(
    name: str,
    source: Any = None,
    *,
    by: Sequence[str] = (),
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    scales: Mapping[str, Scale | Sequence[float]] | None = None,
    missing: Mapping[float, str] | Iterable[float] | None = None,
    codebook: Codebook | None = None,
    model: ModelSpec | None = None,
    sheet: str | int | None = None,
    level: float = 0.95,
    min_base: int = 30,
    seed: int = 20_100,
    folder: Path | str = ".",
    progress: Progress | None = None,
    **options: Any,
) -> Outcome:
    """Carry out one of the other measures.

    Parameters
    ----------
    name
        ``nps``, ``satisfaction_rate``, ``ahp`` ... : ``csi measure`` lists them.
    source
        A survey file, several, or a data frame; None for measures that read files of their own.
    by
        Group columns; several cross.
    weight, strata, cluster
        Columns of the sampling design.
    scales, missing, codebook, sheet
        How the answers are to be read, see ``read_survey``.
    model
        A model whose questions are in the survey, for their scales, labels and missing codes.
    level, min_base, seed
        Confidence level, smallest group with a number, seed of resampling.
    folder
        Where file names among the options are relative to.
    progress
        Told ``(what, done, all)``.
    options
        Those of the measure: ``column="RECOMMEND"``.

    Returns
    -------
    Outcome
        Its ``tables`` by name, and ``findings``.

    Raises
    ------
    CsiError
        Anything that the user can mend.
    """
    by = (by,) if isinstance(by, str) else tuple(by)
    own = _own(name, {"model": model, "codebook": codebook, "sheet": sheet, "by": list(by) or None})
    model = None if "model" in own else model
    codebook = None if "codebook" in own else codebook
    sheet = None if "sheet" in own else sheet
    by = () if "by" in own else by
    entries = [entry_of(name, {**options, **own}).opened(Path(folder)).in_model(model)]
    check_numbers(level, min_base)
    reading = {
        "by": tuple(by), "weight": weight, "strata": strata, "cluster": cluster, "scales": scales,
        "missing": missing, "codebook": codebook, "sheet": sheet, "min_base": min_base,
    }  # fmt: skip
    survey = read_questions(entries, source, model=model, reading=reading)
    given = Given(
        survey=survey,
        folder=Path(folder),
        level=level,
        min_base=min_base,
        seed=seed,
        progress=progress,
    )
    return carry_out(entries, given)


def _own(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What of these is an option of the measure itself, where it reads files of its own."""
    entry = ENTRIES.get(name.replace("-", "_"))
    fields = entry.model_fields if entry is not None and not entry.reads_survey else {}
    return {one: value for one, value in given.items() if one in fields}


def entry_of(name: str, options: Mapping[str, Any]) -> Entry:
    """The entry of a measure with its options.

    Raises
    ------
    UsageError
        No such measure, or options that do not fit: all mistakes at once; ``where`` is ``--option``.
    """
    key = name.replace("-", "_")
    if key not in ENTRIES:
        raise UsageError.at(
            f"measure {name}", "There is no such measure.", suggest(key, list(ENTRIES)), code="no-measure"
        )
    data = {"measure": key, **{one: value for one, value in options.items() if value is not None}}
    try:
        made = ENTRIES[key].model_validate(data)
    except ValidationError as problem:
        document = parse_document("{}", name)
        document = type(document)(name=name, data=data)
        found = schema_mistakes(problem, document, ENTRIES[key])
        raise UsageError(_as_option(ENTRIES[key], one.finding, one.place) for one in found) from None
    problems = made.problems()
    if problems:
        raise UsageError(_as_option(ENTRIES[key], one, (one.where,)) for one in problems)
    return made


def _as_option(entry: type[Entry], finding: Finding, place: Sequence[str | int]) -> Finding:
    """The finding with the option that it is about in place of a line of a file."""
    name = str(place[0]) if place else ""
    option = f"--{name.replace('_', '-')}" if name else ""
    if name in entry.arguments:
        option = name.upper()
    what, fix = finding.what, finding.fix
    if finding.code == "missing-key":
        told = entry.model_fields[name].description if name in entry.model_fields else ""
        what, fix = "It is needed.", f"{told}." if told else "Give it."
    return Finding(code=finding.code, severity=finding.severity, where=option, what=what, fix=fix)


def read_questions(
    entries: Sequence[Entry],
    source: Any,
    *,
    model: ModelSpec | None = None,
    reading: Mapping[str, Any] = MappingProxyType({}),
) -> Survey | None:
    """Read every question that the entries need, once; None where they need none.

    Raises
    ------
    CsiError
        See ``read_answers``; two measures take a question to have different scales.
    """
    asked = _questions(entries)
    if not asked or source is None:
        return None
    unknowing = any(entry.counts_dont_know() for entry in entries)
    return read_answers(source, asked, model=model, unknowing=unknowing, **reading)


def carry_out(entries: Sequence[Entry], given: Given) -> Outcome:
    """Carry out measures on what is given.

    Raises
    ------
    CsiError
        Anything that the user can mend.
    """
    made = [(entry.measure, entry.carry_out(given)) for entry in entries]
    return _outcome(entries, made, given)


def check_numbers(level: float, min_base: int) -> None:
    """Raise UsageError where ``level`` is no confidence level, or ``min_base`` no number of respondents."""
    mistakes = []
    if not 0 < level < 1:
        mistakes.append(("--level", f"{level:g} is no confidence level.", "Write for example 0.95."))
    if min_base < 0:
        mistakes.append(("--min-base", f"{min_base} is no number of respondents.", "Write for example 30."))
    if mistakes:
        raise UsageError(
            Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)
            for where, what, fix in mistakes
        )


def _questions(entries: Sequence[Entry]) -> dict[str, Scale | None]:
    """All questions > the scale that they usually have.

    Raises
    ------
    UsageError
        Two measures take a question to have different scales.
    """
    asked: dict[str, Scale | None] = {}
    for entry in entries:
        for name, scale in entry.questions().items():
            before = asked.get(name)
            if before is not None and scale is not None and before != scale:
                what = (
                    f"one measure takes it for {before.low:g} to {before.high:g}, another for {scale.low:g} "
                )
                what += f"to {scale.high:g}."
                raise UsageError.at(name, what, "Declare its scale.", code="scale-twice")
            asked[name] = before or scale
    return asked


def _of_survey(given: Given) -> list[Finding]:
    """What is to be known of the answers, but not what the fit of the same survey has told already."""
    survey = given.survey
    if survey is None:
        return []
    fitted = None if given.results is None else given.results.pooled.get("findings")
    told = set() if fitted is None else set(fitted["what"])
    found = [one for one in survey.findings if one.what not in told]
    if survey.cluster is not None and one_cluster(sample_of(survey, None, "available")):
        what = f"{ONE_CLUSTER}, so that no standard error can be estimated."
        fix = "Leave --cluster out, or join groups: clusters are where interviews were drawn, such as towns."
        found.append(Finding(code="one-cluster", severity="warning", where="--cluster", what=what, fix=fix))
    return found


def _outcome(entries: Sequence[Entry], made: Sequence[tuple[str, Measured]], given: Given) -> Outcome:
    survey = given.survey
    frames: dict[str, list[pd.DataFrame]] = {}
    for _, one in made:
        for name, frame in one.tables.items():
            if len(frame):
                frames.setdefault(name, []).append(frame)
    findings = [("", one) for one in _of_survey(given)]
    findings += [(measure, finding) for measure, one in made for finding in one.findings]
    findings = list(dict.fromkeys(findings))
    rows = [{"measure": measure, **vars(finding)} for measure, finding in findings]
    if rows:
        frames["measure_findings"] = [typed_frame(MEASURES["measure_findings"], rows)]
    tables = {name: pd.concat(frames[name], ignore_index=True) for name in MEASURES if name in frames}
    files = {name: data for _, one in made for name, data in one.files.items()}
    about: dict[str, Any] = {}
    labels: dict[str, Mapping[str, str]] = {
        name: dict(label) for _, one in made for name, label in one.labels.items()
    }
    if survey is not None:
        about = {
            "file": survey.source,
            "sha256": survey.sha256,
            "read": survey.read_rows,
            "rows": len(survey),
        }
        about["weight"] = survey.weight
        own = {item.name: dict(item.label) for item in survey.model.indicators}
        labels |= {name: label for name, label in own.items() if label or name not in labels}
    return Outcome(
        tables=MappingProxyType(tables),
        findings=tuple(finding for _, finding in findings),
        files=MappingProxyType(files),
        by=survey.by if survey is not None else (),
        labels=MappingProxyType(labels),
        group_labels=survey.group_labels if survey is not None else MappingProxyType({}),
        asked=tuple(shown(entry) for entry in entries),
        survey=MappingProxyType(about),
        level=given.level,
        seed=given.seed,
    )
