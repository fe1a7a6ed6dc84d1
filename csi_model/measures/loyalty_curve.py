"""Loyalty as a curve of satisfaction: by answer, by zone, as a smooth curve, and whether it bends.

The idea of zones of defection, indifference and affection is that of Heskett, Jones, Loveman, Sasser &
Schlesinger (1994, Harvard Business Review 72(2), 164-174) and Jones & Sasser (1995, HBR 73(6), 88-99):
loyalty does not follow satisfaction in a straight line. They give no cut points; those here are ours.

The "trap" of satisfaction: below, loyalty climbs as basic expectations are met; then it hardly follows
satisfaction at all, until latent expectations are met and it climbs again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from csi_model.errors import EstimationError
from csi_model.measures.estimates import Design, Mask
from csi_model.measures.regression import Regression, ols
from csi_model.model.spec import Scale
from csi_model.survey.linearised import design_covariance, one_cluster
from csi_model.survey.survey import Floats

DEFECTION_BELOW, AFFECTION_FROM = 50.0, 80.0
"""Where zones end by default, on 0-100 of satisfaction: 1-2, 3-4, 5 of five steps; 1-5, 6-8, 9-10 of ten."""

ZONES = ("defection", "indifference", "affection")
MOST_ANSWERS = 21
"""Different satisfaction answers that a curve may have."""

FEW = "too few respondents for a curve"
TWO_ANSWERS = "fewer than three different satisfaction answers: nothing can bend"
FLAT = "all loyalty scores are equal"
EMPTY_ZONE = "nobody is in this zone"
UNDETERMINED = "the zones hold too few different answers for their slopes"
NO_ERRORS = "no standard error in this sample"


@dataclass(frozen=True, kw_only=True)
class Zones:
    """The middle zone in answers, ends included; below it lies defection, above it affection.

    ``scale`` is that of the satisfaction question, ``whole`` whether all answers are whole numbers.
    """

    scale: Scale
    low: float
    high: float
    whole: bool

    def position(self, answers: Any) -> Floats:
        """Answers on 0-100."""
        return (np.asarray(answers, dtype=float) - self.scale.low) / (self.scale.high - self.scale.low) * 100

    def of(self, answers: Any) -> Any:
        """Zone of each answer: 0 defection, 1 indifference, 2 affection."""
        values = np.asarray(answers, dtype=float)
        return 1 - (values < self.low).astype(int) + (values > self.high).astype(int)

    @property
    def limits(self) -> tuple[float, float]:
        """Where the zones meet, on 0-100: half-way between neighbouring answers of whole numbers."""
        half = 0.5 if self.whole else 0.0
        low, high = self.position([self.low - half, self.high + half]).tolist()
        return low, high


def default_zones(scale: Scale, *, whole: bool = True) -> tuple[float, float]:
    """Answers of the zone of indifference by default: from 50 to below 80 on 0-100."""
    ends = [scale.low + share / 100 * (scale.high - scale.low) for share in (DEFECTION_BELOW, AFFECTION_FROM)]
    if not whole:
        return ends[0], ends[1]
    low, above = (math.ceil(round(end, 9)) for end in ends)
    return float(low), float(above - 1)


def spline_basis(x: Any, knots: Sequence[float]) -> Floats:
    """Columns (n, k - 1) of a restricted cubic spline with k knots: x itself, then the bending terms.

    Harrell (2015), Regression Modeling Strategies, 2nd ed., equation 2.25: cubic between the knots, a
    straight line beyond them, divided by the squared distance of the outer knots so that all terms are in
    units of x. Two knots are a straight line.
    """
    values, t = np.asarray(x, dtype=float), np.asarray(knots, dtype=float)
    columns = [values]
    last, before = t[-1], t[-2]
    for knot in t[:-2]:
        term = np.maximum(values - knot, 0) ** 3
        term -= np.maximum(values - before, 0) ** 3 * (last - knot) / (last - before)
        term += np.maximum(values - last, 0) ** 3 * (before - knot) / (last - before)
        columns.append(term / (last - t[0]) ** 2)
    return np.column_stack(columns)


def bent_basis(x: Any, bends: Sequence[float]) -> Floats:
    """Columns (n, 1 + k) of straight lines that meet at the k ``bends``."""
    values = np.asarray(x, dtype=float)
    return np.column_stack([values, *(np.maximum(values - bend, 0) for bend in bends)])


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Coefficients (k,) of a curve, intercept first, with their covariance under the design and its df."""

    coefficients: Floats
    covariance: Floats
    df: float

    def at(self, basis: Floats) -> tuple[Floats, Floats]:
        """Values of the curve and their standard errors for rows of a basis (m, k - 1)."""
        rows = np.column_stack([np.ones(len(basis)), basis])
        return self.combined(rows)

    def combined(self, rows: Any) -> tuple[Floats, Floats]:
        """Linear combinations (m, k) of the coefficients and their standard errors."""
        L = np.asarray(rows, dtype=float)
        variances = np.einsum("ij,jk,ik->i", L, self.covariance, L)
        return L @ self.coefficients, np.sqrt(np.maximum(variances, 0.0))


