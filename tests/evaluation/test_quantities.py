"""Index, effects and weights: by hand, and the identities that they satisfy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, exact_answers, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.estimation.covariance import matrices
from csi_model.estimation.fitting import fit
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.quantities import Quantities, metric_of, quantities
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec, Scale

SATISFACTION = model_of({"satisfaction": "SATIS CONFIRM IDEAL"}, {})
OHIO = {"SATIS": 0.3885, "CONFIRM": 0.3190, "IDEAL": 0.2925}


def derived(
    model: ModelSpec,
    means: list[float],
    given_values: dict[str, float],
    rule: str = "loadings",
    **weights: float,
) -> Quantities:
    """Quantities at parameters given by name (``"b ~ a"``); variances are 1 where not given."""
    table = parameter_table(model)
    values = np.ones(table.n_free)
    for row in table.free_rows:
        values[row.free] = given_values.get(f"{row.lhs} {row.op} {row.rhs}", 1.0)
    return quantities(table, metric_of(model, rule, weights), np.array(means), values)


def test_published_index_with_published_weights() -> None:
    """Means 8, 7, 7 on 1-10 scales give 70.98333 with the Ohio weights and 70.37037 with equal ones."""
    given = derived(SATISFACTION, [8, 7, 7], {}, "given", **OHIO)
    assert given.index[0] == pytest.approx(70.98333, abs=5e-6)
    assert given.weights[0] == pytest.approx(list(OHIO.values()))
    assert derived(SATISFACTION, [8, 7, 7], {}, "equal").index[0] == pytest.approx(70.37037, abs=5e-6)


def test_the_general_formula_with_unstandardised_loadings() -> None:
    """100 (sum w x - sum w) / (9 sum w) with w = 1, 1.2, .8 in answer units of one scale."""
    found = derived(SATISFACTION, [8, 7, 6.5], {"satisfaction =~ CONFIRM": 1.2, "satisfaction =~ IDEAL": 0.8})
    w = np.array([1, 1.2, 0.8])
    assert found.index[0] == pytest.approx(100 * (w @ [8, 7, 6.5] - w.sum()) / (9 * w.sum()))


TWO = model_of(
    {"a": "a1 a2", "b": "b1 b2"},
    {"b": "a"},
    scales={name: Scale(low=0, high=10) for name in ("a1", "a2", "b1")} | {"b2": Scale(low=0, high=100)},
)


def test_index_and_effect_by_hand() -> None:
    """Loadings on 0-100: a 10 and 5, b 10 and 10. Weights 2/3, 1/3; 1/2, 1/2. Index points per unit:
    a 2/3*10 + 1/3*5 = 25/3, b 10. A path of .5 is .5 * 10 / (25/3) = .6 index points per index point.
    """
    found = derived(TWO, [4, 6, 5, 80], {"a =~ a2": 0.5, "b =~ b2": 10, "b ~ a": 0.5, "a ~~ a": 4})
    np.testing.assert_allclose(found.weights, [[2 / 3, 1 / 3, 0, 0], [0, 0, 0.5, 0.5]])
    np.testing.assert_allclose(found.index, [2 / 3 * 40 + 1 / 3 * 60, 0.5 * 50 + 0.5 * 80])
    assert found.direct[1, 0] == pytest.approx(0.6)
    # variance of b: .25 * 4 + 1 = 2
    assert found.std_direct[1, 0] == pytest.approx(0.5 * 2 / np.sqrt(2))
    assert found.r2[1] == pytest.approx(0.5)
    assert np.isnan(found.r2[0])
    assert found.correlations[0, 1] == pytest.approx(0.5 * 4 / (2 * np.sqrt(2)))


def test_regression_weights_by_hand() -> None:
    """One construct: Phi L' Sigma^-1 is proportional to loading / error variance (Bartlett's rule)."""
    found = derived(
        SATISFACTION,
        [8, 7, 7],
        {"satisfaction =~ CONFIRM": 0.9, "satisfaction =~ IDEAL": 0.6, "SATIS ~~ SATIS": 0.5,
         "CONFIRM ~~ CONFIRM": 1.0, "IDEAL ~~ IDEAL": 2.0},
        "regression",
    )  # fmt: skip
    raw = np.array([1 / 0.5, 0.9 / 1.0, 0.6 / 2.0])
    np.testing.assert_allclose(found.weights[0], raw / raw.sum())


def test_a_composite_weighs_its_parts() -> None:
    """q = a + .5 b (in their units): its items weigh like the parts' items times the path, per point."""
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "q": "", "s": "s1 s2"}, {"q": "a b", "s": "q"}, repeats={"q": "a b"}
    )
    found = derived(model, [5.5] * 6, {"q ~ b": 0.5})
    # loadings 1 and equal scales: points per unit are equal, so the parts weigh 1 : .5
    np.testing.assert_allclose(found.weights[2], [1 / 3, 1 / 3, 1 / 6, 1 / 6, 0, 0])
    assert found.index[2] == pytest.approx(50)
    # one point more of a is worth 2/3 of a point of q
    np.testing.assert_allclose(found.direct[2, :2], [2 / 3, 1 / 3])


