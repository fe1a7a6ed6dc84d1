"""The report as one HTML file that loads nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csi_model.reporting import (
    comparable,
    composite_groups,
    composite_structure,
    composites,
    document,
    fit_tables,
    formats,
    gain_sections,
    indicator_map,
    inspection,
    league_sections,
    measurement,
    predictions,
    records,
    sentences,
    side_by_side,
    small_multiples,
    treatments,
    usability,
    views,
    wave_sections,
)
from csi_model.reporting.charts import charts
from csi_model.reporting.content import Content
from csi_model.reporting.measures.families import measure_pieces
from csi_model.reporting.wording import say
from csi_model.vocabulary import term


def page(content: Content, language: str = "en", *, drawn: Mapping[str, str] | None = None) -> str:
    """Return the report on ``content`` as one self-contained HTML document.

    Parameters
    ----------
    content
        The stored tables and what goes with them.
    language
        ``en`` or ``zh``.
    drawn
        What ``charts`` returned for the same content and language, where it was made already.

    Returns
    -------
    str
        HTML with inline style and charts, no script, no request to anywhere; the same content gives the
        same text. Labels and texts from surveys are shown as text.

    Raises
    ------
    ReportError
        There is no such language.
    """
    document.check_language(language)
    shown = charts(content, language) if drawn is None else drawn
    return document.render("page.html.j2", **_context(content, language, shown))


def _context(content: Content, language: str, shown: Mapping[str, str]) -> dict[str, Any]:
    title = content.title.get(language) or content.title.get("en") or content.label(content.index, language)
    more = _more(content, language)
    return {
        **document.common(content, language),
        **more,
        "sections": _sections(content, more),
        "title": title,
        "client": _client(content),
        "charts": document.inline(shown),
        **_first_screen(content, language),
        **_results(content, language),
        **_measurement(content, language),
        **_comparability(content, language),
        **_sampling(content, language),
    }


def _client(content: Content) -> str:
    said = content.manifest.get("report", {})
    return str(said.get("client") or "") if isinstance(said, Mapping) else ""


def _sections(content: Content, more: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("verdict", "headline", "index", "groups", "league", "waves", "comparability", "drivers",
             "whatif", "measures", "model", "measurement", "prediction", "necessity", "segments",
             "estimators", "precision", "rows", "findings", "method")  # fmt: skip
    left_out = {"groups"} if not content.by else set()
    left_out |= {name for name in names if f"{name}_pieces" in more and not more[f"{name}_pieces"]}
    left_out |= set() if comparable.stored(content) else {"comparability"}
    return tuple(name for name in names if name not in left_out)


def _more(content: Content, language: str) -> dict[str, Any]:
    """Parts that only some runs have, most of them of PLS."""
    return {
        "composite": records.is_composite(content),
        "indicator_pieces": list(indicator_map.indicator_pieces(content, language)),
        "structure_pieces": [
            *(composite_structure.path_pieces(content, language) if records.is_composite(content) else ()),
            *composite_structure.moderation_pieces(content, language),
        ],
        "loadings_pieces": list(composites.loadings_pieces(content, language)),
        "validity_pieces": [
            *composites.discriminant_pieces(content, language),
            *composites.cross_pieces(content, language),
            *composites.tetrad_pieces(content, language),
        ],
        "fit_pieces": list(composite_structure.fit_pieces(content, language))
        if records.is_composite(content)
        else [],
        "group_pieces": composite_groups.group_pieces(content, language),
        "prediction_pieces": list(predictions.prediction_pieces(content, language)),
        "necessity_pieces": list(predictions.necessity_pieces(content, language)),
        "segments_pieces": composite_groups.segment_pieces(content, language),
        "estimators_pieces": side_by_side.estimator_pieces(content, language),
        **_units_and_waves(content, language),
    }


def _units_and_waves(content: Content, language: str) -> dict[str, Any]:
    """Parts of a study of many units or waves, and of one that asks what if."""
    made = {
        "league": league_sections.league_pieces(content, language),
        "waves": wave_sections.wave_pieces(content, language),
        "whatif": gain_sections.what_if_pieces(content, language),
        "measures": measure_pieces(content, language),
        "precision": gain_sections.precision_pieces(content, language),
    }
    return {
        **{f"{name}_pieces": pieces for name, pieces in made.items()},
        "piece_parts": made,
        "unit_driver_pieces": small_multiples.unit_driver_pieces(content, language),
    }


def _first_screen(content: Content, language: str) -> dict[str, Any]:
    state, sentence = usability.overall(content, language)
    row = records.headline(content)
    return {
        "overall": {"state": state, "text": sentence},
        "verdicts": usability.verdicts(content, language),
        "alert": usability.alert(content, language),
        "headline": {
            "label": views.labelled(content, content.index, language),
            "value": formats.number(row.get("index")),
            "interval": formats.interval(row.get("ci_lower"), row.get("ci_upper"), 1, language),
            "interval_title": say("interval", language, level=formats.level(records.confidence(content))),
            "n": formats.count(row.get("n")),
            "rule": term(records.word(row, "weight_rule"), language) or say("not_stored", language),
            "sentences": sentences.headline(content, language),
            "usable": usability.index_usable(content),
        },
    }


def _results(content: Content, language: str) -> dict[str, Any]:
    targets = [name for name in content.constructs if name != content.index]
    return {
        "direction": sentences.direction(content, language),
        "index_view": views.index_view(content, language),
        "group_sentences": sentences.groups(content, language),
        "group_view": views.group_view(content, language),
        "driver_sentences": sentences.drivers(content, language, may_use_effects=usability.usable(content)),
        "driver_view": views.driver_view(content, content.index, language),
        "other_driver_views": [
            found for name in targets if (found := views.driver_view(content, name, language))
        ],
        "effects_view": views.effects_view(content, language),
        "ways_view": inspection.ways_view(content, language),
        "r2_view": measurement.r2_view(content, language),
        "effects_usable": usability.usable(content),
    }


def _measurement(content: Content, language: str) -> dict[str, Any]:
    return {
        "questions_view": measurement.questions_view(content, language),
        "weights_view": measurement.weights_view(content, language),
        "reliability_view": measurement.reliability_view(content, language),
        "validity_view": measurement.validity_view(content, language),
        "fit_view": fit_tables.fit_view(content, language),
        "fit_about": fit_tables.about(content, language),
        "fit_other_view": fit_tables.other_view(content, language),
        "inspection": inspection.parts(content, language),
        "inspection_files": inspection.files(content, language),
    }


def _comparability(content: Content, language: str) -> dict[str, Any]:
    return {
        "comparability_box": comparable.box(content, language),
        "ladder_view": comparable.ladder_view(content, language),
        "ladder_notes": comparable.ladder_notes(content, language),
        "equality_view": comparable.equality_view(content, language),
        "means_view": comparable.means_view(content, language),
        "means_text": comparable.means_text(content, language),
        "path_tests_view": comparable.paths_view(content, language),
        "path_tests_text": comparable.paths_text(content, language),
    }


def _sampling(content: Content, language: str) -> dict[str, Any]:
    return {
        "rows_sentence": sentences.rows(content, language),
        "rows_view": views.rows_view(content, language),
        "treatments_view": treatments.treatments_view(content, language),
        "treatments_text": treatments.treatments_text(content, language),
    }
