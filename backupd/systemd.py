"""Telling systemd how the service is: its protocol over a datagram socket (sd_notify(3)), with the standard library.

Without $NOTIFY_SOCKET nothing is told and nothing is asked.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping

_PATIENT_SECONDS = 5.0


class Systemd:
    """The service's manager, if there is one. Telling it never fails and never holds up: the service goes on alone."""

    def __init__(self, environ: Mapping[str, str], pid: int | None = None) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._status = ""
        micros = environ.get("WATCHDOG_USEC", "")
        meant = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid() if pid is None else pid))
        self.watchdog_seconds = int(micros) / 1_000_000 if micros.isdecimal() and int(micros) and meant else None
        """How often it must be fed at least; None where it does not watch."""

    def ready(self) -> None:
        """All is up, or up again after a reload."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """The configuration is being read anew; `ready` ends that."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The service is coming to an end."""
        self._tell("STOPPING=1")

    def more_time(self, seconds: float) -> None:
        """What is being done to start or stop takes so much longer."""
        self._tell(f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; told only if it is another than before. Where nobody takes it just now it is
        left to the next time."""
        if text != self._status and self._tell("STATUS=" + text.replace("\n", " "), patient_seconds=0.0):
            self._status = text

    def alive(self) -> None:
        """Feed the watchdog."""
        self._tell("WATCHDOG=1")

    def _tell(self, *lines: str, patient_seconds: float = _PATIENT_SECONDS) -> bool:
        """Send a message; False where it could not be delivered in that time."""
        if not self._address:
            return True
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            # A manager that does not read, its queue full, would else stop the one who starts everything.
            to.settimeout(patient_seconds)
            to.sendto("\n".join(lines).encode(), self._address)
            return True
        return False
