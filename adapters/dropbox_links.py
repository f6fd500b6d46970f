"""Links for people outside. A link's address is as good as a password: it goes into no error and no log."""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, datetime
from functools import partial
from typing import Any

from dropbox import sharing

from adapters.dropbox_client import Client
from adapters.dropbox_errors import api_error_of, tags_of
from adapters.dropbox_reads import Reads
from adapters.errors import NotFound, Refused, StoreError
from adapters.records import ShareLink

_MOST_PAGES = 20
"""So many pages of the account's links are read rather than asking for those of each file."""


class Links:
    """Makes and ends links. Dropbox has one link for a file."""

    def __init__(self, client: Client, reads: Reads) -> None:
        self._client = client
        self._reads = reads

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """Make a link that ends, or change the one there is to end then.

        Where the account's plan has no ends for links, the link is made without and `enforced` is False: whoever asked
        for it must revoke it in time.
        """
        self._reads.stat(ref, "share")
        asked = expires_at.astimezone(UTC).replace(microsecond=0)
        made, is_new = self._made(ref, asked)
        audience = getattr(made.link_permissions, "resolved_visibility", None)
        if audience is not None and not audience.is_public():
            if is_new:
                self.revoke(made.url)
            raise Refused(self._client.store, "share", ref, "the account's policy keeps links from people outside")
        ends = None if made.expires is None else made.expires.replace(tzinfo=UTC)
        enforced = ends is not None and ends <= asked
        return ShareLink(made.url, made.url, ends if enforced else asked, enforced)

    def revoke(self, link_id: str) -> None:
        """End a link; one that is gone is ended."""
        try:
            self._silenced("revoke", "", lambda sdk: sdk.sharing_revoke_shared_link(link_id))
        except NotFound:
            return

    def revoke_all(self, ref: str) -> None:
        """End every link to this very file, as far as may be: a link comes alive again when its file is restored."""
        try:
            for link in self._direct(ref):
                self.revoke(link.url)
        except StoreError as err:
            if err.worth_retrying:
                raise

    def linked(self, refs: Set[str]) -> set[str]:
        """Return which of these have a link of their own: the account's links are listed instead of asking for each file's.

        Where there are too many of them, or one does not say what it leads to, all are returned: each is to be looked at.
        """
        found: set[str] = set()
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            try:
                listed = self._silenced("share", "", partial(_list_all, cursor))
            except StoreError as err:
                if err.worth_retrying:
                    raise
                return set()
            if any(not link.id for link in listed.links):
                return set(refs)
            found.update(link.id for link in listed.links)
            if not listed.has_more:
                return found & refs
            cursor = listed.cursor
        return set(refs)

    def _made(self, ref: str, asked: datetime) -> tuple[Any, bool]:
        settings = sharing.SharedLinkSettings(expires=asked.replace(tzinfo=None), audience=sharing.LinkAudience.public)
        found = self._try("share", ref, lambda sdk: sdk.sharing_create_shared_link_with_settings(ref, settings))
        if found == "not_authorized":
            found = self._try("share", ref, lambda sdk: sdk.sharing_create_shared_link_with_settings(ref))
        if found != "shared_link_already_exists":
            return found, True
        links = self._direct(ref)
        if not links:
            raise Refused(self._client.store, "share", ref, "there is a link already that can't be read")
        url = links[0].url
        changed = self._try("share", ref, lambda sdk: sdk.sharing_modify_shared_link_settings(url, settings))
        return (links[0] if changed == "not_authorized" else changed), False

    def _try(self, operation: str, ref: str, act: Any) -> Any:
        """Return what came, or the tag of one of the two refusals that there is a way around."""
        try:
            return self._client.call(operation, ref, act)
        except StoreError as err:
            tags = tags_of(api_error_of(err))
            for tag in ("not_authorized", "shared_link_already_exists"):
                if tag in tags:
                    return tag
            raise _without_cause(err) from None

    def _direct(self, ref: str) -> list[Any]:
        listed = self._silenced("share", ref, lambda sdk: sdk.sharing_list_shared_links(path=ref, direct_only=True))
        return list(listed.links)

    def _silenced(self, operation: str, ref: str, act: Any) -> Any:
        try:
            return self._client.call(operation, ref, act)
        except StoreError as err:
            raise _without_cause(err) from None


def _list_all(cursor: str | None, sdk: Any) -> Any:
    return sdk.sharing_list_shared_links(cursor=cursor)


def _without_cause(err: StoreError) -> StoreError:
    """Return the error without what the SDK raised: that may show the link."""
    err.__cause__ = err.__context__ = None
    return err
