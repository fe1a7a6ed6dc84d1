"""A client's colours: in every chart and on the page, legible, told apart, and gone afterwards."""

from __future__ import annotations

import ast
import dataclasses
import io
import math
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import gallery
import matplotlib.image
import numpy as np
import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from report_pages import page

import csi_model.reporting
from csi_model.reporting import colours, theme
from csi_model.reporting.charts import CHARTS, pictures
from csi_model.reporting.look import Look, look_notes, raster
from csi_model.reporting.palette import APART, APART_DARK, OWN_DARK, OWN_LIGHT, Palette, client_palettes
from csi_model.reporting.svg import for_page
from csi_model.reporting.wording import WORDS

RED = Look(accent="#7a1022", second="#f2c230")
SERIES = ("accent", "series_2", "series_3", "series_4")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
MAYBE = st.one_of(st.just(""), COLOURS)


def values(palette: Palette) -> list[str]:
    return [getattr(palette, field.name) for field in dataclasses.fields(palette)]


# the science of it


def test_contrast_is_that_of_the_guidelines() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert colours.contrast("#ffffff", "#777777") == colours.contrast("#777777", "#ffffff")


def test_oklch_is_that_of_its_author() -> None:
    """Red, green and blue as in the specification of CSS Color 4."""
    for colour, light, chroma, degrees in (
        ("#ff0000", 0.62796, 0.25768, 29.23), ("#00ff00", 0.86644, 0.29483, 142.50),
        ("#0000ff", 0.45201, 0.31321, 264.05),
    ):  # fmt: skip
        found = colours.oklch(colour)
        assert found[:2] == pytest.approx((light, chroma), abs=2e-4)
        assert math.degrees(found[2]) % 360 == pytest.approx(degrees, abs=0.05)


@given(COLOURS)
@settings(max_examples=200)
def test_a_colour_survives_the_way_there_and_back(colour: str) -> None:
    assert colours.from_oklch(*colours.oklch(colour)) == colour


def test_readers_without_one_kind_of_cones_confuse_red_and_green() -> None:
    red, green, blue = "#c04040", "#708000", "#3060c0"
    assert colours.distance(red, green) < 0.12 < 0.2 < colours.distance(red, blue)
    assert math.dist(colours._oklab(colours.linear(red)), colours._oklab(colours.linear(green))) > 0.15


def test_greys_look_the_same_to_everyone() -> None:
    straight = colours.oklch("#999999")[0] - colours.oklch("#666666")[0]
    assert colours.distance("#666666", "#999999") == pytest.approx(straight, abs=1e-3)


# palettes


def test_without_a_client_the_palette_is_that_of_the_package() -> None:
    assert client_palettes().light is OWN_LIGHT
    assert client_palettes(OWN_LIGHT.accent).light == OWN_LIGHT
    assert client_palettes(OWN_LIGHT.accent).dark == OWN_DARK
    assert theme.css_variables(theme.LIGHT) == (
        "--paper: #ffffff; --panel: #f5f7f9; --ink: #1b242d; --muted: #56616d; --faint: #8b95a1; "
        "--rule: #d3d9e0; --accent: #0072b2; --accent-soft: #dcecf6; --on-accent: #fefefe; "
        "--good: #00704f; --caution: #8a5a00; --caution-soft: #fdf4e0; --bad: #b5420a; "
        "--bad-soft: #fdeee6; --band: #eaf0f5; --series-2: #e69f00; --series-3: #009e73; "
        "--series-4: #cc79a7;"
    )
    with theme.look(Look()):
        assert theme.css_variables(theme.DARK) == theme.css_variables(OWN_DARK)


