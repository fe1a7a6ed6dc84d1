"""The cheapest way to a target: which drivers to push, how far, and what it costs.

Decision variables are pushes ``x_j`` of the priced drivers, shifts of their own disturbances, under which
all constructs move by ``dI = (I + T) x`` (see ``csi_model.evaluation.gains``). With ``x_j = s_j u_j``,
``s_j`` = -1 for a driver where low is good, the programme is

    minimise    sum_j c_j u_j + q_j u_j^2
    subject to  s_t dI_t >= s_t (goal - level_t),   0 <= u_j <= most_j,   0 <= level_k + dI_k <= 100

for the target and every construct k that has an effect on it: beyond their scales they could not do what is
counted on. A construct that only follows is no obstacle; that it would leave its scale is told where
consequences are. The programme is linear (``q`` = 0: HiGHS) or convex quadratic; then it is solved as a
sequence of least-distance problems (Lawson & Hanson 1974, *Solving Least Squares Problems*, ch. 23). Answers
are made exact on the constraints that bind, and checked: multipliers of the Karush-Kuhn-Tucker conditions
must exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog, nnls

from csi_model.evaluation.gains import Levers

Array = NDArray[Any]

NEAR = 1e-7
"""Index points within which a constraint binds: HiGHS lets no constraint go further astray."""
SOUND = 1e-8
"""Largest error of the optimality conditions, as a share of what they add up."""
NOTHING = 1e-9
"""Pushes below this are none."""
PROXIMAL = 1e-2
STEPS = 200
NO_SOLUTION = "no solution of the programme meets the optimality conditions"
ALREADY = "the target is reached already"


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What pushing a driver by u points costs: ``linear`` u + ``quadratic`` u^2, for at most ``most``
    points; at least one of the two prices is positive, none negative."""

    linear: float = 0.0
    quadratic: float = 0.0
    most: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A construct and the index, 0-100, that it is to reach: from below, or from above where low is good."""

    construct: str
    index: float


@dataclass(frozen=True, kw_only=True)
class TargetPlan:
    """The cheapest pushes, or those that come closest to a target out of reach.

    Attributes
    ----------
    levers, target, drivers
        What the plan is made of; ``drivers`` are the priced ones before the target, in model order.
    pushes : (d,)
        Own moves of the drivers in index points, negative for falls.
    moved : (c,)
        Moves of all constructs.
    gains, costs : (d,)
        What each push does for the target, in index points, and what it costs.
    marginal : (d,)
        What a further point of the target would cost by each driver alone; NaN where its push does not
        help the target.
    further
        What a further point of the target costs (shadow price); infinite where there is none to be had.
    verdict
        ``reached``, ``reached_already``, ``not_reachable``, or "" where there is no plan.
    at_most, at_end
        Drivers pushed as far as allowed; constructs moved to the end of their scale.
    single
        False where other pushes reach as far at the same cost.
    why
        Why there is no plan (then arrays are NaN), else "".
    """

    levers: Levers
    target: Target
    drivers: tuple[str, ...]
    pushes: Array
    moved: Array
    gains: Array
    costs: Array
    marginal: Array
    further: float
    verdict: str
    at_most: tuple[str, ...] = ()
    at_end: tuple[str, ...] = ()
    single: bool = True
    why: str = ""

    @property
    def level(self) -> float:
        """Where the target construct stands now."""
        return float(self.levers.levels[self.levers.place(self.target.construct)])

    @property
    def reached(self) -> float:
        """Where the plan brings it."""
        return self.level + float(self.moved[self.levers.place(self.target.construct)])


def cheapest_plan(
    levers: Levers, target: Target, costs: Mapping[str, Cost], falling: Collection[str] = ()
) -> TargetPlan:
    """Find the cheapest pushes that bring a construct to a target.

    Parameters
    ----------
    levers
        Levels and total effects of one sample.
    target
        The construct and its goal.
    costs
        Prices of the drivers by name, as ``check_what_if`` passes them.
    falling
        Constructs where low is good: they are pushed down, and such a target is reached from above.

    Returns
    -------
    TargetPlan
        Where the target cannot be reached, the cheapest pushes that come as close to it as possible.
    """
    drivers = tuple(name for name in levers.constructs if name in costs and name != target.construct)
    if levers.why:
        return _no_plan(levers, target, drivers, levers.why)
    programme = _programme(levers, target, [costs[name] for name in drivers], drivers, falling)
    if programme.need <= 0:
        return _plan(levers, target, drivers, programme, None)
    reach = _reach(programme)
    if programme.need > reach:
        met = programme.need <= reach + NEAR
        programme = replace(programme, need=max(reach - NOTHING, 0.0), met=met)
    found = _solved(programme)
    if found is None:
        return _no_plan(levers, target, drivers, NO_SOLUTION)
    return _plan(levers, target, drivers, programme, found)


@dataclass(frozen=True, kw_only=True)
class _Programme:
    """The programme in ``u`` (d,), costs scaled so that the first point of the cheapest driver costs 1.

    ``rise`` (d,) is what a point of each driver does for the target and ``need`` what is to be done (``met``
    says whether it is what was asked for); ``rows`` (r, d) u <= ``room`` (r,) keeps the constructs that count
    within their scales; ``sign`` (d,) makes pushes of u.
    """

    linear: Array
    quadratic: Array
    most: Array
    sign: Array
    scale: float
    rise: Array
    need: float
    rows: Array
    room: Array
    met: bool = True

    def slope(self, u: Array) -> Array:
        """Marginal cost of each driver's points, (d,)."""
        return np.asarray(self.linear + 2 * self.quadratic * u)

    @property
    def inequalities(self) -> tuple[Array, Array]:
        """(N, b) of all constraints ``N u <= b``: the target first, then scales, most, zero."""
        bounded = np.isfinite(self.most)
        one = np.eye(len(self.most))
        sides = np.vstack([-self.rise, self.rows, one[bounded], -one])
        return sides, np.concatenate([[-self.need], self.room, self.most[bounded], np.zeros(len(one))])


