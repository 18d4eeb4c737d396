from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.served import chromium
from tests.databases import sqlite_database, sqlite_template

__all__ = ["sqlite_database", "sqlite_template"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
