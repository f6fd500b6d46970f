"""`make run`: from a folder of shoots, or none, to an index that can be asked.

Without a folder the invented studio is written to var/demo. What is set up lies in var/, beside nothing else; only the
store's marker is written into the folder of shoots, as `backupd store init` always does.
"""

from __future__ import annotations

import json
import os
import pwd
import shlex
import subprocess
import sys
from pathlib import Path
from zlib import crc32

VAR = Path("var")
CONFIG = VAR / "backupd.toml"
DEMO = VAR / "demo"
_NO_RIGHT_TO_WRITE = """
backupd writes one small file, .backupd-store, into the folder of shoots, once:
by it a disk that is not mounted is told from one that was emptied. It may not
write there now. Let this account write into the folder, or mount it writable,
for this one time; afterwards it may be read-only again.
"""


def main() -> int:
    """Set up, index, show; return the exit status of the indexing, or of what failed before it."""
    named = os.environ.get("SHOOTS", "")
    shoots = Path(named).expanduser() if named else DEMO
    VAR.mkdir(exist_ok=True)
    if not named:
        made = subprocess.run([sys.executable, "-m", "backupd.demo", str(DEMO)], stdout=subprocess.DEVNULL, check=False)
        if made.returncode:
            return made.returncode
    elif not shoots.is_dir():
        why = "that is no folder" if shoots.exists() else "there is no such folder"
        sys.stderr.write(f"SHOOTS={shlex.quote(str(shoots))}: {why}. Name the folder that holds the shoots' folders.\n")
        return 2
    _write_config(shoots.resolve())
    for words in (["config", "check"], ["store", "init", "shoots", "--yes"]):
        status = _backupd(*words)
        if status:
            if words[0] == "store" and not os.access(shoots, os.W_OK):
                sys.stderr.write(_NO_RIGHT_TO_WRITE)
            return status
    status = _backupd("index")
    if status > 1:
        return status
    _backupd("status")
    _find_one()
    _say_how_to_go_on()
    return 0


def _write_config(shoots: Path) -> None:
    """Write var/backupd.toml unless it is there for this very folder; one for another folder is kept as *.before."""
    line = f"path = {json.dumps(str(shoots), ensure_ascii=False)}\n"
    if CONFIG.exists():
        if line in CONFIG.read_text("utf-8"):
            return
        CONFIG.replace(CONFIG.with_suffix(".toml.before"))
    account = json.dumps(pwd.getpwuid(os.getuid()).pw_name)
    CONFIG.write_text(
        "# Written by `make run`; config.example.toml explains every setting.\n"
        '[studio]\nname = "Studio on trial"\ncontact = "studio@localhost"\n\n'
        f'[staff]\n{account} = "You, owner"\n\n'
        f'[index]\nurl = "sqlite:///index-{crc32(os.fsencode(shoots)):08x}/index.db"\n\n'
        f'[[stores]]\nname = "shoots"\nkind = "local"\n{line}\n'
        "[retention]\nrequire_copies = 1\n",
        "utf-8",
    )


def _backupd(*words: str) -> int:
    sys.stdout.write(f"\n$ backupd {shlex.join(words)}\n")
    sys.stdout.flush()
    return subprocess.run(_command(*words), check=False).returncode


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "backupd", "--config", str(CONFIG), *words]


def _find_one() -> None:
    """Show what a look-up gives, with a client that is there."""
    asked = subprocess.run(
        _command("find", "--from", "1900-01-01", "--limit", "1", "--json"), capture_output=True, check=False
    )
    found = json.loads(asked.stdout) if asked.returncode < 2 and asked.stdout else []
    client = found[0].get("client") if found else None
    if client:
        _backupd("find", client)


def _say_how_to_go_on() -> None:
    sys.stdout.write(
        "\nAsk it yourself:\n"
        f"  export BACKUPD_CONFIG={shlex.quote(str(CONFIG.resolve()))}\n"
        f"  {shlex.quote(str(Path('.venv/bin/backupd').absolute()))} find NAME OR DAY\n"
        "and for all it can do: backupd --help\n"
    )


if __name__ == "__main__":
    sys.exit(main())
