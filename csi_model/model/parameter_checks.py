"""Checks of parameters beyond the defaults (``parameters:`` in a model file, modifiers in lavaan text)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from csi_model.errors import suggest
from csi_model.model.problems import Problem
from csi_model.model.spec import ModelSpec, Modifier


def parameter_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Yield modifiers that name no parameter of the model, or contradict each other."""
    seen: dict[tuple[str, str, str], int] = {}
    for number, modifier in enumerate(spec.modifiers):
        part = ("modifiers", number)
        text = f"{modifier.lhs} {modifier.op} {modifier.rhs}"
        found = _unknown_name(spec, modifier) or _misfit(spec, modifier) or _bad_value(modifier)
        if found is not None:
            what, fix = found
            yield Problem(
                code="bad-parameter",
                part=part,
                what=f"The parameter `{text}` {what}.",
                fix=fix,
                needs=(("constructs",), ("paths",)),
            )
        if parameter_key(modifier) in seen:
            yield Problem(
                code="duplicate-parameter",
                part=part,
                what=f"The parameter `{text}` is given twice.",
                fix="Keep one of the two.",
            )
        seen.setdefault(parameter_key(modifier), number)
    yield from _half_fixed_labels(spec)


def parameter_key(modifier: Modifier) -> tuple[str, str, str]:
    """Return what makes a parameter the same: a covariance has no direction."""
    if modifier.op == "~~":
        first, second = sorted((modifier.lhs, modifier.rhs))
        return first, modifier.op, second
    return modifier.lhs, modifier.op, modifier.rhs


def marker_names(spec: ModelSpec) -> dict[str, str]:
    """Return the first indicator of each construct, whose loading is 1 by default."""
    return {one.name: one.indicators[0].name for one in spec.constructs if one.indicators}


def _unknown_name(spec: ModelSpec, modifier: Modifier) -> tuple[str, str] | None:
    constructs = list(spec.construct_names)
    items = [item.name for item in spec.indicators]
    choices = {"=~": (constructs, items), "~": (constructs, constructs), "~~": 2 * (constructs + items,)}
    for name, among in zip((modifier.lhs, modifier.rhs), choices[modifier.op], strict=True):
        if name not in among:
            return f"names {name!r}, which does not fit there", suggest(name, among)
    return None


def _misfit(spec: ModelSpec, modifier: Modifier) -> tuple[str, str] | None:
    constructs = set(spec.construct_names)
    if modifier.op == "=~":
        own = [item.name for item in spec.construct(modifier.lhs).indicators]
        if modifier.rhs not in own:
            fix = suggest(modifier.rhs, own) if own else f"Remove it; {modifier.lhs!r} has none of its own."
            return f"is a loading of an indicator that is not one of {modifier.lhs!r}", fix
    elif modifier.op == "~":
        if (modifier.rhs, modifier.lhs) not in {(path.source, path.target) for path in spec.paths}:
            return (
                f"is not among the paths ({modifier.rhs!r} does not lead to {modifier.lhs!r})",
                f"Add `{modifier.lhs}: [{modifier.rhs}]` under `paths:`.",
            )
    elif (modifier.lhs in constructs) != (modifier.rhs in constructs):
        return (
            "joins a construct and an indicator",
            "Name two constructs or two indicators; a single-item construct stands for its indicator.",
        )
    return None


def _bad_value(modifier: Modifier) -> tuple[str, str] | None:
    if modifier.fixed is None:
        return None
    if not math.isfinite(modifier.fixed):
        return "is fixed at a value that is not finite", "Write a number."
    if modifier.op == "~~" and modifier.lhs == modifier.rhs and modifier.fixed < 0:
        return f"fixes a variance at {modifier.fixed:g}", "Write a number that is not negative."
    return None


def _half_fixed_labels(spec: ModelSpec) -> Iterator[Problem]:
    """Yield labels that one fixed and one free parameter share: equal to a fixed one is fixed, too."""
    markers = marker_names(spec)
    labelled: dict[str, dict[bool, int]] = {}
    for number, modifier in enumerate(spec.modifiers):
        if modifier.label is not None:
            marker = modifier.op == "=~" and markers.get(modifier.lhs) == modifier.rhs
            fixed = modifier.fixed is not None or marker
            labelled.setdefault(modifier.label, {}).setdefault(fixed, number)
    for label, kinds in labelled.items():
        if len(kinds) == 2:
            yield Problem(
                code="half-fixed-label",
                part=("modifiers", kinds[False]),
                what=f"The label {label!r} is shared by a fixed parameter (the first loading of a construct "
                "is 1) and a free one.",
                fix="Fix both at the same value, or give the free one another label.",
            )
