"""Surveys whose columns are those of a catalogue model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from csi_model.model.catalogue import catalogue, read_catalogue
from csi_model.model.checks import check_model
from csi_model.model.spec import Indicator, ModelSpec, Scale
from csi_model.model.writing import write_model
from csi_model.study.column_profiles import Profile, fits
from csi_model.survey.codebook import Codebook
from csi_model.survey.codebooks import read_codebook
from csi_model.survey.conversion import show_number

ENOUGH = 0.8
"""Share of a model's columns that a file must have to be taken for a survey of that model."""


@dataclass(frozen=True, kw_only=True)
class KnownSurvey:
    """A survey of a catalogue model.

    Attributes
    ----------
    model
        The model, without questions that the file lacks.
    whole
        Whether it has all questions of the catalogue model.
    columns
        Name in the model > name in the file, for every column that the model reads.
    declared
        Column of the file > values that the model's codebook already says how to read.
    scales
        Question > scale, where the answers speak against that of the model.
    recodes
        Column of the file > stored value > value used: 0/1 questions stored as 1 and 2.
    told
        What was found, in a sentence or two.
    """

    model: ModelSpec
    whole: bool
    columns: Mapping[str, str]
    declared: Mapping[str, frozenset[float]]
    scales: Mapping[str, Scale]
    recodes: Mapping[str, Mapping[float, float]]
    told: str


def known_survey(profiles: Sequence[Profile]) -> KnownSurvey | None:
    """Find the catalogue model whose columns the file has; None if there is none.

    A model with all its columns there goes before one that lacks some; then the one with most columns
    counts, then the order of the catalogue.
    """
    usable = {one.name for one in profiles if one.kind not in ("empty", "constant", "text")}
    best: tuple[tuple[bool, int], ModelSpec, dict[str, str]] | None = None
    models = [read_catalogue(name) for name in catalogue()]
    for model in models:
        wanted = model.columns()
        columns = {one: found for one in wanted if (found := _column(one, usable))}
        rank = (len(columns) == len(wanted), len(columns))
        if len(columns) >= ENOUGH * len(wanted) and (best is None or rank > best[0]):
            best = rank, model, columns
    if best is None:
        return None
    model = _reduced(best[1], best[2])
    if any(one.severity == "error" for one in check_model(model)):
        return None
    return _known(
        model,
        {name: best[2][name] for name in model.columns()},
        profiles,
        whole=len(model.indicators) == len(best[1].indicators),
        told=_told(best[1], model, models),
    )


def known_texts(known: KnownSurvey) -> tuple[str, list[str]]:
    """Return the text of a model file (empty if the catalogue has it), and lines for the study file."""
    lines = []
    renamed = {name: column for name, column in known.columns.items() if name != column}
    if renamed:
        lines += ["", "# Guess: these columns are the questions of the model under other names.", "columns:"]
        lines += [f"  {_key(name)}: {_key(column)}" for name, column in renamed.items()]
    if known.scales:
        lines += [
            "",
            "# Guess: the answers do not fit the model's own scale. Take it from the questionnaire.",
        ]
        lines += ["scales:"]
    for name, scale in known.scales.items():
        lines.append(f"  {_key(name)}: [{show_number(scale.low)}, {show_number(scale.high)}]")
    if known.whole:
        return "", lines
    text = (
        "# A model of the catalogue without the questions that the survey lacks. Check what is left of it.\n"
    )
    return text + write_model(known.model), lines


def _key(text: str) -> str:
    return text if text.isidentifier() else json.dumps(text, ensure_ascii=False)


def _column(name: str, columns: set[str]) -> str:
    """The column of that name, in capital or small letters; empty if there is none."""
    if name in columns:
        return name
    alike = sorted(column for column in columns if column.lower() == name.lower())
    return alike[0] if len(alike) == 1 else ""


