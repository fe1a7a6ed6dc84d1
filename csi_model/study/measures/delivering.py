"""Measures as a folder: their tables, charts and report, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csi_model.study.measures.running import Outcome
from csi_model.vocabulary import MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from csi_model.reporting.content import Content


def manifest_of(outcome: Outcome, language: str, command: str) -> dict[str, Any]:
    """What the manifest of a folder of measures says."""
    from csi_model.storage import SCHEMA, versions

    return {
        "schema": SCHEMA,
        "kind": "measures",
        "measures": [dict(one) for one in outcome.asked],
        "options": {"level": outcome.level},
        "seed": outcome.seed,
        "by": list(outcome.by),
        "labels": {name: dict(label) for name, label in outcome.labels.items()},
        "group_labels": {name: dict(labels) for name, labels in outcome.group_labels.items()},
        "survey": dict(outcome.survey),
        "report": {"language": language},
        "command": command,
        "versions": versions(),
    }


def deliver_measures(
    outcome: Outcome,
    folder: Path,
    *,
    language: str = "en",
    formats: Sequence[str] = ("html",),
    force: bool = False,
    command: str = "",
) -> Path:
    """Store measures: manifest, ``tables/``, ``charts/`` and reports, all or nothing.

    Raises
    ------
    StorageError
        The folder cannot be written; nothing was changed.
    """
    from csi_model.reporting.kinds import report_files
    from csi_model.storage import csv_bytes, write_folder

    contents = {f"tables/{name}.csv": csv_bytes(frame) for name, frame in outcome.tables.items()}
    contents |= dict(outcome.files)
    manifest = manifest_of(outcome, language, command)
    manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())}
    contents |= report_files("measures", _content(outcome.tables, manifest), language, formats)
    contents["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    return write_folder(folder, contents, force=force)


def _content(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> Content:
    from csi_model.reporting.content import Content

    return Content(
        tables={},
        pooled={},
        across=tables,
        by=tuple(manifest.get("by", ())),
        constructs=(),
        paths=(),
        index="",
        labels=manifest.get("labels", {}),
        group_labels=manifest.get("group_labels", {}),
        title={},
        manifest=manifest,
    )


def stored_measures(folder: Path) -> Content:
    """Read stored measures back.

    Raises
    ------
    StorageError
        The folder is incomplete, or a table was changed by hand.
    """
    from csi_model.storage import read_stored_table

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = {
        name: read_stored_table(folder, name)
        for name in MEASURES
        if f"tables/{name}.csv" in manifest.get("files", {})
    }
    return _content(tables, manifest)
