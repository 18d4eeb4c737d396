"""Idempotency keys as Stripe's v1 API keeps them (docs.stripe.com/api/idempotent_requests).

The first answer to a key, 4xx and 500 included, is given again for 24 hours. Nothing is kept of a request that was
refused before it executed, or that met another one in progress with the same key.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.stripe.account import Account
from sandbox.stripe.errors import StripeError

SCHEMA = """
CREATE TABLE IF NOT EXISTS stripe_idempotency (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, parameters TEXT NOT NULL, created INTEGER NOT NULL,
    request_id TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT ''
);
DELETE FROM stripe_idempotency WHERE status = 0;
"""
KEPT_SECONDS = 24 * 3600
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored answer and the request that it first went to."""

    status: int
    answer: str
    request_id: str


def replay(account: Account, key: str, path: str, parameters: str) -> Kept | None:
    """The kept answer, or None for a new key.

    Raises StripeError 400 `idempotency_error` for another endpoint or other parameters than the first time, and
    409 while the first request is still being executed.
    """
    if len(key) > LONGEST_KEY:
        raise StripeError(400, "invalid_request_error", f"Idempotency keys are at most {LONGEST_KEY} characters long.")
    oldest = account.now() - KEPT_SECONDS
    account.state.store.execute("DELETE FROM stripe_idempotency WHERE created <= ? AND status > 0", (oldest,))
    row = account.state.store.one("SELECT * FROM stripe_idempotency WHERE key = ?", (key,))
    if row is None:
        return None
    if row["path"] != path:
        raise _misused(key, f"for the same endpoint they were first used for ('{row['path']}' vs '{path}')")
    if row["parameters"] != parameters:
        raise _misused(key, "with the same parameters they were first used with")
    if row["status"] == 0:
        message = (
            f"There is currently another in-progress request using this Idempotent Key: {key}. Please try again later."
        )
        raise StripeError(409, "idempotency_error", message, code="idempotency_key_in_use")
    return Kept(row["status"], row["answer"], row["request_id"])


def _misused(key: str, rule: str) -> StripeError:
    message = (
        f"Keys for idempotent requests can only be used {rule}. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return StripeError(400, "idempotency_error", message)


def begin(account: Account, key: str, path: str, parameters: str) -> None:
    """Note that a request with this key is being executed."""
    account.state.store.execute(
        "INSERT INTO stripe_idempotency (key, path, parameters, created, request_id) VALUES (?, ?, ?, ?, ?)",
        (key, path, parameters, account.now(), account.request_id),
    )


def finish(account: Account, key: str, status: int, answer: str) -> None:
    """Keep the answer under the key."""
    account.state.store.execute(
        "UPDATE stripe_idempotency SET status = ?, answer = ? WHERE key = ?", (status, answer, key)
    )


def forget(account: Account, key: str) -> None:
    """Keep nothing: the request was refused before it did anything, or the look-alike itself broke."""
    account.state.store.execute("DELETE FROM stripe_idempotency WHERE key = ? AND status = 0", (key,))
