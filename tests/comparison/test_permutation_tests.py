"""Permutation tests of pairs of groups: planted differences, none at all, and another program's p-value."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, model_of, survey_of
from scipy import stats

from csi_model.comparison.permutation_tests import permutation_tests
from csi_model.estimation.fits import Fit
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

DRAWS = 199
SMALLEST = 1 / (1 + DRAWS)
"""No permutation was as far out: the p-value is never 0."""
KEYS = ["kind", "source", "target", "group_1", "group_2"]


@cache
def planted() -> tuple[Fit, Survey]:
    """East and south are alike; the west is more satisfied, half a deviation, and has a firm of its own."""
    answers = np.vstack([chain_answers(130, 1), chain_answers(120, 2), chain_answers(140, 3, shift=0.5)])
    regions = ["east"] * 130 + ["south"] * 120 + ["west"] * 140
    survey = survey_of(CHAIN, answers, groups={"region": regions})
    return fit(CHAIN, survey), survey


@cache
def table() -> pd.DataFrame:
    return permutation_tests(*planted(), draws=DRAWS)


def rows(frame: pd.DataFrame, kind: str, source: str, target: str) -> pd.DataFrame:
    chosen = frame[(frame["kind"] == kind) & (frame["source"] == source) & (frame["target"] == target)]
    return chosen.set_index(["group_1", "group_2"])


@pytest.mark.slow
def test_every_pair_of_every_quantity() -> None:
    """Four indices, four paths and six total effects, for three pairs."""
    assert list(table().columns) == list(SURVEY_TABLES["permutation_tests"].column_names)
    pairs = [("east", "south"), ("east", "west"), ("south", "west")]
    assert list(table()[["group_1", "group_2"]].drop_duplicates().itertuples(index=False, name=None)) == pairs
    counts = table()[["group_1", "group_2", "kind"]].value_counts()
    for pair in pairs:
        assert [counts[(*pair, kind)] for kind in ("index", "direct", "total")] == [4, 4, 6]
    assert not table().duplicated(KEYS).any()
    assert (table()["draws"] == DRAWS).all()
    assert (table()["why"] == "").all()
    assert table()["pvalue"].between(SMALLEST, 1).all()


def test_the_difference_is_that_of_the_groups_own_estimates() -> None:
    """Indices and effects by each group's own weights, group 2 less group 1."""
    made, survey = planted()
    alone = {}
    for name in ("east", "south", "west"):
        own = [k for k, region in enumerate(survey.groups[0]) if region == name]
        alone[name] = evaluate(fit(CHAIN, survey_of(CHAIN, survey.answers[own]))).tables
    for row in table().itertuples():
        values = []
        for group in (row.group_1, row.group_2):
            tables = alone[group]
            if row.kind == "index":
                values.append(tables["index"].set_index("construct").loc[row.target, "index"])
            else:
                effects = tables["effects"].set_index(["kind", "source", "target"])["effect"]
                values.append(effects[(row.kind, row.source, row.target)])
        assert row.difference == pytest.approx(values[1] - values[0], abs=1e-4), row
    assert made.by == ("region",)


def test_the_planted_difference_is_found() -> None:
    """Satisfaction, and loyalty behind it, of the west; not expectations and quality before it."""
    for name in ("satisfaction", "loyalty"):
        found = rows(table(), "index", "", name)
        assert (found.loc[[("east", "west"), ("south", "west")], "pvalue"] == SMALLEST).all(), name
        assert (found.loc[[("east", "west"), ("south", "west")], "difference"] > 4).all()
        assert found.loc[("east", "south"), "pvalue"] > 0.05
    for name in ("expectations", "quality"):
        assert (rows(table(), "index", "", name)["pvalue_holm"] > 0.05).all()
    # paths are the same in all regions: of 30 tests of effects one and a half are below 5 % on average
    effects = table()[table()["kind"] != "index"]
    assert (effects["pvalue"] < 0.05).sum() <= 4


