"""Form bodies as Stripe reads them: `a[b][0][c]=1` becomes nested dictionaries and lists of strings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

Nested: TypeAlias = str | list[Any] | dict[str, Any]

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def parse(encoded: str) -> dict[str, Any]:
    """The nested form of a query string or form body: leaves are strings, numbered or empty brackets make lists."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        _insert(tree, _segments(key), value)
    return {key: _with_lists(value) for key, value in tree.items()}


def _segments(key: str) -> list[str]:
    match = _KEY.match(key)
    if match is None:
        return [key]
    return [match.group(1), *re.findall(r"\[([^\[\]]*)\]", match.group(2))]


def _insert(tree: dict[str, Any], segments: list[str], value: str) -> None:
    head, *rest = segments
    key = head or str(len(tree))
    if not rest:
        tree[key] = value
        return
    child = tree.setdefault(key, {})
    if not isinstance(child, dict):
        child = tree[key] = {}
    _insert(child, rest, value)


def _with_lists(value: Nested) -> Nested:
    if not isinstance(value, Mapping):
        return value
    items = {key: _with_lists(child) for key, child in value.items()}
    if items and all(key.isdigit() for key in items):
        return [items[key] for key in sorted(items, key=int)]
    return items
