"""Uncertainty of anything made of several waves: each wave's sample is a block, independent or of a panel.

A block knows its ingredients with their covariance, or bootstrap draws of them. What a function of several
blocks owes to each of them adds up, since the samples are independent; respondents who answered in two waves
(a panel) add covariances between blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.delta import jacobian
from csi_model.evaluation.bootstrap_intervals import bootstrap_intervals
from csi_model.evaluation.ingredients import through

Array = NDArray[Any]

Function = Callable[[Sequence[Array]], Array]
"""Of one vector (..., d) a block, whose batch axes go together, to (..., k); analytic in each of them."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """What one sample, or several of one wave, say.

    Attributes
    ----------
    point : (d,)
        Ingredients (``evaluation.ingredients.Layout``); NaN where there are none.
    covariance : (d, d)
        NaN in the rows of what has no known error.
    draws : (b, d) or None
    run
        The run that drew them: draws of two runs come from the same random numbers where their seeds are
        equal, and are dealt anew before they are put side by side.
    """

    point: Array
    covariance: Array
    draws: Array | None = None
    run: int = 0


Cross = Mapping[tuple[int, int], Array]
"""Covariance (d, d) of the estimates of two blocks, by their places; pairs without one are independent."""

NO_CROSS: Cross = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Standard errors (k,), where each came from, and why one is absent, else ""."""

    se: Array
    method: str
    why: tuple[str, ...] = field(default=())


def value_of(function: Function, blocks: Sequence[Block]) -> Array:
    """The function (k,) at the estimates."""
    return np.asarray(function([block.point for block in blocks]))


def spread(
    function: Function, blocks: Sequence[Block], cross: Cross = NO_CROSS, *, paired: bool = False
) -> Spread:
    """Standard errors of a function of several blocks.

    ``v = sum_b v_b + 2 sum_{a<b} J_a C_ab J_b'``: v_b is the variance over the block's draws with all others
    at their estimates, else by the delta method; C the covariance that a panel gives two blocks. ``paired``:
    the blocks were drawn together, and v is the variance over their draws.
    """
    if paired:
        return _paired_spread(function, blocks)
    at = [block.point for block in blocks]
    value = value_of(function, blocks)
    variance, why = np.zeros(len(value)), [""] * len(value)
    for k, block in enumerate(blocks):
        if block.draws is None:
            variance += np.diag(through(_slopes(function, at, k), block.covariance))
            continue
        made = bootstrap_intervals(_moved(function, at, k, block.draws), value)
        variance += made.se**2
        why = [old or new for old, new in zip(why, made.why, strict=True)]
    gross = variance.copy()
    for (first, second), shared in cross.items():
        one, two = _known(_slopes(function, at, first)), _known(_slopes(function, at, second))
        variance += 2 * np.einsum("kd,de,ke->k", one, np.nan_to_num(shared), two)
    variance = np.where(np.abs(variance) <= 1e-12 * gross, 0.0, variance)  # rounding
    method = "bootstrap" if all(block.draws is not None for block in blocks) else "delta"
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    return Spread(se=se, method=method, why=tuple(why))


def _paired_spread(function: Function, blocks: Sequence[Block]) -> Spread:
    value, draws = value_of(function, blocks), joint_draws(function, blocks, paired=True)
    if draws is None:
        raise ValueError("blocks without draws were not drawn together")
    made = bootstrap_intervals(draws, value)
    return Spread(se=made.se, method="bootstrap", why=made.why)


def _slopes(function: Function, at: Sequence[Array], k: int) -> Array:
    """Derivatives (K, d) by block ``k``; those by what is not known there are zero where it is not used."""
    known = np.where(np.isnan(at[k]), 0.0, at[k])
    made = jacobian(lambda z: function([*at[:k], z, *at[k + 1 :]]), known)
    value = function(at)
    return np.where(np.isnan(value)[:, None], np.nan, made)


def _moved(function: Function, at: Sequence[Array], k: int, draws: Array) -> Array:
    return np.asarray(function([*at[:k], draws, *at[k + 1 :]]))


def _known(slopes: Array) -> Array:
    return np.where(np.isnan(slopes), 0.0, slopes)


def joint_draws(function: Function, blocks: Sequence[Block], *, paired: bool = False) -> Array | None:
    """The function (b, k) of draws of all blocks at once; None where a block has no draws.

    Draws of one run stay side by side, which is how the tables of that run have them. ``paired``: they were
    drawn together, so that order means something throughout.
    """
    if any(block.draws is None for block in blocks):
        return None
    known = [block.draws for block in blocks if block.draws is not None]
    size = min(len(draws) for draws in known)
    orders = {
        block.run: np.arange(size)
        if paired or block.run == 0
        else np.random.default_rng([block.run]).permutation(size)
        for block in blocks
    }
    return np.asarray(
        function([draws[:size][orders[block.run]] for draws, block in zip(known, blocks, strict=True)])
    )


def beside(first: Block, second: Block, places: slice) -> Block:
    """The first block with the second's ingredients at ``places``: two independent samples of one wave."""
    at, covariance = first.point.copy(), first.covariance.copy()
    at[places] = second.point[places]
    covariance[places, :] = 0.0
    covariance[:, places] = 0.0
    covariance[places, places] = second.covariance[places, places]
    draws = None
    if first.draws is not None and second.draws is not None:
        size = min(len(first.draws), len(second.draws))
        draws = first.draws[:size].copy()
        draws[:, places] = second.draws[:size, places]
    return Block(point=at, covariance=covariance, draws=draws, run=first.run)


def taken_as_known(block: Block, places: slice) -> Block:
    """The block with ingredients whose error is not known taken as exact."""
    covariance = block.covariance.copy()
    unknown = np.isnan(np.diag(covariance)[places])
    rows = np.arange(len(block.point))[places][unknown]
    covariance[rows, :] = 0.0
    covariance[:, rows] = 0.0
    return replace(block, covariance=covariance)
