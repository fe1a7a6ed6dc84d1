"""Price tolerance: the price at which a customer would still buy, from the routed pair of questions.

Those who would likely buy again are asked which price rise they would still accept, the others which price
cut would win them back. The American Customer Satisfaction Index shows "price tolerance (reservation price)"
as one item of loyalty, but how it joins the two questions is not published. The convention here is ours:
``RP = 100 + rise`` or ``100 - cut``, in percent of today's price.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.frames import typed_frame
from csi_model.measures.estimates import Design, estimate
from csi_model.measures.intervals import critical
from csi_model.measures.quantiles import Quantile, quantile
from csi_model.measures.quantities import Quantity, Row, Unit, mean_of, measure_row, share_of
from csi_model.survey.survey import Floats
from csi_model.vocabulary import MEASURES

TODAY = 100.0
"""Today's price on the scale of reservation prices."""

BOTH = "rise_or_cut"
"""Item of what is made from both questions."""

QUARTILES = (("reservation_q1", 0.25), ("reservation_median", 0.5), ("reservation_q3", 0.75))

ABOVE = "it lies above the highest price that was asked about"
BELOW = "it lies below the lowest price that was asked about"
OPEN_UP = "the interval is open upwards: it reaches above the highest price that was asked about"
OPEN_DOWN = "the interval is open downwards: it reaches below the lowest price that was asked about"
_SLACK = 1e-9

Ends = tuple[float, float]
Signs = NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """Reservation prices of respondents.

    Attributes
    ----------
    prices : (n,)
        In percent of today's price, answers beyond the last percent at that; NaN without an answer.
    asked : (n,)
        1 asked which rise, -1 asked which cut, 0 neither.
    beyond : (n,)
        1 accepts more than ``most`` percent, -1 needs a cut of more, 0 has named a percent.
    most
        Largest percent that was asked about.
    """

    prices: Floats
    asked: Signs
    beyond: Signs
    most: float

    @property
    def ordered(self) -> Floats:
        """Prices (n,) with those beyond an end at plus or minus infinity."""
        return np.where(self.beyond > 0, np.inf, np.where(self.beyond < 0, -np.inf, self.prices))

    def counted(self, censored: float | str) -> Floats:
        """Prices (n,) as they count in a mean.

        Parameters
        ----------
        censored
            What stands for answers beyond the last percent: ``end`` (that percent itself, so that the mean
            lies too near today's price), ``left_out`` (nothing), or an assumed percent.
        """
        if censored == "end":
            return self.prices
        assumed = math.nan if censored == "left_out" else float(censored)
        return np.where(self.beyond != 0, TODAY + self.beyond * assumed, self.prices)


def tolerances(
    repurchase: Any,
    rise: Any,
    cut: Any,
    *,
    rise_when: Ends = (6.0, 10.0),
    cut_when: Ends = (1.0, 5.0),
    most: float = 25.0,
    rise_beyond: Any = False,
    cut_beyond: Any = False,
) -> Tolerance:
    """Join the two questions: ``RP = 100 + rise`` or ``100 - cut``, whichever the respondent was asked.

    Parameters
    ----------
    repurchase : (n,)
        How likely it is to buy again; NaN without an answer.
    rise, cut : (n,)
        Percent; NaN without an answer. An answer to the question that routing does not put is ignored.
    rise_when, cut_when
        Answers to ``repurchase``, ends included, with which each question is put.
    most
        Largest percent that was asked about; larger answers mean more than that.
    rise_beyond, cut_beyond : (n,) bool, optional
        Answers known to mean more than that although they are stored as ``most``.
    """
    likely = np.asarray(repurchase, dtype=float)
    up, down = np.asarray(rise, dtype=float), np.asarray(cut, dtype=float)
    with np.errstate(invalid="ignore"):
        asked_up = (likely >= rise_when[0]) & (likely <= rise_when[1])
        asked_down = (likely >= cut_when[0]) & (likely <= cut_when[1])
        over_up = asked_up & (np.asarray(rise_beyond, dtype=bool) | (up > most)) & np.isfinite(up)
        over_down = asked_down & (np.asarray(cut_beyond, dtype=bool) | (down > most)) & np.isfinite(down)
    prices = np.full(len(likely), np.nan)
    prices[asked_up] = TODAY + np.minimum(up, most)[asked_up]
    prices[asked_down] = TODAY - np.minimum(down, most)[asked_down]
    return Tolerance(
        prices=prices,
        asked=(asked_up.astype(np.int8) - asked_down.astype(np.int8)),
        beyond=(over_up.astype(np.int8) - over_down.astype(np.int8)),
        most=most,
    )


def changes_of(most: float, step: float) -> Floats:
    """Price changes (k,) of the curve: multiples of ``step`` from -most to most, and these ends."""
    count = math.floor(most / step + _SLACK)
    inner = step * np.arange(-count, count + 1)
    return np.unique(np.round(np.concatenate([[-most], inner, [most]]), 9))


