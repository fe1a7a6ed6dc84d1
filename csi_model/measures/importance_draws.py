"""Bootstrap of driver importance: resampled correlations, all methods in each draw, and a noise driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import SurveyError
from csi_model.measures import relative_importance as ri
from csi_model.survey.survey import Floats

Tell = Callable[[int, int], None]

CELLS = 2**21
"""Largest draws times respondents of a batch."""
LARGEST_BATCH = 100
ORDERS = 200
"""Orders of the drivers in each draw where there are too many for all subsets."""
METHODS = ("lmg", "johnson", "correlation", "beta", "squared_correlation", "pratt")
"""Measures of importance, in the order of the tables."""
NOISY = ("lmg", "johnson")
"""Those that are held against a noise driver."""


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """Who counts how often in a resample.

    Without strata and clusters respondents are drawn with replacement. Otherwise whole clusters are drawn
    within strata, one less than a stratum has, and the weights make up for it (Rao, Wu & Yue 1992, Survey
    Methodology 18, 209-217). Weights that were raked to margins are taken as given, which
    is on the safe side.

    Attributes
    ----------
    of_row : (n,)
        The unit of each respondent of the survey; units are sorted by stratum.
    stratum : (u,)
        The stratum of each unit.
    designed
        False for a sample without strata and clusters.
    """

    of_row: NDArray[np.int64]
    stratum: NDArray[np.int64]
    designed: bool

    @classmethod
    def of(cls, n: int, strata: Any = None, cluster: Any = None) -> Resampling:
        """The resampling of a survey of ``n`` respondents.

        Raises
        ------
        SurveyError
            A stratum has a single cluster (or respondent).
        """
        level = np.zeros(n, dtype=np.int64)
        if strata is not None:
            level = np.unique(np.asarray(strata), return_inverse=True)[1]
        inside = np.arange(n) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
        pairs, of_row = np.unique(level * max(n, 1) + inside, return_inverse=True)
        made = cls(
            of_row=of_row, stratum=pairs // max(n, 1), designed=strata is not None or cluster is not None
        )
        if made.designed and np.bincount(made.stratum).min() < 2:
            what = "a stratum has only one cluster (or one respondent), so it cannot be resampled."
            fix = "Merge small strata, or leave --strata and --cluster out."
            raise SurveyError.at("design", what, fix, code="single-cluster-stratum")
        return made

    def draw(self, size: int, random: np.random.Generator) -> Floats:
        """How often each respondent counts in ``size`` resamples, (size, n)."""
        sizes = np.bincount(self.stratum)
        drawn = sizes - int(self.designed)
        first = np.repeat(np.cumsum(sizes) - sizes, drawn)
        choices, u = np.repeat(sizes, drawn), len(self.stratum)
        chosen = (random.random((size, len(choices))) * choices).astype(np.int64) + first
        chosen += u * np.arange(size)[:, None]
        counts = np.bincount(chosen.ravel(), minlength=size * u).reshape(size, u).astype(float)
        counts *= (sizes / np.maximum(drawn, 1))[self.stratum]
        return np.asarray(counts[:, self.of_row])


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Importance in every usable draw.

    Attributes
    ----------
    values
        Method > (d, p).
    over_noise
        Method > (d, p): importance less that of the noise driver, both from the regression with it.
    noise
        Method > (d,): importance of the noise driver.
    kept : (d,)
        Numbers of the draws that are used; those without spread, or with drivers that determine each other,
        are left out.
    asked
        Draws that were made.
    """

    values: dict[str, Floats]
    over_noise: dict[str, Floats]
    noise: dict[str, Floats]
    kept: NDArray[np.int64]
    asked: int

    @property
    def used(self) -> int:
        """Draws that could be used."""
        return len(self.kept)

    def interval(self, method: str, level: float) -> Floats:
        """Percentile limits (2, p) of the importance by a method."""
        return percentiles(self.values[method], level)

    def above_noise(self, method: str, level: float) -> NDArray[np.bool_]:
        """Whether the interval of the difference to the noise driver lies above 0, (p,)."""
        return np.asarray(percentiles(self.over_noise[method], level)[0] > 0)


def percentiles(values: Any, level: float) -> Floats:
    """Limits (2, ...) between which the middle ``level`` of the draws (d, ...) lie."""
    return np.asarray(np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0))


def all_methods(correlations: Any) -> dict[str, Floats]:
    """Importance by the methods other than LMG from correlations (..., p + 1, p + 1), target last.

    Standardised betas and correlations have signs; beta times correlation (Hoffman 1960, Psychological
    Bulletin 57, 116-131; Pratt 1987) sums to R2, but can be negative.
    """
    given = np.asarray(correlations, dtype=float)
    r, beta = given[..., :-1, -1], ri.betas(given)
    return {
        "johnson": ri.johnson(given),
        "correlation": r,
        "beta": beta,
        "squared_correlation": r**2,
        "pratt": beta * r,
    }


