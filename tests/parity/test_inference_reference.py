"""Robust, full-information and design-based fits against lavaan 0.6-14.

The surveys come from ``make_inference_data.py``, the numbers from ``make_inference_reference.R``; each case
in the JSON files says call and model text. Both programs are at the optimum to rounding. Bollen's is the
classic model of political democracy with its six residual covariances.

Where the programs differ on purpose, lavaan on the left:

* **Weights.** B is ``sum w^2 s s'``; ours is that of the design, with n / (n - 1). Variances and scaling
  factors are n / (n - 1) times lavaan's, and nothing else differs. With clusters both have m / (m - 1).
* **Means with clusters and ``weights_means``.** lavaan adds a mean structure, which takes part in the
  scaling factors: ``tr(B S^-1) - tr(B Sigma^-1)`` over the means, where B is not S as it is for a simple
  sample. Ours has means with ``missing_data="available"`` only, and then agrees; with complete answers
  everything else agrees.
* **Robust measures with means, but without gaps.** lavaan turns to the complete-data discrepancy of Zhang
  and Savalei (2023) where it is told ``missing = "ml"``, which these runs were not; ours with every
  full-information fit (``test_robust_measures_without_gaps`` has lavaan's numbers for that).
* **SRMR, GFI and AGFI with means.** lavaan counts residual means; ours never does: its ``_nomean`` SRMR is
  compared, and GFI and AGFI where there are no means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import YES_NO, model_of, modifier, survey_of

from csi_model.estimation.covariance import matrices
from csi_model.estimation.delta import delta_errors
from csi_model.estimation.fits import Fit, Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.inference import Evidence, ModelTest
from csi_model.estimation.likelihood import patterns_of
from csi_model.estimation.missing import saturated
from csi_model.estimation.standardised import standardised
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.fit_measures import fit_measures
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec

FOLDER = Path(__file__).parent / "reference"
ESTIMATES = 1e-9
"""Both programs leave a gradient below 1e-13."""
ERRORS = 1e-7
"""lavaan differences its gradient numerically for the observed Hessian."""
STANDARDISED_ERRORS = 1e-6
"""lavaan differences the standardised solution numerically."""
MEASURES = 1e-6
"""lavaan's fit of independence with gaps is not polished: its scaling factor is off by 3e-7."""
INTERVALS = 1e-5
"""lavaan's search for the ends of the RMSEA interval stops early."""
MOMENTS = 1e-7
"""lavaan's saturated moments come from EM steps, which creep; in standard deviations of the items."""

MEASURED = {"x": "x1 x2 x3", "q": "q1 q2 q3", "v": "v1 v2", "s": "s1 s2 s3"}
DEMOCRACY = {"ind60": "x1 x2 x3", "dem60": "y1 y2 y3 y4", "dem65": "y5 y6 y7 y8"}
BOLLEN = model_of(
    DEMOCRACY,
    {"dem60": "ind60", "dem65": "ind60 dem60"},
    modifiers=[
        modifier(text) for text in ("y1 ~~ y5", "y2 ~~ y4", "y2 ~~ y6", "y3 ~~ y7", "y4 ~~ y8", "y6 ~~ y8")
    ],
)
HOLZINGER = model_of({"visual": "x1 x2 x3", "textual": "x4 x5 x6", "speed": "x7 x8 x9"}, {})
AMERICAN = model_of(
    {**MEASURED, "c": "c1", "l": "l1 l2"},
    {"q": "x", "v": "x q", "s": "x q v", "c": "s", "l": "s c"},
    index="s",
    scales={"c1": YES_NO},
)
NARROW = model_of(MEASURED, {"q": "x", "v": "q", "s": "v"})
"""Fits badly enough for no measure to be cut at 0 or 1."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A reference run (``file/case``) and ours.

    ``apart`` names measures that differ on purpose; ``other_means`` where one program has intercepts and
    the other has not.
    """

    theirs: str
    model: ModelSpec
    data: str
    weight: str = ""
    cluster: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    other_means: bool = False


MLR = {"estimator": "mlr"}
FIML = {"estimator": "fiml"}
AVAILABLE = {"estimator": "mlr", "missing_data": "available"}
WITH_MEANS = ("gfi", "agfi")
COUNTED = ("npar", "aic", "bic")
SCALED = (
    "chisq_scaled", "pvalue_scaled", "chisq_scaling_factor", "cfi_scaled", "tli_scaled", "rmsea_scaled",
    "rmsea_ci_lower_scaled", "rmsea_ci_upper_scaled",
)  # fmt: skip
ROBUST = ("cfi_robust", "tli_robust", "rmsea_robust", "rmsea_ci_lower_robust", "rmsea_ci_upper_robust")


