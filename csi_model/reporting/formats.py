"""How numbers are written: digits by kind of number, an en dash where there is none."""

from __future__ import annotations

import math
from typing import Any

EMPTY = "–"
"""Stands for an empty number; its reason stands beside it."""


def is_empty(value: Any) -> bool:
    """Say whether a table cell holds no number or text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    try:
        return not math.isfinite(float(value))
    except (TypeError, ValueError):
        return True


def number(value: Any, digits: int = 1) -> str:
    """Return ``value`` with ``digits`` decimals, a true minus sign and no negative zero."""
    if is_empty(value):
        return EMPTY
    text = f"{float(value):,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "\u2212")


def count(value: Any) -> str:
    """Return a number of respondents, with thousands separated; decimals only where it has some."""
    if is_empty(value):
        return EMPTY
    return number(value, 0 if float(value) == round(float(value)) else 1)


def percent(share: Any, digits: int = 1) -> str:
    """Return a share between 0 and 1 as a percentage."""
    return EMPTY if is_empty(share) else number(100 * float(share), digits) + "%"


def level(share: float) -> str:
    """Return a confidence level such as ``95%`` or ``97.5%``."""
    return f"{100 * share:.6g}%"


def probability(value: Any) -> str:
    """Return a p value; below a thousandth it says so."""
    if is_empty(value):
        return EMPTY
    return "<0.001" if float(value) < 0.001 else number(value, 3)


def interval(lower: Any, upper: Any, digits: int, language: str) -> str:
    """Return an interval in words (``70.4 to 71.5``), which stays readable with negative numbers."""
    if is_empty(lower) or is_empty(upper):
        return EMPTY
    between = " 至 " if language == "zh" else " to "
    return number(lower, digits) + between + number(upper, digits)


def plain(value: Any) -> str:
    """Return a value for reading: whole numbers in full, others with up to six digits."""
    if isinstance(value, bool) or not isinstance(value, float):
        return EMPTY if value is None or value == "" else str(value)
    return EMPTY if is_empty(value) else f"{value:.6g}".replace("-", "\u2212")


def scientific(value: Any) -> str:
    """Return a very small or large number in scientific notation, with a true minus sign."""
    return EMPTY if is_empty(value) else f"{float(value):.1e}".replace("-", "\u2212")
