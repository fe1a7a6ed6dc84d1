"""Groups fitted together, tests between such fits, score tests and path tests against lavaan 0.6-14.

The surveys come from ``make_inference_data.py``, the numbers from ``make_inference_reference.R``; each case
in the JSON files says call and model text. Both programs are at the optimum to rounding. The third survey
is the public ACSI one of 2015 by industry, which is no part of the project: lavaan stopped there at its
own tolerance.

Where the programs differ on purpose, lavaan on the left:

* **Satorra and Bentler's test of 2010.** lavaan takes the parameters of the restricted model by name, so
  that from metric to scalar the latent means are lost; ``satorra_bentler_2010`` is what the paper asks for.
* **Score tests.** lavaan releases the copy of a group against the first group; ours also the first group's,
  and a parameter in all groups at once (``test_score_tests.py``).
* **GFI and AGFI** are not made for groups.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of, shared_data, survey_of

from csi_model.comparison.invariance import STEPS, joint_measures, measurement_model
from csi_model.comparison.path_tests import PathTest, path_tests
from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import delta_errors
from csi_model.estimation.group_fitting import (
    GroupEvidence,
    JointFit,
    difference,
    fit_jointly,
    group_evidence,
    positive_difference,
)
from csi_model.estimation.score_tests import score_tests
from csi_model.estimation.standardised import standardised
from csi_model.evaluation.fit_measures import fit_measures, joint_srmr
from csi_model.model.catalogue import read_model
from csi_model.model.spec import ModelSpec
from csi_model.survey.moments import sample_of
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey

FOLDER = Path(__file__).parent / "reference"
ESTIMATES = 1e-8
"""Both programs leave a gradient below 1e-12; the worst curvature here multiplies it by less than 1e4."""
ERRORS = 1e-7
"""lavaan differences its gradient numerically for the observed Hessian."""
STANDARDISED_ERRORS = 1e-6
"""lavaan differences the standardised solution numerically."""
MEASURES = 1e-7
"""Scaling factors rest on the numerical Hessian too."""
INTERVALS = 1e-5
"""lavaan's search for the ends of the RMSEA interval stops early."""

HOLZINGER = model_of({"visual": "x1 x2 x3", "textual": "x4 x5 x6", "speed": "x7 x8 x9"}, {})
REGIONS = model_of(
    {"x": "x1 x2 x3", "q": "q1 q2 q3", "v": "v1 v2", "s": "s1 s2 s3"}, {"q": "x", "v": "x q", "s": "x q v"}
)
SURVEYS: dict[str, tuple[ModelSpec, str, str, tuple[str, ...]]] = {
    "holzinger_schools": (HOLZINGER, "holzinger.csv", "school", ("Pasteur", "Grant-White")),
    "groups": (REGIONS, "groups.csv", "g", ("north", "south", "west")),
}
"""Model, data, group column and the groups in lavaan's order, that of appearance."""

EQUAL = dict(STEPS)
ESTIMATORS = ("ml", "mlr")
CASES = [(name, estimator, step) for name in SURVEYS for estimator in ESTIMATORS for step in EQUAL]
every_case = pytest.mark.parametrize(("name", "estimator", "step"), CASES)
every_drop = pytest.mark.parametrize(
    ("name", "estimator", "below", "step"),
    [
        (name, estimator, below, step)
        for name in SURVEYS
        for estimator in ESTIMATORS
        for below, step in zip(list(EQUAL)[:-1], list(EQUAL)[1:], strict=True)
    ],
)


