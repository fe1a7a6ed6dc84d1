"""May the numbers be used? The three verdicts in words, and the box that says which numbers may not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from csi_model.reporting import formats, records, retold, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import term

State = Literal["good", "caution", "bad", "unknown"]

_NEAR_LIMIT = frozenset({"high-correlation", "exploding-standard-error", "negative-variance"})
_SCORE_RULES = frozenset({"pls", "outer", "equal", "given"})
"""Index weights that a correction for measurement error leaves as they are."""
_SHOWN_DIAGNOSES = 6
_IN_ONE_LINE = (
    "inadmissible-correlation",
    "high-correlation",
    "negative-variance",
    "exploding-standard-error",
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One of the three things that a fit says about itself."""

    name: str
    state: State
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """The box on the first screen: what cannot be used, why, what was found, what to do instead.

    ``why`` are diagnoses, one text for all respondents or for a group; where there are any, ``named``
    (what was found, one by one) is a detail.
    """

    title: str
    texts: tuple[str, ...]
    why: tuple[str, ...]
    named: tuple[str, ...]
    remedy: str


def verdicts(content: Content, language: str) -> tuple[Verdict, ...]:
    """Return the three verdicts on the fit of all respondents: converged, admissible, identified."""
    fit = records.measures(records.pooled(content, "fit"))
    codes = {records.word(row, "code") for row in records.pooled(content, "findings")}
    kind = str(records.option(content, "estimator")).lower() if records.is_composite(content) else ""
    return tuple(
        _verdict(name, fit, codes, kind, language) for name in ("converged", "admissible", "identified")
    )


def _verdict(name: str, fit: dict[str, Row], codes: set[str], kind: str, language: str) -> Verdict:
    row = fit.get(name, {})
    state = _state(name, records.number(row, "value"), fit, codes)
    if state == "unknown":
        why = sentences.reason(records.word(row, "why"), language)
        title = term(name, language) + say("colon", language) + say("not_checked", language)
        return Verdict(name=name, state=state, title=title, text=say("verdict_unknown", language, why=why))
    word = {"good": name, "bad": f"not_{name}", "caution": name}[state]
    if state == "caution" and name == "identified":
        word = "weakly_identified"
    text = next(key for start in _starts(kind) if has(key := f"{start}{name}_{state}"))
    return Verdict(name=name, state=state, title=term(word, language), text=say(text, language))


def _starts(kind: str) -> tuple[str, ...]:
    """Where the words of a kind of estimator are looked for, its own first."""
    return ("plsc_", "pls_", "") if kind == "plsc" else (f"{kind}_", "") if kind else ("",)


def _state(name: str, value: float, fit: dict[str, Row], codes: set[str]) -> State:
    if math.isnan(value):
        return "unknown"
    if value == 0:
        return "bad"
    if name == "identified":
        eigenvalue = records.number(fit.get("information_eigenvalue", {}), "value")
        weak = eigenvalue < records.WEAK_EIGENVALUE or "weakly-identified" in codes
        return "caution" if weak else "good"
    return "caution" if name == "admissible" and codes & _NEAR_LIMIT else "good"


def overall(content: Content, language: str) -> tuple[State, str]:
    """Return the worst of all verdicts, groups included, and its sentence."""
    if alert(content, language) is not None:
        return "bad", say("verdict_bad_all", language)
    states = {verdict.state for verdict in verdicts(content, language)}
    if "caution" in states:
        return "caution", say("verdict_caution_all", language)
    if "unknown" in states:
        return "unknown", say("verdict_unknown_all", language)
    return "good", say("verdict_good_all", language)


def _faults(content: Content) -> set[str]:
    """What keeps numbers of all respondents together from use: verdicts and codes of errors."""
    found = verdicts(content, "en")
    faults = {verdict.name for verdict in found if verdict.state == "bad"}
    faults |= {v.name for v in found if v.name == "identified" and v.state == "caution"}
    rows = records.pooled(content, "findings")
    return faults | {records.word(r, "code") for r in rows if records.word(r, "severity") == "error"}


def usable(content: Content) -> bool:
    """Say whether the effects and drivers of all respondents together may be used."""
    return not _faults(content)


def index_usable(content: Content) -> bool:
    """Say whether the index may be used as it stands: converged, admissible, no negative weight."""
    stops = {"converged", "negative-weight"} | (set() if _scored(content) else {"admissible"})
    return not _faults(content) & stops


def _scored(content: Content) -> bool:
    """Whether the index rests on weights and answers alone, whatever the solution."""
    rule = records.word(records.headline(content), "weight_rule")
    return records.is_composite(content) and rule in _SCORE_RULES


def alert(content: Content, language: str) -> Alert | None:
    """Return the box that says which numbers cannot be used, None where all can be."""
    faults = _faults(content)
    broken = [group for group in records.groups(content) if group.state == "unusable"]
    if not faults and not broken:
        return None
    named = _named(content, None, records.pooled(content, "findings"), language) if faults else []
    for group in broken:
        named += _named(content, group, list(group.findings), language)
    is_pls = records.is_composite(content)
    first = records.finding(content, "diagnosis") or (_first_error(content, broken) if is_pls else {})
    advice = retold.retold(content, records.word(first, "fix"), language)
    title = "box_title_all" if "converged" in faults else "box_title_some" if faults else "box_title_groups"
    return Alert(
        title=say(title, language),
        texts=tuple(_alert_texts(faults, [g.label for g in broken], language, scored=_scored(content))),
        why=tuple(_why(content, broken, language)),
        named=tuple(dict.fromkeys(named)),
        remedy=advice or say("box_not_pls" if is_pls else "box_pls", language),
    )


