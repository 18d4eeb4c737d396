"""A stack without a worker: activities' collaborators are called as a worker calls them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import database, database_url, postgres, sqlite_template
from tests.stack import Stack, Template, running
from tests.workflows.conftest import template

__all__ = ["database", "database_url", "idle", "postgres", "sqlite_template", "template"]


@pytest.fixture
async def idle(template: Template, tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(template, tmp_path / "home", worker=False) as started:
        yield started
