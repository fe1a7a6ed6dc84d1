"""Net promoter score: the worked check of the methodology, zones, bands, small samples, differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fit_builders import Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from csi_model.measures.promoters import (
    band_of,
    has_promoters,
    net_promoter_score,
    promoter_scores,
    promoter_shares,
    promoter_zone,
)
from csi_model.measures.quantities import Row, measure_tables
from csi_model.model.spec import Scale
from csi_model.survey.survey import Survey

ELEVEN = Scale(low=0, high=10)
MODEL = model_of({"loyalty": "R"}, {}, scales={"R": ELEVEN})
WORKED = np.repeat([10.0, 9, 8, 7, 6, 0], [100, 62, 50, 58, 30, 24])
"""324 answers: half promoters, a third passives, a sixth detractors."""


def survey(answers: Floats, groups: list[str] | None = None, **design: object) -> Survey:
    more = {"groups": {"shop": groups}} if groups is not None else {}
    return survey_of(MODEL, np.asarray(answers, dtype=float)[:, None], **more, **design)  # type: ignore[arg-type]


def row_of(answers: Floats, *, adjusted: bool = False, level: float = 0.95) -> Row:
    quantity = net_promoter_score(answers, "R", adjusted=adjusted)
    frame = measure_tables([quantity], survey(answers), level=level)["measures"]
    return frame.to_dict("records")[0]  # type: ignore[return-value]


def test_the_worked_check() -> None:
    """P = 1/2, D = 1/6, n = 324: NPS 33.33, variance 5/9, SE 4.141, +-8.116 points."""
    row = row_of(WORKED)
    assert row["n"] == 324
    assert round(row["value"], 2) == 33.33
    assert row["se"] == pytest.approx(100 * math.sqrt(5 / 9 / 324), rel=1e-12)
    assert round(row["se"], 3) == 4.141
    assert round(row["ci_upper"] - row["value"], 3) == 8.116
    assert row["ci_lower"] == pytest.approx(row["value"] - 8.116, abs=0.001)
    assert row["ci_method"] == "normal"


def test_the_interval_ends_at_100() -> None:
    """Nine promoters and a passive: 90 +- 18.6 points."""
    row = row_of(np.repeat([10.0, 8.0], [9, 1]))
    assert row["value"] + 1.96 * row["se"] > 108
    assert row["ci_upper"] == 100
    assert row["ci_lower"] == pytest.approx(90 - 18.594, abs=0.001)


def test_the_worked_check_for_small_samples() -> None:
    """With 3/4 promoter, 3/2 passive, 3/4 detractor more: 33.03 +- 8.08, 24.95 to 41.11."""
    row = row_of(WORKED, adjusted=True)
    assert round(row["value"], 2) == 33.33  # the score itself stays
    assert round((row["ci_lower"] + row["ci_upper"]) / 2, 2) == 33.03
    assert round((row["ci_upper"] - row["ci_lower"]) / 2, 2) == 8.08
    assert (round(row["ci_lower"], 2), round(row["ci_upper"], 2)) == (24.95, 41.11)
    assert row["ci_method"] == "adjusted"


@pytest.mark.parametrize(("p", "d", "n"), [(0, 3, 5), (4, 0, 4), (3, 2, 9), (40, 11, 80)])
def test_the_adjusted_interval_by_hand(p: int, d: int, n: int) -> None:
    answers = np.repeat([10.0, 7, 2], [p, n - p - d, d])
    more = ((p + 0.75) / (n + 3), (d + 0.75) / (n + 3))
    centre = more[0] - more[1]
    half = 1.959964 * math.sqrt((sum(more) - centre**2) / (n + 3))
    row = row_of(answers, adjusted=True)
    assert row["ci_lower"] == pytest.approx(100 * (centre - half), abs=1e-4)
    assert row["ci_upper"] == pytest.approx(min(100.0, 100 * (centre + half)), abs=1e-4)


def test_the_adjusted_interval_has_a_width_where_all_answers_are_alike() -> None:
    assert row_of(np.full(8, 10.0))["ci_lower"] == 100
    row = row_of(np.full(8, 10.0), adjusted=True)
    # P' = 8.75 / 11, D' = 0.75 / 11: 72.7 +- 34.2, cut off at 100
    assert row["ci_lower"] == pytest.approx(38.5, abs=0.1)
    assert row["ci_upper"] == 100


def test_two_firms_by_hand() -> None:
    """z = (N1 - N2) / sqrt(SE1^2 + SE2^2): 0.5 - 0.1 of 80 and 0.3 - 0.4 of 60 answers."""
    one, two = np.repeat([9.0, 8, 1], [40, 32, 8]), np.repeat([10.0, 7, 6], [18, 18, 24])
    answers = np.concatenate([one, two])
    firms = ["a"] * 80 + ["b"] * 60
    found = measure_tables([net_promoter_score(answers, "R")], survey(answers, firms))["measure_differences"]
    row = found.iloc[0]
    error = math.sqrt((0.6 - 0.16) / 80 + (0.7 - 0.01) / 60)
    assert row["difference"] == pytest.approx(50)
    assert row["z"] == pytest.approx(0.5 / error)
    assert row["pvalue"] == pytest.approx(2 * stats.norm.sf(0.5 / error))
    assert row["ci_lower"] == pytest.approx(100 * (0.5 - 1.959964 * error), abs=1e-4)
    assert row["verdict"] == "higher"


def test_zones() -> None:
    scores = promoter_scores([0, 6, 7, 8, 9, 10, np.nan])
    assert scores.tolist()[:6] == [-100, -100, 0, 0, 100, 100]
    assert math.isnan(scores[6])
    assert [promoter_zone(a) for a in (0, 6, 7, 8, 9, 10)] == [
        "detractors", "detractors", "passives", "passives", "promoters", "promoters",
    ]  # fmt: skip


def test_shares_of_the_zones_are_exact_and_add_up() -> None:
    made = list(promoter_shares(WORKED, "R"))
    frame = measure_tables(made, survey(WORKED))["measures"]
    assert frame["measure"].tolist() == ["nps_promoters", "nps_passives", "nps_detractors"]
    assert frame["value"].tolist() == pytest.approx([50, 100 / 3, 100 / 6])
    assert frame["counted"].tolist() == ["9-10", "7-8", "0-6"]
    assert set(frame["ci_method"]) == {"wilson"}


@settings(max_examples=8)
@given(st.lists(st.integers(0, 10), min_size=2, max_size=60), st.integers(1, 4))
def test_it_is_promoters_less_detractors_whatever_the_answers(answers: list[int], times: int) -> None:
    values = np.array(answers * times, dtype=float)
    row = row_of(values)
    promoters, detractors = float(np.mean(values >= 9)), float(np.mean(values <= 6))
    assert row["value"] == pytest.approx(100 * (promoters - detractors))
    variance = promoters + detractors - (promoters - detractors) ** 2
    assert row["se"] == pytest.approx(100 * math.sqrt(variance / len(values)), abs=1e-9)
    adjusted = row_of(values, adjusted=True)
    assert -100 <= adjusted["ci_lower"] < adjusted["ci_upper"] <= 100
    if adjusted["ci_lower"] > -100 and adjusted["ci_upper"] < 100:
        # three answers more pull the centre towards 0
        centre = (adjusted["ci_lower"] + adjusted["ci_upper"]) / 2
        assert centre == pytest.approx(row["value"] * len(values) / (len(values) + 3), abs=1e-9)


def test_weights_count() -> None:
    answers = np.array([10.0, 10, 8, 2])
    made = survey(answers, weights=[1.0, 1, 1, 5])
    frame = measure_tables([net_promoter_score(answers, "R")], made)["measures"]
    assert frame["value"].iloc[0] == pytest.approx(100 * (2 - 5) / 8)


def test_bands_are_those_that_are_given() -> None:
    band = band_of({"good": 50, "very loyal": 70, "poor": -100})
    assert [band(score) for score in (-100, 49.9, 50, 69.9, 70, 100)] == [
        "poor", "poor", "good", "good", "very loyal", "very loyal",
    ]  # fmt: skip
    assert band_of({"good": 50})(49) == ""
    quantity = net_promoter_score(WORKED, "R", band=band)
    assert measure_tables([quantity], survey(WORKED))["measures"]["band"].tolist() == ["poor"]
    assert row_of(WORKED)["band"] == ""


def test_scales_with_promoters() -> None:
    assert has_promoters(ELEVEN)
    assert has_promoters(Scale(low=1, high=10))
    assert not has_promoters(Scale(low=1, high=5))
    assert not has_promoters(Scale(low=0, high=100))
    assert net_promoter_score(WORKED, "R", lowest=1).counted == "9-10 \u2212 1-6"
