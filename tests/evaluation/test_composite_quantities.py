"""What follows from a PLS estimate: hand calculations on respondents' scores, and identities."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from fit_builders import (
    CHAIN,
    Floats,
    chain_answers,
    chain_survey,
    exact_answers,
    factor_covariance,
    model_of,
    survey_of,
)
from naive_pls import NaivePls, weighted_regression

from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution, Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.options import COMPOSITE_RULES
from csi_model.evaluation.composite_intervals import composite_intervals, pooled_composite_index
from csi_model.evaluation.composite_quantities import (
    LEVELS,
    CompositeQuantities,
    composite_quantities,
    htmt_matrices,
    inflation_factors,
    moderations,
)
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.intervals import How
from csi_model.evaluation.quantities import metric_of
from csi_model.evaluation.scores import weighted_scores
from csi_model.model.spec import Construct, ModelSpec, Path, Scale

EXACT = 1e-9
"""Two runs of the algorithm that end at steps of 1e-12, and what is linear in them."""

BLOCKS = {
    "expectations": [0, 1, 2],
    "quality": [3, 4, 5],
    "satisfaction": [6, 7, 8],
    "loyalty": [9, 10],
}
DRIVERS = {
    "quality": ["expectations"],
    "satisfaction": ["expectations", "quality"],
    "loyalty": ["satisfaction"],
}
NAMES = tuple(BLOCKS)
SCALES = {"x2": Scale(low=0, high=100), "q1": Scale(low=1, high=5), "s3": Scale(low=-3, high=3)}
MIXED = replace(
    CHAIN,
    constructs=tuple(
        replace(
            one,
            indicators=tuple(replace(i, scale=SCALES.get(i.name, i.scale)) for i in one.indicators),
        )
        for one in CHAIN.constructs
    ),
)
"""``CHAIN`` with questions on four scales."""
GIVEN = {item.name: 1.0 + k for k, item in enumerate(CHAIN.indicators)}


def mixed_answers(n: int = 180, seed: int = 5) -> Floats:
    """Answers (n, 11) to ``MIXED``."""
    answers = chain_answers(n, seed)
    answers[:, 1] = 10 * answers[:, 1] - 5
    answers[:, 3] = answers[:, 3] / 2.2
    answers[:, 8] = answers[:, 8] - 6
    return answers


@cache
def sampling_weights(n: int = 180) -> Any:
    return 0.4 + np.random.default_rng(8).random(n)


def with_product(model: ModelSpec, name: str, first: str, second: str, target: str) -> ModelSpec:
    """The model with an interaction that drives ``target``."""
    return replace(
        model,
        constructs=(*model.constructs, Construct(name=name, product=(first, second))),
        paths=(*model.paths, Path(source=name, target=target)),
    )


def pls(model: ModelSpec, answers: Floats, *, weights: Any = None, **options: Any) -> Fit:
    survey = survey_of(model, answers, weights=weights)
    return fit(model, survey, **({"estimator": "pls", "bootstrap": 0} | options))


def parts(fitted: Fit, rule: str | None = None) -> tuple[CompositeTable, CompositeQuantities]:
    """Table and quantities of the whole sample."""
    solution = fitted.pooled.solution
    assert isinstance(solution, CompositeSolution)
    options = fitted.options
    metric = metric_of(fitted.model, rule or options.weight_rule, options.given_weights)
    return solution.table, composite_quantities(solution.table, metric, solution.means, solution.values)


def estimates(fitted: Fit) -> CompositeEstimates:
    solution = fitted.pooled.solution
    assert isinstance(solution, CompositeSolution)
    return composite_estimates(solution.table, solution.means, solution.values)


def points(model: ModelSpec, answers: Floats) -> Floats:
    """Answers on 0-100."""
    low = np.array([item.scale.low for item in model.indicators if item.scale])
    high = np.array([item.scale.high for item in model.indicators if item.scale])
    made: Floats = 100 * (answers - low) / (high - low)
    return made


def plain(answers: Floats, weights: Any = None, products: Any = None) -> NaivePls:
    drivers = {name: list(own) for name, own in DRIVERS.items()}
    for product in products or {}:
        drivers["satisfaction"].append(product)
    w = np.ones(len(answers)) if weights is None else weights
    return NaivePls(answers, w, BLOCKS, drivers, products or {})


def wanted_weights(made: NaivePls, answers100: Floats, rule: str) -> Floats:
    """Index weights (m, p) from weights, loadings and standard deviations, construct by construct."""
    sd = np.sqrt(made.w @ (answers100 - made.w @ answers100) ** 2)
    found = np.zeros((len(BLOCKS), answers100.shape[1]))
    for j, (name, block) in enumerate(BLOCKS.items()):
        outer, loading = made.weights[name], made.loadings[name]
        raw = {
            "pls": outer / sd[block],
            "outer": outer,
            "loadings": loading * sd[block],
            "standardised": loading / sd[block],
            "equal": np.ones(len(block)),
            "given": np.array([1.0 + i for i in block]),
        }[rule]
        found[j, block] = raw / raw.sum()
    return found


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rule", COMPOSITE_RULES)
def test_every_weight_rule_by_hand(rule: str, weighted: bool) -> None:
    answers, weights = mixed_answers(), sampling_weights() if weighted else None
    fitted = pls(MIXED, answers, weights=weights, weight_rule=rule, given_weights=GIVEN)
    _, found = parts(fitted)
    made, own = plain(answers, weights), points(MIXED, answers)
    wanted = wanted_weights(made, own, rule)
    assert found.weights == pytest.approx(wanted, abs=EXACT)
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(4), abs=1e-14)
    assert found.index == pytest.approx(wanted @ (made.w @ own), abs=100 * EXACT)
    assert found.item_performance == pytest.approx(made.w @ own, abs=1e-10)


@pytest.mark.parametrize("weighted", [False, True])
def test_effects_in_points_are_regressions_among_the_scores(weighted: bool) -> None:
    """Rule ``pls``: scores of respondents on 0-100, regressed on each other."""
    answers, weights = mixed_answers(), sampling_weights() if weighted else None
    _, found = parts(pls(MIXED, answers, weights=weights))
    made, own = plain(answers, weights), points(MIXED, answers)
    scores = own @ wanted_weights(made, own, "pls").T
    centred = scores - made.w @ scores
    for target, drivers in DRIVERS.items():
        j, k = NAMES.index(target), [NAMES.index(driver) for driver in drivers]
        wanted = weighted_regression(centred[:, k], centred[:, j], made.w)
        assert found.direct[j, k] == pytest.approx(wanted, abs=EXACT)
        residual = centred[:, j] - centred[:, k] @ wanted
        r2 = 1 - (made.w @ residual**2) / (made.w @ centred[:, j] ** 2)
        assert found.r2[j] == pytest.approx(r2, abs=EXACT)
    correlation = (centred * made.w[:, None]).T @ centred
    sd = np.sqrt(np.diag(correlation))
    assert found.correlations == pytest.approx(correlation / np.outer(sd, sd), abs=EXACT)


@pytest.mark.parametrize("rule", COMPOSITE_RULES)
def test_a_construct_counts_in_the_points_of_its_weighted_items(rule: str) -> None:
    """One standard deviation of a construct moves its index by the weighted sum of what its items move."""
    answers = mixed_answers()
    _, found = parts(pls(MIXED, answers, weight_rule=rule, given_weights=GIVEN))
    made, own = plain(answers), points(MIXED, answers)
    weights, sd = wanted_weights(made, own, rule), own.std(axis=0)
    step = [
        sum(weights[j, i] * sd[i] * loading for i, loading in zip(block, made.loadings[name], strict=True))
        for j, (name, block) in enumerate(BLOCKS.items())
    ]
    for target, drivers in DRIVERS.items():
        j = NAMES.index(target)
        for driver, beta in zip(drivers, made.beta[target], strict=True):
            k = NAMES.index(driver)
            assert found.std_direct[j, k] == pytest.approx(beta, abs=EXACT)
            assert found.direct[j, k] == pytest.approx(beta * step[j] / step[k], abs=EXACT)


def test_total_effects_are_direct_and_indirect_and_ways_add_up() -> None:
    _, found = parts(pls(MIXED, mixed_answers()))
    for direct, total, specific in (
        (found.direct, found.total, found.specific),
        (found.std_direct, found.std_total, found.std_specific),
    ):
        x_q, x_s, q_s, s_l = direct[1, 0], direct[2, 0], direct[2, 1], direct[3, 2]
        wanted = np.zeros((4, 4))
        wanted[1, 0], wanted[2, 1], wanted[3, 2] = x_q, q_s, s_l
        wanted[2, 0] = x_s + x_q * q_s
        wanted[3, 1] = q_s * s_l
        wanted[3, 0] = (x_s + x_q * q_s) * s_l
        assert total == pytest.approx(wanted, abs=1e-13)
        ways = [x_q * q_s, x_s * s_l, x_q * q_s * s_l, q_s * s_l]
        assert specific == pytest.approx(ways, abs=1e-13)
        assert specific.sum() == pytest.approx((total - direct).sum(), abs=1e-13)


def test_effect_sizes_by_leaving_each_driver_out() -> None:
    answers = mixed_answers()
    table, found = parts(pls(MIXED, answers))
    made = plain(answers)
    scores = made.scores(answers)

    def explained(target: str, drivers: list[str]) -> float:
        if not drivers:
            return 0.0
        own = np.stack([scores[name] for name in drivers], axis=1)
        residual = scores[target] - own @ np.linalg.lstsq(own, scores[target])[0]
        return float(1 - np.var(residual) / np.var(scores[target]))

    for k, (source, target) in enumerate(table.paths):
        drivers = DRIVERS[NAMES[target]]
        whole = explained(NAMES[target], drivers)
        less = explained(NAMES[target], [name for name in drivers if name != NAMES[source]])
        assert found.f2[k] == pytest.approx((whole - less) / (1 - whole), abs=EXACT)
        rest = [name for name in drivers if name != NAMES[source]]
        wanted = 1 / (1 - explained(NAMES[source], rest))
        assert found.vif[k] == pytest.approx(wanted, abs=EXACT)


def test_inflation_of_drivers_that_determine_each_other() -> None:
    """Nobody's variance can be parted between twins; other sets of a batch keep theirs."""
    twins = np.ones((2, 2))
    apart = np.array([[1.0, 0.6], [0.6, 1.0]])
    lost = np.array([[1.0, np.nan], [np.nan, 1.0]])
    found = inflation_factors(np.stack([twins, apart, lost]))
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == pytest.approx([1.5625, 1.5625])  # 1 / (1 - .36)


