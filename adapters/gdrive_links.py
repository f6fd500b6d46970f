"""Links for people outside, which in Drive are permissions. A link's address goes into no error and no log.

A link for anyone never ends by itself: whoever asked for it must end it in time. One for a person who is named by an
address of theirs ends when it should. Permissions of one file are changed one after the other: of two at once only the
last takes effect.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from adapters.errors import NotFound, Refused, StoreError, Unavailable, Unsupported
from adapters.gdrive_client import Client
from adapters.gdrive_entries import Item
from adapters.gdrive_reads import Reads
from adapters.records import ShareLink

LONGEST_DAYS = 365
"""How far off an end may be. Source: Drive's guide to permissions."""

_FIELDS = "id,type,role,expirationTime,permissionDetails(inherited,inheritedFrom)"


class Links:
    """Makes and ends links. `person` is the address of who gets them; "" is anyone who has the link."""

    def __init__(self, client: Client, reads: Reads, person: str) -> None:
        self._client = client
        self._reads = reads
        self._person = person
        self._one_at_a_time = threading.Lock()

    def share(self, ref: str, expires_at: datetime, now: datetime) -> ShareLink:
        """Make a link; `enforced` says whether Drive itself ends it."""
        self._reads.inside("share", ref)
        asked = expires_at.astimezone(UTC).replace(microsecond=0)
        body: dict[str, Any] = {"type": "anyone", "role": "reader"}
        if self._person:
            if (asked - now).days >= LONGEST_DAYS:
                raise Unsupported(self._client.store, "share", ref, f"an end may be {LONGEST_DAYS} days off at most")
            body = {"type": "user", "role": "reader", "emailAddress": self._person, "expirationTime": _stamp(asked)}
        given = {"fileId": ref, "body": body, "fields": _FIELDS, "supportsAllDrives": True}
        if self._person:
            given["sendNotificationEmail"] = False
        with self._one_at_a_time:
            made = self._client.call("share", ref, lambda service: service.permissions().create(**given))
        permission = made.get("id")
        if not isinstance(permission, str) or not permission:
            raise Unavailable(self._client.store, "share", ref, "answered wrongly: no permission was given")
        id = f"{ref}/{permission}"
        ends = _instant(made.get("expirationTime"))
        return ShareLink(id, self._address(ref, id), asked, enforced=ends is not None and ends <= asked)

    def revoke(self, link_id: str) -> None:
        """End a link, and look whether it has ended; one that is gone is ended."""
        ref, _, permission = link_id.partition("/")
        if not ref or not permission:
            return
        try:
            with self._one_at_a_time:
                self._delete("revoke", ref, permission)
            left = {each.get("id") for each in self._permissions("revoke", ref)}
        except NotFound:
            # No file, no link: unless it is our access that is gone.
            self._reads.believe("revoke")
            return
        if permission in left:
            detail = "it can be opened through the folder it lies in, which was shared as a whole"
            raise Refused(self._client.store, "revoke", ref, detail)

    def end_public(self, operation: str, ref: str, looked: Item | StoreError | None = None) -> None:
        """End the link for anyone, if there is one that is the file's own."""
        ids = looked.raw.get("permissionIds") if isinstance(looked, Item) else None
        if ids is None:
            ids = [each.get("id") for each in self._own(operation, ref) if each.get("type") == "anyone"]
        else:
            ids = [id for id in ids if isinstance(id, str) and id.startswith("anyone")]
        self._end(operation, ref, ids)

    def end_all(self, operation: str, ref: str) -> None:
        """Cut off whoever may open this very file, but for its owner."""
        self._end(operation, ref, [each.get("id") for each in self._own(operation, ref)])

    def _end(self, operation: str, ref: str, ids: list[Any]) -> None:
        for id in ids:
            try:
                with self._one_at_a_time:
                    self._delete(operation, ref, str(id))
            except StoreError as err:
                # One that comes from a folder can't be ended here; the removal of the file ends it.
                if err.worth_retrying:
                    raise

    def _own(self, operation: str, ref: str) -> Iterator[dict[str, Any]]:
        try:
            for each in self._permissions(operation, ref):
                details = each.get("permissionDetails")
                inherited = isinstance(details, list) and bool(details) and all(
                    isinstance(one, dict) and one.get("inherited") for one in details
                )
                if each.get("role") not in ("owner", "organizer") and not inherited:
                    yield each
        except Refused:
            # Who may not see the permissions may not change them either.
            return

    def _delete(self, operation: str, ref: str, permission: str) -> None:
        try:
            self._client.act(
                operation,
                ref,
                lambda service: service.permissions().delete(fileId=ref, permissionId=permission, supportsAllDrives=True),
            )
        except NotFound:
            return

    def _permissions(self, operation: str, ref: str) -> list[dict[str, Any]]:
        given: dict[str, Any] = {
            "fileId": ref, "fields": f"nextPageToken,permissions({_FIELDS})", "pageSize": 100, "supportsAllDrives": True,
        }  # fmt: skip
        found: list[dict[str, Any]] = []
        while True:
            answer = self._client.call(operation, ref, lambda service: service.permissions().list(**given))
            listed = answer.get("permissions")
            if not isinstance(listed, list):
                raise Unavailable(self._client.store, operation, ref, "answered wrongly: permissions are not told")
            found += [each for each in listed if isinstance(each, dict)]
            more = answer.get("nextPageToken")
            if not isinstance(more, str) or not more:
                return found
            given["pageToken"] = more

    def _address(self, ref: str, id: str) -> str:
        found = self._client.call(
            "share", ref, lambda service: service.files().get(fileId=ref, fields="webViewLink", supportsAllDrives=True)
        )
        address = found.get("webViewLink")
        if not isinstance(address, str) or not address:
            self.revoke(id)
            raise Unavailable(self._client.store, "share", ref, "answered wrongly: no address was given")
        return address


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _instant(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None
