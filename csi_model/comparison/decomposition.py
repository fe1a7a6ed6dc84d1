"""Where a change of an index comes from: the levels of its drivers, changed effects, what neither explains.

With index points on one ruler (the weights of the base wave), ``I_t`` a construct's index in wave t and
``b_jt`` the direct effect of driver j on it in that wave, in index points per index point,

    I_t = a_t + sum_j b_jt I_jt                         (this defines a_t)
    I_2 - I_1 =  sum_j (b_j1 + b_j2) / 2 (I_j2 - I_j1)    ``level``: one row a driver
               + sum_j (I_j1 + I_j2) / 2 (b_j2 - b_j1)    ``effect``: one row a driver
               + a_2 - a_1                                ``unexplained``

exactly, whatever the numbers: the twofold decomposition of Oaxaca (1973, International Economic Review 14,
693-709) and Blinder (1973, Journal of Human Resources 8, 436-455), with the mean of both waves as reference
(Reimers 1983, Review of Economics and Statistics 65, 570-579), so that neither wave is the standard.

``level`` parts do not depend on where the scale begins. ``effect`` parts and ``unexplained`` do: an effect
is counted from index 0 on, and another origin would move points between them (Jones 1983, Journal of Human
Resources 18, 126-130). Their sum does not; it is given as ``effect_and_unexplained``, in place of them, not
on top. All parts are associations under the model, no experiment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.wave_blocks import joint_draws, spread, taken_as_known, value_of
from csi_model.comparison.wave_samples import WaveStudy, WaveUnit
from csi_model.evaluation.bootstrap_intervals import bootstrap_intervals
from csi_model.evaluation.ingredients import Layout
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Cells = dict[str, Any]

SUMMED: tuple[str, ...] = ("level", "effect", "unexplained")
"""The parts that add up to ``total``."""
TOGETHER = "effect_and_unexplained"

NO_EFFECTS = "an effect is not defined in one of the waves"
NO_LEVEL = "a product of constructs has no index; what goes with it is in the unexplained part"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A row of the decomposition of one construct: what it is, and whose (a driver's name, or "")."""

    target: str
    part: str
    driver: str


def parts_of(layout: Layout) -> tuple[Part, ...]:
    """The parts of every construct that has drivers, in model order."""
    made: list[Part] = []
    for j, target in enumerate(layout.constructs):
        drivers = [layout.constructs[source] for source, end in layout.paths if end == j]
        drivers.sort(key=layout.constructs.index)
        if drivers and j in layout.scored:
            made.append(Part(target=target, part="total", driver=""))
            made += [Part(target=target, part=part, driver=name) for part in SUMMED[:2] for name in drivers]
            made += [
                Part(target=target, part=part, driver="")
                for part in ("unexplained", "effect_and_unexplained")
            ]
    return tuple(made)


def decomposed(layout: Layout, index: Sequence[Array], direct: Sequence[Array]) -> Array:
    """Contributions (..., parts) in the order of ``parts_of``.

    Parameters
    ----------
    layout
        Constructs and paths.
    index : two (..., m)
        Index points in the first and in the second wave.
    direct : two (..., P)
        Direct effects by path in the two waves.

    Returns
    -------
    (..., parts)
        Index points. What a driver without index would contribute is NaN, and left to ``unexplained``.
    """
    change = index[1] - index[0]
    source, target = layout.ends
    level = (direct[0] + direct[1]) / 2 * change[..., source]
    effect = (index[0] + index[1])[..., source] / 2 * (direct[1] - direct[0])
    unscored = ~np.isin(source, layout.scored)
    columns = []
    for part in parts_of(layout):
        j = layout.constructs.index(part.target)
        total = change[..., j]
        of_target = np.flatnonzero((target == j) & ~unscored)
        levels = level[..., of_target].sum(axis=-1)
        if part.driver:
            k = layout.constructs.index(part.driver)
            path = int(np.flatnonzero((target == j) & (source == k))[0])
            columns.append((level if part.part == "level" else effect)[..., path])
        elif part.part == "total":
            columns.append(total)
        elif part.part == TOGETHER:
            columns.append(total - levels)
        else:
            columns.append(total - levels - effect[..., of_target].sum(axis=-1))
    return np.stack(columns, axis=-1)


