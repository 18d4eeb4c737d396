"""docs/rules.md names every key of the language, and its examples of rules can be read."""

import re
from pathlib import Path

import pytest

from rules.errors import Problems
from rules.language import FILE
from rules.loading import assemble, completed
from rules.shape import ListOf, MapOf, Record, Shape
from tests.rules.conftest import TODAY

GUIDE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")


def keys_of(shape: Shape) -> set[str]:
    if isinstance(shape, Record):
        inner = (keys_of(field.shape) for field in shape.fields.values())
        return set(shape.fields).union(*inner)
    if isinstance(shape, ListOf):
        return keys_of(shape.item)
    return keys_of(shape.value) if isinstance(shape, MapOf) else set()


@pytest.mark.parametrize("key", sorted(keys_of(FILE)))
def test_every_key_is_explained(key: str) -> None:
    assert re.search(rf"(?<![\w]){key}(?![\w])", GUIDE)


@pytest.mark.parametrize("start", ["tiers:", "effective_from: 2027-03-01", "codes:", "examples:"])
def test_the_guide_s_rules_are_right(start: str) -> None:
    blocks = [block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if block.startswith(start)]
    assert blocks
    for block in blocks:
        problems = Problems()
        assemble({**completed({}), "organisation/guide.yaml": block}, "boise", TODAY, problems)
        assert [str(error) for error in problems.errors] == []
