"""Higher-order constructs: every way against plain loops over scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from fit_builders import Floats, model_of
from plain_pls import PlainModel, between, plain_disjoint, plain_scores, plain_two_stage, standard

from csi_model.estimation.composites import CompositeTable, composite_table, unpacked
from csi_model.estimation.options import FitOptions
from csi_model.estimation.pls_stages import staged_weights
from csi_model.model.spec import ModelSpec

NEAR = 1e-9
"""Two runs of the algorithm, the second on what the first left after steps of 1e-12."""

ITEMS = {"x": "x1 x2 x3", "a": "a1 a2 a3", "b": "b1 b2", "c": "", "y": "y1 y2"}
WHOLES = {"c": ["a", "b"]}
FORMATIVE = model_of(ITEMS, {"a": "x", "b": "x", "c": "a b", "y": "c x"}, repeats={"c": "a b"})
"""The parts make the whole."""
REFLECTIVE = model_of(ITEMS, {"c": "x", "a": "c", "b": "c", "y": "c x"}, repeats={"c": "a b"})
"""The whole shows in its parts."""
MODELS = {"formative": FORMATIVE, "reflective": REFLECTIVE}


def with_modes(model: ModelSpec, **modes: str) -> ModelSpec:
    """The same model with other modes."""
    return replace(
        model,
        constructs=tuple(
            replace(one, mode=modes.get(one.name, one.mode))  # type: ignore[arg-type]
            for one in model.constructs
        ),
    )


def answers(n: int = 200, seed: int = 9) -> Floats:
    """Answers (n, 10) to x1 ... y2; two facets of one thing between x and y."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    whole = 0.6 * x + random.normal(size=n)
    a, b = whole + 0.8 * random.normal(size=n), 0.7 * whole + 0.8 * random.normal(size=n)
    y = 0.7 * whole + 0.2 * x + random.normal(size=n)
    of = [x] * 3 + [a] * 3 + [b] * 2 + [y] * 2
    return np.array([one * random.uniform(0.7, 1.3) + random.normal(size=n) for one in of]).T


def plain(model: ModelSpec) -> PlainModel:
    """The model as the plain loops read it."""
    items = [item.name for item in model.indicators]
    return PlainModel(
        blocks={name: [items.index(i.name) for i in model.items_of(name)] for name in model.construct_names},
        paths=[(path.source, path.target) for path in model.paths],
        modes={one.name: one.mode for one in model.constructs},
    )


def scores(model: ModelSpec, x: Floats, higher_order: str, scheme: str) -> dict[str, Floats]:
    """Scores (n,) of every construct by the weights of the package."""
    table = composite_table(model, FitOptions(estimator="pls", scheme=scheme, higher_order=higher_order))
    made = staged_weights(table, np.cov(x.T, ddof=0)[None])
    assert made.change[0] <= 1e-11
    weights = np.zeros((len(table.constructs), len(table.indicators)))
    weights[table.owner, table.item] = made.weights[0]
    return dict(zip(table.constructs, weights @ standard(x).T, strict=True))


def compared(found: Mapping[str, Floats], wanted: Mapping[str, Floats]) -> None:
    assert set(found) == set(wanted)
    for name, score in wanted.items():
        assert found[name] == pytest.approx(score, abs=NEAR), name


both = pytest.mark.parametrize("kind", MODELS)
schemes = pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])


@both
@schemes
def test_repeated_indicators(kind: str, scheme: str) -> None:
    x = answers()
    wanted = plain_scores(plain(MODELS[kind]), standard(x), scheme)
    compared(scores(MODELS[kind], x, "repeated", scheme), wanted)


@both
@schemes
@pytest.mark.parametrize("mode", ["A", "B"])
def test_two_stages(kind: str, scheme: str, mode: str) -> None:
    x, model = answers(), with_modes(MODELS[kind], c=mode)
    wanted = plain_two_stage(plain(model), WHOLES, standard(x), scheme)
    compared(scores(model, x, "two_stage", scheme), wanted)


@both
@schemes
@pytest.mark.parametrize("mode", ["A", "B"])
def test_disjoint_stages(kind: str, scheme: str, mode: str) -> None:
    x, model = answers(), with_modes(MODELS[kind], c=mode, x="B")
    wanted = plain_disjoint(plain(model), WHOLES, standard(x), scheme)
    compared(scores(model, x, "disjoint", scheme), wanted)


