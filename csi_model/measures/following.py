"""Does a survey follow its questionnaire: columns, codes, scales, routing, missing answers, identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from csi_model.errors import Finding
from csi_model.measures.following_cells import Given, base_of, is_closed, read_cells
from csi_model.measures.following_checks import (
    Check,
    answer_checks,
    column_checks,
    gap_checks,
    identifier_checks,
    line_checks,
    repeat_checks,
    routing_checks,
)
from csi_model.model.spec import REASONS
from csi_model.survey.codebook import Codebook, Column
from csi_model.survey.places import Places
from csi_model.survey.raw_table import RawTable
from csi_model.survey.survey import ANSWERED, OTHER, SKIPPED

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What the check found.

    Attributes
    ----------
    checks
        Rows of the table ``survey_check``: the verdict first, then what was found.
    questions
        Rows of the table ``survey_questions``: answers and missing answers of every question.
    findings
        The same in words, with remedies.
    follows
        Whether nothing contradicts the questionnaire.
    """

    checks: tuple[Row, ...]
    questions: tuple[Row, ...]
    findings: tuple[Finding, ...]
    follows: bool


def follows(
    table: RawTable,
    book: Codebook,
    *,
    required: Iterable[str] | None = None,
    identifiers: Sequence[str] = (),
) -> Followed:
    """Check that a survey follows a questionnaire.

    Parameters
    ----------
    table
        The survey as stored.
    book
        The codebook of the questionnaire.
    required
        Columns that must be there; by default all that the codebook does not call optional.
    identifiers
        Columns that together tell respondents apart; by default one that is called ``respondent``, ``id`` ...

    Returns
    -------
    Followed
        Everything found. An answered question that routing should have skipped, an answer outside its scale,
        an undeclared code and an identifier that occurs twice are errors; so is a column that is missing.
    """
    places = Places(rows=table.rows, files=np.zeros(len(table), dtype=np.int64), names=(table.source,))
    there = [column for name, column in book.columns.items() if name in table.columns]
    cells = {column.name: read_cells(table, column, book) for column in there}
    given = Given(table=table, book=book, places=places, cells=MappingProxyType(cells))
    wanted = set(required) if required is not None else None
    found = [
        *column_checks(given, wanted, identifiers),
        *identifier_checks(given, identifiers),
        *(check for column in there for check in answer_checks(given, column)),
        *(check for column in there for check in routing_checks(given, column)),
        *(check for column in there for check in gap_checks(given, column)),
        *line_checks(given),
        *repeat_checks(given),
    ]
    good = not any(one.severity == "error" for one in found)
    verdict = _verdict(given, good, found)
    rows = tuple(_row(one) for one in (verdict, *found))
    return Followed(
        checks=rows,
        questions=tuple(_question(given, column) for column in there if is_closed(column)),
        findings=tuple(_finding(one, table.where) for one in (verdict, *found)),
        follows=good,
    )


def _verdict(given: Given, good: bool, found: Sequence[Check]) -> Check:
    errors = sum(one.severity == "error" for one in found)
    size = f"{given.rows} rows, {len(given.cells)} of {len(given.book.columns)} questions"
    if good:
        more = sum(one.severity == "warning" for one in found)
        rest = f"; {more} {'thing' if more == 1 else 'things'} to look at" if more else ""
        return Check(
            check="follows", severity="note", of=given.rows,
            what=f"The survey follows the questionnaire ({size}{rest}).",
        )  # fmt: skip
    return Check(
        check="does_not_follow", severity="error", count=errors, of=given.rows,
        what=f"The survey does not follow the questionnaire: {errors} {'error' if errors == 1 else 'errors'} "
        f"({size}).",
        fix="Mend what follows, or declare it in the codebook.",
    )  # fmt: skip


def _row(one: Check) -> Row:
    return {
        "indicator": one.question,
        "check": one.check,
        "severity": one.severity,
        "found_cells": one.count,
        "share": one.count / one.of if one.of else np.nan,
        "what": one.what,
        "why": "" if one.of else "there is nothing that it would be a share of",
    }


def _finding(one: Check, where: str) -> Finding:
    place = f"{where}: {one.question}" if one.question else where
    code = one.check.replace("_", "-")
    return Finding(code=code, severity=one.severity, where=place, what=one.what, fix=one.fix)


def _question(given: Given, column: Column) -> Row:
    """Answers and missing answers by reason; routing tells which blanks were not asked."""
    cells = given.cells[column.name]
    reasons = cells.reasons.copy()
    base = base_of(given, column)
    reasons[~base & (reasons == OTHER)] = SKIPPED
    counts = {reason: int((reasons == code).sum()) for code, reason in enumerate(REASONS, start=1)}
    to_answer = int((reasons != SKIPPED).sum())
    missing = to_answer - int((reasons == ANSWERED).sum())
    scale = column.scale
    whys = ["" if scale is not None else "the answers are codes without a scale"]
    whys.append("" if to_answer else "nobody was to be asked")
    return {
        "indicator": column.name,
        "label": column.label.get("en") or next(iter(column.label.values()), column.name),
        "low": scale.low if scale is not None else np.nan,
        "high": scale.high if scale is not None else np.nan,
        "n": int(np.isfinite(cells.values).sum()),
        "skipped": counts["skipped"],
        "dont_know": counts["dont_know"],
        "refused": counts["refused"],
        "other_missing": counts["other"],
        "contradicting": int(cells.strange.sum()),
        "share_of_asked": missing / to_answer if to_answer else np.nan,
        "why": "; ".join(why for why in whys if why),
    }
