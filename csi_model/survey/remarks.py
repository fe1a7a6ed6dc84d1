"""What is to be said of rows while not all rows are known: remarks that add up, and become findings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeVar

from csi_model.errors import Finding, Severity
from csi_model.survey.places import Hits


class Saying(Protocol):
    """A remark of one kind; of two with the same ``key`` the later one adds to the earlier."""

    @property
    def key(self) -> Hashable:
        """What it is about."""

    @property
    def severity(self) -> Severity:
        """Of its findings."""

    def __add__(self, later: Self) -> Self:
        """Both together."""

    def findings(self) -> list[Finding]:
        """What is to be said once all rows are known."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One finding about rows.

    Attributes
    ----------
    code, severity, where, fix
        See ``Finding``.
    topic
        What it is about, where one place may have several.
    hits
        The rows.
    samples
        What stands in them, each once, in the order of the rows.
    say
        The sentence for rows and samples.
    """

    code: str
    severity: Severity
    where: str
    hits: Hits
    say: Callable[[Hits, tuple[str, ...]], str]
    samples: tuple[str, ...] = ()
    topic: str = ""
    fix: str = ""

    @property
    def key(self) -> Hashable:
        """Code, place and topic."""
        return self.code, self.severity, self.where, self.topic

    def __add__(self, later: Remark) -> Remark:
        """The same of more rows."""
        samples = tuple(dict.fromkeys((*self.samples, *later.samples)))[:_SAMPLES]
        return replace(self, hits=self.hits + later.hits, samples=samples)

    def findings(self) -> list[Finding]:
        """The finding, of whose rows there is at least one."""
        return [
            Finding(
                code=self.code,
                severity=self.severity,
                where=self.where,
                what=self.say(self.hits, self.samples),
                fix=self.fix,
            )
        ]


_SAMPLES = 3
"""More are not shown."""

One = TypeVar("One", bound=Saying)


def told(sayings: Iterable[Saying]) -> list[Finding]:
    """The findings of remarks, in their order."""
    return [finding for one in sayings for finding in one.findings()]


def summed(known: dict[Hashable, Saying], sayings: Iterable[Saying]) -> None:
    """Add remarks about further rows to those ``known`` by key."""
    for one in sayings:
        before = known.get(one.key)
        known[one.key] = one if before is None else _together(before, one)


def _together(first: One, later: Saying) -> One:
    if not isinstance(later, type(first)):
        raise TypeError("remarks of one key are of one kind")
    return first + later
