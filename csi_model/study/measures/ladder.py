"""Ladder (step) loyalty as it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from csi_model.errors import Finding
from csi_model.study.measures.entry import Columns, Entry, Given, Measured, Pairs, field_mistake

if TYPE_CHECKING:
    from csi_model.measures.ladder import Climbed
    from csi_model.measures.ladder_reading import Book
    from csi_model.measures.ladder_rules import Ladder

_COLUMNS = {
    "customer": "customer", "period": "period", "service": "service", "units": "units", "amount": "amount",
    "revenue": "revenue", "destination": "destination", "reason": "reason",
    "start_column": "start_level",
}  # fmt: skip
"""Field > what the column holds."""


class LadderEntry(Entry):
    """Ladder (step) loyalty from transactions, by rules that move customers up and down.

    EVENTS is a table with one row a customer, period and service; rows of the same three are added:

    \b
        customer,period,service,units,amount,destination
        C1,2024-01,phone,3,90,
        C1,2024-02,phone,1,30,
        C1,2024-03,phone,0,0,Rival Ltd

    Columns customer, period, units and amount are needed, service tells services apart; revenue (for rule 3,
    else the amount), destination and reason (of a cancelled service, in its row with 0 units) and start_level
    are used where they are there. Periods are numbers, 2024-01, 2024-Q1 or dates, and sort as such. A
    customer enters with the first row; a later period without a row is one without purchases. A rise from
    nothing passes every threshold. INTELLIGENCE is a table customer,period,service,share with the percent of
    a service that a competitor supplies; every report counts in its own period.

    Rules (default thresholds: p1 to p5 20, k2 and k5 1, n6 12, p7a 50, p7b 80, p8 50):

    \b
    1   units bought drop by p1 % or more                               -1
    2   more than k2 units of a service cancelled,
        and the amount drops by p2 % or more                            -2
    3   a service cancelled, and revenue falls by p3 % or more          -1
    4   units and amount both rise by p4 % or more                      +1
    5   more than k5 units of a service added,
        and the amount rises by p5 % or more                            +1
    6   a service used for n6 more periods since the file begins        +1
    7a  a competitor supplies p7a % of a service or more                -1
    7b  p7b % or more; of the two only the higher counts                -2
    8   p8 % of all services cancelled, destination unknown             -2

    Changes are from one period to the next. The rules of a period are added up (sum), or only the largest
    drop counts, and where there is none the largest rise (largest_drop); the level stays between 1 and
    LEVELS. The source (ladder analysis, 台阶分析法) gives the events, the 50 and 80 % and the changes but
    that of rule 6; all else is ours and can be changed, by options or in a rule file:

    \b
        levels: 5
        start_level: 3
        combine: sum
        thresholds: {p1: 30, k2: 2}
        changes: {6: 2}
        off: [8]
        add:
          - {name: doubled, when: {amount_rise: 100, units_added: 2}, change: 2}

    With -o, ladder_customers.csv has the levels of every customer and ladder_log.csv every event that moved
    one, with rule, levels and reason in words. Both hold personal data and are in no report.
    """

    measure: Literal["ladder"] = "ladder"
    reads_survey: ClassVar[bool] = False
    arguments: ClassVar[tuple[str, ...]] = ("events",)

    events: str = Field(description="Transactions: CSV, TSV, XLSX ... (see above)")
    rules: str | None = Field(default=None, description="Rule file (YAML)", examples=["RULES.yaml"])
    intelligence: str | None = Field(
        default=None, description="Shares that competitors supply, for rule 7", examples=["FILE"]
    )
    levels: int | None = Field(default=None, description="Levels [default: 5]", examples=["N"])
    start_level: int | None = Field(
        default=None, description="Level at entry [default: the middle]", examples=["N"]
    )
    combine: Literal["sum", "largest_drop"] | None = Field(
        default=None, description="How rules of one period go together", examples=["sum|largest_drop"]
    )
    thresholds: Pairs = Field(default_factory=dict, description="Thresholds", examples=["p1=30,k2=2"])
    changes: Pairs = Field(default_factory=dict, description="Levels that rules move", examples=["6=2"])
    off: Columns = Field(default_factory=list, description="Rules switched off", examples=["6,8"])
    by: Columns = Field(
        default_factory=list, description="Column with groups of customers", examples=["COLUMN"]
    )
    per: Literal["month", "quarter", "year"] | None = Field(
        default=None, description="Cut dates to periods", examples=["month|quarter|year"]
    )
    customer: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    period: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    service: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    units: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    amount: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    revenue: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    destination: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    reason: str | None = Field(default=None, description="Its column", examples=["COLUMN"])
    start_column: str | None = Field(
        default=None, description="Column of start levels [start_level]", examples=["COLUMN"]
    )
    share: str | None = Field(
        default=None, description="Column of the intelligence [share]", examples=["COLUMN"]
    )
    sheet: str | None = Field(default=None, description="Sheet of the workbook", examples=["NAME"])
    log_language: Literal["en", "zh"] = Field(
        default="en", description="Language of ladder_log.csv", examples=["en|zh"]
    )

    def problems(self) -> list[Finding]:
        """Thresholds and changes that are none, and group columns that would stand twice."""
        from csi_model.measures.ladder_rules import mistakes_in
        from csi_model.measures.ladder_tables import CUSTOMER_COLUMNS

        off = [] if self.rules else self.off  # a rule file may bring more rules
        found = [
            field_mistake(place[0], what, fix)
            for place, what, fix in mistakes_in(self.thresholds, self.changes, off)
        ]
        for name in self.by:
            if name in CUSTOMER_COLUMNS or self.by.count(name) > 1:
                what = f"The column {name!r} would stand twice in ladder_customers.csv."
                found.append(field_mistake("by", what, "Rename it in the file, or name it once."))
        if self.share and not self.intelligence:
            what = "A column of shares is named, but no file that has it."
            found.append(field_mistake("share", what, "Write --intelligence FILE, too."))
        return found

    def carry_out(self, given: Given) -> Measured:
        """Levels, moves, rules and trend; one file on customers, one with every event."""
        from csi_model.measures.ladder import climb
        from csi_model.measures.ladder_reading import read_book, with_reports
        from csi_model.measures.ladder_tables import ladder_measures, ladder_tables
        from csi_model.measures.quantities import one_hidden

        ladder = self._ladder(given)
        columns = {role: getattr(self, name) for name, role in _COLUMNS.items() if getattr(self, name)}
        sheet: Any = int(self.sheet) if self.sheet and self.sheet.isdecimal() else self.sheet
        book = read_book(
            given.folder / self.events, columns, levels=ladder.levels, by=self.by, per=self.per, sheet=sheet
        )
        if self.intelligence:
            path = given.folder / self.intelligence
            book = with_reports(book, path, columns, share=self.share or "share", per=self.per)
        start = book.start.copy()
        start[start == 0] = ladder.start
        climbed = climb(book.events, ladder, reports=book.reports, start=start, progress=given.progress)
        tables = ladder_tables(climbed, ladder, book)
        tables |= ladder_measures(climbed, ladder, book, level=given.level, min_base=given.min_base)
        findings = (*book.findings, *_notes(climbed, ladder, book), *one_hidden(tables))
        return Measured(tables=tables, findings=findings, files=self._files(climbed, ladder, book))

    def _ladder(self, given: Given) -> Ladder:
        from csi_model.study.measures.ladder_schema import LadderFile, ladder_of, read_rules

        file = read_rules(given.folder / self.rules) if self.rules else LadderFile()
        asked = LadderFile(
            levels=self.levels,
            start_level=self.start_level,
            combine=self.combine,
            thresholds=self.thresholds,
            changes={name: int(value) for name, value in self.changes.items()},
            off=self.off,
        )
        return ladder_of(file, asked)

    def _files(self, climbed: Climbed, ladder: Ladder, book: Book) -> dict[str, bytes]:
        from csi_model.measures.ladder_tables import customer_frame, log_frame
        from csi_model.storage import csv_bytes

        return {
            "ladder_customers.csv": csv_bytes(customer_frame(climbed, book)),
            "ladder_log.csv": csv_bytes(log_frame(climbed, ladder, book, self.log_language)),
        }


def _notes(climbed: Climbed, ladder: Ladder, book: Book) -> list[Finding]:
    """What the rules had to do without, and what they did again and again."""
    from csi_model.measures.ladder_tables import again_reported

    asked = {one.gauge for rule in ladder.rules if rule.on for one in rule.conditions}
    found = []
    if not book.has_revenue and asked & {"revenue_drop", "revenue_rise"}:
        found.append(
            _note("no-revenue", book.source, "no column tells revenue: rules on it take the amount.")
        )
    if not book.has_destination and "unknown_cancelled_share" in asked:
        what = "no column tells a destination: every cancelled service counts as gone to an unknown one."
        found.append(_note("no-destination", book.source, what))
    again = again_reported(climbed, ladder)
    if again:
        what = f"{again} reports on competitors follow one of the period before: each counts again."
        fix = "Report a share when it becomes known, not every period, if this is not meant."
        found.append(Finding(code="report-again", severity="warning", where=book.source, what=what, fix=fix))
    return found


def _note(code: str, where: str, what: str) -> Finding:
    return Finding(code=code, severity="note", where=where, what=what)


ENTRIES: tuple[type[Entry], ...] = (LadderEntry,)
