"""Random groups: who falls into which, what is left without one, and the variances that follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from survey_builders import small_frame, small_model

from csi_model.errors import EstimationError, UsageError
from csi_model.survey import unit_book
from csi_model.survey.moment_sums import total_of
from csi_model.survey.random_groups import dealt, multipliers
from csi_model.survey.streamed import StreamedSurvey, left_out
from csi_model.survey.streaming import stream_moments

SEED = 20260101


def streamed(frame: pd.DataFrame, folder: Path, **how: Any) -> StreamedSurvey:
    frame.to_parquet(folder / "survey.parquet", index=False)
    return stream_moments(folder / "survey.parquet", small_model(), rows=50, seed=SEED, **how)


def unpacked(sums: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means (M, p) and covariances (M, p, p) of replicates."""
    p = len(mean)
    i, j = np.triu_indices(p)
    shift = sums[:, 1 : 1 + p] / sums[:, :1]
    cov = np.empty((len(sums), p, p))
    cov[:, i, j] = cov[:, j, i] = sums[:, 1 + p :] / sums[:, :1] - shift[:, i] * shift[:, j]
    return mean + shift, cov


def test_groups_add_up_to_the_whole(tmp_path: Path) -> None:
    frame = small_frame(300).assign(firm=["a", "b", "c"] * 100, w=[1, 2, 3, 1, 1] * 60)
    survey = streamed(frame, tmp_path, by=("firm",), weight="w", groups=16)
    whole = survey.whole.cells
    assert whole.n.shape == (1, 16)
    np.testing.assert_array_equal(sum(unit.cells.n for unit in survey.units), whole.n)
    np.testing.assert_allclose(sum(unit.cells.sum_w for unit in survey.units), whole.sum_w)
    assert survey.drawn.tolist() == whole.n.tolist()
    np.testing.assert_allclose(total_of(whole, (0, 1)).cov, survey.whole.cov)


