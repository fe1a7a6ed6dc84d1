"""Files that people write: read with their line numbers, and checked against a pydantic schema.

``read_document`` or ``parse_document`` gives plain nested data that knows its lines; ``validate``
turns it into an instance of a pydantic class or raises every mistake at once, each with
``file:line``, a plain sentence and a remedy. Model files, study files and codebooks share this.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from csi_model.errors import CsiError, Finding, ModelError
from csi_model.model.messages import schema_mistakes
from csi_model.model.yaml_text import Loc, parse_yaml

Schema = TypeVar("Schema", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A parsed file.

    Attributes
    ----------
    name
        File name without folders, as messages show it.
    data
        Mappings, lists, texts, numbers, booleans, None; keys are always texts. Not to be changed.
    lines
        Line (from 1) of every part, by its place.
    texts
        Every scalar as it was written, by its place.
    mistakes
        Duplicate keys; ``validate`` reports them with all others.
    """

    name: str
    data: Any
    lines: Mapping[Loc, int] = field(default_factory=lambda: MappingProxyType({}))
    texts: Mapping[Loc, str] = field(default_factory=lambda: MappingProxyType({}))
    mistakes: tuple[Finding, ...] = ()

    def line(self, loc: Loc) -> int:
        """Line of a part, or of the nearest part that encloses it."""
        for length in range(len(loc), -1, -1):
            if loc[:length] in self.lines:
                return self.lines[loc[:length]]
        return 1

    def where(self, loc: Loc) -> str:
        """``file:line`` of a part, or of the nearest part that encloses it."""
        return f"{self.name}:{self.line(loc)}"


@dataclass(frozen=True, kw_only=True)
class Checked(Generic[Schema]):
    """What ``inspect_document`` found.

    ``value`` is the instance; with mistakes it is built from the parts that are right, if these
    suffice, and ``left_out`` holds the places of the parts that are not in it.
    """

    value: Schema | None
    findings: tuple[Finding, ...]
    left_out: tuple[Loc, ...]


def read_document(path: str | Path, *, error: type[CsiError] = ModelError) -> Document:
    """Read a YAML file with its line numbers.

    Parameters
    ----------
    path
        The file: UTF-8, with or without byte order mark.
    error
        Class of the error to raise.

    Raises
    ------
    CsiError
        Of class ``error``: no such file, a folder, not UTF-8, empty, not YAML, a list at the top.
    """
    path = Path(path)
    return parse_document(read_text(path, error=error), path.name, error=error)


def parse_document(text: str, name: str, *, error: type[CsiError] = ModelError) -> Document:
    """Parse YAML text; ``name`` stands for the file in messages.

    Raises
    ------
    CsiError
        Of class ``error``: empty, not YAML, a list at the top.
    """
    parsed = parse_yaml(text.removeprefix("\ufeff"), name, error)
    return Document(
        name=name,
        data=parsed.data,
        lines=MappingProxyType(parsed.lines),
        texts=MappingProxyType(parsed.texts),
        mistakes=parsed.mistakes,
    )


def read_text(path: Path, *, error: type[CsiError] = ModelError) -> str:
    """Read a file as UTF-8 text.

    Raises
    ------
    CsiError
        Of class ``error``: no such file, a folder, not readable, not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise error.at(
            path.name, "There is no such file.", "Check its name and folder.", code="no-file"
        ) from None
    except IsADirectoryError:
        raise error.at(path.name, "This is a folder.", "Name a file in it.", code="folder") from None
    except OSError as problem:
        reason = problem.strerror or "no reason given"
        raise error.at(
            path.name, f"The file cannot be read: {reason}.", "Check its permissions.", code="unreadable"
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise error.at(
            f"{path.name}:{line}",
            "The file is not text in UTF-8.",
            "Save it as UTF-8 in your editor.",
            code="not-utf8",
        ) from None


def validate(document: Document, schema: type[Schema], error: type[CsiError]) -> Schema:
    """Turn a document into an instance of a pydantic class.

    A number or truth word where the schema asks for a text is taken as it was written. The schema
    should refuse unknown keys (``extra="forbid"``). A validator may raise
    ``csi_model.model.messages.mistake(what, fix)`` to give its own sentence and remedy.

    Raises
    ------
    CsiError
        Of class ``error``, with every mistake, in the order of the lines.
    """
    checked = inspect_document(document, schema)
    if checked.findings or checked.value is None:
        raise error(checked.findings)
    return checked.value


def inspect_document(
    document: Document, schema: type[Schema], *, fill: Mapping[str, Any] | None = None
) -> Checked[Schema]:
    """Validate like ``validate``, but return the mistakes together with what is right.

    ``fill`` stands in for top-level keys that are missing, so that the rest can be looked at.
    """
    data = document.data
    value: Schema | None = None
    findings: list[Finding] = list(document.mistakes)
    left_out: list[Loc] = []
    for _ in range(20):
        try:
            value = schema.model_validate(data)
            break
        except ValidationError as problem:
            as_written = _as_written(document, data, problem)
            if as_written is not None:
                data = as_written
                continue
            mistakes = schema_mistakes(problem, replace(document, data=data), schema)
        findings += [one.finding for one in mistakes if not _is_echo(one.place, left_out)]
        left_out += [one.place for one in mistakes]
        smaller = {**(fill or {}), **_without(data, [one.remove for one in mistakes if one.remove])}
        if smaller == data:
            break
        data = smaller
    ordered = sorted(dict.fromkeys(findings), key=line_number)
    return Checked(value=value, findings=tuple(ordered), left_out=tuple(left_out))


def _is_echo(place: Loc, left_out: list[Loc]) -> bool:
    """Whether a part is missed only because it, or something in it, was left out before."""
    return any(gone[: len(place)] == place for gone in left_out)


def line_number(finding: Finding) -> int:
    """Line that a finding speaks of, 0 where it names none; for sorting."""
    number = finding.where.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def _as_written(document: Document, data: Any, problem: ValidationError) -> Any:
    """Data with numbers replaced by their text where a text is asked for; None if there are none."""
    places = [
        error["loc"]
        for error in problem.errors(include_url=False, include_context=False, include_input=False)
        if error["type"] == "string_type"
    ]
    changes = [
        place
        for place in places
        if _has(data, place) and not isinstance(_get(data, place), str | None | list | dict)
    ]
    changes = [place for place in changes if place in document.texts]
    if not changes:
        return None
    data = copy.deepcopy(data)
    for place in changes:
        _get(data, place[:-1])[place[-1]] = document.texts[place]
    return data


def _has(data: Any, place: Loc) -> bool:
    for key in place:
        if isinstance(data, dict):
            if key not in data:
                return False
        elif not (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            return False
        data = data[key]
    return True


def _get(data: Any, place: Loc) -> Any:
    for key in place:
        data = data[key]
    return data


def _without(data: Any, places: list[Loc]) -> Any:
    data = copy.deepcopy(data)
    ordered = sorted(
        places, key=lambda place: tuple((isinstance(key, int), str(key).zfill(9)) for key in place)
    )
    for place in reversed(ordered):
        if _has(data, place):
            del _get(data, place[:-1])[place[-1]]
    return data
