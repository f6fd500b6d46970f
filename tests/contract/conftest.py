"""Every test of the suite runs once with each harness; one that is about a listing, with those that have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.base import Store
from contract.harness import MARKER, Harness, harnesses


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module or class that is for one listing only says so in `LISTING`."""
    if "harness" not in metafunc.fixturenames:
        return
    wanted = getattr(metafunc.cls, "LISTING", None) or getattr(metafunc.module, "LISTING", None)
    chosen = [kind for kind in harnesses() if wanted in (None, kind.listing)]
    metafunc.parametrize("harness", chosen, ids=lambda kind: kind.__name__, indirect=True)


@pytest.fixture
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    """A root without a marker, and the hands of another device."""
    made: Harness = request.param(tmp_path)
    yield made
    made.close()


@pytest.fixture
def store(harness: Harness) -> Iterator[Store]:
    """An adopted store on the harness's root."""
    made = harness.make()
    made.adopt(MARKER)
    assert made.capabilities.listing == harness.listing
    yield made
    made.close()
