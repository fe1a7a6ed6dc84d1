"""The population of the coverage study: a model, its truth, and the answers that people give.

It was fixed before any coverage was seen, for these reasons:

* Model: ``acsi-repurchase``, the American index as the catalogue has it, with a yes/no question and two
  constructs of a single question. Quality drives satisfaction most, value less, expectations least, as
  Fornell et al. (1996, Journal of Marketing 60(4), 7-18) report of the American index.
* Reflective items load .70-.85 and constructs correlate at most .77 before answers are rounded, so that
  200 to 300 interviews carry the model. (Beyond .9 the question would be identification, not intervals.)
* Answers on ten points: 68-82 % of them are 7 to 10, skewness -0.9 to -1.2, as in satisfaction surveys;
  15 % complain. The answer in mind is normal, the shares of the ten answers are given.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

import numpy as np
from scipy import stats

import csi_model as csi
from csi_model.model.spec import ModelSpec
from csi_model.survey.simulation import ItemTruth, Truth, simulate
from csi_model.survey.survey import Survey

HIGH = (1, 1, 1, 2, 6, 7, 15, 27, 21, 19)
MIDDLE = (2, 2, 3, 3, 7, 8, 15, 25, 18, 17)
LOW = (3, 3, 3, 4, 9, 10, 18, 24, 14, 12)
COMPLAINING = (85, 15)
ANSWERS = MappingProxyType(
    {
        "OVERALLX": MIDDLE, "CUSTOMX": MIDDLE, "WRONGX": MIDDLE,
        "OVERALLQ": HIGH, "CUSTOMQ": HIGH, "WRONGQ": MIDDLE,
        "PQ": LOW, "QP": LOW,
        "SATIS": HIGH, "CONFIRM": LOW, "IDEAL": LOW,
        "COMP": COMPLAINING, "REPUR": MIDDLE,
    }
)  # fmt: skip
"""Percent of the population that gives each answer, from the low end of the scale."""
LOADINGS = (0.85, 0.80, 0.70)
PATHS = MappingProxyType(
    {
        ("expectations", "quality"): 0.65,
        ("expectations", "value"): 0.15, ("quality", "value"): 0.60,
        ("expectations", "satisfaction"): 0.10, ("quality", "satisfaction"): 0.45,
        ("value", "satisfaction"): 0.35,
        ("satisfaction", "complaints"): -0.35,
        ("satisfaction", "loyalty"): 0.60, ("complaints", "loyalty"): -0.10,
    }
)  # fmt: skip
"""Standardised, before answers are rounded."""


@cache
def model() -> ModelSpec:
    """The model that is simulated and fitted."""
    return csi.read_model("acsi-repurchase")


@cache
def population() -> Truth:
    """Constructs and answers in mind, all of mean 0 and variance 1."""
    names = model().construct_names
    correlations = np.eye(len(names))
    sds = dict.fromkeys(names, 1.0)
    for j, name in enumerate(names):  # drivers stand before what they drive
        drivers = [names.index(driver) for driver in model().drivers_of(name)]
        if drivers:
            paths = np.array([PATHS[names[k], name] for k in drivers])
            correlations[j, :j] = correlations[:j, j] = paths @ correlations[drivers, :j]
            sds[name] = float(np.sqrt(1 - paths @ correlations[j, drivers]))
    items = {}
    for construct in model().constructs:
        single = len(construct.indicators) == 1
        for item, loading in zip(construct.indicators, (1.0,) if single else LOADINGS, strict=False):
            error_sd = float(np.sqrt(1 - loading**2))
            items[item.name] = ItemTruth(loading=loading, intercept=0.0, error_sd=error_sd)
    return Truth(model=model().name, items=items, paths=PATHS, sds=sds, rounded=False)


def draw_survey(n: int, seed: int) -> Survey:
    """Draw ``n`` respondents, their answers in mind cut so that each answer has its share."""
    frame, _ = simulate(model(), n, seed=seed, truth=population())
    answers = np.empty((n, len(model().indicators)))
    for i, item in enumerate(model().indicators):
        shares = np.array(ANSWERS[item.name]) / 100
        cuts = stats.norm.ppf(np.cumsum(shares)[:-1])
        low = item.scale.low if item.scale else 0.0
        answers[:, i] = low + np.searchsorted(cuts, frame[item.name].to_numpy())
    return Survey(
        model=model(),
        answers=answers,
        reasons=np.zeros(answers.shape, dtype=np.int8),
        rows=np.arange(2, n + 2),
        weights=np.ones(n),
        read_rows=n,
    )
