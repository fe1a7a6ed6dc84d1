"""How formats are asked for: a list, an option again and again, or all of them."""

from __future__ import annotations

import pytest

from csi_model.cli.options import parse_formats
from csi_model.errors import UsageError
from csi_model.reporting.writers import FORMATS


@pytest.mark.parametrize(
    ("asked", "formats"),
    [
        (None, ("html",)),
        (["docx,pdf"], ("docx", "pdf")),
        (["docx", " PDF ", "docx"], ("docx", "pdf")),
        (["html,xlsx", "pptx"], ("html", "xlsx", "pptx")),
        (["all"], FORMATS),
        (["pdf", "all"], FORMATS),
    ],
)
def test_formats_that_are_asked_for(asked: list[str] | None, formats: tuple[str, ...]) -> None:
    """None of several options is lost."""
    assert parse_formats(asked) == formats


def test_no_format_is_told() -> None:
    with pytest.raises(UsageError, match="no format is named"):
        parse_formats([" , "])
