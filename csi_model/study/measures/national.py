"""National indices with fixed weights as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding, suggest
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import (
    Column,
    Columns,
    Entry,
    Given,
    Measured,
    Pairs,
    Texts,
    field_mistake,
)

if TYPE_CHECKING:
    from csi_model.measures.national import FixedWeights


def _as_text(value: object) -> object:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _measured(made: FixedWeights, given: Given, *findings: Finding) -> Measured:
    from csi_model.measures.national import within_limits
    from csi_model.measures.quantities import measure_tables, one_hidden

    tables = measure_tables(made.quantities, given.answers(), level=given.level, min_base=given.min_base)
    return Measured(tables=within_limits(tables) | made.tables(), findings=(*findings, *one_hidden(tables)))


def _twice(field: str, names: Sequence[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        what = f"The column {name!r} is named {names.count(name)} times."
        yield field_mistake(field, what, "Name each column once.")


class KcsiEntry(Entry):
    """Korean index: overall, element and repurchase satisfaction with fixed weights.

    KCSI = 30 % overall + 50 % element + 20 % repurchase (older edition: 40, 40, 20), each the share of the
    two best answers on seven points. Element satisfaction is the mean of its items' shares, weighted by
    customers' importance (equal by default).
    """

    measure: Literal["kcsi"] = "kcsi"
    overall: Column = Field(description="Overall satisfaction, 1 to 7", examples=["COLUMN"])
    elements: Columns = Field(
        min_length=1, description="Satisfaction with product, service, image", examples=["COLUMN,COLUMN"]
    )
    repurchase: Column = Field(description="Would buy again, 1 to 7", examples=["COLUMN"])
    importance: Pairs = Field(
        default={},
        description="Importance of every element [default: equal]",
        examples=["COLUMN=2,COLUMN=1"],
    )
    edition: Literal["current", "older"] = Field(
        default="current", description="Weights .30 .50 .20 or .40 .40 .20", examples=["current|older"]
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """All questions, on 1 to 7 unless declared otherwise."""
        return dict.fromkeys((self.overall, *self.elements, self.repurchase), Scale(low=1, high=7))

    def problems(self) -> list[Finding]:
        """Columns named twice; importance that does not fit the elements."""
        made = list(_twice("elements", self.elements))
        others = [name for name in (self.overall, self.repurchase) if name in self.elements]
        for name in others:
            what = f"The column {name!r} is an element and a part of its own."
            made.append(field_mistake("elements", what, "Leave it out of the elements."))
        if self.overall == self.repurchase:
            what = f"The column {self.overall!r} is overall satisfaction, too."
            made.append(field_mistake("repurchase", what, "Name the question on buying again."))
        return [*made, *_importance_problems(self.importance, self.elements)]

    def carry_out(self, given: Given) -> Measured:
        """The index, its parts and items by unit, and their weights."""
        from csi_model.measures.national import SEVEN, korean_index, scale_of

        survey = given.answers()
        made = korean_index(
            survey,
            overall=self.overall,
            elements=self.elements,
            repurchase=self.repurchase,
            importance=self.importance,
            edition=self.edition,
        )
        other = [name for name in self.questions() if scale_of(survey, name) != SEVEN]
        findings = [
            Finding(
                code="other-scale",
                severity="warning",
                where=", ".join(other),
                what="KCSI takes the two best of seven answers; on another scale the two best are another "
                "share of the answers.",
                fix="Do not set it beside published KCSI.",
            )
        ]
        return _measured(made, given, *(findings if other else []))


def _importance_problems(importance: Mapping[str, float], elements: Sequence[str]) -> Iterator[Finding]:
    for name in importance:
        if name not in elements:
            yield field_mistake(
                "importance", f"{name!r} is no element.", suggest(name, list(dict.fromkeys(elements)))
            )
    lacking = [name for name in dict.fromkeys(elements) if importance and name not in importance]
    if lacking:
        what = f"It has no number for {', '.join(lacking)}."
        yield field_mistake("importance", what, "Give every element a number, or none.")
    wrong = [name for name, value in importance.items() if not 0 <= value < float("inf")]
    for name in wrong:
        what = f"The importance of {name!r} is {importance[name]:g}."
        yield field_mistake("importance", what, "Write a number of 0 or more.")
    if importance and not wrong and sum(importance.values()) == 0:
        yield field_mistake("importance", "All of them are 0.", "Give one element a number above 0.")


class UkcsiEntry(Entry):
    """British index: the mean of customers' ratings from 1 to 10, times 10.

    A customer's score is the mean of the ratings given; that of an organisation the mean of its customers'
    scores. It goes from 10 to 100, so that it is not comparable with indices of (x - 1) / 9.
    """

    measure: Literal["ukcsi"] = "ukcsi"
    columns: Columns = Field(
        default=[],
        description="Ratings, 1 to 10 [default: those with a dimension]",
        examples=["COLUMN,COLUMN"],
    )
    dimensions: Texts = Field(
        default={},
        description="Dimension of ratings: experience, complaints, customer_ethos, emotional_connection, "
        "ethics",
        examples=["COLUMN=DIMENSION"],
    )

    def _ratings(self) -> list[str]:
        return self.columns or list(self.dimensions)

    def _by_name(self) -> dict[str, str]:
        return {
            name: "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
            for name, text in self.dimensions.items()
        }

    def questions(self) -> Mapping[str, Scale | None]:
        """The ratings, on 1 to 10."""
        return dict.fromkeys(self._ratings(), Scale(low=1, high=10))

    def problems(self) -> list[Finding]:
        """No ratings; ratings named twice; dimensions that there are not."""
        from csi_model.measures.national import UKCSI_DIMENSIONS

        made = list(_twice("columns", self.columns))
        if not self._ratings():
            made.append(field_mistake("columns", "No ratings are named.", "Name them: --columns Q1,Q2,Q3."))
        for name, dimension in self._by_name().items():
            if dimension not in UKCSI_DIMENSIONS:
                what = f"{self.dimensions[name]!r} is none of the five dimensions."
                made.append(field_mistake("dimensions", what, suggest(dimension, UKCSI_DIMENSIONS)))
            if name not in self._ratings():
                what = f"The column {name!r} is not among the ratings."
                made.append(field_mistake("dimensions", what, suggest(name, self.columns)))
        without = [name for name in self.columns if self.dimensions and name not in self.dimensions]
        if without:
            what = f"It has no dimension for {', '.join(without)}."
            made.append(field_mistake("dimensions", what, "Give every rating a dimension, or none."))
        return made

    def carry_out(self, given: Given) -> Measured:
        """The index and its dimensions by unit."""
        from csi_model.measures.national import TEN, british_index, check_scale

        check_scale(given.answers(), self._ratings(), TEN, "UKCSI")
        note = Finding(
            code="ukcsi-floor",
            severity="note",
            where="",
            what="UKCSI goes from 10 to 100, not from 0: it is 10 times the mean rating.",
            fix="Do not set it beside indices from 0 to 100, which are (x - 1) / 9.",
        )
        return _measured(british_index(given.answers(), self._ratings(), self._by_name()), given, note)


class IkmEntry(Entry):
    """Indonesian index of public services: 25 times the mean of the elements, with its grade.

    Elements are answered from 1 to 4 and weigh the same: 14 of them in the edition of 2004, 9 in that of
    2017. Grades are those of the edition; an index is rounded to two decimals before it is graded.
    """

    measure: Literal["ikm"] = "ikm"
    columns: Columns = Field(
        min_length=1, description="The service elements, 1 to 4", examples=["COLUMN,COLUMN"]
    )
    edition: Annotated[Literal["2017", "2004"], BeforeValidator(_as_text)] = Field(
        default="2017", description="Nine elements or fourteen [default: 2017]", examples=["2017|2004"]
    )
    any_number: bool = Field(
        default=False, description="Go on with another number of elements, each 1/number"
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The elements, on 1 to 4."""
        return dict.fromkeys(self.columns, Scale(low=1, high=4))

    def problems(self) -> list[Finding]:
        """Elements named twice, or not as many as the edition has."""
        from csi_model.measures.national import IKM_ELEMENTS

        made = list(_twice("columns", self.columns))
        if len(self.columns) != IKM_ELEMENTS[self.edition] and not self.any_number:
            what = f"The edition of {self.edition} has {IKM_ELEMENTS[self.edition]} elements, not "
            what += f"{len(self.columns)}."
            fix = "Name as many columns, choose the other edition, or go on with --any-number."
            made.append(field_mistake("columns", what, fix))
        return made

    def carry_out(self, given: Given) -> Measured:
        """The index with its grade and the means of the elements by unit."""
        from csi_model.measures.national import FOUR, IKM_ELEMENTS, check_scale, indonesian_index

        check_scale(given.answers(), self.columns, FOUR, "IKM")
        made = indonesian_index(given.answers(), self.columns, self.edition)
        k, wanted = len(self.columns), IKM_ELEMENTS[self.edition]
        finding = Finding(
            code="other-elements",
            severity="warning",
            where="",
            what=f"the index is made of {k} elements, each with the weight 1/{k}; the edition of "
            f"{self.edition} has {wanted}.",
            fix="Its grade is not an official one: say so where you show it.",
        )
        return _measured(made, given, *([finding] if k != wanted else []))


