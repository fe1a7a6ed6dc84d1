"""Segments by a mixture of regressions: its numbers from their definitions, and known truths found again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from csi_model.comparison.segmentation import (
    CRITERIA,
    FLOOR,
    SegmentSolution,
    choose,
    segment_solutions,
)
from csi_model.errors import UsageError

Array = NDArray[Any]

CHAIN = ((0, 1), (0, 2), (1, 2))


def standard(scores: Array) -> Array:
    return np.asarray((scores - scores.mean(axis=0)) / scores.std(axis=0))


def opposite(n: int = 400, seed: int = 4) -> tuple[Array, Array]:
    """Two segments of 5 : 3 whose paths have opposite signs, and who is in the second."""
    random = np.random.default_rng(seed)
    second = np.arange(n) % 8 >= 5
    sign = np.where(second, -1.0, 1.0)
    a = random.normal(size=n)
    b = sign * 0.8 * a + 0.35 * random.normal(size=n)
    c = sign * 0.5 * a + 0.6 * b + 0.35 * random.normal(size=n)
    return standard(np.column_stack([a, b, c])), second


def alike(n: int, seed: int) -> Array:
    """One population."""
    random = np.random.default_rng(seed)
    a = random.normal(size=n)
    b = 0.6 * a + 0.8 * random.normal(size=n)
    c = 0.3 * a + 0.4 * b + 0.8 * random.normal(size=n)
    return standard(np.column_stack([a, b, c]))


def densities(scores: Array, found: SegmentSolution, paths: tuple[tuple[int, int], ...]) -> Array:
    """Each segment's share times its density (n, s), with scipy's normal distribution."""
    made = np.tile(found.share, (len(scores), 1))
    for s in range(found.segments):
        for j, outcome in enumerate(found.outcomes):
            mean = sum(
                found.paths[s, k] * scores[:, source] for k, (source, target) in enumerate(paths)
                if target == outcome
            )  # fmt: skip
            made[:, s] *= stats.norm.pdf(scores[:, outcome], mean, np.sqrt(found.variances[s, j]))
    return made


def test_one_segment_is_least_squares() -> None:
    """Paths, R2 and ln L of ordinary regressions, by numpy and from the normal density at its optimum."""
    scores = alike(80, 1)
    (found,) = segment_solutions(scores, CHAIN, segments=(1,))
    a, b, c = scores.T
    first, second = (a @ b) / (a @ a), np.linalg.lstsq(scores[:, :2], c)[0]
    assert found.paths[0] == pytest.approx([first, *second])
    left = [np.mean((b - first * a) ** 2), np.mean((c - scores[:, :2] @ second) ** 2)]
    assert found.variances[0] == pytest.approx(left)
    assert found.r2[0] == pytest.approx(1 - np.array(left))
    assert found.log_likelihood == pytest.approx(-40 * (2 * np.log(2 * np.pi) + np.log(left).sum() + 2))
    assert (found.parameters, found.converged, found.starts) == (5, True, 1)
    assert found.share.tolist() == [1]
    assert np.all(found.posterior == 1)
    assert np.isnan(found.entropy)


def test_two_opposite_segments_are_found() -> None:
    scores, second = opposite()
    solutions = segment_solutions(scores, CHAIN, segments=(1, 2, 3), starts=5)
    choice = choose(solutions, len(scores))
    assert choice.segments == 2
    assert choice.sentence == "AIC3 and CAIC both prefer 2 segments."
    found = choice.solution
    # nobody near the origin can be told apart: a standard error of the share is 3 %
    assert found.share == pytest.approx([5 / 8, 3 / 8], abs=0.1)
    # as many are placed rightly as the probabilities promise, within 4 standard errors
    right = np.mean((found.posterior[:, 1] > 0.5) == second)
    assert right == pytest.approx(found.posterior.max(axis=1).mean(), abs=4 * 0.017)
    assert right > 0.8
    for s, group in enumerate((~second, second)):
        own = scores[group]
        least = [
            own[:, 0] @ own[:, 1] / (own[:, 0] @ own[:, 0]),
            *np.linalg.lstsq(own[:, :2], own[:, 2])[0],
        ]
        assert found.paths[s] == pytest.approx(least, abs=0.1)


def test_a_solution_agrees_with_its_definitions() -> None:
    """ln L, posterior, R2, entropy and the optimum's own equations; the search leaves 1e-8 a respondent."""
    scores, _ = opposite(300)
    found = segment_solutions(scores, CHAIN, segments=(3,), starts=5)[0]
    joint = densities(scores, found, CHAIN)
    assert found.converged
    assert found.log_likelihood == pytest.approx(np.log(joint.sum(axis=1)).sum(), rel=1e-12)
    assert found.posterior == pytest.approx(joint / joint.sum(axis=1, keepdims=True), abs=1e-10)
    assert found.posterior.sum(axis=1) == pytest.approx(np.ones(300))
    assert found.share == pytest.approx(found.posterior.mean(axis=0), abs=1e-3)
    assert np.all(np.diff(found.share) <= 0)
    p = np.clip(found.posterior, 1e-300, 1)
    assert found.entropy == pytest.approx(1 + (p * np.log(p)).sum() / (300 * np.log(3)))
    for s in range(3):
        weight = np.sqrt(found.posterior[:, s])
        drivers, outcome = scores[:, :2] * weight[:, None], scores[:, 2] * weight
        assert found.paths[s, 1:] == pytest.approx(np.linalg.lstsq(drivers, outcome)[0], abs=1e-2)
        left = np.sum((outcome - drivers @ found.paths[s, 1:]) ** 2) / np.sum(weight**2)
        assert found.variances[s, 1] == pytest.approx(left, abs=1e-2)
        own = np.sum(outcome**2) / np.sum(weight**2)
        assert found.r2[s, 1] == pytest.approx(1 - left / own, abs=1e-2)


