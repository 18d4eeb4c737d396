"""``python -m tests.run [pytest arguments]``: runs the tests and ends cleanly (see runtime/ending.py).

Several processes share few cores here, so a wait may run out that would not on a machine of its own. At most three
failures are therefore run once more, alone: what fails again is red, and what passes then is named as shaky.
"""

import os
import subprocess
import sys

import pytest

from runtime.ending import end_process

MOST_SHAKY = 3
AGAIN = "CHAIRTIME_TESTS_AGAIN"


class Failures:
    """The node ids of what failed, as xdist's controller hears of them."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.found:
            self.found.append(report.nodeid)


def main(given: list[str]) -> int:
    failures = Failures()
    code = int(pytest.main(given, plugins=[failures]))
    if code != pytest.ExitCode.TESTS_FAILED or AGAIN in os.environ or not 0 < len(failures.found) <= MOST_SHAKY:
        return code
    print("running alone what failed:", *failures.found, sep="\n  ", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "tests.run", *failures.found],
        env=os.environ | {AGAIN: "1"},
        check=False,
    ).returncode
    if code == 0:
        print("SHAKY, passed alone:", *failures.found, sep="\n  ", flush=True)
    return code


if __name__ == "__main__":
    end_process(main(sys.argv[1:]))
