"""Blindfolding against a loop that takes answers away one round at a time, and identities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, survey_of
from naive_pls import NaivePls

from csi_model.errors import UsageError
from csi_model.estimation.fits import CompositeSolution, GroupFit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.blindfolding import Q2, blindfolding
from csi_model.model.spec import Construct, ModelSpec

FIXED_POINT = 1e-6
"""Errors rest on weights that stop within 1e-9 of their fixed point."""
PRODUCT = replace(
    CHAIN,
    constructs=(*CHAIN.constructs, Construct(name="product", product=("expectations", "quality"))),
    paths=(*CHAIN.paths, replace(CHAIN.paths[0], source="product", target="satisfaction")),
)


def fitted(
    model: ModelSpec, answers: Floats, *, estimator: str = "pls", weights: Floats | None = None
) -> GroupFit:
    return fit(model, survey_of(model, answers, weights=weights), estimator=estimator, bootstrap=0).pooled


def blind(part: GroupFit, distance: int = 7) -> Q2:
    assert isinstance(part.solution, CompositeSolution)
    return blindfolding(part, part.solution, distance)


def naive(model: ModelSpec, x: Floats, w: Floats, target: str, distance: int) -> tuple[Floats, float]:
    """Q2 of the items of a construct, and of the construct, with the answers counted one by one."""
    items = [item.name for item in model.indicators]
    blocks = {c.name: [items.index(i.name) for i in c.indicators] for c in model.constructs if not c.product}
    drivers = {c.name: model.drivers_of(c.name) for c in model.constructs if model.drivers_of(c.name)}
    products = {c.name: (c.product[0], c.product[1]) for c in model.products}
    own, sd = blocks[target], np.sqrt(np.cov(x.T, aweights=w, ddof=0).diagonal())
    sums = np.zeros((2, len(own)))
    for k in range(distance):
        taken = np.zeros(x.shape, dtype=bool)
        for count in range(k, len(own) * len(x), distance):
            taken[count % len(x), own[count // len(x)]] = True
        altered, means = x.copy(), x.mean(axis=0)
        for i in own:
            left = ~taken[:, i]
            means[i] = np.average(x[left, i], weights=w[left])
            altered[~left, i] = means[i]
        made = NaivePls(altered, w, blocks, drivers, products).items(target, altered, "direct")
        for place, i in enumerate(own):
            away = taken[:, i]
            sums[0, place] += w[away] @ (x[away, i] - made[away, place]) ** 2
            sums[1, place] += w[away] @ (x[away, i] - means[i]) ** 2
    scaled = (sums / sd[own] ** 2).sum(axis=1)
    return 1 - sums[0] / sums[1], float(1 - scaled[0] / scaled[1])


@pytest.mark.slow
@pytest.mark.parametrize("model", [CHAIN, PRODUCT], ids=["linear", "product"])
@pytest.mark.parametrize("distance", [5, 7])
def test_a_loop_over_rounds_makes_the_same(model: ModelSpec, distance: int) -> None:
    answers, weights = chain_answers(52), np.random.default_rng(1).uniform(0.5, 2, size=52)
    answers[:, 4] = 2 * answers[:, 4] - 3  # items on scales of different width
    found = blind(fitted(model, answers, weights=weights), distance)
    assert found.distance == distance
    for j, (name, first, last) in enumerate(
        [("quality", 3, 6), ("satisfaction", 6, 9), ("loyalty", 9, 11)], start=1
    ):
        entries, construct = naive(model, answers, weights, name, distance)
        assert found.entries[first:last] == pytest.approx(entries, abs=FIXED_POINT)
        assert found.constructs[j] == pytest.approx(construct, abs=FIXED_POINT)


@pytest.mark.parametrize(("n", "used"), [(50, 7), (49, 8), (56, 9)])
def test_the_distance_never_divides_the_respondents(n: int, used: int) -> None:
    """49 = 7 x 7; 56 = 7 x 8, 8 x 7."""
    answers = chain_answers(n)
    found = blind(fitted(CHAIN, answers))
    assert found.distance == used
    assert found.constructs[3] == pytest.approx(
        naive(CHAIN, answers, np.ones(n), "loyalty", used)[1], abs=FIXED_POINT
    )


def test_answers_without_noise_are_put_back() -> None:
    """All but what mean substitution takes from loadings and variances: the fit sees 1 - 1/D of each item.

    With one question a construct, the slope is 1 - 1/D of the true one, so that 1 - Q2 is 1 / D^2 but for
    the chance covariance of what was taken away.
    """
    x = np.random.default_rng(4).normal(5, 1, size=2000)
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"})
    found = blind(fitted(model, np.stack([x, 2 * x], axis=1)), 9)
    assert found.constructs[1] == pytest.approx(1 - 1 / 81, abs=2e-3)


def test_noise_is_not_put_back() -> None:
    found = blind(fitted(CHAIN, np.random.default_rng(6).normal(5, 1, size=(200, 11))))
    assert np.all(found.constructs[1:] < 0.01)


def test_consistent_estimates_have_the_numbers_of_plain_ones() -> None:
    answers = chain_answers(80)
    plain, consistent = (blind(fitted(CHAIN, answers, estimator=name)) for name in ("pls", "plsc"))
    assert consistent.entries[3:] == pytest.approx(plain.entries[3:], rel=1e-9)


def test_constructs_without_a_number_say_why() -> None:
    formed = replace(
        PRODUCT,
        constructs=tuple(replace(c, mode="B") if c.name == "quality" else c for c in PRODUCT.constructs),
    )
    found = blind(fitted(formed, chain_answers(80)))
    assert found.why == (
        "nothing drives it",
        "its questions form it (mode B), and blindfolding is for those that reflect it",
        "",
        "",
        "it has no questions",
    )
    assert np.isnan(found.constructs[[0, 1, 4]]).all()
    assert np.isnan(found.entries[:6]).all()
    assert np.isfinite(found.entries[6:]).all()


def test_what_cannot_be_blindfolded_says_why() -> None:
    answers = chain_answers(80)
    apart = answers.copy()
    apart[:, 3] = 5
    apart[0, 3] = 6  # the question varies by one respondent, who is taken away in one round
    found = blind(fitted(CHAIN, apart))
    assert found.why[1] == (
        "1 of 7 rounds gave no estimate: a question had the same answer from everybody drawn"
    )
    assert found.why[2:] == ("", "")
    part = fitted(CHAIN, answers)
    small = replace(part, sample=replace(part.sample, n=11, answers=answers[:11], weights=np.ones(11)))
    assert blind(small).why[1:] == ("only 11 respondents for 11 questions",) * 3
    gaps = answers.copy()
    gaps[3, 2] = np.nan
    assert "missing" in blind(replace(part, sample=replace(part.sample, answers=gaps))).why[1]
    whole = model_of(
        {"a": "a1 a2 a3", "b": "b1 b2 b3", "whole": "", "c": "c1 c2 c3"},
        {"c": "whole"},
        repeats={"whole": "a b"},
    )
    found = blind(fitted(whole, answers[:, :9]))
    assert "repeats the questions of others" in found.why[3]
    assert np.isnan(found.entries).all()


def test_a_distance_of_one_is_refused() -> None:
    with pytest.raises(UsageError, match="omission distance of 1"):
        blind(fitted(CHAIN, chain_answers(40)), 1)
