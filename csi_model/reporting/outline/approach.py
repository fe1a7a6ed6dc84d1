"""Why and how: the background as the study file tells it, the method sheet, and how numbers may be worded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from csi_model.reporting import formats, interval_methods, league_rows, records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.league_rows import rows_where
from csi_model.reporting.outline import rules
from csi_model.reporting.outline.blocks import Block, Entries, Entry, Heading, Points, Text
from csi_model.reporting.outline.provenance import caveat, structure
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import term

GIVEN = ("mode", "population", "sampling", "fieldwork", "response")
"""Lines of the method sheet that only the study file can give."""


def background(content: Content, language: str) -> Iterator[Block]:
    """Why the study was done, as its file says; blank lines part its paragraphs."""
    text = rules.in_language(content.said.get("background"), language)
    for part in re.split(r"\n\s*\n", text):
        if words := " ".join(part.split()):
            yield Text(text=words)


def approach(content: Content, language: str) -> Iterator[Block]:
    """The method sheet: mode, sample, weights, scales, model, estimator; then how to word the numbers."""
    given = dict(_given(content, language))
    lines = [Entry(name=say(f"sheet_{name}", language), value=value) for name, value in given.items()]
    lines += [
        Entry(name=say(f"sheet_{name}", language), value=value)
        for name, value in sheet(content, language)
        if value
    ]
    yield Entries(entries=tuple(lines))
    absent = [say(f"sheet_{name}", language) for name in GIVEN if name not in given]
    if absent:
        names = sentences.joined([name.lower() for name in absent], language)
        yield Text(text=say("sheet_absent", language, names=names), look="small")
    yield Heading(text=say("h_duties", language))
    yield Points(texts=tuple(duties(content, language)))


def _given(content: Content, language: str) -> Iterator[tuple[str, str]]:
    """The lines that the study file gives."""
    said = content.said.get("method")
    if not isinstance(said, Mapping):
        return
    for name in GIVEN:
        if text := rules.in_language(said.get(name), language):
            yield name, " ".join(text.split())


def sheet(content: Content, language: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that the stored tables and options give, each with its key; empty where they do not."""
    yield "sample", sample(content, language)
    yield "weighting", weighting(content, language)
    yield "scales", scales(content, language)
    yield "model", _model(content, language)
    yield "estimator", estimator(content, language)
    yield "intervals", intervals(content, language)
    yield "index", say("sheet_index_how", language, rule=rule(content, language))
    yield "missing", capital(missing(content, language)) + say("outline_stop", language)
    yield "groups", _groups(content, language)
    yield "margin", margin(content, language)


def sample(content: Content, language: str) -> str:
    """Say how many rows were read and used, and why the others were left out."""
    left = []
    for row in records.pooled(content, "rows"):
        reason, count = records.word(row, "reason"), records.number(row, "rows")
        if reason not in {"read", "used"} and count > 0:
            words = term(reason, language).partition(say("colon", language).strip())
            name = (words[2] or words[0]).strip()
            left.append(name + say("in_brackets", language, text=formats.count(count)))
    parts = [sentences.rows(content, language)]
    if left:
        parts.append(say("sheet_left_out", language, reasons=say("list_break", language).join(left)))
    return sentences.together(parts, language)


def weighting(content: Content, language: str) -> str:
    """Say how respondents were weighted and what the design costs."""
    weight = str(content.manifest.get("weight") or "")
    texts = [say("sheet_weight" if weight else "sheet_unweighted", language, weight=weight)]
    variables = list(dict.fromkeys(records.word(row, "variable") for row in _margins(content)))
    if variables:
        texts.append(say("sheet_margins", language, names=sentences.some(variables, language)))
    if records.finding(content, "design-based"):
        texts.append(say("sheet_design", language))
    exact = rules.whole(rows_where(content, "precision", construct=content.index))
    row = exact or records.headline(content)
    n, effective = records.number(row, "n"), records.number(row, "n_eff")
    if weight and not formats.is_empty(effective) and not formats.is_empty(n):
        counts = {"n": formats.count(n), "n_eff": formats.count(round(effective))}
        texts.append(say("sheet_effective", language, **counts))
    if not formats.is_empty(exact.get("deff")):
        texts.append(say("sheet_deff", language, deff=formats.number(exact["deff"], 2)))
    return sentences.together(texts, language)


def _margins(content: Content) -> list[records.Row]:
    return records.across(content, "weighting")


