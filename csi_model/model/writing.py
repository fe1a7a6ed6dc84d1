"""Models as YAML text, in the form that people write: short mappings on one line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from csi_model.model.lavaan_text import parameter_line
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Scale
from csi_model.vocabulary import LANGUAGES

_PLAIN = re.compile(r"[^\W\d_]\w*([ ./()-]?[\w()])*")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def write_model(spec: ModelSpec) -> str:
    """Return a model as the text of a model file.

    Reading it gives an equal model, with paths in the order of their outcomes' first path.

    Parameters
    ----------
    spec
        The model; not changed.
    """
    return "\n".join((*_head(spec), *_constructs(spec), *_tail(spec))) + "\n"


def _head(spec: ModelSpec) -> Iterator[str]:
    yield f"name: {_text(spec.name)}"
    if spec.title:
        yield f"title: {_mapping(_texts(spec.title))}"
    if spec.source:
        yield f"source: {_text(spec.source)}"
    yield f"structure: {spec.structure}"
    if spec.caveat:
        yield "caveat:"
        for language, text in _texts(spec.caveat).items():
            yield f"  {language}: {text}"
    if spec.codebook is not None:
        yield f"codebook: {_text(spec.codebook)}"
    yield f"index: {_text(spec.index)}"
    scale = _default_scale(spec)
    if scale is not None:
        yield f"scale: {_scale(scale)}"


def _default_scale(spec: ModelSpec) -> Scale | None:
    """Return the scale of most indicators; none if an indicator has no scale."""
    scales = [item.scale for item in spec.indicators]
    if not scales or None in scales:
        return None
    return Counter(scales).most_common(1)[0][0]


def _constructs(spec: ModelSpec) -> Iterator[str]:
    default = _default_scale(spec)
    yield "constructs:" if spec.constructs else "constructs: {}"
    for construct in spec.constructs:
        yield f"  {_text(construct.name)}:" + ("" if _has_content(construct) else " {}")
        if construct.label:
            yield f"    label: {_mapping(_texts(construct.label))}"
        yield from _composite(construct)
        if construct.repeats:
            yield f"    repeats: {_list(construct.repeats)}"
        suggested = bool(construct.indicators) and all(item.suggested for item in construct.indicators)
        if suggested:
            yield "    suggested: true"
        if construct.indicators:
            yield "    indicators:"
        for item in construct.indicators:
            yield from _indicator(item, default, suggested)


def _has_content(construct: Construct) -> bool:
    composite = any(True for _ in _composite(construct))
    return bool(construct.label or composite or construct.repeats or construct.indicators)


def _composite(construct: Construct) -> Iterator[str]:
    """What PLS path modelling reads of a construct."""
    if construct.mode != "A":
        yield f"    mode: {_text(construct.mode)}"
    if construct.weights:
        weights = {_text(name): _number(weight) for name, weight in construct.weights.items()}
        yield f"    weights: {_mapping(weights)}"
    if construct.sign is not None:
        yield f"    sign: {_text(construct.sign)}"
    if construct.product:
        yield f"    product: {_list(construct.product)}"


def _indicator(item: Indicator, default: Scale | None, suggested: bool) -> Iterator[str]:
    parts = _texts(item.label)
    if item.scale is not None and item.scale != default:
        parts["scale"] = _scale(item.scale)
    if not item.high_is_good:
        parts["high_is_good"] = "false"
    if item.reversed:
        parts["reversed"] = "true"
    if item.suggested and not suggested:
        parts["suggested"] = "true"
    if not item.cases:
        yield f"      {_text(item.name)}: {_mapping(parts)}"
        return
    yield f"      {_text(item.name)}:"
    for key, text in parts.items():
        yield f"        {key}: {text}"
    yield "        derived:"
    yield "          cases:"
    for case in item.cases:
        yield f"            - {_mapping(_case(case))}"


def _case(case: Case) -> dict[str, str]:
    parts = {
        "when": _text(case.when),
        "from": _number(case.low),
        "to": _number(case.high),
        "take": _text(case.take),
    }
    if case.times != 1.0:
        parts["times"] = _number(case.times)
    if case.plus != 0.0:
        parts["plus"] = _number(case.plus)
    return parts


def _tail(spec: ModelSpec) -> Iterator[str]:
    by_target: dict[str, list[str]] = {}
    for path in spec.paths:
        by_target.setdefault(path.target, []).append(path.source)
    yield "paths:" if by_target else "paths: {}"
    for target, sources in by_target.items():
        yield f"  {_text(target)}: {_list(sources)}"
    if spec.modifiers:
        yield "parameters:"
    for modifier in spec.modifiers:
        yield f"  - {_quoted(parameter_line(modifier))}"


def _texts(label: Mapping[str, str]) -> dict[str, str]:
    return {language: _text(label[language]) for language in LANGUAGES if language in label}


def _mapping(parts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {text}" for key, text in parts.items()) + "}"


def _list(names: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(_text(name) for name in names) + "]"


def _scale(scale: Scale) -> str:
    return f"[{_number(scale.low)}, {_number(scale.high)}]"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """Return a text in double quotes; what YAML cannot show is written by its number."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)
