"""The tables as a contract: columns, kinds, rows in model order, a reason for every empty number."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from fit_builders import (
    CHAIN,
    YES_NO,
    Floats,
    chain_answers,
    chain_survey,
    exact_answers,
    factor_covariance,
    model_of,
    modifier,
    survey_of,
)

from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.vocabulary import TABLES, TERMS


def groups_case(**options: object) -> Results:
    """Three firms: one good, one that fails (a constant column), one that is too small."""
    answers = chain_answers(320)
    answers[150:300, 4] = 7.0
    firms = ["good"] * 150 + ["flat"] * 150 + ["small"] * 20
    return evaluate(fit(CHAIN, survey_of(CHAIN, answers, groups={"firm": firms}), **options))  # type: ignore[arg-type]


def heywood() -> Results:
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    cov = np.array([[1.0, 0.5, 0.6, 0.6], [0.5, 1.0, 0.2, 0.2], [0.6, 0.2, 1.0, 0.5], [0.6, 0.2, 0.5, 1.0]])
    return evaluate(fit(model, survey_of(model, exact_answers(cov))))


def negative_construct_variance() -> Results:
    """Items of one construct correlate negatively, so that its variance does not exist."""
    model = model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"})
    lam = np.kron(np.eye(3), np.ones((3, 1)))
    cov = factor_covariance(lam, [[-0.1, 0.1, 0.1], [0.1, 1, 0.3], [0.1, 0.3, 1]], [1.0] * 9)
    return evaluate(fit(model, survey_of(model, exact_answers(cov))))


def not_identified() -> Results:
    model = model_of({"a": "a1", "b": "b1 b2 b3"}, {"b": "a"}, modifiers=[modifier("a1 ~~ a1")])
    cov = factor_covariance([[1, 0], [0, 1], [0, 0.9], [0, 0.8]], [[1, 0.5], [0.5, 1]], [0.5] * 4)
    return evaluate(fit(model, survey_of(model, exact_answers(cov))))


def saturated() -> Results:
    model = model_of({"a": "a1", "b": "b1"}, {"b": "a"}, scales={"b1": YES_NO})
    answers = chain_answers(100)[:, :2]
    answers[:, 1] = answers[:, 1] > 6.5
    return evaluate(fit(model, survey_of(model, answers)))


def few_bootstrap_draws() -> Results:
    return evaluate(fit(CHAIN, chain_survey(14), bootstrap=100))


def one_construct() -> Results:
    model = model_of({"satisfaction": "s1 s2 s3"}, {})
    return evaluate(fit(model, survey_of(model, chain_answers()[:, 6:9])))


def composite() -> Results:
    model = model_of(
        {"x": "x1 x2 x3", "q": "q1 q2 q3", "whole": "", "s": "s1 s2 s3"},
        {"whole": "x q", "s": "whole"},
        repeats={"whole": "x q"},
    )
    return evaluate(fit(model, survey_of(model, chain_answers()[:, :9])))


def missing_answers() -> Results:
    answers = np.round(chain_answers(200))
    answers[:30, 0] = np.nan
    return evaluate(fit(CHAIN, survey_of(CHAIN, np.clip(answers, 1, 10)), missing_data="mean"))


def single_cluster_strata() -> Results:
    """In every group some stratum has one respondent, though none has in the whole sample."""
    strata = [0] * 75 + [1] * 75 + [2] + [0] * 75 + [1] * 74 + [2]
    firms = ["a"] * 151 + ["b"] * 150
    return evaluate(fit(CHAIN, chain_survey(301, strata=strata, groups={"firm": firms})))


CASES = {
    "single-cluster strata": single_cluster_strata,
    "plain": lambda: evaluate(fit(CHAIN, chain_survey())),
    "bootstrap": lambda: evaluate(fit(CHAIN, chain_survey(), bootstrap=120)),
    "groups": groups_case,
    "groups with bootstrap": lambda: groups_case(bootstrap=100),
    "heywood": heywood,
    "negative construct variance": negative_construct_variance,
    "not identified": not_identified,
    "saturated": saturated,
    "few bootstrap draws": few_bootstrap_draws,
    "one construct": one_construct,
    "composite": composite,
    "missing answers": missing_answers,
    "weights and clusters": lambda: evaluate(
        fit(CHAIN, chain_survey(weights=np.arange(1, 301), cluster=np.arange(300) // 5))
    ),
}


@cache
def case(name: str) -> Results:
    return CASES[name]()


def each_table(made: Results) -> list[tuple[str, pd.DataFrame]]:
    return [(name, frame) for tables in (made.tables, made.pooled) for name, frame in tables.items()]


every_case = pytest.mark.parametrize("name", CASES)


@every_case
def test_columns_and_kinds(name: str) -> None:
    made = case(name)
    kinds = {"text": "str", "number": "float64", "integer": "Int64", "flag": "bool"}
    for tables, by in ((made.tables, made.by), (made.pooled, ())):
        assert list(tables) == list(TABLES)
        for table, frame in tables.items():
            assert tuple(frame.columns) == (*by, *TABLES[table].column_names)
            for column in TABLES[table].columns:
                assert str(frame[column.name].dtype) == kinds[column.kind], (table, column.name)


@every_case
def test_every_empty_number_has_a_reason(name: str) -> None:
    for table, frame in each_table(case(name)):
        numbers = [c.name for c in TABLES[table].columns if c.kind in ("number", "integer")]
        if "why" not in frame.columns:
            assert not frame[numbers].isna().any(axis=None), table
            continue
        silent = frame[frame[numbers].isna().any(axis=1) & (frame["why"] == "")]
        assert silent.empty, f"{table}:\n{silent.to_string()}"


@every_case
def test_no_infinite_number(name: str) -> None:
    for table, frame in each_table(case(name)):
        values = frame.select_dtypes("float64").to_numpy()
        assert not np.isinf(values).any(), table


@every_case
def test_standard_errors_and_intervals_hold_together(name: str) -> None:
    for table, frame in each_table(case(name)):
        if "se" in frame:
            assert (frame["se"].dropna() >= 0).all(), table
        if {"ci_lower", "ci_upper"} <= set(frame.columns):
            both = frame.dropna(subset=["ci_lower", "ci_upper"])
            assert (both["ci_lower"] <= both["ci_upper"]).all(), table


@every_case
def test_rows_add_up(name: str) -> None:
    for frame in (case(name).tables["rows"], case(name).pooled["rows"]):
        for _, block in (
            frame.groupby(list(case(name).by)) if case(name).by and "firm" in frame else [((), frame)]
        ):
            counts = block.set_index("reason")["rows"]
            assert counts["read"] == counts.drop("read").sum()


@every_case
def test_words_in_tables_have_labels(name: str) -> None:
    tables = case(name).tables
    words = {
        *tables["effects"]["kind"], *tables["index"]["weight_rule"], *tables["index"]["weights_from"],
        *tables["index"]["ci_method"], *tables["drivers"]["quadrant"], *tables["findings"]["severity"],
        *tables["rows"]["reason"],
    }  # fmt: skip
    assert words - {""} <= set(TERMS)


def test_rows_follow_the_model() -> None:
    tables = case("plain").tables
    names = list(CHAIN.construct_names)
    assert list(tables["index"]["construct"]) == names
    assert list(tables["indicators"]["indicator"]) == [item.name for item in CHAIN.indicators]
    assert list(dict.fromkeys(tables["weights"]["construct"])) == names
    assert list(tables["r2"]["construct"]) == names[1:]
    assert len(tables["validity"]) == 6


def test_parameters_say_what_is_fixed() -> None:
    parameters = case("plain").tables["parameters"]
    fixed = parameters[~parameters["free"]]
    assert set(fixed["why"]) == {"fixed, not estimated"}
    assert (fixed["est"] == 1).all()
    free = parameters[parameters["free"]]
    np.testing.assert_allclose(free["z"], free["est"] / free["se"])
    np.testing.assert_allclose(free["ci_upper"] - free["est"], 1.959963984540054 * free["se"])


def test_adjusted_r2_by_hand() -> None:
    """1 - (1 - R2)(n - 1)/(n - k - 1) with two drivers of satisfaction and n = 300."""
    row = case("plain").tables["r2"].set_index("construct").loc["satisfaction"]
    assert row["r2_adjusted"] == pytest.approx(1 - (1 - row["r2"]) * 299 / 297)


def test_correlation_intervals_stay_within_one() -> None:
    for name in ("plain", "heywood"):
        validity = case(name).tables["validity"].dropna(subset=["ci_lower"])
        assert validity[["ci_lower", "ci_upper"]].abs().le(1).all(axis=None)


def test_verdicts_stand_in_the_fit_table() -> None:
    for name, expected in (("plain", [1, 1, 1]), ("heywood", [1, 0, 1]), ("not identified", [1, 0, 0])):
        found = case(name).tables["fit"].set_index("measure")["value"]
        assert [found[word] for word in ("converged", "admissible", "identified")] == expected, name
    why = case("heywood").tables["fit"].set_index("measure").loc["admissible", "why"]
    assert "the residual variance of a1 is negative" in why


def test_an_untrustworthy_fit_is_marked() -> None:
    assert case("plain").trustworthy
    for name in ("heywood", "not identified", "negative construct variance", "groups"):
        assert not case(name).trustworthy, name


# ---- groups


def firm(made: Results, table: str, name: str) -> pd.DataFrame:
    frame = made.tables[table]
    return frame[frame["firm"] == name]


def test_groups_are_measured_with_pooled_weights_and_their_own() -> None:
    made = case("groups")
    index = firm(made, "index", "good")
    assert list(index["weights_from"]) == ["pooled"] * 4 + ["group"] * 4
    own = firm(made, "weights", "good").set_index(["construct", "indicator"])["weight"]
    pooled = made.pooled["weights"].set_index(["construct", "indicator"])["weight"]
    answers = chain_answers(320)[:150]
    scores = 100 * (answers.mean(axis=0) - 1) / 9
    by_name = dict(zip([item.name for item in CHAIN.indicators], scores, strict=True))
    for weights, which in ((pooled, "pooled"), (own, "group")):
        rows = index[index["weights_from"] == which].set_index("construct")["index"]
        for construct in CHAIN.construct_names:
            expected = sum(weight * by_name[item] for item, weight in weights[construct].items())
            assert rows[construct] == pytest.approx(expected)


def test_a_failed_group_keeps_what_does_not_need_its_own_fit() -> None:
    """Its index with the pooled weights, with an error; its own weights have none, and say why."""
    made = case("groups")
    index = firm(made, "index", "flat")
    shown, own = index.iloc[:4], index.iloc[4:]
    assert set(shown["weights_from"]) == {"pooled"}
    assert own["index"].isna().all()
    assert own["why"].str.contains("everybody gave the same answer to q2").all()
    weights = made.pooled["weights"].query("construct == 'satisfaction'")["weight"].to_numpy()
    block = chain_answers(320)[150:300, 6:9]
    row = shown.set_index("construct").loc["satisfaction"]
    assert row["index"] == pytest.approx(float(100 * (block.mean(axis=0) - 1) / 9 @ weights))
    fixed = 100 / 9 * np.sqrt(weights @ np.cov(block.T) @ weights / 150)
    assert row["se"] >= fixed
    assert row["se"] == pytest.approx(fixed, rel=0.05)
    assert len(firm(made, "indicators", "flat")) == 11
    assert firm(made, "parameters", "flat").empty


def test_a_group_with_one_cluster_in_a_stratum_is_a_domain_of_the_design() -> None:
    made = case("single-cluster strata")
    shown = firm(made, "index", "a").query("weights_from == 'pooled'")
    assert shown["index"].notna().all()
    assert (shown["se"] > 0).all()


def numbers_of(frame: pd.DataFrame) -> Floats:
    return frame.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)


def test_a_suppressed_group_leaves_no_number_anywhere() -> None:
    """Only how many there were: n, and the account of rows."""
    made = case("groups with bootstrap")
    index = firm(made, "index", "small")
    assert list(index["n"]) == [20] * 8
    assert np.isnan(numbers_of(index.drop(columns="n"))).all()
    assert index["why"].str.startswith("suppressed: 20 respondents").all()
    for table in TABLES:
        if table not in ("index", "rows", "findings"):
            assert firm(made, table, "small").empty, table
    assert "small" in made.moments["keys"]
    place = list(made.moments["keys"][:, 0]).index("small")
    assert not [name for name in made.moments if name.endswith(f"_{place}")]
    assert made.moments["n"][place] == 20
    assert np.isnan(made.moments["n_eff"][place])


def test_moments_hold_what_the_tables_rest_on() -> None:
    made = case("groups with bootstrap")
    assert list(made.moments["keys"][:, 0]) == ["", "flat", "good", "small"]
    survey_mean = chain_answers(320)[:150].mean(axis=0)
    np.testing.assert_allclose(made.moments["mean_2"], survey_mean)
    assert made.moments["draws_values_2"].shape[1] == made.moments["values_2"].size
    assert "values_1" not in made.moments


def test_pooled_weights_carry_their_sampling_error() -> None:
    """A group's error with pooled weights is at least that with the weights taken as known."""
    from csi_model.evaluation.intervals import How, intervals
    from csi_model.evaluation.quantities import metric_of

    survey = chain_survey(300, groups={"firm": ["a", "b", "c"] * 100})
    made = fit(CHAIN, survey)
    shown = evaluate(made).tables["index"].query("weights_from == 'pooled' and firm == 'a'")
    weights = evaluate(made).pooled["weights"]
    given = dict(zip(weights["indicator"], weights["weight"], strict=True))
    known = intervals(made.groups[0], metric_of(CHAIN, "given", given), How(level=0.95))[1]["index"]
    np.testing.assert_allclose(shown["index"], known.value)
    assert (shown["se"].to_numpy() >= known.se - 1e-12).all()
    np.testing.assert_allclose(shown["se"], known.se, rtol=0.05)


