"""Answers to people with the installed command: the access report, what goes with a letter, and what goes nowhere."""

from __future__ import annotations

import csv
import email
import json
import os
import pwd
from email import policy
from typing import Any

import pytest

from tests.e2e.harness import Studio, write

ME = pwd.getpwuid(os.getuid()).pw_name
OTHERS = ("Ville", "Laine", "laine.example", "040 765 4321", "Outi", "Kantola", "toinen.example")
LIST = (
    "Nimi;Rooli;Sähköposti;Puhelin\n"
    "Aino Virtanen;morsian;aino@virtanen.example;040 123 4567\n"
    "Ville Laine;sulhanen;ville@laine.example;040 765 4321\n"
    "Outi Kantola;kaaso;;\n"
    "Aino Virtanen;täti;aino@toinen.example;\n"
)


@pytest.fixture
def asked(studio: Studio) -> Studio:
    """A studio with a shoot of Aino's own, and a wedding in which she appears among others."""
    studio.configure(f'[staff]\n{ME} = "Anna Tester, owner"\n')
    text = studio.config.read_text()
    studio.config.write_text(text.replace('"Testistudio"\n', '"Testistudio"\ncontact = "tietosuoja@studio.example"\n'))
    root = studio.stores["archive"]
    write(root / "2025-06-14 Aino Virtanen potretti" / "IMG_0001.jpg", "her own picture")
    write(root / "2025-07-05 Ville Laine häät" / "osallistujat.csv", LIST)
    for number in (100, 101):
        write(root / "2025-07-05 Ville Laine häät" / f"IMG_0{number}.jpg", f"wedding {number}")
    studio.index(status=None)
    return studio


def opened(studio: Studio, kind: str, *more: str) -> str:
    uid = str(studio.json("request", "open", kind, "--subject", "Aino Virtanen", "--email", "aino@virtanen.example", *more)["id"])
    studio.run("request", "identify", uid, "--method", "replied from the known address", status=0)
    answer = studio.json("request", "plan", uid)
    likely = [str(each["number"]) for each in answer["items"] if each["in"] is None]
    if likely:
        studio.run("request", "plan", uid, "--exclude", *likely)
    return uid


def numbered(studio: Studio, uid: str, text: str) -> str:
    items = studio.json("request", "show", uid)["items"]
    return str(next(each["number"] for each in items if each["kind"] == "shoot" and text in each["subject"]))


def finished(studio: Studio, uid: str) -> dict[str, Any]:
    shown = studio.json("request", "show", uid)
    for each in shown["items"]:
        if each["state"] == "open" and each["in"]:
            studio.run("request", "tick", uid, str(each["number"]), status=0)
    studio.run("request", "close", uid, status=0)
    return dict(studio.json("request", "show", uid))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "name", "heading"),
    [("fi", "selvitys", "Tietojen käyttöloki"), pytest.param("en", "report", "Log of look-ups", marks=pytest.mark.long)],
)
def test_an_access_request_is_answered_with_its_report(asked: Studio, language: str, name: str, heading: str) -> None:
    studio = asked
    uid = opened(studio, "access", "--language", language)
    studio.run("request", "plan", uid, "--decide", f"{numbered(studio, uid, 'Laine')}=give:IMG_0101*")
    studio.run("request", "approve", uid, status=0)
    folder = studio.root / "for-aino"
    assert "--to" in studio.run("request", "run", uid, status=2).err
    assert "store" in studio.run("request", "run", uid, "--to", str(studio.stores["archive"] / "x"), status=2).err
    ran = studio.run("request", "run", uid, "--to", str(folder), status=0)
    assert f"{name}-{uid}.html" in ran.out
    page = (folder / f"{name}-{uid}.html").read_text()
    report = json.loads((folder / f"{name}-{uid}.json").read_text())
    assert heading in page and "aino@virtanen.example" in page
    assert [each["id"] for each in report["shoots"]] == [1, 2]
    assert {each["email"] for each in report["appearances"]} == {"aino@virtanen.example"}
    for text in (page, json.dumps(report, ensure_ascii=False)):
        assert not [each for each in OTHERS if each in text]
    assert oct((folder / f"{name}-{uid}.html").stat().st_mode & 0o777) == "0o600"
    payload = sorted(path.name for path in folder.rglob("data/**/*") if path.is_file())
    assert payload == ["IMG_0001.jpg", "IMG_0101.jpg"]
    draft = studio.root / "answer.eml"
    said = studio.run("request", "letter", uid, "--to", str(draft), "--answer", status=0).out
    assert "send besides" in said
    message = email.message_from_bytes(draft.read_bytes(), policy=policy.default)
    files = {each.get_filename(): each.get_content() for each in message.iter_attachments()}
    assert files[f"{name}-{uid}.html"] == page
    assert set(files) >= {f"{name}-{uid}.json", "1-index.html", "2-index.html"}
    assert finished(studio, uid)["state"] == "closed"
    entries = [json.loads(line) for line in (studio.root / "var" / "ledger").read_bytes().splitlines()]
    told = [each for each in entries if each.get("words", {}).get("channel") == "report"]
    assert [each["kind"] for each in told] == ["export", "disclosure", "disclosure"]
    second = opened(studio, "access", "--language", language)
    studio.run("request", "approve", second, status=0)
    studio.run("request", "run", second, "--to", str(studio.root / "again"), status=0)
    again = json.loads((studio.root / "again" / f"{name}-{second}.json").read_text())
    assert [(each["id"], each["kind"]) for each in again["requests"]] == [(uid, "access")]


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_report_that_was_changed_does_not_go_out(asked: Studio) -> None:
    uid = opened(asked, "access")
    asked.run("request", "approve", uid, status=0)
    asked.run("request", "run", uid, "--to", str(asked.root / "out"), status=0)
    report = asked.root / "out" / f"selvitys-{uid}.json"
    report.write_text("{}")
    assert "report_gone" in asked.run("request", "letter", uid, "--to", str(asked.root / "a.eml"), status=4).err
    assert not (asked.root / "a.eml").exists()


