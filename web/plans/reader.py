"""One request of a plan's payer: whose link it is, whether it is the right person, the frame of every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from domain.plan_records import PLAN_ID, PlanRecord
from web.booking.linked import Linked
from web.booking.visit import frame
from web.booking.words import LANGUAGES, phone_words
from web.plans.deps import PlanPagesDeps
from web.plans.paper import PATIENT_PAGES, PATIENT_STYLE
from web.plans.words import PlanWords
from web.site import Signer, Turned, content_policy, pay_origin

MOST_FAILURES = 5
_KNOWN_FOR = timedelta(days=1)
_OPENS_FOR = timedelta(minutes=2)
_OFFICE_FOR = timedelta(minutes=30)
_MONTH_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Reader(Linked):
    """A payer at a plan's page. `office`: staff opened it on their tablet."""

    deps: PlanPagesDeps
    plan: PlanRecord
    say: PlanWords

    ROOT = "/p"

    @property
    def back(self) -> str:
        """This plan's address for other people's pages."""
        return self.deps.public_url.rstrip("/") + self.path

    @property
    def in_office(self) -> bool:
        return self._until("office") > self.now.timestamp()

    @property
    def known(self) -> bool:
        """Whether this browser gave the right date of birth within a day, or staff opened the page."""
        return self.in_office or self._until("who") > self.now.timestamp()

    def page(self, template: str, *, status: int = 200, script: str = "", **more: Any) -> Response:
        """The template in the frame of this practice; `script` is the address of ours that may run on it."""
        frames = frame(self.say, self.location, self.switch_to(self.say.language)) | {
            "style": PATIENT_STYLE.href,
            "script": script,
        }
        text = PATIENT_PAGES.get_template(template).render(reader=self, **frames, **more)
        answer = HTMLResponse(text, status)
        policy = content_policy((pay_origin(self.location),))
        answer.headers["Content-Security-Policy"] = f"{policy}; script-src 'self'" if script else policy
        self.keep_language(answer)
        return answer

    def keep_language(self, answer: Response) -> None:
        """The language that was asked for stays that of the pages to come."""
        if self.request.query_params.get("lang") == self.say.language:
            self.keep_cookie(answer, "language", self.say.language, _MONTH_SECONDS)

    def message(self, title: str, text: str, *, status: int = 200, again: bool = False) -> Response:
        return self.page("plan_message.html", status=status, title=title, text=text, again=again)

    @property
    def phone(self) -> str:
        """The practice's number as a reader sees it."""
        return phone_words(self.location.phone)

    def check(self, form: Mapping[str, str]) -> None:
        """Raises Turned for a form that is not ours."""
        if self.signer.command_id(self.link.token_hash, form.get("command", "")) is None:
            raise Turned(self.message("stale_title", self.say("stale"), status=400, again=True))

    def remember(self, answer: Response, what: str) -> None:
        """`who`: the right date of birth was given; `office`: staff opened it."""
        self.deps.links.forget_failures(self.plan.id)
        span = _OFFICE_FOR if what == "office" else _KNOWN_FOR
        until = str(int((self.now + span).timestamp()))
        value = self.signer.sign(self._purpose(what), until)
        self.keep_cookie(answer, what, value, int(span.total_seconds()))

    def count_failure(self) -> int:
        """One wrong date more; returns how many tries are left. With the last one every link of the plan is closed."""
        failures = self.deps.links.count_failure(self.link.token_hash)
        if failures >= MOST_FAILURES:
            self.deps.links.close_all(self.plan.id, "five wrong birth dates", self.now)
        return max(0, MOST_FAILURES - failures)

    def _until(self, cookie: str) -> int:
        return int(self.signer.read(self._purpose(cookie), self.request.cookies.get(cookie, "")) or "0")

    def _purpose(self, what: str) -> str:
        return f"plan {what} {self.link.token_hash} {self.plan.birthdate}"


def office_key(signer: Signer, token_hash: str, now: datetime) -> str:
    """What proves that staff open this link on their own tablet; it leads there for two minutes only, so that it is of
    no use in the tablet's history."""
    until = int((now + _OPENS_FOR).timestamp())
    return signer.sign(f"plan office {token_hash}", str(until))


def opens_office(signer: Signer, token_hash: str, key: str, now: datetime) -> bool:
    """Whether this key is the office's and was made just now."""
    return int(signer.read(f"plan office {token_hash}", key) or "0") > now.timestamp()


def found(request: Request, token: str) -> Reader:
    """The reader of a live link. Raises Turned with the page that says why there is none."""
    deps = cast(PlanPagesDeps, request.state.plans)
    link = deps.links.find(token)
    asked = request.query_params.get("lang") or request.cookies.get("language", "")
    if link is None or not link.case_id.startswith(PLAN_ID):
        raise Turned(_plain(asked if asked in LANGUAGES else "en", "unknown", 404))
    if not deps.limiter.allow(f"plan link {link.token_hash}", deps.limits.link):
        raise Turned(_plain("en", "slow", 429))
    plan = deps.plans.readable(link.case_id)
    if plan is None:
        raise Turned(_plain(asked if asked in LANGUAGES else "en", "trouble", 500))
    try:
        location = deps.locations.get(plan.location)
    except KeyError as left:  # the practice's file was taken away: its links lead nowhere
        raise Turned(_plain(plan.language if plan.language in LANGUAGES else "en", "unknown", 404)) from left
    language = next(each for each in (asked, plan.language, "en") if each in LANGUAGES)
    reader = Reader(
        request=request,
        token=token,
        link=link,
        location=location,
        now=deps.clock.now(),
        signing_key=deps.signing_key,
        public_url=deps.public_url,
        deps=deps,
        plan=plan,
        say=PlanWords(language, plan.first_name),
    )
    if link.closed_at is not None or link.expires_at <= reader.now:
        raise Turned(reader.message("closed_title", reader.say("closed"), status=410))
    return reader


def opened(request: Request, token: str) -> Reader:
    """The reader of a live link who is known; others are asked for the date of birth first."""
    reader = found(request, token)
    if not reader.known:
        answer = reader.to("/who", then=request.url.path.removeprefix(reader.path))
        reader.keep_language(answer)
        raise Turned(answer)
    return reader


def _plain(language: str, key: str, status: int) -> Response:
    say = PlanWords(language)
    frames = frame(say, None, "") | {"style": PATIENT_STYLE.href, "script": ""}
    page = PATIENT_PAGES.get_template("plan_message.html")
    text = page.render(reader=None, title=f"{key}_title", text=say(key), again=False, **frames)
    return HTMLResponse(text, status)


def trouble(request: Request, refused: bool) -> Response:
    """A system that we need does not answer, or refused. In the reader's language, and saying nothing of anybody."""
    key, status = ("trouble_stays", 400) if refused else ("trouble", 502)
    try:
        reader = found(request, request.path_params["token"])
    except Turned:  # a booking link leads here too; its plan is not made yet
        asked = request.query_params.get("lang") or request.cookies.get("language", "")
        return _plain(asked if asked in LANGUAGES else "en", key, status)
    return reader.message(f"{key}_title", reader.say(key), status=status, again=True)


def not_found() -> Response:
    """For a link that opens no plan; it says nothing of whose it might be."""
    return _plain("en", "unknown", 404)


def too_many() -> Response:
    """For an address that asks faster than a person."""
    return _plain("en", "slow", 429)
