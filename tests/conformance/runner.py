"""Running one case through the product and judging the answer."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.conformance.compare import CENT, AnyOf, differences
from tests.conformance.given import given
from tests.conformance.slots import kind_of
from tests.conformance.vocabulary import UNREAD, unread_line

Operation = Callable[[dict[str, Any]], dict[str, Any]]


class Verdict(StrEnum):
    """How a case ended. A disputed case is one that a decision record proves wrong; it counts as neither."""

    PASSED = "passed"
    PASSED_UNREAD = "passed, though an input is not understood"
    WITHIN_A_CENT = "within a cent"
    DISPUTED = "disputed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case's verdict with what to print about it."""

    name: str
    verdict: Verdict
    lines: tuple[str, ...] = ()


def read_cases(path: Path) -> list[object]:
    """The cases of a file: a list, or an object with a `cases` list. Raises ValueError when it is neither."""
    read = json.loads(path.read_text(encoding="utf-8-sig"))
    cases = read.get("cases") if isinstance(read, Mapping) else read
    if not isinstance(cases, list):
        raise ValueError(f"{path}: expected a list of cases, or an object with a list named cases")
    return cases


def run_case(case: object, operations: Mapping[str, Operation], disputed: Mapping[str, str]) -> Outcome:
    """Give the case to the operation of its kind and compare every expected key. Whatever is wrong with a case is its
    own failure: the rest must still run."""
    if not isinstance(case, Mapping):
        return Outcome("unnamed", Verdict.FAILED, (f"a case is an object with inputs and expected, not {case!r:.80}",))
    name = str(case.get("name") or "unnamed")
    for part in ("inputs", "expected"):
        if not isinstance(case.get(part), Mapping):
            return Outcome(name, Verdict.FAILED, (f"lacks {part}: give an object, not {case.get(part)!r:.80}",))
    try:
        return _run(name, case, operations, disputed)
    except ValueError as error:
        refusal = Outcome(name, Verdict.FAILED, (f"{type(error).__name__}: {error}",))
        asked = case["expected"]
        return _judged(name, case, refused(str(error)), disputed) if asked and asked.keys() <= REFUSED else refusal
    except KeyError as error:
        return Outcome(name, Verdict.FAILED, (f"the inputs lack {error}",))
    except Exception as error:
        return Outcome(name, Verdict.FAILED, (f"{type(error).__name__}: {error}",))


REFUSED = frozenset({"error", "refused", "raises", "invalid", "terms_invalid", "valid", "terms_valid"})
"""What a case asks that wants its inputs refused, and nothing else."""


def refused(reason: str) -> dict[str, Any]:
    """The answer to a case whose inputs the product refuses."""
    wrong = dict.fromkeys(("refused", "raises", "invalid", "terms_invalid"), True)
    return {"error": AnyOf((True, reason)), **wrong, "valid": False, "terms_valid": False}


def _run(
    name: str, case: Mapping[str, Any], operations: Mapping[str, Operation], disputed: Mapping[str, str]
) -> Outcome:
    kind = kind_of(case)
    operation = operations.get(str(kind))
    if operation is None:
        return Outcome(name, Verdict.FAILED, (f"unknown kind {kind!r}",))
    return _judged(name, case, operation(given(case["inputs"])), disputed)


def _judged(name: str, case: Mapping[str, Any], actual: dict[str, Any], disputed: Mapping[str, str]) -> Outcome:
    expected, unread = case["expected"], actual.get(UNREAD)
    lines = tuple(differences(expected, actual))
    not_read = (unread_line(unread),) if unread else ()
    if not lines and not unread:
        return Outcome(name, Verdict.PASSED)
    if not lines and _has_figures(expected):
        return Outcome(name, Verdict.PASSED_UNREAD, not_read)
    if _documents_a_cent(case) and actual.get("_tie") and not differences(expected, actual, within=Decimal(CENT)):
        return Outcome(name, Verdict.WITHIN_A_CENT, (*lines, *not_read))
    if name in disputed:
        return Outcome(name, Verdict.DISPUTED, (*lines, f"see {disputed[name]}"))
    return Outcome(name, Verdict.FAILED, (*lines, *not_read))


def _has_figures(expected: object) -> bool:
    """Whether a number or a text other than an empty one is expected: a yes or a no may agree by chance."""
    if isinstance(expected, Mapping | list):
        return any(_has_figures(each) for each in (expected.values() if isinstance(expected, Mapping) else expected))
    return bool(expected) and not isinstance(expected, bool)


def _documents_a_cent(case: Mapping[str, Any]) -> bool:
    """A case may be a cent off only where its own notes say so, and only when an interest is exactly half a cent."""
    return bool(
        re.search(r"allow one cent|within (a|one) cent|binary[- ]float", str(case.get("notes", "")), re.IGNORECASE)
    )
