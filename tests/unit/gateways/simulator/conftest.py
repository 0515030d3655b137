"""One simulated bureau for tests that leave it well behaved, and fresh ones for the others."""

from __future__ import annotations

import pytest

from tests.unit.gateways.simulator.kit import Running


@pytest.fixture(scope="package")
def bureau(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("bureau"))
    yield running
    running.stop()


@pytest.fixture
def own_bureau(tmp_path):
    """Return a function that starts a bureau of the test's own in ``tmp_path / "state"``."""
    started = []

    def start(*arguments):
        started.append(Running(tmp_path / "state", *arguments))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.stop()
