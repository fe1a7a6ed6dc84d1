"""A hierarchy of criteria and factors: local and global weights, single and total consistency."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from csi_model.measures.ahp_matrix import (
    LIMIT,
    Consistency,
    Mean,
    Method,
    RiTable,
    consistency_of,
    joint_matrix,
    joint_weights,
    weights_of,
)
from csi_model.survey.survey import Floats

UNNAMED = ""
"""The judge of a matrix that stands in the file without a name."""
EVERY_JUDGE = "all judges"
AVERAGED = "weights were averaged (aip): there is no joint matrix"


@dataclass(frozen=True, kw_only=True)
class Node:
    """The goal, a criterion or a factor.

    Attributes
    ----------
    name, label, parent, depth
        Its name, unique in the hierarchy; label by language; name of what it belongs to; 0 for the goal.
    children
        What it is split into; none for a factor.
    judgements
        Judge > reciprocal matrix (k, k) over the children, in their order.
    column
        Column of the survey or of the customers that holds the factor; its own name where none was written.
    values, steps, maximum
        Codes of a customer's value: by category; by lower bounds, ascending; or the number itself, of so many
        at most (NaN where it is not known).
    where
        ``file:line``.
    """

    name: str
    label: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parent: str = ""
    depth: int = 0
    children: tuple[Node, ...] = ()
    judgements: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))
    column: str = ""
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[tuple[float, float], ...] = ()
    maximum: float = math.nan
    where: str = ""

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """Everything that a hierarchy file says; ``judges`` > their weights, 1 for those that are not declared.

    ``example`` says that its judgements are invented.
    """

    name: str
    goal: Node
    judges: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    example: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The goal and everything below it, parents first."""
        return tuple(self.goal.walk())

    @property
    def factors(self) -> tuple[Node, ...]:
        """Nodes without children, in the order of the file."""
        return tuple(node for node in self.nodes if not node.children)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How weights are made.

    Attributes
    ----------
    method, ri_table
        See ``weights_of`` and ``RANDOM_INDEX``.
    combine
        Several judges: ``aij`` joins their judgements, ``aip`` their weights.
    mean
        Of weights joined by ``aip``.
    limit
        Consistency ratio from which judgements are to be revisited.
    drop
        Whether a judge's matrix at or above the limit is left out.
    """

    method: Method = "eigenvector"
    ri_table: RiTable = "A"
    combine: str = "aij"
    mean: Mean = "geometric"
    limit: float = LIMIT
    drop: bool = False


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One judge's matrix of one node: its weights (k,) and consistency, and whether it was used."""

    judge: str
    matrix: Floats
    weights: Floats
    consistency: Consistency
    used: bool = True


@dataclass(frozen=True, kw_only=True)
class Split:
    """How the weight of a node is split among its children.

    ``consistency`` is that of the joint matrix (``matrix``); both are None where weights were averaged.
    """

    node: Node
    judged: tuple[Judged, ...]
    weights: Floats
    matrix: Floats | None
    consistency: Consistency | None

    @property
    def several(self) -> bool:
        """Whether more than one judge has a matrix here."""
        return len(self.judged) > 1


@dataclass(frozen=True, kw_only=True)
class Total:
    """Total consistency of one level: ``CR = sum_k b_k CI_k / sum_k b_k RI_k``, b_k the parents' weights."""

    judge: str
    depth: int
    size: int
    ci: float
    ri: float
    cr: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Solved:
    """Weights of a hierarchy.

    Attributes
    ----------
    splits
        For every node with two or more children.
    local, overall
        Node > weight among its siblings, and its global weight; those of the factors sum to 1.
    totals
        Total consistency by judge and level; the joint one first.
    """

    hierarchy: Hierarchy
    settings: Settings
    splits: tuple[Split, ...]
    local: Mapping[str, float]
    overall: Mapping[str, float]
    totals: tuple[Total, ...]


def left_out(node: Node, settings: Settings) -> tuple[str, ...]:
    """Judges whose matrix of a node is too inconsistent to be used, where those are to be left out."""
    if not settings.drop:
        return ()
    found = {judge: _judged(judge, matrix, settings) for judge, matrix in node.judgements.items()}
    return tuple(judge for judge, one in found.items() if one.consistency.cr >= settings.limit)


def _judged(judge: str, matrix: Floats, settings: Settings, *, used: bool = True) -> Judged:
    weights = weights_of(matrix, settings.method)
    consistency = consistency_of(matrix, weights, method=settings.method, ri_table=settings.ri_table)
    return Judged(judge=judge, matrix=matrix, weights=weights, consistency=consistency, used=used)