def test_two_wholes_with_a_path_between_them() -> None:
    model = model_of(
        {"a": "a1 a2", "b": "b1 b2", "c": "", "d": "d1 d2", "e": "e1 e2", "f": "", "y": "y1"},
        {"f": "c", "y": "c f"},
        repeats={"c": "a b", "f": "d e"},
    )
    random = np.random.default_rng(2)
    first, last = random.normal(size=180), random.normal(size=180)
    last = 0.5 * first + last
    of = [first] * 4 + [last] * 4 + [first + last]
    x = np.array([one + random.normal(size=180) for one in of]).T
    wholes = {"c": ["a", "b"], "f": ["d", "e"]}
    for made, known in (("two_stage", plain_two_stage), ("disjoint", plain_disjoint)):
        compared(scores(model, x, made, "path"), known(plain(model), wholes, standard(x), "path"))


def test_without_a_whole_there_is_one_stage() -> None:
    model = model_of({"x": "x1 x2", "y": "y1 y2"}, {"y": "x"})
    x = answers()[:, [0, 1, 8, 9]]
    wanted = scores(model, x, "repeated", "path")
    for higher_order in ("two_stage", "disjoint"):
        compared(scores(model, x, higher_order, "path"), wanted)


def test_paths_between_a_whole_and_its_parts_are_of_the_first_stage_only() -> None:
    assert between([("a", "c"), ("x", "c"), ("c", "b")], {"c": ["a", "b"]}) == [("x", "c")]
    x = answers()
    for scheme in ("path", "centroid", "factorial"):
        # the disjoint first stage never sees the whole, nor does the second see those paths
        compared(
            scores(FORMATIVE_ALONE, x, "disjoint", scheme), scores(REFLECTIVE_ALONE, x, "disjoint", scheme)
        )


FORMATIVE_ALONE = model_of(ITEMS, {"c": "a b x", "y": "c x"}, repeats={"c": "a b"})
REFLECTIVE_ALONE = model_of(ITEMS, {"c": "x", "a": "c", "b": "c", "y": "c x"}, repeats={"c": "a b"})


@pytest.mark.parametrize("higher_order", ["repeated", "two_stage", "disjoint"])
def test_scores_of_every_construct_have_variance_one(higher_order: str) -> None:
    x = answers()
    found = scores(FORMATIVE, x, higher_order, "path")
    for name, score in found.items():
        assert score.std() == pytest.approx(1.0, abs=NEAR), name


def test_items_on_their_common_scale_are_weighted_by_their_covariances() -> None:
    """All items are 1-10 here, so that the metric is a factor of 9 for each of them."""
    x = answers()
    options = FitOptions(estimator="pls", metric="common", scheme="centroid", higher_order="two_stage")
    table: CompositeTable = composite_table(FORMATIVE, options)
    made = staged_weights(table, np.cov(x.T, ddof=0)[None])
    weights = np.zeros((len(table.constructs), len(table.indicators)))
    weights[table.owner, table.item] = made.weights[0]
    wanted = plain_two_stage(plain(FORMATIVE), WHOLES, x, "centroid")
    compared(dict(zip(table.constructs, weights @ standard(x).T, strict=True)), wanted)


def test_a_batch_holds_its_samples_one_by_one() -> None:
    random, x = np.random.default_rng(3), answers()
    drawn = [x[random.integers(len(x), size=len(x))] for _ in range(5)]
    table = composite_table(FORMATIVE, FitOptions(estimator="pls", higher_order="disjoint"))
    batch = np.array([np.cov(one.T, ddof=0) for one in drawn])
    together = staged_weights(table, batch)
    for k in range(len(batch)):
        assert staged_weights(table, batch[k : k + 1]).weights[0] == pytest.approx(
            together.weights[k], abs=1e-12
        )


def test_the_named_question_gives_a_whole_its_direction_in_every_way() -> None:
    """All answers to the parts are turned round; b1 is to count as positive all the same."""
    x = answers()
    x[:, 6] = -x[:, 6]
    named = replace(
        FORMATIVE,
        constructs=tuple(replace(one, sign="b1") if one.name == "c" else one for one in FORMATIVE.constructs),
    )
    for higher_order in ("repeated", "two_stage", "disjoint"):
        found = scores(named, x, higher_order, "path")
        assert found["c"] @ x[:, 6] > 0, higher_order


def test_unpacked_weights_are_those_of_the_stages() -> None:
    table = composite_table(FORMATIVE, FitOptions(estimator="pls"))
    cov = np.cov(answers().T, ddof=0)
    made = staged_weights(table, cov[None])
    upper = np.triu_indices(len(cov))
    state = unpacked(table, np.zeros(len(cov)), np.concatenate([made.weights[0], cov[upper]]))
    assert state.weights[table.owner, table.item] == pytest.approx(made.weights[0], abs=0)
    assert np.diag(state.weights @ state.correlation @ state.weights.T) == pytest.approx(1.0, abs=NEAR)
