"""Stored rows, all of a file or some, become answers to the model's questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi_model.model.spec import ModelSpec
from csi_model.survey.answers import Answers, beyond_scales, column_where, read_answers
from csi_model.survey.places import Mask, Places
from csi_model.survey.plans import Plan
from csi_model.survey.remarks import Saying
from csi_model.survey.routing import apply_routing, derive, turn_round
from csi_model.survey.sources import Part
from csi_model.survey.survey import ANSWERED, DONT_KNOW


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """Answers and reasons (n, p) of the model's questions, derived and reversed.

    ``top_coded`` (n, p) are answers beyond the end of a scale, see ``Answers``; ``faulty`` are columns with
    an error; ``remarks`` is all there is to say.
    """

    answers: NDArray[np.float64]
    reasons: NDArray[np.int8]
    top_coded: NDArray[np.bool_]
    faulty: frozenset[str]
    remarks: tuple[Saying, ...]


def cleaned(parts: Sequence[Part], model: ModelSpec, plans: Mapping[str, Plan], places: Places) -> Cleaned:
    """Read every column that the model needs, check it against its scale, route it, derive and turn round."""
    columns, faulty, remarks = _columns(parts, plans, places)
    items: list[Answers] = []
    for item in model.indicators:
        if item.cases:
            one, found = derive(item, columns, places)
            remarks += found
            if item.scale is not None:
                outside = beyond_scales([(item.name, item.name, item.scale, one)], places, topic=item.name)
                remarks += [] if outside is None else [outside]
        else:
            one = columns[item.name]
        items.append(turn_round(item, one))
    return Cleaned(
        answers=np.column_stack([one.values for one in items]),
        reasons=np.column_stack([one.reasons for one in items]),
        top_coded=np.column_stack([one.top_coded for one in items]),
        faulty=faulty,
        remarks=tuple(remarks),
    )


def _columns(
    parts: Sequence[Part], plans: Mapping[str, Plan], places: Places
) -> tuple[dict[str, Answers], frozenset[str], list[Saying]]:
    """Every column that the model reads: cleaned, checked against its scale, routed."""
    remarks: list[Saying] = []
    read: dict[str, Answers] = {}
    faulty = set()
    for name, plan in plans.items():
        read[name], found = read_answers(parts, plan, places)
        if any(one.severity == "error" for one in found):
            faulty.add(name)
        remarks += found
    scaled = [
        (name, column_where(plan), plan.scale, read[name])
        for name, plan in plans.items()
        if plan.scale is not None
    ]
    outside = beyond_scales(scaled, places)
    if outside is not None:
        faulty |= set(outside.questions)
        remarks.append(outside)
    routed = dict(read)
    for name, plan in plans.items():
        routed[name], told = apply_routing(plan, read, places)
        remarks += told
    return routed, frozenset(faulty), remarks


DROPPED = ("blank_group", "zero_weight", "no_answer")
"""Why rows are left out while reading: one reason a row, the first of these."""


def kept_rows(
    blank: Mask, zero: Mask, reasons: NDArray[np.int8], *, unknowing: bool = False
) -> tuple[Mask, dict[str, int]]:
    """Rows to keep, and how many are left out for which reason.

    Parameters
    ----------
    blank, zero : (n,) bool
        Rows without a value in some group column, and of weight 0.
    reasons : (n, p) int8
        See ``Survey``.
    unknowing
        Whether "don't know" is an answer for which a row is kept.
    """
    keep = np.ones(blank.size, dtype=bool)
    dropped: dict[str, int] = {}
    silent = np.all((reasons != ANSWERED) & ~(unknowing & (reasons == DONT_KNOW)), axis=1)
    for reason, mask in zip(DROPPED, (blank, zero, silent), strict=True):
        lost = keep & mask
        if lost.any():
            dropped[reason] = int(lost.sum())
        keep &= ~mask
    return keep, dropped
