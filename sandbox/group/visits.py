"""The visits already in the book: no two in one chair or with one provider at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from sandbox.group.book import Block, Shift, blocks, clock_text, shifts
from sandbox.group.layout import Location, Numbers, codes, definition_num
from sandbox.group.setup import code_nums
from sandbox.opendental.patterns import expanded
from sandbox.opendental.resource import Row

USUAL = {
    "dentist": ("D0150", "D0140", "D2391", "D2392", "D2740", "D2330", "D7140", "D3320"),
    "surgeon": ("D7210", "D6010", "D7953", "D7960"),
    "hygienist": ("D1110", "D1110", "D1120", "D4910", "D4341"),
    "injector": ("CONS30", "TOX20", "TOX40", "FIL1", "LIPF1"),
    "aesthetician": ("PEEL", "HYDRA", "BBL1", "DERMA", "LHR6"),
}
FULLNESS = ((-1, 0.68), (13, 0.68), (27, 0.38), (55, 0.2), (1000, 0.08))
GAP_MINUTES = 30


def fullness(days_ahead: int) -> float:
    """The share of a provider's time that is taken so many days from now."""
    return next(share for limit, share in FULLNESS if days_ahead <= limit)


def visits(
    place: Location, seed: int, today: date, patients: list[Row], numbers: Numbers
) -> tuple[list[Row], list[Row]]:
    """Rows of appointment and of procedurelog."""
    dice = random.Random(f"{seed}/{place.office.number}/visits")
    active = [p["PatNum"] for p in patients if p["PatStatus"] == "Patient"]
    busy = list(blocks(place, today))
    seen: set[tuple[int, date]] = set()
    appointments: list[Row] = []
    procedures: list[Row] = []
    for shift in shifts(place, today):
        closed = [b for b in busy if b.day == shift.day]
        for minute, chair, code in _filled(shift, closed, fullness((shift.day - today).days), dice):
            patient = dice.choice(active)
            if (patient, shift.day) not in seen:
                seen.add((patient, shift.day))
                appointment, procedure = _rows(place, today, shift, minute, chair, code, patient, numbers)
                appointments.append(appointment)
                procedures.append(procedure)
    return appointments, procedures


def _filled(shift: Shift, closed: list[Block], share: float, dice: random.Random) -> Iterator[tuple[int, int, str]]:
    """Start, chair and code of the visits of one shift, one after the other."""
    usual = USUAL[shift.staff.role]
    mean = sum(codes()[c].minutes for c in usual) / len(usual)
    chance = share * GAP_MINUTES / (share * GAP_MINUTES + (1 - share) * mean)
    minute, turn = shift.start, 0
    while minute < shift.stop:
        code = dice.choice(usual)
        length = -(-codes()[code].minutes // 10) * 10 if codes()[code].kind == "dental" else codes()[code].minutes
        chair = shift.staff.chairs[turn % len(shift.staff.chairs)]
        fits = minute + length <= shift.stop and not _blocked(closed, chair, minute, minute + length)
        if fits and dice.random() < chance:
            yield minute, chair, code
            minute, turn = minute + length, turn + 1
        else:
            minute += GAP_MINUTES


def _blocked(closed: list[Block], chair: int, start: int, stop: int) -> bool:
    return any(chair in b.chairs and start < b.stop and b.start < stop for b in closed)


def _rows(
    place: Location, today: date, shift: Shift, minute: int, chair: int, code: str, patient: int, numbers: Numbers
) -> tuple[Row, Row]:
    past = shift.day < today
    hygiene = shift.staff.role == "hygienist"
    appointment, office = numbers.next("appointment"), place.office
    made = max(min(shift.day, today) - timedelta(days=45), today - timedelta(days=120))
    stamp = f"{(shift.day if past else made).isoformat()} 12:00:00"
    lead = place.num(next(c.provider for c in place.chairs if c.num == chair)) if hygiene else 0
    provider = place.num(shift.staff.num)
    detail = codes()[code]
    visit = {
        "AptNum": appointment,
        "PatNum": patient,
        "AptStatus": "Complete" if past else "Scheduled",
        "Pattern": expanded(detail.pattern(office.increment), office.increment),
        "Confirmed": definition_num(office.number, 2, "Unconfirmed"),
        "Op": place.num(chair),
        "ProvNum": lead or provider,
        "ProvHyg": provider if hygiene else 0,
        "AptDateTime": f"{shift.day.isoformat()} {clock_text(minute)}",
        "ProcDescript": detail.abbr,
        "ClinicNum": office.clinic_num,
        "IsHygiene": "true" if hygiene else "false",
        "SecDateTEntry": f"{made.isoformat()} 12:00:00",
        "DateTStamp": stamp,
    }
    procedure = {
        "ProcNum": numbers.next("procedurelog"),
        "PatNum": patient,
        "AptNum": appointment,
        "ProcDate": shift.day.isoformat(),
        "ProcFee": detail.fee_cents,
        "ProcStatus": "C" if past else "TP",
        "ProvNum": provider,
        "ClinicNum": office.clinic_num,
        "CodeNum": code_nums(place)[code],
        "DateTP": made.isoformat(),
        "SecDateEntry": made.isoformat(),
        "DateTStamp": stamp,
    }
    return visit, procedure
