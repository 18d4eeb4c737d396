"""Webhooks out: kept in the database, at least once, retried on the practice's clock, spoilt on demand."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import httpx

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.store import Store

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, vendor TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
    retries TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at TEXT NOT NULL,
    status TEXT NOT NULL, last_answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (status, due_at);
"""
ANSWER_SECONDS = 15.0

Signer = Callable[[str, bytes], Mapping[str, str]]
"""Headers for one attempt, from the URL and the body; called anew for every retry."""


def stamp(at: datetime) -> str:
    """A UTC text that sorts as time does."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Delivery:
    """Sends webhooks.

    `enqueue` keeps one and sends it soon, with retries; `post` makes one attempt now and says whether it was
    taken (any 2xx). Both obey the webhook faults. `run_due` sends all that is due and is called by the ticker
    on every clock change and every fraction of a real second.
    """

    def __init__(self, store: Store, clock: Clock, faults: Faults) -> None:
        self._store, self._clock, self._faults = store, clock, faults
        self._signers: dict[str, Signer] = {}
        self._client: httpx.AsyncClient | None = None
        self._lock = asyncio.Lock()
        store.script(SCHEMA)

    def sign_with(self, vendor: str, signer: Signer) -> None:
        """Register a vendor's way of signing; without one, only the headers given to `enqueue` are sent."""
        self._signers[vendor] = signer

    def enqueue(
        self,
        vendor: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        retry_after_seconds: Sequence[float] = (),
        delay_seconds: float = 0,
    ) -> None:
        """Keep a webhook for sending; one more attempt after each of `retry_after_seconds` while not taken."""
        fault = self._faults.for_webhook(vendor, url)
        kind = fault.kind if fault else ""
        due = self._clock.now() + timedelta(seconds=delay_seconds)
        row = (vendor, url, json.dumps(dict(headers)), body, json.dumps(list(retry_after_seconds)), stamp(due))
        status = {"drop": "dropped", "reorder": "held"}.get(kind, "pending")
        with self._store.transaction():
            for _ in range(2 if kind == "duplicate" else 1):
                self._insert(row, status)
            if status == "pending":
                self._release_held(vendor, stamp(due))

    def _insert(self, row: tuple[object, ...], status: str) -> None:
        self._store.execute(
            "INSERT INTO deliveries (vendor, url, headers, body, retries, due_at, status) VALUES (?,?,?,?,?,?,?)",
            (*row, status),
        )

    def _release_held(self, vendor: str, due: str) -> None:
        """Put what was held back behind what has just been kept."""
        held = self._store.all("SELECT * FROM deliveries WHERE vendor = ? AND status = 'held' ORDER BY id", (vendor,))
        for row in held:
            self._store.execute("UPDATE deliveries SET status = 'reordered' WHERE id = ?", (row["id"],))
            again = (row["vendor"], row["url"], row["headers"], row["body"], row["retries"], due)
            self._insert(again, "pending")

    def pending(self) -> int:
        """How many are still to be sent, those waiting for a retry included."""
        row = self._store.one("SELECT COUNT(*) FROM deliveries WHERE status IN ('pending', 'held')")
        return int(row[0]) if row else 0

    async def run_due(self, now: datetime) -> None:
        """Send what is due, oldest first, until nothing due is left."""
        async with self._lock:
            for vendor in [r["vendor"] for r in self._overdue_held(now)]:
                self._release_held(vendor, stamp(now))
            while rows := self._store.all(
                "SELECT * FROM deliveries WHERE status = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT 50",
                (stamp(now),),
            ):
                for row in rows:
                    taken, answer = await self._attempt(row["vendor"], row["url"], row["body"], row["headers"])
                    self._settle(row["id"], json.loads(row["retries"]), row["attempts"], taken, answer)

    def _overdue_held(self, now: datetime) -> list[Mapping[str, str]]:
        """Held back for two seconds with nothing following: let it go, out of order or not."""
        limit = stamp(now - timedelta(seconds=2))
        rows = self._store.all("SELECT DISTINCT vendor FROM deliveries WHERE status = 'held' AND due_at < ?", (limit,))
        return [dict(row) for row in rows]

    def _settle(self, number: int, retries: list[float], attempts: int, taken: bool, answer: str) -> None:
        if taken:
            status, due = "delivered", self._clock.now()
        elif attempts < len(retries):
            status, due = "pending", self._clock.now() + timedelta(seconds=max(retries[attempts], 0.05))
        else:
            status, due = "given_up", self._clock.now()
        self._store.execute(
            "UPDATE deliveries SET status = ?, due_at = ?, attempts = attempts + 1, last_answer = ? WHERE id = ?",
            (status, stamp(due), answer, number),
        )

    async def post(self, vendor: str, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """One attempt now; whether it was taken. A dropped one counts as taken, so that it is truly lost."""
        fault = self._faults.for_webhook(vendor, url)
        kind = fault.kind if fault else ""
        if kind == "drop":
            return True
        if kind == "duplicate":
            await self._attempt(vendor, url, body, json.dumps(dict(headers)))
        taken, _ = await self._attempt(vendor, url, body, json.dumps(dict(headers)))
        return taken

    async def _attempt(self, vendor: str, url: str, body: bytes, headers: str) -> tuple[bool, str]:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False)
        signer = self._signers.get(vendor)
        signed = {**json.loads(headers), **(signer(url, body) if signer else {})}
        try:
            response = await self._client.post(url, content=body, headers=signed)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.info("webhook to %s failed: %s", url, error)
            return False, type(error).__name__
        return response.is_success, str(response.status_code)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