def _case(theirs: str, model: ModelSpec, data: str, **rest: Any) -> Case:
    return Case(theirs=theirs, model=model, data=f"{data}.csv", **rest)


def _textbook(book: str, model: ModelSpec) -> dict[str, Case]:
    bare = {"apart": (*WITH_MEANS, *COUNTED), "other_means": True}
    return {
        f"{book}: ml": _case(f"{book}/ml", model, book),
        f"{book}: ml, observed information": _case(
            f"{book}/ml_observed", model, book, options={"information": "observed"}
        ),
        f"{book}: mlr": _case(f"{book}/mlr", model, book, options=MLR),
        f"{book}: mlr, means in lavaan": _case(f"{book}/mlr_means", model, book, options=MLR, **bare),
        f"{book}: mlm": _case(f"{book}/mlm", model, book, options={"estimator": "mlm"}),
        f"{book}: fiml without gaps": _case(
            f"{book}/ml_observed", model, book, options=FIML, apart=(*COUNTED, *ROBUST), other_means=True
        ),
        f"{book}: robust fiml without gaps": _case(
            f"{book}/mlr_means", model, book, options=AVAILABLE, apart=(*WITH_MEANS, *ROBUST)
        ),
    }


def _gaps(name: str, **rest: Any) -> Case:
    model = NARROW if name.endswith("narrow") else AMERICAN
    file = "design" if rest.keys() & {"weight", "cluster"} else "gaps"
    return _case(f"{file}/{name}", model, "gaps", apart=WITH_MEANS, **rest)


def _design(name: str, apart: tuple[str, ...] = (), **rest: Any) -> Case:
    model = NARROW if name.endswith("narrow") else AMERICAN
    return _case(f"design/{name}", model, "plain", apart=apart, **rest)


LESS = {"apart": (*WITH_MEANS, *COUNTED, *SCALED, *ROBUST), "options": MLR, "other_means": True}
"""What is left of a comparison with a mean structure that takes part in the scaling factors."""
MORE = {"apart": (*WITH_MEANS, *ROBUST), "options": AVAILABLE}

CASES = {
    **_textbook("bollen", BOLLEN),
    **_textbook("holzinger", HOLZINGER),
    "bollen: fiml": _case("bollen/fiml", BOLLEN, "bollen_gaps", options=FIML, apart=WITH_MEANS),
    "bollen: robust fiml": _case(
        "bollen/fiml_mlr", BOLLEN, "bollen_gaps", options=AVAILABLE, apart=WITH_MEANS
    ),
    "gaps: listwise": _case("gaps/listwise", AMERICAN, "gaps"),
    "gaps: fiml": _gaps("fiml", options=FIML),
    "gaps: fiml, narrow": _gaps("fiml_narrow", options=FIML),
    "gaps: fiml, expected information": _case(  # our robust measures keep to observed information
        "gaps/fiml_expected",
        AMERICAN,
        "gaps",
        apart=(*WITH_MEANS, *ROBUST),
        options={**FIML, "information": "expected"},
    ),
    "gaps: robust fiml": _gaps("fiml_mlr", options=AVAILABLE),
    "gaps: robust fiml, narrow": _gaps("fiml_mlr_narrow", options=AVAILABLE),
    "weights": _design("weights", weight="weight", options=MLR),
    "weights, plain ml": _design("weights", weight="weight"),
    "weights, means in lavaan": _design("weights_means", weight="weight", **LESS),
    "weights, means in both": _design("weights_means", weight="weight", **MORE),
    "weights, means in both, narrow": _design("weights_narrow", weight="weight", **MORE),
    "weights and gaps": _gaps("gaps_weights", weight="weight", options=AVAILABLE),
    "weights and gaps, narrow": _gaps("gaps_weights_narrow", weight="weight", options=AVAILABLE),
    "weights and gaps, plain fiml": _gaps("gaps_weights_narrow", weight="weight", options=FIML),
    "clusters, means in lavaan": _design("clusters", cluster="cluster", **LESS),
    "clusters, means in both": _design("clusters", cluster="cluster", **MORE),
    "clusters, means in both, narrow": _design("clusters_narrow", cluster="cluster", **MORE),
    "clusters and gaps": _gaps("gaps_clusters", cluster="cluster", options=AVAILABLE),
}

every_case = pytest.mark.parametrize("name", CASES)