def fitted(x: Floats, y: Floats, mask: Mask, design: Design, basis: Any) -> Fit:
    """Least squares of y on ``basis(x)`` among the rows of ``mask``.

    The covariance is HC3 for a simple random sample (MacKinnon & White 1985), else linearised over strata and
    clusters of the whole survey, of which the rows are a domain (Binder 1983). Its degrees of freedom are
    respondents less coefficients (effective ones under weights), or clusters less strata.

    Raises
    ------
    EstimationError
        Too few respondents, or a basis that the answers do not determine.
    """
    made = ols(y[mask], basis(x[mask]), design.weights[mask])
    return Fit(
        coefficients=made.coefficients,
        covariance=_covariance(made, mask, design),
        df=_df(mask, design, len(made.coefficients)),
    )


def _covariance(made: Regression, mask: Mask, design: Design) -> Floats:
    if design.simple:
        return made.covariance
    k = len(made.coefficients)
    if one_cluster(design.sample):
        return np.full((k, k), np.nan)
    influences = np.zeros((len(mask), k))
    influences[mask] = made.influences
    share = design.weights / design.weights.sum()
    return np.asarray(design_covariance(influences / share[:, None], design.sample))


def _df(mask: Mask, design: Design, k: int) -> float:
    sample = design.sample
    if sample.cluster is not None:
        strata = np.zeros(sample.n, dtype=np.int64) if sample.strata is None else sample.strata
        clusters = np.unique(np.stack([strata, sample.cluster]), axis=1)  # a code is another in each stratum
        return float(clusters.shape[1] - len(np.unique(strata)))
    used = design.weights[mask]
    return float(used.sum() ** 2 / (used @ used)) - k


def curve_knots(answered: Floats, limits: tuple[float, float]) -> tuple[float, ...]:
    """Knots of the curve on 0-100: the ends of what was answered and the zone limits between them.

    Fewer where the answers do not determine so many: the limit nearest to the middle of what was answered, or
    that middle; two knots, a straight line, where there are two different answers only.
    """
    low, high = float(answered.min()), float(answered.max())
    middle = (low + high) / 2
    inner = [limit for limit in limits if low < limit < high]
    nearest = sorted(inner, key=lambda limit: abs(limit - middle))[:1]
    for choice in (inner, nearest, [middle]):
        knots = (low, *choice, high)
        if choice and _determined(spline_basis(np.unique(answered), knots)):
            return knots
    return low, high


