"""A first draft of a model and a study file from a survey's columns: every guess is a comment to check."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from csi_model.errors import SurveyError
from csi_model.model.spec import Scale
from csi_model.study.column_profiles import Profile, profile_columns
from csi_model.study.construct_guesses import Block, guess_blocks
from csi_model.study.draft_lines import comment_lines, quoted
from csi_model.study.drafted_model import model_lines
from csi_model.study.known_surveys import KnownSurvey, known_survey, known_texts
from csi_model.study.survey_words import BACKGROUND_WORDS, GROUP_WORDS, has_word
from csi_model.study.writing import write_files
from csi_model.survey.conversion import show_number
from csi_model.survey.raw_table import RawTable
from csi_model.survey.tables import read_table
from csi_model.vocabulary import RESERVED_COLUMNS


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Two files to be edited.

    Attributes
    ----------
    survey
        The survey file that was looked at.
    model_text
        The model file; empty where a model of the catalogue fits as it is.
    study_text
        The study file; it names the survey and the model as if all lay in one folder.
    notes
        What a person should look at first, one sentence each.
    """

    survey: Path
    model_text: str
    study_text: str
    notes: tuple[str, ...] = ()


def draft(path: str | Path, *, sheet: str | int | None = None) -> Draft:
    """Draft a model and a study file for a survey.

    Columns are told apart by their names, labels and values: ratings and their scale, 0/1 questions,
    groups, weights, identifiers, missing codes. If at least 80 % of the columns of a catalogue model
    are there, that model is taken; otherwise ratings are grouped into candidate constructs by their
    names and labels.

    Parameters
    ----------
    path
        A survey file of any format.
    sheet
        Sheet of a workbook, by name or number from 1.

    Returns
    -------
    Draft
        Files that can be read as they are, whenever two constructs were found.

    Raises
    ------
    SurveyError
        The file cannot be read, or holds no rating at all.
    """
    path = Path(path)
    table = read_table(path, sheet=sheet)
    profiles = profile_columns(table)
    known = known_survey(profiles)
    if known is not None:
        model_text, extra = known_texts(known)
        name = known.model.name if not model_text else _model_file(path.stem)
        asked = set(known.columns.values())
        notes: list[str] = [known.told]
    else:
        blocks, left = guess_blocks(profiles)
        if not blocks:
            raise SurveyError.at(path.name, _no_rating(profiles), _NO_RATING_FIX, code="no-ratings")
        model_text, extra = "\n".join(model_lines(path, blocks, left)) + "\n", []
        name = _model_file(path.stem)
        asked = {one.name for block in blocks for one in block.items}
        notes = _notes(blocks, left)
    used = [one for one in profiles if one.name in asked]
    study = (*_head(path, table, name, notes, sheet), *extra, *_missing(used, known), *_rest(profiles, asked))
    return Draft(
        survey=path,
        model_text=model_text,
        study_text="\n".join((*study, *_report(path))) + "\n",
        notes=tuple(notes),
    )