def test_htmt_by_loops() -> None:
    answers = mixed_answers()
    model = model_of(
        {"x": "x1 x2 x3", "q": "q1 q2 q3", "s": "s1 s2 s3", "l": "l1 l2", "one": "o1"},
        {"s": "x q", "l": "s", "one": "s"},
    )
    extra = answers[:, [6]] + np.random.default_rng(1).normal(size=(len(answers), 1))
    answers = np.hstack([answers, extra])
    _, found = parts(pls(model, answers))
    r = np.abs(np.corrcoef(answers.T))
    blocks = [*BLOCKS.values(), [11]]

    def means(one: list[int], two: list[int]) -> tuple[float, float]:
        """Arithmetic and geometric mean of the correlations of different items."""
        pairs = list(itertools.combinations(one, 2)) if one == two else list(itertools.product(one, two))
        values = [r[i, k] for i, k in pairs]
        return float(np.mean(values)), float(np.prod(values) ** (1 / len(values)))

    for a, b in itertools.combinations(range(4), 2):
        between, first, second = (
            means(blocks[a], blocks[b]),
            means(blocks[a], blocks[a]),
            means(blocks[b], blocks[b]),
        )
        assert found.htmt[a, b] == pytest.approx(between[0] / np.sqrt(first[0] * second[0]), rel=1e-12)
        assert found.htmt2[a, b] == pytest.approx(between[1] / np.sqrt(first[1] * second[1]), rel=1e-12)
        assert found.htmt[b, a] == pytest.approx(found.htmt[a, b], rel=1e-14)
    for a in range(5):
        assert np.isnan([found.htmt[a, 4], found.htmt2[a, 4], found.htmt[4, a]]).all()


