"""A paragraph on the method that can go into a paper, with the works that it cites and no others.

Each sentence follows from stored options and tables; it names its works by the keys of ``WORKS``, and their
in-text form stands in the words of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csi_model.reporting import formats, interval_methods, league_rows, records, sentences, usability
from csi_model.reporting.content import Content
from csi_model.reporting.outline import approach, rules
from csi_model.reporting.outline.blocks import Block, Heading, Points, Text
from csi_model.reporting.outline.works import MODEL_WORKS, WORKS
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import term

_ESTIMATORS: dict[str, tuple[str, ...]] = {
    "ml": ("bollen1989",),
    "mlr": ("yuan2000",),
    "mlm": ("satorra1994",),
    "fiml": ("arbuckle1996",),
    "wlsmv": ("muthen1997", "asparouhov2010", "olsson1979"),
    "pls": ("lohmoller1989",),
    "plsc": ("dijkstra2015",),
}
"""Estimator > works that its sentence cites."""

_DIFFERENCES = {
    "Satorra 2000": "satorra2000",
    "Satorra-Bentler 2001": "satorra2001",
    "Satorra-Bentler 2010": "satorra2010",
}
"""How chi-square differences are named in the ladder > the work."""

_FIT = ("cfi", "tli", "rmsea", "srmr")

_MEASURES = (
    ("reliability", "alpha", "paper_alpha", "cronbach1951"),
    ("reliability", "rho_a", "paper_rho_a", "dijkstra2015"),
    ("reliability", "rho_c", "paper_rho_c", "fornell1981"),
    ("reliability", "ave", "paper_ave", "fornell1981"),
    ("validity", "htmt", "paper_htmt", "henseler2015"),
)
"""Table and column of a measure of reliability or validity, its words, and the work that they cite."""

_ORDINAL_MEASURES = (
    ("reliability", "alpha", "paper_ordinal_alpha", "zumbo2007"),
    *_MEASURES[1:],
    ("ordinal_reliability", "alpha", "paper_answers_alpha", "cronbach1951"),
    ("ordinal_reliability", "categorical_omega", "paper_omega", "green2009"),
)
"""The same of ordered answers, whose alpha in the table ``reliability`` is the ordinal one."""


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A sentence with the works that it cites."""

    text: str
    works: tuple[str, ...] = ()


def paper(content: Content, language: str) -> Iterator[Block]:
    """The paragraph, then the reference list."""
    found = [one for one in cited(content, language) if one.text]
    yield Text(text=sentences.together([one.text for one in found], language))
    works = {key for one in found for key in one.works}
    if works:
        yield Heading(text=say("paper_references", language))
        yield Points(texts=tuple(sorted(WORKS[key] for key in works)))


def cited(content: Content, language: str) -> Iterator[Cited]:
    """Yield the sentences of the paragraph in their order; those that say nothing are empty."""
    yield _model(content, language)
    yield Cited(
        text=say("paper_index", language, rule=approach.rule(content, language)),
        works=("fornell1996",),
    )
    yield _estimator(content, language)
    yield _missing(content, language)
    yield _design(content, language)
    yield _intervals(content, language)
    yield _quality(content, language)
    yield _fit(content, language)
    yield Cited(text="" if usability.usable(content) else say("paper_unusable", language))
    yield from _groups(content, language)
    yield _drivers(content, language)
    yield _software(content, language)


def _model(content: Content, language: str) -> Cited:
    row = records.headline(content)
    work = next((key for start, key in MODEL_WORKS if start in content.source), "")
    name = approach.model_name(content, language) or content.label(content.index, language)
    n = formats.count(row.get("n"))
    if formats.is_empty(row.get("n")):
        return Cited(text="")
    if work:
        text = say("paper_model_cited", language, name=name, n=n, work=say(f"cite_{work}", language))
        return Cited(text=text, works=(work,))
    if content.source:
        return Cited(text=say("paper_model_source", language, name=name, n=n, source=content.source))
    return Cited(text=say("paper_model", language, name=name, n=n))


def _estimator(content: Content, language: str) -> Cited:
    name = str(records.option(content, "estimator")).lower()
    if name not in _ESTIMATORS:
        return Cited(text="")
    scheme = f"paper_scheme_{records.option(content, 'scheme')}"
    words = say(scheme, language) if has(scheme) else say("not_stored", language)
    return Cited(text=say(f"paper_{name}", language, scheme=words), works=_ESTIMATORS[name])


def _missing(content: Content, language: str) -> Cited:
    return Cited(text=say("paper_missing", language, missing=approach.missing(content, language)))


def _design(content: Content, language: str) -> Cited:
    if not content.manifest.get("weight"):
        return Cited(text="")
    if records.is_composite(content) or not records.finding(content, "design-based"):
        return Cited(text=say("paper_weighted", language))
    return Cited(text=say("paper_design", language), works=("binder1983",))


def _intervals(content: Content, language: str) -> Cited:
    row = records.headline(content)
    if not rules.known(row):
        return Cited(text="")
    method = records.word(row, "ci_method")
    said = {
        "level": formats.level(records.confidence(content)),
        "method": term(method, language),
        "draws": formats.count(records.option(content, "bootstrap")),
        "seed": formats.plain(content.manifest.get("seed", records.option(content, "seed"))),
    }
    if not method.startswith("bootstrap"):
        text = [say("paper_intervals", language, **said), *interval_methods.texts(content, language)]
        works = ("mackinnon2004",) * interval_methods.is_simulated(content)
        works += ("efron1981",) * interval_methods.is_left_out(content)
        return Cited(text=sentences.together(text, language), works=works)
    work = "efron1993" if method == "bootstrap" else "efron1987"
    key = "paper_bootstrap" if method == "bootstrap" else "paper_bootstrap_corrected"
    return Cited(text=say(key, language, **said), works=(work,))


