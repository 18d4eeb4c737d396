"""The runner of the suite: what fails twice is red, what passes alone is named, many failures are not tried again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = """
from pathlib import Path
import pytest
SEEN = Path(__file__).with_suffix(".seen")

@pytest.mark.parametrize("number", range({many}))
def test_the_first_time_fails(number):
    with SEEN.open("a") as seen:
        seen.write("x")
    assert {always} is False and len(SEEN.read_text()) > {many}
"""


@pytest.mark.parametrize(
    ("many", "always", "code", "runs", "named"),
    [(1, False, 0, 2, True), (1, True, 1, 2, False), (4, False, 1, 4, False)],
)
def test_few_failures_are_tried_once_more(
    tmp_path: Path, many: int, always: bool, code: int, runs: int, named: bool
) -> None:
    file = tmp_path / "test_sometimes.py"
    file.write_text(TESTS.format(many=many, always=always))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "tests.run", "-p", "no:cacheprovider"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "CHAIRTIME_TESTS"))}
    environment = kept | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert len(file.with_suffix(".seen").read_text()) == runs
    assert ("SHAKY" in done.stdout) is named
