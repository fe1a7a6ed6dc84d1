"""From stored cells to answers: numbers, missing codes by reason, recodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, Severity
from csi_model.model.spec import REASONS, Scale
from csi_model.survey.codebook import Reason
from csi_model.survey.conversion import Numbers, show_number, to_numbers
from csi_model.survey.places import Mask, Places, count_of
from csi_model.survey.plans import Plan
from csi_model.survey.raw_table import RawTable, text_of
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
    """One cleaned column: ``values`` (n,) with NaN where ``reasons`` (n,) is not 0."""

    values: NDArray[np.float64]
    reasons: NDArray[np.int8]


def read_answers(parts: Sequence[Part], plan: Plan, places: Places) -> tuple[Answers, list[Finding]]:
    """Read one column of the stacked files as its plan says.

    Returns
    -------
    Answers
        Codes, blanks and recodes applied; nothing checked against the scale yet.
    findings
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
    findings = _check_cells(cells, reasons, plan, places)
    for code, declared in plan.codes.items():
        hit = cells.numbers == code
        inside = plan.scale is not None and plan.scale.low <= code <= plan.scale.high
        if inside and not declared.specific:
            findings += _on_scale(code, hit, plan, places, declared.firm)
            continue
        reasons[hit] = REASON_CODES[declared.reason]
    reasons[np.isnan(cells.numbers) & (reasons == ANSWERED)] = OTHER
    values = cells.numbers.copy()
    for stored, used in plan.recode.items():
        hit = (cells.numbers == stored) & (reasons == ANSWERED)
        values[hit] = used
        findings += _recoded(stored, used, hit, plan)
    values[reasons != ANSWERED] = np.nan
    return Answers(values=values, reasons=reasons), findings


@dataclass(frozen=True, kw_only=True)
class Outside:
    """Answers of one question outside its declared scale: ``rows`` (n,) bool, distinct ``values``."""

    name: str
    where: str
    scale: Scale
    rows: Mask
    values: NDArray[np.float64]


def outside_scale(answers: Answers, scale: Scale, name: str, where: str) -> Outside | None:
    """Return the answers outside their declared scale, None where there are none."""
    with np.errstate(invalid="ignore"):
        rows = (answers.values < scale.low) | (answers.values > scale.high)
    rows &= np.isfinite(answers.values)
    if not rows.any():
        return None
    return Outside(name=name, where=where, scale=scale, rows=rows, values=np.unique(answers.values[rows]))


def scale_findings(found: Sequence[Outside], places: Places) -> list[Finding]:
    """Tell of answers outside their scale; one message for three and more questions of one scale."""
    made: list[Finding] = []
    for scale in dict.fromkeys(one.scale for one in found):
        alike = [one for one in found if one.scale == scale]
        groups = [alike] if len(alike) >= 3 else [[one] for one in alike]
        made += [_outside(group, places) for group in groups]
    return made


def _outside(found: Sequence[Outside], places: Places) -> Finding:
    scale, one = found[0].scale, len(found) == 1
    rows = np.logical_or.reduce([each.rows for each in found])
    values = np.unique(np.concatenate([each.values for each in found]))
    low, high = min(scale.low, values[0]), max(scale.high, values[-1])
    codes = ",".join(show_number(value) for value in values[:5])
    ends = f"{low:g}:{high:g}"
    if one:
        count, where = count_of(rows, "answer"), found[0].where
        answer = f"--scale {found[0].name}={ends}"
    else:
        count = f"{sum(int(each.rows.sum()) for each in found):,} answers of {len(found)} questions"
        where = ", ".join(each.where for each in found[:4]) + (", ..." if len(found) > 4 else "")
        answer = f"--scale {ends} for all, --scale {found[0].name}={ends} for one"
    what = f"{count} outside the scale {scale.low:g}-{scale.high:g}: {_listed(values)} ({places.show(rows)})."
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


def _check_cells(cells: Numbers, reasons: NDArray[np.int8], plan: Plan, places: Places) -> list[Finding]:
    found: list[Finding] = []
    where = column_where(plan)
    bad = cells.bad & (reasons == ANSWERED)
    if bad.any():
        samples = list(dict.fromkeys(cells.texts[bad].tolist()))[:3]
        shown = ", ".join(repr(sample[:40]) for sample in samples)
        what = f"{count_of(bad, 'cell')} with text instead of a number: {shown} ({places.show(bad)})."
        fix = "Give the numbers, or the label of each code under `values` of this column in a codebook."
        found.append(finding("text-answers", "error", where, what, fix))
    infinite = np.isinf(cells.numbers) & (reasons == ANSWERED)
    if infinite.any():
        what = f"{count_of(infinite, 'infinite value')} ({places.show(infinite)})."
        found.append(finding("not-finite", "error", where, what, "Leave the cells blank."))
    if cells.labelled.any():
        sample = np.flatnonzero(cells.labelled)[0]
        what = (
            f"{count_of(cells.labelled, 'answer')} written as text were read as numbers: "
            f"{cells.texts[sample]!r} as {show_number(cells.numbers[sample])}."
        )
        found.append(finding("labelled-answers", "note", where, what))
    return found


def _on_scale(code: float, hit: Mask, plan: Plan, places: Places, firm: bool) -> list[Finding]:
    if not hit.any() or plan.scale is None:
        return []
    shown, scale = show_number(code), f"{plan.scale.low:g}-{plan.scale.high:g}"
    where = column_where(plan)
    if firm:
        what = (
            f"{shown} is declared missing for all questions, but lies on the scale {scale} "
            f"({count_of(hit, 'answer')}, {places.show(hit)})."
        )
        fix = "Declare the code in a codebook, only under the columns where it means missing."
        return [finding("code-on-scale", "error", where, what, fix)]
    what = (
        f"{count_of(hit, 'answer')} of {shown} kept: the model's codebook calls it missing, "
        f"but it lies on the scale {scale}."
    )
    fix = f"If {shown} means missing here too, say so in a codebook under this column."
    return [finding("code-on-scale", "note", where, what, fix)]


def _recoded(stored: float, used: float, hit: Mask, plan: Plan) -> list[Finding]:
    if not hit.any():
        return []
    top = plan.scale is not None and used == plan.scale.high < stored
    what = f"{count_of(hit, 'answer')} of {show_number(stored)} {'is' if hit.sum() == 1 else 'are'} "
    what += f"{'top-coded to' if top else 'read as'} {show_number(used)}."
    fix = "Change `recode` in a codebook to read it otherwise."
    return [finding("recoded", "note", column_where(plan), what, fix)]


def _listed(values: Iterable[float], limit: int = 8) -> str:
    shown = [show_number(value) for value in values]
    return ", ".join(shown[:limit]) + (f" and {len(shown) - limit} more" if len(shown) > limit else "")
