"""The margins of a study file: what it says of the population, from the file itself or tables beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from csi_model.errors import Finding, StudyError
from csi_model.model.document import Document
from csi_model.survey.margins import Category, Margins, margin_mistakes, margins_of, read_margin

if TYPE_CHECKING:
    from csi_model.study.schema import DesignEntry


def study_margins(
    design: DesignEntry, folder: Path, document: Document, mistakes: list[Finding]
) -> Margins | None:
    """Margins of a study, None where it gives none; mistakes are added, each at its line."""
    targets: dict[str, Mapping[str, float] | Mapping[Category, float]] = {}
    sound = True
    for name, given in design.margins.items():
        if not isinstance(given, str):
            targets[name] = given
            continue
        try:
            targets[name] = read_margin(folder / given, name)
        except StudyError as error:
            where = document.where(("design", "margins", name))
            mistakes += [_at_line(finding, where, given) for finding in error.findings]
            sound = False
    made = margins_of(
        targets,
        bands=design.bands,
        blanks=design.blanks,
        within=design.margins_within,
        trim=design.trim,
    )
    partial = {("margins", name) for name in _partial(design, document)}
    mistakes += [
        Finding(
            code=one.code,
            severity="error",
            where=document.where(("design", *one.place)),
            what=one.what,
            fix=one.fix,
        )
        for one in margin_mistakes(made)
        if one.place not in partial and (sound or one.place[0] == "margins")
    ]
    return made if design.margins or design.trim is not None else None


def _partial(design: DesignEntry, document: Document) -> list[str]:
    """Margins of which a share is left out, being no number: what follows from that is not told again."""
    written = document.data["design"]["margins"] if design.margins else {}
    return [
        name
        for name, given in design.margins.items()
        if not isinstance(given, str) and len(given) < len(written[name])
    ]


def _at_line(finding: Finding, where: str, name: str) -> Finding:
    """A finding about a table that the study names, told at the line that names it."""
    inside = finding.where.removeprefix(Path(name).name).strip()
    return replace(finding, where=where, what=f"{name}{' ' + inside if inside else ''}: {finding.what}")
