"""The results folder: written whole or not at all, checked when it is read.

``load(save(r)) == r``; the same results give the same bytes, the creation time in ``manifest.json``
aside.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from csi_model.errors import StorageError
from csi_model.evaluation.results import Results
from csi_model.frames import typed_frame
from csi_model.model.files import parse_model, write_model
from csi_model.vocabulary import SURVEY_TABLES, TABLES

SCHEMA = 2
"""Version of the folder's layout; a folder of another version is refused with a clear message."""

_PACKAGES = ("numpy", "scipy", "pandas", "semopy", "matplotlib")
_FITTED = "Give a folder that `csi fit` or `csi run` wrote."
_OTHER_KINDS = {
    "comparison": ("a comparison", "Give the folders that were compared, or compare them again."),
    "plan": ("a plan", _FITTED),
    "measures": ("other measures", _FITTED),
}
"""What other folders hold that have a manifest > what to do."""

_ADDED = ("schema", "created", "versions", "files", "group_labels", "command")


def save(
    results: Results,
    folder: str | Path,
    *,
    force: bool = False,
    files: Mapping[str, str | bytes] = MappingProxyType({}),
    command: str = "",
) -> Path:
    """Write results into a folder, all or nothing.

    Parameters
    ----------
    results
        What ``evaluate`` returned.
    folder
        A new folder; an existing results folder is replaced only with ``force``.
    files
        More files to store beside the tables (charts, report), by relative path.
    command
        The command that made the results, file names without folders.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StorageError
        The folder exists, holds something else, or cannot be written.
    """
    contents = _contents(results)
    contents |= {name: _bytes(text) for name, text in files.items()}
    contents["manifest.json"] = _bytes(_manifest(results, contents, command))
    return write_folder(Path(folder), contents, force=force)


