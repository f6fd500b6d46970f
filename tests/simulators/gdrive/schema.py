"""The API as the SDK's discovery document has it: methods, parameters, bodies. What isn't in it is refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from googleapiclient.discovery_cache import get_static_doc

from tests.simulators.gdrive.answers import DriveError

DOCUMENT: dict[str, Any] = json.loads(get_static_doc("drive", "v3"))
SCHEMAS: dict[str, Any] = DOCUMENT["schemas"]
_COMMON = DOCUMENT["parameters"] | {"upload_id": {"type": "string"}}

# What comes back when `fields` isn't given; other answers come whole.
DEFAULTS = {
    "File": "kind,id,name,mimeType,driveId,teamDriveId,resourceKey",
    "FileList": "kind,nextPageToken,incompleteSearch,files(kind,id,name,mimeType,driveId,teamDriveId,resourceKey)",
    "ChangeList": "kind,nextPageToken,newStartPageToken,changes(kind,type,changeType,time,removed,fileId,driveId,"
    "file(kind,id,name,mimeType,driveId,teamDriveId),drive(kind,id,name))",
    "Permission": "kind,id,type,role",
    "PermissionList": "kind,nextPageToken,permissions(kind,id,type,role)",
    "Revision": "kind,id,mimeType,modifiedTime",
    "RevisionList": "kind,nextPageToken,revisions(kind,id,mimeType,modifiedTime)",
    "Drive": "kind,id,name",
    "DriveList": "kind,nextPageToken,drives(kind,id,name)",
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method. `name` is "files.list"; `response` the schema of its answer, or None."""

    name: str
    http: str
    pattern: re.Pattern[str]
    parameters: dict[str, Any]
    request: str | None
    response: str | None
    scopes: frozenset[str]
    takes_media: bool
    gives_media: bool


def _method(name: str, each: dict[str, Any]) -> Method:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", each["path"])
    return Method(
        name, each["httpMethod"], re.compile(pattern), each.get("parameters", {}), each.get("request", {}).get("$ref"),
        each.get("response", {}).get("$ref"), frozenset(each.get("scopes", ())), bool(each.get("supportsMediaUpload")),
        bool(each.get("supportsMediaDownload")),
    )  # fmt: skip


def _methods() -> list[Method]:
    resources = DOCUMENT["resources"].items()
    found = [_method(f"{group}.{name}", each) for group, held in resources for name, each in held["methods"].items()]
    # A path without parameters comes before one that would take it for a parameter: files/trash.
    return sorted(found, key=lambda method: method.pattern.groups)


METHODS = _methods()


def find_method(http: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """Return the method for a path below the service's own, and the parameters in the path, still quoted."""
    for method in METHODS:
        match = method.pattern.fullmatch(path)
        if match is not None and method.http == http:
            return method, match.groupdict()
    return None


def read_parameters(method: Method, given: dict[str, str]) -> dict[str, Any]:
    """Return the parameters with their types. Raises DriveError for unknown names and bad values."""
    values: dict[str, Any] = {}
    for name, text in given.items():
        rule = method.parameters.get(name) or _COMMON.get(name)
        if rule is None:
            raise DriveError(400, "invalidParameter", f'Invalid JSON payload received. Unknown name "{name}"', name)
        values[name] = _typed(name, text, rule)
    for name, rule in method.parameters.items():
        if rule.get("required") and name not in values:
            raise DriveError(400, "required", f"Required parameter: {name}", name)
        if "default" in rule:
            values.setdefault(name, _typed(name, rule["default"], rule))
    return values


def _typed(name: str, text: str, rule: dict[str, Any]) -> Any:
    if "enum" in rule and text not in rule["enum"]:
        raise DriveError(400, "invalidParameter", f"Invalid string value: '{text}'. Allowed values: {rule['enum']}", name)
    if rule["type"] == "boolean":
        if text not in ("true", "false"):
            raise DriveError(400, "invalidParameter", f"Invalid boolean value: '{text}'.", name)
        return text == "true"
    if rule["type"] == "integer":
        if not re.fullmatch(r"-?\d+", text) or int(text) < int(rule.get("minimum", text)):
            raise DriveError(400, "invalidParameter", f"Invalid value '{text}'.", name)
        return min(int(text), int(rule.get("maximum", text)))
    return text


def check_body(body: Any, schema: dict[str, Any], where: str = "") -> None:
    """Raise DriveError for names and types that a body can't have."""
    if not isinstance(body, dict):
        raise DriveError(400, "parseError", "Parse Error")
    for name, value in body.items():
        rule = schema["properties"].get(name)
        if rule is None:
            place = f"{where}.{name}".lstrip(".")
            raise DriveError(400, "badRequest", f'Invalid JSON payload received. Unknown name "{place}": Cannot find field.')
        _check_value(value, SCHEMAS[rule["$ref"]] if "$ref" in rule else rule, f"{where}.{name}")


def _check_value(value: Any, rule: dict[str, Any], where: str) -> None:
    kind = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}.get(rule["type"], object)
    if value is None:
        return
    if not isinstance(value, kind) and not (rule.get("format") == "int64" and isinstance(value, int)):
        raise DriveError(400, "badRequest", f"Invalid value at '{where.lstrip('.')}' ({rule['type']}).")
    if "properties" in rule:
        check_body(value, rule, where)
    if isinstance(value, list):
        for each in value:
            item = rule["items"]
            _check_value(each, SCHEMAS[item["$ref"]] if "$ref" in item else item, where)