def buying_at(tolerance: Tolerance, change: float) -> Quantity:
    """Share of respondents who still buy when the price changes by ``change`` percent: RP >= 100 + change.

    Raises
    ------
    ValueError
        The change is larger than what was asked about: nothing is known there.
    """
    if abs(change) > tolerance.most + _SLACK:
        raise ValueError(f"nobody was asked about a change of {change:g} percent")
    ordered = tolerance.ordered
    scores = np.where(np.isnan(ordered), np.nan, ordered >= TODAY + change - _SLACK)
    return share_of(scores, measure="still_buying", item="", counted=f"{change:+g} %")


def price_quantities(
    tolerance: Tolerance, names: tuple[str, str], *, censored: float | str = "end"
) -> list[Quantity]:
    """Mean reservation price, mean rise accepted and mean cut needed; those that somebody answered.

    Parameters
    ----------
    names
        The questions on the rise and on the cut.
    censored
        See ``Tolerance.counted``.
    """
    prices = tolerance.counted(censored)
    far = tolerance.most if isinstance(censored, str) else float(censored)
    ends = (TODAY - far, TODAY + far)
    made = [mean_of(prices, measure="reservation_price", item=BOTH, metric="today_100", bounds=ends)]
    for sign, name, measure in ((1, names[0], "price_rise"), (-1, names[1], "price_cut")):
        scores = np.where(tolerance.asked == sign, sign * (prices - TODAY), np.nan)
        made.append(mean_of(scores, measure=measure, item=name, metric="percent", bounds=(0.0, far)))
    return [one for one in made if np.isfinite(one.parts[0].scores).any()]


def quartile_rows(
    tolerance: Tolerance, units: Sequence[Unit], design: Design, *, level: float, min_base: int
) -> list[Row]:
    """Rows of ``measures``: quartiles and median of the reservation price by unit.

    A quartile does not depend on how far answers lie beyond the last percent; where it lies there itself it
    is not known. Interval: ``quantile``; the standard error is the one that a normal interval so wide would
    have (Francisco & Fuller 1991, Annals of Statistics 19, 454-469), zero where it holds a single answer.
    """
    rows = []
    for measure, p in QUARTILES:
        for k, unit in enumerate(units):
            found = quantile(tolerance.ordered, unit.mask, design, p, level)
            base: Row = {
                "measure": measure, "item": BOTH, "counted": "", "unit": unit.name, "metric": "today_100",
                "value": math.nan, "se": math.nan, "ci_lower": math.nan, "ci_upper": math.nan,
                "ci_method": "", "n": found.n, "n_eff": math.nan, "band": "", "why": "",
            }  # fmt: skip
            rows.append({**base, **_quartile(found, level, min_base if k else 0)})
    return rows


def _quartile(found: Quantile, level: float, min_base: int) -> Row:
    if found.n == 0:
        return {"why": "nobody answered"}
    if found.n < min_base:
        return {"why": f"suppressed: {found.n} respondents are fewer than the minimum base of {min_base}"}
    if not math.isfinite(found.value):
        return {"n_eff": found.n_eff, "why": BELOW if found.value == -math.inf else ABOVE}
    lower, upper = found.interval
    unknown = math.isnan(lower) or math.isnan(upper)
    whys = ["no standard error in this sample"] if unknown else []
    whys += [text for limit, text in ((lower, OPEN_DOWN), (upper, OPEN_UP)) if math.isinf(limit)]
    return {
        "value": found.value,
        "se": (upper - lower) / (2 * critical(level)) if math.isfinite(upper - lower) else math.nan,
        "ci_lower": lower if math.isfinite(lower) else math.nan,
        "ci_upper": upper if math.isfinite(upper) else math.nan,
        "ci_method": "woodruff" if not math.isnan(lower) else "",
        "n_eff": found.n_eff,
        "why": "; ".join(whys),
    }


def curve_frame(
    tolerance: Tolerance,
    units: Sequence[Unit],
    design: Design,
    *,
    step: float = 5.0,
    level: float = 0.95,
    min_base: int = 30,
) -> pd.DataFrame:
    """Table ``price_tolerance``: share still buying at each price change by unit, with Wilson's interval.

    The share never rises with the price, since all of them have one base: those with a reservation price.
    The curve ends at the largest percent that was asked about.
    """
    rows: list[Row] = []
    asked = [(change, buying_at(tolerance, change)) for change in changes_of(tolerance.most, step).tolist()]
    for k, unit in enumerate(units):
        for change, quantity in asked:
            one = estimate(quantity.parts, design.weights, unit.mask, spread="share")
            row = measure_row(quantity, unit.name, one, design, level=level, min_base=min_base if k else 0)
            shares = {name: row[of] / 100 for name, of in _SHARES}
            kept = {name: row[name] for name in ("unit", "ci_method", "n", "n_eff", "why")}
            rows.append({**kept, "change": change, **shares})
    return typed_frame(MEASURES["price_tolerance"], rows)


_SHARES = (("share", "value"), ("ci_lower", "ci_lower"), ("ci_upper", "ci_upper"))
