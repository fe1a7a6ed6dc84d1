"""Checks of single questions: scales, direction, derived items."""

from __future__ import annotations

import math
from collections.abc import Iterator
from difflib import get_close_matches

from csi_model.model.problems import Problem
from csi_model.model.spec import Case, Indicator, ModelSpec
from csi_model.model.yaml_text import Loc


def scale_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Yield scales whose low end is not below their high end."""
    for construct in spec.constructs:
        for item in construct.indicators:
            scale = item.scale
            if scale is None or (scale.low < scale.high and math.isfinite(scale.width)):
                continue
            yield Problem(
                code="bad-scale",
                part=("constructs", construct.name, "indicators", item.name, "scale"),
                what=f"The scale of {item.name!r} runs from {scale.low:g} to {scale.high:g}.",
                fix="Write the lowest possible answer first, then the highest: [low, high].",
            )


def direction_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Yield constructs whose questions disagree on whether high is good."""
    for construct in spec.constructs:
        low = [item.name for item in construct.indicators if not item.high_is_good]
        if low and len(low) < len(construct.indicators):
            yield Problem(
                code="mixed-direction",
                severity="warning",
                part=("constructs", construct.name, "indicators", low[0]),
                what=f"In {construct.name!r}, high answers are bad for {', '.join(low)} but good for the "
                "other questions.",
                fix="Mark questions coded the other way round `reversed: true`, or give all of them the same "
                "`high_is_good`.",
            )


def derived_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Yield derived items whose cases overlap, leave gaps, or take impossible columns."""
    items = {item.name: item for item in spec.indicators}
    for construct in spec.constructs:
        for item in construct.indicators:
            if item.cases:
                part: Loc = ("constructs", construct.name, "indicators", item.name, "derived", "cases")
                yield from _case_problems(item, items, part)
                yield from _range_problems(item, items, part)


def _case_problems(item: Indicator, items: dict[str, Indicator], part: Loc) -> Iterator[Problem]:
    for number, case in enumerate(item.cases):
        place = (*part, number)
        if not (case.low <= case.high):
            yield Problem(
                code="bad-case",
                part=place,
                what=f"A case of {item.name!r} runs from {case.low:g} to {case.high:g}.",
                fix="Write the lower end as `from`, the higher as `to`.",
            )
        for key, column in (("when", case.when), ("take", case.take)):
            if column == item.name:
                what = f"The derived item {item.name!r} is computed from itself."
                fix = f"Name another survey column as `{key}`."
                yield Problem(code="bad-case", part=place, what=what, fix=fix)
            elif column in items and items[column].cases:
                what = f"The derived item {item.name!r} is computed from {column!r}, itself a derived item."
                fix = f"Name a survey column as `{key}`."
                yield Problem(code="bad-case", part=place, what=what, fix=fix)
            elif column not in items:
                yield from _near_miss(item, column, items, place)


def _near_miss(item: Indicator, column: str, items: dict[str, Indicator], place: Loc) -> Iterator[Problem]:
    plain = [name for name, other in items.items() if not other.cases]
    same = [name for name in plain if name.lower() == column.lower()]
    close = same or get_close_matches(column, plain, n=1, cutoff=0.8)
    if close:
        yield Problem(
            code="unknown-column",
            severity="warning",
            part=place,
            what=f"The derived item {item.name!r} reads the column {column!r}, which is no indicator of "
            f"the model; {close[0]!r} is.",
            fix=f"Write {close[0]!r} if that is meant.",
        )


def _range_problems(item: Indicator, items: dict[str, Indicator], part: Loc) -> Iterator[Problem]:
    columns = list(dict.fromkeys(case.when for case in item.cases))
    if len(columns) > 1:
        yield Problem(
            code="bad-case",
            part=part,
            what=f"The cases of {item.name!r} look at different columns: {', '.join(columns)}.",
            fix="Let all cases look at one column in `when`.",
        )
        return
    numbered = sorted(enumerate(item.cases), key=lambda pair: (pair[1].low, pair[1].high))
    reached = -math.inf
    for number, case in numbered:
        if case.low <= reached:
            yield Problem(
                code="overlapping-cases",
                part=(*part, number),
                what=f"Two cases of {item.name!r} hold when {case.when} is "
                f"{_span(case.low, min(reached, case.high))}.",
                fix="Let each answer belong to one case.",
            )
        reached = max(reached, case.high)
    gaps = _gaps([case for _, case in numbered], items.get(columns[0]))
    if gaps:
        yield Problem(
            code="uncovered-answers",
            severity="warning",
            part=part,
            what=f"No case of {item.name!r} holds when {columns[0]} is {', '.join(gaps)}.",
            fix="Add a case, unless these answers are to be missing.",
        )


def _gaps(cases: list[Case], source: Indicator | None) -> list[str]:
    """Return the spans of whole-number answers that no case covers; cases are sorted by ``low``."""
    scale = source.scale if source is not None else None
    reached = scale.low - 1 if scale is not None else cases[0].low - 1
    end = scale.high if scale is not None else cases[-1].high
    gaps = []
    for case in [*cases, _after(end)]:
        if case.low > reached + 1:
            gaps.append(_span(reached + 1, case.low - 1))
        reached = max(reached, case.high)
    return gaps


def _after(end: float) -> Case:
    return Case(when="", low=end + 1, high=end + 1, take="")


def _span(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
