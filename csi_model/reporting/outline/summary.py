"""The summary: the three findings that matter, chosen by fixed rules, each with its margin.

1. *Where the index stands*: its value and interval; on which side of each target its interval lies; whether
   the stored test calls the change since the wave before clear.
2. *Who differs*: with ranks, who can be told apart at the top and at the bottom; with groups but no ranks,
   whether the highest and the lowest interval overlap; with neither, the construct whose interval lies above
   (below) those of all others.
3. *What matters most*: the driver of the highest stored priority among those whose effect is established and
   helps, and what five points of it go with; where the effects of the fit may not be used, that they may not.

Where the tables hold nothing for the second or third, other measures stand in: recommendation (NPS), the
share who complain, shares of satisfied or returning customers, then the constructs that follow from the
index. What is said of a number on a small base says so; suppressed groups are not mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, interval_methods, records, sentences, usability, wave_charts
from csi_model.reporting.content import Content
from csi_model.reporting.league_charts import signed
from csi_model.reporting.league_rows import benchmarks, clear, rows_where, trend_rows, wave_column
from csi_model.reporting.measures.funnel_bars import funnel_rows
from csi_model.reporting.measures.rows import DIGITS, item_label, measure_rows
from csi_model.reporting.measures.shares_sections import capital, with_unit
from csi_model.reporting.outline import differing, rules
from csi_model.reporting.outline.blocks import Block, Points, Text
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

FINDINGS = 3
"""Findings of a summary."""

BENCHMARKS = 3
"""Targets that the first finding is held against; charts show all."""

OTHER_MEASURES = ("nps", "complaint_rate", "satisfaction_rate", "repurchase_rate", "recommendation_rate",
                  "retention", "csat")  # fmt: skip
"""Measures that stand in for a missing finding, the first of them first."""


def summary(content: Content, language: str) -> Iterator[Block]:
    """The three findings that matter, each with its margin, and how sure they are."""
    found = list(findings(content, language))
    yield Points(texts=tuple(found), numbered=True)
    if text := how_sure(content, language):
        yield Text(text=text, look="small")


def findings(content: Content, language: str) -> Iterator[str]:
    """Yield the findings in their order, at most ``FINDINGS``."""
    spare = other_measures(content, language)
    yield level(content, language)
    for made in (differing.who(content, language), matters(content, language)):
        if text := made or next(spare, ""):
            yield text


def level(content: Content, language: str) -> str:
    """Say where the headline index stands, against its targets and the wave before.

    Where groups are waves, the last one stands for the index, not all of them together.
    """
    wave, row = _current(content)
    state, construct = rules.index_state(content), content.label(content.index, language)
    if formats.is_empty(row.get("index")):
        why = sentences.reason(records.word(row, "why"), language)
        return say("headline_none", language, construct=construct, why=why)
    if state == "unusable":
        return say("summary_unusable", language, construct=construct)
    said = {"construct": construct, "index": formats.number(row["index"]), "wave": wave}
    if rules.known(row):
        said |= {
            "level": formats.level(records.confidence(content)),
            "interval": formats.interval(row["ci_lower"], row["ci_upper"], 1, language),
        }
        kind = "_wave" if wave else "_waves" if wave_column(content) else ""
        first = say(f"summary_level{kind}", language, **said)
    else:
        why = sentences.reason(records.word(row, "why"), language)
        first = say("summary_level_bare", language, why=why, **said)
    texts = [first, rules.base_sentence(row, language)]
    texts.append(say("summary_provisional", language) if state == "provisional" else "")
    texts += targets(content, row, language)
    texts.append(change(content, language))
    return sentences.together(texts, language)


def _current(content: Content) -> tuple[str, Row]:
    """The wave and row that the index is told from: the last wave where groups are waves, else no wave."""
    wave, row = _last_wave(content)
    if wave_column(content) and rules.known(row):
        return wave, row
    return "", records.headline(content)


def _last_wave(content: Content) -> tuple[str, Row]:
    """The last wave and the trend of the whole in it; of the one unit there is, where there is no whole."""
    waves = wave_charts.waves_of(content)
    rows = trend_rows(content, content.index)
    units = {records.word(row, "unit") for row in rows}
    for row in rows:
        whole = records.word(row, "unit") in rules.WHOLE or len(units) == 1
        if whole and records.word(row, "wave") == waves[-1]:
            return waves[-1], row
    return "", {}


def targets(content: Content, row: Row, language: str) -> Iterator[str]:
    """Say on which side of each target the interval of the index lies, never by the value alone."""
    for mark in benchmarks(content, content.index, language)[:BENCHMARKS]:
        where = rules.side(row, mark.value)
        value = formats.number(mark.value)
        yield say(f"summary_target_{where}", language, label=mark.label, value=value)


def change(content: Content, language: str) -> str:
    """Say whether the index of the whole changed clearly since the wave before, empty without waves."""
    waves, (wave, row) = wave_charts.waves_of(content), _last_wave(content)
    if len(waves) < 2 or formats.is_empty(row.get("index")):
        return ""
    said = {"wave_1": waves[-2], "wave_2": wave}
    moved = records.number(row, "change")
    if formats.is_empty(row.get("change")) or records.word(row, "verdict") in {"", "not tested"}:
        return say("summary_change_untested", language, **said)
    key = ("rose" if moved > 0 else "fell") if clear(row) else "unclear"
    return say(
        f"summary_change_{key}", language, level=formats.level(records.confidence(content)),
        change=formats.number(abs(moved)) if clear(row) else signed(moved),
        interval=formats.interval(row.get("change_ci_lower"), row.get("change_ci_upper"), 1, language),
        index=formats.number(row["index"]), **said,
    )  # fmt: skip


def matters(content: Content, language: str) -> str:
    """Say which driver has the highest priority and what goes with it, empty where there are no drivers."""
    if not rules.drivers(content):
        return ""
    target = content.label(content.index, language)
    if not usability.usable(content):
        return say("summary_drivers_unusable", language, target=target)
    found = rules.worth(content)
    if not found:
        return say("summary_drivers_open", language, target=target)
    first = found[0]
    name = content.label(records.word(first, "driver"), language)
    ranked = len(rules.drivers(content)) > 1 and not formats.is_empty(first.get("priority"))
    opening = say("summary_matters" if ranked else "summary_driver", language, driver=name, target=target)
    texts = [opening, rules.five_points(content, first, language), _rival(content, found, language)]
    return sentences.together([*texts, say("summary_association", language)], language)


def _rival(content: Content, found: list[Row], language: str) -> str:
    """Say with which drivers the first one shares a part of the interval of its importance."""
    ends = ("importance_ci_lower", "importance_ci_upper")
    close = [row for row in found[1:] if rules.overlap(found[0], row, *ends)]
    if not close:
        return ""
    names = [content.label(records.word(row, "driver"), language) for row in close]
    first = content.label(records.word(found[0], "driver"), language)
    return say("summary_rival", language, driver=first, names=sentences.some(names, language))


def other_measures(content: Content, language: str) -> Iterator[str]:
    """Yield what stands in for a missing finding: other measures, then what follows from the index."""
    for name in OTHER_MEASURES:
        row = rules.whole(measure_rows(content, (name,)))
        if row and not formats.is_empty(row.get("value")):
            yield measure(content, row, language)
    stages = [row for row in funnel_rows(content, "funnel") if records.word(row, "stage") == "complained"]
    row = rules.whole(stages)
    if row and not formats.is_empty(row.get("share_of_all")):
        yield complained(content, row, language)
    if rules.index_state(content) != "unusable":
        yield from followers(content, language)


def measure(content: Content, row: Row, language: str) -> str:
    """Say a value of ``measures`` with its interval and base."""
    digits = DIGITS.get(records.word(row, "metric"), 2)
    said = {
        "measure": capital(term(records.word(row, "measure"), language)),
        "item": item_label(content, row, language), "value": with_unit(row, language),
        "n": formats.count(row.get("n")),
    }  # fmt: skip
    key = "shares_value" if rules.known(row) else "shares_value_only"
    if rules.known(row):
        said["level"] = formats.level(records.confidence(content))
        said["interval"] = formats.interval(row["ci_lower"], row["ci_upper"], digits, language)
    return sentences.together([say(key, language, **said), rules.base_sentence(row, language)], language)


def complained(content: Content, row: Row, language: str) -> str:
    """Say which share of the customers complained."""
    text = say(
        "summary_complained", language, share=formats.percent(row["share_of_all"]),
        level=formats.level(records.confidence(content)), n=formats.count(row.get("stage_base")),
        interval=rules.shares(row, "share_of_all", language),
    )  # fmt: skip
    return sentences.together([text, rules.base_sentence(row, language)], language)


def followers(content: Content, language: str) -> Iterator[str]:
    """Say where each construct stands that follows from the headline index."""
    rows = {records.word(row, "construct"): row for row in records.index_rows(content)}
    for name in rules.followers(content):
        row = rows.get(name, {})
        if formats.is_empty(row.get("index")) or not rules.known(row):
            continue
        text = say(
            "summary_follower", language, construct=content.label(name, language),
            index=formats.number(row["index"]), level=formats.level(records.confidence(content)),
            interval=formats.interval(row["ci_lower"], row["ci_upper"], 1, language),
        )  # fmt: skip
        low = say("low_is_good", language, constructs=content.label(name, language))
        yield sentences.together([text, low if name in content.low_is_good else ""], language)


def how_sure(content: Content, language: str) -> str:
    """Say what the summary rests on: base, level, margin, weights."""
    row = records.headline(content)
    if formats.is_empty(row.get("index")) or formats.is_empty(row.get("n")):
        return ""
    n, effective = row["n"], records.number(row, "n_eff")
    weighted = not formats.is_empty(effective) and round(effective) != round(n)
    counts = {"n": formats.count(n), "n_eff": formats.count(round(effective)) if weighted else ""}
    texts = [say("sure_base_weighted" if weighted else "sure_base", language, **counts)]
    if rules.known(row):
        level = formats.level(records.confidence(content))
        texts.append(
            say("sure_level", language, level=level, method=interval_methods.named(content, language))
        )
    exact = rules.whole(rows_where(content, "precision", construct=content.index))
    if exact and not formats.is_empty(exact.get("half_width")):
        texts.append(say("sure_margin", language, margin=formats.number(exact["half_width"])))
    if rule := records.word(row, "weight_rule"):
        texts.append(say("sure_rule", language, rule=term(rule, language)))
    weight = str(content.manifest.get("weight") or "")
    texts.append(say("sure_weight" if weight else "sure_unweighted", language, weight=weight))
    return sentences.together(texts, language)
