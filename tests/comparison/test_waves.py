"""The trend: choices of weights by hand, errors of changes, and one study read in two ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from wave_builders import TWO_ITEMS, block, cell, only, study_of, two_waves, uneven_firms, wave

from csi_model.comparison.many_units import measure_units
from csi_model.comparison.wave_samples import WaveOptions, folder_study
from csi_model.comparison.wave_studies import wave_study, wave_tables
from csi_model.comparison.waves import FIRST, choice_findings, trend
from csi_model.errors import UsageError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.multiplicity import holm

PLS = {"estimator": "pls", "bootstrap": 150, "folds": 0}


def followed(options: WaveOptions | None = None, **results: Results) -> pd.DataFrame:
    return trend(folder_study(results, options or WaveOptions(), 0.95))


def scores(table: pd.DataFrame, kind: str, column: str = "index") -> list[float]:
    return only(table, weights_from=kind)[column].tolist()


# ---- by hand


def by_hand(base: int = 0) -> pd.DataFrame:
    """Items at 60 and 80, then 70 and 78, then 66 and 90; weights .5 .5, then .3 .7, then .4 .6."""
    blocks = [
        block(TWO_ITEMS, x, w)
        for x, w in (([60, 80], [0.5, 0.5]), ([70, 78], [0.3, 0.7]), ([66, 90], [0.4, 0.6]))
    ]
    return trend(study_of(TWO_ITEMS, blocks, base=base))


def test_choices_of_weights_by_hand() -> None:
    """Chained: 70, then .4 x 10 - .6 x 2 = 2.8 more, then -.35 x 4 + .65 x 12 = 6.4 more."""
    table = by_hand()
    assert scores(table, "held") == pytest.approx([70, 74, 78])
    assert scores(table, "own") == pytest.approx([70, 75.6, 80.4])
    assert scores(table, "chained") == pytest.approx([70, 72.8, 79.2])
    assert scores(table, "chained", "change")[1:] == pytest.approx([2.8, 6.4])
    assert list(only(table, wave="1")["weights_from"]) == ["held", "own", "chained"]


def test_the_chain_goes_both_ways_from_the_base() -> None:
    """From the second wave: .3 x 70 + .7 x 78 = 75.6; 2.8 less before it and 6.4 more after it."""
    table = by_hand(base=1)
    assert scores(table, "chained") == pytest.approx([72.8, 75.6, 82.0])
    assert scores(table, "held") == pytest.approx([74, 75.6, 82.8])


def test_the_chain_spans_waves_without_the_unit_and_the_change_does_not() -> None:
    """No number in the second wave: the link is (.5 + .4) / 2 x 6 + .55 x 10 = 8.2."""
    blocks = [block(TWO_ITEMS, x, w) for x, w in (([60, 80], [0.5, 0.5]), (np.nan, [0.3, 0.7]),
                                                  ([66, 90], [0.4, 0.6]))]  # fmt: skip
    table = trend(study_of(TWO_ITEMS, blocks, why=("", "suppressed: too few", "")))
    assert scores(table, "chained")[2] == pytest.approx(78.2)
    assert scores(table, "held")[2] == pytest.approx(78)
    assert table["change"].isna().all()
    assert set(only(table, wave="1")["why"]) == {"suppressed: too few"}
    assert set(only(table, wave="2")["why"]) == {"1: suppressed: too few"}


weights = arrays(float, (3, 2), elements=st.floats(0.05, 1))
means = arrays(float, (3, 2), elements=st.floats(0, 100))


@given(means, weights)
@settings(max_examples=8)
def test_chained_changes_treat_both_waves_alike(x: np.ndarray, w: np.ndarray) -> None:
    """Waves in the other order have the same changes with the other sign; own weights add x (w2 - w1)."""
    w = w / w.sum(axis=1, keepdims=True)
    tables = [
        trend(study_of(TWO_ITEMS, [block(TWO_ITEMS, x[k], w[k]) for k in order]))
        for order in ((0, 1, 2), (2, 1, 0))
    ]
    forth, back = (scores(table, "chained", "change")[1:] for table in tables)
    np.testing.assert_allclose(back, [-forth[1], -forth[0]], atol=1e-9)
    own = scores(tables[0], "own", "change")[1:]
    shift = [float((x[k] + x[k + 1]) / 2 @ (w[k + 1] - w[k])) for k in (0, 1)]
    np.testing.assert_allclose(np.array(own) - forth, shift, atol=1e-9)


@given(means, arrays(float, 2, elements=st.floats(0.05, 1)))
@settings(max_examples=8)
def test_with_the_same_weights_in_all_waves_every_choice_is_the_same(x: np.ndarray, w: np.ndarray) -> None:
    table = trend(study_of(TWO_ITEMS, [block(TWO_ITEMS, row, w / w.sum()) for row in x]))
    for kind in ("own", "chained"):
        np.testing.assert_allclose(scores(table, kind), scores(table, "held"), atol=1e-9)


def test_errors_of_the_weights_count_once_for_all_waves() -> None:
    """Held: v = w'(S1 + S2)w + (x2 - x1)' V (x2 - x1); own: both waves' weights err by themselves."""
    size = TWO_ITEMS.size
    covariances = []
    for means_error, weights_error in ((4.0, 0.01), (9.0, 0.02)):
        covariance = np.zeros((size, size))
        covariance[:2, :2] = means_error * np.eye(2)
        covariance[2:4, 2:4] = weights_error * np.array([[1, -1], [-1, 1]])
        covariances.append(covariance)
    x, w = np.array([[60.0, 80], [70, 78]]), np.array([[0.5, 0.5], [0.3, 0.7]])
    blocks = [block(TWO_ITEMS, x[k], w[k], covariance=covariances[k]) for k in (0, 1)]
    row = only(trend(study_of(TWO_ITEMS, blocks)), wave="1").set_index("weights_from")["change_se"]
    held = (4 + 9) * 0.5 + 0.01 * (10 - -2) ** 2
    own = 4 * 0.5 + 0.01 * 20**2 + 9 * 0.58 + 0.02 * 8**2
    assert row["held"] ** 2 == pytest.approx(held)
    assert row["own"] ** 2 == pytest.approx(own)


