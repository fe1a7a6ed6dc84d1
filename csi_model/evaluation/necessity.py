"""Necessary condition analysis: which level of a driver is needed, though not enough, for an outcome.

A necessary condition leaves the upper left corner of the plot of outcome against driver empty: nobody
has much of the outcome with little of the driver (Dul 2016, Organizational Research Methods 19, 10-52).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import UsageError

Array = NDArray[Any]

DIGITS = 12
"""Values of the unit scope that agree to so many decimals are the same value, but for rounding."""
TIE = 1e-9
"""Effects closer than this are the same effect, but for rounding."""
CELLS = 2**20
"""Largest number of permuted values held at a time (8 MiB)."""
PERCENT = np.arange(0.0, 101.0, 10.0)
"""Levels of the outcome in a bottleneck table, percent of its range."""


@dataclass(frozen=True, kw_only=True)
class Bottleneck:
    """The level of the driver that each level of the outcome needs.

    ``percent`` (11,) of the outcome's range, ``outcome`` (11,) in its own units. ``ce_fdh`` and ``cr_fdh``
    (11,) are in units of the driver: NaN where the driver is not necessary for that level, infinite where
    no level of the driver reached it.
    """

    percent: Array
    outcome: Array
    ce_fdh: Array
    cr_fdh: Array


@dataclass(frozen=True, kw_only=True)
class Necessity:
    """Ceilings over a plot of ``n`` respondents, and how much of the plot they leave empty.

    ``scope`` is (low x, high x, low y, high y). ``peers`` (k, 2) are the upper left points in rising
    order: the corners of the step line CE-FDH, through which CR-FDH = ``intercept`` + ``slope`` x is
    fitted. ``ce_fdh`` and ``cr_fdh`` are effect sizes d, 0 to 1, with permutation p-values. ``accuracy``
    is the share of respondents on or below the CR-FDH line (none lies above the step line). A number that
    does not exist is NaN, and ``why`` says why.
    """

    n: int
    scope: tuple[float, float, float, float]
    ce_fdh: float
    cr_fdh: float
    pvalue_ce_fdh: float
    pvalue_cr_fdh: float
    slope: float
    intercept: float
    accuracy: float
    permutations: int
    peers: Array = field(repr=False)
    bottleneck: Bottleneck = field(repr=False)
    why: str = ""


def necessity(
    x: Array,
    y: Array,
    *,
    low_x: float | None = None,
    high_x: float | None = None,
    low_y: float | None = None,
    high_y: float | None = None,
    permutations: int = 1000,
    seed: int = 1,
) -> Necessity:
    """Analyse whether ``x`` is a necessary condition of ``y``.

    There are no sampling weights here: a ceiling is drawn by the points that exist, not by how many
    people stand behind them, so that it does not depend on weights. Equal points count once in the
    regression CR-FDH for the same reason.

    Parameters
    ----------
    x, y : (n,)
        Driver and outcome, in any units. Respondents without one of them are left out.
    low_x, high_x, low_y, high_y
        Ends of the scope: the theoretical ones (0 and 100 for index scores), or None for the smallest
        and largest value observed.
    permutations
        How often the outcome is dealt anew for the p-values; 0 leaves them empty.
    seed
        Makes the permutations repeatable.

    Returns
    -------
    Necessity
        Effect sizes are d = ceiling zone / scope (Dul 2016, p. 30): from 0 to .1 small, to .3 medium, to
        .5 large. ``p = (1 + #{d* >= d}) / (1 + permutations)``: the driver dealt at random (Dul, van der
        Laan & Kuik 2020, Organizational Research Methods 23, 385-395; Phipson & Smyth 2010 for the 1).

    Raises
    ------
    UsageError
        The arrays differ in length, an end of the scope lies inside the data, or the number of
        permutations is negative.
    """
    x, y = _pairs(x, y, permutations)
    scope = (*_ends(x, low_x, high_x, "x"), *_ends(y, low_y, high_y, "y"))
    area = (scope[1] - scope[0]) * (scope[3] - scope[2])
    if len(x) < 2 or not area > 0:
        return _nothing(len(x), scope, permutations)
    u = _unit(x, scope[0], scope[1])
    v = _unit(y, scope[2], scope[3])
    order = np.argsort(u, kind="stable")
    u, v = u[order], v[order]
    ends = np.append(np.flatnonzero(np.diff(u) > 0), len(u) - 1)
    hull = _hull(u[ends], ends, v[None])
    ce, cr = _step_effect(hull), _line_effect(hull)
    intercept, slope = (float(each[0]) for each in _lines(hull))
    p_ce, p_cr = _pvalues(u[ends], ends, v, (ce[0], cr[0]), permutations, seed)
    steep = slope * (scope[3] - scope[2]) / (scope[1] - scope[0])
    return Necessity(
        n=len(u),
        scope=scope,
        ce_fdh=float(ce[0]),
        cr_fdh=float(cr[0]),
        pvalue_ce_fdh=p_ce,
        pvalue_cr_fdh=p_cr,
        slope=steep,
        intercept=scope[2] + intercept * (scope[3] - scope[2]) - steep * scope[0],
        accuracy=float(np.mean(v <= intercept + slope * u + TIE)) if np.isfinite(slope) else np.nan,
        permutations=permutations,
        peers=_in_units(np.column_stack([hull.u, hull.v]), scope),
        bottleneck=_bottleneck(hull, intercept, slope, scope),
        why="" if np.isfinite(slope) else "one upper left point alone: it has no regression line",
    )


def _pairs(x: Array, y: Array, permutations: int) -> tuple[Array, Array]:
    """Complete pairs."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        raise UsageError.at(
            "necessity",
            f"driver and outcome have the shapes {x.shape} and {y.shape}.",
            "Give one number each for the same respondents.",
        )
    if permutations < 0:
        raise UsageError.at(
            "necessity", f"{permutations} is no number of permutations.", "Write 1000, or 0 for none."
        )
    there = np.isfinite(x) & np.isfinite(y)
    return x[there], y[there]


