"""What the official client encodes is read back as it was, whatever it was."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from sandbox.stripe import form

names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
leaves = st.text(min_size=1, max_size=12) | st.integers()
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, min_size=1, max_size=12) | st.dictionaries(names, inner, min_size=1, max_size=4),
    max_leaves=20,
)


def as_text(value: Any) -> Any:
    """The same tree with every leaf as the wire carries it."""
    if isinstance(value, dict):
        return {key: as_text(member) for key, member in value.items()}
    return [as_text(each) for each in value] if isinstance(value, list) else str(value)


@given(st.dictionaries(names, trees, max_size=5))
def test_a_form_is_read_as_it_was_written(params: dict[str, Any]) -> None:
    assert form.parse(urlencode(list(_api_encode(params)))) == as_text(params)
