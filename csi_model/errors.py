"""Errors and findings.

The tree::

    CsiError                 everything a user can mend; the command exits 2
    ├── UsageError           an option or argument that does not fit
    ├── ModelError           a model file
    ├── StudyError           a study file or codebook
    ├── SurveyError          a survey file, or answers that contradict their declaration
    ├── EstimationError      a sample that cannot be fitted at all
    ├── StorageError         a results folder
    ├── ReportError          a report or chart
    └── StoppedError         stopped by the user, with finished work kept; the command exits 130

Each carries findings: *where* (file:line, column, rows), *what*, and *how to fix*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to know about a file, a sample or a fit.

    ``code`` is a stable kebab-case word, ``where`` a place (``file:line``, a column, a group),
    ``what`` one sentence, ``fix`` what to do about it (may be empty for notes).
    """

    code: str
    severity: Severity
    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.fix}".rstrip()


class CsiError(Exception):
    """Base of all errors that a user can mend; carries every mistake found at once."""

    exit_code = 2

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @classmethod
    def at(cls, where: str, what: str, fix: str = "", *, code: str = "error") -> CsiError:
        """One error with one finding."""
        return cls(Finding(code=code, severity="error", where=where, what=what, fix=fix))


class UsageError(CsiError):
    """An option or argument does not fit."""


class ModelError(CsiError):
    """A model file is wrong."""


class StudyError(CsiError):
    """A study file or codebook is wrong."""


class SurveyError(CsiError):
    """A survey cannot be read, or its answers contradict their declaration."""


class EstimationError(CsiError):
    """A sample cannot be fitted at all."""


class StorageError(CsiError):
    """A results folder cannot be written or read."""


class ReportError(CsiError):
    """A report or chart cannot be made."""


class StoppedError(CsiError):
    """Stopped by the user; what was finished is kept, and the same command goes on from there."""

    exit_code = 130


def suggest(word: str, choices: Sequence[str]) -> str:
    """Return a remedy for an unknown word: the closest choice, or all choices."""
    close = get_close_matches(word, choices, n=1, cutoff=0.6) or [
        choice for choice in choices if choice.lower() == word.lower()
    ]
    if close:
        return f"Did you mean {close[0]!r}?"
    shown = ", ".join(list(choices)[:20]) + (" ..." if len(choices) > 20 else "")
    return f"Choose one of: {shown}." if choices else ""
