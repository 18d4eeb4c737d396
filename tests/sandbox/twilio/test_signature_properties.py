"""Signatures and segments, for whatever comes."""

from __future__ import annotations

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from sandbox.twilio import segments
from sandbox.twilio.signature import signer

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
fields = st.dictionaries(st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True), words, max_size=12)
urls = st.sampled_from(["http://127.0.0.1:8700/webhooks/twilio", "https://practice.test/cb?ob=1&x=y"])


@given(words, urls, fields)
def test_the_official_validator_accepts_every_signature(token: str, url: str, form: dict[str, str]) -> None:
    signature = signer(token)(url, urlencode(form).encode())["X-Twilio-Signature"]
    assert RequestValidator(token).validate(url, form, signature)
    assert not RequestValidator(token + "x").validate(url, form, signature)


@given(st.text(max_size=700), st.text(max_size=5))
def test_more_text_never_takes_fewer_segments(body: str, more: str) -> None:
    assert 1 <= segments.count(body) <= segments.count(body + more)


@given(st.text("abc ", max_size=1600))
def test_plain_text_is_counted_by_its_length(body: str) -> None:
    expected = 1 if len(body) <= 160 else (len(body) + 152) // 153
    assert segments.count(body) == expected
