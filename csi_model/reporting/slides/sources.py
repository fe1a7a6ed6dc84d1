"""Where the numbers of a slide come from: the files of the results folder."""

from __future__ import annotations

from collections.abc import Iterable

from csi_model.reporting.content import Content
from csi_model.reporting.views import View
from csi_model.vocabulary import SURVEY_TABLES, TABLES

_OF_CHAPTERS: dict[str, tuple[str, ...]] = {
    "verdict": ("fit", "findings"),
    "headline": ("index",),
    "summary": ("index", "drivers"),
    "approach": ("rows", "index"),
    "index": ("index",),
    "answers": ("answers",),
    "groups": ("index",),
    "league": ("ranks", "rank_probabilities", "aggregates", "differences", "index"),
    "waves": ("trend", "decomposition", "wave_checks"),
    "comparability": (
        "invariance", "latent_means", "path_tests", "equality_tests", "permutation_tests", "micom",
        "group_tests", "omnibus_tests",
    ),
    "drivers": ("drivers", "indicator_drivers"),
    "whatif": ("gains", "target_plan", "consequences"),
    "model": ("effects", "r2", "specific_effects", "effect_sizes", "moderation"),
    "conclusions": ("drivers", "index"),
    "measurement": (
        "indicators", "weights", "reliability", "validity", "fit", "discriminant", "composite_fit",
        "cross_loadings", "tetrads", "communalities", "redundancies",
    ),
    "prediction": ("prediction", "cvpat"),
    "necessity": ("necessity", "bottlenecks"),
    "segments": ("segments", "segment_paths"),
    "estimators": ("estimators",),
    "precision": ("precision", "weighting"),
    "rows": ("rows", "treatments"),
    "findings": ("findings",),
    "method": ("parameters", "resampling"),
}  # fmt: skip
"""Chapter > tables that it shows."""

_OF_CHARTS: dict[str, tuple[str, ...]] = {
    "paths": ("index", "effects"),
    "heatmap": ("index", "aggregates", "differences"),
    "ranks": ("rank_probabilities",),
    "driver_maps": ("drivers",),
    "indicators": ("indicator_drivers",),
    "moderation": ("moderation",),
}
"""Chart without a native form > tables that it is drawn from."""

_OF_UNITS = frozenset({"groups", "league", "heatmap", "driver_maps"})
"""Chapters and charts that show the tables of groups, not those of all respondents."""


def of_chart(content: Content, name: str, table: str = "") -> tuple[str, ...]:
    """Return the files that a chart shows."""
    names = (table,) if table else _OF_CHARTS.get(name, (name,))
    return files(content, names, units=name in _OF_UNITS)


def of_view(content: Content, chapter: str, view: View, language: str) -> tuple[str, ...]:
    """Return the file that a table shows: of its chapter's, the one whose columns it has most of."""
    titles = {title for title, _ in view.columns}

    def shared(name: str) -> int:
        columns = (TABLES | SURVEY_TABLES)[name].columns
        return sum(column.term[language] in titles for column in columns)

    names = [name for name in _candidates(content, chapter) if _held(content, name)]
    best = max(names, key=shared, default="")
    if not best or shared(best) < 2:
        return of_chapter(content, chapter)
    return files(content, (best,), units=chapter in _OF_UNITS)


def _candidates(content: Content, chapter: str) -> tuple[str, ...]:
    return _OF_CHAPTERS.get(chapter, tuple(content.across))


def of_chapter(content: Content, chapter: str) -> tuple[str, ...]:
    """Return the files that a chapter shows, at most three of them."""
    names = [name for name in _OF_CHAPTERS.get(chapter, ()) if _held(content, name)]
    return files(content, names[:3], units=chapter in _OF_UNITS)


def _held(content: Content, name: str) -> bool:
    return any(
        name in tables and len(tables[name]) for tables in (content.pooled, content.tables, content.across)
    )


def files(content: Content, names: Iterable[str], *, units: bool = False) -> tuple[str, ...]:
    """Return stored tables as files of the results folder."""
    made = []
    for name in names:
        if not _held(content, name):
            continue
        whole = name in content.pooled and name not in content.across
        folder = "tables/pooled" if whole and content.by and not units else "tables"
        made.append(f"{folder}/{name}.csv")
    return tuple(dict.fromkeys(made))
