"""What every page keeps to: headers, size, nothing from elsewhere, limits, two languages."""

import re

import httpx
import pytest

from tests.web.booking.office import PUBLIC, Office, say_birth_date
from web.booking.deps import Limits

PATHS = ("", "/times", "/who", "/question", "/call-me", "/not-now", "/decline", "/wrong-number", "/paid")
_MOST_BYTES = 60_000
_LOADS = re.compile(r'(?:src|href|action|url)\s*=\s*"([^"]*)"')


async def test_every_page_has_the_strict_headers(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    for path in (*(f"/b/{token}{path}" for path in PATHS), "/b/unknown", "/nowhere"):
        headers = (await web.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "max-age" in headers["strict-transport-security"]


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_a_page_is_small_and_loads_nothing_from_elsewhere(
    office: Office, web: httpx.AsyncClient, lang: str
) -> None:
    case = office.case()
    token = office.link(case)
    confirm = f"/confirm?o={office.openings(case)[0].key}"
    for path in (*PATHS, confirm):
        joined = f"/b/{token}{path}{'&' if '?' in path else '?'}lang={lang}"
        page = await web.get(joined)
        assert page.status_code == 200
        sheet = re.search(r'<link rel="stylesheet" href="([^"]+)"', page.text)
        assert sheet is not None
        style = await web.get(sheet[1])
        assert style.headers["content-type"].startswith("text/css")
        assert "immutable" in style.headers["cache-control"]
        assert len(page.content) + len(style.content) < _MOST_BYTES
        assert "<script" not in page.text
        assert "style=" not in page.text
        for address in _LOADS.findall(page.text):
            assert address.startswith(("/b/", "/static/", "tel:", "#")), address
        assert "url(" not in style.text
        assert "@import" not in style.text


async def test_the_language_is_the_case_s_until_the_reader_switches(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(language="es"))
    spanish = await web.get(f"/b/{token}")
    assert '<html lang="es">' in spanish.text
    assert "Elija la hora de su visita" in spanish.text
    assert "Lunes 23 de noviembre".lower() in spanish.text
    switch = re.search(r'href="([^"]+)" lang="en"', spanish.text)
    assert switch is not None
    english = await web.get(switch[1])
    assert "Pick a time for your visit" in english.text
    assert "More times" in (await web.get(f"/b/{token}/times")).text
    assert "Más horas" in (await web.get(f"/b/{token}/times?lang=es")).text
    assert "Más horas" in (await web.get(f"/b/{token}/times?lang=xx")).text


async def test_a_language_that_we_do_not_speak_is_answered_in_english(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(language="vi"))
    assert '<html lang="en">' in (await web.get(f"/b/{token}")).text


@pytest.mark.parametrize("token", ["unknown", "a" * 22, "%00", "..%2f..", "x" * 2000])
async def test_a_token_that_was_never_issued_shows_nothing(web: httpx.AsyncClient, token: str) -> None:
    page = await web.get(f"/b/{token}")
    assert page.status_code == 404
    assert "River Street" not in page.text


async def test_a_link_is_limited(office: Office) -> None:
    office = Office(office.cases._database, Limits(link=3))
    case = office.case()
    token, other = office.link(case), office.link(case)
    async with office.browser() as web:
        answers = [await web.get(f"/b/{token}") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "Please wait a minute" in answers[3].text
        assert answers[3].headers["retry-after"] == "60"
        assert (await web.get(f"/b/{other}")).status_code == 200


async def test_an_address_is_limited_whatever_it_asks_for(office: Office) -> None:
    office = Office(office.cases._database, Limits(address=3))
    async with office.browser("203.0.113.9") as web:
        answers = [await web.get(f"/b/guess-{n}") for n in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    async with office.browser("203.0.113.10") as neighbour:
        assert (await neighbour.get("/b/guess")).status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_an_address_that_tells_nobody_apart_is_not_limited(office: Office, address: str) -> None:
    """Behind a proxy that forwards no address, one patient's haste must not shut out all others."""
    office = Office(office.cases._database, Limits(address=1))
    async with office.browser(address) as web:
        answers = [await web.get("/b/guess") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_names_are_escaped(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(first_name="<b>Ann</b> {x} {{7*7}}"))
    page = await web.get(f"/b/{token}")
    assert "&lt;b&gt;Ann&lt;/b&gt; {x} {{7*7}}" in page.text


async def test_a_form_that_is_too_big_or_too_odd_is_refused(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    big = await web.post(f"/b/{token}/question", content=b"question=" + b"x" * 30_000)
    many = await web.post(f"/b/{token}/question", content="&".join(f"a{n}=1" for n in range(60)))
    odd = await web.post(f"/b/{token}/question", content=b"question=\xff\xfe")
    assert [big.status_code, many.status_code, odd.status_code] == [413, 400, 400]


async def test_without_its_first_name_the_page_still_reads_well(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(first_name="", texted_patient_id="3"))
    page = await web.get(f"/b/{token}")
    assert "Pick a time for your visit" in page.text
    assert "Hello," in page.text
    wrong = await web.get(f"/b/{token}/wrong-number")
    assert "If this is not for you" in wrong.text


async def test_cookies_never_leave_their_link(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case())
    answers = [await web.get(f"/b/{token}?lang=es"), await say_birth_date(web, token)]
    for answer in answers:
        for cookie in answer.headers.get_list("set-cookie"):
            assert f"Path=/b/{token}" in cookie
            assert "SameSite=lax" in cookie
            assert "HttpOnly" in cookie
    assert PUBLIC.startswith("https")


async def test_a_practice_that_left_closes_its_links(office: Office, web: httpx.AsyncClient) -> None:
    token = office.link(office.case(location="left"))
    page = await web.get(f"/b/{token}")
    assert page.status_code == 410
    assert "This link is closed" in page.text
