"""Signing in to Google in a browser, tokens in all their kinds, and what is refused."""

from __future__ import annotations

import json
import logging
import threading
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import NotOurStore, SignInNeeded, StoreError, Unavailable
from adapters.gdrive_sign import SCOPE
from adapters.gdrive_signin import App, SignIn, rights_in
from adapters.oauth_file import write_credentials
from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.tokens import CLIENT, REFRESH, SECRET


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


HERE = "http://127.0.0.1:1"


def begun(cloud: Account, secret: str = SECRET) -> SignIn:
    return SignIn("cloud", App(CLIENT, secret), HERE, cloud.endpoint)


def query_of(signin: SignIn) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(signin.address()).query))


def sent_back(cloud: Account, signin: SignIn, **other: str) -> str:
    """Where the browser is sent when the person agrees."""
    query = query_of(signin)
    back = {"code": cloud.control("authorise", query=query), "state": query["state"], **other}
    return f"{HERE}/?{urllib.parse.urlencode(back)}"


def test_a_sign_in_becomes_credentials_that_open_the_store(cloud: Account, tmp_path: Path) -> None:
    signin = begun(cloud)
    query = query_of(signin)
    assert (query["access_type"], query["prompt"], query["code_challenge_method"]) == ("offline", "consent", "S256")
    assert query["redirect_uri"] == HERE
    assert query["scope"] == SCOPE
    granted = signin.finish(sent_back(cloud, signin))
    assert granted.keys() == {"client_id", "client_secret", "refresh_token", "scope"}
    write_credentials(tmp_path / "cloud.json", granted)
    store = cloud.store(credentials=str(tmp_path / "cloud.json"))
    assert store.check().name == "drive"
    assert store.account().rights == ("drive",)


def test_without_an_endpoint_google_itself_is_asked() -> None:
    parts = urllib.parse.urlsplit(SignIn("cloud", App(CLIENT, SECRET), HERE).address())
    assert (parts.scheme, parts.netloc) == ("https", "accounts.google.com")


def test_who_does_not_agree_is_not_signed_in(cloud: Account) -> None:
    signin = begun(cloud)
    with pytest.raises(SignInNeeded, match="refused in the browser"):
        signin.finish(f"{HERE}/?error=access_denied&state={signin.state}")


def test_an_answer_to_another_question_is_none(cloud: Account) -> None:
    signin = begun(cloud)
    with pytest.raises(SignInNeeded, match="another sign-in"):
        signin.finish(sent_back(cloud, signin, state="another"))
    other = begun(cloud)
    code = cloud.control("authorise", query=query_of(signin))
    with pytest.raises(SignInNeeded):
        other.finish(code)


def test_rights_that_were_left_out_are_told(cloud: Account) -> None:
    cloud.control("set", granted_scopes=["https://www.googleapis.com/auth/drive.file"])
    signin = begun(cloud)
    assert rights_in(signin.finish(sent_back(cloud, signin))["scope"]) == ("drive.file",)


def test_a_wrong_app_is_refused_without_a_word_of_its_secret(cloud: Account) -> None:
    signin = begun(cloud, "no-such-secret")
    with pytest.raises(SignInNeeded) as caught:
        signin.finish(sent_back(cloud, signin))
    assert "no-such-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("kind", ["close", "server_error", "html", "half_json", "limited_429"])
def test_trouble_on_the_way_is_no_refusal(cloud: Account, kind: str) -> None:
    signin = begun(cloud)
    answer = sent_back(cloud, signin)
    cloud.control.fault("*/token", kind, when="after" if kind == "half_json" else "before")
    with pytest.raises(Unavailable):
        signin.finish(answer)


# -- tokens


def test_a_lasting_sign_in_gets_a_new_token_when_the_old_one_ends(cloud: Account) -> None:
    store = cloud.store(credentials=cloud.lasting())
    store.check()
    cloud.control("expire_tokens")
    store.check()
    assert cloud.control.count("/token") == 2


def test_several_threads_ask_for_one_new_token(cloud: Account) -> None:
    store = cloud.store(credentials=cloud.lasting())
    store.check()
    cloud.control("expire_tokens")
    before = cloud.control.count("/token")
    ready = threading.Barrier(4)

    def look() -> str:
        ready.wait()
        return str(store.account().id)

    with ThreadPoolExecutor(4) as pool:
        assert len({each.result() for each in [pool.submit(look) for _ in range(4)]}) == 1
    assert cloud.control.count("/token") - before == 1


def test_a_ready_made_token_that_has_ended_needs_a_person(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("expire_tokens")
    with pytest.raises(SignInNeeded):
        store.check()


def test_a_sign_in_that_was_ended_needs_a_person(cloud: Account) -> None:
    store = cloud.store(credentials=cloud.lasting())
    cloud.control("revoke_tokens")
    with pytest.raises(SignInNeeded):
        store.check()


@pytest.mark.parametrize("kind", ["server_error", "backend_error", "limited_429", "close"])
def test_trouble_where_tokens_are_given_is_no_end_of_the_sign_in_and_not_repeated(cloud: Account, kind: str) -> None:
    store = cloud.store(credentials=cloud.lasting())
    cloud.control.fault("*/token", kind, times=10)
    with pytest.raises(Unavailable):
        store.check()
    # A closed connection is tried once more by httplib2 itself.
    assert cloud.control.count("/token") <= (2 if kind == "close" else 1)
    cloud.control("clear_faults")
    assert store.check().name == "drive"


def test_a_service_account_sees_what_it_was_given(cloud: Account) -> None:
    store = cloud.store(credentials=cloud.service_account())
    with pytest.raises(NotOurStore):
        store.check()
    cloud.control("share", path="/Shoots", email="backup@studio-project.iam.gserviceaccount.com", role="writer")
    by_id = cloud.store(
        "", adopted=False, credentials=cloud.service_account(), folder_id=cloud.control("look", path="/Shoots")["id"]
    )
    assert by_id.check().name == "drive"


@pytest.mark.parametrize(
    "values",
    [{}, {"refresh_token": "r"}, {"access_token": 5}, {"type": "service_account", "private_key": "secret-key"},
     {"type": "service_account", "client_email": "a@b", "private_key": "secret-key"}],
)  # fmt: skip
def test_credentials_that_say_nothing_need_a_person_and_are_not_shown(cloud: Account, values: dict[str, Any]) -> None:
    path = Path(cloud.credentials())
    path.write_text(json.dumps(values))
    store = cloud.store(credentials=str(path))
    with pytest.raises(SignInNeeded) as caught:
        store.check()
    assert "secret-key" not in str(caught.value)


def test_neither_names_nor_tokens_come_into_a_log_or_an_error(cloud: Account, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = cloud.store("Virtasen häät", credentials=cloud.lasting())
    cloud.put("/Virtasen häät/Maija.jpg", "1")
    list(store.changes(None))
    errors: list[StoreError] = []
    for kind in ("server_error", "bad_request", "forbidden", "limited", "truncate", "html"):
        cloud.control.fault("*/drive/v3/*", kind, times=20)
        for ask in (store.check, lambda: list(store.changes(None)), lambda: store.list_folder("Virtanen")):
            with pytest.raises(StoreError) as caught:
                ask()
            errors.append(caught.value)
        cloud.control("clear_faults")
    said = [caplog.text, *map(str, errors), *(repr(each.__cause__) for each in errors)]
    for text in said:
        for secret in ("Virta", "Maija", REFRESH, SECRET, "ya29", "sim-access"):
            assert secret not in text
