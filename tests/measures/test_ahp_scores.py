"""AHP satisfaction of a survey and AHP loyalty of customers, by hand and by the command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csi_model.errors import CsiError, Finding
from csi_model.measures.ahp_hierarchy import solve
from csi_model.measures.ahp_scoring import coded, factor_values, loyalty_scores
from csi_model.model.document import parse_document
from csi_model.model.spec import Scale
from csi_model.reporting.measures.ahp_phrases import PATTERNS, PHRASES, REASONS
from csi_model.reporting.measures.ahp_rows import ratio
from csi_model.study.measures.ahp_file import parse_hierarchy
from csi_model.study.measures.entry import shown
from csi_model.study.measures.in_study import study_measures
from csi_model.study.measures.running import Outcome, measure

Csi = Callable[..., Any]

COUNTS = {5: 40, 4: 90, 3: 50, 2: 15, 1: 5}
"""The example of the methodology sheet, sections 7.3 and 7.9."""
TWO = """\
name: goal
goal: {en: All, zh: 总体}
judgements: [[3]]
children: {care: {label: {zh: 关怀}}, speed: {column: Q2}}
"""


def survey(**more: Any) -> pd.DataFrame:
    care = np.repeat(list(COUNTS), list(COUNTS.values()))
    return pd.DataFrame({"care": care, "Q2": np.full(200, 5), **more})


def score(folder: Path, frame: pd.DataFrame, text: str = TWO, **options: Any) -> Outcome:
    (folder / "h.yaml").write_text(text, encoding="utf-8")
    return measure("ahp_satisfaction", frame, hierarchy="h.yaml", folder=folder, **options)


def values(outcome: Outcome, name: str) -> dict[str, float]:
    rows = outcome.tables["measures"]
    return rows[rows["measure"] == name].set_index("item")["value"].to_dict()


def test_factor_value_of_the_sheet() -> None:
    """(5*40 + 4*90 + 3*50 + 2*15 + 5) / (5 * 200) = .745; rescaled (3.725 - 1) / 4 = .68125."""
    answers, scale = survey()["care"], Scale(low=1, high=5)
    assert factor_values(answers, scale).mean() == pytest.approx(0.745)
    assert factor_values(answers, scale, rescale=True).mean() == pytest.approx(0.68125)
    assert factor_values([1.0], scale)[0] == 0.2


def test_score_by_hand(tmp_path: Path) -> None:
    """C = .75 and .25: 100 (.75 * .745 + .25 * 1) = 80.875; rescaled 100 (.75 * .68125 + .25)."""
    found = score(tmp_path, survey())
    assert values(found, "ahp_satisfaction")["goal"] == pytest.approx(80.875)
    assert values(found, "ahp_factor") == pytest.approx({"care": 74.5, "speed": 100})
    rescaled = score(tmp_path, survey(), rescale=True)
    assert values(rescaled, "ahp_satisfaction")["goal"] == pytest.approx(76.09375)


def test_contributions_add_up(tmp_path: Path) -> None:
    frame = score(tmp_path, survey()).tables["ahp_factors"].set_index("node")
    assert frame["global_weight"].tolist() == pytest.approx([0.75, 0.25])
    assert frame["factor_value"].tolist() == pytest.approx([0.745, 1])
    assert frame["mean"].tolist() == pytest.approx([3.725, 5])
    assert frame["contribution"].sum() == pytest.approx(80.875)
    assert (frame["contribution"] + frame["room"]).tolist() == pytest.approx([75, 25])
    assert frame["quadrant"].to_dict() == {"care": "improve_first", "speed": "possible_overkill"}


def test_the_interval_is_that_of_the_combined_score(tmp_path: Path) -> None:
    """Everybody answered everything: the error is s / sqrt(n) of 15 care + 5 Q2."""
    rng = np.random.default_rng(4)
    frame = survey(Q2=rng.integers(1, 6, 200))
    row = score(tmp_path, frame).tables["measures"].iloc[0]
    combined = 15 * frame["care"] + 5 * frame["Q2"]
    assert row["value"] == pytest.approx(combined.mean())
    assert row["se"] == pytest.approx(combined.std(ddof=1) / 200**0.5)
    assert row["ci_lower"] < row["value"] < row["ci_upper"]


def test_criteria_have_scores_of_their_own(tmp_path: Path) -> None:
    """b has parts with local weights .8 and .2: 100 (.8 * .745 + .2 * 1) = 79.6, whatever b weighs."""
    text = """\
name: goal
judgements: [[3]]
children:
  b: {judgements: [[4]], children: [care, Q2]}
  other: {column: Q2}
