"""Fit of composite models: distances by hand, zero where the model holds, the bootstrap test's errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    exact_answers,
    factor_covariance,
    model_of,
    survey_of,
)
from scipy import linalg

from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution, Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.composite_fit import (
    FORMS,
    MEASURES,
    composite_fit_rows,
    discrepancies,
    discrepancy,
    fit_draws,
    goodness_of_fit,
    implied_constructs,
    implied_items,
)
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.spec import Construct, ModelSpec, Path

ZERO = 1e-9
"""Weights end at steps of 1e-12; distances are of that order, or its square."""

SERIAL = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"b": "a", "c": "b"}, index="b")
"""No path from a to c: what the bootstrap test is to find out."""
CORRELATION = np.array(
    [
        [1.0, 0.6, 0.5, 0.3, 0.3, 0.3],
        [0.6, 1.0, 0.3, 0.4, 0.2, 0.3],
        [0.5, 0.3, 1.0, 0.5, 0.4, 0.4],
        [0.3, 0.4, 0.5, 1.0, 0.3, 0.5],
        [0.3, 0.2, 0.4, 0.3, 1.0, 0.7],
        [0.3, 0.3, 0.4, 0.5, 0.7, 1.0],
    ]
)


def estimated(model: ModelSpec, answers: Floats, **options: object) -> tuple[Fit, CompositeSolution]:
    made = fit(model, survey_of(model, answers), **({"estimator": "pls", "bootstrap": 0} | options))  # type: ignore[arg-type]
    assert isinstance(made.pooled.solution, CompositeSolution)
    return made, made.pooled.solution


def estimates(
    model: ModelSpec, answers: Floats, **options: object
) -> tuple[CompositeTable, CompositeEstimates]:
    solution = estimated(model, answers, **options)[1]
    return solution.table, composite_estimates(solution.table, solution.means, solution.values)


def rows(fitted: Fit, solution: CompositeSolution, draws: int) -> dict[tuple[str, str], dict[str, object]]:
    made = fit_draws(fitted.pooled, solution, draws=draws, how={})
    return {(str(row["measure"]), str(row["model_form"])): row for row in composite_fit_rows(solution, made)}


def by_loops(one: Floats, two: Floats) -> dict[str, float]:
    """SRMR over the p (p + 1) / 2 entries, half the squared distance, and the geodesic distance."""
    p = len(one)
    below = [(one[i, k] - two[i, k]) ** 2 for i in range(p) for k in range(i + 1)]
    whole = [(one[i, k] - two[i, k]) ** 2 for i in range(p) for k in range(p)]
    spectrum = linalg.eigvalsh(two, one)
    return {
        "srmr": float(np.sqrt(sum(below) / (p * (p + 1) / 2))),
        "d_uls": sum(whole) / 2,
        "d_g": sum(np.log(value) ** 2 for value in spectrum) / 2,
    }


def test_distances_of_two_questions_by_hand() -> None:
    """r = .5 observed, 0 implied: one of three entries is off by .5; eigenvalues of S are 1.5 and .5."""
    observed, implied = np.array([[1, 0.5], [0.5, 1]]), np.eye(2)
    found = discrepancy(observed, implied)
    assert found.srmr == pytest.approx(np.sqrt(0.25 / 3), rel=1e-14)
    assert found.d_uls == pytest.approx(0.25, rel=1e-14)
    # natural logarithms: (ln 1.5)^2 = .164402, (ln 2)^2 = .480453, and half of their sum
    assert found.d_g == pytest.approx(0.3224274, abs=1e-7)


def test_distances_of_a_batch_and_where_there_are_none() -> None:
    """No logarithm of a negative eigenvalue; the other distances are there all the same."""
    negative = np.array([[1, 1.2], [1.2, 1]])
    lost = np.array([[1, np.nan], [np.nan, 1]])
    implied = np.stack([np.eye(2), negative, lost])
    found = discrepancy(np.eye(2), implied)
    assert found.d_g[0] == 0
    assert np.isnan(found.d_g[1:]).all()
    assert found.d_uls[:2] == pytest.approx([0, 1.44])
    assert np.isnan([found.d_uls[2], found.srmr[2]]).all()
    assert np.isnan(discrepancy(negative, np.eye(2)).d_g)


@pytest.mark.parametrize("estimator", ["pls", "plsc"])
def test_a_tiny_model_by_hand(estimator: str) -> None:
    """Loadings times construct correlations between blocks, and within one where it is a factor."""
    table, made = estimates(SERIAL, exact_answers(CORRELATION), estimator=estimator)
    r = CORRELATION
    weights = made.state.weights[table.owner, table.item].reshape(3, 2)
    loading = np.zeros(6)
    for j in range(3):
        own = [2 * j, 2 * j + 1]
        loading[own] = r[np.ix_(own, own)] @ weights[j]
        if estimator == "plsc":
            loading[own] = weights[j] * np.sqrt(made.rho_a[j]) / (weights[j] @ weights[j])
    ab, bc, ac = made.correlation[0, 1], made.correlation[1, 2], made.correlation[0, 2]
    for form, serial in (("estimated", ab * bc), ("saturated", ac)):
        phi = np.array([[1, ab, serial], [ab, 1, bc], [serial, bc, 1]])
        wanted = np.array(
            [[loading[i] * phi[i // 2, k // 2] * loading[k] for k in range(6)] for i in range(6)]
        )
        for i in range(6):
            for k in range(6):
                if i == k or (estimator == "pls" and i // 2 == k // 2):
                    wanted[i, k] = r[i, k]
        given = implied_constructs(table, made) if form == "estimated" else made.correlation
        assert given == pytest.approx(phi, abs=1e-12)
        assert implied_items(table, made, given) == pytest.approx(wanted, abs=1e-10)
        found, by_hand = discrepancies(table, made)[form], by_loops(r, wanted)
        for measure in MEASURES:
            assert getattr(found, measure) == pytest.approx(by_hand[measure], rel=1e-8), (form, measure)


def composite_covariance() -> Floats:
    """Composites of unlike questions: with l = S w, questions of two blocks correlate l_i phi l_k."""
    blocks = [
        (np.array([[1, 0.3], [0.3, 1]]), np.array([0.7, 0.4])),
        (np.array([[1, 0.5], [0.5, 1]]), np.array([0.2, 0.9])),
        (np.array([[1, 0.1], [0.1, 1]]), np.array([0.6, 0.6])),
    ]
    phi = np.array([[1, 0.5, 0.3], [0.5, 1, 0.6], [0.3, 0.6, 1]])  # .3 = .5 x .6: no path from a to c
    made = np.zeros((6, 6))
    loadings = [s @ w / np.sqrt(w @ s @ w) for s, w in blocks]
    for a in range(3):
        for b in range(3):
            at = np.ix_([2 * a, 2 * a + 1], [2 * b, 2 * b + 1])
            made[at] = blocks[a][0] if a == b else phi[a, b] * np.outer(loadings[a], loadings[b])
    return made


def factor_population() -> Floats:
    loading = np.array([0.8, 0.7, 0.9, 0.6, 0.75, 0.8])
    lam = np.kron(np.eye(3), np.ones((2, 1))) * loading[:, None]
    phi = np.array([[1, 0.5, 0.3], [0.5, 1, 0.6], [0.3, 0.6, 1]])
    return factor_covariance(lam, phi, 1 - loading**2)


def in_mode(mode: str) -> ModelSpec:
    constructs = tuple(
        Construct(name=one.name, indicators=one.indicators, mode=mode)  # type: ignore[arg-type]
        for one in SERIAL.constructs
    )
    return ModelSpec(name="m", title={"en": "M"}, index="b", constructs=constructs, paths=SERIAL.paths)


POPULATIONS: dict[str, tuple[Callable[[], Floats], str, str]] = {
    "composites by mode B": (composite_covariance, "B", "pls"),
    "factors by consistent PLS": (factor_population, "A", "plsc"),
}


@pytest.mark.parametrize("name", POPULATIONS)
def test_nothing_is_left_where_the_model_holds_exactly(name: str) -> None:
    population, mode, estimator = POPULATIONS[name]
    table, made = estimates(in_mode(mode), exact_answers(population()), estimator=estimator)
    for form in FORMS:
        found = discrepancies(table, made)[form]
        assert [found.srmr, found.d_uls, found.d_g] == pytest.approx([0, 0, 0], abs=ZERO)


def test_a_path_too_few_shows_in_the_estimated_form_alone() -> None:
    cov = composite_covariance()
    cov[:2, 4:] *= 1.8
    cov[4:, :2] *= 1.8
    table, made = estimates(in_mode("B"), exact_answers(cov))
    found = discrepancies(table, made)
    assert found["saturated"].srmr == pytest.approx(0, abs=ZERO)
    assert found["estimated"].srmr > 0.03
    assert found["estimated"].d_g > 0.01
    whole = ModelSpec(
        name="m", title={"en": "M"}, index="b", constructs=in_mode("B").constructs,
        paths=(*SERIAL.paths, Path(source="a", target="c")),
    )  # fmt: skip
    table, made = estimates(whole, exact_answers(cov))
    assert discrepancies(table, made)["estimated"].srmr == pytest.approx(0, abs=ZERO)


def serial_answers(n: int, seed: int, direct: float) -> Floats:
    """Questions as likely as those of a population of composites; ``direct`` is what a adds to c."""
    cov = composite_covariance()
    cov[:2, 4:] *= 1 + direct
    cov[4:, :2] *= 1 + direct
    random = np.random.default_rng(seed)
    return 5.5 + random.normal(size=(n, 6)) @ np.linalg.cholesky(cov).T


def test_a_right_model_is_rejected_as_seldom_as_promised() -> None:
    """Of 60 samples 5 % is 3; 10 and more have a binomial probability of .001."""
    model, rejected = in_mode("B"), dict.fromkeys(MEASURES, 0)
    for seed in range(60):
        found = rows(*estimated(model, serial_answers(250, seed, 0.0), seed=seed), draws=100)
        for measure in MEASURES:
            row: dict[str, Any] = found[measure, "estimated"]
            assert (row["verdict"] == "fits") == (row["value"] <= row["bound_95"])
            # what lies beyond the bound of 95 % has a p of 5 % and less, but for one draw in 101
            assert (row["pvalue"] <= 6 / 101) == (row["verdict"] == "does_not_fit")
            rejected[measure] += row["verdict"] == "does_not_fit"
    assert min(rejected.values()) >= 1  # some are beyond the bound, so that the lines above say something
    assert all(count <= 9 for count in rejected.values()), rejected


@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_model_is_rejected(seed: int) -> None:
    found = rows(*estimated(in_mode("B"), serial_answers(400, seed, 1.2)), draws=200)
    for measure in MEASURES:
        row = found[measure, "estimated"]
        assert row["verdict"] == "does_not_fit"
        assert row["pvalue"] == pytest.approx(1 / 201)  # beyond every draw
        assert row["value"] > row["bound_99"] >= row["bound_95"] > 0  # type: ignore[operator]
        saturated = found[measure, "saturated"]
        assert (saturated["verdict"], saturated["why"]) == ("", "the test is that of the estimated model")


def test_the_test_is_repeatable_and_its_draws_are_its_own() -> None:
    """Where the model cannot misfit nothing is turned: the same respondents would give the same numbers."""
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"})
    fitted, solution = estimated(model, chain_answers(120)[:, [0, 3]], bootstrap=100, seed=7)
    assert solution.draws is not None
    first, second = (fit_draws(fitted.pooled, solution, draws=100, how={}) for _ in range(2))
    assert first is not None
    assert second is not None
    assert np.array_equal(first.values, second.values)
    nearest = np.abs(first.values[:, None] - solution.draws.values).max(axis=2).min()
    assert nearest > 1e-6


def test_turned_answers_have_the_implied_correlations() -> None:
    """The mean of the draws' correlations comes near what the model implies, not what was observed."""
    fitted, solution = estimated(in_mode("B"), serial_answers(400, 2, 1.5))
    table = solution.table
    made = composite_estimates(table, solution.means, solution.values)
    implied = implied_items(table, made, implied_constructs(table, made))
    draws = fit_draws(fitted.pooled, solution, draws=400, how={})
    assert draws is not None
    drawn = composite_estimates(table, draws.means, draws.values).state.correlation
    error = 4 * drawn.std(axis=0).max() / np.sqrt(400) + 1 / 400
    assert drawn.mean(axis=0) == pytest.approx(implied, abs=error)
    assert np.abs(made.state.correlation - implied).max() > 5 * error


