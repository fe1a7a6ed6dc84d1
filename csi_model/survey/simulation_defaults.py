"""A plausible population for any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from types import MappingProxyType

import numpy as np

from csi_model.errors import ModelError
from csi_model.model.checks import check_model
from csi_model.model.spec import Indicator, ModelSpec, Scale
from csi_model.survey.codebooks import read_codebook
from csi_model.survey.simulation_limits import refuse_limits
from csi_model.survey.simulation_population import is_recode, possible_answers, scale_of
from csi_model.survey.simulation_truth import ExtraTruth, GroupTruth, ItemTruth, Truth
from csi_model.survey.survey import Floats

_LOADINGS = (1.0, 0.94, 1.06, 0.88, 1.03, 0.91, 0.97)
_ERRORS = (0.55, 0.66, 0.6, 0.74, 0.63, 0.7, 0.58)
_EXPLAINED, _EXPLAINED_RARE = 0.6, 0.25
_TOGETHER = 0.45
_STREAM = 20260101


def default_truth(model: ModelSpec, *, groups: Mapping[str, Sequence[str]] | None = None) -> Truth:
    """Return a plausible population for any model.

    Constructs have mean 0 and variance 1 in every group. Drivers explain 60 % of a construct (25 % of
    one that is a single yes/no question), the first driver of a construct most. Ratings lie at about
    70 % of their scale; 0/1 questions are answered by "1" by 15 %, or 70 % where 1 is good. A single
    question measures its construct without error, as the models assume.

    Parameters
    ----------
    model
        Every indicator needs a scale.
    groups
        Group column > its values; they cross. Groups differ in constructs that nothing drives and, by
        less, in all others; the latter differences are unrelated to each other and to the former, so
        that paths of the pooled sample are the paths of every group.

    Raises
    ------
    ModelError
        The model has errors, or a group column has no value.
    StudyError
        A question has no scale, or the model has products of constructs.
    """
    errors = [one for one in check_model(model) if one.severity == "error"]
    if errors:
        raise ModelError(errors)
    refuse_limits(model)
    paths, sds, covariances = _default_structure(model)
    items = {
        item.name: _default_item(item, index, len(construct.indicators))
        for construct in model.constructs
        for index, item in enumerate(construct.indicators)
    }
    truth = Truth(
        model=model.name,
        items=MappingProxyType(items),
        paths=MappingProxyType(paths),
        sds=MappingProxyType(sds),
        covariances=MappingProxyType(covariances),
        extras=MappingProxyType(_default_extras(model)),
        raw_scales=MappingProxyType(_raw_scales(model)),
    )
    return replace(truth, groups=_default_groups(model, groups)) if groups else truth


def _default_structure(
    model: ModelSpec,
) -> tuple[dict[tuple[str, str], float], dict[str, float], dict[tuple[str, str], float]]:
    """Paths, disturbance standard deviations and covariances that give every construct variance 1."""
    order = _causal_order(model)
    place = {name: index for index, name in enumerate(order)}
    correlation = np.eye(len(order))
    exogenous = [name for name in order if not model.drivers_of(name)]
    paths: dict[tuple[str, str], float] = {}
    covariances: dict[tuple[str, str], float] = {}
    sds = dict.fromkeys(model.construct_names, 1.0)
    for index, first in enumerate(exogenous):
        for second in exogenous[index + 1 :]:
            value = _TOGETHER * _sign(model, first) * _sign(model, second)
            covariances[first, second] = value
            correlation[place[first], place[second]] = correlation[place[second], place[first]] = value
    for name in order:
        drivers = model.drivers_of(name)
        if not drivers:
            continue
        composite = bool(model.construct(name).repeats) and set(model.construct(name).repeats) <= set(drivers)
        explained = 1.0 if composite else _EXPLAINED_RARE if _is_rare(model, name) else _EXPLAINED
        at, upto = [place[driver] for driver in drivers], place[name]
        block = correlation[np.ix_(at, at)]
        raw = _raw_paths(model, name, drivers)
        paths_here = raw * np.sqrt(explained / (raw @ block @ raw))
        paths |= {(driver, name): float(b) for driver, b in zip(drivers, paths_here, strict=True)}
        sds[name] = float(np.sqrt(1 - explained))
        correlation[upto, :upto] = correlation[:upto, upto] = paths_here @ correlation[at, :upto]
    return paths, sds, covariances


def _raw_paths(model: ModelSpec, name: str, drivers: Sequence[str]) -> Floats:
    """Proportions of the paths to a construct: the driver nearest to it in the model counts most."""
    sizes = 0.75 ** np.arange(len(drivers) - 1, -1, -1)
    return np.array(
        [
            size * _sign(model, driver) * _sign(model, name)
            for size, driver in zip(sizes, drivers, strict=True)
        ]
    )


def _sign(model: ModelSpec, name: str) -> float:
    return 1.0 if all(item.high_is_good for item in model.items_of(name)) else -1.0


def _is_rare(model: ModelSpec, name: str) -> bool:
    items = model.items_of(name)
    return len(items) == 1 and possible_answers(scale_of(items[0])).size == 2


def _causal_order(model: ModelSpec) -> tuple[str, ...]:
    """Constructs that nothing drives first, and drivers before their outcomes."""
    order = {name: None for name in model.construct_names if not model.drivers_of(name)}
    while len(order) < len(model.construct_names):
        for name in model.construct_names:
            if all(driver in order for driver in model.drivers_of(name)):
                order.setdefault(name, None)
    return tuple(order)


def _default_item(item: Indicator, index: int, size: int) -> ItemTruth:
    scale = scale_of(item)
    two = possible_answers(scale).size == 2
    loading = (0.3 if two else 0.2) * scale.width * _LOADINGS[index % len(_LOADINGS)]
    error_sd = 0.0 if size == 1 else loading * _ERRORS[index % len(_ERRORS)]
    if two:
        from_middle = 0.5244 if item.high_is_good else -1.0364  # 70 % and 15 % of a normal distribution
        intercept = (scale.low + scale.high) / 2 + from_middle * float(np.hypot(loading, error_sd))
    else:
        intercept = scale.low + (0.72 if item.high_is_good else 0.28) * scale.width
    return ItemTruth(loading=round(loading, 6), intercept=round(intercept, 6), error_sd=round(error_sd, 6))


def _default_extras(model: ModelSpec) -> dict[str, ExtraTruth]:
    """Questions that decide about derived items without being in the model."""
    known = {item.name for item in model.indicators}
    extras: dict[str, ExtraTruth] = {}
    for construct in model.constructs:
        for item in construct.indicators:
            for name in dict.fromkeys(case.when for case in item.cases if not is_recode(item)):
                if name in known or name in extras:
                    continue
                cases = [case for case in item.cases if case.when == name]
                scale = Scale(low=min(case.low for case in cases), high=max(case.high for case in cases))
                if scale.width <= 0:
                    scale = Scale(low=scale.low, high=scale.low + 1)
                plain = Indicator(name=name, scale=scale)
                extras[name] = ExtraTruth(
                    construct=construct.name, scale=scale, item=_default_item(plain, 1, 2)
                )
    return extras


def _raw_scales(model: ModelSpec) -> dict[str, Scale]:
    """Scales of the columns that derived items take, where the model's codebook declares them."""
    taken = {case.take for item in model.indicators for case in item.cases}
    known = {item.name for item in model.indicators}
    if model.codebook is None or not taken - known:
        return {}
    columns = read_codebook(model.codebook).columns
    found = {name: columns[name].scale for name in sorted(taken - known) if name in columns}
    return {name: scale for name, scale in found.items() if scale is not None}


