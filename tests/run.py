"""``python -m tests.run [pytest arguments]``: runs the tests and ends cleanly (see runtime/ending.py)."""

import sys

import pytest

from runtime.ending import end_process

if __name__ == "__main__":
    end_process(int(pytest.main(sys.argv[1:])))
