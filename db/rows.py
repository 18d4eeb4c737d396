"""From domain records to rows and back, and the two inserts that make repeats harmless."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar, cast

from pydantic import BaseModel
from sqlalchemy import Table, TableClause
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from db.tables.base import Row

Record = TypeVar("Record", bound=BaseModel)
Values = Mapping[str, Any]


def table_of(row_type: type[Row]) -> Table:
    return Row.metadata.tables[str(row_type.__tablename__)]


def values_of(record: BaseModel, **more: Any) -> dict[str, Any]:
    """The record's fields as column values; ``more`` adds or replaces columns."""
    return plain({**dict(record), **more})


def plain(changes: Values) -> dict[str, Any]:
    """Column values with enum members as their text: drivers differ in what they make of an enum."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in changes.items()}


def as_record(record_type: type[Record], row: Row) -> Record:
    return record_type.model_validate(row, from_attributes=True)


def as_records(record_type: type[Record], rows: Iterable[Row]) -> list[Record]:
    return [as_record(record_type, row) for row in rows]


def checked_changes(record_type: type[BaseModel], changes: Values, fixed: Sequence[str]) -> dict[str, Any]:
    """Changes to a stored record as column values; ValueError names a field that is unknown or must stay as it is."""
    for name in changes:
        if name not in record_type.model_fields or name in fixed:
            raise ValueError(f"{name!r} of {record_type.__name__} cannot be changed")
    return plain(changes)


def insert_new(session: Session, row_type: type[Row], rows: Sequence[Values]) -> int:
    """Insert the rows whose keys are not there yet, all in one statement; returns how many were new."""
    if not rows:
        return 0
    statement = _insert(session, row_type).values(list(rows)).on_conflict_do_nothing()
    return session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount


def put(session: Session, row_type: type[Row], rows: Sequence[Values]) -> None:
    """Insert the rows, or replace those with the same primary key (the columns that are given)."""
    if not rows:
        return
    statement = _insert(session, row_type)
    keys = [column.name for column in table_of(row_type).primary_key]
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=others), list(rows))


def _insert(session: Session, row_type: type[Row]) -> postgresql.Insert:
    """Both dialects write ON CONFLICT alike; one of their types stands for both."""
    table: TableClause = table_of(row_type)
    if session.connection().dialect.name == "postgresql":
        return postgresql.insert(table)
    return cast(postgresql.Insert, sqlite.insert(table))
