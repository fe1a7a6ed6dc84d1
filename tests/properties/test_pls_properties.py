"""Properties of every PLS estimate: what must not matter does not, and signs and scales are as promised.

Models are chains of constructs with one to four questions each, every later one driven by some of the
earlier, in any mode and scheme. The algorithm ends at steps of 1e-12, which leaves 1e-8 for two ways to
one fixed point; answers follow the drawn structure closely enough that there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from fit_builders import TEN, Floats, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.estimation.composite_estimates import CompositeEstimates, composite_estimates
from csi_model.estimation.composites import CompositeTable
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.survey import Survey

some = settings(max_examples=25)
NAMES = ("expectations", "quality", "value", "satisfaction")
NEAR = 1e-8


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A structure (questions and mode of every construct, drivers by outcome) and how it is estimated."""

    sizes: tuple[int, ...]
    modes: tuple[str, ...]
    paths: dict[str, list[str]]
    scheme: str
    metric: str
    n: int
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        return NAMES[-len(self.sizes) :]

    @property
    def items(self) -> dict[str, list[str]]:
        return {
            name: [f"{name[0]}{k}" for k in range(1, size + 1)]
            for name, size in zip(self.names, self.sizes, strict=True)
        }

    @property
    def model(self) -> ModelSpec:
        return arranged(self, self.names)

    @property
    def answers(self) -> Floats:
        """Answers (n, p), continuous, that follow the structure."""
        random = np.random.default_rng(self.seed)
        scores: dict[str, Floats] = {}
        columns = []
        for name, own in self.items.items():
            drivers = self.paths.get(name, [])
            scores[name] = (0.7 if drivers else 1.0) * random.normal(size=self.n)
            for driver in drivers:
                scores[name] += random.uniform(0.6, 0.8) / len(drivers) * scores[driver]
            columns += [
                5.5 + random.uniform(0.8, 1.2) * scores[name] + 0.6 * random.normal(size=self.n) for _ in own
            ]
        return np.stack(columns, axis=1)


def arranged(drawn: Drawn, names: Sequence[str], turned: bool = False) -> ModelSpec:
    """The drawn model with its constructs in this order, and each one's questions turned round."""
    made = model_of(
        {name: " ".join(drawn.items[name][:: -1 if turned else 1]) for name in names},
        {name: " ".join(drawn.paths[name]) for name in names if name in drawn.paths},
        index="satisfaction",
    )
    modes = dict(zip(drawn.names, drawn.modes, strict=True))
    return replace(
        made,
        constructs=tuple(replace(c, mode=modes[c.name]) for c in made.constructs),  # type: ignore[arg-type]
    )


@st.composite
def structures(draw: st.DrawFn) -> Drawn:
    count = draw(st.integers(2, 4))
    names = NAMES[-count:]
    paths = {}
    for k in range(1, count):
        # the one just before drives, so that every construct has a neighbour
        more = draw(st.lists(st.sampled_from(names[: k - 1]), unique=True)) if k > 1 else []
        paths[names[k]] = [name for name in names[:k] if name in more or name == names[k - 1]]
    return Drawn(
        sizes=tuple(draw(st.integers(1, 4)) for _ in names),
        modes=tuple(draw(st.sampled_from(["A", "B", "sum"])) for _ in names),
        paths=paths,
        scheme=draw(st.sampled_from(["path", "centroid", "factorial"])),
        metric=draw(st.sampled_from(["standardised", "common"])),
        n=draw(st.integers(60, 120)),
        seed=draw(st.integers(0, 10_000)),
    )


def solved(drawn: Drawn, survey: Survey, **changes: Any) -> CompositeSolution:
    options = {"scheme": drawn.scheme, "metric": drawn.metric, "bootstrap": 0, **changes}
    made = fit(survey.model, survey, estimator="pls", **options).pooled.solution
    assert isinstance(made, CompositeSolution)
    assert made.verdicts.converged
    return made


def estimated(drawn: Drawn, survey: Survey, **changes: Any) -> tuple[CompositeTable, CompositeEstimates]:
    made = solved(drawn, survey, **changes)
    return made.table, composite_estimates(made.table, made.means, made.values)


def same(
    one: tuple[CompositeTable, CompositeEstimates], other: tuple[CompositeTable, CompositeEstimates]
) -> None:
    """Both say the same, whatever the order of their questions and constructs."""
    (first, a), (second, b) = one, other
    items = [second.indicators.index(name) for name in first.indicators]
    names = [second.constructs.index(name) for name in first.constructs]
    square = np.ix_(names, names)
    assert b.state.weights[np.ix_(names, items)] == pytest.approx(a.state.weights, abs=NEAR)
    assert b.loadings[np.ix_(items, names)] == pytest.approx(a.loadings, abs=NEAR)
    assert b.state.cross[np.ix_(items, names)] == pytest.approx(a.state.cross, abs=NEAR)
    assert b.correlation[square] == pytest.approx(a.correlation, abs=NEAR)
    assert b.beta[square] == pytest.approx(a.beta, abs=NEAR)
    assert b.r2[names] == pytest.approx(a.r2, abs=NEAR, nan_ok=True)
    assert b.rho_a[names] == pytest.approx(a.rho_a, abs=1e-6, nan_ok=True)  # a ratio of fourth powers


