"""From climbed ladders to tables, and to the files on single customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from csi_model.frames import typed_frame
from csi_model.measures.ladder import Climbed
from csi_model.measures.ladder_facts import Codes
from csi_model.measures.ladder_reading import Book
from csi_model.measures.ladder_rules import CHANGES, Ladder, Rule
from csi_model.measures.ladder_words import reasons
from csi_model.measures.quantities import mean_of, measure_tables, share_of
from csi_model.model.spec import Construct, Indicator, ModelSpec, Scale
from csi_model.survey.survey import ANSWERED, Survey
from csi_model.vocabulary import MEASURES, term

OFF = "the rule is switched off"
NO_REPORTS = "no intelligence file was given"
CUSTOMER_COLUMNS = (
    "customer", "first_period", "level_start", "level_end", "lowest", "highest", "periods_up", "periods_down",
)  # fmt: skip
"""Columns of the file on customers, groups aside."""

LINE_BREAKS = str.maketrans("\r\n", "  ")


def ladder_tables(climbed: Climbed, ladder: Ladder, book: Book) -> dict[str, pd.DataFrame]:
    """Levels at start and end, moves between them, what the rules did, the mean level by period."""
    return {
        "ladder_levels": _levels(climbed, ladder),
        "ladder_moves": _moves(climbed, ladder),
        "ladder_rules": _rules(climbed, ladder, reported=book.reports is not None),
        "ladder_trend": _trend(climbed, book.periods),
    }


def _counts(levels: Codes, ladder: Ladder) -> Codes:
    return np.bincount(levels, minlength=ladder.levels + 1)[1:]


def _levels(climbed: Climbed, ladder: Ladder) -> pd.DataFrame:
    start, end = _counts(climbed.start, ladder), _counts(climbed.end, ladder)
    total = len(climbed.start)
    rows = [
        {
            "level": str(level + 1),
            "customers_start": int(start[level]),
            "share_start": 100 * float(start[level]) / total,
            "customers_end": int(end[level]),
            "share_end": 100 * float(end[level]) / total,
        }
        for level in range(ladder.levels)
    ]
    return typed_frame(MEASURES["ladder_levels"], rows)


def _moves(climbed: Climbed, ladder: Ladder) -> pd.DataFrame:
    """From every level that somebody started on to every level."""
    size = ladder.levels
    pairs = (climbed.start - 1) * size + climbed.end - 1
    matrix = np.bincount(pairs, minlength=size * size).reshape(size, size)
    rows = [
        {
            "level_start": a + 1,
            "level_end": b + 1,
            "customers_moved": int(matrix[a, b]),
            "share_moved": 100 * float(matrix[a, b]) / float(matrix[a].sum()),
        }
        for a in np.flatnonzero(matrix.sum(axis=1)).tolist()
        for b in range(size)
    ]
    return typed_frame(MEASURES["ladder_moves"], rows)


def _rules(climbed: Climbed, ladder: Ladder, *, reported: bool) -> pd.DataFrame:
    rows = []
    for k, rule in enumerate(ladder.rules):
        why = _silent(rule, reported=reported)
        counts: dict[str, Any] = {
            "times_met": int(climbed.met[k]),
            "times_counted": int(climbed.applied[k]),
            "customers_moved": int(climbed.customers[k]),
            "steps": int(climbed.applied[k]) * rule.change,
        }
        rows.append(
            {
                "ladder_rule": rule.name,
                "ladder_event": event_of(rule),
                "ladder_thresholds": rule.thresholds,
                "levels_each": rule.change,
                **(dict.fromkeys(counts) if why else counts),
                "why": why,
            }
        )
    return typed_frame(MEASURES["ladder_rules"], rows)


def _silent(rule: Rule, *, reported: bool) -> str:
    if not rule.on:
        return OFF
    asks = any(one.gauge == "competitor_share" for one in rule.conditions)
    return NO_REPORTS if asks and not reported else ""


def event_of(rule: Rule) -> str:
    """The word for what a rule is about; for one of the user's own its name."""
    return f"ladder_event_{rule.name}" if rule.name in CHANGES else rule.name


def _trend(climbed: Climbed, periods: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "ladder_period": period,
            "customers_there": int(climbed.present[t]),
            "customers_new": int(climbed.entered[t]),
            "mean_level": float(climbed.level_sum[t]) / int(climbed.present[t]),
            "customers_up": int(climbed.up[t]),
            "customers_down": int(climbed.down[t]),
        }
        for t, period in enumerate(periods)
    ]
    return typed_frame(MEASURES["ladder_trend"], rows)


