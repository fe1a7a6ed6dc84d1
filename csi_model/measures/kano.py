"""Kano's model from pairs of questions: categories, their strength, Better and Worse.

Kano, Seraku, Takahashi & Tsuji (1984), Journal of the Japanese Society for Quality Control 14(2), 39-48;
coefficients, strengths and scores after Berger et al. (1993), Center for Quality of Management Journal 2(4),
3-36.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from csi_model.measures.estimates import Design, Estimate, Mask, Part, covariance, effective, estimate
from csi_model.measures.quantities import Quantity, Row, Unit, mean_of, measure_row
from csi_model.survey.survey import Floats

CATEGORIES = ("attractive", "one_dimensional", "must_be", "indifferent", "reverse", "questionable")
LETTERS = dict(zip(CATEGORIES, "AOMIRQ", strict=True))
TIES = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable")
"""Which of several modes is the category: M > O > A > I (what spoils most if it is wrong comes first)."""
IN_BASE = CATEGORIES[:4]
"""Categories in the denominator of Better and Worse."""

WEAK = 0.06
"""A lead of the category up to this makes a combination of the first two."""
GOOD = 0.60
"""Total strength (A + O + M) / n from which it is good."""
FONG = 1.65
"""Quantile of Fong's test (two-sided 90 %), as published."""
_EXACT = 1e-9

Evaluation = Literal["standard", "pouliot"]

TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
"""Category by answer to the functional question (rows: like, must-be, neutral, live with, dislike) and to
the dysfunctional one (columns, in the same order)."""
POULIOT = ("QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ")
"""The same with contradictions of the middle, must-be twice and live-with twice, as questionable (Pouliot
1993 and DuMouchel 1993, in Berger et al. 1993)."""
TABLES: dict[Evaluation, tuple[str, ...]] = {"standard": TABLE, "pouliot": POULIOT}

FUNCTIONAL = (4.0, 2.0, 0.0, -1.0, -2.0)
DYSFUNCTIONAL = (-2.0, -1.0, 0.0, 2.0, 4.0)
"""Scores of the answers like, must-be, neutral, live with, dislike (DuMouchel 1993, in Berger et al.)."""
ENDS = (-2.0, 4.0)
"""Lowest and highest of these scores."""

