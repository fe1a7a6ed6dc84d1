"""The words of the report: those alone that its results hold, each with a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from csi_model.reporting import formats, interval_methods, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.outline.blocks import Block, Entries, Entry
from csi_model.reporting.wording import say

Uses = Callable[[Content], bool]


def definitions(content: Content, language: str) -> dict[str, str]:
    """Return the definition of every term that the report uses, by key, in the order of the glossary.

    The words for a key are ``say(f"glossary_name_{key}", language)``.
    """
    return {key: say(f"glossary_is_{key}", language) for key, uses in TERMS_USED.items() if uses(content)}


def glossary(content: Content, language: str) -> Iterator[Block]:
    """The terms that this report uses, with their definitions."""
    found = definitions(content, language)
    yield Entries(
        entries=tuple(
            Entry(name=say(f"glossary_name_{key}", language), value=text) for key, text in found.items()
        )
    )


def _always(content: Content) -> bool:
    return True


def _table(*names: str) -> Uses:
    """Say whether one of the tables has rows."""

    def uses(content: Content) -> bool:
        return any(_rows(frames.get(name)) for frames in _kinds(content) for name in names)

    return uses


def _column(table: str, *columns: str) -> Uses:
    """Say whether a table holds a number in one of the columns."""

    def uses(content: Content) -> bool:
        return any(
            _holds(frames.get(table), column) for frames in _kinds(content) for column in columns
        )  # fmt: skip

    return uses


def _kinds(content: Content) -> tuple[Mapping[str, pd.DataFrame], ...]:
    return content.pooled, content.tables, content.across


def _rows(frame: pd.DataFrame | None) -> bool:
    return frame is not None and len(frame) > 0


def _holds(frame: pd.DataFrame | None, column: str) -> bool:
    return frame is not None and column in frame and not frame[column].isna().all()


def _measured(*measures: str) -> Uses:
    """Say whether one of these measures of the field has a value."""

    def uses(content: Content) -> bool:
        return any(
            records.word(row, "measure") in measures and not formats.is_empty(row.get("value"))
            for row in records.across(content, "measures")
        )

    return uses


def _fit(*measures: str) -> Uses:
    """Say whether one of these fit measures has a value."""

    def uses(content: Content) -> bool:
        rows = records.measures(records.pooled(content, "fit"))
        return any(not formats.is_empty(rows.get(name, {}).get("value")) for name in measures)

    return uses


def _weighted(content: Content) -> bool:
    return bool(content.manifest.get("weight"))


def _suppressed(content: Content) -> bool:
    if any(group.state == "suppressed" for group in records.groups(content)):
        return True
    blocks = league_rows.blocks(content, "en")
    return any(league_rows.is_suppressed(unit.why) for block in blocks for unit in block.units)


def _compared(content: Content) -> bool:
    return any(_column(table, "pvalue_holm")(content) for table in ("differences", "trend", "path_tests"))


def _by_method(*starts: str) -> Uses:
    """Say whether intervals of the index come from such a method."""

    def uses(content: Content) -> bool:
        return records.word(records.headline(content), "ci_method").startswith(starts)

    return uses


def _plain_alpha(content: Content) -> bool:
    """Of ordered answers the plain one stands in a table of its own."""
    table = "ordinal_reliability" if records.has_latent_alpha(content) else "reliability"
    return _column(table, "alpha")(content)


def _ladder(content: Content) -> bool:
    """Say whether there is a ladder of invariance that is not that of ordered answers."""
    return _table("invariance")(content) and not records.has_ordinal_ladder(content)


def _benchmark(content: Content) -> bool:
    return bool(league_rows.benchmarks(content, content.index, "en"))


def _composite(content: Content) -> bool:
    return records.is_composite(content)


def _covariance(content: Content) -> bool:
    return not records.is_composite(content)


TERMS_USED: dict[str, Uses] = {
    "index": _always,
    "index_point": _always,
    "construct": _always,
    "indicator": _always,
    "loading": _column("weights", "loading"),
    "weight": _table("weights"),
    "interval": _column("index", "ci_lower"),
    "margin": _column("index", "ci_lower"),
    "delta": _by_method("delta"),
    "monte_carlo": interval_methods.is_simulated,
    "bootstrap": _by_method("bootstrap"),
    "covariance_model": _covariance,
    "pls": _composite,
    "admissible": _fit("admissible"),
    "identified": _fit("identified"),
    "effect": _table("effects"),
    "importance": _column("drivers", "importance"),
    "performance": _column("drivers", "performance"),
    "impact": _column("drivers", "impact_5"),
    "priority": _column("drivers", "priority"),
    "quadrant": _column("drivers", "priority"),
    "established": _column("drivers", "importance_ci_lower"),
    "gain": _table("gains"),
    "plan": _table("target_plan"),
    "benchmark": _benchmark,
    "r2": _column("r2", "r2"),
    "alpha": _plain_alpha,
    "ordinal_alpha": records.has_latent_alpha,
    "categorical_omega": _column("ordinal_reliability", "categorical_omega"),
    "index_omega": _column("ordinal_reliability", "index_omega"),
    "rho_a": _column("reliability", "rho_a"),
    "rho_c": _column("reliability", "rho_c"),
    "ave": _column("reliability", "ave"),
    "htmt": _column("validity", "htmt"),
    "chisq": _fit("chisq"),
    "cfi": _fit("cfi", "tli"),
    "rmsea": _fit("rmsea"),
    "srmr": _fit("srmr"),
    "vif": _column("collinearity", "vif"),
    "f2": _column("effect_sizes", "f2"),
    "q2_predict": _column("prediction", "q2_predict"),
    "necessity": _table("necessity"),
    "suppressed": _suppressed,
    "n_eff": _weighted,
    "deff": _column("precision", "deff"),
    "rank_interval": _table("ranks"),
    "letters": _table("ranks"),
    "holm": _compared,
    "invariance": _ladder,
    "ordinal_invariance": records.has_ordinal_ladder,
    "micom": _table("micom"),
    "wave": _table("trend"),
    "held": _table("trend"),
    "decomposition": _table("decomposition"),
    "aggregate": _table("aggregates"),
    "nps": _measured("nps"),
    "csat": _measured("csat"),
    "ces": _measured("ces_v1", "ces_v2"),
    "satisfaction_rate": _measured("satisfaction_rate"),
    "funnel": _table("complaint_funnel"),
    "recovery": _measured("recovery_gap"),
    "price_tolerance": _table("price_tolerance"),
    "relative_importance": _table("relative_importance"),
}
"""Key of a term > whether the results hold it, in the order of the glossary."""
