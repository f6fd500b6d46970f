"""What a person is handed under a case: their own pictures and the report, gone on with wherever it was stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import update

from adapters.errors import Unavailable
from backupd.requests import handing
from backupd.requests.case import StepRefused
from backupd.requests.found import attachments_of, found_in
from backupd.requests.workplace import Unfit
from backupd.settings.models import Settings
from index import disclosures
from index.engine import open_index
from index.ledger import LedgerReader, open_ledger
from index.schema import store
from tests.unit.case_studio import DESK, STAFF, CaseStudio

AINO, MAIL = "Aino Virtanen", "aino@virtanen.example"
OWN, SHARED = "2025-06-14 Aino Virtanen potretti", "2025-07-05 Ville Laine häät"
LIST = f"Nimi;Sähköposti\n{AINO};{MAIL}\nVille Laine;ville@laine.example\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.db"
    open_index(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture
def studio(tmp_path: Path, template: Path) -> Iterator[CaseStudio]:
    made = CaseStudio(tmp_path, ("archive",), template=template)
    values = {"staff": STAFF, "studio": {"name": "Testi", "contact": "a@testi.example"}, "index": {"url": f"sqlite:///{tmp_path}/index.db"}}
    made.settings = Settings.model_validate(values)
    made.ledger = open_ledger(made.settings.index.ledger_path, made.settings.index.ledger_key_path)
    for number in (1, 2):
        made.put(f"{OWN}/IMG_000{number}.jpg", f"her own {number}")
    made.put(f"{SHARED}/osallistujat.csv", LIST)
    for number in (100, 101):
        made.put(f"{SHARED}/IMG_0{number}.jpg", f"wedding {number}")
    made.look()
    with made.index.write() as conn:
        # A store that is walked calls its files by their paths, as a disk does.
        conn.execute(update(store).values(kind="local"))
    yield made
    made.close()


def approved(studio: CaseStudio, kind: str = "access", give: str = "") -> str:
    uid = studio.open(kind, AINO, MAIL)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    if give:
        wedding = next(each for each in studio.items(uid) if each.kind == "shoot" and "Laine" in (each.subject or ""))
        studio.desk().decide(uid, wedding.number, "give", give)
        studio.planned(uid)
    studio.owner.approve(uid, "her own pictures")
    return uid


def run(studio: CaseStudio, uid: str, to: Path | None) -> tuple[str, tuple[str, ...], dict[str, str]]:
    one, outcome = studio.desk(DESK).run(uid, studio.opened_stores(), studio.look, to=to)
    return one.state, outcome.said, dict(outcome.waiting)


def given(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("data/**/*") if path.is_file())


def test_the_own_pictures_and_those_that_were_named_go_out_with_the_report(studio: CaseStudio, tmp_path: Path) -> None:
    uid = approved(studio, give="IMG_0101*")
    assert run(studio, uid, tmp_path / "out") == ("checked", (), {})
    assert given(tmp_path / "out") == ["IMG_0001.jpg", "IMG_0002.jpg", "IMG_0101.jpg"]
    assert {path.name for path in (tmp_path / "out").glob("selvitys*")} == {f"selvitys-{uid}.html", f"selvitys-{uid}.json"}
    with studio.index.read() as conn:
        rows = disclosures.of_request(conn, uid)
        taken, besides = attachments_of(conn, studio.desk().get(uid))
    assert sorted((each.channel, each.files) for each in rows) == [("folder", 1), ("folder", 2), ("report", 1), ("report", 1)]
    assert [each.name for each in taken] == [f"selvitys-{uid}.html", f"selvitys-{uid}.json", "1-index.html", "2-index.html"]
    assert len(besides) == 2
    entries = [each.draft for each in LedgerReader(studio.settings.index.ledger_path).entries()]
    assert [each.words["channel"] for each in entries if each.kind == "export"] == ["folder", "folder", "report"]


def test_a_report_is_made_anew_until_the_case_is_closed(studio: CaseStudio, tmp_path: Path) -> None:
    uid = approved(studio)
    assert run(studio, uid, tmp_path / "first")[0] == "checked"
    before = (tmp_path / "first" / f"selvitys-{uid}.html").read_bytes()
    for name, state in (("first", "checked"), ("second", "checked")):
        assert run(studio, uid, tmp_path / name) == (state, (), {})
    assert (tmp_path / "second" / f"selvitys-{uid}.html").exists() and not (tmp_path / "second" / "kuvat-1").exists()
    assert before[:200] == (tmp_path / "first" / f"selvitys-{uid}.html").read_bytes()[:200]
    # The first is lost, which may be why another was made.
    (tmp_path / "first" / f"selvitys-{uid}.html").unlink()
    with studio.index.read() as conn:
        taken, _ = attachments_of(conn, studio.desk().get(uid))
        rows = [each for each in disclosures.of_request(conn, uid) if each.channel == "report"]
    assert len(rows) == 6, "each that was made is on record"
    names = [each.name for each in taken]
    assert len(names) == len(set(names))
    studio.desk().answer(uid, "Hei")
    assert run(studio, uid, tmp_path / "third")[0] == "answered"
    studio.desk().close(uid)
    with pytest.raises(StepRefused):
        run(studio, uid, tmp_path / "fourth")


def test_a_case_with_a_report_says_where_it_lies(studio: CaseStudio) -> None:
    with pytest.raises(Unfit, match="report"):
        run(studio, approved(studio), None)
    with pytest.raises(Unfit, match="hands nothing over"):
        run(studio, _ban(studio), Path("/nowhere"))


def _ban(studio: CaseStudio) -> str:
    uid = studio.open("marketing_ban", AINO, MAIL)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    return uid


def test_a_store_that_is_away_leaves_it_open_and_nothing_is_told_yet(studio: CaseStudio, tmp_path: Path) -> None:
    uid = approved(studio)
    away = [True]

    def fault(operation: str, ref: str) -> None:
        if away and operation == "read":
            raise Unavailable("archive", operation, ref, "unplugged")

    studio.stores["archive"].fault = fault
    state, _, waiting = run(studio, uid, tmp_path / "out")
    assert state == "failed_step" and waiting
    assert not list((tmp_path / "out").glob("selvitys*"))
    away.clear()
    assert run(studio, uid, tmp_path / "out")[0] == "checked"
    assert given(tmp_path / "out") == ["IMG_0001.jpg", "IMG_0002.jpg"]


def test_a_kill_while_the_report_is_written_is_gone_on_with(
    studio: CaseStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = approved(studio)
    whole, written = handing.write_private, []

    def killed(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise KeyboardInterrupt
        whole(path, content)

    monkeypatch.setattr(handing, "write_private", killed)
    with pytest.raises(KeyboardInterrupt):
        run(studio, uid, tmp_path / "out")
    with studio.index.read() as conn:
        assert not [each for each in disclosures.of_request(conn, uid) if each.channel == "report"]
    monkeypatch.undo()
    assert run(studio, uid, tmp_path / "out")[0] == "checked"
    report = json.loads((tmp_path / "out" / f"selvitys-{uid}.json").read_text())
    assert report["processing"] and [each["as_client"] for each in report["shoots"]] == [False, True]
    assert not list((tmp_path / "out").glob(".*new"))


def test_what_a_rule_keeps_back_is_said_and_stays_open(studio: CaseStudio, tmp_path: Path) -> None:
    from index.holds import Hold
    from index.replay import put_hold

    uid = approved(studio)
    other = studio.ledger.key.hash("email", "other@example.org")
    with studio.index.write() as conn:
        shoot = next(each.shoot for each in studio.items(uid) if each.kind == "shoot" and "Virtanen" in (each.subject or ""))
        hashed = next(each.details["hash"] for each in studio.items(uid) if each.shoot == shoot and each.kind == "shoot")
        put_hold(conn, studio.ledger, Hold("h-1", "restriction", 1_790_000_000, "anna", "says so", "anna", "a", shoot_id=shoot,
                                           shoot_hash=hashed, person=other))  # fmt: skip
    state, said, _ = run(studio, uid, tmp_path / "out")
    assert state == "failed_step"
    assert len(said) == 1 and "hold_conflict" in said[0]
    assert given(tmp_path / "out") == []


def test_nothing_of_the_studio_is_written_over(studio: CaseStudio, tmp_path: Path) -> None:
    uid = approved(studio)
    own = next(each.shoot for each in studio.items(uid) if each.kind == "shoot" and "Virtanen" in (each.subject or ""))
    (tmp_path / "out" / f"kuvat-{own}").mkdir(parents=True)
    (tmp_path / "out" / f"kuvat-{own}" / "else.txt").write_text("somebody's")
    state, said, _ = run(studio, uid, tmp_path / "out")
    assert state == "failed_step" and "could not be given" in said[0]
    assert (tmp_path / "out" / f"kuvat-{own}" / "else.txt").read_text() == "somebody's"


def test_what_is_damaged_or_gone_is_said_and_what_is_all_gone_is_not_given(studio: CaseStudio, tmp_path: Path) -> None:
    uid = approved(studio)
    del studio.stores["archive"].tree.files[f"{OWN}/IMG_0001.jpg"]
    state, said, _ = run(studio, uid, tmp_path / "out")
    assert state == "checked"
    assert said and "1 of its files are damaged or gone" in said[0]
    with studio.index.read() as conn:
        found = found_in(conn, studio.desk().get(uid), studio.settings, studio.at.date(), UTC)
    assert found.missing == ("IMG_0001.jpg",) and found.early
    assert [each.photos for each in found.shoots if each.name == "potretti"] == [1]
    again = approved(studio)
    del studio.stores["archive"].tree.files[f"{OWN}/IMG_0002.jpg"]
    state, said, _ = run(studio, again, tmp_path / "again")
    assert state == "failed_step"
    assert "no good copy" in said[0]
