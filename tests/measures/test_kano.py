"""Kano's model: the evaluation tables, the worked check, ties, strengths, weights, groups without a base."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from csi_model.errors import SurveyError, UsageError
from csi_model.measures.kano import (
    CATEGORIES,
    NO_BASE,
    NOBODY,
    TIES,
    better,
    category_of,
    dumouchel,
    feature,
    fong_limit,
    is_in,
    worse,
)
from csi_model.study.measures.running import Outcome, measure

WORKED = {"A": 35, "O": 25, "M": 20, "I": 15, "R": 3, "Q": 2}
"""Methodology 4.6."""
PAIR = {"A": (1, 3), "O": (1, 5), "M": (2, 5), "I": (3, 3), "R": (5, 1), "Q": (5, 5)}
"""A pair of answers for each category."""
NAMES = dict(zip("AOMIRQ", CATEGORIES, strict=True))


def answers(counts: dict[str, int]) -> pd.DataFrame:
    rows = [PAIR[letter] for letter, count in counts.items() for _ in range(count)]
    return pd.DataFrame(rows, columns=["F", "D"])


def asked(frame: pd.DataFrame, **more: Any) -> Outcome:
    more.setdefault("pairs", {"wifi": ("F", "D")})
    return measure("kano", frame, **more)


def row_of(outcome: Outcome, unit: str = "all respondents", table: str = "kano") -> Any:
    rows = outcome.tables[table]
    return rows[rows["unit"] == unit].iloc[0]


STANDARD = {
    # functional: the categories for dysfunctional like, must-be, neutral, live with, dislike
    "like": "Q A A A O",
    "must-be": "R I I I M",
    "neutral": "R I I I M",
    "live with": "R I I I M",
    "dislike": "R R R R Q",
}


@pytest.mark.parametrize("evaluation", ["standard", "pouliot"])
def test_all_cells_of_the_evaluation_table(evaluation: Any) -> None:
    for row, (name, letters) in enumerate(STANDARD.items(), start=1):
        for column, standard in enumerate(letters.split(), start=1):
            contradiction = evaluation == "pouliot" and (row, column) in {(2, 2), (4, 4)}
            expected = "Q" if contradiction else standard
            made = feature("x", [row], [column], evaluation)
            assert CATEGORIES[made.codes[0]] == NAMES[expected], (name, column)


def test_the_worked_check() -> None:
    """Better (35 + 25) / 95, Worse -(25 + 20) / 95; lead (35 - 25) / 100, total (35 + 25 + 20) / 100.

    Fong: 10 < 1.65 sqrt(60 * 140 / 200) = 10.693, so that A is not clearly ahead of O.
    """
    outcome = asked(answers(WORKED))
    row = row_of(outcome)
    assert row["better"] == pytest.approx(0.631579, abs=5e-7)
    assert row["worse"] == pytest.approx(-0.473684, abs=5e-7)
    assert (row["n"], row["n_base"], row["n_eff"]) == (100, 95, 100)
    assert (row["category"], row["tied"], row["lead_verdict"]) == ("attractive", "", "single_category")
    assert row["lead"] == pytest.approx(0.10)
    assert row["lead_limit"] == pytest.approx(1.65 * math.sqrt(60 * 140 / 200) / 100)
    assert row["ahead"] == "not_clearly_ahead"
    assert row["total_strength"] == pytest.approx(0.80)
    assert row["total_verdict"] == "good_strength"
    assert row["why"] == ""
    for name, count in (("better", 60), ("worse", 45)):
        limits = sorted(abs(row[f"{name}_{end}"]) for end in ("ci_lower", "ci_upper"))
        assert limits == pytest.approx(proportion_confint(count, 95, method="wilson"))
    assert row["worse_ci_lower"] < row["worse"] < row["worse_ci_upper"]
    shown = outcome.tables["kano_answers"].set_index("category")
    assert {name: shown.loc[NAMES[name], "respondents"] for name in WORKED} == WORKED
    assert shown["share"].to_list() == pytest.approx([count / 100 for count in WORKED.values()])
    low, high = proportion_confint(35, 100, method="wilson")
    assert shown.loc["attractive", ["ci_lower", "ci_upper"]].to_list() == pytest.approx([low, high])
    common = outcome.tables["measures"].set_index("measure")
    assert common.loc["kano_better", "value"] == row["better"]
    assert common.loc["kano_worse", "ci_lower"] == row["worse_ci_lower"]


@pytest.mark.parametrize(
    ("tied", "winner"),
    [
        ("AOMI", "M"), ("AOI", "O"), ("AI", "A"), ("MO", "M"), ("MA", "M"), ("IO", "O"), ("IR", "I"),
        ("RQ", "R"), ("AQ", "A"),
    ],
)  # fmt: skip
def test_ties_go_by_what_spoils_most(tied: str, winner: str) -> None:
    counts = {letter: 20 if letter in tied else 3 for letter in "AOMIRQ"}
    row = row_of(asked(answers(counts)))
    assert row["category"] == NAMES[winner]
    assert sorted(row["tied"].replace(" = ", "")) == sorted(tied)
    assert row["tied"].startswith(winner)
    assert row["lead"] == 0
    assert (row["lead_verdict"], row["ahead"]) == ("combination", "not_clearly_ahead")


@pytest.mark.parametrize(
    ("counts", "lead", "total"),
    [
        # (35 - 29) / 100 = .06 is weak; (29 + 16 + 15) / 100 = .60 is good: the limits themselves
        ({"A": 29, "O": 16, "M": 15, "I": 35, "R": 3, "Q": 2}, "combination", "good_strength"),
        ({"A": 29, "O": 16, "M": 14, "I": 36, "R": 3, "Q": 2}, "single_category", "low_strength"),
    ],
)
def test_the_limits_of_the_strengths(counts: dict[str, int], lead: str, total: str) -> None:
    row = row_of(asked(answers(counts)))
    assert (row["lead_verdict"], row["total_verdict"]) == (lead, total)


def test_fongs_test_turns_where_the_frequencies_say_so() -> None:
    """Of 100, 30 + k against 30 - k: |a - b| = 2k, the limit 1.65 sqrt(60 * 140 / 200) = 10.69, so k = 6."""
    for k, told in ((5, "not_clearly_ahead"), (6, "clearly_ahead")):
        counts = {"A": 30 + k, "O": 30 - k, "M": 20, "I": 20, "R": 0, "Q": 0}
        assert row_of(asked(answers(counts)))["ahead"] == told
    assert fong_limit(0.36, 0.24, 100) * 100 == pytest.approx(10.69, abs=0.005)
    assert math.isnan(fong_limit(0.36, 0.24, 0.0))


def test_one_category_alone_is_ahead() -> None:
    row = row_of(asked(answers({"M": 40})))
    assert (row["category"], row["lead"], row["ahead"]) == ("must_be", 1.0, "clearly_ahead")
    assert (row["better"], row["worse"]) == (0.0, -1.0)
    assert row["worse_ci_lower"] == pytest.approx(-1.0)
    assert row["worse_ci_upper"] == pytest.approx(-proportion_confint(40, 40, method="wilson")[0])


def test_without_a_denominator_there_are_no_coefficients() -> None:
    frame = pd.concat([answers({"R": 40, "Q": 10}), answers(WORKED)], ignore_index=True)
    frame["g"] = ["odd"] * 50 + ["plain"] * 100
    outcome = asked(frame, by=["g"])
    row = row_of(outcome, "odd")
    assert math.isnan(row["better"])
    assert math.isnan(row["worse"])
    assert row["why"] == NO_BASE
    assert (row["category"], row["n"], row["n_base"]) == ("reverse", 50, 0)
    alone = asked(answers({"R": 40, "Q": 10}))
    assert row_of(alone)["why"] == NO_BASE
    assert [finding.code for finding in alone.findings] == ["odd-pair"]
    assert set(alone.tables["measures"]["measure"]) == {"kano_functional", "kano_dysfunctional"}


def test_a_pair_that_nobody_answered() -> None:
    frame = answers(WORKED).assign(F2=np.nan, D2=3)
    outcome = asked(frame, pairs={"wifi": ("F", "D"), "pool": ("F2", "D2")})
    row = outcome.tables["kano"].iloc[1]
    assert (row["feature"], row["n"], row["why"], row["category"]) == ("pool", 0, NOBODY, "")
    shares = outcome.tables["kano_answers"]
    assert set(shares.loc[shares["feature"] == "pool", "why"]) == {NOBODY}
    assert [(one.code, one.where) for one in outcome.findings] == [("no-pair", "pool")]


def test_small_groups_show_nothing() -> None:
    frame = pd.concat([answers(WORKED), answers({"A": 12, "M": 8})], ignore_index=True)
    frame["g"] = ["large"] * 100 + ["small"] * 20
    outcome = asked(frame, by=["g"], min_base=30)
    for table, hidden in (("kano", ["lead", "better", "worse"]), ("kano_answers", ["share", "respondents"])):
        rows = outcome.tables[table]
        small = rows[rows["unit"] == "small"]
        assert small[hidden].isna().all(axis=None)
        assert small["why"].str.startswith("suppressed: 20 respondents").all()
    assert pd.isna(row_of(outcome, "small")["n_base"])
    assert "one-suppressed" in {finding.code for finding in outcome.findings}


def test_weights_count_respondents_as_often_as_they_say() -> None:
    """Whole weights give the numbers of as many equal respondents; n stays, the effective n is smaller."""
    frame = answers({"A": 10, "O": 8, "M": 6, "I": 5, "R": 2, "Q": 1})
    frame["w"] = np.arange(32) % 4 + 1.0
    weighted = row_of(asked(frame, weight="w"))
    repeated = row_of(asked(frame.loc[frame.index.repeat(frame["w"].astype(int))]))
    for name in ("better", "worse", "lead", "total_strength"):
        assert weighted[name] == pytest.approx(repeated[name])
    assert (weighted["category"], weighted["n"]) == (repeated["category"], 32)
    assert weighted["n_eff"] < 32
    assert weighted["better_ci_upper"] - weighted["better_ci_lower"] > (
        repeated["better_ci_upper"] - repeated["better_ci_lower"]
    )


def test_weighted_coefficients_are_shares_of_a_domain() -> None:
    """The error of sum w s / sum w over A, O, M, I: sum (w (s - B) / sum w)^2 n / (n - 1) of the sample."""
    frame = answers({"A": 30, "O": 20, "M": 25, "I": 15, "R": 10})
    frame["w"] = np.linspace(0.5, 2.0, 100)
    row = asked(frame, weight="w").tables["measures"].set_index("measure").loc["kano_better"]
    w, base = frame["w"].to_numpy(), np.arange(100) < 90
    s = (np.arange(100) < 50).astype(float)
    share = (w * s)[base].sum() / w[base].sum()
    errors = np.where(base, w * (s - share), 0) / w[base].sum()
    assert row["value"] == pytest.approx(share)
    assert row["se"] == pytest.approx(math.sqrt((errors**2).sum() * 100 / 99))
    assert row["n_eff"] == pytest.approx(share * (1 - share) / row["se"] ** 2)


def test_groups_differ_in_worse_as_in_the_share_without_its_sign() -> None:
    """O+M of base: 20 of 50 and 35 of 50. The pooled z is that of the shares, turned round with the sign."""
    frame = pd.concat([answers({"A": 30, "M": 20}), answers({"I": 15, "O": 35})], ignore_index=True)
    frame["g"] = ["a"] * 50 + ["b"] * 50
    rows = asked(frame, by=["g"]).tables["measure_differences"].set_index("measure")
    found = rows.loc["kano_worse"]
    z = (0.4 - 0.7) / math.sqrt(0.55 * 0.45 * (2 / 50))
    assert found["difference"] == pytest.approx(0.3)
    assert found["z"] == pytest.approx(-z)
    assert found["verdict"] == "higher"
    assert found["ci_lower"] < 0.3 < found["ci_upper"]
    assert found["ci_lower"] > 0
    assert rows.loc["kano_better", "difference"] == pytest.approx(-0.1)
    assert set(rows.index) == {"kano_better", "kano_worse"}


def test_scores_of_dumouchel() -> None:
    """Like it and dislike its lack: 4 and 4; the other way -2 and -2; the middle answers 2, 0, -1."""
    made = feature("x", [1, 2, 3, 4, 5, np.nan], [5, 4, 3, 2, 1, 1])
    assert made.functional[:5].tolist() == [4, 2, 0, -1, -2]
    assert made.dysfunctional[:5].tolist() == [4, 2, 0, -1, -2]
    assert math.isnan(made.functional[5])
    assert math.isnan(made.dysfunctional[5])
    assert [one.measure for one in dumouchel(made)] == ["kano_functional", "kano_dysfunctional"]
    outcome = asked(answers({"A": 2, "M": 2}))
    means = outcome.tables["measures"].set_index("measure")["value"]
    assert means["kano_functional"] == pytest.approx((4 + 4 + 2 + 2) / 4)
    assert means["kano_dysfunctional"] == pytest.approx((0 + 0 + 4 + 4) / 4)


def test_coding_and_scales_turned_round() -> None:
    frame = answers(WORKED)
    plain = asked(frame).tables["kano"]
    pd.testing.assert_frame_equal(plain, asked(6 - frame, coding="like_last").tables["kano"])
    from_zero = asked(frame - 1, scales={"": (0, 4)})
    pd.testing.assert_frame_equal(plain, from_zero.tables["kano"])
    contradictions = pd.concat([frame, pd.DataFrame({"F": [2, 4], "D": [2, 4]})], ignore_index=True)
    shown = asked(contradictions, evaluation="pouliot").tables["kano_answers"].set_index("category")
    assert shown.loc["questionable", "respondents"] == WORKED["Q"] + 2


@pytest.mark.parametrize(
    "pairs",
    [
        "wifi=F:D", ["wifi=F:D"], "wifi=F/D", {"wifi": ["F", "D"]}, {"wifi": "F:D"}, " wifi = F : D ",
        {"wifi": {"functional": "F", "dysfunctional": "D"}},
    ],
)  # fmt: skip
def test_pairs_as_people_write_them(pairs: Any) -> None:
    assert row_of(asked(answers(WORKED), pairs=pairs))["feature"] == "wifi"


def test_answers_that_are_no_answers() -> None:
    with pytest.raises(ValueError, match="1, 2, 3, 4 or 5"):
        feature("x", [6], [1])
    with pytest.raises(SurveyError, match=r"F: some answers lie between"):
        asked(answers(WORKED).replace({"F": {1: 1.5}}))
    with pytest.raises(UsageError, match=r"(?s)F=1:5.*D=1:5"):
        asked(answers(WORKED), scales={"": (1, 7)})


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=60))
def test_coefficients_are_those_of_the_counts(pairs: list[tuple[int, int]]) -> None:
    made = feature("x", [a for a, _ in pairs], [b for _, b in pairs])
    a, o, m, i, r, q = (int((made.codes == k).sum()) for k in range(6))
    assert a + o + m + i + r + q == len(pairs)
    for quantity, count, sign in ((better(made), a + o, 1), (worse(made), o + m, -1)):
        scores = quantity.parts[0].scores
        assert np.isfinite(scores).sum() == a + o + m + i
        assert np.nansum(scores) == count
        assert quantity.parts[0].coefficient == sign
    shares = {name: np.nanmean(is_in(made.codes, (name,))) for name in CATEGORIES}
    assert sum(shares.values()) == pytest.approx(1)
    category, modes = category_of(shares)
    assert shares[category] == max(shares.values())
    assert category == min(modes, key=TIES.index)