def _reduced(model: ModelSpec, columns: Mapping[str, str]) -> ModelSpec:
    """The model without questions whose columns are absent, and constructs that are left without any."""

    def there(item: Indicator) -> bool:
        needed = {name for case in item.cases for name in (case.when, case.take)} or {item.name}
        return needed <= set(columns)

    constructs = [
        replace(one, indicators=tuple(item for item in one.indicators if there(item)))
        for one in model.constructs
    ]
    kept = {one.name for one in constructs if one.indicators}
    constructs = [
        replace(one, repeats=tuple(name for name in one.repeats if name in kept)) for one in constructs
    ]
    kept |= {one.name for one in constructs if one.repeats}
    items = {item.name for one in constructs for item in one.indicators}
    return replace(
        model,
        constructs=tuple(one for one in constructs if one.name in kept),
        paths=tuple(path for path in model.paths if path.source in kept and path.target in kept),
        modifiers=tuple(one for one in model.modifiers if {one.lhs, one.rhs} <= kept | items),
    )


def _told(catalogued: ModelSpec, model: ModelSpec, models: Sequence[ModelSpec]) -> str:
    """What was recognised, in words."""
    kept = {item.name for item in model.indicators}
    lost = [item.name for item in catalogued.indicators if item.name not in kept]
    found, wanted = len(model.columns()), len(catalogued.columns())
    told = f"The columns are those of the catalogue model {catalogued.name} ({found} of {wanted}), so that "
    told += f"it is used, without {', '.join(lost)}, which the file lacks." if lost else "it is used."
    twins = _twins(catalogued, models)
    return told if lost or not twins else f"{told} {', '.join(twins)} ask the same questions."


def _known(
    model: ModelSpec, columns: Mapping[str, str], profiles: Sequence[Profile], *, whole: bool, told: str
) -> KnownSurvey:
    book = read_codebook(model.codebook) if model.codebook else Codebook()
    by_name = {one.name: one for one in profiles}
    recodes = _recodes(model, columns, by_name)
    plain = {name: column for name, column in columns.items() if column not in recodes}
    scales = _other_scales(model, plain, by_name)
    declared = {
        column: frozenset((*book.missing, *book.columns[name].missing, *book.columns[name].recode))
        if name in book.columns
        else frozenset(book.missing)
        for name, column in columns.items()
    }
    return KnownSurvey(
        model=model,
        whole=whole,
        columns=MappingProxyType(dict(columns)),
        declared=MappingProxyType(declared),
        scales=MappingProxyType(scales),
        recodes=MappingProxyType(recodes),
        told=told,
    )


def _twins(model: ModelSpec, models: Sequence[ModelSpec]) -> list[str]:
    """Other catalogue models that read the same columns."""
    same = [other for other in models if set(other.columns()) == set(model.columns())]
    return [other.name for other in same if other.name != model.name]


_YES_NO = Scale(low=0, high=1)


def _recodes(
    model: ModelSpec, columns: Mapping[str, str], profiles: Mapping[str, Profile]
) -> dict[str, dict[float, float]]:
    """0/1 questions of the model that the file stores as 1 (yes) and 2 (no)."""
    wanted = [columns[item.name] for item in model.indicators if not item.cases and item.scale == _YES_NO]
    stored = Scale(low=1, high=2)
    return {column: {2.0: 0.0} for column in wanted if profiles[column].scale == stored}


def _other_scales(
    model: ModelSpec, columns: Mapping[str, str], profiles: Mapping[str, Profile]
) -> dict[str, Scale]:
    """Scales of questions whose answers, taken together, lie on another usual scale than the model's."""
    found: dict[str, Scale] = {}
    items = [item for item in model.indicators if item.name in columns and not item.cases]
    for scale in dict.fromkeys(item.scale for item in items):
        if scale is None:
            continue
        block = [profiles[columns[item.name]] for item in items if item.scale == scale]
        guesses = [one.scale for one in block if one.scale is not None]
        if not guesses:
            continue
        guess = Scale(low=min(one.low for one in guesses), high=max(one.high for one in guesses))
        values = np.concatenate([one.values for one in block if one.scale is not None])
        known = values[~np.isnan(values)]
        if guess != scale and (not fits(known, scale).all() or guess.high < scale.high):
            found |= {item.name: guess for item in items if item.scale == scale}
    return found
