"""From answers to categories of margins: who counts for which target, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.survey.answers import finding
from csi_model.survey.conversion import number_of
from csi_model.survey.margins import Category, Margin, Margins, band_names, shown_category
from csi_model.survey.places import Places

Array = NDArray[Any]

FEWEST = 10
"""A category with fewer respondents than this stands on few shoulders."""
SHOWN = 8
"""Categories that a message names."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Categories of one margin, for one unit: ``code`` (n,) of its rows, the last one for blanks if kept.

    ``shares`` (c,) are what is aimed at, ``names`` the categories, "" for blanks.
    """

    unit: str
    margin: Margin
    rows: Array
    code: Array
    names: tuple[str, ...]
    shares: Array

    @property
    def counts(self) -> Array:
        """Respondents in each category, (c,)."""
        return np.bincount(self.code, minlength=len(self.names))


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A survey cut into units and categories.

    ``unit`` (n,) is the unit of each respondent, ``units`` their names; ``places`` holds the margins of the
    first unit, then those of the second ...
    """

    unit: Array
    units: tuple[str, ...]
    margins: int
    places: tuple[Place, ...]

    def of_unit(self, k: int) -> tuple[Place, ...]:
        """The margins of one unit."""
        return self.places[k * self.margins : (k + 1) * self.margins]


def cut_survey(
    margins: Margins, texts: Mapping[str, NDArray[np.object_]], base: Array, places: Places
) -> tuple[Cut | None, list[Finding]]:
    """Cut a survey into the categories of its margins; None where something is wrong.

    Parameters
    ----------
    margins, texts, base, places
        See ``weighting.weigh``.
    """
    found: list[Finding] = []
    columns = {name: _values(name, texts[name], margins, places, found) for name in margins.columns}
    unit, units = _units(margins, columns, places, found)
    codes = [_codes(margin, margins, columns, places, found) for margin in margins.margins]
    made = tuple(
        _place(margin, code, np.flatnonzero(unit == k), name, base)
        for k, name in enumerate(units)
        for margin, code in zip(margins.margins, codes, strict=True)
    )
    found += _empty(made)
    if found:
        return None, found
    return Cut(unit=unit, units=tuple(units), margins=len(codes), places=made), list(_thin(made))


def _values(
    name: str, texts: Array, margins: Margins, places: Places, found: list[Finding]
) -> NDArray[np.object_]:
    """A column's categories as texts: bands of numbers where there are bands."""
    ends = margins.bands.get(name)
    if ends is None:
        return texts
    unique, inverse = np.unique(texts.astype(str), return_inverse=True)
    numbers = np.array([number_of(text) for text in unique])
    bad, low = np.isnan(numbers) & (unique != ""), numbers < ends[0]
    for mask, words in ((bad, "no number"), (low, f"below {ends[0]:g}, where its first band begins")):
        if mask.any():
            rows = mask[inverse]
            values = ", ".join(repr(str(text)) for text in unique[mask][:5])
            are = "is" if rows.sum() == 1 else "are"
            what = f"{places.hits(rows).of('row')} of {name} {are} {words}: {values} ({places.show(rows)})."
            fix = "Correct them, declare their codes as missing in a codebook, or change `bands`."
            found.append(finding("margin-band", "error", f"margin {name}", what, fix))
    names = np.array(["", *band_names(ends)], dtype=object)
    at = np.where(unique == "", 0, np.searchsorted(np.array(ends), numbers, side="right"))
    at[bad | low] = 1  # told above, once
    made: NDArray[np.object_] = names[at][inverse]
    return made


def _units(
    margins: Margins, columns: Mapping[str, Array], places: Places, found: list[Finding]
) -> tuple[Array, list[str]]:
    """The unit (n,) of each row, and their names; one without a name where all are weighted together."""
    keys = [columns[name] for name in margins.within]
    for name, texts in zip(margins.within, keys, strict=True):
        blank = np.asarray(texts == "", dtype=bool)
        if blank.any():
            what = f"There is no value of {name} in {places.hits(blank).of('row')} ({places.show(blank)})."
            fix = "Fill the column, or weight within another one."
            found.append(finding("margin-blank", "error", f"margins within {name}", what, fix))
    if not keys:
        return np.zeros(len(places), dtype=np.int64), [""]
    joined, unit = np.unique(np.stack(keys).astype(str), axis=1, return_inverse=True)
    return np.ravel(unit), [shown_category(tuple(key)) for key in joined.T.tolist()]


