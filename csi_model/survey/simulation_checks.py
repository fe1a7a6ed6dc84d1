"""What can be wrong in the truth of a simulated population."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from csi_model.errors import Finding, suggest
from csi_model.model.spec import ModelSpec
from csi_model.survey.simulation_limits import limit_findings
from csi_model.survey.simulation_population import is_recode, structure_of
from csi_model.survey.simulation_truth import Truth


def check_truth(truth: Truth, model: ModelSpec, taken: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Find every mistake of a truth that is to be used with ``model``.

    ``taken`` are column names that groups and questions may not have. All findings are errors.
    """
    limits = limit_findings(model)
    if limits:
        return limits
    checks = (_items, _derived, _structure, _constructs, _asking)
    findings = tuple(finding for check in checks for finding in check(truth, model))
    return (*findings, *_groups(truth, model, taken), *(() if findings else _variances(truth, model)))


def _wrong(part: str, what: str, fix: str) -> Finding:
    return Finding(code="bad-truth", severity="error", where=f"truth, {part}", what=what, fix=fix)


def _items(truth: Truth, model: ModelSpec) -> Iterator[Finding]:
    names = [item.name for item in model.indicators]
    for name in names:
        if name not in truth.items:
            yield _wrong("items", f"The question {name!r} of the model is not there.", "Add its numbers.")
    for name in truth.items:
        if name not in names:
            yield _wrong("items", f"The model has no question {name!r}.", suggest(name, names))
    for name, extra in truth.extras.items():
        if name in names:
            fix = "Give its numbers under `items` only."
            yield _wrong("extras", f"{name!r} is a question of the model.", fix)
        if extra.construct not in model.construct_names:
            what = f"{name!r} follows {extra.construct!r}, which is no construct of the model."
            yield _wrong("extras", what, suggest(extra.construct, model.construct_names))


def _derived(truth: Truth, model: ModelSpec) -> Iterator[Finding]:
    names = {item.name for item in model.indicators}
    for item in model.indicators:
        for case in item.cases:
            if not is_recode(item) and case.when not in (*names, *truth.extras):
                what = f"{item.name!r} depends on {case.when!r}, of which nothing is said."
                yield _wrong("extras", what, f"Add {case.when!r} under `extras`.")
            if case.take in (*names, *truth.extras) or (case.take == case.when and not is_recode(item)):
                what = f"{item.name!r} takes its answer from {case.take!r}, a question of its own."
                fix = "Simulated derived items need columns of their own to be computed from."
                yield _wrong("items", what, fix)
            if case.times == 0:
                what = f"A case of {item.name!r} multiplies by 0, so that no answer can be drawn for it."
                yield _wrong("items", what, "Give the case another factor.")


def _structure(truth: Truth, model: ModelSpec) -> Iterator[Finding]:
    wanted = {(path.source, path.target) for path in model.paths}
    for source, target in wanted - set(truth.paths):
        yield _wrong("paths", f"The path {source} > {target} is not there.", "Add it (it may be 0).")
    for source, target in set(truth.paths) - wanted:
        fix = "Remove it, or add it to the model."
        yield _wrong("paths", f"The model has no path {source} > {target}.", fix)


def _constructs(truth: Truth, model: ModelSpec) -> Iterator[Finding]:
    names = model.construct_names
    for name in names:
        if name not in truth.sds:
            yield _wrong("sds", f"The construct {name!r} is not there.", "Add its standard deviation.")
    for name in truth.sds:
        if name not in names:
            yield _wrong("sds", f"The model has no construct {name!r}.", suggest(name, names))
    for pair in truth.covariances:
        for name in pair:
            if name not in names:
                yield _wrong("covariances", f"The model has no construct {name!r}.", suggest(name, names))
            elif model.drivers_of(name):
                what = f"The construct {name!r} has drivers; only constructs without any covary."
                yield _wrong("covariances", what, "Remove the covariance.")


def _asking(truth: Truth, model: ModelSpec) -> Iterator[Finding]:
    columns = (*dict.fromkeys((*model.columns(), *truth.extras)),)
    for name, routing in truth.asked_when.items():
        for one in (name, routing.column):
            if one not in columns:
                yield _wrong("asked_when", f"There is no column {one!r}.", suggest(one, columns))
        if routing.column in truth.asked_when:
            what = f"{name!r} is asked by {routing.column!r}, which is itself asked of some only."
            yield _wrong("asked_when", what, "Let a question that everybody is asked decide.")
    if sum(truth.missing.values()) > 1:
        yield _wrong("missing", "The shares of the missing codes add up to more than 1.", "Lower them.")
    scales = [item.scale for item in model.indicators if item.scale is not None and not item.cases]
    scales += [*truth.raw_scales.values(), *(extra.scale for extra in truth.extras.values())]
    for code in truth.missing:
        if any(scale.low <= code <= scale.high for scale in scales):
            what = f"The missing code {code:g} lies on the scale of a question."
            yield _wrong("missing", what, "Choose a code that is no answer, such as 98 or -1.")


def _groups(truth: Truth, model: ModelSpec, taken: Sequence[str]) -> Iterator[Finding]:
    used = {*taken, *model.columns(), *truth.extras, *truth.items}
    for name in truth.by:
        if name in used:
            what = f"The group column {name!r} has the name of another column."
            yield _wrong("groups", what, "Give it another name.")
    seen = set()
    for number, group in enumerate(truth.groups, start=1):
        part = f"groups, number {number}"
        if tuple(group.key) != truth.by:
            what = f"Its columns are {', '.join(group.key) or 'none'}, those of the first group "
            what += f"{', '.join(truth.by) or 'none'}."
            yield _wrong(part, what, "Give every group the same columns in the same order.")
        values = tuple(group.key.values())
        if values in seen:
            yield _wrong(part, "A group before it has the same key.", "Make them one.")
        seen.add(values)
        if not group.share > 0:
            yield _wrong(part, f"Its share is {group.share:g}.", "Give a share above 0.")
        for name in group.shifts:
            if name not in model.construct_names:
                what = f"It shifts {name!r}, which is no construct of the model."
                yield _wrong(part, what, suggest(name, model.construct_names))


def _variances(truth: Truth, model: ModelSpec) -> Iterator[Finding]:
    if np.linalg.eigvalsh(structure_of(truth, model).disturbances)[0] < -1e-9:
        what = "The covariances are too large for the standard deviations."
        yield _wrong("covariances", what, "Lower them: no correlation can be above 1.")
