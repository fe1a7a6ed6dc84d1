"""Groups with ordered items fitted together, and tests between such fits, against lavaan 0.6-14.

The survey comes from ``make_ordinal_group_data.py``, the numbers from ``make_ordinal_group_reference.R``: the
models of each step are written out by hand there, in the delta and the theta parameterisation.

Where the programs differ on purpose, lavaan on the left:

* **Errors** have divisor n - 1 for the covariance of statistics, ours n.
* **Continuous items** (case ``continuous``): lavaan's influences of means and variances suppose normal third
  and fourth moments, ours do not (``estimation/ordinal/moments.py``), so that weights differ a little.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_builders import Floats, model_of, survey_of

from csi_model.comparison.invariance import group_samples
from csi_model.comparison.ordinal_invariance import STEPS, scaled_measures
from csi_model.comparison.ordinal_paths import MEASURED, ordinal_path_tests
from csi_model.estimation.covariance import matrices
from csi_model.estimation.ordinal.group_moments import ordinal_groups
from csi_model.estimation.ordinal.group_tests import ordinal_difference
from csi_model.estimation.ordinal.groups import OrdinalJointFit, fit_ordinal_groups
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.steps import ordered_items
from csi_model.survey.survey import Survey

FOLDER = Path(__file__).parent / "reference"
ORDER = ("north", "south", "west")
ANSWERS = {"a1": 5, "a2": 5, "a3": 5, "b1": 4, "b2": 3, "b3": 5, "c1": 2, "c2": 5, "c3": 5}
SCALES = {
    **{name: Scale(low=1, high=count) for name, count in ANSWERS.items()},
    "c4": Scale(low=0, high=20),
    "d": Scale(low=0, high=1),
}
CONSTRUCTS = {
    "ordinal": {"a": "a1 a2 a3", "b": "b1 b2 b3"},
    "binary": {"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"},
    "continuous": {"b": "b1 b2 b3", "c": "c2 c3 c4"},
}
EXACT = ("ordinal", "binary")
TESTS = 1e-6
"""lavaan stops at its own tolerance; tests are flat there."""
ESTIMATES = 1e-4
ERRORS = 2.5e-3
"""1 - sqrt(1 - 1 / n_g), for the smallest group of 220."""
NEAR = {"tests": 1.5e-2, "estimates": 5e-3}
"""With a continuous item."""

every_step = pytest.mark.parametrize("step", [name for name, _ in STEPS])
every_case = pytest.mark.parametrize("case", CONSTRUCTS)


@cache
def reference() -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / "ordinal_groups_lavaan.csv", keep_default_na=False)
    assert float(frame.loc[frame["case"] == "meta", "value"].iloc[0]) == 6.14
    return frame


def numbers(case: str, parameterisation: str, step: str, group: int) -> dict[str, float]:
    """What lavaan found: of the whole fit (group 0) or of a group."""
    frame = reference()
    chosen = frame[
        (frame["case"] == case)
        & (frame["parameterization"] == parameterisation)
        & (frame["step"] == step)
        & (frame["group"] == group)
    ]
    return dict(zip(chosen["name"], chosen["value"].astype(float), strict=True))


def survey_with(model: ModelSpec) -> Survey:
    frame = pd.read_csv(FOLDER / "ordinal_groups.csv")
    return survey_of(model, frame[[item.name for item in model.indicators]], groups={"g": list(frame["g"])})


@cache
def climbed(case: str) -> dict[str, OrdinalJointFit]:
    model = model_of(CONSTRUCTS[case], {}, scales=SCALES)
    names, samples, _ = group_samples(model, survey_with(model), "complete", 30)
    assert tuple(names) == ORDER
    groups = ordinal_groups(model, names, samples, ordered_items(survey_with(model)))
    made: dict[str, OrdinalJointFit] = {}
    for step, equal in STEPS:
        made[step] = fit_ordinal_groups(groups, equal=equal, start=list(made.values())[-1] if made else None)
    return made


def parameterisations(step: str) -> tuple[str, ...]:
    return ("theta",) if step == "strict" else ("delta", "theta")


@every_case
@every_step
def test_chi_square_and_measures(case: str, step: str) -> None:
    fit = climbed(case)[step]
    scaling = fit.test.scaling
    assert scaling is not None
    tolerance = TESTS if case in EXACT else NEAR["tests"]
    measures = scaled_measures(fit)
    for parameterisation in parameterisations(step):
        wanted = numbers(case, parameterisation, step, 0)
        assert (fit.n_free, fit.test.df) == (wanted["npar"], wanted["df"])
        assert fit.test.baseline_df == wanted["baseline.df"]
        assert fit.test.chisq == pytest.approx(wanted["chisq"], rel=tolerance)
        assert fit.test.chisq / scaling.factor + scaling.shift == pytest.approx(
            wanted["chisq.scaled"], rel=tolerance
        )
        for name in ("cfi", "tli", "rmsea"):
            assert measures[name] == pytest.approx(wanted[f"{name}.scaled"], abs=max(tolerance / 10, 2e-6))
        # lavaan of single precision in the theta parameterisation
        assert measures["srmr"] == pytest.approx(wanted["srmr"], abs=1e-6 if case in EXACT else 1e-3)


@every_case
@pytest.mark.parametrize("step", [name for name, _ in STEPS[1:]])
def test_difference(case: str, step: str) -> None:
    """``lavTestLRT(method = "satorra.2000")``, scaled and shifted."""
    steps = climbed(case)
    below = list(steps)[list(steps).index(step) - 1]
    found = ordinal_difference(steps[below], steps[step])
    for parameterisation in parameterisations(step):
        wanted = numbers(case, parameterisation, step, 0)
        assert found.df == wanted["difference.df"]
        assert found.chisq == pytest.approx(wanted["difference"], rel=1e-5 if case in EXACT else 0.04)


@every_case
@pytest.mark.parametrize("step", [name for name, _ in STEPS[:-1]])
@pytest.mark.parametrize("group", [0, 1, 2])
def test_estimates(case: str, step: str, group: int) -> None:
    """In the delta parameterisation, latent means among them."""
    wanted = numbers(case, "delta", step, group + 1)
    compared = set()
    for name, value, error in estimates(climbed(case)[step], group):
        if name in wanted:
            compared.add(name)
            near = ESTIMATES if case in EXACT else NEAR["estimates"]
            assert value == pytest.approx(wanted[name], abs=near), name
            if f"se {name}" in wanted and np.isfinite(error) and case in EXACT:
                assert error == pytest.approx(wanted[f"se {name}"], rel=ERRORS), name
    assert len(compared) > 25


@every_case
@pytest.mark.parametrize("group", [0, 1, 2])
def test_estimates_of_the_strict_step(case: str, group: int) -> None:
    """lavaan's theta parameterisation: errors 1, so that items and constructs stand on other scales."""
    fit = climbed(case)["strict"]
    wanted = numbers(case, "theta", "strict", group + 1)
    first = matrices(fit.layout.cores[0], fit.values_of(0)[1])
    stretch = np.where(fit.groups.ordered, 1 / np.sqrt(np.diag(first.theta)), 1.0)
    markers = [
        next(row.i for row in fit.groups.table.rows if row.matrix == "lambda" and row.j == k)
        for k in range(len(fit.groups.table.constructs))
    ]
    unit = stretch[markers]
    mats = matrices(fit.layout.cores[group], fit.values_of(group)[1])
    near = {"abs": 5e-4} if case in EXACT else {"abs": 0.01, "rel": 0.02}
    for row in fit.layout.tables[group].rows:
        name = f"{row.lhs} {row.op} {row.rhs}".strip()
        if row.free < 0:
            continue
        if row.matrix == "lambda":
            value = mats.lam[row.i, row.j] * stretch[row.i] / unit[row.j]
        elif row.matrix == "psi":
            value = mats.psi[row.i, row.j] * unit[row.i] * unit[row.j]
        elif row.matrix == "alpha":
            value = mats.centre[row.i] * unit[row.i]
        else:
            continue
        assert value == pytest.approx(wanted[name], **near), name


