"""How the errors of estimated total effects go together: what an interval of several pushes needs.

The change ``sum_j T_tj x_j`` of a construct t under pushes x rests on several total effects that come from
one sample. From the interval of each effect, by whatever method, and the correlations stored here its
limits follow by the method of variance estimates recovery (Zou & Donner 2008, Statistics in Medicine 27,
1693-1702; for correlated estimates Zou 2008, American Journal of Epidemiology 168, 212-224):

    lower = estimate - sqrt(sum_ij r_ij d_i d_j),    d_j = x_j (T_j - lower_j)  for a rise,
                                                           x_j (upper_j - T_j)  for a fall

and the upper limit with the other ends. With one push these are its own interval times the push, with
symmetric intervals (delta method, jackknife) the joint one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.fits import Fit, GroupFit
from csi_model.evaluation.gains import derivation
from csi_model.evaluation.intervals import How, Interval, derived_interval
from csi_model.evaluation.structure_tables import NO_ERROR, UNDEFINED, ancestors
from csi_model.model.spec import ModelSpec

Array = NDArray[Any]
Cells = dict[str, Any]
Pair = tuple[str, str, str]

CONSTANT = "it does not vary"
"""Why an effect that is the same in every sample correlates with none."""
ROUNDING = 1e-12
"""Standard error, relative to the effect, below which it is rounding."""


def effect_pairs(model: ModelSpec) -> tuple[Pair, ...]:
    """(target, source, other source): the index construct and all after it, with what comes before each.

    Products have no total effects in index points and are left out, as in the driver table.
    """
    targets = [name for name in model.construct_names if _is_target(model, name)]
    products = {construct.name for construct in model.products}
    return tuple(
        (target, *pair)
        for target in targets
        for pair in combinations([one for one in ancestors(model, target) if one not in products], 2)
    )


def _is_target(model: ModelSpec, name: str) -> bool:
    return name == model.index or model.index in ancestors(model, name)


def correlation_rows(fit: Fit, part: GroupFit) -> Iterator[Cells]:
    """Correlation of every pair of estimated total effects on one target.

    Parameters
    ----------
    fit, part
        The whole sample, or a group with an estimate: its effects rest on the index weights of the whole,
        as in the table ``effects``.

    Yields
    ------
    dict
        A row of the table ``effect_correlations``: from bootstrap draws where there are any, else from the
        jackknife, else by the delta method, as the intervals of the effects are. A pair of which one effect
        never varies has none.
    """
    pairs = effect_pairs(fit.model)
    if not pairs:
        return
    singles = tuple(dict.fromkeys((t, s) for t, *both in pairs for s in both))
    made = _spreads(fit, part, pairs, singles)
    place = {single: k for k, single in enumerate(singles)}
    for k, (target, first, second) in enumerate(pairs, start=len(singles)):
        both = [place[target, first], place[target, second]]
        value, why = _correlation(made, both, k)
        yield {"target": target, "source_1": first, "source_2": second, "correlation": value, "why": why}


def _correlation(made: Interval, both: list[int], k: int) -> tuple[float, str]:
    """Of the effects at two places whose sum stands at ``k``, from their variances and that of the sum."""
    values, errors, together = made.value[both], made.se[both], made.se[k]
    if np.isnan(values).any():
        return np.nan, UNDEFINED
    if np.isnan(errors).any() or np.isnan(together):
        return np.nan, made.why or NO_ERROR
    if (errors <= ROUNDING * np.abs(values)).any():
        return np.nan, CONSTANT
    ratio = errors[0] / errors[1]
    found = ((together / errors[0]) * (together / errors[1]) - ratio - 1 / ratio) / 2
    return float(np.clip(found, -1.0, 1.0)), ""


def _spreads(
    fit: Fit, part: GroupFit, pairs: tuple[Pair, ...], singles: tuple[tuple[str, str], ...]
) -> Interval:
    """Values and standard errors of all total effects, then of the sum of each pair."""
    names = fit.model.construct_names
    kept = [name for name in names if not fit.model.construct(name).product]
    rows, columns = np.array([[kept.index(name) for name in single] for single in singles]).T
    sums = np.array([[singles.index((t, one)) for one in both] for t, *both in pairs])
    same = rows[:, None] == rows
    found = derivation(fit, part)

    def derive(z: Array) -> Array:
        effects = found.derive(z)[1][..., rows, columns]
        # a draw counts for all effects on a target or for none
        gaps = (np.isnan(effects) @ same) > 0
        effects = np.where(gaps, np.nan, effects)
        return np.concatenate([effects, effects[..., sums].sum(axis=-1)], axis=-1)

    how = How(level=fit.options.level, seed=fit.options.seed)
    covariance = found.spread if found.spread.size else found.covariance
    return derived_interval(part, derive, found.at, covariance, how, fit.pooled if part.key else None)
