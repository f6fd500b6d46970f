"""The credentials file: only its owner's, whole or not at all, silent about what is in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from adapters.oauth_file import CredentialsError, read_credentials, readable_by_others, write_credentials


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "cloud.json"
    write_credentials(path, {"refresh_token": "r", "scopes": ["a", "b"]})
    assert read_credentials(path) == {"refresh_token": "r", "scopes": ["a", "b"]}
    assert [each.name for each in path.parent.iterdir()] == ["cloud.json"]


def test_only_the_owner_may_read_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "cloud.json"
    path.write_text("{}")
    path.chmod(0o644)
    assert readable_by_others(path)
    old = os.umask(0)
    try:
        write_credentials(path, {"a": "b"})
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not readable_by_others(path)
    assert not readable_by_others(tmp_path / "none")


@pytest.mark.root
def test_whose_file_it_was_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "cloud.json"
    write_credentials(path, {"a": "old"})
    os.chown(path, 12345, 12346)
    write_credentials(path, {"a": "new"})
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 12346, 0o600)
    assert read_credentials(path) == {"a": "new"}


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cloud.json"
    write_credentials(path, {"a": "old"})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CredentialsError, match="No space"):
        write_credentials(path, {"a": "new"})
    assert read_credentials(path) == {"a": "old"}
    assert [each.name for each in tmp_path.iterdir()] == ["cloud.json"]


@pytest.mark.parametrize("content", [b"", b"seeded-secret", b"[1]", b'"seeded-secret"', b"\xff\xfe", b"[" * 200_000])
def test_a_file_that_is_none_is_refused_without_a_word_of_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cloud.json"
    path.write_bytes(content)
    with pytest.raises(CredentialsError) as caught:
        read_credentials(path)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(CredentialsError):
            read_credentials(path)
    with pytest.raises(CredentialsError):
        write_credentials(tmp_path, {})


def test_a_very_long_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "cloud.json"
    path.write_text(json.dumps({"a": "x" * 10**6}))
    with pytest.raises(CredentialsError):
        read_credentials(path)
