"""Wire models of a location's posting day."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


PlanNews = tuple[str, str, date]
"""A plan, "charge" or "card", and the date of the charge that is near."""


class Telling(_Wire):
    """Whom a continued run has still to tell: `waiting` now, `later` from `until` on; nobody after `ends`."""

    waiting: tuple[PlanNews, ...]
    later: tuple[PlanNews, ...] = ()
    until: datetime | None = None
    ends: datetime
    texts: int = 0


class PostingStart(_Wire):
    """`plans` and `charged_cents` count what runs before a continuation did; with `telling` the day is posted.

    `texts_a_run`: a text is some ten events of a history, which should stay below some ten thousand.
    """

    location: str
    day: date
    plans: int = 0
    charged_cents: int = 0
    telling: Telling | None = None
    texts_a_run: int = 1_000


class PostingEnd(_Wire):
    """What the day came to; `texts` are notices and card reminders that went out."""

    plans: int
    charged_cents: int
    texts: int = 0
