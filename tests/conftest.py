"""What holds for every test process, and what all rooms share: the databases, and the template of the stacks."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import database, database_url, postgres, sqlite_database, sqlite_template
from tests.stack import Stack, Template, make_template, running

__all__ = ["database", "database_url", "postgres", "sqlite_database", "sqlite_template"]

# No deadline for an example, and the same examples each time: `pytest --hypothesis-profile default` looks for new ones.
settings.load_profile("ci")

# Event loop, activity threads and HTTP servers share one interpreter: with the usual 5 ms each waits for the others.
sys.setswitchinterval(0.0005)


@pytest.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return await make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
async def stack(template: Template, tmp_path: Path) -> AsyncIterator[Stack]:
    """A stack of the test's own: practice, database, worker, server."""
    async with running(template, tmp_path / "home") as started:
        yield started


@pytest.fixture
async def idle(template: Template, tmp_path: Path) -> AsyncIterator[Stack]:
    """A stack without a worker: activities' collaborators are called as a worker calls them."""
    async with running(template, tmp_path / "home", worker=False) as started:
        yield started
