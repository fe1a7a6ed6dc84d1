"""Differences of PLS estimates between groups: every test against hand, scipy or plain loops."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, model_of, survey_of
from plain_composites import plain_distances, plain_pls
from scipy import stats

from csi_model.comparison import pls_groups
from csi_model.comparison.bootstrap_tests import GroupDraws, henseler, parametric, welch
from csi_model.comparison.pls_groups import STREAM, composite_group_tables
from csi_model.errors import Finding
from csi_model.estimation.composite_estimates import composite_estimates
from csi_model.estimation.fits import CompositeSolution, Fit
from csi_model.estimation.fitting import fit
from csi_model.estimation.resamples import permutations
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

CLOSE = 1e-8
"""Refits of resamples end at steps of 1e-9; the plain loop goes on to rounding."""
SEED = 20260101
"""The default of FitOptions."""
PVALUES = ["pvalue_permutation", "pvalue_parametric", "pvalue_welch", "pvalue_henseler", "pvalue_holm"]


def grouped(*parts: Floats, model: ModelSpec = CHAIN, **changes: Any) -> Survey:
    names = [f"g{k + 1}" for k, part in enumerate(parts) for _ in range(len(part))]
    return survey_of(model, np.vstack(parts), groups={"firm": names}, **changes)


def pls(survey: Survey, **options: Any) -> Fit:
    return fit(survey.model, survey, **{"estimator": "pls", "bootstrap": 0, **options})


def tables_of(
    survey: Survey, draws: int = 100, **options: Any
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    return composite_group_tables(pls(survey, **options), survey, draws=draws)


def steep(n: int, seed: int, path: float) -> Floats:
    """Answers to two blocks of three questions, the second driven by the first."""
    random = np.random.default_rng(seed)
    a = random.normal(size=n)
    b = path * a + 0.6 * random.normal(size=n)
    return np.stack([6 + x + 0.6 * random.normal(size=n) for x in (a, b) for _ in range(3)], axis=1)


PAIR = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"})


@cache
def three() -> tuple[Fit, Survey]:
    survey = grouped(chain_answers(70, 1), chain_answers(60, 2), chain_answers(80, 3))
    return pls(survey, bootstrap=200), survey


@cache
def three_tables() -> dict[str, pd.DataFrame]:
    return composite_group_tables(*three(), draws=600)[0]


# -- the table of parameters ------------------------------------------------------------------------


def test_values_are_the_groups_own() -> None:
    """Paths and R2 of the plain loop; total effects by hand: direct and by way of quality."""
    survey = three()[1]
    alone = [plain_pls(survey.answers[cut]) for cut in (slice(0, 70), slice(70, 130), slice(130, 210))]
    names = CHAIN.construct_names
    found = three_tables()["group_tests"]
    assert list(found.columns) == list(SURVEY_TABLES["group_tests"].column_names)
    for row in found.itertuples():
        pair = [alone[int(str(name)[1]) - 1] for name in (row.group_1, row.group_2)]
        target = names.index(str(row.target))
        if row.kind == "path":
            expected = [one.paths[names.index(str(row.source)), target] for one in pair]
        elif row.kind == "r2":
            expected = [one.r2[target] for one in pair]
        elif row.source == "quality":
            expected = [one.paths[1, 2] for one in pair]
        else:
            expected = [one.paths[0, 2] + one.paths[0, 1] * one.paths[1, 2] for one in pair]
        assert row.value_1 == pytest.approx(expected[0], abs=CLOSE), row
        assert row.value_2 == pytest.approx(expected[1], abs=CLOSE), row
        assert row.difference == pytest.approx(expected[1] - expected[0], abs=2 * CLOSE), row
    kinds = found[["group_1", "group_2", "kind"]].value_counts()
    assert [int(kinds["g1", "g3", kind]) for kind in ("path", "total_effect", "r2")] == [4, 2, 3]


@pytest.mark.slow
def test_permutation_pvalues_are_those_of_refits_one_by_one() -> None:
    survey = grouped(chain_answers(45, 1), chain_answers(40, 2))
    found = tables_of(survey)[0]["group_tests"].set_index(["kind", "source", "target"])
    labels = np.repeat([0, 1], [45, 40]).astype(np.int8)
    rows = np.vstack(list(permutations(labels, draws=100, seed=SEED, stream=STREAM + 1)))

    def differences(label: Any) -> tuple[float, float, float]:
        one, two = (plain_pls(survey.answers[label == group]) for group in (0, 1))
        total = [m.paths[0, 2] + m.paths[0, 1] * m.paths[1, 2] for m in (one, two)]
        return two.paths[1, 2] - one.paths[1, 2], total[1] - total[0], two.r2[3] - one.r2[3]

    observed = np.abs(differences(labels))
    as_far = (np.abs([differences(row) for row in rows]) >= observed).sum(axis=0)
    keys = [
        ("path", "quality", "satisfaction"),
        ("total_effect", "expectations", "satisfaction"),
        ("r2", "", "loyalty"),
    ]
    np.testing.assert_allclose(found.loc[keys, "pvalue_permutation"], (1 + as_far) / 101)


def test_bootstrap_pvalues_are_those_of_the_fit_s_own_draws() -> None:
    """Welch's test of the path that has one driver: a correlation of scores, draw by draw."""
    made = three()[0]
    keyed = three_tables()["group_tests"].set_index(["kind", "source", "target", "group_1", "group_2"])
    groups = []
    for part in made.groups[:2]:
        assert isinstance(part.solution, CompositeSolution)
        assert part.solution.draws is not None
        table = part.solution.table
        p, s = len(table.indicators), len(table.item)
        paths = []
        for values in (part.solution.values, *part.solution.draws.values):
            weights = np.zeros((4, p))
            weights[table.owner, table.item] = values[:s]
            cov = np.zeros((p, p))
            cov[np.triu_indices(p)] = values[s:]
            cov = cov + np.triu(cov, 1).T
            scores = weights / np.sqrt(np.diag(cov))
            paths.append(scores[2] @ cov @ scores[3])
        groups.append(
            GroupDraws(estimate=np.array(paths[:1]), draws=np.array(paths[1:])[:, None], n=part.sample.n)
        )
    row = keyed.loc[("path", "satisfaction", "loyalty", "g1", "g2")]
    assert row["pvalue_welch"] == pytest.approx(welch(*groups)[0])
    assert row["pvalue_parametric"] == pytest.approx(parametric(*groups)[0])
    assert row["pvalue_henseler"] == pytest.approx(henseler(*groups)[0])
    assert [group.n for group in groups] == [70, 60]


