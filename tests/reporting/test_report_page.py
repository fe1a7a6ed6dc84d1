"""The page: complete, safe, self-contained, the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise

import inspection_samples
import pytest
import report_samples as samples
from page_outline import Outline

from csi_model.errors import ReportError
from csi_model.reporting import formats, measurement, records, theme, views
from csi_model.reporting.page import page

MADE = {
    "plain": samples.acsi,
    "grouped": samples.grouped,
    "inadmissible": samples.inadmissible,
    "twelve": samples.twelve,
    "inspected": inspection_samples.inspected,
}


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_is_sound(name: str, language: str) -> None:
    text = page(MADE[name](), language)
    outline = Outline(text)
    assert [tag for tag, _ in outline.headings].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in outline.headings]
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = [str(attrs["id"]) for _, attrs in outline.attributes if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in outline.attributes:
        if tag == "a":
            assert str(attrs["href"]).removeprefix("#") in ids
        for key in ("aria-labelledby",):
            assert set(str(attrs.get(key) or ids[0]).split()) <= set(ids)
        if tag == "th":
            assert attrs.get("scope") in {"col", "row", "rowgroup"}
    assert all(outline.captions)
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in outline.attributes}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_loaded_and_nothing_runs(language: str) -> None:
    text = page(samples.grouped(), language)
    outline = Outline(text)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in outline.attributes}
    for _, attrs in outline.attributes:
        assert not any(key.startswith("on") for key in attrs)
        for key in ("src", "href", "xlink:href"):
            assert str(attrs.get(key) or "#").startswith("#")
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_content_gives_the_same_page(language: str) -> None:
    later = samples.grouped()
    later = replace(later, manifest={**later.manifest, "created": "2031-01-01T00:00:00+00:00"})
    assert page(samples.grouped(), language) == page(later, language)


def test_labels_are_text() -> None:
    label = "<script>alert(1)</script>"
    content = samples.grouped()
    content = replace(
        content,
        labels={name: {"en": label} for name in (*content.constructs, "SATIS")},
        group_labels={"INDUSTRY": {"1001": '<img src=x onerror="alert(2)">'}},
        title={"en": label},
        source="</dd><b>source</b>",
    )
    text = page(content)
    assert "<script" not in text
    assert "<img" not in text
    assert "</dd><b>" not in text
    assert label in unescape(text)


def test_every_number_of_the_index_table_is_the_stored_cell() -> None:
    content = samples.acsi()
    rows = Outline(page(content)).table("Index scores")[1:]
    stored = records.index_rows(content)
    assert len(rows) == len(stored) == 6
    for shown, row in zip(rows, stored, strict=True):
        assert shown == [
            views.labelled(content, str(row["construct"]), "en"),
            formats.number(row["index"], 1),
            formats.interval(row["ci_lower"], row["ci_upper"], 1, "en"),
            formats.number(row["se"], 2),
            formats.count(row["n"]),
        ]


def test_the_headline_stands_large_with_its_interval_base_and_rule() -> None:
    text = page(samples.acsi())
    assert '<p class="number">71.0</p>' in text
    assert "<dd>70.4 to 71.5</dd>" in text
    assert "<dd>7,341</dd>" in text
    assert "<dd>loadings, normalised</dd>" in text


def test_a_fit_that_cannot_be_used_says_so_before_any_number() -> None:
    text = page(samples.inadmissible())
    assert text.index("Do not use the effects and drivers") < text.index('class="number')
    assert text.index("PLS path modelling") < text.index('class="number')
    assert '<p class="number unusable">' in text
    assert "Improve first" not in text
    assert "Do not act on the drivers below" in text
    assert "请勿使用效应与驱动因素的数字" in page(samples.inadmissible(), "zh")


def test_groups_show_pooled_weights_own_weights_and_why_not() -> None:
    outline = Outline(page(samples.grouped()))
    rows = outline.table("Index of Customer satisfaction by group")[1:]
    assert rows == [
        ["Processed food", "77.2", "76.4 to 78.0", "77.6", "1,968", "✓ usable"],
        ["Airlines", "68.3", "67.5 to 69.1", "68.6", "1,968", "! index only"],
        ["Internet providers", "–1", "–1", "–1", "12", "suppressed"],
        ["Banks", "74.8", "74.0 to 75.6", "75.1", "1,968", "✓ usable"],
    ]
    assert "suppressed: 12 respondents are fewer than the minimum base of 30" in page(samples.grouped())
    assert 'id="groups"' not in page(samples.acsi())


def test_an_empty_number_has_a_note_with_its_reason() -> None:
    text = page(samples.acsi(), "en")
    assert "<sup>1</sup> a single indicator has no reliability" in text
    assert "<sup>1</sup> 单一题项没有信度" in page(samples.acsi(), "zh")


def test_an_absent_table_is_named() -> None:
    tables = {"index": samples.acsi().pooled["index"]}
    text = page(replace(samples.acsi(), tables=tables, pooled=tables))
    assert "Fit of the model: The results folder holds no such table." in text
    assert 'class="number"' in text


def test_numbers_beyond_usual_limits_are_marked_by_a_sign_not_by_colour() -> None:
    outline = Outline(page(samples.acsi()))
    assert outline.table("Reliability")[3][-1] == "0.489 ▼"
    assert outline.table("Discriminant validity")[1][3] == "0.954 ▲"


def test_how_it_was_made() -> None:
    content = samples.acsi(structure="reconstructed", caveat={"en": "The arrows are uncertain."})
    text = page(content)
    for words in (
        "csi fit acsi survey.csv",
        "20240501",
        "0.1.0",
        "5d41402abc4b2a76",
        "Fornell, Johnson",
        "The arrows are uncertain.",
        "The structure is reconstructed",
        "maximum likelihood",
    ):
        assert words in text
    client = replace(content, manifest={**content.manifest, "report": {"client": "Shop & Co"}})
    assert "Prepared for Shop &amp; Co" in page(client)


def test_findings_are_listed_gravest_first_with_their_group() -> None:
    found = measurement.findings_of(samples.grouped(), "en")
    assert [item["severity"] for item in found] == ["error", "warning", "note"]
    assert found[0]["group"] == "Airlines"
    assert found[0]["title"] == "impossible correlation"
    assert "Nothing was found" in page(samples.acsi(tables={"findings": samples.findings()}))


def test_an_unknown_language_names_the_choices() -> None:
    with pytest.raises(ReportError, match=r"'fr'.*Choose one of: en, zh"):
        page(samples.acsi(), "fr")


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_text_contrast_is_at_least_aa(palette: theme.Palette) -> None:
    """WCAG 2.1, success criterion 1.4.3: 4.5 to 1 for text."""
    pairs = [
        (ink, ground)
        for ink in ("ink", "muted", "accent", "bad", "good", "caution")
        for ground in ("paper", "panel")
    ]
    pairs += [("ink", "bad_soft"), ("bad", "bad_soft"), ("ink", "accent_soft"), ("on_accent", "accent")]
    for ink, ground in pairs:
        a, b = sorted((_luminance(getattr(palette, ink)), _luminance(getattr(palette, ground))))
        assert (b + 0.05) / (a + 0.05) >= 4.5, (ink, ground)
