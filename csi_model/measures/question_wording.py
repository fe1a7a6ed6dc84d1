"""From the topic of a question to the question: known topics by their words, others by their construct."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from csi_model.columns import Term
from csi_model.columns import make_term as _t
from csi_model.measures.question_batteries import BATTERIES, STEMS
from csi_model.measures.question_topics import SAME_TOPIC, TOPICS

_NAMES: dict[str, str] = {
    "OVERALLX": "expected overall quality",
    "CUSTOMX": "expected fit to personal needs",
    "WRONGX": "expected reliability (10 = things would rarely go wrong)",
    "OVERALLQ": "experienced overall quality",
    "CUSTOMQ": "experienced fit to personal needs",
    "WRONGQ": "experienced reliability (10 = things rarely went wrong)",
    "PQ": "price given quality",
    "QP": "quality given price",
    "SATIS": "overall satisfaction",
    "CONFIRM": "fell short of or exceeded expectations",
    "IDEAL": "closeness to the ideal",
    "COMP": "complained, formally or informally (1 = yes)",
    "HANDLE": "quality of complaint handling",
    "REPUR": "likelihood of repurchase",
    "HIGHPTOL": "price rise tolerated (percent)",
    "LOWPTOL": "price cut needed to win back (percent)",
}
"""Columns of the public survey of the American index > topic, where no topic is told."""

_LABELS: dict[str, tuple[str, str]] = {
    "HIGHPTOL": ("Price rise tolerated (percent)", "可容忍的涨价幅度（%）"),
    "LOWPTOL": ("Price cut needed to win back (percent)", "挽回所需的降价幅度（%）"),
}
"""Labels of columns that models name only as sources of a derived item."""

_BY_ROLE: dict[str, tuple[str, str]] = {
    "image": ("rating", "image"),
    "expectations": ("level", "expect"),
    "quality": ("rating", "rate"),
    "value": ("rating", "rate"),
    "satisfaction": ("satisfied", "satisfied"),
    "commitment": ("agree", "agree"),
    "complaints": ("handled", "rate"),
    "loyalty": ("likely", "likely"),
    "other": ("level", "neutral"),
}
"""Part that a construct plays > kind of scale and stem of a topic that is not known."""

_ROLES: dict[str, tuple[str, ...]] = {
    "image": ("image",),
    "expectations": ("expectations",),
    "quality": (
        "quality", "product_quality", "service_quality", "process", "information", "customer_service",
        "website", "tangibles", "reliability", "responsiveness", "assurance", "empathy", "dialogue",
    ),
    "value": ("value", "price"),
    "satisfaction": ("satisfaction",),
    "commitment": ("affective_commitment", "calculative_commitment"),
    "complaints": ("complaints", "handling"),
    "loyalty": ("loyalty", "recommendation", "trust"),
    "characteristics": ("characteristics",),
}  # fmt: skip

_HINTS: tuple[tuple[str, str], ...] = (
    ("expectations", r"expect|期望|预期"),
    ("complaints", r"complain|voice|抱怨|投诉"),
    ("value", r"\bvalue\b|price|价值|价格"),
    ("commitment", r"commit|承诺"),
    ("loyalty", r"loyal|retention|recommend|repurchase|trust|忠诚|推荐|信任"),
    ("image", r"image|reputation|形象|声誉"),
    ("satisfaction", r"satisf|满意"),
    ("quality", r"qualit|service|product|performance|质量|服务|产品|绩效"),
    ("characteristics", r"demograph|characteristics|人口|特征"),
)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A question in words: its own ``text``, the ``stem`` before it, and the ``kind`` of its scale.

    ``known`` tells that the topic has words of its own; otherwise it stands behind the stem as it is.
    """

    kind: str
    text: Term
    stem: Term | None = None
    known: bool = True


def role_of(name: str, label: Mapping[str, str]) -> str:
    """The part that a construct plays: ``satisfaction``, ``loyalty`` ...; ``other`` if it is not known."""
    for role, names in _ROLES.items():
        if name.lower() in names:
            return role
    told = " ".join((name.replace("_", " "), *label.values())).lower()
    return next((role for role, hint in _HINTS if re.search(hint, told)), "other")


def topic_of(name: str, label: Mapping[str, str]) -> str:
    """The topic of a question by its English label, else by its name; empty if it is not known."""
    told = label.get("en", "").strip().lower()
    for topic in (told, SAME_TOPIC.get(told, ""), "" if label else _NAMES.get(name.upper(), "")):
        if topic in TOPICS or topic in BATTERIES:
            return topic
    return ""


def topic_label(name: str) -> dict[str, str]:
    """A label for a column without one: its topic where the name is known, else the name."""
    if name.upper() in _LABELS:
        english, chinese = _LABELS[name.upper()]
        return {"en": english, "zh": chinese}
    topic = topic_of(name, {})
    return {"en": topic[:1].upper() + topic[1:] if topic else name}


def wording(name: str, label: Mapping[str, str], role: str, *, yes_no: bool = False) -> Wording:
    """Put a topic into a polite question.

    Parameters
    ----------
    name, label
        Column, and its topic by language.
    role
        See ``role_of``.
    yes_no
        Whether the answer is no or yes.

    Returns
    -------
    Wording
        With ``{brand}`` and ``{product}`` to be filled in.
    """
    topic = topic_of(name, label)
    if topic:
        kind, stem, english, chinese = {**TOPICS, **BATTERIES}[topic]
        if yes_no == (not kind):
            return Wording(kind=kind, text=_t(english, chinese), stem=STEMS[stem] if stem else None)
        if topic in TOPICS and kind == "":  # asked on a scale, though usually yes or no, or in percent
            return Wording(kind="level", text=_t(english, chinese))
    kind, stem = ("", "applies") if yes_no else _BY_ROLE.get(role, _BY_ROLE["other"])
    return Wording(kind=kind, text=_shown(name, label), stem=STEMS[stem], known=False)


def label_term(name: str, label: Mapping[str, str]) -> Term:
    """A topic in both languages: the other one where a language has none, else the name."""
    first = next((text for text in label.values() if text), name)
    return Term(en=label.get("en") or first, zh=label.get("zh") or first)


def _shown(name: str, label: Mapping[str, str]) -> Term:
    """The topic without a note on its coding, braces doubled."""
    told = label_term(name, label)
    plain = [re.sub(r"\s*[(（][^()（）]*=[^()（）]*[)）]", "", text) for text in (told.en, told.zh)]
    english, chinese = (text.replace("{", "{{").replace("}", "}}") for text in plain)
    return _t(english, chinese)