def test_a_planted_difference_is_found_by_every_test() -> None:
    """A path of about .75 and one of about .25, as far apart as a dozen standard errors are not."""
    survey = grouped(steep(150, 1, 0.8), steep(150, 2, 0.15), model=PAIR)
    tables, _ = tables_of(survey, draws=199, bootstrap=200)
    found = tables["group_tests"].set_index("kind")
    assert (found.loc[["path", "total_effect", "r2"], PVALUES] < 0.02).all(axis=None)
    assert (found["verdict"] == "differs").all()
    assert found.loc["path", "difference"] == pytest.approx(-0.5, abs=0.15)
    assert (tables["omnibus_tests"]["verdict"] == "differs").all()


def test_the_tests_agree_where_groups_are_large() -> None:
    """Four ways to the same p-value: 400 respondents a group leave little between them."""
    survey = grouped(steep(400, 1, 0.6), steep(400, 2, 0.52), model=PAIR)
    row = tables_of(survey, draws=999, bootstrap=1000)[0]["group_tests"].iloc[0]
    assert 0.01 < row["pvalue_permutation"] < 0.9
    np.testing.assert_allclose(row[PVALUES[1:4]].astype(float), row["pvalue_permutation"], atol=0.08)


def test_groups_with_the_same_answers() -> None:
    survey = grouped(chain_answers(80), chain_answers(80))
    tables, _ = tables_of(survey)
    assert (tables["group_tests"]["difference"].abs() < 1e-10).all()
    assert (tables["group_tests"]["verdict"] == "no clear difference").all()
    np.testing.assert_allclose(tables["omnibus_tests"]["value"], 0, atol=1e-10)
    np.testing.assert_array_equal(tables["omnibus_tests"]["pvalue"], 1)


