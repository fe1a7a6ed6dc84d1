"""Elements of Office files: their names with namespaces, each looked up once, and how one is added."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pptx.oxml.ns import qn as _look_up


@lru_cache(maxsize=512)
def qn(name: str) -> str:
    """Return the full name of an element such as ``a:p``."""
    return str(_look_up(name))


def child(parent: Any, name: str, **attributes: str) -> Any:
    """Add an element such as ``a:p`` with attributes at the end of another."""
    made = parent.makeelement(qn(name))
    for key, value in attributes.items():
        made.set(key, value)
    parent.append(made)
    return made
