"""A first draft of a model and a study file from a survey's columns: every guess is a comment to check."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from csi_model.errors import SurveyError
from csi_model.model.spec import Scale
from csi_model.study.column_profiles import Profile, profile_columns
from csi_model.study.construct_guesses import (
    LABELS,
    LEAST_ANSWERED,
    Block,
    guess_blocks,
    guess_paths,
    headline,
)
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
        model_text, extra = "\n".join(_model_lines(path, blocks, left)) + "\n", []
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
    return re.sub(rf"(?m)^{key}: .*$", lambda _: f"{key}: {_quoted(value)}", text, count=1)


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
        yield from _comment(note, "# - ", "#   ")
    yield ""
    yield f"model: {_quoted(model)}"
    yield f"survey: {_quoted(path.name)}"
    if sheet is not None:
        yield f"sheet: {_quoted(sheet) if isinstance(sheet, str) else sheet}"


def _missing(used: Sequence[Profile], known: KnownSurvey | None) -> Iterator[str]:
    """Suspected missing codes: those beyond every scale for all questions, the others by question."""
    declared = known.declared if known is not None else {}
    open_codes = {
        one.name: {
            code: reason for code, reason in one.codes.items() if code not in declared.get(one.name, ())
        }
        for one in used
    }
    counts: dict[float, int] = {}
    columns: dict[float, int] = {}
    for one in used:
        for code in open_codes[one.name]:
            counts[code] = counts.get(code, 0) + one.counts[code]
            columns[code] = columns.get(code, 0) + 1
    scales = [one.scale for one in used if one.scale is not None]
    shared = [code for code in sorted(counts) if columns[code] > 1 and not _on_any(code, scales)]
    if shared:
        yield ""
        yield "# Guess: these values are no answers but missing codes, in all questions. Correct the reasons:"
        yield "# skipped, dont_know, refused or other."
        yield "missing:"
    for code in shared:
        reason = next(open_codes[one.name][code] for one in used if code in open_codes[one.name])
        yield f"  {show_number(code)}: {reason}  # {counts[code]:,} answers in {columns[code]} questions"
    own = {one: [code for code in open_codes[one.name] if code not in shared] for one in used}
    if any(own.values()):
        yield ""
        yield "# Guess: values that do not fit the scale of a question are missing codes there."
        yield "answers:"
    names = {column: name for name, column in known.columns.items()} if known is not None else {}
    for one, codes in own.items():
        if codes:
            listed = ", ".join(f"{show_number(code)}: {open_codes[one.name][code]}" for code in codes)
            told = ", ".join(f"{one.counts[code]:,} answers of {show_number(code)}" for code in codes)
            yield f"  {_quoted(names.get(one.name, one.name))}: {{missing: {{{listed}}}}}  # {told}"


def _on_any(code: float, scales: Sequence[Scale]) -> bool:
    return any(scale.low <= code <= scale.high for scale in scales)


def _rest(profiles: Sequence[Profile], asked: set[str]) -> Iterator[str]:
    """Groups, weight, identifier, and the columns that are left."""
    others = [one for one in profiles if one.name not in asked]
    yield from _groups([one for one in others if one.kind == "group"])
    weights = [one for one in others if one.kind == "weight"]
    if weights:
        yield ""
        yield f"# Guess: sampling weights, because of {weights[0].why}."
        yield f"design: {{weight: {_quoted(weights[0].name)}}}"
    for one in weights[1:]:
        yield f"# {one.name} may be a weight, too: {one.why}."
    identifiers = [one for one in others if one.kind == "identifier"]
    if identifiers:
        yield ""
        yield "# Guess: it tells respondents apart (repeats are reported; it is not kept)."
        yield f"identifier: {_quoted(identifiers[0].name)}"
    shown = ("group", "weight")
    left = [one for one in others if one.kind not in shown and one not in identifiers[:1]]
    if left:
        yield ""
        yield "# Not used:"
    for one in left:
        yield from _comment(f"{one.name} ({_KINDS[one.kind]}): {one.why}{_codes(one)}", "#   ", "#     ")


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
        yield f"groups: [{_quoted(ranked[0].name)}]  # {ranked[0].why}"
        ranked = ranked[1:]
    for one in ranked:
        yield f"# groups: [{_quoted(one.name)}]  # {one.why}"
    for one in candidates:
        if one not in usable:
            told = f"{one.name}: {one.why}; rename it in the file to group by it, the results tables have a "
            yield from _comment(f"{told}column of that name.", "# ", "#   ")


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
    yield f"  title: {{en: {_quoted('Customer satisfaction: ' + path.stem)}}}"


def _model_lines(path: Path, blocks: Sequence[Block], left: Sequence[Profile]) -> Iterator[str]:
    """The model file of a survey that no catalogue model fits."""
    scales = [one.scale for block in blocks for one in block.items if one.scale is not None]
    usual = max(scales, key=scales.count)
    title = f"Draft from {path.name}"
    yield f"# First draft of a model, from the columns of {path.name}. Constructs, paths and scales are"
    yield "# guesses from names, labels and values: correct them by the questionnaire before you use them."
    yield f"name: {_quoted(path.stem.strip() or 'draft')}"
    yield f"title: {{en: {_quoted(title)}}}"
    yield ""
    yield "# The construct that the index is read from."
    yield f"index: {_quoted(headline(blocks))}"
    yield ""
    yield "# Guess, from the answers: lowest and highest possible answer. Take it from the questionnaire."
    yield f"scale: {_scale(usual)}"
    yield ""
    yield "constructs:"
    for block in blocks:
        yield from _block_lines(block, usual)
    if left:
        yield ""
        yield "# Questions in no construct; move them where they belong:"
    for one in left:
        assert one.scale is not None
        yield from _comment(f"{one.name}: {_of_label(one)}{_scale(one.scale)}{_few(one)}", "#   ", "#     ")
    yield from _path_lines(blocks)


def _block_lines(block: Block, usual: Scale) -> Iterator[str]:
    yield f"  # Guess: these belong together because of {block.why}."
    yield f"  {_quoted(block.name)}:"
    if block.name in LABELS:
        en, zh = LABELS[block.name]
        yield f"    label: {{en: {en}, zh: {zh}}}"
    yield "    indicators:"
    for one in block.items:
        parts: dict[str, str] = {}
        if one.label:
            chinese = re.search("[\u4e00-\u9fff]", one.label) is not None
            parts["zh" if chinese else "en"] = _quoted(one.label)
        if one.scale is not None and one.scale != usual:
            parts["scale"] = _scale(one.scale)
        if one.kind == "yes_no":
            parts["high_is_good"] = "false"
        if one.name in block.reversed:
            parts["reversed"] = "true"
        listed = ", ".join(f"{key}: {value}" for key, value in parts.items())
        yield f"      {_quoted(one.name)}: {{{listed}}}{_item_comment(one, block)}"


def _item_comment(one: Profile, block: Block) -> str:
    told = [one.why]
    if one.name in block.reversed:
        told.append("reversed? it runs against the other questions of its construct")
    if one.kind == "yes_no":
        told.append("1 is taken for a complaint")
    return f"  # {'; '.join(told)}"


def _path_lines(blocks: Sequence[Block]) -> Iterator[str]:
    paths = guess_paths(blocks)
    yield ""
    yield "# Guess: a chain in the order of the ACSI. Edit it: `outcome: [its drivers]`, as your model says."
    yield "paths:" if paths else "paths: {}"
    for target, sources in paths.items():
        yield f"  {_quoted(target)}: [{', '.join(_quoted(source) for source in sources)}]"


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


def _of_label(one: Profile) -> str:
    return f"{one.label}, " if one.label else ""


def _few(one: Profile) -> str:
    share = one.answered
    return f", answered by {100 * share:.0f} % only" if share < LEAST_ANSWERED else ""


def _scale(scale: Scale) -> str:
    return f"[{show_number(scale.low)}, {show_number(scale.high)}]"


def _comment(text: str, first: str, later: str) -> Iterator[str]:
    """Text as comment lines of at most 100 characters."""
    line = first
    for word in text.split():
        if len(line) + len(word) > 100 and line.strip("# -"):
            yield line.rstrip()
            line = later
        line += word + " "
    yield line.rstrip()


def _quoted(text: str) -> str:
    """A text as YAML: plain where that is safe, else in double quotes."""
    plain = re.fullmatch(r"[A-Za-z_\u4e00-\u9fff][\w.-]*", text) is not None
    words = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
    return text if plain and text.lower() not in words else json.dumps(text, ensure_ascii=False)
