"""What Open Dental's plain-text answers mean, on a wire without a network."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import httpx
import pytest

from connectors.errors import Ambiguous, Conflict, InvalidRequest, NotFound, Unavailable
from connectors.opendental.booking import Booking
from connectors.opendental.client import OpenDentalClient, as_rows, made_row, one_row
from connectors.opendental.office import Office
from connectors.opendental.options import OpenDentalOptions
from domain.slots import AppointmentStatus

Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler) -> OpenDentalClient:
    return OpenDentalClient("http://office.invalid/api/v1", "dev", "cust", transport=httpx.MockTransport(handler))


def refusing(status: int, words: str) -> Handler:
    return lambda request: httpx.Response(status, text=words)


def test_the_keys_go_with_every_request() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "ODFHIR dev/cust"
        assert request.headers["Content-Type"] == "application/json"
        return httpx.Response(200, json=[])

    assert client(handler).rows("/providers") == []


@pytest.mark.parametrize(
    ("words", "read", "write"),
    [
        ("eConnector is not running", Unavailable, Unavailable),
        ("Could not connect to the office", Unavailable, Unavailable),
        ("The office timed out", Unavailable, Ambiguous),
        ("AptNum 12 is already scheduled", InvalidRequest, Conflict),
        ("PatNum is invalid", InvalidRequest, InvalidRequest),
        ("Version 24.1 or later is required", InvalidRequest, InvalidRequest),
    ],
)
def test_a_400_by_its_words(words: str, read: type[Exception], write: type[Exception]) -> None:
    office = client(refusing(400, words))
    with pytest.raises(read):
        office.get("/patients/1")
    with pytest.raises(write):
        office.post("/payments", {"PatNum": 1})


def test_the_words_of_a_refusal_are_not_passed_on() -> None:
    with pytest.raises(InvalidRequest) as refused:
        client(refusing(400, "Augusta Harper has no email")).get("/patients/1")
    assert "Augusta" not in str(refused.value)
    assert "GET /patients/1" in str(refused.value)


def test_an_answer_that_is_no_json_is_never_taken_for_nothing_done() -> None:
    office = client(lambda request: httpx.Response(200, text="<html>"))
    with pytest.raises(Unavailable):
        office.get("/patients/1")
    with pytest.raises(Ambiguous):
        office.post("/tasks", {})


def test_paging_goes_on_until_a_page_is_short() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query.decode())
        offset = int(request.url.params.get("Offset", "0"))
        return httpx.Response(200, json=[{"n": n} for n in range(offset, min(offset + 100, 230))])

    rows = client(handler).rows("/appointments", date="2026-11-23", ClinicNum="")
    assert [row["n"] for row in rows] == list(range(230))
    assert asked == [
        "date=2026-11-23",
        "date=2026-11-23&Limit=100&Offset=100",
        "date=2026-11-23&Limit=100&Offset=200",
    ]


def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[{}] * 100 if "Offset" not in request.url.params else [])

    assert len(client(handler).rows("/providers")) == 100


def test_rows() -> None:
    assert as_rows({"a": 1}) == [{"a": 1}]
    assert as_rows([{"a": 1}, "noise"]) == [{"a": 1}]
    assert as_rows(None) == as_rows({}) == []
    with pytest.raises(NotFound):
        one_row([], "the patient")
    with pytest.raises(Ambiguous):
        made_row(None, "the booking")


def test_deleted_appointments_come_from_the_history_where_there_is_one() -> None:
    deleted = {
        "HistApptAction": "Deleted",
        "HistDateTStamp": "2026-11-23 10:00:00",
        "AptNum": 5,
        "PatNum": 6,
        "AptStatus": "Scheduled",
        "Pattern": "XX",
        "AptDateTime": "2026-11-30 10:00:00",
    }

    def handler(request: httpx.Request) -> httpx.Response:
        history = request.url.path.endswith("histappointments")
        old = {**deleted, "AptNum": 4, "HistDateTStamp": "2026-11-01 10:00:00"}
        return httpx.Response(200, json=[deleted, old] if history else [])

    options = OpenDentalOptions(developer_key="dev", customer_key="cust")
    booking = Booking(Office(client(handler), ZoneInfo("America/Boise"), options, {}))
    changed, watermark = booking.changed_since("2026-11-23T17:00:00+00:00")
    assert [(one.id, one.status) for one in changed] == [("5", AppointmentStatus.DELETED)]
    assert watermark == "2026-11-23T17:00:00+00:00"
