"""The styles of the report, each defined once, with the theme's colours: a client restyles these.

Lines have a smallest height that holds the glyphs of every usual Chinese font, so that pages are filled
alike whichever of them a machine has.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from csi_model.reporting import theme
from csi_model.reporting.word.markup import NAMESPACES
from csi_model.reporting.word.scripts import CHINESE, LATIN, MONO

SMALL, TEXT, LARGE = theme.SIZE_SMALL, theme.SIZE_TEXT, theme.SIZE_LARGE
TINY = 7.5
"""Sizes of the text of wide tables, in points."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """A paragraph style: lengths in points, colours as roles of the theme.

    ``line`` is the smallest height of a line; ``edge`` the role of a bar at its left, ``top`` that of a
    bar above, ``shade`` that of its background; ``outline`` the level of a heading from 0; ``numbering``
    the list it belongs to.
    """

    id: str
    name: str
    based: str = "Normal"
    follows: str = ""
    size: float = TEXT
    line: float = 15.0
    before: float = 0.0
    after: float = 0.0
    left: float = 0.0
    hanging: float = 0.0
    colour: str = "ink"
    bold: bool = False
    italic: bool = False
    mono: bool = False
    align: str = "left"
    keep: bool = False
    whole: bool = False
    new_page: bool = False
    outline: int | None = None
    shade: str = ""
    edge: str = ""
    top: str = ""
    tab: float = 0.0
    numbering: int = 0
    order: int = 99


def _heading(level: int, size: float, line: float, before: float, after: float, colour: str) -> Style:
    return Style(
        id=f"Heading{level}", name=f"heading {level}", follows="BodyText", size=size, line=line, bold=True,
        before=before, after=after, colour=colour, keep=True, whole=True, outline=level - 1,
        new_page=level == 1, order=9,
    )  # fmt: skip


def _cells(suffix: str, name: str, size: float, line: float) -> list[Style]:
    """Styles of table cells in one size."""
    made: dict[str, Any] = {"size": size, "line": line, "before": 1.5, "after": 1.5}
    return [
        Style(id=f"TableText{suffix}", name=f"Table Text{name}", **made),
        Style(id=f"TableNumber{suffix}", name=f"Table Number{name}", align="right", **made),
        Style(id=f"TableHead{suffix}", name=f"Table Head{name}", bold=True, keep=True, **made),
        Style(
            id=f"TableHeadNumber{suffix}", name=f"Table Head Number{name}", bold=True, keep=True,
            align="right", **made,
        ),
        Style(id=f"TableGroup{suffix}", name=f"Table Group{name}", bold=True, keep=True, **made),
    ]  # fmt: skip


PARAGRAPHS: tuple[Style, ...] = (
    Style(id="BodyText", name="Body Text", after=6, order=1),
    Style(id="Lead", name="Lead", size=11, line=16.5, after=6, bold=True),
    Style(id="Small", name="Small", size=SMALL, line=13, after=6, colour="muted"),
    Style(id="Stop", name="Stop", after=6, left=8, bold=True, colour="bad", shade="bad_soft", edge="bad"),
    Style(id="Boxed", name="Boxed", after=6, left=8, shade="panel", edge="accent"),
    Style(id="Title", name="Title", follows="Subtitle", size=30, line=42, before=6, after=10, bold=True,
          colour="accent", whole=True, order=10),
    Style(id="TitleLong", name="Title Long", based="Title", size=19, line=28, before=6, after=10, bold=True,
          colour="accent", whole=True),
    Style(id="Subtitle", name="Subtitle", follows="Title", size=14, line=20, after=4, colour="muted",
          top="accent", order=11),
    Style(id="CoverName", name="Cover Name", size=SMALL, line=13, before=10, colour="muted", keep=True),
    Style(id="CoverText", name="Cover Text", size=LARGE, line=18, bold=True),
    Style(id="CoverNote", name="Cover Note", size=SMALL, line=13, before=18, colour="muted"),
    Style(id="CoverLogo", name="Cover Logo", line=64, before=60, after=70),
    _heading(1, 22, 32, 0, 12, "accent"),
    _heading(2, 15, 22, 14, 5, "accent"),
    _heading(3, 11.5, 17, 12, 4, "ink"),
    _heading(4, TEXT, 15, 10, 3, "muted"),
    Style(id="TOCHeading", name="TOC Heading", follows="BodyText", size=22, line=32, after=12, bold=True,
          colour="accent", new_page=True, order=39),
    Style(id="TOC1", name="toc 1", before=8, after=2, bold=True, tab=1, order=39),
    Style(id="TOC2", name="toc 2", after=1, left=12, tab=1, order=39),
    Style(id="Caption", name="caption", follows="BodyText", size=SMALL, line=13, before=4, after=4, bold=True,
          colour="muted", whole=True, order=35),
    Style(id="TableCaption", name="Table Caption", based="Caption", size=SMALL, line=13, before=8, after=4,
          bold=True, colour="muted", keep=True, whole=True),
    Style(id="Figure", name="Figure", line=0, before=4, keep=True),
    Style(id="ListBullet", name="List Bullet", after=4, left=14, hanging=14, numbering=1),
    Style(id="ListNumber", name="List Number", after=4, left=18, hanging=18, numbering=2),
    Style(id="Finding", name="Finding", before=6, after=1, keep=True),
    Style(id="FindingText", name="Finding Text", after=4, left=14, colour="muted"),
    Style(id="CodeLine", name="Code Line", size=SMALL, line=12, left=4, shade="panel", mono=True),
    Style(id="Code", name="Code", based="CodeLine", size=SMALL, line=12, after=8, left=4, shade="panel",
          mono=True),
    Style(id="HeroLabel", name="Hero Label", size=11, line=16.5, before=6, bold=True, keep=True),
    Style(id="HeroNumber", name="Hero Number", size=40, line=48, bold=True, colour="accent", keep=True),
    Style(id="HeroText", name="Hero Text", size=SMALL, line=13, after=2, colour="muted"),
    Style(id="AlarmTitle", name="Alarm Title", size=11, line=16.5, before=6, after=3, left=8, bold=True,
          colour="bad", shade="bad_soft", edge="bad", keep=True),
    Style(id="Alarm", name="Alarm", size=9.5, line=14, after=2, left=8, shade="bad_soft", edge="bad"),
    *_cells("", "", SMALL, 13),
    *_cells("Small", " Small", TINY, 11.5),
    Style(id="TableName", name="Table Name", size=SMALL, line=13, before=1.5, after=1.5, bold=True),
    Style(id="TableNote", name="Table Note", size=TINY, line=11.5, before=1, colour="muted"),
    Style(id="TableEnd", name="Table End", size=1, line=7),
    Style(id="SectionEnd", name="Section End", size=1, line=1),
    Style(id="Header", name="header", size=8, line=12, colour="muted"),
    Style(id="Footer", name="footer", size=8, line=12, colour="muted", align="right"),
)  # fmt: skip
"""Every paragraph style of the report."""

BY_ID: dict[str, Style] = {style.id: style for style in PARAGRAPHS}

_CHARACTERS = (
    ("Strong", "Strong", "<w:b/><w:bCs/>", "", False),
    ("NoteMark", "Note Mark", "<w:vertAlign w:val=\"superscript\"/>", "", False),
    ("CodeText", "Code Text", "", "", True),
    ("StateGood", "State Good", "<w:b/><w:bCs/>", "good", False),
    ("StateCaution", "State Caution", "<w:b/><w:bCs/>", "caution", False),
    ("StateBad", "State Bad", "<w:b/><w:bCs/>", "bad", False),
    ("StateUnknown", "State Unknown", "<w:b/><w:bCs/>", "muted", False),
)  # fmt: skip
"""Character styles: id, name, look, colour role, whether it is code."""


def colour(role: str) -> str:
    """Return a colour of the theme as Word writes it; read at the time, as clients have their own."""
    return str(getattr(theme.LIGHT, role)).removeprefix("#").upper()


def points(value: float, per_point: int = 20) -> int:
    """Return a length in points in Word's units: twentieths, or half points for sizes."""
    return round(value * per_point)


