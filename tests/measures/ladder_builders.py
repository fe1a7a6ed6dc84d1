"""A ladder of a few customers: events from rows, rules from settings, what fired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from csi_model.measures.ladder import Climbed, climb
from csi_model.measures.ladder_facts import Events
from csi_model.measures.ladder_rules import (
    Ladder,
    make_rules,
)

Row = tuple[int, int, int, float, float]
"""Customer, period, service, units, amount."""


def events_of(rows: Sequence[Row], *, customers: int, periods: int, services: int = 3, **more: Any) -> Events:
    table = np.array(rows, dtype=float).reshape(-1, 5)
    codes = {name: table[:, k].astype(np.int64) for k, name in enumerate(("customer", "period", "service"))}
    said = {"destination": np.full(len(table), -1), "reason": np.full(len(table), -1)}
    return Events(
        **codes,
        units=table[:, 3],
        amount=table[:, 4],
        **{"revenue": table[:, 4], **said, **more},
        customers=customers,
        periods=periods,
        services=services,
    )


def ladder(**settings: Any) -> Ladder:
    rules = {
        name: settings.pop(name) for name in ("thresholds", "changes", "off", "added") if name in settings
    }
    return Ladder(rules=make_rules(**rules), **settings)


def fired(climbed: Climbed, of: Ladder) -> list[tuple[int, str]]:
    """Period and rule of every event, of one customer."""
    log = climbed.log
    return [(t, of.rules[k].name) for t, k in zip(log.period.tolist(), log.rule.tolist(), strict=True)]


def one(rows: Sequence[tuple[float, ...]], of: Ladder | None = None, **more: Any) -> list[tuple[int, str]]:
    """Events of a single customer from rows of period, service, units, amount."""
    of = of or ladder()
    made = [(0, *row) for row in rows]
    periods = int(more.pop("periods", max(row[0] for row in rows) + 1))
    reports = more.pop("reports", None)
    return fired(climb(events_of(made, customers=1, periods=periods, **more), of, reports=reports), of)
