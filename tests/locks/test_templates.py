"""Every text that the code sends by name is in the shipped templates, in both languages."""

import ast
from datetime import date
from pathlib import Path

import pytest

from rules.loading import completed, parse_rules

ROOT = Path(__file__).parents[2]
CALLS = {"notice": 1, "_send_fresh": 0, "_answer": 2}
"""Function -> position of the template's name among its arguments."""


def names_used() -> set[str]:
    found: set[object] = set()
    for path in [*(ROOT / "workflows").glob("*.py"), *(ROOT / "loops").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
                at = CALLS[node.func.attr]
                if len(node.args) > at:
                    found |= {c.value for c in ast.walk(node.args[at]) if isinstance(c, ast.Constant) and c.value}
    return {name for name in found if isinstance(name, str)}


def test_the_code_names_texts() -> None:
    assert {"booked", "fresh_openings", "paid_fresh_openings", "deposit_reminder"} <= names_used()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_one_is_there(language: str) -> None:
    templates = parse_rules(completed({}), "boise", date(2029, 3, 5)).templates
    for name in sorted(names_used() | {"offer", "nudge_1", "nudge_2", "other_times", "numbers_stale"}):
        assert name in templates.by_key, f"{name} is sent by the code and is not in rules/base/templates.yaml"
        assert language in str(templates.by_key[name]), f"{name} has no text in {language}"
