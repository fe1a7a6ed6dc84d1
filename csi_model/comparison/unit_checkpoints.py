"""Finished chunks of units on disk, so that a long run goes on where it was stopped.

One file a chunk: its tables as Parquet, its arrays, and the key of the run, a hash of everything that its
numbers depend on. A file that cannot be read, or belongs to another run, counts as absent.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

from csi_model.estimation.checkpoints import fingerprint, write_whole
from csi_model.estimation.options import FitOptions
from csi_model.evaluation.stored_moments import PartMoments
from csi_model.survey.survey import Survey
from csi_model.vocabulary import TABLES

Array = NDArray[Any]
Kept = tuple[dict[str, pd.DataFrame], tuple[PartMoments, ...]]

FORMAT = 1
"""To be raised when chunks of the same definition get other tables."""


@dataclass(frozen=True, kw_only=True)
class UnitStore:
    """Where the chunks of one run are kept."""

    folder: Path
    key: str

    def path(self, k: int, size: int) -> Path:
        """The file of chunk ``k`` with ``size`` units."""
        return self.folder / f"{self.key[:16]}-{k:06d}-{size}-units.npz"

    def read(self, k: int, size: int) -> Kept | None:
        """Chunk ``k``, or None where there is no file to be trusted."""
        try:
            with self.path(k, size).open("rb") as file:
                stored = np.load(file, allow_pickle=False)
                if not isinstance(stored, np.lib.npyio.NpzFile) or str(stored["key"]) != self.key:
                    return None
                tables = {name: _frame(stored[f"table {name}"]) for name in TABLES}
                return tables, _parts(json.loads(str(stored["parts"])), stored)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error):
            return None

    def write(self, k: int, tables: Mapping[str, pd.DataFrame], parts: tuple[PartMoments, ...]) -> None:
        """Keep chunk ``k``.

        Raises
        ------
        StorageError
            The folder cannot be written.
        """
        arrays: dict[str, Array] = {"key": np.array(self.key)}
        arrays |= {f"table {name}": _bytes(tables[name]) for name in TABLES}
        told = []
        for place, part in enumerate(parts):
            names = list(part.arrays)
            told.append({"key": part.key, "n": part.n, "n_eff": part.n_eff, "arrays": names})
            arrays |= {f"part {place} {name}": part.arrays[name] for name in names}
        arrays["parts"] = np.array(json.dumps(told))
        write_whole(self.path(k, len(parts)), arrays)


def unit_store(folder: Path | str, survey: Survey, options: FitOptions) -> UnitStore:
    """The place of the run that a survey and checked options define."""
    versions = tuple(version(name) for name in ("csi_model", "numpy", "scipy", "pandas"))
    answers = (survey.answers, survey.reasons, survey.weights, survey.strata, survey.cluster)
    parts = (FORMAT, versions, survey.model, survey.by, survey.groups, answers, options)
    return UnitStore(folder=Path(folder), key=fingerprint(parts))


def _bytes(frame: pd.DataFrame) -> Array:
    buffer = io.BytesIO()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.ipc.new_stream(buffer, table.schema) as stream:
        stream.write_table(table)
    return np.frombuffer(buffer.getvalue(), dtype=np.uint8)


def _frame(data: Array) -> pd.DataFrame:
    made: pd.DataFrame = pa.ipc.open_stream(io.BytesIO(data.tobytes())).read_pandas()
    return made


def _parts(told: list[dict[str, Any]], stored: Mapping[str, Array]) -> tuple[PartMoments, ...]:
    return tuple(
        PartMoments(
            key=tuple(one["key"]),
            n=int(one["n"]),
            n_eff=float(one["n_eff"]),
            arrays={name: stored[f"part {place} {name}"] for name in one["arrays"]},
        )
        for place, one in enumerate(told)
    )
