"""A resource as data: its table, its fields, its filters. Tables, reads and writes all follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.opendental.wire import Field, Kind, Style, bad, parse
from sandbox.store import Store

_SQL_TYPES = {Kind.INT: "INTEGER", Kind.INT_TEXT: "INTEGER", Kind.MONEY: "INTEGER", Kind.MONEY_TEXT: "INTEGER"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter. `sql` holds one `?`; the value is parsed as `field` says first."""

    sql: str
    field: Field

    @staticmethod
    def equal(field: Field) -> Filter:
        return Filter(f"t.{field.name} = ?", field)

    @staticmethod
    def since(field: Field) -> Filter:
        """Open Dental's change filters include the boundary (24.3 behaviour)."""
        return Filter(f"t.{field.name} >= ?", field)


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of row. `t` is the table's alias in `joins`, in derived fields and in filters.

    `server_time` adds serverDateTime to every row that a GET returns. `order` is fixed, as it is in Open Dental.
    """

    name: str
    table: str
    key: str
    fields: tuple[Field, ...]
    order: str
    equal: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    more_filters: tuple[tuple[str, Filter], ...] = ()
    required_filters: tuple[str, ...] = ()
    joins: str = ""
    indexes: tuple[str, ...] = ()
    server_time: bool = False

    @property
    def stored(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if not f.sql)

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    def filters(self) -> dict[str, Filter]:
        simple = {name: Filter.equal(self.field(name)) for name in self.equal}
        since = {name: Filter.since(self.field(name)) for name in self.since}
        return simple | since | dict(self.more_filters)

    def ddl(self) -> str:
        columns = [f"{f.name} {_SQL_TYPES.get(f.kind, 'TEXT')} NOT NULL" for f in self.stored if f.name != self.key]
        lines = [f"{self.key} INTEGER PRIMARY KEY AUTOINCREMENT", "Office INTEGER NOT NULL", *columns]
        made = f"CREATE TABLE IF NOT EXISTS {self.table} ({', '.join(lines)});"
        named = (f"{self.table}_{n} ON {self.table} (Office, {c})" for n, c in enumerate(self.indexes))
        return made + "".join(f"CREATE INDEX IF NOT EXISTS {each};" for each in named)


def select(
    store: Store, resource: Resource, office: int, where: str = "", values: Sequence[Any] = (), tail: str = ""
) -> list[Row]:
    """Rows with every field, derived ones included, as stored."""
    columns = ", ".join(f"{f.sql} AS {f.name}" if f.sql else f"t.{f.name}" for f in resource.fields)
    condition = f" AND {where}" if where else ""
    sql = f"SELECT {columns} FROM {resource.table} t {resource.joins} WHERE t.Office = ?{condition}"
    rows = store.all(f"{sql} ORDER BY {resource.order} {tail}", (office, *values))
    # By place, not by name: sqlite3 does not tell Confirmed from confirmed.
    names = [field.name for field in resource.fields]
    return [dict(zip(names, row, strict=True)) for row in rows]


def get(store: Store, resource: Resource, office: int, number: int) -> Row | None:
    rows = select(store, resource, office, f"t.{resource.key} = ?", (number,))
    return rows[0] if rows else None


def insert(store: Store, resource: Resource, office: int, values: Mapping[str, Any]) -> int:
    """Add a row, blanks filled in; returns its number."""
    row = blank_row(resource, values)
    names = [n for n in row if n != resource.key or row[n]]
    marks = ", ".join("?" for _ in names)
    sql = f"INSERT INTO {resource.table} (Office, {', '.join(names)}) VALUES (?, {marks})"
    return store.execute(sql, (office, *(row[n] for n in names)))


def insert_many(store: Store, resource: Resource, office: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add rows that bring their own numbers."""
    names = [f.name for f in resource.stored]
    marks = ", ".join("?" for _ in names)
    sql = f"INSERT INTO {resource.table} (Office, {', '.join(names)}) VALUES (?, {marks})"
    blanks = {f.name: f.blank for f in resource.stored}
    store.executemany(sql, ((office, *(row.get(n, blanks[n]) for n in names)) for row in rows))


def update(store: Store, resource: Resource, number: int, values: Mapping[str, Any]) -> None:
    if values:
        settings = ", ".join(f"{name} = ?" for name in values)
        store.execute(f"UPDATE {resource.table} SET {settings} WHERE {resource.key} = ?", (*values.values(), number))


def blank_row(resource: Resource, values: Mapping[str, Any]) -> Row:
    """A whole stored row: the values given, the blanks elsewhere."""
    return {f.name: values.get(f.name, f.blank) for f in resource.stored}


def written(resource: Resource, row: Row, style: Style) -> Row:
    """A row as it goes over the wire."""
    return {f.name: style.write(f, row[f.name]) for f in resource.fields}


def parse_body(
    resource: Resource, body: Any, *, allowed: Iterable[str], required: Iterable[str] = (), extra: Iterable[str] = ()
) -> Row:
    """The stored values of a request body; `extra` names pass unparsed. Raises ApiError 400 naming the field."""
    if not isinstance(body, dict):
        raise bad("The request body must be a JSON object.")
    for name in required:
        if body.get(name) in (None, ""):
            raise bad(f"{name} is required.")
    fields = {name: resource.field(name) for name in allowed}
    unparsed = set(extra)
    for name in body:
        if name not in fields and name not in unparsed:
            raise bad(f"{name} is not a valid field for {resource.name}.")
    return {name: body[name] if name in unparsed else parse(fields[name], body[name]) for name in body}
