"""Do paths differ between groups? Tests with loadings held equal, so that paths share one metric.

Each path alone: chi-square difference between all paths free and this one equal, and Wald's test on the
free estimates (Wald 1943). All together: all paths equal against all free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from csi_model.comparison.invariance import group_samples
from csi_model.errors import UsageError
from csi_model.estimation.group_fitting import JointFit, difference, fit_jointly, group_evidence
from csi_model.estimation.joint import Key
from csi_model.model.spec import ModelSpec
from csi_model.multiplicity import holm
from csi_model.survey.linearised import inverse
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
) -> tuple[PathTest, ...]:
    """Test whether paths differ between the groups of a survey, all together first.

    Parameters
    ----------
    model, survey, robust, missing_data, min_base
        See ``invariance``.

    Raises
    ------
    UsageError
        There are fewer than two groups, or no path.
    EstimationError
        The groups cannot be fitted together.
    """
    names, samples, _ = group_samples(model, survey, missing_data, min_base)
    if len(names) < 2 or not model.paths:
        raise UsageError.at(
            "path tests",
            "there are no two groups with paths to compare.",
            "Name a group column with --by, or lower --min-base.",
            code="nothing-to-compare",
        )
    with threadpool_limits(1, user_api="blas"):
        evidence = group_evidence(model, names, samples)
        free = fit_jointly(evidence, equal=("loadings",), robust=robust)
        paths = _paths(free)
        found = [_test(free, key, paths, robust=robust) for key in paths]
        together = _test(free, None, paths, robust=robust)
    adjusted = holm(np.array([test.pvalue for test in found]))
    single = [_with_holm(test, float(p)) for test, p in zip(found, adjusted, strict=True)]
    return (together, *single)


def _with_holm(test: PathTest, pvalue: float) -> PathTest:
    return PathTest(**{**vars(test), "pvalue_holm": pvalue})


def _paths(fit: JointFit) -> list[Key]:
    first: dict[int, Key] = {}
    for row in fit.joint.tables[0].free_rows:
        if row.matrix == "beta":
            first.setdefault(row.free, (row.lhs, row.op, row.rhs))
    return list(first.values())


def _test(free: JointFit, key: Key | None, paths: list[Key], *, robust: bool) -> PathTest:
    chosen = paths if key is None else [key]
    source, target = ("", "") if key is None else (key[2], key[0])
    groups = len(free.evidence.parts)
    wald, df = _wald(free, chosen)
    chisq, method, why = np.nan, "Wald", ""
    if groups <= SEVERAL:
        released = [other for other in paths if other not in chosen]
        held = fit_jointly(
            free.evidence, equal=("loadings", "paths"), released=released, robust=robust, start=free
        )
        drop = difference(free, held)
        if held.converged and free.converged:
            chisq, method, why = drop.chisq, drop.method or "Wald", drop.why
        else:
            why = "the search for the optimum did not end"
    used = chisq if np.isfinite(chisq) else wald
    pvalue = float(stats.chi2.sf(used, df)) if np.isfinite(used) else np.nan
    return PathTest(
        source=source, target=target, chisq=chisq, wald=wald, df=df, pvalue=pvalue, pvalue_holm=np.nan,
        method=method if np.isfinite(chisq) else "Wald", why=why,
    )  # fmt: skip


def _wald(free: JointFit, chosen: list[Key]) -> tuple[float, int]:
    """Wald's statistic that the chosen paths equal those of the first group, and its df."""
    contrasts = []
    for key in chosen:
        places = [_place(free, group, key) for group in range(len(free.evidence.parts))]
        for other in places[1:]:
            row = np.zeros(free.joint.n_free)
            row[places[0]] -= 1
            row[other] += 1
            contrasts.append(row)
    matrix = np.array(contrasts)
    gap = matrix @ free.values
    return float(gap @ inverse(matrix @ free.covariance @ matrix.T) @ gap), len(contrasts)


def _place(fit: JointFit, group: int, key: Key) -> int:
    row = next(r for r in fit.joint.tables[group].free_rows if (r.lhs, r.op, r.rhs) == key)
    return int(fit.joint.places[group][row.free])
