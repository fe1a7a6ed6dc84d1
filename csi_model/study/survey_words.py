"""Words that survey columns are commonly named by, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence

GROUP_WORDS = (
    "firm", "company", "brand", "provider", "supplier", "industry", "sector", "wave", "year", "quarter",
    "month", "region", "area", "city", "province", "country", "store", "branch", "shop", "channel",
    "segment", "企业", "公司", "品牌", "行业", "地区", "区域", "城市", "省份", "年份", "年度",
    "季度", "月份", "波次", "批次", "门店", "渠道",
)  # fmt: skip
"""Names of columns that firms or waves are compared by, the likeliest first."""

BACKGROUND_WORDS = (
    "gender", "sex", "age", "educ", "income", "race", "ethnic", "hispanic", "marital", "occupation", "job",
    "zip", "household", "性别", "年龄", "学历", "教育", "收入", "婚姻", "职业", "民族",
)  # fmt: skip
WEIGHT_WORDS = ("weight", "weights", "wt", "wgt", "w", "权重", "加权")
IDENTIFIER_WORDS = ("id", "respondent", "respid", "resp", "uuid", "case", "caseid", "serial", "record", "no")
IDENTIFIER_WORDS_ZH = ("编号", "序号", "问卷号", "样本号")

# Words of names and labels; the first construct with a hit is taken, so that "satisfaction compared with
# expectations" is satisfaction and "expected quality" is expectations.
_WORDS: tuple[tuple[str, str], ...] = (
    ("satisfaction", r"satisf|\bsatis|满意"),
    ("complaints", r"complain|\bcomp\b|抱怨|投诉"),
    (
        "loyalty",
        r"loyal|repurchas|repur|recommend|\brecom|buy again|\bnps\b|忠诚|推荐|再次购买|重复购买|回购",
    ),
    ("trust", r"\btrust|信任|信赖"),
    ("expectations", r"expect|\bexp|期望|预期"),
    ("image", r"\bimag|reputation|形象|声誉|口碑"),
    ("value", r"\bvalue|\bval\b|\bprice|value for money|价值|价格|性价比"),
    ("service_quality", r"service quality|\bserv|服务质量|服务"),
    ("product_quality", r"product quality|\bprod|产品质量"),
    ("quality", r"qualit|\bqual|质量|品质"),
)

ABBREVIATED = {
    "imag": "image",
    "cuex": "expectations",
    "expe": "expectations",
    "perq": "quality",
    "qual": "quality",
    "perv": "value",
    "val": "value",
    "cusa": "satisfaction",
    "sat": "satisfaction",
    "cusco": "complaints",
    "cusl": "loyalty",
    "loy": "loyalty",
}
"""Stems that name a construct."""


def has_word(name: str, words: Sequence[str]) -> bool:
    """Whether a column name begins with one of ``words``, or has it as a part (``Q3_gender``)."""
    lowered = name.lower()
    parts = re.split(r"[\W_\d]+", lowered)
    return any(
        word in lowered
        if not word.isascii()
        else any(part == word or (len(word) > 3 and part.startswith(word)) for part in parts)
        for word in words
    )


def is_identifier(name: str) -> bool:
    """Whether a column is named like a number of respondents."""
    return has_word(name, IDENTIFIER_WORDS) or any(word in name for word in IDENTIFIER_WORDS_ZH)


def is_background(name: str, label: str = "") -> bool:
    """Whether a column tells firms, waves or people apart, by its name or label."""
    words = (*GROUP_WORDS, *BACKGROUND_WORDS)
    return any(has_word(text, words) and not construct_of(text.lower()) for text in (name, label) if text)


def construct_of(words: str) -> str:
    """Return the construct that lower-case words speak of, or an empty text."""
    spaced = re.sub(r"[_\d]+", " ", words)
    return next((name for name, pattern in _WORDS if re.search(pattern, spaced)), "")


def stem_of(name: str) -> str:
    """Return a column name without its number: ``CUSA1`` and ``CUSA2`` have the stem ``CUSA``."""
    return re.sub(r"[\W_]*\d+\W*[a-z]?$", "", name.strip()) or name
