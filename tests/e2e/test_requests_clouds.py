"""An erasure over a disk and a Dropbox, with the installed command."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tests.e2e.clouds import ROOT, CloudStudio, account_in
from tests.e2e.harness import write

ME = pwd.getpwuid(os.getuid()).pw_name
OWN, SHARED = "2025-06-14 Aino Virtanen potretti", "2025-07-05 Ville Laine häät"
LIST = "Nimi;Sähköposti\nAino Virtanen;aino@virtanen.example\nVille Laine;ville@laine.example\n"


@pytest.mark.timeout(600)
def test_an_erasure_over_a_disk_and_a_dropbox(tmp_path: Path) -> None:
    studio = CloudStudio(tmp_path)
    disk = studio.add_store("archive")
    (tmp_path / "account").mkdir()
    with account_in(tmp_path / "account") as cloud:
        studio.add_dropbox(cloud)
        studio.configure(f'[staff]\n{ME} = "Anna Tester, owner"\n{studio.extra}')
        for path, text in ((f"{OWN}/IMG_1.jpg", "hers"), (f"{SHARED}/IMG_2.jpg", "his"), (f"{SHARED}/osallistujat.csv", LIST)):
            write(disk / path, text)
            studio.put(path, text)
        studio.index(status=None)
        uid = studio.json("request", "open", "erase", "--subject", "Aino Virtanen", "--email", "aino@virtanen.example")["id"]
        studio.run("request", "identify", uid, "--method", "known address", status=0)
        plan = studio.json("request", "plan", uid)
        shared = next(each["number"] for each in plan["items"] if each["decision"] is None)
        studio.run("request", "plan", uid, "--decide", f"{shared}=unlist", status=0)
        studio.run("request", "approve", uid, "--reason", "looked at", status=0)
        studio.run("request", "run", uid, status=0)
        assert set(studio.truth()) == {f"{SHARED}/IMG_2.jpg", f"{SHARED}/osallistujat.csv"}
        shown = studio.json("request", "show", uid)
        assert shown["state"] == "checked"
        assert {(act["store"], act["state"]) for act in shown["acts"]} == {("archive", "done"), ("dropbox", "done")}
        assert all(act["recoverable_until"] for act in shown["acts"] if act["store"] == "dropbox")
        assert [each["kind"] for each in shown["items"] if each["state"] == "open"] == ["task"]
        assert studio.present()[f"{SHARED}/osallistujat.csv"][1] == len(LIST.encode()) - len("Aino Virtanen;aino@virtanen.example\n")
        assert ROOT
