"""What became of the answers to the questions on price tolerance, and what is to be said of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.frames import typed_frame
from csi_model.measures.estimates import Mask
from csi_model.measures.price_tolerance import Tolerance
from csi_model.measures.quantities import Row, Unit, column
from csi_model.survey.survey import ANSWERED, DONT_KNOW, OTHER, REFUSED, SKIPPED, Survey
from csi_model.vocabulary import MEASURES

_COUNTS = (("answered", (ANSWERED,)), ("dont_know", (DONT_KNOW,)), ("refused", (REFUSED,)))
_MANY = 0.05
"""Share of answers beyond the end from which a mean is warned of."""

Names = tuple[str, str]


def answers_frame(
    tolerance: Tolerance, survey: Survey, units: Sequence[Unit], names: Names, *, min_base: int = 30
) -> pd.DataFrame:
    """Table ``price_tolerance_answers``: of those asked, how many named a percent, and why others did not.

    A group is suppressed where fewer than ``min_base`` named a percent or, if nobody did, were asked.

    Parameters
    ----------
    names
        The questions on the rise and on the cut.
    """
    rows = [
        _row(tolerance, survey, unit, sign, name, min_base if k else 0)
        for k, unit in enumerate(units)
        for sign, name in zip((1, -1), names, strict=True)
    ]
    return typed_frame(MEASURES["price_tolerance_answers"], rows)


def _row(tolerance: Tolerance, survey: Survey, unit: Unit, sign: int, name: str, min_base: int) -> Row:
    base = unit.mask & np.isfinite(tolerance.prices)
    n = int(base.sum()) or int((unit.mask & (tolerance.asked != 0)).sum())
    row: Row = {"unit": unit.name, "item": name}
    if 0 < n < min_base:
        return {**row, "why": f"suppressed: {n} respondents are fewer than the minimum base of {min_base}"}
    asked = unit.mask & (tolerance.asked == sign)
    reasons = survey.reasons[:, survey.names.index(name)]
    counts = {key: int((asked & np.isin(reasons, codes)).sum()) for key, codes in _COUNTS}
    counts["other_missing"] = int((asked & np.isin(reasons, (OTHER, SKIPPED))).sum())
    counts["beyond_end"] = int((asked & (tolerance.beyond == sign)).sum())
    return {**row, "asked_of": int(asked.sum()), **counts, "why": ""}


def price_findings(
    tolerance: Tolerance, survey: Survey, names: Names, censored: float | str
) -> Iterator[Finding]:
    """What is to be known: answers missing, answers beyond the end, answers that were not asked for."""
    for sign, name in zip((1, -1), names, strict=True):
        asked = tolerance.asked == sign
        reasons = survey.reasons[:, survey.names.index(name)]
        yield from _missing(asked, reasons, name, _other_codes(survey, name))
        yield from _beyond(tolerance, asked, name, censored)
        stray = int((~asked & np.isfinite(column(survey, name))).sum())
        if stray:
            what = f"{_of(stray, 'answer')} from respondents who were not to be asked: not counted."
            yield Finding(
                code="price-not-asked",
                severity="warning",
                where=name,
                what=what,
                fix="Check the answers to which each question is routed (--rise-when, --cut-when).",
            )


def _of(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _other_codes(survey: Survey, name: str) -> str:
    """Codes that are missing for other reasons, as the codebook declares them, such as 101."""
    codes = re.findall(r"(?:^|; )(\S+) is other", survey.codes.get(name, ""))
    return ", ".join(codes)


def _missing(asked: Mask, reasons: NDArray[np.int8], name: str, codes: str) -> Iterator[Finding]:
    counts = [int((asked & np.isin(reasons, one)).sum()) for one in (DONT_KNOW, REFUSED, (OTHER, SKIPPED))]
    if not sum(counts):
        return
    other = f"{counts[2]:,} blank or coded {codes}" if codes else f"{counts[2]:,} blank or other"
    what = (
        f"{sum(counts):,} of {int(asked.sum()):,} who were asked named no percent ({counts[0]:,} don't know, "
        f"{counts[1]:,} refused, {other}): they are not in the curve."
    )
    fix = "Say with the results how many named none; they may differ from the others."
    yield Finding(code="price-missing", severity="note", where=name, what=what, fix=fix)


def _beyond(tolerance: Tolerance, asked: Mask, name: str, censored: float | str) -> Iterator[Finding]:
    known = int((asked & np.isfinite(tolerance.prices)).sum())
    beyond = int((asked & (tolerance.beyond != 0)).sum())
    if not beyond:
        return
    counted = {"end": f"count as {tolerance.most:g} in means", "left_out": "are left out of means"}.get(
        str(censored), "" if isinstance(censored, str) else f"count as an assumed {censored:g} in means"
    )
    share = beyond / known
    what = f"{beyond:,} of {known:,} answers ({100 * share:.1f} %) are more than {tolerance.most:g} percent: "
    what += f"they {counted}."
    fix = "Read the median rather than the mean, or try another --censored."
    severe = share >= _MANY and not math.isnan(share)
    yield Finding(
        code="price-beyond", severity="warning" if severe else "note", where=name, what=what, fix=fix
    )
