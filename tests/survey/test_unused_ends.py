"""An end of the scale that nobody uses: told where the scale must be declared wrongly, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHECKOUT, shared_data
from scipy import stats
from survey_builders import small_model

from csi_model.errors import Finding
from csi_model.model.catalogue import read_model
from csi_model.model.spec import Case, Indicator, ModelSpec, Scale
from csi_model.survey.reading import read_survey
from csi_model.survey.streaming import stream_moments
from csi_model.survey.survey import Floats
from csi_model.survey.unused_ends import check_unused_ends

SEVEN = Scale(low=1, high=7)
NAMES = ("Q1", "Q2", "S1", "S2")


def rated(
    n: int = 300, steps: int = 5, k: int = 4, *, level: float = 0.8, size: float = 4.0, seed: int = 1
) -> Floats:
    """Answers (n, k) from 1 to ``steps``: beta responses of this mean and precision that go together."""
    rng = np.random.default_rng(seed)
    z = np.sqrt(0.6) * rng.normal(size=(n, 1)) + np.sqrt(0.4) * rng.normal(size=(n, k))
    beta = stats.beta.ppf(stats.norm.cdf(z), level * size, (1 - level) * size)
    return np.asarray(np.clip(np.round(0.5 + steps * beta), 1, steps), dtype=float)


def told(answers: Floats, scale: Scale = SEVEN, **changes: object) -> list[Finding]:
    """What is said of questions of one scale, all of one kind."""
    items = [
        replace(Indicator(name=f"q{k + 1}", scale=scale), **changes)  # type: ignore[arg-type]
        for k in range(answers.shape[1])
    ]
    turned = scale.low + scale.high - answers if changes.get("reversed") else answers
    n = len(answers)
    return check_unused_ends(items, turned, np.zeros(answers.shape, dtype=np.int8), np.ones(n), "s.csv")


def test_seven_steps_declared_and_five_asked() -> None:
    (said,) = told(rated())
    assert (said.code, said.severity, said.where) == ("unused-end", "warning", "s.csv")
    assert said.what == (
        "No answer to q1, q2, q3, q4 lies above 5, on a scale declared 1-7: is the scale declared rightly?"
    )
    assert "--scale 1:5 for all, --scale q1=1:5 for one" in said.fix
    assert told(rated(), Scale(low=1, high=5)) == []


@pytest.mark.parametrize("high", [6, 7, 10, 100])
def test_however_much_too_long_it_is_declared(high: int) -> None:
    assert [one.code for one in told(rated(), Scale(low=1, high=high))] == ["unused-end"]


def test_of_many_questions_the_first_are_named() -> None:
    (said,) = told(rated(k=9))
    assert said.what.startswith("No answer to q1, q2, q3, q4, q5, q6 and 3 more lies above 5")


def test_where_low_answers_are_good_the_low_end_counts() -> None:
    """Declared from 0, asked from 1: nobody can be as well off as 0."""
    good = 6.0 - rated()
    (said,) = told(good, Scale(low=-1, high=5), high_is_good=False)
    assert "lies below 1, on a scale declared -1-5" in said.what
    assert "--scale 1:5 for all" in said.fix
    assert told(good, Scale(low=1, high=7), high_is_good=False) == []


def test_reversed_questions_are_told_as_they_were_ticked() -> None:
    """Ticked from 3 to 7 of 1 to 7, low answers being good ones."""
    ticked = 8.0 - rated()
    (said,) = told(ticked, reversed=True)
    assert "lies below 3, on a scale declared 1-7" in said.what
    assert told(rated(), reversed=True) == []


def test_one_answer_beyond_acquits_the_scale() -> None:
    answers = rated()
    answers[0, 0] = 6
    assert told(answers) == []


def test_too_few_questions_or_answers() -> None:
    assert told(rated(k=2)) == []
    assert told(rated(n=99)) == []
    items = [Indicator(name=name, scale=SEVEN, cases=(_CASE,)) for name in NAMES]
    nothing = np.zeros((300, 4), dtype=np.int8)
    assert check_unused_ends(items, rated(), nothing, np.ones(300), "s") == []
    empty = np.full((300, 4), 1, dtype=np.int8)
    items = [Indicator(name=name, scale=SEVEN) for name in NAMES]
    assert check_unused_ends(items, np.full((300, 4), np.nan), empty, np.ones(300), "s") == []


_CASE = Case(when="Q1", low=1, high=7, take="Q1")


def test_scales_are_judged_one_by_one() -> None:
    """Five-step questions among seven-step ones of the same declaration are not told apart."""
    answers = np.hstack([rated(), rated(steps=10, seed=2)])
    items = [Indicator(name=f"q{k}", scale=SEVEN if k < 4 else Scale(low=1, high=10)) for k in range(8)]
    (said,) = check_unused_ends(items, answers, np.zeros((300, 8), dtype=np.int8), np.ones(300), "s")
    assert "q0, q1, q2, q3 lies above 5" in said.what


@pytest.mark.parametrize("steps", [3, 4, 5, 7, 10, 11])
@pytest.mark.parametrize("level", [0.05, 0.15, 0.3, 0.5, 0.7, 0.85])
def test_no_false_alarm(steps: int, level: float) -> None:
    """Good and bad, skewed and not, alike and apart: the scale is what was asked."""
    scale = Scale(low=1, high=steps)
    for n in (100, 1000):
        for size in (1.0, 3.0, 8.0, 20.0):
            assert told(rated(n, steps, 3, level=level, size=size), scale) == [], (n, size)


@pytest.mark.parametrize("spread", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("centre", [1.5, 2.2, 2.9, 3.3])
def test_like_minded_customers_in_the_middle_are_no_alarm(centre: float, spread: float) -> None:
    rng = np.random.default_rng(3)
    for n in (100, 1000):
        answers = np.clip(np.round(centre + spread * rng.normal(size=(n, 3))), 1, 5)
        assert told(answers, Scale(low=1, high=5)) == []


def unused(findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.code == "unused-end"]


def test_the_demo_raises_no_alarm() -> None:
    survey = read_survey(CHECKOUT / "data" / "demo.csv", read_model("acsi"))
    assert unused(survey.findings) == []


@pytest.mark.parametrize(("name", "file"), [("acsi", "acsi2015.xlsx"), ("ecsi-complaints", "mobi.csv")])
def test_public_surveys_raise_no_alarm(name: str, file: str) -> None:
    assert unused(read_survey(shared_data("data", file), read_model(name)).findings) == []


def model() -> ModelSpec:
    return small_model(NAMES, SEVEN)


def test_reading_says_so_in_memory_and_in_one_pass(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rated(), columns=list(NAMES)).assign(w=rng.choice([1.0, 2.0, 3.0], 300))
    path = tmp_path / "s.parquet"
    frame.to_parquet(path, index=False)
    (said,) = unused(read_survey(path, model(), weight="w").findings)
    assert "lies above 5" in said.what
    assert unused(stream_moments(path, model(), weight="w", rows=64).findings) == [said]
    right = small_model(NAMES, Scale(low=1, high=5))
    assert unused(read_survey(path, right).findings) == []
    assert unused(read_survey(path, model(), screened=False).findings) == []
