"""What a study file says of the look of its report: colours, logo and template, and mistakes in them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from csi_model.errors import Finding, StudyError
from csi_model.model.document import parse_document, validate
from csi_model.reporting.look import Look
from csi_model.study.client_files import LARGEST_SIDE, MOST_BYTES, file_problems
from csi_model.study.files import read_study
from csi_model.study.report_schema import ReportEntry, read_look

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def png(wide: int = 4, high: int = 3) -> bytes:
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    lines = (b"\0" + b"\x7a" * wide) * high
    made = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")):
        made += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return made


def jpeg(wide: int = 40, high: int = 30) -> bytes:
    """Markers of a JPEG: an application part, the frame with its sides, the end."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, high, wide, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9 + frame + b"\xff\xda\x00\x02data\xff\xd9"


def pptx(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        for name in names:
            parts.writestr(name, "<x/>")
    return made.getvalue()


def problems(folder: Path, name: str, data: bytes, key: str = "logo") -> list[tuple[str, str, str]]:
    (folder / name).write_bytes(data)
    return list(file_problems(folder / name, key))


def looked(folder: Path, text: str) -> tuple[Look, list[Finding]]:
    document = parse_document(f"# a study\nreport:\n{text}", "study.yaml")
    entry = validate(
        parse_document(text.replace("  ", "", 1).replace("\n  ", "\n"), "study.yaml"), ReportEntry, StudyError
    )
    found: list[Finding] = []
    return read_look(entry, folder, document, found), found


def test_a_study_may_give_colours_a_logo_and_a_template(tmp_path: Path) -> None:
    (tmp_path / "logo.JPG").write_bytes(jpeg())
    (tmp_path / "slides.pptx").write_bytes(pptx("[Content_Types].xml", "ppt/presentation.xml"))
    text = '  colours: {accent: "#7A1022", second: fa0}\n  logo: logo.JPG\n  template: slides.pptx\n'
    look, found = looked(tmp_path, text)
    assert found == []
    assert (look.accent, look.second) == ("#7a1022", "#ffaa00")
    assert (look.logo, look.logo_type) == (jpeg(), "jpeg")
    assert look.template == (tmp_path / "slides.pptx").read_bytes()


@pytest.mark.parametrize(("name", "data"), [
    ("a.png", png()), ("a.jpg", jpeg()), ("a.jpeg", jpeg(LARGEST_SIDE, 10)),
    ("plain.svg", f'{OPEN}><path d="M0 0h9v9z" fill="#7a1022"/></svg>'.encode()),
    ("inside.svg", f'{OPEN}><defs><path id="a"/></defs><use xlink:href="#a" fill="url(#b)"/></svg>'.encode()),
    ("picture.svg", f'{OPEN}><image href="data:image/png;base64,iVBORw0KGgo="/></svg>'.encode()),
    ("named.svg", f'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'
                  f'{OPEN}><title>桤木银行</title></svg>'.encode()),
])  # fmt: skip
def test_sound_logos_are_taken(tmp_path: Path, name: str, data: bytes) -> None:
    assert problems(tmp_path, name, data) == []


@pytest.mark.parametrize(("name", "data", "code", "said"), [
    ("a.jpg", png(), "wrong-kind-of-file", "no JPEG picture: it is PNG"),
    ("a.png", jpeg(), "wrong-kind-of-file", "no PNG picture: it is JPEG"),
    ("a.png", f"{OPEN}/>".encode(), "wrong-kind-of-file", "it is SVG"),
    ("a.png", b"GIF89a", "wrong-kind-of-file", "its content is another one"),
    ("a.png", b"", "wrong-kind-of-file", "no PNG picture"),
    ("a.png", png()[:-6], "broken-file", "cut off or damaged"),
    ("a.png", png()[:20], "broken-file", "cut off or damaged"),
    ("a.jpg", jpeg()[:-2], "broken-file", "cut off or damaged"),
    ("a.jpg", b"\xff\xd8\xff\xd9", "broken-file", "cut off or damaged"),
    ("a.png", png(LARGEST_SIDE + 1, 1), "file-too-large", "5001 by 1 points"),
    ("a.png", png() + b"x" * MOST_BYTES["logo"], "file-too-large", "2 MB are the most"),
    ("a.svg", b"no drawing", "broken-file", "line 1 of it cannot be read as XML"),
    ("a.svg", png(), "broken-file", "no SVG picture"),
    ("a.svg", b"<html/>", "unsafe-logo", "<html> and no SVG drawing"),
    ("a.svg", f"{OPEN}><script>alert(1)</script></svg>".encode(), "unsafe-logo", "a script"),
    ("a.svg", f'{OPEN} onload="alert(1)"/>'.encode(), "unsafe-logo", "a script (onload)"),
    ("a.svg", f'{OPEN}><a xlink:href="javascript:alert(1)"/></svg>'.encode(), "unsafe-logo", "a link"),
    ("a.svg", f'{OPEN}><image href="http://x/a.png"/></svg>'.encode(), "unsafe-logo", "http://x/a.png"),
    ("a.svg", f'{OPEN}><image href="/etc/passwd"/></svg>'.encode(), "unsafe-logo", "a link"),
    ("a.svg", f'{OPEN}><set attributeName="xlink:href" to="x"/></svg>'.encode(), "unsafe-logo", "a link"),
    ("a.svg", f'{OPEN}><style>@import "http://x"</style></svg>'.encode(), "unsafe-logo", "from elsewhere"),
    ("a.svg", f"{OPEN}><path style=\"fill: URL( 'http://x')\"/></svg>".encode(), "unsafe-logo", "elsewhere"),
    ("a.svg", f"{OPEN}><style>a {{fill: u\\72l(x)}}</style></svg>".encode(), "unsafe-logo", "backslash"),
    ("a.svg", f'<!DOCTYPE svg [<!ENTITY a "b">]>{OPEN}>&a;</svg>'.encode(), "unsafe-logo", "entities"),
    ("a.svg", f'<?xml-stylesheet href="http://x"?>{OPEN}/>'.encode(), "unsafe-logo", "style sheet"),
    ("a.svg", f"<?xml version='1.0' encoding='utf-16'?>{OPEN}><script/></svg>".encode("utf-16"),
     "unsafe-logo", "a script"),
])  # fmt: skip
def test_other_logos_are_refused_with_a_reason(
    tmp_path: Path, name: str, data: bytes, code: str, said: str
) -> None:
    ((found, what, fix),) = problems(tmp_path, name, data)
    assert found == code
    assert said in what
    assert name in what
    assert fix


def test_a_template_is_a_powerpoint_file(tmp_path: Path) -> None:
    for data in (b"", b"\xd0\xcf\x11\xe0 an old file", pptx("word/document.xml", "[Content_Types].xml")):
        ((code, what, _),) = problems(tmp_path, "a.pptx", data, "template")
        assert code == "wrong-kind-of-file"
        assert "no PowerPoint file" in what
    assert problems(tmp_path, "a.potx", pptx("[Content_Types].xml", "ppt/presentation.xml"), "template") == []


def test_mistakes_name_the_line_of_the_study_file(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(jpeg())
    look, found = looked(tmp_path, "  language: zh\n  logo: logo.png\n  template: none.pptx\n")
    assert [one.where for one in found] == ["study.yaml:4", "study.yaml:5"]
    assert [one.code for one in found] == ["wrong-kind-of-file", "no-file"]
    assert found[0].what.startswith("`report.logo`: 'logo.png' is no PNG picture")
    assert (look.logo, look.template) == (b"", b"")
    _, endings = looked(tmp_path, "  logo: logo.gif\n  template: slides.key\n")
    assert [one.code for one in endings] == ["wrong-kind-of-file"] * 2


def test_reading_a_study_tells_of_a_bad_logo_and_a_bad_colour(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(b"<svg/>")
    (tmp_path / "survey.csv").write_text("SATIS\n5\n", encoding="utf-8")
    text = "model: acsi\nsurvey: survey.csv\nreport:\n  logo: logo.svg\n"
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_study(tmp_path / "study.yaml")
    assert ("study.yaml:4", "unsafe-logo") in [(one.where, one.code) for one in caught.value.findings]
    (tmp_path / "study.yaml").write_text(text + "  colours: {accent: reddish}\n", encoding="utf-8")
    with pytest.raises(StudyError, match="'reddish' is not a colour"):
        read_study(tmp_path / "study.yaml")
