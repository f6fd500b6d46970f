"""What people do is in the ledger, by a named employee; no name of anybody is, there or in a log.

The commands run in this process, on a part of the demo studio, so that everything that is logged is seen as well.
"""

from __future__ import annotations

import io
import json
import logging
import os
import pwd
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backupd.cli.main import main
from backupd.demo.make_studio import make_studio
from backupd.demo.shoots import studio_shoots

ME = pwd.getpwuid(os.getuid()).pw_name
SHOOTS = [each for each in studio_shoots() if "Virtasen" in each.folder or "Saimaan" in each.folder or "Laine-Salo" in each.folder][:3]
WORDS = re.compile(r"[^\W\d_]{4,}")
PLAIN = {"häät", "yrityskuvat", "perhekuvaus", "asiakkaat", "year", "finnish", "iso"}


def names() -> set[str]:
    """Every word of a name in this studio, and its people's addresses."""
    told = [person.name for shoot in SHOOTS for person in shoot.people] + [shoot.folder for shoot in SHOOTS]
    words = {word.casefold() for text in told for word in WORDS.findall(text)} - PLAIN
    return words | {"virtanen", "s.virtanen", "example.fi", "@example"}


class Desk:
    """Runs commands; `said` is all that they wrote on standard error."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.said = ""
        self.mail = ""

    def __call__(self, *words: str, status: tuple[int, ...] = (0, 1)) -> Any:
        out, err = io.StringIO(), io.StringIO()
        got = main(["--config", str(self.config), *words], os.environ | {"BACKUPD_DEBUG": "1"}, out=out, err=err)
        self.said += err.getvalue()
        assert got in status, f"{words}: {got}\n{out.getvalue()}\n{err.getvalue()}"
        return json.loads(out.getvalue()) if "--json" in words else out.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    make_studio(tmp_path / "shoots", date(2026, 9, 23), shoots=tuple(SHOOTS))
    config = tmp_path / "backupd.toml"
    config.write_text(
        f'[studio]\nname = "Testistudio"\ncontact = "a@studio.example"\n[index]\nurl = "sqlite:///{tmp_path}/var/index.db"\n'
        f'[staff]\n{ME} = "Tiina Testaaja, owner"\n'
        f'[[stores]]\nname = "archive"\nkind = "local"\npath = "{tmp_path}/shoots"\n'
    )
    made = Desk(config)
    made("store", "init", "archive", "--yes", status=(0,))
    made("index")
    return made


def answer(desk: Desk, kind: str, *more: str, run: tuple[str, ...] = ()) -> str:
    """Take a case from receipt to its end."""
    args = ("--subject", "Säde Virtanen", "--email", desk.mail, *more, "--json")
    uid = str(desk("request", "open", kind, *args)["id"])
    desk("request", "identify", uid, "--method", "Säde Virtanen called back")
    plan = desk("request", "plan", uid, "--json")
    likely = [str(each["number"]) for each in plan["items"] if each["in"] is None]
    if likely:
        desk("request", "plan", uid, "--include", *likely)
    for each in desk("request", "show", uid, "--json")["items"]:
        if each["decision"] is None and each["in"]:
            decision = {"erase": "unlist", "copy": "refuse"}.get(kind, "by_hand")
            desk("request", "plan", uid, "--decide", f"{each['number']}={decision}", "--reason", "Otso Virtanen is in it")
    desk("request", "approve", uid, "--reason", "Säde Virtanen asked for it")
    desk("request", "run", uid, *run)
    return uid


@pytest.mark.timeout(300)
def test_everything_is_recorded_by_name_of_the_employee_and_no_name_of_anybody(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shoot = str(desk("find", "virtanen", "--json")[0]["id"])
    people = desk("show", shoot, "--json")["participants"]
    desk.mail = next(each["email"] for each in people if each["name"] == "Säde Virtanen")
    for words in (("show", shoot), ("where", shoot), ("retention", shoot), ("why", shoot), ("find", "--participant", "Kettunen"),
                  ("find", "Virtasten"), ("portfolio", "list", "--channel", "web"), ("contacts", "due"), ("consent", "list")):  # fmt: skip
        desk(*words)
    note = tmp_path / "Virtanen lupa.txt"
    note.write_text("I agree. Säde Virtanen")
    given = ("--shoot", shoot, "--person", "Säde Virtanen", "--channel", "web", "--evidence", str(note), "--of-age")
    desk("consent", "give", *given)
    desk("hold", "add", "pin", "--shoot", shoot, "--reason", "Säde Virtanen wants an album")
    desk("export", shoot, "--to", str(tmp_path / "Virtanen usb"), "--reason", "for Säde Virtanen")
    answer(desk, "access", run=("--to", str(tmp_path / "for Säde Virtanen")))
    for kind, more in (("marketing_ban", ()), ("consent_withdraw", ()), ("object", ("--reason", "Säde says no"))):
        answer(desk, kind, *more)
    hold = desk("hold", "list", "--json")
    for each in hold:
        if each["kind"] == "pin":
            desk("hold", "release", each["id"], "--reason", "Virtanen album is done")
    uid = answer(desk, "erase")
    for each in desk("request", "show", uid, "--json")["items"]:
        if each["state"] == "open" and each["in"]:
            desk("request", "tick", uid, str(each["number"]), "--outcome", "told Otso Virtanen", status=(0, 2))
    assert desk("request", "show", uid, "--json")["state"] in ("checked", "failed_step")
    entries = [json.loads(line) for line in (tmp_path / "var" / "ledger").read_bytes().splitlines()]
    kinds = {each["kind"] for each in entries}
    assert kinds >= {"look-up", "export", "disclosure", "consent", "withdrawn", "hold", "released", "request", "erased", "intent", "outcome"}
    commands = {each["words"]["command"] for each in entries if each["kind"] == "look-up"}
    assert commands >= {"find", "show", "where", "retention", "why", "portfolio"}
    steps = {each["words"].get("step") for each in entries if each["kind"] == "request"}
    assert steps >= {"open", "verify", "scope", "approve", "execute", "finish", "check"}
    by = {each["by"] for each in entries if each["kind"] in kinds - {"opened", "healed"}}
    assert by == {ME}
    everything = {
        "ledger": (tmp_path / "var" / "ledger").read_text(),
        "logs": caplog.text,
        "standard error": desk.said,
    }
    found = {where: sorted(word for word in names() if word in text.casefold()) for where, text in everything.items()}
    assert found == {"ledger": [], "logs": [], "standard error": []}
