"""``csi measure kano`` and ``penalty-reward``: folders, languages, charts, mistakes as they are typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from csi_model.columns import Language
from csi_model.errors import UsageError
from csi_model.measure_words import kano as words
from csi_model.reporting.content import Content
from csi_model.reporting.measures import kano_phrases
from csi_model.reporting.measures.kano_charts import CHARTS
from csi_model.reporting.measures.kano_sections import pieces
from csi_model.reporting.reasons import reason_in
from csi_model.study.measures.running import Outcome, measure

Csi = Callable[..., Any]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAIR = {"A": (1, 3), "O": (1, 5), "M": (2, 5), "I": (3, 3), "R": (5, 1), "Q": (5, 5)}
FEATURES = {"wifi": "AAAOMMI", "clean rooms": "MMMMOI", "pets": "RRRQ", "<b>$x^2$</b>": "IIIAO"}
PAIRS = {name: [f"F{k}", f"D{k}"] for k, name in enumerate(FEATURES)}


def kano_survey(n: int = 120) -> pd.DataFrame:
    made: dict[str, Any] = {}
    for (with_it, without), letters in zip(PAIRS.values(), FEATURES.values(), strict=True):
        rows = [PAIR[letters[k % len(letters)]] for k in range(n)]
        made[with_it], made[without] = [a for a, _ in rows], [b for _, b in rows]
    return pd.DataFrame(made).assign(region=np.where(np.arange(n) % 3 == 0, "north", "south"))


def rated_survey(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(21)
    made = pd.DataFrame(rng.integers(1, 11, size=(n, 3)), columns=["clean", "staff", "noise"])
    gain = -1.5 * (made["clean"] <= 4) + 1.2 * (made["staff"] >= 9) + rng.normal(size=n)
    region = np.where(np.arange(n) % 12 == 0, "small", np.where(np.arange(n) % 2, "a", "b"))
    return made.assign(overall=np.clip(np.round(6 + gain), 1, 10), region=region)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kano_survey().to_csv(tmp_path / "kano.csv", index=False)
    rated_survey().to_csv(tmp_path / "rated.csv", index=False)
    return tmp_path


RATED = ("--target", "overall", "--attributes", "clean,staff,noise", "--scale", "1:10", "rated.csv")


@pytest.mark.parametrize(
    ("name", "language", "typed", "tables", "charts"),
    [
        (
            "kano",
            "en",
            ("--pairs", "wifi=F0:D0,clean rooms=F1:D1,<b>$x^2$</b>=F3/D3", "kano.csv", "--by", "region"),
            ("kano", "kano_answers"),
            ("kano_map", "kano_answers"),
        ),
        (
            "penalty-reward",
            "zh",
            (*RATED, "--by", "region"),
            ("penalty_reward", "penalty_reward_fit"),
            ("penalty_reward", "asymmetry_map"),
        ),
    ],
)
def test_a_folder_with_tables_charts_and_report(
    csi: Csi,
    folder: Path,
    name: str,
    language: Language,
    typed: tuple[str, ...],
    tables: tuple[str, ...],
    charts: tuple[str, ...],
) -> None:
    ran = csi("measure", name, *typed, "-o", "out", "--lang", language)
    assert ran.code == 0, ran.err
    for table in tables:
        assert words_of(table)[language] in ran.out
        assert (folder / "out" / "tables" / f"{table}.csv").is_file()
    for chart in charts:
        ElementTree.parse(folder / "out" / "charts" / f"{chart}.svg")
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == len(charts)
    assert bool(CHINESE.search(page)) == (language == "zh")
    assert "<b>$x^2$</b>" not in page
    if name == "kano":
        assert "&lt;b&gt;$x^2$&lt;/b&gt;" in page


def words_of(table: str) -> Any:
    return {"en": title_of(table, 1), "zh": title_of(table, 2)}


def title_of(table: str, place: int) -> str:
    return next(one[place] for one in words.TABLES if one[0] == table)


def test_the_worked_check_as_it_is_typed(csi: Csi, tmp_path: Path) -> None:
    counts = {"A": 35, "O": 25, "M": 20, "I": 15, "R": 3, "Q": 2}
    rows = [PAIR[letter] for letter, count in counts.items() for _ in range(count)]
    pd.DataFrame(rows, columns=["F", "D"]).to_csv(tmp_path / "a.csv", index=False)
    ran = csi("measure", "kano", "--pairs", "wifi=F:D", "a.csv", "--json")
    row = json.loads(ran.out)["tables"]["kano"][0]
    assert round(row["better"], 6) == 0.631579
    assert round(row["worse"], 6) == -0.473684


@pytest.mark.parametrize(
    ("words_typed", "says"),
    [
        ("kano --pairs wifi kano.csv", ["--pairs", "'wifi'", "FEATURE=FUNCTIONAL:DYSFUNCTIONAL"]),
        ("kano --pairs a=F0:D0 --pairs b=F0:D1 kano.csv", ["'F0' stands in 2 places"]),
        ("kano --pairs a=F0:DO kano.csv", ["no column 'DO'", "Choose one of: F0, D0"]),
        ("kano --pairs a=F0:D0 --scale 1:10 kano.csv", ["--scale F0", "--scale D0=1:5"]),
        ("kano --pairs a=F0:region kano.csv", ["region", "text instead of a number"]),
        ("kano --pairs a=F0:D0", ["No survey is named"]),
        ("penalty-reward --target overall --attributes clean rated.csv", ["no declared scale", "--scale"]),
        (
            "penalty-reward --target overall --attributes clean --low 4:1 --high x --scale 1:10 rated.csv",
            ["--low", "lower answer first", "--high", "no range"],
        ),
    ],
)
def test_mistakes_are_told_with_a_remedy(csi: Csi, folder: Path, words_typed: str, says: list[str]) -> None:
    ran = csi("measure", *words_typed.split())
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    rest = ran.err
    for text in says:
        assert text in rest, ran.err
        rest = rest[rest.index(text) + len(text) :]
    lines = ran.err.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("error: "):
            assert lines[number + 1].startswith("  -> ")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, ["--pairs: It is needed"]),
        ({"pairs": ""}, ["--pairs"]),
        ({"pairs": 3}, ["--pairs"]),
        ({"pairs": "wifi=F0"}, ["does not give 'wifi' two columns"]),
        ({"pairs": "wifi=F0:D0:D1"}, ["does not give 'wifi' two columns"]),
        ({"pairs": {"wifi": ["F0"]}}, ["does not give 'wifi' two columns"]),
        ({"pairs": {"wifi": [1, 2]}}, ["a column of 'wifi' that is no text"]),
        ({"pairs": "wifi=:D0"}, ["leaves a name of 'wifi' blank"]),
        ({"pairs": "=F0:D0"}, ["leaves a name of '' blank"]),
        ({"pairs": "a=F0:D0,a=F1:D1"}, ["names the feature 'a' twice"]),
        ({"pairs": "a=F0:F0"}, ["'F0' stands in 2 places"]),
        ({"pairs": "a=F0:D0", "coding": "up"}, ["--coding", "like_first, like_last"]),
        ({"pairs": "a=F0:D0", "evaluation": "x"}, ["--evaluation", "standard, pouliot"]),
    ],
)
def test_pairs_that_are_none(asked: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(UsageError) as told:
        measure("kano", kano_survey(), **asked)
    assert all(text in str(told.value) for text in says), told.value


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"attributes": "clean,overall,clean"}, ["'clean' is named 2 times", "is the overall satisfaction"]),
        ({"attributes": ","}, ["--attributes", "at least 1 entry"]),
        ({"low": "1:4", "high": "5:10"}, ["Low answers up to 4 and high ones from 5 leave none between"]),
        ({"low": "1:5", "high": "4:10"}, ["--high: It begins with 4, low answers end with 5"]),
        ({"low": "2:4", "high": "9:10"}, ["Let low answers begin with 1 and high ones end with 10"]),
        ({"low": "0:12", "high": "13"}, ["do not fit the scale of clean, 1 to 10"]),
        ({"min_cell": 1}, ["--min-cell", "at least 2"]),
        (
            {"scales": {"": (1, 10), "clean": (0, 1), "staff": (0, 1)}},
            ["of clean, 0 to 1", "of staff, 0 to 1"],
        ),
    ],
)
def test_contrasts_that_are_none(asked: dict[str, Any], says: list[str]) -> None:
    frame = rated_survey()
    if "scales" in asked:
        frame = frame.assign(clean=frame["clean"] % 2, staff=frame["staff"] % 2)
    given = {"target": "overall", "attributes": "clean,staff", "scales": {"": (1, 10)}, **asked}
    with pytest.raises(UsageError) as told:
        measure("penalty_reward", frame, **given)
    assert all(text in str(told.value) for text in says), told.value


# ---- Chinese


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return list(made_outcomes())


def made_outcomes() -> Iterator[Outcome]:
    """Everything that can be empty, and everything that can be found."""
    survey = kano_survey()
    yield measure("kano", survey, pairs=PAIRS, by=["region"], min_base=50)
    yield measure("kano", survey.assign(F0=np.nan, one=1), pairs=PAIRS, cluster="one")
    rated = rated_survey()
    more: dict[str, Any] = {"target": "overall", "attributes": ["clean", "staff", "noise"]}
    more |= {"scales": {"": (1, 10)}}
    yield measure("penalty_reward", rated, by=["region"], **more)
    yield measure("penalty_reward", rated.assign(one=1), cluster="one", **more)
    yield measure("penalty_reward", rated.assign(clean=11 - rated["clean"]), **more)
    yield measure("penalty_reward", rated.assign(staff=rated["clean"]), **more)
    yield measure("penalty_reward", rated.assign(overall=5), **more)
    yield measure("penalty_reward", rated.assign(clean=np.where(rated["clean"] > 5, 10, 2)), **more)
    yield measure("penalty_reward", rated.assign(clean=5, staff=5, noise=5), **more)
    yield measure(
        "penalty_reward", rated.assign(clean=rated["clean"].where(rated["clean"] > 2, 6)), min_cell=80, **more
    )
    yield measure("penalty_reward", rated.head(4), min_cell=2, **more)
    gaps = rated.assign(noise=rated["noise"].where(np.arange(300) > 99))
    yield measure(
        "penalty_reward", gaps.assign(staff=gaps["clean"].where(np.arange(300) % 50 > 0, 5)), **more
    )
    yield measure("penalty_reward", rated.assign(noise=np.nan), **more)


OWN = {"no-pair", "odd-pair", "incomplete", "overlap", "wrong-sign", "one-suppressed"}


def test_everything_that_is_said_has_its_chinese(outcomes: list[Outcome]) -> None:
    seen = set()
    for outcome in outcomes:
        found = [one for one in outcome.findings if one.code in OWN]
        seen |= {text for one in found for text in (one.what, one.fix)}
        whys = [why for frame in outcome.tables.values() if "why" in frame for why in frame["why"]]
        seen |= {part for why in whys for part in why.split("; ")}
    for text in filter(None, seen):
        chinese = reason_in(text, "zh")
        assert CHINESE.search(chinese), text
        assert not re.search(r"[a-z]{4,} [a-z]{2,}", chinese), chinese
    reached = [text for text in kano_phrases.REASONS if text in seen]
    missing = set(kano_phrases.REASONS) - set(reached)
    assert missing <= {
        "the reward has the wrong sign and counts as none in range and asymmetry",
        "the penalty has the wrong sign and counts as none in range and asymmetry",
        "asymmetry: a tenth of the draws and more have neither penalty nor reward",
        "its reward has clearly the wrong sign.",
    }
    for pattern, chinese in kano_phrases.PATTERNS:
        assert any(re.fullmatch(pattern, text) for text in seen), pattern
        assert CHINESE.search(chinese)


def test_phrases_and_words_are_in_both_languages() -> None:
    terms = {**kano_phrases.PHRASES, **words.WORDS, **{key: one for key, (_, one) in words.COLUMNS.items()}}
    for key, one in terms.items():
        places = [sorted(re.findall(r"{(\w+)}", text)) for text in (one.en, one.zh)]
        assert places[0] == places[1], key
        assert not CHINESE.search(one.en), key
        assert CHINESE.search(one.zh) or not re.search("[a-z]{3}", re.sub(r"{\w+}", "", one.zh)), key
    assert all(key.startswith("kano_") for key in kano_phrases.PHRASES)


def content_of(outcome: Outcome, **more: Any) -> Content:
    return Content(
        tables={}, pooled={}, across=outcome.tables, by=outcome.by, constructs=(), paths=(), index="",
        title={}, manifest={"options": {"level": 0.95}}, **more,
    )  # fmt: skip


def test_sections_and_charts_stand_for_whatever_there_is(outcomes: list[Outcome]) -> None:
    drawn = set()
    for number, outcome in enumerate(outcomes):
        content = content_of(outcome)
        for language in ("en", "zh"):
            made = list(pieces(content, language))
            assert made
        for name, chart in CHARTS.items():
            if chart.supported(content) and number in (0, 2):
                assert chart.draw(content, language="en" if number else "zh").get_label()
                drawn.add(name)
    assert drawn == set(CHARTS)
    assert not list(pieces(content_of(Outcome(tables={})), "en"))


def test_the_section_says_which_feature_is_what() -> None:
    content = content_of(measure("kano", kano_survey(), pairs=PAIRS), labels={"wifi": {"zh": "无线网络"}})
    first = next(pieces(content, "en"))
    # of 7 answers to wifi A has 3, of 4 to pets R has 3
    assert "Attractive (A): wifi." in first.says
    assert "Must-be (M): clean rooms." in first.says
    assert "Reverse (R): pets." in first.says
    assert "魅力型 (A)：无线网络。" in next(pieces(content, "zh")).says


def test_labels_on_the_map_do_not_overlap() -> None:
    """Twelve features at one place: every label keeps clear of the others."""
    survey = kano_survey()
    many = {f"feature {k}": [f"F{k}", f"D{k}"] for k in range(12)}
    frame = pd.DataFrame(
        {name: survey["F0" if name.startswith("F") else "D0"] for pair in many.values() for name in pair}
    )
    axes = CHARTS["kano_map"].draw(content_of(measure("kano", frame, pairs=many)))
    texts = [one for one in axes.texts if one.get_text().startswith("feature")]
    figure = axes.get_figure(root=True)
    assert figure is not None
    assert len(texts) == 12
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [one.get_window_extent(renderer) for one in texts]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])
