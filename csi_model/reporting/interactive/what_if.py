"""What readers can try out on a page: drivers are pushed, and what comes after them moves along.

A push ``x_j`` is an improvement of construct j in index points of its own, beyond what it owes to others;
all constructs move by ``(I + T) x``, T the total effects as stored. Several pushes add up, and nothing
counts twice. The script of the page works this out from the numbers that are handed to it here, each of
them a cell of a stored table: levels (``index``), total effects with their intervals (``effects``) and the
correlations of their errors (``effect_correlations``), from which the limits of several pushes follow by
the method of variance estimates recovery (Zou & Donner 2008, Statistics in Medicine 27, 1693-1702; Zou
2008, American Journal of Epidemiology 168, 212-224).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from csi_model.reporting import formats, records, usability
from csi_model.reporting.content import Content
from csi_model.reporting.interactive.what_if_phrases import WHAT_IF_SCRIPT
from csi_model.reporting.league_charts import signed
from csi_model.reporting.outline.blocks import WhatIf
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason
from csi_model.reporting.views import Column, View, column_title, labelled, text_column, view
from csi_model.reporting.wording import say

MOST = 15.0
"""Index points that a slider goes in either direction, if the scale leaves as many."""
STEP = 0.5
ON_PAPER = 5.0
"""Index points of the moves that stand on paper instead of the sliders."""
DIGITS = 9
"""Significant digits of the numbers that the script is handed."""

Key = tuple[str, ...]
Numbers = dict[str, Any]


def panel(content: Content, language: str) -> Iterator[WhatIf]:
    """Yield the panel, none where no effects are stored, without sliders where they may not be used."""
    sliders, targets = _sliders(content), _targets(content)
    if not sliders or not targets:
        return
    title, how = say("what_if_title", language), say("what_if_how", language)
    if not usability.usable(content):
        yield WhatIf(title=title, how=how, stop=say("what_if_stop", language))
        return
    asked = _Asked(content=content, language=language, sliders=sliders, targets=targets)
    samples, left_out = asked.samples()
    if not samples:
        return
    level = formats.level(records.confidence(content))
    yield WhatIf(
        title=title,
        how=how,
        margin=say("what_if_margin", language, level=level),
        titles=(
            column_title("index", "construct", language),
            column_title("gains", "level_from", language),
            column_title("trend", "change", language),
            say("interval", language, level=level),
            column_title("gains", "level_to", language),
        ),
        data=script_data(asked.data(samples)),
        samples=tuple(sample["label"] for sample in samples),
        left_out=left_out,
        on_paper=_on_paper(content, sliders, targets, language),
    )


def script_data(data: Mapping[str, Any]) -> str:
    """Return data as JSON that can stand in a script element: no sign of it is markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _sliders(content: Content) -> tuple[str, ...]:
    """Drivers of the index or of what comes after it, in model order."""
    named = {records.word(row, "driver") for row in records.pooled(content, "drivers")}
    return tuple(name for name in content.constructs if name in named)


def _targets(content: Content) -> tuple[str, ...]:
    """The headline construct first, then those after it."""
    named = {records.word(row, "target") for row in records.pooled(content, "drivers")}
    first = (content.index,) if content.index in named else ()
    return (*first, *(name for name in content.constructs if name in named and name != content.index))


