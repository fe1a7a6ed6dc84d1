"""Do paths differ between groups? Tests with loadings held equal, so that paths share one metric.

Each path alone: chi-square difference between all paths free and this one equal, and Wald's test on the
free estimates (Wald 1943). All together: all paths equal against all free.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.invariance import group_samples
from csi_model.comparison.rungs import UNENDED
from csi_model.errors import UsageError
from csi_model.estimation.group_fitting import JointFit, difference, fit_jointly, group_evidence
from csi_model.estimation.joint import JointTable, Key
from csi_model.estimation.ordinal.group_layout import GroupLayout
from csi_model.estimation.parameters import ParameterTable
from csi_model.model.spec import ModelSpec
from csi_model.multiplicity import holm
from csi_model.survey.linearised import inverse
from csi_model.survey.moments import Sample
from csi_model.survey.survey import MissingRule, Survey

Array = NDArray[Any]

SEVERAL = 12
"""Beyond this many groups only Wald's tests are made, which need no further fits."""


@dataclass(frozen=True, kw_only=True)
class PathTest:
    """Equality of one path across groups; ``source`` and ``target`` empty: of all paths.

    ``chisq`` is the difference test (NaN beyond ``SEVERAL`` groups), ``wald`` Wald's; ``pvalue`` that of
    the first that exists, ``pvalue_holm`` adjusted over the paths (Holm 1979).
    """

    source: str
    target: str
    chisq: float
    wald: float
    df: int
    pvalue: float
    pvalue_holm: float
    method: str
    why: str = ""


def path_tests(
    model: ModelSpec,
    survey: Survey,
    *,
    robust: bool = False,
    missing_data: MissingRule = "complete",
    min_base: int = 30,
    released: Collection[Key] = (),
) -> tuple[PathTest, ...]:
    """Test whether paths differ between the groups of a survey, all together first.

    Parameters
    ----------
    model, survey, robust, missing_data, min_base
        See ``invariance``.
    released
        Loadings that differ between groups, as the ladder found them (Byrne, Shavelson & Muthen 1989,
        Psychological Bulletin 105, 456-466).

    Raises
    ------
    UsageError
        There are fewer than two groups, or no path.
    EstimationError
        The groups cannot be fitted together.
    """
    names, samples = groups_with_paths(model, survey, missing_data, min_base)
    with threadpool_limits(1, user_api="blas"):
        evidence = group_evidence(model, names, samples)
        free = fit_jointly(evidence, equal=("loadings",), released=released, robust=robust)
        paths = paths_of(free.joint.tables[0])
        found = [_test(free, key, paths, released, robust=robust) for key in paths]
        together = _test(free, None, paths, released, robust=robust)
    return (together, *adjusted(found))


def groups_with_paths(
    model: ModelSpec, survey: Survey, missing_data: MissingRule, min_base: int
) -> tuple[list[str], list[Sample]]:
    """Names and samples of the groups whose paths are compared.

    Raises
    ------
    UsageError
        There are fewer than two groups, or no path.
    """
    names, samples, _ = group_samples(model, survey, missing_data, min_base)
    if len(names) < 2 or not model.paths:
        raise UsageError.at(
            "path tests",
            "there are no two groups with paths to compare.",
            "Name a group column with --by, or lower --min-base.",
            code="nothing-to-compare",
        )
    return names, samples


def adjusted(tests: Sequence[PathTest]) -> list[PathTest]:
    """The tests of single paths with p-values adjusted over them."""
    pvalues = holm(np.array([test.pvalue for test in tests]))
    return [replace(test, pvalue_holm=float(p)) for test, p in zip(tests, pvalues, strict=True)]


def paths_of(table: ParameterTable) -> list[Key]:
    """Free paths of a table, the first of those that share a label."""
    first: dict[int, Key] = {}
    for row in table.free_rows:
        if row.matrix == "beta":
            first.setdefault(row.free, (row.lhs, row.op, row.rhs))
    return list(first.values())


def _test(
    free: JointFit, key: Key | None, paths: list[Key], released: Collection[Key], *, robust: bool
) -> PathTest:
    chosen = paths if key is None else [key]
    statistic, df = wald(free.values, free.covariance, free.joint, chosen)
    chisq, method, why = np.nan, "", ""
    if not free.converged:
        statistic, why = np.nan, UNENDED
    elif len(free.evidence.parts) <= SEVERAL:
        others = [*released, *(other for other in paths if other not in chosen)]
        held = fit_jointly(
            free.evidence, equal=("loadings", "paths"), released=others, robust=robust, start=free
        )
        if held.converged:
            drop = difference(free, held)
            chisq, method, why = drop.chisq, drop.method, drop.why
        else:
            why = UNENDED
    return tested(key, (statistic, df), chisq, method, why)


def tested(key: Key | None, made: tuple[float, int], chisq: float, method: str, why: str) -> PathTest:
    """The test of a path (without ``key`` of all): by the difference ``chisq`` if there is one, or Wald's.

    ``made`` is Wald's statistic and its df.
    """
    source, target = ("", "") if key is None else (key[2], key[0])
    statistic, df = made
    used = chisq if np.isfinite(chisq) else statistic
    pvalue = float(stats.chi2.sf(used, df)) if np.isfinite(used) else np.nan
    return PathTest(
        source=source, target=target, chisq=chisq, wald=statistic, df=df, pvalue=pvalue, pvalue_holm=np.nan,
        method=method if np.isfinite(chisq) else "Wald", why=why,
    )  # fmt: skip


def wald(
    values: Array, covariance: Array, layout: JointTable | GroupLayout, chosen: Collection[Key]
) -> tuple[float, int]:
    """Wald's statistic that the chosen paths equal those of the first group, and its df.

    ``values`` (q,) and their ``covariance`` (q, q) are those of the ``layout``.
    """
    contrasts = []
    for key in chosen:
        places = [_place(layout, group, key) for group in range(len(layout.tables))]
        for other in places[1:]:
            row = np.zeros(len(values))
            row[places[0]] -= 1
            row[other] += 1
            contrasts.append(row)
    matrix = np.array(contrasts)
    gap = matrix @ values
    return float(gap @ inverse(matrix @ covariance @ matrix.T) @ gap), len(contrasts)


def _place(layout: JointTable | GroupLayout, group: int, key: Key) -> int:
    row = next(r for r in layout.tables[group].free_rows if (r.lhs, r.op, r.rhs) == key)
    return int(layout.places[group][row.free])