def write_draft(made: Draft, study: str | Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write a draft: the study file, and beside it ``STUDY-model.yaml`` where there is a model.

    Raises
    ------
    StorageError
        A file exists already (and ``force`` is not given), or cannot be written.
    """
    study = Path(study)
    survey = Path(os.path.relpath(made.survey, study.parent)).as_posix()
    text = _replaced(made.study_text, "survey", survey)
    files = {}
    if made.model_text:
        beside = study.with_name(_model_file(study.stem))
        text = _replaced(text, "model", beside.name)
        files[beside] = made.model_text.encode("utf-8")
    return write_files({study: text.encode("utf-8"), **files}, force=force)


def _model_file(stem: str) -> str:
    return f"{stem}-model.yaml"


def _replaced(text: str, key: str, value: str) -> str:
    """Text with another value in the line of a key at the left edge."""
    return re.sub(rf"(?m)^{key}: .*$", lambda _: f"{key}: {quoted(value)}", text, count=1)


_NO_RATING_FIX = "Name another file or sheet; or write a model file by hand (csi models acsi --as yaml)."


def _no_rating(profiles: Sequence[Profile]) -> str:
    kinds = [one.kind for one in profiles]
    found = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    return f"No column looks like a rating (whole numbers such as 1-5, 1-7, 0-10, 1-10). Columns: {found}."


def _head(
    path: Path, table: RawTable, model: str, notes: Sequence[str], sheet: str | int | None
) -> Iterator[str]:
    yield f"# First draft of a study, from {path.name}: {len(table):,} rows, {len(table.columns)} columns."
    yield "# All of it was guessed from names, labels and values. Read every comment, correct, then run"
    yield "# csi check on this file."
    yield "#"
    for note in notes:
        yield from comment_lines(note, "# - ", "#   ")
    yield ""
    yield f"model: {quoted(model)}"
    yield f"survey: {quoted(path.name)}"
    if sheet is not None:
        yield f"sheet: {quoted(sheet) if isinstance(sheet, str) else sheet}"


def _missing(used: Sequence[Profile], known: KnownSurvey | None) -> Iterator[str]:
    """Suspected missing codes: those beyond every scale for all questions, the others by question."""
    declared = known.declared if known is not None else {}
    left = {
        one.name: {code: why for code, why in one.codes.items() if code not in declared.get(one.name, ())}
        for one in used
    }
    columns: dict[float, list[Profile]] = {}
    for one in used:
        for code in left[one.name]:
            columns.setdefault(code, []).append(one)
    scales = [one.scale for one in used if one.scale is not None]
    shared = [code for code in sorted(columns) if len(columns[code]) > 1 and not _on_any(code, scales)]
    if shared:
        yield ""
        yield "# Guess: these values are no answers but missing codes, in all questions. Correct the reasons:"
        yield "# skipped, dont_know, refused or other."
        yield "missing:"
    for code in shared:
        count = sum(one.counts[code] for one in columns[code])
        reason = left[columns[code][0].name][code]
        yield f"  {show_number(code)}: {reason}  # {count:,} answers in {len(columns[code])} questions"
    own = {
        name: {code: why for code, why in codes.items() if code not in shared} for name, codes in left.items()
    }
    lines = list(_answers(used, own, known))
    if lines:
        yield from ("", "# Guess: values that do not fit the scale of a question, and what they mean there.")
        yield from ("answers:", *lines)


def _answers(
    used: Sequence[Profile], own: Mapping[str, Mapping[float, str]], known: KnownSurvey | None
) -> Iterator[str]:
    """Entries of single questions under ``answers``."""
    recodes = known.recodes if known is not None else {}
    names = {column: name for name, column in known.columns.items()} if known is not None else {}
    for one in used:
        codes = own[one.name]
        told = [f"{_count(one.counts[code])} of {show_number(code)}" for code in codes]
        entry = []
        if codes:
            entry.append("missing: " + _pairs({show_number(code): why for code, why in codes.items()}))
        if one.name in recodes:
            numbers = {show_number(old): show_number(new) for old, new in recodes[one.name].items()}
            entry.append("recode: " + _pairs(numbers))
            told.append("1 is taken for yes, 2 for no")
        if entry:
            name = quoted(names.get(one.name, one.name))
            yield f"  {name}: {{{', '.join(entry)}}}  # {'; '.join(told)}"


def _count(answers: int) -> str:
    return f"{answers:,} answer" if answers == 1 else f"{answers:,} answers"


def _pairs(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def _on_any(code: float, scales: Sequence[Scale]) -> bool:
    return any(scale.low <= code <= scale.high for scale in scales)


def _rest(profiles: Sequence[Profile], asked: set[str]) -> Iterator[str]:
    """Groups, weight, identifier, and the columns that are left."""
    others = [one for one in profiles if one.name not in asked]
    yield from _groups([one for one in others if one.kind == "group"])
    weights = [one for one in others if one.kind == "weight"]
    if weights:
        yield ""
        yield f"# Guess: sampling weights ({weights[0].why})."
        yield f"design: {{weight: {quoted(weights[0].name)}}}"
    for one in weights[1:]:
        yield f"# {one.name} may be a weight, too: {one.why}."
    identifiers = [one for one in others if one.kind == "identifier"]
    if identifiers:
        yield ""
        yield "# Guess: it tells respondents apart (repeats are reported; it is not kept)."
        yield f"identifier: {quoted(identifiers[0].name)}"
    shown = ("group", "weight")
    left = [one for one in others if one.kind not in shown and one not in identifiers[:1]]
    if left:
        yield ""
        yield "# Not used:"
    for one in left:
        yield from comment_lines(f"{one.name} ({_KINDS[one.kind]}): {one.why}{_codes(one)}", "#   ", "#     ")


_KINDS = {
    "rating": "rating",
    "yes_no": "0/1 question",
    "group": "group",
    "weight": "weight",
    "identifier": "identifier",
    "text": "open text",
    "number": "number",
    "constant": "constant",
    "empty": "empty",
}


def _codes(one: Profile) -> str:
    if not one.codes:
        return ""
    return f"; suspected missing codes {', '.join(show_number(code) for code in one.codes)}"


def _groups(candidates: Sequence[Profile]) -> Iterator[str]:
    """The likeliest group column in use, the others as comments."""
    usable = [one for one in candidates if one.name not in RESERVED_COLUMNS]
    ranked = sorted(usable, key=_group_rank)
    if candidates:
        yield ""
        yield "# Guess: columns by which results may be compared; several names cross."
    if ranked and _group_rank(ranked[0])[0] < 2:
        yield f"groups: [{quoted(ranked[0].name)}]  # {ranked[0].why}"
        ranked = ranked[1:]
    for one in ranked:
        yield f"# groups: [{quoted(one.name)}]  # {one.why}"
    for one in candidates:
        if one not in usable:
            told = f"{one.name}: {one.why}; rename it in the file to group by it, the results tables have a "
            yield from comment_lines(f"{told}column of that name.", "# ", "#   ")


def _group_rank(one: Profile) -> tuple[int, int]:
    """Columns named like firms first, then other groups, then people's background."""
    for position, word in enumerate(GROUP_WORDS):
        if has_word(one.name, (word,)) or has_word(one.label, (word,)):
            return 0, position
    background = has_word(one.name, BACKGROUND_WORDS) or has_word(one.label, BACKGROUND_WORDS)
    return (2 if background else 1), 0


def _report(path: Path) -> Iterator[str]:
    yield ""
    yield "report:"
    yield f"  title: {{en: {quoted('Customer satisfaction: ' + path.stem)}}}"


def _notes(blocks: Sequence[Block], left: Sequence[Profile]) -> list[str]:
    notes = [
        "No model of the catalogue fits these columns: the model file beside this one was guessed, "
        f"with {len(blocks)} constructs."
    ]
    if len(blocks) < 2:
        notes.append("One construct is no model yet: add another to the model file, and a path.")
    turned = sorted(name for block in blocks for name in block.reversed)
    if turned:
        notes.append(f"Seems to be coded the other way round, and is marked `reversed`: {', '.join(turned)}.")
    if left:
        notes.append(f"Left out of the model: {', '.join(one.name for one in left)}.")
    return notes
