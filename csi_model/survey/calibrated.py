"""Covariances of estimates whose weights were raked to known margins.

What the margins explain of an influence value cannot err, for the margins are known: only its residual from
the weighted regression on their categories counts (Deville & Sarndal 1992, JASA 87, 376-382, section 3;
Deville, Sarndal & Sautory 1993, section 4; Lumley 2010, *Complex Surveys*, section 7.3). With one margin this
is the linearised variance of post-stratification.

The regression runs over the whole survey. A group's influences are zero for all others, but their residuals
are not: the others take part in fixing the weights of the group.

Respondents whose weights were cut to a bound stay there, whatever the margins ask: the regression is that of
the others.

With blanks that kept their share of the sample, and in units that kept their totals, these sums come from
the sample. There the regression has indicators of blanks and units, but what these explain still counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from csi_model.errors import EstimationError
from csi_model.survey.calibration import Calibration
from csi_model.survey.moments import Sample

Array = NDArray[Any]

SWEEPS = 1000
"""Sweeps of the regression by alternating projections; fewer explain less, so that errors err upwards."""
PRECISION = 1e-13


def stratum_factor(clusters: int) -> float:
    """``m / (m - 1)`` for a stratum of m clusters (or respondents).

    Raises
    ------
    EstimationError
        There is only one, so that the variance cannot be estimated.
    """
    if clusters < 2:
        raise EstimationError.at(
            "design",
            "a stratum has only one cluster (or one respondent), so its variance cannot be estimated.",
            "Merge small strata, or leave --strata out.",
            code="single-cluster-stratum",
        )
    return clusters / (clusters - 1)


def calibrated_covariance(totals: Array, sample: Sample, calibration: Calibration) -> Array:
    """Covariance (k, k) of the sum of ``totals`` (n, k), influences times shares of the weight.

    Raises
    ------
    EstimationError
        See ``stratum_factor``.
    """
    made = np.zeros((totals.shape[1], totals.shape[1]))
    for stratum, squares, sums in _by_stratum(totals, sample, calibration):
        m = len(sample.weights) if sample.units is None else int(sample.units[stratum])
        made += stratum_factor(m) * (squares - np.outer(sums, sums) / m)
    return made


def _by_stratum(
    totals: Array, sample: Sample, calibration: Calibration
) -> Iterator[tuple[int, Array, Array]]:
    """Stratum, squares (k, k) and sums (k,) of its clusters' residual totals."""
    part = _Part.of(sample, calibration)
    fitted = part.explained(totals)
    own = totals - part.weights[part.at][:, None] * fitted[part.cell[part.at]]
    others = np.ones(len(part.cell), dtype=bool)
    others[part.at] = False
    size = len(fitted)
    if part.cluster is None:
        for stratum in np.unique(part.strata):
            rows = others & (part.strata == stratum)
            weight = np.bincount(part.cell[rows], part.weights[rows], size)
            square = np.bincount(part.cell[rows], part.weights[rows] ** 2, size)
            mine = own[part.strata[part.at] == stratum]
            squares = mine.T @ mine + (fitted * square[:, None]).T @ fitted
            yield int(stratum), squares, mine.sum(axis=0) - weight @ fitted
        return
    pairs, unit = np.unique(np.stack([part.strata, part.cluster]), axis=1, return_inverse=True)
    unit = np.ravel(unit)
    shape = (pairs.shape[1], size)
    rest = sparse.csr_array((part.weights[others], (unit[others], part.cell[others])), shape=shape)
    sums = _summed(unit[part.at], own, shape[0]) - rest @ fitted
    for stratum in np.unique(part.strata):
        block = sums[pairs[0] == stratum]
        yield int(stratum), block.T @ block, block.sum(axis=0)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """The units of raking that a sample reaches into.

    For their r respondents ``cell``, ``weights``, ``free`` to move, ``strata``, ``cluster`` (r,); the
    sample's are ``at`` (n,). ``category`` (margins, cells), ``unit`` (cells,), ``aimed`` as in ``Cells``.
    """

    at: Array
    cell: Array
    weights: Array
    free: Array
    strata: Array
    cluster: Array | None
    unit: Array
    category: Array
    aimed: Array

    @classmethod
    def of(cls, sample: Sample, calibration: Calibration) -> _Part:
        """The part of a survey that matters for a sample."""
        cells = calibration.cells
        at = np.arange(sample.n) if sample.at is None else sample.at
        reached = np.zeros(int(cells.unit.max()) + 1, dtype=bool)
        reached[cells.unit[cells.of_row[at]]] = True
        kept = reached[cells.unit]
        rows = np.flatnonzero(kept[cells.of_row])
        place = np.zeros(len(cells.of_row), dtype=np.int64)
        place[rows] = np.arange(len(rows))
        strata, cluster = calibration.strata, calibration.cluster
        return cls(
            at=place[at],
            cell=(np.cumsum(kept) - 1)[cells.of_row[rows]],
            weights=calibration.weights[rows],
            free=~cells.held[rows],
            strata=np.zeros(len(rows), dtype=np.int64) if strata is None else strata[rows],
            cluster=None if cluster is None else cluster[rows],
            unit=cells.unit[kept],
            category=cells.category[:, kept],
            aimed=cells.aimed,
        )

    def explained(self, totals: Array) -> Array:
        """What known margins explain of influences, by cell (cells, k): fitted values a unit of weight.

        The weighted regression on the categories of all margins, margin after margin until nothing is left
        (alternating projections).
        """
        size = len(self.unit)
        whole = np.bincount(self.cell, self.weights, size)
        weight = np.bincount(self.cell, self.weights * self.free, size)
        left = _summed(self.cell[self.at], totals * self.free[self.at][:, None], size)
        margins = [_Margin.of(one, weight, whole, self.aimed, self.unit) for one in self.category]
        made, scale = np.zeros(left.shape), float(np.abs(left).max(initial=0.0))
        for _ in range(SWEEPS):
            step = 0.0
            for margin in margins:
                mean = margin.means @ left
                moved = weight[:, None] * mean[margin.code]
                left = left - moved
                made += margin.known(mean)[margin.code]
                step = max(step, float(np.abs(moved).max(initial=0.0)))
            if step <= PRECISION * scale:
                break
        return made


