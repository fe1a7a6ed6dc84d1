"""One pass over a Parquet file gives what the whole file in memory gives, and says the same of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey_builders import TEN, codes, only, reservation_model, small_frame, small_model

from csi_model.errors import CsiError, SurveyError, UsageError
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Scale
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.item_statistics import ItemStatistics
from csi_model.survey.moments import group_masks, item_statistics, sample_of
from csi_model.survey.reading import read_survey
from csi_model.survey.streamed import StreamedSurvey, UnitMoments
from csi_model.survey.streaming import stream_moments
from csi_model.survey.survey import Survey

ROUNDING = 1e-12
"""Sums are taken in another order: at most about 1e-14 of the standard deviations at these sizes."""
ONLY_IN_MEMORY = {"duplicate-answers"}


def written(frame: pd.DataFrame, folder: Path) -> Path:
    path = folder / "survey.parquet"
    frame.to_parquet(path, index=False)
    return path


def messy_model() -> ModelSpec:
    """Ten ratings, one of them reversed, and an item derived from two columns."""
    cases = (
        Case(when="L1", low=6, high=10, take="UP", plus=100),
        Case(when="L1", low=1, high=5, take="DOWN", times=-1, plus=100),
    )
    model = small_model(tuple(f"Q{k}" for k in range(1, 11)))
    turned = replace(model.constructs[0].indicators[1], reversed=True)
    first = replace(
        model.constructs[0],
        indicators=(model.constructs[0].indicators[0], turned, *model.constructs[0].indicators[2:]),
    )
    price = Indicator(name="PRICE", scale=Scale(low=75, high=125), cases=cases)
    loyalty = Construct(name="loyalty", indicators=(Indicator(name="L1", scale=TEN), price))
    return replace(model, constructs=(first, model.constructs[1], loyalty))


def messy_frame(n: int = 500, seed: int = 1) -> pd.DataFrame:
    """Gaps for every reason, a top code, blank groups, weights of 0, a routed question answered by some."""
    rng = np.random.default_rng(seed)
    frame = small_frame(n, seed, tuple(f"Q{k}" for k in range(1, 11))).astype("Int64")
    frame["L1"] = rng.integers(1, 11, n)
    frame["UP"] = pd.Series(rng.integers(0, 27, n), dtype="Int64").where(frame["L1"] >= 6)
    frame["DOWN"] = pd.Series(rng.integers(0, 26, n), dtype="Int64").where(frame["L1"] <= 5)
    for name, code in (("Q1", 98), ("Q2", 99), ("Q5", 98), ("L1", 99)):
        frame.loc[rng.random(n) < 0.05, name] = code
    frame.loc[rng.random(n) < 0.05, "Q3"] = pd.NA
    frame.loc[frame["Q1"] < 4, "Q4"] = pd.NA
    frame.loc[rng.random(n) < 0.02, "Q4"] = 5
    frame.loc[:3, [f"Q{k}" for k in range(1, 11)]] = 7
    frame["firm"] = np.where(rng.random(n) < 0.04, "", rng.choice(["north", "south", "9", "10"], n))
    frame["wave"] = rng.choice([2024, 2025], n)
    frame["weight"] = np.round(rng.random(n) * 2, 2) * (rng.random(n) > 0.03)
    frame.loc[4, frame.columns[:13]] = pd.NA
    return frame


MESSY: dict[str, Any] = {
    "by": ("firm", "wave"),
    "weight": "weight",
    "missing": {98: "dont_know", 99: "refused"},
    "codebook": Codebook(
        columns={
            "Q4": Column(name="Q4", asked_when=Routing(column="Q1", low=4, high=10)),
            "UP": Column(name="UP", scale=Scale(low=0, high=25), recode={26: 25}),
            "wave": Column(name="wave", values={"2024": "last year"}),
        }
    ),
}


def assert_same_items(found: tuple[ItemStatistics, ...], expected: tuple[ItemStatistics, ...]) -> None:
    for one, other in zip(found, expected, strict=True):
        for name in (part.name for part in fields(ItemStatistics)):
            value, wanted = getattr(one, name), getattr(other, name)
            if isinstance(wanted, float):
                assert value == pytest.approx(wanted, rel=1e-10, abs=1e-10), (other.name, name)
            else:
                assert value == wanted, (other.name, name)


def assert_same_unit(unit: UnitMoments, survey: Survey, mask: Any) -> None:
    sample = sample_of(survey, mask)
    assert (unit.n, dict(unit.rows)) == (sample.n, dict(sample.rows))
    assert list(unit.rows) == list(sample.rows)
    assert_same_items(unit.items, item_statistics(survey, mask))
    if not sample.n:
        assert np.isnan(unit.mean).all()
        assert np.isnan(unit.cov).all()
        return
    sd = np.sqrt(np.diag(sample.cov)) + 1e-3
    np.testing.assert_allclose((unit.mean - sample.mean) / sd, 0, atol=ROUNDING)
    np.testing.assert_allclose((unit.cov - sample.cov) / np.outer(sd, sd), 0, atol=ROUNDING)
    assert unit.sum_w == pytest.approx(sample.sum_w, rel=ROUNDING)
    assert unit.n_eff == pytest.approx(sample.n_eff, rel=ROUNDING)
    assert unit.equal == (np.ptp(sample.weights) == 0)


def assert_same(streamed: StreamedSurvey, survey: Survey) -> None:
    """Every count, moment, statistic and finding."""
    assert_same_unit(streamed.whole, survey, None)
    masks = dict(group_masks(survey)) if survey.by else {}
    assert [unit.key for unit in streamed.units] == list(masks)
    for unit in streamed.units:
        assert_same_unit(unit, survey, masks[unit.key])
    for name in ("model", "by", "weight", "group_labels", "read_rows", "dropped", "source", "sha256"):
        assert getattr(streamed, name) == getattr(survey, name), name
    kept = [one for one in survey.findings if one.code not in ONLY_IN_MEMORY]
    assert sorted(map(str, streamed.findings)) == sorted(map(str, kept))


def both(frame: pd.DataFrame, model: ModelSpec, folder: Path, rows: int, **how: Any) -> None:
    path = written(frame, folder)
    assert_same(stream_moments(path, model, rows=rows, **how), read_survey(path, model, **how))


@pytest.mark.parametrize("rows", [7, 64, 10_000])
def test_a_messy_survey_is_what_it_is_in_memory(rows: int, tmp_path: Path) -> None:
    both(messy_frame(), messy_model(), tmp_path, rows, **MESSY)


@given(
    n=st.integers(3, 60),
    seed=st.integers(0, 2**16),
    rows=st.integers(1, 70),
    groups=st.sampled_from([1, 2, 64]),
    gaps=st.floats(0, 0.4),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_survey_in_any_portions(
    n: int, seed: int, rows: int, groups: int, gaps: float, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    frame = small_frame(n, seed).astype("Int64")
    frame.loc[:1] = [[1, 2, 3, 4], [10, 9, 8, 7]]  # so that no column is constant or empty
    frame = frame.mask((rng.random(frame.shape) < gaps) & (np.arange(n) > 1)[:, None])
    frame["firm"] = rng.choice(["a", "b"], n)
    frame["w"] = 1 + rng.integers(0, 3, n)
    path = written(frame, tmp_path)
    how: dict[str, Any] = {"by": ("firm",), "weight": "w"}
    streamed = stream_moments(path, small_model(), rows=rows, groups=groups, **how)
    assert_same(streamed, read_survey(path, small_model(), **how))


def test_moments_of_a_large_level_keep_their_digits(tmp_path: Path) -> None:
    """Naive sums of squares would lose eight of sixteen digits here."""
    scale = Scale(low=0, high=1e9)
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(1e8 + rng.random((3000, 4)), columns=["Q1", "Q2", "S1", "S2"])
    streamed = stream_moments(written(frame, tmp_path), small_model(scale=scale), rows=100)
    exact = np.cov((frame - 1e8).to_numpy().T, bias=True)
    np.testing.assert_allclose(streamed.whole.cov, exact, atol=1e-8)


def test_moments_by_hand(tmp_path: Path) -> None:
    # weights 1, 2, 1: means (2+2*4+6)/4 = 4 and (3+2*3+7)/4 = 4;
    # var A = (4+0+4)/4 = 2, var B = (1+2*1+9)/4 = 3, cov = ((-2)(-1)+0+(2)(3))/4 = 2
    frame = pd.DataFrame({"Q1": [2, 4, 6], "S1": [3, 3, 7], "w": [1.0, 2.0, 1.0]})
    model = small_model(("Q1", "S1"))
    whole = stream_moments(written(frame, tmp_path), model, weight="w", rows=2).whole
    assert whole.mean.tolist() == pytest.approx([4, 4])
    np.testing.assert_allclose(whole.cov, [[2, 2], [2, 3]], rtol=1e-14)
    assert (whole.n, whole.sum_w, whole.n_eff) == (3, 4, pytest.approx(16 / 6))


class TestWhatOnePortionDoesNotKnow:
    """What would be wrong to say of some rows is only said of all."""

    def test_weights_that_are_zero_for_a_while(self, tmp_path: Path) -> None:
        frame = small_frame(40).assign(w=[0] * 20 + [1] * 20)
        both(frame, small_model(), tmp_path, 10, weight="w")

    def test_a_portion_with_a_group_for_every_row(self, tmp_path: Path) -> None:
        frame = small_frame(43).assign(firm=["a", "b", "c"] * 14 + ["d"])
        both(frame, small_model(), tmp_path, 3, by=("firm",))

    def test_a_portion_without_groups(self, tmp_path: Path) -> None:
        frame = small_frame(60).assign(firm=["a"] * 25 + [""] * 10 + ["b"] * 25)
        both(frame, small_model(), tmp_path, 5, by=("firm",))

    def test_a_question_that_is_constant_or_blank_for_a_while(self, tmp_path: Path) -> None:
        frame = small_frame(60).astype("Int64")
        frame.loc[:19, "Q1"] = 7
        frame.loc[20:39, "Q1"] = pd.NA
        both(frame, small_model(), tmp_path, 10)

    def test_a_portion_that_is_left_out_altogether(self, tmp_path: Path) -> None:
        frame = small_frame(60).astype("Int64")
        frame.loc[10:19] = pd.NA
        both(frame, small_model(), tmp_path, 5)

    def test_groups_in_numbers_with_gaps(self, tmp_path: Path) -> None:
        firms = pd.Series([1001, 1002, 1003] * 20, dtype="Int64").mask(np.arange(60) % 7 == 0)
        both(small_frame(60).assign(firm=firms), small_model(), tmp_path, 9, by=("firm",))


def faults() -> Mapping[str, tuple[pd.DataFrame, dict[str, Any]]]:
    """Surveys that cannot be read, and how they were to be read."""
    plain = small_frame(60)
    text = plain.astype(object).astype(str)
    several = plain.copy()
    several.loc[[3, 17, 44], ["Q1", "Q2", "S1"]] = 98
    several.loc[50, "S1"] = 0
    words = text.copy()
    words.loc[[5, 33, 58], "Q2"] = ["good", "bad", "good"]
    two = plain.copy()
    two.loc[[1, 30], "Q1"] = [11, 12]
    firms = plain.assign(firm=np.repeat(["a", "b"], 30))
    weights = firms.assign(w=np.where(np.arange(60) % 20 == 0, -1.0, 1.0))
    return {
        "outside the scale in several questions": (several, {}),
        "outside the scale in one question": (two, {}),
        "text": (words, {}),
        "text and groups at once": (words.assign(firm=""), {"by": ("firm",)}),
        "infinite": (plain.astype(float).replace({"Q1": {3.0: np.inf}}), {}),
        "a code on the scale": (plain, {"missing": [9]}),
        "negative weights": (weights, {"weight": "w"}),
        "no weights": (weights.assign(w=np.nan), {"weight": "w"}),
        "all weights zero": (weights.assign(w=0), {"weight": "w"}),
        "a constant question": (plain.assign(S2=4), {}),
        "a question without answers": (plain.assign(S2=98), {"missing": [98]}),
        "no strata": (firms.assign(stratum=["x", ""] * 30), {"strata": "stratum"}),
        "no clusters": (firms.assign(block=[None, "y"] * 30), {"cluster": "block"}),
        "an empty group column": (plain.assign(firm=""), {"by": ("firm",)}),
        "an identifier as group": (plain.assign(firm=range(60)), {"by": ("firm",)}),
        "no column": (plain.drop(columns="Q1"), {"by": ("frim",)}),
        "no row left": (plain.mask(plain > 0), {}),
        "no scale": (plain, {"scales": {"Q9": (1, 5)}}),
    }


@pytest.mark.parametrize("name", faults())
@pytest.mark.parametrize("rows", [8, 1000])
def test_faults_are_told_as_in_memory(name: str, rows: int, tmp_path: Path) -> None:
    frame, how = faults()[name]
    path = written(frame, tmp_path)
    with pytest.raises(CsiError) as expected:
        read_survey(path, small_model(), **how)
    with pytest.raises(type(expected.value)) as found:
        stream_moments(path, small_model(), rows=rows, **how)
    assert sorted(map(str, found.value.findings)) == sorted(map(str, expected.value.findings))


def test_notes_of_the_reservation_price_add_up(tmp_path: Path) -> None:
    frame = pd.DataFrame({"REPUR": [8, 2, 9, 7, 3, 8, 1, 6] * 6, "HIGHPTOL": [26, None] * 24})
    frame["LOWPTOL"] = np.where(frame["REPUR"] <= 5, 20.0, np.nan)
    path = written(frame, tmp_path)
    expected = read_survey(path, reservation_model())
    found = stream_moments(path, reservation_model(), rows=5)
    assert "recoded" in codes(found.findings)
    assert sorted(map(str, found.findings)) == sorted(map(str, expected.findings))


class TestFiles:
    @pytest.mark.parametrize("name", ["survey.csv", "survey.xlsx"])
    def test_of_another_kind_are_refused(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_text("Q1,Q2\n1,2\n", encoding="utf-8")
        with pytest.raises(UsageError, match="no Parquet file"):
            stream_moments(tmp_path / name, small_model())

    @pytest.mark.parametrize("data", [b"", b"Q1,Q2\n1,2\n", b"PAR1 cut off"])
    def test_that_are_broken_are_told_as_in_memory(self, data: bytes, tmp_path: Path) -> None:
        path = tmp_path / "survey.parquet"
        path.write_bytes(data)
        with pytest.raises(SurveyError) as expected:
            read_survey(path, small_model())
        with pytest.raises(SurveyError) as found:
            stream_moments(path, small_model())
        assert str(found.value) == str(expected.value)

    def test_that_are_absent_are_named(self, tmp_path: Path) -> None:
        written(small_frame(), tmp_path)
        with pytest.raises(SurveyError, match=r"Did you mean 'survey\.parquet'"):
            stream_moments(tmp_path / "surwey.parquet", small_model())

    def test_without_rows_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SurveyError, match="no rows of answers"):
            stream_moments(written(small_frame(40)[:0], tmp_path), small_model())

    def test_that_break_off_in_the_middle_are_broken(self, tmp_path: Path) -> None:
        path = written(small_frame(4000), tmp_path)
        data = bytearray(path.read_bytes())
        data[200:3000] = bytes(2800)
        path.write_bytes(bytes(data))
        with pytest.raises(SurveyError) as found:
            stream_moments(path, small_model())
        assert only(found.value, "broken-file")


def test_progress_counts_the_rows(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    stream_moments(
        written(small_frame(50), tmp_path), small_model(), rows=20, progress=lambda *one: told.append(one)
    )
    assert told == [("survey.parquet", done, 50) for done in (20, 40, 50)]


@pytest.mark.parametrize("groups", [0, 3, 100])
def test_random_groups_are_a_power_of_2(groups: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="power of 2"):
        stream_moments(written(small_frame(), tmp_path), small_model(), groups=groups)
