"""Before the answers are read: which columns are needed, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from csi_model.errors import Finding, SurveyError, UsageError, suggest
from csi_model.model.spec import Case, Indicator, ModelSpec
from csi_model.survey.answers import column_where, finding
from csi_model.survey.design import check_group_names
from csi_model.survey.margins import Margins
from csi_model.survey.plans import Options, Plan, model_as_used, plan_column
from csi_model.survey.sources import Part, missing_columns


@dataclass(frozen=True, kw_only=True)
class Design:
    """Names of the columns that are not questions."""

    by: tuple[str, ...]
    weight: str | None
    strata: str | None
    cluster: str | None
    identifier: str | None
    wave: str | None = None
    margins: Margins = field(default_factory=Margins)

    def purposes(self) -> dict[str, str]:
        """Column > what it is wanted for."""
        wanted = dict.fromkeys(self.by, "group column")
        for role in ("weight", "strata", "cluster", "identifier"):
            name = getattr(self, role)
            if name is not None:
                wanted[name] = role
        for name in self.margins.columns:
            wanted.setdefault(name, "margin")
        return wanted


def check_wave(design: Design) -> None:
    """Raise UsageError where the wave column is none of the group columns."""
    if design.wave is not None and design.wave not in design.by:
        raise UsageError.at(
            "waves",
            f"The wave column {design.wave!r} is not among the group columns.",
            f"Add it: --by {design.wave}.",
            code="wave-not-a-group",
        )


def prepared(
    parts: Sequence[Part],
    model: ModelSpec,
    options: Options,
    design: Design,
    derived: Mapping[str, Sequence[Case]],
) -> tuple[ModelSpec, dict[str, Plan], list[Finding]]:
    """The model as used, and how each of its columns is to be read; their names are checked, not a row.

    Raises
    ------
    SurveyError
        Columns are absent or clash, or a question has no scale.
    UsageError
        A derived item does not fit.
    """
    check_derived(derived, model)
    findings = [one for part in parts for one in part.table.findings]
    used, notes = model_as_used(model, options, derived)
    used, direct = take_directly(used, options, parts)
    plans, routing = make_plans(used, options, parts)
    check_wanted(used, options, plans, design, parts)
    return with_file_labels(used, parts, plans), plans, [*findings, *notes, *direct, *routing]


def check_derived(derived: Mapping[str, Sequence[Case]], model: ModelSpec) -> None:
    """Refuse derived items that the model does not have, or that have no case.

    Raises
    ------
    UsageError
        With every mistake.
    """
    names = [item.name for item in model.indicators]
    mistakes = [
        finding("option", "error", "derived", f"The model has no question {name!r}.", suggest(name, names))
        for name in derived
        if name not in names
    ]
    mistakes += [
        finding("option", "error", "derived", f"The derived item {name!r} has no case.", "Give it a case.")
        for name, cases in derived.items()
        if not cases
    ]
    if mistakes:
        raise UsageError(mistakes)


def take_directly(
    model: ModelSpec, options: Options, parts: Sequence[Part]
) -> tuple[ModelSpec, list[Finding]]:
    """Take a derived item from a column of its own name where the columns that it derives from are absent."""
    found: list[Finding] = []

    def present(name: str) -> bool:
        return all(options.columns.get(name, name) in part.columns for part in parts)

    def settle(item: Indicator) -> Indicator:
        sources = {name for case in item.cases for name in (case.when, case.take)}
        if not item.cases or all(present(name) for name in sources) or not present(item.name):
            return item
        what = "The item is read from its own column, since columns that it derives from are not there."
        found.append(finding("derived-as-stored", "note", item.name, what))
        return replace(item, cases=())

    constructs = tuple(
        replace(construct, indicators=tuple(settle(item) for item in construct.indicators))
        for construct in model.constructs
    )
    return replace(model, constructs=constructs), found


def make_plans(
    model: ModelSpec, options: Options, parts: Sequence[Part]
) -> tuple[dict[str, Plan], list[Finding]]:
    """Plans of the model's columns and of the columns that route them."""
    plans = {name: plan_column(name, model, options) for name in model.columns()}
    found: list[Finding] = []
    for name, plan in list(plans.items()):
        routing = plan.asked_when
        if routing is None or routing.column in plans:
            continue
        stored = options.columns.get(routing.column, routing.column)
        if all(stored in part.columns for part in parts):
            plans[routing.column] = replace(plan_column(routing.column, model, options), asked_when=None)
            continue
        what = f"It is asked by the answer to {routing.column}, which is not in the file."
        fix = "Blank cells count as other missing, not as skipped."
        found.append(finding("no-routing", "note", column_where(plan), what, fix))
        plans[name] = replace(plan, asked_when=None)
    return plans, found


