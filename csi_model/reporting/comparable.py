"""May the groups be compared? Verdicts, the ladder of invariance, latent means, tests of paths."""

from __future__ import annotations

from dataclasses import dataclass

from csi_model.reporting import formats, inspection, naming, records, retold
from csi_model.reporting.content import Content
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import joined, together
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    interval_column,
    labelled,
    number_column,
    text_column,
    view,
)
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import SURVEY_TABLES, term

_TABLES = ("invariance", "latent_means", "path_tests", "equality_tests", "micom", "group_tests",
           "omnibus_tests")  # fmt: skip
_STATES = {"yes": "good", "partly": "caution", "no": "bad", "not tested": "unknown"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One thing that may be compared or not: ``state`` colours it, ``text`` says why."""

    state: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Box:
    """The verdict: answers one by one, or, for a finding in other words, its text; cautions below."""

    answers: tuple[Answer, ...]
    text: str
    texts: tuple[str, ...]


def stored(content: Content) -> bool:
    """Say whether anything was stored on the comparability of the groups."""
    return any(records.across(content, name) for name in _TABLES)


def box(content: Content, language: str) -> Box | None:
    """Return the verdict on what may be compared, None where none was stored."""
    row = records.finding(content, "comparability") or records.finding(content, "composite-comparability")
    if not row:
        return None
    answers = tuple(
        Answer(
            state=_STATES[answer],
            title=say(f"may_{what}", language)
            + say("colon", language)
            + retold.answer_words(what, answer, language),
            text=retold.sentence(retold.retold(content, why, language)),
        )
        for what, answer, why in retold.comparability(records.word(row, "what"))
    )
    text = "" if answers else retold.retold(content, records.word(row, "what"), language)
    others = (records.finding(content, code) for code in ("groups-left-out", "poor-configural-fit"))
    more = (records.word(row, "fix"), *(records.word(other, "what") for other in others))
    return Box(
        answers=answers,
        text=text,
        texts=tuple(retold.retold(content, one, language) for one in more if one),
    )


def _with_df(row: Row, chisq: str, df: str) -> str:
    if formats.is_empty(row.get(chisq)):
        return formats.EMPTY
    return f"{formats.number(row.get(chisq), 1)} ({formats.count(row.get(df))})"


def _probability(table: str, name: str, language: str) -> Column:
    return Column(
        title=column_title(table, name, language), show=lambda row: formats.probability(row.get(name))
    )


def _df(language: str) -> Column:
    return Column(title=say("col_df", language), show=lambda row: formats.count(row.get("df")))


def ladder_text(content: Content, language: str) -> str:
    """Say how to read the ladder; that of ordered answers has a step for thresholds."""
    return say("ladder_text_ordinal" if records.has_ordinal_ladder(content) else "ladder_text", language)


def ladder_view(content: Content, language: str) -> View:
    """The steps of invariance: whether each holds, its fit, and how far the fit drops."""

    def measure(name: str) -> Column:
        return number_column("invariance", name, 3, language)

    return view(
        SURVEY_TABLES["invariance"].title[language],
        text_column(
            column_title("invariance", "step", language),
            lambda row: term(records.word(row, "step"), language),
        ),
        [
            text_column(column_title("invariance", "holds", language), lambda row: _holds(row, language)),
            Column(title=say("col_chisq_df", language), show=lambda row: _with_df(row, "chisq", "df")),
            *(measure(name) for name in ("cfi", "rmsea", "srmr")),
            Column(
                title=say("col_chisq_change", language),
                show=lambda row: _with_df(row, "chisq_difference", "df_difference"),
            ),
            _probability("invariance", "pvalue", language),
            *(measure(f"{name}_difference") for name in ("cfi", "rmsea", "srmr")),
        ],
        [("", records.across(content, "invariance"))],
        language,
    )


def _holds(row: Row, language: str) -> str:
    holds = records.word(row, "holds")
    sign = {"yes": "✓\u00a0", "partial": "!\u00a0", "no": "✕\u00a0"}.get(holds, "")
    return sign + term(holds, language)


def ladder_notes(content: Content, language: str) -> list[str]:
    """Say how to read the ladder, what was left free at each step, and by which test steps differ."""
    rows = records.across(content, "invariance")
    made = []
    for row in rows:
        found = [part for part in records.word(row, "released").split(", ") if part]
        if found:
            names = joined([naming.written(content, part, language) for part in found], language)
            step = term(records.word(row, "step"), language)
            made.append(say("ladder_released", language, step=step, names=names))
    methods = dict.fromkeys(method for row in rows if (method := records.word(row, "method")))
    if methods:
        names = joined([_method(method, language) for method in methods], language)
        made.append(say("ladder_method", language, method=names))
    return made


def _method(method: str, language: str) -> str:
    key = f"test_{method}"
    return say(key, language) if has(key) else method


def equality_view(content: Content, language: str) -> View:
    """What holding parameters equal across the groups costs, the largest tests of each step."""
    rows = [row for row in records.across(content, "equality_tests") if not records.word(row, "group")]
    steps = dict.fromkeys(records.word(row, "step") for row in rows)
    return view(
        SURVEY_TABLES["equality_tests"].title[language],
        text_column(say("col_parameter", language), lambda row: inspection.in_words(content, row, language)),
        [
            number_column("equality_tests", "mi", 1, language),
            _df(language),
            _probability("equality_tests", "pvalue", language),
        ],
        [
            (
                term(step, language),
                inspection.largest([_bare(r) for r in rows if r.get("step") == step], "mi"),
            )
            for step in steps
        ],
        language,
    )


def _bare(row: Row) -> Row:
    """The row without its reason, which is for a column that is not shown."""
    return {**row, "why": ""}


def means_view(content: Content, language: str) -> View:
    """Latent means against the first group, one block for each construct."""
    rows = records.across(content, "latent_means")
    constructs = dict.fromkeys(records.word(row, "construct") for row in rows)
    return view(
        say("cap_means", language, group=_zero_group(content, rows)),
        text_column(
            column_title("latent_means", "group", language),
            lambda row: content.group_name(records.word(row, "group")),
        ),
        [
            number_column("latent_means", "std_mean", 2, language),
            number_column("latent_means", "mean", 2, language),
            interval_column(content, language, 2),
            _probability("latent_means", "pvalue", language),
        ],
        [
            (labelled(content, name, language), [r for r in rows if records.word(r, "construct") == name])
            for name in constructs
        ],
        language,
    )


def means_text(content: Content, language: str) -> str:
    """Say what the latent means are measured from."""
    rows = records.across(content, "latent_means")
    return say("means_text", language, group=_zero_group(content, rows)) if rows else ""


def _zero_group(content: Content, rows: list[Row]) -> str:
    """The label of the first group, which is the zero point."""
    return content.group_name(records.word(rows[0], "group")) if rows else ""


def paths_view(content: Content, language: str) -> View:
    """Whether each path differs between the groups, all together first."""

    def name(row: Row) -> str:
        names = [records.word(row, "source"), records.word(row, "target")]
        return naming.way(content, names, language) if all(names) else say("all_paths", language)

    return view(
        say("cap_path_tests", language),
        text_column(say("col_path", language), name),
        [
            text_column(
                column_title("path_tests", "verdict", language), lambda row: verdict_words(row, language)
            ),
            number_column("path_tests", "chisq", 1, language),
            number_column("path_tests", "wald", 1, language),
            _df(language),
            _probability("path_tests", "pvalue", language),
            _probability("path_tests", "pvalue_holm", language),
        ],
        [("", records.across(content, "path_tests"))],
        language,
        strong=lambda row: not records.word(row, "source"),
    )


def verdict_words(row: Row, language: str) -> str:
    """Return the verdict of a path test in words; one that is not known stays as it is."""
    verdict = records.word(row, "verdict")
    key = f"path_{verdict.replace(' ', '_')}"
    return say(key, language) if has(key) else verdict


def paths_text(content: Content, language: str) -> str:
    """Say whether the paths differ between the groups, and which."""
    rows = records.across(content, "path_tests")
    single = [row for row in rows if records.word(row, "source")]
    whole = next((row for row in rows if not records.word(row, "source")), {})
    differ = [row for row in single if records.word(row, "verdict") == "differs"]
    texts = []
    key = f"paths_{records.word(whole, 'verdict').replace(' ', '_')}"
    if has(key):
        texts.append(say(key, language, p=formats.probability(whole.get("pvalue"))))
    if differ:
        names = [
            naming.way(content, [records.word(row, "source"), records.word(row, "target")], language)
            for row in differ
        ]
        texts.append(say("paths_which", language, names=joined(names, language)))
    elif single and all(records.word(row, "verdict") == "no clear difference" for row in single):
        texts.append(say("paths_none", language))
    return together([*texts, say("paths_how", language)], language) if rows else ""
