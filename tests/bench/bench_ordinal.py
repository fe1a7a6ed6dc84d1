"""Ordered answers by weighted least squares, with robust errors and fit measures; many items and rows."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ledger import Ledger, Other, in_r, in_turn
from surveys import AMERICAN_FILE, american, sources

import csi_model as csi
from csi_model import ModelSpec
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.moments import moments_of
from csi_model.model.lavaan_writing import write_lavaan

ITEMS, ROWS = 30, 100_000


def in_lavaan(model: ModelSpec) -> str:
    """The model in lavaan's words; a construct of one ordered item is that item."""
    lines = [line for line in write_lavaan(model).splitlines() if line and not line.startswith("#")]
    for name in model.construct_names:
        items = model.items_of(name)
        if len(items) == 1:
            kept = [line for line in lines if not line.startswith(f"{name} =~")]
            lines = [re.sub(rf"\b{name}\b", items[0].name, line) for line in kept]
    return "\n".join(lines)


def lavaan_ordinal(model: ModelSpec, frame: pd.DataFrame) -> float:
    """``sem(estimator = "WLSMV")`` with all fit measures: seconds without R's start."""
    with tempfile.TemporaryDirectory() as folder:
        text, data = Path(folder, "model.lav"), Path(folder, "answers.csv")
        text.write_text(in_lavaan(model), encoding="utf-8")
        frame.to_csv(data, index=False)
        return in_r("ordinal.R", text, data)["seconds"]


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_ordered_answers(source: str, benchmark: Any, ledger: Ledger, lavaan: str) -> None:
    case = american(source)
    others = {}
    if lavaan:
        others["lavaan"] = Other(run=lambda: lavaan_ordinal(case.model, case.frame), rounds=3)
    turns = in_turn(
        benchmark,
        lambda: csi.evaluate(csi.fit(case.model, case.survey, estimator="wlsmv")),
        others,
        rounds=5,
    )
    ledger.compare("wlsmv, every table", "fit", case.label, turns)


def test_moments_of_many_rows(benchmark: Any, ledger: Ledger) -> None:
    """Thresholds, polychoric correlations and their asymptotic covariance, ten steps each; ours alone."""
    random = np.random.default_rng(1)
    loadings = random.uniform(0.5, 0.95, ITEMS)
    constructs = random.normal(size=(ROWS, 3))[:, np.arange(ITEMS) % 3]
    responses = constructs * loadings + random.normal(size=(ROWS, ITEMS)) * np.sqrt(1 - loadings**2)
    answers = 1.0 + np.searchsorted([-2.0, -1.6, -1.2, -0.9, -0.5, -0.1, 0.4, 0.8, 1.3], responses)

    def work() -> None:
        made = moments_of(items_of(answers, np.ones(ROWS), np.ones(ITEMS, dtype=bool)))
        made.influences.T @ made.influences

    turns = in_turn(benchmark, work, {}, rounds=2)
    ledger.add(
        "Thresholds, polychoric correlations and their covariance",
        {"items": ITEMS, "rows": ROWS, "steps": 10, "seconds": turns.each},
    )
