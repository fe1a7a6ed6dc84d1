"""The layout of a composite model: blocks of items, paths, and how a draw is written as numbers.

Notation: p items, m constructs (products included), s *entries*: pairs of a construct and an item of it,
block after block. A construct that repeats the items of others has entries for them too, so that the
weights of every construct, however many stages made them, are one number an entry.

One estimate is ``means`` (p,) in answer units and ``values`` (q,): the weights of standardised items (s,)
that give scores of variance 1, the item covariances (p (p + 1) / 2,) by ``np.triu_indices``, and, where
scores are not linear in the items (products, available cases), the correlations of the scores
(m (m - 1) / 2,), those of items with scores (p m,) and the standard deviations of the products of scores
before these are standardised (one a product).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import EstimationError
from csi_model.estimation.options import FitOptions
from csi_model.model.spec import Construct, ModelSpec

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """One run of the algorithm: blocks of variables and what connects them.

    ``slots[j]`` are the variables of block j; ``modes[j]`` is ``A``, ``B`` or ``fixed``; ``given[j]`` the
    fixed weights, else (); ``signs[j]`` the place in the block of the variable whose loading is made
    positive, -1 for the sum of loadings; ``paths`` are (source, target).
    """

    slots: tuple[tuple[int, ...], ...]
    modes: tuple[str, ...]
    given: tuple[tuple[float, ...], ...]
    signs: tuple[int, ...]
    paths: tuple[tuple[int, int], ...]

    @cached_property
    def starts(self) -> Array:
        """First entry of each block, (m,)."""
        return np.concatenate([[0], np.cumsum([len(slot) for slot in self.slots])[:-1]])

    @cached_property
    def block_of(self) -> Array:
        """Block of each entry, (s,)."""
        return np.repeat(np.arange(len(self.slots)), [len(slot) for slot in self.slots])

    @cached_property
    def columns(self) -> Array:
        """Variable of each entry, (s,)."""
        return np.concatenate([np.array(slot, dtype=np.int64) for slot in self.slots])

    def drivers(self, j: int) -> list[int]:
        """Sources of the paths to block ``j``."""
        return [source for source, target in self.paths if target == j]


@dataclass(frozen=True, kw_only=True)
class CompositeTable:
    """A model as PLS sees it, with the options that shape its estimate.

    ``blocks`` holds all constructs but products, in model order; ``base`` their places among
    ``constructs``; ``products`` are (construct, factor, factor), ``parts[j]`` the constructs that construct
    j repeats. ``reflective`` are the constructs that a consistent estimate corrects. With ``polychoric``
    items are the latent responses behind ordered answers (``ordinal.composites``), those of the items that
    are ``ordered`` by name.
    """

    indicators: tuple[str, ...]
    constructs: tuple[str, ...]
    blocks: Blocks
    base: tuple[int, ...]
    paths: tuple[tuple[int, int], ...]
    products: tuple[tuple[int, int, int], ...]
    parts: tuple[tuple[int, ...], ...]
    reflective: tuple[bool, ...]
    scheme: str
    metric: str
    higher_order: str
    consistent: bool
    available: bool
    low: tuple[float, ...]
    width: tuple[float, ...]
    polychoric: bool = False
    ordered: tuple[str, ...] = ()

    @property
    def is_ordered(self) -> Array:
        """Which items (p,) are ordered."""
        return np.array([name in self.ordered for name in self.indicators])

    @property
    def linear(self) -> bool:
        """True where scores are linear in the items, so that covariances and weights say everything."""
        return not (self.products or self.available)

    @cached_property
    def owner(self) -> Array:
        """Construct of each entry, (s,)."""
        return np.array(self.base, dtype=np.int64)[self.blocks.block_of]

    @cached_property
    def item(self) -> Array:
        """Item of each entry, (s,)."""
        return self.blocks.columns

    @cached_property
    def member(self) -> Array:
        """Which items a construct has, (m, p) bool."""
        made = np.zeros((len(self.constructs), len(self.indicators)), dtype=bool)
        made[self.owner, self.item] = True
        return made

    def drivers(self, j: int) -> list[int]:
        """Sources of the paths to construct ``j``, in model order."""
        return sorted(source for source, target in self.paths if target == j)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Constructs with every driver before what it drives."""
        made: list[int] = []
        left = list(range(len(self.constructs)))
        while left:
            ready = [j for j in left if all(k in made for k in self.drivers(j))]
            if not ready:
                raise EstimationError.at(
                    "paths",
                    "the paths lead back to where they start, and PLS path modelling needs an order.",
                    "Take one path of the loop out, or use --estimator ml.",
                    code="loop",
                )
            made += ready
            left = [j for j in left if j not in ready]
        return tuple(made)