def test_criteria_by_hand() -> None:
    """N_s = (s - 1) + s (3 paths + 2 variances); penalties 2, 3, 4, ln n, ln n + 1, 5 ln n for each."""
    scores, _ = opposite(200)
    for found in segment_solutions(scores, CHAIN, segments=(1, 2, 3), starts=2):
        assert found.parameters == {1: 5, 2: 11, 3: 17}[found.segments]
        log = np.log(200)
        expected = [
            -2 * found.log_likelihood + found.parameters * each for each in (2, 3, 4, log, log + 1, 5 * log)
        ]
        assert [found.criteria[name] for name in CRITERIA] == pytest.approx(expected)


def test_more_segments_never_fit_worse() -> None:
    scores, _ = opposite(200)
    solutions = segment_solutions(scores, CHAIN, segments=(1, 2, 3), starts=6)
    reached = [found.log_likelihood for found in solutions]
    assert reached == sorted(reached)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_one_population_gives_one_segment(seed: int) -> None:
    scores = alike(300, seed)
    choice = choose(segment_solutions(scores, CHAIN, segments=(1, 2, 3), starts=4), 300)
    assert choice.segments == 1
    assert choice.picks["bic"] == 1


def test_a_seed_repeats_and_numbers_do_not_meddle() -> None:
    scores, _ = opposite(150)
    both = segment_solutions(scores, CHAIN, segments=(2, 3), starts=3, seed=7)
    alone = segment_solutions(scores, CHAIN, segments=(3,), starts=3, seed=7)
    assert np.array_equal(both[1].posterior, alone[0].posterior)
    assert both[1].log_likelihood == alone[0].log_likelihood


@settings(max_examples=10)
@given(st.floats(0.01, 100), st.sampled_from([(1.0, -1.0, 1.0), (-1.0, -1.0, 1.0)]))
def test_equal_weights_and_signs_of_constructs_change_nothing(
    weight: float, signs: tuple[float, ...]
) -> None:
    """A construct turned round turns its paths round; equal weights of any size count as none."""
    scores, _ = opposite(120)
    plain = segment_solutions(scores, CHAIN, segments=(2,), starts=2)[0]
    turned = segment_solutions(
        scores * np.array(signs), CHAIN, np.full(120, weight), segments=(2,), starts=2
    )[0]
    assert turned.n_effective == pytest.approx(120)
    assert turned.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)
    factor = [signs[source] * signs[target] for source, target in CHAIN]
    assert turned.paths == pytest.approx(plain.paths * factor, abs=1e-3)


