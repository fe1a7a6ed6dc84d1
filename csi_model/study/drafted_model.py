"""The draft of a model file from candidate constructs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from csi_model.model.spec import Scale
from csi_model.study.column_profiles import Profile
from csi_model.study.construct_guesses import LABELS, LEAST_ANSWERED, Block, guess_paths, headline
from csi_model.study.draft_lines import comment_lines, quoted, scale_text


def model_lines(path: Path, blocks: Sequence[Block], left: Sequence[Profile]) -> Iterator[str]:
    """The model file of a survey that no catalogue model fits."""
    scales = [one.scale for block in blocks for one in block.items if one.scale is not None]
    usual = max(scales, key=scales.count)
    title = f"Draft from {path.name}"
    yield f"# First draft of a model, from the columns of {path.name}. Constructs, paths and scales are"
    yield "# guesses from names, labels and values: correct them by the questionnaire before you use them."
    yield f"name: {quoted(path.stem.strip() or 'draft')}"
    yield f"title: {{en: {quoted(title)}}}"
    yield ""
    yield "# The construct that the index is read from."
    yield f"index: {quoted(headline(blocks))}"
    yield ""
    yield "# Guess, from the answers: lowest and highest possible answer. Take it from the questionnaire."
    yield f"scale: {scale_text(usual)}"
    yield ""
    yield "constructs:"
    for block in blocks:
        yield from _block_lines(block, usual)
    if left:
        yield ""
        yield "# Questions in no construct; move them where they belong:"
    for one in left:
        assert one.scale is not None
        yield from comment_lines(
            f"{one.name}: {_of_label(one)}{scale_text(one.scale)}{_few(one)}", "#   ", "#     "
        )
    yield from _path_lines(blocks)


def _block_lines(block: Block, usual: Scale) -> Iterator[str]:
    yield f"  # Guess: these belong together because of {block.why}."
    yield f"  {quoted(block.name)}:"
    if block.name in LABELS:
        en, zh = LABELS[block.name]
        yield f"    label: {{en: {en}, zh: {zh}}}"
    yield "    indicators:"
    for one in block.items:
        parts: dict[str, str] = {}
        if one.label:
            chinese = re.search("[\u4e00-\u9fff]", one.label) is not None
            parts["zh" if chinese else "en"] = quoted(one.label)
        if one.scale is not None and one.scale != usual:
            parts["scale"] = scale_text(one.scale)
        if one.kind == "yes_no":
            parts["high_is_good"] = "false"
        if one.name in block.reversed or _is_one_two(one):
            parts["reversed"] = "true"
        listed = ", ".join(f"{key}: {value}" for key, value in parts.items())
        yield f"      {quoted(one.name)}: {{{listed}}}{_item_comment(one, block)}"


def _item_comment(one: Profile, block: Block) -> str:
    told = [one.why]
    if one.name in block.reversed:
        told.append("reversed? it runs against the other questions of its construct")
    if one.kind == "yes_no":
        told.append("1 is taken for a complaint" + (", 2 for none" if _is_one_two(one) else ""))
    return f"  # {'; '.join(told)}"


def _is_one_two(one: Profile) -> bool:
    """Whether a yes/no question is stored as 1 (yes) and 2 (no)."""
    return one.kind == "yes_no" and one.scale is not None and one.scale.low == 1


def _path_lines(blocks: Sequence[Block]) -> Iterator[str]:
    paths = guess_paths(blocks)
    yield ""
    yield "# Guess: a chain in the order of the ACSI. Edit it: `outcome: [its drivers]`, as your model says."
    yield "paths:" if paths else "paths: {}"
    for target, sources in paths.items():
        yield f"  {quoted(target)}: [{', '.join(quoted(source) for source in sources)}]"


def _of_label(one: Profile) -> str:
    return f"{one.label}, " if one.label else ""


def _few(one: Profile) -> str:
    share = one.answered
    return f", answered by {100 * share:.0f} % only" if share < LEAST_ANSWERED else ""
