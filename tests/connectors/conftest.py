"""The sandbox's vendors over real HTTP, for every connector test."""

from collections.abc import Iterator

import pytest

from tests.sandbox.vendor_server import Box, running_box


@pytest.fixture(scope="module")
def shared_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running_box(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def box(shared_box: Box) -> Iterator[Box]:
    """A running sandbox with a manual clock and no faults."""
    yield shared_box
    shared_box.state.faults.remove()
