"""All resources, and the tables that they need."""

from __future__ import annotations

from sandbox.opendental.office import SCHEMA as OFFICE_SCHEMA
from sandbox.opendental.resources import money, people, plans, scheduling, setup, work
from sandbox.store import Store

RESOURCES = (*setup.ALL, *scheduling.ALL, *people.ALL, *plans.ALL, *money.ALL, *work.ALL)
DOCUMENT_BYTES = "CREATE TABLE IF NOT EXISTS document_bytes (DocNum INTEGER PRIMARY KEY, Bytes BLOB NOT NULL);"


def create_tables(store: Store) -> None:
    """Make what is missing."""
    store.script(OFFICE_SCHEMA + "".join(resource.ddl() for resource in RESOURCES))
    store.script(scheduling.EXTRA_INDEXES + DOCUMENT_BYTES)
