"""One request of staff about payment plans: on this computer only, as for all staff pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from domain.location import Location
from domain.plan_records import PlanRecord
from web.console.desk import POLICY, REFUSED, is_local, link
from web.console.kept import ICON
from web.plans.deps import PlanPagesDeps
from web.plans.paper import STAFF_PAGES, STAFF_STYLE
from web.site import Signer, Turned

_COOKIE = "staff_name"
_FRAME = {"style": STAFF_STYLE.href, "icon": ICON.href, "here": "plans"}
"""What the frame of the staff pages shows of ours."""


@dataclass(frozen=True, slots=True)
class PlanDeskPage:
    """`now` is the clock's time at the start of the request."""

    deps: PlanPagesDeps
    request: Request
    now: datetime

    @property
    def staff_name(self) -> str:
        """Who last acted from this browser."""
        return self.request.cookies.get(_COOKIE, "")

    def place(self, key: str) -> Location:
        return self.deps.locations.get(key)

    def today(self, key: str) -> date:
        return self.now.astimezone(self.place(key).tz).date()

    def place_name(self, key: str) -> str:
        """A location's name; the key of one whose file was taken away."""
        return next((place.name for place in self.deps.locations.all() if place.key == key), key)

    def plan(self, plan_id: str) -> PlanRecord:
        """Raises Turned with 404 when there is none that can be read."""
        found = self.deps.plans.readable(plan_id)
        if found is None:
            text = f"There is no payment plan {plan_id}, or its row holds none any more; then there is a task about it."
            raise Turned(self.message("No such plan", text, 404))
        return found

    def page(self, template: str, *, status: int = 200, **more: Any) -> Response:
        frame = {**_FRAME, "stops": self.deps.texting_stops()}
        text = STAFF_PAGES.get_template(template).render(desk=self, now=self.now, link=link, **frame, **more)
        return HTMLResponse(text, status, headers={"Content-Security-Policy": POLICY})

    def fragment(self, template: str, **more: Any) -> Markup:
        return Markup(STAFF_PAGES.get_template(template).render(desk=self, now=self.now, link=link, **more))

    def message(self, title: str, text: str, status: int = 200, back: str = "/console/plans") -> Response:
        return self.page("plan_note.html", status=status, title=title, text=text, back=back)

    def to(self, address: str, **query: str) -> RedirectResponse:
        """Go on to another page (303: as a new request that changes nothing)."""
        return RedirectResponse(link(address, **query), 303)

    def command(self, scope: str) -> str:
        """A one-time id for a form about `scope`."""
        return Signer(self.deps.signing_key).command(f"plans {scope}")

    def check(self, scope: str, form: Mapping[str, str]) -> str:
        """The id of a form that came back. Raises Turned for a form that is not ours."""
        found = Signer(self.deps.signing_key).command_id(f"plans {scope}", form.get("command", ""))
        if found is None:
            text = "This form is too old or was not made here. Open the page again and repeat what you did."
            raise Turned(self.message("Please try again", text, 400))
        return found

    def by(self, place: Location, form: Mapping[str, str]) -> str:
        """Who acts: a member of the location's staff. Raises Turned for anybody else."""
        wanted = form.get("by", "") or self.staff_name
        if wanted not in {person.key for person in place.staff}:
            raise Turned(self.message("Who are you?", "Choose your name in the form, then save again.", 400))
        return wanted


def desk(request: Request) -> PlanDeskPage:
    """The desk of a request from this computer. Raises Turned with 403 for any other."""
    if not is_local(request):
        note = STAFF_PAGES.get_template("plan_note.html")
        text = note.render(**_FRAME, stops=(), title="Not from here", text=REFUSED, back="")
        raise Turned(HTMLResponse(text, 403))
    deps = cast(PlanPagesDeps, request.state.plans)
    return PlanDeskPage(deps, request, deps.clock.now())
