"""Differences between units on a page: the clear ones first, with the verdict on comparability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import Piece, in_blocks, probability_column
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import together
from csi_model.reporting.views import Column, View, column_title, number_column, text_column, view
from csi_model.reporting.wording import say

MOST = 60
"""Differences of one kind that a page shows; all stand in the stored table."""

KINDS = ("parent", "rest", "pair")
"""Kinds of differences with tables; those to the best other have a chart."""


def difference_pieces(content: Content, language: str) -> Iterator[Piece]:
    """One table a kind, and before them what the check of comparability allows."""
    frame = league_rows.frame_where(content, "differences", construct=content.index)
    if frame.empty:
        return
    notes = [say("diff_how", language)]
    if _small(frame["equivalence"].astype("str")):
        notes.append(say("diff_small", language))
    yield Piece(
        title=say("h_differences_league", language),
        says=tuple(_may(content, frame, language)),
        how=together([*notes, say("diff_others", language)], language),
    )
    for kind in KINDS:
        part = frame[frame["kind"].astype("str") == kind]
        if not part.empty:
            yield _piece(content, kind, part, language)


_NOT_TESTED = "not tested"
_ANSWERS = ("no", "partly", _NOT_TESTED, "yes")
"""Verdicts on comparability, the gravest first."""


def _may(content: Content, frame: pd.DataFrame, language: str) -> Iterator[str]:
    """The gravest verdict on comparability, one sentence a level where levels have different ones."""
    pairs = frame[["unit_2", "comparable"]].dropna().astype("str").drop_duplicates()
    found: dict[str, set[str]] = {}
    for unit, answer in zip(pairs["unit_2"], pairs["comparable"], strict=True):
        if answer in _ANSWERS:
            found.setdefault(_level(content, unit, language), set()).add(answer)
    told = {level: _verdict(answers, language) for level, answers in found.items()}
    if len(set(told.values())) == 1:
        yield next(iter(told.values()))
        return
    for level, text in told.items():
        yield say("may_differ_level", language, level=level, text=text)


def _verdict(answers: set[str], language: str) -> str:
    """The gravest answer in words; some that were not tested do not speak for those that were."""
    tested = answers - {_NOT_TESTED}
    if not tested or tested == answers:
        return say(f"may_differ_{min(answers, key=_ANSWERS.index).replace(' ', '_')}", language)
    gravest = min(tested, key=_ANSWERS.index)
    text = say("may_differ_yes_some" if gravest == "yes" else f"may_differ_{gravest}", language)
    return together([text, say("may_differ_left_out", language)], language)


def _small(equivalence: Iterable[str]) -> bool:
    return bool({"equivalent", "clear but small"} & set(equivalence))


def _piece(content: Content, kind: str, frame: pd.DataFrame, language: str) -> Piece:
    verdicts = frame["verdict"].astype("str")
    untested = int((verdicts == "not tested").sum())
    tested, clear = len(frame) - untested, int(verdicts.isin(league_rows.CLEAR).sum())
    says = [_counts(tested, clear, language)] if tested else []
    if untested:
        says.append(say("diff_untested", language, count=formats.count(untested)))
    rows = records.records(largest(frame))
    if len(frame) > MOST:
        says.append(say("diff_most", language, count=MOST))
    return Piece(
        title=say(f"h_diff_{kind}", language),
        says=(say("space", language).join(says),),
        view=differences_view(content, kind, rows, language),
        framed=True,
        folded=kind == "pair",
        about=_counts(tested, clear, language) if kind == "pair" and tested else "",
    )


def _counts(tested: int, clear: int, language: str) -> str:
    if tested == 1:
        words = say("diff_clear_one" if clear else "diff_not_clear_one", language)
        return say("diff_counts_one", language, clear=words)
    return say("diff_counts", language, tested=formats.count(tested), clear=formats.count(clear))


def largest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a page shows: all in stored order, of many the clear ones, largest first."""
    if len(frame) <= MOST:
        return frame
    order = pd.DataFrame(
        {
            "clear": ~frame["verdict"].astype("str").isin(league_rows.CLEAR),
            "size": -pd.to_numeric(frame["difference"]).abs(),
        }
    )
    return frame.loc[order.sort_values(["clear", "size"], kind="stable").index[:MOST]]


def differences_view(content: Content, kind: str, rows: Sequence[Row], language: str) -> View:
    """Both sides, the difference with its interval and test, whether it may be read so, and the verdict."""
    sides = [records.word(row, side) for row in rows for side in ("unit_1", "unit_2")]
    short = league_rows.short_labels(content, sides, language)

    def pair(row: Row) -> str:
        if kind != "pair":
            return short[records.word(row, "unit_2")]
        return f"{short[records.word(row, 'unit_1')]} → {short[records.word(row, 'unit_2')]}"

    small = _small(records.word(row, "equivalence") for row in rows)
    columns = [
        *_indices(kind, language),
        number_column("differences", "difference", 1, language),
        _interval(content, language),
        _probability(language),
        _words("verdict", "cmp_verdict", language),
        *([_words("equivalence", "equivalence", language)] if small else []),
        _words("comparable", "comparable", language),
    ]

    def title(row: Row) -> str:
        if kind == "parent":
            return league_rows.unit_label(content, records.word(row, "unit_1"), language)
        return _level(content, records.word(row, "unit_2"), language)

    levels = in_blocks([_plain(row) for row in rows], title)
    return view(
        say(f"h_diff_{kind}", language),
        text_column(
            say("cmp_pair", language) if kind == "pair" else column_title("ranks", "unit", language), pair
        ),
        columns,
        levels if len(levels) > 1 or kind == "parent" else [("", found) for _, found in levels],
        language,
    )


def _indices(kind: str, language: str) -> list[Column]:
    """Both sides of a difference: first and second, or the unit and what it is compared with."""
    if kind == "pair":
        return [number_column("differences", name, 1, language) for name in ("index_1", "index_2")]
    reference = say(f"diff_reference_{kind}", language)
    return [
        Column(
            title=column_title("index", "index", language),
            show=lambda row: formats.number(row.get("index_2")),
        ),
        Column(title=reference, show=lambda row: formats.number(row.get("index_1"))),
    ]


def _level(content: Content, unit: str, language: str) -> str:
    depth = len(league_rows.unit_parts(content, unit))
    columns = league_rows.unit_columns(content)
    return columns[depth - 1] if 0 < depth <= len(columns) else say("league_total", language)


def _plain(row: Row) -> Row:
    """The row without its reason where nothing that is shown is missing."""
    shown = ("index_1", "index_2", "difference")
    complete = not any(
        formats.is_empty(value) for value in (*(row.get(n) for n in shown), *league_rows.ends(row))
    )
    return {**row, "why": ""} if complete and not formats.is_empty(_pvalue(row)) else row


def _pvalue(row: Row) -> object:
    p = row.get("pvalue_simultaneous")
    return row.get("pvalue_holm") if formats.is_empty(p) else p


def _interval(content: Content, language: str) -> Column:
    title = say("interval", language, level=formats.level(records.confidence(content)))
    return Column(title=title, show=lambda row: formats.interval(*league_rows.ends(row), 1, language))


def _probability(language: str) -> Column:
    shown = probability_column("differences", "pvalue", language)
    return Column(title=shown.title, show=lambda row: formats.probability(_pvalue(row)))


def _words(name: str, prefix: str, language: str) -> Column:
    return text_column(
        column_title("differences", name, language),
        lambda row: league_rows.worded(prefix, word, language) if (word := records.word(row, name)) else "",
        absent="",
    )
