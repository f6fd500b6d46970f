"""A reload in this process: what can't be worked by is given up for what was before."""

from __future__ import annotations

import logging
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from backupd.clock import Clock, FixedClock
from backupd.service import Service
from backupd.settings.models import Settings
from backupd.settings.source import given
from backupd.settings.values import Duration
from backupd.watching.pulse import Pulses


class _Manager:
    """Reloads the service once it is ready, and stops it once it is ready again."""

    watchdog_seconds = None

    def __init__(self) -> None:
        self.told: list[str] = []
        self._signals = [signal.SIGHUP, signal.SIGTERM]

    def ready(self) -> None:
        os.kill(os.getpid(), self._signals.pop(0))

    def status(self, text: str) -> None:
        self.told.append(text)

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


def test_what_no_check_found_and_nobody_can_work_by_ends_no_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with given({}, base="/"):
        good = Settings.model_validate(
            {
                "index": {"url": f"sqlite:///{tmp_path}/index.db"},
                "schedule": {"gentle": False, "watch": False},
                "stores": [{"name": "archive", "kind": "local", "path": str(tmp_path)}],
            }
        )
    # No configuration can say this any more: it stands for the next such mistake.
    bad = good.model_copy(update={"folders": good.folders.model_copy(update={"settle": Duration(months=1)})})
    manager: Any = _Manager()
    with caplog.at_level(logging.INFO, "backupd"):
        Service(good, lambda: bad, manager, Clock()).run()
    assert any("can't be worked by; the old one stays in force" in each for each in manager.told)
    assert "service stopped" in caplog.text


def test_the_watchdog_is_fed_only_while_whoever_writes_the_index_advances(tmp_path: Path) -> None:
    clock, fed = FixedClock(datetime(2026, 6, 1, tzinfo=UTC)), []
    service = Service(Settings(), Settings, cast("Any", SimpleNamespace(watchdog_seconds=None, alive=lambda: fed.append(1))), clock)
    now = time.monotonic()
    since = [now - 1000.0]
    hub: Any = SimpleNamespace(pulses=Pulses(lambda: since[0]))
    pulse = hub.pulses.of("archive")
    pulse.beat()
    pulse.holds_turn = True
    service._watch_over(hub)
    assert fed == [], "it stands still with the turn in its hand"
    since[0] = now
    pulse.beat()
    service._watch_over(hub)
    assert fed == [1]


def test_a_first_configuration_that_nobody_can_work_by_is_a_mistake_that_is_told(tmp_path: Path) -> None:
    with given({}, base="/"):
        bad = Settings.model_validate(
            {
                "index": {"url": f"sqlite:///{tmp_path}/index.db"},
                "schedule": {"gentle": False},
                "stores": [{"name": "archive", "kind": "local", "path": str(tmp_path)}],
            }
        )
    bad = bad.model_copy(update={"folders": bad.folders.model_copy(update={"settle": Duration(months=1)})})
    manager: Any = _Manager()
    with pytest.raises(ValueError, match="no fixed length"):
        Service(bad, lambda: bad, manager, Clock()).run()