def test_htmt_where_it_does_not_exist() -> None:
    """No geometric mean over a correlation of 0; no ratio to items that do not correlate."""
    r = np.eye(6)
    r[0, 1] = r[1, 0] = r[2, 3] = r[3, 2] = 0.5
    r[:2, 2:4] = r[2:4, :2] = 0.2
    r[0, 2] = r[2, 0] = 0.0
    member = np.kron(np.eye(3, dtype=bool), np.ones(2, dtype=bool))
    htmt, htmt2 = htmt_matrices(r, member)
    assert htmt[0, 1] == pytest.approx(0.15 / 0.5)
    assert np.isnan(htmt2[0, 1])
    assert np.isnan(htmt[[0, 1], [2, 2]]).all()


def test_reliability_by_hand() -> None:
    answers = mixed_answers()
    _, found = parts(pls(MIXED, answers))
    r, made = np.corrcoef(answers.T), plain(answers)
    for j, (name, block) in enumerate(BLOCKS.items()):
        k, loading, inner = len(block), made.loadings[name], r[np.ix_(block, block)]
        mean = (inner.sum() - k) / (k * (k - 1))
        assert found.alpha[j] == pytest.approx(k * mean / (1 + (k - 1) * mean), abs=EXACT)
        common = loading.sum() ** 2
        assert found.rho_c[j] == pytest.approx(common / (common + (1 - loading**2).sum()), abs=EXACT)
        assert found.ave[j] == pytest.approx(np.mean(loading**2), abs=EXACT)
    for j, own in enumerate(BLOCKS.values()):
        loadings = made.loadings[NAMES[j]]
        assert found.loadings[own] == pytest.approx(loadings, abs=EXACT)
        assert found.outer[own] == pytest.approx(made.weights[NAMES[j]], abs=EXACT)
    scores = np.stack(list(made.scores(answers).values()))
    wanted = np.corrcoef(np.vstack([answers.T, scores]))[:11, 11:]
    assert found.cross == pytest.approx(wanted, abs=EXACT)


