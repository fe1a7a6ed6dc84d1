"""The library that lays out pages: how it is found, and what it may read (nothing from outside)."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib import font_manager

_FACES: Mapping[str, tuple[str, str]] = {
    "csi-font:regular": ("normal", "400"),
    "csi-font:bold": ("bold", "700"),
}
"""Address > weight of a face of DejaVu Sans, which matplotlib carries, for it and for the page."""


def library() -> Any:
    """Return WeasyPrint, which carries no type hints.

    Raises
    ------
    ImportError
        It is not installed.
    OSError
        It is, but the system libraries that it needs are not.
    """
    with redirect_stdout(io.StringIO()):  # it prints advice where a system library is missing
        return import_module("weasyprint")


def faces() -> str:
    """Return the rules that give pages the faces of the charts, whatever is installed."""
    return "\n".join(
        f"@font-face {{ font-family: 'DejaVu Sans'; font-weight: {weight}; src: url({address}); }}"
        for address, (_, weight) in _FACES.items()
    )


@lru_cache(maxsize=2)
def _face(address: str) -> bytes:
    weight, _ = _FACES[address]
    wanted = font_manager.FontProperties(family="DejaVu Sans", weight=weight)
    return Path(font_manager.findfont(wanted, fallback_to_default=False)).read_bytes()


def fetcher(images: Mapping[str, tuple[str, bytes]]) -> Any:
    """Return what reads addresses for WeasyPrint: ``images`` (kind and bytes) and our faces, nothing else."""
    urls = import_module("weasyprint.urls")
    base: Any = urls.URLFetcher

    class Inside(base):  # type: ignore[misc]
        """Refuses every other address."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in _FACES:
                return urls.URLFetcherResponse(url, _face(url), {"Content-Type": "font/ttf"})
            if url in images:
                kind, image = images[url]
                return urls.URLFetcherResponse(url, image, {"Content-Type": kind})
            raise ValueError("a report reads nothing from outside")

    return Inside(allowed_protocols=())


def pdf(html: str, images: Mapping[str, tuple[str, bytes]], *, identifier: bytes) -> bytes:
    """Return a page of HTML as a tagged PDF that holds no time; its images are those given by address."""
    with _unswept():
        made = library().HTML(string=html, url_fetcher=fetcher(images))
        return bytes(made.write_pdf(pdf_tags=True, pdf_identifier=identifier))


@contextmanager
def _unswept() -> Iterator[None]:
    """Look for no garbage meanwhile: hundreds of thousands of boxes live to the end, and it takes seconds."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