NOBODY = "nobody answered both questions"
NO_BASE = "nobody is in A, O, M or I, the denominator of Better and Worse"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature with the answers to its two questions.

    Attributes
    ----------
    codes : (n,) int
        Place of each respondent's category in ``CATEGORIES``; -1 where an answer is missing.
    functional, dysfunctional : (n,) float
        DuMouchel's scores of the two answers; NaN where one is missing.
    """

    name: str
    codes: NDArray[np.int64]
    functional: Floats
    dysfunctional: Floats


def feature(name: str, functional: Any, dysfunctional: Any, evaluation: Evaluation = "standard") -> Feature:
    """Evaluate a pair of questions.

    Parameters
    ----------
    functional, dysfunctional : (n,)
        1 like, 2 must-be, 3 neutral, 4 live with, 5 dislike; NaN where there is no answer.
    evaluation
        ``standard`` or ``pouliot``, see ``TABLE`` and ``POULIOT``.

    Raises
    ------
    ValueError
        An answer is none of these.
    """
    with_it, without = (np.asarray(one, dtype=float) for one in (functional, dysfunctional))
    both = np.isfinite(with_it) & np.isfinite(without)
    rows, columns = with_it[both], without[both]
    if not (np.isin(rows, range(1, 6)).all() and np.isin(columns, range(1, 6)).all()):
        raise ValueError("answers to a pair are 1, 2, 3, 4 or 5")
    place = {letter: k for k, letter in enumerate(LETTERS.values())}
    table = np.array([[place[letter] for letter in row] for row in TABLES[evaluation]])
    at, of = rows.astype(int) - 1, columns.astype(int) - 1
    codes = np.full(len(with_it), -1, dtype=np.int64)
    codes[both] = table[at, of]
    scores = np.full((2, len(with_it)), np.nan)
    scores[0, both] = np.array(FUNCTIONAL)[at]
    scores[1, both] = np.array(DYSFUNCTIONAL)[of]
    return Feature(name=name, codes=codes, functional=scores[0], dysfunctional=scores[1])


def is_in(codes: NDArray[np.int64], wanted: Sequence[str], base: Sequence[str] = CATEGORIES) -> Floats:
    """1 for respondents of the ``wanted`` categories, 0 for others of the ``base``, NaN for all else."""
    places = [CATEGORIES.index(one) for one in base]
    chosen = np.isin(codes, [CATEGORIES.index(one) for one in wanted]).astype(float)
    return np.where(np.isin(codes, places), chosen, np.nan)


def better(one: Feature) -> Quantity:
    """Better = (A + O) / (A + O + M + I), 0 to 1: how far having the feature satisfies.

    The respondents of A, O, M and I are the base, so that it is a share of them (weighted: the share of
    their weight) with Wilson's interval on their effective number. Berger et al. (1993).
    """
    return _coefficient("kano_better", one, ("attractive", "one_dimensional"), 1.0)


def worse(one: Feature) -> Quantity:
    """Worse = -(O + M) / (A + O + M + I), -1 to 0: how far lacking the feature dissatisfies.

    A share of the same base as ``better``, with a minus sign. Berger et al. (1993).
    """
    return _coefficient("kano_worse", one, ("one_dimensional", "must_be"), -1.0)


def _coefficient(measure: str, one: Feature, wanted: tuple[str, str], sign: float) -> Quantity:
    part = Part(coefficient=sign, scores=is_in(one.codes, wanted, IN_BASE))
    letters = "+".join(LETTERS[name] for name in wanted)
    return Quantity(
        measure=measure, item=one.name, counted=f"{letters} of A+O+M+I", parts=(part,), metric="coefficient"
    )


def dumouchel(one: Feature) -> tuple[Quantity, Quantity]:
    """Mean scores of the two answers, -2 to 4, of all who gave both, with Student's interval.

    DuMouchel (1993), in Berger et al. (1993): a feature at (4, 0) is attractive, at (4, 4) one-dimensional,
    at (0, 4) must-be, at (0, 0) indifferent (functional, dysfunctional).
    """
    made = [
        mean_of(
            scores, measure=f"kano_{name}", item=one.name, metric="kano_points", bounds=ENDS, compared=False
        )
        for name, scores in (("functional", one.functional), ("dysfunctional", one.dysfunctional))
    ]
    return made[0], made[1]


def quantities_of(features: Sequence[Feature]) -> list[Quantity]:
    """What the common tables hold of features: Better, Worse and the scores, where anybody is in the base."""
    asked = [make(one) for make in (better, worse) for one in features]
    asked += [scores[k] for k in (0, 1) for scores in map(dumouchel, features)]
    return [one for one in asked if np.isfinite(one.parts[0].scores).any()]


def category_of(shares: Mapping[str, float]) -> tuple[str, tuple[str, ...]]:
    """The mode, ties by M > O > A > I (R and Q last), and all categories that share it."""
    largest = max(shares.values())
    modes = tuple(name for name in TIES if shares[name] >= largest - _EXACT)
    return modes[0], modes


def fong_limit(first: float, second: float, n: float) -> float:
    """The lead over n from which the first of two shares is ahead of the second.

    Fong (1996), Center for Quality of Management Journal 5(3), 21-24: with frequencies a and b of the two
    most frequent categories of n answers, they differ where ``|a - b| >= 1.65 sqrt((a+b)(2n-a-b) / (2n))``.

    Parameters
    ----------
    first, second
        Shares a / n and b / n.
    n
        Respondents; effective ones under a design.
    """
    if not n > 0:
        return math.nan
    both = first + second
    return FONG * math.sqrt(max(0.0, both * (2 - both)) / (2 * n))


def kano_tables(
    features: Sequence[Feature],
    units: Sequence[Unit],
    design: Design,
    *,
    level: float = 0.95,
    min_base: int = 30,
) -> dict[str, list[Row]]:
    """Rows of ``kano`` and ``kano_answers``.

    Parameters
    ----------
    features
        What was evaluated.
    units
        All respondents first, then the groups, of which those with fewer than ``min_base`` answers to the
        pair are suppressed.
    """
    made: dict[str, list[Row]] = {"kano": [], "kano_answers": []}
    for number, unit in enumerate(units):
        least = min_base if number else 0
        for one in features:
            made["kano"].append(_row(one, unit, design, level, least))
            made["kano_answers"] += list(_answers(one, unit, design, level, least))
    return made


def _answers(one: Feature, unit: Unit, design: Design, level: float, least: int) -> Iterator[Row]:
    """Counts and shares of the six categories."""
    for name in CATEGORIES:
        made, row = _measured(_share(one, name), unit, design, level, least)
        hidden = not math.isfinite(row["value"])
        count = int((one.codes[unit.mask] == CATEGORIES.index(name)).sum())
        yield {
            "unit": unit.name, "feature": one.name, "category": name,
            "respondents": None if hidden else count, "share": row["value"],
            "ci_lower": row["ci_lower"], "ci_upper": row["ci_upper"], "ci_method": row["ci_method"],
            "n": made.n, "n_eff": row["n_eff"], "why": row["why"] if made.n else NOBODY,
        }  # fmt: skip


def _share(one: Feature, name: str) -> Quantity:
    part = Part(coefficient=1.0, scores=is_in(one.codes, (name,)))
    return Quantity(measure="kano_category", item=one.name, counted=name, parts=(part,), metric="coefficient")


def _measured(
    quantity: Quantity, unit: Unit, design: Design, level: float, least: int
) -> tuple[Estimate, Row]:
    made = estimate(quantity.parts, design.weights, unit.mask, spread=quantity.spread)
    return made, measure_row(quantity, unit.name, made, design, level=level, min_base=least)


def _row(one: Feature, unit: Unit, design: Design, level: float, least: int) -> Row:
    """Category, strengths and coefficients of a feature in a unit."""
    there = unit.mask & (one.codes >= 0)
    n, base = int(there.sum()), int((unit.mask & np.isfinite(is_in(one.codes, (), IN_BASE))).sum())
    row: Row = {"unit": unit.name, "feature": one.name, "n": n, "n_base": base}
    if n == 0:
        return {**_EMPTY, **row, "why": NOBODY}
    if n < least:
        why = f"suppressed: {n} respondents are fewer than the minimum base of {least}"
        return {**_EMPTY, **row, "n_base": None, "why": why}
    total = float(design.weights[there].sum())
    shares = {
        name: float(design.weights[there & (one.codes == k)].sum()) / total
        for k, name in enumerate(CATEGORIES)
    }
    found = _strengths(one, shares, there, design)
    for name, quantity in (("better", better(one)), ("worse", worse(one))):
        _, measured = _measured(quantity, unit, design, level, least)
        found |= {name: measured["value"]}
        found |= {f"{name}_{end}": measured[end] for end in ("ci_lower", "ci_upper")}
        found["why"] = _reasons(found["why"], measured["why"] if base else NO_BASE)
    return {**_EMPTY, **row, **found}


_EMPTY: Row = {
    "category": "", "tied": "", "lead": math.nan, "lead_limit": math.nan, "lead_verdict": "", "ahead": "",
    "total_strength": math.nan, "total_verdict": "", "better": math.nan, "better_ci_lower": math.nan,
    "better_ci_upper": math.nan, "worse": math.nan, "worse_ci_lower": math.nan, "worse_ci_upper": math.nan,
    "n_eff": math.nan, "why": "",
}  # fmt: skip


def _reasons(*whys: str) -> str:
    return "; ".join(dict.fromkeys(part for why in whys for part in why.split("; ") if part))


def _strengths(one: Feature, shares: Mapping[str, float], there: Mask, design: Design) -> Row:
    """Category with its strengths; the effective n is that of the lead of the first over the second."""
    category, modes = category_of(shares)
    second = max((name for name in TIES if name != category), key=lambda name: shares[name])
    lead = shares[category] - shares[second]
    strength = sum(shares[name] for name in CATEGORIES[:3])
    n_eff = _effective(one, category, second, there, design)
    limit = fong_limit(shares[category], shares[second], n_eff)
    ahead = "clearly_ahead" if lead >= limit - _EXACT and lead > 0 else "not_clearly_ahead"
    known = math.isfinite(limit)
    return {
        "category": category,
        "tied": " = ".join(LETTERS[name] for name in modes) if len(modes) > 1 else "",
        "lead": lead,
        "lead_limit": limit,
        "lead_verdict": "combination" if lead <= WEAK + _EXACT else "single_category",
        "ahead": ahead if known else "",
        "total_strength": strength,
        "total_verdict": "good_strength" if strength >= GOOD - _EXACT else "low_strength",
        "n_eff": n_eff,
        "why": "" if known else "no standard error in this sample",
    }


def _effective(one: Feature, first: str, second: str, there: Mask, design: Design) -> float:
    parts = [
        Part(coefficient=sign, scores=is_in(one.codes, (name,)))
        for sign, name in ((1.0, first), (-1.0, second))
    ]
    lead = estimate(parts, design.weights, there, spread="share")
    se = float(np.sqrt(np.maximum(covariance([lead], design)[0, 0], 0.0)))  # NaN stays NaN
    return effective(lead, se, simple=design.simple)
