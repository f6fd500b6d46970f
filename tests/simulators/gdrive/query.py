"""The search language of files.list, turned into SQL. What the service's reference doesn't have is refused.

`and` and `or` bind alike and are read from left to right, as the service's guide says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.simulators.gdrive.answers import DriveError
from tests.simulators.gdrive.tree import stamp

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<op><=|>=|!=|[=<>(){}])|(?P<word>[A-Za-z][A-Za-z0-9.]*))", re.DOTALL)
_ALLOWED = {
    "name": ("=", "!=", "contains"), "mimeType": ("=", "!=", "contains"), "fullText": ("contains",),
    "modifiedTime": ("<", "<=", "=", "!=", ">", ">="), "createdTime": ("<", "<=", "=", "!=", ">", ">="),
    "viewedByMeTime": ("<", "<=", "=", "!=", ">", ">="), "sharedWithMeTime": ("<", "<=", "=", "!=", ">", ">="),
    "trashed": ("=", "!="), "starred": ("=", "!="), "sharedWithMe": ("=", "!="), "visibility": ("=", "!="),
    "properties": ("has",), "appProperties": ("has",), "shortcutDetails.targetId": ("=", "!="),
}  # fmt: skip
_TIMES = {
    "modifiedTime": "modified", "createdTime": "created", "viewedByMeTime": "json_extract(extra, '$.viewedByMeTime')",
    "sharedWithMeTime": "shared_at(id)",
}  # fmt: skip


@dataclass(slots=True)
class Search:
    """A condition on nodes. `folders` are those whose children are asked for, `mixes` says they are joined by or."""

    where: str = "1"
    values: list[Any] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    full_text: bool = False
    mixes: bool = False


def parse_query(text: str, me: str, *, several: bool = False) -> Search:
    """Return the condition; `several` if there are files with several parents. Raises DriveError."""
    reader = _Reader(text, me, several)
    search = reader.search
    search.where = reader.expression()
    if reader.peek() is not None:
        raise reader.wrong()
    return search


class _Reader:
    def __init__(self, text: str, me: str, several: bool) -> None:
        self._tokens = _split(text)
        self._at = 0
        self._me = me
        self._several = several
        self.search = Search()

    def wrong(self) -> DriveError:
        return DriveError(400, "invalid", "Invalid Value", "q")

    def peek(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, kind: str, *wanted: str) -> str:
        token = self.peek()
        if token is None or token[0] != kind or (wanted and token[1] not in wanted):
            raise self.wrong()
        self._at += 1
        return token[1]

    def _try(self, kind: str, wanted: str) -> bool:
        if self.peek() == (kind, wanted):
            self._at += 1
            return True
        return False

    def expression(self) -> str:
        left, last = self._term(), ""
        while self.peek() in (("word", "and"), ("word", "or")):
            joined = self._take("word")
            before = len(self.search.folders)
            # Brackets only where the word changes: a long row of one word must not nest deeply.
            left = f"{left if joined == last or not last else f'({left})'} {joined.upper()} {self._term()}"
            last = joined
            if joined == "or" and before and len(self.search.folders) > before:
                self.search.mixes = True
        return f"({left})" if last else left

    def _term(self) -> str:
        if self._try("word", "not"):
            return f"(NOT {self._term()})"
        if self._try("op", "("):
            inner = self.expression()
            self._take("op", ")")
            return inner
        token = self.peek()
        if token is not None and token[0] == "text":
            return self._membership()
        name = self._take("word", *_ALLOWED)
        if name == "sharedWithMe" and (self.peek() is None or self.peek() in (("word", "and"), ("word", "or"), ("op", ")"))):
            return self._flag(name, "=", "true")
        return self._comparison(name)

    def _membership(self) -> str:
        value = self._take("text")
        self._take("word", "in")
        where = self._take("word", "parents", "owners", "writers", "readers")
        if where == "parents":
            self.search.folders.append(value)
            if self._several:
                return self._put("(parent = ? OR has_parent(extra, ?))", value, value)
            return self._put("parent = ?", value)
        email = self._me if value == "me" else value
        if where == "owners":
            return self._put("owner = ?", email)
        roles = "'writer', 'organizer', 'fileOrganizer'" + ("" if where == "writers" else ", 'reader', 'commenter'")
        query = f"(owner = ? OR EXISTS (SELECT 1 FROM permission WHERE file = node.id AND email = ? AND role IN ({roles})))"
        return self._put(query, email, email)

    def _comparison(self, name: str) -> str:
        token = self.peek()
        op = self._take(token[0] if token else "op", *_ALLOWED[name])
        if op == "has":
            return self._property(name)
        if name in ("trashed", "starred", "sharedWithMe"):
            return self._flag(name, op, self._take("word", "true", "false"))
        value = self._take("text")
        if name in _TIMES:
            return self._put(f"{_TIMES[name]} {op} ?", _instant(value))
        if name == "mimeType":
            return self._put("instr(mime, ?) > 0" if op == "contains" else f"mime {op} ?", value)
        if name in ("name", "fullText"):
            self.search.full_text |= name == "fullText"
            return self._put("has_word(folded, ?)" if op == "contains" else f"folded {op} ?", value.casefold())
        if name == "visibility":
            public = "EXISTS (SELECT 1 FROM permission WHERE file = node.id AND type = 'anyone')"
            if value not in ("anyoneCanFind", "anyoneWithLink", "domainCanFind", "domainWithLink", "limited"):
                raise self.wrong()
            known = {"anyoneWithLink": public, "limited": f"NOT {public}"}.get(value, "0")
            return known if op == "=" else f"(NOT {known})"
        return self._put(f"coalesce(json_extract(extra, '$.shortcutDetails.targetId'), '') {op} ?", value)

    def _flag(self, name: str, op: str, value: str) -> str:
        truth = (value == "true") == (op == "=")
        known = {
            "trashed": "gone",
            "starred": "coalesce(json_extract(extra, '$._starred'), 0)",
            "sharedWithMe": "(drive = '' AND shared_at(id) IS NOT NULL)",
        }[name]
        return f"({known})" if truth else f"(NOT {known})"

    def _property(self, name: str) -> str:
        """Read `{ key='k' and value='v' }`."""
        self._take("op", "{")
        pair: dict[str, str] = {}
        for part in ("key", "value"):
            self._take("word", part)
            self._take("op", "=")
            pair[part] = self._take("text")
            if part == "key":
                self._take("word", "and")
        self._take("op", "}")
        column = f"json_extract(extra, '$.{name}.' || json_quote(?))"
        return self._put(f"coalesce({column} = ?, 0)", pair["key"], pair["value"])

    def _put(self, where: str, *values: Any) -> str:
        self.search.values.extend(values)
        return where


def _split(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise DriveError(400, "invalid", "Invalid Value", "q")
        kind = str(match.lastgroup)
        token = match.group(kind)
        tokens.append((kind, re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL) if kind == "text" else token))
        at = match.end()
    return tokens


def _instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise DriveError(400, "invalid", "Invalid Value", "q") from None
    return stamp((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def has_word(folded: str, start: str) -> bool:
    """Say whether a word of a name begins so: that is all that `contains` means for names."""
    return re.search(r"(?:^|[\W_])" + re.escape(start), folded) is not None
