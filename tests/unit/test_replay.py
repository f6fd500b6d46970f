"""A restored index and its ledger: what the index lacks is applied again, and a ledger that is not its own is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from index import consents, erased, holds, people, shoots
from index.applied import applied, index_is_behind
from index.consents import Consent
from index.engine import Index, open_index
from index.errors import IndexBehind, LedgerDamaged, LedgerReplaced
from index.holds import Hold
from index.ledger import Ledger, open_ledger
from index.ledger_line import BEGINNING, Draft
from index.replay import attach, give_consent, put_hold, record, record_erased, release_hold, replay, withdraw_consent
from tests.unit.one_wedding import KEY, LIST, OTHER, PICTURE, fill

NAMES = ("Virtanen", "virtanen", "Aino", "aino", "Onni", "0401234567")


class Place:
    """An index with one wedding in it, its ledger, and a way back to an earlier copy of the index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger: Ledger = open_ledger(folder / "ledger", folder / "ledger.key")
        self.index: Index = open_index(f"sqlite:///{folder / 'index.db'}", create=True)

    def close(self) -> None:
        self.index.close()

    def back_up(self) -> Path:
        with self.index.engine.connect() as conn:
            conn.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return Path(shutil.copy(self.folder / "index.db", self.folder / "yesterday.db"))

    def restore(self, backup: Path) -> None:
        self.index.close()
        for path in self.folder.glob("index.db*"):
            path.unlink()
        shutil.copy(backup, self.folder / "index.db")
        self.index = open_index(f"sqlite:///{self.folder / 'index.db'}")

    def raw(self) -> bytes:
        """All bytes of the index on disk."""
        with self.index.engine.connect() as conn:
            conn.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return b"".join(path.read_bytes() for path in self.folder.glob("index.db*"))

    def behind(self) -> bool:
        with self.index.read() as conn:
            return index_is_behind(conn, self.ledger)

    def hold(self) -> Hold:
        hashed = self.ledger.key.hash("shoot", KEY)
        return Hold("h1", "restriction", 100, "anna", "Aino Virtanen disputes it", "anna", "a", 1, hashed)

    def consent(self) -> Consent:
        key = self.ledger.key
        return Consent(
            "c1", "yes", key.hash("name", "Aino Virtanen"), "client", ("web",), "2026-06-06", 100, "anna",
            "Aino Virtanen", shoot_id=1, shoot_hash=key.hash("shoot", KEY),
        )  # fmt: skip

    def erase(self) -> None:
        key = self.ledger.key
        persons = key.hashes(name="Aino Virtanen", email="aino@virtanen.example", phone="0401234567")
        with self.index.write() as conn:
            record_erased(conn, self.ledger, persons, (PICTURE, LIST), 300, "anna", request="r1", rule="erasure")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    fill(made.index)
    yield made
    made.close()


def test_a_fresh_index_and_no_ledger_are_level(place: Place) -> None:
    assert not place.behind()
    with place.index.write() as conn:
        assert replay(conn, place.ledger).entries == 0
        assert applied(conn) == BEGINNING


def test_look_ups_leave_no_index_behind(place: Place) -> None:
    place.ledger.append(Draft("look-up", 1, "anna"))
    assert not place.behind()


def test_an_entry_and_the_index_come_level_together(place: Place) -> None:
    with place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
    assert not place.behind()
    with place.index.read() as conn:
        assert holds.active_on(conn, [1]) == [place.hold()]
        assert applied(conn) == place.ledger.head()


def test_a_crash_between_ledger_and_index_is_made_good(place: Place) -> None:
    with pytest.raises(RuntimeError), place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
        raise RuntimeError("the power went")
    assert place.behind()
    with pytest.raises(IndexBehind, match="replay"), place.index.write() as conn:
        record(conn, place.ledger, Draft("released", 1, "anna", words={"hold": "h1"}))
    assert place.ledger.head().sequence == 2
    with place.index.write() as conn:
        assert replay(conn, place.ledger).entries == 1
    assert not place.behind()
    with place.index.read() as conn:
        (one,) = holds.active_on(conn, [1])
    assert (one.kind, one.ground, one.opened_by) == ("restriction", "a", "anna")


