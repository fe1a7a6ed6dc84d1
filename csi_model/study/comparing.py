"""A comparison as a folder: its tables, a chart and a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from csi_model.comparison.differences import UNIT, Comparison
from csi_model.reporting.content import Content
from csi_model.reporting.writers import Handed, write_reports
from csi_model.storage import SCHEMA, csv_bytes, versions, write_folder


def deliver_comparison(
    comparison: Comparison, folder: Path, *, language: str = "en", force: bool = False, command: str = ""
) -> Path:
    """Store a comparison: manifest, ``tables/``, ``charts/`` and ``report.html``.

    Raises
    ------
    StorageError
        The folder cannot be written; nothing was changed.
    """
    from csi_model.reporting.comparison_page import comparison_outline, comparison_pictures

    tables = {
        "index": comparison.index,
        "differences": comparison.differences,
        "findings": comparison.findings,
    }
    manifest = {
        "schema": SCHEMA,
        "kind": "comparison",
        "model": comparison.results[0].model.name,
        "units": list(comparison.units),
        "level": comparison.level,
        "options": {"level": comparison.level},
        **_followed(comparison),
        "surveys": [dict(result.manifest["survey"]) for result in comparison.results],
        "command": command,
        "versions": versions(),
    }
    model = comparison.results[0].model
    content = Content(
        tables=tables,
        pooled=tables,
        across=comparison.across,
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
    )
    handed = Handed(
        content=content,
        outline=comparison_outline(content, language),
        pictures=comparison_pictures(content, language),
    )
    stored = {**tables, **comparison.across}
    contents = {f"tables/{name}.csv": csv_bytes(frame) for name, frame in stored.items()}
    contents |= write_reports(handed, ("html",))
    contents["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
    return write_folder(folder, contents, force=force)


def _followed(comparison: Comparison) -> dict[str, Any]:
    """What the manifest says of the waves: their order, the headline weights, and where these are held."""
    if comparison.waves is None or "trend" not in comparison.across:
        return {}
    order = list(dict.fromkeys(comparison.across["trend"]["wave"]))
    base = comparison.waves.base or order[0]
    return {"waves": {"order": order, "weights": comparison.waves.weights, "base": base}}
