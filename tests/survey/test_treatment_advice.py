"""Ordered steps or numbers: what number of steps, skewness and sample size decide."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import Floats, model_of, survey_of
from scipy import stats

from csi_model.estimation.fitting import fit
from csi_model.model.spec import Scale
from csi_model.survey.survey import Survey
from csi_model.survey.treatment_advice import (
    Asked,
    advice,
    advised,
    is_ordered,
    treatment_advice,
    treatment_note,
)


def asked(*steps: float, skewness: float = 0.3) -> Asked:
    return Asked(construct="quality", steps=steps, skewness=skewness)


@pytest.mark.parametrize(
    ("steps", "skewness", "n", "ordered"),
    [
        (2, 0.0, 100, True),
        (4, 0.0, 5000, True),
        (5, 0.3, 250, False),
        (5, -1.0, 499, False),
        (5, -1.01, 499, True),
        (5, 2.0, 199, False),
        (5, 2.0, 200, True),
        (6, 0.0, 499, False),
        (6, 0.0, 500, True),
        (7, 3.0, 10_000, False),
        (10, 0.0, 50, False),
        (np.inf, 3.0, 10_000, False),
    ],
)
def test_the_rule(steps: float, skewness: float, n: int, ordered: bool) -> None:
    """Rhemtulla, Brosseau-Liard & Savalei (2012): categorical below five; five and more by skewness and n."""
    assert is_ordered(asked(steps, skewness=skewness), n) is ordered
    said = advice(asked(steps, skewness=skewness), n)
    assert (said.code, said.severity) == ("answer-treatment", "note")
    assert ("--estimator wlsmv" in said.fix) is ordered
    assert ("--estimator mlr" in said.fix) is not ordered


def test_the_question_with_the_fewest_steps_decides() -> None:
    assert is_ordered(asked(10, 3, 10), 1000)
    assert "asked in as few as 3 steps" in advice(asked(10, 3, 10), 1000).what
    assert "asked in 3 steps" in advice(asked(3, 3), 1000).what


def test_reasons_name_numbers_and_sources() -> None:
    assert advice(asked(3), 150).what == (
        "questions of quality are asked in 3 steps, too few to count as numbers: loadings and paths would be "
        "biased (Rhemtulla, Brosseau-Liard & Savalei 2012)."
    )
    assert "With 150 complete interviews its standard errors are rough: 200" in advice(asked(3), 150).fix
    assert "complete interviews" not in advice(asked(3), 200).fix
    skewed = advice(asked(5, skewness=-1.316), 300).what
    assert "answered with a skewness of up to -1.32: as numbers" in skewed
    assert "150 complete interviews are too few" in advice(asked(5, skewness=-1.316), 150).what
    assert "800 complete interviews are enough" in advice(asked(5), 800).what
    assert "mild: with 250 complete interviews" in advice(asked(5), 250).what
    assert "no steps, or more than 11" in advice(asked(np.inf), 250).what


SCALES = {
    **{name: Scale(low=1, high=5) for name in ("q1", "q2", "q3")},
    **{name: Scale(low=1, high=10) for name in ("s1", "s2")},
    "c1": Scale(low=0, high=1),
}
MODEL = model_of(
    {"quality": "q1 q2 q3", "complaints": "c1", "satisfaction": "s1 s2"},
    {"satisfaction": "quality complaints"},
    scales=SCALES,
)


def answers(n: int, seed: int = 1) -> Floats:
    """The answers to q2 are skewed, the others are not."""
    random = np.random.default_rng(seed)
    five = random.choice(5, size=(n, 3), p=[0.1, 0.2, 0.4, 0.2, 0.1]) + 1.0
    five[:, 1] = random.choice(5, size=n, p=[0.05, 0.05, 0.05, 0.25, 0.6]) + 1.0
    return np.column_stack([five, random.integers(0, 2, size=n), random.integers(1, 11, size=(n, 2))]).astype(
        float
    )


def survey(n: int = 300, **changes: object) -> Survey:
    return survey_of(MODEL, answers(n), **changes)


def test_a_survey_is_judged_by_its_coarsest_construct() -> None:
    """The binary complaint, alone in its construct, does not count; the five steps do, by their skewness."""
    (said,) = treatment_advice(survey())
    skewness = stats.skew(answers(300)[:, 1])
    assert skewness < -1.5
    assert said.what.startswith(
        f"questions of quality are asked in 5 steps and answered with a skewness of up to {skewness:.2f}: as"
    )
    assert "--estimator wlsmv" in said.fix
    (few,) = treatment_advice(survey(150))
    assert "--estimator mlr" in few.fix
    assert "150 complete interviews are too few" in few.what


def test_respondents_with_gaps_are_no_complete_interviews() -> None:
    gappy = answers(300)
    gappy[:150, 4] = np.nan
    (said,) = treatment_advice(survey_of(MODEL, gappy))
    assert "150 complete interviews" in said.what


def test_answers_between_the_steps_are_numbers() -> None:
    """One rating on 1 to 5 with decimals: the others of its construct keep their five steps."""
    uneven = answers(300)
    uneven[0, 0] = 2.5
    (said,) = treatment_advice(survey_of(MODEL, uneven))
    assert "in as few as 5 steps" in said.what
    uneven[:2, 1:3] = 2.5
    (said,) = treatment_advice(survey_of(MODEL, uneven))
    assert said.what.startswith("questions of satisfaction are asked in 10 steps: answers so fine")


def test_nothing_to_say_where_constructs_are_single_questions_or_made_of_others() -> None:
    single = model_of({"a": "q1", "b": "q2"}, {"b": "a"}, scales=SCALES)
    assert treatment_advice(survey_of(single, answers(300)[:, :2])) == ()
    made = model_of(
        {"a": "q1 q2", "b": "s1 s2", "whole": ""},
        {"a": "whole", "b": "whole"},
        repeats={"whole": "a b"},
        index="whole",
        scales=SCALES,
    )
    assert treatment_advice(survey_of(made, answers(300)[:, [0, 1, 4, 5]])) == ()


def test_the_run_is_contradicted_only_where_two_questions_are_coarse() -> None:
    """Not for a complaint with yes or no, alone or beside a rating, as in the American index and its kin."""
    assert treatment_note(survey(), "ml") == ()
    beside = model_of({"complaints": "c1 s1", "quality": "q1 q2"}, {"complaints": "quality"}, scales=SCALES)
    assert treatment_note(survey_of(beside, answers(300)[:, [3, 4, 0, 1]]), "ml") == ()
    coarse = {name: Scale(low=0, high=1) for name in ("q1", "q2", "q3")} | {"s1": SCALES["s1"]}
    binary = model_of(
        {"quality": "q1 q2 q3", "satisfaction": "s1"}, {"satisfaction": "quality"}, scales=coarse
    )
    given = answers(300)[:, [0, 1, 2, 4]]
    given[:, :3] = given[:, :3] > 3
    for estimator in ("ml", "mlr", "mlm", "fiml"):
        (said,) = treatment_note(survey_of(binary, given), estimator)
        assert said.severity == "note"
        assert "asked in 2 steps, too few" in said.what
    for estimator in ("wlsmv", "pls", "plsc"):
        assert treatment_note(survey_of(binary, given), estimator) == ()


def test_ordered_steps_without_ordered_answers() -> None:
    (said,) = treatment_note(survey_of(MODEL, answers(300) + 0.25), "wlsmv")
    assert (said.code, said.severity) == ("nothing-ordered", "warning")
    assert treatment_note(survey_of(MODEL, answers(300) + 0.25), "ml") == ()


def test_a_run_on_few_interviews_says_so() -> None:
    """Li (2016): 200 complete interviews are the least, of the whole sample and of each group."""
    gappy = answers(300)
    gappy[:101, 4] = np.nan
    (said,) = treatment_note(survey_of(MODEL, gappy), "wlsmv")
    assert (said.code, said.severity) == ("few-for-ordered", "note")
    assert said.what == (
        "with 199 complete interviews the standard errors of wlsmv are rough: 200 are the least (Li 2016)."
    )
    gappy[100, 4] = 5
    assert treatment_note(survey_of(MODEL, gappy), "wlsmv") == ()
    assert treatment_note(survey_of(MODEL, gappy), "mlr") == ()


def test_groups_with_few_interviews_stand_in_one_note() -> None:
    """A of 250, B of 150, C of 80 less one gap; D of 20 is suppressed."""
    groups = ["A"] * 250 + ["B"] * 150 + ["C"] * 80 + ["D"] * 20
    given = answers(500)
    given[410, 0] = np.nan
    made = survey_of(MODEL, given, groups={"firm": groups})
    (said,) = treatment_note(made, "wlsmv", 30)
    assert said.what == (
        "these groups have fewer than 200 complete interviews, so that their standard errors by wlsmv are "
        "rough (Li 2016): B (150), C (79)."
    )
    fitted = fit(MODEL, made, estimator="wlsmv")
    assert [one for one in fitted.findings if one.code == "few-for-ordered"] == [said]


def test_of_many_groups_the_first_are_named() -> None:
    made = survey_of(MODEL, answers(500), groups={"firm": [f"f{k % 25:02d}" for k in range(500)]})
    (said,) = treatment_note(made, "wlsmv")
    assert said.what.endswith("f19 (20) and 5 more.")


def test_pls_is_not_advised() -> None:
    made = survey()
    assert advised(made, "pls") is made
    assert advised(made, "wlsmv").findings == advised(made).findings == treatment_advice(made)