def _programme(
    levers: Levers, target: Target, prices: list[Cost], drivers: tuple[str, ...], falling: Collection[str]
) -> _Programme:
    linear, quadratic, most = (
        np.array([getattr(price, name) for price in prices], dtype=float)
        for name in ("linear", "quadratic", "most")
    )
    sign = np.array([-1.0 if name in falling else 1.0 for name in drivers])
    wanted = -1.0 if target.construct in falling else 1.0
    columns = levers.reduced[:, [levers.place(name) for name in drivers]] * sign
    at = levers.place(target.construct)
    scale = float((linear + quadratic).min(initial=np.inf)) if len(linear) else 1.0
    # a level that is beyond its scale already must go no further
    up, down = np.maximum(100 - levers.levels, 0.0), np.maximum(levers.levels, 0.0)
    rows, room = np.vstack([columns, -columns]), np.concatenate([up, down])
    counted_on = levers.total[at] != 0
    counted_on[at] = True
    moving = rows.any(axis=1) & np.tile(counted_on, 2)
    return _Programme(
        linear=linear / scale,
        quadratic=quadratic / scale,
        most=most,
        sign=sign,
        scale=scale,
        rise=wanted * columns[at],
        need=wanted * (target.index - float(levers.levels[at])),
        rows=rows[moving],
        room=room[moving],
    )


def _minimum(programme: _Programme, price: Array, *, reach: bool = True) -> Array | None:
    """Where ``price @ u`` is least under the constraints (with ``reach``, that of the target), or None."""
    first = 0 if reach else 1
    sides, ends = programme.inequalities
    count = len(programme.room) + 1
    bounds = [(0.0, None if np.isinf(most) else float(most)) for most in programme.most]
    made = linprog(price, A_ub=sides[first:count], b_ub=ends[first:count], bounds=bounds, method="highs")
    return np.asarray(made.x) if made.status == 0 else None


