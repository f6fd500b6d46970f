"""An index that holds one wedding (shoot 1) and a portrait (shoot 2), with people, questions and search words."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, text

from index import copies, folders, people, review, shoots, stores
from index.engine import Index
from index.people import NewAppearance
from index.records import FolderRow, NewContent, NewCopy
from index.review import Question
from index.schema import gram, posting, term

PICTURE, LIST, OTHER = b"1" * 32, b"2" * 32, b"3" * 32
KEY = "virtanen|2026-06-06|2026-06-06|aino ja onni"
"""What the wedding's keyed hash is made of."""


def content(id: int, sha256: bytes, kind: str = "p") -> NewContent:
    return NewContent(id, 100, sha256, None, None, kind, None, None, None, None, None, None, 1000)


def copy(id: int, folder: int, name: str, content_id: int) -> NewCopy:
    return NewCopy(id, folder, name, content_id, 100, 5, str(id), None, "p", "h", 2000)


def found_by(conn: Connection, shoot_id: int, words: str) -> None:
    """Let a shoot be found by words, each with its field."""
    for field, word in (each.split() for each in words.split(", ")):
        conn.execute(insert(term).prefix_with("OR IGNORE").values(text=word))
        term_id = conn.execute(select(term.c.id).where(term.c.text == word)).scalar_one()
        conn.execute(insert(posting).values(term_id=term_id, field=field, shoot_id=shoot_id))
        conn.execute(insert(gram).prefix_with("OR IGNORE").values(gram=word[:3], term_id=term_id))


def fill(index: Index) -> None:
    with index.write() as conn:
        store = stores.record_store(conn, "archive", "local")
        folders.add_folders(
            conn,
            store.id,
            [
                FolderRow(1, "2026-06-06 Virtanen häät", "11", None, True, 1),
                FolderRow(2, "2026-06-06 Virtanen häät/Aino raakat", "12", None, True, 1),
                FolderRow(3, "2026-07-01 Korhonen", "13", None, True, 1),
            ],
        )
        bride = shoots.add_client(conn, "Virtanen", "virtanen")
        other = shoots.add_client(conn, "Korhonen", "korhonen")
        wedding = shoots.add_shoot(conn, "1|2026-06-06", client_id=bride, title="Aino ja Onni", first_day="2026-06-06", last_day="2026-06-06")
        portrait = shoots.add_shoot(conn, "korhonen|2026-07-01", client_id=other)
        shoots.place_folders(conn, [(1, wedding, True), (2, wedding, False), (3, portrait, True)])
        copies.add_contents(conn, [content(1, PICTURE), content(2, LIST, "l"), content(3, OTHER, "l")])
        copies.add_copies(conn, [copy(1, 2, "Aino.jpg", 1), copy(2, 1, "osallistujat.txt", 2), copy(3, 3, "lista.txt", 3)])
        aino = NewAppearance("k1", "Aino Virtanen", "row 1", "bride", "aino@virtanen.example", None, None, "yes")
        people.record_list(conn, 2, wedding, [aino])
        people.record_list(
            conn,
            3,
            portrait,
            [
                NewAppearance("k2", "Aino Virtanen", "row 1", None, None, None, None, None),
                NewAppearance("k3", "Aino Virtanen", "row 2", None, "another.aino@example.org", None, None, None),
                NewAppearance("k4", "Kalle Korhonen", "row 3", None, None, "040 123 4567", None, None),
                NewAppearance("k5", "Liisa Laine", "row 4", None, None, None, None, None),
            ],
        )
        found_by(conn, wedding, "c virtanen, t aino, t onni, p aino, p virtanen")
        found_by(conn, portrait, "c korhonen, p aino, p virtanen, p kalle, p liisa")
        review.ask(conn, Question("spelling", "x", "Virtanen or Wirtanen?", [{"client_id": bride, "name": "Virtanen"}]), 5)
        review.ask(conn, Question("folder", "y", "Virtanen?", shoot_id=wedding, folder_id=1), 5)
        review.ask(conn, Question("date", "z", "Virtanen on which day?", shoot_id=wedding), 5)
        conn.execute(text("UPDATE review SET settled_at = 6, settlement = '{}' WHERE kind = 'date'"))
