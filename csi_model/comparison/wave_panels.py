"""Units of a study some of whose respondents answered in several waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.panel import (
    Respondents,
    estimate_influences,
    panel_covariance,
    person_numbers,
    shared_persons,
)
from csi_model.comparison.panel_draws import paired_draws
from csi_model.comparison.wave_blocks import Block, beside
from csi_model.comparison.wave_samples import WaveUnit
from csi_model.comparison.wave_sources import WaveSource, Whole
from csi_model.errors import EstimationError, Finding
from csi_model.estimation.delta import jacobian
from csi_model.estimation.options import draws_asked
from csi_model.evaluation.ingredients import Layout, ingredient_draws, ingredients
from csi_model.evaluation.item_means import mean_influences

Array = NDArray[Any]
Keyed = tuple[tuple[str, ...], WaveUnit]
Pairs = dict[tuple[int, int], Array]


@dataclass(frozen=True, kw_only=True)
class _Member:
    """A sample of one wave: who is in it, and influences (n, d) of the respondents on its ingredients.

    ``every``: these are known of all ingredients; else of the item means alone, and zero for the rest.
    """

    respondents: Respondents
    influences: Array
    every: bool


def with_panels(
    source: WaveSource, wholes: Sequence[Whole], units: Sequence[Keyed]
) -> tuple[list[Keyed], list[Finding]]:
    """Units, by the values of their group columns, with what their panels add; and notes on it.

    A source without persons has no panel.
    """
    if source.survey.persons is None:
        return list(units), []
    numbers = person_numbers(source.survey.persons)
    layout, findings = source.reader.layout, []
    rulers: Pairs = {}
    if units and units[0][0]:
        whole_members = [
            _member(source, wave, (), whole.arrays, numbers) if "mean" in whole.arrays else None
            for wave, whole in zip(source.waves, wholes, strict=True)
        ]
        rulers, _ = _cross(whole_members, numbers)
    made: list[Keyed] = []
    for place, (key, unit) in enumerate(units):
        arrays = [source.arrays(wave, key) for wave in source.waves]
        members = [
            _member(source, wave, key, array, numbers) if unit.has(k) else None
            for k, (wave, array) in enumerate(zip(source.waves, arrays, strict=True))
        ]
        cross, shared = _cross(members, numbers)
        if not cross:
            made.append((key, unit))
            continue
        if key:
            cross = {pair: _with_ruler(one, rulers.get(pair), layout.w) for pair, one in cross.items()}
        linked = [
            _linked(block, member, layout, numbers, whole=not key)
            for block, member in zip(unit.blocks, members, strict=True)
        ]
        paired, told = _paired(source, wholes, key, unit, members, arrays, place)
        made.append(
            (
                key,
                replace(
                    unit,
                    cross=MappingProxyType(cross),
                    shared=MappingProxyType(shared),
                    linked=tuple(linked),
                    paired=paired,
                ),
            )
        )
        findings += told
    return made, [*dict.fromkeys(findings), _account(source, made)]


def _member(
    source: WaveSource, wave: str, key: Sequence[str], arrays: Mapping[str, Array], numbers: Array
) -> _Member:
    reader = source.reader
    respondents = source.respondents(wave, key, numbers)
    sample, values = respondents.sample, arrays.get("values")
    scale = 100 / reader.metric.width
    p = len(scale)
    if values is None:
        moved = mean_influences(sample)
    else:
        moved = estimate_influences(reader.table, sample, values, source.fitted.options)
    influences = np.zeros((sample.n, reader.layout.size))
    influences[:, reader.layout.x] = moved[:, :p] * scale
    every = values is not None and moved.shape[1] > p
    if values is not None and every:
        at = np.concatenate([reader.means(arrays), values])
        slopes = jacobian(
            lambda z: ingredients(reader.table, reader.metric, reader.layout, z[..., :p], z[..., p:]), at
        )
        influences = moved @ slopes.T
    return _Member(respondents=respondents, influences=influences, every=every)


def _cross(members: Sequence[_Member | None], numbers: Array) -> tuple[Pairs, dict[tuple[int, int], int]]:
    """Covariances (d, d) of the waves that share respondents, and how many they share."""
    cross: Pairs = {}
    shared: dict[tuple[int, int], int] = {}
    for (a, one), (b, two) in combinations(enumerate(members), 2):
        if one is None or two is None:
            continue
        count = shared_persons(one.respondents, two.respondents)
        if count:
            shared[a, b] = count
        if count or _same_clusters(one.respondents, two.respondents):
            moved = (one.influences, two.influences)
            cross[a, b] = panel_covariance(one.respondents, two.respondents, moved, numbers)
    return cross, shared


def _linked(block: Block, member: _Member | None, layout: Layout, numbers: Array, *, whole: bool) -> Block:
    """The block with errors from the same influences as the covariances between waves, as far as these go.

    Errors of the weights stay what they are where they belong to another sample (``whole`` is False), and so
    does what nobody's influence is known on.
    """
    if member is None:
        return replace(block, draws=None)
    moved = (member.influences, member.influences)
    own = panel_covariance(member.respondents, member.respondents, moved, numbers)
    covariance = block.covariance.copy()
    places = np.zeros(layout.size, dtype=bool)
    places[layout.x] = True
    if member.every:
        places[:] = True
        places[layout.w] = whole
    covariance[np.ix_(places, places)] = own[np.ix_(places, places)]
    return replace(block, draws=None, covariance=covariance)


def _same_clusters(first: Respondents, second: Respondents) -> bool:
    one, two = first.sample.cluster, second.sample.cluster
    return one is not None and two is not None and bool(np.isin(one, two).any())


def _with_ruler(cross: Array, ruler: Array | None, places: slice) -> Array:
    """A unit's covariances, with those of the waves' whole samples for the weights."""
    made = cross.copy()
    made[places, :] = 0.0
    made[:, places] = 0.0
    if ruler is not None:
        made[places, places] = ruler[places, places]
    return made


def _paired(
    source: WaveSource,
    wholes: Sequence[Whole],
    key: Sequence[str],
    unit: WaveUnit,
    members: Sequence[_Member | None],
    arrays: Sequence[Mapping[str, Array]],
    place: int,
) -> tuple[tuple[Block, ...], list[Finding]]:
    """Blocks with draws of the same persons in all waves, where there are draws at all."""
    options, reader = source.fitted.options, source.reader
    known = [k for k, array in enumerate(arrays) if members[k] is not None and "draws_values" in array]
    if not draws_asked(options) or len(known) < 2:
        return (), []
    people = [member.respondents for k, member in enumerate(members) if member is not None and k in known]
    name = " / ".join(key) or "panel"
    try:
        found = paired_draws(
            reader.table,
            people,
            [arrays[k]["values"] for k in known],
            options,
            stream=10_000 + place,
            how=source.how(name),
        )
    except EstimationError as error:
        return (), [replace(one, severity="note") for one in error.findings]
    made = list(unit.blocks)
    for k, (means, values) in zip(known, found, strict=True):
        draws = ingredient_draws(reader.table, reader.metric, reader.layout, means, values)
        block = replace(unit.blocks[k], draws=draws)
        made[k] = beside(block, wholes[k].block, reader.layout.w) if key else block
    return tuple(made), []


def _account(source: WaveSource, units: Sequence[Keyed]) -> Finding:
    """How many respondents two waves share."""
    counts: dict[tuple[int, int], int] = {}
    for _, unit in units:
        for pair, count in unit.shared.items():
            counts[pair] = counts.get(pair, 0) + count
    listed = [
        f"{count} in {source.waves[a]} and {source.waves[b]}" for (a, b), count in sorted(counts.items())
    ]
    if not listed:
        return Finding(
            code="no-panel",
            severity="warning",
            where="waves",
            what="no respondent of a unit answered in two waves, by the identifier.",
            fix="Check that a person has the same identifier in every wave, or leave the identifier out.",
        )
    return Finding(
        code="panel",
        severity="note",
        where="waves",
        what=f"respondents who answered in two waves: {', '.join(listed)}; standard errors of changes count "
        "them as the same persons.",
    )
