"""Measures of a study file: their entries read with their lines, their tables beside those of the fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from csi_model.errors import CsiError, Finding, suggest
from csi_model.model.document import Document, inspect_document
from csi_model.study.measures.entry import Entry, Given, Progress, shown
from csi_model.study.measures.families import ENTRIES
from csi_model.study.measures.running import carry_out, read_questions
from csi_model.vocabulary import SURVEY_TABLES

if TYPE_CHECKING:
    from csi_model.evaluation.results import Results
    from csi_model.model.spec import ModelSpec
    from csi_model.survey.survey import Survey

_PLACE = "measures"
_NOT_READ = ("identifier", "wave", "min_base", "derived", "columns", "scales")
"""What a study says of the questions of its model, which measures take up only for those they ask for."""


@dataclass(frozen=True, kw_only=True)
class StudyMeasures:
    """Measures that a study asks for, and the folder that their file names are relative to."""

    entries: tuple[Entry, ...] = ()
    folder: Path = Path()

    def in_model(self, model: ModelSpec) -> StudyMeasures:
        """The measures with constructs of the study's model in the place of their names."""
        return replace(self, entries=tuple(entry.in_model(model) for entry in self.entries))


def study_measures(document: Document, folder: Path, mistakes: list[Finding]) -> StudyMeasures:
    """The entries under ``measures``; every mistake is added with its line."""
    data = document.data.get(_PLACE) if isinstance(document.data, Mapping) else None
    if not isinstance(data, list):  # the schema has told it
        return StudyMeasures(folder=folder)
    made = []
    for place, one in enumerate(data):
        if not isinstance(one, Mapping):
            continue
        entry = _entry(document, folder, place, one, mistakes)
        if entry is not None:
            made.append(entry)
    return StudyMeasures(entries=tuple(made), folder=folder)


def _entry(
    document: Document, folder: Path, place: int, data: Mapping[str, Any], mistakes: list[Finding]
) -> Entry | None:
    where = document.where((_PLACE, place))
    name = str(data.get("measure", "")).replace("-", "_")
    if name not in ENTRIES:
        what = f"`{_PLACE}.{place + 1}`: " + (
            f"there is no measure {data['measure']!r}." if "measure" in data else "it names no `measure`."
        )
        fix = suggest(name, list(ENTRIES))
        mistakes.append(Finding(code="bad-study", severity="error", where=where, what=what, fix=fix))
        return None
    part = _part_of(document, place, {**data, "measure": name})
    checked = inspect_document(part, ENTRIES[name])
    if checked.findings or checked.value is None:
        mistakes += [_in_entry(one, place) for one in checked.findings]
        return None
    problems = checked.value.problems()
    for one in problems:
        what = f"`{_PLACE}.{place + 1}.{one.where}`: {one.what}"
        mistakes.append(replace(one, where=document.where((_PLACE, place, one.where)), what=what))
    return None if problems else _opened(checked.value, folder, mistakes)


def _opened(entry: Entry, folder: Path, mistakes: list[Finding]) -> Entry | None:
    """The entry with the file that its questions stand in read; the mistakes of that file are told, too."""
    try:
        return entry.opened(folder)
    except CsiError as error:
        mistakes += error.findings
        return None


def _in_entry(finding: Finding, place: int) -> Finding:
    """A finding of one entry, which its own document takes for a whole file."""
    fix = finding.fix.replace("at the start of a line", f"to entry {place + 1} of `{_PLACE}`")
    what = finding.what.replace("The key `", f"In entry {place + 1} of `{_PLACE}` the key `")
    return replace(finding, what=what, fix=fix)


def _part_of(document: Document, place: int, data: Mapping[str, Any]) -> Document:
    """One entry as a document of its own, with the lines of the file."""
    depth = (_PLACE, place)
    return Document(
        name=document.name,
        data=dict(data),
        lines=MappingProxyType({loc[2:]: line for loc, line in document.lines.items() if loc[:2] == depth}),
        texts=MappingProxyType({loc[2:]: text for loc, text in document.texts.items() if loc[:2] == depth}),
    )


def measure_schema(whole: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a study file with the forms of all measures in it."""
    forms = []
    for entry in ENTRIES.values():
        form = entry.model_json_schema(by_alias=True)
        whole.setdefault("$defs", {}).update(form.pop("$defs", {}))
        forms.append({**form, "required": [*form.get("required", []), "measure"]})
    whole["properties"][_PLACE]["items"] = {"oneOf": forms}
    return whole


def answers_for(
    measures: StudyMeasures, source: Any, model: ModelSpec, reading: Mapping[str, Any]
) -> Survey | None:
    """The answers that the measures need, read before a long fit; None where there are none.

    Raises
    ------
    CsiError
        Columns are absent, a question has no scale, answers contradict it.
    """
    asked = {name for entry in measures.entries for name in entry.questions()}
    if not asked:
        return None
    kept = {name: value for name, value in reading.items() if name not in _NOT_READ and value is not None}
    for name in ("columns", "scales"):
        given = reading.get(name) or {}
        kept[name] = {key: value for key, value in given.items() if key in asked or not key}
    return read_questions(measures.entries, source, model=model, reading=kept)


def with_measures(
    results: Results,
    measures: StudyMeasures,
    survey: Survey | None,
    *,
    level: float,
    min_base: int,
    seed: int,
    progress: Progress | None = None,
) -> Results:
    """The results with the tables of the measures among those about the survey as a whole.

    Raises
    ------
    CsiError
        Anything that the user can mend.
    """
    if not measures.entries:
        return results
    given = Given(
        survey=survey,
        folder=measures.folder,
        level=level,
        min_base=min_base,
        seed=seed,
        results=results,
        progress=progress,
    )
    outcome = carry_out(measures.entries, given)
    across = {**results.across, **outcome.tables}
    ordered = {name: across[name] for name in SURVEY_TABLES if name in across}
    labels = {name: dict(label) for name, label in outcome.labels.items() if label}
    said = {"measures": [shown(entry) for entry in measures.entries], "measure_labels": labels}
    return replace(
        results,
        across=MappingProxyType(ordered),
        files=MappingProxyType({**results.files, **outcome.files}),
        manifest=MappingProxyType({**results.manifest, **said}),
    )
