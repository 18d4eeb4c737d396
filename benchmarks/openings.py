"""How the cost of a search for openings grows with days, chairs and appointments.

``python -m benchmarks.openings [--json]`` measures the finder and, in the same run on the same office, the plain
minute-by-minute walk that the tests compare it with. Only ratios mean something on another machine.
"""

import argparse
import gc
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import process_time
from zoneinfo import ZoneInfo

from domain.openings import OpeningRequest, find_openings
from domain.people import Operatory
from domain.ranking import rank
from domain.slots import Appointment, AppointmentStatus, BlockKind, ScheduleBlock
from tests.domain.openings_office import naive_openings

ZONE = "America/Boise"
FIRST = date(2026, 3, 2)
PATTERN = "/" + "X" * 10 + "/"
DAY_STARTS = (8 * 60, 13 * 60)
DAY_STOPS = (12 * 60, 17 * 60)

Office = tuple[OpeningRequest, list[ScheduleBlock], list[Appointment]]


@dataclass(frozen=True, slots=True)
class Row:
    """One office. ``milliseconds``: the finder; ``picking``: choosing three to offer out of what it found, in ms.

    ``growth``: the finder's cost over the first row's; ``walk_ratio``: the plain walk's cost over the finder's.
    """

    days: int
    chairs: int
    appointments: int
    openings: int
    milliseconds: float
    picking: float
    growth: float
    walk_ratio: float


def office(days: int, chairs: int, daily: int) -> Office:
    """An office with ``daily`` appointments a chair and weekday, spread over the day; one provider a chair."""
    rooms = tuple(Operatory(id=f"op{n}", name=f"Op {n}", order=n) for n in range(chairs))
    schedule: list[ScheduleBlock] = []
    booked: list[Appointment] = []
    for day in (FIRST + timedelta(days=n) for n in range(days)):
        if day.weekday() > 4:
            continue
        for room in rooms:
            schedule.extend(_shifts(day, room))
            booked.extend(_appointments(day, room, daily))
    request = OpeningRequest(
        pattern=PATTERN,
        providers=tuple(f"dr{room.order}" for room in rooms),
        operatories=rooms,
        zone=ZONE,
        first=FIRST,
        last=FIRST + timedelta(days=days - 1),
        not_before=_at(FIRST, 0),
        increment_minutes=10,
    )
    return request, schedule, booked


def _shifts(day: date, room: Operatory) -> Iterator[ScheduleBlock]:
    for start, stop in zip(DAY_STARTS, DAY_STOPS, strict=True):
        yield ScheduleBlock(
            id=f"{day}-{room.id}-{start}",
            kind=BlockKind.WORK,
            start=_at(day, start),
            stop=_at(day, stop),
            provider_id=f"dr{room.order}",
            operatories=(room.id,),
        )


def _appointments(day: date, room: Operatory, daily: int) -> Iterator[Appointment]:
    free_minutes = 8 * 60
    for n in range(daily):
        minute = n * free_minutes // max(daily, 1) // 5 * 5
        start = minute + DAY_STARTS[0] if minute < 240 else minute - 240 + DAY_STARTS[1]
        yield Appointment(
            id=f"{day}-{room.id}-{n}",
            patient_id=str(n),
            status=AppointmentStatus.SCHEDULED,
            start=_at(day, start),
            pattern="/XXX" if (n + room.order + day.day) % 3 else "/XXXXXX/",
            operatory_id=room.id,
            provider_id=f"dr{room.order}",
        )


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Processor time, the best of some runs: the least disturbed by what else the machine does."""
    best = float("inf")
    gc.collect()
    for _ in range(repeats):
        begin = process_time()
        work()
        best = min(best, process_time() - begin)
    return best


def measure(shapes: Sequence[tuple[int, int, int]]) -> list[Row]:
    """A row for each (days, chairs, daily appointments a chair)."""
    rows: list[Row] = []
    base = 0.0
    for days, chairs, daily in shapes:
        case = office(days, chairs, daily)
        cost = seconds(partial(find_openings, *case), repeats=15)
        walk = seconds(partial(naive_openings, *case), repeats=1)
        base = base or cost
        found = find_openings(*case)
        picking = seconds(partial(rank, found, "spread", ZONE, 3), repeats=15)
        costs = round(cost * 1000, 3), round(picking * 1000, 3), round(cost / base, 2), round(walk / cost, 1)
        rows.append(Row(days, chairs, len(case[2]), len(found), *costs))
    return rows


SERIES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "days": tuple((days, 8, 4) for days in (5, 10, 20, 30, 60)),
    "chairs": tuple((30, chairs, 4) for chairs in (1, 2, 4, 8, 16)),
    "appointments": tuple((30, 8, daily) for daily in (0, 2, 4, 6, 8)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    results = {name: measure(shapes) for name, shapes in SERIES.items()}
    if arguments.json:
        print(json.dumps({name: [asdict(row) for row in rows] for name, rows in results.items()}))
        return
    for name, rows in results.items():
        print(f"\ngrowing {name}:\n  days chairs appointments openings       ms  picking  growth  plain walk")
        for row in rows:
            print(
                f"  {row.days:4} {row.chairs:6} {row.appointments:12} {row.openings:8} {row.milliseconds:8.2f}"
                f" {row.picking:8.2f} {row.growth:6.2f}x {row.walk_ratio:10.1f}x"
            )


if __name__ == "__main__":
    main()
