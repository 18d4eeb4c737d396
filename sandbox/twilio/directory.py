"""The account and its numbers, for clients that check their settings before they send."""

from __future__ import annotations

from typing import Any

from sandbox.twilio import numbers
from sandbox.twilio.account import Account
from sandbox.twilio.numbers import Sender
from sandbox.twilio.records import API_VERSION


def account_json(account: Account) -> dict[str, Any]:
    """The Account resource; its token is never shown."""
    return {
        "auth_token": "[Redacted]",
        "friendly_name": "Sandbox practice",
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": "active",
        "subresource_uris": {"messages": f"/{API_VERSION}/Accounts/{account.sid}/Messages.json"},
        "type": "Full",
        "uri": f"/{API_VERSION}/Accounts/{account.sid}.json",
    }


def numbers_json(account: Account, wanted: str | None) -> dict[str, Any]:
    """The list of IncomingPhoneNumbers, in one page; `wanted` keeps the numbers that contain it."""
    shown = [sender for sender in numbers.all_senders(account.state.store) if (wanted or "") in sender.e164]
    base = f"/{API_VERSION}/Accounts/{account.sid}/IncomingPhoneNumbers"
    return {
        "end": len(shown) - 1,
        "first_page_uri": f"{base}.json?Page=0",
        "incoming_phone_numbers": [_number_json(account, base, sender) for sender in shown],
        "next_page_uri": None,
        "page": 0,
        "page_size": 50,
        "previous_page_uri": None,
        "start": 0,
        "uri": f"{base}.json?Page=0",
    }


def _number_json(account: Account, base: str, sender: Sender) -> dict[str, Any]:
    sid = f"PN{sender.service_sid[2:]}"
    return {
        "account_sid": account.sid,
        "capabilities": {"fax": False, "mms": False, "sms": True, "voice": True},
        "friendly_name": sender.label,
        "phone_number": sender.e164,
        "sid": sid,
        "sms_method": "POST",
        "sms_url": sender.inbound_url,
        "status": "in-use",
        "uri": f"{base}/{sid}.json",
    }
