"""Read a survey for a model: every answer accounted for, every mistake told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError
from csi_model.model.spec import Case, ModelSpec, Scale
from csi_model.survey.answers import (
    Answers,
    Outside,
    column_where,
    finding,
    outside_scale,
    read_answers,
    scale_findings,
)
from csi_model.survey.codebook import Codebook
from csi_model.survey.codebooks import read_codebook
from csi_model.survey.design import Groups, read_codes, read_groups, read_weights
from csi_model.survey.places import Mask, Places
from csi_model.survey.plans import Options, Plan, missing_option, model_as_used, scales_option
from csi_model.survey.preparing import (
    Design,
    check_derived,
    check_wanted,
    make_plans,
    raise_errors,
    take_directly,
    with_file_labels,
)
from csi_model.survey.quality import (
    check_columns,
    check_duplicates,
    check_identifier,
    check_straight_lines,
    straight_lines,
)
from csi_model.survey.routing import apply_routing, derive, turn_round
from csi_model.survey.sources import OneSource, Part, SurveyFile, open_parts, places_of, texts_of
from csi_model.survey.survey import ANSWERED, Survey

__all__ = ["SurveyFile", "read_survey"]

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """All rows of the files, before any is left out; ``faulty`` are columns with an error."""

    answers: NDArray[np.float64]
    reasons: NDArray[np.int8]
    weights: NDArray[np.float64]
    strata: NDArray[np.int64] | None
    cluster: NDArray[np.int64] | None
    identifiers: NDArray[np.object_] | None
    groups: Groups
    faulty: frozenset[str]


def read_survey(
    source: OneSource | Sequence[OneSource],
    model: ModelSpec,
    *,
    by: Sequence[str] = (),
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    missing: Mapping[float, str] | Iterable[float] | None = None,
    scales: Mapping[str, Scale | Sequence[float]] | None = None,
    columns: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    sheet: str | int | None = None,
    min_base: int = 30,
    derived: Mapping[str, Sequence[Case]] | None = None,
    identifier: str | None = None,
) -> Survey:
    """Read the answers to a model's questions.

    What is said in several places holds in this order: these arguments, ``codebook``, the codebook
    that the model names, the file's own labels and user-missing codes.

    Parameters
    ----------
    source
        A file, a ``SurveyFile``, a ``RawTable``, a data frame, or a list of these, stacked.
    model
        The model whose questions are read.
    by
        Group columns; several cross.
    weight, strata, cluster
        Columns of the sampling design. Weights are zero (row left out) or positive.
    missing
        User-missing codes of all questions: code > reason (``skipped``, ``dont_know``, ``refused``,
        ``other``), or codes alone: these keep a reason that a codebook gives them, else ``other``.
    scales
        Question > (low, high) in answer units; the key ``""`` replaces the model's usual scale.
    columns
        Name in the model > name in the file, where they differ.
    codebook
        What the columns mean; laid over the codebook that the model names.
    sheet
        Sheet of a workbook, by name or number from 1.
    min_base
        Groups with fewer respondents than this are named in a finding.
    derived
        Derived items by their cases, in place of those of the model.
    identifier
        A column that tells respondents apart; repeats are reported. It is not kept.

    Returns
    -------
    Survey
        Only what the model needs; rows read = rows kept + rows dropped by reason.

    Raises
    ------
    SurveyError
        A file cannot be read, columns are absent, answers contradict their declaration: all
        mistakes of one stage at once.
    UsageError
        An option does not fit.
    StudyError
        The model names a codebook that does not exist.
    """
    design = Design(by=tuple(by), weight=weight, strata=strata, cluster=cluster, identifier=identifier)
    options = Options(
        missing=missing_option(missing),
        scales=scales_option(scales, model, derived or {}),
        columns=dict(columns or {}),
        given=codebook or Codebook(),
        shipped=read_codebook(model.codebook) if model.codebook else Codebook(),
    )
    check_derived(derived or {}, model)
    parts = open_parts(source, sheet)
    findings = [one for part in parts for one in part.table.findings]
    used, notes = model_as_used(model, options, derived or {})
    used, direct = take_directly(used, options, parts)
    plans, routing = make_plans(used, options, parts)
    findings += [*notes, *direct, *routing]
    check_wanted(used, options, plans, design, parts)
    places = places_of(parts)
    used = with_file_labels(used, parts, plans)
    read, found = _read_all(parts, used, plans, options, design, places)
    return _assemble(read, used, design, parts, places, findings + found, min_base)


def _read_all(
    parts: Sequence[Part],
    model: ModelSpec,
    plans: Mapping[str, Plan],
    options: Options,
    design: Design,
    places: Places,
) -> tuple[_Read, list[Finding]]:
    columns, faulty, findings = _columns(parts, plans, places)
    answers, reasons, found = _items(model, columns, places)
    findings += found
    entries = {name: options.entries(name) for name in design.by}
    groups, found = read_groups(parts, design.by, entries, places)
    findings += found
    weights = np.ones(len(places))
    if design.weight is not None:
        weights, found = read_weights(parts, design.weight, places)
        findings += found
    codes: dict[str, NDArray[np.int64] | None] = {"strata": None, "cluster": None}
    for role, column in (("strata", design.strata), ("cluster", design.cluster)):
        if column is not None:
            codes[role], found = read_codes(parts, column, role, places)
            findings += found
    read = _Read(
        answers=answers,
        reasons=reasons,
        weights=weights,
        strata=codes["strata"],
        cluster=codes["cluster"],
        identifiers=None if design.identifier is None else texts_of(parts, design.identifier),
        groups=groups,
        faulty=faulty,
    )
    return read, findings


def _columns(
    parts: Sequence[Part], plans: Mapping[str, Plan], places: Places
) -> tuple[dict[str, Answers], frozenset[str], list[Finding]]:
    """Every column that the model reads: cleaned, checked against its scale, routed."""
    findings: list[Finding] = []
    cleaned: dict[str, Answers] = {}
    faulty = set()
    beyond: list[Outside] = []
    for name, plan in plans.items():
        cleaned[name], found = read_answers(parts, plan, places)
        outside = None
        if plan.scale is not None:
            outside = outside_scale(cleaned[name], plan.scale, name, column_where(plan))
        if outside is not None:
            beyond.append(outside)
        if outside is not None or any(one.severity == "error" for one in found):
            faulty.add(name)
        findings += found
    findings += scale_findings(beyond, places)
    routed = dict(cleaned)
    for name, plan in plans.items():
        routed[name], found = apply_routing(plan, cleaned, places)
        findings += found
    return routed, frozenset(faulty), findings


def _items(
    model: ModelSpec, columns: Mapping[str, Answers], places: Places
) -> tuple[NDArray[np.float64], NDArray[np.int8], list[Finding]]:
    """Answers (n, p) and reasons (n, p) of the model's questions, derived and reversed."""
    findings: list[Finding] = []
    items: list[Answers] = []
    for item in model.indicators:
        if item.cases:
            one, found = derive(item, columns)
            findings += found
            outside = None if item.scale is None else outside_scale(one, item.scale, item.name, item.name)
            findings += scale_findings([outside] if outside is not None else [], places)
        else:
            one = columns[item.name]
        items.append(turn_round(item, one))
    answers = np.column_stack([one.values for one in items])
    return answers, np.column_stack([one.reasons for one in items]), findings


