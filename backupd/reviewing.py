"""Settling what indexing could not decide. What a person says is kept apart from what was read, and laid over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from backupd.reading.folding import name_key
from backupd.search.inflection import lemmas
from index import review, shoots, stores
from index.records import ReviewRow


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said. Only what fits the kind of question may be given; days come in order."""

    choose: int | None = None
    client: str | None = None
    title: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    same: bool | None = None
    accept: bool = False
    seen: bool = False


class Unfitting(Exception):
    """The decision does not answer the question. `mend` says what would."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong, mend)
        self.wrong = wrong
        self.mend = mend


_MENDS = {
    "folder": "say --client NAME, --day DATE, --title TEXT or --choose N; --seen leaves it as it is",
    "date": "say --choose 1 for the folder's day, --choose 2 for the capture days, or --day DATE",
    "spelling": "say --same or --different; with --same, --choose N says which spelling is shown",
    "store": "say --accept if the files were really removed; else mend the disk and index again",
    "twin": "say --same if the two are one shoot, --different if they are two, or --seen for files",
    "file": "say --seen once you have looked at it",
    "list": "say --seen once you have looked at it",
    "contact": "say --seen once folder and list are renamed, or it is decided that they stay",
    "erased": "erase it again as the question says, or say --seen",
}


def plan_settlement(question: ReviewRow, decision: Decision) -> dict[str, Any]:
    """Return what is to be remembered. Raises Unfitting if the decision does not answer the question. Pure."""
    candidates = json.loads(question.candidates)
    answer: dict[str, Any] | None = None
    if question.kind in ("folder", "date"):
        answer = _fields(question, decision, candidates)
    elif question.kind == "spelling" and decision.same is not None:
        shown_first = _shown_first(question, decision, candidates)
        answer = {"same": decision.same, "clients": [candidate["client_id"] for candidate in shown_first]}
    elif question.kind == "twin" and candidates and decision.same is not None:
        answer = {"same": decision.same}
    elif question.kind == "store" and decision.accept:
        answer = dict(candidates[0])
    elif question.kind in ("file", "list", "contact", "erased", "twin") and decision.seen:
        answer = {"seen": True}
    if answer is None:
        raise Unfitting(f"that does not settle question {question.id}", _MENDS[question.kind])
    return answer


def carry_out(conn: Connection, question: ReviewRow, settlement: Mapping[str, Any], by: str, now: int) -> None:
    """Record the settlement and have what it touches read again."""
    if question.kind == "spelling" and settlement["same"]:
        keep, other = settlement["clients"]
        for client_id in (keep, other):
            shoots.unplace_client(conn, client_id)
        shoots.merge_clients(conn, keep, other)
    review.settle(conn, question.id, dict(settlement), by, now)
    if question.kind == "twin" and question.path is not None and question.store is not None:
        row = stores.find_store(conn, question.store)
        if row is not None:
            shoots.unplace_below(conn, row.id, question.path)
    if question.kind in ("folder", "date") and question.shoot_id is not None:
        for _, store_id, path, _ in shoots.root_folders(conn, [question.shoot_id]).get(question.shoot_id, []):
            if question.path in (None, path):
                shoots.unplace_below(conn, store_id, path)


def _shown_first(question: ReviewRow, decision: Decision, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the two spellings, first the one to be shown: the one chosen, else the base form, else the one with dots."""
    if decision.choose is not None:
        chosen = _chosen(question, decision.choose, candidates)
        return [chosen, *(each for each in candidates if each is not chosen)]
    return sorted(candidates, key=lambda candidate: _goodness(candidate["client"], candidates), reverse=True)


def _goodness(name: str, candidates: list[dict[str, Any]]) -> tuple[bool, int]:
    last = name_key(name).rpartition(" ")[2]
    others = [name_key(each["client"]).rpartition(" ")[2] for each in candidates if each["client"] != name]
    is_base = any(last == lemma for other in others for lemma, _ in lemmas(other))
    return is_base, sum(not char.isascii() for char in name)


def _chosen(question: ReviewRow, number: int, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    if not 1 <= number <= len(candidates):
        raise Unfitting(
            f"question {question.id} has {len(candidates)} candidates",
            "choose one of them" + ("" if question.kind == "spelling" else ", or say it with --client, --day, --title"),
        )
    return candidates[number - 1]


def _fields(question: ReviewRow, decision: Decision, candidates: list[dict[str, Any]]) -> dict[str, Any] | None:
    answer: dict[str, Any] = {}
    if decision.choose is not None:
        answer |= _chosen(question, decision.choose, candidates)
    for name, value in (("client", decision.client), ("title", decision.title)):
        if value is not None:
            answer[name] = value or None
    if decision.first_day is not None:
        last = decision.last_day or decision.first_day
        if last < decision.first_day:
            raise Unfitting("the last day lies before the first", "give them in order")
        answer |= {"first_day": decision.first_day.isoformat(), "last_day": last.isoformat()}
    if not answer and decision.seen:
        answer["seen"] = True
    return answer or None