def ladder_measures(
    climbed: Climbed, ladder: Ladder, book: Book, *, level: float, min_base: int
) -> dict[str, pd.DataFrame]:
    """Mean level and who rose or fell, by group, with intervals: customers as a sample of such customers."""
    change = (climbed.end - climbed.start).astype(float)
    item, all_levels, most = "ladder_customers", f"1-{ladder.levels}", float(ladder.levels)
    quantities = [
        mean_of(
            climbed.end,
            measure="ladder_level",
            item=item,
            metric="levels",
            counted=all_levels,
            bounds=(1.0, most),
        ),
        mean_of(change, measure="ladder_change", item=item, metric="levels", bounds=(1 - most, most - 1)),
        share_of(change > 0, measure="ladder_up", item=item),
        share_of(change < 0, measure="ladder_down", item=item),
    ]
    return measure_tables(quantities, _survey(climbed, ladder, book), level=level, min_base=min_base)


def _survey(climbed: Climbed, ladder: Ladder, book: Book) -> Survey:
    """The customers as respondents, their level at the end as their answer."""
    size = len(climbed.end)
    item = Indicator(name="level", scale=Scale(low=1.0, high=float(ladder.levels)))
    model = ModelSpec(
        name="ladder",
        title=MappingProxyType({"en": "Ladder", "zh": "台阶"}),
        index="",
        constructs=(Construct(name="ladder", indicators=(item,)),),
        paths=(),
    )
    return Survey(
        model=model,
        answers=climbed.end[:, None].astype(float),
        reasons=np.full((size, 1), ANSWERED, dtype=np.int8),
        rows=np.arange(2, size + 2, dtype=np.int64),
        weights=np.ones(size),
        by=tuple(book.groups),
        groups=tuple(book.groups.values()),
        read_rows=size,
        source=book.source,
        sha256=book.sha256,
    )


def again_reported(climbed: Climbed, ladder: Ladder) -> int:
    """Counted events about competitors that follow one of the same customer in the period before."""
    asks = [
        k
        for k, rule in enumerate(ladder.rules)
        if any(one.gauge == "competitor_share" for one in rule.conditions)
    ]
    rows = np.isin(climbed.log.rule, asks) & climbed.log.counted
    pairs = np.unique(np.stack([climbed.log.customer[rows], climbed.log.period[rows]]), axis=1)
    return int(((np.diff(pairs[0]) == 0) & (np.diff(pairs[1]) == 1)).sum())


def customer_frame(climbed: Climbed, book: Book) -> pd.DataFrame:
    """One row a customer: when he came, his levels, how often he rose and fell."""
    groups: Mapping[str, Any] = {name: list(values) for name, values in book.groups.items()}
    return pd.DataFrame(
        {
            "customer": list(book.customers),
            **groups,
            "first_period": np.array(book.periods, dtype=object)[climbed.entry],
            "level_start": climbed.start,
            "level_end": climbed.end,
            "lowest": climbed.lowest,
            "highest": climbed.highest,
            "periods_up": climbed.rises,
            "periods_down": climbed.falls,
        }
    )


def log_frame(climbed: Climbed, ladder: Ladder, book: Book, language: str = "en") -> pd.DataFrame:
    """One row an event: whom it moved, when, from which to which level, by which rule and why in words.

    A customer with several events in a period has as many rows, all with the levels before and after the
    period; ``counted`` says which events were taken.
    """
    log = climbed.log
    changes = np.array([rule.change for rule in ladder.rules], dtype=np.int64)
    events = [term(event_of(rule), language) for rule in ladder.rules]
    return pd.DataFrame(
        {
            "customer": _named(book.customers, log.customer),
            "period": _named(book.periods, log.period),
            "rule": _named([rule.name for rule in ladder.rules], log.rule),
            "event": _named(events, log.rule),
            "change": changes[log.rule],
            "counted": _named(["no", "yes"], log.counted.astype(np.int64)),
            "period_change": log.step,
            "level_from": log.level_from,
            "level_to": log.level_to,
            "why": reasons(log, ladder, book.services, language),
            "destination": _named(book.destinations, log.destination),
            "reason": _named(book.reasons, log.reason),
        }
    )


def _named(names: Sequence[str], codes: Codes) -> Any:
    """Names by code, each kept once; a gap for -1. Line breaks become blanks."""
    places: dict[str, int] = {}
    place = [places.setdefault(name.translate(LINE_BREAKS), len(places)) for name in names]
    kept: pd.Index[Any] = pd.Index(list(places), dtype=object)
    return pd.Categorical.from_codes(np.array([*place, -1], dtype=np.int64)[codes], categories=kept)
