"""Importance of drivers as it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from csi_model.errors import Finding, UsageError, suggest
from csi_model.model.spec import ModelSpec, Scale
from csi_model.study.measures.entry import Columns, Entry, Given, Measured, Texts, field_mistake

if TYPE_CHECKING:
    from csi_model.evaluation.results import Results
    from csi_model.measures.importance_scores import Scored, Variable
    from csi_model.measures.importance_units import UnitImportance

_MOST = 60
"""Drivers that are taken."""
_FEWEST_DRAWS = 100


class ImportanceEntry(Entry):
    """Importance of drivers without a path model: Shapley (LMG), Johnson's weights, stated against derived.

    A driver is a question, NAME=A+B (the mean of several on 0-100), or a construct of the model. LMG is exact
    up to 15 drivers and the mean over random orders above. Intervals are bootstrap percentiles; a driver is
    above noise where the interval of its difference to a random driver lies above 0. Respondents without an
    answer to every question are left out.
    """

    measure: Literal["importance"] = "importance"
    target: Columns = Field(
        description="What is explained: a question, several (mean on 0-100), NAME=A+B, or a construct",
        examples=["COLUMN"],
    )
    drivers: Columns = Field(
        default=[],
        description=(
            "Drivers: questions, NAME=A+B, or constructs; by default all constructs before the target"
        ),
        examples=["A,B,NAME=C+D"],
    )
    draws: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=1000, description="Bootstrap draws, 0 for no intervals [default: 1000]", examples=["N"]
    )
    exact: Annotated[int, Field(ge=0, le=20)] = Field(
        default=15, description="Most drivers for exact Shapley values [default: 15]", examples=["P"]
    )
    orders: Annotated[int, Field(ge=100, le=1_000_000)] = Field(
        default=2000, description="Random orders for more drivers than that [default: 2000]", examples=["N"]
    )
    stated: Texts = Field(
        default={},
        description="Questions that state the importance of a driver: DRIVER=COLUMN",
        examples=["DRIVER=COLUMN"],
    )
    stated_form: Literal["rating", "rank", "sum"] = Field(
        default="rating",
        description="What these are: rating, rank (1 = most important) or sum (points) [default: rating]",
        examples=["rating|rank|sum"],
    )
    derived_by: Literal["lmg", "johnson", "correlation", "beta"] = Field(
        default="lmg",
        description="Measure that stated importance is held against [default: lmg]",
        examples=["lmg|johnson|correlation|beta"],
    )
    cut: Literal["mean", "median"] = Field(
        default="mean", description="Where the four fields meet [default: mean]", examples=["mean|median"]
    )
    results: str | None = Field(
        default=None,
        description="Folder of the fitted model, to show total effects beside",
        examples=["FOLDER"],
    )
    _labels: dict[str, dict[str, str]] = PrivateAttr(default_factory=dict)
    _fitted: str | None = PrivateAttr(default=None)

    def opened(self, folder: Path) -> ImportanceEntry:
        """The entry with the place of the fitted model; the manifest holds the name of the folder alone."""
        if self.results is None:
            return self
        made = self.model_copy(update={"results": Path(self.results).name})
        made._fitted = str(folder / self.results)
        return made

    def in_model(self, model: ModelSpec | None) -> ImportanceEntry:
        """The entry with constructs of the model in the place of their names."""
        if model is None and self.results is not None:
            what = "constructs are scored by their model, which is not named."
            fix = f"Add --model {Path(self._fitted or self.results, 'model.yaml').as_posix()}."
            raise UsageError.at("--results", what, fix, code="bad-measure")
        if model is None:
            return self
        target = [_expanded(model, one) for one in self.target]
        drivers = [_expanded(model, one) for one in self.drivers]
        if not drivers and len(self.target) == 1 and self.target[0] in model.construct_names:
            drivers = [_expanded(model, one) for one in _before(model, self.target[0]) if model.items_of(one)]
        made = self.model_copy(update={"target": target, "drivers": drivers})
        made._labels = {one.name: dict(one.label) for one in model.constructs if one.label}
        return made

    def questions(self) -> Mapping[str, Scale | None]:
        """Questions of target and drivers, and those that state importance."""
        names = [column for _, columns in (self._target(), *self._drivers()) for column in columns]
        most = float(max(len(self.stated), 2))
        usual = {"rating": None, "rank": Scale(low=1, high=most), "sum": Scale(low=0, high=100)}
        stated = dict.fromkeys(self.stated.values(), usual[self.stated_form])
        return {**stated, **dict.fromkeys(names)}

    def problems(self) -> list[Finding]:
        """Drivers twice, the target among its drivers, stated importance of what is no driver, few draws."""
        return [*self._driver_problems(), *self._stated_problems(), *self._number_problems()]

    def carry_out(self, given: Given) -> Measured:
        """Importance by unit and method, beside the path model, and against what respondents state."""
        from csi_model.measures.importance_scores import most_gaps, scored
        from csi_model.measures.importance_tables import importance_tables
        from csi_model.measures.importance_units import Settings, told, units_importance

        survey, results = given.answers(), self._results(given)
        target, drivers = self._variables(results)
        if not drivers:
            what = "no drivers are named, and there is no model with constructs before the target."
            fix = "Write --drivers A,B,C, or name a model and one of its constructs as the target."
            raise UsageError.at("--drivers", what, fix, code="bad-measure")
        answers = scored(survey, drivers, target)
        settings = Settings(
            draws=self.draws,
            exact=self.exact,
            orders=self.orders,
            level=given.level,
            min_base=given.min_base,
            seed=given.seed,
        )
        units = units_importance(survey, answers, settings, given.progress)
        tables = importance_tables(
            units, answers, level=given.level, scored_by=_scored_by((target, *drivers))
        )
        findings = list(told(units, answers, most_gaps(survey, (*drivers, target))))
        if results is not None:
            tables |= _beside(results, units[0], answers)
            findings += _other_answers(given, results) if self.results else []
        if self.stated:
            more, found = self._stated_tables(given, units, answers)
            tables |= more
            findings += found
        return Measured(tables=tables, findings=tuple(findings), labels=self._labels)

    def _target(self) -> tuple[str, tuple[str, ...]]:
        if len(self.target) == 1:
            return _parsed(self.target[0])
        return " + ".join(self.target), tuple(self.target)

    def _drivers(self) -> list[tuple[str, tuple[str, ...]]]:
        return [_parsed(one) for one in self.drivers]

    def _variables(self, results: Results | None) -> tuple[Variable, list[Variable]]:
        """Target and drivers; constructs of a fitted model are scored by its index weights."""
        from csi_model.measures.importance_scores import Variable

        def made(name: str, columns: tuple[str, ...]) -> Variable:
            return Variable(name=name, columns=columns, weights=_index_weights(results, name, columns))

        return made(*self._target()), [made(*one) for one in self._drivers()]

    def _results(self, given: Given) -> Results | None:
        if self._fitted is None:
            return given.results
        from csi_model.storage import load

        return load(self._fitted)

    def _stated_tables(
        self, given: Given, units: tuple[UnitImportance, ...], answers: Scored
    ) -> tuple[dict[str, Any], list[Finding]]:
        from csi_model.measures.quantities import measure_tables, one_hidden
        from csi_model.measures.stated_derived import stated_derived_table, stated_quantities

        strange = [name for name in self.stated if name not in answers.drivers]
        if strange:
            fix = suggest(strange[0], list(answers.drivers))
            raise UsageError.at("--stated", f"{strange[0]!r} is no driver.", fix, code="bad-measure")
        survey = given.answers()
        quantities, findings = stated_quantities(survey, self.stated, self.stated_form)
        tables = measure_tables(quantities, survey, level=given.level, min_base=given.min_base)
        findings += one_hidden(tables)
        fields = stated_derived_table(
            units,
            answers.drivers,
            answers.target,
            tables["measures"],
            method=self.derived_by,
            cut=self.cut,
            level=given.level,
        )
        return {**tables, "stated_derived": fields}, findings

    def _driver_problems(self) -> Iterator[Finding]:
        name, explained = self._target()
        drivers = self._drivers()
        for where, texts in (("target", self.target), ("drivers", self.drivers)):
            for text in texts:
                if ("=" in text and not all(_parsed(text)[1])) or text.startswith("="):
                    yield field_mistake(where, f"{text!r} names no questions.", "Write NAME=A+B.")
        if len(self.target) > 1 and any("=" in one for one in self.target):
            yield field_mistake("target", "several targets are named.", "Write one: NAME=A+B+C.")
        twice = [one for one, count in Counter(one for one, _ in drivers).items() if count > 1]
        if twice:
            yield field_mistake("drivers", f"{', '.join(twice)} stands twice.", "Name each driver once.")
        own = [one for one, columns in drivers if one == name or set(columns) & set(explained)]
        if own:
            what = f"{', '.join(own)} is (part of) the target itself."
            yield field_mistake("drivers", what, "Leave it out: it would explain itself.")
        if len(drivers) > _MOST:
            what = f"{len(drivers)} drivers are too many; at most {_MOST} are taken."
            yield field_mistake("drivers", what, "Join questions that mean the same: NAME=A+B.")

    def _stated_problems(self) -> Iterator[Finding]:
        if not self.stated:
            return
        names = [name for name, _ in self._drivers()]
        strange = [name for name in self.stated if names and name not in names]
        for name in strange:
            yield field_mistake("stated", f"{name!r} is no driver.", suggest(name, names))
        columns = list(self.stated.values())
        if len(set(columns)) < len(columns):
            yield field_mistake("stated", "a question states the importance of two drivers.", "One each.")
        answered = {one for _, columns in (self._target(), *self._drivers()) for one in columns}
        both = sorted(answered & set(columns))
        if both:
            what = f"{', '.join(both)} is a driver or the target as well."
            yield field_mistake("stated", what, "Name the question on how important it is.")
        if len(self.stated) < 2:
            yield field_mistake("stated", "one driver cannot be held against others.", "Name two or more.")

    def _number_problems(self) -> Iterator[Finding]:
        if 0 < self.draws < _FEWEST_DRAWS:
            what = f"{self.draws} draws are too few for an interval."
            yield field_mistake("draws", what, f"Ask for {_FEWEST_DRAWS} at the least, or for 0.")


def _parsed(text: str) -> tuple[str, tuple[str, ...]]:
    """Name and questions of ``A``, ``A+B`` or ``NAME=A+B``."""
    name, equals, rest = text.partition("=")
    if equals:
        return name.strip(), tuple(part.strip() for part in rest.split("+"))
    parts = tuple(part.strip() for part in text.split("+"))
    return (text, parts) if len(parts) > 1 and all(parts) else (text, (text,))


def _expanded(model: ModelSpec, text: str) -> str:
    """``NAME=A+B`` for a construct of the model, else the text as it is."""
    if text not in model.construct_names or text in {item.name for item in model.indicators}:
        return text
    items = model.items_of(text)
    return f"{text}={'+'.join(dict.fromkeys(item.name for item in items))}" if items else text


def _before(model: ModelSpec, target: str) -> list[str]:
    """Constructs with a way to ``target``, in model order."""
    found: set[str] = set()
    waiting = [target]
    while waiting:
        more = set(model.drivers_of(waiting.pop())) - found - {target}
        found |= more
        waiting += more
    return [name for name in model.construct_names if name in found]


def _index_weights(results: Results | None, name: str, columns: tuple[str, ...]) -> dict[str, float]:
    """Index weights of a construct of the fitted model; none where it is no such construct."""
    if results is None or name not in results.model.construct_names:
        return {}
    items = {item.name for item in results.model.items_of(name)}
    rows = results.pooled["weights"]
    rows = rows[(rows["construct"] == name) & rows["indicator"].isin(list(columns))]
    found = {str(one): float(w) for one, w in zip(rows["indicator"], rows["weight"], strict=True)}
    usable = set(found) == set(columns) == items and all(w == w for w in found.values())
    return found if usable and sum(found.values()) > 0 else {}


def _scored_by(variables: tuple[Variable, ...]) -> str:
    if any(one.weights for one in variables):
        return "index_weights"
    return "equal_weights" if any(len(one.columns) > 1 for one in variables) else "single_questions"


def _beside(results: Results, unit: UnitImportance, answers: Scored) -> dict[str, Any]:
    """The table beside the model's total effects; none where the target is no construct with drivers."""
    from csi_model.measures.importance_beside import beside_table

    drivers = results.pooled.get("drivers")
    if drivers is None or not (drivers["target"] == answers.target).any():
        return {}
    return {"importance_beside": beside_table(drivers, unit, answers)}


def _other_answers(given: Given, results: Results) -> list[Finding]:
    """A warning where the model was fitted to another file, or by other weights."""
    survey, made = given.answers(), results.manifest
    other = made.get("survey", {}).get("sha256", "") != survey.sha256
    unlike = made.get("weight") != survey.weight
    if not other and not unlike:
        return []
    what = "the model was fitted to another file." if other else "the model was fitted by other weights."
    fix = "Compare total effects and relative weights of the same answers only."
    return [Finding(code="other-answers", severity="warning", where="--results", what=what, fix=fix)]


ENTRIES: tuple[type[Entry], ...] = (ImportanceEntry,)
