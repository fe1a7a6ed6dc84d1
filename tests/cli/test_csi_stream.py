"""``csi fit --stream``: the same answers as from memory, in little of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shop import shop_survey, write_shop

from csi_model import evaluate, fit, load, read_model, read_survey

Csi = Callable[..., Any]
FIT = ("fit", "shop.yaml", "shop.parquet")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write_shop(tmp_path)
    shop_survey(360).to_parquet(tmp_path / "shop.parquet", index=False)
    return tmp_path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv")


def test_gives_the_numbers_of_a_fit_in_memory(csi: Csi, shop: Path) -> None:
    ran = csi(*FIT, "--stream", "-o", "streamed")
    assert ran.code == 0, ran.err
    model = read_model(shop / "shop.yaml")
    expected = evaluate(fit(model, read_survey(shop / "shop.parquet", model))).tables
    found = load(shop / "streamed").tables
    for name in ("index", "weights", "effects", "drivers", "reliability", "r2", "fit", "indicators", "rows"):
        pd.testing.assert_frame_equal(found[name], expected[name], rtol=1e-8)
    assert (shop / "streamed" / "report.html").is_file()
    assert "only sums of them were kept" in ran.err


@pytest.mark.slow
def test_pls_by_branch_has_jackknife_intervals_and_a_chinese_report(csi: Csi, shop: Path) -> None:
    ran = csi(*FIT, "--stream", "--estimator", "pls", "--by", "branch", "--lang", "zh", "--json", "-o", "r")
    assert ran.code == 0, ran.err
    said = json.loads(ran.out)
    index = pd.DataFrame(said["tables"]["index"])
    assert set(index["ci_method"]) == {"jackknife"}
    assert index["ci_lower"].notna().all()
    assert index["branch"].nunique() == 3
    assert "受访者随机组的刀切法" in (shop / "r" / "report.html").read_text(encoding="utf-8")


def test_what_needs_respondents_is_refused_at_once(csi: Csi, shop: Path) -> None:
    ran = csi(*FIT, "--stream", "--estimator", "mlr", "--bootstrap", "500", "--scores", "-o", "r")
    assert ran.code == 2
    for option in ("--estimator mlr", "--bootstrap", "--scores"):
        assert f"error: {option}: it needs the respondents" in ran.err
    assert not (shop / "r").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--sheet", "answers"), "a Parquet file has no sheets"),
        (("--by", "branch", "--wave", "branch"), "--wave: it needs the respondents"),
    ],
)
def test_options_that_it_cannot_take_are_named(
    options: tuple[str, ...], told: str, csi: Csi, shop: Path
) -> None:
    ran = csi(*FIT, "--stream", *options, "-o", "r")
    assert ran.code == 2
    assert told in ran.err
    assert not (shop / "r").exists()


def test_a_text_file_is_refused(csi: Csi, shop: Path) -> None:
    ran = csi("fit", "shop.yaml", "shop.csv", "--stream", "-o", "r")
    assert ran.code == 2
    assert "'shop.csv' is no Parquet file" in ran.err
    assert "save the survey as Parquet" in ran.err


def test_answers_outside_the_scale_are_told_once(csi: Csi, shop: Path) -> None:
    frame = shop_survey(360)
    frame.loc[[2, 100, 300], "Q1"] = 99
    frame.to_parquet(shop / "shop.parquet", index=False)
    ran = csi(*FIT, "--stream", "-o", "r")
    assert ran.code == 2
    assert ran.err.count("outside the scale") == 1
    assert "3 answers outside the scale 1-10: 99 (rows 4, 102, 302)" in ran.err


PEAK = """
import resource, sys
from pathlib import Path
from csi_model.cli import main
sys.argv = ["csi", *sys.argv[1:]]
try:
    main()
except SystemExit as left:
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        peak = int(line.split()[1]) / 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print("PEAK", peak)
    sys.exit(left.code)
"""


def peak_of(folder: Path, *words: str) -> float:
    """MiB that a command took at the most, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return float(done.stdout.split("PEAK")[1])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no peak memory to be read")
def test_a_million_interviews_take_less_than_a_gibibyte(tmp_path: Path) -> None:
    """In memory they would take more than that."""
    simulated = peak_of(tmp_path, "simulate", "acsi", "-n", "1000000", "-o", "big.parquet")
    fitted = peak_of(tmp_path, "fit", "acsi", "big.parquet", "--stream", "--estimator", "pls", "-o", "r")
    assert simulated < 700
    assert fitted < 700
    rows = table(tmp_path / "r", "rows").set_index("reason")["rows"]
    assert rows["used"] == rows["read"] == 1_000_000


@pytest.mark.slow
def test_a_streamed_league_is_that_of_the_survey_in_memory(csi: Csi, shop: Path) -> None:
    """Indices, differences and the roll-up, by maximum likelihood, whose errors moments tell exactly."""
    words = ("--by", "branch", "--nested", "--shares", "branch=sample_size")
    assert csi(*FIT, *words, "--stream", "-o", "streamed").code in (0, 1)
    assert csi(*FIT, *words, "-o", "memory").code in (0, 1)
    keys = {"differences": ["kind", "construct", "unit_1", "unit_2"], "aggregates": ["unit", "construct"]}
    numbers = {
        "differences": ["difference", "se", "df_welch", "ci_lower"],
        "aggregates": ["index", "se", "n"],
    }
    for name, columns in keys.items():
        one, other = (pd.read_csv(shop / run / "tables" / f"{name}.csv") for run in ("streamed", "memory"))
        if name == "aggregates":
            one, other = (frame[frame["weights_from"] == "pooled"] for frame in (one, other))
        pd.testing.assert_frame_equal(one[columns], other[columns])
        np.testing.assert_allclose(one[numbers[name]], other[numbers[name]], rtol=1e-6, atol=1e-9)
    precision = pd.read_csv(shop / "streamed" / "tables" / "precision.csv")
    assert (precision["deff"] == 1).all()
