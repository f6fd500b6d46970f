"""The `fields` parameter: which parts of an answer are wanted, checked against the discovery document."""

from __future__ import annotations

from typing import Any, TypeAlias

from tests.simulators.gdrive.answers import DriveError
from tests.simulators.gdrive.schema import SCHEMAS

# What is wanted of a value: None is all of it, otherwise the names that are wanted, each with its own mask.
Mask: TypeAlias = "dict[str, Mask] | None"


def parse_mask(text: str, schema: str) -> Mask:
    """Return the mask that a text means for an answer of a schema. Raises DriveError for names that there are not."""
    reader = _Reader(text)
    mask = reader.read(SCHEMAS[schema])
    if reader.at != len(text):
        raise reader.wrong()
    return mask


def laid_over(mask: Mask, value: Any) -> Any:
    """Return what a mask leaves of a value."""
    if mask is None:
        return value
    if isinstance(value, list):
        return [laid_over(mask, each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: laid_over(mask[name], each) for name, each in value.items() if name in mask}


def below(mask: Mask, name: str) -> Mask:
    """Return what is wanted of a part."""
    return None if mask is None else mask.get(name, {})


def wanted(mask: Mask, name: str) -> bool:
    """Say whether a part is wanted at all."""
    return mask is None or name in mask


class _Reader:
    """Reads `a,b(c,d/e),f/*`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def wrong(self) -> DriveError:
        """Return the error for a text that isn't understood from here on."""
        return DriveError(400, "invalidParameter", f"Invalid field selection {self.text[self.at :]}", "fields")

    def read(self, schema: dict[str, Any] | None) -> Mask:
        """Read a list of fields of a schema; None for a schema with free names."""
        mask: dict[str, Mask] = {}
        whole = False
        while True:
            name, found = self._one(schema)
            if name == "*":
                whole = True
            elif name in mask and mask[name] is not None and found is not None:
                mask[name] = {**mask[name], **found}  # type: ignore[dict-item]
            else:
                mask[name] = None if name in mask and mask[name] is None else found
            if self.at == len(self.text) or self.text[self.at] != ",":
                return None if whole else mask
            self.at += 1

    def _one(self, schema: dict[str, Any] | None) -> tuple[str, Mask]:
        start = self.at
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] in "*_-"):
            self.at += 1
        name = self.text[start : self.at]
        known = name == "*" or (name and (schema is None or name in schema.get("properties", {})))
        if not known:
            self.at = start
            raise self.wrong()
        inner = None if schema is None or name == "*" else _inside(schema["properties"][name])
        follows = self.text[self.at : self.at + 1]
        if follows == "/":
            self.at += 1
            part, mask = self._one(inner)
            return name, None if part == "*" else {part: mask}
        if follows == "(":
            self.at += 1
            mask = self.read(inner)
            if self.text[self.at : self.at + 1] != ")":
                raise self.wrong()
            self.at += 1
            return name, mask
        return name, None


def _inside(part: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of what is in a property; None where any name will do."""
    if "items" in part:
        return _inside(part["items"])
    if "$ref" in part:
        found: dict[str, Any] = SCHEMAS[part["$ref"]]
        return found
    return part if "properties" in part else None if "additionalProperties" in part else {"properties": {}}
