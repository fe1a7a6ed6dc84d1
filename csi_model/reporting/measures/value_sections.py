"""What a page shows of customer value: growth, lifetime value, delivered value, tiers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csi_model.reporting import formats, league_rows, records
from csi_model.reporting.content import Content
from csi_model.reporting.measures.national_sections import weights_view
from csi_model.reporting.measures.rows import differences_view, measure_rows, measures_view
from csi_model.reporting.pieces import Piece
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, View, column_title, number_column, text_column, view
from csi_model.reporting.wording import say
from csi_model.vocabulary import MEASURES, term

_ALL = "all customers"
_DELIVERED = ("delivered_value", "delivered_value_total", "delivered_value_part")


def pieces(content: Content, language: str) -> Iterator[Piece]:
    """Parts of the section, only those that the tables support."""
    yield from _growth(content, language)
    yield from _lifetime(content, language)
    yield from _delivered(content, language)
    yield from _tiers(content, language)


def _growth(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "customer_growth")
    if not rows:
        return
    source = records.word(rows[0], "form") == "source form"
    says = []
    for row in rows[:1]:
        unit = term(records.word(row, "unit"), language)
        if not formats.is_empty(row.get("growth")):
            amount = formats.number(row.get("growth"))
            says.append(say("value_growth_says", language, unit=unit, growth=amount))
        if not formats.is_empty(row.get("churn")):
            churn, kept = formats.number(row.get("churn")), formats.number(row.get("retention"))
            says.append(say("value_churn_says", language, churn=churn, retention=kept))
    counts = ("start_customers", "new_customers", "lost_customers", "end_customers")
    yield Piece(
        title=term("growth", language),
        says=tuple(says),
        how=say("value_growth_how_source" if source else "value_growth_how_usual", language),
        chart="customer_growth" if len(rows) > 1 else "",
        view=_view(
            "customer_growth",
            rows,
            [
                *(_count("customer_growth", name, language) for name in counts),
                *(
                    number_column("customer_growth", name, 1, language)
                    for name in ("growth", "churn", "retention")
                ),
            ],
            language,
        ),
    )


def _lifetime(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "lifetime_values")
    if not rows:
        return
    first = rows[0]
    says = [
        say(
            "value_lifetime_says",
            language,
            unit=term(records.word(first, "unit"), language),
            value=formats.number(first.get("lifetime_value"), 2),
            margin=formats.number(first.get("yearly_margin"), 2),
        )
    ]
    if records.word(first, "unit") == _ALL:
        count, total = (
            formats.count(first.get("customer_number")),
            formats.number(first.get("total_value"), 0),
        )
        says.append(say("value_lifetime_total", language, count=count, total=total))
    columns = [
        _count("lifetime_values", "customer_number", language),
        *(
            number_column("lifetime_values", name, digits, language)
            for name, digits in (("yearly_margin", 2), ("lifetime_value", 2), ("total_value", 0))
        ),
    ]
    yield Piece(
        title=term("lifetime_value", language),
        says=tuple(says),
        how=_how(content, first, language),
        chart="lifetime_values" if len(rows) > 1 else "",
        view=_view("lifetime_values", rows, columns, language),
    )
    years = records.across(content, "lifetime_years")
    names = (("year_value", 2), ("cumulative_value", 2))
    shown: list[Column] = [number_column("lifetime_years", name, k, language) for name, k in names]
    shown.append(_share("lifetime_years", "cumulative_share", language))
    yield Piece(
        title=MEASURES["lifetime_years"].title[language],
        how=say("value_years_how", language) if _cut(years) else "",
        chart="lifetime_years" if len(years) > 1 else "",
        view=_by_unit("lifetime_years", "year", years, shown, language),
    )
    inputs = records.across(content, "lifetime_inputs")
    yield Piece(
        title=MEASURES["lifetime_inputs"].title[language],
        view=_by_unit(
            "lifetime_inputs", "input", inputs, [number_column("lifetime_inputs", "mean_value", 4, language)],
            language,
        ),
        folded=True,
        about=term("lifetime_value", language),
    )  # fmt: skip


def _cut(years: Sequence[Row]) -> bool:
    """Whether not all years of a unit are shown."""
    last = {records.word(row, "unit"): records.number(row, "cumulative_share") for row in years}
    return any(share < 1 - 1e-9 for share in last.values())


def _how(content: Content, row: Row, language: str) -> str:
    if records.word(row, "form") == "by retention time":
        return say("value_lifetime_how_time", language)
    inputs = records.across(content, "lifetime_inputs")
    start = next(one for one in inputs if records.word(one, "input") == "lifetime_first_year")
    return say(f"value_lifetime_how_rate_{records.number(start, 'mean_value'):g}", language)


def _delivered(content: Content, language: str) -> Iterator[Piece]:
    rows = measure_rows(content, _DELIVERED)
    if not measure_rows(content, _DELIVERED[:1]):
        return
    whole = measure_rows(content, _DELIVERED[:1], unit=league_rows.EVERYBODY)[0]
    totals = {
        records.word(row, "item"): formats.number(row.get("value"))
        for row in measure_rows(content, _DELIVERED[1:2], unit=league_rows.EVERYBODY)
    }
    title = term("delivered_value", language)
    yield Piece(
        title=title,
        says=(
            say(
                "value_delivered_says",
                language,
                value=totals["value_total_value"],
                cost=totals["value_total_cost"],
                delivered=formats.number(whole.get("value")),
                level=formats.level(records.confidence(content)),
                interval=formats.interval(whole.get("ci_lower"), whole.get("ci_upper"), 1, language),
            ),
        ),
        how=say("value_delivered_how", language),
        chart="delivered_value",
        view=measures_view(content, rows, language, caption=title),
    )
    differences = differences_view(content, _DELIVERED, language)
    if differences:
        name = MEASURES["measure_differences"].title[language]
        yield Piece(title=name, view=differences, folded=True, about=title)
    weights = [
        row for row in records.across(content, "fixed_weights") if records.word(row, "measure") in _DELIVERED
    ]
    yield Piece(
        title=MEASURES["fixed_weights"].title[language],
        view=weights_view(content, weights, language),
        folded=True,
        about=title,
    )


def _tiers(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "customer_tiers")
    if not rows:
        return
    columns = _tier_columns("customer_tiers", language)
    yield Piece(
        title=term("customer_tiers", language),
        says=tuple(_tier_says(row, language) for row in rows if records.word(row, "tier") != _ALL),
        how=say("value_tiers_how", language),
        chart="customer_tiers",
        view=view(
            MEASURES["customer_tiers"].title[language],
            _words("customer_tiers", "tier", language),
            columns,
            [("", rows)],
            language,
            strong=lambda row: records.word(row, "tier") == _ALL,
        ),
    )
    rules = records.across(content, "tier_rules")
    levels = [_words("tier_rules", name, language) for name in ("loyalty_level", "risk_level", "tier")]
    yield Piece(
        title=MEASURES["tier_rules"].title[language],
        view=view(
            MEASURES["tier_rules"].title[language],
            _words("tier_rules", "contribution_level", language),
            [*levels, *_tier_columns("tier_rules", language)[:4]],
            [("", rules)],
            language,
        ),
        folded=True,
        about=term("customer_tiers", language),
    )
    thresholds = records.across(content, "tier_thresholds")
    yield Piece(
        title=MEASURES["tier_thresholds"].title[language],
        view=view(
            MEASURES["tier_thresholds"].title[language],
            _words("tier_thresholds", "criterion", language),
            [
                _words("tier_thresholds", "threshold", language),
                number_column("tier_thresholds", "high_from", 2, language),
                _count("tier_thresholds", "high_customers", language),
                _share("tier_thresholds", "high_share", language),
            ],
            [("", thresholds)],
            language,
        ),
        folded=True,
        about=term("customer_tiers", language),
    )


def _tier_says(row: Row, language: str) -> str:
    part = formats.percent(row.get("contribution_share"))
    key = "value_tiers_says_plain" if part == formats.EMPTY else "value_tiers_says"
    return say(
        key,
        language,
        tier=term(records.word(row, "tier"), language),
        count=formats.count(row.get("customers")),
        share=formats.percent(row.get("customer_share")),
        part=part,
    )


def _tier_columns(table: str, language: str) -> list[Column]:
    return [
        _count(table, "customers", language),
        _share(table, "customer_share", language),
        number_column(table, "contribution_total", 0, language),
        _share(table, "contribution_share", language),
        number_column(table, "contribution_mean", 2, language),
        number_column(table, "loyalty_mean", 2, language),
        number_column(table, "risk_mean", 2, language),
    ]


def _view(table: str, rows: Sequence[Row], columns: Sequence[Column], language: str) -> View:
    return view(
        MEASURES[table].title[language],
        _words(table, "unit", language),
        columns,
        [("", rows)],
        language,
        strong=lambda row: len(rows) > 1 and records.word(row, "unit") == _ALL,
    )


def _by_unit(table: str, head: str, rows: Sequence[Row], columns: Sequence[Column], language: str) -> View:
    """Rows in a block for each unit, where there are several."""
    units = list(dict.fromkeys(records.word(row, "unit") for row in rows))
    blocks = [
        (
            term(unit, language) if len(units) > 1 else "",
            [row for row in rows if records.word(row, "unit") == unit],
        )
        for unit in units
    ]
    return view(MEASURES[table].title[language], _words(table, head, language), columns, blocks, language)


def _words(table: str, name: str, language: str) -> Column:
    return text_column(
        column_title(table, name, language), lambda row: term(records.word(row, name), language)
    )


def _count(table: str, name: str, language: str) -> Column:
    return Column(title=column_title(table, name, language), show=lambda row: formats.count(row.get(name)))


def _share(table: str, name: str, language: str) -> Column:
    return Column(title=column_title(table, name, language), show=lambda row: formats.percent(row.get(name)))
