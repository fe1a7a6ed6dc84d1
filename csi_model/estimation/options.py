"""How to estimate: options, and whether they fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, get_args

from csi_model.errors import Finding, UsageError, suggest
from csi_model.estimation.inference import Errors
from csi_model.model.spec import ModelSpec
from csi_model.survey.survey import Survey

WeightRule = Literal["loadings", "equal", "regression", "given"]
WEIGHT_RULES: tuple[str, ...] = get_args(WeightRule)
ESTIMATORS: tuple[str, ...] = ("ml", "mlr", "mlm", "fiml")
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
    weight_rule
        Where index weights come from: ``loadings`` (unstandardised, 0-100 metric), ``equal``,
        ``regression`` (Thurstone scores, own indicators) or ``given`` (then ``given_weights``).
    missing_data
        ``complete`` cases; ``mean`` substitution (the national indices' practice); ``pairwise``
        covariances; ``available``: full information (always with ``fiml``; with ``mlr`` robust).
        ``automatic``: available with fiml, else complete.
    bootstrap, jackknife, seed, level
        Bootstrap replicates (0: none), whether to jackknife instead; with neither, intervals are the
        delta method's. Seed of the resampling, confidence level.
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
    min_base
        Groups with fewer complete respondents are suppressed.
    """

    estimator: str = "ml"
    weight_rule: str = "loadings"
    given_weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    missing_data: str = AUTOMATIC
    bootstrap: int = 0
    jackknife: bool = False
    interval: str = "percentile"
    variances: str = "free"
    ridge: float = 0.0
    permutations: int = 0
    information: str = AUTOMATIC
    seed: int = 20260101
    level: float = 0.95
    min_base: int = 30


def check_options(options: FitOptions, model: ModelSpec) -> FitOptions:
    """Return ``options``, the automatic ones filled in, or raise UsageError with every mistake."""
    if options.missing_data == AUTOMATIC:
        options = replace(options, missing_data="available" if options.estimator == "fiml" else "complete")
    wrong = [*_wrong_options(options, model), *_wrong_choices(options), *_wrong_together(options)]
    if wrong:
        raise UsageError(wrong)
    return options


def check_design(options: FitOptions, survey: Survey) -> None:
    """Raise UsageError where the estimator cannot take the survey's weights, strata or clusters."""
    design = survey.weight is not None or survey.strata is not None or survey.cluster is not None
    if not design:
        return
    wrong = []
    if options.estimator == "mlm":
        wrong.append(
            _wrong(
                "--estimator",
                "mlm is for simple random samples, and this survey has weights, strata or clusters.",
                "Use --estimator mlr.",
            )
        )
    if options.missing_data == "pairwise":
        wrong.append(
            _wrong(
                "--missing-data",
                "pairwise covariances have no design-based errors.",
                "Use --missing-data available (full information).",
            )
        )
    if wrong:
        raise UsageError(wrong)


def errors_of(options: FitOptions) -> Errors:
    """Where the standard errors of a simple random sample come from."""
    if options.ridge or options.estimator == "mlr":
        return "robust"
    if options.estimator == "mlm":
        return "robust_expected"
    if options.information in ("expected", "observed"):
        return "observed" if options.information == "observed" else "expected"
    return "observed" if options.missing_data == "available" else "expected"


def _wrong_options(options: FitOptions, model: ModelSpec) -> Iterator[Finding]:
    if options.estimator not in ESTIMATORS:
        yield _wrong(
            "--estimator",
            f"{options.estimator!r} is not an estimator of this version.",
            f"Choose one of: {', '.join(ESTIMATORS)}.",
        )
    if options.weight_rule not in WEIGHT_RULES:
        yield _wrong(
            "--weight-rule",
            f"{options.weight_rule!r} is not a weight rule of this estimator.",
            suggest(options.weight_rule, WEIGHT_RULES),
        )
    if options.permutations < 0 or 0 < options.permutations < 100:
        yield _wrong(
            "--permutations",
            f"{options.permutations} permutations give no test.",
            "Give 0 for none, or 100 and more (1,000 and more for a report).",
        )
    if options.bootstrap < 0 or 0 < options.bootstrap < 100:
        yield _wrong(
            "--bootstrap",
            f"{options.bootstrap} replicates give no interval.",
            "Give 0 for the delta method, or 100 and more (1,000 and more for a report).",
        )
    if not 0.5 <= options.level < 1:
        yield _wrong("--level", f"{options.level:g} is not a confidence level.", "Write 0.95 for 95 %.")
    if options.seed < 0:
        yield _wrong("--seed", f"{options.seed} is negative.", "Give a whole number from 0 on.")
    if options.min_base < 2:
        yield _wrong("--min-base", f"{options.min_base} is too small.", "Give 2 or more; 30 is usual.")
    if options.weight_rule == "given":
        yield from _wrong_weights(options, [item.name for item in model.indicators])


