"""Method sheet, questionnaire, list of tables, glossary, and the paragraph for a paper."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import gallery
import league_samples as leagues
import pytest
import report_samples as samples
import wave_samples as waves
from outline_texts import texts_of, written

from csi_model.reporting.content import Content
from csi_model.reporting.outline import approach, citation, glossary, lookup
from csi_model.reporting.outline.blocks import Code, Entries, Points, Table, Text
from csi_model.reporting.outline.glossary_phrases import GLOSSARY
from csi_model.reporting.outline.works import MODEL_WORKS, WORKS
from csi_model.reporting.wording import say


def optioned(**options: Any) -> Content:
    base = samples.acsi()
    return replace(base, manifest={**base.manifest, "options": {**base.manifest["options"], **options}})


def sheet(content: Content, language: str = "en") -> dict[str, str]:
    block = next(one for one in approach.approach(content, language) if isinstance(one, Entries))
    return {entry.name: entry.value for entry in block.entries}


def test_the_background_stands_in_its_paragraphs_and_language() -> None:
    assert texts_of(approach.background(gallery.plain(), "zh")) == [
        "银行每年对顾客进行调查。",
        "今年增加了三家竞争对手。",
    ]
    assert not list(approach.background(samples.acsi(), "en"))


def test_what_the_study_file_gives_comes_first_and_what_it_does_not_is_named_once() -> None:
    said = {"method": {"mode": {"en": "telephone"}, "sampling": {"zh": "随机抽号"}}}
    content = replace(samples.acsi(), manifest={**samples.acsi().manifest, "report": said})
    assert list(sheet(content).items())[:2] == [("Mode", "telephone"), ("Sampling", "随机抽号")]
    assert "The study file does not say: population, fieldwork and response." in written(
        content, "approach", "en"
    )
    assert "does not say" not in written(gallery.plain(), "approach", "en")


def test_the_sheet_tells_sample_scales_estimator_and_intervals() -> None:
    found = sheet(optioned())
    assert found["Sample"] == (
        "Of 8,239 rows read, 7,341 are used. Left out: no question answered (20); a question answered “don't "
        "know” (741); a question refused (137)."
    )
    assert found["Scales"].endswith("0 to 1: COMP.")
    assert found["Estimator"] == "Maximum likelihood."
    assert found["Intervals"] == "95% intervals, delta method."
    assert found["Weighting and design"] == "No sampling weights: every respondent counts the same."
    assert "Groups" not in found
    assert sheet(optioned(), "zh")["样本"] == (
        "共读入 8,239 行，其中 7,341 行用于分析。剔除：所有题项均未作答（20）；有题项答“不知道”（741）；"
        "有题项拒答（137）。"
    )


def test_the_sheet_of_a_weighted_study_by_group() -> None:
    base = leagues.four()
    content = replace(base, manifest={**base.manifest, "weight": "w"})
    exact = leagues.across(
        "precision",
        [{"unit": "", "construct": "satisfaction", "index": 70.951, "half_width": 0.5213, "n": 7341,
          "n_eff": 6903.2, "deff_weights": 1.06, "deff": 1.118}],
    )  # fmt: skip
    found = sheet(replace(content, across={**content.across, "precision": exact}))
    assert found["Weighting and design"] == (
        "Respondents are weighted by the column w. The weights meet known margins of the population: sex and "
        "age. After weighting, 7,341 respondents count as 6,903. The design effect of the index is 1.12."
    )
    assert found["Margin of error"] == "±0.52 index points for the index of all respondents (95%)."
    assert found["Groups"] == "By firm. Groups with fewer than 30 respondents are suppressed."


def test_draws_and_seed_are_told_where_intervals_are_drawn() -> None:
    rows = samples.index_rows(samples.CONSTRUCTS, samples.SCORES)
    index = samples.table("index", [row | {"ci_method": "bootstrap"} for row in rows])
    base = optioned(bootstrap=2000)
    content = replace(base, pooled={**base.pooled, "index": index})
    assert sheet(content)["Intervals"] == (
        "95% intervals, bootstrap percentile. 2,000 bootstrap draws. Seed 20240501."
    )


@pytest.mark.parametrize("name", ["no_groups", "empty", "composites", "one_item"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_four_duties_of_wording_are_in_every_report(name: str, language: str) -> None:
    points = [b for b in approach.approach(gallery.GALLERY[name](), language) if isinstance(b, Points)]
    assert [len(block.texts) for block in points] == [4]
    first, second, third, _ = points[0].texts
    assert first == say("duty_points", language)
    assert second == say("duty_margin", language)
    assert third == say("duty_association", language)


def questions(content: Content, language: str = "en") -> list[list[str]]:
    table = next(one for one in lookup.questionnaire(content, language) if isinstance(one, Table))
    lines = [line for block in table.view.blocks for line in block.lines]
    return [[line.head.text, *(cell.text for cell in line.cells)] for line in lines]


def test_every_question_stands_with_its_scale_and_direction() -> None:
    found = questions(samples.acsi())
    assert [line[1] for line in found] == [item for items in samples.ITEMS for item in items.split()]
    assert found[0] == ["Expected overall quality", "OVERALLX", "1 to 10", "high"]
    assert found[11] == ["Comp", "COMP", "0 to 1", "low"]
    assert questions(samples.acsi(), "zh")[8] == ["总体满意程度", "SATIS", "1 至 10", "越高越好"]


def test_codes_and_routing_are_told_in_both_languages() -> None:
    base = samples.acsi()
    codes = {
        "OVERALLX": "98 is dont_know; 99 is refused",
        "HIGHPTOL": "26 counts as 25; asked where REPUR is 6 to 10",
    }
    content = replace(base, manifest={**base.manifest, "study": {"codes": codes}})
    found = {line[1]: line[-1] for line in questions(content)}
    assert found["OVERALLX"] == "98 = don't know; 99 = refused"
    assert found["SATIS"] == "derived from other answers"
    assert found["HIGHPTOL"] == "26 counts as 25; asked where REPUR is 6 to 10"
    chinese = {line[1]: line[-1] for line in questions(content, "zh")}
    assert chinese["HIGHPTOL"] == "26 计为 25；REPUR 为 6 至 10 时提问"
    assert lookup.coded_words("something new", "en") == ""


def files(content: Content) -> dict[str, str]:
    table = next(one for one in lookup.table_list(content, "en") if isinstance(one, Table))
    lines = [line for block in table.view.blocks for line in block.lines]
    return {line.head.text: line.cells[-1].text for line in lines}


def test_the_list_holds_every_table_with_rows_and_no_other() -> None:
    content = gallery.followed()
    found = files(content)
    wanted = {f"tables/{name}.csv": len(frame) for name, frame in content.tables.items() if len(frame)}
    wanted |= {
        f"tables/pooled/{name}.csv": len(frame) for name, frame in content.pooled.items() if len(frame)
    }
    wanted |= {f"tables/{name}.csv": len(frame) for name, frame in content.across.items() if len(frame)}
    assert found == {name: f"{rows:,}" for name, rows in wanted.items()}
    assert not any("pooled" in name for name in files(samples.acsi()))


def test_the_glossary_has_the_terms_that_the_results_hold() -> None:
    plain = glossary.definitions(gallery.one_item(), "en")
    assert {"index", "construct", "interval", "weight"} <= set(plain)
    assert not {"quadrant", "priority", "alpha", "rank_interval", "wave", "suppressed", "nps", "htmt"} & set(
        plain
    )
    full = glossary.definitions(gallery.followed(), "zh")
    assert {"quadrant", "alpha", "htmt", "rank_interval", "wave", "suppressed", "gain", "plan"} <= set(full)
    assert "pls" not in full
    assert "pls" in glossary.definitions(gallery.GALLERY["composites"](), "en")
    block = next(iter(glossary.glossary(gallery.followed(), "zh")))
    assert isinstance(block, Entries)
    assert [entry.value for entry in block.entries] == list(full.values())


def test_every_term_of_the_glossary_has_a_name_and_a_definition() -> None:
    keys = {key.removeprefix("glossary_name_") for key in GLOSSARY if key.startswith("glossary_name_")}
    assert keys == set(glossary.TERMS_USED)
    for key in keys:
        assert GLOSSARY[f"glossary_is_{key}"].en.endswith(".")
        assert GLOSSARY[f"glossary_is_{key}"].zh.endswith("。")


def paragraph(content: Content, language: str = "en") -> tuple[str, tuple[str, ...]]:
    blocks = list(citation.paper(content, language))
    text = next(one.text for one in blocks if isinstance(one, Text))
    return text, next((one.texts for one in blocks if isinstance(one, Points)), ())


def test_the_paragraph_of_a_fit_by_maximum_likelihood() -> None:
    text, works = paragraph(samples.acsi())
    assert text.startswith(
        "The model “American Customer Satisfaction Index” (Fornell et al., 1996) was applied to the answers "
        "of 7,341 respondents."
    )
    assert "by maximum likelihood (Bollen, 1989)" in text
    assert (
        "Fit of the model: chi-square 2,994.6 (df 58), CFI 0.967, TLI 0.956, RMSEA 0.083, SRMR 0.039" in text
    )
    assert text.endswith(
        "Computations used csi_model 0.1.0 with semopy 2.3.11 (Meshcheryakov et al., 2021) under Python "
        "3.11.7."
    )
    assert WORKS["semopy2021"] in works
    assert WORKS["lohmoller1989"] not in works


@pytest.mark.parametrize(
    ("estimator", "words", "work"),
    [
        ("mlr", "(Yuan & Bentler, 2000)", "yuan2000"),
        ("mlm", "(Satorra & Bentler, 1994)", "satorra1994"),
        ("fiml", "(Arbuckle, 1996)", "arbuckle1996"),
        ("pls", "(Lohmöller, 1989)", "lohmoller1989"),
        ("plsc", "(Dijkstra & Henseler, 2015)", "dijkstra2015"),
    ],
)
def test_the_estimator_brings_its_own_work(estimator: str, words: str, work: str) -> None:
    text, works = paragraph(optioned(estimator=estimator, scheme="path"))
    assert words in text
    assert WORKS[work] in works
    assert WORKS["bollen1989"] not in works
    assert ("semopy" in text) == (estimator in {"mlr", "mlm"})


CITED = re.compile(r"([A-Z][\wö-]+)(?: (?:et al\.|[&与] [A-Z]\w+|and [A-Z]\w+))?(?:, |\s?[(（])(\d{4})")


@pytest.mark.parametrize(
    "name", ["plain", "grouped", "waves", "composites", "composites_plain", "inadmissible"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_cited_is_listed_and_what_is_listed_is_cited(name: str, language: str) -> None:
    text, works = paragraph(gallery.GALLERY[name](), language)
    cited = {(author, year) for author, year in CITED.findall(text.replace(" 与 ", " & "))}
    listed = {(work.split(",")[0], re.search(r"\((\d{4})\)", work)[1]) for work in works}  # type: ignore[index]
    assert cited == listed
    assert list(works) == sorted(works)


def test_every_work_belongs_to_a_sentence() -> None:
    assert {key for _, key in MODEL_WORKS} <= set(WORKS)
    for key, work in WORKS.items():
        assert re.fullmatch(r"[a-z]+\d{4}", key)
        assert f"({key[-4:]})" in work
        assert work.endswith(".")


def test_an_unusable_fit_is_called_so_in_the_paragraph() -> None:
    text, _ = paragraph(samples.inadmissible())
    assert "did not pass the checks" in text
    assert "importance" not in text


def test_the_model_as_lavaan_text() -> None:
    blocks = list(lookup.lavaan(gallery.plain(), "en"))
    assert isinstance(blocks[-1], Code)
    assert blocks[-1].text == gallery.plain().lavaan
    assert not list(lookup.lavaan(samples.acsi(), "en"))


def test_waves_without_groups_are_in_the_sheet_of_no_group() -> None:
    assert "Groups" not in sheet(waves.with_waves(samples.acsi()))
