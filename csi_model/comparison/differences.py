"""Differences of index scores between stored results: waves, firms, groups.

``z = (I2 - I1) / sqrt(se1^2 + se2^2)`` for independent samples (Welch), p-values adjusted by Holm
(1979, Scandinavian Journal of Statistics 6, 65-70) over all pairs of a construct. Overlap of two
intervals is no test and is not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

from csi_model.errors import Finding, UsageError
from csi_model.estimation.options import COMPOSITE_ESTIMATORS
from csi_model.evaluation.results import Results
from csi_model.vocabulary import DIFFERENCES, TABLES

Cells = dict[str, Any]

UNIT = "unit"
"""The group column of a comparison's tables: which results, and which group of them."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What ``compare`` returns.

    ``index`` stacks the index tables under the column ``unit``; ``differences`` and ``findings`` follow
    the contract of ``csi_model.vocabulary``.
    """

    units: tuple[str, ...]
    level: float
    index: pd.DataFrame
    differences: pd.DataFrame
    findings: pd.DataFrame
    results: tuple[Results, ...]

    def summary(self) -> str:
        """The differences of the headline construct in words."""
        headline = self.results[0].model.index
        rows = self.differences[self.differences["construct"] == headline]
        return "\n".join(
            f"{row['unit_1']} > {row['unit_2']}: {row['difference']:+.1f} index points "
            f"({row['ci_lower']:+.1f} to {row['ci_upper']:+.1f}), {row['verdict']}"
            if not pd.isna(row["difference"])
            else f"{row['unit_1']} > {row['unit_2']}: - ({row['why']})"
            for _, row in rows.iterrows()
        )


def compare(results: Mapping[str, Results], *, level: float | None = None) -> Comparison:
    """Compare results by name, in the order given: waves, or one result with groups.

    Parameters
    ----------
    results
        Name > results. Several: each group (or the whole sample) of one is compared with the same
        group of every other. A single one: its groups are compared with each other.
    level
        Confidence level; default: that of the first results.

    Raises
    ------
    UsageError
        There is nothing to compare, the models measure different things, or ``level`` is none.
    """
    if level is not None and not 0.5 <= level < 1:
        raise UsageError.at(
            "--level", f"{level:g} is not a confidence level.", "Write 0.95 for 95 %.", code="bad-option"
        )
    if not results:
        raise UsageError.at("compare", "no results were given.", "Name at least one results folder.")
    _check_alike(results)
    first = next(iter(results.values()))
    level = level if level is not None else float(first.manifest["options"]["level"])
    units = [unit for name, result in results.items() for unit in _units(name, result, len(results))]
    pairs = list(_pairs(units, len(results)))
    if not pairs:
        raise UsageError.at(
            "compare",
            "there are no two units to compare.",
            "Give two results folders, or one that was fitted with --by; grouped results share no group "
            "where all values differ.",
            code="nothing-to-compare",
        )
    constructs = first.model.construct_names
    differences = pd.concat([_differences(construct, pairs, level) for construct in constructs])
    stacked = pd.concat([unit.index.assign(**{UNIT: unit.name}) for unit in units])
    findings = list(_findings(results))
    return Comparison(
        units=tuple(unit.name for unit in units),
        level=level,
        index=stacked[[UNIT, *TABLES["index"].column_names]].reset_index(drop=True),
        differences=differences.reset_index(drop=True),
        findings=pd.DataFrame(
            [vars(finding) for finding in findings], columns=list(TABLES["findings"].column_names)
        ),
        results=tuple(results.values()),
    )


@dataclass(frozen=True, kw_only=True)
class _Unit:
    name: str
    key: tuple[str, ...]
    index: pd.DataFrame


def _units(name: str, result: Results, count: int) -> Iterator[_Unit]:
    """The whole sample, or every group: the rows of the index that are shown."""
    shown = result.tables["index"]
    shown = shown[shown["weights_from"] == "pooled"]
    if not result.by:
        yield _Unit(name=name, key=(), index=shown)
        return
    for key, rows in shown.groupby(list(result.by), sort=False):
        values = tuple(str(value) for value in key)
        labels = [
            result.group_labels.get(column, {}).get(value, value)
            for column, value in zip(result.by, values, strict=True)
        ]
        group = " / ".join(labels)
        yield _Unit(name=f"{name}: {group}" if count > 1 else group, key=values, index=rows)


def _pairs(units: Sequence[_Unit], count: int) -> Iterator[tuple[_Unit, _Unit]]:
    for first, second in combinations(units, 2):
        if count == 1 or first.key == second.key:
            yield first, second


def _differences(construct: str, pairs: Sequence[tuple[_Unit, _Unit]], level: float) -> pd.DataFrame:
    rows = [_difference(construct, first, second, level) for first, second in pairs]
    frame = pd.DataFrame(rows, columns=list(DIFFERENCES.column_names))
    tested = frame["pvalue"].notna().to_numpy()
    holm = np.full(len(frame), np.nan)
    if tested.any():
        holm[tested] = multipletests(frame.loc[tested, "pvalue"], method="holm")[1]
    frame["pvalue_holm"] = holm
    frame["verdict"] = [
        _verdict(difference, p, level) for difference, p in zip(frame["difference"], holm, strict=True)
    ]
    return frame


def _difference(construct: str, first: _Unit, second: _Unit, level: float) -> Cells:
    one, two = (unit.index[unit.index["construct"] == construct].iloc[0] for unit in (first, second))
    difference = float(two["index"] - one["index"])
    se = float(np.hypot(one["se"], two["se"]))
    z = difference / se if se > 0 else np.nan
    margin = stats.norm.ppf(0.5 + level / 2) * se
    why = "; ".join(
        f"{unit.name}: {row['why'] or 'no standard error'}"
        for unit, row in ((first, one), (second, two))
        if pd.isna(row["index"]) or pd.isna(row["se"])
    )
    return {
        "construct": construct,
        "unit_1": first.name,
        "unit_2": second.name,
        "index_1": float(one["index"]),
        "index_2": float(two["index"]),
        "difference": difference,
        "se": se,
        "ci_lower": difference - margin,
        "ci_upper": difference + margin,
        "z": z,
        "pvalue": float(2 * stats.norm.sf(abs(z))) if np.isfinite(z) else np.nan,
        "why": why or ("" if np.isfinite(z) else "the standard error is zero"),
    }


def _verdict(difference: float, pvalue: float, level: float) -> str:
    if not np.isfinite(pvalue):
        return "not tested"
    if pvalue >= 1 - level:
        return "no clear difference"
    return "higher" if difference > 0 else "lower"


def _check_alike(results: Mapping[str, Results]) -> None:
    """Raise UsageError where two results do not measure the same with the same questions and scales."""
    names = list(results)
    base = results[names[0]]
    wrong = []
    for name in names[1:]:
        other = results[name]
        for what, first, second in (
            ("constructs", base.model.construct_names, other.model.construct_names),
            ("paths", base.model.paths, other.model.paths),
            ("parameters", base.model.modifiers, other.model.modifiers),
            ("questions and scales", _questions(base), _questions(other)),
            ("group columns", base.by, other.by),
            ("estimator", _kind(base), _kind(other)),
            ("weight rule", _option(base, "weight_rule"), _option(other, "weight_rule")),
            ("missing-data rule", _option(base, "missing_data"), _option(other, "missing_data")),
        ):
            if first != second:
                wrong.append(
                    Finding(
                        code="not-comparable",
                        severity="error",
                        where=f"{names[0]} and {name}",
                        what=f"their {what} differ.",
                        fix="Fit both with the same model, scales and options, then compare.",
                    )
                )
    if wrong:
        raise UsageError(wrong)


def _kind(result: Results) -> str:
    """Maximum likelihood or PLS: their constructs are not the same things."""
    return "pls" if _option(result, "estimator") in COMPOSITE_ESTIMATORS else "ml"


def _option(result: Results, name: str) -> Any:
    return result.manifest["options"][name]


def _questions(result: Results) -> list[tuple[Any, ...]]:
    """What each construct is measured by."""
    constructs = [
        (one.name, one.repeats, one.mode, tuple(one.weights.items()), one.sign, one.product)
        for one in result.model.constructs
    ]
    return constructs + [
        (construct.name, item.name, item.scale, item.reversed, item.cases)
        for construct in result.model.constructs
        for item in result.model.items_of(construct.name)
    ]


def _findings(results: Mapping[str, Results]) -> Iterator[Finding]:
    for name, result in results.items():
        if not result.trustworthy:
            yield Finding(
                code="not-trustworthy",
                severity="error",
                where=name,
                what="some numbers of these results should not be used; see their own findings.",
                fix="Mend the fit before comparing.",
            )
    if len(results) > 1:
        yield Finding(
            code="own-weights",
            severity="note",
            where="compare",
            what="each folder's index rests on its own pooled weights, re-estimated for each.",
            fix="",
        )
        digests = [result.manifest["survey"]["sha256"] for result in results.values()]
        if len(set(digests)) < len(digests):
            yield Finding(
                code="same-survey",
                severity="warning",
                where="compare",
                what="two of the folders come from the same survey file, so they are not independent; the "
                "standard errors of differences assume that they are.",
                fix="Compare groups of one fit (--by) instead.",
            )
