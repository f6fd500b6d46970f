"""Putting bytes into Dropbox: small files in one call, larger ones in an upload session that can be gone on with.

Nothing is ever replaced or renamed out of the way. Whether a commit whose answer was lost has happened is found out by
looking, before anything is sent again. What was stored is believed when it has the size and hash of the bytes read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from dropbox import files

from adapters.base import Opener
from adapters.dropbox_client import Client
from adapters.dropbox_errors import api_error_of, tags_of
from adapters.dropbox_paths import stored_path
from adapters.dropbox_reads import Reads, as_item
from adapters.errors import Changed, Corrupt, StoreError, Unavailable, Unsupported
from adapters.records import Entry, Receipt
from adapters.upload_source import Source

PART_BYTES = 8 * 1024 * 1024
LARGEST_BYTES = 2**41 - 2**22
"""The largest file that Dropbox takes. Source: the SDK's description of upload sessions, 12.2.4."""

_MOST_CORRECTIONS = 8

Progress = Callable[[int, str | None], None]


class _GoneError(Exception):
    """The session is not known any more: everything must be sent anew."""


@dataclass(frozen=True, slots=True)
class _Token:
    """Where an upload stands: `at` bytes, hashed as `hash`, lie in session `sid`, meant for `path`."""

    sid: str
    at: int
    hash: str
    size: int
    path: str

    @classmethod
    def read(cls, text: str | None) -> _Token | None:
        """Return the token, or None if the text is none."""
        try:
            token = cls(**json.loads(text or ""))
        except (ValueError, TypeError):
            return None
        fits = isinstance(token.sid, str) and isinstance(token.at, int) and isinstance(token.size, int)
        return token if fits and 0 <= token.at <= token.size else None


@dataclass(slots=True)
class _Job:
    """One upload under way."""

    path: str
    size: int
    source: Source
    tell: Progress
    whole_path: str
    sid: str = ""
    corrections: int = 0

    def hash(self) -> str:
        """Return Dropbox's hash of what was read."""
        return self.source.digests().dropbox.hex()

    def token(self) -> str:
        """Return where it stands, as text."""
        return json.dumps(asdict(_Token(self.sid, self.source.at, self.hash(), self.size, self.path)))


