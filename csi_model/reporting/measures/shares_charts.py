"""Charts of shares and means."""

from __future__ import annotations

from matplotlib.axes import Axes

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.answer_bars import answer_chart
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.funnel_bars import funnel_chart, funnel_rows, recovery_chart
from csi_model.reporting.measures.rows import several_units
from csi_model.reporting.measures.share_topics import (
    TOPICS,
    Topic,
    answer_rows,
    chart_rows,
    heading,
    note_of,
    row_label,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import term


def rate_chart(content: Content, topic: Topic, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the measures of a topic with their intervals, a row for each unit or question."""
    rows = chart_rows(content, topic)
    dots, last = [], ""
    for row in rows:
        title = heading(content, row, rows, language)
        dots.append(
            Dot(
                label=row_label(content, row, rows, language),
                value=records.number(row, "value"),
                lower=records.number(row, "ci_lower"),
                upper=records.number(row, "ci_upper"),
                note=note_of(row, language),
                strong=several_units(rows) and records.word(row, "unit") == league_rows.EVERYBODY,
                heading=title if title != last else "",
                digits=topic.digits,
            )
        )
        last = title
    return dot_chart(
        dots,
        name=topic.key,
        title=term(topic.key, language),
        axis=say(topic.axis, language, level=formats.level(records.confidence(content))),
        language=language,
        ax=ax,
        zero=topic.key == "nps",
    )


def _rates(topic: Topic) -> MeasureChart:
    """The chart of a topic, where there is something to compare; a net promoter score is drawn alone, too."""

    def draw(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
        return rate_chart(content, topic, ax, language)

    def supported(content: Content) -> bool:
        rows = chart_rows(content, topic)
        return len(rows) > 1 or (bool(rows) and topic.key == "nps")

    return MeasureChart(draw=draw, supported=supported)


def _answers(topic: Topic) -> MeasureChart:
    """The distribution of the answers of a topic."""

    def draw(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
        return answer_chart(content, topic, ax, language)

    return MeasureChart(draw=draw, supported=lambda content: bool(answer_rows(content, topic)))


CHARTS: dict[str, MeasureChart] = {
    **{topic.key: _rates(topic) for topic in TOPICS},
    **{f"answers_{topic.key}": _answers(topic) for topic in TOPICS if topic.distributions},
    "complaint_funnel": MeasureChart(
        draw=funnel_chart, supported=lambda content: bool(funnel_rows(content, "funnel"))
    ),
    "complaint_recovery": MeasureChart(
        draw=recovery_chart, supported=lambda content: bool(funnel_rows(content, "recovery"))
    ),
}
"""File stem > chart and whether the tables support it."""
