"""Groups and segments of a PLS run: are composites made alike, which estimates differ, hidden segments."""

from __future__ import annotations

from collections.abc import Iterator

from csi_model.reporting import formats, naming, records, sentences
from csi_model.reporting.content import Content
from csi_model.reporting.pieces import Piece, in_blocks, probability_column, verdict_column
from csi_model.reporting.records import Row
from csi_model.reporting.views import Column, View, column_title, labelled, number_column, text_column, view
from csi_model.reporting.wording import has, say
from csi_model.vocabulary import SURVEY_TABLES

OTHERS = "all others"
"""What stands for the second group where a group is compared with all others together."""


def group_pieces(content: Content, language: str) -> list[Piece]:
    """Compositional invariance, one test of all differences, tests of single estimates."""
    return [*_micom(content, language), *_omnibus(content, language), *_tests(content, language)]


def group_named(content: Content, name: str, language: str) -> str:
    """Return the label of one side of a comparison."""
    return say("all_others", language) if name == OTHERS else content.group_name(name)


def _pair(content: Content, language: str) -> Column:
    def show(row: Row) -> str:
        one, other = (
            group_named(content, records.word(row, name), language) for name in ("group_1", "group_2")
        )
        return say("versus", language, one=one, other=other)

    return text_column(say("col_pair_of_groups", language), show)


def _micom(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "micom")
    if not rows:
        return
    yield Piece(
        title=say("h_micom", language),
        how=say("micom_text", language),
        view=view(
            SURVEY_TABLES["micom"].title[language],
            _pair(content, language),
            [
                verdict_column("micom", language, prefix="micom_"),
                number_column("micom", "compositional", 4, language),
                number_column("micom", "bound", 4, language),
                probability_column("micom", "pvalue_compositional", language),
                number_column("micom", "mean_difference", 3, language),
                probability_column("micom", "pvalue_mean", language),
                number_column("micom", "variance_difference", 3, language),
                probability_column("micom", "pvalue_variance", language),
            ],
            in_blocks(rows, lambda row: labelled(content, records.word(row, "construct"), language)),
            language,
        ),
        framed=True,
    )


def _omnibus(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "omnibus_tests")
    if not rows:
        return

    def measure(row: Row) -> str:
        name = records.word(row, "measure")
        return say(f"distance_{name}", language) if has(f"distance_{name}") else name

    yield Piece(
        title=say("h_omnibus", language),
        how=say("omnibus_text", language),
        view=view(
            SURVEY_TABLES["omnibus_tests"].title[language],
            text_column(column_title("omnibus_tests", "measure", language), measure),
            [
                verdict_column("omnibus_tests", language),
                number_column("omnibus_tests", "value", 4, language),
                number_column("omnibus_tests", "bound_95", 4, language),
                probability_column("omnibus_tests", "pvalue", language),
            ],
            [("", rows)],
            language,
        ),
    )


def _tests(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "group_tests")
    if not rows:
        return
    differ = [row for row in rows if records.word(row, "verdict") == "differs"]
    names = list(dict.fromkeys(subject(content, row, language, "named_kind") for row in differ))
    says = []
    if names:
        listed = sentences.some(names, language)
        says.append(say("group_tests_found", language, names=listed))
    elif any(records.word(row, "verdict") == "no clear difference" for row in rows):
        says.append(say("group_tests_none", language))
    tests = ("permutation", "parametric", "welch", "henseler", "holm")
    yield Piece(
        title=say("h_group_tests", language),
        about=say("about_group_tests", language),
        says=tuple(says),
        how=say("group_tests_text", language),
        view=view(
            SURVEY_TABLES["group_tests"].title[language],
            _pair(content, language),
            [
                verdict_column("group_tests", language),
                *(number_column("group_tests", name, 3, language) for name in ("value_1", "value_2")),
                Column(
                    title=say("difference", language),
                    show=lambda row: formats.number(row.get("difference"), 3),
                ),
                *(probability_column("group_tests", f"pvalue_{name}", language) for name in tests),
            ],
            in_blocks(rows, lambda row: subject(content, row, language)),
            language,
        ),
        framed=True,
    )