def _assemble(
    read: _Read,
    model: ModelSpec,
    design: Design,
    parts: Sequence[Part],
    places: Places,
    findings: list[Finding],
    min_base: int,
) -> Survey:
    keep, dropped = _account(read, design)
    kept = Places(rows=places.rows[keep], files=places.files[keep], names=places.names)
    if not keep.any():
        raise_errors(findings)
        what = "No row is left: " + ", ".join(f"{count} {reason}" for reason, count in dropped.items()) + "."
        fix = "Check the columns, missing codes and weights."
        raise SurveyError(finding("no-rows", "error", places.where, what, fix))
    answers, reasons = read.answers[keep], read.reasons[keep]
    groups = tuple(texts[keep] for texts in read.groups.texts)
    raise_errors(findings + check_columns(model.indicators, answers, reasons, read.faulty))
    lines = straight_lines(model.indicators, answers)
    findings += check_straight_lines(lines, kept)
    findings += check_duplicates(answers, groups, lines, kept)
    if read.identifiers is not None and design.identifier is not None:
        findings += check_identifier(design.identifier, read.identifiers[keep], kept)
    findings += _check_base(groups, design.by, int(keep.sum()), min_base, places.where)
    return Survey(
        model=model,
        answers=_fixed(answers),
        reasons=_fixed(reasons),
        rows=_fixed(kept.rows),
        weights=_fixed(read.weights[keep]),
        weight=design.weight,
        strata=None if read.strata is None else _fixed(read.strata[keep]),
        cluster=None if read.cluster is None else _fixed(read.cluster[keep]),
        by=design.by,
        groups=tuple(tuple(texts.tolist()) for texts in groups),
        group_labels=read.groups.labels,
        read_rows=len(places),
        dropped=MappingProxyType(dropped),
        source=", ".join(part.table.source for part in parts if part.table.source),
        sha256=", ".join(part.table.sha256 for part in parts if part.table.sha256),
        findings=tuple(findings),
    )


def _account(read: _Read, design: Design) -> tuple[Mask, dict[str, int]]:
    """Rows to keep, and how many are left out for which reason (one reason a row, in this order)."""
    keep = np.ones(read.weights.size, dtype=bool)
    dropped: dict[str, int] = {}
    for reason, mask in (
        ("blank_group", read.groups.blank(keep.size)),
        ("zero_weight", read.weights == 0 if design.weight else ~keep),
        ("no_answer", np.all(read.reasons != ANSWERED, axis=1)),
    ):
        lost = keep & mask
        if lost.any():
            dropped[reason] = int(lost.sum())
        keep &= ~mask
    return keep, dropped


def _check_base(
    groups: Sequence[NDArray[np.object_]], by: Sequence[str], rows: int, min_base: int, where: str
) -> list[Finding]:
    """Name groups below the minimum base."""
    if not by:
        what = f"Only {rows} respondents: fewer than the minimum base of {min_base}."
        small = [finding("small-base", "warning", where, what, "Read the numbers with care.")]
        return small if rows < min_base else []
    keys: dict[tuple[str, ...], int] = {}
    for key in zip(*(texts.tolist() for texts in groups), strict=True):
        keys[key] = keys.get(key, 0) + 1
    few = [f"{' / '.join(key)} ({count})" for key, count in sorted(keys.items()) if count < min_base]
    if not few:
        return []
    shown = ", ".join(few[:10]) + (f" and {len(few) - 10} more" if len(few) > 10 else "")
    have = "group has" if len(few) == 1 else "groups have"
    what = f"{len(few)} {have} fewer respondents than the minimum base of {min_base}: {shown}."
    fix = "No number is shown for so few; join groups, or lower --min-base."
    return [finding("small-base", "warning", f"--by {' '.join(by)}", what, fix)]


def _fixed(array: NDArray[Number]) -> NDArray[Number]:
    copied = np.array(array)
    copied.setflags(write=False)
    return copied
