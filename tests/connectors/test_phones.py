"""Phone numbers: what counts as one, and what an area code says."""

import pytest

from connectors import phones


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("(208) 555-0142", "+12085550142"),
        ("208.555.0142", "+12085550142"),
        ("1-208-555-0142", "+12085550142"),
        ("+1 208 555 0142", "+12085550142"),
        (" 2085550142 ", "+12085550142"),
        ("+44 20 7946 0000", "+442079460000"),
        ("555-0142", None),
        ("208-555-0142 x12", None),
        ("000-000-0000", None),
        ("123-555-0142", None),
        ("208-055-0142", None),
        ("call the mother", None),
        ("", None),
    ],
)
def test_normalizes_any_punctuation_and_refuses_the_rest(raw: str, expected: str | None) -> None:
    assert phones.normalize(raw) == expected


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+16025550101", {"America/Phoenix"}),
        ("+12125550199", {"America/New_York"}),
        ("+18085550101", {"Pacific/Honolulu"}),
        ("+18505550123", {"America/Chicago", "America/New_York"}),
        ("+18005550100", set()),
        ("not a number", set()),
    ],
)
def test_names_every_zone_that_the_area_code_spans(phone: str, zones: set[str]) -> None:
    assert set(phones.zones_of(phone)) == zones


def test_a_number_is_in_its_area_codes_zones_whatever_the_exchange() -> None:
    assert phones.zones_of("+18502001234") == phones.zones_of("+18505550123")


@pytest.mark.parametrize(
    ("phone", "state"),
    [
        ("+12085550142", "ID"),
        ("+16025550101", "AZ"),
        ("+12065550120", "WA"),
        ("+12025550101", "DC"),
        ("+17875550100", "PR"),
        ("+14165550101", ""),
        ("+18005550100", ""),
        ("+442079460000", ""),
        ("", ""),
    ],
)
def test_state_of_an_area_code(phone: str, state: str) -> None:
    assert phones.state_of(phone) == state


def test_every_us_area_code_with_a_zone_in_the_lower_48_has_a_state() -> None:
    boise_like = ("America/Boise", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Chicago")
    stateless = [
        area
        for area in range(200, 1000)
        if set(phones.zones_of(f"+1{area}5550142")) & set(boise_like) and not phones.state_of(f"+1{area}5550142")
    ]
    assert stateless == []


@pytest.mark.parametrize(
    ("written", "code"), [("ID", "ID"), ("id", "ID"), ("idaho", "ID"), ("New York", "NY"), ("Ontario", ""), ("", "")]
)
def test_state_written_as_code_or_name(written: str, code: str) -> None:
    assert phones.state_code(written) == code


@pytest.mark.parametrize(
    ("phone", "hint"), [("+18005550100", "toll_free"), ("+442079460000", "landline"), ("+12085550142", "unknown")]
)
def test_line_hint(phone: str, hint: str) -> None:
    assert phones.line_hint(phone) == hint
