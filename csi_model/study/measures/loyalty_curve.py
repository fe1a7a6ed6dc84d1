"""The satisfaction-loyalty curve as it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from csi_model.errors import Finding, SurveyError
from csi_model.model.spec import Scale
from csi_model.study.measures.entry import Column, Columns, Entry, Given, Measured, Range, field_mistake

if TYPE_CHECKING:
    from csi_model.measures.loyalty_curve import Zones
    from csi_model.measures.loyalty_tables import Pairs
    from csi_model.survey.survey import Floats, Survey


class LoyaltyCurveEntry(Entry):
    """Loyalty by satisfaction: zones, smooth curve, test of a straight line, and the trap.

    Zones of defection, indifference and affection (Heskett et al. 1994, Jones & Sasser 1995) have no
    published cut points: ours end at 50 and 80 of 0-100 satisfaction. Several loyalty questions are averaged
    on 0-100, among respondents who answered all. The curve is a restricted cubic spline, slopes are those of
    straight lines that meet where the zones meet; errors follow the design.
    """

    measure: Literal["loyalty_curve"] = "loyalty_curve"
    satisfaction: Column = Field(description="Satisfaction question", examples=["COLUMN"])
    loyalty: Columns = Field(description="Loyalty questions, by commas", examples=["COLUMN,..."])
    indifference: Range | None = Field(
        default=None,
        description="Answers of the middle zone [default: from 50 to below 80 of 0-100, 6:8 of 1-10]",
        examples=["LOW:HIGH"],
    )

    def questions(self) -> Mapping[str, Scale | None]:
        """Satisfaction and loyalty, on 1 to 10 unless declared otherwise."""
        return {name: Scale(low=1, high=10) for name in (self.satisfaction, *self.loyalty)}

    def problems(self) -> list[Finding]:
        """No loyalty question, or one that is named twice."""
        names = [self.satisfaction, *self.loyalty]
        if not self.loyalty:
            return [field_mistake("loyalty", "names no question.", "Name at least one column.")]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            return [field_mistake("loyalty", f"{', '.join(twice)} is named twice.", "Name another column.")]
        return []

    def carry_out(self, given: Given) -> Measured:
        """Loyalty by answer and zone, curve, slopes and tests by unit, and differences."""
        from csi_model.measures.estimates import Design
        from csi_model.measures.loyalty_tables import (
            bends_frame,
            curve_frame,
            loyalty_quantities,
            slopes_frame,
            unit_curves,
            zones_frame,
        )
        from csi_model.measures.quantities import measure_tables, one_hidden, units_of

        survey = given.answers()
        pairs, design, level = self._pairs(survey), Design.of(survey), given.level
        where = f"{self.satisfaction}, {', '.join(self.loyalty)}"
        curves = unit_curves(pairs, units_of(survey), design, where=where, min_base=given.min_base)
        asked = loyalty_quantities(pairs, self.satisfaction, " + ".join(self.loyalty))
        tables = measure_tables(asked, survey, level=level, min_base=given.min_base)
        slopes = slopes_frame(curves, level=level)
        made = {
            **tables,
            "loyalty_curve": curve_frame(pairs, curves, design, level=level),
            "loyalty_zones": zones_frame(pairs, curves, design, level=level),
            "loyalty_slopes": slopes,
            "loyalty_curve_tests": bends_frame(curves, slopes, level=level),
        }
        return Measured(tables=made, findings=one_hidden(tables))

    def _pairs(self, survey: Survey) -> Pairs:
        import numpy as np

        from csi_model.measures.loyalty_index import rescaled, scale_of
        from csi_model.measures.loyalty_tables import Pairs
        from csi_model.measures.quantities import column

        scores = []
        for name in self.loyalty:
            scale = scale_of(survey, name)
            scores.append(rescaled(column(survey, name), scale.low, scale.high))
        answers = column(survey, self.satisfaction)
        loyalty: Floats = np.mean(np.column_stack(scores), axis=1)
        return Pairs(satisfaction=answers, loyalty=loyalty, zones=self._zones(survey, answers))

    def _zones(self, survey: Survey, answers: Floats) -> Zones:
        """The zones on the scale of the satisfaction question.

        Raises
        ------
        SurveyError
            The scale has no room for three zones, or not with the middle one that was asked for.
        """
        import numpy as np

        from csi_model.measures.loyalty_curve import Zones, default_zones
        from csi_model.measures.loyalty_index import scale_of

        scale, known = scale_of(survey, self.satisfaction), answers[np.isfinite(answers)]
        whole = bool(np.all(known == np.round(known)))
        low, high = self.indifference or default_zones(scale, whole=whole)
        if not scale.low < low <= high < scale.high:
            shown = f"{scale.low:g}-{scale.high:g}"
            what = f"the scale {shown} has no room below and above a middle zone of {low:g}-{high:g}."
            if self.indifference is None:
                what = f"the scale {shown} has too few steps for three zones."
            fix = "Give --indifference LOW:HIGH inside the scale, or declare the scale (--scale)."
            raise SurveyError.at(self.satisfaction, what, fix, code="no-zones")
        return Zones(scale=scale, low=low, high=high, whole=whole)
