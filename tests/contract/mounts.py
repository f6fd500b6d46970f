"""File systems that tests mount for a while. Needs root; whoever uses this marks the test `root`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted_tmpfs(place: Path, size: str = "4m") -> Iterator[Path]:
    """Mount an empty file system of that size over a folder."""
    with _mounted(place, "-t", "tmpfs", "-o", f"size={size}", "tmpfs"):
        yield place


@contextmanager
def bound(what: Path, place: Path) -> Iterator[Path]:
    """Mount a file or folder over another."""
    with _mounted(place, "--bind", str(what)):
        yield place


def unmount(place: Path) -> None:
    """Take a mount away at once, also while it is in use, as a disk that is pulled out."""
    subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)


@contextmanager
def _mounted(place: Path, *how: str) -> Iterator[None]:
    done = subprocess.run(["mount", *how, str(place)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"nothing may be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)
