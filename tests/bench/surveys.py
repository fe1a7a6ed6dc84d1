"""The surveys that are timed: simulated ones of the size and shape of the public ones, and these."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import csi_model as csi
from csi_model import ModelSpec
from csi_model.survey.survey import Survey

SHARED = Path(os.environ.get("CSI_TEST_DATA") or Path(__file__).parents[3] / "shared")
AMERICAN, MOBILE = "acsi-repurchase", "ecsi-complaints"
COMPLETE, READ, PARTLY = 7341, 8239, 168
"""Rows of the public American file: complete, all, and those that hold the satisfaction items alone."""
AMERICAN_FILE, MOBILE_FILE = "acsi2015.xlsx", "mobi.csv"


def sources(file: str) -> list[Any]:
    """Values of a test's ``source``: simulated answers, and the public file where it is here."""
    absent = not (SHARED / "data" / file).is_file()
    return ["simulated", pytest.param("public", marks=pytest.mark.skipif(absent, reason=f"no {file}"))]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A survey as ours takes it, and its answers as the others do; ``label`` says what it is."""

    label: str
    survey: Survey
    frame: pd.DataFrame

    @property
    def model(self) -> ModelSpec:
        """The model that the survey was read for."""
        return self.survey.model


def _case(name: str, survey: Survey, *, gaps: bool = False) -> Case:
    frame = pd.DataFrame(survey.answers, columns=list(survey.names))
    frame = frame if gaps else frame.dropna()
    return Case(label=f"{name}, {len(frame):,} rows", survey=survey, frame=frame)


@cache
def simulated(model: str, n: int, groups: int = 0) -> Survey:
    """A survey of ``n`` respondents; the groups, where asked for, are firms of the same size."""
    spec = csi.read_model(model)
    firms = {"firm": [f"firm {k}" for k in range(1, groups + 1)]} if groups else None
    frame, _ = csi.simulate(spec, n, seed=1, groups=firms)
    return csi.read_survey(frame, spec, by=tuple(firms or ()))


def public(file: str, model: str) -> Survey:
    """A public survey."""
    return csi.read_survey(SHARED / "data" / file, csi.read_model(model))


@cache
def american(source: str) -> Case:
    """The complete interviews of the American index."""
    if source == "simulated":
        return _case(source, simulated(AMERICAN, COMPLETE))
    return _case("ACSI 2015", public(AMERICAN_FILE, AMERICAN))


@cache
def american_with_gaps(source: str) -> Case:
    """All interviews of the American index, gaps and all."""
    if source == "simulated":
        spec = csi.read_model(AMERICAN)
        frame, _ = csi.simulate(spec, READ, seed=1)
        return _case(source, csi.read_survey(with_gaps(frame, spec), spec), gaps=True)
    return _case("ACSI 2015", public(AMERICAN_FILE, AMERICAN), gaps=True)


@cache
def mobile(source: str) -> Case:
    """The 250 customers of a mobile phone provider."""
    if source == "simulated":
        return _case(source, simulated(MOBILE, 250))
    return _case("mobile phones", public(MOBILE_FILE, MOBILE))


def with_gaps(frame: pd.DataFrame, model: ModelSpec) -> pd.DataFrame:
    """Blank answers as the American file has them.

    A block of rows holds the satisfaction items alone; every other incomplete row lacks one answer, in
    two cases of three, or some more, to some questions oftener than to others.
    """
    random = np.random.default_rng(1)
    items = [item.name for item in model.indicators]
    gap = np.zeros((len(frame), len(items)), dtype=bool)
    kept = {item.name for item in model.items_of("satisfaction")}
    gap[:PARTLY] = [item not in kept for item in items]
    odds = 1 / np.arange(1, len(items) + 1)
    random.shuffle(odds)
    for row in range(PARTLY, READ - COMPLETE):
        size = min(random.geometric(2 / 3), len(items) - 1)
        gap[row, random.choice(len(items), size, replace=False, p=odds / odds.sum())] = True
    made = frame.copy()
    made[items] = frame[items].mask(gap)
    return made


def write_league(path: Path, firms: int, each: int = 250) -> Path:
    """A simulated survey of many firms, ten to an industry, ten industries to a sector, as Parquet."""
    model = csi.read_model("ecsi-complaints")
    names = [f"F{k:03d}" for k in range(firms)]
    frame, _ = csi.simulate(model, firms * each, seed=3, groups={"firm": names})
    place = frame["firm"].str[1:].astype(int)
    frame["industry"] = "I" + (place // 10).astype(str).str.zfill(2)
    frame["sector"] = "S" + (place // 100).astype(str)
    frame.to_parquet(path, index=False)
    return path
