"""A Parquet file read some rows at a time."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from csi_model.errors import UsageError
from csi_model.survey.raw_table import RawTable, check_names, check_records
from csi_model.survey.statistics_files import broken_file
from csi_model.survey.tables import check_file, unreadable

_BLOCK = 2**20


@dataclass(frozen=True, kw_only=True)
class ParquetRows:
    """An opened Parquet file: its number of ``rows``, its hash, and a table of its columns without rows."""

    path: Path
    rows: int
    sha256: str
    columns: RawTable
    file: Any

    def batches(self, columns: Sequence[str], size: int) -> Iterator[RawTable]:
        """Yield the rows in their order, at most ``size`` at a time, with some of the columns only.

        Raises
        ------
        SurveyError
            The file is broken.
        """
        arrow = importlib.import_module("pyarrow")
        first = 2
        try:
            for batch in self.file.iter_batches(batch_size=size, columns=list(columns), use_threads=False):
                frame = batch.to_pandas()
                rows = np.arange(first, first + len(frame), dtype=np.int64)
                first += len(frame)
                yield RawTable(frame=frame, rows=rows, source=self.path.name, sha256=self.sha256)
        except (arrow.ArrowException, OSError) as problem:
            raise _broken(self.path) from problem


def open_parquet(source: str | Path) -> ParquetRows:
    """Open a Parquet file; no row is read.

    Raises
    ------
    UsageError
        Another kind of file.
    SurveyError
        No such file, broken, duplicate column names, no rows.
    """
    path = Path(source)
    check_file(path)
    if path.suffix.lower() != ".parquet":
        raise UsageError.at(
            "--stream",
            f"{path.name!r} is no Parquet file, and only those can be read some rows at a time.",
            "Leave --stream out, or save the survey as Parquet.",
            code="not-parquet",
        )
    arrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        digest = _sha256(path)
        # without pre-buffering a whole row group would not be held at once
        file = parquet.ParquetFile(path, buffer_size=_BLOCK, pre_buffer=False)
        empty = file.schema_arrow.empty_table().to_pandas()
    except PermissionError as problem:
        raise unreadable(path, problem) from None
    except (arrow.ArrowException, OSError, ValueError) as problem:
        raise _broken(path) from problem
    check_names(list(empty.columns), path.name)
    check_records(file.metadata.num_rows, path.name)
    return ParquetRows(
        path=path,
        rows=int(file.metadata.num_rows),
        sha256=digest,
        columns=RawTable(frame=empty, rows=np.empty(0, dtype=np.int64), source=path.name, sha256=digest),
        file=file,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _broken(path: Path) -> Exception:
    with path.open("rb") as file:
        return broken_file(file.read(200), path, "a Parquet file")
