"""A person's request from receipt to answer, with the installed command."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tests.e2e.harness import Studio, write

ME = pwd.getpwuid(os.getuid()).pw_name
LIST = "Nimi;Rooli;Sähköposti\nAino Virtanen;morsian;aino@virtanen.example\nVille Laine;sulhanen;ville@laine.example\n"


@pytest.fixture
def staffed(studio: Studio) -> Studio:
    studio.configure(
        f'[staff]\n{ME} = "Anna Tester, owner"\n'
        '[[requests.processors]]\nname = "Postipalvelu"\nhow_to_erase = "delete the thread"\n'
    )
    return studio


def two_shoots(studio: Studio) -> tuple[Path, Path]:
    root = studio.stores["archive"]
    own = root / "2025-06-14 Aino Virtanen potretti"
    write(own / "IMG_0001.jpg", "her own picture")
    write(own / "IMG_0002.jpg", "her other picture")
    shared = root / "2025-07-05 Ville Laine häät"
    write(shared / "osallistujat.csv", LIST)
    write(shared / "IMG_0100.jpg", "the couple")
    write(shared / "IMG_0101.jpg", "she alone")
    write(shared / "IMG_0102.jpg", "he alone")
    studio.index(status=None)
    return own, shared


def opened(studio: Studio, kind: str = "erase", *more: str) -> str:
    args = ("--subject", "Aino Virtanen", "--email", "aino@virtanen.example", *more)
    return str(studio.json("request", "open", kind, *args)["id"])


def item(answer: dict, kind: str, text: str = "") -> int:  # type: ignore[type-arg]
    found = [each for each in answer["items"] if each["kind"] == kind and text in (each["subject"] or "")]
    assert len(found) == 1, answer["items"]
    return int(found[0]["number"])


def raw(studio: Studio) -> bytes:
    var = studio.root / "var"
    return b"".join(path.read_bytes() for path in sorted(var.rglob("*")) if path.is_file())


@pytest.mark.timeout(400)
def test_an_erasure_from_receipt_to_answer(staffed: Studio) -> None:
    studio = staffed
    own, shared = two_shoots(studio)
    uid = opened(studio)
    studio.run("request", "run", uid, status=4)
    studio.run("request", "identify", uid, "--asked", status=0)
    # Nothing said of how is no word that nobody could be identified.
    studio.run("request", "identify", uid, "--method", "", status=2)
    studio.run("request", "identify", uid, "--method", "replied from the address in the register", status=0)
    plan = studio.json("request", "plan", uid)
    wedding = item(plan, "shoot", "Ville Laine")
    assert studio.run("request", "approve", uid, status=4).err.count("not decided")
    plan = studio.json("request", "plan", uid, "--decide", f"{wedding}=unlist", "--decide", f"{wedding}=delete:IMG_0101.jpg")
    paths = {act["path"].rpartition("/")[2] for act in plan["acts"]}
    assert paths == {"IMG_0001.jpg", "IMG_0002.jpg", "IMG_0101.jpg", "osallistujat.csv"}
    studio.run("request", "approve", uid, "--reason", "each picture was looked at", status=0)
    studio.run("request", "run", uid, status=0)
    assert not own.exists()
    assert sorted(path.name for path in shared.iterdir()) == ["IMG_0100.jpg", "IMG_0102.jpg", "osallistujat.csv"]
    assert (shared / "osallistujat.csv").read_text() == LIST.replace("Aino Virtanen;morsian;aino@virtanen.example\n", "")
    shown = studio.json("request", "show", uid)
    assert shown["state"] == "checked"
    assert studio.json("find", "virtanen") == []
    assert [each["name"] for each in studio.shoot("laine")["participants"]] == ["Ville Laine"]
    answer = write(studio.root / "answer.txt", "Olemme poistaneet tietosi.")
    assert "outcome" in studio.run("request", "close", uid, "--answer", str(answer), status=4).err
    studio.run("request", "tick", uid, str(item(shown, "place")), status=0)
    studio.run("request", "close", uid, status=0)
    for name in ("Aino", "Virtanen", "aino@virtanen"):
        assert name.encode() not in raw(studio), name
    assert studio.json("request", "show", uid)["subject"] is None
    assert studio.run("ledger", "verify").status == 0
