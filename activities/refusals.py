"""What a carrier's word about one text means for the next ones: said at once or told later, it is obeyed the same way.

| what the vendor's code means | what is done                                                                        |
| ---------------------------- | ----------------------------------------------------------------------------------- |
| opted out                    | the phone goes on the suppression list, the PMS is told, a person calls              |
| sender                       | the location's texts are halted until a person lifts that, a task says so            |
| filtered                     | the template is not sent at this location until a person lifts that, a task says so  |
| later                        | an unasked text is tried once more, an hour later and at a permitted time            |
| number, unknown              | a person calls                                                                       |

Which code means what is the vendor's to say (``connectors/twilio/codes.py``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from activities.permission import CAP_WINDOW, Permissions
from activities.ports import Clock, Locations, OutboxStore, SuppressionStore, TaskStore, TextingSwitch
from connectors.base import Trouble, Vendors
from domain.location import Location, StaffMember
from domain.records import TEXTING_TASK, TaskRecord, TextRecord, TextState

AGAIN = ".again"
"""Ends the step of a text that is tried once more."""
STAFF_ALERT = "staff_alert"
_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Refused:
    """``again``: it is tried once more then, and nobody needs to call yet."""

    trouble: Trouble
    again: datetime | None = None


class Refusals:
    """Safe to repeat: the same word about the same text does its work once."""

    def __init__(
        self,
        outbox: OutboxStore,
        suppressions: SuppressionStore,
        switch: TextingSwitch,
        tasks: TaskStore,
        permissions: Permissions,
        locations: Locations,
        vendors: Vendors,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._suppressions = suppressions
        self._switch = switch
        self._tasks = tasks
        self._permissions = permissions
        self._locations = locations
        self._vendors = vendors
        self._clock = clock

    def take(self, text: TextRecord, code: str) -> Refused:
        """Obey what the vendor said of this text."""
        trouble = self._vendors.texting(text.location).trouble(code)
        since = text.begun_at or text.created_at
        if trouble is Trouble.OPTED_OUT:
            self._suppressions.suppress(text.to, "opted out at the carrier", "carrier", self._clock.now(), since)
        elif trouble is Trouble.SENDER:
            reason = f"the carrier refuses this sender (code {code})"
            if self._switch.halt(text.location, reason, since):
                self._alert(text, f"No text leaves this location: {reason}. Mend it at the vendor, then lift the halt")
        elif trouble is Trouble.FILTERED and text.kind == "campaign":
            reason = f"the carrier took it for spam (code {code})"
            if self._switch.stop(text.location, text.template, reason, since):
                what = f'The text "{text.template}" is not sent any more: {reason}'
                self._alert(text, f"{what}. Mend its words or ask the vendor, then lift the stop")
        elif trouble is Trouble.LATER:
            return Refused(trouble, self._once_more(text, code))
        return Refused(trouble)

    def _once_more(self, text: TextRecord, code: str) -> datetime | None:
        """The same words in a row of their own, an hour later. Answers are not repeated: by then they are stale."""
        if text.kind != "campaign" or text.step.endswith(AGAIN):
            return None
        now = self._clock.now()
        who = self._permissions.of_text(text)
        sent = self._outbox.unasked_sent(text.to, now - CAP_WINDOW, [text.id])
        person, at = self._permissions.person(who), now + _AGAIN_AFTER
        permission = self._permissions.judge(who, person, sent, at)
        if not permission.decision.allowed and permission.decision.next_allowed is not None:
            at = permission.decision.next_allowed
            permission = self._permissions.judge(who, person, sent, at)
        if not permission.decision.allowed:
            return None
        row = text.model_copy(
            update={
                "id": text_id(text.case_id, text.step + AGAIN, text.to),
                "step": text.step + AGAIN,
                "state": TextState.QUEUED,
                **dict.fromkeys(("sid", "error_code"), ""),
                **dict.fromkeys(("begun_at", "sent_at", "told_at")),
                "attempts": 0,
                "created_at": now,
                "lapses_at": permission.lapses_at,
                "not_before": at,
                "why": f"the carrier could not deliver it (code {code}); tried once more",
            }
        )
        return self._outbox.add(row).not_before

    def _alert(self, text: TextRecord, why: str) -> None:
        """A task for the manager of the location; nobody's health is in it."""
        location = self._locations.get(text.location)
        self._tasks.put(
            TaskRecord(
                id="tk_" + sha256(f"{text.location}|texting|{text.id}".encode()).hexdigest()[:20],
                case_id=f"location/{location.key}",
                location=location.key,
                kind=TEXTING_TASK,
                owner=_manager(location).key,
                text=f"{why}: on the health page, or `chairtime texting lift {location.key}`.",
                urgent=True,
                opened_at=self._clock.now(),
            )
        )


def text_id(case_id: str, step: str, to: str) -> str:
    """Opaque, the same for the same (case, step, phone), so that a retry finds its row."""
    return "tx_" + sha256(f"{case_id}|{step}|{to}".encode()).hexdigest()[:24]


def _manager(location: Location) -> StaffMember:
    managers = (person for person in location.staff if person.role == "manager")
    return next(managers, location.member(location.default_owner))
