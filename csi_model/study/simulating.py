"""A simulated survey as files: the answers, and their truth beside them."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from csi_model.errors import UsageError
from csi_model.model.spec import ModelSpec
from csi_model.study.writing import write_files
from csi_model.survey.simulation import read_truth, simulate, write_truth

ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet")


def write_simulation(
    model: ModelSpec, n: int, seed: int, truth: Path | None, output: Path, *, force: bool = False
) -> tuple[Path, ...]:
    """Draw ``n`` respondents and write ``output`` and ``NAME-truth.yaml`` beside it.

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
    frame, used = simulate(model, n, seed=seed, truth=None if truth is None else read_truth(truth))
    beside = output.with_name(f"{output.stem}-truth.yaml")
    files = {output: _bytes(frame, ending), beside: write_truth(used).encode("utf-8")}
    return write_files(files, force=force)


def _bytes(frame: pd.DataFrame, ending: str) -> bytes:
    if ending in (".csv", ".tsv"):
        text: str = frame.to_csv(index=False, sep="," if ending == ".csv" else "\t", lineterminator="\n")
        return text.encode("utf-8")
    buffer = io.BytesIO()
    if ending == ".xlsx":
        frame.to_excel(buffer, index=False)
    else:
        frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
