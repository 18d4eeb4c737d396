"""Opt-out as Twilio does it by default: keywords, its own confirmations, and a block between the two numbers."""

from __future__ import annotations

from sandbox.store import Store

SCHEMA = "CREATE TABLE IF NOT EXISTS twilio_opt_outs (sender TEXT, e164 TEXT, PRIMARY KEY (sender, e164));"
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def is_out(store: Store, sender: str, e164: str) -> bool:
    """Whether this phone has opted out of this number of ours."""
    return store.one("SELECT 1 FROM twilio_opt_outs WHERE sender = ? AND e164 = ?", (sender, e164)) is not None


def obey(store: Store, sender: str, e164: str, body: str) -> str | None:
    """Act on a keyword that is the whole message; the confirmation that Twilio sends by itself, if any.

    YES and the other start words mean something only to a phone that is out; a second STOP is not confirmed.
    """
    word, out = body.strip().upper(), is_out(store, sender, e164)
    if word in STOP_WORDS and not out:
        store.execute("INSERT INTO twilio_opt_outs VALUES (?, ?)", (sender, e164))
        return STOPPED
    if word in START_WORDS and out:
        store.execute("DELETE FROM twilio_opt_outs WHERE sender = ? AND e164 = ?", (sender, e164))
        return STARTED
    return HELP if word in HELP_WORDS else None


def all_out(store: Store) -> list[dict[str, str]]:
    return [dict(row) for row in store.all("SELECT sender, e164 FROM twilio_opt_outs ORDER BY sender, e164")]
