"""What improvements go with: gain tables, and how all constructs move when some are pushed.

A push ``x_j`` is a shift of construct j's own disturbance, in index points: what is done for it directly,
beyond what it owes to others. By the reduced form of the structural model (Bollen 1989, p. 382) all
constructs then move by

    dI = (I - B)^-1 x = (I + T) x,      T total effects, index points per index point

so that nothing counts twice where several constructs are pushed at once. A construct's push moves itself
by the push alone, and what comes after it by the total effect.

Direction: the move that is told of a driver is the one that improves it, a rise, or a fall (negative
points) where low is good, as complaints. The number itself is never turned: it is the move times the
importance of the driver table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.covariance import matrices
from csi_model.estimation.fits import CompositeSolution, Fit, GroupFit
from csi_model.evaluation.composite_intervals import composite_of
from csi_model.evaluation.composite_quantities import composite_index_weights, composite_quantities
from csi_model.evaluation.intervals import How, Interval, derived_interval, estimated, solution_of
from csi_model.evaluation.monte_carlo import simulated_ends
from csi_model.evaluation.quantities import index_weights, metric_of, quantities
from csi_model.evaluation.structure_tables import NO_ERROR, UNDEFINED
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]

POINTS: tuple[int, ...] = (1, 5, 10)
"""Moves of a driver that the gain table tells, in index points."""
TOUCHING = 1e-9
"""Index points by which rounding may carry a level beyond the scale."""
NOT_USABLE = "the effects of this fit should not be used"


def improvement(model: ModelSpec, construct: str) -> float:
    """1 where a rise improves a construct, -1 where a fall does."""
    return 1.0 if model.construct(construct).high_is_good else -1.0


def gain_rows(model: ModelSpec, drivers: Iterable[Cells], scores: Iterable[Cells]) -> Iterator[Cells]:
    """What improvements of each driver by ``POINTS`` go with, from the rows of the driver table.

    Parameters
    ----------
    model
        Which constructs low is good for: their ``points`` are negative.
    drivers
        Rows of the table ``drivers``; gain and interval are ``points`` times importance and its interval,
        so that the gain of 5 points is ``impact_5`` (its negative where low is good for the driver).
    scores
        Rows of the table ``index``, for the levels of the targets.

    Yields
    ------
    dict
        A row of the table ``gains``. A move beyond the end of the driver's scale, or one that would carry
        the target beyond its own, has no gain: a part of it would not be what the row says, and a smaller
        move can be read off the other rows, as gains are proportional. The reason says what is left.
    """
    levels = {row["construct"]: row["index"] for row in scores if row["weights_from"] == "pooled"}
    for row in drivers:
        at = float(row["performance"])
        for size in POINTS:
            points = improvement(model, row["driver"]) * size
            ends = sorted(points * float(row[f"importance_ci_{end}"]) for end in ("lower", "upper"))
            cells = {
                "target": row["target"],
                "driver": row["driver"],
                "points": points,
                "gain": points * float(row["importance"]),
                "ci_lower": ends[0],
                "ci_upper": ends[1],
                "ci_method": row["ci_method"],
                "level_from": at,
                "level_to": at + points,
            }
            why = beyond(at, points)
            if why:
                cells |= dict.fromkeys(("gain", "ci_lower", "ci_upper", "level_to"), np.nan)
            elif beyond(float(levels.get(row["target"], np.nan)), cells["gain"]):
                why = f"{row['target']} would leave its scale: it is at {levels[row['target']]:.1f}"
                cells |= dict.fromkeys(("gain", "ci_lower", "ci_upper"), np.nan)
            yield cells | {"why": why or _absent(cells, row["why"])}


def beyond(level: float, points: float) -> str:
    """Why a construct at ``level`` cannot move by ``points``, or nothing."""
    if -TOUCHING <= level + points <= 100 + TOUCHING or np.isnan(level + points):
        return ""
    room = max(100 - level if points > 0 else level, 0.0)
    return f"beyond the end of the scale: at most {math.floor(10 * room) / 10:.1f} points are left"


def _absent(cells: Cells, why: str) -> str:
    """Why gain, interval or levels are absent; that the driver map has no quadrant is none of it."""
    if np.isnan([cells["gain"], cells["level_from"]]).any():
        return UNDEFINED
    if np.isnan(cells["ci_lower"]):
        return why or NO_ERROR
    return ""


@dataclass(frozen=True, kw_only=True)
class Levers:
    """Where the constructs of one sample stand, and what moves them; products are left out.

    Attributes
    ----------
    key
        Values of the group columns; empty for the whole sample.
    constructs
        Construct names in model order.
    levels : (c,)
        Index points, as in the table ``index`` with pooled weights.
    total : (c, c)
        Total effects [target, source] in index points per index point, as in the table ``effects``.
    why
        Why there are none (then arrays are NaN), else "".
    """

    key: tuple[str, ...] = ()
    constructs: tuple[str, ...]
    levels: Array
    total: Array
    why: str = ""

    @property
    def reduced(self) -> Array:
        """I + T (c, c): the move of each construct per point of push."""
        return np.asarray(np.eye(len(self.constructs)) + self.total)

    def place(self, construct: str) -> int:
        """Where a construct stands in the arrays."""
        return self.constructs.index(construct)

    def level_of(self) -> Mapping[str, float]:
        """Levels by construct."""
        return dict(zip(self.constructs, self.levels.tolist(), strict=True))


def levers(fit: Fit, part: GroupFit) -> Levers:
    """Levels and total effects of the whole sample, or of a group, with the pooled index weights."""
    names = tuple(construct.name for construct in fit.model.constructs if not construct.product)
    nothing = np.full((len(names), len(names)), np.nan)
    why = part.why or ("" if part.solution is not None else UNDEFINED)
    if part.solution is not None and not part.solution.verdicts.trustworthy:
        why = NOT_USABLE
    if why:
        return Levers(key=part.key, constructs=names, levels=nothing[:, 0], total=nothing, why=why)
    found = derivation(fit, part)
    index, total = (value[0] for value in found.derive(found.at[None]))
    why = "" if np.isfinite(index).all() and np.isfinite(total).all() else UNDEFINED
    return Levers(key=part.key, constructs=names, levels=index, total=total, why=why)


def moves(fit: Fit, part: GroupFit, pushes: Array) -> Interval:
    """How all constructs move under each row of ``pushes`` (s, c), with intervals of the fit's own kind.

    Returns
    -------
    Interval
        Arrays (s, c) in index points, constructs as in ``Levers``. The pushes count as fixed; the error is
        that of the total effects, all together. A single push has the interval of the driver table times
        the push.
    """
    found, how = derivation(fit, part), _how(fit)
    shape = pushes.shape

    def derive(z: Array) -> Array:
        total = found.derive(z)[1]
        # where nothing is pushed nothing moves, even if an effect is undefined
        through = np.where(pushes[:, None, :] == 0, 0.0, total[..., None, :, :] * pushes[:, None, :])
        moved = pushes + through.sum(axis=-1)
        return np.asarray(moved.reshape((*moved.shape[:-2], shape[0] * shape[1])))

    pooled = fit.pooled if part.key else None
    made = derived_interval(part, derive, found.at, found.covariance, how, pooled)
    if found.spread.size and made.method == "delta":
        lower, upper = simulated_ends(derive, found.at, found.spread, how.level, how.seed)
        made = replace(made, lower=lower, upper=upper, method="monte_carlo")
    cut = {name: getattr(made, name).reshape(shape) for name in ("value", "se", "lower", "upper")}
    return replace(made, **cut)


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """Index (..., c) and total effects (..., c, c) as a function of the estimates, which are ``at`` (d,).

    ``covariance`` (d, d) is theirs; ``spread`` (d, d) the one to simulate intervals with, or empty.
    """

    derive: Callable[[Array], tuple[Array, Array]]
    at: Array
    covariance: Array
    spread: Array


def _how(fit: Fit) -> How:
    return How(level=fit.options.level, method=fit.options.interval, seed=fit.options.seed)


def derivation(fit: Fit, part: GroupFit) -> Derivation:
    """Return index and total effects of a part as a function of its estimates.

    Parameters
    ----------
    fit
        The whole fit, whose pooled index weights a group takes.
    part
        The whole sample, or a group with a solution.

    Returns
    -------
    Derivation
        Estimates laid out as in ``intervals`` and ``composite_intervals``, the pooled sample's behind.
    """
    metric = metric_of(fit.model, fit.options.weight_rule, fit.options.given_weights)
    kept = np.array([not construct.product for construct in fit.model.constructs])
    composite = isinstance(part.solution, CompositeSolution)
    solution = estimated(part)
    p, size = solution.means.size, solution.means.size + solution.values.size
    at = np.concatenate([solution.means, solution.values])
    if part.key:
        at = np.concatenate([at, estimated(fit.pooled).values])

    def weights(z: Array) -> Array | None:
        if not part.key:
            return None
        if composite:
            table = composite_of(fit.pooled).table
            return composite_index_weights(
                table, metric, composite_estimates(table, z[..., :p], z[..., size:])
            )
        pooled = solution_of(fit.pooled).table
        return index_weights(pooled, metric, matrices(pooled, z[..., size:]))

    def derive(z: Array) -> tuple[Array, Array]:
        means, values = z[..., :p], z[..., p:size]
        if composite:
            made = composite_quantities(composite_of(part).table, metric, means, values, weights(z))
            return made.index[..., kept], made.total[..., kept, :][..., kept]
        latent = quantities(solution_of(part).table, metric, means, values, weights(z))
        return latent.index[..., kept], latent.total[..., kept, :][..., kept]

    covariance, spread = _errors(fit, part, at.size)
    return Derivation(derive=derive, at=at, covariance=covariance, spread=spread)


def _errors(fit: Fit, part: GroupFit, width: int) -> tuple[Array, Array]:
    """Covariance of the estimates, (width, width), and the one to simulate with; (0, 0) where none is."""
    nothing = np.zeros((0, 0))
    if isinstance(part.solution, CompositeSolution):
        return nothing, nothing
    solution = solution_of(part)
    covariance = np.zeros((width, width))
    size = len(solution.covariance)
    covariance[:size, :size] = solution.covariance
    if part.key:
        pooled = solution_of(fit.pooled)
        covariance[size:, size:] = pooled.covariance[pooled.means.size :, pooled.means.size :]
    if solution.spread is None:
        return covariance, nothing
    spread = covariance.copy()
    spread[:size, :size] = solution.spread
    return covariance, spread
