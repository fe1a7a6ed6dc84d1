"""What the pages of a study of ordered answers call things, and which works they cite, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import report_samples as samples
from fit_builders import Floats, model_of, survey_of
from outline_texts import texts_of

from csi_model.comparison.ordinal_invariance import ordinal_invariance
from csi_model.comparison.rungs import configural_finding, step_rows
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.spec import Scale
from csi_model.reporting import interval_methods, measurement, records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.interactive import page_tools
from csi_model.reporting.native.model_charts import reliability_chart
from csi_model.reporting.outline import appendix, approach, citation, glossary, lookup, summary
from csi_model.reporting.outline.blocks import Fold, Points, Text
from csi_model.reporting.outline.works import WORKS
from csi_model.reporting.retold import retold
from csi_model.reporting.wording import say
from csi_model.reporting.workbook.columns import columns_of
from csi_model.reporting.workbook.stored import StoredTable
from csi_model.vocabulary import TABLES

ITEMS = ("q1", "q2", "q3", "s1", "s2", "s3")
MODEL = model_of(
    {"quality": "q1 q2 q3", "satisfaction": "s1 s2 s3"},
    {"satisfaction": "quality"},
    scales=dict.fromkeys(ITEMS, Scale(low=1, high=5)),
)
CITED = re.compile(r"([A-Z][\wö-]+)(?: (?:et al\.|[&与] [A-Z]\w+|and [A-Z]\w+))?(?:, |\s?[(（])(\d{4})")


def answers(n: int = 400) -> Floats:
    random = np.random.default_rng(4)
    quality = random.normal(size=n)
    satisfaction = 0.7 * quality + 0.7 * random.normal(size=n)
    columns = [
        1.0 + np.searchsorted([-1.4, -0.7, 0.0, 0.8], 0.8 * construct + 0.6 * random.normal(size=n))
        for construct in (quality, quality, quality, satisfaction, satisfaction, satisfaction)
    ]
    return np.array(columns).T


def content_by(estimator: str, across: dict[str, pd.DataFrame] | None = None, **options: Any) -> Content:
    results = evaluate(fit(MODEL, survey_of(MODEL, answers()), estimator=estimator, beside=False, **options))
    return Content(
        tables=results.tables,
        pooled=results.pooled,
        across=across or {},
        constructs=MODEL.construct_names,
        paths=(("quality", "satisfaction"),),
        index="satisfaction",
        title={},
        manifest=results.manifest,
    )


@pytest.fixture(scope="module")
def ordinal() -> Content:
    grouped = survey_of(MODEL, answers(), groups={"firm": ["a", "b"] * 200})
    steps = pd.DataFrame(step_rows(ordinal_invariance(MODEL, grouped).steps))
    return content_by("wlsmv", {"invariance": steps})


@pytest.fixture(scope="module")
def robust() -> Content:
    return content_by("mlr")


def paragraph(content: Content, language: str) -> tuple[str, tuple[str, ...]]:
    blocks = list(citation.paper(content, language))
    text = next(one.text for one in blocks if isinstance(one, Text))
    return text, next((one.texts for one in blocks if isinstance(one, Points)), ())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_works_of_ordered_answers_are_cited_and_listed(ordinal: Content, language: str) -> None:
    text, works = paragraph(ordinal, language)
    for key in ("wu2016", "rutkowski2017", "satorra2000", "zumbo2007", "green2009", "mackinnon2004",
                "efron1981", "cronbach1951"):  # fmt: skip
        assert WORKS[key] in works, key
    for key in ("cheung2002", "chen2007", "satorra2001", "hu1999", "bollen1989"):
        assert WORKS[key] not in works, key
    cited = {(author, year) for author, year in CITED.findall(text.replace(" 与 ", " & "))}
    listed = {(work.split(",")[0], re.search(r"\((\d{4})\)", work)[1]) for work in works}  # type: ignore[index]
    assert cited == listed


def test_steps_that_hold_are_named_in_their_order(ordinal: Content) -> None:
    text, _ = paragraph(ordinal, "en")
    assert "thresholds before loadings, intercepts and error variances" in text
    assert "阈值在先" in paragraph(ordinal, "zh")[0]
    meant = glossary.definitions(ordinal, "en")
    assert "invariance" not in meant
    assert "thresholds" in meant["ordinal_invariance"]
    assert "阈值" in glossary.definitions(ordinal, "zh")["ordinal_invariance"]


def test_one_name_for_one_number(ordinal: Content, robust: Content) -> None:
    """Cronbach's alpha is the one of the answers; that of latent responses is called ordinal everywhere."""
    for language, plain, latent in (
        ("en", "Cronbach's alpha", "ordinal alpha"),
        ("zh", "克朗巴赫 α", "序次 α"),
    ):
        for content, name, other in ((ordinal, latent, plain), (robust, plain, latent)):
            shown = [title for title, _ in measurement.reliability_view(content, language).columns]
            assert name in shown
            assert other not in shown
            assert reliability_chart(content, language).series[0].name == name
            stored = StoredTable(
                sheet="reliability", name="reliability", table=TABLES["reliability"], scope="pooled",
                by=(), frame=content.pooled["reliability"],
            )  # fmt: skip
            titles = {one.name: one.title for one in columns_of(content, stored, language, 10)}
            assert titles["alpha"] == name
            assert name in lookup.holds(content, TABLES["reliability"], language)
        texts = " ".join(texts_of(appendix.measurement_quality(ordinal, language)))
        assert say("reliability_limits_ordinal", language) in texts
        assert say("reliability_limits_ordinal", language) not in " ".join(
            texts_of(appendix.measurement_quality(robust, language))
        )
    meant = glossary.definitions(ordinal, "en")
    assert {"alpha", "ordinal_alpha", "categorical_omega", "index_omega"} <= set(meant)
    assert not {"ordinal_alpha", "categorical_omega"} & set(glossary.definitions(robust, "en"))
    assert "ordinal alpha" in page_tools.definitions(ordinal, "en")


