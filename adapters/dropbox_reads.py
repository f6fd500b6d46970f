"""Looking at and reading single files in Dropbox: metadata by id, bytes by range, the marker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from dropbox import exceptions, files

from adapters.base import MARKER_NAME
from adapters.dropbox_client import Client
from adapters.dropbox_entries import Reader, WrongAnswerError
from adapters.errors import Corrupt, NotFound, NotOurStore, StoreError, Unavailable
from adapters.hashing import Hasher
from adapters.marker import MOST_BYTES, decode_marker
from adapters.records import Entry, Marker, MediaHint, Presence

CHUNK_BYTES = 256 * 1024
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class Outside(NotFound):
    """The file is there, but not in the store's folder any more."""


class Reads:
    """Looks at files by the provider's id, which stays over a move."""

    def __init__(self, client: Client, root: str, reader: Reader) -> None:
        self._client = client
        self._root = root
        self._reader = reader
        self._root_key: str | None = None if root else ""

    def root_key(self, operation: str) -> str:
        """Return the root's path in the server's own form, asked once. Raises NotOurStore if it isn't there.

        The marker's own path has told it where the marker was read before.
        """
        if self._root_key is None:
            try:
                item = self._metadata(operation, self._root)
            except NotFound as err:
                raise NotOurStore(err.store, operation, detail="the store's folder is not there") from err
            if item.get(".tag") != "folder" or not isinstance(item.get("path_lower"), str):
                raise NotOurStore(self._client.store, operation, detail="the store's path is no folder")
            self._root_key = str(item["path_lower"])
        return self._root_key

    def stat(self, ref: str, operation: str = "stat") -> Entry:
        """Return a file as it is now, with what the provider knows of a picture. Raises NotFound, Outside."""
        known = _known_ref(self._client.store, operation, ref)
        return self._entry(operation, ref, self._metadata(operation, known, media=operation == "stat"))

    def at(self, path: str, operation: str) -> Entry | None:
        """Return the file at a path below the root, or None."""
        try:
            return self._entry(operation, "", self._metadata(operation, f"{self._root}/{path}"))
        except NotFound:
            return None

    def presence(self, ref: str) -> Presence:
        """Say whether a file is there. It is only called absent by a store whose marker was read just after."""
        try:
            self.stat(ref, "presence")
        except Outside:
            return Presence.UNKNOWN
        except NotFound:
            return self._confirmed_absent()
        except StoreError:
            return Presence.UNKNOWN
        return Presence.PRESENT

    def _confirmed_absent(self) -> Presence:
        try:
            self.marker("presence")
        except StoreError:
            return Presence.UNKNOWN
        return Presence.ABSENT

    def marker(self, operation: str = "check") -> Marker:
        """Return the marker, read just now. Raises NotOurStore."""
        path = f"{self._root}/{MARKER_NAME}"
        try:
            with self._download(operation, path, {}) as (meta, response):
                content = self._some(response, MOST_BYTES + 1)
        except NotFound as err:
            raise NotOurStore(err.store, operation, detail="there is no marker in the store's folder") from err
        try:
            marker = decode_marker(content)
        except ValueError as err:
            raise NotOurStore(self._client.store, operation, detail=str(err)) from None
        lower = str(meta.path_lower)
        if lower.endswith(f"/{MARKER_NAME}"):
            self._root_key = lower.removesuffix(f"/{MARKER_NAME}")
        return marker

    @contextmanager
    def read(self, ref: str, offset: int, length: int | None) -> Iterator[Iterator[bytes]]:
        """Open a range of a file's bytes. A whole file is checked against the hash that came with it."""
        if length == 0:
            self.stat(ref, "read")
            yield iter(())
            return
        inside = self.root_key("read") + "/"
        last = "" if length is None else str(offset + length - 1)
        headers = {"Range": f"bytes={offset}-{last}"} if offset or length is not None else {}
        try:
            opened = self._download("read", _known_ref(self._client.store, "read", ref), headers)
            with opened as (meta, response):
                if not str(meta.path_lower or "").startswith(inside):
                    raise Outside(self._client.store, "read", ref, "it lies outside the store's folder now")
                yield self._chunks(ref, meta, response, offset, length)
        except _PastEndError:
            yield iter(())

    @contextmanager
    def _download(self, operation: str, path: str, headers: dict[str, str]) -> Iterator[tuple[Any, Any]]:
        def act(sdk: Any) -> Any:
            try:
                return sdk.files_download(path, extra_headers=headers)
            except exceptions.HttpError as err:
                if err.status_code == 416:
                    raise _PastEndError(self._client.store, operation, path) from err
                raise

        meta, response = self._client.call(operation, path if path.startswith("id:") else "", act)
        try:
            yield meta, response
        finally:
            # Left open, its connection would never come back to the pool.
            response.close()

    def _chunks(self, ref: str, meta: Any, response: Any, offset: int, length: int | None) -> Iterator[bytes]:
        wanted = max(meta.size - offset, 0) if length is None else min(length, max(meta.size - offset, 0))
        skip = self._skip(ref, response, offset)
        hasher = Hasher() if wanted == meta.size and meta.content_hash else None
        given = 0
        for chunk in self._body(ref, response):
            part = chunk[skip:]
            skip -= len(chunk) - len(part)
            if given + len(part) > wanted and response.status_code == 206:
                raise Corrupt(self._client.store, "read", ref, f"more came than the {wanted} bytes there are")
            part = part[: wanted - given]
            given += len(part)
            if hasher is not None:
                hasher.update(part)
            if part:
                yield part
        if given < wanted:
            raise Corrupt(self._client.store, "read", ref, f"cut short: {given} of {wanted} bytes came")
        if hasher is not None and hasher.digests().dropbox.hex() != meta.content_hash:
            raise Corrupt(self._client.store, "read", ref, "the bytes that came do not have the hash they should have")

    def _skip(self, ref: str, response: Any, offset: int) -> int:
        """Return how many bytes come before those that were asked for: some servers pass over a range."""
        if response.status_code != 206:
            return offset
        told = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if told is not None and int(told.group(1)) != offset:
            raise Unavailable(self._client.store, "read", ref, "answered wrongly: another range came")
        return 0

    def _body(self, ref: str, response: Any) -> Iterator[bytes]:
        chunks = response.iter_content(CHUNK_BYTES)
        while True:
            try:
                chunk = next(chunks, None)
            except Exception as err:
                raise self._client.translated(err, "read", ref) from err
            if chunk is None:
                return
            yield chunk

    def _some(self, response: Any, most: int) -> bytes:
        content = b""
        for chunk in self._body("", response):
            content += chunk
            if len(content) >= most:
                break
        return content

    def _metadata(self, operation: str, path: str, *, media: bool = False) -> dict[str, Any]:
        """Return the API's metadata of an id or a whole path."""
        argument: dict[str, Any] = {"path": path}
        if media:
            argument["include_media_info"] = True
        return self._client.json(operation, files.get_metadata, "files/get_metadata", argument)

    def _entry(self, operation: str, ref: str, item: Mapping[str, Any]) -> Entry:
        if item.get(".tag") != "file":
            raise NotFound(self._client.store, operation, ref, "no file lies there")
        lower = item.get("path_lower")
        if not isinstance(lower, str) or not lower.startswith(self.root_key(operation) + "/"):
            raise Outside(self._client.store, operation, ref, "it lies outside the store's folder now")
        return self.entry_of(operation, ref, item)

    def entry_of(self, operation: str, ref: str, item: Mapping[str, Any]) -> Entry:
        """Return the entry that metadata makes. Raises Unavailable if it lacks what every file has."""
        try:
            entry = self._reader.entry(item)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, operation, ref, f"answered wrongly: {err}") from None
        hint = _media_hint(item.get("media_info"))
        if hint is None:
            return entry
        return Entry(
            entry.path, entry.ref, entry.size, entry.version, entry.identity, entry.modified_ns, entry.hashes,
            entry.owned, hint, entry.key,
        )  # fmt: skip


