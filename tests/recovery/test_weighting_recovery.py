"""Raked means cover the truth: surveys drawn with unequal response from a population whose margins are known.

In each survey women and the old answer more often than men and the young, and what they answer differs. The
population's share of every age and sex is known, that of the cells is not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fit_builders import model_of, survey_of
from numpy.typing import NDArray

from csi_model.survey.linearised import mean_covariance
from csi_model.survey.margins import margins_of
from csi_model.survey.moments import Sample, sample_of
from csi_model.survey.places import Places
from csi_model.survey.weighting import weigh

Array = NDArray[Any]

MODEL = model_of({"satisfaction": "s1 s2 s3"}, {})
CELLS = np.array([[0.14, 0.16], [0.22, 0.18], [0.20, 0.10]])
"""Population: three ages by two sexes, not independent."""
RESPONSE = np.outer([0.25, 0.5, 1.0], [0.4, 1.0])
LEVEL = np.array([[5.0, 5.6], [6.0, 6.6], [7.4, 8.0]])
"""Means of an answer by cell, additive in age and sex."""
TRUTH = float((CELLS * LEVEL).sum())
AGES, SEXES = np.array(["y", "m", "o"], dtype=object), np.array(["m", "f"], dtype=object)
MARGINS = {
    "age": dict(zip(AGES.tolist(), CELLS.sum(axis=1).tolist(), strict=True)),
    "sex": dict(zip(SEXES.tolist(), CELLS.sum(axis=0).tolist(), strict=True)),
}


def drawn(random: np.random.Generator, n: int, *, trim: float | None = None, clusters: int = 0) -> Sample:
    """A survey of ``n`` respondents, raked; with clusters of answers that are alike."""
    share = (CELLS * RESPONSE).ravel() / (CELLS * RESPONSE).sum()
    cell = random.choice(CELLS.size, n, p=share)
    age, sex = np.unravel_index(cell, CELLS.shape)
    answers = LEVEL[age, sex][:, None] + random.normal(size=(n, 3)) + random.normal(size=n)[:, None]
    cluster = None
    if clusters:
        cluster = np.arange(n) * clusters // n
        answers += random.normal(scale=0.4, size=clusters)[cluster][:, None]
    texts = {"age": AGES[age], "sex": SEXES[sex]}
    places = Places(rows=np.arange(n) + 2, files=np.zeros(n, dtype=np.int64), names=("",))
    weights, weighting, found = weigh(margins_of(MARGINS, trim=trim), texts, np.ones(n), places)
    assert weighting is not None, found
    return sample_of(survey_of(MODEL, answers, weights=weights, weighting=weighting, cluster=cluster))


def coverage(samples: list[Sample]) -> tuple[float, float, float]:
    """Share of 95 % intervals of the three items that hold the truth, mean error over its spread, bias."""
    mean = np.array([one.mean for one in samples])
    se = np.array([np.sqrt(np.diag(mean_covariance(one))) for one in samples])
    hit = np.abs(mean - TRUTH) <= 1.959964 * se
    return float(hit.mean()), float(se.mean() / mean.std(axis=0).mean()), float(mean.mean() - TRUTH)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "clusters", "trim"), [(250, 0, None), (1000, 0, None), (400, 0, 2.5), (800, 80, None)]
)
def test_intervals_of_raked_means_cover(n: int, clusters: int, trim: float | None) -> None:
    random = np.random.default_rng(2015)
    samples = [drawn(random, n, trim=trim, clusters=clusters) for _ in range(1000)]
    covered, ratio, bias = coverage(samples)
    assert 0.93 <= covered <= 0.97
    assert ratio == pytest.approx(1, abs=0.06)
    assert abs(bias) < 0.01


@pytest.mark.slow
def test_the_plain_mean_misses_and_weights_taken_as_given_are_too_wide() -> None:
    random = np.random.default_rng(5)
    samples = [drawn(random, 600) for _ in range(400)]
    plain = np.array([one.answers.mean(axis=0) for one in samples])
    assert plain.mean() - TRUTH > 0.3
    mean = np.array([one.mean for one in samples])
    given = np.array([np.sqrt(np.diag(mean_covariance(replace(one, calibration=None)))) for one in samples])
    assert given.mean() > 1.1 * mean.std(axis=0).mean()
    assert float((np.abs(mean - TRUTH) <= 1.959964 * given).mean()) > 0.97
