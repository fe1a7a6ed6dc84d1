"""Whether estimation options fit together, and fit the model and the survey: every mistake at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from csi_model.errors import Finding, UsageError, suggest
from csi_model.estimation.covariance_models import model_findings
from csi_model.estimation.options import (
    AUTOMATIC,
    COMPOSITE_RULES,
    CORRELATIONS,
    COVARIANCE_ESTIMATORS,
    COVARIANCE_RULES,
    ESTIMATORS,
    HIGHER_ORDER,
    INTERVALS,
    METRICS,
    MISSING_DATA,
    PLS_DRAWS,
    SCHEMES,
    FitOptions,
    draws_asked,
    is_composite,
    is_ordinal,
)
from csi_model.estimation.ordinal.theta import PARAMETERISATIONS
from csi_model.model.spec import ModelSpec
from csi_model.survey.survey import Survey


def check_options(options: FitOptions, model: ModelSpec) -> FitOptions:
    """Return ``options``, the automatic ones filled in, or raise UsageError with every mistake."""
    options = _filled_in(options)
    wrong = [
        *_wrong_options(options, model),
        *_wrong_counts(options),
        *_wrong_numbers(options),
        *_wrong_choices(options),
        *_wrong_together(options),
    ]
    if is_composite(options):
        wrong += [*_wrong_for_pls(options, model), *_wrong_for_polychoric(options, model)]
    elif options.estimator in COVARIANCE_ESTIMATORS:
        wrong += [*_only_for_pls(options), *model_findings(model)]
    if options.parameterisation != "delta" and not is_ordinal(options):
        wrong.append(
            _wrong("--parameterisation", "it belongs to wlsmv.", "Leave it out, or give --estimator wlsmv.")
        )
    if is_ordinal(options):
        wrong += [*_wrong_for_ordinal(options), *_models_not_ordinal(model)]
    if wrong:
        raise UsageError(wrong)
    return options


def _filled_in(options: FitOptions) -> FitOptions:
    if options.missing_data == AUTOMATIC:
        options = replace(options, missing_data="available" if options.estimator == "fiml" else "complete")
    if options.weight_rule == AUTOMATIC:
        options = replace(options, weight_rule="pls" if is_composite(options) else "loadings")
    if options.bootstrap is None:
        drawn = is_composite(options) and not options.jackknife
        options = replace(options, bootstrap=PLS_DRAWS if drawn else 0)
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


def _wrong_options(options: FitOptions, model: ModelSpec) -> Iterator[Finding]:
    if options.estimator not in ESTIMATORS:
        yield _wrong(
            "--estimator",
            f"{options.estimator!r} is not an estimator of this version.",
            f"Write {options.estimator.lower()}."
            if options.estimator.lower() in ESTIMATORS
            else f"Choose one of: {', '.join(ESTIMATORS)}.",
        )
    rules = COMPOSITE_RULES if is_composite(options) else COVARIANCE_RULES
    if options.weight_rule not in rules:
        yield _wrong(
            "--weight-rule",
            f"{options.weight_rule!r} is not a weight rule of this estimator.",
            suggest(options.weight_rule, rules),
        )
    if options.weight_rule == "given":
        yield from _wrong_weights(options, [item.name for item in model.indicators])


def _wrong_choices(options: FitOptions) -> Iterator[Finding]:
    for option, value, choices in (
        ("--missing-data", options.missing_data, MISSING_DATA),
        ("--interval", options.interval, INTERVALS),
        ("--variances", options.variances, ("free", "bounded")),
        ("--information", options.information, (AUTOMATIC, "expected", "observed")),
        ("--scheme", options.scheme, SCHEMES),
        ("--metric", options.metric, METRICS),
        ("--higher-order", options.higher_order, HIGHER_ORDER),
        ("--correlations", options.correlations, CORRELATIONS),
        ("--parameterisation", options.parameterisation, PARAMETERISATIONS),
        ("--detail", options.detail, (AUTOMATIC, "full", "units")),
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
    if rule == "pairwise" and (
        estimator in ("mlr", "mlm") or draws_asked(options) or options.jackknife or is_composite(options)
    ):
        yield _wrong(
            "--missing-data",
            "pairwise covariances come from different respondents, so that there are no robust or "
            "resampled errors for them.",
            "Use --missing-data available, which takes every answer as well.",
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
    if draws_asked(options) and options.jackknife:
        yield _wrong("--jackknife", "bootstrap and jackknife were both asked for.", "Choose one.")
    if options.ridge and (rule == "available" or estimator == "fiml"):
        yield _wrong(
            "--ridge",
            "a ridge fit needs complete answers.",
            "Use it with --missing-data complete or mean.",
        )


def _wrong_for_pls(options: FitOptions, model: ModelSpec) -> Iterator[Finding]:
    """Options that PLS cannot take."""
    for option, given in (
        ("--ridge", options.ridge != 0),
        ("--variances", options.variances != "free"),
        ("--information", options.information != AUTOMATIC),
    ):
        if given:
            yield _wrong(
                option, f"it belongs to maximum likelihood, not to {options.estimator}.", "Leave it out."
            )
    products = [c.name for c in model.constructs if c.product]
    if options.estimator == "plsc" and products:
        yield _wrong(
            "--estimator",
            f"plsc cannot correct the product {', '.join(products)} for measurement error.",
            "Use --estimator pls.",
        )
    corrected = {c.name for c in model.constructs if c.mode == "A" and len(c.indicators) > 1}
    wholes = [c.name for c in model.constructs if corrected.intersection(c.repeats)]
    if options.estimator == "plsc" and wholes:
        yield _wrong(
            "--estimator",
            f"plsc cannot correct {', '.join(wholes)}, which is made of the questions of other constructs.",
            "Use --estimator pls, or take the parts for composites (`mode: sum`).",
        )
    if options.estimator == "plsc" and options.metric == "common":
        yield _wrong("--metric", "plsc is for standardised items.", "Leave it out.")
    weighted = [c.name for c in model.constructs if c.repeats and c.mode == "given"]
    if options.higher_order != "repeated" and weighted:
        yield _wrong(
            "--higher-order",
            f"in two stages {', '.join(weighted)} is made of scores, but has weights of questions.",
            "Use --higher-order repeated, or write `mode: sum`.",
        )
    modifiers = [m for m in model.modifiers if m.op != "~~"]
    if modifiers:
        named = ", ".join(f"{m.lhs} {m.op} {m.rhs}" for m in modifiers[:5])
        yield _wrong(
            "--estimator",
            f"PLS has no fixed or equal parameters, and the model has {named}.",
            "Take them out of the model, or use --estimator ml.",
        )


def _wrong_for_polychoric(options: FitOptions, model: ModelSpec) -> Iterator[Finding]:
    """Options and models that PLS on polychoric correlations cannot take."""
    if options.correlations != "polychoric":
        return
    without = "Leave it out, or use --correlations plain."
    if options.missing_data in ("mean", "available"):
        yield _wrong("--missing-data", "polychoric correlations are made of complete answers.", without)
    if options.metric == "common":
        yield _wrong("--metric", "latent responses have no common scale, only a standardised one.", without)
    if options.segments:
        yield _wrong(
            "--segments",
            "segments are looked for in scores, and respondents have none on latent responses.",
            without,
        )
    products = [construct.name for construct in model.products]
    if products:
        yield _wrong(
            "--correlations",
            f"the product {', '.join(products)} needs scores, and respondents have none on latent responses.",
            "Take it out of the model, or use --correlations plain.",
        )


def _wrong_for_ordinal(options: FitOptions) -> Iterator[Finding]:
    """Options that weighted least squares on polychoric correlations cannot take."""
    if options.missing_data != "complete":
        yield _wrong(
            "--missing-data",
            "wlsmv takes complete answers.",
            "Leave --missing-data out, or use --estimator fiml, which takes every answer as a number.",
        )
    for option, given in (
        ("--ridge", options.ridge != 0),
        ("--variances", options.variances != "free"),
        ("--information", options.information != AUTOMATIC),
        ("--permutations", options.permutations != 0),
        ("--bootstrap", draws_asked(options) != 0),
        ("--jackknife", options.jackknife),
    ):
        if given:
            yield _wrong(
                option,
                "it belongs to maximum likelihood, not to wlsmv, whose errors are robust by themselves.",
                "Leave it out.",
            )
    if options.weight_rule in ("standardised", "regression"):
        yield _wrong(
            "--weight-rule",
            f"{options.weight_rule!r} rests on the variances of answers, which ordered answers have not.",
            "Choose loadings, equal or given.",
        )


def _models_not_ordinal(model: ModelSpec) -> Iterator[Finding]:
    """What a model with ordered answers cannot have."""
    wholes = [construct.name for construct in model.constructs if construct.repeats]
    if wholes:
        yield _wrong(
            "--estimator",
            f"wlsmv has no constructs that are made of the questions of others ({', '.join(wholes)}).",
            "Use --estimator ml or pls.",
        )
    names = {item.name for item in model.indicators}
    held = [m for m in model.modifiers if m.op == "~~" and m.lhs == m.rhs and m.lhs in names]
    if held:
        yield _wrong(
            "--estimator",
            "with wlsmv the error variance of an ordered answer follows from its loading, and the model says "
            f"something of that of {', '.join(m.lhs for m in held)}.",
            "Take it out of the model, or use --estimator ml.",
        )


def _only_for_pls(options: FitOptions) -> Iterator[Finding]:
    for option, value, default in (
        ("--scheme", options.scheme, "path"),
        ("--metric", options.metric, "standardised"),
        ("--higher-order", options.higher_order, "repeated"),
        ("--correlations", options.correlations, "plain"),
        ("--necessity", options.necessity, 0),
        ("--segments", options.segments, 0),
    ):
        if value != default:
            yield _wrong(
                option,
                f"it belongs to PLS path modelling, not to {options.estimator}.",
                "Leave it out, or give --estimator pls.",
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


def _wrong_counts(options: FitOptions) -> Iterator[Finding]:
    if options.permutations < 0 or 0 < options.permutations < 100:
        yield _wrong(
            "--permutations",
            f"{options.permutations} permutations give no test.",
            "Give 0 for none, or 100 and more (1,000 and more for a report).",
        )
    if draws_asked(options) < 0 or 0 < draws_asked(options) < 100:
        without = "no intervals" if is_composite(options) else "the delta method"
        yield _wrong(
            "--bootstrap",
            f"{options.bootstrap} replicates give no interval.",
            f"Give 0 for {without}, or 100 and more (1,000 and more for a report).",
        )
    if options.folds < 0 or options.folds == 1:
        yield _wrong("--folds", f"{options.folds} folds predict nothing.", "Give 0 for none, or 10.")
    if options.repeats < 1:
        yield _wrong("--repeats", f"{options.repeats} repetitions are none.", "Give 1 or more; 10 is usual.")
    if options.segments < 0 or options.segments == 1 or options.segments > 10:
        yield _wrong(
            "--segments", f"{options.segments} cannot be looked for.", "Give 0 for none, or 2 to 10."
        )
    if options.necessity < 0 or 0 < options.necessity < 100:
        yield _wrong(
            "--necessity",
            f"{options.necessity} permutations give no test.",
            "Give 0 for no necessary condition analysis, or 1000.",
        )


def _wrong_numbers(options: FitOptions) -> Iterator[Finding]:
    if not 0.5 <= options.level < 1:
        yield _wrong("--level", f"{options.level:g} is not a confidence level.", "Write 0.95 for 95 %.")
    if options.seed < 0:
        yield _wrong("--seed", f"{options.seed} is negative.", "Give a whole number from 0 on.")
    if options.min_base < 2:
        yield _wrong("--min-base", f"{options.min_base} is too small.", "Give 2 or more; 30 is usual.")
