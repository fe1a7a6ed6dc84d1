"""PLS on polychoric correlations: what it is run on, its index points, what it says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, Floats, chain_answers, exact_answers, shared_data, survey_of
from plain_pls import PlainModel, plain_scores
from response_builders import (
    CUTS,
    MIXED,
    ORDERED,
    PERCENT,
    SCALES,
    cut,
    estimates,
    mixed_survey,
    ordered_survey,
    solved,
)
from scipy import stats

from csi_model.errors import EstimationError, StudyError, UsageError
from csi_model.estimation.fits import CompositeSolution
from csi_model.estimation.fitting import fit
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import FitOptions
from csi_model.estimation.ordinal.items import items_of
from csi_model.estimation.ordinal.polychoric import correlate
from csi_model.estimation.streamed import check_streamed
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.scores import respondent_scores
from csi_model.model.spec import Construct, Indicator, ModelSpec, Scale
from csi_model.model.spec import Path as Arrow
from csi_model.reporting.reasons import reason_in
from csi_model.study.files import read_study
from csi_model.survey.survey import Survey

# ---- what the algorithm is run on


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
def test_plain_loops_on_answers_with_the_polychoric_correlations_end_at_the_same_weights(scheme: str) -> None:
    survey = mixed_survey()
    made = estimates(solved(survey, scheme=scheme))
    ordered = np.array([name != "l1" for name in SCALES])
    items = items_of(survey.answers, survey.weights, ordered)
    x = exact_answers(correlate(items).matrix(11), mean=0.0)
    blocks = {"expectations": [0, 1, 2], "quality": [3, 4, 5], "satisfaction": [6, 7, 8], "loyalty": [9, 10]}
    told = PlainModel(blocks=blocks, paths=[(path.source, path.target) for path in CHAIN.paths])
    scores = plain_scores(told, x, scheme)
    np.testing.assert_allclose(made.state.weights @ x.T, np.stack(list(scores.values())), atol=1e-7)
    np.testing.assert_allclose(made.state.correlation, np.corrcoef(x.T), atol=1e-8)
    y = np.stack(list(scores.values()))
    slopes = np.linalg.lstsq(y[:2].T, y[2], rcond=None)[0]
    np.testing.assert_allclose(made.beta[2, :2], slopes, atol=1e-7)
    assert made.r2[2] == pytest.approx(1 - ((y[2] - slopes @ y[:2]) ** 2).mean(), abs=1e-7)


LAVAAN = Path(__file__).parents[1] / "parity" / "ordinal"
"""lavaan's correlations, with the script and call that made them."""
STRUCTURE = {"Q": ("x1", "x2", "x3"), "S": ("x4", "x5", "x6"), "L": ("x7", "x8"), "comp": ("comp",)}


def lavaan_correlations(kind: str, names: Sequence[str]) -> Floats:
    stored = pd.read_csv(LAVAAN / "lavaan_moments.csv").query(f"fit == '{kind}'")
    cov = (
        stored.pivot_table(index="row", columns="column", values="value")
        .loc[list(names), list(names)]
        .to_numpy()
    )
    made: Floats = cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    return made


def reference_survey(file: str, names: Sequence[str], kind: str) -> Survey:
    answers = pd.read_csv(LAVAAN / f"{file}.csv")
    blocks = {name: own for name, own in STRUCTURE.items() if own[0] in names}
    arrows = [arrow for arrow in (("Q", "S"), ("S", "L"), ("comp", "L"), ("S", "comp")) if arrow[1] in blocks]
    model = ModelSpec(
        name=kind,
        title={"en": "Reference"},
        index="S",
        constructs=tuple(
            Construct(
                name=name,
                indicators=tuple(
                    Indicator(name=item, scale=PERCENT if item == "x7" else Scale(low=0, high=9))
                    for item in own
                ),
            )
            for name, own in blocks.items()
        ),
        paths=tuple(Arrow(source=source, target=target) for source, target in arrows),
    )
    return survey_of(model, answers[list(names)], weights=answers["w"] if kind == "weighted" else None)


