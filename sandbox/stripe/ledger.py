"""Where the Stripe look-alike keeps its objects: one row each, the object as JSON, newest last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.state import SandboxState

StripeObject = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS stripe_objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS stripe_objects_kind ON stripe_objects (kind, seq);
CREATE TABLE IF NOT EXISTS stripe_counter (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL);
INSERT OR IGNORE INTO stripe_counter VALUES (1, 0);
"""
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTHS = {"cs_test_": 58}
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Ledger:
    """Objects by id and by kind (Stripe's `object` name). Ids look random and follow from the seed and a counter."""

    def __init__(self, state: SandboxState) -> None:
        self._store, self._seed = state.store, state.settings.seed

    def new_id(self, prefix: str) -> str:
        """The next id, such as `pi_3Qd...`."""
        row = self._store.all("UPDATE stripe_counter SET n = n + 1 RETURNING n")[0]
        return prefix + self.random_text(f"{prefix}{row['n']}", ID_LENGTHS.get(prefix, 24))

    def random_text(self, name: str, length: int) -> str:
        """Letters and digits that look random, always the same for this seed and name."""
        digest = hashlib.shake_256(f"{self._seed}/{name}".encode()).digest(length)
        return "".join(LETTERS[byte % len(LETTERS)] for byte in digest)

    def put(self, item: StripeObject) -> StripeObject:
        """Keep a new object or the new state of an old one; gives it back."""
        self._store.execute(
            "INSERT INTO stripe_objects (id, kind, created, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (item["id"], item["object"], item["created"], json.dumps(item)),
        )
        return item

    def get(self, object_id: str) -> StripeObject | None:
        row = self._store.one("SELECT body FROM stripe_objects WHERE id = ?", (object_id,))
        return json.loads(row["body"]) if row else None

    def find(self, kind: str, **where: Any) -> list[StripeObject]:
        """Every object of a kind whose fields have these values, newest first."""
        return self.page(kind, where, created={}, before=None, after=None, limit=-1)

    def page(
        self,
        kind: str,
        where: Mapping[str, Any],
        *,
        created: Mapping[str, int],
        before: str | None,
        after: str | None,
        limit: int,
    ) -> list[StripeObject]:
        """One page, newest first: older than the object `after`, or newer than the object `before`."""
        clauses: list[str] = ["kind = ?"]
        values: list[Any] = [kind]
        for path, value in where.items():
            _add_equal(clauses, values, path, value)
        for name, bound in created.items():
            clauses.append(f"created {COMPARISONS[name]} ?")
            values.append(bound)
        for sign, cursor in (("<", after), (">", before)):
            if cursor:
                clauses.append(f"seq {sign} (SELECT seq FROM stripe_objects WHERE id = ?)")
                values.append(cursor)
        order = "ASC" if before else "DESC"
        sql = f"SELECT body FROM stripe_objects WHERE {' AND '.join(clauses)} ORDER BY seq {order} LIMIT ?"
        rows = self._store.all(sql, (*values, limit))
        return [json.loads(row["body"]) for row in (reversed(rows) if before else rows)]


def _add_equal(clauses: list[str], values: list[Any], path: str, value: Any) -> None:
    """A field equal to a value or, for a sequence, to one of several; None: null or absent."""
    if value is None:
        clauses.append("json_extract(body, '$.' || ?) IS NULL")
        values.append(path)
        return
    several = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    clauses.append(f"json_extract(body, '$.' || ?) IN ({', '.join('?' * len(several))})")
    values.extend([path, *several])
