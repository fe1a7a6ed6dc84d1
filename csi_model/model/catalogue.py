"""The catalogue: published index models, one YAML file each, and the door for every model source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from csi_model.errors import Finding, ModelError, suggest
from csi_model.model.files import examine_model_file, read_model_file
from csi_model.model.lavaan import examine_lavaan_file
from csi_model.model.problems import Examined
from csi_model.model.products import index_problem
from csi_model.model.shipped import shipped
from csi_model.model.spec import ModelSpec

YAML_ENDINGS = (".yaml", ".yml")
LAVAAN_ENDINGS = (".lav", ".txt")
_SURVEY_ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".sav", ".zsav", ".dta", ".parquet")


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """One model of the catalogue at a glance: ``title`` by language, numbers of constructs and paths."""

    name: str
    title: Mapping[str, str]
    constructs: int
    paths: int
    structure: str


def catalogue() -> tuple[str, ...]:
    """Return the names of the models that come with the package, families together."""
    return tuple(entry.name for entry in catalogue_entries())


def catalogue_entries() -> tuple[CatalogueEntry, ...]:
    """Return every model of the catalogue at a glance, without reading the model files."""
    listed = json.loads((shipped("models") / "catalogue.json").read_text(encoding="utf-8"))
    return tuple(
        CatalogueEntry(
            name=one["name"],
            title=MappingProxyType(one["title"]),
            constructs=one["constructs"],
            paths=one["paths"],
            structure=one["structure"],
        )
        for one in listed["models"]
    )


def catalogue_listing(names: tuple[str, ...]) -> dict[str, Any]:
    """Return the contents of ``models/catalogue.json``, made from the model files themselves."""
    return {"models": [_listed(read_model_file(shipped("models") / f"{name}.yaml")) for name in names]}


def _listed(spec: ModelSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "title": dict(spec.title),
        "constructs": len(spec.constructs),
        "paths": len(spec.paths),
        "structure": spec.structure,
    }


def read_catalogue(name: str) -> ModelSpec:
    """Return a model of the catalogue.

    Raises
    ------
    ModelError
        There is no model of that name; the closest one is named.
    """
    names = catalogue()
    if name not in names:
        what = "There is no such model in the catalogue."
        raise ModelError.at(name, what, _closest(name, names), code="no-model")
    return read_model_file(shipped("models") / f"{name}.yaml")


def read_model(source: str | Path, *, index: str | None = None) -> ModelSpec:
    """Read a model from whatever names one.

    Parameters
    ----------
    source
        A catalogue name (``acsi``), a model file (``.yaml``, ``.yml``), or a file in lavaan syntax
        (``.lav``, ``.txt``).
    index
        Construct that the index is read from, in place of the one that the model names.

    Raises
    ------
    ModelError
        There is no such model or file, or it cannot be used; every mistake with ``file:line``.
    """
    return examine_model(source, index=index).spec


def examine_model(source: str | Path, *, index: str | None = None) -> Examined:
    """Read a model together with its warnings and notes, each with ``file:line``; see ``read_model``."""
    text = str(source)
    ending = Path(text).suffix.lower()
    if text in catalogue():
        return _with_index(examine_model_file(shipped("models") / f"{text}.yaml"), index)
    if Path(text).is_file() and ending in YAML_ENDINGS:
        return _with_index(examine_model_file(text), index)
    if Path(text).is_file() and ending in LAVAAN_ENDINGS:
        return examine_lavaan_file(text, index)
    raise _unknown_source(text, ending)


def _with_index(examined: Examined, index: str | None) -> Examined:
    spec = examined.spec
    if index is None:
        return examined
    if index not in spec.construct_names:
        raise ModelError.at(
            "--index",
            f"The index is to be read from {index!r}, but there is no such construct.",
            suggest(index, spec.construct_names),
            code="unknown-construct",
        )
    problem = index_problem(spec, index)
    if problem is not None:
        raise ModelError(problem.finding("--index"))
    return replace(examined, spec=replace(spec, index=index))


def _unknown_source(text: str, ending: str) -> ModelError:
    """Return the error for a source that is neither in the catalogue nor a model file."""
    path, names = Path(text), catalogue()
    shown = path.name or text
    endings = ", ".join(YAML_ENDINGS + LAVAAN_ENDINGS)
    if path.is_dir():
        what, fix = "This is a folder, not a model.", f"Name a file in it ({endings})."
    elif path.is_file() and ending in _SURVEY_ENDINGS:
        what = "This is a survey, not a model."
        fix = "The model comes first, then the survey: csi fit MODEL SURVEY."
    elif path.is_file():
        told = f"a file ending in {ending}" if ending else "a file without an ending"
        what = f"A model cannot be read from {told}."
        fix = f"Give a model file ({endings}) or a name from the catalogue ({', '.join(names)})."
    elif ending in YAML_ENDINGS + LAVAAN_ENDINGS:
        what, fix = "There is no such file.", _beside(path)
        if path.stem in names:
            fix += f" The catalogue has this model under the name {path.stem!r}, without an ending."
    else:
        what = "There is no such model in the catalogue, and no such file."
        fix = _closest(text, names)
    return ModelError(Finding(code="no-model", severity="error", where=shown, what=what, fix=fix))


def _beside(path: Path) -> str:
    """Return the file most like ``path`` in its folder, as a remedy."""
    if not path.parent.is_dir():
        return "Its folder does not exist either; check the path."
    there = sorted(other.name for other in path.parent.iterdir() if other.is_file())
    close = get_close_matches(path.name, there, n=1, cutoff=0.75)
    return f"Did you mean {close[0]!r}?" if close else "Check its name and folder."


def _closest(name: str, names: tuple[str, ...]) -> str:
    close = get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    listed = f"The catalogue has: {', '.join(names)}."
    return f"Did you mean {close[0]!r}? {listed}" if close else listed