@cache
def _file(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return read


def reference(name: str) -> dict[str, Any]:
    file, case = CASES[name].theirs.split("/")
    found: dict[str, Any] = _file(file)[case]
    return found


@cache
def our(name: str) -> Fit:
    case = CASES[name]
    frame = pd.read_csv(FOLDER / case.data)
    survey = survey_of(
        case.model,
        frame[[item.name for item in case.model.indicators]],
        weights=frame[case.weight] if case.weight else None,
        cluster=frame[case.cluster] if case.cluster else None,
    )
    return fit(case.model, survey, **case.options)


def solution(name: str) -> Solution:
    found = our(name).pooled.solution
    assert found is not None
    return found


@cache
def results(name: str) -> Results:
    return evaluate(our(name))


def divisor(name: str) -> float:
    """Our design-based variances have n / (n - 1), lavaan's with weights have not; n is 400."""
    return 400 / 399 if CASES[name].weight else 1.0


@cache
def paired(name: str) -> pd.DataFrame:
    """Our and lavaan's parameters side by side, suffixes ``_our`` and ``_ref``."""
    made = solution(name)
    table, p = made.table, len(made.table.indicators)
    values, errors = delta_errors(lambda x: standardised(table, x), made.values, made.covariance[p:, p:])
    shown = [k for k, row in enumerate(table.rows) if not row.implied]
    ours = results(name).tables["parameters"]
    np.testing.assert_array_equal(ours["std_all"], values[shown])
    ours = ours.assign(std_se=errors[shown])
    theirs = pd.DataFrame(reference(name)["parameters"])
    if CASES[name].other_means:
        ours, theirs = ours.query("op != '~1'"), theirs.query("op != '~1'")
    frames = {}
    for who, frame in (("our", ours), ("ref", theirs)):
        keys = [
            (row.op, *(sorted((row.lhs, row.rhs)) if row.op == "~~" else (row.lhs, row.rhs)))
            for row in frame.itertuples()
        ]
        frames[who] = frame.set_index(pd.Index(keys, tupleize_cols=False)).add_suffix(f"_{who}")
        assert frames[who].index.is_unique
    assert set(frames["our"].index) == set(frames["ref"].index)
    return pd.concat(frames.values(), axis=1)


@every_case
def test_reference_is_at_the_optimum(name: str) -> None:
    meta = reference(name)["meta"]
    assert meta["gradient"] < 1e-13
    assert meta["data"] == CASES[name].data
    assert _file(CASES[name].theirs.split("/")[0])["meta"]["version"] == "0.6.14"


@pytest.mark.slow
@every_case
def test_estimates(name: str) -> None:
    both = paired(name)
    for column in ("est", "std_all"):
        np.testing.assert_allclose(
            both[f"{column}_our"], both[f"{column}_ref"], rtol=ESTIMATES, atol=ESTIMATES, err_msg=column
        )


@every_case
def test_standard_errors(name: str) -> None:
    both = paired(name)
    free = both["free_our"].to_numpy(dtype=bool)
    wanted = both["se_ref"][free] * np.sqrt(divisor(name))
    np.testing.assert_allclose(both["se_our"][free], wanted, rtol=ERRORS)
    np.testing.assert_allclose(both["z_our"][free], both["est_our"][free] / wanted, rtol=ERRORS)
    assert (both["se_ref"][~free] == 0).all()
    assert both["se_our"][~free].isna().all()


@every_case
def test_standard_errors_of_the_standardised_solution(name: str) -> None:
    """By the delta method; a number that is fixed in any scaling (a variance of 1) has none."""
    both = paired(name)
    wanted = both["std_se_ref"] * np.sqrt(divisor(name))
    np.testing.assert_allclose(both["std_se_our"], wanted, rtol=STANDARDISED_ERRORS, atol=1e-12)


def with_their_divisor(test: ModelTest, name: str) -> ModelTest:
    """Our test with lavaan's scaling factors: all of them are linear in B."""
    by = divisor(name)
    if by == 1 or test.scaling is None or test.robust is None:
        return test
    own, robust = test.scaling, test.robust
    return replace(
        test,
        scaling=replace(own, factor=own.factor / by, baseline=own.baseline / by),
        robust=replace(robust, factor=robust.factor / by, baseline_factor=robust.baseline_factor / by),
    )


def measures(name: str) -> dict[str, float]:
    """Our fit measures; under weights with lavaan's divisor."""
    made = solution(name)
    found = fit_measures(
        with_their_divisor(made.test, name),
        npar=made.table.n_free,
        sample=our(name).pooled.sample.cov,
        sigma=matrices(made.table, made.values).sigma,
    )
    return {measure.name: measure.value for measure in found}


@every_case
def test_fit_measures(name: str) -> None:
    theirs = {measure.replace(".", "_"): value for measure, value in reference(name)["fit"].items()}
    theirs |= {"srmr": theirs["srmr_bentler_nomean"], "n": theirs["ntotal"]}
    compared = set()
    for measure, value in measures(name).items():
        if measure in CASES[name].apart or measure not in theirs:
            continue
        compared.add(measure)
        wanted = theirs[measure]
        near = INTERVALS if "ci_" in measure else MEASURES
        # an RMSEA near 0 is the root of a difference of two large numbers
        least = 1e-7 if measure.startswith("rmsea") else 1e-12
        assert value == pytest.approx(wanted, rel=near, abs=least), measure
    assert {"chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_upper", "srmr", "logl"} <= compared
    assert set(measures(name)) - compared <= {*CASES[name].apart, *(ROBUST if _plain(name) else ())}
    if not _plain(name) and not CASES[name].apart:
        assert {*SCALED, *ROBUST} <= compared


def _plain(name: str) -> bool:
    """No scaling in lavaan's run."""
    return reference(name)["meta"]["scaling_factor"] is None


@every_case
def test_the_table_shows_the_measures(name: str) -> None:
    """What is compared above stands in fit.csv (under weights: with our divisor)."""
    made = solution(name)
    shown = results(name).tables["fit"].set_index("measure")["value"]
    for measure, value in measures(name).items():
        if divisor(name) == 1 or not measure.endswith(("_scaled", "_factor", "_robust")):
            assert shown[measure] == value
    if made.test.scaling is not None:
        assert shown["chisq_scaling_factor"] == made.test.scaling.factor


@every_case
def test_baseline(name: str) -> None:
    theirs, test = reference(name)["fit"], solution(name).test
    assert test.baseline_df == theirs["baseline.df"]
    assert test.baseline_chisq == pytest.approx(theirs["baseline.chisq"], rel=MEASURES)
    if not _plain(name) and "chisq_scaling_factor" not in CASES[name].apart:
        assert test.scaling is not None
        wanted = theirs["baseline.chisq.scaling.factor"] * divisor(name)
        assert test.scaling.baseline == pytest.approx(wanted, rel=MEASURES)


@pytest.mark.parametrize("name", ["bollen: fiml", "gaps: fiml"])
def test_saturated_moments(name: str) -> None:
    theirs, sample = reference(name)["saturated"], our(name).pooled.sample
    items = [item.name for item in CASES[name].model.indicators]
    order = [theirs["items"].index(item) for item in items]
    cov = np.reshape(theirs["cov"], (len(items), len(items)))[np.ix_(order, order)]
    sd = np.sqrt(np.diag(cov))
    np.testing.assert_allclose(sample.mean / sd, np.array(theirs["mean"])[order] / sd, rtol=0, atol=MOMENTS)
    np.testing.assert_allclose(sample.cov / np.outer(sd, sd), cov / np.outer(sd, sd), rtol=0, atol=MOMENTS)
    data = patterns_of(sample.answers, sample.weights)
    assert len(data.share) == theirs["patterns"]
    level = saturated(data, tuple(items)).deviance + data.share @ data.answered.sum(axis=1) * np.log(
        2 * np.pi
    )
    assert -sample.n / 2 * level == pytest.approx(reference(name)["fit"]["unrestricted.logl"], rel=1e-12)


def test_expected_information_with_gaps_is_another_number() -> None:
    """lavaan's ``information = "expected"`` with gaps; ours are the observed ones, which hold under MAR."""
    theirs = pd.DataFrame(_file("gaps")["fiml_expected"]["parameters"])
    made = solution("gaps: fiml")
    data = patterns_of(our("gaps: fiml").pooled.sample.answers, np.ones(made.test.n))
    evidence = Evidence(table=made.table, sample=our("gaps: fiml").pooled.sample, data=data)
    expected = np.sqrt(np.diag(np.linalg.inv(evidence.expected(made.values) * made.test.n / 2)))
    wanted = {(row.lhs, row.op, row.rhs): row.se for row in theirs.itertuples()}
    rows = [row for row in made.table.free_rows if row.op in ("=~", "~", "~1")]
    np.testing.assert_allclose(
        [expected[row.free] for row in rows], [wanted[row.lhs, row.op, row.rhs] for row in rows], rtol=ERRORS
    )
    p = len(made.table.indicators)
    ours = np.sqrt(np.diag(made.covariance)[p:])
    assert np.abs(ours / expected - 1).max() > 0.01


def test_robust_measures_without_gaps() -> None:
    """lavaan 0.6-14: ``sem(bollen, data, missing = "ml", estimator = "MLR", fixed.x = FALSE)``.

    It stopped at its own tolerance, which leaves 1e-7 of an RMSEA. With ``estimator = "ML"`` its robust
    measures are the plain ones, as ours.
    """
    found = measures("bollen: robust fiml without gaps")
    wanted = {
        "cfi_robust": 0.9923311796059, "tli_robust": 0.9879489965235, "rmsea_robust": 0.0445362758746,
        "rmsea_ci_upper_robust": 0.0956706331715,
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-6)
    plain = measures("bollen: fiml without gaps")
    for name in ("cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper"):
        assert plain[f"{name}_robust"] == pytest.approx(plain[name], rel=1e-9), name
