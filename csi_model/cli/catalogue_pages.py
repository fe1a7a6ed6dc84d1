"""What ``csi models`` prints. Only the model room is imported: this must be quick."""

from __future__ import annotations

import textwrap
from typing import Any

from csi_model.errors import UsageError, suggest
from csi_model.model.catalogue import catalogue_entries, read_model
from csi_model.model.products import product_words
from csi_model.model.spec import Construct, Indicator, ModelSpec


def listing(language: str) -> str:
    """The catalogue, one model a line."""
    entries = catalogue_entries()
    width = max(len(entry.name) for entry in entries)
    lines = [
        f"{entry.name:<{width}}  {entry.constructs:>2} constructs  {entry.paths:>2} paths  "
        f"{entry.structure:<13}  {entry.title.get(language) or entry.title['en']}"
        for entry in entries
    ]
    return "\n".join(
        [*lines, "", "csi models NAME shows one; csi models NAME --as yaml is a start for your own."]
    )


def model_page(name: str, form: str, language: str) -> str:
    """One model as YAML, as lavaan text, or described."""
    model = read_model(name)
    if form == "yaml":
        from csi_model.model.files import write_model

        return write_model(model).rstrip("\n")
    if form == "lavaan":
        from csi_model.model.lavaan import write_lavaan

        return write_lavaan(model).rstrip("\n")
    if form:
        raise UsageError.at(
            "--as", f"{form!r} is not a form.", suggest(form, ("yaml", "lavaan")), code="bad-option"
        )
    return _description(model, language)


def schema(name: str) -> dict[str, Any]:
    """JSON Schema of the model or study file."""
    if name == "model":
        from csi_model.model.files import model_schema

        return model_schema()
    if name == "study":
        from csi_model.study.files import study_schema

        return study_schema()
    raise UsageError.at(
        "--schema", f"{name!r} is not a file.", suggest(name, ("model", "study")), code="bad-option"
    )


def _description(model: ModelSpec, language: str) -> str:
    lines = [f"{model.name}: {model.title.get(language) or model.title.get('en', '')}", ""]
    for construct in model.constructs:
        mark = " (index)" if construct.name == model.index else ""
        lines.append(f"{model.label(construct.name, language)} [{construct.name}]{mark}")
        if construct.repeats:
            lines.append(f"    repeats the questions of {', '.join(construct.repeats)}")
        if construct.product:
            lines.append(f"    {product_words(construct)}")
        lines += _weighting(construct)
        lines += [_question(model, item, language) for item in construct.indicators]
    lines += ["", "Paths"]
    for name in model.construct_names:
        drivers = model.drivers_of(name)
        if drivers:
            lines.append(f"    {', '.join(drivers)} > {name}")
    if model.source:
        lines += ["", *textwrap.wrap(f"Source: {model.source}", 100)]
    lines.append(f"Structure: {model.structure}")
    caveat = model.caveat.get(language) or model.caveat.get("en")
    if caveat:
        lines += textwrap.wrap(f"Caveat: {caveat}", 100)
    return "\n".join(lines)


def _weighting(construct: Construct) -> list[str]:
    """How PLS weighs the construct's questions, where that is not mode A."""
    lines = []
    if construct.mode != "A":
        given = ", ".join(f"{name} {weight:g}" for name, weight in construct.weights.items())
        lines.append(f"    PLS weights: {construct.mode}{f' ({given})' if given else ''}")
    if construct.sign:
        lines.append(f"    direction from {construct.sign}")
    return lines


def _question(model: ModelSpec, item: Indicator, language: str) -> str:
    scale = f"{item.scale.low:g}-{item.scale.high:g}" if item.scale else "scale not declared"
    notes = [scale]
    notes += ["derived"] if item.cases else []
    notes += ["low is good"] if not item.high_is_good else []
    notes += ["topic suggested"] if item.suggested else []
    return f"    {item.name:<12} {model.label(item.name, language)} ({', '.join(notes)})"
