"""How to estimate: options, and whether they fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from csi_model.errors import Finding, UsageError, suggest
from csi_model.model.spec import ModelSpec

WeightRule = Literal["loadings", "equal", "regression", "given"]
WEIGHT_RULES: tuple[str, ...] = get_args(WeightRule)
ESTIMATORS: tuple[str, ...] = ("ml",)


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """How to estimate; stored with the result so that it can be repeated.

    Attributes
    ----------
    estimator
        ``ml``: maximum likelihood on the covariance matrix.
    weight_rule
        Where index weights come from: ``loadings`` (unstandardised, 0-100 metric), ``equal``,
        ``regression`` (Thurstone scores, own indicators) or ``given`` (then ``given_weights``).
    missing_data
        ``complete`` cases, or ``mean`` substitution (the national indices' practice).
    bootstrap, seed, level
        Replicates (0: delta-method intervals), seed of the resampling, confidence level.
    min_base
        Groups with fewer complete respondents are suppressed.
    """

    estimator: str = "ml"
    weight_rule: str = "loadings"
    given_weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    missing_data: str = "complete"
    bootstrap: int = 0
    seed: int = 20260101
    level: float = 0.95
    min_base: int = 30


def check_options(options: FitOptions, model: ModelSpec) -> FitOptions:
    """Return ``options`` if they fit together, else raise UsageError with every mistake."""
    wrong = list(_wrong_options(options, model))
    if wrong:
        raise UsageError(wrong)
    return options


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
    if options.missing_data not in ("complete", "mean"):
        yield _wrong(
            "--missing-data",
            f"{options.missing_data!r} is not available with the estimator ml.",
            "Choose complete or mean.",
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
