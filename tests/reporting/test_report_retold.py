"""Stored findings told with labels and in Chinese: whole or not at all, and in step with what is stored."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import report_samples as samples
from fit_builders import exact_answers, factor_covariance, model_of, survey_of
from report_pages import page

from csi_model.comparison.comparability import comparability_finding
from csi_model.comparison.invariance import Invariance
from csi_model.estimation.fitting import fit
from csi_model.estimation.replicates import FLAG_WORDS, REASON_WORDS
from csi_model.evaluation.collinearity import Inflation, collinearity_findings
from csi_model.evaluation.evaluating import evaluate
from csi_model.reporting import measurement, usability
from csi_model.reporting.content import Content
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.retold import retold
from csi_model.reporting.retold_phrases import SENTENCES, STEPS

MOBILE = (
    "Respondents do not tell expectations from quality: the two constructs correlate 0.995. value and "
    "satisfaction are hardly distinct from them either. So the paths that should separate them are arbitrary "
    "(standardised: expectations > value 2.19 and quality > value -1.51; 5 more paths are as uncertain)."
)
MOBILE_FIX = (
    "In this order: merge expectations and quality into one construct; or drop SATIS, which goes with the "
    "questions of quality more than with those of expectations; or fit with `--ridge 0.02`, which steadies "
    "the paths at the price of some bias; or estimate by PLS path modelling (`--estimator pls`), which "
    "does not rest on these parameters."
)
DIAGNOSIS = ("diagnosis", "error", "model", MOBILE, MOBILE_FIX)


def test_a_diagnosis_in_both_languages() -> None:
    assert retold(samples.acsi(), MOBILE, "en") == (
        "Respondents do not tell Customer expectations from Perceived quality: the two constructs correlate "
        "0.995. Hardly distinct from them either: Perceived value and Customer satisfaction. So the paths "
        "that should separate them are arbitrary (standardised: Customer expectations → Perceived value "
        "2.19, Perceived quality → Perceived value −1.51; 5 more as uncertain)."
    )
    assert retold(samples.acsi(), MOBILE, "zh") == (
        "受访者未能区分顾客期望与感知质量：两者的相关系数为 0.995。"
        "与两者同样难以区分的还有：感知价值和顾客满意度。"
        "因此，本应区分两者的路径系数是任意的（标准化系数："
        "顾客期望 → 感知价值 2.19、感知质量 → 感知价值 −1.51；另有 5 条路径同样不确定）。"
    )


def test_advice_step_by_step() -> None:
    english = retold(samples.acsi(), MOBILE_FIX, "en")
    assert "merge Customer expectations and Perceived quality into one construct; or drop" in english
    assert "drop “Overall satisfaction” (SATIS), which goes with the questions of Perceived" in english
    assert "请依次尝试：将顾客期望与感知质量合并为一个潜变量；或删去" in retold(
        samples.acsi(), MOBILE_FIX, "zh"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Something else.",
        MOBILE + " And something else.",
        "In this order: merge a and b into one construct; or think of something else.",
        "So the paths that should separate them are arbitrary (standardised: of some other shape).",
    ],
)
def test_a_text_is_told_anew_whole_or_not_at_all(text: str) -> None:
    assert retold(samples.acsi(), text, "zh") == text


def test_labels_may_hold_anything() -> None:
    content = samples.acsi(labels={"expectations": {"en": "{0} `x` <b>"}})
    assert "Respondents do not tell {0} `x` <b> from quality" in retold(content, MOBILE, "en")
    findings = samples.findings(DIAGNOSIS)
    text = page(replace(content, pooled={**content.pooled, "findings": findings}))
    assert "<b>" not in text


def with_diagnosis(language: str) -> usability.Alert:
    exploding = ("exploding-standard-error", "error", "value ~ quality", "the error is 10.8.", "")
    content = samples.acsi(tables={"findings": samples.findings(exploding, DIAGNOSIS)})
    box = usability.alert(content, language)
    assert box is not None
    return box


def test_the_box_says_why_and_what_to_do() -> None:
    box = with_diagnosis("en")
    assert box.why == (retold(samples.acsi(), MOBILE, "en"),)
    assert box.remedy == retold(samples.acsi(), MOBILE_FIX, "en")
    assert box.named == ("Effects whose standard error explodes: Perceived quality → Perceived value.",)
    assert with_diagnosis("zh").why[0].startswith("受访者未能区分顾客期望与感知质量")


def test_the_page_shows_the_diagnosis_before_any_number_and_symptoms_behind_it() -> None:
    text = page(samples.acsi(tables={"findings": samples.findings(DIAGNOSIS, DIAGNOSIS)}))
    why = text.index("<strong>Why: </strong>Respondents do not tell")
    assert why < text.index("<strong>What to do: </strong>In this order") < text.index('class="number')
    assert "<code>--ridge 0.02</code>" in text
    found = measurement.findings_of(samples.acsi(tables={"findings": samples.findings(
        ("not-converged", "error", "", "It did not end.", ""), DIAGNOSIS)}), "en")  # fmt: skip
    assert found[0]["title"] == "why the fit cannot be used"


def test_groups_that_failed_say_why_the_first_six_by_name() -> None:
    scores = {str(k): 70.0 + k for k in range(8)}
    content = samples.grouped(scores)
    fit = [{"INDUSTRY": key} | row for key in scores for row in samples.fit_rows(admissible=0)]
    rows = [
        {"INDUSTRY": key, "code": "diagnosis", "severity": "error", "where": f"{key}: model", "what": MOBILE}
        for key in scores
    ]
    tables = {
        **content.tables,
        "fit": samples.table("fit", fit, ("INDUSTRY",)),
        "findings": samples.table("findings", rows, ("INDUSTRY",)),
    }
    box = usability.alert(replace(content, tables=tables), "en")
    assert box is not None
    assert len(box.why) == 7
    assert box.why[0].startswith("0: Respondents do not tell Customer expectations")
    assert box.why[-1] == "2 more groups: see the findings."


UNKNOWN = Content(tables={}, pooled={}, constructs=(), paths=(), index="a", title={})
"""No labels: in English a finding is told with the names that it holds."""


def chinese(text: str) -> str:
    """The Chinese words of a stored text, which must be known whole."""
    made = retold(UNKNOWN, text, "zh")
    assert made != text, text
    words = re.sub(r"`[^`]*`|PLS|VIF|HTMT|CFI|RMSEA|Heywood|--estimator fiml", "", made)
    assert not re.search(r"[A-Za-z]{3,}", words), made
    return made


def test_diagnoses_of_real_fits_are_known() -> None:
    """Two constructs that are one, and a Heywood case: what is stored is what the patterns expect."""
    blocks = np.kron(np.eye(3), np.array([[1.0], [0.9], [0.8]]))
    one = factor_covariance(blocks, [[1, 0.999, 0.6], [0.999, 1, 0.6], [0.6, 0.6, 1]], [0.5] * 9)
    strange = factor_covariance(
        np.kron(np.eye(2), np.array([[1.0], [0.5], [0.5]])),
        [[1, 0.3], [0.3, 1]],
        [-0.25, 0.5, 0.5, 0.5, 0.5, 0.5],
    )
    models = (
        (model_of({"a": "a1 a2 a3", "b": "b1 b2 b3", "c": "c1 c2 c3"}, {"c": "a b"}), one),
        (model_of({"a": "a1 a2 a3", "b": "b1 b2 b3"}, {"b": "a"}), strange),
    )
    for model, cov in models:
        made = evaluate(fit(model, survey_of(model, exact_answers(cov, n=200))))
        rows = made.pooled["findings"].to_dict("records")
        told = [row for row in rows if row["code"] in ("diagnosis", "severe-collinearity")]
        assert told
        for row in told:
            chinese(row["what"])
            chinese(row["fix"])


def ladder(**holds: str) -> Invariance:
    table = SimpleNamespace(indicators=("x1", "x2"))
    evidence = SimpleNamespace(parts=(SimpleNamespace(table=table),))
    steps: Any = tuple(
        SimpleNamespace(
            name=name,
            holds=answer,
            released=(("x1", "~1", ""), ("x2", "~1", "")) if answer == "partial" else (),
            fit=SimpleNamespace(evidence=evidence),
        )
        for name, answer in holds.items()
    )
    return Invariance(groups=("1", "2"), left_out=(), constructs=("a",), steps=steps, findings=())


@pytest.mark.parametrize(
    "holds",
    [
        {"configural": "yes", "metric": "yes", "scalar": "yes", "strict": "no"},
        {"configural": "yes", "metric": "yes", "scalar": "partial"},
        {"configural": "yes", "metric": "partial", "scalar": "partial"},
        {"configural": "yes", "metric": "yes", "scalar": "no"},
        {"configural": "yes", "metric": "no"},
    ],
)
def test_verdicts_on_groups_are_known(holds: dict[str, str]) -> None:
    finding = comparability_finding(ladder(**holds))
    made = chinese(finding.what)
    assert made.startswith("路径：")
    if finding.fix:
        chinese(finding.fix)
    english = retold(UNKNOWN, finding.what, "en")
    assert re.sub(r"[^a-z0-9]", "", english.lower()).startswith("paths")
    if "partial" in holds.values():
        assert "(x1 and x2)" in english


def test_overlap_of_drivers_is_known() -> None:
    for vif in (6.0, 40.0):
        rows = [Inflation(outcome="a", driver=name, vif=vif, own=1 / vif) for name in ("b", "c")]
        (finding,) = collinearity_findings(rows)
        assert f"VIF {vif:.1f}" in chinese(finding.what)
        chinese(finding.fix)


def test_reasons_for_draws_left_out_are_known() -> None:
    for words in (*REASON_WORDS.values(), *FLAG_WORDS.values()):
        assert reason_in(words, "zh") != words


def test_both_languages_hold_the_same_names() -> None:
    for pattern, told in (*SENTENCES, *STEPS):
        fields = set(re.findall(r"{(\w+)}", told.en))
        assert fields == set(re.findall(r"{(\w+)}", told.zh)), told.en
        assert fields == set(pattern.groupindex), told.en
