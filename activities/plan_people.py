"""Texts to the payer of a plan, and the links in them."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import activity

from activities.courier import Courier, SendResult, Sent, TextDraft, location_fields
from activities.plan_ports import PlanStore
from activities.plan_steps import PlanSteps
from activities.ports import Clock, LinkStore, Locations
from domain.plan_records import PlanRecord
from rules.messages import day_line

LINK_LIFE = timedelta(days=60)


class PlanText(BaseModel):
    """`step` is unique within the plan: the same step is one text, whatever dies. `path` follows the plan's link."""

    model_config = ConfigDict(frozen=True)

    plan_id: str
    step: str
    template: str
    path: str = ""
    day: date | None = None
    answer: bool = False


class PlanLinks:
    """Addresses of a plan's pages for its payer; the token is known by its hash only."""

    def __init__(self, links: LinkStore, clock: Clock, public_url: str) -> None:
        self._links = links
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    def address(self, plan: PlanRecord, path: str = "") -> str:
        """A new link of this plan."""
        now = self._clock.now()
        token = self._links.issue(plan.id, plan.phone, now, now + LINK_LIFE)
        return f"{self._public_url}/p/{token}{path}"

    def staff_address(self, plan_id: str) -> str:
        """The plan in the staff pages."""
        return f"{self._public_url}/console/plans/{plan_id}"


class PlanPeople:
    def __init__(
        self,
        plans: PlanStore,
        steps: PlanSteps,
        links: PlanLinks,
        courier: Courier,
        locations: Locations,
    ) -> None:
        self._plans = plans
        self._steps = steps
        self._links = links
        self._courier = courier
        self._locations = locations

    @activity.defn(name="send_plan_text")
    def send(self, given: PlanText) -> SendResult:
        """Text the payer, once a step; what was told before opens no new link. BLOCKED when there is no number that may
        be texted."""
        plan = self._plans.get(given.plan_id)
        if not plan.phone or plan.paused:
            return SendResult(sent=Sent.BLOCKED, why=plan.paused or "no number that may be texted")
        known = self._courier.known(plan.id, given.step, plan.phone)
        if known is not None:
            return known
        place = self._locations.get(plan.location)
        fields = location_fields(place, plan.guarantor_name.split(" ")[0]).model_copy(
            update={
                "link": self._links.address(plan, given.path),
                "date": day_line(given.day, plan.language) if given.day else "",
            }
        )
        draft = TextDraft(
            case_id=plan.id,
            location=plan.location,
            to=plan.phone,
            state=plan.patient_state,
            step=given.step,
            template=given.template,
            language=plan.language,
            fields=fields,
            answer=given.answer,
        )
        result = self._courier.send(draft)
        if result.sent is not Sent.DEFERRED:
            who = self._steps.by(plan.location)
            said = f"text {given.template.replace('_', ' ')}: {result.sent} {result.why}".strip()
            self._plans.log(plan.id, [who.event("text", said)])
        return result
