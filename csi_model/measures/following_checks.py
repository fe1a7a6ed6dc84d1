"""The single checks whether a survey follows its questionnaire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from csi_model.errors import Severity, suggest
from csi_model.measures.following_cells import Given, Mask, asked_of, base_of, is_closed
from csi_model.model.spec import Indicator
from csi_model.survey.codebook import Column
from csi_model.survey.conversion import to_texts
from csi_model.survey.quality import FEWEST_ITEMS, straight_lines
from csi_model.survey.repeats import repeated_rows
from csi_model.survey.survey import ANSWERED, DONT_KNOW, REFUSED, SKIPPED

IDENTIFIERS = (
    "respondent",
    "id",
    "respondent_id",
    "respondentid",
    "resp_id",
    "case_id",
    "caseid",
    "interview",
)
"""Names that a column of identifiers usually has, in small letters."""

MANY_MISSING = 0.2
"""Share of missing answers of those asked, above which a question is named."""

MANY_LINES = 0.1
"""Share of respondents with one answer to all ratings, above which there is a warning."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing found: of a question (or of all), in ``count`` of ``of`` rows or columns."""

    check: str
    severity: Severity
    what: str
    fix: str = ""
    question: str = ""
    count: int = 0
    of: int = 0


def column_checks(given: Given, wanted: set[str] | None, identifiers: Sequence[str]) -> Iterator[Check]:
    """Columns that are missing, that were left out as they may be, and that the questionnaire lacks."""
    there, book = given.table.columns, given.book.columns
    absent = [name for name in book if name not in there]
    needed = [name for name in absent if (name in wanted if wanted is not None else not book[name].optional)]
    for name in needed:
        alike = [one for one in there if one.lower() == name.lower()]
        fix = f"There is {alike[0]!r}: capital and small letters differ." if alike else ""
        yield Check(
            check="column_missing",
            severity="error",
            question=name,
            count=1,
            of=len(book),
            what="The question has no column in the file.",
            fix=fix or suggest(name, [one for one in there if one not in book]) or "Add the column.",
        )
    left = [name for name in absent if name not in needed]
    if left:
        yield Check(
            check="column_left_out",
            severity="note",
            count=len(left),
            of=len(book),
            what=f"Questions that may be left out, and are: {_some(left)}.",
        )
    known = {*book, *(identifiers or (_usual_identifier(there),))}
    extra = [one for one in there if one not in known]
    if extra:
        yield Check(
            check="column_extra", severity="note", count=len(extra), of=len(there),
            what=f"Columns that the questionnaire does not have: {_some(extra)}.",
            fix="Nothing is checked in them; add those that matter to the codebook.",
        )  # fmt: skip


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _usual_identifier(columns: Sequence[str]) -> str | None:
    return next((one for name in IDENTIFIERS for one in columns if one.lower() == name), None)


def identifier_checks(given: Given, identifiers: Sequence[str]) -> Iterator[Check]:
    """Identifiers that occur twice, or are blank; several columns tell respondents apart together."""
    columns = given.table.columns
    names = list(identifiers) or [one for one in (_usual_identifier(columns),) if one is not None]
    if not names:
        yield Check(
            check="no_identifier",
            severity="note",
            of=len(columns),
            what="No column tells respondents apart, so repeated interviews cannot be found by it.",
            fix="Name it with --id COLUMN.",
        )
        return
    absent = [name for name in names if name not in columns]
    for name in absent:
        yield Check(
            check="no_identifier",
            severity="error",
            question=name,
            count=1,
            of=len(names),
            what="There is no such column of identifiers.",
            fix=suggest(name, columns),
        )
    if absent:
        return
    texts = [to_texts(given.table.frame[name]).astype(str) for name in names]
    blank = np.any([one == "" for one in texts], axis=0)
    codes = np.column_stack([np.unique(one, return_inverse=True)[1] for one in texts])
    _, first = np.unique(codes, axis=0, return_index=True)
    repeated = np.ones(given.rows, dtype=bool)
    repeated[first] = False
    repeated &= ~blank
    name = ", ".join(names)
    yield from _cells_check(
        given, name, "identifier_twice", "error", repeated, "with an identifier of an earlier row",
        "Find out which interview is right, and leave the other out.", "row",
    )  # fmt: skip
    yield from _cells_check(
        given, name, "identifier_blank", "warning", blank, "without an identifier",
        "Give every interview its own.", "row",
    )  # fmt: skip


def answer_checks(given: Given, column: Column) -> Iterator[Check]:
    """Answers of one question that contradict its scale or codes."""
    cells = given.cells[column.name]
    scale = column.scale

    def listed(mask: Mask) -> str:
        shown = cells.shown(mask)
        return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")

    ends = f"{scale.low:g}-{scale.high:g}" if scale is not None else ""
    known = ", ".join(list(column.values)[:10])
    code_fix = "If they are missing codes, declare them in the codebook under `missing`; else correct them."
    for check, mask, told, fix in (
        ("outside_scale", cells.off, f"outside the scale {ends}",
         "Correct them, or declare the scale that was used."),
        ("undeclared_code", cells.undeclared,
         f"with an undeclared code beside {f'the scale {ends}' if ends else f'the codes {known}'}",
         code_fix),
        ("between_steps", cells.between, f"between two steps of the scale {ends}",
         "The scale has whole numbers only: correct them."),
        ("no_number", cells.words, "with text instead of a number",
         "Give the numbers, or the label of each code under `values` in the codebook."),
    ):  # fmt: skip
        if mask.any():
            yield from _cells_check(
                given, column.name, check, "error", mask, f"{told}: {listed(mask)}", fix, "answer"
            )


