"""What must not change: answer units, order of rows and questions, choice of the marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import Construct, ModelSpec, Scale

TOLERANCE = 1e-6
ANSWERS = chain_answers(250)


def made(model: ModelSpec, answers: Floats, **options: object) -> Results:
    return evaluate(fit(model, survey_of(model, answers), **options))  # type: ignore[arg-type]


@cache
def base(rule: str = "loadings") -> Results:
    return made(CHAIN, ANSWERS, weight_rule=rule)


def same(
    first: Results, second: Results, names: Sequence[str], keys: dict[str, list[str]] | None = None
) -> None:
    """Tables agree; with ``keys``, after sorting by these columns."""
    for name in names:
        frames = [result.tables[name] for result in (first, second)]
        if keys and name in keys:
            frames = [frame.sort_values(keys[name]).reset_index(drop=True) for frame in frames]
        pd.testing.assert_frame_equal(*frames, rtol=TOLERANCE, atol=TOLERANCE, obj=name)


def rescaled(units: Sequence[float], offsets: Sequence[float]) -> tuple[ModelSpec, Floats]:
    """The survey in other answer units, with the declared scales to match."""
    changes = dict(
        zip([item.name for item in CHAIN.indicators], zip(units, offsets, strict=True), strict=True)
    )

    def other(construct: Construct) -> Construct:
        return replace(
            construct,
            indicators=tuple(
                replace(
                    item,
                    scale=Scale(
                        low=changes[item.name][0] + changes[item.name][1],
                        high=changes[item.name][0] * 10 + changes[item.name][1],
                    ),
                )
                for item in construct.indicators
            ),
        )

    model = replace(CHAIN, constructs=tuple(other(construct) for construct in CHAIN.constructs))
    return model, ANSWERS * np.array(units) + np.array(offsets)


@settings(max_examples=8, derandomize=True)
@given(
    units=st.lists(st.sampled_from([0.01, 0.5, 1.0, 7.0, 100.0]), min_size=11, max_size=11),
    offsets=st.lists(st.sampled_from([-50.0, 0.0, 3.0]), min_size=11, max_size=11),
)
def test_answer_units_change_nothing(units: list[float], offsets: list[float]) -> None:
    """House rule "0-100 first": units and declared scale together change no index, weight or effect."""
    other = made(*rescaled(units, offsets))
    same(base(), other, ["index", "weights", "effects", "drivers", "reliability", "validity", "r2"])
    # logl, aic and bic are densities in answer units
    kept = ["chisq", "df", "cfi", "tli", "rmsea", "srmr", "gfi", "agfi"]
    for measure in kept:
        values = [r.tables["fit"].set_index("measure").loc[measure, "value"] for r in (base(), other)]
        assert values[0] == pytest.approx(values[1], rel=TOLERANCE, abs=1e-8), measure


def test_answer_units_change_no_bootstrap() -> None:
    units, offsets = [1.0, 1e4, 0.01] * 3 + [1e-3, 1e5], [0.0, 100.0] * 5 + [1.0]
    first = made(CHAIN, ANSWERS, bootstrap=100)
    second = made(*rescaled(units, offsets), bootstrap=100)
    same(first, second, ["index", "weights", "effects"])


@pytest.mark.parametrize("rule", ["regression", "equal"])
def test_answer_units_change_no_other_weights(rule: str) -> None:
    units, offsets = [1.0, 10.0, 0.5] * 3 + [2.0, 100.0], [0.0] * 11
    same(base(rule), made(*rescaled(units, offsets), weight_rule=rule), ["index", "weights", "effects"])


@settings(max_examples=5, derandomize=True)
@given(seed=st.integers(0, 1000))
def test_row_order_changes_nothing(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(ANSWERS))
    names = ["parameters", "fit", "index", "weights", "effects", "drivers", "reliability", "validity", "r2"]
    same(base(), made(CHAIN, ANSWERS[order]), names)


def reordered(orders: Sequence[Sequence[int]]) -> tuple[ModelSpec, Floats]:
    """Indicators of each construct in another order; the first is the marker."""
    constructs = tuple(
        replace(construct, indicators=tuple(construct.indicators[k] for k in order))
        for construct, order in zip(CHAIN.constructs, orders, strict=True)
    )
    model = replace(CHAIN, constructs=constructs)
    names = [item.name for item in CHAIN.indicators]
    return model, ANSWERS[:, [names.index(item.name) for item in model.indicators]]


def test_indicator_order_behind_the_marker_changes_nothing() -> None:
    other = made(*reordered([[0, 2, 1], [0, 2, 1], [0, 2, 1], [0, 1]]))
    same(
        base(),
        other,
        ["parameters", "fit", "index", "weights", "effects", "drivers", "reliability", "validity", "r2"],
        {"parameters": ["op", "lhs", "rhs"], "weights": ["construct", "indicator"]},
    )


@pytest.mark.parametrize("orders", [[[1, 0, 2], [2, 1, 0], [1, 2, 0], [1, 0]], [[2, 0, 1]] * 3 + [[0, 1]]])
def test_another_marker_changes_no_standardised_number(orders: list[list[int]]) -> None:
    other = made(*reordered(orders))
    measures = [result.tables["fit"].set_index("measure")["value"] for result in (base(), other)]
    # the smallest eigenvalue of the information belongs to a choice of parameters
    first, second = (values.drop(["gradient", "information_eigenvalue"]) for values in measures)
    pd.testing.assert_series_equal(first, second, rtol=TOLERANCE)
    same(
        base(),
        other,
        ["index", "weights", "effects", "drivers", "reliability", "validity", "r2"],
        {"weights": ["construct", "indicator"]},
    )
    first, second = (
        result.tables["parameters"].set_index(["op", "lhs", "rhs"])["std_all"].sort_index()
        for result in (base(), other)
    )
    pd.testing.assert_series_equal(first, second, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [2, 0, 3, 1]])
def test_construct_order_changes_only_the_order_of_rows(order: list[int]) -> None:
    model = replace(CHAIN, constructs=tuple(CHAIN.constructs[k] for k in order))
    names = [item.name for item in CHAIN.indicators]
    other = made(model, ANSWERS[:, [names.index(item.name) for item in model.indicators]])
    assert list(other.tables["index"]["construct"]) == list(model.construct_names)
    same(
        base(),
        other,
        ["index", "weights", "effects", "drivers", "reliability", "r2"],
        {"index": ["construct"], "weights": ["construct", "indicator"], "reliability": ["construct"],
         "effects": ["source", "target", "kind"], "drivers": ["target", "driver"], "r2": ["construct"]},
    )  # fmt: skip
