"""Exact values of a simulated population: index scores, effects, loadings, from its truth alone.

Nothing here draws a number. Expected answers come from normal probabilities: an answer in mind
``y ~ N(m, s2)`` is rounded to the nearest of the possible answers ``v_0 < ... < v_K``, so that

    E[answer] = v_0 + sum_k (v_k - v_{k-1}) Pr(y > (v_{k-1} + v_k) / 2).

Notation: ``eta = a + B eta + zeta``, ``cov(zeta) = Psi``; ``T = (I - B)^-1``; means ``T a``,
covariance ``T Psi T'`` within a group (Bollen 1989, ch. 4).

Models with products of constructs are refused by a ``StudyError``: see ``simulation_limits``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.special import ndtr

from csi_model.errors import StudyError, suggest
from csi_model.model.spec import Case, Indicator, ModelSpec, Scale
from csi_model.survey.simulation_limits import refuse_limits
from csi_model.survey.simulation_truth import GroupTruth, ItemTruth, Truth
from csi_model.survey.survey import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(256)
_FAR = 9.0
"""Standard deviations beyond which a normal tail is nothing in double precision."""


@dataclass(frozen=True, kw_only=True)
class Structure:
    """Constructs of a population in arrays.

    Attributes
    ----------
    names
        Constructs, the order of all arrays.
    paths : (m, m)
        ``B``, [target, source].
    total : (m, m)
        ``T = (I - B)^-1``.
    disturbances : (m, m)
        ``Psi``.
    shifts : (g, m)
        ``a`` of each group.
    shares : (g,)
        Shares of the groups, summing to 1.
    """

    names: tuple[str, ...]
    paths: Floats
    total: Floats
    disturbances: Floats
    shifts: Floats
    shares: Floats

    @property
    def within(self) -> Floats:
        """Covariance (m, m) of the constructs in every group."""
        return self.total @ self.disturbances @ self.total.T

    @property
    def means(self) -> Floats:
        """Means (g, m) of the constructs in each group."""
        return self.shifts @ self.total.T

    @property
    def pooled(self) -> Floats:
        """Covariance (m, m) of the constructs over all groups."""
        centred = self.means - self.shares @ self.means
        return self.within + (centred * self.shares[:, None]).T @ centred


def structure_of(truth: Truth, model: ModelSpec) -> Structure:
    """Put the truth of a model's constructs into arrays; StudyError where the model has products."""
    refuse_limits(model)
    names = model.construct_names
    place = {name: index for index, name in enumerate(names)}
    paths = np.zeros((len(names), len(names)))
    for (source, target), value in truth.paths.items():
        paths[place[target], place[source]] = value
    disturbances = np.diag([truth.sds[name] ** 2 for name in names])
    for (first, second), value in truth.covariances.items():
        disturbances[place[first], place[second]] = disturbances[place[second], place[first]] = value
    shares = np.array([group.share for group in truth.groups], dtype=np.float64)
    return Structure(
        names=names,
        paths=paths,
        total=np.asarray(np.linalg.inv(np.eye(len(names)) - paths), dtype=np.float64),
        disturbances=disturbances,
        shifts=np.array([[group.shifts.get(name, 0.0) for name in names] for group in truth.groups]),
        shares=shares / shares.sum(),
    )


def population_index(
    truth: Truth,
    model: ModelSpec,
    group: Mapping[str, str] | None = None,
    *,
    weights: Mapping[str, Mapping[str, float]] | None = None,
) -> dict[str, float]:
    """Return the exact expected 0-100 index of every construct.

    It is the mean that an infinite number of answers would have: rounded, and held to the scale.
    Questions that are asked of some respondents only count as if all had been asked.

    Parameters
    ----------
    truth, model
        The population.
    group
        Value in some or all group columns; the mean over the groups that fit, by their shares. All if
        None.
    weights
        Construct > indicator > index weight (any positive scale); those of ``population_weights`` if
        None.

    Returns
    -------
    dict
        Construct > index, 0-100.

    Raises
    ------
    StudyError
        There is no such group.
    """
    structure = structure_of(truth, model)
    chosen = _chosen(truth, group or {})
    shares = structure.shares[chosen] / structure.shares[chosen].sum()
    means = {
        item.name: float(shares @ [_expected(item, truth, model, structure, g) for g in chosen])
        for item in model.indicators
    }
    used = weights or population_weights(truth, model)
    scores = {}
    for name in model.construct_names:
        total = sum(used[name].values())
        scores[name] = sum(
            used[name][item.name] / total * 100 * (means[item.name] - scale.low) / scale.width
            for item, scale in ((item, scale_of(item)) for item in model.items_of(name))
        )
    return scores


