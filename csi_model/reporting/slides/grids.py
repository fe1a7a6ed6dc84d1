"""Tables cut into slides: widths of the columns, heights of the rows, what fits on one slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from csi_model.reporting import fonts
from csi_model.reporting.outline.blocks import Entries, Remarks
from csi_model.reporting.slides.lettering import Said, lines_of, shortened
from csi_model.reporting.slides.style import Style
from csi_model.reporting.views import Cell, View

MOST_ROWS = 60
"""Rows of a table that a deck shows at most; the files hold all."""

FEWER_ROWS = 28
"""Rows of a table that repeats itself for every unit."""

ON_SLIDE, CROWDED = 14, 17
"""Rows on one slide where a table needs several, and where it would need a second one for a few rows."""

SIDE, ABOVE = 5.0, 3.2
"""Space beside and above the text of a cell, in points."""

AFTER_NUMBER = 12.0
"""More space before words that stand beside a column of numbers."""

_SIZES = (12.0, 11.0, 10.5, 10.0, 9.0, 8.0)
_LONG_TEXTS = 12
_TITLE_LINES = 4
_SMALLEST = 10.0
"""Size below which letters do not shrink to save a slide, only to fit the width."""


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One row: its cells as text, or the title of a block of rows."""

    cells: tuple[Cell, ...]
    strong: bool = False
    title: bool = False


@dataclass(frozen=True, kw_only=True)
class GridTable:
    """A table before it is cut: titles of the columns (whether numeric), rows, notes.

    A cell has at most ``most_lines`` lines; what is longer is shortened.
    """

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...] = ()
    most_lines: int = 3


@dataclass(frozen=True, kw_only=True)
class GridPage:
    """The part of a table that one slide holds.

    ``left_out`` rows are in the files only; ``cut`` are texts in full that had to be shortened.
    """

    columns: tuple[tuple[str, bool], ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    rows: tuple[GridRow, ...]
    size: float
    notes: tuple[str, ...] = ()
    left_out: int = 0
    number: int = 1
    cut: tuple[str, ...] = ()


def of_view(view: View) -> GridTable:
    """Return a table of formatted cells with the titles of its blocks as rows."""
    rows: list[GridRow] = []
    for block in view.blocks:
        if block.title and block.lines:
            rows.append(GridRow(cells=(Cell(text=block.title, numeric=False),), title=True))
        rows += [GridRow(cells=(line.head, *line.cells), strong=line.strong) for line in block.lines]
    notes = tuple(f"{place} {text}" for place, text in enumerate(view.notes, start=1))
    return GridTable(columns=view.columns, rows=tuple(rows), notes=notes)


def of_entries(entries: Entries) -> GridTable:
    """Return names and what they stand for as a table without titles."""
    rows: list[GridRow] = []
    for one in entries.entries:
        inner = ", ".join(f"{name} {value}" for name, value in one.entries)
        rows.append(GridRow(cells=(_words(one.name), _words(one.value or inner))))
    return GridTable(columns=(("", False), ("", False)), rows=tuple(rows), most_lines=_LONG_TEXTS)


def of_remarks(remarks: Remarks, titles: Sequence[str]) -> GridTable:
    """Return findings as a table: how grave, about what, what was found, what to do."""
    rows = []
    for one in remarks.remarks:
        about = " · ".join(part for part in (one.title, one.group, one.where) if part)
        cells = tuple(_words(text) for text in (one.severity_text, about, one.what, one.fix))
        rows.append(GridRow(cells=cells))
    columns = tuple((title, False) for title in titles)
    return GridTable(columns=columns, rows=tuple(rows), most_lines=_LONG_TEXTS)


def _words(text: str) -> Cell:
    return Cell(text=text, numeric=False)


def pages(
    table: GridTable,
    width: float,
    height: float,
    style: Style,
    *,
    most: int = MOST_ROWS,
    largest: float = _SIZES[0],
    first: float = 0.0,
) -> list[GridPage]:
    """Cut a table into the parts that slides hold, each with the titles of the columns.

    Parameters
    ----------
    table
        All of its rows; the first ``most`` are shown, titles of blocks not counted.
    width, height
        Of the place for it, in points, without captions.
    style
        Language and fonts.
    most
        Rows to show.
    largest
        Size of the letters where all rows fit on one slide.
    first
        Height that is taken on the first slide.
    """
    shown, left_out = _first_rows(table.rows, most)
    best: tuple[int, _Sized, list[_Part]] | None = None
    for size in (one for one in _SIZES if one <= largest):
        sized = _sized(table, shown, width, size, style)
        if sized.width > width + 0.01 and size > _SIZES[-1]:
            continue
        made = _cut(sized, height, first)
        if best is None or (len(made) < best[0] and size >= _SMALLEST):
            best = (len(made), sized, made)
        if best[0] == 1 or size <= _SMALLEST:
            break
    if best is None or not shown:
        return []
    _, sized, made = best
    return [
        GridPage(
            columns=sized.columns,
            widths=sized.widths,
            heights=(sized.head, *(high for _, high in part)),
            rows=tuple(row for row, _ in part),
            size=sized.size,
            notes=_notes_of(table, part),
            left_out=left_out if part is made[-1] else 0,
            number=place,
            cut=sized.cut if place == 1 else (),
        )
        for place, part in enumerate(made, start=1)
    ]


_Part = list[tuple[GridRow, float]]


@dataclass(frozen=True, kw_only=True)
class _Sized:
    """A table at one size of letters: widths, rows with texts that fit, heights of titles and rows."""

    size: float
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[GridRow, ...]
    widths: tuple[float, ...]
    width: float
    head: float
    heights: tuple[float, ...]
    cut: tuple[str, ...]


def _sized(table: GridTable, rows: Sequence[GridRow], width: float, size: float, style: Style) -> _Sized:
    widths = _widths(table, rows, width, size)
    wanted = sum(widths)
    share = min(width / max(wanted, 1.0), 1.0)
    final = _stretched(table, [one * share for one in widths], width, size)
    cut: dict[str, None] = {}
    titles = _shortened(_titles(table.columns), final, size, _TITLE_LINES, cut, bold=True)
    fitting = [_row_that_fits(row, final, size, table.most_lines, cut) for row in rows]
    return _Sized(
        size=size,
        columns=tuple((cell.text, numeric) for cell, (_, numeric) in zip(titles, table.columns, strict=True)),
        rows=tuple(fitting),
        widths=tuple(final),
        width=wanted,
        head=_height(titles, final, size, style, bold=True),
        heights=tuple(_row_height(row, final, size, style) for row in fitting),
        cut=tuple(cut),
    )


def _row_that_fits(
    row: GridRow, widths: Sequence[float], size: float, lines: int, cut: dict[str, None]
) -> GridRow:
    if row.title:
        return replace(row, cells=_shortened(row.cells, [sum(widths)], size, 2, cut, bold=True))
    return replace(row, cells=_shortened(row.cells, widths, size, lines, cut, bold=row.strong))


def _shortened(
    cells: Sequence[Cell],
    widths: Sequence[float],
    size: float,
    lines: int,
    cut: dict[str, None],
    *,
    bold: bool,
) -> tuple[Cell, ...]:
    """Cells of at most so many lines; what was cut is noted in full."""
    made = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=False)):
        room = width - SIDE - _before(cells, place)
        short = shortened(Said(text=cell.text, size=size, bold=bold), room, lines).text
        if short != fonts.clean(cell.text):
            cut[cell.text] = None
        made.append(replace(cell, text=short))
    return tuple(made)