def write_folder(folder: Path, contents: Mapping[str, bytes], *, force: bool = False) -> Path:
    """Write files into a fresh folder beside the target, then move it into place in one step."""
    check_target(folder, force=force)
    made_above = [parent for parent in folder.absolute().parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as made:
            fresh = Path(made) / "new"
            for name, data in contents.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            if folder.exists():
                folder.rename(Path(made) / "old")
            try:
                fresh.rename(folder)
            except BaseException:  # also an interrupt: the old results go back
                if (Path(made) / "old").exists():
                    (Path(made) / "old").rename(folder)
                raise
    except OSError as error:
        with suppress(OSError):  # a folder that is in use by now stays
            for parent in made_above:
                if parent.is_dir():
                    parent.rmdir()
        raise StorageError.at(
            str(folder),
            f"the results cannot be written ({error.strerror or error}).",
            "Choose another folder with -o; nothing was changed.",
            code="cannot-write",
        ) from None
    return folder


def check_target(folder: Path, *, force: bool = False) -> None:
    """Raise StorageError where results may not be written, before any work is done."""
    if folder.resolve() == Path.cwd():
        raise StorageError.at(
            str(folder),
            "this is the folder that you are in.",
            "Name a new folder in it: -o results.",
            code="not-a-folder",
        )
    check_place(folder)
    if folder.is_file():
        raise StorageError.at(
            str(folder), "this is a file, not a folder.", "Choose another name with -o.", code="not-a-folder"
        )
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not _is_ours(folder / "manifest.json"):
        raise StorageError.at(
            str(folder),
            "the folder holds other files, so it is not overwritten.",
            "Choose an empty or new folder with -o.",
            code="not-a-results-folder",
        )
    if not force:
        raise StorageError.at(
            str(folder),
            "the folder already holds results.",
            "Choose another folder with -o, or replace it with --force.",
            code="folder-exists",
        )


def _is_ours(manifest: Path) -> bool:
    """True for a manifest that this program wrote; other programs have files of that name, too."""
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(found, dict) or "schema" not in found:
        return False
    return isinstance(found.get("versions"), dict) and "csi_model" in found["versions"]


def check_place(path: Path) -> None:
    """Raise StorageError where no file or folder of that name can be made."""
    above = next((parent for parent in path.absolute().parents if parent.exists()), Path("/"))
    if not above.is_dir():
        raise StorageError.at(
            str(path),
            f"{above.name} is a file, so there can be no folder below it.",
            "Choose another name with -o.",
            code="not-a-folder",
        )
    if not os.access(above, os.W_OK):
        raise StorageError.at(
            str(path),
            "you may not write there.",
            "Choose another place with -o.",
            code="cannot-write",
        )


def load(folder: str | Path) -> Results:
    """Read a results folder.

    Raises
    ------
    StorageError
        It is no results folder, of another version, incomplete, or a table was changed by hand.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    _check_files(folder, manifest)
    by = tuple(manifest.get("by", ()))
    model = parse_model((folder / "model.yaml").read_text(encoding="utf-8"), "model.yaml")

    def read(place: str, columns: Sequence[str]) -> Mapping[str, pd.DataFrame]:
        stored = {name for name in TABLES if f"{place}/{name}.csv" in manifest.get("files", {})}
        empty = {name: typed_frame(table, (), tuple(columns)) for name, table in TABLES.items()}
        return MappingProxyType(empty | {n: _read_table(folder, place, n, columns) for n in stored})

    pooled = read("tables/pooled" if by else "tables", ())
    tables = read("tables", by) if by else pooled
    across = {
        name: _read_table(folder, "tables", name, ())
        for name in SURVEY_TABLES
        if f"tables/{name}.csv" in manifest.get("files", {})
    }
    with np.load(folder / "moments.npz", allow_pickle=False) as stored:
        moments = {name: stored[name] for name in stored.files}
    return Results(
        model=model,
        tables=tables,
        pooled=pooled,
        across=MappingProxyType(across),
        scores=_read_scores(folder, by) if "scores.csv" in manifest.get("files", {}) else None,
        by=by,
        group_labels=MappingProxyType(manifest.get("group_labels", {})),
        moments=MappingProxyType(moments),
        manifest=MappingProxyType({key: value for key, value in manifest.items() if key not in _ADDED}),
    )


def versions() -> dict[str, str]:
    """Versions of this program and of what its numbers and pictures rest on."""
    return {
        "csi_model": version("csi_model"),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The stored manifest, whole."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise StorageError.at(
            str(folder),
            "no results are stored here (there is no manifest.json)."
            if folder.is_dir()
            else ("this is a file, not a folder." if folder.exists() else "there is no such folder."),
            "Give a folder that `csi fit` or `csi run` wrote.",
            code="no-results",
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise StorageError.at(
            str(path),
            "the manifest cannot be read, or comes from another version of csi_model.",
            "Fit again, or use the version that wrote it.",
            code="bad-manifest",
        )
    kind = manifest.get("kind", "results")
    if kind != "results" and kind in _OTHER_KINDS:
        what, fix = _OTHER_KINDS[kind]
        what = f"this folder holds {what}, not the results of a fit."
        raise StorageError.at(str(folder), what, fix, code="no-results")
    return manifest


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of a results folder by relative path, to write it again with another report."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_stored_table(folder: Path, name: str, by: Sequence[str] = ()) -> pd.DataFrame:
    """One stored table, ``by`` its group columns, from a folder whose files are as they were written.

    Raises
    ------
    StorageError
        The folder is incomplete, or a table was changed by hand.
    """
    _check_files(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    return _read_table(folder, "tables", name, by)


def folder_kind(folder: Path) -> str:
    """What a folder holds by its manifest: ``results``, ``measures`` ...; "" where there is none."""
    if not _is_ours(folder / "manifest.json"):
        return ""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest.get("kind", "results"))


def _check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    for name, digest in manifest.get("files", {}).items():
        path = folder / name
        if not path.is_file():
            raise StorageError.at(str(path), "the file is missing.", "Fit again.", code="incomplete-folder")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise StorageError.at(
                str(path),
                "the file was changed after it was written.",
                "Fit again: numbers in a results folder are not edited by hand.",
                code="changed-file",
            )


def _contents(results: Results) -> dict[str, bytes]:
    made: dict[str, bytes] = {}
    if results.by:
        made |= {f"tables/{name}.csv": csv_bytes(frame) for name, frame in results.tables.items()}
        made |= {f"tables/pooled/{name}.csv": csv_bytes(frame) for name, frame in results.pooled.items()}
    else:
        made |= {f"tables/{name}.csv": csv_bytes(frame) for name, frame in results.tables.items()}
    made |= {f"tables/{name}.csv": csv_bytes(frame) for name, frame in results.across.items()}
    if results.scores is not None:
        made["scores.csv"] = csv_bytes(results.scores)
    made |= dict(results.files)
    made["model.yaml"] = _bytes(write_model(results.model))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # entries carry no time, so the bytes depend on content
        for name, array in results.moments.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)
    made["moments.npz"] = buffer.getvalue()
    return made


def _manifest(results: Results, contents: Mapping[str, bytes], command: str) -> str:
    made = {
        "schema": SCHEMA,
        **results.manifest,
        "command": command,
        "versions": versions(),
        "group_labels": {column: dict(labels) for column, labels in results.group_labels.items()},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {
            name: hashlib.sha256(data).hexdigest()
            for name, data in sorted(contents.items())
            if not name.startswith(("charts/", "report"))
        },
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A stored table as the folder holds it: UTF-8, ``\\n``, full precision."""
    columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    head = [_quoted(str(name)) for name in frame.columns]
    return _bytes("".join(",".join(row) + "\n" for row in (head, *zip(*columns, strict=True))))


def _cells(column: pd.Series[Any]) -> list[str]:
    """The cells of one column; each text is looked at once, however often it occurs."""
    if column.dtype == np.float64:
        return ["" if value != value else str(value) for value in column.tolist()]
    codes, known = pd.factorize(column)  # a gap has the code -1
    texts = [_quoted(str(value)) for value in known]
    return [texts[code] if code >= 0 else "" for code in codes.tolist()]


def _quoted(text: str) -> str:
    """A cell of a CSV file; Python's own writer leaves a lone carriage return unquoted, which ends a row."""
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8")


def _read_scores(folder: Path, by: Sequence[str]) -> pd.DataFrame:
    frame = pd.read_csv(folder / "scores.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    made = frame.copy()
    for name in frame.columns:
        if name == "row":
            made[name] = frame[name].astype("int64")
        elif name not in by:
            made[name] = frame[name].map(lambda text: float(text) if text else np.nan).astype("float64")
    return made


def _read_table(folder: Path, place: str, name: str, by: Sequence[str]) -> pd.DataFrame:
    """One table; a column that came after the folder was written is empty (its files are as they were)."""
    path = folder / place / f"{name}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    made: dict[str, pd.Series[Any]] = {column: frame[column].astype("str") for column in by}
    table = (TABLES | SURVEY_TABLES)[name]
    for column in table.columns:
        cells = frame[column.name] if column.name in frame else pd.Series("", index=frame.index, dtype=str)
        if column.kind == "number":
            made[column.name] = cells.map(lambda text: float(text) if text else np.nan).astype("float64")
        elif column.kind == "integer":
            made[column.name] = cells.map(lambda text: int(text) if text else pd.NA).astype("Int64")
        elif column.kind == "flag":
            made[column.name] = (cells == "True").astype("bool")
        else:
            made[column.name] = cells.astype("str")
    return pd.DataFrame(made, columns=[*by, *table.column_names])
