"""The one Stripe account of the sandbox: what every call handler gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.state import SandboxState
from sandbox.stripe.errors import StripeError, invalid, missing_resource
from sandbox.stripe.ledger import Ledger, StripeObject

SCHEMA = "CREATE TABLE IF NOT EXISTS stripe_config (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """The ledger, the clock and the account's own settings.

    `request_id` and `idempotency_key` are those of the call being answered, None for what happens by itself.
    """

    state: SandboxState
    ledger: Ledger
    request_id: str | None = None
    idempotency_key: str | None = None

    def now(self) -> int:
        """Seconds since the epoch on the practice's clock, as Stripe writes times."""
        return int(self.state.clock.now().timestamp())

    def config(self, name: str, default: str = "") -> str:
        row = self.state.store.one("SELECT value FROM stripe_config WHERE name = ?", (name,))
        return str(row["value"]) if row else default

    def configure(self, name: str, value: str) -> None:
        self.state.store.execute("INSERT OR REPLACE INTO stripe_config VALUES (?, ?)", (name, value))

    @property
    def webhook_secret(self) -> str:
        return self.config("secret", self.state.settings.stripe_webhook_secret)

    def page_url(self, path: str) -> str:
        """A page of the look-alike as the patient's browser reaches it."""
        return f"{self.state.settings.base_url}/stripe/{path}"

    def new(self, kind: str, prefix: str, **members: Any) -> StripeObject:
        """A new object with the members that every Stripe object has; the caller puts it into the ledger."""
        return {"id": self.ledger.new_id(prefix), "object": kind, "created": self.now(), "livemode": False, **members}

    def need(self, kind: str, object_id: str, param: str = "id") -> StripeObject:
        """The object named in the path (404 when there is none)."""
        found = self.ledger.get(object_id)
        if found is None or found["object"] != kind:
            raise missing_resource(kind, object_id, param)
        return found

    def refer(self, kind: str, object_id: str, param: str) -> StripeObject:
        """The object named in a parameter (400 when there is none, or it was deleted)."""
        found = self.ledger.get(object_id)
        if found is None or found["object"] != kind or found.get("deleted"):
            message = f"No such {kind}: '{object_id}'"
            raise invalid(message, code="resource_missing", param=param)
        return found


def open_account(state: SandboxState) -> Account:
    return Account(state, Ledger(state))


def transact(account: Account, act: Callable[[], StripeObject]) -> StripeObject | StripeError:
    """Do something as one transaction and send its webhooks.

    A StripeError is handed back, not raised: a refused card is an outcome, and its failed charge must stay.
    """
    done: StripeObject | StripeError
    with account.state.store.transaction():
        try:
            done = act()
        except StripeError as error:
            done = error
    account.state.ticker.nudge()
    return done


def merge_metadata(old: Mapping[str, str] | None, given: Params) -> dict[str, str]:
    """Metadata after a call: keys are added, an empty value removes its key, an empty hash removes all."""
    if "metadata" not in given:
        return dict(old or {})
    if given["metadata"] is None:
        return {}
    merged = {**(old or {}), **given["metadata"]}
    return {key: value for key, value in merged.items() if value != ""}
