"""Findings on covariance-based fits, groups that fail and interviews are told in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fit_builders import CHAIN, TEN, chain_answers, chain_survey, survey_of

from csi_model.comparison.differences import _findings
from csi_model.errors import EstimationError, Finding
from csi_model.estimation.fits import Solution
from csi_model.estimation.fitting import fit
from csi_model.estimation.notes import resampling_notes
from csi_model.estimation.resampling import Draws
from csi_model.estimation.sample_checks import check_answers, check_covariance, check_items
from csi_model.estimation.verdicts import judge
from csi_model.model.spec import Indicator, Scale
from csi_model.reporting.content import Content
from csi_model.reporting.finding_places import place_words
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold import retold
from csi_model.reporting.sentences import reason
from csi_model.reporting.wording import WORDS
from csi_model.survey.answers import _recoded
from csi_model.survey.calibrated import stratum_factor
from csi_model.survey.design import check_values
from csi_model.survey.linearised import ONE_CLUSTER
from csi_model.survey.places import Hits, Places
from csi_model.survey.quality import check_duplicates, check_identifier, straight_line_findings
from csi_model.survey.remarks import told
from csi_model.survey.unused_ends import check_unused_ends

UNKNOWN = Content(tables={}, pooled={}, constructs=CHAIN.construct_names, paths=(), index="a", title={})
ALLOWED = (
    r"`[^`]*`|--[a-z-]+( (fiml|bounded|mean|pls))?|PLS|Heywood|Stoel et al\. 2006|survey\.csv|VIF|delta 法"
    r"|\b[xqsl]\d|expectations|quality|satisfaction|loyalty"
)


def verdicts() -> Iterator[Finding]:
    """Verdicts on estimates that no sane sample gives."""
    made = fit(CHAIN, chain_survey(), beside=False).pooled.solution
    assert isinstance(made, Solution)
    table, values = made.table, made.values
    q = len(values)
    covariance = made.covariance[-q:, -q:]
    places = {table.name(k): k for k in range(q)}
    strange = values.copy()
    strange[places["x1 ~~ x1"]] = -0.4
    strange[places["expectations ~~ expectations"]] = -0.1
    yield from judge(table, strange, np.zeros((q, q)), covariance, 0.02).findings
    wide = covariance * 1e6
    wide[places["q2 ~~ q2"]] = np.nan
    weak = np.diag(np.linspace(1, 2, q))
    weak[0, 1] = weak[1, 0] = np.sqrt(weak[0, 0] * weak[1, 1]) * (1 - 1e-6)
    yield from judge(table, values, weak, wide, 0.0).findings
    close = values.copy()
    close[places["quality ~~ quality"]] = 1e-4
    yield from judge(table, close, np.eye(q), covariance, 0.0).findings
    close[places["quality ~~ quality"]] = -0.3
    yield from judge(table, close, np.eye(q), covariance, 0.0).findings
    loose = np.ones(q, dtype=bool)
    loose[places["x1 ~~ x1"]] = False
    yield from judge(table, values, np.eye(q), covariance, 0.0, loose).findings


def refusals() -> Iterator[Finding]:
    """Samples that cannot be fitted."""
    made = fit(CHAIN, chain_survey(), beside=False).pooled
    solution = made.solution
    assert isinstance(solution, Solution)
    table, sample = solution.table, made.sample
    p = len(table.indicators)
    constant, gaps, twins, broken = (sample.cov.copy() for _ in range(4))
    constant[0] = constant[:, 0] = constant[1] = constant[:, 1] = 0.0
    gaps[0, 1] = gaps[1, 0] = gaps[2, 5] = gaps[5, 2] = np.nan
    twins[1], twins[:, 1] = twins[0], twins[:, 0]
    twins[1, 1] = twins[0, 0]
    broken[0, 1] = broken[1, 0] = 3 * np.sqrt(broken[0, 0] * broken[1, 1])
    empty = sample.mean.copy()
    empty[3] = np.nan
    answers = chain_answers(100, 1)
    answers[:50, 0], answers[50:, 1], answers[50:, 2] = np.nan, np.nan, np.nan
    half = survey_of(CHAIN, answers)
    crowded: Any = SimpleNamespace(indicators=table.indicators, degrees_of_freedom=lambda: -1, n_free=99)
    checks: tuple[Any, ...] = (
        lambda: check_answers(table, replace(sample, n=p), "a"),
        lambda: check_items(CHAIN_ITEMS, replace(sample, n=7), "a"),
        lambda: check_items(CHAIN_ITEMS, replace(sample, mean=empty), "a"),
        lambda: check_items(CHAIN_ITEMS, replace(sample, cov=constant), "a"),
        lambda: check_answers(crowded, sample, "a"),
        lambda: check_covariance(table, replace(sample, cov=gaps), "a"),
        lambda: check_covariance(table, replace(sample, cov=twins), "a"),
        lambda: check_covariance(table, replace(sample, cov=broken), "a"),
        lambda: check_items(CHAIN_ITEMS, replace(sample, cluster=np.zeros(sample.n, dtype=np.int64)), "a"),
        lambda: fit(CHAIN, half, estimator="pls", missing_data="available", bootstrap=0, beside=False),
        lambda: stratum_factor(1),
    )
    for check in checks:
        with pytest.raises(EstimationError) as caught:
            check()
        yield from caught.value.findings


CHAIN_ITEMS = tuple(item.name for item in CHAIN.indicators)


def draws() -> Iterator[Finding]:
    """Bootstrap draws that fail, or are inadmissible, in both kinds of fits."""
    made = fit(CHAIN, chain_survey(), beside=False).pooled.solution
    pls = fit(CHAIN, chain_survey(), beside=False, estimator="pls", bootstrap=100).pooled.solution
    assert isinstance(made, Solution)
    assert pls is not None
    nothing = np.zeros((60, 1))
    reasons = MappingProxyType({"a question had the same answer from everybody drawn": 40})
    defects = MappingProxyType({"a variance is negative": 30})
    for failed in (40, 3):
        drawn = Draws(means=nothing, values=nothing, asked=100, failed=failed, reasons=reasons,
                      inadmissible=defects, flagged=30)  # fmt: skip
        for one in (made, pls):
            yield from resampling_notes(replace(one, draws=drawn, jackknife=None), "survey.csv")


def interviews() -> Iterator[Finding]:
    """Rows that repeat others, or themselves."""
    one, several = Hits(count=1, first=("7",)), Hits(count=30, first=("4", "9", "12"))
    files = Hits(count=2, first=("a.csv row 4", "b.csv row 9"), several=True)
    for hits in (one, several, files):
        yield from straight_line_findings(hits, 200, "survey.csv")
        yield from check_values("firm", 5, 200, hits)
        plan: Any = SimpleNamespace(scale=TEN, stored="x1", name="x1")
        for stored, used in ((11.0, 10.0), (7.0, 1.0)):
            yield from told(_recoded(stored, used, hits, plan))
    places = Places(rows=np.arange(2, 42), files=np.zeros(40, dtype=np.int64), names=("survey.csv",))
    answers = np.vstack([chain_answers(20, 1)] * 2)
    yield from check_duplicates(answers, [], np.zeros(40, dtype=bool), places)
    numbers = np.array([str(k % 30) for k in range(40)], dtype=object)
    yield from check_identifier("person", numbers, places)
    yield from check_identifier("person", numbers, places, np.array(["1"] * 40, dtype=object))
    for count in (3, 9):
        rated = np.random.default_rng(count).choice(4, (300, count), p=[0.1, 0.1, 0.3, 0.5]) + 2.0
        for good, given in ((True, rated), (False, 7 - rated)):
            asked = [
                Indicator(name=f"x{k}", scale=Scale(low=-2, high=8), high_is_good=good) for k in range(count)
            ]
            nothing = np.zeros(given.shape, dtype=np.int8)
            (said,) = check_unused_ends(asked, given, nothing, np.ones(300), "survey.csv")
            yield said


@pytest.mark.parametrize("makers", [verdicts, refusals, draws, interviews], ids=lambda one: one.__name__)
def test_what_is_found_is_told_with_its_numbers(makers: Any) -> None:
    found = list(dict.fromkeys(makers()))
    assert len(found) > 4
    for one in found:
        for text in filter(None, (one.what, one.fix)):
            chinese, english = retold(UNKNOWN, text, "zh"), retold(UNKNOWN, text, "en")
            assert chinese != text, (one.code, text)
            assert not re.search(r"[A-Za-z]{3,}", re.sub(ALLOWED, "", re.sub(r"[ab]\.csv row", "", chinese)))
            numbers = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\b[xqsl]\d", "", text)))
            assert all(number in chinese and number in english for number in numbers), (chinese, english)


def test_every_verdict_was_among_them() -> None:
    assert {one.code for one in verdicts()} == {
        "not-converged", "negative-variance", "latent-covariance", "exploding-standard-error",
        "inadmissible-correlation", "high-correlation", "variance-on-bound", "weakly-identified",
        "not-identified",
    }  # fmt: skip
    for code in {one.code for one in (*verdicts(), *draws(), *interviews())}:
        assert WORDS[f"finding_{code}"]["zh"] != WORDS[f"finding_{code}"]["en"]


def test_why_a_group_has_no_number() -> None:
    """The reason of a group that failed is what was found and what to do; of it the page tells the first."""
    for one in refusals():
        told = reason(f"{one.what} {one.fix}", "zh")
        assert not re.search(r"[A-Za-z]{3,}", re.sub(ALLOWED, "", told)), told


def test_one_and_several_in_english() -> None:
    assert retold(UNKNOWN, "1 row with the identifier of an earlier row (row 7).", "en").startswith(
        "1 row with"
    )
    text = "2 respondents (1.0 %) gave one answer to all ratings (a.csv row 4, b.csv row 9)."
    assert retold(UNKNOWN, text, "en") == text
    assert (
        retold(UNKNOWN, text, "zh")
        == "有 2 名受访者（1.0%）对全部评分题给出同一答案（a.csv row 4、b.csv row 9）。"
    )


def test_parameters_of_verdicts_are_named() -> None:
    content = replace(UNKNOWN, labels={"quality": {"zh": "质量"}, "expectations": {"zh": "期望"}})
    text = "the standardised standard error of the path expectations > quality is 3.2 (estimate 0.51)."
    assert "期望 → 质量" in retold(content, text, "zh")
    strange = text.replace("the path expectations > quality", "something else")
    assert retold(content, strange, "zh") == strange
    assert place_words(content, asdict(next(iter(verdicts()))), "zh") == "估计"


def test_results_that_should_not_be_used() -> None:
    bad: Any = SimpleNamespace(trustworthy=False)
    for one in _findings({"2024": bad}):
        for text in (one.what, one.fix):
            assert not re.search("[A-Za-z]", retold(UNKNOWN, text, "zh")), text
    assert reason_in(ONE_CLUSTER, "zh") != ONE_CLUSTER
