"""Long runs that can be stopped: where their finished draws are kept, and when these go away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from csi_model.errors import StoppedError, StorageError
from csi_model.estimation.options import COMPOSITE_ESTIMATORS

_OURS = re.compile(r"[0-9a-f]{16}-\d+-(?P<count>\d+)(?P<units>-units)?\.npz|\..*\.part")
"""Names of batches with their draws or units, and of what a killed run leaves of one."""


def unfinished(folder: Path) -> Path:
    """Where a run that writes to ``folder`` keeps its finished draws: beside it."""
    return folder.with_name(f"{folder.name}.unfinished")


@contextmanager
def resumable(folder: Path, options: Mapping[str, Any]) -> Iterator[Path | None]:
    """The folder for finished draws while a run goes on, or None for a run that does not resample.

    It is made by the first finished batch, left as it is when the run ends early, and removed once the
    run is done. Batches of another survey, model or option in it are not taken up, and go with it.

    Parameters
    ----------
    folder
        Where the results will be.
    options
        Keyword arguments of ``fit``.

    Raises
    ------
    StorageError
        A file is in the way.
    StoppedError
        Stopped by the user with finished draws kept.
    """
    by_default = options.get("bootstrap") is None and options.get("estimator") in COMPOSITE_ESTIMATORS
    if not (options.get("bootstrap") or options.get("jackknife") or by_default):
        yield None
        return
    kept = unfinished(folder)
    if kept.exists() and not kept.is_dir():
        raise StorageError.at(
            str(kept),
            "this is a file, and a long run keeps its finished draws in a folder of that name.",
            "Move it away, or choose another results folder with -o.",
            code="not-a-folder",
        )
    try:
        yield kept
    except (KeyboardInterrupt, StoppedError):
        done = [
            f"{count} finished {what}"
            for what, count in (("draws", _count(kept, units=False)), ("units", _count(kept, units=True)))
            if count
        ]
        if not done:
            raise KeyboardInterrupt from None
        raise StoppedError.at(
            str(kept),
            f"stopped; {' and '.join(done)} are kept.",
            "The same command goes on from there.",
            code="interrupted",
        ) from None
    _remove(kept)


def _batches(kept: Path) -> dict[Path, re.Match[str]]:
    """Our files in the folder."""
    there = kept.iterdir() if kept.is_dir() else ()
    named = {path: _OURS.fullmatch(path.name) for path in there}
    return {path: name for path, name in named.items() if name}


def _count(kept: Path, *, units: bool) -> int:
    """Draws, or units, in whole batches."""
    return sum(int(name["count"] or 0) for name in _batches(kept).values() if bool(name["units"]) is units)


def _remove(kept: Path) -> None:
    """Take finished draws away; the results are written, so nothing is lost if that fails."""
    with suppress(OSError):  # a folder with other files in it stays
        for path in _batches(kept):
            path.unlink()
        if kept.is_dir():
            kept.rmdir()
