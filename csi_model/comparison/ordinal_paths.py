"""Do paths differ between groups with ordered answers? Tests with thresholds and loadings held equal.

As ``comparison/path_tests.py``; the difference test is that of Satorra (2000). A construct that is one
question with three answers and more takes its unit from the first group by equal thresholds; one with two
answers, such as a complaint, has a latent response of variance 1 in every group.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.path_tests import (
    SEVERAL,
    PathTest,
    adjusted,
    groups_with_paths,
    paths_of,
    tested,
    wald,
)
from csi_model.comparison.rungs import UNENDED
from csi_model.estimation.joint import Key
from csi_model.estimation.ordinal.group_moments import ordinal_groups
from csi_model.estimation.ordinal.group_tests import ordinal_difference
from csi_model.estimation.ordinal.groups import OrdinalJointFit, fit_ordinal_groups
from csi_model.model.spec import ModelSpec
from csi_model.survey.steps import ordered_items
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
    names, samples = groups_with_paths(model, survey, "complete", min_base)
    with threadpool_limits(1, user_api="blas"):
        groups = ordinal_groups(model, names, samples, ordered_items(survey))
        free = fit_ordinal_groups(groups, equal=MEASURED, released=released)
        paths = paths_of(free.layout.tables[0])
        found = [_test(free, key, paths, released) for key in paths]
        together = _test(free, None, paths, released)
    return (together, *adjusted(found))


def _test(free: OrdinalJointFit, key: Key | None, paths: list[Key], released: Collection[Key]) -> PathTest:
    chosen = paths if key is None else [key]
    statistic, df = wald(free.values, free.covariance, free.layout, chosen)
    chisq, method, why = np.nan, "", ""
    if not free.converged:
        statistic, why = np.nan, UNENDED
    elif len(free.groups.parts) <= SEVERAL:
        others = [*released, *(other for other in paths if other not in chosen)]
        held = fit_ordinal_groups(free.groups, equal=(*MEASURED, "paths"), released=others, start=free)
        if held.converged:
            drop = ordinal_difference(free, held)
            chisq, method, why = drop.chisq, drop.method, drop.why
        else:
            why = UNENDED
    return tested(key, (statistic, df), chisq, method, why)
