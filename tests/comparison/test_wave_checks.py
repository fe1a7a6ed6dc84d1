"""Are the waves of one study: every kind of change, in stored folders and within one survey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, survey_of
from wave_builders import cell, two_waves, wave

from csi_model.comparison.wave_checks import answer_checks, check_findings, folder_checks, study_stamp
from csi_model.evaluation.results import Results
from csi_model.model.spec import Indicator, ModelSpec, Path, Scale
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.reading import read_survey
from csi_model.survey.survey import Survey
from csi_model.terms import TERMS


def with_item(**changes: Any) -> ModelSpec:
    """The chain model with another first question of quality."""
    return with_items(lambda item: replace(item, **changes) if item.name == "q1" else item)


def with_items(change: Any) -> ModelSpec:
    constructs = tuple(
        replace(one, indicators=tuple(change(item) for item in one.indicators)) for one in CHAIN.constructs
    )
    return replace(CHAIN, constructs=constructs)


def another(model: ModelSpec = CHAIN, manifest: Mapping[str, Any] | None = None, **options: Any) -> Results:
    base = wave(1)
    changed = {**base.manifest, **(manifest or {})}
    changed["options"] = {**base.manifest["options"], **options}
    return replace(base, model=model, manifest=MappingProxyType(changed))


def differing(other: Results, base: Results | None = None) -> dict[str, str]:
    """Subjects that are not the same, with the words for it."""
    table = folder_checks({"a": base or wave(1), "b": other})
    assert set(table["subject"]) <= set(TERMS)
    assert (table["same"] == (table["what"] == "")).all()
    return {row["subject"]: row["what"] for row in table.to_dict("records") if not row["same"]}


def test_the_same_study_differs_in_nothing() -> None:
    assert differing(wave(2, 0.3)) == {}


@pytest.mark.parametrize(
    ("other", "subject", "words"),
    [
        (another(replace(CHAIN, paths=(*CHAIN.paths, Path(source="quality", target="loyalty")))), "model",
         "loyalty <- quality: nothing > path"),
        (another(replace(CHAIN, index="loyalty")), "model", "index: satisfaction > loyalty"),
        (another(with_items(lambda item: item if item.name != "l2" else Indicator(name="l3"))), "questions",
         "loyalty: l1 l2 (mode A) > l1 l3 (mode A)"),
        (another(with_item(scale=Scale(low=0, high=10))), "scales", "q1: 1 to 10 > 0 to 10"),
        (another(with_item(reversed=True)), "direction", "q1: as asked > reversed"),
        (another(with_item(label={"en": "Overall quality", "zh": "总体质量"})), "wording",
         "q1: nothing > en: Overall quality / zh: 总体质量"),
        (another(estimator="mlr"), "estimator", "estimator: ml > mlr"),
        (another(weight_rule="equal"), "weights", "weight rule: loadings > equal"),
        (another(missing_data="mean"), "missing_answers", "rule: complete > mean"),
        (another(manifest={"weight": "w"}), "sampling_weights", "weights: not weighted > weighted"),
        (another(variances="bounded"), "options", "variances: free > bounded"),
    ],
    ids=["path", "index", "question", "scale", "direction", "wording", "estimator", "weights", "missing",
         "weighted", "options"],
)  # fmt: skip
def test_each_kind_of_change_is_told_in_words(other: Results, subject: str, words: str) -> None:
    found = differing(other)
    assert found[subject] == words
    assert set(found) == {subject} | (
        {"scales", "wording", "direction"} & set(found) if "l3" in words else set()
    )


def test_a_question_that_is_ordered_in_one_wave_only() -> None:
    """One answer between the steps makes a question a number: its loadings have another unit."""
    steps = [item.name for item in CHAIN.indicators]
    found = differing(
        another(manifest={"ordered_answers": steps[1:]}, estimator="wlsmv"),
        another(manifest={"ordered_answers": steps}, estimator="wlsmv"),
    )
    assert found == {"estimator": f"{steps[0]}: ordered steps > a number"}


def coded(**codes: str) -> Results:
    return another(manifest={"study": {"codes": codes}})


def test_codes_are_compared_where_they_are_stored() -> None:
    found = differing(coded(q1="98 is dont_know; 99 is refused"), coded(q1="98 is dont_know"))
    assert found == {"codes": "q1: 98 is dont_know > 98 is dont_know; 99 is refused"}
    assert differing(coded(q1="98 is dont_know")) == {"codes": "not stored with one of the waves"}


def test_many_differences_are_told_by_the_first() -> None:
    words = differing(another(with_items(lambda item: replace(item, label={"en": "new"}))))["wording"]
    assert words.count("new") == 5
    assert words.endswith("; and 6 more")


def test_every_difference_is_a_warning() -> None:
    other = another(with_item(label={"en": "Quality"}), variances="bounded")
    (wording, options) = check_findings(folder_checks({"a": wave(1), "b": other}))
    assert {wording.code, options.code} == {"waves-differ"}
    assert (wording.severity, wording.where) == ("warning", "a and b")
    assert wording.what.startswith("the texts of questions differ: q1:")
    assert wording.fix


# ---- what is stored of a study


def frame() -> pd.DataFrame:
    answers = np.round(np.clip(chain_answers(60, 1), 1, 10))
    return pd.DataFrame(answers, columns=[item.name for item in CHAIN.indicators])


def read(**changes: Any) -> Survey:
    return read_survey(frame(), CHAIN, **changes)


def test_codes_of_a_survey_in_words() -> None:
    columns = {
        "l1": Column(name="l1", recode={26.0: 10.0}, asked_when=Routing(column="s1", low=6, high=10)),
        "q1": Column(name="q1", missing={97.0: "skipped"}),
    }
    survey = read(missing={98: "dont_know"}, codebook=Codebook(columns=columns))
    assert survey.codes["x1"] == "98 is dont_know"
    assert survey.codes["q1"] == "97 is skipped; 98 is dont_know"
    assert survey.codes["l1"] == "98 is dont_know; 26 counts as 10; asked where s1 is 6 to 10"


def test_one_hash_for_one_study_and_another_for_any_change() -> None:
    plain, coded = read(), read(missing=[99])
    stamp = study_stamp(wave(1), plain)
    assert study_stamp(wave(2, 0.3), plain) == stamp
    for results, survey, subject in (
        (another(with_item(label={"en": "Quality"})), plain, "wording"),
        (another(with_item(scale=Scale(low=0, high=10))), plain, "scales"),
        (another(estimator="mlr"), plain, "estimator"),
        (wave(1), coded, "codes"),
    ):
        other = study_stamp(results, survey)
        assert other["hash"] != stamp["hash"]
        assert [name for name, part in other["parts"].items() if part != stamp["parts"][name]] == [subject]
    assert stamp["codes"] == dict(plain.codes)


# ---- within one survey


def checked(change: Any) -> dict[str, str]:
    survey = two_waves(n=60)
    answers = np.clip(np.round(survey.answers), 1, 10)
    answers[:2, :], answers[60:62, :] = [[1.0], [10.0]], [[1.0], [10.0]]
    change(answers[:60], answers[60:])
    made = survey_of(CHAIN, answers, groups={"wave": list(survey.groups[0])})
    table = answer_checks(made, "wave", ("2024", "2025"))
    assert set(table["subject"]) <= set(TERMS)
    return {row["subject"]: row["what"] for row in table.to_dict("records") if not row["same"]}


def test_answers_of_one_survey() -> None:
    def nothing(first: Any, second: Any) -> None:
        pass

    def unasked(first: Any, second: Any) -> None:
        second[:, 0] = np.nan

    def other_scale(first: Any, second: Any) -> None:
        second[:, 0] = np.clip(np.round(second[:, 0] / 2), 1, 5)

    def gaps(first: Any, second: Any) -> None:
        first[:15, 3] = np.nan

    assert checked(nothing) == {}
    assert checked(unasked) == {"answered": "x1: answered in the first of them only"}
    assert checked(other_scale)["answer_range"].startswith("x1: ")
    assert checked(other_scale)["answer_range"].endswith("> 1 to 5")
    assert checked(gaps) == {"gaps": "q1: 25 % missing > 0 %"}


def test_one_survey_is_one_study() -> None:
    table = answer_checks(two_waves(n=60), "wave", ("2024", "2025"))
    assert {"model", "questions", "scales", "codes"} <= set(table["subject"])
    assert cell(table, "same", subject="scales")
