"""A small studio on disk, and the installed `backupd` command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BACKUPD = Path(os.environ.get("STUDIO_TEST_COMMAND", Path(sys.executable).with_name("backupd")))
NO_RIGHTS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
"""Before a command: root without the right to read what its mode forbids."""


@dataclass
class Studio:
    """One configuration with local stores below `root`; `run` calls the command as its users do."""

    root: Path
    stores: dict[str, Path] = field(default_factory=dict)
    extra: str = ""

    @property
    def config(self) -> Path:
        return self.root / "backupd.toml"

    def add_store(self, name: str, *, adopt: bool = True) -> Path:
        self.stores[name] = self.root / name
        self.stores[name].mkdir(exist_ok=True)
        self.configure()
        if adopt:
            self.run("store", "init", name, "--yes", status=0)
        return self.stores[name]

    def configure(self, extra: str | None = None) -> None:
        self.extra = self.extra if extra is None else extra
        blocks = [f'[studio]\nname = "Testistudio"\n[index]\nurl = "sqlite:///{self.root}/var/index.db"\n', self.extra]
        blocks += [f'[[stores]]\nname = "{name}"\nkind = "local"\npath = "{path}"\n' for name, path in self.stores.items()]
        self.config.write_text("\n".join(blocks))

    def command(self, *args: str) -> list[str]:
        return [str(BACKUPD), "--config", str(self.config), *args]

    def run(
        self,
        *args: str,
        status: int | None = None,
        env: dict[str, str] | None = None,
        without_rights: bool = False,
    ) -> Ran:
        """Run it; `without_rights` as an account that may not read whatever it likes, also where the tests are root."""
        before = NO_RIGHTS if without_rights and os.geteuid() == 0 else []
        done = subprocess.run(
            [*before, *self.command(*args)], capture_output=True, timeout=100, env=os.environ | (env or {}), cwd=self.root
        )
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in ran.err, ran.err
        if status is not None:
            assert ran.status == status, f"{args}: {ran.status}\n{ran.out}\n{ran.err}"
        return ran

    def json(self, *args: str) -> Any:
        return json.loads(self.run(*args, "--json").out)

    def index(self, *args: str, status: int | None = 0) -> Ran:
        return self.run("index", *args, status=status)

    def shoot(self, *words: str) -> Any:
        """The best match, whole."""
        return self.json("show", str(self.json("find", *words)[0]["id"]))

    def files(self, shoot: int) -> dict[str, list[tuple[str, str]]]:
        """Each file of a shoot by its path, with (path, state) of its copies."""
        answer = self.json("where", str(shoot))["files"]
        return {file["path"]: [(copy["path"], copy["state"]) for copy in file["copies"]] for file in answer}

    def copies(self) -> list[tuple[str, str]]:
        """(path, state) of every copy, straight from the index: for comparing two whole indexes."""
        import sqlite3
        from contextlib import closing

        query = (
            "SELECT store.name, folder.path, copy.name, copy.state, hex(content.sha256), content.captured_at"
            " FROM copy JOIN folder ON folder.id = copy.folder_id JOIN store ON store.id = folder.store_id"
            " LEFT JOIN content ON content.id = copy.content_id"
        )
        with closing(sqlite3.connect(self.root / "var" / "index.db")) as conn:
            return sorted(conn.execute(query).fetchall())

    def kill_while_indexing(self, seconds: float, *args: str) -> bool:
        """Start `index` and kill -9 the whole group of processes after a while; False if it had ended by itself."""
        with subprocess.Popen(
            self.command("index", *args), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            time.sleep(seconds)
            ended = process.poll() is not None
            os.killpg(process.pid, signal.SIGKILL) if not ended else None
        return not ended


@dataclass
class Ran:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str


def write(path: Path, content: bytes | str) -> Path:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
