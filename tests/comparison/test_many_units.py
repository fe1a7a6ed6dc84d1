"""Many units one by one have the numbers of a fit of all groups at once, whoever does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fit_builders import CHAIN, chain_answers, survey_of

from csi_model.comparison import many_units
from csi_model.comparison.many_units import CHUNK, measure_units
from csi_model.errors import StoppedError
from csi_model.estimation.fitting import detail_for, fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.evaluation.results import Results
from csi_model.survey.survey import Survey

SIZES = (60, 45, 80, 12, 50, 40, 55, 70, 65, 48, 52)
"""Respondents of eleven firms: two chunks; the fourth is below the minimum base."""
PLS = {"estimator": "pls", "bootstrap": 120, "seed": 3}


def firms_survey() -> Survey:
    firm = np.repeat([f"F{k:02d}" for k in range(len(SIZES))], SIZES).tolist()
    industry = [f"I{int(name[1:]) // 4}" for name in firm]
    answers = chain_answers(sum(SIZES), 11)
    answers[7, 3] = np.nan
    return survey_of(CHAIN, answers, groups={"industry": industry, "firm": firm})


@pytest.fixture(scope="module")
def survey() -> Survey:
    return firms_survey()


@pytest.fixture(scope="module")
def measured(survey: Survey) -> Results:
    return measure_units(CHAIN, survey, **PLS)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [PLS, {"estimator": "ml"}, {"estimator": "mlr", "bootstrap": 0}],
    ids=["pls", "ml", "mlr"],
)
def test_the_numbers_are_those_of_one_fit_of_all_groups(survey: Survey, options: dict[str, Any]) -> None:
    results, whole = measure_units(CHAIN, survey, **options)
    together = evaluate(fit(CHAIN, survey, **options, detail="units"))
    assert results == together
    assert whole.groups == ()
    assert whole.by == ("industry", "firm")


def test_brief_tables_agree_with_full_ones(survey: Survey, measured: Results) -> None:
    """What is left out is left out whole; what is there has the same numbers."""
    full = evaluate(fit(CHAIN, survey, **PLS, detail="full"))
    empty = {name for name, frame in measured.tables.items() if frame.empty and not full.tables[name].empty}
    assert empty == {
        "composite_fit", "communalities", "redundancies", "prediction", "cvpat", "cross_loadings",
        "effect_correlations",
    }  # fmt: skip
    for name in measured.tables.keys() - empty:
        pd.testing.assert_frame_equal(measured.tables[name], full.tables[name], check_exact=True)


def test_a_small_unit_is_suppressed_and_leaves_no_numbers(measured: Results) -> None:
    rows = measured.tables["index"].query("firm == 'F03'")
    assert len(rows) == 8
    assert rows["index"].isna().all()
    assert rows["why"].str.contains("12 respondents").all()
    place = 1 + list(measured.moments["keys"][1:, 1]).index("F03")
    assert not any(name.endswith(f"_{place}") for name in measured.moments)


@pytest.mark.slow
def test_workers_do_not_change_a_digit(survey: Survey, measured: Results) -> None:
    assert measure_units(CHAIN, survey, **PLS, workers=2)[0] == measured


def test_finished_chunks_are_taken_up(
    survey: Survey, measured: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is stopped after its first chunk goes on from there, to the same results."""
    work = many_units._chunk
    done: list[int] = []

    def once(*arguments: Any) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return work(*arguments)

    monkeypatch.setattr(many_units, "_chunk", once)
    with pytest.raises(StoppedError, match=f"{CHUNK} of {len(SIZES)} units are done and kept"):
        measure_units(CHAIN, survey, **PLS, checkpoint=tmp_path)
    monkeypatch.setattr(many_units, "_chunk", work)
    told: list[tuple[str, int, int]] = []
    again = measure_units(
        CHAIN, survey, **PLS, checkpoint=tmp_path, progress=lambda *words: told.append(words)
    )[0]
    assert again == measured
    units = [done for what, done, _ in told if what == "industry x firm"]
    assert units == [CHUNK, len(SIZES)]


def test_another_definition_finds_nothing(survey: Survey, tmp_path: Path) -> None:
    """Chunks of another seed are not taken up, nor is a file that is no chunk."""
    measure_units(CHAIN, survey, **PLS, checkpoint=tmp_path)
    before = set(tmp_path.glob("*-units.npz"))
    assert len(before) == 2
    broken = min(before)
    broken.write_bytes(b"no archive")
    told: list[int] = []

    def tell(what: str, done: int, total: int) -> None:
        if what == "industry x firm":
            told.append(done)

    measure_units(CHAIN, survey, **PLS, checkpoint=tmp_path, progress=tell)
    assert told[0] in (len(SIZES) - CHUNK, CHUNK)
    measure_units(CHAIN, survey, **{**PLS, "seed": 4}, checkpoint=tmp_path, progress=tell)
    assert len(set(tmp_path.glob("*-units.npz"))) == 4


def test_without_a_folder_an_interrupt_is_an_interrupt(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*arguments: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(many_units, "_chunk", never)
    with pytest.raises(KeyboardInterrupt):
        measure_units(CHAIN, survey, **PLS)


def test_detail_follows_the_number_of_groups() -> None:
    assert detail_for(0) == detail_for(40) == "full"
    assert detail_for(41) == "units"
