"""Measuring and breaking text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib import font_manager

from csi_model.reporting import fonts, theme


def test_an_ideograph_is_one_em_wide_on_every_machine() -> None:
    assert fonts.width("顾客满意度", 10) == pytest.approx(50)
    assert fonts.width("—", 10) == pytest.approx(10)


@pytest.mark.parametrize(
    "text",
    [
        "Overall customer satisfaction with the service",
        "对产品和服务的总体质量的期望（购买之前）",
        "Donaudampfschifffahrtsgesellschaft",
        "顾客 satisfaction 满意度 index",
    ],
)
def test_lines_keep_the_limit_and_lose_nothing(text: str) -> None:
    lines = fonts.wrap(text, 9, 70, lines=20)
    assert all(fonts.width(line, 9) <= 70 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    lines = fonts.wrap("one two three four five six seven eight", 9, 50, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert fonts.width(lines[-1], 9) <= 50


def test_closing_marks_do_not_begin_a_line_nor_opening_ones_end_it() -> None:
    for limit in range(30, 90, 5):
        for line in fonts.wrap("期望（购买之前）、质量（使用之后）。", 10, limit, lines=20):
            assert line[0] not in "）、。"
            assert line[-1] != "（"


def test_control_characters_never_reach_a_chart() -> None:
    assert fonts.clean("a\x00b\n c\u200b") == "ab c\u200b"


def test_a_font_is_named_only_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    assert fonts.families() == [fonts.BASE_FAMILY]
    assert not fonts.can_show("满意")
    assert fonts.can_show("satisfied")


def test_a_family_without_a_bold_face_serves_as_bold(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """matplotlib would warn on every bold text, and take the regular face all the same."""
    regular = next(
        entry for entry in font_manager.fontManager.ttflist
        if entry.name == fonts.BASE_FAMILY and entry.weight == 400 and entry.style == "normal"
    )  # fmt: skip
    only = replace(regular, name="WenQuanYi Micro Hei")
    known = [entry for entry in font_manager.fontManager.ttflist if entry.name not in theme.CJK_FAMILIES]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*known, only])
    fonts.cjk_family.cache_clear()
    try:
        assert fonts.cjk_family() == only.name
        bold = font_manager.FontProperties(family=only.name, weight="bold")
        with caplog.at_level("WARNING"):
            assert font_manager.fontManager.findfont(bold) == only.fname
        assert not caplog.records
    finally:
        fonts.cjk_family.cache_clear()
