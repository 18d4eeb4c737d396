"""Running one case through the product and judging the answer."""

import ast
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from domain.payment_plan import reading
from tests.conformance.compare import CENT, differences
from tests.conformance.slots import kind_of

Operation = Callable[[dict[str, Any]], dict[str, Any]]


class Verdict(StrEnum):
    """How a case ended. A disputed case is one that a decision record proves wrong; it counts as neither."""

    PASSED = "passed"
    WITHIN_A_CENT = "within a cent"
    DISPUTED = "disputed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case's verdict with what to print about it."""

    name: str
    verdict: Verdict
    lines: tuple[str, ...] = ()


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file: a list, or an object with a `cases` list. Raises ValueError when it is neither."""
    read = json.loads(path.read_text(encoding="utf-8"))
    cases = read.get("cases") if isinstance(read, Mapping) else read
    if not isinstance(cases, list):
        raise ValueError(f"{path}: expected a list of cases, or an object with a list named cases")
    return cases


def run_case(case: dict[str, Any], operations: Mapping[str, Operation], disputed: Mapping[str, str]) -> Outcome:
    """Give the case to the operation of its kind and compare every expected key."""
    name = str(case.get("name") or "unnamed")
    kind = kind_of(case)
    operation = operations.get(str(kind))
    if operation is None:
        return Outcome(name, Verdict.FAILED, (f"unknown kind {kind!r}",))
    try:
        actual = operation(case["inputs"])
    except Exception as error:  # a case that cannot be run is a failure like any other, and the rest must still run
        return Outcome(name, Verdict.FAILED, (f"{type(error).__name__}: {error}", *_not_understood(case)))
    return _judged(name, case, actual, disputed)


def _not_understood(case: Mapping[str, Any]) -> tuple[str, ...]:
    """Inputs that no adapter reads: most likely why a case failed, so they are named with it."""
    unread = sorted(key for key in _keys(case["inputs"]) if key not in _words())
    return (f"inputs that nothing reads: {', '.join(unread)}",) if unread else ()


def _keys(value: object) -> set[str]:
    """The names of fields at any depth; a mapping by day or by item id has names of its own."""
    if isinstance(value, list):
        return {key for each in value for key in _keys(each)}
    if not isinstance(value, Mapping):
        return set()
    own = {str(key) for key in value if re.fullmatch(r"[A-Za-z]+(_[A-Za-z0-9]+)*", str(key))}
    return own | {key for each in value.values() for key in _keys(each)}


@cache
def _words() -> frozenset[str]:
    """Every word that the adapters and the product's own reader of terms look for."""
    adapters = (file for file in Path(__file__).parent.glob("*.py") if not file.name.startswith("test_"))
    files = [*adapters, Path(reading.__file__)]
    trees = [ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for file in files]
    return frozenset(
        node.value for tree in trees for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _judged(name: str, case: dict[str, Any], actual: dict[str, Any], disputed: Mapping[str, str]) -> Outcome:
    expected = case["expected"]
    lines = tuple(differences(expected, actual))
    if not lines:
        return Outcome(name, Verdict.PASSED)
    if _documents_a_cent(case) and actual.get("_tie") and not differences(expected, actual, within=Decimal(CENT)):
        return Outcome(name, Verdict.WITHIN_A_CENT, lines)
    if name in disputed:
        return Outcome(name, Verdict.DISPUTED, (*lines, f"see {disputed[name]}"))
    return Outcome(name, Verdict.FAILED, (*lines, *_not_understood(case)))


def _documents_a_cent(case: Mapping[str, Any]) -> bool:
    """A case may be a cent off only where its own notes say so, and only when an interest is exactly half a cent."""
    return bool(
        re.search(r"allow one cent|within (a|one) cent|binary[- ]float", str(case.get("notes", "")), re.IGNORECASE)
    )
