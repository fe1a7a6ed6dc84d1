"""What the estimates are worth: covariance of means and parameters, and the test of the model.

``ml`` inverts the expected information, ``fiml`` the observed one (Kenward & Molenberghs 1998). ``mlr``
is the sandwich ``A^-1 B A^-1`` with observed information A and the cross products B of respondents'
scores (White 1982, Econometrica 50, 1-25), ``mlm`` the same with expected information (Satorra & Bentler
1994). With weights, strata or clusters B is design-based (Binder 1983; Muthen & Satorra 1995), whatever
the estimator. The chi-square of a robust estimator is divided by

    mlr  c = [tr(B1 A1^-1) - tr(B A^-1)] / df     (Yuan & Bentler 2000; Asparouhov & Muthen 2005, eq. 5)
    mlm  c = tr(U Gamma) / df                     (Satorra & Bentler 1994, eq. 16.1)

where ``A1, B1`` belong to the saturated model at the sample's own moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation import likelihood
from csi_model.estimation.covariance import (
    case_scores,
    gradient_and_information,
    matrices,
    observed_hessian,
)
from csi_model.estimation.delta import jacobian
from csi_model.estimation.full_information import complete_discrepancy
from csi_model.estimation.likelihood import Patterns, patterns_of
from csi_model.estimation.missing import Saturated, moment_table, moment_values
from csi_model.estimation.parameters import ParameterTable
from csi_model.survey.linearised import design_covariance, inverse, is_simple, mean_covariance
from csi_model.survey.moments import Sample

Array = NDArray[Any]

Errors = Literal["expected", "observed", "robust", "robust_expected"]
"""Where standard errors come from; with a sampling design always from the design."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a model is fitted to: its table, the sample, and patterns of answers where there are gaps.

    With gaps ``sample.mean`` and ``sample.cov`` are the saturated estimates of ``missing.saturated``.
    ``penalty`` (q,) weighs the squared parameters of a ridge fit.
    """

    table: ParameterTable
    sample: Sample
    data: Patterns | None = None
    level: Saturated | None = None
    penalty: Array | None = None

    def expected(self, values: Array) -> Array:
        """Expected Hessian of F, (q, q), the penalty of a ridge fit included."""
        if self.data is not None:
            return likelihood.slope_and_information(self.table, values, self.data)[1]
        return self._penalised(gradient_and_information(self.table, values, self.sample.cov)[1])

    def observed(self, values: Array) -> Array:
        """Observed Hessian of F, (q, q), the penalty of a ridge fit included."""
        if self.data is not None:
            return likelihood.observed(self.table, values, self.data)
        return self._penalised(observed_hessian(self.table, values, self.sample.cov))

    def _penalised(self, hessian: Array) -> Array:
        return hessian if self.penalty is None else np.asarray(hessian + np.diag(2 * self.penalty))

    def scores(self, values: Array) -> Array:
        """Derivatives of respondents' log-likelihoods (n, q), centred."""
        if self.data is None:
            made = case_scores(self.table, values, self.sample.answers - self.sample.mean)
        else:
            made = likelihood.scores(self.table, values, self.sample.answers, self.data)
        share = self.sample.weights / self.sample.weights.sum()
        return np.asarray(made - share @ made)

    def means(self, values: Array) -> Array:
        """Item means (..., p) that the index rests on: implied ones under a mean structure."""
        if self.data is None:
            return self.sample.mean
        return matrices(self.table, values).mean


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Scaling factors of the chi-squares of the model and of the independence model, and what a scaled and
    shifted test adds to them afterwards."""

    factor: float
    baseline: float
    shift: float = 0.0
    baseline_shift: float = 0.0


@dataclass(frozen=True, kw_only=True)
class RobustTest:
    """What the robust RMSEA, CFI and TLI rest on: chi-squares and what they are by chance per df."""

    chisq: float
    factor: float
    baseline_chisq: float
    baseline_factor: float


@dataclass(frozen=True, kw_only=True)
class ModelTest:
    """The likelihood-ratio test against the saturated model, and that of the independence model.

    ``logl`` is the log-likelihood at the estimates; ``scaling`` is absent where the plain chi-square is
    the right one, ``robust`` where the plain RMSEA and CFI are; ``why`` says why there is no test at all.
    With ``least_squares`` there is no likelihood, and tests have divisor n - 1; ``gfi`` then is the share of
    all ``statistics``, thresholds included, that the model reproduces.
    """

    n: int
    chisq: float
    df: int
    baseline_chisq: float
    baseline_df: int
    logl: float
    scaling: Scaling | None = None
    robust: RobustTest | None = None
    groups: int = 1
    why: str = ""
    least_squares: bool = False
    gfi: float = float("nan")
    statistics: int = 0


def joint_covariance(evidence: Evidence, values: Array, errors: Errors, loose: Array | None = None) -> Array:
    """Covariance (p + q, p + q) of the item means and the free parameters.

    ``loose`` (q,) marks parameters that are not on a bound; the others count as known (0). NaN where
    the information is singular.
    """
    sample, p = evidence.sample, len(evidence.table.indicators)
    observed = errors in ("observed", "robust") or not is_simple(sample)
    bread = _inverse((evidence.observed(values) if observed else evidence.expected(values)) / 2, loose)
    if errors in ("expected", "observed") and is_simple(sample):
        parameters = bread / sample.n
        if evidence.data is not None:
            return _with_means(evidence, values, parameters)
        made = np.zeros((p + len(values), p + len(values)))
        made[:p, :p] = mean_covariance(sample)
        made[p:, p:] = parameters
        return made
    moved = evidence.scores(values) @ bread
    if evidence.data is not None:
        return _with_means(evidence, values, _spread(moved, sample))
    return _spread(np.hstack([sample.answers - sample.mean, moved]), sample)


def item_mean_covariance(sample: Sample) -> Array:
    """Covariance (p, p) of the item means, also of means estimated from answers with gaps."""
    if not np.isnan(sample.answers).any():
        return mean_covariance(sample)
    data = patterns_of(sample.answers, sample.weights)
    table = moment_table(tuple(str(i) for i in range(len(sample.mean))))
    values = moment_values(table, sample.mean, sample.cov)
    evidence = Evidence(table=table, sample=sample, data=data)
    return joint_covariance(evidence, values, "observed")[: len(sample.mean), : len(sample.mean)]


def model_test(
    evidence: Evidence, values: Array, f: float, errors: Errors, loose: Array | None = None
) -> ModelTest:
    """Test the model at its optimum ``values`` (q,), where the discrepancy is ``f``."""
    table, sample = evidence.table, evidence.sample
    p, n = len(table.indicators), sample.n
    df, baseline_df = table.degrees_of_freedom(), p * (p - 1) // 2
    log_det = float(np.linalg.slogdet(sample.cov)[1])
    saturated = log_det + p
    baseline = float(np.log(np.diag(sample.cov)).sum()) + p
    answers = float(n * p)
    if evidence.data is not None and evidence.level is not None:
        saturated, baseline = evidence.level.deviance, evidence.level.baseline
        answers = float(n * (evidence.data.share @ evidence.data.answered.sum(axis=1)))
    scaled = errors in ("robust", "robust_expected") or not is_simple(sample)
    scaling = _scaling(evidence, values, errors, loose) if scaled and df > 0 else None
    robust = None
    if evidence.data is not None and df > 0:
        robust = _robust(evidence, values, scaled=scaled)
    elif scaling is not None:
        robust = RobustTest(
            chisq=n * f,
            factor=scaling.factor,
            baseline_chisq=n * (baseline - saturated),
            baseline_factor=scaling.baseline,
        )
    return ModelTest(
        n=n,
        chisq=n * f,
        df=df,
        baseline_chisq=n * (baseline - saturated),
        baseline_df=baseline_df,
        logl=-(n * (saturated + f) + answers * float(np.log(2 * np.pi))) / 2,
        scaling=scaling,
        robust=robust,
    )


def _robust(evidence: Evidence, values: Array, *, scaled: bool) -> RobustTest:
    """Complete-data chi-squares of the model and of independence (see ``full_information``)."""
    sample, table, data = evidence.sample, evidence.table, evidence.data
    if data is None:
        raise ValueError("only for answers with gaps")
    whole = moment_table(table.indicators)
    at = moment_values(whole, sample.mean, sample.cov)
    information = likelihood.observed_linear(whole, at, data) / 2
    omega = inverse(information)
    if scaled:
        moved = Evidence(table=whole, sample=sample, data=data).scores(at) @ omega
        omega = sample.n * _spread(moved, sample)
    alone = moment_table(table.indicators, covariances=False)
    apart = _independent_values(alone, evidence)
    f, k = complete_discrepancy(table, values, sample.mean, sample.cov, information, omega)
    f0, k0 = complete_discrepancy(alone, apart, sample.mean, sample.cov, information, omega)
    p = len(table.indicators)
    return RobustTest(
        chisq=sample.n * f,
        factor=k / table.degrees_of_freedom(),
        baseline_chisq=sample.n * f0,
        baseline_factor=k0 / (p * (p - 1) // 2),
    )


def _scaling(evidence: Evidence, values: Array, errors: Errors, loose: Array | None) -> Scaling | None:
    sample, table = evidence.sample, evidence.table
    structured = errors == "robust_expected" and is_simple(sample)
    information = (evidence.expected(values) if structured else evidence.observed(values)) / 2
    keep = np.ones(len(values), dtype=bool) if loose is None else loose
    own = _trace(evidence.scores(values)[:, keep], information[np.ix_(keep, keep)], sample)
    full, apart = saturated_traces(evidence)
    full_apart = full
    if structured:
        implied = matrices(table, values).sigma
        full = _kurtosis_trace(sample, implied, structured=True)
        full_apart = _kurtosis_trace(sample, np.diag(np.diag(sample.cov)), structured=True)
    p = len(table.indicators)
    df, baseline_df = table.degrees_of_freedom(), p * (p - 1) // 2
    made = Scaling(factor=(full - own) / df, baseline=(full_apart - apart) / baseline_df)
    return made if np.isfinite(made.factor) and made.factor > 0 and made.baseline > 0 else None


def saturated_traces(evidence: Evidence) -> tuple[float, float]:
    """``tr(B A^-1)`` of the saturated and of the independence model, each at its own optimum."""
    alone = moment_table(evidence.table.indicators, covariances=False, means=evidence.data is not None)
    apart = Evidence(table=alone, sample=evidence.sample, data=evidence.data)
    at = _independent_values(alone, evidence)
    independent = _trace(apart.scores(at), apart.observed(at) / 2, evidence.sample)
    return _saturated_trace(evidence), independent


def _saturated_trace(evidence: Evidence) -> float:
    """``tr(B1 A1^-1)`` of the saturated model at the sample's own moments."""
    sample = evidence.sample
    if evidence.data is None and is_simple(sample):
        return _kurtosis_trace(sample, sample.cov, structured=False)
    table = moment_table(evidence.table.indicators, means=evidence.data is not None)
    whole = Evidence(table=table, sample=sample, data=evidence.data)
    at = moment_values(table, sample.mean, sample.cov)
    information = (
        whole.observed(at) if evidence.data is None else likelihood.observed_linear(table, at, evidence.data)
    )
    return _trace(whole.scores(at), information / 2, sample)