def test_a_negative_weight_is_an_error_that_names_the_item() -> None:
    """A question that was coded the other way round."""
    answers = chain_answers()
    answers[:, 8] = 11 - answers[:, 8]
    made = evaluate(fit(CHAIN, survey_of(CHAIN, answers)))
    (finding,) = made.tables["findings"].query("code == 'negative-weight'").to_dict("records")
    assert finding["severity"] == "error"
    assert finding["where"] == "satisfaction"
    assert finding["what"].startswith("s3 would enter")
    assert "reversed" in finding["fix"]
    row = made.tables["weights"].query("indicator == 's3'").iloc[0]
    assert row["weight"] < 0
    assert row["why"] == "negative weight"


def test_summary_says_verdict_index_and_findings() -> None:
    text = case("plain").summary()
    assert "Usable." in text
    row = case("plain").tables["index"].set_index("construct").loc["satisfaction"]
    assert (
        f"satisfaction {row['index']:.1f} ({row['ci_lower']:.1f} to {row['ci_upper']:.1f}), n = 300" in text
    )
    assert "NOT USABLE" in case("heywood").summary()
    assert "negative" in case("heywood").summary()
    grouped = case("groups").summary()
    assert "good: satisfaction" in grouped
    assert "small: satisfaction - (suppressed" in grouped


def test_notebook_view_escapes_what_a_survey_says() -> None:
    survey = chain_survey(100, source="<script>.csv")
    html = evaluate(fit(CHAIN, survey))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;.csv" in html


def test_results_compare_by_content() -> None:
    first, second = (evaluate(fit(CHAIN, chain_survey(100, seed=8))) for _ in range(2))
    assert first == second
    assert first != evaluate(fit(CHAIN, chain_survey(100, seed=9)))
    assert first != evaluate(fit(CHAIN, chain_survey(100, seed=8), level=0.9))
    assert first != "something else"
    with pytest.raises(TypeError):
        hash(first)