def test_a_second_order_factor_weighs_by_implied_loadings() -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "q": "", "s": "s1 s2"},
        {"a": "q", "b": "q", "s": "q"},
        repeats={"q": "a b"},
    )
    found = derived(model, [5.5] * 6, {"b ~ q": 0.5, "a =~ a2": 0.6})
    raw = np.array([1, 0.6, 0.5, 0.5])
    np.testing.assert_allclose(found.weights[2, :4], raw / raw.sum())


def test_a_single_indicator_has_weight_one_whatever_the_rule() -> None:
    model = model_of({"a": "a1 a2", "b": "b1"}, {"b": "a"})
    for rule in ("loadings", "equal", "regression"):
        found = derived(model, [5, 6, 7], {}, rule)
        np.testing.assert_array_equal(found.weights[1], [0, 0, 1])
        assert found.index[1] == pytest.approx(100 * 6 / 9)


def test_weights_sum_to_one_and_only_own_items_count() -> None:
    made = fit(CHAIN, chain_survey())
    solution = made.pooled.solution
    assert solution is not None
    metric = metric_of(CHAIN, "regression", {})
    found = quantities(solution.table, metric, made.pooled.sample.mean, solution.values)
    np.testing.assert_allclose(found.weights.sum(axis=1), 1)
    assert (found.weights[~metric.member] == 0).all()


@pytest.mark.parametrize("rule", ["loadings", "equal", "regression"])
def test_index_is_the_weighted_mean_of_the_answers(rule: str) -> None:
    survey = chain_survey(weights=np.random.default_rng(2).uniform(0.5, 2, size=300))
    tables = evaluate(fit(CHAIN, survey, weight_rule=rule)).tables
    for row in tables["index"].itertuples():
        weights = tables["weights"].query("construct == @row.construct").set_index("indicator")["weight"]
        places = [survey.names.index(name) for name in weights.index]
        scores = 100 * (survey.answers[:, places] - 1) / 9 @ weights.to_numpy()
        assert row.index == pytest.approx(np.average(scores, weights=survey.weights))


def test_fixed_weight_standard_error() -> None:
    """100 sqrt(q'Sq / n) / 9 for 1-10 items, with S of divisor n - 1."""
    survey = chain_survey()
    index = evaluate(fit(CHAIN, survey, weight_rule="equal")).tables["index"].set_index("construct")
    block = np.cov(survey.answers[:, 6:9].T)
    expected = 100 * np.sqrt(np.full(3, 1 / 3) @ block @ np.full(3, 1 / 3) / 300) / 9
    assert index.loc["satisfaction", "se"] == pytest.approx(expected, rel=1e-9)


def path_tracing(model: ModelSpec, direct: Floats, source: str, target: str) -> float:
    """Sum over all directed ways of the product of their paths."""
    names = model.construct_names

    def ways(at: str) -> list[list[str]]:
        if at == target:
            return [[at]]
        following = [path.target for path in model.paths if path.source == at]
        return [[at, *rest] for step in following for rest in ways(step)]

    return sum(
        float(np.prod([direct[names.index(b), names.index(a)] for a, b in pairwise(way)]))
        for way in ways(source)
    )


