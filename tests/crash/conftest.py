"""Fixtures of the crash tests: the studio of the end-to-end tests."""

from tests.e2e.conftest import studio

__all__ = ["studio"]