def _ends(values: Array, low: float | None, high: float | None, name: str) -> tuple[float, float]:
    """Ends of the scope of one axis; observed values may pass them by rounding only."""
    if values.size == 0:
        return (np.nan if low is None else low), (np.nan if high is None else high)
    smallest, largest = float(values.min()), float(values.max())
    bottom, top = smallest if low is None else low, largest if high is None else high
    slack = TIE * max(abs(bottom), abs(top))
    if smallest < bottom - slack or largest > top + slack:
        raise UsageError.at(
            "necessity",
            f"{name} reaches from {smallest:g} to {largest:g}, beyond its scope of {bottom:g} to {top:g}.",
            "Give the ends of the scale, or leave them out to take the observed ones.",
        )
    return bottom, top


def _unit(values: Array, low: float, high: float) -> Array:
    """Values on the scope 0 to 1, free of rounding."""
    return np.clip(np.round((values - low) / (high - low), DIGITS), 0.0, 1.0)


def _in_units(points: Array, scope: tuple[float, float, float, float]) -> Array:
    low_x, high_x, low_y, high_y = scope
    return np.asarray(points * [high_x - low_x, high_y - low_y] + [low_x, low_y])


@dataclass(frozen=True, kw_only=True)
class _Hull:
    """Upper left points of ``count`` plots, one after the other.

    ``row`` (k,) is the plot of each, ``u`` and ``v`` (k,) its place in the unit scope, ``rise`` (k,) how
    far it lies above the point before it, or above the floor. ``last`` (count,) is the highest v.
    """

    count: int
    row: Array
    u: Array
    v: Array
    rise: Array
    last: Array

    def total(self, of: Array) -> Array:
        """Sums (count,) over the points of each plot."""
        return np.bincount(self.row, weights=of, minlength=self.count)


def _hull(steps: Array, ends: Array, v: Array) -> _Hull:
    """Upper left points of plots with the same x: the running maximum of y, and where it rises.

    ``steps`` (s,) are the different values of x, ``ends`` (s,) the last respondent at each, ``v`` (b, n)
    the outcomes in order of x.
    """
    highest = np.maximum.accumulate(v, axis=1)[:, ends]
    rise = np.diff(highest, axis=1, prepend=0.0)
    there = rise > 0
    there[:, 0] = True
    row, column = np.nonzero(there)
    return _Hull(
        count=len(v),
        row=row,
        u=steps[column],
        v=highest[row, column],
        rise=rise[row, column],
        last=highest[:, -1],
    )


