"""What every question was answered in many units, from rows that come a few at a time.

Central moments are merged as in ``moment_sums``; the third ones by Pebay (2008, Sandia report SAND2008-6212,
eq. 2.1): with ``d`` the difference of two means and ``W`` the weights,

    M3 = M3_a + M3_b + d^3 W_a W_b (W_a - W_b) / W^2 + 3 d (W_a M2_b - W_b M2_a) / W
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.model.spec import Indicator
from csi_model.survey.item_statistics import ItemStatistics, Tally, described, end_steps
from csi_model.survey.moments import lost_for
from csi_model.survey.survey import ANSWERED, OTHER

Array = NDArray[Any]

CODES = OTHER + 1


@dataclass(frozen=True, kw_only=True)
class ItemSums:
    """Answers of units (u,) to questions (p,) summed up.

    Attributes
    ----------
    counts : (u, 5, p)
        Rows by reason, see ``Survey.reasons``.
    lost : (u, 5)
        Rows by why they are incomplete, see ``moments.lost_for``.
    sum_w, mean, m2, m3 : (u, p)
        Of those who answered: weights, mean, sums of ``w (x - mean)^2`` and ``w (x - mean)^3``.
    lowest, highest : (u, p)
        Answers.
    top, bottom : (u, p)
        Weights of answers on the two highest and on the two lowest steps.
    light, heavy : (u,)
        Smallest and largest weight of a row with every answer.
    """

    counts: Array
    lost: Array
    sum_w: Array
    mean: Array
    m2: Array
    m3: Array
    lowest: Array
    highest: Array
    top: Array
    bottom: Array
    light: Array
    heavy: Array

    def at(self, place: Any) -> ItemSums:
        """Some units."""
        return ItemSums(**{one.name: getattr(self, one.name)[place] for one in fields(self)})


def no_items(units: int, p: int) -> ItemSums:
    """Units of which nothing is known."""
    flat = {name: np.zeros((units, p)) for name in ("sum_w", "mean", "m2", "m3", "top", "bottom")}
    return ItemSums(
        counts=np.zeros((units, CODES, p), dtype=np.int64),
        lost=np.zeros((units, CODES), dtype=np.int64),
        lowest=np.full((units, p), np.inf),
        highest=np.full((units, p), -np.inf),
        light=np.full(units, np.inf),
        heavy=np.full(units, -np.inf),
        **flat,
    )


def row_items(
    items: Sequence[Indicator], answers: Array, reasons: Array, weights: Array, unit: Array
) -> tuple[Array, ItemSums]:
    """Sum up answers (n, p) by unit (n,): the units (u,) that occur, rising, and the sums of each."""
    order = np.argsort(unit, kind="stable")
    units, starts, size = np.unique(unit[order], return_index=True, return_counts=True)
    x, reason = (np.ascontiguousarray(one[order].T) for one in (answers, reasons))
    w, given = weights[order], reason == ANSWERED
    share, filled = np.where(given, w, 0.0), np.where(given, x, 0.0)
    sum_w = _by_unit(np.add, share, starts)
    mean = _by_unit(np.add, share * filled, starts) / np.where(sum_w > 0, sum_w, 1.0)
    centred = np.where(given, filled - np.repeat(mean, size, axis=0).T, 0.0)
    square = share * centred**2
    low, high = np.array([end_steps(item) for item in items]).T[..., None]
    row = np.repeat(np.arange(len(units)), size)
    why = lost_for(reasons)[order]
    made = ItemSums(
        counts=np.stack([_codes(row, one, len(units)) for one in reason], axis=-1),
        lost=_codes(row, why, len(units)),
        sum_w=sum_w,
        mean=mean,
        m2=_by_unit(np.add, square, starts),
        m3=_by_unit(np.add, square * centred, starts),
        lowest=_by_unit(np.minimum, np.where(given, x, np.inf), starts),
        highest=_by_unit(np.maximum, np.where(given, x, -np.inf), starts),
        top=_by_unit(np.add, share * (filled >= high), starts),
        bottom=_by_unit(np.add, share * (filled <= low), starts),
        light=np.minimum.reduceat(np.where(why == ANSWERED, w, np.inf), starts),
        heavy=np.maximum.reduceat(np.where(why == ANSWERED, w, -np.inf), starts),
    )
    return units, made


def _by_unit(add: np.ufunc, terms: Array, starts: Array) -> Array:
    """Terms (p, n) taken together from each start on, (u, p)."""
    return np.asarray(add.reduceat(terms, starts, axis=1).T)


def _codes(row: Array, codes: Array, units: int) -> Array:
    """How often each code (n,) stands in each unit, (u, 5)."""
    found = np.bincount(row * CODES + codes, minlength=units * CODES)
    return np.asarray(found.reshape(units, CODES))


def add_items(known: ItemSums, units: Array, more: ItemSums) -> None:
    """Merge sums of ``units`` (k,) into the arrays of ``known``."""
    made = _merged(known.at(units), more)
    for one in fields(ItemSums):
        getattr(known, one.name)[units] = getattr(made, one.name)


def _merged(a: ItemSums, b: ItemSums) -> ItemSums:
    total = a.sum_w + b.sum_w
    safe = np.where(total > 0, total, 1.0)
    gap = b.mean - a.mean
    both = a.sum_w * b.sum_w / safe
    third = gap**3 * both * (a.sum_w - b.sum_w) / safe + 3 * gap * (a.sum_w * b.m2 - b.sum_w * a.m2) / safe
    return ItemSums(
        counts=a.counts + b.counts,
        lost=a.lost + b.lost,
        sum_w=total,
        mean=a.mean + gap * b.sum_w / safe,
        m2=a.m2 + b.m2 + gap**2 * both,
        m3=a.m3 + b.m3 + third,
        lowest=np.minimum(a.lowest, b.lowest),
        highest=np.maximum(a.highest, b.highest),
        top=a.top + b.top,
        bottom=a.bottom + b.bottom,
        light=np.minimum(a.light, b.light),
        heavy=np.maximum(a.heavy, b.heavy),
    )


def all_units(sums: ItemSums) -> ItemSums:
    """All units together, as one."""
    sum_w = sums.sum_w.sum(axis=0)
    mean = (sums.mean * sums.sum_w).sum(axis=0) / np.where(sum_w > 0, sum_w, 1.0)
    gap = np.where(sums.sum_w > 0, sums.mean - mean, 0.0)
    square = sums.m2 + sums.sum_w * gap**2
    cube = sums.m3 + 3 * gap * sums.m2 + sums.sum_w * gap**3
    added = {name: getattr(sums, name).sum(axis=0)[None] for name in ("counts", "lost", "top", "bottom")}
    return ItemSums(
        sum_w=sum_w[None],
        mean=mean[None],
        m2=square.sum(axis=0)[None],
        m3=cube.sum(axis=0)[None],
        lowest=sums.lowest.min(axis=0)[None],
        highest=sums.highest.max(axis=0)[None],
        light=sums.light.min(axis=0)[None],
        heavy=sums.heavy.max(axis=0)[None],
        **added,
    )


def statistics_of(items: Sequence[Indicator], sums: ItemSums, unit: int) -> tuple[ItemStatistics, ...]:
    """Statistics of every question in one unit."""
    one = sums.at(unit)
    per = 1 / np.where(one.sum_w > 0, one.sum_w, np.nan)
    return tuple(
        described(
            item,
            Tally(
                counts=one.counts[:, k],
                mean=float(one.mean[k]),
                m2=float(one.m2[k] * per[k]),
                m3=float(one.m3[k] * per[k]),
                lowest=float(one.lowest[k]),
                highest=float(one.highest[k]),
                top=float(one.top[k] * per[k]),
                bottom=float(one.bottom[k] * per[k]),
            ),
        )
        for k, item in enumerate(items)
    )
