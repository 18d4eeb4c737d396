"""One request of a staff member: who may ask, the frame of every page, the ids of forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from domain.case import END_STATES
from domain.location import Location
from domain.plan_records import PLAN_ID
from domain.records import CaseRecord
from web.console import said
from web.console.deps import ConsoleDeps
from web.console.kept import ICON
from web.site import Signer, Turned, client_address, style_sheet, templates

_HERE = Path(__file__).parent
STYLE = style_sheet(_HERE / "console.css")
_PAGES = templates(_HERE / "templates")
_PAGES.globals["said"] = said
_COOKIE = "staff_name"
_DONE = "console done"
_YEAR_SECONDS = 31_536_000
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")
REFUSED = (
    "Staff pages answer only on the computer that Chairtime runs on, until staff can sign in. "
    "Open them there at http://localhost, or through an SSH tunnel."
)


def is_local(request: Request) -> bool:
    """Whether the asker sits at this computer.

    The client's address decides. A request that some proxy forwarded for anybody is refused, whatever the proxy's own
    address, and so is a name that is not this computer's (a foreign page could point its name at loopback).
    """
    if any(header in request.headers for header in _FORWARDED) and not _forwarded_locally(request):
        return False
    return _is_loopback(client_address(request)) and _is_loopback(request.url.hostname or "")


def _forwarded_locally(request: Request) -> bool:
    if "forwarded" in request.headers:
        return False
    named = ",".join(request.headers.get(header, "") for header in _FORWARDED[:2]).split(",")
    return all(_is_loopback(each.strip()) for each in named if each.strip())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or bool(mapped and mapped.is_loopback)


@dataclass(frozen=True, slots=True)
class Desk:
    """``now`` is the clock's time at the start of the request."""

    deps: ConsoleDeps
    request: Request
    now: datetime

    @property
    def locations(self) -> Sequence[Location]:
        return sorted(self.deps.locations.all(), key=lambda each: each.name)

    @property
    def zones(self) -> Mapping[str, tzinfo]:
        return {each.key: each.tz for each in self.locations}

    @property
    def staff_name(self) -> str:
        """Who last acted from this browser."""
        return self.request.cookies.get(_COOKIE, "")

    def location(self, key: str) -> Location | None:
        return next((each for each in self.locations if each.key == key), None)

    def place_name(self, key: str) -> str:
        """A location's name; the key and a word about it for one whose file was taken away."""
        place = self.location(key)
        return place.name if place else f"{key} (its file was taken away)"

    def zone(self, key: str) -> tzinfo:
        """A location's zone; UTC for one whose file was taken away."""
        place = self.location(key)
        return place.tz if place else UTC

    def owner_name(self, location: str, key: str) -> str:
        """A staff member's name; the key itself for somebody who has left."""
        place = self.location(location)
        people = place.staff if place else ()
        return next((person.name for person in people if person.key == key), key)

    def page(self, template: str, *, status: int = 200, **more: Any) -> Response:
        text = _PAGES.get_template(template).render(**self._frame(), **more)
        return HTMLResponse(text, status, headers={"Content-Security-Policy": POLICY})

    def message(self, title: str, text: str, status: int = 200, back: str = "/console") -> Response:
        return self.page("message.html", status=status, title=title, text=text, back=back, here="")

    def to(self, address: str, done: str = "", **query: str) -> RedirectResponse:
        """Go on to another page (303: as a new request that changes nothing), which says what was ``done``."""
        signed = Signer(self.deps.signing_key).sign(_DONE, done) if done else ""
        return RedirectResponse(link(address, **query, done=signed), 303)

    @property
    def done(self) -> str:
        """What was just done; "" for words that are not ours, which a link from elsewhere might carry."""
        return Signer(self.deps.signing_key).read(_DONE, self.request.query_params.get("done", "")) or ""

    def remembering(self, answer: Response, name: str) -> Response:
        """Keep who acted, so that the next form has the name filled in."""
        answer.set_cookie(_COOKIE, name, max_age=_YEAR_SECONDS, path="/console", httponly=True, samesite="strict")
        return answer

    def command(self, scope: str) -> str:
        """A one-time id for a form about ``scope``."""
        return Signer(self.deps.signing_key).command(f"console {scope}")

    def command_id(self, scope: str, form: Mapping[str, str]) -> str:
        """The id of a form that came back. Raises Turned for a form that is not ours."""
        found = Signer(self.deps.signing_key).command_id(f"console {scope}", form.get("command", ""))
        if found is None:
            text = "This form is too old or was not made here. Open the page again and repeat what you did."
            raise Turned(self.message("Please try again", text, 400))
        return f"console-{found}"

    def _frame(self) -> dict[str, Any]:
        places = {each.key: each.name for each in self.locations}
        states = [(key, said.state(key)) for key in said.OPEN_STATES]
        return {
            "desk": self,
            "style": STYLE.href,
            "icon": ICON.href,
            "now": self.now,
            "stops": self.deps.switch.stops(),
            "named_places": list(places.items()),
            "named_states": states,
        }


def link(address: str, **query: str) -> str:
    given = {name: value for name, value in query.items() if value}
    return address + (f"?{urlencode(given)}" if given else "")


def case_path(case_id: str) -> str:
    """Where staff see what a task is about; a payment plan has its own window."""
    if case_id.startswith(PLAN_ID):
        return f"/console/plans/{case_id}"
    return "/console/cases/" + case_id.removeprefix("case/")


def patient_name(case: CaseRecord) -> str:
    return " ".join(part for part in (case.first_name, case.last_name) if part) or f"Patient {case.patient_id}"


def is_open(case: CaseRecord) -> bool:
    return case.state not in END_STATES and case.ended_at is None


_PAGES.globals.update(dict=dict, case_path=case_path, patient_name=patient_name, link=link, is_open=is_open)


def desk(request: Request) -> Desk:
    """The desk of a request from this computer. Raises Turned with 403 for any other."""
    if not is_local(request):
        text = _PAGES.get_template("refused.html").render(style=STYLE.href, text=REFUSED)
        raise Turned(HTMLResponse(text, 403))
    deps = cast(ConsoleDeps, request.state.console)
    return Desk(deps, request, deps.clock.now())
