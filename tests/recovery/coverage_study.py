"""How often do 95 % intervals hold the truth? Simulated surveys, every interval that a fit can give.

    python tests/recovery/coverage_study.py --surveys 1000 --draws 1000 -o tests/recovery/coverage.md

The population and the reasons for it stand in ``coverage_population.py``. Cutting answers in
mind into ten makes the fitted model slightly wrong, as it is for every rating. So the truth is what the
same estimator reaches on two million answers of the same kind, not what was put in.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from coverage_population import draw_survey, model
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import stats

import csi_model as csi
from csi_model.estimation.covariance import row_values
from csi_model.estimation.covariance_refit import covariance_refit
from csi_model.estimation.delta import delta_errors
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.options import FitOptions
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.resampling import bootstrap, jackknife
from csi_model.estimation.standardised import standardised
from csi_model.evaluation.bootstrap_intervals import acceleration_of, bootstrap_intervals
from csi_model.evaluation.monte_carlo import simulated_ends
from csi_model.evaluation.quantities import metric_of, quantities
from csi_model.evaluation.structure_tables import ancestors

Array = NDArray[Any]

LEVEL = 0.95
INTERVIEWS = 250
POPULATION = 2_000_000
SEED = 5_000_000
"""Of the population; survey k has SEED + 1 + k, and so has its bootstrap."""
SIMULATED = ("direct effect", "indirect effect", "total effect", "standardised path")
"""Kinds whose robust intervals are simulated, not symmetric."""
METHODS = ("mlr", "percentile", "bc", "bca", "jackknife", "ml")
"""Delta method with robust errors, three bootstrap intervals, the jackknife's errors, and those of the
delta method under normal theory."""
HELD_TO_IT = ("mlr", "percentile", "bc", "bca")
DEMANDED = ("path", "index", "direct effect", "total effect")
"""Kinds of cells that ``HELD_TO_IT`` are to cover within ``RANGE``; the others are reported as they are."""
RANGE = (0.93, 0.97)
READING = """\
Ratings are skewed and peaked, so normal-theory errors are too small for everything but the index, which is
a mean. Robust errors and the bootstrap mend that. What is left are effects that are products of paths,
variances and R²: their estimates are skewed, and intervals that reach equally far to both sides miss the
truth on one side (see low/high). Robust intervals of effects are therefore simulated (MacKinnon, Lockwood
& Williams 2004, Multivariate Behavioral Research 39, 99-128); for R² and variances take `bc` or `bca`.
"""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One number that has an interval: its kind and its name."""

    kind: str
    name: str


def cells(table: ParameterTable) -> tuple[Cell, ...]:
    """Return every cell, in the order of ``derived``."""
    kinds = {"=~": "loading", "~": "path", "~~": "(co)variance"}
    made = [Cell(kind=kinds[row.op], name=f"{row.lhs} {row.op} {row.rhs}") for row in table.free_rows]
    made += [Cell(kind="index", name=name) for name in table.constructs]
    for kind, pairs in _effects().items():
        made += [Cell(kind=kind, name=f"{source} > {target}") for source, target in pairs]
    paths = [row for row in table.rows if row.op == "~"]
    made += [Cell(kind="standardised path", name=f"{row.rhs} > {row.lhs}") for row in paths]
    return (*made, *(Cell(kind="R²", name=name) for name in _driven()))


def derived(table: ParameterTable, z: Array) -> Array:
    """Every cell (..., k) as a function of item means and parameters ``z`` (..., p + q) side by side."""
    p, names = len(table.indicators), table.constructs
    means, values = z[..., :p], z[..., p:]
    found = quantities(table, metric_of(model(), "loadings", {}), means, values)
    free = [k for k, row in enumerate(table.rows) if row.free >= 0]
    paths = [k for k, row in enumerate(table.rows) if row.op == "~"]
    parts = [row_values(table, values)[..., free], found.index]
    of_kind = {
        "direct effect": found.direct,
        "indirect effect": found.total - found.direct,
        "total effect": found.total,
    }
    for kind, pairs in _effects().items():
        rows, columns = zip(*((names.index(to), names.index(start)) for start, to in pairs), strict=True)
        parts.append(of_kind[kind][..., rows, columns])
    parts.append(standardised(table, values)[..., paths])
    parts.append(found.r2[..., [names.index(name) for name in _driven()]])
    return np.concatenate(parts, axis=-1)


def _driven() -> list[str]:
    return [name for name in model().construct_names if model().drivers_of(name)]


@cache
def _effects() -> dict[str, list[tuple[str, str]]]:
    """(source, target) of the effects of each kind, as in the table ``effects``."""
    spec = model()
    every = [(source, target) for target in spec.construct_names for source in ancestors(spec, target)]
    return {
        "direct effect": [(s, t) for s, t in every if s in spec.drivers_of(t)],
        "indirect effect": [
            (s, t) for s, t in every if any(s in ancestors(spec, between) for between in spec.drivers_of(t))
        ],
        "total effect": every,
    }


