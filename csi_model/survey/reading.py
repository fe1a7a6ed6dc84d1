"""Read a survey for a model: every answer accounted for, every mistake told at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError
from csi_model.model.spec import Case, ModelSpec, Scale
from csi_model.survey.cleaning import cleaned, kept_rows
from csi_model.survey.codebook import Codebook
from csi_model.survey.coding import codes_of
from csi_model.survey.design import (
    Groups,
    check_base,
    check_some_weight,
    group_texts,
    no_rows,
    read_codes,
    read_groups,
    read_weights,
)
from csi_model.survey.margins import Margins, check_margins
from csi_model.survey.places import Places
from csi_model.survey.plans import Options, Plan, read_options
from csi_model.survey.preparing import Design, check_wave, prepared, raise_errors
from csi_model.survey.quality import (
    check_columns,
    check_duplicates,
    check_identifier,
    check_straight_lines,
    persons_of,
    straight_lines,
)
from csi_model.survey.remarks import told
from csi_model.survey.sources import OneSource, Part, SurveyFile, open_parts, places_of, texts_of
from csi_model.survey.survey import Survey
from csi_model.survey.unused_ends import check_unused_ends
from csi_model.survey.weighting import weigh

__all__ = ["SurveyFile", "read_survey"]

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """All rows of the files, before any is left out; ``faulty`` are columns with an error."""

    answers: NDArray[np.float64]
    reasons: NDArray[np.int8]
    top_coded: NDArray[np.bool_]
    weights: NDArray[np.float64]
    strata: NDArray[np.int64] | None
    cluster: NDArray[np.int64] | None
    identifiers: NDArray[np.object_] | None
    groups: Groups
    margins: Mapping[str, NDArray[np.object_]]
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
    wave: str | None = None,
    margins: Margins | None = None,
    screened: bool = True,
    unknowing: bool = False,
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
        A column that tells respondents apart; repeats are reported. Only which rows are of one person is
        kept.
    wave
        The group column that tells waves apart: a person may answer once in each of them.
    margins
        What is known of the population: weights are made to meet it, from ``weight`` as their base, by the
        rows that are kept. See ``margins_of``.
    screened
        Whether to look for what spoils a fit: questions without variation, straight lines, repeated rows,
        scales declared too long.
    unknowing
        Whether rows that hold nothing but "don't know" are kept.

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
    design = Design(
        by=tuple(by),
        weight=weight,
        strata=strata,
        cluster=cluster,
        identifier=identifier,
        wave=wave,
        margins=margins or Margins(),
    )
    check_wave(design)
    check_margins(design.margins)
    options = read_options(model, missing, scales, columns, codebook, derived)
    parts = open_parts(source, sheet)
    used, plans, findings = prepared(parts, model, options, design, derived or {})
    places = places_of(parts)
    read, found = _read_all(parts, used, plans, options, design, places)
    findings += found
    survey = _assemble(
        read, used, design, parts, places, findings, min_base, screened=screened, unknowing=unknowing
    )
    return replace(survey, codes=codes_of(plans, parts))


def _read_all(
    parts: Sequence[Part],
    model: ModelSpec,
    plans: Mapping[str, Plan],
    options: Options,
    design: Design,
    places: Places,
) -> tuple[_Read, list[Finding]]:
    clean = cleaned(parts, model, plans, places)
    findings = told(clean.remarks)
    entries = {name: options.entries(name) for name in design.by}
    groups, found = read_groups(parts, design.by, entries, places)
    findings += found
    weights = np.ones(len(places))
    if design.weight is not None:
        weights, remarks = read_weights(parts, design.weight, places)
        found = told(remarks) or check_some_weight(design.weight, some=bool((weights > 0).any()))
        findings += found
    codes: dict[str, NDArray[np.int64] | None] = {"strata": None, "cluster": None}
    for role, column in (("strata", design.strata), ("cluster", design.cluster)):
        if column is not None:
            codes[role], found = read_codes(parts, column, role, places)
            findings += found
    read = _Read(
        answers=clean.answers,
        reasons=clean.reasons,
        top_coded=clean.top_coded,
        weights=weights,
        strata=codes["strata"],
        cluster=codes["cluster"],
        identifiers=None if design.identifier is None else texts_of(parts, design.identifier),
        groups=groups,
        margins={name: group_texts(parts, name, options.entries(name)) for name in design.margins.columns},
        faulty=clean.faulty,
    )
    return read, findings


def _assemble(
    read: _Read,
    model: ModelSpec,
    design: Design,
    parts: Sequence[Part],
    places: Places,
    findings: list[Finding],
    min_base: int,
    *,
    screened: bool,
    unknowing: bool,
) -> Survey:
    blank, zero = read.groups.blank(len(places)), read.weights == 0
    keep, dropped = kept_rows(blank, zero, read.reasons, unknowing=unknowing)
    kept = Places(rows=places.rows[keep], files=places.files[keep], names=places.names)
    if not keep.any():
        raise_errors(findings)
        raise SurveyError(no_rows(dropped, places.where))
    answers, reasons = read.answers[keep], read.reasons[keep]
    groups = tuple(texts[keep] for texts in read.groups.texts)
    known = {name: texts[keep] for name, texts in read.margins.items()}
    weights, weighting, found = weigh(design.margins, known, read.weights[keep], kept, design.weight)
    findings += found
    flat = check_columns(model.indicators, answers, reasons, read.faulty) if screened else []
    raise_errors(findings + flat)
    if screened:
        findings += check_unused_ends(model.indicators, answers, reasons, weights, places.where)
        lines = straight_lines(model.indicators, answers)
        findings += check_straight_lines(lines, kept)
        findings += check_duplicates(answers, groups, lines, kept)
    persons = None
    if read.identifiers is not None and design.identifier is not None:
        waves = groups[design.by.index(design.wave)] if design.wave is not None else None
        findings += check_identifier(design.identifier, read.identifiers[keep], kept, waves)
        persons = _fixed(persons_of(read.identifiers[keep]))
    keys = Counter(zip(*(texts.tolist() for texts in groups), strict=True))
    found_in_file = set(zip(*(texts.tolist() for texts in read.groups.texts), strict=True))
    keys.update({key: 0 for key in found_in_file if all(key)})  # groups of which no row is kept
    findings += check_base(keys, design.by, int(keep.sum()), min_base, places.where)
    return Survey(
        model=model,
        answers=_fixed(answers),
        reasons=_fixed(reasons),
        top_coded=_fixed(read.top_coded[keep]),
        rows=_fixed(kept.rows),
        weights=_fixed(weights),
        weight=design.weight if weighting is None else weighting.text,
        weighting=weighting,
        strata=None if read.strata is None else _fixed(read.strata[keep]),
        cluster=None if read.cluster is None else _fixed(read.cluster[keep]),
        by=design.by,
        groups=tuple(tuple(texts.tolist()) for texts in groups),
        group_labels=read.groups.labels,
        persons=persons,
        read_rows=len(places),
        dropped=MappingProxyType(dropped),
        source=", ".join(part.table.source for part in parts if part.table.source),
        sha256=", ".join(part.table.sha256 for part in parts if part.table.sha256),
        findings=tuple(findings),
    )


def _fixed(array: NDArray[Number]) -> NDArray[Number]:
    copied = np.array(array)
    copied.setflags(write=False)
    return copied