def test_alpha_of_items_on_their_common_scale() -> None:
    """Cronbach's alpha of the covariances on 0-100: questions with larger variances count for more."""
    answers = mixed_answers()
    _, found = parts(pls(MIXED, answers, metric="common"))
    cov = np.cov(points(MIXED, answers).T)
    for j, block in enumerate(BLOCKS.values()):
        inner, k = cov[np.ix_(block, block)], len(block)
        wanted = k / (k - 1) * (1 - np.trace(inner) / inner.sum())
        assert found.alpha[j] == pytest.approx(wanted, abs=1e-12)


def test_single_items_have_no_reliability() -> None:
    model = model_of({"a": "a1", "b": "b1 b2"}, {"b": "a"})
    _, found = parts(pls(model, chain_answers(90)[:, [0, 3, 4]]))
    for name in ("alpha", "rho_a", "rho_c", "ave"):
        value = getattr(found, name)
        assert np.isnan(value[0]), name
        assert np.isfinite(value[1]), name
    assert found.weights[0] == pytest.approx([1.0, 0.0, 0.0])


def test_importance_of_questions_is_weight_times_total_effect() -> None:
    table, found = parts(pls(MIXED, mixed_answers()))
    for j in range(4):
        for k, (owner, item) in enumerate(zip(table.owner, table.item, strict=True)):
            wanted = found.weights[owner, item] * found.total[j, owner]
            assert found.item_importance[j, k] == pytest.approx(wanted, abs=1e-14)
    # summed over the questions of a construct, importance is that of the construct
    assert found.item_importance[2, :3].sum() == pytest.approx(found.total[2, 0], abs=1e-13)


