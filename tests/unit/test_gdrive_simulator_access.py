"""The Drive simulator against the real SDK: tokens, scopes, sign-in, service accounts, permissions, revisions."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import google.oauth2.credentials
import google.oauth2.service_account
import pytest
from google.auth.exceptions import RefreshError
from google_auth_oauthlib.flow import Flow
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

from tests.simulators.gdrive.access import SCOPE
from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.asking import lasting, refusal
from tests.simulators.gdrive.tokens import CLIENT, SECRET
from tests.simulators.gdrive.tree import FOLDER


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


@pytest.fixture
def sdk(cloud: Account) -> Any:
    return cloud.sdk()


def reader(cloud: Account, *scopes: str) -> Any:
    """Return the SDK's service with a token for some scopes."""
    cloud.control("new_token", name="narrow", scopes=[f"{SCOPE}{scope}" for scope in scopes])
    return cloud.sdk("narrow")


# -- tokens and scopes


def test_access_tokens_are_minted_and_live_an_hour(cloud: Account) -> None:
    sdk = lasting(cloud)
    sdk.files().list().execute()
    cloud.control("move_clock", seconds=3601)
    sdk.files().list().execute()
    assert cloud.control.count("/token") == 2


def test_a_token_that_ended_is_refused(cloud: Account) -> None:
    cloud.control("expire_tokens")
    with pytest.raises(RefreshError):  # the SDK would refresh it and has nothing to do so with
        cloud.sdk().files().list().execute()


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        ("revoke_tokens", {}),
        ("move_clock", {"seconds": 184 * 86400}),
    ],
)
def test_refresh_tokens_die(cloud: Account, verb: str, values: dict[str, Any]) -> None:
    cloud.control(verb, **values)
    with pytest.raises(RefreshError) as caught:
        lasting(cloud).files().list().execute()
    assert "invalid_grant" in str(caught.value)


def test_an_app_in_testing_has_seven_days(cloud: Account) -> None:
    cloud.control("set", testing_app=True)
    cloud.control("move_clock", seconds=6 * 86400)
    lasting(cloud).files().list().execute()
    cloud.control("move_clock", seconds=86401)
    with pytest.raises(RefreshError):
        lasting(cloud).files().list().execute()


def test_a_wrong_client_is_told_so(cloud: Account) -> None:
    with pytest.raises(RefreshError) as caught:
        lasting(cloud, secret="wrong").files().list().execute()
    assert "invalid_client" in str(caught.value)


def test_scopes_end_somewhere(cloud: Account) -> None:
    made = cloud.put("/a", "x")
    sdk = reader(cloud, ".metadata.readonly")
    assert sdk.files().get(fileId=made["id"], fields="md5Checksum").execute().keys() == {"md5Checksum"}
    assert refusal(sdk.files().get_media(fileId=made["id"])) == (403, "insufficientPermissions")
    assert refusal(sdk.files().delete(fileId=made["id"])) == (403, "insufficientPermissions")
    sdk = reader(cloud, ".readonly")
    assert sdk.files().get_media(fileId=made["id"]).execute() == b"x"
    assert refusal(sdk.files().create(body={"name": "b"})) == (403, "insufficientPermissions")


def test_an_app_with_its_own_files_only_sees_no_others(cloud: Account) -> None:
    made = cloud.put("/a", "x")
    sdk = reader(cloud, ".file")
    assert refusal(sdk.files().get(fileId=made["id"])) == (404, "notFound")
    own = sdk.files().create(body={"name": "own"}).execute()
    assert [each["id"] for each in sdk.files().list().execute()["files"]] == [own["id"]]
    assert refusal(sdk.files().emptyTrash()) == (403, "insufficientPermissions")


# -- sign-in


def flow(cloud: Account) -> Any:
    settings = {
        "client_id": CLIENT, "client_secret": SECRET, "auth_uri": f"{cloud.endpoint}/o/oauth2/auth",
        "token_uri": f"{cloud.endpoint}/token", "redirect_uris": ["http://localhost"],
    }  # fmt: skip
    return Flow.from_client_config(
        {"installed": settings}, [SCOPE], redirect_uri="http://localhost:1/", autogenerate_code_verifier=True
    )


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """Follow nothing: the address is what is wanted."""


