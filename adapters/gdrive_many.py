"""Many files of a Drive at once: looked at, removed and asked for again in as few requests as may be.

A request takes a hundred calls. So a hundred files are looked at in one, removed in the next, and what became of several
hundred is told by one page of changes. What was looked at just now is not looked at twice: see `LOOKED_SECONDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.errors import Changed, NotFound, StoreError, Unavailable
from adapters.gdrive_acts import Acts, to_trash
from adapters.gdrive_client import BATCH, Ask, Client
from adapters.gdrive_entries import FILE_FIELDS, Item
from adapters.gdrive_links import PERMISSION_FIELDS, Links
from adapters.gdrive_naming import Names
from adapters.gdrive_queries import Queries
from adapters.gdrive_reads import Reads, known_ref
from adapters.gdrive_tree import Tree
from adapters.records import Entry, Presence, Receipt

LOOKED_SECONDS = 3.0
"""So long after the answer a look still counts as the one right before a removal; later each file is looked at again."""

AROUND_SECONDS = 5.0
"""So long it holds that root and marker are there, and that a folder lies below the root."""

_FIELDS = f"{FILE_FIELDS},permissionIds,permissions({PERMISSION_FIELDS})"
_MOST_PAGES = 3
"""So many pages of changes are read to learn what became of files; whatever they do not name is asked for by its id."""

Wanted = tuple[str, str, str]
Outcome = Receipt | StoreError


@dataclass(slots=True)
class _Around:
    """What was seen around files: the folders that were looked at, those that will be asked about, when that was."""

    folders: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()
    at: float = float("-inf")


@dataclass(slots=True)
class _Looked:
    """The last look, and when it was answered."""

    found: dict[str, Item | StoreError] = field(default_factory=dict)
    at: float = float("-inf")


class Many:
    """Acts on many files. `monotonic` tells how old a look is."""

    def __init__(
        self, client: Client, queries: Queries, names: Names, tree: Tree, reads: Reads, links: Links, acts: Acts,
        monotonic: Callable[[], float],
    ) -> None:  # fmt: skip
        self._client = client
        self._queries = queries
        self._names = names
        self._tree = tree
        self._reads = reads
        self._links = links
        self._acts = acts
        self._monotonic = monotonic
        self._around = _Around()
        self._looked = _Looked()
        self._since: str | None = None

    def look(self, refs: Sequence[str], ahead: Sequence[str]) -> list[Entry | Presence]:
        """Return what has these refs, in order, without paths; ABSENT, or UNKNOWN for what must be asked for by itself."""
        looked = self._look("look", refs, ahead)
        self._looked = _Looked(dict(zip(refs, looked, strict=True)), self._monotonic())
        return [self._told(each) for each in looked]

    def remove(self, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
        """Put files into the trash, each given as (ref, version, path); yield what became of each, in order."""
        for start in range(0, len(wanted), BATCH):
            yield from self._some("remove", wanted[start : start + BATCH])

    def purge(self, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
        """Delete files for good, from the trash as well. Whether they are gone is to be asked: see `left`."""
        for start in range(0, len(wanted), BATCH):
            yield from self._some("purge", wanted[start : start + BATCH])

    def left(self, refs: Sequence[str], *, purged: bool) -> list[Presence]:
        """Return whether files that were removed are gone; UNKNOWN what still rests in a trash though purged."""
        told = self._changed()
        over = {"gone"} if purged else {"gone", "trashed"}
        silent = [ref for ref in refs if told.get(ref) not in over]
        found = dict(zip(silent, self._look("presence", silent), strict=True)) if silent else {}
        return [self._became(found[ref], purged) if ref in found else Presence.ABSENT for ref in refs]

    def _became(self, found: Item | StoreError, purged: bool) -> Presence:
        if isinstance(found, Item) and found.trashed:
            return Presence.UNKNOWN if purged else Presence.ABSENT
        told = self._told(found)
        return told if isinstance(told, Presence) else Presence.PRESENT

    def _told(self, found: Item | StoreError) -> Entry | Presence:
        if isinstance(found, NotFound) or (isinstance(found, Item) and (found.trashed or found.is_folder)):
            return Presence.ABSENT
        if isinstance(found, StoreError) or self._tree.home(found.parents) is None:
            return Presence.UNKNOWN
        try:
            return self._reads.entry_of("look", found, "")
        except StoreError:
            return Presence.UNKNOWN

    def _look(self, operation: str, refs: Sequence[str], ahead: Sequence[str] = ()) -> list[Item | StoreError]:
        """Look at files, and then at root, marker and all folders above them, unless that was just now."""
        found: dict[str, Item | StoreError] = {}
        for ref in refs:
            try:
                known_ref(self._client.store, operation, ref)
            except NotFound as err:
                found[ref] = err
        good = [ref for ref in refs if ref not in found]
        if good:
            found |= zip(good, self._queries.get_many(operation, good, _FIELDS), strict=True)
        looked = [found[ref] for ref in refs]
        items = [each for each in looked if isinstance(each, Item)]
        parents = frozenset(parent for item in items for parent in item.parents)
        # What is gone is only believed of a store that was seen afterwards.
        is_old = self._monotonic() - self._around.at > AROUND_SECONDS
        if is_old or not parents <= self._around.folders or any(each.trashed for each in items) or len(items) < len(refs):
            self._look_around(operation, parents, ahead)
        return looked

    def _look_around(self, operation: str, parents: frozenset[str], ahead: Sequence[str]) -> None:
        folders = parents | self._around.ahead
        told, further = self._reads.believe_around(operation, folders, ahead, self._position())
        if self._since is None and told is not None and isinstance(token := told.get("startPageToken"), str):
            self._since = token
        self._names.learn(operation, folders)
        coming = frozenset(parent for item in further for parent in item.parents)
        self._around = _Around(folders, coming, self._monotonic())

    def _some(self, operation: str, wanted: Sequence[Wanted]) -> list[Outcome]:
        refs = [ref for ref, _, _ in wanted]
        found = self._just_looked(refs) or self._look(operation, refs)
        looked = dict(zip(refs, found, strict=True))
        outcomes: list[Outcome] = []
        doomed: dict[str, Item] = {}
        for ref, version, _ in wanted:
            outcome = self._decided(operation, ref, version, looked[ref])
            item = looked[ref]
            if outcome is None and isinstance(item, Item):
                doomed[ref] = item
            # Until it is known what became of it.
            outcomes.append(outcome or Unavailable(self._client.store, operation, ref, "nobody knows what became of it"))
        open_still = self._links.end_many(operation, list(doomed.values()), public_only=operation == "remove")
        going = [ref for ref in doomed if ref not in open_still]
        answers = dict(zip(going, self._client.batch(operation, [_call(operation, ref) for ref in going]), strict=True))
        for number, (ref, version, _) in enumerate(wanted):
            if ref in doomed:
                outcomes[number] = open_still.get(ref) or self._outcome(operation, ref, version, answers[ref])
        return outcomes

    def _just_looked(self, refs: Sequence[str]) -> list[Item | StoreError] | None:
        looked, self._looked = self._looked, _Looked()
        if self._monotonic() - looked.at > LOOKED_SECONDS or not all(ref in looked.found for ref in refs):
            return None
        return [looked.found[ref] for ref in refs]

    def _decided(self, operation: str, ref: str, version: str, found: Item | StoreError) -> Outcome | None:
        """Return what there is to say of a file without touching it; None if it is to go."""
        is_purge = operation == "purge"
        if isinstance(found, Item) and found.is_folder and is_purge:
            return NotFound(self._client.store, operation, ref, "no file")
        if isinstance(found, NotFound) or (isinstance(found, Item) and not is_purge and (found.trashed or found.is_folder)):
            return Receipt(ref, "", version, already=True, recoverable_until=self._acts.until(operation))
        if isinstance(found, StoreError):
            return found
        inside = self._tree.leads_to_root(found.parents) if is_purge else self._tree.home(found.parents) is not None
        if not inside:
            return Changed(self._client.store, operation, ref, "it lies outside the store's folder now")
        try:
            self._acts.check_meant(operation, found, version)
        except StoreError as err:
            return err
        return None

    def _outcome(self, operation: str, ref: str, version: str, answer: Mapping[str, Any] | StoreError) -> Outcome:
        if operation == "purge" and (isinstance(answer, NotFound) or not isinstance(answer, StoreError)):
            # Not found: an earlier request's answer was lost.
            return Receipt(ref, "", version, recoverable_until=self._acts.until(operation))
        if isinstance(answer, StoreError):
            return answer
        try:
            return self._acts.trashed(ref, version, answer)
        except StoreError as err:
            return err

    def _changed(self) -> dict[str, str]:
        """Return what became of files since the removal was begun, as far as the account's changes name them.

        Root and marker are seen in the same request: what is gone is only believed of a store that is there.
        """
        token, self._since = self._since, None
        told = self._reads.believe("presence", self._changes_since(token) if token else None)
        found: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            if told is None or not isinstance(told.get("changes"), list):
                return found
            for change in told["changes"]:
                found |= _change(change)
            more, following = told.get("nextPageToken"), told.get("newStartPageToken")
            if not isinstance(more, str):
                self._since = following if isinstance(following, str) else None
                return found
            told = self._client.call("presence", "", self._changes_since(more))
        return found

    def _position(self) -> Ask | None:
        if self._since is not None:
            return None
        given = self._queries.corpus()
        given.pop("includeItemsFromAllDrives", None)
        given.pop("corpora", None)
        return lambda service: service.changes().getStartPageToken(**given)

    def _changes_since(self, token: str) -> Ask:
        given = self._queries.corpus()
        given.pop("corpora", None)
        fields = "nextPageToken,newStartPageToken,changes(removed,fileId,file(id,trashed))"
        asked = {"pageToken": token, "fields": fields, "pageSize": 1000, "spaces": "drive", **given}
        return lambda service: service.changes().list(**asked)


def _change(raw: Any) -> dict[str, str]:
    """Return what a change says of a file that is not there any more: "gone" or "trashed"; nothing where it is there."""
    if not isinstance(raw, dict) or not isinstance(raw.get("fileId"), str):
        return {}
    if raw.get("removed") is True:
        return {raw["fileId"]: "gone"}
    is_trashed = isinstance(raw.get("file"), dict) and raw["file"].get("trashed") is True
    return {raw["fileId"]: "trashed" if is_trashed else ""}


def _call(operation: str, ref: str) -> Ask:
    if operation == "remove":
        return to_trash(ref)
    return lambda service: service.files().delete(fileId=ref, supportsAllDrives=True)
