"""Modification indices: lavaan's on the same optimum, hand examples, and what they promise when kept."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import YES_NO, Floats, factor_covariance, model_of, modifier, shared_data
from scipy import stats

from csi_model.estimation.modification import ModificationIndex, modification_indices
from csi_model.estimation.optimum import variance_bounds
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.estimation.solver import CovarianceProblem, fisher_scoring, minimise, polish
from csi_model.estimation.starts import start_values
from csi_model.model.catalogue import read_model
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import sample_of
from csi_model.survey.reading import read_survey

REFERENCE = Path(__file__).parents[1] / "parity" / "reference"
PARITY = 1e-7
"""Both programs stand at the optimum to rounding; the smallest of some 350 indices is 1e-7."""

MEASURED = {"x": "x1 x2 x3", "q": "q1 q2 q3", "v": "v1 v2", "s": "s1 s2 s3"}
LABELS = "x =~ a*x2;x =~ a*x3;v ~ b*q;s ~ b*v;q1 ~~ e*q1;q2 ~~ e*q2;q3 ~~ e*q3"
MODELS = {
    "american": model_of(
        {**MEASURED, "c": "c1", "l": "l1 l2"},
        {"q": "x", "v": "x q", "s": "x q v", "c": "s", "l": "s c"},
        scales={"c1": YES_NO},
    ),
    "labels": model_of(
        MEASURED,
        {"q": "x", "v": "x q", "s": "x q v"},
        modifiers=[modifier(text) for text in LABELS.split(";")],
    ),
    "fixed": model_of(
        {name: MEASURED[name] for name in "xqs"},
        {"q": "x", "s": "x q"},
        modifiers=[modifier("x =~ 0.8*x2"), modifier("q ~ 0.5*x")],
    ),
    "observed": model_of(
        {"x": "x1 x2 x3", "q2": "q2", "s1": "s1", "l2": "l2", "c1": "c1"},
        {"s1": "x q2", "l2": "s1 q2", "c1": "s1"},
        scales={"c1": YES_NO},
    ),
}
every_model = pytest.mark.parametrize("name", MODELS)

PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})


def optimum(table: ParameterTable, cov: Floats) -> tuple[Floats, float]:
    """Estimates and minimum of F."""
    found = polish(
        CovarianceProblem(table=table, sample=cov[None]),
        fisher_scoring(table, cov[None], start_values(table, cov)[None]),
    )
    assert found.gradient[0] < 1e-10
    return found.values[0], float(found.f[0])


def indices(model: ModelSpec, cov: Floats, n: int) -> tuple[ModificationIndex, ...]:
    table = parameter_table(model)
    return modification_indices(table, optimum(table, cov)[0], cov, n)


def key(lhs: str, op: str, rhs: str) -> tuple[str, ...]:
    return (op, *sorted((lhs, rhs))) if op == "~~" else (op, lhs, rhs)


def keyed(found: tuple[ModificationIndex, ...], *kinds: str) -> dict[tuple[str, ...], ModificationIndex]:
    chosen = [one for one in found if not kinds or one.kind in kinds]
    made = {key(one.lhs, one.op, one.rhs): one for one in chosen}
    assert len(made) == len(chosen), "a parameter is offered twice"
    return made


def reference(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((REFERENCE / f"modification_{name}.json").read_text(encoding="utf-8"))
    return read


@cache
def plain(name: str) -> tuple[ModificationIndex, ...]:
    names = [item.name for item in MODELS[name].indicators]
    answers = pd.read_csv(REFERENCE / "plain.csv")[names].to_numpy(dtype=float)
    return indices(MODELS[name], np.cov(answers.T, bias=True), len(answers))


@every_model
def test_against_lavaan(name: str) -> None:
    theirs = reference(name)
    assert theirs["meta"]["gradient"] < 1e-12
    rows = pd.DataFrame(theirs["indices"]).rename(columns={"sepc.all": "sepc"})
    ours = keyed(plain(name), "fixed", "new")
    for row in rows.itertuples():
        one = ours.pop(key(row.lhs, row.op, row.rhs))
        assert one.mi == pytest.approx(row.mi, rel=PARITY, abs=1e-12), one
        assert one.epc == pytest.approx(row.epc, rel=PARITY, abs=1e-9), one
        if pd.isna(row.sepc):  # a covariance with an error of 0
            assert np.isnan(one.sepc_all)
            assert "not positive" in one.why
        else:
            assert one.sepc_all == pytest.approx(row.sepc, rel=PARITY, abs=1e-9), one
        assert one.pvalue == pytest.approx(stats.chi2.sf(row.mi, 1), rel=1e-6, abs=1e-12)
    assert len(rows) > 10
    # what is left is not identified, or a covariance of observed variables, which lavaan does not offer
    for one in ours.values():
        assert np.isnan(one.mi) or (name == "observed" and one.op == "~~"), one


def test_released_labels_against_lavaan() -> None:
    """`lavTestScore(fit, release = k, epc = TRUE)`, one equality at a time."""
    rows = pd.DataFrame(reference("labels")["released"])
    ours = keyed(plain("labels"), "equal")
    assert len(ours) == 7  # three labels of 2, 2 and 3 parameters
    for row in rows.itertuples():
        one = ours[key(row.lhs, row.op, row.rhs)]
        assert (one.mi, one.pvalue, one.epc) == pytest.approx((row.mi, row.pvalue, row.epc), rel=PARITY)


def test_two_parameters_of_a_label_have_one_test() -> None:
    """Releasing either is the same model; they move apart."""
    ours = keyed(plain("labels"), "equal")
    first, second = ours["=~", "x", "x2"], ours["=~", "x", "x3"]
    assert first.mi == pytest.approx(second.mi, rel=1e-9)
    assert first.epc * second.epc < 0


def test_two_uncorrelated_variables_by_hand() -> None:
    """S = [[4, 1.2], [1.2, 9]], covariance fixed at 0: MI = n r^2 = 100 x .04, EPC the covariance itself."""
    model = model_of({"a": "a1", "b": "b1"}, {}, modifiers=[modifier("a ~~ 0*b")])
    found = keyed(indices(model, np.array([[4.0, 1.2], [1.2, 9.0]]), 100))
    one = found["~~", "a", "b"]
    assert (one.kind, one.mi, one.epc, one.sepc_all) == ("fixed", *map(pytest.approx, (4.0, 1.2, 0.2)))
    assert one.pvalue == pytest.approx(0.0455002638963584)  # both tails of the normal beyond 2
    assert found["~", "b", "a"].mi == pytest.approx(4.0)
    assert found["~", "b", "a"].epc == pytest.approx(0.3)  # 1.2 / 4
    assert found["~", "b", "a"].sepc_all == pytest.approx(0.2)


def misfit(size: float) -> Floats:
    """Covariances of ``PAIR`` with an error covariance of a2 and b3 that the model does not have."""
    blocks = np.kron(np.eye(2), np.array([[1.0], [0.9], [0.8]]))
    cov = factor_covariance(blocks, [[1, 0.5], [0.5, 1]], [0.5, 0.6, 0.4, 0.5, 0.7, 0.5])
    cov[1, 5] += size
    cov[5, 1] += size
    return cov


@pytest.mark.parametrize("extra", ["a2 ~~ b3", "a =~ b3", "b =~ a2", "b1 ~~ b2"])
def test_an_index_is_the_fall_of_chi_square_where_misfit_is_small(extra: str) -> None:
    """The first term of an expansion: what is left is of the size of the misfit, 1 % of the variances."""
    freed = replace(PAIR, modifiers=(modifier(extra),))
    n, cov = 1000, misfit(0.01)
    table = parameter_table(freed)
    values, f = optimum(table, cov)
    _, restricted = optimum(parameter_table(PAIR), cov)
    lhs, op, rhs = extra.split()
    one = keyed(indices(PAIR, cov, n))[key(lhs, op, rhs)]
    assert one.mi == pytest.approx(n * (restricted - f), rel=0.05)
    place = next(row.free for row in table.rows if (row.lhs, row.op, row.rhs) == (lhs, op, rhs))
    assert one.epc == pytest.approx(values[place], rel=0.05)
    assert one.sepc_all * one.epc > 0


def test_a_variance_is_standardised_by_the_whole() -> None:
    """The error of a1, truly .5, is held at .45 and belongs to an item of variance near 1.5."""
    model = replace(PAIR, modifiers=(modifier("a1 ~~ 0.45*a1"),))
    one = keyed(indices(model, misfit(0.0), 1000))["~~", "a1", "a1"]
    assert one.kind == "fixed"
    assert one.epc == pytest.approx(0.05, rel=0.1)
    assert one.sepc_all == pytest.approx(one.epc / 1.5, rel=0.05)


@pytest.mark.parametrize("size", [-0.2, 0.2])
def test_the_true_omission_comes_first(size: float) -> None:
    first = indices(PAIR, misfit(size), 500)[0]
    assert (first.lhs, first.op, first.rhs) == ("a2", "~~", "b3")
    assert first.kind == "new"
    assert np.sign(first.epc) == np.sign(size)
    assert first.sepc_all == pytest.approx(first.epc / np.sqrt(0.6 * 0.5), rel=0.1)


def test_largest_first_and_empty_ones_last() -> None:
    values = [one.mi for one in plain("american")]
    known = [value for value in values if np.isfinite(value)]
    # models that fit alike differ in the last digits
    assert (np.diff(known) <= 1e-8 * np.array(known[1:])).all()
    assert np.isfinite(values[: len(known)]).all()


def test_indices_grow_with_the_sample_and_changes_do_not() -> None:
    small, large = (keyed(indices(PAIR, misfit(0.1), n)) for n in (200, 400))
    for name, one in small.items():
        assert large[name].mi == pytest.approx(2 * one.mi, nan_ok=True)
        assert large[name].epc == pytest.approx(one.epc, nan_ok=True)


def test_answer_units_do_not_matter() -> None:
    """Item b3 in units ten times smaller: its covariances grow, tests and standardised changes stay."""
    unit = np.diag([1.0, 1, 1, 1, 1, 10])
    plain_units = keyed(indices(PAIR, misfit(0.1), 300))
    other = keyed(indices(PAIR, unit @ misfit(0.1) @ unit, 300))
    assert plain_units.keys() == other.keys()
    for name, one in plain_units.items():
        assert other[name].mi == pytest.approx(one.mi, rel=1e-6, abs=1e-9, nan_ok=True), name
        assert other[name].sepc_all == pytest.approx(one.sepc_all, rel=1e-6, abs=1e-9, nan_ok=True), name
    assert other["~~", "a2", "b3"].epc == pytest.approx(10 * plain_units["~~", "a2", "b3"].epc, rel=1e-6)


def test_what_cannot_be_freed_says_why() -> None:
    found = keyed(plain("american"), "fixed")
    assert all(np.isnan(one.mi) and np.isnan(one.pvalue) and one.why for one in found.values())
    assert "it sets the scale of x" in found["=~", "x", "x1"].why
    assert "could not be told from the variance" in found["~~", "c1", "c1"].why


def test_every_empty_number_says_why() -> None:
    for name in MODELS:
        for one in plain(name):
            empty = np.isnan([one.mi, one.pvalue, one.epc, one.sepc_all]).any()
            assert bool(one.why) == empty, one


def test_an_observed_variable_is_offered_no_loadings_and_no_errors() -> None:
    for one in plain("observed"):
        assert one.op != "=~" or one.lhs == "x"
        if one.op == "~~":
            assert {one.lhs, one.rhs} <= {"x1", "x2", "x3"} or not {one.lhs, one.rhs} & {"x1", "x2", "x3"}


def test_a_saturated_model_has_nothing_to_free() -> None:
    model = model_of({"a": "a1 a2 a3"}, {})
    found = indices(model, misfit(0.0)[:3, :3], 100)
    assert [(one.lhs, one.op, one.rhs) for one in found] == [("a", "=~", "a1")]
    assert np.isnan(found[0].mi)


def test_away_from_the_optimum_nothing_is_tested() -> None:
    table = parameter_table(PAIR)
    cov = misfit(0.1)
    found = modification_indices(table, optimum(table, cov)[0] * 1.01, cov, 100)
    assert found
    for one in found:
        assert np.isnan([one.mi, one.pvalue, one.epc, one.sepc_all]).all()
        assert "did not end" in one.why


def test_a_model_that_is_not_identified_has_no_tests() -> None:
    """One item cannot tell the variance of its construct from its own error."""
    model = model_of({"a": "a1", "b": "b1 b2 b3"}, {"b": "a"}, modifiers=[modifier("a1 ~~ a1")])
    loadings = [[1, 0], [0, 1], [0, 0.9], [0, 0.8]]
    cov = factor_covariance(loadings, [[1, 0.5], [0.5, 1]], [0.5] * 4)
    table = parameter_table(model)
    found = fisher_scoring(table, cov[None], start_values(table, cov)[None])
    rows = modification_indices(table, found.values[0], cov, 100)
    assert rows
    assert all(np.isnan(one.mi) and "not identified" in one.why for one in rows)


def test_a_variance_held_at_zero_counts_as_fixed() -> None:
    """a1 has a Heywood case; bounded, the model is that with the error of a1 fixed at 0."""
    cov = misfit(0.05)
    cov[0, 1:] *= 1.35
    cov[1:, 0] *= 1.35
    table = parameter_table(PAIR)
    problem = CovarianceProblem(table=table, sample=cov[None])
    lower = variance_bounds(table)
    bounded = polish(problem, minimise(problem, start_values(table, cov)[None], lower=lower), lower)
    place = next(row.free for row in table.rows if row.lhs == row.rhs == "a1")
    assert bounded.values[0, place] == 0
    ours = keyed(modification_indices(table, bounded.values[0], cov, 200), "new")
    zero = replace(PAIR, modifiers=(modifier("a1 ~~ 0*a1"),))
    theirs = keyed(indices(zero, cov, 200), "new")
    assert len(ours) > 10
    for name, one in theirs.items():
        assert ours[name].mi == pytest.approx(one.mi, rel=1e-6), name
        assert ours[name].epc == pytest.approx(one.epc, rel=1e-6), name
    assert ours.keys() == theirs.keys()


ACSI = {"EXP": "expectations", "QUAL": "quality", "VAL": "value", "SAT": "satisfaction",
        "COMPL": "complaints", "LOY": "loyalty"}  # fmt: skip


def test_acsi_2015_against_lavaan() -> None:
    """The ten largest. lavaan's default stop is 2e-5 from the optimum; the numbers written here
    are lavaan 0.6-14's at the optimum (Newton's method as in make_modification_reference.R).
    """
    stored = json.loads(shared_data("reference", "acsi2015_lavaan.json").read_text(encoding="utf-8"))
    model = read_model("acsi-repurchase")
    survey = read_survey(shared_data("data", "acsi2015.xlsx"), model)
    sample = sample_of(survey)
    found = indices(survey.model, sample.cov, sample.n)
    ours = keyed(found, "new")
    assert (found[0].lhs, found[0].op, found[0].rhs) == ("WRONGX", "~~", "WRONGQ")
    assert (found[0].mi, found[0].epc, found[0].sepc_all) == pytest.approx(
        (1431.717199395, 1.787032889, 0.4584592386), rel=1e-9
    )
    assert [one.mi for one in found[1:3]] == pytest.approx([212.587225475, 208.931679682], rel=1e-9)
    for row in stored["ml"]["modindices_top10"]:
        one = ours[key(ACSI.get(row["lhs"], row["lhs"]), row["op"], ACSI.get(row["rhs"], row["rhs"]))]
        assert one.mi == pytest.approx(row["mi"], rel=2e-5)
        assert one.epc == pytest.approx(row["epc"], rel=2e-5)
        if row["sepc.all"] is not None:
            assert one.sepc_all == pytest.approx(row["sepc.all"], rel=2e-5)
