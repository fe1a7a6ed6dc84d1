"""Which questions count as asked in steps: decided once, and said."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import YES_NO, Floats, model_of, survey_of

from csi_model.estimation.fits import Solution
from csi_model.estimation.fitting import fit
from csi_model.model.spec import Scale
from csi_model.survey.steps import ordered_items, step_findings
from csi_model.survey.survey import Survey

FIVE = Scale(low=1, high=5)
ITEMS = "x1 x2 x3 y1 y2 y3 c"


def asked(answers: Floats, scales: dict[str, Scale] | None = None, **groups: list[str]) -> Survey:
    model = model_of(
        {"quality": "x1 x2 x3", "satisfaction": "y1 y2 y3", "complaints": "c"},
        {"satisfaction": "quality", "complaints": "satisfaction"},
        index="satisfaction",
        scales={**dict.fromkeys(ITEMS.split(), FIVE), "c": YES_NO, **(scales or {})},
    )
    return survey_of(model, answers, groups=groups or None)


def answers(n: int = 300) -> Floats:
    random = np.random.default_rng(1)
    quality = random.normal(size=(n, 1))
    satisfaction = 0.7 * quality + 0.7 * random.normal(size=(n, 1))
    latent = 0.8 * np.hstack([quality] * 3 + [satisfaction] * 3) + 0.6 * random.normal(size=(n, 6))
    complaint = (satisfaction[:, 0] + random.normal(size=n) < -1).astype(float)
    return np.column_stack([1.0 + np.searchsorted([-1.5, -0.8, 0.0, 0.8], latent), complaint])


def test_which_questions_are_asked_in_steps() -> None:
    given = answers()
    given[:, 3] = given[:, 3] > 3
    given[0, 5] = 2.5
    scales = {"x2": Scale(low=0, high=10), "x3": Scale(low=0, high=11), "y1": YES_NO}
    survey = asked(given, {**scales, "y2": Scale(low=1, high=5.5)})
    assert ordered_items(survey) == ("x1", "x2", "y1", "c")


def test_answers_that_are_missing_do_not_decide() -> None:
    given = answers()
    given[3, 0] = np.nan
    assert "x1" in ordered_items(asked(given))


def test_what_is_said_of_answers_between_the_steps() -> None:
    given = answers()
    given[[4, 9], 0] = 3.5
    (finding,) = step_findings(asked(given, {"x2": FIVE}))
    assert (finding.code, finding.severity, finding.where) == ("between-steps", "warning", "x1")
    assert finding.what.startswith(
        "2 of 300 answers lie between the steps of the scale (rows 6, 11), so that"
    )


def test_what_is_said_of_scales_without_steps() -> None:
    scales = {"x2": Scale(low=1, high=12), "y2": Scale(low=0.5, high=5.5)}
    (finding,) = step_findings(asked(answers(), scales))
    assert (finding.code, finding.severity) == ("not-in-steps", "note")
    assert finding.what.startswith("x2, y2 count as numbers")


def test_nothing_is_said_where_all_questions_or_none_have_steps() -> None:
    assert not list(step_findings(asked(answers())))
    assert not list(step_findings(asked(answers() + 0.25)))


@pytest.mark.parametrize("estimator", ["wlsmv", "pls"])
def test_groups_take_the_same_questions_for_ordered(estimator: str) -> None:
    """One answer between the steps in the second group: the question is a number in all of them."""
    given = answers()
    given[299, 0] = 2.5
    survey = asked(given, g=["a"] * 150 + ["b"] * 150)
    options = {"correlations": "polychoric", "bootstrap": 0} if estimator == "pls" else {}
    made = fit(survey.model, survey, estimator=estimator, **options)
    assert [finding.where for finding in made.findings if finding.code == "between-steps"] == ["x1"]
    for part in (made.pooled, *made.groups):
        assert part.solution is not None
        assert part.solution.table.ordered == ("x2", "x3", "y1", "y2", "y3", "c")
        if isinstance(part.solution, Solution):
            thresholds = {row.lhs for row in part.solution.table.rows if row.op == "|"}
            assert thresholds == {"x2", "x3", "y1", "y2", "y3", "c"}