def _reach(programme: _Programme) -> float:
    """The most that can be done for the target; it is finite, as every construct has a scale."""
    if not len(programme.rise):
        return 0.0
    found = _minimum(programme, -programme.rise, reach=False)
    return 0.0 if found is None else float(programme.rise @ found)


def _solved(programme: _Programme) -> Array | None:
    """The cheapest ``u`` (d,), or None where the target is out of reach or no answer is sound."""
    if programme.need == 0:
        return np.zeros(len(programme.rise))
    found = _minimum(programme, programme.linear + programme.quadratic)
    for _ in range(STEPS):
        if found is None:
            return None
        for candidate in (_exact(programme, found), found):
            if _sound(programme, candidate):
                return candidate
        found = _step(programme, found)
    return None


def _binding(programme: _Programme, u: Array) -> tuple[Array, Array, Array]:
    """Sides (k, d), slacks (k,) and places (k,) of the constraints that bind."""
    sides, ends = programme.inequalities
    slack = ends - sides @ u
    places = np.flatnonzero(slack <= NEAR)
    return sides[places], slack[places], places


def _exact(programme: _Programme, u: Array) -> Array:
    """The optimum on the constraints that bind at ``u``, nearest to it, by its linear equations."""
    sides, slack, _ = _binding(programme, u)
    d, k, slope = len(u), len(slack), programme.slope(u)
    top = float(slope.max()) or 1.0  # costs in its units, so that multipliers are of the size of the moves
    system = np.zeros((d + k, d + k))
    system[:d, :d] = np.diag(2 * programme.quadratic / top)
    system[:d, d:], system[d:, :d] = sides.T, sides
    step, *_ = np.linalg.lstsq(system, np.concatenate([-slope / top, slack]), rcond=1e-13)
    made = u + step[:d]
    return np.where(np.abs(made) < NOTHING, 0.0, np.clip(made, 0.0, programme.most))


def _sound(programme: _Programme, u: Array) -> bool:
    """Whether ``u`` keeps every constraint and meets the optimality conditions."""
    sides, ends = programme.inequalities
    kept = bool((sides @ u - ends <= 10 * NOTHING).all())
    return kept and _multiplier(programme, u) is not None


def _multiplier(programme: _Programme, u: Array) -> float | None:
    """The largest multiplier of the target, scaled costs per point, or None where ``u`` is not optimal.

    Multipliers ``l >= 0`` of the constraints that bind solve ``slope(u) + N' l = 0``. Where several do, the
    largest of the target's is the cost of a further point (the derivative of the least cost to the right);
    infinite where none can be had.
    """
    sides, _, places = _binding(programme, u)
    slope, size = programme.slope(u), len(places)
    each = 1 / np.maximum(slope, 1.0)  # errors count as shares of a driver's marginal cost
    system, given = (sides * each).T, -slope * each
    if not size:
        return 0.0 if (np.abs(given) <= SOUND).all() else None
    if np.linalg.matrix_rank(sides) == size:
        found, *_ = np.linalg.lstsq(system, given)
        terms = np.abs(system) @ np.abs(found) + np.abs(given)
        met = (np.abs(system @ found - given) <= SOUND * terms).all() and (found >= -SOUND).all()
        return (float(found[0]) if places[0] == 0 else 0.0) if met else None
    price = np.where(places == 0, -1.0, 0.0)
    both, ends = np.vstack([system, -system]), np.concatenate([given + SOUND, SOUND - given])
    made = linprog(price, A_ub=both, b_ub=ends, bounds=(0, None), method="highs")
    if made.status == 3:
        return float("inf")
    return float(-price @ made.x) if made.status == 0 else None


