"""How the columns of a survey are coded, in words: what must be the same from wave to wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from csi_model.survey.plans import Plan
from csi_model.survey.sources import Part


def codes_of(plans: Mapping[str, Plan], parts: Sequence[Part]) -> Mapping[str, str]:
    """Column of the model > its missing codes with their reasons, recoded values and routing.

    Codes that the files themselves declare missing are named, too.
    """
    return MappingProxyType({name: _words(plan, parts) for name, plan in plans.items()})


def _words(plan: Plan, parts: Sequence[Part]) -> str:
    said = [f"{code:g} is {one.reason}" for code, one in sorted(plan.codes.items())]
    said += [f"{code:g} counts as {value:g}" for code, value in sorted(plan.recode.items())]
    declared = {_declared(one) for part in parts for one in part.table.missing.get(plan.stored, ())}
    said += [f"{one} is declared missing in the file" for one in sorted(declared)]
    if plan.asked_when is not None:
        routing = plan.asked_when
        said.append(f"asked where {routing.column} is {routing.low:g} to {routing.high:g}")
    return "; ".join(said)


def _declared(one: str | tuple[float, float]) -> str:
    if isinstance(one, str):
        return one
    low, high = one
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
