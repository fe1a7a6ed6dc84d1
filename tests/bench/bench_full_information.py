"""Full information over answers with gaps, with standard errors and fit measures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ledger import Ledger, Other, in_turn, seconds
from rivals import lavaan_full_information, semopy_full_information
from surveys import AMERICAN_FILE, american_with_gaps, sources

import csi_model as csi


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_full_information(source: str, benchmark: Any, ledger: Ledger, lavaan: str) -> None:
    case = american_with_gaps(source)
    others = {
        "semopy": Other(
            run=lambda: seconds(lambda: semopy_full_information(case.model, case.frame)), rounds=1
        )
    }
    if lavaan:
        others["lavaan"] = Other(run=lambda: lavaan_full_information(case.model, case.frame), rounds=3)
    turns = in_turn(
        benchmark,
        lambda: csi.evaluate(csi.fit(case.model, case.survey, estimator="fiml")),
        others,
        rounds=5,
    )
    ledger.compare("fiml, every table", "fit", case.label, turns)


@pytest.mark.parametrize("source", sources(AMERICAN_FILE))
def test_bootstrap_of_full_information(source: str, benchmark: Any, ledger: Ledger) -> None:
    """Ours alone: one fit of the others takes seconds, or a minute."""
    case = american_with_gaps(source)
    patterns, draws = len(np.unique(case.frame.isna().to_numpy(), axis=0)), 200
    turns = in_turn(
        benchmark,
        lambda: csi.fit(case.model, case.survey, estimator="fiml", bootstrap=draws),
        {},
        units=draws,
        rounds=1,
    )
    ledger.add(
        "Refits of full information",
        {"data": case.label, "patterns of gaps": patterns, "draws": draws, "ms a draw": 1000 * turns.each},
    )
