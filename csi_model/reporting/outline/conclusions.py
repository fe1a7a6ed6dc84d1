"""Conclusions: what follows from the results by stated rules, and what does not.

Recommendations come from the driver map alone (``recommendations``), and only where the effects of the
fit may be used; else it is said what to do first. What customers answered on complaints, loyalty and
recommendation needs no model and stands in any case. Units that a test calls clearly worse than all others
together are named.
"""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import (
    comparable,
    formats,
    league_rows,
    records,
    retold,
    sentences,
    treatments,
    usability,
    wave_charts,
)
from csi_model.reporting.content import Content
from csi_model.reporting.measures.funnel_bars import funnel_rows
from csi_model.reporting.measures.rows import measure_rows
from csi_model.reporting.outline import rules
from csi_model.reporting.outline.blocks import Block, Heading, Points, Table, Text
from csi_model.reporting.outline.provenance import structure
from csi_model.reporting.outline.recommendations import plan, recommendation_view, recommendations
from csi_model.reporting.outline.summary import OTHER_MEASURES, complained, followers, measure
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say


def conclusions(content: Content, language: str) -> Iterator[Block]:
    """What to do, what customers did and said, what needs care, what cannot be concluded."""
    yield from _recommended(content, language)
    for key, texts in (
        ("h_first_units", list(behind(content, language))),
        ("h_customers", list(customers(content, language))),
        ("h_cautions", list(cautions(content, language))),
        ("h_not_concluded", list(not_concluded(content, language))),
    ):
        if texts:
            yield Heading(text=say(key, language))
            yield Points(texts=tuple(texts))


def _recommended(content: Content, language: str) -> Iterator[Block]:
    found = rules.drivers(content)
    target = content.label(content.index, language)
    yield Heading(text=say("h_recommendations", language))
    if found and not usability.usable(content):
        alert = usability.alert(content, language)
        yield Text(text=say("advise_unusable", language), look="stop")
        if alert is not None:
            yield Text(text=say("advise_instead", language, remedy=alert.remedy))
        return
    if not found:
        yield Text(text=say("advise_no_drivers", language, target=target))
        return
    texts = list(recommendations(content, language))
    if not any(rules.action(content, row) in {"improve", "single"} for row in found):
        yield Text(text=say("advise_none_first", language, target=target))
    if texts:
        yield Points(texts=tuple(texts), numbered=True)
    yield Table(view=recommendation_view(content, language), titled=True)
    yield Text(text=say("advise_how", language, target=target), look="small")
    if plans := list(plan(content, language)):
        yield Heading(text=say("h_plan", language), level=4)
        yield Points(texts=tuple(plans))


def behind(content: Content, language: str) -> Iterator[str]:
    """Name the units of the lowest level that the stored test calls clearly worse than all others together,
    those within the same parent where units have one.
    """
    columns = league_rows.unit_columns(content)
    worse = "higher" if content.index in content.low_is_good else "lower"
    rows = league_rows.rows_where(
        content, "differences", construct=content.index, kind="rest", verdict=worse
    )  # fmt: skip
    names = [
        name
        for row in rows
        if len(league_rows.unit_parts(content, name := records.word(row, "unit_2"))) == len(columns)
    ]
    if names:
        short = league_rows.short_labels(content, names, language)
        named = sentences.some([short[name] for name in names], language)
        yield say(
            "behind_parent" if len(columns) > 1 else "behind_all", language, names=named,
            target=content.label(content.index, language), parent=columns[-2] if len(columns) > 1 else "",
        )  # fmt: skip


def customers(content: Content, language: str) -> Iterator[str]:
    """Say what was measured of complaints, loyalty and recommendation, for all respondents."""
    stages = funnel_rows(content, "funnel")
    first = rules.whole([row for row in stages if records.word(row, "stage") == "complained"])
    if first and not formats.is_empty(first.get("share_of_all")):
        yield complained(content, first, language)
    for row in stages:
        if records.word(row, "stage") == "handled_well" and records.word(row, "unit") in rules.WHOLE:
            yield from _stage("customers_handled", content, row, language)
    yield from _recovery(content, language)
    for name in OTHER_MEASURES:
        row = rules.whole(measure_rows(content, (name,)))
        if row and not formats.is_empty(row.get("value")):
            yield measure(content, row, language)
    if rules.index_state(content) != "unusable":
        yield from followers(content, language)


