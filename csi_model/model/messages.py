"""Mistakes against a pydantic schema, told as findings: where, what, how to fix."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from csi_model.errors import Finding, suggest
from csi_model.model.yaml_text import Loc

if TYPE_CHECKING:
    from csi_model.model.document import Document

MISTAKE = "mistake"
_KEY = "[key]"
"""What pydantic puts at the end of a place when the key itself is wrong."""


def mistake(what: str, fix: str) -> PydanticCustomError:
    """Return an error for a validator to raise, with its own sentence and remedy.

    ``what`` completes "`scale` ...", for instance "needs two numbers".
    """
    return PydanticCustomError(MISTAKE, "{what}", {"what": what, "fix": fix})


_KINDS = {
    "string": ("a text", "Write a text, in quotes if it looks like something else."),
    "float": ("a number", "Write a number such as 10 or 0.5."),
    "int": ("a whole number", "Write a whole number such as 10."),
    "bool": ("true or false", "Write true or false."),
    "dict": ("`key: value` lines", "Write `key: value` lines, indented below it."),
    "mapping": ("`key: value` lines", "Write `key: value` lines, indented below it."),
    "model": ("`key: value` lines", "Write `key: value` lines, indented below it."),
    "list": ("a list", "Write a list such as [a, b]."),
    "tuple": ("a list", "Write a list such as [a, b]."),
    "set": ("a list", "Write a list such as [a, b]."),
    "finite": ("a finite number", "Write a number such as 10 or 0.5."),
    "date": ("a date", "Write a date such as 2024-12-31."),
    "path": ("a file name", "Write a file name."),
}


@dataclass(frozen=True, kw_only=True)
class SchemaMistake:
    """A finding, the place that is wrong or missing, and the part whose removal leaves the rest right."""

    finding: Finding
    place: Loc
    remove: Loc


def schema_mistakes(
    problem: ValidationError, document: Document, schema: type[BaseModel]
) -> list[SchemaMistake]:
    """Return what a validation error says, one mistake for each place."""
    mistakes: dict[SchemaMistake, None] = {}
    mistyped: set[Loc] = set()
    for error in problem.errors(include_url=False):
        loc, absent = _place(error["loc"], document.data)
        if error["type"].endswith("_type") and absent != _KEY:
            if loc in mistyped:  # another branch of a union
                continue
            mistyped.add(loc)
        code, what, fix = _sentence(error, loc, absent, document.data, schema)
        finding = Finding(code=code, severity="error", where=document.where(loc), what=what, fix=fix)
        place = (*loc, str(absent)) if error["type"] == "missing" else loc
        mistakes[SchemaMistake(finding=finding, place=_whole(place), remove=_whole(loc))] = None
    return list(mistakes)


def _place(loc: Sequence[str | int], data: Any) -> tuple[Loc, str | None]:
    """Return the place in the data that pydantic's ``loc`` means, and the key missing there.

    Names of union branches and markers of keys are in ``loc`` but not in the data.
    """
    place: list[str | int] = []
    absent: str | None = None
    for key in loc:
        absent = None
        if isinstance(data, dict) and str(key) in data:
            place.append(str(key))
            data = data[str(key)]
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            place.append(key)
            data = data[key]
        else:
            absent = str(key)
    return tuple(place), absent


def _whole(loc: Loc) -> Loc:
    """Return ``loc``, or the list that it lies in: removing list items would shift the others."""
    for length, key in enumerate(loc):
        if isinstance(key, int):
            return loc[:length]
    return loc


def _sentence(
    error: Mapping[str, Any], loc: Loc, absent: str | None, data: Any, schema: type[BaseModel]
) -> tuple[str, str, str]:
    kind: str = error["type"]
    context: Mapping[str, Any] = error.get("ctx", {})
    place = f"The key {_name(loc)}" if absent == _KEY else _name(loc)
    if kind == "missing":
        return _missing(str(absent), loc, schema)
    if kind == "extra_forbidden":
        return _unknown(loc, schema)
    if kind == MISTAKE:
        return "form", f"{place} {context['what']}.", str(context["fix"])
    value = _shown(str(loc[-1]) if absent == _KEY else _at(data, loc))
    expected = _expected(loc, schema) if absent != _KEY else ""
    if kind in ("literal_error", "enum"):
        choices = _choices(loc, schema) or [str(context.get("expected", ""))]
        return "choice", f"{place} is {value}.", suggest(str(error["input"]), choices)
    wanted = _KINDS.get(kind.split("_")[0])
    if wanted is not None and kind.split("_")[1] in ("type", "parsing", "from", "number", "attributes"):
        return "form", f"{place} must be {wanted[0]}; it is {value}.", expected or wanted[1]
    bound = _bound(kind, context)
    if bound:
        return "form", f"{place} must {bound}; it is {value}.", expected or "Change it."
    told = str(context.get("error", error["msg"])).removeprefix("Value error, ").rstrip(".")
    told = told.replace("Input should be", "must be").replace("Input should", "must")
    return "form", f"{place}: {told}.", expected or "Change this value."


def _missing(key: str, loc: Loc, schema: type[BaseModel]) -> tuple[str, str, str]:
    field = _fields(_class_at(loc, schema)).get(key)
    hint = f" ({field.rstrip('.')})" if field else ""
    where = f"to {_name(loc, inside=True)}" if loc else "at the start of a line"
    what = f"{_name(loc)} has no `{key}`." if loc else f"The key `{key}` is missing."
    return "missing-key", what, f"Add `{key}: ...` {where}{hint}."


def _unknown(loc: Loc, schema: type[BaseModel]) -> tuple[str, str, str]:
    key = str(loc[-1]) if loc else ""
    keys = list(_fields(_class_at(loc[:-1], schema)))
    inside = f" in {_name(loc[:-1], inside=True)}" if loc[:-1] else ""
    return "unknown-key", f"`{key}` is not a known key{inside}.", suggest(key, keys)


def _bound(kind: str, context: Mapping[str, Any]) -> str:
    """Return the rest of "must ..." for a limit on size or value."""
    shortest = context.get("min_length")
    longest = context.get("max_length")
    one = "character" if kind.startswith("string") else "entry"
    many = "characters" if kind.startswith("string") else "entries"
    match kind:
        case "too_short" | "string_too_short":
            return f"have at least {shortest} {one if shortest == 1 else many}"
        case "too_long" | "string_too_long":
            return f"have at most {longest} {one if longest == 1 else many}"
        case "greater_than":
            return f"be greater than {context['gt']}"
        case "greater_than_equal":
            return f"be at least {context['ge']}"
        case "less_than":
            return f"be less than {context['lt']}"
        case "less_than_equal":
            return f"be at most {context['le']}"
    return ""


def _name(loc: Loc, *, inside: bool = False) -> str:
    """Return a place as people read it: `constructs.loyalty.label`, Entry 2 of `paths.loyalty`.

    ``inside`` a sentence it begins with a small letter.
    """
    if not loc:
        return "the file" if inside else "The file"
    if isinstance(loc[-1], int):
        return f"{'entry' if inside else 'Entry'} {loc[-1] + 1} of {_name(loc[:-1], inside=True)}"
    shown = [f"{key + 1}" if isinstance(key, int) else key for key in loc]
    return f"`{'.'.join(shown)}`"


def _at(data: Any, loc: Loc) -> Any:
    for key in loc:
        data = data[key]
    return data


def _shown(value: Any) -> str:
    """Return a value as written in YAML, cut short."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping (`key: value` lines)" if value else "an empty mapping"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields(schema: type[BaseModel] | None) -> dict[str, str]:
    """Return the keys that a class takes, each with its description."""
    if schema is None:
        return {}
    return {info.alias or name: info.description or "" for name, info in schema.model_fields.items()}


