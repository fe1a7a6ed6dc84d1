"""What one measure asks for: an entry of a study file, and the options of the command alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from csi_model.errors import Finding, UsageError
from csi_model.model.messages import mistake
from csi_model.model.spec import ModelSpec, Scale

if TYPE_CHECKING:
    import pandas as pd

    from csi_model.evaluation.results import Results
    from csi_model.survey.survey import Survey

Progress = Callable[[str, int, int], None]


_NAME = re.compile(r'\s*(?:"([^"]+)"(?=\s*(?:,|$))|([^,]+))')


def _as_names(value: object) -> object:
    """Names by commas; one with a comma of its own stands in double quotes."""
    if isinstance(value, str):
        names = [quoted or plain.strip() for quoted, plain in _NAME.findall(value)]
        return [name for name in names if name]
    if isinstance(value, list):
        return [part for one in value for part in (_as_names(one) if isinstance(one, str) else [one])]  # type: ignore[attr-defined]
    return value


def _as_range(value: object) -> object:
    if isinstance(value, str):
        low, colon, high = value.partition(":")
        parts = [low, high] if colon else [low, low]
        try:
            return [float(part) for part in parts]
        except ValueError:
            raise mistake(f"is {value!r}, which is no range", "Write LOW:HIGH, such as 8:10.") from None
    return [value, value] if isinstance(value, int | float) and not isinstance(value, bool) else value


def _in_order(ends: tuple[float, float]) -> tuple[float, float]:
    if ends[0] > ends[1]:
        raise mistake(f"goes from {ends[0]:g} down to {ends[1]:g}", "Write the lower answer first.")
    return ends


def _as_pairs(value: object) -> object:
    """``NAME=VALUE`` texts as a mapping."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        parts = [part.strip() for one in value for part in str(one).split(",") if part.strip()]
        wrong = [part for part in parts if "=" not in part]
        if wrong:
            raise mistake(f"has {wrong[0]!r}, which names no value", "Write NAME=VALUE, such as SATIS=0.5.")
        return {part.partition("=")[0].strip(): part.partition("=")[2].strip() for part in parts}
    return value


_FILES = ("file", "rules", "intelligence", "codebook", "results", "model")
"""Fields that name a file or folder, of which only the name is stored."""

Column = str
"""A survey column."""

Columns = Annotated[list[str], BeforeValidator(_as_names)]
"""Survey columns, by commas or as a list; a name with a comma in double quotes."""

Range = Annotated[
    tuple[
        Annotated[float, Field(allow_inf_nan=False)],
        Annotated[float, Field(allow_inf_nan=False)],
    ],
    BeforeValidator(_as_range),
    AfterValidator(_in_order),
]
"""Answers from a low one to a high one: ``8:10``, ``[8, 10]``, or one answer."""

Pairs = Annotated[dict[str, float], BeforeValidator(_as_pairs)]
"""A number for each of some names: ``A=2,B=1`` or a mapping."""

Texts = Annotated[dict[str, str], BeforeValidator(_as_pairs)]
"""A text for each of some names: ``A=B`` or a mapping."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an entry is carried out with.

    Attributes
    ----------
    survey
        The answers to all questions that the entries read; None where no entry reads any.
    folder
        Where file names of entries are relative to.
    level, min_base, seed
        Confidence level, minimum base of a group, seed of resampling.
    results
        The fitted model of the same survey, in a study; None otherwise.
    progress
        Told ``(what, done, all)``.
    """

    survey: Survey | None = None
    folder: Path = field(default_factory=Path)
    level: float = 0.95
    min_base: int = 30
    seed: int = 20_100
    results: Results | None = None
    progress: Progress | None = None

    def answers(self) -> Survey:
        """The survey; an entry that reads questions always has one.

        Raises
        ------
        UsageError
            None was given.
        """
        if self.survey is None:
            raise UsageError.at("SURVEY", "This measure needs a survey.", "Name its file.", code="no-survey")
        return self.survey


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Tables by name (``vocabulary.MEASURES``) and what is to be said of them.

    ``files`` are more files for the results folder by relative path, such as scores of customers that were
    asked for by name; they are in no report. ``labels`` are names of the tables > language > label, where
    these come from a file of the measure and not from the survey.
    """

    tables: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


class Entry(BaseModel):
    """One measure with its options. Subclasses say what they read and make the tables.

    The first sentence of a subclass's docstring is the help of ``csi measure NAME``; descriptions of its
    fields are those of its options. ``measure`` is a Literal of one name, in words joined by ``_`` (``-`` on
    the command line).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    reads_survey: ClassVar[bool] = True
    """Whether the answers of a survey are read; otherwise the entry reads files of its own, or none."""

    arguments: ClassVar[tuple[str, ...]] = ()
    """Fields that stand without an option's name on the command line, before the survey."""

    measure: str

    def opened(self, folder: Path) -> Entry:
        """The entry as it is carried out, before anything else is asked of it.

        One whose questions stand in a file of its own reads that file here.

        Parameters
        ----------
        folder
            Where file names of the entry are relative to.

        Raises
        ------
        CsiError
            The file cannot be read, or does not fit.
        """
        return self

    def in_model(self, model: ModelSpec | None) -> Entry:
        """The entry with what it asks for told by a model: constructs replaced by their questions.

        Parameters
        ----------
        model
            The model of the study, or the one that was named; None where there is none.

        Raises
        ------
        CsiError
            The entry needs a model.
        """
        return self

    def questions(self) -> Mapping[str, Scale | None]:
        """Questions that are read > the scale that each usually has (None: it must be declared)."""
        return {}

    def counts_dont_know(self) -> bool:
        """Whether respondents who only say that they do not know are to be read, too."""
        return False

    def problems(self) -> list[Finding]:
        """Mistakes that can be told before anything is read; ``where`` is the name of a field."""
        return []

    def carry_out(self, given: Given) -> Measured:
        """Make the tables.

        Raises
        ------
        CsiError
            Anything that the user can mend.
        """
        raise TypeError(f"{type(self).__name__} makes no tables")


def field_mistake(name: str, what: str, fix: str) -> Finding:
    """A mistake in the field ``name`` of an entry."""
    return Finding(code="bad-measure", severity="error", where=name, what=what, fix=fix)


def shown(entry: Entry) -> dict[str, Any]:
    """What an entry asked for, as the manifest stores it; only what differs from the defaults."""
    made: dict[str, Any] = entry.model_dump(mode="json", exclude_defaults=True)
    for name in (*entry.arguments, *_FILES):
        if isinstance(made.get(name), str):
            made[name] = Path(made[name]).name
    return {"measure": entry.measure, **made}
