"""Finished batches on disk, so that a long run goes on where it was stopped.

A batch is one file, written under another name first and then renamed, so that it is there whole or not
at all. Its name begins with the key of the run, a hash of everything that its numbers depend on, so that
runs share a folder without seeing each other's batches. A file that cannot be read, or says inside that
it belongs to another run, counts as absent and is written again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from csi_model.errors import StorageError
from csi_model.estimation.replicates import Outcome

FORMAT = 1
"""To be raised when batches of the same definition get other numbers."""

_KINDS = {"means": "f8", "values": "f8", "reason": "i1", "flags": "u1"}


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Where the batches of one run are kept."""

    folder: Path
    key: str

    def path(self, k: int, size: int) -> Path:
        """The file of batch ``k`` with ``size`` draws."""
        return self.folder / f"{self.key[:16]}-{k:06d}-{size}.npz"

    def read(self, k: int, size: int) -> Outcome | None:
        """Batch ``k``, or None where there is no file to be trusted."""
        try:
            # opened here, since numpy leaves a broken archive open
            with self.path(k, size).open("rb") as file:
                stored = np.load(file, allow_pickle=False)
                if not isinstance(stored, np.lib.npyio.NpzFile):
                    return None
                key = str(stored["key"])
                arrays = {name: stored[name] for name in _KINDS}
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
            return None
        sound = all(array.dtype == np.dtype(_KINDS[name]) for name, array in arrays.items())
        if not sound or key != self.key or any(len(array) != size for array in arrays.values()):
            return None
        return Outcome(**arrays)

    def write(self, k: int, outcome: Outcome) -> None:
        """Keep batch ``k``.

        Raises
        ------
        StorageError
            The folder cannot be written.
        """
        arrays = {name: np.asarray(getattr(outcome, name), dtype=kind) for name, kind in _KINDS.items()}
        write_whole(self.path(k, len(outcome.reason)), {"key": np.array(self.key), **arrays})


def write_whole(target: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays by name to a file that is there whole or not at all.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            os.replace(name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise StorageError.at(
            str(target.parent),
            f"finished batches cannot be kept here ({error.strerror or error}).",
            "Choose another folder, or run without one.",
            code="cannot-write",
        ) from None


def checkpoint_of(folder: str | Path, *parts: object) -> Checkpoint:
    """The place of the run that ``parts`` define (estimator, plan, seed ...)."""
    versions = tuple(version(name) for name in ("csi_model", "numpy", "scipy"))
    return Checkpoint(folder=Path(folder), key=fingerprint((FORMAT, versions, parts)))


def fingerprint(value: object) -> str:
    """SHA-256 of a value made of dataclasses, arrays, tuples, mappings, text and numbers.

    Equal values have equal fingerprints in every process, on every machine.

    Raises
    ------
    TypeError
        A part is of another kind.
    """
    digest = hashlib.sha256()
    for piece in _pieces(value):
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    kind = f"{type(value).__module__}.{type(value).__qualname__}".encode()
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        # the memory of a mapped array is that of an array
        yield f"array {value.dtype.str} {value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif value is None or isinstance(value, bool | int | float | str | np.generic):
        yield kind
        yield repr(value).encode()
    elif is_dataclass(value) and not isinstance(value, type):
        yield kind
        for field in fields(value):
            yield field.name.encode()
            yield from _pieces(getattr(value, field.name))
    elif isinstance(value, tuple | list | Mapping):
        yield f"{kind.decode()} {len(value)}".encode()
        for part in sorted(value.items()) if isinstance(value, Mapping) else value:
            yield from _pieces(part)
    else:
        raise TypeError(f"{kind.decode()} has no fingerprint")
