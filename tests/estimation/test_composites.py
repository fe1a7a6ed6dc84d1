"""The layout of a composite model, and what follows from its weights."""

from __future__ import annotations

from dataclasses import replace

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

from csi_model.errors import EstimationError
from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates, regressed
from csi_model.estimation.composites import composite_table, packed, unpacked
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.estimation.options import FitOptions
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.survey import Survey

NEAR = 1e-9
"""Weights end at steps of 1e-12; what is derived is a sum of at most some ten of them."""

WHOLE = model_of(
    {"x": "x1 x2 x3", "a": "a1 a2", "b": "b1 b2", "c": "", "y": "y1"},
    {"c": "x a b", "y": "c"},
    repeats={"c": "a b"},
)


def moderated(model: ModelSpec) -> ModelSpec:
    """The chain, with quality changing what expectations do to satisfaction."""
    product = Construct(name="both", product=("expectations", "quality"))
    return replace(
        model,
        constructs=(product, *model.constructs),
        paths=(*model.paths, Path(source="both", target="satisfaction")),
    )


def options(**changes: str) -> FitOptions:
    return FitOptions(**{"estimator": "pls", "missing_data": "complete", **changes})  # type: ignore[arg-type]


def solved(survey: Survey, **changes: object) -> CompositeSolution:
    """The estimate of the whole sample, without resampling."""
    made = fit(survey.model, survey, **{"estimator": "pls", "bootstrap": 0, **changes}).pooled.solution
    assert isinstance(made, CompositeSolution)
    return made


def estimates(survey: Survey, **changes: object) -> CompositeEstimates:
    made = solved(survey, **changes)
    return composite_estimates(made.table, made.means, made.values)


def standard(x: Floats) -> Floats:
    made: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return made


def test_layout_of_a_whole_with_its_parts() -> None:
    table = composite_table(WHOLE, options())
    assert table.indicators == ("x1", "x2", "x3", "a1", "a2", "b1", "b2", "y1")
    assert table.blocks.slots == ((0, 1, 2), (3, 4), (5, 6), (3, 4, 5, 6), (7,))
    assert table.blocks.modes == ("A", "A", "A", "A", "fixed")
    assert table.blocks.starts.tolist() == [0, 3, 5, 7, 11]
    assert table.owner.tolist() == [0] * 3 + [1] * 2 + [2] * 2 + [3] * 4 + [4]
    assert table.item.tolist() == [0, 1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7]
    assert table.parts == ((), (), (), (1, 2), ())
    assert table.reflective == (True, True, True, False, False)
    assert table.drivers(3) == [0, 1, 2]
    assert table.order.index(3) > max(table.order.index(j) for j in (0, 1, 2))
    assert table.linear


def test_layout_of_a_product() -> None:
    table = composite_table(moderated(CHAIN), options())
    assert table.constructs[0] == "both"
    assert table.base == (1, 2, 3, 4)
    assert table.products == ((0, 1, 2),)
    assert table.drivers(3) == [0, 1, 2]
    assert table.blocks.paths == ((0, 1), (0, 2), (1, 2), (2, 3))  # among the blocks, the product left out
    assert not table.linear


def test_modes_weights_and_signs_are_those_of_the_model() -> None:
    changed = {
        "expectations": {"mode": "B"},
        "quality": {"mode": "given", "weights": {"q1": 1.0, "q2": 2.0, "q3": 4.0}},
        "satisfaction": {"mode": "sum"},
        "loyalty": {"sign": "l2"},
    }
    model = replace(
        CHAIN,
        constructs=tuple(replace(c, **changed[c.name]) for c in CHAIN.constructs),  # type: ignore[arg-type]
    )
    table = composite_table(model, options())
    assert table.blocks.modes == ("B", "fixed", "fixed", "A")
    assert table.blocks.given == ((), (1.0, 2.0, 4.0), (1.0, 1.0, 1.0), ())
    assert table.blocks.signs == (-1, -1, -1, 1)
    assert table.reflective == (False, False, False, True)
    weights = estimates(survey_of(model, chain_answers())).state.weights
    assert weights[1, 3:6] / weights[1, 3] == pytest.approx([1, 2, 4], abs=NEAR)
    assert np.ptp(weights[2, 6:9]) == pytest.approx(0, abs=NEAR)


def test_a_loop_of_paths_is_refused() -> None:
    model = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1"}, {"a": "c", "b": "a", "c": "b"})
    with pytest.raises(EstimationError, match="lead back"):
        composite_table(model, options())


