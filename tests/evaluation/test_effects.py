"""Effects way by way, and effects in standard deviations."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.estimation.fitting import fit
from csi_model.estimation.parameters import ParameterTable, parameter_table
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.quantities import along, ways
from csi_model.evaluation.results import Results

LOOP = model_of(
    {"a": "a1 a2", "b": "b1 b2", "c": "c1 c2", "d": "d1 d2"}, {"b": "a c", "c": "b", "d": "c"}, name="loop"
)


def named(table: ParameterTable) -> list[str]:
    return [" > ".join(table.constructs[k] for k in way) for way in ways(table)]


def test_ways_by_hand() -> None:
    assert named(parameter_table(CHAIN)) == [
        "expectations > quality > satisfaction",
        "expectations > satisfaction > loyalty",
        "expectations > quality > satisfaction > loyalty",
        "quality > satisfaction > loyalty",
    ]


def test_a_loop_is_not_gone() -> None:
    """b and c drive each other: every way comes by each construct once."""
    assert set(named(parameter_table(LOOP))) == {"a > b > c", "a > b > c > d", "b > c > d"}


def test_no_ways_without_a_mediator() -> None:
    table = parameter_table(model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"}))
    assert ways(table) == ()
    assert along(ways(table), np.ones((5, 3, 3))).shape == (5, 0)


@st.composite
def structures(draw: st.DrawFn) -> ParameterTable:
    """Up to six constructs, any of the earlier ones driving a later one."""
    m = draw(st.integers(3, 6))
    names = [f"k{k}" for k in range(m)]
    paths = {
        names[to]: " ".join(names[start] for start in range(to) if draw(st.booleans())) for to in range(1, m)
    }
    return parameter_table(
        model_of({name: f"{name}a {name}b" for name in names}, {to: by for to, by in paths.items() if by})
    )


@given(structures(), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_ways_add_up_to_the_indirect_effect(table: ParameterTable, seed: int) -> None:
    """Sewall Wright's rule: in a model without loops, (I - B)^-1 - I - B is the sum over all ways."""
    m = len(table.constructs)
    direct = np.zeros((2, m, m))
    for row in table.rows:
        if row.matrix == "beta":
            direct[:, row.i, row.j] = np.random.default_rng([seed, row.i, row.j]).normal(size=2)
    indirect = np.linalg.inv(np.eye(m) - direct) - np.eye(m) - direct
    summed = np.zeros_like(direct)
    for k, way in enumerate(ways(table)):
        assert len(set(way)) == len(way) > 2
        assert all(direct[0, to, start] != 0 for start, to in pairwise(way))
        summed[:, way[-1], way[0]] += along(ways(table), direct)[:, k]
    np.testing.assert_allclose(summed, indirect, atol=1e-10)
    assert len(set(ways(table))) == len(ways(table))


@cache
def results(estimator: str = "ml", *, bootstrap: int = 0) -> Results:
    return evaluate(fit(CHAIN, chain_survey(), estimator=estimator, bootstrap=bootstrap))


@pytest.mark.parametrize("estimator", ["ml", "mlr", "fiml"])
def test_specific_effects_add_up_in_the_tables(estimator: str) -> None:
    tables = results(estimator).tables
    effects = tables["effects"].set_index(["kind", "source", "target"])
    summed = tables["specific_effects"].groupby(["source", "target"])[["effect", "std_effect"]].sum()
    wanted = effects.loc["indirect"]
    assert set(summed.index) == set(wanted.index)
    for key, row in summed.iterrows():
        assert row["effect"] == pytest.approx(wanted.loc[key, "effect"], rel=1e-10)
        assert row["std_effect"] == pytest.approx(wanted.loc[key, "std_effect"], rel=1e-10)


def test_a_way_is_the_product_of_its_paths() -> None:
    """Its error by the delta method from the paths' (Sobel 1982), if these hardly correlate."""
    tables = results().tables
    direct = tables["effects"].set_index(["kind", "source", "target"]).loc["direct"]
    for row in tables["specific_effects"].itertuples():
        steps = list(pairwise(row.path.split(" > ")))
        assert row.effect == pytest.approx(np.prod([direct.loc[step, "effect"] for step in steps]))
        assert row.std_effect == pytest.approx(np.prod([direct.loc[step, "std_effect"] for step in steps]))
    alone = tables["specific_effects"].set_index("path").loc["expectations > quality > satisfaction"]
    a, b = (direct.loc[step] for step in (("expectations", "quality"), ("quality", "satisfaction")))
    sobel = np.sqrt((a["effect"] * b["se"]) ** 2 + (b["effect"] * a["se"]) ** 2)
    assert alone["se"] == pytest.approx(sobel, rel=0.15)


