"""One API call as a handler sees it, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.opendental.office import Office
from sandbox.opendental.resource import Resource, Row, get, written
from sandbox.opendental.wire import ApiError, Style, bad
from sandbox.state import SandboxState
from sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Reply:
    """`content` is sent as JSON; a `location` header names what was made."""

    content: Any
    status: int = 200
    location: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`ids` are the numbers in the path, `query` the parameters without the paging and style ones."""

    state: SandboxState
    office: Office
    base_url: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    ids: Sequence[int] = ()
    limit: int = 100
    offset: int = 0
    style: Style | None = None

    @property
    def store(self) -> Store:
        return self.state.store

    @property
    def now(self) -> datetime:
        return self.state.clock.now()

    @property
    def local_now(self) -> str:
        """The office's wall clock as it is written."""
        return self.office.local_text(self.now)

    @property
    def local_today(self) -> str:
        return self.local_now[:10]

    def write(self, resource: Resource, row: Row) -> Row:
        return written(resource, row, self.style or Style(self.office.zone))

    def row(self, resource: Resource, number: int) -> Row:
        """The office's row with this number, or ApiError 404."""
        found = get(self.store, resource, self.office.number, number)
        if found is None:
            raise ApiError(404, f"{resource.key} {number} was not found.")
        return found

    def check(self, resource: Resource, name: str, number: int) -> Row:
        """The row that a body's field points to, or ApiError 400 naming the field."""
        found = get(self.store, resource, self.office.number, number)
        if found is None:
            raise bad(f"{name} is invalid: no {resource.table} {number}.")
        return found

    def made(self, resource: Resource, number: int) -> Reply:
        """201 with the new row and where it lives."""
        content = self.write(resource, self.row(resource, number))
        return Reply(content, 201, f"{self.base_url}/{resource.name}/{number}")

    def changed(self, resource: Resource, number: int) -> Reply:
        return Reply(self.write(resource, self.row(resource, number)))


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method on a path such as /appointments/{}/Break."""

    method: str
    path: str
    handler: Handler
