"""What more groups, draws and respondents cost, and how much memory a bootstrap takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ledger import Ledger, Other, in_turn, seconds
from surveys import AMERICAN, COMPLETE, READ, simulated

import csi_model as csi
from csi_model.estimation.covariance_refit import covariance_refit, weighted_sums
from csi_model.estimation.fits import Solution
from csi_model.estimation.resamples import batch_seed, bootstrap_plan
from csi_model.estimation.resampling import bootstrap
from csi_model.survey.moments import Sample, sample_of
from csi_model.survey.survey import Survey

GROUPS, DRAWS = 5, 1000


def optimum(survey: Survey) -> tuple[Sample, Solution]:
    """The whole sample and its estimate."""
    solution = csi.fit(survey.model, survey).pooled.solution
    assert solution is not None
    return sample_of(survey), solution


def test_groups_cost_no_more_than_as_many_samples(benchmark: Any, ledger: Ledger) -> None:
    """One run with groups also refits the whole sample."""
    whole = simulated(AMERICAN, COMPLETE)
    grouped = simulated(AMERICAN, COMPLETE, GROUPS)
    alone = simulated(AMERICAN, COMPLETE // GROUPS)

    def run(survey: Survey) -> None:
        csi.fit(survey.model, survey, bootstrap=DRAWS)

    others = {
        "alone": Other(run=lambda: seconds(lambda: run(alone)), units=DRAWS),
        "whole": Other(run=lambda: seconds(lambda: run(whole)), units=DRAWS),
    }
    turns = in_turn(benchmark, lambda: run(grouped), others, units=(1 + GROUPS) * DRAWS, rounds=5)
    rounds = zip(turns.ours, turns.others["alone"], turns.others["whole"], strict=True)
    parts = statistics.median(run / (GROUPS * one + both) for run, one, both in rounds)
    ledger.add(
        "Groups: milliseconds a refit",
        {
            "run": f"{GROUPS} groups of {len(alone):,} and the whole, 1,000 draws each",
            "ms": 1000 * turns.each,
            "one such group, ms": 1000 * turns.other_each("alone"),
            "ratio": 1 / turns.ratio("alone"),
            "the whole, ms": 1000 * turns.other_each("whole"),
            "run / its six parts": parts,
        },
    )


def test_cost_against_draws(benchmark: Any, ledger: Ledger) -> None:
    survey = simulated(AMERICAN, COMPLETE)
    sample, solution = optimum(survey)

    def run(draws: int) -> None:
        bootstrap(solution.table, sample, solution.values, draws=draws, seed=1)

    sizes = (500, 1000, 2000)
    others = {str(n): Other(run=partial(seconds, partial(run, n)), units=n) for n in sizes}
    turns = in_turn(benchmark, lambda: run(4000), others, units=4000, rounds=5)
    taken = {n: turns.others[str(n)] for n in sizes} | {4000: turns.ours}
    for n, found in taken.items():
        middle = statistics.median(found)
        ledger.add(
            f"Cost against draws, {COMPLETE:,} simulated respondents",
            {"draws": n, "seconds": middle, "ms a draw": 1000 * middle / n},
        )


@pytest.mark.parametrize("n", [1000, 10_000, 100_000])
def test_cost_against_respondents(n: int, benchmark: Any, ledger: Ledger) -> None:
    sample, solution = optimum(simulated(AMERICAN, n))
    plan = bootstrap_plan(sample.n)
    refit = covariance_refit(solution.table, sample, solution.values)
    sizes = [min(plan.batch, DRAWS - first) for first in range(0, DRAWS, plan.batch)]
    sums: list[np.ndarray] = []

    def form() -> None:
        sums[:] = []
        for k, size in enumerate(sizes):
            drawn = plan.draw(k, size, batch_seed(1, 0, k))
            sums.append(weighted_sums(refit.centred, refit.weights, drawn))

    def solve() -> None:
        for one in sums:
            refit.from_sums(one)

    def only_draw() -> None:
        for k, size in enumerate(sizes):
            plan.draw(k, size, batch_seed(1, 0, k))

    form()
    others = {
        "drawing": Other(run=lambda: seconds(only_draw)),
        "drawing and moments": Other(run=lambda: seconds(form)),
    }
    turns = in_turn(benchmark, solve, others)
    draws, both, solving = turns.other_each("drawing"), turns.other_each("drawing and moments"), turns.each
    ledger.add(
        "Cost of 1,000 draws against respondents, seconds",
        {
            "respondents": n,
            "drawing": draws,
            "moments": both - draws,
            "solving": solving,
            "all": both + solving,
        },
    )


@pytest.mark.parametrize(
    ("n", "draws", "estimator"),
    [(COMPLETE, 1000, "ml"), (COMPLETE, 4000, "ml"), (100_000, 1000, "ml"), (READ, 200, "fiml")],
)
def test_peak_memory(n: int, draws: int, estimator: str, ledger: Ledger) -> None:
    """In a process of its own: only the first bootstrap of a process shows what it needs."""
    script = Path(__file__).with_name("peak_memory.py")
    done = subprocess.run(
        [sys.executable, str(script), str(n), str(draws), estimator],
        check=True,
        capture_output=True,
        text=True,
    )
    before, after = map(float, done.stdout.split())
    ledger.add(
        "Peak memory of a process, MiB (asked: below 1,024)",
        {
            "estimator": estimator,
            "respondents": n,
            "draws": draws,
            "before the bootstrap": before,
            "peak": after,
        },
    )
