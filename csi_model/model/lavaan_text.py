"""Text in lavaan's model syntax, taken apart into statements that know their lines.

Operators ``=~``, ``~`` and ``~~``; comments after ``#`` or ``!``; statements end at the end of a line
or at ``;``, and go on where a line ends or begins with an operator. Names may be quoted. The syntax is
that of Rosseel (2012), Journal of Statistical Software 48(2), section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from csi_model.errors import Finding
from csi_model.model.lavaan_tokens import (
    RELATIONS,
    TextError,
    Token,
    is_operator,
    paren,
    shown,
    split_statements,
    tokenise,
    unquoted,
    written_label,
    written_name,
)
from csi_model.model.spec import Modifier

_UNSUPPORTED = {
    "==": (
        "Constraints (`==`) are not supported.",
        "Give parameters that are to be equal one label: `x1 + a*x2 + a*x3`.",
    ),
    "<": ("Constraints (`<`, `>`) are not supported.", "Remove this."),
    ">": ("Constraints (`<`, `>`) are not supported.", "Remove this."),
    "|": (
        "Thresholds (`|`) are not supported.",
        "Remove this; answers are taken as numbers on their scale.",
    ),
    "~*~": ("Scaling factors (`~*~`) are not supported.", "Remove this."),
    "<~": (
        "Composites (`<~`) are not supported.",
        "Write `=~` and choose `--estimator pls`, which makes every construct a composite; in a model file "
        "`mode: B` gives it regression weights.",
    ),
    "%": ("Blocks between `%` signs are not supported.", "Remove them."),
}


@dataclass(frozen=True, kw_only=True)
class Term:
    """One variable on the right of an operator, with its modifiers.

    ``free`` is ``NA*``; ``fixed`` a number; ``label`` a name; ``start`` a starting value (ignored).
    """

    name: str
    line: int
    free: bool = False
    fixed: float | None = None
    label: str | None = None
    start: bool = False

    @property
    def plain(self) -> bool:
        return not self.free and self.fixed is None and self.label is None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """``left op right``: ``left`` are one or more names joined by ``+``."""

    left: tuple[str, ...]
    op: str
    right: tuple[Term, ...]
    line: int


def parse_statements(text: str, name: str) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """Take lavaan text apart.

    Parameters
    ----------
    text
        Model syntax.
    name
        File name for messages.

    Returns
    -------
    statements, findings
        The statements that are right, one error for each that is not, and one note for each defined
        parameter (``:=``), which is left out.
    """
    statements, findings = [], []
    for tokens in split_statements(list(tokenise(text))):
        defined = next((token for token in tokens if is_operator(token, ":=")), None)
        if defined is not None:
            findings.append(_defined(tokens[0].line, name))
            continue
        try:
            statements.append(_statement(tokens))
        except TextError as bad:
            where = f"{name}:{bad.line}"
            findings.append(Finding(code="lavaan", severity="error", where=where, what=bad.what, fix=bad.fix))
    return tuple(statements), tuple(findings)


def _defined(line: int, name: str) -> Finding:
    return Finding(
        code="defined-parameter",
        severity="note",
        where=f"{name}:{line}",
        what="Defined parameters (`:=`) are left out; indirect and total effects are computed anyway.",
        fix="Remove this line, or read the effects in tables/effects.csv.",
    )


def parameter_modifiers(statement: Statement) -> tuple[Modifier, ...]:
    """Return a statement of ``parameters:`` as modifiers; a term without ``*`` is free."""
    return tuple(
        Modifier(lhs=lhs, op=statement.op, rhs=term.name, fixed=term.fixed, label=term.label)  # type: ignore[arg-type]
        for lhs in statement.left
        for term in merged(statement.right)
    )


def merged(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Join terms of one variable (``NA*x + a*x``) into one, at the place of the first."""
    found: dict[str, Term] = {}
    for term in terms:
        before = found.get(term.name)
        if before is None:
            found[term.name] = term
            continue
        found[term.name] = Term(
            name=term.name,
            line=before.line,
            free=before.free or term.free,
            fixed=before.fixed if before.fixed is not None else term.fixed,
            label=before.label or term.label,
            start=before.start or term.start,
        )
    return tuple(found.values())


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def parameter_line(modifier: Modifier) -> str:
    """Return a modifier as a line that ``parse_statements`` reads back."""
    rhs = written_name(modifier.rhs)
    terms = []
    if modifier.fixed is not None:
        terms.append(f"{_number(modifier.fixed)}*{rhs}")
    if modifier.label is not None:
        terms.append(f"{written_label(modifier.label)}*{rhs}")
    if not terms:
        terms.append(f"NA*{rhs}" if modifier.op == "=~" else rhs)
    return f"{written_name(modifier.lhs)} {modifier.op} {' + '.join(terms)}"


def _statement(tokens: list[Token]) -> Statement:
    for token in tokens:
        if token.kind == "operator" and token.text in _UNSUPPORTED:
            raise TextError(token.line, *_UNSUPPORTED[token.text])
        if token.kind == "other":
            raise TextError(
                token.line,
                f"The character {token.text!r} has no place here.",
                "Remove it, or put a name that holds it in quotes.",
            )
    places = [number for number, token in enumerate(tokens) if is_operator(token, *RELATIONS)]
    first = tokens[0]
    if not places:
        if len(tokens) > 1 and first.text in ("group", "level", "block") and tokens[1].text == ":":
            raise TextError(
                first.line, f"`{first.text}:` blocks are not supported.", "For groups use `--by COLUMN`."
            )
        raise TextError(
            first.line,
            f"There is no operator in `{shown(tokens)}`.",
            "Write `construct =~ indicator + ...`, `outcome ~ driver + ...` or `a ~~ b`.",
        )
    if len(places) > 1:
        raise TextError(
            tokens[places[1]].line,
            f"There are two operators in `{shown(tokens)}`.",
            "Begin a new line for the second; a line that ends or begins with an operator goes on.",
        )
    operator = tokens[places[0]]
    left = tuple(_left(tokens[: places[0]], operator))
    right = tuple(_right(tokens[places[0] + 1 :], operator))
    return Statement(left=left, op=operator.text, right=right, line=first.line)


