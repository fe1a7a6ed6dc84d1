"""A comparison as a folder: its tables, charts and reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from csi_model.comparison.differences import UNIT, Comparison
from csi_model.errors import StorageError
from csi_model.model.files import parse_model, write_model
from csi_model.model.spec import ModelSpec
from csi_model.reporting.content import Content
from csi_model.reporting.kinds import report_files
from csi_model.storage import SCHEMA, csv_bytes, read_stored_table, versions, write_folder
from csi_model.study.report_options import look_of

_TABLES = ("index", "differences", "findings")


def deliver_comparison(
    comparison: Comparison,
    folder: Path,
    *,
    language: str = "en",
    formats: Sequence[str] = ("html",),
    force: bool = False,
    command: str = "",
) -> Path:
    """Store a comparison: manifest, ``model.yaml``, ``tables/``, ``charts/`` and reports.

    Raises
    ------
    StorageError
        The folder cannot be written; nothing was changed.
    """
    model = comparison.results[0].model
    said = comparison.results[0].manifest.get("report", {})
    tables = {name: getattr(comparison, name) for name in _TABLES}
    stored = {
        f"tables/{name}.csv": csv_bytes(frame) for name, frame in (tables | dict(comparison.across)).items()
    }
    stored["model.yaml"] = write_model(model).encode("utf-8")
    manifest = {
        "schema": SCHEMA,
        "kind": "comparison",
        "model": model.name,
        "units": list(comparison.units),
        "level": comparison.level,
        "options": {"level": comparison.level},
        **_followed(comparison),
        "surveys": [dict(result.manifest["survey"]) for result in comparison.results],
        "report": {name: said[name] for name in ("client", "preparer", "look") if name in said}
        | {"language": language},
        "command": command,
        "versions": versions(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(stored.items())},
    }
    content = _content(model, tables, comparison.across, manifest)
    made = report_files("comparison", content, language, formats)
    made["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    return write_folder(folder, stored | made, force=force)


def stored_comparison(folder: Path) -> Content:
    """Read a stored comparison back.

    Raises
    ------
    StorageError
        The folder is incomplete, or a table was changed by hand.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if "model.yaml" not in manifest.get("files", {}):
        raise StorageError.at(
            str(folder),
            "this comparison was stored by an earlier version, without its model.",
            "Compare the folders again.",
            code="incomplete-folder",
        )
    names = [Path(name).stem for name in manifest["files"] if name.startswith("tables/")]
    tables = {name: read_stored_table(folder, name, (UNIT,) if name == "index" else ()) for name in names}
    model = parse_model((folder / "model.yaml").read_text(encoding="utf-8"), "model.yaml")
    across = {name: frame for name, frame in tables.items() if name not in _TABLES}
    return _content(model, {name: tables[name] for name in _TABLES}, across, manifest)


def _content(
    model: ModelSpec,
    tables: Mapping[str, pd.DataFrame],
    across: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
) -> Content:
    return Content(
        tables=tables,
        pooled=tables,
        across=across,
        by=(UNIT,),
        constructs=model.construct_names,
        paths=tuple((path.source, path.target) for path in model.paths),
        index=model.index,
        low_is_good=frozenset(c.name for c in model.constructs if not c.high_is_good),
        labels={construct.name: dict(construct.label) for construct in model.constructs},
        title=model.title or {"en": model.name},
        source=model.source,
        structure=model.structure,
        caveat=model.caveat,
        manifest=manifest,
        look=look_of(manifest.get("report", {}), {}),
    )


def _followed(comparison: Comparison) -> dict[str, Any]:
    """What the manifest says of the waves: their order, the headline weights, and where these are held."""
    if comparison.waves is None or "trend" not in comparison.across:
        return {}
    order = list(dict.fromkeys(comparison.across["trend"]["wave"]))
    base = comparison.waves.base or order[0]
    return {"waves": {"order": order, "weights": comparison.waves.weights, "base": base}}
