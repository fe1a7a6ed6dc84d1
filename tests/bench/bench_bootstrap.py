"""Refits of resamples against loops around semopy and lavaan's own bootstrap."""

from __future__ import annotations

from typing import Any

import pytest
from ledger import Cell, Ledger, Other, in_turn, seconds
from rivals import Rates, at_bound, lavaan_bootstrap, semopy_everything, semopy_loop, semopy_rates
from surveys import AMERICAN_FILE, MOBILE_FILE, Case, american, mobile, sources

import csi_model as csi
from csi_model.estimation.covariance_refit import TOLERANCE
from csi_model.estimation.fits import Fit
from csi_model.estimation.parameters import parameter_table

RATES = "What became of the refits of the European model: refits a second, and shares"
RATES_NOTE = (
    "  converged: by the program's own word. an optimum: scaled gradient below 1e-5 by our own formulas (a\n"
    "  variance on its bound of 0 may press against it); ours calls converged only what is one. Free fits\n"
    "  may have negative variances, bounded ones not. variance <= 0: some variance, among what is used."
)
DRAWS, SOME = 1000, 40


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_bootstrap_of_the_american_model(source: str, benchmark: Any, ledger: Ledger, lavaan: str) -> None:
    case = american(source)
    others = {"semopy": Other(run=lambda: seconds(lambda: semopy_loop(case.model, case.frame, 20)), units=20)}
    if lavaan:
        others["lavaan"] = Other(
            run=lambda: lavaan_bootstrap(case.model, case.frame, 200)["seconds"], units=200, rounds=3
        )
    turns = in_turn(
        benchmark,
        lambda: csi.fit(case.model, case.survey, bootstrap=DRAWS),
        others,
        units=DRAWS,
        rounds=5,
    )
    ledger.compare("1,000 bootstrap refits", "refit", case.label, turns)


@pytest.mark.parametrize("source", sources(MOBILE_FILE))
def test_bootstrap_of_the_european_model(source: str, benchmark: Any, ledger: Ledger) -> None:
    case = mobile(source)
    turns = in_turn(
        benchmark,
        lambda: csi.fit(case.model, case.survey, bootstrap=DRAWS),
        {"semopy": Other(run=lambda: seconds(lambda: semopy_loop(case.model, case.frame, 20)), units=20)},
        units=DRAWS,
    )
    ledger.compare("1,000 bootstrap refits", "refit", case.label, turns)


@pytest.mark.parametrize("source", sources(MOBILE_FILE))
def test_rates_of_the_european_model(source: str, ledger: Ledger, lavaan: str) -> None:
    case = mobile(source)

    def tell(program: str, refits: int, taken: float, rates: Rates) -> None:
        row: dict[str, Cell] = {
            "data": case.label, "program": program, "refits": refits, "a second": refits / taken,
            "converged": rates.said, "an optimum": rates.optima, "variance <= 0": rates.at_bound,
        }  # fmt: skip
        ledger.add(RATES, row, RATES_NOTE)

    for variances in ("free", "bounded"):
        tell(f"csi_model, {variances}", DRAWS, *ours(case, variances))
    for program, ftol in (("semopy", None), ("semopy, ftol 1e-12", 1e-12)):
        tell(program, SOME, *semopys(case, ftol))
    if lavaan:
        found = lavaan_bootstrap(case.model, case.frame, SOME)
        used = found["used"]
        rates = Rates(said=used / SOME, optima=None, at_bound=found["at_bound"] / max(used, 1))
        tell("lavaan, free", SOME, found["seconds"], rates)


def ours(case: Case, variances: str) -> tuple[float, Rates]:
    """Seconds and rates of ``DRAWS`` refits."""
    made: list[Fit] = []
    taken = seconds(
        lambda: made.append(csi.fit(case.model, case.survey, bootstrap=DRAWS, variances=variances))
    )
    solution = made[0].pooled.solution
    assert solution is not None
    assert solution.draws is not None
    draws = solution.draws
    used = len(draws.values) / draws.asked
    bound = at_bound(solution.table, draws.values).any(axis=1)
    return taken, Rates(said=used, optima=used, at_bound=float(bound.mean()))


def semopys(case: Case, ftol: float | None) -> tuple[float, Rates]:
    """Seconds and rates of ``SOME`` refits by semopy, whose variances are bounded."""
    made: list[Any] = []
    taken = seconds(lambda: made.extend(semopy_loop(case.model, case.frame, SOME, ftol=ftol)))
    return taken, semopy_rates(made, case.frame, parameter_table(case.model), 10 * TOLERANCE)


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_one_fit_of_complete_answers(source: str, benchmark: Any, ledger: Ledger) -> None:
    case = american(source)
    turns = in_turn(
        benchmark,
        lambda: csi.evaluate(csi.fit(case.model, case.survey)),
        {"semopy": Other(run=lambda: seconds(lambda: semopy_everything(case.model, case.frame)))},
        rounds=9,
    )
    ledger.compare("one fit, every table", "fit", case.label, turns)
