"""How each column is to be read: options, codebooks and the file itself laid over each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from csi_model.errors import Finding, UsageError, suggest
from csi_model.model.spec import REASONS, Case, Indicator, ModelSpec, Scale
from csi_model.survey.codebook import Codebook, Column, Reason, Routing
from csi_model.survey.codebooks import read_codebook

_NO_COLUMN = Column(name="")


@dataclass(frozen=True, kw_only=True)
class Code:
    """A missing code: its reason, and whether it was declared for this column alone.

    ``firm`` says that the user declared it for this survey (an option or a given codebook), not the
    codebook that comes with the model.
    """

    reason: Reason
    specific: bool
    firm: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one column that the model reads is to be read.

    ``name`` is its name in the model, ``stored`` its name in the file; ``codes`` maps missing codes.
    """

    name: str
    stored: str
    scale: Scale | None = None
    codes: Mapping[float, Code] = field(default_factory=lambda: MappingProxyType({}))
    recode: Mapping[float, float] = field(default_factory=lambda: MappingProxyType({}))
    asked_when: Routing | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of ``read_survey`` in one form: see there.

    ``missing`` maps codes to a reason, or to None where only the code was given.
    """

    missing: Mapping[float, Reason | None]
    scales: Mapping[str, Scale]
    columns: Mapping[str, str]
    given: Codebook
    shipped: Codebook

    def entries(self, name: str) -> tuple[Column, Column]:
        """Entries of the shipped and the given codebook for a column of the model."""
        stored = self.columns.get(name, name)
        shipped, given = (
            book.columns.get(stored) or book.columns.get(name) for book in (self.shipped, self.given)
        )
        return shipped or _NO_COLUMN, given or _NO_COLUMN


def read_options(
    model: ModelSpec,
    missing: Mapping[float, str] | Iterable[float] | None,
    scales: Mapping[str, Scale | Sequence[float]] | None,
    columns: Mapping[str, str] | None,
    codebook: Codebook | None,
    derived: Mapping[str, Sequence[Case]] | None,
) -> Options:
    """Check the arguments of ``read_survey`` that say how columns are to be read.

    Raises
    ------
    UsageError
        An option does not fit.
    StudyError
        The model names a codebook that does not exist.
    """
    return Options(
        missing=missing_option(missing),
        scales=scales_option(scales, model, derived or {}),
        columns=dict(columns or {}),
        given=codebook or Codebook(),
        shipped=read_codebook(model.codebook) if model.codebook else Codebook(),
    )


def missing_option(missing: Mapping[float, str] | Iterable[float] | None) -> dict[float, Reason | None]:
    """Check the missing codes of an option.

    Raises
    ------
    UsageError
        A code is no number, or its reason is not one of the four.
    """
    entries = dict(missing) if isinstance(missing, Mapping) else dict.fromkeys(missing or ())
    found: dict[float, Reason | None] = {}
    mistakes = []
    for code, reason in entries.items():
        if isinstance(code, bool | str) or not math.isfinite(code):
            mistakes.append(_usage("missing", f"{code!r} is not a number.", "Write codes such as 98,99."))
        elif reason is not None and reason not in REASONS:
            mistakes.append(_usage("missing", f"{reason!r} is not a reason.", suggest(str(reason), REASONS)))
        else:
            found[float(code)] = reason
    if mistakes:
        raise UsageError(mistakes)
    return found


def scales_option(
    scales: Mapping[str, Scale | Sequence[float]] | None,
    model: ModelSpec,
    derived: Mapping[str, Sequence[Case]],
) -> dict[str, Scale]:
    """Check the scales of an option; the key ``""`` is the default for all.

    Raises
    ------
    UsageError
        Not two rising numbers, or no such question in the model.
    """
    names = [indicator.name for indicator in model.indicators]
    sources = {name for cases in derived.values() for case in cases for name in (case.when, case.take)}
    allowed = {*names, *model.columns(), *sources, ""}
    found, mistakes = {}, []
    for name, ends in (scales or {}).items():
        low, high = (ends.low, ends.high) if isinstance(ends, Scale) else (ends[0], ends[-1])
        if name not in allowed:
            mistakes.append(_usage("scale", f"The model has no question {name!r}.", suggest(name, names)))
        elif not (math.isfinite(low) and math.isfinite(high) and low < high):
            what = f"The scale {low:g}:{high:g} of {name or 'all questions'} does not rise."
            mistakes.append(_usage("scale", what, "Write the lowest answer first: 1:10."))
        else:
            found[name] = Scale(low=float(low), high=float(high))
    if mistakes:
        raise UsageError(mistakes)
    return found


def model_as_used(
    model: ModelSpec, options: Options, derived: Mapping[str, Sequence[Case]]
) -> tuple[ModelSpec, tuple[Finding, ...]]:
    """Return the model with the scales, labels, reversals and derived items that hold here.

    A scale comes from the option for that question, else from the given codebook, else from the
    default of the option (in place of the model's most frequent scale, so that a 0/1 question among
    ratings keeps its own), else from the model, else from the shipped codebook.
    """
    default = options.scales.get("")
    usual = _usual_scale(model)
    kept: list[str] = []

    def used(item: Indicator) -> Indicator:
        shipped, given = options.entries(item.name)
        scale = options.scales.get(item.name) or given.scale
        if scale is None and default is not None:
            if item.scale is None or item.scale == usual:
                scale = default
            elif item.scale != default:
                kept.append(f"{item.name} {item.scale.low:g}:{item.scale.high:g}")
        label = dict(given.label) or dict(item.label) or dict(shipped.label)
        return replace(
            item,
            scale=scale or item.scale or shipped.scale,
            label=MappingProxyType(label),
            reversed=item.reversed or given.reversed,
            cases=tuple(derived[item.name]) if item.name in derived else item.cases,
        )

    constructs = tuple(
        replace(construct, indicators=tuple(used(item) for item in construct.indicators))
        for construct in model.constructs
    )
    findings: tuple[Finding, ...] = ()
    if kept and default is not None:
        findings = (
            Finding(
                code="scale-kept",
                severity="note",
                where="--scale",
                what=f"The default {default.low:g}:{default.high:g} leaves the model's own scale of "
                f"{', '.join(kept)}.",
                fix=f"Name a question to change its scale: --scale {kept[0].split()[0]}=LOW:HIGH.",
            ),
        )
    return replace(model, constructs=constructs), findings


def plan_column(name: str, model: ModelSpec, options: Options) -> Plan:
    """Return how the model's column ``name`` is to be read."""
    shipped, given = options.entries(name)
    item = next((item for item in model.indicators if item.name == name and not item.cases), None)
    scale = item.scale if item else options.scales.get(name) or given.scale or shipped.scale
    codes: dict[float, Code] = {}
    for book, entry, firm in ((options.shipped, shipped, False), (options.given, given, True)):
        for codes_of, specific in ((book.missing, False), (entry.missing, True)):
            for code, reason in codes_of.items():
                codes[float(code)] = Code(reason=reason, specific=specific, firm=firm)
    for code, wanted in options.missing.items():
        known = codes.get(code)
        reason = wanted or (known.reason if known else "other")
        codes[code] = Code(reason=reason, specific=bool(known and known.specific), firm=True)
    return Plan(
        name=name,
        stored=options.columns.get(name, name),
        scale=scale,
        codes=MappingProxyType(codes),
        recode=MappingProxyType({**shipped.recode, **given.recode}),
        asked_when=given.asked_when or shipped.asked_when,
        values=MappingProxyType({**shipped.values, **given.values}),
    )


def _usual_scale(model: ModelSpec) -> Scale | None:
    scales = [item.scale for item in model.indicators if item.scale is not None]
    return max(scales, key=scales.count) if scales else None


def _usage(option: str, what: str, fix: str) -> Finding:
    return Finding(code="option", severity="error", where=f"--{option}", what=what, fix=fix)
