"""Tables that look into a fit: against lavaan with gaps, under bounds, under a ridge, in groups."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import (
    CHAIN,
    YES_NO,
    chain_answers,
    chain_survey,
    exact_answers,
    factor_covariance,
    model_of,
    modifier,
    survey_of,
)
from scipy import stats

from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.inspection_tables import RIDGED, WITH_GAPS
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec

REFERENCE = Path(__file__).parents[1] / "parity" / "reference"
PARITY = 1e-6
"""Both searches end at a gradient of 1e-8; lavaan's saturated moments come from EM steps, which creep."""

AMERICAN = model_of(
    {"x": "x1 x2 x3", "q": "q1 q2 q3", "v": "v1 v2", "s": "s1 s2 s3", "c": "c1", "l": "l1 l2"},
    {"q": "x", "v": "x q", "s": "x q v", "c": "s", "l": "s c"},
    index="s",
    scales={"c1": YES_NO},
)
HEYWOOD = {"q": "q1 q2", "s": "s1 s2 s3"}
INSPECTING = ("modification", "residuals", "block_fit", "collinearity", "resampling")


def answers_of(file: str, model: ModelSpec) -> np.ndarray[Any, Any]:
    names = [item.name for item in model.indicators]
    return pd.read_csv(REFERENCE / file)[names].to_numpy(dtype=float)


def key(lhs: str, op: str, rhs: str) -> tuple[str, ...]:
    return (op, *sorted((lhs, rhs))) if op == "~~" else (op, lhs, rhs)


def keyed(frame: pd.DataFrame) -> dict[tuple[str, ...], Any]:
    made = {key(row.lhs, row.op, row.rhs): row for row in frame.itertuples()}
    assert len(made) == len(frame)
    return made


# --- full information


@cache
def gaps() -> dict[str, pd.DataFrame]:
    made = fit(AMERICAN, survey_of(AMERICAN, answers_of("gaps.csv", AMERICAN)), estimator="fiml")
    return dict(evaluate(made).tables)


@cache
def lavaan() -> dict[str, Any]:
    """lavaan 0.6-14: `sem(..., missing = "ml")`, Newton's method, `modificationIndices`, `lavResiduals`."""
    read: dict[str, Any] = json.loads((REFERENCE / "gaps.json").read_text(encoding="utf-8"))["fiml"]
    return read


def test_modification_indices_with_gaps_against_lavaan() -> None:
    theirs = pd.DataFrame(lavaan()["modification"]).query("op != '~1'")
    ours = keyed(gaps()["modification"])
    compared = 0
    for row in theirs.itertuples():
        if row.mi is None or np.isnan(row.mi):
            continue
        one = ours[key(row.lhs, row.op, row.rhs)]
        assert one.mi == pytest.approx(row.mi, rel=PARITY, abs=1e-9), one
        assert one.epc == pytest.approx(row.epc, rel=PARITY, abs=1e-9), one
        assert one.pvalue == pytest.approx(stats.chi2.sf(row.mi, 1), rel=1e-5)
        if not pd.isna(row.sepc_all):
            assert one.sepc_all == pytest.approx(row.sepc_all, rel=PARITY, abs=1e-9), one
        compared += 1
    assert compared > 80


def test_indices_with_gaps_are_by_the_expected_information() -> None:
    """As lavaan's default is; with the observed one they are other numbers."""
    other = pd.DataFrame(lavaan()["modification_observed"]).query("op != '~1' and mi == mi")
    ours = keyed(gaps()["modification"])
    apart = [
        abs(ours[key(row.lhs, row.op, row.rhs)].mi / row.mi - 1) for row in other.itertuples() if row.mi > 0.1
    ]
    assert np.median(apart) > 1e-3


def test_residual_correlations_with_gaps_against_lavaan() -> None:
    """`lavResiduals(type = "cor.bentler")`; no z is shown, since ours is for complete answers."""
    items = lavaan()["items"]
    theirs = np.reshape(lavaan()["residuals"]["cor_bentler"]["cov"], (len(items), len(items)))
    rows = gaps()["residuals"]
    for row in rows.itertuples():
        wanted = theirs[items.index(row.indicator_1), items.index(row.indicator_2)]
        assert row.residual == pytest.approx(wanted, abs=1e-6), row
    assert len(rows) >= len(items) * (len(items) - 1) / 2
    assert rows["z"].isna().all()
    assert (rows["why"] == WITH_GAPS).all()


def test_full_information_without_gaps_changes_no_index() -> None:
    answers = answers_of("plain.csv", AMERICAN)
    one, two = (
        keyed(evaluate(fit(AMERICAN, survey_of(AMERICAN, answers), estimator=name)).tables["modification"])
        for name in ("ml", "fiml")
    )
    assert one.keys() == two.keys()
    for name, row in one.items():
        assert two[name].mi == pytest.approx(row.mi, rel=1e-6, abs=1e-8, nan_ok=True)


# --- bounds


def heywood(model: ModelSpec, **options: Any) -> Results:
    return evaluate(fit(model, survey_of(model, answers_of("heywood.csv", model)), **options))


