"""Recommendations drawn from the driver map: what is done about each driver, in the order of priority.

===================================  ==========================================================
stored cells of the driver           recommendation
===================================  ==========================================================
interval of the importance has 0     none: an effect is not established
effect against the good direction    none: drivers overlap, or better goes with worse
quadrant ``improve_first``           improve first: matters more, stands lower than the average driver
quadrant ``keep``                    maintain: matters more, stands higher
quadrant ``low_priority``            watch: matters less, stands lower
quadrant ``possible_overkill``       check the effort: matters less, stands higher
no quadrant (one driver)             improve: the only driver
===================================  ==========================================================

Rows stand by the stored priority, the highest first. A move beyond the end of a scale is not promised.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import signed
from csi_model.reporting.outline import rules
from csi_model.reporting.records import Row
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    interval_column,
    labelled,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import term

ADVISED = ("improve", "maintain", "watch", "overkill", "single")
"""Actions that are a recommendation; the others say why there is none."""


def recommendations(content: Content, language: str) -> Iterator[str]:
    """Yield one sentence on every driver with a recommendation, the highest stored priority first."""
    for row in rules.drivers(content):
        action = rules.action(content, row)
        if action in ADVISED:
            yield recommendation(content, row, action, language)


def recommendation(content: Content, row: Row, action: str, language: str) -> str:
    """Return what to do about a driver, why, and what five points of it go with."""
    first = say(
        f"advise_{action}", language, driver=content.label(records.word(row, "driver"), language),
        target=content.label(content.index, language), performance=formats.number(row.get("performance")),
        importance=formats.number(row.get("importance"), 2),
    )  # fmt: skip
    return sentences.together([first, rules.five_points(content, row, language)], language)


def recommendation_view(content: Content, language: str) -> View:
    """Every driver with its recommendation and rule, importance, performance, gain of five points."""

    def action(row: Row) -> str:
        return say(f"action_{rules.action(content, row)}", language)

    def rule(row: Row) -> str:
        return say(f"rule_of_{rules.action(content, row)}", language)

    def gained(row: Row) -> str:
        if rules.beyond(content, row):
            return say("advise_beyond", language)
        driver = records.word(row, "driver")
        better = -1 if driver in content.low_is_good else 1
        stored = rules.gain(content, driver)
        value = records.number(stored, "gain") if stored else better * records.number(row, "impact_5")
        return formats.EMPTY if math.isnan(value) else signed(value, 2)

    return view(
        say("h_recommendations", language),
        text_column(
            column_title("drivers", "driver", language),
            lambda row: labelled(content, records.word(row, "driver"), language),
        ),
        [
            text_column(say("advise_col_action", language), action),
            text_column(say("advise_col_rule", language), rule),
            number_column("drivers", "importance", 2, language),
            interval_column(content, language, 2, "importance_ci"),
            number_column("drivers", "performance", 1, language),
            Column(title=say("advise_col_gain", language), show=gained, explained=False,
                   absent=formats.EMPTY),
            number_column("drivers", "priority", 2, language),
        ],
        [("", rules.drivers(content))],
        language,
        strong=lambda row: rules.action(content, row) == "improve",
    )  # fmt: skip


def plan(content: Content, language: str) -> Iterator[str]:
    """Say what the cheapest way to the target costs and which drivers it pushes, for all respondents."""
    rows = [row for row in records.across(content, "target_plan") if records.word(row, "unit") in rules.WHOLE]
    for goal in [row for row in rows if not _of_driver(row)]:
        key = f"target_plan_{records.word(goal, 'verdict')}"
        if math.isnan(records.number(goal, "level_to")) or not has(key):
            continue
        text = say(
            key, language, unit=league_rows.unit_label(content, records.word(goal, "unit"), language),
            target=content.label(records.word(goal, "target"), language),
            level_from=formats.number(goal["level_from"]), level_to=formats.number(goal["level_to"]),
            cost=rules.amount(goal.get("cost")),
        )  # fmt: skip
        mine = [
            row for row in rows if _of_driver(row) and row["target"] == goal["target"] and _is_pushed(row)
        ]
        yield sentences.together([text, _pushes(content, mine, language)], language)


def _of_driver(row: Row) -> bool:
    return records.word(row, "driver") not in {"", records.word(row, "target")}


def _is_pushed(row: Row) -> bool:
    return records.word(row, "verdict") not in {"", "not_pushed"} and records.number(row, "push") != 0


def _pushes(content: Content, rows: Sequence[Row], language: str) -> str:
    named = []
    for row in rows:
        if math.isnan(records.number(row, "push")):
            continue
        held = records.word(row, "verdict") != "pushed"
        named.append(
            say(
                "plan_push_held" if held else "plan_push", language,
                driver=content.label(records.word(row, "driver"), language),
                push=signed(records.number(row, "push"), 2),
                limit=term(records.word(row, "verdict"), language),
            )
        )  # fmt: skip
    return say("plan_pushes", language, names=sentences.joined(named, language)) if named else ""