def decomposition(study: WaveStudy) -> pd.DataFrame:
    """Every unit's changes taken apart: columns of ``vocabulary.SURVEY_TABLES["decomposition"]``.

    Neighbouring waves, and the first with the last where there are more than two. Intervals are percentiles
    of bootstrap draws where all waves concerned have them, else of the delta method.
    """
    last = len(study.waves) - 1
    pairs = [*pairwise(range(len(study.waves))), *([(0, last)] if last > 1 else [])]
    with threadpool_limits(1, user_api="blas"):  # the matrices are small: threads would wait for each other
        rows = [row for unit in study.units for pair in pairs for row in _rows(study, unit, pair)]
    return typed_frame(SURVEY_TABLES["decomposition"], rows)


@dataclass(frozen=True, kw_only=True)
class _Found:
    value: Array
    se: Array
    lower: Array
    upper: Array
    method: tuple[str, ...]
    why: tuple[str, ...]


def _rows(study: WaveStudy, unit: WaveUnit, pair: tuple[int, int]) -> Iterator[Cells]:
    parts = parts_of(study.layout)
    if not parts:
        return
    absent = [f"{study.waves[wave]}: {unit.why[wave]}" for wave in pair if unit.why[wave]]
    if study.why[study.base]:
        absent.append(f"{study.waves[study.base]}: {study.why[study.base]}")
    found = _nothing(len(parts)) if absent else _found(study, unit, pair)
    for k, part in enumerate(parts):
        reason = "; ".join(dict.fromkeys(absent)) or found.why[k]
        if not absent and np.isnan(found.value[k]):
            reason = _undefined(study, unit, pair, part)
        known = np.isfinite(found.se[k])
        yield {
            "unit": unit.name,
            "target": part.target,
            "wave_1": study.waves[pair[0]],
            "wave_2": study.waves[pair[1]],
            "part": part.part,
            "driver": part.driver,
            "contribution": found.value[k],
            "se": found.se[k],
            "ci_lower": found.lower[k],
            "ci_upper": found.upper[k],
            "ci_method": found.method[k] if known else "",
            "why": reason,
        }


def _undefined(study: WaveStudy, unit: WaveUnit, pair: tuple[int, int], part: Part) -> str:
    """Why a part does not exist although the change does."""
    layout = study.layout
    if part.driver and layout.constructs.index(part.driver) not in layout.scored:
        return NO_LEVEL
    reasons = [f"{study.waves[wave]}: {unit.no_effects[wave]}" for wave in pair if unit.no_effects[wave]]
    return "; ".join(reasons) or NO_EFFECTS


def _nothing(count: int) -> _Found:
    empty, blank = np.full(count, np.nan), ("",) * count
    return _Found(value=empty, se=empty, lower=empty, upper=empty, method=blank, why=blank)


def _found(study: WaveStudy, unit: WaveUnit, pair: tuple[int, int]) -> _Found:
    """Contributions of one unit and two waves with intervals; the ruler is that of the base wave."""
    layout = study.layout
    needed = tuple(dict.fromkeys((*pair, study.base)))
    ruler = needed.index(study.base)

    def contributions(blocks: Sequence[Array]) -> Array:
        weights = blocks[ruler][..., layout.w]
        waves = blocks[:2]
        index = [layout.index(one[..., layout.x], weights) for one in waves]
        direct = [layout.direct(weights, one[..., layout.l], one[..., layout.beta]) for one in waves]
        return decomposed(layout, index, direct)

    blocks = [unit.moving[wave] for wave in needed]
    value = value_of(contributions, blocks)
    draws = joint_draws(contributions, blocks, paired=bool(unit.paired))
    if draws is not None:
        made = bootstrap_intervals(draws, value, level=study.level)
        return _Found(
            value=value,
            se=made.se,
            lower=made.lower,
            upper=made.upper,
            method=("bootstrap",) * len(value),
            why=made.why,
        )
    plain = [replace(block, draws=None) for block in blocks]
    cross = {
        (needed.index(a), needed.index(b)): shared
        for (a, b), shared in unit.cross.items()
        if a in needed and b in needed
    }
    found = spread(contributions, plain, cross)
    given = spread(contributions, [taken_as_known(block, layout.w) for block in plain], cross)
    linearised = np.isnan(found.se) & np.isfinite(given.se)
    se = np.where(linearised, given.se, found.se)
    half = stats.norm.ppf(0.5 + study.level / 2) * se
    return _Found(
        value=value,
        se=se,
        lower=value - half,
        upper=value + half,
        method=tuple(np.where(linearised, "linearised", "delta")),
        why=tuple("" if np.isfinite(one) else study.no_error for one in se),
    )
