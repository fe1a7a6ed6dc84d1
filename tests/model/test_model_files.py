"""Model files: what they say, and every mistake with its line and remedy."""

from __future__ import annotations

import json
from pathlib import Path as FilePath

import pytest

from csi_model.errors import ModelError
from csi_model.model.files import examine_model_file, model_schema, parse_model, read_model_file
from csi_model.model.shipped import shipped
from csi_model.model.spec import Case, Modifier, Path, Scale

GOOD = """\
name: shop
title: {en: Shop, zh: 商店}
source: "A study: of shops"
index: satisfaction
scale: [1, 10]
constructs:
  quality:
    label: Quality
    indicators:
      Q1: Overall quality
      Q2: {en: Fit, zh: 适合程度, scale: [0, 100], reversed: true}
  satisfaction:
    label: {zh: 满意度}
    suggested: true
    indicators: {S1: , 1002: {}, no: {}}
  loyalty:
    indicators:
      L1: {high_is_good: no}
      L2:
        high_is_good: false
        scale: [75, 125]
        derived:
          cases:
            - {when: L1, from: 6, to: 10, take: HIGH, plus: 100}
            - {when: L1, from: 1, to: 5, take: LOW, times: -1, plus: 100}
paths:
  satisfaction: [quality]
  loyalty: [satisfaction, quality]
parameters: ["Q1 ~~ Q2", "loyalty ~ 0.5*quality", "quality =~ NA*Q1", "quality ~~ 1*quality"]
"""


def test_a_model_file_says_everything() -> None:
    spec = parse_model(GOOD, "shop.yaml")
    assert spec.construct_names == ("quality", "satisfaction", "loyalty")
    assert [item.name for item in spec.indicators] == ["Q1", "Q2", "S1", "1002", "no", "L1", "L2"]
    quality, satisfaction, loyalty = spec.constructs
    assert quality.label == {"en": "Quality"}
    assert quality.indicators[0].label == {"en": "Overall quality"}
    assert quality.indicators[0].scale == Scale(low=1, high=10)
    assert quality.indicators[1].scale == Scale(low=0, high=100)
    assert quality.indicators[1].reversed
    assert all(item.suggested for item in satisfaction.indicators)
    assert not any(item.high_is_good for item in loyalty.indicators)
    assert loyalty.indicators[1].cases[1] == Case(
        when="L1", low=1, high=5, take="LOW", times=-1.0, plus=100.0
    )
    assert spec.paths == (
        Path(source="quality", target="satisfaction"),
        Path(source="satisfaction", target="loyalty"),
        Path(source="quality", target="loyalty"),
    )
    assert spec.modifiers == (
        Modifier(lhs="Q1", op="~~", rhs="Q2"),
        Modifier(lhs="loyalty", op="~", rhs="quality", fixed=0.5),
        Modifier(lhs="quality", op="=~", rhs="Q1"),
        Modifier(lhs="quality", op="~~", rhs="quality", fixed=1.0),
    )


def test_names_may_be_chinese_or_hold_blanks_dots_and_dashes() -> None:
    text = (
        "name: 商店\nindex: 顾客 满意度\nconstructs:\n"
        "  质量: {indicators: {题1: {}, a.b-c d: {}}}\n"
        "  顾客 满意度: {indicators: {'it''s \"x\"': {}}}\n"
        "paths: {顾客 满意度: [质量]}\nparameters: ['题1 ~~ \"a.b-c d\"']\n"
    )
    spec = parse_model(text, "m.yaml")
    assert [item.name for item in spec.indicators] == ["题1", "a.b-c d", 'it\'s "x"']
    assert spec.modifiers[0].rhs == "a.b-c d"
    assert spec.title == {"en": "商店"}


BASE = """\
name: m
index: sat
constructs:
  qual: {indicators: {A: {}, B: {}}}
  sat: {indicators: {C: {}}}
  loy: {indicators: {D: {}}}
paths:
  sat: [qual]
  loy: [sat]
"""


def _cases(cases: str) -> str:
    return f"{{D: {{derived: {{cases: [{cases}]}}}}}}"