def test_all_that_was_recorded_since_a_backup_is_applied_again(place: Place) -> None:
    backup = place.back_up()
    with place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
        give_consent(conn, place.ledger, place.consent())
    with place.index.write() as conn:
        assert withdraw_consent(conn, place.ledger, "c1", "2026-08-08", "mail", 200, "anna")
        assert not withdraw_consent(conn, place.ledger, "c1", "2026-08-08", "mail", 200, "anna")
        assert release_hold(conn, place.ledger, "h1", 200, "anna")
        assert not release_hold(conn, place.ledger, "h1", 200, "anna")
    place.restore(backup)
    assert place.behind()
    with place.index.write() as conn:
        assert replay(conn, place.ledger).entries == 4
    with place.index.read() as conn:
        (consent,) = consents.of_shoot(conn, 1)
        (hold,) = holds.of_shoot(conn, 1)
    assert (consent.on("2026-08-07"), consent.on("2026-08-08")) == ("given", "withdrawn")
    assert hold.released_at == 200


def test_an_erasure_outlives_the_restore_of_yesterdays_index(place: Place) -> None:
    with place.index.write() as conn:
        give_consent(conn, place.ledger, place.consent())
    backup = place.back_up()
    assert all(name.encode() in place.raw() for name in ("Virtanen", "virtanen", "Aino", "Onni"))
    place.erase()
    gone = counts(place.index)
    place.restore(backup)
    assert place.behind()
    with place.index.write() as conn:
        done = replay(conn, place.ledger)
    assert (done.entries, done.forgotten.contents, done.forgotten.shoots, done.forgotten.doubtful) == (1, 2, 1, 1)
    assert counts(place.index) == gone
    with place.index.read() as conn:
        assert erased.erased_contents(conn, [PICTURE, LIST, OTHER]) == {PICTURE, LIST}
        key = place.ledger.key
        assert erased.erased_persons(conn, [key.hash("name", "AINO virtanen"), key.hash("name", "Liisa Laine")]) == {
            key.hash("name", "Aino Virtanen")
        }
        assert erased.request_of(conn, PICTURE) == "r1"
        # The namesake with an address of her own stays, to be put to a person; who had the erased number is gone.
        assert [(row.name, row.email) for row in people.appearances(conn, 2)] == [
            ("Aino Virtanen", "another.aino@example.org"),
            ("Liisa Laine", None),
        ]


