"""Periods in their order in time: numbers, ``2024-01``, dates; what does not sort is refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.survey.moments import natural_order

Per = Literal["month", "quarter", "year"]

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[T ].*)?")
_MONTH = re.compile(r"(\d{4})-?(\d{2})")
_LATE_YEAR = re.compile(r"(.*\D)(?:19|20)\d\d")
_MONTH_NAMES = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_POINT = re.compile(r"\d{4}\.\d{1,2}")
_MOST_SHOWN = 5


def cut_periods(texts: Sequence[str], per: Per) -> tuple[list[str], list[str]]:
    """Dates (``2024-03-31``, ``2024-03``) as months ``2024-03``, quarters ``2024-Q1`` or years.

    Returns
    -------
    list of str, list of str
        A period for each text, ``""`` where it is no date; and the texts that are none.
    """
    made, strange = [], []
    for text in texts:
        found = _DATE.fullmatch(text)
        if not found or not _is_date(found):
            strange.append(text)
            made.append("")
            continue
        year, month = found[1], int(found[2])
        forms = {"month": f"{year}-{month:02d}", "quarter": f"{year}-Q{(month + 2) // 3}", "year": year}
        made.append(forms[per])
    return made, strange


def _is_date(found: re.Match[str]) -> bool:
    try:
        datetime.date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return False
    return True


def unsortable(texts: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with periods that have no order in time, and how to fix it; None where they have one."""
    late = [found for text in texts if (found := _LATE_YEAR.fullmatch(text)) and not text[:4].isdecimal()]
    named = [text for text in texts if _MONTH_NAMES.search(text)]
    pointed = [text for text in texts if _POINT.fullmatch(text)]
    bad = ""
    if len({found[1] for found in late}) > 1:
        bad = late[0][0]
    elif len(texts) > 1 and (named or pointed):
        bad = (named or pointed)[0]
    if bad:
        what = f"Periods such as {bad!r} do not sort by time."
        return what, "Write the year first: 2024-01, 2024-Q1, or numbers 1, 2, 3."
    keys: dict[Any, str] = {}
    for text in texts:
        other = keys.setdefault(natural_order(text), text)
        if other != text:
            return f"One period is written in two ways: {other!r} and {text!r}.", "Write it in one way."
    return None


def in_order(texts: Sequence[str]) -> list[str]:
    """The periods in their natural order: ``9`` before ``10``, ``2024-02`` before ``2024-11``."""
    return sorted(texts, key=natural_order)


def period_findings(periods: Sequence[str], where: str) -> Iterator[Finding]:
    """Periods that nobody has a transaction in, and days that look like months written in full."""
    numbers = _numbers(periods)
    if numbers is not None and len(numbers) > 1:
        steps = np.diff(numbers)
        gaps = [(periods[k], periods[k + 1]) for k in np.flatnonzero(steps > steps.min()).tolist()]
        if gaps:
            shown = ", ".join(f"{a} – {b}" for a, b in gaps[:_MOST_SHOWN])
            yield Finding(
                code="period-gap",
                severity="warning",
                where=where,
                what=f"nobody has a transaction in the gap {shown}: the periods at its ends are compared.",
                fix="Add what is missing, or take note that a change over a gap took longer.",
            )
    months = [text[:7] for text in periods if re.fullmatch(r"\d{4}-\d\d-\d\d.*", text)]
    if len(set(months)) < len(months):
        yield Finding(
            code="period-days",
            severity="warning",
            where=where,
            what="the periods are days, several in a month: each day is compared with the one before.",
            fix="Write --per month to have months.",
        )


def _numbers(periods: Sequence[str]) -> NDArray[np.int64] | None:
    """Months since year 0, or the numbers that the periods are; None for others."""
    months = [_MONTH.fullmatch(text) for text in periods]
    if all(one and 1 <= int(one[2]) <= 12 and 1900 <= int(one[1]) <= 2100 for one in months):
        return np.array([12 * int(one[1]) + int(one[2]) for one in months if one])
    if all(text.isdecimal() and len(text) < 10 for text in periods):
        return np.array([int(text) for text in periods])
    return None
