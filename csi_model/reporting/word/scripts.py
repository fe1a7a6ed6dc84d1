"""Fonts by script; a machine without them takes its own (Liberation and Noto Sans CJK, for example)."""

from __future__ import annotations

from typing import Final

LATIN: Final = "Arial"
CHINESE: Final = "Microsoft YaHei"
MONO: Final = "Courier New"
