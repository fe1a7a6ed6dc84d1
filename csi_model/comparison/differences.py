"""Differences of index scores between stored results: waves, firms, groups.

Results of several folders are waves in the order given: beside the differences stand their trend, where its
changes come from, and whether the waves are of one study. Samples are taken as independent; overlap of two
intervals is no test and is not used.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from csi_model.comparison.comparability import compared_groups, index_comparable
from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.contrasts import pair_table
from csi_model.comparison.decomposition import decomposition
from csi_model.comparison.difference_columns import NOT_TESTED
from csi_model.comparison.unit_scores import independent_scores, unit_name
from csi_model.comparison.untested import without_untested
from csi_model.comparison.wave_checks import check_findings, folder_checks
from csi_model.comparison.wave_reading import labels_of
from csi_model.comparison.wave_samples import WaveOptions, folder_study
from csi_model.comparison.waves import choice_findings, trend
from csi_model.errors import Finding, UsageError
from csi_model.estimation.options import COMPOSITE_ESTIMATORS
from csi_model.evaluation.results import Results
from csi_model.vocabulary import TABLES

UNIT = "unit"
"""The group column of a comparison's tables: which results, and which group of them."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What ``compare`` returns.

    ``index`` stacks the index tables under the column ``unit``; ``differences`` and ``findings`` follow
    the contract of ``csi_model.vocabulary``. Of several results ``across`` holds ``trend``,
    ``decomposition`` and ``wave_checks``, and ``waves`` says how they were followed.
    """

    units: tuple[str, ...]
    level: float
    index: pd.DataFrame
    differences: pd.DataFrame
    findings: pd.DataFrame
    results: tuple[Results, ...]
    across: Mapping[str, pd.DataFrame] = field(default_factory=lambda: MappingProxyType({}))
    waves: WaveOptions | None = None

    def summary(self) -> str:
        """The differences of the headline construct in words."""
        headline = self.results[0].model.index
        rows = self.differences[self.differences["construct"] == headline]
        return "\n".join(_told(row) for row in rows.to_dict("records"))


def _told(row: Mapping[Hashable, Any]) -> str:
    """A difference in words."""
    pair = f"{row['unit_1']} -> {row['unit_2']}"
    if pd.isna(row["difference"]):
        return f"{pair}: - ({row['why']})"
    points = f"{row['difference']:+.1f} index points"
    if pd.isna(row["ci_lower"]):
        return f"{pair}: {points} ({row['why']}), {row['verdict']}"
    return f"{pair}: {points} ({row['ci_lower']:+.1f} to {row['ci_upper']:+.1f}), {row['verdict']}"


def compare(
    results: Mapping[str, Results], *, level: float | None = None, waves: WaveOptions | None = None
) -> Comparison:
    """Compare results by name, in the order given: waves, or one result with groups.

    Parameters
    ----------
    results
        Name > results. Several: each group (or the whole sample) of one is compared with the same
        group of every other, and followed through them as waves. A single one: its groups are compared
        with each other.
    level
        Confidence level; default: that of the first results.
    waves
        Which weights the headline trend rests on, and the base wave (a name); default: weights held at the
        first.

    Raises
    ------
    UsageError
        There is nothing to compare, the models measure different things, or ``level`` or ``waves`` do not
        fit.
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
    units = _named([unit for name, result in results.items() for unit in _units(name, result, len(results))])
    pairs = list(_pairs(units, len(results)))
    if not pairs:
        raise UsageError.at(
            "compare",
            "there are no two units to compare.",
            "Give two results folders, or one that was fitted with --by; grouped results share no group "
            "where all values differ.",
            code="nothing-to-compare",
        )
    low_is_good = tuple(one.name for one in first.model.constructs if not one.high_is_good)
    comparable = index_comparable(first.across) if len(results) == 1 else NOT_TESTED
    untested = _untested(units, compared_groups(first.across))
    parts = [
        _differences(name, units, pairs, level, low_is_good, comparable, untested)
        for name in first.model.construct_names
    ]
    stacked = pd.concat([unit.index.assign(**{UNIT: unit.name}) for unit in units])
    followed = (waves or WaveOptions()) if len(results) > 1 else None
    across, told = _followed(results, followed, level) if followed is not None else ({}, ())
    findings = [*_findings(results), *told]
    return Comparison(
        units=tuple(unit.name for unit in units),
        level=level,
        index=stacked[[UNIT, *TABLES["index"].column_names]].reset_index(drop=True),
        differences=pd.concat(parts, ignore_index=True),
        findings=pd.DataFrame(
            [vars(finding) for finding in findings], columns=list(TABLES["findings"].column_names)
        ),
        results=tuple(results.values()),
        across=MappingProxyType(across),
        waves=followed,
    )


def _followed(
    results: Mapping[str, Results], options: WaveOptions, level: float
) -> tuple[dict[str, pd.DataFrame], tuple[Finding, ...]]:
    """Trend, decomposition and checks of results as waves."""
    study = folder_study(results, options, level)
    table, checks = trend(study), folder_checks({name: results[name] for name in study.waves})
    across = {"trend": table, "decomposition": decomposition(study), "wave_checks": checks}
    index = next(iter(results.values())).model.index
    told = (*check_findings(checks), *choice_findings(study, table, index))
    return {name: frame for name, frame in across.items() if len(frame)}, told


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
        group = " / ".join(labels_of(result, values))
        yield _Unit(name=f"{name}: {group}" if count > 1 else group, key=values, index=rows)


def _named(units: Sequence[_Unit]) -> list[_Unit]:
    """Units each with a name of its own: groups with the same label are told apart by their values."""
    names = [unit.name for unit in units]
    return [
        replace(unit, name=f"{unit.name} ({' / '.join(unit.key)})") if names.count(unit.name) > 1 else unit
        for unit in units
    ]


def _pairs(units: Sequence[_Unit], count: int) -> Iterator[tuple[int, int]]:
    for first, second in combinations(range(len(units)), 2):
        if count == 1 or units[first].key == units[second].key:
            yield first, second


def _differences(
    construct: str,
    units: Sequence[_Unit],
    pairs: Sequence[tuple[int, int]],
    level: float,
    low_is_good: tuple[str, ...],
    comparable: str | Mapping[str, str],
    untested: frozenset[str],
) -> pd.DataFrame:
    """Differences of one construct; standard errors count as known, as stored intervals take them."""
    rows = [unit.index[unit.index["construct"] == construct].iloc[0] for unit in units]
    scores = independent_scores(
        level=UNIT,
        keys=[(unit.name,) for unit in units],
        constructs=[construct],
        index=np.array([[float(row["index"])] for row in rows]),
        se=np.array([[float(row["se"])] for row in rows]),
        n=np.array([int(row["n"]) for row in rows]),
        n_eff=np.array([float(row["n_eff"]) for row in rows]),
        why=[str(row["why"]) for row in rows],
    )
    compared = ComparedUnits(
        scores=scores, level=level, low_is_good=tuple(name for name in low_is_good if name == construct)
    )
    if not isinstance(comparable, str):
        comparable = comparable.get(construct, NOT_TESTED)
    return without_untested(pair_table(compared, pairs, comparable=comparable), compared, untested)


def _untested(units: Sequence[_Unit], groups: frozenset[str] | None) -> frozenset[str]:
    """Names of the units that the verdict on the groups of one result is not about."""
    if groups is None:
        return frozenset()
    return frozenset(unit.name for unit in units if unit_name(unit.key) not in groups)


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
