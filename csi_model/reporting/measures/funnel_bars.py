"""Charts of complaints: the funnel as bars, and who stayed as dots."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from csi_model.reporting import drawing, fonts, formats, league_rows, records, theme
from csi_model.reporting.content import Content
from csi_model.reporting.drawing import Margins
from csi_model.reporting.index_charts import axis_title, whisker
from csi_model.reporting.measures.dots import Dot, dot_chart
from csi_model.reporting.measures.share_topics import note_of, unit_name
from csi_model.reporting.records import Row
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_LIGHT = theme.LIGHT
_GUTTER = 205.0
_NUMBERS = 190.0
_STEP = 30.0


def funnel_rows(content: Content, kind: str) -> list[Row]:
    """Rows of ``complaint_funnel`` of one kind, ``funnel`` or ``recovery``."""
    return [row for row in records.across(content, "complaint_funnel") if records.word(row, "kind") == kind]


def several(rows: list[Row]) -> bool:
    """Whether the rows are of several units."""
    return len({records.word(row, "unit") for row in rows}) > 1


def funnel_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how many of all respondents reach each stage, a block for every unit."""
    rows = funnel_rows(content, "funnel")
    places, at = [], 0.0
    for k, row in enumerate(rows):
        opens = several(rows) and (k == 0 or row["unit"] != rows[k - 1]["unit"])
        at += 0.9 if opens else 0.0
        places.append((at, unit_name(content, row, language) if opens else ""))
        at += 1.0
    with drawing.style():
        axes = drawing.canvas(
            ax,
            width=theme.CHART_WIDTH,
            height=max(at, 1) * _STEP + 60,
            margins=Margins(left=_GUTTER, right=_NUMBERS, top=10, bottom=42),
        )
        drawing.plain(axes, sides=())
        axes.set_ylim(max(at, 1) - 0.5, -0.6)
        axes.set_xlim(0, 1)
        axes.set_yticks([])
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.grid(axis="x", color=_LIGHT.rule, linewidth=0.6)
        for row, (place, heading) in zip(rows, places, strict=True):
            if heading:
                drawing.write(
                    axes, 0, place - 0.85, heading, ha="left", dx=-_GUTTER + 8, weight="bold",
                    xycoords=("axes fraction", "data"),
                )  # fmt: skip
            _draw_stage(axes, place, row, language)
        level = formats.level(records.confidence(content))
        axis_title(axes, say("shares_axis_funnel", language, level=level))
        said = say("list_break", language).join(_spoken(content, row, rows, language) for row in rows)
        title = term("complaint_funnel", language)
        drawing.describe(axes, name="complaint_funnel", title=title, description=said)
    return axes


def _draw_stage(ax: Axes, place: float, row: Row, language: str) -> None:
    at = ("axes fraction", "data")
    lines = fonts.wrap(term(records.word(row, "stage"), language), theme.SIZE_TEXT, _GUTTER - 14, lines=2)
    drawing.write_lines(ax, 0, place, lines, ha="right", dx=-10, xycoords=at)
    share = records.number(row, "share_of_all")
    if not math.isfinite(share):
        drawing.write(
            ax, 1, place, note_of(row, language, _NUMBERS - 18), ha="left", dx=12, size=theme.SIZE_SMALL,
            color=_LIGHT.muted, xycoords=at,
        )  # fmt: skip
        return
    ax.add_patch(
        Rectangle((0, place - 0.3), share, 0.6, facecolor=_LIGHT.accent, alpha=0.55, linewidth=0, zorder=2)
    )
    lower, upper = (records.number(row, f"share_of_all_ci_{end}") for end in ("lower", "upper"))
    if math.isfinite(lower) and math.isfinite(upper):
        whisker(ax, lower, upper, place, half=0.14)
    drawing.write(ax, 1, place, formats.percent(share), ha="right", dx=50, weight="bold", xycoords=at)
    if records.word(row, "stage") == "asked":
        note = f"n = {formats.count(row.get('respondents'))}"
    else:
        before = formats.percent(row.get("share_of_previous"))
        note = say("shares_of_previous", language, share=before)
    drawing.write(
        ax, 1, place, note, ha="left", dx=60, size=theme.SIZE_SMALL, color=_LIGHT.muted, xycoords=at
    )


def _spoken(content: Content, row: Row, rows: list[Row], language: str) -> str:
    words = f"{term(records.word(row, 'stage'), language)} {formats.percent(row.get('share_of_all'))}"
    return f"{unit_name(content, row, language)} {words}" if several(rows) else words


def recovery_chart(content: Content, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw who stayed: after a complaint that was handled well, after one that was not, and without one."""
    rows = funnel_rows(content, "recovery")
    dots, last = [], ""
    for row in rows:
        unit = records.word(row, "unit")
        value, lower, upper = (
            100 * records.number(row, name)
            for name in (
                "share_of_previous",
                "share_of_previous_ci_lower",
                "share_of_previous_ci_upper",
            )
        )
        dots.append(
            Dot(
                label=term(records.word(row, "stage"), language),
                value=value,
                lower=lower,
                upper=upper,
                note=note_of(row, language),
                strong=several(rows) and unit == league_rows.EVERYBODY,
                heading=unit_name(content, row, language) if several(rows) and unit != last else "",
            )
        )
        last = unit
    return dot_chart(
        dots,
        name="complaint_recovery",
        title=term("recovery", language),
        axis=say("shares_axis_stayed", language, level=formats.level(records.confidence(content))),
        language=language,
        ax=ax,
        low=0,
        high=100,
    )
