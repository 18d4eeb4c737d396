"""Whether a webhook comes from Twilio."""

from twilio.request_validator import RequestValidator

from connectors.twilio.signature import is_genuine

TOKEN = "sandbox-token"
URL = "https://texts.example.org/webhooks/twilio?ob=12"
PARAMS = {"MessageSid": "SM1", "MessageStatus": "delivered", "SomethingNew": "x"}


def signature() -> str:
    return str(RequestValidator(TOKEN).compute_signature(URL, PARAMS))


def test_a_genuine_webhook() -> None:
    assert is_genuine(TOKEN, URL, PARAMS, signature())


def test_forgeries() -> None:
    good = signature()
    assert not is_genuine("other", URL, PARAMS, good)
    assert not is_genuine(TOKEN, URL.replace("https", "http"), PARAMS, good)
    assert not is_genuine(TOKEN, URL, {**PARAMS, "MessageStatus": "failed"}, good)
    assert not is_genuine(TOKEN, URL, {k: v for k, v in PARAMS.items() if k != "SomethingNew"}, good)
    assert not is_genuine(TOKEN, URL, PARAMS, "")


def test_an_empty_token_accepts_nothing() -> None:
    assert not is_genuine("", URL, PARAMS, str(RequestValidator("").compute_signature(URL, PARAMS)))