def _stage(key: str, content: Content, row: Row, language: str) -> Iterator[str]:
    if formats.is_empty(row.get("share_of_previous")):
        return
    text = say(
        key, language, share=formats.percent(row["share_of_previous"]),
        level=formats.level(records.confidence(content)),
        interval=rules.shares(row, "share_of_previous", language), n=formats.count(row.get("stage_base")),
    )  # fmt: skip
    yield sentences.together([text, _base(row, language)], language)


def _base(row: Row, language: str) -> str:
    return rules.base_sentence({"n": row.get("stage_base"), "n_eff": row.get("n_eff")}, language)


def _recovery(content: Content, language: str) -> Iterator[str]:
    """Recommend good handling only where those handled well stay clearly more often."""
    row = rules.whole(measure_rows(content, ("recovery_gap",)))
    if not row or not rules.known(row) or formats.is_empty(row.get("value")):
        return
    clear = not records.covers_zero(row, "ci_lower", "ci_upper")
    key = ("more" if records.number(row, "value") > 0 else "less") if clear else "open"
    text = say(
        f"recovery_{key}", language, value=formats.number(abs(records.number(row, "value"))),
        level=formats.level(records.confidence(content)),
        interval=formats.interval(row["ci_lower"], row["ci_upper"], 1, language),
    )  # fmt: skip
    yield sentences.together([text, rules.base_sentence(row, language)], language)


def cautions(content: Content, language: str) -> Iterator[str]:
    """Say what to keep in mind: comparability, waves, missing answers, the model, a small base."""
    if words := rules.base_words(records.headline(content), language):
        yield say("caution_small", language, base=words)
    if rules.index_state(content) == "provisional":
        yield say("caution_provisional", language)
    yield from _comparability(content, language)
    waves = records.across(content, "wave_checks")
    differ = [row for row in waves if not league_rows.flag(row, "same")]
    last = wave_charts.waves_of(content)[-2:]
    differ = [row for row in differ if [row.get("wave_1"), row.get("wave_2")] == last] or differ[:1]
    if differ:
        one, two = (records.word(differ[0], name) for name in ("wave_1", "wave_2"))
        same = [row for row in differ if [row.get("wave_1"), row.get("wave_2")] == [one, two]]
        subjects = [
            league_rows.worded("wave_subject", records.word(row, "subject"), language) for row in same
        ]
        names = sentences.joined(list(dict.fromkeys(subjects)), language)
        yield say("checks_differ", language, wave_1=one, wave_2=two, subjects=names)
    if records.finding(content, "missing-data-matters") and (
        text := treatments.treatments_text(content, language)
    ):
        yield text
    if structure(content) == "reconstructed":
        yield say("structure_reconstructed", language)


def _comparability(content: Content, language: str) -> Iterator[str]:
    if not content.by:
        return
    box = comparable.box(content, language)
    if box is None:
        yield say("caution_untested", language)
        return
    for answer in box.answers:
        if answer.state != "good":
            yield answer.title + say("outline_stop", language) + say("space", language) + answer.text
    if left_out := records.word(records.finding(content, "groups-left-out"), "what"):
        yield retold.retold(content, left_out, language)
    if not box.answers and box.text:
        yield box.text


def not_concluded(content: Content, language: str) -> Iterator[str]:
    """Say what the numbers do not show, whatever they are."""
    target = content.label(content.index, language)
    if rules.drivers(content) and usability.usable(content):
        yield say("not_cause", language, target=target)
        by_action: dict[str, list[str]] = {}
        for row in rules.drivers(content):
            name = content.label(records.word(row, "driver"), language)
            by_action.setdefault(rules.action(content, row), []).append(name)
        for action in ("open", "contrary"):
            if names := by_action.get(action, []):
                yield say(f"not_{action}", language, names=sentences.joined(names, language), target=target)
    yield say("not_percent", language, target=target)
    if content.by and any(group.state != "suppressed" for group in records.groups(content)):
        yield say("not_ranked", language)
    hidden = [group.label for group in records.groups(content) if group.state == "suppressed"]
    if hidden:
        yield say("not_suppressed", language, names=sentences.some(hidden, language))
