"""Segments that nobody named: a finite mixture of the inner regressions among construct scores.

FIMIX-PLS (Hahn, Johnson, Herrmann & Huber 2002, Schmalenbach Business Review 54, 243-269): every segment
has its own paths and residual variances, and every respondent a probability of belonging to each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from csi_model.errors import UsageError

Array = NDArray[Any]
Path = tuple[int, int]

FLOOR = 0.01
"""Smallest residual variance of a segment, as a share of that without segments. The likelihood of a
mixture has no maximum without one (Hathaway 1985, Annals of Statistics 13, 795-800)."""
EXACT, TINY = 1e-8, 1e-100
"""A share below which there is but rounding; one that keeps logarithms finite."""
GAIN = 1e-8
"""A search ends when one more round adds less than this, per respondent, to the log likelihood."""
SHORT, PURSUED, LONGEST, FARTHEST = 20, 3, 200, 1e3
"""Rounds of each search; how many go on; for how many rounds more; the largest stretch of a step."""
CRITERIA = ("aic", "aic3", "aic4", "bic", "caic", "mdl5")
CLEAR = 0.50
"""Normed entropy from which segments are told apart well enough (Ringle, Sarstedt & Mooi 2010, Annals of
Information Systems 8, 19-49)."""


@dataclass(frozen=True, kw_only=True)
class SegmentSolution:
    """The mixture with one number of ``segments``, s; they stand by falling share.

    ``share`` (s,); ``paths`` (s, number of paths) in the order given; ``outcomes`` (j,) the constructs
    with a regression, in the order of ``variances`` (s, j), the residual ones, and ``r2`` (s, j), the
    share of the outcome's second moment about 0 that its drivers explain (there is no intercept).
    ``posterior`` (n, s): each respondent's probabilities of membership. ``parameters`` =
    (s - 1) + s (paths + regressions). ``criteria``: aic, aic3, aic4, bic, caic, mdl5; less is better.
    ``entropy`` is the normed one, 1 for segments told apart perfectly, NaN for one segment.

    Of ``starts`` searches ``ended`` came to an optimum, ``collapsed`` were given up since a segment became
    empty, and the others, poor ones, were left; ``converged`` says whether the one shown came to an end.
    ``floored`` residual variances stand on their floor. ``n_effective`` respondents are what ln L and the
    criteria speak of.
    """

    segments: int
    outcomes: tuple[int, ...]
    share: Array
    paths: Array = field(repr=False)
    variances: Array = field(repr=False)
    r2: Array = field(repr=False)
    posterior: Array = field(repr=False)
    log_likelihood: float
    parameters: int
    criteria: Mapping[str, float]
    entropy: float
    n_effective: float
    converged: bool
    floored: int
    starts: int
    ended: int
    collapsed: int

    @property
    def smallest(self) -> float:
        """Share of the smallest segment."""
        return float(self.share.min())


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How many segments there are, and why.

    ``picks`` is the number that each criterion prefers, ``refused`` the numbers of segments that were not
    used although preferred, with the reason, ``sentence`` all of it in words.
    """

    segments: int
    solution: SegmentSolution = field(repr=False)
    picks: Mapping[str, int]
    refused: Mapping[int, str]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """Respondents' weights (n,), products (n, q) of their scores, and the regressions.

    ``upper`` are the places of the q products in an (m, m) matrix. A regression is its outcome, its
    drivers and the places of its paths; with fewer members than ``fewest`` it has nothing to go by.
    ``pooled`` (j,) are the residual variances without segments.
    """

    weights: Array
    n: float
    products: Array
    upper: tuple[Array, Array]
    regressions: tuple[tuple[int, Array, Array], ...]
    n_paths: int
    fewest: int
    pooled: Array


@dataclass(frozen=True, kw_only=True)
class _Search:
    """Where a search stands: parameters (s, 1 + paths + j), each row ln share, paths, ln variances."""

    at: Array
    posterior: Array
    log_likelihood: float
    converged: bool = False
    collapsed: bool = False


