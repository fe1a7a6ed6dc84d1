"""Where in the files a respondent stands: row numbers as a spreadsheet shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Rows of one file or of several stacked ones.

    Attributes
    ----------
    rows : (n,) int
        Row numbers in their file; the header is row 1.
    files : (n,) int
        Which of ``names`` each row comes from.
    names
        File names.
    """

    rows: NDArray[np.int64]
    files: NDArray[np.int64]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.rows.size)

    @property
    def where(self) -> str:
        """All files by name."""
        return ", ".join(name for name in self.names if name) or "the data frame"

    def show(self, mask: Mask, limit: int = 5) -> str:
        """Name the first rows of a mask: ``rows 4, 9, 12 and 30 more``."""
        chosen = np.flatnonzero(mask)
        first = chosen[:limit]
        several = len(self.names) > 1
        shown = [
            f"{self.names[self.files[index]]} row {self.rows[index]}" if several else str(self.rows[index])
            for index in first
        ]
        more = f" and {chosen.size - limit} more" if chosen.size > limit else ""
        lead = "" if several else "row " if chosen.size == 1 else "rows "
        return f"{lead}{', '.join(shown)}{more}"


def count_of(mask: Mask, noun: str) -> str:
    """Say how many: ``1 row``, ``12 rows``."""
    count = int(mask.sum())
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
