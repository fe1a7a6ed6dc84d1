"""Findings on units, shares, waves, plans and weights: told in Chinese, whole, in step with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import finding_samples as findings
import league_samples
import pandas as pd
import pytest
import report_samples as samples
from report_pages import page
from report_samples import findings as findings_table

import csi_model
from csi_model.comparison.wave_checks import _SUBJECTS
from csi_model.errors import Finding
from csi_model.reporting import finding_places, retold_league, retold_waves
from csi_model.reporting.content import Content
from csi_model.reporting.retold import retold
from csi_model.reporting.wording import WORDS, say

UNKNOWN = Content(tables={}, pooled={}, constructs=(), paths=(), index="a", title={})
"""No labels: names stand as they are stored."""

NAMES = (
    r"Banks|Food|Nobody|A, Inc\.|\bB\b|D and Sons|firm \d+|firm|industry|North|South|quality|satisfaction"
    r"|loyalty|sex|age|region|weight|expectations|en: \w+|jackknife|bootstrap|mode A|pls|ml"
)
ALLOWED = (
    rf"`[^`]*`|--[a-z-]+( (complete|fiml|bounded|mean|pls))?|tables/\w+\.csv|PLS|Taylor|{NAMES}"
    r"|\((Deville & Sarndal|Bentler & Chou|Rao, Wu & Yue) \d+\)|（[A-Z][\w, &]+ \d{4}）"
)


@cache
def made() -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings.every_finding()))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def is_chinese(text: str) -> bool:
    """Whether nothing of a sentence is English but names."""
    return not re.search(r"[A-Za-z]{2,}", re.sub(ALLOWED, "", text))


@pytest.mark.slow
def test_every_finding_is_told_with_its_numbers() -> None:
    for one in made():
        for text in filter(None, (one.what, one.fix)):
            chinese, english = retold(UNKNOWN, text, "zh"), retold(UNKNOWN, text, "en")
            assert chinese != text, (one.code, text)
            assert is_chinese(chinese), (one.code, chinese)
            said = numbers(text) - {"0"}  # missing shares of 0 % in a row stand once
            assert said <= numbers(chinese), (one.code, text, chinese)
            assert said <= numbers(english), (one.code, text, english)
            assert "{" not in chinese + english


def test_titles_and_places_are_chinese() -> None:
    for one in made():
        assert re.search(r"[\u4e00-\u9fff]", WORDS[f"finding_{one.code}"]["zh"]), one.code
        place = finding_places.place_words(UNKNOWN, asdict(one), "zh")
        if not one.where.startswith(("what_if", "--", "survey.csv")):
            assert is_chinese(place) or place == one.where in {"a", "b", "c", "d", "e"}, (one.code, place)


ELSEWHERE = {
    "bootstrap-failures", "bootstrap-inadmissible", "comparability", "composite-comparability",
    "estimators-beside", "few-permutations", "groups-against-others", "groups-left-out", "jackknife-failures",
    "missing-data-matters", "no-composite-tests", "no-invariance", "no-segments", "not-beside",
    "categories-joined", "two-answers", "no-path-tests", "other-minimum", "poor-configural-fit", "segments",
}  # fmt: skip
"""Codes of the same modules whose sentences other tests hold, or that no run of units and waves makes."""

ROOM = Path(csi_model.__file__).parent
MODULES = (
    *sorted((ROOM / "comparison").glob("*.py")),
    ROOM / "survey" / "weighting.py",
    ROOM / "survey" / "margin_categories.py",
    ROOM / "estimation" / "notes.py",
    ROOM / "study" / "streaming.py",
    ROOM / "study" / "survey_tables.py",
)


def notes_in(path: Path) -> Iterator[str]:
    """Codes of the notes and warnings that a module makes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        named = {one.arg: one.value for one in node.keywords}
        code, severity = named.get("code"), named.get("severity")
        if isinstance(code, ast.Constant) and severity is not None and ast.unparse(severity) != "'error'":
            yield str(code.value)
        first = node.args[:2]
        if (
            ast.unparse(node.func) == "finding"
            and isinstance(first[0], ast.Constant)
            and ast.unparse(first[1]) != "'error'"
        ):
            yield str(first[0].value)


