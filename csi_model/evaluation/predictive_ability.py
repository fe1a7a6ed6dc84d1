"""What predictions say of a model: predictive power of each construct, and tests against benchmarks.

CVPAT (Liengaard, Sharma, Hult, Jensen, Sarstedt, Hair & Ringle 2021, Decision Sciences 52, 362-392; Sharma,
Liengaard, Hair, Sarstedt & Ringle 2023, European Journal of Marketing 57, 1662-1677) tests whether the
squared errors of the model are smaller than those of the training means or of the linear model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.errors import EstimationError
from csi_model.evaluation.prediction import Prediction
from csi_model.survey.linearised import design_covariance
from csi_model.survey.moments import Sample

Array = NDArray[Any]
Cells = dict[str, Any]

ROUNDING = 1e-9
"""Two losses that differ by less than this share are the same."""
OVERALL = "all"
"""The target of the test over all constructs."""


def predictive_power(prediction: Prediction) -> tuple[str, ...]:
    """Predictive power of each entry's construct, (k,): high, medium, low or none; empty where unknown.

    High where all items of the construct have a smaller RMSE than the linear model, medium where at least
    half of them do, low where fewer do (Shmueli et al. 2019, European Journal of Marketing 53, 2322-2347).
    An item that is predicted no better than by the mean (Q2_predict <= 0) counts as lost: that is the
    guideline's first step.
    """
    pls, lm, _ = prediction.rmse
    won = (pls < lm * (1 - ROUNDING)) & (prediction.q2 > 0)
    made = {}
    for name in dict.fromkeys(prediction.constructs):
        own = np.array([construct == name for construct in prediction.constructs])
        count, size = int(won[own].sum()), int(own.sum())
        known = bool(np.isfinite(lm[own]).all() and np.isfinite(pls[own]).all())
        word = "high" if count == size else "medium" if 2 * count >= size else "low" if count else "none"
        made[name] = word if known else ""
    return tuple(made[name] for name in prediction.constructs)


def prediction_rows(prediction: Prediction) -> Iterator[Cells]:
    """Rows of the table ``prediction``: one a predicted item; the verdict is that of its construct."""
    verdicts = predictive_power(prediction)
    for k, (construct, indicator) in enumerate(
        zip(prediction.constructs, prediction.indicators, strict=True)
    ):
        yield {
            "construct": construct,
            "indicator": indicator,
            "q2_predict": float(prediction.q2[k]),
            **{f"rmse_{name}": float(prediction.rmse[a, k]) for a, name in enumerate(("pls", "lm", "mean"))},
            **{f"mae_{name}": float(prediction.mae[a, k]) for a, name in enumerate(("pls", "lm", "mean"))},
            "verdict": verdicts[k],
            "why": prediction.why or prediction.why_lm[k],
        }


@dataclass(frozen=True, kw_only=True)
class AbilityTest:
    """The model against one benchmark for one construct, or for ``all``.

    Attributes
    ----------
    benchmark
        ``mean`` (of the training rows: the indicator average) or ``lm`` (linear model).
    loss_pls, loss_benchmark
        Mean squared errors over respondents and items, in squared answer units; ``difference`` the first
        less the second: negative where the model predicts better.
    z
        t of the paired test, referred to t with as many degrees of freedom as there are units (clusters,
        else respondents) less strata.
    verdict
        ``better``, ``worse`` or ``no difference``, by the interval; empty where there is no test.
    """

    target: str
    benchmark: str
    loss_pls: float
    loss_benchmark: float
    difference: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    verdict: str
    why: str


def cvpat(prediction: Prediction, sample: Sample, *, level: float = 0.95) -> tuple[AbilityTest, ...]:
    """Test the model's losses against those of the mean and of the linear model.

    The loss of a respondent is the mean squared error over the items of the construct, or of all endogenous
    constructs (Liengaard et al. 2021), averaged over the repetitions. The mean difference
    is tested by a paired t test; with sampling weights, strata or clusters its variance is that of a
    weighted mean under the survey's design (Binder 1983; see ``design_covariance``).

    Parameters
    ----------
    sample
        The one that was predicted.
    level
        Of the intervals.

    Returns
    -------
    tuple of AbilityTest
        Two a construct, in model order, then two for ``all``.
    """
    names = list(dict.fromkeys(prediction.constructs))
    owner = np.array(prediction.constructs)
    made = []
    for target in (*names, OVERALL) if names else ():
        own = np.ones(len(owner), dtype=bool) if target == OVERALL else owner == target
        for benchmark, place in (("mean", 2), ("lm", 1)):
            why = prediction.why
            if benchmark == "lm" and not why:
                why = next(
                    (text for text, mine in zip(prediction.why_lm, own, strict=True) if mine and text), ""
                )
            losses = prediction.losses[:, :, own].mean(axis=2)
            made.append(_test(target, benchmark, losses[0], losses[place], sample, level, why))
    return tuple(made)


def _test(
    target: str, benchmark: str, pls: Array, other: Array, sample: Sample, level: float, why: str
) -> AbilityTest:
    share = sample.weights / sample.weights.sum()
    loss_pls, loss_other = float(share @ pls), float(share @ other)
    difference = loss_pls - loss_other
    se, z, pvalue, margin = np.nan, np.nan, np.nan, np.nan
    if not why and np.max(np.abs(pls - other)) <= ROUNDING * loss_other:
        why = "both make the same predictions"
    if not why:
        try:
            se = float(np.sqrt(design_covariance((pls - other - difference)[:, None], sample)[0, 0]))
        except EstimationError:
            why = "a stratum has only one cluster"
    if se > 0:
        z, freedom = difference / se, _freedom(sample)
        pvalue = float(2 * stats.t.sf(abs(z), freedom))
        margin = float(stats.t.isf((1 - level) / 2, freedom)) * se
    lower, upper = difference - margin, difference + margin
    known = np.isfinite(margin)
    word = "better" if upper < 0 else "worse" if lower > 0 else "no difference"
    return AbilityTest(
        target=target,
        benchmark=benchmark,
        loss_pls=loss_pls,
        loss_benchmark=loss_other,
        difference=difference,
        se=se,
        z=z,
        pvalue=pvalue,
        ci_lower=lower,
        ci_upper=upper,
        verdict=word if known else "",
        why=why,
    )


def _freedom(sample: Sample) -> int:
    """Units of the design less its strata."""
    if sample.units is None:
        return sample.n - 1
    return int(sample.units.sum() - np.count_nonzero(sample.units))


def cvpat_rows(prediction: Prediction, sample: Sample, *, level: float = 0.95) -> Iterator[Cells]:
    """Rows of the table ``cvpat``."""
    for one in cvpat(prediction, sample, level=level):
        yield asdict(one)
