"""Rolled-up scores and their shares as stored tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from csi_model.comparison.aggregation import RollUp, intervals_of
from csi_model.comparison.shares import KnownShares, whole_name
from csi_model.comparison.standing import Standing
from csi_model.comparison.unit_scores import unit_name
from csi_model.frames import typed_frame
from csi_model.vocabulary import SURVEY_TABLES

Cells = dict[str, Any]

CARRIED = "carried over from earlier results"
UNKNOWN = "measured: the share of a unit without a number is not given"
NO_N = "n: not given for every unit"
NOT_COUNTED = "no number, its share does not count"
NO_AMOUNT = "no number, and no amount is given"


def aggregate_frame(rolled: RollUp, *, level: float = 0.95, weights_from: str = "pooled") -> pd.DataFrame:
    """Scores of all levels above the lowest, with intervals by Student's t.

    Parameters
    ----------
    level
        Confidence level.
    weights_from
        Index weights behind the scores, for the column of that name.

    Returns
    -------
    DataFrame
        ``vocabulary.SURVEY_TABLES["aggregates"]``: levels bottom up, units in the order of the survey. Share
        and rule are those of the level below, ``units`` the units of it that count, ``carried`` all units
        carried over that the number rests on, ``measured`` the share of the whole that it rests on.
    """
    rows = [
        row
        for one, below in zip(rolled.levels[1:], rolled.shares, strict=True)
        for row in _rows(one, below, level, weights_from)
    ]
    return typed_frame(SURVEY_TABLES["aggregates"], rows)


def _rows(one: Standing, below: KnownShares, level: float, weights_from: str) -> Iterator[Cells]:
    scores = one.scores
    lower, upper = intervals_of(one, level)
    for k, key in enumerate(scores.keys):
        came = bool(one.came[k])
        for j, construct in enumerate(scores.constructs):
            there = bool(np.isfinite(scores.index[k, j]))
            unknown = there and not np.isfinite(one.measured[k, j])
            reasons = str(one.why[k, j]).split("; ") + [
                text
                for text, holds in ((CARRIED, came), (UNKNOWN, unknown), (NO_N, there and not one.n[k, j]))
                if holds
            ]
            yield {
                "level": scores.level,
                "unit": whole_name(key),
                "parent": whole_name(key[:-1]) if key else "",
                "construct": construct,
                "index": float(scores.index[k, j]),
                "se": float(scores.se[k, j]),
                "ci_lower": float(lower[k, j]),
                "ci_upper": float(upper[k, j]),
                "n": pd.NA if there and not one.n[k, j] else int(one.n[k, j]),
                "units": pd.NA if came and not one.units[k, j] else int(one.units[k, j]),
                "share_kind": "" if came else below.kind,
                "measured": float(one.measured[k, j]),
                "carried": int(one.carried[k, j]),
                "others": "" if came else below.others,
                "weights_from": weights_from,
                "why": "; ".join(reason for reason in dict.fromkeys(reasons) if reason),
            }


def share_frame(rolled: RollUp) -> pd.DataFrame:
    """Shares of the units of every level in the level above.

    Returns
    -------
    DataFrame
        ``vocabulary.SURVEY_TABLES["shares"]``. ``share`` sums to 1 in every parent and counts units without
        a number, too (``why`` names them); what the others count by instead is in proportion.
    """
    rows = [
        row
        for units, shares in zip(rolled.levels, rolled.shares, strict=False)
        for row in _share_rows(units, shares)
    ]
    return typed_frame(SURVEY_TABLES["shares"], rows)


def _share_rows(units: Standing, shares: KnownShares) -> Iterator[Cells]:
    gone = np.asarray(np.isnan(units.scores.index).all(axis=1))
    for k, key in enumerate(shares.keys):
        share = float(shares.share[k])
        why = "" if not gone[k] else NOT_COUNTED if np.isfinite(share) else NO_AMOUNT
        if not why and not np.isfinite(shares.amount[k]):
            why = "equal shares need no amount"
        yield {
            "level": shares.level,
            "unit": unit_name(key),
            "parent": whole_name(key[:-1]),
            "share_kind": shares.kind,
            "amount": float(shares.amount[k]),
            "share": share,
            "share_from": shares.share_from[k],
            "why": why,
        }
