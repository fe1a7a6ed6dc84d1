"""Writing a few files together: all of them or none, nothing overwritten unasked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from csi_model.errors import Finding, StorageError
from csi_model.storage import check_place


def write_files(files: Mapping[Path, bytes], *, force: bool = False) -> tuple[Path, ...]:
    """Write ``files`` by way of temporary ones.

    Raises
    ------
    StorageError
        A file exists and ``force`` is not given, or a folder cannot be written; nothing was changed.
    """
    there = [path for path in files if path.is_dir() or (path.exists() and not force)]
    if there:
        raise StorageError(
            Finding(
                code="file-exists",
                severity="error",
                where=str(path),
                what="this is a folder." if path.is_dir() else "the file exists already.",
                fix="Give another name with -o" + ("." if path.is_dir() else ", or replace it with --force."),
            )
            for path in there
        )
    for path in files:
        check_place(path)
    written: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            written.append((temporary, path))
            temporary.write_bytes(data)
        for temporary, path in written:
            temporary.replace(path)
    except OSError as error:
        raise StorageError.at(
            str(error.filename or ""),
            f"the file cannot be written ({error.strerror}).",
            "Choose another place with -o.",
            code="cannot-write",
        ) from None
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
    return tuple(files)
