"""Stored values as numbers: typed columns, text with numbers, full-width digits, labelled answers."""

from __future__ import annotations

import decimal
import math
import numbers
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.survey.raw_table import text_of

BLANK_WORDS = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "#n/a"})
"""Texts that stand for an absent answer (lower case)."""

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?\d*,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_LEADING = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:[-–—:=.)]\s*|\s+)(\D+)")
_TRUTH = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A column as numbers.

    Attributes
    ----------
    numbers : (n,) float
        NaN where there is no number; infinities are kept.
    bad : (n,) bool
        Cells that hold something, but no number.
    texts : (n,) object
        Texts of the bad cells, and of text codes.
    labelled : (n,) bool
        Cells whose number was taken from a text such as ``10 - very satisfied`` or from a label.
    """

    numbers: NDArray[np.float64]
    bad: NDArray[np.bool_]
    texts: NDArray[np.object_]
    labelled: NDArray[np.bool_]


def to_numbers(column: pd.Series, labels: Mapping[str, str]) -> Numbers:
    """Turn a stored column into numbers.

    Parameters
    ----------
    column
        As stored: any dtype.
    labels
        Value as text > label; a cell that holds a label stands for its value.
    """
    size = len(column)
    nothing = np.zeros(size, dtype=bool)
    no_texts = np.full(size, "", dtype=object)
    if not isinstance(column.dtype, pd.CategoricalDtype) and pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return Numbers(numbers=values.copy(), bad=nothing, texts=no_texts, labelled=nothing)
    codes, stored = pd.factorize(column)
    by_label = {_folded(label): number_of(value) for value, label in labels.items()}
    comma_ok = _decimal_commas([value for value in stored if isinstance(value, str)])
    found = [_convert(value, by_label, comma_ok) for value in stored]
    found.append((math.nan, False, False))
    texts = [text_of(value) for value in stored] + [""]
    values = np.array([one[0] for one in found], dtype=np.float64)
    bad = np.array([one[1] for one in found], dtype=bool)
    labelled = np.array([one[2] for one in found], dtype=bool)
    shown = np.array(texts, dtype=object)
    return Numbers(numbers=values[codes], bad=bad[codes], texts=shown[codes], labelled=labelled[codes])


def number_of(value: object) -> float:
    """Return a single stored value as a number, NaN if it is none."""
    return _convert(value, {}, True)[0]


def to_texts(column: pd.Series) -> NDArray[np.object_]:
    """Turn a stored column into exact texts (see ``text_of``); empty where there is no value."""
    codes, stored = pd.factorize(column)
    texts = np.array([text_of(value) for value in stored] + [""], dtype=object)
    return texts[codes]


def show_number(value: float) -> str:
    """Write a number as people do: ``10``, ``2.5``."""
    return text_of(float(value)) if math.isfinite(value) else str(value)


def _convert(value: object, by_label: Mapping[str, float], comma_ok: bool) -> tuple[float, bool, bool]:
    """A number, whether the value is no number although there is something, whether from a label."""
    if isinstance(value, numbers.Real | decimal.Decimal | np.bool_):
        return float(value), False, False
    text = text_of(value)
    if not isinstance(value, str) and text:
        return math.nan, True, False
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    folded = plain.lower()
    if folded in by_label and math.isfinite(by_label[folded]):
        return by_label[folded], False, True
    if folded in BLANK_WORDS:
        return math.nan, False, False
    if _PLAIN.fullmatch(plain):
        return float(plain), False, False
    if comma_ok and _COMMA.fullmatch(plain):
        return float(plain.replace(",", ".")), False, False
    if folded in _TRUTH:
        return _TRUTH[folded], False, False
    if folded.lstrip("+-") in {"inf", "infinity"}:
        return math.inf, False, False
    leading = _LEADING.fullmatch(plain)
    if leading:
        return float(leading.group(1).replace(",", ".")), False, True
    return math.nan, True, False


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().lower()


def _decimal_commas(texts: list[str]) -> bool:
    """Whether commas are decimal ones: not if every one could as well part the thousands."""
    with_comma = [text.strip() for text in texts if _COMMA.fullmatch(text.strip())]
    return not with_comma or not all(_THOUSANDS.fullmatch(text) for text in with_comma)
