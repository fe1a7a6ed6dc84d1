"""From item covariances to the weights of every construct: the algorithm in one stage or two.

Constructs that repeat the items of others (their parts) are estimated by repeated indicators (Wold 1982;
Lohmoller 1989, section 3.5), or in two stages (Ringle, Sarstedt & Straub 2012, MIS Quarterly 36, iii-xiv;
Sarstedt, Hair, Cheah, Becker & Ringle 2019, Australasian Marketing Journal 27, 197-211): ``two_stage``
takes the scores of a run with repeated indicators, the parts' scores as indicators of the whole and one
score for every other construct; ``disjoint`` runs the model with the parts in place of the whole first,
then the model with the parts' scores as indicators of the whole and the items of all others.

Scores are linear in the items, so that both stages are done on covariances and end in weights of items.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composites import Blocks, CompositeTable
from csi_model.estimation.pls_weights import TOLERANCE, Weights, pls_weights

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class StagedWeights:
    """Weights (b, s) of standardised items for every entry of the table; steps and last change (b,)."""

    weights: Array
    steps: Array
    change: Array


def staged_weights(
    table: CompositeTable, covariance: Array, *, start: Array | None = None, tolerance: float = TOLERANCE
) -> StagedWeights:
    """Weights of a batch of item covariances (b, p, p), in answer units.

    Parameters
    ----------
    start : (s,), optional
        Weights of a sample that the batch resembles, for a model of one stage.
    """
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    scale = sd if table.metric == "standardised" else np.broadcast_to(np.array(table.width), sd.shape)
    relative = covariance / (scale[:, :, None] * scale[:, None, :])
    up = (sd / scale)[:, table.item]  # from the metric of the algorithm to standardised items
    if table.higher_order == "repeated":
        begin = None if start is None or table.metric != "standardised" else start
        made = pls_weights(table.blocks, relative, table.scheme, start=begin, tolerance=tolerance)
        return StagedWeights(weights=made.weights * up, steps=made.steps, change=made.change)
    stages = _two_stage if table.higher_order == "two_stage" else _disjoint
    full, first, second = stages(table, relative, tolerance)
    full = full * _directions(table, full, relative)
    place = {j: k for k, j in enumerate(table.base)}
    own = full[:, [place[j] for j in table.owner], table.item]
    return StagedWeights(
        weights=own * up,
        steps=first.steps + second.steps,
        change=np.maximum(first.change, second.change),
    )


def _directions(table: CompositeTable, full: Array, relative: Array) -> Array:
    """1 or -1 (b, blocks, 1): constructs made of others point where their items' loadings do."""
    blocks, sd = table.blocks, np.sqrt(np.diagonal(relative, axis1=-2, axis2=-1))
    turned = np.ones((*full.shape[:2], 1))
    loadings = full @ relative / sd[:, None, :]
    for j in _wholes(table):
        slot, place = list(blocks.slots[j]), blocks.signs[j]
        along = loadings[:, j, slot].sum(axis=-1) if place < 0 else loadings[:, j, slot[place]]
        turned[:, j, 0] = np.where(along < 0, -1.0, 1.0)
    return turned


def _matrix(blocks: Blocks, weights: Array, variables: int) -> Array:
    """Weights (b, s) of entries as a matrix (b, m, v)."""
    made = np.zeros((len(weights), len(blocks.slots), variables))
    made[:, blocks.block_of, blocks.columns] = weights
    return made


def _wholes(table: CompositeTable) -> dict[int, tuple[int, ...]]:
    """Blocks that repeat others, with the blocks of their parts."""
    place = {j: k for k, j in enumerate(table.base)}
    return {place[j]: tuple(place[part] for part in table.parts[j]) for j in table.base if table.parts[j]}


def _between(table: CompositeTable) -> tuple[tuple[int, int], ...]:
    """Paths other than those between a whole and its parts."""
    wholes = _wholes(table)
    return tuple(
        (source, target)
        for source, target in table.blocks.paths
        if target not in wholes.get(source, ()) and source not in wholes.get(target, ())
    )


