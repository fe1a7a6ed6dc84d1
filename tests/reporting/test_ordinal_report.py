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
from csi_model.comparison.rungs import step_rows
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.model.spec import Scale
from csi_model.reporting import interval_methods, measurement, records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.interactive import page_tools
from csi_model.reporting.native.model_charts import reliability_chart
from csi_model.reporting.outline import appendix, approach, citation, glossary, summary
from csi_model.reporting.outline.blocks import Points, Text
from csi_model.reporting.outline.works import WORKS
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
    large = ordinal.pooled["index"].assign(n=2001)
    content = replace(ordinal, pooled={**ordinal.pooled, "index": large}, tables={})
    assert interval_methods.is_simulated(content)
    assert not interval_methods.is_left_out(content)
    drawn = ordinal.pooled["index"].assign(ci_method="bootstrap")
    content = replace(ordinal, pooled={**ordinal.pooled, "index": drawn})
    assert interval_methods.texts(content, "en") == []
    assert records.is_ordinal(content)
