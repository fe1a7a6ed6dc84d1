"""Aggregation for whoever has a frame of scores and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csi_model.comparison.aggregate_tables import aggregate_frame, share_frame
from csi_model.comparison.aggregation import RollUp, roll_up
from csi_model.comparison.score_frames import standing_of_rows
from csi_model.comparison.share_names import Key, listed
from csi_model.comparison.shares import AMOUNTS, KINDS, LevelShares, wrong
from csi_model.comparison.standing import Standing
from csi_model.comparison.unit_scores import UnitScores, unit_name
from csi_model.errors import Finding, UsageError, suggest
from csi_model.survey.conversion import to_numbers, to_texts
from csi_model.survey.raw_table import text_of

Amounts = str | Mapping[str, Any] | pd.Series | LevelShares
Shares = Amounts | Sequence[LevelShares]

_NUMBERS = ("index", "se", "n", "n_eff", "df")


@dataclass(frozen=True, kw_only=True)
class Aggregation:
    """What ``aggregate`` returns.

    ``index`` and ``shares`` follow ``aggregates`` and ``shares`` of ``csi_model.vocabulary``; ``findings``
    are notes and warnings; ``rolled`` has everything with joint covariances.
    """

    index: pd.DataFrame
    shares: pd.DataFrame
    findings: tuple[Finding, ...]
    rolled: RollUp

    @property
    def total(self) -> float:
        """Index of the whole, of the first construct."""
        return float(self.rolled.total.index[0, 0])


def aggregate(
    index: pd.DataFrame,
    shares: Shares = "equal",
    *,
    by: str | Sequence[str] | None = None,
    kind: str = "revenue",
    previous: Aggregation | RollUp | Sequence[UnitScores | Standing] = (),
    weights_from: str = "pooled",
    level: float = 0.95,
) -> Aggregation:
    """Roll scores of units up to what they belong to, and on to the whole.

    Scores 76, 70 and 81 of firms with revenues 30, 50 and 20 make (76*30 + 70*50 + 81*20) / 100 = 74:

    >>> firms = pd.DataFrame({"unit": ["A", "B", "C"], "index": [76, 70, 81], "revenue": [30, 50, 20]})
    >>> aggregate(firms, "revenue").total
    74.0

    Parameters
    ----------
    index
        A row a unit, or a row a unit and construct (column ``construct``): the columns ``by``, ``index``
        (0-100; blank for a unit without a number, which leaves its share to the others), and as far as known
        ``se`` (index points), ``n``, ``n_eff``, ``df`` and ``why``. The index table of results will do.
    shares
        For units of the lowest level: a column of ``index``, a mapping or series unit > amount, ``equal``
        or ``sample_size``. For more levels: a mapping level > any of these. Or ``LevelShares``, one or
        several, which know rules for all others, too. Levels without shares: equal, with a note.
    by
        Group columns, top to bottom; default ``parent`` (if there) and ``unit``.
    kind
        What amounts are (``revenue``, ``market_share``, ``gdp``, ``cpi``), where a column's own name does
        not say so.
    previous
        Earlier results, which stand in for units that ``index`` lacks (see ``roll_up``).
    weights_from
        Rows that are meant where the frame has a column of that name.
    level
        Confidence level.

    Raises
    ------
    UsageError
        No such column, a unit that stands twice, numbers that are none, and everything that is wrong with
        the shares, all at once.
    """
    if "weights_from" in index.columns:
        index = index[index["weights_from"] == weights_from]
    columns = _levels(index, by)
    _check(index, columns, level)
    if not len(index):
        fix = "Give a row a unit; `weights_from` chooses among rows where there is such a column."
        raise UsageError.at("aggregate", "There are no units to roll up.", fix, code="no-units")
    frame, keys = _tidy(index, columns)
    given = list(_declared(shares, columns, kind, frame, keys))
    scores = standing_of_rows(columns[-1], keys, frame)
    earlier = previous.rolled if isinstance(previous, Aggregation) else previous
    rolled = roll_up(scores, given, columns, previous=earlier)
    return Aggregation(
        index=aggregate_frame(rolled, level=level, weights_from=weights_from),
        shares=share_frame(rolled),
        findings=rolled.findings,
        rolled=rolled,
    )


def _levels(index: pd.DataFrame, by: str | Sequence[str] | None) -> tuple[str, ...]:
    if by is None:
        return ("parent", "unit") if "parent" in index.columns else ("unit",)
    return (by,) if isinstance(by, str) else tuple(by)


def _check(index: pd.DataFrame, columns: tuple[str, ...], level: float) -> None:
    found = []
    if not 0.5 <= level < 1:
        found.append(wrong("bad-option", "level", f"{level:g} is not a confidence level.", "Write 0.95."))
    there = [str(name) for name in index.columns]
    for name in (*columns, "index"):
        if name not in there:
            what = f"The frame has no column {name!r}."
            fix = f"{suggest(name, there)} Name the group columns, top to bottom, with `by`."
            found.append(wrong("no-column", "aggregate", what, fix))
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled or not columns:
        what = f"Group columns named twice: {listed(doubled)}." if doubled else "No group column is named."
        found.append(wrong("bad-option", "by", what, "Name each level once, top to bottom."))
    if found:
        raise UsageError(found)


def _tidy(index: pd.DataFrame, columns: tuple[str, ...]) -> tuple[pd.DataFrame, list[Key]]:
    """Rows with checked numbers, construct and reason, and the unit of each."""
    frame = index.reset_index(drop=True)
    texts = [to_texts(frame[name]) for name in columns]
    keys = [tuple(str(value) for value in row) for row in zip(*texts, strict=True)]
    frame["construct"] = to_texts(frame["construct"]) if "construct" in frame else "index"
    found = list(_unit_problems(frame, keys, columns))
    for name in _NUMBERS:
        if name in frame:
            cells = to_numbers(frame[name], {})
            negative = (np.nan_to_num(cells.numbers) < 0) & (name != "index")
            endless = np.isinf(cells.numbers) & (name != "df")
            bad = cells.bad | cells.labelled | negative | endless
            if bad.any():
                rows = listed(dict.fromkeys(unit_name(keys[k]) for k in np.flatnonzero(bad)))
                what = f"The column {name!r} holds what cannot be one for {rows}."
                fix = "Write numbers (of zero or more but for the index), or leave the cell blank."
                found.append(wrong("bad-number", "aggregate", what, fix))
            frame[name] = cells.numbers
    if found:
        raise UsageError(found)
    error = frame["se"].notna() if "se" in frame else pd.Series(False, index=frame.index)
    told = frame["why"].fillna("").astype(str) if "why" in frame else pd.Series("", index=frame.index)
    own = np.where(
        frame["index"].isna(), "no number is given", np.where(error, "", "no standard error is given")
    )
    frame["why"] = np.where(told == "", own, told)
    return frame, keys


def _unit_problems(frame: pd.DataFrame, keys: list[Key], columns: tuple[str, ...]) -> Iterator[Finding]:
    blank = [k + 1 for k, key in enumerate(keys) if not all(key)]
    if blank:
        what = f"A group column ({', '.join(columns)}) is blank in row {listed(str(row) for row in blank)}."
        yield wrong("blank-unit", "aggregate", what, "Name the unit.")
    pairs = pd.Series(list(zip(keys, frame["construct"], strict=True)), dtype=object)
    doubled = dict.fromkeys(unit_name(pairs[k][0]) for k in np.flatnonzero(pairs.duplicated()))
    if doubled:
        what = f"Units stand twice: {listed(doubled)}."
        fix = "Give a row a unit and construct, and name all levels that tell units apart in `by`."
        yield wrong("unit-twice", "aggregate", what, fix)


def _declared(
    shares: Shares, columns: tuple[str, ...], kind: str, frame: pd.DataFrame, keys: list[Key]
) -> Iterator[LevelShares]:
    """Shares of each level, whatever they were written as."""
    if isinstance(shares, Sequence) and not isinstance(shares, str):
        odd = [one for one in shares if not isinstance(one, LevelShares)]
        if odd:
            fix = "Write a mapping unit > amount, or the name of a column."
            raise UsageError.at("shares", "A list can only hold LevelShares.", fix, code="bad-option")
        yield from shares
        return
    per_level = isinstance(shares, Mapping) and len(shares) > 0 and set(shares) <= set(columns)
    written = dict(shares) if per_level and isinstance(shares, Mapping) else {columns[-1]: shares}
    for level, one in written.items():
        if isinstance(one, LevelShares):
            yield one
        elif isinstance(one, str):
            yield _named(one, columns[: columns.index(level) + 1], kind, frame, keys)
        elif not isinstance(one, Mapping | pd.Series):
            fix = "Write a mapping unit > amount, or the name of a column of the frame."
            raise UsageError.at("shares", f"{type(one).__name__} is no shares.", fix, code="bad-option")
        else:
            amounts = {text_of(name): value for name, value in dict(one).items()}
            yield LevelShares(level=level, kind=kind, amounts=amounts)


def _named(
    name: str, columns: tuple[str, ...], kind: str, frame: pd.DataFrame, keys: list[Key]
) -> LevelShares:
    """Shares by a column of the frame, or of a kind that needs no amounts."""
    level, choices = columns[-1], [str(column) for column in frame.columns]
    if name not in choices:
        if name in KINDS and name not in AMOUNTS:
            return LevelShares(level=level, kind=name)
        what = f"There is no column {name!r} with amounts for the level {level}."
        raise UsageError.at(
            "shares", what, suggest(name, [*choices, "equal", "sample_size"]), code="no-column"
        )
    cells = to_numbers(frame[name], {})
    bad = cells.bad | cells.labelled
    found: dict[str, set[float]] = {}
    for key, value in zip(keys, np.where(bad, np.nan, cells.numbers), strict=True):
        found.setdefault(unit_name(key[: len(columns)]), set()).add(float(value))
    several = [unit for unit, values in found.items() if len({v for v in values if not np.isnan(v)}) > 1]
    if bad.any() or several:
        units = several or dict.fromkeys(unit_name(keys[k]) for k in np.flatnonzero(bad))
        what = (
            f"The column {name!r} holds {'several amounts' if several else 'no number'} for {listed(units)}."
        )
        raise UsageError.at("shares", what, "Write one number a unit.", code="share-no-number")
    amounts = {u: v for u, values in found.items() for v in values if not np.isnan(v)}
    return LevelShares(level=level, kind=name if name in AMOUNTS else kind, amounts=amounts)
