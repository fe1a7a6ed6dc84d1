"""Lines of drafted files: quoted texts, comments of a handy width, scales."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from csi_model.model.spec import Scale
from csi_model.survey.conversion import show_number


def scale_text(scale: Scale) -> str:
    """A scale as YAML."""
    return f"[{show_number(scale.low)}, {show_number(scale.high)}]"


def comment_lines(text: str, first: str, later: str) -> Iterator[str]:
    """Text as comment lines of at most 100 characters."""
    line = first
    for word in text.split():
        if len(line) + len(word) > 100 and line.strip("# -"):
            yield line.rstrip()
            line = later
        line += word + " "
    yield line.rstrip()


def quoted(text: str) -> str:
    """A text as YAML: plain where that is safe, else in double quotes."""
    plain = re.fullmatch(r"[A-Za-z_\u4e00-\u9fff][\w.-]*", text) is not None
    words = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
    return text if plain and text.lower() not in words else json.dumps(text, ensure_ascii=False)