def test_no_test_without_draws() -> None:
    fitted, solution = estimated(CHAIN, chain_answers(120))
    for (_, form), row in rows(fitted, solution, draws=0).items():
        assert np.isfinite(row["value"])  # type: ignore[call-overload]
        assert row["verdict"] == ""
        assert row["why"] == (
            "no test without a bootstrap of data in which the model holds"
            if form == "estimated"
            else "the test is that of the estimated model"
        )
    table = evaluate(fitted).tables["composite_fit"]
    assert table[["bound_95", "bound_99", "pvalue"]].isna().all(axis=None)


def test_no_test_where_scores_are_not_linear_in_the_answers() -> None:
    model = ModelSpec(
        name="m", title={"en": "M"}, index="satisfaction",
        constructs=(*CHAIN.constructs, Construct(name="i", product=("expectations", "satisfaction"))),
        paths=(*CHAIN.paths, Path(source="i", target="loyalty")),
    )  # fmt: skip
    fitted, solution = estimated(model, chain_answers(120))
    assert fit_draws(fitted.pooled, solution, draws=100, how={}) is None


@pytest.mark.parametrize("estimator", ["pls", "plsc"])
@pytest.mark.parametrize("single", [True, False])
def test_a_model_that_cannot_misfit_does_not(*, single: bool, estimator: str) -> None:
    """Rounding is no misfit: one construct, or two of one question each."""
    answers = chain_answers(150)
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"}) if single else model_of({"s": "s1 s2"}, {})
    fitted, solution = estimated(model, answers[:, [0, 3]], estimator=estimator)
    found = rows(fitted, solution, draws=100)
    for measure in MEASURES:
        row = found[measure, "estimated"]
        assert row["value"] == pytest.approx(0, abs=ZERO)
        assert (row["verdict"], row["pvalue"]) == ("fits", 1.0)