def routing_checks(given: Given, column: Column) -> Iterator[Check]:
    """Answers to a question that was not to be asked, and blanks where it was."""
    routing = column.asked_when
    if routing is None:
        return
    if routing.column not in given.cells:
        yield Check(
            check="routing_unknown", severity="note", question=column.name, of=given.rows,
            what=f"It is asked by the answer to {routing.column}, which is not in the file: its routing "
            "cannot be checked.",
        )  # fmt: skip
        return
    asked, not_asked = asked_of(given.cells[routing.column], routing)
    cells = given.cells[column.name]
    reasons = cells.reasons
    when = f"{routing.column} is {routing.low:g}-{routing.high:g}"
    yield from _cells_check(
        given, column.name, "answered_not_asked", "error",
        not_asked & np.isin(reasons, (ANSWERED, DONT_KNOW, REFUSED)),
        f"although the question is asked only when {when}",
        "Check the routing of the questionnaire program, or blank these cells.", "answer",
    )  # fmt: skip
    yield from _cells_check(
        given, column.name, "asked_not_answered", "error", asked & (cells.blank | (reasons == SKIPPED)),
        f"although the question is asked when {when}",
        "Check the routing of the questionnaire program, or give the code of don't know or refused.",
        "cell", lead=" without an answer",
    )  # fmt: skip


def gap_checks(given: Given, column: Column) -> Iterator[Check]:
    """Questions with many missing answers, among those to whom they were put; and nobody's answers."""
    if not is_closed(column):
        return
    base = base_of(given, column)
    missing = base & (given.cells[column.name].reasons != ANSWERED)
    count, of = int(missing.sum()), int(base.sum())
    if of == 0:
        return
    if count == of:
        yield Check(
            check="no_answers", severity="warning", question=column.name, count=count, of=of,
            what="Nobody answered this question.", fix="Check its column and codes.",
        )  # fmt: skip
    elif count / of > MANY_MISSING:
        yield Check(
            check="many_missing", severity="warning", question=column.name, count=count, of=of,
            what=f"{100 * count / of:.1f} % of those asked gave no answer.",
            fix="Look at the wording and the place of the question.",
        )  # fmt: skip


def line_checks(given: Given) -> Iterator[Check]:
    """One answer to all ratings, as ticked (``survey.quality.straight_lines``)."""
    items = [
        Indicator(name=name, scale=given.book.columns[name].scale)
        for name in given.cells
        if given.book.columns[name].scale is not None
    ]
    if not items:
        return
    answers = np.column_stack([given.cells[item.name].values for item in items])
    lines = straight_lines(items, answers)
    count = int(lines.sum())
    if count:
        yield Check(
            check="straight_lining", severity="warning" if count / given.rows > MANY_LINES else "note",
            count=count, of=given.rows,
            what=f"{100 * count / given.rows:.1f} % of the respondents gave one answer to all ratings "
            f"({given.places.show(lines)}).",
            fix="Check the interviews if the share is high.",
        )  # fmt: skip


def repeat_checks(given: Given) -> Iterator[Check]:
    """Rows with the answers of an earlier one, where they are more than chance makes."""
    closed = [name for name in given.cells if is_closed(given.book.columns[name])]
    if len(closed) < FEWEST_ITEMS:
        return
    answers = np.column_stack([given.cells[name].values for name in closed])
    items = [Indicator(name=name, scale=given.book.columns[name].scale) for name in closed]
    enough = np.isfinite(answers).sum(axis=1) >= FEWEST_ITEMS
    chosen = np.flatnonzero(enough & ~straight_lines(items, answers))
    if chosen.size == 0:
        return
    repeated = np.zeros(given.rows, dtype=bool)
    repeated[chosen] = repeated_rows(answers[chosen])
    yield from _cells_check(
        given, "", "repeated_answers", "warning", repeated, "with the same answers as an earlier row",
        "Chance makes far fewer: check that no interview was entered twice, and that respondents told the "
        "questions apart.", "row",
    )  # fmt: skip


def _cells_check(
    given: Given,
    question: str,
    check: str,
    severity: Severity,
    mask: Mask,
    told: str,
    fix: str,
    noun: str,
    lead: str = "",
) -> Iterator[Check]:
    hits = given.places.hits(mask)
    if hits:
        yield Check(
            check=check, severity=severity, question=question, count=hits.count, of=given.rows,
            what=f"{hits.of(noun)}{lead} {told} ({hits}).", fix=fix,
        )  # fmt: skip