def _why(content: Content, broken: list[records.Group], language: str) -> list[str]:
    """The diagnosis of all respondents, then those of groups, the first few of many."""
    found = [("", records.finding(content, "diagnosis"))]
    for group in broken:
        row = next((row for row in group.findings if records.word(row, "code") == "diagnosis"), {})
        found.append((group.label + say("colon", language), row))
    made = [
        start + retold.retold(content, records.word(row, "what"), language) for start, row in found if row
    ]
    if len(made) > _SHOWN_DIAGNOSES:
        rest = len(made) - _SHOWN_DIAGNOSES
        made = [*made[:_SHOWN_DIAGNOSES], say("box_more_groups", language, count=rest)]
    return made


def _first_error(content: Content, broken: list[records.Group]) -> Row:
    rows = [*records.pooled(content, "findings"), *(row for group in broken for row in group.findings)]
    return next((row for row in rows if records.word(row, "severity") == "error"), {})


def _alert_texts(faults: set[str], broken: list[str], language: str, *, scored: bool) -> list[str]:
    texts = []
    if "converged" in faults:
        texts.append(say("box_all", language))
    elif faults:
        texts.append(say("box_effects", language))
        if "admissible" in faults:
            texts.append(say("plsc_box_index" if scored else "box_index", language))
        if "negative-variance" in faults:
            texts.append(say("box_measurement", language))
        if "negative-weight" in faults:
            texts.append(say("box_weights", language))
    if broken:
        key = "box_groups" if len(broken) == 1 else "box_groups_many"
        texts.append(say(key, language, groups=sentences.joined(broken, language)))
    return texts


def _named(content: Content, group: records.Group | None, rows: list[Row], language: str) -> list[str]:
    """Name what was found: one line for all findings of a known kind, one for each other error.

    Warnings about the solution are named, too; nothing about single answers.
    """
    made: list[str] = []
    for code in _IN_ONE_LINE:
        places = [_place(content, group, row, language) for row in rows if records.word(row, "code") == code]
        if any(places):
            text = say("list_break", language).join(dict.fromkeys(place for place in places if place))
            made.append(say(f"named_{code}", language, places=text))
    for row in rows:
        code = records.word(row, "code")
        shown = code in _IN_ONE_LINE and bool(_place(content, group, row, language))
        if not shown and code != "diagnosis" and records.word(row, "severity") == "error":
            made.append(_sentence(content, group, row, language))
    start = group.label + say("colon", language) if group is not None else ""
    return [start + text for text in made]


def _sentence(content: Content, group: records.Group | None, row: Row, language: str) -> str:
    """One error in words: by its code and the stored fit measures where those tell it, else as stored."""
    code, what = records.word(row, "code"), records.word(row, "what")
    if records.is_composite(content):
        return retold.sentence(retold.retold(content, what, language))
    fit = records.measures(records.of_group(content, "fit", group))
    if code == "not-converged":
        value = formats.scientific(records.number(fit.get("gradient", {}), "value"))
        return say("named_not-converged", language, value=value)
    if code in {"weakly-identified", "not-identified"}:
        value = formats.scientific(records.number(fit.get("information_eigenvalue", {}), "value"))
        listed = what.partition("tell apart: ")[2].rstrip(".").split(", ")
        places = [_place(content, None, {"where": one}, language) or one for one in listed if one]
        joined = say("list_break", language).join(places) or say("not_stored", language)
        return say(f"named_{code}", language, value=value, places=joined)
    return retold.sentence(retold.retold(content, what, language))


def _place(content: Content, group: records.Group | None, row: Row, language: str) -> str:
    """Return the place of a finding in labels (``A – B``, ``A → B``), empty where it has no such place."""
    where = records.word(row, "where")
    if group is not None:
        where = where.removeprefix(" / ".join(group.key)).removeprefix(": ")
    for sign, joint in ((" - ", " – "), (" =~ ", " → "), (" ~~ ", " – "), (" ~ ", " → ")):
        first, found, second = where.partition(sign)
        if not found:
            continue
        names = (second, first) if sign == " ~ " else (first, second)
        labels = list(dict.fromkeys(content.label(name, language) for name in names))
        return joint.join(labels) + (_correlation(content, group, first, second) if sign == " - " else "")
    return ""


def _correlation(content: Content, group: records.Group | None, first: str, second: str) -> str:
    """Return the stored correlation of two constructs in brackets, empty where there is none."""
    for row in records.of_group(content, "validity", group):
        if {records.word(row, "construct_1"), records.word(row, "construct_2")} == {first, second}:
            value = row.get("correlation")
            return "" if formats.is_empty(value) else f" ({formats.number(value, 3)})"
    return ""
