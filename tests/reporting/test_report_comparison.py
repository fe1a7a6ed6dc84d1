"""The report of a comparison."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest
import report_samples as samples
from report_pages import comparison_page

from csi_model.errors import ReportError
from csi_model.reporting.comparison_page import comparison_pictures, comparison_sentences
from csi_model.reporting.content import Content
from csi_model.vocabulary import DIFFERENCES


def difference(first: str, second: str, value: float, verdict: str, p: float = 0.0002) -> dict[str, object]:
    return {
        "construct": "satisfaction",
        "unit_1": first,
        "unit_2": second,
        "index_1": 70.0,
        "index_2": 70.0 + value,
        "difference": value,
        "se": 0.5,
        "ci_lower": value - 1.0,
        "ci_upper": value + 1.0,
        "pvalue_holm": p,
        "verdict": verdict,
        "why": "no standard error" if verdict == "not tested" else "",
    }


def comparison(*rows: dict[str, object], scores: tuple[float, ...] = (70.0, 73.2, 69.9)) -> Content:
    waves = ("2022", "2023", "<b>2024</b>")[: len(scores)]
    index = [
        {"unit": wave} | samples.index_rows(["satisfaction"], [score], n=900)[0]
        for wave, score in zip(waves, scores, strict=True)
    ]
    tables = {
        "index": samples.table("index", index, ("unit",)),
        "differences": pd.DataFrame(list(rows), columns=list(DIFFERENCES.column_names)),
        "findings": samples.findings(),
    }
    return Content(
        tables=tables,
        pooled=tables,
        by=("unit",),
        constructs=("satisfaction",),
        paths=(),
        index="satisfaction",
        labels=samples.LABELS,
        title={"en": "Waves"},
        manifest={"options": {"level": 0.9}, "units": list(waves), "command": "csi compare a b"},
    )


CLEAR = difference("2022", "2023", 3.2, "higher")
FALL = difference("2023", "<b>2024</b>", -3.3, "lower", 0.012)
SAME = difference("2022", "<b>2024</b>", -0.1, "no clear difference", 0.8)


def test_clear_differences_come_largest_first() -> None:
    found = comparison_sentences(comparison(CLEAR, FALL, SAME), "en")
    assert found == [
        "<b>2024</b> stands 3.3 index points below 2023 (90% interval of the difference "
        "\u22124.3 to \u22122.3; p = 0.012).",
        "2023 stands 3.2 index points above 2022 (90% interval of the difference 2.2 to 4.2; p < 0.001).",
        "All pairs stand in the table below.",
    ]
    assert comparison_sentences(comparison(CLEAR), "zh") == [
        "2023比2022高 3.2 分（差异的 90% 置信区间 2.2 至 4.2；p < 0.001）。"
    ]


def test_without_a_clear_difference_none_is_claimed() -> None:
    assert comparison_sentences(comparison(SAME), "en") == [
        "Between 2022 and <b>2024</b> there is no clear difference in Customer satisfaction."
    ]
    assert comparison_sentences(comparison(SAME, SAME), "zh") == [
        "各组的顾客满意度指数两两之间均无明显差异。"
    ]
    untested = difference("2022", "2023", math.nan, "not tested", math.nan)
    assert comparison_sentences(comparison(untested), "en") == [
        "No difference could be tested: no standard error."
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_and_charts(language: str) -> None:
    untested = difference("2022", "2023", math.nan, "not tested", math.nan)
    content = comparison(CLEAR, FALL, SAME, untested)
    page = comparison_page(content, language)
    assert page == comparison_page(content, language)
    assert "<b>2024" not in page
    assert "&lt;b&gt;2024&lt;/b&gt;" in page
    assert f"<sup>1</sup> {'没有标准误' if language == 'zh' else 'no standard error'}" in page
    assert "csi compare a b" in page
    made = comparison_pictures(content, language).svgs
    assert list(made) == ["groups", "differences"]
    for document in made.values():
        ElementTree.fromstring(document)
        assert "all 7" not in document


def test_results_that_should_not_be_used_are_named_first() -> None:
    content = comparison(CLEAR)
    bad = samples.findings(
        ("not-trustworthy", "error", "2022", "some numbers should not be used.", "Mend it.")
    )
    tables = {**content.tables, "findings": bad}
    page = comparison_page(replace(content, tables=tables, pooled=tables))
    assert page.index("2022: some numbers should not be used.") < page.index("2023 stands 3.2")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ReportError, match="Choose one of: en, zh"):
        comparison_page(comparison(CLEAR), "fr")