@some
@given(structures(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn: Drawn, random: Any) -> None:
    rows = list(range(drawn.n))
    random.shuffle(rows)
    same(
        estimated(drawn, survey_of(drawn.model, drawn.answers)),
        estimated(drawn, survey_of(drawn.model, drawn.answers[rows])),
    )


@some
@given(structures(), st.randoms(use_true_random=False))
def test_the_order_of_questions_and_constructs_does_not_matter(drawn: Drawn, random: Any) -> None:
    names = list(drawn.names)
    random.shuffle(names)
    model = arranged(drawn, names, turned=True)
    before = [item.name for item in drawn.model.indicators]
    columns = [before.index(item.name) for item in model.indicators]
    same(
        estimated(drawn, survey_of(drawn.model, drawn.answers)),
        estimated(drawn, survey_of(model, drawn.answers[:, columns])),
    )


@some
@given(structures(), st.floats(0.1, 50), st.floats(-20, 20))
def test_another_scale_of_a_question_changes_nothing_that_is_standardised(
    drawn: Drawn, times: float, plus: float
) -> None:
    """Declared along with it, the common metric cannot see it either."""
    x = drawn.answers
    x[:, 0] = plus + times * x[:, 0]
    first = drawn.model.constructs[0]
    scale = Scale(low=plus + times * TEN.low, high=plus + times * TEN.high)
    item = replace(first.indicators[0], scale=scale)
    changed = replace(first, indicators=(item, *first.indicators[1:]))
    model = replace(drawn.model, constructs=(changed, *drawn.model.constructs[1:]))
    same(estimated(drawn, survey_of(drawn.model, drawn.answers)), estimated(drawn, survey_of(model, x)))


@some
@given(structures())
def test_a_weight_of_two_is_the_same_row_twice(drawn: Drawn) -> None:
    weights = np.random.default_rng(drawn.seed).integers(1, 4, size=drawn.n)
    same(
        estimated(drawn, survey_of(drawn.model, drawn.answers, weights=weights)),
        estimated(drawn, survey_of(drawn.model, np.repeat(drawn.answers, weights, axis=0))),
    )


@some
@given(structures())
def test_scores_have_variance_one_and_directions_are_those_of_the_questions(drawn: Drawn) -> None:
    table, made = estimated(drawn, survey_of(drawn.model, drawn.answers))
    z = (drawn.answers - drawn.answers.mean(axis=0)) / drawn.answers.std(axis=0)
    scores = z @ made.state.weights.T
    assert scores.std(axis=0) == pytest.approx(1.0, abs=NEAR)
    assert np.corrcoef(scores.T) == pytest.approx(made.state.phi, abs=NEAR)
    for j, name in enumerate(table.constructs):
        assert made.loadings[:, j].sum() > 0, name
    explained = made.r2[np.isfinite(made.r2)]
    assert ((explained >= 0) & (explained <= 1)).all()


@some
@given(structures(), st.data())
def test_a_question_asked_the_other_way_round_turns_its_weight_and_nothing_else(
    drawn: Drawn, data: st.DataObject
) -> None:
    """Where the others of its block still give the direction, and nothing is fixed beforehand."""
    able = [
        k
        for k, (size, mode) in enumerate(zip(drawn.sizes, drawn.modes, strict=True))
        if size >= 3 and mode == "A"
    ]
    if not able:
        return
    k = data.draw(st.sampled_from(able))
    column = sum(drawn.sizes[:k])
    x = drawn.answers
    x[:, column] = TEN.low + TEN.high - x[:, column]
    _, before = estimated(drawn, survey_of(drawn.model, drawn.answers))
    _, after = estimated(drawn, survey_of(drawn.model, x))
    if before.loadings[:, k].sum() - 2 * before.loadings[column, k] <= 0.1:
        return  # the turned question now outweighs the others: the direction is another
    sign = np.where(np.arange(x.shape[1]) == column, -1.0, 1.0)
    assert after.state.weights == pytest.approx(before.state.weights * sign, abs=NEAR)
    assert after.beta == pytest.approx(before.beta, abs=NEAR)


@settings(max_examples=10)
@given(structures(), st.integers(0, 1000))
def test_the_bootstrap_begins_alike_however_many_draws_follow(drawn: Drawn, seed: int) -> None:
    survey = survey_of(drawn.model, drawn.answers)
    short = solved(drawn, survey, bootstrap=100, seed=seed).draws
    long = solved(drawn, survey, bootstrap=300, seed=seed).draws
    assert short is not None
    assert long is not None
    kept = len(short.values)
    assert long.values[:kept] == pytest.approx(short.values, abs=1e-10)
    assert len(np.unique(long.values, axis=0)) == len(long.values)
