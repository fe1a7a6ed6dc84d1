"""A change taken apart: by hand, exactly whatever the numbers, and against the tables it comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fit_builders import chain_answers, model_of, survey_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from wave_builders import TWO_DRIVERS, block, cell, only, study_of, uneven_firms, wave

from csi_model.comparison.decomposition import NO_LEVEL, SUMMED, decomposed, decomposition, parts_of
from csi_model.comparison.wave_samples import WaveOptions, folder_study
from csi_model.comparison.waves import trend
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import Construct

ONES = np.ones(3)


def summed(table: pd.DataFrame) -> float:
    return float(table[table["part"].isin(SUMMED)]["contribution"].sum())


def taken_apart(**results: Results) -> pd.DataFrame:
    return decomposition(folder_study(results, WaveOptions(), 0.95))


def test_two_drivers_by_hand() -> None:
    """Quality 60 > 64 with effects .5 > .6, value 70 > 69 with .3 > .2, satisfaction 65 > 70.

    Levels: .55 x 4 = 2.2 and .25 x -1 = -.25; effects: 62 x .1 = 6.2 and 69.5 x -.1 = -6.95. The constants
    are 65 - 30 - 21 = 14 and 70 - 38.4 - 13.8 = 17.8, so 3.8 are unexplained; and 2.2 - .25 + 6.2 - 6.95
    + 3.8 = 5.
    """
    study = study_of(
        TWO_DRIVERS,
        [
            block(TWO_DRIVERS, [60, 70, 65], ONES, slopes=ONES, beta=[0.5, 0.3]),
            block(TWO_DRIVERS, [64, 69, 70], ONES, slopes=ONES, beta=[0.6, 0.2]),
        ],
    )
    table = decomposition(study)
    found = {(row["part"], row["driver"]): row["contribution"] for row in table.to_dict("records")}
    assert found == pytest.approx(
        {
            ("total", ""): 5.0,
            ("level", "quality"): 2.2,
            ("level", "value"): -0.25,
            ("effect", "quality"): 6.2,
            ("effect", "value"): -6.95,
            ("unexplained", ""): 3.8,
            ("effect_and_unexplained", ""): 3.05,
        }
    )
    assert set(table["target"]) == {"satisfaction"}


def test_effects_are_points_on_the_ruler_of_the_base_wave() -> None:
    """Paths of .4 with slopes 20 (quality), 10 (value), 30 (satisfaction): .4 x 30 / 20 and .4 x 30 / 10."""
    slopes = [20.0, 10.0, 30.0]
    first = block(TWO_DRIVERS, [60, 70, 65], ONES, slopes=slopes, beta=[0.4, 0.4])
    second = block(TWO_DRIVERS, [61, 72, 65], ONES, slopes=slopes, beta=[0.4, 0.4])
    table = decomposition(study_of(TWO_DRIVERS, [first, second]))
    assert cell(table, "contribution", part="level", driver="quality") == pytest.approx(0.6 * 1)
    assert cell(table, "contribution", part="level", driver="value") == pytest.approx(1.2 * 2)
    assert cell(table, "contribution", part="effect", driver="value") == pytest.approx(0)


points = arrays(float, (2, 3), elements=st.floats(0, 100))
effects = arrays(float, (2, 2), elements=st.floats(-3, 3))


@given(points, effects)
def test_parts_add_up_to_the_change_for_any_numbers(index: np.ndarray, direct: np.ndarray) -> None:
    made = decomposed(TWO_DRIVERS, index, direct)
    parts = parts_of(TWO_DRIVERS)
    total = made[[part.part for part in parts].index("total")]
    assert total == index[1, 2] - index[0, 2]
    assert made[[part.part in SUMMED for part in parts]].sum() == pytest.approx(total, abs=1e-9)


@given(points, effects, st.floats(-100, 100))
def test_only_levels_and_the_rest_together_are_free_of_the_origin(
    index: np.ndarray, direct: np.ndarray, origin: float
) -> None:
    """The same index counted from another zero: what is left after the levels does not move."""
    here, there = (decomposed(TWO_DRIVERS, index + move, direct) for move in (0.0, origin))
    for k, part in enumerate(parts_of(TWO_DRIVERS)):
        if part.part == "effect":
            place = 0 if part.driver == "quality" else 1
            assert there[k] - here[k] == pytest.approx(
                origin * (direct[1, place] - direct[0, place]), abs=1e-8
            )
        elif part.part != "unexplained":
            assert there[k] == pytest.approx(here[k], abs=1e-8)


@given(points, effects)
def test_going_back_undoes_every_part(index: np.ndarray, direct: np.ndarray) -> None:
    forth, back = decomposed(TWO_DRIVERS, index, direct), decomposed(TWO_DRIVERS, index[::-1], direct[::-1])
    np.testing.assert_allclose(back, -forth, atol=1e-9)


@pytest.mark.parametrize(
    "options", [{}, {"estimator": "pls", "bootstrap": 100, "folds": 0}], ids=["ml", "pls"]
)
def test_parts_follow_from_the_stored_tables(options: dict[str, object]) -> None:
    """With equal weights all waves have one ruler: index and effects are those of each wave's own tables."""
    results = [wave(1, weight_rule="equal", **options), wave(2, 0.3, weight_rule="equal", **options)]
    table = taken_apart(a=results[0], b=results[1])
    index = [one.tables["index"].set_index("construct")["index"] for one in results]
    direct = [only(one.tables["effects"], kind="direct") for one in results]
    found = only(table, target="satisfaction")
    change = index[1]["satisfaction"] - index[0]["satisfaction"]
    assert cell(found, "contribution", part="total") == pytest.approx(change)
    assert summed(found) == pytest.approx(change, abs=1e-10)
    for driver in ("expectations", "quality"):
        b = [cell(one, "effect", source=driver, target="satisfaction") for one in direct]
        level = (b[0] + b[1]) / 2 * (index[1][driver] - index[0][driver])
        effect = (index[0][driver] + index[1][driver]) / 2 * (b[1] - b[0])
        assert cell(found, "contribution", part="level", driver=driver) == pytest.approx(level)
        assert cell(found, "contribution", part="effect", driver=driver) == pytest.approx(effect)


