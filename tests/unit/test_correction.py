"""A wrong name put right: in the register, in folders and in lists of every store, stopped anywhere and gone on with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import Unavailable
from adapters.memory import MemoryStore
from backupd.requests.correcting import Right, corrected, is_wrong, path_corrected, put_right
from backupd.requests.rectify import KIND
from backupd.requests.unlisting import Row
from backupd.requests.workplace import Unfit
from index import consents, shoots
from index.consents import Consent
from index.engine import open_index
from index.ledger import LedgerReader
from index.replay import give_consent
from tests.unit.case_studio import OWNER, CaseStudio

OLD, NEW = "Aino Virtanen", "Aino Wirtanen"
OWN, RIGHT = "2025-06-14 Aino Virtanen potretti", "2025-06-14 Aino Wirtanen potretti"
SHARED = "2025-07-05 Ville Laine häät"
LIST = "Nimi;Rooli;Sähköposti\nAino Virtanen;morsian;aino@virtanen.example\nVille Laine;sulhanen;ville@laine.example\n"
LIST_RIGHT = LIST.replace(OLD, NEW)
OWN_LIST = "Aino Virtanen\nOutti Kantola\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.db"
    open_index(f"sqlite:///{path}", create=True).close()
    return path


def filled(folder: Path, template: Path) -> CaseStudio:
    folder.mkdir(exist_ok=True)
    made = CaseStudio(folder, ("archive", "cloud"), template=template)
    made.put(f"{OWN}/IMG_0001.jpg", "her own")
    made.put(f"{OWN}/valitut/IMG_0002.jpg", "chosen")
    made.put(f"{OWN}/osallistujat.txt", OWN_LIST)
    made.put(f"{SHARED}/osallistujat.csv", LIST)
    made.put(f"{SHARED}/IMG_0100.jpg", "the couple")
    made.look()
    return made


@pytest.fixture
def studio(tmp_path: Path, template: Path) -> Iterator[CaseStudio]:
    made = filled(tmp_path / "studio", template)
    yield made
    made.close()


def approved(studio: CaseStudio, **details: str) -> str:
    uid = studio.open("rectify", OLD, "aino@virtanen.example", **(details or {"new_name": NEW}))
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    studio.owner.approve(uid)
    return uid


def right_files() -> set[str]:
    own = {f"{RIGHT}/{name}" for name in ("IMG_0001.jpg", "valitut/IMG_0002.jpg", "osallistujat.txt")}
    return {*own, f"{SHARED}/osallistujat.csv", f"{SHARED}/IMG_0100.jpg"}


def is_right(studio: CaseStudio, name: str) -> bool:
    return (
        studio.paths(name) == right_files()
        and studio.text(name, f"{SHARED}/osallistujat.csv") == LIST_RIGHT
        and studio.text(name, f"{RIGHT}/osallistujat.txt") == OWN_LIST.replace(OLD, NEW)
    )


def test_a_name_is_put_right_in_every_store_as_one_act(studio: CaseStudio) -> None:
    lists = {each.encode() for each in (LIST, LIST_RIGHT, OWN_LIST, OWN_LIST.replace(OLD, NEW))}
    before = {name: set(studio.files(name).values()) - lists for name in studio.names}
    uid = approved(studio)
    one, outcome = studio.run(uid)
    assert (one.state, outcome.waiting) == ("checked", {})
    for name in studio.names:
        assert is_right(studio, name)
        assert set(studio.files(name).values()) - lists == before[name]
    with studio.index.read() as conn:
        names = {name for _, name, _ in shoots.client_names(conn)}
        key = shoots.find_client(conn, "aino virtanen")
        assert names == {NEW, "Ville Laine"} and key == shoots.find_client(conn, "aino wirtanen")
    steps = [entry.draft.words.get("step") for entry in LedgerReader(studio.folder / "ledger").entries() if entry.draft.kind == "request"]
    assert [step for step in steps if step in ("rename", "renamed")] == ["rename", "renamed"] * 2
    assert not [each for each in studio.items(uid) if each.state == "open"]


def test_who_is_only_listed_renames_nobody_elses_shoot(tmp_path: Path, template: Path) -> None:
    studio = CaseStudio(tmp_path, ("archive",), template=template)
    studio.put(f"{SHARED}/osallistujat.csv", LIST)
    studio.look()
    assert studio.run(approved(studio))[0].state == "checked"
    assert studio.paths("archive") == {f"{SHARED}/osallistujat.csv"}
    assert studio.text("archive", f"{SHARED}/osallistujat.csv") == LIST_RIGHT
    with studio.index.read() as conn:
        assert [name for _, name, _ in shoots.client_names(conn)] == ["Ville Laine"]
    studio.close()


def test_an_address_is_put_right_where_it_is_hers(studio: CaseStudio) -> None:
    assert studio.run(approved(studio, new_email="aino@wirtanen.example"))[0].state == "checked"
    for name in studio.names:
        assert studio.text(name, f"{SHARED}/osallistujat.csv") == LIST.replace("aino@virtanen", "aino@wirtanen")
        assert f"{OWN}/IMG_0001.jpg" in studio.paths(name)


def test_a_store_that_is_away_leaves_the_case_open(studio: CaseStudio) -> None:
    uid = approved(studio)
    away = [True]

    def tap(operation: str, ref: str) -> None:
        # What this studio's index run reads of lists is no part of the case.
        if away and operation != "read":
            raise Unavailable("cloud", operation, ref, "unplugged")

    studio.stores["cloud"].fault = tap
    one, outcome = studio.run(uid)
    assert one.state == "failed_step" and "cloud" in outcome.waiting
    assert {path for path in studio.paths("archive") if path.endswith(".jpg")} == {path for path in right_files() if path.endswith(".jpg")}
    away.clear()
    assert studio.run(uid)[0].state == "checked"
    assert is_right(studio, "archive") and is_right(studio, "cloud")


class _Killed(BaseException):
    """As if the process had been killed."""


class _Killing:
    """A store that is left at its n-th call, before it or after it."""

    def __init__(self, store: MemoryStore, calls: list[int], at: int) -> None:
        self._store, self._calls, self._at = store, calls, at

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in ("move", "upload", "purge", "remove_empty_folder"):
            return found

        def call(*args: Any, **named: Any) -> Any:
            self._calls[0] += 1
            if self._calls[0] == self._at:
                raise _Killed
            done = found(*args, **named)
            self._calls[0] += 1
            if self._calls[0] == self._at:
                raise _Killed
            return done

        return call


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.long), 6])
def test_it_is_gone_on_with_wherever_it_was_stopped(tmp_path: Path, template: Path, step: int) -> None:
    stops = 0
    for at in range(1, 200, step):
        folder = tmp_path / str(at)
        studio = filled(folder, template)
        uid = approved(studio)
        whole, calls = dict(studio.stores), [0]
        studio.stores = {name: _Killing(store, calls, at) for name, store in whole.items()}
        try:
            studio.run(uid)
            stopped = False
        except _Killed:
            stopped = True
            stops += 1
            for store in whole.values():
                texts = [data for data in {p: _read(store, p) for p in _paths(store)}.values() if data.startswith(b"Nimi")]
                assert texts and set(texts) <= {LIST.encode(), LIST_RIGHT.encode()}
        studio.stores = whole
        one = studio.run(uid)[0] if stopped else studio.desk().get(uid)
        assert one.state == "checked", (at, one.state)
        assert is_right(studio, "archive") and is_right(studio, "cloud"), at
        studio.close()
        shutil.rmtree(folder)
        if not stopped:
            break
    assert stops >= 16 // step


def _paths(store: MemoryStore) -> list[str]:
    return [entry.path for mark in store.walk() for entry in store.list_folder(mark.path).entries]


def _read(store: MemoryStore, path: str) -> bytes:
    with store.read(store.tree.files[path].id if store.capabilities.listing == "feed" else path) as chunks:
        return b"".join(chunks)


def test_what_lies_in_the_way_is_never_replaced(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.put(f"{RIGHT}/IMG_0001.jpg", "somebody else put this here", "cloud")
    one, _ = studio.run(uid)
    assert one.state == "checked"
    assert studio.files("cloud")[f"{RIGHT}/IMG_0001.jpg"] == b"somebody else put this here"
    assert studio.files("cloud")[f"{OWN}/IMG_0001.jpg"] == b"her own"
    left = [each for each in studio.items(uid) if each.kind == "left"]
    assert len(left) == 1 and "in their way" in (left[0].why or "")


def test_an_inflected_name_waits_for_a_person(tmp_path: Path, template: Path) -> None:
    studio = CaseStudio(tmp_path, ("archive",), template=template)
    studio.put("2025-06-14 Aino Virtasen potretti/IMG_1.jpg", "x")
    studio.look()
    uid = studio.open("rectify", OLD, new_name=NEW)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    shoot = next(each for each in studio.items(uid) if each.kind == "shoot")
    studio.desk().choose(uid, [shoot.number], [])
    studio.planned(uid)
    folder = next(each for each in studio.items(uid) if each.kind == "folder")
    assert folder.decision is None
    with pytest.raises(Unfit):
        studio.desk().name_folder(uid, folder.number, "../elsewhere")
    studio.desk().name_folder(uid, folder.number, "2025-06-14 Aino Wirtasen potretti")
    studio.planned(uid)
    studio.owner.approve(uid)
    assert studio.run(uid)[0].state == "checked"
    assert studio.paths("archive") == {"2025-06-14 Aino Wirtasen potretti/IMG_1.jpg"}
    studio.close()


def test_what_was_agreed_under_the_old_name_goes_on_under_the_new_one(studio: CaseStudio) -> None:
    old = studio.ledger.key.hashes(name=OLD)[0]
    with studio.index.write() as conn:
        give_consent(conn, studio.ledger, Consent("c-1", "no", old, "client", ("marketing",), "2026-01-01", 1_790_000_000, "anna"))
    studio.run(approved(studio))
    with studio.index.read() as conn:
        found = consents.of_persons(conn, studio.ledger.key.hashes(name=NEW))
    assert [(each.answer, each.uses) for each in found] == [("no", ("marketing",))]


def test_a_couple_keeps_the_other_name(tmp_path: Path, template: Path) -> None:
    studio = CaseStudio(tmp_path, ("archive",), template=template)
    studio.put("2025-06-14 Aino Virtanen & Ville Laine häät/IMG_1.jpg", "x")
    studio.look()
    uid = studio.open("rectify", OLD, new_name=NEW)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    for each in studio.items(uid):
        if each.is_open_question:
            studio.desk().choose(uid, [each.number], [])
    studio.planned(uid)
    studio.owner.approve(uid)
    assert studio.run(uid)[0].state == "checked"
    assert studio.paths("archive") == {"2025-06-14 Aino Wirtanen & Ville Laine häät/IMG_1.jpg"}
    with studio.index.read() as conn:
        assert [name for _, name, _ in shoots.client_names(conn)] == ["Aino Wirtanen & Ville Laine"]
    studio.close()


@pytest.mark.parametrize(
    ("text", "right"),
    [("2025-06-14 Aino Virtanen potretti", "2025-06-14 Aino Wirtanen potretti"), ("Virtanen_Aino_2025", "Wirtanen_Aino_2025"),
     ("AINO VIRTANEN", "Aino Wirtanen"), ("Raino Virtanen", None), ("AinoVirtanen", None), ("Virtanen häät", None)],
)  # fmt: skip
def test_only_the_whole_name_is_replaced(text: str, right: str | None) -> None:
    assert corrected(text, OLD, NEW) == right


def test_what_is_wrong_and_not_certain_is_asked() -> None:
    assert is_wrong("Virtasen häät", OLD, NEW) and not is_wrong("Ainon häät", OLD, NEW)
    assert path_corrected("Aino Virtanen/Virtasen häät", OLD, NEW) is None
    assert path_corrected("Aino Virtanen/2025-06-14 potretti", OLD, NEW) == "Aino Wirtanen/2025-06-14 potretti"


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_no_bytes_break_a_list_that_is_put_right(data: bytes, name: str, right: str) -> None:
    for file in ("a.csv", "a.txt", "a.vcf"):
        made = put_right(file, data, [Row("row 1", name), Row("line 1", name)], Right(right))
        assert made.data is not None or made.why


def test_an_old_encoding_stays_what_it_was() -> None:
    data = LIST.encode("cp1252")
    made = put_right("osallistujat.csv", data, [Row("row 2", OLD, "aino@virtanen.example")], Right(NEW))
    assert made.data == LIST_RIGHT.encode("cp1252")
    assert put_right("x.xlsx", b"PK", [Row("row 1", OLD)], Right(NEW)).data is None


def test_the_owner_approves_and_somebody_else_carries_it_out(studio: CaseStudio) -> None:
    from backupd.requests.case import StepRefused

    assert KIND.four_eyes
    with pytest.raises(StepRefused):
        studio.run(approved(studio), OWNER)
