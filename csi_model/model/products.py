"""Products of constructs, interactions and quadratic terms: their words, and what can be wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csi_model.errors import suggest
from csi_model.model.problems import Problem
from csi_model.model.spec import Construct, ModelSpec


def product_words(construct: Construct) -> str:
    """Return what a product is in words: "the product of 'a' and 'b'", or "the square of 'a'"."""
    factors = [repr(name) for name in construct.product]
    if len(factors) == 2 and factors[0] == factors[1]:
        return f"the square of {factors[0]}"
    return f"the product of {' and '.join(factors)}"


def product_problems(spec: ModelSpec, names: Sequence[str]) -> Iterator[Problem]:
    """Yield products that cannot be made or used.

    ``names`` are all constructs of the file, also those that were not read because of mistakes.
    """
    index = index_problem(spec, spec.index)
    if index is not None:
        yield index
    seen: dict[tuple[str, ...], str] = {}
    for construct in spec.products:
        yield from _factors(spec, construct, names)
        yield from _belongings(construct)
        yield from _places(spec, construct)
        yield from _main_effects(spec, construct)
        factors = tuple(sorted(construct.product))
        if factors in seen:
            yield Problem(
                code="product-twice",
                part=("constructs", construct.name, "product"),
                what=f"{construct.name!r} and {seen[factors]!r} are both {product_words(construct)}.",
                fix="Keep one of the two.",
            )
        seen.setdefault(factors, construct.name)


def index_problem(spec: ModelSpec, index: str) -> Problem | None:
    """Return what is wrong where the index is to be read from a product; None where ``index`` is none."""
    for construct in spec.products:
        if construct.name == index:
            return Problem(
                code="product-index",
                part=("index",),
                what=f"The index is to be read from {index!r}, which is {product_words(construct)} and has "
                "no questions.",
                fix=suggest("", [one.name for one in spec.constructs if not one.product]),
            )
    return None


def _factors(spec: ModelSpec, construct: Construct, names: Sequence[str]) -> Iterator[Problem]:
    part = ("constructs", construct.name, "product")
    products = {one.name for one in spec.products}
    if len(construct.product) != 2:
        listed = ", ".join(repr(name) for name in construct.product)
        yield Problem(
            code="product-of-two",
            part=part,
            what=f"The product {construct.name!r} is not of two constructs, but of {len(construct.product)}: "
            f"{listed}.",
            fix="Name two: `product: [image, satisfaction]`; the same one twice is a quadratic term.",
        )
    for other in dict.fromkeys(construct.product):
        place = (*part, construct.product.index(other))
        if other not in names:
            yield Problem(
                code="unknown-construct",
                part=place,
                what=f"{construct.name!r} is a product of {other!r}, but there is no such construct.",
                fix=suggest(other, [name for name in names if name not in products]),
            )
        elif other in products:
            itself = other == construct.name
            yield Problem(
                code="product-of-product",
                part=place,
                what=f"{construct.name!r} is a product of {'itself' if itself else f'{other!r}'}"
                f"{'' if itself else ', which is a product, too'}.",
                fix="Name constructs that have questions; products of three are not supported.",
            )


def _belongings(construct: Construct) -> Iterator[Problem]:
    """What a product cannot have, since it is made of the scores of its two constructs."""
    given = {
        "indicators": bool(construct.indicators),
        "repeats": bool(construct.repeats),
        "mode": construct.mode != "A",
        "weights": bool(construct.weights),
        "sign": construct.sign is not None,
    }
    for key in (key for key, has in given.items() if has):
        yield Problem(
            code="product-and-own",
            part=("constructs", construct.name, key),
            what=f"The construct {construct.name!r} is {product_words(construct)} and also has `{key}:`.",
            fix=f"Keep `product:` or `{key}:`, not both; a product is made of the scores of its constructs.",
        )


def _places(spec: ModelSpec, construct: Construct) -> Iterator[Problem]:
    """A product that is driven, or drives nothing."""
    name, words = construct.name, product_words(construct)
    if any(path.target == name for path in spec.paths):
        yield Problem(
            code="product-driven",
            part=("paths", name),
            what=f"Paths lead to {name!r}, which is {words}.",
            fix="Remove them; a product drives others, but nothing drives it.",
        )
    if not any(path.source == name for path in spec.paths):
        yield Problem(
            code="product-unused",
            part=("constructs", name),
            what=f"{name!r} is {words}, but drives nothing.",
            fix=f"Let it drive an outcome (`OUTCOME: [..., {name}]` under `paths:`), or remove it.",
            needs=(("paths",),),
        )


def _main_effects(spec: ModelSpec, construct: Construct) -> Iterator[Problem]:
    """Yield outcomes that a product drives without its own constructs.

    Without them their effects are taken for an interaction (Cohen 1978, Psychological Bulletin 85(4),
    858-866).
    """
    products = {one.name for one in spec.products}
    factors = [one for one in dict.fromkeys(construct.product) if one not in products]
    for target in dict.fromkeys(path.target for path in spec.paths if path.source == construct.name):
        sources = [path.source for path in spec.paths if path.target == target]
        lacking = [one for one in factors if one not in sources and one != target]
        if lacking:
            yield Problem(
                code="product-alone",
                severity="warning",
                part=("paths", target, sources.index(construct.name)),
                what=f"{construct.name!r}, {product_words(construct)}, drives {target!r}, but "
                f"{' and '.join(repr(one) for one in lacking)} {'does' if len(lacking) == 1 else 'do'} not.",
                fix=f"Add {', '.join(lacking)} to the drivers of {target}; else an effect of theirs may be "
                "taken for an interaction.",
            )
