"""Read a hierarchy file: criteria, factors and judgements, every mistake with ``file:line``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from csi_model.errors import Finding, StudyError, suggest
from csi_model.measures.ahp_hierarchy import EVERY_JUDGE, Hierarchy, Node
from csi_model.model.document import Document, inspect_document, line_number, parse_document, read_text
from csi_model.model.messages import mistake
from csi_model.model.shipped import shipped
from csi_model.model.yaml_text import Loc
from csi_model.study.measures.ahp_judgements import each_judge, read_matrix

_STRICT = ConfigDict(extra="forbid", frozen=True)


def _label(value: object) -> object:
    return {} if value is None else {"en": str(value)} if isinstance(value, str | int | float) else value


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise mistake("needs a number, not a truth word", "Write 0 or 1 instead of no or yes.")
    return value


def _children(value: object) -> object:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        twice = sorted({one for one in value if value.count(one) > 1})
        if twice:
            raise mistake(f"has {twice[0]!r} twice", "Leave one of the two out.")
        return {one: {} for one in value}
    return value


def _node(value: object) -> object:
    return {} if value is None else {"label": value} if isinstance(value, str) else value


def _judges(value: object) -> object:
    return {str(one): 1.0 for one in value} if isinstance(value, list) else value


Label = Annotated[dict[Literal["en", "zh"], str], BeforeValidator(_label)]
Code = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False, ge=0)]
Weight = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False, gt=0)]
Children = Annotated[dict[str, Annotated["NodeEntry", BeforeValidator(_node)]], BeforeValidator(_children)]


class NodeEntry(BaseModel):
    """A criterion (with children and judgements over them) or a factor (without)."""

    model_config = _STRICT
    label: Label = Field({}, description="name for readers: `{en: ..., zh: ...}`")
    judgements: Any = Field(
        None, description="how much more one child matters than another: rows, or `a > b: 3`"
    )
    children: Children = Field(
        {}, description="what it is split into: names, each with its own keys below it"
    )
    column: str = Field("", description="the column that holds the factor, where it has another name")
    values: dict[str, Code] = Field({}, description="the code of each category: `{wholesale: 2, retail: 1}`")
    steps: dict[str, Code] = Field(
        {}, description="the code from each lower bound on: `{0: 1, 2: 3, 5: 5}` for years"
    )
    max: Weight | None = Field(None, description="the highest code that a customer can have, such as 5")


class HierarchyFile(BaseModel):
    """A whole hierarchy file; its top is the goal."""

    model_config = _STRICT
    name: str = Field("", description="a short name; by default that of the file")
    goal: Label = Field({}, description="what is judged, for readers: `{en: ..., zh: ...}`")
    source: str = Field("", description="where the hierarchy comes from")
    example: bool = Field(False, description="true while the judgements are invented")
    judges: Annotated[dict[str, Weight], BeforeValidator(_judges)] = Field(
        {}, description="the judges, with weights if they differ: `{Wang: 2, Li: 1}`"
    )
    judgements: Any = Field(
        None, description="how much more one criterion matters than another: rows, or `a > b: 3`"
    )
    children: Children = Field(
        min_length=1, description="the criteria: names, each with its own keys below it"
    )


@dataclass(frozen=True, kw_only=True)
class HierarchySource:
    """A hierarchy and the text that it was read from; ``file`` is its name without folders."""

    hierarchy: Hierarchy
    file: str
    text: str


def shipped_hierarchies() -> Mapping[str, Path]:
    """Hierarchies that come with the package: name > file."""
    return {path.stem: path for path in sorted((shipped("data") / "ahp").glob("*.yaml"))}


def read_hierarchy(name: str, folder: Path | None = None) -> HierarchySource:
    """Read a hierarchy file, or one that comes with the package.

    Parameters
    ----------
    name
        Path of a YAML file, or the name of a shipped one (``satisfaction``, ``loyalty``).
    folder
        Where the path is relative to.

    Raises
    ------
    StudyError
        With every mistake, each with ``file:line``; or there is no such file or shipped hierarchy.
    """
    from csi_model.survey.tables import ENDINGS

    path = (folder or Path()) / name
    if path.suffix.lower() in ENDINGS and path.suffix.lower() != ".txt":
        what = "This is a table of answers, where the hierarchy file is to stand."
        fix = f"Name the hierarchy first: a YAML file, or one of {', '.join(shipped_hierarchies())}."
        raise StudyError.at(path.name, what, fix, code="no-hierarchy")
    if path.suffix.lower() not in (".yaml", ".yml") and not path.is_file():
        known = shipped_hierarchies()
        if name not in known:
            fix = f"{suggest(name, list(known))} A file of your own ends in .yaml."
            what = "There is no shipped hierarchy of that name."
            raise StudyError.at(name, what, fix, code="no-hierarchy")
        path = known[name]
    text = read_text(path, error=StudyError)
    return HierarchySource(hierarchy=parse_hierarchy(text, path.name), file=path.name, text=text)


def parse_hierarchy(text: str, file: str) -> Hierarchy:
    """Parse the text of a hierarchy file; ``file`` stands for it in messages.

    Raises
    ------
    StudyError
        With every mistake, each with ``file:line``.
    """
    document = parse_document(text, file, error=StudyError)
    checked = inspect_document(document, HierarchyFile, fill={"children": {"?": {}}})
    reader = _Reader(document=document, left_out=checked.left_out)
    findings = list(checked.findings)
    made = None
    if checked.value is not None:
        made = reader.hierarchy(checked.value, Path(file).stem)
        findings += reader.findings
    if findings or made is None:
        raise StudyError(sorted(dict.fromkeys(findings), key=line_number))
    return made


def _names(children: Mapping[str, NodeEntry]) -> Iterator[str]:
    for name, entry in children.items():
        yield name
        yield from _names(entry.children)


@dataclass(kw_only=True)
class _Reader:
    """Turns the form of a file into nodes, and notes what goes beyond form."""

    document: Document
    left_out: tuple[Loc, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    judges: Mapping[str, float] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def wrong(self, loc: Loc, what: str, fix: str) -> None:
        where = self.document.where(loc)
        self.findings.append(Finding(code="bad-hierarchy", severity="error", where=where, what=what, fix=fix))

    def hierarchy(self, file: HierarchyFile, stem: str) -> Hierarchy:
        name = file.name or stem
        self.judges = dict(file.judges)
        if EVERY_JUDGE in self.judges:
            what = f"A judge has the name {EVERY_JUDGE!r}, which stands for all together in the tables."
            self.wrong(("judges",), what, "Give the judge another name.")
        if not file.name and name in set(_names(file.children)):
            name = f"{name} (goal)"
        children = tuple(self._nodes(file.children, name, ("children",), 1))
        goal = Node(
            name=name,
            label=MappingProxyType({str(language): text for language, text in file.goal.items()}),
            children=children,
            judgements=MappingProxyType(self._judgements(name, file.judgements, children, ())),
            where=self.document.where(("judgements",) if file.judgements is not None else ()),
        )
        if name in self.lines:
            self._twice(name, ("name",))
        return Hierarchy(
            name=name, goal=goal, judges=MappingProxyType(dict(self.judges)), example=file.example
        )

    def _nodes(self, entries: Mapping[str, NodeEntry], parent: str, loc: Loc, depth: int) -> Iterator[Node]:
        for name, entry in entries.items():
            here = (*loc, name)
            if name in self.lines:
                self._twice(name, here)
            self.lines[name] = self.document.line(here)
            children = tuple(self._nodes(entry.children, name, (*here, "children"), depth + 1))
            self._check_kind(name, entry, here)
            yield Node(
                name=name,
                label=MappingProxyType({str(language): text for language, text in entry.label.items()}),
                parent=parent,
                depth=depth,
                children=children,
                judgements=MappingProxyType(self._judgements(name, entry.judgements, children, here)),
                column=entry.column or name,
                values=MappingProxyType(dict(entry.values)),
                steps=self._steps(entry, here),
                maximum=self._maximum(name, entry, here),
                where=self.document.where(here),
            )

    def _twice(self, name: str, loc: Loc) -> None:
        what = f"`{name}` stands in the hierarchy twice; the first is in line {self.lines.get(name, 1)}."
        self.wrong(loc, what, "Give one of the two another name; labels may be alike.")

    def _check_kind(self, name: str, entry: NodeEntry, loc: Loc) -> None:
        if entry.children:
            for key in ("column", "values", "steps", "max"):
                if key in entry.model_fields_set:
                    what = f"`{name}` has children, so that `{key}` has no meaning."
                    self.wrong((*loc, key), what, f"Give `{key}` to the factors below it.")
        elif len([key for key in ("values", "steps") if key in entry.model_fields_set]) > 1:
            self.wrong((*loc, "steps"), f"`{name}` has both `values` and `steps`.", "Leave one of them out.")

    def _steps(self, entry: NodeEntry, loc: Loc) -> tuple[tuple[float, float], ...]:
        made = []
        for bound, code in entry.steps.items():
            try:
                made.append((float(bound), code))
            except ValueError:
                what = f"The bound {bound!r} is no number."
                self.wrong((*loc, "steps", bound), what, "Write lower bounds, such as `{0: 1, 2: 3, 5: 5}`.")
        return tuple(sorted(made))

    def _maximum(self, name: str, entry: NodeEntry, loc: Loc) -> float:
        codes = [*entry.values.values(), *entry.steps.values()]
        if not codes:
            return math.nan if entry.max is None else entry.max
        highest = max(codes)
        if highest <= 0:
            what = f"No code of `{name}` is above 0."
            self.wrong(loc, what, "Give the best category the highest code, such as 5.")
            return math.nan
        if entry.max is not None and entry.max < highest:
            what = f"`max` of `{name}` is {entry.max:g}, but a code is {highest:g}."
            self.wrong((*loc, "max"), what, f"Write {highest:g} or more, or leave `max` out.")
        return entry.max if entry.max is not None else highest

    def _judgements(self, name: str, raw: Any, children: tuple[Node, ...], loc: Loc) -> dict[str, Any]:
        """Judge > matrix over the children; none where there is nothing to judge."""
        place = (*loc, "judgements")
        if any(gone[: len(loc)] == loc and "children" not in gone[len(loc) :] for gone in self.left_out):
            return {}
        names = [child.name for child in children]
        if not names:
            if raw is not None:
                self.wrong(place, f"`{name}` has judgements, but no children.", "Add `children: ...`.")
            return {}
        if raw is None:
            if len(names) > 1:
                what = f"`{name}` has {len(names)} children and no judgements over them."
                fix = f"Add `judgements:` and below it `{names[0]} > {names[1]}: 3` for every pair."
                self.wrong(loc, what, fix)
            return {}
        made = {}
        for judge, own, below in each_judge(raw, names):
            self._check_judge(judge, (*place, *below))
            matrix, mistakes = read_matrix(own, names)
            by = f" by {judge}" if judge else ""
            for one in mistakes:
                self.wrong((*place, *below, *one.place), f"`{name}`{by}: {one.what}", one.fix)
            if matrix is not None:
                made[judge] = matrix
        return made

    def _check_judge(self, judge: str, place: Loc) -> None:
        if judge == EVERY_JUDGE:
            what = f"A judge has the name {EVERY_JUDGE!r}, which stands for all together in the tables."
            self.wrong(place, what, "Give the judge another name.")
        elif judge and self.judges and judge not in self.judges:
            what = f"{judge!r} is not among the `judges:` of the file."
            self.wrong(place, what, suggest(judge, list(self.judges)))
