"""`python -m tests.conformance FILE...`: run case files through the product's own code.

Prints a line for each failure and, last, `N passed, N failed`. Exit status 1 on any failure or unknown kind, 2 when a
file cannot be read; the other files are run all the same. A new group of cases is a module here with `OPERATIONS`,
added to `GROUPS`.
"""

import importlib
import sys
from pathlib import Path

from tests.conformance.runner import Operation, Outcome, Verdict, read_cases, run_case

GROUPS = ("payplan", "apr", "slots")

DISPUTED: dict[str, str] = {}
"""Cases that a decision record proves wrong: name to record."""


def operations() -> dict[str, Operation]:
    """Every kind the product answers, from the modules named in `GROUPS`."""
    known: dict[str, Operation] = {}
    for group in GROUPS:
        known |= importlib.import_module(f"tests.conformance.{group}").OPERATIONS
    return known


def run_files(paths: list[Path]) -> tuple[list[Outcome], list[str]]:
    """The outcome of every case in these files, in order, and what is wrong with files that cannot be read."""
    known = operations()
    outcomes: list[Outcome] = []
    unreadable: list[str] = []
    for path in paths:
        try:
            outcomes += [run_case(case, known, DISPUTED) for case in read_cases(path)]
        except (OSError, ValueError) as error:
            unreadable.append(f"{path}: {error}")
    return outcomes, unreadable


def main(arguments: list[str]) -> int:
    """Run the files named on the command line and print the result."""
    if not arguments:
        print("usage: python -m tests.conformance FILE...", file=sys.stderr)
        return 2
    outcomes, unreadable = run_files([Path(argument) for argument in arguments])
    for line in unreadable:
        print(f"cannot read the cases: {line}", file=sys.stderr)
    status = report(outcomes)
    return 2 if unreadable else status


def report(outcomes: list[Outcome]) -> int:
    """Print what did not simply pass, then the count; the exit status."""
    for outcome in outcomes:
        if outcome.verdict is not Verdict.PASSED:
            print(f"{outcome.verdict.value}: {outcome.name}: {'; '.join(outcome.lines)}")
    good = (Verdict.PASSED, Verdict.PASSED_UNREAD, Verdict.WITHIN_A_CENT)
    passed = sum(outcome.verdict in good for outcome in outcomes)
    failed = sum(outcome.verdict is Verdict.FAILED for outcome in outcomes)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