def composite_table(model: ModelSpec, options: FitOptions) -> CompositeTable:
    """Lay out ``model`` for PLS.

    Raises
    ------
    EstimationError
        The paths form a loop.
    """
    names = list(model.construct_names)
    items = [item.name for item in model.indicators]
    base = [c for c in model.constructs if not c.product]
    where = [names.index(c.name) for c in base]
    slots = tuple(tuple(items.index(item.name) for item in model.items_of(c.name)) for c in base)
    paths = tuple((names.index(path.source), names.index(path.target)) for path in model.paths)
    blocks = Blocks(
        slots=slots,
        modes=tuple(_mode(c, len(slot)) for c, slot in zip(base, slots, strict=True)),
        given=tuple(_given(model, c) for c in base),
        signs=tuple(_sign(model, c) for c in base),
        paths=tuple(
            (where.index(source), where.index(target))
            for source, target in paths
            if source in where and target in where
        ),
    )
    scales = [item.scale for item in model.indicators]
    table = CompositeTable(
        indicators=tuple(items),
        constructs=tuple(names),
        blocks=blocks,
        base=tuple(where),
        paths=paths,
        products=tuple(
            (names.index(c.name), names.index(c.product[0]), names.index(c.product[1]))
            for c in model.constructs
            if c.product
        ),
        parts=tuple(tuple(names.index(part) for part in c.repeats) for c in model.constructs),
        reflective=tuple(
            c.mode == "A" and len(c.indicators) > 1 and not c.repeats and not c.product
            for c in model.constructs
        ),
        scheme=options.scheme,
        metric=options.metric,
        higher_order=options.higher_order if any(c.repeats for c in model.constructs) else "repeated",
        consistent=options.estimator == "plsc",
        available=options.missing_data == "available",
        low=tuple(scale.low if scale else np.nan for scale in scales),
        width=tuple(scale.width if scale else np.nan for scale in scales),
        polychoric=options.correlations == "polychoric",
    )
    table.order  # noqa: B018 - says now that the paths form a loop
    return table


def _mode(construct: Construct, size: int) -> str:
    if size == 1 or construct.mode in ("sum", "given"):
        return "fixed"
    return construct.mode


def _given(model: ModelSpec, construct: Construct) -> tuple[float, ...]:
    items = model.items_of(construct.name)
    if construct.mode == "given" and len(items) > 1:
        return tuple(float(construct.weights[item.name]) for item in items)
    return (1.0,) * len(items) if construct.mode == "sum" or len(items) == 1 else ()


def _sign(model: ModelSpec, construct: Construct) -> int:
    names = [item.name for item in model.items_of(construct.name)]
    return names.index(construct.sign) if construct.sign in names else -1


@dataclass(frozen=True, kw_only=True)
class State:
    """One estimate or a batch of them, taken apart; shapes after the batch axes.

    ``mean`` (p,), ``cov`` (p, p) in answer units (polychoric: ``D R D`` of ``ordinal.composites``, so that
    ``sd`` are answer units per unit of the latent response), ``weights`` (m, p) of standardised items,
    ``phi`` (m, m) correlations of the scores, ``cross`` (p, m) correlations of items and scores, ``spread``
    (products,) standard deviations of the products of standardised scores.
    """

    mean: Array
    cov: Array
    weights: Array
    phi: Array
    cross: Array
    spread: Array

    @cached_property
    def sd(self) -> Array:
        """Item standard deviations in answer units, (p,)."""
        return np.asarray(np.sqrt(np.diagonal(self.cov, axis1=-2, axis2=-1)))

    @cached_property
    def correlation(self) -> Array:
        """Item correlations (p, p)."""
        sd = self.sd
        return np.asarray(self.cov / (sd[..., :, None] * sd[..., None, :]))


def packed(
    table: CompositeTable, weights: Array, cov: Array, phi: Array, cross: Array, spread: Array
) -> Array:
    """``values`` (..., q) of what ``State`` holds; the last three are ignored where scores are linear."""
    p, m = len(table.indicators), len(table.constructs)
    upper = np.triu_indices(p)
    columns = [weights[..., table.owner, table.item], cov[..., upper[0], upper[1]]]
    if not table.linear:
        pairs = np.triu_indices(m, 1)
        columns += [phi[..., pairs[0], pairs[1]], cross.reshape(*cross.shape[:-2], p * m), spread]
    return np.concatenate(columns, axis=-1)


def unpacked(table: CompositeTable, means: Array, values: Array) -> State:
    """The other way round."""
    p, m, s = len(table.indicators), len(table.constructs), len(table.item)
    batch = values.shape[:-1]
    weights = np.zeros((*batch, m, p), dtype=values.dtype)
    weights[..., table.owner, table.item] = values[..., :s]
    upper = np.triu_indices(p)
    cov = np.empty((*batch, p, p), dtype=values.dtype)
    cut = values[..., s : s + len(upper[0])]
    cov[..., upper[0], upper[1]] = cut
    cov[..., upper[1], upper[0]] = cut
    spread = np.zeros((*batch, 0))
    if table.linear:
        sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
        cross = cov / (sd[..., :, None] * sd[..., None, :]) @ np.swapaxes(weights, -1, -2)
        phi = weights @ cross
        at = np.arange(m)
        phi[..., at, at] = 1.0
    else:
        pairs, first = np.triu_indices(m, 1), s + len(upper[0])
        phi = np.broadcast_to(np.eye(m), (*batch, m, m)).copy()
        phi[..., pairs[0], pairs[1]] = values[..., first : first + len(pairs[0])]
        phi[..., pairs[1], pairs[0]] = phi[..., pairs[0], pairs[1]]
        second = first + len(pairs[0])
        cross = values[..., second : second + p * m].reshape(*batch, p, m)
        spread = values[..., second + p * m :]
    return State(mean=means, cov=cov, weights=weights, phi=phi, cross=cross, spread=spread)