def font_slots(latin: str = LATIN) -> str:
    """Return the fonts of every script."""
    return (
        f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{CHINESE}" w:cs="{latin}"/>'
    )  # fmt: skip


def styles_xml(width: float) -> str:
    """Return the style sheet; ``width`` is that of the text, in points."""
    inner = _defaults() + _base() + "".join(_paragraph_style(style, width) for style in PARAGRAPHS)
    inner += "".join(_character_style(*one) for one in _CHARACTERS) + _table_styles()
    return f"<w:styles {NAMESPACES}>{inner}</w:styles>"


def _defaults() -> str:
    size = points(TEXT, 2)
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{font_slots()}"
        f'<w:color w:val="{colour("ink")}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        '<w:lang w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:snapToGrid w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )


def _base() -> str:
    return (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:uiPriority w:val="0"/><w:qFormat/><w:pPr><w:snapToGrid w:val="0"/>'
        '<w:spacing w:line="300" w:lineRule="atLeast"/></w:pPr><w:rPr>'
        f"{font_slots()}</w:rPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )


def _paragraph_style(style: Style, width: float) -> str:
    follows = f'<w:next w:val="{style.follows}"/>' if style.follows else ""
    return (
        f'<w:style w:type="paragraph" w:customStyle="{int(style.order == 99)}" w:styleId="{style.id}">'
        f'<w:name w:val="{escape(style.name)}"/><w:basedOn w:val="{style.based}"/>{follows}'
        f'<w:uiPriority w:val="{style.order}"/><w:qFormat/>'
        f"<w:pPr>{_paragraph_look(style, width)}</w:pPr><w:rPr>{_text_look(style)}</w:rPr></w:style>"
    )


def _paragraph_look(style: Style, width: float) -> str:
    """Properties in the order that the schema demands."""
    made = "<w:keepNext/>" if style.keep else ""
    made += "<w:keepLines/>" if style.whole else ""
    made += "<w:pageBreakBefore/>" if style.new_page else ""
    made += f'<w:numPr><w:numId w:val="{style.numbering}"/></w:numPr>' if style.numbering else ""
    if style.edge:
        made += (
            f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="6" w:color="{colour(style.edge)}"/></w:pBdr>'
        )  # fmt: skip
    if style.top:
        made += (
            f'<w:pBdr><w:top w:val="single" w:sz="48" w:space="14" w:color="{colour(style.top)}"/></w:pBdr>'
        )  # fmt: skip
    made += f'<w:shd w:val="clear" w:color="auto" w:fill="{colour(style.shade)}"/>' if style.shade else ""
    if style.tab:
        made += f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{points(width)}"/></w:tabs>'
    height = (
        f'w:line="{points(style.line)}" w:lineRule="atLeast"'
        if style.line
        else 'w:line="240" w:lineRule="auto"'
    )
    if style.size == 1:
        height = height.replace("atLeast", "exact")
    made += f'<w:spacing w:before="{points(style.before)}" w:after="{points(style.after)}" {height}/>'
    if style.left:
        hanging = f' w:hanging="{points(style.hanging)}"' if style.hanging else ""
        made += f'<w:ind w:left="{points(style.left)}"{hanging}/>'
    made += f'<w:jc w:val="{style.align}"/>' if style.align != "left" else ""
    made += f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else ""
    return made


def _text_look(style: Style) -> str:
    made = font_slots(MONO) if style.mono else ""
    made += "<w:b/><w:bCs/>" if style.bold else ""
    made += "<w:i/><w:iCs/>" if style.italic else ""
    made += "<w:noProof/>" if style.mono else ""
    made += f'<w:color w:val="{colour(style.colour)}"/>'
    size = points(style.size, 2)
    return made + f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _character_style(name: str, title: str, look: str, role: str, mono: bool) -> str:
    inner = font_slots(MONO) if mono else ""
    raised = look if "vertAlign" in look else ""
    inner += "" if raised else look
    inner += "<w:noProof/>" if mono else ""
    inner += f'<w:color w:val="{colour(role)}"/>' if role else ""
    return (
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{title}"/>'
        '<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="22"/><w:qFormat/>'
        f"<w:rPr>{inner}{raised}</w:rPr></w:style>"
    )


def _table_styles() -> str:
    margins = (
        '<w:tblCellMar><w:top w:w="{1}" w:type="dxa"/><w:left w:w="{0}" w:type="dxa"/>'
        '<w:bottom w:w="{1}" w:type="dxa"/><w:right w:w="{0}" w:type="dxa"/></w:tblCellMar>'
    )
    rule, ink = colour("rule"), colour("accent")
    edge = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="{}"/>'
    borders = edge.format("top", 8, ink) + edge.format("bottom", 8, ink) + edge.format("insideH", 4, rule)
    listed = edge.format("top", 4, rule) + edge.format("bottom", 4, rule) + edge.format("insideH", 4, rule)
    first = (
        '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
        + edge.format("bottom", 8, ink)
        + f'</w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="{colour("band")}"/>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    normal = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"{margins.format(108, 0)}</w:tblPr></w:style>"
    )
    made = normal
    for name, title, lines, side, above, more in (
        ("ReportTable", "Report Table", borders, 70, 0, first),
        ("ReportList", "Report List", listed, 90, 0, ""),
        ("ReportPanel", "Report Panel", "", 160, 100, ""),
    ):
        drawn = f"<w:tblBorders>{lines}</w:tblBorders>" if lines else ""
        made += (
            f'<w:style w:type="table" w:customStyle="1" w:styleId="{name}"><w:name w:val="{title}"/>'
            '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
            f"<w:tblPr>{drawn}{margins.format(side, above)}</w:tblPr>{more}</w:style>"
        )
    return made