def test_covariance_of_two_waves_is_taken_off_twice() -> None:
    covariance = np.zeros((TWO_ITEMS.size, TWO_ITEMS.size))
    covariance[0, 0] = 4.0
    shared = np.zeros_like(covariance)
    shared[0, 0] = 3.0
    blocks = [block(TWO_ITEMS, x, [1.0, 0.0], covariance=covariance) for x in ([60, 0], [63, 0])]
    table = trend(study_of(TWO_ITEMS, blocks, cross={(0, 1): shared}))
    found = only(table, wave="1", weights_from="held").iloc[0]
    assert found["change_se"] == pytest.approx(np.sqrt(4 + 4 - 2 * 3))
    assert found["method"] == "panel"
    assert found["pvalue"] == pytest.approx(2 * stats.norm.sf(3 / np.sqrt(2)))


def test_holm_by_hand_with_a_test_that_was_not_made() -> None:
    """Four tests: .01 x 4, then .03 x 3; .04 x 2 = .08 may not be below that; .5 x 1."""
    made = holm(np.array([0.01, 0.04, np.nan, 0.03, 0.5]))
    np.testing.assert_allclose(made, [0.04, 0.09, np.nan, 0.09, 0.5])
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert np.isnan(holm(np.array([np.nan]))).all()


# ---- against tables and between the two ways in


@pytest.mark.parametrize("options", [{}, PLS], ids=["ml", "pls"])
def test_own_weights_are_what_each_wave_published(options: dict[str, object]) -> None:
    results = {"a": wave(1, **options), "b": wave(2, 0.3, **options)}
    table = only(followed(**results), weights_from="own")
    for name, result in results.items():
        shown = result.tables["index"].set_index("construct")
        rows = only(table, wave=name).set_index("construct").loc[shown.index]
        for column in ("index", "se", "ci_lower", "ci_upper", "n", "n_eff"):
            np.testing.assert_allclose(rows[column].astype(float), shown[column].astype(float), rtol=1e-10)
        assert rows["ci_method"].equals(shown["ci_method"])
    changes = only(table, wave="b").set_index("construct")
    se = [result.tables["index"].set_index("construct")["se"] for result in results.values()]
    np.testing.assert_allclose(changes["change_se"], np.hypot(*se)[changes.index])