def test_the_total_is_the_held_change_of_the_trend() -> None:
    study = folder_study({"a": wave(1), "b": wave(2, 0.3), "c": wave(3)}, WaveOptions(base="b"), 0.95)
    table, followed = decomposition(study), trend(study)
    for first, second in (("a", "b"), ("b", "c")):
        row = only(table, part="total", target="loyalty", wave_1=first, wave_2=second)
        shown = only(followed, construct="loyalty", wave=second, weights_from="held")
        assert row[["contribution", "se", "ci_lower"]].to_numpy(dtype=float) == pytest.approx(
            shown[["change", "change_se", "change_ci_lower"]].to_numpy(dtype=float)
        )
    # more than two waves: also the first with the last, which is the sum of the steps
    totals = only(table, part="total", target="loyalty").set_index(["wave_1", "wave_2"])["contribution"]
    assert totals["a", "c"] == pytest.approx(totals["a", "b"] + totals["b", "c"])
    assert set(table["target"]) == {"quality", "satisfaction", "loyalty"}


def test_delta_errors_by_hand() -> None:
    """Only quality's mean errs, by 2 and by 1: its level part by .55 sqrt(5), its effect by .05 of that."""
    covariances = [np.zeros((TWO_DRIVERS.size, TWO_DRIVERS.size)) for _ in range(2)]
    covariances[0][0, 0], covariances[1][0, 0] = 4.0, 1.0
    blocks = [
        block(TWO_DRIVERS, x, ONES, slopes=ONES, beta=beta, covariance=covariance)
        for x, beta, covariance in zip(
            ([60, 70, 65], [64, 69, 70]), ([0.5, 0.3], [0.6, 0.2]), covariances, strict=True
        )
    ]
    table = decomposition(study_of(TWO_DRIVERS, blocks))
    assert cell(table, "se", part="level", driver="quality") == pytest.approx(0.55 * np.sqrt(5))
    assert cell(table, "se", part="effect", driver="quality") == pytest.approx(0.05 * np.sqrt(5))
    assert cell(table, "se", part="total") == 0
    assert set(table["ci_method"]) == {"delta"}


def test_bootstrap_and_delta_agree_on_a_large_sample() -> None:
    """The same waves by both ways: standard errors within what 400 draws leave open."""
    drawn = {f"{k}": wave(k, 0.2 * k, n=1000, bootstrap=400) for k in (1, 2)}
    derived = {f"{k}": wave(k, 0.2 * k, n=1000) for k in (1, 2)}
    one, two = (taken_apart(**results) for results in (drawn, derived))
    assert set(one["ci_method"]) == {"bootstrap"}
    assert set(two["ci_method"]) == {"delta"}
    np.testing.assert_allclose(one["contribution"], two["contribution"], rtol=1e-9)
    np.testing.assert_allclose(one["se"], two["se"], rtol=0.15)


def test_without_draws_pls_gives_parts_without_intervals() -> None:
    options = {"estimator": "pls", "bootstrap": 0, "folds": 0}
    table = taken_apart(a=wave(1, **options), b=wave(2, 0.3, **options))
    assert table["contribution"].notna().all()
    parts = table[table["part"] != "total"]
    assert parts["se"].isna().all()
    assert parts["why"].str.contains("bootstrap").all()
    assert set(only(table, part="total")["ci_method"]) == {"linearised"}


def test_a_product_of_constructs_has_no_level_and_the_rest_still_adds_up() -> None:
    base = model_of(
        {"quality": "q1 q2 q3", "value": "x1 x2 x3", "satisfaction": "s1 s2 s3"},
        {"satisfaction": "quality value"},
    )
    product = Construct(name="both", product=("quality", "value"))
    model = replace(
        base,
        constructs=(*base.constructs, product),
        paths=(*base.paths, replace(base.paths[0], source="both")),
        index="satisfaction",
    )

    def one(seed: int) -> Results:
        survey = survey_of(model, chain_answers(150, seed)[:, :9], sha256=str(seed))
        return evaluate(fit(model, survey, estimator="pls", bootstrap=0, folds=0, beside=False))

    table = taken_apart(a=one(1), b=one(2))
    level = only(table, part="level", driver="both")
    assert level["contribution"].isna().all()
    assert set(level["why"]) == {NO_LEVEL}
    known = table[table["contribution"].notna()]
    assert summed(known) == pytest.approx(cell(table, "contribution", part="total"), abs=1e-10)


def test_units_without_numbers_or_effects_say_why() -> None:
    table = decomposition(uneven_firms())
    small, constant = only(table, unit="b"), only(table, unit="c")
    assert small["contribution"].isna().all()
    assert small["why"].str.startswith("2025: suppressed").all()
    assert only(constant, part="total")["contribution"].notna().all()
    assert only(constant, part="level")["contribution"].isna().all()
    assert only(constant, part="level")["why"].str.startswith("2025: ").all()
    assert only(table, unit="a")["se"].notna().all()
