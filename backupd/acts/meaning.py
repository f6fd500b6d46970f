"""Whether what lies at an act's place is the very content that the act means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.base import Store
from adapters.errors import StoreError
from adapters.records import Entry, Hash
from adapters.versions import version_of_parts
from backupd.acts.look import Look, Place, hashed_now, reason_of, ref_of
from backupd.policy.copies import CopyRules
from backupd.policy.proofs import Meant
from backupd.settings.values import Unlimited
from index.acts import Act
from index.meant import KnownCopy


@dataclass(frozen=True, slots=True)
class Sighted:
    """An act with what was found at its place just now, and the copy that the index knows there, if any."""

    act: Act
    path: str
    look: Look
    known: KnownCopy | None
    known_on: date | None = None

    @property
    def meant(self) -> Meant:
        """What the act means. Copy and content are 0 where the index does not know them (any more)."""
        copy = self.known.id if self.known else 0
        content = (self.known.content_id if self.known else None) or 0
        return Meant(copy, self.act.store, content, version_meant(self.act))

    @property
    def there(self) -> Meant | None:
        """What lies there, in the same words; None where nothing does."""
        if self.look.entry is None:
            return None
        meant = self.meant
        is_meant = other_than_meant(self.act, self.look.entry) is None
        return meant if is_meant else Meant(0, meant.store, 0, self.look.entry.version)


def version_meant(act: Act) -> str:
    """Return the version that an act means; one that no file has where the plan knew none."""
    return act.version or ""


def version_known(copy: KnownCopy) -> str:
    """Return the version with which a copy was last recorded."""
    return copy.version or version_of_parts(copy.size, copy.modified_ns, copy.identity)


def place_of(store: Store, act: Act) -> Place:
    """Return where an act's file is looked for. Raises ValueError for an act whose path was blanked: it is over."""
    if act.path is None:
        raise ValueError(f"act {act.id} has no path any more")
    return Place(act.id, act.path, ref_of(store, act.path, act.identity))


def other_than_meant(act: Act, entry: Entry) -> str | None:
    """Return in words why what lies there is not what the act means; None where it is, as far as the store tells."""
    if act.identity is not None and entry.identity is not None and entry.identity != act.identity:
        return "another file lies there now"
    if act.size is not None and entry.size != act.size:
        return f"it has {entry.size} bytes now, and {act.size} are meant"
    if entry.version != version_meant(act):
        return "it was changed since the plan was made"
    return differing(entry.hashes, act.sha256, act.dropbox_hash)


def differing(hashes: tuple[Hash, ...], sha256: bytes | None, dropbox: bytes | None, md5: bytes | None = None) -> str | None:
    """Return in words which hash is another than it should be; None where none is."""
    wanted = {"sha256": sha256, "dropbox": dropbox, "md5": md5}
    for each in hashes:
        known = wanted.get(each.algorithm)
        if known is not None and bytes(known) != each.value:
            return f"its {each.algorithm} hash is another than it was"
    return None


def is_attested(hashes: tuple[Hash, ...], sha256: bytes | None, dropbox: bytes | None, md5: bytes | None = None) -> bool:
    """Whether the store itself says that these are the bytes."""
    known = {"sha256": sha256, "dropbox": dropbox, "md5": md5}
    return any(known.get(each.algorithm) == each.value for each in hashes)


def needs_reading(sighted: Sighted, rules: CopyRules, today: date) -> bool:
    """Whether the bytes must be read again before it is sure enough what they are.

    No store attests them now, and nobody has read them here within the studio's time for re-reading.
    """
    act, entry = sighted.act, sighted.look.entry
    if entry is None or is_attested(entry.hashes, act.sha256, act.dropbox_hash):
        return False
    known = sighted.known
    if known is None or known.known_by is None or sighted.known_on is None or version_known(known) != entry.version:
        return True
    within = rules.verify_within
    return not isinstance(within, Unlimited) and today > within.after(sighted.known_on, "last")


def other_bytes(store: Store, sighted: Sighted) -> str | None:
    """Read what lies there; return in words why it is not what the act means, or None. Raises StoreError."""
    act, entry = sighted.act, sighted.look.entry
    assert entry is not None
    made = hashed_now(store, entry.ref)
    if act.sha256 is None and act.dropbox_hash is None:
        # Known by a provider's MD5 alone, or by nothing: there is nothing to compare with but version and size.
        return None
    return differing(made.hashes(), act.sha256, act.dropbox_hash)


def read_again(store: Store, sighted: Sighted) -> str | None:
    """As `other_bytes`, with a failure to read in words as well: what can't be read is not known to be what is meant."""
    try:
        return other_bytes(store, sighted)
    except StoreError as err:
        return f"it could not be read: {reason_of(err)}"