def test_holm_goes_over_pairs_and_parameters_of_a_kind() -> None:
    """By the permutation p-values: 600 dealings are enough for twelve paths."""
    for _, rows in three_tables()["group_tests"].groupby("kind"):
        order = np.argsort(rows["pvalue_permutation"].to_numpy())
        highest, n = 0.0, len(rows)
        for rank, k in enumerate(order):
            highest = max(highest, min(1.0, (n - rank) * rows["pvalue_permutation"].iloc[k]))
            assert rows["pvalue_holm"].iloc[k] == pytest.approx(highest)


def test_too_few_dealings_for_so_many_tests() -> None:
    """100 dealings and twelve paths: 12/101 is above 5 %. Welch's test decides, where there are draws."""
    made, survey = three()
    tables, findings = composite_group_tables(made, survey, draws=100)
    paths = tables["group_tests"].query("kind == 'path'")
    smallest = paths["pvalue_welch"].idxmin()
    assert paths.loc[smallest, "pvalue_holm"] == pytest.approx(
        min(1, 12 * paths.loc[smallest, "pvalue_welch"])
    )
    assert (paths["verdict"] != "not tested").all()
    few = [one for one in findings if one.code == "few-permutations"]
    assert "over 12 tests" in few[0].what
    assert "--permutations 300" in few[0].fix
    without = composite_group_tables(pls(survey), survey, draws=100)[0]["group_tests"].query("kind == 'path'")
    assert (without["verdict"] == "not tested").all()
    assert without["why"].str.contains("nothing could fall below 0.05").all()
    assert without["pvalue_permutation"].notna().all()


def test_without_draws_the_row_says_so() -> None:
    found = tables_of(three()[1], draws=600)[0]["group_tests"]
    assert found[PVALUES[1:4]].isna().all(axis=None)
    assert found["why"].str.startswith("no bootstrap draws (--bootstrap)").all()
    assert found["pvalue_permutation"].notna().all()


def test_without_dealings_the_row_says_so() -> None:
    """Strata are the groups: Welch's test alone, and the reason."""
    survey = grouped(chain_answers(60, 1), chain_answers(60, 2), strata=np.repeat([0, 1], 60))
    tables, _ = tables_of(survey, bootstrap=100)
    found = tables["group_tests"]
    assert found["pvalue_permutation"].isna().all()
    assert found["why"].str.contains("no stratum has members of two groups").all()
    paths = found.query("kind == 'path'")
    k = paths["pvalue_welch"].idxmin()
    assert paths.loc[k, "pvalue_holm"] == pytest.approx(min(1, 4 * paths.loc[k, "pvalue_welch"]))
    assert (tables["omnibus_tests"]["verdict"] == "not tested").all()
    assert tables["omnibus_tests"][["value", "bound_95", "pvalue"]].isna().all(axis=None)


# -- one test of everything -------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [2, 3])
@pytest.mark.slow
def test_distances_against_plain_loops(parts: int) -> None:
    """Averages over pairs, of matrices written out entry by entry, and the share of dealings as far."""
    answers = [chain_answers(45 + 5 * k, k + 1) for k in range(parts)]
    survey = grouped(*answers)
    found = tables_of(survey)[0]["omnibus_tests"].set_index("measure")
    assert list(found.index) == [
        "geodesic_items", "euclidean_items", "geodesic_constructs", "euclidean_constructs",
    ]  # fmt: skip
    plain = plain_distances(answers)
    np.testing.assert_allclose(found["value"], plain, atol=CLOSE)
    labels = np.repeat(np.arange(parts), [len(part) for part in answers]).astype(np.int8)
    stream = STREAM + (parts == 2)
    rows = np.vstack(list(permutations(labels, draws=100, seed=SEED, stream=stream)))
    dealt = np.array([plain_distances([survey.answers[row == g] for g in range(parts)]) for row in rows])
    np.testing.assert_allclose(found["pvalue"], (1 + (dealt >= plain).sum(axis=0)) / 101)
    np.testing.assert_allclose(found["bound_95"], np.quantile(dealt, 0.95, axis=0), atol=CLOSE)
    assert (found["draws"] == 100).all()


# -- who takes part ---------------------------------------------------------------------------------


