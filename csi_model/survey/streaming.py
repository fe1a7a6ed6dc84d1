"""Moments of every unit of a survey of any size, in one pass over its file and in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError, UsageError
from csi_model.model.spec import Case, ModelSpec, Scale
from csi_model.survey.cleaning import DROPPED, cleaned, kept_rows
from csi_model.survey.codebook import Codebook
from csi_model.survey.design import (
    MOST_GROUPS,
    check_base,
    check_some_weight,
    check_values,
    group_labels,
    group_texts,
    no_rows,
    read_code_texts,
    read_weights,
)
from csi_model.survey.item_sums import ItemSums, all_units, statistics_of
from csi_model.survey.moment_sums import Sums, stacked, total_of
from csi_model.survey.moments import incomplete_rows, natural_order
from csi_model.survey.parquet_rows import ParquetRows, open_parquet
from csi_model.survey.places import Hits, Places
from csi_model.survey.plans import Options, Plan, read_options
from csi_model.survey.preparing import Design, prepared, raise_errors
from csi_model.survey.quality import column_findings, straight_line_findings, straight_lines
from csi_model.survey.random_groups import dealt
from csi_model.survey.raw_table import RawTable
from csi_model.survey.remarks import Saying, summed, told
from csi_model.survey.sources import Part
from csi_model.survey.streamed import StreamedSurvey, UnitMoments
from csi_model.survey.survey import ANSWERED
from csi_model.survey.unit_book import UnitBook
from csi_model.survey.unused_ends import unused_end_findings

Array = NDArray[Any]

ROWS = 2**14
"""Rows that are read together."""
GROUPS = 256
"""Random groups: a standard error is then itself known to 1 / sqrt(2 * 255), 4 %."""


def stream_moments(
    source: str | Path,
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
    min_base: int = 30,
    derived: Mapping[str, Sequence[Case]] | None = None,
    groups: int = GROUPS,
    seed: int = 20260101,
    rows: int = ROWS,
    progress: Callable[[str, int, int], None] | None = None,
) -> StreamedSurvey:
    """Read a Parquet file once and sum up the respondents of every unit.

    Rows are cleaned by the rules of ``read_survey``, some at a time. Counts are the same as in memory;
    means and covariances are the same but for rounding, which adds up in another order (about 1e-13 of the
    standard deviations). Repeated answers are not looked for.

    Parameters
    ----------
    source
        A Parquet file.
    model, by, weight, strata, cluster, missing, scales, columns, codebook, min_base, derived
        See ``read_survey``.
    groups
        Random groups of respondents whose moments are kept apart, a power of 2; 1 for none. They are
        halved while the sums of all units take more than 128 MiB, down to 16.
    seed
        Which group a respondent or cluster falls into follows from it.
    rows
        Rows that are read together; no number depends on it beyond rounding.
    progress
        Told ``(what, rows done, all rows)``.

    Raises
    ------
    SurveyError, StudyError
        See ``read_survey``.
    UsageError
        An option does not fit, the file is no Parquet file, or there are too many units.
    """
    if rows < 1 or groups < 1 or groups & (groups - 1):
        fix = "Give a power of 2, such as 256, and 1 row or more."
        raise UsageError.at("groups", f"{groups} random groups cannot be dealt.", fix, code="option")
    design = Design(by=tuple(by), weight=weight, strata=strata, cluster=cluster, identifier=None)
    options = read_options(model, missing, scales, columns, codebook, derived)
    file = open_parquet(source)
    used, plans, notes = prepared([Part(table=file.columns, add={})], model, options, design, derived or {})
    reading = _Reading(model=used, plans=plans, options=options, design=design, seed=seed)
    state = _State(book=UnitBook(indicators=used.indicators, groups=groups))
    wanted = tuple(dict.fromkeys((*(plan.stored for plan in plans.values()), *design.purposes())))
    with closing(file.file):
        for table in file.batches(wanted, rows):
            _take(state, reading, table)
            if progress is not None:
                progress(file.path.name, state.read, file.rows)
    findings = _findings(state, reading, notes, file, min_base)
    return _result(state, reading, file, findings)


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """How rows are to be read."""

    model: ModelSpec
    plans: Mapping[str, Plan]
    options: Options
    design: Design
    seed: int


@dataclass(kw_only=True)
class _State:
    """What is known of the rows so far.

    ``said`` are remarks by key, ``values`` the distinct values of each group column, ``filled`` and
    ``blank`` its rows with and without one.
    """

    book: UnitBook
    read: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    said: dict[Hashable, Saying] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()
    values: dict[str, set[str]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    blank: dict[str, Hits] = field(default_factory=dict)
    weighty: bool = False
    lines: Hits = field(default_factory=lambda: Hits(count=0))

    @property
    def wrong(self) -> bool:
        """Whether the rows cannot be used, so that nothing needs to be summed up."""
        return any(one.severity == "error" for one in self.said.values())


def _take(state: _State, reading: _Reading, table: RawTable) -> None:
    """Read, check and sum up some rows."""
    parts, design, n = [Part(table=table, add={})], reading.design, len(table)
    places = Places(rows=table.rows, files=np.zeros(n, dtype=np.int64), names=(table.source,))
    clean = cleaned(parts, reading.model, reading.plans, places)
    summed(state.said, clean.remarks)
    state.faulty |= clean.faulty
    keys = [_group(state, reading, parts, name, places) for name in design.by]
    weights = np.ones(n)
    if design.weight is not None:
        weights, remarks = read_weights(parts, design.weight, places)
        summed(state.said, remarks)
        state.weighty |= bool((weights > 0).any())
    codes: dict[str, Array | None] = {"strata": None, "cluster": None}
    for role, column in (("strata", design.strata), ("cluster", design.cluster)):
        if column is not None:
            codes[role], remarks = read_code_texts(parts, column, role, places)
            summed(state.said, remarks)
    blank = np.zeros(n, dtype=bool)
    for texts in keys:
        blank |= texts == ""
    keep, dropped = kept_rows(blank, weights == 0, clean.reasons)
    state.read += n
    state.dropped.update(dropped)
    if state.wrong or not keep.any():
        state.kept += int(keep.sum())
        return
    state.kept += int(keep.sum())
    answers = clean.answers[keep]
    kept = Places(rows=places.rows[keep], files=places.files[keep], names=places.names)
    state.lines += kept.hits(straight_lines(reading.model.indicators, answers))
    strata, cluster = (None if one is None else one[keep] for one in codes.values())
    state.book.add(
        answers,
        clean.reasons[keep],
        weights[keep],
        [texts[keep] for texts in keys],
        strata,
        dealt(kept.rows, cluster, strata, reading.seed),
        clustered=cluster is not None,
    )


def _group(
    state: _State, reading: _Reading, parts: Sequence[Part], name: str, places: Places
) -> NDArray[np.object_]:
    """The values of a group column, noted down.

    Raises
    ------
    SurveyError
        There are so many that it looks like an identifier.
    """
    texts = group_texts(parts, name, reading.options.entries(name))
    blank = np.asarray(texts == "", dtype=bool)
    known = state.values.setdefault(name, set())
    known |= set(texts[~blank].tolist())
    state.filled[name] += int((~blank).sum())
    state.blank[name] = state.blank.get(name, Hits(count=0)) + places.hits(blank)
    if len(known) > MOST_GROUPS:
        raise SurveyError(check_values(name, len(known), state.filled[name], state.blank[name]))
    return texts


def _findings(
    state: _State, reading: _Reading, notes: Sequence[Finding], file: ParquetRows, min_base: int
) -> list[Finding]:
    """Everything there is to say of all rows.

    Raises
    ------
    SurveyError
        With every mistake.
    """
    design, book, where = reading.design, state.book, file.path.name
    findings = [*notes, *told(state.said.values())]
    for name in design.by:
        findings += check_values(name, len(state.values[name]), state.filled[name], state.blank[name])
    if design.weight is not None and not any(one.code.startswith("weight-") for one in findings):
        findings += check_some_weight(design.weight, some=state.weighty)
    if not state.kept:
        raise_errors(findings)
        raise SurveyError(no_rows(state.dropped, where))
    whole, items = all_units(book.items), reading.model.indicators
    if not state.wrong:
        findings += column_findings(items, whole.counts[0], whole.lowest[0], whole.highest[0], state.faulty)
    raise_errors(findings)
    sums = {name: getattr(whole, name)[0] for name in ("mean", "lowest", "highest")}
    findings += unused_end_findings(
        items, whole.counts[0, ANSWERED], variance=_variance(whole), where=where, **sums
    )
    findings += straight_line_findings(state.lines, state.kept, where)
    sizes = {key: int(book.items.lost[unit].sum()) for key, unit in book.units.items()}
    return findings + check_base(sizes, design.by, state.kept, min_base, where)


def _variance(whole: ItemSums) -> Array:
    """Of the answers to each question, (p,)."""
    return np.asarray(whole.m2[0] / np.where(whole.sum_w[0] > 0, whole.sum_w[0], np.nan))


def _result(
    state: _State, reading: _Reading, file: ParquetRows, findings: Sequence[Finding]
) -> StreamedSurvey:
    book, design, part = state.book, reading.design, Part(table=file.columns, add={})
    labels = {
        name: group_labels([part], name, reading.options.entries(name), state.values[name])[1]
        for name in design.by
    }
    dropped = {reason: state.dropped[reason] for reason in DROPPED if state.dropped[reason]}
    every = np.arange(len(book.units))
    strata = np.arange(max(len(book.strata), 1))
    whole = _Unit(key=(), items=all_units(book.items.at(every)), number=0, strata=strata)
    units = []
    if design.by:
        places = _places(book)
        for key in sorted(book.units, key=lambda one: tuple(natural_order(value) for value in one)):
            number = book.units[key]
            stratum, at = places[number]
            unit = _Unit(key=key, items=book.items, number=number, strata=stratum)
            rows = {"read": int(book.items.lost[number].sum())}
            units.append(_moments(reading.model, unit, book.cells.at(at), rows))
    return StreamedSurvey(
        model=reading.model,
        whole=_moments(reading.model, whole, _by_stratum(book), {"read": state.read, **dropped}),
        units=tuple(units),
        drawn=book.drawn,
        by=design.by,
        group_labels=MappingProxyType(labels),
        weight=design.weight,
        strata=design.strata,
        cluster=design.cluster,
        read_rows=state.read,
        dropped=MappingProxyType(dropped),
        source=file.path.name,
        sha256=file.sha256,
        findings=tuple(findings),
    )


@dataclass(frozen=True, kw_only=True)
class _Unit:
    """A unit by its ``number`` in sums of items, and its strata (h,)."""

    key: tuple[str, ...]
    items: ItemSums
    number: int
    strata: Array


def _places(book: UnitBook) -> dict[int, tuple[Array, Array]]:
    """Unit > its strata, rising, and the places (h,) of their cells."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (unit, stratum), place in book.domains.items():
        found.setdefault(unit, []).append((stratum, place))
    made = {unit: np.array(sorted(pairs)).T for unit, pairs in found.items()}
    return {unit: (columns[0], columns[1]) for unit, columns in made.items()}


