"""National indices with fixed weights: hand-worked examples, joint errors by respondent, printed grades."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import stats

from csi_model.errors import SurveyError
from csi_model.measures.national import (
    IKM_ELEMENTS,
    IKM_GRADES,
    KCSI_WEIGHTS,
    FixedWeights,
    british_index,
    check_scale,
    ikm_bands,
    ikm_grade,
    indonesian_index,
    korean_index,
    top_two,
    verbal_means,
    weights_of,
    within_limits,
)
from csi_model.measures.quantities import measure_tables
from csi_model.model.spec import Scale
from csi_model.survey.survey import Survey

NAN = math.nan
SEVEN, TEN, FOUR, FIVE = (Scale(low=1, high=top) for top in (7, 10, 4, 5))


def survey(scale: Scale, columns: dict[str, ArrayLike], **design: Any) -> Survey:
    names = " ".join(columns)
    model = model_of({"questions": names}, {}, scales=dict.fromkeys(columns, scale))
    answers = np.column_stack([np.asarray(one, dtype=float) for one in columns.values()])
    return survey_of(model, answers, **design)


def rows_of(made: FixedWeights, of: Survey, **options: Any) -> pd.DataFrame:
    tables = within_limits(measure_tables(made.quantities, of, **{"min_base": 1, **options}))
    return tables["measures"].set_index(["measure", "item", "unit"])


def row(frame: pd.DataFrame, measure: str, item: str, unit: str = "all respondents") -> Any:
    return frame.loc[(measure, item, unit)]


# KCSI

FOUR_CUSTOMERS = {
    "overall": [7, 6, 5, 7],  # 3 of 4 among the two best: 75
    "e1": [7, 7, 7, 1],  # 75
    "e2": [6, 5, 4, 3],  # 25
    "again": [6, 6, 1, 1],  # 50
}


def kcsi(of: Survey, edition: str = "current", **importance: float) -> FixedWeights:
    return korean_index(
        of, overall="overall", elements=["e1", "e2"], repurchase="again", importance=importance,
        edition=edition,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("edition", "importance", "value", "element"),
    [
        ("current", {}, 0.3 * 75 + 0.5 * 50 + 0.2 * 50, 50.0),  # 57.5
        ("older", {}, 0.4 * 75 + 0.4 * 50 + 0.2 * 50, 50.0),  # 60
        ("current", {"e1": 3, "e2": 1}, 0.3 * 75 + 0.5 * 62.5 + 0.2 * 50, 62.5),  # 63.75
        ("older", {"e1": 0, "e2": 7}, 0.4 * 75 + 0.4 * 25 + 0.2 * 50, 25.0),  # 50
    ],
)
def test_kcsi_by_hand(edition: str, importance: dict[str, float], value: float, element: float) -> None:
    of = survey(SEVEN, FOUR_CUSTOMERS)
    made = kcsi(of, edition, **importance)
    frame = rows_of(made, of)
    assert row(frame, "kcsi", f"kcsi_{edition}")["value"] == pytest.approx(value)
    assert row(frame, "kcsi_part", "kcsi_overall")["value"] == pytest.approx(75)
    assert row(frame, "kcsi_part", "kcsi_elements")["value"] == pytest.approx(element)
    assert row(frame, "kcsi_part", "kcsi_repurchase")["value"] == pytest.approx(50)
    assert row(frame, "kcsi_item", "e1")["value"] == pytest.approx(75)
    assert row(frame, "kcsi_part", "kcsi_overall")["counted"] == "6-7 (1-7)"


def test_kcsi_weights_are_visible_and_sum_to_one() -> None:
    of = survey(SEVEN, FOUR_CUSTOMERS)
    table = kcsi(of, e1=3, e2=1).tables()["fixed_weights"].set_index("item")
    assert table["weight"].to_dict() == pytest.approx(
        {"overall": 0.3, "e1": 0.375, "e2": 0.125, "again": 0.2}
    )
    assert table["part_weight"].to_dict() == pytest.approx({"overall": 1, "e1": 0.75, "e2": 0.25, "again": 1})
    assert table.loc["e1", "weights_from"] == "given"
    assert kcsi(of).tables()["fixed_weights"].set_index("item").loc["e1", "weights_from"] == "equal"
    assert all(sum(weights) == pytest.approx(1) for weights in KCSI_WEIGHTS.values())


def random_sevens(n: int = 240, seed: int = 4) -> dict[str, Floats]:
    """Answers that hang together, so that errors of the parts are not independent."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=n)
    names = ("overall", "e1", "e2", "again")
    return {k: np.clip(np.rint(5 + latent + 0.7 * rng.normal(size=n)), 1, 7) for k in names}