def test_many_groups_are_compared_with_all_others() -> None:
    parts = [steep(40, k, 0.8 if k else 0.0) for k in range(11)]
    tables, findings = tables_of(grouped(*parts, model=PAIR), draws=300, bootstrap=100)
    found = tables["group_tests"].query("kind == 'path'")
    assert (
        list(found["group_1"]) == [f"g{k}" for k in (1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9)] or len(found) == 11
    )
    assert (found["group_2"] == "all others").all()
    assert found["why"].str.startswith("all others together have no bootstrap draws").all()
    first = found.set_index("group_1").loc["g1"]
    rest = np.corrcoef(*plain_pls(np.vstack(parts[1:]), ([0, 1, 2], [3, 4, 5]), {1: [0]}).scores.T)[0, 1]
    assert first["value_2"] == pytest.approx(rest, abs=CLOSE)
    assert first["verdict"] == "differs"
    assert (found.set_index("group_1").drop("g1")["verdict"] == "no clear difference").all()
    assert len(tables["micom"]) == 22
    assert "groups-against-others" in [one.code for one in findings]


def test_no_two_groups_no_tables() -> None:
    whole = survey_of(CHAIN, chain_answers(100))
    assert composite_group_tables(pls(whole), whole, draws=100) == ({}, [])
    lonely = grouped(chain_answers(100), chain_answers(10, 2))
    assert composite_group_tables(pls(lonely), lonely, draws=100) == ({}, [])
    covariance = grouped(chain_answers(100, 1), chain_answers(100, 2))
    assert composite_group_tables(fit(CHAIN, covariance), covariance, draws=100) == ({}, [])


def test_too_many_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pls_groups, "LARGEST", 2)
    tables, findings = composite_group_tables(*three(), draws=100)
    assert tables == {}
    assert [one.code for one in findings] == ["no-composite-tests"]
    assert "3 groups are too many" in findings[0].what


def test_workers_and_progress() -> None:
    """The same numbers to the last bit from two processes; every run of dealings tells how far it is."""
    told: list[tuple[str, int, int]] = []
    made, findings = composite_group_tables(
        *three(), draws=600, workers=2, progress=lambda *what: told.append(what)
    )
    for name, frame in three_tables().items():
        pd.testing.assert_frame_equal(made[name], frame)
    assert findings == composite_group_tables(*three(), draws=600)[1]
    assert {what for what, _, _ in told} == {"g1 - g2", "g1 - g3", "g2 - g3", "all groups"}
    assert max(done for what, done, _ in told if what == "g1 - g3") == 600
    assert {total for *_, total in told} == {600}


def test_finished_dealings_are_taken_up_again(tmp_path: Any) -> None:
    first = composite_group_tables(*three(), draws=100, checkpoint=tmp_path)[0]
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    before = [file.stat().st_mtime_ns for file in files]
    again = composite_group_tables(*three(), draws=100, checkpoint=tmp_path)[0]
    assert [file.stat().st_mtime_ns for file in sorted(tmp_path.iterdir())] == before
    for name, frame in first.items():
        pd.testing.assert_frame_equal(again[name], frame)


def test_the_seed_decides() -> None:
    again = composite_group_tables(pls(three()[1], seed=5), three()[1], draws=600)[0]["group_tests"]
    np.testing.assert_array_equal(again["difference"], three_tables()["group_tests"]["difference"])
    assert (again["pvalue_permutation"] != three_tables()["group_tests"]["pvalue_permutation"]).any()


@pytest.mark.parametrize(
    "options",
    [
        {"scheme": "centroid"},
        {"metric": "common"},
        {"missing_data": "mean"},
        {"missing_data": "available"},
        {"estimator": "plsc"},
    ],
)
def test_other_ways_to_estimate(options: dict[str, str]) -> None:
    """Differences are those of the groups' own fits by that way, and every row is filled."""
    answers = np.vstack([chain_answers(90, 1), chain_answers(90, 2)])
    if "missing_data" in options:
        answers[np.random.default_rng(1).random(answers.shape) < 0.02] = np.nan
    survey = grouped(answers[:90], answers[90:])
    tables, _ = tables_of(survey, draws=100, **options)
    found = tables["group_tests"]
    assert found[["value_1", "value_2", "difference", "pvalue_permutation"]].notna().all(axis=None)
    assert tables["omnibus_tests"]["pvalue"].notna().all()
    assert found["pvalue_permutation"].between(1 / 101, 1).all()
    alone = [pls(survey_of(CHAIN, part), **options).pooled.solution for part in (answers[:90], answers[90:])]
    path = found.query("source == 'satisfaction' and kind == 'path'").iloc[0]
    for solution, value in zip(alone, (path["value_1"], path["value_2"]), strict=True):
        assert isinstance(solution, CompositeSolution)
        made = composite_estimates(solution.table, solution.means, solution.values)
        assert made.beta[3, 2] == pytest.approx(value, abs=CLOSE)


