"""Numbers as text."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from csi_model.reporting import formats, records


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (70.951, 1, "71.0"),
        (-0.048, 2, "\u22120.05"),
        (-0.0004, 2, "0.00"),
        (1234.5, 1, "1,234.5"),
        (math.nan, 1, "–"),
        (None, 1, "–"),
        (np.float64(12.25), 2, "12.25"),
        (pd.NA, 1, "–"),
    ],
)
def test_numbers_have_a_true_minus_and_no_negative_zero(value: object, digits: int, text: str) -> None:
    assert formats.number(value, digits) == text


def test_counts_shares_levels_and_probabilities() -> None:
    assert formats.count(7341) == "7,341"
    assert formats.count(5210.4) == "5,210.4"
    assert formats.percent(0.452) == "45.2%"
    assert formats.level(0.95) == "95%"
    assert formats.level(0.975) == "97.5%"
    assert formats.probability(0.0004) == "<0.001"
    assert formats.probability(0.034) == "0.034"
    assert formats.scientific(8.5e-7) == "8.5e\u221207"


def test_intervals_stay_readable_with_negative_ends() -> None:
    assert formats.interval(-1.5, 0.25, 2, "en") == "\u22121.50 to 0.25"
    assert formats.interval(70.43, 71.47, 1, "zh") == "70.4 至 71.5"
    assert formats.interval(math.nan, 1.0, 1, "en") == "–"


def test_cells_are_read_whatever_holds_them() -> None:
    frame = pd.DataFrame({"n": pd.array([3, None], dtype="Int64"), "why": pd.array(["", None], dtype="str")})
    first, second = records.records(frame)
    assert records.number(first, "n") == 3.0
    assert math.isnan(records.number(second, "n"))
    assert records.word(second, "why") == ""
    assert records.records(None) == []