def test_the_joint_error_of_kcsi_is_that_of_a_score_by_respondent() -> None:
    answers = random_sevens()
    of = survey(SEVEN, dict(answers))
    best = {name: (values >= 6).astype(float) for name, values in answers.items()}
    score = 100 * (
        0.3 * best["overall"] + 0.5 * (0.75 * best["e1"] + 0.25 * best["e2"]) + 0.2 * best["again"]
    )
    found = row(rows_of(kcsi(of, e1=3, e2=1), of), "kcsi", "kcsi_current")
    assert found["value"] == pytest.approx(score.mean())
    assert found["se"] == pytest.approx(score.std() / len(score) ** 0.5, rel=1e-12)
    assert found["ci_upper"] - found["value"] == pytest.approx(stats.norm.ppf(0.975) * found["se"])
    parts = rows_of(kcsi(of), of).loc["kcsi_part"]["se"].to_numpy()
    independent = np.sqrt(np.sum((np.array([0.3, 0.5, 0.2]) * parts) ** 2))
    assert found["se"] > 1.2 * independent  # taking parts for independent would promise too much


def test_the_joint_error_with_weights_and_missing_answers() -> None:
    answers = random_sevens(seed=9)
    rng = np.random.default_rng(2)
    for values in answers.values():
        values[rng.random(len(values)) < 0.15] = NAN
    weights = rng.uniform(0.5, 2.5, size=240)
    of = survey(SEVEN, dict(answers), weights=weights)
    coefficients = {"overall": 30, "e1": 25, "e2": 25, "again": 20}
    value, influence = 0.0, np.zeros(240)
    for name, c in coefficients.items():
        known = np.isfinite(answers[name])
        best, w = (answers[name][known] >= 6).astype(float), weights[known]
        mean = (w * best).sum() / w.sum()
        value += c * mean
        influence[known] += c * w * (best - mean) / w.sum()
    found = row(rows_of(kcsi(of), of), "kcsi", "kcsi_current")
    assert found["value"] == pytest.approx(value)
    # with replacement: n / (n - 1) sum of squared influences (their sum is zero)
    assert found["se"] == pytest.approx((240 / 239 * (influence**2).sum()) ** 0.5, rel=1e-9)


def test_differences_of_kcsi_between_units_are_tested() -> None:
    answers = random_sevens(300)
    shop = np.repeat(["a", "b"], 150)
    for values in answers.values():
        values[150:] = np.maximum(values[150:] - 1, 1)
    of = survey(SEVEN, dict(answers), groups={"shop": list(shop)})
    made = kcsi(of)
    tables = measure_tables(made.quantities, of)
    pair = tables["measure_differences"].set_index("measure").loc["kcsi"]
    frame = rows_of(made, of)
    one, two = (row(frame, "kcsi", "kcsi_current", unit) for unit in "ab")
    assert pair["difference"] == pytest.approx(one["value"] - two["value"])
    assert pair["se"] == pytest.approx(math.hypot(one["se"], two["se"]))
    assert pair["verdict"] == "higher"
    assert "kcsi_item" not in set(tables["measure_differences"]["measure"])


def test_all_best_answers_are_100_and_the_interval_ends_there() -> None:
    of = survey(SEVEN, {name: [7.0] * 30 + [5.0] for name in FOUR_CUSTOMERS})
    found = row(rows_of(kcsi(of), of), "kcsi", "kcsi_current")
    assert found["value"] == pytest.approx(100 * 30 / 31)
    assert found["ci_upper"] == 100
    best = survey(SEVEN, {name: [6.0, 7.0] for name in FOUR_CUSTOMERS})
    assert row(rows_of(kcsi(best), best), "kcsi", "kcsi_current")["value"] == pytest.approx(100)


def test_a_part_that_nobody_answered_is_one_message() -> None:
    of = survey(SEVEN, FOUR_CUSTOMERS | {"again": [NAN] * 4})
    with pytest.raises(SurveyError, match="nobody is in the base of kcsi"):
        rows_of(kcsi(of), of)


def test_top_two_of_other_scales() -> None:
    assert top_two([8, 9, 10, NAN], TEN)[:3].tolist() == [0, 1, 1]
    assert math.isnan(top_two([8, 9, 10, NAN], TEN)[3])


@settings(max_examples=30)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=8))
def test_importance_is_normalised(values: list[float]) -> None:
    names = [f"e{k}" for k in range(len(values))]
    made = weights_of(names, dict(zip(names, values, strict=True)))
    assert sum(made.values()) == pytest.approx(1)
    assert made["e0"] / made[names[-1]] == pytest.approx(values[0] / values[-1])


