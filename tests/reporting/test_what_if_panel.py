"""What the what-if panel is handed: cells of stored tables, nothing of suppressed groups, no markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import report_samples as samples
import what_if_samples as what_ifs
from report_pages import page
from what_if_samples import CONSTRUCTS, DRIVERS, TARGETS

from csi_model.reporting.content import Content
from csi_model.reporting.interactive.phrases import INTERACTIVE
from csi_model.reporting.interactive.what_if import panel, script_data, ways
from csi_model.reporting.interactive.what_if_phrases import WHAT_IF
from csi_model.reporting.outline.blocks import WhatIf
from csi_model.reporting.outline.results import what_if


def only(content: Content, language: str = "en") -> WhatIf:
    (made,) = panel(content, language)
    return made


def data_of(content: Content, language: str = "en") -> dict[str, Any]:
    read = json.loads(only(content, language).data)
    assert isinstance(read, dict)
    return read


def test_the_panel_stands_first_in_its_chapter() -> None:
    blocks = what_if(what_ifs.study(), "en")
    assert isinstance(blocks[0], WhatIf)
    assert not any(isinstance(block, WhatIf) for block in blocks[1:])
    assert len(blocks) > 1


@pytest.mark.parametrize(("place", "firm"), [(0, ""), (1, "a"), (2, "b")])
def test_every_number_is_a_cell_of_a_stored_table(place: int, firm: str) -> None:
    content = what_ifs.study()
    made = data_of(content)
    sample = made["samples"][place]
    names = list(CONSTRUCTS)
    levels = what_ifs.rows_of(content, "index", firm).set_index("construct")["index"]
    np.testing.assert_allclose(sample["levels"], levels[names], rtol=1e-8)
    total = what_ifs.rows_of(content, "effects", firm).query("kind == 'total'")
    stored = {
        (names.index(row.target), names.index(row.source)): [row.effect, row.ci_lower, row.ci_upper]
        for row in total.itertuples()
    }
    handed = {(row[0], row[1]): row[2:] for row in sample["effects"]}
    assert handed.keys() == stored.keys()
    for key, values in handed.items():
        np.testing.assert_allclose(values, stored[key], rtol=1e-8)
    rows = what_ifs.rows_of(content, "effect_correlations", firm)
    assert [row[:3] for row in sample["correlations"]] == [
        [names.index(row.target), names.index(row.source_1), names.index(row.source_2)]
        for row in rows.itertuples()
    ]
    np.testing.assert_allclose([row[3] for row in sample["correlations"]], rows["correlation"], rtol=1e-8)


def test_what_is_shown_in_which_order() -> None:
    made = data_of(what_ifs.study(), "zh")
    assert [made["names"][place] for place in made["targets"]] == ["顾客满意度", "顾客抱怨", "顾客忠诚"]
    assert [CONSTRUCTS[place] for place in made["targets"]] == list(TARGETS)
    assert [CONSTRUCTS[place] for place in made["sliders"]] == list(DRIVERS)
    assert made["good"] == [1, 1, 1, 1, -1, 1]
    assert made["marked"][4] == "顾客抱怨（越低越好）"


def test_suppressed_and_unusable_groups_leave_a_reason_and_no_number() -> None:
    content = what_ifs.study()
    block = only(content)
    assert block.samples == ("All respondents", "Alder & Sons", "Birch")
    assert block.left_out == (
        ("Cedar", "suppressed", "suppressed: 12 respondents are fewer than the minimum base of 30"),
        ("Dogwood", "index only", "the effects of this fit should not be used"),
    )
    assert "Cedar" not in block.data
    assert "Dogwood" not in block.data
    chinese = only(content, "zh").left_out
    assert [re.search("[a-z]{3}", state + why) for _, state, why in chinese] == [None, None]


def test_groups_without_effects_say_so() -> None:
    base = what_ifs.study()
    effects = base.tables["effects"].query("firm != 'b'")
    block = only(replace(base, tables={**base.tables, "effects": effects}))
    assert block.samples == ("All respondents", "Alder & Sons")
    assert block.left_out[0] == ("Birch", "no effects", "no effects are stored for this group")


def test_no_panel_without_drivers_or_effects() -> None:
    base = what_ifs.study(by=(), group_labels={})
    for name in ("drivers", "effects", "index"):
        pooled = {**base.pooled, name: base.pooled[name].iloc[:0]}
        assert list(panel(replace(base, tables=pooled, pooled=pooled), "en")) == []
    assert list(panel(replace(base, tables={}, pooled={}), "en")) == []


def test_a_fit_that_may_not_be_used_has_no_numbers() -> None:
    base = what_ifs.study()
    fit = samples.table("fit", samples.fit_rows(admissible=0))
    block = only(replace(base, pooled={**base.pooled, "fit": fit}))
    assert block.stop
    assert block.data == ""
    assert block.on_paper is None
    assert only(replace(base, pooled={**base.pooled, "fit": fit}), "zh").stop != block.stop


def test_folders_of_before_the_correlations_have_a_panel() -> None:
    base = what_ifs.study()
    pooled = {name: frame for name, frame in base.pooled.items() if name != "effect_correlations"}
    made = data_of(replace(base, pooled=pooled))
    assert made["samples"][0]["correlations"] == []
    assert len(made["samples"][0]["effects"]) == 15


def test_products_are_neither_pushed_nor_shown() -> None:
    base = what_ifs.study(constructs=(*CONSTRUCTS, "both"), paths=(*samples.PATHS, ("both", "satisfaction")))
    made = data_of(base)
    assert len(made["names"]) == 6
    assert len(made["samples"]) == 3


def test_the_moves_on_paper_are_the_stored_gains_of_five_points() -> None:
    content = what_ifs.study()
    view = only(content).on_paper
    assert view is not None
    gains = content.pooled["gains"].set_index(["driver", "target"])
    (block,) = view.blocks
    assert [line.head.text for line in block.lines][-1] == "Complaints (low is good)"
    for line, driver in zip(block.lines, DRIVERS, strict=True):
        for cell, target in zip(line.cells, TARGETS, strict=True):
            known = (driver, target) in gains.index
            text = cell.text.replace("\u2212", "-").partition(" ")[0]
            assert (float(text) if text else None) == (
                pytest.approx(gains.loc[(driver, target), "gain"], abs=0.006) if known else None
            )


def test_json_has_no_sign_of_markup() -> None:
    text = script_data({"a": "</script><!-- & \u2028\u2029 <script>", "b": [1.5, None]})
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == {"a": "</script><!-- & \u2028\u2029 <script>", "b": [1.5, None]}
    with pytest.raises(ValueError, match="JSON"):
        script_data({"a": float("nan")})


def test_a_hostile_study_stays_text_on_the_page() -> None:
    evil = "</script><script>alert(1)</script>"
    content = what_ifs.study(labels={"quality": {"en": evil}}, group_labels={"firm": {"a": evil, "c": evil}})
    text = page(content, "en")
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\\u003cscript\\u003ealert(1)" in text


def test_the_same_content_gives_the_same_text() -> None:
    assert only(what_ifs.study()) == only(what_ifs.study())


def test_ways() -> None:
    assert ways([("a", "b"), ("b", "c"), ("x", "c")]) == {("a", "b"), ("a", "c"), ("b", "c"), ("x", "c")}
    assert ways([]) == frozenset()


def test_every_word_is_there_in_both_languages() -> None:
    assert WHAT_IF.items() <= INTERACTIVE.items()
    for key, text in WHAT_IF.items():
        assert key.startswith("what_if_")
        assert text.en
        assert re.search("[\u4e00-\u9fff]", text.zh) or not re.search(
            "[a-z]{4}", re.sub(r"\{\w+\}", "", text.en)
        ), key
        assert set(re.findall(r"\{\w+\}", text.en)) == set(re.findall(r"\{\w+\}", text.zh)), key
