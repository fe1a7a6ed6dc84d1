"""Verdicts on slides: may the numbers be used, what may not and why, the index large beside its findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from csi_model.reporting.outline.blocks import Alarm, Card, Hero
from csi_model.reporting.slides.areas import Area
from csi_model.reporting.slides.lettering import Said, cut_to, fitted, height_of
from csi_model.reporting.slides.shapes import box, rule
from csi_model.reporting.slides.sheets import Headline
from csi_model.reporting.slides.style import Style
from csi_model.reporting.wording import say

_LOOKS: dict[str, tuple[str, str, str]] = {
    "good": ("good", "panel", "✓"),
    "caution": ("caution", "caution_soft", "!"),
    "bad": ("bad", "bad_soft", "✕"),
    "unknown": ("muted", "panel", "?"),
}
"""State of a card > colour of its bar and title, of its ground, and its sign."""


def draw_cards(slide: Any, area: Area, cards: Sequence[Card], style: Style) -> float:
    """Draw verdicts side by side, each with a bar in its colour and a sign; return their height."""
    rows = [cards[start : start + 4] for start in range(0, len(cards), 4)]
    most = area.height / max(len(rows), 1) - 12.0
    top = area.top
    for row in rows:
        places = area.side_by_side(max(len(row), 2), 16.0)
        texts = [
            fitted(_card(card), place.width - 28.0, most - 24.0, style, least=9.0)
            for card, place in zip(row, places, strict=False)
        ]
        high = max(
            min(height_of(said, place.width - 28.0, style) + 26.0, most)
            for said, place in zip(texts, places, strict=False)
        )
        for card, said, place in zip(row, texts, places, strict=False):
            held = Area(left=place.left, top=top, width=place.width, height=high)
            colour, ground, _ = _LOOKS.get(card.state, _LOOKS["unknown"])
            fit = cut_to(said, held.width - 28.0, high - 22.0, style)
            box(slide.shapes, held, fit, style, name=card.title, fill=ground, inset=13.0)
            rule(
                slide.shapes, Area(left=held.left, top=top, width=held.width, height=4.0), style, role=colour
            )
        top += high + 12.0
    return top - area.top - 12.0


def _card(card: Card) -> list[Said]:
    colour, _, sign = _LOOKS.get(card.state, _LOOKS["unknown"])
    return [
        Said(text=f"{sign} {card.title}", size=16.0, role=colour, bold=True, after=0.5),
        Said(text=card.text, size=13.0),
    ]


def draw_alarm(slide: Any, area: Area, alarm: Alarm, style: Style) -> None:
    """Draw what may not be used: large, in the colour of warnings, with reasons and remedy."""
    language = style.language
    lead = [Said(text=text, size=18.0, bold=True, role="ink") for text in alarm.texts]
    rest: list[Said] = []
    for key, texts in (("why", alarm.why), ("named", alarm.named), ("remedy", (alarm.remedy,))):
        known = [text for text in texts if text]
        if known:
            rest.append(
                Said(text=say(f"pptx_alarm_{key}", language), size=13.0, role="bad", bold=True, after=0.2)
            )
            rest += [Said(text=text, size=14.0, bullet="•" if len(known) > 1 else "") for text in known]
    inner = area.inset(18.0)
    said = fitted([*lead, *rest], inner.width - 12.0, inner.height, style, least=10.0)
    said = cut_to(said, inner.width - 12.0, inner.height, style)
    high = min(height_of(said, inner.width - 12.0, style) + 40.0, area.height)
    box(slide.shapes, area.upper(high), said, style, name=alarm.title, fill="bad_soft", edge="bad", width=1.0,
        inset=20.0)  # fmt: skip
    rule(slide.shapes, Area(left=area.left, top=area.top, width=7.0, height=high), style, role="bad")


def draw_headline(slide: Any, area: Area, part: Headline, style: Style) -> None:
    """Draw the index in a panel at the left, the findings at the right, the verdict under both."""
    foot = 40.0 if part.verdict else 0.0
    upper = area.upper(area.height - foot - (12.0 if foot else 0.0))
    if part.hero is not None:
        panel, right = upper.columns(0.3, 28.0)
        _hero(slide, panel, part.hero, style)
    else:
        right = upper
    _findings(slide, right, part.findings, style)
    if part.verdict:
        held = Area(left=area.left, top=area.bottom - foot, width=area.width, height=foot)
        colour, ground, sign = _LOOKS["good" if part.usable else "bad"]
        said = Said(text=f"{sign} {part.verdict}", size=13.0, role=colour, bold=True)
        fit = cut_to(
            fitted([said], held.width - 30.0, 32.0, style, least=9.0), held.width - 30.0, 34.0, style
        )
        box(slide.shapes, held, fit, style, name="Verdict", fill=ground, inset=4.0, anchor="ctr")
        rule(slide.shapes, Area(left=held.left, top=held.top, width=4.0, height=foot), style, role=colour)


def _hero(slide: Any, area: Area, hero: Hero, style: Style) -> None:
    language = style.language
    role = "on_accent" if hero.usable else "bad"
    said = [
        Said(text=hero.label, size=15.0, role=role, bold=True, after=0.2),
        Said(text=hero.value, size=66.0, role=role, bold=True, after=0.02),
        Said(text=say("points_of_100", language), size=12.0, role=role, after=1.1),
        Said(text=f"{hero.interval_title}{say('colon', language)}{hero.interval}", size=13.0, role=role),
        Said(text=say("pptx_base", language, n=hero.n), size=13.0, role=role),
        Said(text=say("pptx_weights", language, rule=hero.rule), size=11.0, role=role),
    ]
    if not hero.usable:
        said.append(Said(text=say("pptx_hero_stop", language), size=12.0, role="bad", bold=True))
    inner = area.width - 36.0
    fit = cut_to(fitted(said, inner, area.height - 36.0, style, least=24.0), inner, area.height - 32.0, style)
    box(slide.shapes, area, fit, style, name=hero.label, fill="accent" if hero.usable else "bad_soft",
        edge="" if hero.usable else "bad", inset=18.0, anchor="ctr")  # fmt: skip


def _findings(slide: Any, area: Area, findings: Sequence[str], style: Style) -> None:
    """Findings under each other, each with its number."""
    if not findings:
        return
    shown = findings[:5]
    said = fitted([Said(text=text, size=16.0, after=0.9) for text in shown], area.width - 44.0,
                  area.height - 10.0 * len(shown), style, least=10.0)  # fmt: skip
    width = area.width - 44.0
    if height_of(said, width, style) > area.height - 10.0 * len(said):
        share = area.height / len(said) - 10.0
        said = [short for one in said for short in cut_to([one], width, share, style)]
    heights = [height_of([one], width, style) for one in said]
    gap = min((area.height - sum(heights)) / max(len(said), 1), 30.0)
    top = area.top
    for number, (one, high) in enumerate(zip(said, heights, strict=True), start=1):
        room = min(high + 2.0, area.bottom - top)
        if room < one.size:
            break
        mark = Area(left=area.left, top=top, width=30.0, height=max(min(one.size * 1.7, room), 18.0))
        sign = Said(text=str(number), size=one.size * 1.3, role="accent", bold=True)
        box(slide.shapes, mark, [sign], style, name=f"Finding {number}")  # fmt: skip
        held = Area(left=area.left + 40.0, top=top, width=area.width - 40.0, height=room)
        box(
            slide.shapes,
            held,
            cut_to([one], held.width - 4.0, room, style),
            style,
            name=f"Finding {number} text",
        )
        top += high + max(gap, 6.0)