def segment_solutions(
    scores: Array,
    paths: Sequence[Path],
    weights: Array | None = None,
    *,
    segments: Sequence[int] = (1, 2, 3, 4, 5, 6),
    starts: int = 10,
    seed: int = 1,
) -> tuple[SegmentSolution, ...]:
    """Fit the mixture with each number of segments.

    Parameters
    ----------
    scores : (n, m)
        Construct scores, standardised.
    paths
        (source, target), places of constructs; without a cycle.
    weights : (n,), optional
        Sampling weights. They enter scaled to Kish's effective number of respondents
        (sum w)^2 / sum w^2 (Kish 1965, *Survey Sampling*, section 11.7), so that the criteria do not take
        unequal weights for more information than they hold.
    segments, starts, seed
        Numbers of segments, and how many searches for each above 1, from repeatable places.

    Raises
    ------
    UsageError
        Scores, paths, weights or numbers that do not fit.
    """
    scores = np.asarray(scores, dtype=float)
    weights = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=float)
    _check(scores, paths, weights, segments, starts)
    outcomes = tuple(sorted({target for _, target in paths}))
    problem = _problem(scores, tuple(paths), weights, outcomes)
    return tuple(_solution(problem, outcomes, _searches(problem, count, starts, seed)) for count in segments)


def choose(solutions: Sequence[SegmentSolution], n: float, *, minimum_base: int = 30) -> Choice:
    """Choose the number of segments among ``solutions`` of ``n`` respondents.

    The rule: where AIC3 and CAIC prefer the same number, that one; else where AIC4 and BIC do, theirs;
    else BIC's (Sarstedt, Becker, Ringle & Schwaiger 2011, Schmalenbach Business Review 63, 34-62: AIC takes
    too many segments, MDL5 too few). From there downwards, the first number whose search converged, off
    the variance floor, with a normed entropy of .50 or more and ``minimum_base`` respondents in every
    segment. One segment if there is none.

    Raises
    ------
    UsageError
        The solution with one segment is missing.
    """
    by_count = {solution.segments: solution for solution in solutions}
    if 1 not in by_count:
        raise UsageError.at(
            "segments", "one segment was not tried.", "Ask for the numbers 1, 2, 3 and so on."
        )
    counts = sorted(by_count)
    picks = {name: min((s.criteria[name], s.segments) for s in solutions)[1] for name in CRITERIA}
    preferred, told = _preferred(picks)
    refused: dict[int, str] = {}
    for chosen in [count for count in reversed(counts) if count <= preferred]:
        if not (objection := _objection(by_count[chosen], n, minimum_base)):
            break
        refused[chosen] = objection
    if preferred == counts[-1] > 1:
        told += f" (more than {preferred} were not tried)"
    if refused:
        told += "; " + "; ".join(f"{_counted(count)}: {why}" for count, why in refused.items())
        told += f"; so {_counted(chosen)} {'is' if chosen == 1 else 'are'} used"
    return Choice(
        segments=chosen, solution=by_count[chosen], picks=MappingProxyType(picks),
        refused=MappingProxyType(refused), sentence=f"{told}.",
    )  # fmt: skip


def _preferred(picks: Mapping[str, int]) -> tuple[int, str]:
    if picks["aic3"] == picks["caic"]:
        return picks["aic3"], f"AIC3 and CAIC both prefer {_counted(picks['aic3'])}"
    split = f"AIC3 prefers {_counted(picks['aic3'])} and CAIC {picks['caic']}"
    if picks["aic4"] == picks["bic"]:
        return picks["bic"], f"{split}, but AIC4 and BIC both prefer {_counted(picks['bic'])}"
    return picks["bic"], f"{split}, AIC4 {picks['aic4']} and BIC {picks['bic']}: BIC decides"


