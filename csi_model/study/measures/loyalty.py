"""The measures of the family ``loyalty`` as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from csi_model.errors import Finding, SurveyError
from csi_model.model.messages import mistake
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import (
    Column,
    Columns,
    Entry,
    Given,
    Measured,
    Pairs,
    Range,
    field_mistake,
)
from csi_model.study.measures.loyalty_curve import LoyaltyCurveEntry

if TYPE_CHECKING:
    from csi_model.measures.loyalty_index import Indicator
    from csi_model.measures.price_tolerance import Tolerance
    from csi_model.survey.survey import Survey


def _repeated(entry: Entry, fields: tuple[str, ...]) -> list[Finding]:
    """A mistake for every field that names a column of an earlier one."""
    made, seen = [], set[str]()
    for name in fields:
        column = getattr(entry, name)
        if column in seen:
            made.append(field_mistake(name, f"{column} stands for two questions.", "Name another column."))
        seen.add(column)
    return made


class LoyaltyIndexEntry(Entry):
    """Loyalty index of satisfaction, repurchase and recommendation, with its weights.

    Each indicator is put on 0-100 and the index is their weighted mean; source texts give no scores or
    weights, so these are ours. A respondent counts who answered all three, or so many as --at-least says,
    with the weights of those answered scaled up.
    """

    measure: Literal["loyalty_index"] = "loyalty_index"
    satisfaction: Column = Field(description="Overall satisfaction, usually 1-5", examples=["COLUMN"])
    repurchase: Column = Field(
        description="Buying again: 1-3 (below 30 %, 30-70 %, above 70 %), a rating, or percent",
        examples=["COLUMN"],
    )
    recommendation: Column = Field(
        description="Recommending: 1-3 (none, possible, large) or a rating", examples=["COLUMN"]
    )
    repurchase_percent: bool = Field(
        default=False, description="The repurchase question was answered in percent, 0-100"
    )
    bins: Range = Field(
        default=(30.0, 70.0),
        description="Percent that score 50; below 0, above 100 [default: 30:70]",
        examples=["LOW:HIGH"],
    )
    low_is_best: Columns = Field(
        default=[], description="Questions whose lowest answer is the best one", examples=["COLUMN,..."]
    )
    indicator_weights: Pairs = Field(
        default={},
        description="Weights of the three columns [default: equal]",
        examples=["COLUMN=W,COLUMN=W,COLUMN=W"],
    )
    at_least: Annotated[int, Field(ge=1, le=3)] = Field(
        default=3, description="Indicators that a respondent must have answered [default: 3]", examples=["N"]
    )

    @property
    def columns(self) -> tuple[str, str, str]:
        """The three questions."""
        return self.satisfaction, self.repurchase, self.recommendation

    def questions(self) -> Mapping[str, Scale | None]:
        """Satisfaction on five steps, the others on three, repurchase on 0-100 where it is in percent."""
        three = Scale(low=1, high=3)
        repurchase = Scale(low=0, high=100) if self.repurchase_percent else three
        return {
            self.satisfaction: Scale(low=1, high=5), self.repurchase: repurchase, self.recommendation: three
        }  # fmt: skip

    def problems(self) -> list[Finding]:
        """A column twice, weights that are none, names that are not among the three."""
        made = _repeated(self, ("satisfaction", "repurchase", "recommendation"))
        for field in ("low_is_best", "indicator_weights"):
            strange = [name for name in getattr(self, field) if name not in self.columns]
            if strange:
                what = f"{', '.join(strange)} is not among the questions of the index."
                made.append(field_mistake(field, what, f"Choose from {', '.join(self.columns)}."))
        weights = self.indicator_weights
        missing = [name for name in self.columns if name not in weights]
        if weights and missing and len(missing) < 3:
            what = f"has no weight for {', '.join(missing)}."
            made.append(field_mistake("indicator_weights", what, "Give each question a weight; 0 is one."))
        low = [name for name, weight in weights.items() if not 0 <= weight < float("inf")]
        if low or (weights and not missing and not sum(weights.values()) > 0):
            what = "weights must not be negative, and some must be positive."
            made.append(field_mistake("indicator_weights", what, "Write for example 2, 1 and 1."))
        if not 0 <= self.bins[0] <= self.bins[1] <= 100:
            made.append(field_mistake("bins", "lie outside 0-100 percent.", "Write for example 30:70."))
        return made

    def carry_out(self, given: Given) -> Measured:
        """Index, indicators, weights and contributions by unit, and differences."""
        from csi_model.measures.estimates import Design
        from csi_model.measures.loyalty_index import index_quantities, parts_frame
        from csi_model.measures.quantities import measure_tables, one_hidden, units_of

        survey = given.answers()
        indicators = [self._indicator(survey, name) for name in self.columns]
        name = " + ".join(self.columns)
        asked = index_quantities(indicators, name=name, at_least=self._needed(indicators))
        tables = measure_tables(asked, survey, level=given.level, min_base=given.min_base)
        parts = parts_frame(
            indicators,
            units_of(survey),
            Design.of(survey),
            at_least=self._needed(indicators),
            min_base=given.min_base,
        )
        return Measured(tables={**tables, "loyalty_index_parts": parts}, findings=one_hidden(tables))

    def _indicator(self, survey: Survey, name: str) -> Indicator:
        from csi_model.measures.loyalty_index import Indicator, binned, rescaled, scale_of
        from csi_model.measures.quantities import column

        answers, scale = column(survey, name), scale_of(survey, name)
        turned = name in self.low_is_best
        if name == self.repurchase and self.repurchase_percent:
            scores = binned(answers, self.bins)
            scored, scores = "bins", 100 - scores if turned else scores
        else:
            scored = "linear"
            scores = rescaled(answers, scale.low, scale.high, low_is_best=turned)
        weight = self.indicator_weights.get(name, 1.0)
        return Indicator(item=name, scores=scores, weight=weight, scored=scored)

    def _needed(self, indicators: list[Indicator]) -> int:
        """Indicators of weight 0 need no answer."""
        return min(self.at_least, sum(one.weight > 0 for one in indicators))


def _censored(value: object) -> object:
    """``end``, ``left_out`` or a percent."""
    if isinstance(value, str) and value.replace("-", "_") in ("end", "left_out"):
        return value.replace("-", "_")
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise mistake(f"is {value!r}", "Write end, left_out, or a percent such as 35.") from None


class PriceToleranceEntry(Entry):
    """Price tolerance curve and reservation price, from the routed pair of questions.

    Likely buyers are asked which price rise they accept, the others which cut would win them back. The
    reservation price, 100 + rise or 100 - cut in percent of today's price, is our convention. Answers beyond
    the last percent that was asked about (such as code 26, more than 25) count in the curve as what they are;
    --censored says how they count in means.
    """

    measure: Literal["price_tolerance"] = "price_tolerance"
    repurchase: Column = Field(
        default="REPUR", description="Likelihood to buy again [default: REPUR]", examples=["COLUMN"]
    )
    rise: Column = Field(
        default="HIGHPTOL",
        description="Price rise accepted, percent [default: HIGHPTOL]",
        examples=["COLUMN"],
    )
    cut: Column = Field(
        default="LOWPTOL", description="Price cut needed, percent [default: LOWPTOL]", examples=["COLUMN"]
    )
    rise_when: Range = Field(
        default=(6.0, 10.0),
        description="Repurchase answers that are asked for the rise [default: 6:10]",
        examples=["LOW:HIGH"],
    )
    cut_when: Range = Field(
        default=(1.0, 5.0),
        description="Repurchase answers that are asked for the cut [default: 1:5]",
        examples=["LOW:HIGH"],
    )
    most: Annotated[float, Field(gt=0, le=100)] = Field(
        default=25.0,
        description="Largest percent asked about; larger answers mean more than it [default: 25]",
        examples=["PERCENT"],
    )
    step: Annotated[float, Field(gt=0)] = Field(
        default=5.0, description="Steps of the curve, percent [default: 5]", examples=["PERCENT"]
    )
    censored: Annotated[
        Literal["end", "left_out"] | Annotated[float, Field(allow_inf_nan=False)], BeforeValidator(_censored)
    ] = Field(
        default="end",
        description="What answers beyond the last percent count in means: end (that percent), left_out, or "
        "an assumed percent [default: end]",
        examples=["end|left_out|PERCENT"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """Repurchase on 1 to 10, the others in percent up to the largest that was asked about."""
        percent = Scale(low=0, high=self.most)
        return {self.repurchase: Scale(low=1, high=10), self.rise: percent, self.cut: percent}

    def problems(self) -> list[Finding]:
        """A column twice, overlapping routing, a step or an assumed percent that does not fit."""
        made = _repeated(self, ("repurchase", "rise", "cut"))
        if self.rise_when[0] <= self.cut_when[1] and self.cut_when[0] <= self.rise_when[1]:
            what = "rise and cut would be asked of the same respondents: the ranges overlap."
            made.append(field_mistake("cut_when", what, "Write for example 6:10 and 1:5."))
        if self.step > self.most:
            what = f"{self.step:g} is more than the largest percent asked about, {self.most:g}."
            made.append(field_mistake("step", what, "Take a smaller step, such as 5."))
        if self.most / self.step > 200:
            what = f"{self.step:g} makes a curve of more than 400 points."
            made.append(field_mistake("step", what, "Take a larger step, such as 1."))
        if not isinstance(self.censored, str) and not self.most <= self.censored <= 100:
            what = f"{self.censored:g} does not lie between the largest percent asked about, {self.most:g}, "
            made.append(
                field_mistake("censored", what + "and 100.", "Write end, left_out, or such a percent.")
            )
        return made

    def carry_out(self, given: Given) -> Measured:
        """Curve, means, median and quartiles by unit, answers accounted for, and differences."""
        import pandas as pd

        from csi_model.frames import typed_frame
        from csi_model.measures.estimates import Design
        from csi_model.measures.price_answers import answers_frame, price_findings
        from csi_model.measures.price_tolerance import curve_frame, price_quantities, quartile_rows
        from csi_model.measures.quantities import measure_tables, one_hidden, units_of
        from csi_model.vocabulary import MEASURES

        survey = given.answers()
        tolerance = self._tolerance(survey)
        units, design, names = units_of(survey), Design.of(survey), (self.rise, self.cut)
        tables = measure_tables(
            price_quantities(tolerance, names, censored=self.censored),
            survey,
            level=given.level,
            min_base=given.min_base,
        )
        rows = quartile_rows(tolerance, units, design, level=given.level, min_base=given.min_base)
        quartiles = typed_frame(MEASURES["measures"], rows)
        more = {
            "measures": pd.concat([tables["measures"], quartiles], ignore_index=True),
            "price_tolerance": curve_frame(
                tolerance, units, design, step=self.step, level=given.level, min_base=given.min_base
            ),
            "price_tolerance_answers": answers_frame(
                tolerance, survey, units, names, min_base=given.min_base
            ),
        }
        findings = (*price_findings(tolerance, survey, names, self.censored), *one_hidden(tables))
        return Measured(tables={**tables, **more}, findings=findings)

    def _tolerance(self, survey: Survey) -> Tolerance:
        """Reservation prices.

        Raises
        ------
        SurveyError
            Nobody has one, or a scale ends too soon.
        """
        import numpy as np

        from csi_model.measures.price_tolerance import tolerances
        from csi_model.measures.quantities import column

        found = tolerances(
            column(survey, self.repurchase),
            column(survey, self.rise),
            column(survey, self.cut),
            rise_when=self.rise_when,
            cut_when=self.cut_when,
            most=self.most,
            rise_beyond=_top_coded(survey, self.rise, self.most),
            cut_beyond=_top_coded(survey, self.cut, self.most),
        )
        if not np.isfinite(found.prices).any():
            what = "nobody who was asked named a percent, so that there is no reservation price."
            fix = "Check the columns, their missing codes and the routing (--rise-when, --cut-when)."
            raise SurveyError.at(f"{self.rise}, {self.cut}", what, fix, code="empty-base")
        return found


def _top_coded(survey: Survey, name: str, most: float) -> object:
    """Answers known to mean more than the end of the scale.

    Raises
    ------
    SurveyError
        The scale ends before the largest percent that was asked about.
    """
    from csi_model.measures.loyalty_index import scale_of

    end = scale_of(survey, name).high
    if end < most:
        what = f"its scale ends at {end:g} percent, before the largest percent asked about, {most:g}."
        raise SurveyError.at(name, what, f"Give --most {end:g}, or declare its scale.", code="scale-ends")
    if survey.top_coded is None or end > most:
        return False
    return survey.top_coded[:, survey.names.index(name)]


ENTRIES: tuple[type[Entry], ...] = (LoyaltyIndexEntry, PriceToleranceEntry, LoyaltyCurveEntry)