def counts(index: Index) -> dict[str, int]:
    tables = ("shoot", "folder", "copy", "content", "client", "client_spelling", "participant", "appearance", "review",
              "term", "posting", "gram", "erased", "consent")  # fmt: skip
    with index.read() as conn:
        return {name: int(conn.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in tables}


def test_no_erased_name_stays_in_the_files_of_the_index_or_the_ledger(place: Place) -> None:
    with place.index.write() as conn:
        # Without the namesake: nobody else bears these names.
        people.record_list(conn, 3, 2, [])
        conn.execute(text("DELETE FROM posting WHERE shoot_id = 2 AND field = 'p'"))
        give_consent(conn, place.ledger, place.consent())
        put_hold(conn, place.ledger, place.hold())
        release_hold(conn, place.ledger, "h1", 200, "anna")
        conn.execute(text("DELETE FROM hold"))
    backup = place.back_up()
    place.erase()
    for restored in (False, True):
        if restored:
            place.restore(backup)
            with place.index.write() as conn:
                replay(conn, place.ledger)
        raw = place.raw()
        assert [name for name in NAMES if name.encode() in raw] == []
        assert b"Korhonen" in raw
    written = place.ledger.path.read_bytes()
    assert [name for name in (*NAMES, "Korhonen", "osallistujat", "raakat") if name.encode() in written] == []


def test_applying_twice_changes_nothing(place: Place) -> None:
    with place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
        give_consent(conn, place.ledger, place.consent())
    place.erase()
    before = counts(place.index)
    with place.index.write() as conn:
        conn.execute(text("DELETE FROM meta WHERE key = 'ledger_applied'"))
        assert replay(conn, place.ledger).entries == 3
    assert counts(place.index) == before
    with place.index.read() as conn:
        assert holds.get(conn, "h1").reason == "Aino Virtanen disputes it"  # type: ignore[union-attr]


def test_a_replay_that_meets_damage_applies_nothing(place: Place) -> None:
    backup = place.back_up()
    with place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
    with place.index.write() as conn:
        give_consent(conn, place.ledger, place.consent())
    place.restore(backup)
    content = place.ledger.path.read_bytes()
    place.ledger.path.write_bytes(content.replace(b'"answer":"yes"', b'"answer":"no"'))
    with pytest.raises(LedgerDamaged), place.index.write() as conn:
        replay(conn, place.ledger)
    with place.index.read() as conn:
        assert holds.active(conn) == []


@pytest.mark.parametrize("how", ["cut", "gone", "another", "forked"])
def test_a_ledger_older_than_the_index_is_refused(place: Place, how: str) -> None:
    first = place.ledger.append(Draft("look-up", 1, "anna"))
    with place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
    path = place.ledger.path
    if how == "cut":
        path.write_bytes(path.read_bytes()[: first.end])
    elif how == "forked":
        path.write_bytes(path.read_bytes()[: first.end])
        place.ledger.append(Draft("hold", 999, "ben", ("ab" * 32,), words={"scope": "shoot"}))
    else:
        path.unlink()
        if how == "another":
            for number in range(5):
                place.ledger.append(Draft("look-up", number, "anna"))
    with pytest.raises(LedgerReplaced):
        place.behind()
    with pytest.raises(LedgerReplaced), place.index.write() as conn:
        replay(conn, place.ledger)
    with pytest.raises(LedgerReplaced), place.index.write() as conn:
        release_hold(conn, place.ledger, "h1", 5, "anna")


def test_a_hold_waits_for_its_shoot_and_finds_it(place: Place) -> None:
    with place.index.write() as conn:
        hashed = place.ledger.key.hash("shoot", "laine|2026-09-09")
        put_hold(conn, place.ledger, Hold("h9", "legal", 5, "anna", "x", "anna", shoot_hash=hashed))
        assert attach(conn, place.ledger.key) == 0
        assert [one.uid for one in holds.unattached(conn)] == ["h9"]
        id = shoots.add_shoot(conn, "laine|2026-09-09")
        assert attach(conn, place.ledger.key) == 1
        assert [one.uid for one in holds.active_on(conn, [id])] == ["h9"]
        assert holds.unattached(conn) == []


def test_a_rebuilt_index_that_counts_anew_gives_each_hold_to_its_own_shoot(place: Place) -> None:
    with place.index.write() as conn:
        put_hold(conn, place.ledger, place.hold())
    place.index.close()
    for path in place.folder.glob("index.db*"):
        path.unlink()
    place.index = open_index(f"sqlite:///{place.folder / 'index.db'}", create=True)
    with place.index.write() as conn:
        # Another client has the number now that the bride had, and so another shoot the same key.
        laine = shoots.add_client(conn, "Laine", "laine")
        other = shoots.add_shoot(conn, "1|2026-06-06", client_id=laine, title="Aino ja Onni", first_day="2026-06-06")
        bride = shoots.add_client(conn, "Virtanen", "virtanen")
        wedding = shoots.add_shoot(conn, "2|2026-06-06", client_id=bride, title="Aino_ja Onni", first_day="2026-06-06")
        assert replay(conn, place.ledger).unattached == 0
        assert [one.uid for one in holds.active_on(conn, [wedding])] == ["h1"]
        assert holds.active_on(conn, [other]) == []


def test_what_is_no_business_of_the_index_is_not_recorded_through_it(place: Place) -> None:
    with place.index.write() as conn, pytest.raises(ValueError, match="no business"):
        record(conn, place.ledger, Draft("look-up", 1, "anna"))


def test_an_erasure_of_very_many_files_is_recorded_in_several_entries(place: Place) -> None:
    many = tuple(number.to_bytes(32, "big") for number in range(2 * erased.MOST_IN_ENTRY + 1))
    with place.index.write() as conn:
        record_erased(conn, place.ledger, (), many, 300, "anna", request="r1", rule="erasure")
        assert erased.erased_contents(conn, many) == set(many)
    assert place.ledger.head().sequence == 4