def scales(content: Content, language: str) -> str:
    """Say which questions were answered on which scale."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in records.pooled(content, "indicators"):
        ends = (formats.plain(row.get("low")), formats.plain(row.get("high")))
        found.setdefault(ends, []).append(records.word(row, "indicator"))
    parts = [
        say("sheet_scale", language, low=low, high=high, names=sentences.some(names, language))
        for (low, high), names in found.items()
        if formats.EMPTY not in (low, high)
    ]
    text = say("list_break", language).join(parts)
    return text + say("outline_stop", language) if text else ""


def model_name(content: Content, language: str) -> str:
    """Return what the model is called: its title, else its name; empty where neither is stored.

    A title that the study gives its report is no name of the model.
    """
    title = content.model_title or (content.title if not content.said.get("title") else {})
    return title.get(language) or title.get("en") or str(content.manifest.get("model") or "")


def _model(content: Content, language: str) -> str:
    name = model_name(content, language)
    parts = [name + say("outline_stop", language) if name else ""]
    if content.source:
        parts.append(say("sheet_source", language, source=content.source))
    parts.append(say(f"structure_{structure(content)}", language))
    parts.append(caveat(content, language))
    return sentences.together(parts, language)


def estimator(content: Content, language: str) -> str:
    """Name the estimator, for PLS with its scheme and metric."""
    key = f"estimator_{records.option(content, 'estimator')}"
    parts = [say(key if has(key) else "estimator_unknown", language)]
    if records.is_composite(content):
        for name in ("scheme", "metric"):
            words = f"pls_{name}_{records.option(content, name)}"
            parts += [say(words, language)] if has(words) else []
    ridge = records.option(content, "ridge")
    text = say("outline_clause", language).join(parts) + say("outline_stop", language)
    more = [say("method_ridge", language, ridge=formats.plain(ridge))] if ridge else []
    if records.option(content, "variances") == "bounded" and not records.is_composite(content):
        more.append(say("method_bounded", language))
    return sentences.together([capital(text), *more], language)


def capital(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def intervals(content: Content, language: str) -> str:
    """Say of which level the intervals are and how they were made."""
    row = records.headline(content)
    method = records.word(row, "ci_method")
    if not rules.known(row):
        return say("sheet_no_intervals", language)
    draws = records.option(content, "bootstrap")
    level = formats.level(records.confidence(content))
    texts = [say("sheet_interval", language, level=level, method=term(method, language))]
    texts += interval_methods.texts(content, language)
    if draws:
        texts.append(say("sheet_draws", language, draws=formats.count(draws)))
    if draws or records.option(content, "jackknife"):
        seed = content.manifest.get("seed", records.option(content, "seed"))
        texts.append(say("sheet_seed", language, seed=formats.plain(seed)) if seed is not None else "")
    return sentences.together(texts, language)


def rule(content: Content, language: str) -> str:
    """Return the weight rule in words."""
    row = records.headline(content)
    name = records.word(row, "weight_rule") or str(records.option(content, "weight_rule") or "")
    return term(name, language) if name else say("not_stored", language)


def missing(content: Content, language: str) -> str:
    """Say what was done about missing answers, without a full stop."""
    key = f"missing_{records.option(content, 'missing_data')}"
    if records.is_composite(content) and has(f"pls_{key}"):
        key = f"pls_{key}"
    return say(key if has(key) else "missing_unknown", language)


def _groups(content: Content, language: str) -> str:
    if not content.by:
        return ""
    columns, waves = league_rows.unit_columns(content), league_rows.wave_column(content)
    base = records.option(content, "min_base")
    parts = [say("sheet_by", language, names=sentences.joined(list(columns), language))] if columns else []
    parts += [say("sheet_waves", language, name=waves)] if waves else []
    parts += [say("sheet_base", language, base=formats.plain(base))] if base is not None else []
    return sentences.together(parts, language)


def margin(content: Content, language: str) -> str:
    """Give the margin of error of the headline index, else its interval."""
    level = formats.level(records.confidence(content))
    exact = rules.whole(rows_where(content, "precision", construct=content.index))
    if not formats.is_empty(exact.get("half_width")):
        return say("sheet_half", language, level=level, margin=formats.number(exact["half_width"], 2))
    row = records.headline(content)
    if not rules.known(row) or rules.index_state(content) == "unusable":
        return ""
    interval = formats.interval(row["ci_lower"], row["ci_upper"], 1, language)
    return say("sheet_half_interval", language, level=level, interval=interval)


def duties(content: Content, language: str) -> Iterator[str]:
    """Say how the numbers may be worded, and what other indices must share to be compared."""
    yield say("duty_points", language)
    yield say("duty_margin", language)
    yield say("duty_association", language)
    ends = dict.fromkeys(
        (formats.plain(row.get("low")), formats.plain(row.get("high")))
        for row in records.pooled(content, "indicators")
    )
    named = [
        say("duty_scale", language, low=low, high=high)
        for low, high in ends
        if formats.EMPTY not in (low, high)
    ]
    key = f"estimator_{records.option(content, 'estimator')}"
    yield say(
        "duty_named", language, scale=sentences.some(named, language) or say("not_stored", language),
        rule=rule(content, language), estimator=say(key if has(key) else "estimator_unknown", language),
        missing=missing(content, language),
    )  # fmt: skip