@settings(max_examples=30, derandomize=True)
@given(data=st.data())
def test_total_effects_by_path_tracing(data: st.DataObject) -> None:
    names = ["a", "b", "c", "d", "e"]
    paths = {
        target: " ".join(s for s in names[:k] if data.draw(st.booleans(), label=f"{s}>{target}"))
        for k, target in enumerate(names)
    }
    model = model_of(
        {name: f"{name}1 {name}2" for name in names}, {t: s for t, s in paths.items() if s}, index="e"
    )
    table = parameter_table(model)
    random = np.random.default_rng(data.draw(st.integers(0, 99), label="seed"))
    values = random.uniform(0.3, 1.2, size=table.n_free)
    found = quantities(table, metric_of(model, "loadings", {}), np.full(10, 5.0), values)
    for k, source in enumerate(names):
        for j, target in enumerate(names):
            if j > k:
                expected = path_tracing(model, found.direct, source, target)
                assert found.total[j, k] == pytest.approx(expected, abs=1e-12)
            else:
                assert found.total[j, k] == pytest.approx(0, abs=1e-12)


def effects_of(made: Results) -> dict[tuple[str, str], dict[str, float]]:
    kinds: dict[tuple[str, str], dict[str, float]] = {}
    for row in made.tables["effects"].itertuples():
        kinds.setdefault((row.source, row.target), {})[row.kind] = row.effect
    return kinds


def test_total_is_direct_plus_indirect_in_the_table() -> None:
    kinds = effects_of(evaluate(fit(CHAIN, chain_survey())))
    assert set(kinds) == {
        ("expectations", "quality"), ("expectations", "satisfaction"), ("expectations", "loyalty"),
        ("quality", "satisfaction"), ("quality", "loyalty"), ("satisfaction", "loyalty"),
    }  # fmt: skip
    assert set(kinds["expectations", "quality"]) == {"direct", "total"}
    assert set(kinds["quality", "loyalty"]) == {"indirect", "total"}
    assert set(kinds["expectations", "satisfaction"]) == {"direct", "indirect", "total"}
    for parts in kinds.values():
        assert parts["total"] == pytest.approx(parts.get("direct", 0) + parts.get("indirect", 0))


def test_standardised_effects_rescale_the_estimates() -> None:
    """direct std effect = path * sd(source) / sd(target) = std_all of the path."""
    tables = evaluate(fit(CHAIN, chain_survey())).tables
    paths = tables["parameters"].query("op == '~'").set_index(["rhs", "lhs"])["std_all"]
    direct = tables["effects"].query("kind == 'direct'").set_index(["source", "target"])["std_effect"]
    assert dict(direct) == pytest.approx(dict(paths))


def test_index_points_per_index_point_is_what_the_scores_do() -> None:
    """Single indicators: the effect is the regression slope among the 0-100 answers."""
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"}, scales={"b1": Scale(low=0, high=5)})
    answers = chain_answers(200)[:, [0, 6]] / np.array([1, 2])
    effect = evaluate(fit(model, survey_of(model, answers))).tables["effects"].query("kind == 'direct'")
    a, b = 100 * (answers[:, 0] - 1) / 9, 100 * answers[:, 1] / 5
    assert effect["effect"].iloc[0] == pytest.approx(np.cov(a, b)[0, 1] / np.var(a, ddof=1))


def test_an_undefined_path_leaves_the_rest_alone() -> None:
    """A weight of NaN in one construct (loadings that cancel) empties only what touches it."""
    found = derived(
        model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"b": "a", "c": "b"}),
        [5.0] * 6,
        {"c =~ c2": -1.0},
    )
    assert np.isnan(found.index[2])
    assert np.isfinite(found.index[:2]).all()
    assert np.isfinite(found.total[1, 0])
    assert np.isnan(found.total[2, 1])


def test_exact_population() -> None:
    """Where the sample covariance is the implied one, the estimate gives back what was put in."""
    table: ParameterTable = parameter_table(CHAIN)
    random = np.random.default_rng(4)
    values = random.uniform(0.4, 1.0, size=table.n_free)
    answers = exact_answers(matrices(table, values).sigma, n=250)
    solution = fit(CHAIN, survey_of(CHAIN, answers)).pooled.solution
    assert solution is not None
    assert solution.f == pytest.approx(0, abs=1e-10)
    np.testing.assert_allclose(solution.values, values, atol=1e-6)