def solve(hierarchy: Hierarchy, settings: Settings | None = None) -> Solved:
    """Weights and consistency of a whole hierarchy.

    Single ranking: weights of the children of each node. Total ranking: ``C_i = b_k c_i|k``, the product of
    the weights from the goal down. A judge need not have judged every node: each is joined from the matrices
    that it has. With ``aip`` the weights are joined node by node, before they are multiplied.

    Parameters
    ----------
    hierarchy
        Every node with two or more children has at least one matrix that may be used (see ``left_out``).
    settings
        Defaults if None.
    """
    made = settings or Settings()
    splits = tuple(_split(node, hierarchy, made) for node in hierarchy.nodes if len(node.children) > 1)
    shares = {split.node.name: split.weights for split in splits}
    local, overall = _weights_down(hierarchy, shares)
    return Solved(
        hierarchy=hierarchy,
        settings=made,
        splits=splits,
        local=MappingProxyType(local),
        overall=MappingProxyType(overall),
        totals=tuple(_totals(hierarchy, splits, overall)),
    )


def _split(node: Node, hierarchy: Hierarchy, settings: Settings) -> Split:
    bad = left_out(node, settings)
    judged = tuple(
        _judged(judge, matrix, settings, used=judge not in bad) for judge, matrix in node.judgements.items()
    )
    used = [one for one in judged if one.used]
    shares = [hierarchy.judges.get(one.judge, 1.0) for one in used]
    if settings.combine == "aip" and len(used) > 1:
        weights = joint_weights([one.weights for one in used], shares, settings.mean)
        return Split(node=node, judged=judged, weights=weights, matrix=None, consistency=None)
    matrix = joint_matrix([one.matrix for one in used], shares) if len(used) > 1 else used[0].matrix
    joint = _judged(EVERY_JUDGE, matrix, settings)
    return Split(
        node=node, judged=judged, weights=joint.weights, matrix=matrix, consistency=joint.consistency
    )


def _weights_down(
    hierarchy: Hierarchy, shares: Mapping[str, Floats]
) -> tuple[dict[str, float], dict[str, float]]:
    local, overall = {hierarchy.goal.name: 1.0}, {hierarchy.goal.name: 1.0}
    for node in hierarchy.nodes:
        weights = shares.get(node.name, np.ones(1))
        for child, weight in zip(node.children, weights, strict=False):
            local[child.name] = float(weight)
            overall[child.name] = overall[node.name] * float(weight)
    return local, overall


def _totals(hierarchy: Hierarchy, splits: Sequence[Split], overall: Mapping[str, float]) -> Iterator[Total]:
    """The joint totals of every level, then those of each judge who judged everything."""
    several = any(split.several for split in splits)
    joint = {split.node.name: split.consistency for split in splits}
    yield from _levels(EVERY_JUDGE if several else _only(splits), splits, joint, overall)
    if not several:
        return
    judges = dict.fromkeys(one.judge for split in splits for one in split.judged if one.judge != UNNAMED)
    for judge in judges:
        own = {split.node.name: _of(split, judge) for split in splits}
        found = {name: one for name, one in own.items() if one is not None}
        if len(found) < len(own):
            continue
        _, weights = _weights_down(hierarchy, {name: one.weights for name, one in found.items()})
        yield from _levels(judge, splits, {name: one.consistency for name, one in found.items()}, weights)


def _only(splits: Sequence[Split]) -> str:
    """The one judge of a hierarchy in which no node has several."""
    judges = {one.judge for split in splits for one in split.judged}
    return judges.pop() if len(judges) == 1 else EVERY_JUDGE


def _of(split: Split, judge: str) -> Judged | None:
    """A judge's own matrix of a node, or the one without a name."""
    by_name = {one.judge: one for one in split.judged}
    return by_name.get(judge) or by_name.get(UNNAMED)


def _levels(
    judge: str,
    splits: Sequence[Split],
    consistency: Mapping[str, Consistency | None],
    overall: Mapping[str, float],
) -> Iterator[Total]:
    for depth in sorted({split.node.depth + 1 for split in splits}):
        here = [split.node for split in splits if split.node.depth + 1 == depth]
        found = [(overall[node.name], consistency[node.name]) for node in here]
        known = [(b, one) for b, one in found if one is not None]
        size = sum(len(node.children) for node in here)
        ci = sum(b * one.ci for b, one in known)
        ri = sum(b * one.ri for b, one in known)
        why = next((one.why for _, one in known if math.isnan(one.ri)), "")
        if len(known) < len(found):
            ci = ri = math.nan
            why = AVERAGED
        cr = ci / ri if ri > 0 else 0.0 if ri == 0 else math.nan
        yield Total(judge=judge, depth=depth, size=size, ci=ci, ri=ri, cr=cr, why=why)