def moderated_answers(n: int = 240) -> Floats:
    """Answers to ``CHAIN`` where quality does more the higher expectations are."""
    random = np.random.default_rng(12)
    x, q = random.normal(size=(2, n))
    q = 0.4 * x + q
    s = 0.3 * x + 0.5 * q + 0.4 * x * q + 0.5 * random.normal(size=n)
    latent = (x, x, x, q, q, q, s, s, s, 0.7 * s, 0.7 * s)
    return np.array([6 + one + 0.6 * random.normal(size=n) for one in latent]).T


@pytest.mark.parametrize("factors", [("expectations", "quality"), ("quality", "quality")])
def test_simple_slopes_by_regression(factors: tuple[str, str]) -> None:
    """Slopes of the score on its driver where the moderator's score is -1, 0 and 1."""
    answers = moderated_answers()
    model = with_product(CHAIN, "both", *factors, "satisfaction")
    table, found = parts(pls(model, answers))
    made = plain(answers, products={"both": factors})
    scores = made.scores(answers)
    x, q = scores["expectations"], scores["quality"]
    columns = np.stack([np.ones(len(x)), x, q, scores[factors[0]] * scores[factors[1]]], axis=1)
    _, on_x, on_q, on_both = np.linalg.lstsq(columns, scores["satisfaction"])[0]
    levels = np.array(LEVELS)
    square = factors[0] == factors[1]
    wanted = [on_q + 2 * on_both * levels] if square else [on_x + on_both * levels, on_q + on_both * levels]
    names = [(table.constructs[a], table.constructs[b]) for _, a, b, _ in moderations(table)]
    assert names == ([factors] if square else [factors, factors[::-1]])
    assert found.slopes == pytest.approx(np.array(wanted), abs=EXACT)
    beta = found.std_direct[2, [0, 1, 4]]
    assert beta == pytest.approx(made.beta["satisfaction"], abs=EXACT)
    # an interaction has no points of its own, and takes none from the others
    assert np.isnan(found.index[4])
    assert np.isnan(found.direct[2, 4])
    assert np.isfinite(found.total[:4, :4]).all()


def test_without_products_there_are_no_slopes() -> None:
    _, found = parts(pls(MIXED, mixed_answers()))
    assert found.slopes.shape == (0, 3)


LOADING = np.array([0.8, 0.7, 0.6, 0.9, 0.6, 0.7, 0.75, 0.8, 0.65])
PHI = np.array([[1, 0.5, 0.6], [0.5, 1, 0.55], [0.6, 0.55, 1]])


def factor_answers() -> tuple[ModelSpec, Floats, Floats]:
    """Model, answers and standard deviations of a sample that is a population with common factors."""
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})
    lam = np.kron(np.eye(3), np.ones((3, 1))) * LOADING[:, None]
    sd = np.linspace(1, 2, 9)
    cov = factor_covariance(lam, PHI, 1 - LOADING**2) * np.outer(sd, sd)
    return model, exact_answers(cov), sd


def test_consistent_effects_are_those_of_the_factors() -> None:
    model, answers, sd = factor_answers()
    _, found = parts(pls(model, answers, estimator="plsc", weight_rule="loadings"))
    beta = np.linalg.solve(PHI[:2, :2], PHI[:2, 2])
    assert found.correlations == pytest.approx(PHI, abs=EXACT)
    assert found.std_direct[2, :2] == pytest.approx(beta, abs=EXACT)
    assert found.loadings == pytest.approx(LOADING, abs=EXACT)
    r2 = beta @ PHI[:2, 2]
    assert found.r2[2] == pytest.approx(r2, abs=EXACT)
    assert found.vif == pytest.approx([1 / (1 - 0.25)] * 2, abs=EXACT)
    for k, other in ((0, 1), (1, 0)):
        wanted = (r2 - PHI[other, 2] ** 2) / (1 - r2)
        assert found.f2[k] == pytest.approx(wanted, abs=EXACT)
    raw = (LOADING * sd).reshape(3, 3)
    weights = raw / raw.sum(axis=1, keepdims=True)
    for j in range(3):
        assert found.weights[j, 3 * j : 3 * j + 3] == pytest.approx(weights[j], abs=EXACT)
    step = (weights * raw).sum(axis=1)
    assert found.direct[2, :2] == pytest.approx(beta * step[2] / step[:2], abs=EXACT)


