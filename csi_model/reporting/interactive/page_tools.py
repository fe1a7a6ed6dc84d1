"""What the script of a page is told: its words, what titles mean, which groups and waves may be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from csi_model.columns import COLUMN_TERMS
from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.interactive.definition_phrases import DEFINITIONS
from csi_model.reporting.interactive.phrases import PAGE
from csi_model.reporting.records import Group
from csi_model.reporting.views import column_title
from csi_model.reporting.wording import say

_NOT_GROUPS = ("construct", "construct_1", "indicator", "driver", "measure", "reason", "answer", "variable")
"""Columns with names of other things than groups, which may be called like a group."""
_IN_GLOSSARY = {
    **{name: name for name in (
        "index", "interval", "n_eff", "construct", "indicator", "importance", "performance", "quadrant",
        "priority", "r2", "f2", "deff", "alpha", "rho_a", "rho_c", "ave", "htmt", "loading", "weight", "vif",
        "ordinal_alpha", "categorical_omega", "index_omega",
    )},
    "impact_5": "impact",
    "pvalue_holm": "holm",
    "league_col_rank": "rank_interval",
    "league_col_letters": "letters",
    "half_width": "margin",
    "fit_chisq": "chisq",
    "fit_cfi": "cfi",
    "fit_tli": "cfi",
    "fit_rmsea": "rmsea",
    "fit_srmr": "srmr",
}  # fmt: skip
"""Column or phrase > the term of the glossary that tells what it means."""


def page_data(content: Content, language: str) -> dict[str, Any]:
    """Return what the script reads; labels are texts, every number of the page stays in its tables."""
    return {
        "words": {key.removeprefix("page_"): term[language] for key, term in PAGE.items()},
        "definitions": definitions(content, language),
        "titles": _titles(content, language),
        "not_groups": [COLUMN_TERMS[name][1][language] for name in _NOT_GROUPS],
        "suppressed": say("group_suppressed", language),
        "groups": groups(content),
        "waves": waves(content),
    }


def definitions(content: Content, language: str) -> dict[str, str]:
    """Return the meaning of column titles and measures by the words that the page shows."""
    made = {name: say(f"glossary_is_{term}", language) for name, term in _IN_GLOSSARY.items()}
    made |= {key.removeprefix("define_"): meaning[language] for key, meaning in DEFINITIONS.items()}
    return {_title(content, name, language): meaning for name, meaning in made.items()}


def _title(content: Content, name: str, language: str) -> str:
    if name in COLUMN_TERMS:
        return COLUMN_TERMS[name][1][language]
    return _interval(content, language) if name == "interval" else say(name, language)


def _interval(content: Content, language: str) -> str:
    return say("interval", language, level=formats.level(records.confidence(content)))


def _titles(content: Content, language: str) -> dict[str, str]:
    """The titles of the columns whose cells are told beside a chosen group."""
    return {
        "index": column_title("index", "index", language),
        "interval": _interval(content, language),
        "n": column_title("index", "n", language),
        "rank": say("league_col_rank", language),
        "state": say("state", language),
    }


def groups(content: Content) -> list[dict[str, Any]]:
    """Return the groups that can be chosen, waves of one unit together, in the order of the tables.

    Each has ``label``, the ``names`` under which its rows stand, its ``short`` name in a table of what it
    belongs to (``within``), and whether it is ``suppressed``; none where there is only one group.
    """
    columns = league_rows.unit_columns(content)
    made: dict[tuple[str, ...], dict[str, Any]] = {}
    for group in records.groups(content) if columns else []:
        values = _values(content, group, columns)
        new = {
            "label": " · ".join(values),
            "names": [],
            "short": values[-1] if len(values) > 1 else "",
            "within": " · ".join(values[:-1]),
            "suppressed": True,
        }
        one = made.setdefault(values, new)
        one["names"].append(group.label)
        one["suppressed"] = one["suppressed"] and group.state == "suppressed"
    found = [one for one in made.values() if one["label"].strip()]
    return found if len(found) > 1 else []


def _values(content: Content, group: Group, columns: tuple[str, ...]) -> tuple[str, ...]:
    pairs = zip(content.by, group.key, strict=True)
    return tuple(content.group_label(column, value) for column, value in pairs if column in columns)


def waves(content: Content) -> list[dict[str, Any]]:
    """Return the waves that can be chosen, each with the names of the groups that are of it."""
    found = league_rows.values_of(content, "trend", "wave")
    column = league_rows.wave_column(content)
    named = dict(_of_waves(content, column)) if column else {}
    labels = {wave: content.group_label(column, wave) if column else wave for wave in found}
    made = [
        {"label": label, "names": list(dict.fromkeys([wave, *(n for n, at in named.items() if at == wave)]))}
        for wave, label in labels.items()
    ]
    return made if len(made) > 1 else []


def _of_waves(content: Content, column: str) -> Iterator[tuple[str, str]]:
    place = content.by.index(column)
    for group in records.groups(content):
        yield group.label, group.key[place]
