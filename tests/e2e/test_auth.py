"""`backupd auth` with the installed command and simulated providers: a person, a browser, a server without one."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import stat
import subprocess
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import Ran, Studio
from tests.simulators.dropbox import account as dropbox_account
from tests.simulators.gdrive import account as drive_account
from tests.simulators.gdrive.tokens import CLIENT, SECRET

APP_KEY = "studio-app"


@pytest.fixture(scope="module")
def dropbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dropbox_account.Account]:
    with dropbox_account.account(tmp_path_factory.mktemp("dropbox")) as made:
        yield made


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[drive_account.Account]:
    with drive_account.account(tmp_path_factory.mktemp("drive")) as made:
        yield made


@pytest.fixture
def clouds(dropbox: dropbox_account.Account, drive: drive_account.Account, tmp_path: Path) -> Studio:
    """A studio with a store of each kind, nobody signed in."""
    for account in (dropbox, drive):
        account.begin(tmp_path)
        account.control("mkdir", path="/Shoots")
    studio = Studio(tmp_path)
    studio.configure(_store("dropbox", dropbox.base_url) + _store("gdrive", drive.endpoint))
    return studio


def _store(kind: str, endpoint: str) -> str:
    return (
        f'[[stores]]\nname = "{kind}"\nkind = "{kind}"\npath = "Shoots"\n'
        f'credentials = "signins/{kind}.json"\nendpoint = "{endpoint}"\n'
    )


class Asking:
    """The command, while it waits for a person."""

    def __init__(self, studio: Studio, *words: str) -> None:
        self._process = subprocess.Popen(
            studio.command("auth", *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=studio.root, bufsize=0,  # what was read ahead would be lost to `communicate`
        )  # fmt: skip
        assert self._process.stderr is not None
        self.said = ""
        self.address = ""
        while line := self._process.stderr.readline().decode():
            self.said += line
            if re.match("https?://", line):
                self.address = line.strip()
                break

    @property
    def query(self) -> dict[str, str]:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.address).query))

    def type(self, text: str) -> Ran:
        out, err = self._process.communicate(text.encode(), timeout=60)
        return self._ended(out.decode(), err.decode())

    def ends(self) -> Ran:
        out, err = self._process.communicate(timeout=60)
        return self._ended(out.decode(), err.decode())

    def stop(self) -> Ran:
        self._process.send_signal(signal.SIGINT)
        return self.ends()

    def _ended(self, out: str, err: str) -> Ran:
        assert "Traceback" not in err, err
        return Ran(self._process.returncode, out, self.said + err)


def visit(address: str) -> int:
    """Open an address as a browser does; return the status."""
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}")
        return connection.getresponse().status
    finally:
        connection.close()


def agree(address: str) -> str:
    """Agree on Google's page, and return where the browser is sent to."""
    page = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(page.netloc, timeout=20)
    try:
        connection.request("GET", f"{page.path}?{page.query}")
        return str(connection.getresponse().headers["Location"])
    finally:
        connection.close()


def client_file(studio: Studio, **more: str) -> str:
    path = studio.root / "client_secret.json"
    path.write_text(json.dumps({"installed": {"client_id": CLIENT, "client_secret": SECRET, **more}}))
    return str(path)


def secrets_in(studio: Studio, kind: str) -> list[str]:
    values = json.loads((studio.root / "signins" / f"{kind}.json").read_text())
    return [values[key] for key in ("refresh_token", "client_secret", "private_key") if key in values]


def test_a_code_from_dropbox_becomes_a_lasting_sign_in(clouds: Studio, dropbox: dropbox_account.Account) -> None:
    asking = Asking(clouds, "dropbox", "--app-key", APP_KEY, "--json")
    assert asking.query["code_challenge_method"] == "S256" and asking.query["token_access_type"] == "offline"
    ran = asking.type(dropbox.control("authorise", query=asking.query) + "\n")
    assert ran.status == 1, ran.err
    answer = json.loads(ran.out)
    assert answer["marker"] == "absent" and "files.content.write" in answer["rights"] and answer["problem"] is None
    for right in asking.query["scope"].split():
        assert re.search(rf"^  {re.escape(right)} +\w+", ran.err, re.MULTILINE), f"{right} is not explained"
    kept = clouds.root / "signins" / "dropbox.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert os.listdir(kept.parent) == ["dropbox.json"]
    assert not any(secret in ran.out + ran.err for secret in secrets_in(clouds, "dropbox"))
    clouds.run("store", "init", "dropbox", "--yes", status=0)
    again = Asking(clouds, "dropbox")
    assert again.query["client_id"] == APP_KEY
    ran = again.type(dropbox.control("authorise", query=again.query) + "\n")
    assert (ran.status, "ready" in ran.out) == (0, True)


@pytest.mark.parametrize("code", ["nonsense\n", "\n", ""])
def test_a_code_that_is_refused_leaves_the_old_sign_in(clouds: Studio, dropbox: dropbox_account.Account, code: str) -> None:
    first = Asking(clouds, "dropbox", "--app-key", APP_KEY)
    first.type(dropbox.control("authorise", query=first.query) + "\n")
    before = (clouds.root / "signins" / "dropbox.json").read_bytes()
    ran = Asking(clouds, "dropbox").type(code)
    assert ran.status in (2, 3) and "backupd:" in ran.err
    assert (clouds.root / "signins" / "dropbox.json").read_bytes() == before