def ways(paths: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return every (source, target) with a directed way from one to the other."""
    onward: dict[str, set[str]] = {}
    for source, target in paths:
        onward.setdefault(source, set()).add(target)
    found: set[tuple[str, str]] = set()
    for source in onward:
        queue = list(onward[source])
        while queue:
            target = queue.pop()
            if (source, target) not in found:
                found.add((source, target))
                queue.extend(onward.get(target, ()))
    return frozenset(found)


def _rounded(value: float) -> float | None:
    """A number for the script, None for none."""
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}")


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Rows of one sample, by what the script asks for."""

    levels: dict[str, float] = field(default_factory=dict)
    effects: dict[tuple[str, str], Row] = field(default_factory=dict)
    correlations: dict[tuple[str, str, str], Row] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Take in a row; what is no pooled index and no total effect is left out."""
        if table == "index" and records.word(row, "weights_from") in {"pooled", ""}:
            self.levels[records.word(row, "construct")] = records.number(row, "index")
        elif table == "effects" and records.word(row, "kind") == "total":
            self.effects[records.word(row, "source"), records.word(row, "target")] = row
        elif table == "effect_correlations":
            key = (records.word(row, name) for name in ("target", "source_1", "source_2"))
            target, first, second = key
            self.correlations[target, first, second] = row


_READ = ("index", "effects", "effect_correlations")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the script is handed for each sample: all respondents, and groups."""

    content: Content
    language: str
    sliders: tuple[str, ...]
    targets: tuple[str, ...]
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Constructs on the panel: sliders in model order, then targets that are none."""
        return tuple(dict.fromkeys((*self.sliders, *self.targets)))

    def samples(self) -> tuple[list[Numbers], tuple[tuple[str, str, str], ...]]:
        """What can be chosen, and (label, state, reason) of the groups that cannot."""
        content, language = self.content, self.language
        found: dict[Key, _Tables] = {(): _Tables()}
        for table in _READ:
            for row in records.pooled(content, table):
                found[()].add(table, row)
        groups = records.groups(content)
        fine = {group.key for group in groups if group.state == "ok"}
        for table in _READ if groups else ():
            for row in records.records(content.tables.get(table)):
                key = records.group_key(content, row)
                if key in fine:
                    found.setdefault(key, _Tables()).add(table, row)
        made, left_out = [], []
        if self._complete(found[()]):
            made.append(self._sample(say("league_everybody", language), found[()]))
        for group in groups:
            if group.key in fine and self._complete(found.get(group.key, _Tables())):
                made.append(self._sample(group.label, found[group.key]))
            else:
                left_out.append((group.label, *_why(group, language)))
        return made, tuple(left_out)

    def _complete(self, tables: _Tables) -> bool:
        """Whether every level is there, and some effect on the headline construct."""
        known = all(not math.isnan(tables.levels.get(name, math.nan)) for name in self.names)
        return known and any(target == self.targets[0] for _, target in tables.effects)

    def _sample(self, label: str, tables: _Tables) -> Numbers:
        names = self.names
        place = {name: k for k, name in enumerate(names)}
        led = ways(self.content.paths)
        return {
            "label": label,
            "levels": [_rounded(tables.levels[name]) for name in names],
            "effects": [
                [place[target], place[source], *self._effect(tables.effects.get((source, target), {}))]
                for target in names
                for source in self.sliders
                if (source, target) in led
            ],
            "correlations": [
                [place[target], place[first], place[second], *self._correlation(row)]
                for (target, first, second), row in tables.correlations.items()
                if {target, first, second} <= set(names)
            ],
        }

    def _effect(self, row: Row) -> list[Any]:
        """Effect and its limits, and the place of the reason where one of them is missing."""
        values = [records.number(row, name) for name in ("effect", "ci_lower", "ci_upper")]
        if not any(map(math.isnan, values)):
            return [_rounded(value) for value in values]
        why = reason(records.word(row, "why"), self.language) if row else ""
        place = self._reason(why or say("what_if_not_stored", self.language))
        return [*(_rounded(value) for value in values), place]

    def _correlation(self, row: Row) -> list[Any]:
        value = records.number(row, "correlation")
        if not math.isnan(value):
            return [_rounded(value)]
        return [None, self._reason(reason(records.word(row, "why"), self.language))]

    def _reason(self, text: str) -> int:
        """The place of a reason among all."""
        return self.reasons.setdefault(text, len(self.reasons))

    def data(self, samples: list[Numbers]) -> Numbers:
        """Everything that the script reads."""
        content, language = self.content, self.language
        place = {name: k for k, name in enumerate(self.names)}
        words = {key.removeprefix("what_if_"): text[language] for key, text in WHAT_IF_SCRIPT.items()}
        words |= {name: say(name, language) for name in ("space", "comma", "and", "list_break")}
        return {
            "words": words,
            "level": formats.level(records.confidence(content)),
            "empty": formats.EMPTY,
            "most": MOST,
            "step": STEP,
            "names": [content.label(name, language) for name in self.names],
            "marked": [labelled(content, name, language) for name in self.names],
            "good": [-1 if name in content.low_is_good else 1 for name in self.names],
            "sliders": [place[name] for name in self.sliders],
            "targets": [place[name] for name in self.targets],
            "reasons": list(self.reasons),
            "samples": samples,
        }


def _why(group: records.Group, language: str) -> tuple[str, str]:
    """The state of a group that cannot be chosen, and the reason."""
    if group.state == "ok":
        return say("what_if_incomplete", language), say("what_if_no_effects", language)
    state = say(f"group_{group.state}", language)
    if group.state == "unusable":
        return state, reason("the effects of this fit should not be used", language)
    stored = records.word(group.index, "why") or records.word(group.own, "why")
    return state, reason(stored, language) if stored else state


def _on_paper(content: Content, sliders: Sequence[str], targets: Sequence[str], language: str) -> View | None:
    """The moves by 5 points from the stored gains: a line a driver, a column a target."""
    found: dict[str, dict[str, Row]] = {}
    for row in records.pooled(content, "gains"):
        if abs(records.number(row, "points")) == ON_PAPER:
            found.setdefault(records.word(row, "driver"), {})[records.word(row, "target")] = row
    lines: list[Row] = [
        {"driver": name, "_by": found[name], "why": _whys(found[name].values())}
        for name in sliders
        if name in found
    ]
    if not lines:
        return None

    def column(target: str) -> Column:
        def show(row: Row) -> str:
            one = row["_by"][target]
            value = records.number(one, "gain")
            if math.isnan(value):
                return formats.EMPTY
            between = formats.interval(one.get("ci_lower"), one.get("ci_upper"), 2, language)
            shown = signed(value, 2)
            return shown if between == formats.EMPTY else shown + say("in_brackets", language, text=between)

        return Column(title=labelled(content, target, language), show=show,
                      applies=lambda row: target in row["_by"])  # fmt: skip

    return view(
        say("what_if_paper", language, level=formats.level(records.confidence(content))),
        text_column(
            column_title("gains", "driver", language),
            lambda row: labelled(content, records.word(row, "driver"), language),
        ),
        [column(target) for target in targets],
        [("", lines)],
        language,
    )


def _whys(rows: Any) -> str:
    return "; ".join(dict.fromkeys(why for row in rows if (why := records.word(row, "why"))))