def _by_stratum(book: UnitBook) -> Sums:
    """Cells (strata, groups) of all units together."""
    parts: list[list[int]] = [[] for _ in range(max(len(book.strata), 1))]
    for (_, stratum), place in book.domains.items():
        parts[stratum].append(place)
    return stacked([total_of(book.cells.at(places), (0,)) for places in parts])


def _moments(model: ModelSpec, unit: _Unit, cells: Sums, before: Mapping[str, int]) -> UnitMoments:
    """Moments of a unit from its cells (h, groups); ``before`` accounts for rows left out earlier."""
    total, number = total_of(cells, (0, 1)), unit.number
    n, sum_w, sum_w2 = int(total.n), float(total.sum_w), float(total.sum_w2)
    return UnitMoments(
        key=unit.key,
        n=n,
        sum_w=sum_w,
        n_eff=sum_w**2 / sum_w2 if sum_w2 else 0.0,
        mean=total.mean if n else np.full(total.mean.shape, np.nan),
        cov=total.cov,
        equal=bool(unit.items.light[number] >= unit.items.heavy[number]),
        rows=MappingProxyType({**before, **incomplete_rows(unit.items.lost[number]), "used": n}),
        items=statistics_of(model.indicators, unit.items, number),
        strata=unit.strata,
        cells=cells,
    )
