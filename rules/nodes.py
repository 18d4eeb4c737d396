"""A rule file as it was written: every text with its line and column, before anything is made of it.

Scalars stay text until the language says what they are, so YAML's own guesses (NO as false, 09:00 as a number) never
happen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.errors import Place


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar; a key without a value is the empty text."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: "tuple[Node, ...]"
    at: Place


@dataclass(frozen=True, slots=True)
class Entry:
    key: Text
    value: "Node"


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in the order written."""

    entries: Mapping[str, Entry]
    at: Place

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def get(self, key: str) -> "Node | None":
        entry = self.entries.get(key)
        return entry.value if entry else None


Node = Text | Items | Entries

JOINED_LISTS = frozenset({"examples"})
"""Lists that grow over files and layers; every other list is replaced whole."""


def overlay(lower: Entries, upper: Entries, new_first: frozenset[str] = frozenset(), path: str = "") -> Entries:
    """The lower layer with the upper one laid over it.

    Mappings merge key by key, anything else is replaced. Known keys keep their place; new keys follow, except inside
    the paths of ``new_first``, where they come first (a location's own tier is tried before the base's).
    """
    merged: dict[str, Entry] = dict(lower.entries)
    added: dict[str, Entry] = {}
    for key, entry in upper.entries.items():
        here = f"{path}.{key}" if path else key
        old = merged.get(key)
        if old is None:
            added[key] = entry
        else:
            merged[key] = Entry(entry.key, _combine(old.value, entry.value, new_first, here))
    ordered = {**added, **merged} if path in new_first else {**merged, **added}
    return Entries(ordered, upper.at)


def _combine(old: Node, new: Node, new_first: frozenset[str], path: str) -> Node:
    if isinstance(old, Entries) and isinstance(new, Entries):
        return overlay(old, new, new_first, path)
    if path in JOINED_LISTS and isinstance(old, Items) and isinstance(new, Items):
        return Items(old.items + new.items, new.at)
    return new