def _wrong_choices(options: FitOptions) -> Iterator[Finding]:
    for option, value, choices in (
        ("--missing-data", options.missing_data, MISSING_DATA),
        ("--interval", options.interval, INTERVALS),
        ("--variances", options.variances, ("free", "bounded")),
        ("--information", options.information, (AUTOMATIC, "expected", "observed")),
    ):
        if value not in choices:
            yield _wrong(option, f"{value!r} is not a choice.", suggest(value, choices))
    if not 0 <= options.ridge <= 1:
        yield _wrong(
            "--ridge", f"{options.ridge:g} is no strength of a ridge.", "Give 0.02 for a start; 0 is none."
        )


def _wrong_together(options: FitOptions) -> Iterator[Finding]:
    """Options that are right by themselves and contradict each other."""
    rule, estimator = options.missing_data, options.estimator
    if estimator == "fiml" and rule in ("complete", "mean", "pairwise"):
        yield _wrong(
            "--missing-data",
            f"fiml takes every answer there is; it cannot be combined with {rule!r}.",
            f"Leave --missing-data out, or use --estimator ml with {rule}.",
        )
    if estimator == "mlm" and rule == "available":
        yield _wrong(
            "--estimator",
            "mlm is for complete answers.",
            "Use --estimator mlr --missing-data available for robust full information.",
        )
    if rule == "pairwise" and (estimator in ("mlr", "mlm") or options.bootstrap or options.jackknife):
        yield _wrong(
            "--missing-data",
            "pairwise covariances come from different respondents, so that there are no robust or "
            "resampled errors for them.",
            "Use --missing-data available (full information), which takes every answer as well.",
        )
    if options.permutations and (options.ridge or options.variances == "bounded"):
        yield _wrong(
            "--permutations",
            "permutation tests refit by plain maximum likelihood, without ridge or bounds.",
            "Leave out --permutations, or --ridge and --variances.",
        )
    if options.information != AUTOMATIC and (estimator in ("mlr", "mlm") or options.ridge):
        yield _wrong(
            "--information",
            "robust errors have their information by definition (observed with mlr, expected with mlm).",
            "Leave it out, or use --estimator ml or fiml.",
        )
    if options.bootstrap and options.jackknife:
        yield _wrong("--jackknife", "bootstrap and jackknife were both asked for.", "Choose one.")
    if options.ridge and (rule == "available" or estimator == "fiml"):
        yield _wrong(
            "--ridge",
            "a ridge fit needs complete answers.",
            "Use it with --missing-data complete or mean.",
        )


def _wrong_weights(options: FitOptions, names: list[str]) -> Iterator[Finding]:
    if not options.given_weights:
        yield _wrong(
            "--weight-rule",
            "'given' needs the weights themselves.",
            "Write them in a study file, under `estimator`: `weights: {QUESTION: WEIGHT, ...}`.",
        )
        return
    for name in options.given_weights:
        if name not in names:
            yield _wrong("given weights", f"{name!r} is no indicator.", suggest(name, names))
    without = [name for name in names if not options.given_weights.get(name, 0.0) > 0]
    if without:
        yield _wrong(
            "given weights",
            f"{', '.join(without)} {'has' if len(without) == 1 else 'have'} no positive weight.",
            "Give every indicator one.",
        )


def _wrong(where: str, what: str, fix: str) -> Finding:
    return Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)
