"""Polychoric and polyserial correlations: known values, populations, empty cells, symmetries."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from populations import mixed_items, two_items
from scipy import optimize, special

from csi_model.errors import EstimationError
from csi_model.estimation.ordinal.fitting import check_pairs
from csi_model.estimation.ordinal.items import Items, items_of
from csi_model.estimation.ordinal.polychoric import LARGEST, Cells, Pairs, _searched, correlate

Floats = NDArray[np.float64]
BOTH = np.ones(2, dtype=bool)
ONE = np.array([True, False])


def items_from(counts: list[list[float]]) -> Items:
    """Two items from crossed counts: rows for whole ones, else a row for each cell with a weight."""
    table = np.array(counts, dtype=float)
    places = np.argwhere(table > 0).astype(float)
    if np.all(table == np.round(table)):
        answers = np.repeat(places, table[table > 0].astype(int), axis=0)
        return items_of(answers, np.ones(len(answers)), BOTH)
    return items_of(places, table[table > 0], BOTH)


def rho_of(counts: list[list[float]]) -> float:
    pairs = correlate(items_from(counts))
    assert pairs.converged.all()
    return float(pairs.rho[0])


@pytest.mark.parametrize("share", [0.05, 0.2, 0.31, 0.45, 0.49])
def test_medians(share: float) -> None:
    """Both split at the median: ``rho = -cos(2 pi p11)`` (Sheppard 1899)."""
    table = [[share, 0.5 - share], [0.5 - share, share]]
    assert rho_of([[1000 * cell for cell in row] for row in table]) == pytest.approx(
        -np.cos(2 * np.pi * share), abs=1e-9
    )


@pytest.mark.parametrize("rho", [-0.99, -0.7, 0.0, 0.35, 0.6, 0.9, 0.97])
def test_populations(rho: float) -> None:
    answers, shares = two_items(rho, [-1.1, 0.2, 0.9], [-0.6, 0.8])
    keep = shares > 1e-14
    items = items_of(answers[keep], shares[keep], BOTH)
    np.testing.assert_allclose(items.thresholds[0], [-1.1, 0.2, 0.9], atol=1e-9)
    np.testing.assert_allclose(items.thresholds[1], [-0.6, 0.8], atol=1e-9)
    assert correlate(items).rho[0] == pytest.approx(rho, abs=1e-7)


@pytest.mark.parametrize("rho", [-0.9, -0.4, 0.0, 0.55, 0.85])
def test_polyserial_populations(rho: float) -> None:
    answers, shares = mixed_items(rho, [-0.9, 0.1, 1.2], mean=50.0, sd=12.0, nodes=120)
    pairs = correlate(items_of(answers, shares, ONE))
    assert pairs.converged.all()
    assert pairs.rho[0] == pytest.approx(rho, abs=1e-6)


def test_polyserial_is_the_maximum() -> None:
    """Of the likelihood of Olsson, Drasgow & Dorans (1982), thresholds, mean and variance given."""
    random = np.random.default_rng(4)
    x = random.normal(size=300)
    y = np.searchsorted([-1.0, 0.3], 0.6 * x + 0.8 * random.normal(size=300)).astype(float)
    items = items_of(np.column_stack([y, 3 + 2 * x]), np.ones(300), ONE)
    z, limits = (x - x.mean()) / x.std(), items.limits(0)

    def misfit(rho: float) -> float:
        above, below = limits[items.codes[:, 0] + 1], limits[items.codes[:, 0]]
        root = np.sqrt(1 - rho**2)
        chance = special.ndtr((above - rho * z) / root) - special.ndtr((below - rho * z) / root)
        return -float(np.log(chance).sum())

    wanted = optimize.minimize_scalar(misfit, bounds=(-0.99, 0.99), method="bounded")
    assert correlate(items).rho[0] == pytest.approx(wanted.x, abs=1e-5)


def test_two_continuous_items_correlate_plainly() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(40, 2)) @ np.array([[1.0, 0.7], [0.0, 1.0]])
    pairs = correlate(items_of(x, np.ones(40), np.zeros(2, dtype=bool)))
    assert pairs.rho[0] == pytest.approx(np.corrcoef(x.T)[0, 1], abs=1e-14)


PLAIN = [[18.0, 7, 2], [6, 25, 8], [1, 5, 31]]


def test_order_of_items_and_answers() -> None:
    table = np.array(PLAIN)
    rho = rho_of(PLAIN)
    assert rho_of(table.T.tolist()) == pytest.approx(rho, abs=1e-10)
    assert rho_of(table[::-1].tolist()) == pytest.approx(-rho, abs=1e-10)
    assert rho_of(table[::-1, ::-1].tolist()) == pytest.approx(rho, abs=1e-10)


def test_numbers_of_categories_do_not_matter() -> None:
    items = items_from(PLAIN)
    relabelled = np.array([1.0, 5.0, 7.0])[items.codes]
    made = items_of(relabelled, items.weights, BOTH)
    np.testing.assert_allclose(correlate(made).rho, correlate(items).rho, atol=1e-12)
    assert [level.tolist() for level in made.levels] == [[1, 5, 7], [1, 5, 7]]


def test_weights_are_rows() -> None:
    random = np.random.default_rng(6)
    steps = np.searchsorted([-0.5, 0.6], random.normal(size=60))
    answers = np.column_stack([steps, random.integers(0, 4, 60), random.normal(size=60)]).astype(float)
    counts = random.integers(1, 5, 60)
    ordered = np.array([True, True, False])
    weighted = correlate(items_of(answers, counts.astype(float), ordered))
    repeated = correlate(items_of(np.repeat(answers, counts, axis=0), np.ones(counts.sum()), ordered))
    np.testing.assert_allclose(weighted.rho, repeated.rho, atol=1e-10)


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        ([[0, 12], [15, 30]], [[0.5, 11.5], [14.5, 30.5]]),
        ([[20, 0], [15, 30]], [[19.5, 0.5], [15.5, 29.5]]),
        ([[20, 12], [0, 30]], [[19.5, 12.5], [0.5, 29.5]]),
        ([[20, 12], [15, 0]], [[20.5, 11.5], [14.5, 0.5]]),
    ],
)
def test_one_empty_cell_of_two_binary_items(given: list[list[float]], filled: list[list[float]]) -> None:
    """Half a respondent moves into the cell and its opposite, and out of the others: margins stay."""
    assert rho_of(given) == pytest.approx(rho_of(filled), abs=1e-9)
    assert abs(rho_of(given)) < 0.99


@pytest.mark.parametrize(
    ("table", "sign"),
    [
        ([[30, 0], [0, 40]], 1),
        ([[0, 30], [40, 0]], -1),
        ([[30, 12, 0], [0, 9, 25]], 1),
        ([[0, 12, 30], [25, 9, 0]], -1),
        ([[30, 12, 0, 0], [0, 9, 25, 0], [0, 0, 3, 4]], 1),
    ],
)
def test_tables_without_contradiction(table: list[list[float]], sign: int) -> None:
    """The likelihood grows up to 1: such a pair ends there and is named."""
    items = items_from(table)
    pairs = correlate(items)
    assert pairs.rho[0] == sign * LARGEST
    cells = Cells.of(items, np.array([0]), np.array([1]))
    grid = [cells.likelihood(sign * rho) for rho in (0.8, 0.9, 0.95, 0.99)]
    assert np.all(np.diff(grid) > 0)
    assert cells.likelihood(sign * LARGEST) >= grid[-1]
    with pytest.raises(EstimationError, match="a and b order all respondents alike") as error:
        check_pairs(pairs, ("a", "b"), "survey.csv")
    assert error.value.findings[0].code == "linear-dependence"


def test_one_contradiction_does_not_decide() -> None:
    """One of 212 contradicts the others; his cell is held at the floor, and a maximum remains."""
    rho = rho_of([[30, 5, 0, 0], [4, 40, 6, 0], [0, 7, 50, 5], [1, 0, 4, 60]])
    assert 0.97 < rho < 0.99


@pytest.mark.parametrize(
    ("table", "rho"),
    [
        # the second maximum, 3.5 higher: all give way to the few
        (
            [[9, 1, 1, 0, 0, 1, 0], [6, 4, 7, 0, 0, 0, 0], [0, 3, 15, 6, 0, 0, 1], [0, 0, 3, 10, 3, 0, 0],
             [0, 0, 0, 2, 21, 1, 1], [0, 0, 0, 0, 3, 0, 3], [0, 1, 1, 0, 1, 2, 14]],
            0.8689,
        ),
        # 1.87 higher: near equals
        (
            [[12, 6, 1, 0, 0, 0], [0, 6, 3, 0, 0, 1], [0, 3, 7, 5, 1, 0], [0, 0, 5, 23, 4, 1],
             [0, 0, 0, 0, 1, 0], [0, 0, 1, 7, 18, 3], [0, 0, 0, 0, 6, 6]],
            0.9191,
        ),
        # the first, 4.3 higher than the second
        (
            [[10, 1, 0, 1], [2, 0, 0, 0], [1, 2, 0, 0], [2, 46, 8, 0], [0, 7, 16, 0], [0, 0, 5, 19]],
            0.9608,
        ),
    ],
)  # fmt: skip
def test_several_maxima(table: list[list[float]], rho: float) -> None:
    """A few answer against the others."""
    items = items_from(table)
    cells, found = Cells.of(items, np.array([0]), np.array([1])), rho_of(table)
    assert found == pytest.approx(rho, abs=1e-4)
    highest = max(cells.likelihood(at) for at in np.linspace(-0.999, 0.999, 400))
    assert cells.likelihood(found) > highest - 1.92


@pytest.mark.parametrize(
    "table",
    [
        PLAIN,
        [[14, 9, 0], [3, 16, 28]],
        [[1, 0, 0, 1], [0, 3, 2, 1], [1, 2, 150, 40], [0, 1, 38, 260]],
        [[5, 1, 0, 0, 0], [0, 0, 1, 0, 1], [0, 2, 0, 9, 30]],
    ],
)
def test_the_maximum_of_the_likelihood(table: list[list[float]]) -> None:
    """Scoring, a search of the likelihood, and a grid agree."""
    items = items_from(table)
    cells, rho = Cells.of(items, np.array([0]), np.array([1])), rho_of(table)
    searched, moved = _searched(cells.likelihood)
    assert searched == pytest.approx(rho, abs=1e-5)
    assert moved < 1e-8
    best = cells.likelihood(rho)
    assert best >= max(cells.likelihood(at) for at in np.linspace(-0.99, 0.99, 100)) - 1e-9


def test_a_correlation_that_was_not_found_is_an_error() -> None:
    lost = Pairs(first=np.array([0]), second=np.array([1]), rho=np.array([0.3]), converged=np.array([False]))
    with pytest.raises(EstimationError, match="a and b was not found") as error:
        check_pairs(lost, ("a", "b"), "survey.csv")
    assert error.value.findings[0].code == "correlation-not-found"


def test_a_search_without_end_is_told() -> None:
    assert _searched(lambda rho: float("nan"))[1] == np.inf


def test_many_pairs_at_once() -> None:
    """A pair has the same correlation whatever stands beside it."""
    random = np.random.default_rng(8)
    factor = random.normal(size=(200, 1))
    latent = factor * np.array([0.3, 0.6, 0.9, 0.95, -0.97]) + 0.3 * random.normal(size=(200, 5))
    answers = np.searchsorted([-1.0, 0.0, 0.7], latent).astype(float)
    answers[:, 1] = np.minimum(answers[:, 1], 1)  # another number of categories
    together = correlate(items_of(answers, np.ones(200), np.ones(5, dtype=bool)))
    assert together.matrix(5).shape == (5, 5)
    for i, j, rho in zip(together.first, together.second, together.rho, strict=True):
        alone = correlate(items_of(answers[:, [i, j]], np.ones(200), BOTH)).rho[0]
        assert rho == pytest.approx(alone, abs=1e-9)