def population_weights(truth: Truth, model: ModelSpec) -> dict[str, dict[str, float]]:
    """Return construct > indicator > index weight: loadings in the 0-100 metric, summing to 1.

    A construct that repeats the questions of its drivers weighs them as they make it up; one that
    drives those that it repeats, by implied loadings.
    """
    own = {name: _loadings100(truth, model, name) for name in model.construct_names}
    found = {}
    for construct in model.constructs:
        raw = dict(own[construct.name])
        for part in construct.repeats:
            up = truth.paths.get((part, construct.name))
            down = truth.paths.get((construct.name, part), 1.0)
            size = sum(value**2 for value in own[part].values())
            for item, value in own[part].items():
                raw[item] = value * down if up is None else value * up / size
        total = sum(raw.values())
        found[construct.name] = {item: value / total for item, value in raw.items()}
    return found


def population_paths(truth: Truth, model: ModelSpec) -> dict[tuple[str, str], float]:
    """Return (source, target) > path in index points per index point, before answers are rounded.

    A construct is scaled so that its weighted loadings in the 0-100 metric sum to 1.
    """
    points = _points(truth, model)
    return {
        (source, target): value * points[target] / points[source]
        for (source, target), value in truth.paths.items()
    }


def population_effects(truth: Truth, model: ModelSpec) -> dict[tuple[str, str], float]:
    """Return (source, target) > total effect in index points per index point, zero ones left out."""
    structure, points = structure_of(truth, model), _points(truth, model)
    place = {name: index for index, name in enumerate(structure.names)}
    return {
        (source, target): float(effect) * points[target] / points[source]
        for target in structure.names
        for source in structure.names
        if source != target and (effect := structure.total[place[target], place[source]]) != 0
    }


def scale_of(item: Indicator) -> Scale:
    """Return the scale of an indicator.

    Raises
    ------
    StudyError
        It has none, so that answers can be neither drawn nor put on 0-100.
    """
    if item.scale is None:
        raise StudyError.at(
            item.name,
            "The question has no declared scale.",
            f"Declare it in the model file: {item.name}: {{scale: [1, 10]}}.",
            code="no-scale",
        )
    return item.scale


def possible_answers(scale: Scale) -> Floats:
    """Return the answers that a scale offers: steps of 1 from its low end, and its high end."""
    steps = scale.low + np.arange(np.floor(scale.width + 1e-9) + 1)
    if steps[-1] < scale.high - 1e-9:
        steps = np.append(steps, scale.high)
    return np.asarray(steps, dtype=np.float64)


def thresholds(answers: Floats) -> Floats:
    """Return what an answer in mind must exceed for the next answer to be given: the midpoints."""
    return (answers[1:] + answers[:-1]) / 2


def is_recode(item: Indicator) -> bool:
    """Whether a derived item is computed from one column only, the one that also decides."""
    columns = {name for case in item.cases for name in (case.when, case.take)}
    return len(columns) == 1


def recoded_answers(item: Indicator) -> tuple[Floats, Floats]:
    """Return what a recode makes of the answers of its cases (whole steps), rising, and these answers."""
    steps = [possible_answers(Scale(low=case.low, high=case.high)) for case in item.cases]
    made = np.concatenate(
        [case.plus + case.times * stored for case, stored in zip(item.cases, steps, strict=True)]
    )
    values, first = np.unique(made, return_index=True)
    return values, np.concatenate(steps)[first]


def raw_scale(case: Case, item: Indicator, truth: Truth) -> Scale:
    """Return the scale of the column that a case of a derived item takes its answer from.

    It is the declared one, or else that part of the derived item's own scale, turned back, that is not
    negative.
    """
    if case.take in truth.raw_scales:
        return truth.raw_scales[case.take]
    scale = scale_of(item)
    low, high = sorted(((scale.low - case.plus) / case.times, (scale.high - case.plus) / case.times))
    return Scale(low=max(low, 0.0) if high > 0 else low, high=high)


def item_truth(name: str, truth: Truth, model: ModelSpec) -> tuple[ItemTruth, str, Scale]:
    """Return the truth, construct and scale of a question inside or outside the model."""
    if name in truth.extras:
        extra = truth.extras[name]
        return extra.item, extra.construct, extra.scale
    for construct in model.constructs:
        for item in construct.indicators:
            if item.name == name:
                return truth.items[name], construct.name, scale_of(item)
    raise KeyError(name)


def _chosen(truth: Truth, group: Mapping[str, str]) -> list[int]:
    for column, value in group.items():
        if column not in truth.by:
            raise StudyError.at("group", f"There is no group column {column!r}.", suggest(column, truth.by))
        values = tuple(dict.fromkeys(one.key[column] for one in truth.groups))
        if value not in values:
            raise StudyError.at(f"group {column}", f"No group is {value!r}.", suggest(value, values))
    chosen = [g for g, one in enumerate(truth.groups) if _fits(one, group)]
    if not chosen:
        shown = ", ".join(f"{column} {value}" for column, value in group.items())
        raise StudyError.at("group", f"No group is {shown} at once.", "Leave one of them out.")
    return chosen


def _fits(one: GroupTruth, group: Mapping[str, str]) -> bool:
    return all(one.key[column] == value for column, value in group.items())


def _loadings100(truth: Truth, model: ModelSpec, name: str) -> dict[str, float]:
    return {
        item.name: truth.items[item.name].loading * 100 / scale_of(item).width
        for item in model.construct(name).indicators
    }


