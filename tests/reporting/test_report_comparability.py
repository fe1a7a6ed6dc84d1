"""May the groups be compared: the verdict, the ladder, what was left free, latent means, tests of paths."""

from __future__ import annotations

import re
from dataclasses import replace

import inspection_samples
import pytest
import report_samples as samples
from inspection_samples import inspected
from page_outline import Outline
from report_pages import page

from csi_model.reporting import comparable
from csi_model.reporting.content import Content


def shown(caption: str, language: str = "en") -> list[list[str]]:
    return Outline(page(inspected(), language)).table(caption)[1:]


def across(content: Content, **tables: list[dict[str, object]]) -> Content:
    made = {name: inspection_samples.survey_table(name, rows) for name, rows in tables.items()}
    return replace(content, across=made)


def test_the_verdict_stands_first_one_answer_for_each_use() -> None:
    box = comparable.box(inspected(), "en")
    assert box is not None
    assert [(answer.state, answer.title) for answer in box.answers] == [
        ("good", "Paths: yes"),
        ("caution", "Latent means: in part"),
        ("bad", "Indices: no"),
    ]
    assert "at the same level of the construct (Overall satisfaction" not in box.answers[1].text
    assert "(“Overall satisfaction” (SATIS))" in box.answers[1].text
    assert box.texts[0].startswith("Read differences of what is not comparable")
    text = page(inspected())
    section = text[text.index('id="comparability"') :]
    assert section.index("Indices: no") < section.index("<table>")


def test_the_verdict_in_chinese() -> None:
    box = comparable.box(inspected(), "zh")
    assert box is not None
    assert [answer.title for answer in box.answers] == [
        "路径：可以比较",
        "潜变量均值：部分可比",
        "指数：不可比较",
    ]
    assert box.answers[0].text == "各组题项以相同单位测量潜变量（度量等值）。"


def test_a_verdict_in_other_words_is_shown_as_it_stands() -> None:
    findings = samples.findings(("comparability", "note", "groups", "They may, with <care>.", ""))
    content = replace(inspected(), pooled={**inspected().pooled, "findings": findings})
    box = comparable.box(content, "zh")
    assert box is not None
    assert box.answers == ()
    assert "They may, with &lt;care&gt;." in page(content, "zh")


def test_poor_fit_in_the_groups_is_said_beside_the_verdict() -> None:
    what = (
        "already the model without equalities fits the groups poorly (CFI 0.885, RMSEA 0.098), so that the "
        "later steps say less."
    )
    left_out = "not compared: 3013 (12 respondents), 5001 (no variation in PQ)."
    rows = [
        ("poor-configural-fit", "warning", "invariance", what, ""),
        ("groups-left-out", "note", "invariance", left_out, ""),
        ("comparability", "note", "groups", inspection_samples.VERDICT, ""),
    ]
    content = replace(inspected(), pooled={**inspected().pooled, "findings": samples.findings(*rows)})
    box = comparable.box(content, "en")
    assert box is not None
    assert box.texts == (
        "Not compared: Internet providers (12 respondents) and Banks (no variation in PQ).",
        "A" + what[1:],
    )
    assert "未参与比较：Internet providers（12 名受访者）和Banks（PQ没有差异）。" in page(content, "zh")


def test_the_ladder() -> None:
    assert shown("Measurement invariance of the groups") == [
        ["configural", "✓\u00a0holds", "2,827.6 (152)", "0.964", "0.098", "0.042", *["–1"] * 5],
        ["metric (loadings)", "✓\u00a0holds", "3,059.6 (173)", "0.961", "0.095", "0.051", "232.0 (21)",
         "<0.001", "−0.003", "−0.003", "0.009"],
        ["scalar (intercepts)2", "!\u00a0holds in part", "3,394.2 (194)", "0.957", "0.095", "0.054",
         "334.6 (21)", "0.021", "−0.004", "−0.001", "0.003"],
    ]  # fmt: skip
    text = page(inspected())
    assert "<sup>2</sup> the fit drops too far: CFI −0.021" in text
    assert "<sup>2</sup> 拟合下降过多：CFI −0.021" in page(inspected(), "zh")


