"""Shares in the level above: what they sum to, how units are named, and everything that can be wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit_builders import BY, GDP, INDUSTRIES, REVENUE, A, B, C, D, flat, four_firms, index_of, units

from csi_model.comparison.aggregation import roll_up
from csi_model.comparison.share_names import names_of
from csi_model.comparison.share_weighing import weigh
from csi_model.comparison.shares import LevelShares, LevelUnits
from csi_model.errors import Finding, UsageError

Shares = LevelShares


def level_units(keys: list[tuple[str, ...]], unmeasured: tuple[str, ...] = ()) -> LevelUnits:
    measured = np.array([key[-1] not in unmeasured for key in keys])
    return LevelUnits(level="firm", keys=tuple(keys), measured=measured, size=np.full(len(keys), 50.0))


def firm(amounts: dict[str, Any], kind: str = "revenue", **rules: str) -> LevelShares:
    return Shares(level="firm", kind=kind, amounts=amounts, **rules)


def mistakes(*shares: LevelShares, scores: Any = None) -> tuple[Finding, ...]:
    with pytest.raises(UsageError) as caught:
        roll_up(scores or four_firms(), shares, BY)
    assert all(finding.severity == "error" and finding.fix for finding in caught.value.findings)
    return caught.value.findings


def test_the_worked_check_of_three_firms() -> None:
    assert index_of(flat([76, 70, 81], {"u1": 30, "u2": 50, "u3": 20}), "total") == pytest.approx(74.0)


@settings(max_examples=60)
@given(
    amounts=st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=12),
    parents=st.lists(st.sampled_from("PQR"), min_size=12, max_size=12),
    kind=st.sampled_from(["revenue", "gdp", "cpi", "sample_size", "equal"]),
)
def test_shares_of_every_parent_sum_to_one(amounts: list[float], parents: list[str], kind: str) -> None:
    keys = [(parents[k], f"u{k}") for k in range(len(amounts))]
    named = (
        {f"u{k}": amount for k, amount in enumerate(amounts)} if kind not in ("sample_size", "equal") else {}
    )
    known, notes = weigh(level_units(keys), Shares(level="firm", kind=kind, amounts=named))
    assert not notes
    for p in range(len(known.parents)):
        assert known.share[known.parent_of == p].sum() == pytest.approx(1)
    assert (known.share > 0).all()


@pytest.mark.parametrize(
    "name", ["A-Bank", "Banks / A-Bank", "Services / A-Bank", "Services / Banks / A-Bank", " A-Bank "]
)
def test_a_unit_goes_by_its_value_and_as_much_of_its_path_as_one_likes(name: str) -> None:
    shares = firm({name: 30, "B-Bank": 10, "C-Air": 1, "D-Food": 1})
    assert index_of(roll_up(four_firms(), [shares], BY), "industry", "Services / Banks") == pytest.approx(
        77.5
    )


def test_names_of_a_unit_end_in_its_own_value() -> None:
    assert names_of(("S", "I", "f")) == ("f", "S / f", "I / f", "S / I / f")
    assert names_of(("f",)) == ("f",)


def test_a_code_may_be_written_as_a_number() -> None:
    scores = units({("1001",): (80, 1), ("3003",): (60, 1)})
    amounts: dict[Any, float] = {1001: 3.0, 3003: 1.0}
    rolled = roll_up(scores, [Shares(level="firm", kind="revenue", amounts=amounts)], ("firm",))
    assert index_of(rolled, "total") == pytest.approx(75)


def test_a_full_path_is_never_ambiguous() -> None:
    # the second unit's value looks like the path of the first
    scores = units({("P", "a"): (80, 1), ("Q", "P / a"): (60, 1)})
    named = {"P / a": 1.0, "Q / P / a": 1.0}
    rolled = roll_up(scores, [Shares(level="firm", kind="revenue", amounts=named)], ("industry", "firm"))
    assert [float(one) for one in rolled.shares[0].share] == [1, 1]


@pytest.mark.parametrize("whole", [1, 100])
def test_market_shares_are_fractions_or_percent(whole: float) -> None:
    rolled = flat([80, 60], {"u1": 0.75 * whole, "u2": 0.25 * whole}, "market_share")
    assert index_of(rolled, "total") == pytest.approx(75)
    assert not rolled.findings


def test_the_residual_goes_to_the_surveyed_all_others_unit() -> None:
    rows = {
        ("Banks", "A"): (80, 1),
        ("Banks", "Rest"): (60, 1),
        ("Food", "F"): (70, 1),
        ("Food", "Rest"): (50, 1),
    }
    shares = Shares(
        level="firm", kind="market_share", amounts={"A": 70, "F": 90}, others="unit", others_unit="Rest"
    )
    rolled = roll_up(units(rows), [shares, Shares(level="industry", kind="equal")], ("industry", "firm"))
    assert index_of(rolled, "industry", "Banks") == pytest.approx(0.7 * 80 + 0.3 * 60)
    assert index_of(rolled, "industry", "Food") == pytest.approx(0.9 * 70 + 0.1 * 50)
    assert rolled.shares[0].amount == pytest.approx([70, 30, 90, 10])
    assert rolled.shares[0].share_from == ("given", "residual_share", "given", "residual_share")
    assert rolled.at("industry").measured[:, 0] == pytest.approx([1, 1])


@pytest.mark.parametrize("rule", ["renormalise", "mean"])
def test_what_nobody_was_asked_about_is_left_out_or_takes_the_mean(rule: str) -> None:
    rolled = flat([80, 60], {"u1": 0.6, "u2": 0.2}, "market_share", others=rule)
    assert index_of(rolled, "total") == pytest.approx(75)
    total = rolled.at("total")
    assert total.scores.se[0, 0] == pytest.approx(np.sqrt(0.75**2 + 0.25**2))
    assert total.measured[0, 0] == pytest.approx(0.8)
    (note,) = rolled.findings
    assert note.code == "market-left-out"
    # 5 points on the fifth that was not measured are 1 point of the whole
    assert ("were it 5 index points from the rest, the whole would be 1 off" in note.what) == (rule == "mean")


def test_rounded_market_shares_are_scaled_and_it_is_said() -> None:
    rolled = flat([60, 70, 80], dict.fromkeys(("u1", "u2", "u3"), 33.3), "market_share")
    assert index_of(rolled, "total") == pytest.approx(70)
    (note,) = rolled.findings
    assert (note.code, note.severity) == ("market-share-rounded", "note")
    assert "99.9 %" in note.what


def test_all_others_may_find_nothing_left() -> None:
    rolled = flat([80, 60], {"u1": 1.0}, "market_share", others="unit", others_unit="u2")
    assert index_of(rolled, "total") == pytest.approx(80)
    assert [finding.code for finding in rolled.findings] == ["others-nothing-left"]


def test_levels_without_shares_count_equally_and_it_is_said() -> None:
    rolled = roll_up(four_firms(), [], BY)
    assert index_of(rolled, "industry", "Services / Banks") == pytest.approx(75)
    assert [finding.code for finding in rolled.findings] == ["shares-default"] * 3
    assert set(rolled.shares[0].share_from) == {"default_equal"}
    asked = [Shares(level=level, kind="equal") for level in BY]
    declared = roll_up(four_firms(), asked, BY)
    assert not declared.findings
    assert set(declared.shares[0].share_from) == {"declared_equal"}


MARKET = {"A-Bank": 0.6, "B-Bank": 0.4, "C-Air": 1.0, "D-Food": 1.0}

GALLERY: dict[str, tuple[LevelShares, str, tuple[str, ...]]] = {
    "level": (Shares(level="frim", kind="equal"), "shares-level", ("'frim'", "Did you mean 'firm'?")),
    "kind": (Shares(level="firm", kind="revenues"), "shares-kind", ("'revenues'", "Did you mean 'revenue'?")),
    "unneeded": (firm(REVENUE, "equal"), "shares-not-needed", ("shares of firm", "equal")),
    "rule": (firm(MARKET, "market_share", others="means"), "shares-others", ("Did you mean 'mean'?",)),
    "rule for revenue": (firm(REVENUE, others="mean"), "shares-others", ("Only market shares",)),
    "others without a name": (firm(MARKET, "market_share", others="unit"), "shares-others", ("no name",)),
    "others without a rule": (firm(MARKET, "market_share", others_unit="Rest"), "shares-others", ("Rest",)),
    "others nowhere": (
        firm(MARKET, "market_share", others="unit", others_unit="A-Bnk"),
        "share-unknown-unit",
        ("Did you mean 'A-Bank'?",),
    ),
    "others with an amount": (
        firm(MARKET, "market_share", others="unit", others_unit="B-Bank"),
        "shares-others",
        ("Services / Banks / B-Bank",),
    ),
    "missing": (
        firm({"A-Bank": 1, "D-Food": 1}),
        "share-missing",
        ("Services / Banks / B-Bank", "Services / Airlines / C-Air"),
    ),
    "no amounts": (firm({}), "share-missing", ("There are no amounts",)),
    "negative": (firm(REVENUE | {"B-Bank": -3}), "share-negative", ("B-Bank", "-3")),
    "NaN": (firm(REVENUE | {"B-Bank": np.nan}), "share-no-number", ("B-Bank", "nan")),
    "infinite": (firm(REVENUE | {"B-Bank": np.inf}), "share-no-number", ("B-Bank", "inf")),
    "text": (firm(REVENUE | {"B-Bank": "10 m"}), "share-no-number", ("B-Bank", "'10 m'")),
    "truth": (firm(REVENUE | {"B-Bank": True}), "share-no-number", ("B-Bank", "True")),
    "zero": (firm(REVENUE | {"C-Air": 0}), "share-zero-sum", ("Services / Airlines", "C-Air")),
    "zero market": (firm(MARKET | {"C-Air": 0}, "market_share"), "share-zero-sum", ("C-Air",)),
    "unknown": (firm(REVENUE | {"E-Bank": 3}), "share-unknown-unit", ("'E-Bank'", "Did you mean '")),
    "unlike any": (firm(REVENUE | {"Zzz": 3}), "share-unknown-unit", ("'Zzz'", "Goods / Food / D-Food")),
    "twice": (firm(REVENUE | {"Banks / A-Bank": 3}), "share-twice", ("'A-Bank'", "'Banks / A-Bank'")),
    "short": (
        firm(MARKET | {"B-Bank": 0.3}, "market_share"),
        "market-share-sum",
        ("Banks sum to 0.9", "0.1"),
    ),
    "above": (
        firm(MARKET | {"B-Bank": 0.5}, "market_share"),
        "market-share-sum",
        ("sum to 1.1", "more than"),
    ),
    "mixed": (
        firm({"A-Bank": 60, "B-Bank": 40, "C-Air": 1, "D-Food": 100}, "market_share", others="mean"),
        "market-share-scale",
        ("Services / Airlines sum to 1", "in percent"),
    ),
    "above in percent": (
        firm({"A-Bank": 60, "B-Bank": 50, "C-Air": 100, "D-Food": 100}, "market_share", others="mean"),
        "market-share-sum",
        ("Banks sum to 110 %",),
    ),
    "no others there": (
        firm({"A-Bank": 0.6, "C-Air": 0.8, "D-Food": 1}, "market_share", others="unit", others_unit="B-Bank"),
        "market-share-sum",
        ("0.2 of Services / Airlines", "'B-Bank'"),
    ),
}


@pytest.mark.parametrize("case", GALLERY)
def test_every_mistake_is_told_with_its_unit(case: str) -> None:
    shares, code, words = GALLERY[case]
    found = mistakes(shares)
    matching = [finding for finding in found if finding.code == code]
    assert matching
    told = " ".join(str(finding) for finding in matching)
    assert all(word in told for word in words), told
    assert {finding.code for finding in found} == {code}, "one mistake, told once"


def test_an_ambiguous_name_shows_the_paths() -> None:
    scores = units({("Banks", "Rest"): (60, 1), ("Food", "Rest"): (70, 1)})
    with pytest.raises(UsageError) as caught:
        roll_up(scores, [firm({"Rest": 1})], ("industry", "firm"))
    (finding,) = caught.value.findings
    assert finding.code == "share-ambiguous"
    assert "Banks / Rest, Food / Rest" in finding.what


def test_all_mistakes_of_all_levels_come_at_once() -> None:
    found = mistakes(
        firm(REVENUE | {"B-Bank": -3, "E-Bank": 2}),
        Shares(level="industry", kind="market_share", amounts=INDUSTRIES),
        Shares(level="sector", kind="gdpp", amounts=GDP),
        Shares(level="nation", kind="equal"),
    )
    codes = [finding.code for finding in found]
    assert set(codes[:2]) == {"shares-kind", "shares-level"}
    assert {"share-negative", "share-unknown-unit", "market-share-sum"} <= set(codes)


def test_a_level_is_weighed_once() -> None:
    found = mistakes(firm(REVENUE), Shares(level="firm", kind="equal"))
    assert [finding.code for finding in found] == ["shares-twice"]


def test_sample_size_needs_respondents() -> None:
    found = mistakes(Shares(level="firm", kind="sample_size"), scores=four_firms(n=0))
    assert found[0].code == "share-missing"
    assert "C-Air" in found[0].what


def test_mistakes_of_an_amount_say_where_it_stands() -> None:
    places = {"B-Bank": "shares.csv row 3"}
    found = mistakes(Shares(level="firm", kind="revenue", amounts=REVENUE | {"B-Bank": -1}, places=places))
    assert found[0].where == "shares.csv row 3"


def test_many_missing_units_are_counted() -> None:
    scores = units({(f"u{k:02d}",): (70, 1) for k in range(30)})
    with pytest.raises(UsageError) as caught:
        roll_up(scores, [firm({"u00": 1})], ("firm",))
    assert "u12 and 17 more" in str(caught.value)


def test_a_unit_without_a_number_needs_no_amount() -> None:
    keys = [A, B, C, D]
    known, found = weigh(level_units(keys, ("B-Bank",)), firm({"A-Bank": 3, "C-Air": 1, "D-Food": 1}))
    assert not found
    assert known.share == pytest.approx([1, np.nan, 1, 1], nan_ok=True)
    assert known.known.tolist() == [False, True, True]