"""
    found = score(tmp_path, survey(), text)
    assert values(found, "ahp_criterion") == pytest.approx({"b": 79.6})
    assert values(found, "ahp_satisfaction")["goal"] == pytest.approx(0.75 * 79.6 + 25)


def test_weights_groups_and_missing_answers(tmp_path: Path) -> None:
    frame = survey(firm=np.tile(["A", "B"], 100), w=np.tile([1.0, 3.0], 100)).astype({"care": object})
    frame.loc[:9, "care"] = ""
    found = score(tmp_path, frame, by=["firm"], weight="w")
    rows = found.tables["ahp_factors"].set_index(["unit", "node"])
    answered = frame[frame["care"] != ""]
    own = answered["care"].astype(float)
    expected = float(np.average(own, weights=answered["w"])) / 5
    assert rows.loc[("all respondents", "care"), "factor_value"] == pytest.approx(expected)
    assert rows.loc[("A", "care"), "n"] == 95
    assert rows.loc[("A", "care"), "mean"] == pytest.approx(own[answered["firm"] == "A"].mean())
    compared = found.tables["measure_differences"]
    assert set(compared["measure"]) == {"ahp_satisfaction"}


def test_a_small_group_shows_nothing(tmp_path: Path) -> None:
    frame = survey(firm=["A"] * 10 + ["B"] * 190)
    found = score(tmp_path, frame, by=["firm"]).tables["ahp_factors"]
    small = found[found["unit"] == "A"]
    assert small[["mean", "factor_value", "contribution", "room"]].isna().all(axis=None)
    assert small["why"].str.startswith("suppressed: 10 respondents").all()


def test_other_scales(tmp_path: Path) -> None:
    """On 0 to 10 the floor is 0; below 0 the answer over the highest means nothing, rescaled it does."""
    frame = pd.DataFrame({"care": [0, 10, 5, 5], "Q2": [10, 10, 10, 10]})
    found = score(tmp_path, frame, scales={"": Scale(low=0, high=10)})
    assert values(found, "ahp_satisfaction")["goal"] == pytest.approx(100 * (0.75 * 0.5 + 0.25))
    below = pd.DataFrame({"care": [-2, 2, 1, 0], "Q2": [2, 2, 2, 2]})
    scales = {"": Scale(low=-2, high=2)}
    with pytest.raises(Exception, match="scale runs from -2 to 2") as told:
        score(tmp_path, below, scales=scales)
    assert len(told.value.findings) == 2  # type: ignore[attr-defined]
    assert values(score(tmp_path, below, scales=scales, rescale=True), "ahp_factor")["care"] == 56.25


CYCLE = "children: [x, y, z]\njudgements: {x > y: 3, y > z: 3, z > x: 5}\n"
LOYALTY = """\
name: loyal
example: true
judgements: {kind > years: 1, kind > use: 1/2, years > use: 1/2}
children:
  kind: {values: {key: 4, other: 1}}
  years: {steps: {0: 1, 2: 3, 5: 5}}
  use: {max: 10}
