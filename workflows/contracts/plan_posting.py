"""Wire models of a location's posting day."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class Telling(_Wire):
    """How far payers were told: `about` and `after` say where the walk stands (activities.plan_telling.Stand). Nobody
    is told after `ends`; `until` is when those whom the hours of the day forbid may have their text."""

    about: Literal["charge", "card"] = "charge"
    after: tuple[date, str] | None = None
    until: datetime | None = None
    ends: datetime
    texts: int = 0


class PostingStart(_Wire):
    """`plans` and `charged_cents` count what runs before a continuation did; with `telling` the day is posted.

    `pages_a_run`: a page is some six events of a history, which should stay below some ten thousand.
    """

    location: str
    day: date
    plans: int = 0
    charged_cents: int = 0
    telling: Telling | None = None
    pages_a_run: int = 500
    plans_a_page: int = 200
    texts_a_page: int = 100


class PostingEnd(_Wire):
    """What the day came to; `texts` are notices and card reminders that went out."""

    plans: int
    charged_cents: int
    texts: int = 0