def _determined(basis: Floats) -> bool:
    rows = np.column_stack([np.ones(len(basis)), basis / 100])
    return bool(np.linalg.matrix_rank(rows, tol=1e-6) == rows.shape[1])


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The smooth curve of one unit; ``fit`` is None where there is none, for the reason ``why``."""

    knots: tuple[float, ...] = ()
    fit: Fit | None = None
    why: str = ""


def smooth_curve(x: Floats, y: Floats, mask: Mask, design: Design, limits: tuple[float, float]) -> Curve:
    """The restricted cubic spline of loyalty on satisfaction, both (n,) on 0-100, in a unit.

    ``mask`` holds respondents with both answers.
    """
    if mask.sum() == 0:
        return Curve(why="nobody answered")
    if np.ptp(x[mask]) == 0:
        return Curve(why=TWO_ANSWERS)
    knots = curve_knots(x[mask], limits)
    try:
        fit = fitted(x, y, mask, design, lambda values: spline_basis(values, knots))
    except EstimationError as error:
        if error.findings[0].code not in ("too-few", "collinear"):
            raise
        return Curve(why=FEW)
    return Curve(knots=knots, fit=fit)


@dataclass(frozen=True, kw_only=True)
class Wald:
    """A joint test: F, its degrees of freedom and p value; NaN with the reason ``why``."""

    f: float = math.nan
    df: int = 0
    df_error: float = math.nan
    pvalue: float = math.nan
    why: str = ""


def bend_test(curve: Curve, y: Floats, mask: Mask) -> Wald:
    """Test of a straight line: all bending terms of the spline are zero.

    ``F = (d - q + 1) / (d q) b' V^-1 b`` on q and d - q + 1 degrees of freedom, with the design-based V of
    the q terms and its d degrees of freedom (Korn & Graubard 1990, The American Statistician 44, 270-276).
    """
    if curve.fit is None:
        return Wald(why=curve.why)
    b = curve.fit.coefficients[2:]
    V = curve.fit.covariance[2:, 2:]
    q, d = len(b), curve.fit.df
    if q == 0:
        return Wald(why=TWO_ANSWERS)
    if np.ptp(y[mask]) == 0:
        return Wald(why=FLAT)
    if not np.all(np.isfinite(V)) or np.linalg.matrix_rank(V) < q or d - q + 1 <= 0:
        return Wald(why=NO_ERRORS)
    f = (d - q + 1) / (d * q) * float(b @ np.linalg.solve(V, b))
    return Wald(f=f, df=q, df_error=d - q + 1, pvalue=float(stats.f.sf(f, q, d - q + 1)))


@dataclass(frozen=True, kw_only=True)
class Slopes:
    """Slope of loyalty in each zone (3,) with its error, and how the outer ones differ from the middle (2,).

    Points of loyalty per point of satisfaction. NaN in a zone without respondents; ``why`` says why all are.
    """

    slopes: Floats
    errors: Floats
    differences: Floats
    difference_errors: Floats
    df: float = math.nan
    why: str = ""


def no_slopes(why: str) -> Slopes:
    """Slopes that are not known."""
    return Slopes(
        slopes=np.full(3, np.nan),
        errors=np.full(3, np.nan),
        differences=np.full(2, np.nan),
        difference_errors=np.full(2, np.nan),
        why=why,
    )


def zone_slopes(x: Floats, y: Floats, mask: Mask, design: Design, limits: tuple[float, float]) -> Slopes:
    """Slopes of straight lines that meet where the zones meet, fitted together by least squares.

    A curve that is smooth rounds the corners off, so that its slopes would make a flat zone look less flat.
    A zone of one answer has a slope, too: from the limit, which the line of its neighbour reaches, to it.
    """
    if mask.sum() == 0:
        return no_slopes("nobody answered")
    inside = x[mask]
    bends = [limit for limit in limits if (inside < limit).any() and (inside > limit).any()]
    if np.ptp(inside) == 0 or not _determined(bent_basis(np.unique(inside), bends)):
        return no_slopes(UNDETERMINED)
    if np.ptp(y[mask]) == 0:
        return no_slopes(FLAT)
    try:
        fit = fitted(x, y, mask, design, lambda values: bent_basis(values, bends))
    except EstimationError as error:
        if error.findings[0].code not in ("too-few", "collinear"):
            raise
        return no_slopes(FEW)
    held = [(inside < limits[0]).any(), True, (inside > limits[1]).any()]
    held[1] = ((inside >= limits[0]) & (inside <= limits[1])).any()
    return _by_zone(fit, [bends.count(limits[0]), len(bends)], held)


def _by_zone(fit: Fit, bends_before: Sequence[int], held: Sequence[Any]) -> Slopes:
    """Slopes from a bent line: each is the first slope plus the changes at the bends before it."""
    rows = np.zeros((3, len(fit.coefficients)))
    for zone, before in enumerate((0, *bends_before)):
        rows[zone, 1 : before + 2] = 1.0 if held[zone] else np.nan
    slopes, errors = fit.combined(rows)
    differences, difference_errors = fit.combined(np.stack([rows[0] - rows[1], rows[2] - rows[1]]))
    return Slopes(
        slopes=slopes, errors=errors, differences=differences, difference_errors=difference_errors, df=fit.df
    )


FLAT_SHARE = 0.5
"""A middle zone is called flat where its slope is at most this share of the slope of either end."""


def pattern_of(*, bent: bool, lower: str, upper: str, slopes: Sequence[float]) -> str:
    """The form of the curve in words, by these rules.

    Parameters
    ----------
    bent
        Whether the test rejects a straight line.
    lower, upper
        Whether the zone of defection and that of affection are ``steeper`` or ``flatter`` than the zone of
        indifference by a test of the difference; anything else where neither is shown.
    slopes
        Of the three zones.

    Returns
    -------
    str
        ``straight`` (no bend shown); ``trap`` (both ends steeper, and the middle at most ``FLAT_SHARE`` as
        steep as either: basic expectations below, latent ones above, and between them loyalty hardly
        follows); ``steep_ends`` (both ends steeper, but the middle not flat); ``levels_off`` (steeper below,
        or flatter above: basic expectations alone); ``takes_off`` (steeper above, or flatter below: latent
        expectations alone); ``steep_middle`` (both ends flatter); ``bent_otherwise``.
    """
    if not bent:
        return "straight"
    if lower == upper == "steeper":
        return "trap" if slopes[1] <= FLAT_SHARE * min(slopes[0], slopes[2]) else "steep_ends"
    if lower == upper == "flatter":
        return "steep_middle"
    if lower == "steeper" or upper == "flatter":
        return "levels_off"
    if upper == "steeper" or lower == "flatter":
        return "takes_off"
    return "bent_otherwise"
