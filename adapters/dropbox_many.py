"""Many files of a Dropbox at once: removed in one call, each only if its very revision lies there; one page of changes
tells what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dropbox import exceptions, files

from adapters.dropbox_acts import Acts
from adapters.dropbox_client import Client
from adapters.dropbox_errors import translate
from adapters.dropbox_feed import Feed
from adapters.dropbox_links import Links
from adapters.dropbox_paths import stored_path
from adapters.dropbox_reads import Reads
from adapters.errors import NotFound, StoreError, Unavailable, Unsupported
from adapters.records import Presence, Receipt

MOST_AT_ONCE = 1000
"""How many removals one call takes."""

_MOST_POLLS = 120
_POLL_SECONDS = 1.0
_FEW_FOLDERS = 3
"""From so many folders on, a page of changes costs less than listing each of them again."""

Wanted = tuple[str, str, str]
Outcome = Receipt | StoreError


class Many:
    """Removes many files. `sleep` spaces questions for the end of a batch."""

    def __init__(
        self, client: Client, reads: Reads, feed: Feed, links: Links, acts: Acts, root: str, sleep: Callable[[float], None]
    ) -> None:
        self._client = client
        self._reads = reads
        self._feed = feed
        self._links = links
        self._acts = acts
        self._root = root
        self._sleep = sleep
        self._since: str | None = None
        self._keys: dict[str, str] = {}

    def remove(self, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
        """Remove many at once, each given as (ref, version, path); yield what became of each, in order.

        A file is removed only if at that path the very revision still lies. Raises Unavailable while nobody knows what
        was done: then each must be looked at.
        """
        self._keys.clear()
        if self._since is None and len({path.rpartition("/")[0] for _, _, path in wanted}) >= _FEW_FOLDERS:
            self._since = self._feed.latest()
        for start in range(0, len(wanted), MOST_AT_ONCE):
            some = wanted[start : start + MOST_AT_ONCE]
            paths = [f"{self._root}/{stored_path(self._client.store, 'remove', path)}" for _, _, path in some]
            for _, version, _ in some:
                self._acts.check_revision("remove", "", version)
            args = [
                files.DeleteArg(path, parent_rev=version) for path, (_, version, _) in zip(paths, some, strict=True)
            ]
            results = self._run_batch(args)
            if len(results) != len(some):
                raise Unavailable(self._client.store, "remove", detail="answered wrongly: a batch lacks results")
            for (ref, version, path), result in zip(some, results, strict=True):
                yield self._one_result(ref, version, path, result)

    def purge(self, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
        """Remove many, their links first. What has a link, or lies elsewhere by now, is seen to by itself."""
        linked = {ref for ref, _, _ in wanted}
        if not self._acts.may_purge:
            linked = self._links.linked(linked)
        together = iter(self.remove([each for each in wanted if each[0] not in linked]))
        for ref, version, _ in wanted:
            outcome = self._purge_one(ref, version) if ref in linked else next(together)
            yield self._purge_one(ref, version) if isinstance(outcome, NotFound) and ref not in linked else outcome

    def left(self, refs: Sequence[str]) -> list[Presence]:
        """Return whether files that were just removed are gone: PRESENT for what changes do not name as gone.

        Raises Unsupported where nothing was noted before they were removed: a look at their folders tells as much.
        """
        since, self._since = self._since, None
        if since is None:
            raise Unsupported(self._client.store, "presence", detail="listing their folders is the shorter way")
        net, self._since = self._feed.since(since)
        gone, there = set(net.removed), {entry.ref for entry in net.entries}
        # What is gone is only believed of a store that is there.
        self._reads.marker("presence")
        return [Presence.ABSENT if self._keys.get(ref) in gone and ref not in there else Presence.PRESENT for ref in refs]

    def _purge_one(self, ref: str, version: str) -> Outcome:
        try:
            return self._acts.purge(ref, version, lambda: self._links.revoke_all(ref))
        except StoreError as err:
            return err

    def _run_batch(self, args: list[Any]) -> list[Any]:
        launched = self._client.call("remove", "", lambda sdk: sdk.files_delete_batch(args))
        if launched.is_complete():
            return list(launched.get_complete().entries)
        job = launched.get_async_job_id()
        for _ in range(_MOST_POLLS):
            status = self._client.call("remove", "", lambda sdk: sdk.files_delete_batch_check(job))
            if status.is_complete():
                return list(status.get_complete().entries)
            if not status.is_in_progress():
                break
            self._sleep(_POLL_SECONDS)
        raise Unavailable(self._client.store, "remove", detail="a batch of removals did not come to its end")

    def _one_result(self, ref: str, version: str, path: str, result: Any) -> Outcome:
        if result.is_success():
            self._keys[ref] = self._feed.reader.below(str(result.get_success().metadata.path_lower or ""))
            return Receipt(ref, path, version, recoverable_until=self._acts.until())
        failure = exceptions.ApiError(None, result.get_failure(), None, None)
        return translate(failure, self._client.store, "remove", ref, None, 409)
