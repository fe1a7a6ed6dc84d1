"""Checks of what PLS path modelling reads of a construct: mode, given weights, sign."""

from __future__ import annotations

import math
from collections.abc import Iterator

from csi_model.errors import suggest
from csi_model.model.problems import Problem
from csi_model.model.spec import MODES, Construct, ModelSpec
from csi_model.model.yaml_text import Loc


def composite_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Yield modes, weights and signs that do not fit their construct; those of products are not looked at."""
    for construct in spec.constructs:
        if construct.product:
            continue
        items = _items(spec, construct)
        yield from _mode(construct, items)
        if construct.mode == "given" and items:
            yield from _weights(construct, items)
        if construct.sign is not None and items and construct.sign not in items:
            yield Problem(
                code="bad-sign",
                part=("constructs", construct.name, "sign"),
                what=f"The sign of {construct.name!r} is to follow {construct.sign!r}, which is no indicator "
                "of it.",
                fix=suggest(construct.sign, items),
                needs=_homes(construct, construct.sign),
            )


def _items(spec: ModelSpec, construct: Construct) -> list[str]:
    """Names of a construct's indicators, repeated ones included, also where ``repeats`` is wrong."""
    owners = [construct, *(one for one in spec.constructs if one.name in construct.repeats)]
    return list(dict.fromkeys(item.name for one in owners for item in one.indicators))


def _homes(construct: Construct, item: str) -> tuple[Loc, ...]:
    """Where an indicator of a construct may be declared."""
    owners = (construct.name, *construct.repeats)
    declared: list[Loc] = [("constructs", owner, "indicators", item) for owner in owners]
    return (("constructs", construct.name, "repeats"), *declared)


def _mode(construct: Construct, items: list[str]) -> Iterator[Problem]:
    part: Loc = ("constructs", construct.name)
    if construct.mode not in MODES:
        yield Problem(
            code="bad-mode",
            part=(*part, "mode"),
            what=f"The mode of {construct.name!r} is {construct.mode!r}.",
            fix=suggest(construct.mode, MODES),
        )
    elif construct.weights and construct.mode != "given":
        yield Problem(
            code="weights-unused",
            part=(*part, "weights"),
            what=f"The construct {construct.name!r} has `weights:`, but its mode is {construct.mode}.",
            fix="Write `mode: given` above them, or remove `weights:`.",
            needs=(part,),
        )
    elif construct.mode == "given" and not construct.weights:
        example = ", ".join(f"{name}: 1" for name in items[:3]) + (", ..." if len(items) > 3 else "")
        yield Problem(
            code="no-weights",
            part=(*part, "mode"),
            what=f"The construct {construct.name!r} has mode given, but no `weights:`.",
            fix=f"Add `weights: {{{example or 'Q1: 1'}}}` with a positive number for each indicator.",
            needs=(part,),
        )


def _weights(construct: Construct, items: list[str]) -> Iterator[Problem]:
    part: Loc = ("constructs", construct.name, "weights")
    for name, weight in construct.weights.items():
        if name not in items:
            yield Problem(
                code="bad-weight",
                part=(*part, name),
                what=f"{name!r} has a weight in {construct.name!r}, but is no indicator of it.",
                fix=suggest(name, items),
                needs=_homes(construct, name),
            )
        elif not 0 < weight < math.inf:
            yield Problem(
                code="bad-weight",
                part=(*part, name),
                what=f"The weight of {name!r} in {construct.name!r} is {weight:g}.",
                fix="Write a positive number; a question coded for the opposite takes `reversed: true`.",
            )
    lacking = [name for name in items if name not in construct.weights]
    if lacking and construct.weights:
        yield Problem(
            code="no-weights",
            part=part,
            what=f"{', '.join(lacking)} {'has' if len(lacking) == 1 else 'have'} no weight in "
            f"{construct.name!r}.",
            fix="Give every indicator a positive number under `weights:`.",
        )