def _kurtosis_trace(sample: Sample, sigma: Array, *, structured: bool) -> float:
    """``tr(B1 A1^-1)`` with expected information at ``sigma``, from Mardia's squared distances.

    For unstructured ``sigma = S`` it is ``mean(d^4 - 2 d^2 + p) / 2``, for a structured one, scores
    centred at S, ``(mean d^4 - tr[(W S)^2]) / 2``; ``d^2 = z' W z``.
    """
    w = np.linalg.inv(sigma)
    centred = sample.answers - sample.mean
    distance = ((centred @ w) * centred).sum(axis=1)
    fourth = float(np.mean(distance**2))
    if structured:
        ratio = w @ sample.cov
        return (fourth - float(np.trace(ratio @ ratio))) / 2
    return (fourth - 2 * float(np.mean(distance)) + len(sigma)) / 2


def _independent_values(table: ParameterTable, evidence: Evidence) -> Array:
    """Means and variances of each item by itself."""
    sample = evidence.sample
    if evidence.data is None:
        return moment_values(table, sample.mean, sample.cov)
    there = ~np.isnan(sample.answers)
    weight = sample.weights[:, None] * there
    filled = np.where(there, sample.answers, 0.0)
    mean = (weight * filled).sum(axis=0) / weight.sum(axis=0)
    variance = (weight * (filled - mean) ** 2).sum(axis=0) / weight.sum(axis=0)
    return moment_values(table, mean, np.diag(variance))


