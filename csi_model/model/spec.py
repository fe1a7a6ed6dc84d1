"""What a model is: constructs, their indicators, the paths between them.

Values only; reading is in ``files`` and ``lavaan``, checking in ``checks``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

REASONS = ("skipped", "dont_know", "refused", "other")
"""Why an answer is absent; ``skipped`` is routing, a blank cell without routing is ``other``."""

Mode = Literal["A", "B", "sum", "given"]
"""How PLS path modelling makes the weights of a construct; see ``Construct``."""
MODES: tuple[str, ...] = get_args(Mode)

_EMPTY: Mapping[str, str] = MappingProxyType({})
_NO_WEIGHTS: Mapping[str, float] = MappingProxyType({})


MOST_STEPS = 11
"""A scale of more steps than 0 to 10 is asked and read as a number: its answers are not listed one by one."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The declared end points of an answer scale, in answer units; never taken from data."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def in_steps(self) -> bool:
        """Whether it has whole steps, ``MOST_STEPS`` at most."""
        whole = float(self.low).is_integer() and float(self.high).is_integer()
        return whole and self.width < MOST_STEPS


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case of a derived item: when ``low <= when <= high``, it is ``plus + times * take``."""

    when: str
    low: float
    high: float
    take: str
    times: float = 1.0
    plus: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A survey question.

    ``label`` maps a language (``en``, ``zh``) to the question topic. ``reversed`` says that a high
    answer was *coded* for the opposite statement, so that ``low + high - x`` is used everywhere.
    ``high_is_good`` governs wording only. ``cases`` makes it a derived item. ``suggested`` marks a
    topic that the source does not publish.
    """

    name: str
    label: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    scale: Scale | None = None
    high_is_good: bool = True
    reversed: bool = False
    cases: tuple[Case, ...] = ()
    suggested: bool = False


@dataclass(frozen=True, kw_only=True)
class Construct:
    """A latent variable with its own ``indicators``, one that ``repeats`` those of others, or a product.

    Attributes
    ----------
    name, label
        Its id, and its name for readers by language.
    indicators
        Its own survey questions.
    repeats
        Constructs whose questions measure it.
    mode
        How PLS path modelling makes its weights: ``A`` (correlations of items and the inner estimate),
        ``B`` (regression of the inner estimate on the items; Wold 1982), ``sum`` (equal weights of the
        standardised items) or ``given`` (those of ``weights``). Other estimators do not read it, nor
        ``weights`` and ``sign``.
    weights
        For mode ``given``: a positive number for each of its indicators, those it repeats included, in
        the metric of standardised items. Only their proportions count.
    sign
        An indicator of the construct whose loading is made positive; without it, the sum of the loadings
        is.
    product
        Two constructs whose product it is: an interaction; the same one twice is a quadratic term. It
        has no indicators and repeats none, drives others, and nothing drives it; it is never the index.
    """

    name: str
    label: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    indicators: tuple[Indicator, ...] = ()
    repeats: tuple[str, ...] = ()
    mode: Mode = "A"
    weights: Mapping[str, float] = field(default_factory=lambda: _NO_WEIGHTS)
    sign: str | None = None
    product: tuple[str, ...] = ()

    @property
    def high_is_good(self) -> bool:
        return all(indicator.high_is_good for indicator in self.indicators)


@dataclass(frozen=True, kw_only=True)
class Path:
    """A structural path ``source`` > ``target``."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Modifier:
    """A parameter beyond the defaults, in lavaan's terms: ``lhs op rhs``, fixed, free or labelled.

    ``op`` is ``=~``, ``~`` or ``~~``. ``fixed`` holds it at a value; ``label`` makes equal labels
    equal; neither frees it.
    """

    lhs: str
    op: Literal["=~", "~", "~~"]
    rhs: str
    fixed: float | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A customer satisfaction model: everything that its file says.

    ``index`` names the construct that the headline index is read from. ``structure`` is
    ``published`` or ``reconstructed`` (then ``caveat`` says what is uncertain). ``codebook`` names a
    shipped codebook with the missing codes and routing of the public survey for this model.
    ``modifiers`` are free, fixed or equal parameters beyond lavaan's ``sem()`` defaults.
    """

    name: str
    title: Mapping[str, str]
    index: str
    constructs: tuple[Construct, ...]
    paths: tuple[Path, ...]
    source: str = ""
    structure: Literal["published", "reconstructed"] = "published"
    caveat: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    codebook: str | None = None
    modifiers: tuple[Modifier, ...] = ()

    @property
    def construct_names(self) -> tuple[str, ...]:
        return tuple(construct.name for construct in self.constructs)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator once, in model order."""
        return tuple(indicator for construct in self.constructs for indicator in construct.indicators)

    @property
    def products(self) -> tuple[Construct, ...]:
        """Constructs that are the product of two others, in model order."""
        return tuple(construct for construct in self.constructs if construct.product)

    def construct(self, name: str) -> Construct:
        """Return the construct of that name; ``KeyError`` if there is none."""
        for construct in self.constructs:
            if construct.name == name:
                return construct
        raise KeyError(name)

    def items_of(self, name: str) -> tuple[Indicator, ...]:
        """Indicators of a construct, those it repeats from other constructs included; a product has none."""
        construct = self.construct(name)
        repeated = tuple(item for other in construct.repeats for item in self.items_of(other))
        return construct.indicators + repeated

    def drivers_of(self, name: str) -> tuple[str, ...]:
        """Constructs with a direct path to ``name``, in model order."""
        sources = {path.source for path in self.paths if path.target == name}
        return tuple(name for name in self.construct_names if name in sources)

    def columns(self) -> tuple[str, ...]:
        """Every survey column that the model reads, derived items replaced by their sources."""
        names: dict[str, None] = {}
        for indicator in self.indicators:
            if not indicator.cases:
                names[indicator.name] = None
            for case in indicator.cases:
                names[case.when] = None
                names[case.take] = None
        return tuple(names)

    def label(self, name: str, language: str = "en") -> str:
        """Label of a construct or indicator in ``language``, else in English, else its name."""
        parts: tuple[Construct | Indicator, ...] = (*self.constructs, *self.indicators)
        for part in parts:
            if part.name == name:
                return part.label.get(language) or part.label.get("en") or name
        return name
