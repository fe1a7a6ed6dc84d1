"""Differences of index scores: tests by hand, adjustment, and what may not be compared."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, chain_survey, model_of, modifier, survey_of
from scipy import stats
from statsmodels.stats.multitest import multipletests

from csi_model.comparison.differences import compare
from csi_model.comparison.wave_samples import WaveOptions
from csi_model.errors import UsageError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import Construct, Scale
from csi_model.study.comparing import deliver_comparison


@cache
def wave(seed: int, shift: float = 0.0, level: float = 0.95) -> Results:
    survey = survey_of(CHAIN, chain_answers(200, seed, shift=shift), sha256=f"{seed}{shift}")
    return evaluate(fit(CHAIN, survey, level=level))


@cache
def firms(sizes: tuple[int, ...] = (120, 100, 90, 20)) -> Results:
    names = [name for name, size in zip("abcd", sizes, strict=True) for _ in range(size)]
    shifts = np.repeat([0.0, 0.0, 0.8, 0.0], sizes)
    answers = chain_answers(sum(sizes), 3) + shifts[:, None]
    survey = survey_of(
        CHAIN, answers, groups={"firm": names}, group_labels={"firm": {"a": "Alpha", "b": "Beta"}}
    )
    return evaluate(fit(CHAIN, survey))


def with_index(result: Results, scores: dict[str, tuple[float, float]]) -> Results:
    """The same results with other index scores and standard errors."""
    index = result.tables["index"].copy()
    for construct, (score, se) in scores.items():
        index.loc[index["construct"] == construct, ["index", "se"]] = [score, se]
    tables = MappingProxyType({**result.tables, "index": index})
    return replace(result, tables=tables, pooled=tables)


def test_z_by_hand() -> None:
    """70 (se 1.2) against 74 (se .5): difference 4, se 1.3, z 3.0769."""
    first = with_index(wave(1), {"satisfaction": (70.0, 1.2)})
    second = with_index(wave(2), {"satisfaction": (74.0, 0.5)})
    row = compare({"2024": first, "2025": second}).differences.set_index("construct").loc["satisfaction"]
    assert (row["unit_1"], row["unit_2"]) == ("2024", "2025")
    assert (row["index_1"], row["index_2"], row["difference"]) == (70.0, 74.0, 4.0)
    assert row["se"] == pytest.approx(1.3)
    assert row["z"] == pytest.approx(4 / 1.3)
    assert row["pvalue"] == pytest.approx(2 * stats.norm.sf(4 / 1.3))
    assert row["pvalue_holm"] == row["pvalue"]  # one pair: nothing to adjust
    assert row["ci_lower"] == pytest.approx(4 - 1.959963984540054 * 1.3)
    assert row["verdict"] == "higher"
    assert row["why"] == ""


def test_direction_and_doubt() -> None:
    base = with_index(wave(1), {"satisfaction": (70.0, 1.0)})
    for score, verdict in ((66.0, "lower"), (71.0, "no clear difference"), (74.0, "higher")):
        other = with_index(wave(2), {"satisfaction": (score, 1.0)})
        table = compare({"a": base, "b": other}).differences.set_index("construct")
        assert table.loc["satisfaction", "verdict"] == verdict


def test_overlapping_intervals_are_no_test() -> None:
    """70 +- 1.96 and 73 +- 1.96 overlap, yet z = 3 / sqrt 2 = 2.12 is clear."""
    first = with_index(wave(1), {"satisfaction": (70.0, 1.0)})
    second = with_index(wave(2), {"satisfaction": (73.0, 1.0)})
    row = compare({"a": first, "b": second}).differences.set_index("construct").loc["satisfaction"]
    assert row["verdict"] == "higher"


def test_holm_by_hand_over_all_pairs_of_a_construct() -> None:
    """Three waves, three pairs: the smallest p times 3, the next times 2, the largest as it is."""
    scores = {"a": (70.0, 1.0), "b": (72.0, 1.0), "c": (74.0, 1.0)}
    made = compare(
        {name: with_index(wave(k), {"satisfaction": score}) for k, (name, score) in enumerate(scores.items())}
    )
    table = made.differences.query("construct == 'satisfaction'").set_index(["unit_1", "unit_2"])
    near, far = 2 * stats.norm.sf(np.sqrt(2)), 2 * stats.norm.sf(4 / np.sqrt(2))
    assert table["pvalue"].to_dict() == pytest.approx({("a", "b"): near, ("a", "c"): far, ("b", "c"): near})
    assert table["pvalue_holm"].to_dict() == pytest.approx(
        {("a", "c"): 3 * far, ("a", "b"): 2 * near, ("b", "c"): 2 * near}
    )


@pytest.mark.slow
def test_holm_against_statsmodels_for_every_construct() -> None:
    made = compare({str(k): wave(k, 0.2 * k) for k in range(4)})
    for _, block in made.differences.groupby("construct"):
        assert len(block) == 6
        expected = multipletests(block["pvalue"], method="holm")[1]
        np.testing.assert_allclose(block["pvalue_holm"], expected)


def test_groups_of_one_result() -> None:
    made = compare({"survey": firms()})
    assert made.units == ("Alpha", "Beta", "c", "d")
    pairs = made.differences.query("construct == 'satisfaction'")
    assert len(pairs) == 6
    index = firms().tables["index"].query("weights_from == 'pooled' and construct == 'satisfaction'")
    by_firm = index.set_index("firm")
    row = pairs.query("unit_1 == 'Alpha' and unit_2 == 'c'").iloc[0]
    assert row["difference"] == pytest.approx(by_firm.loc["c", "index"] - by_firm.loc["a", "index"])
    assert row["se"] == pytest.approx(np.hypot(by_firm.loc["a", "se"], by_firm.loc["c", "se"]))
    assert row["verdict"] == "higher"


def test_a_suppressed_group_is_not_tested_and_says_why() -> None:
    made = compare({"survey": firms()})
    rows = made.differences[made.differences["unit_2"] == "d"]
    assert rows[["difference", "se", "z", "pvalue", "pvalue_holm"]].isna().all(axis=None)
    assert set(rows["verdict"]) == {"not tested"}
    assert rows["why"].str.startswith("d: suppressed: 20 respondents").all()
    # Holm counts only the tests that were made
    others = made.differences[made.differences["unit_2"] != "d"].query("construct == 'loyalty'")
    np.testing.assert_allclose(others["pvalue_holm"], multipletests(others["pvalue"], method="holm")[1])


def test_groups_are_compared_across_waves_with_themselves() -> None:
    first, second = firms((100, 100, 100, 100)), firms((100, 100, 90, 110))
    made = compare({"2024": first, "2025": second})
    pairs = made.differences.query("construct == 'satisfaction'")
    assert list(pairs["unit_1"]) == ["2024: Alpha", "2024: Beta", "2024: c", "2024: d"]
    assert list(pairs["unit_2"]) == ["2025: Alpha", "2025: Beta", "2025: c", "2025: d"]
    assert "same-survey" in set(made.findings["code"])


def test_index_table_stacks_the_units() -> None:
    made = compare({"2024": wave(1), "2025": wave(2)})
    assert list(made.index["unit"]) == ["2024"] * 4 + ["2025"] * 4
    pd.testing.assert_series_equal(
        made.index["index"][:4], wave(1).tables["index"]["index"], check_names=False
    )


def test_level_follows_the_first_results_or_the_option() -> None:
    ninety = wave(1, level=0.9)
    assert compare({"a": ninety, "b": wave(2)}).level == 0.9
    made = compare({"a": ninety, "b": wave(2)}, level=0.99).differences
    np.testing.assert_allclose(made["ci_upper"] - made["difference"], 2.5758293035489004 * made["se"])


def test_summary_in_words() -> None:
    first = with_index(wave(1), {"satisfaction": (70.0, 1.2)})
    second = with_index(wave(2), {"satisfaction": (74.0, 0.5)})
    text = compare({"2024": first, "2025": second}).summary()
    assert text == "2024 -> 2025: +4.0 index points (+1.5 to +6.5), higher"
    assert "- (d: suppressed" in compare({"survey": firms()}).summary()


def test_results_that_cannot_be_trusted_are_named() -> None:
    answers = chain_answers(200, 1)
    answers[:, 8] = 11 - answers[:, 8]  # a negative weight
    bad = evaluate(fit(CHAIN, survey_of(CHAIN, answers)))
    findings = compare({"good": wave(2), "bad": bad}).findings.set_index("code")
    assert findings.loc["not-trustworthy", "where"] == "bad"
    assert findings.loc["not-trustworthy", "severity"] == "error"


# ---- what may not be compared


def refused(**results: Results) -> list[str]:
    with pytest.raises(UsageError) as caught:
        compare(results)
    assert all(finding.fix for finding in caught.value.findings)
    return [finding.what for finding in caught.value.findings]


def test_nothing_to_compare() -> None:
    assert refused() == ["no results were given."]
    assert refused(only=wave(1)) == ["there are no two units to compare."]
    apart = evaluate(fit(CHAIN, chain_survey(groups={"firm": ["x"] * 150 + ["y"] * 150})))
    assert refused(one=apart, two=firms()) == ["there are no two units to compare."]


@pytest.mark.parametrize("level", [95.0, 0.0, -1.0])
def test_level_must_be_one(level: float) -> None:
    with pytest.raises(UsageError) as caught:
        compare({"a": wave(1), "b": wave(2)}, level=level)
    assert caught.value.findings[0].where == "--level"


def other_model(**changes: object) -> Results:
    model = replace(CHAIN, **changes)  # type: ignore[arg-type]
    return evaluate(fit(model, survey_of(model, chain_answers(200, 9)[:, : len(model.indicators)])))


def test_other_constructs() -> None:
    model = model_of({"expectations": "x1 x2 x3", "quality": "q1 q2 q3"}, {"quality": "expectations"})
    other = evaluate(fit(model, survey_of(model, chain_answers(200)[:, :6])))
    assert refused(one=wave(1), two=other) == [
        "their constructs differ.", "their paths differ.", "their questions and scales differ.",
    ]  # fmt: skip


def test_other_paths_or_parameters() -> None:
    other = other_model(paths=CHAIN.paths[:-1])
    assert "their paths differ." in refused(one=wave(1), two=other)
    held = other_model(modifiers=(modifier("quality =~ 1*q2"),))
    assert refused(one=wave(1), two=held) == ["their parameters differ."]


def test_other_scales() -> None:
    def wider(construct: Construct) -> Construct:
        items = tuple(replace(item, scale=Scale(low=0, high=10)) for item in construct.indicators)
        return replace(construct, indicators=items)

    other = other_model(constructs=tuple(wider(construct) for construct in CHAIN.constructs))
    assert refused(one=wave(1), two=other) == ["their questions and scales differ."]


def test_a_question_that_moved_to_another_construct() -> None:
    first, second, *rest = CHAIN.constructs
    moved = (
        replace(first, indicators=first.indicators[:2]),
        replace(second, indicators=(*first.indicators[2:], *second.indicators)),
        *rest,
    )
    assert refused(one=wave(1), two=other_model(constructs=moved)) == ["their questions and scales differ."]


def test_other_rules_and_groups_all_at_once() -> None:
    survey = survey_of(CHAIN, chain_answers(200), groups={"firm": ["a", "b"] * 100})
    other = evaluate(fit(CHAIN, survey, weight_rule="equal", missing_data="mean"))
    assert refused(one=wave(1), two=other) == [
        "their group columns differ.", "their weight rule differ.", "their missing-data rule differ.",
    ]  # fmt: skip


# ---- results as waves


def test_several_results_are_followed_as_waves() -> None:
    made = compare({"2023": wave(1), "2024": wave(2, 0.2), "2025": wave(3, 0.4)})
    assert list(made.across) == ["trend", "decomposition", "wave_checks"]
    trend = made.across["trend"]
    own = trend[(trend["weights_from"] == "own") & (trend["construct"] == "satisfaction")]
    pairs = made.differences.query("construct == 'satisfaction'").set_index(["unit_1", "unit_2"])
    assert list(own["wave"]) == ["2023", "2024", "2025"]
    for first, second, change in zip(own["wave"], own["wave"][1:], own["change"][1:], strict=False):
        assert change == pytest.approx(pairs.loc[(first, second), "difference"])
    codes = list(made.findings["code"])
    assert codes == ["own-weights", "trend-weights"]
    assert made.waves == WaveOptions()


def test_a_single_result_has_no_waves() -> None:
    made = compare({"survey": firms()})
    assert dict(made.across) == {}
    assert made.waves is None


def test_groups_are_followed_through_the_waves_where_they_occur() -> None:
    first = evaluate(fit(CHAIN, chain_survey(groups={"firm": ["x"] * 150 + ["y"] * 150})))
    second = evaluate(fit(CHAIN, chain_survey(seed=6, groups={"firm": ["x"] * 150 + ["z"] * 150})))
    made = compare({"a": first, "b": second})
    trend = made.across["trend"].query("construct == 'loyalty' and weights_from == 'held' and wave == 'b'")
    assert trend.set_index("unit")["index"].notna().to_dict() == {"x": True, "y": False, "z": True}
    assert trend.set_index("unit")["why"].to_dict() == {
        "x": "", "y": "not in this wave", "z": "a: not in this wave",
    }  # fmt: skip
    parts = made.across["decomposition"].query("part == 'total' and target == 'loyalty'").set_index("unit")
    assert parts["contribution"].notna().to_dict() == {"x": True, "y": False, "z": False}
    assert made.differences["unit_2"].unique().tolist() == ["b: x"]


def test_weights_of_the_headline_and_the_base_may_be_chosen() -> None:
    results = {"a": wave(1), "b": wave(2, 0.3)}
    made = compare(results, waves=WaveOptions(weights="chained", base="b"))
    assert made.across["trend"]["weights_from"].iloc[0] == "chained"
    with pytest.raises(UsageError, match="there is no base wave 'c'"):
        compare(results, waves=WaveOptions(base="c"))


def test_other_wording_is_a_warning_not_a_refusal() -> None:
    def named(construct: Construct) -> Construct:
        items = tuple(replace(item, label={"en": "Another text"}) for item in construct.indicators)
        return replace(construct, indicators=items)

    worded = replace(wave(2), model=replace(CHAIN, constructs=tuple(map(named, CHAIN.constructs))))
    made = compare({"a": wave(1), "b": worded})
    told = made.findings.set_index("code").loc["waves-differ"]
    assert told["severity"] == "warning"
    checks = made.across["wave_checks"].set_index("subject")
    assert not checks.loc["wording", "same"]
    assert checks.drop(index="wording")["same"].all()


def test_a_comparison_stores_what_it_says_of_the_waves(tmp_path: Path) -> None:
    made = compare({"a": wave(1), "b": wave(2, 0.3)}, waves=WaveOptions(weights="own"))
    folder = deliver_comparison(made, tmp_path / "change")
    stored = {path.stem for path in (folder / "tables").iterdir()}
    assert stored == {"index", "differences", "findings", "trend", "decomposition", "wave_checks"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["waves"] == {"order": ["a", "b"], "weights": "own", "base": "a"}
