"""Measurement invariance of composites: against plain loops, planted differences, designs, words."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, survey_of
from plain_composites import plain_micom
from scipy import stats
from statsmodels.stats.multitest import multipletests

from csi_model.comparison.dealt_groups import dealing, divisions, members
from csi_model.comparison.micom import answers, composition_pvalues, few_dealings, untested
from csi_model.comparison.pls_groups import STREAM, composite_group_tables
from csi_model.errors import Finding, UsageError
from csi_model.estimation.fitting import fit
from csi_model.estimation.resamples import permutations
from csi_model.multiplicity import holm
from csi_model.survey.moments import group_masks
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

CLOSE = 1e-8
"""Refits of resamples end at steps of 1e-9; the plain loop goes on to rounding."""
NUMBERS = [
    "compositional", "bound", "pvalue_compositional", "mean_difference", "pvalue_mean",
    "variance_difference", "pvalue_variance",
]  # fmt: skip


def two_firms(first: Floats, second: Floats, **changes: Any) -> Survey:
    return survey_of(
        CHAIN,
        np.vstack([first, second]),
        groups={"firm": ["a"] * len(first) + ["b"] * len(second)},
        **changes,
    )


def micom_of(
    survey: Survey, draws: int = 200, workers: int = 1, **options: Any
) -> tuple[pd.DataFrame, list[Finding]]:
    fitted = fit(survey.model, survey, **{"estimator": "pls", "bootstrap": 0, **options})
    tables, findings = composite_group_tables(fitted, survey, draws=draws, workers=workers)
    return tables["micom"].set_index("construct"), findings


def redone(n: int, seed: int) -> Floats:
    """Answers in which quality is made of its questions the other way round: q1 weak, q3 strong."""
    made = chain_answers(n, seed)
    random = np.random.default_rng(seed + 1000)
    made[:, 3] = made[:, 3].mean() + 2.5 * random.normal(size=n)
    return made


@cache
def planted() -> pd.DataFrame:
    return micom_of(two_firms(chain_answers(250, 1), redone(250, 2)), draws=999)[0]


def test_statistics_are_those_of_written_out_scores() -> None:
    first, second = chain_answers(90, 1), redone(70, 2)
    found, plain = micom_of(two_firms(first, second), draws=100)[0], plain_micom(first, second)
    np.testing.assert_allclose(found["compositional"], plain.c, rtol=0, atol=CLOSE)
    np.testing.assert_allclose(found["mean_difference"], plain.means, rtol=0, atol=CLOSE)
    np.testing.assert_allclose(found["variance_difference"], plain.variances, rtol=0, atol=CLOSE)


def test_pvalues_are_shares_of_dealings_fitted_one_by_one() -> None:
    """The same labels (they follow from seed and stream alone), each refitted by the plain loop."""
    first, second = chain_answers(45, 1), chain_answers(40, 2, shift=0.4)
    survey = two_firms(first, second)
    found = micom_of(survey, draws=100)[0]
    labels = np.repeat([0, 1], [45, 40]).astype(np.int8)
    dealt = np.vstack(list(permutations(labels, draws=100, seed=20260101, stream=STREAM + 1)))
    redealt = [plain_micom(survey.answers[row == 0], survey.answers[row == 1]) for row in dealt]
    plain = plain_micom(first, second)
    c = np.array([one.c for one in redealt])
    np.testing.assert_allclose(found["pvalue_compositional"], (1 + (c <= plain.c).sum(axis=0)) / 101)
    np.testing.assert_allclose(found["bound"], np.quantile(c, 0.05, axis=0), rtol=0, atol=CLOSE)
    for name, column in (("mean", "means"), ("variance", "variances")):
        spread = np.abs([getattr(one, column) for one in redealt])
        as_far = (spread >= np.abs(getattr(plain, column))).sum(axis=0)
        np.testing.assert_allclose(found[f"pvalue_{name}"], (1 + as_far) / 101)


def test_table_has_every_construct_of_every_pair() -> None:
    parts = [chain_answers(60, k) for k in range(3)]
    groups = {"firm": [name for name in "abc" for _ in range(60)]}
    found = micom_of(survey_of(CHAIN, np.vstack(parts), groups=groups), draws=100)[0].reset_index()
    assert list(found.columns) == list(SURVEY_TABLES["micom"].column_names)
    pairs = list(zip(found["group_1"], found["group_2"], found["construct"], strict=True))
    names = ["expectations", "quality", "satisfaction", "loyalty"]
    assert pairs == [(*pair, name) for pair in (("a", "b"), ("a", "c"), ("b", "c")) for name in names]
    assert (found["draws"] == 100).all()


def test_a_construct_made_of_other_questions_is_the_only_one_told() -> None:
    assert dict(planted()["verdict"])["quality"] == "none"
    assert planted().loc["quality", "compositional"] < planted().loc["quality", "bound"]
    assert (planted().drop("quality")["verdict"] != "none").all()
    assert (planted().drop("quality")["pvalue_compositional"] > 0.05).all()
    finding = micom_of(two_firms(chain_answers(250, 1), redone(250, 2)), draws=200)[1][0]
    assert finding.code == "composite-comparability"
    assert finding.severity == "warning"
    assert "Paths: partly, made differently of their questions: quality (a - b; lowest c" in finding.what


def test_shifted_means_fail_step_3_alone() -> None:
    """Satisfaction moved by half a deviation takes loyalty along; expectations and quality stay."""
    found, findings = micom_of(two_firms(chain_answers(200, 1), chain_answers(200, 2, shift=0.5)), draws=500)
    assert list(found["verdict"]) == ["full", "full", "partial", "partial"]
    assert (found.loc[["satisfaction", "loyalty"], "pvalue_mean"] < 0.01).all()
    assert (found["pvalue_variance"] > 0.05).all()
    assert (found["pvalue_compositional"] > 0.05).all()
    assert findings[0].severity == "note"
    assert "Paths: yes" in findings[0].what
    assert "One model for all: no" in findings[0].what
    assert "satisfaction (a - b), loyalty (a - b)" in findings[0].what


def test_spread_out_answers_fail_step_3_by_variances() -> None:
    """Answers about the same mean, 1.5 times as far from it: log ratio 2 log 1.5 for every construct."""
    first = chain_answers(200, 1)
    second = first.mean(axis=0) + 1.5 * (first - first.mean(axis=0))
    found = micom_of(two_firms(first, second), draws=200)[0]
    np.testing.assert_allclose(found["variance_difference"], 2 * np.log(1.5), atol=CLOSE)
    np.testing.assert_allclose(found["mean_difference"], 0, atol=CLOSE)
    np.testing.assert_allclose(found["compositional"], 1, atol=CLOSE)
    assert (found["verdict"] == "partial").all()
    assert (found["pvalue_variance"] < 0.01).all()


def test_groups_with_the_same_answers() -> None:
    """Nothing can be nearer: c is 1, differences 0, every dealing is at least as far."""
    found = micom_of(two_firms(chain_answers(80), chain_answers(80)), draws=100)[0]
    np.testing.assert_allclose(found["compositional"], 1, atol=1e-12)
    np.testing.assert_allclose(found["mean_difference"], 0, atol=1e-12)
    assert (found["pvalue_compositional"] == 1).all()
    assert (found["verdict"] == "full").all()


def test_weights_that_are_not_estimated() -> None:
    """One question: c is 1 by construction, and the row says so; means can still differ."""
    model = model_of({"a": "a1 a2 a3", "b": "b1"}, {"b": "a"})
    answers_ = np.vstack([chain_answers(80, 1)[:, [0, 1, 2, 3]], chain_answers(80, 2)[:, [0, 1, 2, 3]]])
    survey = survey_of(model, answers_, groups={"firm": ["x"] * 80 + ["y"] * 80})
    found = micom_of(survey, draws=100)[0]
    assert found.loc["b", ["compositional", "bound", "pvalue_compositional"]].tolist() == [1, 1, 1]
    assert "by construction" in found.loc["b", "why"]
    assert found.loc["a", "why"] == ""
    assert found.loc["a", "compositional"] < 1


def test_items_on_their_common_scale_are_weighted_as_they_are() -> None:
    """Scores of raw answers by raw weights, which --metric common estimates: correlated as they stand."""
    first, second = chain_answers(90, 1), redone(80, 2)
    survey = two_firms(first, second)
    found = micom_of(survey, draws=100, metric="common")[0]
    scores = []
    for part in (first, second):
        alone = fit(CHAIN, survey_of(CHAIN, part), estimator="pls", bootstrap=0, metric="common").pooled
        table, values = alone.solution.table, alone.solution.values  # type: ignore[union-attr]
        raw = np.zeros((4, 11))
        raw[table.owner, table.item] = values[: len(table.item)]  # type: ignore[union-attr]
        scores.append(survey.answers @ (raw / part.std(axis=0)).T)
    c = [np.corrcoef(scores[0][:, j], scores[1][:, j])[0, 1] for j in range(4)]
    np.testing.assert_allclose(found["compositional"], c, rtol=0, atol=CLOSE)


def test_composition_pvalue_by_hand() -> None:
    """Of .90 .95 .99 1, two are as low as .95: (1 + 2) / 5; NaN counts for nothing, but not too often."""
    permuted = np.array([[0.90, 0.9], [0.95, np.nan], [0.99, np.nan], [1.0, 0.9]])
    found = composition_pvalues(np.array([0.95, 0.95]), permuted)
    assert found[0] == pytest.approx(0.6)
    assert np.isnan(found[1])


def test_holm_by_hand() -> None:
    """.01 .04 .03 over three pairs: .03, .06 (not below the one before), .06; NaN takes no part."""
    values = np.array([[0.01, np.nan], [0.04, 0.2], [0.03, np.nan]])
    np.testing.assert_allclose(holm(values), [[0.03, np.nan], [0.06, 0.2], [0.06, np.nan]])
    many = np.random.default_rng(1).random((40, 3)) ** 3
    for column, adjusted in zip(many.T, holm(many).T, strict=True):
        np.testing.assert_allclose(adjusted, multipletests(column, method="holm")[1])  # statsmodels 0.14


def test_workers_and_other_respondents_change_no_number() -> None:
    parts = [chain_answers(60, 1), redone(60, 2), chain_answers(60, 3)]
    three = survey_of(CHAIN, np.vstack(parts), groups={"firm": [n for n in "abc" for _ in range(60)]})
    found = micom_of(three, draws=600)[0]
    pd.testing.assert_frame_equal(found, micom_of(three, draws=600, workers=2)[0])
    alone = micom_of(two_firms(parts[0], parts[1]), draws=600)[0]
    first = found[(found["group_1"] == "a") & (found["group_2"] == "b")]
    np.testing.assert_array_equal(first[NUMBERS], alone[NUMBERS])


def test_a_weight_of_two_is_a_row_repeated() -> None:
    """The statistics of the groups as they are; dealings differ, since two rows may part."""
    first, second = chain_answers(60, 1), redone(60, 2)
    twice = np.repeat([1, 2], 30)
    weighted = two_firms(first, second, weights=np.concatenate([twice, twice]))
    repeated = two_firms(np.repeat(first, twice, axis=0), np.repeat(second, twice, axis=0))
    names = ["compositional", "mean_difference"]
    np.testing.assert_allclose(
        micom_of(weighted, draws=100)[0][names], micom_of(repeated, draws=100)[0][names], atol=CLOSE
    )


def test_how_heavy_a_whole_group_is_does_not_matter() -> None:
    first, second = chain_answers(60, 1), redone(60, 2)
    own = np.random.default_rng(3).uniform(0.5, 2, size=120)
    heavy = own * np.repeat([1, 7], 60)
    found = [micom_of(two_firms(first, second, weights=w), draws=100)[0] for w in (own, heavy)]
    np.testing.assert_allclose(found[0][NUMBERS], found[1][NUMBERS], atol=CLOSE)


def crossed(cluster: Floats, firm: list[str]) -> tuple[Survey, Any, Any]:
    survey = survey_of(CHAIN, chain_answers(len(firm)), groups={"firm": firm}, cluster=cluster)
    sample, labels = members(survey, [mask for _, mask in group_masks(survey)], "complete")
    return survey, sample, labels


def test_clusters_within_groups_are_dealt_whole() -> None:
    cluster = np.repeat(np.arange(12), 20)
    _, sample, labels = crossed(cluster, np.where(cluster < 5, "a", "b").tolist())
    plan = dealing(sample, labels)
    drawn = plan.draw(0, 50, np.random.SeedSequence(1))
    for k in range(12):
        assert (drawn[:, cluster == k].std(axis=1) == 0).all()
    assert divisions(plan) == pytest.approx(792)  # 12 over 5
    assert len({tuple(row) for row in drawn.tolist()}) > 30


def test_groups_that_run_through_clusters_are_dealt_within_them() -> None:
    """As many of each group in every cluster as before; what a cluster has in common cancels."""
    cluster = np.repeat(np.arange(8), 30)
    firm = np.where(np.random.default_rng(1).random(240) < 0.4, "a", "b").tolist()
    survey, sample, labels = crossed(cluster, firm)
    drawn = dealing(sample, labels).draw(0, 20, np.random.SeedSequence(1))
    for k in range(8):
        np.testing.assert_array_equal(drawn[:, cluster == k].sum(axis=1), labels[cluster == k].sum())
    assert (drawn != labels).any()
    assert "shared-clusters" in [finding.code for finding in micom_of(survey, draws=100)[1]]


def test_few_that_can_change_places() -> None:
    """One cluster of eight has both groups: labels could be dealt there only."""
    cluster = np.repeat(np.arange(8), 30)
    firm = np.where(cluster < 4, "a", "b")
    firm[0] = "b"
    survey, sample, labels = crossed(cluster, firm.tolist())
    with pytest.raises(UsageError, match="only 12% of the respondents"):
        dealing(sample, labels)
    found = micom_of(survey, draws=100)[0]
    assert found[NUMBERS].isna().all(axis=None)
    assert (found["verdict"] == "not tested").all()
    assert found["why"].str.contains("change places").all()


def test_strata_that_are_the_groups() -> None:
    survey = two_firms(chain_answers(60, 1), chain_answers(60, 2), strata=np.repeat([0, 1], 60))
    found, findings = micom_of(survey, draws=100)
    assert (found["verdict"] == "not tested").all()
    assert (found["draws"] == 0).all()
    assert "Paths: not tested" in findings[0].what


def test_so_few_clusters_that_nothing_could_come_out() -> None:
    """Four clusters of two groups can be divided in six ways: p is at least 1/6, whatever the dealings."""
    cluster = np.repeat(np.arange(4), 40)
    survey = crossed(cluster, np.where(cluster < 2, "a", "b").tolist())[0]
    tables = composite_group_tables(fit(CHAIN, survey, estimator="pls", bootstrap=0), survey, draws=500)[0]
    found, omnibus = tables["micom"], tables["omnibus_tests"]
    assert omnibus["pvalue"].min() > 0.1
    assert (omnibus["verdict"] == "not tested").all()
    assert found["pvalue_mean"].min() > 0.1
    assert (found["verdict"] == "not tested").all()
    assert found["why"].str.contains("nothing could fall below 0.05").all()


def test_more_pairs_need_more_permutations() -> None:
    """100 dealings: the smallest p-value 1/101, over six pairs .059: no verdict, and how many would do."""
    parts = [chain_answers(40, k) for k in range(4)]
    survey = survey_of(CHAIN, np.vstack(parts), groups={"firm": [n for n in "abcd" for _ in range(40)]})
    found, findings = micom_of(survey, draws=100)
    assert (found["verdict"] == "not tested").all()
    few = [finding for finding in findings if finding.code == "few-permutations"]
    assert "--permutations 200" in few[0].fix
    assert list(few_dealings([untested(("a", "b"), 4, "no reason")], 0.95)) == []


@pytest.mark.parametrize(
    "options", [{"estimator": "plsc"}, {"missing_data": "mean"}, {"missing_data": "available"}]
)
def test_other_estimates(options: dict[str, str]) -> None:
    """Gaps at random and consistent estimates: the planted construct is found all the same."""
    first, second = chain_answers(200, 1), redone(200, 2)
    survey = two_firms(first, second)
    if "missing_data" in options:
        holes = np.where(np.random.default_rng(1).random(survey.answers.shape) < 0.03, np.nan, survey.answers)
        survey = two_firms(holes[:200], holes[200:])
    found = micom_of(survey, draws=200, **options)[0]
    assert found.loc["quality", "verdict"] == "none"
    assert (found.drop("quality")["pvalue_compositional"] > 0.01).all()


def row(construct: str, verdict: str, pair: tuple[str, str] = ("a", "b"), c: float = 0.9) -> dict[str, Any]:
    return {
        "construct": construct, "verdict": verdict, "group_1": pair[0], "group_2": pair[1],
        "compositional": c, "why": "" if verdict != "not tested" else "too few to deal",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected", "words"),
    [
        ([row("x", "full"), row("y", "full")], ("yes", "yes", "yes"), "alike in all groups"),
        ([row("x", "partial"), row("y", "full")], ("yes", "yes", "no"), "scores differ: x (a - b)"),
        ([row("x", "none"), row("y", "full")], ("partly", "partly", "no"), "x (a - b; lowest c 0.900000)"),
        ([row("x", "none"), row("y", "none")], ("no", "no", "no"), "y (a - b; lowest c 0.900000)"),
        ([row("x", "not tested"), row("y", "full")], ("partly", "partly", "partly"), "Not tested: x (a - b)"),
        ([row("x", "not tested")], ("not tested",) * 3, "too few to deal"),
        (
            [row("x", "none", pair) for pair in (("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"))]
            + [row("y", "full")],
            ("partly", "partly", "no"),
            "x (a - b, a - c, a - d and 1 more",
        ),
    ],
)
def test_answers(rows: list[dict[str, Any]], expected: tuple[str, ...], words: str) -> None:
    found = answers(rows)
    assert tuple(one.answer for one in found) == expected
    assert words in " ".join(one.reason for one in found)


@pytest.mark.slow
def test_pvalues_are_uniform_where_groups_are_alike() -> None:
    """200 surveys: p-values of 199 dealings against the uniform distribution (Kolmogorov-Smirnov, 1 in
    1,000 by chance), and rejections at 5 % within four binomial errors."""
    found = []
    for k in range(200):
        survey = two_firms(chain_answers(60, 2 * k), chain_answers(70, 2 * k + 1))
        made = micom_of(survey, draws=199)[0]
        found.append(made[["pvalue_compositional", "pvalue_mean", "pvalue_variance"]].to_numpy())
    values = np.array(found)
    for construct in range(4):
        for test in range(3):
            one = values[:, construct, test]
            assert stats.kstest(one, "uniform").pvalue > 0.001, (construct, test)
            assert (one <= 0.05).mean() < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)