def _objection(solution: SegmentSolution, n: float, minimum_base: int) -> str:
    smallest = solution.smallest * n
    if solution.segments == 1:
        return ""
    if not solution.converged:
        return "no search converged"
    if solution.floored:
        return "the paths fit a segment's answers exactly, which chance or habits of answering can do"
    if solution.entropy < CLEAR:
        return f"not told apart clearly (normed entropy {solution.entropy:.2f}, below {CLEAR:.2f})"
    if smallest < minimum_base:
        return f"the smallest has {smallest:.0f} respondents, below the minimum base of {minimum_base}"
    return ""


def _counted(count: int) -> str:
    return "one segment" if count == 1 else f"{count} segments"


def _check(scores: Array, paths: Sequence[Path], weights: Array, tried: Sequence[int], starts: int) -> None:
    """Refuse what cannot be fitted."""
    what, fix, width = "", "", scores.shape[-1]
    if scores.ndim != 2 or len(scores) < 2 or not np.all(np.isfinite(scores)):
        what = f"scores of the shape {scores.shape}, {int(np.sum(~np.isfinite(scores)))} of them missing."
        fix = "Give a complete table, one row a respondent and one column a construct."
    elif weights.shape != (len(scores),) or not np.all(weights >= 0) or not 0 < weights.sum() < np.inf:
        what, fix = "the weights do not fit the scores.", "Give one weight of 0 or more a respondent."
    elif starts < 1 or not tried or min(tried) < 1 or len(set(tried)) < len(tried):
        what = f"{tuple(tried)} from {starts} starts cannot be tried."
        fix = "Name different numbers of segments, 1 or more, and at least one start."
    elif not paths or len(set(paths)) < len(paths) or not {e for p in paths for e in p} <= set(range(width)):
        what = f"the paths {tuple(paths)} do not fit {width} constructs."
        fix = "Name at least one path, each once, by the places of its constructs."
    elif _circular(paths, width):
        what = f"the paths {tuple(paths)} run in a circle, for which this likelihood does not hold."
        fix = "Take out the path that leads back."
    if what:
        raise UsageError.at("segments", what, fix)


def _circular(paths: Sequence[Path], width: int) -> bool:
    """Whether paths of as many steps as there are constructs are left, which repeat one of them."""
    steps = np.zeros((width, width), dtype=bool)
    steps[tuple(zip(*paths, strict=True))] = True
    return bool(np.linalg.matrix_power(steps, width).any())


def _problem(scores: Array, paths: tuple[Path, ...], weights: Array, outcomes: Sequence[int]) -> _Problem:
    used = sorted({end for path in paths for end in path})
    upper = np.triu_indices(len(used))
    regressions = []
    for outcome in outcomes:
        places = [k for k, (_, target) in enumerate(paths) if target == outcome]
        drivers = [used.index(paths[k][0]) for k in places]
        regressions.append((used.index(outcome), np.array(drivers), np.array(places)))
    scaled = weights * weights.sum() / (weights**2).sum()
    problem = _Problem(
        weights=scaled, n=float(scaled.sum()),
        products=scores[:, used][:, upper[0]] * scores[:, used][:, upper[1]],
        upper=upper, regressions=tuple(regressions), n_paths=len(paths),
        fewest=1 + max(len(drivers) for _, drivers, _ in regressions), pooled=np.zeros(len(regressions)),
    )  # fmt: skip
    _, left, own = _regress(problem, np.ones((len(scores), 1)))
    return replace(problem, pooled=np.maximum(left, EXACT * np.where(own > 0, own, 1.0))[0])