def _left(tokens: list[Token], operator: Token) -> Iterator[str]:
    if not tokens:
        raise TextError(operator.line, f"Nothing stands left of `{operator.text}`.", "Name a variable there.")
    for number, token in enumerate(tokens):
        wanted = number % 2 == 0
        if wanted and token.kind in ("name", "quoted"):
            yield unquoted(token)
        elif wanted or not is_operator(token, "+"):
            raise TextError(
                token.line,
                f"`{shown(tokens)}` is no list of names.",
                f"Left of `{operator.text}` write one name, or several joined by `+`.",
            )
    if len(tokens) % 2 == 0:
        raise TextError(
            operator.line, f"A name is missing before `{operator.text}`.", "Write it or remove `+`."
        )


def _right(tokens: list[Token], operator: Token) -> Iterator[Term]:
    if not tokens:
        raise TextError(
            operator.line, f"Nothing stands right of `{operator.text}`.", "Name a variable there."
        )
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")") if token.kind == "operator" else 0
        if depth == 0 and is_operator(token, "+") and part and not is_operator(part[-1], "*"):
            yield _term(part, operator)
            part = []
        else:
            part.append(token)
    if not part:
        raise TextError(tokens[-1].line, "The line ends with `+`.", "Write the next variable or remove `+`.")
    yield _term(part, operator)


def _term(tokens: list[Token], operator: Token) -> Term:
    line = tokens[0].line
    *modifiers, last = _factors(tokens)
    if len(last) != 1 or last[0].kind not in ("name", "quoted"):
        zero = len(last) == 1 and last[0].kind == "number" and operator.text == "~"
        if zero and last[0].text in ("0", "1"):
            raise TextError(
                line,
                f"Intercepts (`~ {last[0].text}`) are not supported.",
                "Remove this; means are estimated from the data anyway.",
            )
        raise TextError(line, f"`{shown(last or tokens)}` is no variable name.", _name_fix(last, operator))
    changes = [_modifier(one, line) for one in modifiers]
    fixed = [value for value in changes if isinstance(value, float)]
    labels = [value[1] for value in changes if isinstance(value, tuple) and value[0] == "label"]
    if len(fixed) > 1 or len(labels) > 1:
        raise TextError(line, f"`{shown(tokens)}` has two values or two labels.", "Keep one of them.")
    return Term(
        name=unquoted(last[0]),
        line=line,
        free=("free", "") in changes,
        fixed=fixed[0] if fixed else None,
        label=labels[0] if labels else None,
        start=("start", "") in changes,
    )


def _name_fix(tokens: list[Token], operator: Token) -> str:
    if any(is_operator(token, ":") for token in tokens):
        if operator.text == "~":
            return (
                "Interactions are written in a model file, as a construct with `product: [a, b]`, and fitted "
                "by `--estimator pls`."
            )
        return "Interactions (`a:b`) are not supported; compute the product as a survey column."
    if any(is_operator(token, "-", "/", "^") for token in tokens):
        return "Put a name that holds this sign in quotes."
    return "Write one name after each `+` or `*`; names with blanks need quotes."


def _factors(tokens: list[Token]) -> list[list[Token]]:
    """Split at ``*`` (and at ``?``, lavaan's other sign for a starting value) outside brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")") if token.kind == "operator" else 0
        if depth == 0 and is_operator(token, "?"):
            parts[-1] = [Token(kind="name", text="start", line=token.line), paren("(", token)]
            parts[-1].append(paren(")", token))
            parts.append([])
        elif depth == 0 and is_operator(token, "*"):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _modifier(tokens: list[Token], line: int) -> float | tuple[str, str]:
    """Return a number (fixed), or ("free" | "label" | "start", text)."""
    words = [token.text for token in tokens]
    sign, rest = (-1.0, tokens[1:]) if words[:1] == ["-"] else (1.0, tokens)
    if len(rest) == 1 and rest[0].kind == "number":
        return sign * float(rest[0].text)
    if len(tokens) == 1 and tokens[0].kind == "quoted":
        return "label", unquoted(tokens[0])
    if len(tokens) == 1 and tokens[0].kind == "name":
        return ("free", "") if words[0] == "NA" else ("label", words[0])
    if len(tokens) > 2 and words[1] == "(" and words[-1] == ")":
        inside = tokens[2:-1]
        if words[0] == "start":
            return "start", ""
        if words[0] == "label" and len(inside) == 1:
            return "label", unquoted(inside[0])
        if words[0] == "c":
            raise TextError(
                line,
                f"Values for several groups (`{shown(tokens)}`) are not supported.",
                "Write one value; groups are fitted with `--by COLUMN`.",
            )
        raise TextError(
            line,
            f"`{words[0]}(...)` is not supported.",
            "Use a number to fix a parameter, NA to free it, or a name as label.",
        )
    raise TextError(
        line,
        f"`{shown(tokens) or '*'}` is no modifier.",
        "Before `*` write a number, NA, a label or `start(number)`.",
    )
