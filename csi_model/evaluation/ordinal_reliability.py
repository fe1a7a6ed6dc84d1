"""Reliability of ordered answers: of the latent responses behind them, and of the answers as they are given.

    ordinal alpha      Cronbach's alpha of the polychoric correlations (Zumbo, Gadermann & Zeisser 2007)
    ordinal omega      (sum l)^2 / ((sum l)^2 + sum(1 - l^2)) of the latent responses' loadings l
    categorical omega  reliability of the plain sum, or mean, of the answers on 0-100 (Green & Yang 2009,
                       Psychometrika 74, 155-167, eq. 21), with steps a_jt of the scale between answers,
                       which are 1 there:

                           sum_jk C_jk(l_j l_k) / sum_jk C_jk(rho_jk),
                           C_jk(r) = sum_tu a_jt a_ku [Phi_2(tau_jt, tau_ku, r) - Phi(tau_jt) Phi(tau_ku)]

    index omega        the same of the weighted mean that the index is: steps w_j a_jt, with the sample's own
                       index weights w

The first two say how reliable answers on a scale without steps would be; the others how reliable scores from
the answers are that were given, the last one the index. Weights move it little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import GroupFit, Solution
from csi_model.estimation.ordinal.bivariate import normal_density, probability
from csi_model.estimation.standardised import root
from csi_model.evaluation.measurement_tables import construct_loadings, item_places
from csi_model.evaluation.reliability import cronbach_alpha, reliability
from csi_model.evaluation.structure_tables import UNDEFINED
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]

NOT_ORDERED = "none of its questions has ordered steps"
REACHES_ONE = "a loading or a correlation of its questions reaches 1: no categorical omega"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """How the answers to one question come from its latent response.

    Attributes
    ----------
    thresholds : (k - 1,) float
        Rising; empty for a continuous question.
    steps : (k - 1,) float
        How far apart the answers on both sides of a threshold are; of a continuous question the standard
        deviation (1,).
    """

    thresholds: Array
    steps: Array

    def slope(self) -> float:
        """Covariance of answer and latent response: ``sum_t phi(tau_t) a_t`` (Stein's identity)."""
        if not len(self.thresholds):
            return float(self.steps[0])
        return float(normal_density(self.thresholds) @ self.steps)

    def variance(self) -> float:
        """Variance of the answers: the lower of two thresholds decides whether both are passed."""
        if not len(self.thresholds):
            return float(self.steps[0]) ** 2
        below = special.ndtr(self.thresholds)
        joint = special.ndtr(np.minimum.outer(self.thresholds, self.thresholds))
        return float(self.steps @ (joint - np.outer(below, below)) @ self.steps)

    def covariance(self, other: Answers, rho: float) -> float:
        """C_jk(rho): covariance with the answers to a question whose latent response correlates ``rho``."""
        if not (len(self.thresholds) and len(other.thresholds)):
            return self.slope() * other.slope() * rho
        below, below_other = special.ndtr(self.thresholds), special.ndtr(other.thresholds)
        joint = probability(self.thresholds[:, None], other.thresholds[None, :], np.array(rho))
        return float(self.steps @ (joint - np.outer(below, below_other)) @ other.steps)


def categorical_omega(answers: Sequence[Answers], loadings: Array, correlation: Array) -> float:
    """Share of the variance of a sum of answers that the construct explains; weights are in the steps.

    Parameters
    ----------
    answers
        Of k questions.
    loadings : (k,)
        Standardised, of the latent responses.
    correlation : (k, k)
        Correlations of the latent responses as the model implies them.

    Returns
    -------
    float
        NaN where a loading or a correlation reaches 1.
    """
    k = len(answers)
    apart = ~np.eye(k, dtype=bool)
    if not (np.all(np.abs(loadings) < 1) and np.all(np.abs(correlation[apart]) < 1)):
        return np.nan
    explained = total = 0.0
    for i, one in enumerate(answers):
        explained += one.covariance(one, loadings[i] ** 2)
        total += one.variance()
        for j in range(i):
            explained += 2 * one.covariance(answers[j], loadings[i] * loadings[j])
            total += 2 * one.covariance(answers[j], correlation[i, j])
    return explained / total if total > 0 else np.nan


def ordinal_reliability_rows(
    model: ModelSpec, part: GroupFit, solution: Solution, weights: Array
) -> Iterator[Cells]:
    """Reliability of every construct of a fit with ordered answers; nothing for other fits.

    ``weights`` (m, p) are index weights.
    """
    if solution.table.steps is None:
        return
    loadings = construct_loadings(model, solution)
    width = np.array([item.scale.width if item.scale else np.nan for item in model.indicators])
    given = _covariance(part) * np.outer(100 / width, 100 / width)
    mats = matrices(solution.table, solution.values)
    implied = _correlation(mats.sigma)
    answers = _answers(solution, width, root(np.diag(mats.sigma)))
    ordered = np.array([bool(steps) for steps in solution.table.steps])
    for j, name in enumerate(model.construct_names):
        chosen = item_places(model, name)
        block = np.ix_(chosen, chosen)
        cells: Cells = {"construct": name, "alpha": cronbach_alpha(given[block])}
        cells |= dict.fromkeys(("ordinal_alpha", "ordinal_omega", "categorical_omega", "index_omega"), np.nan)
        made = reliability(_correlation(part.sample.cov[block]), loadings[j, chosen])
        why = made.why
        if not why and not ordered[chosen].any():
            why = NOT_ORDERED
        if not why:
            plain = [answers[i] for i in chosen]
            weighted = [replace(answers[i], steps=answers[i].steps * weights[j, i]) for i in chosen]
            cells |= {"ordinal_alpha": made.alpha, "ordinal_omega": made.rho_c}
            for column, counted in (("categorical_omega", plain), ("index_omega", weighted)):
                cells[column] = categorical_omega(counted, loadings[j, chosen], implied[block])
            why = _why(cells)
        yield cells | {"why": why}


def _correlation(covariance: Array) -> Array:
    sd = root(np.diag(covariance))
    return np.asarray(covariance / np.outer(sd, sd))


def _covariance(part: GroupFit) -> Array:
    """Covariances (p, p) of the answers as they were given, weighted."""
    sample = part.sample
    share = sample.weights / sample.weights.sum()
    centred = sample.answers - share @ sample.answers
    return np.asarray(centred.T @ (centred * share[:, None]))


def _answers(solution: Solution, width: Array, sd: Array) -> list[Answers]:
    """Every item, its steps on 0-100; ``sd`` (p,) of the items, 1 for ordered ones."""
    table = solution.table
    made = []
    for place, steps in enumerate(table.steps or ()):
        free = [row.free for row in table.rows if row.op == "|" and row.i == place]
        apart = np.array(steps) if steps else sd[[place]]
        made.append(Answers(thresholds=solution.values[free], steps=apart * 100 / width[place]))
    return made


def _why(cells: Cells) -> str:
    """Why a number is missing."""
    if np.isnan([cells["alpha"], cells["ordinal_alpha"], cells["ordinal_omega"]]).any():
        return UNDEFINED
    return REACHES_ONE if np.isnan([cells["categorical_omega"], cells["index_omega"]]).any() else ""
