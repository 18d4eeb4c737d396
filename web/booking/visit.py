"""One request of a patient: whose link it is, what it may see, and the frame that every page stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from domain.case import END_STATES, CaseState
from domain.location import Location
from domain.records import CaseRecord, DepositRecord, DepositState
from domain.slots import Opening
from web.booking.deps import BookingDeps
from web.booking.linked import Linked
from web.booking.words import LANGUAGES, Words, phone_link, phone_words
from web.site import Turned, content_policy, pay_origin, style_sheet, templates

_HERE = Path(__file__).parent
_PAGES = templates(_HERE / "templates")
STYLE = style_sheet(_HERE / "booking.css")
_LANGUAGE_COOKIE = "language"
_MONTH_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Visit(Linked):
    """What is known once the link is."""

    deps: BookingDeps
    case: CaseRecord
    say: Words

    ROOT = "/b"

    @property
    def office(self) -> Location:
        """Where the booked visit is; without one the case's own office."""
        return self.deps.locations.get(self.case.visit_office)

    def office_of(self, opening: Opening) -> Location:
        """Where this opening is."""
        return self.deps.locations.get(self.case.office_of(opening))

    def zone_of(self, opening: Opening) -> ZoneInfo:
        return self.office_of(opening).tz

    @property
    def is_booked(self) -> bool:
        """Whether the visit stands in the PMS; a cancelled one has no appointment any more."""
        return self.case.state is CaseState.BOOKED and bool(self.case.appointment_id)

    def paid_deposit(self) -> DepositRecord | None:
        """The deposit that was paid and is kept."""
        paid = [d for d in self.deps.deposits.of_case(self.case.case_id) if d.state is DepositState.PAID]
        return paid[-1] if paid else None

    @property
    def has_money_here(self) -> bool:
        """Whether a deposit stands for whatever time is chosen: of this visit, or kept from one that was called off."""
        kept = self.deps.deposits.kept_for(self.case.location, self.case.patient_id)
        return self.paid_deposit() is not None or (kept is not None and self.case.deposit_cents > 0)

    def due_cents(self) -> int:
        """What choosing a time would ask for now: nothing more once a deposit is paid, waived or kept."""
        if self.has_money_here:
            return 0
        waived = any(each.state is DepositState.WAIVED for each in self.deps.deposits.of_case(self.case.case_id))
        return 0 if waived else self.case.deposit_cents

    def page(
        self, template: str, *, status: int = 200, refresh: tuple[int, str] | None = None, **more: Any
    ) -> Response:
        """The template in the frame of this practice; ``refresh``: reload after seconds, at an address of ours."""
        text = _PAGES.get_template(template).render(
            visit=self, **frame(self.say, self.location, self.switch_to(self.say.language)), **more
        )
        answer = HTMLResponse(text, status)
        answer.headers["Content-Security-Policy"] = content_policy((pay_origin(self.location),))
        if refresh is not None:
            answer.headers["Refresh"] = f"{refresh[0]}; url={refresh[1]}"
        if self.request.query_params.get("lang") == self.say.language:
            self.keep_cookie(answer, _LANGUAGE_COOKIE, self.say.language, _MONTH_SECONDS)
        return answer

    def message(self, title: str, *text: str, status: int = 200, **more: Any) -> Response:
        """A page that says one thing; keys of the words."""
        return self.page("message.html", status=status, title=title, text=text, **more)

    def command_id(self, form: Mapping[str, str]) -> str:
        """The id of a form that came back. Raises Turned for a form that is not ours."""
        found = self.signer.command_id(self.scope, form.get("command", ""))
        if found is None:
            raise Turned(self.message("stale_title", "stale", status=400, again=True))
        return f"page-{found}"


def frame(say: Words, location: Location | None, switch: str) -> dict[str, Any]:
    """What the frame around every page shows. Without ``location`` (unknown link) it names no practice."""
    other = "es" if say.language == "en" else "en"
    return {
        "say": say,
        "style": STYLE.href,
        "practice": location.name if location else "",
        "phone": phone_words(location.phone) if location else "",
        "call": phone_link(location.phone) if location else "",
        "switch": switch,
        "switch_name": LANGUAGES[other]["language_name"] if switch else "",
        "other_language": other,
    }


def opened(request: Request, token: str) -> Visit:
    """The visit of a live link. Raises Turned with the page that says why there is none."""
    visit = found(request, token)
    if visit.link.closed_at is not None and not _says_its_end(visit):
        raise Turned(visit.message("closed_title", "closed", status=410))
    if visit.link.closed_at is None and visit.link.expires_at <= visit.now:
        raise Turned(visit.page("expired.html", status=410))
    return visit


def _says_its_end(visit: Visit) -> bool:
    """A link that was closed because its case ended may say so; it shows nothing of the patient."""
    return visit.case.state in END_STATES - {CaseState.BOOKED} and visit.link.close_reason == visit.case.state


def found(request: Request, token: str) -> Visit:
    """The visit of any link that we gave out, within the rate limits."""
    deps = cast(BookingDeps, request.state.booking)
    link = deps.links.find(token)
    spoken = _asked_language(request)
    if link is None:
        raise Turned(_without_link(spoken or "en", "unknown_title", "unknown", 404))
    if not deps.limiter.allow(f"link {link.token_hash}", deps.limits.link):
        raise Turned(too_many(spoken or "en"))
    case = deps.cases.get(link.case_id)
    location = _place(deps, case, spoken)
    language = _first_of(spoken, case.language)
    guardian = bool(case.texted_patient_id) and case.texted_patient_id != case.patient_id
    say = Words(language, case.first_name, guardian)
    return Visit(
        request=request,
        token=token,
        link=link,
        location=location,
        now=deps.clock.now(),
        signing_key=deps.signing_key,
        public_url=deps.public_url,
        deps=deps,
        case=case,
        say=say,
    )


def _first_of(*wanted: str) -> str:
    """The first language that we have words in."""
    return next(each for each in (*wanted, "en") if each in LANGUAGES)


def _place(deps: BookingDeps, case: CaseRecord, spoken: str) -> Location:
    """Where the case is. Raises Turned when the practice has left: its files are gone, its links lead nowhere."""
    try:
        return deps.locations.get(case.location)
    except KeyError as left:
        raise Turned(_without_link(_first_of(spoken, case.language), "closed_title", "closed", 410)) from left


def too_many(language: str) -> Response:
    answer = _without_link(language, "slow_title", "slow", 429)
    answer.headers["Retry-After"] = "60"
    return answer


def _without_link(language: str, title: str, text: str, status: int) -> Response:
    shown = _PAGES.get_template("message.html").render(
        **frame(Words(language), None, ""), title=title, text=(text,), visit=None
    )
    return HTMLResponse(shown, status)


def _asked_language(request: Request) -> str:
    """What the reader asked for by the switch, now or earlier; "" when that is no language of ours."""
    asked = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else ""
