"""The case: from an accepted plan to booked chair time, or to a named person, and never into the void."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, ChildWorkflowError

with workflow.unsafe.imports_passed_through():
    from activities.standing import Standing
    from domain.case import CaseState
    from domain.route import Path
    from workflows.agenda import REST_AFTER_TROUBLE, Due
    from workflows.booking import Asked, BookingMoves
    from workflows.contracts import case as wire
    from workflows.cost import CostMoves

_CANNOT_END = (
    "This case cannot end yet: something refuses what has to be undone, such as giving a deposit back ({}). It is "
    "tried again every half hour. If you resolve the case, you see to it yourself"
)
_WHILE_ENDING = (wire.Resolve, wire.PersonNeeded, wire.DepositPaid)
_ONLY_NOW = (wire.ChooseOpening, wire.MoreTimes, wire.LookAgain)
"""Commands that are worth nothing half an hour later."""


@workflow.defn(name="Case")
class Case(BookingMoves, CostMoves):
    """One visit of one accepted plan. Commands and the deadline are taken one at a time, in the order they came."""

    @workflow.init
    def __init__(self, start: wire.CaseStart) -> None:
        super().__init__(start)
        self._person_first = start.person_first
        self._waiting: deque[Asked] = deque()

    @workflow.run
    async def run(self, start: wire.CaseStart) -> wire.CaseEnd:
        """Read it, route it, offer it; then listen until it ends."""
        while self._end is None:
            await self._listen()
        self._deadline.cancel()
        await self._hear_the_rest()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._end

    # --- the story

    async def _begin(self) -> None:
        await self._read_and_route()
        if self._end is None and not await self._sleeps():
            await self._open()

    async def _wake(self) -> None:
        """What had to heal has healed."""
        self._agenda.opens_at = None
        await self._open()

    async def _read_and_route(self) -> None:
        reading = await self._call.read()
        if reading.facts is None:
            await self._end_on(reading.look)
            return
        self._agenda.moves = reading.moves
        self._agenda.route = await self._call.route(reading)
        self._call.put_first(self._agenda.route.priority)
        self._state = CaseState.CLASSIFIED
        if reading.look.standing is not Standing.GO:
            await self._obey_look(reading.look)

    async def _sleeps(self) -> bool:
        """Until something has healed nothing is offered and nobody asks; a person who has the case already keeps it."""
        start_at = self._route.start_at
        if self._person_first or start_at is None or start_at <= workflow.now():
            return False
        self._agenda.opens_at = self._agenda.accepted_at = start_at
        if self._route.path is Path.SAME_VISIT:  # nobody is in the building any more by then
            self._agenda.route = self._route.model_copy(update={"path": Path.LINK})
        if self._agenda.texting:
            self._state = CaseState.PAUSED
            why = next((reason.text for reason in self._route.reasons if reason.value == "earliest"), "")
            await self._call.pause(start_at, why or "something has to heal first")
        return True

    async def _open(self) -> None:
        """Approval first where the rules ask for one; else the path decides who hears of it first."""
        if not self._agenda.texting:
            return
        if self._person_first:
            await self._give_to_person("cancelled", self._person_first)
        elif self._route.approvals:
            await self._ask_approval(0)
        elif self._route.path is Path.CALLBACK:
            why = "; ".join(reason.text for reason in self._route.reasons) or "the rules say: call"
            await self._give_to_person("callback", f"Please call this patient: {why}")
        elif self._route.path is Path.SAME_VISIT:
            await self._open_task("same_visit", "The patient is in the building: book before they leave")

    async def _listen(self) -> None:
        """Wait for a command or the deadline, whichever comes first, and deal with it; no refusal ends the case."""
        due, at = self._agenda.deadline()
        self._deadline.set(at)
        await workflow.wait_condition(lambda: self._next is not None or self._deadline.rang)
        asked = self._take()
        try:
            if asked is not None:
                await self._while_hearing(self._obey(asked))
            else:
                self._deadline.cancel()
                await self._while_hearing(self._when_due(due), gives_way=due is Due.TEXT)
            self._agenda.rest_until = None
        except (ActivityError, ChildWorkflowError) as refused:
            self._keep_for_later(asked)
            await self._in_trouble(refused)
        finally:
            if asked is not None:
                asked.answer = asked.answer or self._unasked(asked)

    @property
    def _next(self) -> Asked | None:
        """Commands wait until the plan is routed; once booked only a call for a person comes before the end."""
        if self._agenda.route is None:
            return None
        return self._call_for_person if self._agenda.booked else next(iter(self._waiting), None)

    @property
    def _call_for_person(self) -> Asked | None:
        """What is heard at once: who is in need at any time, any call while nothing else is heard any more."""
        calls = (asked for asked in self._waiting if isinstance(asked.command, wire.PersonNeeded))
        return next((asked for asked in calls if asked.command.urgent or self._agenda.is_over), None)

    def _take(self) -> Asked | None:
        asked = self._next
        if asked is not None:
            self._waiting.remove(asked)
        return asked

    async def _while_hearing(self, move: Coroutine[Any, Any, None], *, gives_way: bool = False) -> None:
        """Make the move. A vendor may drag it out for hours: whoever is in need is heard at once, and when it writes
        down a booking or an end, whoever calls for a person. ``gives_way``: it is not made any more then."""
        moving = asyncio.create_task(move)
        heard = False
        try:
            while not moving.done():
                await workflow.wait_condition(lambda: moving.done() or self._call_for_person is not None)
                asked = None if moving.done() else self._call_for_person
                if asked is not None:
                    heard = True
                    await self._call_person(asked)
                    if gives_way:
                        moving.cancel()
                        break
            await _done(moving, cancelled=heard and gives_way)
        finally:
            moving.cancel()
        task = self._agenda.task
        if heard and task is not None and not self._agenda.is_over and self._agenda.hold is None:
            self._state = CaseState.PAUSED  # what the move did meanwhile is not where the case stands
            await self._call.pause(task.climb_at, f"task of {task.owner}")

    async def _call_person(self, asked: Asked) -> None:
        self._waiting.remove(asked)
        try:
            await self._person_needed(asked.command, meanwhile=True)
        except ActivityError:
            self._agenda.refused.append(asked.command)
        asked.answer = self._unasked(asked)

    async def _in_trouble(self, refused: ActivityError | ChildWorkflowError) -> None:
        """Something said no that no retry mends (a key, a permission): a person hears of it, and it is tried again."""
        kind = getattr(refused.cause, "type", None) or type(refused.cause).__name__
        workflow.logger.warning("in trouble: %s", kind)
        self._agenda.rest_until = workflow.now() + REST_AFTER_TROUBLE
        task, ending = self._agenda.task, self._agenda.ending
        if task is not None and task.climb_at <= workflow.now():
            task.climb_at = self._agenda.rest_until
        if ending is not None and not ending.told:
            ending.told = True
            await self._open_task("trouble", f"{_CANNOT_END.format(kind)}. The end: {ending.why}")
        elif task is None:
            why = f"Something refuses what this case needs ({kind}); it is tried again every half hour. Please look"
            await self._open_task("trouble", why)

    def _keep_for_later(self, asked: Asked | None) -> None:
        """What somebody said is not lost because a vendor refuses; an end that was begun is ended by itself."""
        if asked is not None and self._agenda.ending is None and not isinstance(asked.command, _ONLY_NOW):
            self._agenda.refused.append(asked.command)

    async def _obey_again(self) -> None:
        said = self._agenda.refused.popleft()
        try:
            await self._obey(Asked(said))
        except (ActivityError, ChildWorkflowError):
            self._agenda.refused.appendleft(said)
            raise

    async def _when_due(self, due: Due) -> None:
        steps: dict[Due, Callable[[], Awaitable[None]]] = {
            Due.READ: self._begin,
            Due.RECORD: self._record,
            Due.TEXT: self._send_next_text,
            Due.ESCALATE: self._escalate,
            Due.APPROVAL: self._approval_lapsed,
            Due.REMIND: self._remind,
            Due.HOLD_END: self._end_hold,
            Due.BOOKING: self._book,
            Due.CLIMB: self._climb,
            Due.OPEN: self._wake,
            Due.COST: self._cost_unanswered,
            Due.END: self._end_again,
            Due.AGAIN: self._obey_again,
        }
        await steps[due]()

    async def _obey(self, asked: Asked) -> None:
        obeyed: dict[type, Callable[[Any], Awaitable[None]]] = {
            wire.DepositPaid: self._deposit_paid,
            wire.LookAgain: self._look_again,
            wire.NoTimesLeft: self._no_times_left,
            wire.TextsStopped: self._texts_stopped,
            wire.PersonNeeded: self._person_needed,
            wire.NotNow: self._not_now,
            wire.Declined: self._declined,
            wire.MoreTimes: self._more_times,
            wire.LooksAtCost: self._looks_at_cost,
            wire.CostSettled: self._cost_settled,
            wire.VisitSettled: self._visit_settled,
            wire.Resolve: self._resolve,
            wire.Approve: self._approve,
            wire.WaiveDeposit: self._waive,
            wire.Reroute: self._reroute,
        }
        if self._agenda.ending is not None and not isinstance(asked.command, _WHILE_ENDING):
            return
        if isinstance(asked.command, wire.ChooseOpening):
            await self._choose(asked, asked.command)
        else:
            await obeyed[type(asked.command)](asked.command)

    # --- what it is told

    @workflow.signal(name="deposit_paid")
    def deposit_paid(self, paid: wire.DepositPaid) -> None:
        """Stripe has the deposit; it was re-read and stored before this was sent."""
        self._waiting.append(Asked(paid))

    @workflow.signal(name="look_again")
    def look_again(self, said: wire.LookAgain) -> None:
        """Something about this plan or patient changed in the PMS."""
        self._waiting.append(Asked(said))

    @workflow.signal(name="no_times_left")
    def no_times_left(self, said: wire.NoTimesLeft) -> None:
        """The patient found no time on the page."""
        self._waiting.append(Asked(said))

    @workflow.signal(name="texts_stopped")
    def texts_stopped(self, said: wire.TextsStopped) -> None:
        """Opted out, or the phone cannot be reached by text."""
        self._waiting.append(Asked(said))

    @workflow.signal(name="visit_settled")
    def visit_settled(self, said: wire.VisitSettled) -> None:
        """The booked visit that this case was to move was moved or cancelled."""
        self._waiting.append(Asked(said))

    @workflow.signal(name="person_needed")
    def person_needed(self, said: wire.PersonNeeded) -> None:
        """The patient wrote something that a person must read."""
        self._waiting.append(Asked(said))

    @workflow.update(name="choose_opening")
    async def choose_opening(self, choice: wire.ChooseOpening) -> wire.ChoiceOutcome:
        """The patient chose an opening, by page or by reply."""
        return cast(wire.ChoiceOutcome, await self._asked(choice))

    @workflow.update(name="respond")
    async def respond(self, said: wire.Response) -> wire.Answer:
        """Not now, declined, or a person please: the patient's other answers."""
        return cast(wire.Answer, await self._asked(said.command))

    @workflow.update(name="resolve")
    async def resolve(self, said: wire.Resolve) -> wire.Answer:
        """The owner says what became of the case."""
        return cast(wire.Answer, await self._asked(said))

    @workflow.update(name="approve")
    async def approve(self, said: wire.Approve) -> wire.Answer:
        """The answer to an approval checkpoint."""
        return cast(wire.Answer, await self._asked(said))

    @workflow.update(name="waive_deposit")
    async def waive_deposit(self, said: wire.WaiveDeposit) -> wire.Answer:
        """Staff let this patient book without a deposit."""
        return cast(wire.Answer, await self._asked(said))

    @workflow.update(name="reroute")
    async def reroute(self, said: wire.Reroute) -> wire.Answer:
        """A deliberate act of a manager: classify this case anew."""
        return cast(wire.Answer, await self._asked(said))

    @reroute.validator
    def validate_reroute(self, said: wire.Reroute) -> None:
        self._refuse_when_ended()

    @choose_opening.validator
    def validate_choose_opening(self, choice: wire.ChooseOpening) -> None:
        self._refuse_when_ended()

    @respond.validator
    def validate_respond(self, said: wire.Response) -> None:
        self._refuse_when_ended()

    @resolve.validator
    def validate_resolve(self, said: wire.Resolve) -> None:
        self._refuse_when_ended()

    @approve.validator
    def validate_approve(self, said: wire.Approve) -> None:
        self._refuse_when_ended()
        if self._agenda.approval_ends is None:
            raise ApplicationError("this case is not waiting for an approval", type="NotAwaitingApproval")

    @waive_deposit.validator
    def validate_waive_deposit(self, said: wire.WaiveDeposit) -> None:
        self._refuse_when_ended()

    @workflow.query(name="snapshot")
    def snapshot(self) -> wire.CaseSnapshot:
        """For operators; pages read the database."""
        task = self._agenda.task
        if self._agenda.route is None:
            return wire.CaseSnapshot(state=self._state)
        due, at = self._agenda.deadline()
        return wire.CaseSnapshot(
            state=self._state,
            tier=self._agenda.route.tier,
            next_what=due,
            next_at=at,
            steps_done=self._agenda.texts_done,
            task_owner=task.owner if task else "",
            holding=self._agenda.hold is not None,
        )

    async def _asked(self, command: Any) -> Any:
        asked = Asked(command)
        self._waiting.append(asked)
        await workflow.wait_condition(lambda: asked.answer is not None)
        return asked.answer

    async def _hear_the_rest(self) -> None:
        """Commands that came while the case was ending get the end as their answer; calls, money and texts that did
        not arrive are not lost."""
        self._waiting.extendleft(Asked(said) for said in reversed(self._agenda.refused))
        while self._waiting:
            asked = self._waiting.popleft()
            try:
                await self._obey_after_end(asked.command)
            except ActivityError as refused:
                workflow.logger.warning("refused after the end: %s", type(refused.cause).__name__)
            asked.answer = self._unasked(asked)

    async def _obey_after_end(self, said: Any) -> None:
        if isinstance(said, wire.PersonNeeded):
            await self._person_needed(said)
        elif isinstance(said, wire.TextsStopped) and self._agenda.booked:  # perhaps the confirmation did not arrive
            await self._open_task("text", f"The visit is booked, but texts stopped: {said.why}. Please call")
        elif isinstance(said, wire.DepositPaid) and said.deposit_id != self._agenda.paid_deposit:
            await self._give_back_or_ask("it was paid when the case had ended", said.deposit_id, answer=True)

    def _unasked(self, asked: Asked) -> wire.ChoiceOutcome | wire.Answer:
        """The answer where the move itself gave none."""
        if isinstance(asked.command, wire.ChooseOpening):
            return wire.ChoiceOutcome(kind=wire.ChoiceKind.REFUSED, why=f"the case is {self._state}")
        return self._answer("noted")

    def _answer(self, done: str) -> wire.Answer:
        return wire.Answer(state=self._state, done=done)

    def _refuse_when_ended(self) -> None:
        if self._end is not None:
            raise ApplicationError(f"the case has ended: {self._end.state}", type="CaseEnded")


async def _done(moving: "asyncio.Task[None]", *, cancelled: bool) -> None:
    try:
        await moving
    except (asyncio.CancelledError, ActivityError) as stopped:
        if not cancelled or (isinstance(stopped, ActivityError) and not isinstance(stopped.cause, CancelledError)):
            raise