def test_what_cannot_be_corrected_is_not_defined_and_does_not_spread() -> None:
    """Two questions of ``a`` against each other: no reliability, so no path from it; b > c stays."""
    cov = np.eye(6)
    for i, k, r in ((0, 1, -0.5), (2, 3, 0.5), (4, 5, 0.5)):
        cov[i, k] = cov[k, i] = r
    cov[2:4, 4:] = cov[4:, 2:4] = 0.3
    cov[0, 2:] = cov[2:, 0] = 0.1
    cov[1, 2:] = cov[2:, 1] = 0.2
    model = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"b": "a", "c": "b"})
    _, found = parts(pls(model, exact_answers(cov), estimator="plsc"))
    assert np.isnan(found.direct[1, 0])
    assert np.isnan(found.total[[1, 2], [0, 0]]).all()
    assert found.std_total[2, 1] == pytest.approx(0.6, abs=EXACT)  # .3 / .5
    assert np.isfinite(found.index).all()


@pytest.mark.parametrize("estimator", ["pls", "plsc"])
def test_the_order_of_constructs_and_questions_does_not_matter(estimator: str) -> None:
    answers = mixed_answers()
    items = [item.name for item in MIXED.indicators]
    turned = replace(
        MIXED,
        constructs=tuple(
            replace(one, indicators=tuple(reversed(one.indicators))) for one in reversed(MIXED.constructs)
        ),
        paths=tuple(reversed(MIXED.paths)),
    )
    columns = [items.index(item.name) for item in turned.indicators]
    first_table, first = parts(pls(MIXED, answers, estimator=estimator))
    table, second = parts(pls(turned, answers[:, columns], estimator=estimator))
    order = [turned.construct_names.index(name) for name in NAMES]
    back = [columns.index(i) for i in range(11)]
    for name in ("index", "alpha", "rho_a", "rho_c", "ave", "r2"):
        wanted, found = getattr(first, name), getattr(second, name)[order]
        assert found == pytest.approx(wanted, abs=100 * EXACT, nan_ok=True), name
    for name in ("direct", "total", "std_total", "correlations", "htmt", "htmt2"):
        found = getattr(second, name)[np.ix_(order, order)]
        assert found == pytest.approx(getattr(first, name), abs=10 * EXACT), name
    assert second.weights[np.ix_(order, back)] == pytest.approx(first.weights, abs=EXACT)
    named = {
        tuple(table.constructs[k] for k in path): value
        for path, value in zip(table.paths, second.f2, strict=True)
    }
    for path, value in zip(first_table.paths, first.f2, strict=True):
        assert named[tuple(NAMES[k] for k in path)] == pytest.approx(value, abs=10 * EXACT)


def test_a_batch_is_its_estimates_one_by_one() -> None:
    model = with_product(MIXED, "both", "expectations", "quality", "satisfaction")
    fitted = pls(model, mixed_answers(), bootstrap=100, seed=2)
    solution = fitted.pooled.solution
    assert isinstance(solution, CompositeSolution)
    draws = solution.draws
    assert draws is not None
    metric = metric_of(model, "pls", MappingProxyType({}))
    together = composite_quantities(solution.table, metric, draws.means[:7], draws.values[:7])
    for k in range(7):
        alone = composite_quantities(solution.table, metric, draws.means[k], draws.values[k])
        for name in ({*CompositeQuantities.__dataclass_fields__} - {"blocks"}) | {"htmt", "htmt2"}:
            one, many = getattr(alone, name), getattr(together, name)[k]
            assert many == pytest.approx(one, rel=1e-11, abs=1e-12, nan_ok=True), name