@pytest.fixture
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def agreed(url: str) -> dict[str, str]:
    """Agree in the browser; return what it is sent back with."""
    opener = urllib.request.build_opener(_Stay)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(url)
    with caught.value as answer:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))


@pytest.mark.usefixtures("plain_http")
def test_signing_in(cloud: Account) -> None:
    one = flow(cloud)
    url, state = one.authorization_url(access_type="offline", prompt="consent")
    back = agreed(url)
    assert back["state"] == state
    one.fetch_token(code=back["code"])
    assert one.credentials.refresh_token
    lasting(cloud, one.credentials.refresh_token).files().list().execute()
    with pytest.raises(Exception, match="invalid_grant"):
        one.fetch_token(code=back["code"])


@pytest.mark.usefixtures("plain_http")
def test_a_second_consent_has_no_refresh_token_unless_asked_for(cloud: Account) -> None:
    for options, wanted in (({"prompt": "consent"}, True), ({}, False), ({"prompt": "consent"}, True)):
        one = flow(cloud)
        url, _ = one.authorization_url(access_type="offline", **options)
        one.fetch_token(code=agreed(url)["code"])
        assert bool(one.credentials.refresh_token) == wanted


@pytest.mark.usefixtures("plain_http")
def test_a_code_is_for_the_one_who_asked(cloud: Account) -> None:
    one, two = flow(cloud), flow(cloud)
    url, _ = one.authorization_url()
    two.authorization_url()
    with pytest.raises(Exception, match="invalid_grant"):
        two.fetch_token(code=agreed(url)["code"])


