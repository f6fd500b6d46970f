"""Signing in to Dropbox with a code, and what is refused."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dropbox_signin import SCOPES, SignIn
from adapters.errors import SignInNeeded, Unavailable
from adapters.oauth_file import write_credentials
from tests.simulators.dropbox.account import Account, account


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def agreed(cloud: Account, signin: SignIn) -> str:
    """Agree as a person in the browser does, and return the code that is shown."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(signin.address()).query))
    code: str = cloud.control("authorise", query=query)
    return code


def test_the_address_asks_for_a_lasting_sign_in_without_a_secret() -> None:
    split = urllib.parse.urlsplit(SignIn("cloud", "app1").address())
    query = dict(urllib.parse.parse_qsl(split.query))
    assert (split.scheme, split.netloc, split.path) == ("https", "www.dropbox.com", "/oauth2/authorize")
    assert (query["client_id"], query["token_access_type"], query["response_type"]) == ("app1", "offline", "code")
    assert query["code_challenge_method"] == "S256"
    assert set(query["scope"].split()) == set(SCOPES)


def test_a_code_becomes_credentials_that_open_the_store(cloud: Account, tmp_path: Path) -> None:
    signin = SignIn("cloud", "app1", cloud.base_url)
    granted = signin.finish(f" {agreed(cloud, signin)}\n")
    assert "access_token" not in granted
    write_credentials(tmp_path / "cloud.json", granted)
    store = cloud.store(credentials=str(tmp_path / "cloud.json"))
    assert store.check().name == "cloud"
    assert set(store.account().rights) == set(SCOPES)


def test_a_code_that_is_wrong_or_was_used_is_refused(cloud: Account) -> None:
    signin = SignIn("cloud", "app1", cloud.base_url)
    code = agreed(cloud, signin)
    with pytest.raises(SignInNeeded):
        SignIn("cloud", "app1", cloud.base_url).finish("nonsense")
    signin.finish(code)
    with pytest.raises(SignInNeeded):
        signin.finish(code)


def test_a_code_is_of_no_use_to_who_did_not_ask_for_it(cloud: Account) -> None:
    code = agreed(cloud, SignIn("cloud", "app1", cloud.base_url))
    other = SignIn("cloud", "app1", cloud.base_url)
    other.address()
    with pytest.raises(SignInNeeded):
        other.finish(code)


@pytest.mark.parametrize("kind", ["close", "server_error", "html", "half_json", "limited_text"])
def test_trouble_on_the_way_is_no_refusal(cloud: Account, kind: str) -> None:
    signin = SignIn("cloud", "app1", cloud.base_url)
    code = agreed(cloud, signin)
    cloud.control.fault("*/oauth2/token", kind, when="after" if kind == "half_json" else "before")
    with pytest.raises(Unavailable):
        signin.finish(code)
