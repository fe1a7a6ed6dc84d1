"""What missing answers do to the headline index, and what became of the draws of a bootstrap."""

from __future__ import annotations

from csi_model.reporting import formats, records, retold
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason, together
from csi_model.reporting.views import (
    View,
    column_title,
    count_column,
    interval_column,
    number_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import SURVEY_TABLES, term


def headline_rows(content: Content) -> list[Row]:
    """Return the headline index under each treatment of missing answers."""
    rows = records.across(content, "treatments")
    return [row for row in rows if records.word(row, "construct") == content.index]


def _used(content: Content, row: Row) -> bool:
    return records.word(row, "treatment") == str(records.option(content, "missing_data"))


def treatments_view(content: Content, language: str) -> View:
    """The headline index under each treatment; the one that this report uses stands out."""
    return view(
        SURVEY_TABLES["treatments"].title[language],
        text_column(
            column_title("treatments", "treatment", language),
            lambda row: term(records.word(row, "treatment"), language),
        ),
        [
            number_column("treatments", "index", 1, language),
            interval_column(content, language, 1),
            number_column("treatments", "difference", 2, language),
            count_column("treatments", "n", language),
        ],
        [("", headline_rows(content))],
        language,
        strong=lambda row: _used(content, row),
    )


def treatments_text(content: Content, language: str) -> str:
    """Say how far the headline index moves with the treatment of missing answers."""
    rows = headline_rows(content)
    others = [row for row in rows if not _used(content, row) and not formats.is_empty(row.get("difference"))]
    used = next((row for row in rows if _used(content, row)), {})
    if not others or formats.is_empty(used.get("index")):
        return ""
    far = max(others, key=lambda row: abs(records.number(row, "difference")))
    difference = records.number(far, "difference")
    key = "above" if difference > 0 else "below"
    if formats.number(abs(difference)) == formats.number(0):
        key = "same"
    text = say(
        f"treatments_{key}",
        language,
        construct=content.label(content.index, language),
        index=formats.number(used["index"]),
        used=term(records.word(used, "treatment"), language),
        other=term(records.word(far, "treatment"), language),
        difference=formats.number(abs(difference), 2),
    )
    warning = records.word(records.finding(content, "missing-data-matters"), "what")
    return together([text, retold.retold(content, warning, language)], language)


def draws_view(content: Content, language: str) -> View:
    """The draws of the bootstrap: used, left out by reason, used though the solution cannot exist."""
    rows = records.pooled(content, "resampling")
    left = [row for row in rows if not _in_use(row)]
    flagged = [row for row in rows if _in_use(row) and records.word(row, "reason") != "used"]
    return view(
        say("cap_draws", language),
        text_column(column_title("resampling", "reason", language), lambda row: _reason(row, language)),
        [
            count_column("resampling", "draws", language),
            share_column("resampling", "share", language),
        ],
        [
            ("", [row for row in rows if records.word(row, "reason") == "used"]),
            (say("draws_left_out", language), left),
            (say("draws_flagged", language), flagged),
        ],
        language,
    )


def _in_use(row: Row) -> bool:
    return row.get("used") in (True, "True")


def _reason(row: Row, language: str) -> str:
    words = records.word(row, "reason")
    return say("draws_used", language) if words == "used" else reason(words, language)


def draws_text(content: Content, language: str) -> str:
    """Say how many draws were asked for and used, empty without a bootstrap."""
    rows = records.pooled(content, "resampling")
    used = next((row for row in rows if records.word(row, "reason") == "used"), {})
    asked = records.option(content, "bootstrap")
    if not used or not asked:
        return ""
    return say("draws_text", language, asked=formats.count(asked), used=formats.count(used.get("draws")))