@cache
def true_values(n: int = POPULATION, seed: int = SEED) -> Array:
    """What maximum likelihood reaches on ``n`` answers of the population, (k,)."""
    solution = _solution(csi.fit(model(), draw_survey(n, seed)))
    return derived(solution.table, _place(solution))


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one survey says: ``estimate`` (k,), interval ``ends`` (method, 2, k) and ``se`` (method, k).

    ``failed`` draws of the bootstrap and ``flagged`` inadmissible ones; ``admissible``: the fit itself.
    """

    estimate: Array
    ends: Array
    se: Array
    failed: int
    flagged: int
    admissible: bool


def measure(k: int, draws: int, n: int = INTERVIEWS) -> Measured | None:
    """All intervals of survey ``k``; None where the fit did not converge."""
    survey = draw_survey(n, SEED + 1 + k)
    fits = {name: csi.fit(model(), survey, estimator=name) for name in ("mlr", "ml")}
    solution = _solution(fits["mlr"])
    if not solution.verdicts.converged:
        return None
    table, at, sample = solution.table, _place(solution), fits["mlr"].pooled.sample
    made = {name: _delta(_solution(one)) for name, one in fits.items()}
    made["mlr"][:2] = _simulated(solution, made["mlr"][:2])
    estimate = derived(table, at)
    drawn = bootstrap(table, sample, solution.values, draws=draws, seed=SEED + 1 + k)
    values = derived(table, np.hstack([drawn.means, drawn.values]))
    without = jackknife(covariance_refit(table, sample, solution.values), sample, seed=SEED + 1 + k)
    left = derived(table, np.hstack([without.replicates.means, without.replicates.values]))
    rate = acceleration_of(without.influence(left))
    made["jackknife"] = _symmetric(estimate, np.sqrt(np.diag(without.variance(left))))
    for method in ("percentile", "bc", "bca"):
        one = bootstrap_intervals(values, estimate, level=LEVEL, method=method, acceleration=rate)
        made[method] = np.stack([one.lower, one.upper, one.se])
    every = np.stack([made[method] for method in METHODS])
    return Measured(
        estimate=estimate,
        ends=every[:, :2],
        se=every[:, 2],
        failed=drawn.failed,
        flagged=drawn.flagged,
        admissible=solution.verdicts.admissible,
    )


def _delta(solution: Solution) -> Array:
    """Lower and upper ends and standard errors (3, k) by the delta method."""
    at = _place(solution)
    return _symmetric(*delta_errors(lambda z: derived(solution.table, z), at, solution.covariance))


def _simulated(solution: Solution, ends: Array) -> Array:
    """The ends (2, k) with those of effects simulated, as robust fits have them."""
    assert solution.spread is not None
    at = _place(solution)
    found = np.stack(
        simulated_ends(lambda z: derived(solution.table, z), at, solution.spread, LEVEL, FitOptions.seed)
    )
    skewed = np.array([cell.kind in SIMULATED for cell in cells(solution.table)])
    return np.where(skewed, found, ends)


def _symmetric(value: Array, se: Array) -> Array:
    half = stats.norm.ppf(0.5 + LEVEL / 2) * se
    return np.stack([value - half, value + half, se])


def _solution(fit: Fit) -> Solution:
    if fit.pooled.solution is None:
        raise ValueError(fit.pooled.why)
    return fit.pooled.solution


def _place(solution: Solution) -> Array:
    return np.concatenate([solution.means, solution.values])


@dataclass(frozen=True, kw_only=True)
class Study:
    """All surveys: ``truth`` (k,), ``estimate`` (s, k), ``ends`` (s, method, 2, k), ``se`` (s, method, k)."""

    cells: tuple[Cell, ...]
    truth: Array
    estimate: Array
    ends: Array
    se: Array
    not_converged: int
    inadmissible: int
    failed_draws: int
    flagged_draws: int

    @property
    def coverage(self) -> Array:
        """Share of the surveys whose interval holds the truth, (method, k); no interval holds nothing."""
        lower, upper = self.ends[:, :, 0], self.ends[:, :, 1]
        return np.asarray(((lower <= self.truth) & (self.truth <= upper)).mean(axis=0))

    @property
    def misses(self) -> Array:
        """Shares of the intervals that lie wholly below and wholly above the truth, (2, method, k)."""
        below, above = self.ends[:, :, 1] < self.truth, self.ends[:, :, 0] > self.truth
        return np.stack([below.mean(axis=0), above.mean(axis=0)])

    def of(self, method: str, kinds: Sequence[str]) -> Array:
        """Coverage of the cells of some kinds by one method."""
        chosen = [k for k, cell in enumerate(self.cells) if cell.kind in kinds]
        return np.asarray(self.coverage[METHODS.index(method), chosen])


def run_study(surveys: int, draws: int, workers: int = 1) -> Study:
    """Measure ``surveys`` surveys; nothing depends on ``workers``."""
    truth = true_values()
    jobs = (delayed(measure)(k, draws) for k in range(surveys))
    made = Parallel(n_jobs=workers)(jobs)
    good = [one for one in made if one is not None]
    return Study(
        cells=cells(parameter_table(model())),
        truth=truth,
        estimate=np.stack([one.estimate for one in good]),
        ends=np.stack([one.ends for one in good]),
        se=np.stack([one.se for one in good]),
        not_converged=len(made) - len(good),
        inadmissible=sum(not one.admissible for one in good),
        failed_draws=sum(one.failed for one in good),
        flagged_draws=sum(one.flagged for one in good),
    )


def page(study: Study, surveys: int, draws: int) -> str:
    """The study as a Markdown page: settings, a summary by kind, then every cell."""
    options = f"--surveys {surveys} --draws {draws} -o tests/recovery/coverage.md"
    packages = ", ".join(f"{name} {version(name)}" for name in ("csi_model", "numpy", "scipy", "semopy"))
    used = len(study.estimate)
    none = int(np.isnan(study.ends).any(axis=2).sum())
    low, high = stats.binom.ppf([0.025, 0.975], used, LEVEL) / used
    lines = [
        "# How often 95 % intervals hold the truth",
        "",
        f"    python tests/recovery/coverage_study.py {options}",
        "",
        f"Python {platform.python_version()}, {packages}. Seeds: {SEED} for the truth,",
        f"{SEED + 1} + k for survey k and its bootstrap. Population, with reasons: `coverage_population.py`.",
        "",
        f"- {surveys:,} surveys of {INTERVIEWS} interviews. {study.not_converged} fits did not converge",
        f"  (left out), {study.inadmissible} were inadmissible (kept).",
        f"- {used * draws:,} bootstrap draws: {study.failed_draws} found no optimum (left out),",
        f"  {study.flagged_draws} were inadmissible (kept).",
        f"- {none} intervals do not exist; they count as missing the truth.",
        f"- Truth: the estimate from {POPULATION:,} answers of the same kind.",
        "- `mlr`: robust errors; intervals of effects are simulated from the jackknife's covariance of the",
        "  parameters, the others symmetric (delta method). `percentile`, `bc`, `bca`: bootstrap, all from",
        "  the same draws. `jackknife`: its standard errors. `ml`: delta method with normal-theory errors.",
        f"- 19 of 20 cells that truly cover 95 % lie within {_percent(low)} to {_percent(high)} here.",
        f"- **Bold** is outside {_percent(RANGE[0])} to {_percent(RANGE[1])}. Kinds in brackets, `jackknife`",
        "  and `ml` are reported as they are; the others are meant to lie inside.",
        "- `se/sd`: mean robust standard error over the standard deviation of the estimates. `low/high`:",
        "  percent of the `mlr` intervals that lie wholly below and wholly above the truth.",
        "",
        *_summary(study),
        "",
        *_every_cell(study),
        "",
        READING,
    ]
    return "\n".join(lines)


def _summary(study: Study) -> list[str]:
    """Least, mean and largest coverage of each kind by each method."""
    lines = [f"| kind | cells | {' | '.join(METHODS)} |", "|---|--:|" + "---|" * len(METHODS)]
    for kind in dict.fromkeys(cell.kind for cell in study.cells):
        shares = [study.of(method, [kind]) for method in METHODS]
        texts = [f"{_marked(a.min())} - {_marked(a.max())}, mean {_percent(a.mean())}" for a in shares]
        name = kind if kind in DEMANDED else f"({kind})"
        lines.append(f"| {name} | {len(shares[0])} | {' | '.join(texts)} |")
    return lines


def _every_cell(study: Study) -> list[str]:
    """One row a cell: its truth, the spread of its estimates, the coverage of each method."""
    coverage, spread = study.coverage, study.estimate.std(axis=0, ddof=1)
    ratio = study.se[:, METHODS.index("mlr")].mean(axis=0) / spread
    low, high = study.misses[:, METHODS.index("mlr")]
    lines = [
        f"| kind | cell | truth | sd | se/sd | low/high | {' | '.join(METHODS)} |",
        "|---|---|--:|--:|--:|--:|" + "--:|" * len(METHODS),
    ]
    for k, cell in enumerate(study.cells):
        shares = " | ".join(_marked(share) for share in coverage[:, k])
        sides = f"{_percent(low[k])}/{_percent(high[k])}"
        numbers = f"{study.truth[k]:.3f} | {spread[k]:.3f} | {ratio[k]:.2f} | {sides}"
        lines.append(f"| {cell.kind} | {cell.name} | {numbers} | {shares} |")
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _marked(share: float) -> str:
    inside = RANGE[0] <= share <= RANGE[1]
    return _percent(share) if inside else f"**{_percent(share)}**"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study and write its page."""
    parser = argparse.ArgumentParser(description="How often do 95 % intervals hold the truth?")
    parser.add_argument("--surveys", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1, help="processes; the numbers do not depend on it")
    parser.add_argument("-o", "--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    study = run_study(given.surveys, given.draws, given.workers)
    given.out.write_text(page(study, given.surveys, given.draws), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    import coverage_study  # by its name: other processes can load nothing out of __main__

    coverage_study.main()
