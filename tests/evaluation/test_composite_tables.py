"""Tables of PLS fits: columns, kinds, order, a reason for every empty number, groups, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, chain_survey, exact_answers, model_of, survey_of

from csi_model.estimation.fitting import fit
from csi_model.evaluation.composite_tables import LEVELS
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.catalogue import read_model
from csi_model.model.spec import Construct, ModelSpec, Path
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import simulate
from csi_model.vocabulary import TABLES, TERMS

FEW = {"estimator": "pls", "bootstrap": 100, "folds": 3, "repeats": 1}
NAMES = list(CHAIN.construct_names)
LIKELIHOOD = {"standardised", "modification", "residuals", "block_fit"}
"""Tables that PLS leaves empty."""


def pls(model: ModelSpec, answers: Floats, *, groups: Any = None, **options: Any) -> Results:
    survey = survey_of(model, answers, groups=groups)
    return evaluate(fit(model, survey, **(FEW | options)))


def with_product(model: ModelSpec, name: str, first: str, second: str, target: str) -> ModelSpec:
    """The model with an interaction that drives ``target``."""
    return replace(
        model,
        constructs=(*model.constructs, Construct(name=name, product=(first, second))),
        paths=(*model.paths, Path(source=name, target=target)),
    )


def changed(**changes: dict[str, Any]) -> ModelSpec:
    """``CHAIN`` with fields of its constructs replaced."""
    made = tuple(replace(one, **changes.get(one.name, {})) for one in CHAIN.constructs)
    return replace(CHAIN, constructs=made)


def simulated(name: str, higher_order: str) -> Results:
    model = read_model(name)
    frame, _ = simulate(model, 150, seed=4)
    with TemporaryDirectory() as folder:
        path = FilePath(folder) / "survey.csv"
        frame.to_csv(path, index=False)
        survey = read_survey(path, model)
    return evaluate(fit(survey.model, survey, **(FEW | {"higher_order": higher_order})))


def grouped(**options: Any) -> Results:
    """Three firms: one good, one that cannot be fitted (a constant column), one that is too small."""
    answers = chain_answers(320)
    answers[150:300, 4] = 7.0
    firms = ["good"] * 150 + ["flat"] * 150 + ["small"] * 20
    return pls(CHAIN, answers, groups={"firm": firms}, **options)


def no_reliability() -> Results:
    """The questions of a run against each other: no consistent estimate."""
    cov = np.array([[1, -0.5, 0.1, 0.1], [-0.5, 1, 0.3, 0.3], [0.1, 0.3, 1, 0.5], [0.1, 0.3, 0.5, 1]])
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    return pls(model, exact_answers(cov), estimator="plsc")


def unrelated_questions() -> Results:
    """Correlations of exactly 0 within a construct, and between two."""
    cov = np.array([[1, 0.0, 0.0, 0.3], [0.0, 1, 0.3, 0.3], [0.0, 0.3, 1, 0.5], [0.3, 0.3, 0.5, 1]])
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    return pls(model, exact_answers(cov))


def with_gaps() -> Floats:
    answers = chain_answers(200)
    answers[::7, 8] = np.nan
    answers[3::11, 4] = np.nan
    return answers


VERDICTS = {
    ("discriminant", "verdict"): {"distinct", "doubtful", "not_distinct"},
    ("effect_sizes", "verdict"): {"negligible", "small", "medium", "large"},
    ("composite_fit", "verdict"): {"fits", "does_not_fit"},
    ("prediction", "verdict"): {"none", "low", "medium", "high"},
    ("necessity", "verdict"): {"necessary", "not_necessary"},
    ("tetrads", "verdict"): {"upheld", "contradicted"},
    ("communalities", "weighting"): {"A", "B", "fixed", "single"},
    ("moderation", "moderator_at"): {"low", "average", "high"},
}

INTERACTION = with_product(CHAIN, "both", "expectations", "quality", "satisfaction")
SQUARE = with_product(INTERACTION, "square", "quality", "quality", "satisfaction")
WEIGHTS = {"q1": 1.0, "q2": 2.0, "q3": 0.5}

CASES: dict[str, Callable[[], Results]] = {
    "plain": partial(pls, CHAIN, chain_answers(200)),
    "no draws": partial(pls, CHAIN, chain_answers(120), bootstrap=0),
    "jackknife": partial(pls, CHAIN, chain_answers(80), bootstrap=0, jackknife=True),
    "bca": partial(pls, CHAIN, chain_answers(80), interval="bca"),
    "consistent": partial(pls, CHAIN, chain_answers(200), estimator="plsc"),
    "no reliability": no_reliability,
    "unrelated questions": unrelated_questions,
    "interaction": partial(pls, INTERACTION, chain_answers(150)),
    "quadratic": partial(pls, SQUARE, chain_answers(150)),
    "quadratic, no draws": partial(pls, SQUARE, chain_answers(150), bootstrap=0),
    "modes": partial(
        pls,
        changed(
            expectations={"mode": "B", "sign": "x2"},
            quality={"mode": "given", "weights": WEIGHTS},
            loyalty={"mode": "sum"},
        ),
        chain_answers(150),
    ),
    "one construct": partial(pls, model_of({"s": "s1 s2 s3"}, {}), chain_answers(150)[:, 6:9]),
    "single items": partial(pls, model_of({"a": "a1", "b": "b1"}, {"b": "a"}), chain_answers(150)[:, [0, 3]]),
    "available": partial(pls, CHAIN, with_gaps(), missing_data="available"),
    "mean": partial(pls, CHAIN, with_gaps(), missing_data="mean"),
    "necessity": partial(pls, CHAIN, chain_answers(120), necessity=100),
    "no folds": partial(pls, CHAIN, chain_answers(120), folds=0),
    "groups": grouped,
    "groups, no draws": partial(grouped, bootstrap=0),
    **{
        f"{name} {way}": partial(simulated, name, way)
        for name in ("acsi-extended", "ccsi-durables")
        for way in ("repeated", "two_stage", "disjoint")
    },
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
def test_every_empty_number_has_a_reason_and_none_is_infinite(name: str) -> None:
    for table, frame in each_table(case(name)):
        numbers = [c.name for c in TABLES[table].columns if c.kind in ("number", "integer")]
        assert not np.isinf(frame.select_dtypes("float64").to_numpy()).any(), table
        if "why" not in frame.columns:
            assert not frame[numbers].isna().any(axis=None), table
            continue
        silent = frame[frame[numbers].isna().any(axis=1) & (frame["why"] == "")]
        assert silent.empty, f"{table}:\n{silent.to_string()}"


@every_case
def test_intervals_hold_together(name: str) -> None:
    for table, frame in each_table(case(name)):
        if "se" in frame:
            assert (frame["se"].dropna() >= 0).all(), table
        for low in [column for column in frame.columns if column.endswith("ci_lower")]:
            both = frame[[low, low.replace("lower", "upper")]].dropna()
            assert (both.iloc[:, 0] <= both.iloc[:, 1]).all(), table
            assert frame[low].isna().equals(frame[low.replace("lower", "upper")].isna()), table


@every_case
def test_rows_add_up_and_words_have_labels(name: str) -> None:
    made = case(name)
    counts = made.pooled["rows"].set_index("reason")["rows"]
    assert counts["read"] == counts.drop("read").sum()
    words = {
        *made.tables["effects"]["kind"],
        *made.tables["index"]["weight_rule"],
        *made.tables["index"]["ci_method"],
        *made.tables["drivers"]["quadrant"],
    }
    assert words - {""} <= set(TERMS)
    for (table, column), known in VERDICTS.items():
        assert set(made.tables[table][column]) - {""} <= known, table


@every_case
def test_tables_that_a_fit_by_pls_fills(name: str) -> None:
    made = case(name)
    for table, frame in made.pooled.items():
        if table in LIKELIHOOD:
            assert frame.empty, table
    for table in ("parameters", "fit", "index", "weights", "indicators", "reliability", "communalities"):
        assert len(made.pooled[table]), table
    assert ("necessity" in name) == (len(made.pooled["necessity"]) > 0)
    if made.pooled["r2"].empty or "no folds" in name:
        assert made.pooled["prediction"].empty
    else:
        assert len(made.pooled["prediction"])
        assert len(made.pooled["cvpat"])


# ---- order and content


def test_rows_follow_the_model() -> None:
    tables = case("plain").tables
    items = [item.name for item in CHAIN.indicators]
    assert list(tables["index"]["construct"]) == NAMES
    for table in ("weights", "communalities"):
        assert list(tables[table]["indicator"]) == items
    assert list(dict.fromkeys(tables["cross_loadings"]["indicator"])) == items
    assert list(tables["cross_loadings"]["construct"][:4]) == NAMES
    assert list(tables["redundancies"]["construct"]) == NAMES
    assert list(tables["reliability"]["construct"]) == NAMES
    assert list(tables["r2"]["construct"]) == NAMES[1:]
    paths = [
        ("quality", "expectations"),
        ("satisfaction", "expectations"),
        ("satisfaction", "quality"),
        ("loyalty", "satisfaction"),
    ]
    for table in ("effect_sizes", "collinearity"):
        assert list(tables[table][["target", "driver"]].itertuples(index=False, name=None)) == paths
    pairs = [(a, b) for k, a in enumerate(NAMES) for b in NAMES[k + 1 :]]
    for table in ("validity", "discriminant"):
        assert list(tables[table].iloc[:, :2].itertuples(index=False, name=None)) == pairs
    parameters = tables["parameters"]
    assert list(dict.fromkeys(parameters["op"])) == ["=~", "<~", "~"]
    assert list(parameters[parameters["op"] == "=~"]["rhs"]) == items


def test_the_order_of_paths_in_the_file_does_not_order_rows() -> None:
    turned = replace(CHAIN, paths=tuple(reversed(CHAIN.paths)))
    made = pls(turned, chain_answers(120), bootstrap=0)
    expected = pls(CHAIN, chain_answers(120), bootstrap=0)
    for table in ("parameters", "effects", "effect_sizes", "collinearity", "specific_effects"):
        pd.testing.assert_frame_equal(made.tables[table], expected.tables[table], rtol=1e-9, atol=1e-12)


def test_one_number_has_one_value_in_every_table() -> None:
    tables = case("plain").tables
    parameters = tables["parameters"].set_index(["op", "lhs", "rhs"])["est"]
    communalities = tables["communalities"].set_index(["construct", "indicator"])
    for (construct, item), row in communalities.iterrows():
        assert row["loading"] == parameters["=~", construct, item]
        assert row["weight"] == parameters["<~", construct, item]
        assert row["communality"] == pytest.approx(row["loading"] ** 2, rel=1e-14)
    effects = tables["effects"].query("kind == 'direct'").set_index(["target", "source"])["std_effect"]
    for place, value in effects.items():
        assert value == parameters["~", *place]
    r2 = tables["r2"].set_index("construct")["r2"]
    for row in tables["redundancies"].itertuples():
        mean = communalities.loc[row.construct]["communality"].mean()
        assert row.communality == pytest.approx(mean, rel=1e-12)
        if row.construct in r2.index:
            assert row.redundancy == pytest.approx(mean * r2[row.construct], rel=1e-12)
    validity = tables["validity"].set_index(["construct_1", "construct_2"])
    apart = tables["discriminant"].set_index(["construct_1", "construct_2"])
    for column in ("correlation", "htmt", "htmt2"):
        assert apart[column].to_numpy() == pytest.approx(validity[column].to_numpy(), rel=1e-12), column


def test_drivers_are_total_effects_and_indices() -> None:
    tables = case("plain").tables
    totals = tables["effects"].query("kind == 'total'").set_index(["target", "source"])
    index = tables["index"].set_index("construct")
    assert list(dict.fromkeys(tables["drivers"]["target"])) == ["satisfaction", "loyalty"]
    for row in tables["drivers"].itertuples():
        total = totals.loc[(row.target, row.driver)]
        assert (row.importance, row.importance_ci_lower) == (total["effect"], total["ci_lower"])
        assert row.performance == index.loc[row.driver, "index"]
        assert row.impact_5 == pytest.approx(5 * row.importance)
        assert row.priority == pytest.approx(row.impact_5 * (100 - row.performance) / 100)
    items = tables["indicator_drivers"].query("target == 'loyalty'")
    summed = items.groupby("driver")["importance"].sum()
    for driver, value in summed.items():
        assert value == pytest.approx(totals.loc[("loyalty", driver), "effect"], rel=1e-9)


def test_vif_of_questions_by_regression() -> None:
    answers = chain_answers(200)
    found = case("plain").tables["communalities"].query("construct == 'quality'")["vif"].to_numpy()
    block = answers[:, 3:6] - answers[:, 3:6].mean(axis=0)
    for k in range(3):
        rest = np.delete(block, k, axis=1)
        residual = block[:, k] - rest @ np.linalg.lstsq(rest, block[:, k])[0]
        assert found[k] == pytest.approx(block[:, k].var() / residual.var(), rel=1e-10)


def test_classes_of_effect_sizes_and_fornell_larcker() -> None:
    tables = case("plain").tables
    for row in tables["effect_sizes"].itertuples():
        wanted = (
            "negligible"
            if row.f2 < 0.02
            else "small"
            if row.f2 < 0.15
            else "medium"
            if row.f2 < 0.35
            else "large"
        )
        assert row.verdict == wanted
    ave = tables["reliability"].set_index("construct")["ave"]
    for row in tables["discriminant"].itertuples():
        assert row.sqrt_ave_1 == pytest.approx(np.sqrt(ave[row.construct_1]))
        held = abs(row.correlation) < min(row.sqrt_ave_1, row.sqrt_ave_2)
        assert row.fornell_larcker == ("yes" if held else "no")
        assert row.htmt_upper > row.htmt
        wanted = "distinct" if row.htmt_upper < 0.9 else "doubtful" if row.htmt < 0.9 else "not_distinct"
        assert row.verdict == wanted


def test_fornell_and_larcker_ask_for_both() -> None:
    """Questions of a share half of their variance with it (.65), those of b nearly all (.95); r = .85."""
    cov = np.full((4, 4), 0.85 * np.sqrt(0.65 * 0.95))
    cov[:2, :2], cov[2:, 2:] = 0.3, 0.9
    np.fill_diagonal(cov, 1.0)
    model = model_of({"a": "a1 a2", "b": "b1 b2"}, {"b": "a"})
    row = pls(model, exact_answers(cov), bootstrap=0, folds=0).tables["discriminant"].iloc[0]
    roots = [row["sqrt_ave_1"], row["sqrt_ave_2"]]
    assert roots == pytest.approx([np.sqrt(0.65), np.sqrt(0.95)], abs=1e-9)
    assert row["correlation"] == pytest.approx(0.85, abs=1e-9)
    assert row["fornell_larcker"] == "no"
    # HTMT beyond 1: between over the root of what is within
    assert row["htmt"] == pytest.approx(0.85 * np.sqrt(0.65 * 0.95 / (0.3 * 0.9)), abs=1e-9)
    assert row["verdict"] == "not_distinct"


def test_what_a_single_question_is_not() -> None:
    tables = case("single items").tables
    assert set(tables["reliability"]["why"]) == {"a single indicator has no reliability"}
    row = tables["discriminant"].iloc[0]
    assert row["why"] == "a, b: HTMT and AVE need two indicators"
    assert (row["fornell_larcker"], row["verdict"]) == ("", "")
    fixed = tables["parameters"].query("op != '~'")
    assert (fixed["est"].round(12) == 1).all()
    assert set(fixed["why"]) == {"fixed, not estimated"}
    assert not fixed["free"].any()
    assert list(tables["communalities"]["weighting"]) == ["single", "single"]
    assert (tables["communalities"]["vif"] == 1).all()


def test_modes_are_told_and_weights_that_are_given_are_not_estimates() -> None:
    tables = case("modes").tables
    weighting = tables["redundancies"].set_index("construct")["weighting"]
    assert dict(weighting) == {
        "expectations": "B", "quality": "fixed", "satisfaction": "A", "loyalty": "fixed"
    }  # fmt: skip
    parameters = tables["parameters"].set_index(["op", "lhs", "rhs"])
    for construct, items in (("quality", "q1 q2 q3"), ("loyalty", "l1 l2")):
        for item in items.split():
            row = parameters.loc[("<~", construct, item)]
            assert (row["free"], row["why"]) == (False, "fixed, not estimated")
            assert np.isnan(row["se"])
            assert parameters.loc[("=~", construct, item), "se"] > 0
    outer = tables["parameters"].query("op == '<~'").set_index(["lhs", "rhs"])["est"]
    given = np.array([outer["quality", item] for item in WEIGHTS])
    assert given / given[0] == pytest.approx([1.0, 2.0, 0.5], rel=1e-12)
    assert outer["loyalty", "l1"] == pytest.approx(outer["loyalty", "l2"], rel=1e-12)
    assert parameters.loc[("=~", "expectations", "x2"), "est"] > 0
    reliability = tables["reliability"].set_index("construct")
    for name in ("expectations", "quality", "loyalty"):
        assert np.isnan(reliability.loc[name, "rho_a"])
        assert "its weights are not those of mode A" in reliability.loc[name, "why"]
        assert np.isfinite(reliability.loc[name, ["alpha", "rho_c", "ave"]].astype(float)).all()


def test_a_sign_turns_a_construct() -> None:
    """A complaint question that is to point the way: the other questions then load negatively."""
    answers = chain_answers(150)
    answers[:, 2] = 11 - answers[:, 2]
    made = {}
    for sign in (None, "x3"):
        result = pls(changed(expectations={"sign": sign}), answers, bootstrap=0)
        made[sign] = result.tables["parameters"].set_index(["op", "lhs", "rhs"])["est"]
    for op, lhs, rhs in made[None].index:
        turned = (lhs == "expectations") != (rhs == "expectations")
        assert made["x3"][op, lhs, rhs] == pytest.approx((-1 if turned else 1) * made[None][op, lhs, rhs])
    assert made["x3"]["=~", "expectations", "x3"] > 0


def test_an_interaction_says_why_it_has_no_points() -> None:
    made, why = case("quadratic"), "an interaction has no index points of its own"
    tables = made.tables
    for table, column in (("index", "construct"), ("effects", "source"), ("reliability", "construct")):
        rows = tables[table][tables[table][column].isin(["both", "square"])]
        assert len(rows), table
        assert set(rows["why"]) == {why}, table
    for table, columns in (
        ("drivers", ["driver", "target"]),
        ("discriminant", ["construct_1", "construct_2"]),
    ):
        assert not tables[table][columns].isin(["both", "square"]).any(axis=None), table
    for table in ("weights", "communalities", "redundancies"):
        assert not tables[table]["construct"].isin(["both", "square"]).any(), table
    paths = tables["parameters"].query("op == '~'").set_index(["lhs", "rhs"])
    assert paths.loc[[("satisfaction", "both"), ("satisfaction", "square")], "se"].gt(0).all()
    sizes = tables["effect_sizes"].set_index(["target", "driver"])["f2"]
    assert np.isfinite(sizes["satisfaction", "both"])


def test_slopes_stand_at_three_levels_of_each_moderator() -> None:
    rows = case("quadratic").tables["moderation"]
    words = ["low", "average", "high"]
    assert len(words) == len(LEVELS)
    assert list(rows["moderator_at"]) == words * 3
    found = list(rows[["source", "moderator", "target"]].drop_duplicates().itertuples(index=False, name=None))
    assert found == [
        ("expectations", "quality", "satisfaction"),
        ("quality", "expectations", "satisfaction"),
        ("quality", "quality", "satisfaction"),
    ]
    effects = rows["effect"].to_numpy().reshape(3, 3)
    assert effects[:, 2] - effects[:, 1] == pytest.approx(effects[:, 1] - effects[:, 0])
    direct = case("quadratic").tables["effects"].query("kind == 'direct'").set_index(["source", "target"])
    assert effects[0, 1] == pytest.approx(direct.loc[("expectations", "satisfaction"), "std_effect"])
    assert (rows["ci_lower"] < rows["effect"]).all()
    assert case("plain").tables["moderation"].empty
    bare = case("quadratic, no draws").tables["moderation"]
    assert bare["why"].str.contains("--bootstrap 0").all()


def test_without_draws_every_interval_says_so() -> None:
    tables = case("no draws").tables
    assert tables["resampling"].empty
    for table in ("index", "effects", "drivers", "effect_sizes", "indicator_drivers", "validity"):
        assert tables[table]["why"].str.contains("--bootstrap 0").all(), table
        assert tables[table].filter(like="ci_lower").isna().all(axis=None), table
    free = tables["parameters"][tables["parameters"]["free"]]
    assert free["why"].str.contains("--bootstrap 0").all()
    assert free["est"].notna().all()


def test_intervals_carry_their_method() -> None:
    for name, method in (("plain", "bootstrap"), ("bca", "bootstrap_bca"), ("jackknife", "jackknife")):
        for table in ("index", "effects", "drivers"):
            assert set(case(name).tables[table]["ci_method"]) == {method}, (name, table)
    shares = case("plain").tables["resampling"].set_index("reason")
    assert shares.loc["used", "draws"] == 100
    assert case("jackknife").tables["resampling"].empty


def test_the_jackknife_error_of_a_mean_is_known() -> None:
    """With equal weights an index is a mean: its error is sd / sqrt(n)."""
    answers = chain_answers(80)
    made = pls(CHAIN, answers, bootstrap=0, jackknife=True, weight_rule="equal")
    row = made.tables["index"].set_index("construct").loc["quality"]
    scores = (100 * (answers[:, 3:6] - 1) / 9).mean(axis=1)
    assert row["index"] == pytest.approx(scores.mean(), abs=1e-10)
    assert row["se"] == pytest.approx(scores.std(ddof=1) / np.sqrt(80), rel=1e-9)


def test_fit_says_what_pls_cannot_have() -> None:
    rows = case("plain").tables["fit"].set_index("measure")
    for measure in ("chisq", "cfi", "rmsea", "aic", "logl"):
        assert np.isnan(rows.loc[measure, "value"])
        assert rows.loc[measure, "why"] == "PLS has no likelihood, so that there is no such measure"
    assert rows.loc["npar", "value"] == 15  # 11 weights and 4 paths
    assert rows.loc["n", "value"] == 200
    assert [rows.loc[word, "value"] for word in ("converged", "admissible", "identified")] == [1, 1, 1]
    detail = case("plain").tables["composite_fit"].set_index(["measure", "model_form"])["value"]
    assert rows.loc["srmr", "value"] == detail["srmr", "estimated"]
    assert rows.loc["d_g_saturated", "value"] == detail["d_g", "saturated"]


def test_an_inadmissible_estimate_is_marked_and_says_what_is_missing() -> None:
    made = case("no reliability")
    assert not made.trustworthy
    rows = made.tables["fit"].set_index("measure")
    assert rows.loc["admissible", "value"] == 0
    assert "the reliability (rho A) of a is" in rows.loc["admissible", "why"]
    reliability = made.tables["reliability"].set_index("construct").loc["a"]
    assert reliability["rho_a"] < 0
    assert reliability["why"] == "rho_c, ave: not defined, since the reliability (rho A) is not positive"
    apart = made.tables["discriminant"].iloc[0]
    assert apart["fornell_larcker"] == ""
    assert "a reliability (rho A) is not positive" in apart["why"]
    assert made.tables["index"]["index"].notna().all()


# ---- higher-order models


@pytest.mark.parametrize("way", ["repeated", "two_stage", "disjoint"])
@pytest.mark.parametrize("name", ["acsi-extended", "ccsi-durables"])
def test_a_construct_made_of_others(name: str, way: str) -> None:
    made, model = case(f"{name} {way}"), read_model(name)
    assert made.trustworthy
    assert list(made.tables["index"]["construct"]) == list(model.construct_names)
    assert made.tables["index"]["index"].between(0, 100).all()
    weights = made.tables["weights"].query("construct == 'quality'")
    assert list(weights["indicator"]) == [item.name for item in model.items_of("quality")]
    assert weights["weight"].sum() == pytest.approx(1)
    assert (weights["weight"] > 0).all()
    r2 = made.tables["r2"].set_index("construct")["r2"]
    # made of its parts' scores it has no other source; of their questions in other proportions, hardly one
    assert r2["quality"] == pytest.approx(1, abs=0.01 if way == "repeated" else 1e-9)
    shared = made.tables["discriminant"].set_index(["construct_1", "construct_2"])
    row = shared.loc[("product_quality", "quality")]
    assert row["why"] == "the constructs share indicators"
    assert np.isnan(row["htmt"])


def test_two_stages_weigh_parts_as_a_whole() -> None:
    """Within a part, the whole's weights are in the proportions of the part's own."""
    for way in ("two_stage", "disjoint"):
        tables = case(f"ccsi-durables {way}").tables
        outer = tables["parameters"].query("op == '<~'").set_index(["lhs", "rhs"])["est"]
        for part in ("product_quality", "service_quality"):
            own = outer[part]
            ratio = outer["quality"][own.index] / own
            assert ratio.to_numpy() == pytest.approx(np.full(3, ratio.iloc[0]), rel=1e-9), way


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
    points = 100 * (chain_answers(320)[:150].mean(axis=0) - 1) / 9
    by_name = dict(zip([item.name for item in CHAIN.indicators], points, strict=True))
    for weights, which in ((pooled, "pooled"), (own, "group")):
        rows = index[index["weights_from"] == which].set_index("construct")["index"]
        for construct in NAMES:
            expected = sum(weight * by_name[item] for item, weight in weights[construct].items())
            assert rows[construct] == pytest.approx(expected)


def test_effects_of_a_group_are_regressions_among_scores_by_pooled_weights() -> None:
    """Where constructs have one question, or equal weights, the scores of both rulers are the same."""
    answers = chain_answers(200)
    made = pls(CHAIN, answers, groups={"firm": ["a", "b"] * 100}, weight_rule="equal", bootstrap=0)
    alone = pls(CHAIN, answers[::2], weight_rule="equal", bootstrap=0)
    ours = firm(made, "effects", "a")["effect"].to_numpy()
    assert ours == pytest.approx(alone.tables["effects"]["effect"].to_numpy(), abs=1e-9)


def test_a_group_that_cannot_be_fitted_keeps_its_index_by_pooled_weights() -> None:
    made = case("groups")
    index = firm(made, "index", "flat")
    shown, own = index.iloc[:4].set_index("construct"), index.iloc[4:]
    assert set(shown["weights_from"]) == {"pooled"}
    assert set(shown["ci_method"]) == {"delta"}
    assert own["index"].isna().all()
    assert own["why"].str.contains("everybody gave the same answer to q2").all()
    weights = made.pooled["weights"].query("construct == 'satisfaction'")["weight"].to_numpy()
    block = 100 * (chain_answers(320)[150:300, 6:9] - 1) / 9
    row = shown.loc["satisfaction"]
    assert row["index"] == pytest.approx(float(block.mean(axis=0) @ weights))
    assert row["se"] == pytest.approx((block @ weights).std(ddof=1) / np.sqrt(150), rel=1e-9)
    assert len(firm(made, "indicators", "flat")) == 11
    assert firm(made, "parameters", "flat").empty
    assert not made.trustworthy


def test_a_suppressed_group_leaves_no_number_anywhere() -> None:
    """Only how many there were: n, and the account of rows."""
    made = case("groups")
    index = firm(made, "index", "small")
    assert list(index["n"]) == [20] * 8
    rest = index.drop(columns="n").select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
    assert np.isnan(rest).all()
    assert index["why"].str.startswith("suppressed: 20 respondents").all()
    for table in TABLES:
        if table not in ("index", "rows", "findings"):
            assert firm(made, table, "small").empty, table
    place = list(made.moments["keys"][:, 0]).index("small")
    assert not [name for name in made.moments if name.endswith(f"_{place}")]


def test_groups_do_not_change_the_whole_sample() -> None:
    whole = pls(CHAIN, chain_answers(160))
    made = pls(CHAIN, chain_answers(160), groups={"firm": ["a", "b"] * 80})
    for table, frame in whole.tables.items():
        pd.testing.assert_frame_equal(made.pooled[table], frame, obj=table)


# ---- findings


def test_collinear_drivers_are_named_once() -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=200)
    columns = [x + spread * random.normal(size=200) for spread in (0.1, 0.1, 0.1, 0.1, 1.0)]
    model = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1"}, {"c": "a b"})
    made = pls(model, 6 + np.array(columns).T, bootstrap=0)
    found = made.tables["findings"]
    told = found[found["code"] == "collinearity"]
    assert list(told["where"]) == ["a > c", "b > c"]
    vif = made.tables["collinearity"]["vif"]
    assert vif.iloc[0] == pytest.approx(vif.iloc[1])
    assert told["what"].iloc[0] == (
        f"the other drivers of c say almost the same as a (VIF {vif.iloc[0]:.1f})."
    )
    distinct = found[found["code"] == "discriminant-validity"].iloc[0]
    assert "a and b (HTMT" in distinct["what"]


def test_a_negative_weight_is_an_error_that_names_the_question() -> None:
    answers = chain_answers(150)
    answers[:, 8] = 11 - answers[:, 8]
    made = pls(CHAIN, answers, bootstrap=0)
    (row,) = made.tables["findings"].query("code == 'negative-weight'").to_dict("records")
    assert (row["severity"], row["where"]) == ("error", "satisfaction")
    assert row["what"].startswith("s3 would enter")
    assert not made.trustworthy
    row = made.tables["weights"].query("indicator == 's3'").iloc[0]
    assert row["weight"] < 0
    assert row["why"] == "negative weight"


def test_a_misfit_is_a_note_and_the_index_does_not_rest_on_it() -> None:
    answers = chain_answers(250)
    answers[:, 9:] += 2 * answers[:, [0]]  # loyalty follows an expectation straight, without a path
    made = evaluate(fit(CHAIN, survey_of(CHAIN, answers), **(FEW | {"folds": 0})))
    (row,) = made.tables["findings"].query("code == 'composite-misfit'").to_dict("records")
    assert row["severity"] == "note"
    for measure in ("srmr", "d_uls", "d_g"):
        assert f"{measure} " in row["what"]
    assert made.trustworthy


def test_summary_tells_index_and_drivers() -> None:
    text = case("plain").summary()
    row = case("plain").tables["index"].set_index("construct").loc["satisfaction"]
    assert "Usable." in text
    assert (
        f"satisfaction {row['index']:.1f} ({row['ci_lower']:.1f} to {row['ci_upper']:.1f}), n = 200" in text
    )
    assert "Drivers are not shown" in case("no reliability").summary()


def test_the_same_fit_gives_the_same_tables() -> None:
    again = evaluate(fit(CHAIN, chain_survey(120), **FEW))  # type: ignore[arg-type]
    assert again == evaluate(fit(CHAIN, chain_survey(120), **FEW))  # type: ignore[arg-type]
