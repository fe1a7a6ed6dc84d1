"""From stored cells to answers: numbers, missing codes by reason, recodes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, Severity
from csi_model.model.spec import REASONS, Scale
from csi_model.survey.codebook import Reason
from csi_model.survey.conversion import Numbers, show_number, to_numbers
from csi_model.survey.places import Hits, Mask, Places
from csi_model.survey.plans import Plan
from csi_model.survey.raw_table import RawTable, text_of
from csi_model.survey.remarks import Remark
from csi_model.survey.sources import Part
from csi_model.survey.survey import ANSWERED, OTHER

REASON_CODES: Mapping[str, int] = {reason: code for code, reason in enumerate(REASONS, start=1)}

_LABEL_HINTS: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    ("dont_know", ("know", "not sure", "unsure", "no opinion", "不知道", "不清楚", "不了解", "说不清")),
    ("refused", ("refus", "no answer", "prefer not", "拒", "不愿", "不便")),
    ("skipped", ("not applicable", "not asked", "n/a", "skip", "不适用", "跳", "未问")),
)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One cleaned column: ``values`` (n,) with NaN where ``reasons`` (n,) is not 0.

    ``top_coded`` (n,) are answers that stood for more than the end of the scale and count as that end.
    """

    values: NDArray[np.float64]
    reasons: NDArray[np.int8]
    top_coded: Mask


