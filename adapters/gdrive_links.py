"""Links for people outside, which in Drive are permissions. A link's address goes into no error and no log.

A link for anyone never ends by itself: whoever asked for it must end it in time. One for a person who is named by an
address of theirs ends when it should. Permissions of one file are changed one after the other: of two at once only the
last takes effect.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.errors import NotFound, Refused, StoreError, Unavailable, Unsupported
from adapters.gdrive_client import Ask, Client
from adapters.gdrive_entries import Item
from adapters.gdrive_reads import Reads
from adapters.records import ShareLink

LONGEST_DAYS = 365
"""How far off an end may be. Source: Drive's guide to permissions."""

PERMISSION_FIELDS = "id,type,role,expirationTime,permissionDetails(inherited,inheritedFrom)"


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
        given = {"fileId": ref, "body": body, "fields": PERMISSION_FIELDS, "supportsAllDrives": True}
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

    def end_public(self, operation: str, ref: str) -> None:
        """End the link for anyone, if there is one that is the file's own."""
        self._end(operation, ref, [each.get("id") for each in self._own(operation, ref) if each.get("type") == "anyone"])

    def end_all(self, operation: str, ref: str) -> None:
        """Cut off whoever may open this very file, but for its owner."""
        self._end(operation, ref, [each.get("id") for each in self._own(operation, ref)])

    def end_many(self, operation: str, items: Sequence[Item], *, public_only: bool) -> dict[str, StoreError]:
        """End who may open these files, or the links for anyone alone, in few requests; return where it is not known.

        One permission of each file at a time: of two that are changed at once only the last change takes effect.
        """
        ids, open_still = self._own_of(operation, items, public_only)
        while rest := {ref: some for ref, some in ids.items() if some and ref not in open_still}:
            turn = [(ref, some.pop()) for ref, some in rest.items()]
            with self._one_at_a_time:
                answers = self._client.batch(operation, [_delete(ref, id) for ref, id in turn])
            # One that comes from a folder can't be ended here; the removal of the file ends it.
            open_still |= {
                ref: each
                for (ref, _), each in zip(turn, answers, strict=True)
                if isinstance(each, StoreError) and each.worth_retrying
            }
        return open_still

    def _own_of(
        self, operation: str, items: Sequence[Item], public_only: bool
    ) -> tuple[dict[str, list[str]], dict[str, StoreError]]:
        """Return the ids of the files' own permissions, as they came along with them or else asked for now."""
        told: dict[str, Any] = {item.id: item.raw.get("permissions") for item in items}
        open_still: dict[str, StoreError] = {}
        silent = [ref for ref, some in told.items() if not isinstance(some, list)]
        for ref, answer in zip(silent, self._client.batch(operation, [_list(ref) for ref in silent]), strict=True):
            if isinstance(answer, StoreError):
                # Who may not see the permissions may not change them either.
                told[ref] = []
                if answer.worth_retrying:
                    open_still[ref] = answer
            else:
                has_more = bool(answer.get("nextPageToken")) or not isinstance(answer.get("permissions"), list)
                told[ref] = self._permissions(operation, ref) if has_more else answer["permissions"]
        return {
            ref: [str(each["id"]) for each in some if _is_own(each) and (not public_only or each.get("type") == "anyone")]
            for ref, some in told.items()
        }, open_still

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
            yield from (each for each in self._permissions(operation, ref) if _is_own(each))
        except Refused:
            # Who may not see the permissions may not change them either.
            return

    def _delete(self, operation: str, ref: str, permission: str) -> None:
        try:
            self._client.act(operation, ref, _delete(ref, permission))
        except NotFound:
            return

    def _permissions(self, operation: str, ref: str) -> list[dict[str, Any]]:
        more: str | None = None
        found: list[dict[str, Any]] = []
        while True:
            answer = self._client.call(operation, ref, _list(ref, more))
            listed = answer.get("permissions")
            if not isinstance(listed, list):
                raise Unavailable(self._client.store, operation, ref, "answered wrongly: permissions are not told")
            found += [each for each in listed if isinstance(each, dict)]
            more = answer.get("nextPageToken")
            if not isinstance(more, str) or not more:
                return found

    def _address(self, ref: str, id: str) -> str:
        found = self._client.call(
            "share", ref, lambda service: service.files().get(fileId=ref, fields="webViewLink", supportsAllDrives=True)
        )
        address = found.get("webViewLink")
        if not isinstance(address, str) or not address:
            self.revoke(id)
            raise Unavailable(self._client.store, "share", ref, "answered wrongly: no address was given")
        return address


def _delete(ref: str, permission: str) -> Ask:
    return lambda service: service.permissions().delete(fileId=ref, permissionId=permission, supportsAllDrives=True)


def _list(ref: str, more: str | None = None) -> Ask:
    given: dict[str, Any] = {
        "fileId": ref, "fields": f"nextPageToken,permissions({PERMISSION_FIELDS})", "pageSize": 100,
        "supportsAllDrives": True,
    }  # fmt: skip
    if more is not None:
        given["pageToken"] = more
    return lambda service: service.permissions().list(**given)


def _is_own(permission: Any) -> bool:
    """Whether a permission is a file's own and not its owner's: one that comes from a folder can't be ended at the file."""
    if not isinstance(permission, dict) or not permission.get("id") or permission.get("role") in ("owner", "organizer"):
        return False
    details = permission.get("permissionDetails")
    is_told = isinstance(details, list) and bool(details)
    return not is_told or not all(isinstance(one, dict) and one.get("inherited") for one in details or ())


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _instant(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None
