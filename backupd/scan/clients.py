"""Which client a name stands for: the same one only where that is certain, else a question."""

from __future__ import annotations

from sqlalchemy import Connection

from backupd.reading.folding import loose_key, name_key
from backupd.search.inflection import forms, lemmas
from index import shoots
from index.review import Question, ask, settlement_of

_MOST_CANDIDATES = 5


class Clients:
    """The clients of the index while folders are placed. Spellings that fold alike are one client for certain."""

    def __init__(self, conn: Connection) -> None:
        self._by_key: dict[str, tuple[int, str]] = {}
        self._loose: dict[str, set[str]] = {}
        for id, name, key in shoots.client_names(conn):
            self._remember(id, name, key)

    def client_for(self, conn: Connection, name: str, now: int) -> int:
        """Return the id of the client of that name, made if need be; a likely double is put to a person."""
        key = name_key(name) or name
        found = shoots.find_client(conn, key)
        if found is not None:
            return found
        id = shoots.add_client(conn, name, key)
        for other_key in self._alike(key):
            self._ask(conn, (id, name, key), (*self._by_key[other_key], other_key), now)
        self._remember(id, name, key)
        return id

    def _remember(self, id: int, name: str, key: str) -> None:
        self._by_key[key] = (id, name)
        self._loose.setdefault(loose_key(key), set()).add(key)

    def _alike(self, key: str) -> list[str]:
        """Return known keys that may be the same client: without dots, or with the last word in another case."""
        found = set(self._loose.get(loose_key(key), ()))
        head, _, last = key.rpartition(" ")
        for word in {*forms(last), *(lemma for lemma, _ in lemmas(last))}:
            other = f"{head} {word}".strip()
            if other in self._by_key:
                found.add(other)
        found.discard(key)
        return sorted(found)[:_MOST_CANDIDATES]

    def _ask(self, conn: Connection, new: tuple[int, str, str], old: tuple[int, str, str], now: int) -> None:
        subject = "|".join(sorted((new[2], old[2])))
        if settlement_of(conn, "spelling", subject) is not None:
            return
        ask(
            conn,
            Question(
                kind="spelling",
                subject=subject,
                reason=f'Are "{old[1]}" and "{new[1]}" one client?',
                candidates=({"client": old[1], "client_id": old[0]}, {"client": new[1], "client_id": new[0]}),
            ),
            now,
        )
