"""What can be wrong in a model beyond its form: unknown names, cycles, constructs without questions.

Every check looks at a finished ``ModelSpec`` and names the *part* it speaks of, a place such as
``("paths", "loyalty", 0)``; the readers turn parts into ``file:line``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise

from csi_model.errors import Finding, suggest
from csi_model.model.composite_checks import composite_problems
from csi_model.model.item_checks import derived_problems, direction_problems, scale_problems
from csi_model.model.parameter_checks import parameter_problems
from csi_model.model.problems import Problem
from csi_model.model.products import product_problems, product_words
from csi_model.model.spec import Construct, ModelSpec
from csi_model.model.yaml_text import Loc
from csi_model.vocabulary import LANGUAGES

LONGEST_NAME = 200
"""Longer names than this are refused (YAML itself allows keys of up to 1,024 characters)."""


def check_model(spec: ModelSpec, where: str = "") -> tuple[Finding, ...]:
    """Check a model that was built in Python.

    Parameters
    ----------
    spec
        The model; not changed.
    where
        What the findings give as their place; by default ``model NAME``.

    Returns
    -------
    tuple of Finding
        Errors (the model cannot be used) and warnings; empty when all is well.
    """
    place = where or f"model {spec.name}"
    return tuple(problem.finding(place) for problem in model_problems(spec))


def model_problems(spec: ModelSpec, known: Collection[str] = ()) -> tuple[Problem, ...]:
    """Return every problem of a model.

    ``known`` are construct names that the file has, although they are not in ``spec`` because of
    mistakes in their form.
    """
    names = tuple(dict.fromkeys((*spec.construct_names, *known)))
    checks = (
        _headers(spec),
        _names(spec),
        _languages(spec),
        _index(spec, names),
        _paths(spec, names),
        _cycles(spec),
        _constructs(spec),
        _repeats(spec, names),
        _shared_indicators(spec),
        scale_problems(spec),
        direction_problems(spec),
        derived_problems(spec),
        composite_problems(spec),
        product_problems(spec, names),
        parameter_problems(spec),
    )
    return tuple(problem for check in checks for problem in check)


def _headers(spec: ModelSpec) -> Iterator[Problem]:
    if not spec.name.strip():
        yield Problem(
            code="empty-name", part=("name",), what="The model has no name.", fix="Give it a short name."
        )
    missing = [language for language in ("en", "zh") if not spec.caveat.get(language)]
    if spec.structure == "reconstructed" and missing:
        lacking = " and ".join({"en": "English", "zh": "Chinese"}[language] for language in missing)
        yield Problem(
            code="no-caveat",
            part=("structure",),
            what=f"The structure is reconstructed, but there is no caveat in {lacking}.",
            fix="Add `caveat: {en: ..., zh: ...}` that says what is uncertain.",
            needs=(("caveat",),),
        )


def _names(spec: ModelSpec) -> Iterator[Problem]:
    places: list[tuple[str, Loc]] = [
        (construct.name, ("constructs", construct.name)) for construct in spec.constructs
    ]
    places += [
        (item.name, ("constructs", construct.name, "indicators", item.name))
        for construct in spec.constructs
        for item in construct.indicators
    ]
    for name, place in places:
        if not name or name != name.strip() or not name.isprintable():
            what = f"The name {name!r} is empty, begins or ends with a blank, or holds a line break."
            yield Problem(code="bad-name", part=place, what=what, fix="Write a plain word or short phrase.")
        elif len(name) > LONGEST_NAME:
            what = f"The name {name[:30]!r}... has {len(name)} characters."
            fix = f"Use at most {LONGEST_NAME}, and write the full text as its label."
            yield Problem(code="bad-name", part=place, what=what, fix=fix)


def _languages(spec: ModelSpec) -> Iterator[Problem]:
    labels: list[tuple[str, Mapping[str, str]]] = [("title", spec.title), ("caveat", spec.caveat)]
    labels += [(f"label of {one.name!r}", one.label) for one in spec.constructs]
    labels += [(f"label of {one.name!r}", one.label) for one in spec.indicators]
    for what, label in labels:
        for language in set(label) - set(LANGUAGES):
            yield Problem(
                code="unknown-language",
                part=(),
                what=f"The {what} is in the language {language!r}.",
                fix=f"Choose one of: {', '.join(LANGUAGES)}.",
            )


def _index(spec: ModelSpec, names: Sequence[str]) -> Iterator[Problem]:
    if spec.index not in names:
        yield Problem(
            code="unknown-construct",
            part=("index",),
            what=f"The index is to be read from {spec.index!r}, but there is no such construct.",
            fix=suggest(spec.index, names),
        )


def _paths(spec: ModelSpec, names: Sequence[str]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], None] = {}
    position: Counter[str] = Counter()
    for path in spec.paths:
        part = ("paths", path.target, position[path.target])
        position[path.target] += 1
        if path.target not in names and position[path.target] == 1:
            yield Problem(
                code="unknown-construct",
                part=("paths", path.target),
                what=f"Paths lead to {path.target!r}, but there is no such construct.",
                fix=suggest(path.target, names),
            )
        if path.source not in names:
            yield Problem(
                code="unknown-construct",
                part=part,
                what=f"A path leads from {path.source!r} to {path.target!r}, but there is no construct "
                f"{path.source!r}.",
                fix=suggest(path.source, names),
            )
        if path.source == path.target:
            yield Problem(
                code="self-path",
                part=part,
                what=f"A path leads from {path.source!r} to itself.",
                fix="Remove it; a construct cannot drive itself.",
            )
        if (path.source, path.target) in seen:
            yield Problem(
                code="duplicate-path",
                part=part,
                what=f"The path from {path.source!r} to {path.target!r} is given twice.",
                fix="Keep one of the two.",
            )
        seen[path.source, path.target] = None


def _cycles(spec: ModelSpec) -> Iterator[Problem]:
    cycle = _first_cycle(spec)
    if cycle:
        paths = [(path.source, path.target) for path in spec.paths]
        source, target = next(step for step in pairwise(cycle) if step in paths)
        sources = [path.source for path in spec.paths if path.target == target]
        yield Problem(
            code="cycle",
            part=("paths", target, sources.index(source)),
            what=f"The paths run in a circle: {' > '.join(cycle)}.",
            fix="Remove one of these paths; models with feedback are not supported.",
        )


def _first_cycle(spec: ModelSpec) -> list[str]:
    """Return constructs along a circle of two or more, first and last the same; empty if there is none."""
    after = _followers(spec)
    done: set[str] = set()
    for start in after:
        stack = [(start, iter(after[start]))] if start not in done else []
        trail = [start]
        while stack:
            node, following = stack[-1]
            step = next(following, None)
            if step is None:
                done.add(node)
                stack.pop()
                trail.pop()
            elif step in trail:
                return [*trail[trail.index(step) :], step]
            elif step not in done:
                stack.append((step, iter(after.get(step, ()))))
                trail.append(step)
    return []


def _followers(spec: ModelSpec) -> dict[str, list[str]]:
    """Return what comes right after each construct: what it drives, and the products made of it."""
    after: dict[str, list[str]] = {}
    for path in spec.paths:
        if path.source != path.target:
            after.setdefault(path.source, []).append(path.target)
    products = {construct.name for construct in spec.products}
    for construct in spec.products:
        for factor in dict.fromkeys(construct.product):
            if factor not in products:
                after.setdefault(factor, []).append(construct.name)
    return after


def _constructs(spec: ModelSpec) -> Iterator[Problem]:
    counts = Counter(spec.construct_names)
    for name in (name for name, count in counts.items() if count > 1):
        yield Problem(
            code="duplicate-construct",
            part=("constructs", name),
            what=f"There are {counts[name]} constructs named {name!r}.",
            fix="Rename them or make them one.",
        )
    joined = {end for path in spec.paths for end in (path.source, path.target)}
    for construct in spec.constructs:
        part = ("constructs", construct.name)
        if not (construct.indicators or construct.repeats or construct.product):
            yield Problem(
                code="no-indicators",
                part=part,
                what=f"The construct {construct.name!r} has no indicators.",
                fix="Add `indicators:` with at least one survey question, `repeats:` with the constructs "
                "whose questions measure it, or `product:` with the two that it is the product of.",
            )
        if construct.name not in joined and not construct.product:
            yield Problem(
                code="not-connected",
                part=part,
                what=f"No path leads to or from the construct {construct.name!r}.",
                fix=_connect(construct.name, spec),
                needs=(("paths",),),
            )


def _connect(name: str, spec: ModelSpec) -> str:
    """Remedy for a construct without paths; in lavaan text a misspelt name makes another construct."""
    alike = [
        other for other in get_close_matches(name, spec.construct_names, n=2, cutoff=0.75) if other != name
    ]
    meant = f"Is {alike[0]!r} meant to be {name!r}? Else add" if alike else "Add"
    return f"{meant} a path to or from it (`paths:` in a model file), or remove it."


def _repeats(spec: ModelSpec, names: Sequence[str]) -> Iterator[Problem]:
    for construct in spec.constructs:
        if construct.repeats and construct.indicators:
            yield Problem(
                code="repeats-and-own",
                part=("constructs", construct.name, "repeats"),
                what=f"The construct {construct.name!r} has indicators of its own and repeats others'.",
                fix="Keep `indicators:` or `repeats:`, not both.",
            )
        for position, other in enumerate(construct.repeats):
            part = ("constructs", construct.name, "repeats", position)
            found = _repeat_problem(spec, construct, other, names, construct.repeats[:position])
            if found is not None:
                code, what, fix = found
                yield Problem(code=code, part=part, what=what, fix=fix)
        unlinked = [other for other in construct.repeats if other in names and not _linked(spec, construct)]
        if unlinked:
            yield Problem(
                code="repeats-unlinked",
                severity="warning",
                part=("constructs", construct.name, "repeats"),
                what=f"No path joins {construct.name!r} with each of the constructs that it repeats "
                f"({', '.join(construct.repeats)}); maximum likelihood cannot fit that.",
                fix=f"Add `{construct.name}: [{', '.join(construct.repeats)}]` under `paths:`.",
                needs=(("paths",),),
            )


def _repeat_problem(
    spec: ModelSpec, construct: Construct, other: str, names: Sequence[str], before: Sequence[str]
) -> tuple[str, str, str] | None:
    if other == construct.name:
        return "repeats-itself", f"The construct {other!r} repeats itself.", "Name other constructs."
    if other not in names:
        choices = [name for name in names if name != construct.name]
        what = f"{construct.name!r} repeats the indicators of {other!r}, but there is no such construct."
        return "unknown-construct", what, suggest(other, choices)
    if other in before:
        return "repeats-twice", f"{construct.name!r} repeats {other!r} twice.", "Name it once."
    for one in spec.products:
        if one.name == other:
            what = (
                f"{construct.name!r} repeats {other!r}, which is {product_words(one)} and has no questions."
            )
            return "repeats-product", what, "Name constructs that have questions."
    if any(one.repeats for one in spec.constructs if one.name == other):
        what = f"{construct.name!r} repeats {other!r}, which itself repeats other constructs."
        return "repeats-of-repeats", what, f"Name the constructs that {other!r} repeats."
    return None


def _linked(spec: ModelSpec, construct: Construct) -> bool:
    """Whether paths join a repeating construct with all that it repeats, all in one direction."""
    paths = {(path.source, path.target) for path in spec.paths}
    return all((other, construct.name) in paths for other in construct.repeats) or all(
        (construct.name, other) in paths for other in construct.repeats
    )


def _shared_indicators(spec: ModelSpec) -> Iterator[Problem]:
    constructs = {construct.name: construct for construct in spec.constructs}
    owner: dict[str, str] = {}
    for construct in spec.constructs:
        for item in construct.indicators:
            part = ("constructs", construct.name, "indicators", item.name)
            if item.name in owner:
                yield Problem(
                    code="shared-indicator",
                    part=part,
                    what=f"The indicator {item.name!r} belongs to {owner[item.name]!r} and "
                    f"{construct.name!r}."
                    if owner[item.name] != construct.name
                    else f"The indicator {item.name!r} stands twice in {construct.name!r}.",
                    fix="Leave it in one construct; a construct measured by all indicators of others takes "
                    "`repeats: [...]`.",
                )
            owner.setdefault(item.name, construct.name)
            alone = construct.name == item.name and len(construct.indicators) == 1
            if item.name in constructs and not alone:
                yield Problem(
                    code="name-clash",
                    part=part,
                    what=f"{item.name!r} is the name of an indicator and of a construct.",
                    fix="Rename the construct.",
                )
