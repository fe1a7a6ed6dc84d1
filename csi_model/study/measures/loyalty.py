"""The measures of the family ``loyalty`` as they are asked for."""

from __future__ import annotations

from csi_model.study.measures.entry import Entry

ENTRIES: tuple[type[Entry], ...] = ()