def _first_rows(rows: Sequence[GridRow], most: int) -> tuple[Sequence[GridRow], int]:
    """The rows that are shown, whole blocks where there are some, and how many are not."""
    counted, end, title = 0, len(rows), 0
    for place, row in enumerate(rows):
        if row.title:
            title = place
            continue
        counted += 1
        if counted > most:
            end = title if title and place - title <= most // 2 else place
            break
    return rows[:end], sum(not row.title for row in rows[end:])


def _cut(sized: _Sized, height: float, first: float) -> list[_Part]:
    """Rows by slide, about as many on each; ``first`` is the height that is taken on the first one."""
    if len(sized.rows) <= CROWDED and first + sized.head + sum(sized.heights) <= height:
        return [list(zip(sized.rows, sized.heights, strict=True))]
    fewest = len(_filled(sized, height, first, ON_SLIDE))
    for limit in range(-(-len(sized.rows) // max(fewest, 1)), ON_SLIDE):
        made = _filled(sized, height, first, limit)
        if len(made) == fewest:
            return made
    return _filled(sized, height, first, ON_SLIDE)


def _filled(sized: _Sized, height: float, first: float, limit: int) -> list[_Part]:
    """Rows by slide, at most ``limit`` on each; a block that goes on has its title again."""
    made: list[_Part] = [[]]
    used = sized.head + first
    carried: tuple[GridRow, float] | None = None
    for row, high in zip(sized.rows, sized.heights, strict=True):
        last = row.title and len(made[-1]) >= limit - 1
        if made[-1] and (used + high > height or len(made[-1]) >= limit or last):
            _lonely_title(made)
            made.append([])
            used = sized.head
            if carried is not None and not row.title:
                made[-1].append(carried)
                used += carried[1]
        if row.title:
            carried = (row, high)
        made[-1].append((row, high))
        used += high
    return [part for part in made if part]


def _lonely_title(made: list[_Part]) -> None:
    """A title of a block does not stand last on a slide; the next one repeats it."""
    if len(made[-1]) > 1 and made[-1][-1][0].title:
        made[-1].pop()


def _notes_of(table: GridTable, part: Sequence[tuple[GridRow, float]]) -> tuple[str, ...]:
    used = {cell.note for row, _ in part for cell in row.cells if cell.note}
    return tuple(note for place, note in enumerate(table.notes, start=1) if place in used)


def indents(columns: Sequence[tuple[str, bool]]) -> list[float]:
    """Return the space before the text of each column: words keep away from numbers at their left."""
    before = [False, *(numeric for _, numeric in columns)]
    return [
        SIDE + (AFTER_NUMBER if left and not numeric else 0.0)
        for left, (_, numeric) in zip(before, columns, strict=False)
    ]


def _titles(columns: Sequence[tuple[str, bool]]) -> tuple[Cell, ...]:
    return tuple(Cell(text=title, numeric=numeric) for title, numeric in columns)


def _one_line(text: str, size: float, *, bold: bool = False) -> float:
    return fonts.width(fonts.clean(text), size, "bold" if bold else "normal") * 1.04 + 2 * SIDE


def _widths(table: GridTable, rows: Sequence[GridRow], width: float, size: float) -> list[float]:
    """The width that each column wants: numbers on one line; words share the rest, short ones first."""
    wanted = [0.0] * len(table.columns)
    words: dict[int, tuple[float, float]] = {}
    for place, (title, numeric) in enumerate(table.columns):
        cells = [row.cells[place] for row in rows if not row.title and place < len(row.cells)]
        longest = max((_one_line(_shown(cell), size) for cell in cells), default=0.0)
        words_of_title = max((_one_line(word, size, bold=True) for word in _breaks(title)), default=0.0)
        least = max(min(words_of_title, 110.0), 36.0)
        if numeric:
            wanted[place] = max(longest, least)
        else:
            bold = max((_one_line(_shown(row.cells[place]), size, bold=row.strong) for row in rows
                        if not row.title and place < len(row.cells)), default=0.0)  # fmt: skip
            more = indents(table.columns)[place] - SIDE
            words[place] = (max(min(bold, 60.0), least, 44.0) + more, max(bold, least) + more)
    room = width - sum(wanted)
    left = len(words)
    for place, (least, natural) in sorted(words.items(), key=lambda one: one[1][1]):
        wanted[place] = max(min(natural, room / left), least)
        room -= wanted[place]
        left -= 1
    return wanted


def _breaks(title: str) -> list[str]:
    """Words of a title; an ideographic one may break anywhere, so that four signs stand for a word."""
    if any(ord(sign) > 0x2E80 for sign in title):
        return [title[:4]]
    return title.split() or [""]


def _stretched(table: GridTable, widths: Sequence[float], width: float, size: float) -> list[float]:
    """Widths that fill the place: titles of numbers get one line, then numbers some air, words the rest."""
    made = list(widths)
    numbers = [place for place, (_, numeric) in enumerate(table.columns) if numeric]
    for place in numbers:
        spare = max(width - sum(made), 0.0)
        made[place] += min(max(_one_line(table.columns[place][0], size, bold=True) - made[place], 0.0), spare)
    spare = max(width - sum(made), 0.0)
    air = min(spare / max(len(numbers), 1), 14.0)
    for place in numbers:
        made[place] += air
    rest = max(width - sum(made), 0.0)
    words = [place for place in range(len(made)) if place not in numbers]
    total = sum(made[place] for place in words)
    for place in words:
        made[place] += rest * made[place] / max(total, 1.0)
    return made


def _shown(cell: Cell) -> str:
    return f"{cell.text} {cell.note}" if cell.note else cell.text


def _row_height(row: GridRow, widths: Sequence[float], size: float, style: Style) -> float:
    if row.title:
        return _height(row.cells, [sum(widths)], size, style, bold=True) + 3.0
    return _height(row.cells, widths, size, style, bold=row.strong)


def _height(
    cells: Sequence[Cell], widths: Sequence[float], size: float, style: Style, *, bold: bool = False
) -> float:
    lines = max(
        (
            lines_of(Said(text=_shown(cell), size=size, bold=bold), width - SIDE - _before(cells, place))
            for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
        ),
        default=1,
    )
    return lines * size * style.leading + 2 * ABOVE


def _before(cells: Sequence[Cell], place: int) -> float:
    """Space before the text of a cell."""
    beside = place > 0 and cells[place - 1].numeric and not cells[place].numeric
    return SIDE + (AFTER_NUMBER if beside else 0.0)