def test_gof_by_hand() -> None:
    """Communalities of constructs of several questions, question by question, times the mean R2."""
    model = model_of({"a": "a1 a2", "b": "b1 b2", "one": "o1"}, {"b": "a", "one": "b"})
    table, made = estimates(model, exact_answers(CORRELATION[:5, :5]))
    r = CORRELATION[:5, :5]
    square = []
    for j in range(2):
        own = [2 * j, 2 * j + 1]
        weights = made.state.weights[j, own]
        square += list((r[np.ix_(own, own)] @ weights) ** 2)
    r2 = [made.correlation[0, 1] ** 2, made.correlation[1, 2] ** 2]
    assert goodness_of_fit(table, made) == pytest.approx(np.sqrt(np.mean(square) * np.mean(r2)), rel=1e-10)


def test_gof_needs_questions_and_drivers() -> None:
    answers = chain_answers(90)
    for model, columns in (
        (model_of({"a": "a1 a2"}, {}), [0, 1]),
        (model_of({"a": "a1", "b": "b1"}, {"b": "a"}), [0, 3]),
    ):
        fitted, _ = estimated(model, answers[:, columns])
        row = evaluate(fitted).tables["fit"].set_index("measure").loc["gof"]
        assert np.isnan(row["value"])
        assert row["why"] == "not defined: it needs a construct of several questions, and one that is driven"
