"""Charts of shares and means."""

from __future__ import annotations

from matplotlib.axes import Axes

from csi_model.reporting import league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.chart import MeasureChart
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.rows import measure_rows
from csi_model.reporting.sentences import reason
from csi_model.vocabulary import term


def nps_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the net promoter score of every unit with its interval."""
    rows = measure_rows(content, ("nps",))
    dots = [
        Dot(
            label=league_rows.unit_label(content, records.word(row, "unit"), language),
            value=records.number(row, "value"),
            lower=records.number(row, "ci_lower"),
            upper=records.number(row, "ci_upper"),
            note=reason(records.word(row, "why"), language),
            strong=records.word(row, "unit") == league_rows.EVERYBODY,
        )
        for row in rows
    ]
    title = term("nps", language)
    return dot_chart(dots, name="nps", title=title, axis=title, language=language, ax=ax, zero=True)


CHARTS: dict[str, MeasureChart] = {
    "nps": MeasureChart(draw=nps_chart, supported=lambda content: bool(measure_rows(content, ("nps",)))),
}
"""File stem > chart and whether the tables support it."""
