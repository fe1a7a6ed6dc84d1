"""Questionnaires of models: what is asked, in which order, on which scale, with which routing."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csi_model.columns import make_term
from csi_model.measures.answer_scales import KINDS, ends, steps
from csi_model.measures.codebook_writing import write_codebook
from csi_model.measures.question_batteries import BATTERIES, STEMS
from csi_model.measures.question_routing import after_controls, with_skips
from csi_model.measures.question_topics import SAME_TOPIC, TOPICS
from csi_model.measures.question_wording import role_of, topic_of, wording
from csi_model.measures.questionnaire import Question, Questionnaire
from csi_model.measures.questionnaire_building import Wanted, build
from csi_model.model import catalogue as shipped_models
from csi_model.model.catalogue import catalogue
from csi_model.model.lavaan import examine_lavaan_file
from csi_model.model.spec import Construct, Indicator, ModelSpec, Scale
from csi_model.survey.codebook import Codebook, Column, Routing
from csi_model.survey.codebooks import read_codebook
from csi_model.survey.reading import read_survey
from csi_model.survey.simulation import simulate

read_catalogue = cache(shipped_models.read_catalogue)


def names(made: Questionnaire) -> list[str]:
    return [one.name for one in made.questions]


def named(made: Questionnaire, name: str) -> Question:
    return next(one for one in made.questions if one.name == name)


def leads(one: Question) -> list[tuple[float | None, float | None, str]]:
    return [(skip.low, skip.high, "end" if skip.ends else skip.number) for skip in one.skips]


def test_acsi_is_asked_in_the_order_of_the_method_sheet() -> None:
    """Section 6: screening, expectation x3, quality x3, value x2, satisfaction x3, complaint, handling,
    repurchase, price tolerance up and down, recommend, demographics."""
    made = build(read_catalogue("acsi"))
    assert names(made) == [
        "SCREEN", "BRAND", "OVERALLX", "CUSTOMX", "WRONGX", "OVERALLQ", "CUSTOMQ", "WRONGQ", "PQ", "QP",
        "SATIS", "CONFIRM", "IDEAL", "COMP", "HANDLE", "REPUR", "HIGHPTOL", "LOWPTOL", "RECOMMEND", "USAGE",
        "GENDER", "AGE", "EDUCATION", "INCOME", "REGION",
    ]  # fmt: skip
    numbers = [one.number for one in made.questions]
    assert numbers[:3] == ["S1", "S2", "Q1"]
    assert numbers[-7:] == ["Q17", "D1", "D2", "D3", "D4", "D5", "D6"]


def test_acsi_is_routed_as_its_public_survey_is() -> None:
    """Section 5: HANDLE where COMP is 1, HIGHPTOL where REPUR is 6-10, LOWPTOL where it is 1-5."""
    made = build(read_catalogue("acsi"))
    assert named(made, "HANDLE").asked_when == Routing(column="COMP", low=1, high=1)
    assert named(made, "HIGHPTOL").asked_when == Routing(column="REPUR", low=6, high=10)
    assert named(made, "LOWPTOL").asked_when == Routing(column="REPUR", low=1, high=5)
    assert leads(named(made, "SCREEN")) == [(0, 0, "end"), (1, 1, "S2")]
    assert leads(named(made, "COMP")) == [(0, 0, "Q14"), (1, 1, "Q13"), (None, None, "Q14")]
    assert leads(named(made, "REPUR")) == [(1, 5, "Q16"), (6, 10, "Q15"), (None, None, "Q17")]
    assert leads(named(made, "HIGHPTOL")) == [(None, None, "Q17")]  # past LOWPTOL, whoever answered
    assert leads(named(made, "LOWPTOL")) == []


def test_a_derived_item_is_replaced_by_its_sources() -> None:
    for name in ("acsi", "csisg", "ncsb"):  # with and without a codebook
        made = build(read_catalogue(name))
        assert "RESERVATION" not in names(made)
        high, low = named(made, "HIGHPTOL"), named(made, "LOWPTOL")
        # the item is 100 + HIGHPTOL or 100 - LOWPTOL on 75-125: both are 0 to 25 percent
        assert high.scale == low.scale == Scale(low=0, high=25)
        assert (high.kind, high.percent, high.over) == ("number", True, 26)
        assert high.asked_when == Routing(column="REPUR", low=6, high=10)
        assert high.label == {"en": "Price rise tolerated (percent)", "zh": "可容忍的涨价幅度（%）"}


def test_image_comes_first_only_where_nothing_drives_it() -> None:
    first = [block.name for block in build(read_catalogue("ecsi")).blocks]
    assert first[1:3] == ["image", "expectations"]
    later = [block.name for block in build(read_catalogue("ncsb-2001")).blocks]
    assert later.index("image") == later.index("satisfaction") + 1


def test_handling_without_a_complaint_question_gets_one() -> None:
    made = build(read_catalogue("ncsb-2001"))
    place = names(made).index("COMP")
    assert names(made)[place + 1] == "HANDLE"
    assert named(made, "HANDLE").model
    assert not named(made, "COMP").model
    assert named(made, "HANDLE").asked_when == Routing(column="COMP", low=1, high=1)
    # where all are asked about their last complaint or an imagined one, nobody is routed past it
    assert "COMP" not in names(build(read_catalogue("ecsi-complaints")))


def test_two_complaint_questions_route_nothing() -> None:
    made = build(read_catalogue("scsb"))
    assert "HANDLE" not in names(made)
    assert named(made, "COMPSTAFF").skips == ()


def test_consumer_characteristics_are_asked_at_the_end() -> None:
    made = build(read_catalogue("hkcsi"))
    assert names(made)[-6:] == ["AGE", "EDUCATION", "INCOME", "USAGE", "GENDER", "REGION"]
    age = named(made, "AGE")
    assert (age.number, age.kind, len(age.choices), age.model) == ("D1", "options", 6, True)
    assert age.choices[0].label.zh == "15–24 岁"


def test_an_agency_sells_nothing() -> None:
    made = build(read_catalogue("acsi-government"))
    assert made.agency
    assert "bought" not in named(made, "SCREEN").text.en
    assert not build(read_catalogue("ecsi")).agency


@pytest.mark.parametrize("name", catalogue())
def test_every_catalogue_topic_has_its_own_words(name: str) -> None:
    spec = read_catalogue(name)
    asked = {one.name: one for one in build(spec).questions}
    for item in spec.indicators:
        if item.cases:
            continue
        one = asked[item.name]
        if item.name not in ("AGE", "EDUCATION", "INCOME"):
            assert topic_of(item.name, item.label), item.name
        for language in ("en", "zh"):
            parts = ([one.stem[language]] if one.stem else []) + [one.text[language]]
            said = " ".join(parts).format(brand="ACME", product="PRODUCT")
            assert "ACME" in said or one.block == "characteristics", said
            assert "=" not in said
        assert re.search("[\u4e00-\u9fff]", one.text.zh)
    wanted = list(spec.columns())
    assert [one.name for one in build(spec, wanted=Wanted(model_only=True)).questions if one.model]
    assert sorted(names(build(spec, wanted=Wanted(model_only=True)))) == sorted(wanted)


def test_a_screen_is_about_the_company_where_one_is_named() -> None:
    made = build(read_catalogue("acsi"), wanted=Wanted(named=True, months=1))
    assert "BRAND" not in names(made)
    assert named(made, "SCREEN").text.en == "Have you yourself bought or used {brand} in the past month?"
    assert named(made, "SCREEN").skips[1].number == "Q1"


def test_words_of_scales() -> None:
    assert [one.en for one in steps("satisfied", 5)] == [
        "very dissatisfied", "dissatisfied", "neither satisfied nor dissatisfied", "satisfied",
        "very satisfied",
    ]  # fmt: skip
    assert [one.zh for one in steps("satisfied", 7)][2:5] == ["不太满意", "一般", "比较满意"]
    assert [one.en for one in ends("-likely")] == ["very likely", "very unlikely"]
    for kind in KINDS:
        assert len({one.en for one in steps(kind, 7)}) == len({one.zh for one in steps(kind, 7)}) == 7


def test_topics_are_told_once_and_have_scales() -> None:
    assert not set(TOPICS) & set(BATTERIES)
    assert not set(SAME_TOPIC) & (set(TOPICS) | set(BATTERIES))
    assert set(SAME_TOPIC.values()) <= set(TOPICS) | set(BATTERIES)
    for topic, (kind, stem, english, chinese) in {**TOPICS, **BATTERIES}.items():
        assert not kind or kind.removeprefix("-") in KINDS, topic
        assert not stem or stem in STEMS, topic
        assert english.isascii(), topic
        assert re.search("[\u4e00-\u9fff]", chinese), topic


def test_verbal_scales_of_five_and_seven_steps() -> None:
    made = build(read_catalogue("ecsi"), wanted=Wanted(scale=Scale(low=1, high=5)))
    satisfied = named(made, "CUSA1")
    assert (satisfied.kind, [choice.code for choice in satisfied.choices]) == ("steps", [1, 2, 3, 4, 5])
    assert satisfied.choices[4].label.zh == "非常满意"
    assert made.codebook().columns["CUSA1"].values["5"] == "very satisfied"
    assert made.codebook("zh").columns["CUSA1"].values["5"] == "非常满意"
    seven = named(build(read_catalogue("ecsi"), wanted=Wanted(scale=Scale(low=1, high=7))), "IMAG1")
    assert [choice.label.en for choice in seven.choices][::3] == [
        "strongly disagree", "neither agree nor disagree", "strongly agree",
    ]  # fmt: skip


def test_a_question_that_routes_keeps_its_scale() -> None:
    """REPUR 6-10 leads to HIGHPTOL: on 1 to 5 nobody would get there."""
    made = build(read_catalogue("acsi"), wanted=Wanted(scale=Scale(low=1, high=5)))
    assert named(made, "SATIS").scale == Scale(low=1, high=5)
    assert named(made, "REPUR").scale == Scale(low=1, high=10)
    assert named(made, "COMP").scale == Scale(low=0, high=1)


def model(*items: Indicator, name: str = "own", label: str = "") -> ModelSpec:
    construct = Construct(name=name, label={"en": label} if label else {}, indicators=items)
    return ModelSpec(name="mine", title={"en": "Mine"}, index=name, constructs=(construct,), paths=())


def test_what_is_not_known_is_asked_in_neutral_words() -> None:
    made = build(model(Indicator(name="SPEED", label={"en": "Speed of {it} (5 = fast)"})))
    one = named(made, "SPEED")
    assert one.stem is not None
    said = f"{one.stem.en} {one.text.en}".format(brand="Acme", product="")
    assert said == "Please rate Acme on the following: Speed of {it}"
    assert one.text.zh == one.text.en  # no Chinese label: the English one stands
    assert one.scale == Scale(low=1, high=10)


@pytest.mark.parametrize(
    ("name", "label", "role"),
    [
        ("satisfaction", "", "satisfaction"), ("zadowolenie", "Overall satisfaction", "satisfaction"),
        ("F1", "顾客期望", "expectations"), ("F2", "Service quality", "quality"), ("F3", "", "other"),
        ("price_value", "", "value"), ("F4", "品牌形象", "image"), ("F5", "投诉", "complaints"),
    ],
)  # fmt: skip
def test_the_part_that_a_construct_plays(name: str, label: str, role: str) -> None:
    assert role_of(name, {"en": label} if label else {}) == role


def test_a_lavaan_model_without_labels(tmp_path: Path) -> None:
    path = tmp_path / "m.lav"
    path.write_text("satisfaction =~ SATIS + CONFIRM + X1\nloyalty =~ REPUR\nloyalty ~ satisfaction\n")
    made = build(examine_lavaan_file(str(path), None).spec)
    assert named(made, "SATIS").text.en == "All in all, how satisfied are you with {brand}?"
    assert named(made, "X1").text.en == "X1"
    assert made.codebook().columns["SATIS"].label == {"en": "Overall satisfaction"}


def test_reversed_questions_have_their_words_turned_round() -> None:
    item = Indicator(
        name="BAD", label={"en": "Overall satisfaction"}, reversed=True, scale=Scale(low=1, high=5)
    )
    one = named(build(model(item, name="satisfaction")), "BAD")
    assert one.choices[0].label.en == "very satisfied"
    assert build(model(item, name="satisfaction")).codebook().columns["BAD"].reversed
    ten = replace(item, scale=Scale(low=1, high=10))
    assert named(build(model(ten, name="satisfaction")), "BAD").high_label == ends("satisfied")[0]


def test_codes_are_never_answers() -> None:
    items = (
        Indicator(name="A", scale=Scale(low=0, high=100)),
        Indicator(name="B", scale=Scale(low=1, high=10)),
    )
    made = build(model(*items), wanted=Wanted(model_only=True))
    assert (named(made, "A").dont_know, named(made, "A").refused) == (998, 999)
    book = made.codebook()
    assert book.missing == {}
    assert book.columns["A"].missing == {998: "dont_know", 999: "refused"}
    assert book.columns["B"].missing == {98: "dont_know", 99: "refused"}


def test_a_codebook_is_taken_up() -> None:
    book = Codebook(
        missing={8: "dont_know", 9: "refused"},
        columns={
            "A": Column(
                name="A", scale=Scale(low=1, high=4), values={str(k): f"step {k}" for k in range(1, 5)}
            ),
            "B": Column(name="B", asked_when=Routing(column="A", low=3, high=4), scale=Scale(low=1, high=5)),
        },
    )
    made = build(model(Indicator(name="B"), Indicator(name="A")), book)
    first, second = named(made, "A"), named(made, "B")
    assert names(made).index("A") < names(made).index("B")  # what routes is asked first
    assert ([choice.label.en for choice in first.choices], first.dont_know) == (
        ["step 1", "step 2", "step 3", "step 4"],
        8,
    )
    assert leads(first)[1] == (3, 4, second.number)
    assert named(made, "GENDER").refused == 9
    # 8 and 9 are answers on 0 to 10: that question has codes of its own, so no code holds for all
    assert (named(made, "RECOMMEND").dont_know, named(made, "RECOMMEND").refused) == (98, 99)
    assert made.codebook().missing == {}
    assert made.codebook().columns["A"].missing == {8: "dont_know", 9: "refused"}


@pytest.mark.parametrize("name", ["acsi", "hkcsi", "ncsb-2001"])
def test_the_codebook_reads_a_simulated_survey(name: str, tmp_path: Path) -> None:
    round_trip(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", catalogue())
def test_every_codebook_reads_a_simulated_survey(name: str, tmp_path: Path) -> None:
    round_trip(name, tmp_path)


def round_trip(name: str, folder: Path) -> None:
    spec = read_catalogue(name)
    made = build(spec)
    for language in ("en", "zh"):
        path = folder / f"{language}.yaml"
        path.write_text(write_codebook(made.codebook(language), remark="one\ntwo"), encoding="utf-8")
        assert read_codebook(path) == made.codebook(language)
    frame, _ = simulate(spec, 120, seed=5)
    survey = read_survey(frame, spec, codebook=read_codebook(folder / "zh.yaml"))
    assert len(survey) == 120
    bare = read_survey(frame, spec)
    assert (survey.reasons == bare.reasons).all() or name == "ncsb-2001"


AWKWARD = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(label=AWKWARD, value=AWKWARD, name=AWKWARD, column=AWKWARD)
@settings(max_examples=12)
def test_any_text_of_a_codebook_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, label: str, value: str, name: str, column: str
) -> None:
    book = Codebook(
        name=name,
        missing={-1.5: "other"},
        columns={
            column: Column(name=column, label={"zh": label}, values={"1": value, "x": label}, optional=True),
            "NO": Column(name="NO", recode={26: 25}, scale=Scale(low=-2.5, high=25)),
        },
    )
    path = tmp_path_factory.mktemp("book") / "b.yaml"
    path.write_bytes(write_codebook(book).encode("utf-8"))
    assert read_codebook(path) == book


def chain(routes: list[tuple[int, int, int] | None]) -> list[Question]:
    """Questions on 1 to 4, each asked where an earlier one has an answer in a range, or always."""
    made = []
    for k, route in enumerate(routes):
        when = None
        if route is not None and k:
            low, high = sorted(route[1:])
            when = Routing(column=f"V{route[0] % k}", low=low, high=high)
        made.append(
            Question(
                name=f"V{k}", number=f"Q{k}", block="b", label={}, text=make_term("t", "t"), kind="scale",
                scale=Scale(low=1, high=4), asked_when=when,
            )
        )  # fmt: skip
    return made


ROUTE = st.none() | st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(1, 4))


@given(
    routes=st.lists(ROUTE, min_size=1, max_size=7),
    answers=st.lists(st.none() | st.integers(1, 4), min_size=7, max_size=7),
)
@settings(max_examples=80)
def test_whoever_follows_the_arrows_is_asked_what_the_routing_says(
    routes: list[tuple[int, int, int] | None], answers: list[int | None]
) -> None:
    """Arrows and the lines "ask only if" together lead through exactly the questions to be asked."""
    questions = with_skips(chain(routes))
    given_answers: dict[str, int | None] = {}
    for one, answer in zip(questions, answers, strict=False):  # what the routing itself says
        when = one.asked_when
        told = given_answers.get(when.column) if when else None
        if when is None or (told is not None and when.low <= told <= when.high):
            given_answers[one.name] = answer
    walked: dict[str, int | None] = {}
    place = 0
    while place < len(questions):
        one, when = questions[place], questions[place].asked_when
        told = walked.get(when.column) if when else None
        if when is not None and not (told is not None and when.low <= told <= when.high):
            place += 1
            continue
        walked[one.name] = answers[place]
        place = after(questions, place, answers[place])
    assert walked == given_answers


def after(questions: tuple[Question, ...], place: int, answer: int | None) -> int:
    one = questions[place]
    if not one.skips:
        return place + 1
    for skip in one.skips:
        everyone = skip.low is None and len(one.skips) == 1
        nobody = skip.low is None and answer is None
        inside = answer is not None and skip.low is not None and skip.low <= answer <= (skip.high or 0)
        if everyone or nobody or inside:
            numbers = [other.number for other in questions]
            return numbers.index(skip.number) if skip.number else len(questions)
    raise AssertionError("an answer leads nowhere")


def test_a_question_is_asked_after_the_one_that_routes_it() -> None:
    asked = chain([None, None, None])
    late = [replace(asked[0], asked_when=Routing(column="V2", low=1, high=2)), asked[1], asked[2]]
    assert [one.name for one in after_controls(late)] == ["V1", "V2", "V0"]
    circle = [replace(late[0]), replace(asked[2], asked_when=Routing(column="V0", low=1, high=1))]
    assert {one.name for one in after_controls(circle)} == {"V0", "V2"}


def test_a_yes_no_question_of_ones_own() -> None:
    said = wording("OWNS", {"en": "Owns a car", "zh": "拥有汽车"}, "other", yes_no=True)
    assert said.stem is not None
    assert (said.stem.en, said.text.zh) == ("Does the following apply to you?", "拥有汽车")