@pytest.mark.parametrize("model", [CHAIN, WHOLE, moderated(CHAIN)], ids=["chain", "whole", "product"])
def test_packing_loses_nothing(model: ModelSpec) -> None:
    table = composite_table(model, options())
    p, m, random = len(table.indicators), len(table.constructs), np.random.default_rng(1)
    weights = np.zeros((4, m, p))
    weights[:, table.owner, table.item] = random.uniform(0.1, 1, size=(4, len(table.item)))
    half = random.normal(size=(4, 2 * p, p))
    cov = np.swapaxes(half, 1, 2) @ half
    phi = np.array([np.corrcoef(random.normal(size=(m, 30))) for _ in range(4)])
    cross = random.uniform(-1, 1, size=(4, p, m))
    spread = random.uniform(1, 2, size=(4, len(table.products)))
    values = packed(table, weights, cov, phi, cross, spread)
    state = unpacked(table, np.zeros((4, p)), values)
    np.testing.assert_array_equal(state.weights, weights)
    np.testing.assert_array_equal(state.cov, cov)
    if not table.linear:
        np.testing.assert_allclose(state.phi, phi, atol=1e-15)  # numpy makes it symmetric up to rounding
        np.testing.assert_array_equal(state.cross, cross)
        np.testing.assert_array_equal(state.spread, spread)


def test_everything_derived_is_what_the_scores_of_respondents_say() -> None:
    x = chain_answers()
    made = estimates(survey_of(CHAIN, x))
    scores = made.state.weights @ standard(x).T
    assert scores.std(axis=1) == pytest.approx(1.0, abs=NEAR)
    assert made.state.phi == pytest.approx(np.corrcoef(scores), abs=NEAR)
    assert made.state.cross == pytest.approx(standard(x).T @ scores.T / len(x), abs=NEAR)
    assert made.loadings[:3, 0] == pytest.approx(made.state.cross[:3, 0], abs=0)
    assert not made.loadings[3:, 0].any()
    found = np.linalg.lstsq(scores[:2].T, scores[2], rcond=None)[0]
    assert made.beta[2, :2] == pytest.approx(found, abs=NEAR)
    assert made.r2[2] == pytest.approx(np.corrcoef(found @ scores[:2], scores[2])[0, 1] ** 2, abs=NEAR)
    assert np.isnan(made.r2[0])
    assert made.correlation == pytest.approx(made.state.phi, abs=0)


def test_a_product_is_that_of_the_standardised_scores() -> None:
    x = chain_answers()
    made = estimates(survey_of(moderated(CHAIN), x))
    scores = made.state.weights @ standard(x).T
    scores[0] = scores[1] * scores[2]
    assert made.state.phi == pytest.approx(np.corrcoef(scores), abs=NEAR)
    found = np.linalg.lstsq(standard(scores[:3].T), scores[3], rcond=None)[0]
    assert made.beta[3, :3] == pytest.approx(found, abs=NEAR)
    assert not made.loadings[:, 0].any()


def test_a_product_does_not_change_the_outer_weights() -> None:
    x = chain_answers()
    with_it = estimates(survey_of(moderated(CHAIN), x)).state.weights[1:]
    assert with_it == pytest.approx(estimates(survey_of(CHAIN, x)).state.weights, abs=NEAR)


def test_rho_a_of_two_items_by_hand() -> None:
    """Two items that correlate r: (w1^2 + w2^2)^2 x 2 w1 w2 r / (2 w1^2 w2^2)."""
    survey = chain_survey()
    made = estimates(survey)
    w1, w2 = made.state.weights[3, 9:]
    r = np.corrcoef(survey.answers[:, 9:].T)[0, 1]
    assert made.rho_a[3] == pytest.approx((w1**2 + w2**2) ** 2 * r / (w1 * w2), abs=NEAR)


LOADINGS = (0.9, 0.7, 0.8, 0.85, 0.6, 0.75, 0.8, 0.9, 0.7, 0.8, 0.65)
BLOCKS = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (9, 10))


