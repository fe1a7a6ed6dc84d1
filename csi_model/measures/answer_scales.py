"""Verbal steps of answer scales: seven words for each kind of question, of which five steps take five."""

from __future__ import annotations

from csi_model.columns import Term
from csi_model.columns import make_term as _t

FIVE_OF_SEVEN = (0, 1, 3, 5, 6)
"""Which of seven steps a scale of five keeps."""

_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "satisfied": (
        ("very dissatisfied", "dissatisfied", "somewhat dissatisfied", "neither satisfied nor dissatisfied",
         "somewhat satisfied", "satisfied", "very satisfied"),
        ("非常不满意", "不满意", "不太满意", "一般", "比较满意", "满意", "非常满意"),
    ),
    "agree": (
        ("strongly disagree", "disagree", "somewhat disagree", "neither agree nor disagree",
         "somewhat agree", "agree", "strongly agree"),
        ("非常不同意", "不同意", "不太同意", "中立", "比较同意", "同意", "非常同意"),
    ),
    "likely": (
        ("very unlikely", "unlikely", "somewhat unlikely", "neither likely nor unlikely",
         "somewhat likely", "likely", "very likely"),
        ("非常不可能", "不可能", "不太可能", "难说", "有些可能", "可能", "非常可能"),
    ),
    "level": (
        ("very low", "low", "rather low", "medium", "rather high", "high", "very high"),
        ("非常低", "低", "偏低", "中等", "偏高", "高", "非常高"),
    ),
    "rating": (
        ("very poor", "poor", "rather poor", "fair", "rather good", "good", "very good"),
        ("非常差", "差", "较差", "一般", "较好", "好", "非常好"),
    ),
    "fit": (
        ("not well at all", "not well", "not so well", "moderately well", "fairly well", "well", "very well"),
        ("完全不符合", "不符合", "不太符合", "一般", "比较符合", "符合", "非常符合"),
    ),
    "rarely": (
        ("very often", "often", "fairly often", "sometimes", "now and then", "rarely", "very rarely"),
        ("非常频繁", "频繁", "较频繁", "有时", "偶尔", "很少", "极少"),
    ),
    "exceeded": (
        ("fell far short of them", "fell short of them", "fell slightly short of them", "just met them",
         "slightly exceeded them", "exceeded them", "far exceeded them"),
        ("远不及期望", "不及期望", "略不及期望", "与期望相当", "略超出期望", "超出期望", "远超出期望"),
    ),
    "fulfilled": (
        ("not at all", "hardly", "to a small part", "about half", "for the most part", "almost completely",
         "completely"),
        ("完全没有", "几乎没有", "小部分", "约一半", "大部分", "几乎全部", "完全实现"),
    ),
    "close": (
        ("very far from it", "far from it", "rather far from it", "in between", "rather close to it",
         "close to it", "very close to it"),
        ("相差极大", "相差很大", "相差较大", "居中", "比较接近", "很接近", "非常接近"),
    ),
    "better": (
        ("much worse", "worse", "slightly worse", "about the same", "slightly better", "better",
         "much better"),
        ("差很多", "较差", "略差", "差不多", "略好", "较好", "好很多"),
    ),
    "handled": (
        ("very poorly", "poorly", "rather poorly", "neither well nor poorly", "rather well", "well",
         "very well"),
        ("处理得非常差", "处理得差", "处理得较差", "一般", "处理得较好", "处理得好", "处理得非常好"),
    ),
    "large": (
        ("very small", "small", "rather small", "medium", "rather large", "large", "very large"),
        ("非常小", "小", "较小", "中等", "较大", "大", "非常大"),
    ),
    "confident": (
        ("not confident at all", "not confident", "not so confident", "moderately confident",
         "fairly confident", "confident", "very confident"),
        ("毫无信心", "没有信心", "信心不足", "一般", "比较有信心", "有信心", "非常有信心"),
    ),
}  # fmt: skip

NO_YES = (_t("No", "否"), _t("Yes", "是"))
"""Labels of the answers 0 and 1."""


def steps(kind: str, number: int) -> tuple[Term, ...]:
    """Words for each of five or seven steps, the lowest first.

    Parameters
    ----------
    kind
        Such as ``satisfied``; with a minus sign before it the words are turned round, as where a low answer
        is the favourable one.
    number
        5 or 7.
    """
    english, chinese = _WORDS[kind.removeprefix("-")]
    seven = [_t(en, zh) for en, zh in zip(english, chinese, strict=True)]
    if kind.startswith("-"):
        seven.reverse()
    return tuple(seven if number == 7 else (seven[k] for k in FIVE_OF_SEVEN))


def ends(kind: str) -> tuple[Term, Term]:
    """Words for the lowest and the highest step of any scale."""
    words = steps(kind, 7)
    return words[0], words[-1]


KINDS = frozenset(_WORDS)
"""The kinds that there are."""
