"""Benchmarks: ``make bench``. They report and never fail for being slow; ``pytest`` alone skips them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger import Ledger, lavaan_version
from threadpoolctl import threadpool_limits

LEDGER = Ledger()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bench-json", type=Path, metavar="FILE", help="also write the benchmarks' tables here")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not LEDGER.tables:
        return
    terminalreporter.section("benchmarks")
    terminalreporter.write_line(LEDGER.text())
    path = config.getoption("bench_json")
    if path is not None:
        LEDGER.write(path)
        terminalreporter.write_line(f"\nwritten to {path}")


@pytest.fixture
def ledger() -> Ledger:
    """Where findings go."""
    return LEDGER


@pytest.fixture(scope="session")
def lavaan() -> str:
    """The version of lavaan; empty where it is not here."""
    LEDGER.lavaan = lavaan_version()
    return LEDGER.lavaan


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Linear algebra on one thread, ours and the others'; R gets it from the environment."""
    with threadpool_limits(1, user_api="blas"):
        yield
