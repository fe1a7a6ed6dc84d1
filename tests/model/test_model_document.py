"""Reading files with line numbers, and schema mistakes told in plain words."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from csi_model.errors import CsiError, ModelError, StudyError
from csi_model.model.document import inspect_document, parse_document, read_document, validate
from csi_model.model.messages import mistake


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scale: tuple[float, float] | None = Field(None, description="two numbers such as [1, 10]")
    codes: dict[float, Literal["skipped", "dont_know"]] = {}
    column: str = "A"
    reversed: bool = False
    count: int = Field(1, ge=1)


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(description="a short name")
    parts: dict[str, Part] = {}
    tags: list[str] = []


def test_scalars_follow_the_core_schema_of_yaml_1_2() -> None:
    text = (
        "a: no\nb: on\nc: 2024-01-01\nd: 1_000\ne: 0x1F\nf: 0o17\ng: 1e3\nh: .5\ni: ~\nj: TRUE\n"
        "k: 'no'\nl: !!str 5\nm: 017\nn: -.inf\no: \"1\"\np: 12:30\nq: yes\nr: !!float 3\n"
    )
    data = parse_document(text, "f.yaml").data
    assert data == {
        "a": "no", "b": "on", "c": "2024-01-01", "d": "1_000", "e": 31, "f": 15, "g": 1000.0, "h": 0.5,
        "i": None, "j": True, "k": "no", "l": "5", "m": 17, "n": float("-inf"), "o": "1", "p": "12:30",
        "q": "yes", "r": 3.0,
    }  # fmt: skip
    assert type(data["r"]) is float


def test_keys_are_the_text_that_was_written() -> None:
    data = parse_document("1001: a\n1.10: b\n1e5: c\nnull: d\ntrue: e\nno: f\n", "f.yaml").data
    assert list(data) == ["1001", "1.10", "1e5", "null", "true", "no"]


def test_lines_are_known_for_every_part() -> None:
    document = parse_document("name: x\nparts:\n  A:\n    scale:\n      - 1\n      - 10\n", "f.yaml")
    assert document.line(("parts", "A", "scale", 1)) == 6
    assert document.line(("parts", "A")) == 3
    assert document.line(("parts", "A", "absent", "deeper")) == 3
    assert document.where(()) == "f.yaml:1"


def test_anchors_are_resolved() -> None:
    assert parse_document("a: &s [1, 10]\nb: *s\n", "f.yaml").data == {"a": [1, 10], "b": [1, 10]}


def test_nested_aliases_cannot_fill_the_memory() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ModelError, match="more than 200,000 parts"):
        parse_document("\n".join(rows), "f.yaml")


@pytest.mark.slow
def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ModelError, match="nested too deeply"):
        parse_document("a: " + "[" * 1500 + "]" * 1500, "f.yaml")


SYNTAX = {
    "": (1, "empty"),
    "# only a comment\n": (1, "empty"),
    "- a\n- b\n": (1, "a list at the top"),
    "just words\n": (1, "a text at the top"),
    "a: 1\n\tb: 2\n": (2, "tab"),
    "a:\n\tb: 2\n": (2, "tab"),
    "a:\n  b: 1\n c: 2\n": (3, "indentation"),
    "a: b: c\n": (1, "colon"),
    "a: [1, 2\nb: 3\n": (1, "bracket"),
    "a: {x: 1\n": (1, "bracket"),
    "x: 1\na: 'open\nb: 1\n": (2, "quotation mark"),
    "a: 1\nb: @x\n": (2, "reserves"),
    "a: 1\nb: *gone\n": (2, "refers to"),
    "a: 1\n---\nb: 2\n": (2, "second document"),
    "a: !thing 1\n": (1, "tag"),
    "a: 1\nb: x\x07y\n": (2, "control character"),
    "? [a, b]\n: 1\n": (1, "key is a list"),
    "a: 1\n<<: {b: 2}\n": (2, "Merge"),
    "a:\nb\nc: 1\n": (2, "no colon"),
}


@pytest.mark.parametrize("text", SYNTAX)
def test_what_is_not_yaml_is_one_clear_finding(text: str) -> None:
    line, words = SYNTAX[text]
    with pytest.raises(StudyError) as caught:
        parse_document(text, "f.yaml", error=StudyError)
    (finding,) = caught.value.findings
    assert finding.where == f"f.yaml:{line}"
    assert words in finding.what
    assert finding.fix


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: x\ntitle: Kundenzufriedenheit für".encode("latin-1"))
    cases = {
        tmp_path / "absent.yaml": ("absent.yaml", "no such file"),
        tmp_path: (tmp_path.name, "folder"),
        latin: ("latin.yaml:2", "UTF-8"),
    }
    for path, (where, words) in cases.items():
        with pytest.raises(ModelError) as caught:
            read_document(path)
        (finding,) = caught.value.findings
        assert finding.where == where
        assert words in finding.what
        assert finding.fix
        assert str(tmp_path) not in str(caught.value) or path == tmp_path


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes("\ufeffname: x\r\ntags: [满意]\r\n".encode())
    document = read_document(path)
    assert document.data == {"name": "x", "tags": ["满意"]}
    assert document.line(("tags",)) == 2


def test_every_mistake_is_told_with_line_and_remedy() -> None:
    text = (
        "parts:\n"
        "  A: {scale: [1, x], codes: {98: dontknow, y: skipped}}\n"
        "  B: {scale: 5, revers: true}\n"
        "  B: {}\n"
        "  C: [1]\n"
        "  D: {reversed: maybe, scale: [1, 2, 3], count: 0}\n"
        "tags: one\n"
    )
    with pytest.raises(StudyError) as caught:
        validate(parse_document(text, "s.yaml", error=StudyError), Whole, StudyError)
    told = [(finding.where, finding.what, finding.fix) for finding in caught.value.findings]
    assert told == [
        ("s.yaml:1", "The key `name` is missing.", "Add `name: ...` at the start of a line (a short name)."),
        (
            "s.yaml:2",
            "Entry 2 of `parts.A.scale` must be a number; it is 'x'.",
            "Write a number such as 10 or 0.5.",
        ),
        ("s.yaml:2", "`parts.A.codes.98` is 'dontknow'.", "Did you mean 'dont_know'?"),
        (
            "s.yaml:2",
            "The key `parts.A.codes.y` must be a number; it is 'y'.",
            "Write a number such as 10 or 0.5.",
        ),
        (
            "s.yaml:3",
            "`parts.B.scale` must be a list; it is 5.",
            "Expected: two numbers such as [1, 10].",
        ),
        ("s.yaml:3", "`revers` is not a known key in `parts.B`.", "Did you mean 'reversed'?"),
        ("s.yaml:4", "The key `B` stands twice; it is first on line 3.", "Keep one of the two."),
        (
            "s.yaml:5",
            "`parts.C` must be `key: value` lines; it is [1].",
            "Write `key: value` lines, indented below it.",
        ),
        (
            "s.yaml:6",
            "`parts.D.scale` must have at most 2 entries; it is [1, 2, 3].",
            "Expected: two numbers such as [1, 10].",
        ),
        ("s.yaml:6", "`parts.D.reversed` must be true or false; it is 'maybe'.", "Write true or false."),
        ("s.yaml:6", "`parts.D.count` must be at least 1; it is 0.", "Change it."),
        ("s.yaml:7", "`tags` must be a list; it is 'one'.", "Write a list such as [a, b]."),
    ]


def test_no_jargon_of_the_schema_library() -> None:
    text = (
        "name: [1]\nparts: {A: {count: x, scale: [a, b, c], codes: 3, column: {}}}\ntags: [{a: 1}]\nzz: 1\n"
    )
    with pytest.raises(ModelError) as caught:
        validate(parse_document(text, "s.yaml"), Whole, ModelError)
    for word in ("pydantic", "http", "Input should", "type=", "ctx", "input_value"):
        assert word not in str(caught.value)


def test_a_number_stands_for_its_text_where_a_text_is_wanted() -> None:
    whole = validate(parse_document("name: 1.10\ntags: [1001, true, 0x1F]\n", "s.yaml"), Whole, ModelError)
    assert whole.name == "1.10"
    assert whole.tags == ["1001", "true", "0x1F"]


def test_what_is_right_survives_beside_mistakes() -> None:
    document = parse_document("parts: {A: {column: Q1, count: x}, B: {column: Q2}}\n", "s.yaml")
    checked = inspect_document(document, Whole, fill={"name": "?"})
    assert checked.value is not None
    assert checked.value.parts["A"].column == "Q1"
    assert checked.left_out == (("name",), ("parts", "A", "count"))
    assert len(checked.findings) == 2


def test_a_validator_may_speak_for_itself() -> None:
    from pydantic import field_validator

    class Strict(BaseModel):
        share: float

        @field_validator("share")
        @classmethod
        def _between(cls, value: float) -> float:
            if not 0 <= value <= 1:
                raise mistake("must lie between 0 and 1", "Write a share such as 0.25.")
            return value

    with pytest.raises(CsiError) as caught:
        validate(parse_document("x: 1\nshare: 25\n", "s.yaml"), Strict, ModelError)
    (finding,) = caught.value.findings
    assert str(finding) == "s.yaml:2: `share` must lie between 0 and 1. Write a share such as 0.25."


def test_validating_does_not_change_the_document() -> None:
    document = parse_document("name: 5\nparts: {A: {count: x}}\n", "s.yaml")
    before = copy.deepcopy(document.data)
    inspect_document(document, Whole, fill={"name": "?"})
    assert document.data == before
