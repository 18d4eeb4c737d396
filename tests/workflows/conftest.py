"""Each test has a stack of its own: practice, database, worker, server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stack import Stack, Template, make_template, running


@pytest.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return await make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
async def stack(template: Template, tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(template, tmp_path / "home") as started:
        yield started
