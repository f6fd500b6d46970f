"""One tree with a configuration and an index of its own, and the installed command to work on it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bench.measure import Run, bytes_read, run

BACKUPD = str(Path(sys.executable).with_name("backupd"))


class Studio:
    """One studio for measuring. Its index lies beside its tree."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.out = tree.parent / "out"
        self.out.mkdir(parents=True, exist_ok=True)
        self.config = tree.with_suffix(".toml")
        self.database = tree.parent / f"{tree.name}-index" / "index.db"
        self.config.write_text(
            f'[studio]\nname = "Bench"\n[index]\nurl = "sqlite:///{self.database}"\n'
            f'[[stores]]\nname = "tree"\nkind = "local"\npath = "{tree}"\n'
        )

    def command(self, *args: str) -> list[str]:
        """Return the installed command with its configuration."""
        return [BACKUPD, "--config", str(self.config), *args]

    def backupd(self, *args: str) -> Run:
        """Run the installed command."""
        return run(self.command(*args))

    def forget(self) -> None:
        """Start with no index."""
        shutil.rmtree(self.database.parent, ignore_errors=True)
        self.backupd("store", "init", "tree", "--yes")

    def first(self) -> Run:
        """Index the tree from nothing."""
        self.forget()
        return self.backupd("index")

    def bytes_of_index(self) -> int:
        """Return the bytes that one run of `backupd index` reads, without those that the program reads to start."""
        return bytes_read(self.command("index"), self.out) - bytes_read(self.command("status"), self.out)

    def shell(self, text: str) -> Run:
        """Run a pipeline of other tools over the tree."""
        return run(text.format(tree=self.tree, out=self.out))

    def warm(self) -> None:
        """Read every file once, so that all that follows finds the same warm cache."""
        self.shell("find {tree} -type f -print0 | xargs -0 cat > /dev/null")


def made(tree: Path, make: Callable[[Path, int], None], files: int) -> Path:
    """Return the tree, made if it is not there yet in this size."""
    stamp = tree.with_suffix(".made")
    if not stamp.exists() or stamp.read_text() != str(files):
        shutil.rmtree(tree, ignore_errors=True)
        make(tree, files)
        stamp.write_text(str(files))
    return tree
