"""Wire models of a location's posting day."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class PostingStart(_Wire):
    """`plans` and `charged_cents` count what runs before a continuation did."""

    location: str
    day: date
    plans: int = 0
    charged_cents: int = 0


class PostingEnd(_Wire):
    """What the day came to; `texts` are notices and card reminders that went out."""

    plans: int
    charged_cents: int
    texts: int = 0
