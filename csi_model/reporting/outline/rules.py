"""Rules that the sentences of a report follow: they compare stored cells and compute none.

What may be said of a number is decided here, once for the summary and for the conclusions:

- a base is *small* where fewer than ``SMALL_BASE`` respondents (after weighting) stand behind a number;
- an effect is *established* where its interval is stored and excludes 0;
- it *helps* where moving the driver in its good direction goes with a better target;
- a number stands *above* or *below* another one where its interval, as it is shown, leaves it out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from csi_model.reporting import formats, league_rows, records, usability
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say

SMALL_BASE = 100
"""Effective respondents below which a number carries a word of caution."""

WHOLE = frozenset({league_rows.TOTAL, league_rows.EVERYBODY, ""})
"""What stands for all respondents together in tables of units."""

IndexState = Literal["usable", "provisional", "unusable"]
Action = Literal["improve", "maintain", "watch", "overkill", "single", "open", "contrary"]

_ACTIONS: dict[str, Action] = {
    "improve_first": "improve",
    "keep": "maintain",
    "low_priority": "watch",
    "possible_overkill": "overkill",
}


def base(row: Row) -> float:
    """Return the respondents behind a number: the effective ones where they are stored."""
    effective = records.number(row, "n_eff")
    return records.number(row, "n") if math.isnan(effective) else effective


def is_small(row: Row) -> bool:
    """Say whether a number rests on a small base, counted in whole respondents as it is shown."""
    number = base(row)
    return not math.isnan(number) and round(number) < SMALL_BASE


def base_words(row: Row, language: str) -> str:
    """Return the caution that belongs to a number on a small base, empty where the base is not small."""
    if not is_small(row):
        return ""
    n, effective = records.number(row, "n"), records.number(row, "n_eff")
    if math.isnan(effective) or math.isnan(n) or round(effective) == round(n):
        return say("rule_small_base", language, n=formats.count(round(base(row))))
    counts = {"n": formats.count(n), "n_eff": formats.count(round(effective))}
    return say("rule_small_base_effective", language, **counts)


def known(row: Row, lower: str = "ci_lower", upper: str = "ci_upper") -> bool:
    """Say whether an interval is stored."""
    return not (math.isnan(records.number(row, lower)) or math.isnan(records.number(row, upper)))


def established(row: Row) -> bool:
    """Say whether the effect of a driver is established: its interval is stored and excludes 0."""
    names = ("importance_ci_lower", "importance_ci_upper")
    return known(row, *names) and not records.covers_zero(row, *names)


def helps(content: Content, row: Row) -> bool:
    """Say whether moving a driver in its good direction goes with a better target."""
    good = -1 if records.word(row, "driver") in content.low_is_good else 1
    goal = -1 if records.word(row, "target") in content.low_is_good else 1
    return good * goal * records.number(row, "importance") > 0


def action(content: Content, row: Row) -> Action:
    """Return what the driver map recommends for a driver."""
    if not established(row):
        return "open"
    if not helps(content, row):
        return "contrary"
    return _ACTIONS.get(records.word(row, "quadrant"), "single")


def drivers(content: Content) -> list[Row]:
    """Return the drivers of the headline index that have an importance, highest stored priority first."""
    rows = records.driver_rows(content)
    return [row for row in rows if not math.isnan(records.number(row, "importance"))]


def worth(content: Content) -> list[Row]:
    """Return the drivers whose effect is established and helps, highest stored priority first."""
    return [row for row in drivers(content) if established(row) and helps(content, row)]


def overlap(one: Row, other: Row, lower: str, upper: str) -> bool:
    """Say whether two stored intervals have a point in common."""
    return (
        records.number(one, lower) <= records.number(other, upper)
        and records.number(other, lower) <= records.number(one, upper)
    )  # fmt: skip


def side(row: Row, value: float) -> Literal["above", "below", "open", "unknown"]:
    """Return on which side of ``value`` an index stands by its interval, rounded as it is shown.

    ``open``: the interval holds the value; ``unknown``: there is no interval.
    """
    if not known(row):
        return "unknown"
    lower, upper, at = (round(x, 1) for x in (row["ci_lower"], row["ci_upper"], value))
    return "above" if lower > at else "below" if upper < at else "open"


def index_state(content: Content) -> IndexState:
    """Return whether the index may be used, is provisional (inadmissible solution), or may not be used."""
    if usability.index_usable(content):
        return "usable"
    bad = {verdict.name for verdict in usability.verdicts(content, "en") if verdict.state == "bad"}
    stopped = "converged" in bad or bool(records.finding(content, "negative-weight"))
    return "unusable" if stopped else "provisional"


def gain(content: Content, driver: str) -> Row:
    """Return the stored gain of the headline index from five points of a driver; empty where none is."""
    return next(
        (
            row
            for row in records.pooled(content, "gains")
            if records.word(row, "target") == content.index
            and records.word(row, "driver") == driver
            and abs(records.number(row, "points")) == 5
        ),
        {},
    )


def beyond(content: Content, row: Row) -> bool:
    """Say whether five points of a driver would leave a scale: its own, or that of the index.

    The stored gain is empty then; where no gains are stored, the driver's own scale is looked at.
    """
    stored = gain(content, records.word(row, "driver"))
    if stored:
        return math.isnan(records.number(stored, "gain"))
    at = records.number(row, "performance")
    return at < 5 if records.word(row, "driver") in content.low_is_good else at > 95


def followers(content: Content) -> Iterator[str]:
    """Yield the constructs that follow from the headline index, in model order."""
    after, found = {content.index}, True
    while found:
        more = {target for source, target in content.paths if source in after} - after
        after, found = after | more, bool(more)
    yield from (name for name in content.constructs if name in after and name != content.index)


def whole(rows: list[Row]) -> Row:
    """Return the row of all respondents together among rows of units; empty where there is none."""
    return next((row for row in rows if records.word(row, "unit") in WHOLE), {})


def in_language(text: object, language: str) -> str:
    """Return a text that the study file gives once, or once for each language."""
    if isinstance(text, dict):
        text = text.get(language) or text.get("en") or next(iter(text.values()), "")
    return str(text or "").strip()


def base_sentence(row: Row, language: str) -> str:
    """Return the caution of a small base as a sentence of its own, empty where the base is not small."""
    words = base_words(row, language)
    return say("rule_small_base_sentence", language, base=words) if words else ""


def shares(row: Row, name: str, language: str) -> str:
    """Return the interval of a share as percentages."""
    lower, upper = (formats.percent(row.get(f"{name}_ci_{end}")) for end in ("lower", "upper"))
    return say("rule_between", language, lower=lower, upper=upper)


def amount(value: object) -> str:
    """Return a cost: without decimals from a thousand on."""
    number = math.nan if formats.is_empty(value) else float(value)  # type: ignore[arg-type]
    return formats.number(number, 0 if abs(number) >= 1000 else 1)


def five_points(content: Content, row: Row, language: str) -> str:
    """Say what five points of a driver go with, with the interval in index points where it is stored.

    A move that would leave the scale is not promised.
    """
    driver, target = records.word(row, "driver"), content.label(content.index, language)
    stored = gain(content, driver)
    label = content.label(driver, language)
    if beyond(content, row):
        importance = formats.interval(row["importance_ci_lower"], row["importance_ci_upper"], 2, language)
        return say(
            "five_beyond", language, driver=label, target=target, level=formats.level(_level(content)),
            importance=formats.number(row["importance"], 2), interval=importance,
        )  # fmt: skip
    moved = "fewer" if driver in content.low_is_good else "more"
    impact = records.number(row, "impact_5")
    gained = moved if impact >= 0 else {"fewer": "more", "more": "fewer"}[moved]
    text = say(
        f"impact_{moved}_{gained}", language, driver=label, target=target,
        impact=formats.number(abs(impact), 2),
    )  # fmt: skip
    if known(stored):
        interval = formats.interval(stored["ci_lower"], stored["ci_upper"], 2, language)
        return text + say("five_interval", language, level=formats.level(_level(content)), interval=interval)
    interval = formats.interval(row["importance_ci_lower"], row["importance_ci_upper"], 2, language)
    return text + say(
        "five_importance", language, level=formats.level(_level(content)), interval=interval,
        importance=formats.number(row["importance"], 2),
    )  # fmt: skip


def _level(content: Content) -> float:
    return records.confidence(content)
