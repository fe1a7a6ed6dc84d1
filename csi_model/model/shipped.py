"""Where the files that come with the package are: the wheel carries them, a checkout holds them."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(folder: str) -> Path:
    """Return the folder ``models`` or ``data`` that came with the package.

    In an installed wheel it lies in ``csi_model/shipped/``, in a checkout at the top.
    """
    installed = _PACKAGE / "shipped" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder
