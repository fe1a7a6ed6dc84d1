"""Earlier scores that stand in where a survey has nothing new (rolling updates)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csi_model.comparison.share_names import Key, listed
from csi_model.comparison.standing import Standing, standing
from csi_model.comparison.unit_scores import UnitScores, unit_name
from csi_model.errors import Finding, suggest

Array = NDArray[Any]


def carried_units(
    new: Standing, earlier: Sequence[Standing], by: tuple[str, ...]
) -> tuple[dict[str, Standing], list[Finding]]:
    """What is carried over, level > units.

    A unit comes along if the survey does not have it, at the highest level at which that is so and an
    earlier number is there: a whole sector as the number that it was, not as its firms. A unit that the
    survey has is never replaced, also not where it is suppressed for its small base.

    Parameters
    ----------
    new
        Units of the lowest level of this survey.
    earlier
        Scores of one level each; a level above all group columns is left aside.
    by
        Group columns, top to bottom.

    Returns
    -------
    dict, list of Finding
        Constructs in the order of ``new``. The findings are errors (a level that there is not, keys of
        another length, no construct in common) or notes naming what was carried over.
    """
    parts = [one for one in earlier if any(one.scores.keys)]
    problems = list(_problems(new.scores, parts, by))
    if problems:
        return {}, problems
    aligned = {one.scores.level: _aligned(one, new.scores.constructs) for one in parts}
    has = {
        key
        for one in aligned.values()
        for key, row in zip(one.scores.keys, one.scores.index, strict=True)
        if np.isfinite(row).any()
    }
    current = {key[:depth] for key in new.scores.keys for depth in range(1, len(by) + 1)}
    carried: dict[str, Standing] = {}
    notes: list[Finding] = []
    below: set[Key] = set()
    for level in reversed(by):
        if level not in aligned:
            continue
        keys = aligned[level].scores.keys
        rows = [k for k, key in enumerate(keys) if _comes(key, current, has) and key not in below]
        below |= {keys[k][:depth] for k in rows for depth in range(1, len(keys[k]))}
        if rows:
            carried[level] = _marked(aligned[level].chosen(np.array(rows)))
            notes += _notes(level, [keys[k] for k in rows if keys[k] in has])
    return carried, [*notes, *_passed_over(new.scores, has)]


def _comes(key: Key, current: set[Key], has: set[Key]) -> bool:
    above = (key[:depth] for depth in range(1, len(key)))
    return key not in current and not any(one not in current and one in has for one in above)


def _marked(units: Standing) -> Standing:
    there = np.isfinite(units.scores.index)
    return replace(units, carried=there.astype(np.int64), came=np.ones(len(there), dtype=bool))


def _problems(new: UnitScores, parts: Sequence[Standing], by: tuple[str, ...]) -> Iterator[Finding]:
    for level, times in Counter(one.scores.level for one in parts).items():
        if times > 1:
            yield _wrong(f"Earlier scores of the level {level} are given twice.", "Give the latest alone.")
    for one in parts:
        level = one.scores.level
        if level not in by:
            yield _wrong(f"Earlier scores are of {level!r}, which is no level here.", suggest(level, by))
            continue
        depth = by.index(level) + 1
        odd = [key for key in one.scores.keys if len(key) != depth]
        if odd:
            what = f"Earlier units of the level {level} are named by other group columns: {_names(odd)}."
            yield _wrong(what, f"Group the earlier survey by {', '.join(by)}, too.")
        if not set(one.scores.constructs) & set(new.constructs):
            what = f"Earlier scores of the level {level} are of other constructs."
            yield _wrong(what, f"This survey has {', '.join(new.constructs)}.")


def _aligned(units: Standing, constructs: tuple[str, ...]) -> Standing:
    """The same units with other constructs; those that were not there have no number."""
    scores = units.scores
    if scores.constructs == constructs:
        return units
    at = np.array([scores.constructs.index(c) if c in scores.constructs else -1 for c in constructs])
    gaps = at < 0

    def placed(values: Array, gap: Any) -> Array:
        return np.where(gaps, gap, values[:, at])

    same = UnitScores(
        level=scores.level,
        keys=scores.keys,
        constructs=constructs,
        index=placed(scores.index, np.nan),
        covariance=np.where(gaps[:, None, None], np.nan, scores.covariance[at]),
        df=scores.df,
        n=scores.n,
        n_eff=scores.n_eff,
        why=scores.why,
    )
    return standing(
        same,
        df=placed(units.df, np.nan),
        n=placed(units.n, 0),
        n_eff=placed(units.n_eff, np.nan),
        measured=placed(units.measured, 0.0),
        units=placed(units.units, 0),
        why=placed(units.why, "not measured then"),
    )


def _notes(level: str, keys: Sequence[Key]) -> Iterator[Finding]:
    if keys:
        yield Finding(
            code="carried-over",
            severity="note",
            where=f"earlier scores of {level}",
            what=f"Not in this survey, carried over with index and error of then: {_names(keys)}.",
        )


def _passed_over(new: UnitScores, has: set[Key]) -> Iterator[Finding]:
    keys = [key for key, row in zip(new.keys, new.index, strict=True) if np.isnan(row).all() and key in has]
    if keys:
        yield Finding(
            code="not-carried-over",
            severity="note",
            where=f"earlier scores of {new.level}",
            what=f"In this survey without a number, and not replaced by the earlier one: {_names(keys)}.",
        )


def _names(keys: Sequence[Key]) -> str:
    return listed(unit_name(key) for key in keys)


def _wrong(what: str, fix: str) -> Finding:
    return Finding(code="earlier-scores", severity="error", where="earlier scores", what=what, fix=fix)