@pytest.mark.parametrize(("language", "said"), [("en", "simulating the estimates"), ("zh", "模拟估计值")])
def test_simulated_intervals_are_told(ordinal: Content, robust: Content, language: str, said: str) -> None:
    for content in (ordinal, robust):
        for text in (
            approach.intervals(content, language),
            paragraph(content, language)[0],
            sentences.method(content, language),
        ):
            assert said in text
            assert "MacKinnon et al., 2004" in text
            assert ("Efron & Stein, 1981" in text) == (content is ordinal)
        named = {"en": "delta method; effects: Monte Carlo", "zh": "delta 法；效应：蒙特卡洛法"}
        assert named[language] in summary.how_sure(content, language)
        assert "monte_carlo" in glossary.definitions(content, language)
    plain = samples.acsi()
    assert said not in approach.intervals(plain, language) + sentences.method(plain, language)


def test_large_samples_have_no_jackknife_and_draws_no_simulation(ordinal: Content) -> None:
    assert interval_methods.is_left_out(ordinal)
    large = ordinal.pooled["standardised"].assign(ci_method="delta")
    content = replace(ordinal, pooled={**ordinal.pooled, "standardised": large}, tables={})
    assert interval_methods.is_simulated(content)
    assert not interval_methods.is_left_out(content)
    drawn = ordinal.pooled["index"].assign(ci_method="bootstrap")
    content = replace(ordinal, pooled={**ordinal.pooled, "index": drawn})
    assert interval_methods.texts(content, "en") == []
    assert records.is_ordinal(content)


