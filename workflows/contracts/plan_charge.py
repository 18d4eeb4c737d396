"""Wire models of collecting one date's money of one plan."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChargeStart(_Wire):
    """`retry_days`: days after the first attempt on which the card is tried again; frozen from the location's file.

    `attempts` were made already, and `again` says why: an earlier run of this workflow failed.
    """

    plan_id: str
    collection_id: str
    location: str
    day: date
    retry_days: tuple[int, ...] = (1, 3, 6)
    attempts: int = 0
    again: bool = False


class LookAgain(_Wire):
    """Something changed: a page was paid, a card was given, the plan was closed. `why` is for operators."""

    why: str = ""


class ChargeEnd(_Wire):
    """`outcome`: paid, over (nothing was due any more, or the plan stopped) or person (nobody answered for months)."""

    outcome: str
    attempts: int
