"""Charts of a plan: margin against interviews, power against the difference, power of a path."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from csi_model.errors import ReportError
from csi_model.reporting import drawing, fonts, formats, records, theme
from csi_model.reporting.curves import (
    FALLING,
    RISING,
    Line,
    axis_titles,
    curves,
    legend,
    level_line,
    mark_points,
    panel,
    share_axis,
)
from csi_model.reporting.records import Row
from csi_model.reporting.svg import svg
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

Tables = Mapping[str, pd.DataFrame]
Labels = Mapping[str, Mapping[str, str]]
_NO_LABELS: Labels = MappingProxyType({})

_LIGHT = theme.LIGHT
_SERIES = ("accent", "series_2", "series_3", "series_4")
_DPI = 180


def plan_charts(
    tables: Tables, power: float, language: str = "en", labels: Labels = _NO_LABELS
) -> dict[str, str]:
    """Return every chart that the tables of a plan support, as SVG by file stem, the main one first.

    Parameters
    ----------
    tables
        As in ``vocabulary.PLANS``.
    power
        The power that is planned for, drawn as a line.
    language
        ``en`` or ``zh``.
    labels
        Names of constructs by language, where a path was asked for.
    """
    return {
        name: svg(figure, name=f"plan-{name}", language=language)
        for name, figure in _figures(tables, power, language, labels).items()
    }


def plan_pictures(
    tables: Tables, power: float, language: str = "en", labels: Labels = _NO_LABELS
) -> dict[str, bytes]:
    """Return the same charts as PNG files.

    Raises
    ------
    ReportError
        This machine has no font for the language; see ``can_picture``.
    """
    if not can_picture(language):
        raise ReportError.at(
            "--lang",
            "this machine has no font with Chinese characters, which a PNG needs.",
            "Write .svg (shown with the fonts of the reader's machine), or use --lang en.",
            code="no-font",
        )
    made = {}
    for name, figure in _figures(tables, power, language, labels).items():
        buffer = io.BytesIO()
        with drawing.style():
            figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
        made[name] = buffer.getvalue()
    return made


def can_picture(language: str) -> bool:
    """Say whether this machine can draw the language into a picture."""
    return language != "zh" or fonts.cjk_family() is not None


def _figures(tables: Tables, power: float, language: str, labels: Labels) -> dict[str, Figure]:
    made: dict[str, Callable[[], Axes]] = {
        "margin_curve": lambda: margin_chart(tables, language=language),
        "interviews_curve": lambda: power_chart(tables, power, language=language, against="interviews"),
        "power_curve": lambda: power_chart(tables, power, language=language),
        "path_power": lambda: path_power_chart(tables, power, language=language, labels=labels),
    }
    found = {}
    for name, draw in made.items():
        if name in tables and len(tables[name]):
            figure = draw().get_figure(root=True)
            if figure is not None:
                found[name.removesuffix("_curve")] = figure
    return found


def margin_chart(tables: Tables, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the margin of one index against interviews, a curve a standard deviation.

    The points asked for are marked; a lone standard deviation stands among those seen in public data.
    """
    stated = records.records(tables["interviews"])
    level = formats.level(records.number(stated[0], "confidence"))
    given = {records.number(row, "margin") for row in stated}
    wanted = given.pop() if len(given) == 1 else math.nan
    lines = _lines(
        records.records(tables["margin_curve"]),
        ("unit", "index_sd"),
        ("interviews", "margin"),
        lambda row: (_spread_words(row, language),),
        lambda x, y: say("plan_line_margin", language, n=formats.count(x), margin=formats.number(y, 2)),
    )
    asked = [point for line in lines for point in line.marked]
    title = say("plan_chart_margin", language)
    with drawing.style():
        axes = panel(ax, title)
        highest = max(max(line.y) for line in lines)
        most = 2.6 * max(y for _, y in asked)  # 0 where everybody is asked
        top = min(highest, most or highest) or 1.0
        axes.set_xlim(0, max(max(line.x) for line in lines))
        axes.set_ylim(0, top)
        curves(axes, lines)
        if not math.isnan(wanted):
            level_line(axes, wanted, say("plan_target_margin", language, margin=formats.plain(wanted)))
        shown = [formats.count(x) if wanted == wanted else f"±{formats.number(y, 2)}" for x, y in asked]
        mark_points(axes, asked, shown, FALLING)
        axis_titles(
            axes, say("plan_axis_interviews", language), say("plan_axis_margin", language, level=level)
        )
        context = (say("plan_usual", language),) if any(line.context for line in lines) else ()
        legend(axes, lines, notes=context)
        _describe(axes, "margin", title, lines, language)
    return axes