def test_index_weights_from_elsewhere() -> None:
    """Groups are measured with one ruler: the weights given are the ones used."""
    fitted = pls(MIXED, mixed_answers())
    solution = fitted.pooled.solution
    assert isinstance(solution, CompositeSolution)
    metric = metric_of(MIXED, "pls", MappingProxyType({}))
    weights = parts(fitted, "equal")[1].weights
    found = composite_quantities(solution.table, metric, solution.means, solution.values, weights)
    equal = parts(fitted, "equal")[1]
    assert found.index == pytest.approx(equal.index, abs=1e-12)
    assert found.direct == pytest.approx(equal.direct, abs=1e-12)


@pytest.mark.parametrize("estimator", ["pls", "ml"])
def test_the_standardised_rule_is_one_rule(estimator: str) -> None:
    """Standardised loading over standard deviation on 0-100, whatever estimated the loadings."""
    answers = mixed_answers()
    fitted = pls(MIXED, answers, estimator=estimator, weight_rule="standardised", folds=0)
    table = evaluate(fitted).tables["weights"]
    sd = dict(zip([i.name for i in MIXED.indicators], points(MIXED, answers).std(axis=0), strict=True))
    for _, rows in table.groupby("construct"):
        raw = rows["loading"] / rows["indicator"].map(sd)
        assert rows["weight"].to_numpy() == pytest.approx((raw / raw.sum()).to_numpy(), abs=1e-9)


HOW = How(level=0.9)


def test_intervals_are_quantiles_of_what_each_draw_says() -> None:
    fitted = pls(CHAIN, chain_answers(120), bootstrap=200, seed=4)
    solution, metric = fitted.pooled.solution, metric_of(CHAIN, "pls", MappingProxyType({}))
    assert isinstance(solution, CompositeSolution)
    assert solution.draws is not None
    _, found = composite_intervals(fitted.pooled, metric, HOW)
    drawn = composite_quantities(solution.table, metric, solution.draws.means, solution.draws.values)
    for name, place in (("index", (2,)), ("f2", (1,)), ("outer", (4,)), ("direct", (2, 1))):
        values = getattr(drawn, name)[(slice(None), *place)]
        interval = found[name]
        assert interval.se[place] == pytest.approx(values.std(ddof=1), rel=1e-10), name
        ends = interval.lower[place], interval.upper[place]
        assert (values < ends[0]).mean() == pytest.approx(0.05, abs=0.01), name
        assert (values > ends[1]).mean() == pytest.approx(0.05, abs=0.01), name
        assert interval.method == "bootstrap"
    # one-sided: a tenth of the draws lies beyond
    for name in ("htmt", "htmt2"):
        values = getattr(drawn, name)[:, 0, 1]
        assert (values > found[name].upper[0, 1]).mean() == pytest.approx(0.1, abs=0.01), name


def test_without_draws_there_are_values_and_a_reason() -> None:
    metric = metric_of(CHAIN, "pls", MappingProxyType({}))
    made, found = composite_intervals(pls(CHAIN, chain_answers(120)).pooled, metric, HOW)
    assert found["index"].value == pytest.approx(made.index, abs=1e-12)
    for interval in found.values():
        assert np.isnan([*interval.se.ravel(), *interval.lower.ravel(), *interval.upper.ravel()]).all()
        assert "--bootstrap 0" in interval.why


def test_index_of_a_group_by_pooled_weights_needs_no_fit_of_it() -> None:
    groups = {"firm": ["a"] * 70 + ["b"] * 80}
    fitted = fit(CHAIN, chain_survey(150, groups=groups), estimator="pls", bootstrap=0)
    metric = metric_of(CHAIN, "pls", MappingProxyType({}))
    found = pooled_composite_index(fitted.groups[1], metric, How(level=0.95), fitted.pooled)
    _, pooled = parts(fitted)
    scores = weighted_scores(points(CHAIN, chain_answers(150)[70:]), pooled.weights)
    assert found.value == pytest.approx(scores.mean(axis=0), abs=1e-10)
    assert found.se == pytest.approx(scores.std(axis=0, ddof=1) / np.sqrt(80), rel=1e-9)
    assert found.upper - found.value == pytest.approx(1.959964 * found.se, rel=1e-6)