def _codes(
    margin: Margin, margins: Margins, columns: Mapping[str, Array], places: Places, found: list[Finding]
) -> Array:
    """Category (n,) of each row in the order of the targets, -1 for blanks; complains of any other."""
    texts = np.stack([columns[name] for name in margin.columns]).astype(str)
    unique, inverse = np.unique(texts, axis=1, return_inverse=True)
    inverse = np.ravel(inverse)
    place = {category: k for k, category in enumerate(margin.targets)}
    there = [tuple(category) for category in unique.T.tolist()]
    blank = np.array(["" in category for category in there])
    known = np.array([place.get(category, -1) for category in there])
    unknown = (known < 0) & ~blank
    if unknown.any():
        found.append(_unknown(margin, margins, there, unknown, inverse, places))
    if blank.any() and margins.blanks == "refuse":
        rows = blank[inverse]
        what = f"There is no answer to {margin.name} in {places.hits(rows).of('row')} ({places.show(rows)})."
        fix = "Fill them, or write `blanks: keep` under `design`: blanks then keep their share of the sample."
        found.append(finding("margin-blank", "error", f"margin {margin.name}", what, fix))
    return np.asarray(known[inverse])


def _unknown(
    margin: Margin,
    margins: Margins,
    there: Sequence[Category],
    unknown: Array,
    inverse: Array,
    places: Places,
) -> Finding:
    rows = unknown[inverse]
    counts = np.bincount(inverse, minlength=len(there))
    shown = [f"{shown_category(there[k])!r} ({counts[k]})" for k in np.flatnonzero(unknown).tolist()]
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    noun = "category has" if len(shown) == 1 else "categories have"
    what = f"{len(shown)} {noun} no target: {', '.join(shown[:SHOWN])}{more} ({places.show(rows)})."
    targets = [shown_category(category) for category in margin.targets]
    others = " ..." if len(targets) > SHOWN else ""
    fix = f"Give each a share; there are shares for {', '.join(targets[:SHOWN])}{others}."
    numeric = len(margin.columns) == 1 and margin.name not in margins.bands
    if numeric and all(np.isfinite(number_of(there[k][0])) for k in np.flatnonzero(unknown).tolist()):
        fix += f" Numbers are put into bands by `bands: {{{margin.name}: [18, 35, 55]}}`."
    return finding("margin-category", "error", f"margin {margin.name}", what, fix)


def _place(margin: Margin, code: Array, rows: Array, unit: str, base: Array) -> Place:
    """A margin in one unit; blanks aim at their own share by the base weights."""
    own = code[rows]
    blank = own < 0
    shares = np.array(list(margin.shares.values()))
    names = tuple(shown_category(category) for category in margin.targets)
    if blank.any():
        kept = float(base[rows][blank].sum() / base[rows].sum())
        shares, names = np.append(shares * (1 - kept), kept), (*names, "")
        own = np.where(blank, len(names) - 1, own)
    return Place(unit=unit, margin=margin, rows=rows, code=own, names=names, shares=shares)


def _empty(cut: Sequence[Place]) -> Iterator[Finding]:
    """Categories that nobody is in, one finding a margin."""
    for margin in dict.fromkeys(place.margin.name for place in cut):
        lost = [
            (place.unit, place.names[k])
            for place in cut
            if place.margin.name == margin
            for k in np.flatnonzero(place.counts == 0)
        ]
        if lost:
            shown = [f"{name!r}{f' in {unit}' if unit else ''}" for unit, name in lost]
            more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
            what = f"Nobody in the survey is in {', '.join(shown[:SHOWN])}{more}."
            fix = "No weight makes up for that: join the category with a neighbour, in survey and margin."
            yield finding("margin-empty", "error", f"margin {margin}", what, fix)


def _thin(cut: Sequence[Place]) -> Iterator[Finding]:
    for margin in dict.fromkeys(place.margin.name for place in cut):
        few = [
            f"{place.names[k]!r}{f' in {place.unit}' if place.unit else ''} ({place.counts[k]})"
            for place in cut
            if place.margin.name == margin
            for k in np.flatnonzero(place.counts < FEWEST)
            if place.names[k]
        ]
        if few:
            more = f" and {len(few) - SHOWN} more" if len(few) > SHOWN else ""
            what = f"Fewer than {FEWEST} respondents speak for {', '.join(few[:SHOWN])}{more}."
            fix = "Join thin categories: a few answers with large weights move the index."
            yield finding("margin-thin", "warning", f"margin {margin}", what, fix)
