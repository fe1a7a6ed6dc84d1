"""What is told before any work where a machine lacks something."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest
import report_samples as samples
from matplotlib import font_manager

from csi_model.errors import ReportError
from csi_model.reporting import fonts, requirements
from csi_model.reporting.charts import index_chart
from csi_model.reporting.pictures import Pictures
from csi_model.reporting.printed import engine
from csi_model.reporting.writers import check_formats

ALL = ("html", "docx", "pptx", "xlsx", "pdf")


def raises(error: Exception) -> object:
    def fail() -> None:
        raise error

    return fail


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with the fonts of matplotlib and no others, and no library for PDF."""
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    monkeypatch.setattr(fonts, "other_family", lambda sign: None)
    error = OSError("cannot load library 'libgobject-2.0-0': no such file.  Additionally, ctypes ...")
    monkeypatch.setattr(engine, "library", raises(error))


def test_unknown_formats_are_told_with_the_known_ones() -> None:
    with pytest.raises(ReportError) as caught:
        check_formats(["html", "odt", "txt", "odt"], "en")
    assert [finding.code for finding in caught.value.findings] == ["unknown-format"] * 2
    assert "'odt' is not a format" in str(caught.value)
    assert "html" in str(caught.value)


@pytest.mark.usefixtures("bare")
def test_every_problem_is_told_once_with_place_and_remedy() -> None:
    font, pango = requirements.problems(ALL, "zh")
    assert (font.code, font.where) == ("no-chinese-font", "--format docx,pptx,pdf")
    assert "apt-get install fonts-noto-cjk" in font.fix
    assert "html and xlsx" in font.fix
    assert (pango.code, pango.where) == ("no-pango", "--format pdf")
    assert "libgobject-2.0-0 cannot be loaded" in pango.what
    for remedy in ("apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                   "brew install pango", "pacman -S", "html"):  # fmt: skip
        assert remedy in pango.fix


@pytest.mark.usefixtures("bare")
def test_what_needs_nothing_has_no_problem() -> None:
    assert list(requirements.problems(["html", "xlsx"], "zh")) == []
    assert list(requirements.problems(["html", "docx", "pptx"], "en")) == []


def test_a_package_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "library", raises(ModuleNotFoundError("No module named 'weasyprint'")))
    (problem,) = requirements.problems(["pdf"], "en")
    assert problem.code == "no-pdf-library"
    assert "pip install weasyprint" in problem.fix


def test_this_machine_can_write_pdf() -> None:
    assert list(requirements.problems(["pdf"], "en")) == []


def test_a_missing_system_library_is_found_by_trying() -> None:
    """In a fresh process in which no system library can be loaded; nothing else is printed."""
    script = """
        import cffi

        def without(self, name, flags=0):
            raise OSError(f"cannot load library '{name}': it is not there")

        cffi.FFI.dlopen = without
        from csi_model.reporting.requirements import problems

        print([problem.code for problem in problems(["html", "pdf"], "en")])
    """
    call = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("['no-pango']\n", "")


@pytest.mark.usefixtures("bare")
def test_letters_that_no_font_has_are_named_before_a_chart_is_drawn() -> None:
    content = samples.acsi(labels={"quality": {"en": "感知质量 \U0001f389"}})
    assert requirements.missing_glyphs(content, "en") == "感知质量"
    with pytest.raises(ReportError, match=r"--format docx,pdf: .*感 知 质 量.*fonts-noto-cjk"):
        requirements.check_glyphs(content, "en", ["html", "docx", "pdf"])
    requirements.check_glyphs(content, "en", ["html", "xlsx"])


@pytest.mark.usefixtures("bare")
def test_names_of_groups_and_what_the_study_says_are_looked_at() -> None:
    content = samples.grouped()
    content = replace(content, group_labels={"INDUSTRY": {"1001": "食品"}})
    content = replace(content, manifest={"report": {"client": {"en": "Bank", "zh": "银行"}, "date": "三月"}})
    assert requirements.missing_glyphs(content, "en") == "食品三月"
    assert set(requirements.missing_glyphs(content, "zh")) >= set("食品银行三月")


@pytest.mark.usefixtures("bare")
def test_a_picture_with_boxes_is_never_drawn() -> None:
    content = samples.acsi(labels={"quality": {"en": "感知质量"}})
    figure = index_chart(content).get_figure(root=True)
    assert figure is not None
    with pytest.raises(ReportError, match=r"chart index: No font on this machine .*感 知 质 量"):
        Pictures(figures={"index": figure}, language="en").png("index")


@pytest.mark.usefixtures("bare")
def test_a_sign_that_is_no_letter_is_drawn_as_a_question_mark() -> None:
    """matplotlib would warn of a missing glyph, which is an error here."""
    figure = index_chart(samples.acsi(labels={"quality": {"en": "A \U0001f389\ufe0f bank"}})).get_figure(
        root=True
    )
    other = index_chart(samples.acsi(labels={"quality": {"en": "A ? bank"}})).get_figure(root=True)
    assert figure is not None
    assert other is not None
    before = [text.get_text() for text in figure.axes[0].texts]
    made = Pictures(figures={"index": figure}, language="en").png("index")
    assert [text.get_text() for text in figure.axes[0].texts] == before
    assert made == Pictures(figures={"index": other}, language="en").png("index")


def test_letters_of_another_script_get_a_family_that_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "other_family", {"ไ": "Thai face", "ท": "Thai face"}.get)
    assert fonts.unreadable("ไท bank") == ""
    assert fonts.families_for("ไท bank")[-1] == "Thai face"
    assert fonts.replaced("ไท") == "ไท"


def test_fonts_for_boxes_and_pictures_are_not_taken() -> None:
    """Among those that came with matplotlib is one that has a box for every sign there is."""
    boxes = [entry.name for entry in font_manager.fontManager.ttflist if "Last Resort" in entry.name]
    fonts.other_family.cache_clear()
    assert fonts.other_family("\U0001f389") not in {*boxes, "Noto Color Emoji"}
    assert fonts.unshown("\ue000") == "\ue000"
    assert fonts.unreadable("\ue000") == ""


def test_a_family_whose_file_is_gone_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = font_manager.fontManager.ttflist
    others = [entry for entry in known if entry.name not in fonts.CJK_FAMILIES]
    gone = replace(others[0], name="Noto Sans CJK SC", fname="/nowhere/NotoSansCJK-Regular.ttc")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*others, gone])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [])
    fonts.cjk_family.cache_clear()
    try:
        assert fonts.cjk_family() is None
    finally:
        fonts.cjk_family.cache_clear()