def test_weights_are_those_of_the_survey() -> None:
    """Shares follow the weights; n is Kish's: 250 of weight 1 and 150 of 3 make 700^2 / 1600 = 306.25."""
    scores, second = opposite(400)
    weights = np.where(second, 3.0, 1.0)
    found = segment_solutions(scores, CHAIN, weights, segments=(1, 2), starts=4)
    n_effective = 306.25
    assert found[0].n_effective == pytest.approx(n_effective)
    # the second kind is the larger one now, 450 of 700
    assert found[1].share[0] == pytest.approx(450 / 700, abs=0.1)
    assert np.mean((found[1].posterior[:, 0] > 0.5) == second) > 0.8
    joint = densities(scores, found[1], CHAIN).sum(axis=1)
    scaled = weights * n_effective / weights.sum()
    assert found[1].log_likelihood == pytest.approx(scaled @ np.log(joint))
    a, b, _ = scores.T
    assert found[0].paths[0, 0] == pytest.approx((weights * a) @ b / ((weights * a) @ a))


def test_respondents_without_weight_are_not_there() -> None:
    scores, _ = opposite(160)
    weights = np.where(np.arange(160) < 120, 1.0, 0.0)
    found = segment_solutions(scores, CHAIN, weights, segments=(1,))[0]
    alone = segment_solutions(scores[:120], CHAIN, segments=(1,))[0]
    assert found.n_effective == pytest.approx(120)
    assert found.paths == pytest.approx(alone.paths)
    assert found.log_likelihood == pytest.approx(alone.log_likelihood)


def test_a_segment_that_fits_exactly_stands_on_the_floor() -> None:
    """Half of the respondents answer alike everywhere: the likelihood would grow without end."""
    random = np.random.default_rng(3)
    scores = random.normal(size=(200, 2))
    scores[:100, 1] = scores[:100, 0]
    solutions = segment_solutions(scores, ((0, 1),), segments=(1, 2), starts=5)
    one, two = solutions
    assert two.converged
    assert two.floored == 1
    assert two.variances.min() == pytest.approx(FLOOR * one.variances[0, 0])
    choice = choose(solutions, 200)
    assert choice.segments == 1
    assert "2 segments: the paths fit a segment's answers exactly" in choice.sentence


def test_too_few_respondents_for_the_segments() -> None:
    """Seven people cannot make four segments of more than three members."""
    solutions = segment_solutions(alike(7, 2), CHAIN, segments=(1, 4), starts=5)
    assert (solutions[1].collapsed, solutions[1].ended, solutions[1].converged) == (5, 0, False)
    choice = choose(solutions, 7)
    assert choice.segments == 1


def test_an_outcome_that_is_its_driver() -> None:
    """No residual at all is finite too."""
    a = standard(np.random.default_rng(1).normal(size=(60, 1)))
    solutions = segment_solutions(np.column_stack([a, a]), ((0, 1),), segments=(1, 2), starts=2)
    assert solutions[0].paths[0, 0] == pytest.approx(1)
    assert all(np.isfinite(found.log_likelihood) for found in solutions)
    assert choose(solutions, 60).segments == 1


def test_a_constant_driver_and_equal_drivers() -> None:
    """The shortest of all best solutions: no path from a constant, the same from twins."""
    random = np.random.default_rng(1)
    a = random.normal(size=100)
    y = 0.8 * a + 0.3 * random.normal(size=100)
    scores = np.column_stack([np.zeros(100), a, a, y])
    found = segment_solutions(scores, ((0, 3), (1, 3), (2, 3)), segments=(1,))[0]
    slope = (a @ y) / (a @ a)
    assert found.paths[0] == pytest.approx([0, slope / 2, slope / 2])


def solution(segments: int, **values: Any) -> SegmentSolution:
    """One with the criteria given, all else in order."""
    criteria = dict.fromkeys(CRITERIA, 100.0) | values.pop("criteria", {})
    share = np.full(segments, 1 / segments)
    nothing = np.empty((segments, 0))
    made = SegmentSolution(
        segments=segments, outcomes=(), share=share, paths=nothing, variances=nothing, r2=nothing,
        posterior=nothing, log_likelihood=0.0, parameters=1, criteria=criteria, entropy=0.9,
        n_effective=300.0, converged=True, floored=0, starts=1, ended=1, collapsed=0,
    )  # fmt: skip
    return replace(made, **values)


