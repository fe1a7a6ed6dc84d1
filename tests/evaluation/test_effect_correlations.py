"""Correlations of estimated effects: against the covariance itself, and as limits of joint changes."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, chain_survey, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from csi_model.estimation.delta import jacobian
from csi_model.estimation.fits import Fit, GroupFit, Solution
from csi_model.estimation.fitting import fit
from csi_model.evaluation.effect_correlations import CONSTANT, _correlation, effect_pairs
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.gains import moves
from csi_model.evaluation.intervals import NO_DRAWS, Interval
from csi_model.evaluation.quantities import metric_of, quantities
from csi_model.evaluation.results import Results
from csi_model.evaluation.structure_tables import NO_ERROR, UNDEFINED
from csi_model.model.spec import Construct, Path
from csi_model.storage import load, save
from csi_model.vocabulary import TABLES

Array = NDArray[Any]

FIRMS = {"firm": ["a"] * 150 + ["b"] * 150}
RUNS: dict[str, dict[str, Any]] = {
    "ml": {},
    "ml bootstrap": {"bootstrap": 150},
    "ml jackknife": {"jackknife": True},
    "mlr": {"estimator": "mlr"},
    "pls": {"estimator": "pls", "folds": 0, "bootstrap": 150},
    "pls jackknife": {"estimator": "pls", "folds": 0, "jackknife": True},
    "pls without draws": {"estimator": "pls", "folds": 0, "bootstrap": 0},
}
every_run = pytest.mark.parametrize("name", RUNS)


@cache
def fitted(name: str) -> Fit:
    return fit(CHAIN, chain_survey(groups=FIRMS), **RUNS[name])


@cache
def evaluated(name: str) -> Results:
    return evaluate(fitted(name))


def parts(name: str) -> list[tuple[GroupFit, dict[str, pd.DataFrame]]]:
    """Each sample with its rows of effects and correlations."""
    run, made = fitted(name), evaluated(name)
    wanted = ("effects", "effect_correlations")
    found = [(run.pooled, {table: made.pooled[table] for table in wanted})]
    for part in run.groups:
        rows = {table: made.tables[table][made.tables[table]["firm"] == part.key[0]] for table in wanted}
        found.append((part, rows))
    return found


def correlations(rows: dict[str, pd.DataFrame], target: str, drivers: list[str]) -> Array:
    frame = rows["effect_correlations"].set_index(["target", "source_1", "source_2"])["correlation"]
    return np.array([
        [1.0 if a == b else frame.get((target, a, b), frame.get((target, b, a))) for b in drivers]
        for a in drivers
    ])  # fmt: skip


def recovered(rows: dict[str, pd.DataFrame], target: str, pushes: dict[str, float]) -> tuple[float, float]:
    """Limits of the change of a target by the stored limits and correlations, the formula in matrices."""
    total = rows["effects"].query("kind == 'total' and target == @target").set_index("source")
    drivers = list(pushes)
    x = np.array([pushes[name] for name in drivers])
    effect, lower, upper = (
        total.loc[drivers, name].to_numpy() for name in ("effect", "ci_lower", "ci_upper")
    )
    r = correlations(rows, target, drivers)
    below = x * np.where(x > 0, effect - lower, upper - effect)
    above = x * np.where(x > 0, upper - effect, effect - lower)
    change = float(x @ effect)
    return change - np.sqrt(below @ r @ below), change + np.sqrt(above @ r @ above)


def test_every_pair_of_drivers_once() -> None:
    assert effect_pairs(CHAIN) == (
        ("satisfaction", "expectations", "quality"),
        ("loyalty", "expectations", "quality"),
        ("loyalty", "expectations", "satisfaction"),
        ("loyalty", "quality", "satisfaction"),
    )
    assert effect_pairs(replace(CHAIN, index="quality"))[0] == ("satisfaction", "expectations", "quality")


@every_run
def test_the_rows_of_the_table(name: str) -> None:
    for _, rows in parts(name):
        frame = rows["effect_correlations"]
        assert list(zip(frame["target"], frame["source_1"], frame["source_2"], strict=True)) == list(
            effect_pairs(CHAIN)
        )
        if name == "pls without draws":
            assert frame["correlation"].isna().all()
            assert set(frame["why"]) == {NO_DRAWS}
        else:
            assert frame["correlation"].between(-1, 1).all()
            assert set(frame["why"]) == {""}


def test_against_the_covariance_of_the_delta_method() -> None:
    run = fitted("ml")
    solution = run.pooled.solution
    assert isinstance(solution, Solution)
    metric, p = metric_of(CHAIN, run.options.weight_rule, {}), solution.means.size

    def effects(z: Array) -> Array:
        return quantities(solution.table, metric, z[..., :p], z[..., p:]).total[..., 3, :3]

    slopes = jacobian(effects, np.concatenate([solution.means, solution.values]))
    covariance = slopes @ solution.covariance @ slopes.T
    errors = np.sqrt(np.diag(covariance))
    made = correlations(parts("ml")[0][1], "loyalty", ["expectations", "quality", "satisfaction"])
    np.testing.assert_allclose(made, covariance / np.outer(errors, errors), atol=1e-10)


def test_against_the_draws_of_the_bootstrap() -> None:
    run = fitted("ml bootstrap")
    solution = run.pooled.solution
    assert isinstance(solution, Solution)
    assert solution.draws is not None
    metric = metric_of(CHAIN, run.options.weight_rule, {})
    found = [
        quantities(solution.table, metric, means, values).total[3, :3]
        for means, values in zip(solution.draws.means, solution.draws.values, strict=True)
    ]
    made = correlations(parts("ml bootstrap")[0][1], "loyalty", ["expectations", "quality", "satisfaction"])
    np.testing.assert_allclose(made, np.corrcoef(np.array(found).T), atol=1e-10)


@every_run
@pytest.mark.parametrize("push", [4.0, -2.5])
def test_one_push_has_the_stored_interval_times_the_push(name: str, push: float) -> None:
    for _, rows in parts(name):
        row = rows["effects"].query("kind == 'total' and target == 'loyalty' and source == 'quality'").iloc[0]
        ends = sorted([push * row["ci_lower"], push * row["ci_upper"]])
        assert recovered(rows, "loyalty", {"quality": push}) == pytest.approx(ends, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", ["ml", "ml jackknife", "pls jackknife"])
@settings(max_examples=15)
@given(pushes=st.lists(st.floats(-10, 10), min_size=3, max_size=3))
def test_symmetric_intervals_of_several_pushes_are_the_joint_ones(name: str, pushes: list[float]) -> None:
    """All respondents and groups, whose pooled weights are estimated, too."""
    given_ = dict(zip(("expectations", "quality", "satisfaction"), pushes, strict=True))
    for part, rows in parts(name):
        made = moves(fitted(name), part, np.array([[*pushes, 0.0]]))
        found = recovered(rows, "loyalty", given_)
        assert found == pytest.approx((made.lower[0, 3], made.upper[0, 3]), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name", ["ml bootstrap", "mlr", "pls"])
def test_other_intervals_come_close_to_the_joint_ones(name: str) -> None:
    """Quantiles of a sum are no sum of quantiles: near, with so few draws, and narrower than added."""
    pushes = {"expectations": 5.0, "quality": 5.0, "satisfaction": -3.0}
    for part, rows in parts(name):
        made = moves(fitted(name), part, np.array([[*pushes.values(), 0.0]]))
        lower, upper = recovered(rows, "loyalty", pushes)
        width = made.upper[0, 3] - made.lower[0, 3]
        assert abs(lower - made.lower[0, 3]) < 0.25 * width
        assert abs(upper - made.upper[0, 3]) < 0.25 * width
        added = [recovered(rows, "loyalty", {one: push}) for one, push in pushes.items()]
        assert upper - lower < 0.95 * sum(up - low for low, up in added)


def test_reasons_and_values_by_hand() -> None:
    """Errors of 3 and 4; the sum's is 5 without correlation, 7 with one of 1, 1 with one of -1."""

    def found(values: list[float], errors: list[float], why: str = "") -> tuple[float, str]:
        ends = np.zeros(3)
        made = Interval(
            value=np.array(values), se=np.array(errors), lower=ends, upper=ends, method="delta", why=why
        )
        return _correlation(made, [0, 1], 2)

    for together, wanted in ((5.0, 0.0), (7.0, 1.0), (1.0, -1.0), (np.sqrt(37), 0.5)):
        value, why = found([1.0, 2.0, 3.0], [3.0, 4.0, together])
        assert value == pytest.approx(wanted, abs=1e-12)
        assert why == ""
    absent = (
        (found([np.nan, 2.0, np.nan], [np.nan, 4.0, np.nan]), UNDEFINED),
        (found([1.0, 2.0, 3.0], [np.nan, 4.0, np.nan]), NO_ERROR),
        (found([1.0, 2.0, 3.0], [np.nan, 4.0, np.nan], "only 20 draws"), "only 20 draws"),
        (found([1.0, 2.0, 3.0], [0.0, 4.0, 4.0]), CONSTANT),
        (found([1.0, 2.0, 3.0], [1e-17, 4.0, 4.0]), CONSTANT),
    )
    for (value, why), wanted_why in absent:
        assert np.isnan(value)
        assert why == wanted_why


