"""Bootstraps of PLS path models against other programs, and what draws and respondents cost."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ledger import Ledger, Other, in_turn, seconds
from pls_rivals import PLSPM, RIVALS, SEMINR, Rival, interpreter, refits
from surveys import AMERICAN_FILE, MOBILE_FILE, Case, american, mobile, sources

import csi_model as csi
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.pls_refit import composite_refit
from csi_model.estimation.resamples import batch_seed, bootstrap_plan
from csi_model.evaluation.composite_quantities import composite_quantities
from csi_model.evaluation.quantities import metric_of

DRAWS = 5000
ASKED = {PLSPM.name: 500.0, SEMINR.name: 50.0}
RIVALRY = "PLS bootstrap against other programs: median microseconds a resample, median ratio of the rounds"
RIVALRY_NOTE = """\
  Mode A, path scheme, all programs on one core, in turn. Ours is a 5,000th of fit(..., bootstrap=5000)
  and all derived quantities of its draws (weights, loadings, paths, effects, R2, reliabilities, HTMT,
  index points). The others' is a share of their own bootstrap call of 100 or 200 resamples, without
  imports and reading; plspm's holds its first fit. All paths of the whole sample agree to 1e-5 first."""
TIMES = "PLS: what 5,000 resamples take, microseconds a resample"
MEMORY = "PLS: 5,000 resamples in a process of their own (asked: below 5 s and 1,024 MiB)"


def solved(case: Case, draws: int) -> CompositeSolution:
    made = csi.fit(case.model, case.survey, estimator="pls", bootstrap=draws).pooled.solution
    assert isinstance(made, CompositeSolution)
    return made


def derived(case: Case, made: CompositeSolution) -> None:
    """Everything that follows from the draws."""
    assert made.draws is not None
    metric = metric_of(case.model, "pls", {})
    composite_quantities(made.table, metric, made.draws.means, made.draws.values)


def agreed(case: Case, found: dict[str, float]) -> None:
    made = solved(case, 0)
    beta = composite_estimates(made.table, made.means, made.values).beta
    names = made.table.constructs
    for source, target in made.table.paths:
        theirs = found[f"{names[source]}>{names[target]}"]
        assert theirs == pytest.approx(beta[target, source], abs=1e-5), (names[source], names[target])


@pytest.mark.parametrize("rival", RIVALS, ids=lambda rival: rival.name)
@pytest.mark.parametrize("source", sources(MOBILE_FILE))
def test_bootstrap_of_the_european_model(
    source: str, rival: Rival, benchmark: Any, ledger: Ledger, pytestconfig: pytest.Config
) -> None:
    assert pytestconfig.cache is not None
    program = interpreter(rival, pytestconfig.cache.mkdir("pls-rivals"))
    case = mobile(source)
    agreed(case, refits(rival, program, case.model, case.frame))
    turns = in_turn(
        benchmark,
        lambda: derived(case, solved(case, DRAWS)),
        {
            rival.name: Other(
                run=lambda: refits(rival, program, case.model, case.frame)["seconds"], units=rival.draws
            )
        },
        units=DRAWS,
        rounds=5,
    )
    ledger.add(
        RIVALRY,
        {
            "data": case.label,
            "ours": 1e6 * turns.each,
            "other": rival.name,
            "other's": 1e6 * turns.other_each(rival.name),
            "other / ours": turns.ratio(rival.name),
            "asked": ASKED.get(rival.name),
        },
        RIVALRY_NOTE,
    )


@pytest.mark.parametrize(
    ("case_of", "source"),
    [
        *(pytest.param(mobile, *one.values, marks=one.marks) if hasattr(one, "values") else (mobile, one)
          for one in sources(MOBILE_FILE)),
        *(pytest.param(american, *one.values, marks=one.marks) if hasattr(one, "values") else (american, one)
          for one in sources(AMERICAN_FILE)),
    ],
)  # fmt: skip
def test_where_the_time_goes(case_of: Any, source: str, benchmark: Any, ledger: Ledger) -> None:
    """Drawing, moments, the algorithm, derived quantities; the whole of fit and evaluate beside them."""
    case = case_of(source)
    whole = csi.fit(case.model, case.survey, estimator="pls", bootstrap=DRAWS)
    made, sample = whole.pooled.solution, whole.pooled.sample
    assert isinstance(made, CompositeSolution)
    plan = bootstrap_plan(sample.n)
    refit = composite_refit(made.table, sample, made.values[: len(made.table.item)])
    sizes = [min(plan.batch, DRAWS - first) for first in range(0, DRAWS, plan.batch)]

    def draw() -> None:
        for k, size in enumerate(sizes):
            plan.draw(k, size, batch_seed(1, 0, k))

    def moments() -> None:
        for k, size in enumerate(sizes):
            refit.moments(plan.draw(k, size, batch_seed(1, 0, k)))

    def batches() -> None:
        for k, size in enumerate(sizes):
            refit(plan.draw(k, size, batch_seed(1, 0, k)))

    others = {
        "drawing": Other(run=lambda: seconds(draw)),
        "and moments": Other(run=lambda: seconds(moments)),
        "and algorithm": Other(run=lambda: seconds(batches)),
        "derived": Other(run=lambda: seconds(lambda: derived(case, made))),
        "evaluate": Other(run=lambda: seconds(lambda: csi.evaluate(whole))),
    }
    turns = in_turn(benchmark, lambda: solved(case, DRAWS), others)
    each = {name: 1e6 * turns.other_each(name) / DRAWS for name in others}
    ledger.add(
        TIMES,
        {
            "data": case.label,
            "drawing": each["drawing"],
            "moments": each["and moments"] - each["drawing"],
            "algorithm": each["and algorithm"] - each["and moments"],
            "fit": 1e6 * turns.each / DRAWS,
            "derived": each["derived"],
            "evaluate": each["evaluate"],
            "fit and evaluate, s": turns.each + turns.other_each("evaluate"),
        },
    )


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_cost_against_draws(source: str, benchmark: Any, ledger: Ledger) -> None:
    case = american(source)
    sizes = (1250, 2500, 5000)
    others = {str(n): Other(run=partial(seconds, partial(solved, case, n)), units=n) for n in sizes}
    turns = in_turn(benchmark, lambda: solved(case, 10_000), others, units=10_000)
    taken = {n: turns.others[str(n)] for n in sizes} | {10_000: turns.ours}
    for n, found in taken.items():
        middle = statistics.median(found)
        ledger.add(
            "PLS: cost against draws",
            {"data": case.label, "draws": n, "seconds": middle, "microseconds a draw": 1e6 * middle / n},
        )


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_time_and_memory_of_the_american_model(source: str, ledger: Ledger) -> None:
    """In a process of its own: only the first bootstrap of a process shows what it needs."""
    script = Path(__file__).with_name("pls_memory.py")
    done = subprocess.run(
        [sys.executable, str(script), source, str(DRAWS)], check=True, capture_output=True, text=True
    )
    fitting, evaluating, before, fitted, after = map(float, done.stdout.split())
    ledger.add(
        MEMORY,
        {
            "data": american(source).label,
            "fit, s": fitting,
            "evaluate, s": evaluating,
            "before, MiB": before,
            "after fit, MiB": fitted,
            "peak, MiB": after,
        },
    )