"""
CUSTOMERS = pd.DataFrame(
    {
        "id": ["c1", "c2", "c3", "c4"],
        "kind": ["key", "other", "key", ""],
        "years": [7, 1.9, 2, 3],
        "use": [10, 0, 5, 5],
        "region": ["N", "N", "S", "S"],
    }
)


def test_codes_and_scores_by_hand() -> None:
    """C = .25, .25, .5. c2: 100 (.25 / 4 + .25 / 5 + 0) = 11.25; c3: 100 (.25 + .25 * 3/5 + .5 / 2) = 65."""
    solved = solve(parse_hierarchy(LOYALTY, "l.yaml"))
    nodes = {node.name: node for node in solved.hierarchy.factors}
    codes = {name: coded(nodes[name], CUSTOMERS[name].to_numpy()) for name in nodes}
    assert codes["years"].tolist() == [5, 1, 3, 3]
    scores = loyalty_scores(solved, codes)
    assert scores[:3] == pytest.approx([100, 11.25, 65])
    assert np.isnan(scores[3])


def test_codes_below_the_first_step_and_blanks() -> None:
    node = parse_hierarchy("children: {a: {steps: {1: 2, 3: 4}}}\n", "x.yaml").factors[0]
    found = coded(node, np.array([0.5, 1, 2.9, 3, np.nan]))
    assert np.isnan(found[[0, 4]]).all()
    assert found[1:4].tolist() == [2, 2, 4]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "h.yaml").write_text(TWO, encoding="utf-8")
    (tmp_path / "l.yaml").write_text(LOYALTY, encoding="utf-8")
    survey().to_csv(tmp_path / "s.csv", index=False)
    CUSTOMERS.to_csv(tmp_path / "c.csv", index=False)
    return tmp_path


def test_loyalty_by_the_command(shop: Path, csi: Csi) -> None:
    ran = csi("measure", "ahp-loyalty", "l.yaml", "c.csv", "--segment", "region", "--smallest", "1",
              "--scores", "--customer", "id", "-o", "out", "--lang", "zh")  # fmt: skip
    assert ran.code == 0, ran.err
    assert "c4" not in ran.out
    stated = pd.read_csv(shop / "out/tables/ahp_loyalty.csv").set_index("unit")
    assert stated.loc["all respondents", "mean"] == pytest.approx((100 + 11.25 + 65) / 3)
    assert stated["n"].tolist() == [3, 2, 1]
    classes = pd.read_csv(shop / "out/tables/ahp_loyalty_distribution.csv")
    counted = classes[classes["unit"] == "all respondents"].set_index("score_from")["n"]
    assert counted[counted > 0].to_dict() == {10: 1, 60: 1, 90: 1}
    factors = pd.read_csv(shop / "out/tables/ahp_factors.csv")
    assert factors[factors["unit"] == "N"]["contribution"].sum() == pytest.approx(stated.loc["N", "mean"])
    scores = pd.read_csv(shop / "out/ahp_loyalty_scores.csv").set_index("customer")
    assert scores["score"].tolist()[:3] == pytest.approx([100, 11.25, 65])
    assert scores.loc["c4", "why"] == "no kind"
    page = (shop / "out/report.html").read_text(encoding="utf-8")
    assert "AHP 忠诚度的分布" in page
    assert not re.search(r"\bc[1-4]\b(?!\.csv)", re.sub(r"<[^>]*>", " ", page))


def test_scores_only_where_they_are_asked_for(shop: Path) -> None:
    found = measure("ahp_loyalty", hierarchy="l.yaml", customers="c.csv", folder=shop)
    assert dict(found.files) == {"hierarchy-l.yaml": LOYALTY.encode()}
    assert [one.what for one in found.findings if one.severity == "note"] == [
        "1 of 4 customers have no score: a factor is blank."
    ]


def test_customers_without_a_segment_are_told(shop: Path) -> None:
    CUSTOMERS.assign(region=["N", "", "S", "S"]).to_csv(shop / "c.csv", index=False)
    found = measure("ahp_loyalty", hierarchy="l.yaml", customers="c.csv", segment="region", folder=shop)
    assert "--segment region" in [one.where for one in found.findings]
    assert found.tables["ahp_loyalty"]["n"].tolist()[0] == 2


def test_small_segments_show_nothing(shop: Path) -> None:
    found = measure("ahp_loyalty", hierarchy="l.yaml", customers="c.csv", segment="region", folder=shop)
    frame = found.tables["ahp_loyalty"].set_index("unit")
    assert frame.loc[["N", "S"], "mean"].isna().all()
    assert frame.loc["N", "why"].startswith("suppressed: 2 respondents")


def test_satisfaction_by_the_command(shop: Path, csi: Csi) -> None:
    ran = csi("measure", "ahp-satisfaction", "h.yaml", "s.csv", "-o", "out", "--lang", "zh")
    assert ran.code == 0, ran.err
    assert {path.name for path in (shop / "out/charts").iterdir()} == {"ahp_satisfaction.svg", "ahp_map.svg"}
    page = (shop / "out/report.html").read_text(encoding="utf-8")
    assert "总体：按层次权重计算，满分 100 分，得分 80.9" in page
    assert "关怀" in page
    assert "权重高于平均而因素值低于平均的因素为：关怀" in page


def test_weights_by_the_command(shop: Path, csi: Csi) -> None:
    (shop / "bad.yaml").write_text(CYCLE, encoding="utf-8")
    ran = csi("measure", "ahp", "bad.yaml", "-o", "out")
    assert ran.code == 0
    assert "warning: bad.yaml:2: the judgements over the parts of bad have a CR of 1.585" in ran.err
    assert "Revisit first: z over x is 5; the weights imply 1.41 (with 1 the CR is 0.483)" in ran.err
    assert (shop / "out/hierarchy-bad.yaml").read_text(encoding="utf-8") == CYCLE
    page = (shop / "out/report.html").read_text(encoding="utf-8")
    assert "Judgements to revisit first" in page
    assert (shop / "out/charts/ahp_weights.svg").is_file()


def test_a_shipped_hierarchy_by_name(csi: Csi) -> None:
    ran = csi("measure", "ahp", "satisfaction", "--json")
    assert ran.code == 0
    made = json.loads(ran.out)["tables"]["ahp_weights"]
    assert len(made) == 15
    assert sum(row["global_weight"] for row in made if row["depth"] == 2) == pytest.approx(1)
    assert "its judgements are an example" in ran.err


BAD: dict[str, tuple[str, str, dict[str, Any], tuple[str, ...]]] = {
    "no survey": ("ahp_satisfaction", "h.yaml", {}, ("needs a survey",)),
    "no column": ("ahp_satisfaction", "satisfaction", {"source": "s.csv"}, ("image", "gain")),
    "answers off the scale": (
        "ahp_satisfaction", "h.yaml", {"source": "s.csv", "scales": {"care": (1, 4)}}, ("care",),
    ),
    "no such file": ("ahp", "nowhere.yaml", {}, ("nowhere.yaml: There is no such file.",)),
    "no such name": ("ahp", "satsfaction", {}, ("Did you mean 'satisfaction'?",)),
    "strange options": ("ahp", "h.yaml", {"method": "mean", "ri_table": "C"}, ("--method", "--ri-table")),
    "a limit that is none": (
        "ahp", "h.yaml", {"limit": 10, "mean": "arithmetic"}, ("--limit", "--mean"),
    ),
    "everybody is left out": (
        "ahp", "bad.yaml", {"drop": True}, ("bad.yaml:2: Every matrix over the parts of `bad`",),
    ),
    "factors without codes": (
        "ahp_loyalty", "h.yaml", {"customers": "c.csv"}, ("h.yaml:4: `care` has no codes.", "`speed`"),
    ),
    "a strange category": (
        "ahp_loyalty", "l.yaml", {"customers": "strange.csv"}, ("row 3", "'gold' is none of the values"),
    ),
    "a code above its highest": (
        "ahp_loyalty", "l.yaml", {"customers": "high.csv"}, ("row 2", "use: 11 is out of bounds."),
    ),
    "below the first step": (
        "ahp_loyalty", "l.yaml", {"customers": "low.csv"}, ("row 2", "years: -1 is out of bounds."),
    ),
    "no such customer column": (
        "ahp_loyalty", "l.yaml", {"customers": "c.csv", "segment": "area"}, ("no column 'area'",),
    ),
    "a name without scores": (
        "ahp_loyalty", "l.yaml", {"customers": "c.csv", "customer": "id"}, ("--customer",),
    ),
    "nobody with a score": (
        "ahp_loyalty", "l.yaml", {"customers": "blank.csv"}, ("no customer has a value for every factor.",),
    ),
    "no customers": ("ahp_loyalty", "l.yaml", {}, ("CUSTOMERS",)),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input(shop: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(shop)
    (shop / "bad.yaml").write_text(CYCLE, encoding="utf-8")
    CUSTOMERS.replace({"kind": {"other": "gold"}}).to_csv("strange.csv", index=False)
    CUSTOMERS.replace({"use": {10: 11}}).to_csv("high.csv", index=False)
    CUSTOMERS.replace({"years": {7: -1}}).to_csv("low.csv", index=False)
    CUSTOMERS.assign(kind="").to_csv("blank.csv", index=False)
    what, file, options, says = BAD[name]
    with pytest.raises(CsiError) as told:
        measure(what, hierarchy=file, **options)
    for said in says:
        assert said in str(told.value)
    assert all(one.fix for one in told.value.findings)


def test_bad_input_by_the_command(shop: Path, csi: Csi) -> None:
    (shop / "bad.yaml").write_text(f"{CYCLE}  extra: 1\n", encoding="utf-8")
    ran = csi("measure", "ahp", "bad.yaml", "-o", "out")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: bad.yaml:")
    assert not (shop / "out").exists()


def test_in_a_study_file(shop: Path) -> None:
    """File names are relative to the study; its factors are the questions that are read."""
    text = (
        "measures:\n- {measure: ahp_satisfaction, hierarchy: h.yaml}\n- {measure: ahp, hierarchy: b.yaml}\n"
    )
    (shop / "b.yaml").write_text("children: [a, b]\n", encoding="utf-8")
    mistakes: list[Finding] = []
    (entry,) = study_measures(parse_document(text, "s.yaml"), shop, mistakes).entries
    assert entry.questions() == {"care": Scale(low=1, high=5), "Q2": Scale(low=1, high=5)}
    assert shown(entry) == {"measure": "ahp_satisfaction", "hierarchy": "h.yaml"}
    assert [one.where for one in mistakes] == ["b.yaml:1"]


def test_judgements_as_fractions() -> None:
    assert [ratio(one) for one in (5.0, 1.0, 1 / 3, 0.4, 1.41, float("nan"))] == [
        "5", "1", "1/3", "0.40", "1.41", "–",
    ]  # fmt: skip


def test_every_text_is_chinese() -> None:
    texts = [term.zh for term in PHRASES.values()] + list(REASONS.values()) + [zh for _, zh in PATTERNS]
    plain = {"ahp_by", "ahp_heavy"}
    for text in texts:
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
        assert chinese or text in {PHRASES[key].zh for key in plain}, text
