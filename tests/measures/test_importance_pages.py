"""Importance beside a path model, by the command and in studies; its pages and charts, and its Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, shared_data, survey_of
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from report_pages import measures_page

from csi_model.errors import CsiError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.measure_words import importance as words
from csi_model.measures.relative_importance import johnson, lmg
from csi_model.model.writing import write_model
from csi_model.reporting.content import Content
from csi_model.reporting.measures import importance_phrases as phrases
from csi_model.reporting.measures.importance_charts import CHARTS
from csi_model.reporting.measures.importance_sections import pieces
from csi_model.reporting.measures.page import measures_pictures
from csi_model.reporting.reasons import reason_in
from csi_model.storage import save
from csi_model.study.measures.entry import Given, Measured
from csi_model.study.measures.importance import ImportanceEntry
from csi_model.study.measures.running import Outcome, carry_out, measure

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = [item.name for item in CHAIN.indicators]


WEIGHTS = {"expectations": (0.5, 0.3, 0.2), "quality": (0.2, 0.2, 0.6), "satisfaction": (0.4, 0.35, 0.25)}
EFFECTS = {"expectations": (0.4, 0.3, 0.5), "quality": (0.7, 0.6, 0.8)}
"""Total effects on satisfaction with their intervals."""


@cache
def fitted() -> Results:
    """What importance reads of a fitted model: index weights and total effects."""
    weights = [
        {"construct": name, "indicator": item.name, "weight": weight, "why": ""}
        for name, values in WEIGHTS.items()
        for item, weight in zip(CHAIN.items_of(name), values, strict=True)
    ]
    effects = [
        {
            "target": "satisfaction", "driver": name, "importance": effect[0],
            "importance_ci_lower": effect[1], "importance_ci_upper": effect[2], "why": "",
        }
        for name, effect in EFFECTS.items()
    ]  # fmt: skip
    tables = {"weights": pd.DataFrame(weights), "drivers": pd.DataFrame(effects)}
    return Results(model=CHAIN, tables=tables, pooled=tables, moments={}, manifest={})


def entry(**options: Any) -> ImportanceEntry:
    made = ImportanceEntry(**{"target": "satisfaction", "draws": 0, **options}).in_model(CHAIN)
    assert isinstance(made, ImportanceEntry)
    return made


@cache
def beside() -> Measured:
    survey = survey_of(CHAIN, chain_answers())
    return entry().carry_out(Given(survey=survey, results=fitted()))


# constructs and the path model


def test_constructs_stand_for_their_questions() -> None:
    made = entry()
    assert made.target == ["satisfaction=s1+s2+s3"]
    assert made.drivers == ["expectations=x1+x2+x3", "quality=q1+q2+q3"]  # all that come before it
    assert list(made.questions()) == ["s1", "s2", "s3", "x1", "x2", "x3", "q1", "q2", "q3"]
    assert entry(target="loyalty").drivers == [
        "expectations=x1+x2+x3", "quality=q1+q2+q3", "satisfaction=s1+s2+s3",
    ]  # fmt: skip
    assert entry(drivers="quality,x1,mine=x2+x3").drivers == ["quality=q1+q2+q3", "x1", "mine=x2+x3"]
    with pytest.raises(CsiError, match="no drivers are named"):
        entry(target="expectations").carry_out(Given(survey=survey_of(CHAIN, chain_answers())))


def test_constructs_of_a_fitted_model_are_scored_by_its_index_weights() -> None:
    percent = 100 * (chain_answers() - 1) / 9
    scores = [
        percent[:, [NAMES.index(item.name) for item in CHAIN.items_of(name)]] @ np.array(weights)
        for name, weights in WEIGHTS.items()
    ]
    matrix = np.corrcoef(np.array(scores))
    rows = beside().tables["importance_beside"]
    assert rows["lmg_share"].to_numpy() == pytest.approx(lmg(matrix) / lmg(matrix).sum(), abs=1e-12)
    shares = johnson(matrix) / johnson(matrix).sum()
    assert rows["johnson_share"].to_numpy() == pytest.approx(shares, abs=1e-12)
    assert rows["correlation"].to_numpy() == pytest.approx(matrix[:2, 2], abs=1e-12)
    assert beside().tables["importance_regression"]["scored_by"][0] == "index_weights"
    for name, effect in EFFECTS.items():
        columns = ["importance", "importance_ci_lower", "importance_ci_upper"]
        assert tuple(rows.set_index("driver").loc[name, columns]) == effect
    assert list(rows["rank_importance"]) == [2, 1]
    assert list(rows["rank_lmg"]) == [2, 1]


def test_what_is_no_construct_has_no_total_effect_and_a_reason() -> None:
    made = entry(drivers="quality,x1").carry_out(
        Given(survey=survey_of(CHAIN, chain_answers()), results=fitted())
    )
    rows = made.tables["importance_beside"].set_index("driver")
    assert np.isnan(rows.loc["x1", "importance"])
    assert rows.loc["x1", "why"] == "the model has no effect of this driver on the target"
    assert rows["rank_lmg"].notna().all()
    assert rows.loc["quality", "why"] == ""
    single = entry(target="s1", drivers="quality").carry_out(
        Given(survey=survey_of(CHAIN, chain_answers()), results=fitted())
    )
    assert "importance_beside" not in single.tables


# the command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    frame = pd.DataFrame(chain_answers().clip(1, 10), columns=NAMES)
    frame["branch"] = np.array(["north", "south"])[np.arange(300) % 2]
    frame.to_csv(tmp_path / "chain.csv", index=False)
    (tmp_path / "chain.yaml").write_text(write_model(CHAIN), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_command_beside_a_stored_fit(folder: Path, csi: Callable[..., Any]) -> None:
    results = evaluate(fit(CHAIN, survey_of(CHAIN, chain_answers().clip(1, 10)), beside=False))
    save(results, folder / "stored")
    asked = ("measure", "importance", "chain.csv", "--target", "satisfaction", "--draws", "100")
    ran = csi(*asked, "--model", "chain.yaml", "--results", "stored", "-o", "out")
    assert ran.code == 0, ran.err
    assert "Importance beside the path model" in ran.out
    assert "warning: --results: the model was fitted to another file." in ran.err
    stored = pd.read_csv(folder / "out" / "tables" / "importance_beside.csv").set_index("driver")
    drivers = results.pooled["drivers"]
    drivers = drivers[drivers["target"] == "satisfaction"].set_index("driver")
    assert stored["importance"].to_dict() == pytest.approx(drivers["importance"].to_dict())
    # constructs are scored by the index weights: their means are the model's own performance
    rows = pd.read_csv(folder / "out" / "tables" / "relative_importance.csv")
    performance = rows[rows["method"] == "lmg"].set_index("driver")["performance"]
    assert performance.to_dict() == pytest.approx(drivers["performance"].to_dict())
    manifest = (folder / "out" / "manifest.json").read_text(encoding="utf-8")
    assert '"results": "stored"' in manifest
    assert str(folder) not in manifest


def test_a_stored_fit_that_cannot_be_read(folder: Path, csi: Callable[..., Any]) -> None:
    asked = ("measure", "importance", "chain.csv", "--target", "satisfaction", "--draws", "0")
    ran = csi(*asked, "--results", "stored")
    assert ran.code == 2
    assert "Add --model stored/model.yaml." in ran.err
    ran = csi(*asked, "--model", "chain.yaml", "--results", "nowhere")
    assert ran.code == 2
    assert "there is no such folder" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--drivers", "x1"], "--target"),
        (["--target", "s1", "--drivers", "x1,x1", "--draws", "3"], "x1 stands twice"),
        (["--target", "s1", "--drivers", "y1"], "no column 'y1'"),
        (["--target", "s1", "--drivers", "branch"], "text instead of a number"),
    ],
)
def test_mistakes_on_the_command_line(
    folder: Path, csi: Callable[..., Any], arguments: list[str], said: str
) -> None:
    ran = csi("measure", "importance", "chain.csv", "--scale", "1:10", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.slow
def test_acsi_2015_from_its_workbook(csi: Callable[..., Any]) -> None:
    survey = shared_data("data", "acsi2015.xlsx")
    ran = csi("measure", "importance", survey, "--target", "satisfaction", "--model", "acsi",
              "--draws", "0", "--json")  # fmt: skip
    assert ran.code == 0, ran.err
    assert '"driver": "quality"' in ran.out


# pages and charts


def shop() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {name: rng.integers(1, 11, size=260) for name in ("service", "price", "<b>&$x^2$", "dice")}
    )
    signal = frame["service"] + 0.5 * frame["price"] + 0.4 * frame["<b>&$x^2$"]
    frame["SAT"] = np.clip(np.rint(signal / 2 + rng.normal(size=260)), 1, 10)
    for name, middle in {"service": 3, "price": 9, "<b>&$x^2$": 6, "dice": 5}.items():
        frame[f"i_{name}"] = np.clip(np.rint(middle + rng.normal(size=260)), 1, 10)
    frame["branch"] = np.repeat(["north", "south", "tiny"], [130, 118, 12])
    return frame


DRIVERS = ["service", "price", "<b>&$x^2$", "dice"]
ASKED: dict[str, dict[str, Any]] = {
    "plain": {"draws": 0},
    "groups": {"draws": 100, "by": ("branch",), "stated": {name: f"i_{name}" for name in DRIVERS}},
}


@cache
def outcome(name: str) -> Outcome:
    if name == "beside":
        return carry_out([entry()], Given(survey=survey_of(CHAIN, chain_answers()), results=fitted()))
    return measure("importance", shop(), target="SAT", drivers=DRIVERS, scales={"": (1, 10)}, **ASKED[name])


def content(name: str) -> Content:
    made = outcome(name)
    return Content(
        tables={}, pooled={}, across=made.tables, by=made.by, constructs=(), paths=(), index="",
        labels={"SAT": {"en": "Overall satisfaction", "zh": "总体满意度"}}, title={},
        manifest={"measures": list(made.asked), "options": {"level": 0.95}},
    )  # fmt: skip


@pytest.mark.parametrize(("name", "language"), [("groups", "zh"), ("beside", "zh"), ("plain", "en")])
def test_every_page_can_be_made(name: str, language: str) -> None:
    shown = content(name)
    drawn = measures_pictures(shown, language).svgs
    page = measures_page(shown, language)
    for piece in pieces(shown, language):
        assert piece.chart == "" or piece.chart in drawn
        for says in piece.says:
            assert bool(CHINESE.search(says)) == (language == "zh")
        for note in piece.view.notes if piece.view is not None else ():
            assert bool(CHINESE.search(note)) == (language == "zh")
    for document in drawn.values():
        ElementTree.fromstring(document)
    assert "<b>&$x^2$" not in page
    assert "nan" not in re.sub(r"<[^>]+>", " ", page).split()


def test_which_charts_there_are() -> None:
    made = {
        name: [key for key, chart in CHARTS.items() if chart.supported(content(name))]
        for name in ("plain", "groups", "beside")
    }
    assert made == {
        "plain": ["relative_importance"],
        "groups": ["relative_importance", "importance_groups", "stated_derived"],
        "beside": ["relative_importance", "importance_beside"],
    }


def test_sentences_say_what_the_tables_hold() -> None:
    says = [text for piece in pieces(content("groups"), "en") for text in piece.says]
    rows = outcome("groups").tables["relative_importance"]
    share = rows.loc[(rows["driver"] == "service") & (rows["method"] == "lmg"), "share"].iloc[0]
    assert (
        f"By LMG the most important is service with {100 * share:.0f}% of that, as by Johnson's weights."
        in (says)
    )
    assert "Not above the noise of a random driver by LMG: dice." in says
    assert "Hidden driver: service." in says


def bars(axes: Axes, height: float) -> Iterator[Rectangle]:
    for patch in axes.patches:
        if isinstance(patch, Rectangle) and patch.get_height() == pytest.approx(height):
            yield patch


def test_bars_have_the_length_of_the_importance() -> None:
    axes = CHARTS["relative_importance"].draw(content("groups"))
    rows = outcome("groups").tables["relative_importance"]
    rows = rows[(rows["unit"] == "all respondents") & rows["method"].isin(["lmg", "johnson"])]
    drawn = sorted(bar.get_width() for bar in bars(axes, 0.3))
    assert drawn == pytest.approx(sorted(rows["importance"]))
    noise = outcome("groups").tables["importance_regression"]["noise_lmg"][0]
    dashed = [line for line in axes.get_lines() if line.get_linestyle() == "--"]
    assert [list(line.get_xdata()) for line in dashed] == [[noise, noise]]


def test_points_of_the_map_lie_at_both_importances() -> None:
    axes = CHARTS["stated_derived"].draw(content("groups"))
    rows = outcome("groups").tables["stated_derived"]
    rows = rows[rows["unit"] == "all respondents"]
    points = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))  # type: ignore[index]
        for line in axes.get_lines()
        if line.get_marker() in "oDs^"
    }
    assert points == set(zip(rows["stated"], rows["derived"], strict=True))


def test_cells_beside_the_model_are_in_proportion() -> None:
    axes = CHARTS["importance_beside"].draw(content("beside"))
    rows = outcome("beside").tables["importance_beside"]
    for number, column in enumerate(("importance", "lmg_share", "johnson_share", "correlation")):
        found = [bar.get_width() for bar in bars(axes, 0.24) if number <= bar.get_x() < number + 1]
        expected = sorted(rows[column], reverse=True)
        assert found[1] / found[0] == pytest.approx(expected[1] / expected[0])


# Chinese


def test_every_word_has_chinese() -> None:
    for term in (*words.WORDS.values(), *(term for _, term in words.COLUMNS.values())):
        assert CHINESE.search(term.zh), term
        assert not CHINESE.search(term.en)
    for _, en, zh, _ in words.TABLES:
        assert CHINESE.search(zh)
        assert not CHINESE.search(en)
    for key, term in phrases.PHRASES.items():
        assert key.startswith("imp_")
        assert CHINESE.search(term.zh) or key == "imp_field", key
        assert not CHINESE.search(term.en)
        assert set(re.findall(r"{\w+}", term.zh)) == set(re.findall(r"{\w+}", term.en)), key


def odd_outcomes() -> Iterator[Outcome]:
    """Surveys that between them give every finding and every reason."""
    frame = shop()
    scales = {"": (1, 10)}
    yield outcome("plain")
    yield outcome("groups")
    yield outcome("beside")
    given = Given(survey=survey_of(CHAIN, chain_answers()), results=fitted())
    yield carry_out([entry(drivers="quality,x1")], given)
    frame["twin"] = frame["service"].where(np.arange(260) % 60 > 0, 5)
    frame["rare"] = np.where(np.arange(260) < 1, 2, 1)
    frame["turned"] = (0.7 * frame["twin"] - 0.3 * frame["SAT"] + 3).clip(1, 10)
    frame.loc[frame["branch"] == "south", "price"] = 4
    frame.loc[3, "price"] = np.nan
    yield measure("importance", frame, target="SAT", drivers="service,price,twin,turned", exact=2,
                  orders=100, draws=100, scales=scales, by=("branch",))  # fmt: skip
    yield measure("importance", frame, target="SAT", drivers="rare,service", draws=100, scales=scales)
    yield measure("importance", frame.head(14), target="SAT", drivers="service,dice", draws=0, scales=scales)
    many = frame.assign(branch=[f"b{k % 14:02}" for k in range(260)])
    yield measure("importance", many, target="SAT", drivers="service,dice", draws=100, scales=scales,
                  by=("branch",), min_base=5)  # fmt: skip
    few = frame.assign(branch=np.repeat(["many", "few"], [256, 4]))
    yield measure("importance", few, target="SAT", drivers="service,price,dice", draws=0, scales=scales,
                  by=("branch",), min_base=2)  # fmt: skip
    tied = frame.assign(branch=np.repeat(["a", "b"], 130))
    tied.loc[tied["branch"] == "b", "dice"] = 11 - tied["service"]
    yield measure("importance", tied, target="SAT", drivers="service,dice", draws=0, scales=scales,
                  by=("branch",))  # fmt: skip
    stated = {"service": "a", "dice": "b"}
    ranked = frame.assign(a=1.0, b=2.0)
    ranked.loc[:1, ["a", "b"]] = [[1, 1], [1, np.nan]]
    yield measure("importance", ranked, target="SAT", drivers="service,dice", draws=0, stated=stated,
                  stated_form="rank", scales={**scales, "a": (1, 2), "b": (1, 2)})  # fmt: skip
    dealt = frame.assign(a=60, b=40)
    dealt.loc[:1, ["a", "b"]] = [[0, 0], [10, 20]]
    yield measure("importance", dealt, target="SAT", drivers="service,dice", draws=0, stated=stated,
                  stated_form="sum", scales={**scales, "a": (0, 100), "b": (0, 100)})  # fmt: skip


def test_every_reason_and_finding_is_said_in_chinese() -> None:
    said, codes = set(), set()
    for made in odd_outcomes():
        for table in made.tables.values():
            if "why" in table:
                said |= {part for why in table["why"] for part in why.split("; ") if part}
        own = made.tables.get("measure_findings")
        if own is not None:
            own = own[own["measure"] == "importance"]
            codes |= set(own["code"])
            said |= {text for text in (*own["what"], *own["fix"]) if text}
    assert codes >= {
        "left-out", "few-respondents", "collinear-drivers", "turned-sign", "sampled-orders",
        "unusable-draws", "too-many-pairs", "tied-ranks", "partial-ranks", "no-points", "other-sum",
    }  # fmt: skip
    said |= {
        "the model was fitted to another file.",
        "the model was fitted by other weights.",
        "Compare total effects and relative weights of the same answers only.",
        "no fields: the stated importance of a driver is not known",
    }
    for text in sorted(said):
        chinese = reason_in(text, "zh")
        assert CHINESE.search(chinese), text
        assert not re.search(r"\{\d}", chinese), text
    matched = [
        pattern for pattern, _ in phrases.PATTERNS if any(re.fullmatch(pattern, text) for text in said)
    ]
    assert len(matched) == len(phrases.PATTERNS)
    assert set(phrases.REASONS) <= said
