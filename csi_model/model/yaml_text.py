"""YAML 1.2 text to plain data with the line of every part.

Only the core schema of YAML 1.2 is resolved, so ``no``, ``on`` and dates are texts, and every key is
the text that was written (``1001`` stays ``"1001"``, ``1.10`` stays ``"1.10"``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from csi_model.errors import CsiError, Finding

Loc = tuple[str | int, ...]
"""A place in nested data: keys of mappings and positions in lists, from the top."""

MOST_PARTS = 200_000
"""More parts than this are refused, so that nested aliases cannot fill the memory."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_TAGS = {f"tag:yaml.org,2002:{name}": name for name in ("str", "int", "float", "bool", "null", "map", "seq")}


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """Plain data, the line (from 1) of every part, the text of every scalar, duplicate keys."""

    data: Any
    lines: dict[Loc, int]
    texts: dict[Loc, str]
    mistakes: tuple[Finding, ...]


@dataclass(kw_only=True)
class _Node:
    line: int
    text: str | None = None
    plain: bool = False
    tag: str | None = None
    items: list[_Node] = field(default_factory=list)
    pairs: list[tuple[_Node, _Node]] | None = None


def parse_yaml(text: str, name: str, error: type[CsiError]) -> Parsed:
    """Parse YAML text into data with lines.

    Raises
    ------
    CsiError
        Of class ``error``, when the text is not YAML or not one mapping.
    """
    try:
        events = list(YAML(typ="safe", pure=True).parse(text))
    except YAMLError as problem:
        raise error(_syntax_finding(problem, text, name)) from None
    starts = [event for event in events if isinstance(event, DocumentStartEvent)]
    if len(starts) > 1:
        where = f"{name}:{starts[1].start_mark.line + 1}"
        raise error.at(
            where, "A second document begins here.", "Remove the line `---` or split the file.", code="yaml"
        )
    content = [event for event in events if isinstance(event, _CONTENT)]
    if not content or (isinstance(content[0], ScalarEvent) and not content[0].value):
        raise error.at(f"{name}:1", "The file is empty.", "Write `key: value` lines.", code="empty-file")
    builder = _Builder(name=name, error=error)
    try:
        root = builder.node(iter(content))
    except RecursionError:
        raise builder.stop(1, "The file is nested too deeply.", "Write at most a few levels.") from None
    if root.pairs is None:
        what = "a list" if root.text is None else "a text"
        raise error.at(
            f"{name}:{root.line}",
            f"The file holds {what} at the top, not `key: value` lines.",
            "Begin with a key at the start of the line, such as `name: my-model`.",
            code="yaml",
        )
    data = builder.value(root, ())
    return Parsed(data=data, lines=builder.lines, texts=builder.texts, mistakes=tuple(builder.mistakes))


_CONTENT = (ScalarEvent, AliasEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent)


