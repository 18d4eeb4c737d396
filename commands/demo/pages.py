"""A patient's browser: follows links, fills in the forms it finds, keeps cookies. No script, as the pages need none."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""All is plain HTTP on loopback; httpx would read the system's certificates anew for every browser."""


@dataclass(slots=True)
class Form:
    """``fields``: what would be sent as it stands; ``boxes``: the check boxes that are not ticked."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    status: int
    links: list[str]
    forms: list[Form]

    def links_with(self, part: str) -> list[str]:
        return [link for link in self.links if part in link]

    def form_to(self, part: str) -> Form | None:
        """The first form whose address has this part."""
        return next((form for form in self.forms if part in form.action), None)


class Browser:
    """One patient's; ``address`` is where it seems to come from, so that each has rate limits of their own."""

    def __init__(self, address: str) -> None:
        self._http = httpx.AsyncClient(
            headers={"X-Forwarded-For": address}, follow_redirects=True, trust_env=False, timeout=60, verify=_NO_TLS
        )

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def open(self, url: str) -> Page:
        return _page(await self._http.get(url))

    async def send(self, form: Form, given: Mapping[str, str] | None = None) -> Page:
        """Send a form with its hidden fields and what the patient typed or ticked."""
        return _page(await self._http.post(form.action, data={**form.fields, **(given or {})}))


def _page(answer: httpx.Response) -> Page:
    if answer.status_code >= 500:
        what = f"{answer.status_code} at {answer.url.path}"
        raise httpx.HTTPStatusError(what, request=answer.request, response=answer)
    reader = _Reader(str(answer.url))
    reader.feed(answer.text)
    return Page(str(answer.url), answer.status_code, reader.links, reader.forms)


class _Reader(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in has:
            self.links.append(urljoin(self._base, has["href"]))
        elif tag == "form":
            self.forms.append(Form(urljoin(self._base, has.get("action", ""))))
            self._inside = True
        elif tag == "input" and self._inside and has.get("name"):
            self._keep(has)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def _keep(self, has: Mapping[str, str]) -> None:
        form = self.forms[-1]
        if has.get("type") in ("checkbox", "radio") and "checked" not in has:
            form.boxes[has["name"]] = has.get("value", "on")
        else:
            form.fields[has["name"]] = has.get("value", "")
