"""wlsmv finds a known truth: a smaller run of the study of ordered answers, and what its stored page says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from ordinal_population import POPULATIONS, Population
from ordinal_study import (
    ESTIMATORS,
    KINDS,
    RANGE,
    SEED,
    SIZES,
    Cell,
    Study,
    measure,
    page,
    run_study,
    truth_of,
)
from scipy import stats

import csi_model as csi

Array = NDArray[Any]

PAGE = Path(__file__).parent / "ordinal.md"
SURVEYS = 100
LARGE = 100_000
LISTED = 800
"""Surveys of the stored page."""


@pytest.fixture(params=list(POPULATIONS))
def population(request: pytest.FixtureRequest) -> Population:
    return POPULATIONS[request.param]


@cache
def drawn(name: str) -> tuple[Array, Array]:
    return POPULATIONS[name].draw(LARGE, 3)


class TestTruth:
    """What was worked out by hand is what 100,000 simulated respondents say.

    A share has a standard error of at most .0016, a mean of at most .12 points, a slope of a question on a
    construct of at most .12 points: the tolerances are four of these.
    """

    def test_answers(self, population: Population) -> None:
        answers, eta = drawn(population.name)
        np.testing.assert_allclose(eta.var(axis=0), 1, atol=0.018)
        for i, shares in enumerate(population.shares):
            steps = (answers[:, i] - answers[:, i].min()).astype(int)
            np.testing.assert_allclose(np.bincount(steps) / LARGE, shares, atol=0.0064)
            assert 100 * steps.mean() / (len(shares) - 1) == pytest.approx(population.points[i], abs=0.5)

    def test_slopes_index_and_effects(self, population: Population) -> None:
        """From regressions of answers and scores on the constructs that were drawn."""
        answers, eta = drawn(population.name)
        m = eta.shape[1]
        points = 100 * (answers - answers.min(axis=0)) / np.ptp(answers, axis=0)
        member = population.loadings > 0
        slopes = np.where(member, points.T @ eta / LARGE - np.outer(points.mean(0), eta.mean(0)), 0.0)
        np.testing.assert_allclose(slopes, population.slopes, atol=0.5)
        scores = points @ (slopes / slopes.sum(axis=0))
        np.testing.assert_allclose(scores.mean(axis=0), population.index, atol=0.5)
        own = np.array([np.polyfit(eta[:, j], scores[:, j], 1)[0] for j in range(m)])
        direct = np.zeros((m, m))
        for j in range(m):
            drivers = np.flatnonzero(population.beta[j])
            design = np.column_stack([eta[:, drivers], np.ones(LARGE)])
            direct[j, drivers] = np.linalg.lstsq(design, scores[:, j], rcond=None)[0][:-1] / own[drivers]
        np.testing.assert_allclose(np.linalg.inv(np.eye(m) - direct) - np.eye(m), population.total, atol=0.03)

    def test_is_what_a_very_large_survey_gives(self, population: Population) -> None:
        """20,000 respondents: every estimate within 4.5 standard errors, which are small."""
        found = measure(population, 20_000, 0, "wlsmv")
        assert found is not None
        off = (found.estimate - np.array(list(truth_of(population).values()))) / found.se
        assert np.abs(off).max() < 4.5
        assert found.se.max() < 0.3


class TestReadsTheTables:
    """The study's numbers are those that a user finds in the tables."""

    @pytest.mark.parametrize("estimator", ESTIMATORS)
    def test_intervals(self, population: Population, estimator: str) -> None:
        found = measure(population, 300, 0, estimator)
        assert found is not None
        survey = population.survey(300, (SEED, list(POPULATIONS).index(population.name), 300, 0))
        tables = csi.evaluate(csi.fit(population.model, survey, estimator=estimator)).tables
        shown = dict(shown_cells(tables))
        for k, cell in enumerate(truth_of(population)):
            here = [found.estimate[k], found.se[k], found.lower[k], found.upper[k]]
            np.testing.assert_allclose(here, shown[cell], rtol=1e-8, err_msg=str(cell))