def test_equal_weights_leave_nothing_to_choose() -> None:
    table = followed(a=wave(1, weight_rule="equal"), b=wave(2, 0.3, weight_rule="equal"))
    for kind in ("own", "chained"):
        for column in ("index", "se", "change", "change_se"):
            np.testing.assert_allclose(scores(table, kind, column), scores(table, "held", column))


def test_folders_and_one_fit_with_a_wave_column_say_the_same() -> None:
    survey = two_waves(n=150)
    fitted = fit(CHAIN, survey, beside=False)
    study, findings = wave_study(evaluate(fitted), fitted, survey, WaveOptions(column="wave"))
    table = trend(study)
    apart = {
        name: evaluate(fit(CHAIN, survey_of(CHAIN, survey.answers[rows]), beside=False))
        for name, rows in (("2024", slice(0, 150)), ("2025", slice(150, 300)))
    }
    both = table[table["weights_from"] != "pooled"].reset_index(drop=True)
    pd.testing.assert_frame_equal(both, followed(**apart), rtol=1e-6)
    assert findings == ()
    shown = only(evaluate(fitted).tables["index"], weights_from="pooled")
    pooled = only(table, weights_from="pooled").sort_values("wave", kind="stable")
    for column in ("index", "se", "ci_lower"):
        np.testing.assert_allclose(pooled[column], shown[column])


def test_firms_are_measured_by_the_weights_of_the_wave_as_a_whole() -> None:
    """A firm's own-weights row is what a fit of that wave alone says of the firm."""
    survey = two_waves(n=120, firms=("a", "b"))
    fitted = fit(CHAIN, survey, beside=False)
    results = evaluate(fitted)
    table = trend(wave_study(results, fitted, survey, WaveOptions(column="wave"))[0])
    assert list(dict.fromkeys(table["unit"])) == ["a", "b"]
    alone = survey_of(CHAIN, survey.answers[120:], groups={"firm": list(survey.groups[0][120:])})
    shown = only(evaluate(fit(CHAIN, alone, beside=False)).tables["index"], weights_from="pooled")
    rows = only(table, weights_from="own", wave="2025")
    np.testing.assert_allclose(rows["index"], shown["index"])
    np.testing.assert_allclose(rows["se"], shown["se"], rtol=1e-6)
    pooled = only(table, weights_from="pooled").sort_values(["unit", "wave"], kind="stable")
    np.testing.assert_allclose(pooled["se"], only(results.tables["index"], weights_from="pooled")["se"])


def test_many_units_without_stored_draws_have_intervals_all_the_same() -> None:
    survey = two_waves(n=120, firms=("a", "b"))
    results, fitted = measure_units(CHAIN, survey, beside=False, **PLS)
    tables, _ = wave_tables(results, fitted, survey, WaveOptions(column="wave"))
    assert tables["trend"]["se"].notna().all()
    assert tables["decomposition"]["se"].notna().all()
    whole = fit(CHAIN, survey, beside=False, **PLS)
    drawn = trend(wave_study(evaluate(whole), whole, survey, WaveOptions(column="wave"))[0])
    np.testing.assert_allclose(tables["trend"]["se"], drawn["se"], rtol=0.1)


def test_pls_without_draws_has_errors_given_the_ruler_only() -> None:
    options = {**PLS, "bootstrap": 0}
    table = followed(a=wave(1, **options), b=wave(2, 0.3, **options))
    known = table["se"].notna()
    assert set(table[known]["ci_method"]) == {"linearised"}
    assert set(table[~known]["weights_from"]) == {"own"}
    assert table[~known]["why"].str.contains("bootstrap").all()
    result = wave(1, **options)
    w = only(result.tables["weights"], construct="satisfaction")["weight"].to_numpy()
    shares = result.moments["cov_0"][6:9, 6:9] / 199 * (100 / 9) ** 2
    row = only(table, construct="satisfaction", wave="a", weights_from="held").iloc[0]
    assert row["se"] == pytest.approx(np.sqrt(w @ shares @ w))