class KundenmonitorEntry(Entry):
    """Mean and shares of global satisfaction on five verbal steps, in the manner of the Kundenmonitor.

    Means on a five-step scale, nothing more: the Kundenmonitor has no official model. In the original 1 is
    the best step (completely satisfied) and 5 the worst.
    """

    measure: Literal["kundenmonitor"] = "kundenmonitor"
    column: Column = Field(description="Global satisfaction, 1 to 5", examples=["COLUMN"])
    best: Annotated[Literal["1", "5"], BeforeValidator(_as_text)] = Field(
        default="1", description="Which answer is the best one [default: 1]", examples=["1|5"]
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """The question, on 1 to 5."""
        return {self.column: Scale(low=1, high=5)}

    def carry_out(self, given: Given) -> Measured:
        """Mean and shares by unit."""
        from csi_model.measures.national import FIVE, check_scale, verbal_means

        check_scale(given.answers(), (self.column,), FIVE, "the Kundenmonitor")
        note = Finding(
            code="direction",
            severity="note",
            where=self.column,
            what="a low mean is a good one: 1 is best." if self.best == "1" else "5 is taken as best.",
            fix="The original has 1 as best; --best says which answer is.",
        )
        return _measured(verbal_means(given.answers(), self.column, best=float(self.best)), given, note)


ENTRIES: tuple[type[Entry], ...] = (KcsiEntry, UkcsiEntry, IkmEntry, KundenmonitorEntry)
