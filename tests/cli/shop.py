"""A small shop survey: three constructs, eight questions, 240 customers, written in any format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

MODEL = """\
name: shop
title: {en: Shop satisfaction, zh: 门店满意度}
index: satisfaction
scale: [1, 10]
constructs:
  quality:
    label: {en: Perceived quality, zh: 感知质量}
    indicators: {Q1: Overall quality, Q2: Fit to needs, Q3: Reliability}
  satisfaction:
    label: {en: Satisfaction, zh: 满意度}
    indicators: {S1: Overall, S2: Against expectations, S3: Against the ideal}
  loyalty:
    indicators: {L1: Would buy again, L2: Would recommend}
paths:
  satisfaction: [quality]
  loyalty: [satisfaction]
"""

STUDY = """\
model: shop.yaml
survey: shop.csv
"""

QUESTIONS = ("Q1", "Q2", "Q3", "S1", "S2", "S3", "L1", "L2")


def shop_survey(rows: int = 240, seed: int = 11) -> pd.DataFrame:
    """Whole answers 1-10 that follow the model, three branches, a weight, an interview number."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=rows)
    satisfaction = 0.8 * quality + 0.6 * rng.normal(size=rows)
    loyalty = 0.7 * satisfaction + 0.7 * rng.normal(size=rows)
    latent = {"Q": quality, "S": satisfaction, "L": loyalty}
    answers = {
        name: np.clip(np.rint(6 + 1.8 * latent[name[0]] + 1.1 * rng.normal(size=rows)), 1, 10).astype(int)
        for name in QUESTIONS
    }
    return pd.DataFrame(
        {
            **answers,
            "branch": np.array(["north", "south", "west"])[np.arange(rows) % 3],
            "weight": np.round(0.5 + rng.random(rows), 3),
            "interview": [f"K{1000 + k}" for k in range(rows)],
        }
    )


def write_shop(folder: Path) -> None:
    """Write ``shop.yaml``, ``shop.csv`` and ``study.yaml``, all sound."""
    (folder / "shop.yaml").write_text(MODEL, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    shop_survey().to_csv(folder / "shop.csv", index=False)