class Uploads:
    """Uploads to one store. Remembers which commits had no answer."""

    def __init__(self, client: Client, reads: Reads, root: str, part_bytes: int = PART_BYTES) -> None:
        self._client = client
        self._reads = reads
        self._root = root
        self._part_bytes = part_bytes
        self._unsure: set[str] = set()

    def upload(self, path: str, opener: Opener, size: int, resume: str | None, on_progress: Progress | None) -> Receipt:
        """Store new bytes. Raises Changed if something lies there or the source is not as long as was said."""
        path = stored_path(self._client.store, "upload", path)
        if size > LARGEST_BYTES:
            raise Unsupported(self._client.store, "upload", detail=f"a file may have {LARGEST_BYTES} bytes at most")
        source = Source(self._client.store, opener, size)
        job = _Job(path, size, source, on_progress or _tell_nobody, f"{self._root}/{path}")
        try:
            if (resume is not None or path in self._unsure) and (there := self._reads.at(path, "upload")) is not None:
                return self._already(job, there)
            entry = self._send(job, _Token.read(resume))
            self._unsure.discard(path)
            return self._verified(job, entry)
        finally:
            source.close()

    def _already(self, job: _Job, there: Entry) -> Receipt:
        """Return the receipt of an upload that had been committed. Raises Changed if other bytes lie there."""
        self._unsure.discard(job.path)
        if there.size == job.size:
            job.source.wind(job.size)
            job.source.end()
            if [hash.value.hex() for hash in there.hashes] == [job.hash()]:
                return Receipt(there.ref, there.path, there.version, there.hashes, already=True)
        raise Changed(self._client.store, "upload", detail="something else lies there")

    def _send(self, job: _Job, token: _Token | None) -> Entry:
        if token is None and job.size <= self._part_bytes:
            return self._send_whole(job)
        if token is not None and (token.path, token.size) == (job.path, job.size):
            job.source.wind(token.at)
            # Only what was sent of these very bytes may be gone on with: the source may have changed since.
            job.sid = token.sid if job.hash() == token.hash else ""
        try:
            return self._send_session(job)
        except _GoneError:
            job.sid = ""
        try:
            return self._send_session(job)
        except _GoneError as err:
            raise Unavailable(self._client.store, "upload", detail="upload sessions are lost at once") from err

    def _send_whole(self, job: _Job) -> Entry:
        content = job.source.part(job.size)
        job.source.end()

        def act(sdk: Any) -> Any:
            return sdk.files_upload(
                content, job.whole_path, mode=files.WriteMode.add, autorename=False, mute=True, strict_conflict=True
            )

        return self._committed(job, act)

    def _send_session(self, job: _Job) -> Entry:
        if not job.sid:
            job.source.wind(0)
            self._start(job)
        while True:
            try:
                while job.size - job.source.at > self._part_bytes:
                    self._append(job)
                return self._finish(job)
            except StoreError as err:
                self._correct(job, err)

    def _start(self, job: _Job) -> None:
        content = job.source.part(min(self._part_bytes, job.size))
        started = self._client.call("upload", "", lambda sdk: sdk.files_upload_session_start(content))
        job.sid = str(started.session_id)
        job.tell(job.source.at, job.token())

    def _append(self, job: _Job) -> None:
        cursor = files.UploadSessionCursor(session_id=job.sid, offset=job.source.at)
        content = job.source.part(self._part_bytes)
        self._client.call("upload", "", lambda sdk: sdk.files_upload_session_append_v2(content, cursor))
        job.tell(job.source.at, job.token())

    def _finish(self, job: _Job) -> Entry:
        cursor = files.UploadSessionCursor(session_id=job.sid, offset=job.source.at)
        content = job.source.part(job.size - job.source.at)
        job.source.end()
        commit = files.CommitInfo(
            job.whole_path, mode=files.WriteMode.add, autorename=False, mute=True, strict_conflict=True
        )
        try:
            return self._committed(job, lambda sdk: sdk.files_upload_session_finish(content, cursor, commit))
        except StoreError as err:
            if tags_of(api_error_of(err))[:1] == ("path",):
                # Only the commit failed; the bytes of this call are in the session.
                job.tell(job.size, job.token())
            raise

    def _committed(self, job: _Job, act: Callable[[Any], Any]) -> Entry:
        try:
            stored = self._client.call("upload", "", act)
        except Unavailable as err:
            if api_error_of(err) is None:
                self._unsure.add(job.path)
            raise
        return self._reads.entry_of("upload", "", as_item(stored))

    def _correct(self, job: _Job, err: StoreError) -> None:
        """Stand where the server says it stands. Raises the error again if it says nothing of the kind."""
        error = api_error_of(err)
        tags = tags_of(error)
        if "incorrect_offset" in tags:
            offset = _correct_offset(error)
            job.corrections += 1
            if offset > job.size or job.corrections > _MOST_CORRECTIONS:
                raise _GoneError from err
            if offset != job.source.at:
                job.source.wind(offset)
            return
        if tags in (("not_found",), ("closed",), ("lookup_failed", "not_found"), ("lookup_failed", "closed")):
            raise _GoneError from err
        raise err

    def _verified(self, job: _Job, entry: Entry) -> Receipt:
        if entry.path.casefold() != job.path.casefold():
            self._take_back(entry)
            raise Changed(self._client.store, "upload", entry.ref, "it was stored under another name")
        attested = [hash.value.hex() for hash in entry.hashes]
        if entry.size != job.size or attested != [job.hash()]:
            self._take_back(entry)
            raise Corrupt(
                self._client.store, "upload", entry.ref, "what was stored does not have the hash of the bytes"
            )
        return Receipt(entry.ref, entry.path, entry.version, entry.hashes)

    def _take_back(self, entry: Entry) -> None:
        """Remove what this very upload has just made and what may not stay."""
        try:
            self._client.call("upload", entry.ref, lambda sdk: sdk.files_delete_v2(entry.ref, parent_rev=entry.version))
        except StoreError:
            return


def _tell_nobody(sent: int, token: str | None) -> None:
    """Be told of progress where nobody asked."""


def _correct_offset(error: Any) -> int:
    while not isinstance(error, files.UploadSessionOffsetError):
        error = error._value
    return int(error.correct_offset)
