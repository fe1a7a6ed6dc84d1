"""Panels: standard errors of changes by the paired formula, partial overlap, designs, paired draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, model_of, survey_of
from numpy.typing import NDArray
from wave_builders import cell, only

from csi_model.comparison.decomposition import decomposition
from csi_model.comparison.panel import Respondents, panel_covariance, person_numbers
from csi_model.comparison.wave_samples import WaveOptions, WaveStudy
from csi_model.comparison.wave_studies import wave_study
from csi_model.comparison.waves import trend
from csi_model.errors import Finding, UsageError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.storage import save
from csi_model.survey.moments import sample_of
from csi_model.survey.reading import read_survey

Floats = NDArray[np.float64]
N = 120


def answers_of_two_waves(kept: float = 0.7) -> Floats:
    """The same persons twice: what they say again, and what is new."""
    first = chain_answers(N, 1)
    return np.vstack([first, kept * first + (1 - kept) * chain_answers(N, 2, shift=0.3) + 0.2])


def study(
    persons: Any, *, answers: Floats | None = None, firms: bool = False, survey: Any = None, **options: Any
) -> tuple[WaveStudy, tuple[Finding, ...]]:
    waves = ["2024"] * N + ["2025"] * N
    groups = {"firm": ["a", "b"] * N, "wave": waves} if firms else {"wave": waves}
    answers = answers_of_two_waves() if answers is None else answers
    made = survey_of(
        CHAIN,
        answers,
        groups=groups,
        persons=None if persons is None else np.array(persons),
        **(survey or {}),
    )
    fitted = fit(CHAIN, made, **({"estimator": "pls", "bootstrap": 0, "folds": 0, "beside": False} | options))
    return wave_study(evaluate(fitted), fitted, made, WaveOptions(column="wave"))


def scored(answers: Floats) -> Floats:
    """Satisfaction of each respondent with equal weights, 0 to 100."""
    return 100 * (answers[:, 6:9].mean(axis=1) - 1) / 9


def change_se(found: WaveStudy, unit: str = "total") -> float:
    table = trend(found)
    se = cell(table, "change_se", unit=unit, construct="satisfaction", wave="2025", weights_from="held")
    return float(se)


TWICE = [*range(N), *range(N)]
APART = [*range(N), *range(N, 2 * N)]


def test_a_complete_panel_has_the_paired_formula() -> None:
    answers = answers_of_two_waves()
    differences = scored(answers[N:]) - scored(answers[:N])
    found, findings = study(TWICE, weight_rule="equal")
    assert change_se(found) == pytest.approx(differences.std(ddof=1) / np.sqrt(N))
    assert [finding.code for finding in findings] == ["panel"]
    assert f"{N} in 2024 and 2025" in findings[0].what


def test_disjoint_waves_have_welchs_formula() -> None:
    answers = answers_of_two_waves()
    welch = np.sqrt(sum(scored(part).var(ddof=1) / N for part in (answers[:N], answers[N:])))
    for persons in (None, APART, [-1] * (2 * N)):  # without identifiers, with others, and with blank ones
        found, findings = study(persons, weight_rule="equal")
        assert change_se(found) == pytest.approx(welch)
        assert set(trend(found)["method"]) == {"", "independent"}
        assert [finding.code for finding in findings] == ([] if persons is None else ["no-panel"])


def test_partial_overlap_by_hand() -> None:
    """cov = n12 / (n1 n2) times the shared answers' covariance about the waves' means, made unbiased."""
    answers, shared = answers_of_two_waves(), 50
    one, two = scored(answers[:N]), scored(answers[N:])
    sums = ((one - one.mean())[:shared] * (two - two.mean())[:shared]).sum()
    covariance = sums / N**2 / (1 - 2 / N + shared / N**2)
    persons = [*range(N), *range(shared), *range(N, 2 * N - shared)]
    expected = np.sqrt(one.var(ddof=1) / N + two.var(ddof=1) / N - 2 * covariance)
    assert change_se(study(persons, weight_rule="equal")[0]) == pytest.approx(expected)


def test_the_factor_makes_the_covariance_unbiased() -> None:
    """Over all samples of a population of four with two of three shared, the mean is n12 / (n1 n2) S12."""
    random = np.random.default_rng(4)
    sample = sample_of(survey_of(model_of({"one": "i1"}, {}), np.arange(3.0)[:, None]))
    first, second = (Respondents(sample=sample, persons=np.arange(start, start + 3)) for start in (0, 1))
    found = []
    for _ in range(3000):
        pairs = random.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=4)
        moved = (pairs[:3, :1] - pairs[:3, 0].mean(), pairs[1:, 1:] - pairs[1:, 1].mean())
        found.append(float(panel_covariance(first, second, moved, np.arange(4))[0, 0]))
    assert np.mean(found) == pytest.approx(2 / 9 * 0.6, abs=3.5 * np.std(found) / np.sqrt(len(found)))


def test_weights_and_clusters_are_summed_by_cluster() -> None:
    """A change's linearised influences summed over clusters that are the same in both waves."""
    answers = answers_of_two_waves()
    random = np.random.default_rng(3)
    weights, cluster = random.uniform(0.5, 2, 2 * N), np.tile(np.arange(N) // 6, 2)
    influence = np.zeros(2 * N)
    for rows, sign in ((slice(0, N), -1), (slice(N, 2 * N), 1)):
        share = weights[rows] / weights[rows].sum()
        score = scored(answers[rows])
        influence[rows] = sign * share * (score - share @ score)
    sums = np.bincount(cluster, influence)
    m = len(sums)
    expected = np.sqrt(m / (m - 1) * ((sums - sums.mean()) ** 2).sum())
    found, _ = study(TWICE, weight_rule="equal", survey={"weights": weights, "cluster": cluster})
    assert change_se(found) == pytest.approx(expected)


def test_clusters_shared_by_the_waves_without_identifiers_are_a_warning() -> None:
    design = {"cluster": np.tile(np.arange(N) // 6, 2)}
    assert [one.code for one in study(None, survey=design)[1]] == ["shared-clusters"]
    apart = {"cluster": np.arange(2 * N) // 6}
    assert study(None, survey=apart)[1] == ()


def test_persons_are_followed_within_their_firm() -> None:
    answers = answers_of_two_waves()
    found, _ = study(TWICE, firms=True, weight_rule="equal")
    for place, firm in enumerate("ab"):
        rows = slice(place, N, 2)
        differences = scored(answers[N:][rows]) - scored(answers[:N][rows])
        se = differences.std(ddof=1) / np.sqrt(N / 2)
        assert change_se(found, firm) == pytest.approx(se)


@pytest.mark.parametrize("options", [{"estimator": "ml"}, {"bootstrap": 120}], ids=["ml", "pls"])
def test_everybody_one_step_higher_is_a_change_without_error(options: dict[str, Any]) -> None:
    """The second wave is the first plus half a step: no effect changed, and nothing of this errs."""
    first = chain_answers(N, 1)
    found, _ = study(TWICE, answers=np.vstack([first, first + 0.5]), **options)
    table = decomposition(found)
    total = only(table, target="satisfaction", part="total")
    assert float(total["contribution"].iloc[0]) == pytest.approx(100 * 0.5 / 9)
    sure = table[table["part"].isin(["total", "effect"])]
    np.testing.assert_allclose(sure["se"], 0, atol=1e-6)
    assert set(table["ci_method"]) == {"bootstrap" if "bootstrap" in options else "delta"}
    changes = only(trend(found), wave="2025")["change_se"]
    np.testing.assert_allclose(changes, 0, atol=1e-6)


def test_what_cannot_be_drawn_together_is_said() -> None:
    strata = np.concatenate([np.arange(N) % 2, (np.arange(N) + (np.arange(N) < 10)) % 2])
    _, findings = study(TWICE, survey={"strata": strata}, bootstrap=100)
    told = {finding.code: finding for finding in findings}
    assert "10 persons change their strata" in told["panel-not-paired"].what


def test_person_numbers_keep_who_is_known() -> None:
    assert person_numbers(np.array([2, -1, 0, 2, -1])).tolist() == [2, 3, 0, 2, 4]


# ---- identifiers in a survey


def frame_of(identifiers: list[str]) -> pd.DataFrame:
    answers = np.round(np.clip(chain_answers(len(identifiers), 1), 1, 10))
    frame = pd.DataFrame(answers, columns=[item.name for item in CHAIN.indicators])
    half = len(identifiers) // 2
    return frame.assign(wave=["2024"] * half + ["2025"] * half, person=identifiers)


def test_a_person_may_return_in_another_wave() -> None:
    identifiers = [f"p{k}" for k in range(40)] * 2
    survey = read_survey(frame_of(identifiers), CHAIN, by=["wave"], identifier="person", wave="wave")
    assert "duplicate-identifier" not in {finding.code for finding in survey.findings}
    assert survey.persons is not None
    assert survey.persons[:40].tolist() == survey.persons[40:].tolist()
    assert len(set(survey.persons[:40])) == 40
    plain = read_survey(frame_of(identifiers), CHAIN, by=["wave"], identifier="person")
    assert "duplicate-identifier" in {finding.code for finding in plain.findings}


def test_twice_in_one_wave_is_reported_and_blanks_are_nobody() -> None:
    identifiers = ["x", "x", "", "", *(f"p{k}" for k in range(36))] * 2
    survey = read_survey(frame_of(identifiers), CHAIN, by=["wave"], identifier="person", wave="wave")
    told = next(finding for finding in survey.findings if finding.code == "duplicate-identifier")
    assert "2 rows with the identifier of an earlier row of the same wave" in told.what
    assert survey.persons is not None
    assert survey.persons[[2, 3, 42]].tolist() == [-1, -1, -1]


def test_the_wave_must_be_a_group_column() -> None:
    with pytest.raises(UsageError, match="not among the group columns"):
        read_survey(frame_of(["a"] * 80), CHAIN, by=["wave"], identifier="person", wave="quarter")


def test_identifiers_are_stored_nowhere(tmp_path: Path) -> None:
    secret = [f"secret-{k}" for k in range(40)] * 2
    survey = read_survey(frame_of(secret), CHAIN, by=["wave"], identifier="person", wave="wave")
    folder = save(evaluate(fit(CHAIN, survey, beside=False)), tmp_path / "results")
    for path in folder.rglob("*"):
        assert path.is_dir() or b"secret-" not in path.read_bytes()
