"""`make demo-cloud`: the whole product on three stores, two of them with simulated providers on this machine alone.

Run from a checkout: the simulators belong to the tests and are not installed. The demo's studio is written to three
folders; what the second and third hold is put into a simulated Dropbox and Drive, which go on running until they are
stopped, so that backupd can be asked, and things be changed there "from another device".
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import mimetypes
import os
import pwd
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backupd.demo.make_studio import make_studio
from tests.simulators.common import REPOSITORY, Control
from tests.simulators.dropbox import access as dropbox
from tests.simulators.gdrive import tokens as drive

FOLDER = Path("var/cloud")
ROOT = "Shoots"
RUNNING = "simulators.json"
SEEDED = "seeded"


@dataclass(frozen=True, slots=True)
class Cloud:
    """One simulated account: the store's name in the studio, its kind, what it is run by, and its sign-in."""

    name: str
    kind: str
    module: str
    sign_in: dict[str, str]


CLOUDS = (
    Cloud(
        "dropbox", "dropbox", "tests.simulators.dropbox", {"app_key": dropbox.APP_KEY, "refresh_token": dropbox.REFRESH}
    ),
    Cloud(
        "drive", "gdrive", "tests.simulators.gdrive",
        {"client_id": drive.CLIENT, "client_secret": drive.SECRET, "refresh_token": drive.REFRESH},
    ),
)


def main(arguments: list[str] | None = None) -> int:
    """Start, fill, adopt, index, show; or stop. Returns the exit status of what failed, or 0."""
    parser = argparse.ArgumentParser(prog="make demo-cloud", description="The demo studio on three stores")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything is kept (var/cloud)")
    parser.add_argument("--stop", action="store_true", help="stop the simulators; what they hold stays")
    given = parser.parse_args(arguments)
    folder: Path = given.folder.resolve()
    if given.stop:
        return stop(folder)
    folder.mkdir(parents=True, exist_ok=True)
    say("Writing the invented studio …")
    studio = make_studio(folder / "studio", datetime.now().astimezone().date(), stores=3)
    addresses = {cloud.name: start(folder, cloud) for cloud in CLOUDS}
    if not (folder / SEEDED).exists():
        for cloud in CLOUDS:
            say(f"Filling the simulated {cloud.name} …")
            fill(cloud, Control(addresses[cloud.name]), studio.stores[cloud.name])
        (folder / SEEDED).touch()
    write_config(folder, studio.stores["archive"], addresses)
    for words in (["config", "check"], *(["store", "init", name, "--yes"] for name in ("archive", "dropbox", "drive"))):
        if status := backupd(folder, *words):
            return status
    if (status := backupd(folder, "index")) > 1:
        return status
    backupd(folder, "status")
    show_one(folder)
    say_how_to_go_on(folder, addresses)
    return 0


# -- the simulators


def start(folder: Path, cloud: Cloud) -> str:
    """Return where a simulator listens, started unless it runs already; always on the same port."""
    known = running(folder).get(cloud.name, {})
    if known and is_there(known["base_url"]):
        return str(known["base_url"])
    port = known["base_url"].rpartition(":")[2] if known else "0"
    command = [sys.executable, "-m", cloud.module, "--state", str(folder / f"{cloud.name}-state"), "--port", port]
    with (folder / f"{cloud.name}.log").open("ab") as log:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, cwd=REPOSITORY, start_new_session=True
        )
    assert child.stdout is not None
    line = child.stdout.readline()
    child.stdout.close()
    if not line:
        raise SystemExit(f"the simulated {cloud.name} did not start; see {folder / f'{cloud.name}.log'}")
    told = json.loads(line)
    (folder / RUNNING).write_text(json.dumps(running(folder) | {cloud.name: told}))
    # It is to outlive this process.
    child.returncode = 0
    return str(told["base_url"])


