"""The public ACSI answers of 2015: by plain pandas and numpy, and as the package reads and fits them.

The file is no part of the project; whatever needs it skips where it is absent. It has no weights, strata or
clusters. 98 and 99 are "don't know" and "refused".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from fit_builders import Floats, shared_data

import csi_model as csi
from csi_model.comparison.league import LeagueOptions, league
from csi_model.comparison.precision import is_plain, precision_frame
from csi_model.estimation.fits import Fit
from csi_model.evaluation.results import Results
from csi_model.survey.survey import Survey

INDUSTRIES = ("1001", "3003", "3013", "5001")
"""Processed food, airlines, internet service providers, banks."""
QUESTIONS = {
    "expectations": ("OVERALLX", "CUSTOMX", "WRONGX"),
    "quality": ("OVERALLQ", "CUSTOMQ", "WRONGQ"),
    "value": ("PQ", "QP"),
    "satisfaction": ("SATIS", "CONFIRM", "IDEAL"),
    "complaints": ("COMP",),
    "loyalty": ("REPUR",),
}
DRIVERS = {
    "quality": ("expectations",),
    "value": ("expectations", "quality"),
    "satisfaction": ("expectations", "quality", "value"),
    "complaints": ("satisfaction",),
    "loyalty": ("satisfaction", "complaints"),
}
CONSTRUCTS = tuple(QUESTIONS)
CODES = {98: "dont_know", 99: "refused"}
RUNS: dict[str, dict[str, Any]] = {
    "ml": {},
    "pls": {"estimator": "pls", "scheme": "centroid", "bootstrap": 400, "folds": 0},
}


@cache
def file_rows() -> pd.DataFrame:
    """The file as it is."""
    return pd.read_excel(shared_data("data", "acsi2015.xlsx"))


WAVES = ("2014", "2015")


def split(seed: int, *, raised: bool = False) -> pd.DataFrame:
    """The file with a wave for every row; ``raised``: one answer step up in the second wave."""
    rows = file_rows()
    half = np.random.default_rng(seed).permutation(np.arange(len(rows)) % 2)
    made = rows.assign(wave=np.array(WAVES)[half])
    if raised:
        for item in QUESTIONS["satisfaction"]:
            made[item] += ((half == 1) & (rows[item] < 10)).astype(int)
    return made


def points(rows: pd.DataFrame) -> pd.DataFrame:
    """Answers on 0-100 of those who answered every question, under the index of their rows."""
    questions = [item for items in QUESTIONS.values() for item in items]
    answers = rows[questions].astype(float)
    answers = answers.where(~answers.isin(list(CODES))).dropna()
    low = np.array([0.0 if name == "COMP" else 1.0 for name in questions])
    high = np.array([1.0 if name == "COMP" else 10.0 for name in questions])
    return 100 * (answers - low) / (high - low)


def score(answers: pd.DataFrame, weights: pd.Series[float], construct: str) -> Floats:
    """Scores (n,) of respondents from answers on 0-100, by index weights under the questions' names."""
    items = list(QUESTIONS[construct])
    made: Floats = answers[items].to_numpy() @ weights[items].to_numpy()
    return made


def scores(answers: pd.DataFrame, weights: pd.Series[float]) -> pd.DataFrame:
    """Scores of every construct."""
    return pd.DataFrame({name: score(answers, weights, name) for name in CONSTRUCTS}, index=answers.index)


def regressions(known: pd.DataFrame) -> Floats:
    """Slopes (m, m) [outcome, driver] of least squares among scores of the constructs."""
    slopes = np.zeros((len(CONSTRUCTS), len(CONSTRUCTS)))
    for outcome, drivers in DRIVERS.items():
        design = np.column_stack([np.ones(len(known)), *(known[name] for name in drivers)])
        found = np.linalg.lstsq(design, known[outcome], rcond=None)[0][1:]
        slopes[CONSTRUCTS.index(outcome), [CONSTRUCTS.index(name) for name in drivers]] = found
    return slopes


def total_effects(slopes: Floats) -> Floats:
    """Direct and indirect effects (m, m) together."""
    made: Floats = np.linalg.inv(np.eye(len(slopes)) - slopes) - np.eye(len(slopes))
    return made


def own_effects(answers: pd.DataFrame, own: pd.Series[float], ruler: pd.Series[float]) -> Floats:
    """Slopes (m, m) among a group's own PLS composites, in points of the scores by the weights ``ruler``.

    A point of a composite is worth the slope of the ruler's score on it.
    """
    composites, measured = scores(answers, own), scores(answers, ruler)
    worth = [np.cov(measured[name], composites[name])[0, 1] / composites[name].var() for name in CONSTRUCTS]
    return np.asarray(regressions(composites) * np.outer(worth, 1 / np.array(worth)))


@dataclass(frozen=True, kw_only=True)
class Run:
    """A fit by groups, its tables, and those of the league and of precision."""

    survey: Survey
    fit: Fit
    results: Results
    league: Mapping[str, pd.DataFrame]
    precision: pd.DataFrame

    def weights(self, group: str = "") -> pd.Series[float]:
        """Index weights of a group's own, or of all respondents together."""
        table = self.results.tables["weights"] if group else self.results.pooled["weights"]
        if group:
            table = table[table[self.results.by[0]] == group]
        return table.set_index("indicator")["weight"]


def run(rows: pd.DataFrame, estimator: str, by: str = "INDUSTRY", **options: Any) -> Run:
    """Fit some rows of the file by groups."""
    read = csi.read_survey(rows, csi.read_model("acsi-repurchase"), by=[by], missing=CODES)
    fitted = csi.fit(read.model, read, **{**RUNS[estimator], **options})
    results = csi.evaluate(fitted)
    made = league(results, fitted, read, LeagueOptions())
    return Run(
        survey=read,
        fit=fitted,
        results=results,
        league=made.tables,
        precision=precision_frame(results, plain=is_plain(results, read)),
    )


@cache
def industries(estimator: str) -> Run:
    """All interviews by industry."""
    return run(file_rows(), estimator)


def of_construct(table: pd.DataFrame, construct: str = "satisfaction", **values: Any) -> pd.DataFrame:
    """Rows of a table that have this construct and these values."""
    kept = table[table["construct"] == construct]
    for name, value in values.items():
        kept = kept[kept[name] == value]
    return kept.reset_index(drop=True)
