"""The phone page: threads, bubbles, links and replies, as a browser without scripts sees them."""

from __future__ import annotations

import re

from twilio.rest import Client

from tests.sandbox.vendor_server import Box

OURS, THEIRS = "+12085550100", "+12085550142"


def test_the_list_shows_every_phone_newest_first(box: Box, client: Client) -> None:
    for phone in (THEIRS, "+12085550143"):
        client.messages.create(to=phone, from_=OURS, body=f"To {phone[-1]}")
        box.advance(60)
    page = box.http.get("/phone").text
    assert page.index("(208) 555-0143") < page.index("(208) 555-0142")
    assert "/phone/12085550142" in page


def test_a_text_is_on_the_phone_only_once_it_was_delivered(box: Box, client: Client) -> None:
    box.post("twilio/numbers", e164="+12085550143", error=30007)
    client.messages.create(to="+12085550143", from_=OURS, body="Filtered")
    client.messages.create(to=THEIRS, from_=OURS, body="Arrives")
    assert "Arrives" not in box.http.get("/phone").text
    box.advance(5)
    page = box.http.get("/phone").text
    assert "Arrives" in page
    assert "Filtered" not in page


def test_links_can_be_tapped_and_markup_is_text(box: Box, client: Client) -> None:
    client.messages.create(to=THEIRS, from_=OURS, body="<b>See</b> http://127.0.0.1:8700/b/abc?x=1&y=2.")
    box.advance(5)
    page = box.http.get("/phone/12085550142").text
    assert '<a href="http://127.0.0.1:8700/b/abc?x=1&amp;y=2">' in page
    assert "&lt;b&gt;See&lt;/b&gt;" in page


def test_a_reply_goes_to_the_practice_and_shows_in_the_thread(box: Box, client: Client) -> None:
    client.messages.create(to=THEIRS, from_="+16025550100", body="Reply 1, 2 or 3")
    box.advance(5)
    answer = box.http.post("/phone/12085550142", data={"body": "2", "to": "+16025550100"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/phone/12085550142#newest")
    inbound = box.get("twilio/messages")["messages"][-1]
    assert (inbound["sender"], inbound["recipient"], inbound["text"]) == (THEIRS, "+16025550100", "2")
    page = box.http.get("/phone/12085550142").text
    assert page.index("Reply 1, 2 or 3") < page.index(f'class="out" data-sid="{inbound["sid"]}"')


def test_an_empty_reply_is_told_so(box: Box) -> None:
    answer = box.http.post("/phone/12085550142", data={"body": "  "})
    assert answer.status_code == 422
    assert "Message body is required" in answer.text


def test_the_pages_load_nothing_from_elsewhere(box: Box) -> None:
    for path in ("/phone", "/phone/12085550142"):
        page = box.http.get(path).text
        assert "src=" not in page
        assert re.findall(r'<link[^>]*href="(?!data:)', page) == []
