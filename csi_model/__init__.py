"""Customer satisfaction indices: models in files, fitted to surveys, turned into index scores.

The public names load their rooms on first use, so that ``import csi_model`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csi_model.comparison.aggregating import aggregate
    from csi_model.comparison.differences import compare
    from csi_model.comparison.invariance import invariance
    from csi_model.comparison.path_tests import path_tests
    from csi_model.comparison.treatments import treatments
    from csi_model.errors import CsiError, Finding
    from csi_model.estimation.fitting import fit
    from csi_model.evaluation.evaluating import evaluate
    from csi_model.evaluation.results import Results
    from csi_model.model.catalogue import catalogue, read_model
    from csi_model.model.spec import ModelSpec
    from csi_model.storage import load, save
    from csi_model.study.delivering import chart, report
    from csi_model.study.files import read_study
    from csi_model.study.measures.running import measure
    from csi_model.study.running import run_study
    from csi_model.survey.reading import read_survey
    from csi_model.survey.simulation import simulate

_HOMES = {
    "CsiError": "errors",
    "Finding": "errors",
    "ModelSpec": "model.spec",
    "Results": "evaluation.results",
    "aggregate": "comparison.aggregating",
    "catalogue": "model.catalogue",
    "chart": "study.delivering",
    "compare": "comparison.differences",
    "evaluate": "evaluation.evaluating",
    "fit": "estimation.fitting",
    "invariance": "comparison.invariance",
    "load": "storage",
    "measure": "study.measures.running",
    "path_tests": "comparison.path_tests",
    "read_model": "model.catalogue",
    "read_study": "study.files",
    "read_survey": "survey.reading",
    "report": "study.delivering",
    "run_study": "study.running",
    "save": "storage",
    "simulate": "survey.simulation",
    "treatments": "comparison.treatments",
}

__all__ = [
    "CsiError", "Finding", "ModelSpec", "Results", "aggregate", "catalogue", "chart", "compare", "evaluate",
    "fit", "invariance", "load", "measure", "path_tests", "read_model", "read_study", "read_survey", "report",
    "run_study", "save", "simulate", "treatments",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'csi_model' has no attribute {name!r}")
    return getattr(import_module(f"csi_model.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
