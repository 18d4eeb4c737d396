"""A payment plan of the practice in a box, from the office's side and from the payer's."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.service import RPCError

from domain.payment_plan.terms import TreatmentPlanned
from domain.plan_records import Collection, PlanRecord, Proposal, Signature
from tests.stack import Stack

TYPED = Signature(name="Ann Example", how="typed", mark="Ann Example", address="192.0.2.7")
GOOD, DECLINING, ASKING, DISPUTED = "4242424242424242", "4000000000000341", "4000002760003184", "4000000000000259"


@dataclass(frozen=True)
class PlanStory:
    """One plan; `plan_id` names it."""

    stack: Stack
    plan_id: str

    @property
    def row(self) -> PlanRecord:
        return self.stack.parts.plans.plans.get(self.plan_id)

    @property
    def today(self) -> date:
        return self.stack.parts.plans.steps.today(self.row.location)

    @property
    def audit(self) -> list[str]:
        return [f"{each.kind}: {each.text}" for each in self.stack.parts.plans.plans.events(self.plan_id)]

    def money(self) -> list[Collection]:
        return list(self.stack.parts.plans.collections.of_plan(self.plan_id))

    def states(self) -> list[str]:
        return [str(each.state) for each in self.money()]

    def propose(self, **terms: Any) -> None:
        """The terms with these changed; all work counts as done unless said otherwise."""
        shown = self.row.shown_plan
        proposal = self.row.proposal or Proposal(shown.terms, shown.production)
        wanted = {"treatment_planned": TreatmentPlanned.TREAT_AS_COMPLETE} | terms
        changed = Proposal(replace(proposal.terms, **wanted), proposal.production)
        self.stack.parts.plans.desk.propose(self.plan_id, changed, "paula")

    def offer_and_sign(self, **more: Any) -> PlanRecord:
        desk = self.stack.parts.plans.desk
        version = desk.offer(self.plan_id, "paula")
        return desk.sign(self.plan_id, version.number, version.agreement_sha256, TYPED.model_copy(update=more))

    async def give_card(self, card: str = GOOD, expiry: str = "12/34") -> None:
        """On the processor's page; the webhook brings the news."""
        self.stack.parts.plans.money.card_page(self.plan_id, "https://plans.example/p/x")
        session = self.row.card_checkout_id
        await self.stack.practice.post("stripe/pay", session=session, card=card, expiry=expiry)
        await self.stack.deliver()

    async def pay_page(self, row: Collection, card: str = GOOD) -> None:
        self.stack.parts.plans.money.pay_page(row.id, "https://plans.example/p/x")
        session = self.money()[-1].checkout_id
        await self.stack.practice.post("stripe/pay", session=session, card=card)
        await self.stack.deliver()

    async def days(self, count: int = 1) -> None:
        """Walk on day by day, the loops running at each; a minute more, since a timer begins after its cause."""
        for _ in range(count):
            await self.stack.move(self.stack.now + timedelta(days=1, minutes=1))
            await self.run()

    async def to(self, day: date) -> None:
        """Noon of that day, without running anything on the way: the days between are missed."""
        if self.today < day:
            await self.stack.move(self.stack.now + (day - self.today))
        await self.run()

    async def run(self) -> None:
        """The loops, and the workflows that they started to their next rest."""
        for _ in range(3):
            await self.stack.step("plans")
            await self.stack.deliver()
            await self.calm()
        await self.stack.step("plan_office")

    async def calm(self) -> None:
        """Wait until no workflow of plans has an activity to do."""
        for handle in self.handles():
            await quiet(self.stack, handle)

    def handles(self) -> list[WorkflowHandle[Any, Any]]:
        stack = self.stack
        ids = [row.workflow_id for row in self.money() if row.started]
        ids.append(f"posting/{self.row.location}/{self.today.isoformat()}")
        return [stack.client.get_workflow_handle(each) for each in ids]

    async def charges(self) -> list[int]:
        """What the card processor took for this plan, in cents, oldest first."""
        records = await self.stack.practice.get("stripe/records")
        mine = {row.id for row in self.money()}
        intents = reversed(records["payment_intents"])
        found = [i for i in intents if i["metadata"].get("reference") in mine and i["status"] == "succeeded"]
        return [i["amount"] for i in sorted(found, key=lambda i: i["created"])]

    async def ledger(self) -> list[Decimal]:
        """Payments in the PMS ledger that carry this plan's references."""
        payments = (await self.stack.practice.records())["payments"]
        mine = {row.id for row in self.money()}
        return [Decimal(str(p["PayAmt"])) for p in payments if p["CheckNum"] in mine]

    def tasks(self) -> list[Any]:
        return list(self.stack.stores.tasks.of_case(self.plan_id))

    def texts(self) -> list[str]:
        return [text.template for text in self.stack.stores.outbox.of_case(self.plan_id)]


async def quiet(stack: Stack, handle: WorkflowHandle[Any, Any]) -> None:
    """Until the workflow ended, or waits for a timer or news; one that was never started is quiet."""
    for _ in range(3000):
        try:
            described = await handle.describe()
        except RPCError:
            return
        raw = described.raw_description
        resting = not raw.pending_activities and not raw.HasField("pending_workflow_task")
        if described.close_time is not None or resting:
            return
        if raw.pending_activities:
            await stack.pass_retries(raw.pending_activities)
        await asyncio.sleep(0.02)
    raise AssertionError(f"{handle.id} did not come to rest")


async def a_plan(stack: Stack, kind: str = "crown", **terms: Any) -> PlanStory:
    """A draft made from a treatment plan that has no open case."""
    number = stack.plan(kind)
    patient = str(stack.patient_of(number)["PatNum"])
    await stack.sign(number)
    record = stack.parts.plans.desk.from_treatment_plan("boise", patient, str(number), "paula", f"command {number}")
    plan = PlanStory(stack, record.id)
    plan.propose(**terms)
    return plan
