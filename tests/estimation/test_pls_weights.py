"""The batched algorithm against plain loops, and against what it must be where algebra knows the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_builders import Floats, random_covariance
from plain_pls import PlainModel, plain_scores, standard

from csi_model.estimation import pls_weights as algorithm
from csi_model.estimation.composites import Blocks
from csi_model.estimation.pls_weights import CHUNK, inner_weights, pls_weights, solved

SCHEMES = ("path", "centroid", "factorial")
NAMES = ("a", "b", "c", "d")
SLOTS = ((0, 1, 2), (3, 4), (5, 6, 7), (8,))
PATHS = ((0, 1), (0, 2), (1, 2), (2, 3))
NEAR = 1e-10
"""The algorithm ends at steps of 1e-12, with a rate of convergence of .1 to .6 here."""


def blocks(modes: str = "AAAF", **changes: object) -> Blocks:
    """Four blocks; one letter each for its mode, ``F`` for fixed equal weights."""
    made = Blocks(
        slots=SLOTS,
        modes=tuple("fixed" if mode == "F" else mode for mode in modes),
        given=tuple(
            (1.0,) * len(slot) if mode == "F" else () for mode, slot in zip(modes, SLOTS, strict=True)
        ),
        signs=(-1,) * 4,
        paths=PATHS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def pair(modes: str, first: int, second: int) -> Blocks:
    """Two blocks of so many variables and one path."""
    return Blocks(
        slots=(tuple(range(first)), tuple(range(first, first + second))),
        modes=tuple(modes),
        given=((), ()),
        signs=(-1, -1),
        paths=((0, 1),),
    )


def answers(n: int = 150, seed: int = 4) -> Floats:
    """Answers (n, 9) to the four blocks, which have something to do with each other."""
    random = np.random.default_rng(seed)
    a = random.normal(size=n)
    b = 0.5 * a + random.normal(size=n)
    c = 0.4 * a + 0.5 * b + random.normal(size=n)
    d = -0.6 * c + random.normal(size=n)
    of = [a, a, a, b, b, c, c, c, d]
    return np.array([one * random.uniform(0.6, 1.4) + random.normal(size=n) for one in of]).T


def one(plan: Blocks, covariance: Floats, scheme: str = "path") -> Floats:
    """Weights (s,) of one covariance matrix."""
    made = pls_weights(plan, covariance[None], scheme)
    assert made.converged.all()
    weights: Floats = made.weights[0]
    return weights


def correlation(x: Floats) -> Floats:
    made: Floats = np.corrcoef(x.T)
    return made


@pytest.mark.parametrize("modes", ["AAAA", "BBBF", "ABAF", "FABF", "AFBA"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_plain_loops_over_respondents_end_at_the_same_weights(scheme: str, modes: str) -> None:
    x = standard(answers())
    told = PlainModel(
        blocks=dict(zip(NAMES, SLOTS, strict=True)),
        paths=[(NAMES[source], NAMES[target]) for source, target in PATHS],
        modes=dict(zip(NAMES, modes, strict=True)),
        fixed={
            name: [1.0] * len(slot)
            for name, slot, mode in zip(NAMES, SLOTS, modes, strict=True)
            if mode == "F"
        },
    )
    scores = plain_scores(told, x, scheme)
    weights = one(blocks(modes), correlation(x), scheme)
    for j, (name, slot) in enumerate(zip(NAMES, SLOTS, strict=True)):
        entries = blocks(modes).starts[j] + np.arange(len(slot))
        assert x[:, list(slot)] @ weights[entries] == pytest.approx(scores[name], abs=NEAR)


def test_covariances_of_unstandardised_items_are_weighted_as_they_are() -> None:
    x = answers()
    told = PlainModel(
        blocks=dict(zip(NAMES, SLOTS, strict=True)),
        paths=[(NAMES[source], NAMES[target]) for source, target in PATHS],
    )
    scores = plain_scores(told, x, "centroid")
    weights = one(blocks("AAAA"), np.cov(x.T, ddof=0), "centroid")
    centred = x - x.mean(axis=0)
    assert centred[:, :3] @ weights[:3] == pytest.approx(scores["a"], abs=NEAR)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_mode_b_of_one_pair_is_canonical_correlation(scheme: str) -> None:
    """Wold (1982): the first singular vectors of Rxx^-1/2 Rxy Ryy^-1/2."""
    r = random_covariance(np.random.default_rng(1), 7)
    weights = one(pair("BB", 4, 3), r, scheme)

    def root(block: Floats) -> Floats:
        values, vectors = np.linalg.eigh(block)
        made: Floats = vectors / np.sqrt(values) @ vectors.T
        return made

    left, right = root(r[:4, :4]), root(r[4:, 4:])
    u, s, vt = np.linalg.svd(left @ r[:4, 4:] @ right)
    assert abs(weights[:4] @ r[:4, 4:] @ weights[4:]) == pytest.approx(s[0], abs=NEAR)
    assert np.abs(weights[:4]) == pytest.approx(np.abs(left @ u[:, 0]), abs=1e-8)
    assert np.abs(weights[4:]) == pytest.approx(np.abs(right @ vt[0]), abs=1e-8)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_mode_a_of_one_pair_is_interbattery_analysis(scheme: str) -> None:
    """Tucker (1958): the first singular vectors of Rxy."""
    r = random_covariance(np.random.default_rng(2), 7)
    weights = one(pair("AA", 4, 3), r, scheme)
    u, _, vt = np.linalg.svd(r[:4, 4:])
    for found, wanted in ((weights[:4], u[:, 0]), (weights[4:], vt[0])):
        assert np.abs(found / np.linalg.norm(found)) == pytest.approx(np.abs(wanted), abs=1e-8)


def test_a_block_alone_is_its_first_principal_component() -> None:
    r = random_covariance(np.random.default_rng(3), 5)
    alone = Blocks(slots=(tuple(range(5)),), modes=("A",), given=((),), signs=(-1,), paths=())
    weights = one(alone, r)
    values, vectors = np.linalg.eigh(r)
    assert np.abs(weights) == pytest.approx(np.abs(vectors[:, -1]) / np.sqrt(values[-1]), abs=NEAR)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_modes_agree_where_the_items_of_every_block_are_uncorrelated(scheme: str) -> None:
    r = correlation(answers()) / 2
    for slot in SLOTS:
        r[np.ix_(slot, slot)] = np.eye(len(slot))
    assert np.linalg.eigvalsh(r)[0] > 0
    assert one(blocks("AAAF"), r, scheme) == pytest.approx(one(blocks("BBBF"), r, scheme), abs=NEAR)


def test_population_weights_of_composites_come_back_from_the_population_covariance() -> None:
    """With cov(x_j, x_k) = S_j w_j rho_jk w_k' S_k mode B gives w_j and mode A S_j w_j (Dijkstra 2017)."""
    random = np.random.default_rng(8)
    rho = correlation(answers()[:, [0, 3, 5, 8]])
    s, w = {}, {}
    for j, slot in enumerate(SLOTS):
        own = random_covariance(random, len(slot)) + 0.3
        weights = random.uniform(0.2, 1.0, size=len(slot))
        s[j], w[j] = own, weights / np.sqrt(weights @ own @ weights)
    r = np.zeros((9, 9))
    for j, slot in enumerate(SLOTS):
        for k, other in enumerate(SLOTS):
            r[np.ix_(slot, other)] = s[j] if j == k else rho[j, k] * np.outer(s[j] @ w[j], s[k] @ w[k])
    assert np.linalg.eigvalsh(r)[0] > 0
    wanted = np.concatenate([w[j] for j in range(4)])
    for scheme in SCHEMES:
        assert one(blocks("BBBB"), r, scheme) == pytest.approx(wanted, abs=1e-9)
        found = one(blocks("AAAA"), r, scheme)
        for j, slot in enumerate(SLOTS):
            loadings = s[j] @ w[j]
            assert found[list(slot)] == pytest.approx(
                loadings / np.sqrt(loadings @ s[j] @ loadings), abs=1e-9
            )


