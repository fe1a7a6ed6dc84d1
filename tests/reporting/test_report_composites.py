"""The page of a PLS run: its own sections and words, every number a stored cell, nothing of other methods."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise

import composite_samples as composite
import pytest
import report_samples as samples
from page_outline import Outline, without_scripts
from report_pages import page

from csi_model.reporting import drawing, driver_charts, indicator_map, sentences, usability
from csi_model.reporting.charts import charts, moderation_chart
from csi_model.reporting.content import Content
from csi_model.vocabulary import SURVEY_TABLES, TABLES


def shown(caption: str, content: Content | None = None) -> list[list[str]]:
    """Rows of a table without its head; block titles have one cell."""
    return Outline(page(content or composite.grouped())).table(caption)[1:]


def without_blocks(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.replace("\u00a0", " ") for cell in row] for row in rows if len(row) > 1]


@pytest.mark.slow
@pytest.mark.parametrize("make", [composite.plain, composite.grouped])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_of_pls_is_sound(make: Callable[[], Content], language: str) -> None:
    text = page(make(), language)
    outline = Outline(text)
    levels = [int(tag[1]) for tag, _ in outline.headings]
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = [str(attrs["id"]) for _, attrs in outline.attributes if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in outline.attributes:
        if tag == "a":
            assert str(attrs["href"]).removeprefix("#") in ids
    assert page(make(), language) == text


def test_nothing_of_maximum_likelihood_stands_on_a_page_of_pls() -> None:
    text = without_scripts(page(composite.plain()))
    for word in ("likelihood", "chi-square", "CFI", "RMSEA", "delta method", "<code>ridge"):
        assert word not in text, word
    assert "modification" not in text.lower()


def test_nothing_of_pls_stands_on_a_page_without_it() -> None:
    text = without_scripts(page(samples.acsi()))
    for word in ("PLSpredict", "HTMT, upper", "f²", "GoF", "CVPAT", "MICOM", "Necessary", "segment", "folds"):
        assert word not in text, word


def test_sections_appear_only_where_their_tables_have_rows() -> None:
    full = {str(attrs.get("id")) for _, attrs in Outline(page(composite.grouped())).attributes}
    assert {"prediction", "necessity", "segments", "estimators", "comparability"} <= full
    names = ("prediction", "cvpat", "necessity", "bottlenecks", "moderation", "tetrads")
    bare = composite.plain(tables={name: samples.table(name, []) for name in names})
    outline = Outline(page(bare))
    ids = {str(attrs.get("id")) for _, attrs in outline.attributes}
    assert not {"prediction", "necessity", "segments", "estimators", "comparability"} & ids
    titles = {text for _, text in outline.headings} | set(outline.captions)
    assert not {TABLES[name].title["en"] for name in names} & titles


@pytest.mark.slow
def test_loadings_and_weights_with_their_intervals() -> None:
    rows = {row[0]: row[1:] for row in without_blocks(shown("Loadings and weights"))}
    assert rows["OVERALLQ"] == ["0.912", "0.892 to 0.932", "0.512", "0.492 to 0.532", "0.333", "mode A"]
    assert rows["CUSTOMQ"][0] == "0.644 ▼"
    assert rows["PQ"][-1] == "mode B"


@pytest.mark.slow
def test_communality_redundancy_and_q2() -> None:
    whole = without_blocks(shown(TABLES["redundancies"].title["en"]))
    assert whole == [
        ["Perceived quality", "0.623", "–1", "–1", "mode A"],
        ["Perceived value", "0.778", "0.415", "0.402", "mode B"],
    ]
    rows = {row[0]: row[1:] for row in without_blocks(shown("Communality, redundancy and Q²"))}
    assert rows["PQ"] == ["0.759", "0.311", "0.297", "5.25 ▲"]


@pytest.mark.slow
def test_cross_loadings_mark_the_own_construct_and_what_loads_higher_elsewhere() -> None:
    rows = shown("Cross-loadings")
    assert rows[0] == ["1  Perceived quality"]
    cells = {row[0]: row[1:] for row in without_blocks(rows)}
    assert cells["OVERALLQ"] == ["[0.912]", "0.700", "0.700"]
    assert cells["CUSTOMQ"] == ["[0.644]", "0.700 ▲", "0.700 ▲"]
    assert page(composite.plain()).count('class="num own"') == len(composite.LOADINGS)


def test_discriminant_validity_in_words() -> None:
    rows = without_blocks(shown("Discriminant validity"))
    assert [row[2] for row in rows] == ["✓ distinct", "✕ not distinct", "! doubtful", ""]
    assert rows[1][3:] == ["0.953", "0.981", "0.947", "0.979", "0.861", "0.790", "0.907", "✕ no"]
    text = page(composite.plain())
    assert "Respondents hardly tell apart: Perceived quality and Customer satisfaction (HTMT 0.953)." in text
    assert "Complaints: HTMT and AVE need two indicators" in text


def test_pairs_that_are_all_distinct_are_called_so() -> None:
    frame = composite.measurement()["discriminant"].iloc[:1]
    assert "All pairs with such a test are distinct." in page(composite.plain(tables={"discriminant": frame}))


def test_standardised_paths_with_effect_sizes_and_collinearity() -> None:
    rows = shown("Standardised paths")
    assert rows[0] == ["Drivers of Perceived value"]
    assert without_blocks(rows) == [
        ["Perceived quality", "0.731", "0.702 to 0.764", "<0.001", "1.147", "large", "1.00"],
        ["Perceived quality", "0.452", "0.401 to 0.503", "0.012", "0.011", "negligible", "5.12 ▲"],
    ]


def test_effects_at_levels_of_a_moderator() -> None:
    rows = shown("Effects at levels of a moderator")
    assert rows[0] == ["Perceived quality → Customer satisfaction, moderated by Perceived value"]
    assert without_blocks(rows)[0] == ["low (−1 SD)", "0.214", "−0.036 to 0.464"]
    axes = moderation_chart(composite.plain())
    drawn = [line for line in axes.lines if len(line.get_xdata()) == 1]  # type: ignore[arg-type]
    assert [float(line.get_xdata()[0]) for line in drawn] == [0.214, 0.321, 0.428]  # type: ignore[index]


@pytest.mark.slow
def test_overall_fit_with_its_bounds() -> None:
    rows = without_blocks(shown(TABLES["composite_fit"].title["en"]))
    srmr = "standardised root mean square residual (SRMR)"
    assert rows[0] == [srmr, "0.051", "0.031", "0.033", "0.002", "✕ does not fit"]
    assert rows[2] == [srmr, "0.029", "", "", "", ""]
    text = page(composite.plain())
    assert f"The model does not fit exactly: {srmr} beyond chance." in text
    assert "By its SRMR of 0.051, not above .08, the misfit is small" in text
    assert "GoF is 0.632" in text
    assert "no measure of fit" in text


@pytest.mark.parametrize(
    ("value", "verdict", "words"),
    [
        (0.02, "fits", "The model fits: every distance could be chance."),
        (0.11, "does_not_fit", "Its SRMR of 0.110 is above .08"),
        (0.02, "", "Whether the model fits was not tested: no draws."),
    ],
)
def test_what_is_said_of_the_fit(value: float, verdict: str, words: str) -> None:
    row = {
        "measure": "srmr",
        "model_form": "estimated",
        "value": value,
        "verdict": verdict,
        "why": "no draws",
    }
    assert words in page(composite.plain(tables={"composite_fit": samples.table("composite_fit", [row])}))


@pytest.mark.slow
def test_prediction_and_its_test() -> None:
    rows = {row[0]: row[1:] for row in without_blocks(shown(TABLES["prediction"].title["en"]))}
    assert rows["Overall satisfaction (SATIS)"][:3] == ["0.451", "1.512", "1.534"]
    assert rows["IDEAL"][:3] == ["−0.012 ▼", "1.512 ▲", "1.499"]
    tests = without_blocks(shown(TABLES["cvpat"].title["en"]))
    assert tests[1][:2] == ["all constructs", "✓ better"]
    assert tests[2][1:] == ["✕ worse", "2.105", "2.305", "−0.200", "−0.259 to −0.141", "<0.001"]
    text = page(composite.plain())
    assert "Customer satisfaction: medium predictive power, at least half" in text
    assert "Perceived value: high predictive power" in text
    assert "clearly better than the means of the questions" in text
    assert "predicts neither better nor worse" in text


def test_prediction_that_could_not_be_made_says_why() -> None:
    row = {"construct": "value", "indicator": "PQ", "why": "too few respondents"}
    text = page(composite.plain(tables={"prediction": samples.table("prediction", [row])}))
    assert "Perceived value: not known (too few respondents)." in text


@pytest.mark.slow
def test_necessary_conditions_and_bottlenecks() -> None:
    rows = without_blocks(shown("Necessary conditions"))
    assert rows[0] == ["Perceived quality", "step line (CE-FDH)", "0.324", "0.010", "97.5%", "✓ necessary"]
    assert rows[2][-1] == "not shown"
    assert "Necessary for Customer satisfaction: Perceived quality." in page(composite.plain())
    assert shown("Bottlenecks for Customer satisfaction") == [["50", "31.2", "NN"], ["100", "66.7", "NR"]]


@pytest.mark.slow
def test_groups_may_be_compared_or_not() -> None:
    text = page(composite.grouped())
    for words in ("Paths: in part", "Index levels: in part", "One model for all: no"):
        assert f"<strong>{words}</strong>" in text
    assert "Perceived quality (Processed food – Airlines, lowest c 0.981234)" in text
    rows = without_blocks(shown(SURVEY_TABLES["micom"].title["en"]))
    assert [row[:3] for row in rows] == [
        ["Processed food – Airlines", "✕ different", "0.9812"],
        ["Processed food – all others", "! partial", "0.9999"],
        ["Processed food – Airlines", "✓ full", "0.9998"],
    ]


@pytest.mark.slow
def test_tests_between_groups() -> None:
    rows = shown(SURVEY_TABLES["group_tests"].title["en"])
    assert rows[0] == ["Path Perceived quality → Perceived value"]
    assert rows[2] == ["R² of Perceived value"]
    assert without_blocks(rows)[0] == [
        "Processed food – Airlines", "differs", "0.701", "0.512", "−0.189",
        "0.001", "0.002", "0.003", "0.004", "0.011",
    ]  # fmt: skip
    assert "They differ in: the path Perceived quality → Perceived value." in page(composite.grouped())
    omnibus = without_blocks(shown(SURVEY_TABLES["omnibus_tests"].title["en"]))
    assert omnibus == [["questions, geodesic distance", "differs", "0.4174", "0.0991", "0.001"]]


@pytest.mark.slow
def test_segments_and_their_paths() -> None:
    rows = without_blocks(shown(SURVEY_TABLES["segments"].title["en"]))
    assert rows[0][-2:] == ["", "100.0%"]
    assert rows[1][-2:] == ["0.62", "40.6%"]
    paths = Outline(page(composite.grouped())).table(SURVEY_TABLES["segment_paths"].title["en"])
    assert paths[0] == ["path", "segment 1 (59%)", "segment 2 (41%)"]
    assert paths[1] == ["Perceived quality → Perceived value", "0.784", "0.198"]
    assert paths[3] == ["Perceived value", "0.392", "0.099"]
    text = page(composite.grouped())
    assert "2 segments: parts of the sample follow unlike paths" in text
    assert '<tr class="strong"><th scope="row">2</th>' in text


def test_two_estimators_side_by_side() -> None:
    table = Outline(page(composite.grouped())).table(SURVEY_TABLES["estimators"].title["en"])
    assert table[0] == ["estimate", "PLS", "covariance-based (ML)", "difference", "verdict"]
    rows = without_blocks(table[1:])
    assert rows[0] == ["Customer satisfaction", "71.2", "71.0", "0.3", "✓ agree"]
    assert rows[1] == ["PQ", "71.250", "70.950", "0.300", "! differ"]
    text = page(composite.grouped())
    assert "Opposite signs: the path Perceived quality → Perceived value." in text
    assert "They differ in: the index weights of Perceived value." in text


@pytest.mark.slow
def test_estimators_that_agree_or_are_not_compared() -> None:
    frame = composite.across()["estimators"].iloc[:1]
    content = replace(composite.plain(), across={"estimators": frame})
    assert "They agree in everything that is compared." in page(content)
    silent = frame.assign(verdict="", why="the ml fit should not be read")
    assert "Some are not compared: the ml fit should not be read." in page(
        replace(content, across={"estimators": silent})
    )


def test_the_method_of_pls() -> None:
    text = sentences.method(composite.plain(), "en")
    assert (
        "estimated by PLS path modelling: inner weights by the path scheme, standardised questions." in text
    )
    assert "Intervals are 95% intervals from 500 resamples of the respondents (bootstrap percentile)" in text
    none = replace(composite.plain(), manifest=composite.options(bootstrap=0, estimator="plsc"))
    text = sentences.method(none, "en")
    assert "There are no intervals" in text
    assert "corrected for the measurement error" in text
    assert "路径加权方案" in sentences.method(composite.plain(), "zh")


def test_options_of_the_other_kind_of_estimator_are_left_out() -> None:
    text = page(composite.plain())
    assert "<code>scheme</code>" in text
    assert "<code>variances</code>" not in text


def test_verdicts_in_words_of_pls() -> None:
    found = usability.verdicts(composite.plain(), "en")
    assert [verdict.state for verdict in found] == ["good"] * 3
    assert found[0].text == "The weights came to rest."
    corrected = replace(composite.plain(), manifest=composite.options(estimator="plsc"))
    assert "correction for measurement error" in usability.verdicts(corrected, "en")[1].text


def test_an_inadmissible_correction_leaves_the_index_in_use() -> None:
    fit = samples.fit_rows(admissible=0)
    what = "the corrected correlation matrix of the constructs is not positive definite."
    fix = "The consistent estimate does not exist here: use --estimator pls."
    finding = ("latent-covariance", "error", "constructs", what, fix)
    content = composite.plain(
        tables={"fit": samples.table("fit", fit), "findings": samples.findings(finding)},
        manifest=composite.options(estimator="plsc"),
    )
    box = usability.alert(content, "en")
    assert box is not None
    assert "The index scores rest on the weights and the answers" in " ".join(box.texts)
    assert box.named == ("The corrected correlation matrix of the constructs is not positive definite.",)
    assert box.remedy == finding[4]
    assert usability.index_usable(content)
    assert not usability.usable(content)
    zh = usability.alert(content, "zh")
    assert zh is not None
    assert zh.named == ("校正后的潜变量相关矩阵非正定。",)
    by_loadings = samples.index_rows(samples.CONSTRUCTS, samples.SCORES)
    other = replace(content, pooled={**content.pooled, "index": samples.table("index", by_loadings)})
    assert not usability.index_usable(other)


def test_weights_that_still_moved_take_everything_from_use() -> None:
    finding = ("not-converged", "error", "estimation", "the weights still moved by 1.2e-02 in the last step.",
               "No number of this fit can be used: try --scheme centroid, and look for a construct without "
               "relation to its neighbours.")  # fmt: skip
    content = composite.plain(
        tables={
            "fit": samples.table("fit", samples.fit_rows(converged=0)),
            "findings": samples.findings(finding),
        }
    )
    box = usability.alert(content, "en")
    assert box is not None
    assert box.named == ("The weights still moved by 1.2e−02 in the last step.",)
    assert box.remedy == finding[4]
    assert not usability.index_usable(content)


def crowded(count: int) -> Content:
    labels = {f"Q{k}": {"en": f"A rather long question number {k}", "zh": f"第 {k} 题"} for k in range(count)}
    return composite.plain(
        tables={"indicator_drivers": composite.indicator_drivers(count)}, labels={**samples.LABELS, **labels}
    )


@pytest.mark.parametrize("count", [1, 4, 24, 40])
def test_numbers_on_the_question_map_keep_clear_and_all_have_a_key(count: int) -> None:
    content = crowded(count)
    axes = indicator_map.indicator_map(content)
    points = indicator_map.numbered_points(indicator_map.indicator_rows(content))
    placed = driver_charts.place_labels(axes, points, penalty=indicator_map.PENALTY)
    assert len(placed) == count
    for one, two in combinations(placed, 2):
        assert not one.box.overlaps(two.box)
    markers = [drawing.Box.around(*label.anchor, 8, 8) for label in placed]
    assert not any(label.box.overlaps(marker) for label in placed for marker in markers)
    words = [text.get_text() for text in axes.texts]
    for number, row in enumerate(indicator_map.indicator_rows(content)):
        assert words.count(str(number + 1)) == 2
        assert any(text.startswith(content.label(str(row["indicator"]), "en")) for text in words)


def test_whiskers_of_both_axes_are_the_stored_intervals() -> None:
    content = crowded(4)
    axes = indicator_map.indicator_map(content)
    lines = {tuple(round(float(v), 9) for v in line.get_xdata()) for line in axes.lines}  # type: ignore[union-attr]
    upright = {tuple(round(float(v), 9) for v in line.get_ydata()) for line in axes.lines}  # type: ignore[union-attr]
    for row in indicator_map.indicator_rows(content):
        for name, found in (("importance", lines), ("performance", upright)):
            ends = tuple(round(float(row[f"{name}_ci_{end}"]), 9) for end in ("lower", "upper"))
            assert ends in found


def test_the_numbers_of_the_map_are_those_of_its_table() -> None:
    rows = shown("Questions as drivers", crowded(4))
    importances = [float(row[2]) for row in rows]
    assert importances == sorted(importances, reverse=True)
    assert [row[0].split("  ")[0] for row in rows] == ["1", "2", "3", "4"]


def test_charts_of_a_pls_run() -> None:
    made = charts(composite.plain())
    assert {"indicators", "moderation"} <= set(made)
    assert "indicators" not in charts(samples.acsi())
    empty = composite.indicator_drivers().assign(importance=math.nan)
    assert "no value" in charts(composite.plain(tables={"indicator_drivers": empty}))["indicators"]


@pytest.mark.slow
def test_a_chinese_page_of_pls_holds_no_english_sentence() -> None:
    content = composite.grouped()
    indicators = content.pooled["indicators"].assign(why="")
    content = replace(
        content,
        pooled={**content.pooled, "indicators": indicators},
        tables={name: frame for name, frame in content.tables.items() if name != "findings"},
    )
    text = re.sub(r"<(style|svg|code|dl).*?</\1>", "", without_scripts(page(content, "zh")), flags=re.S)
    text = re.sub(r'<section id="paper".*?</section>', "", text, flags=re.S)  # titles of works cited
    words = re.findall(r">([^<>]*[a-z]{2,} [a-z]{2,} [a-z]{2,}[^<>]*)<", text)
    assert [word for word in words if not re.search(r"[一-鿿]", word)] == []