@pytest.mark.long
@pytest.mark.timeout(200)
def test_what_is_portable_is_what_the_person_gave(asked: Studio) -> None:
    uid = opened(asked, "portability")
    asked.run("request", "approve", uid, status=0)
    asked.run("request", "run", uid, "--to", str(asked.root / "out"), status=0)
    data = json.loads((asked.root / "out" / f"tiedot-{uid}.json").read_text())
    rows = {(each["kind"], each["field"], each["value"]) for each in data["provided"]}
    assert ("person", "name", "Aino Virtanen") in rows and ("shoot", "title", "potretti") in rows
    # The wedding's list was given by its client, not by her.
    assert not [each for each in rows if each[0] == "entry"]
    with (asked.root / "out" / f"tiedot-{uid}.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [each["value"] for each in table] == [str(each["value"]) for each in data["provided"]]
    own = asked.json("find", "potretti")[0]["id"]
    assert [path.name for path in (asked.root / "out").rglob("data/**/*.jpg")] == ["IMG_0001.jpg"]
    assert (asked.root / "out" / f"kuvat-{own}" / "manifest-sha256.txt").is_file()


@pytest.mark.long
@pytest.mark.timeout(200)
def test_what_is_still_to_be_given_keeps_a_case_open(asked: Studio) -> None:
    uid = opened(asked, "copy")
    asked.run("request", "plan", uid, "--decide", f"{numbered(asked, uid, 'Laine')}=refuse", "--reason", "hers is the portrait")
    ran = asked.run("request", "run", uid, status=1)
    own = str(asked.json("find", "potretti")[0]["id"])
    assert f"still to be given: backupd export {own}" in " ".join(ran.out.split())
    assert asked.json("request", "show", uid)["state"] == "failed_step"
    asked.run("export", own, "--for", uid, "--to", str(asked.root / "usb"), status=0)
    asked.run("request", "run", uid, status=0)
    said = " ".join(asked.run("request", "letter", uid, "--language", "en").out.split())
    assert "“potretti” (14 June 2025)" in said and "1 other file" in said and "häät" not in said


@pytest.mark.long
@pytest.mark.timeout(200)
def test_nothing_found_is_said_with_what_was_searched(asked: Studio) -> None:
    uid = str(asked.json("request", "open", "copy", "--subject", "Otto Outo")["id"])
    asked.run("request", "identify", uid, "--method", "known address", status=0)
    asked.run("request", "plan", uid, status=0)
    asked.run("request", "run", uid, status=0)
    said = asked.run("request", "letter", uid, "--language", "en", status=0).out
    assert "did not find" in said and "Otto Outo" in said


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_refusal_or_an_extension_is_not_closed_without_its_letter(asked: Studio) -> None:
    text = asked.config.read_text()
    asked.config.write_text(text + '\n[requests]\nauthority = "Tietosuojavaltuutetun toimisto, PL 800, 00531 Helsinki"\n')
    uid = opened(asked, "restrict", "--ground", "a")
    assert "no ground that a letter could tell" in asked.run("request", "refuse", uid, "--code", "nope", "--reason", "x", status=2).err
    asked.run("request", "extend", uid, "--reason", "aineistoa on paljon", status=0)
    asked.run("request", "refuse", uid, "--code", "accurate", "--reason", "Nimi on oikein.", status=0)
    bare = write(asked.root / "bare.txt", "Emme suostu.")
    assert "lacks the reason" in asked.run("request", "close", uid, "--answer", str(bare), status=4).err
    told = asked.run("request", "letter", uid, "--answer", status=0).out
    assert "Nimi on oikein" in told and "PL 800" in told and "16 artikla" in told
    assert "extension is not kept" in asked.run("request", "close", uid, status=4).err
    assert "aineistoa on paljon" in asked.run("request", "letter", uid, "--kind", "extended", "--answer", status=0).out
    asked.run("request", "close", uid, status=0)


@pytest.mark.long
@pytest.mark.timeout(100)
def test_a_letter_is_written_for_its_reader_alone(asked: Studio) -> None:
    uid = opened(asked, "copy")
    page = asked.root / "letter.html"
    asked.run("request", "letter", uid, "--kind", "ack", "--to", str(page), status=0)
    assert page.read_text().startswith("<!DOCTYPE html>") and oct(page.stat().st_mode & 0o777) == "0o600"
    ends = ("--kind", "restriction_ends", "--ends", "2027-03-01", "--reason", "asia on ratkaistu")
    text = asked.config.read_text()
    asked.config.write_text(text + '\n[requests]\nauthority = "PL 800, 00531 Helsinki"\n')
    assert "päättyy 1.3.2027" in " ".join(asked.run("request", "letter", uid, *ends, status=0).out.split())