def test_scores_have_variance_one_and_loadings_add_up_to_more_than_nothing() -> None:
    r = correlation(answers() * np.where(np.arange(9) < 3, -1.0, 1.0))
    for scheme in SCHEMES:
        weights = one(blocks("ABAF"), r, scheme)
        for slot in SLOTS:
            own = r[np.ix_(slot, slot)] @ weights[list(slot)]
            assert weights[list(slot)] @ own == pytest.approx(1.0, abs=NEAR)
            assert own.sum() > 0


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_named_question_gives_the_direction(place: int) -> None:
    x = answers()
    x[:, 2] = -x[:, 2]  # against the two others
    r = correlation(x)
    weights = one(blocks(signs=(place, -1, -1, -1)), r)
    loadings = r[:3, :3] @ weights[:3]
    assert loadings[place] > 0
    assert np.sign(loadings[2]) == (1 if place == 2 else -1)


def test_given_weights_are_taken_in_their_proportions() -> None:
    r = correlation(answers())
    plan = blocks("FAAA", given=((3.0, 2.0, 1.0), (), (), ()))
    weights = one(plan, r)
    assert weights[:3] / weights[2] == pytest.approx([3.0, 2.0, 1.0], abs=NEAR)


def many(count: int) -> Floats:
    """Correlations (count, 9, 9) of resamples."""
    x, random = answers(), np.random.default_rng(6)
    return np.array([correlation(x[random.integers(len(x), size=len(x))]) for _ in range(count)])


