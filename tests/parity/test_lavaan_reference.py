"""Estimates, errors and fit measures against lavaan on simulated surveys of our own.

The surveys come from ``make_data.py``, the reference numbers from ``make_reference.R``; each JSON file
says version, call and model text. The models are declared here a second time, in our terms. Both
programs are at the optimum to rounding, so one tolerance serves: 1e-6.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import YES_NO, model_of, modifier, survey_of

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import ModelSpec

FOLDER = Path(__file__).parent / "reference"
TOLERANCE = 1e-6
INTERVAL_TOLERANCE = 1e-5
"""lavaan's search for the ends of the RMSEA interval stops early."""
MEAN_STRUCTURE = ("npar", "srmr", "gfi", "agfi", "aic", "bic")
"""What lavaan computes differently with clusters, where it adds intercepts."""

MEASURED = {"x": "x1 x2 x3", "q": "q1 q2 q3", "v": "v1 v2", "s": "s1 s2 s3"}
PARTS = {"x": "x1 x2 x3", "p": "p1 p2 p3", "r": "r1 r2 r3", "q": "", "s": "s1 s2 s3", "l": "l1 l2"}
SCALES = {"c1": YES_NO}
AMERICAN = model_of(
    {**MEASURED, "c": "c1", "l": "l1 l2"},
    {"q": "x", "v": "x q", "s": "x q v", "c": "s", "l": "s c"},
    index="s",
    scales=SCALES,
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A reference run: our model, the survey's file, its design columns."""

    model: ModelSpec
    data: str = "plain.csv"
    weight: str = ""
    cluster: str = ""


def _without_v(paths: dict[str, str], *modifiers: str) -> ModelSpec:
    measured = {name: items for name, items in MEASURED.items() if name != "v"}
    return model_of(measured, paths, modifiers=[modifier(text) for text in modifiers])


CASES = {
    "american": Case(model=AMERICAN),
    "two_exogenous": Case(model=model_of(MEASURED, {"v": "x q", "s": "x q v"})),
    "two_terminal": Case(
        model=model_of(
            {**MEASURED, "c": "c1", "l": "l1 l2"},
            {"q": "x", "v": "x q", "s": "q v", "c": "s", "l": "s"},
            index="s",
            scales=SCALES,
        )
    ),
    "equal_labels": Case(
        model=model_of(
            MEASURED,
            {"q": "x", "v": "x q", "s": "x q v"},
            modifiers=[
                modifier(text)
                for text in ("x =~ a*x2", "x =~ a*x3", "v ~ b*q", "s ~ b*v", "q1 ~~ e*q1", "q2 ~~ e*q2")
            ],
        )
    ),
    "fixed_loading": Case(model=_without_v({"q": "x", "s": "x q"}, "x =~ 0.8*x2", "q ~ 0.5*x")),
    "error_covariance": Case(
        model=model_of(
            MEASURED,
            {"q": "x", "v": "x q", "s": "x q v"},
            modifiers=[modifier("x3 ~~ q3"), modifier("q1 ~~ x1")],
        )
    ),
    "unit_variance": Case(model=_without_v({"s": "x q"}, "x =~ x1", "q =~ q1", "x ~~ 1*x", "q ~~ 1*q")),
    "single_indicators": Case(
        model=model_of(
            {"x": "x1", "q": "q2", "s": "s1", "l": "l2"}, {"q": "x", "s": "x q", "l": "s"}, index="s"
        )
    ),
    "observed_variables": Case(
        model=model_of(
            {"x": "x1 x2 x3", "q2": "q2", "s1": "s1", "l2": "l2", "c1": "c1"},
            {"s1": "x q2", "l2": "s1 q2", "c1": "s1"},
            index="s1",
            scales=SCALES,
        )
    ),
    "heywood": Case(model=model_of({"q": "q1 q2", "s": "s1 s2 s3"}, {"s": "q"}), data="heywood.csv"),
    "second_order": Case(
        model=model_of(
            PARTS, {"q": "x", "p": "q", "r": "q", "s": "q x", "l": "s"}, index="s", repeats={"q": "p r"}
        ),
        data="parts.csv",
    ),
    "composite": Case(
        model=model_of(
            PARTS, {"p": "x", "r": "x", "q": "p r", "s": "x q", "l": "s"}, index="s", repeats={"q": "p r"}
        ),
        data="parts.csv",
    ),
    "weights": Case(model=AMERICAN, weight="weight"),
    "clusters": Case(model=AMERICAN, cluster="cluster"),
}


@cache
def reference(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return read


def constructs(name: str) -> list[str]:
    """Latent variables in lavaan's eyes; it does not count observed ones."""
    found = reference(name)["constructs"]
    return [found] if isinstance(found, str) else list(found)


@cache
def our(name: str) -> Results:
    case = CASES[name]
    frame = pd.read_csv(FOLDER / case.data)
    names = [item.name for item in case.model.indicators]
    survey = survey_of(
        case.model,
        frame[names],
        weights=frame[case.weight] if case.weight else None,
        cluster=frame[case.cluster] if case.cluster else None,
    )
    return evaluate(fit(case.model, survey))


def paired(name: str) -> pd.DataFrame:
    """Our and lavaan's parameters side by side, suffixes ``_our`` and ``_ref``."""

    def key(row: Any) -> tuple[str, ...]:
        if row.op == "~~":
            return ("~~", *sorted((row.lhs, row.rhs)))
        # lavaan writes a second-order factor with =~, our models with a path
        return ("~", row.rhs, row.lhs) if row.op == "=~" and row.rhs in constructs(name) else (
            row.op, row.lhs, row.rhs
        )  # fmt: skip

    frames = {}
    for who, frame in (
        ("our", our(name).tables["parameters"]),
        ("ref", pd.DataFrame(reference(name)["parameters"])),
    ):
        frames[who] = frame.set_index(pd.Index([key(row) for row in frame.itertuples()], tupleize_cols=False))
        assert frames[who].index.is_unique
    both = pd.concat([frame.add_suffix(f"_{who}") for who, frame in frames.items()], axis=1)
    missing = both[both["est_our"].isna() | both["est_ref"].isna()]
    assert missing.empty, f"parameters that only one program has: {list(missing.index)}"
    return both


every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_reference_is_at_the_optimum(name: str) -> None:
    assert reference(name)["meta"]["gradient"] < 1e-12
    assert reference(name)["meta"]["data"] == CASES[name].data


@every_case
def test_estimates(name: str) -> None:
    both = paired(name)
    np.testing.assert_allclose(both["est_our"], both["est_ref"], rtol=TOLERANCE, atol=TOLERANCE)


@every_case
def test_standardised_estimates(name: str) -> None:
    both = paired(name)
    np.testing.assert_allclose(both["std_all_our"], both["std_all_ref"], rtol=TOLERANCE, atol=TOLERANCE)


def correction(name: str) -> float:
    """Our design-based errors have m / (m - 1) over m sampled units; lavaan's have it for clusters only."""
    return float(np.sqrt(400 / 399)) if name == "weights" else 1.0


@every_case
def test_standard_errors(name: str) -> None:
    both = paired(name)
    free = both["free_our"].to_numpy(dtype=bool)
    np.testing.assert_allclose(
        both["se_our"][free], both["se_ref"][free] * correction(name), rtol=TOLERANCE, atol=1e-9
    )
    assert (both["se_ref"][~free] == 0).all()
    assert both["se_our"][~free].isna().all()


@every_case
def test_fit_measures(name: str) -> None:
    theirs = reference(name)["fit"]
    ours = our(name).tables["fit"].set_index("measure")["value"]
    for measure, value in theirs.items():
        if measure.startswith("baseline") or (name == "clusters" and measure in MEAN_STRUCTURE):
            continue
        tolerance = INTERVAL_TOLERANCE if measure.startswith("rmsea.ci") else TOLERANCE
        assert ours[measure.replace(".", "_")] == pytest.approx(value, rel=tolerance, abs=1e-9), measure


@pytest.mark.parametrize("name", [name for name in CASES if name != "observed_variables"])
def test_construct_correlations(name: str) -> None:
    names = constructs(name)
    theirs = np.reshape(reference(name)["correlations"], (len(names), len(names)))
    for row in our(name).tables["validity"].itertuples():
        value = theirs[names.index(row.construct_1), names.index(row.construct_2)]
        assert row.correlation == pytest.approx(value, rel=TOLERANCE, abs=1e-9)


@every_case
def test_r_squared(name: str) -> None:
    table = pd.DataFrame(reference(name)["parameters"]).query("op == '~~' and lhs == rhs")
    residuals = dict(zip(table["lhs"], table["std_all"], strict=True))
    for row in our(name).tables["r2"].itertuples():
        theirs = reference(name)["r2"].get(row.construct)  # lavaan leaves out what has no own indicators
        assert row.r2 == pytest.approx(1 - residuals[row.construct], rel=TOLERANCE)
        assert theirs is None or row.r2 == pytest.approx(theirs, rel=TOLERANCE)


def test_heywood_case_is_kept_and_named() -> None:
    results = our("heywood")
    row = results.tables["parameters"].query("lhs == 'q1' and op == '~~'").iloc[0]
    assert row["est"] < 0
    assert not results.trustworthy
    findings = results.tables["findings"].query("code == 'negative-variance'")
    assert list(findings["where"]) == ["q1 ~~ q1"]
