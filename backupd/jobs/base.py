"""What a job is, and what it is given."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import backupd.jobs
from backupd.settings.schedules import Cron, Every, Never
from backupd.watching.pulse import Pulse
from backupd.watching.work import Hub, TurnProgress, turn

if TYPE_CHECKING:
    from backupd.settings.models import Settings

When = Every | Cron | Never


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is given: the index, the settings and the clock by `hub`, and how to have the turn to write."""

    hub: Hub
    pulse: Pulse

    def turn(self, *, patient_seconds: float = 60.0) -> AbstractContextManager[TurnProgress]:
        """Have the turn to write. A job asks its progress to stop or to give way, which raises RunStopped."""
        return turn(self.hub, self.pulse, patient_seconds=patient_seconds)


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `run` returns what is said of its end, as kinds and numbers, and raises where it failed.

    `heavy` ones are not begun in quiet hours; one that is to run `at_start` runs at once where it never did.
    """

    name: str
    when: Callable[[Settings], When]
    run: Callable[[Work], str]
    heavy: bool = False
    at_start: bool = False


def find_jobs() -> dict[str, Job]:
    """Return every job of this package, by name."""
    names = [module.name for module in pkgutil.iter_modules(backupd.jobs.__path__) if module.name != "base"]
    found = [importlib.import_module(f"backupd.jobs.{name}").JOB for name in names]
    return {job.name: job for job in found}
