"""Sentences by rules: what the stored numbers say, and what they do not say.

Every number in a sentence is a cell of a stored table; the rules compare cells, nothing more.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from csi_model.reporting import formats, records
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.wording import has, reason_in, say
from csi_model.vocabulary import term

State = Literal["good", "caution", "bad", "unknown"]

_NEAR_LIMIT = frozenset({"high-correlation", "exploding-standard-error", "negative-variance"})
_PLS = frozenset({"pls", "plsc"})


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One of the three things that a fit says about itself."""

    name: str
    state: State
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """The box on the first screen: what cannot be used, what was found, what to do instead."""

    title: str
    texts: tuple[str, ...]
    named: tuple[str, ...]
    remedy: str


def joined(names: list[str], language: str) -> str:
    """Return a list in words: ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return say("comma", language).join(names[:-1]) + say("and", language) + names[-1]


def together(parts: list[str], language: str) -> str:
    """Return sentences one after another, with a space where the language has one."""
    return say("space", language).join(part for part in parts if part)


def reason(why: str, language: str) -> str:
    """Return the stored reason for an empty number without its full stop, or say that there is none.

    Several reasons stand in one cell with semicolons; those that have words in ``language`` get them.
    """
    if not why:
        return say("no_reason", language)
    parts = [reason_in(part.strip(), language) for part in why.rstrip(".。").split("; ")]
    return say("list_break", language).join(parts)


def counted(key: str, things: int, language: str, **values: object) -> str:
    """Return the singular or plural form (``key_one``, ``key_many``) for so many ``things``."""
    return say(f"{key}_{'one' if things == 1 else 'many'}", language, **values)


def verdicts(content: Content, language: str) -> tuple[Verdict, ...]:
    """Return the three verdicts on the fit of all respondents: converged, admissible, identified."""
    fit = records.measures(records.pooled(content, "fit"))
    codes = {records.word(row, "code") for row in records.pooled(content, "findings")}
    return tuple(_verdict(name, fit, codes, language) for name in ("converged", "admissible", "identified"))


def _verdict(name: str, fit: dict[str, Row], codes: set[str], language: str) -> Verdict:
    row = fit.get(name, {})
    state = _state(name, records.number(row, "value"), fit, codes)
    if state == "unknown":
        why = reason(records.word(row, "why"), language)
        title = term(name, language) + say("colon", language) + say("not_checked", language)
        return Verdict(name=name, state=state, title=title, text=say("verdict_unknown", language, why=why))
    word = {"good": name, "bad": f"not_{name}", "caution": name}[state]
    if state == "caution" and name == "identified":
        word = "weakly_identified"
    return Verdict(name=name, state=state, title=term(word, language), text=say(f"{name}_{state}", language))


def _state(name: str, value: float, fit: dict[str, Row], codes: set[str]) -> State:
    if math.isnan(value):
        return "unknown"
    if value == 0:
        return "bad"
    if name == "identified":
        eigenvalue = records.number(fit.get("information_eigenvalue", {}), "value")
        return "caution" if eigenvalue < records.WEAK_EIGENVALUE or "weakly-identified" in codes else "good"
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
    faults |= {
        "identified" for verdict in found if verdict.name == "identified" and verdict.state == "caution"
    }
    rows = records.pooled(content, "findings")
    return faults | {records.word(r, "code") for r in rows if records.word(r, "severity") == "error"}


def usable(content: Content) -> bool:
    """Say whether the effects and drivers of all respondents together may be used."""
    return not _faults(content)


def index_usable(content: Content) -> bool:
    """Say whether the index may be used as it stands: converged, admissible, no negative weight."""
    return not _faults(content) & {"converged", "admissible", "negative-weight"}


def alert(content: Content, language: str) -> Alert | None:
    """Return the box that says which numbers cannot be used, None where all can be."""
    faults = _faults(content)
    broken = [group for group in records.groups(content) if group.state == "unusable"]
    if not faults and not broken:
        return None
    named = _named_list(content, broken, language, whole=bool(faults))
    is_pls = str(records.option(content, "estimator")).lower() in _PLS
    title = "box_title_all" if "converged" in faults else "box_title_some" if faults else "box_title_groups"
    return Alert(
        title=say(title, language),
        texts=tuple(_alert_texts(faults, [group.label for group in broken], language)),
        named=tuple(named),
        remedy=say("box_not_pls" if is_pls else "box_pls", language),
    )


def _alert_texts(faults: set[str], broken: list[str], language: str) -> list[str]:
    texts = []
    if "converged" in faults:
        texts.append(say("box_all", language))
    elif faults:
        texts.append(say("box_effects", language))
        if "admissible" in faults:
            texts.append(say("box_index", language))
        if "negative-variance" in faults:
            texts.append(say("box_measurement", language))
        if "negative-weight" in faults:
            texts.append(say("box_weights", language))
    if broken:
        key = "box_groups" if len(broken) == 1 else "box_groups_many"
        texts.append(say(key, language, groups=joined(broken, language)))
    return texts


def _named_list(content: Content, broken: list[records.Group], language: str, *, whole: bool) -> list[str]:
    """Errors, and warnings about the solution, each once; nothing about single answers."""
    rows: list[tuple[records.Group | None, Row]] = []
    if whole:
        rows += [(None, row) for row in records.pooled(content, "findings")]
    rows += [(group, row) for group in broken for row in group.findings]
    named = [
        _named(content, row, group, language)
        for group, row in rows
        if records.word(row, "severity") == "error" or records.word(row, "code") in _NEAR_LIMIT
    ]
    return list(dict.fromkeys(named))


def _named(content: Content, row: Row, group: records.Group | None, language: str) -> str:
    """Return a finding with the labels of what it names and the group it is about."""
    what, where = records.word(row, "what"), records.word(row, "where")
    if group is not None:
        where = where.removeprefix(" / ".join(group.key)).removeprefix(": ")
    names = re.split(r"\s*(?:,| - | =~ | ~~ | ~ )\s*", where)
    labels = [content.label(name, language) for name in dict.fromkeys(names) if name in content.labels]
    places = [group.label] if group is not None else []
    places += [label for label in labels if label not in what]
    start = say("comma", language).join(places)
    text = what[:1].upper() + what[1:]
    return start + say("colon", language) + text if start else text


def finding_title(code: str, language: str) -> str:
    """Return the words for the code of a finding; a code without words stays as it is."""
    key = f"finding_{code}"
    return say(key, language) if has(key) else code.replace("-", " ")


def headline(content: Content, language: str) -> list[str]:
    """Return what the headline index says: value, interval, base, weights, and what a point is."""
    row = records.headline(content)
    construct = content.label(content.index, language)
    why = records.word(row, "why")
    if math.isnan(records.number(row, "index")):
        return [say("headline_none", language, construct=construct, why=reason(why, language))]
    first = say("headline", language, construct=construct, index=formats.number(row["index"]))
    lower, upper = records.number(row, "ci_lower"), records.number(row, "ci_upper")
    if math.isnan(lower) or math.isnan(upper):
        second = say("interval_none", language, why=reason(why, language))
    else:
        second = say(
            "headline_interval", language, level=formats.level(records.confidence(content)),
            lower=formats.number(lower), upper=formats.number(upper),
        )  # fmt: skip
    rule = term(records.word(row, "weight_rule"), language)
    low = content.index in content.low_is_good
    return [
        together([first, second], language),
        together([_base(row, language), say("weight_rule", language, rule=rule) if rule else ""], language),
        say("points_low" if low else "points", language, construct=construct),
    ]


def _base(row: Row, language: str) -> str:
    n, effective = records.number(row, "n"), records.number(row, "n_eff")
    if math.isnan(n):
        return ""
    text = counted("base", int(n), language, n=formats.count(n))
    if not math.isnan(effective) and round(effective) != round(n):
        text += say("base_effective", language, n_eff=formats.count(round(effective)))
    return text + ("。" if language == "zh" else ".")


def direction(content: Content, language: str) -> str:
    """Name the constructs whose low values are good; empty where there are none."""
    names = [content.label(name, language) for name in content.constructs if name in content.low_is_good]
    return say("low_is_good", language, constructs=joined(names, language)) if names else ""


def drivers(content: Content, language: str) -> list[str]:
    """Return which driver to improve first and with what effect, and the limits of such a statement."""
    target = content.label(content.index, language)
    rows = records.driver_rows(content)
    if not rows:
        return [say("no_drivers", language, construct=target)]
    if not usable(content):
        return [say("drivers_unusable", language)]
    stored = [row for row in rows if not math.isnan(records.number(row, "importance"))]
    if not stored:
        why = reason(records.word(rows[0], "why"), language)
        return [say("drivers_empty", language, why=why)]
    return [*_advice(content, stored, language), *_cautions(content, stored, language)]


def _names(content: Content, rows: list[Row], language: str) -> str:
    return joined([content.label(records.word(row, "driver"), language) for row in rows], language)


def _unsure(row: Row) -> bool:
    return records.covers_zero(row, "importance_ci_lower", "importance_ci_upper")


def _helps(content: Content, row: Row) -> bool:
    """Whether moving the driver in its good direction goes with a better target."""
    good = -1 if records.word(row, "driver") in content.low_is_good else 1
    goal = -1 if content.index in content.low_is_good else 1
    return good * goal * records.number(row, "importance") > 0


def _advice(content: Content, rows: list[Row], language: str) -> list[str]:
    worth = [row for row in rows if _helps(content, row) and not _unsure(row)]
    first = [row for row in worth if records.word(row, "quadrant") == "improve_first"]
    if first:
        names = [content.label(records.word(row, "driver"), language) for row in first]
        opening = say("improve", language, names=say("then", language).join(names))
        return [opening, *(_impact(content, row, language) for row in first)]
    made = [say("improve_none", language)]
    if worth and not math.isnan(records.number(worth[0], "priority")):
        name = content.label(records.word(worth[0], "driver"), language)
        made[0] = together([made[0], say("improve_next", language, name=name)], language)
        made.append(_impact(content, worth[0], language))
    return made


def _impact(content: Content, row: Row, language: str) -> str:
    driver = records.word(row, "driver")
    impact = records.number(row, "impact_5")
    moved = "fewer" if driver in content.low_is_good else "more"
    gained = moved if impact >= 0 else {"fewer": "more", "more": "fewer"}[moved]
    text = say(
        f"impact_{moved}_{gained}", language,
        driver=content.label(driver, language), target=content.label(content.index, language),
        impact=formats.number(abs(impact), 2),
    )  # fmt: skip
    lower, upper = records.number(row, "importance_ci_lower"), records.number(row, "importance_ci_upper")
    bare = math.isnan(lower) or math.isnan(upper)
    return text + say(
        "impact_detail_bare" if bare else "impact_detail", language,
        importance=formats.number(row["importance"], 2), level=formats.level(records.confidence(content)),
        interval=formats.interval(lower, upper, 2, language),
        performance=formats.number(row.get("performance")),
    )  # fmt: skip


def _cautions(content: Content, rows: list[Row], language: str) -> list[str]:
    made = []
    unsure = [row for row in rows if _unsure(row)]
    if unsure:
        names = _names(content, unsure, language)
        made.append(counted("not_established", len(unsure), language, names=names))
    negative = [row for row in rows if not _helps(content, row) and not _unsure(row)]
    negative = [row for row in negative if records.word(row, "driver") not in content.low_is_good]
    if negative and content.index not in content.low_is_good:
        made.append(say("negative", language, names=_names(content, negative, language)))
    return [*made, say("association", language)]


def groups(content: Content, language: str) -> list[str]:
    """Return what may be said of the groups: how many, which are suppressed, whether any stand apart."""
    found = records.groups(content)
    if not found:
        return []
    opening = counted("groups", len(found), language, count=len(found)) + say("groups_order", language)
    made = [together([opening, *_missing_groups(content, found, language)], language)]
    ranked = [
        group
        for group in found
        if group.state == "ok" and not math.isnan(records.number(group.index, "ci_lower"))
    ]
    if len(ranked) > 1:
        made.append(_spread(ranked, language))
    return [*made, say("groups_weights", language)]


def _missing_groups(content: Content, found: list[records.Group], language: str) -> list[str]:
    made = []
    base = records.option(content, "min_base")
    for state in ("suppressed", "failed"):
        names = [group.label for group in found if group.state == state]
        if not names:
            continue
        key = f"groups_{state}" + ("_base" if state == "suppressed" and base is not None else "")
        made.append(say(key, language, names=joined(names, language), base=base))
    return made


def _spread(found: list[records.Group], language: str) -> str:
    """Compare the interval that starts highest with the one that ends lowest."""
    high = max(found, key=lambda group: records.number(group.index, "ci_lower"))
    low = min(found, key=lambda group: records.number(group.index, "ci_upper"))
    if records.number(high.index, "ci_lower") <= records.number(low.index, "ci_upper"):
        return say("groups_together", language)
    texts = [
        formats.interval(group.index["ci_lower"], group.index["ci_upper"], 1, language)
        for group in (high, low)
    ]
    apart = say(
        "groups_apart", language, high=high.label, low=low.label, high_interval=texts[0],
        low_interval=texts[1],
    )  # fmt: skip
    return together([apart, say("groups_margin", language)], language)


def rows(content: Content, language: str) -> str:
    """Return how many rows were read and used."""
    found = {records.word(row, "reason"): row.get("rows") for row in records.pooled(content, "rows")}
    read, used = found.get("read"), found.get("used")
    if formats.is_empty(read) or formats.is_empty(used):
        return ""
    key = "rows_all" if read == used else "rows_some"
    return say(key, language, read=formats.count(read), used=formats.count(used))


def method(content: Content, language: str) -> str:
    """Return the paragraph on how the numbers came about."""
    estimator = f"estimator_{records.option(content, 'estimator')}"
    missing = f"missing_{records.option(content, 'missing_data')}"
    row = records.headline(content)
    rule = records.word(row, "weight_rule") or str(records.option(content, "weight_rule") or "")
    interval = records.word(row, "ci_method")
    absent = say("not_stored", language)
    return say(
        "method", language, rule=term(rule, language) if rule else absent,
        estimator=say(estimator if has(estimator) else "estimator_unknown", language),
        level=formats.level(records.confidence(content)),
        interval=term(interval, language) if interval else absent,
        missing=say(missing if has(missing) else "missing_unknown", language),
    )  # fmt: skip
