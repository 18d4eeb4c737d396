"""Signed values, rate limits, headers and the stylesheet's address."""

import threading
from pathlib import Path

import httpx
from fastapi import FastAPI, Response
from hypothesis import given
from hypothesis import strategies as st

from domain.location import Location
from web.site import RateLimiter, SecurityHeaders, Signer, content_policy, pay_origin, static_router, style_sheet

SIGNER = Signer(b"k" * 32)


@given(st.text(max_size=20), st.text(min_size=1, max_size=40), st.text(max_size=20))
def test_what_is_signed_can_be_read_for_its_purpose_only(purpose: str, value: str, other: str) -> None:
    signed = SIGNER.sign(purpose, value)
    assert SIGNER.read(purpose, signed) == value
    assert (SIGNER.read(other, signed) == value) is (other == purpose)
    assert Signer(b"x" * 32).read(purpose, signed) is None


@given(st.text(max_size=80))
def test_what_was_not_signed_is_never_read(text: str) -> None:
    assert SIGNER.read("purpose", text) is None
    assert SIGNER.command_id("scope", text) is None


def test_the_value_and_the_purpose_cannot_be_moved_into_each_other() -> None:
    assert SIGNER.read("a", SIGNER.sign("a\nb", "c")) is None
    mac = SIGNER.sign("a", "b\nc").rpartition(".")[2]
    assert SIGNER.read("a\nb", f"c.{mac}") is None


def test_every_form_has_an_id_of_its_own() -> None:
    one, two = SIGNER.command("link"), SIGNER.command("link")
    assert SIGNER.command_id("link", one) != SIGNER.command_id("link", two)
    assert SIGNER.command_id("link", one) == SIGNER.command_id("link", one)
    assert SIGNER.command_id("other link", one) is None


def test_a_key_has_its_share_each_span() -> None:
    now = [0.0]
    limiter = RateLimiter(seconds=60, clock=lambda: now[0])
    assert [limiter.allow("a", 2) for _ in range(3)] == [True, True, False]
    assert limiter.allow("b", 2)
    now[0] = 59.9
    assert not limiter.allow("a", 2)
    now[0] = 60.0
    assert [limiter.allow("a", 2) for _ in range(3)] == [True, True, False]


def test_refused_requests_do_not_prolong_the_wait() -> None:
    now = [0.0]
    limiter = RateLimiter(seconds=60, clock=lambda: now[0])
    limiter.allow("a", 1)
    for now[0] in (20.0, 40.0):
        assert not limiter.allow("a", 1)
    now[0] = 60.0
    assert limiter.allow("a", 1)


def test_many_keys_are_forgotten_when_they_are_old_and_memory_is_bounded() -> None:
    now = [0.0]
    limiter = RateLimiter(seconds=60, clock=lambda: now[0], most_keys=100)
    for number in range(1000):
        now[0] = number / 1000
        limiter.allow(f"key {number}", 1)
    assert len(limiter._seen) <= 100
    now[0] = 200.0
    limiter.allow("fresh", 1)
    for number in range(98):
        limiter.allow(f"new {number}", 1)
    assert not limiter.allow("fresh", 1)


def test_threads_share_one_count() -> None:
    limiter = RateLimiter(clock=lambda: 0.0)
    allowed: list[bool] = []

    def ask() -> None:
        for number in range(40):
            limiter.allow(f"{threading.get_ident()} {number}", 1)
        allowed.extend(limiter.allow("shared", 7) for _ in range(3))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 7


def a_location(base_url: str) -> Location:
    block = {"kind": "x", "base_url": "http://127.0.0.1:1"}
    return Location.model_validate(
        {
            "key": "boise",
            "name": "River Street Dental",
            "zone": "America/Boise",
            "state": "ID",
            "phone": "+12085550100",
            "pms": block,
            "messaging": block,
            "payments": {"kind": "stripe", "base_url": base_url},
            "staff": [],
            "default_owner": "kim",
        }
    )


def test_forms_may_lead_to_the_pay_page_only() -> None:
    assert pay_origin(a_location("https://api.stripe.com")) == "https://checkout.stripe.com"
    assert pay_origin(a_location("http://127.0.0.1:8701/stripe/v1")) == "http://127.0.0.1:8701"
    assert "form-action 'self' https://checkout.stripe.com; " in content_policy(("https://checkout.stripe.com",))


async def test_a_page_s_own_header_is_kept_and_the_rest_is_added(tmp_path: Path) -> None:
    sheet_file = tmp_path / "page.css"
    sheet_file.write_text("body { color: black }")
    sheet = style_sheet(sheet_file)
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.add_api_route("/own", lambda: Response("x", headers={"Cache-Control": "private"}))
    app.include_router(static_router(sheet))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as web:
        own = await web.get("/own")
        css = await web.get(sheet.href)
    assert own.headers["cache-control"] == "private"
    assert own.headers["content-security-policy"] == content_policy()
    assert "strict-transport-security" not in own.headers
    assert css.text == "body { color: black }"
    sheet_file.write_text("body { color: red }")
    assert style_sheet(sheet_file).href != sheet.href
