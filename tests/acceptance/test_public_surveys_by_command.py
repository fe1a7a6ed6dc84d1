"""The command on two real surveys, as a newcomer would type it.

The numbers come from elsewhere: ``index.csv`` for ``acsi-repurchase`` from lavaan 0.6 estimates put
into the index formulas, ``chisq``, ``df`` and ``cfi`` of the mobile phone survey from lavaan's printout.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

HOME = Path(os.environ.get("CSI_TEST_DATA", Path(__file__).parents[2].parent / "shared")) / "data"
Csi = Callable[..., Any]


def survey(name: str) -> Path:
    path = HOME / name
    if not path.is_file():
        pytest.skip(f"there is no {name}: set CSI_TEST_DATA to the folder that holds data/{name}")
    return path


def index_of(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / "index.csv")


def first_screen(folder: Path) -> str:
    """Text of the report above its second section, tags removed."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    body = page[page.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body[: body.index("</section>")]))


@pytest.mark.slow
def test_acsi_as_it_is(tmp_path: Path, csi: Csi) -> None:
    ran = csi("fit", "acsi", survey("acsi2015.xlsx"))
    assert ran.code in (0, 1)
    folder = tmp_path / "reports" / "acsi-acsi2015"
    assert (folder / "report.html").is_file()
    assert ran.out.count("* Customer satisfaction") == 1
    assert "26 are top-coded to 25" in ran.err
    rows = pd.read_csv(folder / "tables" / "rows.csv").set_index("reason")["rows"]
    assert rows["read"] == 8239
    assert rows.drop("read").sum() == 8239


@pytest.mark.slow
def test_acsi_by_industry(tmp_path: Path, csi: Csi) -> None:
    ran = csi("fit", "acsi", survey("acsi2015.xlsx"), "--by", "INDUSTRY", "-o", "by")
    assert ran.code in (0, 1)
    index = pd.read_csv(tmp_path / "by/tables/index.csv", dtype={"INDUSTRY": str})
    assert list(index["INDUSTRY"].unique()) == ["1001", "3003", "3013", "5001"]
    pooled = index[(index["construct"] == "satisfaction") & (index["weights_from"] == "pooled")]
    assert len(pooled) == 4
    assert pooled["index"].between(0, 100).all()
    for name in ("Processed food", "Airlines", "Internet service providers", "Banks"):
        assert name in ran.out
        assert name in (tmp_path / "by" / "report.html").read_text(encoding="utf-8")
    untrusted = "error: " in ran.err
    assert (ran.code == 1) is untrusted
    assert ("NOT USABLE" in ran.out) is untrusted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "satisfaction"), [("loadings", 70.951), ("equal", 70.908), ("regression", 73.272)]
)
def test_acsi_repurchase_index(rule: str, satisfaction: float, tmp_path: Path, csi: Csi) -> None:
    ran = csi("fit", "acsi-repurchase", survey("acsi2015.xlsx"), "-o", "r", "--weight-rule", rule)
    assert ran.code in (0, 1)
    index = index_of(tmp_path / "r").set_index("construct").loc["satisfaction"]
    assert index["index"] == pytest.approx(satisfaction, abs=0.0005)  # three printed digits
    assert index["weight_rule"] == rule
    assert index["ci_lower"] < satisfaction < index["ci_upper"]


@pytest.mark.slow
def test_ecsi_complaints_says_what_cannot_be_used(tmp_path: Path, csi: Csi) -> None:
    """Expectations and quality correlate .995 there: maximum likelihood has no usable effects."""
    ran = csi("fit", "ecsi-complaints", survey("mobi.csv"), "-o", "r")
    assert ran.code == 1
    assert ran.out.startswith("NOT USABLE AS IT IS")
    fit = pd.read_csv(tmp_path / "r/tables/fit.csv").set_index("measure")["value"]
    assert fit["chisq"] == pytest.approx(575.6, abs=0.05)
    assert fit["df"] == 241
    assert fit["cfi"] == pytest.approx(0.877, abs=0.0005)
    screen = first_screen(tmp_path / "r")
    assert "expectations and quality correlate 0.995" in ran.err
    assert "Customer expectations – Perceived quality (0.995)" in screen
    for path, arrow in (
        ("expectations > value", "Customer expectations → Perceived value"),
        ("quality > value", "Perceived quality → Perceived value"),
        ("expectations > satisfaction", "Customer expectations → Customer satisfaction"),
        ("quality > satisfaction", "Perceived quality → Customer satisfaction"),
    ):
        assert f"standardised standard error of the path {path}" in ran.err
        assert arrow in screen
    assert "PLS" in ran.err
    assert "PLS" in screen
    assert ran.err.startswith("error: ")