def factor_population() -> tuple[Floats, Floats, Floats]:
    """Loadings (11, 4), correlations of the factors (4, 4) and the correlations of the items of a chain
    with expectations > quality .5, both > satisfaction .3 and .4, satisfaction > loyalty .7."""
    lam = np.zeros((11, 4))
    for j, block in enumerate(BLOCKS):
        for i in block:
            lam[i, j] = LOADINGS[i]
    # by the rules of path tracing: r13 = .3 + .4 x .5, r23 = .4 + .3 x .5, and .7 of these with loyalty
    phi = np.array([[1, 0.5, 0.5, 0.35], [0.5, 1, 0.55, 0.385], [0.5, 0.55, 1, 0.7], [0.35, 0.385, 0.7, 1]])
    return lam, phi, factor_covariance(lam, phi, 1 - np.array(LOADINGS) ** 2)


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
def test_plsc_recovers_a_factor_model_from_its_population(scheme: str) -> None:
    """The consistency of Dijkstra & Henseler (2015): exact where the covariances are the population's."""
    lam, phi, sigma = factor_population()
    assert sigma[6:9, 6:9].diagonal() == pytest.approx(1.0)
    made = estimates(survey_of(CHAIN, exact_answers(sigma)), estimator="plsc", scheme=scheme)
    assert made.loadings == pytest.approx(lam, abs=1e-8)
    assert made.correlation == pytest.approx(phi, abs=1e-8)
    wanted = np.zeros((4, 4))
    wanted[1, 0], wanted[2, 0], wanted[2, 1], wanted[3, 2] = 0.5, 0.3, 0.4, 0.7
    assert made.beta == pytest.approx(wanted, abs=1e-8)
    assert made.r2[1:] == pytest.approx([0.25, 0.3 * 0.5 + 0.4 * 0.55, 0.49], abs=1e-8)
    # the reliability of the score: squared correlation with its factor, from weights that are the loadings
    for j, block in enumerate(BLOCKS):
        own = lam[list(block), j]
        square = own @ own
        assert made.rho_a[j] == pytest.approx(square**2 / (own @ sigma[np.ix_(block, block)] @ own), abs=1e-8)


def test_plain_pls_understates_what_a_factor_model_says() -> None:
    _, phi, sigma = factor_population()
    survey = survey_of(CHAIN, exact_answers(sigma))
    plain, consistent = estimates(survey), estimates(survey, estimator="plsc")
    assert plain.state.weights == pytest.approx(consistent.state.weights, abs=NEAR)
    root = np.sqrt(consistent.rho_a)
    assert plain.correlation[0, 1] == pytest.approx(phi[0, 1] * root[0] * root[1], abs=1e-8)


def test_only_reflective_constructs_are_corrected() -> None:
    model = replace(
        CHAIN,
        constructs=tuple(replace(c, mode="B") if c.name == "quality" else c for c in CHAIN.constructs),
    )
    made = estimates(survey_of(model, chain_answers()), estimator="plsc")
    assert np.isnan(made.rho_a[1])
    assert made.reliability[1] == 1
    assert made.reliability[[0, 2, 3]] == pytest.approx(made.rho_a[[0, 2, 3]])
    assert (made.rho_a[[0, 2, 3]] < 1).all()
    found = made.state.phi[0, 1] / np.sqrt(made.rho_a[0])
    assert made.correlation[0, 1] == pytest.approx(found, abs=1e-12)
    assert made.loadings[3:6, 1] == pytest.approx(made.state.cross[3:6, 1], abs=0)


def test_a_negative_reliability_has_no_root_and_is_handed_on_as_nan() -> None:
    """Two items that go with satisfaction and against each other cannot measure one thing."""
    x = chain_answers()
    noise = 2 * np.random.default_rng(1).normal(size=len(x))
    x[:, 9], x[:, 10] = x[:, 6] + noise, x[:, 6] - noise
    assert np.corrcoef(x[:, 9], x[:, 10])[0, 1] < 0
    survey = survey_of(CHAIN, x)
    made = solved(survey, estimator="plsc")
    found = composite_estimates(made.table, made.means, made.values)
    assert found.rho_a[3] < 0
    assert np.isnan(found.correlation[3, :3]).all()
    assert np.isnan(found.r2[3])
    assert np.isfinite(found.r2[1:3]).all()
    assert not made.verdicts.admissible
    assert {"reliability"} <= {finding.code for finding in made.verdicts.findings}


def test_regressed_says_where_drivers_determine_each_other() -> None:
    among = np.array([[[1.0, 0.5], [0.5, 1.0]], [[1.0, 1.0], [1.0, 1.0]], [[1.0, np.nan], [np.nan, 1.0]]])
    onto = np.array([[0.6, -0.3]] * 3)
    found = regressed(among, onto)
    assert found[0] == pytest.approx([1.0, -0.8])
    assert np.isnan(found[1:]).all()


def test_batches_are_estimates_one_by_one() -> None:
    survey = chain_survey()
    made = solved(survey, bootstrap=100)
    assert made.draws is not None
    together = composite_estimates(made.table, made.draws.means, made.draws.values)
    for k in (0, 57, 99):
        one = composite_estimates(made.table, made.draws.means[k], made.draws.values[k])
        assert one.beta == pytest.approx(together.beta[k], abs=1e-12)
        assert one.rho_a == pytest.approx(together.rho_a[k], abs=1e-12)