@given(MAYBE, MAYBE)
@settings(max_examples=200)
def test_every_palette_is_legible(accent: str, second: str) -> None:
    made = client_palettes(accent, second)
    for palette in (made.light, made.dark):
        for ground in (palette.paper, palette.panel):
            assert colours.contrast(palette.accent, ground) >= 4.5
            assert colours.contrast(palette.bad, ground) >= 4.5
        assert colours.contrast(palette.on_accent, palette.accent) >= 4.5
        assert colours.contrast(palette.bad, palette.bad_soft) >= 4.5
        for ground in ("accent_soft", "band", "bad_soft"):
            assert colours.contrast(palette.ink, getattr(palette, ground)) >= 7
        if second and "alike" not in made.changes:
            assert colours.contrast(palette.series_2, palette.paper) >= 3
            assert colours.contrast(palette.series_2, palette.panel) >= 3


@given(MAYBE, MAYBE)
@settings(max_examples=100)
def test_series_are_told_apart_by_every_reader(accent: str, second: str) -> None:
    made = client_palettes(accent, second)
    for palette, least in ((made.light, APART), (made.dark, APART_DARK)):
        assert colours.nearest(getattr(palette, role) for role in SERIES) >= least - 0.006
        assert colours.distance(palette.accent, palette.bad) >= least - 0.006
    assert colours.nearest((getattr(made.light, role) for role in SERIES), colours.straight) >= 0.1


@given(MAYBE, MAYBE)
@settings(max_examples=100)
def test_no_two_roles_share_a_value(accent: str, second: str) -> None:
    """``svg.for_page`` knows a role by its value."""
    light = values(client_palettes(accent, second).light)
    assert len(set(light)) == len(light)
    assert all(re.fullmatch(r"#[0-9a-f]{6}", one) for one in light)


@pytest.mark.parametrize(
    "role", ["ink", "muted", "faint", "rule", "good", "bad", "caution", "panel", "paper"]
)
def test_a_client_may_like_a_colour_that_has_a_role(role: str) -> None:
    colour = getattr(OWN_LIGHT, role)
    light = client_palettes(colour, colour).light
    assert len(set(values(light))) == len(values(light))
    assert colours.contrast(light.accent, light.panel) >= 4.5


@given(COLOURS)
@settings(max_examples=100)
def test_a_colour_moves_no_further_than_it_must(colour: str) -> None:
    made = client_palettes(colour)
    for palette, moves in ((made.light, -1), (made.dark, 1)):
        enough = min(colours.contrast(colour, ground) for ground in (palette.paper, palette.panel)) >= 4.5
        before, after = colours.oklch(colour), colours.oklch(palette.accent)
        if enough:
            assert before == pytest.approx(after, abs=0.02)
            continue
        assert min(colours.contrast(palette.accent, g) for g in (palette.paper, palette.panel)) <= 4.7
        assert (after[0] - before[0]) * moves > 0
        if min(before[1], after[1]) > 0.05:
            turn = math.remainder(before[2] - after[2], 2 * math.pi)
            assert abs(turn) < 0.09


def test_soft_grounds_have_the_hue_of_the_accent() -> None:
    light = client_palettes("#2e8b57").light
    hue = colours.oklch(light.accent)[2]
    assert colours.oklch(light.accent_soft)[2] == pytest.approx(hue, abs=0.15)
    assert colours.oklch(light.band)[2] == pytest.approx(hue, abs=0.3)
    assert values(client_palettes("", "#7a1022").light)[:15] == values(OWN_LIGHT)[:15]


# where the colours arrive


def test_the_accent_is_in_every_chart_that_had_one() -> None:
    content = dataclasses.replace(gallery.plain(), look=RED)
    own = pictures(gallery.plain(), "en")
    with theme.look(RED):
        made = pictures(content, "en")
        svgs = made.svgs
    assert set(svgs) == set(own)
    for name, text in own.svgs.items():
        for role in ("accent", "series_2", "accent_soft"):
            before, after = (
                getattr(OWN_LIGHT, role),
                getattr(client_palettes(RED.accent, RED.second).light, role),
            )
            assert (after in svgs[name]) == (before in text), (name, role)
            assert before not in svgs[name], (name, role)


