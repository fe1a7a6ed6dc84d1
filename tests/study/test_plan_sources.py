"""Standard deviations and design effects out of stored results: what the interval rests on, taken apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fit_builders import CHAIN, chain_answers, survey_of

from csi_model.errors import StorageError, UsageError
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.storage import save
from csi_model.study import plan_sources
from csi_model.study.plan_asks import PlanAsk
from csi_model.study.plan_sources import USUAL_SDS, spreads_of
from csi_model.study.planning import plan
from csi_model.survey.survey import Survey

N = 300


def stored(folder: Path, survey: Survey, **options: object) -> Results:
    results = evaluate(fit(CHAIN, survey, beside=False, **options))  # type: ignore[arg-type]
    save(results, folder)
    return results


def scores(results: Results, answers: np.ndarray, construct: str) -> np.ndarray:
    """The index of every respondent, by the stored weights."""
    weights = results.pooled["weights"].query("construct == @construct")
    names = [item.name for item in CHAIN.indicators]
    places = [names.index(name) for name in weights["indicator"]]
    return np.asarray(100 * (answers[:, places] - 1) / 9 @ weights["weight"].to_numpy())


def test_a_simple_random_sample_has_the_spread_of_its_respondents_and_no_design_effect(
    tmp_path: Path,
) -> None:
    answers = chain_answers(N)
    results = stored(tmp_path / "r", survey_of(CHAIN, answers), weight_rule="equal")
    (spread,), notes = spreads_of(PlanAsk(margin=2, results=tmp_path / "r"))
    assert spread.sd == pytest.approx(scores(results, answers, "satisfaction").std(ddof=1), rel=1e-9)
    assert spread.deff == pytest.approx(1.0, abs=1e-6)
    assert notes == ()
    row = results.pooled["index"].query("construct == 'satisfaction'").iloc[0]
    assert spread.sd == pytest.approx(row["se"] * np.sqrt(row["n_eff"]), rel=1e-6)
    made = plan(PlanAsk(margin=row["ci_upper"] - row["index"], results=tmp_path / "r"))
    assert made.tables["interviews"]["unrounded"].iloc[0] == pytest.approx(N, rel=1e-5)
    (loyal,), _ = spreads_of(PlanAsk(margin=2, results=tmp_path / "r", construct="loyalty"))
    assert loyal.sd == pytest.approx(scores(results, answers, "loyalty").std(ddof=1), rel=1e-9)


def test_weights_and_clusters_stand_in_the_design_effect(tmp_path: Path) -> None:
    answers, random = chain_answers(N), np.random.default_rng(2)
    weights = np.exp(0.5 * random.normal(size=N))
    results = stored(
        tmp_path / "r", survey_of(CHAIN, answers, weights=weights, cluster=np.arange(N) // 5), estimator="mlr"
    )
    (spread,), _ = spreads_of(PlanAsk(margin=2, results=tmp_path / "r"))
    own = scores(results, answers, "satisfaction")
    mean = np.average(own, weights=weights)
    variance = np.average((own - mean) ** 2, weights=weights) * N / (N - 1)
    assert spread.sd == pytest.approx(np.sqrt(variance), rel=1e-9)
    row = results.pooled["index"].query("construct == 'satisfaction'").iloc[0]
    assert spread.deff == pytest.approx(N * row["se"] ** 2 / spread.sd**2, rel=1e-9)
    assert spread.deff > 1.1
    (told,), _ = spreads_of(PlanAsk(margin=2, results=tmp_path / "r", deff=1.0))
    assert (told.sd, told.deff) == (spread.sd, 1.0)


def test_groups_have_their_own_spread_by_the_pooled_weights(tmp_path: Path) -> None:
    answers = chain_answers(N)
    answers[:100] = 5.5 + 0.6 * (answers[:100] - 5.5)
    answers[-5:] = answers[:5]
    firms = np.array(["a"] * 100 + ["b"] * 195 + ["few"] * 5)
    survey = survey_of(CHAIN, answers, groups={"firm": firms.tolist()})
    results = stored(tmp_path / "r", survey, estimator="pls", bootstrap=0, folds=0)
    spreads, notes = spreads_of(PlanAsk(margin=2, results=tmp_path / "r"))
    assert [one.unit for one in spreads] == ["a", "b"]
    for one in spreads:
        own = scores(results, answers[firms == one.unit], "satisfaction")
        assert one.sd == pytest.approx(own.std(ddof=1), rel=1e-9)
    assert [one.what for one in notes] == ["few: no index, not planned."]
    made = plan(PlanAsk(margin=2, results=tmp_path / "r")).tables["interviews"]
    assert list(dict.fromkeys(made["unit"])) == ["a", "b"]


def test_of_many_groups_three_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_sources, "MOST_UNITS", 4)
    many = 5
    answers = chain_answers(40 * many)
    stretch = np.repeat(np.linspace(0.5, 1.2, many), 40)[:, None]
    firms = np.repeat([f"firm {k:02}" for k in range(many)], 40)
    stored(
        tmp_path / "r",
        survey_of(CHAIN, 5.5 + stretch * (answers - 5.5), groups={"firm": firms.tolist()}),
        estimator="pls", bootstrap=0, folds=0,
    )  # fmt: skip
    spreads, notes = spreads_of(PlanAsk(margin=2, results=tmp_path / "r"))
    assert len(spreads) == 3
    assert [one.sd for one in spreads] == sorted(one.sd for one in spreads)
    assert spreads[0].unit < spreads[1].unit < spreads[2].unit
    assert {one.deff for one in spreads} == {1.0}  # without bootstrap there is no error: that of the weights
    assert f"of {many} groups" in notes[0].what


def test_usual_spreads_and_given_ones() -> None:
    spreads, notes = spreads_of(PlanAsk(margin=2, deff=1.3))
    assert tuple(one.sd for one in spreads) == USUAL_SDS
    assert {one.deff for one in spreads} == {1.3}
    assert [one.code for one in notes] == ["usual-sd"]
    spreads, notes = spreads_of(PlanAsk(margin=2, sds=(21.0, 2.3, 21.0)))
    assert [one.sd for one in spreads] == [21.0, 2.3]
    assert "25.6 index points" in notes[0].fix


def test_folders_without_such_a_number(tmp_path: Path) -> None:
    stored(tmp_path / "r", survey_of(CHAIN, chain_answers(N)), estimator="pls", bootstrap=0, folds=0)
    with pytest.raises(UsageError, match="Did you mean 'loyalty'"):
        spreads_of(PlanAsk(margin=2, results=tmp_path / "r", construct="loyalti"))
    with pytest.raises(StorageError, match="no such folder"):
        spreads_of(PlanAsk(margin=2, results=tmp_path / "nowhere"))
