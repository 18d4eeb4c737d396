"""What a case is waiting for: its state as one plain value, and the one deadline that follows from it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.case import CaseState
from domain.route import Route, Step

REMIND_BEFORE_HOLD_ENDS = timedelta(minutes=12)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Long past, so that no difference between two clocks makes it wait."""
LOOK_FOR_BOOKING_AFTER = timedelta(minutes=15)
REST_AFTER_TROUBLE = timedelta(minutes=30)
LOOK_AT_COST_FOR = timedelta(days=3)
"""How long a patient may look at a plan or at financing before a person asks."""


class Due(StrEnum):
    READ = "reading the plan"
    RECORD = "recording the booking"
    TEXT = "next text"
    ESCALATE = "escalation"
    APPROVAL = "end of the approval"
    REMIND = "deposit reminder"
    HOLD_END = "end of the hold"
    BOOKING = "second look for the booking"
    CLIMB = "next rung of the task"
    OPEN = "start after healing"
    COST = "answer about the cost"
    END = "end of the case"
    AGAIN = "what was refused, again"


@dataclass
class Hold:
    hold_id: str
    expires_at: datetime
    deposit_id: str = ""
    reminded: bool = False
    book_again_at: datetime | None = None


@dataclass
class Task:
    task_id: str
    owner: str
    climb_at: datetime


@dataclass
class Ending:
    """An end that is decided and not reached yet, because something refuses to be undone."""

    state: CaseState
    why: str
    by: str
    told: bool = False


