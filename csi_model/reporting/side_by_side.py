"""Estimates of one survey by two estimators beside each other."""

from __future__ import annotations

from csi_model.reporting import formats, naming, records
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import Piece, in_blocks, verdict_column
from csi_model.reporting.records import Row
from csi_model.reporting.sentences import reason, some
from csi_model.reporting.views import Column, text_column, view
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import SURVEY_TABLES

_DIGITS = {"index": 1, "weight": 3, "path": 3, "total_effect": 3}


def estimator_pieces(content: Content, language: str) -> list[Piece]:
    """One table of both estimators, and where they differ."""
    rows = _ordered(content)
    if not rows:
        return []

    def number(name: str, title: str) -> Column:
        return Column(
            title=title,
            show=lambda row: formats.number(row.get(name), _DIGITS.get(records.word(row, "kind"), 3)),
        )

    def kind(row: Row) -> str:
        name = records.word(row, "kind")
        return say(f"side_{name}", language) if has(f"side_{name}") else name

    names = [records.word(rows[0], f"estimator_{k}") for k in (1, 2)]
    ordinal = "wlsmv" in names
    titles = [estimator_named(name, language, ordinal=ordinal) for name in names]
    return [
        Piece(
            title=SURVEY_TABLES["estimators"].title[language],
            says=tuple(_says(content, rows, language)),
            how=say("estimators_text_ordinal" if ordinal else "estimators_text", language),
            view=view(
                SURVEY_TABLES["estimators"].title[language],
                text_column(say("compared_estimate", language), lambda row: element(content, row, language)),
                [
                    number("value_1", titles[0]),
                    number("value_2", titles[1]),
                    number("difference", say("difference", language)),
                    verdict_column("estimators", language),
                ],
                in_blocks(rows, kind),
                language,
            ),
            framed=True,
        )
    ]


def _ordered(content: Content) -> list[Row]:
    """The rows of each kind in model order."""
    order = {name: place for place, name in enumerate(content.constructs)}

    def key(row: Row) -> int:
        return order.get(records.word(row, "target") or records.word(row, "element"), len(order))

    rows = records.across(content, "estimators")
    kinds = dict.fromkeys(records.word(row, "kind") for row in rows)
    return [
        row for kind in kinds for row in sorted((r for r in rows if records.word(r, "kind") == kind), key=key)
    ]


def estimator_named(name: str, language: str, *, ordinal: bool = False) -> str:
    """Return a short name of an estimator: covariance-based, PLS or consistent PLS.

    Beside ordered answers (``ordinal``) what matters is how answers were taken.
    """
    if ordinal:
        return say("side_wlsmv" if name == "wlsmv" else "side_numbers", language)
    key = f"side_{name}" if name in {"pls", "plsc"} else "side_ml"
    return say(key, language) + say("in_brackets", language, text=name.upper()) * (key == "side_ml")


def element(content: Content, row: Row, language: str) -> str:
    """Return what a row compares, in words."""
    name, target = records.word(row, "element"), records.word(row, "target")
    if records.word(row, "kind") in {"path", "total_effect"}:
        return naming.way(content, [name, target], language)
    return naming.named(content, name, language)


def _in_words(content: Content, row: Row, language: str) -> str:
    """The same within a sentence; weights by their construct."""
    kind, name = records.word(row, "kind"), element(content, row, language)
    if kind == "weight":
        name = content.label(records.word(row, "target"), language)
    return say(f"side_named_{kind}", language, name=name) if has(f"side_named_{kind}") else name


def _says(content: Content, rows: list[Row], language: str) -> list[str]:
    """Name what differs, opposite signs first, and what could not be compared."""
    made = []
    for verdict in ("opposite", "differ"):
        names = [_in_words(content, row, language) for row in rows if records.word(row, "verdict") == verdict]
        names = list(dict.fromkeys(names))
        if names:
            made.append(say(f"estimators_{verdict}", language, names=some(names, language)))
    if not made and all(records.word(row, "verdict") == "agree" for row in rows):
        made.append(say("estimators_agree", language))
    whys = dict.fromkeys(records.word(row, "why") for row in rows if not records.word(row, "verdict"))
    told = say("list_break", language).join(reason(why, language) for why in whys if why)
    if told:
        made.append(say("estimators_not_compared", language, why=told))
    return made