@pytest.mark.slow
def test_groups_that_are_the_same_are_not_told_apart() -> None:
    """Every answer occurs once in each group: no difference, so that any permutation is at least as far."""
    answers = np.vstack([chain_answers(80)] * 2)
    survey = survey_of(CHAIN, answers, groups={"firm": ["a"] * 80 + ["b"] * 80})
    frame = permutation_tests(fit(CHAIN, survey), survey, draws=100)
    np.testing.assert_allclose(frame["difference"], 0, atol=1e-4)
    indices = frame[frame["kind"] == "index"]
    assert (frame["pvalue"] > 0.9).all()
    np.testing.assert_allclose(indices["pvalue"], 1.0, atol=0.1)
    np.testing.assert_array_equal(frame["pvalue_holm"], frame["pvalue"])


def test_a_path_that_differs() -> None:
    """Quality on satisfaction .6 and .1: that path and its total effects, not the one beside it."""
    random = np.random.default_rng(12)
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})
    blocks = []
    for path in (0.7, 0.2):
        a = random.normal(size=150)
        b = path * a + 0.6 * random.normal(size=150)
        blocks.append(
            np.stack([6 + x + 0.5 * random.normal(size=150) for x in (a, b) for _ in range(3)], axis=1)
        )
    survey = survey_of(model, np.vstack(blocks), groups={"firm": ["x"] * 150 + ["y"] * 150})
    frame = permutation_tests(fit(model, survey), survey, draws=DRAWS).set_index(["kind", "target"])
    for kind in ("direct", "total"):
        assert frame.loc[(kind, "b"), "pvalue"] == SMALLEST
        assert frame.loc[(kind, "b"), "difference"] == pytest.approx(-0.5, abs=0.2)
    assert (frame.loc["index", "pvalue"] > 0.05).all()


@pytest.mark.slow
def test_an_index_of_equal_weights_against_scipy() -> None:
    """`scipy.stats.permutation_test` of a difference of means (scipy 1.17), with other random numbers.

    Two p-values of 1,999 permutations near .1 each differ by less than four of their errors, .04.
    """
    answers = np.vstack([chain_answers(90, 1), chain_answers(110, 2, shift=0.15)])
    firm = np.repeat(["a", "b"], [90, 110])
    survey = survey_of(CHAIN, answers, groups={"firm": firm.tolist()})
    made = fit(CHAIN, survey, weight_rule="equal")
    frame = permutation_tests(made, survey, draws=1999).query("kind == 'index'").set_index("target")
    for name, items in (
        ("expectations", slice(0, 3)),
        ("satisfaction", slice(6, 9)),
        ("loyalty", slice(9, 11)),
    ):
        scores = 100 * (answers[:, items].mean(axis=1) - 1) / 9
        found = stats.permutation_test(
            (scores[firm == "b"], scores[firm == "a"]),
            lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
            n_resamples=1999,
            vectorized=True,
            rng=np.random.default_rng(1),
        )
        assert frame.loc[name, "difference"] == pytest.approx(found.statistic)
        assert frame.loc[name, "pvalue"] == pytest.approx(found.pvalue, abs=0.06), name
    assert frame["pvalue"].min() < 0.3


def holm(pvalues: Floats) -> Floats:
    """Smallest times 3, next times 2, largest times 1, none below the one before (Holm 1979)."""
    order = np.argsort(pvalues, kind="stable")
    made = np.empty(len(pvalues))
    highest = 0.0
    for rank, k in enumerate(order):
        highest = max(highest, min(1.0, (len(pvalues) - rank) * pvalues[k]))
        made[k] = highest
    return made


def test_holm_goes_over_the_pairs_of_one_quantity() -> None:
    for _, found in table().groupby(["kind", "source", "target"]):
        np.testing.assert_allclose(found["pvalue_holm"], holm(found["pvalue"].to_numpy()))
    assert (table()["pvalue_holm"] > table()["pvalue"]).any()


@pytest.mark.slow
def test_suppressed_groups_take_no_part() -> None:
    answers = np.vstack([chain_answers(130, 1), chain_answers(120, 2)])
    regions = ["east"] * 120 + ["small"] * 10 + ["south"] * 120
    survey = survey_of(CHAIN, answers, groups={"region": regions})
    frame = permutation_tests(fit(CHAIN, survey), survey, draws=100)
    assert set(frame["group_1"]) | set(frame["group_2"]) == {"east", "south"}
    lonely = survey_of(CHAIN, answers, groups={"region": ["east"] * 240 + ["small"] * 10})
    assert len(permutation_tests(fit(CHAIN, lonely), lonely, draws=100)) == 0