@pytest.mark.parametrize("modes", ["AAAF", "BBBF"])
def test_a_sample_does_not_depend_on_its_neighbours_in_the_batch(modes: str) -> None:
    batch = many(CHUNK + 30)
    together = pls_weights(blocks(modes), batch, "path")
    assert together.converged.all()
    for k in (0, 1, CHUNK - 1, CHUNK, CHUNK + 29):
        alone = pls_weights(blocks(modes), batch[k : k + 1], "path")
        # sums of another shape may differ in their last bit
        assert alone.weights[0] == pytest.approx(together.weights[k], abs=1e-13)
        assert alone.steps[0] == together.steps[k]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_warm_start_ends_where_a_cold_one_does(scheme: str) -> None:
    batch = many(20)
    cold = pls_weights(blocks(), batch, scheme)
    warm = pls_weights(blocks(), batch, scheme, start=one(blocks(), correlation(answers()), scheme))
    assert warm.weights == pytest.approx(cold.weights, abs=NEAR)
    own = pls_weights(blocks(), batch[:1], scheme, start=cold.weights[0])
    assert own.steps[0] == 1


def test_what_cannot_be_weighed_is_said_by_nan_and_leaves_the_others_alone() -> None:
    batch = many(4)
    batch[1, 1, :], batch[1, :, 1] = batch[1, 0, :], batch[1, :, 0]  # the second item a copy of the first
    batch[1, 1, 1] = 1.0
    batch[2, 3:5, :], batch[2, :, 3:5] = 0.0, 0.0  # nobody differs on the second block
    made = pls_weights(blocks("BAAF"), batch, "path")
    assert np.isnan(made.change).tolist() == [False, True, True, False]
    assert made.converged.tolist() == [True, False, False, True]
    sound = pls_weights(blocks("BAAF"), batch[[0, 3]], "path")
    assert made.weights[[0, 3]] == pytest.approx(sound.weights, abs=1e-13)


def test_drivers_that_determine_each_other_have_no_path_scheme() -> None:
    x = answers()
    x[:, 3:5] = x[:, :1]  # block b is one of the items of a, and a has that item alone
    x[:, 1:3] = x[:, :1]
    made = pls_weights(blocks(), correlation(x)[None], "path")
    assert np.isnan(made.change[0])
    assert pls_weights(blocks(), correlation(x)[None], "centroid").converged[0]


def test_too_few_steps_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algorithm, "MAX_STEPS", 2)
    made = pls_weights(blocks(), many(3), "path")
    assert (made.steps == 2).all()
    assert (made.change > 1e-8).all()
    assert not made.converged.any()


def test_inner_weights_of_three_scores_by_hand() -> None:
    """c is driven by a and b, which correlate .5; c correlates .6 with a and -.3 with b."""
    c = np.array([[1.0, 0.5, 0.6], [0.5, 1.0, -0.3], [0.6, -0.3, 1.0]])[..., None]
    plan = Blocks(
        slots=((0,), (1,), (2,)),
        modes=("fixed",) * 3,
        given=((1.0,),) * 3,
        signs=(-1,) * 3,
        paths=((0, 2), (1, 2)),
    )
    assert inner_weights(plan, c, "centroid")[2, :, 0] == pytest.approx([1, -1, 0])
    assert inner_weights(plan, c, "factorial")[2, :, 0] == pytest.approx([0.6, -0.3, 0])
    # (.6 - .5 x -.3) / (1 - .25) and (-.3 - .5 x .6) / (1 - .25)
    assert inner_weights(plan, c, "path")[2, :, 0] == pytest.approx([1.0, -0.8, 0])
    assert inner_weights(plan, c, "path")[:2, 2, 0] == pytest.approx([0.6, -0.3])


def test_solved_is_what_numpy_solves() -> None:
    random = np.random.default_rng(5)
    a = np.array([correlation(random.normal(size=(12, 5))) for _ in range(7)])
    y = random.normal(size=(7, 5))
    found = solved(np.moveaxis(a, 0, -1), y.T)
    np.testing.assert_allclose(found.T, np.linalg.solve(a, y[..., None])[..., 0], rtol=1e-9)
    a[3] = 1.0
    assert np.isnan(solved(np.moveaxis(a, 0, -1), y.T)[:, 3]).any()
