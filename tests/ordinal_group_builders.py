"""Groups with ordered items whose population is known: drawn at random, or with exactly its statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from fit_builders import Floats, model_of, survey_of

from csi_model.comparison.invariance import group_samples
from csi_model.estimation.ordinal.group_moments import OrdinalGroups, ordinal_groups
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.steps import ordered_items
from csi_model.survey.survey import Survey

ITEMS = ("a1", "a2", "a3", "b1", "b2", "b3")
LOADINGS = {"a1": 0.8, "a2": 0.7, "a3": 0.75, "b1": 0.8, "b2": 0.65, "b3": 0.7}
THRESHOLDS = {2: (0.3,), 3: (-0.6, 0.5), 4: (-1.0, -0.1, 0.8), 5: (-1.4, -0.6, 0.2, 1.0)}
Shift = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Population:
    """A group of two constructs with three items each: what differs from the first group.

    ``steps`` what is added to each threshold of an item, ``loadings`` and ``errors`` factors of loadings and
    of error standard deviations, ``intercepts`` shifts, all by item.
    """

    means: tuple[float, float] = (0.0, 0.0)
    covariance: tuple[tuple[float, float], tuple[float, float]] = ((1.0, 0.5), (0.5, 1.0))
    steps: Mapping[str, Sequence[float]] = field(default_factory=dict)
    loadings: Shift = field(default_factory=dict)
    intercepts: Shift = field(default_factory=dict)
    errors: Shift = field(default_factory=dict)

    def parts(self, categories: Sequence[int]) -> tuple[Floats, Floats, Floats, list[Floats]]:
        """Loadings (6, 2), intercepts (6,), error variances (6,) and thresholds."""
        lam = np.zeros((6, 2))
        for k, item in enumerate(ITEMS):
            lam[k, "ab".index(item[0])] = LOADINGS[item] * self.loadings.get(item, 1.0)
        nu = np.array([self.intercepts.get(item, 0.0) for item in ITEMS])
        theta = np.array([(1 - LOADINGS[item] ** 2) * self.errors.get(item, 1.0) ** 2 for item in ITEMS])
        tau = [
            np.array(THRESHOLDS[k]) + np.array(self.steps.get(item, np.zeros(k - 1)))
            for item, k in zip(ITEMS, categories, strict=True)
        ]
        return lam, nu, theta, tau

    def statistics(self, categories: Sequence[int]) -> tuple[Floats, list[Floats], Floats]:
        """Thresholds and correlations in one vector, thresholds by item, and the correlation matrix."""
        lam, nu, theta, tau = self.parts(categories)
        sigma = lam @ np.array(self.covariance) @ lam.T + np.diag(theta)
        mean, sd = nu + lam @ np.array(self.means), np.sqrt(np.diag(sigma))
        cut = [(own - m) / s for own, m, s in zip(tau, mean, sd, strict=True)]
        correlation = sigma / np.outer(sd, sd)
        pairs = correlation[np.triu_indices(6, 1)]
        return np.concatenate([*cut, pairs]), cut, correlation

    def draw(self, categories: Sequence[int], n: int, random: np.random.Generator) -> Floats:
        """Answers (n, 6) from 1."""
        lam, nu, theta, tau = self.parts(categories)
        factors = random.multivariate_normal(self.means, self.covariance, size=n)
        response = nu + factors @ lam.T + random.normal(size=(n, 6)) * np.sqrt(theta)
        return np.column_stack([1.0 + np.searchsorted(own, response[:, k]) for k, own in enumerate(tau)])


FIRST = Population()
OTHER: dict[str, Any] = {"means": (0.4, -0.3), "covariance": ((1.3, 0.4), (0.4, 0.8))}
FIVE = (5,) * 6


def ordinal_model(
    categories: Sequence[int] = FIVE, *, paths: Mapping[str, str] | None = None, order: Sequence[str] = ITEMS
) -> ModelSpec:
    """Two constructs, items of each in the given order, scales from 1."""
    scales = {item: Scale(low=1, high=k) for item, k in zip(ITEMS, categories, strict=True)}
    blocks = {name: " ".join(item for item in order if item[0] == name) for name in "ab"}
    return model_of(blocks, paths or {}, scales=scales)


def drawn(
    populations: Mapping[str, Population],
    *,
    categories: Sequence[int] = FIVE,
    n: int = 400,
    seed: int = 1,
    model: ModelSpec | None = None,
) -> Survey:
    """A survey with ``n`` respondents of each group."""
    random = np.random.default_rng(seed)
    answers = np.vstack([one.draw(categories, n, random) for one in populations.values()])
    model = model or ordinal_model(categories)
    columns = [ITEMS.index(item.name) for item in model.indicators]
    labels = [name for name in populations for _ in range(n)]
    return survey_of(model, answers[:, columns], groups={"g": labels})


def groups_of(survey: Survey) -> OrdinalGroups:
    """What the groups of a survey are fitted to."""
    names, samples, _ = group_samples(survey.model, survey, "complete", 30)
    return ordinal_groups(survey.model, names, samples, ordered_items(survey))


def exact(
    populations: Mapping[str, Population], *, categories: Sequence[int] = FIVE, n: int = 400
) -> OrdinalGroups:
    """Groups whose statistics are exactly those of their populations, with the weights of a sample."""
    groups = groups_of(drawn(populations, categories=categories, n=n))
    parts = []
    for part, population in zip(groups.parts, populations.values(), strict=True):
        values, thresholds, cov = population.statistics(categories)
        parts.append(replace(part, values=values, thresholds=tuple(thresholds), cov=cov))
    return replace(groups, parts=tuple(parts))