def test_only_the_pair_s_own_respondents_count() -> None:
    """The same numbers, whoever else was asked: draws depend on seed and place of the pair alone."""
    survey = planted()[1]
    both = [k for k, region in enumerate(survey.groups[0]) if region != "west"]
    alone = survey_of(CHAIN, survey.answers[both], groups={"region": [survey.groups[0][k] for k in both]})
    frame = permutation_tests(fit(CHAIN, alone), alone, draws=DRAWS)
    whole = table()[(table()["group_1"] == "east") & (table()["group_2"] == "south")]
    np.testing.assert_array_equal(frame["pvalue"], whole["pvalue"])
    np.testing.assert_array_equal(frame["difference"], whole["difference"])


def test_workers_change_no_number() -> None:
    told: list[tuple[str, int, int]] = []
    frame = permutation_tests(
        *planted(),
        draws=DRAWS,
        workers=2,
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    pd.testing.assert_frame_equal(frame, table())
    assert {what for what, _, _ in told} == {"east - south", "east - west", "south - west"}
    assert [done for what, done, _ in told if what == "east - west"][-1] == DRAWS
    assert {total for *_, total in told} == {DRAWS}


@pytest.mark.slow
def test_the_seed_decides() -> None:
    survey = planted()[1]
    again = permutation_tests(fit(CHAIN, survey, seed=5), survey, draws=DRAWS)
    np.testing.assert_array_equal(again["difference"], table()["difference"])
    assert (again["pvalue"] != table()["pvalue"]).any()


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "used"), [("complete", 0), ("mean", 1)])
def test_answers_with_gaps(rule: str, used: int) -> None:
    """Complete rows take part, or all with filled means: the difference is that of these samples."""
    answers = np.vstack([chain_answers(150, 1), chain_answers(150, 2)])
    answers[np.random.default_rng(1).random(answers.shape) < 0.03] = np.nan
    firm = np.repeat(["a", "b"], 150)
    survey = survey_of(CHAIN, answers, groups={"firm": firm.tolist()})
    made = fit(CHAIN, survey, weight_rule="equal", missing_data=rule)
    frame = permutation_tests(made, survey, draws=100).query("kind == 'index'").set_index("target")
    filled = np.where(np.isnan(answers), np.nanmean(answers, axis=0), answers)
    whole = ~np.isnan(answers).any(axis=1) | bool(used)
    means = [100 * (filled[whole & (firm == name)][:, 6:9].mean() - 1) / 9 for name in ("a", "b")]
    assert frame.loc["satisfaction", "difference"] == pytest.approx(means[1] - means[0])


@pytest.mark.slow
def test_clusters_are_dealt_whole() -> None:
    """A difference between clusters only: no evidence among 8 clusters, but among 240 people."""
    random = np.random.default_rng(2)
    cluster = np.repeat(np.arange(8), 30)
    answers = chain_answers(240) + 1.2 * random.normal(size=8)[cluster][:, None]
    firm = np.where(cluster < 4, "a", "b").tolist()
    smallest = {}
    for name, design in (("people", {}), ("clusters", {"cluster": cluster})):
        survey = survey_of(CHAIN, answers, groups={"firm": firm}, **design)
        frame = permutation_tests(fit(CHAIN, survey), survey, draws=DRAWS)
        smallest[name] = frame.query("kind == 'index'")["pvalue"].min()
    assert smallest["people"] < 0.02 < smallest["clusters"]
    # 70 divisions of 8 clusters into halves, each with its mirror image: at least 2 in 70 are as far
    assert smallest["clusters"] > 0.02


def test_a_pair_that_cannot_be_dealt_says_why() -> None:
    """Strata are the groups: nothing can be exchanged within them."""
    strata = np.repeat([0, 1], 120)
    firm = np.where(strata == 0, "a", "b").tolist()
    survey = survey_of(CHAIN, chain_answers(240), groups={"firm": firm}, strata=strata)
    frame = permutation_tests(fit(CHAIN, survey), survey, draws=100)
    assert frame[["difference", "pvalue", "pvalue_holm"]].isna().all(axis=None)
    assert (frame["draws"] == 0).all()
    assert (frame["why"].str.len() > 20).all()


def test_no_groups_no_tests() -> None:
    survey = chain_survey()
    assert len(permutation_tests(fit(CHAIN, survey), survey, draws=100)) == 0