def power_chart(
    tables: Tables, power: float, ax: Axes | None = None, language: str = "en", *, against: str = "difference"
) -> Axes:
    """Draw the power, a curve a line of the plan; marked: what was asked.

    Parameters
    ----------
    tables
        ``power_curve`` is read, or ``interviews_curve`` where the power is drawn against interviews.
    power
        Drawn as a level.
    against
        ``difference`` or ``interviews``: the horizontal axis.
    ax, language
        Axes to draw in; ``en`` or ``zh``.
    """
    by_size = against == "interviews"
    rows = records.records(tables["interviews_curve" if by_size else "power_curve"])
    keys = ("unit", "index_sd", "allowance", *(() if by_size else ("interviews",)))
    spreads = len({(row["unit"], row["index_sd"]) for row in rows}) > 1
    allowances = len({row["allowance"] for row in rows}) > 1
    lines = _lines(
        rows,
        keys,
        (against, "power"),
        lambda row: _power_words(row, spreads, allowances, by_size, language),
        lambda x, y: say("plan_line_interviews", language, n=formats.count(x)) if by_size else "",
    )
    asked = [point for line in lines for point in line.marked]
    title = say("plan_chart_power", language)
    if by_size:
        title = say("plan_chart_interviews", language, difference=formats.plain(rows[0]["difference"]))
    with drawing.style():
        axes = panel(ax, title)
        axes.set_xlim(0, max(max(line.x) for line in lines))
        share_axis(axes)
        curves(axes, lines)
        level_line(axes, power, say("plan_target_power", language, power=formats.percent(power, 0)))
        once = len({round(x, 9) for x, _ in asked}) == 1
        shown = [_power_mark(x, y, once, by_size) for x, y in asked]
        mark_points(axes, asked, shown, RISING)
        across = say("plan_axis_interviews" if by_size else "plan_axis_difference", language)
        axis_titles(axes, across, say("plan_axis_power", language))
        legend(axes, lines)
        _describe(axes, "interviews" if by_size else "power", title, lines, language)
    return axes


def _power_mark(x: float, y: float, once: bool, by_size: bool) -> str:
    """What is new at a point: the power where all stand at one place of the axis, else the place."""
    if once:
        return formats.percent(y, 0)
    return formats.count(x) if by_size else formats.number(x, 1)


def path_power_chart(
    tables: Tables,
    power: float,
    ax: Axes | None = None,
    language: str = "en",
    *,
    labels: Labels = _NO_LABELS,
) -> Axes:
    """Draw how often a path was found, with the interval that the number of surveys leaves.

    Against interviews, a line an effect; with one sample size, against the effect.
    """
    rows = records.records(tables["path_power"])
    by_effect = len({row["interviews"] for row in rows}) == 1
    lines = _lines(
        sorted(rows, key=lambda row: float(row["std_effect"])) if by_effect else rows,
        ("interviews",) if by_effect else ("std_effect",),
        ("std_effect" if by_effect else "interviews", "power"),
        lambda row: (_path_words(row, by_effect, language),),
        lambda x, y: "",
    )
    ends = {
        name: labels.get(word, {}).get(language) or word
        for name in ("source", "target")
        if (word := records.word(rows[0], name))
    }
    title = say("plan_chart_path", language, **ends)
    with drawing.style():
        axes = panel(ax, title)
        share_axis(axes)
        xs = [x for line in lines for x in line.x]
        air = 0.08 * (max(xs) - min(xs)) or max(0.1 * abs(max(xs)), 0.1)
        axes.set_xlim(min(xs) - air, max(xs) + 3 * air)  # the words of the levels stand beyond the last point
        level_line(axes, power, say("plan_target_power", language, power=formats.percent(power, 0)))
        alpha = 1 - records.number(rows[0], "confidence")
        level_line(axes, alpha, say("plan_target_level", language, level=formats.level(alpha)))
        curves(axes, lines)
        colours = {line.words: line.colour for line in lines}
        for row in rows:
            x = records.number(row, "std_effect" if by_effect else "interviews")
            lower, upper = records.number(row, "ci_lower"), records.number(row, "ci_upper")
            colour = colours[(_path_words(row, by_effect, language),)]
            axes.plot([x, x], [lower, upper], color=colour, linewidth=1.6, zorder=3)
        points = [point for line in lines for point in line.marked]
        colours_of = [line.colour for line in lines for _ in line.marked]
        mark_points(axes, points, [formats.percent(y, 0) for _, y in points], RISING, colours_of)
        axis = say("plan_axis_effect" if by_effect else "plan_axis_path_interviews", language)
        axis_titles(axes, axis, say("plan_axis_power", language))
        legend(axes, lines)
        _describe(axes, "path_power", title, lines, language)
    return axes


