"""What a plan is asked for, and everything that can be wrong about the question, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from csi_model.comparison.plan_assumptions import (
    FEWEST,
    WIDEST_SD,
    Allowance,
    Assumptions,
    bonferroni,
    wrong_option,
)
from csi_model.errors import Finding, UsageError

Kind = Literal["margin", "difference", "interviews", "path"]

POWER = 0.8
"""Power that is planned for unless told otherwise (Cohen 1988)."""
INTERVIEWS = 250
"""Interviews a firm in the practice of index producers, where a path is asked for without a number."""


@dataclass(frozen=True, kw_only=True)
class PlanAsk:
    """A question to ``plan``; what is None or empty was not said.

    Attributes
    ----------
    margin
        How many interviews give this margin?
    difference
        How many find this difference? With ``interviews``: how often do they find it?
    interviews
        What do so many interviews of a firm give? Several are answered side by side.
    path
        ``FROM:TO``: how often is this path found?
    sds
        Standard deviations of the index, in index points.
    level, power, deff, population, panel_correlation, distribution
        See ``Assumptions``.
    firms, comparisons
        Firms of which all pairs are compared, or how many comparisons are made at once.
    response
        Share of the invited who answer.
    results, construct
        A results folder to take standard deviation and design effect from, and the construct there.
    model, truth, effects, estimator, draws, seed
        See ``path_power``.
    """

    margin: float | None = None
    difference: float | None = None
    interviews: tuple[int, ...] = ()
    path: str = ""
    sds: tuple[float, ...] = ()
    level: float = 0.95
    power: float | None = None
    deff: float | None = None
    firms: int | None = None
    comparisons: int | None = None
    population: float | None = None
    response: float | None = None
    panel_correlation: float | None = None
    distribution: str = "automatic"
    results: Path | None = None
    construct: str | None = None
    model: str | None = None
    truth: Path | None = None
    effects: tuple[float, ...] = ()
    estimator: str | None = None
    draws: int | None = None
    seed: int | None = None

    @property
    def kind(self) -> Kind:
        """What is asked."""
        if self.path:
            return "path"
        if self.margin is not None:
            return "margin"
        return "difference" if self.difference is not None else "interviews"

    @property
    def power_wanted(self) -> float:
        """The power asked for, or the usual one."""
        return POWER if self.power is None else self.power

    def assumptions(self, sd: float, deff: float, allowance: Allowance) -> Assumptions:
        """What one line of the answer rests on."""
        return Assumptions(
            sd=sd,
            level=self.level,
            deff=deff,
            allowance=allowance,
            population=self.population,
            panel_correlation=self.panel_correlation,
            distribution=self.distribution,
        )


def check_ask(ask: PlanAsk) -> None:
    """Raise UsageError with every mistake of a question."""
    wrong = [*ask_findings(ask)]
    if wrong:
        raise UsageError(wrong)


def ask_findings(ask: PlanAsk) -> Iterator[Finding]:
    """Every mistake of a question: what is asked, then the numbers."""
    yield from _wrong_question(ask)
    yield from _out_of_place(ask)
    yield from _wrong_targets(ask)
    yield from _wrong_sizes(ask)
    yield from _wrong_conditions(ask)


def _wrong_question(ask: PlanAsk) -> Iterator[Finding]:
    asked = [
        option
        for option, said in (
            ("--margin", ask.margin is not None),
            ("--difference", ask.difference is not None),
            ("--path", bool(ask.path)),
        )
        if said
    ]
    if len(asked) > 1:
        what = f"{' and '.join(asked)} are two questions."
        yield wrong_option(asked[1], what, "Ask one at a time.")
    if not asked and not ask.interviews:
        what = "nothing is asked."
        fix = (
            "Give --margin 2 (how many interviews for a margin?), --difference 4 (how many to find a "
            "difference?), --interviews 250 (what do they give?) or --path quality:satisfaction (how often "
            "is a path found?)."
        )
        yield wrong_option("plan", what, fix)
    if ask.margin is not None and ask.interviews:
        what = "with margin and interviews both given there is nothing to plan."
        yield wrong_option("--interviews", what, "Leave one of the two out.")
    if ask.difference is not None and ask.interviews and ask.power is not None:
        what = "with difference, interviews and power all given there is nothing to plan."
        yield wrong_option("--power", what, "Leave one of the three out.")
    if ask.firms is not None and ask.comparisons is not None:
        what = "the number of firms already says how many pairs are compared."
        yield wrong_option("--comparisons", what, "Give --firms or --comparisons.")
    if ask.results is not None and ask.sds:
        what = "the results folder of --from has the standard deviation."
        yield wrong_option("--sd", what, "Give --sd or --from.")


def _out_of_place(ask: PlanAsk) -> Iterator[Finding]:
    """Options without a role in this question: ignoring them would let a plan look like another."""
    simulated = (
        ("--model", ask.model), ("--truth", ask.truth), ("--effect", ask.effects or None),
        ("--estimator", ask.estimator), ("--draws", ask.draws), ("--seed", ask.seed),
    )  # fmt: skip
    counted = (
        ("--sd", ask.sds or None), ("--deff", ask.deff), ("--firms", ask.firms),
        ("--comparisons", ask.comparisons), ("--population", ask.population), ("--response", ask.response),
        ("--panel-correlation", ask.panel_correlation), ("--from", ask.results), ("--index", ask.construct),
        ("--distribution", None if ask.distribution == "automatic" else ask.distribution),
    )  # fmt: skip
    if ask.kind == "path":
        for option, value in counted:
            if value is not None:
                what = "a path is simulated from a model, so this has no role."
                yield wrong_option(option, what, "Leave it out, or give a --truth file.")
        return
    for option, value in simulated:
        if value is not None:
            yield wrong_option(option, "this belongs to --path.", "Leave it out, or ask for a path.")
    if ask.construct is not None and ask.results is None:
        yield wrong_option("--index", "this belongs to --from.", "Leave it out, or give a results folder.")
    if ask.kind == "margin" and ask.power is not None:
        what = "a margin has no power."
        yield wrong_option("--power", what, "Leave it out, or ask for a --difference.")
    if ask.kind == "difference" and ask.population is not None:
        what = "a test asks about what lies behind the customers, however few they are."
        yield wrong_option("--population", what, "Leave it out, or ask for a --margin.")


def _wrong_targets(ask: PlanAsk) -> Iterator[Finding]:
    if ask.margin is not None and not 0 < ask.margin < WIDEST_SD:
        what = f"{ask.margin:g} is not a margin of an index of 0 to 100."
        yield wrong_option("--margin", what, "Give index points above 0, such as 2.")
    if ask.difference is not None and not 0 < ask.difference < 100:
        what = f"{ask.difference:g} is no difference of indices of 0 to 100 to be found."
        yield wrong_option("--difference", what, "Give index points above 0, such as 4.")
    if ask.power is not None and not 0 < ask.power < 1:
        what = f"{ask.power:g} is not a power."
        yield wrong_option("--power", what, "Give a share below 1: 0.8 for 80 %.")
    elif ask.kind in ("difference", "interviews") and 0 < ask.power_wanted <= 1 - ask.level < 1:
        what = (
            f"a power of {ask.power_wanted:g} is no more than the share of false alarms, {1 - ask.level:g}."
        )
        yield wrong_option("--power", what, "Give a larger power, or a higher --level.")
    if ask.response is not None and not 0 < ask.response <= 1:
        what = f"{ask.response:g} is not a response rate."
        yield wrong_option("--response", what, "Give a share above 0: 0.3 for 30 %.")
    if ask.path and len(_ends(ask.path)) != 2:
        what = f"{ask.path!r} is not a path."
        yield wrong_option("--path", what, "Write FROM:TO, such as quality:satisfaction.")
    for effect in ask.effects:
        if not -1 < effect < 1:
            what = f"{effect:g} is not a standardised path."
            yield wrong_option("--effect", what, "Give a number between -1 and 1, such as 0.2.")
    if ask.draws is not None and ask.draws < 1:
        yield wrong_option("--draws", f"{ask.draws} surveys say nothing.", "Give 500 for a start.")


def path_of(ask: PlanAsk) -> tuple[str, str]:
    """The path ``FROM:TO`` of a checked question."""
    source, target = _ends(ask.path)
    return source, target


def _ends(path: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in path.split(":") if part.strip())


def _wrong_sizes(ask: PlanAsk) -> Iterator[Finding]:
    for n in ask.interviews:
        if n < FEWEST:
            yield wrong_option("--interviews", f"{n} are too few interviews.", f"Give {FEWEST} or more.")
        elif ask.population is not None and FEWEST <= ask.population < n:
            what = f"{n} interviews are more than the {ask.population:g} customers."
            yield wrong_option("--interviews", what, "Give fewer, or leave --population out.")
        elif ask.deff is not None and ask.kind != "path" and n <= ask.deff:
            what = f"{n} interviews with a design effect of {ask.deff:g} count as one or less."
            yield wrong_option("--interviews", what, "Give more.")
    if ask.firms is not None and ask.firms < 2:
        yield wrong_option("--firms", f"{ask.firms} firms have no pairs.", "Give 2 or more, or leave it out.")


def _wrong_conditions(ask: PlanAsk) -> Iterator[Finding]:
    """What is wrong for any standard deviation, and with each of them, told once."""
    told: set[Finding] = set()
    for sd in ask.sds or (WIDEST_SD,):
        try:
            ask.assumptions(sd, 1.0 if ask.deff is None else ask.deff, bonferroni(ask.comparisons or 1))
        except UsageError as error:
            yield from (one for one in error.findings if one not in told)
            told |= set(error.findings)
    if ask.comparisons == 0:
        yield wrong_option("--comparisons", "0 comparisons cannot be made.", "Give 1 or more.")
