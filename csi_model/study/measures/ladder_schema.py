"""The rule file of a ladder: what may stand in it, and its mistakes with their lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from csi_model.errors import Finding, StudyError
from csi_model.measures.ladder_rules import CHANGES, Added, Ladder, Mistake, make_rules, mistakes_in
from csi_model.measures.ladder_rules import level_mistakes as level_mistakes_in
from csi_model.measures.ladder_rules import tier_mistakes as tier_mistakes_in
from csi_model.model.document import Document, inspect_document, line_number, read_document
from csi_model.model.yaml_text import Loc

Number = Annotated[float, Field(allow_inf_nan=False)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | int | float) and not isinstance(value, bool) else value


class AddedRule(BaseModel):
    """A rule of the user's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(description="a short name")
    when: dict[str, Number] = Field(description="`{amount_rise: 100}`: all of these must be reached")
    change: int = Field(description="levels up, or down with a minus sign")

    def plain(self) -> Added:
        """The rule as the measure takes it."""
        return Added(name=self.name, when=self.when, change=self.change)


class LadderFile(BaseModel):
    """Levels, thresholds, changes, rules switched off and rules added; what is left out keeps its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    levels: int | None = Field(default=None, description="number of levels, such as 5")
    start_level: int | None = Field(default=None, description="level of customers with no other")
    combine: Literal["sum", "largest_drop"] | None = None
    thresholds: dict[str, Number] = Field(
        default_factory=dict, description="`{p1: 20, k2: 1}`: a number for each threshold"
    )
    changes: dict[str, int] = Field(default_factory=dict, description="`{6: 2}`: levels for each rule")
    off: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default_factory=list, description="a list of rules, such as [6, 8]"
    )
    add: list[AddedRule] = Field(
        default_factory=list, description="a list of rules with `name`, `when` and `change`"
    )


def read_rules(path: Path) -> LadderFile:
    """Read a rule file.

    Raises
    ------
    StudyError
        Every mistake with ``file:line``.
    """
    document = read_document(path, error=StudyError)
    checked = inspect_document(document, LadderFile)
    findings = list(checked.findings)
    if checked.value is not None:
        findings += [_finding(one, document) for one in _mistakes(checked.value)]
    if findings or checked.value is None:
        raise StudyError(sorted(dict.fromkeys(findings), key=line_number))
    return checked.value


def _mistakes(file: LadderFile) -> Iterator[Mistake]:
    yield from mistakes_in(file.thresholds, file.changes, file.off, [one.plain() for one in file.add])


def _finding(mistake: Mistake, document: Document) -> Finding:
    place, what, fix = mistake
    loc: Loc = tuple(
        int(part) if k == 1 and place[0] in ("add", "off") else part for k, part in enumerate(place)
    )
    return Finding(code="ladder-rule", severity="error", where=document.where(loc), what=what, fix=fix)


def ladder_of(file: LadderFile, asked: LadderFile) -> Ladder:
    """The ladder of a rule file, with what was asked for besides laid over it.

    Raises
    ------
    StudyError
        Both together are no ladder: too few levels, the start beyond them, tiers in disorder, rules to be
        switched off that are not there.
    """
    thresholds = {**file.thresholds, **asked.thresholds}
    added = [one.plain() for one in file.add]
    levels = next(one for one in (asked.levels, file.levels, 5) if one is not None)
    start = next(one for one in (asked.start_level, file.start_level, (levels + 1) // 2) if one is not None)
    wrong = [
        *level_mistakes_in(levels, start),
        *tier_mistakes_in(thresholds),
        *mistakes_in({}, {}, asked.off, (), [one.name for one in added]),
    ]
    rules = make_rules(thresholds, {**file.changes, **asked.changes}, {*file.off, *asked.off}, added)
    if not any(rule.on for rule in rules):
        wrong.append((("off",), "All rules are switched off.", f"Leave one of {', '.join(CHANGES)} on."))
    if wrong:
        raise StudyError(
            Finding(code="ladder-rule", severity="error", where=place[0], what=what, fix=fix)
            for place, what, fix in wrong
        )
    return Ladder(levels=levels, start=start, combine=asked.combine or file.combine or "sum", rules=rules)
