"""Net promoter score: what it is, its error, its interval in small samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from csi_model.measures.estimates import Estimate
from csi_model.measures.intervals import Interval, wald
from csi_model.measures.quantities import Quantity, mean_of, share_of
from csi_model.model.spec import Scale
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


def net_promoter_score(
    answers: Any,
    item: str,
    *,
    adjusted: bool = False,
    lowest: float = 0.0,
    band: Callable[[float], str] | None = None,
) -> Quantity:
    """NPS = 100 (P - D), -100 to 100.

    The variance of one answer is P + D - (P - D)^2 in units of 100 points, the standard error its root over
    sqrt(n). The interval is Wald's, cut at -100 and 100; ``adjusted`` takes the one for small samples, see
    ``adjusted_wald``.

    Parameters
    ----------
    answers : (n,)
        Likelihood to recommend, 0 to 10; NaN where there is none.
    item
        The question.
    adjusted
        The interval for small samples.
    lowest
        Lowest answer of the scale.
    band
        Score > the name of its band; see ``band_of``.
    """
    made: dict[str, Any] = {"limits": adjusted_wald, "method": "adjusted"} if adjusted else {}
    quantity = mean_of(
        promoter_scores(answers),
        measure="nps_adjusted" if adjusted else "nps",
        item=item,
        metric="score",
        counted=f"9-10 \u2212 {lowest:g}-6",
        band=band,
        bounds=(-100.0, 100.0),
        compared=not adjusted,
        **made,
    )
    return Quantity(**{**vars(quantity), "interval": "normal"})


def adjusted_wald(one: Estimate, se: float, n_eff: float, level: float) -> Interval:
    """Interval of an NPS with three answers added: 3/4 promoter, 3/2 passive, 3/4 detractor.

    Rocks (2016), The American Statistician 70(4), 365-372, as ``measuringu.com`` states its constants. With P
    and D of n answers: P' = (n P + 3/4) / (n + 3), D' alike, and Wald's interval from P', D' and n + 3. What
    is known here is N = P - D and the variance v of one answer, so that P + D = v + N^2. Limits end at -100
    and 100, which Wald's may exceed.
    """
    n = n_eff
    net, spread = one.value / 100, one.variance_of_one / 100**2
    if not (n > 0 and math.isfinite(net)):
        return math.nan, math.nan
    both = (n * (spread + net**2) + PSEUDO_ANSWERS / 2) / (n + PSEUDO_ANSWERS)
    centre = n * net / (n + PSEUDO_ANSWERS)
    error = math.sqrt(max(0.0, both - centre**2) / (n + PSEUDO_ANSWERS))
    lower, upper = wald(100 * centre, 100 * error, level)
    return max(-100.0, lower), min(100.0, upper)


def promoter_shares(answers: Any, item: str, *, lowest: float = 0.0) -> Iterator[Quantity]:
    """Shares of promoters, passives and detractors, in percent, with Wilson's intervals."""
    scores = promoter_scores(answers)
    for measure, score, counted in (
        ("nps_promoters", 100.0, "9-10"),
        ("nps_passives", 0.0, "7-8"),
        ("nps_detractors", -100.0, f"{lowest:g}-6"),
    ):
        hits = np.where(np.isfinite(scores), (scores == score).astype(float), np.nan)
        yield share_of(hits, measure=measure, item=item, counted=counted, compared=False)


def promoter_zone(answer: float) -> str:
    """Zone of an answer: ``promoters``, ``passives`` or ``detractors``."""
    if answer >= PROMOTER:
        return "promoters"
    return "detractors" if answer <= DETRACTOR else "passives"


def has_promoters(scale: Scale) -> bool:
    """Whether promoters and detractors are defined on a scale: 0-10, or 1-10 at a pinch."""
    return scale.high == 10 and scale.low in (0, 1)


def band_of(bands: Mapping[str, float]) -> Callable[[float], str]:
    """The band that a score lies in: the one with the highest lower end that it reaches; "" below all.

    No bands are built in. The source texts have 50 and more for good, 70 to 80 for very loyal customers and 5
    to 10 for most firms; these figures are old and differ by country and industry.

    Parameters
    ----------
    bands
        Name > its lower end, in points.
    """
    ladder = sorted(bands.items(), key=lambda one: one[1], reverse=True)
    return lambda score: next((name for name, low in ladder if score >= low), "")
