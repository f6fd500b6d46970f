"""`python -m bench.clouds [--files N] [dropbox | gdrive]`: listing a cloud into the index, beside rclone.

The account is the tests' simulator in a process of its own, on loopback. rclone knows no other address than the
provider's own, so it goes through a proxy here that answers for these hosts with a certificate made for the occasion
(`--ca-cert`). backupd speaks plain HTTP to the simulator, by its `endpoint`, where its own work is measured; and TLS with
the same certificate where it is set beside rclone, as far as a provider's SDK can be given one.

Local work a file is what the processors took for the first run less what they took for one that found no change (loading
the program, opening the index, asking the store), divided by the files. It is set against what the provider's SDK takes
to decode one file of a page with its own types: Dropbox's makes objects and checks each value, Google's only reads JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.accounts import CLOUDS, Cloud
from bench.tls import listening, make_certificate
from tests.simulators.common import Control, running

BACKUPD = str(Path(sys.executable).with_name("backupd"))
FILES_A_FOLDER = 500
SEEDED = 100


@dataclass(frozen=True)
class Cost:
    """One process: seconds by the clock and of processors, the most memory it held, requests it made."""

    seconds: float
    cpu: float
    resident: int
    requests: int

    def __str__(self) -> str:
        mebibytes = self.resident / 2**20
        return f"{self.seconds:.1f} s, {self.requests} requests, {self.cpu:.1f} s of processors, {mebibytes:.0f} MiB"


def measure(command: list[str], control: Control, pattern: str, env: dict[str, str] | None = None) -> Cost:
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
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, control.count(pattern))


def configure(folder: Path, cloud: Cloud, endpoint: str) -> list[str]:
    """Write a studio that has one store, in this cloud; return the command."""
    folder.mkdir(exist_ok=True)
    credentials = folder / "credentials.json"
    credentials.write_text(json.dumps({"access_token": cloud.token}))
    credentials.chmod(0o600)
    (folder / "backupd.toml").write_text(
        f'[studio]\nname = "Bench"\n[index]\nurl = "sqlite:///{folder}/var/index.db"\n'
        f'[[stores]]\nname = "cloud"\nkind = "{cloud.kind}"\npath = "{cloud.path}"\n'
        f'credentials = "{credentials}"\nendpoint = "{endpoint}"\n'
    )
    return [BACKUPD, "--config", str(folder / "backupd.toml")]


def rclone_listing(folder: Path, cloud: Cloud, address: str) -> tuple[list[str], dict[str, str]]:
    """Return rclone's command and environment."""
    token = json.dumps({"access_token": cloud.token, "token_type": "bearer", "expiry": "2099-01-01T00:00:00Z"})
    (folder / "rclone.conf").write_text(f"[cloud]\n{cloud.rclone}\ntoken = {token}\n")
    command = ["rclone", "--config", str(folder / "rclone.conf"), "--ca-cert", str(folder / "cert.pem")]
    return [*command, "lsf", "-R", "--fast-list", "cloud:Shoots"], {"HTTPS_PROXY": address}


def clouds(files: int, kinds: list[str] | None = None) -> None:
    """Measure and print."""
    for cloud in CLOUDS:
        if not kinds or cloud.kind in kinds:
            _measure_cloud(cloud, files)


def _measure_cloud(cloud: Cloud, files: int) -> None:
    module = f"tests.simulators.{cloud.kind}"
    folders = max(files // FILES_A_FOLDER, 1)
    with tempfile.TemporaryDirectory() as place, running(module, Path(place) / "state") as simulator:
        folder, control = Path(place), Control(simulator.base_url)
        control("mkdir", path="/Shoots")
        for start in range(0, folders, SEEDED):
            # In portions: one call may not take longer than a control call waits.
            control("seed", folders=min(SEEDED, folders - start), files=FILES_A_FOLDER, root=f"/Shoots/{start:05}")
        print(f"{cloud.name} on loopback: {files} files in {folders} folders", flush=True)
        backupd = configure(folder / "studio", cloud, simulator.base_url)
        measure([*backupd, "store", "init", "cloud", "--yes"], control, cloud.requests)
        first = measure([*backupd, "index"], control, cloud.requests)
        again = measure([*backupd, "index"], control, cloud.requests)
        decoding = cloud.decoding_seconds(simulator.base_url)
        local = (first.cpu - again.cpu) / files
        database = folder / "studio" / "var" / "index.db"
        print(f"  backupd index, first          {first}   (at most {cloud.most_requests(files, folders):.0f} requests)")
        print(f"  backupd index, unchanged      {again}")
        print(f"  local work a file             {local * 1e6:.0f} us; the SDK decodes one in {decoding * 1e6:.0f} us")
        print(f"  local work / decoding         {local / decoding:.2f}   (at most 1.5)")
        print(f"  peak memory                   {first.resident / 2**20:.0f} MiB (at most 400)")
        print(f"  index bytes a file            {database.stat().st_size / files:.0f}", flush=True)
        _beside_rclone(cloud, folder, simulator.base_url, control)


def _beside_rclone(cloud: Cloud, folder: Path, base_url: str, control: Control) -> None:
    if shutil.which("rclone") is None:
        print("  rclone is missing: apt-get install rclone")
        return
    certificate = make_certificate(folder, cloud.hosts)
    with listening(certificate, base_url, as_proxy=True) as address:
        command, env = rclone_listing(folder, cloud, address)
        print(f"  rclone lsf -R, TLS            {measure(command, control, cloud.requests, env)}", flush=True)
    if cloud.certificate is None:
        print("  backupd index, first, TLS     not measured: this SDK takes no certificate but its own")
        return
    with listening(certificate, base_url, as_proxy=False) as address:
        backupd = configure(folder / "studio over tls", cloud, address)
        env = {cloud.certificate: str(certificate)}
        # The marker is there already: the index is made anew.
        cost = measure([*backupd, "index"], control, cloud.requests, env)
        print(f"  backupd index, first, TLS     {cost}", flush=True)


def main() -> int:
    """Measure with a number of files of one's own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", nargs="*", choices=[*(cloud.kind for cloud in CLOUDS), []], help="both, if none is named")
    parser.add_argument("--files", type=int, default=100_000)
    args = parser.parse_args()
    clouds(args.files, args.kind)
    return 0


if __name__ == "__main__":
    sys.exit(main())
