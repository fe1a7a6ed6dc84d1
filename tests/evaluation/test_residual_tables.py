"""Residual correlations, their z and SRMR by blocks: lavaan's, hand examples, and how z is distributed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import YES_NO, Floats, factor_covariance, model_of, modifier

from csi_model.estimation.optimum import variance_bounds
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.solver import CovarianceProblem, fisher_scoring, minimise, polish
from csi_model.estimation.starts import start_values
from csi_model.evaluation.residual_tables import (
    Residual,
    block_srmr,
    items_by_construct,
    residuals,
)
from csi_model.model.spec import ModelSpec

REFERENCE = Path(__file__).parents[1] / "parity" / "reference"

MEASURED = {"x": "x1 x2 x3", "q": "q1 q2 q3", "v": "v1 v2", "s": "s1 s2 s3"}
LABELS = "x =~ a*x2;x =~ a*x3;v ~ b*q;s ~ b*v;q1 ~~ e*q1;q2 ~~ e*q2;q3 ~~ e*q3"
MODELS = {
    "american": model_of(
        {**MEASURED, "c": "c1", "l": "l1 l2"},
        {"q": "x", "v": "x q", "s": "x q v", "c": "s", "l": "s c"},
        scales={"c1": YES_NO},
    ),
    "labels": model_of(
        MEASURED,
        {"q": "x", "v": "x q", "s": "x q v"},
        modifiers=[modifier(text) for text in LABELS.split(";")],
    ),
    "fixed": model_of(
        {name: MEASURED[name] for name in "xqs"},
        {"q": "x", "s": "x q"},
        modifiers=[modifier("x =~ 0.8*x2"), modifier("q ~ 0.5*x")],
    ),
    "observed": model_of(
        {"x": "x1 x2 x3", "q2": "q2", "s1": "s1", "l2": "l2", "c1": "c1"},
        {"s1": "x q2", "l2": "s1 q2", "c1": "s1"},
        scales={"c1": YES_NO},
    ),
}
every_model = pytest.mark.parametrize("name", MODELS)

PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
TRUE = factor_covariance(
    np.kron(np.eye(2), np.array([[1.0], [0.9], [0.8]])),
    [[1, 0.5], [0.5, 1]],
    [0.5, 0.6, 0.4, 0.5, 0.7, 0.5],
)


def optimum(model: ModelSpec, cov: Floats) -> tuple[ParameterTable, Floats]:
    table = parameter_table(model)
    found = polish(
        CovarianceProblem(table=table, sample=cov[None]),
        fisher_scoring(table, cov[None], start_values(table, cov)[None]),
    )
    assert found.gradient[0] < 1e-10
    return table, found.values[0]


def reference(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((REFERENCE / f"modification_{name}.json").read_text(encoding="utf-8"))
    return read


@cache
def plain(name: str) -> tuple[ParameterTable, Floats, Floats, int]:
    """Table, estimates, sample covariances, respondents."""
    names = [item.name for item in MODELS[name].indicators]
    answers = pd.read_csv(REFERENCE / "plain.csv")[names].to_numpy(dtype=float)
    cov = np.cov(answers.T, bias=True)
    return (*optimum(MODELS[name], cov), cov, len(answers))


def their_cells(name: str, what: str) -> dict[tuple[str, str], float]:
    stored = reference(name)
    items = stored["items"]
    cells = np.array(stored[what]).reshape(len(items), len(items))
    return {(one, other): cells[i, j] for i, one in enumerate(items) for j, other in enumerate(items)}


@every_model
def test_residual_correlations_against_lavaan(name: str) -> None:
    theirs = their_cells(name, "residual")
    rows = residuals(*plain(name))
    p = len(reference(name)["items"])
    assert len(rows) == p * (p + 1) // 2
    for row in rows:
        assert row.residual == pytest.approx(theirs[row.item_1, row.item_2], abs=1e-12)


@every_model
def test_z_against_lavaan(name: str) -> None:
    """lavaan puts a standard error of 1 under residuals below 1e-5; those are reproduced exactly here."""
    theirs = their_cells(name, "z")
    compared = 0
    for row in residuals(*plain(name)):
        if np.isnan(row.z):
            assert abs(row.residual) < 1e-12
            assert "reproduces" in row.why
        else:
            # a residual of 2e-5 has fewer digits than the others
            assert row.z == pytest.approx(theirs[row.item_1, row.item_2], rel=1e-8, abs=1e-10), row
            assert not row.why
            compared += 1
    assert compared >= 6


def test_two_uncorrelated_variables_by_hand() -> None:
    """S = [[4, 1.2], [1.2, 9]], covariance fixed at 0, n = 100: residual r = .2; the variances are free, so
    that z keeps the whole variance (s_11 s_22 + s_12^2) / n: 1.2 / sqrt(37.44 / 100).
    """
    model = model_of({"a": "a1", "b": "b1"}, {}, modifiers=[modifier("a ~~ 0*b")])
    cov = np.array([[4.0, 1.2], [1.2, 9.0]])
    rows = {(row.item_1, row.item_2): row for row in residuals(*optimum(model, cov), cov, 100)}
    one = rows["a1", "b1"]
    assert (one.sample, one.residual, one.z) == pytest.approx((0.2, 0.2, 1.2 / np.sqrt(0.3744)))
    assert (one.construct_1, one.construct_2) == ("a", "b")
    assert rows["a1", "a1"].residual == pytest.approx(0, abs=1e-12)
    assert rows["a1", "a1"].sample == 1
    assert np.isnan(rows["a1", "a1"].z)


def test_a_saturated_model_leaves_nothing() -> None:
    model = model_of({"a": "a1 a2 a3"}, {})
    cov = TRUE[:3, :3]
    for row in residuals(*optimum(model, cov), cov, 100):
        assert row.residual == pytest.approx(0, abs=1e-10)
        assert np.isnan(row.z)
        assert row.why


def test_z_is_standard_normal_where_the_model_holds() -> None:
    """300 samples of 400 normal answers: the mean square of each of the 15 pairs is 1."""
    random = np.random.default_rng(11)
    half = np.linalg.cholesky(TRUE)
    table, start = optimum(PAIR, TRUE)
    samples = np.array([np.cov(half @ random.normal(size=(6, 400)), bias=True) for _ in range(300)])
    found = fisher_scoring(table, samples, np.tile(start, (300, 1)))
    assert found.converged.all()
    made = [residuals(table, values, cov, 400) for values, cov in zip(found.values, samples, strict=True)]
    z = np.array([[row.z for row in rows] for rows in made])
    known = ~np.isnan(z[0])
    assert known.sum() == 15  # the pairs; PAIR has a free error for each variance
    square = (z[:, known] ** 2).mean(axis=0)
    # of 300 squares with variance 2, a mean strays by .08; the largest of 15 by about 3 of these
    assert np.abs(square - 1).max() < 0.3
    assert square.mean() == pytest.approx(1, abs=0.08)


def test_z_does_not_depend_on_units() -> None:
    cov = TRUE + 0.1 * np.eye(6)[[0]].T @ np.eye(6)[[4]] + 0.1 * np.eye(6)[[4]].T @ np.eye(6)[[0]]
    unit = np.diag([1.0, 10, 1, 0.1, 1, 1])
    rows = residuals(*optimum(PAIR, cov), cov, 250)
    scaled = unit @ cov @ unit
    others = residuals(*optimum(PAIR, scaled), scaled, 250)
    assert max(abs(row.z) for row in rows if not row.why) > 1
    for one, other in zip(rows, others, strict=True):
        assert other.residual == pytest.approx(one.residual, abs=1e-9)
        assert other.z == pytest.approx(one.z, abs=1e-6, nan_ok=True)


def test_a_model_that_is_not_identified_has_residuals_but_no_z() -> None:
    model = model_of({"a": "a1", "b": "b1 b2 b3"}, {"b": "a"}, modifiers=[modifier("a1 ~~ a1")])
    loadings = [[1, 0], [0, 1], [0, 0.9], [0, 0.8]]
    cov = factor_covariance(loadings, [[1, 0.5], [0.5, 1]], [0.5] * 4)
    table = parameter_table(model)
    found = fisher_scoring(table, cov[None], start_values(table, cov)[None])
    rows: tuple[Residual, ...] = residuals(table, found.values[0], cov, 100)
    assert all(np.isnan(row.z) and "not identified" in row.why for row in rows)
    assert max(abs(row.residual) for row in rows) < 1e-4


def test_a_variance_held_at_zero_counts_as_fixed() -> None:
    """Bounded, the z are those of the model with the error of a1 fixed at 0."""
    cov = TRUE.copy()
    cov[0, 1:] *= 1.35
    cov[1:, 0] *= 1.35
    table = parameter_table(PAIR)
    problem = CovarianceProblem(table=table, sample=cov[None])
    lower = variance_bounds(table)
    bounded = polish(problem, minimise(problem, start_values(table, cov)[None], lower=lower), lower)
    zero = replace(PAIR, modifiers=(modifier("a1 ~~ 0*a1"),))
    theirs = residuals(*optimum(zero, cov), cov, 200)
    assert max(abs(row.residual) for row in theirs) > 0.01
    for one, other in zip(residuals(table, bounded.values[0], cov, 200), theirs, strict=True):
        assert one.z == pytest.approx(other.z, abs=1e-6, nan_ok=True), one


@every_model
def test_blocks_add_up_to_srmr(name: str) -> None:
    """The mean square over all cells is that of lavaan's SRMR."""
    table, values, cov, _ = plain(name)
    blocks = block_srmr(table, values, cov)
    cells = sum(block.cells for block in blocks)
    total = np.sqrt(sum(block.cells * block.srmr**2 for block in blocks) / cells)
    p = len(cov)
    assert cells == p * (p + 1) // 2
    assert total == pytest.approx(reference(name)["srmr"], rel=1e-9)


