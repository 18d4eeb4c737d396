"""Whether everything that should run does: feeds, loops, queues, texts that failed, cases that are late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Response

from domain.location import Location
from domain.records import CaseRecord
from web.console import lists
from web.console.desk import Desk, desk
from web.site import PageRoute

routes = APIRouter(route_class=PageRoute)

_FEEDS: Mapping[str, tuple[str, timedelta]] = {
    "changes": ("appointments and patients, changes", timedelta(minutes=5)),
    "schedule": ("schedule and blockouts", timedelta(minutes=45)),
    "appointments": ("appointments, read whole", timedelta(hours=18)),
    "setup": ("providers, chairs, codes", timedelta(hours=3)),
}
"""Feed -> its name and the age at which it counts as stale (three missed rounds; five minutes for the poll)."""
_LOOP_SILENT = timedelta(minutes=5)
_QUEUE_OLD = timedelta(minutes=10)
_FAILED_SINCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Feed:
    name: str
    at: datetime | None
    stale: bool


@dataclass(frozen=True, slots=True)
class PlaceHealth:
    location: Location
    feeds: Sequence[Feed]
    overdue: Sequence[CaseRecord]
    failed: int

    @property
    def well(self) -> bool:
        return not (self.overdue or any(feed.stale for feed in self.feeds))


@dataclass(frozen=True, slots=True)
class Beat:
    name: str
    at: datetime
    silent: bool


@routes.get("/console/health")
def health(at: Desk = Depends(desk)) -> Response:
    overdue = at.deps.board.overdue(at.now, lists.GRACE)
    failed = at.deps.work.failed_texts(at.now - _FAILED_SINCE)
    places = [
        PlaceHealth(
            location=place,
            feeds=feeds(at.deps.mirror.freshness(place.account), at.now),
            overdue=[case for case in overdue if case.location == place.key],
            failed=sum(text.location == place.key for text in failed),
        )
        for place in at.locations
    ]
    return at.page(
        "health.html",
        here="health",
        done=at.done,
        places=places,
        beats=beats(at.deps.heartbeats.all(), at.now),
        queues=[(each, _is_old(each.oldest, at.now)) for each in at.deps.work.queues()],
        failed=failed,
        stuck=at.deps.inbox.stuck(),
        void=at.deps.board.void(at.now, lists.GRACE),
        cases=at.deps.work.named([text.case_id for text in failed]),
    )


def feeds(fresh: Mapping[str, datetime], now: datetime) -> list[Feed]:
    """Every feed we know of, then any others that the mirror keeps."""
    known = [(name, *_FEEDS[name]) for name in _FEEDS] + [(n, n, timedelta(days=1)) for n in fresh if n not in _FEEDS]
    return [Feed(title, fresh.get(key), key not in fresh or now - fresh[key] > most) for key, title, most in known]


def beats(all_beats: Mapping[str, tuple[datetime, Mapping[str, Any]]], now: datetime) -> list[Beat]:
    """Processes first, then loops; the count of void cases has a place of its own."""
    names = sorted((name for name in all_beats if name != "void"), key=lambda name: (name.startswith("loop:"), name))
    return [Beat(_loop_name(name), all_beats[name][0], now - all_beats[name][0] > _LOOP_SILENT) for name in names]


def _loop_name(name: str) -> str:
    """``loop:next_visits:opendental:boise`` is the loop next visits of boise."""
    kind, *rest = name.removeprefix("loop:").split(":")
    words = f"loop {kind.replace('_', ' ')}" if name.startswith("loop:") else kind
    return f"{words} {rest[-1]}" if rest else words


def _is_old(oldest: datetime | None, now: datetime) -> bool:
    return oldest is not None and now - oldest > _QUEUE_OLD
