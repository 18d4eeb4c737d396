from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from sandbox.state import DATABASE_FILE
from tests.sandbox.practice_process import START, Practice, running, served


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """One process with a clock that stands still, shared by the tests that do not disturb each other."""
    home = tmp_path_factory.mktemp("practice")
    with running(home, "--clock", "manual", "--at", START) as base, httpx.Client(timeout=20) as client:
        yield Practice(base, client)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a practice that nothing has happened in yet."""
    home = tmp_path_factory.mktemp("built")
    settings = SandboxSettings(home=home, manual_clock=True, at=datetime.fromisoformat(START))
    create_app(settings).state.sandbox.store.close()
    return home / DATABASE_FILE


@pytest.fixture
def own_practice(tmp_path: Path, built: Path) -> Iterator[Practice]:
    """A practice of the test's own, for tests that move the clock or break things."""
    shutil.copy(built, tmp_path / DATABASE_FILE)
    with served(tmp_path) as base, httpx.Client(timeout=20) as client:
        yield Practice(base, client)


@pytest.fixture(scope="session")
def waiting_plans(practice: Practice) -> Iterator[dict[str, Any]]:
    """Unsigned plans of the Boise office, each given out once."""
    plans = practice.ask("records")["treatplans"]
    return iter([p for p in plans if p["clinic"] == 1 and p["outcome"] == "acceptable"])


@pytest.fixture(scope="session")
def new_patient(practice: Practice) -> Callable[[], int]:
    """Makes a patient who has nothing yet."""
    numbers = count(1)

    def make() -> int:
        body = {"LName": f"Fresh{next(numbers)}", "FName": "Nora", "PriProv": 101}
        return int(practice.post("/patients", body)["PatNum"])

    return make
