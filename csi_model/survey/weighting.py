"""Weights of a survey: raked to known margins, post-stratified, trimmed, with an account of what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.survey.answers import finding
from csi_model.survey.calibration import Cells, WeightedCategory, Weighting
from csi_model.survey.margin_categories import Cut, Place, cut_survey
from csi_model.survey.margins import Margins
from csi_model.survey.places import Places
from csi_model.survey.raking import Raked, rake, trim

Array = NDArray[Any]

COSTLY = 2.0
"""Design effect of the weights above which they deserve a warning."""
LEFT = 1e-7
"""Relative errors of margins below this are rounding."""
KEPT = "no target: blanks keep their share of the sample"


def weigh(
    margins: Margins,
    texts: Mapping[str, NDArray[np.object_]],
    base: Array,
    places: Places,
    weight: str | None = None,
) -> tuple[Array, Weighting | None, list[Finding]]:
    """Make weights that meet known margins.

    Parameters
    ----------
    margins
        What is known, already checked (``check_margins``).
    texts
        Each column of the margins as exact texts (n,), empty where there is no answer.
    base : (n,)
        Base weights, positive; ones where there are none, then ``weight`` (their column) is None. Where one
        is faulty, which is told elsewhere, the categories are checked and nothing is weighted.
    places
        Rows in the file, for messages.

    Returns
    -------
    weights : (n,)
        With a mean of 1; the base weights where something is wrong.
    weighting
        None where something is wrong, or nothing was asked for.
    findings
        Errors: categories without a target or without respondents, blanks, margins that cannot be met.
        Warnings: thin categories, weights that cost much, margins that trimming leaves unmet. A note with
        design effect and effective n.
    """
    if not margins.margins and margins.trim is None:
        return base, None, []
    if margins.trim is not None and not margins.margins and weight is None:
        what = "There are no margins and no weights to trim."
        fix = "Give `margins` or a `weight`, or leave `trim` out."
        return base, None, [finding("margin-trim", "error", "trim", what, fix)]
    sound = np.isfinite(base) & (base > 0)
    cut, found = cut_survey(margins, texts, np.where(sound, base, 1.0), places)
    if cut is None or not sound.all():
        return base, None, found
    weights, raked = _raked(margins, cut, base)
    found += _unmet(margins, cut, raked)
    if any(one.severity == "error" for one in found):
        return base, None, found
    made = _account(margins, cut, raked, base, weights, weight)
    return weights, made, [*found, *_told(made)]


def _raked(margins: Margins, cut: Cut, base: Array) -> tuple[Array, list[Raked]]:
    """Weights (n,) with a mean of 1, and how raking went in each unit; a unit keeps its total."""
    weights = base / base.mean()
    if not margins.margins:
        return trim(weights, margins.trim or np.inf), []
    found = []
    for k in range(len(cut.units)):
        places = cut.of_unit(k)
        rows = places[0].rows
        codes, shares = np.stack([place.code for place in places]), [place.shares for place in places]
        one = rake(codes, shares, base[rows], margins.trim)
        weights[rows] = one.weights * weights[rows].mean()
        found.append(one)
    return weights, found


def _unmet(margins: Margins, cut: Cut, raked: Sequence[Raked]) -> Iterator[Finding]:
    """Margins that no weights meet: an error; that trimmed weights do not meet: a warning."""
    for k, one in enumerate(raked):
        if one.error <= LEFT:
            continue
        m = int(np.argmax([np.abs(errors).max() for errors in one.errors]))
        place, worst = cut.of_unit(k)[m], int(np.abs(one.errors[m]).argmax())
        name = place.names[worst] or "blanks"
        reached = float(place.shares[worst] * (1 + one.errors[m][worst]))
        where = f"margin {place.margin.name}" + (f" in {place.unit}" if place.unit else "")
        what = f"'{name}' ends at {reached:.4f} instead of {place.shares[worst]:.4f}"
        if not one.met:
            yield finding(
                "margin-unmet",
                "error",
                where,
                f"Raking does not converge: {what}, since no weights meet all margins at once.",
                "Some categories of two margins always go together in the survey: join categories, or give "
                "the margins crossed.",
            )
        else:
            yield finding(
                "margin-trimmed",
                "warning",
                where,
                f"With weights of at most {margins.trim:g} times the mean the margins cannot be met: {what}, "
                f"{one.errors[m][worst]:+.1%}.",
                f"Raise `trim` (untrimmed, the largest is {one.largest:.1f} times the mean) or join "
                "categories.",
            )


def _account(
    margins: Margins, cut: Cut, raked: Sequence[Raked], base: Array, weights: Array, weight: str | None
) -> Weighting:
    n, size = len(weights), np.bincount(cut.unit)
    relative = weights * (size / np.bincount(cut.unit, weights))[cut.unit]
    deff = float(n * (weights @ weights) / weights.sum() ** 2)
    bound = np.inf if margins.trim is None else margins.trim
    held, error = np.asarray(relative >= bound), max((one.error for one in raked), default=0.0)
    for k, one in enumerate(raked):
        held[cut.of_unit(k)[0].rows] = one.held
    return Weighting(
        text=_text(margins, weight),
        categories=tuple(row for place in cut.places for row in _categories(place, base, weights)),
        n=n,
        n_eff=n / deff,
        deff=deff,
        smallest=float(relative.min()),
        largest=float(relative.max()),
        trim=margins.trim,
        trimmed=int(held.sum()),
        untrimmed=max((one.largest for one in raked), default=float(base.max() / base.mean())),
        error=error,
        cells=_cells(cut, held) if margins.margins and error <= LEFT else None,
    )


def _text(margins: Margins, weight: str | None) -> str:
    """What the weights are, for manifest and findings."""
    words = f"raked to {', '.join(margin.name for margin in margins.margins)}"
    if len(margins.margins) == 1:
        words = f"post-stratified to {margins.margins[0].name}"
    if not margins.margins:
        words = f"trimmed to {margins.trim:g} times the mean"
    elif margins.within:
        words += f" within {', '.join(margins.within)}"
    if margins.margins and margins.trim is not None:
        words += f", trimmed to {margins.trim:g} times the mean"
    return words if weight is None else f"{weight}, {words}"


def _categories(place: Place, base: Array, weights: Array) -> Iterator[WeightedCategory]:
    size = len(place.names)
    before, after = (
        np.bincount(place.code, one[place.rows], size) / one[place.rows].sum() for one in (base, weights)
    )
    for k, (name, count) in enumerate(zip(place.names, place.counts, strict=True)):
        yield WeightedCategory(
            unit=place.unit,
            variable=place.margin.name,
            category=name,
            target=float(place.shares[k]) if name else float("nan"),
            sample=float(before[k]),
            weighted=float(after[k]),
            respondents=int(count),
            why="" if name else KEPT,
        )


def _cells(cut: Cut, held: Array) -> Cells:
    """Cells of all units, categories numbered through."""
    category = np.zeros((cut.margins, len(cut.unit)), dtype=np.int64)
    aimed: list[bool] = []
    for k, place in enumerate(cut.places):
        category[k % cut.margins, place.rows] = place.code + len(aimed)
        aimed += [name != "" for name in place.names]
    keys, cell = np.unique(np.vstack([cut.unit, category]), axis=1, return_inverse=True)
    return Cells(of_row=np.ravel(cell), unit=keys[0], category=keys[1:], aimed=np.array(aimed), held=held)


def _told(made: Weighting) -> Iterator[Finding]:
    """The account in words."""
    costly = made.deff > COSTLY
    trimmed = ""
    if made.trim is not None:
        people = f"{made.trimmed} weight{' was' if made.trimmed == 1 else 's were'}"
        trimmed = f" {people} trimmed; untrimmed, the largest would be {made.untrimmed:.2f}."
        if made.error > LEFT:
            trimmed += f" Margins are met to {made.error:.1%} only, and errors take the weights as given."
    yield finding(
        "weighted",
        "warning" if costly else "note",
        "weights",
        f"Weights are {made.text}. They range from {made.smallest:.2f} to {made.largest:.2f} times the mean; "
        f"by their spread the {made.n:,} respondents count as {made.n_eff:,.0f} (design effect "
        f"{made.deff:.2f}).{trimmed}",
        "Trim them (`trim`), or join categories." if costly else "",
    )
