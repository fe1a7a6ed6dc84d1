"""What a report says of answers that were taken for ordered steps, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import report_samples as samples
from fit_builders import Floats, model_of, survey_of

from csi_model.comparison.estimators import _apart, beside
from csi_model.comparison.ordinal_comparability import ordinal_comparability_finding
from csi_model.comparison.ordinal_invariance import _findings
from csi_model.errors import EstimationError, Finding
from csi_model.estimation.fitting import fit
from csi_model.estimation.ordinal.categories import join_categories
from csi_model.estimation.ordinal.fitting import _indefinite, check_pairs
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.model.spec import Scale
from csi_model.reporting import fit_tables, ordinal_answers, sentences, side_by_side
from csi_model.reporting.content import Content
from csi_model.reporting.finding_places import place_words
from csi_model.reporting.ordinal_phrases import ORDINAL_PHRASES
from csi_model.reporting.outline import appendix
from csi_model.reporting.outline.blocks import Table, Text
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold import retold
from csi_model.reporting.wording import WORDS, say
from csi_model.survey.treatment_advice import Asked, advice, treatment_note

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
CITED = (
    r"`[^`]*`|--estimator \w+|--correlations|Rhemtulla, Brosseau-Liard & Savalei|Li 2016|Xia & Yang|WLSMV"
    r"|wlsmv|MLR|mlr|CFI|RMSEA|quality|satisfaction|[qs]\d"
)
FIVE = Scale(low=1, high=5)
MODEL = model_of(
    {"quality": "q1 q2 q3", "satisfaction": "s1 s2 s3"},
    {"satisfaction": "quality"},
    scales=dict.fromkeys(("q1", "q2", "q3", "s1", "s2", "s3"), FIVE),
)
UNKNOWN = Content(
    tables={}, pooled={}, constructs=MODEL.construct_names, paths=(), index="satisfaction", title={}
)


def answers(n: int = 300) -> Floats:
    random = np.random.default_rng(4)
    quality = random.normal(size=n)
    satisfaction = 0.7 * quality + 0.7 * random.normal(size=n)
    columns = [
        1.0 + np.searchsorted([-1.6, -1.1, -0.4, 0.5], 0.8 * construct + 0.6 * random.normal(size=n))
        for construct in (quality, quality, quality, satisfaction, satisfaction, satisfaction)
    ]
    return np.array(columns).T


def content_of(results: Results, across: dict[str, pd.DataFrame]) -> Content:
    return Content(
        tables=results.tables,
        pooled=results.pooled,
        across=across,
        constructs=MODEL.construct_names,
        paths=(("quality", "satisfaction"),),
        index="satisfaction",
        title={},
        manifest={**results.manifest},
    )


@pytest.fixture(scope="module")
def ordinal() -> Content:
    survey = survey_of(MODEL, answers())
    fitted = fit(MODEL, survey, estimator="wlsmv")
    results = evaluate(fitted)
    table, found = beside(fitted, results, survey)
    assert [one.code for one in found] == ["estimators-beside"]
    return content_of(results, {"estimators": table})


def test_how_it_was_estimated(ordinal: Content) -> None:
    text = sentences.method(ordinal, "en")
    assert "estimated by robust weighted least squares for ordered answers (WLSMV)" in text
    assert "only respondents who answered every question are used" in text
    assert "the expected answer to each question on 0 to 100" in text
    assert "95% intervals (delta method)" in text
    assert "likelihood" not in text
    told = sentences.method(ordinal, "zh")
    assert "WLSMV" in told
    assert "期望答案" in told
    assert "极大似然" not in told
    assert say("method_ordinal", "en") not in sentences.method(samples.acsi(), "en")


def test_fit_has_no_cut_offs_and_says_why(ordinal: Content) -> None:
    """The limits of Hu & Bentler are not those of ordered answers (Xia & Yang 2019)."""
    shown = fit_tables.fit_view(ordinal, "en")
    assert [title for title, _ in shown.columns][1:] == ["plain", "scaled"]
    about = " ".join(fit_tables.about(ordinal, "en"))
    assert "Xia & Yang, 2019" in about
    assert "Asparouhov & Muthén, 2010" in about
    usual = [title for title, _ in fit_tables.fit_view(samples.acsi(), "en").columns]
    assert usual[-1] == say("usual_limit", "en")
    assert "Xia" not in " ".join(fit_tables.about(samples.acsi(), "en"))


def test_measures_without_likelihood_say_so_in_chinese(ordinal: Content) -> None:
    shown = fit_tables.other_view(ordinal, "zh")
    assert "加权最小二乘法没有似然函数" in shown.notes
    whys = {why for frame in ordinal.pooled.values() if "why" in frame for why in frame["why"] if why}
    assert "not known for polychoric correlations" in whys
    for why in whys:
        assert CHINESE.search(reason_in(why, "zh")), why


def test_reliability_of_the_answers_stands_below_that_of_the_responses(ordinal: Content) -> None:
    for language in ("en", "zh"):
        blocks = list(appendix.measurement_quality(ordinal, language))
        tables = [block.view for block in blocks if isinstance(block, Table)]
        (shown,) = [view for view in tables if view.caption == say_title(language)]
        first = ordinal.pooled["ordinal_reliability"].iloc[0]
        cells = [cell.text for cell in shown.blocks[0].lines[0].cells]
        assert cells == [f"{first[name]:.3f}" for name in ordinal_answers.COLUMNS]
        assert say("ordinal_reliability_text", language) in [
            block.text for block in blocks if isinstance(block, Text)
        ]
    assert ordinal_answers.reliability_pieces(samples.acsi(), "en") == []


def say_title(language: str) -> str:
    return {"en": "Reliability of ordered answers", "zh": "有序答案的信度"}[language]


def test_the_two_estimators_have_names_that_tell_them_apart(ordinal: Content) -> None:
    for language, names in (
        ("en", ("ordered answers (WLSMV)", "answers as numbers (MLR)")),
        ("zh", ("有序答案（WLSMV）", "答案作为数值（MLR）")),
    ):
        (piece,) = side_by_side.estimator_pieces(ordinal, language)
        assert piece.view is not None
        assert tuple(title for title, _ in piece.view.columns)[1:3] == names
        assert "PLS" not in piece.title + piece.how
    assert side_by_side.estimator_named("mlr", "en") == "covariance-based (MLR)"
    assert side_by_side.estimator_named("pls", "en") == "PLS"


def test_the_finding_beside_speaks_of_steps_not_of_pls(ordinal: Content) -> None:
    survey = survey_of(MODEL, answers())
    fitted = fit(MODEL, survey, estimator="wlsmv")
    (said,) = beside(fitted, evaluate(fitted), survey)[1]
    assert "by answers as numbers (MLR)" in retold(ordinal, said.what, "en")
    told = retold(ordinal, said.what, "zh")
    assert "答案作为数值（MLR）为" in told
    assert "PLS" not in _apart(("wlsmv", "mlr"))
    assert not ENGLISH.search(re.sub(CITED, "", retold(ordinal, _apart(("wlsmv", "mlr")), "zh")))
    assert _apart(("ml", "pls")).startswith("PLS weighs")


def advised() -> Iterator[Finding]:
    """Every branch of the advice, and the notes of a run."""
    for steps, skewness, n in (
        ((3.0, 3.0), 0.0, 150), ((3.0, 10.0), 0.0, 900), ((5.0, 5.0), -1.4, 150), ((5.0, 5.0), -1.4, 300),
        ((5.0, 7.0), 0.2, 300), ((6.0, 6.0), 0.2, 900), ((7.0, 10.0), -2.0, 900), ((np.inf, np.inf), 0.0, 90),
    ):  # fmt: skip
        yield advice(Asked(construct="quality", steps=steps, skewness=skewness), n)
    yield from treatment_note(survey_of(MODEL, np.clip(answers() - 0.25, 1, 5)), "wlsmv")
    for size in (2, 25):
        groups = {"firm": [str(k % size) for k in range(150)]}
        yield from treatment_note(survey_of(MODEL, answers()[:150], groups=groups), "wlsmv")


def refused() -> Iterator[Finding]:
    """Samples that ordered answers cannot be estimated from."""
    names = ("q1", "q2", "s1", "s2")
    pairs: Any = SimpleNamespace(
        first=np.array([0, 2]), second=np.array([1, 3]), rho=np.array([1.0, -0.9999]),
        converged=np.array([True, True]),
    )  # fmt: skip
    lost: Any = SimpleNamespace(**{**vars(pairs), "rho": np.zeros(2), "converged": np.array([False, False])})
    checks: tuple[Any, ...] = (
        lambda: check_pairs(pairs, names, "survey.csv"),
        lambda: check_pairs(lost, names, "survey.csv"),
        lambda: join_categories(
            [np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]])], np.array([True]), ("q1",)
        ),
    )
    for check in checks:
        with pytest.raises(EstimationError) as caught:
            check()
        yield from caught.value.findings


def warned() -> Iterator[Finding]:
    """Correlations that contradict each other: eigenvalues 1 + 1.8 cos, the smallest below 0."""
    matrix = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, -0.9], [0.9, -0.9, 1.0]])
    moments: Any = SimpleNamespace(pairs=SimpleNamespace(matrix=lambda size: matrix))
    yield from _indefinite(moments, ("q1", "q2", "q3"))


def ladder(*, unit: str = "", **holds: str) -> Any:
    """An ordinal ladder whose steps hold or not; q1 and q2 are released where one holds in part."""
    groups = SimpleNamespace(
        without_unit=(unit,) if unit else (),
        table=SimpleNamespace(indicators=("q1", "q2", "q3")),
        joined=(
            SimpleNamespace(item="q1", answers=(4.0, 5.0)),
            SimpleNamespace(item="q2", answers=(1.0, 2.0)),
        ),
        categories={"q1": 4, "q3": 2},
    )
    one = SimpleNamespace(
        released=(("q1", "~1", ""), ("quality", "=~", "q2")), fit=SimpleNamespace(groups=groups),
        measures={"rmsea": 0.1, "cfi": 0.8},
    )  # fmt: skip
    return SimpleNamespace(steps=[one], groups=groups, left_out=(), holds=holds.get, step=lambda name: one)


def compared() -> Iterator[Finding]:
    """Every verdict on groups with ordered answers, and the notes beside them."""
    steps = ("configural", "thresholds", "metric", "scalar", "strict")
    for answers_of, unit in (
        ("yes yes yes yes yes", ""), ("yes yes yes yes no", ""), ("yes yes yes yes yes", "quality"),
        ("yes partial partial partial no", ""), ("yes yes yes no no", ""), ("yes yes no no no", ""),
        ("yes no no no no", ""), ("no no no no no", ""),
    ):  # fmt: skip
        made = ladder(unit=unit, **dict(zip(steps, answers_of.split(), strict=True)))
        yield ordinal_comparability_finding(made)
    made = ladder()
    yield from _findings(made.groups, made.steps, [])


@pytest.mark.parametrize("makers", [advised, refused, warned, compared], ids=lambda one: one.__name__)
def test_findings_are_told_with_their_numbers(makers: Any) -> None:
    found = list(dict.fromkeys(makers()))
    assert found
    for one in found:
        for text in filter(None, (one.what, one.fix)):
            chinese, english = retold(UNKNOWN, text, "zh"), retold(UNKNOWN, text, "en")
            assert chinese != text, (one.code, text)
            assert not ENGLISH.search(re.sub(CITED, "", chinese)), chinese
            for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"\b[qs]\d|Li 2016|2012", "", text)):
                assert number in chinese, chinese
                assert number in english, english
        assert CHINESE.search(WORDS[f"finding_{one.code}"]["zh"]), one.code
    assert place_words(UNKNOWN, {"code": "answer-treatment", "where": "answers"}, "zh") == "答案"


def test_why_a_group_has_no_number() -> None:
    for one in refused():
        if one.code != "no-shared-answers":
            told = sentences.reason(f"{one.what} {one.fix}", "zh")
            assert not ENGLISH.search(re.sub(CITED, "", told)), told


def test_why_unsound_estimates_are_not_compared() -> None:
    assert reason_in("the wlsmv and the mlr fit should not be read", "zh") == "wlsmv 与 mlr 的拟合均不可解读"
    assert reason_in("the wlsmv fit should not be read", "zh") == "wlsmv 的拟合不可解读"


def test_both_languages_hold_the_same_blanks() -> None:
    for key, term in ORDINAL_PHRASES.items():
        assert set(re.findall(r"{(\w+)}", term.en)) == set(re.findall(r"{(\w+)}", term.zh)), key
        assert CHINESE.search(term.zh), key