def _expected(loc: Loc, schema: type[BaseModel]) -> str:
    """Return the description of the key at ``loc`` as a remedy."""
    if not loc or isinstance(loc[-1], int):
        return ""
    description = _fields(_class_at(loc[:-1], schema)).get(str(loc[-1]), "")
    return f"Expected: {description.rstrip('.')}." if description else ""


def _choices(loc: Loc, schema: type[BaseModel]) -> list[str]:
    for part in _branches(_annotation_at(loc, schema)):
        if get_origin(part) is Literal:
            return [str(choice) for choice in get_args(part)]
    return []


def _class_at(loc: Loc, schema: type[BaseModel]) -> type[BaseModel] | None:
    for part in _branches(_annotation_at(loc, schema)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _annotation_at(loc: Loc, schema: type[BaseModel]) -> Any:
    """Return the annotation of the part at ``loc``; None where the classes do not say."""
    annotation: Any = schema
    for key in loc:
        annotation = next(
            (inner for part in _branches(annotation) if (inner := _inside(part, key)) is not None), None
        )
    return annotation


def _inside(part: Any, key: str | int) -> Any:
    if isinstance(part, type) and issubclass(part, BaseModel):
        for name, info in part.model_fields.items():
            if key in (name, info.alias):
                return info.annotation
        return None
    origin, arguments = get_origin(part), get_args(part)
    if not arguments or not isinstance(origin, type):
        return None
    if issubclass(origin, Mapping):
        return arguments[-1]
    return arguments[0] if isinstance(key, int) else None


def _branches(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of an annotation, ``Annotated`` and unions taken apart."""
    if get_origin(annotation) is Annotated:
        return _branches(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(branch for part in get_args(annotation) for branch in _branches(part))
    return (annotation,)
