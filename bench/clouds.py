"""`python -m bench.clouds [--files N]`: listing a Dropbox into the index, beside rclone and beside the SDK's decoding.

The account is the tests' simulator in a process of its own, on loopback. rclone knows no other address than Dropbox's
own, so it goes through a proxy here that answers for these hosts with a certificate made for the occasion
(`--ca-cert`). backupd speaks plain HTTP to the same simulator by its `endpoint`: TLS costs it nothing in this figure.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dropbox import files as dropbox_files
from dropbox.stone_serializers import json_decode

from tests.simulators.common import Control, running
from tests.simulators.dropbox.access import ACCESS

BACKUPD = str(Path(sys.executable).with_name("backupd"))
HOSTS = ("api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com")
FILES_A_FOLDER = 500
PAGE = 2000
SEEDED = 100


@dataclass(frozen=True)
class Cost:
    """One process: seconds by the clock and of processors, the most memory it held, requests it made."""

    seconds: float
    cpu: float
    resident: int
    requests: int


def measure(command: list[str], control: Control, env: dict[str, str] | None = None) -> Cost:
    """Run a command to its end. Raises CalledProcessError with what it said."""
    control("clear_log")
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=os.environ | (env or {}))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        if process.returncode not in (0, 1):
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, stderr=said.read().decode())
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, control.count("/2/"))


def decoding_seconds(base_url: str) -> float:
    """Return the seconds that the SDK takes to decode one file of a page, with its own types."""
    import urllib.request

    argument = {"path": "/Shoots", "recursive": True, "limit": PAGE}
    headers = {"Authorization": f"Bearer {ACCESS}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base_url}/2/files/list_folder", json.dumps(argument).encode(), headers)
    with urllib.request.urlopen(request) as reply:
        text = reply.read().decode()
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        page = json_decode(dropbox_files.list_folder.result_type, text)
        best = min(best, time.process_time() - started)
    return best / len(page.entries)


@contextmanager
def proxy(folder: Path, base_url: str) -> Iterator[str]:
    """Answer CONNECT for Dropbox's hosts with TLS of our own, and hand what comes on to the simulator."""
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench",
         "-addext", f"subjectAltName={names}", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    port = urlsplit(base_url).port
    assert port is not None
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, context, port), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _accept(server: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            threading.Thread(target=_tunnel, args=(client, context, port), daemon=True).start()


def _tunnel(client: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError), client:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with (
            context.wrap_socket(client, server_side=True) as inner,
            socket.create_connection(("127.0.0.1", port)) as outer,
        ):
            threading.Thread(target=_copy, args=(outer, inner), daemon=True).start()
            _copy(inner, outer)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(256 * 1024):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)


def configure(folder: Path, base_url: str) -> list[str]:
    """Write a studio that has one Dropbox; return the command."""
    credentials = folder / "dropbox.json"
    credentials.write_text(json.dumps({"access_token": ACCESS}))
    credentials.chmod(0o600)
    (folder / "backupd.toml").write_text(
        f'[studio]\nname = "Bench"\n[index]\nurl = "sqlite:///{folder}/var/index.db"\n'
        f'[[stores]]\nname = "cloud"\nkind = "dropbox"\npath = "/Shoots"\n'
        f'credentials = "{credentials}"\nendpoint = "{base_url}"\n'
    )
    return [BACKUPD, "--config", str(folder / "backupd.toml")]


def rclone_listing(folder: Path, address: str) -> tuple[list[str], dict[str, str]]:
    """Return rclone's command and environment."""
    token = json.dumps({"access_token": ACCESS, "token_type": "bearer", "expiry": "2099-01-01T00:00:00Z"})
    (folder / "rclone.conf").write_text(f"[cloud]\ntype = dropbox\ntoken = {token}\n")
    command = ["rclone", "--config", str(folder / "rclone.conf"), "--ca-cert", str(folder / "cert.pem")]
    return [*command, "lsf", "-R", "--fast-list", "cloud:Shoots"], {"HTTPS_PROXY": address}


def clouds(files: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place, running("tests.simulators.dropbox", Path(place) / "state") as simulator:
        folder, control = Path(place), Control(simulator.base_url)
        control("mkdir", path="/Shoots")
        folders = files // FILES_A_FOLDER
        for start in range(0, folders, SEEDED):
            # In portions: one call may not take longer than a control call waits.
            control("seed", folders=min(SEEDED, folders - start), files=FILES_A_FOLDER, root=f"/Shoots/{start:05}")
        print(f"Dropbox on loopback: {files} files in {files // FILES_A_FOLDER} folders")
        backupd = configure(folder, simulator.base_url)
        measure([*backupd, "store", "init", "cloud", "--yes"], control)
        first = measure([*backupd, "index"], control)
        again = measure([*backupd, "index"], control)
        decoding = decoding_seconds(simulator.base_url)
        local = (first.cpu - again.cpu) / files
        print(f"  backupd index, first          {_cost(first)}")
        print(f"  backupd index, unchanged      {_cost(again)}")
        print(f"  local work a file             {local * 1e6:.0f} us; the SDK decodes one in {decoding * 1e6:.0f} us")
        print(f"  local work / decoding         {local / decoding:.2f}   (at most 1.5)")
        print(f"  peak memory                   {first.resident / 2**20:.0f} MiB (at most 400)")
        print(f"  index bytes a file            {(folder / 'var' / 'index.db').stat().st_size / files:.0f}")
        if shutil.which("rclone") is None:
            print("  rclone is missing: apt-get install rclone")
            return
        with proxy(folder, simulator.base_url) as address:
            command, env = rclone_listing(folder, address)
            print(f"  rclone lsf -R --fast-list     {_cost(measure(command, control, env))}")


def _cost(cost: Cost) -> str:
    return f"{cost.seconds:.1f} s, {cost.requests} requests, {cost.cpu:.1f} s of processors, {cost.resident / 2**20:.0f} MiB"


def main() -> int:
    """Measure with a number of files of one's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    clouds(parser.parse_args().files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
