"""Covariances of estimates from raked weights: by hand, by plain regression, by leaving people out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, chain_answers, survey_of
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.linearised import design_covariance, is_simple, mean_covariance
from csi_model.survey.margins import margins_of
from csi_model.survey.moments import sample_of
from csi_model.survey.places import Places
from csi_model.survey.survey import Survey
from csi_model.survey.weighting import weigh

Array = NDArray[Any]

N = 240
AGE = {"age": {"y": 0.3, "m": 0.3, "o": 0.4}}
BOTH = {**AGE, "sex": {"f": 0.5, "m": 0.5}}


def columns(blank: int = 0) -> dict[str, Array]:
    random = np.random.default_rng(4)
    age = random.choice(["y", "m", "o"], N, p=[0.45, 0.35, 0.2]).astype(object)
    sex = random.choice(["f", "m"], N, p=[0.7, 0.3]).astype(object)
    age[random.permutation(N)[:blank]] = ""
    return {"age": age, "sex": sex, "wave": random.choice(["1", "2"], N).astype(object)}


def answers() -> Array:
    made = columns()
    return chain_answers(N, 3) + (made["age"] == "o")[:, None] * 1.5 - (made["sex"] == "m")[:, None]


def weighted(
    rows: Array | None = None,
    *,
    blank: int = 0,
    margins: Any = None,
    base: Array | None = None,
    **options: Any,
) -> Survey:
    """The survey of ``rows`` (all of them), raked by age and sex."""
    at = np.arange(N) if rows is None else rows
    texts = {name: values[at] for name, values in columns(blank).items()}
    first = np.random.default_rng(8).uniform(0.5, 2, N) if base is None else base
    places = Places(rows=at + 2, files=np.zeros(len(at), dtype=np.int64), names=("",))
    known = margins_of(margins or BOTH, blanks="keep" if blank else "refuse", **options)
    weights, weighting, found = weigh(known, texts, first[at], places)
    assert weighting is not None, found
    return survey_of(CHAIN, answers()[at], weights=weights, weighting=weighting)


def with_design(survey: Survey) -> Survey:
    return replace(survey, strata=np.arange(N) % 3, cluster=np.arange(N) // 6)


def test_post_stratification_by_hand() -> None:
    """Two classes of 3 and 1 + 1 people, shares one half: weights 5/6 and 5/4, residuals from class means.

    Answers 1 2 6 and 4 8: means 3 and 6, residuals -2 -1 3 and -2 2, of which each counts w / 5:
    5/4 [ (4 + 1 + 9) (1/6)^2 + (4 + 4) (1/4)^2 ] = 5/4 (14/36 + 8/16) = 1.111111.
    """
    places = Places(rows=np.arange(5), files=np.zeros(5, dtype=np.int64), names=("",))
    texts = {"c": np.array(["a", "a", "a", "b", "b"], dtype=object)}
    known = margins_of({"c": {"a": 0.5, "b": 0.5}})
    weights, weighting, _ = weigh(known, texts, np.ones(5), places)
    survey = survey_of(CHAIN, chain_answers(5), weights=weights, weighting=weighting)
    y = np.array([1.0, 2.0, 6.0, 4.0, 8.0])
    centred = (y - weights @ y / 5)[:, None]
    made = design_covariance(centred, sample_of(survey))[0, 0]
    assert made == pytest.approx(5 / 4 * (14 / 36 + 8 / 16), rel=1e-12)


def test_what_the_margins_decide_cannot_err() -> None:
    survey = weighted()
    sample = sample_of(survey)
    given = columns()
    level = np.select([given["age"] == "y", given["age"] == "m"], [3.0, 5.0], 9.0) + (given["sex"] == "m")
    share = sample.weights / sample.sum_w
    made = design_covariance((level - share @ level)[:, None], sample)[0, 0]
    assert made < 1e-20
    # without the margins the same mean is as uncertain as its answers vary
    assert design_covariance((level - share @ level)[:, None], replace(sample, calibration=None))[0, 0] > 0.01


def dense(survey: Survey, mask: Array, blank: int, within: bool) -> Array:
    """The same covariance with matrices of indicators of all respondents, by least squares."""
    given, w = columns(blank), survey.weights
    units = [given["wave"] == wave for wave in ("1", "2")] if within else [np.ones(N, dtype=bool)]
    explain, rest = [], []
    for unit in units:
        for name, targets in BOTH.items():
            there = unit & (given[name] != "")
            for category in targets:
                inside = unit & (given[name] == category)
                explain.append(inside - there * (w[inside].sum() / w[there].sum()))
            rest.append(unit & (given[name] == ""))
        rest.append(unit)
    z = np.column_stack([*explain, *rest]).astype(float)
    inside = mask[:, None] * w[:, None] / w[mask].sum()
    y = survey.answers - (w[mask] @ survey.answers[mask]) / w[mask].sum()
    totals = inside * y
    assert survey.weighting is not None
    assert survey.weighting.cells is not None
    free = ~survey.weighting.cells.held
    root = np.sqrt(w[free])[:, None]
    slopes, *_ = np.linalg.lstsq(z[free] * root, totals[free] / root, rcond=None)
    left = totals - w[:, None] * (z[:, : len(explain)] @ slopes[: len(explain)])
    strata = np.zeros(N, dtype=int) if survey.strata is None else survey.strata
    cluster = np.arange(N) if survey.cluster is None else survey.cluster
    made = np.zeros((left.shape[1],) * 2)
    for stratum in np.unique(strata):
        mine = strata == stratum
        sums = np.array([left[mine & (cluster == one)].sum(axis=0) for one in np.unique(cluster[mine])])
        made += len(sums) * np.cov(sums.T)
    return made


@pytest.mark.parametrize("designed", [False, True])
@pytest.mark.parametrize("domain", [False, True])
@pytest.mark.parametrize(
    ("blank", "within", "trim"),
    [(0, False, None), (40, False, None), (0, True, None), (40, True, None), (0, False, 2.2)],
)
def test_residuals_are_those_of_a_regression(
    designed: bool, domain: bool, blank: int, within: bool, trim: float | None
) -> None:
    survey = weighted(blank=blank, within=["wave"] if within else (), trim=trim)
    survey = with_design(survey) if designed else survey
    mask = np.random.default_rng(1).random(N) < 0.3 if domain else np.ones(N, dtype=bool)
    np.testing.assert_allclose(
        mean_covariance(sample_of(survey, mask)), dense(survey, mask, blank, within), rtol=1e-8, atol=1e-13
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{}, {"trim": 2.2}, {"blank": 40}, {"within": ["wave"]}],
    ids=["raked", "trimmed", "blanks", "units"],
)
def test_it_is_what_leaving_out_each_respondent_finds(options: dict[str, Any]) -> None:
    """Raked (and trimmed) again without each; the jackknife is a few percent larger in so small a sample."""
    survey = weighted(**options)
    means = np.array([sample_of(weighted(np.delete(np.arange(N), i), **options)).mean for i in range(N)])
    jackknife = np.sqrt((N - 1) / N * ((means - means.mean(axis=0)) ** 2).sum(axis=0))
    sample = sample_of(survey)
    se = np.sqrt(np.diag(mean_covariance(sample)))
    given = np.sqrt(np.diag(mean_covariance(replace(sample, calibration=None))))
    np.testing.assert_allclose(se / jackknife, 0.96, atol=0.05)
    assert np.all(given > 1.05 * jackknife)


def test_equal_weights_that_meet_margins_are_no_simple_sample() -> None:
    """The sample has the shares of the population: nothing to weight, and still the margins are known."""
    given = columns()
    shares = {name: {c: float(np.mean(given[name] == c)) for c in BOTH[name]} for name in BOTH}
    survey = weighted(margins=shares, base=np.ones(N))
    np.testing.assert_allclose(survey.weights, 1)
    sample = sample_of(survey)
    assert not is_simple(sample)
    assert sample.units is not None
    assert np.all(np.diag(mean_covariance(sample)) < 0.95 * np.diag(sample.cov) / (N - 1))


def test_a_stratum_of_one_respondent_is_refused() -> None:
    survey = replace(weighted(), strata=np.array([0] * (N - 1) + [1]))
    with pytest.raises(EstimationError, match="only one cluster"):
        mean_covariance(sample_of(survey))


def test_index_errors_rest_on_it() -> None:
    survey = weighted()
    fitted = [fit(CHAIN, one, weight_rule="equal") for one in (survey, replace(survey, weighting=None))]
    se = [evaluate(one).tables["index"]["se"].to_numpy() for one in fitted]
    assert np.all(se[0] < 0.95 * se[1])
    told = [{one.code: one.what for one in each.pooled.findings} for each in fitted]
    assert "cannot err" in told[0]["margins-known"]
    assert "margins-known" not in told[1]


def test_groups_of_a_joint_fit_keep_their_places() -> None:
    """Stacked samples of two groups have the covariance of the whole."""
    survey = weighted()
    mask = np.random.default_rng(2).random(N) < 0.5
    parts = [sample_of(survey, one) for one in (mask, ~mask)]
    stacked = replace(
        parts[0],
        n=N,
        answers=np.concatenate([one.answers for one in parts]),
        weights=np.concatenate([one.weights for one in parts]),
        at=np.concatenate([one.at for one in parts if one.at is not None]),
    )
    whole = sample_of(survey)
    np.testing.assert_allclose(
        design_covariance(stacked.answers - whole.mean, stacked), mean_covariance(whole), rtol=1e-10
    )