def bootstrap(
    scores: Any,
    weights: Any,
    resampling: Resampling,
    rows: NDArray[np.bool_],
    *,
    draws: int,
    seed: int,
    stream: int = 0,
    exact: int = ri.EXACT_UP_TO,
    tell: Tell | None = None,
) -> Draws:
    """Importance by all methods in ``draws`` resamples.

    The noise driver is standard normal, new in each draw, and every respondent keeps his value as often as he
    is drawn: a driver without any effect has the same chance correlations, in the sample and in the resample
    (Tonidandel, LeBreton & Johnson 2009, Psychological Methods 14, 387-399, add such a driver to the data).

    Parameters
    ----------
    scores : (n, p + 1)
        Drivers, then the target, of the respondents in ``rows``.
    weights : (n,)
    resampling
        Of the whole survey, of which ``rows`` (all,) is a domain; or of these respondents alone.
    rows : (all,) bool
    draws, seed, stream
        How many; batch k of a stream depends on (seed, stream, k) only.
    exact
        Up to so many drivers all subsets are taken, else ``ORDERS`` random orders in each draw.
    tell
        Told the draws done and all.
    """
    values, w = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    k = values.shape[1]
    upper = np.triu_indices(k)
    products = values[:, upper[0]] * values[:, upper[1]]
    batch = int(np.clip(CELLS // max(len(resampling.of_row), 1), 1, LARGEST_BATCH))
    collected: list[tuple[dict[str, Floats], dict[str, Floats], dict[str, Floats]]] = []
    kept = []
    for number, start in enumerate(range(0, draws, batch)):
        random = np.random.default_rng(np.random.SeedSequence([seed, 4_400, stream], spawn_key=(number,)))
        size = min(batch, draws - start)
        counts = resampling.draw(size, random)[:, rows] * w
        noise = random.standard_normal(counts.shape)
        with_noise = _correlations(values, products, counts, noise)
        usable = ri.smallest_eigenvalue(with_noise) > ri.SINGULAR
        usable &= np.isfinite(with_noise).all(axis=(1, 2))
        kept.append(start + np.flatnonzero(usable))
        collected.append(_in_batch(with_noise[usable], exact, random))
        if tell is not None:
            tell(start + size, draws)
    parts = [_joined([one[place] for one in collected]) for place in range(3)]
    return Draws(values=parts[0], over_noise=parts[1], noise=parts[2], kept=np.concatenate(kept), asked=draws)


def _correlations(values: Floats, products: Floats, counts: Floats, noise: Floats) -> Floats:
    """Correlations (b, p + 2, p + 2) of drivers, noise and target in resamples with weights (b, n)."""
    b, k = len(counts), values.shape[1]
    total = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts / total[:, None]
        mean = np.empty((b, k + 1))
        second = np.empty((b, k + 1, k + 1))
        others = np.r_[np.arange(k - 1), k]  # the place before the last is the noise
        mean[:, others] = share @ values
        upper = np.triu_indices(k)
        found = share @ products
        second[:, others[upper[0]], others[upper[1]]] = found
        second[:, others[upper[1]], others[upper[0]]] = found
        noisy = share * noise
        mean[:, k - 1] = noisy.sum(axis=1)
        second[:, k - 1, k - 1] = (noisy * noise).sum(axis=1)
        second[:, k - 1, others] = second[:, others, k - 1] = noisy @ values
        cov = second - mean[:, :, None] * mean[:, None, :]
        variance = np.einsum("bii->bi", cov)
        spread = np.sqrt(np.where(variance > ri.SINGULAR, variance, np.nan))
        return np.asarray(cov / (spread[:, :, None] * spread[:, None, :]))


def _in_batch(
    with_noise: Floats, exact: int, random: np.random.Generator
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, Floats]]:
    p = with_noise.shape[-1] - 2
    kept = np.r_[np.arange(p), p + 1]
    without = with_noise[:, kept[:, None], kept[None, :]]
    if p <= exact:
        shares, beside = ri.lmg_with_noise(with_noise)
    else:
        shares = np.stack(list(_sampled(without, random))) if len(without) else np.zeros((0, p))
        beside = np.stack(list(_sampled(with_noise, random))) if len(without) else np.zeros((0, p + 1))
    weights = ri.johnson(with_noise)
    values = {"lmg": shares, **all_methods(without)}
    over = {"lmg": beside[:, :-1] - beside[:, -1:], "johnson": weights[:, :-1] - weights[:, -1:]}
    return values, over, {"lmg": beside[:, -1], "johnson": weights[:, -1]}


def _sampled(correlations: Floats, random: np.random.Generator) -> Iterator[Floats]:
    p = correlations.shape[-1] - 1
    for one in correlations:
        yield ri.gains_in_orders(one, ri.random_orders(p, ORDERS, random)).mean(axis=0)


def _joined(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
    return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}