def _quality(content: Content, language: str) -> Cited:
    """Name the measures of reliability and validity that the tables hold."""
    measured = _ORDINAL_MEASURES if records.has_latent_alpha(content) else _MEASURES
    found = [
        (say(key, language), work)
        for table, column, key, work in measured
        if any(not formats.is_empty(row.get(column)) for row in records.pooled(content, table))
    ]
    if not found:
        return Cited(text="")
    text = say("paper_quality", language, names=sentences.joined([name for name, _ in found], language))
    return Cited(text=text, works=tuple(work for _, work in found))


def _fit(content: Content, language: str) -> Cited:
    """Give chi-square and the fit indices, robust or scaled ones where they are stored."""
    rows = records.measures(records.pooled(content, "fit"))
    if records.is_composite(content) or not usability.index_usable(content):
        return Cited(text="")
    named = []
    for name in _FIT:
        row = next(
            (
                row
                for suffix in ("_robust", "_scaled", "")
                if not formats.is_empty((row := rows.get(name + suffix, {})).get("value"))
            ),
            {},
        )
        if row:
            named.append(fit_words(row, language))
    if not named:
        return Cited(text="")
    chisq = _chisq(rows, language)
    names = say("comma", language).join(named)
    if records.is_ordinal(content):  # the usual cut-offs were not made for ordered answers
        return Cited(text=say("paper_fit_ordinal", language, chisq=chisq, names=names), works=("xia2019",))
    return Cited(text=say("paper_fit", language, chisq=chisq, names=names), works=("hu1999",))


def _chisq(rows: Mapping[str, records.Row], language: str) -> str:
    """The test of exact fit with a comma behind it, scaled where that is stored; empty where none is."""
    scaled = not formats.is_empty(rows.get("chisq_scaled", {}).get("value"))
    suffix = "_scaled" if scaled else ""
    test = rows.get(f"chisq{suffix}", {}).get("value")
    df = rows.get(f"df{suffix}", rows.get("df", {})).get("value")
    if formats.is_empty(test) or formats.is_empty(df):
        return ""
    said = {"chisq": formats.number(test), "df": formats.count(df)}
    kind = say("paper_chisq_scaled", language) if scaled else ""
    return say("paper_chisq", language, kind=kind, **said) + say("comma", language)


def fit_words(row: records.Row, language: str) -> str:
    """Return a fit index by its letters with its value, and its kind where it is robust or scaled."""
    name, _, kind = records.word(row, "measure").partition("_")
    text = f"{name.upper()} {formats.number(row['value'], 3)}"
    return text + (say("in_brackets", language, text=say(f"paper_{kind}", language)) if kind else "")


def _groups(content: Content, language: str) -> Iterator[Cited]:
    ladder = records.across(content, "invariance")
    if ladder:
        holds = [
            term(records.word(row, "step"), language) for row in ladder if records.word(row, "holds") == "yes"
        ]
        names = sentences.joined(holds, language) or say("none", language)
        ordinal = records.has_ordinal_ladder(content) or records.is_ordinal(content)
        works = ("wu2016", "rutkowski2017") if ordinal else ("cheung2002", "chen2007")
        key = "paper_invariance_ordinal" if ordinal else "paper_invariance"
        yield Cited(text=say(key, language, names=names), works=works)
        methods = {records.word(row, "method") for row in ladder}
        for method, work in _DIFFERENCES.items():
            if method in methods:
                yield Cited(text=say(f"paper_{work}", language), works=(work,))
    if records.across(content, "micom"):
        yield Cited(text=say("paper_micom", language), works=("henseler2016",))
    tested = [
        row
        for name in ("differences", "trend", "path_tests", "group_tests")
        for row in records.across(content, name)[:200]
    ]
    if any(not formats.is_empty(row.get("pvalue_holm")) for row in tested):
        yield Cited(text=say("paper_holm", language), works=("holm1979",))
    if league_rows.ranked_level(content):
        yield Cited(text=say("paper_ranks", language), works=("mogstad2024",))


def _drivers(content: Content, language: str) -> Cited:
    if not rules.drivers(content) or not usability.usable(content):
        return Cited(text="")
    return Cited(text=say("paper_drivers", language), works=("martilla1977",))


def _software(content: Content, language: str) -> Cited:
    """Name the programs with their versions; semopy only where it searched."""
    versions = content.manifest.get("versions", {})
    versions = versions if isinstance(versions, Mapping) else {}
    said = {name: str(versions.get(name, "")) for name in ("csi_model", "semopy", "python")}
    if not said["csi_model"]:
        return Cited(text="")
    searched = records.option(content, "estimator") in {"ml", "mlr", "mlm"}
    full = records.option(content, "missing_data") == "available" or records.option(content, "ridge")
    if searched and not full and said["semopy"]:
        return Cited(text=say("paper_software_semopy", language, **said), works=("semopy2021",))
    return Cited(text=say("paper_software", language, **said))
