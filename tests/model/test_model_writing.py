"""Writing a model and reading it back gives the same model, whatever its names and texts."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csi_model.model.catalogue import read_model
from csi_model.model.checks import check_model
from csi_model.model.files import parse_model, write_model
from csi_model.model.lavaan_text import parameter_line, parameter_modifiers, parse_statements
from csi_model.model.spec import MODES, Case, Construct, Indicator, ModelSpec, Modifier, Path, Scale

TRICKY = (
    "no",
    "1001",
    "1e5",
    "null",
    "~",
    "yes: x",
    "#1",
    "a b",
    "满意 度",
    "it's",
    '"q"',
    "<<",
    "- x",
    "a\\b",
    "=",
)
CHARACTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))
NAMES = st.sampled_from(TRICKY) | st.text(CHARACTERS, min_size=1, max_size=6)
TEXTS = st.sampled_from(TRICKY) | st.text(st.characters(codec="utf-8"), max_size=8)
LABELS = st.fixed_dictionaries({}, optional={"en": TEXTS, "zh": TEXTS})
TITLES = st.fixed_dictionaries({"en": TEXTS}, optional={"zh": TEXTS})
NUMBERS = st.one_of(st.integers(-20, 20).map(float), st.floats(-1e6, 1e6, allow_nan=False))


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    low = draw(NUMBERS)
    return Scale(low=low, high=low + draw(st.floats(0.01, 1e6)))


@st.composite
def indicators(draw: st.DrawFn, name: str) -> Indicator:
    cases: list[Case] = []
    if draw(st.booleans()):
        when = draw(NAMES) + "_when"
        for number in range(draw(st.integers(1, 3))):
            take = draw(NAMES) + "_take"
            low, high = 10.0 * number, 10.0 * number + draw(st.floats(0, 9))
            times, plus = draw(NUMBERS), draw(NUMBERS)
            cases.append(Case(when=when, low=low, high=high, take=take, times=times, plus=plus))
    return Indicator(
        name=name,
        label=draw(LABELS),
        scale=draw(st.none() | scales()),
        high_is_good=draw(st.booleans()),
        reversed=draw(st.booleans()),
        cases=tuple(cases),
        suggested=draw(st.booleans()),
    )


@st.composite
def composites(draw: st.DrawFn, items: list[str]) -> dict[str, Any]:
    mode = draw(st.sampled_from(MODES))
    weights = st.fixed_dictionaries({item: st.floats(1e-300, 1e300) for item in items})
    return {
        "mode": mode,
        "weights": draw(weights) if mode == "given" else {},
        "sign": draw(st.none() | st.sampled_from(items)),
    }


@st.composite
def modifiers(draw: st.DrawFn, lhs: str, op: Literal["=~", "~", "~~"], rhs: str) -> Modifier:
    kind = draw(st.sampled_from(("free", "fixed", "label")))
    return Modifier(
        lhs=lhs,
        op=op,
        rhs=rhs,
        fixed=draw(st.floats(0, 1e9)) if kind == "fixed" else None,
        label=draw(NAMES) if kind == "label" else None,
    )


@st.composite
def models(draw: st.DrawFn) -> ModelSpec:
    names = draw(st.lists(NAMES, min_size=7, max_size=9, unique=True))
    split = draw(st.integers(2, 3))
    ids, items = names[:split], names[split:]
    constructs = [
        Construct(
            name=one,
            label=draw(LABELS),
            indicators=tuple(draw(indicators(item)) for item in items[number::split]),
            **draw(composites(items[number::split])),
        )
        for number, one in enumerate(ids)
    ]
    paths = [Path(source=before, target=one) for before, one in pairwise(ids)]
    extra = [
        draw(modifiers(ids[0], "=~", constructs[0].indicators[-1].name)),
        draw(modifiers(ids[1], "~", ids[0])),
        draw(modifiers(items[0], "~~", items[1])),
        draw(modifiers(ids[0], "~~", ids[0])),
    ]
    unlike = [one for one in extra if one.label is None][: draw(st.integers(0, 4))]
    unlike += [one for one in extra if one.label is not None][:1]
    if draw(st.booleans()):
        parts = draw(composites([item.name for one in constructs for item in one.indicators]))
        over = Construct(name="".join(names), label=draw(LABELS), repeats=tuple(ids), **parts)
        constructs.append(over)
        paths += [Path(source=one, target=over.name) for one in ids]
    if draw(st.booleans()):
        factors = st.sampled_from(ids[:-1])
        times = Construct(
            name="".join(ids[::-1]) * 4, label=draw(LABELS), product=(draw(factors), draw(factors))
        )
        constructs.insert(draw(st.integers(0, len(constructs))), times)
        place = max(number for number, path in enumerate(paths) if path.target == ids[-1])
        paths.insert(place + 1, Path(source=times.name, target=ids[-1]))
    structure: Literal["published", "reconstructed"] = draw(st.sampled_from(("published", "reconstructed")))
    texts = TEXTS.map(lambda text: text or "-")
    return ModelSpec(
        name=draw(NAMES),
        title=draw(TITLES),
        index=draw(st.sampled_from(ids)),
        constructs=tuple(constructs),
        paths=tuple(paths),
        source=draw(TEXTS),
        structure=structure,
        caveat={"en": draw(texts), "zh": draw(texts)} if structure == "reconstructed" else {},
        codebook=draw(st.none() | NAMES),
        modifiers=tuple(unlike),
    )


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(spec=models())
def test_reading_what_was_written_gives_the_model_back(spec: ModelSpec) -> None:
    assert [finding for finding in check_model(spec) if finding.severity == "error"] == []
    text = write_model(spec)
    assert parse_model(text, "m.yaml") == spec
    assert write_model(parse_model(text, "m.yaml")) == text


@settings(max_examples=200)
@given(lhs=NAMES, rhs=NAMES, op=st.sampled_from(("=~", "~", "~~")), data=st.data())
def test_a_parameter_line_is_read_back(
    lhs: str, rhs: str, op: Literal["=~", "~", "~~"], data: st.DataObject
) -> None:
    modifier = data.draw(modifiers(lhs, op, rhs))
    statements, mistakes = parse_statements(parameter_line(modifier), "p")
    assert mistakes == ()
    assert parameter_modifiers(statements[0]) == (modifier,)


def test_paths_are_grouped_by_outcome() -> None:
    spec = read_model("acsi")
    mixed = ModelSpec(**{**vars(spec), "paths": spec.paths[::-1]})
    back = parse_model(write_model(mixed), "m.yaml")
    assert set(back.paths) == set(spec.paths)
    assert [path.target for path in back.paths] == [
        "loyalty", "loyalty", "complaints", "satisfaction", "satisfaction", "satisfaction", "value", "value",
        "quality",
    ]  # fmt: skip


def test_writing_does_not_change_the_model() -> None:
    spec = read_model("acsi-extended")
    before = copy.deepcopy(_plain(spec))
    write_model(spec)
    check_model(spec)
    assert _plain(spec) == before


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return {key: _plain(one) for key, one in vars(value).items()} if hasattr(value, "__dict__") else value
