"""Retention, churn, lifetime, and the complaint funnel: by hand, by identities, under weights."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from csi_model.measures.complaints import (
    GIVES_AWAY,
    HIDDEN_BEFORE,
    NO_ANSWER,
    NOBODY_THERE,
    Funnel,
    covered_recovery,
    funnel_rows,
    recovery,
)
from csi_model.measures.estimates import Design
from csi_model.measures.quantities import measure_tables, units_of
from csi_model.measures.questions import question_of
from csi_model.measures.rates import NO_CHURN, customer_rows, lifetime_rows, other_rate, rate
from csi_model.model.spec import Scale
from csi_model.survey.survey import Survey

NONE = float("nan")
MODEL = model_of({"complaints": "C"}, {}, scales={"C": Scale(low=0, high=1)})


def survey(n: int, groups: list[str] | None = None, **design: Any) -> Survey:
    more = {"groups": {"shop": groups}} if groups is not None else {}
    return survey_of(MODEL, np.zeros((n, 1)), **more, **design)


# counts


def test_counts_by_hand() -> None:
    """25 of 1,000 lost: churn 2.5 %, retention 97.5 %, lifetime 1 / .025 = 40 periods."""
    kept, churn, lifetime = customer_rows(1000, 25)
    assert (kept["measure"], churn["measure"], lifetime["measure"]) == (
        "retention", "churn", "expected_lifetime",
    )  # fmt: skip
    assert (kept["value"], churn["value"], lifetime["value"]) == pytest.approx((97.5, 2.5, 40))
    low, high = proportion_confint(25, 1000, method="wilson")
    assert (churn["ci_lower"], churn["ci_upper"]) == pytest.approx((100 * low, 100 * high))
    assert (kept["ci_lower"], kept["ci_upper"]) == pytest.approx((100 - 100 * high, 100 - 100 * low))
    assert (lifetime["ci_lower"], lifetime["ci_upper"]) == pytest.approx((1 / high, 1 / low))
    assert lifetime["se"] == pytest.approx(math.sqrt(0.025 * 0.975 / 1000) / 0.025**2)
    assert lifetime["metric"] == "periods"


@settings(max_examples=20)
@given(st.integers(1, 5000), st.data())
def test_retention_and_churn_are_the_whole(start: int, data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, start))
    kept, churn, lifetime = customer_rows(start, lost)
    assert kept["value"] + churn["value"] == pytest.approx(100)
    if lost:
        assert lifetime["value"] * churn["value"] == pytest.approx(100)
        assert lifetime["ci_lower"] - 1e-9 <= lifetime["value"] <= lifetime["ci_upper"] + 1e-9
    else:
        assert math.isnan(lifetime["value"])
        assert lifetime["why"] == NO_CHURN


def test_from_a_column() -> None:
    """12 of 40 left."""
    answers = np.repeat([1.0, 0], [12, 28])
    of = survey_of(MODEL, answers[:, None])
    asked = question_of(of, "C")
    made = (rate(asked, (1, 1), "churn"), other_rate(asked, (1, 1), "retention"))
    rows: list[Any] = measure_tables(made, of)["measures"].to_dict("records")
    assert [row["value"] for row in rows] == pytest.approx([30, 70])
    (lifetime,) = lifetime_rows(rows)
    assert lifetime["value"] == pytest.approx(40 / 12)
    assert lifetime["counted"] == "1 (0-1)"


# the funnel


def spread(*counts: tuple[int, tuple[float, ...]]) -> list[Floats]:
    """Columns of answers: so many respondents with each pattern."""
    table = np.array([pattern for n, pattern in counts for _ in range(n)], dtype=float)
    return list(table.T)


def shop() -> Funnel:
    """200 respondents: 80 had a problem, 40 of these complained, 15 were handled well, 12 of these stay.

    Of the 25 handled badly 5 stay; of the 40 silent ones 20; of the 120 without a problem 108.
    """
    problem, complained, well, stayed = spread(
        (12, (1, 1, 1, 1)), (3, (1, 1, 1, 0)), (5, (1, 1, 0, 1)), (20, (1, 1, 0, 0)),
        (20, (1, 0, NONE, 1)), (20, (1, 0, NONE, 0)), (108, (0, 0, NONE, 1)), (12, (0, 0, NONE, 0)),
    )  # fmt: skip
    return Funnel(problem=problem, complained=complained, handled_well=well, stayed=stayed)


def rows_of(funnel: Funnel, of: Survey, **options: Any) -> pd.DataFrame:
    return pd.DataFrame(funnel_rows(funnel, units_of(of), Design.of(of), **options))


def test_the_funnel_by_hand() -> None:
    made = rows_of(shop(), survey(200)).set_index("stage")
    assert made["kind"].tolist() == ["funnel"] * 5 + ["recovery"] * 5
    funnel = made[made["kind"] == "funnel"]
    assert funnel.index.tolist() == ["asked", "problem", "complained", "handled_well", "stayed"]
    assert funnel["respondents"].tolist() == [200, 80, 40, 15, 12]
    assert funnel["stage_base"].tolist() == [200, 200, 80, 40, 15]
    assert funnel["share_of_all"].tolist() == pytest.approx([1, 0.4, 0.2, 0.075, 0.06])
    assert funnel["share_of_previous"].tolist() == pytest.approx([1, 0.4, 0.5, 0.375, 0.8])
    recovery_rows = made[made["kind"] == "recovery"]
    assert recovery_rows["share_of_previous"].to_dict() == pytest.approx(
        {
            "stayed_handled_well": 12 / 15, "stayed_handled_badly": 5 / 25, "stayed_complained": 17 / 40,
            "stayed_silent": 20 / 40, "stayed_no_problem": 108 / 120,
        }
    )  # fmt: skip
    assert recovery_rows["share_of_all"].to_dict() == pytest.approx(
        {
            "stayed_handled_well": 12 / 200, "stayed_handled_badly": 5 / 200, "stayed_complained": 17 / 200,
            "stayed_silent": 20 / 200, "stayed_no_problem": 108 / 200,
        }
    )  # fmt: skip


def test_intervals_of_the_funnel_against_statsmodels() -> None:
    """Where everybody answered, a share of all is a plain share, and so is its Wilson interval."""
    made = rows_of(shop(), survey(200))
    for row in made[made["stage"] != "asked"].to_dict("records"):
        n = row["respondents"]
        low, high = proportion_confint(n, row["stage_base"], method="wilson")
        assert row["share_of_previous_ci_lower"] == pytest.approx(low, abs=1e-9)
        assert row["share_of_previous_ci_upper"] == pytest.approx(high, abs=1e-9)
        low, high = proportion_confint(n, 200, method="wilson")
        assert row["share_of_all_ci_lower"] == pytest.approx(low, abs=1e-9)
        assert row["share_of_all_ci_upper"] == pytest.approx(high, abs=1e-9)


def test_a_missing_answer_is_no_loss() -> None:
    """Half of 40 complainers say how it was handled, 15 of them well: 75 % of a fifth, not 15 of 200."""
    complained, well = spread((15, (1, 1)), (5, (1, 0)), (20, (1, NONE)), (160, (0, NONE)))
    row = rows_of(Funnel(complained=complained, handled_well=well), survey(200)).iloc[-1]
    assert row["stage"] == "handled_well"
    assert row["stage_base"] == 20
    assert row["share_of_previous"] == pytest.approx(0.75)
    assert row["share_of_all"] == pytest.approx(0.2 * 0.75)
    # by the delta method: var(p q) = q^2 p (1 - p) / 200 + p^2 q (1 - q) / 20
    variance = 0.75**2 * 0.2 * 0.8 / 200 + 0.2**2 * 0.75 * 0.25 / 20
    low, high = proportion_confint(0.15 * 0.85 * 0.15 / variance, 0.15 * 0.85 / variance, method="wilson")
    assert (row["share_of_all_ci_lower"], row["share_of_all_ci_upper"]) == pytest.approx((low, high))


def test_funnels_with_fewer_questions() -> None:
    complained, stayed = spread((10, (1, 1)), (10, (1, 0)), (60, (0, 1)), (20, (0, 0)))
    made = rows_of(Funnel(complained=complained, stayed=stayed), survey(100))
    assert made["stage"].tolist() == ["asked", "complained", "stayed", "stayed_complained", "stayed_silent"]
    assert made["share_of_previous"].tolist() == pytest.approx([1, 0.2, 0.5, 0.5, 0.75])


def test_stages_that_nobody_reaches_say_why() -> None:
    nobody = Funnel(complained=np.zeros(30), handled_well=np.full(30, NONE), stayed=np.ones(30))
    made = rows_of(nobody, survey(30)).set_index("stage")
    assert made.loc["complained", "share_of_all"] == 0
    assert made.loc["complained", "share_of_previous_ci_upper"] == pytest.approx(
        proportion_confint(0, 30, method="wilson")[1]
    )
    for stage in ("handled_well", "stayed", "stayed_handled_badly", "stayed_complained"):
        assert made.loc[stage, "why"] == NOBODY_THERE
        assert math.isnan(made.loc[stage, "share_of_all"])
    unasked = Funnel(complained=np.ones(30), handled_well=np.full(30, NONE))
    assert rows_of(unasked, survey(30)).iloc[-1]["why"] == NO_ANSWER


def test_small_bases_of_a_group_are_suppressed() -> None:
    complained, stayed = spread((40, (1, 1)), (5, (1, 0)), (60, (0, 1)), (95, (0, 0)))
    groups = ["a"] * 190 + ["b"] * 10
    made = rows_of(Funnel(complained=complained, stayed=stayed), survey(200, groups))
    shown = made[made["unit"] == "a"].set_index("stage")
    assert shown["why"].replace("the start: it has no interval", "").eq("").all()
    hidden = made[made["unit"] == "b"].set_index("stage")
    assert hidden.loc["asked", "why"] == "suppressed: 10 respondents are fewer than the minimum base of 30"
    assert hidden["share_of_all"].isna().all()
    assert hidden["respondents"].isna().all()
    everybody = made[made["unit"] == "all respondents"]
    assert everybody["share_of_all"].notna().all()


def test_the_total_of_a_suppressed_part_is_suppressed_too() -> None:
    """In a group 40 are handled well, 5 badly: those who stayed of all 45 would give the 5 away."""
    complained, well, stayed = spread((30, (1, 1, 1)), (10, (1, 1, 0)), (5, (1, 0, 0)), (60, (0, NONE, 1)))
    funnel = Funnel(complained=complained, handled_well=well, stayed=stayed)
    made = rows_of(funnel, survey(105, ["a"] * 105)).set_index(["unit", "stage"])
    why = made["why"]
    assert why["a", "stayed_handled_badly"].startswith("suppressed: 5 respondents")
    assert why["a", "stayed_complained"] == GIVES_AWAY
    assert math.isnan(made.loc[("a", "stayed_complained"), "share_of_all"])
    assert why["a", "stayed_handled_well"] == ""
    assert why["all respondents", "stayed_complained"] == ""


@settings(max_examples=6)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1), st.floats(0.2, 5)),
        min_size=8,
        max_size=40,
    )
)
def test_weighted_shares_of_all_are_weighted_shares(people: list[tuple[int, int, int, float]]) -> None:
    complained, well, stayed, weights = (np.array(one, dtype=float) for one in zip(*people, strict=True))
    funnel = Funnel(complained=complained, handled_well=well, stayed=stayed)
    made = rows_of(funnel, survey(len(people), weights=weights)).set_index(["kind", "stage"])
    reached = complained * well * stayed
    share = float(weights @ reached / weights.sum())
    row = made.loc[("funnel", "stayed")]
    if (complained * well).any():
        assert row["share_of_all"] == pytest.approx(share)
        assert row["share_of_all_ci_lower"] <= share + 1e-9
        assert share <= row["share_of_all_ci_upper"] + 1e-9
    else:
        assert row["why"] == NOBODY_THERE


def test_recovery_by_hand() -> None:
    """Handled well 12 of 15, badly 5 of 25, silent 20 of 40: 60 and 30 percentage points."""
    of = survey(200)
    made = measure_tables(list(recovery(shop(), "C")), of)["measures"].set_index("measure")
    assert made["value"].to_dict() == pytest.approx({"recovery_gap": 60, "recovery_gain": 30})
    assert made.loc["recovery_gap", "se"] == pytest.approx(100 * math.sqrt(0.8 * 0.2 / 15 + 0.2 * 0.8 / 25))
    assert made.loc["recovery_gain", "se"] == pytest.approx(100 * math.sqrt(0.8 * 0.2 / 15 + 0.25 / 40))
    assert set(made["metric"]) == {"percentage_points"}


def test_a_difference_gives_no_suppressed_part_away() -> None:
    """In a group 40 are handled well, 5 badly: the gap less the share of the 40 would be that of the 5."""
    complained, well, stayed = spread((30, (1, 1, 1)), (10, (1, 1, 0)), (5, (1, 0, 0)), (60, (0, NONE, 1)))
    funnel = Funnel(complained=complained, handled_well=well, stayed=stayed)
    tables = measure_tables(list(recovery(funnel, "C")), survey(105, ["a"] * 105))
    made = tables["measures"].set_index(["measure", "unit"])
    hidden = made.loc[("recovery_gap", "a")]
    assert hidden["why"] == "suppressed: 5 respondents are fewer than the minimum base of 30"
    assert hidden[["value", "se", "ci_lower", "ci_upper", "n_eff"]].isna().all()
    assert made.loc[("recovery_gain", "a"), "why"] == ""
    assert made.loc[("recovery_gap", "all respondents"), "value"] == pytest.approx(75)


def test_recovery_ends_at_100_points() -> None:
    complained, well, stayed = spread((9, (1, 1, 1)), (1, (1, 1, 0)), (5, (1, 0, 0)))
    funnel = Funnel(complained=complained, handled_well=well, stayed=stayed)
    row = measure_tables(list(recovery(funnel, "C")), survey(15))["measures"].iloc[0]
    assert row["value"] + 1.96 * row["se"] > 100
    assert row["ci_upper"] == 100


def test_recovery_needs_somebody_in_both_groups() -> None:
    complained, well, stayed = spread((10, (1, 1, 1)), (20, (0, NONE, 1)))
    funnel = Funnel(complained=complained, handled_well=well, stayed=stayed)
    assert [one.measure for one in recovery(funnel, "C")] == ["recovery_gain"]
    assert not list(recovery(Funnel(complained=complained, stayed=stayed), "C"))


def test_no_base_tells_how_few_complaints_were_handled() -> None:
    """Group b: 40 asked, 3 complained, 1 of them was handled well; that 1 may stand nowhere."""
    complained = np.tile(np.r_[np.ones(3), np.zeros(37)], 2)
    complained[:35] = 1
    well = np.where(complained == 1, 1.0, math.nan)
    well[[30, 31, 41, 42]] = 0
    funnel = Funnel(complained=complained, handled_well=well, stayed=np.tile([1.0, 0.0], 40))
    of = survey(80, ["a"] * 40 + ["b"] * 40)
    stages = rows_of(funnel, of, min_base=30)
    hidden = stages[stages["unit"] == "b"].set_index("stage")
    assert hidden.loc["complained", "respondents"] == 3
    for stage in ("stayed", "stayed_handled_well", "stayed_handled_badly"):
        assert hidden.loc[stage, "why"] == HIDDEN_BEFORE
        assert hidden.loc[stage, ["stage_base", "respondents", "share_of_all"]].isna().all()
    measures = measure_tables(list(recovery(funnel, "REPUR")), of, min_base=30)["measures"]
    covered = covered_recovery(measures, stages)
    rows = covered[covered["unit"] == "b"]
    assert len(rows) == 2
    assert set(rows["why"]) == {HIDDEN_BEFORE}
    assert rows["n"].isna().all()
    whole = covered["unit"] == "all respondents"
    pd.testing.assert_frame_equal(covered[whole], measures[whole])