def test_the_accent_is_in_pictures_of_points() -> None:
    with theme.look(RED):
        made = pictures(samples.acsi(), "en")
    point = np.array([0x7A, 0x10, 0x22]) / 255
    for name in ("index", "impacts"):
        seen = matplotlib.image.imread(io.BytesIO(made.png(name)))[:, :, :3]
        assert (np.abs(seen - point) < 0.003).all(axis=2).any(), name


def test_the_page_takes_the_colours_in_light_and_dark() -> None:
    text = page(dataclasses.replace(samples.acsi(), look=RED))
    made = client_palettes(RED.accent, RED.second)
    for palette in (made.light, made.dark):
        assert theme.css_variables(palette) in text
    assert re.search(r'<path [^>]*style="fill: var\(--accent[,)]', text)
    assert OWN_LIGHT.accent not in text
    assert OWN_DARK.accent not in text
    assert RED.accent not in page(samples.acsi())


def test_charts_are_recoloured_by_role_within_the_look() -> None:
    with theme.look(RED):
        assert for_page('<path style="fill: #7a1022"/>') == '<path style="fill: var(--accent, #7a1022)"/>'
    assert for_page('<path style="fill: #7a1022"/>') == '<path style="fill: #7a1022"/>'


def test_no_module_keeps_a_colour_from_before_the_look() -> None:
    """A role that is read while a module is imported stays that of this package."""
    folder = Path(csi_model.reporting.__file__).parent
    kept = [
        f"{path.relative_to(folder)}:{node.lineno}"
        for path in folder.rglob("*.py")
        if "LIGHT" in (text := path.read_text(encoding="utf-8"))
        for node in _read_at_import(ast.parse(text))
    ]
    assert kept == []


def _read_at_import(tree: ast.AST) -> Iterator[ast.Attribute]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for default in (*node.args.defaults, *node.args.kw_defaults, *node.decorator_list):
                yield from _roles(default) if default else ()
        elif isinstance(node, ast.ClassDef):
            yield from _read_at_import(node)
        else:
            yield from _roles(node)


