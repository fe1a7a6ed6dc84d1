"""Do paths differ between groups with ordered answers? Tests with thresholds and loadings held equal.

As ``comparison/path_tests.py``; the difference test is that of Satorra (2000). A construct that is one
question with three answers and more takes its unit from the first group by equal thresholds; one with two
answers, such as a complaint, has a latent response of variance 1 in every group.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.invariance import group_samples
from csi_model.comparison.path_tests import SEVERAL, PathTest
from csi_model.errors import UsageError
from csi_model.estimation.joint import Key
from csi_model.estimation.ordinal.group_moments import ordinal_groups
from csi_model.estimation.ordinal.group_tests import ordinal_difference
from csi_model.estimation.ordinal.groups import OrdinalJointFit, fit_ordinal_groups
from csi_model.model.spec import ModelSpec
from csi_model.multiplicity import holm
from csi_model.survey.linearised import inverse
from csi_model.survey.survey import Survey

MEASURED = ("thresholds", "loadings")
"""What is held equal, so that paths share one metric."""


def ordinal_path_tests(
    model: ModelSpec, survey: Survey, *, min_base: int = 30, released: Collection[Key] = ()
) -> tuple[PathTest, ...]:
    """Test whether paths differ between the groups of a survey, all together first.

    Parameters
    ----------
    model, survey, min_base
        See ``ordinal_invariance``.
    released
        Thresholds and loadings that differ between groups, as the ladder found them.

    Raises
    ------
    UsageError
        There are fewer than two groups, or no path.
    EstimationError
        The groups cannot be fitted together.
    """
    names, samples, _ = group_samples(model, survey, "complete", min_base)
    if len(names) < 2 or not model.paths:
        raise UsageError.at(
            "path tests",
            "there are no two groups with paths to compare.",
            "Name a group column with --by, or lower --min-base.",
            code="nothing-to-compare",
        )
    with threadpool_limits(1, user_api="blas"):
        groups = ordinal_groups(model, names, samples)
        free = fit_ordinal_groups(groups, equal=MEASURED, released=released)
        paths = _paths(free)
        found = [_test(free, key, paths, released) for key in paths]
        together = _test(free, None, paths, released)
    adjusted = holm(np.array([test.pvalue for test in found]))
    single = [replace(test, pvalue_holm=float(p)) for test, p in zip(found, adjusted, strict=True)]
    return (together, *single)


def _paths(fit: OrdinalJointFit) -> list[Key]:
    first: dict[int, Key] = {}
    for row in fit.layout.tables[0].free_rows:
        if row.matrix == "beta":
            first.setdefault(row.free, (row.lhs, row.op, row.rhs))
    return list(first.values())


def _test(free: OrdinalJointFit, key: Key | None, paths: list[Key], released: Collection[Key]) -> PathTest:
    chosen = paths if key is None else [key]
    source, target = ("", "") if key is None else (key[2], key[0])
    wald, df = _wald(free, chosen)
    chisq, method, why = np.nan, "Wald", ""
    if not free.converged:
        wald, why = np.nan, "the search for the optimum did not end"
    elif len(free.groups.parts) <= SEVERAL:
        others = [*released, *(other for other in paths if other not in chosen)]
        held = fit_ordinal_groups(free.groups, equal=(*MEASURED, "paths"), released=others, start=free)
        if held.converged:
            drop = ordinal_difference(free, held)
            chisq, why = drop.chisq, drop.why
            method = drop.method or "Wald"
        else:
            why = "the search for the optimum did not end"
    used = chisq if np.isfinite(chisq) else wald
    pvalue = float(stats.chi2.sf(used, df)) if np.isfinite(used) else np.nan
    return PathTest(
        source=source, target=target, chisq=chisq, wald=wald, df=df, pvalue=pvalue, pvalue_holm=np.nan,
        method=method, why=why,
    )  # fmt: skip


def _wald(free: OrdinalJointFit, chosen: list[Key]) -> tuple[float, int]:
    """Wald's statistic that the chosen paths equal those of the first group, and its df."""
    contrasts = []
    for key in chosen:
        places = [_place(free, group, key) for group in range(len(free.groups.parts))]
        for other in places[1:]:
            row = np.zeros(len(free.values))
            row[places[0]] -= 1
            row[other] += 1
            contrasts.append(row)
    matrix = np.array(contrasts)
    gap = matrix @ free.values
    return float(gap @ inverse(matrix @ free.covariance @ matrix.T) @ gap), len(contrasts)


def _place(fit: OrdinalJointFit, group: int, key: Key) -> int:
    row = next(r for r in fit.layout.tables[group].free_rows if (r.lhs, r.op, r.rhs) == key)
    return int(fit.layout.places[group][row.free])