def _points(truth: Truth, model: ModelSpec) -> Mapping[str, float]:
    """Index points per unit of each construct: the slope of its weighted items on it."""
    structure, weights = structure_of(truth, model), population_weights(truth, model)
    place = {name: index for index, name in enumerate(structure.names)}
    owner = {item.name: one.name for one in model.constructs for item in one.indicators}
    loadings = {name: _loadings100(truth, model, name) for name in structure.names}
    points = {}
    for name in structure.names:
        j = place[name]
        points[name] = sum(
            weight * loadings[owner[item]][item] * structure.pooled[place[owner[item]], j]
            for item, weight in weights[name].items()
        ) / float(structure.pooled[j, j])
    return MappingProxyType(points)


def _expected(item: Indicator, truth: Truth, model: ModelSpec, structure: Structure, g: int) -> float:
    mean, sd, _ = _in_mind(item.name, truth, model, structure, g)
    if not truth.rounded:
        return mean
    if not item.cases:
        return float(_expected_answer(mean, sd, possible_answers(scale_of(item))))
    if is_recode(item):
        turn = scale_of(item).low + scale_of(item).high
        values = recoded_answers(item)[0]
        turned = np.sort(turn - values) if item.reversed else values
        return float(_expected_answer(mean, sd, turned))
    return _expected_derived(item, truth, model, structure, g)


def _in_mind(
    name: str, truth: Truth, model: ModelSpec, structure: Structure, g: int
) -> tuple[float, float, int]:
    """Mean and standard deviation of the answer in mind, and the place of its construct."""
    item, construct, _ = item_truth(name, truth, model)
    j = structure.names.index(construct)
    variance = item.loading**2 * structure.within[j, j] + item.error_sd**2
    return float(item.intercept + item.loading * structure.means[g, j]), float(np.sqrt(variance)), j


def _expected_answer(mean: Floats | float, sd: float, answers: Floats) -> Floats:
    """Expected answer out of ``answers`` (rising) for one or many means in mind."""
    distance = np.asarray(mean)[..., None] - thresholds(answers)
    above = ndtr(distance / sd) if sd > 0 else (distance > 0).astype(np.float64)
    return np.asarray(answers[0] + above @ np.diff(answers))


def _expected_derived(item: Indicator, truth: Truth, model: ModelSpec, structure: Structure, g: int) -> float:
    """Expected derived item among those whom a case covers.

    The answer in mind to the deciding question (standardised: ``z``) and that to the derived item are
    jointly normal; the integral over ``z`` in a case's range is taken by Gauss-Legendre quadrature.
    """
    turn = scale_of(item).low + scale_of(item).high
    total = covered = 0.0
    for case in item.cases:
        low, high = _interval(case, truth, model, structure, g)
        z = low + (high - low) * (_NODES + 1) / 2
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * _WEIGHTS * (high - low) / 2
        mean, slope, left = _given_decider(item.name, case.when, truth, model, structure, g)
        if item.reversed:
            mean, slope = turn - mean, -slope
        taken = _expected_answer(
            (mean + slope * z - case.plus) / case.times,
            left / abs(case.times),
            possible_answers(raw_scale(case, item, truth)),
        )
        total += float(density @ (case.plus + case.times * taken))
        covered += float(density.sum())
    if covered == 0:
        raise StudyError.at(item.name, "No case covers any answer.", "Widen the ranges of its cases.")
    return turn - total / covered if item.reversed else total / covered


def _given_decider(
    name: str, when: str, truth: Truth, model: ModelSpec, structure: Structure, g: int
) -> tuple[float, float, float]:
    """Answer in mind to ``name``: mean, slope on the standardised one to ``when``, what is left (sd)."""
    mean, sd, j = _in_mind(name, truth, model, structure, g)
    _, when_sd, k = _in_mind(when, truth, model, structure, g)
    loading = item_truth(when, truth, model)[0].loading
    slope = float(truth.items[name].loading * loading * structure.within[j, k] / when_sd)
    return mean, slope, float(np.sqrt(max(sd**2 - slope**2, 0.0)))


def _interval(
    case: Case, truth: Truth, model: ModelSpec, structure: Structure, g: int
) -> tuple[float, float]:
    """Standardised range of the answer in mind for which the given answer lies in a case's range."""
    scale = item_truth(case.when, truth, model)[2]
    mean, sd, _ = _in_mind(case.when, truth, model, structure, g)
    first, last = case.low, case.high
    if any(item.name == case.when and item.reversed for item in model.indicators):
        first, last = scale.low + scale.high - last, scale.low + scale.high - first
    answers = possible_answers(scale)
    edges = np.concatenate([[-np.inf], thresholds(answers), [np.inf]])
    inside = np.flatnonzero((answers >= first) & (answers <= last))
    if inside.size == 0:
        return 0.0, 0.0
    low, high = (edges[inside[0]] - mean) / sd, (edges[inside[-1] + 1] - mean) / sd
    return float(np.clip(low, -_FAR, _FAR)), float(np.clip(high, -_FAR, _FAR))