def test_only_what_reading_needs_is_asked_where_nothing_is_changed(clouds: Studio, dropbox: dropbox_account.Account) -> None:
    asking = Asking(clouds, "dropbox", "--app-key", APP_KEY, "--read-only", "--json")
    assert "write" not in asking.query["scope"]
    ran = asking.type(dropbox.control("authorise", query=asking.query) + "\n")
    assert set(json.loads(ran.out)["rights"]) == {"account_info.read", "files.metadata.read", "files.content.read"}


def test_the_browser_comes_back_to_this_machine(clouds: Studio, drive: drive_account.Account) -> None:
    asking = Asking(clouds, "gdrive", "--client", client_file(clouds), "--json")
    query = asking.query
    assert query["access_type"] == "offline" and query["code_challenge_method"] == "S256"
    assert query["scope"] == "https://www.googleapis.com/auth/drive"
    back = agree(asking.address)
    assert back.startswith("http://127.0.0.1:")
    assert visit(back.partition("?")[0] + "/favicon.ico?") == 404
    assert visit(back.replace(query["state"], "another")) == 404, "an answer to another question is none"
    assert visit(back) == 200
    ran = asking.ends()
    assert ran.status == 1, ran.err
    assert json.loads(ran.out)["rights"] == ["drive"]
    assert stat.S_IMODE((clouds.root / "signins" / "gdrive.json").stat().st_mode) == 0o600
    assert not any(secret in ran.out + ran.err for secret in secrets_in(clouds, "gdrive"))
    clouds.run("store", "init", "gdrive", "--yes", status=0)


def test_a_server_without_a_browser_takes_the_address_that_could_not_be_opened(
    clouds: Studio, drive: drive_account.Account
) -> None:
    asking = Asking(clouds, "gdrive", "--client", client_file(clouds))
    ran = asking.type(f"\n  {agree(asking.address)}\n")
    assert ran.status == 1 and "Signed in" in ran.out
    port = urllib.parse.urlsplit(asking.query["redirect_uri"]).port
    assert f"ssh -L {port}:127.0.0.1:{port}" in ran.err
    assert all(len(line) <= 86 or line.startswith("http") for line in ran.err.splitlines())


def test_an_address_of_another_sign_in_and_a_refusal_change_nothing(clouds: Studio, drive: drive_account.Account) -> None:
    for spoil in (lambda back: back.replace("state=", "state=x"), lambda back: re.sub("code=[^&]*", "error=access_denied", back)):
        asking = Asking(clouds, "gdrive", "--client", client_file(clouds))
        ran = asking.type(spoil(agree(asking.address)) + "\n")
        assert ran.status == 3, ran.err
    assert not (clouds.root / "signins" / "gdrive.json").exists()


def test_fewer_rights_than_asked_for_are_not_kept(clouds: Studio, drive: drive_account.Account) -> None:
    drive.control("set", granted_scopes=["https://www.googleapis.com/auth/drive.file"])
    asking = Asking(clouds, "gdrive", "--client", client_file(clouds))
    ran = asking.type(agree(asking.address) + "\n")
    assert ran.status == 3 and "the right drive was not granted" in ran.err
    assert not (clouds.root / "signins" / "gdrive.json").exists()


def test_a_service_account_needs_no_person(clouds: Studio, drive: drive_account.Account) -> None:
    key = drive.service_account(delegated=["owner@example.test"])
    ran = clouds.run("auth", "gdrive", "--service-account", key, "--json")
    assert ran.status == 1, ran.err
    assert json.loads(ran.out)["marker"] in ("absent", "unknown")
    assert "no room of its own" in ran.err
    assert not any(secret in ran.out + ran.err for secret in secrets_in(clouds, "gdrive"))
    stranger = clouds.run("auth", "gdrive", "--service-account", key, "--subject", "stranger@example.test")
    assert stranger.status == 3
    assert "subject" not in json.loads((clouds.root / "signins" / "gdrive.json").read_text()), "the old one stays"


def test_what_cannot_be_meant_is_said_before_anything_is_asked(clouds: Studio) -> None:
    web = clouds.root / "web.json"
    web.write_text(json.dumps({"web": {"client_id": "x"}}))
    for words, mend in (
        (("dropbox",), "--app-key"),
        (("gdrive",), "--client"),
        (("gdrive", "--client", str(web)), "Desktop app"),
        (("gdrive", "--client", "none.json"), "there is no file"),
        (("gdrive", "--service-account", str(web)), "service account"),
        (("gdrive", "--store", "dropbox"), "backupd auth dropbox"),
    ):
        ran = clouds.run("auth", *words, status=2)
        assert mend in ran.err, ran.err


def test_a_sign_in_that_is_broken_off_changes_nothing(clouds: Studio) -> None:
    ran = Asking(clouds, "gdrive", "--client", client_file(clouds)).stop()
    assert ran.status == 130
    assert not (clouds.root / "signins").exists()