def _regress(problem: _Problem, posterior: Array) -> tuple[Array, Array, Array]:
    """Paths (s, k), residual variances and second moments of the outcomes (s, j), by least squares."""
    rows, columns = problem.upper
    held = np.maximum(problem.weights @ posterior, TINY)
    flat = (posterior * problem.weights[:, None]).T @ problem.products
    moments = np.empty((len(flat), columns[-1] + 1, columns[-1] + 1))
    moments[:, rows, columns] = moments[:, columns, rows] = flat / held[:, None]
    paths = np.empty((len(flat), problem.n_paths))
    left, own = np.empty((2, len(flat), len(problem.regressions)))
    for j, (outcome, drivers, places) in enumerate(problem.regressions):
        crossed = moments[:, drivers, outcome]
        inverse = np.linalg.pinv(moments[:, drivers[:, None], drivers], rcond=1e-12, hermitian=True)
        paths[:, places] = slopes = (inverse @ crossed[..., None])[..., 0]
        own[:, j] = moments[:, outcome, outcome]
        left[:, j] = own[:, j] - (slopes * crossed).sum(axis=1)
    return paths, left, own


def _maximise(problem: _Problem, posterior: Array) -> Array:
    """The M-step: shares, paths and residual variances given the probabilities of membership."""
    paths, left, _ = _regress(problem, posterior)
    share = np.maximum(problem.weights @ posterior / problem.n, TINY)
    variances = np.maximum(left, FLOOR * problem.pooled)
    return np.concatenate([np.log(share)[:, None], paths, np.log(variances)], axis=1)


def _expect(problem: _Problem, at: Array) -> _Search:
    """The E-step: posterior (n, s), and ln L = sum_i w_i ln sum_s share_s prod_j N(residual_ij; 0, var_sj).

    The exponent is a quadratic form in the scores, so that it is linear in their products.
    """
    rows, columns = problem.upper
    paths, variances = at[:, 1 : 1 + problem.n_paths], np.exp(at[:, 1 + problem.n_paths :])
    residual = np.zeros((len(at), len(problem.regressions), columns[-1] + 1))
    for j, (outcome, drivers, places) in enumerate(problem.regressions):
        residual[:, j, outcome] = 1.0
        residual[:, j, drivers] = -paths[:, places]
    form = np.einsum("sja,sjb,sj->sab", residual, residual, 1 / variances)[:, rows, columns]
    constant = at[:, 0] - logsumexp(at[:, 0]) - 0.5 * np.log(2 * np.pi * variances).sum(axis=1)
    logs = problem.products @ (form * np.where(rows == columns, -0.5, -1.0)).T + constant
    highest = logs.max(axis=1, keepdims=True)
    posterior = np.exp(logs - highest)
    total = posterior.sum(axis=1, keepdims=True)
    reached = float(problem.weights @ (highest + np.log(total))[:, 0])
    return _Search(at=at, posterior=posterior / total, log_likelihood=reached)


def _climb(problem: _Problem, here: _Search, rounds: int) -> _Search:
    """EM, each two steps stretched where that serves the likelihood (Varadhan & Roland 2008, Scandinavian
    Journal of Statistics 35, 335-353, scheme SqS3).
    """
    lowest = np.log(FLOOR * problem.pooled)
    for _ in range(rounds):
        first = _expect(problem, _maximise(problem, here.posterior))
        if len(here.at) > 1 and (problem.weights @ first.posterior).min() <= problem.fewest:
            return replace(here, collapsed=True)
        second = _maximise(problem, first.posterior)
        r, v = first.at - here.at, second - 2 * first.at + here.at
        stretch = float(np.clip(np.sqrt((r * r).sum() / max((v * v).sum(), TINY)), 1.0, FARTHEST))
        moved = here.at + stretch * (2 * r + stretch * v)
        moved[:, 1 + problem.n_paths :] = np.clip(moved[:, 1 + problem.n_paths :], lowest, lowest + 20)
        before, here = here, _expect(problem, moved)
        if not here.log_likelihood > first.log_likelihood:
            here = _expect(problem, second)
        if here.log_likelihood - before.log_likelihood < GAIN * problem.n:
            return replace(_expect(problem, _maximise(problem, here.posterior)), converged=True)
    return _expect(problem, _maximise(problem, here.posterior))


