"""Simulated surveys with known truth: for demonstrations, for planning, and to check that fits find it.

``default_truth`` makes a plausible population for any model, ``simulate`` draws respondents from it;
``population_index`` and its companions say what an infinite survey would find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding, StudyError, UsageError
from csi_model.model.spec import ModelSpec, Scale
from csi_model.survey.simulation_checks import check_truth
from csi_model.survey.simulation_defaults import default_truth
from csi_model.survey.simulation_population import (
    Structure,
    is_recode,
    item_truth,
    population_effects,
    population_index,
    population_paths,
    population_weights,
    possible_answers,
    raw_scale,
    recoded_answers,
    scale_of,
    structure_of,
    thresholds,
)
from csi_model.survey.simulation_truth import (
    ExtraTruth,
    GroupTruth,
    ItemTruth,
    Truth,
    parse_truth,
    read_truth,
    write_truth,
)
from csi_model.survey.survey import Floats

__all__ = [
    "ExtraTruth",
    "GroupTruth",
    "ItemTruth",
    "Truth",
    "default_truth",
    "parse_truth",
    "population_effects",
    "population_index",
    "population_paths",
    "population_weights",
    "read_truth",
    "simulate",
    "simulate_chunks",
    "write_truth",
]

RESPONDENT = "respondent"
WEIGHT = "weight"
CHUNK = 2**17
"""Respondents that are drawn together, from a stream of random numbers of their own."""


def simulate(
    model: ModelSpec,
    n: int,
    *,
    seed: int,
    truth: Truth | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> tuple[pd.DataFrame, Truth]:
    """Draw a survey from a population.

    Parameters
    ----------
    model
        The model that the questions belong to.
    n
        Respondents in all; groups get their share of them.
    seed
        The same seed gives the same answers.
    truth
        The population; ``default_truth(model, groups=groups)`` if None.
    groups
        Group columns and their values, where no truth is given.

    Returns
    -------
    DataFrame
        One row a respondent: ``respondent``, the group columns, ``weight`` (where the truth has
        weights; mean 1, of more than 131,072 respondents in expectation), then every survey column that
        the model reads and the extra questions. Answers are whole numbers where the scale has whole steps;
        questions that were not asked are blank.
        Where the truth is not rounded, everybody is asked everything, there are no missing codes, and
        derived items stand under their own name.
    Truth
        What it was drawn from.

    Raises
    ------
    UsageError
        ``n`` or ``seed`` does not fit, or both ``truth`` and ``groups`` are given.
    StudyError
        The truth does not fit the model, or the model has products of constructs.
    """
    chunks, truth = simulate_chunks(model, n, seed=seed, truth=truth, groups=groups)
    return pd.concat(chunks, ignore_index=True), truth


def simulate_chunks(
    model: ModelSpec,
    n: int,
    *,
    seed: int,
    truth: Truth | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Iterator[pd.DataFrame], Truth]:
    """Draw the same survey as ``simulate`` in parts of at most 131,072 rows, each when it is asked for.

    Raises
    ------
    UsageError, StudyError
        See ``simulate``; at once, before anything is drawn.
    """
    _check_call(n, seed, truth, groups)
    truth = truth or default_truth(model, groups=groups)
    wrong = check_truth(truth, model, (RESPONDENT, WEIGHT))
    if wrong:
        raise StudyError(wrong)
    return _chunks(truth, model, n, seed), truth


def _chunks(truth: Truth, model: ModelSpec, n: int, seed: int) -> Iterator[pd.DataFrame]:
    """Rows chunk by chunk; the first chunk draws from the seed itself, others from its children."""
    structure, whole = structure_of(truth, model), _whole_columns(truth, model)
    ends = np.cumsum(_counts(structure.shares, n))
    keys = {column: np.array([one.key[column] for one in truth.groups], dtype=object) for column in truth.by}
    for k, first in enumerate(range(0, n, CHUNK)):
        stream = np.random.SeedSequence(seed, spawn_key=(k,)) if k else np.random.SeedSequence(seed)
        generator = np.random.Generator(np.random.PCG64(stream))
        rows = np.arange(first, min(first + CHUNK, n))
        group_of = np.searchsorted(ends, rows, side="right")
        in_mind = _answers_in_mind(truth, model, structure, group_of, generator)
        answers = _given(truth, model, in_mind, generator) if truth.rounded else in_mind
        columns: dict[str, object] = {RESPONDENT: rows + 1}
        columns |= {column: values[group_of] for column, values in keys.items()}
        if truth.weight_sd:
            columns[WEIGHT] = _weights(rows.size, truth.weight_sd, generator, alone=n <= CHUNK)
        columns |= {name: _as_stored(values, name in whole) for name, values in answers.items()}
        yield pd.DataFrame(columns)


def _check_call(n: int, seed: int, truth: Truth | None, groups: Mapping[str, Sequence[str]] | None) -> None:
    wrong = []
    if n < 1:
        wrong.append(_usage("-n", f"{n} respondents cannot be drawn.", "Give 1 or more."))
    if seed < 0:
        wrong.append(_usage("--seed", f"{seed} is negative.", "Give a whole number from 0 on."))
    if truth is not None and groups:
        wrong.append(_usage("groups", "The truth has groups already.", "Give `truth` or `groups`."))
    if wrong:
        raise UsageError(wrong)


def _usage(where: str, what: str, fix: str) -> Finding:
    return Finding(code="bad-option", severity="error", where=where, what=what, fix=fix)


def _counts(shares: Floats, n: int) -> NDArray[np.int64]:
    """Whole numbers that add up to ``n``, by largest remainder."""
    exact = shares * n
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: n - int(counts.sum())]] += 1
    return counts


def _answers_in_mind(
    truth: Truth,
    model: ModelSpec,
    structure: Structure,
    group_of: NDArray[np.int64],
    generator: np.random.Generator,
) -> dict[str, Floats]:
    """Draw every question's answer in mind, (n,) each, in answer units, as it is stored."""
    scales = {item.name: scale_of(item) for item in model.indicators if item.reversed}
    ends = {name: scale.low + scale.high for name, scale in scales.items()}
    values, vectors = np.linalg.eigh(structure.disturbances)
    half = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    draws = generator.standard_normal((group_of.size, len(structure.names)))
    eta = (structure.shifts[group_of] + draws @ half) @ structure.total.T
    found = {}
    for name in (*truth.items, *truth.extras):
        item, construct, _ = item_truth(name, truth, model)
        own = generator.standard_normal(group_of.size) * item.error_sd
        values = item.intercept + item.loading * eta[:, structure.names.index(construct)] + own
        found[name] = ends[name] - values if name in ends else values
    return found


