"""Rows of stored tables for charts and pages: looked up, never computed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csi_model.reporting import formats
from csi_model.reporting.content import Content

Row = Mapping[str, Any]

COMPOSITE_ESTIMATORS = frozenset({"pls", "plsc"})
"""Estimators that are PLS path modelling."""

WEAK_EIGENVALUE = 1e-5
"""Smallest eigenvalue of the scaled information below which a model is weakly identified."""


def records(frame: pd.DataFrame | None) -> list[Row]:
    """Return the rows of a table as mappings; none for a table that was not stored."""
    if frame is None:
        return []
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict(orient="records")]


def pooled(content: Content, table: str) -> list[Row]:
    """Return the rows of a table for all respondents together."""
    return records(content.pooled.get(table))


def across(content: Content, table: str) -> list[Row]:
    """Return the rows of a table about the survey as a whole; none where it was not stored."""
    return records(content.across.get(table))


def finding(content: Content, code: str) -> Row:
    """Return the first finding of that code on all respondents together; empty where there is none."""
    return next((row for row in pooled(content, "findings") if word(row, "code") == code), {})


def number(row: Row, column: str) -> float:
    """Return a cell as a float, NaN where it is empty or absent."""
    value = row.get(column)
    return math.nan if formats.is_empty(value) else float(value)  # type: ignore[arg-type]


def word(row: Row, column: str) -> str:
    """Return a cell as text, empty where it is empty or absent."""
    value = row.get(column)
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return ""
    return str(value).strip()


def index_rows(content: Content) -> list[Row]:
    """Return the index of every construct, pooled weights, in model order."""
    rows = pooled(content, "index")
    shown = [row for row in rows if word(row, "weights_from") in {"pooled", ""}] or rows
    order = {name: place for place, name in enumerate(content.constructs)}
    return sorted(shown, key=lambda row: order.get(word(row, "construct"), len(order)))


def headline(content: Content) -> Row:
    """Return the row of the headline index; empty where it was not stored."""
    return next((row for row in index_rows(content) if word(row, "construct") == content.index), {})


def driver_rows(content: Content, target: str | None = None) -> list[Row]:
    """Return the drivers of ``target``, by default of the headline construct, highest priority first."""
    wanted = target or content.index
    rows = [row for row in pooled(content, "drivers") if word(row, "target") == wanted]

    def key(row: Row) -> float:
        priority = number(row, "priority")
        return math.inf if math.isnan(priority) else -priority

    return sorted(rows, key=key)


def direct_effects(content: Content) -> dict[tuple[str, str], Row]:
    """Return the direct effects by ``(source, target)``."""
    return {
        (word(row, "source"), word(row, "target")): row
        for row in pooled(content, "effects")
        if word(row, "kind") == "direct"
    }


def measures(rows: list[Row]) -> dict[str, Row]:
    """Return the rows of ``fit.csv`` by measure."""
    return {word(row, "measure"): row for row in rows}


def confidence(content: Content) -> float:
    """Return the confidence level of the stored intervals."""
    options = content.manifest.get("options", {})
    value = options.get("level") if isinstance(options, Mapping) else None
    return 0.95 if formats.is_empty(value) else float(value)  # type: ignore[arg-type]


def option(content: Content, name: str) -> Any:
    """Return an option of the run, None where it was not stored."""
    options = content.manifest.get("options", {})
    return options.get(name) if isinstance(options, Mapping) else None


def is_composite(content: Content) -> bool:
    """Say whether the run was estimated by PLS path modelling."""
    return str(option(content, "estimator")).lower() in COMPOSITE_ESTIMATORS


def is_ordinal(content: Content) -> bool:
    """Say whether answers were taken for ordered steps."""
    return str(option(content, "estimator")).lower() == "wlsmv"


def has_ordinal_ladder(content: Content) -> bool:
    """Say whether groups were compared on the ladder of ordered answers, which has a step of thresholds."""
    return any(word(row, "step") == "thresholds" for row in across(content, "invariance"))


def has_latent_alpha(content: Content) -> bool:
    """Say whether alpha in the table ``reliability`` is that of responses behind ordered answers."""
    if option(content, "correlations") == "polychoric":
        return True
    kinds = (content.pooled, content.tables)
    frames = [frame for tables in kinds if (frame := tables.get("ordinal_reliability")) is not None]
    return any(bool(frame["ordinal_alpha"].notna().any()) for frame in frames if "ordinal_alpha" in frame)


def covers_zero(row: Row, lower: str, upper: str) -> bool:
    """Say whether an interval is stored and includes 0."""
    return number(row, lower) <= 0 <= number(row, upper)


@dataclass(frozen=True, kw_only=True)
class Group:
    """One group: its values, label, headline index rows, fit measures and findings.

    ``state`` is ``ok``, ``suppressed``, ``failed``, ``unusable`` (fitted, but not converged, not
    admissible or not identified) or ``empty``.
    """

    key: tuple[str, ...]
    label: str
    index: Row
    own: Row
    fit: Mapping[str, Row]
    findings: tuple[Row, ...]
    state: str


def groups(content: Content) -> list[Group]:
    """Return every group in the order of the stored tables."""
    if not content.by:
        return []
    found: dict[tuple[str, ...], dict[str, list[Row]]] = {}
    for name in ("index", "fit", "findings"):
        for row in records(content.tables.get(name)):
            found.setdefault(group_key(content, row), {}).setdefault(name, []).append(row)
    return [_group(content, key, tables) for key, tables in found.items() if _is_group(key, tables)]


def _is_group(key: tuple[str, ...], tables: Mapping[str, list[Row]]) -> bool:
    """Whether rows are those of a group: one with numbers, or one that says why it has none."""
    codes = {word(row, "code") for row in tables.get("findings", [])}
    missing = bool(codes & {"group-suppressed", "group-failed"}) and all(key)
    return missing or "index" in tables or "fit" in tables


def of_group(content: Content, table: str, group: Group | None) -> list[Row]:
    """Return the rows of a table for one group, of all respondents together for None."""
    if group is None:
        return pooled(content, table)
    return [row for row in records(content.tables.get(table)) if group_key(content, row) == group.key]


def group_key(content: Content, row: Row) -> tuple[str, ...]:
    """Return the group values of a row."""
    return values_in(row, content.by)


def values_in(row: Row, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the values of some group columns of a row."""
    return tuple(_value(word(row, column)) for column in columns)