def subject(content: Content, row: Row, language: str, key: str = "kind") -> str:
    """Return what a row of ``group_tests`` is about, as a heading or (``named_kind``) in a sentence."""
    kind = records.word(row, "kind")
    names = [name for key in ("source", "target") if (name := records.word(row, key))]
    way = naming.way(content, names, language)
    if has(f"{key}_{kind}"):
        return say(
            f"{key}_{kind}", language, way=way, name=content.label(names[-1], language) if names else ""
        )
    return say("kind_other", language, kind=kind, name=way)


def segment_pieces(content: Content, language: str) -> list[Piece]:
    """How many segments there are, and their paths."""
    rows = records.across(content, "segments")
    if not rows:
        return []
    chosen = next((row for row in rows if _is_chosen(row)), {})
    count = formats.count(chosen.get("segments"))
    said = say("segments_one" if count == "1" else "segments_many", language, count=count)
    criteria = ("logl", "aic", "aic3", "aic4", "bic", "caic", "mdl5")
    return [
        Piece(
            title=SURVEY_TABLES["segments"].title[language],
            says=(said,) if chosen else (),
            how=say("segments_text", language),
            view=view(
                SURVEY_TABLES["segments"].title[language],
                text_column(
                    column_title("segments", "segments", language),
                    lambda row: formats.count(row.get("segments")),
                ),
                [
                    *(number_column("segments", name, 1, language) for name in criteria),
                    Column(
                        title=column_title("segments", "en", language),
                        show=lambda row: formats.number(row.get("en"), 2),
                        applies=lambda row: records.number(row, "segments") > 1,
                    ),
                    Column(
                        title=column_title("segments", "smallest", language),
                        show=lambda row: formats.percent(row.get("smallest")),
                    ),
                ],
                [("", rows)],
                language,
                strong=_is_chosen,
            ),
        ),
        *_segment_paths(content, language),
    ]


def _is_chosen(row: Row) -> bool:
    return str(row.get("chosen")) in {"True", "true", "1", "1.0"}


def _segment_paths(content: Content, language: str) -> Iterator[Piece]:
    rows = records.across(content, "segment_paths")
    segments = {records.number(row, "segment"): row for row in rows}
    if len(segments) < 2:
        return
    yield Piece(
        title=say("h_segment_paths", language),
        view=_segment_view(content, rows, segments, language),
    )


def _segment_view(content: Content, rows: list[Row], segments: dict[float, Row], language: str) -> View:
    """Paths as lines, segments as columns; explained variances below."""
    ways = dict.fromkeys((records.word(row, "source"), records.word(row, "target")) for row in rows)
    found = {
        (records.number(row, "segment"), records.word(row, "source"), records.word(row, "target")): row
        for row in rows
    }
    lines: list[Row] = [
        {"_name": naming.way(content, list(way), language), "_way": way, "_cell": "std_effect"}
        for way in ways
    ]
    targets = {target: source for source, target in reversed(list(ways))}
    explained: list[Row] = [
        {"_name": content.label(target, language), "_way": (targets[target], target), "_cell": "r2"}
        for target in dict.fromkeys(target for _, target in ways)
    ]

    def column(number: float, first: Row) -> Column:
        def show(row: Row) -> str:
            return formats.number(found.get((number, *row["_way"]), {}).get(str(row["_cell"])), 3)

        share = formats.percent(first.get("share"), 0)
        title = say("segment_column", language, number=formats.count(number), share=share)
        return Column(title=title, show=show)

    return view(
        SURVEY_TABLES["segment_paths"].title[language],
        text_column(say("col_path", language), lambda row: str(row["_name"])),
        [column(number, first) for number, first in segments.items()],
        [("", lines), (say("segment_r2", language), explained)],
        language,
    )
