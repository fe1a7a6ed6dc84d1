"""Differences that involve a group which the check of comparability left out: they are not tested."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from csi_model.comparison.compared_units import ComparedUnits
from csi_model.comparison.difference_columns import NOT_TESTED
from csi_model.comparison.unit_scores import UnitScores, unit_name


def without_untested(frame: pd.DataFrame, compared: ComparedUnits, untested: Collection[str]) -> pd.DataFrame:
    """A table of differences whose verdict on comparability holds for no unit of ``untested``.

    A pair involves its two units. The rest and the parent of a unit, and the best of the others, are made of
    all units there: of these the ones with a number count.

    Parameters
    ----------
    frame
        Differences between units of ``compared``.
    compared
        The units.
    untested
        Names of those that were left out, as they stand in tables.
    """
    if not untested:
        return frame
    made_of = {construct: _counted(compared, construct, untested) for construct in compared.scores.constructs}
    columns = (frame[name].astype("str") for name in ("kind", "construct", "unit_1", "unit_2", "comparable"))
    told = []
    for kind, construct, one, two, known in zip(*columns, strict=True):
        involved = two in untested or one in untested
        if kind != "pair":
            involved |= made_of[construct][0] if kind == "best" else two in made_of[construct][1]
        told.append(NOT_TESTED if involved else known)
    return frame.assign(comparable=pd.Series(told, index=frame.index, dtype="str"))


def untested_parts(scores: UnitScores, untested: Collection[str], above: UnitScores) -> frozenset[str]:
    """Names of the units ``above`` that have a part with a number among the ``untested``."""
    gone = [
        key
        for k, key in enumerate(scores.keys)
        if scores.names[k] in untested and np.isfinite(scores.index[k]).any()
    ]
    return frozenset(unit_name(key) for key in above.keys if any(one[: len(key)] == key for one in gone))


def _counted(
    compared: ComparedUnits, construct: str, untested: Collection[str]
) -> tuple[bool, frozenset[str]]:
    """Whether any untested unit has a number, and the units of every parent that has such a one."""
    index, _ = compared.scores.of(construct)
    gone = [k for k, name in enumerate(compared.names) if name in untested and np.isfinite(index[k])]
    parents = {compared.parents[k] for k in gone}
    units = zip(compared.names, compared.parents, strict=True)
    return bool(gone), frozenset(name for name, parent in units if parent in parents)
