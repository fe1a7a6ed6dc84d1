"""The parts of the file beside its text: styles, lists, settings, fonts, pictures."""

from __future__ import annotations

import base64
import io

from docx import Document
from docx.document import Document as WordDocument
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml

from csi_model.errors import ReportError
from csi_model.reporting.word.markup import NAMESPACES
from csi_model.reporting.word.scripts import CHINESE, LATIN, MONO
from csi_model.reporting.word.styles import styles_xml

_UNUSED = (
    RT.CUSTOM_XML,
    RT.WEB_SETTINGS,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
)
_UNUSED_OF_PACKAGE = (RT.EXTENDED_PROPERTIES, RT.THUMBNAIL)

BULLETS, NUMBERS = 1, 2
"""The two kinds of lists, by the numbers of their definitions."""


CLEAR = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4//8/AwAI/AL+p5qgoAAAAABJRU5ErkJggg=="
)
"""A PNG of one clear point, which stands for a drawing of lines in programs that cannot show it."""


def new_document(language: str, width: float) -> WordDocument:
    """Return an empty document with the styles of the report; ``width`` is that of its text, in points."""
    document = Document()
    related = document.part.rels
    for key in [key for key, rel in related.items() if rel.reltype in _UNUSED]:
        del related[key]
    of_package = document.part.package.rels
    for key in [key for key, rel in of_package.items() if rel.reltype in _UNUSED_OF_PACKAGE]:
        del of_package[key]
    texts = {RT.STYLES: styles_xml(width), RT.NUMBERING: _numbering(), RT.SETTINGS: _settings(language)}
    for kind, text in texts.items():
        part = document.part.part_related_by(kind)
        assert isinstance(part, XmlPart)
        part._element = parse_xml(text)
    document.part.part_related_by(RT.FONT_TABLE)._blob = _font_table().encode("utf-8")
    return document


def _level(kind: str, text: str, left: int) -> str:
    return (
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{left}"/></w:pPr></w:lvl>'
    )


def _numbering() -> str:
    return (
        f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="{BULLETS}">{_level("bullet", "•", 280)}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="{NUMBERS}">{_level("decimal", "%1.", 360)}'
        f'</w:abstractNum><w:num w:numId="{BULLETS}"><w:abstractNumId w:val="{BULLETS}"/></w:num>'
        f'<w:num w:numId="{NUMBERS}"><w:abstractNumId w:val="{NUMBERS}"/></w:num></w:numbering>'
    )


def numbered_anew(document: WordDocument, number: int) -> None:
    """Define a list that counts from 1 again; paragraphs refer to it by ``number``."""
    document.part.numbering_part._element.append(
        parse_xml(
            f'<w:num {NAMESPACES} w:numId="{number}"><w:abstractNumId w:val="{NUMBERS}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )


def _settings(language: str) -> str:
    office = "http://schemas.microsoft.com/office/word"
    spaced = "compressPunctuation" if language == "zh" else "doNotCompress"
    compat = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{office}" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
        )
    )
    return (
        f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        f'<w:characterSpacingControl w:val="{spaced}"/><w:compat>{compat}</w:compat>'
        '<w:themeFontLang w:val="en-GB" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/></w:settings>'
    )


def _font_table() -> str:
    fonts = (
        (LATIN, "Liberation Sans", "00", "swiss", "variable"),
        (CHINESE, "微软雅黑", "86", "swiss", "variable"),
        (MONO, "Liberation Mono", "00", "modern", "fixed"),
    )
    inner = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, other, charset, family, pitch in fonts
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {NAMESPACES}>{inner}</w:fonts>'


def picture(document: WordDocument, data: bytes, where: str = "") -> tuple[str, float, float]:
    """Add a picture; return its relationship and its size in points.

    Raises
    ------
    ReportError
        The bytes are no picture that Word shows; ``where`` names their place in the study file.
    """
    try:
        key, image = document.part.get_or_add_image(io.BytesIO(data))
    except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError) as error:
        raise ReportError.at(
            where or "picture",
            "The file is no PNG or JPEG picture.",
            "Save it as PNG in a graphics program and name that file.",
            code="no-picture",
        ) from error
    return key, float(image.width.pt), float(image.height.pt)


def drawing_part(document: WordDocument, data: bytes, name: str) -> str:
    """Add a picture of lines (SVG); return its relationship."""
    part = Part(PackURI(f"/word/media/{name}.svg"), "image/svg+xml", data, document.part.package)
    return document.part.relate_to(part, RT.IMAGE)
