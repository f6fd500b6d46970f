"""What a store may raise, and nothing else.

    StoreError
     ├─ NotFound        nothing lies at that place
     ├─ Changed         something else lies there than what was seen
     ├─ Refused         no permission
     ├─ Full            no room, by bytes or by count
     ├─ Corrupt         the bytes do not have the hash they should
     ├─ Unsupported     this kind of store cannot do that
     ├─ CursorLost      the change feed must be started anew
     ├─ NotOurStore     the marker is missing or is another store's
     ├─ SignInNeeded    a person must sign in again
     └─ Unavailable     not reachable now; worth another try

Errors carry data; the sentence for people is made where it is shown. No error text may hold a token.
"""

from __future__ import annotations


class StoreError(Exception):
    """Any failure of a store. `ref` is the store's own name of the file meant, or "" for the store as a whole."""

    worth_retrying = False
    needs_person = False

    def __init__(self, store: str, operation: str, ref: str = "", detail: str = "") -> None:
        super().__init__(store, operation, ref, detail)
        self.store = store
        self.operation = operation
        self.ref = ref
        self.detail = detail

    def __str__(self) -> str:
        place = f" {self.ref}" if self.ref else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"store {self.store}: {self.operation}{place}: {type(self).__name__}{detail}"


class NotFound(StoreError):
    """Nothing lies at that place (asked of the store just now)."""


class Changed(StoreError):
    """Something else lies there than the version that was seen."""


class Refused(StoreError):
    """The store does not permit it."""

    needs_person = True


class Full(StoreError):
    """No room left, in bytes or in number of files."""

    needs_person = True


class Corrupt(StoreError):
    """The bytes do not have the hash that they should have."""

    needs_person = True


class Unsupported(StoreError):
    """This kind of store cannot do that; its capabilities say so beforehand."""


class CursorLost(StoreError):
    """The change feed's position is no longer known: list everything again."""


class NotOurStore(StoreError):
    """The marker is missing, or it is another store's: nothing found here may be believed."""

    needs_person = True


class SignInNeeded(StoreError):
    """The sign-in has ended or lacks a right: a person must sign in again."""

    needs_person = True


class Unavailable(StoreError):
    """Not reachable, or busy. `retry_after_seconds` is what the store asked for, or None."""

    worth_retrying = True

    def __init__(
        self,
        store: str,
        operation: str,
        ref: str = "",
        detail: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(store, operation, ref, detail)
        self.retry_after_seconds = retry_after_seconds