def _value(text: str) -> str:
    return text[:-2] if text.endswith(".0") and text[:-2].lstrip("-").isdigit() else text


def _group(content: Content, key: tuple[str, ...], tables: Mapping[str, list[Row]]) -> Group:
    notes = tables.get("findings", [])
    scores = [row for row in tables.get("index", []) if word(row, "construct") == content.index]
    shown = next((row for row in scores if word(row, "weights_from") in {"pooled", ""}), {})
    own: Row = next((row for row in scores if word(row, "weights_from") == "group"), {})
    fit = measures(tables.get("fit", []))
    codes = {word(row, "code") for row in notes}
    faulty = any(word(row, "severity") == "error" for row in notes)
    return Group(
        key=key,
        label=" · ".join(
            content.group_label(column, value) for column, value in zip(content.by, key, strict=True)
        ),
        index=shown,
        own=own,
        fit=fit,
        findings=tuple(notes),
        state=_state(shown, own, fit, codes, faulty=faulty),
    )


def _state(shown: Row, own: Row, fit: Mapping[str, Row], codes: set[str], *, faulty: bool) -> str:
    if "group-suppressed" in codes:
        return "suppressed"
    if "group-failed" in codes:
        return "failed"
    if any(number(fit.get(name, {}), "value") == 0 for name in ("converged", "admissible", "identified")):
        return "unusable"
    if number(fit.get("information_eigenvalue", {}), "value") < WEAK_EIGENVALUE or faulty:
        return "unusable"
    return "empty" if math.isnan(number(shown, "index")) and math.isnan(number(own, "index")) else "ok"
