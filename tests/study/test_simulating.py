"""A simulated survey as files: the same as the frame, in any format, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from csi_model.errors import StorageError, UsageError
from csi_model.model.catalogue import read_model
from csi_model.study import simulating
from csi_model.study.simulating import write_simulation
from csi_model.survey import simulation
from csi_model.survey.simulation import default_truth, read_truth, simulate, write_truth

MODEL = read_model("acsi")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "CHUNK", 64)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "truth.yaml"
    made = default_truth(MODEL, groups={"firm": ["A", "B", "C"]})
    path.write_text(write_truth(made), encoding="utf-8")
    return path


@pytest.mark.usefixtures("small_chunks")
class TestFiles:
    @pytest.mark.parametrize(("ending", "separator"), [(".csv", ","), (".tsv", "\t")])
    def test_of_text_hold_the_frame(self, ending: str, separator: str, tmp_path: Path, truth: Path) -> None:
        path = tmp_path / f"survey{ending}"
        assert write_simulation(MODEL, 200, 3, truth, path)[0] == path
        frame, used = simulate(MODEL, 200, seed=3, truth=read_truth(truth))
        text = frame.to_csv(index=False, sep=separator, lineterminator="\n")
        assert path.read_bytes() == text.encode("utf-8")
        assert read_truth(tmp_path / "survey-truth.yaml") == used

    def test_of_parquet_hold_the_frame(self, tmp_path: Path, truth: Path) -> None:
        path = tmp_path / "survey.parquet"
        write_simulation(MODEL, 200, 3, truth, path)
        frame, _ = simulate(MODEL, 200, seed=3, truth=read_truth(truth))
        pd.testing.assert_frame_equal(pd.read_parquet(path), frame)
        again = tmp_path / "again.parquet"
        write_simulation(MODEL, 200, 3, truth, again)
        assert again.read_bytes() == path.read_bytes()

    def test_of_a_workbook_hold_the_frame(self, tmp_path: Path) -> None:
        path = tmp_path / "survey.xlsx"
        write_simulation(MODEL, 90, 3, None, path)
        frame, _ = simulate(MODEL, 90, seed=3)
        pd.testing.assert_frame_equal(pd.read_excel(path), frame.astype(float), check_dtype=False)

    @pytest.mark.parametrize("ending", [".csv", ".parquet"])
    def test_that_fail_leave_nothing(
        self, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = simulating.simulate_chunks

        def failing(*model: Any, **how: Any) -> tuple[Iterator[pd.DataFrame], Any]:
            chunks, used = made(*model, **how)

            def some() -> Iterator[pd.DataFrame]:
                yield next(chunks)
                raise OSError(28, "No space left on device")

            return some(), used

        monkeypatch.setattr(simulating, "simulate_chunks", failing)
        old = tmp_path / f"survey{ending}"
        old.write_text("old", encoding="utf-8")
        with pytest.raises(StorageError, match="No space left"):
            write_simulation(MODEL, 200, 3, None, old, force=True)
        assert [path.name for path in tmp_path.iterdir()] == [old.name]
        assert old.read_text(encoding="utf-8") == "old"


def test_a_workbook_of_too_many_is_refused_before_it_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="1,048,575 respondents"):
        write_simulation(MODEL, 2**20, 3, None, tmp_path / "survey.xlsx")
    assert not list(tmp_path.iterdir())
