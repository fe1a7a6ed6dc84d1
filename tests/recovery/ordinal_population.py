"""The populations of the study of ordered answers: two models, their truth, and the answers people give.

They were fixed before any estimate was seen:

* ``steps``: five constructs of two or three questions, a recursive model like the American index (Fornell
  et al. 1996, Journal of Marketing 60(4), 7-18). Standardised loadings .60-.90, paths .30-.70.
* ``complaints``: the same with a yes/no question as a construct of its own, which satisfaction drives and
  which drives loyalty. 15 % complain.
* Five steps, as skewed as satisfied customers answer: two out of five or more take the highest (``HIGH``), or
  nearly one out of three does (``MIDDLE``). The response in mind is normal.

The answers are drawn by plain matrix algebra, and the truth is worked out by hand from the definitions, so
that nothing of the program stands on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from csi_model.model.spec import Construct, Indicator, ModelSpec, Path, Scale
from csi_model.survey.survey import Survey

Array = NDArray[Any]

HIGH = (3, 7, 15, 35, 40)
MIDDLE = (5, 10, 20, 35, 30)
COMPLAINING = (85, 15)
FIVE = Scale(low=1, high=5)
YES_NO = Scale(low=0, high=1)

QUESTIONS: Mapping[str, Mapping[str, tuple[float, tuple[int, ...]]]] = {
    "expectations": {"x1": (0.80, MIDDLE), "x2": (0.70, HIGH), "x3": (0.60, MIDDLE)},
    "quality": {"q1": (0.90, HIGH), "q2": (0.80, MIDDLE), "q3": (0.70, HIGH)},
    "value": {"v1": (0.85, MIDDLE), "v2": (0.75, MIDDLE)},
    "satisfaction": {"s1": (0.90, HIGH), "s2": (0.80, HIGH), "s3": (0.70, MIDDLE)},
    "loyalty": {"l1": (0.85, HIGH), "l2": (0.65, HIGH)},
}
"""Construct > question > standardised loading, percent of the population that gives each answer."""
COMPLAINTS: Mapping[str, tuple[float, tuple[int, ...]]] = {"comp": (1.0, COMPLAINING)}
PATHS: Mapping[tuple[str, str], float] = {
    ("expectations", "quality"): 0.60,
    ("expectations", "value"): 0.30, ("quality", "value"): 0.40,
    ("quality", "satisfaction"): 0.45, ("value", "satisfaction"): 0.35,
    ("satisfaction", "loyalty"): 0.70,
}  # fmt: skip
"""Standardised."""
WITH_COMPLAINTS: Mapping[tuple[str, str], float] = {
    **PATHS,
    ("satisfaction", "loyalty"): 0.50, ("complaints", "loyalty"): -0.30,
    ("satisfaction", "complaints"): -0.50,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Population:
    """A population: ``questions`` as ``QUESTIONS``, drivers first, and standardised ``paths``."""

    name: str
    questions: Mapping[str, Mapping[str, tuple[float, tuple[int, ...]]]]
    paths: Mapping[tuple[str, str], float]

    @cached_property
    def model(self) -> ModelSpec:
        """The model that is fitted; scales are declared."""
        return ModelSpec(
            name=self.name,
            title={"en": self.name},
            index="satisfaction",
            constructs=tuple(
                Construct(
                    name=construct,
                    indicators=tuple(
                        Indicator(name=item, scale=scale, high_is_good=scale == FIVE)
                        for item, (_, shares) in items.items()
                        for scale in [YES_NO if len(shares) == 2 else FIVE]
                    ),
                )
                for construct, items in self.questions.items()
            ),
            paths=tuple(Path(source=source, target=target) for source, target in self.paths),
        )

    @property
    def constructs(self) -> tuple[str, ...]:
        """Names, drivers first."""
        return tuple(self.questions)

    @cached_property
    def loadings(self) -> Array:
        """Standardised, (p, m)."""
        made = np.zeros((sum(map(len, self.questions.values())), len(self.questions)))
        place = 0
        for j, items in enumerate(self.questions.values()):
            for loading, _ in items.values():
                made[place, j] = loading
                place += 1
        return made

    @cached_property
    def beta(self) -> Array:
        """Standardised paths [target, source], (m, m)."""
        made = np.zeros((len(self.questions), len(self.questions)))
        for (source, target), path in self.paths.items():
            made[self.constructs.index(target), self.constructs.index(source)] = path
        return made

    @cached_property
    def disturbances(self) -> Array:
        """Variances that make every construct's variance 1, (m,); drivers stand before what they drive."""
        r = np.eye(len(self.questions))
        for j, b in enumerate(self.beta):
            r[j, :j] = r[:j, j] = b[:j] @ r[:j, :j]
        return np.asarray(1 - np.einsum("jk,kl,jl->j", self.beta, r, self.beta))

    @cached_property
    def shares(self) -> tuple[Array, ...]:
        """Of each answer, by question."""
        return tuple(np.array(one[1]) / 100 for items in self.questions.values() for one in items.values())

    @cached_property
    def thresholds(self) -> tuple[Array, ...]:
        """Of the responses in mind, by question."""
        return tuple(stats.norm.ppf(np.cumsum(one)[:-1]) for one in self.shares)

    def draw(self, n: int, seed: int | Sequence[int]) -> tuple[Array, Array]:
        """Answers (n, p) from the low end of each scale, and constructs (n, m), of ``n`` respondents."""
        random = np.random.default_rng(seed)
        m = len(self.questions)
        zeta = random.normal(size=(n, m)) * np.sqrt(self.disturbances)
        eta = zeta @ np.linalg.inv(np.eye(m) - self.beta).T
        unique = np.sqrt(1 - np.square(self.loadings).sum(axis=1))
        responses = eta @ self.loadings.T + unique * random.normal(size=(n, len(unique)))
        answers = np.empty_like(responses)
        for i, item in enumerate(self.model.indicators):
            low = item.scale.low if item.scale else 0.0
            answers[:, i] = low + np.searchsorted(self.thresholds[i], responses[:, i])
        return answers, eta

    def survey(self, n: int, seed: int | Sequence[int]) -> Survey:
        """A survey of ``n`` respondents."""
        answers, _ = self.draw(n, seed)
        return Survey(
            model=self.model,
            answers=answers,
            reasons=np.zeros(answers.shape, dtype=np.int8),
            rows=np.arange(2, n + 2),
            weights=np.ones(n),
            read_rows=n,
        )

    @cached_property
    def points(self) -> Array:
        """Expected answers on 0-100, (p,)."""
        return np.array([100 * one @ np.arange(len(one)) / (len(one) - 1) for one in self.shares])

    @cached_property
    def slopes(self) -> Array:
        """Points of 0-100 per standard deviation of the construct, (p, m).

        ``lambda sum_t phi(tau_t) step``: for a normal response z with E z = 0 and an answer y = g(z), the
        slope cov(y, z) is E g'(z) (Stein 1981, Annals of Statistics 9, 1135-1151, Lemma 1), and g rises by
        one step at every threshold.
        """
        per_response = [100 * stats.norm.pdf(one).sum() / len(one) for one in self.thresholds]
        return self.loadings * np.array(per_response)[:, None]

    @cached_property
    def index(self) -> Array:
        """Expected answers of a construct's questions, weighted by their loadings on 0-100, (m,)."""
        return np.asarray(self.points @ self.slopes / self.slopes.sum(axis=0))

    @cached_property
    def total(self) -> Array:
        """Total effects [target, source] in index points per index point, (m, m)."""
        spread = np.square(self.slopes).sum(axis=0) / self.slopes.sum(axis=0)
        standard = np.linalg.inv(np.eye(len(spread)) - self.beta) - np.eye(len(spread))
        return np.asarray(standard * spread[:, None] / spread)


POPULATIONS: Mapping[str, Population] = {
    "steps": Population(name="steps", questions=QUESTIONS, paths=PATHS),
    "complaints": Population(
        name="complaints",
        questions={
            **{name: items for name, items in QUESTIONS.items() if name != "loyalty"},
            "complaints": COMPLAINTS,
            "loyalty": QUESTIONS["loyalty"],
        },
        paths=WITH_COMPLAINTS,
    ),
}
