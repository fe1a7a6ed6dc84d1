"""Reading option values: scales, missing codes, names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from csi_model.errors import Finding, UsageError, suggest
from csi_model.model.spec import REASONS
from csi_model.reporting.writers import FORMATS


def parse_scales(texts: Iterable[str]) -> dict[str, tuple[float, float]]:
    """``1:10`` (every question) and ``COMP=0:1`` (one question).

    Raises
    ------
    UsageError
        With every text that does not fit.
    """
    made: dict[str, tuple[float, float]] = {}
    wrong = []
    for text in texts:
        name, _, ends = text.rpartition("=")
        try:
            low, high = (float(part) for part in ends.split(":"))
        except ValueError:
            wrong.append(
                _wrong("--scale", f"{text!r} is not a scale.", "Write 1:10, or COMP=0:1 for one question.")
            )
            continue
        if not low < high:
            wrong.append(
                _wrong("--scale", f"{text!r} does not rise.", "Write the lowest answer first: 1:10.")
            )
            continue
        made[name] = (low, high)
    if wrong:
        raise UsageError(wrong)
    return made


def parse_formats(texts: Iterable[str] | None) -> tuple[str, ...]:
    """``html,docx``, also repeated, each once in this order, or ``all``; None is HTML.

    ``check_formats`` says whether they exist.
    """
    parts = (part.strip().lower() for text in texts or ("html",) for part in text.split(","))
    names = tuple(dict.fromkeys(part for part in parts if part))
    if "all" in names:
        return FORMATS
    if not names:
        raise UsageError([_wrong("--format", "no format is named.", f"Choose among {', '.join(FORMATS)}.")])
    return names


def parse_missing(texts: Iterable[str]) -> Mapping[float, str] | list[float] | None:
    """``98,99`` or ``98=dont_know,99=refused``, also repeated.

    Raises
    ------
    UsageError
        With every text that does not fit.
    """
    reasons: dict[float, str] = {}
    codes: list[float] = []
    wrong = []
    for part in (part.strip() for text in texts for part in text.split(",")):
        code, _, reason = part.partition("=")
        try:
            number = float(code)
        except ValueError:
            wrong.append(_wrong("--missing", f"{code!r} is not a number.", "Write 98,99 or 98=dont_know."))
            continue
        if reason and reason not in REASONS:
            wrong.append(_wrong("--missing", f"{reason!r} is not a reason.", suggest(reason, REASONS)))
        codes.append(number)
        if reason:
            reasons[number] = reason
    if wrong:
        raise UsageError(wrong)
    if reasons:
        return {code: reasons.get(code, "other") for code in codes}
    return codes or None


def whole_number(option: str) -> Callable[[str | int], int]:
    """Return a reader of whole numbers that names ``option`` in its UsageError."""

    def read(text: str | int) -> int:
        try:
            return int(text)
        except ValueError:
            what = f"{text!r} is not a whole number."
            raise UsageError(_wrong(option, what, "Write digits only, such as 2000.")) from None

    return read


def decimal_number(option: str, example: str) -> Callable[[str | float], float]:
    """Return a reader of numbers that names ``option`` in its UsageError."""

    def read(text: str | float) -> float:
        try:
            return float(text)
        except ValueError:
            what = f"{text!r} is not a number."
            raise UsageError(_wrong(option, what, f"Write for example {example}.")) from None

    return read


def default_folder(model: str, survey: str | Path) -> Path:
    """Where a run writes unless told: ``reports/MODEL-SURVEY``."""
    return Path("reports") / f"{Path(model).stem}-{Path(survey).stem}"


def check_language(language: str) -> str:
    """Return ``en`` or ``zh``, else raise UsageError."""
    if language not in ("en", "zh"):
        raise UsageError(
            _wrong("--lang", f"{language!r} is not a language of the reports.", "Choose en or zh.")
        )
    return language


def _wrong(where: str, what: str, fix: str) -> Finding:
    return Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)