def _searches(problem: _Problem, count: int, starts: int, seed: int) -> list[_Search]:
    """Short searches, the best of which go on to the end (Biernacki, Celeux & Govaert 2003, Computational
    Statistics & Data Analysis 41, 561-575), from the paths of a few respondents for each segment.
    """
    n, width = len(problem.weights), problem.n_paths
    few = min(2 * (1 + problem.fewest), int(np.count_nonzero(problem.weights)))
    found = []
    for one in range(starts if count > 1 else 1):
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(count, one)))
        members = np.zeros((n, count))
        for s in range(count):
            members[random.choice(n, few, replace=False, p=problem.weights / problem.n), s] = 1.0
        start = np.full((count, 1 + width + len(problem.pooled)), -np.log(count))
        start[:, 1 : 1 + width], start[:, 1 + width :] = _regress(problem, members)[0], np.log(problem.pooled)
        found.append(_climb(problem, _expect(problem, start), SHORT))
    found.sort(key=lambda search: (search.collapsed, -search.log_likelihood))
    over = [k >= PURSUED or one.converged or one.collapsed for k, one in enumerate(found)]
    return [one if over[k] else _climb(problem, one, LONGEST) for k, one in enumerate(found)]


def _solution(problem: _Problem, outcomes: tuple[int, ...], searches: list[_Search]) -> SegmentSolution:
    """The best search in numbers: one that ended at an optimum before one that did not."""
    best = max(searches, key=lambda one: (one.converged, not one.collapsed, one.log_likelihood))
    order = np.argsort(-best.at[:, 0], kind="stable")
    posterior, at, count = best.posterior[:, order], best.at[order], len(order)
    variances = np.exp(at[:, 1 + problem.n_paths :])
    own = _regress(problem, posterior)[2]
    parameters = (count - 1) + count * (problem.n_paths + len(outcomes))
    return SegmentSolution(
        segments=count, outcomes=outcomes, share=np.exp(at[:, 0]), paths=at[:, 1 : 1 + problem.n_paths],
        variances=variances, r2=np.clip(1 - variances / np.where(own > 0, own, np.nan), 0.0, 1.0),
        posterior=posterior, log_likelihood=best.log_likelihood, parameters=parameters,
        criteria=_criteria(best.log_likelihood, parameters, problem.n),
        entropy=_entropy(posterior, problem.weights), n_effective=problem.n, converged=best.converged,
        floored=int(np.count_nonzero(variances <= FLOOR * problem.pooled * (1 + EXACT))),
        starts=len(searches), ended=sum(search.converged for search in searches),
        collapsed=sum(search.collapsed for search in searches),
    )  # fmt: skip


def _criteria(log_likelihood: float, parameters: int, n: float) -> Mapping[str, float]:
    """-2 ln L + penalty x N_s.

    The penalties: AIC 2 (Akaike 1973), AIC3 and AIC4 3 and 4 (Bozdogan 1994), BIC ln n (Schwarz 1978), CAIC
    ln n + 1 (Bozdogan 1987), MDL5 5 ln n (Liang, Jaszczak & Coleman 1992); all as in Sarstedt et al. 2011.
    """
    penalties = (2.0, 3.0, 4.0, float(np.log(n)), float(np.log(n)) + 1, 5 * float(np.log(n)))
    values = (each * parameters - 2 * log_likelihood for each in penalties)
    return MappingProxyType(dict(zip(CRITERIA, values, strict=True)))


def _entropy(posterior: Array, weights: Array) -> float:
    """EN = 1 - sum_i sum_s (-p ln p) / (n ln s); Ramaswamy et al. 1993, Marketing Science 12, 103-124."""
    if posterior.shape[1] == 1:
        return np.nan
    spread = -(posterior * np.log(np.where(posterior > 0, posterior, 1.0))).sum(axis=1)
    return float(1 - weights @ spread / (weights.sum() * np.log(posterior.shape[1])))
