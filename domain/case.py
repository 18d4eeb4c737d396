"""The case: one visit of one accepted plan, from acceptance to its end."""

import re
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class CaseState(StrEnum):
    """Where a case stands; the last six are ends."""

    DETECTED = "detected"
    CLASSIFIED = "classified"
    AWAITING_APPROVAL = "awaiting_approval"
    OFFERING = "offering"
    HELD = "held"
    AWAITING_DEPOSIT = "awaiting_deposit"
    PAUSED = "paused"
    ESCALATED = "escalated"
    BOOKED = "booked"
    BOOKED_ELSEWHERE = "booked_elsewhere"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


END_STATES = frozenset(
    {
        CaseState.BOOKED,
        CaseState.BOOKED_ELSEWHERE,
        CaseState.DECLINED,
        CaseState.HANDED_OVER,
        CaseState.SUPERSEDED,
        CaseState.WITHDRAWN,
    }
)

BEING_OFFERED = frozenset({CaseState.CLASSIFIED, CaseState.OFFERING, CaseState.HELD, CaseState.AWAITING_DEPOSIT})
"""The patient is asked to choose; their other plans wait meanwhile."""

CASE_ID = "case/"
"""What every case id begins with; tasks and texts may be about other things."""

_SAFE = re.compile(r"[^A-Za-z0-9_.-]")


class CaseKey(BaseModel):
    """What makes a case the same case: opaque ids only, no names.

    ``source`` is the PMS kind, ``acceptance`` identifies this acceptance of the plan (a new signature is a new case).
    """

    model_config = ConfigDict(frozen=True)

    location: str
    source: str
    plan: str
    acceptance: str
    visit: int = 1

    @property
    def case_id(self) -> str:
        """The workflow id and the row's unique key: ``case/{location}/{source}/{plan}/{acceptance}/{visit}``."""
        parts = (self.location, self.source, self.plan, self.acceptance, str(self.visit))
        return CASE_ID + "/".join(_SAFE.sub("-", part) for part in parts)


def next_case_id(case_id: str, command_id: str) -> str:
    """The id of the case that goes on with the same visit after its booking was cancelled or its provider is out."""
    return f"{case_id}.{command_id[-12:]}"


def earlier_case_id(case_id: str) -> str:
    """The case that this one goes on from; "" for the first case of a visit."""
    visit = case_id.rpartition("/")[2]
    return case_id.rpartition(".")[0] if "." in visit else ""


class Acceptance(BaseModel):
    """A plan seen as accepted in the PMS, before anything is decided about it."""

    model_config = ConfigDict(frozen=True)

    location: str
    source: str
    plan_id: str
    patient_id: str
    acceptance: str
    accepted_at: datetime

    def key(self, visit: int = 1) -> CaseKey:
        return CaseKey(
            location=self.location, source=self.source, plan=self.plan_id, acceptance=self.acceptance, visit=visit
        )


class Outcome(StrEnum):
    """What an owner says became of an escalated case."""

    BOOKED = "booked"
    DECLINED = "declined"
    CALL_BACK = "call_back"
    WRONG_NUMBER = "wrong_number"
    NOT_REACHED = "not_reached"
    RESUME_TEXTS = "resume_texts"
    OTHER = "other"