@pytest.mark.parametrize("estimator", ["ml", "fiml"])
def test_a_variance_on_its_bound_counts_as_fixed(estimator: str) -> None:
    """The same indices as those of the model whose variance is fixed at 0."""
    free = model_of(HEYWOOD, {"s": "q"})
    fixed = model_of(HEYWOOD, {"s": "q"}, modifiers=[modifier("q1 ~~ 0*q1")])
    held = keyed(heywood(free, estimator=estimator, variances="bounded").tables["modification"])
    wanted = keyed(heywood(fixed, estimator=estimator).tables["modification"])
    compared = [name for name, row in wanted.items() if name in held and np.isfinite(row.mi)]
    assert len(compared) >= 5
    for name in compared:
        assert held[name].mi == pytest.approx(wanted[name].mi, rel=1e-5, abs=1e-8), name
        assert held[name].epc == pytest.approx(wanted[name].epc, rel=1e-5, abs=1e-8), name


# --- a ridge


def test_a_ridge_fit_has_no_modification_indices() -> None:
    tables = evaluate(fit(CHAIN, chain_survey(), ridge=0.1)).tables
    assert len(tables["modification"]) == 0
    assert tables["residuals"]["residual"].notna().all()
    assert tables["residuals"]["z"].isna().all()
    assert (tables["residuals"]["why"] == RIDGED).all()
    assert len(tables["block_fit"]) == 10
    assert len(tables["collinearity"]) == 4


# --- what is counted and placed


def test_draws_are_counted() -> None:
    """Of 14 respondents a resample holds about nine: most draws are lost, and the shares say so."""
    for n, full in ((300, True), (14, False)):
        made = fit(CHAIN, chain_survey(n), bootstrap=100)
        rows = evaluate(made).tables["resampling"]
        assert made.pooled.solution is not None
        draws = made.pooled.solution.draws
        assert draws is not None
        used, lost = rows[rows["used"].astype(bool)], rows[~rows["used"].astype(bool)]
        assert rows.iloc[0]["reason"] == "used"
        assert int(rows.iloc[0]["draws"]) + int(lost["draws"].sum()) == 100
        assert (len(lost) == 0) == full
        np.testing.assert_allclose(rows["share"], rows["draws"] / 100)
        assert (used["draws"].iloc[1:] <= used["draws"].iloc[0]).all()
    assert len(evaluate(fit(CHAIN, chain_survey())).tables["resampling"]) == 0


def test_collinearity_by_hand() -> None:
    """Two drivers that correlate .6 have an inflation of 1 / (1 - .36), a single driver of 1."""
    lam = np.kron(np.eye(4), np.ones((3, 1)))
    phi = np.eye(4)
    phi[0, 1] = phi[1, 0] = 0.6
    phi[2, :2] = phi[:2, 2] = 0.4
    phi[3, :3] = phi[:3, 3] = (0.2, 0.2, 0.5)
    model = model_of({name: f"{name}1 {name}2 {name}3" for name in "abcd"}, {"c": "a b", "d": "c"})
    answers = exact_answers(factor_covariance(lam, phi, [0.5] * 12), 400)
    rows = (
        evaluate(fit(model, survey_of(model, answers))).tables["collinearity"].set_index(["target", "driver"])
    )
    assert list(rows.index) == [("c", "a"), ("c", "b"), ("d", "c")]
    np.testing.assert_allclose(rows["vif"].iloc[:2], 1 / (1 - 0.36), rtol=1e-6)
    assert rows["vif"].iloc[2] == pytest.approx(1)
    assert (rows["why"].iloc[:2] == "").all()


def grouped() -> Fit:
    """Two firms; in one of them quality says what satisfaction says."""
    one, two = chain_answers(200, 1), chain_answers(200, 2)
    two[:, 3:6] = two[:, 6:9] + 0.3 * np.random.default_rng(4).normal(size=(200, 3))
    return fit(
        CHAIN, survey_of(CHAIN, np.vstack([one, two]), groups={"firm": ["good"] * 200 + ["bad"] * 200})
    )


def test_groups_have_tables_of_their_own_and_findings_with_their_name() -> None:
    results = evaluate(grouped())
    for name in INSPECTING[:4]:
        assert set(results.tables[name]["firm"]) == {"good", "bad"}, name
        assert "firm" not in results.pooled[name].columns
    told = results.tables["findings"]
    assert not told["code"].isin(["collinearity", "severe-collinearity", "discriminant-validity"]).any()
    causes = told[told["code"] == "diagnosis"]
    assert list(causes["firm"]) == ["bad"]
    assert causes["where"].str.startswith("bad: ").all()
    bad = evaluate(fit(CHAIN, survey_of(CHAIN, grouped().groups[0].sample.answers))).tables
    own = results.tables["modification"].query("firm == 'bad'")
    np.testing.assert_allclose(own["mi"].astype(float), bad["modification"]["mi"].astype(float), rtol=1e-6)


def test_every_empty_number_says_why() -> None:
    for made in (gaps(), evaluate(fit(CHAIN, chain_survey(), ridge=0.1)).tables, evaluate(grouped()).tables):
        for name in INSPECTING[:4]:
            numbers = made[name].select_dtypes("number").columns
            empty = made[name][numbers].isna().any(axis=1)
            assert (made[name].loc[empty, "why"] != "").all(), name