class _Builder:
    """Turns parse events into nodes (anchors resolved), and nodes into data with lines."""

    def __init__(self, name: str, error: type[CsiError]) -> None:
        self.name = name
        self.error = error
        self.anchors: dict[str, _Node] = {}
        self.lines: dict[Loc, int] = {}
        self.texts: dict[Loc, str] = {}
        self.mistakes: list[Finding] = []

    def stop(self, line: int, what: str, fix: str) -> CsiError:
        return self.error.at(f"{self.name}:{line}", what, fix, code="yaml")

    def node(self, events: Iterator[Any]) -> _Node:
        """Build the node that begins with the next event."""
        return self._node(next(events), events)

    def _node(self, event: Any, events: Iterator[Any]) -> _Node:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise self.stop(
                    line,
                    f"`*{event.anchor}` refers to a part that is not in the file above.",
                    f"Write the values out, or mark that part with `&{event.anchor}`.",
                )
            return self.anchors[event.anchor]
        if event.tag is not None and event.tag not in _TAGS and event.tag != "!":
            raise self.stop(line, f"The tag `{event.tag}` is not supported.", "Remove it.")
        node = _Node(line=line, tag=_TAGS.get(event.tag))
        if isinstance(event, ScalarEvent):
            node.text, node.plain = event.value, event.style is None and event.tag is None
        elif isinstance(event, MappingStartEvent):
            node.pairs = self._pairs(events)
        else:
            while not isinstance(inner := next(events), SequenceEndEvent):
                node.items.append(self._node(inner, events))
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def _pairs(self, events: Iterator[Any]) -> list[tuple[_Node, _Node]]:
        pairs = []
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._node(event, events)
            if key.text is None:
                raise self.stop(
                    key.line,
                    "A key is a list or a mapping.",
                    "Write a plain word as the key, and put text that begins with `{` or `[` in quotes.",
                )
            if key.text == "<<" and key.plain:
                raise self.stop(key.line, "Merge keys (`<<`) are not supported.", "Write the values out.")
            pairs.append((key, self.node(events)))
        return pairs

    def value(self, node: _Node, loc: Loc) -> Any:
        """Return a node as plain data, noting lines and duplicate keys on the way."""
        self.lines.setdefault(loc, node.line)
        if len(self.lines) > MOST_PARTS:
            raise self.stop(node.line, f"The file has more than {MOST_PARTS:,} parts.", "Split it.")
        if node.text is not None:
            self.texts[loc] = node.text
            return _scalar(node)
        if node.pairs is None:
            return [self.value(item, (*loc, number)) for number, item in enumerate(node.items)]
        data: dict[str, Any] = {}
        for key, value in node.pairs:
            assert key.text is not None
            place = (*loc, key.text)
            if key.text in data:
                self._duplicate(key, place)
                continue
            self.lines[place] = key.line
            data[key.text] = self.value(value, place)
        return data

    def _duplicate(self, key: _Node, place: Loc) -> None:
        where = f"{self.name}:{key.line}"
        what = f"The key `{key.text}` stands twice; it is first on line {self.lines[place]}."
        self.mistakes.append(
            Finding(
                code="duplicate-key", severity="error", where=where, what=what, fix="Keep one of the two."
            )
        )


def _scalar(node: _Node) -> Any:
    text = node.text or ""
    if node.tag == "str" or not (node.plain or node.tag):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return float(text) if node.tag == "float" else int(text)
    if _OCTAL_OR_HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _syntax_finding(problem: YAMLError, text: str, name: str) -> Finding:
    line, what, fix = 1, "The file is not valid YAML.", "Check the spelling of this line."
    if isinstance(problem, ReaderError):
        line = text.count("\n", 0, int(problem.position)) + 1
        what = "An invisible control character stands here."
        fix = "Delete it; the file must be plain text in UTF-8."
    elif isinstance(problem, MarkedYAMLError):
        line, what, fix = _explain(problem, text)
    return Finding(code="yaml", severity="error", where=f"{name}:{line}", what=what, fix=fix)


def _explain(problem: MarkedYAMLError, text: str) -> tuple[int, str, str]:
    told = str(problem.problem or "")
    context = str(problem.context or "")
    mark = problem.problem_mark or problem.context_mark
    line = (mark.line if mark is not None else 0) + 1
    opened = problem.context_mark.line + 1 if problem.context_mark is not None else line
    rows = text.splitlines()
    row = rows[line - 1] if line <= len(rows) else ""
    if "'\\t'" in told or re.match(r" *\t", row):
        return line, "A tab is used for indentation.", "Indent with spaces only, two for each step."
    if "unexpected end of stream" in told and "quoted" in context:
        return opened, "The quotation mark opened here is never closed.", "Close it on the same line."
    if told.startswith("expected ',' or"):
        bracket = "]" if "]" in told.split(" but")[0] else "}"
        return (
            opened,
            f"The bracket opened here is not closed with `{bracket}`, or a comma is missing in it.",
            f"Write `{bracket}` at its end and commas between its parts.",
        )
    if "expected <block end>" in told:
        return (
            line,
            "The indentation of this line does not fit the lines above.",
            "Give keys of one level the same number of spaces, and put text with quotes wholly in quotes.",
        )
    if "mapping values are not allowed" in told:
        return (
            line,
            "A colon stands where no key can stand.",
            'Put text that holds a colon in quotes ("..."), and check that the line above is complete '
            "and the indentation right.",
        )
    if "could not find expected ':'" in told:
        return opened, "A key on this line has no colon.", "Write `key: value`."
    if "cannot start any token" in told:
        return (
            line,
            "A text begins with a character that YAML reserves (@, ` or %).",
            'Put the text in quotes: "...".',
        )
    return (
        line,
        f"This is not valid YAML: {told or context}.",
        "Correct this line; see https://yaml.org/spec.",
    )