def test_the_only_way_is_the_whole_indirect_effect() -> None:
    """Quality reaches loyalty by satisfaction alone: numbers are those of the indirect effect."""
    for bootstrap in (0, 100):
        tables = results(bootstrap=bootstrap).tables
        way = tables["specific_effects"].set_index("path").loc["quality > satisfaction > loyalty"]
        whole = (
            tables["effects"].set_index(["kind", "source", "target"]).loc[("indirect", "quality", "loyalty")]
        )
        for column in ("effect", "se", "ci_lower", "ci_upper", "std_effect"):
            assert way[column] == pytest.approx(whole[column], rel=1e-9), column
        assert way["ci_method"] == whole["ci_method"]


# --- in standard deviations


@pytest.mark.parametrize("estimator", ["ml", "mlr", "mlm", "fiml"])
def test_direct_effects_are_the_standardised_paths(estimator: str) -> None:
    """`std_all` of the parameters; errors are those of the standardised solution, taken another way."""
    tables = results(estimator).tables
    parameters = tables["parameters"].query("op == '~'").set_index(["rhs", "lhs"])
    solution = tables["standardised"].query("op == '~'").set_index(["rhs", "lhs"])
    direct = tables["standardised_effects"].query("kind == 'direct'").set_index(["source", "target"])
    assert set(direct.index) == set(parameters.index) == set(solution.index)
    for key, row in direct.iterrows():
        assert row["effect"] == pytest.approx(parameters.loc[key, "std_all"], rel=1e-10)
        assert row["effect"] == pytest.approx(solution.loc[key, "est"], rel=1e-10)
        assert row["se"] == pytest.approx(solution.loc[key, "se"], rel=1e-8)
        if estimator != "mlr":  # there the ends of products are simulated
            assert row["ci_lower"] == pytest.approx(solution.loc[key, "ci_lower"], rel=1e-8)
            assert row["ci_upper"] == pytest.approx(solution.loc[key, "ci_upper"], rel=1e-8)


def test_the_same_effects_in_both_tables() -> None:
    names = ["source", "target", "kind"]
    for estimator in ("ml", "mlr"):
        tables = results(estimator).tables
        pd.testing.assert_frame_equal(tables["effects"][names], tables["standardised_effects"][names])
        np.testing.assert_allclose(
            tables["effects"]["std_effect"], tables["standardised_effects"]["effect"], rtol=1e-12
        )


def test_standardised_effects_add_up() -> None:
    rows = results().tables["standardised_effects"].set_index(["kind", "source", "target"])["effect"]
    for source, target in rows.loc["indirect"].index:
        direct = rows.loc["direct"].get((source, target), 0.0)
        total = rows.loc[("total", source, target)]
        assert total == pytest.approx(direct + rows.loc[("indirect", source, target)])


def test_units_do_not_matter_to_standardised_effects() -> None:
    units: Floats = np.array([1, 1, 1, 5.0, 1, 1, 1, 1, 0.1, 3, 1])
    ours = results().tables["standardised_effects"]
    theirs = evaluate(fit(CHAIN, survey_of(CHAIN, chain_answers() * units))).tables["standardised_effects"]
    for column in ("effect", "se", "ci_lower", "ci_upper"):
        np.testing.assert_allclose(theirs[column], ours[column], rtol=1e-6)


def test_bootstrap_errors_of_standardised_effects() -> None:
    """From the draws: near the delta method's, of which they are another estimate (100 draws: 7 %)."""
    drawn = results(bootstrap=100).tables["standardised_effects"]
    assert set(drawn["ci_method"]) == {"bootstrap"}
    np.testing.assert_allclose(drawn["se"], results().tables["standardised_effects"]["se"], rtol=0.35)
    assert ((drawn["ci_lower"] < drawn["effect"]) & (drawn["effect"] < drawn["ci_upper"])).all()
