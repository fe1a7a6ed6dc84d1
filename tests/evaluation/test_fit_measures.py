"""Fit measures on matrices small enough for a pencil."""

from __future__ import annotations

import numpy as np
import pytest
from fit_builders import Floats
from scipy import stats

from csi_model.estimation.inference import ModelTest, RobustTest, Scaling
from csi_model.evaluation.fit_measures import Measure, fit_measures
from csi_model.vocabulary import FIT_MEASURES

SAMPLE = np.array([[1.0, 0.5], [0.5, 1.0]])


def measures(
    *, f: float, df: int, npar: int = 2, n: int = 100, sample: Floats = SAMPLE, sigma: Floats | None = None
) -> dict[str, Measure]:
    implied = np.eye(len(sample)) if sigma is None else sigma
    p, log_det = len(sample), np.linalg.slogdet(implied)[1]
    test = ModelTest(
        n=n,
        chisq=n * f,
        df=df,
        baseline_chisq=n * (np.log(np.diag(sample)).sum() - np.linalg.slogdet(sample)[1]),
        baseline_df=p * (p - 1) // 2,
        logl=-n / 2 * (p * np.log(2 * np.pi) + log_det + np.trace(np.linalg.solve(implied, sample))),
    )
    made = fit_measures(test, npar=npar, sample=sample, sigma=implied)
    assert tuple(measure.name for measure in made) == FIT_MEASURES
    return {measure.name: measure for measure in made}


def test_independence_of_two_correlated_items_by_hand() -> None:
    """S has correlation 1/2, Sigma is the identity: F = ln(4/3), W S - I has only 1/2 off the diagonal."""
    f = np.log(4 / 3)
    made = {name: measure.value for name, measure in measures(f=f, df=1).items()}
    assert made["chisq"] == pytest.approx(28.768207245178)
    assert made["pvalue"] == pytest.approx(stats.chi2.sf(28.768207245178, 1))
    assert made["srmr"] == pytest.approx(np.sqrt(0.25 / 3))  # three cells, the diagonal included
    assert made["gfi"] == pytest.approx(1 - 0.5 / 2.5)  # tr(.25 I) over tr(S S)
    assert made["agfi"] == pytest.approx(1 - 3 / 1 * 0.2)
    assert made["rmsea"] == pytest.approx(np.sqrt(27.768207245178 / 100))
    # the model is the baseline itself
    assert made["cfi"] == pytest.approx(0)
    assert made["tli"] == pytest.approx(0)
    assert made["logl"] == pytest.approx(-50 * (2 * np.log(2 * np.pi) + 2))
    assert made["aic"] == pytest.approx(-2 * made["logl"] + 4)
    assert made["bic"] == pytest.approx(-2 * made["logl"] + 2 * np.log(100))


def test_cfi_and_tli_by_hand() -> None:
    """Baseline n ln(4/3) = 28.768 on 1, model chi-square 6 on 2: excess 4 of 27.768."""
    made = {name: measure.value for name, measure in measures(f=0.06, df=2).items()}
    assert made["cfi"] == pytest.approx(1 - 4 / 27.768207245178)
    assert made["tli"] == pytest.approx((28.768207245178 - 3) / 27.768207245178)
    assert made["rmsea"] == pytest.approx(np.sqrt(4 / 200))


def test_srmr_uses_the_sample_standard_deviations() -> None:
    sample = np.diag([4.0, 9.0]) + np.array([[0, 3.0], [3.0, 0]])
    made = measures(f=0.1, df=1, sample=sample, sigma=np.diag([5.0, 9.0]))
    # residuals -1/4, 3/6, 0
    assert made["srmr"].value == pytest.approx(np.sqrt((1 / 16 + 1 / 4) / 3))


@pytest.mark.parametrize(("chisq", "df", "n"), [(2994.63, 58, 7341), (80.0, 40, 250), (45.0, 40, 250)])
def test_rmsea_interval_puts_chi_square_at_its_tails(chisq: float, df: int, n: int) -> None:
    made = measures(f=chisq / n, df=df, n=n)
    lower, upper = (made[f"rmsea_ci_{end}"].value for end in ("lower", "upper"))
    assert lower <= made["rmsea"].value <= upper
    assert stats.ncx2.cdf(chisq, df, df * n * upper**2) == pytest.approx(0.05, abs=1e-7)
    if lower > 0:
        assert stats.ncx2.cdf(chisq, df, df * n * lower**2) == pytest.approx(0.95, abs=1e-7)
    else:
        assert stats.chi2.cdf(chisq, df) < 0.95


def test_fit_better_than_its_degrees_of_freedom() -> None:
    made = measures(f=0.10, df=40, n=250)
    assert (made["rmsea"].value, made["cfi"].value) == (0, 1)
    assert made["rmsea_ci_lower"].value == 0
    assert made["tli"].value > 1
    far = measures(f=0.02, df=40, n=250)
    assert far["rmsea_ci_upper"].value == 0  # the chance of so small a chi-square is below 5 %


def test_a_saturated_model_has_no_test_and_says_why() -> None:
    made = measures(f=0.0, df=0, npar=3, sigma=SAMPLE)
    for name in ("pvalue", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "agfi"):
        assert np.isnan(made[name].value)
        assert "saturated" in made[name].why
    assert made["chisq"].value == 0
    assert made["gfi"].value == pytest.approx(1)
    assert made["srmr"].value == pytest.approx(0)


def test_every_empty_measure_says_why() -> None:
    for sample in (SAMPLE, np.eye(2)):
        for df in (0, 1):
            for measure in measures(f=0.0, df=df, sample=sample, sigma=sample).values():
                assert np.isfinite(measure.value) or measure.why, measure


def test_a_scaling_of_nothing_but_rounding_gives_no_scaled_measures() -> None:
    """Influences of a single cluster sum to zero, so that the misfit expected by chance is 1e-32."""
    test = ModelTest(
        n=80, chisq=20.0, df=18, baseline_chisq=300.0, baseline_df=28, logl=-1000.0,
        scaling=Scaling(factor=1e-32, baseline=1e-32),
        robust=RobustTest(chisq=20.0, factor=1e-32, baseline_chisq=300.0, baseline_factor=1e-32),
    )  # fmt: skip
    made = {one.name: one for one in fit_measures(test, npar=18, sample=np.eye(2), sigma=np.eye(2))}
    assert made["rmsea"].value > 0
    for name in (
        "chisq_scaled",
        "rmsea_scaled",
        "rmsea_ci_upper_scaled",
        "cfi_robust",
        "rmsea_ci_lower_robust",
    ):
        assert np.isnan(made[name].value), name
        assert made[name].why == "the misfit expected by chance is not positive"


def test_an_endless_chi_square_has_no_interval() -> None:
    """Of a search that ran away; looking for the ends of its interval would not end either."""
    made = measures(f=np.inf, df=2)
    assert np.isnan(made["rmsea_ci_lower"].value)
    assert np.isnan(made["rmsea_ci_upper"].value)
