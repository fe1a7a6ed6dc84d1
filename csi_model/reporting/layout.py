"""Where the boxes of a path diagram go: columns by distance from the start, rows by a small search.

The rows are chosen so that arrows do not run through boxes, cross little and leave room for their
labels. The search starts from a fixed seed, so the same model always gives the same picture.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Edge = tuple[int, int]

_STARTS = 16
_STARTS_IF_DENSE = 5
_DENSE = 24
_MORE_ROWS = 6
_RUNS_THROUGH = 60.0
_STEPS = 60


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Sizes for the search, in points: boxes, the distance of columns, half the distance of rows."""

    width: float
    height: float
    pitch: float
    step: float

    @property
    def sides(self) -> bool:
        """Whether columns are far enough apart for arrows from the right side to the left side."""
        return self.pitch - self.width >= 40.0


def columns(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return the column of each node: the length of the longest way to it.

    A node that nothing points to stands directly before its nearest target. Edges of a cycle that
    cannot be layered are ignored.
    """
    column = [0] * count
    for _ in range(count):
        for source, target in edges:
            if column[source] + 1 > column[target] and column[source] + 1 < count:
                column[target] = column[source] + 1
    targets = {target for _, target in edges}
    for node in range(count):
        after = [column[target] for source, target in edges if source == node]
        if node not in targets and after:
            column[node] = max(0, min(after) - 1)
    return column


def rows(column: Sequence[int], edges: Sequence[Edge], frame: Frame) -> list[int]:
    """Return the row of each node, in half steps from the top, with the least disorder found.

    Where an arrow still runs through a box, more rows are allowed.
    """
    count = len(column)
    sizes = [list(column).count(value) for value in set(column)]
    fewest = max(2 * max(sizes) - 1, 1 if count == 1 else 3, 5 if len(sizes) > 4 else 1)
    search = _Search(column=np.array(column), edges=edges, frame=frame)
    generator = random.Random(20)
    best, best_cost = _spread(column, fewest), np.inf
    for slots in range(fewest, fewest + _MORE_ROWS + 1, 2):
        for start in range(_STARTS if len(edges) < _DENSE else _STARTS_IF_DENSE):
            rows_now = best if start == 0 else np.array([generator.randrange(slots) for _ in range(count)])
            rows_now, cost = _descend(rows_now, slots, column, search)
            if cost < best_cost - 1e-9:
                best, best_cost = rows_now, cost
        if best_cost < _RUNS_THROUGH:
            break
    return [int(value - best.min()) for value in best]


def _spread(column: Sequence[int], slots: int) -> NDArray[np.int64]:
    """A first arrangement: each column evenly around the middle, in model order."""
    made = np.zeros(len(column), dtype=np.int64)
    for value in set(column):
        members = [node for node, own in enumerate(column) if own == value]
        for place, node in enumerate(members):
            made[node] = round((place + 0.5) * slots / len(members) - 0.5)
    return np.clip(made, 0, slots - 1)


def _descend(
    start: NDArray[np.int64], slots: int, column: Sequence[int], search: _Search
) -> tuple[NDArray[np.int64], float]:
    """Take the best single move or exchange again and again until nothing improves."""
    now, cost = start, float(search.cost(start[None, :])[0])
    count = len(start)
    pairs = [(a, b) for a in range(count) for b in range(a) if column[a] == column[b]]
    for _ in range(_STEPS):
        moves = np.repeat(now[None, :], count * slots + len(pairs), axis=0)
        for node in range(count):
            moves[node * slots : (node + 1) * slots, node] = np.arange(slots)
        for place, (a, b) in enumerate(pairs):
            moves[count * slots + place, [a, b]] = now[[b, a]]
        costs = search.cost(moves)
        pick = int(np.argmin(costs))
        if costs[pick] >= cost - 1e-9:
            break
        now, cost = moves[pick], float(costs[pick])
    return now, cost


class _Search:
    """The disorder of many arrangements at once; arrays are (arrangement, edge or node)."""

    def __init__(self, *, column: NDArray[np.int64], edges: Sequence[Edge], frame: Frame) -> None:
        self.frame = frame
        self.x = column.astype(float) * frame.pitch
        self.tails = np.array([source for source, _ in edges], dtype=int)
        self.heads = np.array([target for _, target in edges], dtype=int)
        count = len(edges)
        first, second = np.triu_indices(count, 1)
        shared = np.array(
            [bool(set(edges[int(a)]) & set(edges[int(b)])) for a, b in zip(first, second, strict=True)],
            dtype=np.bool_,
        )
        self.apart = (first[~shared], second[~shared])
        self.joined = (first[shared], second[shared])
        self.node_pairs = np.triu_indices(len(column), 1)

    def cost(self, arrangement: NDArray[np.int64]) -> Floats:
        """Return the disorder of each arrangement, shape (arrangements,)."""
        y = -arrangement.astype(float) * self.frame.step
        x = np.broadcast_to(self.x, y.shape)
        total: Floats = 400.0 * self._collisions(x, y)
        total += 0.15 * (arrangement.max(axis=1) - arrangement.min(axis=1))
        # of equal pictures the one in model order
        total += 1e-4 * (arrangement * np.linspace(1.0, 0.0, arrangement.shape[1])).sum(axis=1)
        if self.tails.size:
            shift = self.frame.width / 2 if self.frame.sides else 0.0
            ends = (
                x[:, self.tails] + shift, y[:, self.tails], x[:, self.heads] - shift, y[:, self.heads]
            )  # fmt: skip
            total += _RUNS_THROUGH * self._runs_through(x, y, ends) + 9.0 * self._crossings(ends)
            total += self._short(ends) + 6.0 * self._narrow(ends)
        return total

    def _collisions(self, x: Floats, y: Floats) -> Floats:
        a, b = self.node_pairs
        near_x = np.abs(x[:, a] - x[:, b]) < self.frame.width + 14.0
        near_y = np.abs(y[:, a] - y[:, b]) < self.frame.height + 12.0
        found: Floats = (near_x & near_y).sum(axis=1).astype(float)
        return found

    def _runs_through(self, x: Floats, y: Floats, ends: tuple[Floats, ...]) -> Floats:
        """Arrows that run through the box of a third node (clipping as Liang and Barsky do)."""
        x0, y0, x1, y1 = (end[:, :, None] for end in ends)
        low, high = np.zeros_like(x0 + x[:, None, :]), np.ones_like(x0 + x[:, None, :])
        for start, end, centre, half in (
            (x0, x1, x[:, None, :], self.frame.width / 2 + 6.0),
            (y0, y1, y[:, None, :], self.frame.height / 2 + 6.0),
        ):
            span = end - start
            safe = np.where(np.abs(span) < 1e-9, 1e-9, span)
            one, two = (centre - half - start) / safe, (centre + half - start) / safe
            low = np.maximum(low, np.minimum(one, two))
            high = np.minimum(high, np.maximum(one, two))
        hit = low < high
        nodes = np.arange(x.shape[1])
        own = (nodes == self.tails[:, None]) | (nodes == self.heads[:, None])
        found: Floats = (hit & ~own[None, :, :]).sum(axis=(1, 2)).astype(float)
        return found

    def _crossings(self, ends: tuple[Floats, ...]) -> Floats:
        a, b = self.apart
        ax, ay, bx, by = (end[:, a] for end in ends)
        cx, cy, dx, dy = (end[:, b] for end in ends)

        def side(px: Floats, py: Floats, qx: Floats, qy: Floats, rx: Floats, ry: Floats) -> Floats:
            return (qx - px) * (ry - py) - (qy - py) * (rx - px)

        across = side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0
        along = side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
        found: Floats = (across & along).sum(axis=1).astype(float)
        return found

    def _short(self, ends: tuple[Floats, ...]) -> Floats:
        """Length of the arrows, and much more for each that leaves no room for its label."""
        dx, dy = ends[2] - ends[0], ends[3] - ends[1]
        length = np.hypot(dx, dy)
        found: Floats = (length / 400.0).sum(axis=1)
        if self.frame.sides:
            return found
        exit_at = np.minimum(
            self.frame.width / 2 / np.maximum(np.abs(dx), 1e-9),
            self.frame.height / 2 / np.maximum(np.abs(dy), 1e-9),
        )
        visible = length * (1 - 2 * np.minimum(exit_at, 0.5))
        found += (np.maximum(0.0, 58.0 - visible) / 8.0).sum(axis=1)
        return found

    def _narrow(self, ends: tuple[Floats, ...]) -> Floats:
        """Pairs of arrows at one node that lie almost on each other."""
        a, b = self.joined
        dx, dy = ends[2] - ends[0], ends[3] - ends[1]
        length = np.maximum(np.hypot(dx, dy), 1e-9)
        same_tail = self.tails[a] == self.tails[b]
        same_head = self.heads[a] == self.heads[b]
        cosine = (dx[:, a] * dx[:, b] + dy[:, a] * dy[:, b]) / (length[:, a] * length[:, b])
        cosine = np.where(same_tail | same_head, cosine, -cosine)
        found: Floats = (cosine > 0.985).sum(axis=1).astype(float)
        return found