def running(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the address and the process of each simulator that was started."""
    with suppress(FileNotFoundError):
        found: dict[str, dict[str, Any]] = json.loads((folder / RUNNING).read_text())
        return found
    return {}


def is_there(base_url: str) -> bool:
    """Say whether a simulator answers."""
    try:
        return isinstance(Control(base_url)("now"), float)
    except (OSError, AssertionError, ValueError, http.client.HTTPException):
        return False


def stop(folder: Path) -> int:
    """End the simulators that answer at their addresses; a process of another program that got the number is let be."""
    for name, known in running(folder).items():
        if is_there(known["base_url"]):
            with suppress(ProcessLookupError):
                os.kill(known["pid"], signal.SIGTERM)
            say(f"Stopped the simulated {name}.")
        else:
            say(f"The simulated {name} does not run.")
    return 0


def fill(cloud: Cloud, control: Control, root: Path) -> None:
    """Put what lies in a folder into an account, as another device does."""
    control("mkdir", path=f"/{ROOT}")
    for file in files_in(root):
        modified = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
        values = {
            "path": f"/{ROOT}/{file.relative_to(root).as_posix()}",
            "content": base64.b64encode(file.read_bytes()).decode(),
            "modified": modified.strftime("%Y-%m-%dT%H:%M:%S" + ("Z" if cloud.kind == "dropbox" else ".000Z")),
        }
        if cloud.kind == "gdrive":
            values["mime"] = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        control("put", **values)


def files_in(root: Path) -> Iterator[Path]:
    """Yield every file below a folder, in one order."""
    return (path for path in sorted(root.rglob("*")) if path.is_file())


# -- backupd, as its users run it


def write_config(folder: Path, archive: Path, addresses: dict[str, str]) -> None:
    """Write the configuration and the sign-ins, which only the simulators know."""
    account = json.dumps(pwd.getpwuid(os.getuid()).pw_name)
    blocks = [
        "# Written by `make demo-cloud`; config.example.toml explains every setting.",
        '[studio]\nname = "Studio on trial"\ncontact = "studio@localhost"\n',
        f'[staff]\n{account} = "You, owner"\n',
        '[index]\nurl = "sqlite:///index/index.db"\n',
        f'[[stores]]\nname = "archive"\nkind = "local"\npath = {json.dumps(str(archive))}\n',
    ]
    for cloud in CLOUDS:
        credentials = folder / f"{cloud.name}.json"
        credentials.touch(mode=0o600)
        credentials.write_text(json.dumps(cloud.sign_in))
        blocks.append(
            f'[[stores]]\nname = "{cloud.name}"\nkind = "{cloud.kind}"\npath = "{ROOT}"\nrole = "replica"\n'
            f'credentials = "{cloud.name}.json"\nendpoint = "{addresses[cloud.name]}"\nrecoverable = "30 days"\n'
        )
    (folder / "backupd.toml").write_text("\n".join(blocks))


def command(folder: Path, *words: str) -> list[str]:
    """Return a command line of backupd's on the demo."""
    return [sys.executable, "-m", "backupd", "--config", str(folder / "backupd.toml"), *words]


def backupd(folder: Path, *words: str) -> int:
    """Run a command and show it; return its exit status."""
    say(f"\n$ backupd {shlex.join(words)}")
    return subprocess.run(command(folder, *words), check=False).returncode


def show_one(folder: Path) -> None:
    """Show where the copies of one shoot are, of those with the most stores."""
    asked = subprocess.run(
        command(folder, "find", "--from", "1900-01-01", "--limit", "50", "--json"), capture_output=True, check=False
    )
    found = json.loads(asked.stdout) if asked.stdout else []
    if found:
        best = max(found, key=lambda shoot: (len(shoot["stores"]), -shoot["files"]))
        backupd(folder, "where", str(best["id"]))


def say_how_to_go_on(folder: Path, addresses: dict[str, str]) -> None:
    """Say how to ask, how to change things there, and how to stop."""
    config, program = folder / "backupd.toml", Path(sys.executable).with_name("backupd")
    say(
        "\nThe two clouds are simulated, by two processes that go on running. Ask backupd yourself:\n"
        f"  export BACKUPD_CONFIG={shlex.quote(str(config))}\n"
        f"  {shlex.quote(str(program))} find NAME OR DAY\n"
        f"  {shlex.quote(str(program))} where NUMBER\n"
        f"  {shlex.quote(str(program))} doctor\n"
        "Change something there from another device, then let `backupd index` follow it:\n"
        f"  curl -d '{{\"path\": \"/{ROOT}/PATH\"}}' {addresses['dropbox']}/_control/trash\n"
        f"  curl -d '{{\"path\": \"/{ROOT}/OLD\", \"to\": \"/{ROOT}/NEW\"}}' {addresses['drive']}/_control/move\n"
        "Stop the simulators: make demo-cloud-stop   (what they hold stays; go on with make demo-cloud)\n"
        f"Start all over: make demo-cloud-stop, then remove {folder}"
    )


def say(text: str) -> None:
    """Write a line, before what a command writes after it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
