"""A page under a link that we gave out: its address, its forms, its cookies. Booking and plan pages stand on it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from domain.location import Location
from domain.records import LinkRecord
from web.site import Signer


@dataclass(frozen=True, slots=True)
class Linked:
    """`now` is the clock's time at the start of the request; `ROOT` is where the links of this kind live."""

    request: Request
    token: str
    link: LinkRecord
    location: Location
    now: datetime
    signing_key: bytes
    public_url: str

    ROOT: ClassVar[str]

    @property
    def path(self) -> str:
        return f"{self.ROOT}/{self.token}"

    @property
    def zone(self) -> ZoneInfo:
        return self.location.tz

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def signer(self) -> Signer:
        return Signer(self.signing_key)

    @property
    def scope(self) -> str:
        """What a form of this link is signed for."""
        return self.link.token_hash

    def to(self, rest: str = "", **query: str) -> RedirectResponse:
        """Go on to another page of this link (303: as a new request that changes nothing)."""
        return RedirectResponse(self.address(rest, **query), 303)

    def address(self, rest: str = "", **query: str) -> str:
        given = {name: value for name, value in query.items() if value}
        return f"{self.path}{rest}" + (f"?{urlencode(given)}" if given else "")

    def command(self) -> str:
        """A one-time id for a form on this page."""
        return self.signer.command(self.scope)

    def keep_cookie(self, answer: Response, name: str, value: str, seconds: int) -> None:
        secure = self.public_url.startswith("https:")
        answer.set_cookie(name, value, max_age=seconds, path=self.path, secure=secure, httponly=True, samesite="lax")

    def switch_to(self, language: str) -> str:
        """This page in the other language, "" when the practice has none; a page that answers a form leads to the
        start instead."""
        other = "es" if language == "en" else "en"
        if other not in self.location.languages:
            return ""
        read = self.request.method == "GET"
        query = dict(self.request.query_params) if read else {}
        return f"{self.request.url.path if read else self.path}?{urlencode(query | {'lang': other})}"
