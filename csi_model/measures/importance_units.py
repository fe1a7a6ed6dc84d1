"""Driver importance in every unit of a survey: values, regression, bootstrap, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi_model.errors import Finding, SurveyError
from csi_model.measures import relative_importance as ri
from csi_model.measures.importance_draws import Draws, Resampling, all_methods, bootstrap
from csi_model.measures.importance_scores import Scored
from csi_model.measures.quantities import PAIRS, units_of
from csi_model.measures.regression import ols
from csi_model.survey.survey import Floats, Survey

Tell = Callable[[str, int, int], None]

ENOUGH = 0.9
"""Least share of the draws that must be usable for an interval."""
OVERLAP = 10.0
"""A variance inflation above this is told."""
TURNED = 0.01
"""A product of beta and correlation below minus this share of R2 is told."""
PER_DRIVER = 10
"""Fewer respondents for each driver than this is told."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How importance is computed.

    Attributes
    ----------
    draws
        Bootstrap draws; 0 for none.
    exact, orders
        Up to ``exact`` drivers LMG takes all subsets; else the mean over so many random orders.
    level, min_base, seed
        Confidence level, smallest group with a number, seed of draws and orders.
    """

    draws: int = 1000
    exact: int = ri.EXACT_UP_TO
    orders: int = 2000
    level: float = 0.95
    min_base: int = 30
    seed: int = 20_100


@dataclass(frozen=True, kw_only=True)
class UnitImportance:
    """Importance in one unit.

    Attributes
    ----------
    n, left_out, n_eff
        Respondents used, those without an answer to every question, effective ones (Kish 1965).
    values
        Method > (p,); empty where ``why`` says so.
    performance : (p,)
        Mean of each driver, 0-100.
    r2, r2_adjusted
        Of the regression of the target on all drivers.
    vif : (p,)
        Variance inflation of each driver.
    orders, orders_error
        Random orders of LMG (0: exact), and its largest Monte Carlo standard error.
    draws
        None without a bootstrap.
    """

    unit: str
    n: int
    left_out: int
    n_eff: float = np.nan
    values: dict[str, Floats]
    performance: Floats
    r2: float = np.nan
    r2_adjusted: float = np.nan
    vif: Floats
    orders: int = 0
    orders_error: float = np.nan
    draws: Draws | None = None
    why: str = ""

    @property
    def no_interval(self) -> str:
        """Why there are no intervals; empty where there are."""
        if self.why:
            return self.why
        if self.draws is None:
            return "no bootstrap draws were asked for"
        if self.draws.used < ENOUGH * self.draws.asked:
            return f"only {self.draws.used} of {self.draws.asked} bootstrap draws can be used"
        return ""


def units_importance(
    survey: Survey, answers: Scored, settings: Settings, tell: Tell | None = None
) -> tuple[UnitImportance, ...]:
    """Importance among all respondents, then in each group.

    Raises
    ------
    SurveyError
        All respondents together are too few, or their drivers determine each other.
    """
    resampling = Resampling.of(len(survey), survey.strata, survey.cluster) if settings.draws else None
    made = []
    for place, unit in enumerate(units_of(survey)):
        one = _in_unit(survey, answers, unit.name, unit.mask, settings, everybody=place == 0)
        if resampling is not None and not one.why:
            rows = unit.mask & answers.rows
            whole = resampling.designed
            drawn = bootstrap(
                answers.scores[rows],
                survey.weights[rows],
                resampling if whole else Resampling.of(int(rows.sum())),
                rows if whole else np.ones(int(rows.sum()), dtype=bool),
                draws=settings.draws,
                seed=settings.seed,
                stream=0 if whole else place,
                exact=settings.exact,
                tell=None if tell is None else _named(tell, unit.name),
            )
            one = UnitImportance(**{**vars(one), "draws": drawn})
        made.append(one)
    return tuple(made)


def _named(tell: Tell, unit: str) -> Callable[[int, int], None]:
    return lambda done, total: tell(f"bootstrap, {unit}", done, total)


def _in_unit(
    survey: Survey,
    answers: Scored,
    unit: str,
    mask: NDArray[np.bool_],
    settings: Settings,
    *,
    everybody: bool,
) -> UnitImportance:
    rows = mask & answers.rows
    n, p = int(rows.sum()), len(answers.drivers)
    none = np.full(p, np.nan)
    left_out = int(mask.sum()) - n
    empty = UnitImportance(unit=unit, n=n, left_out=left_out, values={}, performance=none, vif=none)
    if not everybody and n < settings.min_base:
        why = f"suppressed: {n} respondents are fewer than the minimum base of {settings.min_base}"
        return UnitImportance(**{**vars(empty), "why": why})
    scores, weights = answers.scores[rows], survey.weights[rows]
    why, fix = _unusable(answers, scores, weights)
    if why:
        if everybody:
            raise SurveyError.at("--drivers", f"{why}.", fix, code="no-regression")
        return UnitImportance(**{**vars(empty), "why": why})
    return _computed(empty, scores, weights, settings)


def _unusable(answers: Scored, scores: Floats, weights: Floats) -> tuple[str, str]:
    """Why there is no regression on all drivers, and what to do; empty where there is one."""
    n, p = len(scores), len(answers.drivers)
    if n < p + 2:
        return (
            f"{n} respondents are too few for a regression on {p} drivers",
            "Leave drivers out, or join questions: NAME=A+B.",
        )
    correlations = ri.correlations_of(scores, weights)
    names = (*answers.drivers, answers.target)
    flat = [name for name, r in zip(names, np.diag(correlations), strict=True) if np.isnan(r)]
    if flat:
        return f"everybody has the same value of {', '.join(flat)}", "Leave it out."
    if ri.smallest_eigenvalue(correlations) <= ri.SINGULAR:
        vectors = np.linalg.eigh(correlations[:-1, :-1])[1][:, 0]
        tied = [name for name, one in zip(names, vectors, strict=False) if abs(one) > 1e-3]
        return (
            f"the drivers {', '.join(tied)} determine each other exactly",
            "Leave one of them out, or join them: NAME=A+B.",
        )
    return "", ""


def _computed(empty: UnitImportance, scores: Floats, weights: Floats, settings: Settings) -> UnitImportance:
    correlations = ri.correlations_of(scores, weights)
    p = correlations.shape[0] - 1
    share = weights / weights.sum()
    centred = scores - share @ scores
    standard = centred / np.sqrt(share @ centred**2)
    regression = ols(standard[:, -1], standard[:, :-1], weights)
    r = correlations[:-1, -1]
    beta = regression.coefficients[1:]
    values = all_methods(correlations) | {"beta": beta, "pratt": beta * r}
    orders, error = 0, np.nan
    if p <= settings.exact:
        values["lmg"] = ri.lmg(correlations)
    else:
        random = np.random.default_rng([settings.seed, 4_401])
        sampled = ri.lmg_sampled(correlations, ri.random_orders(p, settings.orders, random))
        values["lmg"], orders, error = sampled.values, settings.orders, float(sampled.errors.max())
    return UnitImportance(
        unit=empty.unit,
        n=empty.n,
        left_out=empty.left_out,
        n_eff=float(weights.sum() ** 2 / (weights @ weights)),
        values=values,
        performance=np.asarray((share @ scores)[:-1]),
        r2=regression.r2,
        r2_adjusted=regression.r2_adjusted,
        vif=np.diag(np.linalg.inv(correlations[:-1, :-1])),
        orders=orders,
        orders_error=error,
    )


def told(units: tuple[UnitImportance, ...], answers: Scored, gaps: str) -> Iterator[Finding]:
    """What is to be known of importance among all respondents.

    Parameters
    ----------
    gaps
        The questions with the most gaps, in words.
    """
    one, p = units[0], len(answers.drivers)
    if one.left_out:
        total = one.n + one.left_out
        yield _note(
            "left-out",
            answers.target,
            f"{one.left_out} of {total} respondents are left out, as they did not answer every "
            f"question of the "
            f"drivers and the target; most gaps: {gaps}.",
            "Leave questions out that few were asked, if the loss is large.",
            severity="warning" if one.left_out > one.n else "note",
        )
    if one.n < PER_DRIVER * p:
        yield _note(
            "few-respondents",
            answers.target,
            f"{one.n} respondents are few for {p} drivers: R\u00b2 is too high, and so are the importances.",
            f"Have {PER_DRIVER} respondents for each driver at the least, or join drivers: NAME=A+B.",
            severity="warning",
        )
    tied = [
        f"{name} ({vif:.1f})" for name, vif in zip(answers.drivers, one.vif, strict=True) if vif > OVERLAP
    ]
    if tied:
        yield _note(
            "collinear-drivers",
            answers.target,
            f"the other drivers nearly determine some (variance inflation): {', '.join(tied)}.",
            "Do not read single betas; LMG and Johnson's weights divide what is shared.",
            severity="warning",
        )
    turned = [
        name
        for name, product in zip(answers.drivers, one.values["pratt"], strict=True)
        if product < -TURNED * one.r2
    ]
    if turned:
        yield _note(
            "turned-sign",
            answers.target,
            f"beta and correlation have different signs: {', '.join(turned)}.",
            "With overlapping drivers this is common; read LMG or Johnson's weights, not beta "
            "or Pratt's measure.",
        )
    if one.orders:
        yield _note(
            "sampled-orders",
            answers.target,
            f"LMG is the mean over {one.orders} random orders of the drivers; its largest Monte "
            f"Carlo error is "
            f"{one.orders_error:.2g}.",
            "Ask for more with --orders.",
        )
    if one.draws is not None and one.draws.used < one.draws.asked:
        yield _note(
            "unusable-draws",
            answers.target,
            f"{one.draws.asked - one.draws.used} of {one.draws.asked} bootstrap draws are left "
            f"out: a driver had "
            "no spread in them, or was determined by the others.",
            "",
        )
    if sum(not unit.no_interval for unit in units[1:]) > PAIRS:
        yield _note(
            "too-many-pairs",
            answers.target,
            "too many groups to compare the importance of drivers in all pairs.",
            "Compare fewer groups.",
        )


def _note(code: str, where: str, what: str, fix: str, severity: str = "note") -> Finding:
    return Finding(
        code=code, severity="warning" if severity == "warning" else "note", where=where, what=what, fix=fix
    )