def shown_cells(tables: dict[str, pd.DataFrame]) -> Iterator[tuple[Cell, tuple[float, ...]]]:
    """Estimate, standard error and interval of every cell that the tables show."""
    for row in tables["standardised"].itertuples():
        numbers = (row.est, row.se, row.ci_lower, row.ci_upper)
        if row.op == "=~":
            yield Cell(kind="loading", name=f"{row.lhs} =~ {row.rhs}"), numbers
        elif row.op == "~":
            yield Cell(kind="path", name=f"{row.rhs} > {row.lhs}"), numbers
    for row in tables["index"].itertuples():
        yield Cell(kind="index", name=row.construct), (row[2], row.se, row.ci_lower, row.ci_upper)
    for row in tables["effects"].itertuples():
        if row.kind == "total":
            numbers = (row.effect, row.se, row.ci_lower, row.ci_upper)
            yield Cell(kind="total effect", name=f"{row.source} > {row.target}"), numbers


class TestCounting:
    """Three surveys and two cells by hand."""

    def study(self) -> Study:
        return Study(
            cells=(Cell(kind="index", name="quality"), Cell(kind="path", name="a > b")),
            truth=np.array([0.0, 1.0]),
            estimate=np.array([[0.0, 1.0], [-1.0, 1.5], [1.0, 2.0]]),
            se=np.ones((3, 2)),
            lower=np.array([[-1.0, 0.0], [-2.0, 1.2], [np.nan, 1.5]]),
            upper=np.array([[1.0, 2.0], [0.5, 2.0], [np.nan, 2.5]]),
            failed=1,
            inadmissible=2,
        )

    def test_shares(self) -> None:
        study = self.study()
        np.testing.assert_allclose(study.bias, [0, 0.5])
        np.testing.assert_allclose(study.coverage, [2 / 3, 1 / 3])
        np.testing.assert_allclose(study.misses, [[0, 0], [0, 2 / 3]])
        assert list(study.of("path")) == [1]

    def test_page_shows_them(self) -> None:
        made = {
            (name, n, estimator): self.study()
            for name in POPULATIONS
            for n in SIZES
            for estimator in ESTIMATORS
        }
        shown = page(made, 4, kinds=("index", "path"))
        assert "| steps | 250 | wlsmv | 4 | 25.0 | 50.0 |" in shown
        assert (
            "| steps | 250 | path | a > b | 1.000 | 0.500 | 0.500 | 0.500 | 2.00 | 0.0/66.7 |"
            " **33.3** | **33.3** |" in shown
        )