def test_no_code_has_been_left_out() -> None:
    """A new note or warning of these modules must be among the samples, and so have Chinese words."""
    there = {code for path in MODULES for code in notes_in(path)}
    assert {"share-lost", "weighted", "margin-thin", "trend-weights", "target-out-of-reach"} <= there
    assert there - ELSEWHERE <= {one.code for one in made()}


def test_the_page_shows_no_english_of_them() -> None:
    content = samples.acsi()
    rows = findings_table(*((o.code, o.severity, o.where, o.what, o.fix) for o in made()))
    text = page(replace(content, pooled={**content.pooled, "findings": rows}, tables={
        **content.tables, "findings": rows}), "zh")  # fmt: skip
    section = text[text.index('<section id="findings"') :]
    section = section[: section.index("</section>")]
    assert 'lang="en"' not in section
    shown = re.findall(r"<p>(.*?)</p>", section)
    assert len(shown) == len(made())
    for paragraph in shown:
        assert is_chinese(re.sub(r"<code>[^<]*</code>|&#39;|&amp;|&lt;|&gt;", " ", paragraph)), paragraph


def nested(**changes: Any) -> Content:
    """Firms in industries with labels, in two waves."""
    frame = pd.DataFrame([(*key, wave) for wave in ("1", "2") for key in findings.FIRMS],
                         columns=["industry", "firm", "wave"])  # fmt: skip
    labels = {"industry": {"Banks": "银行"}, "firm": {"A, Inc.": "甲", "B": "乙", "D and Sons": "丁"}}
    trend = league_samples.across("trend", [{"unit": "Banks / B", "wave": wave} for wave in ("1", "2")])
    given: dict[str, Any] = {"tables": {"index": frame}, "by": ("industry", "firm", "wave"),
                             "across": {"trend": trend}, "group_labels": labels}  # fmt: skip
    return replace(UNKNOWN, **(given | changes))


def test_units_are_told_by_their_labels_also_where_names_hold_what_separates_them() -> None:
    content = nested()
    assert retold_league.units(content, "Banks / A, Inc., Banks / B", "zh") == "银行 · 甲和银行 · 乙"
    assert retold_league.units(content, "Food / D and Sons; Banks / B; and 7 more", "zh") == (
        "Food · 丁、银行 · 乙等另有 7 项"
    )
    assert retold_league.units(content, "Banks / A, Inc. / 2, Banks / B / 1 ...", "zh") == (
        "银行 · 甲 · 2、银行 · 乙 · 1等"
    )
    assert retold_league.units(content, "Banks / A, Inc. and 3 more", "en") == "银行 · 甲 and 3 more"
    lost = "Banks / A, Inc. (25 %, on quality, loyalty), Food / D and Sons (share not given)"
    assert retold_league.lost(content, lost, "zh") == (
        "银行 · 甲（25%，仅quality和loyalty）和Food · 丁（未给定权重）"
    )
    assert retold_league.lost(content, "something else", "zh") is None


def test_a_unit_that_no_table_holds_keeps_its_name() -> None:
    assert retold_league.in_row(UNKNOWN, "Banks / A, Inc., Food / C") == ["Banks / A, Inc.", "Food / C"]
    assert retold_league.in_row(UNKNOWN, "B, C; D") == ["B", "C", "D"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raked to sex, age", "按 sex、age 迭代加权"),
        ("w, raked to sex within region", "以 w 为基础，按 sex 迭代加权（在各 region 内分别进行）"),
        ("post-stratified to age x sex, trimmed to 3 times the mean",
         "按 age x sex 事后分层加权，截断于均值的 3 倍"),
        ("w, trimmed to 1.5 times the mean", "以 w 为基础，截断于均值的 1.5 倍"),
        ("of some other kind", None),
    ],
)  # fmt: skip
def test_how_weights_were_made(text: str, words: str | None) -> None:
    assert retold_league.weighting(UNKNOWN, text, "zh") == words


