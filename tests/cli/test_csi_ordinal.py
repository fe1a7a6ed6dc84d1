"""Five smileys by command: ordered answers from end to end, and what such surveys may spring on it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mistakes import Build, Csi, Mistake, as_parameters, check_mistake, contents
from mistakes import file as written
from shop import MODEL, QUESTIONS, STUDY, shop_survey

FIVE = MODEL.replace("[1, 10]", "[1, 5]")
COMPLAINTS = FIVE.replace(
    "  loyalty:\n", "  complaints:\n    indicators: {C1: {scale: [0, 1], high_is_good: false}}\n  loyalty:\n"
).replace("  loyalty: [satisfaction]", "  complaints: [satisfaction]\n  loyalty: [satisfaction, complaints]")
FIT = "fit shop.yaml shop.csv --estimator wlsmv"


def five_steps(rows: int = 300) -> pd.DataFrame:
    """The shop survey on five steps, skewed to the left, and a complaint with yes or no."""
    frame = shop_survey(rows)
    for name in QUESTIONS:
        frame[name] = 1 + np.searchsorted([2.5, 3.5, 4.5, 5.5], frame[name])
    frame["C1"] = (frame["S1"] + 3 * np.random.default_rng(5).normal(size=rows) < 2).astype(int)
    return frame


def write(folder: Path, frame: pd.DataFrame, model: str = FIVE) -> None:
    (folder / "shop.yaml").write_text(model, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    frame.to_csv(folder / "shop.csv", index=False)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "r" / "tables" / f"{name}.csv", keep_default_na=False)


def run(folder: Path, csi: Csi, *words: str, code: int = 0) -> str:
    """Fit the shop into ``r`` without the other estimator; what was said to standard error."""
    ran = csi(*FIT.split(), "-o", "r", "--no-beside", *words)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    return str(ran.err)


@pytest.mark.slow
def test_groups_in_the_theta_parameterisation_as_json(tmp_path: Path, csi: Csi) -> None:
    write(tmp_path, five_steps())
    ran = csi(*FIT.split(), "-o", "r", "--parameterisation", "theta", "--by", "branch", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["trustworthy"] is True
    assert (told["manifest"]["options"]["estimator"], told["manifest"]["options"]["parameterisation"]) == (
        "wlsmv", "theta",
    )  # fmt: skip
    rows = pd.DataFrame(told["tables"]["ordinal_reliability"])
    assert list(rows["branch"]) == ["north"] * 3 + ["south"] * 3 + ["west"] * 3
    assert rows[["alpha", "ordinal_alpha", "ordinal_omega", "categorical_omega"]].notna().all(axis=None)
    assert (rows["categorical_omega"] < rows["ordinal_omega"]).all()
    parameters = pd.DataFrame(told["tables"]["parameters"])
    errors = parameters[(parameters["op"] == "~~") & parameters["lhs"].isin(QUESTIONS)]
    assert len(errors) == 3 * 8
    assert np.allclose(errors["est"], 1)  # which is what theta means
    assert (parameters["op"] == "|").sum() > 3 * 8
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    for words in ("(WLSMV)", "Reliability of ordered answers", "Xia &amp; Yang", "answers as numbers (MLR)"):
        assert words in page, words
    assert "(maximum likelihood)" not in page


@pytest.mark.slow
def test_a_study_file_and_its_report_in_chinese(tmp_path: Path, csi: Csi) -> None:
    write(tmp_path, five_steps())
    (tmp_path / "study.yaml").write_text(STUDY + "estimator: {name: wlsmv}\n", encoding="utf-8")
    assert csi("run", "study.yaml").code == 0
    csi("report", "reports/study", "--lang", "zh")
    page = (tmp_path / "reports/study/report.html").read_text(encoding="utf-8")
    for words in ("有序答案的信度", "有序答案（WLSMV）", "答案作为数值（MLR）", "加权最小二乘法没有似然函数"):
        assert words in page, words
    chapters = page.partition("<main")[2].partition("</main>")[0]
    before, heading, works = chapters.partition("参考文献</h")
    assert heading, "the chapter of the works"
    assert "polychoric" not in before + works.partition("</ul>")[2], "only titles of works are English"


@pytest.mark.slow
def test_a_complaint_with_yes_or_no(tmp_path: Path, csi: Csi) -> None:
    """Its index stays the complaint rate, the mean of the answers."""
    frame = five_steps()
    write(tmp_path, frame, COMPLAINTS)
    run(tmp_path, csi)
    index = table(tmp_path, "index").set_index("construct")["index"].astype(float)
    assert index["complaints"] == pytest.approx(100 * frame["C1"].mean())
    parameters = table(tmp_path, "parameters")
    assert list(parameters.loc[(parameters["op"] == "|") & (parameters["lhs"] == "C1"), "rhs"]) == ["t1"]
    effects = table(tmp_path, "effects").set_index(["source", "target", "kind"])["effect"].astype(float)
    assert effects[("satisfaction", "complaints", "direct")] < 0


def test_a_step_that_nobody_chose(tmp_path: Path, csi: Csi) -> None:
    """It has no threshold; the index is still the mean of the answers on the whole scale."""
    frame = five_steps()
    frame["Q1"] = frame["Q1"].replace({3: 4})
    write(tmp_path, frame)
    run(tmp_path, csi)
    parameters = table(tmp_path, "parameters")
    assert (parameters["op"] == "|").groupby(parameters["lhs"]).sum()[["Q1", "Q2"]].tolist() == [3, 4]
    weights = table(tmp_path, "weights").set_index("indicator")["weight"].astype(float)
    expected = sum(weights[name] * (frame[name].mean() - 1) * 25 for name in ("Q1", "Q2", "Q3"))
    index = table(tmp_path, "index").set_index("construct")["index"].astype(float)
    assert index["quality"] == pytest.approx(expected)


@pytest.mark.slow
def test_a_step_that_one_group_never_chose(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps()
    west = frame["branch"] == "west"
    frame.loc[west, "Q1"] = frame.loc[west, "Q1"].clip(upper=4)
    write(tmp_path, frame)
    run(tmp_path, csi, "--by", "branch")
    parameters = table(tmp_path, "parameters")
    steps = parameters[(parameters["op"] == "|") & (parameters["lhs"] == "Q1")].groupby("branch").size()
    assert steps.to_dict() == {"north": 4, "south": 4, "west": 3}
    assert (table(tmp_path, "index")["index"] != "").all()


@pytest.mark.slow
def test_a_question_that_one_group_answers_alike_fails_there_alone(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps()
    frame.loc[frame["branch"] == "west", "Q1"] = 3
    write(tmp_path, frame)
    said = run(tmp_path, csi, "--by", "branch", code=1)
    assert said.count("error: ") == 1
    assert "error: west: everybody gave the same answer to Q1." in said


@pytest.mark.slow
def test_twins_in_one_group_fail_there_alone(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps()
    west = frame["branch"] == "west"
    frame.loc[west, "Q2"] = frame.loc[west, "Q1"]
    write(tmp_path, frame)
    said = run(tmp_path, csi, "--by", "branch", code=1)
    assert said.count("error: ") == 1
    assert "error: west: the answers to Q1 and Q2 order all respondents alike" in said


@pytest.mark.slow
def test_answers_between_the_steps_count_as_numbers(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps().astype({"Q1": float})
    frame["Q1"] = (frame["Q1"] + np.random.default_rng(1).random(len(frame)) / 2).clip(upper=5).round(2)
    write(tmp_path, frame)
    run(tmp_path, csi)
    parameters = table(tmp_path, "parameters")
    thresholds = (parameters["op"] == "|").groupby(parameters["lhs"]).sum()
    assert thresholds[["Q1", "Q2", "Q3"]].tolist() == [0, 4, 4]
    own = parameters[(parameters["lhs"] == "Q1") & (parameters["rhs"] == "Q1")]
    assert list(own["free"]) == [True]


@pytest.mark.slow
def test_no_ordered_answer_at_all_is_told(tmp_path: Path, csi: Csi) -> None:
    frame = five_steps().astype(dict.fromkeys(QUESTIONS, float))
    frame[list(QUESTIONS)] = (frame[list(QUESTIONS)] + 0.25).clip(upper=5)
    write(tmp_path, frame)
    said = run(tmp_path, csi)
    assert "no question has whole steps, 11 at most: wlsmv takes all answers for numbers here." in said


@pytest.mark.slow
def test_weights_strata_and_clusters(tmp_path: Path, csi: Csi) -> None:
    """Weights move the index, the design widens its interval."""
    frame = five_steps()
    frame["region"] = np.arange(len(frame)) % 2
    frame = frame.sort_values(["region", "S1"], ignore_index=True)
    frame["town"] = np.arange(len(frame)) // 10
    write(tmp_path, frame)
    run(tmp_path, csi, "--weight", "weight")
    simple = table(tmp_path, "index").set_index("construct").astype({"se": float, "index": float})
    said = run(tmp_path, csi, "--weight", "weight", "--strata", "region", "--cluster", "town", "--force")
    assert "standard errors allow for weights, strata and clusters" in said
    design = table(tmp_path, "index").set_index("construct").astype({"se": float, "index": float})
    weights = table(tmp_path, "weights").set_index("indicator")["weight"].astype(float)
    means = {name: np.average(frame[name], weights=frame["weight"]) for name in QUESTIONS}
    expected = sum(weights[name] * (means[name] - 1) * 25 for name in ("S1", "S2", "S3"))
    assert design.loc["satisfaction", "index"] == pytest.approx(expected)
    assert design.loc["satisfaction", "se"] > 1.5 * simple.loc["satisfaction", "se"]


@pytest.mark.slow
def test_a_run_is_contradicted_where_several_answers_are_yes_or_no(tmp_path: Path, csi: Csi) -> None:
    """Not for the single complaint of the American index."""
    frame = five_steps()
    write(tmp_path, frame, COMPLAINTS)
    plain = csi("fit", "shop.yaml", "shop.csv", "-o", "plain", "--no-beside")
    assert plain.code == 0
    assert "wlsmv" not in plain.err
    frame[["S1", "S2", "S3"]] = (frame[["S1", "S2", "S3"]] > 3).astype(int)
    scales = [f"--scale={name}=0:1" for name in ("S1", "S2", "S3")]
    write(tmp_path, frame)
    coarse = csi("fit", "shop.yaml", "shop.csv", "-o", "coarse", "--no-beside", *scales)
    assert "note: answers: questions of satisfaction are asked in 2 steps, too few" in coarse.err


def spoilt(change: str) -> Build:
    """The five-step survey with something wrong in it."""

    def build(folder: Path) -> None:
        frame = five_steps()
        if change == "twins":
            frame["Q2"] = frame["Q1"]
        elif change == "opposite":
            frame["Q2"] = 6 - frame["Q1"]
        elif change == "few":
            frame = frame[frame["L1"].ne(frame["L1"].shift())].head(9)
        else:
            frame[list(QUESTIONS)] = 3
        write(folder, frame)

    return build


MISTAKES = (
    Mistake(
        name="two questions are one",
        command=FIT,
        build=spoilt("twins"),
        says=(
            "shop.csv: the answers to Q1 and Q2 order all respondents alike",
            "Drop one of them: it is a copy",
        ),
    ),
    Mistake(
        name="one question is the other turned round",
        command=FIT,
        build=spoilt("opposite"),
        says=("shop.csv: the answers to Q1 and Q2 order all respondents alike or in reverse",),
    ),
    Mistake(
        name="nine respondents",
        command=FIT,
        build=spoilt("few"),
        says=("9 respondents can be used", "fewer than 10", "more interviews, or check the missing codes."),
    ),
    Mistake(
        name="three respondents",
        command=FIT,
        build=lambda folder: write(folder, five_steps(3).assign(**{name: [1, 3, 5] for name in QUESTIONS})),
        says=(
            "3 respondents answered all 8 questions; the model needs more than 8.",
            "Collect more interviews, or check the missing codes.",
        ),
    ),
    Mistake(
        name="all answers are equal",
        command=FIT,
        build=spoilt("equal"),
        says=tuple(f"{name}: The answers have no variation: all 300 are 3." for name in QUESTIONS),
        errors=8,
    ),
    Mistake(
        name="options of other estimators",
        command=f"{FIT} --bootstrap 200 --missing-data available --ridge 0.1 --variances bounded "
        "--weight-rule regression --higher-order two_stage",
        build=lambda folder: write(folder, five_steps()),
        says=(
            "--ridge: a ridge fit needs complete answers.",
            "--higher-order: it belongs to PLS path modelling, not to wlsmv.",
            "--missing-data: wlsmv takes complete answers.",
            "--ridge: it belongs to maximum likelihood, not to wlsmv",
            "--variances: it belongs",
            "--bootstrap: it belongs",
            "--weight-rule: 'regression' rests on the variances of answers",
        ),
        errors=7,
    ),
    Mistake(
        name="the theta parameterisation of numbers",
        command="fit shop.yaml shop.csv --parameterisation theta",
        says=("--parameterisation: it belongs to wlsmv.", "give --estimator wlsmv"),
    ),
    Mistake(
        name="a parameterisation that does not exist",
        command=f"{FIT} --parameterisation beta",
        says=("--parameterisation: 'beta' is not a choice.", "theta"),
    ),
    Mistake(
        name="constructs made of others",
        command=f"{FIT} --weight-rule standardised",
        build=written(
            "shop.yaml",
            FIVE.replace("  loyalty:\n", "  whole: {repeats: [quality, satisfaction]}\n  loyalty:\n").replace(
                "  satisfaction: [quality]", "  satisfaction: [whole]\n  quality: [whole]"
            ),
        ),
        says=(
            "--weight-rule: 'standardised' rests on the variances",
            "wlsmv has no constructs that are made of the questions of others (whole).",
            "Use --estimator ml or pls.",
        ),
        errors=2,
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_what_does_not_fit_is_told_at_once(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)


def test_check_says_how_answers_should_be_treated(tmp_path: Path, csi: Csi) -> None:
    """Both for a model with its survey and for a study, without an error; a study of PLS is left alone."""
    write(tmp_path, five_steps())
    before = contents(tmp_path)
    advice = "note: answers: questions of satisfaction are asked in 5 steps and answered with a skewness of"
    for words in (("shop.yaml", "shop.csv"), ("study.yaml",)):
        ran = csi("check", *words)
        assert ran.code == 0
        assert advice in ran.err
        assert ran.err.count("--estimator ") == 1
    told = json.loads(csi("check", "shop.yaml", "shop.csv", "--json").out)["findings"]
    assert [one["code"] for one in told if one["where"] == "answers"] == ["answer-treatment"]
    assert contents(tmp_path) == before
    (tmp_path / "study.yaml").write_text(STUDY + "estimator: {name: pls}\n", encoding="utf-8")
    assert "answers:" not in csi("check", "study.yaml").err
    shop_survey().to_csv(tmp_path / "shop.csv", index=False)
    (tmp_path / "shop.yaml").write_text(MODEL, encoding="utf-8")
    assert "asked in 10 steps: answers so fine count as numbers" in csi("check", "shop.yaml", "shop.csv").err