@dataclass(frozen=True, kw_only=True)
class _Margin:
    """One margin: ``code`` (cells,) is the category of each cell, ``means`` (categories, cells) makes means
    of categories from sums of cells.

    ``home`` (categories,) is the unit of each category, ``level`` (units, categories) the shares of those
    that are ``aimed`` at in their unit.
    """

    code: Array
    means: Any
    home: Array
    level: Any
    aimed: Array

    @classmethod
    def of(cls, category: Array, weight: Array, whole: Array, aimed: Array, unit: Array) -> _Margin:
        """From cells: ``weight`` (cells,) of respondents free to move, ``whole`` that of all."""
        names, code = np.unique(category, return_inverse=True)
        cells, size = len(code), len(names)
        mass, total, known = np.bincount(code, weight, size), np.bincount(code, whole, size), aimed[names]
        home = np.zeros(size, dtype=np.int64)
        home[code] = np.unique(unit, return_inverse=True)[1]
        share = known * total / np.bincount(home, total * known)[home]
        per = np.divide(1.0, mass, out=np.zeros(size), where=mass > 0)
        return cls(
            code=code,
            means=sparse.csr_array((per[code], (code, np.arange(cells))), shape=(size, cells)),
            home=home,
            level=sparse.csr_array((share, (home, np.arange(size)))),
            aimed=known,
        )

    def known(self, mean: Array) -> Array:
        """What is known of effects ``mean`` (categories, k): their distance from the mean of their unit."""
        return np.asarray((mean - (self.level @ mean)[self.home]) * self.aimed[:, None])


def _summed(index: Array, rows: Array, size: int) -> Array:
    """Sums (size, k) of ``rows`` (n, k) by their ``index`` (n,)."""
    n = len(index)
    return np.asarray(sparse.csr_array((np.ones(n), (index, np.arange(n))), shape=(size, n)) @ rows)
