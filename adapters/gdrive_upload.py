"""Putting bytes into Drive: small files in one call, larger ones in an upload session that can be gone on with.

Every file gets an id of ours before anything is sent, and a caller is told of it: so whether a request whose answer was
lost has made the file is found out by that id, and no twin is made. Nothing is ever replaced. What was stored is believed
when it has the size, hashes, name and folder that it should.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from googleapiclient.http import MediaInMemoryUpload

from adapters.base import Opener
from adapters.errors import Changed, Corrupt, NotFound, Refused, StoreError, Unavailable, Unsupported
from adapters.gdrive_client import Answered, Client
from adapters.gdrive_entries import FILE_FIELDS, Item, read_item
from adapters.gdrive_errors import WrongAnswerError
from adapters.gdrive_naming import Names, below
from adapters.gdrive_paths import part_name, plain_part
from adapters.gdrive_places import Places
from adapters.gdrive_queries import Queries
from adapters.gdrive_reads import Reads
from adapters.hashing import Digests
from adapters.records import Entry, Receipt
from adapters.upload_source import Source

PART_BYTES = 8 * 1024 * 1024
STEP_BYTES = 256 * 1024
"""Parts are whole multiples of this, but for the last. Source: Drive's guide to uploads."""

LARGEST_BYTES = 5_497_558_138_880
"""The largest file that Drive takes. Source: its discovery document, drive v3, 2026-11."""

DAILY_UPLOAD_BYTES = 750 * 10**9
"""So much a person may upload within 24 hours. Source: Drive's guide to limits, 2026-11."""

_WHOLE_BYTES = 5_000_000
"""Up to here a file may go in one call. Source: Drive's guide to uploads (5 MB)."""

_MOST_CORRECTIONS = 8
_RANGE = re.compile(r"bytes=0-(\d+)")

Progress = Callable[[int, str | None], None]


class _GoneError(Exception):
    """The session is not known any more: everything must be sent anew."""


@dataclass(frozen=True, slots=True)
class _Token:
    """Where an upload stands. `session` is as good as a password; `hash` is the SHA-256 of the first `at` bytes."""

    id: str
    session: str
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
        texts = all(isinstance(each, str) for each in (token.id, token.session, token.hash, token.path))
        numbers = type(token.at) is int and type(token.size) is int
        return token if texts and numbers and token.id and 0 <= token.at <= token.size else None


