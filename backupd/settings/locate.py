"""On which line of a TOML text each key stands.

The standard library's parser gives no positions, so the text is walked once more. It must be known to be valid TOML:
what is checked there is not checked again here. Knows tables, arrays of tables, dotted and quoted keys, inline tables,
and arrays and strings over several lines; a path is keys and numbers, as in ("stores", 1, "path").
"""

from __future__ import annotations

import re
import tomllib

from backupd.settings.faults import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of a key, or of the nearest table around it; None if even that is not written in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def locate_keys(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every key, table and array element of a valid TOML text; the first one if several."""
    return _Walk(text).lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._counted_to = (0, 1)
        self._lengths: dict[KeyPath, int] = {}
        self._document()

    def _document(self) -> None:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        line = self._line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        keys = self._key()
        self.at += 2 if is_array else 1
        path = self._resolved(keys[:-1], line) if is_array else self._resolved(keys, line)
        path = (*path, keys[-1]) if is_array else path
        self._mark(path, line)
        if not is_array:
            return path
        number = self._lengths.get(path, 0)
        self._lengths[path] = number + 1
        self._mark((*path, number), line)
        return (*path, number)

    def _resolved(self, keys: tuple[str, ...], line: int) -> KeyPath:
        """A header's path, where a name of an array of tables means its last element so far."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            self._mark(path, line)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for key in self._key():
            path = (*path, key)
            self._mark(path, line)
        self.at += 1  # the "="
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        """A key, dotted or not; ends on "=" or "]"."""
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = self.text[self.at] in "\"'"
            word = self._take(_STRING if quoted else _BARE)
            parts.append(tomllib.loads(f"key = {word}")["key"] if quoted else word)
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        start = self.text[self.at]
        if start == "[":
            self._array(path)
        elif start == "{":
            self._inline_table(path)
        else:
            self._take(_STRING if start in "\"'" else _SCALAR)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_BLANK)
        number = 0
        while self.text[self.at] != "]":
            self._mark((*path, number), self._line())
            self._value((*path, number))
            self._comma()
            number += 1
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError("not valid TOML")
        self.at = found.end()
        return found[0]

    def _mark(self, path: KeyPath, line: int) -> None:
        self.lines.setdefault(path, line)

    def _line(self) -> int:
        counted, line = self._counted_to
        line += self.text.count("\n", counted, self.at)
        self._counted_to = (self.at, line)
        return line
