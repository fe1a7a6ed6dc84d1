"""What else a reader should know of a fit: findings beside the verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from csi_model.errors import Finding
from csi_model.estimation.fits import CompositeSolution, Solution
from csi_model.estimation.options import FitOptions, is_composite, is_ordinal
from csi_model.estimation.ordinal.composites import indefinite_notes
from csi_model.estimation.resampling import Draws, Jackknife
from csi_model.survey.linearised import is_simple
from csi_model.survey.moments import Sample


def solution_notes(solution: Solution, sample: Sample, options: FitOptions, name: str) -> Iterator[Finding]:
    """What holds for one sample: its size, other minima, resampling that failed."""
    free = solution.table.n_free - sum(
        row.op == "|" for row in solution.table.rows
    )  # thresholds are saturated
    if sample.n < 5 * free:
        yield Finding(
            code="small-sample",
            severity="warning",
            where=name,
            what=f"{sample.n} respondents for {free} free parameters is thin; standard "
            "errors and fit measures are approximate.",
            fix="Five respondents per parameter is a common floor (Bentler & Chou 1987).",
        )
    bounded = any(finding.code == "negative-variance" for finding in solution.verdicts.findings)
    if solution.engine_f - solution.f > 1e-6 and not bounded:
        yield Finding(
            code="other-minimum",
            severity="warning",
            where=name,
            what=f"semopy's search ended at another point (discrepancy {solution.engine_f:.6f}) than the "
            f"lower one that is reported ({solution.f:.6f}): this sample has more than one minimum.",
            fix="Read the parameters with care; constructs may be hard to tell apart.",
        )
    yield from resampling_notes(solution, name)


def composite_notes(solution: CompositeSolution, sample: Sample, name: str) -> Iterator[Finding]:
    """What holds for one sample estimated by PLS: its size, resampling that failed."""
    table = solution.table
    drivers = max((len(table.drivers(j)) for j in range(len(table.constructs))), default=0)
    formative = [
        len(slot) for slot, mode in zip(table.blocks.slots, table.blocks.modes, strict=True) if mode == "B"
    ]
    needed = 10 * max([drivers, *formative])
    if sample.n < needed:
        yield Finding(
            code="small-sample",
            severity="warning",
            where=name,
            what=f"{sample.n} respondents are few: the largest regression of this model would like {needed}.",
            fix="Ten respondents for every coefficient of the largest regression is the least (Barclay, "
            "Higgins & Thompson 1995); small effects need many more.",
        )
    yield from indefinite_notes(solution, name)
    yield from resampling_notes(solution, name)


def resampling_notes(solution: Solution | CompositeSolution, name: str) -> Iterator[Finding]:
    """Draws that are left out, or inadmissible."""
    if solution.draws is not None:
        yield from _bootstrap_notes(solution.draws, name, composite=isinstance(solution, CompositeSolution))
    if solution.jackknife is not None:
        yield from _jackknife_notes(solution.jackknife, name, alone=solution.draws is None)


MANY = 0.1
"""Share of replicates that are left out, or inadmissible, from which intervals deserve less trust."""


def _bootstrap_notes(draws: Draws, name: str, *, composite: bool) -> Iterator[Finding]:
    if draws.failed:
        many = draws.failed > MANY * draws.asked
        yield Finding(
            code="bootstrap-failures",
            severity="error" if many else "warning",
            where=name,
            what=f"{_share(draws.failed, draws.asked)} bootstrap replicates gave no estimate and are left "
            f"out of the intervals ({_counted(draws.reasons)}).",
            fix="Intervals from such a selection are too short; "
            + ("" if composite else "use delta-method intervals (--bootstrap 0), ")
            + "collect more interviews, or drop a question that hardly varies."
            if many
            else "",
        )
    used = draws.asked - draws.failed
    if draws.flagged > MANY * used:
        yield Finding(
            code="bootstrap-inadmissible",
            severity="warning",
            where=name,
            what=f"{_share(draws.flagged, used)} bootstrap replicates are inadmissible "
            f"({_counted(draws.inadmissible)}). They are counted in the intervals, since leaving them out "
            "would make these too short.",
            fix="The sample hardly tells this solution from an impossible one: merge constructs that "
            "respondents do not tell apart, or "
            + (
                "use --estimator pls."
                if composite
                else "give --variances bounded where a variance is negative."
            ),
        )


def _jackknife_notes(jackknife: Jackknife, name: str, *, alone: bool) -> Iterator[Finding]:
    """``alone``: the standard errors rest on it, else only the skewness of BCa intervals."""
    left = jackknife.replicates
    failed = left.asked - int(left.used.sum())
    if not failed:
        return
    yield Finding(
        code="jackknife-failures",
        severity="error" if alone else "warning",
        where=name,
        what=f"{_share(failed, left.asked)} jackknife replicates gave no estimate ({_counted(left.failed)}), "
        + ("so that there are no jackknife errors." if alone else "and do not count for the BCa intervals."),
        fix="Use delta-method intervals, or --bootstrap with --interval percentile.",
    )


def _share(count: int, of: int) -> str:
    return f"{count} of {of} ({count / of:.1%})"


def _counted(counts: Mapping[str, int]) -> str:
    return "; ".join(f"{count}: {words}" for words, count in counts.items())


def method_notes(sample: Sample, options: FitOptions, name: str) -> Iterator[Finding]:
    """What holds for the whole sample and every group alike, said once."""
    if sample.kept is not None:
        return  # what holds for a streamed survey is said with it
    if options.missing_data == "mean":
        yield Finding(
            code="mean-substitution",
            severity="warning",
            where=name,
            what="missing answers were replaced by item means: variances and standard errors are too small.",
            fix="Use it to compare with indices that do the same; --missing-data complete for inference.",
        )
    if options.missing_data == "pairwise":
        yield Finding(
            code="pairwise-covariances",
            severity="warning",
            where=name,
            what="every covariance rests on other respondents, and standard errors pretend that all "
            f"{sample.n} answered everything: they are too small.",
            fix="Use --estimator fiml for inference.",
        )
    if not is_simple(sample) and is_composite(options):
        yield Finding(
            code="design-based",
            severity="note",
            where=name,
            what="estimates are weighted, and the bootstrap draws respondents or clusters within strata as "
            "the survey did (Rao, Wu & Yue 1992).",
            fix="",
        )
    elif not is_simple(sample):
        yield Finding(
            code="design-based",
            severity="note",
            where=name,
            what="standard errors allow for weights, strata and clusters (Taylor linearisation); so do the "
            f"scaled chi-square and the scaled {'' if is_ordinal(options) else 'and robust '}fit measures, "
            "the plain ones do not.",
        )
    if sample.calibration is not None:
        resampled = is_composite(options) or options.bootstrap or options.jackknife
        yield Finding(
            code="margins-known",
            severity="note",
            where=name,
            what="resampling holds the weights that meet the margins as they are, so that its intervals are "
            "somewhat too wide."
            if resampled
            else "standard errors allow for margins being met: what these explain of the answers cannot err "
            "(Deville & Sarndal 1992).",
        )
    if options.ridge:
        yield Finding(
            code="ridge",
            severity="warning",
            where=name,
            what=f"paths were drawn towards 0 by a ridge of strength {options.ridge:g}: they are steadier and"
            " biased; their intervals allow for the spread but not for the bias, and there is no chi-square.",
            fix="Report it as a ridge fit, or merge the constructs that respondents do not tell apart.",
        )
