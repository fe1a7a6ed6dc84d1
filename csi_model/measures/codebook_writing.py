"""A codebook as YAML text, in the form that ``read_codebook`` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from csi_model.survey.codebook import Codebook, Column

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def write_codebook(book: Codebook, *, remark: str = "") -> str:
    """Return a codebook as the text of a codebook file; reading it gives an equal codebook.

    Parameters
    ----------
    book
        What the columns mean.
    remark
        A comment for the first line.
    """
    return "\n".join([*(f"# {line}" for line in remark.splitlines()), *_lines(book)]) + "\n"


def _lines(book: Codebook) -> Iterator[str]:
    if book.name:
        yield f"name: {_text(book.name)}"
    if book.source:
        yield f"source: {_text(book.source)}"
    if book.missing:
        yield f"missing: {_codes(book.missing)}"
    yield "columns:" if book.columns else "columns: {}"
    for name, column in book.columns.items():
        parts = list(_column(column))
        yield f"  {_text(name)}:" + ("" if parts else " {}")
        yield from (f"    {part}" for part in parts)


def _column(column: Column) -> Iterator[str]:
    if column.label:
        yield f"label: {_mapping({key: _text(text) for key, text in column.label.items()})}"
    if column.scale is not None:
        yield f"scale: [{_number(column.scale.low)}, {_number(column.scale.high)}]"
    if column.missing:
        yield f"missing: {_codes(column.missing)}"
    if column.recode:
        recode = {_number(stored): _number(used) for stored, used in column.recode.items()}
        yield f"recode: {_mapping(recode)}"
    if column.asked_when is not None:
        one = column.asked_when
        ends = {"column": _text(one.column), "from": _number(one.low), "to": _number(one.high)}
        yield f"asked_when: {_mapping(ends)}"
    if column.values:
        yield f"values: {_mapping({_key(key): _text(text) for key, text in column.values.items()})}"
    if column.reversed:
        yield "reversed: true"
    if column.optional:
        yield "optional: true"


def _codes(missing: Mapping[float, str]) -> str:
    return _mapping({_number(code): reason for code, reason in missing.items()})


def _mapping(parts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {text}" for key, text in parts.items()) + "}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _key(key: str) -> str:
    return key if re.fullmatch(r"-?\d+", key) else _text(key)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)