def check_wanted(
    model: ModelSpec, options: Options, plans: Mapping[str, Plan], design: Design, parts: Sequence[Part]
) -> None:
    """Refuse unknown or clashing columns and undeclared scales, all at once."""
    known = tuple(dict.fromkeys((*model.columns(), *plans)))
    mistakes = [
        finding(
            "option", "error", f"columns: {name}", "The model has no such question.", suggest(name, known)
        )
        for name in options.columns
        if name not in known and name not in {item.name for item in model.indicators}
    ]
    stored = {name: plan.stored for name, plan in plans.items()}
    for name, column in stored.items():
        first = next(other for other, same in stored.items() if same == column)
        if first != name:
            what = f"The questions {first} and {name} read the same column."
            mistakes.append(finding("column-twice", "error", column, what, "Give each its own column."))
    mistakes += check_group_names(design.by, model, stored)
    if design.weight in stored.values():
        what = "The weight column is a question of the model."
        mistakes.append(
            finding("option", "error", f"--weight {design.weight}", what, "Choose another column.")
        )
    mistakes += _margin_questions(design, {*stored.values(), *(item.name for item in model.indicators)})
    of = " of the model" if model.index else ""  # questions may be asked for without a model
    purposes = {plan.stored: f"question {name}{of}" for name, plan in plans.items()}
    mistakes += missing_columns(parts, {**design.purposes(), **purposes})
    mistakes += _without_scale([item.name for item in model.indicators if item.scale is None])
    raise_errors(mistakes)


def _margin_questions(design: Design, questions: set[str]) -> list[Finding]:
    """Margins by columns that are the model's questions, or the weight itself."""
    mistakes = []
    for name in design.margins.columns:
        if name in questions or name == design.weight:
            is_what = "a question of the model" if name in questions else "the weight"
            what = f"The column is {is_what}, it cannot have a margin."
            fix = "Choose what the population is known by, such as age or region."
            mistakes.append(finding("margin-question", "error", f"margin {name}", what, fix))
    return mistakes


def _without_scale(names: Sequence[str]) -> list[Finding]:
    """One message for all questions without a declared scale."""
    if not names:
        return []
    where = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
    have = "The question has" if len(names) == 1 else f"{len(names)} questions have"
    what = f"{have} no declared scale; a scale is never taken from the answers."
    fix = f"Declare it: --scale 1:10 for all, --scale {names[0]}=1:10 for one."
    return [finding("no-scale", "error", where, what, fix)]


def with_file_labels(model: ModelSpec, parts: Sequence[Part], plans: Mapping[str, Plan]) -> ModelSpec:
    """Give questions without a label the one that the file has."""

    def settle(item: Indicator) -> Indicator:
        plan = plans.get(item.name)
        if item.label or plan is None:
            return item
        text = next(
            (part.table.labels[plan.stored] for part in parts if plan.stored in part.table.labels), ""
        )
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
        return replace(item, label=MappingProxyType({"zh" if chinese else "en": text})) if text else item

    constructs = tuple(
        replace(construct, indicators=tuple(settle(item) for item in construct.indicators))
        for construct in model.constructs
    )
    return replace(model, constructs=constructs)


def raise_errors(findings: Iterable[Finding]) -> None:
    """Raise all findings that are errors, if there are any.

    Raises
    ------
    SurveyError
        With every error.
    """
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        raise SurveyError(errors)
