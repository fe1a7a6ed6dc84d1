"""A problem of a model: a finding that does not yet know its line."""

from __future__ import annotations

from dataclasses import dataclass

from csi_model.errors import Finding, Severity
from csi_model.model.spec import ModelSpec
from csi_model.model.yaml_text import Loc


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A finding with the part of the model that it speaks of.

    ``part`` is a place such as ``("paths", "loyalty", 0)``; ``needs`` are further parts that must
    have been read well for the problem to be real.
    """

    code: str
    part: Loc
    what: str
    fix: str
    severity: Severity = "error"
    needs: tuple[Loc, ...] = ()

    def finding(self, where: str) -> Finding:
        """Return the finding, at ``where``."""
        return Finding(code=self.code, severity=self.severity, where=where, what=self.what, fix=self.fix)

    def touches(self, place: Loc) -> bool:
        """Whether a part that was not read (``place``) may be the cause of this problem."""
        return any(place[: len(part)] == part[: len(place)] for part in (self.part, *self.needs))


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A model that can be used, and the warnings and notes about it."""

    spec: ModelSpec
    findings: tuple[Finding, ...]