def _given(
    truth: Truth, model: ModelSpec, in_mind: Mapping[str, Floats], generator: np.random.Generator
) -> dict[str, Floats]:
    """Turn answers in mind into those that a file holds; NaN where a question was not asked."""
    derived = {item.name: item for item in model.indicators if item.cases}
    answers = {}
    for name, values in in_mind.items():
        if name not in derived:
            answers[name] = _rounded(values, item_truth(name, truth, model)[2])
    asked = {name: np.ones(values.size, dtype=bool) for name, values in answers.items()}
    for item in derived.values():
        if is_recode(item):
            values, stored = recoded_answers(item)
            name = item.cases[0].take
            answers[name] = stored[np.searchsorted(thresholds(values), in_mind[item.name])]
            asked[name] = np.ones(answers[name].size, dtype=bool)
            continue
        for case in item.cases:
            taken = _rounded((in_mind[item.name] - case.plus) / case.times, raw_scale(case, item, truth))
            holds = (answers[case.when] >= case.low) & (answers[case.when] <= case.high)
            before = asked.get(case.take, np.zeros(holds.size, dtype=bool))
            answers[case.take] = np.where(before, answers.get(case.take, taken), taken)
            asked[case.take] = before | holds
    order = tuple(dict.fromkeys((*model.columns(), *truth.extras)))
    lost = {name: _codes(truth, values.size, generator) for name, values in answers.items()}
    _route(truth, model, answers, asked, lost)
    return {
        name: np.where(asked[name], np.where(np.isnan(lost[name]), answers[name], lost[name]), np.nan)
        for name in order
    }


def _route(
    truth: Truth,
    model: ModelSpec,
    answers: Mapping[str, Floats],
    asked: dict[str, NDArray[np.bool_]],
    lost: Mapping[str, Floats],
) -> None:
    """Leave out questions whose deciding question was not answered, or not so."""
    for name, routing in truth.asked_when.items():
        decides = answers[routing.column]
        asked[name] = asked[name] & (decides >= routing.low) & (decides <= routing.high)
        asked[name] &= asked[routing.column] & np.isnan(lost[routing.column])
    for item in model.indicators:
        for case in item.cases:
            if case.take != case.when:
                asked[case.take] = asked[case.take] & np.isnan(lost[case.when])


def _rounded(values: Floats, scale: Scale) -> Floats:
    answers = possible_answers(scale)
    return np.asarray(answers[np.searchsorted(thresholds(answers), values)])


def _codes(truth: Truth, size: int, generator: np.random.Generator) -> Floats:
    """Missing codes at random: the code, or NaN where the question is answered."""
    codes = np.array([*truth.missing, np.nan], dtype=np.float64)
    edges = np.cumsum(np.array(list(truth.missing.values()), dtype=np.float64))
    return np.asarray(codes[np.searchsorted(edges, generator.random(size), side="right")])


def _weights(size: int, sd: float, generator: np.random.Generator, *, alone: bool) -> Floats:
    """Lognormal weights over their mean; over the expected one, where the rows are not ``alone``."""
    raw = np.exp(sd * generator.standard_normal(size))
    mean = raw.mean() if alone else np.exp(sd**2 / 2)
    return np.asarray(np.maximum(np.round(raw / mean, 3), 0.001), dtype=np.float64)


def _whole_columns(truth: Truth, model: ModelSpec) -> frozenset[str]:
    """Survey columns of which every possible answer is a whole number, missing codes included."""
    if not truth.rounded:
        return frozenset()
    derived = {item.name: item for item in model.indicators if item.cases}
    possible: dict[str, list[Floats]] = {}
    for name in (*truth.items, *truth.extras):
        if name not in derived:
            possible.setdefault(name, []).append(possible_answers(item_truth(name, truth, model)[2]))
        elif is_recode(derived[name]):
            take = derived[name].cases[0].take
            possible.setdefault(take, []).append(recoded_answers(derived[name])[1])
        else:
            for case in derived[name].cases:
                scale = raw_scale(case, derived[name], truth)
                possible.setdefault(case.take, []).append(possible_answers(scale))
    codes = np.array(list(truth.missing), dtype=np.float64)
    return frozenset(
        name
        for name, parts in possible.items()
        if all(np.all(one == np.round(one)) for one in (*parts, codes))
    )


def _as_stored(values: Floats, whole: bool) -> pd.Series:
    """Whole numbers as such, with blanks where there is no answer."""
    return pd.Series(values, dtype="float64").astype("Int64" if whole else "float64")
