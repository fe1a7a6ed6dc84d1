"""Findings and reasons of PLS runs are told with labels and in Chinese, in step with what is stored."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import composite_samples
import numpy as np
import pytest
import report_samples as samples
from fit_builders import CHAIN, chain_survey, model_of

from csi_model.comparison.estimators import beside
from csi_model.comparison.micom import few_dealings, micom_finding
from csi_model.comparison.segmentation import choose
from csi_model.estimation.composite_estimates import CompositeEstimates
from csi_model.estimation.composites import CompositeTable, composite_table
from csi_model.estimation.fitting import fit
from csi_model.estimation.notes import composite_notes
from csi_model.estimation.option_checks import check_options
from csi_model.estimation.options import FitOptions
from csi_model.estimation.pls_verdicts import judge_composites
from csi_model.evaluation.composite_block import composite_findings
from csi_model.evaluation.evaluating import evaluate
from csi_model.reporting import comparable, retold
from csi_model.reporting.content import Content
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.wording import say

UNKNOWN = Content(tables={}, pooled={}, constructs=(), paths=(), index="a", title={})
ALLOWED = (
    r"`[^`]*`|--[a-z]+( centroid| pls)?|PLS|VIF|HTMT|SRMR|d_ULS|d_G|rho_A|AIC\d?|CAIC|BIC|Welch"
    r"|Barclay.*?1995"
)
MODEL = model_of({"a": "a1 a2", "b": "b1 b2", "c": "c1 c2"}, {"c": "a b"})


def chinese(text: str) -> str:
    """The Chinese words of a stored text, which must be known whole."""
    made = retold.retold(UNKNOWN, text, "zh")
    assert made != text, text
    assert not re.search(r"[A-Za-z]{3,}", re.sub(ALLOWED, "", made)), made
    english = retold.retold(UNKNOWN, text, "en")
    for number in re.findall(r"\d+(?:\.\d+)?", text):
        assert number in made, (number, made)
        assert number in english, (number, english)
    return made


def table_of(estimator: str) -> CompositeTable:
    return composite_table(MODEL, check_options(FitOptions(estimator=estimator), MODEL))


def estimates(correlation: float, **changes: Any) -> CompositeEstimates:
    """What no data would give: the numbers that are judged, and nothing else."""
    phi = np.full((3, 3), correlation)
    np.fill_diagonal(phi, 1.0)
    loadings = np.kron(np.eye(3), np.array([[0.9], [0.8]]))
    values: dict[str, Any] = {
        "state": SimpleNamespace(cross=loadings), "rho_a": np.full(3, 0.8), "reliability": np.full(3, 0.8),
        "loadings": loadings, "correlation": phi, "beta": np.zeros((3, 3)),
        "r2": np.array([np.nan, np.nan, 0.5]),
    }  # fmt: skip
    return CompositeEstimates(**(values | changes))


LOADINGS = np.kron(np.eye(3), np.array([[1.1], [-0.3]]))
JUDGED = (
    ("plsc", estimates(1.05, rho_a=np.array([1.2, 0.8, -0.1]), r2=np.array([np.nan, np.nan, 1.3])), 0.1),
    ("plsc", estimates(0.5, loadings=LOADINGS, state=SimpleNamespace(cross=LOADINGS)), 0.0),
    ("pls", estimates(0.97), 0.0),
    ("pls", estimates(1.0), 0.0),
    ("pls", estimates(1 - 1e-7), 0.0),
)


@pytest.mark.parametrize(("estimator", "made", "change"), JUDGED)
def test_verdicts_of_pls_are_known(estimator: str, made: CompositeEstimates, change: float) -> None:
    findings = judge_composites(table_of(estimator), made, change, 1e-7).findings
    assert findings
    for finding in findings:
        chinese(finding.what)
        chinese(finding.fix)
        assert say(f"finding_{finding.code}", "zh")


def test_every_verdict_of_pls_was_among_them() -> None:
    codes = {
        finding.code
        for estimator, made, change in JUDGED
        for finding in judge_composites(table_of(estimator), made, change, 1e-7).findings
    }
    assert codes == {
        "not-converged", "reliability", "loading", "inadmissible-correlation", "latent-covariance",
        "explained-variance", "high-correlation", "negative-loading", "not-identified", "weakly-identified",
    }  # fmt: skip


def test_findings_from_tables_are_known() -> None:
    made: dict[str, list[dict[str, Any]]] = {
        "collinearity": [{"driver": "a", "target": "c", "vif": 7.71}],
        "discriminant": [
            {"construct_1": one, "construct_2": other, "htmt": 0.931, "verdict": "not_distinct"}
            for one, other in (("a", "b"), ("a", "c"))
        ],
        "composite_fit": [
            {"measure": measure, "value": 0.121, "bound_95": 0.052, "verdict": "does_not_fit"}
            for measure in ("srmr", "d_uls", "d_g")
        ],
    }
    nothing: Any = SimpleNamespace(key=())
    found = list(composite_findings(nothing, nothing, nothing, made))
    assert {finding.code for finding in found} == {
        "collinearity",
        "discriminant-validity",
        "composite-misfit",
    }
    for finding in found:
        chinese(finding.what)
        chinese(finding.fix)
    assert chinese(found[1].what) == "受访者难以区分：a和b（HTMT 0.931）；a和c（HTMT 0.931）。"
    assert "（SRMR 0.121 > 0.052；d_ULS 0.121 > 0.052；d_G 0.121 > 0.052）" in chinese(found[2].what)


def test_a_small_sample_is_known() -> None:
    solution: Any = SimpleNamespace(table=table_of("pls"), draws=None, jackknife=None)
    sample: Any = SimpleNamespace(n=12)
    (finding,) = composite_notes(solution, sample, "survey.csv")
    assert "12" in chinese(finding.what)
    chinese(finding.fix)


def micom_row(construct: str, verdict: str, other: str = "2") -> dict[str, Any]:
    return {"construct": construct, "group_1": "1", "group_2": other, "compositional": 0.98,
            "verdict": verdict, "why": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "answers"),
    [
        ([micom_row("a", "full"), micom_row("b", "full")], ("yes", "yes", "yes")),
        ([micom_row("a", "full"), micom_row("b", "partial")], ("yes", "yes", "no")),
        ([micom_row("a", "none"), micom_row("b", "full")], ("partly", "partly", "no")),
        ([micom_row("a", "none", k) for k in "23456"] + [micom_row("b", "full")], ("partly", "partly", "no")),
        ([micom_row("a", "none"), micom_row("b", "none")], ("no", "no", "no")),
        ([micom_row("a", "not tested"), micom_row("b", "full")], ("partly", "partly", "partly")),
    ],
)
def test_verdicts_on_groups_are_known(rows: list[dict[str, Any]], answers: tuple[str, ...]) -> None:
    finding = micom_finding(rows)
    found = retold.comparability(finding.what)
    assert [what for what, _, _ in found] == ["paths", "levels", "pooling"]
    assert tuple(answer for _, answer, _ in found) == answers
    made = retold.retold(UNKNOWN, finding.what, "zh")
    assert made.startswith("路径：")
    assert not re.search(r"[A-Za-z]{3,}", made)
    if finding.fix:
        chinese(finding.fix)


def test_many_pairs_are_counted_and_few_are_named() -> None:
    many = [micom_row("quality", "none", k) for k in "23456"] + [micom_row("value", "none", "all others")]
    text = retold.retold(samples.acsi(), micom_finding(many).what, "en")
    assert "Perceived quality (5 pairs, lowest c 0.980000)" in text
    assert "Perceived value (1 – all others, lowest c 0.980000)" in text


def test_the_answers_stand_in_the_box() -> None:
    box = comparable.box(composite_samples.grouped(), "zh")
    assert box is not None
    assert [answer.title for answer in box.answers] == [
        "路径：部分可比", "指数水平：部分可比", "合用一个模型：不可以",
    ]  # fmt: skip
    assert [answer.state for answer in box.answers] == ["caution", "caution", "bad"]
    assert (
        box.answers[0].text
        == "由题项构成的方式不同：感知质量（Processed food – Airlines，c 最低为 0.981234）。"
    )


def test_too_few_permutations_are_known() -> None:
    pairs: Any = [SimpleNamespace(smallest=0.01, used=20)] * 6
    (finding,) = few_dealings(pairs, 0.95)
    chinese(finding.what)
    chinese(finding.fix)


def segmented(
    count: int, criterion: float, entropy: float = 0.8, smallest: float = 0.4, **changes: Any
) -> Any:
    criteria = dict.fromkeys(("aic", "aic3", "aic4", "bic", "caic", "mdl5"), criterion)
    return SimpleNamespace(
        segments=count, criteria=criteria | changes, entropy=entropy, smallest=smallest, converged=True,
        floored=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "solutions",
    [
        [segmented(1, 5.0), segmented(2, 9.0)],
        [segmented(1, 9.0), segmented(2, 5.0)],
        [segmented(1, 9.0), segmented(2, 5.0), segmented(3, 7.0, aic3=1.0)],
        [segmented(1, 9.0), segmented(2, 5.0), segmented(3, 7.0, aic3=1.0, aic4=1.0)],
        [segmented(1, 9.0), segmented(2, 5.0, entropy=0.31)],
        [segmented(1, 9.0), segmented(2, 6.0), segmented(3, 5.0, smallest=0.01)],
    ],
)
def test_the_choice_of_segments_is_known(solutions: list[Any]) -> None:
    text = choose(solutions, 300.0).sentence
    made = retold.retold(UNKNOWN, text, "zh")
    assert made != text
    assert not re.search(r"[a-z]{3,}", made), made
    assert retold.retold(UNKNOWN, text, "en").lower() == text.replace(" (more", "; more").replace(
        "tried)", "tried"
    ).lower()  # fmt: skip


def test_the_other_estimator_is_known() -> None:
    survey = chain_survey()
    fitted = fit(CHAIN, survey, estimator="pls", bootstrap=0, folds=0)
    _, findings = beside(fitted, evaluate(fitted), survey)
    assert [finding.code for finding in findings] == ["estimators-beside"]
    for finding in findings:
        made = retold.retold(samples.acsi(), finding.what, "zh")
        assert made.startswith("顾客满意度指数：PLS为 ")
        assert "协方差法为 " in made
        english = retold.retold(samples.acsi(), finding.what, "en")
        assert "by PLS and" in english
        assert "by the covariance-based estimator" in english


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("redundancy and Q2: nothing drives the construct", "冗余度与 Q²：该潜变量没有驱动因素"),
        ("rho_a: not defined for this construct: its weights are not those of mode A",
         "rho_A：该潜变量的权重不属于模式 A，没有定义"),
        ("PLS has no likelihood, so that there is no such measure", "PLS 没有似然函数，因此没有该指标"),
        ("it does not exist in 12 of 500 bootstrap replicates", "500 次自助抽样中有 12 次不存在"),
        ("complaints: HTMT and AVE need two indicators", "complaints：HTMT 与 AVE 要求至少两个题项"),
    ],
)  # fmt: skip
def test_reasons_of_pls_in_chinese(why: str, words: str) -> None:
    assert reason_in(why, "zh") == words
    assert reason_in(why, "en") == why