def estimates(fit: OrdinalJointFit, group: int) -> Iterator[tuple[str, float, float]]:
    """Name, value and error of every parameter of a group; errors of free ones only."""
    table, values, covariance = fit.of_group(group)
    mats = matrices(fit.layout.cores[group], values)
    errors: Floats = np.sqrt(np.diag(covariance))
    for row in table.rows:
        if row.derived:
            yield f"{row.lhs} {row.op} {row.rhs}", float(mats.theta[row.i, row.i]), np.nan
        else:
            free = row.free >= 0
            value = float(values[row.free]) if free else row.value
            yield f"{row.lhs} {row.op} {row.rhs}".strip(), value, float(errors[row.free]) if free else np.nan


@cache
def structural() -> ModelSpec:
    constructs = {**CONSTRUCTS["binary"], "d": "d"}
    return model_of(constructs, {"b": "a", "c": "b", "d": "c"}, scales=SCALES)


def test_paths() -> None:
    """The complaint d has one threshold: its response has variance 1 in every group."""
    tests = ordinal_path_tests(structural(), survey_with(structural()))
    wanted = numbers("paths", "delta", "equal", 0)
    assert (tests[0].df, tests[0].source) == (wanted["difference.df"], "")
    assert tests[0].chisq == pytest.approx(wanted["difference"], rel=1e-5)
    model = structural()
    names, samples, _ = group_samples(model, survey_with(model), "complete", 30)
    groups = ordinal_groups(model, names, samples, ordered_items(survey_with(model)))
    free = fit_ordinal_groups(groups, equal=MEASURED)
    assert free.test.chisq == pytest.approx(numbers("paths", "delta", "free", 0)["chisq"], rel=TESTS)
    for group in range(3):
        stored = numbers("paths", "delta", "free", group + 1)
        found = {name: (value, error) for name, value, error in estimates(free, group)}
        for name in ("b ~ a", "c ~ b", "d ~ c"):
            assert found[name][0] == pytest.approx(stored[name], abs=ESTIMATES)
            assert found[name][1] == pytest.approx(stored[f"se {name}"], rel=ERRORS)
