"""Questions to Drive: what lies in folders, what shares a name, what has an id. Nothing here knows of paths.

Several folders are asked for in one question, which Drive at times answers with nothing at all although there is
something (its issue tracker, 149522397; rclone found it). So a group that finds nothing is asked again folder by folder,
many such questions in one request, and if that finds something, groups are not trusted any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.errors import NotFound, Refused, StoreError, Unavailable
from adapters.gdrive_client import Ask, Client
from adapters.gdrive_entries import FILE_FIELDS, FOLDER, FOLDER_FIELDS, Item, read_item
from adapters.gdrive_errors import WrongAnswerError
from adapters.gdrive_paths import name_key, spellings

PAGE = 1000
"""The most items that the API gives at a time."""

GROUP = 50
"""How many folders are asked for in one question; rclone asks for as many."""

_MOST_NAMES = 20
"""Where more names than this are asked for in one folder, all of it is listed instead."""

_MOST_EMPTY_PAGES = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing; `more` is the token of the next, None on the last."""

    items: list[Item]
    more: str | None


Question = Callable[[Iterable[str]], str]
"""Makes the text of a question about the children of folders."""


class Queries:
    """Asks one account, or one shared drive of it."""

    def __init__(self, client: Client, drive: str) -> None:
        self._client = client
        self.drive = drive
        self.trusts_groups = True

    def corpus(self) -> dict[str, Any]:
        """Return the parameters that say where listings look."""
        if not self.drive:
            return {"supportsAllDrives": True}
        both = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}
        return {"corpora": "drive", "driveId": self.drive, **both}

    def get(self, operation: str, ref: str, fields: str = FILE_FIELDS) -> Item:
        """Return what has an id, also in the trash. Raises NotFound."""
        return self._read(self._client.call(operation, ref, _get(ref, fields)), operation)

    def get_many(self, operation: str, ids: Sequence[str], fields: str = FILE_FIELDS) -> list[Item | StoreError]:
        """Return what has these ids, in order, or why it could not be seen."""
        if len(ids) == 1:
            try:
                return [self.get(operation, ids[0], fields)]
            except StoreError as err:
                if err.worth_retrying or not isinstance(err, NotFound | Refused):
                    raise
                return [err]
        answers = self._client.batch(operation, [_get(id, fields) for id in ids])
        return [each if isinstance(each, StoreError) else self._read(each, operation) for each in answers]

    def get_many_and(
        self, operation: str, ids: Sequence[str], fields: str, also: Ask
    ) -> tuple[list[Item | StoreError], dict[str, Any] | StoreError]:
        """Return what has these ids, in order, and the answer to one more question that goes along in the same request."""
        *answers, more = self._client.batch(operation, [*(_get(id, fields) for id in ids), also])
        return [each if isinstance(each, StoreError) else self._read(each, operation) for each in answers], more

    def page(self, operation: str, query: str, fields: str, more: str | None = None) -> Page:
        """Return a page of what a question finds. An answer that Drive itself calls incomplete is none."""
        return self._page_of(self._client.call(operation, "", self._list(query, fields, more)), operation)

    def all(self, operation: str, query: str, fields: str) -> Iterator[Item]:
        """Yield everything that a question finds."""
        more, empty = None, 0
        while True:
            page = self.page(operation, query, fields, more)
            yield from page.items
            if page.more is None:
                return
            empty = 0 if page.items else empty + 1
            if empty > _MOST_EMPTY_PAGES:
                raise Unavailable(self._client.store, operation, detail="one empty page after the other")
            more = page.more

    def first_pages(self, operation: str, folders: Sequence[str], fields: str, size: int) -> list[Page | None]:
        """Return the first `size` of what lies in each folder, each asked by itself, all in as few requests as may be.

        None stands for a folder that is not there any more.
        """
        pages: list[Page | None] = []
        for answer in self._client.batch(operation, [self._list(children([id]), fields, None, size) for id in folders]):
            if isinstance(answer, StoreError) and not isinstance(answer, NotFound):
                raise answer
            pages.append(None if isinstance(answer, StoreError) else self._page_of(answer, operation))
        return pages

    def not_empty(self, operation: str, folders: Sequence[str], question: Question) -> list[str]:
        """Return those of the folders where the question finds something, asked one by one in a single request.

        What was not found is among them: it must be asked for by itself.
        """
        asks = [self._list(question([id]), "id", None, 1) for id in folders]
        found: list[str] = []
        for id, answer in zip(folders, self._client.batch(operation, asks), strict=True):
            if isinstance(answer, NotFound):
                found.append(id)
            elif isinstance(answer, StoreError):
                raise answer
            elif answer.get("files") or answer.get("nextPageToken"):
                found.append(id)
        return found

    def check_gone(self, operation: str, folders: Sequence[str]) -> None:
        """Raise Unavailable if one of these folders is there after all, though a question did not find it.

        A single "not found" may pass; what it said of all that lies below would stay.
        """
        for found in self.get_many(operation, folders, FOLDER_FIELDS) if folders else ():
            if isinstance(found, Item):
                if not found.trashed and found.listable:
                    raise Unavailable(self._client.store, operation, detail="a folder that is there was said not to be")
            elif not isinstance(found, NotFound | Refused):
                raise found

    def same_named(
        self, operation: str, wanted: Mapping[str, set[str]], fields: str = FILE_FIELDS
    ) -> dict[str, list[Item]]:
        """Return, for each folder, what lies in it under these names or such as look the same; what can't be seen is not."""
        found: dict[str, list[Item]] = {folder: [] for folder in wanted}
        queries = {folder: _named(folder, names) for folder, names in wanted.items()}
        whole = {folder for folder, query in queries.items() if query is None or len(queries) == 1}
        asked = [folder for folder in queries if folder not in whole]
        unseen: list[str] = []
        for folder in whole:
            try:
                found[folder] = list(self.all(operation, queries[folder] or children([folder]), fields))
            except NotFound:
                unseen.append(folder)
        asks = [self._list(queries[folder] or "", fields, None) for folder in asked]
        for folder, answer in zip(asked, self._client.batch(operation, asks), strict=True):
            if isinstance(answer, NotFound):
                unseen.append(folder)
                continue
            if isinstance(answer, StoreError):
                raise answer
            page = self._page_of(answer, operation)
            found[folder] = page.items
            if page.more is not None:
                found[folder] = list(self.all(operation, queries[folder] or "", fields))
        self.check_gone(operation, unseen)
        for folder, names in wanted.items():
            keys = {name_key(name) for name in names}
            # The service passes over case, and whole folders hold all names.
            found[folder] = [item for item in found[folder] if name_key(item.name) in keys]
        return found

    def _list(self, query: str, fields: str, more: str | None, size: int = PAGE) -> Ask:
        given: dict[str, Any] = {
            "q": query, "fields": f"nextPageToken,incompleteSearch,files({fields})", "pageSize": size, "spaces": "drive",
        }  # fmt: skip
        if more is not None:
            given["pageToken"] = more
        given |= self.corpus()
        return lambda service: service.files().list(**given)

    def _page_of(self, answer: Mapping[str, Any], operation: str) -> Page:
        if answer.get("incompleteSearch"):
            raise Unavailable(self._client.store, operation, detail="Drive calls its own answer incomplete")
        files, more = answer.get("files"), answer.get("nextPageToken")
        if not isinstance(files, list) or not isinstance(more, str | None):
            raise Unavailable(self._client.store, operation, detail="answered wrongly: a page lacks its parts")
        return Page([self._read(each, operation) for each in files], more or None)

    def _read(self, raw: Any, operation: str) -> Item:
        try:
            return read_item(raw)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, operation, detail=f"answered wrongly: {err}") from None


def children(folders: Iterable[str]) -> str:
    """Return the question for what lies directly in these folders, not in the trash."""
    # `and` and `or` bind alike: without these brackets the trash would be asked of the last folder only.
    return "trashed = false and (" + " or ".join(f"{quoted(id)} in parents" for id in folders) + ")"


def child_folders(folders: Iterable[str]) -> str:
    """Return the question for the folders that lie directly in these."""
    return f"mimeType = '{FOLDER}' and {children(folders)}"


def quoted(text: str) -> str:
    """Return a text as it stands in a question."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _named(folder: str, names: set[str]) -> str | None:
    """Return the question for names in one folder; None where listing all of it is the better way."""
    if len(names) > _MOST_NAMES or any(not name.isprintable() for name in names):
        return None
    forms = sorted({form for name in names for form in spellings(name)})
    return f"{children([folder])} and (" + " or ".join(f"name = {quoted(form)}" for form in forms) + ")"


def _get(id: str, fields: str) -> Ask:
    return lambda service: service.files().get(fileId=id, fields=fields, supportsAllDrives=True)