def test_a_block_by_hand() -> None:
    """Of a1 and b1, b2 only a1-b1 misses, by .3 / sqrt(1 x 4): sqrt(.15^2 / 2) between a and b."""
    model = model_of({"a": "a1", "b": "b1 b2"}, {}, modifiers=[modifier("b =~ 1*b2")])
    table = parameter_table(model)
    places = {f"{row.lhs} {row.op} {row.rhs}": row.free for row in table.rows}
    values = np.zeros(table.n_free)
    for name, value in {"a ~~ a": 1, "b ~~ b": 1, "a ~~ b": 0.5, "b1 ~~ b1": 3, "b2 ~~ b2": 1}.items():
        values[places[name]] = value
    cov = np.array([[1.0, 0.8, 0.5], [0.8, 4.0, 1.0], [0.5, 1.0, 2.0]])
    made = {(one.construct_1, one.construct_2): one for one in block_srmr(table, values, cov)}
    assert made["a", "b"].srmr == pytest.approx(np.sqrt(0.15**2 / 2))
    assert {pair: one.cells for pair, one in made.items()} == {("a", "a"): 1, ("b", "b"): 3, ("a", "b"): 2}
    assert made["a", "a"].srmr == made["b", "b"].srmr == 0


def test_items_belong_where_they_load_first() -> None:
    crossed = replace(PAIR, modifiers=(modifier("b =~ a2"), modifier("a =~ b1")))
    assert dict(items_by_construct(parameter_table(crossed))) == {"a": (0, 1, 2), "b": (3, 4, 5)}
    parts = model_of({"p": "p1 p2", "r": "r1 r2", "q": ""}, {"q": "p r"}, repeats={"q": "p r"})
    assert dict(items_by_construct(parameter_table(parts))) == {"p": (0, 1), "r": (2, 3)}
