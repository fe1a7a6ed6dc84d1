"""Waves made by hand and from simulated answers, for the tests of trend, decomposition and panels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from fit_builders import CHAIN, chain_answers, survey_of
from numpy.typing import ArrayLike, NDArray

from csi_model.comparison.wave_blocks import Block
from csi_model.comparison.wave_samples import WaveOptions, WaveStudy, WaveUnit
from csi_model.comparison.wave_studies import wave_study
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.ingredients import Layout
from csi_model.evaluation.results import Results
from csi_model.survey.survey import Survey

Floats = NDArray[np.float64]

TWO_ITEMS = Layout(
    constructs=("satisfaction",), items=2, owner=np.array([0, 0]), item=np.array([0, 1]), paths=()
)
"""One construct of two items."""

TWO_DRIVERS = Layout(
    constructs=("quality", "value", "satisfaction"),
    items=3,
    owner=np.array([0, 1, 2]),
    item=np.array([0, 1, 2]),
    paths=((0, 2), (1, 2)),
)
"""Three constructs of one item each: quality and value drive satisfaction."""


def block(
    layout: Layout,
    x: ArrayLike,
    w: ArrayLike,
    *,
    slopes: ArrayLike = np.nan,
    beta: ArrayLike = np.nan,
    covariance: ArrayLike | None = None,
    **rest: Any,
) -> Block:
    """A block from item means, weights, slopes and paths; without error unless one is given."""
    point = np.full(layout.size, np.nan)
    point[layout.x], point[layout.w], point[layout.l] = x, w, slopes
    if layout.paths:
        point[layout.beta] = beta
    known = np.zeros((layout.size, layout.size)) if covariance is None else np.array(covariance, dtype=float)
    return Block(point=point, covariance=known, **rest)


def study_of(layout: Layout, blocks: Sequence[Block], **changes: Any) -> WaveStudy:
    """One unit in as many waves as there are blocks, named 0, 1, ..."""
    count = len(blocks)
    unit = WaveUnit(
        name="total",
        blocks=tuple(blocks),
        n=(100,) * count,
        n_eff=(100.0,) * count,
        why=changes.pop("why", ("",) * count),
        no_effects=("",) * count,
        cross=changes.pop("cross", {}),
    )
    made: dict[str, Any] = {
        "layout": layout,
        "waves": tuple(str(k) for k in range(count)),
        "base": 0,
        "headline": "held",
        "level": 0.95,
        "units": (unit,),
        "why": ("",) * count,
        "no_error": "no standard error in this sample",
    }
    return WaveStudy(**(made | changes))


def only(table: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Rows with these values."""
    for name, value in values.items():
        table = table[table[name] == value]
    return table


def cell(table: pd.DataFrame, column: str, **values: str) -> Any:
    """The cell of the one row with these values."""
    (found,) = only(table, **values)[column]
    return found


@cache
def wave(seed: int, shift: float = 0.0, n: int = 200, **options: Any) -> Results:
    """Results of one wave of the chain model."""
    survey = survey_of(CHAIN, chain_answers(n, seed, shift=shift), sha256=f"{seed}{shift}")
    return evaluate(fit(CHAIN, survey, beside=False, **options))


def two_waves(*, n: int = 150, shift: float = 0.3, firms: Sequence[str] = (), **changes: Any) -> Survey:
    """A survey with a wave column: the answers of ``wave(1)`` and ``wave(2)``; firms take equal turns."""
    answers = np.vstack([chain_answers(n, 1), chain_answers(n, 2, shift=shift)])
    groups = {"wave": ["2024"] * n + ["2025"] * n}
    if firms:
        groups = {"firm": [firms[k % len(firms)] for k in range(n)] * 2, **groups}
    return survey_of(CHAIN, answers, groups=groups, **changes)


@cache
def uneven_firms() -> WaveStudy:
    """Firm b is too small in 2025; firm c is large enough, but one of its questions is constant there."""
    survey = two_waves(n=120, firms=("a", "b", "c"))
    wave_of, firm_of = (np.array(survey.groups[survey.by.index(name)]) for name in ("wave", "firm"))
    gone = (firm_of == "b") & (wave_of == "2025") & (np.arange(240) > 180)
    answers = survey.answers.copy()
    answers[(firm_of == "c") & (wave_of == "2025"), 0] = 7.0
    kept = survey_of(
        CHAIN, answers[~gone], groups={"firm": firm_of[~gone].tolist(), "wave": wave_of[~gone].tolist()}
    )
    fitted = fit(CHAIN, kept, beside=False)
    return wave_study(evaluate(fitted), fitted, kept, WaveOptions(column="wave"))[0]