# UKCSI


def test_ukcsi_is_the_mean_of_customers_not_of_ratings() -> None:
    of = survey(TEN, {"r1": [10, 6, NAN], "r2": [8, NAN, NAN], "r3": [9, NAN, NAN]})
    frame = rows_of(british_index(of, ["r1", "r2", "r3"], {}), of)
    found = row(frame, "ukcsi", "ukcsi_all")
    assert found["value"] == pytest.approx((90 + 60) / 2)  # the mean of the four ratings would be 82.5
    assert found["n"] == 2
    assert found["se"] == pytest.approx(np.std([90, 60], ddof=1) / 2**0.5)  # 15
    low, high = stats.t.interval(0.95, 1, 75, 15)
    assert (found["ci_lower"], found["ci_upper"]) == (max(low, 10), min(high, 100))


@pytest.mark.parametrize(("answer", "value"), [(1, 10), (5.5, 55), (10, 100)])
def test_the_floor_of_ukcsi_is_10(answer: float, value: float) -> None:
    of = survey(TEN, {"r1": [answer] * 3, "r2": [answer] * 3})
    found = row(rows_of(british_index(of, ["r1", "r2"], {}), of), "ukcsi", "ukcsi_all")
    assert found["value"] == pytest.approx(value)
    assert value != pytest.approx(100 * (answer - 1) / 9) or answer == 10


def test_dimensions_of_ukcsi() -> None:
    of = survey(TEN, {"r1": [10, 6], "r2": [8, 4], "r3": [1, 2]})
    dimensions = {"r1": "experience", "r2": "experience", "r3": "ethics"}
    frame = rows_of(british_index(of, ["r1", "r2", "r3"], dimensions), of)
    assert row(frame, "ukcsi_dimension", "ukcsi_experience")["value"] == pytest.approx((90 + 50) / 2)
    assert row(frame, "ukcsi_dimension", "ukcsi_ethics")["value"] == pytest.approx(15)
    assert row(frame, "ukcsi", "ukcsi_all")["value"] == pytest.approx(10 * (19 / 3 + 12 / 3) / 2)
    assert ("ukcsi_dimension", "ukcsi_complaints", "all respondents") not in frame.index


def test_another_scale_is_refused_by_question() -> None:
    of = survey(Scale(low=0, high=10), {"r1": [1, 2], "r2": [1, 2]})
    with pytest.raises(SurveyError) as raised:
        check_scale(of, ["r1", "r2"], TEN, "UKCSI")
    assert [one.where for one in raised.value.findings] == ["r1", "r2"]
    assert "0 to 10" in raised.value.findings[0].what


# IKM


def elements(count: int, *respondents: Sequence[float] | float) -> Survey:
    answers = [[one] * count if isinstance(one, int | float) else list(one) for one in respondents]
    return survey(FOUR, {f"u{k}": column for k, column in enumerate(np.array(answers, dtype=float).T)})


@pytest.mark.parametrize(
    ("edition", "answer", "value", "grade"),
    [
        ("2017", 1, 25, "D: not good"), ("2017", 3, 75, "C: less good"), ("2017", 4, 100, "A: very good"),
        ("2004", 1, 25, "D: not good"), ("2004", 2, 50, "C: less good"), ("2004", 3, 75, "B: good"),
        ("2004", 4, 100, "A: very good"),
    ],
)  # fmt: skip
def test_ikm_by_hand(edition: str, answer: int, value: float, grade: str) -> None:
    count = IKM_ELEMENTS[edition]
    of = elements(count, answer, answer)
    made = indonesian_index(of, list(of.names), edition)
    found = row(rows_of(made, of), "ikm", f"ikm_{edition}")
    assert (found["value"], found["band"]) == (pytest.approx(value), grade)
    weights = made.tables()["fixed_weights"]["weight"]
    assert weights.tolist() == pytest.approx([1 / count] * count)


def test_ikm_of_element_means() -> None:
    # means 3.5, 2.5 and 3: 25 * (3.5 + 2.5 + 3) / 3 = 75; respondents 10/3 and 8/3 times 25
    of = elements(3, (4, 2, 4), (3, 3, 2))
    frame = rows_of(indonesian_index(of, list(of.names), "2017"), of)
    assert [row(frame, "ikm_element", f"u{k}")["value"] for k in range(3)] == [3.5, 2.5, 3]
    found = row(frame, "ikm", "ikm_2017")
    assert found["value"] == pytest.approx(75)
    assert found["se"] == pytest.approx(np.std([250 / 3, 200 / 3], ddof=1) / 2**0.5)
    assert found["ci_upper"] == 100  # t with one degree of freedom goes far beyond


