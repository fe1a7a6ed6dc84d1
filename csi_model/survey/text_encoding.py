"""From bytes to text: which encoding a text file is in, and what a file with the wrong name really is."""

from __future__ import annotations

import codecs

from csi_model.errors import Finding, SurveyError

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SHOWN = {"gb18030": "GB18030 (Chinese)", "cp1252": "Windows-1252 (Western)", "latin-1": "Latin-1 (Western)"}

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or a password-protected one"),
    (b"$FL2", "an SPSS file (.sav)"),
    (b"$FL3", "a compressed SPSS file (.zsav)"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"<stata_dta>", "a Stata file (.dta)"),
)


def kind_of(data: bytes) -> str:
    """Say in words what a file is by its first bytes; empty where they are not known."""
    for signature, words in _SIGNATURES:
        if data.startswith(signature):
            return words
    start = data[:200].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page (perhaps a login page that was saved instead of the file)"
    return ""


def decode(data: bytes, where: str) -> tuple[str, tuple[Finding, ...]]:
    """Turn the bytes of a text file into text.

    A byte order mark decides; then UTF-8 if every byte fits; then UTF-16 if the zero bytes lie as in
    UTF-16; then, as a guess that is reported, GB18030 if the bytes above 127 come in the pairs of
    Chinese text, otherwise Windows-1252 or Latin-1.

    Raises
    ------
    SurveyError
        The file is not text, or contradicts its own byte order mark.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, where), ()
    if kind_of(data):
        raise _not_text(data, where)
    if b"\0" in data:
        return _strictly(data, _utf_16_without_mark(data, where), where), ()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = _single_or_double(data)
        text = data.decode(encoding)
    else:
        encoding = ""
    if any(ord(sign) < 32 and sign not in "\t\r\n\f\v" for sign in set(text)):
        raise _not_text(data, where)
    return text, (_guess(encoding, where),) if encoding else ()


def looks_chinese(data: bytes) -> bool:
    """Whether the bytes above 127 come in the pairs of Chinese text (GB 2312: both bytes from A1)."""
    paired = single = position = 0
    while position < len(data):
        if data[position] < 0x80:
            position += 1
        elif data[position] >= 0xA1 and position + 1 < len(data) and data[position + 1] >= 0xA1:
            paired += 2
            position += 2
        else:
            single += 1
            position += 1
    return paired > 9 * single


def _single_or_double(data: bytes) -> str:
    high = _without_ascii_runs(data)
    for encoding in ("gb18030", "cp1252"):
        if encoding == "gb18030" and not looks_chinese(high):
            continue
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _without_ascii_runs(data: bytes) -> bytes:
    """The bytes above 127 with one blank for each run of others, to judge large files quickly."""
    table = bytes(value if value >= 0x80 else 0x20 for value in range(256))
    return b" ".join(data.translate(table).split()[:100_000])


def _utf_16_without_mark(data: bytes, where: str) -> str:
    sample = data[:20_000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(data) % 2 == 0 and max(even, odd) > 10 * min(even, odd) and max(even, odd) > len(sample) / 20:
        return "utf-16-le" if odd > even else "utf-16-be"
    raise _not_text(data, where)


def _strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise SurveyError.at(
            where,
            f"The file says that it is {encoding.upper()}, but byte {problem.start + 1} does not fit.",
            "Save it again as CSV in UTF-8.",
            code="encoding",
        ) from None


def _not_text(data: bytes, where: str) -> Exception:
    kind = kind_of(data)
    what = f"The file is not text: it looks like {kind}." if kind else "The file is not text."
    return SurveyError.at(
        where, what, "Export the survey as CSV, or give the file the ending of its format.", code="not-text"
    )


def _guess(encoding: str, where: str) -> Finding:
    return Finding(
        code="encoding-guessed",
        severity="note",
        where=where,
        what=f"The file is not UTF-8; it was read as {_SHOWN[encoding]}.",
        fix="If names or labels look wrong, save it as UTF-8.",
    )
