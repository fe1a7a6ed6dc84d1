"""Measures as sums of means: what each respondent counts, and the joint errors of many such numbers.

A measure is ``sum_k c_k * mean(s_k)``: a satisfaction rate is 100 times the mean of a 0/1 score, a
fixed-weight index the weighted sum of several means. The influence of a respondent on the value,
``sum_k c_k * w_i (s_ki - mean_k) / sum_k w``, gives standard errors and covariances of any two of them, also
where clusters or margins reach into several groups (Taylor linearisation: Binder 1983, International
Statistical Review 51, 279-292).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.survey.linearised import design_covariance, is_simple, one_cluster
from csi_model.survey.moments import Sample, sample_of
from csi_model.survey.survey import Floats, Survey

Mask = NDArray[np.bool_]
Spread = Literal["share", "score"]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The value of a measure in one unit.

    Attributes
    ----------
    value
        NaN where nobody of the unit is in the base.
    influence : (n,) float
        What each respondent of the survey adds to the error of the value; zero outside the base.
    n
        Respondents in the base (of any part); ``sum_w2`` = (sum w)^2 / sum w^2 of them (Kish 1965).
    variance_of_one
        Variance of the score of one respondent, divisor ``sum w``.
    spread
        ``share``: errors with the divisor n, as for a proportion; ``score``: with n - 1.
    base : (n,) bool, optional
        Respondents in the base; where it is not given, those with an influence.
    smallest : optional
        Respondents in the smallest base of a part; where it is not given, ``n``.
    """

    value: float
    influence: Floats
    n: int
    kish: float
    variance_of_one: float
    spread: Spread
    base: Mask | None = None
    smallest: int | None = None

    @property
    def fewest(self) -> int:
        """Respondents behind the part with the fewest: what a minimum base is held against.

        A difference of two shares shows the one where the other is known, however many answered both.
        """
        return self.n if self.smallest is None else self.smallest


@dataclass(frozen=True, kw_only=True)
class Part:
    """One mean in a measure: its coefficient, and the score of each respondent, NaN outside its base."""

    coefficient: float
    scores: Floats


def estimate(
    parts: Sequence[Part], weights: Floats, mask: Mask | None = None, *, spread: Spread = "score"
) -> Estimate:
    """Return the value of a measure among the rows of ``mask``, with every respondent's influence.

    Parameters
    ----------
    parts
        The means that the measure is the sum of.
    weights : (n,)
        Sampling weights.
    mask : (n,) bool, optional
        Respondents of the unit; all if None.
    spread
        See ``Estimate``.
    """
    size = len(weights)
    chosen = np.ones(size, dtype=bool) if mask is None else mask
    value, influence, base = 0.0, np.zeros(size), np.zeros(size, dtype=bool)
    smallest = size
    for part in parts:
        there = chosen & np.isfinite(part.scores)
        total = float(weights[there].sum())
        if total <= 0:
            return Estimate(
                value=np.nan, influence=np.zeros(size), n=0, kish=0.0, variance_of_one=np.nan, spread=spread
            )
        mean = float(weights[there] @ part.scores[there]) / total
        value += part.coefficient * mean
        influence[there] += part.coefficient * weights[there] * (part.scores[there] - mean) / total
        base |= there
        smallest = min(smallest, int(there.sum()))
    used = weights[base]
    kish = float(used.sum() ** 2 / (used @ used))
    # influence_i = w_i e_i / sum w for one part; with several the same is the error of their sum
    with np.errstate(divide="ignore"):
        errors = influence[base] * used.sum() / used
    variance = float(used @ errors**2) / float(used.sum())
    influence.setflags(write=False)
    base.setflags(write=False)
    return Estimate(
        value=value,
        influence=influence,
        n=int(base.sum()),
        kish=kish,
        variance_of_one=variance,
        spread=spread,
        base=base,
        smallest=smallest,
    )


@dataclass(frozen=True, kw_only=True)
class Design:
    """How the respondents of a survey were drawn, as the errors of measures need it."""

    sample: Sample
    simple: bool

    @classmethod
    def of(cls, survey: Survey) -> Design:
        """The design of a whole survey; a group of it is a domain."""
        sample = sample_of(survey, None, "available")
        return cls(sample=sample, simple=is_simple(sample))

    @property
    def weights(self) -> Floats:
        """Sampling weights (n,)."""
        return self.sample.weights


def covariance(estimates: Sequence[Estimate], design: Design) -> NDArray[Any]:
    """Covariance (k, k) of estimates from one survey.

    For a simple random sample that of independent respondents, ``sum u_i u_i'``, with the factor
    n / (n - 1) for scores (the textbook s / sqrt(n)) and without it for shares (``p (1 - p) / n``).
    Otherwise linearised over strata and clusters of the whole survey. NaN where an estimate has no base,
    where all respondents of the survey or of its base are of one cluster (the influences sum to zero in it
    whatever they are), and for the score of a single respondent.

    Raises
    ------
    EstimationError
        A stratum has a single cluster.
    """
    if not estimates:
        return np.zeros((0, 0))
    influences = np.stack([one.influence for one in estimates], axis=1)
    unknown = np.array([one.n == 0 or _alone(one, design) for one in estimates])
    if design.simple:
        made = influences.T @ influences
        factors = np.sqrt([_small_sample(one) for one in estimates])
        made = made * np.outer(factors, factors)
    elif one_cluster(design.sample):
        made = np.full((len(estimates), len(estimates)), np.nan)
    else:
        # design_covariance takes means of values under the shares of the weight
        share = design.weights / design.weights.sum()
        made = design_covariance(influences / share[:, None], design.sample)
    made[unknown, :] = np.nan
    made[:, unknown] = np.nan
    return np.asarray(made)


def _alone(one: Estimate, design: Design) -> bool:
    """Whether nothing tells how clusters differ: all of the base are in one, or it is a single score."""
    if one.n == 1 and one.spread == "score":
        return True
    codes, strata = design.sample.cluster, design.sample.strata
    if codes is None:
        return False
    base = one.influence != 0 if one.base is None else one.base
    there = codes[base]
    same = bool(np.all(there == there[:1]))
    return same and (strata is None or bool(np.all(strata[base] == strata[base][:1])))


def _small_sample(one: Estimate) -> float:
    if one.spread == "share":
        return 1.0
    return one.n / (one.n - 1) if one.n > 1 else np.nan


def effective(one: Estimate, se: float, *, simple: bool) -> float:
    """Respondents of a simple random sample with the same error: variance of one / squared error.

    Of answers that are all alike it is (sum w)^2 / sum w^2 (Kish 1965). For a simple random sample it is n.
    """
    if simple or one.n == 0:
        return float(one.n)
    if not np.isfinite(se):
        return np.nan
    if se <= 0 or one.variance_of_one <= 0:
        return one.kish
    return one.variance_of_one / se**2
