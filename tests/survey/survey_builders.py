"""Small models and surveys for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import CsiError, Finding
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Path, Scale

TEN = Scale(low=1, high=10)


def small_model(
    names: Sequence[str] = ("Q1", "Q2", "S1", "S2"), scale: Scale | None = TEN, **changes: Any
) -> ModelSpec:
    """Two constructs, quality and satisfaction, that share the questions in halves."""
    items = tuple(Indicator(name=name, scale=scale) for name in names)
    half = len(items) // 2
    given: dict[str, Any] = {
        "name": "small",
        "title": {"en": "Small"},
        "index": "satisfaction",
        "constructs": (
            Construct(name="quality", indicators=items[:half]),
            Construct(name="satisfaction", indicators=items[half:]),
        ),
        "paths": (Path(source="quality", target="satisfaction"),),
    }
    return ModelSpec(**{**given, **changes})


def one_construct(*items: Indicator, codebook: str | None = None) -> ModelSpec:
    """A model that only holds questions."""
    return ModelSpec(
        name="one",
        title={"en": "One"},
        index="satisfaction",
        constructs=(Construct(name="satisfaction", indicators=items),),
        paths=(),
        codebook=codebook,
    )


def reservation_model(codebook: str | None = "acsi2015") -> ModelSpec:
    """Repurchase and the reservation price that derives from two price tolerances."""
    cases = (
        Case(when="REPUR", low=6, high=10, take="HIGHPTOL", plus=100),
        Case(when="REPUR", low=1, high=5, take="LOWPTOL", times=-1, plus=100),
    )
    return one_construct(
        Indicator(name="REPUR", scale=TEN),
        Indicator(name="RESERVATION", scale=Scale(low=75, high=125), cases=cases),
        codebook=codebook,
    )


def small_frame(n: int = 40, seed: int = 1, names: Sequence[str] = ("Q1", "Q2", "S1", "S2")) -> pd.DataFrame:
    """Answers 1-10 to the questions of ``small_model``."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.integers(1, 11, n) for name in names})


def only(error: CsiError, code: str) -> Finding:
    """The one finding with that code."""
    found = [finding for finding in error.findings if finding.code == code]
    assert len(found) == 1, f"{code}: {[str(finding) for finding in error.findings]}"
    return found[0]


def codes(findings: Sequence[Finding]) -> list[str]:
    """Codes of findings."""
    return [finding.code for finding in findings]
