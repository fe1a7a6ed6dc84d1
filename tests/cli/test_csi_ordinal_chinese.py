"""Chinese reports on ordered answers leave no English sentence, whatever questions are called."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mistakes import Csi
from test_csi_ordinal import COMPLAINTS, FIVE, QUESTIONS, five_steps

NAMES = {name: f"问题 {k} 评分" for k, name in enumerate((*QUESTIONS, "C1"), start=1)}
LABELS = {
    "Overall quality": "总体质量", "Fit to needs": "满足需求", "Reliability": "可靠", "Overall": "总体满意",
    "Against expectations": "与期望相比", "Against the ideal": "与理想相比", "Would buy again": "再次购买",
    "Would recommend": "推荐",
}  # fmt: skip
FIT = "fit shop.yaml shop.csv --estimator wlsmv --no-beside --lang zh -o r"


def in_english(page: str) -> list[str]:
    """Texts of a page with two English words in a row; titles of works, code and commands are left out."""
    body = page.partition("<main")[2].partition("</main>")[0]
    before, heading, rest = body.partition("参考文献</h")
    assert heading
    body = before + rest.partition("</ul>")[2]
    body = re.sub(r"(?s)<(script|style|svg|pre|code)\b.*?</\1>", "", body)
    texts = [html.unescape(text).strip() for text in re.split(r"<[^>]+>", body)]
    return [
        text
        for text in texts
        if re.search(
            r"[a-z]{3,} [a-z]{2,}", re.sub(r"`[^`]*`|--(?:estimator|weight-rule) \w+|\w+ et al", "", text)
        )
        and not text.startswith("csi fit")
    ]


def run(folder: Path, csi: Csi, frame: pd.DataFrame, model: str, *words: str, code: int = 0) -> str:
    """Fit and report, the page in Chinese; no English is left."""
    (folder / "shop.yaml").write_text(model, encoding="utf-8")
    frame.to_csv(folder / "shop.csv", index=False)
    ran = csi(*FIT.split(), *words)
    assert ran.code == code, ran.err
    page = (folder / "r/report.html").read_text(encoding="utf-8")
    assert in_english(page) == []
    return page


def named(model: str, *, spaced: bool) -> str:
    """The model with Chinese labels; ``spaced``: also with spaced names of its questions."""
    for label, word in LABELS.items():
        model = model.replace(f": {label}", f": {{zh: {word}}}")
    model = re.sub(r"  (complaints|loyalty):\n", r"  \1:\n    label: {zh: 构念}\n", model)
    for old, new in NAMES.items() if spaced else ():
        model = re.sub(rf"\b{old}: ", f'"{new}": ', model)
    return model


@pytest.mark.slow
def test_spaced_names_and_answers_that_a_group_never_gave(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps()
    west, north = frame["branch"] == "west", frame["branch"] == "north"
    frame.loc[west & (frame["Q1"] == 2), "Q1"] = 3
    frame.loc[north & (frame["S2"] == 4), "S2"] = 3
    frame["L2"] = np.where(frame["L2"] > 3, 5, 1)
    page = run(tmp_path, csi, frame.rename(columns=NAMES), named(FIVE, spaced=True), "--by", "branch")
    assert "“可靠”（问题 3 评分）：1和2；“与期望相比”（问题 5 评分）：3和4" in page
    assert "“推荐”（问题 8 评分）" in page.partition("只有两个答案的题项无法分别检验")[2][:60]


@pytest.mark.slow
def test_spaced_names_and_groups_without_a_common_answer(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps()
    west = frame["branch"] == "west"
    frame["Q1"] = np.where(west, np.minimum(frame["Q1"], 2), np.maximum(frame["Q1"], 3))
    page = run(tmp_path, csi, frame.rename(columns=NAMES), named(FIVE, spaced=True), "--by", "branch", code=1)
    assert "各组对“总体质量”（问题 1 评分）的答案没有两个相同的等级" in page


@pytest.mark.parametrize("spaced", [False, True])
def test_an_inadmissible_fit(tmp_path: Path, csi: Csi, spaced: bool) -> None:
    """A complaint that satisfaction explains more than wholly, as its questions hardly go together."""
    random = np.random.default_rng(10)
    frame = five_steps(500)
    answers = 0.3 * random.normal(size=(500, 1)) + random.normal(size=(500, 3))
    for k in range(3):
        frame[f"S{k + 1}"] = 1 + np.searchsorted([-2.0, -1.3, -0.6, 0.3], answers[:, k])
    frame["C1"] = (answers.sum(axis=1) < -1).astype(int)
    model = named(COMPLAINTS, spaced=spaced)
    page = run(tmp_path, csi, frame.rename(columns=NAMES) if spaced else frame, model, code=1)
    for words in (
        "的方差为负（−",
        "潜变量的协方差矩阵非正定",
        "没有区间：相关系数达到 1",
        "的标准化标准误为",
    ):
        assert words in page, words


@pytest.mark.slow
def test_a_saturated_configural_step(tmp_path: Path, csi: Csi) -> None:
    model = re.sub(r"S1: .+}", "S1: Overall}", FIVE[: FIVE.index("  loyalty:")])
    model = named(model, spaced=False) + "paths: {satisfaction: [quality]}\n"
    page = run(tmp_path, csi, five_steps(), model, "--by", "branch")
    assert "自由度为 0，没有 TLI 和 RMSEA" in page
    assert "前一级自由度为 0，没有可比较的 RMSEA" in page