def test_what_was_left_free_is_named() -> None:
    notes = comparable.ladder_notes(inspected(), "en")
    assert notes == [
        "Left free, scalar (intercepts): loading of Overall satisfaction (SATIS) on Customer satisfaction "
        "and intercept of Overall satisfaction (SATIS).",
        "Test of the change of chi-square: likelihood ratio.",
    ]


def test_what_equality_costs_is_shown_for_all_groups_together() -> None:
    rows = shown("What equality across groups costs")
    assert rows == [
        ["scalar (intercepts)"],
        ["intercept of Overall satisfaction (SATIS)", "88.1", "3", "<0.001"],
    ]


def test_latent_means_by_the_labels_of_groups() -> None:
    assert shown("Means against Processed food") == [
        ["Customer satisfaction"],
        ["Processed food", "0.00", "0.00", "–1", "–1"],
        ["Airlines", "−0.50", "−0.87", "−0.99 to −0.75", "<0.001"],
    ]
    assert "Processed food is the zero point" in page(inspected())


def test_crossed_groups_get_the_labels_of_both_columns() -> None:
    content = replace(
        inspected(),
        by=("INDUSTRY", "SEX"),
        group_labels={"INDUSTRY": {"1": "Airlines"}, "SEX": {"2": "women"}},
    )
    assert content.group_name("1 / 2") == "Airlines · women"
    assert content.group_name("1 / 2 / 3") == "1 / 2 / 3"
    alone = replace(content, by=("INDUSTRY",), group_labels={"INDUSTRY": {"a / b": "A or B"}})
    assert alone.group_name("a / b") == "A or B"


def test_tests_of_paths_with_their_verdicts() -> None:
    assert shown("Tests of equal paths") == [
        ["all paths together", "differs", "559.6", "571.6", "27", "<0.001", "–1"],
        ["Customer expectations → Perceived quality", "differs", "17.2", "17.1", "3", "<0.001", "0.003"],
        ["Perceived quality → Perceived value", "no clear difference", "0.7", "0.7", "3", "0.866", "0.890"],
    ]
    text = comparable.paths_text(inspected(), "en")
    assert text.startswith("Taken together, the paths differ between the groups (p <0.001). Different for at")
    assert "Different for at least one group: Customer expectations → Perceived quality." in text


def test_paths_that_do_not_differ_or_were_not_tested() -> None:
    none = [
        {"source": "", "target": "", "pvalue": 0.4, "verdict": "no clear difference"},
        {"source": "quality", "target": "value", "verdict": "no clear difference"},
    ]
    text = comparable.paths_text(across(samples.grouped(), path_tests=none), "en")
    assert "do not clearly differ between the groups (p 0.400). No single path clearly differs." in text
    untested = [{"source": "quality", "target": "value", "verdict": "not tested", "why": "no optimum"}]
    content = across(samples.grouped(), path_tests=untested)
    assert "No single path" not in comparable.paths_text(content, "en")
    assert "未检验" in page(content, "zh")


@pytest.mark.slow
def test_the_section_appears_only_where_there_is_something() -> None:
    assert 'id="comparability"' not in page(samples.grouped())
    assert 'id="comparability"' not in page(samples.acsi())
    rows = [{"source": "quality", "target": "value", "verdict": "differs", "pvalue": 0.01}]
    text = page(across(samples.grouped(), path_tests=rows))
    assert '<a href="#comparability">' in text
    assert "The ladder of measurement invariance" not in text
    assert "Latent means" not in text


def test_long_tables_scroll_in_a_frame() -> None:
    rows = [{"group": str(k), "construct": "value", "mean": 0.1, "std_mean": 0.1} for k in range(25)]
    long, short = (page(made) for made in (across(samples.grouped(), latent_means=rows), inspected()))
    section = re.compile(r'<section id="comparability".*?</section>', re.DOTALL)
    assert 'class="scroll tall titled"' in section.findall(long)[0]
    assert 'class="scroll tall titled"' not in "".join(section.findall(short))
