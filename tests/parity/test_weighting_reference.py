"""Weights that meet known margins, and their standard errors, against R's survey 4.1-1.

The survey and the numbers come from ``make_weighting_reference.R``. Where the programs differ on purpose:

* **Raking.** The regression on the margins is by the raked weights, as Deville & Sarndal (1992) have it;
  ``calibrate()`` takes the base weights. Both are right in large samples; here they differ by less than 2 %.
* **Weights** are scaled to a mean of 1; R's sum to the population.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of, survey_of
from numpy.typing import NDArray

from csi_model.survey.linearised import mean_covariance
from csi_model.survey.margins import Margins, margins_of
from csi_model.survey.moments import sample_of
from csi_model.survey.places import Places
from csi_model.survey.survey import Survey
from csi_model.survey.weighting import weigh

FOLDER = Path(__file__).parent / "reference"
DESIGNS = ("simple", "weighted", "stratified", "clustered")
MODEL = model_of({"satisfaction": "s1 s2 s3"}, {})
AGE = {"age": {"18-34": 0.3, "35-54": 0.35, "55+": 0.35}}
SEX = {"sex": {"f": 0.52, "m": 0.48}}
ROUNDING = 1e-9
"""R's numbers are written with 15 digits, and its raking ends at 1e-11 people."""


@cache
def reference() -> dict[str, Any]:
    made: dict[str, Any] = json.loads((FOLDER / "weighting.json").read_text(encoding="utf-8"))
    return made


@cache
def answers() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "weighting.csv", dtype={"age": str, "sex": str, "firm": str})


def survey(design: str, margins: Margins) -> Survey:
    frame = answers()
    n = len(frame)
    base = np.ones(n) if design == "simple" else frame["base"].to_numpy(dtype=float)
    texts: dict[str, NDArray[Any]] = {name: frame[name].to_numpy(dtype=object) for name in margins.columns}
    places = Places(rows=np.arange(2, n + 2), files=np.zeros(n, dtype=np.int64), names=("",))
    weights, weighting, found = weigh(margins, texts, base, places)
    assert weighting is not None, found
    strata = frame["stratum"] if design in ("stratified", "clustered") else None
    cluster = frame["psu"] if design == "clustered" else None
    made = frame[["s1", "s2", "s3"]].to_numpy(dtype=float)
    return survey_of(MODEL, made, weights=weights, weighting=weighting, strata=strata, cluster=cluster)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("part", ["whole", "domain", "not_young"])
def test_post_stratification(design: str, part: str) -> None:
    made = survey(design, margins_of(AGE))
    frame = answers()
    mask = {
        "whole": np.ones(len(frame), dtype=bool),
        "domain": (frame["firm"] == "A").to_numpy(),
        "not_young": (frame["age"] != "18-34").to_numpy(),
    }[part]
    wanted = reference()["post_stratified"][design]
    np.testing.assert_allclose(made.weights, wanted["weights"], rtol=ROUNDING)
    sample = sample_of(made, mask)
    np.testing.assert_allclose(sample.mean, wanted[part]["mean"], rtol=ROUNDING)
    np.testing.assert_allclose(mean_covariance(sample), wanted[part]["cov"], rtol=ROUNDING, atol=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
def test_raking(design: str) -> None:
    made, wanted = survey(design, margins_of({**AGE, **SEX})), reference()["raked"][design]
    np.testing.assert_allclose(made.weights, wanted["weights"], rtol=ROUNDING)
    sample = sample_of(made)
    cov = mean_covariance(sample)
    np.testing.assert_allclose(sample.mean, wanted["whole"]["mean"], rtol=ROUNDING)
    np.testing.assert_allclose(cov, wanted["whole"]["cov"], rtol=ROUNDING, atol=1e-12)
    se, by_base, given = (
        np.sqrt(np.diag(np.array(one))) for one in (cov, wanted["by_base"]["cov"], wanted["given"]["cov"])
    )
    np.testing.assert_allclose(se, by_base, rtol=0.02)
    if design != "clustered":  # clusters mix ages: little of their spread is explained
        assert np.all(se < 0.97 * given)
