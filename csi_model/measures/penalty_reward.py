"""Penalty-reward contrast analysis: what low and high answers to each attribute go with.

Brandt (1988), Proceedings of the American Marketing Association Services Marketing Conference, 35-39; impact
range, asymmetry and their classes after Mikulic & Prebezac (2008), Managing Service Quality 18(6), 559-576.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.measures.intervals import NONE, Interval
from csi_model.model.spec import Scale
from csi_model.survey.survey import Floats

Array = NDArray[Any]

MIN_CELL = 10
"""Fewest low, middle and high answers from which a contrast is shown."""
LOW_SHARE, HIGH_SHARE = 0.4, 0.2
"""Shares of a scale's answers that are low and high: 1-4 and 9-10 of ten."""
CUTS = (0.7, 0.2)
"""Asymmetry beyond which an attribute is a delighter (frustrator), and a satisfier (dissatisfier)."""
OVERLAP = 5.0
"""Inflation factor from which attributes are hard to tell apart."""
DRAWS = 4000
"""Draws of penalty and reward for the interval of their asymmetry."""

UNCLASSED = ("", "no_clear_effect", "opposite")
"""Factors that have no asymmetry: a ratio of nothing to nothing, or of what is no penalty or reward."""
OPPOSITE = "low answers go with more satisfaction than the middle, or high ones with less"
NO_EFFECT = "neither a penalty nor a reward is shown at this level"


def usual_cuts(scale: Scale) -> tuple[float, float] | None:
    """The highest low and the lowest high answer of a scale of whole steps; None where it has too few.

    Brandt's example takes 1-4 and 9-10 of ten. The same shares of other scales, 40 % and 20 % of the answers
    rounded to whole ones, are what we decided: 1-2 and 5 of five, 1-3 and 7 of seven, 0-3 and 9-10 of 0-10.
    """
    steps = round(scale.high - scale.low) + 1
    low, high = max(1, round(LOW_SHARE * steps)), max(1, round(HIGH_SHARE * steps))
    return (scale.low + low - 1, scale.high - high + 1) if low + high < steps else None


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """An attribute with its ratings (n,), NaN where there is none, its highest low and lowest high answer."""

    name: str
    ratings: Floats
    low: float
    high: float
    low_words: str = ""
    high_words: str = ""


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Penalty P and reward R of an attribute with their joint covariance (2, 2); NaN where there is none."""

    penalty: float
    reward: float
    covariance: Array
    df: float


@dataclass(frozen=True, kw_only=True)
class Asymmetry:
    """Range R - P, asymmetry (R - |P|) / (R + |P|) with its interval."""

    impact_range: float
    value: float
    interval: Interval


def asymmetry(contrast: Contrast, *, level: float = 0.95, seed: int = 20_100) -> Asymmetry:
    """Impact range and asymmetry of an attribute.

    A penalty is negative and a reward positive. One of the wrong sign counts as none here (P = 0 or R = 0):
    low answers that go with a higher satisfaction are no penalty of that size. The interval has the
    percentiles of the asymmetry of draws of (P, R) from a normal distribution with their covariance
    (parametric bootstrap; Krinsky & Robb 1986, Review of Economics and Statistics 68, 715-719), which stays
    within -1 and 1. It is empty where a tenth of the draws and more have neither.

    Parameters
    ----------
    contrast
        Penalty and reward, in answer units of the overall satisfaction.
    """
    loss, gain = max(0.0, -contrast.penalty), max(0.0, contrast.reward)
    both = math.isfinite(contrast.penalty) and math.isfinite(contrast.reward)
    if not both or loss + gain == 0:
        return Asymmetry(impact_range=gain + loss if both else math.nan, value=math.nan, interval=NONE)
    value = (gain - loss) / (gain + loss)
    limits = NONE
    if np.isfinite(contrast.covariance).all():
        drawn = np.random.default_rng(seed).multivariate_normal(
            [contrast.penalty, contrast.reward], contrast.covariance, size=DRAWS, method="eigh"
        )
        losses, gains = np.maximum(-drawn[:, 0], 0.0), np.maximum(drawn[:, 1], 0.0)
        known = losses + gains > 0
        if known.mean() > 0.9:
            drawn_values = (gains[known] - losses[known]) / (gains[known] + losses[known])
            low, high = np.quantile(drawn_values, [(1 - level) / 2, (1 + level) / 2])
            limits = float(low), float(high)
    return Asymmetry(impact_range=gain + loss, value=value, interval=limits)


def class_of_asymmetry(value: float) -> str:
    """Delighter above .7, satisfier above .2, hybrid, dissatisfier below -.2, frustrator below -.7.

    Mikulic & Prebezac (2008). The cuts themselves belong to the middle class beside them.
    """
    if not math.isfinite(value):
        return ""
    far, near = CUTS
    if abs(value) <= near:
        return "hybrid"
    if value > 0:
        return "delighter" if value > far else "satisfier"
    return "frustrator" if value < -far else "dissatisfier"


def factor_of(contrast: Contrast, level: float = 0.95) -> str:
    """Basic, performance or excitement, by tests at the level 1 - ``level``.

    The sources say that \\|P\\| is large and R about 0 for a basic factor, and so on, without a rule. Ours: a
    penalty (reward) is shown where P is below (R above) 0. Where P is shown above or R below 0, the attribute
    goes the other way: ``opposite``. None shown: ``no_clear_effect``. Else
    \\|P\\| = R is tested, that is P + R = 0 with the covariance of both: where it is rejected, the factor is
    basic (P + R < 0) or excitement (P + R > 0). Where it is not, it is performance if both are shown, and
    ``not_told_apart`` if only one is.
    """
    alpha = 1 - level
    tests = p_value(contrast, (1, 0)), p_value(contrast, (0, 1))
    if not all(math.isfinite(p) for p in tests):
        return ""
    penalty, reward = (p < alpha for p in tests)
    if (penalty and contrast.penalty > 0) or (reward and contrast.reward < 0):
        return "opposite"
    if not penalty and not reward:
        return "no_clear_effect"
    if p_value(contrast, (1, 1)) < alpha:
        return "excitement_factor" if contrast.penalty + contrast.reward > 0 else "basic_factor"
    return "performance_factor" if penalty and reward else "not_told_apart"


def standard_error(contrast: Contrast, of: tuple[int, int]) -> float:
    """Standard error of ``of[0] P + of[1] R``."""
    c = np.array([weight for weight in of if weight], dtype=float)
    places = [k for k, weight in enumerate(of) if weight]
    variance = float(c @ contrast.covariance[np.ix_(places, places)] @ c)
    return math.sqrt(variance) if variance >= 0 else math.nan


def p_value(contrast: Contrast, of: tuple[int, int]) -> float:
    """Two-sided p value of ``of[0] P + of[1] R = 0`` by Student's t; NaN without a standard error."""
    value = sum(w * x for w, x in zip(of, (contrast.penalty, contrast.reward), strict=True) if w)
    se = standard_error(contrast, of)
    if not (math.isfinite(value) and se > 0 and contrast.df > 0):
        return math.nan
    return 2 * float(stats.t.sf(abs(value / se), contrast.df))