@pytest.mark.parametrize("cluster", [None, "block"])
def test_a_replicate_is_the_survey_without_a_group(cluster: str | None, tmp_path: Path) -> None:
    frame = small_frame(400).assign(block=np.arange(400) // 5, w=[1.0, 2.0, 0.5, 1.0] * 100)
    survey = streamed(frame, tmp_path, weight="w", cluster=cluster, groups=8)
    blocks = None if cluster is None else frame["block"].astype(str).to_numpy(dtype=object)
    group = dealt(np.arange(2, 402), blocks, None, SEED) % 8
    means, covs = unpacked(left_out(survey, survey.whole), survey.whole.mean)
    assert len(means) == 8
    for r in range(8):
        rest = frame[group != r]
        answers, w = rest[["Q1", "Q2", "S1", "S2"]].to_numpy(), rest["w"].to_numpy()
        np.testing.assert_allclose(means[r], np.average(answers, axis=0, weights=w), rtol=1e-12)
        np.testing.assert_allclose(covs[r], np.cov(answers.T, aweights=w, bias=True), rtol=1e-10)


def test_clusters_stay_together_wherever_they_stand(tmp_path: Path) -> None:
    frame = small_frame(200).assign(block=[f"block {k % 40}" for k in range(200)])
    first = streamed(frame, tmp_path, cluster="block", groups=32)
    again = streamed(frame.sample(frac=1, random_state=1), tmp_path, cluster="block", groups=32)
    assert first.drawn.tolist() == again.drawn.tolist()
    assert first.drawn.sum() == 40
    assert first.whole.cells.n.tolist() == again.whole.cells.n.tolist()
    assert (first.whole.cells.n % 5 == 0).all()


def test_respondents_are_dealt_evenly_and_by_the_seed() -> None:
    rows = np.arange(100_000)
    groups = dealt(rows, None, None, 1) % 64
    sizes = np.bincount(groups.astype(int), minlength=64)
    # multinomial: chi-square with 63 degrees of freedom, sd sqrt(126)
    assert abs(((sizes - 1562.5) ** 2 / 1562.5).sum() - 63) < 4 * np.sqrt(126)
    neighbours = np.corrcoef(groups[:-1].astype(float), groups[1:].astype(float))[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(rows.size)
    assert (dealt(rows, None, None, 2) % 64 != groups).mean() > 0.9


def test_halved_groups_are_those_of_half_as_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = small_frame(500).assign(
        firm=np.repeat([f"firm {k}" for k in range(10)], 50), block=np.arange(500) // 4
    )
    how: dict[str, Any] = {"by": ("firm",), "cluster": "block"}
    small = streamed(frame, tmp_path, groups=32, **how)
    monkeypatch.setattr(unit_book, "MOST_BYTES", 10 * 8 * (3 + 4 + 10) * 32)
    halved = streamed(frame, tmp_path, groups=256, **how)
    assert halved.groups == 32
    assert halved.drawn.tolist() == small.drawn.tolist()
    for one, other in zip((halved.whole, *halved.units), (small.whole, *small.units), strict=True):
        np.testing.assert_array_equal(one.cells.n, other.cells.n)
        np.testing.assert_allclose(one.cells.mean, other.cells.mean, rtol=1e-13)
        np.testing.assert_allclose(one.cells.products, other.cells.products, atol=1e-11)


def test_too_many_units_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_book, "MOST_BYTES", 2000)
    with pytest.raises(UsageError, match=r"10 groups .* too many"):
        streamed(small_frame(60).assign(firm=[f"firm {k % 10}" for k in range(60)]), tmp_path, by=("firm",))


class TestStrata:
    def test_multipliers_by_hand(self) -> None:
        # stratum 1: 2 of 8 units in the first of 4 groups: c^2 = 4/3 * 6/8 = 1
        inside, outside = multipliers(np.array([[2, 2, 2, 2], [1, 1, 0, 0]]))
        assert inside[0].tolist() == pytest.approx([0, 0, 0, 0])
        assert outside[0].tolist() == pytest.approx([4 / 3] * 4)
        # stratum 2: c^2 = 4/3 * 1/2 with one of its two units; c^2 = 4/3 and nothing to leave out without any
        c = np.sqrt(2 / 3)
        assert inside[1, :2].tolist() == pytest.approx([1 - c, 1 - c])
        assert outside[1].tolist() == pytest.approx([1 + c, 1 + c, 1, 1])

    def test_a_stratum_in_one_group_stays(self) -> None:
        inside, outside = multipliers(np.array([[3, 0]]))
        assert inside[0, 0] == outside[0, 0] == 1

    def test_the_total_of_each_stratum_stays(self) -> None:
        drawn = np.random.default_rng(1).integers(0, 5, (6, 16))
        inside, outside = multipliers(drawn)
        rest = drawn.sum(axis=1, keepdims=True) - drawn
        np.testing.assert_allclose(
            inside * drawn + outside * rest, np.broadcast_to(drawn.sum(axis=1, keepdims=True), drawn.shape)
        )

    @pytest.mark.parametrize("size", [2, 3, 50])
    def test_variance_of_a_stratified_mean_is_the_textbooks(self, size: int, tmp_path: Path) -> None:
        """``sum_h (n_h / n)^2 s_h^2 / n_h`` exactly, where every respondent is a group of one."""
        n = 3 * size
        frame = small_frame(n).assign(stratum=np.repeat(["x", "y", "z"], size))
        frame["S2"] += 5 * (frame["stratum"] == "y")
        frame["S2"] = np.minimum(frame["S2"], 10)
        survey = streamed(frame, tmp_path, strata="stratum", groups=2**14)
        assert survey.drawn.max() == 1
        shift, _ = unpacked(left_out(survey, survey.whole), survey.whole.mean)
        m = len(shift)
        made = (m - 1) / m * ((shift - shift.mean(axis=0)) ** 2).sum(axis=0)
        parts = [one[["Q1", "Q2", "S1", "S2"]].var(ddof=1) for _, one in frame.groupby("stratum")]
        np.testing.assert_allclose(made, sum(parts) * size / n**2, rtol=1e-10)

    def test_variance_is_right_on_average_when_groups_hold_many(self, tmp_path: Path) -> None:
        """Strata of very different level, of a few clusters and of many: what lies between them is none."""
        rng = np.random.default_rng(4)
        sizes = {"low": 6, "high": 400}
        stratum = np.repeat(list(sizes), [6 * 5, 400 * 5])
        block = np.repeat(np.arange(406), 5)
        level = np.where(stratum == "low", 2, 7) + rng.integers(-1, 3, 406)[block]
        frame = pd.DataFrame(
            {name: level + rng.integers(0, 2, block.size) for name in ("Q1", "Q2", "S1", "S2")}
        )
        frame = frame.assign(stratum=stratum, block=block)
        frame.to_parquet(tmp_path / "survey.parquet", index=False)
        made = []
        for seed in range(24):
            survey = stream_moments(
                tmp_path / "survey.parquet",
                small_model(),
                strata="stratum",
                cluster="block",
                groups=16,
                seed=seed,
            )
            shift, _ = unpacked(left_out(survey, survey.whole), survey.whole.mean)
            m = len(shift)
            made.append((m - 1) / m * ((shift[:, 0] - shift[:, 0].mean()) ** 2).sum())
        sums = frame.groupby(["stratum", "block"])["Q1"].sum()
        exact = sum(
            sizes[name] * one.var(ddof=1) / len(frame) ** 2 for name, one in sums.groupby(level="stratum")
        )
        assert np.mean(made) == pytest.approx(exact, abs=4 * np.std(made) / np.sqrt(24))

    def test_a_stratum_of_one_cluster_is_refused(self, tmp_path: Path) -> None:
        frame = small_frame(60).assign(stratum=["x"] * 55 + ["y"] * 5, block=np.arange(60) // 5)
        survey = streamed(frame, tmp_path, strata="stratum", cluster="block")
        with pytest.raises(EstimationError, match="only one cluster"):
            left_out(survey, survey.whole)

    def test_clusters_of_one_name_in_two_strata_are_two(self, tmp_path: Path) -> None:
        frame = small_frame(60).assign(stratum=["x", "y"] * 30, block=np.arange(60) // 6)
        assert streamed(frame, tmp_path, strata="stratum", cluster="block").drawn.sum(axis=1).tolist() == [
            10,
            10,
        ]


def test_errors_need_two_random_groups(tmp_path: Path) -> None:
    survey = streamed(small_frame(60), tmp_path, groups=1)
    with pytest.raises(EstimationError, match="only 1 random group"):
        left_out(survey, survey.whole)
