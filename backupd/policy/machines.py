"""What may follow upon what: state machines as tables of steps with guards. Pure.

A guard gets the facts of the case and says what stands against a step, or nothing. All guards of a step are asked, so a
person hears everything at once. What no step foresees is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

S = TypeVar("S", bound=Enum)
F = TypeVar("F")

Guard = Callable[[F], str | None]


@dataclass(frozen=True, slots=True)
class Step(Generic[S, F]):
    """One way on: from any of `sources`, by what happens (`event`), to a state, where no guard objects."""

    event: str
    sources: frozenset[S]
    to: S
    guards: tuple[Guard[F], ...] = ()


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """The answer: the new state, or None and what stands against it."""

    to: S | None
    against: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the step may be taken."""
        return self.to is not None


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, F]):
    """A named table of steps. At most one step for a state and an event."""

    name: str
    start: S
    steps: tuple[Step[S, F], ...]

    def move(self, state: S, event: str, facts: F) -> Move[S]:
        """Return where an event leads, or what stands against it."""
        step = next((step for step in self.steps if step.event == event and state in step.sources), None)
        if step is None:
            return Move(None, (f"a {self.name} that is {state.value.replace('_', ' ')} cannot {event.replace('_', ' ')}",))
        against = tuple(said for guard in step.guards if (said := guard(facts)) is not None)
        return Move(None, against) if against else Move(step.to)

    def events(self, state: S) -> tuple[str, ...]:
        """Return what may happen in a state, guards aside, in the table's order."""
        return tuple(step.event for step in self.steps if state in step.sources)


def step(
    event: str, sources: S | Iterable[S], to: S, *guards: Guard[F]
) -> Step[S, F]:
    """Return a step; `sources` is one state or several."""
    found = (sources,) if isinstance(sources, Enum) else tuple(sources)
    return Step(event, frozenset(found), to, guards)