def _trace(scores: Array, information: Array, sample: Sample) -> float:
    """``tr(B A^-1)`` per respondent, B from the scores (n, q) under the sample's design."""
    scale = 1 / np.sqrt(np.abs(np.diag(information)))
    unit = information * np.outer(scale, scale)
    try:
        inverted = np.linalg.inv(unit)
    except np.linalg.LinAlgError:
        return float("nan")
    return float(sample.n * np.trace(_spread(scores * scale, sample) @ inverted))


def _spread(influences: Array, sample: Sample) -> Array:
    """Covariance of the mean of ``influences`` (n, k); without a design with divisor n, as usual."""
    if is_simple(sample):
        return np.asarray(influences.T @ influences / sample.n**2)
    return design_covariance(influences, sample)


def _with_means(evidence: Evidence, values: Array, parameters: Array) -> Array:
    """Covariance of (implied means, parameters) from that of the parameters."""
    slopes = np.vstack([jacobian(evidence.means, values), np.eye(len(values))])
    unknown = np.isnan(np.diag(parameters))
    made = slopes @ np.where(unknown[:, None] | unknown, 0.0, parameters) @ slopes.T
    lost = np.any(slopes[:, unknown] != 0, axis=1)
    return np.where(lost[:, None] | lost, np.nan, made)


def _inverse(information: Array, loose: Array | None) -> Array:
    if loose is None or np.all(loose):
        return inverse(information)
    made = np.zeros(information.shape)
    made[np.ix_(loose, loose)] = inverse(information[np.ix_(loose, loose)])
    return made