@cache
def reference(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert read["meta"]["version"] == "0.6.14"
    return read


def grouped(model: ModelSpec, data: str, column: str) -> Survey:
    frame = pd.read_csv(FOLDER / data)
    return survey_of(model, frame[[i.name for i in model.indicators]], groups={column: list(frame[column])})


def evidence_in_order(model: ModelSpec, survey: Survey, names: tuple[str, ...]) -> GroupEvidence:
    values = np.array(survey.groups[0])
    return group_evidence(model, names, [sample_of(survey, values == name) for name in names])


@cache
def evidence(name: str) -> GroupEvidence:
    model, data, column, order = SURVEYS[name]
    return evidence_in_order(model, grouped(model, data, column), order)


@cache
def joint(name: str, estimator: str, step: str) -> JointFit:
    return fit_jointly(evidence(name), equal=EQUAL[step], robust=estimator == "mlr")


def parameters(fit: JointFit) -> pd.DataFrame:
    """Every parameter that lavaan lists, group after group, with the standardised solution."""
    rows = []
    for group in range(len(fit.evidence.parts)):
        table, values, covariance = fit.of_group(group)
        std, std_se = delta_errors(lambda x, own=table: standardised(own, x), values, covariance)
        for row, unit, unit_se in zip(table.rows, std, std_se, strict=True):
            free = row.free >= 0
            se = np.sqrt(covariance[row.free, row.free]) if free else 0.0
            est = values[row.free] if free else row.value
            if not row.implied:
                rows.append((row.lhs, row.op, row.rhs, group + 1, est, se, unit, unit_se))
    names = ["lhs", "op", "rhs", "group", "est", "se", "std_all", "std_se"]
    return pd.DataFrame(rows, columns=names)


def keyed(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [
        (row.group, row.op, *(sorted((row.lhs, row.rhs)) if row.op == "~~" else (row.lhs, row.rhs)))
        for row in frame.itertuples()
    ]
    made = frame.set_index(pd.Index(keys, tupleize_cols=False))
    assert made.index.is_unique
    return made


def assert_same_parameters(fit: JointFit, theirs: pd.DataFrame) -> None:
    ours, ref = keyed(parameters(fit)), keyed(theirs)
    assert set(ours.index) == set(ref.index)
    ref = ref.loc[ours.index]
    near = {"est": ESTIMATES, "std_all": ESTIMATES, "se": ERRORS, "std_se": STANDARDISED_ERRORS}
    for column, tolerance in near.items():
        np.testing.assert_allclose(ours[column], ref[column], rtol=tolerance, atol=tolerance, err_msg=column)


@every_case
def test_parameters(name: str, estimator: str, step: str) -> None:
    told = reference(name)[estimator][step]
    assert told["meta"]["gradient"] < 1e-12
    assert joint(name, estimator, step).gradient < 1e-12
    assert_same_parameters(joint(name, estimator, step), pd.DataFrame(told["parameters"]))


@every_case
def test_construct_moments(name: str, estimator: str, step: str) -> None:
    """Means and covariances of the constructs, their paths counted in."""
    fit, told = joint(name, estimator, step), reference(name)[estimator][step]["groups"]
    assert fit.evidence.names == tuple(told["labels"])
    assert [part.sample.n for part in fit.evidence.parts] == told["n"]
    for group, label in enumerate(told["labels"]):
        table, values, _ = fit.of_group(group)
        mats = matrices(table, values)
        assert table.constructs == tuple(told["constructs"])
        np.testing.assert_allclose(mats.centre, told["means"][label], atol=ESTIMATES)
        np.testing.assert_allclose(mats.phi.ravel(), told["covariances"][label], rtol=ESTIMATES)


def assert_same_measures(fit: JointFit, theirs: dict[str, Any], near: float) -> None:
    found = fit_measures(fit.test, npar=fit.n_free, sample=np.eye(2), sigma=np.eye(2))
    ours = {measure.name: measure.value for measure in found if measure.name not in ("gfi", "agfi")}
    ours |= {"srmr": joint_srmr(fit), "baseline_df": float(fit.test.baseline_df)}
    ours |= {"baseline_chisq": fit.test.baseline_chisq, "ntotal": ours.pop("n")}
    if fit.test.scaling is not None:
        ours["baseline_chisq_scaling_factor"] = fit.test.scaling.baseline
    for measure, value in ours.items():
        ref = theirs[measure.replace("_", ".") if measure.replace("_", ".") in theirs else measure]
        tolerance = max(near, INTERVALS) if "_ci_" in measure else near
        # an RMSEA near 0 is the root of a difference of two large numbers
        assert value == pytest.approx(ref, rel=tolerance, abs=1e-7 if "rmsea" in measure else 1e-12), measure


@every_case
def test_fit_measures(name: str, estimator: str, step: str) -> None:
    fit, theirs = joint(name, estimator, step), reference(name)[estimator][step]["fit"]
    assert (fit.test.scaling is not None) == (estimator == "mlr")
    assert_same_measures(fit, theirs, MEASURES)
    ending = ".robust" if estimator == "mlr" else ""
    wanted = {key: theirs[f"{key}{ending}"] for key in ("cfi", "tli", "rmsea")} | {"srmr": theirs["srmr"]}
    assert joint_measures(fit) == pytest.approx(wanted, rel=MEASURES)


@every_drop
def test_differences(name: str, estimator: str, below: str, step: str) -> None:
    told = reference(name)[estimator]["tests"][step]
    drop = difference(joint(name, estimator, below), joint(name, estimator, step))
    wanted = told["plain" if estimator == "ml" else "satorra_bentler_2001"]
    assert drop.chisq == pytest.approx(wanted["chisq_diff"], rel=MEASURES)
    assert drop.df == wanted["df_diff"]
    assert drop.method == ("likelihood ratio" if estimator == "ml" else "Satorra-Bentler 2001")
    assert not drop.why


@every_drop
def test_positive_differences(name: str, estimator: str, below: str, step: str) -> None:
    drop = positive_difference(joint(name, estimator, below), joint(name, estimator, step))
    if estimator == "ml":
        assert np.isnan(drop.chisq)
        assert drop.why == "the fits have no scaled test"
        return
    told = reference(name)["mlr"]["tests"][step]
    assert drop.chisq == pytest.approx(told["satorra_bentler_2010"]["chisq_diff"], rel=MEASURES)
    lost_means = step == "scalar"
    assert (drop.chisq != pytest.approx(told["lavaan_2010"]["chisq_diff"], rel=1e-3)) == lost_means


@pytest.mark.parametrize("name", SURVEYS)
@pytest.mark.parametrize("step", ["metric", "scalar"])
def test_score_tests_of_single_groups(name: str, step: str) -> None:
    told = reference(name)["ml"]["score"][step]
    names = SURVEYS[name][3]
    found = {(test.key, test.group): test for test in score_tests(joint(name, "ml", step))}
    for lhs, op, rhs, other, chisq, pvalue in zip(
        *(told[column] for column in ("lhs", "op", "rhs", "other_group", "chisq", "pvalue")), strict=True
    ):
        test = found[(lhs, op, rhs), names[other - 1]]
        assert test.chisq == pytest.approx(chisq, rel=1e-6, abs=1e-9)
        assert test.pvalue == pytest.approx(pvalue, rel=1e-5)
        assert test.df == 1
    assert len({key for key, _ in found}) == len({*zip(told["lhs"], told["op"], told["rhs"], strict=True)})


@cache
def path_results(estimator: str) -> dict[tuple[str, str], PathTest]:
    model, data, column, _ = SURVEYS["groups"]
    found = path_tests(model, grouped(model, data, column), robust=estimator == "mlr")
    return {(test.target, test.source): test for test in found}


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_path_tests(estimator: str) -> None:
    told = reference("groups_paths")[estimator]
    singles = {(one["outcome"], one["driver"]): one for one in told["single"].values()}
    singles["", ""] = {"tests": told["equal_tests"], "wald": told["wald"]}
    assert set(path_results(estimator)) == set(singles)
    for key, test in path_results(estimator).items():
        one = singles[key]
        assert test.wald == pytest.approx(one["wald"]["chisq"], rel=MEASURES)
        assert test.df == one["wald"]["df"]
        wanted = one["tests"]["plain" if estimator == "ml" else "satorra_bentler_2001"]
        if wanted["chisq_diff"] is not None:
            assert test.chisq == pytest.approx(wanted["chisq_diff"], rel=1e-6)
            assert test.pvalue == pytest.approx(wanted["pvalue"], rel=1e-5)


def test_a_scaled_difference_that_does_not_exist() -> None:
    """Quality to satisfaction, which differs most: both scaling factors are negative in lavaan too."""
    told = reference("groups_paths")["mlr"]["single"]["sq"]
    assert told["tests"]["satorra_bentler_2001"]["chisq_diff"] is None
    assert told["tests"]["satorra_bentler_2010"]["chisq_diff"] < 0
    test = path_results("mlr")["s", "q"]
    assert np.isnan(test.chisq)
    assert (test.method, test.why) == ("Wald", "the scaling of the difference is not positive")
    assert test.pvalue == pytest.approx(told["wald"]["pvalue"], rel=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(("case", "equal"), [("free", ("loadings",)), ("equal", ("loadings", "paths"))])
def test_fits_behind_the_path_tests(estimator: str, case: str, equal: tuple[str, ...]) -> None:
    told = reference("groups_paths")[estimator][case]
    fit = fit_jointly(evidence("groups"), equal=equal, robust=estimator == "mlr")
    assert_same_parameters(fit, pd.DataFrame(told["parameters"]))
    assert_same_measures(fit, told["fit"], MEASURES)


INDUSTRIES = "acsi2015_invariance_INDUSTRY_lavaan.json"
ACSI = {"EXP": "expectations", "QUAL": "quality", "VAL": "value", "SAT": "satisfaction"}
STOPPED = 3e-6
"""lavaan's default stop: its configural chi-square of 2827.57 lies 9e-7 above the minimum. Scaling factors
and standard errors, which move with the estimates, are 1e-6 away."""


@cache
def industries() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(shared_data("reference", INDUSTRIES).read_text(encoding="utf-8"))
    return read


@cache
def industry(estimator: str, step: str) -> JointFit:
    model = read_model("acsi-repurchase")
    survey = read_survey(shared_data("data", "acsi2015.xlsx"), model, by=["INDUSTRY"])
    measured = measurement_model(model)
    columns = [survey.names.index(item.name) for item in measured.indicators]
    labels, samples = np.array(survey.groups[0]), []
    for name in industries()["meta"]["group_order"]:
        whole = sample_of(survey, labels == name)
        samples.append(
            replace(
                whole, mean=whole.mean[columns], cov=whole.cov[np.ix_(columns, columns)],
                answers=whole.answers[:, columns],
            )
        )  # fmt: skip
    seen = group_evidence(measured, industries()["meta"]["group_order"], samples)
    return fit_jointly(seen, equal=EQUAL[step], robust=estimator == "MLR")


def distance(step: str) -> float:
    """How many standard errors lavaan's estimates may be away: the root of its excess of chi-square.

    Near the minimum chi-square rises by at least the square of every estimate's move in standard errors.
    """
    excess = industries()["ML"][step]["fit"]["chisq"] - industry("ML", step).test.chisq
    assert 0 < excess < 1e-5
    return float(1.1 * np.sqrt(excess))


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
class TestIndustries:
    """The 7,341 complete interviews of 2015 in four industries."""

    @pytest.mark.slow
    @pytest.mark.parametrize("step", EQUAL)
    def test_fit_measures(self, estimator: str, step: str) -> None:
        theirs = industries()[estimator][step]["fit"]
        fit = industry(estimator, step)
        assert fit.test.chisq == pytest.approx(theirs["chisq"], abs=1e-5)
        assert fit.test.chisq <= theirs["chisq"] + 1e-8
        assert_same_measures(fit, theirs, STOPPED)

    @pytest.mark.slow
    @pytest.mark.parametrize("step", ["scalar", "strict"])
    def test_latent_means(self, estimator: str, step: str) -> None:
        told = industries()[estimator][step]["latent_means"]
        ours = keyed(parameters(industry("ML", step)))
        names, away = industry("ML", step).evidence.names, distance(step)
        for group, name in enumerate(names):
            for theirs, construct in ACSI.items():
                row = ours.loc[[(group + 1, "~1", construct, "")]].iloc[0]
                assert abs(row["est"] - told[name][theirs]) <= away * row["se"]

    @pytest.mark.slow
    def test_parameters_of_the_scalar_step(self, estimator: str) -> None:
        theirs = pd.DataFrame(industries()[estimator]["scalar"]["parameters"]).replace(
            {"lhs": ACSI, "rhs": ACSI}
        )
        theirs = keyed(theirs[theirs["op"] != "=="])
        ours = keyed(parameters(industry(estimator, "scalar")))
        assert set(ours.index) == set(theirs.index)
        theirs = theirs.loc[ours.index]
        errors = keyed(parameters(industry("ML", "scalar")))
        away = distance("scalar")
        assert (abs(ours["est"] - theirs["est"]) <= away * errors["se"]).all()
        assert (abs(ours["std_all"] - theirs["std.all"]) <= away * errors["std_se"] + 1e-12).all()
        np.testing.assert_allclose(ours["se"], theirs["se"], rtol=1e-4, atol=1e-12)

    @pytest.mark.slow
    def test_differences(self, estimator: str) -> None:
        rows = industries()[estimator]["lrt"]
        for below, step, row in zip(list(EQUAL)[:-1], list(EQUAL)[1:], rows[1:], strict=True):
            drop = difference(industry(estimator, below), industry(estimator, step))
            assert drop.chisq == pytest.approx(row["Chisq diff"], rel=1e-5)
            assert drop.df == row["Df diff"]

    @pytest.mark.slow
    @pytest.mark.parametrize("step", ["metric", "scalar"])
    def test_largest_score_tests(self, estimator: str, step: str) -> None:
        """lavaan names parameters by their place in its table, 47 to a group."""
        rows = industries()[estimator]["scalar"]["parameters"]
        fit = industry(estimator, step)
        found = {(test.key, test.group): test for test in score_tests(fit)}
        for one in industries()[estimator][step]["score_tests"]:
            first, other = (int(one[side].strip(".p")) - 1 for side in ("lhs", "rhs"))
            row = rows[first]
            assert row["group"] == 1
            key = (ACSI.get(row["lhs"], row["lhs"]), row["op"], row["rhs"])
            test = found[key, fit.evidence.names[rows[other]["group"] - 1]]
            assert test.chisq == pytest.approx(one["X2"], rel=1e-4)