def test_products_are_left_out() -> None:
    product = Construct(name="both", product=("expectations", "quality"))
    paths = (*CHAIN.paths, Path(source="both", target="satisfaction"))
    model = replace(CHAIN, constructs=(*CHAIN.constructs, product), paths=paths)
    assert effect_pairs(model) == effect_pairs(CHAIN)
    run = fit(model, survey_of(model, chain_answers()), estimator="pls", bootstrap=100, folds=0)
    made = evaluate(run).tables["effect_correlations"]
    assert len(made) == 4
    assert made["correlation"].between(-1, 1).all()


def test_groups_without_effects_and_groups_of_a_league_have_none() -> None:
    firms = ["big"] * 280 + ["small"] * 20
    made = evaluate(fit(CHAIN, chain_survey(groups={"firm": firms})))
    assert set(made.tables["effect_correlations"]["firm"]) == {"big"}
    brief = evaluate(fit(CHAIN, chain_survey(groups=FIRMS), detail="units"))
    assert brief.tables["effect_correlations"].empty
    assert len(brief.pooled["effect_correlations"]) == 4
    assert len(brief.tables["effects"])


@pytest.mark.parametrize("grouped", [False, True])
def test_a_folder_of_before_the_table_reads_as_having_none(tmp_path: FilePath, *, grouped: bool) -> None:
    made = evaluated("ml") if grouped else evaluate(fit(CHAIN, chain_survey(150)))
    folder = save(made, tmp_path / "results")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in [name for name in manifest["files"] if name.endswith("/effect_correlations.csv")]:
        del manifest["files"][name]
        (folder / name).unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    again = load(folder)
    columns = list(TABLES["effect_correlations"].column_names)
    assert again.pooled["effect_correlations"].empty
    assert list(again.pooled["effect_correlations"].columns) == columns
    assert list(again.tables["effect_correlations"].columns) == [*again.by, *columns]
    assert again.tables["effects"].equals(made.tables["effects"])
    assert load(save(again, tmp_path / "again")) == again