BAD: dict[str, tuple[tuple[str, str], int, str, str]] = {
    "unknown key at the top": (("index: sat", "indx: sat"), 2, "`indx`", "Did you mean 'index'?"),
    "missing name": (("name: m\n", ""), 1, "`name` is missing", "Add `name: ...`"),
    "missing paths": (("paths:\n  sat: [qual]\n  loy: [sat]\n", ""), 1, "`paths` is missing", "Add `paths"),
    "unknown index": (("index: sat", "index: sart"), 2, "'sart'", "Did you mean 'sat'?"),
    "unknown key of a construct": (("sat: {indicators:", "sat: {indicator:"), 5, "`indicator`", "indicators"),
    "unknown key of an indicator": (("A: {}", "A: {scal: [1, 5]}"), 4, "`scal`", "Did you mean 'scale'?"),
    "unknown driver": (("sat: [qual]", "sat: [quall]"), 8, "'quall'", "Did you mean 'qual'?"),
    "unknown outcome": (("  loy: [sat]", "  loyy: [sat]"), 9, "'loyy'", "Did you mean 'loy'?"),
    "path to itself": (("  loy: [sat]", "  loy: [sat, loy]"), 9, "to itself", "Remove it"),
    "path twice": (("  loy: [sat]", "  loy: [sat, sat]"), 9, "given twice", "Keep one"),
    "circle": (("sat: [qual]", "sat: [qual, loy]"), 9, "sat > loy > sat", "Remove one"),
    "no indicators": (("loy: {indicators: {D: {}}}", "loy: {}"), 6, "no indicators", "`indicators:`"),
    "indicator in two constructs": (("{D: {}}", "{A: {}}"), 6, "'qual' and 'loy'", "`repeats: [...]`"),
    "indicator named as a construct": (("{D: {}}", "{D: {}, sat: {}}"), 6, "and of a construct", "Rename"),
    "not connected": (("  loy: [sat]\n", ""), 6, "No path leads to or from the construct 'loy'", "`paths:`"),
    "scale turned round": (("{D: {}}", "{D: {scale: [10, 1]}}"), 6, "from 10 to 1", "[low, high]"),
    "default scale turned round": (("name: m", "name: m\nscale: [5, 5]"), 2, "from 5 to 5", "[low, high]"),
    "scale of one number": (("{D: {}}", "{D: {scale: 10}}"), 6, "must be a list; it is 10", "[1, 10]"),
    "scale of three numbers": (("{D: {}}", "{D: {scale: [1, 2, 3]}}"), 6, "at most 2", "[1, 10]"),
    "scale of words": (("{D: {}}", "{D: {scale: [low, high]}}"), 6, "must be a number", "such as 10"),
    "infinite scale": (("{D: {}}", "{D: {scale: [0, .inf]}}"), 6, "finite number", "such as 10"),
    "truth word": (("{D: {}}", "{D: {reversed: perhaps}}"), 6, "true or false", "true or false"),
    "language": (("{D: {}}", "{D: {fr: Qualité}}"), 6, "`fr`", "en, zh"),
    "list of indicators": (("{D: {}}", "[D]"), 6, "`key: value`", "NAME"),
    "structure": (("name: m", "name: m\nstructure: guessed"), 2, "'guessed'", "published, reconstructed"),
    "reconstructed without caveat": (("name: m", "name: m\nstructure: reconstructed"), 2, "no cav", "caveat"),
    "caveat in one language": (
        ("name: m", "name: m\nstructure: reconstructed\ncaveat: {en: perhaps}"), 2, "in Chinese", "caveat",
    ),
    "repeats an unknown construct": (
        ("loy: {indicators: {D: {}}}", "loy: {repeats: [quall]}"), 6, "'quall'", "Did you mean 'qual'?",
    ),
    "repeats itself": (("loy: {indicators: {D: {}}}", "loy: {repeats: [loy]}"), 6, "repeats itself", "other"),
    "repeats and own indicators": (
        ("loy: {indicators: {D: {}}}", "loy: {repeats: [qual], indicators: {D: {}}}"),
        6, "indicators of its own", "not both",
    ),
    "repeats a repeating construct": (
        ("  loy: {indicators: {D: {}}}", "  x: {repeats: [qual]}\n  loy: {repeats: [x]}"),
        7, "itself repeats", "'x' repeats",
    ),
    "cases overlap": (
        ("{D: {}}", _cases("{when: C, from: 1, to: 5, take: P}, {when: C, from: 5, to: 9, take: P}")),
        6, "Two cases of 'D' hold when C is 5", "one case",
    ),
    "case turned round": (
        ("{D: {}}", _cases("{when: C, from: 5, to: 1, take: P}")), 6, "from 5 to 1", "`from`",
    ),
    "case without to": (
        ("{D: {}}", _cases("{when: C, from: 5, take: P}")), 6, "has no `to`", "Add `to",
    ),
    "derived from itself": (
        ("{D: {}}", _cases("{when: C, from: 1, to: 5, take: D}")), 6, "from itself", "`take`",
    ),
    "no cases": (("{D: {}}", "{D: {derived: {cases: []}}}"), 6, "at least 1", "a list of cases"),
    "cases of two columns": (
        ("{D: {}}", _cases("{when: C, from: 1, to: 5, take: P}, {when: A, from: 6, to: 9, take: P}")),
        6, "different columns: C, A", "one column",
    ),
    "key twice": (("  loy: [sat]", "  loy: [sat]\n  sat: [qual]"), 10, "first on line 8", "Keep one"),
    "parameter in no syntax": (("name: m", "name: m\nparameters: [a b c]"), 2, "no operator", "`a ~~ b`"),
    "parameter of unknown name": (("name: m", "name: m\nparameters: [A ~~ BB]"), 2, "'BB'", "mean 'B'?"),
    "parameter of no path": (("name: m", "name: m\nparameters: [loy ~ 1*qual]"), 2, "not among", "Add"),
    "parameter twice": (("name: m", 'name: m\nparameters: ["A ~~ B", "B ~~ A"]'), 2, "twice", "Keep one"),
    "negative variance": (("name: m", 'name: m\nparameters: ["A ~~ -1*A"]'), 2, "at -1", "not negative"),
    "paths of text": (("sat: [qual]", "sat: qual"), 8, "must be a list; it is 'qual'", "[a, b]"),
    "name with blanks around": (("{D: {}}", "{'D ': {}}"), 6, "ends with a blank", "plain word"),
    "empty construct": (("loy: {indicators: {D: {}}}", "loy:"), 6, "it is empty", "`key: value`"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_model_is_told_with_line_and_remedy(kind: str) -> None:
    (old, new), line, what, fix = BAD[kind]
    assert old in BASE
    with pytest.raises(ModelError) as caught:
        parse_model(BASE.replace(old, new), "bad.yaml")
    matching = [
        finding
        for finding in caught.value.findings
        if finding.where == f"bad.yaml:{line}" and what in finding.what and fix in finding.fix
    ]
    assert matching, str(caught.value)
    assert all(finding.fix and finding.severity == "error" for finding in caught.value.findings)


def test_the_base_of_the_bad_models_is_good() -> None:
    assert parse_model(BASE, "m.yaml").construct_names == ("qual", "sat", "loy")


def test_mistakes_of_form_and_of_sense_come_together() -> None:
    text = (
        BASE.replace("A: {}", "A: {scal: [1, 5]}")
        .replace("[qual]", "[qul]")
        .replace("{D: {}}", "{D: {}, A: }")
    )
    with pytest.raises(ModelError) as caught:
        parse_model(text, "m.yaml")
    assert [(one.where, one.code) for one in caught.value.findings] == [
        ("m.yaml:4", "unknown-key"),
        ("m.yaml:6", "shared-indicator"),
        ("m.yaml:8", "unknown-construct"),
    ]


def test_a_mistyped_key_has_no_echo() -> None:
    with pytest.raises(ModelError) as caught:
        parse_model(BASE.replace("sat: {indicators", "sat: {indicator"), "m.yaml")
    assert len(caught.value.findings) == 1
    with pytest.raises(ModelError) as caught:
        parse_model(BASE.replace("paths:", "path:"), "m.yaml")
    assert {one.code for one in caught.value.findings} == {"unknown-key", "missing-key"}


def test_warnings_do_not_stop(tmp_path: FilePath) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        BASE.replace("name: m", "name: m\nscale: [1, 10]").replace(
            "{D: {}}",
            "{D: {derived: {cases: [{when: C, from: 3, to: 5, take: a}]}}, E: {high_is_good: false}}",
        ),
        encoding="utf-8",
    )
    examined = examine_model_file(path)
    assert examined.spec == read_model_file(path)
    assert [(one.code, one.severity, one.where) for one in examined.findings] == [
        ("mixed-direction", "warning", "m.yaml:7"),
        ("unknown-column", "warning", "m.yaml:7"),
        ("uncovered-answers", "warning", "m.yaml:7"),
    ]
    assert "1 to 2, 6 to 10" in examined.findings[2].what


def test_the_stored_schema_is_current() -> None:
    stored = json.loads((shipped("models") / "model.schema.json").read_text(encoding="utf-8"))
    assert stored == model_schema()


def test_the_schema_knows_short_forms_and_refuses_unknown_keys() -> None:
    schema = model_schema()
    assert schema["additionalProperties"] is False
    assert {"type": "string"} in schema["properties"]["title"]["anyOf"]
    construct = schema["$defs"]["_Construct"]
    assert {"type": "string"} in construct["properties"]["indicators"]["additionalProperties"]["anyOf"]
    assert set(schema["$defs"]["_Case"]["required"]) == {"when", "from", "to", "take"}
