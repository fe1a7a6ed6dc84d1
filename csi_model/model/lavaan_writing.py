"""Models as lavaan text, such that lavaan's ``sem()`` with its defaults fits the same model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from csi_model.errors import Finding, ModelError
from csi_model.model.lavaan_text import parameter_line
from csi_model.model.parameter_checks import parameter_key
from csi_model.model.products import product_words
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Modifier

_WORD = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*")
_RESERVED = frozenset(
    {"if", "else", "repeat", "while", "function", "for", "next", "break", "in", "TRUE", "FALSE", "NULL"}
    | {"NA", "NaN", "Inf", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_"}
)


def write_lavaan(spec: ModelSpec) -> str:
    """Return a model in lavaan's syntax.

    What the syntax has no place for (title, index, derived and reversed items) stands in comments.
    Names that R cannot read get a plain form, told in a comment. A construct that repeats the
    indicators of others is written without indicators of its own: as the sum of the constructs that
    it repeats, or as the factor behind them, whichever way the paths run. What only PLS path modelling
    reads (modes, given weights, signs) stands in comments, too.

    Parameters
    ----------
    spec
        The model; not changed.

    Raises
    ------
    ModelError
        The model has products of constructs; without them the text would be another model.
    """
    _refuse_products(spec)
    names = _plain_names(spec)
    lines = [*_comments(spec, names), ""]
    for construct in spec.constructs:
        lines += _measurement(construct, spec, names)
    lines.append("")
    lines += _regressions(spec, names)
    lines += _covariances(spec, names)
    return "\n".join(lines).rstrip("\n") + "\n"


def _refuse_products(spec: ModelSpec) -> None:
    found = [
        Finding(
            code="no-lavaan-form",
            severity="error",
            where=f"model {spec.name}",
            what=f"{one.name!r} is {product_words(one)}, which this text has no form for.",
            fix="Take it out of the model, or write the model as YAML (`csi models FILE --as yaml`).",
        )
        for one in spec.products
    ]
    if found:
        raise ModelError(found)


def _plain_names(spec: ModelSpec) -> dict[str, str]:
    """Return each name in a form that R can read, all different."""
    taken: set[str] = set()
    plain: dict[str, str] = {}
    every = (*spec.construct_names, *(item.name for item in spec.indicators))
    for name in every:
        if _WORD.fullmatch(name) and name not in _RESERVED:
            plain[name] = name
            taken.add(name)
    for name in every:
        if name in plain:
            continue
        word = re.sub(r"[^\w.]+", "_", name)
        word = word if _WORD.fullmatch(word) and word not in _RESERVED else f"x_{word}"
        while word in taken:
            word += "_"
        plain[name] = word
        taken.add(word)
    return plain


def _comments(spec: ModelSpec, names: dict[str, str]) -> Iterator[str]:
    yield f"# {_one_line(spec.title.get('en') or spec.name)}"
    if spec.source:
        yield f"# {_one_line(spec.source)}"
    if spec.structure == "reconstructed":
        yield f"# Reconstructed: {_one_line(spec.caveat.get('en', ''))}"
    yield f"# The index is read from {names.get(spec.index, spec.index)}."
    for name, plain in names.items():
        if name != plain:
            yield f"# {plain} stands for {_one_line(name)}."
    for construct in spec.constructs:
        yield from _composite(construct, names)
    for item in spec.indicators:
        if item.reversed:
            ends = f"{item.scale.low + item.scale.high:g}" if item.scale is not None else "low + high"
            yield f"# {names[item.name]} is reversed: use {ends} - answer."
        for case in item.cases:
            yield f"# {_derivation(item, case, names)}"


def _composite(construct: Construct, names: dict[str, str]) -> Iterator[str]:
    """Comments on what only PLS path modelling reads."""
    name = names[construct.name]
    if construct.mode == "given":
        weights = ", ".join(f"{names[item]} {weight:g}" for item, weight in construct.weights.items())
        yield f"# With PLS, {name} has the given weights {weights} (standardised indicators)."
    elif construct.mode != "A":
        made = {"B": "mode B (regression weights)", "sum": "equal weights (standardised indicators)"}
        yield f"# With PLS, {name} has {made[construct.mode]}."
    if construct.sign is not None:
        yield f"# With PLS, the loading of {names[construct.sign]} on {name} is made positive."


def _derivation(item: Indicator, case: Case, names: dict[str, str]) -> str:
    when, take = (names.get(name, _one_line(name)) for name in (case.when, case.take))
    form = f"{case.plus:g} + {case.times:g} * {take}"
    return f"{names[item.name]} is derived: {form} where {case.low:g} <= {when} <= {case.high:g}."


def _one_line(text: str) -> str:
    return " ".join(text.replace(";", ",").split())


def _measurement(construct: Construct, spec: ModelSpec, names: dict[str, str]) -> Iterator[str]:
    name = names[construct.name]
    if construct.repeats:
        others = ", ".join(names[other] for other in construct.repeats)
        phantom = spec.items_of(construct.name)[0].name
        yield f"# {name} repeats the indicators of {others}; lavaan knows it by its regressions alone."
        yield f"{name} =~ 0*{names[phantom]}"
        return
    if [item.name for item in construct.indicators] == [construct.name]:
        return
    terms: list[str] = []
    for item in construct.indicators:
        terms += _terms(spec, construct.name, "=~", item.name, names)
    yield f"{name} =~ {' + '.join(terms)}"


def _terms(spec: ModelSpec, lhs: str, op: str, rhs: str, names: dict[str, str]) -> list[str]:
    """Return the right side of one parameter, with its modifiers."""
    for modifier in spec.modifiers:
        if (modifier.lhs, modifier.op, modifier.rhs) == (lhs, op, rhs):
            return [_renamed(modifier, names).split(f" {op} ", 1)[1]]
    return [names[rhs]]


def _renamed(modifier: Modifier, names: dict[str, str]) -> str:
    plain = Modifier(
        lhs=names[modifier.lhs],
        op=modifier.op,
        rhs=names[modifier.rhs],
        fixed=modifier.fixed,
        label=modifier.label,
    )
    return parameter_line(plain)


def _regressions(spec: ModelSpec, names: dict[str, str]) -> Iterator[str]:
    for target in spec.construct_names:
        terms: list[str] = []
        for source in spec.drivers_of(target):
            given = _terms(spec, target, "~", source, names)
            terms += [f"1*{names[source]}"] if _sets_the_scale(spec, source, target) else given
        if terms:
            yield f"{names[target]} ~ {' + '.join(terms)}"


def _sets_the_scale(spec: ModelSpec, source: str, target: str) -> bool:
    """Whether this path gives a repeating construct its unit: that of the first one it repeats."""
    above, below = spec.construct(source), spec.construct(target)
    summed = is_sum(spec, target) and below.repeats[0] == source
    behind = bool(above.repeats) and not is_sum(spec, source) and above.repeats[0] == target
    given = any((one.lhs, one.op, one.rhs) == (target, "~", source) for one in spec.modifiers)
    return (summed or behind) and not given


def is_sum(spec: ModelSpec, name: str) -> bool:
    """Whether a construct repeats constructs that all lead to it, so that it is their weighted sum."""
    repeats = spec.construct(name).repeats
    return bool(repeats) and set(repeats) <= set(spec.drivers_of(name))


def _covariances(spec: ModelSpec, names: dict[str, str]) -> Iterator[str]:
    given = {parameter_key(modifier) for modifier in spec.modifiers}
    for modifier in spec.modifiers:
        if modifier.op == "~~":
            yield _renamed(modifier, names)
    for name in spec.construct_names:
        if is_sum(spec, name) and (name, "~~", name) not in given:
            yield f"{names[name]} ~~ 0*{names[name]}"
    for first, second in _differing(spec):
        zero = "0*" if is_sum(spec, first) or is_sum(spec, second) else ""
        if parameter_key(Modifier(lhs=first, op="~~", rhs=second)) not in given:
            yield f"{names[first]} ~~ {zero}{names[second]}"


def _differing(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    """Yield covariances of constructs where the defaults of ``sem()`` differ from the model's.

    An observed and a latent exogenous variable do not covary there but do here; the residual of a
    weighted sum that drives nothing covaries there but does not here.
    """
    outcomes = {path.target for path in spec.paths}
    sources = {path.source for path in spec.paths}
    exogenous = [name for name in spec.construct_names if name not in outcomes]
    for number, first in enumerate(exogenous):
        for second in exogenous[number + 1 :]:
            if _is_observed(spec, first) != _is_observed(spec, second):
                yield first, second
    last = [name for name in spec.construct_names if name in outcomes and name not in sources]
    for number, first in enumerate(last):
        for second in last[number + 1 :]:
            if is_sum(spec, first) or is_sum(spec, second):
                yield first, second


def _is_observed(spec: ModelSpec, name: str) -> bool:
    return [item.name for item in spec.construct(name).indicators] == [name]