def _step_effect(hull: _Hull) -> Array:
    """Share of the scope above the step line, (b,): the levels of y up to each point are empty left of it.

    The ceiling zone of CE-FDH (Dul 2016), added up by rows of the plot instead of columns;
    what lies above the highest point is empty too.
    """
    return np.asarray(hull.total(hull.rise * hull.u) + (1 - hull.last))


def _lines(hull: _Hull) -> tuple[Array, Array]:
    """Intercepts and slopes (b,) of CR-FDH: least squares through the points; NaN for a single point."""
    size = hull.total(np.ones_like(hull.u))
    mean_u, mean_v = hull.total(hull.u) / size, hull.total(hull.v) / size
    du, dv = hull.u - mean_u[hull.row], hull.v - mean_v[hull.row]
    slope = np.full(hull.count, np.nan)
    np.divide(hull.total(du * dv), hull.total(du * du), out=slope, where=size > 1)
    return mean_v - slope * mean_u, slope


def _line_effect(hull: _Hull) -> Array:
    """Share of the scope above CR-FDH, (b,); 0 where a single point allows no line.

    The line rises, since both coordinates of its points do; it enters and leaves the unit scope where it
    passes its floor or left side, and its roof or right side.
    """
    intercept, slope = _lines(hull)
    known = np.isfinite(slope)
    a, b = np.where(known, intercept, 0.0), np.where(known, slope, 1.0)
    enters, leaves = np.clip(-a / b, 0, 1), np.clip((1 - a) / b, 0, 1)
    under_roof = (leaves - enters) * (1 - a - b * (enters + leaves) / 2)
    return np.where(known, enters + under_roof, 0.0)


def _pvalues(
    steps: Array, ends: Array, v: Array, found: tuple[float, float], permutations: int, seed: int
) -> tuple[float, float]:
    """P-values of both effects, the outcome dealt anew to the respondents."""
    if permutations == 0:
        return np.nan, np.nan
    random = np.random.default_rng(np.random.SeedSequence(seed))
    chunk = max(1, CELLS // len(v))
    as_large = np.zeros(2, dtype=np.int64)
    for start in range(0, permutations, chunk):
        size = min(chunk, permutations - start)
        hull = _hull(steps, ends, random.permuted(np.tile(v, (size, 1)), axis=1))
        as_large[0] += np.count_nonzero(_step_effect(hull) >= found[0] - TIE)
        as_large[1] += np.count_nonzero(_line_effect(hull) >= found[1] - TIE)
    p = (1 + as_large) / (1 + permutations)
    return float(p[0]), float(p[1])


def _bottleneck(
    hull: _Hull, intercept: float, slope: float, scope: tuple[float, float, float, float]
) -> Bottleneck:
    """The driver's level on either ceiling at each level of the outcome (Dul 2016)."""
    levels = PERCENT / 100
    place = np.searchsorted(hull.v, levels - TIE)
    step = np.append(hull.u, np.inf)[place]
    line = (levels - intercept) / slope
    needed = [np.where(each > 1 + TIE, np.inf, each) for each in (step, line)]
    low, width = scope[0], scope[1] - scope[0]
    ce, cr = (np.where(each <= TIE, np.nan, low + each * width) for each in needed)
    outcome = scope[2] + levels * (scope[3] - scope[2])
    return Bottleneck(percent=PERCENT.copy(), outcome=outcome, ce_fdh=ce, cr_fdh=cr)


def _nothing(n: int, scope: tuple[float, float, float, float], permutations: int) -> Necessity:
    """No plot to draw a ceiling over."""
    why = f"only {n} respondents have both" if n < 2 else "one of the two never varies"
    empty = np.full(len(PERCENT), np.nan)
    return Necessity(
        n=n, scope=scope, ce_fdh=np.nan, cr_fdh=np.nan, pvalue_ce_fdh=np.nan, pvalue_cr_fdh=np.nan,
        slope=np.nan, intercept=np.nan, accuracy=np.nan, permutations=permutations, why=why,
        peers=np.empty((0, 2)),
        bottleneck=Bottleneck(percent=PERCENT.copy(), outcome=empty, ce_fdh=empty, cr_fdh=empty),
    )  # fmt: skip
