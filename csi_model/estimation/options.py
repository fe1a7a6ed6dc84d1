"""How to estimate: the options and their values; whether they fit together says ``option_checks``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from csi_model.estimation.inference import Errors

COVARIANCE_RULES: tuple[str, ...] = ("loadings", "standardised", "equal", "regression", "given")
COMPOSITE_RULES: tuple[str, ...] = ("pls", "outer", "loadings", "standardised", "equal", "given")
COVARIANCE_ESTIMATORS: tuple[str, ...] = ("ml", "mlr", "mlm", "fiml", "wlsmv")
COMPOSITE_ESTIMATORS: tuple[str, ...] = ("pls", "plsc")
ESTIMATORS: tuple[str, ...] = COVARIANCE_ESTIMATORS + COMPOSITE_ESTIMATORS
CORRELATIONS: tuple[str, ...] = ("plain", "polychoric")
SCHEMES: tuple[str, ...] = ("path", "centroid", "factorial")
METRICS: tuple[str, ...] = ("standardised", "common")
HIGHER_ORDER: tuple[str, ...] = ("repeated", "two_stage", "disjoint")
PLS_DRAWS = 2000
"""Bootstrap draws of PLS where nothing is said: without them it has no intervals."""
MISSING_DATA: tuple[str, ...] = ("complete", "mean", "pairwise", "available")
INTERVALS: tuple[str, ...] = ("percentile", "bc", "bca")
AUTOMATIC = "automatic"
"""The missing-data rule that suits the estimator: ``available`` for fiml, else ``complete``."""


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """How to estimate; stored with the result so that it can be repeated.

    Attributes
    ----------
    estimator
        ``ml``: maximum likelihood, normal-theory errors. ``mlr``: the same estimates with Huber-White
        errors and the Yuan-Bentler scaled test. ``mlm``: Satorra-Bentler errors and test. ``fiml``:
        full information maximum likelihood over all rows with their gaps, observed information.
        ``wlsmv``: diagonally weighted least squares on polychoric correlations of ordered answers, robust
        errors, mean- and variance-adjusted test.
        ``pls``: partial least squares path modelling; ``plsc``: the same, corrected for the measurement
        error of reflective constructs (Dijkstra & Henseler 2015).
    weight_rule
        Where index weights come from: ``loadings`` (unstandardised, 0-100 metric), ``standardised``
        (standardised loadings over standard deviations), ``equal``, ``regression`` (Thurstone scores, own
        indicators; not with PLS), ``pls`` (outer weights over standard deviations; PLS only), ``outer``
        (outer weights as if of raw answers, as plspm's rescale has it; PLS only) or ``given`` (then
        ``given_weights``). ``automatic``: pls with PLS, else loadings.
    missing_data
        ``complete`` cases; ``mean`` substitution (the national indices' practice); ``pairwise``
        covariances; ``available``: full information (always with ``fiml``; with ``mlr`` robust), for PLS
        regressions on the answers there are. ``automatic``: available with fiml, else complete.
    bootstrap, jackknife, seed, level
        Bootstrap replicates (0: none), whether to jackknife instead; with neither, intervals are the
        delta method's, and PLS has none. None for ``bootstrap``: 2,000 with PLS, else 0. Seed of the
        resampling, confidence level.
    scheme, metric, higher_order
        Of PLS: inner weighting ``path``, ``centroid`` or ``factorial``; items ``standardised`` or on their
        ``common`` scale (0-100); constructs that repeat others by ``repeated`` indicators, in
        ``two_stage`` or ``disjoint`` (two stages, the first without them).
    correlations
        Of PLS: those of the answers (``plain``) or of the latent responses behind ordered answers
        (``polychoric``: ``ordinal.composites``).
    interval
        Bootstrap intervals: ``percentile``, ``bc`` (bias-corrected) or ``bca``.
    variances
        ``free``, or ``bounded`` below by 0.
    permutations
        Permutations for the tests of every pair of groups; 0 for none.
    information
        Whose inverse the plain errors are: ``expected`` or ``observed``; ``automatic``: observed with full
        information, else expected. Robust errors have theirs by definition.
    ridge
        Strength of the penalty on squared standardised paths (Jacobucci, Grimm & McArdle 2016); 0 for
        none. A strength of r is what ``1 / (n r)`` is as the variance of a normal prior.
    parameterisation
        Of ordered answers: latent responses have variance 1 (``delta``) or their errors have (``theta``).
    folds, repeats
        Of the out-of-sample prediction of PLS; 0 folds for none.
    necessity, segments
        With PLS: permutations of the necessary condition analysis, most unobserved segments that are looked
        for; 0 for none.
    beside
        Whether the results hold the other kind of estimator beside this one (PLS beside maximum likelihood).
    scores
        Whether the results hold the scores of every respondent.
    detail
        What tables say of each group: ``full``, or ``units``: what a league table needs (index, weights,
        effects, drivers, reliability and validity), without tests of fit and prediction of every group.
        ``automatic``: units for more than 40 groups.
    min_base
        Groups with fewer complete respondents are suppressed.
    """

    estimator: str = "ml"
    weight_rule: str = AUTOMATIC
    given_weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    missing_data: str = AUTOMATIC
    bootstrap: int | None = None
    jackknife: bool = False
    scheme: str = "path"
    metric: str = "standardised"
    higher_order: str = "repeated"
    correlations: str = "plain"
    interval: str = "percentile"
    variances: str = "free"
    ridge: float = 0.0
    parameterisation: str = "delta"
    permutations: int = 0
    information: str = AUTOMATIC
    folds: int = 10
    repeats: int = 10
    necessity: int = 0
    segments: int = 0
    beside: bool = True
    scores: bool = False
    detail: str = AUTOMATIC
    seed: int = 20260101
    level: float = 0.95
    min_base: int = 30


def is_composite(options: FitOptions) -> bool:
    """Whether the estimator is PLS path modelling."""
    return options.estimator in COMPOSITE_ESTIMATORS


def is_ordinal(options: FitOptions) -> bool:
    """Whether answers are taken for ordered steps."""
    return options.estimator == "wlsmv"


def draws_asked(options: FitOptions) -> int:
    """Bootstrap draws of checked options."""
    return options.bootstrap or 0


def errors_of(options: FitOptions) -> Errors:
    """Where the standard errors of a simple random sample come from."""
    if options.ridge or options.estimator == "mlr":
        return "robust"
    if options.estimator == "mlm":
        return "robust_expected"
    if options.information in ("expected", "observed"):
        return "observed" if options.information == "observed" else "expected"
    return "observed" if options.missing_data == "available" else "expected"
