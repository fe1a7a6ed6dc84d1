"""How a report was made: source of the model, command, options, versions, hashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from csi_model.reporting import records, views
from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Block, Entries, Entry, Heading
from csi_model.reporting.wording import say

_SHOWN = ("command", "survey", "surveys", "units", "by", "weight", "options", "seed", "versions", "sha256")
"""Entries of the manifest that a report shows; never the time, so that the same run gives the same page."""

_OF_COVARIANCE = frozenset({"variances", "information", "ridge", "parameterisation"})
_OF_COMPOSITES = frozenset(
    {"scheme", "metric", "correlations", "higher_order", "folds", "repeats", "necessity", "segments"}
)
"""Options that say nothing of a run by the other kind of estimator."""


def made_how(content: Content, language: str) -> Iterator[Block]:
    """Return the account of a fit or comparison."""
    entries = [
        Entry(name=say("m_source", language), value=content.source or say("not_stored", language)),
        Entry(name=say("m_structure", language), value=say(f"structure_{structure(content)}", language)),
    ]
    if found := caveat(content, language):
        entries.append(Entry(name=say("m_caveat", language), value=found))
    for name in _SHOWN:
        if name not in content.manifest:
            continue
        value = content.manifest[name]
        if name == "options" and isinstance(value, Mapping):
            foreign = _OF_COVARIANCE if records.is_composite(content) else _OF_COMPOSITES
            value = {key: one for key, one in value.items() if key not in foreign}
        entries.append(entry(say(f"m_{name}", language), value, language))
    entries.append(Entry(name=say("m_hashes", language), value=say("m_hashes_where", language)))
    yield Heading(text=say("h_provenance", language))
    yield Entries(entries=tuple(entries))


def entry(name: str, value: Any, language: str) -> Entry:
    """Return one line, with entries of its own where the value has some."""
    if isinstance(value, Mapping) and value:
        return Entry(name=name, value="", entries=tuple(_flat(value, language)))
    return Entry(name=name, value=views.plain_value(value, language))


def _flat(value: Mapping[str, Any], language: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested entries as pairs of a name with dots and words."""
    for key, item in value.items():
        if isinstance(item, Mapping) and item:
            yield from _flat(item, language, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", views.plain_value(item, language)


def structure(content: Content) -> str:
    """Return ``published`` or ``reconstructed``."""
    return "reconstructed" if content.structure == "reconstructed" else "published"


def caveat(content: Content, language: str) -> str:
    """Return what is uncertain about the model."""
    return content.caveat.get(language) or content.caveat.get("en", "")


def cover_notes(content: Content, language: str) -> tuple[str, ...]:
    """Return what the cover says of an uncertain model."""
    found = caveat(content, language)
    if not found:
        return ()
    first = say("structure_reconstructed", language) + say("space", language)
    return ((first if structure(content) == "reconstructed" else "") + found,)