@pytest.mark.parametrize(
    ("file", "kind", "size"),
    [("mixed", "mixed_delta", 8), ("weighted", "weighted", 6), ("weighted", "unweighted", 6)],
)
def test_plain_pls_on_lavaans_correlations(file: str, kind: str, size: int) -> None:
    """Eight questions in steps, one without, one yes or no; and six with sampling weights."""
    names = [f"x{k + 1}" for k in range(size)] + (["comp"] if file == "mixed" else [])
    survey = reference_survey(file, names, kind)
    made = estimates(solved(survey))
    correlation = lavaan_correlations(kind, names)
    np.testing.assert_allclose(made.state.correlation, correlation, atol=2e-6)
    x = exact_answers(correlation, mean=0.0)
    model = survey.model
    scores = plain_scores(
        PlainModel(
            blocks={c.name: [names.index(item.name) for item in c.indicators] for c in model.constructs},
            paths=[(path.source, path.target) for path in model.paths],
        ),
        x,
        "path",
    )
    np.testing.assert_allclose(made.state.weights @ x.T, np.stack(list(scores.values())), atol=2e-5)


def test_lavaan_has_the_same_correlations_of_a_real_survey() -> None:
    """Of the mobile phone survey, whose ten steps are all ordered (the file says version and call)."""
    stored = json.loads(shared_data("reference", "mobi_wlsmv_lavaan.json").read_text(encoding="utf-8"))
    answers = pd.read_csv(shared_data("data", "mobi.csv"))
    matrix = stored["polychoric"]["cov"]
    model = ModelSpec(
        name="mobi",
        title={"en": "Mobile phones"},
        index="b",
        constructs=tuple(
            Construct(name=name, indicators=tuple(replace(CHAIN.indicators[0], name=item) for item in own))
            for name, own in (("a", matrix["rows"][:8]), ("b", matrix["rows"][8:]))
        ),
        paths=(Arrow(source="a", target="b"),),
    )
    made = estimates(solved(survey_of(model, answers[matrix["rows"]].to_numpy())))
    np.testing.assert_allclose(made.state.correlation, np.array(matrix["data"]), atol=1e-6)


def test_answers_without_steps_give_plain_pls_and_a_warning() -> None:
    survey = survey_of(CHAIN, chain_answers())
    made = fit(CHAIN, survey, estimator="plsc", correlations="polychoric", bootstrap=0)
    plain = fit(CHAIN, survey, estimator="plsc", bootstrap=0)
    assert made.pooled.solution is not None
    assert plain.pooled.solution is not None
    np.testing.assert_allclose(made.pooled.solution.values, plain.pooled.solution.values, atol=1e-9)
    assert "nothing-ordered" in {finding.code for finding in made.pooled.findings}


def test_a_note_says_which_answers_count_as_numbers() -> None:
    found = fit(MIXED, mixed_survey(), estimator="pls", correlations="polychoric", bootstrap=0)
    note = next(finding for finding in found.findings if finding.code == "not-in-steps")
    assert note.what.startswith("l1 count as numbers: their scales have no whole steps")
    assert [finding.code for finding in found.pooled.findings if finding.code == "polychoric"]
    assert not [f for f in fit(MIXED, mixed_survey(), estimator="pls", bootstrap=0).pooled.findings
                if f.code == "polychoric"]  # fmt: skip


def test_higher_order_constructs_follow() -> None:
    model = replace(
        ORDERED,
        constructs=(*ORDERED.constructs, Construct(name="whole", repeats=("quality", "satisfaction"))),
        paths=(Arrow(source="expectations", target="whole"), Arrow(source="whole", target="loyalty")),
    )
    survey = survey_of(model, cut(chain_answers()))
    for higher_order in ("repeated", "two_stage", "disjoint"):
        made = estimates(solved(survey, higher_order=higher_order))
        same = survey_of(model, exact_answers(made.state.correlation))
        plain = fit(
            model, same, estimator="pls", bootstrap=0, higher_order=higher_order, weight_rule="equal"
        ).pooled.solution
        assert isinstance(plain, CompositeSolution)
        np.testing.assert_allclose(made.state.weights, estimates(plain).state.weights, atol=1e-8)


