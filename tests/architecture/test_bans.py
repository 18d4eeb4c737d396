"""The bans that keep workflows deterministic and rules repeatable really refuse."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, name

BANNED = {
    "from datetime import datetime\n\nnow = datetime.now()\n": "TID251",
    "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n": "TID251",
    "from datetime import date\n\nday = date.today()\n": "TID251",
    "import time\n\nnow = time.time()\n": "TID251",
    "import random\n\ndice = random.random()\n": "TID251",
    "import uuid\n\nname = uuid.uuid4()\n": "TID251",
    "import os\n\nhome = os.environ['HOME']\n": "TID251",
    "print('hello')\n": "T201",
}


@pytest.mark.parametrize("room", ["domain", "rules", "workflows", "activities", "loops"])
def test_clock_chance_and_environment_are_refused(room: str) -> None:
    for source, rule in BANNED.items():
        assert rule in _ruff(source, f"{room}/made_up.py"), f"{room} may do this: {source!r}"


def test_a_plain_module_passes() -> None:
    assert _ruff("SEVEN = 7\n", "workflows/made_up.py") == "[]"


def test_nothing_is_left_undone() -> None:
    """No note to oneself, no test that is passed over, no error that vanishes."""
    words = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "pytest.mark." + "skip", "pytest.mark." + "xfail")
    left = [f"{name(path)}: {word}" for path in files() for word in words if word in path.read_text("utf-8")]
    assert left == []


def _ruff(source: str, path: str) -> str:
    command = [
        str(Path(sys.executable).with_name("ruff")),
        "check",
        "--output-format",
        "json",
        "--stdin-filename",
        path,
        "-",
    ]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip()