def _default_groups(model: ModelSpec, groups: Mapping[str, Sequence[str]]) -> tuple[GroupTruth, ...]:
    for column, values in groups.items():
        if not values:
            raise ModelError.at(f"groups: {column}", "The group column has no value.", "Name its values.")
    keys = [dict(zip(groups, values, strict=True)) for values in product(*groups.values())]
    shifts = _orthogonal_shifts(model, len(keys))
    return tuple(
        GroupTruth(
            key=MappingProxyType(key),
            share=1.0,
            shifts=MappingProxyType({name: round(float(value), 6) for name, value in row.items()}),
        )
        for key, row in zip(keys, shifts, strict=True)
    )


def _orthogonal_shifts(model: ModelSpec, size: int) -> list[dict[str, float]]:
    """Shifts for ``size`` groups of equal share; those of driven constructs are orthogonal to all others."""
    composites = {one.name for one in model.constructs if one.repeats}
    exogenous = [name for name in model.construct_names if not model.drivers_of(name)]
    driven = [name for name in model.construct_names if name not in (*exogenous, *composites)]
    generator = np.random.Generator(np.random.PCG64(_STREAM))
    columns = generator.standard_normal((size, len(exogenous) + len(driven)))
    columns -= columns.mean(axis=0)
    # Gram-Schmidt by QR: with too few groups there is no room for shifts of driven constructs
    room = min(columns.shape[1], max(size - 1, 0))
    basis = np.linalg.qr(columns[:, :room])[0] * np.sqrt(size) if room else columns[:, :0]
    spread = columns[:, : len(exogenous)] * 0.35
    found = [dict(zip(exogenous, row, strict=True)) for row in spread.tolist()]
    for index, name in enumerate(driven, start=len(exogenous)):
        for g in range(size):
            found[g][name] = 0.12 * float(basis[g, index]) if index < room else 0.0
    return found