@dataclass
class Agenda:
    """``texts_done`` counts the offer and the steps after it; ``not_before`` moves the next text.

    ``rounds``: how often the steps started over; ``closings``: how often the tasks were closed. Both keep what is sent
    or asked again apart from what was sent or asked before. ``rest_until``: after a refusal that no retry mends.
    ``opens_at``: it sleeps until then because something has to heal. ``queued``: it waits for openings, or for the
    patient's other plan, and looks again when it is told. ``moves``: the booked case whose visit this one is to move.
    ``cost_asked``: the patient wants to know about paying in parts; ``cost_until``: and is looking at it now.
    ``task_kinds``: what the open tasks are about. ``refused``: commands that something refused, to be tried again.
    ``asked_tasks``: what a patient asked for or said, and what was asked for when the case was booked or ending
    already: only a person closes them, neither a booking nor an end.
    """

    accepted_at: datetime
    route: Route | None = None
    rest_until: datetime | None = None
    opens_at: datetime | None = None
    moves: str = ""
    texting: bool = True
    texts_done: int = 0
    rounds: int = 0
    not_before: datetime | None = None
    approvals_asked: int = 0
    approval_ends: datetime | None = None
    escalated: bool = False
    hold: Hold | None = None
    task: Task | None = None
    closings: int = 0
    task_kinds: set[str] = field(default_factory=set)
    queued: bool = False
    ignored_appointment: str = ""
    fresh_offers: int = 0
    waived: bool = False
    paid_deposit: str = ""
    booked: str = ""
    cost_asked: bool = False
    cost_until: datetime | None = None
    ending: Ending | None = None
    refused: deque[Any] = field(default_factory=deque)
    asked_tasks: list[Task] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Booked, or an end is decided: what is left is to write it down."""
        return bool(self.booked) or self.ending is not None

    def asked_task(self) -> Task | None:
        """The one that is left when all others are closed; it has climbed as far as they have."""
        left = next(iter(self.asked_tasks), None)
        if left is not None and self.task is not None:
            left.climb_at = max(left.climb_at, self.task.climb_at)
        return left

    def start_over(self, at: datetime, texts_done: int = 0) -> None:
        """The steps and the 72 hours count from ``at`` on; what is sent again is a round of its own."""
        self.accepted_at = at
        self.not_before = None
        self.texts_done = texts_done
        self.rounds += 1
        self.escalated = False
        self.cost_until = None

    def deadline(self) -> tuple[Due, datetime]:
        """The one thing that happens next if nobody does anything. There always is one.

        After a refusal the case rests, but a person's task goes on climbing.
        """
        due, at = self._undisturbed()
        refused = self.refused and not self.booked  # once booked nothing comes before the record
        if self.rest_until is None:
            return (Due.AGAIN, AT_ONCE) if refused else (due, at)
        again = [(Due.AGAIN, self.rest_until)] if refused else []
        waits = [(due, max(at, self.rest_until)), *again, *filter(None, [self._climb()])]
        return min(waits, key=lambda wait: wait[1])

    def _undisturbed(self) -> tuple[Due, datetime]:
        if self.ending is not None:
            return Due.END, AT_ONCE
        if self.route is None:
            return Due.READ, AT_ONCE
        if self.booked:
            return Due.RECORD, AT_ONCE
        if self.hold is not None:
            waits = [_hold_deadline(self.hold), *filter(None, [self._climb()])]
            return min(waits, key=lambda wait: wait[1])
        if self.approval_ends is not None:
            return Due.APPROVAL, self.approval_ends
        pause = self._pause()
        steps = (pause,) if pause else (self._text(), self._escalation())
        waits = [wait for wait in (*steps, self._climb()) if wait is not None]
        return min(waits, key=lambda wait: wait[1], default=(Due.ESCALATE, self.escalate_at))

    def next_step(self) -> Step | None:
        """The text to send next: the offer first, then the route's steps; None when all are sent."""
        assert self.route is not None
        if self.texts_done == 0:
            return Step(name="offer", after_minutes=0, template="offer")
        done = self.texts_done - 1
        return self.route.steps[done] if done < len(self.route.steps) else None

    def after_this_text(self) -> tuple[Due, datetime]:
        """The deadline once the present step is sent, for the projection."""
        self.texts_done += 1
        kept, self.not_before = self.not_before, None
        try:
            return self.deadline()
        finally:
            self.texts_done -= 1
            self.not_before = kept

    def without_hold(self) -> tuple[Due, datetime]:
        """The deadline if the hold ends unpaid, for the projection."""
        kept, self.hold = self.hold, None
        try:
            return self.deadline()
        finally:
            self.hold = kept

    @property
    def escalate_at(self) -> datetime:
        hours = self.route.escalate_after_hours if self.route else 72
        return self.accepted_at + timedelta(hours=hours)

    def _pause(self) -> tuple[Due, datetime] | None:
        """Nothing is sent, and nobody is asked, before the end of it."""
        if self.opens_at is not None:
            return Due.OPEN, self.opens_at
        return (Due.COST, self.cost_until) if self.cost_until is not None else None

    def _text(self) -> tuple[Due, datetime] | None:
        step = self.next_step() if self.texting else None
        if step is None:
            return None
        due = self.accepted_at + timedelta(minutes=step.after_minutes)
        return Due.TEXT, max(due, self.not_before or due)

    def _escalation(self) -> tuple[Due, datetime] | None:
        if self.escalated or (self.task is not None and not self.texting):  # a person has it already; their task climbs
            return None
        at = self.escalate_at
        if self.not_before is not None and self.texting and self.texts_done == 0:  # a late nudge is skipped instead
            at = max(at, self.not_before + timedelta(hours=1))
        return Due.ESCALATE, at

    def _climb(self) -> tuple[Due, datetime] | None:
        return (Due.CLIMB, self.task.climb_at) if self.task else None


def _hold_deadline(hold: Hold) -> tuple[Due, datetime]:
    if hold.book_again_at is not None:
        return Due.BOOKING, hold.book_again_at
    if hold.deposit_id and not hold.reminded:
        return Due.REMIND, hold.expires_at - REMIND_BEFORE_HOLD_ENDS
    return Due.HOLD_END, hold.expires_at