@pytest.mark.usefixtures("plain_http")
def test_a_person_may_agree_to_less(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    cloud.control("set", granted_scopes=[f"{SCOPE}.file"])
    one = flow(cloud)
    url, _ = one.authorization_url(access_type="offline")
    one.fetch_token(code=agreed(url)["code"])
    assert one.credentials.granted_scopes == [f"{SCOPE}.file"]


# -- service accounts


def serving(cloud: Account, **more: Any) -> Any:
    path = cloud.service_account(delegated=["studio@example.test"])
    made = google.oauth2.service_account.Credentials.from_service_account_file(path, scopes=[SCOPE], **more)
    return cloud.sdk(credentials=made)


def test_a_service_account_sees_what_is_shared_with_it_and_owns_nothing(cloud: Account) -> None:
    sdk = serving(cloud)
    made = cloud.put("/Shoots/a", "x")
    assert refusal(sdk.files().get(fileId=made["id"])) == (404, "notFound")
    email = sdk.about().get(fields="user").execute()["user"]["emailAddress"]
    cloud.control("share", path="/Shoots", role="writer", email=email)
    assert sdk.files().get(fileId=made["id"]).execute()["name"] == "a"
    assert [each["name"] for each in sdk.files().list(q="mimeType = 'image/jpeg'").execute()["files"]] == ["a"]
    new = {"name": "b", "parents": [made["parent"]]}
    upload = sdk.files().create(body=new, media_body=MediaInMemoryUpload(b"1", "text/plain"))
    assert refusal(upload) == (403, "storageQuotaExceeded")
    drive = cloud.control("shared_drive", name="Team")
    cloud.control("share", path="drive:Team", role="writer", email=email)
    body = {"name": "b", "parents": [drive]}
    media = MediaInMemoryUpload(b"1", "text/plain")
    assert sdk.files().create(body=body, media_body=media, supportsAllDrives=True).execute()["name"] == "b"


def test_a_service_account_may_act_for_a_person(cloud: Account) -> None:
    cloud.put("/a", "x")
    sdk = serving(cloud, subject="studio@example.test")
    assert [each["name"] for each in sdk.files().list().execute()["files"]] == ["a"]
    with pytest.raises(RefreshError) as caught:
        serving(cloud, subject="boss@example.test").files().list().execute()
    assert "unauthorized_client" in str(caught.value)


def test_a_key_that_is_not_the_service_accounts_is_refused(cloud: Account) -> None:
    sdk = serving(cloud)
    cloud.control("set", service_key="-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----")
    with pytest.raises(RefreshError) as caught:
        sdk.files().list().execute()
    assert "invalid_grant" in str(caught.value)


# -- permissions


def shared(cloud: Account, path: str) -> list[tuple[str, str]]:
    """Return who may do what, the owner aside."""
    return [(each["email"] or each["type"], each["role"]) for each in cloud.control("shares", path=path)[1:]]


def in_days(cloud: Account, days: float) -> str:
    return (datetime.fromtimestamp(cloud.control("now"), UTC) + timedelta(days=days)).isoformat()


def test_anyone_with_the_link(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    assert not cloud.control("may_open", path="/a")
    body = {"type": "anyone", "role": "reader"}
    link = sdk.permissions().create(fileId=made["id"], body=body, fields="*").execute()
    assert link == {
        "kind": "drive#permission", "id": "anyoneWithLink", "type": "anyone", "role": "reader", "allowFileDiscovery": False,
        "permissionDetails": [{"permissionType": "file", "role": "reader", "inherited": False}],
    }  # fmt: skip
    assert cloud.control("may_open", path="/a")
    found = sdk.files().get(fileId=made["id"], fields="shared,webViewLink,permissionIds").execute()
    assert (found["shared"], found["permissionIds"][1:]) == (True, ["anyoneWithLink"])
    assert sdk.permissions().delete(fileId=made["id"], permissionId="anyoneWithLink").execute() == ""
    assert not cloud.control("may_open", path="/a")
    assert refusal(sdk.permissions().delete(fileId=made["id"], permissionId="anyoneWithLink")) == (404, "notFound")


def test_what_a_folder_gives_is_taken_back_at_the_folder(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/f/a", "x")
    sdk.permissions().create(fileId=made["parent"], body={"type": "anyone", "role": "writer"}).execute()
    assert cloud.control("may_open", path="/f/a")
    listed = sdk.permissions().list(fileId=made["id"], fields="permissions(id,permissionDetails)").execute()
    (link,) = (each for each in listed["permissions"] if each["id"] == "anyoneWithLink")
    (detail,) = link["permissionDetails"]
    assert (detail["inherited"], detail["inheritedFrom"]) == (True, made["parent"])
    delete = sdk.permissions().delete
    assert refusal(delete(fileId=made["id"], permissionId="anyoneWithLink")) == (403, "cannotModifyInheritedPermission")
    sdk.files().update(fileId=made["parent"], body={"inheritedPermissionsDisabled": True}).execute()
    assert cloud.control("may_open", path="/f/a"), "it is the folder's own"
    delete(fileId=made["parent"], permissionId="anyoneWithLink").execute()
    assert not cloud.control("may_open", path="/f/a")


def test_a_folder_cuts_itself_off(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/f/g/a", "x")
    cloud.control("share", path="/f")
    assert cloud.control("may_open", path="/f/g/a")
    assert sdk.files().update(fileId=made["parent"], body={"inheritedPermissionsDisabled": True}).execute()
    assert not cloud.control("may_open", path="/f/g/a")
    assert refusal(sdk.files().update(fileId=made["id"], body={"inheritedPermissionsDisabled": True})) == (400, "invalid")


def test_in_a_shared_drive_it_is_refused_by_another_name(cloud: Account, sdk: Any) -> None:
    cloud.control("shared_drive", name="Team")
    made = cloud.put("drive:Team/a", "x")
    pid = cloud.control("share", path="drive:Team", role="reader", email="friend@example.test")
    delete = sdk.permissions().delete(fileId=made["id"], permissionId=pid, supportsAllDrives=True)
    assert refusal(delete) == (403, "cannotModifyInheritedTeamDrivePermission")


def test_a_permission_ends_by_itself_for_people_only(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    create = sdk.permissions().create
    body = {"type": "user", "role": "reader", "emailAddress": "friend@example.test", "expirationTime": in_days(cloud, 30)}
    given = create(fileId=made["id"], body=body, fields="id,expirationTime").execute()
    assert given["expirationTime"].endswith("Z")
    assert cloud.control("may_open", path="/a", email="friend@example.test")
    start = sdk.changes().getStartPageToken().execute()["startPageToken"]
    cloud.control("move_clock", seconds=31 * 86400)
    assert not cloud.control("may_open", path="/a", email="friend@example.test")
    assert [each["fileId"] for each in sdk.changes().list(pageToken=start).execute()["changes"]] == [made["id"]]
    for days, reason in ((-1, "expirationDatesMustBeInTheFuture"), (400, "expirationDateNotAllowed")):
        late = body | {"expirationTime": in_days(cloud, days)}
        assert refusal(create(fileId=made["id"], body=late)) == (403, reason)
    anyone = {"type": "anyone", "role": "reader", "expirationTime": in_days(cloud, 30)}
    assert refusal(create(fileId=made["id"], body=anyone)) == (403, "cannotSetExpirationOnAnyoneOrDomain")
    assert shared(cloud, "/a") == []


def test_a_permission_that_ended_is_none(cloud: Account) -> None:
    cloud.put("/f/a", "x")
    cloud.control("share", path="/f", email="friend@example.test", expires="2020-01-01T00:00:00.000Z")
    assert not cloud.control("may_open", path="/f/a", email="friend@example.test")
    assert shared(cloud, "/f/a") == []


def test_a_permission_is_changed(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    body = {"type": "user", "role": "reader", "emailAddress": "friend@example.test", "expirationTime": in_days(cloud, 30)}
    pid = sdk.permissions().create(fileId=made["id"], body=body).execute()["id"]
    update = sdk.permissions().update(fileId=made["id"], permissionId=pid, body={"role": "writer"}, removeExpiration=True)
    assert update.execute()["role"] == "writer"
    got = sdk.permissions().get(fileId=made["id"], permissionId=pid, fields="role,expirationTime,emailAddress").execute()
    assert got == {"role": "writer", "emailAddress": "friend@example.test"}
    odd = sdk.permissions().update(fileId=made["id"], permissionId=pid, body={"emailAddress": "x@example.test"})
    assert refusal(odd) == (403, "fieldNotWritable")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, (400, "invalid")),
        ({"type": "anyone", "role": "king"}, (400, "invalid")),
        ({"type": "user", "role": "reader"}, (400, "invalid")),
        ({"type": "user", "role": "owner", "emailAddress": "x@example.test"}, (403, "forbidden")),
        ({"type": "user", "role": "organizer", "emailAddress": "x@example.test"}, (403, "invalidSharingRequest")),
        ({"type": "anyone", "role": "reader", "expirationTime": "soon"}, (403, "cannotSetExpirationOnAnyoneOrDomain")),
        ({"type": "user", "role": "reader", "emailAddress": "x@example.test", "expirationTime": "soon"}, (400, "invalid")),
    ],
)
def test_a_permission_that_can_not_be(cloud: Account, sdk: Any, body: dict[str, Any], wanted: tuple[int, str]) -> None:
    made = cloud.put("/a", "x")
    assert refusal(sdk.permissions().create(fileId=made["id"], body=body)) == wanted
    assert shared(cloud, "/a") == []


def test_a_mail_that_fails_leaves_the_permission(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    cloud.control("set", mail_fails=True)
    body = {"type": "user", "role": "reader", "emailAddress": "friend@example.test"}
    assert refusal(sdk.permissions().create(fileId=made["id"], body=body)) == (400, "invalidSharingRequest")
    assert shared(cloud, "/a") == [("friend@example.test", "reader")]
    sdk.permissions().create(fileId=made["id"], body=body, sendNotificationEmail=False).execute()


def test_of_permissions_changed_at_once_only_the_last_takes_effect(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    cloud.control("set", permission_window_seconds=60)
    for name in ("one", "two"):
        body = {"type": "user", "role": "reader", "emailAddress": f"{name}@example.test"}
        sdk.permissions().create(fileId=made["id"], body=body).execute()
    assert shared(cloud, "/a") == [("two@example.test", "reader")]
    cloud.control("move_clock", seconds=61)
    pid = sdk.permissions().create(fileId=made["id"], body={"type": "anyone", "role": "reader"}).execute()["id"]
    assert len(shared(cloud, "/a")) == 2
    cloud.control("move_clock", seconds=61)
    sdk.permissions().delete(fileId=made["id"], permissionId=pid).execute()
    sdk.permissions().create(fileId=made["id"], body=body).execute()
    assert ("anyone", "reader") in shared(cloud, "/a"), "the removal was lost"


def test_permissions_come_in_pages(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    for n in range(4):
        cloud.control("share", path="/a", email=f"{n}@example.test")
    request, found = sdk.permissions().list(fileId=made["id"], pageSize=2), 0
    while request is not None:
        answer = request.execute()
        found += len(answer["permissions"])
        request = sdk.permissions().list_next(request, answer)
    assert found == 5


def test_a_link_lives_on_in_the_trash(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    cloud.control("share", path="/a")
    sdk.files().update(fileId=made["id"], body={"trashed": True}).execute()
    assert cloud.control("may_open", path="/a")
    cloud.control("unshare", path="/a")
    assert not cloud.control("may_open", path="/a")


def test_in_a_folder_that_one_may_only_read(cloud: Account, sdk: Any) -> None:
    own = cloud.put("/own", "x")
    folder = cloud.control("mkdir", path="/f")["id"]
    cloud.control("give_away", path="/f")
    cloud.control("orphan", path=f"id:{folder}")
    cloud.control("share", path=f"id:{folder}", role="reader", email="studio@example.test")
    body = {"name": "a", "parents": [folder]}
    assert refusal(sdk.files().create(body=body)) == (403, "insufficientParentPermissions")
    move = sdk.files().update(fileId=own["id"], addParents=folder, removeParents="root")
    assert refusal(move) == (403, "insufficientFilePermissions")
    assert refusal(sdk.files().update(fileId=folder, body={"name": "g"})) == (403, "insufficientFilePermissions")
    cloud.control("share", path=f"id:{folder}", role="writer", email="studio@example.test")
    assert sdk.files().create(body=body).execute()["name"] == "a"


# -- revisions


def test_old_bytes_stay_for_a_while(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "one")
    cloud.put("/a", "second")
    listing = sdk.revisions().list(fileId=made["id"], fields="revisions(id,size,md5Checksum,keepForever)")
    old, new = listing.execute()["revisions"]
    assert (old["size"], new["size"], old["keepForever"]) == ("3", "6", False)
    assert sdk.revisions().get_media(fileId=made["id"], revisionId=old["id"]).execute() == b"one"
    assert refusal(sdk.revisions().delete(fileId=made["id"], revisionId=new["id"])) == (400, "cannotDeleteOnlyRevision")
    assert sdk.revisions().delete(fileId=made["id"], revisionId=old["id"]).execute() == ""
    assert refusal(sdk.revisions().get(fileId=made["id"], revisionId=old["id"])) == (404, "notFound")
    cloud.put("/a", "third")
    cloud.put("/a", "fourth")
    kept = listing.execute()["revisions"][0]["id"]
    update = sdk.revisions().update(fileId=made["id"], revisionId=kept, body={"keepForever": True}, fields="keepForever")
    assert update.execute() == {"keepForever": True}
    used = int(sdk.about().get(fields="storageQuota").execute()["storageQuota"]["usage"])
    assert used == len("fourth") + len("second")
    cloud.control("move_clock", seconds=31 * 86400)
    assert [each["id"] for each in listing.execute()["revisions"]] == [kept, cloud.control("look", path="/a")["head"]]
    cloud.control("set", keep_cannot_be_unset=True)
    unset = sdk.revisions().update(fileId=made["id"], revisionId=kept, body={"keepForever": False})
    assert refusal(unset) == (403, "illegalKeepForeverModification")


def test_revisions_beyond_a_hundred_go(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "first")
    for n in range(105):
        cloud.put("/a", f"{n}")
    request, found = sdk.revisions().list(fileId=made["id"]), []
    while request is not None:
        answer = request.execute()
        found += answer["revisions"]
        request = sdk.revisions().list_next(request, answer)
    assert len(found) == 100


def test_folders_have_no_revisions_and_readers_see_none(cloud: Account, sdk: Any) -> None:
    folder = cloud.control("mkdir", path="/f")
    theirs = cloud.control("shared_with_me", name="theirs", text="x")
    for file_id in (folder["id"], theirs):
        assert refusal(sdk.revisions().list(fileId=file_id)) == (403, "insufficientFilePermissions")


def test_a_revision_is_kept_when_the_upload_says_so(cloud: Account, sdk: Any) -> None:
    media = MediaInMemoryUpload(b"1", "text/plain")
    made = sdk.files().create(body={"name": "a"}, media_body=media, keepRevisionForever=True).execute()
    (one,) = sdk.revisions().list(fileId=made["id"], fields="*").execute()["revisions"]
    assert one["keepForever"] is True


# -- batches


def test_each_part_of_a_batch_has_its_own_answer(cloud: Account, sdk: Any) -> None:
    made = [cloud.put(f"/{n}", "x")["id"] for n in range(3)]
    answers: dict[str, Any] = {}
    batch = sdk.new_batch_http_request(callback=lambda name, answer, error: answers.update({name: (answer, error)}))
    for file_id in [*made, "none"]:
        batch.add(sdk.files().get(fileId=file_id, fields="id"), request_id=file_id)
    batch.add(sdk.files().delete(fileId=made[0]), request_id="delete")
    batch.add(sdk.files().update(fileId=made[1], body={"name": "new"}, fields="name"), request_id="rename")
    batch.add(sdk.files().get_media(fileId=made[1]), request_id="media")
    batch.execute()
    assert [answers[each][0]["id"] for each in made] == made
    assert isinstance(answers["none"][1], HttpError) and answers["none"][1].status_code == 404
    assert (answers["delete"][1], answers["rename"][0]) == (None, {"name": "new"})
    assert answers["media"][1].status_code == 400
    assert sorted(cloud.files()) == ["/2", "/new"]


def test_a_batch_has_at_most_a_hundred_calls(cloud: Account, sdk: Any) -> None:
    batch = sdk.new_batch_http_request()
    for _ in range(101):
        batch.add(sdk.files().get(fileId="root"))
    assert refusal(batch) == (400, "badRequest")


# -- the rest


def test_the_trash_is_emptied_of_what_is_ours(cloud: Account, sdk: Any) -> None:
    for path in ("/a", "/b/c", "/d"):
        cloud.put(path, "x")
    cloud.control("trash", path="/a")
    cloud.control("trash", path="/b")
    assert sdk.files().emptyTrash().execute() == ""
    assert cloud.files() == {"/d": 1}


def test_properties_are_laid_over_each_other(cloud: Account, sdk: Any) -> None:
    made = sdk.files().create(body={"name": "a", "appProperties": {"a": "1", "b": "2"}, "mimeType": FOLDER}).execute()
    update = sdk.files().update(fileId=made["id"], body={"appProperties": {"b": None, "c": "3"}}, fields="appProperties")
    assert update.execute() == {"appProperties": {"a": "1", "c": "3"}}


def test_a_shortcut_is_made(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    body = {"name": "s", "mimeType": "application/vnd.google-apps.shortcut", "shortcutDetails": {"targetId": made["id"]}}
    short = sdk.files().create(body=body, fields="id,shortcutDetails,size").execute()
    assert short["shortcutDetails"] == {"targetId": made["id"], "targetMimeType": "image/jpeg"}
    assert refusal(sdk.files().create(body=body | {"shortcutDetails": {"targetId": "none"}})) == (404, "notFound")


def test_the_credentials_files_are_what_the_sdk_takes(cloud: Account) -> None:
    assert json.loads(Path(cloud.credentials()).read_text()) == {"access_token": "sim-access"}
    values = json.loads(Path(cloud.lasting()).read_text())
    made = google.oauth2.credentials.Credentials.from_authorized_user_info(values).with_token_uri(f"{cloud.endpoint}/token")
    assert cloud.sdk(credentials=made).files().list().execute()["files"] == []
