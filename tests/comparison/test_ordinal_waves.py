"""Stored results of ordered answers read back: the same index, effects and their errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fit_builders import chain_survey

from csi_model.comparison.wave_reading import reader_of
from csi_model.estimation.fitting import fit
from csi_model.evaluation.evaluating import evaluate
from csi_model.storage import load, save

ARRAYS = ("mean", "mean_covariance", "values", "covariance", "steps")


@pytest.mark.parametrize("estimator", ["wlsmv", "ml"])
def test_what_is_stored_gives_index_and_effects_again(estimator: str, tmp_path: Path) -> None:
    survey = chain_survey()
    results = evaluate(fit(survey.model, survey, estimator=estimator, beside=False))
    read = load(save(results, tmp_path / "r"))
    reader = reader_of(read)
    block = reader.block({name: read.moments[f"{name}_0"] for name in ARRAYS if f"{name}_0" in read.moments})
    at, layout = block.point, reader.layout
    weight, loading = at[layout.w], at[layout.l]
    index, points = (
        np.bincount(layout.owner, weights=weight * other) for other in (at[layout.x][layout.item], loading)
    )
    assert index == pytest.approx(results.tables["index"]["index"].to_numpy(), abs=1e-9)
    effects = results.tables["effects"].query("kind == 'direct'").set_index(["source", "target"])
    for (source, target), beta in zip(layout.paths, at[layout.beta], strict=True):
        names = layout.constructs[source], layout.constructs[target]
        expected = float(effects.loc[names, "effect"])
        assert beta * points[target] / points[source] == pytest.approx(expected, abs=1e-9)
    assert np.isfinite(block.covariance).all()
