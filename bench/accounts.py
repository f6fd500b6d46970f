"""The two clouds that are measured: how each is simulated, configured, decoded by its SDK, and counted."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import httplib2
from dropbox import files as dropbox_files
from dropbox.stone_serializers import json_decode
from googleapiclient.model import JsonModel

from adapters.gdrive_entries import FILE_FIELDS
from tests.simulators.dropbox.access import ACCESS as DROPBOX_TOKEN
from tests.simulators.gdrive.tokens import ACCESS as DRIVE_TOKEN

_TIMES = 5


@dataclass(frozen=True)
class Cloud:
    """`most_requests` is the limit for a first listing; `certificate` the variable that names one for backupd, if any."""

    kind: str
    name: str
    hosts: tuple[str, ...]
    token: str
    path: str
    requests: str
    rclone: str
    most_requests: Callable[[int, int], float]
    decoding_seconds: Callable[[str], float]
    certificate: str | None


def _dropbox_decoding(base_url: str) -> float:
    """Return the seconds that the SDK takes to decode one file of a page, with its own types."""
    argument = {"path": "/Shoots", "recursive": True, "limit": 2000}
    headers = {"Authorization": f"Bearer {DROPBOX_TOKEN}", "Content-Type": "application/json"}
    address = f"{base_url}/2/files/list_folder"
    text = _asked(urllib.request.Request(address, json.dumps(argument).encode(), headers)).decode()
    return _best(lambda: len(json_decode(dropbox_files.list_folder.result_type, text).entries))


def _drive_decoding(base_url: str) -> float:
    """Return the seconds that the SDK takes to decode one file of a page: it makes plain dictionaries of it."""
    query = {"q": "mimeType = 'image/jpeg'", "pageSize": 1000, "fields": f"nextPageToken,files({FILE_FIELDS})"}
    address = f"{base_url}/drive/v3/files?{urllib.parse.urlencode(query)}"
    text = _asked(urllib.request.Request(address, headers={"Authorization": f"Bearer {DRIVE_TOKEN}"}))
    answer = httplib2.Response({"status": 200, "content-type": "application/json"})
    return _best(lambda: len(JsonModel().response(answer, text)["files"]))


def _asked(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request) as reply:
        read: bytes = reply.read()
    return read


def _best(decode: Callable[[], int]) -> float:
    best = float("inf")
    for _ in range(_TIMES):
        started = time.process_time()
        files = decode()
        best = min(best, (time.process_time() - started) / files)
    return best


CLOUDS = (
    Cloud(
        "dropbox",
        "Dropbox",
        ("api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com"),
        DROPBOX_TOKEN,
        "/Shoots",
        "/2/",
        "type = dropbox",
        lambda files, _: files / 1000 + 10,
        _dropbox_decoding,
        # The SDK pins its providers' certificates, and the adapter takes none from the environment.
        None,
    ),
    Cloud(
        "gdrive",
        "Google Drive",
        ("www.googleapis.com", "oauth2.googleapis.com"),
        DRIVE_TOKEN,
        "Shoots",
        "/drive/v3",
        "type = drive\nscope = drive",
        lambda files, folders: files / 900 + folders / 40 + 10,
        _drive_decoding,
        "HTTPLIB2_CA_CERTS",
    ),
)