def read_answers(parts: Sequence[Part], plan: Plan, places: Places) -> tuple[Answers, list[Remark]]:
    """Read one column of the stacked files as its plan says.

    Returns
    -------
    Answers
        Codes, blanks and recodes applied; nothing checked against the scale yet.
    remarks
        Errors (text, infinities, codes that lie on the scale) and notes (labels read, recodes).
    """
    pieces = [_piece(part, plan) for part in parts]
    cells = Numbers(
        numbers=np.concatenate([cells.numbers for cells, _ in pieces]),
        bad=np.concatenate([cells.bad for cells, _ in pieces]),
        texts=np.concatenate([cells.texts for cells, _ in pieces]),
        labelled=np.concatenate([cells.labelled for cells, _ in pieces]),
    )
    reasons = np.concatenate([file_reasons for _, file_reasons in pieces])
    remarks = _check_cells(cells, reasons, plan, places)
    for code, declared in plan.codes.items():
        hit = cells.numbers == code
        inside = plan.scale is not None and plan.scale.low <= code <= plan.scale.high
        if inside and not declared.specific:
            remarks += _on_scale(code, places.hits(hit), plan, declared.firm)
            continue
        reasons[hit] = REASON_CODES[declared.reason]
    reasons[np.isnan(cells.numbers) & (reasons == ANSWERED)] = OTHER
    values = cells.numbers.copy()
    top_coded = np.zeros(values.size, dtype=bool)
    for stored, used in plan.recode.items():
        hit = (cells.numbers == stored) & (reasons == ANSWERED)
        values[hit] = used
        top_coded |= hit & _is_top(stored, used, plan)
        remarks += _recoded(stored, used, places.hits(hit), plan)
    values[reasons != ANSWERED] = np.nan
    return Answers(values=values, reasons=reasons, top_coded=top_coded), remarks


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Answers of one question outside its declared scale: their rows, and distinct ``values`` (k,)."""

    name: str
    where: str
    scale: Scale
    hits: Hits
    values: NDArray[np.float64]

    def __add__(self, later: Outside) -> Outside:
        """The same of more rows."""
        values = np.union1d(self.values, later.values)
        return replace(self, hits=self.hits + later.hits, values=values)


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """Questions answered outside their scales; ``rows`` holds any such answers, by scale.

    ``topic`` tells those that are spoken of together.
    """

    topic: str = ""
    questions: Mapping[str, Outside] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[Scale, Hits] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key(self) -> Hashable:
        """Code and topic."""
        return "outside-scale", self.topic

    @property
    def severity(self) -> Severity:
        """Nothing can be computed from such answers."""
        return "error"

    def __add__(self, later: Beyond) -> Beyond:
        """The same of more rows."""
        questions, rows = dict(self.questions), dict(self.rows)
        for name, one in later.questions.items():
            questions[name] = questions[name] + one if name in questions else one
        for scale, hits in later.rows.items():
            rows[scale] = rows[scale] + hits if scale in rows else hits
        return replace(self, questions=questions, rows=rows)

    def findings(self) -> list[Finding]:
        """One message for three and more questions of one scale."""
        made: list[Finding] = []
        for scale, rows in self.rows.items():
            alike = [one for one in self.questions.values() if one.scale == scale]
            if len(alike) >= 3:
                made.append(_outside(alike, rows))
            else:
                made += [_outside([one], one.hits) for one in alike]
        return made


def beyond_scales(
    asked: Iterable[tuple[str, str, Scale, Answers]], places: Places, topic: str = ""
) -> Beyond | None:
    """Find answers outside their declared scale: (question, place, scale, answers) each."""
    questions: dict[str, Outside] = {}
    rows: dict[Scale, Mask] = {}
    for name, where, scale, answers in asked:
        with np.errstate(invalid="ignore"):
            mask = (answers.values < scale.low) | (answers.values > scale.high)
        mask &= np.isfinite(answers.values)
        if mask.any():
            values = np.unique(answers.values[mask])
            questions[name] = Outside(
                name=name, where=where, scale=scale, hits=places.hits(mask), values=values
            )
            rows[scale] = rows[scale] | mask if scale in rows else mask
    if not questions:
        return None
    hits = {scale: places.hits(mask) for scale, mask in rows.items()}
    return Beyond(topic=topic, questions=questions, rows=hits)


def _outside(found: Sequence[Outside], rows: Hits) -> Finding:
    scale, one = found[0].scale, len(found) == 1
    values = np.unique(np.concatenate([each.values for each in found]))
    low, high = min(scale.low, values[0]), max(scale.high, values[-1])
    codes = ",".join(show_number(value) for value in values[:5])
    ends = f"{low:g}:{high:g}"
    if one:
        count, where = rows.of("answer"), found[0].where
        answer = f"--scale {found[0].name}={ends}"
    else:
        count = f"{sum(each.hits.count for each in found):,} answers of {len(found)} questions"
        where = ", ".join(each.where for each in found[:4]) + (", ..." if len(found) > 4 else "")
        answer = f"--scale {ends} for all, --scale {found[0].name}={ends} for one"
    what = f"{count} outside the scale {scale.low:g}-{scale.high:g}: {_listed(values)} ({rows})."
    fix = f"If these are missing codes: --missing {codes}; if answers: {answer} "
    fix += "(`missing` and `scales` in a study file)."
    return finding("outside-scale", "error", where, what, fix)


def column_where(plan: Plan) -> str:
    """A column as messages name it."""
    return plan.stored if plan.stored == plan.name else f"{plan.stored} ({plan.name})"


def finding(code: str, severity: Severity, where: str, what: str, fix: str = "") -> Finding:
    """Make a finding (short form)."""
    return Finding(code=code, severity=severity, where=where, what=what, fix=fix)


def user_missing(table: RawTable, name: str, values: NDArray[np.float64], texts: Sequence[str]) -> Mask:
    """Cells that the file itself declares missing, by number or text."""
    mask = np.zeros(len(table), dtype=bool)
    with np.errstate(invalid="ignore"):
        for declared in table.missing.get(name, ()):
            if isinstance(declared, str):
                mask |= np.asarray(texts, dtype=object) == declared
            else:
                mask |= (values >= declared[0]) & (values <= declared[1])
    return mask


def reason_of_label(label: str) -> Reason:
    """Reason that the label of a user-missing code speaks of; ``other`` if it does not say."""
    lowered = label.lower()
    for reason, hints in _LABEL_HINTS:
        if any(hint in lowered for hint in hints):
            return reason
    return "other"


def _piece(part: Part, plan: Plan) -> tuple[Numbers, NDArray[np.int8]]:
    table = part.table
    labels = table.value_labels.get(plan.stored, {})
    cells = to_numbers(part.column(plan.stored), {**labels, **plan.values})
    reasons = np.zeros(len(table), dtype=np.int8)
    declared = user_missing(table, plan.stored, cells.numbers, cells.texts.tolist())
    if declared.any():
        keys = np.array([text_of(value) for value in cells.numbers[declared]], dtype=object)
        keys = np.where(keys == "", cells.texts[declared], keys)
        found = np.zeros(keys.size, dtype=np.int8)
        for key in dict.fromkeys(keys.tolist()):
            found[keys == key] = REASON_CODES[reason_of_label(labels.get(key, ""))]
        reasons[declared] = found
    return cells, reasons


def _check_cells(cells: Numbers, reasons: NDArray[np.int8], plan: Plan, places: Places) -> list[Remark]:
    found: list[Remark] = []
    where = column_where(plan)
    bad = cells.bad & (reasons == ANSWERED)
    if bad.any():
        found.append(
            Remark(
                code="text-answers",
                severity="error",
                where=where,
                hits=places.hits(bad),
                samples=tuple(dict.fromkeys(cells.texts[bad].tolist())),
                say=_say_text,
                fix="Give the numbers, or the label of each code under `values` of this column in a "
                "codebook.",
            )
        )
    infinite = np.isinf(cells.numbers) & (reasons == ANSWERED)
    if infinite.any():
        fix = "Leave the cells blank."
        hits = places.hits(infinite)
        found.append(
            Remark(code="not-finite", severity="error", where=where, hits=hits, say=_say_infinite, fix=fix)
        )
    if cells.labelled.any():
        sample = np.flatnonzero(cells.labelled)[0]
        read = f"{cells.texts[sample]!r} as {show_number(cells.numbers[sample])}"
        hits = places.hits(cells.labelled)
        found.append(
            Remark(
                code="labelled-answers",
                severity="note",
                where=where,
                hits=hits,
                samples=(read,),
                say=_say_labelled,
            )
        )
    return found


def _say_text(hits: Hits, samples: tuple[str, ...]) -> str:
    shown = ", ".join(repr(sample[:40]) for sample in samples[:3])
    return f"{hits.of('cell')} with text instead of a number: {shown} ({hits})."


def _say_infinite(hits: Hits, samples: tuple[str, ...]) -> str:
    return f"{hits.of('infinite value')} ({hits})."


def _say_labelled(hits: Hits, samples: tuple[str, ...]) -> str:
    return f"{hits.of('answer')} written as text were read as numbers: {samples[0]}."


def _on_scale(code: float, hits: Hits, plan: Plan, firm: bool) -> list[Remark]:
    if not hits or plan.scale is None:
        return []
    shown, scale = show_number(code), f"{plan.scale.low:g}-{plan.scale.high:g}"

    def say(hits: Hits, samples: tuple[str, ...]) -> str:
        if firm:
            return (
                f"{shown} is declared missing for all questions, but lies on the scale {scale} "
                f"({hits.of('answer')}, {hits})."
            )
        return (
            f"{hits.of('answer')} of {shown} kept: the model's codebook calls it missing, "
            f"but it lies on the scale {scale}."
        )

    fix = f"If {shown} means missing here too, say so in a codebook under this column."
    if firm:
        fix = "Declare the code in a codebook, only under the columns where it means missing."
    return [
        Remark(
            code="code-on-scale",
            severity="error" if firm else "note",
            where=column_where(plan),
            topic=shown,
            hits=hits,
            say=say,
            fix=fix,
        )
    ]


def _is_top(stored: float, used: float, plan: Plan) -> bool:
    return plan.scale is not None and used == plan.scale.high < stored


def _recoded(stored: float, used: float, hits: Hits, plan: Plan) -> list[Remark]:
    if not hits:
        return []
    top = _is_top(stored, used, plan)

    def say(hits: Hits, samples: tuple[str, ...]) -> str:
        are = "is" if hits.count == 1 else "are"
        into = "top-coded to" if top else "read as"
        return f"{hits.of('answer')} of {show_number(stored)} {are} {into} {show_number(used)}."

    return [
        Remark(
            code="recoded",
            severity="note",
            where=column_where(plan),
            topic=show_number(stored),
            hits=hits,
            say=say,
            fix="Change `recode` in a codebook to read it otherwise.",
        )
    ]


def _listed(values: Iterable[float], limit: int = 8) -> str:
    shown = [show_number(value) for value in values]
    return ", ".join(shown[:limit]) + (f" and {len(shown) - limit} more" if len(shown) > limit else "")
