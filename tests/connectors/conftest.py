"""The sandbox practice over real HTTP, for every connector test."""

from collections.abc import Iterator

import pytest

from tests.connectors.practice import Practice, running_practice


@pytest.fixture(scope="session")
def shared_practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with running_practice(tmp_path_factory.mktemp("practice")) as running:
        yield running


@pytest.fixture
def practice(shared_practice: Practice) -> Iterator[Practice]:
    """A running practice with nothing broken."""
    shared_practice.recover()
    yield shared_practice
    shared_practice.recover()
