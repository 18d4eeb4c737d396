"""Cases that found no opening: they look again as soon as chair time comes free."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.location import Location
from domain.records import CaseRecord
from domain.slots import Appointment, AppointmentStatus, BlockKind, ScheduleBlock
from loops.ports import Cases, Offices
from workflows.gateway import CaseGone, Gateway

FREES = (AppointmentStatus.BROKEN, AppointmentStatus.DELETED, AppointmentStatus.UNSCHEDULED)


class Waiting:
    def __init__(self, cases: Cases, offices: Offices, gateway: Gateway) -> None:
        self._cases = cases
        self._offices = offices
        self._gateway = gateway

    async def tell(self, account: str, why: str) -> None:
        """Cases of this office look again, and those of sister offices whose rule names it."""
        for office in self._offices.of_account(account):
            for case in await to_thread(self._cases.open_waiting, account):
                if case.location == office.key:
                    await self._look_again(case, why)
            for sister in self._offices.sisters(office.key):
                await self._tell_sister(sister, office, why)

    async def tell_records(self, budget: str, why: str) -> None:
        """Every waiting case of these patient records: offices that share them share their people's time."""
        for office in self._offices.all():
            if office.budget == budget:
                for case in await to_thread(self._cases.open_waiting, office.account):
                    await self._look_again(case, why)

    async def _tell_sister(self, sister: Location, office: Location, why: str) -> None:
        for case in await to_thread(self._cases.open_waiting, sister.account):
            if case.route is not None and office.key in case.route.other_locations:
                await self._look_again(case, f"{why} at {office.name}")

    async def _look_again(self, case: CaseRecord, why: str) -> None:
        if not case.workflow_started:
            return
        try:
            await self._gateway.look_again(case.case_id, why)
        except CaseGone:
            return


def frees(before: Appointment | None, after: Appointment) -> bool:
    """Whether the change gave chair time back: the visit was called off, or is elsewhere, shorter or later now."""
    if after.status in FREES:
        return True  # one that we called off ourselves stands so in the mirror already
    return before is not None and before.status is AppointmentStatus.SCHEDULED and _place(before) != _place(after)


def gains_hours(
    before: Sequence[ScheduleBlock], after: Sequence[ScheduleBlock], first: datetime, last: datetime
) -> bool:
    """Whether what begins in [first, last) has working hours that it had not, or lost a blockout."""
    was, now = _by_kind(before, first, last), _by_kind(after, first, last)
    return bool(now[BlockKind.WORK] - was[BlockKind.WORK] or was[BlockKind.BLOCKOUT] - now[BlockKind.BLOCKOUT])


def _place(visit: Appointment) -> tuple[object, ...]:
    return (
        visit.start,
        visit.pattern,
        visit.secondary_pattern,
        visit.operatory_id,
        visit.provider_id,
        visit.hygienist_id,
    )


def _by_kind(
    blocks: Sequence[ScheduleBlock], first: datetime, last: datetime
) -> Mapping[BlockKind, set[ScheduleBlock]]:
    """By what they say, whatever their ids are."""
    said = [block.model_copy(update={"id": ""}) for block in blocks if first <= block.start < last]
    return {kind: {block for block in said if block.kind is kind} for kind in BlockKind}
