"""The import rules of the rooms hold, and the engine names no vendor."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, name, tree

VENDORS = re.compile(r"open ?dental|twilio|stripe|dentrix|nexhealth", re.IGNORECASE)
HEARS_WEBHOOKS = {"loops/inbox.py"}
"""Reads what a vendor's webhook said, by the source its row names."""


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ["workflows", "activities", "loops"])
def test_no_code_of_the_engine_names_a_vendor(room: str) -> None:
    """Names, and texts that decide something: comments and docstrings may say why, with a vendor as the example."""
    named = [f"{name(path)}:{line} {what}" for path in files(room) for line, what in _vendor_words(tree(path))]
    allowed = [each for each in named if each.split(":")[0] in HEARS_WEBHOOKS]
    assert sorted(set(named) - set(allowed)) == []


def _vendor_words(module: ast.Module) -> list[tuple[int, str]]:
    docs = {id(d) for node in ast.walk(module) for d in _docstrings(node)}
    found = []
    for node in ast.walk(module):
        words = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            words = node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            words = node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.Import | ast.ImportFrom):
            words = " ".join([getattr(node, "module", "") or "", *(alias.name for alias in node.names)])
        if VENDORS.search(words):
            found.append((getattr(node, "lineno", 0), words))
    return found


def _docstrings(node: ast.AST) -> list[ast.Constant]:
    """A docstring, also the one below an assignment."""
    body = getattr(node, "body", None)
    if not isinstance(body, list):
        return []
    values = [each.value for each in body if isinstance(each, ast.Expr)]
    return [value for value in values if isinstance(value, ast.Constant)]


def test_the_words_are_found() -> None:
    module = ast.parse('"""Twilio."""\nx = 1\n"""Stripe."""\ny = "twilio"\nfrom connectors.stripe import z\n')
    assert sorted(line for line, _ in _vendor_words(module)) == [4, 5]


def test_no_room_is_called_utils() -> None:
    bad = {"utils", "util", "common", "helpers", "shared", "misc"}
    assert [name(path) for path in files() if bad & {*path.relative_to(ROOT).parts, path.stem}] == []
