"""Fits of moments against fits of the respondents behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import model_of

from csi_model.errors import EstimationError, UsageError
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.streamed import fit_streamed
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.catalogue import read_model
from csi_model.model.spec import ModelSpec
from csi_model.survey.linearised import design_covariance, is_simple, mean_covariance
from csi_model.survey.moments import sample_of
from csi_model.survey.random_groups import dealt
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import simulate
from csi_model.survey.streaming import stream_moments

SAME = 1e-10
"""Of estimates: moments agree to about 1e-14, and the search ends within 1e-11 of its optimum."""
MODEL = model_of(
    {"quality": "q1 q2 q3", "satisfaction": "s1 s2 s3", "loyalty": "l1 l2"},
    {"satisfaction": "quality", "loyalty": "quality satisfaction"},
    index="satisfaction",
)
ITEMS = [item.name for item in MODEL.indicators]
UNTOLD = {"prediction", "cvpat", "findings"}
ERRORS = {"se", "z", "pvalue", "ci_lower", "ci_upper", "htmt_upper", "htmt2_upper"}


def frame_of(n: int, seed: int = 3, firms: int = 2) -> pd.DataFrame:
    frame, _ = simulate(MODEL, n, seed=seed, groups={"firm": [f"firm {k}" for k in range(firms)]})
    rng = np.random.default_rng(seed)
    frame = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    frame["w"] = np.round(0.4 + rng.random(n), 3)
    frame["block"] = rng.integers(0, max(n // 5, 2), n)
    frame["stratum"] = np.where(frame["block"] % 3 == 0, "town", "country")
    return frame


def both(
    frame: pd.DataFrame,
    folder: Path,
    *,
    reading: dict[str, Any],
    groups: int = 256,
    seed: int = 1,
    **how: Any,
) -> tuple[Fit, Fit]:
    """The fit of sums, and that of respondents."""
    path = folder / "survey.parquet"
    frame.to_parquet(path, index=False)
    streamed = stream_moments(path, MODEL, groups=groups, seed=seed, **reading)
    found = fit_streamed(MODEL, streamed, seed=seed, **how)
    by_groups = how.get("estimator") in ("pls", "plsc")
    options: dict[str, Any] = {"bootstrap": 0, "folds": 0, "beside": False, "jackknife": by_groups, **how}
    return found, fit(MODEL, read_survey(path, MODEL, **reading), seed=seed, **options)


def compare(found: Results, expected: Results, *, errors: bool) -> None:
    """All tables, of the whole and of groups; ``errors`` too if they are the same."""
    for tables, wanted in ((found.tables, expected.tables), (found.pooled, expected.pooled)):
        for name in set(wanted) - UNTOLD:
            assert tables[name].shape == wanted[name].shape, name
            for column in wanted[name]:
                label = f"{name}.{column}"
                if column.startswith("q2") or (name in ("communalities", "redundancies") and column == "why"):
                    continue
                uncertain = column in ERRORS or column.endswith(("_lower", "_upper"))
                if not errors and (uncertain or label == "effect_correlations.correlation"):
                    continue
                one, other = tables[name][column], wanted[name][column]
                if column in ("z", "pvalue") and "se" in wanted[name]:
                    sure = (wanted[name]["se"] > 1e-6).to_numpy()
                    one, other = one[sure], other[sure]
                if other.dtype.kind == "f":
                    np.testing.assert_allclose(
                        one, other, rtol=1e-8 if column in ERRORS else SAME, atol=1e-9, err_msg=label
                    )
                else:
                    assert one.fillna("-").tolist() == other.fillna("-").tolist(), label


@pytest.mark.parametrize("estimator", ["ml", "pls", pytest.param("plsc", marks=pytest.mark.slow)])
def test_estimates_are_those_of_the_respondents(estimator: str, tmp_path: Path) -> None:
    frame = frame_of(300).astype({"s1": "Int64"})
    frame.loc[::11, "s1"] = 98
    reading = {"by": ("firm",), "missing": {98: "dont_know"}}
    found, expected = both(frame, tmp_path, reading=reading, groups=16, estimator=estimator)
    compare(evaluate(found), evaluate(expected), errors=estimator == "ml")
    assert found.pooled.sample.answers.shape == (0, len(ITEMS))


@pytest.mark.parametrize("estimator", ["ml", "pls"])
def test_weighted_estimates_are_those_of_the_respondents(estimator: str, tmp_path: Path) -> None:
    reading = {"by": ("firm",), "weight": "w"}
    found, expected = both(frame_of(300), tmp_path, reading=reading, groups=16, estimator=estimator)
    for one, other in zip((found.pooled, *found.groups), (expected.pooled, *expected.groups), strict=True):
        assert one.solution is not None
        assert other.solution is not None
        np.testing.assert_allclose(one.solution.values, other.solution.values, rtol=1e-8, atol=SAME)
        assert one.sample.n_eff == pytest.approx(other.sample.n_eff)
        assert not is_simple(one.sample)


class TestWhereEveryUnitIsAGroup:
    """The jackknife is then the one in memory, which leaves out each unit in turn."""

    def test_of_respondents(self, tmp_path: Path) -> None:
        groups, n = 2**14, 80
        seed = next(
            seed
            for seed in range(100)
            if len(set(dealt(np.arange(2, n + 2), None, None, seed) % groups)) == n
        )
        frame = frame_of(n, firms=1)
        found, expected = both(frame, tmp_path, reading={}, groups=groups, seed=seed, estimator="pls")
        assert found.pooled.solution is not None
        assert found.pooled.solution.jackknife is not None
        assert found.pooled.solution.jackknife.plan.draws == n
        compare_errors(evaluate(found), evaluate(expected))

    @pytest.mark.parametrize(("estimator", "weight"), [("pls", "w"), ("ml", "w"), ("ml", None)])
    def test_of_clusters(self, estimator: str, weight: str | None, tmp_path: Path) -> None:
        groups, frame = 2**12, frame_of(150, firms=1)
        texts = frame["block"].astype(str).to_numpy(dtype=object)
        clusters = len(set(texts))
        seed = next(
            seed for seed in range(100) if len(set(dealt(texts, texts, None, seed) % groups)) == clusters
        )
        reading = {"cluster": "block", "weight": weight}
        found, expected = both(
            frame, tmp_path, reading=reading, groups=groups, seed=seed, estimator=estimator, jackknife=True
        )
        compare_errors(evaluate(found), evaluate(expected))

    def test_of_clusters_of_which_some_do_not_reach_a_group(self, tmp_path: Path) -> None:
        groups, frame = 2**12, frame_of(160)
        frame["block"] = np.where(frame["firm"] == "firm 0", frame["block"] // 2, frame["block"])
        texts = frame["block"].astype(str).to_numpy(dtype=object)
        seed = next(
            seed
            for seed in range(100)
            if len(set(dealt(texts, texts, None, seed) % groups)) == len(set(texts))
        )
        reading = {"by": ("firm",), "cluster": "block"}
        found, expected = both(frame, tmp_path, reading=reading, groups=groups, seed=seed, estimator="pls")
        compare_errors(evaluate(found), evaluate(expected))

    def test_of_strata_the_means_have_the_linearised_covariance(self, tmp_path: Path) -> None:
        """Exactly, as a mean is linear where weights are equal and strata keep their size."""
        frame = frame_of(120, firms=1)
        frame["stratum"] = np.where(frame["s1"] > 7, "pleased", "others")
        found, expected = both(frame, tmp_path, reading={"strata": "stratum"}, groups=2**14)
        exact = design_covariance(
            expected.pooled.sample.answers - expected.pooled.sample.mean, expected.pooled.sample
        )
        np.testing.assert_allclose(mean_covariance(found.pooled.sample), exact, rtol=1e-9, atol=1e-12)


def compare_errors(found: Results, expected: Results) -> None:
    for name in ("index", "parameters", "effects", "drivers", "validity"):
        for column in ERRORS & set(expected.tables[name]):
            np.testing.assert_allclose(
                found.tables[name][column], expected.tables[name][column], rtol=2e-5, atol=2e-6, err_msg=name
            )
        if "ci_method" in found.tables[name]:
            assert set(found.tables[name]["ci_method"]) == {"jackknife"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "reading",
    [{"weight": "w"}, {"weight": "w", "strata": "stratum", "cluster": "block"}],
    ids=["weights", "weights, strata and clusters"],
)
def test_errors_agree_with_linearised_ones(reading: dict[str, Any], tmp_path: Path) -> None:
    """By 512 random groups an error is known to 1 / sqrt(2 * 511) = 3 %; by the median of many, better."""
    frame = frame_of(6000, firms=1)
    found, expected = both(frame, tmp_path, reading=reading, groups=512, estimator="ml")
    ratios = []
    for name in ("index", "parameters", "effects"):
        one, other = (evaluate(made).tables[name]["se"].to_numpy() for made in (found, expected))
        known = other > 1e-6
        ratios.append(one[known] / other[known])
        assert (np.isfinite(one) == np.isfinite(other)).all()
    ratio = np.concatenate(ratios)
    assert abs(np.median(ratio) - 1) < 0.04
    assert np.abs(ratio - 1).max() < 0.16


def test_a_group_below_the_base_is_suppressed_and_one_without_variation_says_so(tmp_path: Path) -> None:
    frame = frame_of(300, firms=3)
    frame = frame.drop(frame.index[frame["firm"] == "firm 1"][20:])
    frame.loc[frame["firm"] == "firm 2", "l2"] = 5
    found, expected = both(frame, tmp_path, reading={"by": ("firm",)}, estimator="pls", groups=64)
    results, wanted = evaluate(found), evaluate(expected)
    assert [part.why for part in found.groups] == [part.why for part in expected.groups]
    assert found.groups[1].solution is None
    assert found.groups[2].solution is None
    for column in ("index", "se", "ci_lower", "n_eff", "why"):
        failed = results.tables["index"].loc[results.tables["index"]["firm"] != "firm 0", column]
        others = wanted.tables["index"].loc[wanted.tables["index"]["firm"] != "firm 0", column]
        pd.testing.assert_series_equal(failed, others, rtol=1e-9)
    assert not results.trustworthy


class TestRefused:
    def streamed(self, folder: Path, groups: int = 16) -> Any:
        frame_of(200, firms=1).to_parquet(folder / "survey.parquet", index=False)
        return stream_moments(folder / "survey.parquet", MODEL, groups=groups)

    def test_is_all_that_needs_respondents_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as caught:
            fit_streamed(
                MODEL,
                self.streamed(tmp_path),
                estimator="fiml",
                bootstrap=500,
                scores=True,
                missing_data="mean",
                permutations=1000,
                segments=3,
                necessity=1000,
                ridge=0.02,
                interval="bca",
            )
        places = [one.where for one in caught.value.findings]
        assert places == [
            "--estimator fiml", "--bootstrap", "--interval", "--missing-data", "--permutations",
            "--necessity", "--segments", "--scores", "--ridge",
        ]  # fmt: skip
        assert {one.code for one in caught.value.findings} == {"needs-respondents"}

    def test_is_what_no_fit_takes(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="not a confidence level"):
            fit_streamed(MODEL, self.streamed(tmp_path), level=95)

    def test_is_a_survey_of_another_model(self, tmp_path: Path) -> None:
        other: ModelSpec = read_model("ecsi")
        with pytest.raises(UsageError, match="another model"):
            fit_streamed(other, self.streamed(tmp_path))

    def test_is_pls_without_random_groups(self, tmp_path: Path) -> None:
        with pytest.raises(EstimationError, match="only 1 random group"):
            fit_streamed(MODEL, self.streamed(tmp_path, groups=1), estimator="pls")


def test_what_needs_respondents_is_empty_and_says_why(tmp_path: Path) -> None:
    frame_of(300, firms=1).to_parquet(tmp_path / "survey.parquet", index=False)
    streamed = stream_moments(tmp_path / "survey.parquet", MODEL, groups=16)
    fitted = fit_streamed(MODEL, streamed, estimator="pls")
    results = evaluate(fitted)
    for name in ("prediction", "cvpat", "necessity", "resampling"):
        assert results.tables[name].empty
    redundancies = results.tables["redundancies"]
    assert redundancies["q2"].isna().all()
    assert redundancies["why"].str.contains("nothing drives|only sums were kept").all()
    note = results.pooled["findings"].set_index("code").loc["streamed"]
    assert "16 random groups of respondents" in note["what"]
    assert "18 %" in note["what"]  # 1 / sqrt(2 * 15)
    assert sample_of(read_survey(tmp_path / "survey.parquet", MODEL)).kept is None
