"""Bivariate normal probabilities against adaptive quadrature and identities."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special

from csi_model.estimation.ordinal.bivariate import BANDS, conditional, density, normal_density, probability

RHO = (0.0, 0.2, 0.4, 0.55, 0.7, 0.8, 0.85, 0.93, 0.95, 0.951, 0.99, 0.999, 0.9999)


def by_quadrature(h: float, k: float, rho: float) -> float:
    """``int_-inf^h phi(x) Phi((k - rho x) / sqrt(1 - rho^2)) dx`` in pieces around the step of Phi."""
    root = np.sqrt((1 - rho) * (1 + rho))
    middle = k / rho if rho else 0.0
    width = 6 * root / abs(rho) if rho else 1.0
    cuts = [cut for cut in (middle - width, middle, middle + width) if -12 < cut < h]
    pieces = [-12.0, *cuts, h]
    return sum(
        integrate.quad(
            lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * special.ndtr((k - rho * x) / root),
            low, high, epsabs=1e-14, epsrel=1e-12,
        )[0]
        for low, high in pairwise(pieces)
    )  # fmt: skip


@pytest.mark.parametrize("rho", [*RHO, *(-rho for rho in RHO[1:])])
def test_probabilities_by_quadrature(rho: float) -> None:
    random = np.random.default_rng(1)
    h = 1.6 * random.normal(size=14)
    # half of the points lie where the probability bends
    k = np.where(np.arange(14) % 2, 1.6 * random.normal(size=14), np.sign(rho or 1) * h + 0.01)
    wanted = [by_quadrature(*at, rho) for at in zip(h, k, strict=True)]
    np.testing.assert_allclose(probability(h, k, np.full(14, rho)), wanted, atol=2e-11)


def test_known_probabilities() -> None:
    """Sheppard (1899): at the medians ``1/4 + asin(rho) / 2 pi``."""
    rho = np.array([-0.9999, -0.5, 0.0, 0.3, 0.5, 0.97, 0.9999])
    zero = np.zeros(7)
    np.testing.assert_allclose(probability(zero, zero, rho), 0.25 + np.arcsin(rho) / (2 * np.pi), atol=1e-15)


def test_the_largest_correlation_decides_for_all() -> None:
    """A point has the same probability whatever is computed beside it."""
    h, k, rho = np.full(4, 0.3), np.full(4, -0.8), np.array([0.1, 0.6, 0.9, 0.9999])
    together = probability(h, k, rho)
    alone = [float(probability(h[:1], k[:1], rho[i : i + 1])[0]) for i in range(4)]
    np.testing.assert_allclose(together, alone, atol=1e-13)
    assert len(BANDS) == 4


@pytest.mark.parametrize("rho", [-0.9999, -0.6, 0.0, 0.42, 0.9, 0.9999])
def test_infinite_limits(rho: float) -> None:
    h, r = np.array([-1.2, 0.0, 2.1]), np.full(3, rho)
    np.testing.assert_allclose(probability(h, np.full(3, np.inf), r), special.ndtr(h), atol=1e-14)
    np.testing.assert_allclose(probability(np.full(3, np.inf), h, r), special.ndtr(h), atol=1e-14)
    assert np.all(probability(h, np.full(3, -np.inf), r) < 1e-15)
    assert np.all(density(h, np.full(3, np.inf), r) == 0)
    assert np.all(normal_density(np.array([-np.inf, np.inf])) == 0)
    np.testing.assert_array_equal(conditional(h, np.full(3, np.inf), r), 1.0)


@pytest.mark.parametrize("rho", [-0.95, -0.5, 0.3, 0.85, 0.99])
def test_symmetry(rho: float) -> None:
    random = np.random.default_rng(2)
    h, k = random.normal(size=(2, 20))
    r = np.full(20, rho)
    np.testing.assert_allclose(probability(h, k, r), probability(k, h, r), atol=1e-15)
    # P(X <= h, Y <= k) + P(X <= h, -Y <= -k) = P(X <= h)
    np.testing.assert_allclose(probability(h, k, r) + probability(h, -k, -r), special.ndtr(h), atol=1e-12)


@pytest.mark.parametrize("rho", [-0.9, 0.2, 0.7, 0.97])
def test_derivatives(rho: float) -> None:
    """``dP / drho`` is the density, ``dP / dh = phi(h) P(Y <= k | X = h)``."""
    random = np.random.default_rng(3)
    h, k = random.normal(size=(2, 20))
    r, step = np.full(20, rho), 1e-5
    by_rho = (probability(h, k, r + step) - probability(h, k, r - step)) / (2 * step)
    np.testing.assert_allclose(by_rho, density(h, k, r), atol=1e-7)
    by_h = (probability(h + step, k, r) - probability(h - step, k, r)) / (2 * step)
    np.testing.assert_allclose(by_h, normal_density(h) * conditional(h, k, r), atol=1e-8)


def test_arrays_broadcast() -> None:
    h, k, rho = np.linspace(-1, 1, 3)[:, None], np.linspace(-2, 2, 4)[None, :], np.array(0.4)
    assert probability(h, k, rho).shape == (3, 4)
    cube = probability(h[None], k[None], np.array([0.1, 0.9])[:, None, None])
    assert cube.shape == (2, 3, 4)
    np.testing.assert_allclose(cube[0, 1, 2], probability(h[1], k[0, 2:3], np.array([0.1]))[0], atol=1e-15)
