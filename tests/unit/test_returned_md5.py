"""Old files of a Drive are known by their MD5 alone: erased, they are recognised when they come back, and by nothing that
says what their MD5 was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from backupd.register.backup import make_backup
from backupd.requests import erase
from backupd.requests.again import erase_again
from backupd.requests.returning import ask_about_returned
from index import contents, review
from index.engine import open_index
from index.replay import replay
from index.schema import content, copy, erased_md5
from tests.unit.case_studio import CaseStudio
from tests.unit.case_trial import put_back_from

AINO, OLD = "Aino Virtanen", "2010-06-14 Aino Virtanen potretti/IMG_0001.jpg"
BYTES = "an old picture of hers"
MD5 = hashlib.md5(BYTES.encode(), usedforsecurity=False)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CaseStudio]:
    made = CaseStudio(tmp_path, clouds=("cloud",))
    made.put(OLD, BYTES, "cloud")
    made.look()
    only_md5(made)
    yield made
    made.close()


def only_md5(studio: CaseStudio, *, more: bool = False) -> None:
    """Have the index know of these bytes what an old file of a Drive attests; with `more` what was read of them besides."""
    sha256 = hashlib.sha256(BYTES.encode()).digest()
    values = {"md5": MD5.digest()} | ({} if more else {"sha256": None, "dropbox_hash": None})
    with studio.index.write() as conn:
        (id,) = conn.execute(select(content.c.id).where(content.c.sha256 == sha256)).scalars()
        conn.execute(update(content).where(content.c.id == id).values(**values))
        conn.execute(update(copy).where(copy.c.content_id == id).values(known_by="a"))


def erased_case(studio: CaseStudio) -> str:
    uid = studio.open("erase", AINO)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    one, outcome = studio.run(uid)
    assert (one.state, outcome.said) == ("checked", ())
    studio.answer_and_close(uid)
    assert studio.paths("cloud") == set()
    return uid


def asked(studio: CaseStudio) -> int:
    with studio.index.write() as conn:
        ask_about_returned(conn, studio.ledger.key, int(studio.at.timestamp()))
        return len(review.open_questions(conn, "erased"))


@pytest.mark.parametrize("more", [False, True], ids=["comes back to a Drive", "comes back to a disk, and is read"])
def test_what_was_known_by_its_md5_alone_is_recognised_and_erased_again(studio: CaseStudio, more: bool) -> None:
    uid = erased_case(studio)
    assert MD5.digest() not in studio.raw() and MD5.hexdigest().encode() not in studio.raw()
    with studio.index.read() as conn:
        assert len(BYTES) in contents.sizes_of_only_md5(conn), "what has its size is read for its MD5 too"
    store = "archive" if more else "cloud"
    studio.put("palautettu/kuva.jpg", BYTES, store)
    studio.look()
    only_md5(studio, more=more)
    assert asked(studio) == 1
    erase_again(studio.owner, uid, studio.opened_stores(), studio.look)
    assert studio.paths(store) == set()
    assert asked(studio) == 0


def test_others_of_the_same_size_are_nobodys(studio: CaseStudio) -> None:
    erased_case(studio)
    studio.put("palautettu/kuva.jpg", BYTES[::-1], "cloud")
    studio.look()
    assert asked(studio) == 0


def test_an_index_from_before_forgets_it_and_knows_it_from_then_on(studio: CaseStudio, tmp_path: Path) -> None:
    backup = make_backup(tmp_path / "index.db", tmp_path / "backups", studio.at).path
    erased_case(studio)
    studio.close()
    put_back_from(backup, tmp_path / "index.db", studio.at).unlink()
    studio.index = open_index(f"sqlite:///{tmp_path / 'index.db'}")
    with studio.index.write() as conn:
        replay(conn, studio.ledger)
        replay(conn, studio.ledger)
        assert list(conn.execute(select(content.c.id))) == []
        assert len(list(conn.execute(select(erased_md5.c.hash)))) == 1


def test_without_the_keyed_hash_it_is_not_recognised(studio: CaseStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    real = erase._meant_contents
    monkeypatch.setattr(erase, "_meant_contents", lambda *given: (real(*given)[0], {}, *real(*given)[2:]))
    erased_case(studio)
    studio.put("palautettu/kuva.jpg", BYTES, "cloud")
    studio.look()
    only_md5(studio)
    assert asked(studio) == 0