def _two_stage(table: CompositeTable, r: Array, tolerance: float) -> tuple[Array, Weights, Weights]:
    blocks, wholes = table.blocks, _wholes(table)
    first = pls_weights(blocks, r, table.scheme, tolerance=tolerance)
    scores = _matrix(blocks, first.weights, r.shape[1])
    among = scores @ r @ np.swapaxes(scores, -1, -2)
    second_blocks = Blocks(
        slots=tuple(wholes.get(j, (j,)) for j in range(len(blocks.slots))),
        modes=tuple(blocks.modes[j] if j in wholes else "fixed" for j in range(len(blocks.slots))),
        given=tuple(
            _second_given(blocks, j, wholes[j]) if j in wholes else (1.0,) for j in range(len(blocks.slots))
        ),
        signs=(-1,) * len(blocks.slots),
        paths=_between(table),
    )
    second = pls_weights(second_blocks, among, table.scheme, tolerance=tolerance)
    return _matrix(second_blocks, second.weights, len(blocks.slots)) @ scores, first, second


def _second_given(blocks: Blocks, j: int, parts: tuple[int, ...]) -> tuple[float, ...]:
    """Equal weights of the parts' scores where the items of the whole have equal weights."""
    return (1.0,) * len(parts) if blocks.modes[j] == "fixed" else ()


def _disjoint(table: CompositeTable, r: Array, tolerance: float) -> tuple[Array, Weights, Weights]:
    blocks, wholes, p = table.blocks, _wholes(table), r.shape[1]
    first = pls_weights(_without_wholes(table), r, table.scheme, tolerance=tolerance)
    inner = _matrix(_without_wholes(table), first.weights, p)
    parts = sorted({part for own in wholes.values() for part in own})
    to_scores = np.concatenate([np.broadcast_to(np.eye(p), (len(r), p, p)), inner[:, parts]], axis=1)
    column = {part: p + k for k, part in enumerate(parts)}
    slots, modes, given, signs = [], [], [], []
    for j, slot in enumerate(blocks.slots):
        part = j in column and j not in wholes
        scored = wholes.get(j) or ((j,) if part else None)
        slots.append(slot if scored is None else tuple(column[score] for score in scored))
        modes.append("fixed" if part else blocks.modes[j])
        given.append(
            (1.0,) if part else _second_given(blocks, j, wholes[j]) if j in wholes else blocks.given[j]
        )
        signs.append(blocks.signs[j] if scored is None else -1)
    second_blocks = Blocks(
        slots=tuple(slots), modes=tuple(modes), given=tuple(given), signs=tuple(signs), paths=_between(table)
    )
    extended = to_scores @ r @ np.swapaxes(to_scores, -1, -2)
    second = pls_weights(second_blocks, extended, table.scheme, tolerance=tolerance)
    return _matrix(second_blocks, second.weights, extended.shape[1]) @ to_scores, first, second


def _without_wholes(table: CompositeTable) -> Blocks:
    """The model with the parts wherever the whole had a path.

    The wholes themselves stay without paths, so that the numbering holds; nothing is made of them.
    """
    wholes = _wholes(table)

    def ends(j: int) -> tuple[int, ...]:
        return tuple(low for part in wholes[j] for low in ends(part)) if j in wholes else (j,)

    made = {
        (source, target)
        for a, b in _between(table)
        for source in ends(a)
        for target in ends(b)
        if source != target
    }
    blocks = table.blocks
    return replace(
        blocks,
        paths=tuple(sorted(made)),
        modes=tuple("fixed" if j in wholes else mode for j, mode in enumerate(blocks.modes)),
        given=tuple(
            (1.0,) * len(blocks.slots[j]) if j in wholes else given for j, given in enumerate(blocks.given)
        ),
    )
