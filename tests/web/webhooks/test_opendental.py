"""Open Dental's unsigned events: the customer key and the secret path must both be right."""

import json

import httpx
import pytest

from db.stores.inbox import InboxStore
from tests.web.webhooks.conftest import CUSTOMER_KEY, Bell
from web.webhooks.opendental import event_path, path_token

PATH = event_path("boise", CUSTOMER_KEY)
ROWS = json.dumps([{"AptNum": 12, "AptStatus": "Planned", "DateTStamp": "2026-11-20 10:00:00"}]).encode()
HEADERS = {"Authorization": CUSTOMER_KEY, "Workstation": "SERVER", "Event-Type": "WatchTable: Appointment"}


async def test_changed_rows_are_kept_once(web: httpx.AsyncClient, inbox: InboxStore, bell: Bell) -> None:
    for _ in range(3):
        assert (await web.post(PATH, content=ROWS, headers=HEADERS)).status_code == 204
    [row] = inbox.unhandled()
    assert row.source == "opendental"
    body = json.loads(row.body)
    assert (body["location"], body["event_type"]) == ("boise", "WatchTable: Appointment")
    assert json.loads(body["raw"])[0]["AptNum"] == 12
    assert bell.rings == 3


async def test_other_rows_or_another_table_are_rows_of_their_own(web: httpx.AsyncClient, inbox: InboxStore) -> None:
    await web.post(PATH, content=ROWS, headers=HEADERS)
    await web.post(PATH, content=ROWS.replace(b"10:00", b"10:05"), headers=HEADERS)
    await web.post(PATH, content=ROWS, headers=HEADERS | {"Event-Type": "WatchTable: AppointmentDeleted"})
    assert len(inbox.unhandled()) == 3


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (PATH, "another-key"),
        (PATH, ""),
        (PATH[:-1], CUSTOMER_KEY),
        (f"/webhooks/opendental/boise/{path_token('mute', CUSTOMER_KEY)}", CUSTOMER_KEY),
    ],
    ids=["wrong key", "no key", "cut path", "path of another location"],
)
async def test_a_stranger_is_refused(web: httpx.AsyncClient, inbox: InboxStore, path: str, key: str) -> None:
    answer = await web.post(path, content=ROWS, headers=HEADERS | {"Authorization": key})
    assert answer.status_code == 403
    assert not inbox.unhandled()


async def test_a_location_without_a_key_takes_nothing(web: httpx.AsyncClient, inbox: InboxStore) -> None:
    """The path made from an empty key is known to everybody, so it must not exist."""
    answer = await web.post(event_path("mute", ""), content=ROWS, headers=HEADERS | {"Authorization": ""})
    assert answer.status_code == 404
    assert not inbox.unhandled()
