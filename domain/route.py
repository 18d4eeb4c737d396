"""How a case is to be handled: the answer of the rules, with the reason for each value.

Field names are those of ``chairtime rules explain --json``.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Path(StrEnum):
    """same_visit: the front desk gets the openings on its screen, the text goes too. link: text with openings
    and a booking link. callback: a person calls."""

    SAME_VISIT = "same_visit"
    LINK = "link"
    CALLBACK = "callback"


class ProcedureFacts(BaseModel):
    model_config = ConfigDict(frozen=True)

    code: str
    fee_cents: int = 0
    minutes: int = 0
    provider_type: str = ""
    category: str = ""
    attributes: tuple[str, ...] = ()
    tooth: str = ""


class PatientFacts(BaseModel):
    """``textable``: has consent, a textable number and a supported language; ``why_not_textable`` says which fails."""

    model_config = ConfigDict(frozen=True)

    in_office: bool = False
    age: int | None = None
    language: str = "en"
    textable: bool = True
    why_not_textable: str = ""


class DoneProcedure(BaseModel):
    """A procedure that was completed on ``day`` (the office's own date); healing is counted from it.

    ``tooth`` is the tooth's number as the office writes it, "" when there is none.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    day: date
    tooth: str = ""


class CaseFacts(BaseModel):
    """What the rules may look at; the input of ``chairtime rules explain``.

    ``patient_cents`` is the patient's estimated portion (a deposit never exceeds it), None when not estimated;
    ``insurance`` is one of none, estimated, unverified, preauth_needed, preauth_approved, medicaid;
    ``unsure`` is why no single visit could be chosen from the plan ("" when one was). ``done`` is what the patient has
    had done (only what may still be healing matters); ``zone`` is the office's, whose days a healing gap ends with.
    """

    model_config = ConfigDict(frozen=True)

    location: str
    procedures: tuple[ProcedureFacts, ...]
    patient: PatientFacts = PatientFacts()
    at: datetime
    patient_cents: int | None = None
    insurance: str = "none"
    visit_minutes: int | None = None
    unsure: str = ""
    done: tuple[DoneProcedure, ...] = ()
    zone: str = "UTC"


class Step(BaseModel):
    """One follow-up: ``after_minutes`` counts from the acceptance; ``channel`` "text" or "call" (a task)."""

    model_config = ConfigDict(frozen=True)

    name: str
    after_minutes: int
    channel: Literal["text", "call"] = "text"
    template: str = ""


class OwnerStep(BaseModel):
    """One rung of the escalation chain; ``after_open_minutes`` counts open hours since the task was made."""

    model_config = ConfigDict(frozen=True)

    owner: str
    role: str = ""
    after_open_minutes: int = 0


class Approval(BaseModel):
    """A checkpoint before the first offer; ``after_minutes`` without an answer do ``otherwise``."""

    model_config = ConfigDict(frozen=True)

    name: str
    owner: str
    after_minutes: int = 240
    otherwise: Literal["proceed", "callback"] = "callback"


class Reason(BaseModel):
    """Why one value is what it is: the sentence and the file and line that said so."""

    model_config = ConfigDict(frozen=True)

    value: str
    text: str
    file: str = ""
    line: int = 0


class RefundPolicy(BaseModel):
    """Refundable in full until ``refundable_hours`` before the visit; later only by a person's decision.

    ``words`` is what the patient reads and accepts, by language; ``version`` is a hash of all of it.
    """

    model_config = ConfigDict(frozen=True)

    name: str = "standard"
    refundable_hours: int = 24
    version: str = "1"
    words: dict[str, str] = {}


class Route(BaseModel):
    """Everything the case needs to know about how it is handled, frozen at classification.

    ``prepaid_cents``: what of the money prepaid at the desk counted by then, already taken off ``deposit_cents``.
    ``defaulted``: no tier matched, so the named default tier has the case (counted, so that the gap gets closed).
    ``other_provider`` and ``other_locations``: where else to look, in this order, when there is no opening with the
    planned provider at the case's own office. ``earliest``: no opening before it, because something has to heal;
    ``start_at``: the case sleeps until then, since the openings from ``earliest`` on are not within ``horizon_days``
    yet. Both are None when nothing has to heal.
    """

    model_config = ConfigDict(frozen=True)

    tier: str
    path: Path
    fallback_path: Path = Path.CALLBACK
    deposit_cents: int = 0
    prepaid_cents: int = 0
    refund_policy: RefundPolicy = RefundPolicy()
    minutes: int
    provider_type: str = ""
    first_offer_minutes: int
    steps: tuple[Step, ...] = ()
    escalate_after_hours: int = 72
    owners: tuple[OwnerStep, ...] = ()
    approvals: tuple[Approval, ...] = ()
    ranking: Literal["soonest", "spread"] = "spread"
    lead_minutes: int = 120
    horizon_days: int = 30
    other_provider: bool = True
    other_locations: tuple[str, ...] = ()
    earliest: datetime | None = None
    start_at: datetime | None = None
    priority: int = 3
    payment_plan: bool = False
    defaulted: bool = False
    reasons: tuple[Reason, ...] = ()
    rule_version: str = ""
