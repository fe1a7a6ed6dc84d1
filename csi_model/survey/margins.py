"""Known margins of the population: what is given, and whether it can be right."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from csi_model.errors import Finding, StudyError, SurveyError, UsageError, suggest
from csi_model.survey.conversion import number_of, to_texts
from csi_model.survey.tables import read_table

Blanks = Literal["refuse", "keep"]
Category = tuple[str, ...]

ROUNDING = 0.005
"""Shares may sum to so much more or less than one, and totals of counts differ by as much."""
AGREEMENT = 1e-9
"""Relative difference of two margins in what both say."""
_CROSSED, _PARTED = " x ", " / "


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Shares or counts of the population by the categories of one column, or of several crossed."""

    columns: tuple[str, ...]
    targets: Mapping[Category, float]

    @property
    def name(self) -> str:
        """``age``, or ``age x sex``."""
        return _CROSSED.join(self.columns)

    @property
    def shares(self) -> dict[Category, float]:
        """Shares, summing to 1."""
        total = math.fsum(self.targets.values())
        return {category: target / total for category, target in self.targets.items()}


@dataclass(frozen=True, kw_only=True)
class Margins:
    """What weights are made to meet.

    Attributes
    ----------
    margins
        One: post-stratification (Holt & Smith 1979). Several: raking.
    bands
        Numeric column > lowest whole number of each band, rising; the last band is open: ``(18, 35, 55)``
        are the categories ``18-34``, ``35-54`` and ``55+``.
    blanks
        ``refuse``: a blank is an error. ``keep``: blanks keep their share, the others share the rest.
    within
        Columns: each combination of their values is weighted to the margins by itself and keeps its total.
    trim
        Largest weight over the mean.
    """

    margins: tuple[Margin, ...] = ()
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))
    blanks: Blanks = "refuse"
    within: tuple[str, ...] = ()
    trim: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the file that are read for it."""
        margins = (column for margin in self.margins for column in margin.columns)
        return tuple(dict.fromkeys((*margins, *self.within)))


@dataclass(frozen=True, kw_only=True)
class MarginMistake:
    """``place`` are the keys that lead to it: ``("margins", "age", "18-34")``."""

    place: tuple[str, ...]
    code: str
    what: str
    fix: str


def margins_of(
    margins: Mapping[str, Mapping[str, float] | Mapping[Category, float]],
    *,
    bands: Mapping[str, Sequence[float]] | None = None,
    blanks: Blanks = "refuse",
    within: Sequence[str] = (),
    trim: float | None = None,
) -> Margins:
    """Margins from their names and categories as texts.

    Parameters
    ----------
    margins
        ``{"age": {"18-34": 0.3, ...}, "sex": {"m": 0.49, "f": 0.51}}``; several columns crossed are
        ``{"age x sex": {"18-34 / m": 0.15, ...}}``, or have a tuple for each category. Numbers up to 1 are
        shares, up to 100 percentages, larger ones counts of people.
    bands, blanks, within, trim
        See ``Margins``.
    """
    made = tuple(
        Margin(
            columns=_columns(name),
            targets=MappingProxyType(
                {_category(category, len(_columns(name))): float(t) for category, t in targets.items()}
            ),
        )
        for name, targets in margins.items()
    )
    return Margins(
        margins=made,
        bands=MappingProxyType({name: tuple(ends) for name, ends in (bands or {}).items()}),
        blanks=blanks,
        within=tuple(within),
        trim=trim,
    )


def _columns(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.split(_CROSSED))


def _category(category: str | Category, columns: int) -> Category:
    if isinstance(category, tuple):
        return category
    return (category.strip(),) if columns == 1 else tuple(part.strip() for part in category.split(_PARTED))


def shown_category(category: Category) -> str:
    """A category as texts name it: ``18-34 / m``."""
    return _PARTED.join(category)


def band_names(ends: Sequence[float]) -> tuple[str, ...]:
    """Categories of bands: ``18-34``, ``35-54``, ``55+``."""
    closed = tuple(f"{low:g}" if high - low == 1 else f"{low:g}-{high - 1:g}" for low, high in pairwise(ends))
    return (*closed, f"{ends[-1]:g}+")


def check_margins(margins: Margins) -> None:
    """Refuse margins that cannot be right.

    Raises
    ------
    UsageError
        With every mistake.
    """
    found = [
        Finding(code=one.code, severity="error", where=": ".join(one.place), what=one.what, fix=one.fix)
        for one in margin_mistakes(margins)
    ]
    if found:
        raise UsageError(found)


def margin_mistakes(margins: Margins) -> list[MarginMistake]:
    """Everything that is wrong with margins before any survey is looked at."""
    found: list[MarginMistake] = []
    for margin in margins.margins:
        found += [*_form_mistakes(margin), *_number_mistakes(margin)]
    found += [*_band_mistakes(margins), *_option_mistakes(margins)]
    if not found:
        found += [*_overlap_mistakes(margins), *_total_mistakes(margins)]
    return found


def _mistake(code: str, place: tuple[str, ...], what: str, fix: str) -> MarginMistake:
    return MarginMistake(place=place, code=code, what=what, fix=fix)


def _form_mistakes(margin: Margin) -> Iterator[MarginMistake]:
    place = ("margins", margin.name)
    if len(set(margin.columns)) < len(margin.columns) or "" in margin.columns:
        what = f"{margin.name!r} does not cross different columns."
        yield _mistake("margin-form", place, what, "Write a column, or columns as in `age x sex`.")
    for category in margin.targets:
        if len(category) != len(margin.columns) or "" in category:
            shown = shown_category(category)
            wanted = _PARTED.join(f"value of {column}" for column in margin.columns)
            what = f"{shown!r} is no category of {margin.name}."
            yield _mistake("margin-form", (*place, shown), what, f"Write `{wanted}`.")
    if len(margin.targets) < 2:
        what = f"{margin.name} has {len(margin.targets) or 'no'} category; a margin has two or more."
        yield _mistake("margin-form", place, what, "List every category with its share of the population.")


def _number_mistakes(margin: Margin) -> Iterator[MarginMistake]:
    place = ("margins", margin.name)
    bad = {c: t for c, t in margin.targets.items() if not (math.isfinite(t) and t > 0)}
    for category, target in bad.items():
        shown = shown_category(category)
        what = f"the share of {shown!r} in {margin.name} is {target:g}; a share is a positive number."
        fix = "Correct it; a category that the population does not have is left out."
        yield _mistake("margin-share", (*place, shown), what, fix)
    if bad or not margin.targets:
        return
    total, whole = math.fsum(margin.targets.values()), _whole(margin)
    if whole is not None and abs(total / whole - 1) > ROUNDING:
        what = f"the shares of {margin.name} sum to {total:.6g}, not {whole:g}."
        fix = "Correct them, or add the category that is missing; counts of people are written in full."
        yield _mistake("margin-sum", place, what, fix)


def _whole(margin: Margin) -> float | None:
    """What the numbers should sum to: 1 for shares, 100 for percentages, None for counts."""
    largest = max(margin.targets.values())
    return 1.0 if largest <= 1 else 100.0 if largest <= 100 else None


def _band_mistakes(margins: Margins) -> Iterator[MarginMistake]:
    used = {column for margin in margins.margins for column in margin.columns}
    for column, ends in margins.bands.items():
        place = ("bands", column)
        if column not in used and margins.margins:
            what = f"no margin has the column {column!r}."
            yield _mistake("margin-bands", place, what, suggest(column, sorted(used)))
        rising = all(low < high for low, high in pairwise(ends))
        if len(ends) < 2 or not rising or any(not (end >= 0 and float(end).is_integer()) for end in ends):
            what = f"the bands of {column} do not begin at two or more rising whole numbers."
            fix = f"Write where each begins, such as `{column}: [18, 35, 55]` for 18-34, 35-54 and 55+."
            yield _mistake("margin-bands", place, what, fix)
            continue
        yield from _band_categories(margins, column, band_names(ends))


def _band_categories(margins: Margins, column: str, names: tuple[str, ...]) -> Iterator[MarginMistake]:
    for margin in margins.margins:
        if column not in margin.columns:
            continue
        k = margin.columns.index(column)
        there = {category[k] for category in margin.targets if len(category) == len(margin.columns)}
        for name in sorted(there - set(names)):
            place = ("margins", margin.name, *((name,) if len(margin.columns) == 1 else ()))
            what = f"{name!r} is no band of {column}; its bands are {', '.join(names)}."
            fix = suggest(name, names)
            yield _mistake("margin-bands", place, what, fix or "Name the bands, or change `bands`.")
        for name in names:
            if name not in there:
                what = f"the band {name} of {column} has no share in {margin.name}."
                yield _mistake("margin-bands", ("margins", margin.name), what, "Give it one.")


def _option_mistakes(margins: Margins) -> Iterator[MarginMistake]:
    if margins.trim is not None and not (math.isfinite(margins.trim) and margins.trim > 1):
        what = f"{margins.trim:g} is no bound for weights: it is the largest weight over the mean."
        yield _mistake("margin-trim", ("trim",), what, "Write a number above 1, such as 5.")
    if margins.blanks not in ("refuse", "keep"):
        what = f"{margins.blanks!r} is no treatment of blanks."
        yield _mistake("margin-blanks", ("blanks",), what, "Choose refuse or keep.")
    for name in ("bands", "within", "blanks"):
        given = margins.blanks == "keep" if name == "blanks" else bool(getattr(margins, name))
        if given and not margins.margins:
            place = "margins_within" if name == "within" else name
            what = f"`{place}` says how margins are met, and there are none."
            yield _mistake("margin-option", (place,), what, "Give `margins`, or leave it out.")
    used = {column for margin in margins.margins for column in margin.columns}
    for column in margins.within:
        if column in used:
            what = f"{column} is the column of a margin already."
            fix = f"Cross it instead, as in `{column} x age`, or weight within another column."
            yield _mistake("margin-option", ("margins_within",), what, fix)


def _overlap_mistakes(margins: Margins) -> Iterator[MarginMistake]:
    """Margins that share columns must say the same about them."""
    for first, second in combinations(margins.margins, 2):
        place = ("margins", second.name)
        shared = [column for column in first.columns if column in second.columns]
        if not shared:
            continue
        small, large = sorted((first, second), key=lambda one: len(one.columns))
        if set(small.columns) <= set(large.columns):
            what = f"the margin {small.name} is part of {large.name}."
            fix = f"Leave {small.name} out: {large.name} holds it."
            yield _mistake("margin-twice", place, what, fix)
            continue
        one, other = _collapsed(first, shared), _collapsed(second, shared)
        for category in dict.fromkeys((*one, *other)):
            a, b = one.get(category, 0.0), other.get(category, 0.0)
            if abs(a - b) > AGREEMENT * max(a, b):
                what = (
                    f"{first.name} gives {shown_category(category)} a share of {a:.6g}, "
                    f"{second.name} of {b:.6g}."
                )
                yield _mistake("margin-clash", place, what, "Make them agree: no weights can meet both.")


def _collapsed(margin: Margin, columns: Sequence[str]) -> dict[Category, float]:
    at = [margin.columns.index(column) for column in columns]
    sums: dict[Category, float] = {}
    for category, share in margin.shares.items():
        key = tuple(category[k] for k in at)
        sums[key] = sums.get(key, 0.0) + share
    return sums


def _total_mistakes(margins: Margins) -> Iterator[MarginMistake]:
    counted = [margin for margin in margins.margins if margin.targets and _whole(margin) is None]
    totals = [math.fsum(margin.targets.values()) for margin in counted]
    for margin, total in zip(counted[1:], totals[1:], strict=True):
        if abs(total / totals[0] - 1) > ROUNDING:
            what = f"{counted[0].name} counts {totals[0]:,.10g} people, {margin.name} {total:,.10g}."
            fix = "Count the same population in both, or give shares."
            yield _mistake("margin-total", ("margins", margin.name), what, fix)


def read_margin(path: Path, name: str) -> dict[Category, float]:
    """Read a margin from a table: its columns by name, and one more with shares or counts.

    Parameters
    ----------
    path
        CSV, workbook ... as a survey may be.
    name
        ``age``, or ``age x sex``.

    Raises
    ------
    StudyError
        The file cannot be read, a column is missing, a category stands twice, a cell is no number.
    """
    columns = _columns(name)
    try:
        table = read_table(path)
    except SurveyError as error:
        raise StudyError(error.findings) from None
    lacking = [column for column in columns if column not in table.columns]
    rest = [column for column in table.columns if column not in columns]
    if lacking or len(rest) != 1:
        what = (
            f"It has the columns {', '.join(table.columns)}; {name} needs {', '.join(columns)} and one more."
        )
        fix = "Name the columns as in the survey, and give the shares or counts in one more column."
        raise StudyError.at(path.name, what, fix, code="margin-file")
    texts = [to_texts(table.frame[column]) for column in columns]
    numbers = to_texts(table.frame[rest[0]])
    made: dict[Category, float] = {}
    mistakes = []
    for row, *parts, number in zip(table.rows.tolist(), *texts, numbers, strict=True):
        category, value = tuple(str(part) for part in parts), number_of(number)
        if category in made:
            mistakes.append((row, f"{shown_category(category)} stands twice."))
        elif not math.isfinite(value):
            mistakes.append((row, f"{number!r} in {rest[0]} is no number."))
        made[category] = value
    if mistakes:
        raise StudyError(
            Finding(
                code="margin-file", severity="error", where=f"{path.name} row {row}", what=what,
                fix="Correct the file.",
            )
            for row, what in mistakes
        )  # fmt: skip
    return made
