"""Holds, consents and the portfolio with the installed command: from a list's word to a picture that is taken down."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from backupd.accounts import account_name
from tests.e2e.harness import Studio, write

WEDDING = "2025-06-06 Virtanen häät"


def _jpeg(text: str) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + text.encode() * 20 + b"\xff\xd9"


@pytest.fixture
def wedding(studio: Studio) -> Studio:
    """One wedding with two pictures and a list of two: Aino, with an address, and Eetu, who is a child."""
    studio.configure(f'[staff]\n{account_name()} = "Anna Esimerkki, owner"\n')
    folder = studio.stores["archive"] / WEDDING
    write(folder / "Aino kirkossa.jpg", _jpeg("one"))
    write(folder / "IMG_0002.jpg", _jpeg("two"))
    listed = "name;email;minor;consent\nAino Virtanen;aino@virtanen.example;no;yes\nEetu Virtanen;;yes;\n"
    write(folder / "osallistujat.csv", listed)
    write(studio.root / "lupa.txt", "signed")
    studio.index(status=None)
    return studio


def _agree(studio: Studio) -> None:
    paper = ("--evidence", str(studio.root / "lupa.txt"), "--channel", "web")
    studio.run("consent", "give", "--shoot", "1", "--as", "client", *paper, status=0)
    studio.run("consent", "give", "--shoot", "1", "--email", "aino@virtanen.example", *paper, status=0)
    guardian = ("--person", "Eetu", "--guardian", "Aino Virtanen")
    studio.run("consent", "give", "--shoot", "1", *guardian, *paper, status=0)


def _ledger(studio: Studio) -> str:
    return (studio.root / "var" / "ledger").read_text()


def test_a_shoot_is_held_and_the_reason_is_told(wedding: Studio) -> None:
    before = wedding.json("retention", "1", "--today", "2026-05-01")[0]
    assert (before["shoot"], before["state"]) == (1, "protected")
    added = wedding.run("hold", "add", "pin", "--shoot", "1", "--reason", "our best wedding", status=0).out
    hold = added.split(":")[0]
    assert wedding.json("retention", "1")[0]["state"] == "held"
    assert wedding.json("find", "virtanen")[0]["retention"]["state"] == "held"
    why = wedding.run("why", "1", status=0).out
    assert "our best wedding" in why
    assert "S1 pin" in why
    assert max(len(line) for line in why.splitlines()) <= 80
    wedding.run("hold", "release", hold, status=4)
    wedding.run("hold", "release", hold, "--reason", "no longer", status=0)
    assert wedding.json("retention", "1")[0]["state"] != "held"
    assert "best wedding" not in _ledger(wedding)


def test_why_tells_of_copies_as_they_are_known_now_and_that_the_last_one_stays(wedding: Studio) -> None:
    late = wedding.json("why", "1", "--at", "2036-01-01")
    assert late["copies"]["with_a_good_copy"] == late["copies"]["files"] == 3
    said = late["actions"]["prune"]
    assert (said["answer"], said["rule"]) == ("no", "last_copy")
    assert "all files stay, no other store" in said["reasons"][-1]
    shutil.copytree(wedding.stores["archive"], wedding.add_store("second", adopt=False), dirs_exist_ok=True)
    (wedding.stores["second"] / ".backupd-store").unlink()
    wedding.run("store", "init", "second", "--yes", status=0)
    wedding.index(status=None)
    said = wedding.json("why", "1", "--at", "2036-01-01")["actions"]["prune"]
    assert (said["answer"], said["rule"]) == ("yes", "retention_passed")


def test_a_restriction_ends_only_after_the_person_was_told(wedding: Studio) -> None:
    added = wedding.run("hold", "add", "restriction", "--ground", "a", "--person", "aino virtanen", "--reason", "x", status=0)
    hold = added.out.split(":")[0]
    assert wedding.json("retention", "1")[0]["state"] == "held"
    refused = wedding.run("hold", "release", hold, "--reason", "settled", status=4)
    assert "told" in refused.err
    wedding.run("hold", "release", hold, "--announced", "--reason", "settled", status=0)
    assert wedding.json("retention", "1")[0]["state"] == "held"
    wedding.run("hold", "release", hold, "--reason", "settled", status=0)
    assert wedding.json("retention", "1")[0]["state"] != "held"


def test_a_hold_past_its_review_is_told_and_stays(wedding: Studio) -> None:
    wedding.run("hold", "add", "legal", "--shoot", "1", "--reason", "court", status=2)
    wedding.run("hold", "add", "legal", "--shoot", "1", "--reason", "court", "--review", "2099-01-01", status=0)
    assert wedding.json("hold", "list", "--due") == []
    late = wedding.run("hold", "list", "--due", "--today", "2099-01-02", "--json", status=1)
    assert json.loads(late.out)[0]["review_due"] is True
    assert wedding.json("retention", "1", "--today", "2099-12-31")[0]["state"] == "held"


def test_who_may_be_meant_is_put_to_a_person(wedding: Studio) -> None:
    asked = wedding.run("hold", "add", "objection", "--person", "virtanen", "--reason", "x", status=2)
    assert "aino@virtanen.example" in asked.err
    assert "--choose" in asked.err
    wedding.run("hold", "add", "objection", "--person", "nobody", "--reason", "x", status=2)


def test_a_held_file_is_told_apart_from_the_others(wedding: Studio) -> None:
    held = ("hold", "add", "pin", "--shoot", "1", "--file", "IMG_0002.jpg", "--reason", "cover")
    wedding.run(*held, status=0)
    assert wedding.json("why", "1", "IMG_0002.jpg")["actions"]["prune"]["rule"]
    assert [one["files"] for one in wedding.json("why", "1", "IMG_0002.jpg")["holds"]] == [1]
    assert wedding.json("why", "1", "Aino kirkossa.jpg")["holds"] == []
    kept = wedding.json("retention", "1")[0]
    assert (kept["state"], kept["rule"]) == ("held", "hold: pin on 1 file alone")
    assert " on 1 file of " in " ".join(wedding.run("why", "1", status=0).out.split())


def test_what_a_list_says_is_proposed_and_a_blank_is_not(wedding: Studio) -> None:
    asked = wedding.run("consent", "import", "--json", status=1)
    proposed = json.loads(asked.out)
    assert [(one["name"], one["says"], one["recorded"]) for one in proposed] == [("Aino Virtanen", "yes", False)]
    assert wedding.json("portfolio", "list", "--channel", "web") == []
    assert wedding.json("consent", "list") == []


def test_a_yes_without_its_paper_or_channel_is_refused(wedding: Studio) -> None:
    wedding.run("consent", "give", "--shoot", "1", "--as", "client", "--channel", "web", status=2)
    wedding.run("consent", "give", "--shoot", "1", "--as", "client", "--evidence", str(wedding.root / "lupa.txt"), status=2)


def test_only_what_everybody_allows_for_that_channel_is_exported_and_comes_down(wedding: Studio) -> None:
    _agree(wedding)
    allowed = wedding.json("portfolio", "list", "--channel", "web")[0]
    assert (allowed["files_allowed"], allowed["files"], allowed["blocked_by"]) == (2, 2, [])
    assert wedding.json("portfolio", "list", "--channel", "print")[0]["files_allowed"] == 0
    to = wedding.root / "www"
    wedding.run("portfolio", "export", "1", "--channel", "print", "--to", str(to), status=4)
    wedding.run("portfolio", "export", "--channel", "web", "--to", str(to), status=0)
    files = sorted(path for path in to.rglob("*") if path.is_file())
    assert len(files) == 2
    assert not any("aino" in path.name.casefold() for path in files)
    assert {path.read_bytes() for path in files} == {_jpeg("one"), _jpeg("two")}
    assert wedding.json("portfolio", "takedowns") == []
    # One of them was edited since: that is no longer what was put there.
    files[0].write_bytes(b"edited")
    withdrawn = wedding.run("consent", "withdraw", "--email", "aino@virtanen.example", "--how", "mail", status=1)
    assert "other bytes" in " ".join(withdrawn.out.split())
    assert files[0].read_bytes() == b"edited"
    assert not files[1].exists()
    task, = json.loads(wedding.run("portfolio", "takedowns", "--json", status=1).out)
    assert task["address"] == str(files[0])
    told = wedding.run("status", status=1).out
    assert "1 publication must come down: backupd portfolio takedowns" in told
    wedding.run("portfolio", "takedowns", "--done", str(task["id"]), status=0)
    assert wedding.json("status")["takedowns"] == 0
    assert wedding.json("portfolio", "list", "--channel", "web")[0]["files_allowed"] == 0
    assert all(word not in _ledger(wedding) for word in ("irtanen", "kirkossa"))


def test_a_consent_that_has_ended_is_a_task_too(wedding: Studio) -> None:
    _agree(wedding)
    wedding.run("portfolio", "export", "--channel", "web", "--to", str(wedding.root / "www"), status=0)
    client = next(one["id"] for one in wedding.json("consent", "list") if one["speaks_as"] == "client")
    before, on = (str(date.today() + timedelta(days=days)) for days in (99, 100))
    wedding.run("consent", "withdraw", client, "--on", on, status=0)
    assert wedding.json("portfolio", "takedowns", "--today", before) == []
    later = json.loads(wedding.run("portfolio", "takedowns", "--today", on, "--json", status=1).out)
    assert len(later) == 2


def test_a_folder_inside_a_store_gets_nothing(wedding: Studio) -> None:
    _agree(wedding)
    inside = wedding.stores["archive"] / "www"
    wedding.run("portfolio", "export", "--channel", "web", "--to", str(inside), status=4)
    assert not inside.exists()
    link = wedding.root / "link"
    link.symlink_to(wedding.stores["archive"])
    wedding.run("portfolio", "export", "--channel", "web", "--to", str(link / "x"), status=4)
    outside, to = wedding.root / "outside", wedding.root / "www"
    outside.mkdir()
    to.mkdir()
    (to / "shoot-1").symlink_to(outside)
    wedding.run("portfolio", "export", "--channel", "web", "--to", str(to))
    assert list(outside.iterdir()) == []


def test_a_hold_keeps_pictures_from_being_shown(wedding: Studio, tmp_path: Path) -> None:
    _agree(wedding)
    wedding.run("hold", "add", "restriction", "--ground", "a", "--email", "aino@virtanen.example", "--reason", "x", status=0)
    shown = wedding.json("portfolio", "list", "--channel", "web")[0]
    assert shown["files_allowed"] == 0
    assert "hold_restriction" in shown["blocked_by"][0]["why"]


def test_a_lowered_promise_changes_nothing_before_an_owner_confirms(wedding: Studio) -> None:
    day = ("--today", "2026-07-10")
    assert wedding.run("config", "diff", status=0)
    owner = f'[staff]\n{account_name()} = "Anna Esimerkki, owner"\n'
    wedding.configure(owner + '[retention]\nminimum = "2 years"\n')
    wedding.index(status=None)
    wedding.configure(owner + '[retention]\nminimum = "1 month"\ngrace = "0 days"\n')
    late = ("--today", "2027-06-01")
    assert wedding.json("retention", "1", *late)[0]["protected_until"] >= "2027-06-06"
    diff = json.loads(wedding.run("config", "diff", *late, "--json", status=1).out)
    assert (len(diff["lowered"]), diff["confirmed"]) == (2, False)
    assert [row["shoot"] for row in diff["would_free"]] == [1]
    assert "D25" in wedding.json("why", "1")["actions"]["prune"]["rows"]
    wedding.configure(owner.replace("owner", "desk") + '[retention]\nminimum = "1 month"\ngrace = "0 days"\n')
    wedding.run("config", "diff", "--confirm", status=4)
    wedding.configure(owner + '[retention]\nminimum = "1 month"\ngrace = "0 days"\n')
    wedding.run("config", "diff", "--confirm", *day, status=0)
    assert wedding.json("retention", "1", *late)[0]["state"] == "prunable"
    assert "D25" not in wedding.json("why", "1")["actions"]["prune"]["rows"]
    assert '"kind":"setting"' in _ledger(wedding)


def test_a_clock_in_doubt_is_told_and_a_named_person_s_word_ends_it(wedding: Studio) -> None:
    staff = f'[staff]\n{account_name()} = "Anna Esimerkki, owner"\n'
    wedding.configure(staff + '[retention]\nfree_space = {low = "900000 TB", high = "900000 TB"}\n')
    noted = json.dumps({"seen_at": int(time.time()), "gap_from": int(time.time()) - 400 * 86_400})
    with closing(sqlite3.connect(wedding.root / "var" / "index.db")) as conn, conn:
        conn.execute("UPDATE meta SET value = ? WHERE key = 'clock'", (noted,))
        conn.execute("DELETE FROM meta WHERE key = 'promises'")
    wedding.index(status=None)
    told = wedding.run("prune", "--plan", status=1)
    assert "in doubt" in told.err
    assert "--clock-is-right" in told.err
    wedding.run("prune", "--clock-is-right", status=0)
    assert json.loads(wedding.run("prune", "--plan", "--json").out)["clock_in_doubt"] is False
    assert "clock_confirmed" in _ledger(wedding)


def test_contacts_are_forgotten_only_when_due(wedding: Studio) -> None:
    assert wedding.json("contacts", "due") == []
    due = json.loads(wedding.run("contacts", "due", "--today", "2030-06-06", "--json", status=1).out)
    assert [one["emails"] for one in due] == [["aino@virtanen.example"]]
    wedding.run("contacts", "forget", "aino@virtanen.example", status=4)
    wedding.run("contacts", "forget", "--all", status=0)
    assert wedding.shoot("virtanen")["participants"][0]["email"] == "aino@virtanen.example"