@cache
def small(name: str, n: int, estimator: str) -> Study:
    return run_study(POPULATIONS[name], n, SURVEYS, estimator)


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
class TestSmallStudy:
    """100 surveys of each population and size, under a minute.

    The standard error of a bias is the standard deviation of the estimates over ten. A single cell that truly
    covers 92 % covers less often than the limit with a probability of 1e-4.
    """

    def test_fits(self, population: Population, n: int) -> None:
        study = small(population.name, n, "wlsmv")
        assert study.failed == 0
        assert study.inadmissible <= 0.05 * SURVEYS
        assert np.isfinite(study.lower).all()

    def test_has_little_bias(self, population: Population, n: int) -> None:
        """Of order 1 / n, four Monte Carlo errors allowed: 0.01 at 250."""
        study = small(population.name, n, "wlsmv")
        places = np.concatenate([study.of("loading"), study.of("path")])
        allowed = 4 * study.spread / np.sqrt(SURVEYS) + 2.5 / n
        assert np.all(np.abs(study.bias)[places] < allowed[places])

    def test_has_less_than_ml(self, population: Population, n: int) -> None:
        """Loadings in every model; paths where steps differ most, at a yes or no."""
        own, other = (small(population.name, n, estimator) for estimator in ESTIMATORS)
        loadings = own.of("loading")
        assert np.abs(own.bias[loadings]).mean() < np.abs(other.bias[loadings]).mean() / 4
        assert other.bias[loadings].mean() < -0.03
        for k, cell in enumerate(own.cells):
            if cell.kind == "path" and "complaints" in cell.name:
                assert abs(own.bias[k]) < abs(other.bias[k]) / 2, cell.name

    @pytest.mark.parametrize("kind", KINDS)
    def test_covers(self, population: Population, n: int, kind: str) -> None:
        study = small(population.name, n, "wlsmv")
        coverage = study.coverage[study.of(kind)]
        assert coverage.min() >= stats.binom.ppf(1e-4, SURVEYS, RANGE[0]) / SURVEYS
        low, high = (stats.binom.ppf(p, SURVEYS, 0.95) / SURVEYS for p in (0.001, 0.999))
        assert low <= coverage.mean() <= high

    def test_errors_are_as_large_as_the_spread(self, population: Population, n: int) -> None:
        """100 surveys know a standard deviation to 7 %: four of these for a cell, one for the mean."""
        study = small(population.name, n, "wlsmv")
        ratio = study.se.mean(axis=0) / study.spread
        np.testing.assert_allclose(ratio, 1, atol=0.28)
        assert ratio.mean() == pytest.approx(1, abs=0.07)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_intervals_cover_all_in_all(kind: str) -> None:
    """Both populations and sizes together: the mean keeps the range itself."""
    studies = [small(name, n, "wlsmv") for name in POPULATIONS for n in SIZES]
    shares = [study.coverage[study.of(kind)].mean() for study in studies]
    assert RANGE[0] <= np.mean(shares) <= RANGE[1]


class TestStoredPage:
    """What the page of the full study says."""

    @pytest.fixture
    def shown(self) -> pd.DataFrame:
        rows = []
        for line in PAGE.read_text(encoding="utf-8").splitlines():
            parts = [part.strip().strip("*") for part in line.strip("|").split("|")]
            if len(parts) == 12 and parts[0] in POPULATIONS:
                rows.append([*parts[:4], *map(float, parts[4:9]), *map(float, parts[10:])])
        columns = ["population", "n", "kind", "cell", "truth", "bias", "bias_ml", "sd", "ratio"]
        columns += ["covers", "covers_ml"]
        return pd.DataFrame(rows, columns=columns).astype({"n": int})

    def test_lists_every_cell_and_its_truth(self, shown: pd.DataFrame, population: Population) -> None:
        truth = truth_of(population)
        for n in SIZES:
            rows = shown[(shown["population"] == population.name) & (shown["n"] == n)]
            assert list(rows["cell"]) == [cell.name for cell in truth]
            np.testing.assert_allclose(rows["truth"], list(truth.values()), atol=0.0006)

    def test_is_of_many_surveys(self) -> None:
        assert f"--surveys {LISTED}" in PAGE.read_text(encoding="utf-8")

    @pytest.mark.parametrize("kind", ["loading", "path"])
    def test_bias_is_less_than_that_of_ml(self, shown: pd.DataFrame, kind: str) -> None:
        rows = shown[shown["kind"] == kind]
        mean = rows[["bias", "bias_ml"]].abs().groupby([rows["population"], rows["n"]]).mean()
        assert len(mean) == len(POPULATIONS) * len(SIZES)
        assert (mean["bias"] < mean["bias_ml"] / 3).all()

    def test_kinds_cover(self, shown: pd.DataFrame) -> None:
        mean = shown.groupby(["population", "n", "kind"])["covers"].mean() / 100
        assert len(mean) == len(POPULATIONS) * len(SIZES) * len(KINDS)
        assert mean.between(*RANGE).all()

    def test_cells_cover(self, shown: pd.DataFrame) -> None:
        assert shown["covers"].between(*(100 * end for end in RANGE)).all()
