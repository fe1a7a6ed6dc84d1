"""What cannot be simulated is refused by every door, before a number is drawn."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest

from csi_model.errors import StudyError
from csi_model.model.spec import Construct, Indicator, ModelSpec, Path, Scale
from csi_model.survey.simulation import (
    default_truth,
    population_effects,
    population_index,
    population_paths,
    simulate,
)

SCALE = Scale(low=1, high=10)


def construct(name: str, *items: str) -> Construct:
    return Construct(name=name, indicators=tuple(Indicator(name=item, scale=SCALE) for item in items))


PLAIN = ModelSpec(
    name="small",
    title={"en": "Small"},
    index="satisfaction",
    constructs=(
        construct("image", "i1", "i2"),
        construct("value", "v1", "v2"),
        construct("satisfaction", "s1", "s2"),
    ),
    paths=(
        Path(source="image", target="satisfaction"),
        Path(source="value", target="satisfaction"),
    ),
)
MODEL = replace(
    PLAIN,
    constructs=(*PLAIN.constructs, Construct(name="both", product=("image", "value"))),
    paths=(*PLAIN.paths, Path(source="both", target="satisfaction")),
)
TRUTH = default_truth(PLAIN)


@pytest.mark.parametrize(
    "call",
    [
        lambda: simulate(MODEL, 10, seed=1),
        lambda: simulate(MODEL, 10, seed=1, truth=TRUTH),
        lambda: default_truth(MODEL),
        lambda: population_index(TRUTH, MODEL),
        lambda: population_paths(TRUTH, MODEL),
        lambda: population_effects(TRUTH, MODEL),
    ],
)
def test_a_product_of_constructs_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(StudyError) as caught:
        call()
    (finding,) = caught.value.findings
    assert (finding.code, finding.where) == ("not-simulated", "model small, construct both")
    assert "the product of 'image' and 'value'" in finding.what
    assert finding.fix


def test_modes_weights_and_signs_change_nothing_that_is_drawn() -> None:
    image, value, satisfaction = PLAIN.constructs
    weights = MappingProxyType({"v1": 1.0, "v2": 3.0})
    composite = replace(
        PLAIN,
        constructs=(
            replace(image, mode="B", sign="i2"),
            replace(value, mode="given", weights=weights),
            replace(satisfaction, mode="sum"),
        ),
    )
    first, truth = simulate(PLAIN, 50, seed=2)
    second, other = simulate(composite, 50, seed=2)
    assert first.equals(second)
    assert other == truth
