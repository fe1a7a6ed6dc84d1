"""Read single questions of a survey, without a model that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from csi_model.errors import Finding, UsageError, suggest
from csi_model.model.catalogue import catalogue, read_catalogue
from csi_model.model.spec import Construct, Indicator, ModelSpec, Scale
from csi_model.survey.codebook import Codebook
from csi_model.survey.codebooks import read_codebook
from csi_model.survey.reading import read_survey
from csi_model.survey.sources import OneSource, Part, open_parts
from csi_model.survey.survey import Survey

YES_NO = Scale(low=0.0, high=1.0)


def read_answers(
    source: OneSource | Sequence[OneSource],
    questions: Mapping[str, Scale | None],
    *,
    model: ModelSpec | None = None,
    codebook: Codebook | None = None,
    scales: Mapping[str, Scale | Sequence[float]] | None = None,
    sheet: str | int | None = None,
    **reading: Any,
) -> Survey:
    """Read the answers to some questions, as ``read_survey`` reads those of a model.

    Parameters
    ----------
    source, sheet
        See ``read_survey``.
    questions
        Question > the scale that it usually has, None where it has no usual one. The scale that holds is the
        first of these: ``scales`` by name, ``codebook``, the default ``scales[""]`` (not for yes and no,
        nor for what is derived), the model, its codebook, the usual one.
    model
        A model that has some of these questions: their scales, labels and missing codes are taken from it.
        Without one, a file with all columns of a catalogue model that has a codebook is read by that.
    codebook
        What the columns mean, laid over that of the model.
    scales
        Question > (low, high); the key ``""`` holds for all.
    reading
        More arguments of ``read_survey``.

    Returns
    -------
    Survey
        Its model holds the questions as indicators, in the order given, and nothing else. Nothing is looked
        for that would only spoil a fit.

    Raises
    ------
    SurveyError, UsageError, StudyError
        See ``read_survey``; a scale for a question that is not read.
    """
    given = dict(scales or {})
    strange = [name for name in given if name and name not in questions]
    if strange:
        raise UsageError(
            Finding(
                code="bad-option",
                severity="error",
                where="--scale",
                what=f"The question {name!r} is not among those that are read.",
                fix=suggest(name, list(questions)),
            )
            for name in strange
        )
    parts = open_parts(source, sheet)
    book = model.codebook if model is not None else _known_codebook(parts)
    asked = _asked(questions, model, codebook or Codebook(), book, given)
    # a scale that was settled here holds, whatever the codebooks say
    reading["scales"] = {item.name: item.scale for item in asked.indicators if item.scale is not None}
    tables: list[OneSource] = [part.table for part in parts]
    if any(part.add for part in parts):  # constant columns come with the file's own name
        return read_survey(source, asked, codebook=codebook, sheet=sheet, screened=False, **reading)
    return read_survey(tables, asked, codebook=codebook, screened=False, **reading)


def _known_codebook(parts: Sequence[Part]) -> str | None:
    """The codebook of a catalogue model all of whose columns every file has."""
    for columns, book in _books():
        if all(columns <= set(part.columns) for part in parts):
            return book
    return None


@cache
def _books() -> tuple[tuple[frozenset[str], str], ...]:
    """Columns and codebook of the catalogue models that have one."""
    models = [read_catalogue(name) for name in catalogue()]
    return tuple((frozenset(model.columns()), model.codebook) for model in models if model.codebook)


def _asked(
    questions: Mapping[str, Scale | None],
    model: ModelSpec | None,
    given: Codebook,
    book: str | None,
    scales: Mapping[str, Scale | Sequence[float]],
) -> ModelSpec:
    known = {item.name: item for item in model.indicators} if model is not None else {}
    shipped = read_codebook(book) if book else Codebook()
    default = _scale(scales.get(""))

    def item(name: str, usual: Scale | None) -> Indicator:
        found = known.get(name, Indicator(name=name))
        column, own = given.columns.get(name), shipped.columns.get(name)
        declared = found.scale or (own.scale if own is not None else None)
        own_kind = YES_NO in (declared, usual) or bool(found.cases)
        scale = (
            _scale(scales.get(name))
            or (column.scale if column is not None else None)
            or (None if own_kind else default)
            or declared
            or usual
        )
        return Indicator(
            name=name,
            label=found.label,
            scale=scale,
            high_is_good=found.high_is_good,
            reversed=found.reversed,
            cases=found.cases,
        )

    indicators = tuple(item(name, usual) for name, usual in questions.items())
    return ModelSpec(
        name="questions",
        title=MappingProxyType({"en": "Questions", "zh": "题项"}),
        index="",
        constructs=(Construct(name="questions", indicators=indicators),),
        paths=(),
        codebook=book,
    )


def _scale(ends: Scale | Sequence[float] | None) -> Scale | None:
    if ends is None or isinstance(ends, Scale):
        return ends
    return Scale(low=float(ends[0]), high=float(ends[-1]))