def _roles(tree: ast.AST) -> Iterator[ast.Attribute]:
    names = {"LIGHT", "_LIGHT", "DARK", "_DARK"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            inner = node.value
            if (isinstance(inner, ast.Name) and inner.id in names) or (
                isinstance(inner, ast.Attribute) and inner.attr in names
            ):
                yield node


# the context


def test_the_look_before_comes_back() -> None:
    assert theme.LIGHT.accent == OWN_LIGHT.accent
    with theme.look(RED):
        assert (theme.LIGHT.accent, theme.colour("accent")) == (RED.accent, RED.accent)
        with theme.look(Look(accent="#2b4c7e")):
            assert theme.LIGHT.accent == "#2b4c7e"
        assert theme.LIGHT.accent == RED.accent
        with pytest.raises(KeyError), theme.look(Look()):
            raise KeyError(theme.LIGHT.accent)
        assert theme.DARK.accent == client_palettes(RED.accent).dark.accent
    assert theme.LIGHT.accent == OWN_LIGHT.accent


def test_the_current_palette_is_a_palette() -> None:
    assert isinstance(theme.LIGHT, Palette)
    assert theme.LIGHT == OWN_LIGHT
    with theme.look(RED):
        assert dataclasses.asdict(theme.LIGHT)["accent"] == RED.accent
        kept = dataclasses.replace(theme.LIGHT, paper="#eeeeee")
        assert client_palettes(RED.accent, RED.second).light == theme.LIGHT
    assert (kept.accent, kept.paper) == (RED.accent, "#eeeeee")
    with pytest.raises(AttributeError):
        _ = theme.LIGHT.series_9  # type: ignore[attr-defined]


def test_threads_keep_their_own_look() -> None:
    seen: dict[str, str] = {}
    barrier = threading.Barrier(3)

    def run(colour: str) -> None:
        with theme.look(Look(accent=colour)):
            barrier.wait(timeout=10)
            seen[colour] = theme.LIGHT.accent
            barrier.wait(timeout=10)

    threads = [threading.Thread(target=run, args=(one,)) for one in ("#7a1022", "#2b4c7e")]
    for one in threads:
        one.start()
    barrier.wait(timeout=10)
    here = theme.LIGHT.accent
    barrier.wait(timeout=10)
    for one in threads:
        one.join(timeout=10)
    assert seen == {"#7a1022": "#7a1022", "#2b4c7e": "#2b4c7e"}
    assert here == OWN_LIGHT.accent


# words about it


def codes(look: Look, *formats: str) -> list[str]:
    return [note.code for note in look_notes(look, formats)]


def test_nothing_is_said_where_nothing_was_changed() -> None:
    assert look_notes(Look()) == []
    assert look_notes(Look(accent="#7a1022", second="#b18a00")) == []
    assert look_notes(Look(logo=b"x", logo_type="png"), ("docx", "pptx")) == []


def test_changes_are_told_with_the_colour_that_is_used() -> None:
    found = look_notes(Look(accent="#f7f0a8"))
    assert [note.code for note in found] == ["colour-darkened", "accent-like-warnings"]
    assert client_palettes("#f7f0a8").light.accent in found[0].what
    assert "1.09 to 1" in found[0].what
    assert (found[0].where, found[0].severity) == ("report.colours.accent", "note")
    assert codes(Look(accent="#7a1022", second="#f2c230")) == ["colour-darkened"]
    alike = look_notes(Look(accent="#7a1022", second="#821a2a"))
    assert [note.code for note in alike] == ["colours-alike"]
    assert "#821a2a" in alike[0].what
    assert OWN_LIGHT.series_2 in alike[0].what
    assert "grey-accent" in codes(Look(accent="#555555"))
    assert codes(Look(accent="#c8102e")) == ["accent-like-warnings"]


def test_an_svg_logo_is_no_picture_of_points() -> None:
    look = Look(logo=b"<svg/>", logo_type="svg")
    assert raster(look) is None
    assert raster(Look()) is None
    assert raster(Look(logo=b"x", logo_type="jpeg")) == b"x"
    assert codes(look, "html", "pdf") == []
    (note,) = look_notes(look, ("html", "docx", "xlsx", "docx"))
    assert "Word and Excel will show no logo" in note.what


def test_words_on_a_ground_are_legible() -> None:
    with theme.look(Look(accent="#f7f0a8", second="#123456")):
        for role in ("accent", "series_2", "series_3", "series_4", "bad", "good", "rule", "band", "faint"):
            ground = theme.colour(role)
            assert colours.contrast(theme.on(ground), ground) >= 4.5, role


def test_sizes_grow_from_captions_to_titles() -> None:
    for sizes in (theme.PAPER, theme.SLIDES):
        steps = [sizes.caption, sizes.body, sizes.h3, sizes.h2, sizes.h1, sizes.title, sizes.number]
        assert steps == sorted(steps)
        assert len(set(steps)) == len(steps)


def test_charts_drawn_alone_keep_the_colours_of_this_package() -> None:
    axes = CHARTS["index"][0](samples.acsi(), language="en")
    assert axes.get_figure(root=True) is not None
    assert matplotlib.colors.to_hex(axes.get_facecolor()) == OWN_LIGHT.paper


def test_no_words_name_a_colour_that_a_client_may_change() -> None:
    named = re.compile(r"\b(?:blue|orange|green|red|purple|violet)\b|[蓝橙紫]|红色|绿色", re.IGNORECASE)
    texts = {key: term["en"] + term["zh"] for key, term in WORDS.items()}
    found = [key for key, text in texts.items() if named.search(text.replace("Green & Yang", ""))]
    assert found == []


def test_a_key_shows_what_colours_stand_for() -> None:
    axes = CHARTS["waterfall"][0](gallery.followed(), language="zh")
    texts = [text.get_text() for text in axes.texts]
    assert {"驱动因素水平", "其余部分"} <= set(texts)
    squares = [line.get_color() for line in axes.lines if line.get_marker() == "s"]
    assert squares == [OWN_LIGHT.accent, OWN_LIGHT.series_2]
