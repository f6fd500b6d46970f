"""Both clouds tell what time it is, through their SDKs and through the store that tries again."""

from __future__ import annotations

import email.utils
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from adapters.retry import RetryingStore
from tests.simulators.dropbox.account import account as dropbox_account
from tests.simulators.gdrive.account import account as drive_account

DAYS = 400


@pytest.mark.parametrize("kind", ["dropbox", "gdrive"])
def test_a_cloud_whose_clock_is_elsewhere_says_so(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (dropbox_account if kind == "dropbox" else drive_account)(tmp_path) as cloud:
        opened = cloud.begin(tmp_path).store()
        store = RetryingStore(opened, sleep=lambda _: None, random=lambda: 0.0, clock=lambda: 0.0)
        assert store.clock_ahead_seconds is None
        store.space()
        assert store.clock_ahead_seconds is not None
        assert abs(store.clock_ahead_seconds) < 60
        there = time.time() - DAYS * 86_400
        told = email.utils.formatdate(there, usegmt=True)
        monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: told)
        store.space()
        assert store.clock_ahead_seconds == pytest.approx(-DAYS * 86_400, abs=60)
        opened.close()