@dataclass(slots=True)
class _Job:
    """One upload under way."""

    path: str
    name: str
    parent: str
    size: int
    source: Source
    tell: Progress
    id: str
    session: str = ""
    corrections: int = 0

    def token(self) -> str:
        """Return where it stands, as text."""
        digests = self.source.digests()
        return json.dumps(
            asdict(_Token(self.id, self.session, self.source.at, digests.sha256.hex(), self.size, self.path))
        )

    def metadata(self) -> dict[str, Any]:
        """Return what the file is made with."""
        return {"id": self.id, "name": self.name, "parents": [self.parent]}

    def media_type(self) -> str:
        """Return what the bytes are, by the name alone: nothing is ever converted."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Uploads:
    """Uploads to one store. Remembers the ids of those that had no answer."""

    def __init__(
        self, client: Client, queries: Queries, names: Names, reads: Reads, places: Places, part_bytes: int = PART_BYTES
    ) -> None:
        self._client = client
        self._queries = queries
        self._names = names
        self._reads = reads
        self._places = places
        self._part_bytes = part_bytes
        self._unsure: dict[str, str] = {}

    def upload(self, path: str, opener: Opener, size: int, resume: str | None, on_progress: Progress | None) -> Receipt:
        """Store new bytes. Raises Changed if something lies there or the source is not as long as was said."""
        name = part_name(self._client.store, "upload", path.rpartition("/")[2])
        if size > LARGEST_BYTES:
            raise Unsupported(self._client.store, "upload", detail=f"a file may have {LARGEST_BYTES} bytes at most")
        token = _Token.read(resume)
        if token is not None and (token.path, token.size) != (path, size):
            token = None
        parent = self._places.make("upload", path.rpartition("/")[0])
        begun = token.id if token is not None else self._unsure.get(path, "")
        source = Source(self._client.store, opener, size, md5=True)
        job = _Job(path, name, parent, size, source, on_progress or _tell_nobody, begun)
        try:
            if begun and (there := self._there(job)) is not None:
                return self._already(job, there)
            if self._places.in_the_way("upload", parent, path.rpartition("/")[2], begun):
                raise Changed(self._client.store, "upload", detail="something lies there")
            return self._send(job, token)
        finally:
            source.close()

    def _send(self, job: _Job, token: _Token | None) -> Receipt:
        job.id = job.id or self._places.new_id("upload")
        self._unsure[job.path] = job.id
        stored = self._whole(job) if self._is_small(job) else self._session(job, token)
        receipt = self._verified(job, stored)
        self._unsure.pop(job.path, None)
        return receipt

    def _is_small(self, job: _Job) -> bool:
        return job.size <= min(self._part_bytes, _WHOLE_BYTES)

    def _there(self, job: _Job) -> Item | None:
        """Return the file that has our id already, or None."""
        try:
            item = self._queries.get("upload", job.id)
        except (NotFound, Refused):
            # An id that was never given out is refused, not missing: such a token is none of ours.
            return None
        return None if item.trashed else item

    def _already(self, job: _Job, there: Item) -> Receipt:
        """Return the receipt of an upload that had come to its end before. Raises Changed if it is another file."""
        self._unsure.pop(job.path, None)
        job.source.wind(job.size)
        job.source.end()
        if there.is_folder or self._wrong(job, there, job.source.digests()) is not None:
            raise Changed(self._client.store, "upload", there.id, "something else has that id")
        return self._receipt(job, there, already=True)

    def _whole(self, job: _Job) -> Item:
        job.tell(0, job.token())
        content = job.source.part(job.size)
        job.source.end()
        media = MediaInMemoryUpload(content, mimetype=job.media_type(), resumable=False)
        return self._made(
            job,
            lambda: self._client.call(
                "upload",
                "",
                lambda service: service.files().create(
                    body=job.metadata(), media_body=media, fields=FILE_FIELDS, supportsAllDrives=True
                ),
            ),
        )

    def _made(self, job: _Job, act: Callable[[], Mapping[str, Any]]) -> Item:
        try:
            return self._item(act())
        except Changed:
            # The id is in use: an earlier request was carried out, its answer lost.
            there = self._there(job)
            if there is None:
                raise
            return there

    def _session(self, job: _Job, token: _Token | None) -> Item:
        if token is not None and token.session:
            job.source.wind(token.at)
            # Only what was sent of these very bytes may be gone on with: the source may have changed since.
            if job.source.digests().sha256.hex() == token.hash:
                job.session = token.session
        for _ in range(2):
            try:
                return self._through_session(job, asks_first=bool(job.session))
            except _GoneError:
                job.session = ""
                if (there := self._there(job)) is not None:
                    if job.source.at < job.size:
                        job.source.wind(job.size)
                    return there
        raise Unavailable(self._client.store, "upload", detail="upload sessions are lost at once")

    def _through_session(self, job: _Job, *, asks_first: bool) -> Item:
        if not job.session:
            job.source.wind(0)
            started = self._start(job)
            if started is not None:
                return started
        done = self._ask_offset(job) if asks_first else None
        while done is None:
            start = job.source.at
            content = job.source.part(min(self._part_bytes, job.size - start))
            is_last = job.source.at == job.size
            if is_last:
                job.source.end()
            done = self._put(job, start, content)
        return done

    def _start(self, job: _Job) -> Item | None:
        """Begin a session; return the file if it is there already."""
        address = self._client.address(
            "upload/drive/v3/files", uploadType="resumable", fields=FILE_FIELDS, supportsAllDrives="true"
        )
        headers = {
            "content-type": "application/json; charset=UTF-8",
            "x-upload-content-type": job.media_type(),
            "x-upload-content-length": str(job.size),
        }
        body = json.dumps(job.metadata()).encode()
        answered = self._client.plain("upload", "", "POST", address, headers, body)
        if answered.status == 409 and (there := self._there(job)) is not None:
            job.source.wind(job.size)
            return there
        if answered.status != 200:
            raise self._client.refused(answered, "upload", "")
        session = self._client.moved(answered.headers.get("location", ""))
        if session is None:
            raise Unavailable(self._client.store, "upload", detail="answered wrongly: no session was given")
        job.session = session
        job.tell(0, job.token())
        return None

    def _put(self, job: _Job, start: int, content: bytes) -> Item | None:
        """Send a part. Return the file if that was the last, else None, standing where the service does."""
        end = start + len(content)
        headers = {"content-range": f"bytes {start}-{end - 1}/{job.size}"}
        # If no answer comes, how much of it came is asked when it is gone on with.
        return self._after_put(job, self._client.plain("upload", "", "PUT", job.session, headers, content))

    def _ask_offset(self, job: _Job) -> Item | None:
        headers = {"content-range": f"bytes */{job.size}"}
        return self._after_put(job, self._client.plain("upload", "", "PUT", job.session, headers, b""), asked=True)

    def _after_put(self, job: _Job, answered: Answered, *, asked: bool = False) -> Item | None:
        if answered.status in (200, 201):
            if job.source.at < job.size:
                job.source.wind(job.size)
            return self._item(_json(answered.content))
        if answered.status == 308:
            self._stand(job, _kept(answered.headers.get("range")), asked=asked)
            return None
        if answered.status in (400, 404, 410, 416) or (answered.status == 403 and asked):
            raise _GoneError
        raise self._client.refused(answered, "upload", "")

    def _stand(self, job: _Job, kept: int, *, asked: bool) -> None:
        """Stand where the service says it stands."""
        if kept > job.size:
            raise _GoneError
        if kept == job.source.at:
            if not asked:
                job.tell(kept, job.token())
            return
        job.corrections += 1
        if job.corrections > _MOST_CORRECTIONS:
            raise _GoneError
        job.source.wind(kept)

    def _item(self, raw: Any) -> Item:
        try:
            return read_item(raw)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, "upload", detail=f"answered wrongly: {err}") from None

    def _verified(self, job: _Job, item: Item) -> Receipt:
        wrong = self._wrong(job, item, job.source.digests())
        if wrong is not None:
            self._take_back(item)
            self._unsure.pop(job.path, None)
            raise Corrupt(self._client.store, "upload", item.id, wrong)
        return self._receipt(job, item)

    def _wrong(self, job: _Job, item: Item, digests: Digests) -> str | None:
        if item.id != job.id or item.name != job.name or job.parent not in item.parents:
            return "it was stored under another name or in another folder"
        entry: Entry = self._reads.entry_of("upload", item, job.path)
        ours = {hash.algorithm: hash.value for hash in digests.hashes()}
        told = {hash.algorithm: hash.value for hash in entry.hashes}
        if entry.size != job.size or not told or any(ours[name] != value for name, value in told.items()):
            return "what was stored does not have the hash of the bytes"
        return None

    def _receipt(self, job: _Job, item: Item, *, already: bool = False) -> Receipt:
        part = plain_part(item.name, item.id, is_folder=False)
        path = below(job.path.rpartition("/")[0], part)
        entry = self._reads.entry_of("upload", item, path)
        return Receipt(entry.ref, entry.path, entry.version, entry.hashes, already=already)

    def _take_back(self, item: Item) -> None:
        """Delete what this very upload has just made and what may not stay."""
        try:
            self._client.act(
                "upload", item.id, lambda service: service.files().delete(fileId=item.id, supportsAllDrives=True)
            )
        except StoreError:
            return


def _tell_nobody(sent: int, token: str | None) -> None:
    """Be told of progress where nobody asked."""


def _kept(text: str | None) -> int:
    """Return how many bytes the service has: no range means none."""
    if text is None:
        return 0
    found = _RANGE.fullmatch(text)
    if found is None:
        raise _GoneError
    return int(found.group(1)) + 1


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
