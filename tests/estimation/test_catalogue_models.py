"""Every model of the catalogue can be started, estimated and judged."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from fit_builders import Floats

from csi_model.estimation.covariance import discrepancy, gradient_and_information, matrices
from csi_model.estimation.engine import semopy_optimum
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.solver import CovarianceProblem, minimise, polish
from csi_model.estimation.starts import start_values
from csi_model.estimation.verdicts import NOT_IDENTIFIED, weakest_direction
from csi_model.model.catalogue import catalogue, read_catalogue


@cache
def sample(name: str) -> tuple[ParameterTable, Floats]:
    """Parameter table, and the covariance of 600 respondents of a population where the model holds."""
    table = parameter_table(read_catalogue(name))
    random = np.random.default_rng(17)
    values = np.zeros(table.n_free)
    into = {
        j: [r for r in table.rows if r.matrix == "beta" and r.i == j] for j in range(len(table.constructs))
    }
    for row in table.free_rows:
        if row.matrix == "lambda":
            values[row.free] = random.uniform(0.7, 1.1)
        elif row.matrix == "beta":
            values[row.free] = 0.8 / len(into[row.i])
        elif row.i == row.j:
            values[row.free] = 1.0 if row.matrix == "psi" and not into[row.i] else 0.5
        else:
            values[row.free] = 0.2
    sigma = matrices(table, values).sigma
    answers = random.multivariate_normal(np.zeros(len(sigma)), sigma, size=600)
    return table, np.cov(answers.T, bias=True)


every_model = pytest.mark.parametrize("name", catalogue())


@every_model
def test_start_values_are_finite_and_admissible(name: str) -> None:
    table, cov = sample(name)
    start = start_values(table, cov)
    assert np.all(np.isfinite(start))
    assert np.isfinite(discrepancy(matrices(table, start).sigma, cov, np.linalg.slogdet(cov)[1]))


@every_model
def test_estimated_and_identified(name: str) -> None:
    table, cov = sample(name)
    problem = CovarianceProblem(table=table, sample=cov[None])
    found = polish(problem, minimise(problem, start_values(table, cov)[None]))
    assert found.gradient[0] < 1e-8
    hessian = gradient_and_information(table, found.values[0], cov)[1]
    assert weakest_direction(hessian)[0] > NOT_IDENTIFIED
    # the model holds in the population, so chi-square is near its degrees of freedom
    df = table.degrees_of_freedom()
    assert abs(600 * found.f[0] - df) < 5 * np.sqrt(2 * df)


@pytest.mark.parametrize("name", ["acsi-extended", "ccsi", "hkcsi", "scsb"])
def test_semopy_and_our_own_search_meet(name: str) -> None:
    table, cov = sample(name)
    start = start_values(table, cov)
    problem = CovarianceProblem(table=table, sample=cov[None])
    own = polish(problem, minimise(problem, start[None]))
    theirs = semopy_optimum(table, cov, 600, start)
    assert theirs is not None
    np.testing.assert_allclose(theirs, own.values[0], atol=1e-5)
    engine_f = discrepancy(matrices(table, theirs).sigma, cov, np.linalg.slogdet(cov)[1])
    assert engine_f == pytest.approx(own.f[0], abs=1e-10)
