"""Whether the waves of a study asked and computed the same: what must not change if numbers are compared.

Other constructs, questions, scales or rules make numbers incomparable and are refused where results are
compared; other wording, codes or options leave them comparable in form only, and are warnings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csi_model.errors import Finding
from csi_model.evaluation.results import Results
from csi_model.frames import typed_frame
from csi_model.model.spec import ModelSpec
from csi_model.survey.survey import Survey
from csi_model.vocabulary import SURVEY_TABLES

Array = NDArray[Any]
Said = Mapping[str, Any]

NOT_STORED = "not stored"

_OPTIONS = (
    "scheme", "metric", "correlations", "parameterisation", "higher_order", "variances", "ridge",
    "information", "interval", "bootstrap", "jackknife", "level", "min_base",
)  # fmt: skip
"""Options that move numbers or their intervals."""


def questions_of(model: ModelSpec) -> Said:
    """Which items measure which construct, and how PLS weighs them."""
    made: dict[str, Any] = {}
    for one in model.constructs:
        weights = "".join(f", {name} weighs {value:g}" for name, value in one.weights.items())
        product = f", product of {' and '.join(one.product)}" if one.product else ""
        sign = f", sign of {one.sign}" if one.sign else ""
        items = " ".join(item.name for item in model.items_of(one.name))
        made[one.name] = f"{items} (mode {one.mode}{weights}{sign}{product})"
    return made


def subjects(model: ModelSpec, manifest: Said) -> dict[str, Said]:
    """What a study's numbers rest on, by subject: each a mapping from a name to what is said of it."""
    options, items = manifest["options"], model.indicators
    model_said = {f"{path.target} <- {path.source}": "path" for path in model.paths}
    model_said |= {
        f"{one.lhs} {one.op} {one.rhs}": f"fixed {one.fixed}, label {one.label}" for one in model.modifiers
    }
    return {
        "model": {**model_said, "index": model.index},
        "questions": questions_of(model),
        "scales": {one.name: _scale(one.scale) for one in items},
        "direction": {one.name: "reversed" if one.reversed else "as asked" for one in items},
        "derived": {one.name: "; ".join(str(case) for case in one.cases) for one in items if one.cases},
        "wording": {
            one.name: " / ".join(f"{language}: {text}" for language, text in sorted(one.label.items()))
            for one in items
        },
        "codes": _codes(manifest),
        "estimator": {"estimator": str(options["estimator"]), **_steps(model, manifest)},
        "weights": {
            "weight rule": str(options["weight_rule"]),
            **{f"given weight of {name}": f"{value:g}" for name, value in options["given_weights"].items()},
        },
        "missing_answers": {"rule": str(options["missing_data"])},
        "sampling_weights": {"weights": "weighted" if manifest.get("weight") else "not weighted"},
        "options": {name: str(options.get(name)) for name in _OPTIONS},
    }


def _scale(scale: Any) -> str:
    return "none" if scale is None else f"{scale.low:g} to {scale.high:g}"


def _steps(model: ModelSpec, manifest: Said) -> Said:
    """Which questions count as ordered steps; nothing where all count as numbers."""
    ordered = manifest.get("ordered_answers", ())
    if not ordered:
        return {}
    return {one.name: "ordered steps" if one.name in ordered else "a number" for one in model.indicators}


def _codes(manifest: Said) -> Said:
    stored = manifest.get("study", {}).get("codes")
    return {"codes": NOT_STORED} if stored is None else dict(stored)


def study_stamp(results: Results, survey: Survey) -> dict[str, Any]:
    """What a manifest says of the study: codes by column, a hash of each subject, and one of all.

    Waves of one study have the same ``hash``. Options that only intervals depend on are part of it.
    """
    codes = dict(survey.codes)
    said = subjects(results.model, {**results.manifest, "study": {"codes": codes}})
    hashes = {name: _hash(value) for name, value in said.items()}
    return {"hash": _hash(hashes), "parts": hashes, "codes": codes}


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def folder_checks(results: Mapping[str, Results]) -> pd.DataFrame:
    """Neighbouring results subject by subject: columns of ``vocabulary.SURVEY_TABLES["wave_checks"]``."""
    said = {name: subjects(result.model, result.manifest) for name, result in results.items()}
    rows = [
        _row(first, second, subject, _differences(said[first][subject], said[second][subject]))
        for first, second in pairwise(results)
        for subject in said[first]
    ]
    return typed_frame(SURVEY_TABLES["wave_checks"], rows)


