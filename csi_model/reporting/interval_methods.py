"""How intervals were made where not all were made as that of the index is."""

from __future__ import annotations

from csi_model.reporting import records
from csi_model.reporting.content import Content
from csi_model.reporting.wording import say
from csi_model.vocabulary import term

_TABLES = ("effects", "drivers", "gains", "standardised_effects", "specific_effects")


def methods_of_effects(content: Content) -> list[str]:
    """Return the methods that effects have intervals by, where they differ from that of the index.

    None for a bootstrap, which makes all intervals alike.
    """
    usual = records.word(records.headline(content), "ci_method")
    if usual.startswith("bootstrap"):
        return []
    found = dict.fromkeys(
        records.word(row, "ci_method") for name in _TABLES for row in records.pooled(content, name)
    )
    return [one for one in found if one not in ("", usual)]


def is_simulated(content: Content) -> bool:
    """Say whether effects have intervals from simulated estimates."""
    return "monte_carlo" in methods_of_effects(content)


def is_left_out(content: Content) -> bool:
    """Say whether intervals of standardised values rest on a jackknife that was not asked for."""
    if records.word(records.headline(content), "ci_method") != "delta":
        return False
    rows = [*records.pooled(content, "standardised"), *records.records(content.tables.get("standardised"))]
    return any(records.word(row, "ci_method") == "jackknife" for row in rows)


def named(content: Content, language: str) -> str:
    """Name the method of the index, and behind it those of effects where they are others."""
    made = [term(records.word(records.headline(content), "ci_method"), language)]
    others = [term(method, language) for method in methods_of_effects(content)]
    made += [say("intervals_of_effects", language, method=one) for one in others]
    return say("list_break", language).join(made)


def texts(content: Content, language: str) -> list[str]:
    """Say in whole sentences by what other methods intervals were made; nothing where by none."""
    made = []
    for method in methods_of_effects(content):
        key = "intervals_simulated" if method == "monte_carlo" else "intervals_effects"
        made.append(say(key, language, method=term(method, language)))
    return made + ([say("intervals_left_out", language)] if is_left_out(content) else [])
