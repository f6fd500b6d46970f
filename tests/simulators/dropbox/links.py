"""Shared links: one for a path, with an end only where the plan has it; dead while their file is gone.

Settings that tests may set: `links_may_end` (what the plan allows), `link_policy` (an expiry that the team imposes).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dropbox import sharing

from tests.simulators.dropbox.answers import Answer, RouteError, find, not_found
from tests.simulators.dropbox.tree import Node, stamp

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import Call


def _links(call: Call) -> dict[str, dict[str, Any]]:
    """Return the links that work now, by URL."""
    links: dict[str, dict[str, Any]] = call.tree.setting("links", {})
    now = stamp(call.app.clock.now())
    return {
        url: link
        for url, link in links.items()
        if call.tree.find_id(link["fid"]) is not None and (link["expires"] is None or link["expires"] > now)
    }


def _metadata(call: Call, url: str, link: dict[str, Any]) -> dict[str, Any]:
    node = call.tree.find_id(link["fid"])
    assert node is not None
    may_end = call.tree.setting("links_may_end", True)
    answer: dict[str, Any] = {
        ".tag": node.kind,
        "url": url,
        "id": node.fid,
        "name": node.name,
        "path_lower": node.key[len(call.caller.prefix) :],
        "link_permissions": {
            "can_revoke": True,
            "visibility_policies": [],
            "can_set_expiry": may_end,
            "can_remove_expiry": may_end,
            "allow_download": True,
            "can_allow_download": True,
            "can_disallow_download": False,
            "allow_comments": False,
            "team_restricts_comments": False,
            "resolved_visibility": {".tag": "public"},
            "effective_audience": {".tag": "public"},
        },
    }
    if link["expires"]:
        answer["expires"] = link["expires"]
    if node.is_file:
        answer |= {
            "client_modified": node.client_modified,
            "server_modified": node.server_modified,
            "rev": node.rev,
            "size": node.size,
        }
    return answer


def _wanted_end(call: Call, settings: Any, errors: Any) -> str | None:
    """Return the end that was asked for, if it may be. Raises RouteError."""
    expires = None if settings is None else settings.expires
    policy: str | None = call.tree.setting("link_policy", None)
    if expires is None:
        return policy
    if not call.tree.setting("links_may_end", True):
        raise RouteError(errors.settings_error(sharing.SharedLinkSettingsError.not_authorized))
    if expires.replace(tzinfo=UTC) <= datetime.fromtimestamp(call.app.clock.now(), UTC):
        raise RouteError(errors.settings_error(sharing.SharedLinkSettingsError.invalid_settings))
    asked = stamp(expires.replace(tzinfo=UTC).timestamp())
    return min(asked, policy) if policy else asked


def _create(call: Call) -> Answer:
    errors = sharing.CreateSharedLinkWithSettingsError
    node = find(call, call.arg.path)
    if node is None:
        raise RouteError(errors.path(not_found()))
    ends = _wanted_end(call, call.arg.settings, errors)
    for url, link in _links(call).items():
        if link["fid"] == node.fid:
            known: dict[str, Any] = {".tag": "shared_link_already_exists"}
            if call.arg.settings is None:
                metadata = _metadata(call, url, link)
                known["shared_link_already_exists"] = {".tag": "metadata", "metadata": metadata}
            raise RouteError(known)
    number = call.tree.setting("next_link", 1)
    call.tree.set("next_link", number + 1)
    url = f"https://www.dropbox.example.test/scl/fi/{number:08x}/{number}?rlkey=k{number}&dl=0"
    link = {"fid": node.fid, "expires": ends}
    call.tree.set("links", call.tree.setting("links", {}) | {url: link})
    return Answer(_metadata(call, url, link))


def _modify(call: Call) -> Answer:
    errors = sharing.ModifySharedLinkSettingsError
    link = _links(call).get(call.arg.url)
    if link is None:
        raise RouteError(errors.shared_link_not_found)
    ends = None if call.arg.remove_expiration else _wanted_end(call, call.arg.settings, errors) or link["expires"]
    link = link | {"expires": ends}
    call.tree.set("links", call.tree.setting("links", {}) | {call.arg.url: link})
    return Answer(_metadata(call, call.arg.url, link))


def _list(call: Call) -> Answer:
    node: Node | None = None
    if call.arg.path:
        node = find(call, call.arg.path)
        if node is None:
            raise RouteError(sharing.ListSharedLinksError.path(not_found()))
    shown = []
    for url, link in _links(call).items():
        there = call.tree.find_id(link["fid"])
        assert there is not None
        above = node is not None and node.key.startswith(there.key + "/")
        if node is None or there.fid == node.fid or (above and not call.arg.direct_only):
            shown.append(_metadata(call, url, link))
    return Answer({"links": shown, "has_more": False})


def _revoke(call: Call) -> Answer:
    if call.arg.url not in _links(call):
        raise RouteError(sharing.RevokeSharedLinkError.shared_link_not_found)
    links = call.tree.setting("links", {})
    del links[call.arg.url]
    call.tree.set("links", links)
    return Answer(None)


HANDLERS = {
    "sharing/create_shared_link_with_settings": _create,
    "sharing/modify_shared_link_settings": _modify,
    "sharing/list_shared_links": _list,
    "sharing/revoke_shared_link": _revoke,
}
