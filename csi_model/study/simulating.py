"""A simulated survey as files: the answers, and their truth beside them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from csi_model.errors import UsageError
from csi_model.model.spec import ModelSpec
from csi_model.study.writing import Writer, write_files
from csi_model.survey.simulation import read_truth, simulate_chunks, write_truth

ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet")
SHEET_ROWS = 2**20 - 1
"""Most respondents that a sheet of a workbook holds below its header."""


def write_simulation(
    model: ModelSpec, n: int, seed: int, truth: Path | None, output: Path, *, force: bool = False
) -> tuple[Path, ...]:
    """Draw ``n`` respondents and write ``output`` and ``NAME-truth.yaml`` beside it.

    Text and Parquet files are drawn and written some respondents at a time, so that memory does not grow
    with their number.

    Parameters
    ----------
    model
        The model to draw from.
    n, seed
        Respondents, and the seed: the same seed gives the same bytes.
    truth
        A truth file to draw from; default: a plausible one.
    output
        The survey file; its ending decides the format.

    Raises
    ------
    UsageError
        An ending that cannot be written, or numbers that do not fit.
    StorageError
        A file exists already, or cannot be written.
    """
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError.at(
            "--output",
            f"a survey cannot be written as {output.name!r}.",
            f"Choose one of: {', '.join(ENDINGS)}.",
            code="unknown-ending",
        )
    if ending == ".xlsx" and n > SHEET_ROWS:
        raise UsageError.at(
            "--output",
            f"a sheet holds at most {SHEET_ROWS:,} respondents, and {n:,} are asked for.",
            "Write them as .parquet or .csv.",
            code="sheet-full",
        )
    chunks, used = simulate_chunks(model, n, seed=seed, truth=None if truth is None else read_truth(truth))
    beside = output.with_name(f"{output.stem}-truth.yaml")
    files: dict[Path, bytes | Writer] = {
        output: partial(_WRITERS[ending], chunks),
        beside: write_truth(used).encode("utf-8"),
    }
    return write_files(files, force=force)


def _write_text(chunks: Iterator[pd.DataFrame], path: Path, *, separator: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for k, chunk in enumerate(chunks):
            chunk.to_csv(file, index=False, header=k == 0, sep=separator, lineterminator="\n")


def _write_workbook(chunks: Iterator[pd.DataFrame], path: Path) -> None:
    with path.open("wb") as file, pd.ExcelWriter(file, engine="openpyxl") as book:
        pd.concat(chunks).to_excel(book, index=False)


def _write_parquet(chunks: Iterator[pd.DataFrame], path: Path) -> None:
    arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    first = arrow.Table.from_pandas(next(chunks), preserve_index=False)
    with parquet.ParquetWriter(path, first.schema) as file:
        file.write_table(first)
        for chunk in chunks:
            file.write_table(arrow.Table.from_pandas(chunk, schema=first.schema, preserve_index=False))


_WRITERS: Mapping[str, Callable[[Iterator[pd.DataFrame], Path], None]] = {
    ".csv": partial(_write_text, separator=","),
    ".tsv": partial(_write_text, separator="\t"),
    ".xlsx": _write_workbook,
    ".parquet": _write_parquet,
}
