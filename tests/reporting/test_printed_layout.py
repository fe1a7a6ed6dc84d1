"""What is decided before a page is laid out: widths, pages on their side, strips of tall charts."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import league_samples as leagues
import printed_samples as printed
import pytest
import report_samples as samples

from csi_model.reporting import fonts, views
from csi_model.reporting.outline.blocks import Block, Figure, Fold, Heading, Table, Text
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.printed import figures
from csi_model.reporting.printed.columns import DENSE, SHOWN, SIDEWAYS, SIZE, UPRIGHT, fitted
from csi_model.reporting.printed.figures import TALL, Drawn, drawn
from csi_model.reporting.printed.paper import stretches
from csi_model.reporting.views import Cell, Line, View


def view(columns: int, text: str = "12.3", rows: int = 3, title: str = "heading") -> View:
    line = Line(head=Cell(text="row", numeric=False), cells=(Cell(text=text),) * (columns - 1))
    heads = (("name", False), *((title, True),) * (columns - 1))
    return View(caption="c", columns=heads, blocks=(views.Block(title="", lines=(line,) * rows),), notes=())


@pytest.mark.parametrize("columns", [2, 5, 9, 14, 20])
def test_widths_fill_the_page(columns: int) -> None:
    assert sum(fitted(view(columns)).widths) == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize("columns", [3, 6, 8, 10])
def test_numbers_find_room_on_one_line(columns: int) -> None:
    made = fitted(view(columns, "1,234.5 to 2,345.6"))
    room = SIDEWAYS if made.sideways else UPRIGHT
    size = DENSE if made.dense else SIZE
    for share in made.widths[1:]:
        assert fonts.width("1,234.5 to 2,345.6", size) < share / 100 * room


def test_type_gets_smaller_before_a_page_is_turned() -> None:
    made = [fitted(view(columns, "12.3 to 15.6")) for columns in range(2, 14)]
    states = [(table.dense, table.sideways) for table in made]
    assert states == sorted(states)
    assert {(False, False), (True, False), (True, True)} == set(states)


def test_a_long_label_wraps_and_leaves_room_for_the_numbers() -> None:
    content = samples.acsi()
    labels = {name: {"zh": "满意" * 150} for name in content.constructs}
    table = views.index_view(samples.acsi(labels=labels), "zh")
    assert not fitted(table).sideways
    assert fitted(table).widths[0] < 200 / 3


def test_rows_are_cut_across_the_blocks_of_a_table() -> None:
    one = view(2, rows=25)
    many = View(caption="c", columns=one.columns, blocks=one.blocks * 4, notes=())
    made = fitted(many)
    assert [len(block.lines) for block in made.view.blocks] == [25, 15]
    assert (made.rows, made.shown) == (100, SHOWN)


def wide_table() -> Table:
    return Table(view=view(14, "12.3 to 15.6"))


def kinds(blocks: list[Block]) -> list[tuple[bool, list[str]]]:
    return [(one.sideways, [item.block.kind for item in one.items]) for one in stretches(blocks, {})]


def test_a_wide_table_takes_its_heading_and_its_note_along() -> None:
    small = Text(text="how to read it", look="small")
    blocks: list[Block] = [
        Text(text="a"),
        Heading(text="h"),
        small,
        wide_table(),
        small,
        Heading(text="next"),
    ]
    assert kinds(blocks) == [
        (False, ["text"]),
        (True, ["heading", "text", "table", "text"]),
        (False, ["heading"]),
    ]


def test_texts_without_a_heading_stay_where_they_are() -> None:
    assert kinds([Text(text="a"), wide_table()]) == [(False, ["text"]), (True, ["table"])]
    assert kinds([wide_table(), wide_table()]) == [(True, ["table", "table"])]


def test_what_is_folded_follows_a_heading() -> None:
    fold = Fold(title="t", about="", blocks=(Figure(chart="gone", caption="c"), Text(text="a")))
    assert kinds([fold]) == [(False, ["heading", "text"])]
    assert kinds([]) == []


def tall_chart() -> tuple[Pictures, Drawn]:
    keys = [(f"firm {n}",) for n in range(60)]
    pictures = printed.drawn(leagues.league(keys, ("firm",)), "en", ["gap"])
    return pictures, drawn(pictures, "gap")


def texts(parts: tuple[str, ...]) -> list[str]:
    found = (
        element.text for part in parts for element in ElementTree.fromstring(part).iter() if element.text
    )
    return sorted(text.strip() for text in found if text.strip())


def test_a_tall_chart_is_cut_between_rows_and_loses_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, cut = tall_chart()
    assert len(cut.strips) > 2
    assert cut.foot
    monkeypatch.setattr(figures, "TALL", 1e6)
    whole = drawn(pictures, "gap")
    assert len(whole.strips) == 1
    assert texts((*cut.strips, cut.foot)) == texts(whole.strips)


def test_strips_and_foot_are_as_high_as_the_chart() -> None:
    pictures, cut = tall_chart()
    boxes = [ElementTree.fromstring(part).get("viewBox", "").split() for part in (*cut.strips, cut.foot)]
    assert float(boxes[0][1]) == 0
    for (_, top, _, high), (_, following, _, _) in pairwise(boxes):
        assert float(top) + float(high) == pytest.approx(float(following), abs=0.02)
    assert sum(float(box[3]) for box in boxes) == pytest.approx(72 * pictures.size("gap")[1], abs=0.5)
    assert all(float(box[3]) * UPRIGHT / 680 < TALL for box in boxes)


def test_a_chart_that_is_too_tall_for_paper_has_no_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "TALLEST", 100.0)
    _, cut = tall_chart()
    assert cut.strips == ()


def test_a_chart_keeps_its_texts_and_says_what_it_shows() -> None:
    content = samples.acsi(labels={"quality": {"en": 'href="x" font-family: y; <b>&'}})
    made = drawn(printed.drawn(content, "en", ["index"]), "index")
    assert 'href="x" font-family: y; <b>&' in "".join(texts(made.strips)).replace("\n", " ")
    assert made.alt.startswith("Index of every construct")
    assert "xlink" not in made.strips[0]
