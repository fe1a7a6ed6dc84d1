"""Writing a few files together: all of them or none, nothing overwritten unasked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from csi_model.errors import Finding, StorageError
from csi_model.storage import check_place

Writer = Callable[[Path], None]
"""Writes a file that is too large to be held at once to the path that it is given."""


def write_files(files: Mapping[Path, bytes | Writer], *, force: bool = False) -> tuple[Path, ...]:
    """Write ``files``, given by their bytes or by what writes them, by way of temporary ones.

    Raises
    ------
    StorageError
        A file exists and ``force`` is not given, or a folder cannot be written; nothing was changed.
    """
    check_files(files, force=force)
    written: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            written.append((temporary, path))
            if isinstance(data, bytes):
                temporary.write_bytes(data)
            else:
                data(temporary)
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


def check_files(paths: Iterable[Path], *, force: bool = False) -> None:
    """Raise StorageError where files may not be written, before any work is done."""
    paths = tuple(paths)
    there = [path for path in paths if path.is_dir() or (path.exists() and not force)]
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
    for path in paths:
        check_place(path)
