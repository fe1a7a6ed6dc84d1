"""What a page shows of shares and means, topic by topic, and the rows of each."""

from __future__ import annotations

from dataclasses import dataclass

from csi_model.reporting import fonts, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.measures.rows import item_label, measure_rows, several_units
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import say
from csi_model.vocabulary import term


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One part of the page.

    Attributes
    ----------
    key
        Name of the measure that was asked for, and of the chart.
    measures
        Rows of ``measures`` that belong to it.
    charted
        Those that the chart shows; they are in one unit of measurement.
    distributions
        Measures of ``answer_shares`` that belong to it; none where the answers are yes and no.
    axis
        Phrase that says what the axis of the chart shows.
    digits
        Decimals in the chart.
    """

    key: str
    measures: tuple[str, ...]
    charted: tuple[str, ...]
    distributions: tuple[str, ...] = ()
    axis: str = "shares_axis_percent"
    digits: int = 1


def _rate(key: str, *distributions: str) -> Topic:
    return Topic(key=key, measures=(key,), charted=(key,), distributions=distributions)


_SATISFACTION = ("satisfaction_rate", "satisfaction_rate_of_all", "satisfaction_degree")
_BOXES = ("top_box", "bottom_box", "net_box")
_ZONES = ("nps_promoters", "nps_passives", "nps_detractors")

TOPICS = (
    Topic(
        key="satisfaction_rate",
        measures=_SATISFACTION,
        charted=_SATISFACTION,
        distributions=("satisfaction_rate",),
        axis="shares_axis_rate_degree",
    ),
    Topic(key="boxes", measures=_BOXES, charted=_BOXES, distributions=("boxes",)),
    Topic(
        key="mean_score",
        measures=("mean_score", "percent_of_max", "percent_of_range"),
        charted=("mean_score",),
        distributions=("mean_score",),
        axis="shares_axis_units",
        digits=2,
    ),
    Topic(key="csat", measures=("csat", "csat_mean"), charted=("csat",), distributions=("csat",)),
    Topic(
        key="ces",
        measures=("ces_v2", "ces_v2_mean", "ces_v1", "ces_v1_mean"),
        charted=("ces_v2", "ces_v1"),
        distributions=("ces",),
    ),
    Topic(
        key="nps",
        measures=("nps", "nps_adjusted", *_ZONES),
        charted=("nps",),
        distributions=("nps",),
        axis="shares_axis_points",
    ),
    Topic(
        key="retention",
        measures=("retention", "churn", "expected_lifetime"),
        charted=("retention", "churn"),
    ),
    _rate("repurchase_rate", "repurchase_rate"),
    _rate("recommendation_rate", "recommendation_rate"),
    _rate("complaint_rate"),
)


def chart_rows(content: Content, topic: Topic) -> list[Row]:
    """Rows that the chart of a topic shows: by question and measure, without groups by measure."""
    rows = measure_rows(content, topic.charted)
    if several_units(rows):
        return rows
    return sorted(rows, key=lambda row: topic.charted.index(records.word(row, "measure")))


def answer_rows(content: Content, topic: Topic) -> list[Row]:
    """Rows of ``answer_shares`` of a topic, where there are more answers than yes and no."""
    rows = [
        row
        for row in records.across(content, "answer_shares")
        if records.word(row, "measure") in topic.distributions
    ]
    return rows if len({records.word(row, "answer") for row in rows}) > 2 else []


def unit_name(content: Content, row: Row, language: str) -> str:
    """The unit of a row in words."""
    return league_rows.unit_label(content, records.word(row, "unit"), language)


def note_of(row: Row, language: str, room: float = 136.0) -> str:
    """Why a row has no number, in one short line of at most ``room`` points."""
    why = records.word(row, "why")
    if why.startswith("suppressed"):
        return say("group_suppressed", language)
    return fonts.shorten(reason(why, language), theme.SIZE_SMALL, room)


def row_label(content: Content, row: Row, rows: list[Row], language: str) -> str:
    """What a row among others is called: by its unit, by its question where there are no groups."""
    return unit_name(content, row, language) if several_units(rows) else item_label(content, row, language)


def heading(content: Content, row: Row, rows: list[Row], language: str) -> str:
    """What a block of rows is called: by measure and question, as far as these differ among the rows."""
    parts = []
    if len({records.word(one, "measure") for one in rows}) > 1:
        parts.append(term(records.word(row, "measure"), language))
    if several_units(rows) and len({records.word(one, "item") for one in rows}) > 1:
        parts.append(item_label(content, row, language))
    return " · ".join(parts)
