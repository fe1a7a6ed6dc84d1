"""Net promoter score: what it is, its error, its interval in small samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from csi_model.measures.estimates import Estimate
from csi_model.measures.intervals import Interval, wald
from csi_model.measures.quantities import Quantity, mean_of
from csi_model.survey.survey import Floats

PROMOTER, DETRACTOR = 9.0, 6.0
"""Lowest answer of a promoter, highest of a detractor, on 0-10 (Reichheld 2003, HBR 81(12), 46-54)."""

PSEUDO_ANSWERS = 3.0
"""Answers that the adjusted interval adds: 3/4 promoter, 3/2 passive, 3/4 detractor."""


def promoter_scores(answers: Any) -> Floats:
    """100 for promoters, 0 for passives, -100 for detractors, NaN where there is no answer.

    Parameters
    ----------
    answers : (n,)
        Likelihood to recommend, 0 to 10.
    """
    values = np.asarray(answers, dtype=float)
    scores = np.where(values >= PROMOTER, 100.0, np.where(values <= DETRACTOR, -100.0, 0.0))
    return np.where(np.isfinite(values), scores, np.nan)


def net_promoter_score(answers: Any, item: str, *, adjusted: bool = False) -> Quantity:
    """NPS = 100 (P - D), -100 to 100.

    The variance of one answer is P + D - (P - D)^2 in units of 100 points, the standard error its root over
    sqrt(n). The interval is Wald's; ``adjusted`` takes the one for small samples, see ``adjusted_wald``.

    Parameters
    ----------
    answers : (n,)
        Likelihood to recommend, 0 to 10; NaN where there is none.
    item
        The question.
    """
    made: dict[str, Any] = {"limits": adjusted_wald, "method": "adjusted"} if adjusted else {}
    quantity = mean_of(
        promoter_scores(answers),
        measure="nps_adjusted" if adjusted else "nps",
        item=item,
        metric="score",
        counted="9-10 \u2212 0-6",
        compared=not adjusted,
        **made,
    )
    return Quantity(**{**vars(quantity), "interval": "normal"})


def adjusted_wald(one: Estimate, se: float, n_eff: float, level: float) -> Interval:
    """Interval of an NPS with three answers added: 3/4 promoter, 3/2 passive, 3/4 detractor.

    Rocks (2016), The American Statistician 70(4), 365-372, as ``measuringu.com`` states its constants. With P
    and D of n answers: P' = (n P + 3/4) / (n + 3), D' alike, and Wald's interval from P', D' and n + 3. What
    is known here is N = P - D and the variance v of one answer, so that P + D = v + N^2.
    """
    n = n_eff
    net, spread = one.value / 100, one.variance_of_one / 100**2
    if not (n > 0 and math.isfinite(net)):
        return math.nan, math.nan
    both = (n * (spread + net**2) + PSEUDO_ANSWERS / 2) / (n + PSEUDO_ANSWERS)
    centre = n * net / (n + PSEUDO_ANSWERS)
    error = math.sqrt(max(0.0, both - centre**2) / (n + PSEUDO_ANSWERS))
    return wald(100 * centre, 100 * error, level)
