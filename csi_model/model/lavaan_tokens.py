"""The words of lavaan's model syntax: tokens with their lines, statements, names in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<comment>[#!][^\n]*)
      | (?P<newline>\n)
      | (?P<blank>[^\S\n]+)
      | (?P<quoted>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<name>[\w.]+)
      | (?P<operator>~\*~|=~|~~|:=|==|<~|~|<|>|\||%|[-+*/^():,;?])
      | (?P<other>.)""",
    re.VERBOSE,
)

RELATIONS = ("=~", "~", "~~")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word of the text: ``kind`` is ``name``, ``quoted``, ``number``, ``operator`` or ``other``."""

    kind: str
    text: str
    line: int


class TextError(Exception):
    """A mistake in a statement: line, what, fix."""

    def __init__(self, line: int, what: str, fix: str) -> None:
        super().__init__(what)
        self.line, self.what, self.fix = line, what, fix


def written_name(name: str) -> str:
    """Return a name as written in the text, quoted where it is not a plain word."""
    match = _TOKEN.fullmatch(name)
    return name if match is not None and match.lastgroup == "name" else _quoted(name)


def written_label(label: str) -> str:
    """Return a label as written before ``*``."""
    return _quoted(label) if label in ("NA", "NaN", "Inf") else written_name(label)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tokenise(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, ends of lines among them, without blanks and comments."""
    line = 1
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "newline":
            yield Token(kind="newline", text="\n", line=line)
            line += 1
        elif kind not in ("blank", "comment"):
            yield Token(kind=kind, text=match.group(), line=line)


_JOINING = ("+", "*", ",", "(", *RELATIONS, "<~", "~*~", ":=", "==", "?")


def split_statements(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each statement; a line goes on after or before a joining operator."""
    current: list[Token] = []
    depth = 0
    for number, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")") if token.kind == "operator" else 0
        if token.kind == "newline":
            following = next((one for one in tokens[number + 1 :] if one.kind != "newline"), None)
            goes_on = (
                depth > 0
                or (current and _joins(current[-1]))
                or (following is not None and _joins(following) and following.text != "(")
            )
            if not goes_on and current:
                yield current
                current = []
        elif token.text == ";" and token.kind == "operator":
            if current:
                yield current
            current, depth = [], 0
        else:
            current.append(token)
    if current:
        yield current


def _joins(token: Token) -> bool:
    return token.kind == "operator" and token.text in _JOINING


def paren(text: str, token: Token) -> Token:
    """Return a bracket at the line of another token."""
    return Token(kind="operator", text=text, line=token.line)


def is_operator(token: Token, *texts: str) -> bool:
    """Whether a token is one of these operators."""
    return token.kind == "operator" and token.text in texts


def unquoted(token: Token) -> str:
    """Return the name that a token stands for."""
    return re.sub(r"\\(.)", r"\1", token.text[1:-1]) if token.kind == "quoted" else token.text


def shown(tokens: list[Token]) -> str:
    """Return tokens as one line of text for messages."""
    text = " ".join(token.text for token in tokens if token.kind != "newline")
    return re.sub(r" ?([():,*]) ?", r"\1", text)
