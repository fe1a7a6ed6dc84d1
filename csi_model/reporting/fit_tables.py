"""Fit measures for the page: plain, scaled and robust side by side, the rest of ``fit.csv`` below."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.retold_reasons import reasons
from csi_model.reporting.views import Column, View, column_title, text_column, view
from csi_model.reporting.wording import fit_name, say

VERSIONS = ("", "scaled", "robust")
"""Kinds of a measure: plain, from the scaled chi-square, robust against its distribution."""

SIDE_BY_SIDE = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci", "srmr", "gfi", "agfi")
"""Measures of the first table; ``rmsea_ci`` stands for both ends of the interval."""

_BOUNDS = ("rmsea_ci_lower", "rmsea_ci_upper")

CUTOFFS: dict[str, tuple[str, float, str]] = {
    "cfi": ("≥", 0.95, "Hu & Bentler (1999)"),
    "tli": ("≥", 0.95, "Hu & Bentler (1999)"),
    "rmsea": ("≤", 0.06, "Hu & Bentler (1999)"),
    "srmr": ("≤", 0.08, "Hu & Bentler (1999)"),
    "gfi": ("≥", 0.90, "Hooper, Coughlan & Mullen (2008)"),
    "agfi": ("≥", 0.90, "Hooper, Coughlan & Mullen (2008)"),
}
"""Usual cut-offs of fit measures and their sources; scaled and robust versions share them."""


def value_of(measure: str, row: Row, language: str) -> str:
    """Return a fit measure with the digits that suit it."""
    value = records.number(row, "value")
    if measure in {"converged", "admissible", "identified"}:
        return formats.EMPTY if value != value else say("no" if value == 0 else "yes", language)
    if measure in {"npar", "n", "df"}:
        return formats.count(row.get("value"))
    if measure == "pvalue":
        return formats.probability(row.get("value"))
    if measure in {"gradient", "information_eigenvalue"}:
        return formats.scientific(row.get("value"))
    return formats.number(row.get("value"), 1 if measure in {"chisq", "logl", "aic", "bic"} else 3)


def versions(content: Content) -> tuple[str, ...]:
    """Return the kinds of measures that are stored: plain, and where the test is scaled, the others."""
    stored = records.measures(records.pooled(content, "fit"))
    return tuple(kind for kind in VERSIONS if not kind or any(name.endswith(f"_{kind}") for name in stored))


def fit_view(content: Content, language: str) -> View:
    """Chi-square and fit indices, one column for each kind, with the usual cut-offs beside them.

    Of ordered answers without these, which were not made for them.
    """
    stored = records.measures(records.pooled(content, "fit"))
    kinds = versions(content)
    limits = [text_column(say("usual_limit", language), _cutoff, absent="")]
    return view(
        say("h_fit", language),
        text_column(
            column_title("fit", "measure", language), lambda row: fit_name(str(row["_measure"]), language)
        ),
        [
            *(_kind_column(kind, language, alone=len(kinds) == 1) for kind in kinds),
            *(limits if not records.is_ordinal(content) else []),
        ],
        [("", list(_side_by_side(stored)))],
        language,
    )


def _side_by_side(stored: dict[str, Row]) -> Iterator[Row]:
    """One row for each measure that is stored in any kind; the cells of a kind by its name."""
    for measure in SIDE_BY_SIDE:
        cells = {kind: [stored.get(name, {}) for name in _names(measure, kind)] for kind in VERSIONS}
        found = {kind: rows for kind, rows in cells.items() if any(rows)}
        if found:
            why = next(
                (why for rows in found.values() for row in rows if (why := records.word(row, "why"))), ""
            )
            yield {"_measure": measure, "_kinds": found, "why": why}


def _names(measure: str, kind: str) -> list[str]:
    """``fit.csv`` calls the ends of a robust interval ``rmsea_ci_lower_robust``."""
    names = _BOUNDS if measure == "rmsea_ci" else (measure,)
    return [f"{name}_{kind}" if kind else name for name in names]


def _kind_column(kind: str, language: str, *, alone: bool) -> Column:
    def show(row: Row) -> str:
        cells, measure = row["_kinds"][kind], str(row["_measure"])
        if measure == "rmsea_ci":
            return formats.interval(cells[0].get("value"), cells[1].get("value"), 3, language)
        return value_of(measure, cells[0], language)

    title = column_title("fit", "value", language) if alone else say(f"fit_kind_{kind or 'plain'}", language)
    return Column(title=title, show=show, applies=lambda row: kind in row["_kinds"])


def _cutoff(row: Row) -> str:
    found = CUTOFFS.get(str(row["_measure"]))
    return f"{found[0]} {found[1]:.2f}, {found[2]}" if found else ""


def about(content: Content, language: str) -> list[str]:
    """Say what the cut-offs are worth, and what scaled and robust measures are."""
    ending = "_ordinal" if records.is_ordinal(content) else ""
    texts = [say(f"fit_limits{ending}", language)]
    return texts + [say(f"fit_about_{kind}{ending}", language) for kind in versions(content) if kind]


def other_view(content: Content, language: str) -> View:
    """What else ``fit.csv`` holds: sizes, likelihood, verdicts with the numbers behind them."""
    shown = {name for kind in VERSIONS for measure in SIDE_BY_SIDE for name in _names(measure, kind)}
    rows = [
        {**row, "why": reasons(content, records.word(row, "why"), language)}
        for row in records.pooled(content, "fit")
        if records.word(row, "measure") not in shown
    ]
    return view(
        say("h_fit_other", language),
        text_column(
            column_title("fit", "measure", language),
            lambda row: fit_name(records.word(row, "measure"), language),
        ),
        [
            Column(
                title=column_title("fit", "value", language),
                show=lambda row: value_of(records.word(row, "measure"), row, language),
            )
        ],
        [("", rows)],
        language,
    )
