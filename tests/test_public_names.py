"""The public names: people's scripts depend on them."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import csi_model

NAMES = [
    "CsiError", "Finding", "ModelSpec", "Results", "aggregate", "catalogue", "chart", "compare", "evaluate",
    "fit", "invariance", "load", "measure", "path_tests", "read_model", "read_study", "read_survey",
    "report",
    "run_study", "save", "simulate", "treatments",
]  # fmt: skip


def test_names_are_pinned() -> None:
    assert csi_model.__all__ == NAMES
    assert dir(csi_model) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_there_and_explains_itself(name: str) -> None:
    thing = getattr(csi_model, name)
    assert thing.__name__ == name
    text = inspect.getdoc(thing)
    assert text
    assert text.splitlines()[0].endswith(".")


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].islower()])
def test_each_function_says_what_it_takes_and_raises(name: str) -> None:
    thing = getattr(csi_model, name)
    text = inspect.getdoc(thing) or ""
    parameters = [
        one for one in inspect.signature(thing).parameters if one not in ("fit", "results", "study", "fitted")
    ]
    if "Raises" not in text:
        assert name in ("catalogue", "evaluate", "run_study", "treatments")
    if len(parameters) > 1:
        assert "Parameters\n----------" in text
        for parameter in parameters:
            assert parameter in text, f"{name}: {parameter} is not described"


def test_rooms_do_not_take_the_names_of_functions() -> None:
    import pkgutil

    rooms = {module.name for module in pkgutil.iter_modules(csi_model.__path__)}
    assert not rooms & set(NAMES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="fitt"):
        csi_model.fitt  # noqa: B018


def test_the_import_costs_nothing() -> None:
    probe = (
        "import sys, csi_model; print(sorted({'numpy', 'pandas', 'scipy', 'pydantic'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]"
