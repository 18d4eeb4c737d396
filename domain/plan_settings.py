"""A location's choices about payment plans."""

from datetime import time
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.payment_plan.terms import OfficePolicy
from domain.route import OwnerStep


class PlanSettings(BaseModel):
    """`allow_apr` is the owner's switch for interest; it wants `counsel_note`: who checked the law of the state, when.

    `collect_at` is the local hour at which charges post and cards are charged, `notice_days` how long before that the
    patient is told, `retry_days` the days after a decline on which the card is tried again, counted from the charge.
    `owners`: who gets the tasks of plans that belong to no case, and who next when a task stays untouched; a case's
    plan follows the owners of its rule.
    `write_to_pms`: a plan in force is also made in the practice management system, where that can keep plans.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_apr: bool = False
    counsel_note: str = ""
    collect_at: time = time(9)
    notice_days: int = Field(default=3, ge=0, le=30)
    retry_days: tuple[int, ...] = (1, 3, 6)
    owners: tuple[OwnerStep, ...] = (
        OwnerStep(owner="coordinator"),
        OwnerStep(owner="manager", after_open_minutes=240),
    )
    write_to_pms: bool = True
    offer_days: int = Field(default=14, ge=1, le=90)
    creditor: str = ""

    @model_validator(mode="after")
    def _interest_was_checked(self) -> Self:
        if self.allow_apr and not self.counsel_note.strip():
            raise ValueError("allow_apr needs counsel_note: who checked the state's law on interest, and when")
        if list(self.retry_days) != sorted(set(self.retry_days)) or any(day < 1 for day in self.retry_days):
            raise ValueError("retry_days must rise and start at 1 or later, for example [1, 3, 6]")
        return self

    @property
    def policy(self) -> OfficePolicy:
        """What the terms of a plan must keep here: interest only behind the switch, and then with the full lock."""
        return OfficePolicy(allow_apr=self.allow_apr, require_lock_for_apr=True)
