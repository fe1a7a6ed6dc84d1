"""What a page shows of Kano's model and of penalty-reward contrasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.rows import differences_view, measure_rows, measures_view
from csi_model.reporting.pieces import Piece, in_blocks, probability_column
from csi_model.reporting.records import Row
from csi_model.reporting.views import (
    Column,
    View,
    column_title,
    count_column,
    interval_column,
    number_column,
    share_column,
    text_column,
    view,
)
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_CATEGORIES = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable")
_FACTORS = (
    "basic_factor", "performance_factor", "excitement_factor", "not_told_apart", "no_clear_effect",
    "opposite",
)  # fmt: skip
_COEFFICIENTS = ("kano_better", "kano_worse")
_SCORES = ("kano_functional", "kano_dysfunctional")


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    if records.across(content, "kano"):
        yield from _kano(content, language)
    if records.across(content, "penalty_reward"):
        yield from _penalty_reward(content, language)


def _everybody(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if records.word(row, "unit") == league_rows.EVERYBODY]


def _named(content: Content, rows: Sequence[Row], column: str, language: str) -> str:
    """The features or attributes of the rows, one after the other."""
    names = (content.label(records.word(row, column), language) for row in rows)
    return say("comma", language).join(names)


def _listed(
    content: Content, rows: Sequence[Row], by: str, values: Sequence[str], name: str, language: str
) -> list[str]:
    """A sentence for each value of the column ``by``: which rows have it."""
    made = []
    for value in values:
        of_it = [row for row in rows if records.word(row, by) == value]
        if of_it:
            names = _named(content, of_it, name, language)
            made.append(say("kano_by_category", language, category=_first(value, language), names=names))
    return made


def _first(value: str, language: str) -> str:
    words = term(value, language)
    return words[:1].upper() + words[1:]


def _kano(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "kano")
    whole = _everybody(rows)
    says = _listed(content, whole, "category", _CATEGORIES, "feature", language)
    for key, column, value in (
        ("kano_weak", "lead_verdict", "combination"),
        ("kano_not_ahead", "ahead", "not_clearly_ahead"),
    ):
        found = [row for row in whole if records.word(row, column) == value]
        if found:
            says.append(say(key, language, names=_named(content, found, "feature", language)))
    yield Piece(
        title=term("kano", language),
        says=tuple(says),
        how=say("kano_how", language),
        chart="kano_map",
        chart_title=say("kano_chart_map", language),
        view=_kano_view(content, rows, language),
    )
    answers = records.across(content, "kano_answers")
    if answers:
        yield Piece(
            title=MEASURES["kano_answers"].title[language],
            chart="kano_answers",
            chart_title=say("kano_chart_answers", language),
            view=_answers_view(content, answers, language),
        )
    scores = measure_rows(content, _SCORES)
    if scores:
        title = say("kano_h_scores", language)
        yield Piece(
            title=title,
            how=say("kano_scores_how", language),
            view=measures_view(content, scores, language, caption=title),
            folded=True,
        )
    differences = differences_view(content, _COEFFICIENTS, language)
    if differences:
        yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)


def _by_unit(content: Content, rows: Sequence[Row], language: str) -> list[tuple[str, list[Row]]]:
    """The rows in blocks by unit; without a heading where there is only one."""
    blocks = in_blocks(
        list(rows), lambda row: league_rows.unit_label(content, records.word(row, "unit"), language)
    )
    return blocks if len(blocks) > 1 else [("", list(rows))]


def _head(content: Content, table: str, column: str, language: str) -> Column:
    return text_column(
        column_title(table, column, language),
        lambda row: content.label(records.word(row, column), language),
    )


def _term_column(table: str, column: str, language: str) -> Column:
    return text_column(
        column_title(table, column, language),
        lambda row: term(records.word(row, column), language),
        absent="",
    )


def _kano_view(content: Content, rows: Sequence[Row], language: str) -> View:
    def category(row: Row) -> str:
        words, tied = term(records.word(row, "category"), language), records.word(row, "tied")
        return f"{words} [{tied}]" if tied else words

    def strength(row: Row) -> str:
        lead, verdict = formats.number(row.get("lead"), 3), records.word(row, "lead_verdict")
        if verdict != "combination":
            return lead
        return say("kano_strength", language, lead=lead, verdict=term(verdict, language))

    return view(
        MEASURES["kano"].title[language],
        _head(content, "kano", "feature", language),
        [
            text_column(column_title("kano", "category", language), category, absent=""),
            number_column("kano", "better", 3, language),
            interval_column(content, language, 3, "better_ci"),
            number_column("kano", "worse", 3, language),
            interval_column(content, language, 3, "worse_ci"),
            Column(title=column_title("kano", "lead", language), show=strength),
            number_column("kano", "total_strength", 3, language),
            count_column("kano", "n", language),
        ],
        _by_unit(content, rows, language),
        language,
    )


def _answers_view(content: Content, rows: Sequence[Row], language: str) -> View:
    """The shares of a feature in one line."""
    lines: dict[tuple[str, str], dict[str, object]] = {}
    for row in rows:
        key = records.word(row, "unit"), records.word(row, "feature")
        line = lines.setdefault(
            key, {"unit": key[0], "feature": key[1], "n": row.get("n"), "why": records.word(row, "why")}
        )
        line[records.word(row, "category")] = row.get("share")

    def share(name: str) -> Column:
        return Column(title=term(name, language), show=lambda row: formats.percent(row.get(name)))

    order = ("attractive", "one_dimensional", "must_be", "indifferent", "reverse", "questionable")
    return view(
        MEASURES["kano_answers"].title[language],
        _head(content, "kano_answers", "feature", language),
        [*map(share, order), count_column("kano_answers", "n", language)],
        _by_unit(content, list(lines.values()), language),
        language,
    )


def _penalty_reward(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "penalty_reward")
    whole = _everybody(rows)
    charted = [row for row in whole if records.word(row, "class3")]
    yield Piece(
        title=term("penalty_reward", language),
        says=tuple(_listed(content, charted, "class3", _FACTORS, "attribute", language)),
        how=say("kano_pr_how", language),
        chart="penalty_reward",
        chart_title=say("kano_pr_chart", language),
        view=_contrast_view(content, rows, language),
    )
    if sum(not formats.is_empty(row.get("asymmetry")) for row in whole) > 1:
        title = say("kano_pr_map", language)
        yield Piece(title=title, chart="asymmetry_map", chart_title=say("kano_pr_map_title", language))
    title = say("kano_pr_h_cells", language)
    yield Piece(title=title, view=_cells_view(content, rows, title, language), folded=True)
    fits = records.across(content, "penalty_reward_fit")
    yield Piece(title=say("kano_pr_h_fit", language), view=_fit_view(content, fits, language), folded=True)
    differences = differences_view(content, ("penalty", "reward"), language)
    if differences:
        yield Piece(title=MEASURES["measure_differences"].title[language], view=differences, folded=True)


def _contrast_view(content: Content, rows: Sequence[Row], language: str) -> View:
    return view(
        MEASURES["penalty_reward"].title[language],
        _head(content, "penalty_reward", "attribute", language),
        [
            number_column("penalty_reward", "penalty", 2, language),
            interval_column(content, language, 2, "penalty_ci"),
            number_column("penalty_reward", "reward", 2, language),
            interval_column(content, language, 2, "reward_ci"),
            number_column("penalty_reward", "impact_range", 2, language),
            number_column("penalty_reward", "asymmetry", 2, language),
            interval_column(content, language, 2, "asymmetry_ci"),
            _term_column("penalty_reward", "class3", language),
            _term_column("penalty_reward", "class5", language),
        ],
        _by_unit(content, rows, language),
        language,
    )


def _cells_view(content: Content, rows: Sequence[Row], caption: str, language: str) -> View:
    """Which answers are low and high, how many there are, and the test of the two sizes."""
    table = "penalty_reward"
    return view(
        caption,
        _head(content, table, "attribute", language),
        [
            *(_term_column(table, name, language) for name in ("answers_low", "answers_high")),
            *(count_column(table, name, language) for name in ("n_low", "n_middle", "n_high")),
            *(
                probability_column(table, f"pvalue_{name}", language)
                for name in ("penalty", "reward", "balance")
            ),
            number_column(table, "vif", 2, language),
        ],
        _by_unit(content, rows, language),
        language,
    )


def _fit_view(content: Content, rows: Sequence[Row], language: str) -> View:
    table = "penalty_reward_fit"
    return view(
        MEASURES[table].title[language],
        text_column(
            column_title(table, "unit", language),
            lambda row: league_rows.unit_label(content, records.word(row, "unit"), language),
        ),
        [
            _head(content, table, "item", language),
            count_column(table, "n", language),
            share_column(table, "r2", language),
            share_column(table, "r2_adjusted", language),
            _term_column(table, "method", language),
        ],
        [("", rows)],
        language,
        strong=lambda row: records.word(row, "unit") == league_rows.EVERYBODY,
    )