def test_subjects_of_the_checks_are_those_of_the_findings() -> None:
    assert {words: key for key, words in _SUBJECTS.items()} == retold_waves.SUBJECTS
    for words in _SUBJECTS.values():
        assert is_chinese(retold_waves.subject(UNKNOWN, words, "zh") or "none")
    assert retold_waves.subject(UNKNOWN, "the weather", "zh") is None


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("S1: nothing > 98 is dont_know; 99 is refused; S2: 1 counts as 2 > nothing; and 3 more",
         "总体（S1）：无 → 98 为不知道、99 为拒答；S2：1 计为 2 → 无；另有 3 项"),
        ("S1: answered in the first of them only; S2: 12 % missing > 34 %",
         "总体（S1）：仅前期有人作答；S2：缺失 12% → 34%"),
        ("not stored with one of the waves", "有一期没有存储"),
        ("loyalty <- satisfaction: path > nothing; index: satisfaction > quality",
         "满意度 → loyalty：有路径 → 无；指数变量：满意度 → quality"),
        ("weights: not weighted > weighted", "权重：未加权 → 已加权"),
        ("S1: as asked > reversed; S2: 1 to 5 > 1 to 10",
         "总体（S1）：原方向 → 反向计分；S2：1 至 5 → 1 至 10"),
        ("S1: en: One / zh: 一 > en: One / zh: 二; S2: en: One / zh: 一 > en: Two / zh: 一",
         "总体（S1）：一 → 二；S2：en: One / zh: 一 → en: Two / zh: 一"),
        ("given weight of S1: nothing > 0.5", "总体（S1）的给定权重：无 → 0.5"),
    ],
)  # fmt: skip
def test_what_differs_between_waves(stored: str, words: str) -> None:
    labels = {"S1": {"zh": "总体"}, "satisfaction": {"zh": "满意度"}}
    content = replace(UNKNOWN, labels=labels, constructs=("satisfaction", "quality", "loyalty"))
    assert retold_waves.differing(content, stored, "zh") == words
    assert retold_waves.differing(content, stored, "en") == stored


def test_the_table_of_checks_is_chinese() -> None:
    content = replace(samples.acsi(), across={"wave_checks": findings.wave_checks()})
    text = page(content, "zh")
    section = text[text.index('<section id="waves"') :]
    section = section[: section.index("</section>")]
    cells = re.findall(r"<td>(.*?)</td>", section)
    assert cells
    for cell in cells:
        assert is_chinese(cell.replace("&gt;", ">")), cell


def test_places_are_told_with_labels() -> None:
    def place(code: str, where: str, language: str = "zh") -> str:
        return finding_places.place_words(nested(), {"code": code, "where": where}, language)

    assert place("share-lost", "shares of firm: Banks") == "“firm”的权重 · 银行"
    assert (
        place("share-lost", "shares of industry: total") == f"“industry”的权重 · {say('league_total', 'zh')}"
    )
    assert place("carried-over", "earlier scores of firm", "en") == "earlier scores of firm"
    assert place("waves-differ", "2024 and 2025") == "2024 与 2025"
    assert place("left-out-of-mean", "Banks") == "银行"
    assert place("margin-thin", "margin age x sex in North") == "边际 age x sex（North）"
    assert place("other", "survey.csv") == "survey.csv"
    assert place("no-plan", "what_if.target") == "what_if.target"
    assert place("negative-variance", "Banks / B / 1: estimation") == "银行 · 乙 · 1：估计"


def test_a_sentence_with_an_unknown_reason_stays_whole() -> None:
    """Half a sentence in another language would be worse than none."""
    text = "levels above the units have no trend, as the shares do not fit this wave: Who knows."
    assert retold(UNKNOWN, text, "zh") == text
    text = "there is no plan: who knows."
    assert retold(UNKNOWN, text, "zh") == text
