"""Fixtures of the end-to-end tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """A studio with one adopted store, `archive`."""
    made = Studio(tmp_path)
    made.add_store("archive")
    return made
