"""Questions, constructs, paths and parameters in the reader's words."""

from __future__ import annotations

from csi_model.reporting.content import Content
from csi_model.reporting.wording import say


def named(content: Content, name: str, language: str) -> str:
    """Return a construct's label, or a question's label with its column behind it."""
    label = content.label(name, language)
    if name in content.constructs or label == name:
        return label
    return label + say("in_brackets", language, text=name)


def way(content: Content, names: list[str], language: str) -> str:
    """Return constructs in the order in which an effect passes them: ``A → B → C``."""
    return " → ".join(content.label(name, language) for name in names)


def parameter(content: Content, lhs: str, op: str, rhs: str, language: str) -> str:
    """Return a parameter of the model in words, such as ``loading of B on A``.

    Parameters
    ----------
    content
        Labels are read from it.
    lhs, op, rhs
        As in ``parameters.csv``; ``~1`` and ``|`` (all thresholds of a question) have no right side.
    language
        ``en`` or ``zh``.
    """
    one, other = named(content, lhs, language), named(content, rhs, language)
    if op == "~":
        return say("par_path", language, way=way(content, [rhs, lhs], language))
    if op == "=~":
        return say("par_loading", language, item=other, construct=one)
    if op == "~1":
        return say("par_intercept", language, name=one)
    if op == "|":
        return say("par_thresholds", language, name=one)
    kind = "residual" if lhs in content.constructs and rhs in content.constructs else "error"
    if lhs == rhs:
        return say(f"par_{kind}_variance", language, name=one)
    return say(f"par_{kind}_covariance", language, first=one, second=other)


def written(content: Content, text: str, language: str) -> str:
    """Return a parameter that stands as ``lhs op rhs`` in words; any other text stays as it is."""
    parts = text.split(" ")
    lhs, op, rhs = (*parts, "", "")[:3]
    if len(parts) > 3 or op not in {"=~", "~", "~~", "~1", "|"} or (not rhs and op not in {"~1", "|"}):
        return text
    return parameter(content, lhs, op, rhs, language)
