"""Tables and findings about groups with ordered answers."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from csi_model.comparison.comparability import path_frame
from csi_model.comparison.ordinal_comparability import ordinal_comparability_finding, ordinal_ladder_frames
from csi_model.comparison.ordinal_invariance import try_ordinal_invariance
from csi_model.comparison.ordinal_paths import ordinal_path_tests
from csi_model.errors import CsiError, Finding
from csi_model.model.spec import ModelSpec
from csi_model.survey.survey import Survey


def ordinal_group_tables(
    model: ModelSpec, survey: Survey, *, level: float, min_base: int
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Tables ``invariance``, ``equality_tests``, ``latent_means`` and ``path_tests``, and what they say.

    Parameters
    ----------
    model, survey, min_base
        See ``ordinal_invariance``.
    level
        Of intervals and verdicts.
    """
    ladder, told = try_ordinal_invariance(model, survey, min_base=min_base)
    if ladder is None:
        return {}, list(told)
    made = ordinal_ladder_frames(ladder, level)
    findings = [*told, ordinal_comparability_finding(ladder)]
    try:
        tests = ordinal_path_tests(model, survey, min_base=min_base, released=ladder.released("metric"))
    except CsiError as error:
        findings += [replace(one, code="no-path-tests", severity="note") for one in error.findings]
    else:
        made["path_tests"] = path_frame(tests, level)
    return {name: frame for name, frame in made.items() if len(frame)}, findings