@pytest.mark.parametrize(
    ("edition", "value", "letter"),
    [
        ("2004", 25, "D"), ("2004", 43.75, "D"), ("2004", 43.7549, "D"), ("2004", 43.755, "C"),
        ("2004", 43.76, "C"), ("2004", 62.50, "C"), ("2004", 62.505, "B"), ("2004", 62.51, "B"),
        ("2004", 81.25, "B"), ("2004", 81.2549, "B"), ("2004", 81.255, "A"), ("2004", 100, "A"),
        ("2017", 64.99, "D"), ("2017", 64.9949, "D"), ("2017", 64.995, "C"), ("2017", 65, "C"),
        ("2017", 76.60, "C"), ("2017", 76.605, "B"), ("2017", 76.61, "B"), ("2017", 88.30, "B"),
        ("2017", 88.3049, "B"), ("2017", 88.305, "A"), ("2017", 88.31, "A"),
    ],
)  # fmt: skip
def test_grades_at_and_between_the_printed_bands(edition: str, value: float, letter: str) -> None:
    assert ikm_grade(value, edition)[0] == letter


@pytest.mark.parametrize("edition", IKM_ELEMENTS)
def test_every_printed_number_has_the_grade_of_its_band(edition: str) -> None:
    printed = {
        "2004": {"D": (2500, 4375), "C": (4376, 6250), "B": (6251, 8125), "A": (8126, 10000)},
        "2017": {"D": (2500, 6499), "C": (6500, 7660), "B": (7661, 8830), "A": (8831, 10000)},
    }[edition]
    found: dict[str, list[int]] = {}
    for hundredths in range(2500, 10001):
        found.setdefault(ikm_grade(hundredths / 100, edition)[0], []).append(hundredths)
    assert {letter: (min(all_), max(all_)) for letter, all_ in found.items()} == printed
    bands = {one["band"][0]: (one["band_from"], one["band_to"]) for one in ikm_bands(edition)}
    assert bands == {letter: (low / 100, high / 100) for letter, (low, high) in printed.items()}


@settings(max_examples=60)
@given(st.floats(25, 100), st.floats(25, 100), st.sampled_from(["2004", "2017"]))
def test_grades_rise_with_the_index(one: float, two: float, edition: str) -> None:
    low, high = sorted((one, two))
    assert IKM_GRADES.index(ikm_grade(low, edition)) <= IKM_GRADES.index(ikm_grade(high, edition))


def test_no_value_has_no_grade() -> None:
    assert ikm_grade(NAN, "2017") == ""


# Kundenmonitor

COUNTS = np.repeat([5.0, 4.0, 3.0, 2.0, 1.0], [40, 90, 50, 15, 5])


@pytest.mark.parametrize(("best", "answers", "mean"), [(5.0, COUNTS, 3.725), (1.0, 6 - COUNTS, 2.275)])
def test_mean_and_shares_of_verbal_steps(best: float, answers: Floats, mean: float) -> None:
    of = survey(FIVE, {"g": answers})
    tables = measure_tables(verbal_means(of, "g", best=best).quantities, of)["measures"]
    values = tables.set_index("counted")["value"]
    assert values[f"kundenmonitor_best_{best:g}"] == pytest.approx(mean)
    assert values["two best steps"] == pytest.approx(65)
    assert values["two worst steps"] == pytest.approx(10)
    steps = [values[name] for name in values.index if name.startswith("step ")]
    assert steps == pytest.approx([20, 45, 25, 7.5, 2.5])
    se = tables.set_index("counted")["se"][f"kundenmonitor_best_{best:g}"]
    assert se == pytest.approx(answers.std(ddof=1) / 200**0.5)


@settings(max_examples=8)
@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_turning_the_scale_turns_the_mean_and_keeps_the_shares(answers: list[int]) -> None:
    values = np.array(answers, dtype=float)
    one, two = survey(FIVE, {"g": values}), survey(FIVE, {"g": 6 - values})
    first = measure_tables(verbal_means(one, "g", best=1).quantities, one)["measures"]["value"]
    second = measure_tables(verbal_means(two, "g", best=5).quantities, two)["measures"]["value"]
    assert first[0] == pytest.approx(6 - second[0])
    assert first[1:].to_list() == pytest.approx(second[1:].to_list())
    assert first[3:].sum() == pytest.approx(100)
