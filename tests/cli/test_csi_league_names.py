"""Leagues by the command: names that collide, groups that are gone, earlier results of something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mistakes import Mistake, as_parameters, both, check_mistake, file
from shop import MODEL
from test_csi_league import CHECK, FIRMS, FIT, STUDY, chains, league, write_chains

Csi = Callable[..., Any]
NOTHING_MORE = ("--estimator", "pls", "--bootstrap", "0", "--no-beside", "--folds", "0")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_chains(tmp_path)
    return tmp_path


def test_shares_by_respondents_are_known_before_the_fit(csi: Csi, home: Path) -> None:
    text = STUDY.replace(FIRMS, "    firm: sample_size\n")
    (home / "league.yaml").write_text(text, encoding="utf-8")
    checked = csi("check", "league.yaml")
    assert checked.code == 0, checked.err


def test_a_firm_whose_weights_are_all_zero_is_named(csi: Csi, home: Path) -> None:
    frame = chains()
    frame.assign(weight=(frame["firm"] != "B2").astype(int)).to_csv(home / "chains.csv", index=False)
    checked = csi("check", "shop.yaml", "chains.csv", "--by", "firm", "--weight", "weight")
    assert "1 group has fewer respondents than the minimum base of 30: B2 (0)." in checked.err


@pytest.mark.parametrize(
    ("by", "told"),
    [((), "measure quality by other questions"), (("--by", "branch"), "grouped by branch as well")],
)
@pytest.mark.slow
def test_earlier_results_of_something_else_are_refused(
    by: tuple[str, ...], told: str, csi: Csi, home: Path
) -> None:
    chains().rename(columns={"Q3": "Q4"}).to_csv(home / "other.csv", index=False)
    (home / "other.yaml").write_text(MODEL.replace("Q3:", "Q4:"), encoding="utf-8")
    words = ("--by", "industry", "--by", "firm", *by, "--min-base", "20", *NOTHING_MORE)
    fitted = csi("fit", "other.yaml", "other.csv", *words, "-o", "other")
    assert fitted.code < 2, fitted.err
    (home / "league.yaml").write_text(f"{STUDY}  previous: other\n", encoding="utf-8")
    checked = csi("check", "league.yaml")
    assert checked.code == 2
    assert "league.yaml:9: earlier scores: The earlier results" in checked.err
    assert told in checked.err


def named(industries: dict[str, str], firms: dict[str, str]) -> Callable[[Path], object]:
    """The survey of chains with other names."""

    def build(folder: Path) -> None:
        frame = chains()
        frame = frame.assign(
            industry=frame["industry"].replace(industries), firm=frame["firm"].replace(firms)
        )
        frame.to_csv(folder / "chains.csv", index=False)

    return build


MISTAKES = (
    Mistake(
        name="firms that share a name",
        command=CHECK,
        build=both(league((FIRMS, "")), named({"Banks": "A / B", "Food": "A"}, {"B0": "C", "F1": "B / C"})),
        says=("groups: two units have the name 'A / B / C'", "' / '"),
    ),
    Mistake(
        name="industry called total",
        command=CHECK,
        build=both(league((FIRMS, "")), named({"Banks": "total"}, {})),
        says=("groups: a group has the name 'total'", "the whole"),
    ),
    Mistake(
        name="industry called all",
        command=f"{FIT} --nested -o r",
        build=both(league(), named({"Food": "all"}, {})),
        says=("groups: a group has the name 'all'", "all units"),
    ),
    Mistake(
        name="one wave only",
        command=CHECK,
        build=both(
            league(
                (FIRMS, ""), ("    industry: equal", "    firm: equal"), more="waves: {column: industry}\n"
            ),
            named({"Banks": "Shops", "Food": "Shops"}, {}),
        ),
        says=("waves: the column 'industry' has one value only (Shops)", "leave `waves` out"),
    ),
    Mistake(
        name="amount that is no number in a file",
        command=f"{FIT} --shares industry=revenue:x.csv -o r",
        build=both(league(), file("x.csv", "industry,revenue\nBanks,1\nFood,2%\n")),
        says=("--shares industry=revenue:x.csv: x.csv row 3: The amount of Food", "'2%'"),
    ),
)


@pytest.mark.parametrize("mistake", as_parameters(MISTAKES))
def test_a_mistake_gets_one_clear_message(mistake: Mistake, tmp_path: Path, csi: Csi) -> None:
    check_mistake(mistake, tmp_path, csi)