ALIKE = (
    "order all respondents alike or in reverse (polychoric correlation 1 or -1). Drop one of them: it is a "
    "copy or a recode of the other, or too few respondents tell them apart."
)
LABELS = {"问题 1 评分": "总体", "问题 2 评分": "需求", "loyalty": "顾客忠诚", "value": "感知价值"}
SPACED = replace(samples.acsi(), labels={name: {"zh": label} for name, label in LABELS.items()})


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("问题 1 评分, 问题 2 评分 count as numbers: their scales have no whole steps, or more than 11.",
         "“总体”（问题 1 评分）和“需求”（问题 2 评分）当作数值：其量表不是整数等级，或超过 11 级。"),
        ("with two answers threshold and loading cannot be tested one by one: 问题 1 评分, 问题 2 评分.",
         "只有两个答案的题项无法分别检验阈值与载荷：“总体”（问题 1 评分）和“需求”（问题 2 评分）。"),
        ("some groups never gave certain answers, which are joined with a neighbour: 问题 1 评分 1 with 2; "
         "问题 2 评分 3 with 4 with 5.",
         "有的组从未给出某些答案，这些答案与相邻答案合并：“总体”（问题 1 评分）：1和2；"
         "“需求”（问题 2 评分）：3、4和5。"),
        ("the residual variance of 问题 1 评分 is negative (-0.065, a Heywood case).",
         "“总体”（问题 1 评分）的误差方差为负（−0.065，Heywood 现象）。"),
        ("No number of this fit can be used. 问题 1 评分 goes with the questions of loyalty more than with "
         "the others of value.",
         "本次拟合的任何数字均不可使用。“总体”（问题 1 评分）与顾客忠诚题项的关联强于与感知价值其他题项的"
         "关联。"),
    ],
)  # fmt: skip
def test_names_may_hold_spaces(stored: str, told: str) -> None:
    assert retold(SPACED, stored, "zh") == told


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (f"the answers to 问题 1 and 问题 2 {ALIKE}", "问题 1 与 问题 2 的答案对受访者的排序相同或相反"),
        (f"the answers to 问题 1 and 问题 2, 问题 3 and 问题 4 {ALIKE}",
         "问题 1 与 问题 2 等题项的答案对受访者的排序相同或相反"),
        ("nobody answered both 问题 1 and 问题 2. Their covariance cannot be estimated: drop one of them "
         "from the model.", "无人同时回答 问题 1 与 问题 2，无法估计其相关"),
    ],
)  # fmt: skip
def test_reasons_with_spaced_names(why: str, told: str) -> None:
    assert sentences.reason(why, "zh") == told


def test_a_poor_configural_fit_sends_to_what_there_is(ordinal: Content) -> None:
    """There are no modification indices; limits that were not made for ordered answers say so."""
    steps = ordinal_invariance(MODEL, survey_of(MODEL, answers(), groups={"firm": ["a", "b"] * 200})).steps
    poor = replace(steps[0], measures={**steps[0].measures, "cfi": 0.81, "rmsea": 0.12})
    (plain,), (found,) = configural_finding(poor), configural_finding(poor, ordinal=True)
    assert "modification" in plain.fix
    assert "scaled" not in plain.what
    assert "modification" not in found.fix
    assert "scaled CFI 0.810, scaled RMSEA 0.120" in found.what
    assert "Xia & Yang 2019" in found.what
    for finding in (plain, found):
        for text in (finding.what, finding.fix):
            told = retold(ordinal, text, "zh")
            assert not re.search(r"[a-z]{4,}", told), told
    assert not ordinal.pooled["residuals"]["residual"].isna().any()


def test_the_fit_is_looked_into_by_what_is_shown(ordinal: Content, robust: Content) -> None:
    for content, language, about in (
        (ordinal, "en", "residual correlations, SRMR by block, overlap of drivers"),
        (ordinal, "zh", "残差相关、分块 SRMR、驱动因素共线性"),
        (robust, "en", "modification indices, residual correlations, SRMR by block, overlap of drivers"),
        (robust, "zh", "修正指数、残差相关、分块 SRMR、驱动因素共线性"),
    ):
        (fold,) = [one for one in appendix.measurement_quality(content, language) if isinstance(one, Fold)]
        assert fold.about == about


@pytest.mark.parametrize(("estimator", "robust_too"), [("wlsmv", False), ("mlr", True)])
def test_design_based_errors_name_the_measures_there_are(estimator: str, robust_too: bool) -> None:
    survey = survey_of(MODEL, answers(), cluster=np.arange(400) // 4)
    found = fit(MODEL, survey, estimator=estimator, beside=False).pooled.findings
    (note,) = [one for one in found if one.code == "design-based"]
    assert ("robust" in note.what) == robust_too
    told = retold(SPACED, note.what, "zh")
    assert ("稳健" in told) == robust_too
    assert "校正" in told


@pytest.mark.parametrize(("language", "name"), [("en", "ordinal alpha"), ("zh", "序次 α")])
def test_alpha_of_pls_on_polychoric_correlations_is_the_ordinal_one(language: str, name: str) -> None:
    content = content_by("pls", correlations="polychoric", bootstrap=0)
    assert name in [title for title, _ in measurement.reliability_view(content, language).columns]
    plain = content_by("pls", bootstrap=0)
    assert name not in [title for title, _ in measurement.reliability_view(plain, language).columns]
    cited = " ".join(one.text for one in citation.cited(content, language))
    assert ("Zumbo" in cited, "Cronbach" in cited) == (True, False)
