"""One test of all differences between groups: how far apart the correlations are that the model implies.

Average distance over the pairs of groups (Klesel, Schuberth, Henseler & Niehaves 2019, Internet Research
29, 464-484), of items and of constructs, against dealings of all labels at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.estimation.composite_estimates import CompositeEstimates
from csi_model.estimation.composites import CompositeTable
from csi_model.evaluation.composite_fit import discrepancy, implied_constructs, implied_items

Array = NDArray[Any]
Cells = dict[str, Any]

MEASURES: tuple[str, ...] = (
    "geodesic_items",
    "euclidean_items",
    "geodesic_constructs",
    "euclidean_constructs",
)


def group_distances(table: CompositeTable, groups: Sequence[CompositeEstimates]) -> Array:
    """``MEASURES`` (b, 4) of batches of estimates, one batch a group.

    The geodesic distance is ``sum log(eigenvalues of S1^-1 S2)^2 / 2``, the Euclidean one half the sum of
    squared differences; NaN where an implied matrix is not positive definite.
    """
    phis = [implied_constructs(table, made) for made in groups]
    items = [implied_items(table, made, phi) for made, phi in zip(groups, phis, strict=True)]
    columns = []
    for matrices in (items, phis):
        geodesic, euclidean = np.zeros(len(matrices[0])), np.zeros(len(matrices[0]))
        pairs = list(combinations(matrices, 2))
        for one, two in pairs:
            found = discrepancy(one, two)
            geodesic += found.d_g
            euclidean += found.d_uls
        columns += [geodesic / len(pairs), euclidean / len(pairs)]
    return np.stack(columns, axis=1)


def distance_rows(observed: Array, permuted: Array, level: float, smallest: float) -> Iterator[Cells]:
    """Rows of table ``omnibus_tests`` from distances (4,) and those of dealings (b, 4).

    ``p = (1 + #{d* >= d}) / (1 + dealings)``; the verdict is at ``level``, where the ``smallest`` p-value
    that could come out is below it.
    """
    for k, measure in enumerate(MEASURES):
        there = permuted[np.isfinite(permuted[:, k]), k]
        cells: Cells = {"measure": measure, "value": float(observed[k]), "draws": len(there)}
        if not np.isfinite(observed[k]):
            yield cells | _untested("not defined: an implied correlation matrix is not positive definite")
        elif len(there) <= 0.9 * len(permuted):
            yield cells | _untested("a tenth of the permutations and more have no such distance")
        else:
            # closer than rounding is the same distance
            pvalue = float((1 + (there >= observed[k] * (1 - 1e-9)).sum()) / (1 + len(there)))
            sound = smallest <= 1 - level
            verdict = "differs" if pvalue < 1 - level else "no clear difference"
            yield cells | {
                "bound_95": float(np.quantile(there, 0.95)),
                "pvalue": pvalue,
                "verdict": verdict if sound else "not tested",
                "why": "" if sound else f"so few ways to deal that nothing could fall below {1 - level:.2g}",
            }


def untested_distances(why: str) -> Iterator[Cells]:
    """The same rows where there is no test at all."""
    for measure in MEASURES:
        yield {"measure": measure, "value": np.nan, "draws": 0} | _untested(why)


def _untested(why: str) -> Cells:
    return {"bound_95": np.nan, "pvalue": np.nan, "verdict": "not tested", "why": why}
