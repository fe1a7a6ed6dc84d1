"""Models built in Python are checked like those from files."""

from __future__ import annotations

from dataclasses import replace

from csi_model.model.catalogue import catalogue, read_model
from csi_model.model.checks import check_model
from csi_model.model.spec import Case, Construct, Indicator, ModelSpec, Modifier, Path, Scale


def small(**changes: object) -> ModelSpec:
    spec = ModelSpec(
        name="small",
        title={"en": "Small"},
        index="sat",
        constructs=(
            Construct(
                name="qual", indicators=(Indicator(name="A"), Indicator(name="B"), Indicator(name="E"))
            ),
            Construct(name="sat", indicators=(Indicator(name="C", scale=Scale(low=1, high=10)),)),
        ),
        paths=(Path(source="qual", target="sat"),),
    )
    return replace(spec, **changes)  # type: ignore[arg-type]


def codes(spec: ModelSpec) -> list[str]:
    return [finding.code for finding in check_model(spec)]


def with_item(item: Indicator) -> ModelSpec:
    spec = small()
    return replace(
        spec,
        constructs=(
            spec.constructs[0],
            replace(spec.constructs[1], indicators=(*spec.constructs[1].indicators, item)),
        ),
    )


def test_a_good_model_has_no_findings() -> None:
    assert check_model(small()) == ()
    for name in catalogue():
        assert check_model(read_model(name)) == (), name


def test_the_place_is_the_model_or_what_the_caller_says() -> None:
    (finding,) = check_model(small(index="sart"))
    assert finding.where == "model small"
    assert finding.fix == "Did you mean 'sat'?"
    assert check_model(small(index="sart"), where="cell 3")[0].where == "cell 3"


def test_a_long_circle_is_named_in_full() -> None:
    names = ("a", "b", "c", "d")
    spec = small(
        index="a",
        constructs=tuple(Construct(name=name, indicators=(Indicator(name=name.upper()),)) for name in names),
        paths=tuple(
            Path(source=one, target=other) for one, other in (("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"))
        ),
    )
    (finding,) = check_model(spec)
    assert "b > c > d > b" in finding.what


def test_labels_are_in_english_or_chinese() -> None:
    (finding,) = check_model(small(title={"en": "Small", "fr": "Petit"}))
    assert (finding.code, finding.fix) == ("unknown-language", "Choose one of: en, zh.")


def test_two_constructs_of_one_name() -> None:
    twice = small().constructs[1]
    spec = small(constructs=(*small().constructs, replace(twice, indicators=(Indicator(name="Z"),))))
    assert codes(spec) == ["duplicate-construct"]


def test_a_single_indicator_may_have_the_name_of_its_construct() -> None:
    spec = small()
    alone = Construct(name="sat", indicators=(Indicator(name="sat"),))
    assert check_model(replace(spec, constructs=(spec.constructs[0], alone))) == ()
    other = Construct(name="sat", indicators=(Indicator(name="sat"), Indicator(name="C")))
    assert codes(replace(spec, constructs=(spec.constructs[0], other))) == ["name-clash"]


def test_derived_items() -> None:
    def cases(*spans: tuple[float, float], when: str = "C", take: str = "P") -> ModelSpec:
        made = tuple(Case(when=when, low=low, high=high, take=take) for low, high in spans)
        return with_item(Indicator(name="D", cases=made))

    assert codes(cases((1, 5), (6, 10))) == []
    assert codes(cases((6, 10), (1, 5))) == []
    assert codes(cases((1, 10), (2, 3), (4, 5))) == ["overlapping-cases", "overlapping-cases"]
    gaps = check_model(cases((2, 4), (7, 9)))
    assert [finding.what for finding in gaps] == ["No case of 'D' holds when C is 1, 5 to 6, 10."]
    assert gaps[0].severity == "warning"
    assert codes(cases((1, 5), (6, 10), when="c")) == ["unknown-column", "unknown-column"]
    assert codes(cases((1, 10), take="D")) == ["bad-case"]
    assert codes(cases((1, 2), (5, 6), when="other")) == ["uncovered-answers"]


def test_repeating_constructs() -> None:
    spec = read_model("acsi-extended")
    unlinked = replace(spec, paths=tuple(p for p in spec.paths if p.source != "service_quality"))
    assert ("repeats-unlinked", "warning") in [(f.code, f.severity) for f in check_model(unlinked)]


def test_parameters() -> None:
    def one(*modifiers: Modifier) -> list[str]:
        return codes(small(modifiers=modifiers))

    assert one(Modifier(lhs="A", op="~~", rhs="B"), Modifier(lhs="qual", op="=~", rhs="B", label="x")) == []
    assert one(Modifier(lhs="qual", op="=~", rhs="C")) == ["bad-parameter"]
    assert one(Modifier(lhs="qual", op="~~", rhs="A")) == ["bad-parameter"]
    assert one(Modifier(lhs="qual", op="~", rhs="sat")) == ["bad-parameter"]
    assert one(Modifier(lhs="A", op="~~", rhs="A", fixed=float("nan"))) == ["bad-parameter"]
    marker, other = (Modifier(lhs="qual", op="=~", rhs=item, label="x") for item in ("A", "B"))
    assert one(marker, other) == ["half-fixed-label"]


def test_findings_are_in_a_stable_order() -> None:
    spec = small(index="x", paths=(Path(source="y", target="z"),))
    assert check_model(spec) == check_model(spec)
    assert codes(spec) == [
        "unknown-construct", "unknown-construct", "unknown-construct", "not-connected", "not-connected",
    ]  # fmt: skip
