"""Where in the files a respondent stands: row numbers as a spreadsheet shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

SHOWN = 5
"""Rows that a message names."""


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Rows that something is said of: how many, and the first of them as they are named.

    ``several`` says that they are from several files, so that the names hold these.
    """

    count: int
    first: tuple[str, ...] = ()
    several: bool = False

    def __bool__(self) -> bool:
        return self.count > 0

    def __add__(self, later: Hits) -> Hits:
        """These rows and later ones of the same files."""
        return Hits(
            count=self.count + later.count,
            first=(self.first + later.first)[:SHOWN],
            several=self.several or later.several,
        )

    def of(self, noun: str) -> str:
        """Say how many: ``1 row``, ``12 rows``."""
        return f"{self.count} {noun}" if self.count == 1 else f"{self.count} {noun}s"

    def __str__(self) -> str:
        """Name the first: ``rows 4, 9, 12, 15, 20 and 30 more``."""
        more = f" and {self.count - len(self.first)} more" if self.count > len(self.first) else ""
        lead = "" if self.several else "row " if self.count == 1 else "rows "
        return f"{lead}{', '.join(self.first)}{more}"


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

    def hits(self, mask: Mask) -> Hits:
        """Count the rows of a mask and name the first of them."""
        chosen = np.flatnonzero(mask)
        several = len(self.names) > 1
        first = tuple(
            f"{self.names[self.files[index]]} row {self.rows[index]}" if several else str(self.rows[index])
            for index in chosen[:SHOWN]
        )
        return Hits(count=int(chosen.size), first=first, several=several)

    def show(self, mask: Mask) -> str:
        """Name the first rows of a mask: ``rows 4, 9, 12, 15, 20 and 30 more``."""
        return str(self.hits(mask))


def count_of(mask: Mask, noun: str) -> str:
    """Say how many: ``1 row``, ``12 rows``."""
    count = int(mask.sum())
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
