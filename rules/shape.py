"""What may stand where in a rule file: small shapes that read nodes, collect mistakes and describe themselves.

One description serves the reader, the ``rules schema`` output and the list of known words in error hints.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rules.errors import Place, Problems, nearest
from rules.nodes import Entries, Items, Node, Text


@dataclass(frozen=True, slots=True)
class Said:
    """A value and the place that said it."""

    value: Any
    at: Place


Fields = Mapping[str, Said]
"""A record as read: only keys that were written and are right."""


class Shape(Protocol):
    def read(self, node: Node, problems: Problems) -> Said | None:
        """The value with its place; None when it is wrong (then a problem was added)."""
        ...

    def schema(self) -> dict[str, Any]:
        """JSON Schema of this shape."""
        ...


def _text_of(node: Node, problems: Problems, example: str) -> str | None:
    if isinstance(node, Text) and node.text:
        return node.text
    found = "nothing" if isinstance(node, Text) else "a list" if isinstance(node, Items) else "keys of its own"
    problems.add(node.at, f"a single value stands here, found {found}", f"write something like {example}")
    return None


@dataclass(frozen=True, slots=True)
class Words:
    """Free text, or text that must match ``pattern``."""

    example: str
    pattern: str = ""
    wrong: str = ""

    def read(self, node: Node, problems: Problems) -> Said | None:
        text = _text_of(node, problems, self.example)
        if text is None:
            return None
        if self.pattern and not re.fullmatch(self.pattern, text):
            problems.add(node.at, f"`{text}` {self.wrong}", f"write something like {self.example}")
            return None
        return Said(text, node.at)

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "examples": [self.example]}
        return {**found, "pattern": f"^(?:{self.pattern})$"} if self.pattern else found


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a closed list."""

    words: tuple[str, ...]

    def read(self, node: Node, problems: Problems) -> Said | None:
        text = _text_of(node, problems, self.words[0])
        if text is None or text in self.words:
            return None if text is None else Said(text, node.at)
        problems.add(node.at, f"`{text}` is not one of the words that may stand here", nearest(text, self.words))
        return None

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Flag:
    """``yes`` or ``no``."""

    def read(self, node: Node, problems: Problems) -> Said | None:
        text = _text_of(node, problems, "yes")
        if text in ("yes", "no"):
            return Said(text == "yes", node.at)
        if text is not None:
            problems.add(node.at, f"`{text}` is neither yes nor no", "write yes or no")
        return None

    def schema(self) -> dict[str, Any]:
        return {"enum": ["yes", "no", True, False]}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit; ``convert`` raises ValueError with the right way to write it."""

    convert: Callable[[str], Any]
    example: str

    def read(self, node: Node, problems: Problems) -> Said | None:
        text = _text_of(node, problems, self.example)
        if text is None:
            return None
        try:
            return Said(self.convert(text), node.at)
        except ValueError as wrong:
            problems.add(node.at, f"`{text}` cannot be read as an amount here", str(wrong))
            return None

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "integer"], "examples": [self.example]}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; its value is a tuple of ``Said``."""

    item: Shape

    def read(self, node: Node, problems: Problems) -> Said | None:
        if not isinstance(node, Items):
            problems.add(node.at, "a list stands here", "write [one, two], or one item a line after a dash")
            return None
        found = (self.item.read(child, problems) for child in node.items)
        return Said(tuple(said for said in found if said is not None), node.at)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record: its shape, what it means, whether it must be there."""

    shape: Shape
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Known keys only; its value is ``Fields``.

    ``whole``: one wrong part makes all of it wrong. Half a condition would take cases that it was never meant for,
    and every tier below would seem to be mistaken.
    """

    name: str
    fields: Mapping[str, Field]
    whole: bool = False

    def read(self, node: Node, problems: Problems) -> Said | None:
        if not isinstance(node, Entries):
            problems.add(node.at, f"{self.name} has keys of its own", "write key: value lines, indented")
            return None
        before = len(problems.errors)
        said: dict[str, Said] = {}
        for entry in node:
            field = self.fields.get(entry.key.text)
            if field is None:
                message = f"`{entry.key.text}` is not a key of {self.name}"
                problems.add(entry.key.at, message, nearest(entry.key.text, list(self.fields)))
            elif (value := field.shape.read(entry.value, problems)) is not None:
                said[entry.key.text] = value
        for key, field in self.fields.items():
            if field.required and node.get(key) is None:
                problems.add(node.at, f"{self.name} needs the key `{key}`", field.about)
        return None if self.whole and len(problems.errors) > before else Said(said, node.at)

    def schema(self) -> dict[str, Any]:
        properties = {key: {**field.shape.schema(), "description": field.about} for key, field in self.fields.items()}
        found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        required = [key for key, field in self.fields.items() if field.required]
        return {**found, "required": required} if required else found


@dataclass(frozen=True, slots=True)
class MapOf:
    """Free keys that satisfy ``key``; its value maps the key as read to ``Said``."""

    key: Shape
    value: Shape

    def read(self, node: Node, problems: Problems) -> Said | None:
        if not isinstance(node, Entries):
            problems.add(node.at, "keys of their own stand here", "write key: value lines, indented")
            return None
        said: dict[Any, Said] = {}
        for entry in node:
            key = self.key.read(entry.key, problems)
            value = self.value.read(entry.value, problems)
            if key is not None and value is not None:
                said[key.value] = Said(value.value, key.at)
        return Said(said, node.at)

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.value.schema(), "propertyNames": _key_schema(self.key)}


def _key_schema(shape: Shape) -> dict[str, Any]:
    """JSON keys are strings, so only what a shape says about text applies to them."""
    found = shape.schema()
    return {part: found[part] for part in ("pattern", "enum") if part in found}
