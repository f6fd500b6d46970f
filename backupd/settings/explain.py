"""What pydantic found wrong, in plain English and with the mend. Values are shown only where no secret can be."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from backupd.settings.faults import KeyPath, Unfit, Wrong
from backupd.settings.rules import listed, meant

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_EXPECTED = {
    "string_type": ("must be text", 'write it in quotes, as in name = "value"'),
    "string_too_short": ("is empty", "write something, or leave the whole entry out"),
    "too_short": ("is an empty list", "name at least one, or leave the key out for its default"),
    "int_type": ("must be a whole number", "write it without quotes and without decimals"),
    "int_parsing": ("must be a whole number", "write it without quotes and without decimals"),
    "int_from_float": ("must be a whole number", "write it without decimals"),
    "bool_type": ("must be true or false", "write true or false, without quotes"),
    "bool_parsing": ("must be true or false", "write true or false, without quotes"),
    "tuple_type": ("must be a list", 'write ["one", "two"]'),
    "dict_type": ("must be a table", "write a [section] or {key = value}"),
    "model_type": ("must be a table", "write a [section] or {key = value}"),
    "model_attributes_type": ("must be a table", "write a [section] or {key = value}"),
    "date_type": ("is not a day", "write it as 2026-01-31"),
    "date_parsing": ("is not a day", "write it as 2026-01-31"),
    "date_from_datetime_parsing": ("is not a day", "write it as 2026-01-31"),
}
_LIMITS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
_ELSEWHERE = {
    "password": "a password stands in a file of its own, named by password_file",
    "token": "a token stands in the file that credentials names",
    "access_token": "a token stands in the file that credentials names",
}


def explain(error: ValidationError, root: type[BaseModel]) -> list[Wrong]:
    """Return each thing that is wrong, with the path of its key as the file writes it."""
    found = error.errors(include_url=False)
    inner = {details["loc"][:length] for details in found for length in range(len(details["loc"]))}
    # A list whose elements are wrong counts as too short as well: only the elements are worth a word.
    return [_wrong(each, root) for each in found if each["type"] != "too_short" or each["loc"] not in inner]


def _wrong(details: ErrorDetails, root: type[BaseModel]) -> Wrong:
    path = tuple(part for part in details["loc"] if part != "[key]")
    if details["type"] == "extra_forbidden":
        return _unknown_key(path, root)
    context = details.get("ctx", {})
    unfit = context.get("error")
    if isinstance(unfit, Unfit):
        return Wrong((*path, *unfit.below), unfit.wrong, unfit.mend)
    if details["type"] == "missing":
        return Wrong(path, "is needed and not there", f"add {path[-1]} = …")
    if details["type"] == "literal_error":
        return _no_such_choice(path, details["input"], root)
    if details["type"] in _LIMITS:
        limit, word = _LIMITS[details["type"]]
        return Wrong(path, f"must be {word} {context[limit]}", f"write a number of {word} {context[limit]}")
    said, mend = _EXPECTED.get(details["type"], (_lower(details["msg"]), ""))
    if details["type"] == "tuple_type" and path == ("stores",):
        mend = "write [[stores]] with two brackets, once for each store"
    return Wrong(path, said, mend)


def _unknown_key(path: KeyPath, root: type[BaseModel]) -> Wrong:
    known = list(_model_at(root, path[:-1]).model_fields)
    word = str(path[-1])
    mend = meant(word, known) or _ELSEWHERE.get(word.lower()) or f"take it out; known here: {', '.join(known)}"
    return Wrong(path, "is not a section" if len(path) == 1 else "is not a setting", mend)


def _no_such_choice(path: KeyPath, value: object, root: type[BaseModel]) -> Wrong:
    choices = _choices(_annotation_at(root, path))
    shown = f"{value!r} " if isinstance(value, str) and len(value) <= 40 else ""
    mend = (meant(value, choices) if isinstance(value, str) else "") or f"write {listed(choices)}"
    return Wrong(path, f"{shown}is not one of its values", mend)


def _model_at(root: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    model = _inner_model(_annotation_at(root, path)) if path else root
    return model or root


def _annotation_at(root: type[BaseModel], path: KeyPath) -> Any:
    """The annotation of the setting at `path`, through tables, lists and dictionaries."""
    here: Any = root
    for part in path:
        model = _inner_model(here)
        field = model.model_fields.get(str(part)) if model else None
        here = _element(here) if field is None else field.annotation
    return here


def _element(annotation: Any) -> Any:
    """What a list or a dictionary holds."""
    for each in _unwrapped(annotation):
        arguments = get_args(each)
        if get_origin(each) is tuple and arguments:
            return arguments[0]
        if get_origin(each) is dict and arguments:
            return arguments[1]
    return annotation


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    for each in _unwrapped(annotation):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def _choices(annotation: Any) -> list[str]:
    for each in _unwrapped(annotation):
        if get_origin(each) is Literal:
            return [str(choice) for choice in get_args(each)]
    return []


def _unwrapped(annotation: Any) -> list[Any]:
    """The annotation without Annotated and Optional around it."""
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [inner for each in get_args(annotation) for inner in _unwrapped(each)]
    return [annotation]


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
