"""The product's own Python files, as the tests of this folder look at them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "domain", "rules", "workflows", "activities", "loops", "connectors", "db", "web", "runtime", "sandbox", "commands",
    "benchmarks", "tests",
)  # fmt: skip
GENERATED = "db/migrations/versions"


def files(*rooms: str) -> Iterator[Path]:
    """Every Python file of the rooms, or of all and the composition roots."""
    for room in rooms or ROOMS:
        yield from sorted(path for path in (ROOT / room).rglob("*.py") if GENERATED not in path.as_posix())
    if not rooms:
        yield from sorted(ROOT.glob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
