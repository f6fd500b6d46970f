"""The one source that the settings are read from: what the file and the variables over it gave.

The library's own sources pass over misspelt variables in silence, know no line numbers and cannot set one key of one
store; so file and environment are read by `load` and handed in here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource


@dataclass(frozen=True, slots=True)
class Given:
    """What was said: a table as TOML gives it, and the folder below which relative paths lie ("" for none)."""

    table: dict[str, Any] = field(default_factory=dict)
    base: str = ""


_given: ContextVar[Given] = ContextVar("given")


@contextmanager
def given(table: dict[str, Any], base: str = "") -> Iterator[None]:
    """Let settings that are made in this block say what `table` says."""
    token = _given.set(Given(table, base))
    try:
        yield
    finally:
        _given.reset(token)


def base_folder() -> str:
    """Return the folder below which relative paths lie, "" outside of `given`."""
    return _given.get(Given()).base


class GivenSource(PydanticBaseSettingsSource):
    """What `given` handed in; nothing outside of it, so that settings made without it are all defaults."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Return one section; the library asks for it only through `__call__`."""
        return _given.get(Given()).table.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the whole table, unknown sections too: they are faults."""
        return dict(_given.get(Given()).table)