def with_product() -> ModelSpec:
    product = Construct(name="both", indicators=(), product=("expectations", "quality"))
    return ModelSpec(
        name="moderated",
        title={"en": "Test"},
        index="satisfaction",
        constructs=(*CHAIN.constructs, product),
        paths=(*CHAIN.paths, Path(source="both", target="satisfaction")),
    )


def test_interactions() -> None:
    """Paths from a product are compared; as a composite it has nothing of its own."""
    model = with_product()
    survey = grouped(chain_answers(80, 1), chain_answers(80, 2), model=model)
    tables, findings = tables_of(survey)
    paths = tables["group_tests"].query("kind == 'path' and source == 'both'")
    assert paths["pvalue_permutation"].notna().all()
    own = tables["micom"].set_index("construct")
    assert own.loc["both", "verdict"] == "not tested"
    assert "see its factors" in own.loc["both", "why"]
    assert (own.drop("both")["verdict"] != "not tested").all()
    assert "both" not in findings[0].what


@pytest.mark.parametrize("way", ["repeated", "two_stage", "disjoint"])
def test_constructs_that_repeat_others(way: str) -> None:
    model = model_of(
        {"expectations": "x1 x2 x3", "quality": "q1 q2 q3", "whole": "", "loyalty": "l1 l2"},
        {"loyalty": "whole"},
        repeats={"whole": "expectations quality"},
    )
    columns = [0, 1, 2, 3, 4, 5, 9, 10]
    survey = grouped(chain_answers(90, 1)[:, columns], chain_answers(90, 2)[:, columns], model=model)
    tables, _ = tables_of(survey, higher_order=way)
    assert tables["micom"]["pvalue_compositional"].notna().all()
    assert tables["group_tests"]["pvalue_permutation"].notna().all()
    omnibus = tables["omnibus_tests"].set_index("measure")
    singular = [] if way == "repeated" else ["geodesic_constructs"]  # a whole is the sum of its parts' scores
    assert list(omnibus.index[omnibus["pvalue"].isna()]) == singular
    assert (omnibus.loc[singular, "why"].str.contains("not positive definite")).all()


def test_groups_that_most_dealings_leave_without_an_estimate() -> None:
    """A question that two of 440 answer otherwise: they must not meet in one group, which is rare."""
    first, second = steep(40, 1, 0.7), steep(400, 2, 0.7)
    first[:, 0] = second[:, 0] = 5.0
    first[0, 0] = second[0, 0] = 6.0
    tables, findings = tables_of(grouped(first, second, model=PAIR), bootstrap=100)
    for name in ("micom", "group_tests", "omnibus_tests"):
        assert tables[name]["why"].str.contains("of 100 permutations gave no estimate").all(), name
    assert tables["group_tests"]["pvalue_permutation"].isna().all()
    assert "the same answer from everybody" in findings[0].what


@pytest.mark.slow
def test_rejections_where_groups_are_alike() -> None:
    """300 surveys of alike groups: every test rejects at 5 % within four binomial errors (.05); the
    permutation p-values of a path are uniform (Kolmogorov-Smirnov, 1 in 1,000 by chance)."""
    found = []
    for k in range(300):
        survey = grouped(steep(80, 2 * k, 0.6), steep(100, 2 * k + 1, 0.6), model=PAIR)
        tables, _ = tables_of(survey, draws=199, bootstrap=200)
        row = tables["group_tests"].iloc[0]
        omnibus = tables["omnibus_tests"]["pvalue"].tolist()
        found.append([*row[PVALUES[:4]].astype(float), *omnibus])
    values = np.array(found)
    assert ((values <= 0.05).mean(axis=0) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 300)).all()
    assert stats.kstest(values[:, 0], "uniform").pvalue > 0.001