class _PastEndError(StoreError):
    """The range begins where the file has ended."""


def _known_ref(store: str, operation: str, ref: str) -> str:
    """Return the ref if it can be one. A path is none: what lies at a path may be another file by now."""
    if not ref.startswith("id:") or len(ref) < 4:
        raise NotFound(store, operation, ref, "no file can have that reference")
    return ref


def _media_hint(info: Any) -> MediaHint | None:
    """Return what the provider knows of a photo or video; None where it knows nothing (yet)."""
    values = info.get("metadata") if isinstance(info, dict) else None
    if not isinstance(values, dict):
        return None
    size = values.get("dimensions")
    width, height = (size.get("width"), size.get("height")) if isinstance(size, dict) else (None, None)
    duration = values.get("duration")
    return MediaHint(
        captured_at=_instant(values.get("time_taken")),
        width=width if isinstance(width, int) else None,
        height=height if isinstance(height, int) else None,
        duration_s=duration / 1000 if isinstance(duration, int) else None,
    )


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def as_item(stored: Any) -> dict[str, Any]:
    """Return the SDK's metadata as the API's JSON has it."""
    return {
        "id": stored.id,
        "rev": stored.rev,
        "size": stored.size,
        "content_hash": stored.content_hash,
        "client_modified": f"{stored.client_modified.isoformat()}Z",
        "path_lower": stored.path_lower,
        "path_display": stored.path_display,
    }
