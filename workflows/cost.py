"""When the cost holds a patient back: the case waits while they look at a payment plan or at financing."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.case import CaseState
    from domain.records import COST_TASK, LOOKING_AT_COST
    from workflows.agenda import LOOK_AT_COST_FOR
    from workflows.contracts import case as wire
    from workflows.flow import CaseFlow


class CostMoves(CaseFlow):
    """Nothing is sent while they look; a result wakes the case, no result brings a person."""

    async def _looks_at_cost(self, said: wire.LooksAtCost) -> None:
        self._agenda.cost_asked = True
        self._agenda.cost_until = workflow.now() + LOOK_AT_COST_FOR
        if self._agenda.hold is None:
            self._state = CaseState.PAUSED
            await self._call.pause(self._agenda.cost_until, LOOKING_AT_COST[said.way])

    async def _cost_unanswered(self) -> None:
        self._agenda.cost_until = None
        await self._give_to_person(
            COST_TASK, "The patient looked at ways to pay three days ago and gave no result. Please call"
        )

    async def _cost_settled(self, said: wire.CostSettled) -> None:
        """A way to pay: fresh openings at once, as the answer. A refusal by the lender: a person, at once."""
        if said.result == "financing_refused":
            self._agenda.cost_asked = True
            self._agenda.cost_until = None
            self._agenda.texting = False
            why = "Financing was not approved. Please call about a payment plan or another way"
            await self._open_task(COST_TASK, why, CaseState.PAUSED, command_id=f"refused-{self._agenda.rounds}")
        elif self._agenda.cost_asked or said.result == "financing_approved":
            await self._can_pay(said)

    async def _can_pay(self, said: wire.CostSettled) -> None:
        """What a person has for another reason stays with them."""
        self._agenda.cost_asked = False
        self._agenda.cost_until = None
        if self._agenda.task_kinds == {COST_TASK}:
            self._agenda.texting = True
            await self._close_tasks("a way to pay was found", said.result.replace("_", " "), by=said.by)
        if self._agenda.hold is None:
            if self._agenda.texting:
                self._agenda.start_over(workflow.now(), texts_done=1)
            await self._send_fresh("ready_to_book")