def _row(first: str, second: str, subject: str, differing: Sequence[str]) -> dict[str, Any]:
    more = f"; and {len(differing) - 5} more" if len(differing) > 5 else ""
    return {
        "wave_1": first,
        "wave_2": second,
        "subject": subject,
        "same": not differing,
        "what": "; ".join(differing[:5]) + more,
    }


def _differences(first: Said, second: Said) -> list[str]:
    """What differs, in words: ``name: before > after``."""
    names = dict.fromkeys([*first, *second])
    if NOT_STORED in (*first.values(), *second.values()):
        return [] if first == second else ["not stored with one of the waves"]
    return [
        f"{name}: {first.get(name) or 'nothing'} > {second.get(name) or 'nothing'}"
        for name in names
        if first.get(name) != second.get(name)
    ]


def check_findings(table: pd.DataFrame) -> Iterator[Finding]:
    """A warning for every subject that is not the same in two neighbouring waves."""
    for row in table[~table["same"]].to_dict("records"):
        yield Finding(
            code="waves-differ",
            severity="warning",
            where=f"{row['wave_1']} and {row['wave_2']}",
            what=f"{_SUBJECTS[str(row['subject'])]} differ: {row['what']}.",
            fix="Say so beside the trend; a change may come from this and not from the customers.",
        )


_SUBJECTS = {
    "model": "the models",
    "questions": "the questions",
    "scales": "the scales",
    "direction": "the directions of questions",
    "derived": "derived items",
    "wording": "the texts of questions",
    "codes": "missing codes, recodes or routing",
    "estimator": "the estimators",
    "weights": "the weight rules",
    "missing_answers": "the treatments of missing answers",
    "sampling_weights": "the sampling weights",
    "options": "options of the fit",
    "answered": "the questions that were answered",
    "answer_range": "the ranges of the answers",
    "gaps": "the shares of missing answers",
}

GAP = 0.1
"""Share of respondents by which missing answers to a question may differ between waves."""


def answer_checks(survey: Survey, column: str, waves: Sequence[str]) -> pd.DataFrame:
    """Neighbouring waves of one survey: what the answers themselves say.

    Model, scales, codes and options are those of one study, hence the same. A question that nobody answered
    in one of the waves, answers that use at most half of the scale in one and three quarters of it or more in
    the other, and shares of missing answers that differ by more than ``GAP`` are named.
    """
    values = np.array(survey.groups[survey.by.index(column)], dtype=object)
    answers = {wave: survey.answers[values == wave] for wave in waves}
    judged: dict[str, Callable[[Array, Array, int], str]] = {
        "answered": _answered,
        "answer_range": lambda one, two, item: _range(one, two, survey.scales[item].width),
        "gaps": _gaps,
    }
    study = ("model", "questions", "scales", "codes", "estimator", "weights", "missing_answers", "options")
    rows = []
    for first, second in pairwise(waves):
        rows += [_row(first, second, subject, []) for subject in study]
        for subject, judge in judged.items():
            told = [
                f"{name}: {words}"
                for item, name in enumerate(survey.names)
                if (words := judge(answers[first][:, item], answers[second][:, item], item))
            ]
            rows.append(_row(first, second, subject, told))
    return typed_frame(SURVEY_TABLES["wave_checks"], rows)


def _answered(first: Array, second: Array, item: int) -> str:
    one, two = (bool(np.isfinite(part).any()) for part in (first, second))
    return "" if one == two else f"answered in the {'first' if one else 'second'} of them only"


def _range(first: Array, second: Array, width: float) -> str:
    known = [part[np.isfinite(part)] for part in (first, second)]
    if any(len(part) < 2 for part in known):
        return ""
    low, high = sorted(float(part.max() - part.min()) for part in known)
    if low > width / 2 or high < 3 * width / 4:
        return ""
    return " > ".join(f"{part.min():g} to {part.max():g}" for part in known)


def _gaps(first: Array, second: Array, item: int) -> str:
    shares = [float(np.isnan(part).mean()) if len(part) else 0.0 for part in (first, second)]
    if abs(shares[0] - shares[1]) <= GAP or 1.0 in shares:
        return ""
    return f"{100 * shares[0]:.0f} % missing > {100 * shares[1]:.0f} %"
