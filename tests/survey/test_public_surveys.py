"""Facts of two published surveys: the ACSI 2015 file (Hult et al. 2023) and mobi (Tenenhaus et al. 2005).

The expected numbers were computed from the same files by separate scripts outside this project; means
are given to three decimals, shares of missing answers to three.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from survey_builders import TEN, one_construct

from csi_model.model.catalogue import read_model
from csi_model.model.spec import Indicator
from csi_model.survey.item_statistics import item_statistics
from csi_model.survey.moments import group_masks, group_samples, sample_of
from csi_model.survey.reading import read_survey

_HERE = Path(__file__).resolve().parents[2]
FOLDER = _HERE / os.environ.get("CSI_TEST_DATA", "../shared") / "data"

needs_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the public surveys are not there; set CSI_TEST_DATA to their folder"
)

INDUSTRIES = ("1001", "3003", "3013", "5001")
MEANS = {
    "SATIS": (7.813, 8.526, 7.762, 6.868, 8.143),
    "CONFIRM": (7.047, 7.595, 6.908, 6.237, 7.428),
    "IDEAL": (7.141, 7.735, 6.781, 6.319, 7.617),
    "OVERALLX": (8.263, 8.615, 7.909, 8.057, 8.407),
    "CUSTOMX": (8.257, 8.781, 7.902, 7.837, 8.470),
    "WRONGX": (7.702, 8.036, 7.000, 7.619, 7.959),
    "OVERALLQ": (8.092, 8.759, 7.889, 7.364, 8.399),
    "CUSTOMQ": (8.050, 8.840, 7.800, 7.232, 8.372),
    "WRONGQ": (7.745, 8.579, 7.432, 6.938, 8.070),
    "PQ": (7.399, 8.113, 7.288, 6.370, 7.894),
    "QP": (7.620, 8.367, 7.496, 6.628, 8.061),
    "COMP": (0.175, 0.040, 0.125, 0.312, 0.179),
    "REPUR": (7.795, 8.674, 7.864, 6.636, 8.145),
}
MISSING_SHARES = {
    "SATIS": 0.001, "CONFIRM": 0.005, "IDEAL": 0.009, "OVERALLX": 0.041, "CUSTOMX": 0.031, "WRONGX": 0.039,
    "OVERALLQ": 0.025, "CUSTOMQ": 0.025, "WRONGQ": 0.031, "PQ": 0.033, "QP": 0.032,
    "COMP": 0.034, "REPUR": 0.050,
}  # fmt: skip


@pytest.fixture(scope="module")
def acsi():
    return read_survey(FOLDER / "acsi2015.xlsx", read_model("acsi-repurchase"), by=["INDUSTRY"])


@needs_data
def test_acsi_rows(acsi):
    assert acsi.read_rows == len(acsi) == 8239
    rows = sample_of(acsi).rows
    assert rows["used"] == 7341
    assert rows["incomplete_other"] == 168  # the food rows that hold the satisfaction questions only
    counts = {key[0]: int(mask.sum()) for key, mask in group_masks(acsi)}
    assert counts == {"1001": 1968, "3003": 1479, "3013": 2287, "5001": 2505}
    assert acsi.group_labels["INDUSTRY"]["5001"] == "Banks"


@needs_data
def test_acsi_item_means_by_industry(acsi):
    blocks = [item_statistics(acsi), *(item_statistics(acsi, mask) for _, mask in group_masks(acsi))]
    for column, block in enumerate(blocks):
        for item in block:
            # published to three decimals, last digit rounded
            assert item.mean == pytest.approx(MEANS[item.name][column], abs=5.1e-4), (item.name, column)


@needs_data
def test_acsi_missing_shares_and_skewness(acsi):
    stats = {item.name: item for item in item_statistics(acsi)}
    for name, share in MISSING_SHARES.items():
        # the source counts codes 98 and 99 and blanks, or the codes alone, over all rows, to three decimals
        coded = (stats[name].dont_know + stats[name].refused) / 8239
        missing = 1 - stats[name].n / 8239
        assert min(abs(coded - share), abs(missing - share)) < 5.1e-4, (name, coded, missing)
    assert stats["SATIS"].skewness == pytest.approx(-1.17, abs=5.1e-3)
    assert stats["CONFIRM"].skewness == pytest.approx(-0.71, abs=5.1e-3)
    assert stats["IDEAL"].skewness == pytest.approx(-0.87, abs=5.1e-3)


@needs_data
def test_acsi_equal_weight_satisfaction_index(acsi):
    columns = [acsi.names.index(name) for name in ("SATIS", "CONFIRM", "IDEAL")]
    scores = ((acsi.answers[:, columns] - 1) / 9 * 100).mean(axis=1)
    expected = {
        "1001": (77.243, 1968, 16.701),
        "3003": (68.327, 1454, 20.934),
        "3013": (60.745, 2209, 27.203),
        "5001": (74.770, 2505, 21.048),
    }
    for (key,), mask in group_masks(acsi):
        mean, _, sd = expected[key]
        given = scores[mask & np.isfinite(scores)]
        assert given.mean() == pytest.approx(mean, abs=5.1e-4)
        assert given.std(ddof=1) == pytest.approx(sd, abs=1e-2)


@needs_data
def test_acsi_complainers_alone_were_asked_about_handling():
    items = tuple(Indicator(name=name, scale=TEN) for name in ("SATIS", "HANDLE"))
    survey = read_survey(FOLDER / "acsi2015.xlsx", one_construct(*items, codebook="acsi2015"))
    handle = item_statistics(survey)[1]
    assert handle.n + handle.dont_know + handle.refused == 1393
    assert handle.mean == pytest.approx(6.316, abs=5.1e-4)
    assert handle.other_missing == 168
    assert not [finding for finding in survey.findings if finding.code == "answered-not-asked"]


@needs_data
def test_acsi_price_tolerance():
    survey = read_survey(FOLDER / "acsi2015.xlsx", read_model("acsi"))
    assert "RESERVATION" in survey.names
    said = {finding.where: finding.what for finding in survey.findings if finding.code == "recoded"}
    assert said["HIGHPTOL"] == "1274 answers of 26 are top-coded to 25."
    assert said["LOWPTOL"] == "490 answers of 26 are top-coded to 25."
    price = item_statistics(survey)[survey.names.index("RESERVATION")]
    # blank 168 and undocumented 101 in 422 + 180 rows; codes 98 and 99 of both questions and of REPUR
    assert price.other_missing == 168 + 602
    assert price.dont_know == 1202 + 204 + 233
    assert price.refused == 63 + 8 + 11


@needs_data
def test_acsi_background_columns_as_groups():
    survey = read_survey(FOLDER / "acsi2015.xlsx", read_model("acsi-repurchase"), by=["GENDER"])
    assert survey.dropped == {"blank_group": 8239 - 4866 - 3290}
    assert survey.group_labels["GENDER"] == {"1": "Male", "2": "Female"}


@needs_data
def test_mobi_means():
    survey = read_survey(FOLDER / "mobi.csv", read_model("ecsi-complaints"))
    expected = {
        "IMAG": (7.640, 7.780, 6.744, 7.588, 7.932),
        "CUEX": (7.580, 7.532, 7.424),
        "PERQ": (7.944, 7.192, 7.700, 7.916, 7.872, 7.776, 7.592),
        "PERV": (6.156, 6.916),
        "CUSA": (7.988, 7.128, 7.316),
        "CUSL": (7.452, 4.988, 7.668),
    }
    means = {
        f"{stem}{number}": value
        for stem, values in expected.items()
        for number, value in enumerate(values, 1)
    }
    means["CUSCO"] = 7.068
    ((_, sample),) = group_samples(survey)
    assert sample.n == 250
    assert set(survey.names) == set(means)
    # whole answers of 250 people: the means have exactly three decimals
    np.testing.assert_allclose(sample.mean, [means[name] for name in survey.names], rtol=1e-12)
