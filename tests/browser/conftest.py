from collections.abc import Iterator

import pytest
from playwright import async_api, sync_api
from playwright.sync_api import Browser

from tests.browser.served import chromium

for api in (sync_api, async_api):
    api.expect.set_options(timeout=20_000)  # on a busy machine a page takes longer than the usual five seconds


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