@pytest.mark.slow
def test_no_number_is_absent_without_a_reason() -> None:
    table = trend(uneven_firms())
    numbers = table[["index", "se", "change", "pvalue_holm"]]
    assert (table.loc[numbers.isna().any(axis=1), "why"] != "").all()
    assert (table.loc[numbers.notna().all(axis=1), "why"] == "").all()
    assert set(only(table, wave="2024", unit="b")["why"]) == {FIRST}
    small = only(table, wave="2025", unit="b")
    assert small["why"].str.startswith("suppressed").all()
    assert small[["index", "se", "n_eff", "change"]].isna().all(axis=None)


# ---- options and what is said


def refused(**changes: object) -> list[str]:
    with pytest.raises(UsageError) as caught:
        folder_study({"a": wave(1), "b": wave(2, 0.3)}, WaveOptions(**changes), 0.95)  # type: ignore[arg-type]
    assert all(finding.fix for finding in caught.value.findings)
    return [finding.what for finding in caught.value.findings]


def test_wrong_options_are_told_all_at_once() -> None:
    assert refused(weights="hold", base="c") == [
        "there are no weights 'hold'.", "there is no base wave 'c'.",
    ]  # fmt: skip
    assert refused(order=("b",)) == ["the order leaves out a."]
    assert refused(order=("a", "b", "b")) == ["the order names a wave twice."]
    assert refused(order=("a", "b", "c")) == ["there is no wave 'c'."]


def test_the_wave_column_must_be_there_with_two_values() -> None:
    survey = two_waves(n=60)
    fitted = fit(CHAIN, survey, beside=False, **{**PLS, "bootstrap": 0})
    results = evaluate(fitted)
    with pytest.raises(UsageError, match="'wav' is no group column"):
        wave_study(results, fitted, survey, WaveOptions(column="wav"))
    one = survey_of(CHAIN, chain_answers(60), groups={"wave": ["2024"] * 60})
    single = fit(CHAIN, one, beside=False, **{**PLS, "bootstrap": 0})
    with pytest.raises(UsageError, match="one value only"):
        wave_study(evaluate(single), single, one, WaveOptions(column="wave"))


def test_order_and_base_may_be_given() -> None:
    results = {"late": wave(2, 0.3), "early": wave(1)}
    table = followed(WaveOptions(order=("early", "late"), base="late", weights="own"), **results)
    assert list(dict.fromkeys(table["wave"])) == ["early", "late"]
    assert list(dict.fromkeys(table["weights_from"])) == ["own", "held", "chained"]
    late = only(table, wave="late").set_index(["construct", "weights_from"])["index"]
    assert late["loyalty", "held"] == pytest.approx(late["loyalty", "own"])


def test_what_the_choice_of_weights_moves_is_said() -> None:
    study = study_of(
        TWO_ITEMS, [block(TWO_ITEMS, x, w) for x, w in (([60, 80], [0.5, 0.5]), ([70, 78], [0.3, 0.7]))]
    )
    (found,) = choice_findings(study, trend(study), "satisfaction")
    assert (found.code, found.severity) == ("trend-weights", "warning")
    assert "held at 0" in found.what
    assert "index of satisfaction by up to 1.6 and its changes by up to 1.6 points" in found.what
    same = replace(study, units=study_of(TWO_ITEMS, [block(TWO_ITEMS, [60, 80], [0.5, 0.5])] * 2).units)
    (calm,) = choice_findings(same, trend(same), "satisfaction")
    assert calm.severity == "note"


def test_holm_runs_over_the_changes_of_a_unit_and_construct() -> None:
    table = followed(a=wave(1), b=wave(2, 0.3), c=wave(3))
    for _, rows in table.groupby(["construct", "weights_from"]):
        low, high = np.sort(rows["pvalue"][1:])
        adjusted = sorted(rows["pvalue_holm"][1:])
        assert adjusted == pytest.approx([min(2 * low, 1), min(max(2 * low, high), 1)])
    assert cell(table, "verdict", wave="b", weights_from="held", construct="loyalty") == "higher"
    assert set(only(table, wave="a")["verdict"]) == {""}
