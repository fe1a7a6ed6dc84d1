"""What semopy is told, and what it must not do to its host."""

from __future__ import annotations

import logging
import threading

import numpy as np
from fit_builders import CHAIN, chain_answers, chain_survey, model_of, modifier, survey_of

from csi_model.estimation.covariance import discrepancy, matrices
from csi_model.estimation.engine import describe, semopy_optimum
from csi_model.estimation.optimum import find_optimum
from csi_model.estimation.parameters import parameter_table
from csi_model.estimation.starts import start_values
from csi_model.survey.moments import sample_of


def test_description_names_every_parameter_under_an_alias() -> None:
    model = model_of(
        {"图像": "Q-1 Q.2", "满意": "S1"}, {"满意": "图像"}, modifiers=[modifier("图像 ~~ 2*图像")]
    )
    assert describe(parameter_table(model)).splitlines() == [
        "f0 =~ 1.0*x0", "f0 =~ p0*x1", "f1 =~ 1.0*x2", "f1 ~ p1*f0", "f0 ~~ 2.0*f0",
        "x0 ~~ p2*x0", "x1 ~~ p3*x1", "x2 ~~ 0.0*x2", "f1 ~~ p4*f1",
    ]  # fmt: skip


def test_a_construct_without_a_fixed_loading() -> None:
    """semopy's own start values would loop for ever here."""
    model = model_of(
        {"x": "x1 x2 x3", "y": "y1 y2 y3"},
        {"y": "x"},
        modifiers=[modifier("x =~ x1"), modifier("x ~~ 1*x")],
    )
    sample = sample_of(survey_of(model, chain_answers()[:, :6]))
    table = parameter_table(model)
    found = semopy_optimum(table, sample.cov, sample.n, start_values(table, sample.cov))
    own, _ = find_optimum(table, sample.cov, sample.n)
    assert found is not None
    np.testing.assert_allclose(found, own.values[0], atol=1e-5)


def test_the_host_program_keeps_its_logging() -> None:
    table = parameter_table(
        model_of({"x": "x1 x2 x3"}, {}, modifiers=[modifier("x =~ x1"), modifier("x ~~ 1*x")])
    )
    before, level = list(logging.root.handlers), logging.root.manager.disable
    answers = np.random.default_rng(1).normal(size=(100, 1)) + np.random.default_rng(2).normal(size=(100, 3))
    sample = np.cov(answers.T, bias=True)
    semopy_optimum(table, sample, 100, start_values(table, sample))
    assert logging.root.handlers == before
    assert logging.root.manager.disable == level


def test_the_lower_minimum_is_kept() -> None:
    """semopy stops at a variance of zero; our optimum lies below, where the variance is negative."""
    table = parameter_table(CHAIN)
    sample = sample_of(chain_survey())
    optimum, engine_f = find_optimum(table, sample.cov, sample.n)
    log_det = np.linalg.slogdet(sample.cov)[1]
    reached = discrepancy(matrices(table, optimum.values[0]).sigma, sample.cov, log_det)
    assert reached <= engine_f + 1e-12
    assert engine_f - reached < 1e-9


def test_threads_do_not_mix_models() -> None:
    """semopy's constructor shares class-level state; the lock keeps fits in threads apart."""
    cases = []
    for seed, model in enumerate((CHAIN, model_of({"a": "x1 x2 x3", "b": "q1 q2 q3"}, {"b": "a"}))):
        answers = chain_survey(seed=seed).answers[:, : len(model.indicators)]
        cases.append((parameter_table(model), sample_of(survey_of(model, answers))))
    alone = [find_optimum(table, sample.cov, sample.n)[0].values for table, sample in cases]
    found: dict[int, np.ndarray] = {}

    def work(k: int) -> None:
        table, sample = cases[k % 2]
        found[k] = find_optimum(table, sample.cov, sample.n)[0].values

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, values in found.items():
        np.testing.assert_array_equal(values, alone[k % 2])
    assert len(found) == 6
