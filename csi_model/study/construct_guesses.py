"""Which questions of an unknown survey may measure one construct, and what may drive what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from csi_model.study.column_profiles import Profile
from csi_model.study.survey_words import ABBREVIATED, construct_of, stem_of

ORDER = (
    "image",
    "expectations",
    "product_quality",
    "service_quality",
    "quality",
    "value",
    "satisfaction",
    "complaints",
    "trust",
    "loyalty",
)
"""Constructs in the order of the ACSI; what is not known stands before value."""

LABELS = {
    "image": ("Image", "形象"),
    "expectations": ("Expectations", "顾客期望"),
    "product_quality": ("Product quality", "产品质量"),
    "service_quality": ("Service quality", "服务质量"),
    "quality": ("Perceived quality", "感知质量"),
    "value": ("Perceived value", "感知价值"),
    "satisfaction": ("Customer satisfaction", "顾客满意度"),
    "complaints": ("Complaints", "顾客抱怨"),
    "trust": ("Trust", "信任"),
    "loyalty": ("Customer loyalty", "顾客忠诚度"),
}

_GENERIC = re.compile(r"(q|qu|question|v|var|variable|item|x|a|b|c|f|s|题|第|问题|列)?[\W_]*", re.IGNORECASE)


LEAST_ANSWERED = 0.5
"""A question that a smaller share answered was probably asked of some only."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A candidate construct: its name, its questions, those that seem reversed, and why it was made."""

    name: str
    items: tuple[Profile, ...]
    reversed: frozenset[str] = frozenset()
    why: str


def guess_blocks(profiles: Sequence[Profile]) -> tuple[tuple[Block, ...], tuple[Profile, ...]]:
    """Group ratings, and a 0/1 question on complaints, into candidate constructs.

    Returns
    -------
    blocks
        In the order of the ACSI.
    left
        Ratings and 0/1 questions that belong to none.
    """
    by_stem, left = _by_stem(profiles)
    found: dict[str, tuple[list[Profile], str]] = {}
    for stem, items in by_stem.items():
        name, why = _name_of(stem, items)
        if name:
            members, told = found.get(name, ([], why))
            found[name] = ([*members, *items], told)
        else:
            left += items
    if len(found) < 2:
        found |= _in_threes([one for one in left if one.kind == "rating" and one.answered >= LEAST_ANSWERED])
        used = {one.name for items, _ in found.values() for one in items}
        left = [one for one in left if one.name not in used]
    taken = {one.name for one in profiles}
    blocks = [
        Block(name=_unclashing(name, items, taken), items=tuple(items), why=why)
        for name, (items, why) in sorted(found.items(), key=lambda pair: _rank(pair[0]))
    ]
    return tuple(_with_reversed(blocks)), tuple(left)


def _by_stem(profiles: Sequence[Profile]) -> tuple[dict[str, list[Profile]], list[Profile]]:
    """Questions that can be used, by what joins them; and those that cannot.

    Where a yes/no question asks for complaints, ratings of complaints are left out: complainers alone
    answer them.
    """
    complained = {
        one.name for one in profiles if one.kind == "yes_no" and construct_of(one.words) == "complaints"
    }
    by_stem: dict[str, list[Profile]] = {}
    left: list[Profile] = []
    for one in profiles:
        if one.kind not in ("rating", "yes_no"):
            continue
        rated = one.kind == "rating" and not (complained and construct_of(one.words) == "complaints")
        if (rated or one.name in complained) and one.answered >= LEAST_ANSWERED:
            by_stem.setdefault(_key(one), []).append(one)
        else:
            left.append(one)
    return by_stem, left


def guess_paths(blocks: Sequence[Block]) -> dict[str, tuple[str, ...]]:
    """Return outcome > drivers.

    Constructs before satisfaction form a chain and all drive satisfaction; it drives those after it.
    """
    names = [block.name for block in blocks]
    middle = names.index("satisfaction") if "satisfaction" in names else len(names)
    before, after = names[:middle], names[middle + 1 :]
    paths: dict[str, tuple[str, ...]] = {second: (first,) for first, second in pairwise(before)}
    if middle < len(names):
        if before:
            paths["satisfaction"] = tuple(before)
        paths |= dict.fromkeys(after, ("satisfaction",))
    return paths


def headline(blocks: Sequence[Block]) -> str:
    """Return the construct that the index is read from: satisfaction, or else the last one."""
    names = [block.name for block in blocks]
    return "satisfaction" if "satisfaction" in names else names[-1]


def _key(one: Profile) -> str:
    """What joins a question to others: its stem; where that says nothing, the construct of its label."""
    stem = stem_of(one.name)
    if _GENERIC.fullmatch(stem):
        named = construct_of(one.label.lower())
        return f"label: {named}" if named else f"alone: {one.name}"
    return stem


def _name_of(stem: str, items: Sequence[Profile]) -> tuple[str, str]:
    """Name of a block, and why; no name where nothing speaks for a construct."""
    if stem.startswith("label: "):
        return stem.removeprefix("label: "), "words in the labels"
    if stem.startswith("alone: "):
        return "", ""
    named = construct_of(stem.lower()) or ABBREVIATED.get(stem.lower(), "")
    if named:
        return named, f"the name {stem}"
    votes = [name for name in (construct_of(one.label.lower()) for one in items) if name]
    if votes and votes.count(max(votes, key=votes.count)) * 2 >= len(items):
        return max(votes, key=votes.count), "words in the labels"
    if len(items) >= 2:
        return stem.lower() if stem.isascii() else stem, f"the common name {stem}; its meaning is not known"
    return "", ""


def _in_threes(ratings: Sequence[Profile]) -> dict[str, tuple[list[Profile], str]]:
    """Blocks of three in file order, where names and labels say nothing; a rest of one joins the last."""
    size = 3 if len(ratings) >= 6 else 1
    starts = list(range(0, len(ratings) - (len(ratings) % size == 1 and size > 1), size))
    found = {}
    for number, start in enumerate(starts, start=1):
        end = start + size if number < len(starts) else len(ratings)
        found[f"construct_{number}"] = (
            list(ratings[start:end]),
            "file order only: neither names nor labels say what is measured",
        )
    return found


def _unclashing(name: str, items: Sequence[Profile], columns: set[str]) -> str:
    """A construct may share its name with a question only if that is its single one."""
    if name not in columns or [one.name for one in items] == [name]:
        return name
    return next(made for n in range(1, 100) if (made := f"{name}_{n}") not in columns)


def _rank(name: str) -> tuple[int, int]:
    known = ORDER.index(name) if name in ORDER else ORDER.index("value")
    return known, int(name in ORDER)


def _with_reversed(blocks: Sequence[Block]) -> list[Block]:
    everything = [one for block in blocks for one in block.items if one.kind == "rating"]
    return [
        Block(
            name=block.name,
            items=block.items,
            why=block.why,
            reversed=frozenset(
                one.name
                for one in block.items
                if one.kind == "rating"
                and _correlation(one, block.items) < -0.2
                and _correlation(one, everything) < 0
            ),
        )
        for block in blocks
    ]


def _correlation(one: Profile, others: Sequence[Profile]) -> float:
    """Correlation of a question with the mean of the others; 0 where it cannot be said."""
    rest = [other.values for other in others if other.name != one.name and other.kind == "rating"]
    if not rest:
        return 0.0
    block = np.stack(rest)
    answered = ~np.isnan(block).all(axis=0) & ~np.isnan(one.values)
    if answered.sum() < 10:
        return 0.0
    first, second = one.values[answered], np.nanmean(block[:, answered], axis=0)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
