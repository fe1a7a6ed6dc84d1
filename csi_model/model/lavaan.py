"""Models as lavaan text: ``=~`` measures, ``~`` drives, ``~~`` covaries.

A construct is a name left of ``=~``, in order of appearance. An observed variable in a regression
becomes a construct of the same name with that one indicator. Everything not written follows the
defaults of lavaan's ``sem()`` (Rosseel 2012, Journal of Statistical Software 48(2)).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Literal, cast

from csi_model.errors import Finding, ModelError, suggest
from csi_model.model.checks import model_problems
from csi_model.model.document import Document, line_number, read_text
from csi_model.model.lavaan_text import Statement, Term, merged, parse_statements
from csi_model.model.lavaan_writing import write_lavaan
from csi_model.model.parameter_checks import parameter_key
from csi_model.model.problems import Examined
from csi_model.model.spec import Construct, Indicator, ModelSpec, Modifier, Path
from csi_model.model.yaml_text import Loc

__all__ = ["examine_lavaan_file", "parse_lavaan", "read_lavaan_file", "write_lavaan"]

_INDEX_NAMES = ("satisfaction", "sat", "csi", "满意度", "顾客满意", "顾客满意度")
_INDEX_LIKE = re.compile(r"satisf|满意|(^|[._])(sat|csi|acsi|cs)([._]|\d|$)")


def read_lavaan_file(path: str | FilePath, index: str | None = None) -> ModelSpec:
    """Read a model from a file in lavaan syntax.

    Parameters
    ----------
    path
        Text file in UTF-8, usually ``.lav`` or ``.txt``.
    index
        Construct that the index is read from; by default the one whose name says satisfaction
        (``satisfaction``, ``SAT``, ``csi``, ``满意度`` ...).

    Returns
    -------
    ModelSpec
        Without scales and labels, which the syntax has no place for.

    Raises
    ------
    ModelError
        The file cannot be read, or the text cannot be used; every mistake with ``file:line``.
    """
    return examine_lavaan_file(path, index).spec


def examine_lavaan_file(path: str | FilePath, index: str | None = None) -> Examined:
    """Read a lavaan file together with warnings and notes, each with ``file:line``."""
    path = FilePath(path)
    return _examined(read_text(path), path.name, index)


def parse_lavaan(text: str, name: str, index: str | None = None) -> ModelSpec:
    """Read a model from text in lavaan syntax; see ``read_lavaan_file``.

    ``name`` stands for the file in messages; without its ending it becomes the model's name.

    Raises
    ------
    ModelError
        The text cannot be used; every mistake with ``file:line``.
    """
    return _examined(text, name, index).spec


def _examined(text: str, name: str, index: str | None) -> Examined:
    statements, told = parse_statements(text.removeprefix("\ufeff"), name)
    mistakes = [finding for finding in told if finding.severity == "error"]
    notes = [finding for finding in told if finding.severity != "error"]
    if not statements and not mistakes:
        fix = "Write `construct =~ indicator + ...`."
        raise ModelError.at(f"{name}:1", "The file holds no model.", fix, code="empty-file")
    reader = _Reader(statements, name)
    reader.read()
    errors, others = [*mistakes, *reader.findings], [*notes, *_start_notes(statements, name)]
    spec = _spec(reader, FilePath(name).stem or name)
    if not errors:
        index, problem = _find_index(spec.construct_names, index, name)
        errors = [] if problem is None else [problem]
        spec = replace(spec, index=index or spec.construct_names[0])
        place = Document(name=name, data=None, lines=reader.lines)
        for found in model_problems(spec):
            finding = found.finding(place.where(found.part))
            (errors if found.severity == "error" else others).append(finding)
    if errors:
        raise ModelError(sorted(dict.fromkeys(errors), key=line_number))
    return Examined(spec=spec, findings=tuple(others))


def _start_notes(statements: Sequence[Statement], name: str) -> list[Finding]:
    return [
        Finding(
            code="start-ignored",
            severity="note",
            where=f"{name}:{term.line}",
            what=f"The starting value of {term.name!r} is not used; the program finds its own.",
        )
        for statement in statements
        for term in statement.right
        if term.start
    ]


def _spec(reader: _Reader, name: str) -> ModelSpec:
    return ModelSpec(
        name=name,
        title=MappingProxyType({"en": name}),
        index="",
        constructs=reader.all_constructs(),
        paths=tuple(reader.paths),
        modifiers=tuple(reader.all_modifiers()),
    )


def _find_index(names: Sequence[str], index: str | None, where: str) -> tuple[str | None, Finding | None]:
    """Return the index construct, or what is wrong."""
    if index is not None:
        if index in names:
            return index, None
        what = f"The index is to be read from {index!r}, but there is no such construct."
        return None, Finding(
            code="unknown-construct", severity="error", where=where, what=what, fix=suggest(index, names)
        )
    found = [name for name in names if name.lower() in _INDEX_NAMES]
    found = found or [name for name in names if _INDEX_LIKE.search(name.lower())]
    if len(found) == 1:
        return found[0], None
    seems = f"several may be meant: {', '.join(found)}" if found else "no name says satisfaction"
    return None, Finding(
        code="no-index",
        severity="error",
        where=where,
        what=f"It is not clear which construct the index is read from; {seems}.",
        fix=f"Name it with `--index CONSTRUCT`; choose one of: {', '.join(found or names)}.",
    )


class _Reader:
    """Gathers constructs, paths and modifiers from statements, with the lines of the parts."""

    def __init__(self, statements: Sequence[Statement], name: str) -> None:
        self.statements = statements
        self.name = name
        self.latent: dict[str, dict[str, Term]] = {}
        for statement in statements:
            if statement.op == "=~":
                for lhs in statement.left:
                    self.latent.setdefault(lhs, {})
        self.observed: dict[str, None] = {}
        self.paths: list[Path] = []
        self.modifiers: list[Modifier] = []
        self.lines: dict[Loc, int] = {}
        self.findings: list[Finding] = []

    def read(self) -> None:
        """Go through the statements: measurement first, so that every latent variable is known."""
        for wanted in ("=~", "~", "~~"):
            for statement in self.statements:
                if statement.op == wanted:
                    for lhs in statement.left:
                        for term in merged(statement.right):
                            self._take(lhs, wanted, term, statement.line)
        self._fix_labels()

    def _take(self, lhs: str, op: str, term: Term, line: int) -> None:
        if op == "=~":
            self._measure(lhs, term, line)
        elif op == "~":
            self._drive(lhs, term, line)
        plain_covariance = op == "~~" and term.plain
        if not term.plain or plain_covariance:
            self._modify(lhs, op, term)

    def _bad(self, line: int, what: str, fix: str) -> None:
        where = f"{self.name}:{line}"
        self.findings.append(Finding(code="lavaan", severity="error", where=where, what=what, fix=fix))

    def _measure(self, lhs: str, term: Term, line: int) -> None:
        self.lines.setdefault(("constructs", lhs), line)
        if term.name in self.latent:
            self._bad(
                term.line,
                f"{lhs!r} is measured by {term.name!r}, itself a latent variable.",
                "Second-order constructs are written in a model file: "
                f"`{lhs}: {{repeats: [{term.name}, ...]}}`.",
            )
            return
        place = ("constructs", lhs, "indicators", term.name)
        if term.name in self.latent[lhs]:
            self._bad(term.line, f"{lhs!r} =~ {term.name!r} is given twice.", "Keep one of the two.")
        self.latent[lhs].setdefault(term.name, term)
        self.lines[place] = term.line

    def _drive(self, lhs: str, term: Term, line: int) -> None:
        owner = {item: latent for latent, items in self.latent.items() for item in items}
        for name, where in ((lhs, line), (term.name, term.line)):
            if name in owner:
                self._bad(
                    where,
                    f"{name!r} is an indicator of {owner[name]!r} and also stands in a regression.",
                    f"Write {owner[name]!r} there, or leave {name!r} out of {owner[name]!r}.",
                )
                return
        for name, where in ((lhs, line), (term.name, term.line)):
            if name not in self.latent:
                self.observed[name] = None
                self.lines.setdefault(("constructs", name), where)
        number = Counter(path.target for path in self.paths)[lhs]
        self.lines.setdefault(("paths", lhs), line)
        self.lines["paths", lhs, number] = term.line
        self.paths.append(Path(source=term.name, target=lhs))

    def _modify(self, lhs: str, op: str, term: Term) -> None:
        if op == "=~" and term.free and term.label is not None and self._is_marker(lhs, term.name):
            self._bad(
                term.line,
                f"The first loading of {lhs!r} is freed and labelled at once.",
                "Label another loading of it, or leave the first one at 1.",
            )
        self.lines["modifiers", len(self.modifiers)] = term.line
        self.modifiers.append(
            Modifier(
                lhs=lhs,
                op=cast(Literal["=~", "~", "~~"], op),
                rhs=term.name,
                fixed=None if term.free else term.fixed,
                label=term.label,
            )
        )

    def _is_marker(self, lhs: str, item: str) -> bool:
        return next(iter(self.latent[lhs]), None) == item

    def _fix_labels(self) -> None:
        """Parameters with the label of a fixed one are fixed at its value, as in lavaan."""
        values: dict[str, float] = {}
        for one in self.modifiers:
            if one.label is not None and one.fixed is not None:
                values.setdefault(one.label, one.fixed)
            elif one.label is not None and one.op == "=~" and self._is_marker(one.lhs, one.rhs):
                values.setdefault(one.label, 1.0)
        self.modifiers = [
            Modifier(lhs=one.lhs, op=one.op, rhs=one.rhs, fixed=values[one.label])
            if one.label is not None and one.label in values
            else one
            for one in self.modifiers
        ]

    def all_constructs(self) -> tuple[Construct, ...]:
        """Latent variables in order of appearance, then observed variables of regressions."""
        made = [
            Construct(name=name, indicators=tuple(Indicator(name=item) for item in items))
            for name, items in self.latent.items()
        ]
        made += [Construct(name=name, indicators=(Indicator(name=name),)) for name in self.observed]
        return tuple(made)

    def all_modifiers(self) -> list[Modifier]:
        """Modifiers, with those covariances at zero that ``sem()`` leaves out.

        There a latent and an observed exogenous variable do not covary.
        """
        outcomes = {path.target for path in self.paths}
        given = {parameter_key(modifier) for modifier in self.modifiers}
        left_out = [
            Modifier(lhs=latent, op="~~", rhs=observed, fixed=0.0)
            for latent in self.latent
            for observed in self.observed
            if latent not in outcomes and observed not in outcomes
        ]
        return self.modifiers + [one for one in left_out if parameter_key(one) not in given]
