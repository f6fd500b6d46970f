"""From the API's own JSON to entries: one page of a listing, netted and with one spelling per folder.

Paths are told apart by the server's lower-case form, which is taken as it comes and never computed. Of a path as it is
shown only the last component's case is reliable: the folders above are spelled as their own entry spelled them, or
as they were first met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.records import Entry, Folder, Hash, Problem

_NS = 1_000_000_000


class WrongAnswerError(ValueError):
    """The page is not as the API says."""


@dataclass(slots=True)
class Net:
    """What a page comes to, once what it says one after the other is applied to itself."""

    entries: list[Entry] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    root_removed: bool = False


class Spelling:
    """One spelling per folder, by its key, for as long as the store is open."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {"": ""}

    def of(self, key: str, shown: str) -> str:
        """Return the folder's path; `shown` spells it if it has not been met."""
        known = self._known.get(key)
        if known is None:
            above, _, name = shown.rpartition("/")
            parent = self.of(key.rpartition("/")[0], above)
            known = f"{parent}/{name}" if parent else name
            self._known[key] = known
        return known

    def of_file(self, key: str, shown: str) -> str:
        """Return the file's path: its own name, below its folder as that is spelled."""
        above, _, name = shown.rpartition("/")
        parent = self._known.get(key.rpartition("/")[0])
        if parent is None:
            parent = self.of(key.rpartition("/")[0], above)
        return f"{parent}/{name}" if parent else name

    def forget(self, key: str) -> None:
        """Let a folder that is gone be spelled anew when it comes back."""
        if key:
            self._known.pop(key, None)


class Reader:
    """Reads pages. `depth` is how many components the root has; `ignored` says what is passed over, the marker too."""

    def __init__(self, depth: int, ignored: Callable[[str], bool]) -> None:
        self._cut = depth + 1
        self._ignored = ignored
        self.spelling = Spelling()

    def net(self, raw: list[Any]) -> Net:
        """Return what the entries of a page come to. Raises WrongAnswerError."""
        page = _Page()
        for number, item in enumerate(raw):
            try:
                self._take(page, number, item)
            except (KeyError, TypeError, ValueError, AttributeError) as err:
                raise WrongAnswerError(f"an entry lacks what every entry has ({type(err).__name__})") from None
        return page.net()

    def entry(self, item: Mapping[str, Any]) -> Entry:
        """Return one file. Raises WrongAnswerError."""
        try:
            key = self.below(item["path_lower"])
            if not key:
                raise ValueError
            return self._file(item, key, self.spelling.of_file(key, self.below(item["path_display"])))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise WrongAnswerError("a file lacks what every file has") from None

    def below(self, path: str) -> str:
        """Return the part of a path below the store's root; "" is the root itself."""
        parts = path.split("/", self._cut)
        return parts[-1] if len(parts) > self._cut else ""

    def _take(self, page: _Page, number: int, item: Any) -> None:
        lower, shown, tag = item.get("path_lower"), item.get("path_display"), item[".tag"]
        if lower is None or shown is None:
            page.problems.append(
                Problem(str(item.get("name", "")), "a shared item that lies in no folder of the account")
            )
            return
        key, shown = self.below(lower), self.below(shown)
        if tag == "file":
            self._take_file(page, number, item, key, shown)
        elif tag == "folder":
            if key and not self._ignored(path := self.spelling.of(key, shown)):
                page.put(number, key, Folder(path, item["id"], key))
        elif tag == "deleted":
            page.remove(number, key)
            self.spelling.forget(key)
        else:
            page.problems.append(Problem(shown, "something of a kind that is not known here"))

    def _take_file(self, page: _Page, number: int, item: Mapping[str, Any], key: str, shown: str) -> None:
        path = self.spelling.of_file(key, shown)
        if self._ignored(path):
            return
        if item.get("is_downloadable", True) is False:
            page.put(number, key, Problem(path, "a cloud document: it has no bytes of its own"))
        elif item.get("symlink_info") is not None:
            page.put(number, key, Problem(path, "a symbolic link"))
        else:
            page.put(number, key, self._file(item, key, path))

    def _file(self, item: Mapping[str, Any], key: str, path: str) -> Entry:
        ref, rev, size = item["id"], item["rev"], item["size"]
        if type(ref) is not str or type(rev) is not str or type(size) is not int or size < 0 or not path:
            raise ValueError
        hashed = item.get("content_hash")
        modified = int(datetime.fromisoformat(item["client_modified"]).timestamp()) * _NS
        hashes = (Hash("dropbox", bytes.fromhex(hashed)),) if hashed is not None else ()
        shared = item.get("sharing_info")
        owned = not (isinstance(shared, dict) and shared.get("read_only") is True)
        return Entry(path, ref, size, rev, ref, modified, hashes, owned, None, key)


class _Page:
    """What a page says, by number: a later word about a place, or about one above it, undoes an earlier one."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[int, Entry | Folder | Problem]] = {}
        self._gone: dict[str, int] = {}
        self._gone_below: dict[str, int] = {}
        self._cleared: list[str] = []
        self.problems: list[Problem] = []

    def put(self, number: int, key: str, what: Entry | Folder | Problem) -> None:
        """Something lies at a place. A folder keeps what is in it; anything else takes it away."""
        old = self._said.pop(key, None)
        if isinstance(what, Folder):
            if old is not None and not isinstance(old[1], Folder):
                self._cleared.append(key)
        else:
            self._gone_below[key] = number
        self._said[key] = (number, what)

    def remove(self, number: int, key: str) -> None:
        """Nothing lies at a place and below it."""
        self._gone[key] = number

    def net(self) -> Net:
        """Return what stands in the end."""
        net = Net(problems=self.problems, root_removed="" in self._gone)
        net.removed = [key for key in dict.fromkeys((*self._gone, *self._cleared)) if key]
        # Of a folder, and those above it, when one of them was last cleared: asked for each of the thousands in it.
        cleared: dict[str, int] = {"": -1}
        for key, (number, what) in self._said.items():
            above = key.rpartition("/")[0]
            if above not in cleared:
                cleared[above] = self._cleared_at(above)
            if cleared[above] > number or (self._gone and self._gone.get(key, -1) > number):
                continue
            if isinstance(what, Entry):
                net.entries.append(what)
            elif isinstance(what, Folder):
                net.folders.append(what)
            else:
                net.problems.append(what)
        return net

    def _cleared_at(self, key: str) -> int:
        last = -1
        while key:
            last = max(last, self._gone.get(key, -1), self._gone_below.get(key, -1))
            key = key.rpartition("/")[0]
        return last