# ---- index points


def slope(answers: Floats) -> float:
    """``sum_t phi(tau_t) step_t`` of answers to one question."""
    levels, counts = np.unique(answers, return_counts=True)
    tau = stats.norm.ppf(np.cumsum(counts)[:-1] / counts.sum())
    return float(stats.norm.pdf(tau) @ np.diff(levels))


def test_index_weights_are_outer_weights_over_slopes_and_effects_follow() -> None:
    survey = mixed_survey()
    found = fit(MIXED, survey, estimator="pls", correlations="polychoric", bootstrap=0)
    made = estimates(solved(survey))
    x, width = survey.answers, np.array([SCALES[item.name].width for item in MIXED.indicators])
    low = np.array([SCALES[item.name].low for item in MIXED.indicators])
    d = np.array([x[:, i].std() if i == 9 else slope(x[:, i]) for i in range(11)]) * 100 / width
    np.testing.assert_allclose(made.state.sd * 100 / width, d, rtol=1e-12)
    tables = evaluate(found).tables
    weights = {(row.construct, row.indicator): row.weight for row in tables["weights"].itertuples()}
    points, index = {}, {}
    for j, construct in enumerate(MIXED.constructs):
        own = [[item.name for item in MIXED.indicators].index(item.name) for item in construct.indicators]
        v = made.state.weights[j, own] / d[own]
        v = v / v.sum()
        np.testing.assert_allclose([weights[construct.name, item.name] for item in construct.indicators], v)
        points[construct.name] = float((v * d[own]) @ made.loadings[own, j])
        index[construct.name] = float(v @ (100 * (x[:, own].mean(axis=0) - low[own]) / width[own]))
    shown = dict(zip(tables["index"]["construct"], tables["index"]["index"], strict=True))
    assert shown == pytest.approx(index)
    effects = tables["effects"].set_index(["kind", "source", "target"])["effect"]
    expected = made.beta[2, 1] * points["satisfaction"] / points["quality"]
    assert effects["direct", "quality", "satisfaction"] == pytest.approx(expected)
    scores = respondent_scores(found, survey)
    assert scores["satisfaction"].mean() == pytest.approx(index["satisfaction"])


def test_an_index_goes_with_the_responses_as_the_score_does() -> None:
    """The regression of the weighted answers on the normal responses behind them is the PLS score."""
    random = np.random.default_rng(8)
    n, rho = 400_000, np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    responses = random.normal(size=(n, 3)) @ np.linalg.cholesky(rho).T
    answers = np.stack([1.0 + np.searchsorted(CUTS[kind], responses[:, k])
                        for k, kind in enumerate(("skewed", "even", "skewed"))], axis=1)  # fmt: skip
    w = np.array([0.6, 0.3, 0.4])
    d = np.array([slope(answers[:, k]) for k in range(3)])
    slopes = np.linalg.lstsq(responses - responses.mean(axis=0), answers @ (w / d), rcond=None)[0]
    np.testing.assert_allclose(slopes, w, atol=0.005)


def test_htmt_is_that_of_the_responses_in_every_table() -> None:
    tables = evaluate(fit(ORDERED, ordered_survey(), estimator="pls", correlations="polychoric",
                          bootstrap=0)).tables  # fmt: skip
    r = estimates(solved(ordered_survey())).state.correlation
    between = r[:3, 3:6].mean()
    within = [r[np.ix_(own, own)][np.triu_indices(3, 1)].mean() for own in ([0, 1, 2], [3, 4, 5])]
    expected = between / np.sqrt(within[0] * within[1])
    for name in ("validity", "discriminant"):
        row = tables[name].set_index(["construct_1", "construct_2"]).loc[("expectations", "quality")]
        assert row["htmt"] == pytest.approx(expected)
    alpha = tables["reliability"].set_index("construct").loc["quality", "alpha"]
    block = r[3:6, 3:6]
    assert alpha == pytest.approx(3 / 2 * (1 - 3 / block.sum()))