def preferring(**picks: int) -> list[SegmentSolution]:
    """Solutions of one to four segments such that each criterion prefers the number given."""
    return [
        solution(count, criteria={name: 50.0 for name, pick in picks.items() if pick == count})
        for count in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("picks", "segments", "sentence"),
    [
        ({"aic3": 3, "caic": 3, "aic4": 2, "bic": 2}, 3, "AIC3 and CAIC both prefer 3 segments."),
        (
            {"aic3": 3, "caic": 1, "aic4": 2, "bic": 2}, 2,
            "AIC3 prefers 3 segments and CAIC 1, but AIC4 and BIC both prefer 2 segments.",
        ),
        (
            {"aic3": 4, "caic": 2, "aic4": 3, "bic": 2}, 2,
            "AIC3 prefers 4 segments and CAIC 2, AIC4 3 and BIC 2: BIC decides.",
        ),
        ({"aic3": 1, "caic": 1}, 1, "AIC3 and CAIC both prefer one segment."),
        ({"aic3": 4, "caic": 4}, 4, "AIC3 and CAIC both prefer 4 segments (more than 4 were not tried)."),
    ],
)  # fmt: skip
def test_the_rule(picks: dict[str, int], segments: int, sentence: str) -> None:
    choice = choose(preferring(**picks), 300)
    assert (choice.segments, choice.solution.segments) == (segments, segments)
    assert choice.sentence == sentence
    assert {name: choice.picks[name] for name in picks} == picks
    assert not choice.refused


def test_unusable_numbers_are_passed_over_with_their_reasons() -> None:
    found = preferring(aic3=4, caic=4)
    found[3] = replace(found[3], entropy=0.42)
    found[2] = replace(found[2], share=np.array([0.6, 0.32, 0.08]))
    assert choose(found, 300).sentence == (
        "AIC3 and CAIC both prefer 4 segments (more than 4 were not tried); 4 segments: not told apart "
        "clearly (normed entropy 0.42, below 0.50); 3 segments: the smallest has 24 respondents, below the "
        "minimum base of 30; so 2 segments are used."
    )
    assert choose(found, 300, minimum_base=24).segments == 3
    found[2] = replace(found[2], converged=False)
    found[1] = replace(found[1], floored=1)
    choice = choose(found, 3000)
    assert choice.segments == 1
    assert choice.refused[3] == "no search converged"
    assert choice.sentence.endswith("so one segment is used.")


def test_the_order_of_solutions_does_not_matter() -> None:
    found = preferring(aic3=3, caic=3)
    assert choose(found[::-1], 300).segments == 3
    with pytest.raises(UsageError, match="one segment was not tried"):
        choose(found[1:], 300)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scores": np.array([[1.0, np.nan, 0], [0, 1, 2]])}, r"the shape \(2, 3\), 1 of them missing"),
        ({"scores": np.zeros((1, 3))}, r"the shape \(1, 3\)"),
        ({"paths": ()}, "do not fit 3 constructs"),
        ({"paths": ((0, 1), (0, 1))}, "do not fit 3 constructs"),
        ({"paths": ((0, 3),)}, "do not fit 3 constructs"),
        ({"paths": ((0, 1), (1, 2), (2, 0))}, "run in a circle"),
        ({"paths": ((1, 1),)}, "run in a circle"),
        ({"weights": np.ones(9)}, "the weights do not fit"),
        ({"weights": np.zeros(10)}, "the weights do not fit"),
        ({"weights": -np.ones(10)}, "the weights do not fit"),
        ({"segments": (0, 1)}, "cannot be tried"),
        ({"segments": ()}, "cannot be tried"),
        ({"segments": (2, 2)}, "cannot be tried"),
        ({"starts": 0}, "from 0 starts"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        segment_solutions(**({"scores": alike(10, 1), "paths": CHAIN} | change))