def _lines(
    rows: Sequence[Row],
    by: tuple[str, ...],
    axes: tuple[str, str],
    words: Callable[[Row], tuple[str, ...]],
    answer: Callable[[float, float], str],
) -> list[Line]:
    """Curves in the order of the table; those without a marked point are context, in grey."""
    made = []
    roles = itertools.cycle(_SERIES)
    for _, group in itertools.groupby(rows, key=lambda row: tuple(row[name] for name in by)):
        cells = list(group)
        points = [(records.number(row, axes[0]), records.number(row, axes[1])) for row in cells]
        marked = tuple(
            point for point, row in zip(points, cells, strict=True) if bool(row.get("asked", True))
        )
        made.append(
            Line(
                words=(*words(cells[0]), *(text for point in marked if (text := answer(*point)))),
                x=tuple(x for x, _ in points),
                y=tuple(y for _, y in points),
                marked=marked,
                colour=theme.colour(next(roles) if marked else "faint"),
                context=not marked,
            )
        )
    return made


def _spread_words(row: Row, language: str) -> str:
    sd = formats.number(row["index_sd"], 1)
    unit = records.word(row, "unit")
    if unit:
        return say("plan_line_unit", language, unit=unit, sd=sd)
    return say("plan_line_sd", language, sd=sd)


def _power_words(row: Row, spreads: bool, allowances: bool, by_size: bool, language: str) -> tuple[str, ...]:
    """What tells a curve from the others: whose spread, what is allowed for, how many interviews."""
    words = [_spread_words(row, language)] if spreads else []
    if allowances and records.word(row, "allowance") == "single":
        words.append(say("plan_line_single", language))
    elif records.word(row, "allowance") != "single":
        allowance = term(records.word(row, "allowance"), language)
        count = formats.count(row["comparisons"])
        words.append(say("plan_line_allowance", language, allowance=allowance, count=count))
    if not by_size:
        words.append(say("plan_line_interviews", language, n=formats.count(row["interviews"])))
    return tuple(words or [_spread_words(row, language)])


def _path_words(row: Row, by_effect: bool, language: str) -> str:
    if by_effect:
        return say("plan_line_interviews", language, n=formats.count(row["interviews"]))
    effect = records.number(row, "std_effect")
    if abs(effect) < 1e-9:
        return say("plan_line_no_path", language)
    return say("plan_line_effect", language, effect=formats.number(effect, 2))


def _describe(ax: Axes, name: str, title: str, lines: Sequence[Line], language: str) -> None:
    def told(line: Line) -> str:
        words = say("comma", language).join(line.words)
        points = say("comma", language).join(_point(x, y) for x, y in line.marked)
        return words + say("colon", language) + points

    text = say("list_break", language).join(told(line) for line in lines if line.marked)
    drawing.describe(ax, name=f"plan-{name}", title=title, description=text)


def _point(x: float, y: float) -> str:
    return f"({formats.plain(round(x, 3))}, {formats.plain(round(y, 3))})" if math.isfinite(y) else ""