# ---- what cannot be had


def test_two_identical_questions_are_named() -> None:
    answers = cut(chain_answers())
    answers[:, 4] = answers[:, 3]
    with pytest.raises(EstimationError, match=r"q1 and q2 order") as error:
        solved(survey_of(ORDERED, answers))
    assert [finding.code for finding in error.value.findings] == ["linear-dependence"]
    assert estimates(solved(survey_of(ORDERED, answers), correlations="plain")).r2[1] > 0


def test_everything_that_does_not_go_together_is_told_at_once() -> None:
    product = replace(
        ORDERED,
        constructs=(*ORDERED.constructs, Construct(name="both", product=("expectations", "quality"))),
        paths=(*ORDERED.paths, Arrow(source="both", target="satisfaction")),
    )
    options = FitOptions(
        estimator="pls", correlations="polychoric", metric="common", missing_data="available", segments=3
    )
    with pytest.raises(UsageError) as error:
        check_options(options, product)
    places = [finding.where for finding in error.value.findings]
    assert places == ["--missing-data", "--metric", "--segments", "--correlations"]
    assert all(finding.fix for finding in error.value.findings)


def test_other_estimators_other_words_and_streams() -> None:
    for options, words in (
        ({"estimator": "ml", "correlations": "polychoric"}, "it belongs to PLS"),
        ({"estimator": "pls", "correlations": "polycoric"}, "is not a choice"),
    ):
        with pytest.raises(UsageError, match=words) as error:
            check_options(FitOptions(**options), ORDERED)
        assert [finding.where for finding in error.value.findings] == ["--correlations"]
    with pytest.raises(UsageError, match="needs the respondents"):
        check_streamed(FitOptions(estimator="pls", correlations="polychoric"), ORDERED)


def test_what_rests_on_scores_is_left_out_with_its_reason() -> None:
    tables = evaluate(fit(ORDERED, ordered_survey(150), estimator="pls", correlations="polychoric",
                          bootstrap=100)).tables  # fmt: skip
    reasons = [
        *tables["prediction"]["why"],
        *tables["cvpat"]["why"],
        *(why.removeprefix("Q2: ") for why in tables["redundancies"]["why"] if "nothing drives" not in why),
        *tables["composite_fit"].query("model_form == 'estimated'")["why"],
    ]
    assert reasons
    for why in set(reasons):
        assert "with polychoric correlations" in why
        assert reason_in(why, "zh") != why
    for table, column in (("prediction", "q2_predict"), ("redundancies", "q2"), ("composite_fit", "pvalue")):
        assert tables[table][column].isna().all(), table


def test_the_study_file_takes_it(tmp_path: Path) -> None:
    pd.DataFrame(cut(chain_answers(60)), columns=[item.name for item in ORDERED.indicators]).to_csv(
        tmp_path / "survey.csv", index=False
    )
    (tmp_path / "m.lav").write_text("a =~ x1 + x2 + x3\nb =~ q1 + q2 + q3\nb ~ a\n", encoding="utf-8")
    scales = ", ".join(f"{item}: [1, 5]" for item in ("x1", "x2", "x3", "q1", "q2", "q3"))
    text = (
        f"model: m.lav\nindex: b\nsurvey: survey.csv\nscales: {{{scales}}}\n"
        "estimator: {name: pls, correlations: CHOICE}\n"
    )
    study = tmp_path / "study.yaml"
    study.write_text(text.replace("CHOICE", "polychoric"), encoding="utf-8")
    assert read_study(study).fit["correlations"] == "polychoric"
    study.write_text(text.replace("CHOICE", "polycoric"), encoding="utf-8")
    with pytest.raises(StudyError, match=r"study.yaml:5: .*'polycoric' is not a choice"):
        read_study(study)