def _step(programme: _Programme, u: Array) -> Array | None:
    """The optimum of the costs plus a small price on the distance from ``u`` (Rockafellar 1976, SIAM Journal
    on Control and Optimization 14, 877-898), which is a least-distance problem.

    With ``h = 2 q + PROXIMAL slope(u)`` and ``y = sqrt(h) (v - u) + slope(u) / sqrt(h)``: the shortest ``y``
    with ``G y >= g``, which is ``-r_j / r_last`` of the residuals ``r`` of non-negative least squares.
    """
    sides, ends = programme.inequalities
    root = np.sqrt(2 * programme.quadratic + PROXIMAL * np.maximum(programme.slope(u), 1.0))
    centre = u - programme.slope(u) / root**2
    given = np.vstack([(-sides / root).T, sides @ centre - ends])
    last = np.zeros(len(given))
    last[-1] = 1.0
    try:
        weights, _ = nnls(given, last)
    except RuntimeError:  # it did not end
        return None
    rest = given @ weights - last
    if rest[-1] >= 0:
        return None
    return np.asarray(centre - rest[:-1] / rest[-1] / root)


def _is_single(programme: _Programme, u: Array) -> bool:
    """False where others cost the same: along a line on which no quadratic cost changes."""
    curved = programme.quadratic > 0
    if curved.all() or not len(u):
        return True
    price = programme.slope(u)
    sides = np.vstack([programme.inequalities[0][: len(programme.room) + 1], price])
    ends = np.concatenate([programme.inequalities[1][: len(programme.room) + 1], [price @ u * (1 + SOUND)]])
    bounds = [
        (float(at), float(at)) if fixed else (0.0, None if np.isinf(most) else float(most))
        for at, fixed, most in zip(u, curved, programme.most, strict=True)
    ]
    found = []
    for ahead in (1.0, -1.0):
        # no two directions along the edges of a programme have the same product with these roots
        generic = ahead * np.sqrt(np.arange(2.0, len(u) + 2))
        made = linprog(generic, A_ub=sides, b_ub=ends, bounds=bounds, method="highs")
        if made.status != 0:
            return True
        found.append(np.asarray(made.x))
    return bool(np.abs(found[0] - found[1]).max() < 1e-4)


def _plan(
    levers: Levers, target: Target, drivers: tuple[str, ...], goal: _Programme, found: Array | None
) -> TargetPlan:
    u = np.zeros(len(drivers)) if found is None else found
    places = [levers.place(name) for name in drivers]
    pushes = goal.sign * u + 0.0  # no negative zeros
    moved = levers.reduced[:, places] @ pushes
    helps = goal.rise > NOTHING
    marginal = np.full(len(u), np.nan)
    marginal[helps] = goal.scale * goal.slope(u)[helps] / goal.rise[helps]
    further, verdict = float("inf"), "not_reachable"
    if goal.met:
        verdict = "reached_already" if found is None else "reached"
        further = float("nan") if found is None else goal.scale * (_multiplier(goal, u) or 0.0)
    ends = np.minimum(np.abs(levers.levels + moved), np.abs(100 - levers.levels - moved)) <= 10 * NEAR
    ends &= np.abs(moved) > NEAR
    return TargetPlan(
        levers=levers,
        target=target,
        drivers=drivers,
        pushes=pushes,
        moved=moved,
        gains=levers.reduced[levers.place(target.construct), places] * pushes + 0.0,
        costs=goal.scale * (goal.linear * u + goal.quadratic * u**2),
        marginal=marginal,
        further=further,
        verdict=verdict,
        at_most=tuple(n for n, x, most in zip(drivers, u, goal.most, strict=True) if x >= most - NEAR),
        at_end=tuple(np.array(levers.constructs)[ends].tolist()),
        single=found is None or _is_single(goal, u),
    )


def _no_plan(levers: Levers, target: Target, drivers: tuple[str, ...], why: str) -> TargetPlan:
    nothing = np.full(len(drivers), np.nan)
    return TargetPlan(
        levers=levers,
        target=target,
        drivers=drivers,
        pushes=nothing,
        moved=np.full(len(levers.constructs), np.nan),
        gains=nothing,
        costs=nothing,
        marginal=nothing,
        further=float("nan"),
        verdict="",
        why=why,
    )
