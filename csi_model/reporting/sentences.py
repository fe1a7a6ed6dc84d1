"""Sentences by rules: what the stored numbers say, and what they do not say.

Every number in a sentence is a cell of a stored table; the rules compare cells, nothing more.
"""

from __future__ import annotations

import math

from csi_model.reporting import formats, interval_methods, records
from csi_model.reporting.content import Content
from csi_model.reporting.reasons import reason_in
from csi_model.reporting.records import Row
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import term


def joined(names: list[str], language: str) -> str:
    """Return a list in words: ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return say("comma", language).join(names[:-1]) + say("and", language) + names[-1]


NAMED = 8
"""Names that a sentence lists; a table holds all."""


def some(names: list[str], language: str) -> str:
    """Return the first of many names in words, and how many more there are."""
    if len(names) <= NAMED + 1:
        return joined(names, language)
    shown = say("comma", language).join(names[:NAMED])
    return say("and_more", language, names=shown, count=len(names) - NAMED)


def together(parts: list[str], language: str) -> str:
    """Return sentences one after another, with a space where the language has one."""
    return say("space", language).join(part for part in parts if part)


def reason(why: str, language: str) -> str:
    """Return the stored reason for an empty number without its full stop, or say that there is none.

    Several reasons stand in one cell with semicolons; those that have words in ``language`` get them.
    """
    if not why:
        return say("no_reason", language)
    parts = [reason_in(part.strip().rstrip(".。"), language) for part in why.split("; ")]
    return say("list_break", language).join(parts)


def counted(key: str, things: int, language: str, **values: object) -> str:
    """Return the singular or plural form (``key_one``, ``key_many``) for so many ``things``."""
    return say(f"{key}_{'one' if things == 1 else 'many'}", language, **values)


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


def drivers(content: Content, language: str, *, may_use_effects: bool = True) -> list[str]:
    """Return which driver to improve first and with what effect, and the limits of such a statement."""
    target = content.label(content.index, language)
    rows = records.driver_rows(content)
    if not rows:
        return [say("no_drivers", language, construct=target)]
    if not may_use_effects:
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
    ranked = [group for group in found if not math.isnan(records.number(group.index, "ci_lower"))]
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
    if records.is_composite(content):
        return _composite_method(content, language)
    estimator = f"estimator_{records.option(content, 'estimator')}"
    missing = f"missing_{records.option(content, 'missing_data')}"
    row = records.headline(content)
    rule = records.word(row, "weight_rule") or str(records.option(content, "weight_rule") or "")
    interval = records.word(row, "ci_method")
    absent = say("not_stored", language)
    text = say(
        "method", language, rule=term(rule, language) if rule else absent,
        estimator=say(estimator if has(estimator) else "estimator_unknown", language),
        level=formats.level(records.confidence(content)),
        interval=term(interval, language) if interval else absent,
        missing=say(missing if has(missing) else "missing_unknown", language),
    )  # fmt: skip
    ridge = records.option(content, "ridge")
    more = interval_methods.texts(content, language)
    more += [say("method_ridge", language, ridge=formats.plain(ridge))] if ridge else []
    if records.option(content, "variances") == "bounded":
        more.append(say("method_bounded", language))
    if records.is_ordinal(content):
        more.append(say("method_ordinal", language))
    return together([text, *more], language)


def _composite_method(content: Content, language: str) -> str:
    """The same for PLS path modelling: scheme, metric and where intervals come from."""
    estimator, absent = str(records.option(content, "estimator")), say("not_stored", language)
    rule = records.word(records.headline(content), "weight_rule")
    missing = f"missing_{records.option(content, 'missing_data')}"
    missing = f"pls_{missing}" if has(f"pls_{missing}") else missing
    text = say(
        "pls_method", language, rule=term(rule, language) if rule else absent,
        estimator=say(f"estimator_{estimator}", language),
        scheme=_option_words(content, "scheme", language), metric=_option_words(content, "metric", language),
        intervals=_interval_words(content, language),
        missing=say(missing if has(missing) else "missing_unknown", language),
    )  # fmt: skip
    more = [say("pls_consistent", language)] if estimator == "plsc" else []
    if records.option(content, "correlations") == "polychoric":
        more.append(say("pls_polychoric", language))
    return together([text, *more], language)


def _option_words(content: Content, name: str, language: str) -> str:
    key = f"pls_{name}_{records.option(content, name)}"
    return say(key, language) if has(key) else say("not_stored", language)


def _interval_words(content: Content, language: str) -> str:
    draws = records.option(content, "bootstrap")
    kind = "bootstrap" if draws else "jackknife" if records.option(content, "jackknife") else "none"
    interval = records.word(records.headline(content), "ci_method")
    return say(
        f"pls_intervals_{kind}", language, level=formats.level(records.confidence(content)),
        draws=formats.count(draws), interval=term(interval, language) if interval else "",
    ) + say("space", language)  # fmt: skip
